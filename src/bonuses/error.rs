//! Why a coupon or a bonus is refused.

use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal, Rule};
use crate::kernel::reason::Reason;
use crate::ledger::LedgerError;

#[derive(Debug, thiserror::Error)]
pub enum BonusError {
    /// The code brings nothing, and why.
    #[error("{0}")]
    NotValid(Reason),
    #[error("{}", FieldError::list(.0))]
    Fields(Vec<FieldError>),
    #[error("there is no such coupon")]
    NoCoupon,
    #[error("{0}")]
    Conflict(Reason),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl BonusError {
    pub(super) fn field(field: &str, rule: Rule) -> Self {
        BonusError::Fields(vec![FieldError::new(field, rule)])
    }
}

impl Refusal for BonusError {
    fn answer(&self) -> Answer {
        match self {
            BonusError::NotValid(reason) => Answer::because(Code::CouponNotValid, reason.clone()),
            BonusError::Fields(fields) => Answer::invalid(fields),
            BonusError::NoCoupon => Code::NotFound.into(),
            BonusError::Conflict(reason) => Answer::because(Code::Conflict, reason.clone()),
            BonusError::Ledger(error) => error.answer(),
            BonusError::Fault(fault) => fault.answer(),
        }
    }
}
