//! Why a change of the settings is refused.

use crate::kernel::error::{Fault, FieldError, Kind, Refusal};
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
    fn kind(&self) -> Kind {
        match self {
            SettingsError::Locked(_) => Kind::Conflict,
            SettingsError::Fields(_) => Kind::Invalid,
            SettingsError::Fault(fault) => fault.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            SettingsError::Locked(_) => "conflict",
            SettingsError::Fields(_) => "validation_failed",
            SettingsError::Fault(fault) => fault.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            SettingsError::Fields(fields) => fields.clone(),
            SettingsError::Locked(_) | SettingsError::Fault(_) => Vec::new(),
        }
    }

    fn reason(&self) -> Option<Reason> {
        match self {
            SettingsError::Locked(names) => Some(Reason::Locked { names: names.join(", ") }),
            SettingsError::Fields(_) | SettingsError::Fault(_) => None,
        }
    }
}
