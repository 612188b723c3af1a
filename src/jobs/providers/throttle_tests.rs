//! When a provider may be given the next order: the rules, moment by moment.

use super::*;
use crate::provider::Submission;

fn seconds(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

fn order(number: i64) -> OrderId {
    OrderId::new(number)
}

/// A throttle with this many calls begun at `now`.
fn open(numbers: std::ops::Range<i64>, now: Instant) -> ProviderThrottle {
    let mut throttle = ProviderThrottle::default();
    numbers.for_each(|number| throttle.began(order(number), now));
    throttle
}

#[test]
fn a_silent_provider_gets_a_handful() {
    let start = Instant::now();
    let mut throttle = open(0..4, start);
    assert_eq!(throttle.available_slots(start), 0);
    assert!(!throttle.begins_probe(start));
    assert!(throttle.begins_probe(seconds(start, 1)), "it is asked whether it lives");
    assert!(!throttle.begins_probe(seconds(start, 1)), "once");
    throttle.probed(false, seconds(start, 2));
    assert_eq!(throttle.available_slots(start), 0);
    for number in 0..4 {
        throttle.ended(order(number), DispatchOutcome::Nothing, seconds(start, 30));
    }
    assert_eq!(throttle.available_slots(start), 0, "nothing goes out while it is silent");
}

#[test]
fn hanging_answers_of_a_living_provider_hold_up_nobody() {
    let start = Instant::now();
    let mut throttle = open(0..4, start);
    assert!(throttle.begins_probe(seconds(start, 1)));
    throttle.probed(true, seconds(start, 1));
    assert_eq!(throttle.available_slots(start), UNPROVEN);
    throttle.began(order(4), seconds(start, 2));
    throttle.ended(order(4), DispatchOutcome::Definite, seconds(start, 2));
    assert_eq!(throttle.available_slots(start), UNPROVEN);
}

#[test]
fn answers_open_the_line_up_to_its_limit() {
    let start = Instant::now();
    let mut throttle = ProviderThrottle::default();
    for number in 0..80 {
        if throttle.available_slots(start) == 0 {
            break;
        }
        throttle.began(order(100 + number), seconds(start, 1));
        throttle.began(order(number), seconds(start, 1));
        throttle.ended(order(number), DispatchOutcome::Definite, seconds(start, 2));
        throttle.alive_at = Some(seconds(start, 3));
    }
    assert_eq!((throttle.open.len(), throttle.available_slots(start)), (MOST, 0));
}

#[test]
fn answers_that_come_at_the_same_moment_open_it_too() {
    let mut now = Instant::now();
    let mut throttle = ProviderThrottle::default();
    for expected in [4, 8, 16, 32, 64, 64] {
        assert_eq!(throttle.available_slots(now), expected);
        let numbers = 0..i64::try_from(expected).expect("a small number");
        now = seconds(now, 1);
        numbers.clone().for_each(|number| throttle.began(order(number), now));
        assert_eq!(throttle.available_slots(now), 0);
        now = seconds(now, 1);
        numbers.for_each(|number| throttle.ended(order(number), DispatchOutcome::Definite, now));
    }
    throttle.ended(order(0), DispatchOutcome::Nothing, now);
    throttle.probed(true, now);
    assert_eq!(throttle.available_slots(now), UNPROVEN, "after a failure it begins anew");
}

#[test]
fn what_had_to_wait_and_what_came_later_take_turns() {
    let start = Instant::now();
    let mut throttle = ProviderThrottle::default();
    let turns = |throttle: &mut ProviderThrottle, newest: i64| {
        (0..4).map(|_| throttle.claim_after(order(newest))).collect::<Vec<_>>()
    };
    assert_eq!(turns(&mut throttle, 7), [order(7), FRONT, order(7), FRONT]);
    assert_eq!(turns(&mut throttle, 90), [order(7), FRONT, order(7), FRONT]);
    throttle.began(order(91), start);
    throttle.ended(order(91), DispatchOutcome::Nothing, start);
    assert_eq!(
        turns(&mut throttle, 2000),
        [order(2000), FRONT, order(2000), FRONT],
        "the outage's own queue"
    );
}

#[test]
fn after_a_failure_nothing_goes_out_before_a_sign_of_life() {
    let start = Instant::now();
    let mut throttle = open(0..1, start);
    throttle.ended(order(0), DispatchOutcome::Nothing, start);
    assert_eq!(throttle.available_slots(start), 0);
    let mut now = start;
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let due = throttle.next_moment().unwrap();
        pauses.push(due.duration_since(now).as_secs());
        now = due;
        assert!(throttle.begins_probe(now));
        throttle.probed(false, now);
    }
    assert_eq!(pauses, [0, 1, 2, 4, 8, 10]);
    now = throttle.next_moment().unwrap();
    assert!(throttle.begins_probe(now));
    throttle.probed(true, now);
    assert_eq!(throttle.available_slots(start), UNPROVEN);
}

#[test]
fn a_provider_that_lives_but_never_answers_an_order_is_asked_ever_less_often() {
    let start = Instant::now();
    let mut throttle = ProviderThrottle::default();
    let mut now = start;
    let mut pauses = Vec::new();
    for number in 0..9 {
        throttle.began(order(number), now);
        throttle.ended(order(number), DispatchOutcome::Nothing, now);
        let due = throttle.next_moment().unwrap();
        pauses.push(due.duration_since(now).as_secs());
        now = due;
        assert!(throttle.begins_probe(now));
        throttle.probed(true, now);
    }
    assert_eq!(pauses, [0, 0, 0, 1, 2, 4, 8, 10, 10]);
    throttle.began(order(9), now);
    throttle.ended(order(9), DispatchOutcome::Definite, now);
    throttle.began(order(10), now);
    throttle.ended(order(10), DispatchOutcome::Nothing, now);
    assert_eq!(throttle.next_moment(), Some(now), "a definite answer ends the caution");
}

#[test]
fn trouble_with_the_account_holds_one_order_for_less_than_a_minute() {
    let start = Instant::now();
    let mut throttle = open(0..1, start);
    throttle.ended(order(0), DispatchOutcome::TurnedAway, start);
    assert!(throttle.available_slots(start) > 0 && throttle.except(start).contains(&order(0)));
    assert!(throttle.except(seconds(start, 30)).is_empty());
}

#[test]
fn an_account_in_trouble_is_tried_with_one_order_at_a_time() {
    let start = Instant::now();
    let mut throttle = open(0..40, start);
    (0..40).for_each(|number| throttle.ended(order(number), DispatchOutcome::TurnedAway, start));
    let mut now = start;
    for number in 40..45 {
        assert_eq!(throttle.available_slots(now), 0);
        now += LONGEST_PAUSE;
        assert_eq!(throttle.available_slots(now), 1);
        throttle.began(order(number), now);
        assert_eq!(throttle.available_slots(now + LONGEST_PAUSE), 0, "one at a time");
        throttle.ended(order(number), DispatchOutcome::TurnedAway, now);
    }
    throttle.began(order(45), now);
    throttle.ended(order(45), DispatchOutcome::Definite, now);
    assert_eq!(throttle.available_slots(now), UNPROVEN, "an order that is taken ends it");
}

#[test]
fn a_line_that_is_held_gives_out_one_order_a_minute_each_time_the_next() {
    let start = Instant::now();
    let mut throttle = open(1..4, start);
    (1..4).for_each(|number| throttle.ended(order(number), DispatchOutcome::Held, start));
    throttle.hold(true, start);
    assert_eq!(throttle.available_slots(seconds(start, 59)), 0);
    let mut now = start;
    for number in [4, 5, 1] {
        now = seconds(now, 60);
        assert_eq!(
            (throttle.available_slots(now), throttle.claim_after(order(9))),
            (1, throttle.last.unwrap())
        );
        throttle.began(order(number), now);
        throttle.hold(true, now);
        throttle.ended(order(number), DispatchOutcome::Held, now);
        assert_eq!(throttle.available_slots(seconds(now, 59)), 0);
    }
    throttle.hold(false, now);
    assert_eq!(throttle.available_slots(now), UNPROVEN, "released, it goes on at once");
}

#[test]
fn a_line_that_begins_held_tries_one_order_at_once() {
    let start = Instant::now();
    let mut throttle = ProviderThrottle::default();
    throttle.hold(true, start);
    assert_eq!((throttle.available_slots(start), throttle.claim_after(order(9))), (1, FRONT));
    throttle.began(order(1), start);
    assert_eq!(throttle.available_slots(seconds(start, 59)), 0);
    throttle.hold(true, seconds(start, 59));
    assert_eq!(throttle.available_slots(seconds(start, 59)), 0, "looking at it again changes nothing");
}

#[test]
fn an_order_behind_another_on_its_link_delays_nobody_else() {
    let start = Instant::now();
    let mut throttle = open(0..20, start);
    (0..20).for_each(|number| throttle.ended(order(number), DispatchOutcome::SameLink, start));
    assert!(throttle.available_slots(start) > 0);
    assert_eq!(throttle.except(seconds(start, 49)).len(), 20);
    assert!(throttle.except(seconds(start, 50)).is_empty());
}

#[test]
fn orders_go_elsewhere_after_a_minute_of_silence() {
    let start = Instant::now();
    let mut throttle = open(0..1, start);
    assert_eq!(throttle.avoided(start), None);
    throttle.ended(order(0), DispatchOutcome::Nothing, start);
    assert_eq!(
        (throttle.avoided(seconds(start, 59)), throttle.avoided(seconds(start, 60))),
        (None, Some(Avoided::Silent))
    );
    throttle.begins_probe(seconds(start, 61));
    throttle.probed(false, seconds(start, 61));
    assert_eq!(
        throttle.avoided(seconds(start, 61)),
        Some(Avoided::Silent),
        "a failed question begins no new minute"
    );
    throttle.probed(true, seconds(start, 70));
    assert_eq!(throttle.avoided(seconds(start, 200)), None);
}

#[test]
fn our_account_keeps_orders_elsewhere_for_a_minute_or_until_one_is_taken() {
    let start = Instant::now();
    let mut throttle = open(0..2, start);
    throttle.account_failed(start);
    throttle.ended(order(0), DispatchOutcome::TurnedAway, start);
    throttle.avoid();
    assert_eq!(
        (throttle.avoided(seconds(start, 59)), throttle.avoided(seconds(start, 60))),
        (Some(Avoided::Account), None)
    );
    throttle.except(seconds(start, 120));
    assert!(throttle.has_held(), "its trouble stands although nobody waits there any more");
    throttle.ended(order(1), DispatchOutcome::Definite, seconds(start, 1));
    assert_eq!((throttle.avoided(seconds(start, 1)), throttle.has_held()), (None, false));
}

fn claimed(number: i64, user: i64, service: &str) -> Dispatchable {
    Dispatchable {
        order: order(number),
        attempt: 1,
        user: UserId::new(user),
        submission: Submission { provider_service_id: service.to_owned(), link: None, fields: Vec::new() },
    }
}

#[test]
fn what_one_service_meets_holds_up_no_other() {
    let start = Instant::now();
    let mut throttle = ProviderThrottle::default();
    let none = TurnedAway { trials: 1, ..TurnedAway::default() };
    assert_eq!(throttle.turned_away(start), none);
    (0..8).for_each(|number| throttle.sends(&claimed(number, 7, "66"), start));
    (0..8).for_each(|number| throttle.ended(order(number), DispatchOutcome::TurnedAway, start));
    let lately = |trials| TurnedAway { users: vec![UserId::new(7)], services: vec!["66".to_owned()], trials };
    assert!(throttle.available_slots(start) > 0, "the line is open");
    assert_eq!(throttle.turned_away(seconds(start, 5)), lately(0));
    // One of theirs at a time, in growing pauses, while others are taken.
    let mut now = start;
    for number in 10..15 {
        now += LONGEST_PAUSE;
        assert_eq!(throttle.turned_away(now), lately(1));
        throttle.sends(&claimed(number, 7, "66"), now);
        assert_eq!(throttle.turned_away(now + LONGEST_PAUSE), lately(0));
        throttle.sends(&claimed(100, 8, "77"), now);
        throttle.ended(order(100), DispatchOutcome::Definite, now);
        throttle.ended(order(number), DispatchOutcome::TurnedAway, now);
        assert_eq!(throttle.turned_away(seconds(now, 5)), lately(0));
    }
    throttle.sends(&claimed(20, 7, "66"), now);
    throttle.ended(order(20), DispatchOutcome::Definite, now);
    assert_eq!(throttle.turned_away(now), none, "one that is taken clears them");
    throttle.sends(&claimed(21, 7, "66"), now);
    throttle.ended(order(21), DispatchOutcome::TurnedAway, now);
    assert_eq!(throttle.turned_away(seconds(now, 60)), none, "as does a minute");
    assert!(throttle.whose.is_empty());
}

#[test]
fn whoever_is_tried_an_account_in_trouble_closes_the_line() {
    let start = Instant::now();
    let mut throttle = ProviderThrottle::default();
    for number in 0..4 {
        assert!(throttle.available_slots(start) > 0);
        throttle.sends(&claimed(number, number, &number.to_string()), start);
        throttle.ended(order(number), DispatchOutcome::TurnedAway, start);
    }
    assert_eq!(throttle.available_slots(start), 0);
}
