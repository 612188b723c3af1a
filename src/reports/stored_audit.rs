//! The last audit, as it is kept.

use super::audit::{Report, StoredReport};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use std::time::Duration;

pub(super) fn keep(tx: &Tx, kept: &StoredReport) -> Result<(), Fault> {
    let report = &kept.report;
    tx.execute(
        "INSERT INTO last_audit (one, at, took_ms, users, transfers, orders, deposits, liabilities, suspense,
             differences, first)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (one) DO UPDATE SET (at, took_ms, users, transfers, orders, deposits, liabilities, suspense,
             differences, first) = (excluded.at, excluded.took_ms, excluded.users, excluded.transfers,
             excluded.orders, excluded.deposits, excluded.liabilities, excluded.suspense, excluded.differences,
             excluded.first)",
        (
            kept.at,
            i64::try_from(kept.took.as_millis()).unwrap_or(i64::MAX),
            report.users,
            report.transfers,
            report.orders,
            report.deposits,
            report.liabilities,
            report.suspense,
            kept.differences,
            serde_json::Value::from(report.differences.clone()).to_string(),
        ),
    )?;
    Ok(())
}

pub(super) fn last(tx: &ReadTx) -> Result<Option<StoredReport>, Fault> {
    let found = tx.one(
        "SELECT at, took_ms, users, transfers, orders, deposits, liabilities, suspense, differences, first
         FROM last_audit",
        (),
        |row| {
            let took_ms: i64 = row.get(1)?;
            let report = Report {
                users: row.get(2)?,
                transfers: row.get(3)?,
                orders: row.get(4)?,
                deposits: row.get(5)?,
                liabilities: row.get(6)?,
                suspense: row.get(7)?,
                differences: Vec::new(),
            };
            let took = Duration::from_millis(took_ms.unsigned_abs());
            let kept = StoredReport { at: row.get(0)?, took, report, differences: row.get(8)? };
            Ok((kept, row.get::<_, String>(9)?))
        },
    )?;
    let Some((mut kept, first)) = found else { return Ok(None) };
    kept.report.differences = serde_json::from_str(&first)
        .map_err(|_| Fault::Corrupt("the last audit's differences are unreadable".to_owned()))?;
    Ok(Some(kept))
}
