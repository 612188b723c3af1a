//! Accounts: who may come in, as what, and at which tier.
//!
//! Sessions are signed tokens whose validity the database decides on every request; a user's `token_epoch` ends all
//! of them at once. Passwords are hashed outside of transactions (`password`), so functions here take hashes. Money
//! lives in the ledger; an account only tells what its spending means. Opening an account is `register`, coming in
//! and going out `login`, codes beside the password `second_factor`, sessions and browsers `visits`, what admins do
//! to users `moderation`, seeing the panel as one of them `view`, coming from another panel `moved`, another e-mail
//! address `email`, what users are written `letters`, in which chat of theirs they are told `telegram`.

mod attempts;
mod email;
mod error;
mod filter;
mod keys;
mod letters;
mod links;
mod login;
mod moderation;
mod moved;
mod newcomer;
pub mod password;
mod queue;
mod register;
mod rules;
mod scheme;
mod second_factor;
mod store;
mod telegram;
#[cfg(test)]
mod tests;
pub mod token;
mod view;
mod visits;

pub use attempts::{Attempts, Counted};
pub use email::{Asked, PendingEmail, ask_email, confirm_email, pending_email};
pub use error::AccountError;
pub use filter::{Filter, Sorting};
pub use keys::{
    ApiKey, KeyCalls, KeyHolder, KeyUse, MOST_KEYS, MOST_REPEAT_S, api_keys, authenticate_key, count_calls,
    delete_api_key, delete_named_key, new_api_key, new_named_key, repeat_seconds, set_repeat_seconds,
    used_keys,
};
pub use letters::{forgot, link_for, tell};
pub use links::{forget_old_links, link_owner, new_link, reset_by_link};
pub use login::{Claimed, admit, admit_still, change_password, claimed, log_out, own_credentials};
pub use moderation::{
    Adjustment, adjust_balance, ban, create_admin, first_admin, reset_password, set_role, set_up, unban,
};
pub use moved::{Moved, MovedKey, MovedUser, drop_moved_key, keep_moved_key, move_in};
pub use queue::Party;
pub use register::{
    NewAccount, by_referral_code, check_free, check_new_password, check_own_password, may_be_referral_code,
    register,
};
pub use scheme::Scheme;
pub use second_factor::{
    Enrolment, begin_second_factor, confirm_second_factor, end_second_factor, has_second_factor,
    new_recovery_codes, pass, recovery_codes_left, take_second_factor,
};
pub use store::{
    Credentials, Role, User, authenticate, end_all_sessions, forget_expired_revocations, has_admin,
    is_banned, names, of_support, referrer, renew_hash, staff, works_here,
};
pub use telegram::{
    Chat, Choices, Telegram, TelegramLink, choose_telegram, found_chat, heard, listens_to_telegram,
    lose_chat, new_operator_link, new_telegram_link, telegram, tell_chat, unlink_telegram,
};
pub use view::{begin_view, viewed};
pub use visits::{
    DEVICE_DAYS, LetIn, Login, Opened, Session, Visit, Wrong, confirm_session, confirmed_until, end_session,
    failed, forget_old, has_given_factor, logins, open_session, saw_sessions, sessions,
};

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::money::{Percent, Vnd};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::text::trimmed;
use crate::ledger::{self, Balances};
use crate::referrals;
use crate::settings::{self, Tier};

/// The epoch of an account that was just opened.
pub const FIRST_EPOCH: i64 = 0;

/// Who sends a request, as the database knows it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub id: UserId,
    pub role: Role,
}

/// A user with what the user has and has reached.
#[derive(Debug, Clone)]
pub struct Profile {
    pub user: User,
    pub balances: Balances,
    pub tier: Tier,
}

/// What an order needs to know of its buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buyer {
    pub id: UserId,
    pub balance: Vnd,
    /// Of the tier that the present spending reaches.
    pub discount: Percent,
}

/// Where a user stands between the tiers.
#[derive(Debug, Clone)]
pub struct Standing {
    pub spent: Vnd,
    pub tier: Tier,
    /// The next tier and what is still to be spent for it; `None` at the top.
    pub next: Option<(Tier, Vnd)>,
    pub tiers: Vec<Tier>,
}

/// Why an admin does something, where saying so is optional: blank counts as unsaid.
pub fn optional_reason(text: Option<&str>) -> Result<Option<String>, AccountError> {
    let said = text.map(trimmed).filter(|text| !text.is_empty());
    said.map(rules::reason).transpose().map_err(|rule| AccountError::field("reason", rule))
}

/// Writes down when these users were there.
pub fn saw(tx: &Tx, seen: &[(UserId, Timestamp)]) -> Result<(), Fault> {
    seen.iter().try_for_each(|(user, at)| store::saw(tx, *user, *at))
}

/// `None`: no such user.
pub fn profile(tx: &ReadTx, id: UserId) -> Result<Option<Profile>, Fault> {
    let Some(user) = store::by_id(tx, id)? else { return Ok(None) };
    let balances = balances(tx, id)?;
    let tier = reached(balances.standing, &settings::tiers(tx)?)?.clone();
    Ok(Some(Profile { user, balances, tier }))
}

fn known(tx: &ReadTx, id: UserId) -> Result<Profile, AccountError> {
    profile(tx, id)?.ok_or(AccountError::NoUser)
}

/// With the discount that counts once so much more is spent. `None`: no such user.
pub fn buyer(tx: &ReadTx, id: UserId, spending: Vnd) -> Result<Option<Buyer>, Fault> {
    let Some(Balances { balance, standing, .. }) = ledger::balances(tx, id)? else { return Ok(None) };
    let spent = standing.plus(spending).map_err(|_| Fault::Overflow("spending"))?;
    let discount = reached(spent, &settings::tiers(tx)?)?.discount;
    Ok(Some(Buyer { id, balance, discount }))
}

/// `None`: no such user.
pub fn standing(tx: &ReadTx, id: UserId) -> Result<Option<Standing>, Fault> {
    let Some(Balances { spent, standing, .. }) = ledger::balances(tx, id)? else { return Ok(None) };
    let tiers = settings::tiers(tx)?;
    let tier = reached(standing, &tiers)?.clone();
    let next = match rules::next_tier(standing, &tiers) {
        None => None,
        Some(next) => {
            let missing = next.min_spent.minus(standing).map_err(|_| Fault::Overflow("a tier"))?;
            Some((next.clone(), missing))
        }
    };
    Ok(Some(Standing { spent, tier, next, tiers }))
}

/// The user of this name; if there is none, those whose names begin with it, in the order of their names, at most
/// `most`. In any case.
pub fn named(tx: &ReadTx, name: &str, most: i64) -> Result<Vec<UserId>, Fault> {
    let name = trimmed(name).to_ascii_lowercase();
    match store::by_username(tx, &name)? {
        Some(user) => Ok(vec![user]),
        None => store::named(tx, &name, most),
    }
}

/// How many have registered with this user's code.
pub fn sign_ups(tx: &ReadTx, referrer: UserId) -> Result<i64, Fault> {
    store::sign_ups(tx, referrer)
}

/// Who registered with this user's code, newest first, and what each one's orders have earned the user, less what
/// was taken back.
pub fn referred(tx: &ReadTx, referrer: UserId, page: PageRequest) -> Result<Page<(User, Vnd)>, Fault> {
    let users = store::referred(tx, referrer, page)?;
    let earned = referrals::commission_of(tx, referrer, &ids(&users.items))?;
    Ok(users.map(|user| {
        let commission = earned.get(&user.id).copied().unwrap_or_default();
        (user, commission)
    }))
}

fn ids(users: &[User]) -> Vec<UserId> {
    users.iter().map(|user| user.id).collect()
}

/// A page of the users who meet the filter.
pub fn list(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Page<Profile>, Fault> {
    let tiers = settings::tiers(tx)?;
    let users = store::list(tx, filter, filter.span(&tiers), page)?;
    let balances = ledger::balances_of(tx, &ids(&users.items))?;
    let profile = |user: User| {
        let balances = *balances.get(&user.id).ok_or_else(|| no_ledger_account(user.id))?;
        let tier = reached(balances.standing, &tiers)?.clone();
        Ok(Profile { user, balances, tier })
    };
    let items = users.items.into_iter().map(profile).collect::<Result<_, Fault>>()?;
    Ok(Page { items, next: users.next })
}

fn balances(tx: &ReadTx, id: UserId) -> Result<Balances, Fault> {
    ledger::balances(tx, id)?.ok_or_else(|| no_ledger_account(id))
}

fn no_ledger_account(id: UserId) -> Fault {
    Fault::Corrupt(format!("user {id} has no account in the ledger"))
}

fn reached(spent: Vnd, tiers: &[Tier]) -> Result<&Tier, Fault> {
    rules::tier_for(spent, tiers).ok_or_else(|| Fault::Corrupt("no tier begins at zero".to_owned()))
}
