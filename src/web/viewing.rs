//! What an admin may do who sees the panel as a user: read what the user's pages show, but for what opens something,
//! and change nothing. Whatever is not named here is refused, so a new address is.

use super::error::{ApiError, ApiResult};
use super::guards;
use crate::accounts::token::View;
use crate::kernel::error::Code;
use crate::state::App;
use rocket::http::Method;
use rocket::request::Request;

/// What is read. Missing: keys of the API, sessions, log-ins, the second factor, the e-mail address to be, chats,
/// files, the stream of news.
const READ: &[&str] = &[
    "/api/announcements",
    "/api/auth/me",
    "/api/auth/session",
    "/api/orders",
    "/api/orders/<id>",
    "/api/orders/<id>/timeline",
    "/api/orders/counts",
    "/api/payment/banks",
    "/api/payment/deposits",
    "/api/payment/deposits/<id>",
    "/api/payment/deposits/<id>/qr.svg",
    "/api/refills",
    "/api/refills/<id>",
    "/api/services",
    "/api/services/<id>",
    "/api/site",
    "/api/tickets",
    "/api/tickets/<id>",
    "/api/user/balance",
    "/api/user/orders",
    "/api/user/referrals",
    "/api/user/tier",
    "/api/user/transactions",
];

/// The view whose token came along, in the header: no cookie is one.
pub fn view(request: &Request<'_>, app: &App) -> Option<View> {
    app.keys.verify_view(guards::bearer(request)?, app.db.clock().now())
}

/// Errors: 403 `read_only` for what a view does not read.
pub fn check(request: &Request<'_>) -> ApiResult<()> {
    let is_read = matches!(request.method(), Method::Get | Method::Head);
    let path = request.route().map(|route| route.uri.path());
    if is_read && path.is_some_and(|path| READ.contains(&path)) {
        return Ok(());
    }
    Err(ApiError::new(
        Code::ReadOnly,
        "you see the panel as this user: you can read what its pages show, nothing else",
    ))
}

/// For what proves who somebody is by itself: a view proves nobody. Errors: 403 `read_only`.
pub fn refuse(request: &Request<'_>) -> ApiResult<()> {
    match view(request, guards::app(request)?) {
        Some(_) => check(request),
        None => Ok(()),
    }
}
