//! Orders in runs: what is taken, when each run goes out, and what is seen of it.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{by_hand, order_type, report, wish};
use crate::support::told::Told;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::jobs::providers::dispatch;
use smm_panel::jobs::scheduled::{release, search_index};
use smm_panel::kernel::ids::OrderId;
use smm_panel::kernel::money::Rate;
use smm_panel::orders::{self, Dispatch, Resolution};
use smm_panel::provider::ReportedStatus;

const MINUTE: i64 = 60;

pub fn dripfeed(app: &TestApp) -> i64 {
    app.service(|offer| offer.dripfeed = true)
}

pub fn work(app: &TestApp) {
    release::tick(&app.app).unwrap();
    dispatch::tick(&app.app);
}

pub fn adds(app: &TestApp) -> usize {
    app.provider.requests_for("add").len()
}

/// The runs that are orders, the first one first.
pub fn runs(app: &TestApp, parent: i64) -> Vec<i64> {
    let ids = app.app.db.read_now(|tx| orders::run_ids(tx, OrderId::new(parent))).unwrap();
    ids.into_iter().map(OrderId::get).collect()
}

fn spent(member: &Member) -> i64 {
    member.get("/api/user/balance").expect(200)["total_spent"].as_i64().unwrap()
}

fn fed(service: i64, quantity: i64, runs: impl Into<Value>, interval: impl Into<Value>) -> Value {
    let mut body = wish(service, quantity);
    (body["runs"], body["interval"]) = (runs.into(), interval.into());
    body
}

#[test]
fn runs_that_are_not_sold_or_out_of_bounds_are_refused_by_their_names() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let (sold, other, hand) = (dripfeed(&app), app.service(|_| ()), app.service(by_hand));
    for (body, field) in [
        (fed(other, 100, 2, 10), "runs"),
        (fed(hand, 100, 2, 10), "runs"),
        (fed(sold, 100, 1, 10), "runs"),
        (fed(sold, 100, 0, 10), "runs"),
        (fed(sold, 100, -2, 10), "runs"),
        (fed(sold, 100, 1001, 0), "runs"),
        (fed(sold, 100, "2", 10), "runs"),
        (fed(sold, 100, 2.0, 10), "runs"),
        (fed(sold, 100, Value::Null, 10), "runs"),
        (fed(sold, 100, 2, Value::Null), "interval"),
        (fed(sold, 100, 2, -1), "interval"),
        (fed(sold, 100, 2, 10_081), "interval"),
        (fed(sold, 100, 1000, 130), "interval"),
        (fed(sold, 9, 10, 10), "quantity"),
    ] {
        for path in ["/api/orders", "/api/orders/quote"] {
            lan.post(path, body.clone()).refused_fields(&[field]);
        }
        let checked = lan.post("/api/orders/mass", json!({ "lines": [body], "check": true })).expect(200);
        assert_eq!(checked["lines"][0]["error"]["errors"][0]["field"], field);
    }
    lan.post("/api/orders", fed(sold, 1, 1, 1)).refused_fields(&["quantity", "runs"]);
    assert_eq!((lan.balance(), app.number("SELECT count(*) FROM orders")), (50_000, 0));
}

#[test]
fn a_service_has_runs_only_where_a_provider_delivers_parts() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let service = app.service(|_| ());
    let path = format!("/api/admin/services/{service}");
    assert_eq!(boss.put(&path, json!({ "dripfeed": true })).expect(200)["dripfeed"], true);
    assert_eq!(boss.get("/api/services").expect(200)["items"][0]["dripfeed"], true);
    boss.put(&path, json!({ "type": "package" })).refused_fields(&["dripfeed"]);
    boss.put(&path, json!({ "provider_id": null })).refused_fields(&["dripfeed"]);
    boss.put(&path, json!({ "provider_id": null, "dripfeed": false })).expect(200);
    boss.put(&path, json!({ "dripfeed": null })).expect(422);
}

#[test]
fn all_runs_are_charged_at_once_and_rounded_once() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|offer| {
        (offer.dripfeed, offer.rate) = (true, Rate::parse("12000.001").unwrap());
    });
    // 12.000001 a unit: 3 × 333 of them.
    let quoted = lan.post("/api/orders/quote", fed(service, 333, 3, 10)).expect(200);
    assert_eq!((&quoted["charge"], &quoted["units"]), (&json!(11_989), &json!(999)));
    assert_eq!(quoted["quantity"], 333);
    let mut body = fed(service, 333, 3, 10);
    body["expected_charge"] = json!(11_988);
    lan.post("/api/orders", body.clone()).refused(409, "price_changed");
    body["expected_charge"] = json!(11_989);
    let order = lan.post_once("/api/orders", "k", body.clone()).expect(201);
    assert_eq!(lan.post_once("/api/orders", "k", body).expect(201), order);
    assert_eq!(
        (&order["charge"], &order["runs"], &order["interval"]),
        (&json!(11_989), &json!(3), &json!(10))
    );
    assert_eq!(
        (&order["runs_done"], &order["status"], &order["parent_id"]),
        (&json!(0), &json!("pending"), &Value::Null)
    );
    assert_eq!((lan.balance(), spent(&lan)), (38_011, 0));
    lan.post("/api/orders", fed(service, 10_000, 1000, 0)).refused(402, "insufficient_balance");
}

#[test]
fn live_viewers_are_charged_by_their_minutes_in_each_run() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(|offer| (offer.dripfeed, offer.kind) = (true, order_type("live_viewers")));
    let mut body = fed(service, 100, 4, 60);
    body["minutes"] = json!(30);
    let quoted = lan.post("/api/orders/quote", body).expect(200);
    assert_eq!((&quoted["units"], &quoted["charge"]), (&json!(12_000), &json!(144_000)));
}

#[test]
fn each_run_goes_out_an_interval_after_the_one_before() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.feeds(dripfeed(&app), 1000, 3, 10);
    work(&app);
    assert_eq!((adds(&app), spent(&lan)), (1, 12_000), "the first one at once");
    let order = lan.get(&format!("/api/orders/{id}")).expect(200);
    assert_eq!((&order["waits_for"], &order["runs_done"]), (&json!("interval"), &json!(0)));
    assert_eq!(order["next_run_at"], json!(app.clock.now().plus_seconds(10 * MINUTE).rfc3339()));
    for (passes, sent) in [(10 * MINUTE - 1, 1), (1, 2), (10 * MINUTE - 1, 2), (1, 3), (100 * MINUTE, 3)] {
        app.clock.advance_seconds(passes);
        work(&app);
        work(&app);
        assert_eq!((adds(&app), spent(&lan)), (sent, 12_000 * i64::try_from(sent).unwrap()));
        assert_eq!(app.audit().differences, Vec::<String>::new());
    }
    for request in app.provider.requests_for("add") {
        assert_eq!(
            (request.field("quantity"), request.field("runs"), request.field("interval")),
            ("1000", "", "")
        );
    }
    assert_eq!((lan.balance(), runs(&app, id).len()), (14_000, 3));
    assert_eq!(lan.get(&format!("/api/orders/{id}")).expect(200)["next_run_at"], Value::Null);
}

#[test]
fn the_pause_counts_from_when_a_run_was_sent_and_nothing_is_caught_up_with() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let id = lan.feeds(dripfeed(&app), 1000, 5, 10);
    release::tick(&app.app).unwrap();
    // The run waits in the queue for an hour.
    for _ in 0..6 {
        app.clock.advance_seconds(10 * MINUTE);
        release::tick(&app.app).unwrap();
    }
    assert_eq!((runs(&app, id).len(), adds(&app)), (1, 0), "one at most is unsent");
    dispatch::tick(&app.app);
    work(&app);
    assert_eq!((runs(&app, id).len(), adds(&app)), (1, 1));
    app.clock.advance_seconds(9 * MINUTE);
    work(&app);
    assert_eq!(adds(&app), 1);
    // The panel stands still for a day.
    app.clock.advance_seconds(24 * 60 * MINUTE);
    for _ in 0..4 {
        work(&app);
    }
    assert_eq!(adds(&app), 2);
}

#[test]
fn a_clock_that_jumps_doubles_and_bunches_nothing() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let id = lan.feeds(dripfeed(&app), 1000, 5, 10);
    work(&app);
    app.clock.advance_seconds(-3 * 60 * MINUTE);
    work(&app);
    assert_eq!(adds(&app), 1, "turned back it waits longer");
    app.clock.advance_seconds(30 * 24 * 60 * MINUTE);
    work(&app);
    work(&app);
    assert_eq!(adds(&app), 2, "turned ahead one run is due");
    app.clock.advance_seconds(-30 * 24 * 60 * MINUTE);
    work(&app);
    assert_eq!((adds(&app), runs(&app, id).len()), (2, 2));
}

#[test]
fn without_a_pause_one_run_follows_the_other() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let _id = lan.feeds(dripfeed(&app), 1000, 3, 0);
    for sent in 1..=3 {
        work(&app);
        assert_eq!(adds(&app), sent);
    }
    work(&app);
    assert_eq!(adds(&app), 3);
}

#[test]
fn with_a_start_the_first_run_waits_for_it() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let mut body = fed(dripfeed(&app), 1000, 2, 10);
    body["start_at"] = json!(app.clock.now().plus_seconds(60 * MINUTE).rfc3339());
    let order = lan.post("/api/orders", body).expect(201);
    assert_eq!((&order["waits_for"], &order["can_cancel"]), (&json!("start_at"), &json!(true)));
    app.clock.advance_seconds(60 * MINUTE - 1);
    work(&app);
    assert_eq!((adds(&app), spent(&lan)), (0, 0));
    app.clock.advance_seconds(1);
    work(&app);
    assert_eq!((adds(&app), spent(&lan)), (1, 12_000));
}

#[test]
fn runs_are_listed_under_their_drip_feed_and_nowhere_else() {
    let app = TestApp::start();
    let (lan, mai, boss) = (app.member("lan").funded(100_000), app.member("mai"), app.admin("boss"));
    let service = dripfeed(&app);
    let id = lan.feeds(service, 1000, 3, 0);
    let other = lan.buys(service, 1000);
    for _ in 0..3 {
        work(&app);
    }
    let ids = |member: &Member, query: &str| -> Vec<i64> {
        let page = member.get(query).expect(200);
        page["items"].as_array().unwrap().iter().map(|order| order["id"].as_i64().unwrap()).collect()
    };
    let mut newest_first = runs(&app, id);
    newest_first.reverse();
    for query in
        ["", "?status=in_progress", "?status=processing", "?status=pending", "?search=tiktok", "?search=884"]
    {
        let listed = ids(&lan, &format!("/api/orders{query}"));
        assert!(listed.iter().all(|listed| [id, other].contains(listed)), "{query}: {listed:?}");
    }
    assert_eq!(ids(&lan, "/api/orders"), [other, id]);
    assert_eq!(ids(&lan, &format!("/api/orders?parent_id={id}")), newest_first);
    assert_eq!(ids(&lan, &format!("/api/orders?parent_id={id}&limit=2")), newest_first[..2]);
    assert_eq!(ids(&lan, &format!("/api/orders?parent_id={id}&status=completed")), [0; 0]);
    assert_eq!(ids(&mai, &format!("/api/orders?parent_id={id}")), [0; 0]);
    assert_eq!(
        ids(&lan, &format!("/api/orders?search={}", newest_first[0])),
        [id],
        "a run is found as its parent"
    );
    lan.get("/api/orders?parent_id=x").expect(422);
    for query in ["", "?provider_id=1", "?user_id=1", &format!("?service_id={service}")] {
        assert_eq!(ids(&boss, &format!("/api/admin/orders{query}")), [other, id], "{query}");
    }
    assert_eq!(ids(&boss, &format!("/api/admin/orders?parent_id={id}")), newest_first);
    app.write(|tx| tx.execute("DELETE FROM orders_search", ()).map(drop).unwrap_or_default());
    search_index::tick(&app.app).unwrap();
    let counts = lan.get("/api/orders/counts").expect(200);
    assert_eq!(
        (&counts["all"], &boss.get("/api/admin/orders/counts").expect(200)["all"]),
        (&json!(2), &json!(2))
    );
    let file = lan.get("/api/orders.csv").text();
    assert_eq!(file.lines().count(), 3);
    assert!(file.lines().next().unwrap().contains(",quantity,runs,interval,runs_done,charge,"));
    assert!(file.lines().any(|line| line.contains(",1000,3,0,0,")), "{file}");
    let run = lan.get(&format!("/api/orders/{}", newest_first[0])).expect(200);
    assert_eq!((&run["parent_id"], &run["run"], &run["charge"]), (&json!(id), &json!(3), &json!(0)));
    mai.get(&format!("/api/orders/{}", newest_first[0])).expect(404);
}

#[test]
fn however_many_drip_feeds_are_due_what_people_order_waits_for_few_of_their_runs() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(10_000_000), app.member("mai").funded(100_000));
    let service = dripfeed(&app);
    let ids: Vec<i64> = (0..120).map(|_| lan.feeds(service, 100, 2, 0)).collect();
    release::tick(&app.app).unwrap();
    let queued = || app.number("SELECT count(*) FROM orders WHERE dispatch = 'queued'");
    assert_eq!(queued(), 50);
    release::tick(&app.app).unwrap();
    assert_eq!(queued(), 50, "no more, however often it is looked");
    let order = mai.post("/api/orders", wish(service, 100)).expect(201)["id"].as_i64().unwrap();
    let claimed = app.claim();
    assert_eq!((claimed.len(), claimed.last()), (51, Some(&order)), "behind those that wait already");
    app.write(|tx| orders::park_interrupted(tx).unwrap());
    // What was begun makes room for the others, first those that wait the longest.
    for (round, begun) in [(1, 50), (2, 100), (3, 120)] {
        let sum = ids.iter().map(|id| runs(&app, *id).len()).sum::<usize>();
        assert_eq!(sum, begun, "round {round}");
        release::tick(&app.app).unwrap();
        app.claim();
        app.write(|tx| orders::park_interrupted(tx).unwrap());
    }
}

#[test]
fn a_run_alone_says_its_share_of_what_was_paid() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(50_000), app.member("mai"));
    let parent = lan.feeds(dripfeed(&app), 1000, 3, 0);
    work(&app);
    let [run] = runs(&app, parent)[..] else { panic!("one run") };
    let seen = lan.get(&format!("/api/orders/{run}")).expect(200);
    assert_eq!((&seen["charge"], &seen["paid"]), (&json!(0), &json!(12_000)));
    assert_eq!(lan.get(&format!("/api/orders/{parent}")).expect(200).get("paid"), None);
    mai.get(&format!("/api/orders/{run}")).refused(404, "not_found");
}

#[test]
fn a_run_is_not_decided_alone() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let service = app.service(|offer| (offer.dripfeed, offer.cancel, offer.refill) = (true, true, true));
    let id = lan.feeds(service, 1000, 2, 0);
    work(&app);
    let run = runs(&app, id)[0];
    let refused = |answer: crate::support::wire::Answer, code: &str| {
        assert_eq!(answer.refused(409, code)["reason"], "run_of_drip_feed");
    };
    let cancel = || lan.post(&format!("/api/orders/{run}/cancel"), json!({}));
    refused(cancel(), "cancel_not_possible");
    for body in [json!({ "status": "completed" }), json!({ "status": "canceled", "dry_run": true })] {
        refused(boss.put(&format!("/api/admin/orders/{run}/status"), body), "conflict");
    }
    let said = app.order(run).state.provider_order.unwrap();
    app.provider.set_report(&said, json!({ "status": "Completed", "remains": "0" }));
    app.write(move |tx| {
        orders::apply_report(
            tx,
            crate::support::shop::BUMX_ACCOUNT,
            &said,
            &report(ReportedStatus::Completed),
        )
        .unwrap()
    });
    app.clock.advance_seconds(25 * 60 * MINUTE);
    assert_eq!(lan.get(&format!("/api/orders/{run}")).expect(200)["can_refill"], false);
    refused(lan.post(&format!("/api/orders/{run}/refill"), json!({})), "refill_not_possible");
    refused(cancel(), "cancel_not_possible");
}

#[test]
fn a_run_that_only_time_has_made_a_loss_waits_for_a_person() {
    for (change, parked) in [
        // A run of 1,000 at 12,000.
        ("cost = 12000001", Some("due_above_charge")),
        ("cost = 12000000", None),
        ("cost = 20000000, accepted_cost = 20000000", None),
        ("active = 0, paused = 'vanished'", Some("due_paused")),
        ("active = 0", None),
    ] {
        let told = Told::start();
        let app = &told.app;
        let (lan, boss) = (app.member("lan").funded(50_000), app.admin("boss"));
        let id = lan.feeds(dripfeed(app), 1000, 3, 10);
        work(app);
        app.write(move |tx| tx.execute(&format!("UPDATE services SET {change}"), ()).map(drop).unwrap());
        app.clock.advance_seconds(10 * MINUTE);
        work(app);
        work(app);
        assert_eq!(adds(app), if parked.is_some() { 1 } else { 2 }, "{change}");
        let Some(code) = parked else { continue };
        let run = runs(app, id)[1];
        let review = boss.get("/api/admin/orders?review=true&user_id=1").expect(200);
        assert_eq!((&review["items"][0]["id"], &review["items"][0]["parent_id"]), (&json!(run), &json!(id)));
        assert_eq!(review["items"][0]["dispatch_note_coded"]["code"], code);
        let paid = app.number("SELECT json_extract(fields, '$.charge') FROM notices WHERE kind = 'review'");
        assert_eq!(paid, 12_000, "the operator hears what was paid for the run");
        // What would go back with it; the run has no charge of its own.
        assert_eq!((&review["items"][0]["paid"], &review["items"][0]["charge"]), (&json!(12_000), &json!(0)));
        app.clock.advance_seconds(60 * MINUTE);
        work(app);
        assert_eq!((adds(app), runs(app, id).len()), (1, 2), "the next one waits behind it");
        boss.post(&format!("/api/admin/orders/{run}/resolve"), json!({ "action": "resend" })).expect(200);
        work(app);
        assert_eq!(adds(app), 2);
        app.clock.advance_seconds(10 * MINUTE);
        work(app);
        // What an admin sent at its cost once goes out at it again; a pause is for a person each time.
        assert_eq!(adds(app), if code == "due_paused" { 2 } else { 3 }, "{change}");
    }
}

#[test]
fn after_a_restore_every_run_that_may_be_out_waits_for_a_person() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let id = lan.feeds(dripfeed(&app), 1000, 6, 10);
    work(&app);
    app.clock.advance_seconds(31 * MINUTE);
    // Due 21, 11 and 1 minutes ago.
    assert_eq!(app.write(|tx| orders::park_unsure(tx).unwrap()), 1);
    for number in 2..=4 {
        work(&app);
        let run = app.order(*runs(&app, id).last().unwrap());
        assert_eq!((runs(&app, id).len(), run.state.dispatch), (number, Dispatch::Review));
        let (run, theirs) = (run.id, format!("old{number}"));
        app.write(move |tx| {
            orders::resolve(tx, &Actor::CONSOLE, run, &Resolution::Sent(theirs)).map(drop).unwrap();
        });
        app.clock.advance_seconds(10 * MINUTE);
    }
    assert_eq!(adds(&app), 1);
    work(&app);
    assert_eq!((adds(&app), runs(&app, id).len()), (2, 5), "the fifth cannot have been out");
    assert_eq!(boss.get("/api/admin/review").expect(200)["orders"], 0);
}

#[test]
fn resellers_buy_runs_and_see_them() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let client = lan.reseller();
    let (sold, other) = (dripfeed(&app).to_string(), app.service(|_| ()).to_string());
    let flags: Vec<bool> = client
        .ask("services", &[])
        .as_array()
        .unwrap()
        .iter()
        .map(|service| service["dripfeed"].as_bool().unwrap())
        .collect();
    assert_eq!(flags, [true, false]);
    let link = ("link", "https://x.vn/a");
    let of = |service: &'_ str| [("service", service.to_owned()), ("quantity", "1000".to_owned())];
    let ask = |service: &str, more: &[(&str, &str)]| {
        let own = of(service);
        let own: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
        client.ask("add", &[&own, &[link][..], more].concat())
    };
    let error = |answer: Value| answer["error"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    assert_eq!(
        error(ask(&other, &[("runs", "2"), ("interval", "5")])),
        "Drip-feed is disabled for this service"
    );
    assert!(error(ask(&sold, &[("runs", "x"), ("interval", "5")])).starts_with("runs"));
    assert!(error(ask(&sold, &[("runs", "1"), ("interval", "5")])).starts_with("runs"));
    assert!(error(ask(&sold, &[("runs", "2")])).starts_with("interval"));
    let plain = ask(&sold, &[("runs", "0"), ("interval", "0")])["order"].to_string();
    assert_eq!(client.ask("status", &[("order", &plain)]).get("runs"), None);
    let id = ask(&sold, &[("runs", "3"), ("interval", "5")])["order"].to_string();
    let before = client.ask("status", &[("order", &id)]);
    let expected = json!({ "charge": "36000", "start_count": "0", "status": "Pending", "remains": "3000",
        "currency": "VND", "runs": "0", "orders": [] });
    assert_eq!(before, expected);
    work(&app);
    let run = runs(&app, id.parse().unwrap())[0];
    let theirs = app.order(run).state.provider_order.unwrap();
    app.write(move |tx| {
        orders::apply_report(
            tx,
            crate::support::shop::BUMX_ACCOUNT,
            &theirs,
            &report(ReportedStatus::Completed),
        )
        .unwrap()
    });
    let after = client.ask("status", &[("orders", &format!("{id},{run}"))]);
    assert_eq!((&after[&id]["status"], &after[&id]["remains"]), (&json!("In progress"), &json!("2000")));
    assert_eq!((&after[&id]["runs"], &after[&id]["orders"]), (&json!("1"), &json!([run])));
    assert_eq!(after[&run.to_string()]["charge"], "0");
    assert_eq!(
        client.ask("cancel", &[("orders", &id)]),
        json!([{ "order": id.parse::<i64>().unwrap(), "cancel": 1 }])
    );
    assert_eq!(client.ask("status", &[("order", &id)])["status"], "Partial");
}
