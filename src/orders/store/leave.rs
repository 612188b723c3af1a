//! The orders at an account of a provider that is left.

use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::note::Note;
use rusqlite::named_params;

/// Taken and not final, by the index of what is to be asked for: an open order always is.
const OPEN: &str = "orders AS o INDEXED BY orders_to_recheck
     WHERE o.provider_id = :provider AND o.recheck_round IS NOT NULL
         AND o.status IN ('pending', 'processing', 'in_progress')";
const QUEUED: &str =
    "orders AS o INDEXED BY orders_queued WHERE o.provider_id = :provider AND o.dispatch = 'queued'";
const SCHEDULED: &str =
    "orders AS o INDEXED BY orders_scheduled WHERE o.provider_id = :provider AND o.dispatch = 'scheduled'";

/// How many orders the provider has or may have: taken, on their way, or parked.
pub(in super::super) fn open_count(tx: &ReadTx, provider: ProviderId) -> Result<i64, Fault> {
    let open: i64 =
        tx.value(&format!("SELECT count(*) FROM {OPEN}"), named_params! { ":provider": provider }, |row| {
            row.get(0)
        })?;
    let sending: i64 = tx.value(
        "SELECT count(*) FROM orders WHERE dispatch = 'sending' AND provider_id = ?1",
        [provider],
        |row| row.get(0),
    )?;
    let parked: i64 = tx.value(
        "SELECT count(*) FROM orders INDEXED BY orders_to_review
         WHERE (dispatch = 'review' OR provider_mismatch IS NOT NULL) AND dispatch = 'review' AND provider_id = ?1
             AND provider_account = (SELECT account FROM providers WHERE id = ?1)",
        [provider],
        |row| row.get(0),
    )?;
    Ok(open.saturating_add(sending).saturating_add(parked))
}

/// The provider's ids of the newest orders that are asked for, open ones first; without those of which it says already
/// that it has none.
pub(in super::super) fn newest_watched(
    tx: &ReadTx,
    provider: ProviderId,
    max: i64,
) -> Result<Vec<String>, Fault> {
    const KNOWN: &str = "provider_mismatch ->> '$.code' IS NOT 'asked_says'";
    let bound = named_params! { ":provider": provider, ":max": max };
    let open = format!("SELECT o.provider_order_id FROM {OPEN} AND {KNOWN} ORDER BY o.id DESC LIMIT :max");
    let open = tx.all(&open, bound, |row| row.get(0))?;
    if !open.is_empty() {
        return Ok(open);
    }
    let any = format!(
        "SELECT provider_order_id FROM orders
         WHERE provider_id = :provider AND recheck_round IS NOT NULL AND {KNOWN} ORDER BY id DESC LIMIT :max"
    );
    tx.all(&any, bound, |row| row.get(0))
}

/// Whatever the provider has; how many.
pub(in super::super) fn park_open_at(tx: &Tx, provider: ProviderId, note: &Note) -> Result<usize, Fault> {
    park(tx, OPEN, provider, note)
}

/// Whatever waits for it, or for a time to go there; how many.
pub(in super::super) fn park_queued_at(tx: &Tx, provider: ProviderId, note: &Note) -> Result<usize, Fault> {
    Ok(park(tx, QUEUED, provider, note)?.saturating_add(park(tx, SCHEDULED, provider, note)?))
}

/// They keep their status, and belong to the present account.
fn park(tx: &Tx, which: &str, provider: ProviderId, note: &Note) -> Result<usize, Fault> {
    let step = format!(
        "INSERT INTO order_events (order_id, kind, status, dispatch, refunded, note, created_at)
         SELECT o.id, 'parked', o.status, 'review', o.refunded, :note, :now FROM {which} ORDER BY o.id"
    );
    tx.execute(&step, named_params! { ":provider": provider, ":note": note, ":now": tx.now() })?;
    let parked = format!(
        "UPDATE orders SET dispatch = 'review', dispatch_note = :note, provider_mismatch = NULL, recheck_round = NULL,
             provider_account = (SELECT account FROM providers WHERE id = :provider), updated_at = :now
         WHERE id IN (SELECT o.id FROM {which})"
    );
    tx.execute(&parked, named_params! { ":provider": provider, ":note": note, ":now": tx.now() })
}

/// From now on nothing that it had is asked for.
pub(in super::super) fn forget_looks(tx: &Tx, provider: ProviderId) -> Result<(), Fault> {
    tx.execute(
        "UPDATE orders SET recheck_round = NULL, final_round = NULL
         WHERE provider_id = ?1 AND recheck_round IS NOT NULL",
        [provider],
    )?;
    Ok(())
}
