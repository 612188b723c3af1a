//! Coming in and going out: first set-up, registration, login, logout, the password.

use super::body::Body;
use super::error::{ApiError, ApiResult, Problem, leave};
use super::guards::{Attempt, Caller, Guest, Member};
use super::respond::{Created, Json, NoContent};
use super::session;
use super::user::UserView;
use crate::accounts::token::SESSION_SECONDS;
use crate::accounts::{self, AccountError, NewAccount, Profile};
use crate::audit_log::Actor;
use crate::kernel::error::Rule;
use crate::state::App;
use rocket::http::CookieJar;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Route, State, get, post, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![set_up, register, login, logout, change_password, me, who]
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// From the link in the log and on the terminal.
    token: String,
    username: String,
    email: String,
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// 3 to 32 of `a-z 0-9 _ . -`; upper case is folded.
    #[schema(example = "lan.anh", min_length = 3, max_length = 32)]
    username: String,
    #[schema(example = "lan@example.com")]
    email: String,
    /// At least 8 characters, at most 72 bytes.
    #[schema(min_length = 8)]
    password: String,
    /// Of the user who brought this one.
    referral_code: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// User name or e-mail address, in any case.
    login: String,
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Logout {
    /// Ends all sessions of the user, not only this one.
    everywhere: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    current_password: String,
    /// At least 8 characters, at most 72 bytes.
    #[schema(min_length = 8)]
    new_password: String,
}

/// A new session. The same token is set as the `session` cookie.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    access_token: String,
    /// Always `bearer`.
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    user: UserView,
}

/// Passes while there is no admin; afterwards the address does not exist.
pub struct BeforeSetUp;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for BeforeSetUp {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let app = request.rocket().state::<App>().ok_or_else(|| ApiError::internal("no state is managed"));
        let open = app.and_then(|app| match app.db.read_now(accounts::has_admin)? {
            false if app.setup.is_some() => Ok(BeforeSetUp),
            true | false => Err(AccountError::SetUpAlready.into()),
        });
        match open {
            Ok(open) => Outcome::Success(open),
            Err(refusal) => Outcome::Error((leave(request, refusal), ())),
        }
    }
}

/// Creates the first admin with the one-time token.
#[utoipa::path(post, path = "/api/setup", tag = "auth", request_body = SetUp, security(()), responses(
    (status = 201, body = SessionView), (status = 403, body = Problem, description = "wrong token"),
    (status = 404, body = Problem, description = "there is an admin already"),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/setup", data = "<body>")]
pub async fn set_up(
    app: &State<App>,
    by: Attempt,
    _open: BeforeSetUp,
    jar: &CookieJar<'_>,
    body: Body<SetUp>,
) -> ApiResult<Created<SessionView>> {
    let SetUp { token, username, email, password } = body.0;
    if !app.setup.as_ref().is_some_and(|expected| expected.is(&token)) {
        return Err(AccountError::WrongSetupToken.into());
    }
    let account = NewAccount::check(&username, &email, password, None)?;
    app.db.read_now(|tx| accounts::check_free(tx, &account))?;
    let hash = app.passwords.hash(account.password.clone()).await?;
    let actor = Actor { id: None, address: by.address.map(|address| address.to_string()) };
    let admin = app.db.write(move |tx| accounts::set_up(tx, &actor, &account, &hash)).await?;
    open_session(app, jar, admin, accounts::FIRST_EPOCH).map(Created)
}

/// Opens an account and logs in.
#[utoipa::path(post, path = "/api/auth/register", tag = "auth", request_body = Register, security(()), responses(
    (status = 201, body = SessionView),
    (status = 409, body = Problem, description = "`username_taken` or `email_taken`"),
    (status = 422, body = Problem), (status = 429, body = Problem)))]
#[post("/api/auth/register", data = "<body>")]
pub async fn register(
    app: &State<App>,
    _by: Attempt,
    jar: &CookieJar<'_>,
    body: Body<Register>,
) -> ApiResult<Created<SessionView>> {
    let Register { username, email, password, referral_code } = body.0;
    let account = NewAccount::check(&username, &email, password, referral_code)?;
    app.db.read_now(|tx| accounts::check_free(tx, &account))?;
    let hash = app.passwords.hash(account.password.clone()).await?;
    let user = app.db.write(move |tx| accounts::register(tx, &account, &hash)).await?;
    open_session(app, jar, user, accounts::FIRST_EPOCH).map(Created)
}

/// Opens a session. An unknown user and a wrong password have the same answer, in the same time.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", request_body = Login, security(()), responses(
    (status = 200, body = SessionView),
    (status = 401, body = Problem, description = "`invalid_credentials`"),
    (status = 403, body = Problem, description = "`account_banned`, only after the right password"),
    (status = 422, body = Problem), (status = 429, body = Problem)))]
#[post("/api/auth/login", data = "<body>")]
pub async fn login(
    app: &State<App>,
    _by: Attempt,
    jar: &CookieJar<'_>,
    body: Body<Login>,
) -> ApiResult<Json<SessionView>> {
    let Login { login, password } = body.0;
    let found = app.db.read_now(|tx| accounts::credentials(tx, &login))?;
    let is_right = app.passwords.verify(password, found.as_ref().map(|known| known.hash.clone())).await?;
    let known = accounts::admit(found, is_right)?;
    let user = app.db.read_now(|tx| accounts::profile(tx, known.user))?.ok_or(AccountError::NoUser)?;
    open_session(app, jar, user, known.epoch).map(Json)
}

/// Ends this session, or all of them; the tokens die at once.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth", request_body = Option<Logout>, responses(
    (status = 204, description = "logged out"), (status = 401, body = Problem), (status = 422, body = Problem)))]
#[post("/api/auth/logout", data = "<body>")]
pub async fn logout(
    app: &State<App>,
    me: Member,
    jar: &CookieJar<'_>,
    body: Body<Logout>,
) -> ApiResult<NoContent> {
    let everywhere = body.0.everywhere == Some(true);
    app.db.write(move |tx| accounts::log_out(tx, &me.claims, everywhere)).await?;
    session::clear_cookie(jar, &app.config);
    Ok(NoContent)
}

/// Sets a new password; all older tokens die, the answer holds a new one.
#[utoipa::path(post, path = "/api/auth/password", tag = "auth", request_body = ChangePassword, responses(
    (status = 200, body = SessionView), (status = 401, body = Problem),
    (status = 422, body = Problem, description = "a wrong `current_password` too"),
    (status = 429, body = Problem)))]
#[post("/api/auth/password", data = "<body>")]
pub async fn change_password(
    app: &State<App>,
    _by: Attempt,
    me: Member,
    jar: &CookieJar<'_>,
    body: Body<ChangePassword>,
) -> ApiResult<Json<SessionView>> {
    let ChangePassword { current_password, new_password } = body.0;
    accounts::check_new_password("new_password", &new_password)?;
    let known = app.db.read_now(|tx| accounts::own_credentials(tx, &me.claims))?;
    if !app.passwords.verify(current_password, Some(known.hash.clone())).await? {
        return Err(AccountError::field("current_password", Rule::WrongPassword).into());
    }
    let hash = app.passwords.hash(new_password).await?;
    let (user, epoch) = app.db.write(move |tx| accounts::change_password(tx, &known, &hash)).await?;
    open_session(app, jar, user, epoch).map(Json)
}

/// The logged-in user.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth", responses(
    (status = 200, body = UserView), (status = 401, body = Problem)))]
#[get("/api/auth/me")]
pub fn me(me: Caller<'_>) -> ApiResult<Json<UserView>> {
    let user = me.read(|tx, me| Ok(accounts::profile(tx, me.id)?.ok_or(AccountError::NoUser)?))?;
    Ok(Json(UserView::from(user)))
}

/// Whether anybody is logged in.
#[derive(Serialize, ToSchema)]
pub struct WhoView {
    /// Null for a guest.
    user: Option<UserView>,
}

/// The logged-in user, or nobody: for pages that are for guests too.
#[utoipa::path(get, path = "/api/auth/session", tag = "auth", security(()),
    responses((status = 200, body = WhoView)))]
#[get("/api/auth/session")]
pub fn who(app: &State<App>, anybody: Guest) -> ApiResult<Json<WhoView>> {
    let Some(member) = anybody.member else { return Ok(Json(WhoView { user: None })) };
    let user = app.db.read_now(|tx| accounts::profile(tx, member.id))?;
    Ok(Json(WhoView { user: user.map(UserView::from) }))
}

fn open_session(app: &App, jar: &CookieJar<'_>, user: Profile, epoch: i64) -> ApiResult<SessionView> {
    let (token, _) = app.keys.issue(user.user.id, epoch, app.db.clock().now())?;
    session::set_cookie(jar, &app.config, token.clone());
    Ok(SessionView {
        access_token: token,
        token_type: "bearer",
        expires_in: SESSION_SECONDS,
        user: UserView::from(user),
    })
}
