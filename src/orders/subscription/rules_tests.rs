//! What posts use and what is left, by examples and properties.

use super::*;
use proptest::prelude::*;

fn sold(least: i64, most: i64) -> Subscription {
    Subscription { posts: 4, least, most, expiry: "2026-12-31".to_owned(), seen: 0, ended_at: None }
}

fn terms(exchange_rate: &str, unit_cost: &str) -> PostTerms {
    let unit_cost = Some(Rate::parse(unit_cost).unwrap());
    PostTerms { unit_cost, exchange_rate: exchange_rate.to_owned() }
}

#[test]
fn a_charge_is_turned_into_units_rounded_up() {
    for (charge, exchange, cost, units) in [
        ("1600", "1", "8000", 200),
        ("1600.0001", "1", "8000", 201),
        ("0.064", "25000", "8000", 200),
        ("0.45", "1", "0.45", 500),
        ("0", "1", "8000", 100),
        ("99999999999999999", "1", "8000", 500),
    ] {
        assert_eq!(
            post_units(charge, &terms(exchange, cost), &sold(100, 500)),
            Some(units),
            "{charge} {cost}"
        );
    }
    for (charge, exchange, cost) in
        [("", "1", "8000"), ("-1", "1", "8000"), ("1e3", "1", "8000"), ("1", "1", "0")]
    {
        assert_eq!(post_units(charge, &terms(exchange, cost), &sold(100, 500)), None, "{charge} {cost}");
    }
}

#[test]
fn what_was_sold_says_what_a_thousand_cost() {
    let milli =
        |cost, units| cost_of_thousand(Vnd::new(cost), Quantity::new(units).unwrap()).map(Rate::milli);
    assert_eq!(milli(16_000, 2000), Some(8_000_000));
    assert_eq!(milli(1, 3), Some(333_334), "rounded up");
    assert_eq!(milli(i64::MAX, 1), None);
}

proptest! {
    #[test]
    fn units_are_read_back_from_what_they_cost(
        units in 1_i64..1_000_000, milli in 1_i64..10_000_000_000, least in 1_i64..1000, more in 0_i64..1_000_000,
    ) {
        let sold = sold(least, least + more);
        // Thousandths of a dong for 1,000 units: six places.
        let exact = i128::from(units) * i128::from(milli);
        let charge = format!("{}.{:06}", exact / 1_000_000, exact % 1_000_000);
        let terms = PostTerms { unit_cost: Rate::from_milli(milli), exchange_rate: "1".to_owned() };
        let read = post_units(&charge, &terms, &sold);
        prop_assert_eq!(read, Some(units.clamp(least, least + more)));
    }
}
