//! Lists of users. Newest first they walk the table, by spending an index of the ledger's accounts; the few who are
//! banned or work for the panel have indexes of their own, and are read rather than searched.

use super::super::{Filter, Role, Sorting};
use super::{COLUMNS, User, user};
use crate::db::{ReadTx, fts_phrase};
use crate::kernel::error::Fault;
use crate::kernel::money::Vnd;
use crate::kernel::page::{Cursor, Page, PageRequest};
use rusqlite::ToSql;

/// A name, a blank and an address.
const SEARCH_MAX_BYTES: usize = 32 + 1 + 254;
/// Fewer characters are no word of the full-text index.
const WORD: usize = 3;

/// A page of those who meet the filter; `span` is the spending of its tier, from and below.
pub(in super::super) fn list(
    tx: &ReadTx,
    filter: &Filter,
    span: (Vnd, Option<Vnd>),
    page: PageRequest,
) -> Result<Page<User>, Fault> {
    let text = filter.search.as_deref().unwrap_or_default();
    // Names and addresses are short and printable ASCII, so nothing else is found.
    if text.len() > SEARCH_MAX_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let (query, above) = (fts_phrase(text), super::after_all(text));
    let (id, limit) = (page.cursor.get(), page.limit.probe());
    let (least, below) = (span.0, span.1.map_or(i64::MAX, Vnd::get));
    let rank = page.cursor.rank().min(below);
    let all: [(&str, &dyn ToSql); 7] = [
        (":text", &text),
        (":query", &query),
        (":above", &above),
        (":least", &least),
        (":rank", &rank),
        (":cursor", &id),
        (":limit", &limit),
    ];
    let mut rows = Vec::new();
    for part in parts(filter, page.cursor) {
        let sql = sql(filter, *part);
        let params: Vec<_> = all.into_iter().filter(|(name, _)| sql.contains(name)).collect();
        rows.extend(tx.all(&sql, params.as_slice(), |row| {
            let user = user(row)?;
            let place = match part {
                Part::Whole => Cursor::before(user.id.get()),
                Part::Equals | Part::Below => Cursor::below(row.get(9)?, user.id.get()),
            };
            Ok((user, place))
        })?);
    }
    Ok(Page::from_probe_at(rows, page.limit, |(_, place)| *place).map(|(user, _)| user))
}

/// A list by spending is read in two parts, since SQLite finds no place among equals with one condition and would walk
/// all of them: most users have spent nothing.
#[derive(Clone, Copy)]
enum Part {
    Whole,
    /// Who spent as much as the last one of the page before.
    Equals,
    /// Who spent less.
    Below,
}

fn parts(filter: &Filter, cursor: Cursor) -> &'static [Part] {
    match filter.sorting {
        Sorting::Newest => &[Part::Whole],
        Sorting::Spending { .. } if cursor.is_ranked() => &[Part::Equals, Part::Below],
        Sorting::Spending { .. } => &[Part::Below],
    }
}

/// The index of a filter that few meet.
fn few(filter: &Filter) -> Option<&'static str> {
    match (filter.banned, filter.role) {
        (Some(true), _) => Some("users_banned"),
        (_, Some(Role::Admin)) => Some("users_admins"),
        (_, Some(Role::Support)) => Some("users_support"),
        (Some(false) | None, Some(Role::User) | None) => None,
    }
}

fn sql(filter: &Filter, part: Part) -> String {
    let mut wanted = String::new();
    // Spelled out, so that the planner sees that the few have an index.
    wanted.push_str(match filter.banned {
        Some(true) => " AND u.banned = 1",
        Some(false) => " AND u.banned = 0",
        None => "",
    });
    wanted.push_str(match filter.role {
        Some(Role::Admin) => " AND u.role = 'admin'",
        Some(Role::Support) => " AND u.role = 'support'",
        Some(Role::User) => " AND u.role = 'user'",
        None => "",
    });
    let spent = match part {
        Part::Whole => None,
        Part::Equals => Some("a.standing >= :least AND a.standing = :rank AND a.id < :cursor"),
        Part::Below => Some("a.standing >= :least AND a.standing < :rank"),
    };
    if let Some(spent) = spent {
        let from = match few(filter) {
            Some(index) => format!("users AS u INDEXED BY {index} CROSS JOIN accounts AS a ON a.id = u.id"),
            None => "accounts AS a INDEXED BY accounts_by_standing CROSS JOIN users AS u ON u.id = a.id"
                .to_owned(),
        };
        return format!(
            "SELECT {COLUMNS}, a.standing FROM {from} WHERE a.id > 0 AND {spent}{wanted}
             ORDER BY a.standing DESC, a.id DESC LIMIT :limit"
        );
    }
    let length = filter.search.as_deref().map_or(0, str::len);
    let (from, matches) = match (few(filter), length) {
        (Some(index), _) => {
            let part = "instr(u.username || ' ' || u.email, :text) > 0";
            let beginning = "(instr(u.username, :text) = 1 OR instr(u.email, :text) = 1)";
            (format!("users AS u INDEXED BY {index}"), if length < WORD { beginning } else { part })
        }
        (None, 0) => ("users AS u NOT INDEXED".to_owned(), "TRUE"),
        (None, 1..WORD) => return beginning_with(&wanted),
        (None, _) => {
            // FTS5 walks its lists from the highest rowid down, so a page costs what it shows.
            let from = "users_search AS s CROSS JOIN users AS u NOT INDEXED ON u.id = s.rowid";
            return format!(
                "SELECT {COLUMNS} FROM {from}
                 WHERE users_search MATCH :query AND s.rowid < :cursor{wanted} ORDER BY s.rowid DESC LIMIT :limit"
            );
        }
    };
    format!(
        "SELECT {COLUMNS} FROM {from}
         WHERE {matches} AND u.id < :cursor{wanted} ORDER BY u.id DESC LIMIT :limit"
    )
}

/// The two ranges of the unique indexes; the `+` keeps SQLite from walking the whole table by id instead.
fn beginning_with(wanted: &str) -> String {
    let range = |column: &str| {
        format!(
            "SELECT id FROM (SELECT u.id FROM users AS u WHERE u.{column} >= :text AND u.{column} < :above
                             AND +u.id < :cursor{wanted} ORDER BY +u.id DESC LIMIT :limit)"
        )
    };
    format!(
        "SELECT {COLUMNS} FROM users AS u
         WHERE u.id IN ({} UNION {}) ORDER BY u.id DESC LIMIT :limit",
        range("username"),
        range("email")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    /// Every combination of filters that go with any order.
    fn filters(search: Option<&str>, sorting: Sorting) -> Vec<Filter> {
        let banned = [None, Some(false), Some(true)];
        let roles = [None, Some(Role::User), Some(Role::Support), Some(Role::Admin)];
        let each = |banned| roles.map(|role| Filter::check(search, banned, role, sorting).unwrap());
        banned.into_iter().flat_map(each).collect()
    }

    #[test]
    fn the_newest_are_found_without_sorting_or_walking_the_table() {
        on_empty_database(|tx| {
            for (search, way) in [
                (None, "SEARCH u USING INTEGER PRIMARY KEY (rowid<?)"),
                (Some("abc"), "SCAN s VIRTUAL TABLE INDEX"),
                (Some("a"), "INDEX sqlite_autoindex_users_1 (username>? AND username<?)"),
            ] {
                for filter in filters(search, Sorting::Newest) {
                    let (few, plan) = (few(&filter), plan(tx, &sql(&filter, Part::Whole)));
                    assert!(plan.contains(few.unwrap_or(way)), "{plan}");
                    // Of each of the two beginnings a page is kept while they are read.
                    let sorts = few.is_none() && search == Some("a");
                    assert_eq!(plan.contains("TEMP B-TREE"), sorts, "{plan}");
                }
            }
        });
    }

    #[test]
    fn who_spent_most_is_found_without_sorting_and_equals_without_walking_them() {
        on_empty_database(|tx| {
            for filter in filters(None, Sorting::Spending { tier: Some(2) }) {
                for (part, way) in [
                    (Part::Equals, "(standing=? AND rowid>? AND rowid<?)"),
                    (Part::Below, "(standing>? AND standing<?)"),
                ] {
                    let (few, plan) = (few(&filter), plan(tx, &sql(&filter, part)));
                    let walk = format!("SEARCH a USING INDEX accounts_by_standing {way}");
                    assert!(plan.contains(few.unwrap_or(&walk)), "{plan}");
                    assert!(few.is_some() || !plan.contains("TEMP B-TREE"), "{plan}");
                }
            }
        });
    }
}
