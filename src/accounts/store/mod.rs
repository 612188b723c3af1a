//! The accounts' SQL.

use strum::{IntoStaticStr, VariantArray};

pub(super) mod email;
pub(super) mod keys;
pub(super) mod links;
mod lists;
pub(super) mod moved;
pub(super) mod second_factor;
pub(super) mod telegram;
pub(super) mod visits;

pub(super) use lists::list;

use super::NewAccount;
use super::password::{Cost, PasswordHash};
use super::token::Claims;
use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{UserId, UserSet};
use crate::kernel::language::Language;
use crate::kernel::page::{Page, PageRequest};
use rusqlite::Row;
use std::collections::HashMap;

/// How long a revocation outlives its token: should the clock be set back, the token stays dead.
const REVOCATION_SLACK_S: i64 = 30 * 24 * 60 * 60;

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Role {
    User,
    /// Sees customers, their orders and deposits, and does for them what they could do themselves.
    Support,
    Admin,
}

word_column!(Role);

/// A customer, or somebody who works for the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub username: String,
    pub email: String,
    pub role: Role,
    pub banned: bool,
    /// What others register with to be referred by this user.
    pub referral_code: String,
    pub created_at: Timestamp,
    /// Whether log-ins ask for a second factor.
    pub totp: bool,
    /// When a request was made last, as far as it is written down. `None`: never.
    pub last_seen: Option<Timestamp>,
}

/// What a password is compared with. Has no `Debug`: it holds the hash.
pub struct Credentials {
    pub user: UserId,
    pub hash: PasswordHash,
    pub epoch: i64,
    pub banned: bool,
}

pub(super) fn insert(
    tx: &Tx,
    account: &NewAccount,
    hash: &PasswordHash,
    role: Role,
    referrer: Option<UserId>,
    referral_code: &str,
) -> Result<UserId, Fault> {
    let NewAccount { username, email, .. } = account;
    let id = tx.insert(
        "INSERT INTO users (id, username, email, password_hash, role, referral_code, referrer_id, created_at)
         VALUES ((SELECT id FROM first_ids WHERE name = 'users'
                 AND id > (SELECT coalesce(max(id), 0) FROM users)),
             ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (username, email, hash.as_str(), role, referral_code, referrer, tx.now()),
    )?;
    tx.insert("INSERT INTO users_search (rowid, text) VALUES (?1, ?2)", (id, format!("{username} {email}")))?;
    Ok(UserId::new(id))
}

pub(super) fn username_exists(tx: &ReadTx, username: &str) -> Result<bool, Fault> {
    tx.value("SELECT EXISTS (SELECT 1 FROM users WHERE username = ?1)", [username], |row| row.get(0))
}

pub(super) fn email_exists(tx: &ReadTx, email: &str) -> Result<bool, Fault> {
    tx.value("SELECT EXISTS (SELECT 1 FROM users WHERE email = ?1)", [email], |row| row.get(0))
}

pub fn has_admin(tx: &ReadTx) -> Result<bool, Fault> {
    tx.value("SELECT EXISTS (SELECT 1 FROM users WHERE role = 'admin')", (), |row| row.get(0))
}

/// Whether this is an admin who can log in, and there is no other.
pub(super) fn is_last_admin(tx: &ReadTx, user: UserId) -> Result<bool, Fault> {
    let able = "SELECT 1 FROM users WHERE role = 'admin' AND banned = 0 AND id";
    let sql = format!("SELECT EXISTS ({able} = ?1) AND NOT EXISTS ({able} <> ?1)");
    tx.value(&sql, [user], |row| row.get(0))
}

pub(super) fn by_referral_code(tx: &ReadTx, code: &str) -> Result<Option<UserId>, Fault> {
    tx.one("SELECT id FROM users WHERE referral_code = ?1", [code], |row| row.get(0))
}

/// Whether this user exists and may not come in.
pub fn is_banned(tx: &ReadTx, user: UserId) -> Result<bool, Fault> {
    tx.value("SELECT EXISTS (SELECT 1 FROM users WHERE id = ?1 AND banned = 1)", [user], |row| row.get(0))
}

pub(super) fn by_username(tx: &ReadTx, username: &str) -> Result<Option<UserId>, Fault> {
    tx.one("SELECT id FROM users WHERE username = ?1", [username], |row| row.get(0))
}

/// Those whose names begin with `beginning`, which is in lower case and not empty.
pub(super) fn named(tx: &ReadTx, beginning: &str, most: i64) -> Result<Vec<UserId>, Fault> {
    let sql = "SELECT id FROM users WHERE username >= ?1 AND username < ?2 ORDER BY username LIMIT ?3";
    tx.all(sql, (beginning, after_all(beginning), most), |row| row.get(0))
}

/// Above everything that begins with `beginning`: DEL is above every character of a name or an address.
fn after_all(beginning: &str) -> String {
    format!("{beginning}\u{7f}")
}

/// Whose token this is, if it still counts: not logged out, of the user's present epoch, the user not banned.
/// One query by key, since it stands before every request.
pub fn authenticate(tx: &ReadTx, claims: &Claims) -> Result<Option<super::Identity>, Fault> {
    tx.one(
        "SELECT id, role FROM users
         WHERE id = ?1 AND token_epoch = ?2 AND banned = 0
           AND NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE token_id = ?3)",
        (claims.user, claims.epoch, &claims.token_id),
        identity_row,
    )
}

/// Anybody who exists, banned or not.
pub(super) fn identity(tx: &ReadTx, user: UserId) -> Result<Option<super::Identity>, Fault> {
    tx.one("SELECT id, role FROM users WHERE id = ?1", [user], identity_row)
}

/// Never back: the clock may have been set.
pub(super) fn saw(tx: &Tx, user: UserId, at: Timestamp) -> Result<(), Fault> {
    let sql = "UPDATE users SET last_seen_at = ?2 WHERE id = ?1 AND coalesce(last_seen_at, 0) < ?2";
    tx.execute(sql, (user, at))?;
    Ok(())
}

fn identity_row(row: &Row) -> rusqlite::Result<super::Identity> {
    Ok(super::Identity { id: row.get(0)?, role: row.get(1)? })
}

/// A user name has no `@` and an address has one, so at most one user answers.
pub(super) fn credentials_by_login(tx: &ReadTx, login: &str) -> Result<Option<Credentials>, Fault> {
    tx.one(
        "SELECT id, password_hash, token_epoch, banned, password_scheme FROM users WHERE username = ?1 OR email = ?1",
        [login],
        credentials,
    )
}

pub(super) fn credentials_by_id(tx: &ReadTx, user: UserId) -> Result<Option<Credentials>, Fault> {
    let sql = "SELECT id, password_hash, token_epoch, banned, password_scheme FROM users WHERE id = ?1";
    tx.one(sql, [user], credentials)
}

fn credentials(row: &Row) -> rusqlite::Result<Credentials> {
    Ok(Credentials {
        user: row.get(0)?,
        hash: PasswordHash::stored(row.get(1)?, row.get(4)?),
        epoch: row.get(2)?,
        banned: row.get(3)?,
    })
}

/// `None`: the epoch is no longer `epoch`, and nothing was changed.
pub(super) fn set_password(
    tx: &Tx,
    user: UserId,
    epoch: i64,
    hash: &PasswordHash,
) -> Result<Option<i64>, Fault> {
    tx.one(
        "UPDATE users SET password_hash = ?3, password_scheme = NULL, token_epoch = token_epoch + 1
         WHERE id = ?1 AND token_epoch = ?2 RETURNING token_epoch",
        (user, epoch, hash.as_str()),
        |row| row.get(0),
    )
}

/// What a check may take, by its indexes; the least where nobody has a password. A hash of another panel may have to be
/// compared twice, which is what one of the next cost takes.
pub(super) fn highest_cost(tx: &ReadTx) -> Result<Cost, Fault> {
    let highest = |rows: &str| {
        let sql = format!("SELECT max(substr(password_hash, 5, 2)) FROM users{rows}");
        let digits: Option<String> = tx.value(&sql, (), |row| row.get(0))?;
        Ok::<_, Fault>(digits.as_deref().map(Cost::stored))
    };
    let all = highest("")?.unwrap_or(Cost::LEAST);
    let foreign = highest(" INDEXED BY users_by_foreign_cost WHERE password_scheme IS NOT NULL")?;
    Ok(foreign.map_or(all, |foreign| all.max(foreign.next())))
}

/// Keeps the same password under a hash of today's cost; nothing happens when it was changed meanwhile.
pub fn renew_hash(tx: &Tx, user: UserId, old: &PasswordHash, renewed: &PasswordHash) -> Result<(), Fault> {
    let sql =
        "UPDATE users SET password_hash = ?3, password_scheme = NULL WHERE id = ?1 AND password_hash = ?2";
    tx.execute(sql, (user, old.as_str(), renewed.as_str()))?;
    Ok(())
}

/// Ends the sessions of everybody, and links that set a password. By far more than one each: a token of after a backup
/// has an epoch of after it.
pub fn end_all_sessions(tx: &Tx) -> Result<(), Fault> {
    tx.execute("UPDATE users SET token_epoch = token_epoch + 1000000", ())?;
    tx.execute("DELETE FROM account_links", ())?;
    tx.execute("DELETE FROM telegram_links", ())?;
    tx.execute("DELETE FROM email_changes", ())?;
    tx.execute("DELETE FROM sessions", ())?;
    Ok(())
}

pub(super) fn raise_epoch(tx: &Tx, user: UserId) -> Result<(), Fault> {
    tx.execute("UPDATE users SET token_epoch = token_epoch + 1 WHERE id = ?1", [user])?;
    Ok(())
}

pub(super) fn set_banned(tx: &Tx, user: UserId, banned: bool) -> Result<(), Fault> {
    let sql = "UPDATE users SET banned = ?2, token_epoch = token_epoch + 1 WHERE id = ?1";
    tx.execute(sql, (user, banned))?;
    if banned { keys::delete_all(tx, user) } else { Ok(()) }
}

pub(super) fn set_role(tx: &Tx, user: UserId, role: Role) -> Result<(), Fault> {
    tx.execute("UPDATE users SET role = ?2 WHERE id = ?1", (user, role))?;
    Ok(())
}

pub(super) fn revoke(tx: &Tx, token_id: &str, user: UserId, expires_at: Timestamp) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO revoked_tokens (token_id, user_id, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        (token_id, user, expires_at),
    )?;
    Ok(())
}

/// Deletes some of the ended sessions whose tokens have expired since; how many.
pub fn forget_expired_revocations(tx: &Tx) -> Result<usize, Fault> {
    tx.execute(
        "DELETE FROM revoked_tokens WHERE token_id IN
             (SELECT token_id FROM revoked_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT 500)",
        [tx.now().plus_seconds(-REVOCATION_SLACK_S)],
    )
}

/// Of the table `u`, as `user` reads them.
const COLUMNS: &str =
    "u.id, u.username, u.email, u.role, u.banned, u.referral_code, u.created_at, u.last_seen_at,
    EXISTS (SELECT 1 FROM second_factors AS f WHERE f.user_id = u.id AND f.confirmed = 1)";

fn user(row: &Row) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get(0)?,
        username: row.get(1)?,
        email: row.get(2)?,
        role: row.get(3)?,
        banned: row.get(4)?,
        referral_code: row.get(5)?,
        created_at: row.get(6)?,
        last_seen: row.get(7)?,
        totp: row.get(8)?,
    })
}

pub(super) fn by_id(tx: &ReadTx, id: UserId) -> Result<Option<User>, Fault> {
    tx.one(&format!("SELECT {COLUMNS} FROM users AS u WHERE u.id = ?1"), [id], user)
}

/// In which the user is written to.
pub(super) fn language(tx: &ReadTx, id: UserId) -> Result<Language, Fault> {
    tx.value("SELECT language FROM users WHERE id = ?1", [id], |row| row.get(0))
}

pub(super) fn set_language(tx: &Tx, id: UserId, language: Language) -> Result<(), Fault> {
    tx.execute("UPDATE users SET language = ?2 WHERE id = ?1 AND language <> ?2", (id, language))?;
    Ok(())
}

/// Who earns from what this user buys. The outer `None`: no such user.
pub fn referrer(tx: &ReadTx, id: UserId) -> Result<Option<Option<UserId>>, Fault> {
    tx.one("SELECT referrer_id FROM users WHERE id = ?1", [id], |row| row.get(0))
}

/// The names of these users; unknown ids are left out.
pub fn names(tx: &ReadTx, ids: &[UserId]) -> Result<HashMap<UserId, String>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows = tx.all(
        "SELECT id, username FROM users WHERE id IN (SELECT value FROM json_each(?1))",
        [serde_json::json!(ids).to_string()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Who works here: admins and the support.
pub fn staff(tx: &ReadTx) -> Result<UserSet, Fault> {
    let sql = "SELECT id FROM users INDEXED BY users_admins WHERE role = 'admin'
         UNION ALL SELECT id FROM users INDEXED BY users_support WHERE role = 'support'";
    tx.all(sql, (), |row| row.get(0)).map(UserSet::new)
}

/// Whether the user works here.
pub fn works_here(tx: &ReadTx, user: UserId) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE id = ?1 AND role <> 'user')";
    tx.value(sql, [user], |row| row.get(0))
}

/// Those of these users who are of the support.
pub fn of_support(tx: &ReadTx, ids: &[UserId]) -> Result<Vec<UserId>, Fault> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    tx.all(
        "SELECT id FROM users WHERE id IN (SELECT value FROM json_each(?1)) AND role = 'support'",
        [serde_json::json!(ids).to_string()],
        |row| row.get(0),
    )
}

pub(super) fn sign_ups(tx: &ReadTx, referrer: UserId) -> Result<i64, Fault> {
    tx.value("SELECT count(*) FROM users WHERE referrer_id = ?1", [referrer], |row| row.get(0))
}

pub(super) fn referred(tx: &ReadTx, referrer: UserId, page: PageRequest) -> Result<Page<User>, Fault> {
    let sql = format!(
        "SELECT {COLUMNS} FROM users AS u WHERE u.referrer_id = ?1 AND u.id < ?2 ORDER BY u.id DESC LIMIT ?3"
    );
    let rows = tx.all(&sql, (referrer, page.cursor.get(), page.limit.probe()), user)?;
    Ok(page_of(rows, page))
}

fn page_of(rows: Vec<User>, page: PageRequest) -> Page<User> {
    Page::from_probe(rows, page.limit, |user| user.id.get())
}
