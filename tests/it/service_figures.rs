//! How long services take and how their orders end, and the open orders that take much longer.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{by_hand, partial, report, wish};
use proptest::prelude::*;
use serde_json::{Value, json};
use smm_panel::jobs::scheduled::{release, service_times};
use smm_panel::orders::Status;
use smm_panel::provider::ReportedStatus;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// An order of the service that is completed so many seconds later.
fn completes(app: &TestApp, lan: &Member, service: i64, seconds: i64) -> i64 {
    let id = lan.bought(service, 1000);
    app.clock.advance_seconds(seconds);
    app.reported(id, report(ReportedStatus::Completed)).unwrap();
    id
}

fn average(app: &TestApp, service: i64) -> Value {
    service_times::tick(&app.app).unwrap();
    app.guest().get(&format!("/api/services/{service}")).expect(200)["average_seconds"].clone()
}

fn figures(boss: &Member) -> Vec<Value> {
    boss.get("/api/admin/services/figures").expect(200)["items"].as_array().unwrap().clone()
}

/// The ids of the orders that are listed as slow, each with where it stands.
fn slow(boss: &Member) -> Vec<(i64, String)> {
    let list = boss.get("/api/admin/orders?slow=true").expect(200);
    let orders = list["items"].as_array().unwrap();
    orders.iter().map(|one| (one["id"].as_i64().unwrap(), one["slow"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn below_five_completed_orders_nobody_is_told_how_long_a_service_takes() {
    let app = TestApp::start();
    let (lan, service) = (app.member("lan").funded(500_000), app.service(|_| ()));
    for seconds in [60, 600, 120, 6000] {
        completes(&app, &lan, service, seconds);
        assert_eq!(average(&app, service), Value::Null);
    }
    completes(&app, &lan, service, 30);
    let etag = |tag: &str| {
        app.guest().send(rocket::http::Method::Get, "/api/services", &[("If-None-Match", tag)], None)
    };
    let before = etag("\"\"").header("ETag").unwrap().to_owned();
    assert_eq!(average(&app, service), json!(120), "the one in the middle, not the mean");
    let list = etag(&before).expect(200);
    assert_eq!(list["items"][0]["average_seconds"], json!(120), "the kept list follows");
    // Nothing is written while nothing changes.
    assert_eq!(service_times::tick(&app.app).unwrap(), None);
}

#[test]
fn what_ended_otherwise_or_long_ago_says_nothing_about_the_time() {
    let app = TestApp::start();
    let (lan, service) = (app.member("lan").funded(500_000), app.service(|_| ()));
    for _ in 0..5 {
        completes(&app, &lan, service, 60);
        let (parted, lost) = (lan.bought(service, 1000), lan.bought(service, 1000));
        app.clock.advance_seconds(3 * HOUR);
        app.reported(parted, partial(400)).unwrap();
        app.reported(lost, report(ReportedStatus::Canceled)).unwrap();
    }
    assert_eq!(average(&app, service), json!(60));
    app.clock.advance_seconds(31 * DAY);
    assert_eq!(average(&app, service), Value::Null);
    assert_eq!(figures(&app.admin("boss")), Vec::<Value>::new());
}

#[test]
fn what_its_customer_took_back_before_it_was_sent_counts_as_no_end() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(500_000));
    let service = app.service(|offer| (offer.cancel, offer.dripfeed) = (true, true));
    completes(&app, &lan, service, 60);
    let unsent = [
        lan.schedules(service, 1000, DAY),
        lan.post("/api/orders", wish(service, 1000)).expect(201)["id"].as_i64().unwrap(),
        lan.feeds(service, 1000, 3, 10),
    ];
    release::tick(&app.app).unwrap();
    for id in unsent {
        lan.post(&format!("/api/orders/{id}/cancel"), json!({})).expect(200);
        assert_eq!(app.order(id).state.progress.status, Status::Canceled);
    }
    let ended = figures(&boss);
    assert_eq!((&ended[0]["completed"], &ended[0]["canceled"]), (&json!(1), &json!(0)));
    // One that was sent and that the provider gave up for the customer is an end.
    let sent = lan.bought(service, 1000);
    lan.post(&format!("/api/orders/{sent}/cancel"), json!({})).expect(200);
    app.reported(sent, report(ReportedStatus::Canceled)).unwrap();
    assert_eq!(figures(&boss)[0]["canceled"], json!(1));
}

#[test]
fn an_order_for_later_is_measured_from_when_it_was_to_begin() {
    let app = TestApp::start();
    let (lan, service) = (app.member("lan").funded(500_000), app.service(|_| ()));
    for _ in 0..5 {
        let id = lan.schedules(service, 1000, DAY);
        app.clock.advance_seconds(DAY);
        release::tick(&app.app).unwrap();
        app.send_all();
        app.clock.advance_seconds(90);
        app.reported(id, report(ReportedStatus::Completed)).unwrap();
    }
    assert_eq!(average(&app, service), json!(90));
}

#[test]
fn the_operator_reads_how_orders_ended_and_which_refills_were_kept() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(900_000));
    let service = app.service(|offer| offer.refill = true);
    app.service(|_| ());
    let mut done = Vec::new();
    for _ in 0..5 {
        done.push(completes(&app, &lan, service, 7 * 60));
    }
    app.reported(lan.bought(service, 1000), partial(400)).unwrap();
    for _ in 0..2 {
        app.reported(lan.bought(service, 1000), report(ReportedStatus::Canceled)).unwrap();
    }
    lan.bought(service, 1000);
    let line = |completed: i64, canceled: i64, refills: [i64; 2]| {
        json!({"service_id": service, "completed": completed, "partial": 1, "canceled": canceled,
            "average_seconds": if completed >= 5 { json!(420) } else { Value::Null },
            "refills_completed": refills[0], "refills_rejected": refills[1]})
    };
    assert_eq!(figures(&boss), [line(5, 2, [0, 0])]);

    app.clock.advance_seconds(2 * DAY);
    for (id, end) in [(done[0], "completed"), (done[1], "rejected")] {
        let refill = lan.post(&format!("/api/orders/{id}/refill"), json!({})).expect(201)["id"].clone();
        app.write(|tx| {
            tx.execute("UPDATE refills SET dispatch = 'sent', provider_refill_id = id", ()).unwrap()
        });
        boss.put(&format!("/api/admin/refills/{refill}"), json!({"status": "in_progress"})).expect(200);
        boss.put(&format!("/api/admin/refills/{refill}"), json!({"status": end})).expect(200);
    }
    // A decision afterwards moves an order to its last end.
    boss.put(&format!("/api/admin/orders/{}/status", done[2]), json!({"status": "canceled"})).expect(200);
    assert_eq!(figures(&boss), [line(4, 3, [1, 1])]);

    // What the shop rejects by hand is no word of the provider's: here, and on the refills' desk.
    let refill = lan.post(&format!("/api/orders/{}/refill", done[3]), json!({})).expect(201)["id"].clone();
    let refill_id = refill.as_i64();
    app.write(move |tx| {
        tx.execute("UPDATE refills SET dispatch = 'manual' WHERE id = ?1", [refill_id]).unwrap()
    });
    boss.put(&format!("/api/admin/refills/{refill}"), json!({"status": "rejected"})).expect(200);
    assert_eq!(figures(&boss), [line(4, 3, [1, 1])]);
    let kept = &boss.get("/api/admin/refills/by-service").expect(200)["items"][0];
    let said = ["asked", "completed", "rejected", "kept_percent"].map(|name| kept[name].clone());
    assert_eq!(said, [2, 1, 1, 50].map(|count| json!(count)));
}

#[test]
fn an_order_is_slow_after_three_times_the_median_and_an_hour() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(900_000));
    let (usual, unknown) = (app.service(|_| ()), app.service(|_| ()));
    let hands = app.service(by_hand);
    for _ in 0..5 {
        completes(&app, &lan, usual, HOUR);
        let id = lan.buys(hands, 1000);
        boss.put(&format!("/api/admin/orders/{id}/status"), json!({"status": "completed"})).expect(200);
    }
    app.write(|tx| tx.execute("UPDATE services SET provider_service_id = '2' WHERE id = 2", ()).unwrap());
    let look = || {
        service_times::tick(&app.app).unwrap();
        slow(&boss)
    };
    let (open, never_known) = (lan.bought(usual, 1000), lan.bought(unknown, 1000));
    let by_hand = lan.buys(hands, 1000);
    app.clock.advance_seconds(HOUR);
    assert_eq!(look(), [], "exactly an hour is not more");
    app.clock.advance_seconds(1);
    assert_eq!(look(), [(by_hand, "by_hand".to_owned())], "usually at once, and for more than an hour");
    let queued = lan.buys(usual, 1000);
    app.clock.advance_seconds(2 * HOUR - 1);
    assert_eq!(look().len(), 1);
    app.clock.advance_seconds(1);
    assert_eq!(look(), [(by_hand, "by_hand".to_owned()), (open, "provider".to_owned())]);
    app.clock.advance_seconds(HOUR + 1);
    assert_eq!(look()[0], (queued, "queue".to_owned()));
    app.park();
    assert_eq!(look()[0], (queued, "review".to_owned()));

    let waiting = boss.get("/api/admin/review").expect(200);
    let item = waiting["items"].as_array().unwrap().iter().find(|one| one["kind"] == "slow_orders").unwrap();
    assert_eq!(
        (&item["count"], &item["severity"], &item["path"]),
        (&json!(3), &json!("info"), &json!("/admin/orders?slow=true"))
    );
    // With its end it is slow no more, at once.
    app.reported(open, report(ReportedStatus::Completed)).unwrap();
    assert_eq!(slow(&boss).len(), 2);
    assert_eq!(boss.get(&format!("/api/admin/orders/{open}")).expect(200)["slow"], Value::Null);
    assert!(!slow(&boss).iter().any(|(id, _)| *id == never_known));
    // What becomes usual is slow no more.
    let later: Vec<_> = (0..7).map(|_| lan.bought(usual, 1000)).collect();
    app.clock.advance_seconds(20 * HOUR);
    for id in later {
        app.reported(id, report(ReportedStatus::Completed)).unwrap();
    }
    assert_eq!(look(), [(by_hand, "by_hand".to_owned())]);
    boss.get("/api/admin/orders?slow=maybe").refused_fields(&["slow"]);
}

#[test]
fn only_admins_read_the_figures() {
    let app = TestApp::start();
    app.guest().get("/api/admin/services/figures").refused(401, "unauthenticated");
    app.member("lan").get("/api/admin/services/figures").refused(403, "forbidden");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// The histogram's median lies within 10 % of the true one.
    #[test]
    fn the_median_is_right_within_a_tenth(mut times in prop::collection::vec(0..3_000_000_i64, 5..12)) {
        let app = TestApp::start();
        let (lan, service) = (app.member("lan").funded(500_000), app.service(|_| ()));
        for seconds in &times {
            // The day of the order counts: all of them stay within 30 days.
            let id = lan.bought(service, 1000);
            let ended = app.clock.now().plus_seconds(*seconds);
            app.write(move |tx| tx.execute(
                "UPDATE orders SET completed_at = ?2 WHERE id = ?1", (id, ended)).unwrap());
            app.reported(id, report(ReportedStatus::Completed)).unwrap();
        }
        times.sort_unstable();
        let middle = times[(times.len() - 1) / 2];
        let found = average(&app, service).as_i64().unwrap();
        prop_assert!((found - middle).abs() * 10 <= middle, "{found} for {middle}");
    }
}
