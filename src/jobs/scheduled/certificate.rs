//! Looks after the certificate that the panel serves.

use crate::certificates::{self, Failures, Given, Looked, Next, Patience, Trouble};
use crate::config::{Acme, CertificateFiles, CertificateSource};
use crate::front::Certificates;
use crate::jobs::runtime::{JobError, JobResult, backoff};
use crate::kernel::note::Note;
use crate::kernel::secret::Secret;
use crate::state::App;
use std::time::Duration;

/// Most names become the panel's within minutes, and authorities count failures by the hour.
const FIRST_PAUSE: Duration = Duration::from_secs(2 * 60);
const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 60 * 60);
const PATIENCE: Patience = Patience { call: Duration::from_secs(20), whole: Duration::from_secs(5 * 60) };

/// Brings another certificate when it is time. Fails while there is none that could be served and while what is served
/// ends soon, so that it stays in sight and the operator is told.
pub fn tick(app: &App) -> JobResult {
    tick_within(app, PATIENCE)
}

/// The same, with so much patience for an authority.
pub fn tick_within(app: &App, patience: Patience) -> JobResult {
    let (Some(https), Some(served)) = (&app.config.https, &app.certificates) else { return Ok(None) };
    match &https.source {
        CertificateSource::Files(files) => follow(app, files, served),
        CertificateSource::Acme(acme) => renew(app, acme, served, patience),
    }
}

/// Takes over files that have changed.
fn follow(app: &App, files: &CertificateFiles, served: &Certificates) -> JobResult {
    let now = app.db.clock().now();
    let looked =
        certificates::look(files, served, now).map_err(|error| JobError::new(error.note()).because(error))?;
    if let Some(days) = certificates::days_left(served, now) {
        return Err(JobError::new(Note::CertificateEnds { days: days.max(0) }));
    }
    Ok(match looked {
        Looked::Unchanged => None,
        Looked::Replaced(until) => {
            tracing::info!(until = until.rfc3339(), "another certificate is served");
            Some(format!("another certificate, until {}", until.rfc3339()))
        }
    })
}

/// Asks the authority when it is time, with pauses that grow and outlast a restart.
fn renew(app: &App, acme: &Acme, served: &Certificates, patience: Patience) -> JobResult {
    match app.db.read_now(|tx| certificates::next(tx, acme, served))? {
        Next::Nothing => return Ok(None),
        Next::Wait(failures) => return waits(app, served, &failures).map_or(Ok(None), Err),
        Next::Ask => {}
    }
    let claimed = acme.clone();
    let account = app.db.write_blocking(move |tx| {
        certificates::claim(tx, &claimed, |failures| backoff(FIRST_PAUSE, LONGEST_PAUSE, failures))
    })?;
    let given = match account_of(app, acme, account, patience)? {
        Ok(account) => certificates::get(acme, &account, served, patience, app.db.clock().now()),
        Err(trouble) => Err(trouble),
    };
    match given {
        Ok(given) => serve(app, acme, served, given),
        Err(trouble) => failed(app, acme, served, trouble),
    }
}

/// The account that is kept, or a new one.
fn account_of(
    app: &App,
    acme: &Acme,
    kept: Option<Secret>,
    patience: Patience,
) -> Result<Result<Secret, Trouble>, JobError> {
    if let Some(account) = kept {
        return Ok(Ok(account));
    }
    let made = certificates::new_account(acme, patience, app.db.clock().now());
    if let Ok(account) = &made {
        let (acme, account) = (acme.clone(), account.clone());
        app.db.write_blocking(move |tx| certificates::keep_account(tx, &acme, &account))?;
    }
    Ok(made)
}

/// On disk first: what is served is there after a restart too.
fn serve(app: &App, acme: &Acme, served: &Certificates, given: Given) -> JobResult {
    let (acme, until) = (acme.clone(), given.certificate.ends_at.rfc3339());
    let given = app.db.write_blocking(move |tx| {
        certificates::keep_certificate(tx, &acme, &given)?;
        Ok::<_, JobError>(given)
    })?;
    served.serve(given.certificate);
    tracing::info!(until, "another certificate is served");
    Ok(Some(format!("another certificate, until {until}")))
}

fn failed(app: &App, acme: &Acme, served: &Certificates, trouble: Trouble) -> JobResult {
    tracing::warn!(trouble = %trouble.note, "the certificate authority gave no certificate");
    let (of, note) = (acme.clone(), trouble.note.clone());
    let failures = app.db.write_blocking(move |tx| certificates::record_trouble(tx, &of, &trouble))?;
    let Some(failures) = failures else { return Err(JobError::new(note)) };
    match waits(app, served, &failures) {
        Some(urgent) => Err(urgent),
        None => Ok(Some(format!("{note}; it is asked again at {}", failures.not_before.rfc3339()))),
    }
}

/// While the authority is left alone; `None`: that is no trouble yet.
fn waits(app: &App, served: &Certificates, failures: &Failures) -> Option<JobError> {
    let now = app.db.clock().now();
    let left = failures.not_before.seconds().saturating_sub(now.seconds());
    let wait = Some(Duration::from_secs(u64::try_from(left).unwrap_or_default()));
    certificates::is_urgent(served, now).then(|| JobError { wait, ..JobError::new(failures.trouble.clone()) })
}
