//! What posts use and what is left, by examples and properties.

use super::*;
use proptest::prelude::*;

fn sold(least: i64, most: i64) -> Subscription {
    Subscription { posts: 4, least, most, expiry: "2026-12-31".to_owned(), seen: 0, ended_at: None }
}

fn rate(text: &str) -> Rate {
    Rate::parse(text).unwrap()
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
        assert_eq!(post_units(charge, exchange, rate(cost), &sold(100, 500)), Some(units), "{charge} {cost}");
    }
    for (charge, exchange, cost) in
        [("", "1", "8000"), ("-1", "1", "8000"), ("1e3", "1", "8000"), ("1", "1", "0")]
    {
        assert_eq!(post_units(charge, exchange, rate(cost), &sold(100, 500)), None, "{charge} {cost}");
    }
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
        let read = post_units(&charge, "1", Rate::from_milli(milli).unwrap(), &sold);
        prop_assert_eq!(read, Some(units.clamp(least, least + more)));
    }
}
