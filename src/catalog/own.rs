//! Own prices: what single customers pay for single services instead of the service's rate.
//!
//! An own price counts while it does not lie below the cost, or the operator said that it may, up to the cost of that
//! moment. That is judged anew whenever somebody buys and written down nowhere, so no path leads to a sale below cost
//! that nobody wished; of an own price that does not count any more the operator is told.

use super::error::CatalogError;
use super::{Service, by_id, store};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::{Fault, FieldError, Rule};
use crate::kernel::ids::{ServiceId, UserId};
use crate::kernel::money::{Percent, Rate};
use crate::notify::{self, Notice};
use crate::settings::{self, table};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Of one customer.
const MOST: usize = 1000;

/// A customer's own price for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OwnRate {
    pub service: ServiceId,
    /// Like a service's rate.
    pub rate: Rate,
    /// Up to this cost it counts although it lies below.
    pub accepted_cost: Option<Rate>,
}

/// An own price as an admin asks for it.
#[derive(Debug, Clone, Copy)]
pub struct OwnRateDraft {
    pub service: ServiceId,
    pub rate: Rate,
    /// The wish that it counts although it lies below the present cost.
    pub allow_loss: bool,
}

/// What a customer pays for a service: a rate, and what comes off it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub rate: Rate,
    pub discount: Percent,
}

impl Price {
    /// After the discount.
    pub fn shown(self) -> Rate {
        self.rate.discounted(self.discount)
    }
}

/// A customer's prices for all services.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PriceList {
    /// Of the tier.
    discount: Percent,
    own: BTreeMap<ServiceId, OwnRate>,
    /// The most that comes off own prices.
    off_own: Percent,
}

impl PriceList {
    pub fn of(&self, service: &Service) -> Price {
        match self.own.get(&service.id).filter(|own| own.counts(service.offer.cost, self.off_own)) {
            Some(own) => Price { rate: own.rate, discount: self.discount.min(self.off_own) },
            None => Price { rate: service.offer.rate, discount: self.discount },
        }
    }
}

impl OwnRate {
    /// Whether it takes the place of the service's rate. `off`: the most that may come off it.
    pub fn counts(&self, cost: Option<Rate>, off: Percent) -> bool {
        let cost = known(cost);
        !is_below(self.rate, cost, off) || self.accepted_cost.is_some_and(|accepted| cost <= accepted)
    }
}

/// A cost that nobody knows counts as none.
fn known(cost: Option<Rate>) -> Rate {
    cost.unwrap_or(Rate::ZERO)
}

/// What is given away is below any cost.
fn is_below(rate: Rate, cost: Rate, off: Percent) -> bool {
    rate == Rate::ZERO || rate.discounted(off) < cost
}

/// The most that comes off own prices: what the best tier pays less, or nothing.
pub fn discount_on_own_rates(tx: &ReadTx) -> Result<Percent, Fault> {
    if !settings::flag(tx, &table::DISCOUNT_ON_OWN_RATES)? {
        return Ok(Percent::ZERO);
    }
    Ok(settings::tiers(tx)?.iter().map(|tier| tier.discount).max().unwrap_or_default())
}

/// What a customer whose tier has this discount pays for a service.
pub fn price(tx: &ReadTx, user: UserId, service: &Service, discount: Percent) -> Result<Price, Fault> {
    match store::own_rate(tx, user, service.id)? {
        None => Ok(Price { rate: service.offer.rate, discount }),
        Some(own) => Ok(listed(tx, vec![own], discount)?.of(service)),
    }
}

/// What a customer whose tier has this discount pays for everything.
pub fn price_list(tx: &ReadTx, user: UserId, discount: Percent) -> Result<PriceList, Fault> {
    listed(tx, own_rates(tx, user)?, discount)
}

fn listed(tx: &ReadTx, own: Vec<OwnRate>, discount: Percent) -> Result<PriceList, Fault> {
    Ok(PriceList { discount, own: by_service(&own), off_own: discount_on_own_rates(tx)? })
}

/// All own prices of a customer, by service.
pub fn own_rates(tx: &ReadTx, user: UserId) -> Result<Vec<OwnRate>, Fault> {
    store::own_rates(tx, user)
}

/// Makes these a customer's own prices, and no others. The caller knows that there is such a customer.
///
/// Errors: `Fields`.
pub fn set_own_rates(
    tx: &Tx,
    actor: &Actor,
    user: UserId,
    drafts: &[OwnRateDraft],
) -> Result<(), CatalogError> {
    let wanted = checked(tx, drafts)?;
    let before = own_rates(tx, user)?;
    let (old, new) = (by_service(&before), by_service(&wanted));
    let is_other = |service: &ServiceId| old.get(service) != new.get(service);
    let changed: BTreeSet<ServiceId> = old.keys().chain(new.keys()).copied().filter(is_other).collect();
    if changed.is_empty() {
        return Ok(());
    }
    for service in &changed {
        match new.get(service) {
            None => store::delete_own_rate(tx, user, *service)?,
            Some(own) => store::put_own_rate(tx, user, own)?,
        }
    }
    let mut entry = actor.entry("user.rates", format!("user:{user}"));
    entry.before = Some(as_json(&old, &changed));
    entry.after = Some(as_json(&new, &changed));
    Ok(audit_log::record(tx, &entry)?)
}

fn checked(tx: &ReadTx, drafts: &[OwnRateDraft]) -> Result<Vec<OwnRate>, CatalogError> {
    if drafts.len() > MOST {
        let rule = Rule::Entries { min: 0, max: MOST };
        return Err(CatalogError::Fields(vec![FieldError::new("rates", rule)]));
    }
    let off = discount_on_own_rates(tx)?;
    let (mut wrong, mut wanted, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (at, draft) in drafts.iter().enumerate() {
        let own = if seen.insert(draft.service) {
            own_rate(tx, draft, off)?
        } else {
            Err(("service_id", Rule::Repeated))
        };
        match own {
            Ok(own) => wanted.push(own),
            Err((field, rule)) => wrong.push(FieldError::new(format!("rates[{at}].{field}"), rule)),
        }
    }
    if wrong.is_empty() { Ok(wanted) } else { Err(CatalogError::Fields(wrong)) }
}

/// The inner error: which field of the draft cannot be, and why.
fn own_rate(
    tx: &ReadTx,
    draft: &OwnRateDraft,
    off: Percent,
) -> Result<Result<OwnRate, (&'static str, Rule)>, Fault> {
    let Some(service) = by_id(tx, draft.service)? else { return Ok(Err(("service_id", Rule::NoSuch))) };
    let cost = known(service.offer.cost);
    let loses = is_below(draft.rate, cost, off);
    if loses && !draft.allow_loss {
        let rule =
            if draft.rate < cost { Rule::BelowCost { cost: cost.to_string() } } else { Rule::AboveZero };
        return Ok(Err(("rate", rule)));
    }
    let accepted_cost = loses.then_some(cost);
    Ok(Ok(OwnRate { service: service.id, rate: draft.rate, accepted_cost }))
}

fn by_service(own: &[OwnRate]) -> BTreeMap<ServiceId, OwnRate> {
    own.iter().map(|own| (own.service, *own)).collect()
}

/// For the audit log: those of these services, by their ids.
fn as_json(own: &BTreeMap<ServiceId, OwnRate>, services: &BTreeSet<ServiceId>) -> Value {
    let line = |own: &OwnRate| {
        json!({
            "rate": own.rate.to_string(),
            "accepted_cost": own.accepted_cost.map(|cost| cost.to_string()),
        })
    };
    let own = services.iter().filter_map(|service| Some((service.to_string(), line(own.get(service)?))));
    json!({ "own_rates": own.collect::<Map<_, _>>() })
}

/// Tells the operator when a service's new cost rules own prices out.
pub(super) fn tell_of_cost(tx: &Tx, before: &Service, cost: Option<Rate>) -> Result<(), Fault> {
    if known(cost) <= known(before.offer.cost) {
        return Ok(());
    }
    let off = discount_on_own_rates(tx)?;
    let own = store::own_rates_of_service(tx, before.id)?;
    tell(tx, before, cost, &own, |own| own.counts(before.offer.cost, off) && !own.counts(cost, off))
}

/// Tells the operator which own prices do not count any more because more may come off them than `before`.
pub fn tell_of_discount(tx: &Tx, before: Percent) -> Result<(), Fault> {
    let off = discount_on_own_rates(tx)?;
    if off <= before {
        return Ok(());
    }
    for id in store::services_with_own_rates(tx)? {
        let Some(service) = by_id(tx, id)? else { continue };
        let (cost, own) = (service.offer.cost, store::own_rates_of_service(tx, id)?);
        tell(tx, &service, cost, &own, |own| own.counts(cost, before) && !own.counts(cost, off))?;
    }
    Ok(())
}

fn tell(
    tx: &Tx,
    service: &Service,
    cost: Option<Rate>,
    own: &[OwnRate],
    is_over: impl Fn(&OwnRate) -> bool,
) -> Result<(), Fault> {
    let customers = own.iter().filter(|own| is_over(own)).count();
    if customers == 0 {
        return Ok(());
    }
    let notice = Notice::OwnRates {
        service: service.id.get(),
        name: service.offer.name.clone(),
        cost: known(cost).to_string(),
        customers: i64::try_from(customers).unwrap_or(i64::MAX),
    };
    notify::post(tx, &notice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever the costs before and after, what counts covers the cost, or a person said that it need not.
        #[test]
        fn what_counts_is_above_the_cost_or_wished(
            rate in 0_i64..3_000, accepted in prop::option::of(0_i64..3_000), cost in prop::option::of(0_i64..3_000),
            off in 0_i64..=100, discount in 0_i64..=100,
        ) {
            let milli = |milli: i64| Rate::from_milli(milli).unwrap();
            let (off, discount) = (Percent::new(off).unwrap(), Percent::new(discount.min(off)).unwrap());
            let own =
                OwnRate { service: ServiceId::new(1), rate: milli(rate), accepted_cost: accepted.map(milli) };
            let cost = cost.map(milli);
            let pays = own.rate.discounted(discount);
            if own.counts(cost, off) {
                prop_assert!(pays >= known(cost) || accepted.map(milli) >= Some(known(cost)));
            } else {
                prop_assert!(own.rate.discounted(off) < known(cost) || rate == 0);
            }
            // A cost that falls rules nothing out.
            if own.counts(cost, off) {
                prop_assert!(own.counts(None, off) && own.counts(Some(Rate::ZERO), off));
            }
        }
    }
}
