//! Why the ledger refuses.

use crate::kernel::error::{Answer, Fault, Kind, Refusal};
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
                let reason = Reason::balance_too_low(*balance, *needed);
                Answer::new(Kind::Unpaid, "insufficient_balance").because(reason)
            }
            LedgerError::KeyReused => Answer::conflict(Reason::RecordedDifferently),
            LedgerError::NoAccount => Answer::not_found(),
            LedgerError::Fault(fault) => fault.answer(),
        }
    }
}
