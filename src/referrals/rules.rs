//! What a referrer is due, and what can be taken back. Pure.

use crate::kernel::money::{Overflow, Percent, Vnd};

/// ⌊percent × paid / 100⌋: what is due on what was finally paid.
pub(super) fn target(percent: Percent, paid: Vnd) -> Result<Vnd, Overflow> {
    percent.of(paid)
}

/// What goes back when only `target` is due of what was `paid`: never more than the referrer has. The rest is the
/// house's loss.
pub(super) fn taken_back(paid: Vnd, target: Vnd, balance: Vnd) -> Result<Vnd, Overflow> {
    Ok(paid.minus(target)?.min(balance).max(Vnd::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_commission_is_rounded_down() {
        let five = Percent::new(5).unwrap();
        for (paid, due) in [(0, 0), (19, 0), (20, 1), (39, 1), (12_000, 600), (i64::MAX, i64::MAX / 20)] {
            assert_eq!(target(five, Vnd::new(paid)), Ok(Vnd::new(due)), "{paid}");
        }
    }

    #[test]
    fn what_is_too_much_goes_back_as_far_as_it_is_there() {
        for (paid, target, has, back) in [(600, 400, 1000, 200), (600, 400, 150, 150), (600, 700, 1000, 0)] {
            assert_eq!(taken_back(Vnd::new(paid), Vnd::new(target), Vnd::new(has)), Ok(Vnd::new(back)));
        }
        assert_eq!(taken_back(Vnd::new(i64::MIN), Vnd::new(1), Vnd::ZERO), Err(Overflow));
    }

    proptest! {
        #[test]
        fn a_commission_stays_within_its_share(percent in 0_i64..=100, paid in 0..=i64::MAX) {
            let due = target(Percent::new(percent).unwrap(), Vnd::new(paid)).unwrap().get();
            let share = i128::from(paid) * i128::from(percent);
            prop_assert!(i128::from(due) * 100 <= share && share < (i128::from(due) + 1) * 100);
        }

        #[test]
        fn never_more_is_taken_back_than_is_there(paid in 0..=i64::MAX, target in 0..=i64::MAX, has in 0..=i64::MAX) {
            let back = taken_back(Vnd::new(paid), Vnd::new(target), Vnd::new(has)).unwrap().get();
            prop_assert!(back >= 0 && back <= has && (back == 0 || paid - back >= target));
        }
    }
}
