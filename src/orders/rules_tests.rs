//! The figures: examples first, then what must hold for all.

use super::*;
use crate::catalog::{LinkKind, ServiceState};
use proptest::prelude::*;
use serde_json::json;
use strum::VariantArray;

fn rate(text: &str) -> Rate {
    Rate::parse(text).unwrap()
}

fn units(count: i64) -> Quantity {
    Quantity::new(count).unwrap()
}

fn percent(percent: i64) -> Percent {
    Percent::new(percent).unwrap()
}

fn offer(kind: &'static OrderType) -> Offer {
    Offer {
        name: "Likes".to_owned(),
        category: "TikTok".to_owned(),
        description: String::new(),
        kind,
        link_kind: LinkKind::Url,
        rate: rate("12000"),
        min: units(2),
        max: units(10),
        refill: false,
        refill_days: 0,
        dripfeed: false,
        cancel: false,
        active: true,
        provider: None,
        provider_service: None,
        cost: None,
        exclusive_links: false,
        visible_to: std::collections::BTreeSet::new(),
        server: None,
        note: None,
        state: ServiceState::Ok,
    }
}

fn order_type(word: &str) -> &'static OrderType {
    OrderType::parse(word).unwrap()
}

fn asked(kind: &'static OrderType, asked: Option<i64>, comments: Option<&str>) -> Result<i64, Vec<String>> {
    let params = Params::of(json!({ "comments": comments }).as_object().unwrap().clone());
    quantity(&offer(kind), "https://x.vn/a", asked, &params, Day::from_number(0))
        .map(Quantity::get)
        .map_err(|wrong| wrong.into_iter().map(|error| error.field).collect())
}

#[test]
fn a_charge_is_exact_and_rounded_up_once() {
    let of = |text, count, off| charge(OrderType::usual(), rate(text), count, percent(off)).unwrap().get();
    for (text, count, off, expected) in [
        ("12000", 1000, 0, 12_000),
        ("12000", 1, 0, 12),
        ("12000", 1000, 3, 11_640),
        ("12345", 7, 5, 83),
        ("2.5", 1000, 0, 3),
        ("0.001", 1, 0, 1),
        ("0", 1000, 0, 1),
        ("12000", 1000, 100, 1),
        ("100", 10, 0, 1),
        ("100", 11, 0, 2),
    ] {
        assert_eq!(of(text, count, off), expected, "{text} × {count} at {off} %");
    }
}

#[test]
fn a_charge_is_what_the_page_estimates() {
    let cases = include_str!("../../tests/ui/cases/prices.json");
    let cases: serde_json::Value = serde_json::from_str(cases).unwrap();
    for case in cases["charges"].as_array().unwrap() {
        let kind = order_type(case["type"].as_str().unwrap());
        let number = |name: &str| case[name].as_i64().unwrap();
        let (rate, count) = (rate(case["rate"].as_str().unwrap()), number("quantity"));
        let due = charge(kind, rate, count, percent(number("discount"))).unwrap();
        assert_eq!(due.get(), number("charge"), "{case}");
        assert_eq!(kind.rate_per.into_str(), case["rate_per"], "{case}");
    }
}

#[test]
fn a_refund_is_what_the_page_estimates() {
    let cases = include_str!("../../tests/ui/cases/prices.json");
    let cases: serde_json::Value = serde_json::from_str(cases).unwrap();
    for case in cases["refunds"].as_array().unwrap() {
        let number = |name: &str| case[name].as_i64().unwrap();
        let status = *Status::VARIANTS.iter().find(|known| case["status"] == known.into_str()).unwrap();
        let progress = Progress { status, start_count: None, remains: case["remains"].as_i64() };
        let before = Vnd::new(number("refunded"));
        let target = refund_target(Vnd::new(number("charge")), units(number("quantity")), before, progress);
        assert_eq!(target.unwrap().get() - before.get(), number("refund"), "{case}");
    }
}

#[test]
fn a_package_costs_its_rate() {
    let of = |text, off| charge(order_type("package"), rate(text), 1, percent(off)).unwrap().get();
    assert_eq!((of("50000", 0), of("50000", 3), of("99.5", 0), of("0", 0)), (50_000, 48_500, 100, 1));
}

#[test]
fn the_highest_charge_still_fits() {
    let highest = Rate::from_milli(Rate::MAX_MILLI).unwrap();
    let charge = charge(OrderType::usual(), highest, 1_000_000_000, Percent::ZERO);
    assert_eq!(charge, Ok(Vnd::new(1_000_000_000_000_000_000)));
}

#[test]
fn an_estimate_may_be_nothing() {
    assert_eq!(expected_cost(OrderType::usual(), rate("0"), 10), Ok(Vnd::ZERO));
    assert_eq!(expected_cost(OrderType::usual(), rate("0.5"), 10), Ok(Vnd::new(1)));
}

#[test]
fn what_goes_back_is_rounded_down() {
    let back =
        |charge, count, remains| partial_refund(Vnd::new(charge), units(count), remains).unwrap().get();
    assert_eq!((back(100, 3, 1), back(100, 3, 2), back(100, 3, 3), back(100, 3, 0)), (33, 66, 100, 0));
    assert_eq!(back(i64::MAX, i64::MAX, i64::MAX), i64::MAX);
}

#[test]
fn it_is_said_where_less_than_a_dong_was_lost_by_rounding() {
    let lost = |status, remains| {
        let progress = Progress { status, start_count: None, remains };
        is_rounded(Vnd::new(100), units(4), progress).unwrap()
    };
    assert_eq!([1, 2, 4].map(|left| lost(Status::Partial, Some(left))), [false, false, false]);
    let thirds = Progress { status: Status::Partial, start_count: None, remains: Some(1) };
    assert_eq!(is_rounded(Vnd::new(100), units(3), thirds), Ok(true));
    assert!(!lost(Status::Completed, Some(1)) && !lost(Status::Partial, None));
}

#[test]
fn what_waits_counts_as_spent_only_later_and_never_beyond_what_is_paid() {
    for dispatch in Dispatch::VARIANTS {
        let waits = matches!(dispatch, Dispatch::Scheduled | Dispatch::DripFeed | Dispatch::Review);
        let left = |paid| unreleased(Vnd::new(paid), Vnd::new(70), *dispatch).get();
        let expected = if waits { [70, 70, 50, 0] } else { [0; 4] };
        assert_eq!([100, 70, 50, 0].map(left), expected, "{dispatch:?}");
    }
}

#[test]
fn a_type_with_a_link_of_its_own_takes_no_other() {
    let kind = order_type("subscriptions");
    let at_fault = |link| {
        let wrong = quantity(&offer(kind), link, None, &Params::default(), Day::from_number(0)).unwrap_err();
        wrong.iter().any(|error| error.field == "link")
    };
    assert_eq!(["", "https://x.vn/a"].map(at_fault), [false, true]);
}

#[test]
fn the_rate_is_read_back_from_a_charge_rounded_down() {
    let read = |kind, charge, count| rate_of(kind, Vnd::new(charge), units(count)).map(Rate::milli);
    assert_eq!(read(OrderType::usual(), 12_000, 1000), Some(12_000_000));
    assert_eq!(read(OrderType::usual(), 1, 3), Some(333_333));
    assert_eq!(read(order_type("package"), 12_000, 5), Some(12_000_000));
    assert_eq!(read(OrderType::usual(), i64::MAX, 1), None);
}

#[test]
fn all_runs_are_judged_at_once_and_may_cost_just_what_was_paid() {
    let dear = |count, runs, paid| is_dear(OrderType::usual(), rate("1000"), count, (runs, Vnd::new(paid)));
    assert_eq!([9, 10, 11].map(|paid| dear(5, 2, paid)), [Ok(true), Ok(false), Ok(false)]);
    assert_eq!(dear(i64::MAX, 2, 0), Err(Overflow));
}

#[test]
fn a_reported_charge_is_converted_exactly_and_rounded_up() {
    let cost = |charge, rate| reported_cost(charge, rate).map(Vnd::get);
    assert_eq!(cost("3125", "1"), Some(3125));
    assert_eq!(cost("0.27819", "25400"), Some(7067));
    assert_eq!(cost("0.1", "10"), Some(1));
    assert_eq!(cost("0.10000000000000000001", "10"), Some(2));
    assert_eq!(cost("12.50", "1.0"), Some(13));
    assert_eq!(cost("0", "25400"), Some(0));
    for (charge, rate) in [
        ("-1", "1"),
        ("1", ""),
        ("", "1"),
        ("1e3", "1"),
        ("99999999999999999999", "1"),
        (&"9".repeat(40), "9"),
    ] {
        assert_eq!(cost(charge, rate), None, "{charge} × {rate}");
    }
}

#[test]
fn the_quantity_comes_from_where_the_type_says() {
    let is = |field: &str| Err(vec![field.to_owned()]);
    let usual = OrderType::usual();
    assert_eq!(asked(usual, Some(2), None), Ok(2));
    assert_eq!(asked(usual, Some(10), Some(" ")), Ok(10));
    for quantity in [None, Some(1), Some(11), Some(0), Some(-5), Some(i64::MAX), Some(i64::MIN)] {
        assert_eq!(asked(usual, quantity, None), is("quantity"), "{quantity:?}");
    }
    assert_eq!(asked(usual, Some(2), Some("a")), is("comments"));

    let package = order_type("package");
    assert_eq!(asked(package, None, None), Ok(1));
    assert_eq!(asked(package, Some(1), None), Ok(1));
    assert_eq!(asked(package, Some(2), None), is("quantity"));
    assert_eq!(asked(package, None, Some("a")), is("comments"));

    let comments = order_type("custom_comments");
    assert_eq!(asked(comments, None, Some("a\n\nb\r\n")), Ok(2));
    assert_eq!(asked(comments, Some(2), Some("a\nb")), Ok(2));
    assert_eq!(asked(comments, Some(3), Some("a\nb")), is("quantity"));
    assert_eq!(asked(comments, None, Some("a")), is("quantity"));
    assert_eq!(asked(comments, Some(2), None), is("comments"));
    assert_eq!(asked(comments, None, Some(" \n ")), is("comments"));
    assert_eq!(asked(comments, None, Some("a\nb\0c")), is("comments"));
    assert_eq!(asked(comments, None, Some(&"a\n".repeat(200_000))), is("comments"));
}

#[test]
fn everything_at_fault_is_named_at_once() {
    let params = Params::of(json!({ "comments": "a", "answer_number": 1 }).as_object().unwrap().clone());
    let wrong = quantity(&offer(OrderType::usual()), "x", None, &params, Day::from_number(0));
    let fields: Vec<String> = wrong.unwrap_err().into_iter().map(|error| error.field).collect();
    assert_eq!(fields, ["link", "answer_number", "comments", "quantity"]);
}

#[test]
fn looks_at_a_final_order_grow_rarer_until_they_end() {
    let mut rounds = vec![101];
    while let Some(next) = next_look(100, rounds[rounds.len() - 1]) {
        rounds.push(next);
    }
    let distances: Vec<i64> = rounds.iter().map(|round| round - 100).collect();
    assert_eq!(distances, (0..15).map(|power| 1 << power).collect::<Vec<_>>());
    assert_eq!(next_look(0, i64::MAX), None);
}

proptest! {
    #[test]
    fn a_charge_is_the_least_that_covers_the_price(
        milli in 0..=Rate::MAX_MILLI, count in 1_i64..=1_000_000_000, off in 0_i64..=100,
    ) {
        let rate = Rate::from_milli(milli).unwrap();
        let charge = charge(OrderType::usual(), rate, count, percent(off)).unwrap();
        let exact = i128::from(milli) * i128::from(count) * i128::from(100 - off);
        let charge = i128::from(charge.get());
        prop_assert!(charge >= 1 && charge * 100_000_000 >= exact);
        prop_assert!(charge == 1 || (charge - 1) * 100_000_000 < exact);
    }

    #[test]
    fn every_type_is_charged_for_its_units(
        milli in 0..=Rate::MAX_MILLI, count in 1_i64..=1_000_000, minutes in 1_i64..=1440, off in 0_i64..=100,
    ) {
        let given = Params::of(json!({ "minutes": minutes }).as_object().unwrap().clone());
        for kind in OrderType::all() {
            let units = kind.units(count, &given).unwrap();
            let expected = match kind.word {
                "package" | "custom_comments_package" => 1,
                "live_viewers" => count * minutes,
                _ => count,
            };
            prop_assert_eq!(units, expected, "{:?}", kind);
            let per = if kind.rate_per == RatePer::Order { 100_000 } else { 100_000_000 };
            let exact = i128::from(milli) * i128::from(units) * i128::from(100 - off);
            let charge = charge(kind, Rate::from_milli(milli).unwrap(), units, percent(off)).unwrap().get();
            prop_assert_eq!(i128::from(charge), (exact + per - 1).div_euclid(per).max(1), "{:?}", kind);
        }
    }

    #[test]
    fn a_charge_grows_with_the_quantity_and_never_with_the_discount(
        milli in 0..=Rate::MAX_MILLI, count in 1_i64..1_000_000_000, more in 1_i64..1000, off in 0_i64..100,
    ) {
        let of = |count: i64, off| {
            charge(OrderType::usual(), Rate::from_milli(milli).unwrap(), count, percent(off)).unwrap()
        };
        let count = count.min(1_000_000_000 - more);
        prop_assert!(of(count + more, off) >= of(count, off));
        prop_assert!(of(count, off + 1) <= of(count, off));
    }

    #[test]
    fn a_refund_is_within_the_charge_and_grows_with_what_remains(
        charged in 1..=i64::MAX, count in 1..=i64::MAX, share: u64,
    ) {
        let remains = i64::try_from(share % u64::try_from(count).unwrap()).unwrap();
        let back = |remains| partial_refund(Vnd::new(charged), units(count), remains).unwrap().get();
        prop_assert!(0 <= back(remains) && back(remains) <= back(remains + 1) && back(remains + 1) <= charged);
    }

    #[test]
    fn any_text_is_a_cost_or_none(charge in "[0-9.,e-]{0,50}", rate in "[0-9.]{0,30}") {
        prop_assert!(reported_cost(&charge, &rate).is_none_or(|cost| cost >= Vnd::ZERO));
    }
}
