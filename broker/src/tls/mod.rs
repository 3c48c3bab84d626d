//! TLS below MQTT: the same packets, which only the two ends can read.
//!
//! ```text
//!   TCP ─▶ Acceptor::handshake ─▶ a stream of decrypted bytes ─▶ as over TCP
//! ```
//!
//! The broker shows its certificate, and the client decides whether to trust it. Clients need none:
//! they say by User Name and Password who they are, which TLS keeps from others' eyes.

mod identity;
mod refusal;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use broker_core::ConnectionId;
use tap::Side;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::sign::SingleCertAndKey;
use tokio_rustls::rustls::{KeyLog, ServerConfig};
use tokio_rustls::server::TlsStream;

pub use self::identity::{Identity, IdentityError};
use self::refusal::Refusal;
use crate::hub::Hub;
use crate::link;
use crate::outbox::Outbox;

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

    /// TLS 1.2 and 1.3, with what rustls takes for safe.
    pub(crate) fn acceptor(&self) -> io::Result<Acceptor> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(self.identity.certified_key())));
        if let Some(key_log) = &self.key_log {
            config.key_log = Arc::clone(key_log);
        }
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Acceptor { acceptor, timeout: self.handshake_timeout })
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
) {
    let answer = tokio::select! {
        answer = acceptor.handshake(socket) => answer,
        () = outbox.ended() => return hub.failed(id, Side::Server), // the broker has closed it
    };
    match answer {
        Ok(stream) => {
            hub.told(id, &told(&stream));
            link::serve(hub, id, outbox, stream).await;
        }
        Err(refusal) => {
            hub.told(id, &format!("no TLS: {refusal}"));
            hub.failed(id, refusal.by);
        }
    }
}

/// Makes the broker's side of handshakes.
#[derive(Clone)]
pub(crate) struct Acceptor {
    acceptor: TlsAcceptor,
    timeout: Duration,
}

impl Acceptor {
    pub(crate) async fn handshake(
        &self,
        socket: TcpStream,
    ) -> Result<TlsStream<TcpStream>, Refusal> {
        match tokio::time::timeout(self.timeout, self.acceptor.accept(socket)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(Refusal::of(&error)),
            Err(_) => Err(Refusal::timeout(self.timeout)),
        }
    }
}

/// `TLS 1.3 with TLS13_AES_256_GCM_SHA384`.
fn told(stream: &TlsStream<TcpStream>) -> String {
    let (_, session) = stream.get_ref();
    let version = match session.protocol_version() {
        Some(tokio_rustls::rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
        _ => "TLS 1.2",
    };
    match session.negotiated_cipher_suite() {
        Some(suite) => format!("{version} with {:?}", suite.suite()),
        None => version.to_owned(),
    }
}
