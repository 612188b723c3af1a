//! For tests: how SQLite would carry a query out.

use super::{Db, DbPath, ReadTx};
use crate::kernel::clock::Clock;
use crate::kernel::error::Fault;

/// Shows `work` a database in which nothing is yet.
pub(crate) fn on_empty_database(work: impl Fn(&ReadTx)) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&DbPath::new(folder.path().join("panel.db")), Clock::system()).unwrap();
    db.read_now(|tx| {
        work(tx);
        Ok::<_, Fault>(())
    })
    .unwrap();
}

/// The steps of the query's plan in one line.
pub(crate) fn plan(tx: &ReadTx, sql: &str) -> String {
    let mut explain = tx.prepare(&format!("EXPLAIN QUERY PLAN {sql}"));
    // Parameters that are not bound are NULL; the plan is the same for all values.
    let steps = explain.raw_query().mapped(|row| row.get::<_, String>(3));
    steps.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("; ")
}
