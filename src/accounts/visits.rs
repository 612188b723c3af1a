//! Where users come in from: their sessions, the browsers they use, and who tried to come in as them.

use super::queue::Party;
use super::token::{self, Claims, Keys};
use super::{AccountError, Profile, Role, letters, pass, store};
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{SessionId, UserId};
use crate::kernel::language::Language;
use crate::kernel::text::is_invisible;
use crate::mail::{self, Letter};
use crate::notify::{self, Notice};
use std::net::IpAddr;

pub use store::visits::{DEVICE_DAYS, Wrong, forget_old, logins, sessions};

/// How long a session may do what asks for the password once more, after it was given.
const CONFIRMED_S: i64 = 10 * 60;
/// What is kept of a user agent.
const USER_AGENT_CHARS: usize = 200;

/// Where a request to log in comes from.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    pub address: Option<IpAddr>,
    user_agent: Option<String>,
    /// Whether it has a header that only browsers send, and always.
    by_browser: bool,
    /// Cookies that may name the browser. Other hosts of the domain may have set some.
    devices: Vec<String>,
    /// That of the page, or of the browser. `None`: it says none that is known here.
    language: Option<Language>,
}

impl Visit {
    pub fn new<'a>(
        address: Option<IpAddr>,
        user_agent: Option<&str>,
        by_browser: bool,
        devices: impl Iterator<Item = &'a str>,
    ) -> Self {
        let shown = |text: &str| {
            let plain = text.chars().filter(|c| !c.is_control() && !is_invisible(*c));
            plain.take(USER_AGENT_CHARS).collect::<String>()
        };
        let is_ours = |text: &&str| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        Visit {
            address: address.map(|address| address.to_canonical()),
            user_agent: user_agent.map(shown).filter(|text| !text.is_empty()),
            by_browser,
            devices: devices.filter(is_ours).map(str::to_owned).collect(),
            language: None,
        }
    }

    /// By a visitor whose browser asks for these languages.
    #[must_use]
    pub fn speaking(mut self, accept_language: Option<&str>) -> Self {
        self.language = accept_language.and_then(Language::asked);
        self
    }

    /// In whose queue the visitor's password waits to be checked.
    pub fn party(&self, tx: &ReadTx) -> Result<Party, Fault> {
        for device in &self.devices {
            let hash = token::sha256(device);
            if store::visits::knows_device(tx, &hash)? {
                return Ok(Party::Device(hash));
            }
        }
        match self.address {
            Some(address) if store::visits::knows_address(tx, &address.to_string())? => {
                Ok(Party::Address(address))
            }
            address => Ok(Party::stranger(address)),
        }
    }

    /// The cookie of a browser in which this user has logged in before.
    pub fn device_of(&self, tx: &ReadTx, user: UserId) -> Result<Option<&str>, Fault> {
        for device in &self.devices {
            if store::visits::is_device_of(tx, &token::sha256(device), user)? {
                return Ok(Some(device));
            }
        }
        Ok(None)
    }

    fn address(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }
}

/// Somebody who has shown who that is.
pub struct LetIn {
    pub profile: Profile,
    /// Of the session to be.
    pub epoch: i64,
    /// Whether a code of the second factor was given too.
    pub has_factor: bool,
    /// Whether the user knows, or is written about it anyway.
    pub is_told: bool,
}

/// A session that was just begun. Has no `Debug`: it holds the token.
pub struct Opened {
    pub token: String,
    /// The browser's name, for its cookie.
    pub device: String,
}

/// A living session of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    /// The name of its token.
    pub token_id: String,
    pub created_at: Timestamp,
    /// As far as it is written down.
    pub last_seen: Timestamp,
    pub address: Option<String>,
    pub user_agent: Option<String>,
}

/// A try to log in as a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub at: Timestamp,
    pub address: Option<String>,
    pub user_agent: Option<String>,
    /// Whether it succeeded.
    pub ok: bool,
    /// What was wrong, else.
    pub wrong: Option<Wrong>,
}

/// Begins a session of a user who was let in, and tells the operator of an admin in a browser that was not seen before.
pub fn open_session(tx: &Tx, keys: &Keys, by: &LetIn, visit: &Visit) -> Result<Opened, Fault> {
    let user = &by.profile.user;
    let known = visit.device_of(tx, user.id)?.map(str::to_owned);
    if known.is_none() && user.role == Role::Admin {
        let notice = Notice::AdminLogin {
            username: user.username.clone(),
            address: visit.address().unwrap_or_default(),
            user_agent: visit.user_agent.clone().unwrap_or_default(),
        };
        notify::post(tx, &notice)?;
    }
    if let Some(language) = visit.language {
        store::set_language(tx, user.id, language)?;
    }
    if known.is_none() && !by.is_told && is_strange(tx, user.id, visit)? {
        let agent = visit.user_agent.as_deref().and_then(mail::known_agent);
        letters::tell(tx, user.id, &Letter::NewLogin { address: visit.address, agent })?;
    }
    let device = match known {
        Some(device) => device,
        None => match visit.party(tx)? {
            // Several people may share a browser.
            Party::Device(hash) => {
                let own = visit.devices.iter().find(|device| token::sha256(device) == hash);
                own.cloned().map_or_else(token::nonce, Ok)?
            }
            Party::User(_) | Party::Address(_) | Party::Network(_) => token::nonce()?,
        },
    };
    store::visits::saw_device(tx, &token::sha256(&device), user.id)?;
    let (token, claims) = keys.issue(user.id, by.epoch, visit.by_browser, tx.now())?;
    let (address, user_agent) = (visit.address(), visit.user_agent.as_deref());
    store::visits::insert_session(tx, &claims, by.has_factor, address.as_deref(), user_agent)?;
    store::visits::insert_login(tx, user.id, None, address.as_deref(), user_agent)?;
    Ok(Opened { token, device })
}

/// Whether the user has not logged in like this before: a program keeps no cookie that would tell, but comes from the
/// same address under the same name.
fn is_strange(tx: &ReadTx, user: UserId, visit: &Visit) -> Result<bool, Fault> {
    let (address, user_agent) = (visit.address(), visit.user_agent.as_deref());
    store::visits::has_come_so(tx, user, address.as_deref(), user_agent).map(|has| !has)
}

/// Writes down that somebody failed to prove to be this user.
pub fn failed(tx: &Tx, user: UserId, wrong: Wrong, visit: &Visit) -> Result<(), Fault> {
    let (address, user_agent) = (visit.address(), visit.user_agent.as_deref());
    store::visits::insert_login(tx, user, Some(wrong), address.as_deref(), user_agent)
}

/// Lets the session do for ten minutes what asks for the password once more, which was right.
///
/// Errors: `TotpRequired`, `InvalidTotp` where the user has a second factor; `SessionOver`.
pub fn confirm_session(tx: &Tx, claims: &Claims, totp: Option<&str>) -> Result<(), AccountError> {
    let has_factor = pass(tx, claims.user, totp)?;
    let until = tx.now().plus_seconds(CONFIRMED_S);
    if store::visits::prove_session(tx, &claims.token_id, has_factor, Some(until))? {
        Ok(())
    } else {
        Err(AccountError::SessionOver)
    }
}

/// Until when the session may do what asks for the password once more; `None`: it may not.
pub fn confirmed_until(tx: &ReadTx, claims: &Claims) -> Result<Option<Timestamp>, Fault> {
    store::visits::confirmed_until(tx, &claims.token_id)
}

/// Whether a code of the second factor was given in the session.
pub fn has_given_factor(tx: &ReadTx, claims: &Claims) -> Result<bool, Fault> {
    store::visits::has_given_factor(tx, &claims.token_id)
}

/// Ends one of the user's sessions at once. Errors: `NoSession`.
pub fn end_session(tx: &Tx, user: UserId, id: SessionId) -> Result<(), AccountError> {
    let Some((token_id, expires_at)) = store::visits::take_session(tx, user, id)? else {
        return Err(AccountError::NoSession);
    };
    tx.changed(Change::Session(user));
    Ok(store::revoke(tx, &token_id, user, expires_at)?)
}

/// Writes down when these sessions were used.
pub fn saw_sessions(tx: &Tx, seen: &[(String, Timestamp)]) -> Result<(), Fault> {
    seen.iter().try_for_each(|(token_id, at)| store::visits::saw_session(tx, token_id, *at))
}

/// Ends the session of these claims; its token dies at once.
pub(super) fn end_own(tx: &Tx, claims: &Claims) -> Result<(), Fault> {
    store::visits::drop_session(tx, &claims.token_id)?;
    store::revoke(tx, &claims.token_id, claims.user, claims.expires_at)
}
