//! Keys of the reseller API: a user has some, each with a name and a last use.

use super::{AccountError, letters, store, token};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{ApiKeyId, UserId};
use crate::kernel::text::trimmed;
use crate::mail::Letter;

/// The longest time in which an equal order may count as a repetition.
pub const MOST_REPEAT_S: i64 = 600;
/// How many keys a user may have.
pub const MOST_KEYS: usize = 10;
/// What the key is called that stands for itself, without a list.
pub(super) const DEFAULT_NAME: &str = "default";
const MAX_NAME_CHARS: usize = 50;

/// A key as its user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub created_at: Timestamp,
    pub last_used: Option<Timestamp>,
}

/// Who shows a key, and which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyHolder {
    pub key: ApiKeyId,
    pub user: UserId,
    /// Within how many seconds an equal order is taken for a repetition.
    pub repeat_s: i64,
}

/// Whose key this is; `None` for anything else, and for banned users.
pub fn authenticate_key(tx: &ReadTx, key: &str) -> Result<Option<KeyHolder>, Fault> {
    token::api_key_hash(key).map_or(Ok(None), |hash| store::keys::holder(tx, &hash))
}

/// The user's keys, oldest first.
pub fn api_keys(tx: &ReadTx, user: UserId) -> Result<Vec<ApiKey>, Fault> {
    store::keys::list(tx, user)
}

/// A further key of this name. The text of a key exists only in the answer.
///
/// Errors: `Fields`, `KeyNameTaken`, `TooManyKeys`, and `SessionOver` when the user was banned in between.
pub fn new_named_key(tx: &Tx, user: UserId, name: &str) -> Result<(ApiKeyId, String), AccountError> {
    let name = trimmed(name);
    let is_line = !name.is_empty() && !name.chars().any(char::is_control);
    if !is_line || name.chars().count() > MAX_NAME_CHARS {
        return Err(AccountError::field("name", Rule::Line { min: 1, max: MAX_NAME_CHARS }));
    }
    if store::keys::list(tx, user)?.iter().any(|key| key.name == name) {
        return Err(AccountError::KeyNameTaken);
    }
    insert(tx, user, name)
}

/// A new key named `default` in place of the old one. Errors: as `new_named_key`.
pub fn new_api_key(tx: &Tx, user: UserId) -> Result<String, AccountError> {
    delete_api_key(tx, user)?;
    Ok(insert(tx, user, DEFAULT_NAME)?.1)
}

fn insert(tx: &Tx, user: UserId, name: &str) -> Result<(ApiKeyId, String), AccountError> {
    if store::is_banned(tx, user)? {
        return Err(AccountError::SessionOver);
    }
    if store::keys::list(tx, user)?.len() >= MOST_KEYS {
        return Err(AccountError::TooManyKeys);
    }
    let (key, hash) = token::new_api_key()?;
    letters::tell(tx, user, &Letter::NewApiKey)?;
    Ok((store::keys::insert(tx, user, name, &hash)?, key))
}

/// The key named `default` dies at once, if there is one.
pub fn delete_api_key(tx: &Tx, user: UserId) -> Result<(), Fault> {
    store::keys::delete_named(tx, user, DEFAULT_NAME)
}

/// A key dies at once. Errors: `NoKey`.
pub fn delete_named_key(tx: &Tx, user: UserId, id: ApiKeyId) -> Result<(), AccountError> {
    if store::keys::delete(tx, user, id)? { Ok(()) } else { Err(AccountError::NoKey) }
}

/// Writes down when these keys were used.
pub fn used_keys(tx: &Tx, used: &[(ApiKeyId, Timestamp)]) -> Result<(), Fault> {
    used.iter().try_for_each(|(key, at)| store::keys::used(tx, *key, *at))
}

/// Within how many seconds an equal order of the user's programs is taken for a repetition; 0: never.
pub fn repeat_seconds(tx: &ReadTx, user: UserId) -> Result<i64, Fault> {
    store::keys::repeat_seconds(tx, user)
}

/// Errors: `Fields`.
pub fn set_repeat_seconds(tx: &Tx, user: UserId, seconds: i64) -> Result<(), AccountError> {
    if !(0..=MOST_REPEAT_S).contains(&seconds) {
        return Err(AccountError::field("repeat_seconds", Rule::Range { min: 0, max: MOST_REPEAT_S }));
    }
    Ok(store::keys::set_repeat_seconds(tx, user, seconds)?)
}
