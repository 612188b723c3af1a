//! Orders that are to begin later.

use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::member::Member;
use crate::support::shop::{BUMX, by_hand, wish};
use crate::support::tcp::at_once;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::jobs::providers::dispatch;
use smm_panel::jobs::scheduled::{release, stranded};
use smm_panel::kernel::ids::OrderId;
use smm_panel::orders::{self, Decision, Dispatch, Resolution, Status};
use smm_panel::reports;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const CANCEL: Decision = Decision { status: Status::Canceled, start_count: None, remains: None };

fn at(app: &TestApp, service: i64, seconds: i64) -> Value {
    let mut body = wish(service, 1000);
    body["start_at"] = json!(app.clock.now().plus_seconds(seconds).rfc3339());
    body
}

fn adds(app: &TestApp) -> usize {
    app.provider.requests_for("add").len()
}

fn work(app: &TestApp) {
    release::tick(&app.app).unwrap();
    dispatch::tick(&app.app);
}

fn spent(member: &Member) -> i64 {
    member.get("/api/user/balance").expect(200)["total_spent"].as_i64().unwrap()
}

#[test]
fn a_time_that_is_past_far_or_unreadable_is_refused_by_its_name() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    for seconds in [-1, 0, 30 * DAY + 1, 400 * DAY] {
        lan.post("/api/orders", at(&app, service, seconds)).refused_fields(&["start_at"]);
        lan.post("/api/orders/quote", at(&app, service, seconds)).refused_fields(&["start_at"]);
    }
    for value in [
        json!("tomorrow"),
        json!("2026-11-23"),
        json!("2026-11-23T07:39:00"),
        json!("2026-13-23T07:39:00Z"),
        json!(""),
        json!(1_795_333_140),
        json!([]),
    ] {
        let mut body = wish(service, 1000);
        body["start_at"] = value;
        lan.post("/api/orders", body).refused_fields(&["start_at"]);
    }
    let mut body = at(&app, service, -1);
    body["quantity"] = json!(1);
    lan.post("/api/orders", body).refused_fields(&["quantity", "start_at"]);
    assert_eq!((lan.balance(), app.number("SELECT count(*) FROM orders")), (50_000, 0));
    for seconds in [1, 30 * DAY] {
        lan.post("/api/orders/quote", at(&app, service, seconds)).expect(200);
    }
}

#[test]
fn it_is_charged_at_once_and_sent_not_before_its_time() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let boss = app.admin("boss");
    let id = lan.schedules(app.service(|_| ()), 1000, HOUR);
    let order = lan.get(&format!("/api/orders/{id}")).expect(200);
    assert_eq!((&order["status"], &order["waits_for"]), (&json!("pending"), &json!("start_at")));
    assert_eq!(order["start_at"], json!(app.clock.now().plus_seconds(HOUR).rfc3339()));
    assert_eq!((lan.balance(), spent(&lan)), (38_000, 0));
    let seen = boss.get(&format!("/api/admin/orders/{id}")).expect(200);
    assert_eq!((&seen["dispatch"], &seen["waits_for"]), (&json!("queued"), &json!("start_at")));

    work(&app);
    app.clock.advance_seconds(HOUR - 1);
    work(&app);
    assert_eq!((adds(&app), app.order(id).state.dispatch, spent(&lan)), (0, Dispatch::Scheduled, 0));
    app.clock.advance_seconds(1);
    work(&app);
    work(&app);
    assert_eq!((adds(&app), app.order(id).state.dispatch, spent(&lan)), (1, Dispatch::Sent, 12_000));
    assert_eq!(lan.get(&format!("/api/orders/{id}")).expect(200)["waits_for"], Value::Null);
    let steps = lan.get(&format!("/api/orders/{id}/timeline")).expect(200);
    let words: Vec<&str> =
        steps["items"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(words, ["charged", "released", "sent"]);
    boss.get(&format!("/api/admin/orders/{id}/timeline")).expect(200);
}

#[test]
fn the_clock_turned_back_sends_nothing_twice() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let _id = lan.schedules(app.service(|_| ()), 1000, HOUR);
    app.clock.advance_seconds(2 * HOUR);
    release::tick(&app.app).unwrap();
    app.clock.advance_seconds(-5 * HOUR);
    for _ in 0..3 {
        work(&app);
        app.clock.advance_seconds(3 * HOUR);
    }
    assert_eq!((adds(&app), spent(&lan)), (1, 12_000));
}

#[test]
fn canceled_before_its_time_it_gives_all_back_and_was_never_spent() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(5_000_000);
    let services = [app.service(|_| ()), app.service(by_hand)];
    for service in services {
        let id = lan.schedules(service, 100_000, HOUR);
        assert_eq!((lan.balance(), spent(&lan)), (3_800_000, 0));
        app.write(move |tx| {
            orders::set_status(tx, &Actor::CONSOLE, OrderId::new(id), &CANCEL).map(drop).unwrap();
        });
        assert_eq!((lan.balance(), spent(&lan), app.order(id).state.unreleased.get()), (5_000_000, 0, 0));
    }
    app.clock.advance_seconds(2 * HOUR);
    work(&app);
    assert_eq!(adds(&app), 0);
}

#[test]
fn its_customer_cancels_it_like_a_queued_one() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(24_000);
    for service in [app.service(|_| ()), app.service(by_hand)] {
        let id = lan.schedules(service, 1000, HOUR);
        let canceled = lan.post(&format!("/api/orders/{id}/cancel"), json!({})).expect(200);
        assert_eq!((&canceled["status"], &canceled["waits_for"]), (&json!("canceled"), &Value::Null));
        assert_eq!((lan.balance(), spent(&lan)), (24_000, 0));
    }
    app.clock.advance_seconds(HOUR);
    work(&app);
    assert_eq!(adds(&app), 0);
}

#[test]
fn a_line_for_later_is_no_spending_for_the_lines_behind_it() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(20_000_000);
    let service = app.service(|offer| offer.rate = smm_panel::kernel::money::Rate::parse("60000").unwrap());
    let mut first = at(&app, service, HOUR);
    first["quantity"] = json!(100_000);
    let lines = json!({ "lines": [first, wish(service, 1000)] });
    let bought = lan.post("/api/orders/mass", lines).expect(201);
    assert_eq!((&bought["total"], spent(&lan)), (&json!(6_060_000), 60_000));
}

#[test]
fn no_tier_is_had_by_buying_for_later() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(20_000_000);
    let service = app.service(|offer| offer.rate = smm_panel::kernel::money::Rate::parse("60000").unwrap());
    let id = lan.schedules(service, 100_000, HOUR);
    let level = || lan.get("/api/user/tier").expect(200)["level"].clone();
    assert_eq!((level(), app.order(id).charge.get()), (json!(1), 6_000_000));
    let next = lan.post("/api/orders/quote", wish(service, 1000)).expect(200);
    assert_eq!(next["discount_percent"], 0);
    app.clock.advance_seconds(HOUR);
    work(&app);
    assert_eq!((level(), spent(&lan)), (json!(2), 6_000_000));
}

#[test]
fn what_is_done_by_hand_waits_too_and_may_be_begun_before() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let boss = app.admin("boss");
    let service = app.service(by_hand);
    let (first, second) = (lan.schedules(service, 1000, HOUR), lan.schedules(service, 1000, HOUR));
    let begun = boss.put(&format!("/api/admin/orders/{first}/status"), json!({ "status": "in_progress" }));
    assert_eq!(begun.expect(200)["dispatch"], "manual");
    assert_eq!((app.order(first).state.dispatch, spent(&lan)), (Dispatch::Manual, 12_000));
    app.clock.advance_seconds(HOUR);
    work(&app);
    assert_eq!((app.order(second).state.dispatch, spent(&lan), adds(&app)), (Dispatch::Manual, 24_000, 0));
}

#[test]
fn what_waits_for_its_time_is_not_stuck() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let id = lan.schedules(service, 1000, HOUR);
    let boss = app.admin("boss");
    boss.put("/api/admin/providers/1", json!({ "active": false })).expect(200);
    stranded::tick(&app.app).unwrap();
    assert_eq!(app.app.db.read_now(orders::review_count).unwrap(), 0);
    let waiting = app.app.db.read_now(reports::waiting).unwrap();
    assert!(waiting.is_empty(), "{waiting:?}");
    assert_eq!(app.app.db.read_now(|tx| orders::queued_count(tx, BUMX)).unwrap(), 0);
    app.clock.advance_seconds(HOUR);
    release::tick(&app.app).unwrap();
    assert_eq!(app.order(id).state.dispatch, Dispatch::Queued);
    assert_eq!(app.app.db.read_now(orders::review_count).unwrap(), 1);
}

#[test]
fn a_restart_and_a_restore_send_nothing_twice_and_forget_nothing() {
    let provider = FakeProvider::start();
    let url = provider.url();
    let app = TestApp::with(&[("BUMX_API_URL", &url)]);
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let (soon, late) = (lan.schedules(service, 1000, HOUR), lan.schedules(service, 1000, DAY));
    let folder = app.stop();

    let app = TestApp::in_folder(folder, &[("BUMX_API_URL", &url)]);
    app.clock.advance_seconds(HOUR);
    let parked = app.write(|tx| orders::park_unsure(tx).unwrap());
    assert_eq!(parked, 1, "what came due since the backup may have been sent");
    let dispatch = |id: i64| app.order(id).state.dispatch;
    assert_eq!((dispatch(soon), dispatch(late)), (Dispatch::Review, Dispatch::Scheduled));
    assert_eq!(app.order(soon).state.unreleased.get(), 12_000);
    app.write(move |tx| {
        let sent = Resolution::Sent("p9".to_owned());
        orders::resolve(tx, &Actor::CONSOLE, OrderId::new(soon), &sent).map(drop).unwrap();
    });
    assert_eq!((dispatch(soon), app.order(soon).state.unreleased.get()), (Dispatch::Sent, 0));
    app.clock.advance_seconds(DAY);
    work(&app);
    assert_eq!((provider.requests_for("add").len(), dispatch(late)), (1, Dispatch::Sent));
}

#[test]
fn at_another_address_it_waits_for_a_person_and_then_for_its_time() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let boss = app.admin("boss");
    let shop = json!({ "name": "Other", "api_url": "https://one.example/api", "api_key": "a-key-of-theirs" });
    let provider = boss.post("/api/admin/providers", shop).expect(201)["id"].as_i64().unwrap();
    let service = app.service(move |offer| {
        offer.provider = Some(smm_panel::kernel::ids::ProviderId::new(provider));
    });
    let id = lan.schedules(service, 1000, HOUR);
    let path = format!("/api/admin/providers/{provider}");
    boss.put(&path, json!({ "api_url": "https://two.example/api" })).refused(409, "conflict");
    boss.put(&path, json!({ "api_url": "https://two.example/api", "abandon_open_orders": true })).expect(200);
    assert_eq!(app.order(id).state.dispatch, Dispatch::Review);
    boss.post(&format!("/api/admin/orders/{id}/resolve"), json!({ "action": "resend" })).expect(200);
    assert_eq!(app.order(id).state.dispatch, Dispatch::Scheduled);
    assert_eq!(spent(&lan), 0);
}

#[test]
fn what_only_time_has_made_a_sale_below_cost_waits_for_a_person() {
    for (change, parked) in [
        // For 1,000 at 12,000.
        ("cost = 12000001", Some("due_above_charge")),
        ("cost = 12000000", None),
        ("cost = 20000000, accepted_cost = 20000000", None),
        ("active = 0, paused = 'vanished'", Some("due_paused")),
        ("active = 0", None),
    ] {
        let app = TestApp::start();
        let lan = app.member("lan").funded(50_000);
        let boss = app.admin("boss");
        let id = lan.schedules(app.service(|_| ()), 1000, HOUR);
        app.write(move |tx| tx.execute(&format!("UPDATE services SET {change}"), ()).map(drop).unwrap());
        app.clock.advance_seconds(HOUR);
        work(&app);
        work(&app);
        let order = boss.get(&format!("/api/admin/orders/{id}")).expect(200);
        let code = order["dispatch_note_coded"]["code"].as_str().filter(|_| order["dispatch"] == "review");
        assert_eq!((code, adds(&app)), (parked, usize::from(parked.is_none())), "{change}");
        if parked.is_some() {
            assert_eq!((lan.balance(), spent(&lan)), (38_000, 0));
            let review = boss.get("/api/admin/orders?review=true").expect(200);
            assert_eq!(review["items"][0]["id"], json!(id), "{change}");
            boss.post(&format!("/api/admin/orders/{id}/resolve"), json!({ "action": "resend" })).expect(200);
            work(&app);
            assert_eq!((adds(&app), spent(&lan)), (1, 12_000), "{change}");
        }
    }
}

#[test]
fn what_was_sold_below_cost_from_the_start_goes_out() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    app.write(|tx| tx.execute("UPDATE services SET cost = 20000000", ()).map(drop).unwrap());
    let _id = lan.schedules(service, 1000, HOUR);
    app.clock.advance_seconds(HOUR);
    work(&app);
    assert_eq!(adds(&app), 1);
}

#[test]
fn a_repetition_is_answered_as_the_first_time() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let body = at(&app, service, HOUR);
    let first = lan.post_once("/api/orders", "k1", body.clone()).expect(201);
    app.clock.advance_seconds(2 * HOUR);
    assert_eq!(lan.post_once("/api/orders", "k1", body).expect(201), first);
    let other = lan.post_once("/api/orders", "k1", at(&app, service, HOUR));
    other.refused(422, "idempotency_key_reused");
    assert_eq!(lan.balance(), 38_000);
}

#[test]
fn canceled_and_due_at_once_it_is_one_of_both() {
    for _ in 0..8 {
        let app = TestApp::start();
        let lan = app.member("lan").funded(50_000);
        let id = lan.schedules(app.service(|_| ()), 1000, HOUR);
        app.clock.advance_seconds(HOUR);
        let panel = app.app.clone();
        at_once(2, |number| match number {
            0 => release::tick(&panel).map(drop).unwrap(),
            _ => panel
                .db
                .write_blocking(move |tx| orders::set_status(tx, &Actor::CONSOLE, OrderId::new(id), &CANCEL))
                .map(drop)
                .unwrap(),
        });
        work(&app);
        assert_eq!((adds(&app), lan.balance(), spent(&lan)), (0, 50_000, 0));
        assert_eq!(app.order(id).state.dispatch, Dispatch::Refused);
    }
}

#[test]
fn the_schema_lets_nothing_count_twice() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.schedules(app.service(|_| ()), 1000, HOUR);
    let refused = |sql: &str| {
        let sql = sql.to_owned();
        app.write(move |tx| tx.execute(&sql, ()).is_err())
    };
    assert!(refused("UPDATE accounts SET unreleased = 0 WHERE id = 1"));
    assert!(refused("UPDATE accounts SET spent = 12000 WHERE id = 1"));
    assert!(refused(&format!("UPDATE orders SET unreleased = 12001 WHERE id = {id}")));
    assert!(refused(&format!("UPDATE orders SET start_at = 0 WHERE id = {id}")));
}
