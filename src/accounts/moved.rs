//! Users who come from another panel: they log in as they did there, and nobody of them is lost.
//!
//! Names are exempt from our rules of length and letters. Where a name or an address is taken here, or is none, the
//! account gets another one, which the operator is told: a customer's money is worth more than a name.

use super::keys::DEFAULT_NAME;
use super::password::PasswordHash;
use super::register::free_referral_code;
use super::{store, token};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::email;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;
use crate::kernel::text::{is_invisible, trimmed};

/// The schema holds no longer ones.
const NAME_MAX_CHARS: usize = 191;
/// So many numbers are tried behind a name that is taken.
const TRIES: u32 = 20;
/// Nobody gets mail there (RFC 2606).
const NO_DOMAIN: &str = "imported.invalid";

/// Somebody who comes. Has no `Debug`: it holds the hash.
pub struct MovedUser {
    /// As they are there; `None`: there is none.
    pub username: Option<String>,
    pub email: Option<String>,
    /// What the account is called where neither serves; no other one has it.
    pub label: String,
    pub password: PasswordHash,
    pub banned: bool,
    pub created_at: Timestamp,
    /// What was spent there: it counts for the tier.
    pub spent: Vnd,
}

/// How somebody came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub user: UserId,
    pub username: String,
    /// The name there was taken here or is none.
    pub is_renamed: bool,
    /// There is no address, for the one there was taken here or is none.
    pub lacks_email: bool,
}

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovedKey {
    Kept,
    /// It could be guessed.
    Weak,
    /// It is this user's already.
    TakenBy(UserId),
}

/// Opens an account with role `user` and nothing in it.
pub fn move_in(tx: &Tx, user: &MovedUser) -> Result<Moved, Fault> {
    let wanted = user.username.as_deref();
    let address = user.email.as_deref().and_then(|text| email::email(text).ok());
    let local = address.as_deref().and_then(|address| address.split_once('@')).map(|(local, _)| local);
    // Who logs in by an address there does so here too.
    let is_address = wanted.is_some_and(|name| Some(name.to_ascii_lowercase()) == address);
    let name = wanted.filter(|_| !is_address).or(local).and_then(name);
    let name = name.unwrap_or_else(|| user.label.clone());
    let username = free(tx, &name, &user.label, |number| numbered(&name, number), store::username_exists)?;
    let is_free = |address: &String| store::email_exists(tx, address).map(|exists| !exists);
    let kept =
        address.map(|address| Ok::<_, Fault>(is_free(&address)?.then_some(address))).transpose()?.flatten();
    let lacks_email = kept.is_none();
    let address = match kept {
        Some(address) => address,
        None => {
            let nowhere = |number: Option<u32>| format!("{}@{NO_DOMAIN}", numbered(&user.label, number));
            free(tx, &nowhere(None), &nowhere(Some(0)), nowhere, store::email_exists)?
        }
    };
    let id = store::moved::insert(tx, user, (&username, &address), &free_referral_code(tx)?)?;
    if user.spent.is_positive() {
        store::moved::set_spent_before(tx, id, user.spent)?;
    }
    let is_renamed = wanted.is_some_and(|wanted| !is_address && wanted.to_ascii_lowercase() != username)
        || (wanted.is_none() && lacks_email);
    Ok(Moved { user: id, username, is_renamed, lacks_email })
}

/// A name as it is stored. `None`: it is none.
fn name(text: &str) -> Option<String> {
    let name = trimmed(text).to_ascii_lowercase().replace('@', ".");
    let fits = (1..=NAME_MAX_CHARS.saturating_sub(12)).contains(&name.chars().count())
        && !name.chars().any(|c| c.is_control() || is_invisible(c));
    fits.then_some(name)
}

fn numbered(name: &str, number: Option<u32>) -> String {
    number.map_or_else(|| name.to_owned(), |number| format!("{name}-{number}"))
}

/// The first of these that nobody has.
fn free(
    tx: &ReadTx,
    first: &str,
    label: &str,
    numbered: impl Fn(Option<u32>) -> String,
    is_taken: impl Fn(&ReadTx, &str) -> Result<bool, Fault>,
) -> Result<String, Fault> {
    if !is_taken(tx, first)? {
        return Ok(first.to_owned());
    }
    let further = (2..TRIES).map(|number| numbered(Some(number))).chain([label.to_owned()]);
    for name in further {
        if !is_taken(tx, &name)? {
            return Ok(name);
        }
    }
    // Somebody has taken them all on purpose.
    Ok(format!("{}-{label}", token::plain_code::<8>()?.to_ascii_lowercase()))
}

/// Lets the user's programs go on with the key that they have, which is kept as a hash only.
pub fn keep_moved_key(tx: &Tx, user: UserId, key: &str) -> Result<MovedKey, Fault> {
    let Some(hash) = token::api_key_hash(key) else { return Ok(MovedKey::Weak) };
    if let Some(other) = store::moved::key_holder(tx, &hash)? {
        return Ok(MovedKey::TakenBy(other));
    }
    store::keys::insert(tx, user, DEFAULT_NAME, &hash)?;
    Ok(MovedKey::Kept)
}

/// A key that two users came with says nothing of whose it is.
pub fn drop_moved_key(tx: &Tx, key: &str) -> Result<(), Fault> {
    token::api_key_hash(key).map_or(Ok(()), |hash| store::moved::delete_key(tx, &hash))
}
