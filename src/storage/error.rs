//! Why something did not work out at the storage. No text holds an address or a secret.

use crate::kernel::cause::CallCause;
use crate::kernel::note::Note;
use crate::outbound::Failure;
use std::io;

/// What is kept of a storage's own code.
const CODE_CHARS: usize = 60;

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("no answer: {0}")]
    NoAnswer(CallCause),
    /// With the storage's own code, where there is one.
    #[error("HTTP {status}: {code}")]
    Says { status: u16, code: String },
    #[error("the answer cannot be read")]
    Unreadable,
    #[error("what lies there is not what was sent")]
    Differs,
    #[error("the list has no end")]
    Endless,
    #[error("the file is larger than 78 GiB")]
    TooLarge,
    #[error("the file cannot be read: {0}")]
    File(#[from] io::Error),
}

impl From<Failure> for StorageError {
    fn from(failure: Failure) -> Self {
        StorageError::NoAnswer(failure.cause())
    }
}

impl StorageError {
    /// Of another status than hoped for: `<Code>AccessDenied</Code>` is the code.
    pub(super) fn said(status: u16, body: &[u8]) -> StorageError {
        let text = String::from_utf8_lossy(body);
        let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
        let code = code.map_or("", |(code, _)| code);
        let code = code.chars().filter(char::is_ascii_alphanumeric).take(CODE_CHARS).collect();
        StorageError::Says { status, code }
    }

    /// Whether the same may work a moment later.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            StorageError::NoAnswer(_) | StorageError::Differs | StorageError::Unreadable => true,
            StorageError::Says { status, .. } => *status >= 500 || *status == 429 || *status == 408,
            StorageError::Endless | StorageError::TooLarge | StorageError::File(_) => false,
        }
    }

    /// Whether the storage does not let this key do it.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, StorageError::Says { status: 403, .. })
    }

    /// What the operator is told.
    pub fn note(self) -> Note {
        match self {
            StorageError::NoAnswer(cause) => Note::StorageNoAnswer { cause },
            StorageError::Says { status, code } => Note::StorageSays { status, said: code },
            StorageError::Differs => Note::StorageDiffers,
            StorageError::Unreadable | StorageError::Endless => Note::StorageUnclear,
            StorageError::TooLarge | StorageError::File(_) => Note::StorageNoFile { said: self.to_string() },
        }
    }
}
