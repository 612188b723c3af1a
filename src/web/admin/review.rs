//! What waits for the operator: for the review page, the dashboard and the number in the menu.

use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use crate::reports::{self, Severity, WaitKind, Waiting};
use crate::state::App;
use crate::state::job_registry::JobStatus;
use crate::web::error::{ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::respond::Json;
use crate::{deposits, orders, provider};
use rocket::{Route, State, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

/// The job that reads SePay's list.
const SEPAY_JOB: &str = "reconcile";
const BACKUP_JOB: &str = "backup";
const REHEARSAL_JOB: &str = "rehearsal";
const UPLOAD_JOB: &str = "backup-upload";

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
    /// `ledger`, `parked`, `queued_at_inactive`, `held`, `provider`, `low_funds`, `contradicted`, `cancels`,
    /// `refills`, `unmatched`, `paused_services`, `notices`, `slow_orders`, `pending_deposits`, `sepay`, `backup`,
    /// `rehearsal`, `backup_upload` or `job`.
    kind: &'static str,
    /// `danger`, `warning` or `info`.
    severity: &'static str,
    /// How many; of `low_funds` the hours they last, of jobs the failures in a row.
    count: i64,
    /// VND: of orders what was paid for them, of money how much it is.
    amount: Option<i64>,
    /// Since when the oldest of them waits, where that is known.
    oldest: Option<String>,
    /// The name of the provider or job; of `paused_services` why.
    about: Option<String>,
    /// What was said of it.
    detail: Option<String>,
    /// The same by its code, with its figures.
    detail_coded: Option<Note>,
    /// The page that deals with it.
    #[schema(example = "/admin/review")]
    path: String,
}

impl From<Waiting> for WaitingView {
    fn from(waiting: Waiting) -> Self {
        WaitingView {
            kind: waiting.kind.into_str(),
            severity: waiting.kind.severity().into_str(),
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
        WaitKind::Cancels => "/admin/orders?cancel=open",
        WaitKind::SlowOrders => "/admin/orders?slow=true",
        WaitKind::Refills => "/admin/refills",
        WaitKind::PausedServices => "/admin/services?paused=true",
        WaitKind::Notices => "/admin/settings",
        WaitKind::PendingDeposits => "/admin/deposits?status=pending",
    }
}

/// A job that fails. That of the ledger's proof says by its outcome whether the books are right, not by failing.
fn failing((name, status): (&'static str, JobStatus)) -> Option<WaitingView> {
    let last = status.last.as_ref().filter(|_| status.failures > 0)?;
    let (kind, path) = match name {
        SEPAY_JOB => ("sepay", "/admin/settings"),
        BACKUP_JOB => ("backup", "/admin/backups"),
        REHEARSAL_JOB => ("rehearsal", "/admin/backups"),
        UPLOAD_JOB => ("backup_upload", "/admin/backups"),
        _ => ("job", "/admin#health"),
    };
    Some(WaitingView {
        kind,
        severity: Severity::Warning.into_str(),
        count: i64::from(status.failures),
        amount: None,
        oldest: status.failing_since.map(Timestamp::rfc3339),
        about: Some(name.to_owned()),
        detail: last.outcome.as_ref().err().map(Note::to_string),
        detail_coded: last.outcome.clone().err(),
        path: path.to_owned(),
    })
}

/// How much waits for an admin, and what.
#[utoipa::path(get, path = "/api/admin/review", tag = "admin",
    responses((status = 200, body = ReviewView), (status = 403, body = Problem)))]
#[get("/api/admin/review")]
pub async fn review(app: &State<App>, _by: Admin) -> ApiResult<Json<ReviewView>> {
    let read = |tx: &ReadTx| {
        let (orders, bank_transactions) = (orders::review_count(tx)?, deposits::unmatched_count(tx)?);
        let held_providers = provider::held_count(tx)?;
        let count = orders.saturating_add(bank_transactions).saturating_add(held_providers);
        let pending_deposits = deposits::pending_count(tx)?;
        let items = reports::waiting(tx)?.into_iter().map(WaitingView::from).collect();
        Ok::<_, Fault>(ReviewView {
            count,
            orders,
            bank_transactions,
            held_providers,
            pending_deposits,
            items,
        })
    };
    let mut view = app.db.read(read).await?;
    let failing: Vec<_> = app.job_registry.all().into_iter().filter_map(failing).collect();
    let behind = view.items.iter().position(|item| item.severity == Severity::Info.into_str());
    let at = behind.unwrap_or(view.items.len());
    view.items.splice(at..at, failing);
    Ok(Json(view))
}
