//! The SQL of sessions, browsers and tries to log in.

use super::super::token::Claims;
use super::super::visits::{Login, Session};
use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{LoginId, SessionId, UserId};
use crate::kernel::page::{Page, PageRequest};
use strum::{IntoStaticStr, VariantArray};

/// What was wrong with a try to prove who one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Wrong {
    Password,
    /// The password was right.
    Code,
    /// Within a session, where the password was asked for once more.
    SessionPassword,
    /// The same, after the right password.
    SessionCode,
    /// With a link that sets another password.
    LinkCode,
}

word_column!(Wrong);

/// Tries of a user that are kept, of those that were right and of those that were wrong.
const LOGINS_KEPT: i64 = 100;
/// Browsers of a user that are kept.
const DEVICES_KEPT: i64 = 20;
const DAY_S: i64 = 24 * 60 * 60;
const LOGIN_DAYS: i64 = 90;
/// How long a browser is known, and keeps its cookie.
pub const DEVICE_DAYS: i64 = 180;

pub fn insert_session(
    tx: &Tx,
    claims: &Claims,
    has_factor: bool,
    address: Option<&str>,
    user_agent: Option<&str>,
) -> Result<(), Fault> {
    let Claims { token_id, user, epoch, expires_at, .. } = claims;
    tx.insert(
        "INSERT INTO sessions
             (token_id, user_id, epoch, created_at, last_seen_at, expires_at, has_factor, address, user_agent)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8)",
        (token_id, user, epoch, tx.now(), expires_at, has_factor, address, user_agent),
    )?;
    Ok(())
}

/// The user's living sessions, newest first.
pub fn sessions(tx: &ReadTx, user: UserId, page: PageRequest) -> Result<Page<Session>, Fault> {
    let rows = tx.all(
        "SELECT s.id, s.token_id, s.created_at, s.last_seen_at, s.address, s.user_agent
         FROM sessions AS s CROSS JOIN users AS u ON u.id = s.user_id AND u.token_epoch = s.epoch
         WHERE s.user_id = ?1 AND s.id < ?2 AND s.expires_at > ?3 ORDER BY s.id DESC LIMIT ?4",
        (user, page.cursor.get(), tx.now(), page.limit.probe()),
        |row| {
            Ok(Session {
                id: row.get(0)?,
                token_id: row.get(1)?,
                created_at: row.get(2)?,
                last_seen: row.get(3)?,
                address: row.get(4)?,
                user_agent: row.get(5)?,
            })
        },
    )?;
    Ok(Page::from_probe(rows, page.limit, |session| session.id.get()))
}

/// Takes a session of the user out of the list; what its token is called and when it expires.
pub fn take_session(tx: &Tx, user: UserId, id: SessionId) -> Result<Option<(String, Timestamp)>, Fault> {
    let sql = "DELETE FROM sessions WHERE id = ?1 AND user_id = ?2 RETURNING token_id, expires_at";
    tx.one(sql, (id, user), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// `until`: the password was given once more. Whether there is such a session.
pub fn prove_session(
    tx: &Tx,
    token_id: &str,
    has_factor: bool,
    until: Option<Timestamp>,
) -> Result<bool, Fault> {
    let sql = "UPDATE sessions SET has_factor = max(has_factor, ?2), confirmed_until = coalesce(?3, confirmed_until)
         WHERE token_id = ?1";
    Ok(tx.execute(sql, (token_id, has_factor, until))? > 0)
}

/// The user's other sessions may do no more what asks for the password once more.
pub fn unconfirm_others(tx: &Tx, user: UserId, token_id: &str) -> Result<(), Fault> {
    let sql = "UPDATE sessions SET confirmed_until = 0 WHERE user_id = ?1 AND token_id <> ?2";
    tx.execute(sql, (user, token_id))?;
    Ok(())
}

pub fn has_given_factor(tx: &ReadTx, token_id: &str) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sessions WHERE token_id = ?1 AND has_factor = 1)";
    tx.value(sql, [token_id], |row| row.get(0))
}

/// `None` where the password was not given once more, or too long ago.
pub fn confirmed_until(tx: &ReadTx, token_id: &str) -> Result<Option<Timestamp>, Fault> {
    let sql = "SELECT confirmed_until FROM sessions WHERE token_id = ?1 AND confirmed_until > ?2";
    tx.one(sql, (token_id, tx.now()), |row| row.get(0))
}

pub fn drop_session(tx: &Tx, token_id: &str) -> Result<(), Fault> {
    tx.execute("DELETE FROM sessions WHERE token_id = ?1", [token_id])?;
    Ok(())
}

/// Never back: the clock may have been set.
pub fn saw_session(tx: &Tx, token_id: &str, at: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE sessions SET last_seen_at = ?2 WHERE token_id = ?1 AND last_seen_at < ?2";
    tx.execute(sql, (token_id, at))?;
    Ok(())
}

pub fn insert_login(
    tx: &Tx,
    user: UserId,
    wrong: Option<Wrong>,
    address: Option<&str>,
    user_agent: Option<&str>,
) -> Result<(), Fault> {
    let ok = wrong.is_none();
    tx.insert(
        "INSERT INTO logins (user_id, ok, wrong, at, address, user_agent) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (user, ok, wrong, tx.now(), address, user_agent),
    )?;
    tx.execute(
        "DELETE FROM logins WHERE user_id = ?1 AND ok = ?2 AND id <=
             (SELECT id FROM logins WHERE user_id = ?1 AND ok = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?3)",
        (user, ok, LOGINS_KEPT),
    )?;
    Ok(())
}

/// Who logged in as this user, and who tried to, newest first.
pub fn logins(tx: &ReadTx, user: UserId, page: PageRequest) -> Result<Page<Login>, Fault> {
    let rows = tx.all(
        "SELECT id, at, address, user_agent, wrong, ok FROM logins
         WHERE user_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
        (user, page.cursor.get(), page.limit.probe()),
        |row| {
            let id: LoginId = row.get(0)?;
            let (at, address, user_agent) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((id, Login { at, address, user_agent, wrong: row.get(4)?, ok: row.get(5)? }))
        },
    )?;
    Ok(Page::from_probe(rows, page.limit, |(id, _)| id.get()).map(|(_, login)| login))
}

pub fn knows_address(tx: &ReadTx, address: &str) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM logins WHERE address = ?1 AND ok = 1)";
    tx.value(sql, [address], |row| row.get(0))
}

/// Whether the user has logged in from this address with this user agent before, as far as it is remembered.
pub fn has_come_so(
    tx: &ReadTx,
    user: UserId,
    address: Option<&str>,
    user_agent: Option<&str>,
) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM logins
         WHERE user_id = ?1 AND ok = 1 AND address IS ?2 AND user_agent IS ?3)";
    tx.value(sql, (user, address, user_agent), |row| row.get(0))
}

pub fn knows_device(tx: &ReadTx, hash: &[u8; 32]) -> Result<bool, Fault> {
    tx.value("SELECT EXISTS (SELECT 1 FROM devices WHERE hash = ?1)", [hash], |row| row.get(0))
}

pub fn is_device_of(tx: &ReadTx, hash: &[u8; 32], user: UserId) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM devices WHERE hash = ?1 AND user_id = ?2)";
    tx.value(sql, (hash, user), |row| row.get(0))
}

pub fn saw_device(tx: &Tx, hash: &[u8; 32], user: UserId) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO devices (hash, user_id, seen_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (hash, user_id) DO UPDATE SET seen_at = excluded.seen_at",
        (hash, user, tx.now()),
    )?;
    tx.execute(
        "DELETE FROM devices WHERE user_id = ?1 AND hash IN
             (SELECT hash FROM devices WHERE user_id = ?1 ORDER BY seen_at DESC LIMIT -1 OFFSET ?2)",
        (user, DEVICES_KEPT),
    )?;
    Ok(())
}

/// Deletes some expired sessions, old tries, browsers that were not seen for long, and counts of keys of long ago; how
/// many.
pub fn forget_old(tx: &Tx) -> Result<usize, Fault> {
    let before = |days: i64| tx.now().plus_seconds(-days * DAY_S);
    let sessions = tx.execute(
        "DELETE FROM sessions WHERE id IN
             (SELECT id FROM sessions WHERE expires_at < ?1 ORDER BY expires_at LIMIT 500)",
        [tx.now()],
    )?;
    let logins = tx.execute(
        "DELETE FROM logins WHERE id IN (SELECT id FROM logins WHERE at < ?1 ORDER BY at LIMIT 500)",
        [before(LOGIN_DAYS)],
    )?;
    let devices = tx.execute(
        "DELETE FROM devices WHERE (hash, user_id) IN
             (SELECT hash, user_id FROM devices WHERE seen_at < ?1 ORDER BY seen_at LIMIT 500)",
        [before(DEVICE_DAYS)],
    )?;
    let days = super::keys::forget_days(tx)?;
    Ok(sessions.saturating_add(logins).saturating_add(devices).saturating_add(days))
}
