//! Why a deposit, a bank transaction or a notice is refused.

use crate::kernel::error::{Answer, Fault, FieldError, Kind, Refusal, Rule};
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
    fn answer(&self) -> Answer {
        let invalid = |field: &str, rule: Rule| Answer::invalid(vec![FieldError::new(field, rule)]);
        match self {
            DepositError::NotConfigured => {
                Answer::new(Kind::Unavailable, "not_configured").because(Reason::NoBankAccount)
            }
            DepositError::Amount { min, max } => {
                invalid("amount", Rule::AmountRange { min: min.get(), max: max.get() })
            }
            DepositError::TooManyOpen { max } => Answer::conflict(Reason::TooManyDeposits { max: *max }),
            DepositError::Note { max } => invalid("note", Rule::Chars { min: 1, max: *max }),
            DepositError::Reason { max } => invalid("reason", Rule::Chars { min: 1, max: *max }),
            DepositError::NotFound => Answer::not_found(),
            DepositError::Settled => Answer::new(Kind::Conflict, "deposit_settled"),
            DepositError::Decided => Answer::conflict(Reason::TransferDecided),
            DepositError::NotSetAside => Answer::conflict(Reason::TransferNotSetAside),
            DepositError::NotByHand => Answer::conflict(Reason::DepositNotByHand),
            DepositError::Covered => Answer::conflict(Reason::DepositCovered),
            DepositError::UnknownUser => invalid("user_id", Rule::NoSuch),
            DepositError::UnknownDeposit => invalid("deposit_id", Rule::NoSuch),
            DepositError::Ledger(error) => error.answer(),
            DepositError::Fault(fault) => fault.answer(),
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
    fn answer(&self) -> Answer {
        match self {
            NoticeError::NotJson => Answer::new(Kind::Malformed, "malformed_request"),
            NoticeError::Invalid(fields) => Answer::invalid(fields.clone()),
        }
    }
}
