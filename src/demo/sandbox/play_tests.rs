//! Courses of orders at the practice provider.

use super::*;
use crate::kernel::clock::Timestamp;

fn add(link: &str) -> Fields {
    let field = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Fields([("service", "1"), ("link", link), ("quantity", "1000")].map(field).into())
}

fn asked(id: &str) -> Fields {
    Fields(HashMap::from([("order".to_owned(), id.to_owned())]))
}

/// Status and remains at so many milliseconds after the order.
fn course(link: &str, moments: &[i64]) -> Vec<(String, String)> {
    let start = Timestamp::from_millis(1_795_333_140_000);
    let AddResponse::Taken(id) = Stage::new(Clock::manual(start)).add(&add(link)) else {
        panic!("not taken")
    };
    let at = |ms: &i64| {
        let later = Clock::manual(Timestamp::from_millis(start.millis() + ms));
        // Another stage: what it says does not depend on having been there.
        let report = Stage::new(later).status(&asked(&id));
        let text = |name: &str| report[name].as_str().unwrap().to_owned();
        (text("status"), text("remains"))
    };
    moments.iter().map(at).collect()
}

/// Word, posts, and what the order of the last post came to, at so many milliseconds after the subscription.
fn subscription(username: &str, moments: &[i64]) -> Vec<(String, usize, String)> {
    let number = list::services().find(|(_, kind, _)| kind.is_for_posts()).unwrap().0.to_string();
    let given = [
        ("service", number.as_str()),
        ("username", username),
        ("min", "50"),
        ("max", "100"),
        ("posts", "3"),
        ("old_posts", "2"),
        ("delay", "0"),
        ("expiry", "31/12/2026"),
    ];
    let fields = Fields(given.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    let start = Timestamp::from_millis(1_795_333_140_000);
    let AddResponse::Taken(id) = Stage::new(Clock::manual(start)).add(&fields) else { panic!("not taken") };
    let at = |ms: &i64| {
        let stage = Stage::new(Clock::manual(Timestamp::from_millis(start.millis() + ms)));
        let report = stage.status(&asked(&id));
        let orders = report["orders"].as_array().unwrap();
        let last = orders.last().map(|id| stage.status(&asked(id.as_str().unwrap()))["charge"].clone());
        assert_eq!(report["posts"], orders.len().to_string());
        (report["status"].as_str().unwrap().to_owned(), orders.len(), last.unwrap_or_default().to_string())
    };
    moments.iter().map(at).collect()
}

#[test]
fn a_subscription_finds_a_post_each_second() {
    let seen = subscription("ten", &[0, 1000, 4999, 5000]);
    // 18 VND a unit, of 60, 80 and 100 units in turn.
    let expected = [
        ("Active", 0, "null"),
        ("Active", 1, "\"1080\""),
        ("Active", 4, "\"1080\""),
        ("Completed", 5, "\"1440\""),
    ];
    assert_eq!(seen, expected.map(|(word, posts, last)| (word.to_owned(), posts, last.to_owned())));
    for (username, word, posts) in [
        ("partial", "Expired", 3),
        ("cancel", "Canceled", 0),
        ("strange", "Paused", 3),
        ("slow", "Active", 0),
    ] {
        let (last_word, found, _) = subscription(username, &[60_000]).remove(0);
        assert_eq!((last_word.as_str(), found), (word, posts), "{username}");
    }
}

#[test]
fn an_order_is_delivered_within_seconds() {
    let seen = course("https://tiktok.com/@a", &[0, 999, 1000, 2000, 3000, 86_400_000]);
    let expected = [
        ("Pending", "1000"),
        ("Pending", "1000"),
        ("In progress", "1000"),
        ("In progress", "500"),
        ("Completed", "0"),
        ("Completed", "0"),
    ];
    assert_eq!(seen, expected.map(|(word, left)| (word.to_owned(), left.to_owned())));
}

#[test]
fn words_in_the_link_decide_the_end() {
    for (link, word, left) in [
        ("https://x.vn/PARTIAL", "Partial", "400"),
        ("https://x.vn/cancel", "Canceled", "1000"),
        ("https://x.vn/strange", "Failed", "1000"),
    ] {
        assert_eq!(course(link, &[3000]), [(word.to_owned(), left.to_owned())]);
    }
}

#[test]
fn what_is_not_over_can_be_canceled_and_what_is_completed_refilled() {
    let clock = Clock::manual(Timestamp::from_millis(1_795_333_140_000));
    let stage = Stage::new(clock.clone());
    let made = |link| {
        let AddResponse::Taken(id) = stage.add(&add(link)) else { panic!("not taken") };
        id
    };
    let said = |action: &dyn Fn(&Fields) -> Value, name: &str, id: &str| {
        action(&Fields(HashMap::from([(name.to_owned(), id.to_owned())])))
    };
    let cancel = |id: &str| said(&|fields| stage.cancel(fields), "orders", id)[0]["cancel"].clone();
    let refill = |id: &str| said(&|fields| stage.refill(fields), "order", id);
    let (early, late, done) = (made("https://x.vn/slow"), made("https://x.vn/slow"), made("https://x.vn/a"));
    assert_eq!(cancel(&early), 1);
    clock.advance_seconds(301);
    assert_eq!(cancel(&late), 1);
    assert_eq!(cancel(&done), json!({ "error": "The order can not be canceled" }));
    assert_eq!(cancel("7"), json!({ "error": "Incorrect order ID" }));
    clock.advance_seconds(3600);
    let report = |id: &str| stage.status(&asked(id));
    assert_eq!((&report(&early)["status"], &report(&early)["remains"]), (&json!("Canceled"), &json!("1000")));
    // Half of it, less the millisecond by which its id is later than the first one's.
    assert_eq!((&report(&late)["status"], &report(&late)["remains"]), (&json!("Partial"), &json!("501")));
    assert_eq!(refill(&late), json!({ "error": "The order is not completed" }));
    let id = refill(&done)["refill"].as_str().unwrap().to_owned();
    let word = || said(&|fields| stage.refill_status(fields), "refill", &id)["status"].clone();
    assert_eq!(word(), "Pending");
    clock.advance_seconds(2);
    assert_eq!(word(), "In progress");
    clock.advance_seconds(2);
    assert_eq!(word(), "Completed");
    let many = said(&|fields| stage.refill_status(fields), "refills", &format!("{id},5"));
    assert_eq!(many[0], json!({ "refill": id, "status": "Completed" }));
    assert_eq!(many[1]["status"], json!({ "error": "Refill not found" }));
}

#[test]
fn ids_never_repeat_and_hold_the_order() {
    let stage = Stage::new(Clock::manual(Timestamp::from_millis(1_795_333_140_000)));
    let ids: Vec<String> = (0..100)
        .map(|_| {
            let AddResponse::Taken(id) = stage.add(&add("https://x.vn")) else { panic!("not taken") };
            id
        })
        .collect();
    let different: std::collections::HashSet<&String> = ids.iter().collect();
    assert_eq!(different.len(), 100);
    let order = Order::parse(&ids[0]).unwrap();
    assert_eq!((order.service, order.quantity, order.price()), (1, 1000, 32_000));
    assert_eq!(stage.balance()["balance"], (FUNDS - 100 * 32_000).to_string());
}

#[test]
fn foreign_ids_are_unknown() {
    let stage = Stage::new(Clock::system());
    for id in ["", "1", "884120", "not a number", "99999999999990190", "179533314000001"] {
        assert_eq!(stage.status(&asked(id))["error"], "Incorrect order ID", "{id}");
    }
}
