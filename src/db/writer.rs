//! The one writer thread, and group commit.
//!
//! The thread takes everything that waits, runs each closure in a savepoint of its own inside one transaction,
//! commits once and only then answers them all, so that one disk sync pays for many writes.
//!
//! When a commit fails because the disk is full, or a row points at nothing, nothing was committed: the whole batch
//! hears `Overloaded` and later writes may succeed. After any other failed commit nobody knows what the disk holds, so
//! the process ends and the next start finds out.

use super::changes::Changes;
use super::tx::{Tx, run_cached};
use super::wal::{Keeper, Wal};
use crate::kernel::change::Change;
use crate::kernel::clock::Clock;
use crate::kernel::error::Fault;
use rusqlite::{Connection, ErrorCode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use tokio::sync::oneshot;

/// Writes that may wait; beyond it callers are turned away at once, so that memory stays bounded.
const QUEUE: usize = 4096;
/// Writes that share a commit: enough to hide the sync, few enough that of many callers some are served while the
/// writes of the others run; a batch of all of them leaves the other cores idle until its commit.
const BATCH: usize = 32;

#[derive(Clone)]
pub(super) struct Writer(SyncSender<Box<dyn Job>>);

/// One waiting write.
trait Job: Send {
    /// Runs it inside the transaction; `false` takes back what it wrote.
    fn run(&mut self, tx: &Tx) -> bool;
    fn refusal(&self) -> Refusal;
    /// Tells the caller, after the commit. `Err` replaces whatever the closure had to say.
    fn answer(self: Box<Self>, commit: Result<(), Fault>);
}

/// When a write can still refuse.
#[derive(Clone, Copy)]
pub(super) enum Refusal {
    /// At any time: a savepoint takes back what it wrote. SQLite copies every page that is changed meanwhile.
    Anytime,
    /// Before it writes anything, so it needs no savepoint. If it fails later all the same, nothing of the batch
    /// is committed.
    BeforeWriting,
}

struct Write<F, T, E> {
    refusal: Refusal,
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Write<F, T, E>
where
    F: FnOnce(&Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<Fault> + Send,
{
    fn run(&mut self, tx: &Tx) -> bool {
        let Some(work) = self.work.take() else { return false };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(tx)))
            .unwrap_or_else(|_| Err(Fault::Internal("a write panicked".to_owned()).into()));
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn refusal(&self) -> Refusal {
        self.refusal
    }

    fn answer(self: Box<Self>, commit: Result<(), Fault>) {
        let outcome = match (commit, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Fault::Internal("a write was never run".to_owned()).into()),
            (Err(fault), _) => Err(fault.into()),
        };
        // The caller may have gone away; what it asked for is done all the same.
        let _ = self.reply.send(outcome);
    }
}

impl Writer {
    pub(super) fn start(conn: Connection, wal: Wal, clock: Clock, changes: Changes) -> Result<Writer, Fault> {
        let (sender, queue) = sync_channel(QUEUE);
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || serve(&conn, Keeper::new(wal), &clock, &changes, &queue))
            .map_err(|cause| Fault::Internal(format!("no writer thread: {cause}")))?;
        Ok(Writer(sender))
    }

    pub(super) fn send<T, E>(
        &self,
        refusal: Refusal,
        work: impl FnOnce(&Tx) -> Result<T, E> + Send + 'static,
        reply: oneshot::Sender<Result<T, E>>,
    ) -> Result<(), Fault>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let job = Box::new(Write { refusal, work: Some(work), outcome: None, reply });
        self.0.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) => Fault::Overloaded("the write queue is full"),
            TrySendError::Disconnected(_) => Fault::Internal("the writer thread is gone".to_owned()),
        })
    }
}

fn serve(
    conn: &Connection,
    mut keeper: Keeper,
    clock: &Clock,
    changes: &Changes,
    queue: &Receiver<Box<dyn Job>>,
) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH.saturating_sub(1)));
        let committed = commit(conn, clock, &mut batch).map(|changed| changes.publish(changed));
        for job in batch {
            let answer = match &committed {
                Ok(()) => Ok(()),
                Err(reason) => Err(Fault::Overloaded(reason)),
            };
            job.answer(answer);
        }
        keeper.look(conn);
    }
}

/// Runs and commits a batch; what it has changed. `Err` says why nothing of it was committed.
fn commit(conn: &Connection, clock: &Clock, batch: &mut [Box<dyn Job>]) -> Result<Vec<Change>, &'static str> {
    if let Err(cause) = run_cached(conn, "BEGIN IMMEDIATE") {
        tracing::error!(%cause, "no write transaction could begin");
        return Err("no write transaction could begin");
    }
    let tx = Tx::new(conn, clock.now());
    for job in batch {
        let ran = match job.refusal() {
            Refusal::Anytime => run_in_savepoint(conn, &tx, job.as_mut()).map_err(Fault::from),
            Refusal::BeforeWriting => run_without_savepoint(conn, &tx, job.as_mut()),
        };
        if let Err(cause) = ran {
            tracing::error!(%cause, "a batch of writes was given up");
            roll_back(conn);
            return Err("a write that shares the commit failed, or the disk did");
        }
    }
    if let Err(cause) = run_postponed(&tx) {
        tracing::error!(%cause, "a batch of writes was given up at its end");
        roll_back(conn);
        return Err("the end of the batch failed");
    }
    let Err(cause) = run_cached(conn, "COMMIT") else { return Ok(tx.into_changes()) };
    let refused = match cause.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Some("the disk is full"),
        Some(ErrorCode::ConstraintViolation) => Some("a write points at nothing"),
        _ => None,
    };
    if let Some(reason) = refused {
        tracing::error!(%cause, reason, "a batch of writes was given up at its commit");
        roll_back(conn);
        return Err(reason);
    }
    tracing::error!(%cause, "a commit failed in a way that leaves its outcome unknown; ending the process");
    std::process::exit(70);
}

/// `Err` when the transaction around the savepoint is gone: a full disk takes it with it.
fn run_in_savepoint(conn: &Connection, tx: &Tx, job: &mut dyn Job) -> rusqlite::Result<()> {
    run_cached(conn, "SAVEPOINT job")?;
    let mark = tx.mark();
    if !job.run(tx) {
        tx.forget_since(mark);
        if !conn.is_autocommit() {
            run_cached(conn, "ROLLBACK TO job")?;
        }
    }
    run_cached(conn, "RELEASE job")
}

/// `Err` when the transaction is gone, or the write failed after it had written.
fn run_without_savepoint(conn: &Connection, tx: &Tx, job: &mut dyn Job) -> Result<(), Fault> {
    let (mark, written) = (tx.mark(), conn.total_changes());
    let kept = job.run(tx);
    if !kept {
        tx.forget_since(mark);
    }
    let is_whole = tx.is_open() && (kept || conn.total_changes() == written);
    is_whole.then_some(()).ok_or_else(|| Fault::Internal("a write failed after it had written".to_owned()))
}

fn run_postponed(tx: &Tx) -> Result<(), Fault> {
    catch_unwind(AssertUnwindSafe(|| tx.run_postponed()))
        .unwrap_or_else(|_| Err(Fault::Internal("postponed work panicked".to_owned())))
}

fn roll_back(conn: &Connection) {
    if !conn.is_autocommit()
        && let Err(cause) = run_cached(conn, "ROLLBACK")
    {
        tracing::error!(%cause, "a rollback failed; ending the process");
        std::process::exit(70);
    }
}
