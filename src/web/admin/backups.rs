//! The backups in the panel's folder, for admins: what is there, one more, and one as a file.

use crate::audit_log;
use crate::config::Storage;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Code, Fault};
use crate::kernel::note::Note;
use crate::kernel::reason::Reason;
use crate::reports::backups::{self, BackupError, Folder, Kept, Proofs};
use crate::reports::rehearsal::{self, Rehearsal};
use crate::state::App;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::proof::Presence;
use crate::web::respond::{Created, Json, Raw};
use rocket::http::{ContentType, Header, Status};
use rocket::response::Response;
use rocket::tokio::fs::File;
use rocket::tokio::task::spawn_blocking;
use rocket::{Route, State, get, post, routes};
use serde::Serialize;
use std::io::ErrorKind;
use utoipa::ToSchema;

/// The jobs that make them, that try one, and that send them.
const JOB: &str = "backup";
const REHEARSAL_JOB: &str = "rehearsal";
const UPLOAD_JOB: &str = "backup-upload";
/// What is handed to the connection in one piece.
const PIECE_BYTES: usize = 64 * 1024;

pub fn routes() -> Vec<Route> {
    routes![list, make, download]
}

/// The backups in the panel's folder.
#[derive(Debug, Serialize, ToSchema)]
pub struct BackupsView {
    /// Newest first.
    items: Vec<BackupView>,
    /// Where they are on the server, for `smm-panel restore`.
    #[schema(example = "/var/lib/smm-panel/backups")]
    folder: String,
    /// Between two that the panel makes by itself; 0: it makes none.
    every_hours: u32,
    /// When it makes the next one.
    next_run_at: Option<String>,
    /// When it last tried in vain, while that was not mended.
    failed_at: Option<String>,
    /// Why.
    error: Option<String>,
    /// The same by its code, with its figures.
    error_coded: Option<Note>,
    /// The last rehearsal of a restore; null before the first.
    rehearsal: Option<RehearsalView>,
    /// Where they are sent, too; null: nowhere.
    #[schema(example = "https://s3.example.vn/backups/shop")]
    storage: Option<String>,
    /// When that last failed, while it was not mended.
    upload_failed_at: Option<String>,
    /// Why.
    upload_error: Option<String>,
    /// The same by its code, with its figures.
    upload_error_coded: Option<Note>,
}

/// A restore of the newest backup into a file that was thrown away then.
#[derive(Debug, Serialize, ToSchema)]
pub struct RehearsalView {
    /// When it ended.
    at: String,
    /// Which backup; null: there was none.
    name: Option<String>,
    duration_ms: u64,
    /// Whether the backup can be restored and is no older than twice `every_hours`.
    ok: bool,
    /// What is wrong.
    error: Option<String>,
    /// The same by its code, with its figures.
    error_coded: Option<Note>,
}

impl From<(Timestamp, Rehearsal)> for RehearsalView {
    fn from((at, made): (Timestamp, Rehearsal)) -> Self {
        RehearsalView {
            at: at.rfc3339(),
            name: made.name,
            duration_ms: u64::try_from(made.took.as_millis()).unwrap_or(u64::MAX),
            ok: made.trouble.is_none(),
            error: made.trouble.as_ref().map(Note::to_string),
            error_coded: made.trouble,
        }
    }
}

/// One backup.
#[derive(Debug, Serialize, ToSchema)]
pub struct BackupView {
    #[schema(example = "smm-panel-20261129T140500Z.db")]
    name: String,
    created_at: String,
    /// In bytes.
    size: u64,
    /// Whether this very file was proven by this panel, when it was made or in a rehearsal.
    verified: bool,
    /// When that was last done.
    verified_at: Option<String>,
    encrypted: bool,
    /// When it had arrived at `storage`; null: it is not there.
    uploaded_at: Option<String>,
}

impl BackupView {
    fn of(kept: Kept, verified_at: Option<Timestamp>, uploaded_at: Option<Timestamp>) -> Self {
        BackupView {
            name: kept.name,
            created_at: kept.at.rfc3339(),
            size: kept.size,
            verified: verified_at.is_some(),
            verified_at: verified_at.map(Timestamp::rfc3339),
            encrypted: kept.is_encrypted,
            uploaded_at: uploaded_at.map(Timestamp::rfc3339),
        }
    }
}

/// The backups that there are, and how the making of them stands.
#[utoipa::path(get, path = "/api/admin/backups", tag = "admin",
    responses((status = 200, body = BackupsView), (status = 403, body = Problem), (status = 409, body = Problem)))]
#[get("/api/admin/backups")]
pub async fn list(app: &State<App>, _by: Admin) -> ApiResult<Json<BackupsView>> {
    let folder = Folder::of(&app.config);
    let shown = folder.path().display().to_string();
    let items = off_the_workers(move || folder.list()).await?;
    let (proofs, rehearsal, unsent) = app.db.read_now(|tx| {
        Ok::<_, Fault>((Proofs::read(tx)?, rehearsal::last(tx)?, backups::upload_trouble(tx)?))
    })?;
    let every_hours = app.config.backups.every_hours;
    let mut jobs = app.job_registry.all();
    let status = jobs.remove(JOB).unwrap_or_default();
    let storage = app.config.backups.storage.as_ref().map(Storage::shown);
    // One that was made since by hand is what the job wanted.
    let newest = items.first().map(|kept| kept.at.seconds());
    let is_mended = |at: Timestamp| newest.is_some_and(|newest| newest >= at.seconds());
    let failed = status.last.as_ref().filter(|run| status.failures > 0 && !is_mended(run.began_at));
    let error = failed.and_then(|run| run.outcome.clone().err());
    let view = |kept: Kept| {
        let proof = proofs.of(&kept);
        let (verified_at, place) = (proof.map(|proof| proof.at), storage.as_deref());
        let uploaded_at = proof.zip(place).and_then(|(proof, place)| proof.uploaded_at(place));
        BackupView::of(kept, verified_at, uploaded_at)
    };
    let (upload_failed_at, upload_error) = unsent.filter(|_| storage.is_some()).unzip();
    Ok(Json(BackupsView {
        items: items.into_iter().map(view).collect(),
        folder: shown,
        every_hours,
        next_run_at: status.next_at().filter(|_| every_hours > 0).map(Timestamp::rfc3339),
        failed_at: failed.map(|run| run.began_at.rfc3339()),
        error: error.as_ref().map(Note::to_string),
        error_coded: error,
        rehearsal: rehearsal.map(RehearsalView::from),
        upload_failed_at: upload_failed_at.map(Timestamp::rfc3339),
        upload_error: upload_error.as_ref().map(Note::to_string),
        upload_error_coded: upload_error,
        storage,
    }))
}

/// Makes one now, proves it and answers then.
#[utoipa::path(post, path = "/api/admin/backups", tag = "admin",
    responses((status = 201, body = BackupView), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 503, body = Problem)))]
#[post("/api/admin/backups")]
pub async fn make(app: &State<App>, by: Admin) -> ApiResult<Created<BackupView>> {
    let (folder, db) = (Folder::of(&app.config), app.db.clone());
    let (kept, proven_at) = off_the_workers(move || folder.make(&db)).await?;
    let entry = by.actor().entry("backup.make", format!("backup:{}", kept.name));
    app.db.write(move |tx| audit_log::record(tx, &entry)).await?;
    // It may be what they were missing.
    let missed = [JOB, REHEARSAL_JOB].into_iter().filter(|job| app.job_registry.trouble(job).is_some());
    missed.chain([UPLOAD_JOB]).for_each(|job| app.job_registry.ask(job));
    Ok(Created(BackupView::of(kept, Some(proven_at), None)))
}

/// One as a file. It holds all that the database holds.
#[utoipa::path(get, path = "/api/admin/backups/{name}", tag = "admin", params(("name" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = String),
        (status = 403, body = Problem, description = "`confirmation_required` too"),
        (status = 404, body = Problem)))]
#[get("/api/admin/backups/<name>")]
pub async fn download(app: &State<App>, by: Admin, name: &str) -> ApiResult<Raw> {
    app.db.read_now(|tx| Presence::of(&by.0).check(tx))?;
    let (folder, wanted) = (Folder::of(&app.config), name.to_owned());
    let found = off_the_workers(move || folder.find(&wanted)).await?;
    let (kept, path) = found.ok_or_else(ApiError::not_found)?;
    let file = File::open(&path).await.map_err(|cause| {
        // Thinned out a moment ago.
        if cause.kind() == ErrorKind::NotFound {
            return ApiError::not_found();
        }
        ApiError::internal(format!("{}: {cause}", path.display()))
    })?;
    let entry = by.actor().entry("backup.download", format!("backup:{}", kept.name));
    app.db.write(move |tx| audit_log::record(tx, &entry)).await?;
    let disposition = format!("attachment; filename=\"{}\"", kept.name);
    let mut answer = Response::build();
    answer
        .status(Status::Ok)
        .header(ContentType::Binary)
        .header(Header::new("Cache-Control", "no-store"))
        .header(Header::new("Content-Disposition", disposition))
        .sized_body(usize::try_from(kept.size).ok(), file)
        .max_chunk_size(PIECE_BYTES);
    Ok(Raw(answer.finalize()))
}

/// The folder may be on a slow disk.
async fn off_the_workers<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> ApiResult<T> {
    let done = spawn_blocking(work).await;
    done.map_err(|died| ApiError::internal(format!("a backup panicked: {died}")))?.map_err(refused)
}

/// What an admin can mend is said.
fn refused(why: BackupError) -> ApiError {
    match why {
        BackupError::Cause(cause) => ApiError::because(Code::Conflict, Reason::BackupFailed { cause }),
        BackupError::Fault(fault) => fault.into(),
    }
}
