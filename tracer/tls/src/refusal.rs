//! Why a handshake failed, in plain words.

use std::fmt;
use std::io;
use std::time::Duration;

use tap::Side;
use tokio_rustls::rustls::{AlertDescription, Error, InvalidMessage};

/// A handshake that failed: why, and which end gave up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The end that gave up.
    pub by: Side,
    why: String,
}

impl Refusal {
    pub(super) fn of(error: &io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(Error::AlertReceived(alert)) => Self::new(Side::Client, of_the_client(*alert)),
            Some(Error::InvalidMessage(InvalidMessage::InvalidContentType)) => Self::new(
                Side::Server,
                "what came is not TLS; does the client speak plain MQTT? It needs another port for that",
            ),
            Some(error) => Self::new(Side::Server, error.to_string()),
            None if error.kind() == io::ErrorKind::UnexpectedEof => {
                Self::new(Side::Client, "the client left in the middle of the handshake")
            }
            None => Self::new(Side::Client, error.to_string()),
        }
    }

    pub(super) fn timeout(after: Duration) -> Self {
        let why = format!("the handshake did not end within {} s", after.as_secs_f64());
        Self::new(Side::Server, why)
    }

    fn new(by: Side, why: impl Into<String>) -> Self {
        Self { by, why: why.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// What the client has against the certificate. Libraries do not agree which alert is for a wrong name:
/// rustls and OpenSSL send `BadCertificate`, mosquitto's clients `InternalError`.
fn of_the_client(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::UnknownCA => "the client does not trust the certificate authority".into(),
        AlertDescription::DecryptError => "the client trusts an authority of the same name, but \
             another one; does it have an older ca.pem?"
            .into(),
        AlertDescription::CertificateExpired => {
            "to the client the certificate is expired, or not valid yet".into()
        }
        AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::InternalError => {
            "the client does not accept the certificate; is it for the name by which the client \
             called?"
                .into()
        }
        alert => format!("the client refused, with the alert {alert:?}"),
    }
}
