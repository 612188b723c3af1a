//! Whole đồng, rates and percents: integers only, every sum checked, every rounding named.

use super::rule::Rule;
use std::fmt;

/// Whole đồng. No operators, no float, no conversion from a bare number: every sum says that it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Vnd(i64);

/// A sum or product left the range of `i64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the amount is out of range")]
pub struct Overflow;

impl Vnd {
    pub const ZERO: Vnd = Vnd(0);

    pub const fn new(dong: i64) -> Self {
        Vnd(dong)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    pub fn plus(self, other: Vnd) -> Result<Vnd, Overflow> {
        self.0.checked_add(other.0).map(Vnd).ok_or(Overflow)
    }

    pub fn minus(self, other: Vnd) -> Result<Vnd, Overflow> {
        self.0.checked_sub(other.0).map(Vnd).ok_or(Overflow)
    }

    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// From an exact intermediate result.
    pub fn from_exact(wide: i128) -> Result<Vnd, Overflow> {
        i64::try_from(wide).map(Vnd).map_err(|_| Overflow)
    }
}

impl fmt::Display for Vnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} VND", self.0)
    }
}

/// Quotient rounded up; both sides not negative, `by` at least 1.
pub fn div_ceil(value: i128, by: i128) -> Option<i128> {
    value.checked_add(by.checked_sub(1)?)?.checked_div(by)
}

/// A decimal text without a sign: its digits without the point, and how many stood behind it.
pub fn decimal(text: &str) -> Option<(i128, u32)> {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let places = places.trim_end_matches('0');
    let digits = format!("{whole}{places}");
    if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, u32::try_from(places.len()).ok()?))
}

/// A price in thousandths of a đồng, for 1,000 units (or for one package). Never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i64);

impl Rate {
    /// A million million đồng per 1,000 units: far above any price, far below overflow.
    pub const MAX_MILLI: i64 = 1_000_000_000_000_000;

    pub const ZERO: Rate = Rate(0);
    pub const MAX: Rate = Rate(Self::MAX_MILLI);

    pub const RULE: Rule = Rule::Decimal { places: 3, max: Self::MAX_MILLI / 1000 };

    /// From thousandths of a đồng; `None`: it is not what `RULE` says.
    pub fn from_milli(milli: i64) -> Option<Self> {
        (0..=Self::MAX_MILLI).contains(&milli).then_some(Rate(milli))
    }

    /// Thousandths of a đồng.
    pub const fn milli(self) -> i64 {
        self.0
    }

    /// ⌈rate × (100 − discount) / 100⌉ to a thousandth of a đồng: what is shown of a rate with its discount. Orders are
    /// charged by the exact one.
    pub fn discounted(self, discount: Percent) -> Self {
        let share = i128::from(self.0).saturating_mul(i128::from(discount.complement()));
        div_ceil(share, 100).and_then(|milli| i64::try_from(milli).ok()).map_or(self, Rate)
    }

    /// ⌊rate × 100 / (100 + bonus)⌋ to a thousandth: what of it a buyer paid in who was given this bonus.
    pub fn without_bonus(self, bonus: Percent) -> Self {
        let whole = i128::from(bonus.get()).saturating_add(100);
        let own = i128::from(self.0).saturating_mul(100).checked_div_euclid(whole);
        own.and_then(|milli| i64::try_from(milli).ok()).map_or(self, Rate)
    }

    /// Reads `"12000"`, `"2.5"`, `"0.125"`; nothing else: no sign, exponent, comma or blank.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(places) || places.len() > 3 || whole.len() > 13 {
            return None;
        }
        let (whole, milli): (i64, i64) = (whole.parse().ok()?, format!("{places:0<3}").parse().ok()?);
        Rate::from_milli(whole.checked_mul(1000)?.checked_add(milli)?)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, milli) = (self.0 / 1000, self.0 % 1000);
        if milli == 0 {
            return write!(f, "{whole}");
        }
        let places = format!("{milli:03}");
        write!(f, "{whole}.{}", places.trim_end_matches('0'))
    }
}

/// A whole percentage, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Percent(u8);

impl Percent {
    pub const ZERO: Percent = Percent(0);

    pub fn new(percent: i64) -> Option<Self> {
        u8::try_from(percent).ok().filter(|p| *p <= 100).map(Percent)
    }

    pub fn get(self) -> i64 {
        i64::from(self.0)
    }

    /// ⌊percent × amount / 100⌋.
    pub fn of(self, amount: Vnd) -> Result<Vnd, Overflow> {
        let product = i128::from(amount.get()).checked_mul(i128::from(self.get())).ok_or(Overflow)?;
        Vnd::from_exact(product.checked_div_euclid(100).ok_or(Overflow)?)
    }

    /// What is left of a hundred.
    pub fn complement(self) -> i64 {
        i64::from(100_u8.saturating_sub(self.0))
    }
}

/// How many units are ordered: at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

impl Quantity {
    pub const ONE: Quantity = Quantity(1);

    pub fn new(units: i64) -> Option<Self> {
        (units >= 1).then_some(Quantity(units))
    }

    pub const fn get(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dong_are_positive_above_zero_and_print_with_their_unit() {
        let is_positive = |dong| Vnd::new(dong).is_positive();
        assert_eq!([-1, 0, 1].map(is_positive), [false, false, true]);
        assert_eq!(Vnd::new(-1_234_567).to_string(), "-1234567 VND");
    }

    #[test]
    fn bounds_are_where_their_names_say() {
        let just = |milli| Rate::from_milli(milli).is_some();
        let most = Rate::MAX_MILLI;
        assert_eq!([-1, 0, most, most + 1].map(just), [false, true, true, false]);
        assert_eq!(Rate::RULE, Rule::Decimal { places: 3, max: 1_000_000_000_000 });
        assert_eq!(
            [-1, 0, 100, 101, 256].map(|p| Percent::new(p).is_some()),
            [false, true, true, false, false]
        );
        assert_eq!([-1, 0, 1].map(|units| Quantity::new(units).is_some()), [false, false, true]);
    }

    #[test]
    fn decimals_keep_their_digits_and_count_their_places() {
        for (text, found) in [
            ("12", Some((12, 0))),
            ("0.050", Some((5, 2))),
            ("1.", Some((1, 0))),
            (".5", None),
            ("", None),
            ("1.x", None),
            ("x.1", None),
        ] {
            assert_eq!(decimal(text), found, "{text:?}");
        }
        assert_eq!([0, 99, 100, 101].map(|value| div_ceil(value, 100)), [Some(0), Some(1), Some(1), Some(2)]);
        assert_eq!((div_ceil(1, 0), div_ceil(i128::MAX, 2)), (None, None));
    }

    #[test]
    fn a_share_is_rounded_down_and_what_is_left_makes_a_hundred() {
        let of = |percent, dong| Percent::new(percent).unwrap().of(Vnd::new(dong)).map(Vnd::get);
        assert_eq!([of(5, 99), of(5, 100), of(100, i64::MAX)], [Ok(4), Ok(5), Ok(i64::MAX)]);
        assert_eq!(of(5, -1), Ok(-1), "towards the smaller");
        assert_eq!([0, 30, 100].map(|p| Percent::new(p).unwrap().complement()), [100, 70, 0]);
    }

    #[test]
    fn without_a_bonus_is_what_was_paid_in_rounded_down() {
        let own = |rate: &str, bonus| {
            Rate::parse(rate).unwrap().without_bonus(Percent::new(bonus).unwrap()).to_string()
        };
        assert_eq!([own("1100", 10), own("100", 0), own("0.001", 1)], ["1000", "100", "0"]);
    }

    #[test]
    fn rates_read_and_print_exactly() {
        for (text, milli, shown) in [
            ("12000", 12_000_000, "12000"),
            ("2.5", 2500, "2.5"),
            ("0.125", 125, "0.125"),
            ("7.50", 7500, "7.5"),
            ("1000000000000", Rate::MAX_MILLI, "1000000000000"),
        ] {
            let rate = Rate::parse(text).unwrap();
            assert_eq!((rate.milli(), rate.to_string().as_str()), (milli, shown));
        }
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "2,5",
            " 1",
            "1 ",
            "0.1234",
            "٣",
            "1.2.3",
            "99999999999999",
        ] {
            assert_eq!(Rate::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_discount_is_rounded_up_to_a_thousandth() {
        for (rate, percent, shown) in
            [("12000", 0, "12000"), ("12000", 3, "11640"), ("0.001", 50, "0.001"), ("9", 100, "0")]
        {
            let rate = Rate::parse(rate).unwrap();
            assert_eq!(
                rate.discounted(Percent::new(percent).unwrap()).to_string(),
                shown,
                "{rate} {percent}"
            );
        }
        assert_eq!(Rate::MAX.discounted(Percent::ZERO), Rate::MAX);
    }

    proptest! {
        #[test]
        fn every_rate_survives_its_text(milli in 0..=Rate::MAX_MILLI) {
            let rate = Rate::from_milli(milli).unwrap();
            prop_assert_eq!(Rate::parse(&rate.to_string()), Some(rate));
        }

        #[test]
        fn sums_never_wrap(a: i64, b: i64) {
            let exact = i128::from(a) + i128::from(b);
            prop_assert_eq!(Vnd::new(a).plus(Vnd::new(b)).ok().map(|v| i128::from(v.get())),
                i64::try_from(exact).ok().map(i128::from));
            let exact = i128::from(a) - i128::from(b);
            prop_assert_eq!(Vnd::new(a).minus(Vnd::new(b)), i64::try_from(exact).map(Vnd::new).map_err(|_| Overflow));
        }
    }
}
