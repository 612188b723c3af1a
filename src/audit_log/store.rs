//! The audit log's SQL.

use super::{Entry, Record};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::page::{Page, PageRequest};
use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};
use serde_json::Value;

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

pub(super) fn list(tx: &ReadTx, page: PageRequest) -> Result<Page<Record>, Fault> {
    let rows = tx.all(
        "SELECT id, actor_id, action, subject, before, after, reason, address, created_at
         FROM audit_log WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
        (page.cursor.get(), page.limit.probe()),
        record,
    )?;
    Ok(Page::from_probe(rows, page.limit, |record| record.id.get()))
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
