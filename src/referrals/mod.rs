//! Referrals: what a referrer earns on the orders of those who were referred, and how often the link was clicked.
//!
//! One commission per order, on what was finally paid for it. It is posted when the order becomes final and
//! follows later refunds down; what the referrer has spent by then is not taken back. Who referred whom is the
//! accounts' business and settled at registration.
//!
//! Invariant: `target` of a commission is its percent of what the order's owner has paid in the end; `paid` is what
//! the ledger says, and above the target by what the house lost.

mod rules;
mod store;

pub use store::{clicked, clicks, commission_of};

use crate::db::{ReadTx, Tx};
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::money::{Percent, Vnd};
use crate::ledger::{self, LedgerError, Posting};

/// An order that has been finished, or refunded after that.
#[derive(Debug, Clone, Copy)]
pub struct Accrual {
    pub order: OrderId,
    pub referrer: UserId,
    pub referred: UserId,
    /// The order's charge less all its refunds.
    pub paid: Vnd,
    /// In force now. The one an order was first settled at stays with it.
    pub percent: Percent,
}

/// Brings the order's commission to what is due now: credits it the first time, takes back what a later refund makes
/// too much of. Settling the same state again moves nothing. One of nothing is recorded too: its percent stays with the
/// order, so that it is not made up for later.
pub fn settle(tx: &Tx, accrual: &Accrual) -> Result<(), LedgerError> {
    match store::by_order(tx, accrual.order)? {
        None => accrue(tx, accrual),
        Some(earlier) => lower(tx, accrual, &earlier),
    }
}

/// What of the order's commission is not due any more and was not taken back: the referrer had spent it.
pub fn lost(tx: &ReadTx, order: OrderId) -> Result<Vnd, LedgerError> {
    let settled = store::by_order(tx, order)?;
    Ok(settled.map_or(Ok(Vnd::ZERO), |settled| settled.paid.minus(settled.target))?)
}

fn accrue(tx: &Tx, accrual: &Accrual) -> Result<(), LedgerError> {
    let target = rules::target(accrual.percent, accrual.paid)?;
    store::insert(tx, accrual, target)?;
    if target.is_positive() {
        ledger::post(tx, &Posting::commission(accrual.referrer, accrual.order, target))?;
    }
    Ok(())
}

fn lower(tx: &Tx, accrual: &Accrual, earlier: &store::Commission) -> Result<(), LedgerError> {
    let target = rules::target(earlier.percent, accrual.paid)?;
    if target >= earlier.target {
        return Ok(());
    }
    let balance = ledger::balances(tx, earlier.referrer)?.map_or(Vnd::ZERO, |account| account.balance);
    let back = rules::taken_back(earlier.paid, target, balance)?;
    store::update(tx, accrual.order, target, earlier.paid.minus(back)?)?;
    if back.is_positive() {
        ledger::post(tx, &Posting::commission_reversal(earlier.referrer, accrual.order, back))?;
    }
    Ok(())
}
