//! The reports' SQL: short tables of sums only.

use super::services::{End, Ended};
use super::{Line, Sold};
use crate::db::{ReadTx, first_since};
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId, UserId};
use crate::kernel::money::Vnd;
use crate::ledger::{Account, Kind};
use crate::notify::Figure;
use crate::orders::Status;
use rusqlite::Row;

const SOLD_BY_DAY: &str = "SELECT sum(orders), sum(units), sum(charged) - sum(refunded), sum(cost), day
    FROM daily_services WHERE day BETWEEN ?1 AND ?2 GROUP BY day";
const MOVED_BY_DAY: &str = "SELECT day, kind, amount, n FROM daily_money WHERE day BETWEEN ?1 AND ?2";
const REGISTERED_BY_DAY: &str = "SELECT day, registered FROM daily_users WHERE day BETWEEN ?1 AND ?2";
const SERVICES: &str =
    "SELECT sum(d.orders), sum(d.units), sum(d.charged) - sum(d.refunded) AS sales, sum(d.cost), d.service_id, s.name
    FROM daily_services AS d JOIN services AS s ON s.id = d.service_id
    WHERE d.day BETWEEN ?1 AND ?2 GROUP BY d.service_id ORDER BY sales DESC, d.service_id LIMIT 50";
const PROVIDERS: &str =
    "SELECT sum(d.orders), sum(d.units), sum(d.charged) - sum(d.refunded) AS sales, sum(d.cost),
        nullif(d.provider_id, 0), coalesce(p.name, '')
    FROM daily_services AS d LEFT JOIN providers AS p ON p.id = d.provider_id
    WHERE d.day BETWEEN ?1 AND ?2 GROUP BY d.provider_id ORDER BY sales DESC, d.provider_id LIMIT 50";
const CUSTOMERS: &str =
    "SELECT sum(d.orders), sum(d.units), sum(d.charged) - sum(d.refunded) AS sales, sum(d.cost), d.user_id, u.username
    FROM daily_customers AS d JOIN users AS u ON u.id = d.user_id
    WHERE d.day BETWEEN ?1 AND ?2 GROUP BY d.user_id ORDER BY sales DESC, d.user_id LIMIT 50";
const COSTS: &str = "SELECT provider_id, day, sum(cost) FROM daily_services
    WHERE day BETWEEN ?1 AND ?2 AND provider_id > 0 GROUP BY provider_id, day";
const MOVED_ON: &str =
    "SELECT coalesce(sum(n), 0), coalesce(sum(amount), 0) FROM daily_money WHERE day = ?1 AND kind = ?2";
const ORDERED_ON: &str =
    "SELECT coalesce(sum(orders), 0), coalesce(sum(charged), 0) FROM daily_services WHERE day = ?1";
/// Each service's own days, by the key of the table.
const ENDED_SINCE: &str = "SELECT e.service_id, e.status, e.took, sum(e.n)
    FROM services AS s CROSS JOIN daily_ends AS e ON e.service_id = s.id AND e.day >= ?1
    GROUP BY s.id, e.status, e.took HAVING sum(e.n) > 0 ORDER BY s.id, e.status, e.took";
/// Of orders by their ids; each counts as in the sums by day.
const SOLD_BETWEEN: &str =
    "SELECT count(*) FILTER (WHERE parent_id IS NULL), coalesce(sum(counted_units), 0),
        coalesce(sum(charge - refunded), 0), coalesce(sum(counted_cost), 0)
    FROM orders WHERE id >= ?1 AND id < ?2";
const MOVED_BETWEEN: &str = "SELECT kind,
        sum(iif(kind IN ('adjustment', 'bonus') AND debit_account_id > 0, -amount, amount)), count(*)
    FROM transfers WHERE id >= ?1 AND id < ?2 AND kind <> 'order' GROUP BY kind";
const REGISTERED_BETWEEN: &str = "SELECT count(*) FROM users WHERE id >= ?1 AND id < ?2";
const BY_STATUS: &str = "SELECT status, n FROM order_counts";
const HOUSE: &str = "SELECT sum(balance), sum(iif(id = ?1, balance, 0)) FROM accounts WHERE id < 0";

/// The sum of one kind of transfer on one day.
pub(super) struct Moved {
    pub day: Day,
    pub kind: Kind,
    pub amount: Vnd,
    pub count: i64,
}

/// What a provider takes for the orders of one day.
pub(super) struct Cost {
    pub provider: ProviderId,
    pub day: Day,
    pub cost: Vnd,
}

fn sold(row: &Row) -> rusqlite::Result<Sold> {
    Ok(Sold { orders: row.get(0)?, units: row.get(1)?, sales: row.get(2)?, cost: row.get(3)? })
}

pub(super) fn sold_by_day(tx: &ReadTx, first: Day, last: Day) -> Result<Vec<(Day, Sold)>, Fault> {
    tx.all(SOLD_BY_DAY, (first, last), |row| Ok((row.get(4)?, sold(row)?)))
}

pub(super) fn moved_by_day(tx: &ReadTx, first: Day, last: Day) -> Result<Vec<Moved>, Fault> {
    tx.all(MOVED_BY_DAY, (first, last), |row| {
        Ok(Moved { day: row.get(0)?, kind: row.get(1)?, amount: row.get(2)?, count: row.get(3)? })
    })
}

pub(super) fn registered_by_day(tx: &ReadTx, first: Day, last: Day) -> Result<Vec<(Day, i64)>, Fault> {
    tx.all(REGISTERED_BY_DAY, (first, last), |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(super) fn services(tx: &ReadTx, first: Day, last: Day) -> Result<Vec<Line<ServiceId>>, Fault> {
    tx.all(SERVICES, (first, last), |row| Ok(Line { id: row.get(4)?, name: row.get(5)?, sold: sold(row)? }))
}

pub(super) fn providers(tx: &ReadTx, first: Day, last: Day) -> Result<Vec<Line<Option<ProviderId>>>, Fault> {
    tx.all(PROVIDERS, (first, last), |row| Ok(Line { id: row.get(4)?, name: row.get(5)?, sold: sold(row)? }))
}

pub(super) fn customers(tx: &ReadTx, first: Day, last: Day) -> Result<Vec<Line<UserId>>, Fault> {
    tx.all(CUSTOMERS, (first, last), |row| Ok(Line { id: row.get(4)?, name: row.get(5)?, sold: sold(row)? }))
}

pub(super) fn costs(tx: &ReadTx, first: Day, last: Day) -> Result<Vec<Cost>, Fault> {
    tx.all(COSTS, (first, last), |row| {
        Ok(Cost { provider: row.get(0)?, day: row.get(1)?, cost: row.get(2)? })
    })
}

/// The ids that were given from a moment on, up to another one.
fn ids(tx: &ReadTx, table: &'static str, from: Timestamp, until: Timestamp) -> Result<(i64, i64), Fault> {
    Ok((first_since(tx, table, from)?, first_since(tx, table, until)?))
}

/// What was ordered from a moment on, up to another one.
pub(super) fn sold_between(tx: &ReadTx, from: Timestamp, until: Timestamp) -> Result<Sold, Fault> {
    tx.value(SOLD_BETWEEN, ids(tx, "orders", from, until)?, sold)
}

/// The sums of each kind of transfer, as those of `day`.
pub(super) fn moved_between(
    tx: &ReadTx,
    day: Day,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Moved>, Fault> {
    tx.all(MOVED_BETWEEN, ids(tx, "transfers", from, until)?, |row| {
        Ok(Moved { day, kind: row.get(0)?, amount: row.get(1)?, count: row.get(2)? })
    })
}

pub(super) fn registered_between(tx: &ReadTx, from: Timestamp, until: Timestamp) -> Result<i64, Fault> {
    tx.value(REGISTERED_BETWEEN, ids(tx, "users", from, until)?, |row| row.get(0))
}

/// The transfers of a kind on a day.
pub(super) fn moved_on(tx: &ReadTx, day: Day, kind: Kind) -> Result<Figure, Fault> {
    tx.value(MOVED_ON, (day, kind), figure)
}

/// The orders placed on a day, with their charges.
pub(super) fn ordered_on(tx: &ReadTx, day: Day) -> Result<Figure, Fault> {
    tx.value(ORDERED_ON, [day], figure)
}

fn figure(row: &Row) -> rusqlite::Result<Figure> {
    Ok(Figure { count: row.get(0)?, sum: row.get(1)? })
}

/// How orders placed from that day on ended, by service, end and time.
pub(super) fn ended_since(tx: &ReadTx, first: Day) -> Result<Vec<Ended>, Fault> {
    tx.all(ENDED_SINCE, [first], |row| {
        let end = match row.get(1)? {
            Status::Completed => End::Completed(row.get(2)?),
            Status::Partial => End::Partial,
            Status::Canceled => End::Canceled,
            open @ (Status::Pending | Status::Processing | Status::InProgress) => {
                return Err(rusqlite::Error::ToSqlConversionFailure(format!("{open:?} is no end").into()));
            }
        };
        Ok(Ended { service: row.get(0)?, end, orders: row.get(3)? })
    })
}

/// Refills asked for since then at providers, by service: how many were completed, and rejected. What was done by hand
/// is no word of the provider's, as in the refills' own table of kept promises.
pub(super) fn refilled_since(tx: &ReadTx, since: Timestamp) -> Result<Vec<(ServiceId, i64, i64)>, Fault> {
    let first = first_since(tx, "refills", since)?;
    tx.all(
        "SELECT service_id, count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'rejected')
         FROM refills WHERE id >= ?1 AND status IN ('completed', 'rejected') AND provider_id IS NOT NULL
             AND dispatch <> 'manual' GROUP BY service_id",
        [first],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

pub(super) fn by_status(tx: &ReadTx) -> Result<Vec<(Status, i64)>, Fault> {
    tx.all(BY_STATUS, (), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// What all accounts of the house hold together, and suspense alone.
pub(super) fn house(tx: &ReadTx) -> Result<(Vnd, Vnd), Fault> {
    tx.value(HOUSE, [Account::Suspense], |row| Ok((row.get(0)?, row.get(1)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn a_part_of_a_day_is_read_by_its_ids() {
        on_empty_database(|tx| {
            for (sql, table) in
                [(SOLD_BETWEEN, "orders"), (MOVED_BETWEEN, "transfers"), (REGISTERED_BETWEEN, "users")]
            {
                let plan = plan(tx, sql);
                let by_id = format!("SEARCH {table} USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
                assert!(plan.contains(&by_id), "{sql}\n{plan}");
            }
        });
    }

    #[test]
    fn no_report_reads_a_table_that_grows_with_the_orders() {
        // One step for each service that is sold, whatever was ordered of it.
        let services = ["SCAN s", "SCAN s USING COVERING INDEX services_by_category"];
        let by_day = [ENDED_SINCE, SOLD_BY_DAY, MOVED_BY_DAY, REGISTERED_BY_DAY, MOVED_ON, ORDERED_ON];
        on_empty_database(|tx| {
            for sql in by_day.into_iter().chain([SERVICES, PROVIDERS, CUSTOMERS, COSTS, BY_STATUS, HOUSE]) {
                for step in plan(tx, sql).split("; ") {
                    // Six rows.
                    let whole =
                        step.starts_with("SCAN") && step != "SCAN order_counts" && !services.contains(&step);
                    let grows =
                        step.contains(" orders") || step.contains("transfers") || step.contains(" users");
                    assert!(!whole && !grows, "{sql}\n{step}");
                }
            }
        });
    }
}
