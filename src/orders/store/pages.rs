//! Lists of orders, newest first: each reads one index from its end.

use super::super::model::Order;
use super::super::refill;
use super::super::search::Filter;
use super::super::status::Status;
use super::{columns, fed, order};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::{UserId, UserSet};
use crate::kernel::page::PageRequest;
use crate::provider;
use rusqlite::ToSql;

/// Orders are counted up to here when an index is chosen.
pub(super) const COUNT_CAP: i64 = 2000;

/// Only what was bought.
const NO_RUNS: &str = "o.parent_id IS NULL AND ";

/// Not those of some users.
const HIDDEN: &str = "o.user_id NOT IN (SELECT value FROM json_each(:without)) AND ";

/// An index that holds the orders that meet one condition, in the order of their ids.
pub(super) struct AccessPath {
    index: &'static str,
    condition: &'static str,
    /// Whether it holds runs too; if not, it can be read only where none are wanted.
    has_runs: bool,
}

impl AccessPath {
    const fn new(index: &'static str, condition: &'static str) -> AccessPath {
        AccessPath { index, condition, has_runs: false }
    }

    const fn with_runs(self) -> AccessPath {
        AccessPath { has_runs: true, ..self }
    }
}

static TO_REVIEW: AccessPath =
    AccessPath::new("orders_to_review", "(o.dispatch = 'review' OR o.provider_mismatch IS NOT NULL)")
        .with_runs();
static CANCEL_OPEN: AccessPath =
    AccessPath::new("orders_cancel_open", "o.cancel_state IN ('wanted', 'asked')").with_runs();
static SLOW: AccessPath = AccessPath::new(
    "orders_slow",
    "(o.is_slow = 1 AND o.status IN ('pending', 'processing', 'in_progress'))",
)
.with_runs();
static BY_HAND: AccessPath = AccessPath::new(
    "orders_by_hand",
    "(o.dispatch = 'manual' AND o.status IN ('pending', 'processing', 'in_progress'))",
)
.with_runs();
static QUEUED: AccessPath =
    AccessPath::new("orders_queued", "o.provider_id = :provider AND o.dispatch = 'queued'").with_runs();
static BY_PARENT: AccessPath = AccessPath::new("orders_by_parent", "o.parent_id = :parent").with_runs();
static BY_USER: AccessPath = AccessPath::new("orders_by_user", "o.user_id = :user");
static BY_USER_STATUS: AccessPath =
    AccessPath::new("orders_by_user_status", "o.user_id = :user AND o.status = :status");
static BY_SERVICE: AccessPath = AccessPath::new("orders_by_service", "o.service_id = :service");
static BY_PROVIDER: AccessPath = AccessPath::new("orders_by_provider", "o.provider_id = :provider");
static BY_STATUS: AccessPath = AccessPath::new("orders_by_status", "o.status = :status");
/// What is read where there is no condition.
pub(super) static ALL: AccessPath = AccessPath::new("orders_by_id", "TRUE");

/// Whether runs are listed beside what was bought: only in the lists of what is to be decided, and of one drip-feed.
fn wants_runs(filter: &Filter) -> bool {
    filter.review || filter.queued || filter.slow || filter.by_hand || filter.parent.is_some()
}

/// The indexes whose conditions together say all that the filter does, but for runs.
pub(super) fn access_paths(filter: &Filter) -> Vec<&'static AccessPath> {
    let of_user = match (filter.user, filter.status) {
        (Some(_), Some(_)) => Some(&BY_USER_STATUS),
        (Some(_), None) => Some(&BY_USER),
        (None, Some(_)) => Some(&BY_STATUS),
        (None, None) => None,
    };
    let at_provider = if filter.queued { &QUEUED } else { &BY_PROVIDER };
    [
        filter.review.then_some(&TO_REVIEW),
        filter.cancel_open.then_some(&CANCEL_OPEN),
        filter.slow.then_some(&SLOW),
        filter.by_hand.then_some(&BY_HAND),
        filter.parent.map(|_| &BY_PARENT),
        of_user,
        filter.service.map(|_| &BY_SERVICE),
        filter.provider.map(|_| at_provider),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The one with the fewest orders, and how many they are, up to `COUNT_CAP` and one more.
pub(super) fn shortest(
    tx: &ReadTx,
    paths: &[&'static AccessPath],
    filter: &Filter,
) -> Result<Option<(&'static AccessPath, i64)>, Fault> {
    let mut counted = Vec::new();
    for path in paths.iter().filter(|path| path.has_runs || !wants_runs(filter)) {
        counted.push((*path, count(tx, path, filter, COUNT_CAP.saturating_add(1))?));
    }
    Ok(counted.into_iter().min_by_key(|(_, orders)| *orders))
}

/// How many orders the index has; counting ends at `most`.
fn count(tx: &ReadTx, path: &AccessPath, filter: &Filter, most: i64) -> Result<i64, Fault> {
    let sql = count_sql(path);
    tx.value(&sql, params(&sql, filter, &[(":most", &most)]).as_slice(), |row| row.get(0))
}

fn count_sql(AccessPath { index, condition, has_runs }: &AccessPath) -> String {
    let bought = if *has_runs { "" } else { NO_RUNS };
    format!(
        "SELECT count(*) FROM (SELECT 1 FROM orders AS o INDEXED BY {index} WHERE {bought}{condition} LIMIT :most)"
    )
}

/// Those parameters of the statement that it has.
pub(super) fn params<'a>(
    sql: &str,
    filter: &'a Filter,
    more: &[(&'static str, &'a dyn ToSql)],
) -> Vec<(&'static str, &'a dyn ToSql)> {
    let of_filter: [(&str, &dyn ToSql); 6] = [
        (":user", &filter.user),
        (":status", &filter.status),
        (":service", &filter.service),
        (":provider", &filter.provider),
        (":parent", &filter.parent),
        (":without", &filter.without),
    ];
    of_filter.into_iter().chain(more.iter().copied()).filter(|(name, _)| sql.contains(name)).collect()
}

pub(in super::super) fn list(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Vec<Order>, Fault> {
    let paths = access_paths(filter);
    let path = match paths.as_slice() {
        [] => &ALL,
        [only] => *only,
        several => shortest(tx, several, filter)?.map_or(&ALL, |(path, _)| path),
    };
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let sql = list_sql(columns!(without params), filter, &paths, path);
    let params = params(&sql, filter, &[(":above", &0), (":cursor", &cursor), (":limit", &limit)]);
    let orders = tx.all(&sql, params.as_slice(), order)?;
    orders.into_iter().map(|order| refill::judged(tx, order)).collect()
}

/// The columns of the newest orders that meet the conditions, read from `path`.
pub(super) fn list_sql(columns: &str, filter: &Filter, paths: &[&AccessPath], path: &AccessPath) -> String {
    let (index, fed) = (path.index, fed!());
    let bought = if wants_runs(filter) { "" } else { NO_RUNS };
    let conditions = conditions(filter, paths);
    format!(
        "SELECT {columns} FROM orders AS o INDEXED BY {index} {fed}
         WHERE {bought}{conditions}o.id > :above AND o.id < :cursor ORDER BY o.id DESC LIMIT :limit"
    )
}

/// Each with its AND.
pub(super) fn conditions(filter: &Filter, paths: &[&AccessPath]) -> String {
    let hidden = if filter.without.is_empty() { "" } else { HIDDEN };
    paths.iter().map(|path| format!("{} AND ", path.condition)).chain([hidden.to_owned()]).collect()
}

/// How many orders of a user have the status; counting ends at `most`.
pub(in super::super) fn count_of_user(
    tx: &ReadTx,
    user: UserId,
    status: Status,
    most: i64,
) -> Result<i64, Fault> {
    let filter = Filter { user: Some(user), status: Some(status), ..Filter::default() };
    count(tx, &BY_USER_STATUS, &filter, most)
}

/// How many orders of everybody have each status.
pub(in super::super) fn counts(tx: &ReadTx) -> Result<Vec<(Status, i64)>, Fault> {
    tx.all("SELECT status, n FROM order_counts", (), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// How many orders of these users have each status.
pub(in super::super) fn counts_of(tx: &ReadTx, users: &UserSet) -> Result<Vec<(Status, i64)>, Fault> {
    tx.all(
        "SELECT status, count(*) FROM orders INDEXED BY orders_by_user_status
         WHERE parent_id IS NULL AND user_id IN (SELECT value FROM json_each(?1)) GROUP BY status",
        [users],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// How many orders wait for an admin: parked, with a provider mismatch, or queued at a provider that gets no orders.
pub fn review_count(tx: &ReadTx) -> Result<i64, Fault> {
    let to_decide: i64 = tx.value(
        "SELECT count(*) FROM orders WHERE dispatch = 'review' OR provider_mismatch IS NOT NULL",
        (),
        |row| row.get(0),
    )?;
    provider::stopped(tx)?.into_iter().try_fold(to_decide, |count, stopped| {
        let waiting: i64 = tx.value(
            "SELECT count(*) FROM orders
             WHERE provider_id = ?1 AND dispatch = 'queued' AND provider_mismatch IS NULL",
            [stopped],
            |row| row.get(0),
        )?;
        Ok(count.saturating_add(waiting))
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};
    use crate::kernel::ids::{OrderId, ProviderId, ServiceId};

    /// Every combination of filters.
    pub fn filters() -> Vec<Filter> {
        let bit = |number: u32, bit: u32| number & (1 << bit) != 0;
        let combined = |number: u32| Filter {
            user: bit(number, 0).then_some(UserId::new(1)),
            provider: bit(number, 1).then_some(ProviderId::new(1)),
            service: bit(number, 2).then_some(ServiceId::new(1)),
            review: bit(number, 3),
            queued: bit(number, 1) && bit(number, 4),
            cancel_open: bit(number, 6),
            slow: bit(number, 7),
            by_hand: bit(number, 10),
            parent: bit(number, 8).then_some(OrderId::new(1)),
            status: bit(number, 5).then_some(Status::Pending),
            without: UserSet::new(if bit(number, 9) { vec![UserId::new(2)] } else { Vec::new() }),
            ..Filter::default()
        };
        (0..2048).map(combined).collect()
    }

    #[test]
    fn no_list_sorts_or_walks_the_table() {
        on_empty_database(|tx| {
            let check = |sql: &str, way: &str| {
                let plan = plan(tx, sql);
                // The few that wait for an admin are an index of their own, which is read as a whole.
                let is_small = matches!(
                    way,
                    "orders_to_review" | "orders_cancel_open" | "orders_slow" | "orders_by_hand"
                );
                let walks = plan.contains("SCAN o") && !is_small;
                assert!(plan.contains(way) && !walks && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
            };
            for filter in filters() {
                let paths = access_paths(&filter);
                let read = paths.iter().filter(|path| path.has_runs || !wants_runs(&filter));
                let mut is_any = false;
                for path in read {
                    is_any = true;
                    check(&list_sql(columns!(without params), &filter, &paths, path), path.index);
                    check(&count_sql(path), path.index);
                }
                assert!(is_any || paths.is_empty(), "{filter:?} has an index");
            }
            check(&list_sql(columns!(without params), &Filter::default(), &[], &ALL), ALL.index);
        });
    }
}
