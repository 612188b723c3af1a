//! Pages of own orders are kept until one of them changes: whoever asks never sees an older state than there is.

use crate::support::app::{Asker, TestApp};
use crate::support::member::Member;
use crate::support::shop::{BUMX, by_hand, partial, report, wish};
use crate::support::tcp::at_once;
use serde_json::{Value, json};
use smm_panel::provider::{self, ReportedStatus};
use std::cell::Cell;
use std::sync::atomic::{AtomicI64, Ordering};

const PAGES: [&str; 4] =
    ["limit=20", "limit=2", "limit=20&status=pending", "limit=20&search=https%3A%2F%2Fwww.tiktok.com"];

/// A question nobody asked before, so that its answer is read.
fn afresh(asker: &Asker, page: &str) -> Value {
    thread_local!(static ASKED: Cell<u32> = const { Cell::new(0) });
    let number = ASKED.get();
    ASKED.set(number + 1);
    asker.get(&format!("/api/orders?{page}&nobody_asked={number}")).expect(200)
}

/// Every page as it is kept, which is as it is.
fn shown(asker: &Asker) -> Vec<Value> {
    let shown: Vec<_> =
        PAGES.iter().map(|page| asker.get(&format!("/api/orders?{page}")).expect(200)).collect();
    for (page, shown) in PAGES.iter().zip(&shown) {
        assert_eq!(shown, &asker.get(&format!("/api/user/orders?{page}")).expect(200), "{page}");
        assert_eq!(shown, &afresh(asker, page), "{page}");
    }
    shown
}

/// Does something that changes the first page.
fn changes<T>(member: &Member, what: &str, work: impl FnOnce() -> T) -> T {
    let before = shown(member);
    let done = work();
    assert_ne!(shown(member)[0], before[0], "{what}");
    done
}

#[test]
fn a_page_is_as_new_as_the_newest_change() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(500_000), app.admin("boss"));
    let (hand, sold) = (app.service(by_hand), app.service(|_| ()));
    let decide =
        |order: i64, body: Value| boss.put(&format!("/api/admin/orders/{order}/status"), body).expect(200);

    let first = changes(&lan, "an order by hand", || lan.buys(hand, 1000));
    app.clock.advance_seconds(60);
    changes(&lan, "an admin's decision", || decide(first, json!({ "status": "processing" })));
    changes(&lan, "a refund", || decide(first, json!({ "status": "partial", "remains": 400 })));
    let second = changes(&lan, "an order for the provider", || lan.buys(sold, 1000));
    app.clock.advance_seconds(60);
    changes(&lan, "the provider took it", || app.send_all());
    changes(&lan, "it began", || app.reported(second, report(ReportedStatus::InProgress)));
    changes(&lan, "it ended in part", || app.reported(second, partial(300)));
    let third = changes(&lan, "one more", || lan.buys(sold, 1000));
    app.clock.advance_seconds(60);
    changes(&lan, "nobody knows what became of it", || app.park());
    let resolve = json!({ "action": "cancel" });
    changes(&lan, "an admin gives the money back", || {
        boss.post(&format!("/api/admin/orders/{third}/resolve"), resolve).expect(200)
    });
}

#[test]
fn a_look_at_the_provider_that_finds_nothing_changes_nothing() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(500_000);
    let order = lan.bought(app.service(|_| ()), 1000);
    app.reported(order, report(ReportedStatus::Completed));
    let before = shown(&lan);
    for _ in 0..8 {
        app.clock.advance_seconds(60);
        app.write(|tx| provider::next_round(tx, BUMX).unwrap());
        app.reported(order, report(ReportedStatus::Completed));
    }
    assert_eq!(shown(&lan), before);
}

#[test]
fn nobody_sees_another_customers_page() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(50_000), app.member("mai"));
    lan.buys(app.service(|_| ()), 1000);
    assert_eq!(shown(&lan)[0]["items"].as_array().unwrap().len(), 1);
    assert_eq!(shown(&mai)[0]["items"], json!([]));
    app.guest().get("/api/orders?limit=20").refused(401, "unauthenticated");
}

#[test]
fn a_kept_page_is_not_for_who_was_banned() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(50_000), app.admin("boss"));
    lan.buys(app.service(|_| ()), 1000);
    shown(&lan);
    boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": true })).expect(200);
    lan.get("/api/orders?limit=20").refused(401, "unauthenticated");
}

/// Buyers and lookers at once: whoever was told that an order is placed finds it on the next page, and no later look
/// shows less than an earlier one did.
#[test]
fn what_was_placed_is_on_every_later_page() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(12_000_000);
    let body = wish(app.service(|_| ()), 1000);
    let (served, token, placed) = (app.serve(), lan.token(), AtomicI64::new(0));
    let bearer = format!("Bearer {token}");
    let newest = || {
        let answer =
            served.send("GET", "/api/orders?limit=1", &[("Authorization", &bearer)], b"").expect(200);
        answer["items"][0]["id"].as_i64().unwrap_or(0)
    };
    at_once(24, |client| {
        for _ in 0..8 {
            if client % 3 == 0 {
                let id = served.post(token, "/api/orders", &body, &[]).expect(201)["id"].as_i64().unwrap();
                placed.fetch_max(id, Ordering::SeqCst);
                assert!(newest() >= id);
            } else {
                let known = placed.load(Ordering::SeqCst);
                let seen = newest();
                assert!(seen >= known && newest() >= seen);
            }
        }
    });
    assert_eq!(placed.load(Ordering::SeqCst), 64);
}
