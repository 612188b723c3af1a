//! The certificate that the panel serves: where it comes from, and when it is replaced. What is served stays until
//! something better is there.
//!
//! `files` are the operator's; `acme` speaks with an authority, `renewal` says when, and keeps what it gave.
//!
//! What does not live here: the handshake (`front`), and who looks and asks (`jobs`).

mod acme;
mod carrier;
mod files;
mod renewal;
mod store;

pub use acme::{Given, Trouble, get, new_account};
pub use carrier::Patience;
pub use files::FileError;
pub use renewal::{
    Failures, Next, claim, is_urgent, keep_account, keep_certificate, next, recall, record_trouble,
};

use crate::config::{Acme, CertificateFiles, CertificateSource, Config, Https, public_url_of};
use crate::db::{DbPath, restore};
use crate::front::{Certificate, Certificates};
use crate::kernel::clock::{Clock, Timestamp};
use crate::kernel::error::Fault;
use std::sync::Arc;
use url::Url;

/// The operator is told of a certificate that ends within so many days: by then it should have been replaced.
const LATE_DAYS: i64 = 7;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Why there is nothing to serve.
#[derive(Debug, thiserror::Error)]
pub enum NoCertificate {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(
        "HTTPS_DOMAIN: is needed, because the certificate of TLS_CERT names no host that could be the panel's"
    )]
    NoName,
}

/// Reads files that are to be served, and completes the panel's address by them; what an authority gave is `recall`ed.
/// `None`: the panel speaks no HTTPS.
pub fn open(config: &mut Config, now: Timestamp) -> Result<Option<Arc<Certificates>>, NoCertificate> {
    let Some(https) = &config.https else { return Ok(None) };
    let CertificateSource::Files(files) = &https.source else { return Ok(Some(Arc::default())) };
    let certificate = files::read(files)?;
    if config.public_url.is_none() {
        config.public_url = Some(public_url(&certificate).ok_or(NoCertificate::NoName)?);
    }
    let name = config.public_url.as_ref().and_then(Url::host_str).unwrap_or_default();
    tell(&certificate, name, now);
    let certificates = Arc::new(Certificates::default());
    certificates.serve(certificate);
    Ok(Some(certificates))
}

fn public_url(certificate: &Certificate) -> Option<Url> {
    certificate.names.iter().filter(|name| !name.contains('*')).find_map(|name| public_url_of(name))
}

/// Tells of what browsers will complain about.
fn tell(certificate: &Certificate, name: &str, now: Timestamp) {
    if !certificate.is_for(name) {
        tracing::error!(name, names = ?certificate.names, "the certificate of TLS_CERT is not for this name");
    }
    if certificate.ends_at <= now || now < certificate.begins_at {
        tracing::error!(
            from = certificate.begins_at.rfc3339(),
            until = certificate.ends_at.rfc3339(),
            "the certificate of TLS_CERT is not valid now"
        );
    }
}

/// What a start would serve.
pub enum Examined<'a> {
    Found(Arc<Certificate>),
    /// This authority is asked for one.
    Awaited(&'a Acme),
}

/// Looks as a start would, without a trace. `database` has what an authority gave; `None`: there is none yet.
pub fn examine<'a>(
    https: &'a Https,
    database: Option<&DbPath>,
    clock: &Clock,
) -> Result<Examined<'a>, Fault> {
    match &https.source {
        CertificateSource::Files(files) => {
            let found = files::read(files).map_err(|why| Fault::Internal(why.to_string()))?;
            Ok(Examined::Found(Arc::new(found)))
        }
        CertificateSource::Acme(acme) => {
            let kept = Certificates::default();
            if let Some(path) = database {
                restore::look(path, clock, |tx| recall(tx, acme, &kept))?;
            }
            Ok(kept.present().map_or(Examined::Awaited(acme), Examined::Found))
        }
    }
}

/// What the operator's files hold.
pub fn of_files(files: &CertificateFiles) -> Result<Certificate, FileError> {
    files::read(files)
}

/// What a look at the files has led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    Unchanged,
    /// New connections get another certificate, which ends then.
    Replaced(Timestamp),
}

/// Reads the files again. What cannot be served, or is over, replaces nothing.
pub fn look(files: &CertificateFiles, served: &Certificates, now: Timestamp) -> Result<Looked, FileError> {
    let found = files::read(files)?;
    if served.present().is_some_and(|present| present.is_same(&found)) {
        return Ok(Looked::Unchanged);
    }
    if found.ends_at <= now {
        return Err(FileError::Over { ended_at: found.ends_at });
    }
    let ends_at = found.ends_at;
    served.serve(found);
    Ok(Looked::Replaced(ends_at))
}

/// Whole days that are left of what is served, when they are few; 0 or less: it is over.
pub fn days_left(served: &Certificates, now: Timestamp) -> Option<i64> {
    let ends_at = served.present()?.ends_at;
    let days = ends_at.seconds().saturating_sub(now.seconds()).div_euclid(DAY_SECONDS);
    (days < LATE_DAYS).then_some(days)
}
