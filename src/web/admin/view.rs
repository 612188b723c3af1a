//! Seeing the panel as a user, for admins.

use crate::accounts;
use crate::kernel::ids::UserId;
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::params::PathId;
use crate::web::respond::Created;
use rocket::{Route, State, post, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![begin]
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginView {
    /// For the audit log.
    #[schema(max_length = 500)]
    reason: String,
}

/// What reads as the user.
#[derive(Serialize, ToSchema)]
pub struct StartedView {
    /// As a bearer token it reads what the user's pages show, and changes nothing: anything else is 403 `read_only`.
    token: String,
    /// After 15 minutes, or with the session that it was made in.
    expires_at: String,
    user_id: i64,
    username: String,
}

/// Begins to see the panel as a user who does not work here. It ends with the caller's own session.
#[utoipa::path(post, path = "/api/admin/users/{id}/view", tag = "admin", request_body = BeginView,
    params(("id" = i64, Path)),
    responses((status = 201, body = StartedView), (status = 401, body = Problem),
        (status = 403, body = Problem, description = "for admins, and not of those who work here"),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/api/admin/users/<id>/view", data = "<body>")]
pub async fn begin(
    app: &State<App>,
    by: Admin,
    id: PathId<UserId>,
    body: Body<BeginView>,
) -> ApiResult<Created<StartedView>> {
    let (id, panel) = (id.get()?, app.inner().clone());
    let begin = app.db.write(move |tx| {
        let about = (id, body.0.reason.as_str());
        let (token, view) = accounts::begin_view(tx, &panel.keys, &by.actor(), &by.0.claims, about)?;
        let username = accounts::names(tx, &[id])?.remove(&id).unwrap_or_default();
        Ok::<_, accounts::AccountError>(StartedView {
            token,
            expires_at: view.expires_at.rfc3339(),
            user_id: id.get(),
            username,
        })
    });
    Ok(Created(begin.await?))
}
