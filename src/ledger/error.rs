//! Why the ledger refuses.

use crate::kernel::error::{Answer, Code, Fault, Refusal};
use crate::kernel::money::{Overflow, Vnd};
use crate::kernel::reason::Reason;

#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The user has less than is needed.
    #[error("{}", Reason::balance_too_low(*.balance, *.needed))]
    Insufficient { balance: Vnd, needed: Vnd },
    /// The cause was posted before, with other content.
    #[error("{}", Reason::RecordedDifferently)]
    KeyReused,
    #[error("there is no such account")]
    NoAccount,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Overflow> for LedgerError {
    fn from(_: Overflow) -> Self {
        LedgerError::Fault(Fault::Overflow("a balance"))
    }
}

impl Refusal for LedgerError {
    fn answer(&self) -> Answer {
        match self {
            LedgerError::Insufficient { balance, needed } => {
                Answer::because(Code::InsufficientBalance, Reason::balance_too_low(*balance, *needed))
            }
            LedgerError::KeyReused => Answer::because(Code::Conflict, Reason::RecordedDifferently),
            LedgerError::NoAccount => Code::NotFound.into(),
            LedgerError::Fault(fault) => fault.answer(),
        }
    }
}
