//! Why the catalog refuses.

use crate::kernel::chosen::Unfit;
use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal, Rule};
use crate::kernel::ids::ProviderId;
use crate::kernel::reason::Reason;

#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("there is no such service")]
    NoService,
    #[error("there is no such category")]
    NoCategory,
    /// Values that no service may have.
    #[error("{}", FieldError::list(.0))]
    Fields(Vec<FieldError>),
    #[error("{0}")]
    Conflict(Reason),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Unfit> for CatalogError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Field(field) => CatalogError::Fields(vec![field]),
            Unfit::Changed(reason) => CatalogError::Conflict(reason),
        }
    }
}

impl Refusal for CatalogError {
    fn answer(&self) -> Answer {
        match self {
            CatalogError::NoService | CatalogError::NoCategory => Code::NotFound.into(),
            CatalogError::Fields(fields) => Answer::invalid(fields),
            CatalogError::Conflict(reason) => Answer::because(Code::Conflict, reason.clone()),
            CatalogError::Fault(fault) => fault.answer(),
        }
    }
}

/// Why a provider's list is not taken over.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// What was asked for cannot be; one field.
    #[error("{0}")]
    Field(FieldError),
    #[error("{}", Reason::ProviderIncomplete)]
    NotConfigured,
    /// One import of a provider at a time.
    #[error("{}", Reason::ImportRuns)]
    Running,
    /// It did not answer, said no, or gave no list. Nothing was changed.
    #[error("{0}")]
    NoList(Reason),
    /// Its prices would be those of the rate or the account before. What was written until then stays.
    #[error("{}", Reason::ListOvertaken)]
    Overtaken,
    /// What was written until then stays.
    #[error("the panel is stopping")]
    Stopping,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl ImportError {
    pub fn no_provider() -> Self {
        ImportError::Field(FieldError::new("provider_id", Rule::NoSuch))
    }

    pub fn markup_too_low(min: i64) -> Self {
        ImportError::Field(FieldError::new("markup_percent", Rule::Margin { min }))
    }

    /// Its prices would be taken for VND.
    pub fn no_exchange_rate(provider: ProviderId, currency: String) -> Self {
        let rule = Rule::ExchangeRate { provider_id: provider.get(), currency };
        ImportError::Field(FieldError::new("provider_id", rule))
    }

    /// Its prices could be in any currency.
    pub fn currency_unknown(provider: ProviderId) -> Self {
        let rule = Rule::CurrencyUnknown { provider_id: provider.get() };
        ImportError::Field(FieldError::new("provider_id", rule))
    }
}

impl Refusal for ImportError {
    fn answer(&self) -> Answer {
        match self {
            ImportError::Field(field) => Answer::invalid(std::slice::from_ref(field)),
            ImportError::NotConfigured => Answer::because(Code::NotConfigured, Reason::ProviderIncomplete),
            ImportError::Running => Answer::because(Code::Conflict, Reason::ImportRuns),
            ImportError::NoList(reason) => Answer::because(Code::Conflict, reason.clone()),
            ImportError::Overtaken => Answer::because(Code::Conflict, Reason::ListOvertaken),
            ImportError::Stopping => Code::Overloaded.into(),
            ImportError::Fault(fault) => fault.answer(),
        }
    }
}
