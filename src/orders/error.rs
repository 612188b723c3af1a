//! Why an order is refused, or a change to one.

use crate::kernel::error::{Answer, Fault, FieldError, Kind, Refusal, Rule};
use crate::kernel::money::{Overflow, Vnd};
use crate::kernel::reason::Reason;
use crate::ledger::LedgerError;
use crate::provider::ProviderError;

#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// There is none, or it is somebody else's.
    #[error("there is no such order")]
    NoOrder,
    /// Values that are not acceptable.
    #[error("{}", FieldError::list(.0))]
    Fields(Vec<FieldError>),
    #[error("this service is not sold at present")]
    ServiceInactive,
    /// The provider that is to deliver it cannot be called.
    #[error("{}", Reason::NotDeliverable)]
    NotConfigured,
    #[error("{}", Reason::ChargeIsNow { charge: charge.get() })]
    PriceChanged { charge: Vnd },
    #[error("the order is final")]
    Final,
    /// The order's state forbids it.
    #[error("{0}")]
    Conflict(Reason),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl OrderError {
    pub(super) fn field(field: &str, rule: Rule) -> Self {
        OrderError::Fields(vec![FieldError::new(field, rule)])
    }
}

impl From<Overflow> for OrderError {
    fn from(_: Overflow) -> Self {
        OrderError::Fault(Fault::Overflow("an order"))
    }
}

impl Refusal for OrderError {
    fn answer(&self) -> Answer {
        match self {
            OrderError::NoOrder => Answer::not_found(),
            OrderError::Fields(fields) => Answer::invalid(fields.clone()),
            OrderError::ServiceInactive => Answer::new(Kind::Conflict, "service_inactive"),
            OrderError::NotConfigured => {
                Answer::new(Kind::Unavailable, "not_configured").because(Reason::NotDeliverable)
            }
            OrderError::PriceChanged { charge } => {
                let reason = Reason::ChargeIsNow { charge: charge.get() };
                Answer::new(Kind::Conflict, "price_changed").because(reason)
            }
            OrderError::Final => Answer::new(Kind::Conflict, "order_final"),
            OrderError::Conflict(reason) => Answer::conflict(reason.clone()),
            OrderError::Ledger(error) => error.answer(),
            OrderError::Provider(error) => error.answer(),
            OrderError::Fault(fault) => fault.answer(),
        }
    }
}
