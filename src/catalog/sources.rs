//! The sources of a service: who may deliver it, in order of preference.
//!
//! A service with several has all of them in `service_sources`, and itself names the one in front: the first without a
//! problem, which its cost, its limits and what it offers are of. So whoever sells looks at the service alone, and a
//! service with one source needs no row. What a provider's list does to a source is what it would do to the service if
//! that source were its only one (`guard`); the service is paused when no source is left.

use super::guard::is_too_low;
use super::rules::{MAX_PROVIDER_SERVICE_CHARS, is_line};
use super::{GuardState, Offer, Pause, Service, store};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::{Fault, FieldError, Rule};
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::kernel::money::{Quantity, Rate};
use crate::kernel::text::trimmed;
use crate::notify::{self, Notice};
use crate::provider;
use crate::settings::PriceGuard;
use serde_json::{Value, json};
use std::collections::HashSet;

/// So many sources a service may have.
const MOST: usize = 10;

/// A provider's service that orders may be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub provider: ProviderId,
    /// The provider's own id of it.
    pub provider_service: String,
    /// What the provider takes, in VND, like a service's rate. `None`: it is not known yet.
    pub cost: Option<Rate>,
    /// The cost before the jump that is its problem.
    pub cost_before: Option<Rate>,
    /// What the cost is made of, as in `GuardState`.
    pub listed_rate: Option<String>,
    /// As the provider lists it; `None`: it was not looked at yet.
    pub min: Option<Quantity>,
    pub max: Option<Quantity>,
    pub refill: Option<bool>,
    pub cancel: Option<bool>,
    /// Why it is passed over.
    pub problem: Option<Pause>,
}

/// A source as an admin names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedSource {
    pub provider: ProviderId,
    pub provider_service: String,
    /// `None`: as it is known.
    pub cost: Option<Rate>,
}

/// All of a service's sources, in order of preference; empty: it is fulfilled by hand.
pub fn sources(tx: &ReadTx, service: &Service) -> Result<Vec<Source>, Fault> {
    let several = several(tx, service.id)?;
    Ok(if several.is_empty() { only(service).into_iter().collect() } else { several })
}

/// Those of a service that has several; else none.
pub fn several(tx: &ReadTx, id: ServiceId) -> Result<Vec<Source>, Fault> {
    store::sources(tx, id)
}

fn only(service: &Service) -> Option<Source> {
    let provider = service.offer.provider.zip(service.offer.provider_service.clone())?;
    let is_listed = service.guard_state.listed_rate.is_some();
    Some(source_of(provider, &service.offer, &service.guard_state, is_listed))
}

/// What the service says about its front source. `is_listed`: whether that was read in the provider's list.
fn source_of(
    (provider, provider_service): (ProviderId, String),
    offer: &Offer,
    state: &GuardState,
    is_listed: bool,
) -> Source {
    Source {
        provider,
        provider_service,
        cost: offer.cost,
        cost_before: state.cost_before,
        listed_rate: state.listed_rate.clone(),
        min: is_listed.then_some(offer.min),
        max: is_listed.then_some(offer.max),
        refill: is_listed.then_some(offer.refill),
        cancel: is_listed.then_some(offer.cancel),
        problem: state.paused,
    }
}

/// The sources that an admin names, with what is known of them.
///
/// Errors: everything about them that is not acceptable.
pub(super) fn named(
    tx: &ReadTx,
    wanted: Vec<NamedSource>,
    known: &[Source],
) -> Result<Result<Vec<Source>, Vec<FieldError>>, Fault> {
    if wanted.len() > MOST {
        return Ok(Err(vec![FieldError::new("sources", Rule::Entries { min: 0, max: MOST })]));
    }
    let (mut found, mut wrong, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (at, named) in wanted.into_iter().enumerate() {
        let (field, provider) = (|name: &str| format!("sources[{at}]{name}"), named.provider);
        let id = trimmed(&named.provider_service).to_owned();
        if provider::by_id(tx, provider)?.is_none() {
            wrong.push(FieldError::new(field(".provider_id"), Rule::NoSuch));
        }
        if !is_line(&id, MAX_PROVIDER_SERVICE_CHARS) {
            let rule = Rule::Line { min: 1, max: MAX_PROVIDER_SERVICE_CHARS };
            wrong.push(FieldError::new(field(".provider_service_id"), rule));
        }
        if !seen.insert((provider, id.clone())) {
            wrong.push(FieldError::new(field(""), Rule::Repeated));
        }
        found.push(source(known, provider, id, named.cost));
    }
    Ok(if wrong.is_empty() { Ok(found) } else { Err(wrong) })
}

/// Whoever names a source wants it tried, whatever its problem was.
fn source(known: &[Source], provider: ProviderId, id: String, cost: Option<Rate>) -> Source {
    let same = known.iter().find(|one| one.provider == provider && one.provider_service == id);
    let mut source = same.cloned().unwrap_or(Source {
        provider,
        provider_service: id,
        cost: None,
        cost_before: None,
        listed_rate: None,
        min: None,
        max: None,
        refill: None,
        cancel: None,
        problem: None,
    });
    source.accept();
    if let Some(cost) = cost.filter(|cost| Some(*cost) != source.cost) {
        (source.cost, source.listed_rate) = (Some(cost), None);
    }
    source
}

impl Source {
    /// An admin wants it tried all the same.
    pub(super) fn accept(&mut self) {
        (self.problem, self.cost_before) = (None, None);
    }
}

/// The service as it would be if this were its only source.
pub(super) fn alone(service: &Service, source: &Source) -> Service {
    let mut alone = service.clone();
    let is_for_sale = service.offer.active || service.guard_state.paused.is_some();
    lend(&mut alone.offer, &mut alone.guard_state, source);
    alone.guard_state.paused = source.problem.filter(|_| is_for_sale);
    alone.offer.active = is_for_sale && source.problem.is_none();
    alone
}

/// The source after the guard has looked at what `alone` made of it.
pub(super) fn looked_at(before: &Source, offer: &Offer, state: &GuardState) -> Source {
    let is_listed = state.listed_rate.is_some() || before.min.is_some();
    source_of((before.provider, before.provider_service.clone()), offer, state, is_listed)
}

/// Gives the service what is its source's.
pub(super) fn lend(offer: &mut Offer, state: &mut GuardState, source: &Source) {
    offer.provider = Some(source.provider);
    offer.provider_service = Some(source.provider_service.clone());
    offer.cost = source.cost;
    (offer.min, offer.max) = (source.min.unwrap_or(offer.min), source.max.unwrap_or(offer.max));
    offer.refill = source.refill.unwrap_or(offer.refill);
    offer.cancel = source.cancel.unwrap_or(offer.cancel);
    (state.cost_before, state.listed_rate) = (source.cost_before, source.listed_rate.clone());
}

/// Which source is in front: the first without a problem that its rate pays for, else the first without a problem, else
/// the first.
pub(super) fn front(offer: &Offer, state: &GuardState, sources: &[Source], guard: PriceGuard) -> usize {
    let is_well = |source: &Source| source.problem.is_none();
    let is_paid = |source: &Source| !is_too_low(&Offer { cost: source.cost, ..offer.clone() }, state, guard);
    let paid = sources.iter().position(|source| is_well(source) && is_paid(source));
    paid.or_else(|| sources.iter().position(is_well)).unwrap_or(0)
}

/// The service with its front source in front.
pub(super) fn led(service: &Service, sources: &[Source], guard: PriceGuard) -> (Offer, GuardState) {
    let (mut offer, mut state) = (service.offer.clone(), service.guard_state.clone());
    let Some(source) = sources.get(front(&offer, &state, sources, guard)) else { return (offer, state) };
    let is_for_sale = offer.active || state.paused.is_some();
    lend(&mut offer, &mut state, source);
    if is_for_sale {
        state.paused = source.problem;
        offer.active = state.paused.is_none();
    }
    (offer, state)
}

/// Writes down how the sources are now. The operator is told of each that is passed over while others go on.
pub(super) fn keep(
    tx: &Tx,
    actor: &Actor,
    service: &Service,
    before: &[Source],
    after: &[Source],
    is_paused: bool,
) -> Result<(), Fault> {
    if before == after {
        return Ok(());
    }
    store::keep_sources(tx, service.id, after)?;
    for (old, new) in before.iter().zip(after).filter(|(old, new)| old.problem != new.problem) {
        let mut entry = actor.entry("service.source", format!("service:{}", service.id));
        entry.before = Some(as_json(old));
        entry.after = Some(as_json(new));
        audit_log::record(tx, &entry)?;
        let Some(why) = new.problem.filter(|_| old.problem.is_none() && !is_paused) else { continue };
        let provider = provider::by_id(tx, new.provider)?.map_or_else(String::new, |listed| listed.name);
        let name = service.offer.name.clone();
        let why = why.into_str().to_owned();
        notify::post(tx, &Notice::SourceOff { service: service.id.get(), name, provider, why })?;
    }
    Ok(())
}

/// For the audit log.
pub(super) fn as_json(source: &Source) -> Value {
    json!({
        "provider_id": source.provider.get(),
        "provider_service_id": source.provider_service,
        "cost": source.cost.map(|cost| cost.to_string()),
        "problem": source.problem.map(<&str>::from),
    })
}
