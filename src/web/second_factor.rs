//! The second factor of a user: turned on, turned off, and taken off whoever has lost it.

use super::body::Body;
use super::error::{ApiResult, Problem};
use super::guards::{Admin, Attempt, Caller, Member};
use super::params::PathId;
use super::payment::drawn;
use super::proof::{self, Presence};
use super::respond::{Created, Json, NoContent};
use crate::accounts::{self, AccountError, Visit, Wrong};
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::ids::UserId;
use crate::state::App;
use rocket::{Route, State, delete, get, post, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![state, begin, confirm, renew, end, take]
}

/// How the second factor stands.
#[derive(Serialize, ToSchema)]
pub struct TotpState {
    /// Whether log-ins ask for it.
    on: bool,
    /// Recovery codes that serve still.
    recovery_codes_left: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenPassword {
    /// May be left out where a browser's session is confirmed (`POST /api/auth/confirm`).
    password: Option<String>,
}

/// What an authenticator app is set up with.
#[derive(Serialize, ToSchema)]
pub struct TotpView {
    /// Base32, for typing.
    secret: String,
    #[schema(example = "otpauth://totp/SMM%20Panel:lan?secret=…&issuer=SMM%20Panel")]
    otpauth_url: String,
    /// The address as a picture.
    qr_svg: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmTotp {
    /// The six digits that the app shows.
    code: String,
}

#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Shown this once; each serves once in the place of a code of the app.
    recovery_codes: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenFactor {
    /// Both may be left out where a browser's session is confirmed (`POST /api/auth/confirm`).
    password: Option<String>,
    /// Of the app, or a recovery code.
    code: Option<String>,
}

/// How the caller's second factor stands.
#[utoipa::path(get, path = "/api/user/totp", tag = "user", responses(
    (status = 200, body = TotpState), (status = 401, body = Problem)))]
#[get("/api/user/totp")]
pub fn state(me: Caller<'_>) -> ApiResult<Json<TotpState>> {
    me.read(|tx, me| {
        let on = accounts::has_second_factor(tx, me.id)?;
        Ok(Json(TotpState { on, recovery_codes_left: accounts::recovery_codes_left(tx, me.id)? }))
    })
}

/// Begins with a new secret, which counts once it is confirmed.
#[utoipa::path(post, path = "/api/user/totp", tag = "user", request_body = GivenPassword, responses(
    (status = 201, body = TotpView), (status = 401, body = Problem),
    (status = 403, body = Problem, description = "`confirmation_required`"),
    (status = 409, body = Problem, description = "`conflict`: it is on already"),
    (status = 422, body = Problem, description = "a wrong `password` too"), (status = 429, body = Problem)))]
#[post("/api/user/totp", data = "<body>")]
pub async fn begin(
    app: &State<App>,
    by: Attempt,
    me: Member,
    body: Body<GivenPassword>,
) -> ApiResult<Created<TotpView>> {
    let has_password = body.0.password.is_some();
    proof::shown(app, &me, &by.visit, body.0.password).await?;
    let user = me.id;
    let begun = app.db.write(move |tx| accounts::begin_second_factor(tx, user)).await?;
    settle(app, &me, has_password, false)?;
    Ok(Created(TotpView { qr_svg: drawn(&begun.url)?, secret: begun.secret, otpauth_url: begun.url }))
}

/// Turns it on: log-ins ask for a code from now on.
#[utoipa::path(post, path = "/api/user/totp/confirm", tag = "user", request_body = ConfirmTotp, responses(
    (status = 200, body = RecoveryCodes), (status = 401, body = Problem),
    (status = 403, body = Problem, description = "`confirmation_required`"),
    (status = 409, body = Problem, description = "`conflict`: it is on already, or was not begun"),
    (status = 422, body = Problem, description = "a wrong `code` too"), (status = 429, body = Problem)))]
#[post("/api/user/totp/confirm", data = "<body>")]
pub async fn confirm(
    app: &State<App>,
    _by: Attempt,
    me: Member,
    body: Body<ConfirmTotp>,
) -> ApiResult<Json<RecoveryCodes>> {
    app.db.read_now(|tx| Presence::of(&me).check(tx))?;
    proof::code(app, &me)?;
    let claims = me.claims.clone();
    let confirm = app.db.write(move |tx| accounts::confirm_second_factor(tx, &claims, &body.0.code));
    let recovery_codes = confirm.await?;
    proof::settle(app, &me);
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// New recovery codes; the older ones serve no more.
#[utoipa::path(post, path = "/api/user/totp/recovery-codes", tag = "user", request_body = GivenFactor, responses(
    (status = 200, body = RecoveryCodes), (status = 401, body = Problem),
    (status = 403, body = Problem, description = "`confirmation_required`"),
    (status = 409, body = Problem, description = "`conflict`: it is not on"),
    (status = 422, body = Problem, description = "a wrong `password` or `code` too"), (status = 429, body = Problem)))]
#[post("/api/user/totp/recovery-codes", data = "<body>")]
pub async fn renew(
    app: &State<App>,
    by: Attempt,
    me: Member,
    body: Body<GivenFactor>,
) -> ApiResult<Json<RecoveryCodes>> {
    let (has_password, has_code) = (body.0.password.is_some(), body.0.code.is_some());
    let code = shown(app, &me, &by.visit, body.0).await?;
    let user = me.id;
    let renew = app.db.write(move |tx| accounts::new_recovery_codes(tx, user, code.as_deref()));
    let recovery_codes = written_down(app, &me, &by.visit, renew.await).await?;
    settle(app, &me, has_password, has_code)?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Turns it off.
#[utoipa::path(delete, path = "/api/user/totp", tag = "user", request_body = GivenFactor, responses(
    (status = 204, description = "log-ins ask for the password alone"), (status = 401, body = Problem),
    (status = 403, body = Problem, description = "`confirmation_required`"),
    (status = 409, body = Problem, description = "`conflict`: it is not on"),
    (status = 422, body = Problem, description = "a wrong `password` or `code` too"), (status = 429, body = Problem)))]
#[delete("/api/user/totp", data = "<body>")]
pub async fn end(app: &State<App>, by: Attempt, me: Member, body: Body<GivenFactor>) -> ApiResult<NoContent> {
    let (has_password, has_code) = (body.0.password.is_some(), body.0.code.is_some());
    let code = shown(app, &me, &by.visit, body.0).await?;
    let user = me.id;
    let end = app.db.write(move |tx| accounts::end_second_factor(tx, user, code.as_deref()));
    written_down(app, &me, &by.visit, end.await).await?;
    settle(app, &me, has_password, has_code)?;
    Ok(NoContent)
}

/// What was given was right, and forgives wrong tries; what was not given forgives none.
fn settle(app: &App, me: &Member, has_password: bool, has_code: bool) -> ApiResult<()> {
    match (has_password, has_code) {
        (_, true) => proof::settle(app, me),
        (true, false) => proof::settle_password(app, me)?,
        (false, false) => {}
    }
    Ok(())
}

/// A wrong code stands in the user's log-in history.
async fn written_down<T>(
    app: &App,
    me: &Member,
    visit: &Visit,
    done: Result<T, AccountError>,
) -> ApiResult<T> {
    let is_wrong = |field: &FieldError| field.rule == Rule::WrongCode;
    if matches!(&done, Err(AccountError::Fields(fields)) if fields.iter().any(is_wrong)) {
        proof::failed(app, me, Wrong::SessionCode, visit).await?;
    }
    Ok(done?)
}

/// The code that is to be looked at. Errors: as `proof::shown`; `Fields` without one, where no browser asks.
async fn shown(app: &App, me: &Member, visit: &Visit, given: GivenFactor) -> ApiResult<Option<String>> {
    if given.code.is_none() && !me.by_cookie {
        return Err(AccountError::field("code", Rule::Needed).into());
    }
    proof::shown(app, me, visit, given.password).await?;
    Ok(given.code)
}

/// Takes it off a user who has lost it: log-ins ask for the password alone.
#[utoipa::path(delete, path = "/api/admin/users/{id}/totp", tag = "admin", params(("id" = i64, Path)), responses(
    (status = 204, description = "there is none any more"), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 403, body = Problem, description = "`confirmation_required` too"),
    (status = 404, body = Problem)))]
#[delete("/api/admin/users/<id>/totp")]
pub async fn take(app: &State<App>, by: Admin, id: PathId<UserId>) -> ApiResult<NoContent> {
    let (id, actor) = (id.get()?, by.actor());
    let presence = Presence::of(&by.0);
    let take = app.db.write(move |tx| {
        presence.check(tx)?;
        accounts::take_second_factor(tx, &actor, id)
    });
    take.await?;
    Ok(NoContent)
}
