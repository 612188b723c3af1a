//! What waits for the operator: for the review page, the dashboard and the number in the menu.

use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use crate::provider;
use crate::reports::backups::{Age, GRACE_HOURS, newest_proven};
use crate::reports::{self, Severity, WaitKind, Waiting};
use crate::state::job_registry::JobStatus;
use crate::state::{App, CheckUp, ErrorGroup};
use crate::web::admin::jobs::{BOARD, page_of_job};
use crate::web::error::{ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::respond::Json;
use crate::{deposits, orders};
use rocket::{Route, State, get, routes};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The job that reads SePay's list.
const SEPAY_JOB: &str = "reconcile";
const BACKUP_JOB: &str = "backup";
const REHEARSAL_JOB: &str = "rehearsal";
const UPLOAD_JOB: &str = "backup-upload";

/// Errors of one line of the program that are told: so many since so long.
const REPEATED: u64 = 3;
const REPEATED_SECONDS: i64 = 24 * 60 * 60;

pub fn routes() -> Vec<Route> {
    routes![review]
}

/// What waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewView {
    /// All that needs a decision, as in the event `review`.
    count: i64,
    /// Parked ones, those whose provider contradicts them, and those queued at a provider that gets no orders.
    orders: i64,
    /// Money without an owner.
    bank_transactions: i64,
    /// Providers whose line is held.
    held_providers: i64,
    /// Deposits whose transfer may still come. They settle themselves, so `count` leaves them out.
    pending_deposits: i64,
    /// All that waits for the operator, also what `count` leaves out, the gravest first.
    items: Vec<WaitingView>,
}

/// Things of one kind that wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingView {
    /// `ledger`, `parked`, `queued_at_inactive`, `held`, `provider`, `low_funds`, `contradicted`, `by_hand`,
    /// `cancels`, `refills`, `tickets`, `unmatched`, `paused_services`, `losses`, `notices`, `letters`, `slow_orders`,
    /// `pending_deposits`, `sepay`, `backup`, `backup_late`, `no_backup`, `rehearsal`, `backup_upload`, `job`,
    /// `errors`, `restored` or `check_up`.
    kind: &'static str,
    /// `danger`, `warning` or `info`.
    #[schema(value_type = String)]
    severity: Severity,
    /// How many; of `low_funds` the hours they last, of jobs the failures in a row, of `backup_late` its age in hours.
    count: i64,
    /// VND: of orders what was paid for them, of money how much it is, of `losses` what was lost today.
    amount: Option<i64>,
    /// Since when the oldest of them waits, where that is known.
    oldest: Option<String>,
    /// The name of the provider or job; of `paused_services` why; of `restored` until when the backup reaches; of
    /// `check_up` what fails, by its names, with commas between.
    about: Option<String>,
    /// What was said of it.
    detail: Option<String>,
    /// The same by its code, with its figures.
    detail_coded: Option<Note>,
    /// The page that deals with it; of a list with the filter that shows just these.
    #[schema(example = "/admin/orders?slow=true")]
    path: String,
}

impl From<Waiting> for WaitingView {
    fn from(waiting: Waiting) -> Self {
        WaitingView {
            kind: waiting.kind.into_str(),
            severity: waiting.severity(),
            count: waiting.count,
            amount: waiting.amount.map(Vnd::get),
            oldest: waiting.oldest.map(Timestamp::rfc3339),
            path: path(waiting.kind).to_owned(),
            about: waiting.about,
            detail: waiting.detail.as_ref().map(Note::to_string),
            detail_coded: waiting.detail,
        }
    }
}

/// The panel's page that deals with it.
fn path(kind: WaitKind) -> &'static str {
    match kind {
        WaitKind::Ledger => "/admin/ledger",
        WaitKind::Parked | WaitKind::Contradicted | WaitKind::Unmatched => "/admin/review",
        WaitKind::QueuedAtInactive | WaitKind::Held | WaitKind::Provider | WaitKind::LowFunds => {
            "/admin/providers"
        }
        WaitKind::ByHand => "/admin/orders?by_hand=true",
        WaitKind::Cancels => "/admin/orders?cancel=open",
        WaitKind::SlowOrders => "/admin/orders?slow=true",
        WaitKind::Losses => "/admin/services?loss=true",
        WaitKind::Refills => "/admin/refills",
        WaitKind::Tickets => "/admin/tickets",
        WaitKind::PausedServices => "/admin/services?paused=true",
        WaitKind::Notices => "/admin/settings#telegram",
        WaitKind::Letters => "/admin/doctor",
        WaitKind::Restored => "/admin/audit?action=backup.restore",
        WaitKind::PendingDeposits => "/admin/deposits?status=pending",
    }
}

/// A job that fails. That of the ledger's proof says by its outcome whether the books are right, not by failing.
fn failing((name, status): (&'static str, JobStatus)) -> Option<WaitingView> {
    let last = status.last.as_ref()?;
    let kind = match name {
        SEPAY_JOB => "sepay",
        BACKUP_JOB => "backup",
        REHEARSAL_JOB => "rehearsal",
        UPLOAD_JOB => "backup_upload",
        _ => "job",
    };
    Some(WaitingView {
        kind,
        severity: Severity::Warning,
        count: i64::from(status.failures),
        amount: None,
        oldest: status.failing_since.map(Timestamp::rfc3339),
        about: Some(name.to_owned()),
        detail: last.outcome.as_ref().err().map(Note::to_string),
        detail_coded: last.outcome.clone().err(),
        path: page_of_job(name).unwrap_or(BOARD).to_owned(),
    })
}

/// What failed at the last look at everything around the panel, until another one finds it well.
fn failing_look(look: &CheckUp) -> Option<WaitingView> {
    let checks: BTreeSet<&str> = look.failing.iter().copied().collect();
    (!checks.is_empty()).then(|| WaitingView {
        kind: "check_up",
        severity: Severity::Danger,
        count: i64::try_from(look.failing.len()).unwrap_or(i64::MAX),
        amount: None,
        oldest: Some(look.at.rfc3339()),
        about: Some(checks.into_iter().collect::<Vec<_>>().join(",")),
        detail: None,
        detail_coded: None,
        path: "/admin/doctor".to_owned(),
    })
}

/// One that nobody looks after otherwise: of a kind, as grave as most.
fn alone(kind: &'static str, count: i64, oldest: Option<Timestamp>, path: &str) -> WaitingView {
    WaitingView {
        kind,
        severity: Severity::Warning,
        count,
        amount: None,
        oldest: oldest.map(Timestamp::rfc3339),
        about: None,
        detail: None,
        detail_coded: None,
        path: path.to_owned(),
    }
}

/// Backups that are not made, though none fails: the job that makes them tells of its own failures.
fn missing_backup(app: &App, newest: Option<Timestamp>) -> Option<WaitingView> {
    let now = app.db.clock().now();
    let is_told = app.job_registry.trouble(BACKUP_JOB).is_some();
    let has_time = now < app.started_at.plus_seconds(GRACE_HOURS * 60 * 60);
    match Age::of(app.config.backups.every_hours, newest, now) {
        _ if is_told || has_time => None,
        Age::Late { hours, at } => Some(alone("backup_late", hours, Some(at), "/admin/backups")),
        Age::Missing => Some(alone("no_backup", 1, Some(app.started_at), "/admin/backups")),
        Age::Off | Age::Fresh { .. } => None,
    }
}

/// Errors of the last day that came again and again, and panics. Those of jobs are told with their jobs.
fn repeated_errors(app: &App) -> Option<WaitingView> {
    let since = app.db.clock().now().plus_seconds(-REPEATED_SECONDS);
    let is_one = |group: &ErrorGroup| {
        group.job.is_none() && group.last_at >= since && (group.is_panic || group.count >= REPEATED)
    };
    let groups: Vec<_> = app.errors.groups().into_iter().filter(is_one).collect();
    let count = groups.iter().fold(0_u64, |sum, group| sum.saturating_add(group.count));
    let first = groups.iter().map(|group| group.first_at).min()?;
    Some(alone("errors", i64::try_from(count).unwrap_or(i64::MAX), Some(first), "/admin/errors"))
}

/// How much waits for an admin, and what.
#[utoipa::path(get, path = "/api/admin/review", tag = "admin",
    responses((status = 200, body = ReviewView), (status = 403, body = Problem)))]
#[get("/api/admin/review")]
pub async fn review(app: &State<App>, _by: Admin) -> ApiResult<Json<ReviewView>> {
    let panel = app.inner().clone();
    let read = move |tx: &ReadTx| {
        let (orders, bank_transactions) = (orders::review_count(tx)?, deposits::unmatched_count(tx)?);
        let held_providers = provider::held_count(tx)?;
        let count = orders.saturating_add(bank_transactions).saturating_add(held_providers);
        let pending_deposits = deposits::pending_count(tx)?;
        let has_row = |job: &str| panel.job_registry.trouble(job).is_some();
        let items = reports::waiting(tx)?.into_iter().filter(|one| !one.kind.told_by().is_some_and(has_row));
        let items = items.map(WaitingView::from).collect();
        let in_trouble = reports::providers_in_trouble(tx)?;
        let view = ReviewView { count, orders, bank_transactions, held_providers, pending_deposits, items };
        Ok::<_, Fault>((view, in_trouble, newest_proven(tx)?))
    };
    let (mut view, in_trouble, newest_backup) = app.db.read(read).await?;
    view.items.extend(app.check_up.lock().as_ref().and_then(failing_look));
    let jobs = app.job_registry.failing().filter(|(_, status)| !reports::is_told(status, &in_trouble));
    view.items.extend(jobs.filter_map(failing));
    view.items.extend([missing_backup(app, newest_backup), repeated_errors(app)].into_iter().flatten());
    view.items.sort_by_key(|item| Reverse(item.severity));
    Ok(Json(view))
}
