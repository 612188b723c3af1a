//! The ledger: every movement of money is one immutable transfer between two accounts.
//!
//! A transfer takes from the debit account and gives to the credit account, so the sum over all accounts is zero.
//! A user's account has the user's id and never falls below zero; the house's accounts may. Balances, spending and
//! earnings are cached on the account and moved by the schema's triggers together with the transfer, never
//! otherwise. What each kind means and between which accounts it moves stands in docs/LEDGER.md.

mod entry;
mod error;
mod store;

pub use entry::{Account, Kind, Posting};
pub use error::LedgerError;
pub use store::{Entry, StatementFilter, balances, balances_of, has_any, of_order, statement};

use crate::db::Tx;
use crate::kernel::change::Change;
use crate::kernel::error::Fault;
use crate::kernel::ids::TransferId;
use crate::kernel::money::Vnd;

/// What an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balances {
    pub balance: Vnd,
    /// Of a user: what was charged less what was refunded.
    pub spent: Vnd,
    /// Of a user: what was charged and counts as spent only when its orders are released.
    pub unreleased: Vnd,
    /// Of a user: commission credited less commission taken back.
    pub earned: Vnd,
    /// What the tier follows: what was spent here, and at the panel that the user came from.
    pub standing: Vnd,
}

/// Moves money. The same posting under the same key is answered with the first transfer and moves nothing.
///
/// Errors: `Insufficient` when a user's balance would fall below zero, `KeyReused` when the key stands for another
/// posting, `NoAccount` when one side does not exist.
pub fn post(tx: &Tx, posting: &Posting) -> Result<TransferId, LedgerError> {
    assert!(posting.amount.is_positive(), "a transfer moves at least one dong");
    assert!(posting.debit != posting.credit, "a transfer has two sides");
    let debit = store::balance(tx, posting.debit)?.ok_or(LedgerError::NoAccount)?;
    let credit = store::balance(tx, posting.credit)?.ok_or(LedgerError::NoAccount)?;
    if matches!(posting.debit, Account::User(_)) && debit < posting.amount {
        let refusal = LedgerError::Insufficient { balance: debit, needed: posting.amount };
        return posted_before(tx, posting)?.ok_or(refusal);
    }
    // The schema moves both balances, and refuses figures that do not follow from those before.
    let after = (debit.minus(posting.amount)?, credit.plus(posting.amount)?);
    let Some(id) = store::insert(tx, posting, after)? else {
        let known = posted_before(tx, posting)?;
        return known
            .ok_or_else(|| Fault::Internal("a transfer was neither new nor known".to_owned()).into());
    };
    for side in [posting.debit, posting.credit] {
        if let Account::User(user) = side {
            tx.changed(Change::Balance(user));
        }
    }
    Ok(id)
}

/// The transfer under the posting's key, if there is one. Errors: `KeyReused` when it is another one.
fn posted_before(tx: &Tx, posting: &Posting) -> Result<Option<TransferId>, LedgerError> {
    match store::by_key(tx, posting)? {
        None => Ok(None),
        Some((id, true)) => Ok(Some(id)),
        Some((_, false)) => Err(LedgerError::KeyReused),
    }
}
