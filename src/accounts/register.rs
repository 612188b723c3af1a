//! Opening accounts: which values are acceptable, and whether they are free.

use super::password::PasswordHash;
use super::{AccountError, Profile, Role, known, newcomer, rules, store, token};
use crate::db::{ReadTx, Tx};
use crate::kernel::email;
use crate::kernel::error::{Fault, FieldError, Rule};
use crate::kernel::ids::UserId;
use crate::kernel::text::trimmed;

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

pub(super) fn open(
    tx: &Tx,
    account: &NewAccount,
    hash: &PasswordHash,
    role: Role,
) -> Result<Profile, AccountError> {
    check_free(tx, account)?;
    let referrer = referrer_of(tx, account)?;
    let id = store::insert(tx, account, hash, role, referrer, &free_referral_code(tx)?)?;
    known(tx, id)
}

fn referrer_of(tx: &ReadTx, account: &NewAccount) -> Result<Option<UserId>, AccountError> {
    let Some(code) = &account.referral_code else { return Ok(None) };
    let referrer = by_referral_code(tx, code)?;
    referrer.map(Some).ok_or_else(|| AccountError::field("referral_code", Rule::NoSuch))
}

/// Whoever refers by this code now; a banned user does not.
pub fn by_referral_code(tx: &ReadTx, code: &str) -> Result<Option<UserId>, Fault> {
    let referrer = store::by_referral_code(tx, &trimmed(code).to_ascii_uppercase())?;
    let counts = |user: &UserId| store::is_banned(tx, *user).map(|banned| !banned);
    Ok(referrer.map(|user| Ok::<_, Fault>(counts(&user)?.then_some(user))).transpose()?.flatten())
}

/// 40 random bits collide about once in a million times when there are a million users.
const REFERRAL_CODE_CHARS: usize = 8;

/// Whether somebody could have this code, however it is typed.
pub fn may_be_referral_code(text: &str) -> bool {
    text.len() == REFERRAL_CODE_CHARS && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(super) fn free_referral_code(tx: &ReadTx) -> Result<String, Fault> {
    loop {
        let code = token::plain_code::<REFERRAL_CODE_CHARS>()?;
        if store::by_referral_code(tx, &code)?.is_none() {
            return Ok(code);
        }
    }
}
