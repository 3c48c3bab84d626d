//! The stage with TLS: a broker of ours that shows a certificate, and somebody who stands in between.
//!
//! ```text
//!   client ══ TLS ══▶ Outsider ══ TLS ══▶ broker
//!                        └─ passes each byte on, remembers the records, and tells the audience
//! ```

mod outsider;
mod record;

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::SystemTime;

use broker::{Identity, KeyLog, Server, Settings};
use certificates::{Authority, Certificate, Validity};
use tap::{Connection, Side};
use tls::KeyLines;

use self::outsider::Outsider;
use super::Doubt;
use super::tally::{Counted, Tally};
use super::way::Way;
use crate::audience::{Audience, WithinTls};
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
    pub(crate) async fn start(
        settings: Settings,
        tally: Arc<Tally>,
        audience: Arc<dyn Audience>,
    ) -> Result<Self, LabError> {
        let authority = authority("the lab's authority")?;
        let server = authority.issue(&[NAME], one_day()?).map_err(cannot_certify)?;
        let tls = Some(broker::Tls {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            key_log: Some(key_log(&audience)),
            ..broker::Tls::new(identity(&server)?)
        });
        let tap = Counted {
            tally: Arc::clone(&tally),
            side: Side::Server,
            audience: Some(Arc::new(WithinTls(Arc::clone(&audience)))),
        };
        let server = Server::bind(Settings { tls, tap: Some(Arc::new(tap)), ..settings })
            .await
            .map_err(|it| LabError::network("listen", it.error))?;
        let address = server.tls_address().unwrap_or_else(|| server.local_address());
        tokio::spawn(server.run(std::future::pending()));

        let outsider = Outsider::between(address, tally, audience)
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

fn key_log(audience: &Arc<dyn Audience>) -> Arc<dyn KeyLog> {
    let audience = Arc::clone(audience);
    Arc::new(KeyLines::to(move |line: String| audience.session_key(&line)))
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
