//! Lists of orders, each along a way that costs the same however deep the page is and however many orders there are.
//!
//! With several filters the way with the fewest orders is taken and the rest is checked on it.

use super::super::{Filter, Order, Status};
use super::{columns, order};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::page::PageRequest;
use crate::provider;
use rusqlite::ToSql;

/// Counting ends with one more.
pub(super) const FEW: i64 = 2000;

/// A way to the orders of one filter, newest first.
pub(super) struct Way {
    /// What is looked up first.
    with: &'static str,
    from: &'static str,
    /// What SQLite needs to know to take the way, besides the condition.
    lead: &'static str,
    /// What the filter says.
    condition: &'static str,
    order: &'static str,
}

const fn index(from: &'static str, lead: &'static str, condition: &'static str) -> Way {
    Way { with: "", from, lead, condition, order: "ORDER BY o.id DESC" }
}

/// To every order there is.
pub(super) static ALL: Way = index("orders AS o NOT INDEXED", "", "");
static TO_REVIEW: Way = index(
    "orders AS o INDEXED BY orders_to_review",
    "",
    "(o.dispatch = 'review' OR o.contradiction IS NOT NULL) AND ",
);
/// With a provider only: those that wait to be sent to it.
static QUEUED: Way = index(
    "orders AS o INDEXED BY orders_queued",
    "",
    "o.provider_id = :provider AND o.dispatch = 'queued' AND ",
);
static BY_SERVICE: Way =
    index("orders AS o INDEXED BY orders_by_service", "", "o.service_id = :service AND ");
static BY_PROVIDER: Way =
    index("orders AS o INDEXED BY orders_by_provider", "", "o.provider_id = :provider AND ");
static BY_STATUS: Way = index("orders AS o INDEXED BY orders_by_status", "", "o.status = :status AND ");
static OF_USER_BY_STATUS: Way = index(
    "orders AS o INDEXED BY orders_by_user_status",
    "o.status <> 'pending' AND ",
    "o.user_id = :user AND o.status = :status AND ",
);

/// From thousand to thousand in which orders are pending, and in each to those of the customer.
static OF_USER_PENDING: Way = Way {
    with: "WITH RECURSIVE thousand (n) AS (
         SELECT :cursor >> 10
         UNION ALL
         SELECT (SELECT id >> 10 FROM orders INDEXED BY orders_pending_by_user
             WHERE status = 'pending' AND id >> 10 < n ORDER BY id >> 10 DESC LIMIT 1)
         FROM thousand WHERE n IS NOT NULL)",
    from: "thousand CROSS JOIN orders AS o INDEXED BY orders_pending_by_user",
    lead: "o.status = 'pending' AND o.id >> 10 = thousand.n AND ",
    condition: "o.user_id = :user AND o.status = :status AND ",
    order: "",
};

/// From each order of the customer to the one before it. The chain is entered at the order that the page before ended
/// with, or at the next milestone above, or at its end.
static OF_USER: Way = Way {
    with: "WITH RECURSIVE chain (id) AS (
         SELECT coalesce(
             (SELECT id FROM orders WHERE id = :cursor AND user_id = :user),
             (SELECT id FROM orders INDEXED BY orders_milestones
                 WHERE user_id = :user AND id % 32 = 0 AND id > :cursor ORDER BY id LIMIT 1),
             (SELECT last_order_id FROM accounts WHERE id = :user))
         UNION ALL
         SELECT previous_id FROM chain CROSS JOIN orders USING (id) WHERE previous_id > 0)",
    from: "chain CROSS JOIN orders AS o USING (id)",
    lead: "",
    condition: "o.user_id = :user AND ",
    order: "",
};

type Params<'a> = Vec<(&'static str, &'a dyn ToSql)>;

/// The ways that could be taken, one for each filter.
pub(super) fn ways(filter: &Filter) -> Vec<&'static Way> {
    let of_user = |_| match filter.status {
        None => &OF_USER,
        Some(status) => of_user_by(status),
    };
    let by_status = filter.status.filter(|_| filter.user.is_none());
    [
        filter.review.then_some(&TO_REVIEW),
        filter.queued.then_some(&QUEUED),
        filter.user.map(of_user),
        filter.service.map(|_| &BY_SERVICE),
        filter.provider.filter(|_| !filter.queued).map(|_| &BY_PROVIDER),
        by_status.map(|_| &BY_STATUS),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn of_user_by(status: Status) -> &'static Way {
    if status == Status::Pending { &OF_USER_PENDING } else { &OF_USER_BY_STATUS }
}

pub(super) fn params(filter: &Filter) -> Params<'_> {
    let mut params: Params<'_> = Vec::new();
    if let Some(user) = &filter.user {
        params.push((":user", user));
    }
    if let Some(status) = &filter.status {
        params.push((":status", status));
    }
    if let Some(provider) = &filter.provider {
        params.push((":provider", provider));
    }
    if let Some(service) = &filter.service {
        params.push((":service", service));
    }
    params
}

/// Each with its AND.
pub(super) fn conditions(ways: &[&Way]) -> String {
    ways.iter().map(|way| way.condition).collect()
}

/// The way with the fewest orders, and how many they are, counted up to `FEW` and one more.
pub(super) fn shortest(
    tx: &ReadTx,
    ways: &[&'static Way],
    filter: &Filter,
) -> Result<Option<(&'static Way, i64)>, Fault> {
    let mut best: Option<(&Way, i64)> = None;
    for way in ways {
        let length = length(tx, way, filter, FEW.saturating_add(1))?;
        if best.is_none_or(|(_, shortest)| length < shortest) {
            best = Some((way, length));
        }
    }
    Ok(best)
}

/// How many orders lie along a way; counting ends at `enough`.
fn length(tx: &ReadTx, way: &Way, filter: &Filter, enough: i64) -> Result<i64, Fault> {
    if way.condition == OF_USER.condition {
        // Orders of the chain are all over the table; the indexes by status count faster.
        return Status::ALL.iter().try_fold(0_i64, |sum, status| {
            let filter = Filter { status: Some(*status), ..filter.clone() };
            Ok(sum.saturating_add(length(tx, of_user_by(*status), &filter, enough)?))
        });
    }
    let sql = length_sql(way);
    let mut params = params(filter);
    params.extend([(":cursor", &i64::MAX as &dyn ToSql), (":enough", &enough)]);
    params.retain(|(name, _)| sql.contains(name));
    tx.value(&sql, params.as_slice(), |row| row.get(0))
}

fn length_sql(way: &Way) -> String {
    let Way { with, from, lead, condition, .. } = way;
    format!("{with} SELECT count(*) FROM (SELECT 1 FROM {from} WHERE {lead}{condition}1 LIMIT :enough)")
}

pub(in super::super) fn list(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Vec<Order>, Fault> {
    let ways = ways(filter);
    let way = match ways.as_slice() {
        [] => &ALL,
        [only] => only,
        several => shortest(tx, several, filter)?.map_or(&ALL, |(way, _)| way),
    };
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let mut params = params(filter);
    params.extend([(":cursor", &cursor as &dyn ToSql), (":limit", &limit)]);
    tx.all(&list_sql(columns!(without comments), &ways, way), params.as_slice(), order)
}

/// The columns of the newest orders that meet all conditions.
pub(super) fn list_sql(columns: &str, ways: &[&Way], way: &Way) -> String {
    let Way { with, from, lead, order, .. } = way;
    let conditions = conditions(ways);
    format!("{with} SELECT {columns} FROM {from} WHERE {lead}{conditions}o.id < :cursor {order} LIMIT :limit")
}

/// How many orders of a user have the status; counting ends at `most`.
pub(in super::super) fn count_of_user(
    tx: &ReadTx,
    user: UserId,
    status: Status,
    most: i64,
) -> Result<i64, Fault> {
    let filter = Filter { user: Some(user), status: Some(status), ..Filter::default() };
    length(tx, of_user_by(status), &filter, most)
}

/// How many orders of everybody have each status.
pub(in super::super) fn counts(tx: &ReadTx) -> Result<Vec<(Status, i64)>, Fault> {
    tx.all("SELECT status, n FROM order_counts", (), |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(in super::super) fn review_count(tx: &ReadTx) -> Result<i64, Fault> {
    let to_decide: i64 = tx.value(
        "SELECT count(*) FROM orders WHERE dispatch = 'review' OR contradiction IS NOT NULL",
        (),
        |row| row.get(0),
    )?;
    provider::store::stopped(tx)?.into_iter().try_fold(to_decide, |count, stopped| {
        let waiting: i64 = tx.value(
            "SELECT count(*) FROM orders
             WHERE provider_id = ?1 AND dispatch = 'queued' AND contradiction IS NULL",
            [stopped],
            |row| row.get(0),
        )?;
        Ok(count.saturating_add(waiting))
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::db::{Db, DbPath};
    use crate::kernel::clock::Clock;
    use crate::kernel::ids::{ProviderId, ServiceId};
    use rusqlite::named_params;

    /// Every combination of filters.
    pub fn filters() -> Vec<Filter> {
        let bit = |number: u32, bit: u32| number & (1 << bit) != 0;
        let statuses = [None, Some(Status::Pending), Some(Status::Completed)];
        let combined = |status: Option<Status>| {
            (0..32).map(move |number| Filter {
                user: bit(number, 0).then_some(UserId::new(1)),
                status,
                provider: bit(number, 1).then_some(ProviderId::new(1)),
                service: bit(number, 2).then_some(ServiceId::new(1)),
                review: bit(number, 3),
                queued: bit(number, 1) && bit(number, 4),
                ..Filter::default()
            })
        };
        statuses.into_iter().flat_map(combined).collect()
    }

    pub fn plan(tx: &ReadTx, sql: &str) -> String {
        let named = |(name, _): &(&'static str, &dyn ToSql)| sql.contains(name);
        let everything = named_params! { ":user": 1, ":status": "pending", ":provider": 1, ":service": 1,
        ":cursor": 1, ":limit": 1, ":enough": 1, ":query": "abc" };
        let params: Params<'_> = everything.iter().copied().filter(named).collect();
        let steps =
            tx.all(&format!("EXPLAIN QUERY PLAN {sql}"), params.as_slice(), |row| row.get::<_, String>(3));
        steps.unwrap().join("; ")
    }

    pub fn look(work: impl Fn(&ReadTx)) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&DbPath::new(folder.path().join("panel.db")), Clock::system()).unwrap();
        db.read_now(|tx| {
            work(tx);
            Ok::<_, Fault>(())
        })
        .unwrap();
    }

    #[test]
    fn no_list_sorts_or_walks_the_table() {
        look(|tx| {
            let check = |sql: &str, index: &str| {
                let plan = plan(tx, sql);
                assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
                let walks = plan.contains("SCAN o ") || plan.contains("SCAN orders");
                assert!(!walks || index == "orders_to_review", "{sql}: {plan}");
            };
            for filter in filters() {
                let ways = ways(&filter);
                for way in &ways {
                    let index = way.from.split("INDEXED BY ").nth(1);
                    check(
                        &list_sql(columns!(without comments), &ways, way),
                        index.unwrap_or("orders_milestones"),
                    );
                    if let Some(index) = index {
                        check(&length_sql(way), index);
                    }
                }
            }
            check(&list_sql(columns!(without comments), &[], &ALL), "INTEGER PRIMARY KEY");
        });
    }
}
