//! How a connection is opened: every pragma in one place, read back where it matters.

use super::{Checkpoints, DbPath};
use crate::kernel::error::Fault;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::time::{Duration, Instant};

/// Older versions can lose commits when the write-ahead log is reset.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Enough for the workers and the jobs; each costs up to `READER_CACHE_KIB`.
const READERS: u32 = 12;
const READER_CACHE_KIB: i32 = 512;
const WRITER_CACHE_KIB: i32 = 8192;
/// Pages in the log before the writer folds them into the file: 16 MiB.
const CHECKPOINT_PAGES: i32 = 4096;
const WAL_LIMIT_BYTES: i64 = 64 * 1024 * 1024;

/// How long a connection waits for a lock of another process: a webhook has five seconds in all, so that its sender
/// hears of a failure and sends again.
pub(super) const BUSY: Duration = Duration::from_secs(2);
/// The same for the migrations, at which nobody waits.
const BUSY_MIGRATING: Duration = Duration::from_secs(10);
/// Between two tries while another connection to the file is being closed.
const CLOSING: Duration = Duration::from_millis(10);

pub(super) fn require_recent_sqlite() -> Result<(), Fault> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(Fault::Internal(format!("SQLite {} is too old", rusqlite::version())));
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the one place that opens the file")]
fn open(path: &DbPath, more: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let conn = Connection::open_with_flags(path.as_path(), flags)?;
    conn.busy_timeout(BUSY)?;
    Ok(conn)
}

/// Sets what every connection needs; `busy_timeout` stands first, because switching to WAL can meet a lock.
fn prepare(conn: &Connection, cache_kib: i32, foreign_keys: bool) -> rusqlite::Result<()> {
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(256);
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", foreign_keys)?;
    conn.pragma_update(None, "recursive_triggers", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    // Savepoints keep the pages they may have to restore; otherwise these go to a file.
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "journal_size_limit", WAL_LIMIT_BYTES)?;
    conn.pragma_update(None, "cache_size", -cache_kib)?;
    // Otherwise a statement is compiled anew whenever a bound cursor or limit differs from the last one.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// A pragma that did not take is a defect, not a preference.
fn read_back(conn: &Connection, foreign_keys: bool) -> Result<(), Fault> {
    let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let synchronous: i64 = conn.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    let keys: bool = conn.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    let recursive: bool = conn.pragma_query_value(None, "recursive_triggers", |row| row.get(0))?;
    if mode != "wal" || synchronous != 2 || keys != foreign_keys || !recursive {
        return Err(Fault::Internal(format!(
            "pragmas did not take: journal_mode={mode} synchronous={synchronous} foreign_keys={keys} \
             recursive_triggers={recursive}"
        )));
    }
    Ok(())
}

/// The writer's connection.
pub(super) fn writer(path: &DbPath) -> Result<Connection, Fault> {
    let conn = open(path, OpenFlags::empty())?;
    prepare(&conn, WRITER_CACHE_KIB, true)?;
    let pages = match path.checkpoints {
        Checkpoints::Own => CHECKPOINT_PAGES,
        Checkpoints::External => 0,
    };
    conn.pragma_update(None, "wal_autocheckpoint", pages)?;
    read_back(&conn, true)?;
    Ok(conn)
}

/// The migrations' connection: tables are rebuilt there, so foreign keys are checked afterwards as a whole.
pub(super) fn migrator(path: &DbPath) -> Result<Connection, Fault> {
    let conn = open(path, OpenFlags::SQLITE_OPEN_CREATE)?;
    prepare(&conn, WRITER_CACHE_KIB, false)?;
    conn.busy_timeout(BUSY_MIGRATING)?;
    // It is the only connection when it closes, and the last one would fold the whole log that a crash has left into
    // the file. The writer does that piece by piece.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    read_back(&conn, false)?;
    Ok(conn)
}

/// A look at a file as it is, of whatever schema: nothing is set that could change it, and the log that a crash has
/// left stays for the writer.
pub(super) fn plain(path: &DbPath) -> Result<Connection, Fault> {
    let conn = open(path, OpenFlags::empty())?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(conn)
}

/// A look that leaves no trace: for a file that nobody else has open.
pub(super) fn untouched(path: &DbPath) -> Result<Connection, Fault> {
    let whole = std::path::absolute(path.as_path()).map_err(|cause| path.refused(&cause))?;
    let mut url = url::Url::from_file_path(&whole).map_err(|()| path.refused(&"it is no path"))?;
    url.set_query(Some("immutable=1"));
    look_only(url.as_str())
}

#[expect(clippy::disallowed_methods, reason = "nothing is set on a connection that only looks")]
fn look_only(url: &str) -> Result<Connection, Fault> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(url, flags)?;
    conn.busy_timeout(BUSY)?;
    Ok(conn)
}

/// Makes one plain file of a database that nobody else has open: no log lies beside it, and none is begun by whoever
/// looks into it. On a busy machine a thread of the pool may close the readers a moment after the pool is gone, and
/// SQLite waits for nobody here.
pub(super) fn settle(conn: &Connection) -> Result<(), Fault> {
    let began = Instant::now();
    loop {
        let mode = conn.query_row("PRAGMA journal_mode = DELETE", (), |row| row.get::<_, String>(0));
        let is_busy = match &mode {
            Ok(mode) => mode != "delete",
            Err(cause) => cause.sqlite_error_code() == Some(ErrorCode::DatabaseBusy),
        };
        if !is_busy {
            return Ok(mode.map(drop)?);
        }
        if began.elapsed() > BUSY {
            return Err(Fault::Overloaded("another program has the file open"));
        }
        std::thread::sleep(CLOSING);
    }
}

fn prepare_reader(conn: &Connection) -> rusqlite::Result<()> {
    prepare(conn, READER_CACHE_KIB, true)?;
    conn.pragma_update(None, "query_only", true)
}

/// A reader for one long look.
pub(super) fn reader(path: &DbPath) -> rusqlite::Result<Connection> {
    let conn = open(path, OpenFlags::empty())?;
    prepare_reader(&conn)?;
    Ok(conn)
}

pub(super) fn readers(path: &DbPath) -> Result<r2d2::Pool<SqliteConnectionManager>, Fault> {
    let manager = SqliteConnectionManager::file(path.as_path()).with_init(|conn| prepare_reader(conn));
    let pool = r2d2::Pool::builder()
        .max_size(READERS)
        // All of them from the start: where no file can be opened any more, the panel still reads.
        .min_idle(Some(READERS))
        .test_on_check_out(false)
        .connection_timeout(Duration::from_secs(5))
        .build(manager)
        .map_err(|cause| Fault::Database(Box::new(cause)))?;
    let conn = pool.get().map_err(|cause| Fault::Database(Box::new(cause)))?;
    read_back(&conn, true)?;
    drop(conn);
    Ok(pool)
}
