//! The search by a part of the link.
//!
//! A full-text index of the links' trigrams holds all orders but the newest, which are read one by one: to write into
//! that index costs nearly the same for one order as for hundreds, so it gets them together.

use super::super::Filter;
use super::pages::{ALL, FEW, Way, conditions, list_sql, params, shortest, ways};
use crate::db::{ReadTx, Tx, fts_phrase};
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::page::PageRequest;
use rusqlite::ToSql;

/// At every commit fewer orders than this are missing in the index, all of them newer than those in it. So many are
/// read first, also because a word of many links fills a page from them, and in the index it is the dearest one.
const NEWEST: i64 = 256;

/// Puts the orders that are missing into the index once they are `NEWEST`.
pub(super) fn index_links(tx: &Tx) -> Result<(), Fault> {
    let number = |sql: &str| tx.one(sql, (), |row| row.get::<_, i64>(0)).map(Option::unwrap_or_default);
    let indexed = number("SELECT rowid FROM orders_search ORDER BY rowid DESC LIMIT 1")?;
    let newest = number("SELECT id FROM orders ORDER BY id DESC LIMIT 1")?;
    if newest.saturating_sub(indexed) < NEWEST {
        return Ok(());
    }
    let missing =
        tx.all("SELECT id, link, user_id FROM orders WHERE id > ?1 ORDER BY id", [indexed], |row| {
            Ok((row.get::<_, OrderId>(0)?, row.get::<_, String>(1)?, row.get::<_, UserId>(2)?))
        })?;
    for (id, link, user) in missing {
        let entry = (id, link, owner_mark(user)?);
        tx.insert("INSERT INTO orders_search (rowid, link, owner) VALUES (?1, ?2, ?3)", entry)?;
    }
    Ok(())
}

/// Three characters of private use that stand for the user: to the search's index they are one trigram, which no
/// link of another user can hold in that column.
fn owner_mark(user: UserId) -> Result<String, Fault> {
    const FIRST: u32 = 0xE000;
    const COUNT: i64 = 6400;
    let mut left = user.get();
    let mut mark = String::with_capacity(9);
    for _ in 0..3 {
        let digit = u32::try_from(left.rem_euclid(COUNT)).unwrap_or(0);
        mark.extend(char::from_u32(FIRST.saturating_add(digit)));
        left = left.div_euclid(COUNT);
    }
    if left == 0 { Ok(mark) } else { Err(Fault::Overflow("more users than the search can tell apart")) }
}

/// Ids of the newest orders that meet the filter and have `part` in their link: all that a page can show and one more,
/// in no order, some of them twice. `part` has at least 3 characters.
pub(in super::super) fn ids_by_link(
    tx: &ReadTx,
    filter: &Filter,
    part: &str,
    page: PageRequest,
) -> Result<Vec<OrderId>, Fault> {
    let (way, length) = shortest(tx, &ways(filter), filter)?.unwrap_or((&ALL, i64::MAX));
    if length <= FEW {
        return read_links(tx, filter, way, part, page, FEW);
    }
    let mut ids = read_links(tx, filter, way, part, page, NEWEST)?;
    let is_full = i64::try_from(ids.len()).is_ok_and(|found| found == page.limit.probe());
    if !is_full {
        ids.extend(search_links(tx, filter, part, page)?);
    }
    Ok(ids)
}

/// The same among the first `most` orders that meet the filter.
fn read_links(
    tx: &ReadTx,
    filter: &Filter,
    way: &Way,
    part: &str,
    page: PageRequest,
    most: i64,
) -> Result<Vec<OrderId>, Fault> {
    let cursor = page.cursor.get();
    let mut params = params(filter);
    params.extend([(":cursor", &cursor as &dyn ToSql), (":limit", &most)]);
    let part = part.to_lowercase();
    let mut ids = tx.all(&list_sql("o.id, o.link", &ways(filter), way), params.as_slice(), |row| {
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
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let mut params = params(&rest);
    params.extend([(":query", &query as &dyn ToSql), (":cursor", &cursor), (":limit", &limit)]);
    tx.all(&search_sql(&ways(&rest)), params.as_slice(), |row| row.get(0))
}

fn search_sql(ways: &[&Way]) -> String {
    let conditions = conditions(ways);
    let orders =
        if ways.is_empty() { "" } else { "CROSS JOIN orders AS o NOT INDEXED ON o.id = orders_search.rowid" };
    format!(
        "SELECT orders_search.rowid FROM orders_search {orders}
         WHERE orders_search MATCH :query AND {conditions}orders_search.rowid < :cursor
         ORDER BY orders_search.rowid DESC LIMIT :limit"
    )
}

#[cfg(test)]
mod tests {
    use super::super::pages::tests::{filters, look, plan};
    use super::*;

    #[test]
    fn no_search_sorts_or_walks_the_table() {
        look(|tx| {
            for filter in filters() {
                let ways = ways(&filter);
                let search = plan(tx, &search_sql(&ways));
                assert!(search.starts_with("SCAN orders_search VIRTUAL TABLE INDEX"), "{search}");
                assert!(!search.contains("TEMP B-TREE"), "{search}");
                assert!(ways.is_empty() || search.contains("SEARCH o USING INTEGER PRIMARY KEY"), "{search}");
            }
        });
    }

    #[test]
    fn every_user_has_a_mark_of_three_characters() {
        let marks: Vec<String> =
            [1, 2, 6399, 6400, 6401, 40_960_000].map(|id| owner_mark(UserId::new(id)).unwrap()).to_vec();
        for (index, mark) in marks.iter().enumerate() {
            assert_eq!(mark.chars().count(), 3);
            assert!(!marks[..index].contains(mark));
        }
        assert!(owner_mark(UserId::new(262_144_000_000)).is_err());
    }
}
