//! TLS below MQTT: the same packets, which only the two ends can read.
//!
//! ```text
//!   TCP ─▶ connect_tls ─▶ handshake ─▶ a Transport of decrypted bytes ─▶ as over TCP
//!                             └─ the client checks: who signed the server's certificate, for which
//!                                name, until when? What fails is a HandshakeError.
//! ```
//!
//! Without the check TLS would keep a secret, but nobody would know with whom: that is why there is no
//! option to leave it out.

mod error;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, Error, KeyLog, ProtocolVersion, RootCertStore};

pub use self::error::{HandshakeError, TrustError};
use crate::error::ConnectError;
use crate::transport::{Transport, open_tcp};

/// Whom a client trusts, and how it speaks TLS.
///
/// ```
/// use client::{ConnectError, HandshakeError, Options, Tls};
/// use wire::Text;
/// # use std::time::SystemTime;
/// # let validity = certificates::Validity::days(SystemTime::now(), 1)?;
/// # let authority = certificates::Authority::new("an authority", validity)?;
/// # let server = authority.issue(&["localhost"], validity)?;
/// # let identity = broker::Identity::from_pem(server.certificate.as_bytes(), server.key.as_bytes())?;
/// # let any = ([127, 0, 0, 1], 0).into();
/// # let tls = Some(broker::Tls { listen: any, ..broker::Tls::new(identity) });
/// # let settings = broker::Settings { listen: any, tls, ..Default::default() };
/// # let pem = authority.certificate().as_bytes();
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let broker = broker::Server::bind(settings).await?;
/// # let port = broker.tls_address().unwrap().port();
/// # tokio::spawn(broker.run(std::future::pending()));
///
/// let mut options = Options::new("localhost", port, Text::try_from("alice")?);
/// options.tls = Some(Tls::from_pem(pem)?); // or Tls::read("ca.pem")
/// let (client, _notices) = client::Client::connect(options.clone()).await?;
/// client.disconnect().await;
///
/// options.host = "127.0.0.1".to_owned(); // the same server, but its certificate is for localhost
/// match client::Client::connect(options).await {
///     Err(ConnectError::Tls { error: HandshakeError::WrongName { names, .. }, .. }) => {
///         assert_eq!(names, ["localhost"]);
///     }
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Tls {
    trusted: Arc<RootCertStore>,
    /// How long the handshake may take. Default 10 s.
    pub handshake_timeout: Duration,
    /// Who is told the keys of each session, so that a capture can be decrypted. Whoever has them
    /// reads along. Default: nobody.
    pub key_log: Option<Arc<dyn KeyLog>>,
}

impl Tls {
    /// Trusts the certificate authorities in this PEM file, and no others.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, and as [`from_pem`](Self::from_pem).
    pub fn read(authorities: impl AsRef<Path>) -> Result<Self, TrustError> {
        let path = authorities.as_ref();
        let pem =
            std::fs::read(path).map_err(|error| TrustError::Unreadable(path.to_owned(), error))?;
        Self::from_pem(&pem)
    }

    /// Trusts the certificate authorities in this PEM text, and no others.
    ///
    /// # Errors
    ///
    /// If there is no certificate in it, or one that cannot be that of an authority.
    pub fn from_pem(authorities: &[u8]) -> Result<Self, TrustError> {
        let mut trusted = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(authorities) {
            let certificate = certificate.map_err(|_| TrustError::NoCertificate)?;
            trusted.add(certificate).map_err(|error| TrustError::Unusable(error.to_string()))?;
        }
        if trusted.is_empty() {
            return Err(TrustError::NoCertificate);
        }
        let handshake_timeout = Duration::from_secs(10);
        Ok(Self { trusted: Arc::new(trusted), handshake_timeout, key_log: None })
    }

    /// TLS 1.2 and 1.3, with what rustls takes for safe.
    fn connector(&self) -> Result<TlsConnector, Error> {
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(Arc::clone(&self.trusted))
            .with_no_client_auth();
        if let Some(key_log) = &self.key_log {
            config.key_log = Arc::clone(key_log);
        }
        Ok(TlsConnector::from(Arc::new(config)))
    }

    async fn handshake(
        &self,
        host: &str,
        socket: TcpStream,
    ) -> Result<TlsStream<TcpStream>, HandshakeError> {
        let called = ServerName::try_from(host.to_owned())
            .map_err(|_| HandshakeError::NoName(host.to_owned()))?;
        let connector = self.connector().map_err(|error| HandshakeError::of_tls(&error))?;
        match tokio::time::timeout(self.handshake_timeout, connector.connect(called, socket)).await
        {
            Ok(answer) => answer.map_err(|error| HandshakeError::of(&error)),
            Err(_) => Err(HandshakeError::Timeout(self.handshake_timeout)),
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("trusted", &self.trusted.len())
            .field("handshake_timeout", &self.handshake_timeout)
            .field("key_log", &self.key_log.is_some())
            .finish()
    }
}

/// Opens a TCP connection, and speaks TLS over it. The server's certificate has to be for `host`, as
/// it stands here: a name or an address.
///
/// # Errors
///
/// [`ConnectError::Network`] if there is no TCP connection, [`ConnectError::Tls`] if the handshake
/// fails.
pub async fn connect_tls(host: &str, port: u16, tls: &Tls) -> Result<Transport, ConnectError> {
    let server = || format!("{host}:{port}");
    let network = |error: io::Error| ConnectError::Network { server: server(), error };
    let (socket, ends) = open_tcp(host, port).await.map_err(network)?;
    let stream = tls
        .handshake(host, socket)
        .await
        .map_err(|error| ConnectError::Tls { server: server(), error })?;
    let told = told(&stream);
    Ok(Transport { told: Some(told), ..Transport::new(stream, ends) })
}

/// `TLS 1.3 with TLS13_AES_256_GCM_SHA384`.
fn told(stream: &TlsStream<TcpStream>) -> String {
    let (_, session) = stream.get_ref();
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        _ => "TLS 1.2",
    };
    match session.negotiated_cipher_suite() {
        Some(suite) => format!("{version} with {:?}", suite.suite()),
        None => version.to_owned(),
    }
}
