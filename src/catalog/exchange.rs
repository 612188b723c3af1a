//! What a provider's new exchange rate does to what is sold of it: all costs follow at once, in the transaction that
//! changes the rate, and the price guard decides over each sale. Until the next look at the list would be too late:
//! so long it would be sold at a loss.

use super::{Service, follow, guard, store};
use crate::db::Tx;
use crate::provider::{self, Provider, ProviderChange, ProviderError};
use crate::settings;

/// Changes a provider, as [`provider::change`] does, and prices anew what is sold of it.
pub fn change_provider(tx: &Tx, asked: &ProviderChange) -> Result<Provider, ProviderError> {
    let before = provider::by_id(tx, asked.id)?.ok_or(ProviderError::NoProvider)?.exchange_rate;
    let changed = provider::change(tx, asked)?;
    if changed.exchange_rate != before {
        let terms = settings::price_guard(tx)?;
        for service in store::of_provider(tx, asked.id)? {
            let look = |service: &Service| guard::exchanged(service, &before, &changed.exchange_rate, terms);
            follow::settle_at(tx, &asked.actor, &service, asked.id, terms, look)?;
        }
    }
    Ok(changed)
}
