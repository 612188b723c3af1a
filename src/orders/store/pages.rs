//! Lists of orders, each driven by one index so that a page costs the same however deep it is and however many
//! orders there are.
//!
//! With several filters the index with the fewest rows drives and the rest is checked on the way. A search walks the
//! full-text index, newest first, unless another filter leaves so few orders that reading those is cheaper: a rare
//! status together with a common word would walk the whole index for one page. Before it walks that index it looks
//! at the newest orders, where a common word is.

use super::super::{Filter, Order, Status};
use super::{order, owner_mark, select};
use crate::db::{ReadTx, fts_phrase};
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::page::PageRequest;
use rusqlite::ToSql;

/// One customer's orders, by status.
const BY_USER: &str = "orders_by_user_status";
/// So many orders are read rather than searched.
const FEW: i64 = 2000;
/// So many of the newest are read first: a word of many links fills a page from them, and in the index it is the
/// dearest one, the more so the more orders there are.
const NEWEST: i64 = 100;

/// An index that leads to the orders of one filter.
#[derive(Clone, Copy)]
struct Way {
    index: &'static str,
    condition: &'static str,
    leads: Leads,
}

#[derive(Clone, Copy)]
enum Leads {
    /// To all of them in the order of their ids.
    InOrder,
    /// To those of one status after those of another; in each status in the order of their ids.
    ByStatus,
}

type Params<'a> = Vec<(&'static str, &'a dyn ToSql)>;

/// The indexes that could drive, one for each filter.
fn ways(filter: &Filter) -> Vec<Way> {
    let mut ways = Vec::new();
    let mut add = |given: bool, index, condition| {
        if given {
            let by_status = index == BY_USER && filter.status.is_none();
            let leads = if by_status { Leads::ByStatus } else { Leads::InOrder };
            ways.push(Way { index, condition, leads });
        }
    };
    let (user, status) = (filter.user.is_some(), filter.status.is_some());
    add(filter.review, "orders_to_review", "(o.dispatch = 'review' OR o.contradiction IS NOT NULL)");
    add(user && status, BY_USER, "o.user_id = :user AND o.status = :status");
    add(user && !status, BY_USER, "o.user_id = :user");
    add(filter.service.is_some(), "orders_by_service", "o.service_id = :service");
    add(filter.provider.is_some(), "orders_by_provider", "o.provider_id = :provider");
    add(status && !user, "orders_by_status", "o.status = :status");
    ways
}

fn params(filter: &Filter) -> Params<'_> {
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

fn conditions(ways: &[Way]) -> String {
    ways.iter().map(|way| format!("{} AND ", way.condition)).collect()
}

/// How many orders lie along a way, counted up to `FEW` and one more.
fn length(tx: &ReadTx, way: &Way, filter: &Filter) -> Result<i64, Fault> {
    let mut params = params(filter);
    params.retain(|(name, _)| way.condition.contains(name));
    let enough = FEW.saturating_add(1);
    params.push((":enough", &enough));
    tx.value(&length_sql(way), params.as_slice(), |row| row.get(0))
}

fn length_sql(way: &Way) -> String {
    let Way { index, condition, .. } = way;
    format!(
        "SELECT count(*) FROM (SELECT 1 FROM orders AS o INDEXED BY {index} WHERE {condition} LIMIT :enough)"
    )
}

/// The way with the fewest orders, and how many.
fn shortest(tx: &ReadTx, ways: &[Way], filter: &Filter) -> Result<Option<(Way, i64)>, Fault> {
    let mut best: Option<(Way, i64)> = None;
    for way in ways {
        let length = length(tx, way, filter)?;
        if best.is_none_or(|(_, shortest)| length < shortest) {
            best = Some((*way, length));
        }
    }
    Ok(best)
}

pub(in super::super) fn list(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Vec<Order>, Fault> {
    let ways = ways(filter);
    let way = match ways.as_slice() {
        [] => None,
        [only] => Some(*only),
        several => shortest(tx, several, filter)?.map(|(way, _)| way),
    };
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let mut params = params(filter);
    params.extend([(":cursor", &cursor as &dyn ToSql), (":limit", &limit)]);
    tx.all(&list_sql(&ways, way), params.as_slice(), order)
}

fn list_sql(ways: &[Way], way: Option<Way>) -> String {
    newest_first(select!(""), ways, way, ":limit")
}

/// What `select` takes of the orders that meet all conditions, reached by `way`, newest first. Its first column is the
/// id. Orders that lie there by status are merged, so that no more of each are read than the list takes.
fn newest_first(select: &str, ways: &[Way], way: Option<Way>, limit: &str) -> String {
    let by = way.map_or("NOT INDEXED".to_owned(), |way| format!("INDEXED BY {}", way.index));
    let one = format!("{select}{by} WHERE {}o.id < :cursor", conditions(ways));
    let all = match way.map(|way| way.leads) {
        None | Some(Leads::InOrder) => one,
        Some(Leads::ByStatus) => {
            let of = |status: &Status| format!("{one} AND o.status = '{}'", status.as_str());
            Status::ALL.iter().map(of).collect::<Vec<_>>().join(" UNION ALL ")
        }
    };
    format!("{all} ORDER BY 1 DESC LIMIT {limit}")
}

/// Ids of the orders that meet the filter and have `part` in their link, newest first; up to one more than a page.
/// `part` has at least 3 characters.
pub(in super::super) fn ids_by_link(
    tx: &ReadTx,
    filter: &Filter,
    part: &str,
    page: PageRequest,
) -> Result<Vec<OrderId>, Fault> {
    let ways = ways(filter);
    let (way, length) = shortest(tx, &ways, filter)?.unzip();
    if length.is_some_and(|length| length <= FEW) {
        return read_links(tx, filter, way, part, page, FEW);
    }
    let newest = read_links(tx, filter, way, part, page, NEWEST)?;
    let is_full = i64::try_from(newest.len()).is_ok_and(|found| found == page.limit.probe());
    if is_full { Ok(newest) } else { search_links(tx, filter, part, page) }
}

/// The same among the first `most` orders that meet the filter.
fn read_links(
    tx: &ReadTx,
    filter: &Filter,
    way: Option<Way>,
    part: &str,
    page: PageRequest,
    most: i64,
) -> Result<Vec<OrderId>, Fault> {
    let cursor = page.cursor.get();
    let mut params = params(filter);
    params.extend([(":cursor", &cursor as &dyn ToSql), (":most", &most)]);
    let part = part.to_lowercase();
    let mut ids = tx.all(&read_sql(&ways(filter), way), params.as_slice(), |row| {
        let link = row.get_ref(1)?.as_str()?;
        let id: OrderId = row.get(0)?;
        Ok(link.to_lowercase().contains(&part).then_some(id))
    })?;
    ids.retain(Option::is_some);
    ids.truncate(usize::try_from(page.limit.probe()).unwrap_or(usize::MAX));
    Ok(ids.into_iter().flatten().collect())
}

fn read_sql(ways: &[Way], way: Option<Way>) -> String {
    newest_first("SELECT o.id, o.link FROM orders AS o ", ways, way, ":most")
}

/// The owner is a word of the full-text index too, so a customer's search never walks other customers' orders.
fn search_links(tx: &ReadTx, filter: &Filter, part: &str, page: PageRequest) -> Result<Vec<OrderId>, Fault> {
    let mut query = format!("link : {}", fts_phrase(part));
    if let Some(user) = filter.user {
        query = format!("owner : {} AND {query}", fts_phrase(&owner_mark(user)?));
    }
    let mut rest = Filter { search: None, ..filter.clone() };
    if rest.status.is_none() {
        rest.user = None;
    }
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let mut params = params(&rest);
    params.extend([(":query", &query as &dyn ToSql), (":cursor", &cursor), (":limit", &limit)]);
    tx.all(&search_sql(&ways(&rest)), params.as_slice(), |row| row.get(0))
}

fn search_sql(ways: &[Way]) -> String {
    let orders =
        if ways.is_empty() { "" } else { "CROSS JOIN orders AS o NOT INDEXED ON o.id = orders_search.rowid" };
    format!(
        "SELECT orders_search.rowid FROM orders_search {orders}
         WHERE orders_search MATCH :query AND {}orders_search.rowid < :cursor
         ORDER BY orders_search.rowid DESC LIMIT :limit",
        conditions(ways)
    )
}

/// How many orders of a user have the status; counting ends at `most`.
pub(in super::super) fn count_of_user(
    tx: &ReadTx,
    user: UserId,
    status: Status,
    most: i64,
) -> Result<i64, Fault> {
    tx.value(
        "SELECT count(*) FROM (SELECT 1 FROM orders INDEXED BY orders_by_user_status
         WHERE user_id = ?1 AND status = ?2 LIMIT ?3)",
        (user, status, most),
        |row| row.get(0),
    )
}

/// How many orders of everybody have each status.
pub(in super::super) fn counts(tx: &ReadTx) -> Result<Vec<(Status, i64)>, Fault> {
    tx.all("SELECT status, n FROM order_counts", (), |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(in super::super) fn review_count(tx: &ReadTx) -> Result<i64, Fault> {
    tx.value(
        "SELECT count(*) FROM orders WHERE dispatch = 'review' OR contradiction IS NOT NULL",
        (),
        |row| row.get(0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, DbPath};
    use crate::kernel::clock::Clock;
    use crate::kernel::ids::{ProviderId, ServiceId, UserId};
    use crate::orders::Status;
    use rusqlite::named_params;

    /// Every combination of filters.
    fn filters() -> Vec<Filter> {
        let bit = |number: u32, bit: u32| number & (1 << bit) != 0;
        (0..32)
            .map(|number| Filter {
                from: None,
                until: None,
                user: bit(number, 0).then_some(UserId::new(1)),
                status: bit(number, 1).then_some(Status::Pending),
                provider: bit(number, 2).then_some(ProviderId::new(1)),
                service: bit(number, 3).then_some(ServiceId::new(1)),
                review: bit(number, 4),
                search: None,
            })
            .collect()
    }

    fn plan(tx: &ReadTx, sql: &str) -> String {
        let named = |(name, _): &(&'static str, &dyn ToSql)| sql.contains(name);
        let everything = named_params! { ":user": 1, ":status": "pending", ":provider": 1, ":service": 1,
        ":cursor": 1, ":limit": 1, ":most": 1, ":enough": 1, ":query": "abc" };
        let params: Params<'_> = everything.iter().copied().filter(named).collect();
        let steps =
            tx.all(&format!("EXPLAIN QUERY PLAN {sql}"), params.as_slice(), |row| row.get::<_, String>(3));
        steps.unwrap().join("; ")
    }

    #[test]
    fn no_list_sorts_or_walks_the_table() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&DbPath::new(folder.path().join("panel.db")), Clock::system()).unwrap();
        let look = |tx: &ReadTx| {
            for filter in filters() {
                let ways = ways(&filter);
                for way in &ways {
                    for sql in [list_sql(&ways, Some(*way)), read_sql(&ways, Some(*way)), length_sql(way)] {
                        let plan = plan(tx, &sql);
                        let by_index = plan.contains(&format!("INDEX {}", way.index));
                        assert!(by_index && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
                        assert!(
                            !plan.contains("SCAN o ") || way.index == "orders_to_review",
                            "{sql}: {plan}"
                        );
                    }
                }
                let search = plan(tx, &search_sql(&ways));
                assert!(search.starts_with("SCAN orders_search VIRTUAL TABLE INDEX"), "{search}");
                assert!(!search.contains("TEMP B-TREE"), "{search}");
                assert!(ways.is_empty() || search.contains("SEARCH o USING INTEGER PRIMARY KEY"), "{search}");
            }
            for sql in [list_sql(&[], None), read_sql(&[], None)] {
                let all = plan(tx, &sql);
                assert!(all.contains("USING INTEGER PRIMARY KEY") && !all.contains("TEMP B-TREE"), "{all}");
            }
            Ok::<_, Fault>(())
        };
        db.read_now(look).unwrap();
    }
}
