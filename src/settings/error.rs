//! Why a change of the settings is refused.

use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal};
use crate::kernel::reason::Reason;

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Names of settings that only the environment can change.
    #[error("set by the environment, which wins: {}", .0.join(", "))]
    Locked(Vec<&'static str>),
    /// Values that cannot be in force.
    #[error("{}", FieldError::list(.0))]
    Fields(Vec<FieldError>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for SettingsError {
    fn answer(&self) -> Answer {
        match self {
            SettingsError::Locked(names) => {
                Answer::because(Code::Conflict, Reason::Locked { names: names.join(", ") })
            }
            SettingsError::Fields(fields) => Answer::invalid(fields),
            SettingsError::Fault(fault) => fault.answer(),
        }
    }
}
