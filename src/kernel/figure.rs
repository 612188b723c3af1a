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

/// A whole number that a buyer asks for, as text: like [`whole`], and never with an exponent, which no form takes.
pub fn asked(text: &str) -> Option<i64> {
    whole(&Scalar::Text(text.to_owned())).filter(|_| !text.contains(['e', 'E']))
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
#[path = "figure_tests.rs"]
mod tests;
