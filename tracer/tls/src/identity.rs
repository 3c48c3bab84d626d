//! The certificate that one end shows, and the key that proves that it is its own.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{Error, InconsistentKeys};

/// A certificate, those that lead from it to the authority, if any, and its key.
#[derive(Clone, Debug)]
pub struct Identity(Arc<CertifiedKey>);

impl Identity {
    /// Reads two PEM files.
    ///
    /// # Errors
    ///
    /// If one cannot be read, and as [`from_pem`](Self::from_pem).
    pub fn read(
        certificate: impl AsRef<Path>,
        key: impl AsRef<Path>,
    ) -> Result<Self, IdentityError> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|error| IdentityError::Unreadable(path.to_owned(), error))
        };
        Self::from_pem(&read(certificate.as_ref())?, &read(key.as_ref())?)
    }

    /// Takes two PEM texts: the certificate, with those between it and the authority behind it; and
    /// the key.
    ///
    /// # Errors
    ///
    /// If there is no certificate or no key where it should be, or the two do not belong together.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, IdentityError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(certificate)
            .collect::<Result<_, _>>()
            .map_err(|_| IdentityError::NoCertificate)?;
        if chain.is_empty() {
            return Err(IdentityError::NoCertificate);
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| IdentityError::NoKey)?;
        match CertifiedKey::from_der(chain, key, &ring::default_provider()) {
            Ok(certified) => Ok(Self(Arc::new(certified))),
            Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
                Err(IdentityError::Mismatch)
            }
            Err(error) => Err(IdentityError::Unusable(error.to_string())),
        }
    }

    pub(super) fn certified_key(&self) -> CertifiedKey {
        CertifiedKey::clone(&self.0)
    }
}

/// Why certificate and key cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum IdentityError {
    /// A file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// There is no certificate where one should be.
    NoCertificate,
    /// There is no key where one should be.
    NoKey,
    /// The key belongs to another certificate.
    Mismatch,
    /// What rustls has against them.
    Unusable(String),
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::NoCertificate => f.write_str(
                "the file of the certificate holds none: it begins with \
                 -----BEGIN CERTIFICATE----- (were certificate and key swapped?)",
            ),
            Self::NoKey => f.write_str(
                "the file of the key holds none: it begins with -----BEGIN PRIVATE KEY-----, and \
                 is not encrypted (were certificate and key swapped?)",
            ),
            Self::Mismatch => f.write_str(
                "the key does not belong to the certificate: were they made by the same run?",
            ),
            Self::Unusable(error) => write!(f, "certificate and key cannot be used: {error}"),
        }
    }
}

impl std::error::Error for IdentityError {}
