//! Why a deposit, a bank transaction or a notice is refused.

use crate::kernel::error::{Fault, FieldError, Kind, Refusal, Rule};
use crate::kernel::money::{Overflow, Vnd};
use crate::kernel::reason::Reason;
use crate::ledger::LedgerError;

#[derive(Debug, thiserror::Error)]
pub enum DepositError {
    /// No bank account is set, or one that cannot receive by QR.
    #[error("{}", Reason::NoBankAccount)]
    NotConfigured,
    #[error("the amount must be from {min} to {max}")]
    Amount { min: Vnd, max: Vnd },
    #[error("{}", Reason::TooManyDeposits { max: *max })]
    TooManyOpen { max: i64 },
    /// A note that is required is blank, or one is too long.
    #[error("the note must have 1 to {max} characters")]
    Note { max: usize },
    #[error("the reason must have 1 to {max} characters")]
    Reason { max: usize },
    #[error("there is no such deposit or bank transaction")]
    NotFound,
    /// Approved, rejected or completed before.
    #[error("the deposit is settled")]
    Settled,
    /// Credited, tied or ignored before.
    #[error("{}", Reason::TransferDecided)]
    Decided,
    /// Not in the hands of an admin: open, credited, or outgoing.
    #[error("{}", Reason::TransferNotSetAside)]
    NotSetAside,
    /// Only a deposit that was approved by hand can be the same money.
    #[error("{}", Reason::DepositNotByHand)]
    NotByHand,
    /// Other bank transactions already account for all that was approved.
    #[error("{}", Reason::DepositCovered)]
    Covered,
    /// A body names a user that does not exist.
    #[error("there is no such user")]
    UnknownUser,
    /// A body names a deposit that does not exist.
    #[error("there is no such deposit")]
    UnknownDeposit,
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Overflow> for DepositError {
    fn from(_: Overflow) -> Self {
        DepositError::Fault(Fault::Overflow("the sum credited to a deposit"))
    }
}

impl Refusal for DepositError {
    fn kind(&self) -> Kind {
        match self {
            DepositError::NotConfigured => Kind::Unavailable,
            DepositError::Amount { .. }
            | DepositError::Note { .. }
            | DepositError::Reason { .. }
            | DepositError::UnknownUser
            | DepositError::UnknownDeposit => Kind::Invalid,
            DepositError::NotFound => Kind::NotFound,
            DepositError::TooManyOpen { .. }
            | DepositError::Settled
            | DepositError::Decided
            | DepositError::NotSetAside
            | DepositError::NotByHand
            | DepositError::Covered => Kind::Conflict,
            DepositError::Ledger(error) => error.kind(),
            DepositError::Fault(fault) => fault.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            DepositError::NotConfigured => "not_configured",
            DepositError::Amount { .. }
            | DepositError::Note { .. }
            | DepositError::Reason { .. }
            | DepositError::UnknownUser
            | DepositError::UnknownDeposit => "validation_failed",
            DepositError::NotFound => "not_found",
            DepositError::Settled => "deposit_settled",
            DepositError::TooManyOpen { .. }
            | DepositError::Decided
            | DepositError::NotSetAside
            | DepositError::NotByHand
            | DepositError::Covered => "conflict",
            DepositError::Ledger(error) => error.code(),
            DepositError::Fault(fault) => fault.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        let (field, rule) = match self {
            DepositError::Amount { min, max } => {
                ("amount", Rule::AmountRange { min: min.get(), max: max.get() })
            }
            DepositError::Note { max } => ("note", Rule::Chars { min: 1, max: *max }),
            DepositError::Reason { max } => ("reason", Rule::Chars { min: 1, max: *max }),
            DepositError::UnknownUser => ("user_id", Rule::NoSuch),
            DepositError::UnknownDeposit => ("deposit_id", Rule::NoSuch),
            DepositError::Ledger(error) => return error.fields(),
            DepositError::NotConfigured
            | DepositError::TooManyOpen { .. }
            | DepositError::NotFound
            | DepositError::Settled
            | DepositError::Decided
            | DepositError::NotSetAside
            | DepositError::NotByHand
            | DepositError::Covered
            | DepositError::Fault(_) => return Vec::new(),
        };
        vec![FieldError::new(field, rule)]
    }

    fn reason(&self) -> Option<Reason> {
        match self {
            DepositError::NotConfigured => Some(Reason::NoBankAccount),
            DepositError::Decided => Some(Reason::TransferDecided),
            DepositError::NotByHand => Some(Reason::DepositNotByHand),
            DepositError::Covered => Some(Reason::DepositCovered),
            DepositError::TooManyOpen { max } => Some(Reason::TooManyDeposits { max: *max }),
            DepositError::NotSetAside => Some(Reason::TransferNotSetAside),
            DepositError::Ledger(error) => error.reason(),
            DepositError::Amount { .. }
            | DepositError::Note { .. }
            | DepositError::Reason { .. }
            | DepositError::NotFound
            | DepositError::Settled
            | DepositError::UnknownUser
            | DepositError::UnknownDeposit
            | DepositError::Fault(_) => None,
        }
    }
}

/// Why a notice of a transfer cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    #[error("the body is not JSON")]
    NotJson,
    #[error("{}", FieldError::list(.0))]
    Invalid(Vec<FieldError>),
}

impl Refusal for NoticeError {
    fn kind(&self) -> Kind {
        match self {
            NoticeError::NotJson => Kind::Malformed,
            NoticeError::Invalid(_) => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            NoticeError::NotJson => "malformed_request",
            NoticeError::Invalid(_) => "validation_failed",
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            NoticeError::NotJson => Vec::new(),
            NoticeError::Invalid(fields) => fields.clone(),
        }
    }
}
