//! A certificate and its key in the operator's files.

use crate::config::CertificateFiles;
use crate::front::{Certificate, Unusable};
use crate::kernel::clock::Timestamp;
use crate::kernel::note::Note;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why files are not served.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("{variable}: {}: {cause}", .path.display())]
    NotRead { variable: &'static str, path: PathBuf, cause: io::Error },
    #[error("{variable}: {}: {why}", .path.display())]
    Unusable { variable: &'static str, path: PathBuf, why: Unusable },
    #[error("the certificate ended at {}", .ended_at.rfc3339())]
    Over { ended_at: Timestamp },
}

impl FileError {
    /// For the operator.
    pub fn note(&self) -> Note {
        match self {
            FileError::NotRead { variable, cause, .. } => {
                Note::TlsFileNotRead { variable: (*variable).to_owned(), said: cause.to_string() }
            }
            FileError::Unusable { why: Unusable::OtherKey, .. } => Note::TlsOtherKey,
            FileError::Unusable { variable, .. } => {
                Note::TlsFileUnusable { variable: (*variable).to_owned() }
            }
            FileError::Over { .. } => Note::TlsFileOver,
        }
    }
}

pub(super) fn read(files: &CertificateFiles) -> Result<Certificate, FileError> {
    let chain = bytes("TLS_CERT", &files.certificate)?;
    let key = bytes("TLS_KEY", &files.key)?;
    Certificate::read(&chain, &key).map_err(|why| {
        let (variable, path) = match why {
            Unusable::NoCertificate | Unusable::Unreadable => ("TLS_CERT", &files.certificate),
            Unusable::NoKey | Unusable::OtherKey | Unusable::Key(_) => ("TLS_KEY", &files.key),
        };
        FileError::Unusable { variable, path: path.clone(), why }
    })
}

fn bytes(variable: &'static str, path: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(path).map_err(|cause| FileError::NotRead { variable, path: path.to_owned(), cause })
}
