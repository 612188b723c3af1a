//! First answers, kept for replays: the same request under the same key is carried out once.
//!
//! The answer is stored in the transaction that carries the request out, so a crash keeps both or neither. What
//! was refused leaves no trace and does not use the key up.

mod store;

pub use store::keep;

use crate::db::{ReadTx, Tx};
use crate::kernel::error::{Answer, Code, Fault, Refusal};
use crate::kernel::ids::UserId;

/// How long an answer is kept at least.
const KEPT_DAYS: i64 = 7;

/// What the client calls its request: 1 to 255 printable ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    pub fn parse(text: &str) -> Option<Key> {
        let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        (printable && (1..=255).contains(&text.len())).then(|| Key(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A request of one user under one key.
#[derive(Debug, Clone)]
pub struct Request {
    pub user: UserId,
    pub key: Key,
    /// SHA-256 of method, path and the body as JSON.
    pub fingerprint: [u8; 32],
}

/// The answer as it went out the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// The key stands for another request already.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    #[error("this Idempotency-Key was used for another request")]
    Reused,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for IdempotencyError {
    fn answer(&self) -> Answer {
        match self {
            IdempotencyError::Reused => Code::IdempotencyKeyReused.into(),
            IdempotencyError::Fault(fault) => fault.answer(),
        }
    }
}

/// The first answer to this request, if there was one.
pub fn find(tx: &ReadTx, request: &Request) -> Result<Option<StoredAnswer>, IdempotencyError> {
    match store::by_key(tx, request.user, request.key.as_str())? {
        None => Ok(None),
        Some((fingerprint, answer)) if fingerprint == request.fingerprint => Ok(Some(answer)),
        Some(_) => Err(IdempotencyError::Reused),
    }
}

/// Deletes some of the answers that are older than clients may count on; how many.
pub fn forget_old(tx: &Tx) -> Result<usize, Fault> {
    store::delete_some(tx, tx.now().plus_seconds(-KEPT_DAYS * 24 * 60 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_short_printable_ascii() {
        assert!(Key::parse("a b~").is_some() && Key::parse(&"x".repeat(255)).is_some());
        for bad in ["", "\t", "é", "a\n", &"x".repeat(256)] {
            assert_eq!(Key::parse(bad), None, "{bad:?}");
        }
    }
}
