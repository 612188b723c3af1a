//! Coming in and going out: who is let in by a password, a token or a key, and what ends that.

use super::password::{self, PasswordHash};
use super::token::Claims;
use super::{
    AccountError, Counted, Credentials, LetIn, Party, Visit, known, letters, store, telegram, visits,
};
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::text::trimmed;
use crate::mail::Letter;

/// No user has this id.
const NOBODY: UserId = UserId::new(0);

/// What a log-in is checked against.
pub struct Claimed {
    /// `None`: there is no such user.
    pub credentials: Option<Credentials>,
    /// The highest cost of any stored hash: what every check has to take.
    pub highest_cost: password::Cost,
    /// Under which the try is counted.
    pub counted: Counted,
    /// In whose queue the check waits.
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

/// Sets a new password and ends all sessions, also that of `claims`, which goes on as a new one. Whoever was let in by
/// the old one may have linked a chat: that ends too.
///
/// `checked` is what the current password was compared with. Errors: `SessionOver` when a ban, another change or a
/// logout everywhere came in between.
pub fn change_password(
    tx: &Tx,
    checked: &Credentials,
    new: &PasswordHash,
    claims: &Claims,
) -> Result<LetIn, AccountError> {
    let has_factor = visits::has_given_factor(tx, claims)?;
    let epoch =
        store::set_password(tx, checked.user, checked.epoch, new)?.ok_or(AccountError::SessionOver)?;
    telegram::unlink_telegram(tx, checked.user)?;
    letters::tell(tx, checked.user, &Letter::PasswordChanged)?;
    tx.changed(Change::Session(checked.user));
    Ok(LetIn { profile: known(tx, checked.user)?, epoch, has_factor, is_told: true })
}

/// Ends this session at once, or all sessions of its user and the chat that is told; the reseller key stays.
pub fn log_out(tx: &Tx, claims: &Claims, everywhere: bool) -> Result<(), Fault> {
    tx.changed(Change::Session(claims.user));
    if everywhere {
        telegram::unlink_telegram(tx, claims.user)?;
        return store::raise_epoch(tx, claims.user);
    }
    visits::end_own(tx, claims)
}
