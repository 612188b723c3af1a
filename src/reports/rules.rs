//! What follows from the sums. Pure.

use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::money::{Overflow, Vnd, decimal};

const DAY_HOURS: i128 = 24;
const WEEK_HOURS: i128 = 7 * 24;

/// ⌊amount × exchange rate⌋ in đồng, from two decimal texts; the amount may be below zero. `None` when one of them is
/// no such number or the result is beyond all measure.
pub fn converted(amount: &str, exchange_rate: &str) -> Option<Vnd> {
    let (digits, places) = decimal(amount.strip_prefix('-').unwrap_or(amount))?;
    let (rate, rate_places) = decimal(exchange_rate)?;
    let signed = if amount.starts_with('-') { digits.checked_neg()? } else { digits };
    let scale = 10_i128.checked_pow(places.checked_add(rate_places)?)?;
    Vnd::from_exact(signed.checked_mul(rate)?.checked_div_euclid(scale)?).ok()
}

/// 1,000 × part ÷ whole to the nearest, halves up, as every share that the panel shows: also of a part below zero.
/// `None`: there is no whole.
pub fn permille(part: Vnd, whole: Vnd) -> Result<Option<i64>, Overflow> {
    if whole <= Vnd::ZERO {
        return Ok(None);
    }
    let whole = i128::from(whole.get());
    let doubled = i128::from(part.get()).checked_mul(2000).and_then(|part| part.checked_add(whole));
    let share = doubled.zip(whole.checked_mul(2)).and_then(|(part, whole)| part.checked_div_euclid(whole));
    let share = share.ok_or(Overflow)?;
    i64::try_from(share).map(Some).map_err(|_| Overflow)
}

/// What a provider took lately, estimated from the sums by day: of the day that the span begins in, the part that
/// lies within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// In the last 24 hours.
    pub day: Vnd,
    /// In the last 7 days.
    pub week: Vnd,
}

impl Pace {
    /// How many days before today the sums are needed.
    pub const DAYS_BACK: i64 = 7;

    /// From the cost of each day. `None` when a sum is beyond all measure.
    pub fn of(costs: &[(Day, Vnd)], now: Timestamp) -> Option<Pace> {
        let today = Day::of(now);
        let gone_ms = i128::from(now.millis().checked_sub(today.start().millis())?);
        let day_ms = i128::from(today.plus(1).start().millis().checked_sub(today.start().millis())?);
        let last = |days: i64| {
            let begins = today.plus(days.checked_neg()?);
            let mut sum = 0_i128;
            for (day, cost) in costs.iter().filter(|(day, _)| (begins..=today).contains(day)) {
                let cost = i128::from(cost.get());
                let part_ms = if *day == begins { day_ms.checked_sub(gone_ms)? } else { day_ms };
                sum = sum.checked_add(cost.checked_mul(part_ms)?.checked_div(day_ms)?)?;
            }
            Vnd::from_exact(sum).ok()
        };
        Some(Pace { day: last(1)?, week: last(Self::DAYS_BACK)? })
    }

    /// How many whole hours the funds last at the faster of the two paces. `None`: nothing was taken lately.
    pub fn hours_left(self, funds: Vnd) -> Option<i64> {
        let hours = |cost: Vnd, span: i128| {
            let cost = i128::from(cost.get());
            let lasts = i128::from(funds.get().max(0)).checked_mul(span)?.checked_div(cost)?;
            (cost > 0).then(|| i64::try_from(lasts).unwrap_or(i64::MAX))
        };
        hours(self.day, DAY_HOURS).into_iter().chain(hours(self.week, WEEK_HOURS)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn funds_are_converted_exactly_and_rounded_down() {
        let dong = |amount, rate| converted(amount, rate).map(Vnd::get);
        assert_eq!(dong("100.50", "25500.5"), Some(2_562_800));
        assert_eq!(dong("0.3", "3"), Some(0));
        assert_eq!(dong("-0.3", "3"), Some(-1));
        assert_eq!(dong("1250000", "1"), Some(1_250_000));
        for (amount, rate) in
            [("", "1"), ("abc", "1"), ("1", "-1"), ("--1", "1"), ("9".repeat(39).as_str(), "10")]
        {
            assert_eq!(dong(amount, rate), None, "{amount} {rate}");
        }
    }

    #[test]
    fn a_share_is_rounded_to_the_nearest_below_zero_too() {
        let of = |part, whole| permille(Vnd::new(part), Vnd::new(whole)).unwrap();
        assert_eq!([of(1, 3), of(-1, 3), of(0, 5), of(5, 5)], [Some(333), Some(-333), Some(0), Some(1000)]);
        assert_eq!(
            [of(2, 3), of(-2, 3), of(1, 2000), of(-1, 2000)],
            [Some(667), Some(-667), Some(1), Some(0)]
        );
        assert_eq!([of(5, 0), of(5, -1)], [None, None]);
        assert_eq!(permille(Vnd::new(i64::MAX), Vnd::new(1)), Err(Overflow));
    }

    #[test]
    fn a_pace_takes_the_part_of_the_first_day_that_lies_in_it() {
        let today = Day::from_number(20_000);
        let six_hours = Timestamp::from_millis(today.start().millis() + 6 * 3_600_000);
        let costs: Vec<_> = (0..9).map(|back| (today.plus(-back), Vnd::new(400))).collect();
        let pace = Pace::of(&costs, six_hours).unwrap();
        assert_eq!(pace, Pace { day: Vnd::new(400 + 300), week: Vnd::new(7 * 400 + 300) });
        assert_eq!(Pace::of(&[], six_hours), Some(Pace::default()));
    }

    #[test]
    fn funds_last_by_the_faster_pace() {
        let pace = Pace { day: Vnd::new(1000), week: Vnd::new(14_000) };
        assert_eq!(pace.hours_left(Vnd::new(1000)), Some(12));
        let slow_week = Pace { day: Vnd::new(1000), week: Vnd::new(1000) };
        assert_eq!(slow_week.hours_left(Vnd::new(1500)), Some(36));
        let idle_day = Pace { day: Vnd::ZERO, week: Vnd::new(700) };
        assert_eq!(idle_day.hours_left(Vnd::new(100)), Some(24));
        assert_eq!(pace.hours_left(Vnd::new(-5)), Some(0));
        assert_eq!(Pace::default().hours_left(Vnd::new(5)), None);
        let given_back = Pace { day: Vnd::new(-1), week: Vnd::ZERO };
        assert_eq!(given_back.hours_left(Vnd::new(5)), None);
    }
}
