//! Reads the providers' lists of services and lets the price guard compare them with what is sold.
//!
//! A list that is not complete changes nothing: a provider in trouble must not empty the shop. What is written is
//! written in parts, so that ten thousand services keep nobody waiting; every part is consistent by itself.

use super::chores::{Done, Trouble};
use crate::catalog::{self, ImportError, Listing};
use crate::kernel::ids::ProviderId;
use crate::provider::{Client, store};
use crate::state::App;
use std::sync::Arc;

/// Services a write.
const PART: usize = 100;
/// What a provider's account is in when its prices need no conversion.
const DONG: [&str; 4] = ["VND", "VNĐ", "Đ", "₫"];

impl From<ImportError> for Trouble {
    fn from(error: ImportError) -> Self {
        if let ImportError::Fault(fault) = error { fault.into() } else { Trouble::new(error.to_string()) }
    }
}

/// One look at the list of every provider that anything is sold of. The trouble of one is not the others'.
pub fn tick(app: &App) -> Done {
    let (mut told, mut troubles) = (Vec::new(), Vec::new());
    let providers = app.providers().map_err(|fault| Trouble::new(fault.to_string()))?;
    for (provider, upstream) in providers.into_iter().filter(|(_, upstream)| upstream.active) {
        match look(app, provider, &upstream.client) {
            Ok(None) => {}
            Ok(Some(changed)) => told.push(format!("provider {provider}: {changed} changed")),
            Err(error) => troubles.push(format!("provider {provider}: {}", Trouble::from(error).text)),
        }
    }
    match (told.is_empty(), troubles.is_empty()) {
        (_, false) => Err(Trouble::new(troubles.join("; "))),
        (true, true) => Ok(None),
        (false, true) => Ok(Some(told.join("; "))),
    }
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
