//! What the old panel's values are here. Pure and total: a value that is none has its answer too.

use crate::kernel::clock::Timestamp;
use crate::kernel::figure::{self, Decimal};
use crate::kernel::foreign::Scalar;
use crate::kernel::money::{Rate, Vnd, decimal, div_ceil};
use crate::kernel::text::{folded, trimmed};
use time::macros::format_description;
use time::{Date, PrimitiveDateTime, UtcOffset};

/// More is no balance and no price, but a fault of the dump.
const MOST: i128 = 1_000_000_000_000;
/// The clock of such panels, as far as nobody says otherwise.
const HOURS_AHEAD: i8 = 7;
/// Orders and services keep old numbers up to here.
const HIGHEST_ID: i64 = 1_000_000_000_000;

/// VND for a unit of the old panel's money: a decimal number above 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRate(String);

impl ExchangeRate {
    /// `None`: it is no such number.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, places) = decimal(text)?;
        let fits = digits > 0 && digits < MOST.checked_mul(1000)? && places <= 10;
        fits.then(|| ExchangeRate(text.to_owned()))
    }

    pub fn one() -> Self {
        ExchangeRate("1".to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a balance comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// Whole dong, and the millionths of one that are lost by rounding down.
    Whole {
        amount: Vnd,
        lost: i64,
    },
    Negative,
    /// No number, one that could be two, or beyond all measure.
    Unreadable,
}

/// ⌊text × rate⌋. `is_typed`: people wrote it, so that a lone separator before three digits may part thousands.
pub(super) fn amount(text: &str, rate: &ExchangeRate, is_typed: bool) -> Amount {
    let Some(number) = number(text, is_typed) else { return Amount::Unreadable };
    if let Some(below) = number.as_str().strip_prefix('-') {
        let is_zero = below.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        return if is_zero { Amount::Whole { amount: Vnd::ZERO, lost: 0 } } else { Amount::Negative };
    }
    whole(number.as_str(), rate).unwrap_or(Amount::Unreadable)
}

fn number(text: &str, is_typed: bool) -> Option<Decimal> {
    let text = trimmed(text);
    let could_be_two = text.split_once(['.', ',']).is_some_and(|(whole, places)| {
        places.len() == 3
            && places.bytes().all(|byte| byte.is_ascii_digit())
            && !whole.trim_start_matches('-').starts_with('0')
    });
    if is_typed && could_be_two {
        return None;
    }
    Decimal::parse(text)
}

fn whole(text: &str, rate: &ExchangeRate) -> Option<Amount> {
    let ((digits, places), (rate, rate_places)) = (decimal(text)?, decimal(rate.as_str())?);
    let exact = digits.checked_mul(rate)?;
    let one = 10_i128.checked_pow(places.checked_add(rate_places)?)?;
    let amount = exact.checked_div(one)?;
    let rest = exact.checked_rem(one)?;
    let lost = rest.checked_mul(1_000_000)?.checked_div(one)?;
    if amount > MOST {
        return None;
    }
    let amount = Vnd::from_exact(amount).ok()?;
    Some(Amount::Whole { amount, lost: i64::try_from(lost).ok()? })
}

/// ⌈text × rate⌉ to a thousandth of a dong, as prices are rounded. `None`: it is no price.
pub(super) fn price(text: &str, rate: &ExchangeRate, is_typed: bool) -> Option<Rate> {
    let number = number(text, is_typed)?;
    let ((digits, places), (rate, rate_places)) = (decimal(number.as_str())?, decimal(rate.as_str())?);
    let exact = digits.checked_mul(rate)?.checked_mul(1000)?;
    let one = 10_i128.checked_pow(places.checked_add(rate_places)?)?;
    Rate::from_milli(i64::try_from(div_ceil(exact, one)?).ok()?)
}

/// A count: quantity, limits, remains. `None`: it is none.
pub(super) fn count(text: &str) -> Option<i64> {
    figure::limit(&Scalar::Text(text.to_owned())).filter(|count| *count >= 0)
}

/// An old number that can be kept here. `None`: it is a text, or beyond all measure.
pub(super) fn id(text: &str) -> Option<i64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|id| is_plain && (1..=HIGHEST_ID).contains(id))
}

/// `1`, `yes`, `on`, `active`, …
pub(super) fn is_yes(text: &str) -> bool {
    matches!(
        letters(text).as_str(),
        "1" | "yes" | "true" | "on" | "active" | "activated" | "enable" | "enabled" | "show"
    )
}

/// Of a user's status: shut out.
pub(super) fn is_shut_out(text: &str) -> bool {
    matches!(
        letters(text).as_str(),
        "0" | "no"
            | "false"
            | "banned"
            | "ban"
            | "blocked"
            | "block"
            | "inactive"
            | "suspended"
            | "deactivated"
            | "deactive"
            | "disabled"
            | "locked"
            | "khoa"
    )
}

/// How far an order was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OldStatus {
    Pending,
    Processing,
    InProgress,
    /// Completed, partial, canceled, refunded.
    Over,
    /// Any other word.
    Unknown,
}

pub(super) fn status(text: &str) -> OldStatus {
    match letters(text).as_str() {
        "pending" | "awaiting" | "waiting" | "queued" | "new" | "choxuly" => OldStatus::Pending,
        "processing" | "process" | "dangxuly" => OldStatus::Processing,
        "inprogress" | "progress" | "running" | "active" | "dangchay" => OldStatus::InProgress,
        "completed" | "complete" | "success" | "done" | "hoanthanh" | "partial" | "canceled"
        | "cancelled" | "cancel" | "refunded" | "refund" | "dahuy" | "huy" | "hoantien" | "dahoantien" => {
            OldStatus::Over
        }
        _ => OldStatus::Unknown,
    }
}

/// Letters and digits, in lower case and without accents.
fn letters(text: &str) -> String {
    folded(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// `2024-05-01 12:30:00`, the day alone, RFC 3339, or seconds since 1970. `None`: no time, or one to come.
pub(super) fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    let plain = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let day = format_description!("[year]-[month]-[day]");
    let text = trimmed(text);
    let local = PrimitiveDateTime::parse(text.get(..19).unwrap_or(text), &plain)
        .ok()
        .or_else(|| Date::parse(text, &day).ok().map(Date::midnight));
    let at = match (local, text.parse::<i64>()) {
        (Some(local), _) => {
            let seconds = local.assume_offset(UtcOffset::from_hms(HOURS_AHEAD, 0, 0).ok()?).unix_timestamp();
            Timestamp::from_millis(seconds.checked_mul(1000)?)
        }
        (None, Ok(seconds)) => Timestamp::from_millis(seconds.checked_mul(1000)?),
        (None, Err(_)) => Timestamp::parse_rfc3339(text)?,
    };
    (Timestamp::from_millis(0) < at && at <= now).then_some(at)
}

/// A line of text: control characters are blanks, and of what is too long the beginning counts.
pub(super) fn line(text: &str, most: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect();
    trimmed(&plain).to_owned()
}

/// Of a key for programs: one that nobody guesses.
pub(super) fn is_key(text: &str) -> bool {
    (16..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> ExchangeRate {
        ExchangeRate::parse(text).unwrap()
    }

    #[test]
    fn balances_are_rounded_down_and_what_is_lost_is_known() {
        for (text, rate, amount_, lost) in [
            ("100000.0000", "1", 100_000, 0),
            ("1.2345", "25417.3", 31_377, 656_850),
            ("0.9999", "1", 0, 999_900),
            ("1e3", "1", 1000, 0),
            ("-0.0000", "25000", 0, 0),
            ("1000000000000", "1", 1_000_000_000_000, 0),
        ] {
            let found = amount(text, &at(rate), false);
            assert_eq!(found, Amount::Whole { amount: Vnd::new(amount_), lost }, "{text}");
        }
        assert_eq!(amount("-0.01", &at("1"), false), Amount::Negative);
        for text in ["", "a", "1000000000001", "9e38", "1 2", "NaN", "99999999999999999999999999999999999"] {
            assert_eq!(amount(text, &at("1"), false), Amount::Unreadable, "{text}");
        }
    }

    #[test]
    fn what_people_typed_and_could_be_thousands_is_not_guessed() {
        for text in ["50.000", "50,000", "-50.000"] {
            assert_eq!(amount(text, &at("1"), true), Amount::Unreadable, "{text}");
        }
        for (text, amount_) in [("50000", 50_000), ("1.234.567", 1_234_567), ("50.00", 50), ("0.125", 0)] {
            let found = amount(text, &at("1"), true);
            assert!(
                matches!(found, Amount::Whole { amount, .. } if amount.get() == amount_),
                "{text} {found:?}"
            );
        }
        assert!(matches!(amount("12.345", &at("1"), false), Amount::Whole { .. }), "a dump has points only");
    }

    #[test]
    fn rates_of_exchange_are_numbers_above_zero() {
        for bad in ["", "0", "0.0", "-1", "1e3", "a", "1000000000000000", "1,5", "0.00000000001"] {
            assert_eq!(ExchangeRate::parse(bad), None, "{bad}");
        }
        assert!(ExchangeRate::parse("25417.5").is_some() && ExchangeRate::parse("0.05").is_some());
    }

    #[test]
    fn statuses_are_known_however_they_are_written() {
        for (text, status_) in [
            ("pending", OldStatus::Pending),
            ("In progress", OldStatus::InProgress),
            ("in_progress", OldStatus::InProgress),
            ("INPROGRESS", OldStatus::InProgress),
            ("processing", OldStatus::Processing),
            ("Đang xử lý", OldStatus::Processing),
            ("Hoàn thành", OldStatus::Over),
            ("canceled", OldStatus::Over),
            ("error", OldStatus::Unknown),
            ("", OldStatus::Unknown),
            ("3", OldStatus::Unknown),
        ] {
            assert_eq!(status(text), status_, "{text}");
        }
    }

    #[test]
    fn times_are_read_in_local_time_and_none_is_to_come() {
        let now = Timestamp::parse_rfc3339("2026-11-22T07:39:00Z").unwrap();
        for (text, at) in [
            ("2024-05-01 12:30:00", Some("2024-05-01T05:30:00Z")),
            ("2024-05-01 12:30:00.000000", Some("2024-05-01T05:30:00Z")),
            ("2024-05-01", Some("2024-04-30T17:00:00Z")),
            ("1700000000", Some("2023-11-14T22:13:20Z")),
            ("2024-05-01T12:30:00Z", Some("2024-05-01T12:30:00Z")),
            ("2124-05-01 12:30:00", None),
            ("0000-00-00 00:00:00", None),
            ("0", None),
            ("9223372036854775807", None),
            ("ngày 1", None),
        ] {
            assert_eq!(moment(text, now).map(Timestamp::rfc3339).as_deref(), at, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_value_is_judged(text in any::<String>(), is_typed: bool) {
            let now = Timestamp::from_millis(1_795_333_140_500);
            let _judged = (amount(&text, &at("1.5"), is_typed), price(&text, &at("3"), is_typed));
            let _judged = (count(&text), id(&text));
            let _judged = (status(&text), moment(&text, now), is_key(&text), is_yes(&text), is_shut_out(&text));
            prop_assert!(!line(&text, 20).contains(char::is_control) && line(&text, 20).chars().count() <= 20);
        }

        #[test]
        fn nobody_gets_more_than_there_was(
            digits in 0_i64..100_000_000_000, places in 0_u32..8, rate in 1_i64..100_000,
        ) {
            let one = 10_i64.pow(places);
            let width = usize::try_from(places).unwrap();
            let text = format!("{}.{:0width$}", digits / one, digits % one);
            let found = amount(&text, &at(&rate.to_string()), false);
            let exact = i128::from(digits) * i128::from(rate);
            match found {
                Amount::Whole { amount, .. } => {
                    let got = i128::from(amount.get()) * i128::from(one);
                    prop_assert!(got <= exact && exact - got < i128::from(one));
                }
                Amount::Unreadable => prop_assert!(exact / i128::from(one) > MOST),
                Amount::Negative => prop_assert!(false),
            }
        }
    }
}
