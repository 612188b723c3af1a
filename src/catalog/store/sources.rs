//! The sources of services that have several.

use super::super::sources::Source;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId};
use rusqlite::{Row, named_params};

const SELECT: &str =
    "SELECT provider_id, provider_service_id, cost, cost_before, listed_rate, min_quantity, max_quantity,
    refill, cancel, problem FROM service_sources";

fn source(row: &Row) -> rusqlite::Result<Source> {
    Ok(Source {
        provider: row.get(0)?,
        provider_service: row.get(1)?,
        cost: row.get(2)?,
        cost_before: row.get(3)?,
        listed_rate: row.get(4)?,
        min: row.get(5)?,
        max: row.get(6)?,
        refill: row.get(7)?,
        cancel: row.get(8)?,
        problem: row.get(9)?,
    })
}

/// In order of preference. Empty: the service has one at most, and names it itself.
pub fn sources(tx: &ReadTx, id: ServiceId) -> Result<Vec<Source>, Fault> {
    tx.all(&format!("{SELECT} WHERE service_id = ?1 ORDER BY position"), [id], source)
}

/// Instead of those it had.
pub fn keep_sources(tx: &Tx, id: ServiceId, sources: &[Source]) -> Result<(), Fault> {
    tx.execute("DELETE FROM service_sources WHERE service_id = ?1", [id])?;
    for (position, source) in (1_i64..).zip(sources) {
        tx.execute(
            "INSERT INTO service_sources (service_id, position, provider_id, provider_service_id, cost, cost_before,
                 listed_rate, min_quantity, max_quantity, refill, cancel, problem)
             VALUES (:service, :position, :provider, :provider_service, :cost, :before, :listed, :min, :max, :refill,
                 :cancel, :problem)",
            named_params! {
                ":service": id, ":position": position, ":provider": source.provider,
                ":provider_service": source.provider_service, ":cost": source.cost, ":before": source.cost_before,
                ":listed": source.listed_rate, ":min": source.min, ":max": source.max, ":refill": source.refill,
                ":cancel": source.cancel, ":problem": source.problem,
            },
        )?;
    }
    Ok(())
}

/// The services that have several sources, one of them at this provider.
pub fn sources_at(tx: &ReadTx, provider: ProviderId) -> Result<Vec<ServiceId>, Fault> {
    tx.all("SELECT DISTINCT service_id FROM service_sources WHERE provider_id = ?1", [provider], |row| {
        row.get(0)
    })
}

/// The oldest service that has this one of the provider's as one of several sources.
pub fn of_further_source(
    tx: &ReadTx,
    provider: ProviderId,
    source: &str,
) -> Result<Option<ServiceId>, Fault> {
    tx.one(
        "SELECT min(service_id) FROM service_sources WHERE provider_id = ?1 AND provider_service_id = ?2",
        (provider, source),
        |row| row.get(0),
    )
    .map(Option::flatten)
}
