//! Taking services off sale for what their provider says or does, beside its list.

use super::{GuardState, Offer, Pause, Service, guarded_json, store, write_down};
use crate::audit_log::{self, Actor};
use crate::db::Tx;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId};

/// Pauses what is sold as this service of the provider, because it does not take orders for it; those that were on
/// sale.
pub fn pause_refused(
    tx: &Tx,
    provider: ProviderId,
    provider_service: &str,
) -> Result<Vec<(ServiceId, String)>, Fault> {
    let mut paused = Vec::new();
    for service in store::of_provider(tx, provider)? {
        if service.offer.active && service.offer.provider_service.as_deref() == Some(provider_service) {
            pause(tx, &service, Pause::Refused)?;
            paused.push((service.id, service.offer.name));
        }
    }
    Ok(paused)
}

fn pause(tx: &Tx, service: &Service, why: Pause) -> Result<(), Fault> {
    let (offer, guard_state) = (
        Offer { active: false, ..service.offer.clone() },
        GuardState { paused: Some(why), ..service.guard_state.clone() },
    );
    write_down(tx, service, &offer, &guard_state)?;
    let mut entry = Actor::CONSOLE.entry("service.pause", format!("service:{}", service.id));
    entry.before = Some(guarded_json(&service.offer, &service.guard_state));
    entry.after = Some(guarded_json(&offer, &guard_state));
    audit_log::record(tx, &entry)
}
