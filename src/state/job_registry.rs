//! How the background jobs stand, for the operator's eyes. In memory only: every job runs soon after a start.

use crate::kernel::clock::Timestamp;
use crate::kernel::note::Note;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::time::Duration;

/// Every job by its name.
#[derive(Default)]
pub struct JobRegistry(Mutex<BTreeMap<&'static str, JobStatus>>);

/// How one job stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobStatus {
    /// Between two runs.
    pub period: Duration,
    pub running_since: Option<Timestamp>,
    /// When it last looked for something to do.
    pub began_at: Option<Timestamp>,
    pub last: Option<Run>,
    /// Runs in a row that have failed.
    pub failures: u32,
    /// When the first of them began.
    pub failing_since: Option<Timestamp>,
    next_at: Option<Timestamp>,
    asked: bool,
    /// Whether the operator was told that it fails; unknown at first, for an earlier run of the panel may have.
    told: Option<bool>,
}

impl JobStatus {
    /// When it runs again; `None` before it is known.
    pub fn next_at(&self) -> Option<Timestamp> {
        let after_the_last = || {
            let last = self.last.as_ref()?;
            let wait = last.took.saturating_add(self.period).as_secs();
            Some(last.began_at.plus_seconds(i64::try_from(wait).unwrap_or(i64::MAX)))
        };
        self.next_at.or_else(after_the_last)
    }
}

/// Failures in a row of which the operator is told: what is over sooner is no news.
const TOLD_FROM: u32 = 3;

/// One run that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub began_at: Timestamp,
    pub took: Duration,
    /// What it did, or why it failed. Neither holds a secret.
    pub outcome: Result<String, Note>,
}

impl JobRegistry {
    /// Puts a job up.
    pub fn register(&self, job: &'static str, period: Duration) {
        self.with(job, |status| status.period = period);
    }

    pub fn began(&self, job: &'static str, at: Timestamp) {
        self.with(job, |status| (status.running_since, status.began_at) = (Some(at), Some(at)));
    }

    /// The run is over; `None`: it had nothing to do and is not shown. Whether its outcome is news for the operator.
    pub fn ended(&self, job: &'static str, run: Option<Run>) -> bool {
        self.with(job, |status| {
            status.running_since = None;
            let failed = run.as_ref().is_some_and(|run| run.outcome.is_err());
            status.failures = if failed { status.failures.saturating_add(1) } else { 0 };
            let since = status.failing_since.or(run.as_ref().map(|run| run.began_at));
            status.failing_since = since.filter(|_| failed);
            // A failure is over when there is nothing left to do.
            let well = status.last.take().filter(|last| last.outcome.is_ok());
            status.last = run.or(well);
            let is_news = if failed { status.failures == TOLD_FROM } else { status.told != Some(false) };
            if is_news {
                status.told = Some(failed);
            }
            is_news
        })
    }

    /// When it will run again.
    pub fn waits(&self, job: &'static str, until: Timestamp) {
        self.with(job, |status| status.next_at = Some(until));
    }

    /// Wants a run soon, whether it is time or not.
    pub fn ask(&self, job: &'static str) {
        self.with(job, |status| status.asked = true);
    }

    /// Whether one was wanted since the last time.
    pub fn take_asked(&self, job: &'static str) -> bool {
        self.with(job, |status| std::mem::take(&mut status.asked))
    }

    /// Why the last run of a job failed, if it did.
    pub fn trouble(&self, job: &str) -> Option<Note> {
        let jobs = self.0.lock();
        let status = jobs.get(job).filter(|status| status.failures > 0);
        status.and_then(|status| status.last.as_ref()?.outcome.clone().err())
    }

    /// Those whose last run failed, by name.
    pub fn failing(&self) -> impl Iterator<Item = (&'static str, JobStatus)> {
        self.all().into_iter().filter(|(_, status)| status.failures > 0)
    }

    /// All of them, by name.
    pub fn all(&self) -> BTreeMap<&'static str, JobStatus> {
        self.0.lock().clone()
    }

    fn with<T>(&self, job: &'static str, change: impl FnOnce(&mut JobStatus) -> T) -> T {
        change(self.0.lock().entry(job).or_default())
    }
}
