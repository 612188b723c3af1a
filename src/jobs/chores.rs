//! Jobs that run now and then: each on a thread of its own, tried again with longer and longer pauses when it fails,
//! and seen on the board. A failure or a panic of one is nobody else's.

use super::quit::Quit;
use super::{
    audit, file_check, funds, housekeeping, last_seen, open_files, reconcile, search_index, stranded,
    summary, sync_catalog,
};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::notify;
use crate::state::App;
use crate::state::board::Run;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Between two looks at what is due.
const LOOK: Duration = Duration::from_secs(1);
/// After the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Every one of them. A new one is a line here.
fn chores(app: &App) -> Vec<Chore> {
    vec![
        Chore::at("audit", audit::due_at, audit::tick),
        Chore::at("file-check", file_check::due_at, file_check::tick),
        Chore::every("housekeeping", 60 * MINUTE, housekeeping::tick),
        Chore::every("last-seen", 10 * MINUTE, last_seen::tick),
        Chore::every("reconcile", reconcile::period(app), reconcile::tick),
        Chore::every("sync-catalog", app.config.provider.catalog, sync_catalog::tick),
        Chore::every("open-files", 10 * SECOND, open_files::tick),
        Chore::every("funds", MINUTE, funds::tick),
        Chore::every("search-index", 5 * SECOND, search_index::tick),
        Chore::every("stranded", MINUTE, stranded::tick),
        Chore::at("daily-summary", summary::due_at, summary::tick),
    ]
}

/// What a run came to: what it did, or `None` when there was nothing to do.
pub type Done = Result<Option<String>, Trouble>;

/// Why a run failed, for the operator: no secrets, nothing of the inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub note: Note,
    /// Not to be tried again sooner.
    pub wait: Option<Duration>,
}

impl Trouble {
    pub fn new(note: Note) -> Self {
        Trouble { note, wait: None }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        tracing::error!(cause = %fault, "a background job met a fault");
        Trouble::new(match fault {
            Fault::Overloaded(fault) => Note::Overloaded { fault: fault.to_owned() },
            Fault::Database(_)
            | Fault::Corrupt(_)
            | Fault::Overflow(_)
            | Fault::Denied(_)
            | Fault::Internal(_) => Note::JobFault,
        })
    }
}

/// What is to be done, and when.
pub struct Chore {
    name: &'static str,
    rhythm: Rhythm,
    run: fn(&App) -> Done,
}

enum Rhythm {
    Every(Duration),
    /// Once a day, at a moment of the wall clock that may have passed.
    At(fn(&App) -> Result<Timestamp, Fault>),
}

impl Chore {
    /// At the start, and then this long after each end.
    pub const fn every(name: &'static str, period: Duration, run: fn(&App) -> Done) -> Self {
        Chore { name, rhythm: Rhythm::Every(period), run }
    }

    const fn at(
        name: &'static str,
        due: fn(&App) -> Result<Timestamp, Fault>,
        run: fn(&App) -> Done,
    ) -> Self {
        Chore { name, rhythm: Rhythm::At(due), run }
    }

    fn period(&self) -> Duration {
        match self.rhythm {
            Rhythm::Every(period) => period,
            Rhythm::At(_) => DAY,
        }
    }
}

/// Runs one chore whenever it is due.
pub struct Runner {
    app: App,
    chore: Chore,
    /// By the monotonic clock.
    not_before: Option<Instant>,
    failures: u32,
}

impl Runner {
    /// Puts it on the board.
    pub fn new(app: &App, chore: Chore) -> Self {
        app.board.register(chore.name, chore.period());
        Runner { app: app.clone(), chore, not_before: None, failures: 0 }
    }

    pub(super) fn all(app: &App) -> Vec<Runner> {
        chores(app).into_iter().map(|chore| Runner::new(app, chore)).collect()
    }

    /// The one of this name.
    pub fn of(app: &App, name: &str) -> Option<Runner> {
        Runner::all(app).into_iter().find(|runner| runner.name() == name)
    }

    pub(super) fn name(&self) -> &'static str {
        self.chore.name
    }

    /// Until told to quit.
    pub(super) fn run(mut self, quit: &Quit) {
        while !quit.is_set() {
            self.step(Instant::now());
            quit.wait(LOOK);
        }
    }

    /// Runs it if it is due or asked for, at `now` by a monotonic clock; whether it ran.
    pub fn step(&mut self, now: Instant) -> bool {
        let asked = self.app.board.take_asked(self.chore.name);
        if !asked && !self.is_due(now) {
            return false;
        }
        let began_at = self.app.db.clock().now();
        self.app.board.began(self.chore.name, began_at);
        let began = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| (self.chore.run)(&self.app)));
        let done = done.unwrap_or_else(|_| Err(Trouble::new(Note::JobPanicked)));
        let took = began.elapsed();
        self.conclude(done, began_at, took, now + took);
        true
    }

    fn is_due(&self, now: Instant) -> bool {
        if self.not_before.is_some_and(|moment| now < moment) {
            return false;
        }
        match self.chore.rhythm {
            Rhythm::Every(_) => true,
            Rhythm::At(due) => match due(&self.app) {
                Ok(at) => {
                    self.app.board.waits(self.chore.name, at);
                    at <= self.app.db.clock().now()
                }
                // Running it will meet the same fault and report it.
                Err(_) => true,
            },
        }
    }

    fn conclude(&mut self, done: Done, began_at: Timestamp, took: Duration, now: Instant) {
        let (pause, outcome) = match done {
            Ok(did) => {
                self.failures = 0;
                let pause = match self.chore.rhythm {
                    Rhythm::Every(period) => period,
                    Rhythm::At(_) => LOOK,
                };
                (pause, did.map(Ok))
            }
            Err(trouble) => {
                tracing::error!(job = self.chore.name, trouble = %trouble.note, "a background job failed");
                let doubled =
                    FIRST_PAUSE.saturating_mul(1_u32.checked_shl(self.failures).unwrap_or(u32::MAX));
                self.failures = self.failures.saturating_add(1);
                let pause = doubled.min(LONGEST_PAUSE).max(trouble.wait.unwrap_or_default());
                (pause, Some(Err(trouble.note)))
            }
        };
        self.not_before = Some(now + pause);
        let seconds = i64::try_from(pause.as_secs()).unwrap_or(i64::MAX);
        self.app.board.waits(self.chore.name, self.app.db.clock().now().plus_seconds(seconds));
        ended(&self.app, self.chore.name, outcome.map(|outcome| Run { began_at, took, outcome }));
    }
}

/// Puts the end of a run on the board, and tells the operator once when a job keeps failing, once when it works again.
pub(super) fn ended(app: &App, job: &'static str, run: Option<Run>) {
    let error = run.as_ref().and_then(|run| run.outcome.clone().err());
    if app.board.ended(job, run)
        && let Err(fault) = app.db.write_blocking(move |tx| notify::job_ended(tx, job, error.as_ref()))
    {
        tracing::error!(job, cause = %fault, "the operator was not told how a job stands");
    }
}
