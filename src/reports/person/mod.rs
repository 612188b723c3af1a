//! All that an admin wants to know of one person at once: the money, who came by whom, and what may be a sign of fraud.

mod rules;
mod store;

pub use rules::{Other, Sign};

use crate::accounts;
use crate::bonuses;
use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::money::{Overflow, Vnd};
use crate::ledger::{self, Kind};
use rules::{Facts, Shared};
use std::collections::BTreeMap;

/// How far back it is looked at who comes from where.
const DAYS: i64 = 30;
const DAY_S: i64 = 24 * 60 * 60;

/// A user's money since the account was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Money {
    pub balance: Vnd,
    /// Paid in, by transfer and by hand.
    pub deposited: Vnd,
    /// What was charged for orders.
    pub charged: Vnd,
    /// What went back of that.
    pub refunded: Vnd,
    /// Of those whom the user referred, less what was taken back.
    pub commission: Vnd,
    /// Given with deposits and coupons, less what was taken back.
    pub bonus: Vnd,
    /// What of the balance was given and is not spent yet.
    pub bonus_unspent: Vnd,
    /// Given by admins, less what they took.
    pub adjusted: Vnd,
}

/// A person as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub money: Money,
    pub referrer: Option<UserId>,
    /// Up to `MOST_COUNTED`.
    pub referred: i64,
    /// Accounts that were used from where this one was.
    pub others: Vec<Other>,
    pub signs: Vec<Sign>,
}

/// Where counting those who were referred ends.
pub const MOST_COUNTED: i64 = 1000;

/// `None`: there is no such user.
pub fn person(tx: &ReadTx, user: UserId) -> Result<Option<Person>, Fault> {
    let Some(balances) = ledger::balances(tx, user)? else { return Ok(None) };
    let Some(referrer) = accounts::referrer(tx, user)? else { return Ok(None) };
    let sums = store::sums(tx, user)?;
    let sum = |kind: Kind| sums.get(&kind).copied().unwrap_or(Vnd::ZERO);
    let refunded = sum(Kind::Refund);
    let too_much = |_: Overflow| Fault::Overflow("the charges of a user");
    // Whether it counts as spent by now or only when its orders are released.
    let charged = balances.spent.plus(balances.unreleased).map_err(too_much)?;
    let money = Money {
        balance: balances.balance,
        deposited: sum(Kind::Deposit),
        charged: charged.plus(refunded).map_err(too_much)?,
        refunded,
        commission: balances.earned,
        bonus: sum(Kind::Bonus),
        bonus_unspent: bonuses::unspent(tx, user, charged)?,
        adjusted: sum(Kind::Adjustment),
    };
    let since = tx.now().plus_seconds(-DAYS * DAY_S);
    let shared =
        Shared { devices: store::at_devices(tx, user, since)?, addresses: addresses(tx, user, since)? };
    let known = store::known(tx, &shared.users())?;
    let facts = Facts {
        others: shared.others(&known, user, referrer),
        charged: money.charged,
        refunded,
        coupons_refused: store::coupons_refused(tx, user, since)?,
    };
    let signs = rules::signs(&facts);
    let referred = store::referred_count(tx, user, MOST_COUNTED)?;
    Ok(Some(Person { money, referrer, referred, others: facts.others, signs }))
}

/// Who else came from each address that the user came from.
fn addresses(
    tx: &ReadTx,
    user: UserId,
    since: Timestamp,
) -> Result<BTreeMap<String, Vec<(UserId, Timestamp)>>, Fault> {
    let mut all = BTreeMap::new();
    for address in store::addresses(tx, user, since)? {
        let others = store::at_address(tx, &address, user, since)?;
        all.insert(address, others);
    }
    Ok(all)
}
