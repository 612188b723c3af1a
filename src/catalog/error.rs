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

/// Why a provider's list is not taken over.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("provider_id: there is no such provider")]
    NoProvider,
    #[error("the provider is not configured")]
    NotConfigured,
    /// One import of a provider at a time.
    #[error("an import from this provider is running")]
    Running,
    #[error("markup_percent: must be at least min_margin_percent, which is {0}")]
    MarkupTooLow(i64),
    /// Its prices would be taken for VND.
    #[error("provider_id: its account is in {0}; set its exchange_rate first")]
    Currency(String),
    /// They could be in any.
    #[error(
        "provider_id: its balance does not tell the currency; confirm currency_is_vnd, or set its exchange_rate"
    )]
    CurrencyUnknown,
    /// It did not answer, said no, or gave no list. Nothing was changed.
    #[error("the provider gave no usable list of services: {0}")]
    NoList(String),
    /// Its prices would be those of the rate before. What was written until then stays, and was priced anew.
    #[error("the provider's exchange_rate was changed meanwhile; import again")]
    Repriced,
    /// What was written until then stays.
    #[error("the panel is stopping")]
    Stopping,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ImportError {
    fn kind(&self) -> Kind {
        match self {
            ImportError::NoProvider
            | ImportError::MarkupTooLow(_)
            | ImportError::Currency(_)
            | ImportError::CurrencyUnknown => Kind::Invalid,
            ImportError::NotConfigured | ImportError::Stopping => Kind::Unavailable,
            ImportError::Running | ImportError::NoList(_) | ImportError::Repriced => Kind::Conflict,
            ImportError::Fault(fault) => fault.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            ImportError::NoProvider
            | ImportError::MarkupTooLow(_)
            | ImportError::Currency(_)
            | ImportError::CurrencyUnknown => "validation_failed",
            ImportError::NotConfigured => "not_configured",
            ImportError::Stopping => "overloaded",
            ImportError::Running | ImportError::NoList(_) | ImportError::Repriced => "conflict",
            ImportError::Fault(fault) => fault.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        let text = self.to_string();
        match (self.kind(), text.split_once(": ")) {
            (Kind::Invalid, Some((field, message))) => vec![FieldError::new(field, message)],
            _ => Vec::new(),
        }
    }
}
