//! Brings the schema up to date at start: all that is missing in one transaction, after a copy of the file that already
//! holds data.

use super::{DbPath, connect, copy};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use refinery::{Migration, Runner};
use rusqlite::Connection;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Of SQLite's pages, in bytes.
const SMALLEST_PAGE: u64 = 512;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// The migrations that lead to a schema.
pub struct Schema(Vec<Migration>);

impl Schema {
    /// The panel's own.
    pub fn current() -> Self {
        Schema(embedded::migrations::runner().get_migrations().clone())
    }

    /// As it was at this version: where the test of a later migration begins.
    pub fn until(mut self, version: i64) -> Self {
        self.0.retain(|migration| i64::from(migration.version()) <= version);
        self
    }

    /// With one more, named like a file of `migrations/`: what a later version of the panel would bring.
    ///
    /// Errors: `Internal` when the name is none of a migration.
    pub fn and(mut self, name: &str, sql: &str) -> Result<Self, Fault> {
        let more = Migration::unapplied(name, sql).map_err(|cause| Fault::Internal(cause.to_string()))?;
        self.0.push(more);
        Ok(self)
    }

    /// Its number.
    pub fn version(&self) -> i64 {
        self.0.iter().map(|migration| i64::from(migration.version())).max().unwrap_or(0)
    }
}

/// Applies what is missing. Foreign keys must hold afterwards as a whole, which is checked once for each version,
/// because it reads every row. `user_version` says of which one last.
pub(super) fn run(path: &DbPath, schema: &Schema) -> Result<(), Fault> {
    copy::remove_leftovers(path);
    // Looked at before anything is set, so that a file that is refused stays as it was.
    let (found, wanted) = (known_version(path, schema)?, schema.version());
    if found > wanted {
        return Err(is_newer(path, found, wanted));
    }
    let mut conn = connect::migrator(path)?;
    if found > 0 && found < wanted {
        let copy = copy::make(&conn, path, found)?;
        let copy = copy.display();
        tracing::info!(from = found, to = wanted, %copy, "the database's schema is brought up to date");
    }
    let migrated = Runner::new(&schema.0).set_grouped(true).run(&mut conn);
    migrated.map_err(|cause| Fault::Database(Box::new(cause)))?;
    let checked: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if checked == wanted {
        return Ok(());
    }
    // Whether there is any, and not how many: of a reference that a whole table lacks each row is one.
    let broken: bool =
        conn.query_row("SELECT EXISTS (SELECT 1 FROM pragma_foreign_key_check)", (), |row| row.get(0))?;
    if broken {
        return Err(Fault::Corrupt("after the migration there are rows that point at nothing".to_owned()));
    }
    conn.pragma_update(None, "user_version", wanted)?;
    Ok(())
}

/// What a start would find, without a trace of the look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// There is no database yet, or an empty one.
    Nothing,
    Current(i64),
    /// A start brings it up to date.
    Older {
        found: i64,
        wanted: i64,
    },
}

/// Looks at the file as a start would, and changes nothing. Errors: whatever a start would refuse it for.
pub fn examine(path: &DbPath) -> Result<Found, Fault> {
    let path = super::examined(path)?;
    let length = path.metadata()?.map_or(0, |file| file.len());
    if length == 0 {
        return Ok(Found::Nothing);
    }
    // A log beside it belongs to the file, and somebody may be writing to it; then nothing new is made by a look.
    let has_log = std::fs::exists(path.beside("-wal")).unwrap_or(true);
    let schema = Schema::current();
    let conn = if has_log { connect::plain(&path) } else { connect::untouched(&path) };
    let found =
        conn.and_then(|conn| look(&conn, &path, length, &schema)).map_err(|fault| named(&path, fault))?;
    let wanted = schema.version();
    match found.cmp(&wanted) {
        Ordering::Greater => Err(is_newer(&path, found, wanted)),
        Ordering::Equal => Ok(Found::Current(found)),
        Ordering::Less if found == 0 => Ok(Found::Nothing),
        Ordering::Less => Ok(Found::Older { found, wanted }),
    }
}

/// That a file has the schema that this program knows, for commands that do not migrate. Changes nothing.
pub(super) fn require_current(path: &DbPath) -> Result<(), Fault> {
    let schema = Schema::current();
    let (found, wanted) = (known_version(path, &schema)?, schema.version());
    match found.cmp(&wanted) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(is_newer(path, found, wanted)),
        Ordering::Less => Err(Fault::Internal(format!(
            "{} has schema version {found}, and this command of smm-panel {} needs version {wanted}: a start of \
             `smm-panel serve` brings it up to date",
            path.as_path().display(),
            env!("CARGO_PKG_VERSION")
        ))),
    }
}

pub(super) fn is_newer(path: &DbPath, found: i64, wanted: i64) -> Fault {
    Fault::Internal(format!(
        "{} was made by a newer smm-panel: it has schema version {found}, and this one ({}) knows versions up to \
         {wanted}; use the newer program, or the copy that it made before it changed the file",
        path.as_path().display(),
        env!("CARGO_PKG_VERSION")
    ))
}

/// The version that the file has; 0: it is new. Errors: `Internal` when it is another program's, or when its schema is
/// none that led to this one, such as one from before the first release.
pub(super) fn known_version(path: &DbPath, schema: &Schema) -> Result<i64, Fault> {
    let length = path.metadata()?.map_or(0, |file| file.len());
    if length == 0 {
        return Ok(0);
    }
    let found = connect::plain(path).and_then(|conn| look(&conn, path, length, schema));
    found.map_err(|fault| named(path, fault))
}

/// What SQLite says of a damaged file does not name it.
fn named(path: &DbPath, fault: Fault) -> Fault {
    match &fault {
        Fault::Database(_) | Fault::Corrupt(_) => path.refused(&fault),
        Fault::Internal(_) | Fault::Overloaded(_) | Fault::Denied(_) | Fault::Overflow(_) => fault,
    }
}

fn look(conn: &Connection, path: &DbPath, length: u64, schema: &Schema) -> Result<i64, Fault> {
    let found = version(conn)?;
    if found == 0 {
        // SQLite takes a file without a whole page for an empty one, and would write over it.
        return if length < SMALLEST_PAGE || has_tables(conn)? { Err(is_foreign(path)) } else { Ok(0) };
    }
    let applied = history(conn)?;
    let is_ours = |step: &Applied| {
        step.at_is_readable
            && schema.0.iter().all(|known| i64::from(known.version()) != step.version || step.is(known))
    };
    let is_there =
        |known: &Migration| i64::from(known.version()) > found || applied.iter().any(|step| step.is(known));
    if applied.iter().all(is_ours) && schema.0.iter().all(is_there) {
        return Ok(found);
    }
    Err(Fault::Internal(format!(
        "{} has a schema that was never released, so smm-panel {} cannot bring it up to date: move the file away, and \
         the next start makes a new one",
        path.as_path().display(),
        env!("CARGO_PKG_VERSION")
    )))
}

/// A line of the history. Read here, because refinery panics over one that it cannot read.
struct Applied {
    version: i64,
    name: String,
    checksum: String,
    at_is_readable: bool,
}

impl Applied {
    fn is(&self, known: &Migration) -> bool {
        self.version == i64::from(known.version())
            && self.name == known.name()
            && self.checksum == known.checksum().to_string()
    }
}

fn history(conn: &Connection) -> Result<Vec<Applied>, Fault> {
    let mut rows = conn.prepare("SELECT version, name, checksum, applied_on FROM refinery_schema_history")?;
    let steps = rows.query_map((), |row| {
        let at: Option<String> = row.get(3)?;
        Ok(Applied {
            version: row.get(0)?,
            name: row.get(1)?,
            checksum: row.get(2)?,
            at_is_readable: at.is_some_and(|at| Timestamp::parse_rfc3339(&at).is_some()),
        })
    })?;
    Ok(steps.collect::<Result<_, _>>()?)
}

fn is_foreign(path: &DbPath) -> Fault {
    Fault::Internal(format!(
        "{} is no database of smm-panel, and is left as it is: name another file, or move it away",
        path.as_path().display()
    ))
}

/// Beside the history, which a first start may have made before it was killed.
fn has_tables(conn: &Connection) -> Result<bool, Fault> {
    const FIND: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_schema
        WHERE name <> 'refinery_schema_history' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\')";
    Ok(conn.query_row(FIND, (), |row| row.get(0))?)
}

/// What the schema of a file has and the panel's does not, or the other way round: a trigger of somebody else's would
/// act with every write. The tables of Litestream are no matter.
pub(super) fn strange_part(conn: &Connection, version: i64) -> Result<Option<String>, Fault> {
    let own = Connection::open_in_memory()?;
    let mut migrations = Schema::current().until(version).0;
    migrations.sort_by_key(Migration::version);
    for migration in &migrations {
        own.execute_batch(migration.sql().unwrap_or_default())?;
    }
    let (found, own) = (parts(conn)?, parts(&own)?);
    let strange = found.symmetric_difference(&own).next();
    Ok(strange.map(|(kind, name, _)| format!("{kind} {name}")))
}

/// Kind, name and text of each.
fn parts(conn: &Connection) -> Result<BTreeSet<(String, String, Option<String>)>, Fault> {
    const FIND: &str = "SELECT type, name, sql FROM sqlite_schema
        WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name <> 'refinery_schema_history'
            AND NOT (type = 'table' AND name LIKE '\\_litestream\\_%' ESCAPE '\\')";
    let mut rows = conn.prepare(FIND)?;
    let parts = rows.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(parts.collect::<Result<_, _>>()?)
}

/// Of the last migration that was applied; 0: none was.
pub(super) fn version(conn: &Connection) -> Result<i64, Fault> {
    let known: bool = conn.query_row(
        // A view of that name may have no end.
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history' AND type = 'table')",
        (),
        |row| row.get(0),
    )?;
    if !known {
        return Ok(0);
    }
    Ok(conn
        .query_row("SELECT coalesce(max(version), 0) FROM refinery_schema_history", (), |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

    /// A `COMMIT` in a migration would end the transaction around all of them, in silence; a pragma such as
    /// `foreign_keys` does nothing inside one.
    fn leaves_the_transaction(context: &AuthContext<'_>) -> bool {
        let action = &context.action;
        // SQLite itself asks for these, for the full-text search and for new columns.
        let own = ["data_version", "quick_check"];
        let is_pragma =
            matches!(action, AuthAction::Pragma { pragma_name, .. } if !own.contains(pragma_name));
        let ends = matches!(action, AuthAction::Transaction { .. } | AuthAction::Savepoint { .. });
        ends || is_pragma || matches!(action, AuthAction::Attach { .. } | AuthAction::Detach { .. })
    }

    fn apply(conn: &Connection, sql: &str) -> Result<(), String> {
        let watch = |context: AuthContext<'_>| {
            if leaves_the_transaction(&context) { Authorization::Deny } else { Authorization::Allow }
        };
        conn.authorizer(Some(watch)).unwrap();
        let applied = conn.execute_batch(sql).map_err(|cause| cause.to_string());
        conn.authorizer(None::<fn(AuthContext<'_>) -> Authorization>).unwrap();
        applied
    }

    #[test]
    fn no_migration_leaves_the_transaction_around_them_all() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("BEGIN").unwrap();
        let mut schema = Schema::current().0;
        schema.sort();
        for migration in &schema {
            let applied = apply(&conn, migration.sql().unwrap());
            assert_eq!(applied, Ok(()), "{migration}");
        }
        for wrong in ["COMMIT", "PRAGMA foreign_keys = OFF", "SAVEPOINT a", "END; BEGIN", "ROLLBACK"] {
            let applied = apply(&conn, &format!("SELECT 1; {wrong}"));
            assert_eq!(applied, Err("not authorized".to_owned()), "{wrong}");
        }
    }
}
