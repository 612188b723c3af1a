//! Keys of the reseller API: a user has some, each with a name and a last use.

use super::{AccountError, letters, store, token};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{ApiKeyId, UserId};
use crate::kernel::text::trimmed;
use crate::mail::Letter;
use std::cmp::Reverse;

/// For how many days it is kept how often a key was used.
pub(super) const DAYS_KEPT: i64 = 30;
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
    /// Where it was used last.
    pub last_address: Option<String>,
    /// How often, by day, of the last thirty those on which it was, newest first.
    pub days: Vec<(Day, KeyCalls)>,
}

impl ApiKey {
    /// With what is not written down yet.
    #[must_use]
    pub fn with(mut self, counted: Vec<(Day, KeyUse)>) -> Self {
        for (day, KeyUse { calls, address }) in counted {
            self.last_address = address.or(self.last_address);
            match self.days.iter_mut().find(|(known, _)| *known == day) {
                Some((_, known)) => known.add(calls),
                None => self.days.push((day, calls)),
            }
        }
        self.days.sort_unstable_by_key(|(day, _)| Reverse(*day));
        self
    }
}

/// Calls with a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeyCalls {
    /// Whatever came of them.
    pub calls: i64,
    /// Those of them that were answered with an error.
    pub refused: i64,
    /// Those that were turned away, because there were too many.
    pub limited: i64,
}

impl KeyCalls {
    pub fn add(&mut self, more: KeyCalls) {
        self.calls = self.calls.saturating_add(more.calls);
        self.refused = self.refused.saturating_add(more.refused);
        self.limited = self.limited.saturating_add(more.limited);
    }
}

/// What was counted of a key, and where it was used last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyUse {
    pub calls: KeyCalls,
    pub address: Option<String>,
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

/// Adds what was counted of these keys. Of one that is gone nothing is kept.
pub fn count_calls(tx: &Tx, counted: &[(ApiKeyId, Day, KeyUse)]) -> Result<(), Fault> {
    counted.iter().try_for_each(|(key, day, used)| store::keys::count(tx, *key, *day, used))
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
