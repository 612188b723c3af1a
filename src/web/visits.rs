//! Where a user is logged in, and who tried to log in as the user.

use super::error::{ApiError, ApiResult, Problem};
use super::guards::{Admin, Member};
use super::params::{PathId, Query};
use super::respond::{Json, List, NoContent};
use crate::accounts::{self, AccountError, Login};
use crate::kernel::ids::{SessionId, UserId};
use crate::state::App;
use rocket::{Route, State, delete, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![sessions, end_session, logins, logins_of_user]
}

/// A living session.
#[derive(Serialize, ToSchema)]
pub struct LivingSession {
    id: i64,
    created_at: String,
    last_seen_at: String,
    /// Where it was begun.
    address: Option<String>,
    user_agent: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

/// A log-in, or a try to prove to be this user that failed.
#[derive(Serialize, ToSchema)]
pub struct LoginView {
    at: String,
    address: Option<String>,
    user_agent: Option<String>,
    /// Whether it succeeded.
    ok: bool,
    /// What was wrong: `password` or `code` (after the right password) at a log-in, `session_password` or
    /// `session_code` where it was asked for once more in a session, `link_code` with a password link; null where
    /// nothing was.
    wrong: Option<&'static str>,
}

impl From<Login> for LoginView {
    fn from(login: Login) -> Self {
        LoginView {
            at: login.at.rfc3339(),
            address: login.address,
            user_agent: login.user_agent,
            ok: login.ok,
            wrong: login.wrong.map(|wrong| wrong.into_str()),
        }
    }
}

/// Where the caller is logged in, newest first.
#[utoipa::path(get, path = "/api/user/sessions", tag = "user",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<LivingSession>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
#[get("/api/user/sessions")]
pub async fn sessions(app: &State<App>, me: Member, query: Query) -> ApiResult<Json<List<LivingSession>>> {
    let (page, user) = (query.page()?, me.id);
    let found = app.db.read(move |tx| accounts::sessions(tx, user, page)).await?;
    Ok(Json(List::of(found, |session| LivingSession {
        id: session.id.get(),
        created_at: session.created_at.rfc3339(),
        // What is written down is some minutes old.
        last_seen_at: app
            .last_seen
            .sessions
            .get(&session.token_id)
            .map_or(session.last_seen, |at| at.max(session.last_seen))
            .rfc3339(),
        current: session.token_id == me.claims.token_id,
        address: session.address,
        user_agent: session.user_agent,
    })))
}

/// Ends one of the caller's sessions; its token dies at once.
#[utoipa::path(delete, path = "/api/user/sessions/{id}", tag = "user", params(("id" = i64, Path)),
    responses((status = 204, description = "it has ended"), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 404, body = Problem)))]
#[delete("/api/user/sessions/<id>")]
pub async fn end_session(app: &State<App>, me: Member, id: PathId<SessionId>) -> ApiResult<NoContent> {
    let id = id.get()?;
    app.db.write(move |tx| accounts::end_session(tx, me.id, id)).await?;
    Ok(NoContent)
}

/// Who logged in as the caller, and who tried to, newest first: the last hundred of each within 90 days.
#[utoipa::path(get, path = "/api/user/logins", tag = "user",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<LoginView>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
#[get("/api/user/logins")]
pub async fn logins(app: &State<App>, me: Member, query: Query) -> ApiResult<Json<List<LoginView>>> {
    let (page, user) = (query.page()?, me.id);
    let found = app.db.read(move |tx| accounts::logins(tx, user, page)).await?;
    Ok(Json(List::of(found, LoginView::from)))
}

/// The same of any user.
#[utoipa::path(get, path = "/api/admin/users/{id}/logins", tag = "admin",
    params(("id" = i64, Path), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<LoginView>), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[get("/api/admin/users/<id>/logins")]
pub async fn logins_of_user(
    app: &State<App>,
    _by: Admin,
    id: PathId<UserId>,
    query: Query,
) -> ApiResult<Json<List<LoginView>>> {
    let (id, page) = (id.get()?, query.page()?);
    let read = app.db.read(move |tx| {
        accounts::profile(tx, id)?.ok_or(AccountError::NoUser)?;
        Ok::<_, ApiError>(accounts::logins(tx, id, page)?)
    });
    Ok(Json(List::of(read.await?, LoginView::from)))
}
