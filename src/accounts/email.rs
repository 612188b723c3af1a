//! Another e-mail address for an account: asked for by its user, and confirmed by whoever reads the mail there.

use super::letters::{LINK_S, recipient};
use super::store::{self, email as changes, links};
use super::token::{self, Claims};
use super::{AccountError, known, letters, own_credentials};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::UserId;
use crate::mail::{self, Letter, LetterKind};

/// What came of asking for another address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It is the account's now.
    InForce,
    /// It will be once the link that goes there is followed.
    Waits,
    /// Too many links were sent there; nothing has changed.
    Enough,
}

/// An address that waits for its link to be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingEmail {
    pub email: String,
    pub expires_at: Timestamp,
}

/// Asks for another address, in place of one asked for before; asking for the present one takes that back. `by_link`:
/// whether links can be sent; else it counts at once.
///
/// `email` is in its stored form. Errors: `SessionOver`; `EmailTaken`.
pub fn ask_email(tx: &Tx, claims: &Claims, email: &str, by_link: bool) -> Result<Asked, AccountError> {
    let epoch = own_credentials(tx, claims)?.epoch;
    let user = claims.user;
    if known(tx, user)?.user.email == email {
        forget_pending(tx, user)?;
        return Ok(Asked::InForce);
    }
    if store::email_exists(tx, email)? {
        return Err(AccountError::EmailTaken);
    }
    let to = recipient(tx, user)?.ok_or(AccountError::SessionOver)?;
    if !by_link {
        set(tx, user, email)?;
        return Ok(Asked::InForce);
    }
    let to = mail::Recipient { address: email.to_owned(), ..to };
    if mail::has_enough(tx, &to, LetterKind::ConfirmEmail)? {
        return Ok(Asked::Enough);
    }
    forget_pending(tx, user)?;
    changes::insert(tx, user, email, epoch, tx.now().plus_seconds(LINK_S))?;
    mail::post(tx, &to, &Letter::ConfirmEmail { epoch })?;
    Ok(Asked::Waits)
}

/// What the user waits for, if anything.
pub fn pending_email(tx: &ReadTx, user: UserId) -> Result<Option<PendingEmail>, Fault> {
    changes::find(tx, user)
}

/// Makes the address of a link the account's; it is told, and so is the address before.
///
/// Errors: `Fields` for a link that does not serve (any more); `Banned`; `EmailTaken` when somebody else has it by now.
pub fn confirm_email(tx: &Tx, text: &str) -> Result<String, AccountError> {
    let over = || AccountError::field("token", Rule::LinkOver);
    let hash = token::sha256(text);
    let (user, epoch, _) = links::find(tx, &hash, links::Purpose::Email)?.ok_or_else(over)?;
    let owner = store::credentials_by_id(tx, user)?.filter(|owner| owner.epoch == epoch).ok_or_else(over)?;
    if owner.banned {
        return Err(AccountError::Banned);
    }
    let wanted = changes::find(tx, user)?.ok_or_else(over)?;
    if store::email_exists(tx, &wanted.email)? {
        return Err(AccountError::EmailTaken);
    }
    set(tx, user, &wanted.email)?;
    Ok(wanted.email)
}

/// Links that went to the address before serve no more.
fn set(tx: &Tx, user: UserId, email: &str) -> Result<(), AccountError> {
    letters::tell(tx, user, &Letter::EmailChanged)?;
    changes::set(tx, &known(tx, user)?.user, email)?;
    links::delete_of(tx, user)?;
    forget_pending(tx, user)?;
    Ok(())
}

fn forget_pending(tx: &Tx, user: UserId) -> Result<(), Fault> {
    changes::delete(tx, user)?;
    links::delete_for(tx, user, links::Purpose::Email)
}
