//! What every job runs on: threads, the request to stop, pauses after failures, and the registry of how each job
//! stands. Knows no job.

mod backoff;
mod runner;
mod shutdown;

pub(super) use backoff::backoff;
pub(super) use shutdown::Shutdown;

pub use runner::{JobError, JobResult, Runner, ScheduledJob};

use crate::kernel::error::Fault;
use crate::notify;
use crate::state::job_registry::Run;
use crate::state::{App, JobTrouble, LoggedError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::Instant;

/// Starts a thread of this name.
pub(super) fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, Fault> {
    let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    spawned.map_err(|cause| Fault::Internal(format!("no thread {name}: {cause}")))
}

/// Runs one round of a job that never pauses for long, with its beginning and end in the registry. Whether it went
/// well.
pub(super) fn tracked(app: &App, job: &'static str, round: impl FnOnce() -> Result<(), Fault>) -> bool {
    let (began_at, began) = (app.db.clock().now(), Instant::now());
    app.job_registry.began(job, began_at);
    let done = catch_unwind(AssertUnwindSafe(round));
    let done = done.unwrap_or_else(|_| Err(Fault::Internal("a round of a job panicked".to_owned())));
    let outcome = done.map(|()| String::new()).map_err(|fault| {
        let error = JobError::from(fault);
        failed(app, job, &error);
        error.note
    });
    let went_well = outcome.is_ok();
    ended(app, job, Some(Run { began_at, took: began.elapsed(), outcome }));
    went_well
}

/// A failure once: in the log, and with its code in the list of errors. By its `trouble` the log's line is known as one
/// that is in the list already (`cli::error_layer`).
fn failed(app: &App, job: &'static str, error: &JobError) {
    let code = <&str>::from(&error.note);
    tracing::error!(job, code, trouble = %error.note, cause = error.cause, "a background job failed");
    let logged = LoggedError {
        message: "a background job failed".to_owned(),
        place: concat!(file!(), ":", line!()).to_owned(),
        is_panic: false,
        request_id: None,
        job: Some(JobTrouble { name: job.to_owned(), note: error.note.clone() }),
    };
    app.errors.note(logged, app.db.clock().now());
}

/// Enters the end of a run in the registry. The operator is told once when a job keeps failing, and once when it works
/// again. `None`: there was nothing to do.
fn ended(app: &App, job: &'static str, run: Option<Run>) {
    let error = run.as_ref().and_then(|run| run.outcome.clone().err());
    if app.job_registry.ended(job, run)
        && let Err(fault) = app.db.write_blocking(move |tx| notify::job_ended(tx, job, error.as_ref()))
    {
        tracing::error!(job, cause = %fault, "the operator was not told how a job stands");
    }
}
