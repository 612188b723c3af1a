//! What would be sold for less than it costs under other terms: asked before they are in force, because a sale below
//! cost is somebody's explicit wish.

use super::{Service, guard, store};
use crate::db::ReadTx;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::kernel::money::{Percent, Rate};
use crate::provider::{self, ProviderError};

/// What would be different; the rest is as it is now.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms {
    /// What buyers pay less.
    pub discount: Percent,
    /// What a unit of this provider's currency is worth. Only its services are looked at then.
    pub exchange: Option<(ProviderId, Rate)>,
}

/// A service on sale that would be sold below its cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    pub id: ServiceId,
    pub name: String,
    /// What buyers would pay, and what it would cost; both like a service's `rate`.
    pub price: Rate,
    pub cost: Rate,
}

/// All of them, those that lose most first. Errors: `NoProvider`.
pub fn losses(tx: &ReadTx, terms: Terms) -> Result<Vec<Loss>, ProviderError> {
    let mut found = match terms.exchange {
        None => found(&store::active(tx)?, terms.discount, |service| service.offer.cost),
        Some((provider, now)) => {
            let before = provider::by_id(tx, provider)?.ok_or(ProviderError::NoProvider)?.exchange_rate;
            let (now, mut services) = (now.to_string(), store::of_provider(tx, provider)?);
            services.retain(|service| service.offer.active && service.offer.provider == Some(provider));
            // What is dearer than any rate costs the highest one at least.
            found(&services, terms.discount, |service| {
                guard::cost_at(service, &before, &now).map(|cost| cost.unwrap_or(Rate::MAX))
            })
        }
    };
    found.sort_by_key(|loss| std::cmp::Reverse(loss.cost.milli().saturating_sub(loss.price.milli())));
    Ok(found)
}

fn found(services: &[Service], discount: Percent, cost: impl Fn(&Service) -> Option<Rate>) -> Vec<Loss> {
    let loss = |service: &Service| {
        let (price, cost) = (service.offer.rate.discounted(discount), cost(service)?);
        let Service { id, offer, .. } = service;
        (price < cost).then(|| Loss { id: *id, name: offer.name.clone(), price, cost })
    };
    services.iter().filter_map(loss).collect()
}
