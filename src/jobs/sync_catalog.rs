//! Reads the providers' lists of services and lets the price guard compare them with what is sold.
//!
//! A list that is not complete changes nothing: a provider in trouble must not empty the shop. What is written is
//! written in parts, so that ten thousand services keep nobody waiting; every part is consistent by itself.

use super::chores::{Done, Trouble};
use crate::catalog::{self, ImportError, Listing};
use crate::kernel::error::{FieldError, Refusal};
use crate::kernel::ids::ProviderId;
use crate::kernel::note::Note;
use crate::provider::{Client, store};
use crate::state::App;
use std::sync::Arc;

/// Services a write.
const PART: usize = 100;
/// What a provider's account is in when its prices need no conversion.
const DONG: [&str; 4] = ["VND", "VNĐ", "Đ", "₫"];

/// Why this provider's list could not be followed, and `others` could not.
fn trouble(provider: ProviderId, error: ImportError, others: usize) -> Trouble {
    let provider = provider.get();
    let others = i64::try_from(others).ok().filter(|others| *others > 0);
    let reason = error.reason();
    match error {
        ImportError::Fault(fault) => fault.into(),
        ImportError::Field(FieldError { rule, .. }) => {
            Trouble::new(Note::CatalogRule { provider, rule, others })
        }
        ImportError::NotConfigured
        | ImportError::Running
        | ImportError::NoList(_)
        | ImportError::Repriced
        | ImportError::Stopping => Trouble::new(match reason {
            Some(reason) => Note::CatalogReason { provider, reason, others },
            None => Note::Stopping,
        }),
    }
}

/// One look at the list of every provider that anything is sold of. The trouble of one is not the others'.
pub fn tick(app: &App) -> Done {
    let (mut told, mut failed) = (Vec::new(), Vec::new());
    let providers = app.providers()?;
    for (provider, upstream) in providers.into_iter().filter(|(_, upstream)| upstream.active) {
        match look(app, provider, &upstream.client) {
            Ok(None) => {}
            Ok(Some(changed)) => told.push(format!("provider {provider}: {changed} changed")),
            Err(error) => {
                tracing::error!(provider.id = provider.get(), cause = %error, "a list could not be followed");
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
fn look(app: &App, provider: ProviderId, client: &Client) -> Result<Option<usize>, ImportError> {
    if !app.db.read_now(|tx| catalog::is_sold_of(tx, provider))? {
        return Ok(None);
    }
    // What is sold of it was priced in dong before, so nobody has to confirm that now.
    let listing = Arc::new(fetch(app, provider, client, true)?);
    let changed = app.db.read_now(|tx| catalog::to_follow(tx, provider, &listing))?;
    let changed = changed.map_err(ImportError::NoList)?;
    for part in changed.chunks(PART) {
        let (listing, part) = (Arc::clone(&listing), part.to_vec());
        app.db.write_blocking(move |tx| catalog::follow(tx, provider, &listing, &part))?;
    }
    Ok(Some(changed.len()))
}

/// The provider's list, its rates in VND. What only tells the currency, the balance, may be missing or unreadable: with
/// a rate of 1 it must then be confirmed that the currency is the dong.
pub(super) fn fetch(
    app: &App,
    provider: ProviderId,
    client: &Client,
    is_dong_confirmed: bool,
) -> Result<Listing, ImportError> {
    let terms = app.db.read_now(|tx| store::sync_terms(tx, provider))?;
    let balance = client.balance().ok();
    let told = balance.as_ref().and_then(|balance| balance.currency.as_ref());
    let is_foreign = |currency: &&String| !DONG.contains(&currency.trim().to_uppercase().as_str());
    let is_one = catalog::is_one(&terms.exchange_rate);
    if let Some(foreign) = told.into_iter().chain([&terms.currency]).find(is_foreign).filter(|_| is_one) {
        return Err(ImportError::no_exchange_rate(provider, foreign.clone()));
    }
    let is_readable = told.is_some() && balance.as_ref().is_some_and(|balance| balance.amount.is_ok());
    let lines = client.services().map_err(|error| ImportError::NoList(error.reason()))?;
    if is_one && !is_readable && !is_dong_confirmed {
        return Err(ImportError::currency_unknown(provider));
    }
    Ok(Listing::new(lines, terms.exchange_rate))
}
