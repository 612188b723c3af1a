//! Customers' own prices.

use super::super::own::OwnRate;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{ServiceId, UserId};
use rusqlite::Row;

fn own(row: &Row) -> rusqlite::Result<OwnRate> {
    Ok(OwnRate { service: row.get(0)?, rate: row.get(1)?, accepted_cost: row.get(2)? })
}

const OF_USER: &str =
    "SELECT service_id, rate, accepted_cost FROM own_rates WHERE user_id = ?1 ORDER BY service_id";
const OF_SERVICE: &str = "SELECT service_id, rate, accepted_cost FROM own_rates WHERE service_id = ?1";
const BY_USER: &str = "SELECT service_id, rate, accepted_cost, user_id FROM own_rates WHERE service_id = ?1";

pub(in super::super) fn own_rate(
    tx: &ReadTx,
    user: UserId,
    service: ServiceId,
) -> Result<Option<OwnRate>, Fault> {
    tx.one(
        "SELECT service_id, rate, accepted_cost FROM own_rates WHERE user_id = ?1 AND service_id = ?2",
        (user, service),
        own,
    )
}

/// By service.
pub(in super::super) fn own_rates(tx: &ReadTx, user: UserId) -> Result<Vec<OwnRate>, Fault> {
    tx.all(OF_USER, [user], own)
}

/// Of whichever customers.
pub(in super::super) fn own_rates_of_service(tx: &ReadTx, service: ServiceId) -> Result<Vec<OwnRate>, Fault> {
    tx.all(OF_SERVICE, [service], own)
}

/// Likewise, with whose each is.
pub(in super::super) fn own_rates_by_user(
    tx: &ReadTx,
    service: ServiceId,
) -> Result<Vec<(UserId, OwnRate)>, Fault> {
    tx.all(BY_USER, [service], |row| Ok((row.get(3)?, own(row)?)))
}

pub(in super::super) fn services_with_own_rates(tx: &ReadTx) -> Result<Vec<ServiceId>, Fault> {
    tx.all("SELECT DISTINCT service_id FROM own_rates ORDER BY service_id", (), |row| row.get(0))
}

pub(in super::super) fn put_own_rate(tx: &Tx, user: UserId, own: &OwnRate) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO own_rates (user_id, service_id, rate, accepted_cost) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET rate = excluded.rate, accepted_cost = excluded.accepted_cost",
        (user, own.service, own.rate, own.accepted_cost),
    )?;
    Ok(())
}

pub(in super::super) fn delete_own_rate(tx: &Tx, user: UserId, service: ServiceId) -> Result<(), Fault> {
    tx.execute("DELETE FROM own_rates WHERE user_id = ?1 AND service_id = ?2", (user, service))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn own_prices_are_found_by_user_and_by_service() {
        on_empty_database(|tx| {
            for (sql, index) in [
                (OF_USER, "PRIMARY KEY"),
                (OF_SERVICE, "own_rates_by_service"),
                (BY_USER, "own_rates_by_service"),
            ] {
                let plan = plan(tx, sql);
                assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{plan}");
            }
        });
    }
}
