//! TLS on either side of the proxy, which is one of the two ends there and can read.
//!
//! ```text
//!   client ══ TLS ══▶ Acceptor ─ bytes ─▶ relay ─ bytes ─▶ ClientSide ══ TLS ══▶ broker
//!                                                               └─ Watched: the records, as they pass
//! ```

use std::fmt::Display;
use std::io;
use std::sync::Arc;

use tap::{Direction, Side, Tap};
use tls::{Acceptor, ClientSide, HandshakeError};
use tokio::net::TcpStream;

use super::Ends;
use super::relay::{Stream, Teller};
use super::watched::Watched;

/// On which sides a proxy speaks TLS, and who is told of the records. By default on none.
#[derive(Clone, Default)]
pub struct Security {
    /// Towards clients: how their handshakes are answered.
    pub from_client: Option<Acceptor>,
    /// Towards the broker: whom to trust, and by which name to call it. The name has to be in the
    /// broker's certificate.
    pub to_server: Option<(ClientSide, String)>,
    /// Who is told what somebody sees who stands before or behind the proxy: of each connection its
    /// bytes as they are, TLS records and all, and its events. Where there is TLS on both sides, those
    /// towards the broker. Records that need a key are told after the key was.
    pub records: Option<Arc<dyn Tap>>,
}

impl Security {
    /// Shakes hands with both ends, where there is TLS. An error is the side that gave up.
    pub(super) async fn secure(
        &self,
        client: TcpStream,
        server: TcpStream,
        broker: &str,
        teller: &Teller,
    ) -> Result<Ends, Side> {
        let of_client = self.to_server.is_none();
        let client: Box<dyn Stream> = match &self.from_client {
            None => Box::new(client),
            Some(acceptor) => {
                let records = self.records.as_ref().filter(|_| of_client);
                let client = Watched::new(client, Direction::ToServer, teller.records_to(records));
                let secured = acceptor.handshake(client).await.map_err(|refusal| {
                    teller.event(format!("no TLS with the client: {refusal}"));
                    refusal.by
                })?;
                teller.event(agreed("client", tls::told(secured.get_ref().1)));
                Box::new(secured)
            }
        };
        let server: Box<dyn Stream> = match &self.to_server {
            None => Box::new(server),
            Some((side, name)) => {
                let records = teller.records_to(self.records.as_ref());
                let server = Watched::new(server, Direction::ToClient, records);
                let secured = side.handshake(name, server).await.map_err(|error| {
                    let hint = hint(&error);
                    teller.event(format!("no TLS with the broker at {broker}: {error}{hint}"));
                    Side::Client // the proxy, which is the broker's client
                })?;
                teller.event(agreed("broker", tls::told(secured.get_ref().1)));
                Box::new(secured)
            }
        };
        Ok((client, server))
    }
}

fn agreed(who: &str, what: impl Display) -> String {
    format!("between proxy and {who}: {what}")
}

/// What else helps, on the command line of a proxy.
fn hint(error: &HandshakeError) -> &'static str {
    match error {
        HandshakeError::WrongName { .. } => "; --server-name says by which name to call it",
        HandshakeError::Alert(alert) => of_alert(alert),
        _ => "",
    }
}

fn of_alert(alert: &str) -> &'static str {
    match alert {
        "CertificateRequired" | "HandshakeFailure" => {
            "; does it want to see a certificate of its client? Then give the proxy one, with --cert \
             and --key"
        }
        _ => "",
    }
}

/// Why a connection over TLS broke, if TLS knows.
pub(super) fn why(error: &io::Error) -> Option<String> {
    error.get_ref()?;
    Some(match HandshakeError::of(error) {
        HandshakeError::Alert(alert) => {
            let hint = of_alert(&alert);
            format!("the other end broke TLS off with the alert {alert}{hint}")
        }
        other => other.to_string(),
    })
}
