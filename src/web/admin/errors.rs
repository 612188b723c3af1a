//! The errors that the panel has logged since its start, grouped, for admins.

use crate::kernel::note::Note;
use crate::state::{App, ErrorGroup};
use crate::web::admin::jobs::{BOARD, page_of_job};
use crate::web::error::Problem;
use crate::web::guards::Admin;
use crate::web::respond::Json;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list]
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorsView {
    /// At most 200, the latest first.
    items: Vec<ErrorView>,
    /// All that were logged since the start.
    logged: u64,
    /// How many of them are threads that panicked.
    panics: u64,
    /// When the panel started: earlier ones are in the log alone.
    started_at: String,
}

/// Errors of one line of the program; of one job and cause where a job failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorView {
    /// Of a job that failed its name, as `GET /api/admin/jobs` lists it, and why, as it does.
    job: Option<String>,
    cause: Option<String>,
    /// The same by its code, with its figures.
    cause_coded: Option<Note>,
    /// The panel's page that deals with that job.
    #[schema(example = "/admin/backups")]
    path: Option<String>,
    /// What the log says, without values.
    #[schema(example = "a background job failed")]
    message: String,
    /// The line of the program.
    #[schema(example = "src/jobs/runtime/mod.rs:60")]
    place: String,
    panic: bool,
    count: u64,
    first_at: String,
    last_at: String,
    /// Of the last one that a request met: under this id the log has the cause.
    request_id: Option<String>,
}

impl From<ErrorGroup> for ErrorView {
    fn from(group: ErrorGroup) -> Self {
        let (job, cause_coded) = group.job.map(|job| (job.name, job.note)).unzip();
        ErrorView {
            cause: cause_coded.as_ref().map(Note::to_string),
            cause_coded,
            path: job.as_deref().map(|job| page_of_job(job).unwrap_or(BOARD).to_owned()),
            job,
            message: group.message,
            place: group.place,
            panic: group.is_panic,
            count: group.count,
            first_at: group.first_at.rfc3339(),
            last_at: group.last_at.rfc3339(),
            request_id: group.request_id,
        }
    }
}

/// The errors and panics since the start, grouped; they hold no values.
#[utoipa::path(get, path = "/api/admin/errors", tag = "admin",
    responses((status = 200, body = ErrorsView), (status = 403, body = Problem)))]
#[get("/api/admin/errors")]
pub fn list(app: &State<App>, _by: Admin) -> Json<ErrorsView> {
    let (logged, panics) = app.errors.counts();
    let items = app.errors.groups().into_iter().map(ErrorView::from).collect();
    Json(ErrorsView { items, logged, panics, started_at: app.started_at.rfc3339() })
}
