//! Taking services off sale for what their provider says or does, beside its list.

use super::sources::{self, Source};
use super::{GuardState, Offer, Pause, Service, follow, guarded_json, store, write_down};
use crate::announcements::Told;
use crate::audit_log::{self, Actor};
use crate::db::Tx;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::settings;

/// Pauses what is sold as this service of the provider, because it does not take orders for it; those that were on
/// sale.
pub fn pause_refused(
    tx: &Tx,
    provider: ProviderId,
    provider_service: &str,
) -> Result<Vec<(ServiceId, String)>, Fault> {
    let mut paused = Vec::new();
    for service in store::of_provider(tx, provider)? {
        let sources = store::sources(tx, service.id)?;
        let is_it =
            |source: &Source| source.provider == provider && source.provider_service == provider_service;
        let pausing = if sources.is_empty() {
            let is_sold = service.offer.active
                && service.offer.provider == Some(provider)
                && service.offer.provider_service.as_deref() == Some(provider_service);
            is_sold.then(|| pausing(&service))
        } else {
            pass_over(tx, &service, &sources, is_it)?
        };
        if let Some((offer, guard_state)) = pausing {
            pause(tx, &service, &offer, &guard_state)?;
            paused.push((service.id, service.offer.name));
        }
    }
    Ok(paused)
}

fn pausing(service: &Service) -> (Offer, GuardState) {
    (
        Offer { active: false, ..service.offer.clone() },
        GuardState { paused: Some(Pause::Refused), ..service.guard_state.clone() },
    )
}

/// Of several sources only this one is passed over from now on. The service as it is paused, if none is left.
fn pass_over(
    tx: &Tx,
    service: &Service,
    sources: &[Source],
    is_it: impl Fn(&Source) -> bool,
) -> Result<Option<(Offer, GuardState)>, Fault> {
    let mut after = sources.to_vec();
    for source in after.iter_mut().filter(|source| is_it(source)) {
        source.problem = Some(Pause::Refused);
    }
    let (offer, guard_state) = sources::led(service, &after, settings::price_guard(tx)?);
    let is_paused = guard_state.paused.is_some();
    sources::keep(tx, &Actor::CONSOLE, service, sources, &after, is_paused)?;
    if is_paused && service.offer.active {
        return Ok(Some((offer, guard_state)));
    }
    follow::settle(tx, &Actor::CONSOLE, service, offer, guard_state)?;
    Ok(None)
}

fn pause(tx: &Tx, service: &Service, offer: &Offer, guard_state: &GuardState) -> Result<(), Fault> {
    write_down(tx, service, offer, guard_state, Told::Yes)?;
    let mut entry = Actor::CONSOLE.entry("service.pause", format!("service:{}", service.id));
    entry.before = Some(guarded_json(&service.offer, &service.guard_state));
    entry.after = Some(guarded_json(offer, guard_state));
    audit_log::record(tx, &entry)
}
