//! What admins, the first start and the server's command line do to accounts. Each change is written to the audit
//! log in the transaction that makes it.

use super::password::PasswordHash;
use super::register::open;
use super::{
    AccountError, NewAccount, Profile, Role, has_second_factor, known, letters, rules, store, telegram, token,
};
use crate::audit_log::{self, Actor};
use crate::bonuses;
use crate::db::Tx;
use crate::kernel::change::Change;
use crate::kernel::error::FieldError;
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;
use crate::kernel::text::trimmed;
use crate::ledger::{self, LedgerError, Posting};
use crate::mail::Letter;
use serde_json::json;

/// A correction of a balance by an admin, acceptable in itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    amount: Vnd,
    reason: String,
}

impl Adjustment {
    /// `amount` is signed. Errors: `Fields` for an amount of 0 or beyond the limit, or a blank or long reason.
    pub fn check(amount: Vnd, reason: &str) -> Result<Self, AccountError> {
        let mut wrong = Vec::new();
        if let Err(rule) = rules::adjustment(amount) {
            wrong.push(FieldError::new("amount", rule));
        }
        let reason = rules::reason(reason).unwrap_or_else(|rule| {
            wrong.push(FieldError::new("reason", rule));
            String::new()
        });
        if wrong.is_empty() { Ok(Adjustment { amount, reason }) } else { Err(AccountError::Fields(wrong)) }
    }
}

/// Credits or debits a user by an admin's word. Errors: `NoUser`; `Denied` for an actor who is no admin; the ledger's
/// `Insufficient` when the balance would fall below zero.
pub fn adjust_balance(
    tx: &Tx,
    actor: &Actor,
    user: UserId,
    adjustment: &Adjustment,
) -> Result<Profile, AccountError> {
    audit_log::allow(tx, actor.id)?;
    let before = known(tx, user)?.balances.balance;
    let Adjustment { amount, reason } = adjustment;
    let nonce = token::nonce()?;
    let (given, posting) = if amount.is_positive() {
        (Vnd::ZERO, Some(Posting::adjustment_up(user, *amount, reason, &nonce)))
    } else {
        // The one amount without a counterpart is more than any balance.
        let insufficient = |_| LedgerError::Insufficient { balance: before, needed: Vnd::new(i64::MAX) };
        let debit = Vnd::ZERO.minus(*amount).map_err(insufficient)?;
        if before < debit {
            return Err(LedgerError::Insufficient { balance: before, needed: debit }.into());
        }
        // What was given and is not spent is not paid out.
        let given = bonuses::take_back(tx, user, debit, actor.id)?;
        let own = debit.minus(given).map_err(insufficient)?;
        (given, own.is_positive().then(|| Posting::adjustment_down(user, own, reason, &nonce)))
    };
    if let Some(posting) = posting {
        ledger::post(tx, &posting.by(actor.id))?;
    }
    let after = known(tx, user)?;
    let mut entry = actor.entry("user.balance", subject(user));
    entry.before = Some(json!({ "balance": before.get() }));
    entry.after = Some(json!({
        "balance": after.balances.balance.get(), "amount": amount.get(), "bonus": given.get(),
    }));
    entry.reason = Some(reason.clone());
    audit_log::record(tx, &entry)?;
    Ok(after)
}

/// Shuts a user out: all sessions and the reseller key die with it. Banning a banned user changes nothing.
///
/// Errors: `Denied` for an actor who is no admin; `NoUser`; `OwnBan` when the actor is the user; `LastAdmin` when
/// nobody could manage the panel then.
pub fn ban(tx: &Tx, actor: &Actor, user: UserId, reason: Option<String>) -> Result<Profile, AccountError> {
    audit_log::allow(tx, actor.id)?;
    if actor.id == Some(user) {
        return Err(AccountError::OwnBan);
    }
    if store::is_last_admin(tx, user)? {
        return Err(AccountError::LastAdmin);
    }
    set_banned(tx, actor, user, true, reason)
}

/// Lets a user in again, with a new login: what died with the ban stays dead. Errors: `NoUser`.
pub fn unban(tx: &Tx, actor: &Actor, user: UserId, reason: Option<String>) -> Result<Profile, AccountError> {
    set_banned(tx, actor, user, false, reason)
}

fn set_banned(
    tx: &Tx,
    actor: &Actor,
    user: UserId,
    banned: bool,
    reason: Option<String>,
) -> Result<Profile, AccountError> {
    let before = known(tx, user)?;
    if before.user.banned == banned {
        return Ok(before);
    }
    store::set_banned(tx, user, banned)?;
    if banned {
        telegram::forget_chat(tx, user)?;
    }
    tx.changed(Change::Session(user));
    let mut entry = actor.entry(if banned { "user.ban" } else { "user.unban" }, subject(user));
    entry.before = Some(json!({ "banned": !banned }));
    entry.after = Some(json!({ "banned": banned }));
    entry.reason = reason;
    audit_log::record(tx, &entry)?;
    known(tx, user)
}

/// What the user may do from the next request on. The same role again changes nothing.
///
/// Errors: `Denied` for an actor who is no admin; `NoUser`; `LastAdmin` when nobody could manage the panel then.
pub fn set_role(
    tx: &Tx,
    actor: &Actor,
    user: UserId,
    role: Role,
    reason: Option<String>,
) -> Result<Profile, AccountError> {
    audit_log::allow(tx, actor.id)?;
    let before = known(tx, user)?;
    if before.user.role == role {
        return Ok(before);
    }
    if store::is_last_admin(tx, user)? {
        return Err(AccountError::LastAdmin);
    }
    store::set_role(tx, user, role)?;
    // It was made for somebody who could do other things.
    store::links::delete_of(tx, user)?;
    tx.changed(Change::Session(user));
    let mut entry = actor.entry("user.role", subject(user));
    entry.before = Some(json!({ "role": before.user.role.into_str() }));
    entry.after = Some(json!({ "role": role.into_str() }));
    entry.reason = reason;
    // Who gives up the own role was an admin when it was asked above.
    audit_log::record_allowed(tx, &entry)?;
    known(tx, user)
}

/// Opens an account with role `admin`. Errors: `UsernameTaken`, `EmailTaken`.
pub fn create_admin(
    tx: &Tx,
    actor: &Actor,
    account: &NewAccount,
    password: &PasswordHash,
) -> Result<Profile, AccountError> {
    let admin = open(tx, account, password, Role::Admin)?;
    let mut entry = actor.entry("user.create_admin", subject(admin.user.id));
    entry.after =
        Some(json!({ "username": admin.user.username, "email": admin.user.email, "role": "admin" }));
    audit_log::record(tx, &entry)?;
    Ok(admin)
}

/// The admin that the environment names, unless there is one already: then `None`, and nothing changes.
pub fn first_admin(
    tx: &Tx,
    account: &NewAccount,
    password: &PasswordHash,
) -> Result<Option<Profile>, AccountError> {
    if store::has_admin(tx)? {
        return Ok(None);
    }
    create_admin(tx, &Actor::CONSOLE, account, password).map(Some)
}

/// The admin who came with the set-up link. Errors: `SetUpAlready` once there is an admin; as `create_admin`.
pub fn set_up(
    tx: &Tx,
    actor: &Actor,
    account: &NewAccount,
    password: &PasswordHash,
) -> Result<Profile, AccountError> {
    if store::has_admin(tx)? {
        return Err(AccountError::SetUpAlready);
    }
    create_admin(tx, actor, account, password)
}

/// What a reset found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reset {
    pub user: UserId,
    /// Not any more.
    pub was_banned: bool,
    /// Log-ins ask for a code beside the new password.
    pub has_factor: bool,
}

/// A new password for a user who lost it; all sessions end, and so does a ban, for a password alone would let nobody
/// in. A second factor stays. Errors: `NoUser`.
pub fn reset_password(
    tx: &Tx,
    actor: &Actor,
    username: &str,
    password: &PasswordHash,
) -> Result<Reset, AccountError> {
    let user =
        store::by_username(tx, &trimmed(username).to_ascii_lowercase())?.ok_or(AccountError::NoUser)?;
    let known_credentials = store::credentials_by_id(tx, user)?.ok_or(AccountError::NoUser)?;
    store::set_password(tx, user, known_credentials.epoch, password)?.ok_or(AccountError::NoUser)?;
    tx.changed(Change::Session(user));
    audit_log::record(tx, &actor.entry("user.reset_password", subject(user)))?;
    if known_credentials.banned {
        set_banned(tx, actor, user, false, Some("the password was reset".to_owned()))?;
    }
    telegram::unlink_telegram(tx, user)?;
    letters::tell(tx, user, &Letter::PasswordChanged)?;
    let has_factor = has_second_factor(tx, user)?;
    Ok(Reset { user, was_banned: known_credentials.banned, has_factor })
}

fn subject(user: UserId) -> String {
    format!("user:{user}")
}
