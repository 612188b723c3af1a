//! The SQLite file: many readers, exactly one writer.
//!
//! `Db::read` hands out a read-only snapshot, `Db::write` sends a closure to the writer thread (see `writer`),
//! which answers after the commit is on disk. SQL itself lives in the stores of the domains; here are only
//! connections, transactions and the translation of SQLite's errors.

pub mod backup;
mod changes;
mod check;
mod connect;
mod copy;
mod end;
mod figures;
mod files;
pub mod first_ids;
mod in_place;
pub mod lock;
pub mod migrate;
#[cfg(test)]
pub(crate) mod plan;
pub mod restore;
mod since;
mod slow;
mod tx;
mod types;
mod wal;
mod writer;

pub use changes::{Changes, News, Subscription};
pub use check::Condition;
pub use end::before_end;
pub use figures::{Figures, Sizes};
pub use files::{Checkpoints, DbPath, exposed, foreign};
pub use since::first_since;
pub use tx::{ReadTx, Tx, fts_phrase};
pub(crate) use types::word_column;

use crate::kernel::clock::Clock;
use crate::kernel::error::Fault;
use parking_lot::Mutex;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::Connection;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, oneshot};

/// A read that lasts longer is interrupted, so that no slow reader pins the write-ahead log.
const READ_LIMIT: Duration = Duration::from_secs(10);
/// Reads off the workers at one time. Each needs a thread and a reader: the rest wait here, where waiting costs
/// nothing, and the reads in place and the jobs always find a reader.
const READS_AT_ONCE: usize = 8;
/// How long a read waits for its turn.
const READ_PATIENCE: Duration = Duration::from_secs(5);
/// How often SQLite asks whether the limit has passed, in virtual machine steps.
const STEPS_PER_CHECK: i32 = 20_000;

/// The open database. Cheap to clone; all clones share the readers and the writer.
#[derive(Clone)]
pub struct Db {
    path: DbPath,
    readers: r2d2::Pool<SqliteConnectionManager>,
    writer: writer::Writer,
    clock: Clock,
    changes: Changes,
    turns: Arc<Semaphore>,
    wal: wal::Wal,
    condition: Arc<Mutex<Condition>>,
    in_place: Arc<in_place::InPlace>,
}

impl Db {
    /// Opens (and creates) the file, brings its schema up to date and starts the writer thread.
    pub fn open(path: &DbPath, clock: Clock) -> Result<Db, Fault> {
        Db::open_as(path, clock, &migrate::Schema::current())
    }

    /// The same with another schema than this program's.
    pub fn open_as(path: &DbPath, clock: Clock, schema: &migrate::Schema) -> Result<Db, Fault> {
        let path = examined(path)?;
        migrate::run(&path, schema)?;
        Db::start(&path, clock)
    }

    /// Opens a file whose schema is the one that this program knows, and changes nothing about that: for what runs
    /// beside a serving panel.
    pub fn open_beside(path: &DbPath, clock: Clock) -> Result<Db, Fault> {
        let path = examined(path)?;
        migrate::require_current(&path)?;
        Db::start(&path, clock)
    }

    fn start(path: &DbPath, clock: Clock) -> Result<Db, Fault> {
        let changes = Changes::new(clock.now());
        let wal = wal::Wal::of(path);
        let conn = connect::writer(path)?;
        let writer = writer::Writer::start(conn, wal.clone(), clock.clone(), changes.clone())?;
        let turns = Arc::new(Semaphore::new(READS_AT_ONCE));
        let readers = connect::readers(path)?;
        Ok(Db {
            path: path.clone(),
            readers,
            writer,
            clock,
            changes,
            turns,
            wal,
            condition: Arc::default(),
            in_place: Arc::default(),
        })
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// News of what was committed.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// A short read by key, in place. What scans belongs in `read`.
    pub fn read_now<T, E: From<Fault>>(&self, work: impl FnOnce(&ReadTx) -> Result<T, E>) -> Result<T, E> {
        self.in_place.read(|| self.read_blocking(work))
    }

    fn read_blocking<T, E: From<Fault>>(&self, work: impl FnOnce(&ReadTx) -> Result<T, E>) -> Result<T, E> {
        let conn = self.readers.get().map_err(|_| Fault::Overloaded("no reader became free in time"))?;
        self.read_on(&conn, Some(READ_LIMIT), work)
    }

    /// A read that may take a while, off the async workers. Waits for its turn; `Overloaded` when it does not come.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&ReadTx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let turn = tokio::time::timeout(READ_PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(Fault::Overloaded("no read ended in time").into()) };
        let db = self.clone();
        let read = move || {
            let _until_the_end = turn;
            db.read_blocking(work)
        };
        tokio::task::spawn_blocking(read)
            .await
            .unwrap_or_else(|died| Err(Fault::Internal(format!("a read panicked: {died}")).into()))
    }

    /// A snapshot that may take longer: audits, backups, exports. It is cut off (`Overloaded`) when so much is written
    /// meanwhile that the write-ahead log becomes too long; the shorter it is, the better.
    ///
    /// On a connection of its own: one that has checked the full-text index before takes what was written since for
    /// damage (SQLite keeps the index's structure from the last check), and a long read takes no reader from others.
    pub fn snapshot<T, E: From<Fault>>(&self, work: impl FnOnce(&ReadTx) -> Result<T, E>) -> Result<T, E> {
        self.read_on(&connect::reader(&self.path).map_err(Fault::from)?, None, work)
    }

    fn read_on<T, E: From<Fault>>(
        &self,
        conn: &Connection,
        limit: Option<Duration>,
        work: impl FnOnce(&ReadTx) -> Result<T, E>,
    ) -> Result<T, E> {
        let (began, wal) = (Instant::now(), self.wal.clone());
        let watch = move || limit.is_some_and(|limit| began.elapsed() > limit) || wal.cuts(began);
        conn.progress_handler(STEPS_PER_CHECK, Some(watch)).map_err(Fault::from)?;
        ReadTx::run(conn, self.clock.now(), work)
    }

    /// Runs `work` in the writer's next transaction; answers when its commit is on disk. An `Err` from `work`
    /// (or a panic in it) takes back what it wrote and nothing else.
    ///
    /// `work` must not block: every other write of the panel waits behind it.
    pub async fn write<T, E>(&self, work: impl FnOnce(&Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.enqueue(work)?.await.unwrap_or_else(|_| Err(writer_gone().into()))
    }

    /// What `work` would come to: it runs as by `write`, and everything that it wrote is taken back.
    pub async fn try_out<T, E>(&self, work: impl FnOnce(&Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let tried = self.write(move |tx| {
            Err::<Infallible, _>(match work(tx) {
                Ok(value) => Tried::Come(value),
                Err(error) => Tried::Refused(error),
            })
        });
        match tried.await {
            Err(Tried::Come(value)) => Ok(value),
            Err(Tried::Refused(error)) => Err(error),
            Ok(never) => match never {},
        }
    }

    /// `write` where nobody waits for the outcome: written after what was asked for before, or lost.
    pub fn write_later<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tx) -> Result<T, Fault> + Send + 'static,
    ) {
        if let Err(cause) = self.enqueue(work) {
            tracing::error!(%cause, "a write that nobody waits for was lost");
        }
    }

    /// `write` for threads outside the async runtime.
    pub fn write_blocking<T, E>(
        &self,
        work: impl FnOnce(&Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.enqueue(work)?.blocking_recv().unwrap_or_else(|_| Err(writer_gone().into()))
    }

    /// Ends the writer after what was sent to it before, and folds the log into the file, so that the file alone holds
    /// everything. Later writes through other clones fail.
    pub fn close_blocking(self) {
        let Db { readers, writer, .. } = self;
        // Whoever closes the last connection removes the log's files; that is to be the writer.
        drop(readers);
        writer.close();
    }

    /// Lets SQLite renew what it knows about the tables, where that is out of date. It looks at a part of each only.
    pub fn optimize_blocking(&self) -> Result<(), Fault> {
        self.write_blocking(|tx| tx.all("PRAGMA optimize", (), |_| Ok(())).map(drop))
    }

    fn enqueue<T, E>(
        &self,
        work: impl FnOnce(&Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, E>>, Fault>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.writer.send(work, reply)?;
        Ok(answer)
    }
}

fn examined(path: &DbPath) -> Result<DbPath, Fault> {
    connect::require_recent_sqlite()?;
    let path = path.resolve()?;
    files::examine(&path)?;
    Ok(path)
}

/// What a write that is taken back came to.
enum Tried<T, E> {
    Come(T),
    Refused(E),
}

impl<T, E: From<Fault>> From<Fault> for Tried<T, E> {
    fn from(fault: Fault) -> Self {
        Tried::Refused(fault.into())
    }
}

fn writer_gone() -> Fault {
    Fault::Internal("the writer thread is gone".to_owned())
}
