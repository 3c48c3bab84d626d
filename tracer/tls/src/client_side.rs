//! The end that checks a certificate.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::ResolvesClientCert;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::sign::SingleCertAndKey;
use tokio_rustls::rustls::{ClientConfig, Error, KeyLog, RootCertStore};

use crate::handshake_error::HandshakeError;
use crate::identity::Identity;

/// Whom a client trusts, and how it speaks TLS.
#[derive(Clone)]
pub struct ClientSide {
    trusted: Arc<RootCertStore>,
    /// What it shows to a server that asks for a certificate. Default: nothing.
    pub identity: Option<Identity>,
    /// How long the handshake may take. Default 10 s.
    pub handshake_timeout: Duration,
    /// Who is told the keys of each session, so that a capture can be decrypted. Whoever has them
    /// reads along. Default: nobody.
    pub key_log: Option<Arc<dyn KeyLog>>,
}

impl ClientSide {
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
        Ok(Self { trusted: Arc::new(trusted), identity: None, handshake_timeout, key_log: None })
    }

    /// Speaks TLS over this stream. The server's certificate has to be for `host`, as it stands here:
    /// a name or an address.
    ///
    /// # Errors
    ///
    /// Why there is no TLS.
    pub async fn handshake<S>(&self, host: &str, stream: S) -> Result<TlsStream<S>, HandshakeError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let called = ServerName::try_from(host.to_owned())
            .map_err(|_| HandshakeError::NoName(host.to_owned()))?;
        let connector = self.connector().map_err(|error| HandshakeError::of_tls(&error))?;
        let answer = connector.connect(called, stream);
        match tokio::time::timeout(self.handshake_timeout, answer).await {
            Ok(answer) => answer.map_err(|error| HandshakeError::of(&error)),
            Err(_) => Err(HandshakeError::Timeout(self.handshake_timeout)),
        }
    }

    /// TLS 1.2 and 1.3, with what rustls takes for safe.
    fn connector(&self) -> Result<TlsConnector, Error> {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(Arc::clone(&self.trusted));
        let mut config = match &self.identity {
            Some(identity) => builder.with_client_cert_resolver(shown(identity)),
            None => builder.with_no_client_auth(),
        };
        if let Some(key_log) = &self.key_log {
            config.key_log = Arc::clone(key_log);
        }
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

fn shown(identity: &Identity) -> Arc<dyn ResolvesClientCert> {
    Arc::new(SingleCertAndKey::from(identity.certified_key()))
}

impl fmt::Debug for ClientSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSide")
            .field("trusted", &self.trusted.len())
            .field("identity", &self.identity)
            .field("handshake_timeout", &self.handshake_timeout)
            .field("key_log", &self.key_log.is_some())
            .finish()
    }
}

/// Why it is not known whom to trust.
#[derive(Debug)]
#[non_exhaustive]
pub enum TrustError {
    /// The file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// There is no certificate in it.
    NoCertificate,
    /// One in it is no certificate of an authority: what rustls has against it.
    Unusable(String),
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::NoCertificate => f.write_str(
                "there is no certificate in it: that of an authority begins with -----BEGIN \
                 CERTIFICATE-----; `broker cert` calls it ca.pem",
            ),
            Self::Unusable(error) => {
                write!(f, "it holds a certificate that cannot be used: {error}")
            }
        }
    }
}

impl StdError for TrustError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unreadable(_, error) => Some(error),
            Self::NoCertificate | Self::Unusable(_) => None,
        }
    }
}
