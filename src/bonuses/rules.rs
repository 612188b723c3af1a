//! When a coupon counts, what it brings, and what of a bonus is not spent yet. Pure.

use super::Coupon;
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::BonusId;
use crate::kernel::money::{Overflow, Percent, Vnd};
use crate::kernel::reason::Reason;
use strum::{IntoStaticStr, VariantArray};

/// What a coupon brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum CouponKind {
    /// So many percent of what is paid in.
    Percent,
    /// So many VND with a deposit.
    Amount,
    /// So many VND with the code alone.
    Free,
}

/// What came of a coupon when its deposit was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum CouponOutcome {
    /// It brought the bonus.
    Counted,
    /// The bonus on deposits is at least as much: that was given, and the coupon stays unused.
    Smaller,
    /// Its time was over, or it was turned off.
    Ended,
    /// It had counted as often as it may.
    UsedUp,
    /// The same for this user.
    UsedBefore,
    /// What was paid in is less than it asks for.
    TooLittle,
}

impl CouponOutcome {
    /// The same as a refusal.
    pub(super) fn reason(self, coupon: &Coupon) -> Reason {
        match self {
            CouponOutcome::Counted | CouponOutcome::Ended | CouponOutcome::Smaller => Reason::CouponEnded,
            CouponOutcome::UsedUp => Reason::CouponUsedUp,
            CouponOutcome::UsedBefore => Reason::CouponUsedBefore,
            CouponOutcome::TooLittle => Reason::CouponTooLittle { min: coupon.min_deposit.get() },
        }
    }
}

/// What money brings beside it: the coupon's bonus where that is more than the one it has by itself; and what comes of
/// the coupon.
pub(super) fn larger(plain: Vnd, offered: Result<Vnd, CouponOutcome>) -> (Vnd, CouponOutcome) {
    match offered {
        Ok(bonus) if bonus > plain => (bonus, CouponOutcome::Counted),
        Ok(_) => (plain, CouponOutcome::Smaller),
        Err(why) => (plain, why),
    }
}

/// A code as it is kept: what people type around it and its case mean nothing.
pub(super) fn code(typed: &str) -> String {
    crate::kernel::text::trimmed(typed).to_uppercase()
}

impl Coupon {
    /// Whether it may count once more for somebody who has used it so often.
    pub(super) fn check(&self, used_by_user: i64, now: Timestamp) -> Result<(), CouponOutcome> {
        if !self.active || self.ends_at.is_some_and(|end| end <= now) {
            return Err(CouponOutcome::Ended);
        }
        if self.most_uses.is_some_and(|most| self.used >= most) {
            return Err(CouponOutcome::UsedUp);
        }
        if self.per_user.is_some_and(|most| used_by_user >= most) {
            return Err(CouponOutcome::UsedBefore);
        }
        Ok(())
    }

    /// What it brings with so much paid in, where less than `least` is no deposit that anybody may ask for.
    pub(super) fn on_deposit(
        &self,
        paid: Vnd,
        least: Vnd,
        used_by_user: i64,
        now: Timestamp,
    ) -> Result<Vnd, CouponOutcome> {
        self.check(used_by_user, now)?;
        if paid < self.min_deposit.max(least) {
            return Err(CouponOutcome::TooLittle);
        }
        let bonus = match self.kind {
            CouponKind::Percent => {
                // At most all of what was paid: no sum beyond measure.
                let percent = Percent::new(self.value).unwrap_or_default();
                let share = percent.of(paid).unwrap_or(paid);
                self.max_bonus.map_or(share, |most| share.min(most))
            }
            CouponKind::Amount | CouponKind::Free => Vnd::new(self.value),
        };
        Ok(bonus)
    }
}

/// A bonus that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grant {
    pub id: BonusId,
    pub amount: Vnd,
    pub taken_back: Vnd,
    /// All of it is spent once the user was charged so much in all.
    pub spent_at: Vnd,
}

impl Grant {
    /// What was not taken back.
    fn kept(&self) -> Vnd {
        Vnd::new(self.amount.get().saturating_sub(self.taken_back.get()).max(0))
    }

    /// What is left of it for a user who was charged so much in all: own money goes first.
    pub(super) fn unspent(&self, charged: Vnd) -> Vnd {
        Vnd::new(self.spent_at.get().saturating_sub(charged.get()).clamp(0, self.kept().get()))
    }
}

/// Of grants, newest first, those that are spent sooner now that so much is left in all: each with its new `spent_at`.
/// Then all unspent ones together are never more than the balance. What was lost was own money, as far as there was
/// any.
pub(super) fn spent_sooner(
    grants: &[Grant],
    charged: Vnd,
    balance: Vnd,
) -> Result<Vec<(BonusId, Vnd)>, Overflow> {
    let mut sooner = Vec::new();
    let mut end = charged.plus(balance)?;
    for grant in grants {
        if grant.spent_at > end {
            sooner.push((grant.id, end));
        }
        end = end.min(grant.spent_at).minus(grant.kept())?;
    }
    Ok(sooner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::CouponId;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn coupon(kind: CouponKind, value: i64) -> Coupon {
        Coupon {
            id: CouponId::new(1),
            code: "TET".to_owned(),
            kind,
            value,
            max_bonus: None,
            min_deposit: Vnd::ZERO,
            most_uses: None,
            per_user: None,
            ends_at: None,
            active: true,
            used: 0,
            created_at: NOW,
            updated_at: NOW,
        }
    }

    #[test]
    fn a_percentage_is_rounded_down_and_capped() {
        let ten = coupon(CouponKind::Percent, 10);
        let brings =
            |coupon: &Coupon, paid| coupon.on_deposit(Vnd::new(paid), Vnd::ZERO, 0, NOW).map(Vnd::get);
        assert_eq!(brings(&ten, 99), Ok(9));
        assert_eq!(brings(&ten, 100), Ok(10));
        assert_eq!(brings(&ten, i64::MAX), Ok(i64::MAX / 10));
        let capped = Coupon { max_bonus: Some(Vnd::new(7)), ..ten };
        assert_eq!(brings(&capped, 60), Ok(6));
        assert_eq!(brings(&capped, 99), Ok(7));
        assert_eq!(brings(&coupon(CouponKind::Amount, 5), 1), Ok(5));
    }

    #[test]
    fn a_coupon_counts_until_its_end_and_as_often_as_it_may() {
        let plain = coupon(CouponKind::Amount, 5);
        let refused =
            |coupon: &Coupon, used| coupon.on_deposit(Vnd::new(50), Vnd::ZERO, used, NOW).unwrap_err();
        assert_eq!(refused(&Coupon { active: false, ..plain.clone() }, 0), CouponOutcome::Ended);
        assert_eq!(refused(&Coupon { ends_at: Some(NOW), ..plain.clone() }, 0), CouponOutcome::Ended);
        let used_up = Coupon { most_uses: Some(3), used: 3, ..plain.clone() };
        assert_eq!(refused(&used_up, 0), CouponOutcome::UsedUp);
        assert_eq!(refused(&Coupon { per_user: Some(1), ..plain.clone() }, 1), CouponOutcome::UsedBefore);
        assert_eq!(
            refused(&Coupon { min_deposit: Vnd::new(51), ..plain.clone() }, 0),
            CouponOutcome::TooLittle
        );
        let still = Coupon { ends_at: Some(NOW.plus_seconds(1)), most_uses: Some(3), used: 2, ..plain };
        let just_enough = Coupon { min_deposit: Vnd::new(50), ..still.clone() };
        assert!(just_enough.on_deposit(Vnd::new(50), Vnd::new(50), 7, NOW).is_ok());
        let too_little = still.on_deposit(Vnd::new(50), Vnd::new(51), 0, NOW);
        assert_eq!(too_little, Err(CouponOutcome::TooLittle), "less than the shop takes");
    }

    #[test]
    fn a_coupon_counts_only_where_it_brings_more() {
        let outcome = |plain, offered: Result<i64, CouponOutcome>| {
            let (brought, outcome) = larger(Vnd::new(plain), offered.map(Vnd::new));
            (brought.get(), outcome)
        };
        assert_eq!(outcome(5, Ok(6)), (6, CouponOutcome::Counted));
        assert_eq!(outcome(5, Ok(5)), (5, CouponOutcome::Smaller));
        assert_eq!(outcome(5, Ok(4)), (5, CouponOutcome::Smaller));
        assert_eq!(outcome(5, Err(CouponOutcome::UsedUp)), (5, CouponOutcome::UsedUp));
    }

    #[test]
    fn own_money_goes_first() {
        // 1,000 paid in, 100 given, nothing charged before.
        let grant = Grant {
            id: BonusId::new(1),
            amount: Vnd::new(100),
            taken_back: Vnd::ZERO,
            spent_at: Vnd::new(1100),
        };
        let left = |charged| grant.unspent(Vnd::new(charged)).get();
        assert_eq!(
            (left(0), left(1000), left(1001), left(1060), left(1100), left(5000)),
            (100, 100, 99, 40, 0, 0)
        );
        let half = Grant { taken_back: Vnd::new(70), ..grant };
        assert_eq!(half.unspent(Vnd::new(0)).get(), 30);
        assert_eq!(half.unspent(Vnd::new(1090)).get(), 10);
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(code(" tet-2027 "), "TET-2027");
    }

    /// A user's money, as the ledger would have it.
    #[derive(Default)]
    struct Purse {
        balance: i64,
        charged: i64,
        /// Newest first.
        grants: Vec<Grant>,
    }

    impl Purse {
        fn unspent(&self) -> i64 {
            self.grants.iter().map(|grant| grant.unspent(Vnd::new(self.charged)).get()).sum()
        }

        fn give(&mut self, amount: i64) {
            self.balance += amount;
            let spent_at = Vnd::new(self.charged + self.balance);
            let id = BonusId::new(i64::try_from(self.grants.len()).unwrap());
            self.grants.insert(0, Grant { id, amount: Vnd::new(amount), taken_back: Vnd::ZERO, spent_at });
        }

        fn lose(&mut self, amount: i64) {
            self.balance -= amount.min(self.balance);
            let (charged, balance) = (Vnd::new(self.charged), Vnd::new(self.balance));
            for (id, spent_at) in spent_sooner(&self.grants, charged, balance).unwrap() {
                let grant = self.grants.iter_mut().find(|grant| grant.id == id).unwrap();
                assert!(spent_at < grant.spent_at);
                grant.spent_at = spent_at;
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_unspent_is_never_more_than_there_is(
            steps in proptest::collection::vec((0..5, 1..1_000_i64), 1..60),
        ) {
            let mut purse = Purse::default();
            for (what, amount) in steps {
                let (own, unspent) = (purse.balance - purse.unspent(), purse.unspent());
                match what {
                    0 => purse.balance += amount,
                    1 => purse.give(amount),
                    2 => {
                        let charge = amount.min(purse.balance);
                        (purse.balance, purse.charged) = (purse.balance - charge, purse.charged + charge);
                    }
                    3 => {
                        let refund = amount.min(purse.charged);
                        (purse.balance, purse.charged) = (purse.balance + refund, purse.charged - refund);
                    }
                    _ => {
                        purse.lose(amount);
                        let eaten = (amount - own).clamp(0, unspent);
                        proptest::prop_assert_eq!(purse.unspent(), unspent - eaten, "own money goes first");
                    }
                }
                proptest::prop_assert!(purse.unspent() <= purse.balance);
            }
        }
    }
}
