//! Why a request is refused, in the sentences that clients of the field know.

use super::super::error::ApiError;
use crate::kernel::error::{Code, Fault, FieldError, Refusal};
use crate::orders::RepeatError;

#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("Invalid API key")]
    Key,
    #[error("Incorrect request")]
    Request,
    #[error("Incorrect request: at most 100 ids at once")]
    TooManyIds,
    #[error("Incorrect action")]
    Action,
    #[error("Incorrect service ID")]
    Service,
    #[error("Disabled service ID")]
    Disabled,
    #[error("Bad link")]
    Link,
    #[error("Incorrect request: quantity is not a whole number")]
    Quantity,
    #[error("Quantity less than minimal {0}")]
    TooFew(i64),
    #[error("Quantity more than maximum {0}")]
    TooMany(i64),
    /// Another field of the order.
    #[error("{0}")]
    Field(FieldError),
    #[error("Drip-feed is disabled for this service")]
    NoDripFeed,
    #[error("order_reference was used for another order")]
    ReferenceReused,
    #[error("Not enough funds on balance")]
    Funds,
    #[error("Incorrect order ID")]
    Order,
    #[error("Refill not found")]
    NoRefill,
    #[error("Refill is disabled for this service")]
    RefillDisabled,
    #[error("The order is not completed")]
    NotCompleted,
    #[error("The order was completed or refill was requested less than 24 hours ago")]
    RefillTooSoon,
    #[error("The refill task is not completed for this order")]
    RefillIsOpen,
    #[error("Refill days are over")]
    RefillDaysOver,
    #[error("Cancel is disabled for this service")]
    CancelDisabled,
    #[error("The order can not be canceled")]
    NotCancelable,
    #[error("Rate limit exceeded")]
    Limited,
    #[error("The panel is busy, try again")]
    Busy,
    /// A defect; its cause is for the log.
    #[error("Something went wrong, try again later")]
    Internal(String),
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        let is_overload = fault.answer().code == Code::Overloaded;
        if is_overload { Refused::Busy } else { Refused::Internal(fault.to_string()) }
    }
}

impl From<RepeatError> for Refused {
    fn from(error: RepeatError) -> Self {
        match error {
            RepeatError::Reused => Refused::ReferenceReused,
            RepeatError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        match error.status().code {
            429 => Refused::Limited,
            503 => Refused::Busy,
            400..=499 => Refused::Request,
            _ => Refused::Internal(format!("{error:?}")),
        }
    }
}
