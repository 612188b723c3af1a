//! Why the ledger refuses.

use crate::kernel::error::{Fault, Kind, Refusal};
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
    fn kind(&self) -> Kind {
        match self {
            LedgerError::Insufficient { .. } => Kind::Unpaid,
            LedgerError::KeyReused => Kind::Conflict,
            LedgerError::NoAccount => Kind::NotFound,
            LedgerError::Fault(fault) => fault.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            LedgerError::Insufficient { .. } => "insufficient_balance",
            LedgerError::KeyReused => "conflict",
            LedgerError::NoAccount => "not_found",
            LedgerError::Fault(fault) => fault.code(),
        }
    }

    fn reason(&self) -> Option<Reason> {
        match self {
            LedgerError::Insufficient { balance, needed } => Some(Reason::balance_too_low(*balance, *needed)),
            LedgerError::KeyReused => Some(Reason::RecordedDifferently),
            LedgerError::NoAccount | LedgerError::Fault(_) => None,
        }
    }
}
