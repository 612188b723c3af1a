//! Orders that a reseller's program sends again: one order and one charge, by a reference or by being equal.

use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, proven};
use crate::support::reseller::{FORM, PATH, form, said};
use crate::support::shop::LINK;
use crate::support::tcp;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::jobs::scheduled::housekeeping;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;
use tempfile::TempDir;

#[test]
fn a_reference_stands_for_its_first_order_whatever_has_changed_since() {
    let app = TestApp::start();
    let (boss, lan, mai) =
        (app.admin("boss"), app.member("lan").funded(12_000), app.member("mai").funded(12_000));
    let (reseller, other) = (lan.reseller(), mai.reseller());
    let service = app.service(|_| {});
    let id = service.to_string();
    let add = [("service", id.as_str()), ("link", LINK), ("quantity", "1000"), ("order_reference", "A-1")];
    let first = reseller.adds(&add);
    let path = format!("/api/admin/services/{service}");
    boss.put(&path, json!({ "active": false, "rate": "99000", "type": "poll", "min_quantity": 5000 }))
        .expect(200);
    app.clock.advance_seconds(6 * 24 * 60 * 60);
    housekeeping::tick(&app.app).unwrap();
    let next_key = lan.reseller();
    for answer in next_key.ask_in_every_form("add", &add) {
        assert_eq!(answer, json!({ "order": first }));
    }
    assert_eq!(lan.balance(), 0);
    for (name, value) in
        [("quantity", "1001"), ("link", "https://x.vn/1"), ("service", "9"), ("comments", "a")]
    {
        let mut changed = add.to_vec();
        changed.retain(|(known, _)| *known != name);
        changed.push((name, value));
        next_key.refused("add", &changed, "order_reference was used for another order");
    }
    boss.put(&path, json!({ "active": true, "rate": "12000", "type": "default", "min_quantity": 10 }))
        .expect(200);
    let others = other.adds(&add);
    assert!(others > first, "a reference is the user's own");
    assert_eq!(app.number("SELECT count(*) FROM orders"), 2);
}

/// Or the order would be made without what was to keep it from being made twice.
#[test]
fn a_reference_that_cannot_be_read_is_refused() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let reseller = lan.reseller();
    let service = app.service(|_| {});
    for reference in [json!({ "id": 5 }), json!([true]), json!([[1]]), json!([]), json!(["A-1"])] {
        let body = json!({
            "key": reseller.key, "action": "add", "service": service, "link": LINK, "quantity": 1000,
            "order_reference": reference,
        });
        let answer = app.guest().send(Method::Post, PATH, &[], Some(body.to_string().into_bytes()));
        assert_eq!(said(&answer), json!({ "error": "Incorrect request" }), "{reference}");
    }
    assert_eq!(lan.balance(), 50_000);
}

#[test]
fn a_refused_order_does_not_use_its_reference_up() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let reseller = lan.reseller();
    let service = app.service(|_| {}).to_string();
    let add =
        [("service", service.as_str()), ("link", LINK), ("quantity", "1000"), ("order_reference", "A-1")];
    reseller.refused("add", &add, "Not enough funds on balance");
    app.fund(lan.id, 50_000);
    let long = "đ".repeat(100);
    for (reference, sentence) in [(format!("{long}đ"), true), ("a\u{7}b".to_owned(), true), (long, false)] {
        let add = [&add[..3], &[("order_reference", reference.as_str())]].concat();
        if sentence {
            reseller.refused("add", &add, "order_reference: must be one line of 1 to 100 characters");
        } else {
            reseller.adds(&add);
        }
    }
    reseller.adds(&add);
    assert_eq!(lan.balance(), 26_000);
}

#[test]
fn equal_orders_within_the_wanted_seconds_are_one() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let reseller = lan.reseller();
    let service = app.service(|_| {}).to_string();
    let add = [("service", service.as_str()), ("link", LINK), ("quantity", "1000")];
    let ids = |times: usize| (0..times).map(|_| reseller.adds(&add)).collect::<BTreeSet<_>>();
    assert_eq!(ids(3).len(), 3, "by default each is an order of its own");
    for wrong in [-1, 601] {
        lan.put("/api/user/api-key", json!({ "repeat_seconds": wrong })).refused_fields(&["repeat_seconds"]);
    }
    let set = lan.put("/api/user/api-key", json!({ "repeat_seconds": 120 })).expect(200);
    assert_eq!(set, json!({ "repeat_seconds": 120 }));
    assert_eq!(lan.get("/api/user/api-keys").expect(200)["repeat_seconds"], 120);
    let first = ids(3);
    assert_eq!(first.len(), 1);
    app.clock.advance_seconds(119);
    assert_eq!(ids(2), first);
    app.clock.advance_seconds(2);
    let second = ids(2);
    assert!(second.len() == 1 && second != first);
    let mut other = add;
    other[2].1 = "1001";
    assert_ne!(BTreeSet::from([reseller.adds(&other)]), second);
    let referenced = [&add[..], &[("order_reference", "A-1")]].concat();
    assert_ne!(BTreeSet::from([reseller.adds(&referenced)]), second, "another reference is another order");
    app.clock.advance_seconds(601);
    housekeeping::tick(&app.app).unwrap();
    assert_eq!(app.number("SELECT count(*) FROM order_contents"), 0);
    assert_eq!(app.number("SELECT count(*) FROM order_references"), 1);
}

#[test]
fn a_get_that_comes_again_within_a_minute_is_the_same_order() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let reseller = lan.reseller();
    let service = app.service(|_| {}).to_string();
    let fields = [
        ("key", reseller.key.as_str()),
        ("action", "add"),
        ("service", &service),
        ("link", LINK),
        ("quantity", "1000"),
    ];
    let path = format!("{PATH}?{}", form(&fields));
    let get = || said(&reseller.send(Method::Get, &path, &[], ""))["order"].as_i64().unwrap();
    let first = get();
    app.clock.advance_seconds(59);
    assert_eq!(get(), first);
    app.clock.advance_seconds(2);
    assert_ne!(get(), first);
}

#[test]
fn of_repetitions_at_once_one_is_an_order() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let reseller = lan.reseller();
    let service = app.service(|_| {}).to_string();
    let served = app.serve();
    let ids = |reference: &str| {
        let fields = [
            ("key", reseller.key.as_str()),
            ("action", "add"),
            ("service", &service),
            ("link", LINK),
            ("quantity", "1000"),
            ("order_reference", reference),
        ];
        let body = form(&fields);
        let add = |_| {
            said(&served.send("POST", PATH, &[("Content-Type", FORM)], body.as_bytes()))["order"].as_i64()
        };
        tcp::at_once(20, add).into_iter().collect::<BTreeSet<_>>()
    };
    assert_eq!(ids("A-1").len(), 1);
    lan.put("/api/user/api-key", json!({ "repeat_seconds": 60 })).expect(200);
    assert_eq!(ids("").len(), 1);
    assert_eq!((app.number("SELECT count(*) FROM orders"), lan.balance()), (2, 976_000));
}

#[test]
fn after_a_kill_a_reference_finds_its_order_or_makes_it() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock().to_string();
    let key = panel.send("POST", "/api/user/api-key", &Value::Null).unwrap().expect(201)["api_key"].clone();
    let add = |panel: &Operated, reference: &str| {
        let fields = [
            ("key", key.as_str().unwrap()),
            ("action", "add"),
            ("service", &service),
            ("link", LINK),
            ("quantity", "100"),
            ("order_reference", reference),
        ];
        let answer =
            panel.binary.try_send("POST", PATH, &[("Content-Type", FORM)], form(&fields).as_bytes())?;
        Some(said(&answer)["order"].as_i64().unwrap())
    };
    let heard = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for program in 0..4 {
            let (panel, add, heard) = (&panel, &add, &heard);
            scope.spawn(move || {
                for number in 0.. {
                    let reference = format!("{program}-{number}");
                    let order = add(panel, &reference);
                    heard.lock().unwrap().insert(reference, order);
                    if order.is_none() {
                        return;
                    }
                }
            });
        }
        std::thread::sleep(Duration::from_millis(400));
        panel.binary.signal("KILL");
    });
    drop(panel);
    proven(folder.path());
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let heard = heard.into_inner().unwrap();
    assert!(heard.len() > 10, "only {} orders were tried", heard.len());
    let mut orders = BTreeSet::new();
    for (reference, first) in &heard {
        let order = add(&panel, reference).unwrap();
        assert!(first.is_none_or(|first| first == order), "{reference}: {first:?}, {order}");
        assert!(orders.insert(order), "{order} has two references");
    }
    let all = panel.get("/api/admin/orders/counts")["all"].clone();
    assert_eq!(all, heard.len());
    proven(folder.path());
}
