//! Jobs that run now and then. A new one is a file here and a line in the table.

pub mod audit;
pub mod backup;
pub mod certificate;
pub mod file_check;
pub mod funds;
pub mod housekeeping;
pub mod key_use;
pub mod last_seen;
pub mod mail;
pub mod open_files;
pub mod reconcile;
pub mod referral_clicks;
pub mod rehearsal;
pub mod release;
pub mod same_link;
pub mod search_index;
pub mod service_times;
pub mod stranded;
pub mod summary;
pub mod sync_catalog;
pub mod telegram;
pub mod upload;

use super::runtime::{Runner, ScheduledJob};
use crate::state::App;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The table: name, time between runs or time of day, function.
fn table(app: &App) -> Vec<ScheduledJob> {
    vec![
        ScheduledJob::at("audit", audit::due_at, audit::tick),
        ScheduledJob::at(backup::NAME, backup::due_at, backup::tick),
        ScheduledJob::every(upload::NAME, MINUTE, upload::tick),
        ScheduledJob::every("certificate", 10 * SECOND, certificate::tick),
        ScheduledJob::at("file-check", file_check::due_at, file_check::tick),
        ScheduledJob::every("housekeeping", 60 * MINUTE, housekeeping::tick),
        ScheduledJob::every("key-use", MINUTE, key_use::tick),
        ScheduledJob::every("last-seen", 10 * MINUTE, last_seen::tick),
        ScheduledJob::every(mail::NAME, SECOND, mail::tick),
        ScheduledJob::every("reconcile", reconcile::period(app), reconcile::tick),
        ScheduledJob::at(rehearsal::NAME, rehearsal::due_at, rehearsal::tick),
        ScheduledJob::every("referral-clicks", MINUTE, referral_clicks::tick),
        ScheduledJob::every("release", SECOND, release::tick),
        ScheduledJob::every("same-link", MINUTE, same_link::tick),
        ScheduledJob::every("sync-catalog", app.config.provider.catalog, sync_catalog::tick),
        ScheduledJob::every("search-index", 5 * SECOND, search_index::tick),
        ScheduledJob::every("service-times", 5 * MINUTE, service_times::tick),
        ScheduledJob::every(telegram::NAME, SECOND, telegram::tick),
        ScheduledJob::every("open-files", 10 * SECOND, open_files::tick),
        ScheduledJob::every("funds", MINUTE, funds::tick),
        ScheduledJob::every("stranded", MINUTE, stranded::tick),
        ScheduledJob::at("daily-summary", summary::due_at, summary::tick),
    ]
}

/// A runner for each, registered.
pub(super) fn runners(app: &App) -> Vec<Runner> {
    table(app).into_iter().map(|job| Runner::new(app, job)).collect()
}

/// The runner of one job; all are registered.
pub fn runner(app: &App, name: &str) -> Option<Runner> {
    runners(app).into_iter().find(|runner| runner.name() == name)
}
