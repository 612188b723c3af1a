//! Whether the panel is well, for people and for monitors.

use super::admin::jobs;
use super::respond::Stated;
use crate::kernel::error::Fault;
use crate::notify;
use crate::provider::{self, Provider};
use crate::state::App;
use rocket::futures::future::join;
use rocket::http::Status;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;
use utoipa::ToSchema;

/// How long it waits for the database.
const PATIENCE: Duration = Duration::from_millis(1500);

pub fn routes() -> Vec<Route> {
    routes![health, ready]
}

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
    /// The background jobs by name: `ok`, `failing`, `waiting` (for the first run), `idle` (nothing to do) or `off`.
    #[schema(value_type = BTreeMap<String, String>)]
    jobs: BTreeMap<&'static str, &'static str>,
    /// Since the last complete status sync; null before the first.
    sync_age_seconds: Option<i64>,
}

/// Answers 503 when a part the panel cannot do without fails; a failing provider is not one. Within two seconds,
/// whatever the database does.
#[utoipa::path(get, path = "/health", tag = "around", security(()),
    responses((status = 200, body = Health), (status = 503, body = Health)))]
#[get("/health")]
pub async fn health(app: &State<App>) -> Stated<Health> {
    let database = ask(app).await;
    let well = database.is_well();
    let mut providers = database.providers;
    providers.retain(|provider| provider.active && provider.is_configured());
    let now = app.db.clock().now();
    // Each has to be heard of; the one longest ago counts.
    let synced = providers.iter().map(|provider| provider.last_sync_at).min().flatten();
    let health = Health {
        status: word(well),
        version: env!("CARGO_PKG_VERSION"),
        uptime_seconds: app.started.elapsed().as_secs(),
        database: word(well),
        provider: provider(&providers),
        notices: match database.notices {
            Some(notices) if !notices.is_open => "not_configured",
            Some(notices) if notices.trouble.is_none() => "ok",
            Some(_) | None => "failing",
        },
        jobs: app
            .job_registry
            .all()
            .iter()
            .map(|(name, status)| (*name, jobs::status_word(status, now)))
            .collect(),
        sync_age_seconds: synced.map(|at| now.seconds().saturating_sub(at.seconds()).max(0)),
    };
    Stated(status(well), health)
}

/// Whether the panel can serve; each part is `ok` or `failing`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    status: &'static str,
    database: &'static str,
}

/// Whether the panel can serve, for whoever sends it requests. Within two seconds, whatever the database does.
#[utoipa::path(get, path = "/health/ready", tag = "around", security(()),
    responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
#[get("/health/ready")]
pub async fn ready(app: &State<App>) -> Stated<Readiness> {
    let well = ask(app).await.is_well();
    Stated(status(well), Readiness { status: word(well), database: word(well) })
}

fn word(well: bool) -> &'static str {
    if well { "ok" } else { "failing" }
}

fn status(well: bool) -> Status {
    if well { Status::Ok } else { Status::ServiceUnavailable }
}

/// What the database answered in time.
struct Database {
    providers: Vec<Provider>,
    notices: Option<notify::Status>,
    faults: Vec<String>,
}

impl Database {
    fn is_well(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Whether the database can be read and written, within `PATIENCE`.
pub(super) async fn is_well(app: &App) -> bool {
    ask(app).await.is_well()
}

/// Has it read, has it write, and looks at what the last check of the file found.
async fn ask(app: &App) -> Database {
    let read = app.db.read(|tx| Ok::<_, Fault>((provider::all(tx)?, notify::status(tx)?)));
    // That a write transaction can begin and end; it changes nothing.
    let write = app.db.write(|_| Ok::<_, Fault>(()));
    let (read, written) = join(timeout(PATIENCE, read), timeout(PATIENCE, write)).await;
    let mut faults: Vec<String> = app.db.condition().damage.into_iter().collect();
    let late = || format!("no answer within {} ms", PATIENCE.as_millis());
    let read = read.map_err(|_| late()).and_then(|read| read.map_err(|fault| fault.to_string()));
    let written = written.map_err(|_| late()).and_then(|done| done.map_err(|fault| fault.to_string()));
    faults.extend(written.err());
    let (providers, notices) = match read {
        Ok((providers, notices)) => (providers, Some(notices)),
        Err(fault) => {
            faults.push(fault);
            (Vec::new(), None)
        }
    };
    for cause in &faults {
        tracing::error!(cause, "the database fails the health check");
    }
    Database { providers, notices, faults }
}

/// All providers in one word; the worst counts.
fn provider(providers: &[Provider]) -> &'static str {
    if providers.is_empty() {
        "not_configured"
    } else if providers.iter().any(|provider| provider.trouble.is_some() || provider.held.is_some()) {
        "failing"
    } else if providers.iter().any(Provider::is_practice) {
        "sandbox"
    } else {
        "ok"
    }
}
