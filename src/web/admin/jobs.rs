//! How the background jobs stand, and the ledger's last proof, for admins.

use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::provider::{self, Provider};
use crate::reports::audit::{self, StoredReport};
use crate::state::App;
use crate::state::job_registry::JobStatus;
use crate::web::error::{ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::respond::Json;
use crate::{mail, notify};
use rocket::{Route, State, get, routes};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list]
}

#[derive(Debug, Serialize, ToSchema)]
pub struct JobsView {
    items: Vec<JobView>,
    /// Null before the first one.
    audit: Option<ProofView>,
}

/// One background job.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    #[schema(example = "audit")]
    name: &'static str,
    /// `waiting` (for its first run since the start, or for a provider that does not answer), `idle` (it finds nothing
    /// to do), `off`, `ok` or `failing`.
    status: &'static str,
    /// Null while it does not run.
    running_since: Option<String>,
    /// Between two runs.
    period_seconds: u64,
    /// When the last run began.
    last_run_at: Option<String>,
    duration_ms: Option<u64>,
    /// What the last run did, where there is more to say than that it went well.
    result: Option<String>,
    /// Why the last run failed, or which provider it waits for and since when what it knows is known. Of `deliver` and
    /// `mail` also why nothing that they send arrives, though they run.
    error: Option<String>,
    /// The same by its code, with its figures.
    error_coded: Option<Note>,
    /// Runs in a row that have failed.
    failures: u32,
    /// Since when it fails; null while it does not.
    failing_since: Option<String>,
    next_run_at: Option<String>,
}

/// The last proof of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProofView {
    /// Whether everything holds.
    ok: bool,
    at: String,
    duration_ms: u64,
    users: i64,
    transfers: i64,
    orders: i64,
    deposits: i64,
    /// VND, the sum of all users' balances.
    liabilities: i64,
    /// VND, bank money that belongs to nobody yet.
    suspense: i64,
    /// How many things do not hold.
    differences: i64,
    /// The first of them.
    first_differences: Vec<String>,
}

/// Where all jobs stand.
pub const BOARD: &str = "/admin#health";

/// The panel's page where what keeps a job from its work is mended; else the one where all jobs stand. `None`: no such
/// job; a test compares them with those that run.
pub fn page_of_job(job: &str) -> Option<&'static str> {
    Some(match job {
        "backup" | "backup-upload" | "rehearsal" => "/admin/backups",
        "reconcile" => "/admin/settings#sepay",
        "deliver" | "daily-summary" | "telegram" => "/admin/settings#telegram",
        "dispatch" | "poll-orders" | "after-sale" | "sync-catalog" | "funds" | "stranded" => {
            "/admin/providers"
        }
        "audit" => "/admin/ledger",
        "mail" | "certificate" | "file-check" | "open-files" => "/admin/doctor",
        "housekeeping" | "key-use" | "last-seen" | "referral-clicks" | "release" | "same-link"
        | "search-index" | "service-times" => BOARD,
        _ => return None,
    })
}

/// Those whose work is with the providers: while one of them does not answer, they run, and nothing comes of it.
const WITH_PROVIDERS: [&str; 5] = ["after-sale", "dispatch", "funds", "poll-orders", "sync-catalog"];

/// What is due no sooner is turned off.
const OFF_AFTER_SECONDS: i64 = 366 * 24 * 60 * 60;

/// `waiting`, `idle`, `off`, `ok` or `failing`.
pub fn status_word(status: &JobStatus, now: Timestamp) -> &'static str {
    let is_off = || status.next_at().is_some_and(|next| next > now.plus_seconds(OFF_AFTER_SECONDS));
    match &status.last {
        _ if status.failures > 0 => "failing",
        Some(_) => "ok",
        None if is_off() => "off",
        None if status.began_at.is_some() && status.running_since.is_none() => "idle",
        None => "waiting",
    }
}

fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl JobView {
    /// `behind`: which provider does not answer.
    fn of(name: &'static str, status: JobStatus, now: Timestamp, behind: Option<&Note>) -> Self {
        let word = status_word(&status, now);
        let behind = behind.filter(|_| WITH_PROVIDERS.contains(&name) && matches!(word, "ok" | "idle"));
        let (result, error) = match status.last.as_ref().map(|run| run.outcome.clone()) {
            None => (None, None),
            Some(Ok(did)) => (Some(did).filter(|did| !did.is_empty()), None),
            Some(Err(why)) => (None, Some(why)),
        };
        let (word, error) = behind.cloned().map_or((word, error), |behind| ("waiting", Some(behind)));
        JobView {
            name,
            status: word,
            running_since: status.running_since.map(Timestamp::rfc3339),
            period_seconds: status.period.as_secs(),
            last_run_at: status.last.as_ref().map(|run| run.began_at.rfc3339()),
            duration_ms: status.last.as_ref().map(|run| ms(run.took)),
            result,
            error: error.as_ref().map(Note::to_string),
            error_coded: error,
            failures: status.failures,
            failing_since: status.failing_since.map(Timestamp::rfc3339),
            next_run_at: status.next_at().map(Timestamp::rfc3339),
        }
    }
}

/// Why nothing arrives that a job sends, and since when.
type Undelivered = Option<(Note, Option<Timestamp>)>;

impl JobView {
    /// One that runs, and of which nothing arrives, does not go well.
    fn with_deliveries(self, notices: &Undelivered, letters: &Undelivered) -> Self {
        let undelivered = match self.name {
            "deliver" => notices,
            "mail" => letters,
            _ => &None,
        };
        let Some((why, since)) = undelivered.as_ref().filter(|_| self.status != "failing") else {
            return self;
        };
        JobView {
            status: "failing",
            result: None,
            error: Some(why.to_string()),
            error_coded: Some(why.clone()),
            failing_since: since.map(Timestamp::rfc3339),
            ..self
        }
    }
}

fn undelivered_notices(status: notify::Status) -> Undelivered {
    let trouble = status.trouble.filter(|_| status.is_open)?;
    Some((trouble, status.failing_since))
}

impl From<(Timestamp, StoredReport)> for ProofView {
    fn from((at, kept): (Timestamp, StoredReport)) -> Self {
        let report = kept.report;
        ProofView {
            ok: kept.differences == 0,
            at: at.rfc3339(),
            duration_ms: ms(kept.took),
            users: report.users,
            transfers: report.transfers,
            orders: report.orders,
            deposits: report.deposits,
            liabilities: report.liabilities,
            suspense: report.suspense,
            differences: kept.differences,
            first_differences: report.differences,
        }
    }
}

/// All background jobs, and the last audit of the ledger.
#[utoipa::path(get, path = "/api/admin/jobs", tag = "admin",
    responses((status = 200, body = JobsView), (status = 403, body = Problem)))]
#[get("/api/admin/jobs")]
pub fn list(app: &State<App>, _by: Admin) -> ApiResult<Json<JobsView>> {
    let (audit, providers, notices, letters) = app.db.read_now(|tx| {
        let notices = undelivered_notices(notify::status(tx)?);
        Ok::<_, Fault>((audit::last(tx)?, provider::all(tx)?, notices, mail::status(tx)?.undelivered()))
    })?;
    let letters = letters.filter(|_| app.config.mail.is_some());
    let behind = providers.into_iter().find(Provider::is_behind).map(|one| Note::ProviderBehind {
        provider: one.name,
        since: one.last_sync_at.map(Timestamp::rfc3339),
    });
    let now = app.db.clock().now();
    let items = app.job_registry.all().into_iter();
    let items = items.map(|(name, status)| JobView::of(name, status, now, behind.as_ref()));
    let items = items.map(|job| job.with_deliveries(&notices, &letters)).collect();
    Ok(Json(JobsView { items, audit: audit.map(ProofView::from) }))
}
