//! Tests of `changes`: who hears what, and what is said to have been missed.

use super::*;
use crate::kernel::ids::OrderId;

const LAN: UserId = UserId::new(1);
const BINH: UserId = UserId::new(2);
const BALANCE: Change = Change::Balance(LAN);

fn order(number: usize) -> Change {
    Change::Order(LAN, OrderId::new(i64::try_from(number).unwrap()))
}

fn changes() -> Changes {
    Changes::new(Timestamp::from_millis(5))
}

fn told(news: &News) -> Vec<Change> {
    news.changes.iter().map(|(_, change)| *change).collect()
}

#[test]
fn everybody_hears_what_concerns_them_once() {
    let hub = changes();
    let (lan, binh) = (hub.subscribe(LAN, false, None).unwrap(), hub.subscribe(BINH, true, None).unwrap());
    hub.publish(vec![BALANCE, order(7), Change::Review, BALANCE]);
    hub.publish(vec![BALANCE]);
    let news = lan.take();
    assert_eq!(told(&news), [order(7), BALANCE]);
    assert_eq!(told(&binh.take()), [Change::Review]);
    assert_eq!(news.up_to, news.changes[1].0);
    assert_eq!(told(&lan.take()), []);
}

#[test]
fn numbers_rise_within_a_process_and_from_one_to_the_next() {
    let (older, newer) = (changes(), Changes::new(Timestamp::from_millis(6)));
    for hub in [&older, &newer] {
        let lan = hub.subscribe(LAN, false, None).unwrap();
        hub.publish((0..200).map(order).collect());
        let numbers: Vec<i64> = lan.take().changes.iter().map(|(number, _)| *number).collect();
        assert!(numbers.len() == 200 && numbers.is_sorted_by(|a, b| a < b));
    }
    assert!(older.0.lock().newest < newer.0.lock().forgotten);
}

#[test]
fn who_comes_back_hears_what_was_missed() {
    let hub = changes();
    let known = hub.subscribe(LAN, false, None).unwrap().take().up_to;
    hub.publish(vec![order(1), Change::Balance(BINH), Change::Session(LAN)]);
    let news = hub.subscribe(LAN, false, Some(known)).unwrap().take();
    assert_eq!(told(&news), [order(1)]);
    assert_eq!(told(&hub.subscribe(LAN, false, Some(news.up_to)).unwrap().take()), []);
}

#[test]
fn what_is_not_known_is_said_to_be_missed() {
    let hub = changes();
    let known = hub.subscribe(LAN, false, None).unwrap().take().up_to;
    for unknown in [known - 1, known + 1, 0, i64::MAX, i64::MIN] {
        assert!(hub.subscribe(LAN, false, Some(unknown)).unwrap().take().has_missed);
    }
    for _ in 0..KEPT {
        hub.publish(vec![Change::Balance(BINH)]);
    }
    assert!(!hub.subscribe(LAN, false, Some(known)).unwrap().take().has_missed);
    hub.publish(vec![Change::Balance(BINH)]);
    assert!(hub.subscribe(LAN, false, Some(known)).unwrap().take().has_missed);
    assert_eq!(hub.0.lock().kept.len(), KEPT);
}

#[test]
fn a_slow_listener_is_told_that_it_missed_something() {
    let hub = changes();
    let lan = hub.subscribe(LAN, false, None).unwrap();
    (0..PENDING).for_each(|number| hub.publish(vec![order(number), BALANCE]));
    let full = lan.take();
    assert_eq!((full.has_missed, full.changes.len()), (true, 0));
    hub.publish(vec![BALANCE]);
    let after = lan.take();
    assert_eq!((after.has_missed, told(&after)), (false, vec![BALANCE]));
}

#[test]
fn what_was_read_of_orders_stands_until_one_of_them_changes() {
    let hub = changes();
    let read = hub.newest();
    hub.publish(vec![Change::Order(BINH, OrderId::new(1)), BALANCE, Change::Session(LAN)]);
    assert!(hub.orders_stand_since(LAN, read) && !hub.orders_stand_since(BINH, read));
    let again = hub.newest();
    hub.publish(vec![order(1)]);
    assert!(!hub.orders_stand_since(LAN, read) && !hub.orders_stand_since(LAN, again));
    assert!(hub.orders_stand_since(BINH, again) && hub.orders_stand_since(LAN, hub.newest()));
}

#[test]
fn what_was_read_too_long_ago_is_not_said_to_stand() {
    let hub = changes();
    let read = hub.newest();
    hub.publish(vec![order(1)]);
    for number in 0..=KEPT {
        hub.publish(vec![Change::Order(BINH, OrderId::new(i64::try_from(number).unwrap()))]);
    }
    assert!(!hub.orders_stand_since(LAN, read), "a change that is forgotten is a change");
    assert!(hub.orders_stand_since(LAN, hub.newest()));
    assert_eq!(hub.0.lock().ordered.len(), 1, "nothing is kept of who was forgotten");
}

#[test]
fn one_more_than_a_user_may_have_ends_the_oldest() {
    let hub = changes();
    let mut all: Vec<_> = (0..LISTENERS_PER_USER).map(|_| hub.subscribe(LAN, true, None).unwrap()).collect();
    let others = hub.subscribe(BINH, true, None).unwrap();
    let youngest = hub.subscribe(LAN, true, None).unwrap();
    assert_eq!(hub.0.lock().count, LISTENERS_PER_USER + 1);
    hub.publish(vec![BALANCE, Change::Review]);
    let oldest = all.remove(0);
    let news = oldest.take();
    assert!(news.is_over && news.changes.is_empty(), "it hears no more");
    drop(oldest);
    for one in all.iter().chain([&youngest]) {
        let news = one.take();
        assert_eq!((news.is_over, told(&news)), (false, vec![BALANCE, Change::Review]));
    }
    assert_eq!(told(&others.take()), [Change::Review]);
    drop((all, others, youngest));
    assert!(hub.0.lock().listeners.is_empty());
    assert_eq!(hub.0.lock().count, 0);
}
