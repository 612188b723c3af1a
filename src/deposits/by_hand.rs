//! What admins do with deposits and with money nobody could be credited for. Each change is written to the
//! audit log in the transaction that makes it.

use super::rules::{BankStatus, SettledBy};
use super::{
    BankTransaction, Deposit, DepositError, bank_transaction, by_id, existing, reward, store, tell, vietqr,
};
use crate::audit_log::{self, Actor};
use crate::bonuses::{self, PaidIn};
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::error::Rule;
use crate::kernel::ids::{BankTxId, DepositId, UserId};
use crate::kernel::money::Vnd;
use crate::kernel::reason::Reason;
use crate::kernel::text::trimmed;
use crate::ledger::{self, Posting};
use serde_json::{Value, json};

/// Longest note or reason, in characters.
const MAX_NOTE: usize = 1000;

/// What an admin says an unmatched bank transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// This user's money: it is credited.
    User(UserId),
    /// The money this deposit was approved by hand for: nothing is credited.
    Deposit(DepositId),
}

/// An admin vouches for the money: the user is credited `amount`, by default what was asked for. For pending
/// and expired deposits. Errors: `NotFound`, `Settled`, `Fields` (the note may have 1000 characters).
pub fn approve(
    tx: &Tx,
    actor: &Actor,
    id: DepositId,
    amount: Option<Vnd>,
    note: Option<&str>,
) -> Result<Deposit, DepositError> {
    let deposit = open(tx, id)?;
    let amount = amount.unwrap_or(deposit.amount);
    let (min, max) = (Vnd::new(1), vietqr::MAX_AMOUNT);
    if !(min..=max).contains(&amount) {
        let rule = Rule::AmountRange { min: min.get(), max: max.get() };
        return Err(DepositError::field("amount", rule));
    }
    let note = note.map(trimmed).filter(|note| !note.is_empty());
    if let Some(note) = note {
        write_note(tx, id, note)?;
    }
    ledger::post(tx, &Posting::approved_by_hand(deposit.user, id, amount).by(actor.id))?;
    reward(tx, &deposit, amount)?;
    let changed = store::complete(tx, id, amount, SettledBy::Hand)?;
    assert_eq!(changed, 1, "exactly one deposit is approved");
    tell(tx, deposit.user, amount, Some(&deposit.code))?;
    record(tx, actor, "deposit.approve", &deposit, note)
}

/// An admin refuses a pending or expired deposit. Errors: `NotFound`, `Settled`, `Fields` (a note of 1 to 1000
/// characters is needed).
pub fn reject(tx: &Tx, actor: &Actor, id: DepositId, note: &str) -> Result<Deposit, DepositError> {
    let deposit = open(tx, id)?;
    let note = trimmed(note);
    write_note(tx, id, note)?;
    let changed = store::reject(tx, id)?;
    assert_eq!(changed, 1, "exactly one deposit is rejected");
    record(tx, actor, "deposit.reject", &deposit, Some(note))
}

fn open(tx: &ReadTx, id: DepositId) -> Result<Deposit, DepositError> {
    let deposit = existing(tx, id)?;
    if deposit.state.is_open() { Ok(deposit) } else { Err(DepositError::Settled) }
}

fn write_note(tx: &Tx, id: DepositId, note: &str) -> Result<(), DepositError> {
    check_words("note", note)?;
    store::set_note(tx, id, note)?;
    Ok(())
}

fn check_words(field: &str, words: &str) -> Result<(), DepositError> {
    let rule = Rule::Chars { min: 1, max: MAX_NOTE };
    let fits = (1..=MAX_NOTE).contains(&words.chars().count());
    if fits { Ok(()) } else { Err(DepositError::field(field, rule)) }
}

/// Writes down what became of `before`, and returns it.
fn record(
    tx: &Tx,
    actor: &Actor,
    action: &'static str,
    before: &Deposit,
    note: Option<&str>,
) -> Result<Deposit, DepositError> {
    let picture = |deposit: &Deposit| -> Value {
        json!({ "status": deposit.state.status().into_str(), "credited": deposit.credited.get() })
    };
    let after = existing(tx, before.id)?;
    tx.changed(Change::Deposit(after.user, after.id));
    let mut entry = actor.entry(action, format!("deposit:{}", before.id));
    entry.before = Some(picture(before));
    entry.after = Some(picture(&after));
    entry.reason = note.map(str::to_owned);
    audit_log::record(tx, &entry)?;
    Ok(after)
}

/// An admin says whose an unmatched bank transaction is, once. Only a deposit that was approved by hand can
/// be the same money; one takes ties until they cover what was approved, so that a second payment is not
/// mistaken for it.
///
/// Errors: `NotFound`, `Fields` (no such user or deposit), `Conflict`.
pub fn assign(tx: &Tx, actor: &Actor, id: BankTxId, owner: Owner) -> Result<BankTransaction, DepositError> {
    let transaction = bank_transaction(tx, id)?;
    if transaction.status != BankStatus::Unmatched {
        return Err(DepositError::Conflict(Reason::TransferDecided));
    }
    let (posting, user, deposit) = match owner {
        Owner::User(user) => {
            ledger::balances(tx, user)?.ok_or_else(|| DepositError::field("user_id", Rule::NoSuch))?;
            (Posting::assigned(user, id, transaction.amount), Some(user), None)
        }
        Owner::Deposit(deposit) => {
            let no_deposit = || DepositError::field("deposit_id", Rule::NoSuch);
            let found = by_id(tx, deposit)?.ok_or_else(no_deposit)?;
            if !found.state.is_approved_by_hand() {
                return Err(DepositError::Conflict(Reason::DepositNotByHand));
            }
            if store::tied(tx, deposit)? >= found.credited {
                return Err(DepositError::Conflict(Reason::DepositCovered));
            }
            (Posting::tied(id, deposit, transaction.amount), None, Some(deposit))
        }
    };
    ledger::post(tx, &posting.by(actor.id))?;
    if let Some(user) = user {
        bonuses::reward(tx, &PaidIn { user, amount: transaction.amount, deposit: None, coupon: None })?;
        tell(tx, user, transaction.amount, None)?;
    }
    let changed = store::decide(tx, id, user, deposit)?;
    assert_eq!(changed, 1, "exactly one bank transaction is decided");
    tx.changed(Change::Review);
    let mut entry = actor.entry("bank_transaction.assign", format!("bank_transaction:{id}"));
    entry.before = Some(json!({ "status": transaction.status.into_str() }));
    entry.after = Some(json!({
        "status": BankStatus::Credited.into_str(),
        "amount": transaction.amount.get(),
        "user_id": user.map(UserId::get),
        "deposit_id": deposit.map(DepositId::get),
    }));
    audit_log::record(tx, &entry)?;
    bank_transaction(tx, id)
}

/// An unmatched bank transaction is no customer's: it is set aside, with a reason, and waits for nobody. Its money
/// stays in suspense. Errors: `NotFound`, `Conflict`, `Fields` (a reason of 1 to 1000 characters is needed).
pub fn set_aside(
    tx: &Tx,
    actor: &Actor,
    id: BankTxId,
    reason: &str,
) -> Result<BankTransaction, DepositError> {
    let before = bank_transaction(tx, id)?;
    if before.status != BankStatus::Unmatched {
        return Err(DepositError::Conflict(Reason::TransferDecided));
    }
    let reason = reason.trim();
    check_words("reason", reason)?;
    let changed = store::ignore(tx, id, reason)?;
    assert_eq!(changed, 1, "exactly one bank transaction is set aside");
    moved(tx, actor, "bank_transaction.ignore", &before, Some(reason))
}

/// Brings back what an admin set aside; it waits for an owner again. Errors: `NotFound`, `Conflict`.
pub fn bring_back(tx: &Tx, actor: &Actor, id: BankTxId) -> Result<BankTransaction, DepositError> {
    let before = bank_transaction(tx, id)?;
    if before.ignored_reason.is_none() {
        return Err(DepositError::Conflict(Reason::TransferNotSetAside));
    }
    let changed = store::unignore(tx, id)?;
    assert_eq!(changed, 1, "exactly one bank transaction is brought back");
    moved(tx, actor, "bank_transaction.unignore", &before, None)
}

fn moved(
    tx: &Tx,
    actor: &Actor,
    action: &'static str,
    before: &BankTransaction,
    reason: Option<&str>,
) -> Result<BankTransaction, DepositError> {
    let picture = |transaction: &BankTransaction| -> Value {
        json!({ "status": transaction.status.into_str(), "amount": transaction.amount.get() })
    };
    let after = bank_transaction(tx, before.id)?;
    tx.changed(Change::Review);
    let mut entry = actor.entry(action, format!("bank_transaction:{}", before.id));
    entry.before = Some(picture(before));
    entry.after = Some(picture(&after));
    entry.reason = reason.map(str::to_owned);
    audit_log::record(tx, &entry)?;
    Ok(after)
}
