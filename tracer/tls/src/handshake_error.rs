//! Why there is no TLS: what was checked, what was found, and what to do.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

use tokio_rustls::rustls::pki_types::UnixTime;
use tokio_rustls::rustls::{self, AlertDescription, CertificateError, InvalidMessage};

/// Why a handshake failed. Its `Display` is a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HandshakeError {
    /// No authority that the client trusts signed the server's certificate.
    UnknownAuthority,
    /// An authority of a name that the client trusts signed it, but with another key.
    OtherAuthority,
    /// The certificate is for other names.
    WrongName {
        /// The name by which the client called.
        called: String,
        /// The names that the certificate is for.
        names: Vec<String>,
    },
    /// The certificate is not good any more.
    Expired {
        /// Its last moment.
        until: Option<SystemTime>,
    },
    /// The certificate is not good yet.
    NotYetValid {
        /// Its first moment.
        from: Option<SystemTime>,
    },
    /// The host is called by something that no certificate can be for.
    NoName(String),
    /// The server answered with bytes that are not TLS.
    NotTls,
    /// The server closed the connection during the handshake, without a word.
    Closed,
    /// The server did not complete the handshake in time.
    Timeout(Duration),
    /// The server refused, with this alert.
    Alert(String),
    /// What else rustls or the system has to say.
    Other(String),
}

impl HandshakeError {
    /// The reason that is in this error, or the error itself.
    pub fn of(error: &io::Error) -> Self {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(error) => Self::of_tls(error),
            None if is_end(error.kind()) => Self::Closed,
            None => Self::Other(error.to_string()),
        }
    }

    pub(super) fn of_tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(error) => Self::of_certificate(error),
            rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => Self::NotTls,
            rustls::Error::AlertReceived(alert) => Self::Alert(name(*alert)),
            error => Self::Other(error.to_string()),
        }
    }

    fn of_certificate(error: &CertificateError) -> Self {
        match error {
            CertificateError::UnknownIssuer => Self::UnknownAuthority,
            CertificateError::BadSignature => Self::OtherAuthority,
            CertificateError::NotValidForNameContext { expected, presented } => Self::WrongName {
                called: expected.to_str().into_owned(),
                names: presented.iter().map(|name| bare(name)).collect(),
            },
            CertificateError::Expired => Self::Expired { until: None },
            CertificateError::ExpiredContext { not_after, .. } => {
                Self::Expired { until: moment(*not_after) }
            }
            CertificateError::NotValidYet => Self::NotYetValid { from: None },
            CertificateError::NotValidYetContext { not_before, .. } => {
                Self::NotYetValid { from: moment(*not_before) }
            }
            error => Self::Other(error.to_string()),
        }
    }
}

/// How a socket tells that the other end is gone.
fn is_end(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

fn name(alert: AlertDescription) -> String {
    format!("{alert:?}")
}

/// `localhost` of `DnsName("localhost")`. A server may put anything there: nothing in it may reach the
/// terminal as a command.
fn bare(presented: &str) -> String {
    let inner = presented.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(presented).trim_matches('"').escape_debug().to_string()
}

fn moment(time: UnixTime) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(time.as_secs()))
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAuthority => f.write_str(
                "the server's certificate is signed by no authority that is trusted here; anybody can \
                 make such a one. Ask whoever runs the server for the certificate of its \
                 authority, and name it with --cafile",
            ),
            Self::OtherAuthority => f.write_str(
                "the signature on the server's certificate was made with another key than that of \
                 the authority of this name that the client trusts. Were the certificates made \
                 anew? Then take the new file of the authority for --cafile",
            ),
            Self::WrongName { called, names } => wrong_name(f, called, names),
            Self::Expired { until } => {
                f.write_str("the server's certificate expired")?;
                date(f, " on ", *until)?;
                f.write_str(
                    ": whoever runs the server has to renew it. Is the clock of this machine right?",
                )
            }
            Self::NotYetValid { from } => {
                f.write_str("the server's certificate is not valid yet")?;
                date(f, ", but from ", *from)?;
                f.write_str(": is the clock of this machine right, and that of the server?")
            }
            Self::NoName(host) => write!(
                f,
                "no certificate can be for {host:?}: call the server by a host name or an address"
            ),
            Self::NotTls => f.write_str(
                "the server's answer is not TLS. What listens on this port does not speak it; the \
                 usual port for MQTT over TLS is 8883",
            ),
            Self::Closed => f.write_str(
                "the server closed the connection in the middle of the handshake, as one does that \
                 does not speak TLS on this port; the usual port for MQTT over TLS is 8883",
            ),
            Self::Timeout(after) => write!(
                f,
                "the handshake did not end within {} s. Does the server speak TLS on this port? The \
                 usual port for MQTT over TLS is 8883",
                after.as_secs_f64()
            ),
            Self::Alert(alert) => write!(
                f,
                "the server broke the handshake off with the alert {alert}; its log may say why"
            ),
            Self::Other(error) => f.write_str(error),
        }
    }
}

fn wrong_name(f: &mut fmt::Formatter<'_>, called: &str, names: &[String]) -> fmt::Result {
    write!(f, "the server was called {called}, and its certificate is for ")?;
    match names {
        [] => f.write_str("no name at all")?,
        names => f.write_str(&names.join(", "))?,
    }
    f.write_str(
        ": either this is another server, or its certificate lacks this name. Call it by a name of \
         the certificate, or have a certificate made for this one (broker cert --name)",
    )
}

fn date(f: &mut fmt::Formatter<'_>, before: &str, moment: Option<SystemTime>) -> fmt::Result {
    match moment {
        Some(moment) => write!(f, "{before}{}", httpdate::fmt_http_date(moment)),
        None => Ok(()),
    }
}

impl Error for HandshakeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_certificate_are_shown_bare_and_harmless() {
        assert_eq!(bare("DnsName(\"localhost\")"), "localhost");
        assert_eq!(bare("IpAddress(127.0.0.1)"), "127.0.0.1");
        assert_eq!(bare("DirectoryName"), "DirectoryName");
        assert_eq!(bare("DnsName(\"\u{1b}[2J\")"), "\\u{1b}[2J");
    }

    #[test]
    fn a_date_that_is_not_known_is_left_out() {
        let told = HandshakeError::Expired { until: None }.to_string();
        assert!(told.starts_with("the server's certificate expired: "), "{told}");
    }
}
