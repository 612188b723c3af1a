//! Links by which a user who has lost the password sets another one: each serves once, for an hour.

use super::letters::{self, LINK_S};
use super::password::PasswordHash;
use super::store::{self, links};
use super::visits::LetIn;
use super::{AccountError, Credentials, known, pass, telegram, token};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::UserId;
use crate::mail::Letter;
use serde_json::json;

/// Deletes some links, and addresses that were never confirmed; how many.
pub fn forget_old_links(tx: &Tx) -> Result<usize, Fault> {
    let (links, emails) = (links::forget_old(tx)?, store::email::forget_old(tx)?);
    Ok(links.saturating_add(emails).saturating_add(store::telegram::forget_old(tx)?))
}

/// A link for a user whom an admin helps; its token, which is kept as a hash only.
///
/// Errors: `Denied` for an actor who is no admin; `NoUser`.
pub fn new_link(tx: &Tx, actor: &Actor, user: UserId) -> Result<String, AccountError> {
    audit_log::allow(tx, actor.id)?;
    known(tx, user)?;
    let epoch = store::credentials_by_id(tx, user)?.ok_or(AccountError::NoUser)?.epoch;
    let text = token::secret()?;
    let until = tx.now().plus_seconds(LINK_S);
    links::insert(tx, &token::sha256(&text), (user, epoch), links::Purpose::Password, actor.id, until)?;
    audit_log::record(tx, &actor.entry("user.reset_link", format!("user:{user}")))?;
    Ok(text)
}

/// Whose link this is. Errors: `Fields` for one that does not serve (any more).
pub fn link_owner(tx: &ReadTx, text: &str) -> Result<Credentials, AccountError> {
    find(tx, text).map(|(owner, _)| owner)
}

/// Whose it is, and who made it. Errors: as `link_owner`.
fn find(tx: &ReadTx, text: &str) -> Result<(Credentials, Option<UserId>), AccountError> {
    let over = || AccountError::field("token", Rule::LinkOver);
    let found = links::find(tx, &token::sha256(text), links::Purpose::Password)?;
    let (user, epoch, made_by) = found.ok_or_else(over)?;
    let known = store::credentials_by_id(tx, user)?.ok_or(AccountError::NoUser)?;
    if known.epoch == epoch { Ok((known, made_by)) } else { Err(over()) }
}

/// Sets a new password by a link, which all other links and sessions of the user end with. A second factor is asked for
/// as at a log-in, and a banned user stays banned. Of a link that an admin made the audit log says that it was used.
///
/// `actor`: the user, and from where.
///
/// Errors: as `link_owner`; `Banned`, `TotpRequired`, `InvalidTotp`, after which the link serves still.
pub fn reset_by_link(
    tx: &Tx,
    actor: &Actor,
    text: &str,
    password: &PasswordHash,
    totp: Option<&str>,
) -> Result<LetIn, AccountError> {
    let (owner, made_by) = find(tx, text)?;
    if owner.banned {
        return Err(AccountError::Banned);
    }
    let has_factor = pass(tx, owner.user, totp)?;
    let lost = || Fault::Corrupt(format!("user {} has two epochs", owner.user));
    let epoch = store::set_password(tx, owner.user, owner.epoch, password)?.ok_or_else(lost)?;
    links::delete_of(tx, owner.user)?;
    if let Some(admin) = made_by {
        let made_by = known(tx, admin)?.user.username;
        let after = Some(json!({ "made_by": made_by }));
        let entry = actor.entry("user.use_reset_link", format!("user:{}", owner.user));
        audit_log::record_allowed(tx, &audit_log::Entry { after, ..entry })?;
    }
    telegram::unlink_telegram(tx, owner.user)?;
    letters::tell(tx, owner.user, &Letter::PasswordChanged)?;
    tx.changed(Change::Session(owner.user));
    Ok(LetIn { profile: known(tx, owner.user)?, epoch, has_factor, is_told: true })
}
