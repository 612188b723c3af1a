//! Which deposits and bank transactions a list shows: those that meet all that is given.

use super::rules::{BankStatus, PREFIX, Status};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Rule;
use crate::kernel::ids::{UserId, UserSet, after_hash};
use crate::kernel::text::trimmed;

/// Fewer characters of a code, without what all have in common, or of a memo stand in too many.
const MIN_CHARS: usize = 3;
const MAX_CHARS: usize = 200;

/// Which deposits.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub user: Option<UserId>,
    pub status: Option<Status>,
    pub search: Option<Search>,
    /// Users whose deposits are not listed.
    pub without: UserSet,
}

/// What is searched for among deposits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// An id, or an amount that was asked for.
    Number(i64),
    /// The beginning of a code, as codes are written.
    Code(String),
}

impl Search {
    /// Digits, with their thousands apart or not, are a number; the rest is a code with or without `NAP`, in any case
    /// and with separators. Errors: neither.
    pub fn parse(text: &str) -> Result<Search, Rule> {
        if let Some(id) = after_hash(text) {
            return Ok(Search::Number(id));
        }
        let rule = Rule::DepositSearch { min: MIN_CHARS };
        let text = text.trim();
        if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ')) {
            return typed_number(text).map(Search::Number).ok_or(rule);
        }
        let prefix = String::from_utf8_lossy(PREFIX);
        let code: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let code = code.to_ascii_uppercase();
        let rest = code.strip_prefix(&*prefix).unwrap_or(&code);
        let fits = rest.len() >= MIN_CHARS && text.len() <= MAX_CHARS;
        let code = fits.then(|| Search::Code(format!("{prefix}{rest}")));
        code.ok_or(rule)
    }
}

/// As the pages read what is typed: in one, or in groups of three with alike marks between them; zeros behind another
/// mark fall away. `None`: it can be read in another way too. One beyond 64 bits is nobody's.
fn typed_number(text: &str) -> Option<i64> {
    let (whole, tail) = match text.rsplit_once(['.', ',']) {
        Some((whole, places)) if places.len() != 3 => (whole, text.get(whole.len()..)?),
        _ => (text, ""),
    };
    let mark = whole.chars().find(|c| !c.is_ascii_digit());
    let groups: Vec<&str> = mark.map_or(vec![whole], |mark| whole.split(mark).collect());
    let (first, rest) = groups.split_first()?;
    let is_grouped = rest.is_empty() || (1..=3).contains(&first.len()) && !first.starts_with('0');
    let fits = is_grouped
        && rest.iter().all(|group| group.len() == 3)
        && groups.iter().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()))
        && tail.chars().skip(1).all(|digit| digit == '0')
        && (tail.len() != 1 && (tail.is_empty() || mark.is_none_or(|mark| !tail.starts_with(mark))));
    fits.then(|| groups.concat().parse().unwrap_or(i64::MAX))
}

/// Which bank transactions.
#[derive(Debug, Clone, Default)]
pub struct BankFilter {
    pub status: Option<BankStatus>,
    pub search: Option<BankSearch>,
    /// Received from this moment on, and before that one.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

/// What is searched for among bank transactions: SePay's number, or a part of the memo or the reference in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankSearch {
    pub(super) sepay_id: Option<i64>,
    pub(super) part: Option<String>,
}

impl BankSearch {
    /// Digits are a number and are looked for in memos too. Errors: neither a number nor long enough.
    pub fn parse(text: &str) -> Result<BankSearch, Rule> {
        let text = trimmed(text);
        if let Some(id) = after_hash(text) {
            return Ok(BankSearch { sepay_id: Some(id), part: None });
        }
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let sepay_id = if is_number { text.parse().ok() } else { None };
        let fits =
            (MIN_CHARS..=MAX_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        let part = fits.then(|| text.to_owned());
        let found = sepay_id.is_some() || part.is_some();
        let rule = Rule::TransferSearch { min: MIN_CHARS, max: MAX_CHARS };
        if found { Ok(BankSearch { sepay_id, part }) } else { Err(rule) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deposit_is_searched_by_number_or_code() {
        let code = |text: &str| Ok(Search::Code(text.to_owned()));
        assert_eq!(Search::parse("50000"), Ok(Search::Number(50_000)));
        assert_eq!(Search::parse(" 1.250.000 "), Ok(Search::Number(1_250_000)));
        assert_eq!(Search::parse("#12"), Ok(Search::Number(12)));
        for (typed, amount) in
            [("50.000", 50_000), ("50,000", 50_000), ("50.000,00", 50_000), ("1000.00", 1000)]
        {
            assert_eq!(Search::parse(typed), Ok(Search::Number(amount)), "{typed}");
        }
        assert_eq!(Search::parse("99999999999999999999"), Ok(Search::Number(i64::MAX)));
        for text in ["NAPACD3", "nap acd3", "acd3", "A-C-D-3"] {
            assert_eq!(Search::parse(text), code("NAPACD3"), "{text}");
        }
        for text in [
            "",
            " ",
            "2.5",
            "7,5",
            "1.250,000",
            "12.50.00",
            "nap",
            "NAP34",
            "ab",
            "-",
            "đường",
            &"a".repeat(201),
        ] {
            assert!(Search::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_bank_transaction_is_searched_by_number_or_a_part_long_enough() {
        let parsed = |text: &str| BankSearch::parse(text).map(|search| (search.sepay_id, search.part));
        assert_eq!(parsed("7"), Ok((Some(7), None)));
        assert_eq!(parsed(" 123 "), Ok((Some(123), Some("123".to_owned()))));
        assert_eq!(parsed("#123"), Ok((Some(123), None)));
        assert_eq!(parsed("FT26"), Ok((None, Some("FT26".to_owned()))));
        for text in ["", "ab", "a\0bc", &"x".repeat(201)] {
            assert!(parsed(text).is_err(), "{text:?}");
        }
    }
}
