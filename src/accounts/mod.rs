//! Accounts: who may come in, as what, and at which tier.
//!
//! Sessions are signed tokens whose validity the database decides on every request; a user's `token_epoch` ends all
//! of them at once. Passwords are hashed outside of transactions (`password`), so functions here take hashes. Money
//! lives in the ledger; an account only tells what its spending means. What admins do to users is `moderation`.

mod attempts;
mod error;
mod filter;
mod moderation;
mod newcomer;
pub mod password;
mod queue;
mod rules;
mod store;
#[cfg(test)]
mod tests;
pub mod token;
mod visits;

pub use attempts::{Attempts, Counted};
pub use error::AccountError;
pub use filter::{Filter, Sorting};
pub use moderation::{
    Adjustment, adjust_balance, ban, create_admin, first_admin, has_admin, reset_password, set_up, unban,
};
pub use queue::Party;
pub use store::{Credentials, Role, User};
pub use visits::{
    DEVICE_DAYS, Login, Opened, Session, Visit, end_session, failed, forget_old, logins, open_session,
    saw_sessions, sessions,
};

use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::email;
use crate::kernel::error::{Fault, FieldError, Rule};
use crate::kernel::ids::UserId;
use crate::kernel::money::{Percent, Vnd};
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::text::trimmed;
use crate::ledger::{self, Balances};
use crate::referrals;
use crate::settings::{self, Tier};
use password::PasswordHash;
use std::collections::HashMap;
use token::Claims;

/// The epoch of an account that was just opened.
pub const FIRST_EPOCH: i64 = 0;
/// No user has this id.
const NOBODY: UserId = UserId::new(0);

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

/// Somebody who wants an account; every value is acceptable in itself. Has no `Debug`: it holds the password.
pub struct NewAccount {
    pub username: String,
    pub email: String,
    pub password: String,
    /// As typed; whether it exists is for the database to say.
    pub referral_code: Option<String>,
}

impl NewAccount {
    /// Checks and folds the values. Errors: `Fields`, with all that are not acceptable.
    pub fn check(
        username: &str,
        email: &str,
        password: String,
        referral_code: Option<String>,
    ) -> Result<Self, AccountError> {
        Self::of(rules::username(username), email, password, referral_code, rules::new_password)
    }

    /// The same for somebody who opens an account alone: neither a name of the staff's nor a password that everybody
    /// tries first.
    pub fn check_newcomer(
        username: &str,
        email: &str,
        password: String,
        referral_code: Option<String>,
    ) -> Result<Self, AccountError> {
        let own_name = |name: String| {
            if newcomer::poses_as_staff(&name) { Err(Rule::StaffName) } else { Ok(name) }
        };
        let username = rules::username(username).and_then(own_name);
        Self::of(username, email, password, referral_code, uncommon_password)
    }

    fn of(
        username: Result<String, Rule>,
        email: &str,
        password: String,
        referral_code: Option<String>,
        judge: fn(&str) -> Result<(), Rule>,
    ) -> Result<Self, AccountError> {
        let mut wrong = Vec::new();
        let mut keep = |field: &str, checked: Result<String, Rule>| {
            checked.unwrap_or_else(|rule| {
                wrong.push(FieldError::new(field, rule));
                String::new()
            })
        };
        let username = keep("username", username);
        let email = keep("email", email::email(email));
        let password = keep("password", judge(&password).map(|()| password));
        if wrong.is_empty() {
            Ok(NewAccount { username, email, password, referral_code })
        } else {
            Err(AccountError::Fields(wrong))
        }
    }
}

/// Checks a password somebody gives from now on to an account on this server; `field` is its name in the request.
pub fn check_new_password(field: &str, password: &str) -> Result<(), AccountError> {
    rules::new_password(password).map_err(|rule| AccountError::field(field, rule))
}

/// The same where users choose for themselves: not one that everybody tries first.
pub fn check_own_password(field: &str, password: &str) -> Result<(), AccountError> {
    uncommon_password(password).map_err(|rule| AccountError::field(field, rule))
}

fn uncommon_password(password: &str) -> Result<(), Rule> {
    rules::new_password(password)?;
    if newcomer::is_common_password(password) { Err(Rule::CommonPassword) } else { Ok(()) }
}

/// Why an admin does something, where saying so is optional: blank counts as unsaid.
pub fn optional_reason(text: Option<&str>) -> Result<Option<String>, AccountError> {
    let said = text.map(trimmed).filter(|text| !text.is_empty());
    said.map(rules::reason).transpose().map_err(|rule| AccountError::field("reason", rule))
}

/// Whether `register` would be refused now, asked before the password is hashed at great cost.
///
/// Errors: `Fields` for an unknown referral code, `UsernameTaken`, `EmailTaken`.
pub fn check_free(tx: &ReadTx, account: &NewAccount) -> Result<(), AccountError> {
    referrer_of(tx, account)?;
    if store::username_exists(tx, &account.username)? {
        return Err(AccountError::UsernameTaken);
    }
    if store::email_exists(tx, &account.email)? {
        return Err(AccountError::EmailTaken);
    }
    Ok(())
}

/// Opens an account with role `user`. Errors: as `check_free`, which may have become true since.
pub fn register(tx: &Tx, account: &NewAccount, password: &PasswordHash) -> Result<Profile, AccountError> {
    open(tx, account, password, Role::User)
}

fn open(tx: &Tx, account: &NewAccount, hash: &PasswordHash, role: Role) -> Result<Profile, AccountError> {
    check_free(tx, account)?;
    let referrer = referrer_of(tx, account)?;
    let id = store::insert(tx, account, hash, role, referrer, &free_referral_code(tx)?)?;
    known(tx, id)
}

fn referrer_of(tx: &ReadTx, account: &NewAccount) -> Result<Option<UserId>, AccountError> {
    let Some(code) = &account.referral_code else { return Ok(None) };
    let referrer = store::by_referral_code(tx, &trimmed(code).to_ascii_uppercase())?;
    let counts = |user: &UserId| store::is_banned(tx, *user).map(|banned| !banned);
    let referrer = referrer.map(|user| Ok::<_, Fault>(counts(&user)?.then_some(user))).transpose()?.flatten();
    referrer.map(Some).ok_or_else(|| AccountError::field("referral_code", Rule::NoSuch))
}

/// 40 random bits collide about once in a million times when there are a million users.
fn free_referral_code(tx: &ReadTx) -> Result<String, Fault> {
    loop {
        let code = token::plain_code::<8>()?;
        if store::by_referral_code(tx, &code)?.is_none() {
            return Ok(code);
        }
    }
}

/// What a log-in is checked against.
pub struct Claimed {
    /// `None`: there is no such user.
    pub credentials: Option<Credentials>,
    /// The highest cost of any stored hash: what every check has to take.
    pub highest_cost: password::Cost,
    /// Under which the try is counted.
    pub counted: Counted,
    /// In whose line it waits.
    pub party: Party,
}

/// Whom a log-in names, by user name or e-mail address, in any case.
pub fn claimed(tx: &ReadTx, login: &str, visit: &Visit) -> Result<Claimed, Fault> {
    let login = trimmed(login).to_ascii_lowercase();
    let credentials = store::credentials_by_login(tx, &login)?;
    let user = credentials.as_ref().map(|known| known.user);
    // Looked for also where there is no such user: it takes the same time.
    let device = visit.device_of(tx, user.unwrap_or(NOBODY))?;
    Ok(Claimed {
        highest_cost: store::highest_cost(tx)?,
        counted: user.map_or_else(|| Counted::of_name(&login), |user| Counted::of_account(user, device)),
        party: visit.party(tx)?,
        credentials,
    })
}

/// Keeps the same password under a hash of today's cost; nothing happens when it was changed meanwhile.
pub fn renew_hash(tx: &Tx, user: UserId, old: &PasswordHash, renewed: &PasswordHash) -> Result<(), Fault> {
    store::renew_hash(tx, user, old, renewed)
}

/// What a password change is checked against. Errors: `SessionOver` when the session ended since it was let in.
pub fn own_credentials(tx: &ReadTx, claims: &Claims) -> Result<Credentials, AccountError> {
    let known = store::credentials_by_id(tx, claims.user)?;
    known.filter(|known| known.epoch == claims.epoch && !known.banned).ok_or(AccountError::SessionOver)
}

/// Who may come in after the password was compared. Errors: `WrongLogin`; `Banned` after the right password only.
pub fn admit(found: Option<Credentials>, password_is_right: bool) -> Result<Credentials, AccountError> {
    match found {
        Some(known) if password_is_right && known.banned => Err(AccountError::Banned),
        Some(known) if password_is_right => Ok(known),
        Some(_) | None => Err(AccountError::WrongLogin),
    }
}

/// The same once more when the session begins, since comparing takes long: a ban, another password or a log-out
/// everywhere may have come in between. Errors: as `admit`.
pub fn admit_still(tx: &ReadTx, compared: &Credentials) -> Result<(), AccountError> {
    let now = store::credentials_by_id(tx, compared.user)?;
    admit(now.filter(|now| now.banned || now.epoch == compared.epoch), true).map(drop)
}

/// Whose token this is, if it still counts: not logged out, of the user's present epoch, the user not banned.
/// One query by key, since it stands before every request.
pub fn authenticate(tx: &ReadTx, claims: &Claims) -> Result<Option<Identity>, Fault> {
    store::identity(tx, claims)
}

/// Writes down when these users were there.
pub fn saw(tx: &Tx, seen: &[(UserId, Timestamp)]) -> Result<(), Fault> {
    seen.iter().try_for_each(|(user, at)| store::saw(tx, *user, *at))
}

/// Whose reseller key this is; `None` for anything else, and for banned users.
pub fn authenticate_key(tx: &ReadTx, key: &str) -> Result<Option<Identity>, Fault> {
    token::api_key_hash(key).map_or(Ok(None), |hash| store::identity_by_key(tx, &hash))
}

/// Sets a new password and ends all sessions; the answer says the epoch of the next one.
///
/// `checked` is what the current password was compared with. Errors: `SessionOver` when a ban, another change or a
/// logout everywhere came in between.
pub fn change_password(
    tx: &Tx,
    checked: &Credentials,
    new: &PasswordHash,
) -> Result<(Profile, i64), AccountError> {
    let epoch =
        store::set_password(tx, checked.user, checked.epoch, new)?.ok_or(AccountError::SessionOver)?;
    tx.changed(Change::Session(checked.user));
    Ok((known(tx, checked.user)?, epoch))
}

/// Ends this session at once, or all sessions of its user; the reseller key stays.
pub fn log_out(tx: &Tx, claims: &Claims, everywhere: bool) -> Result<(), Fault> {
    tx.changed(Change::Session(claims.user));
    if everywhere {
        return store::raise_epoch(tx, claims.user);
    }
    visits::end_own(tx, claims)
}

/// Deletes some of the ended sessions whose tokens have expired since; how many.
pub fn forget_expired_revocations(tx: &Tx) -> Result<usize, Fault> {
    store::forget_expired_revocations(tx)
}

/// A new reseller key in place of the old one; the text exists only in this answer.
///
/// Errors: `SessionOver` when the user was banned in between.
pub fn new_api_key(tx: &Tx, user: UserId) -> Result<String, AccountError> {
    let (key, hash) = token::new_api_key()?;
    if store::set_api_key(tx, user, &hash)? { Ok(key) } else { Err(AccountError::SessionOver) }
}

pub fn delete_api_key(tx: &Tx, user: UserId) -> Result<(), Fault> {
    store::delete_api_key(tx, user)
}

/// `None`: no such user.
pub fn profile(tx: &ReadTx, id: UserId) -> Result<Option<Profile>, Fault> {
    let Some(user) = store::by_id(tx, id)? else { return Ok(None) };
    let balances = balances(tx, id)?;
    let tier = reached(balances.spent, &settings::tiers(tx)?)?.clone();
    Ok(Some(Profile { user, balances, tier }))
}

fn known(tx: &ReadTx, id: UserId) -> Result<Profile, AccountError> {
    profile(tx, id)?.ok_or(AccountError::NoUser)
}

/// `None`: no such user.
pub fn buyer(tx: &ReadTx, id: UserId) -> Result<Option<Buyer>, Fault> {
    let Some(Balances { balance, spent, .. }) = ledger::balances(tx, id)? else { return Ok(None) };
    let discount = reached(spent, &settings::tiers(tx)?)?.discount;
    Ok(Some(Buyer { id, balance, discount }))
}

/// Who earns from what this user buys. The outer `None`: no such user.
pub fn referrer(tx: &ReadTx, id: UserId) -> Result<Option<Option<UserId>>, Fault> {
    store::referrer(tx, id)
}

/// Whether this user exists and may not come in.
pub fn is_banned(tx: &ReadTx, id: UserId) -> Result<bool, Fault> {
    store::is_banned(tx, id)
}

/// `None`: no such user.
pub fn standing(tx: &ReadTx, id: UserId) -> Result<Option<Standing>, Fault> {
    let Some(Balances { spent, .. }) = ledger::balances(tx, id)? else { return Ok(None) };
    let tiers = settings::tiers(tx)?;
    let tier = reached(spent, &tiers)?.clone();
    let next = match rules::next_tier(spent, &tiers) {
        None => None,
        Some(next) => {
            let missing = next.min_spent.minus(spent).map_err(|_| Fault::Overflow("a tier"))?;
            Some((next.clone(), missing))
        }
    };
    Ok(Some(Standing { spent, tier, next, tiers }))
}

/// The names of these users; unknown ids are left out.
pub fn names(tx: &ReadTx, ids: &[UserId]) -> Result<HashMap<UserId, String>, Fault> {
    store::names(tx, ids)
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
        let tier = reached(balances.spent, &tiers)?.clone();
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
