//! Services that come from another panel.

use super::{CatalogError, GuardState, Offer, checked, store};
use crate::db::Tx;
use crate::kernel::ids::ServiceId;
use std::collections::HashSet;

/// Where a service came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    New {
        id: ServiceId,
        is_active: bool,
    },
    /// The provider's service was sold here before.
    SoldAlready(ServiceId),
}

/// Puts a service on the list, under this number if nobody has it. What would be sold below its cost is not on sale
/// until somebody wants that. What came along with it does not count as sold here.
///
/// Errors: `Fields`.
pub fn move_in(
    tx: &Tx,
    wanted: Option<ServiceId>,
    offer: Offer,
    along: &HashSet<ServiceId>,
) -> Result<Moved, CatalogError> {
    let mut offer = checked(tx, offer)?;
    if let (Some(provider), Some(source)) = (offer.provider, &offer.provider_service)
        && let Some(known) = store::by_source(tx, provider, source)?
        && !along.contains(&known.id)
    {
        return Ok(Moved::SoldAlready(known.id));
    }
    offer.active &= offer.cost.is_none_or(|cost| cost <= offer.rate);
    let is_free = |id: &ServiceId| store::by_id(tx, *id).map(|found| found.is_none());
    let id = wanted.map(|id| Ok::<_, CatalogError>(is_free(&id)?.then_some(id))).transpose()?.flatten();
    let id = store::insert_as(tx, id, &offer, &GuardState::default())?;
    Ok(Moved::New { id, is_active: offer.active })
}
