//! Why something is refused that somebody wants of a ticket.

use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal, Rule};
use crate::kernel::reason::Reason;

#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// There is none, or it is somebody else's.
    #[error("there is no such ticket")]
    NoTicket,
    #[error("there is no such answer")]
    NoCannedAnswer,
    /// The present state forbids it.
    #[error("{0}")]
    Conflict(Reason),
    /// Values that are not acceptable.
    #[error("{}", FieldError::list(.0))]
    Fields(Vec<FieldError>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl TicketError {
    pub(super) fn field(field: &str, rule: Rule) -> Self {
        TicketError::Fields(vec![FieldError::new(field, rule)])
    }
}

impl Refusal for TicketError {
    fn answer(&self) -> Answer {
        match self {
            TicketError::NoTicket | TicketError::NoCannedAnswer => Code::NotFound.into(),
            TicketError::Conflict(why) => Answer::because(Code::Conflict, why.clone()),
            TicketError::Fields(fields) => Answer::invalid(fields),
            TicketError::Fault(fault) => fault.answer(),
        }
    }
}
