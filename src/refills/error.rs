//! Why a refill is refused, or a change to one.

use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal};
use crate::kernel::reason::Reason;

#[derive(Debug, thiserror::Error)]
pub enum RefillError {
    /// There is none, or it is somebody else's.
    #[error("there is no such order")]
    NoOrder,
    #[error("there is no such refill")]
    NoRefill,
    /// Of this order, now.
    #[error("{0}")]
    NotPossible(Reason),
    /// The refill's state forbids it.
    #[error("{0}")]
    Conflict(Reason),
    /// Values that are not acceptable.
    #[error("{}", FieldError::list(.0))]
    Fields(Vec<FieldError>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RefillError {
    fn answer(&self) -> Answer {
        match self {
            RefillError::NoOrder | RefillError::NoRefill => Code::NotFound.into(),
            RefillError::NotPossible(why) => Answer::because(Code::RefillNotPossible, why.clone()),
            RefillError::Conflict(why) => Answer::because(Code::Conflict, why.clone()),
            RefillError::Fields(fields) => Answer::invalid(fields),
            RefillError::Fault(fault) => fault.answer(),
        }
    }
}
