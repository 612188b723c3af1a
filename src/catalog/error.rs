//! Why the catalog refuses.

use crate::kernel::error::{Fault, FieldError, Kind, Refusal};

#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("there is no such service")]
    NoService,
    /// Values that no service may have.
    #[error("the service is not acceptable: {}", .0.iter().map(|e| e.field.as_str()).collect::<Vec<_>>().join(", "))]
    Fields(Vec<FieldError>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for CatalogError {
    fn kind(&self) -> Kind {
        match self {
            CatalogError::NoService => Kind::NotFound,
            CatalogError::Fields(_) => Kind::Invalid,
            CatalogError::Fault(fault) => fault.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            CatalogError::NoService => "not_found",
            CatalogError::Fields(_) => "validation_failed",
            CatalogError::Fault(fault) => fault.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            CatalogError::Fields(fields) => fields.clone(),
            CatalogError::NoService | CatalogError::Fault(_) => Vec::new(),
        }
    }
}
