//! Bonuses: what users are given beside what they paid. A deposit brings its percentage or its coupon's, whichever is
//! more; a free coupon brings money by itself, to whoever has paid in before.
//!
//! A bonus is given in the transaction of the money it comes with. It is spent last: what of it is not spent yet is
//! taken back first when an admin pays a balance out.
//!
//! Invariant: what the house's account `bonus` gave is what the rows of `bonuses` say, less what was taken back.

mod coupons;
mod error;
mod rules;
mod store;

pub use coupons::{Draft, Patch, change, create};
pub use error::BonusError;
pub use rules::{CouponKind, CouponOutcome};
pub use store::{coupon, coupons};

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{BonusId, CouponId, DepositId, UserId};
use crate::kernel::money::Vnd;
use crate::kernel::reason::Reason;
use crate::ledger::{self, LedgerError, Posting};
use crate::settings;

/// A code that brings a bonus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coupon {
    pub id: CouponId,
    /// Upper case.
    pub code: String,
    pub kind: CouponKind,
    /// Percent, or VND.
    pub value: i64,
    /// The most that a percentage comes to.
    pub max_bonus: Option<Vnd>,
    /// What has to be paid in with it, at least.
    pub min_deposit: Vnd,
    /// How often it counts, in all and for one user. `None`: without end.
    pub most_uses: Option<i64>,
    pub per_user: Option<i64>,
    pub ends_at: Option<Timestamp>,
    pub active: bool,
    pub used: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Money that has come in for a user.
#[derive(Debug, Clone, Copy)]
pub struct PaidIn {
    pub user: UserId,
    pub amount: Vnd,
    pub deposit: Option<DepositId>,
    /// What the deposit was asked for with, if this is its first money.
    pub coupon: Option<CouponId>,
}

/// The coupon that a deposit of this amount may be asked for with. Errors: `NotValid`, with why.
pub fn for_deposit(tx: &ReadTx, user: UserId, code: &str, amount: Vnd) -> Result<CouponId, BonusError> {
    offered(tx, user, code, amount).map(|(id, _)| id)
}

/// What a deposit of this amount with this coupon would bring beside the money, were it paid now. Errors: as
/// `for_deposit`.
pub fn preview(tx: &ReadTx, user: UserId, code: &str, amount: Vnd) -> Result<Vnd, BonusError> {
    offered(tx, user, code, amount).map(|(_, bonus)| bonus)
}

fn offered(tx: &ReadTx, user: UserId, code: &str, amount: Vnd) -> Result<(CouponId, Vnd), BonusError> {
    let coupon = named(tx, code)?;
    if coupon.kind == CouponKind::Free {
        return Err(BonusError::NotValid(Reason::CouponIsFree));
    }
    match brought(tx, user, amount, (&coupon, amount))? {
        (bonus, CouponOutcome::Counted | CouponOutcome::Smaller) => Ok((coupon.id, bonus)),
        (
            _,
            why @ (CouponOutcome::Ended
            | CouponOutcome::UsedUp
            | CouponOutcome::UsedBefore
            | CouponOutcome::TooLittle),
        ) => Err(BonusError::NotValid(why.reason(&coupon))),
    }
}

fn named(tx: &ReadTx, code: &str) -> Result<Coupon, BonusError> {
    store::by_code(tx, &rules::code(code))?.ok_or(BonusError::NotValid(Reason::CouponUnknown))
}

/// What money brings by itself.
fn plain(tx: &ReadTx, paid: Vnd) -> Result<Vnd, LedgerError> {
    Ok(settings::bonus(tx)?.percent(paid).of(paid)?)
}

/// What money brings with a coupon, where less than `least` is no deposit, and what comes of the coupon.
fn brought(
    tx: &ReadTx,
    user: UserId,
    paid: Vnd,
    (coupon, least): (&Coupon, Vnd),
) -> Result<(Vnd, CouponOutcome), LedgerError> {
    let used = store::used_by(tx, coupon.id, user)?;
    Ok(rules::larger(plain(tx, paid)?, coupon.on_deposit(paid, least, used, tx.now())))
}

/// Gives what the money brings beside it, after the money itself is posted. What came of the coupon, if there is one:
/// it counts only if it brought the bonus.
pub fn reward(tx: &Tx, paid: &PaidIn) -> Result<Option<CouponOutcome>, LedgerError> {
    let asked_with = paid.coupon.map(|id| coupon(tx, id)).transpose()?.flatten();
    let (amount, outcome) = match &asked_with {
        None => (plain(tx, paid.amount)?, None),
        Some(coupon) => {
            let (least, _) = settings::deposit_limits(tx)?;
            let (amount, outcome) = brought(tx, paid.user, paid.amount, (coupon, least))?;
            (amount, Some(outcome))
        }
    };
    let counted = asked_with.filter(|_| outcome == Some(CouponOutcome::Counted)).map(|coupon| coupon.id);
    if amount.is_positive() {
        give(tx, paid.user, amount, counted, paid.deposit)?;
    }
    Ok(outcome)
}

/// Credits a free coupon; what it brought. Errors: `NotValid`, with why; the ledger's.
pub fn redeem(tx: &Tx, user: UserId, code: &str) -> Result<Vnd, BonusError> {
    let coupon = named(tx, code)?;
    if coupon.kind != CouponKind::Free {
        return Err(BonusError::NotValid(Reason::CouponForDeposits));
    }
    let used = store::used_by(tx, coupon.id, user)?;
    coupon.check(used, tx.now()).map_err(|why| BonusError::NotValid(why.reason(&coupon)))?;
    if !ledger::has_any(tx, user, ledger::Kind::Deposit)? {
        return Err(BonusError::NotValid(Reason::CouponNeedsDeposit));
    }
    let amount = Vnd::new(coupon.value);
    give(tx, user, amount, Some(coupon.id), None)?;
    Ok(amount)
}

fn give(
    tx: &Tx,
    user: UserId,
    amount: Vnd,
    coupon: Option<CouponId>,
    deposit: Option<DepositId>,
) -> Result<BonusId, LedgerError> {
    let (charged, balance) = standing(tx, user)?;
    let spent_at = charged.plus(balance)?.plus(amount)?;
    let id = store::insert(tx, &store::Gift { user, amount, spent_at, coupon, deposit })?;
    ledger::post(tx, &Posting::bonus(user, id, deposit, amount))?;
    Ok(id)
}

/// Takes back what is not spent of what was given, at most so much: first of all when a balance is paid out. What went
/// back.
pub fn take_back(tx: &Tx, user: UserId, at_most: Vnd, actor: Option<UserId>) -> Result<Vnd, LedgerError> {
    let (charged, balance) = standing(tx, user)?;
    let most = at_most.min(balance);
    let mut left = most;
    for grant in store::grants(tx, user)? {
        let back = grant.unspent(charged).min(left);
        if back.is_positive() {
            let total = grant.taken_back.plus(back)?;
            store::set_taken_back(tx, grant.id, total)?;
            ledger::post(tx, &Posting::bonus_taken_back(user, grant.id, back, total).by(actor))?;
            left = left.minus(back)?;
        }
    }
    keep_within_balance(tx, user)?;
    Ok(most.minus(left)?)
}

/// After money has left a user otherwise than by an order: what is unspent of what was given is no more than what is
/// left in all.
pub fn keep_within_balance(tx: &Tx, user: UserId) -> Result<(), LedgerError> {
    let (charged, balance) = standing(tx, user)?;
    for (id, spent_at) in rules::spent_sooner(&store::grants(tx, user)?, charged, balance)? {
        store::set_spent_at(tx, id, spent_at)?;
    }
    Ok(())
}

/// What of a user's balance was given and is not spent yet, once the user was charged so much in all: it is taken back
/// first when money is paid out.
pub fn unspent(tx: &ReadTx, user: UserId, charged: Vnd) -> Result<Vnd, Fault> {
    let grants = store::grants(tx, user)?;
    let sum = grants.iter().try_fold(Vnd::ZERO, |sum, grant| sum.plus(grant.unspent(charged)));
    sum.map_err(|_| Fault::Overflow("the bonuses of a user"))
}

/// What a user was charged in all, and has.
fn standing(tx: &ReadTx, user: UserId) -> Result<(Vnd, Vnd), LedgerError> {
    let account = ledger::balances(tx, user)?.ok_or(LedgerError::NoAccount)?;
    Ok((account.spent.plus(account.unreleased)?, account.balance))
}
