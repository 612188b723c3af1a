//! The same status for many orders: looked at first, then set in one commit.

use crate::support::app::TestApp;
use crate::support::shop::{by_hand, wish};
use crate::support::tcp::at_once;
use serde_json::{Value, json};
use smm_panel::orders;

const PATH: &str = "/api/admin/orders/bulk";
const DECISIONS: &str = "SELECT count(*) FROM audit_log WHERE action = 'order.status'";

fn ids(answer: &Value) -> Vec<i64> {
    answer["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

/// What became of each, in a word: the reason where it is refused.
fn fates(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().unwrap().iter();
    items.map(|item| item["reason"].as_str().or(item["action"].as_str()).unwrap()).collect()
}

#[test]
fn only_admins_move_many_orders() {
    let app = TestApp::start();
    let (lan, helper) = (app.member("lan").funded(50_000), app.support("helper"));
    let order = lan.buys(app.service(by_hand), 1000);
    for body in [
        json!({ "order_ids": [order], "status": "canceled" }),
        json!({ "order_ids": [order], "status": "in_progress" }),
        json!({ "filter": {}, "expected": 1, "status": "canceled" }),
        json!({ "filter": {}, "status": "canceled", "dry_run": true }),
    ] {
        app.guest().post(PATH, body.clone()).refused(401, "unauthenticated");
        lan.post(PATH, body.clone()).refused(403, "forbidden");
        helper.post(PATH, body).refused(403, "forbidden");
    }
    app.guest().get("/api/admin/orders/count").refused(401, "unauthenticated");
    lan.get("/api/admin/orders/count").refused(403, "forbidden");
    helper.get("/api/admin/orders/count").refused(403, "forbidden");
    assert_eq!((lan.balance(), app.number(DECISIONS)), (38_000, 0));
}

#[test]
fn what_is_no_choice_or_no_status_for_many_changes_nothing() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let order = lan.buys(app.service(by_hand), 1000);
    let with = |extra: Value| {
        let mut body = json!({ "status": "canceled" });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    for (choice, fields) in [
        (json!({}), ["order_ids", "filter"].as_slice()),
        (json!({ "order_ids": [order], "filter": {} }), &["order_ids", "filter"]),
        (json!({ "order_ids": [order], "filter": {}, "expected": 1 }), &["order_ids", "filter"]),
        (json!({ "filter": null, "expected": 1 }), &["order_ids", "filter"]),
        (json!({ "filter": {} }), &["expected"]),
        (json!({ "order_ids": [order], "expected": 1 }), &["expected"]),
        (json!({ "filter": {}, "expected": -1 }), &["expected"]),
        (json!({ "order_ids": [] }), &["order_ids"]),
        (json!({ "order_ids": vec![order; 1001] }), &["order_ids"]),
        (json!({ "order_ids": [order, 999] }), &["order_ids[1]"]),
        (json!({ "order_ids": [order], "service_ids": [1] }), &["service_ids"]),
        (json!({ "order_ids": [order], "remains": 1 }), &["remains"]),
        (json!({ "filter": [], "expected": 1 }), &["filter"]),
        (json!({ "filter": { "parent_id": 1 }, "expected": 1 }), &["filter.parent_id"]),
        (json!({ "filter": { "state": "ok" }, "expected": 1 }), &["filter.state"]),
        (json!({ "filter": { "status": "open" }, "expected": 1 }), &["filter.status"]),
        (json!({ "filter": { "slow": "true" }, "expected": 1 }), &["filter.slow"]),
        (json!({ "filter": { "search": "ab" }, "expected": 1 }), &["filter.search"]),
        (json!({ "filter": { "from": "yesterday" }, "expected": 1 }), &["filter.from"]),
        (json!({ "filter": { "to": "2026-13-01" }, "expected": 1 }), &["filter.to"]),
        (json!({ "filter": { "cancel": "yes" }, "expected": 1 }), &["filter.cancel"]),
        (json!({ "filter": { "status": "completed" }, "expected": 0 }), &["filter"]),
        (json!({ "filter": { "status": "completed" }, "dry_run": true }), &["filter"]),
        (json!({ "order_ids": [order], "status": "pending" }), &["status"]),
        (json!({ "order_ids": [order], "status": "Canceled" }), &["status"]),
        (json!({ "order_ids": [order], "status": null }), &["status"]),
    ] {
        boss.post(PATH, with(choice)).refused_fields(fields);
    }
    let partial = boss.post(PATH, with(json!({ "order_ids": [order], "status": "partial" })));
    partial.refused_fields(&["status"]);
    let words = json!(["processing", "in_progress", "completed", "canceled"]);
    assert_eq!(partial.json()["errors"][0]["values"], json!({ "words": words }));
    for expected in [0, 2] {
        let refused = boss.post(PATH, with(json!({ "filter": {}, "expected": expected })));
        assert_eq!(refused.refused(409, "conflict")["reason"], "filter_matches");
        assert_eq!(refused.json()["values"], json!({ "matched": 1 }));
    }
    boss.get("/api/admin/orders/count?cancel=yes").refused_fields(&["cancel"]);
    assert_eq!((lan.balance(), app.number(DECISIONS)), (38_000, 0));
}

#[test]
fn a_filter_means_what_the_list_with_it_shows() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (lan, minh) = (app.member("lan").funded(200_000), app.member("minh").funded(200_000));
    let (sent, own) = (app.service(|offer| offer.cancel = true), app.service(by_hand));
    let asked = lan.bought(sent, 1000);
    lan.post(&format!("/api/orders/{asked}/cancel"), json!({})).expect(200);
    minh.buys(own, 1000);
    app.write(|tx| tx.execute("UPDATE orders SET is_slow = 1 WHERE id = 2", ()).unwrap());
    app.clock.advance_seconds(24 * 60 * 60);
    let late = lan.buys(own, 2000);
    boss.put(&format!("/api/admin/orders/{late}/status"), json!({ "status": "in_progress" })).expect(200);
    minh.buys(sent, 1000);
    app.park();
    let mut body = wish(own, 1000);
    body["link"] = json!("https://example.com/needle");
    lan.post("/api/orders", body).expect(201);
    for (filter, query) in [
        (json!({}), ""),
        (json!({ "search": "", "from": "", "slow": false }), "search="),
        (json!({ "status": "in_progress" }), "status=in_progress"),
        (json!({ "search": "needle" }), "search=needle"),
        (json!({ "search": "minh" }), "search=minh"),
        (json!({ "search": "#2" }), "search=%232"),
        (json!({ "user_id": lan.id.get() }), &format!("user_id={}", lan.id)),
        (json!({ "provider_id": 1 }), "provider_id=1"),
        (json!({ "service_id": own, "status": "pending" }), &format!("service_id={own}&status=pending")),
        (json!({ "from": "2026-11-23" }), "from=2026-11-23"),
        (json!({ "to": "2026-11-22" }), "to=2026-11-22"),
        (json!({ "cancel": "open" }), "cancel=open"),
        (json!({ "slow": true }), "slow=true"),
        (json!({ "by_hand": true }), "by_hand=true"),
        (json!({ "review": true }), "review=true"),
    ] {
        let listed = boss.get(&format!("/api/admin/orders?{query}")).expect(200);
        let body = json!({ "filter": filter, "status": "completed", "dry_run": true });
        let looked = boss.post(PATH, body).expect(200);
        assert_eq!(ids(&looked), ids(&listed), "{query}");
        assert!(!ids(&looked).is_empty(), "{query}");
        let counted = boss.get(&format!("/api/admin/orders/count?{query}")).expect(200);
        assert_eq!(counted, json!({ "count": ids(&listed).len() }), "{query}");
    }
}

#[test]
fn what_may_not_be_moved_is_left_out_with_its_reason() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let (sent, own) = (app.service(|offer| offer.dripfeed = true), app.service(by_hand));
    let over = lan.buys(own, 1000);
    let status = |id: i64, body: Value| boss.put(&format!("/api/admin/orders/{id}/status"), body).expect(200);
    status(over, json!({ "status": "canceled" }));
    let done = lan.buys(own, 1000);
    status(done, json!({ "status": "completed" }));
    let part = lan.buys(own, 999);
    status(part, json!({ "status": "partial", "remains": 100 }));
    let parked = lan.buys(sent, 1000);
    app.park();
    let feed = lan.feeds(sent, 100, 3, 60);
    app.write(|tx| orders::begin_due(tx).unwrap());
    let run = app.number(&format!("SELECT id FROM orders WHERE parent_id = {feed}"));
    app.send_all();
    let sending = lan.buys(sent, 1000);
    app.claim();
    let (at_work, open) = (lan.buys(own, 1000), lan.buys(own, 1000));
    status(at_work, json!({ "status": "in_progress" }));
    let all = json!([over, done, part, parked, feed, run, sending, at_work, open, open]);

    let ask = |to: &str, dry_run: bool| {
        boss.post(PATH, json!({ "order_ids": all, "status": to, "dry_run": dry_run })).expect(200)
    };
    let before = (lan.balance(), app.number(DECISIONS));
    let looked = ask("in_progress", true);
    let held = ["order_in_review", "runs_decide", "run_of_drip_feed", "order_is_sent"];
    let mut wanted = vec!["order_over", "order_over", "order_over"];
    wanted.extend(held);
    wanted.extend(["unchanged", "changed"]);
    assert_eq!(fates(&looked), wanted);
    assert_eq!(
        (&looked["changed"], &looked["refused"], &looked["refunded"]),
        (&json!(1), &json!(7), &json!(0))
    );
    let mut set = ask("in_progress", false);
    assert_eq!(app.number(DECISIONS), before.1 + 1, "what stands so already is no decision");
    set["dry_run"] = json!(true);
    assert_eq!(set, looked);

    // Of the drip-feed the runs that have not begun go back, and the one that was sent ends by itself.
    let looked = ask("canceled", true);
    assert_eq!(
        fates(&looked),
        [
            "order_over",
            "changed",
            "changed",
            "order_in_review",
            "changed",
            "run_of_drip_feed",
            "order_is_sent",
            "changed",
            "changed"
        ]
    );
    let refunds: Vec<i64> =
        looked["items"].as_array().unwrap().iter().map(|item| item["refunded"].as_i64().unwrap()).collect();
    assert_eq!(refunds, [0, 12_000, 11_988 - 1_200, 0, 2_400, 0, 0, 12_000, 12_000]);
    assert_eq!(looked["refunded"], refunds.iter().sum::<i64>());
    assert_eq!((lan.balance(), app.number(DECISIONS)), (before.0, before.1 + 1), "nothing was written");
    let mut set = ask("canceled", false);
    set["dry_run"] = json!(true);
    assert_eq!(set, looked);
    assert_eq!(lan.balance(), before.0 + refunds.iter().sum::<i64>());
    assert_eq!(app.number(DECISIONS), before.1 + 6);
    assert_eq!(fates(&ask("canceled", true))[4], "cancel_is_open");
    let events = "SELECT count(*) FROM order_events WHERE kind = 'status_set'";
    assert_eq!(app.number(events), app.number(DECISIONS));
    app.write(|tx| orders::park_interrupted(tx).unwrap());
}

#[test]
fn what_was_looked_at_is_done_or_nothing_is() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(100_000));
    let own = app.service(by_hand);
    let orders = [lan.buys(own, 1000), lan.buys(own, 999), lan.buys(own, 501)];
    let mut body = json!({ "filter": { "status": "pending" }, "status": "canceled", "dry_run": true });
    let looked = boss.post(PATH, body.clone()).expect(200);
    assert_eq!((&looked["changed"], &looked["refunded"]), (&json!(3), &json!(12_000 + 11_988 + 6_012)));
    assert_eq!(ids(&looked), orders.iter().rev().copied().collect::<Vec<_>>());
    (body["dry_run"], body["expected"]) = (json!(false), json!(3));
    let more = lan.buys(own, 1000);
    let refused = boss.post(PATH, body.clone());
    assert_eq!(refused.refused(409, "conflict")["reason"], "filter_matches");
    assert_eq!((lan.balance(), app.number(DECISIONS)), (58_000, 0));
    boss.put(&format!("/api/admin/orders/{more}/status"), json!({ "status": "completed" })).expect(200);

    // Two who ask at once: one finds what was seen, the other finds none of it.
    let (served, bearer) = (app.serve(), format!("Bearer {}", boss.token()));
    let twice = |body: &Value| {
        let mut statuses = at_once(2, |_| {
            let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
            served.send("POST", PATH, &headers, body.to_string().as_bytes()).status
        });
        statuses.sort_unstable();
        statuses
    };
    assert_eq!(twice(&body), [200, 409]);
    assert_eq!((lan.balance(), app.number(DECISIONS)), (88_000, 4));
    // By their ids both are answered, and one of them changes nothing.
    let named = json!({ "order_ids": [more, orders[0]], "status": "canceled" });
    assert_eq!(twice(&named), [200, 200]);
    assert_eq!((lan.balance(), app.number(DECISIONS)), (100_000, 5));
    assert_eq!(app.number("SELECT count(*) FROM transfers WHERE kind = 'refund'"), 4);
}

#[test]
fn nothing_is_done_that_comes_to_something_else_than_was_seen() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(500_000));
    let own = app.service(by_hand);
    let small = lan.buys(own, 500);
    let kept = lan.buys(own, 1000);
    let looked = |body: &Value| {
        let mut body = body.clone();
        body["dry_run"] = json!(true);
        boss.post(PATH, body).expect(200)
    };
    let changed = |body: &Value, seen: &Value| {
        let mut body = body.clone();
        body["plan"] = seen["plan"].clone();
        assert_eq!(boss.post(PATH, body).refused(409, "conflict")["reason"], "plan_changed");
    };
    let set = |id: i64, status: &str| {
        boss.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": status })).expect(200);
    };

    // As many as before, and not the same ones.
    let matching = json!({ "filter": { "status": "pending" }, "expected": 2, "status": "canceled" });
    let seen = looked(&matching);
    assert_eq!(looked(&matching)["plan"], seen["plan"]);
    set(small, "canceled");
    let dear = lan.buys(own, 10_000);
    let before = (lan.balance(), app.number(DECISIONS));
    changed(&matching, &seen);

    // One of them has ended since: it would be refunded for what was delivered.
    let named = json!({ "order_ids": [dear, kept], "status": "canceled" });
    let seen = looked(&named);
    assert_eq!((lan.balance(), app.number(DECISIONS)), before);
    set(kept, "completed");
    changed(&named, &seen);
    assert_eq!(lan.balance(), before.0);

    // Of a drip-feed that has begun the first answer was lost: asked again, nothing of its first run is refunded.
    let sent = app.service(|offer| offer.dripfeed = true);
    let feed = lan.feeds(sent, 100, 3, 60);
    app.write(|tx| orders::begin_due(tx).unwrap());
    app.send_all();
    let named = json!({ "order_ids": [feed], "status": "canceled" });
    let seen = looked(&named);
    let mut body = named.clone();
    body["plan"] = seen["plan"].clone();
    let mut done = boss.post(PATH, body).expect(200);
    done["dry_run"] = json!(true);
    assert_eq!(done, seen);
    let left = lan.balance();
    changed(&named, &seen);
    assert_eq!(lan.balance(), left);
    changed(&named, &json!({ "plan": "" }));
}

#[test]
fn a_commission_that_was_paid_is_taken_back_with_each() {
    let app = TestApp::start();
    let (boss, minh) = (app.admin("boss"), app.member("minh"));
    let lan = app.referred("lan", Some(&minh)).funded(100_000);
    let own = app.service(by_hand);
    let orders = [lan.buys(own, 1000), lan.buys(own, 2000)];
    let set = |status: &str| boss.post(PATH, json!({ "order_ids": orders, "status": status })).expect(200);
    assert_eq!(set("completed")["changed"], 2);
    let earned = minh.balance();
    assert!(earned > 0);
    let canceled = set("canceled");
    assert_eq!((&canceled["changed"], &canceled["refunded"]), (&json!(2), &json!(36_000)));
    assert_eq!((lan.balance(), lan.spent(), minh.balance()), (100_000, 0, 0));
}

#[test]
fn a_filter_takes_a_thousand_orders_and_no_more() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(100_000_000));
    let sent = app.service(|_| ());
    app.queue_many(&lan, sent, 1001);
    let mut body = json!({ "filter": {}, "status": "canceled", "dry_run": true });
    let refused = boss.post(PATH, body.clone());
    refused.refused_fields(&["filter"]);
    assert_eq!(refused.json()["errors"][0]["values"], json!({ "max": 1000, "matched": null }));
    assert_eq!(boss.get("/api/admin/orders/count").expect(200), json!({ "count": null }));
    (body["dry_run"], body["expected"]) = (json!(false), json!(1000));
    boss.post(PATH, body.clone()).refused_fields(&["filter"]);
    boss.post(PATH, json!({ "order_ids": [1], "status": "completed" })).expect(200);
    body["filter"] = json!({ "status": "pending" });
    let done = boss.post(PATH, body).expect(200);
    assert_eq!((&done["changed"], done["items"].as_array().unwrap().len()), (&json!(1000), 1000));
    let paid = app.number("SELECT sum(charge) FROM orders WHERE id > 1");
    assert_eq!(done["refunded"], paid);
    assert_eq!(app.number(DECISIONS), 1001);
    assert_eq!(lan.balance(), 100_000_000 - 12_000);
}
