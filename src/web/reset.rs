//! Another password for whoever has lost it, by a link that serves once.

use super::auth::{SessionView, hashed, let_in};
use super::body::Body;
use super::error::{ApiError, ApiResult, Problem};
use super::guards::{Admin, Attempt};
use super::here::Here;
use super::params::PathId;
use super::proof::{self, Presence};
use super::respond::{Accepted, Created, Json, NoContent};
use super::user::Nothing;
use crate::accounts::{self, AccountError, Counted, Wrong};
use crate::audit_log::Actor;
use crate::db::Tx;
use crate::kernel::email::email;
use crate::kernel::ids::UserId;
use crate::kernel::reason::Reason;
use crate::state::App;
use rocket::http::CookieJar;
use rocket::{Route, State, post, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![link, forgot, check, reset]
}

#[derive(Serialize, ToSchema)]
pub struct ResetLink {
    /// Where the user sets another password; it serves once, for an hour, and is shown this once.
    #[schema(example = "https://panel.example.vn/reset#1f0c…")]
    url: String,
}

/// A link by which a user who has lost the password sets another one.
#[utoipa::path(post, path = "/api/admin/users/{id}/reset-link", tag = "admin", params(("id" = i64, Path)),
    responses((status = 201, body = ResetLink), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem, description = "`confirmation_required` too"), (status = 404, body = Problem)))]
#[post("/api/admin/users/<id>/reset-link", data = "<_body>")]
pub async fn link(
    app: &State<App>,
    by: Admin,
    id: PathId<UserId>,
    here: Here,
    _body: Body<Nothing>,
) -> ApiResult<Created<ResetLink>> {
    let (id, actor, presence) = (id.get()?, by.actor(), Presence::of(&by.0));
    let make = app.db.write(move |tx| {
        presence.check(tx)?;
        accounts::new_link(tx, &actor, id)
    });
    Ok(Created(ResetLink { url: here.page("reset", &make.await?) }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgot {
    #[schema(example = "lan@example.com")]
    email: String,
}

/// Nothing more: whether there is such an account is not told.
#[derive(Serialize, ToSchema)]
pub struct LinkOnItsWay {}

/// Sends whoever has lost the password a link that sets another one, if an account has this address: the same answer,
/// in the same time, where none has. A mailbox is sent three links a day, and beyond them one an hour: the last one
/// serves until then.
#[utoipa::path(post, path = "/api/auth/forgot", tag = "auth", request_body = Forgot, security(()), responses(
    (status = 202, body = LinkOnItsWay, description = "whether or not there is such an account"),
    (status = 422, body = Problem, description = "an `email` that is no address"), (status = 429, body = Problem),
    (status = 503, body = Problem, description = "`not_configured`: no mail server, or no `PUBLIC_URL`")))]
#[post("/api/auth/forgot", data = "<body>")]
pub fn forgot(app: &State<App>, _by: Attempt, body: Body<Forgot>) -> ApiResult<Accepted<LinkOnItsWay>> {
    if !app.config.sends_links() {
        return Err(ApiError::not_configured(Reason::NoMail));
    }
    let address = email(&body.0.email).map_err(|rule| ApiError::field("email", rule))?;
    // Nobody waits for it: else addresses that have an account would be told by the time of a commit.
    app.db.write_later(move |tx| accounts::forgot(tx, &address));
    Ok(Accepted(LinkOnItsWay {}))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckLink {
    /// What stands behind the `#` of the link.
    token: String,
}

/// Whether a link by which another password is set serves still. It is not used up, and nothing else is told.
#[utoipa::path(post, path = "/api/auth/reset/check", tag = "auth", request_body = CheckLink, security(()),
    responses((status = 204, description = "it serves"),
        (status = 422, body = Problem, description = "a `token` that does not serve (any more)"),
        (status = 429, body = Problem)))]
#[post("/api/auth/reset/check", data = "<body>")]
pub fn check(app: &State<App>, _by: Attempt, body: Body<CheckLink>) -> ApiResult<NoContent> {
    app.db.read_now(|tx| accounts::link_owner(tx, &body.0.token))?;
    Ok(NoContent)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// What stands behind the `#` of the link.
    token: String,
    /// At least 8 characters, at most 72 bytes.
    #[schema(min_length = 8)]
    new_password: String,
    /// Where the user has a second factor: a code of the app, or a recovery code.
    totp: Option<String>,
}

/// Sets another password by a link and logs in; all sessions of before are dead, and so is the link.
#[utoipa::path(post, path = "/api/auth/reset", tag = "auth", request_body = Reset, security(()), responses(
    (status = 200, body = SessionView),
    (status = 401, body = Problem, description = "`totp_required` or `invalid_totp`; the link serves still"),
    (status = 403, body = Problem, description = "`account_banned`"),
    (status = 422, body = Problem, description = "a `token` that does not serve (any more) too"),
    (status = 429, body = Problem)))]
#[post("/api/auth/reset", data = "<body>")]
pub async fn reset(
    app: &State<App>,
    by: Attempt,
    jar: &CookieJar<'_>,
    body: Body<Reset>,
) -> ApiResult<Json<SessionView>> {
    let Reset { token, new_password, totp } = body.0;
    accounts::check_own_password("new_password", &new_password)?;
    let visit = &by.visit;
    let (owner, counted) = app.db.read_now(|tx| {
        let owner = accounts::link_owner(tx, &token)?.user;
        Ok::<_, AccountError>((owner, Counted::of_account(owner, visit.device_of(tx, owner)?)))
    })?;
    proof::begin(app, counted)?;
    let hash = match hashed(app, &by, new_password).await {
        Ok(hash) => hash,
        Err(error) => {
            app.attempts.take_back(counted);
            return Err(error);
        }
    };
    let actor = Actor { id: Some(owner), address: visit.address.map(|address| address.to_string()) };
    let tried = visit.clone();
    let set = move |tx: &Tx| accounts::reset_by_link(tx, &actor, &token, &hash, totp.as_deref());
    let opened = let_in(app, jar, by.visit, set).await;
    match &opened {
        Ok(_) => app.attempts.forgive(counted),
        Err(AccountError::InvalidTotp) => {
            app.db.write(move |tx| accounts::failed(tx, owner, Wrong::LinkCode, &tried)).await?;
        }
        // Nothing was guessed.
        Err(_) => app.attempts.take_back(counted),
    }
    Ok(Json(opened?))
}
