//! The e-mail address of the caller's account, and another one in its place.

use super::body::Body;
use super::error::{ApiError, ApiResult, Problem};
use super::guards::{Attempt, Caller, Member};
use super::proof;
use super::respond::{Accepted, Json};
use crate::accounts::{self, AccountError, Asked, PendingEmail};
use crate::kernel::email::email;
use crate::state::App;
use rocket::{Route, State, get, post, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a mailbox that was sent enough links is left alone.
const ENOUGH_S: u64 = 60 * 60;

pub fn routes() -> Vec<Route> {
    routes![shown, change, confirm]
}

/// The account's address.
#[derive(Serialize, ToSchema)]
pub struct EmailView {
    email: String,
    /// The one that waits for its link to be followed; null: none.
    pending: Option<PendingEmailView>,
}

#[derive(Serialize, ToSchema)]
pub struct PendingEmailView {
    email: String,
    /// Until when its link serves, or is sent.
    expires_at: String,
}

impl From<PendingEmail> for PendingEmailView {
    fn from(pending: PendingEmail) -> Self {
        PendingEmailView { email: pending.email, expires_at: pending.expires_at.rfc3339() }
    }
}

/// The caller's e-mail address, and the one that is to take its place.
#[utoipa::path(get, path = "/api/user/email", tag = "user", responses(
    (status = 200, body = EmailView), (status = 401, body = Problem)))]
#[get("/api/user/email")]
pub fn shown(me: Caller<'_>) -> ApiResult<Json<EmailView>> {
    me.read(|tx, me| {
        let email = accounts::profile(tx, me.id)?.ok_or(AccountError::NoUser)?.user.email;
        Ok(Json(EmailView {
            email,
            pending: accounts::pending_email(tx, me.id)?.map(PendingEmailView::from),
        }))
    })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    #[schema(example = "lan@example.com")]
    email: String,
    /// May be left out where a browser's session is confirmed (`POST /api/auth/confirm`).
    password: Option<String>,
}

/// What was asked for.
#[derive(Serialize, ToSchema)]
pub struct EmailAsked {
    email: String,
    /// Whether it is the account's already; else it will be once the link that was sent there is followed.
    in_force: bool,
}

/// Another e-mail address for the account, in place of one that was asked for before. It counts once the link that is
/// sent there is followed; where no links can be sent (no `SMTP_URL` or no `PUBLIC_URL`) at once. Asking for the
/// present one takes back what waits.
#[utoipa::path(post, path = "/api/user/email", tag = "user", request_body = ChangeEmail, responses(
    (status = 202, body = EmailAsked), (status = 401, body = Problem),
    (status = 403, body = Problem, description = "`confirmation_required`"),
    (status = 409, body = Problem, description = "`email_taken`"),
    (status = 422, body = Problem, description = "a wrong `password` too"),
    (status = 429, body = Problem, description = "too many links to this mailbox too")))]
#[post("/api/user/email", data = "<body>")]
pub async fn change(
    app: &State<App>,
    by: Attempt,
    me: Member,
    body: Body<ChangeEmail>,
) -> ApiResult<Accepted<EmailAsked>> {
    let ChangeEmail { email: wanted, password } = body.0;
    let wanted = email(&wanted).map_err(|rule| ApiError::field("email", rule))?;
    let has_password = password.is_some();
    proof::shown(app, &me, &by.visit, password).await?;
    if has_password {
        proof::settle_password(app, &me)?;
    }
    let (claims, by_link, address) = (me.claims, app.config.sends_links(), wanted.clone());
    match app.db.write(move |tx| accounts::ask_email(tx, &claims, &address, by_link)).await? {
        Asked::InForce => Ok(Accepted(EmailAsked { email: wanted, in_force: true })),
        Asked::Waits => Ok(Accepted(EmailAsked { email: wanted, in_force: false })),
        Asked::Enough => Err(ApiError::limited(ENOUGH_S)),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmEmail {
    /// What stands behind the `#` of the link.
    token: String,
}

/// The address that counts now.
#[derive(Serialize, ToSchema)]
pub struct EmailConfirmed {
    email: String,
}

/// Makes the address that a link was sent to the account's. The address before is told.
#[utoipa::path(post, path = "/api/auth/email", tag = "auth", request_body = ConfirmEmail, security(()), responses(
    (status = 200, body = EmailConfirmed), (status = 403, body = Problem, description = "`account_banned`"),
    (status = 409, body = Problem, description = "`email_taken`: somebody else has it by now"),
    (status = 422, body = Problem, description = "a `token` that does not serve (any more) too"),
    (status = 429, body = Problem)))]
#[post("/api/auth/email", data = "<body>")]
pub async fn confirm(
    app: &State<App>,
    _by: Attempt,
    body: Body<ConfirmEmail>,
) -> ApiResult<Json<EmailConfirmed>> {
    let token = body.0.token;
    let email = app.db.write(move |tx| accounts::confirm_email(tx, &token)).await?;
    Ok(Json(EmailConfirmed { email }))
}
