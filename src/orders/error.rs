//! Why an order is refused, or a change to one.

use crate::kernel::error::{Fault, FieldError, Kind, Refusal};
use crate::kernel::money::{Overflow, Vnd};
use crate::ledger::LedgerError;

#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// There is none, or it is somebody else's.
    #[error("there is no such order")]
    NoOrder,
    /// Values that are not acceptable.
    #[error("not acceptable: {}", sentences(.0))]
    Fields(Vec<FieldError>),
    #[error("this service is not sold at present")]
    ServiceInactive,
    /// The provider that is to deliver it cannot be called.
    #[error("this service cannot be delivered at the moment")]
    NotConfigured,
    #[error("the charge is {charge} now")]
    PriceChanged { charge: Vnd },
    #[error("the order is final")]
    Final,
    /// The order's state forbids it.
    #[error("{0}")]
    Conflict(&'static str),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

fn sentences(fields: &[FieldError]) -> String {
    let sentences: Vec<String> =
        fields.iter().map(|error| format!("{} {}", error.field, error.message)).collect();
    sentences.join("; ")
}

impl OrderError {
    pub(super) fn field(field: &str, message: impl Into<String>) -> Self {
        OrderError::Fields(vec![FieldError::new(field, message)])
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
            OrderError::Fault(fault) => fault.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            OrderError::Fields(fields) => fields.clone(),
            OrderError::Ledger(error) => error.fields(),
            OrderError::NoOrder
            | OrderError::ServiceInactive
            | OrderError::NotConfigured
            | OrderError::PriceChanged { .. }
            | OrderError::Final
            | OrderError::Conflict(_)
            | OrderError::Fault(_) => Vec::new(),
        }
    }
}
