//! Certificates for TLS in the lab: an authority of its own, and what it vouches for.
//!
//! A certificate binds a key to names, and an authority signs it. Whoever trusts the authority, because
//! its certificate was handed over beforehand, believes what it has signed:
//!
//! ```text
//!   Authority ── signs ──▶ Certificate: "this key belongs to localhost and 127.0.0.1, until then"
//!       │                       └─ with its key, for the broker alone
//!       └─ its own certificate, for every client: --cafile
//! ```
//!
//! Certificates that no client should accept are made in the same way: with another name, with a
//! [`Validity`] in the past, or by another authority.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use certificates::{Authority, Validity};
//!
//! let now = SystemTime::now();
//! let authority = Authority::new("an authority", Validity::days(now, 365)?)?;
//! let good = authority.issue(&["localhost", "127.0.0.1"], Validity::days(now, 30)?)?;
//! let yesterday = now - Duration::from_secs(24 * 60 * 60);
//! let expired = authority.issue(&["localhost"], Validity { from: yesterday, until: yesterday })?;
//! assert!(good.certificate.starts_with("-----BEGIN CERTIFICATE-----"));
//! assert!(good.key.starts_with("-----BEGIN PRIVATE KEY-----"));
//! # Ok::<(), certificates::Error>(())
//! ```

use std::fmt;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};

/// Who vouches for certificates. Its key is in memory alone, and gone with it.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: String,
}

/// A certificate, and the key to it. Both in PEM.
#[derive(Clone)]
pub struct Certificate {
    /// What the broker shows to everybody.
    pub certificate: String,
    /// What it keeps for itself.
    pub key: String,
}

/// How long a certificate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// Its first moment.
    pub from: SystemTime,
    /// Its last one.
    pub until: SystemTime,
}

/// Why there is no certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A name that no certificate can hold.
    Name(String),
    /// So many days lead beyond what a clock can tell.
    Days(u32),
    /// What rcgen could not do.
    Other(String),
}

impl Authority {
    /// A new authority, with a key of its own. The name is what people see: programs go by the key.
    ///
    /// # Errors
    ///
    /// If no key can be made.
    pub fn new(name: &str, validity: Validity) -> Result<Self, Error> {
        let mut params = params(name, &[], validity)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)); // no authorities below it
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), certificate })
    }

    /// Its own certificate in PEM, for clients to trust.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// A certificate for a server that is called by these names: host names or addresses.
    ///
    /// # Errors
    ///
    /// A name that is no ASCII text, and if no key can be made.
    pub fn issue<N: AsRef<str>>(
        &self,
        names: &[N],
        validity: Validity,
    ) -> Result<Certificate, Error> {
        let names: Vec<_> = names.iter().map(|name| name.as_ref().to_owned()).collect();
        let common_name = names.first().map_or("a server", String::as_str);
        let mut params = params(common_name, &names, validity)?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        // Whoever stands between two ends is a server to the one and a client to the other.
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?.pem();
        Ok(Certificate { certificate, key: key.serialize_pem() })
    }
}

impl Validity {
    /// So many days from now on, and an hour before: clocks differ.
    ///
    /// # Errors
    ///
    /// If there are too many of them.
    pub fn days(now: SystemTime, days: u32) -> Result<Self, Error> {
        let hour = Duration::from_secs(60 * 60);
        let until = now.checked_add(hour * 24 * days).ok_or(Error::Days(days))?;
        Ok(Self { from: now.checked_sub(hour).unwrap_or(now), until })
    }
}

/// Without its key.
impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

/// Without its key.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut certificate = f.debug_struct("Certificate");
        certificate.field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(
                f,
                "{name:?} cannot be the name in a certificate: it takes host names and addresses, \
                 such as broker.example or 192.168.1.5"
            ),
            Self::Days(days) => write!(f, "{days} days lead beyond what a clock can tell"),
            Self::Other(error) => write!(f, "no certificate was made: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<rcgen::Error> for Error {
    fn from(error: rcgen::Error) -> Self {
        Self::Other(error.to_string())
    }
}

fn params(
    common_name: &str,
    names: &[String],
    validity: Validity,
) -> Result<CertificateParams, Error> {
    if let Some(bad) = names.iter().find(|name| !is_name(name)) {
        return Err(Error::Name(bad.clone()));
    }
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    (params.not_before, params.not_after) = (validity.from.into(), validity.until.into());
    Ok(params)
}

/// Whether it looks like a host name or an address. Others would be made, and fit no host.
fn is_name(name: &str) -> bool {
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b".-:*_".contains(&byte);
    !name.is_empty() && name.bytes().all(is_good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_fit_no_host_are_refused() {
        let validity = Validity::days(SystemTime::UNIX_EPOCH, 1).unwrap();
        let authority = Authority::new("a test", validity).unwrap();
        for bad in ["", "a b", "größer.example", "mqtt://localhost"] {
            assert_eq!(authority.issue(&[bad], validity).unwrap_err(), Error::Name(bad.to_owned()));
        }
        for good in ["localhost", "127.0.0.1", "::1", "broker.example", "*.example"] {
            assert!(authority.issue(&[good], validity).is_ok(), "{good}");
        }
    }

    #[test]
    fn a_validity_begins_an_hour_ago() {
        let hour = Duration::from_secs(3600);
        let now = SystemTime::UNIX_EPOCH + 10 * hour;
        let validity = Validity::days(now, 2).unwrap();
        assert_eq!(validity, Validity { from: now - hour, until: now + 48 * hour });
    }

    #[test]
    fn what_is_printed_holds_no_key() {
        let validity = Validity::days(SystemTime::UNIX_EPOCH, 1).unwrap();
        let authority = Authority::new("a test", validity).unwrap();
        let printed = format!("{authority:?} {:?}", authority.issue(&["a"], validity).unwrap());
        assert!(printed.contains("BEGIN CERTIFICATE") && !printed.contains("KEY"), "{printed}");
    }
}
