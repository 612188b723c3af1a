//! What users are written to their own address, and the links in it.

use super::store::{self, email, links};
use super::token;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::mail::{self, Letter, Recipient};

/// How long a link serves.
pub(super) const LINK_S: i64 = 60 * 60;

/// Writes to a user about the account, in the transaction of what it tells of. A banned one is told nothing.
pub fn tell(tx: &Tx, user: UserId, letter: &Letter) -> Result<(), Fault> {
    match recipient(tx, user)? {
        Some(to) => mail::post(tx, &to, letter).map(drop),
        None => Ok(()),
    }
}

/// A user as one is written to. `None`: a banned one, or none.
pub(super) fn recipient(tx: &ReadTx, user: UserId) -> Result<Option<Recipient>, Fault> {
    let Some(known) = store::by_id(tx, user)?.filter(|user| !user.banned) else { return Ok(None) };
    Ok(Some(Recipient { user, address: known.email, language: store::language(tx, user)? }))
}

/// Somebody says that the password of the account with this address is lost. Whether there is one is not told; a banned
/// user, and one who was sent enough links, gets none.
pub fn forgot(tx: &Tx, address: &str) -> Result<(), Fault> {
    mail::note_asked(tx)?;
    let Some(known) = store::credentials_by_login(tx, address)? else { return Ok(()) };
    tell(tx, known.user, &Letter::ResetPassword { epoch: known.epoch })
}

/// What stands behind the `#` of the link of a letter that is about to be sent: a token that is made now, serves once,
/// for an hour, and is kept as a hash only. `None`: the letter is no news any more.
///
/// Each try has a token of its own, for one whose answer was lost may have arrived.
pub fn link_for(tx: &Tx, to: &Recipient, letter: &Letter) -> Result<Option<String>, Fault> {
    let (epoch, purpose) = match letter {
        Letter::ResetPassword { epoch } => (*epoch, links::Purpose::Password),
        Letter::ConfirmEmail { epoch } => (*epoch, links::Purpose::Email),
        Letter::PasswordChanged
        | Letter::EmailChanged
        | Letter::FactorOn
        | Letter::FactorOff
        | Letter::RecoveryCodes
        | Letter::NewLogin { .. }
        | Letter::NewApiKey
        | Letter::TelegramLinked
        | Letter::TicketAnswered { .. } => return Ok(None),
    };
    let known = store::credentials_by_id(tx, to.user)?;
    let lives = known.is_some_and(|known| known.epoch == epoch && !known.banned);
    let until = tx.now().plus_seconds(LINK_S);
    let is_wanted = lives
        && match purpose {
            links::Purpose::Password => {
                store::by_id(tx, to.user)?.is_some_and(|user| user.email == to.address)
            }
            links::Purpose::Email => email::extend(tx, to.user, &to.address, epoch, until)?,
        };
    if !is_wanted {
        return Ok(None);
    }
    let text = token::secret()?;
    links::insert(tx, &token::sha256(&text), (to.user, epoch), purpose, None, until)?;
    Ok(Some(text))
}
