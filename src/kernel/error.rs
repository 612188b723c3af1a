//! What can go wrong, in two halves: a `Refusal` is an answer the caller can act on (one enum per domain
//! implements it), a `Fault` is what nobody can act on (the disk, a corrupt row, an overflow).

use super::reason::Reason;
pub use super::rule::{FieldError, Rule};
use std::error::Error;
use strum::{IntoStaticStr, VariantArray};

/// What a client is told of a refusal, first of all: stable, public, listed in docs/API.md; clients match on it.
/// `web::error` holds the only table from this to an HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Code {
    /// Not readable at all.
    MalformedRequest,
    Unauthenticated,
    InvalidCredentials,
    /// The password was right.
    TotpRequired,
    InvalidTotp,
    InsufficientBalance,
    Forbidden,
    AccountBanned,
    /// Whoever sees the panel as a user only looks.
    ReadOnly,
    /// Whoever works here needs a second factor first.
    TotpSetupRequired,
    /// The password has to be given once more.
    ConfirmationRequired,
    /// Nothing there, or somebody else's.
    NotFound,
    MethodNotAllowed,
    UsernameTaken,
    EmailTaken,
    ServiceInactive,
    PriceChanged,
    OrderFinal,
    CancelNotPossible,
    RefillNotPossible,
    DepositSettled,
    CouponNotValid,
    /// The present state forbids it, in another way.
    Conflict,
    PayloadTooLarge,
    UnsupportedMediaType,
    /// Readable, but a value is not acceptable.
    ValidationFailed,
    IdempotencyKeyReused,
    RateLimited,
    /// A defect.
    Internal,
    NotConfigured,
    /// The operator is at work on the shop.
    Maintenance,
    /// No room or no time right now.
    Overloaded,
}

/// What clients are told of a refusal beside its sentence.
#[derive(Debug, Clone)]
pub struct Answer {
    pub code: Code,
    /// The fields at fault; only for `ValidationFailed`.
    pub fields: Vec<FieldError>,
    /// Why, where the code alone does not say what to do.
    pub reason: Option<Reason>,
}

impl From<Code> for Answer {
    fn from(code: Code) -> Self {
        Answer { code, fields: Vec::new(), reason: None }
    }
}

impl Answer {
    pub fn because(code: Code, reason: Reason) -> Self {
        Answer { reason: Some(reason), ..code.into() }
    }

    /// `ValidationFailed`.
    pub fn invalid(fields: &[FieldError]) -> Self {
        Answer { fields: fields.to_vec(), ..Code::ValidationFailed.into() }
    }
}

/// A refusal of one domain. Its text is a sentence for clients.
pub trait Refusal: Error {
    fn answer(&self) -> Answer;
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
            Fault::Overloaded(_) => Code::Overloaded.into(),
            Fault::Denied(_) => Code::Unauthenticated.into(),
            Fault::Database(_) | Fault::Corrupt(_) | Fault::Overflow(_) | Fault::Internal(_) => {
                Code::Internal.into()
            }
        }
    }
}
