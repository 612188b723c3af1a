//! The search by a part of the link.
//!
//! A full-text index of the links' trigrams stays a little behind: to write into it costs nearly the same for one order
//! as for hundreds, so a job adds the new ones together. Orders that are newer than the index are read one by one.

use super::super::search::Filter;
use super::pages::{ALL, AccessPath, COUNT_CAP, access_paths, conditions, list_sql, params, shortest};
use crate::db::{ReadTx, Tx, fts_phrase};
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::page::PageRequest;

/// So many links are added to the index at once, and no fewer.
const PORTION: i64 = 256;

/// How far the index reaches: the newest order that it has; 0: none.
fn indexed(tx: &ReadTx) -> Result<i64, Fault> {
    let newest =
        tx.one("SELECT rowid FROM orders_search ORDER BY rowid DESC LIMIT 1", (), |row| row.get(0))?;
    Ok(newest.unwrap_or(0))
}

/// Adds the next portion of new links to the search's index; whether there was one. A run is found as its drip-feed.
pub fn index_links(tx: &Tx) -> Result<bool, Fault> {
    let missing = tx.all(
        "SELECT id, link, user_id FROM orders WHERE id > ?1 AND parent_id IS NULL ORDER BY id LIMIT ?2",
        (indexed(tx)?, PORTION),
        |row| Ok((row.get::<_, OrderId>(0)?, row.get::<_, String>(1)?, row.get::<_, UserId>(2)?)),
    )?;
    if i64::try_from(missing.len()) != Ok(PORTION) {
        return Ok(false);
    }
    for (id, link, user) in missing {
        let entry = (id, link, owner_mark(user)?);
        tx.insert("INSERT INTO orders_search (rowid, link, owner) VALUES (?1, ?2, ?3)", entry)?;
    }
    Ok(true)
}

/// Three characters of private use that stand for the user: to the search's index they are one trigram. With the user
/// looked up in each order that has the word instead, a search took 180 ms rather than 34 ms at 300,000 orders.
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
    let paths = access_paths(filter);
    let (path, orders) = shortest(tx, &paths, filter)?.unwrap_or((&ALL, i64::MAX));
    // Few are all read.
    let above = if orders <= COUNT_CAP { 0 } else { indexed(tx)? };
    let sql = list_sql("o.id, o.link", filter, &paths, path);
    let mut ids = read_links(tx, &sql, filter, part, (above, page.cursor.get()))?;
    ids.truncate(usize::try_from(page.limit.probe()).unwrap_or(usize::MAX));
    let is_full = i64::try_from(ids.len()).is_ok_and(|found| found == page.limit.probe());
    if above > 0 && !is_full {
        ids.extend(search_links(tx, filter, part, page)?);
    }
    Ok(ids)
}

/// Those of a list between two ids.
fn read_links(
    tx: &ReadTx,
    sql: &str,
    filter: &Filter,
    part: &str,
    (above, cursor): (i64, i64),
) -> Result<Vec<OrderId>, Fault> {
    let params = params(sql, filter, &[(":above", &above), (":cursor", &cursor), (":limit", &i64::MAX)]);
    let part = part.to_lowercase();
    let mut ids = tx.all(sql, params.as_slice(), |row| {
        let link = row.get_ref(1)?.as_str()?;
        let id: OrderId = row.get(0)?;
        Ok(link.to_lowercase().contains(&part).then_some(id))
    })?;
    ids.retain(Option::is_some);
    Ok(ids.into_iter().flatten().collect())
}

/// The owner is a word of the full-text index too, so a customer's search never walks other customers' orders.
fn search_links(tx: &ReadTx, filter: &Filter, part: &str, page: PageRequest) -> Result<Vec<OrderId>, Fault> {
    let mut query = format!("link : {}", fts_phrase(part));
    if let Some(user) = filter.user {
        query = format!("owner : {} AND {query}", fts_phrase(&owner_mark(user)?));
    }
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let sql = search_sql(filter, &access_paths(filter));
    let params = params(&sql, filter, &[(":query", &query), (":cursor", &cursor), (":limit", &limit)]);
    tx.all(&sql, params.as_slice(), |row| row.get(0))
}

fn search_sql(filter: &Filter, paths: &[&AccessPath]) -> String {
    let conditions = conditions(filter, paths);
    let orders = if conditions.is_empty() {
        ""
    } else {
        "CROSS JOIN orders AS o NOT INDEXED ON o.id = orders_search.rowid"
    };
    format!(
        "SELECT orders_search.rowid FROM orders_search {orders}
         WHERE orders_search MATCH :query AND {conditions}orders_search.rowid < :cursor
         ORDER BY orders_search.rowid DESC LIMIT :limit"
    )
}

#[cfg(test)]
mod tests {
    use super::super::pages::tests::filters;
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn no_search_sorts_or_walks_the_table() {
        on_empty_database(|tx| {
            for filter in filters() {
                let paths = access_paths(&filter);
                let search = plan(tx, &search_sql(&filter, &paths));
                assert!(search.starts_with("SCAN orders_search VIRTUAL TABLE INDEX"), "{search}");
                assert!(!search.contains("TEMP B-TREE"), "{search}");
                assert!(
                    conditions(&filter, &paths).is_empty()
                        || search.contains("SEARCH o USING INTEGER PRIMARY KEY"),
                    "{search}"
                );
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
