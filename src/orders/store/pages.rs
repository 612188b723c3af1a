//! Lists of orders, each driven by one index so that a page costs the same however deep it is and however many
//! orders there are.
//!
//! With several filters the index with the fewest rows drives and the rest is checked on the way. A search walks the
//! full-text index, newest first, unless another filter leaves so few orders that reading those is cheaper: a rare
//! status together with a common word would walk the whole index for one page.

use super::super::{Filter, Order};
use super::{order, owner_mark, select};
use crate::db::{ReadTx, fts_phrase};
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;
use crate::kernel::page::PageRequest;
use rusqlite::ToSql;

/// So many orders are read rather than searched.
const FEW: i64 = 2000;

/// An index that leads to the orders of one filter, already in the order of their ids.
struct Way {
    index: &'static str,
    condition: &'static str,
}

type Params<'a> = Vec<(&'static str, &'a dyn ToSql)>;

/// The indexes that could drive, one for each filter.
fn ways(filter: &Filter) -> Vec<Way> {
    let mut ways = Vec::new();
    let mut add = |given: bool, index, condition| {
        if given {
            ways.push(Way { index, condition });
        }
    };
    let (user, status) = (filter.user.is_some(), filter.status.is_some());
    add(filter.review, "orders_to_review", "(o.dispatch = 'review' OR o.contradiction IS NOT NULL)");
    add(user && status, "orders_by_user_status", "o.user_id = :user AND o.status = :status");
    add(user && !status, "orders_by_user", "o.user_id = :user");
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
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM orders AS o INDEXED BY {} WHERE {} LIMIT :enough)",
        way.index, way.condition
    );
    tx.value(&sql, params.as_slice(), |row| row.get(0))
}

/// The index with the fewest orders, and how many.
fn shortest(tx: &ReadTx, ways: &[Way], filter: &Filter) -> Result<Option<(&'static str, i64)>, Fault> {
    let mut best: Option<(&'static str, i64)> = None;
    for way in ways {
        let length = length(tx, way, filter)?;
        if best.is_none_or(|(_, shortest)| length < shortest) {
            best = Some((way.index, length));
        }
    }
    Ok(best)
}

pub(in super::super) fn list(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Vec<Order>, Fault> {
    let ways = ways(filter);
    let index = match ways.as_slice() {
        [] => "NOT INDEXED".to_owned(),
        [only] => format!("INDEXED BY {}", only.index),
        several => {
            let (index, _) = shortest(tx, several, filter)?.unwrap_or((several[0].index, 0));
            format!("INDEXED BY {index}")
        }
    };
    let sql = format!(
        "{}{index} WHERE {}o.id < :cursor ORDER BY o.id DESC LIMIT :limit",
        select!(""),
        conditions(&ways)
    );
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let mut params = params(filter);
    params.extend([(":cursor", &cursor as &dyn ToSql), (":limit", &limit)]);
    tx.all(&sql, params.as_slice(), order)
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
    match shortest(tx, &ways, filter)? {
        Some((index, length)) if length <= FEW => read_links(tx, filter, index, part, page),
        Some(_) | None => search_links(tx, filter, part, page),
    }
}

fn read_links(
    tx: &ReadTx,
    filter: &Filter,
    index: &str,
    part: &str,
    page: PageRequest,
) -> Result<Vec<OrderId>, Fault> {
    let sql = format!(
        "SELECT o.id, o.link FROM orders AS o INDEXED BY {index} WHERE {}o.id < :cursor ORDER BY o.id DESC",
        conditions(&ways(filter))
    );
    let cursor = page.cursor.get();
    let mut params = params(filter);
    params.push((":cursor", &cursor));
    let part = part.to_lowercase();
    let mut ids = tx.all(&sql, params.as_slice(), |row| {
        let link = row.get_ref(1)?.as_str()?;
        let id: OrderId = row.get(0)?;
        Ok(link.to_lowercase().contains(&part).then_some(id))
    })?;
    ids.retain(Option::is_some);
    ids.truncate(usize::try_from(page.limit.probe()).unwrap_or(usize::MAX));
    Ok(ids.into_iter().flatten().collect())
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
    let ways = ways(&rest);
    let orders =
        if ways.is_empty() { "" } else { "CROSS JOIN orders AS o NOT INDEXED ON o.id = orders_search.rowid" };
    let sql = format!(
        "SELECT orders_search.rowid FROM orders_search {orders}
         WHERE orders_search MATCH :query AND {}orders_search.rowid < :cursor
         ORDER BY orders_search.rowid DESC LIMIT :limit",
        conditions(&ways)
    );
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let mut params = params(&rest);
    params.extend([(":query", &query as &dyn ToSql), (":cursor", &cursor), (":limit", &limit)]);
    tx.all(&sql, params.as_slice(), |row| row.get(0))
}

pub(in super::super) fn review_count(tx: &ReadTx) -> Result<i64, Fault> {
    tx.value(
        "SELECT count(*) FROM orders WHERE dispatch = 'review' OR contradiction IS NOT NULL",
        (),
        |row| row.get(0),
    )
}
