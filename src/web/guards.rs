//! Who may call a handler is said by its arguments: `Guest` lets anybody in, `Member` a logged-in user, `Admin` an
//! admin. Each one counts the request against the caller's rate limit, so a handler has exactly one of them.
//!
//! `Caller` is a member who is looked up in the handler's own snapshot: where the handler only reads, one snapshot does
//! for both.

use super::address;
use super::budget;
use super::error::{ApiError, ApiResult, outcome};
use super::limits::Limits;
use super::request_id::RequestId;
use super::session;
use crate::accounts::token::Claims;
use crate::accounts::{self, Role, Visit};
use crate::audit_log::Actor;
use crate::db::ReadTx;
use crate::kernel::ids::UserId;
use crate::kernel::reason::Reason;
use crate::state::App;
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
    /// Of the tokens that came along those that are ours: at most one, or several cookies of one name.
    claims: Vec<Claims>,
    address: Option<IpAddr>,
    /// Where it is written down who it is, for the bounds on bodies.
    known: &'r budget::Known,
    /// Why a cookie that came along does not count here.
    foreign: Option<String>,
    request_id: RequestId,
}

impl<'r> Caller<'r> {
    fn of(request: &'r Request<'_>) -> ApiResult<Self> {
        let (app, limits) = (app(request)?, limits(request)?);
        let read = |token: &str| app.keys.verify(token, app.db.clock().now());
        let (claims, origin) = match bearer(request) {
            Some(token) => (read(token).into_iter().collect(), Ok(())),
            None => {
                let claims: Vec<Claims> =
                    session::candidates(request, &app.config).filter_map(read).collect();
                (claims, session::check_origin(request, &app.config))
            }
        };
        let (address, request_id) = (address::of(request), RequestId::of(request));
        let known = request.local_cache(budget::Known::default);
        Ok(Caller { app, limits, claims, address, known, foreign: origin.err(), request_id })
    }

    /// Lets `work` read as the member who calls, in the snapshot in which the caller is one. What it may last, see
    /// `Db::read_now`.
    ///
    /// Errors: those of `work`, and what keeps a caller from being a member.
    pub fn read<T>(self, work: impl FnOnce(&ReadTx, Member) -> ApiResult<T>) -> ApiResult<T> {
        if self.claims.is_empty() {
            return Err(self.nobody());
        }
        self.app.db.read_now(|tx| work(tx, self.admitted(self.known(tx)?)?))
    }

    fn member(self) -> ApiResult<Member> {
        self.read(|_, member| Ok(member))
    }

    fn guest(self) -> ApiResult<Guest> {
        let member = if self.claims.is_empty() { None } else { self.app.db.read_now(|tx| self.known(tx))? };
        match &member {
            Some(member) => self.limits.request(member.id)?,
            None => self.limits.request(self.address)?,
        }
        Ok(Guest { member })
    }

    /// Whom the claims prove now. `None`: nobody.
    fn known(&self, tx: &ReadTx) -> ApiResult<Option<Member>> {
        for claims in &self.claims {
            if let Some(identity) = accounts::authenticate(tx, claims)? {
                self.app.last_seen.note(identity.id, &claims.token_id, tx.now());
                // A second guard of the same request finds the same member.
                let _ = self.known.0.set(identity.id.into());
                let (id, role) = (identity.id, identity.role);
                return Ok(Some(Member { id, role, claims: claims.clone(), address: self.address }));
            }
        }
        Ok(None)
    }

    fn admitted(&self, member: Option<Member>) -> ApiResult<Member> {
        let Some(member) = member else { return Err(self.nobody()) };
        self.limits.request(member.id)?;
        if let Some(why) = &self.foreign {
            let request_id = self.request_id.to_string();
            tracing::warn!(request_id, why, "a session cookie from a foreign page was refused: {why}");
            return Err(ApiError::forbidden(Reason::ForeignPage));
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

pub fn app<'r>(request: &'r Request<'_>) -> ApiResult<&'r App> {
    request.rocket().state::<App>().ok_or_else(|| ApiError::internal("no state is managed"))
}

pub fn limits<'r>(request: &'r Request<'_>) -> ApiResult<&'r Limits> {
    request.rocket().state::<Limits>().ok_or_else(|| ApiError::internal("no limits are managed"))
}

/// The token of the header, empty when there is none in it, or more than one header. `None`: no such header, so cookies
/// count.
pub fn bearer<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    let mut headers = request.headers().get("Authorization");
    let (header, more) = (headers.next()?, headers.next());
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    Some(if more.is_none() && scheme.eq_ignore_ascii_case("bearer") { token.trim() } else { "" })
}

fn admin(request: &Request<'_>) -> ApiResult<Admin> {
    let member = Caller::of(request)?.member()?;
    match member.role {
        Role::Admin => Ok(Admin(member)),
        Role::User => Err(ApiError::forbidden(Reason::AdminsOnly)),
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
    pub visit: Visit,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Attempt {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let address = address::of(request);
        let counted = limits(request).and_then(|limits| limits.attempt(address));
        let user_agent = request.headers().get_one("User-Agent");
        let visit = || Visit::new(address, user_agent, session::devices(request));
        outcome(request, counted.map(|()| Attempt { visit: visit() }))
    }
}
