//! TLS below MQTT: the same packets, which only the two ends can read.
//!
//! ```text
//!   TCP ─▶ Acceptor::handshake ─▶ a stream of decrypted bytes ─▶ as over TCP
//! ```
//!
//! The broker shows its certificate, and the client decides whether to trust it. Clients need none:
//! they say by User Name and Password who they are, which TLS keeps from others' eyes.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use broker_core::ConnectionId;
use tap::Side;
use tls::{Acceptor, Identity, KeyLog};
use tokio::net::TcpStream;

use crate::hub::Hub;
use crate::link;
use crate::outbox::Outbox;
use crate::server::Alive;

/// Where and how TLS is spoken.
#[derive(Clone)]
pub struct Tls {
    /// Where to listen; port 0 takes a free one. Default 127.0.0.1:8883.
    pub listen: SocketAddr,
    /// The certificate that the broker shows, and the key to it.
    pub identity: Identity,
    /// How long a client may take for the handshake. Default 5 s.
    pub handshake_timeout: Duration,
    /// Who is told the keys of each session, so that a capture can be decrypted. Whoever has them
    /// reads along. Default: nobody.
    pub key_log: Option<Arc<dyn KeyLog>>,
}

impl Tls {
    /// TLS as it is by default, with this certificate.
    pub fn new(identity: Identity) -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 8883).into(),
            identity,
            handshake_timeout: Duration::from_secs(5),
            key_log: None,
        }
    }

    /// What makes handshakes.
    pub(crate) fn acceptor(&self) -> io::Result<Acceptor> {
        let Self { identity, handshake_timeout, key_log, .. } = self.clone();
        tls::ServerSide { identity, handshake_timeout, key_log }.acceptor()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("listen", &self.listen)
            .field("identity", &self.identity)
            .field("handshake_timeout", &self.handshake_timeout)
            .field("key_log", &self.key_log.is_some())
            .finish()
    }
}

/// Serves a Network Connection until its end: a handshake, and then MQTT.
pub(crate) async fn serve(
    hub: Arc<Hub>,
    id: ConnectionId,
    outbox: Arc<Outbox>,
    socket: TcpStream,
    acceptor: Acceptor,
    alive: Alive,
) {
    let answer = tokio::select! {
        answer = acceptor.handshake(socket) => answer,
        () = outbox.ended() => return hub.failed(id, Side::Server), // the broker has closed it
    };
    match answer {
        Ok(stream) => {
            hub.told(id, &tls::told(stream.get_ref().1));
            link::serve(hub, id, outbox, stream, alive).await;
        }
        Err(refusal) => {
            hub.told(id, &format!("no TLS: {refusal}"));
            hub.failed(id, refusal.by);
        }
    }
}
