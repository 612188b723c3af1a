//! What would be sold for less than it costs under other terms: asked before they are in force, because a sale below
//! cost is somebody's explicit wish.

use super::{Service, guard, store};
use crate::db::ReadTx;
use crate::kernel::ids::{ProviderId, ServiceId, UserId};
use crate::kernel::money::{Percent, Rate};
use crate::provider::{self, ProviderError};
use crate::settings::{self, table};
use std::cmp::Reverse;

/// What would be different; the rest is as it is now.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms {
    /// What buyers pay less.
    pub discount: Percent,
    /// What they are given with their deposits: less of their own money is in what they pay.
    pub bonus: Percent,
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

/// A customer's own price that would not count, because it lies below the cost and nobody wished that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLoss {
    pub user: UserId,
    pub service: ServiceId,
    pub name: String,
    /// What the customer would pay, and what it would cost.
    pub price: Rate,
    pub cost: Rate,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Losses {
    pub services: Vec<Loss>,
    pub own: Vec<OwnLoss>,
}

/// All of both, those that lose most first. Errors: `NoProvider`.
pub fn losses(tx: &ReadTx, terms: Terms) -> Result<Losses, ProviderError> {
    let costs = costs(tx, terms.exchange)?;
    let mut found =
        Losses { services: costs.iter().filter_map(|one| loss(one, terms)).collect(), ..Losses::default() };
    let comes_off = settings::flag(tx, &table::DISCOUNT_ON_OWN_RATES)?;
    let off = if comes_off { terms.discount } else { Percent::ZERO };
    for (service, cost) in &costs {
        for (user, own) in store::own_rates_by_user(tx, service.id)? {
            if !own.counts(*cost, off) && terms.bonus == Percent::ZERO {
                let (price, cost) = (own.rate.discounted(off), cost.unwrap_or(Rate::ZERO));
                let name = service.offer.name.clone();
                found.own.push(OwnLoss { user, service: service.id, name, price, cost });
            }
        }
    }
    let lost = |cost: Rate, price: Rate| Reverse(cost.milli().saturating_sub(price.milli()));
    found.services.sort_by_key(|loss| lost(loss.cost, loss.price));
    found.own.sort_by_key(|loss| lost(loss.cost, loss.price));
    Ok(found)
}

/// The services on sale, and what each would cost if the exchange rate were this one; `None`: nobody knows.
fn costs(
    tx: &ReadTx,
    exchange: Option<(ProviderId, Rate)>,
) -> Result<Vec<(Service, Option<Rate>)>, ProviderError> {
    let Some((provider, now)) = exchange else {
        let services = store::active(tx)?.into_iter();
        return Ok(services
            .map(|service| {
                let cost = service.offer.cost;
                (service, cost)
            })
            .collect());
    };
    let before = provider::by_id(tx, provider)?.ok_or(ProviderError::NoProvider)?.exchange_rate;
    let (now, mut services) = (now.to_string(), store::of_provider(tx, provider)?);
    services.retain(|service| service.offer.active && service.offer.provider == Some(provider));
    // What is dearer than any rate costs the highest one at least.
    let cost =
        |service: &Service| guard::cost_at(service, &before, &now).map(|cost| cost.unwrap_or(Rate::MAX));
    Ok(services
        .into_iter()
        .map(|service| {
            let cost = cost(&service);
            (service, cost)
        })
        .collect())
}

fn loss((service, cost): &(Service, Option<Rate>), terms: Terms) -> Option<Loss> {
    let (price, cost) = (service.offer.rate.discounted(terms.discount).without_bonus(terms.bonus), (*cost)?);
    (price < cost).then(|| Loss { id: service.id, name: service.offer.name.clone(), price, cost })
}
