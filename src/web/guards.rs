//! Who may call a handler is said by its arguments: `Guest` lets anybody in, `Member` a logged-in user, `Admin` an
//! admin, `Staff` the support too. Each one counts the request against the caller's rate limit, so a handler has
//! exactly one of them.
//!
//! `Caller` is a member who is looked up in the handler's own snapshot: where the handler only reads, one snapshot does
//! for both.

use super::address;
use super::budget;
use super::error::{ApiError, ApiResult, outcome};
use super::limits::Limits;
use super::request_id::RequestId;
use super::session;
use super::viewing;
use crate::accounts::token::{Claims, View};
use crate::accounts::{self, AccountError, Role, Visit};
use crate::audit_log::Actor;
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::{UserId, UserSet};
use crate::kernel::reason::Reason;
use crate::settings::{self, table};
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
    /// Whether a browser asks, on behalf of whoever sits before it, or somebody who has its cookie.
    pub by_cookie: bool,
    /// The admin who sees the panel as this user. The claims are nobody's then.
    pub view: Option<View>,
}

/// Whoever sent the request, before anybody has looked whether that is a member.
pub struct Caller<'r> {
    app: &'r App,
    limits: &'r Limits,
    /// Of the tokens that came along those that are ours: at most one, or several cookies of one name.
    claims: Vec<Claims>,
    /// The view whose token came along instead.
    view: Option<View>,
    by_cookie: bool,
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
        let header = bearer(request);
        let by_cookie = header.is_none();
        let (claims, origin) = match header {
            Some(token) => (read(token).into_iter().collect(), Ok(())),
            None => {
                let claims: Vec<Claims> =
                    session::candidates(request, &app.config).filter_map(read).collect();
                (claims, session::check_origin(request, &app.config))
            }
        };
        let view = viewing::view(request, app);
        if view.is_some() {
            viewing::check(request)?;
        }
        let (address, request_id) = (address::of(request), RequestId::of(request));
        let known = request.local_cache(budget::Known::default);
        Ok(Caller { app, limits, claims, view, by_cookie, address, known, foreign: origin.err(), request_id })
    }

    /// Lets `work` read as the member who calls, in the snapshot in which the caller is one. What it may last, see
    /// `Db::read_now`.
    ///
    /// Errors: those of `work`, and what keeps a caller from being a member.
    pub fn read<T>(self, work: impl FnOnce(&ReadTx, Member) -> ApiResult<T>) -> ApiResult<T> {
        if self.claims.is_empty() && self.view.is_none() {
            return Err(self.nobody());
        }
        self.app.db.read_now(|tx| work(tx, self.admitted(self.known(tx)?)?))
    }

    fn member(self) -> ApiResult<Member> {
        self.read(|_, member| Ok(member))
    }

    fn guest(self) -> ApiResult<Guest> {
        let is_stranger = self.claims.is_empty() && self.view.is_none();
        let member = if is_stranger { None } else { self.app.db.read_now(|tx| self.known(tx))? };
        match &member {
            Some(member) => self.limits.request(member.asks())?,
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
                let by_cookie = self.by_cookie || claims.by_browser;
                let (claims, address) = (claims.clone(), self.address);
                return Ok(Some(Member { id, role, claims, address, by_cookie, view: None }));
            }
        }
        self.viewed(tx)
    }

    /// Whom the admin sees. What the admin asks counts as the admin's own, and leaves no trace of the user.
    fn viewed(&self, tx: &ReadTx) -> ApiResult<Option<Member>> {
        let Some(view) = &self.view else { return Ok(None) };
        let Some(viewed) = accounts::viewed(tx, view)? else { return Ok(None) };
        let _ = self.known.0.set(view.by.user.into());
        Ok(Some(Member {
            id: viewed.id,
            role: viewed.role,
            claims: Claims { user: viewed.id, token_id: String::new(), epoch: -1, ..view.by.clone() },
            address: self.address,
            by_cookie: true,
            view: Some(view.clone()),
        }))
    }

    fn admitted(&self, member: Option<Member>) -> ApiResult<Member> {
        let Some(member) = member else { return Err(self.nobody()) };
        self.limits.request(member.asks())?;
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

impl Member {
    /// Who sits before it.
    fn asks(&self) -> UserId {
        self.view.as_ref().map_or(self.id, |view| view.by.user)
    }

    /// For the audit log.
    pub fn actor(&self) -> Actor {
        Actor { id: Some(self.id), address: self.address.map(|address| address.to_string()) }
    }
}

/// A member whose role is admin.
pub struct Admin(pub Member);

impl Admin {
    /// For the audit log.
    pub fn actor(&self) -> Actor {
        self.0.actor()
    }
}

/// An admin, or somebody of the support, who is told nothing of providers and costs.
pub struct Staff(pub Member);

impl Staff {
    /// For the audit log.
    pub fn actor(&self) -> Actor {
        self.0.actor()
    }

    pub fn is_admin(&self) -> bool {
        self.0.role == Role::Admin
    }

    /// Whose doings the caller is not shown.
    pub fn hidden(&self) -> Hidden {
        Hidden { hides_staff: !self.is_admin() }
    }
}

/// The support is shown customers, and nobody who works here.
#[derive(Clone, Copy)]
pub struct Hidden {
    hides_staff: bool,
}

impl Hidden {
    pub fn read(self, tx: &ReadTx) -> Result<UserSet, Fault> {
        if self.hides_staff { accounts::staff(tx) } else { Ok(UserSet::default()) }
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
    let Staff(member) = staff(request)?;
    match member.role {
        Role::Admin => Ok(Admin(member)),
        Role::Support | Role::User => Err(ApiError::forbidden(Reason::AdminsOnly)),
    }
}

fn staff(request: &Request<'_>) -> ApiResult<Staff> {
    Caller::of(request)?.read(|tx, member| {
        if member.role == Role::User {
            return Err(ApiError::forbidden(Reason::AdminsOnly));
        }
        match lacking_factor(tx, &member.claims)? {
            None => Ok(Staff(member)),
            Some(lacking) => Err(lacking.into()),
        }
    })
}

/// What keeps whoever works here from the desk where a second factor is required: there is none, or it came after
/// this session, which has not shown it yet.
pub fn lacking_factor(tx: &ReadTx, claims: &Claims) -> Result<Option<AccountError>, Fault> {
    if !settings::flag(tx, &table::REQUIRE_TOTP)? {
        return Ok(None);
    }
    if !accounts::has_second_factor(tx, claims.user)? {
        return Ok(Some(AccountError::FactorNeeded));
    }
    Ok((!accounts::has_given_factor(tx, claims)?).then_some(AccountError::NotConfirmed))
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

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Staff {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        outcome(request, staff(request))
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
        let counted = viewing::refuse(request).and_then(|()| limits(request)?.attempt(address));
        let user_agent = request.headers().get_one("User-Agent");
        let by_browser = session::is_browsers(request);
        let language = request.headers().get_one("Accept-Language");
        let visit =
            || Visit::new(address, user_agent, by_browser, session::devices(request)).speaking(language);
        outcome(request, counted.map(|()| Attempt { visit: visit() }))
    }
}
