//! Why an order is refused, or a change to one.

use crate::kernel::chosen::Unfit;
use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal, Rule};
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
    #[error("{}", Reason::ServiceInMaintenance)]
    ServiceInMaintenance,
    /// The provider that is to deliver it cannot be called.
    #[error("{}", Reason::NotDeliverable)]
    NotConfigured,
    #[error("the shop takes no orders for now, the operator is at work on it")]
    Maintenance,
    #[error("{}", Reason::ChargeIsNow { charge: charge.get() })]
    PriceChanged { charge: Vnd },
    /// By its customer, now.
    #[error("{0}")]
    NotCancelable(Reason),
    #[error("the order is final")]
    Final,
    /// More than the support may do.
    #[error("{}", Reason::AdminsOnly)]
    AdminsOnly,
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

    /// Where the panel itself is at work, nobody is there to be refused.
    pub fn into_fault(self) -> Fault {
        if let OrderError::Fault(fault) = self {
            return fault;
        }
        Fault::Internal(format!("the panel's own work on an order: {self}"))
    }
}

impl From<Overflow> for OrderError {
    fn from(_: Overflow) -> Self {
        OrderError::Fault(Fault::Overflow("an order"))
    }
}

impl From<Unfit> for OrderError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Field(field) => OrderError::Fields(vec![field]),
            Unfit::Changed(reason) => OrderError::Conflict(reason),
        }
    }
}

impl Refusal for OrderError {
    fn answer(&self) -> Answer {
        match self {
            OrderError::NoOrder => Code::NotFound.into(),
            OrderError::Fields(fields) => Answer::invalid(fields),
            OrderError::ServiceInactive => Code::ServiceInactive.into(),
            OrderError::ServiceInMaintenance => {
                Answer::because(Code::ServiceInactive, Reason::ServiceInMaintenance)
            }
            OrderError::NotConfigured => Answer::because(Code::NotConfigured, Reason::NotDeliverable),
            OrderError::Maintenance => Code::Maintenance.into(),
            OrderError::PriceChanged { charge } => {
                Answer::because(Code::PriceChanged, Reason::ChargeIsNow { charge: charge.get() })
            }
            OrderError::NotCancelable(reason) => Answer::because(Code::CancelNotPossible, reason.clone()),
            OrderError::AdminsOnly => Answer::because(Code::Forbidden, Reason::AdminsOnly),
            OrderError::Final => Code::OrderFinal.into(),
            OrderError::Conflict(reason) => Answer::because(Code::Conflict, reason.clone()),
            OrderError::Ledger(error) => error.answer(),
            OrderError::Provider(error) => error.answer(),
            OrderError::Fault(fault) => fault.answer(),
        }
    }
}
