//! How the operator's notices stand, for admins. Nothing here calls Telegram: a job does.

use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::kernel::reason::Reason;
use crate::notify;
use crate::state::App;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::respond::{Accepted, Json};
use rocket::{Route, State, get, post, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![show, test]
}

/// Whether notices arrive. The token and the chat are not shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticesView {
    configured: bool,
    /// Why the last message did not go out; null while all is well.
    trouble: Option<String>,
    /// The same by its code, with its figures.
    trouble_coded: Option<Note>,
    /// Since when none has arrived; null while all is well.
    failing_since: Option<String>,
    /// Notices that wait to be sent.
    pending: i64,
    last_sent_at: Option<String>,
}

/// How the operator's notices stand.
#[utoipa::path(get, path = "/api/admin/telegram", tag = "admin",
    responses((status = 200, body = NoticesView), (status = 403, body = Problem)))]
#[get("/api/admin/telegram")]
pub fn show(app: &State<App>, _by: Admin) -> ApiResult<Json<NoticesView>> {
    let status = app.db.read_now(notify::status)?;
    Ok(Json(NoticesView {
        configured: status.is_open,
        trouble: status.trouble.as_ref().map(Note::to_string),
        trouble_coded: status.trouble,
        failing_since: status.failing_since.map(Timestamp::rfc3339),
        pending: status.pending,
        last_sent_at: status.last_sent_at.map(Timestamp::rfc3339),
    }))
}

/// The message will be sent by and by.
#[derive(Debug, Serialize, ToSchema)]
pub struct Queued {
    queued: bool,
}

/// Sends a message to the operator's chat, soon. It also ends the pause after Telegram refused the bot.
#[utoipa::path(post, path = "/api/admin/telegram/test", tag = "admin",
    responses((status = 202, body = Queued), (status = 503, body = Problem)))]
#[post("/api/admin/telegram/test")]
pub async fn test(app: &State<App>, _by: Admin) -> ApiResult<Accepted<Queued>> {
    let queued: Result<bool, Fault> = app.db.write(notify::test).await;
    if queued? {
        Ok(Accepted(Queued { queued: true }))
    } else {
        Err(ApiError::not_configured(Reason::NoTelegram))
    }
}
