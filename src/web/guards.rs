//! Who may call a handler is said by its arguments: `Guest` lets anybody in, `Member` a logged-in user, `Admin` an
//! admin. Each one counts the request against the caller's rate limit, so a handler has exactly one of them.
//!
//! `Caller` is a member who is looked up in the handler's own snapshot: where the handler only reads, one snapshot does
//! for both.

use super::address;
use super::budget;
use super::error::{ApiError, ApiResult, leave};
use super::limits::Limits;
use super::session;
use crate::accounts::token::Claims;
use crate::accounts::{self, Role};
use crate::audit_log::Actor;
use crate::db::ReadTx;
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

/// Whoever sent the request, before anybody has looked whether that is a member.
pub struct Caller<'r> {
    app: &'r App,
    limits: &'r Limits,
    /// `None`: there is no token, or not one of ours.
    claims: Option<Claims>,
    address: Option<IpAddr>,
    /// Where it is written down who it is, for the bounds on bodies.
    known: &'r budget::Known,
    /// A cookie came along to a place where it does not count.
    is_foreign: bool,
}

impl<'r> Caller<'r> {
    fn of(request: &'r Request<'_>) -> ApiResult<Self> {
        let (app, limits) = (app(request)?, limits(request)?);
        let token = token(request);
        let by_cookie = token.is_some_and(|(_, by_cookie)| by_cookie);
        Ok(Caller {
            app,
            limits,
            claims: token.and_then(|(token, _)| app.keys.verify(token, app.db.clock().now())),
            address: address::of(request),
            known: request.local_cache(budget::Known::default),
            is_foreign: by_cookie && !session::is_same_origin(request, &app.config),
        })
    }

    /// Lets `work` read as the member who calls, in the snapshot in which the caller is one. What it may last, see
    /// `Db::read_now`.
    ///
    /// Errors: those of `work`, and what keeps a caller from being a member.
    pub fn read<T>(self, work: impl FnOnce(&ReadTx, Member) -> ApiResult<T>) -> ApiResult<T> {
        let Some(claims) = &self.claims else { return Err(self.nobody()) };
        self.app.db.read_now(|tx| work(tx, self.admitted(self.known(tx, claims)?)?))
    }

    fn member(self) -> ApiResult<Member> {
        self.read(|_, member| Ok(member))
    }

    fn guest(self) -> ApiResult<Guest> {
        let member = match &self.claims {
            Some(claims) => self.app.db.read_now(|tx| self.known(tx, claims))?,
            None => None,
        };
        match &member {
            Some(member) => self.limits.request(member.id)?,
            None => self.limits.request(self.address)?,
        }
        Ok(Guest { member })
    }

    /// Whom the claims prove now. `None`: nobody.
    fn known(&self, tx: &ReadTx, claims: &Claims) -> ApiResult<Option<Member>> {
        let Some(identity) = accounts::authenticate(tx, claims)? else { return Ok(None) };
        self.app.seen.note(identity.id, tx.now());
        // A second guard of the same request finds the same member.
        let _ = self.known.0.set(identity.id.into());
        let (id, role) = (identity.id, identity.role);
        Ok(Some(Member { id, role, claims: claims.clone(), address: self.address }))
    }

    fn admitted(&self, member: Option<Member>) -> ApiResult<Member> {
        let Some(member) = member else { return Err(self.nobody()) };
        self.limits.request(member.id)?;
        if self.is_foreign {
            return Err(ApiError::forbidden("a cookie may only be used from the panel's own pages"));
        }
        Ok(member)
    }

    fn nobody(&self) -> ApiError {
        match self.limits.request(self.address) {
            Ok(()) => ApiError::unauthenticated(),
            Err(limited) => limited,
        }
    }
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

fn admin(request: &Request<'_>) -> ApiResult<Admin> {
    let member = Caller::of(request)?.member()?;
    match member.role {
        Role::Admin => Ok(Admin(member)),
        Role::User => Err(ApiError::forbidden("this is for admins")),
    }
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
impl<'r> FromRequest<'r> for Caller<'r> {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        outcome(request, Caller::of(request))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Guest {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        outcome(request, Caller::of(request).and_then(Caller::guest))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Member {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        outcome(request, Caller::of(request).and_then(Caller::member))
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
        let address = address::of(request);
        let counted = limits(request).and_then(|limits| limits.attempt(address));
        outcome(request, counted.map(|()| Attempt { address }))
    }
}
