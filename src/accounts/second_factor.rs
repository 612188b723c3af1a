//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for whoever has lost it.
//!
//! One that was begun is asked for by nobody until a code has shown that the app knows its secret. A code serves once:
//! its time step is spent in the transaction of what it opens. Recovery codes are shown once and kept as hashes.

use super::store::second_factor::{self as store, Factor};
use super::store::visits;
use super::token::Claims;
use super::{AccountError, known, letters, token};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::UserId;
use crate::mail::Letter;
use crate::settings;
use totp_rs::{Builder, Totp};

const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code, 5 bits each.
const RECOVERY_LETTERS: usize = 12;
/// They are written in groups of so many.
const GROUP: usize = 4;
/// Bytes of a secret, as RFC 4226 recommends them.
pub(super) const SECRET_BYTES: usize = 20;

/// What an authenticator app is given. Has no `Debug`: it holds the secret.
pub struct Enrolment {
    /// Base32, for typing.
    pub secret: String,
    /// The same with all that an app wants to know (`otpauth://`), for a QR code.
    pub url: String,
}

/// Whether log-ins of this user ask for a code.
pub fn has_second_factor(tx: &ReadTx, user: UserId) -> Result<bool, Fault> {
    store::is_on(tx, user)
}

/// A new secret in place of one that was begun and not confirmed. Errors: `FactorOn`.
pub fn begin_second_factor(tx: &Tx, user: UserId) -> Result<Enrolment, AccountError> {
    if store::is_on(tx, user)? {
        return Err(AccountError::FactorOn);
    }
    let username = known(tx, user)?.user.username;
    let secret = token::random::<SECRET_BYTES>()?;
    store::begin(tx, user, &secret)?;
    // An issuer with a colon could not be told from the account.
    let issuer = settings::text(tx, &settings::table::SITE_NAME)?.replace(':', " ");
    let app = codes(&secret, &username, &issuer);
    let url = app.to_url().map_err(|cause| Fault::Internal(format!("no address for an app: {cause}")))?;
    Ok(Enrolment { secret: app.secret().to_base32(), url })
}

/// Turns on what was begun, with a code of the app; the recovery codes, which nobody is shown again.
///
/// Errors: `FactorOn`, `NoFactor` when none was begun, `Fields` for a wrong `code`.
pub fn confirm_second_factor(tx: &Tx, claims: &Claims, code: &str) -> Result<Vec<String>, AccountError> {
    let user = claims.user;
    let factor = store::find(tx, user)?.ok_or(AccountError::NoFactor)?;
    if factor.confirmed {
        return Err(AccountError::FactorOn);
    }
    let step = step_of(&factor, code, tx.now()).ok_or_else(wrong_code)?;
    store::confirm(tx, user, step)?;
    visits::prove_session(tx, &claims.token_id, true, None)?;
    // They were confirmed by the password alone.
    visits::unconfirm_others(tx, user, &claims.token_id)?;
    letters::tell(tx, user, &Letter::FactorOn)?;
    fill_recovery(tx, user)
}

/// New recovery codes in the place of those that are left. `code`, errors: as `end_second_factor`.
pub fn new_recovery_codes(tx: &Tx, user: UserId, code: Option<&str>) -> Result<Vec<String>, AccountError> {
    shown(tx, user, code)?;
    store::drop_recovery(tx, user)?;
    letters::tell(tx, user, &Letter::RecoveryCodes)?;
    fill_recovery(tx, user)
}

/// How many recovery codes serve still.
pub fn recovery_codes_left(tx: &ReadTx, user: UserId) -> Result<i64, Fault> {
    store::recovery_left(tx, user)
}

fn fill_recovery(tx: &Tx, user: UserId) -> Result<Vec<String>, AccountError> {
    let mut shown = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let letters = token::plain_code::<RECOVERY_LETTERS>()?;
        store::add_recovery(tx, user, &token::sha256(&letters))?;
        shown.push(grouped(&letters));
    }
    Ok(shown)
}

/// Turns it off, with one more code; without where the session was confirmed by one. Errors: `NoFactor`, `Fields` for a
/// wrong `code`.
pub fn end_second_factor(tx: &Tx, user: UserId, code: Option<&str>) -> Result<(), AccountError> {
    shown(tx, user, code)?;
    letters::tell(tx, user, &Letter::FactorOff)?;
    Ok(store::delete(tx, user)?)
}

fn shown(tx: &Tx, user: UserId, code: Option<&str>) -> Result<(), AccountError> {
    let passed = match code {
        Some(code) => pass(tx, user, Some(code)),
        None => Ok(store::is_on(tx, user)?),
    };
    match passed {
        Ok(true) => Ok(()),
        Ok(false) => Err(AccountError::NoFactor),
        Err(AccountError::TotpRequired | AccountError::InvalidTotp) => Err(wrong_code()),
        Err(other) => Err(other),
    }
}

/// Turns somebody's off who has lost it. Whether it was on. Errors: `Denied` for an actor who is no admin; `NoUser`.
pub fn take_second_factor(tx: &Tx, actor: &Actor, user: UserId) -> Result<bool, AccountError> {
    audit_log::allow(tx, actor.id)?;
    known(tx, user)?;
    let was_on = store::is_on(tx, user)?;
    store::delete(tx, user)?;
    if was_on {
        letters::tell(tx, user, &Letter::FactorOff)?;
        audit_log::record(tx, &actor.entry("user.end_second_factor", format!("user:{user}")))?;
    }
    Ok(was_on)
}

/// Lets past whoever has no second factor (`false`), or gives a code that was not used before, which is spent with it.
///
/// Errors: `TotpRequired` without a code, `InvalidTotp` for a wrong or used one.
pub fn pass(tx: &Tx, user: UserId, code: Option<&str>) -> Result<bool, AccountError> {
    let Some(factor) = store::find(tx, user)?.filter(|factor| factor.confirmed) else { return Ok(false) };
    let code = code.map(plain).filter(|code| !code.is_empty()).ok_or(AccountError::TotpRequired)?;
    if let Some(step) = step_of(&factor, &code, tx.now()).filter(|step| *step > factor.last_step) {
        store::spend(tx, user, step)?;
        return Ok(true);
    }
    if store::take_recovery(tx, user, &token::sha256(&code))? {
        return Ok(true);
    }
    Err(AccountError::InvalidTotp)
}

fn wrong_code() -> AccountError {
    AccountError::field("code", Rule::WrongCode)
}

/// The time step of a right code: the present one, the one before or the one after, for clocks differ.
fn step_of(factor: &Factor, code: &str, now: Timestamp) -> Option<i64> {
    let now = u64::try_from(now.seconds()).ok()?;
    let step = codes(&factor.secret, "", "").check(&plain(code), now)?;
    i64::try_from(step).ok()
}

/// Six digits every 30 seconds by SHA-1: what every app knows.
fn codes(secret: &[u8], account: &str, issuer: &str) -> Totp {
    let app = Builder::new().with_secret(secret.to_vec()).with_account_name(account);
    app.with_issuer(Some(issuer)).build_noncompliant()
}

/// Without what people and apps put between letters and digits.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

fn grouped(letters: &str) -> String {
    let chars: Vec<char> = letters.chars().collect();
    let groups: Vec<String> = chars.chunks(GROUP).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and the codes of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let factor = Factor { secret: b"12345678901234567890".to_vec(), confirmed: true, last_step: 0 };
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let step = seconds / 30;
            assert_eq!(step_of(&factor, code, at(seconds)), Some(step));
            assert_eq!(step_of(&factor, &format!(" {code} "), at(seconds + 30)), Some(step), "a slow clock");
            assert_eq!(step_of(&factor, code, at(seconds - 30)), Some(step), "a fast one");
            assert_eq!(step_of(&factor, code, at(seconds + 60)), None);
        }
        for odd in ["", "28708", "2870820", "28708a", "２８７０８２"] {
            assert_eq!(step_of(&factor, odd, at(59)), None, "{odd:?}");
        }
        assert_eq!(step_of(&factor, "287082", Timestamp::from_millis(-1)), None);
    }

    #[test]
    fn recovery_codes_are_read_as_people_copy_them() {
        assert_eq!(grouped("ABCDEFGHJKLM"), "ABCD-EFGH-JKLM");
        assert_eq!(plain(" abcd-efgh jklm\n"), "ABCDEFGHJKLM");
    }
}
