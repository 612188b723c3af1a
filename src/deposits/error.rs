//! Why a deposit, a bank transaction or a notice is refused.

use crate::bonuses::BonusError;
use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal, Rule};
use crate::kernel::money::Overflow;
use crate::kernel::reason::Reason;
use crate::ledger::LedgerError;

#[derive(Debug, thiserror::Error)]
pub enum DepositError {
    /// No bank account is set, or one that cannot receive by QR.
    #[error("{}", Reason::NoBankAccount)]
    NotConfigured,
    /// Values that are not acceptable.
    #[error("{}", FieldError::list(.0))]
    Fields(Vec<FieldError>),
    #[error("there is no such deposit or bank transaction")]
    NotFound,
    /// Approved, rejected or completed before.
    #[error("the deposit is settled")]
    Settled,
    /// What it is about stands otherwise.
    #[error("{0}")]
    Conflict(Reason),
    #[error(transparent)]
    Bonus(#[from] BonusError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl DepositError {
    pub fn field(field: &str, rule: Rule) -> Self {
        DepositError::Fields(vec![FieldError::new(field, rule)])
    }
}

impl From<Overflow> for DepositError {
    fn from(_: Overflow) -> Self {
        DepositError::Fault(Fault::Overflow("the sum credited to a deposit"))
    }
}

impl Refusal for DepositError {
    fn answer(&self) -> Answer {
        match self {
            DepositError::NotConfigured => Answer::because(Code::NotConfigured, Reason::NoBankAccount),
            DepositError::Fields(fields) => Answer::invalid(fields),
            DepositError::NotFound => Code::NotFound.into(),
            DepositError::Settled => Code::DepositSettled.into(),
            DepositError::Conflict(reason) => Answer::because(Code::Conflict, reason.clone()),
            DepositError::Bonus(error) => error.answer(),
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
            NoticeError::NotJson => Code::MalformedRequest.into(),
            NoticeError::Invalid(fields) => Answer::invalid(fields),
        }
    }
}
