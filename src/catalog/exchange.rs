//! What a provider's new exchange rate does to what is sold of it: all costs follow at once, in the transaction that
//! changes the rate, and the price guard decides over each sale. Until the next look at the list would be too late:
//! so long it would be sold at a loss.

use super::{follow, guard, store};
use crate::audit_log::Actor;
use crate::db::Tx;
use crate::kernel::ids::ProviderId;
use crate::provider::Provider;
use crate::provider::{self, Patch, ProviderError};
use crate::settings;

/// Changes a provider, as [`provider::change`] does, and prices anew what is sold of it.
pub fn change_provider(
    tx: &Tx,
    actor: &Actor,
    id: ProviderId,
    patch: &Patch,
    allow_private: bool,
) -> Result<Provider, ProviderError> {
    let before = provider::by_id(tx, id)?.ok_or(ProviderError::NoProvider)?.exchange_rate;
    let changed = provider::change(tx, actor, id, patch, allow_private)?;
    if changed.exchange_rate != before {
        let terms = settings::price_guard(tx)?;
        for service in store::of_provider(tx, id)? {
            let (offer, guard_state) = guard::exchanged(&service, &before, &changed.exchange_rate, terms);
            follow::settle(tx, actor, &service, offer, guard_state)?;
        }
    }
    Ok(changed)
}
