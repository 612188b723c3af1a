//! Where users come in from: their sessions, the browsers they use, and who tried to come in as them.

use super::queue::Party;
use super::token::{self, Claims, Keys};
use super::{AccountError, Role, User, store};
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{SessionId, UserId};
use crate::kernel::text::is_invisible;
use crate::notify::{self, Notice};
use std::net::IpAddr;

pub use store::visits::{DEVICE_DAYS, forget_old, logins, sessions};

/// What is kept of a user agent.
const USER_AGENT_CHARS: usize = 200;

/// Where a request to log in comes from.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    pub address: Option<IpAddr>,
    user_agent: Option<String>,
    /// Cookies that may name the browser. Other hosts of the domain may have set some.
    devices: Vec<String>,
}

impl Visit {
    pub fn new<'a>(
        address: Option<IpAddr>,
        user_agent: Option<&str>,
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
            devices: devices.filter(is_ours).map(str::to_owned).collect(),
        }
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
}

/// Begins a session of a user whose epoch is `epoch`, and tells the operator of an admin in a browser that was not seen
/// before.
pub fn open_session(tx: &Tx, keys: &Keys, user: &User, epoch: i64, visit: &Visit) -> Result<Opened, Fault> {
    let known = visit.device_of(tx, user.id)?.map(str::to_owned);
    if known.is_none() && user.role == Role::Admin {
        let notice = Notice::AdminLogin {
            username: user.username.clone(),
            address: visit.address().unwrap_or_default(),
            user_agent: visit.user_agent.clone().unwrap_or_default(),
        };
        notify::post(tx, &notice)?;
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
    let (token, claims) = keys.issue(user.id, epoch, tx.now())?;
    store::visits::insert_session(tx, &claims, visit.address().as_deref(), visit.user_agent.as_deref())?;
    store::visits::insert_login(tx, user.id, true, visit.address().as_deref(), visit.user_agent.as_deref())?;
    Ok(Opened { token, device })
}

/// Writes down that somebody failed to log in as this user.
pub fn failed(tx: &Tx, user: UserId, visit: &Visit) -> Result<(), Fault> {
    store::visits::insert_login(tx, user, false, visit.address().as_deref(), visit.user_agent.as_deref())
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
