//! What posts use and what is left, by examples and properties.

use super::*;
use crate::orders::examples;
use crate::provider::{Remains, ReportedPosts};
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

fn report(status: ReportedStatus, posts: ReportedPosts) -> Report {
    Report { status, remains: Remains::Missing, start_count: None, charge: None, currency: None, posts }
}

fn told() -> ReportedPosts {
    ReportedPosts { is_told: true, ..ReportedPosts::default() }
}

#[test]
fn a_word_that_goes_on_opens_what_is_open_and_contradicts_what_ended() {
    use ReportedStatus as Said;
    let heard = |current, by_admin, said| heard(current, by_admin, 0, &report(said, told()));
    let differs = |ours: &str, theirs: &str| {
        Heard::Unclear(Note::StatusDiffers { ours: ours.to_owned(), theirs: theirs.to_owned() })
    };
    for by_admin in [false, true] {
        for current in [Status::Pending, Status::Processing, Status::InProgress] {
            assert_eq!(heard(current, by_admin, Said::Pending), Heard::Open(Status::Processing));
            assert_eq!(heard(current, by_admin, Said::Processing), Heard::Open(Status::Processing));
            assert_eq!(heard(current, by_admin, Said::InProgress), Heard::Open(Status::InProgress));
            assert_eq!(heard(current, by_admin, Said::Paused), Heard::Unclear(Note::SubscriptionPaused));
        }
    }
    assert_eq!(heard(Status::Completed, false, Said::Pending), differs("completed", "processing"));
    assert_eq!(heard(Status::Canceled, false, Said::Paused), differs("canceled", "in_progress"));
    assert_eq!(heard(Status::Partial, true, Said::InProgress), Heard::Nothing);
    assert_eq!(heard(Status::Partial, true, Said::Paused), Heard::Nothing);
    for current in [Status::Processing, Status::Completed] {
        let unknown = Note::UnknownStatus { said: "Failed".to_owned() };
        assert_eq!(heard(current, true, Said::Unknown("Failed".to_owned())), Heard::Unclear(unknown));
    }
}

#[test]
fn an_end_counts_once_all_posts_are_known() {
    use ReportedStatus as Said;
    let unreadable = ReportedPosts { is_unreadable: true, ..told() };
    let heard = |seen, said, posts| heard(Status::InProgress, false, seen, &report(said, posts));
    for said in [Said::Completed, Said::Partial, Said::Expired] {
        assert_eq!(heard(0, said.clone(), told()), Heard::Over);
        assert_eq!(heard(1, said.clone(), ReportedPosts::default()), Heard::Over);
        let missing = Heard::Unclear(Note::PostsMissing);
        assert_eq!(heard(0, said.clone(), ReportedPosts::default()), missing, "none is known or told");
        assert_eq!(heard(1, said.clone(), unreadable.clone()), missing, "there may be more");
        let again = super::heard(Status::Partial, false, 0, &report(said, unreadable.clone()));
        assert_eq!(again, Heard::Nothing);
    }
    assert_eq!(heard(0, Said::Canceled, ReportedPosts::default()), Heard::Over, "it took nothing");
}

fn post(units: Option<i64>, is_final: bool, cost: i64) -> PostState {
    PostState { units, is_final, cost: Some(Vnd::new(cost)) }
}

/// Four posts of up to 500 units each, paid in advance.
fn order() -> Order {
    examples::order("subscriptions", 2000, 24_000)
}

#[test]
fn what_no_post_used_is_left_and_one_that_nobody_knows_used_all() {
    let left = |seen, posts: &[PostState]| remains(&order(), &Subscription { seen, ..sold(100, 500) }, posts);
    assert_eq!(left(0, &[]), Ok(2000));
    assert_eq!(left(2, &[post(Some(200), true, 0), post(None, false, 0)]), Ok(1300));
    assert_eq!(left(3, &[post(Some(200), true, 0)]), Ok(800), "two are not listed");
    assert_eq!(left(0, &[post(Some(200), true, 0)]), Ok(1800), "more are known than were told");
    assert_eq!(left(9, &[]), Ok(0));
    assert_eq!(left(i64::MAX, &[]), Err(Overflow));
}

#[test]
fn it_ends_when_every_post_is_known_or_an_hour_after_its_end() {
    let hour = 60 * 60 * 1000;
    let ended = Some(Timestamp::from_millis(0));
    let stands = |seen, ended_at, posts: &[PostState], now| {
        let sold = Subscription { seen, ended_at, ..sold(100, 500) };
        let state =
            state(&order(), &sold, posts, Some(Status::Processing), Timestamp::from_millis(now)).unwrap();
        (state.progress.status, state.progress.remains.unwrap(), state.cost.map(Vnd::get), state.reason)
    };
    assert_eq!(stands(0, None, &[], hour), (Status::Processing, 2000, None, None));
    let canceled = Some(Reason::ProviderCanceled);
    assert_eq!(stands(0, ended, &[], 0), (Status::Canceled, 2000, Some(0), canceled), "without a post");
    let known = [post(Some(200), true, 7), post(Some(300), true, 8)];
    assert_eq!(stands(2, None, &known, hour), (Status::InProgress, 1500, Some(15), None));
    assert_eq!(stands(2, ended, &known, 0), (Status::Partial, 1500, Some(15), None));
    let open = [post(Some(200), true, 7), post(None, false, 8)];
    assert_eq!(stands(2, ended, &open, hour - 1), (Status::InProgress, 1300, Some(15), None));
    assert_eq!(stands(2, ended, &open, hour), (Status::Partial, 1300, Some(15), None));
    let all = [post(Some(500), true, 1); 4];
    assert_eq!(stands(4, ended, &all, 0), (Status::Completed, 0, Some(4), None));
    assert_eq!(stands(1, ended, &[], hour), (Status::Partial, 1500, None, None), "nobody knows what it cost");
}

#[test]
fn a_final_one_only_learns_what_it_cost() {
    let mut order = order();
    order.state.progress = Progress { status: Status::Partial, start_count: None, remains: Some(5) };
    order.state.cost = Some(Vnd::new(3));
    let sold = Subscription { seen: 1, ended_at: Some(Timestamp::from_millis(0)), ..sold(100, 500) };
    let learned = |posts: &[PostState]| state(&order, &sold, posts, None, Timestamp::from_millis(0)).unwrap();
    assert_eq!(learned(&[]), order.state);
    assert_eq!(learned(&[post(None, true, 9)]), State { cost: Some(Vnd::new(9)), ..order.state.clone() });
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
