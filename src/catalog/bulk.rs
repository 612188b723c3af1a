//! The same change for many services in one commit, with what it comes to for each.

use super::error::CatalogError;
use super::rules::{self, Patch, marked_up};
use super::{Filter, Offer, Service, ServiceState, by_id, change_told, matching};
use crate::announcements::{self, Told};
use crate::audit_log::Actor;
use crate::db::{ReadTx, Tx};
use crate::kernel::chosen::{self, Unfit};
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::ids::ServiceId;
use crate::kernel::money::Rate;
use crate::settings;
use strum::IntoStaticStr;

/// The field that names them.
const NAMED: &str = "service_ids";
/// By how much a rate may be moved at once, in percent.
const RATE_PERCENT: std::ops::RangeInclusive<i64> = -90..=900;
const MOST_MARGIN_PERCENT: i64 = 10_000;

/// Which services are meant.
pub type Chosen = chosen::Chosen<ServiceId, Filter>;

/// What is to be different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The rate moves by so many percent of itself, up to a multiple of so many thousandths of a dong.
    Rate {
        percent: i64,
        step_milli: i64,
    },
    /// The rate lies so many percent above the cost, rounded likewise.
    Margin {
        percent: i64,
        step_milli: i64,
    },
    Active(bool),
    State(ServiceState),
    Category(String),
}

/// Why a service stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Obstacle {
    /// It would be sold for less than it costs: a wish for that is said for each service by itself.
    BelowCost,
    /// Nobody knows the cost that the rate is to lie above.
    NoCost,
    /// Beyond any rate.
    TooHigh,
}

/// A service before the change, and what the change makes of it.
pub struct Planned {
    pub service: Service,
    pub after: Result<Offer, Obstacle>,
}

/// Looks at what the change comes to. Errors: `Fields`; `Conflict` where the filter matches more or fewer than
/// expected.
pub fn plan(tx: &ReadTx, chosen: &Chosen, wanted: &Change) -> Result<Vec<Planned>, CatalogError> {
    check(tx, wanted)?;
    let mut planned = Vec::new();
    for service in services(tx, chosen)? {
        let after = match patch(&service.offer, wanted) {
            Ok(patch) => judged(patch.onto(service.offer.clone()), wanted)?,
            Err(obstacle) => Err(obstacle),
        };
        planned.push(Planned { service, after });
    }
    Ok(planned)
}

/// Does it, and leaves those out that have an obstacle. Customers hear of it as of one thing, or not at all. Errors: as
/// `plan`.
pub fn change_all(
    tx: &Tx,
    actor: &Actor,
    chosen: &Chosen,
    wanted: &Change,
    told: Told,
) -> Result<Vec<Planned>, CatalogError> {
    let planned = plan(tx, chosen, wanted)?;
    announcements::together(tx, || {
        for one in planned.iter().filter(|one| one.after.is_ok()) {
            if let Ok(patch) = patch(&one.service.offer, wanted) {
                change_told(tx, actor, one.service.id, patch, told)?;
            }
        }
        Ok(planned)
    })
}

fn services(tx: &ReadTx, chosen: &Chosen) -> Result<Vec<Service>, CatalogError> {
    match chosen {
        Chosen::These(ids) => these(tx, ids),
        Chosen::Matching { filter, expected } => {
            let found = matching(tx, filter)?;
            chosen::agreed(Some(found.len()), *expected)?;
            Ok(found)
        }
    }
}

fn these(tx: &ReadTx, ids: &[ServiceId]) -> Result<Vec<Service>, CatalogError> {
    let known = |(at, id)| Ok(by_id(tx, id)?.ok_or_else(|| Unfit::no_such(NAMED, at))?);
    chosen::distinct(NAMED, ids)?.into_iter().map(known).collect()
}

fn check(tx: &ReadTx, wanted: &Change) -> Result<(), CatalogError> {
    match wanted {
        Change::Rate { percent, .. } if !RATE_PERCENT.contains(percent) => {
            let (min, max) = (*RATE_PERCENT.start(), *RATE_PERCENT.end());
            Err(field("rate_percent", Rule::Range { min, max }))
        }
        Change::Margin { percent, .. } if !(0..=MOST_MARGIN_PERCENT).contains(percent) => {
            Err(field("margin_percent", Rule::Range { min: 0, max: MOST_MARGIN_PERCENT }))
        }
        Change::Margin { percent, .. } => {
            let min = settings::price_guard(tx)?.min_margin.get();
            if *percent < min { Err(field("margin_percent", Rule::Margin { min })) } else { Ok(()) }
        }
        Change::Rate { .. } | Change::Active(_) | Change::State(_) | Change::Category(_) => Ok(()),
    }
}

fn field(name: &str, rule: Rule) -> CatalogError {
    CatalogError::Fields(vec![FieldError::new(name, rule)])
}

fn patch(offer: &Offer, wanted: &Change) -> Result<Patch, Obstacle> {
    let priced = |rate: Option<Rate>| {
        rate.map(|rate| Patch { rate: Some(rate), ..Patch::default() }).ok_or(Obstacle::TooHigh)
    };
    match wanted {
        Change::Rate { percent, step_milli } => priced(marked_up(offer.rate, *percent, *step_milli)),
        Change::Margin { percent, step_milli } => {
            priced(marked_up(offer.cost.ok_or(Obstacle::NoCost)?, *percent, *step_milli))
        }
        Change::Active(active) => Ok(Patch { active: Some(*active), ..Patch::default() }),
        Change::State(state) => Ok(Patch { state: Some(*state), ..Patch::default() }),
        Change::Category(name) => Ok(Patch { category: Some(name.clone()), ..Patch::default() }),
    }
}

/// The outer error: a value that no service may have.
fn judged(offer: Offer, wanted: &Change) -> Result<Result<Offer, Obstacle>, CatalogError> {
    let offer = rules::tidied(offer);
    let wrong = rules::check(&offer);
    if !wrong.is_empty() {
        return Err(CatalogError::Fields(wrong));
    }
    Ok(if loses(&offer, wanted) { Err(Obstacle::BelowCost) } else { Ok(offer) })
}

/// Whether the change has to do with what it is sold at, and that is below the cost.
fn loses(after: &Offer, wanted: &Change) -> bool {
    let is_sale = match wanted {
        Change::Rate { .. } | Change::Margin { .. } | Change::Active(true) => true,
        Change::Active(false) | Change::State(_) | Change::Category(_) => false,
    };
    is_sale && after.cost.is_some_and(|cost| after.rate < cost)
}
