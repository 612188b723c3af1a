//! Certificates: reading one, and handing each new connection the present one.

use crate::kernel::clock::Timestamp;
use parking_lot::RwLock;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

/// A certificate with its key and the chain above it.
pub struct Certificate {
    key: Arc<CertifiedKey>,
    /// Names and addresses that it is for.
    pub names: Vec<String>,
    pub begins_at: Timestamp,
    pub ends_at: Timestamp,
}

/// Why a certificate cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("there is no certificate in it (PEM, -----BEGIN CERTIFICATE-----)")]
    NoCertificate,
    #[error("there is no private key in it (PEM, without a password)")]
    NoKey,
    #[error("the key is not the one of the certificate")]
    OtherKey,
    #[error("the certificate cannot be read")]
    Unreadable,
    #[error("the key cannot be used: {0}")]
    Key(Error),
}

impl Certificate {
    /// Of two PEM texts.
    pub fn read(chain: &[u8], key: &[u8]) -> Result<Certificate, Unusable> {
        let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|_| Unusable::NoCertificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| Unusable::NoKey)?;
        let (names, begins_at, ends_at) = about(chain.first().ok_or(Unusable::NoCertificate)?)?;
        let key = CertifiedKey::from_der(chain, key, &default_provider()).map_err(|why| {
            if matches!(why, Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) {
                Unusable::OtherKey
            } else {
                Unusable::Key(why)
            }
        })?;
        Ok(Certificate { key: Arc::new(key), names, begins_at, ends_at })
    }

    pub fn is_same(&self, other: &Certificate) -> bool {
        self.key.cert == other.key.cert
    }

    /// Whether it is for this name; a wildcard stands for one label.
    pub fn is_for(&self, name: &str) -> bool {
        let parent = name.split_once('.').map(|(_, parent)| parent);
        self.names.iter().any(|own| {
            own.eq_ignore_ascii_case(name)
                || own
                    .strip_prefix("*.")
                    .is_some_and(|own| parent.is_some_and(|parent| own.eq_ignore_ascii_case(parent)))
        })
    }
}

/// What a certificate says of itself: names, beginning, end.
fn about(certificate: &[u8]) -> Result<(Vec<String>, Timestamp, Timestamp), Unusable> {
    let (_, read) = parse_x509_certificate(certificate).map_err(|_| Unusable::Unreadable)?;
    let alternatives = read.subject_alternative_name().map_err(|_| Unusable::Unreadable)?;
    let alternatives = alternatives.map(|found| found.value.general_names.iter()).into_iter().flatten();
    let names = alternatives.filter_map(name).collect();
    let at = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1000));
    let validity = read.validity();
    Ok((names, at(validity.not_before.timestamp()), at(validity.not_after.timestamp())))
}

fn name(general: &GeneralName<'_>) -> Option<String> {
    if let GeneralName::DNSName(name) = general {
        return Some((*name).to_owned());
    }
    let GeneralName::IPAddress(bytes) = general else { return None };
    let v4 = <[u8; 4]>::try_from(*bytes).map(IpAddr::from).ok();
    v4.or_else(|| <[u8; 16]>::try_from(*bytes).map(IpAddr::from).ok()).map(|address| address.to_string())
}

/// The certificate that new connections get. Those that are open keep the one they began with.
#[derive(Default)]
pub struct Certificates {
    present: RwLock<Option<Arc<Certificate>>>,
    challenge: RwLock<Option<Challenge>>,
}

/// By what an authority sees that the panel answers for its name (HTTP-01, RFC 8555).
pub struct Challenge {
    pub token: String,
    pub answer: String,
}

impl Certificates {
    pub fn present(&self) -> Option<Arc<Certificate>> {
        self.present.read().clone()
    }

    pub fn serve(&self, certificate: Certificate) {
        *self.present.write() = Some(Arc::new(certificate));
    }

    /// What plain requests for it are answered, from now on.
    pub fn set_challenge(&self, challenge: Option<Challenge>) {
        *self.challenge.write() = challenge;
    }

    /// `None`: nobody is asking for that.
    pub(super) fn challenge_answer(&self, token: &str) -> Option<String> {
        let challenge = self.challenge.read();
        challenge.as_ref().filter(|challenge| challenge.token == token).map(|known| known.answer.clone())
    }
}

impl ResolvesServerCert for Certificates {
    /// `None` refuses the handshake: while there is no certificate, a made-up one would only teach customers to click
    /// warnings away.
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.present.read().as_ref().map(|certificate| Arc::clone(&certificate.key))
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificates")
    }
}
