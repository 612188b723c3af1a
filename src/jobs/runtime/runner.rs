//! Runs one scheduled job: on a thread of its own, when it is due or asked for, with growing pauses while it fails. A
//! failure or a panic of one is nobody else's.

use super::{Shutdown, backoff, ended, failed};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::state::App;
use crate::state::job_registry::Run;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Between two looks at what is due.
const LOOK: Duration = Duration::from_secs(1);
/// After the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a run came to: what it did, or `None` when there was nothing to do.
pub type JobResult = Result<Option<String>, JobError>;

/// Why a run failed, for the operator: no secrets, nothing of the inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobError {
    pub note: Note,
    /// In the inside's words, for the log alone.
    pub cause: Option<String>,
    /// Not to be tried again sooner.
    pub wait: Option<Duration>,
}

impl JobError {
    pub fn new(note: Note) -> Self {
        JobError { note, cause: None, wait: None }
    }

    /// With what the log alone is told.
    pub fn because(self, cause: impl Display) -> Self {
        JobError { cause: Some(cause.to_string()), ..self }
    }
}

impl From<Fault> for JobError {
    fn from(fault: Fault) -> Self {
        let note = match &fault {
            Fault::Overloaded(fault) => Note::Overloaded { fault: (*fault).to_owned() },
            Fault::Database(_)
            | Fault::Corrupt(_)
            | Fault::Overflow(_)
            | Fault::Denied(_)
            | Fault::Internal(_) => Note::JobFault,
        };
        JobError::new(note).because(fault)
    }
}

/// What is to be done, and when.
pub struct ScheduledJob {
    name: &'static str,
    rhythm: Rhythm,
    run: fn(&App) -> JobResult,
}

enum Rhythm {
    Every(Duration),
    /// Once a day, at a moment of the wall clock that may have passed.
    At(fn(&App) -> Result<Timestamp, Fault>),
}

impl ScheduledJob {
    /// At the start, and then this long after each end.
    pub const fn every(name: &'static str, period: Duration, run: fn(&App) -> JobResult) -> Self {
        ScheduledJob { name, rhythm: Rhythm::Every(period), run }
    }

    pub(in crate::jobs) const fn at(
        name: &'static str,
        due: fn(&App) -> Result<Timestamp, Fault>,
        run: fn(&App) -> JobResult,
    ) -> Self {
        ScheduledJob { name, rhythm: Rhythm::At(due), run }
    }

    fn period(&self) -> Duration {
        match self.rhythm {
            Rhythm::Every(period) => period,
            Rhythm::At(_) => DAY,
        }
    }
}

/// Runs one job whenever it is due.
pub struct Runner {
    app: App,
    job: ScheduledJob,
    /// By the monotonic clock.
    not_before: Option<Instant>,
    failures: u32,
}

impl Runner {
    /// Registers the job.
    pub fn new(app: &App, job: ScheduledJob) -> Self {
        app.job_registry.register(job.name, job.period());
        Runner { app: app.clone(), job, not_before: None, failures: 0 }
    }

    pub(in crate::jobs) fn name(&self) -> &'static str {
        self.job.name
    }

    /// Until the shutdown.
    pub(in crate::jobs) fn run(mut self, shutdown: &Shutdown) {
        while !shutdown.is_requested() {
            self.step(Instant::now());
            shutdown.wait(LOOK);
        }
    }

    /// Runs it if it is due or asked for, at `now` by a monotonic clock; whether it ran.
    pub fn step(&mut self, now: Instant) -> bool {
        let asked = self.app.job_registry.take_asked(self.job.name);
        if !asked && !self.is_due(now) {
            return false;
        }
        let began_at = self.app.db.clock().now();
        self.app.job_registry.began(self.job.name, began_at);
        let began = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| (self.job.run)(&self.app)));
        let done = done.unwrap_or_else(|_| Err(JobError::new(Note::JobPanicked)));
        let took = began.elapsed();
        self.conclude(done, began_at, took, now + took);
        true
    }

    fn is_due(&self, now: Instant) -> bool {
        if self.not_before.is_some_and(|moment| now < moment) {
            return false;
        }
        match self.job.rhythm {
            Rhythm::Every(_) => true,
            Rhythm::At(due) => match due(&self.app) {
                Ok(at) => {
                    self.app.job_registry.waits(self.job.name, at);
                    at <= self.app.db.clock().now()
                }
                // Running it will meet the same fault and report it.
                Err(_) => true,
            },
        }
    }

    fn conclude(&mut self, done: JobResult, began_at: Timestamp, took: Duration, now: Instant) {
        let (pause, outcome) = match done {
            Ok(did) => {
                self.failures = 0;
                let pause = match self.job.rhythm {
                    Rhythm::Every(period) => period,
                    Rhythm::At(_) => LOOK,
                };
                (pause, did.map(Ok))
            }
            Err(trouble) => {
                failed(&self.app, self.job.name, &trouble);
                let pause = backoff(FIRST_PAUSE, LONGEST_PAUSE, self.failures);
                self.failures = self.failures.saturating_add(1);
                let pause = pause.max(trouble.wait.unwrap_or_default());
                (pause, Some(Err(trouble.note)))
            }
        };
        self.not_before = Some(now + pause);
        let seconds = i64::try_from(pause.as_secs()).unwrap_or(i64::MAX);
        self.app.job_registry.waits(self.job.name, self.app.db.clock().now().plus_seconds(seconds));
        ended(&self.app, self.job.name, outcome.map(|outcome| Run { began_at, took, outcome }));
    }
}
