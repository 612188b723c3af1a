//! Reads the providers' lists of services and lets the price guard compare them with what is sold.
//!
//! A list that is not complete changes nothing: a provider in trouble must not empty the shop. What is written is
//! written in parts, so that ten thousand services keep nobody waiting; every part is consistent by itself.

use crate::catalog::{self, ImportError};
use crate::jobs::providers::{fetch_catalog, keep_listed};
use crate::jobs::runtime::{JobError, JobResult};
use crate::kernel::error::{FieldError, Refusal};
use crate::kernel::ids::ProviderId;
use crate::kernel::note::Note;
use crate::state::{App, Upstream};
use std::sync::Arc;

/// Services a write.
const PART: usize = 100;

/// Why this provider's list could not be followed, and `others` could not.
fn trouble(provider: ProviderId, error: ImportError, others: usize) -> JobError {
    let provider = provider.get();
    let others = i64::try_from(others).ok().filter(|others| *others > 0);
    let reason = error.answer().reason;
    match error {
        ImportError::Fault(fault) => fault.into(),
        ImportError::Field(FieldError { rule, .. }) => {
            JobError::new(Note::CatalogRule { provider, rule, others })
        }
        ImportError::NotConfigured
        | ImportError::Running
        | ImportError::NoList(_)
        | ImportError::Overtaken
        | ImportError::Stopping => JobError::new(match reason {
            Some(reason) => Note::CatalogReason { provider, reason, others },
            None => Note::Stopping,
        }),
    }
}

/// One look at the list of every provider that anything is sold of. The trouble of one is not the others'.
pub fn tick(app: &App) -> JobResult {
    let (mut told, mut failed) = (Vec::new(), Vec::new());
    let providers = app.providers()?;
    for (provider, upstream) in providers.into_iter().filter(|(_, upstream)| upstream.active) {
        match look(app, provider, &upstream) {
            Ok(None) => {}
            Ok(Some(changed)) => told.push(format!("provider {provider}: {changed} changed")),
            Err(error) => {
                // The job fails with it, and is the error.
                tracing::warn!(provider.id = provider.get(), cause = %error, "a list could not be followed");
                failed.push((provider, error));
            }
        }
    }
    let others = failed.len().saturating_sub(1);
    if let Some((provider, error)) = failed.into_iter().next() {
        return Err(trouble(provider, error, others));
    }
    Ok(Some(told.join("; ")).filter(|told| !told.is_empty()))
}

/// How many services have changed; `None`: nothing is sold of it.
fn look(app: &App, provider: ProviderId, upstream: &Upstream) -> Result<Option<usize>, ImportError> {
    if !app.db.read_now(|tx| catalog::is_sold_of(tx, provider))? {
        return Ok(None);
    }
    // What is sold of it was priced in dong before, so nobody has to confirm that now.
    let listing = Arc::new(fetch_catalog(app, upstream, true)?);
    let changed = app.db.read_now(|tx| catalog::to_follow(tx, provider, &listing))?;
    let changed = changed.map_err(ImportError::NoList)?;
    keep_listed(app, provider, &listing)?;
    for part in changed.chunks(PART) {
        let (listing, part) = (Arc::clone(&listing), part.to_vec());
        app.db.write_blocking(move |tx| catalog::follow(tx, provider, &listing, &part))?;
    }
    Ok(Some(changed.len()))
}
