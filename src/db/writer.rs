//! The one writer thread, and group commit.
//!
//! The thread takes everything that waits, runs each closure in a savepoint of its own inside one transaction,
//! commits once and only then answers them all, so that one disk sync pays for many writes.
//!
//! When a commit fails because the disk is full, nothing was committed: the whole batch hears `Overloaded` and later
//! writes may succeed. After any other failed commit nobody knows what the disk holds, so the process ends and the next
//! start finds out.

use super::changes::Changes;
use super::end::end;
use super::figures::Figures;
use super::slow;
use super::tx::{Tx, run_cached};
use super::wal::{Keeper, Wal};
use crate::kernel::change::Change;
use crate::kernel::clock::Clock;
use crate::kernel::error::Fault;
use rusqlite::{Connection, ErrorCode};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Writes that may wait; beyond it callers are turned away at once, so that memory stays bounded.
const QUEUE: usize = 4096;
/// Writes that share a commit: enough to hide the sync, few enough that of many callers some are served while the
/// writes of the others run; a batch of all of them leaves the other cores idle until its commit.
const BATCH: usize = 32;

/// After so long without a write it is quiet.
const QUIET: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(super) struct Writer {
    queue: SyncSender<Message>,
    figures: Figures,
}

enum Message {
    Write(Box<dyn Job>),
    /// The end; answered when the file is closed.
    Close(SyncSender<()>),
}

/// One waiting write.
trait Job: Send {
    /// Runs it inside the transaction; `false` takes back what it wrote.
    fn run(&mut self, tx: &Tx) -> bool;
    /// Tells the caller, after the commit. `Err` replaces whatever the closure had to say.
    fn answer(self: Box<Self>, commit: Result<(), Fault>);
}

struct Write<F, T, E> {
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
    /// Waits until everything sent before is done and the file is closed.
    pub(super) fn close(self) {
        let (closed, wait) = sync_channel(1);
        if self.queue.send(Message::Close(closed)).is_ok() {
            // An error: the thread is gone, and its connection with it.
            let _ = wait.recv();
        }
    }

    pub(super) fn start(conn: Connection, wal: Wal, clock: Clock, changes: Changes) -> Result<Writer, Fault> {
        let (sender, queue) = sync_channel(QUEUE);
        let figures = Figures::default();
        let counted = figures.clone();
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || serve(conn, Keeper::new(wal), &clock, &changes, &queue, &counted))
            .map_err(|cause| Fault::Internal(format!("no writer thread: {cause}")))?;
        Ok(Writer { queue: sender, figures })
    }

    pub(super) fn send<T, E>(
        &self,
        work: impl FnOnce(&Tx) -> Result<T, E> + Send + 'static,
        reply: oneshot::Sender<Result<T, E>>,
    ) -> Result<(), Fault>
    where
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let job = Box::new(Write { work: Some(work), outcome: None, reply });
        self.figures.queue.inc();
        self.queue.try_send(Message::Write(job)).map_err(|refused| {
            self.figures.queue.dec();
            match refused {
                TrySendError::Full(_) => Fault::Overloaded("the write queue is full"),
                TrySendError::Disconnected(_) => Fault::Internal("the writer thread is gone".to_owned()),
            }
        })
    }

    pub(super) fn figures(&self) -> &Figures {
        &self.figures
    }
}

/// Until it is told to close, or nobody is left who could write.
fn serve(
    conn: Connection,
    mut keeper: Keeper,
    clock: &Clock,
    changes: &Changes,
    queue: &Receiver<Message>,
    figures: &Figures,
) {
    let mut close = None;
    while close.is_none() {
        let mut batch = Vec::new();
        match queue.recv_timeout(QUIET) {
            Ok(Message::Write(job)) => batch.push(job),
            Ok(Message::Close(closed)) => close = Some(closed),
            Err(RecvTimeoutError::Timeout) => keeper.rest(&conn, Instant::now()),
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if batch.is_empty() {
            continue;
        }
        close = take_waiting(queue, BATCH.saturating_sub(1), &mut batch);
        let committed = commit(&conn, clock, &mut batch, figures).map(|changed| changes.publish(changed));
        if committed == Err(LOCKED) {
            // Each batch would wait as long again, and those at the end for minutes.
            close = close.or_else(|| take_waiting(queue, QUEUE, &mut batch));
        }
        figures.answered(batch.len());
        for job in batch {
            job.answer(committed.map_err(Fault::Overloaded));
        }
        keeper.look(&conn);
    }
    keeper.fold(&conn);
    drop(conn);
    if let Some(closed) = close {
        // Whoever asked may have stopped waiting.
        let _ = closed.send(());
    }
}

/// Takes up to so many waiting writes. `Some`: it is told to close after them.
fn take_waiting(
    queue: &Receiver<Message>,
    most: usize,
    batch: &mut Vec<Box<dyn Job>>,
) -> Option<SyncSender<()>> {
    for message in queue.try_iter().take(most) {
        match message {
            Message::Write(job) => batch.push(job),
            Message::Close(closed) => return Some(closed),
        }
    }
    None
}

/// Why nothing was written while another process holds its lock.
const LOCKED: &str = "the database is locked by another process";

/// Runs and commits a batch; what it has changed. `Err` says why nothing of it was committed.
fn commit(
    conn: &Connection,
    clock: &Clock,
    batch: &mut [Box<dyn Job>],
    figures: &Figures,
) -> Result<Vec<Change>, &'static str> {
    let asked = Instant::now();
    let begun = run_cached(conn, "BEGIN IMMEDIATE");
    slow::begin(asked);
    if let Err(cause) = begun {
        tracing::error!(%cause, "no write transaction could begin");
        let is_locked = cause.sqlite_error_code() == Some(ErrorCode::DatabaseBusy);
        return Err(if is_locked { LOCKED } else { "no write transaction could begin" });
    }
    let (tx, writes) = (Tx::new(conn, clock.now()), batch.len());
    for job in batch {
        if let Err(cause) = run_in_savepoint(conn, &tx, job.as_mut()) {
            tracing::error!(%cause, "a batch of writes was given up");
            roll_back(conn);
            return Err("the disk failed under a write that shares the commit");
        }
    }
    let asked = Instant::now();
    let committed = run_cached(conn, "COMMIT");
    slow::commit(asked, writes);
    figures.committed(writes, asked.elapsed());
    let Err(cause) = committed else { return Ok(tx.into_changes()) };
    if cause.sqlite_error_code() == Some(ErrorCode::DiskFull) {
        tracing::error!(%cause, "a batch of writes was given up at its commit");
        roll_back(conn);
        return Err("the disk is full");
    }
    tracing::error!(%cause, "a commit failed in a way that leaves its outcome unknown; ending the process");
    end();
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

fn roll_back(conn: &Connection) {
    if !conn.is_autocommit()
        && let Err(cause) = run_cached(conn, "ROLLBACK")
    {
        tracing::error!(%cause, "a rollback failed; ending the process");
        end();
    }
}
