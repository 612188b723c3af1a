//! Whether the panel is well, for people and for monitors.

use super::admin::jobs;
use super::error::{ApiError, ApiResult};
use super::respond::{Raw, json_response};
use crate::config::Bumx;
use crate::kernel::error::Fault;
use crate::notify;
use crate::provider::store::{self, Listed};
use crate::state::App;
use rocket::http::Status;
use rocket::tokio::join;
use rocket::tokio::time::timeout;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![health]
}

/// For each of the two questions to the database, so that the whole answers within two seconds.
const PATIENCE: Duration = Duration::from_millis(1500);
const LATE: Fault = Fault::Overloaded("it does not answer in time");

/// The panel's state; `status` is `ok` or `failing`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    status: &'static str,
    version: &'static str,
    uptime_seconds: u64,
    /// `ok` or `failing`.
    database: &'static str,
    /// `ok`, `sandbox`, `failing` or `not_configured`.
    provider: &'static str,
    /// To the operator, by Telegram: `ok`, `failing` or `not_configured`.
    notices: &'static str,
    /// The background jobs by name: `ok`, `failing`, or `waiting` for a first run.
    #[schema(value_type = BTreeMap<String, String>)]
    jobs: BTreeMap<&'static str, &'static str>,
    /// Since the last complete status sync; null before the first.
    sync_age_seconds: Option<i64>,
}

/// Answers 503 when a part the panel cannot do without fails; a failing provider is not one.
#[utoipa::path(get, path = "/health", tag = "around", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health)))]
#[get("/health")]
pub async fn health(app: &State<App>) -> ApiResult<Raw> {
    let read = app.db.read(|tx| Ok::<_, Fault>((store::all(tx)?, notify::status(tx)?)));
    // That a write transaction can begin and end; it changes nothing.
    let write = app.db.write(|_| Ok::<_, Fault>(()));
    let (read, write) = join!(timeout(PATIENCE, read), timeout(PATIENCE, write));
    let (read, write) = (read.unwrap_or(Err(LATE)), write.unwrap_or(Err(LATE)));
    for fault in [read.as_ref().err(), write.as_ref().err()].into_iter().flatten() {
        tracing::error!(cause = %fault, "the database fails the health check");
    }
    let well = read.is_ok() && write.is_ok() && !app.is_damaged.load(Ordering::Relaxed);
    let (mut providers, notices) = read.map_or((Vec::new(), None), |(all, status)| (all, Some(status)));
    providers.retain(|provider| provider.active && provider.is_configured());
    let now = app.db.clock().now();
    // Each has to be heard of; the one longest ago counts.
    let synced = providers.iter().map(|provider| provider.last_sync_at).min().flatten();
    let health = Health {
        status: if well { "ok" } else { "failing" },
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: app.started.elapsed().as_secs(),
        database: if well { "ok" } else { "failing" },
        provider: provider(app, &providers),
        notices: match notices {
            Some(notices) if !notices.is_open => "not_configured",
            Some(notices) if notices.trouble.is_none() => "ok",
            Some(_) | None => "failing",
        },
        jobs: app.board.all().iter().map(|(name, standing)| (*name, jobs::status(standing))).collect(),
        sync_age_seconds: synced.map(|at| now.seconds().saturating_sub(at.seconds()).max(0)),
    };
    let body = serde_json::to_vec(&health).map_err(|cause| ApiError::internal(cause.to_string()))?;
    Ok(Raw(json_response(if well { Status::Ok } else { Status::ServiceUnavailable }, body)))
}

/// All providers in one word; the worst counts.
fn provider(app: &App, providers: &[Listed]) -> &'static str {
    let is_sandbox = |provider: &Listed| {
        provider.from_environment && app.config.bumx.as_ref().is_some_and(Bumx::is_sandbox)
    };
    if providers.is_empty() {
        "not_configured"
    } else if providers.iter().any(|provider| provider.trouble.is_some()) {
        "failing"
    } else if providers.iter().any(is_sandbox) {
        "sandbox"
    } else {
        "ok"
    }
}
