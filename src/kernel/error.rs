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

/// What the caller hears of a refusal, beside its sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub kind: Kind,
    /// Stable, public, listed in docs/API.md; clients match on it.
    pub code: &'static str,
    /// The fields at fault; only for `Kind::Invalid`.
    pub fields: Vec<FieldError>,
    /// Why, where the code alone does not say what to do.
    pub reason: Option<Reason>,
}

impl Answer {
    pub fn new(kind: Kind, code: &'static str) -> Self {
        Answer { kind, code, fields: Vec::new(), reason: None }
    }

    pub fn not_found() -> Self {
        Answer::new(Kind::NotFound, "not_found")
    }

    pub fn conflict(reason: Reason) -> Self {
        Answer::new(Kind::Conflict, "conflict").because(reason)
    }

    pub fn invalid(fields: Vec<FieldError>) -> Self {
        Answer { fields, ..Answer::new(Kind::Invalid, "validation_failed") }
    }

    #[must_use]
    pub fn because(self, reason: Reason) -> Self {
        Answer { reason: Some(reason), ..self }
    }
}

/// A refusal of one domain.
pub trait Refusal: Error {
    fn answer(&self) -> Answer;

    fn kind(&self) -> Kind {
        self.answer().kind
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
    fn answer(&self) -> Answer {
        match self {
            Fault::Overloaded(_) => Answer::new(Kind::Unavailable, "overloaded"),
            Fault::Denied(_) => Answer::new(Kind::Unauthenticated, "unauthenticated"),
            Fault::Database(_) | Fault::Corrupt(_) | Fault::Overflow(_) | Fault::Internal(_) => {
                Answer::new(Kind::Internal, "internal")
            }
        }
    }
}
