//! Coming in and going out: first set-up, registration, login, logout, the password.

use super::body::Body;
use super::error::{ApiResult, Problem, outcome};
use super::guards::{self, Attempt, Caller, Guest, Member};
use super::proof;
use super::respond::{Created, Json, NoContent};
use super::session;
use super::user::UserView;
use crate::accounts::password::PasswordHash;
use crate::accounts::token::SESSION_SECONDS;
use crate::accounts::{self, AccountError, Claimed, LetIn, NewAccount, Party, Profile, Role, Visit, Wrong};
use crate::audit_log::Actor;
use crate::db::Tx;
use crate::kernel::clock::Timestamp;
use crate::settings::{self, table};
use crate::state::App;
use rocket::http::CookieJar;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Route, State, get, post, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![check_set_up, set_up, register, login, logout, change_password, confirm, me, who]
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
    /// Where the user has a second factor: a code of the app, or a recovery code.
    totp: Option<String>,
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
        let open = guards::app(request).and_then(|app| match app.db.read_now(accounts::has_admin)? {
            false if app.setup.is_some() => Ok(BeforeSetUp),
            true | false => Err(AccountError::SetUpAlready.into()),
        });
        outcome(request, open)
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckSetUp {
    /// What stands behind the `#` of the link.
    token: String,
}

/// Whether a set-up link serves. It is not used up.
#[utoipa::path(post, path = "/api/setup/check", tag = "auth", request_body = CheckSetUp, security(()), responses(
    (status = 204, description = "it serves"), (status = 403, body = Problem, description = "wrong token"),
    (status = 404, body = Problem, description = "there is an admin already"),
    (status = 422, body = Problem), (status = 429, body = Problem)))]
#[post("/api/setup/check", data = "<body>")]
pub fn check_set_up(
    app: &State<App>,
    _by: Attempt,
    _open: BeforeSetUp,
    body: Body<CheckSetUp>,
) -> ApiResult<NoContent> {
    proven(app, &body.0.token)?;
    Ok(NoContent)
}

fn proven(app: &App, token: &str) -> Result<(), AccountError> {
    let is_it = app.setup.as_ref().is_some_and(|expected| expected.is(token));
    if is_it { Ok(()) } else { Err(AccountError::WrongSetupToken) }
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
    proven(app, &token)?;
    let account = NewAccount::check(&username, &email, password, None)?;
    app.db.read_now(|tx| accounts::check_free(tx, &account))?;
    let hash = hashed(app, &by, account.password.clone()).await?;
    let actor = Actor { id: None, address: by.visit.address.map(|address| address.to_string()) };
    let set_up = move |tx: &Tx| Ok(newcomer(accounts::set_up(tx, &actor, &account, &hash)?));
    Ok(Created(let_in(app, jar, by.visit, set_up).await?))
}

/// Opens an account and logs in.
#[utoipa::path(post, path = "/api/auth/register", tag = "auth", request_body = Register, security(()), responses(
    (status = 201, body = SessionView),
    (status = 409, body = Problem, description = "`username_taken` or `email_taken`"),
    (status = 422, body = Problem), (status = 429, body = Problem)))]
#[post("/api/auth/register", data = "<body>")]
pub async fn register(
    app: &State<App>,
    by: Attempt,
    jar: &CookieJar<'_>,
    body: Body<Register>,
) -> ApiResult<Created<SessionView>> {
    let Register { username, email, password, referral_code } = body.0;
    let account = NewAccount::check_newcomer(&username, &email, password, referral_code)?;
    app.db.read_now(|tx| accounts::check_free(tx, &account))?;
    let hash = hashed(app, &by, account.password.clone()).await?;
    let register = move |tx: &Tx| Ok(newcomer(accounts::register(tx, &account, &hash)?));
    Ok(Created(let_in(app, jar, by.visit, register).await?))
}

fn newcomer(profile: Profile) -> LetIn {
    LetIn { profile, epoch: accounts::FIRST_EPOCH, has_factor: false, is_told: true }
}

/// Opens a session. An unknown user and a wrong password have the same answer, in the same time.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", request_body = Login, security(()), responses(
    (status = 200, body = SessionView),
    (status = 401, body = Problem, description = "`invalid_credentials`; after the right password `totp_required` \
        or `invalid_totp`"),
    (status = 403, body = Problem, description = "`account_banned`, only after the right password"),
    (status = 422, body = Problem), (status = 429, body = Problem)))]
#[post("/api/auth/login", data = "<body>")]
pub async fn login(
    app: &State<App>,
    by: Attempt,
    jar: &CookieJar<'_>,
    body: Body<Login>,
) -> ApiResult<Json<SessionView>> {
    let Login { login, password, totp } = body.0;
    let visit = by.visit;
    let Claimed { credentials, highest_cost, counted, party } =
        app.db.read_now(|tx| accounts::claimed(tx, &login, &visit))?;
    let (claimed, stored) = credentials.as_ref().map(|known| (known.user, known.hash.clone())).unzip();
    let check = app.passwords.check(party, password, stored, highest_cost);
    let checked = proof::attempt(app, counted, check).await?;
    let known = match accounts::admit(credentials, checked.is_right) {
        Ok(known) => known,
        Err(refused) => {
            if let Some(user) = claimed {
                // Nobody waits for it: else names that exist would be told by the time of a commit.
                app.db.write_later(move |tx| accounts::failed(tx, user, Wrong::Password, &visit));
            }
            return Err(refused.into());
        }
    };
    let (user, tried) = (known.user, visit.clone());
    let admit = move |tx: &Tx| {
        accounts::admit_still(tx, &known)?;
        let has_factor = accounts::pass(tx, known.user, totp.as_deref())?;
        if let Some(renewed) = &checked.renewed {
            accounts::renew_hash(tx, known.user, &known.hash, renewed)?;
        }
        let profile = accounts::profile(tx, known.user)?.ok_or(AccountError::NoUser)?;
        Ok(LetIn { profile, epoch: known.epoch, has_factor, is_told: false })
    };
    let opened = let_in(app, jar, visit, admit).await;
    match &opened {
        Ok(_) => app.attempts.forgive(counted),
        // Nothing was guessed yet.
        Err(AccountError::TotpRequired) => app.attempts.take_back(counted),
        Err(AccountError::InvalidTotp) => {
            app.db.write_later(move |tx| accounts::failed(tx, user, Wrong::Code, &tried));
        }
        Err(_) => {}
    }
    Ok(Json(opened?))
}

pub async fn hashed(app: &App, by: &Attempt, password: String) -> ApiResult<PasswordHash> {
    let party = app.db.read_now(|tx| by.visit.party(tx))?;
    Ok(app.passwords.hash(party, password).await?)
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
    by: Attempt,
    me: Member,
    jar: &CookieJar<'_>,
    body: Body<ChangePassword>,
) -> ApiResult<Json<SessionView>> {
    let ChangePassword { current_password, new_password } = body.0;
    accounts::check_own_password("new_password", &new_password)?;
    let known = proof::password(app, &me, &by.visit, "current_password", current_password).await?;
    proof::settle_password(app, &me)?;
    let hash = app.passwords.hash(Party::User(me.id), new_password).await?;
    let change = move |tx: &Tx| accounts::change_password(tx, &known, &hash, &me.claims);
    Ok(Json(let_in(app, jar, by.visit, change).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    password: String,
    /// Where the user has a second factor: a code of the app, or a recovery code.
    totp: Option<String>,
}

/// The password once more: for ten minutes this session may do what else is 403 `confirmation_required`.
#[utoipa::path(post, path = "/api/auth/confirm", tag = "auth", request_body = Confirm, responses(
    (status = 204, description = "confirmed"),
    (status = 401, body = Problem, description = "after the right password `totp_required` or `invalid_totp` too"),
    (status = 422, body = Problem, description = "a wrong `password` too"), (status = 429, body = Problem)))]
#[post("/api/auth/confirm", data = "<body>")]
pub async fn confirm(app: &State<App>, by: Attempt, me: Member, body: Body<Confirm>) -> ApiResult<NoContent> {
    let Confirm { password, totp } = body.0;
    proof::password(app, &me, &by.visit, "password", password).await?;
    let claims = me.claims.clone();
    let confirmed = app.db.write(move |tx| accounts::confirm_session(tx, &claims, totp.as_deref())).await;
    match &confirmed {
        Ok(()) => proof::settle(app, &me),
        Err(AccountError::TotpRequired) => proof::take_back(app, &me),
        Err(AccountError::InvalidTotp) => proof::failed(app, &me, Wrong::SessionCode, &by.visit).await?,
        Err(_) => {}
    }
    confirmed?;
    Ok(NoContent)
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
    /// Until when this session may do what else is 403 `confirmation_required`; null: not now.
    confirmed_until: Option<String>,
    /// Whether the admin routes are 403 `totp_setup_required` for this user.
    totp_setup_required: bool,
    /// The admin who sees the panel as this user; null: nobody does.
    viewed_by: Option<String>,
    /// Until when.
    view_until: Option<String>,
}

/// The logged-in user, or nobody: for pages that are for guests too.
#[utoipa::path(get, path = "/api/auth/session", tag = "auth", security(()),
    responses((status = 200, body = WhoView)))]
#[get("/api/auth/session")]
pub fn who(app: &State<App>, anybody: Guest) -> ApiResult<Json<WhoView>> {
    who_is(app, anybody.member).map(Json)
}

pub(super) fn who_is(app: &App, member: Option<Member>) -> ApiResult<WhoView> {
    let Some(member) = member else {
        return Ok(WhoView {
            user: None,
            confirmed_until: None,
            totp_setup_required: false,
            viewed_by: None,
            view_until: None,
        });
    };
    app.db.read_now(|tx| {
        let user = accounts::profile(tx, member.id)?;
        let works_here = user.as_ref().is_some_and(|found| found.user.role != Role::User);
        let is_bare = user.as_ref().is_some_and(|found| !found.user.totp);
        let (viewer, until) = member.view.as_ref().map(|view| (view.by.user, view.expires_at)).unzip();
        let viewed_by = viewer.map(|viewer| accounts::names(tx, &[viewer])).transpose()?;
        Ok(WhoView {
            confirmed_until: accounts::confirmed_until(tx, &member.claims)?.map(Timestamp::rfc3339),
            totp_setup_required: works_here && is_bare && settings::flag(tx, &table::REQUIRE_TOTP)?,
            user: user.map(UserView::from),
            viewed_by: viewed_by.and_then(|mut names| names.drain().next()).map(|(_, name)| name),
            view_until: until.map(Timestamp::rfc3339),
        })
    })
}

/// Opens a session, in the write that proves whose it is and of which epoch.
pub async fn let_in(
    app: &App,
    jar: &CookieJar<'_>,
    visit: Visit,
    prove: impl FnOnce(&Tx) -> Result<LetIn, AccountError> + Send + 'static,
) -> Result<SessionView, AccountError> {
    let panel = app.clone();
    let open = app.db.write(move |tx| {
        let by = prove(tx)?;
        let opened = accounts::open_session(tx, &panel.keys, &by, &visit)?;
        Ok::<_, AccountError>((by.profile, opened))
    });
    let (user, opened) = open.await?;
    session::set_cookies(jar, &app.config, &opened);
    Ok(SessionView {
        access_token: opened.token,
        token_type: "bearer",
        expires_in: SESSION_SECONDS,
        user: UserView::from(user),
    })
}
