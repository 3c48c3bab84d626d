//! The stage with TLS: a broker of ours that shows a certificate, and somebody who stands in between.
//!
//! ```text
//!   client ══ TLS ══▶ Outsider ══ TLS ══▶ broker
//!                        └─ passes each byte on, and remembers the records
//! ```

mod outsider;
mod record;

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::SystemTime;

use broker::{Identity, Server, Settings};
use certificates::{Authority, Certificate, Validity};
use tap::Connection;

use self::outsider::Outsider;
use super::Doubt;
use super::tally::Tally;
use super::way::Way;
use crate::error::LabError;

/// The name that is in the certificate.
const NAME: &str = "localhost";
/// Another one by which the same machine can be called.
const OTHER_NAME: &str = "127.0.0.1";

/// A broker with TLS, and those who want to look in.
pub(crate) struct Secured {
    /// The way to it, for clients that trust its authority.
    pub(crate) way: Way,
    outsider: Outsider,
}

impl Secured {
    /// Makes an authority and a certificate, and starts another broker with these settings.
    pub(crate) async fn start(settings: Settings, tally: Arc<Tally>) -> Result<Self, LabError> {
        let authority = authority("the lab's authority")?;
        let server = authority.issue(&[NAME], one_day()?).map_err(cannot_certify)?;
        let tls = Some(broker::Tls {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            ..broker::Tls::new(identity(&server)?)
        });
        let server = Server::bind(Settings { tls, ..settings })
            .await
            .map_err(|it| LabError::network("listen", it.error))?;
        let address = server.tls_address().unwrap_or_else(|| server.local_address());
        tokio::spawn(server.run(std::future::pending()));

        let outsider = Outsider::between(address, tally)
            .await
            .map_err(|error| LabError::network("listen", error))?;
        let tls = Some(trusting(&authority)?);
        let way = Way { host: NAME.to_owned(), port: outsider.port(), tls };
        Ok(Self { way, outsider })
    }

    /// The outsider, who remembers.
    pub(crate) fn outsider(&self) -> &Outsider {
        &self.outsider
    }

    /// The connection of the client that came last, as the broker knows it.
    pub(crate) fn last(&self) -> Option<Connection> {
        self.outsider.last()
    }
}

/// The same way for a client that has reason to doubt.
pub(crate) fn in_doubt(way: &Way, doubt: Doubt) -> Result<Way, LabError> {
    Ok(match doubt {
        Doubt::OtherAuthority => {
            Way { tls: Some(trusting(&authority("another authority")?)?), ..way.clone() }
        }
        Doubt::OtherName => Way { host: OTHER_NAME.to_owned(), ..way.clone() },
    })
}

/// A new authority, which nobody knows yet.
fn authority(name: &str) -> Result<Authority, LabError> {
    Authority::new(name, one_day()?).map_err(cannot_certify)
}

fn trusting(authority: &Authority) -> Result<client::Tls, LabError> {
    client::Tls::from_pem(authority.certificate().as_bytes()).map_err(cannot_certify)
}

fn identity(Certificate { certificate, key }: &Certificate) -> Result<Identity, LabError> {
    Identity::from_pem(certificate.as_bytes(), key.as_bytes()).map_err(cannot_certify)
}

fn one_day() -> Result<Validity, LabError> {
    Validity::days(SystemTime::now(), 1).map_err(cannot_certify)
}

fn cannot_certify(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> LabError {
    LabError::network("make certificates", io::Error::other(error))
}
