//! Who may call a handler is said by its arguments: `Guest` lets anybody in, `Member` a logged-in user, `Admin` an
//! admin. Each one counts the request against the caller's rate limit, so a handler has exactly one of them.

use super::error::{ApiError, ApiResult, leave};
use super::limits::Limits;
use super::session;
use crate::accounts::token::Claims;
use crate::accounts::{self, Role};
use crate::audit_log::Actor;
use crate::kernel::ids::UserId;
use crate::state::App;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome, Request};
use std::net::IpAddr;

/// Anybody. A valid credential is noticed, an invalid one does no harm.
pub struct Guest {
    /// Who it is, if the credential is valid.
    pub member: Option<Member>,
}

/// A logged-in user who is not banned.
pub struct Member {
    pub id: UserId,
    pub role: Role,
    pub claims: Claims,
    pub address: Option<IpAddr>,
}

/// A member whose role is admin.
pub struct Admin(pub Member);

impl Admin {
    /// For the audit log.
    pub fn actor(&self) -> Actor {
        Actor { id: Some(self.0.id), address: self.0.address.map(|address| address.to_string()) }
    }
}

fn app<'r>(request: &'r Request<'_>) -> ApiResult<&'r App> {
    request.rocket().state::<App>().ok_or_else(|| ApiError::internal("no state is managed"))
}

pub fn limits<'r>(request: &'r Request<'_>) -> ApiResult<&'r Limits> {
    request.rocket().state::<Limits>().ok_or_else(|| ApiError::internal("no limits are managed"))
}

/// The token and whether a cookie brought it; the header wins.
fn token<'r>(request: &'r Request<'_>) -> Option<(&'r str, bool)> {
    if let Some(header) = request.headers().get_one("Authorization") {
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        return Some((if scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" }, false));
    }
    request.cookies().get(session::COOKIE).map(|cookie| (cookie.value(), true))
}

/// Who the credential proves, and whether a cookie brought it. `None`: nobody.
fn credential(request: &Request<'_>) -> ApiResult<Option<(Member, bool)>> {
    let app = app(request)?;
    let Some((token, by_cookie)) = token(request) else { return Ok(None) };
    let now = app.db.clock().now();
    let Some(claims) = app.keys.verify(token, now) else { return Ok(None) };
    let Some(identity) = app.db.read_now(|tx| accounts::authenticate(tx, &claims))? else { return Ok(None) };
    app.seen.note(identity.id, now);
    let member = Member { id: identity.id, role: identity.role, claims, address: request.client_ip() };
    Ok(Some((member, by_cookie)))
}

fn member(request: &Request<'_>) -> ApiResult<Member> {
    let Some((member, by_cookie)) = credential(request)? else {
        limits(request)?.request(request.client_ip())?;
        return Err(ApiError::unauthenticated());
    };
    limits(request)?.request(member.id)?;
    if by_cookie && !session::is_same_origin(request, &app(request)?.config) {
        return Err(ApiError::forbidden("a cookie may only be used from the panel's own pages"));
    }
    Ok(member)
}

fn admin(request: &Request<'_>) -> ApiResult<Admin> {
    let member = member(request)?;
    match member.role {
        Role::Admin => Ok(Admin(member)),
        Role::User => Err(ApiError::forbidden("this is for admins")),
    }
}

fn guest(request: &Request<'_>) -> ApiResult<Guest> {
    let limits = limits(request)?;
    let member = credential(request)?.map(|(member, _)| member);
    match &member {
        Some(member) => limits.request(member.id)?,
        None => limits.request(request.client_ip())?,
    }
    Ok(Guest { member })
}

fn outcome<T>(request: &Request<'_>, result: ApiResult<T>) -> Outcome<T, ()> {
    match result {
        Ok(value) => Outcome::Success(value),
        Err(refusal) => {
            let status: Status = leave(request, refusal);
            Outcome::Error((status, ()))
        }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Guest {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        outcome(request, guest(request))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Member {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        outcome(request, member(request))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Admin {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        outcome(request, admin(request))
    }
}

/// An attempt to prove who one is, counted by address before anything else is looked at.
pub struct Attempt {
    pub address: Option<IpAddr>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Attempt {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let address = request.client_ip();
        let counted = limits(request).and_then(|limits| limits.attempt(address));
        outcome(request, counted.map(|()| Attempt { address }))
    }
}
