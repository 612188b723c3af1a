//! Looks at everything around the panel at once, when somebody asks: the machine, the files, the panel's own address
//! and the services that it depends on. What is found are codes (`kernel::finding`); the words are the pages'.
//!
//! The list of looks is here. They change nothing, call other machines for some seconds at most, and run beside each
//! other, so that a slow one delays nobody.

mod backups;
mod files;
mod machine;
mod mail;
mod network;
mod processes;
mod services;

use super::runtime::{JobError, Shutdown};
use crate::config::{Config, Refused, misspelt};
use crate::db::{Db, DbPath};
use crate::kernel::clock::Clock;
use crate::kernel::error::Fault;
use crate::kernel::finding::{Checked, Finding};
use crate::reports::{self, Severity};
use crate::state::{App, CheckUp};
use std::thread;
use std::time::Duration;

/// Of a call to another machine, in all.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Between two looks for somebody who asks.
const PAUSE: Duration = Duration::from_secs(60);

const ENVIRONMENT: &str = "environment";

/// What is looked at.
pub struct Patient<'a> {
    pub config: &'a Config,
    pub clock: &'a Clock,
    /// `None`: it cannot be opened, and the look at it says why.
    pub db: Option<&'a Db>,
    /// The panel that looks at itself; `None`: a command looks, beside a panel or without one.
    pub app: Option<&'a App>,
}

type Findings = Result<Vec<Finding>, Fault>;
type Look = fn(&Patient) -> Findings;

/// All there is to look at, in the order in which it is told.
const LOOKS: [(&str, Look); 21] = [
    (ENVIRONMENT, |_| Ok(names())),
    ("process", processes::panel),
    ("database", files::database),
    ("ledger", files::ledger),
    ("files", files::modes),
    ("others", processes::others),
    ("disk", machine::disk),
    ("descriptors", processes::descriptors),
    ("clock", network::clock),
    ("certificate", network::certificate),
    ("address", network::address),
    ("provider", services::providers),
    ("sepay", services::sepay),
    ("telegram", services::telegram),
    ("mail", mail::look),
    ("backups", backups::age),
    ("backup_folder", backups::folder),
    ("backup_encryption", backups::encryption),
    ("backup_rehearsal", backups::rehearsal),
    ("backup_storage", backups::storage),
    ("waiting", waiting),
];

/// Looks at everything. Blocks for some seconds at most.
pub fn examine(patient: &Patient) -> Vec<Checked> {
    thread::scope(|scope| {
        let looks = LOOKS.map(|(check, look)| (check, scope.spawn(move || look(patient))));
        let found = looks.into_iter().flat_map(|(check, look)| {
            let found = look.join().unwrap_or_else(|_| Err(Fault::Internal("a look panicked".to_owned())));
            let failed = |fault| {
                let JobError { note: why, cause, .. } = JobError::from(fault);
                tracing::error!(check, cause, "a look of the check-up failed");
                vec![Finding::NotLooked { why }]
            };
            let found = found.unwrap_or_else(failed);
            found.into_iter().map(move |finding| Checked { check, finding })
        });
        found.collect()
    })
}

/// Whether a panel serves this database now.
pub fn is_served(database: &DbPath) -> bool {
    processes::server_of(database).is_some()
}

/// Where the configuration cannot be read there is nothing more to look at.
pub fn refused(why: &Refused) -> Vec<Checked> {
    let refused = why.all().iter().map(|one| Finding::EnvironmentRefused { said: one.to_string() });
    let unknown = names().into_iter().filter(|finding| *finding != Finding::EnvironmentRead);
    unknown.chain(refused).map(|finding| Checked { check: ENVIRONMENT, finding }).collect()
}

/// Variables that were probably meant for the panel, by name: what is in them may be a secret.
fn names() -> Vec<Finding> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let unknown = names.filter_map(|name| misspelt(&name));
    let told =
        unknown.map(|found| Finding::VariableUnknown { name: found.name, meant: found.meant.join(", ") });
    let found: Vec<Finding> = told.collect();
    if found.is_empty() { vec![Finding::EnvironmentRead] } else { found }
}

/// What else waits for the operator, counted as the overview has it, a line each: the two do not contradict each other.
fn waiting(patient: &Patient) -> Findings {
    let Some(db) = patient.db else { return Ok(Vec::new()) };
    let all = db.read_now(reports::waiting)?;
    let is_told = |job: &str| patient.app.is_some_and(|app| app.job_registry.trouble(job).is_some());
    let (settling, grave): (Vec<_>, Vec<_>) = all
        .into_iter()
        .filter(|one| !one.kind.told_by().is_some_and(is_told))
        .partition(|one| one.severity() == Severity::Info);
    let in_trouble = db.read_now(reports::providers_in_trouble)?;
    let failing = patient.app.map_or(0, |app| {
        app.job_registry.failing().filter(|(_, status)| !reports::is_told(status, &in_trouble)).count()
    });
    let grave = grave.len().saturating_add(failing);
    let count = i64::try_from(grave.saturating_add(settling.len())).unwrap_or(i64::MAX);
    Ok(vec![match (grave, count) {
        (0, 0) => Finding::NothingWaits,
        (0, _) => Finding::ThingsSettle { count },
        (_, _) => Finding::ThingsWait { count },
    }])
}

/// Answers those who wait.
pub fn tick(app: &App) {
    let waiting: Vec<_> = std::iter::from_fn(|| app.examinations.take()).collect();
    if waiting.is_empty() {
        return;
    }
    let patient = Patient { config: &app.config, clock: app.db.clock(), db: Some(&app.db), app: Some(app) };
    let found = examine(&patient);
    let failing: Vec<&'static str> =
        found.iter().filter(|one| one.is_failing()).map(|one| one.check).collect();
    *app.check_up.lock() = Some(CheckUp { at: app.db.clock().now(), failing });
    waiting.into_iter().for_each(|asked| asked.answer(found.clone()));
}

/// Until the shutdown. One look at a time: whoever asks meanwhile waits for the next one.
pub(super) fn run(app: &App, shutdown: &Shutdown) {
    while !shutdown.is_requested() {
        tick(app);
        app.examinations.wait(PAUSE);
    }
}
