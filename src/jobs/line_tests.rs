//! When a provider may be given the next order: the rules, moment by moment.

use super::*;

fn seconds(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

fn order(number: i64) -> OrderId {
    OrderId::new(number)
}

/// A line with this many calls begun at `now`.
fn open(numbers: std::ops::Range<i64>, now: Instant) -> Line {
    let mut line = Line::default();
    numbers.for_each(|number| line.began(order(number), now));
    line
}

#[test]
fn a_silent_provider_gets_a_handful() {
    let start = Instant::now();
    let mut line = open(0..4, start);
    assert_eq!(line.room(start), 0);
    assert!(!line.begins_probe(start));
    assert!(line.begins_probe(seconds(start, 1)), "it is asked whether it lives");
    assert!(!line.begins_probe(seconds(start, 1)), "once");
    line.probed(false, seconds(start, 2));
    assert_eq!(line.room(start), 0);
    for number in 0..4 {
        line.ended(order(number), Came::Nothing, seconds(start, 30));
    }
    assert_eq!(line.room(start), 0, "nothing goes out while it is silent");
}

#[test]
fn hanging_answers_of_a_living_provider_hold_up_nobody() {
    let start = Instant::now();
    let mut line = open(0..4, start);
    assert!(line.begins_probe(seconds(start, 1)));
    line.probed(true, seconds(start, 1));
    assert_eq!(line.room(start), UNPROVEN);
    line.began(order(4), seconds(start, 2));
    line.ended(order(4), Came::Definite, seconds(start, 2));
    assert_eq!(line.room(start), UNPROVEN);
}

#[test]
fn answers_open_the_line_up_to_its_limit() {
    let start = Instant::now();
    let mut line = Line::default();
    for number in 0..80 {
        if line.room(start) == 0 {
            break;
        }
        line.began(order(100 + number), seconds(start, 1));
        line.began(order(number), seconds(start, 1));
        line.ended(order(number), Came::Definite, seconds(start, 2));
        line.alive_at = Some(seconds(start, 3));
    }
    assert_eq!((line.open.len(), line.room(start)), (MOST, 0));
}

#[test]
fn answers_that_come_at_the_same_moment_open_it_too() {
    let mut now = Instant::now();
    let mut line = Line::default();
    for expected in [4, 8, 16, 32, 64, 64] {
        assert_eq!(line.room(now), expected);
        let numbers = 0..i64::try_from(expected).expect("a small number");
        now = seconds(now, 1);
        numbers.clone().for_each(|number| line.began(order(number), now));
        assert_eq!(line.room(now), 0);
        now = seconds(now, 1);
        numbers.for_each(|number| line.ended(order(number), Came::Definite, now));
    }
    line.ended(order(0), Came::Nothing, now);
    line.probed(true, now);
    assert_eq!(line.room(now), UNPROVEN, "after a failure it begins anew");
}

#[test]
fn what_had_to_wait_and_what_came_later_take_turns() {
    let start = Instant::now();
    let mut line = Line::default();
    let turns = |line: &mut Line, newest: i64| (0..4).map(|_| line.turn(order(newest))).collect::<Vec<_>>();
    assert_eq!(turns(&mut line, 7), [order(7), FRONT, order(7), FRONT]);
    assert_eq!(turns(&mut line, 90), [order(7), FRONT, order(7), FRONT]);
    line.began(order(91), start);
    line.ended(order(91), Came::Nothing, start);
    assert_eq!(turns(&mut line, 2000), [order(2000), FRONT, order(2000), FRONT], "the outage's own queue");
}

#[test]
fn after_a_failure_nothing_goes_out_before_a_sign_of_life() {
    let start = Instant::now();
    let mut line = open(0..1, start);
    line.ended(order(0), Came::Nothing, start);
    assert_eq!(line.room(start), 0);
    let mut now = start;
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let due = line.next_moment().unwrap();
        pauses.push(due.duration_since(now).as_secs());
        now = due;
        assert!(line.begins_probe(now));
        line.probed(false, now);
    }
    assert_eq!(pauses, [0, 1, 2, 4, 8, 10]);
    now = line.next_moment().unwrap();
    assert!(line.begins_probe(now));
    line.probed(true, now);
    assert_eq!(line.room(start), UNPROVEN);
}

#[test]
fn a_provider_that_lives_but_never_answers_an_order_is_asked_ever_less_often() {
    let start = Instant::now();
    let mut line = Line::default();
    let mut now = start;
    let mut pauses = Vec::new();
    for number in 0..9 {
        line.began(order(number), now);
        line.ended(order(number), Came::Nothing, now);
        let due = line.next_moment().unwrap();
        pauses.push(due.duration_since(now).as_secs());
        now = due;
        assert!(line.begins_probe(now));
        line.probed(true, now);
    }
    assert_eq!(pauses, [0, 0, 0, 1, 2, 4, 8, 10, 10]);
    line.began(order(9), now);
    line.ended(order(9), Came::Definite, now);
    line.began(order(10), now);
    line.ended(order(10), Came::Nothing, now);
    assert_eq!(line.next_moment(), Some(now), "a definite answer ends the caution");
}

#[test]
fn trouble_with_the_account_holds_one_order_for_less_than_a_minute() {
    let start = Instant::now();
    let mut line = open(0..1, start);
    line.ended(order(0), Came::TurnedAway, start);
    assert!(line.room(start) > 0 && line.except(start).contains(&order(0)));
    assert!(line.except(seconds(start, 30)).is_empty());
}

#[test]
fn an_account_in_trouble_is_tried_with_one_order_at_a_time() {
    let start = Instant::now();
    let mut line = open(0..40, start);
    (0..40).for_each(|number| line.ended(order(number), Came::TurnedAway, start));
    let mut now = start;
    for number in 40..45 {
        assert_eq!(line.room(now), 0);
        now += LONGEST_PAUSE;
        assert_eq!(line.room(now), 1);
        line.began(order(number), now);
        assert_eq!(line.room(now + LONGEST_PAUSE), 0, "one at a time");
        line.ended(order(number), Came::TurnedAway, now);
    }
    line.began(order(45), now);
    line.ended(order(45), Came::Definite, now);
    assert_eq!(line.room(now), UNPROVEN, "an order that is taken ends it");
}

#[test]
fn a_line_that_is_held_gives_out_one_order_a_minute_each_time_the_next() {
    let start = Instant::now();
    let mut line = open(1..4, start);
    (1..4).for_each(|number| line.ended(order(number), Came::Held, start));
    line.hold(true, start);
    assert_eq!(line.room(seconds(start, 59)), 0);
    let mut now = start;
    for number in [4, 5, 1] {
        now = seconds(now, 60);
        assert_eq!((line.room(now), line.turn(order(9))), (1, line.last.unwrap()));
        line.began(order(number), now);
        line.hold(true, now);
        line.ended(order(number), Came::Held, now);
        assert_eq!(line.room(seconds(now, 59)), 0);
    }
    line.hold(false, now);
    assert_eq!(line.room(now), UNPROVEN, "released, it goes on at once");
}

#[test]
fn a_line_that_begins_held_tries_one_order_at_once() {
    let start = Instant::now();
    let mut line = Line::default();
    line.hold(true, start);
    assert_eq!((line.room(start), line.turn(order(9))), (1, FRONT));
    line.began(order(1), start);
    assert_eq!(line.room(seconds(start, 59)), 0);
    line.hold(true, seconds(start, 59));
    assert_eq!(line.room(seconds(start, 59)), 0, "looking at it again changes nothing");
}

#[test]
fn an_order_behind_another_on_its_link_delays_nobody_else() {
    let start = Instant::now();
    let mut line = open(0..20, start);
    (0..20).for_each(|number| line.ended(order(number), Came::SameLink, start));
    assert!(line.room(start) > 0);
    assert_eq!(line.except(seconds(start, 49)).len(), 20);
    assert!(line.except(seconds(start, 50)).is_empty());
}
