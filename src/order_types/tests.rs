//! The table as a whole, and each kind of field by a made-up type.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A field of every kind; the number of names is the quantity.
const MADE_UP: OrderType = OrderType {
    word: "made_up",
    provider_names: &["Made Up"],
    quantity: QuantityFrom::Lines("names"),
    link_from: None,
    rate_per: RatePer::Thousand,
    times: None,
    has_parts: true,
    fields: &[
        Field::lines("names"),
        Field::integer("age", 18, 99),
        Field::new("motto", FieldKind::Text),
        Field::new("mood", FieldKind::Choice(&["like", "love"])),
        Field { required: false, sent_as: "until", ..Field::date("expiry", 90) },
    ],
    samples: &[],
};

/// Its fields are of no type, so those that say nothing are left out here.
fn given(change: &[(&str, Value)]) -> Params {
    let mut fields = json!({ "names": "a\nb", "age": 20, "motto": " so be it ", "mood": "love" });
    for (name, value) in change {
        let says_nothing = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        match fields.as_object_mut() {
            Some(fields) if says_nothing && MADE_UP.fields.iter().any(|field| field.name == *name) => {
                fields.remove(*name);
            }
            _ => fields[*name] = value.clone(),
        }
    }
    Params::of(fields.as_object().unwrap().clone())
}

fn today() -> Day {
    Day::parse("2026-11-22").unwrap()
}

fn at_fault(change: &[(&str, Value)]) -> Vec<(String, Rule)> {
    MADE_UP.check(&given(change), 1, 9, today()).into_iter().map(|error| (error.field, error.rule)).collect()
}

#[test]
fn words_and_names_are_unique_and_a_field_is_the_same_everywhere() {
    let mut words = BTreeSet::new();
    let mut kinds: BTreeMap<&str, &str> = BTreeMap::new();
    for kind in OrderType::all() {
        assert!(words.insert(kind.word), "{kind:?} stands there twice");
        assert_eq!(OrderType::parse(kind.word), Some(kind));
        for name in kind.provider_names {
            assert_eq!(OrderType::of_provider(name), Some(kind), "{name}");
            assert_eq!(OrderType::of_provider(&name.to_uppercase().replace(' ', "_")), Some(kind));
        }
        for field in kind.fields {
            let word = field.kind.into_str();
            assert_eq!(kinds.insert(field.name, word).unwrap_or(word), word, "{}", field.name);
        }
        if let QuantityFrom::Lines(name) = kind.quantity {
            let field = kind.fields.iter().find(|field| field.name == name).unwrap();
            assert!(field.required && matches!(field.kind, FieldKind::Lines { .. }), "{kind:?}");
        }
        assert!(!kind.samples.is_empty(), "{kind:?} cannot be tried out");
    }
    for taken in ["service_id", "link", "quantity", "expected_charge"] {
        assert!(!kinds.contains_key(taken), "{taken} means something else in an order");
    }
    assert_eq!(OrderType::parse("Default"), None);
    assert_eq!(OrderType::of_provider(""), None);
}

#[test]
fn a_field_holds_what_its_kind_says() {
    assert_eq!(at_fault(&[]), []);
    assert_eq!(at_fault(&[("age", json!(18)), ("expiry", json!("2026-12-31"))]), []);
    assert_eq!(at_fault(&[("expiry", json!("2026-11-23"))]), []);
    assert_eq!(at_fault(&[("expiry", json!("2027-02-20"))]), []);
    let range = || Rule::Range { min: 18, max: 99 };
    let line = || Rule::Line { min: 1, max: 1000 };
    for (name, value, rule) in [
        ("names", Value::Null, Rule::Lines),
        ("names", json!(" \n "), Rule::Lines),
        ("names", json!(["a"]), Rule::Text),
        ("names", json!("a\u{0}"), Rule::NoControl),
        ("names", json!("a".repeat(65_537)), Rule::BytesAtMost { max: 65_536 }),
        ("age", Value::Null, Rule::Needed),
        ("age", json!("20"), Rule::Integer),
        ("age", json!(20.0), Rule::Integer),
        ("age", json!(17), range()),
        ("age", json!(100), range()),
        ("motto", json!(7), Rule::Text),
        ("motto", json!(""), Rule::Needed),
        ("motto", json!("a\nb"), line()),
        ("motto", json!("a".repeat(1001)), line()),
        ("mood", json!("Love"), Rule::one_of(["like", "love"])),
        ("expiry", json!("31/12/2026"), Rule::DayAhead { days: 90 }),
        ("expiry", json!("2026-02-30"), Rule::DayAhead { days: 90 }),
        ("expiry", json!("2026-11-22"), Rule::DayAhead { days: 90 }),
        ("expiry", json!("2027-02-21"), Rule::DayAhead { days: 90 }),
        ("comments", json!("nice"), Rule::NotTaken),
        ("colour", json!("red"), Rule::UnknownField),
    ] {
        assert_eq!(at_fault(&[(name, value.clone())]), [(name.to_owned(), rule)], "{name}: {value}");
    }
}

#[test]
fn texts_are_too_long_together() {
    let half = "a\n".repeat(16 * 1024);
    assert_eq!(at_fault(&[("names", json!(half))]), []);
    let wrong = at_fault(&[("names", json!(half)), ("motto", json!("b".repeat(40_000)))]);
    let fields: Vec<&str> = wrong.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["motto", "motto"], "too long for a line, and the longest of too much");
}

#[test]
fn what_says_nothing_was_not_given() {
    let params = given(&[("usernames", Value::Null), ("comments", json!(" \n"))]);
    assert_eq!(params.names().collect::<Vec<_>>(), ["age", "mood", "motto", "names"]);
    let params = given(&[("colour", Value::Null), ("comments", json!("a"))]);
    assert_eq!(params.names().collect::<Vec<_>>(), ["age", "colour", "comments", "mood", "motto", "names"]);
}

#[test]
fn a_provider_is_sent_its_own_names_and_tidy_values() {
    let params = given(&[("names", json!(" a \r\n\r\nb\rc\n")), ("expiry", json!("2026-12-31"))]);
    let expected = [
        ("names", "a\nb\nc"),
        ("age", "20"),
        ("motto", "so be it"),
        ("mood", "love"),
        ("until", "31/12/2026"),
    ];
    assert_eq!(MADE_UP.sent(3, &params), expected.map(|(name, value)| (name, value.to_owned())));
    assert_eq!(OrderType::usual().sent(7, &Params::default()), [("quantity", "7".to_owned())]);
}

#[test]
fn a_form_asks_for_everything_beside_the_service() {
    let names = |kind: &OrderType| kind.form(2, 9).iter().map(|field| field.name).collect::<Vec<_>>();
    assert_eq!(names(OrderType::usual()), ["link", "quantity"]);
    assert_eq!(names(&MADE_UP), ["link", "names", "age", "motto", "mood", "expiry"]);
    assert_eq!(OrderType::usual().form(2, 9)[1].kind, FieldKind::Integer { min: 2, max: 9 });
    assert_eq!(MADE_UP.form(2, 9)[1].kind, FieldKind::Lines { min: 2, max: 9 });
}

#[test]
fn lines_end_wherever_a_provider_may_see_the_end_of_one() {
    let cases = include_str!("../../tests/ui/cases/prices.json");
    let cases: Value = serde_json::from_str(cases).unwrap();
    for case in cases["lines"].as_array().unwrap() {
        let count = lines(case[0].as_str().unwrap()).count();
        assert_eq!(Some(count), case[1].as_u64().map(|count| usize::try_from(count).unwrap()), "{case}");
    }
    assert_eq!(lines(" a \r\n\tb").collect::<Vec<_>>(), ["a", "b"]);
}

proptest! {
    #[test]
    fn what_is_sent_has_as_many_lines_as_were_paid(text: String) {
        let params = given(&[("names", json!(text))]);
        let paid = MADE_UP.count(None, &params).unwrap();
        let sent = MADE_UP.sent(paid, &params);
        let names = sent.iter().find(|(name, _)| *name == "names").map_or("", |(_, names)| names);
        prop_assert_eq!(i64::try_from(names.lines().count()).unwrap(), paid);
    }

    #[test]
    fn an_order_for_posts_is_for_the_most_of_each(
        most in 1_i64..1_000_000_000, posts in 1_i64..=1000, old in 0_i64..=1000,
    ) {
        let kind = OrderType::parse("subscriptions").unwrap();
        let fields = json!({ "min": 1, "max": most, "posts": posts, "old_posts": old, "expiry": "2026-12-31" });
        let params = Params::of(fields.as_object().unwrap().clone());
        let units = most * (posts + old);
        prop_assert_eq!(kind.count(None, &params), Ok(units));
        prop_assert_eq!(kind.count(Some(units), &params), Ok(units));
        prop_assert!(kind.count(Some(units + 1), &params).is_err());
        prop_assert_eq!(kind.units(units, &params), Some(units));
    }
}
