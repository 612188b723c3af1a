//! What can go wrong, in two halves: a `Refusal` is an answer the caller can act on (one enum per domain
//! implements it), a `Fault` is what nobody can act on (the disk, a corrupt row, an overflow).

use super::reason::Reason;
pub use super::rule::{FieldError, Rule};
use std::error::Error;

/// The class of a refusal. `web::error` holds the only table from this to an HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not readable at all: 400.
    Malformed,
    /// Who are you? 401.
    Unauthenticated,
    /// The balance does not cover it: 402.
    Unpaid,
    /// You may not: 403.
    Forbidden,
    /// Nothing there, or somebody else's: 404.
    NotFound,
    /// A known path with another method: 405.
    MethodNotAllowed,
    /// The present state forbids it: 409.
    Conflict,
    /// 413.
    TooLarge,
    /// 415.
    UnsupportedMedia,
    /// Readable, but a value is not acceptable: 422.
    Invalid,
    /// Too often: 429.
    Limited,
    /// A defect: 500.
    Internal,
    /// Not set up, or no room right now: 503.
    Unavailable,
}

/// A refusal of one domain: its class, its stable public code, for invalid values the fields, else the reason.
pub trait Refusal: Error {
    fn kind(&self) -> Kind;
    /// Stable, public, listed in docs/API.md; clients match on it.
    fn code(&self) -> &'static str;
    /// The fields at fault; only for `Kind::Invalid`.
    fn fields(&self) -> Vec<FieldError> {
        Vec::new()
    }
    /// Why, where the code alone does not say what to do.
    fn reason(&self) -> Option<Reason> {
        None
    }
}

/// What neither the caller nor the domain can mend. Logged once at the edge, never shown.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("database: {0}")]
    Database(#[source] Box<dyn Error + Send + Sync>),
    /// A row holds what no code of ours writes.
    #[error("corrupt row: {0}")]
    Corrupt(String),
    #[error("arithmetic overflow: {0}")]
    Overflow(&'static str),
    /// The write queue or the disk is full. Nothing was committed; later may work.
    #[error("overloaded: {0}")]
    Overloaded(&'static str),
    /// Whoever asked has lost the right to it while the request was under way.
    #[error("{0}")]
    Denied(&'static str),
    /// A defect or a failure of the machine outside the database.
    #[error("{0}")]
    Internal(String),
}

impl Refusal for Fault {
    fn kind(&self) -> Kind {
        match self {
            Fault::Overloaded(_) => Kind::Unavailable,
            Fault::Denied(_) => Kind::Unauthenticated,
            Fault::Database(_) | Fault::Corrupt(_) | Fault::Overflow(_) | Fault::Internal(_) => {
                Kind::Internal
            }
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Fault::Overloaded(_) => "overloaded",
            Fault::Denied(_) => "unauthenticated",
            Fault::Database(_) | Fault::Corrupt(_) | Fault::Overflow(_) | Fault::Internal(_) => "internal",
        }
    }
}
