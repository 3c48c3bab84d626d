//! The end that shows a certificate.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::sign::SingleCertAndKey;
use tokio_rustls::rustls::{KeyLog, ServerConfig};
use tokio_rustls::server::TlsStream;

use crate::identity::Identity;
use crate::refusal::Refusal;

/// What a server shows, and how it speaks TLS. It asks clients for no certificate.
#[derive(Clone)]
pub struct ServerSide {
    /// The certificate that it shows, and the key to it.
    pub identity: Identity,
    /// How long a client may take for the handshake.
    pub handshake_timeout: Duration,
    /// Who is told the keys of each session.
    pub key_log: Option<Arc<dyn KeyLog>>,
}

/// Makes the server's side of handshakes.
#[derive(Clone)]
pub struct Acceptor {
    acceptor: TlsAcceptor,
    timeout: Duration,
}

impl ServerSide {
    /// TLS as it is by default, with this certificate: 5 s for a handshake, and keys told to nobody.
    pub fn new(identity: Identity) -> Self {
        Self { identity, handshake_timeout: Duration::from_secs(5), key_log: None }
    }

    /// What makes handshakes: TLS 1.2 and 1.3, with what rustls takes for safe.
    ///
    /// # Errors
    ///
    /// None that is known: what rustls has against its own defaults.
    pub fn acceptor(&self) -> io::Result<Acceptor> {
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

impl fmt::Debug for ServerSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSide")
            .field("identity", &self.identity)
            .field("handshake_timeout", &self.handshake_timeout)
            .field("key_log", &self.key_log.is_some())
            .finish()
    }
}

impl Acceptor {
    /// Speaks TLS over this stream.
    ///
    /// # Errors
    ///
    /// Why there is no TLS, and which end gave up.
    pub async fn handshake<S>(&self, stream: S) -> Result<TlsStream<S>, Refusal>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        match tokio::time::timeout(self.timeout, self.acceptor.accept(stream)).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(Refusal::of(&error)),
            Err(_) => Err(Refusal::timeout(self.timeout)),
        }
    }
}
