//! A provider's list of services, its rates in VND.

use crate::catalog::{self, ImportError, Listing};
use crate::provider;
use crate::state::{App, Upstream};

/// What a provider's account is in when its prices need no conversion.
const DONG: [&str; 4] = ["VND", "VNĐ", "Đ", "₫"];

/// The provider's list, its rates in VND. What only tells the currency, the balance, may be missing or unreadable: with
/// a rate of 1 it must then be confirmed that the currency is the dong.
pub(in crate::jobs) fn fetch_catalog(
    app: &App,
    upstream: &Upstream,
    is_dong_confirmed: bool,
) -> Result<Listing, ImportError> {
    let (client, provider) = (&upstream.client, upstream.account.provider);
    let terms = app.db.read_now(|tx| provider::sync_terms(tx, provider))?;
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
    Ok(Listing::new(lines, terms.exchange_rate, upstream.account))
}
