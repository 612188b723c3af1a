//! Figures that somebody else wrote: rates, balances, counts. Pure, and never by way of a float.
//!
//! Providers group thousands by `,`, `.` or blanks, put a point or a comma before the places, and write small numbers
//! with exponents. What can only mean one number is that number. What could mean two is none, and what to do then is
//! for the rule around it.

use super::foreign::Scalar;
use std::fmt;

/// A decimal number kept as its digits, so that nothing is rounded on the way: `-12`, `73.50`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal(String);

/// Longest number, in characters, after exponents are written out.
const MAX_LEN: usize = 40;
/// What separates groups in writing beside the point and the comma.
const BLANKS: [char; 6] = [' ', '\u{a0}', '\u{2009}', '\u{202f}', '\'', '\u{2019}'];

impl Decimal {
    /// Reads a number as people and programs write it: `12`, `-2.5`, `1,234.50`, `1.234,5`, `1 234`, `9.0E-5`. A point
    /// before three digits is a point; a comma there could be either, so it is refused.
    pub fn parse(text: &str) -> Option<Self> {
        let spelled = Spelled::read(text.trim())?;
        (spelled.doubt != Some(',')).then_some(spelled.number)
    }

    /// Reads a JSON number, which has no groups.
    fn of_json(digits: &str) -> Option<Self> {
        let (sign, unsigned) = signed(digits);
        plain(sign, unsigned)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same as an integer, if it is one: `157.0` is 157.
    pub fn whole(&self) -> Option<i64> {
        let (whole, places) = self.0.split_once('.').unwrap_or((&self.0, ""));
        whole.parse().ok().filter(|_| places.bytes().all(|byte| byte == b'0'))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A JSON number, or a text that [`Decimal::parse`] reads.
pub fn decimal(value: &Scalar<'_>) -> Option<Decimal> {
    match value {
        Scalar::Text(text) => Decimal::parse(text),
        Scalar::Number(digits) => Decimal::of_json(digits),
        Scalar::Absent | Scalar::Bool(_) | Scalar::Other => None,
    }
}

/// A whole number: a count, an amount in a currency without parts. A lone separator before three digits is refused.
pub fn whole(value: &Scalar<'_>) -> Option<i64> {
    whole_unless(value, |doubt| doubt.is_some())
}

/// A limit: nobody writes one with places, so that a lone comma before three digits parts thousands.
pub fn limit(value: &Scalar<'_>) -> Option<i64> {
    whole_unless(value, |doubt| doubt == Some('.'))
}

fn whole_unless(value: &Scalar<'_>, is_refused: impl Fn(Option<char>) -> bool) -> Option<i64> {
    let Scalar::Text(text) = value else { return decimal(value)?.whole() };
    let spelled = Spelled::read(text.trim())?;
    if is_refused(spelled.doubt) {
        return None;
    }
    match spelled.doubt {
        Some(_) => spelled.grouped,
        None => spelled.number.whole(),
    }
}

/// A text that is a number.
struct Spelled {
    /// With its one `.` or `,` as the point.
    number: Decimal,
    /// The one separator in it, if that could also part thousands.
    doubt: Option<char>,
    /// What it is then.
    grouped: Option<i64>,
}

impl Spelled {
    fn read(text: &str) -> Option<Spelled> {
        let (sign, unsigned) = signed(text);
        if let Some(number) = plain(sign, unsigned) {
            let doubt = could_be_thousands(unsigned, '.').then_some('.');
            return Some(Spelled { number, doubt, grouped: None });
        }
        // Programs write exponents, and never groups or a comma beside them: who knows what that would mean.
        if unsigned.contains(['e', 'E']) {
            return None;
        }
        let text = unsigned.replace(BLANKS, " ");
        let kinds: Vec<char> =
            [' ', ',', '.'].into_iter().filter(|separator| text.contains(*separator)).collect();
        let (grouping, point) = match *kinds.as_slice() {
            [only] if only == ' ' || text.matches(only).count() > 1 => (Some(only), None),
            [only] => (None, Some(only)),
            // What comes last, and once, is the point.
            [first, second] if text.rfind(first) < text.rfind(second) => (Some(first), Some(second)),
            [first, second] if first != ' ' => (Some(second), Some(first)),
            _ => return None,
        };
        let (whole, places) = match point {
            Some(point) => {
                let (whole, places) = text.split_once(point).filter(|(_, places)| !places.is_empty())?;
                (whole, Some(places))
            }
            None => (text.as_str(), None),
        };
        let joined = match grouping {
            Some(grouping) => ungrouped(whole, grouping)?,
            None => whole.to_owned(),
        };
        let number = plain(sign, &places.map_or(joined.clone(), |places| format!("{joined}.{places}")))?;
        let doubt = point.filter(|point| grouping.is_none() && could_be_thousands(&text, *point));
        let grouped = doubt.and_then(|doubt| format!("{sign}{}", ungrouped(&text, doubt)?).parse().ok());
        Some(Spelled { number, doubt, grouped })
    }
}

fn signed(text: &str) -> (&'static str, &str) {
    text.strip_prefix('-').map_or(("", text), |unsigned| ("-", unsigned))
}

/// `1` to `999`, a separator and three digits: a group of thousands as likely as places.
fn could_be_thousands(text: &str, separator: char) -> bool {
    text.split_once(separator).is_some_and(|(whole, places)| {
        (1..=3).contains(&whole.len()) && !whole.starts_with('0') && places.len() == 3 && is_digits(places)
    })
}

/// Groups of three digits, the first of one to three, as one number.
fn ungrouped(text: &str, grouping: char) -> Option<String> {
    let mut groups = text.split(grouping);
    let first = groups.next()?;
    let fits = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    fits.then(|| text.replace(grouping, ""))
}

/// Digits, perhaps with a point and an exponent, and nothing else. The exponent is written out.
fn plain(sign: &str, text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, shift(exponent)?),
        None => (text, 0),
    };
    let (whole, places) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let readable = !whole.is_empty() && is_digits(whole) && is_digits(places);
    if !readable || text.len() > MAX_LEN {
        return None;
    }
    let digits = format!("{whole}{places}");
    let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let written = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => format!("{digits:0<point$}"),
        Ok(point) if point > 0 => {
            let (whole, places) = digits.split_at_checked(point)?;
            format!("{whole}.{places}")
        }
        _ => format!("0.{}{digits}", "0".repeat(usize::try_from(point.checked_neg()?).ok()?)),
    };
    let number = format!("{sign}{written}");
    (number.len() <= MAX_LEN).then_some(Decimal(number))
}

/// An exponent that cannot lead beyond any number that is read.
fn shift(exponent: &str) -> Option<i64> {
    let digits = exponent.trim_start_matches(['+', '-']);
    let is_plain =
        exponent.len().saturating_sub(digits.len()) <= 1 && !digits.is_empty() && is_digits(digits);
    let shift: i64 = exponent.parse().ok().filter(|_| is_plain)?;
    (shift.unsigned_abs() <= u64::try_from(MAX_LEN).ok()?).then_some(shift)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        Decimal::parse(text).map(|number| number.to_string())
    }

    fn text(text: &str) -> Scalar<'static> {
        Scalar::Text(text.to_owned())
    }

    #[test]
    fn what_can_mean_one_number_only_is_that_number() {
        for (text, number) in [
            ("0", "0"),
            ("73.50", "73.50"),
            ("-2.5", "-2.5"),
            ("2,5", "2.5"),
            ("007", "007"),
            ("50000.", "50000"),
            ("0.90", "0.90"),
            (" 95200 ", "95200"),
            ("12.500", "12.500"),
            ("0,125", "0.125"),
            ("1234,500", "1234.500"),
            ("1,234.50", "1234.50"),
            ("1.234,5", "1234.5"),
            ("1.234,567", "1234.567"),
            ("900,000.00", "900000.00"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("-1,234,567.89", "-1234567.89"),
            ("1 234", "1234"),
            ("1\u{a0}234\u{202f}567,8", "1234567.8"),
            ("1'234.50", "1234.50"),
            ("9e-05", "0.00009"),
            ("9.0E-5", "0.000090"),
            ("1.5e+3", "1500"),
            ("1.5e1", "15"),
            ("1.25e1", "12.5"),
            ("-1e3", "-1000"),
            ("0.1000000000000000055", "0.1000000000000000055"),
        ] {
            assert_eq!(read(text).as_deref(), Some(number), "{text:?}");
        }
    }

    #[test]
    fn what_could_mean_two_numbers_or_none_is_none() {
        for text in [
            "",
            " ",
            "-",
            ".",
            ",",
            ".5",
            "1,",
            "+1",
            "--1",
            "- 1",
            "1,204",
            "-1,204",
            "1.2.3",
            "1,2,3",
            "1,23,456",
            "1234,567,890",
            "1.204,5,6",
            "1,234 567",
            "1 23",
            "1  234",
            "12 34",
            "1.234 567",
            "1,234,56",
            "1,234e3",
            "e5",
            "1e",
            "1e+",
            "1e+-5",
            "1e1.5",
            "1e99",
            "1e-99",
            "1e400",
            "1e99999999999999999999",
            "NaN",
            "Infinity",
            "free",
            "٣",
            "0x10",
            "1_000",
            "$5",
            "5 VND",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert_eq!(read(&"9".repeat(41)), None);
        assert_eq!(read(&"9,999".repeat(20_000)), None);
    }

    #[test]
    fn numbers_of_json_have_no_groups() {
        for (digits, number) in
            [("9e-05", "0.00009"), ("-12.345", "-12.345"), ("1E2", "100"), ("157.0", "157.0")]
        {
            assert_eq!(decimal(&Scalar::Number(digits)).unwrap().as_str(), number);
        }
        assert_eq!(decimal(&Scalar::Number("1e400")), None);
        for value in [Scalar::Absent, Scalar::Bool(true), Scalar::Other] {
            assert_eq!(decimal(&value), None);
        }
    }

    #[test]
    fn counts_are_whole_and_a_lone_separator_before_three_digits_is_no_answer() {
        for (value, count) in [
            (text("157"), Some(157)),
            (text("157.0"), Some(157)),
            (text("-2"), Some(-2)),
            (text("900,000.00"), Some(900_000)),
            (text("1,204,000"), Some(1_204_000)),
            (text("1 204"), Some(1204)),
            (text("1e3"), Some(1000)),
            (Scalar::Number("157.0"), Some(157)),
            (Scalar::Number("157.000"), Some(157)),
            (Scalar::Number("1e3"), Some(1000)),
            (Scalar::Number("9223372036854775807"), Some(i64::MAX)),
            (Scalar::Number("9223372036854775808"), None),
            (Scalar::Number("1.5"), None),
            (text("157.5"), None),
            (text("157.000"), None),
            (text("1.204"), None),
            (text("1,204"), None),
            (text("1,000"), None),
            (Scalar::Absent, None),
        ] {
            assert_eq!(whole(&value), count, "{value:?}");
        }
        for (value, most) in
            [("1,000", Some(1000)), ("10,000", Some(10_000)), ("10.000", None), ("0,5", None)]
        {
            assert_eq!(limit(&text(value)), most, "{value}");
        }
    }

    /// The number in each spelling that leaves no doubt about it.
    fn spellings(whole: u32, places: &str) -> Vec<String> {
        let digits = whole.to_string();
        let grouped = |by: &str| {
            let bytes: Vec<char> = digits.chars().collect();
            let groups: Vec<String> = bytes.rchunks(3).rev().map(|group| group.iter().collect()).collect();
            groups.join(by)
        };
        let mut all = vec![digits.clone(), grouped(" "), grouped("\u{a0}"), grouped("'")];
        if whole >= 1_000_000 {
            all.extend([grouped("."), grouped(",")]);
        }
        if !places.is_empty() {
            let pointed = [(",", "."), (".", ","), (" ", "."), (" ", ",")];
            let is_clear = |by: &str| whole >= 1000 || places.len() != 3 || by == ".";
            let pointed = pointed.iter().filter(|(_, point)| is_clear(point));
            all = pointed.map(|(by, point)| format!("{}{point}{places}", grouped(by))).collect();
            all.push(format!("{digits}.{places}"));
            let exponent = format!("{digits}{places}e-{}", places.len());
            all.extend(Some(exponent).filter(|text| text.len() <= MAX_LEN && whole > 0));
        }
        all
    }

    proptest! {
        #[test]
        fn every_clear_spelling_of_a_number_is_that_number(whole: u32, small in 0_u32..1100, places in "[0-9]{0,6}") {
            for whole in [whole, small] {
                let number = if places.is_empty() { whole.to_string() } else { format!("{whole}.{places}") };
                for spelled in spellings(whole, &places) {
                    prop_assert_eq!(read(&spelled), Some(number.clone()), "{}", &spelled);
                    prop_assert_eq!(read(&format!("-{spelled}")), Some(format!("-{number}")), "{}", &spelled);
                }
            }
        }

        #[test]
        fn any_text_is_a_plain_number_or_none(figure in "[-+0-9.,eE '\u{a0}]{0,14}", other: String) {
            for text in [figure, other] {
                if let Some(number) = read(&text) {
                    let unsigned = number.trim_start_matches('-');
                    let (whole, places) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
                    prop_assert!(!whole.is_empty() && is_digits(whole) && !places.is_empty() && is_digits(places));
                    prop_assert!(number.len() <= MAX_LEN);
                    prop_assert_eq!(read(&number), Some(number.clone()), "it reads as itself");
                }
                for value in [Scalar::Text(text.clone()), Scalar::Number(&text)] {
                    drop((decimal(&value), whole(&value), limit(&value)));
                }
            }
        }
    }
}
