//! The audit log's SQL.

use super::{By, Entry, Filter, Record, Rights};
use crate::db::{ReadTx, Tx, first_since};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::page::{Page, PageRequest};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Row, ToSql};
use serde_json::Value;

/// `None`: a customer, somebody who is banned, or nobody.
pub(super) fn rights(tx: &ReadTx, user: UserId) -> Result<Option<Rights>, Fault> {
    let sql =
        "SELECT role = 'admin' FROM users WHERE id = ?1 AND role IN ('admin', 'support') AND banned = 0";
    tx.one(sql, [user], |row| Ok(if row.get(0)? { Rights::All } else { Rights::Support }))
}

pub(super) fn insert(tx: &Tx, entry: &Entry) -> Result<(), Fault> {
    let json = |value: &Option<Value>| value.as_ref().map(Value::to_string);
    tx.insert(
        "INSERT INTO audit_log (actor_id, action, subject, before, after, reason, address, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            entry.actor,
            entry.action,
            &entry.subject,
            json(&entry.before),
            json(&entry.after),
            &entry.reason,
            &entry.address,
            tx.now(),
        ),
    )?;
    Ok(())
}

/// The entries that meet the filter, newest first.
pub fn list(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Page<Record>, Fault> {
    let since = |moment: Timestamp| first_since(tx, "audit_log", moment);
    let first = filter.from.map_or(Ok(0), since)?;
    let until = filter.until.map_or(Ok(i64::MAX), since)?;
    let (cursor, limit) = (page.cursor.get().min(until), page.limit.probe());
    let actor = match filter.actor {
        Some(By::User(user)) => Some(user),
        Some(By::Server) | None => None,
    };
    let all: [(&str, &dyn ToSql); 6] = [
        (":actor", &actor),
        (":action", &filter.action),
        (":subject", &filter.subject),
        (":first", &first),
        (":cursor", &cursor),
        (":limit", &limit),
    ];
    let sql = sql(filter);
    let params: Vec<_> = all.into_iter().filter(|(name, _)| sql.contains(name)).collect();
    let rows = tx.all(&sql, params.as_slice(), record)?;
    Ok(Page::from_probe(rows, page.limit, |record| record.id.get()))
}

/// Driven by the index of what is likely met by the fewest.
fn sql(filter: &Filter) -> String {
    let ways = [
        (filter.subject.is_some(), "INDEXED BY audit_log_by_subject", " AND subject = :subject"),
        (filter.action.is_some(), "INDEXED BY audit_log_by_action", " AND action = :action"),
        (filter.actor.is_some(), "INDEXED BY audit_log_by_actor", " AND actor_id IS :actor"),
    ];
    let given = || ways.iter().filter(|(given, ..)| *given);
    let index = given().next().map_or("NOT INDEXED", |(_, index, _)| index);
    let wanted: String = given().map(|(_, _, condition)| *condition).collect();
    format!(
        "SELECT id, actor_id, action, subject, before, after, reason, address, created_at FROM audit_log {index}
         WHERE id < :cursor AND id >= :first{wanted} ORDER BY id DESC LIMIT :limit"
    )
}

fn record(row: &Row) -> rusqlite::Result<Record> {
    Ok(Record {
        id: row.get(0)?,
        actor: row.get(1)?,
        action: row.get(2)?,
        subject: row.get(3)?,
        before: json(row, 4)?,
        after: json(row, 5)?,
        reason: row.get(6)?,
        address: row.get(7)?,
        created_at: row.get(8)?,
    })
}

fn json(row: &Row, column: usize) -> rusqlite::Result<Option<Value>> {
    let Some(text) = row.get::<_, Option<String>>(column)? else { return Ok(None) };
    serde_json::from_str(&text).map(Some).map_err(|cause| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            Type::Text,
            FromSqlError::Other(cause.into()).into(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn no_list_sorts_or_walks_the_table() {
        let text = |given: bool| given.then(|| "x".to_owned());
        on_empty_database(|tx| {
            for number in 0..12 {
                let filter = Filter {
                    actor: [None, Some(By::User(UserId::new(1))), Some(By::Server)][number % 3],
                    action: text(number / 3 % 2 == 1),
                    subject: text(number / 6 == 1),
                    ..Filter::default()
                };
                let plan = plan(tx, &sql(&filter));
                assert!(plan.starts_with("SEARCH") && !plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
            }
        });
    }
}
