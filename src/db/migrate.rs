//! Brings the schema up to date at start, with a copy of the file made first when it already holds data.

use super::{DbPath, connect};
use crate::kernel::error::Fault;
use rusqlite::Connection;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// Applies what is missing. Foreign keys must hold afterwards as a whole, which is checked once for each version,
/// because it reads every row. `user_version` says of which one last.
pub(super) fn run(path: &DbPath) -> Result<(), Fault> {
    let mut conn = connect::migrator(path)?;
    let applied = applied_version(&conn)?;
    let newest =
        embedded::migrations::runner().get_migrations().iter().map(refinery::Migration::version).max();
    if applied > 0 && newest.is_some_and(|newest| i64::from(newest) > applied) {
        copy_before(&conn, path, applied)?;
    }
    embedded::migrations::runner().run(&mut conn).map_err(|cause| Fault::Database(Box::new(cause)))?;
    let version = applied_version(&conn)?;
    let checked: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if checked == version {
        return Ok(());
    }
    let broken: i64 =
        conn.query_row("SELECT count(*) FROM pragma_foreign_key_check", (), |row| row.get(0))?;
    if broken > 0 {
        return Err(Fault::Corrupt(format!("{broken} rows point at nothing after the migration")));
    }
    conn.pragma_update(None, "user_version", version)?;
    Ok(())
}

fn applied_version(conn: &Connection) -> Result<i64, Fault> {
    let known: bool = conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history')",
        (),
        |row| row.get(0),
    )?;
    if !known {
        return Ok(0);
    }
    Ok(conn
        .query_row("SELECT coalesce(max(version), 0) FROM refinery_schema_history", (), |row| row.get(0))?)
}

/// `panel.db` at version 3 is kept as `panel.db.v3.bak`; an earlier copy of the same version stays as it is.
fn copy_before(conn: &Connection, path: &DbPath, version: i64) -> Result<(), Fault> {
    let copy = path.beside(&format!(".v{version}.bak"));
    if copy.exists() {
        return Ok(());
    }
    conn.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
    Ok(())
}
