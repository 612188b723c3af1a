//! Tests of `figure`: what figures mean, and what means nothing.

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
    for (digits, number) in [("9e-05", "0.00009"), ("-12.345", "-12.345"), ("1E2", "100"), ("157.0", "157.0")]
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
    for (value, most) in [("1,000", Some(1000)), ("10,000", Some(10_000)), ("10.000", None), ("0,5", None)] {
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
