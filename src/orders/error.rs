//! Why an order is refused, or a change to one.

use crate::kernel::error::{Fault, FieldError, Kind, Refusal, Rule};
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
    fn kind(&self) -> Kind {
        match self {
            OrderError::NoOrder => Kind::NotFound,
            OrderError::Fields(_) => Kind::Invalid,
            OrderError::ServiceInactive
            | OrderError::PriceChanged { .. }
            | OrderError::Final
            | OrderError::Conflict(_) => Kind::Conflict,
            OrderError::NotConfigured => Kind::Unavailable,
            OrderError::Ledger(error) => error.kind(),
            OrderError::Provider(error) => error.kind(),
            OrderError::Fault(fault) => fault.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            OrderError::NoOrder => "not_found",
            OrderError::Fields(_) => "validation_failed",
            OrderError::ServiceInactive => "service_inactive",
            OrderError::PriceChanged { .. } => "price_changed",
            OrderError::Final => "order_final",
            OrderError::Conflict(_) => "conflict",
            OrderError::NotConfigured => "not_configured",
            OrderError::Ledger(error) => error.code(),
            OrderError::Provider(error) => error.code(),
            OrderError::Fault(fault) => fault.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            OrderError::Fields(fields) => fields.clone(),
            OrderError::Ledger(error) => error.fields(),
            OrderError::Provider(error) => error.fields(),
            OrderError::NoOrder
            | OrderError::ServiceInactive
            | OrderError::NotConfigured
            | OrderError::PriceChanged { .. }
            | OrderError::Final
            | OrderError::Conflict(_)
            | OrderError::Fault(_) => Vec::new(),
        }
    }

    fn reason(&self) -> Option<Reason> {
        match self {
            OrderError::NotConfigured => Some(Reason::NotDeliverable),
            OrderError::PriceChanged { charge } => Some(Reason::ChargeIsNow { charge: charge.get() }),
            OrderError::Conflict(reason) => Some(reason.clone()),
            OrderError::Ledger(error) => error.reason(),
            OrderError::Provider(error) => error.reason(),
            OrderError::NoOrder
            | OrderError::Fields(_)
            | OrderError::ServiceInactive
            | OrderError::Final
            | OrderError::Fault(_) => None,
        }
    }
}
