//! Following a provider's list with the services that are sold of it, as `guard` decides.

use super::guard::{Observed, evaluate};
use super::offered::Entry;
use super::{GuardState, Offer, Pause, Service, sources, store, write_down};
use crate::announcements::Told;
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::kernel::money::Rate;
use crate::kernel::reason::Reason;
use crate::notify::{self, Notice};
use crate::provider::{self, Account, Line};
use crate::settings::{self, PriceGuard};
use serde_json::{Value, json};
use std::collections::HashMap;

/// So few missing services are taken at their word, however few services there are.
const FEW: usize = 2;
/// Why, in the audit log.
const BY_GUARD: &str = "price guard";

/// A provider's list or a part of it, to be looked up by its ids.
pub struct Listing {
    pub entries: Vec<Entry>,
    places: HashMap<String, usize>,
    /// What the entries were priced at.
    exchange_rate: String,
    /// Where it was read.
    at: Account,
}

impl Listing {
    /// Lines of a provider's account whose currency is worth `exchange_rate` VND.
    pub fn new(lines: Vec<Line>, exchange_rate: String, at: Account) -> Self {
        let entries = lines.into_iter().map(|line| Entry::of(line, &exchange_rate)).collect();
        Listing::of(entries, exchange_rate, at)
    }

    /// These entries of it, priced as they are.
    pub fn part(&self, entries: Vec<Entry>) -> Self {
        Listing::of(entries, self.exchange_rate.clone(), self.at)
    }

    fn of(entries: Vec<Entry>, exchange_rate: String, at: Account) -> Self {
        let id = |(place, entry): (usize, &Entry)| entry.id.clone().map(|id| (id, place));
        let places = entries.iter().enumerate().filter_map(id).collect();
        Listing { entries, places, exchange_rate, at }
    }

    pub fn find(&self, id: &str) -> Option<&Entry> {
        self.entries.get(*self.places.get(id)?)
    }

    /// Whether it still says what the provider sells, at the exchange rate that its entries were priced at. While it
    /// was on its way the rate may have been changed and everything priced anew, or the account left: another one sells
    /// other things under the same ids.
    pub(super) fn is_current(&self, tx: &ReadTx) -> Result<bool, Fault> {
        let Account { provider, .. } = self.at;
        Ok(provider::account(tx, provider)? == self.at
            && provider::sync_terms(tx, provider)?.exchange_rate == self.exchange_rate)
    }

    fn seen(&self, service: &Service) -> Observed<'_> {
        match service.offer.provider_service.as_deref().and_then(|id| self.find(id)) {
            None => Observed::Gone,
            Some(Entry { offered: Ok(offered), .. }) => Observed::Listed(offered),
            Some(Entry { offered: Err(_), .. }) => Observed::Unusable,
        }
    }

    /// Why this cannot be the whole list: nothing in it can be used, or most of what is sold of it is missing or
    /// cannot be used. A provider in trouble answers so, and must not empty the shop.
    fn is_suspicious(&self, services: &[Service]) -> Option<Reason> {
        if !self.entries.iter().any(|entry| entry.offered.is_ok()) {
            return Some(Reason::ListUnusable);
        }
        let sold = || services.iter().filter(|service| service.offer.active);
        let is_listed = |service: &&Service| matches!(self.seen(service), Observed::Listed(_));
        let gone = sold().filter(|service| !is_listed(service)).count();
        let all = sold().count();
        (gone > FEW && gone.saturating_mul(2) > all).then_some(Reason::ListIncomplete { gone, all })
    }
}

/// The services that this list changes; an inner error when it is no complete list.
pub fn to_follow(
    tx: &ReadTx,
    provider: ProviderId,
    listing: &Listing,
) -> Result<Result<Vec<ServiceId>, Reason>, Fault> {
    let services = sold_there(tx, provider)?;
    if services.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    if let Some(why) = listing.is_suspicious(&services) {
        return Ok(Err(why));
    }
    let guard = settings::price_guard(tx)?;
    let differs = |service: &Service| {
        let (offer, guard_state) = evaluate(service, listing.seen(service), guard);
        offer != service.offer || guard_state != service.guard_state
    };
    let mut ids: Vec<_> =
        services.iter().filter(|service| differs(service)).map(|service| service.id).collect();
    ids.dedup();
    Ok(Ok(ids))
}

/// All that the provider is a source of; those that have others too as if it were the only one.
fn sold_there(tx: &ReadTx, provider: ProviderId) -> Result<Vec<Service>, Fault> {
    let mut sold = Vec::new();
    for service in store::of_provider(tx, provider)? {
        let sources = store::sources(tx, service.id)?;
        let there = sources.iter().filter(|source| source.provider == provider);
        sold.extend(there.map(|source| sources::alone(&service, source)));
        if sources.is_empty() {
            sold.push(service);
        }
    }
    Ok(sold)
}

/// Lets these services follow the list, unless it is overtaken.
pub fn follow(tx: &Tx, provider: ProviderId, listing: &Listing, ids: &[ServiceId]) -> Result<(), Fault> {
    if !listing.is_current(tx)? {
        return Ok(());
    }
    let guard = settings::price_guard(tx)?;
    for id in ids {
        let Some(service) = store::by_id(tx, *id)? else { continue };
        let look = |service: &Service| evaluate(service, listing.seen(service), guard);
        settle_at(tx, &Actor::CONSOLE, &service, provider, guard, look)?;
    }
    Ok(())
}

/// Lets the guard look at what a service has from this provider, and writes down what it decided. An admin may have
/// given the service to somebody else since.
pub(super) fn settle_at(
    tx: &Tx,
    actor: &Actor,
    service: &Service,
    provider: ProviderId,
    guard: PriceGuard,
    look: impl Fn(&Service) -> (Offer, GuardState),
) -> Result<(), Fault> {
    let before = store::sources(tx, service.id)?;
    if before.is_empty() {
        if service.offer.provider != Some(provider) {
            return Ok(());
        }
        let (offer, guard_state) = look(service);
        return settle(tx, actor, service, offer, guard_state);
    }
    let mut after = before.clone();
    for source in after.iter_mut().filter(|source| source.provider == provider) {
        let (offer, guard_state) = look(&sources::alone(service, source));
        *source = sources::looked_at(source, &offer, &guard_state);
    }
    let (offer, guard_state) = sources::led(service, &after, guard);
    sources::keep(tx, actor, service, &before, &after, guard_state.paused.is_some())?;
    settle(tx, actor, service, offer, guard_state)
}

/// Writes down what the guard decided. What is not offered any more, and what was taken off sale or put back, is in the
/// audit log; of the latter the operator is told.
pub(super) fn settle(
    tx: &Tx,
    actor: &Actor,
    service: &Service,
    offer: Offer,
    guard_state: GuardState,
) -> Result<(), Fault> {
    if offer == service.offer && guard_state == service.guard_state {
        return Ok(());
    }
    write_down(tx, service, &offer, &guard_state, Told::Yes)?;
    if (offer.refill, offer.cancel) != (service.offer.refill, service.offer.cancel) {
        let promised = |offer: &Offer| Some(json!({ "refill": offer.refill, "cancel": offer.cancel }));
        let mut entry = actor.entry("service.change", format!("service:{}", service.id));
        (entry.before, entry.after) = (promised(&service.offer), promised(&offer));
        entry.reason = Some(BY_GUARD.to_owned());
        audit_log::record(tx, &entry)?;
    }
    if guard_state.paused == service.guard_state.paused {
        return Ok(());
    }
    let action = if guard_state.paused.is_some() { "service.pause" } else { "service.resume" };
    let mut entry = actor.entry(action, format!("service:{}", service.id));
    entry.before = Some(as_json(&service.offer, &service.guard_state));
    entry.after = Some(as_json(&offer, &guard_state));
    entry.reason = Some(BY_GUARD.to_owned());
    audit_log::record(tx, &entry)?;
    notify::post(tx, &notice(service, &offer, &guard_state))
}

fn notice(before: &Service, offer: &Offer, guard_state: &GuardState) -> Notice {
    let cost = |cost: Option<Rate>| cost.map_or_else(|| "?".to_owned(), |cost| cost.to_string());
    let now = match guard_state.paused {
        Some(Pause::Vanished) => "không còn · not listed".to_owned(),
        Some(Pause::Changed) => "loại khác hoặc đã đóng · another type or closed".to_owned(),
        Some(Pause::CostJump | Pause::BelowMargin | Pause::Refused) | None => cost(offer.cost),
    };
    Notice::Price {
        service: before.id.get(),
        name: offer.name.clone(),
        before: cost(before.guard_state.cost_before.or(before.offer.cost)),
        now,
        paused: guard_state.paused.is_some(),
    }
}

/// For the audit log: what decides over the sale.
fn as_json(offer: &Offer, guard_state: &GuardState) -> Value {
    json!({
        "active": offer.active,
        "paused_reason": guard_state.paused.map(<&str>::from),
        "rate": offer.rate.to_string(),
        "cost": offer.cost.map(|cost| cost.to_string()),
    })
}
