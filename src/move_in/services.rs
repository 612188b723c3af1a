//! Services: under their old numbers where these are free, since resellers know them.

use super::MoveIn;
use super::dump::Row;
use super::error::{MoveInError, refused};
use super::premises::Premises;
use super::report::{Finding, Report};
use super::rules;
use super::store::{self, Kind};
use crate::catalog::{self, LinkKind, Moved, Offer, ServiceState};
use crate::db::Tx;
use crate::kernel::ids::ServiceId;
use crate::kernel::money::{Quantity, Rate};
use crate::order_types::OrderType;
use crate::provider::{decoded, plain};
use std::collections::{BTreeSet, HashSet};

const MOST_NAME_CHARS: usize = 300;
const MOST_DESCRIPTION_CHARS: usize = 10_000;
const MOST_UNITS: i64 = 1_000_000_000;

pub(super) fn take(
    tx: &Tx,
    wanted: &MoveIn,
    premises: &Premises,
    report: &mut Report,
) -> Result<(), MoveInError> {
    let family = wanted.family;
    let (mut seen, mut came) = (HashSet::new(), HashSet::new());
    wanted.source.each(family.services.tables, |row| {
        let name = row.text(family.services.name).map(|name| rules::line(&decoded(name), MOST_NAME_CHARS));
        let id = row.text(family.services.id).map(|id| rules::line(id, 255)).or_else(|| name.clone());
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            let why = "a service without an id".to_owned();
            return Err(MoveInError::Refused { at: format!("line {}", row.line), why: why.into() });
        };
        if !seen.insert(id.clone()) {
            let about = format_args!("service {id}: line {}: another row has this id", row.line);
            report.find(Finding::Repeated, about);
            return Ok(());
        }
        if store::known(tx, family.word, Kind::Service, &id)?.is_some() {
            report.known = report.known.saturating_add(1);
            return Ok(());
        }
        let (offer, doubts) = offer(wanted, premises, &row, &id, name);
        if !doubts.is_empty() {
            let doubts = doubts.join(", ");
            report.find(Finding::ServiceOff, format_args!("service {id}: comes switched off: {doubts}"));
        }
        put(tx, wanted, report, &id, offer, &mut came).map(drop)
    })
}

/// A service for orders of one that the old panel does not have any more, and nobody can buy.
pub(super) fn of_the_past(
    tx: &Tx,
    wanted: &MoveIn,
    report: &mut Report,
    old: &str,
) -> Result<ServiceId, MoveInError> {
    let name = if rules::id(old).is_some() { format!("Dịch vụ cũ {old}") } else { old.to_owned() };
    let offer = Offer { active: false, ..blank(name) };
    put(tx, wanted, report, old, offer, &mut HashSet::new())
}

fn put(
    tx: &Tx,
    wanted: &MoveIn,
    report: &mut Report,
    old: &str,
    offer: Offer,
    came: &mut HashSet<ServiceId>,
) -> Result<ServiceId, MoveInError> {
    let number = rules::id(old).map(ServiceId::new);
    let was_active = offer.active;
    let put = catalog::move_in(tx, number, offer, came).map_err(refused(format!("service {old}")))?;
    let id = match put {
        Moved::New { id, is_active } => {
            report.services = report.services.saturating_add(1);
            came.insert(id);
            if was_active && !is_active {
                let doubt = "its price is below its cost";
                report.find(Finding::ServiceOff, format_args!("service {old}: comes switched off: {doubt}"));
            }
            id
        }
        Moved::SoldAlready(id) => {
            report.find(Finding::ServiceElsewhere, format_args!("service {old}: is sold here as {id}"));
            id
        }
    };
    if number.is_some_and(|number| number != id) {
        report.find(Finding::ServiceRenumbered, format_args!("service {old}: is {id} here"));
    }
    store::keep(tx, wanted.family.word, Kind::Service, old, id.get())?;
    Ok(id)
}

fn blank(name: String) -> Offer {
    Offer {
        name,
        category: "Khác".to_owned(),
        description: String::new(),
        kind: OrderType::usual(),
        // Old panels look at no link, and their customers are used to that.
        link_kind: LinkKind::Any,
        rate: Rate::ZERO,
        min: Quantity::ONE,
        max: Quantity::ONE,
        refill: false,
        refill_days: 0,
        cancel: false,
        dripfeed: false,
        active: true,
        provider: None,
        provider_service: None,
        cost: None,
        exclusive_links: false,
        visible_to: BTreeSet::new(),
        server: None,
        note: None,
        state: ServiceState::Ok,
    }
}

/// What it is here, and why it cannot be on sale yet.
fn offer(
    wanted: &MoveIn,
    premises: &Premises,
    row: &Row,
    id: &str,
    name: Option<String>,
) -> (Offer, Vec<String>) {
    let (columns, is_typed) = (&wanted.family.services, wanted.family.is_typed);
    let mut doubts = Vec::new();
    let mut offer = blank(name.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("Dịch vụ {id}")));
    offer.category = premises.category(row.text(columns.category));
    let description = plain(row.text(columns.description).unwrap_or_default());
    offer.description = description.replace('\0', " ").chars().take(MOST_DESCRIPTION_CHARS).collect();
    match row.text(columns.kind) {
        None => {}
        Some(word) => match OrderType::of_provider(word) {
            Some(kind) => offer.kind = kind,
            None => doubts.push(format!("there is no type {:?} here", rules::line(word, 40))),
        },
    }
    let rate = row.text(columns.price).and_then(|said| rules::price(said, &premises.rate, is_typed));
    match rate.filter(|rate| *rate > Rate::ZERO) {
        Some(rate) => offer.rate = rate,
        None => doubts.push("there is no price that can be read".to_owned()),
    }
    let cost = row.text(columns.cost).and_then(|said| rules::price(said, &premises.rate, is_typed));
    offer.cost = cost.filter(|cost| *cost > Rate::ZERO);
    let units = |names| row.text(names).and_then(rules::count).map(|units| units.clamp(1, MOST_UNITS));
    let (min, max) = (units(columns.min), units(columns.max));
    match (min.and_then(Quantity::new), max.and_then(Quantity::new)) {
        (Some(min), Some(max)) if min <= max => (offer.min, offer.max) = (min, max),
        _ => doubts.push("there are no limits that can be read".to_owned()),
    }
    let source = row.text(columns.provider_service).map(|id| rules::line(id, 100));
    let source = source.filter(|id| !id.is_empty() && id != "0");
    match (premises.provider(row.text(columns.provider)), source) {
        (Some(known), Some(source)) => {
            (offer.provider, offer.provider_service) = (Some(known.id), Some(source));
        }
        (None, Some(_)) => doubts.push("its provider is not one here".to_owned()),
        (_, None) => {
            if offer.kind.is_for_posts() {
                doubts.push("its type needs a provider".to_owned());
            }
        }
    }
    if offer.provider.is_none() && offer.kind.is_for_posts() {
        offer.kind = OrderType::usual();
    }
    offer.dripfeed = offer.provider.is_some()
        && offer.kind.can_have_runs()
        && row.text(columns.dripfeed).is_some_and(rules::is_yes);
    let is_on = row.text(columns.active).is_none_or(rules::is_yes);
    offer.active = is_on && doubts.is_empty();
    (offer, doubts)
}
