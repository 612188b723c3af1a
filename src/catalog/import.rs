//! Taking over what a provider lists: new services for unknown lines, new prices for known ones.
//!
//! What the operator wrote stays: name, category (also of what comes later of the same one of the provider's),
//! description, kind of link, and whether a service is on sale. What the provider decides follows it: kind, limits,
//! refill, cancel, cost. The rate is the cost with the mark-up, and with it the price guard has nothing against the
//! sale any more: what it paused is sold again.

use super::follow::Listing;
use super::listed::Places;
use super::offered::{Entry, Offered};
use super::rules::{check, priced, tidied};
use super::sources::{self, Source};
use super::{GuardState, ImportError, LinkKind, Offer, Service, ServiceState, insert, store, write_down};
use crate::announcements::{self, Told};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::kernel::money::Rate;
use crate::kernel::note::Note;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use strum::IntoStaticStr;

/// What an admin asks for.
#[derive(Debug, Clone)]
pub struct Import {
    pub provider: ProviderId,
    /// By how much a rate lies above its cost: 0 to 10,000.
    pub markup_percent: i64,
    /// The provider's ids of what to take; `None`: all.
    pub wanted: Option<Vec<String>>,
    /// Only to see what would happen.
    pub dry_run: bool,
    /// An admin's word that the provider's rates are in VND, where it does not tell.
    pub is_dong_confirmed: bool,
    pub actor: Actor,
}

/// What became of all lines, in the order of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub items: Vec<Item>,
}

impl Imported {
    pub fn count(&self, action: Action) -> usize {
        self.items.iter().filter(|item| item.action == action).count()
    }
}

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The provider's id; `None`: unreadable.
    pub source: Option<String>,
    /// Ours; `None` where there is none, also before a first import.
    pub service: Option<ServiceId>,
    pub name: String,
    pub action: Action,
    /// Why it was skipped.
    pub reason: Option<Note>,
    /// As what it is sold; `None` where it was skipped.
    pub offer: Option<Offer>,
    /// What it cost until now, and was sold at; `None` where it is new.
    pub cost_before: Option<Rate>,
    pub rate_before: Option<Rate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Action {
    Created,
    Updated,
    /// It is there already, with this price.
    Unchanged,
    Skipped,
}

impl Item {
    /// An id that was asked for and that the provider does not list.
    pub fn missing(id: String) -> Item {
        let reason = Some(Note::LineMissing);
        Item { reason, ..Item::skipped(Some(id), String::new(), None) }
    }

    fn skipped(source: Option<String>, name: String, known: Option<&Service>) -> Item {
        Item {
            source,
            service: known.map(|service| service.id),
            name,
            action: Action::Skipped,
            reason: None,
            offer: None,
            cost_before: known.and_then(|service| service.offer.cost),
            rate_before: known.map(|service| service.offer.rate),
        }
    }
}

/// What taking over the lines of this part would do. Errors: as `take_over`.
pub fn would_take_over(tx: &ReadTx, import: &Import, listing: &Listing) -> Result<Vec<Item>, ImportError> {
    if !listing.is_current(tx)? {
        return Err(ImportError::Overtaken);
    }
    let mut places = Places::of(tx, import.provider)?;
    listing.entries.iter().map(|entry| Ok(plan(tx, import, &mut places, entry)?.item)).collect()
}

/// Takes over the lines of this part of the list, with one entry in the audit log. `Overtaken`:
/// the exchange rate or the account is another one now.
pub fn take_over(tx: &Tx, import: &Import, listing: &Listing) -> Result<Vec<Item>, ImportError> {
    announcements::together(tx, || take_over_each(tx, import, listing))
}

fn take_over_each(tx: &Tx, import: &Import, listing: &Listing) -> Result<Vec<Item>, ImportError> {
    if !listing.is_current(tx)? {
        return Err(ImportError::Overtaken);
    }
    let entries = &listing.entries;
    let mut items = Vec::with_capacity(entries.len());
    let mut changes = Vec::new();
    let mut places = Places::of(tx, import.provider)?;
    for entry in entries {
        let Plan { mut item, before, after } = plan(tx, import, &mut places, entry)?;
        if let (Some(offer), Ok(offered)) = (after, &entry.offered) {
            let guard_state =
                GuardState { listed_rate: Some(offered.listed_rate.clone()), ..GuardState::default() };
            match &before {
                Some(service) => {
                    write_down(tx, service, &offer, &guard_state, Told::Yes)?;
                    keep_front(tx, service, &offer, &guard_state)?;
                }
                None => {
                    let id = insert(tx, &offer, &guard_state)?;
                    store::keep_listed_category(tx, id, &offered.category)?;
                    item.service = Some(id);
                }
            }
            changes.push(change(&item, before.as_ref(), &offer));
        }
        items.push(item);
    }
    if !changes.is_empty() {
        let mut entry = import.actor.entry("service.import", format!("provider:{}", import.provider));
        entry.after = Some(json!({ "markup_percent": import.markup_percent, "services": changes }));
        audit_log::record(tx, &entry)?;
    }
    Ok(items)
}

/// What was taken over is that of the source in front, too.
fn keep_front(tx: &Tx, service: &Service, offer: &Offer, guard_state: &GuardState) -> Result<(), Fault> {
    let mut sources = store::sources(tx, service.id)?;
    let named = (offer.provider, offer.provider_service.as_deref());
    let is_front = |source: &&mut Source| named == (Some(source.provider), Some(&source.provider_service));
    let Some(front) = sources.iter_mut().find(is_front) else { return Ok(()) };
    front.accept();
    *front = sources::looked_at(front, offer, guard_state);
    store::keep_sources(tx, service.id, &sources)
}

struct Plan {
    item: Item,
    before: Option<Service>,
    /// What to write; `None`: nothing.
    after: Option<Offer>,
}

fn plan(tx: &ReadTx, import: &Import, places: &mut Places, entry: &Entry) -> Result<Plan, Fault> {
    let before = match &entry.id {
        Some(id) => store::by_source(tx, import.provider, id)?,
        None => None,
    };
    let mut item = Item::skipped(entry.id.clone(), entry.name.clone(), before.as_ref());
    if before.is_none()
        && let Some(id) = &entry.id
        && let Some(service) = store::of_further_source(tx, import.provider, id)?
    {
        // It follows by itself, and the rate is that of the source in front.
        item.service = Some(service);
        item.reason = Some(Note::LineFurtherSource { service: service.get() });
        return Ok(Plan { item, before, after: None });
    }
    let mut offered = entry.offered.clone();
    if before.is_none()
        && let Ok(offered) = &mut offered
    {
        offered.category = places.place(tx, &offered.category)?;
        offered.name = places.name(&offered.name);
    }
    let offer = match offered.and_then(|offered| offer(offered, before.as_ref(), import)) {
        Ok(offer) => offer,
        Err(reason) => {
            item.reason = Some(reason);
            return Ok(Plan { item, before, after: None });
        }
    };
    item.name.clone_from(&offer.name);
    item.offer = Some(offer.clone());
    item.action = match &before {
        None => Action::Created,
        Some(service) if service.offer == offer => Action::Unchanged,
        Some(_) => Action::Updated,
    };
    let after = (item.action != Action::Unchanged).then_some(offer);
    Ok(Plan { item, before, after })
}

fn offer(offered: Offered, known: Option<&Service>, import: &Import) -> Result<Offer, Note> {
    let rate = priced(offered.cost, import.markup_percent).ok_or(Note::LineRateTooHigh)?;
    let mut offer = match known {
        Some(service) => service.offer.clone(),
        None => Offer {
            name: offered.name,
            category: offered.category,
            description: offered.description,
            kind: offered.kind,
            link_kind: LinkKind::Url,
            rate,
            min: offered.min,
            max: offered.max,
            refill: false,
            refill_days: 0,
            cancel: false,
            // The panel makes the runs itself; that the provider sells them says that they make sense.
            dripfeed: offered.dripfeed,
            active: true,
            provider: Some(import.provider),
            provider_service: Some(offered.id),
            cost: None,
            exclusive_links: false,
            visible_to: BTreeSet::new(),
            server: None,
            note: None,
            state: ServiceState::Ok,
        },
    };
    offer.active |= known.is_some_and(|service| service.guard_state.paused.is_some());
    offer.kind = offered.kind;
    offer.dripfeed &= offer.kind.can_have_runs();
    (offer.rate, offer.cost) = (rate, Some(offered.cost));
    (offer.min, offer.max) = (offered.min, offered.max);
    offer.refill = offered.refill.unwrap_or(offer.refill);
    offer.cancel = offered.cancel.unwrap_or(offer.cancel);
    let offer = tidied(offer);
    match check(&offer).first() {
        None => Ok(offer),
        Some(wrong) => Err(Note::LineNoService { field: wrong.field.clone(), rule: wrong.rule.clone() }),
    }
}

/// For the audit log.
fn change(item: &Item, before: Option<&Service>, after: &Offer) -> Value {
    let priced = |offer: &Offer| {
        let cost = offer.cost.map(|cost| cost.to_string());
        let limits = [offer.min.get(), offer.max.get()];
        json!({ "type": offer.kind.word, "rate": offer.rate.to_string(), "cost": cost, "limits": limits })
    };
    json!({
        "id": item.service.map(ServiceId::get),
        "provider_service_id": item.source,
        "before": before.map(|service| priced(&service.offer)),
        "after": priced(after),
    })
}
