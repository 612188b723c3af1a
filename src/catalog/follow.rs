//! Following a provider's list with the services that are sold of it, as `guard` decides.

use super::guard::{Seen, looked_at};
use super::offered::Entry;
use super::{Hold, Offer, Pause, Service, store};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::kernel::money::Rate;
use crate::settings;
use serde_json::{Value, json};
use std::collections::HashMap;

/// So few missing services are taken at their word, however few services there are.
const FEW: usize = 2;

/// A provider's whole list, to be looked up by its ids.
pub struct Listing {
    pub entries: Vec<Entry>,
    places: HashMap<String, usize>,
}

/// A service that the guard took off sale or put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub service: ServiceId,
    pub name: String,
    /// The cost until now.
    pub before: Option<Rate>,
    /// The cost from now on.
    pub now: Option<Rate>,
    /// `None`: it is on sale again.
    pub paused: Option<Pause>,
}

impl Listing {
    pub fn new(entries: Vec<Entry>) -> Self {
        let id = |(place, entry): (usize, &Entry)| entry.id.clone().map(|id| (id, place));
        let places = entries.iter().enumerate().filter_map(id).collect();
        Listing { entries, places }
    }

    pub fn find(&self, id: &str) -> Option<&Entry> {
        self.entries.get(*self.places.get(id)?)
    }

    fn seen(&self, service: &Service) -> Seen<'_> {
        match service.offer.provider_service.as_deref().and_then(|id| self.find(id)) {
            None => Seen::Gone,
            Some(Entry { offered: Ok(offered), .. }) => Seen::Listed(offered),
            Some(Entry { offered: Err(_), .. }) => Seen::Unusable,
        }
    }

    /// Why this cannot be the whole list: nothing in it can be used, or most of what is sold of it is missing or
    /// cannot be used. A provider in trouble answers so, and must not empty the shop.
    fn is_suspicious(&self, services: &[Service]) -> Option<String> {
        if !self.entries.iter().any(|entry| entry.offered.is_ok()) {
            return Some("it has no service that could be sold".to_owned());
        }
        let sold = || services.iter().filter(|service| service.offer.active);
        let is_listed = |service: &&Service| matches!(self.seen(service), Seen::Listed(_));
        let gone = sold().filter(|service| !is_listed(service)).count();
        let all = sold().count();
        (gone > FEW && gone.saturating_mul(2) > all)
            .then(|| format!("{gone} of {all} services sold are not in it, or not in a usable way"))
    }
}

/// The services that this list changes; an inner error when it is no complete list.
pub fn to_follow(
    tx: &ReadTx,
    provider: ProviderId,
    listing: &Listing,
) -> Result<Result<Vec<ServiceId>, String>, Fault> {
    let services = store::of_provider(tx, provider)?;
    if services.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    if let Some(why) = listing.is_suspicious(&services) {
        return Ok(Err(why));
    }
    let guard = settings::price_guard(tx)?;
    let differs = |service: &Service| {
        let (offer, hold) = looked_at(service, listing.seen(service), guard);
        offer != service.offer || hold != service.hold
    };
    Ok(Ok(services.iter().filter(|service| differs(service)).map(|service| service.id).collect()))
}

/// Lets these services follow the list; those that were taken off sale or put back. Pauses are in the audit log.
pub fn follow(
    tx: &Tx,
    provider: ProviderId,
    listing: &Listing,
    ids: &[ServiceId],
) -> Result<Vec<Moved>, Fault> {
    let guard = settings::price_guard(tx)?;
    let mut all_moved = Vec::new();
    for id in ids {
        let Some(service) = store::by_id(tx, *id)? else { continue };
        // An admin may have given it to somebody else since.
        if service.offer.provider != Some(provider) {
            continue;
        }
        let (offer, hold) = looked_at(&service, listing.seen(&service), guard);
        if offer == service.offer && hold == service.hold {
            continue;
        }
        store::update(tx, *id, &offer, hold)?;
        if hold.paused == service.hold.paused {
            continue;
        }
        let action = if hold.paused.is_some() { "service.pause" } else { "service.resume" };
        let mut entry = Actor::CONSOLE.entry(action, format!("service:{id}"));
        entry.before = Some(as_json(&service.offer, service.hold));
        entry.after = Some(as_json(&offer, hold));
        entry.reason = Some("price guard".to_owned());
        audit_log::record(tx, &entry)?;
        all_moved.push(Moved {
            service: *id,
            before: service.hold.cost_before.or(service.offer.cost),
            now: offer.cost,
            name: offer.name,
            paused: hold.paused,
        });
    }
    Ok(all_moved)
}

/// For the audit log: what decides over the sale.
fn as_json(offer: &Offer, hold: Hold) -> Value {
    json!({
        "active": offer.active,
        "paused_reason": hold.paused.map(Pause::as_str),
        "rate": offer.rate.to_string(),
        "cost": offer.cost.map(|cost| cost.to_string()),
    })
}
