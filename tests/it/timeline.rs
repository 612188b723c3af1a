//! What an order went through: every move leaves its step, the customer sees no provider, and nobody sees a key.

use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::member::Member;
use crate::support::reply::Reply;
use crate::support::shop::{LINK, by_hand, order_type, partial, report};
use serde_json::{Value, json};
use smm_panel::jobs::providers::{dispatch, poll_orders};
use smm_panel::kernel::ids::OrderId;
use smm_panel::orders::{self, Dispatch, OrderError, Status};
use smm_panel::provider::{Exchange, Ground, ReportedStatus};

const KEY: &str = "bumx-test-key";

fn items(by: &Member, path: &str) -> Vec<Value> {
    by.get(path).expect(200)["items"].as_array().unwrap().clone()
}

fn for_customer(by: &Member, order: i64) -> Vec<Value> {
    items(by, &format!("/api/orders/{order}/timeline"))
}

fn for_admin(by: &Member, order: i64) -> Vec<Value> {
    items(by, &format!("/api/admin/orders/{order}/timeline"))
}

fn words(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["step"].as_str().unwrap()).collect()
}

/// Step, by whom, and the amount if there is one.
fn told(items: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let amount = |item: &Value| item["amount"].as_i64().map_or(String::new(), |amount| format!(" {amount}"));
    items
        .iter()
        .map(|item| format!("{} {}{}", text(&item["step"]), text(&item["by"]), amount(item)))
        .collect()
}

fn set(by: &Member, order: i64, body: Value) {
    by.put(&format!("/api/admin/orders/{order}/status"), body).expect(200);
}

fn resolve(by: &Member, order: i64, body: Value) {
    by.post(&format!("/api/admin/orders/{order}/resolve"), body).expect(200);
}

/// Sends one order to a provider that reacts like this; the order and its last step.
fn sent_to(app: &TestApp, lan: &Member, boss: &Member, service: i64, reply: Reply) -> (i64, Value) {
    let id = lan.buys(service, 1000);
    app.provider.next_for("add", reply);
    dispatch::tick(&app.app);
    (id, for_admin(boss, id)[1].clone())
}

#[test]
fn nobody_sees_the_steps_of_somebody_elses_order() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan").funded(50_000), app.member("binh"));
    let id = lan.buys(app.service(|_| ()), 1000);
    binh.get(&format!("/api/orders/{id}/timeline")).refused(404, "not_found");
    lan.get("/api/orders/999/timeline").refused(404, "not_found");
    lan.get("/api/orders/x/timeline").refused(400, "malformed_request");
    app.guest().get(&format!("/api/orders/{id}/timeline")).refused(401, "unauthenticated");
    lan.get(&format!("/api/admin/orders/{id}/timeline")).refused(403, "forbidden");
    let boss = app.admin("boss");
    boss.get("/api/admin/orders/999/timeline").refused(404, "not_found");
    boss.get(&format!("/api/orders/{id}/timeline")).refused(404, "not_found");
}

#[test]
fn an_order_begins_with_its_charge_and_no_row() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(|_| ()), 1000);
    assert_eq!(app.number("SELECT count(*) FROM order_events"), 0);
    let charged = json!({ "at": "2026-11-22T07:39:00Z", "step": "charged", "status": "pending", "amount": 12_000,
        "by": "customer" });
    assert_eq!(for_customer(&lan, id), [charged]);
    let seen = &for_admin(&boss, id)[0];
    assert_eq!((&seen["actor"], &seen["dispatch"]), (&json!("lan"), &json!("queued")));
}

#[test]
fn every_way_out_of_sending_leaves_its_step_with_request_and_answer() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let service = app.service(|_| ());
    let request = json!({ "action": "add", "service": "101", "link": LINK, "quantity": "1000" });
    for (reply, step, status, dispatch, by, note, answer) in [
        (
            Reply::ok(),
            "taken",
            "processing",
            "sent",
            "provider",
            "884120",
            Some(r#"HTTP 200: {"order":884120}"#),
        ),
        (
            Reply::json(400, json!({ "error": "Bad link" })),
            "refused",
            "canceled",
            "refused",
            "provider",
            "Bad link",
            Some(r#"HTTP 400: {"error":"Bad link"}"#),
        ),
        (
            Reply::json(200, json!({ "error": "Not enough funds" })),
            "not_sent",
            "pending",
            "queued",
            "panel",
            "Not enough funds",
            Some(r#"HTTP 200: {"error":"Not enough funds"}"#),
        ),
        (
            Reply::html(502),
            "parked",
            "pending",
            "review",
            "panel",
            "neither 2xx nor 4xx",
            Some("HTTP 502: <html>"),
        ),
        (Reply::reset(), "parked", "pending", "review", "panel", "outcome", None),
    ] {
        let (id, seen) = sent_to(&app, &lan, &boss, service, reply);
        assert_eq!((&seen["step"], &seen["by"]), (&json!(step), &json!(by)));
        assert_eq!((&seen["status"], &seen["dispatch"]), (&json!(status), &json!(dispatch)), "{step}");
        let attempt = &seen["attempt"];
        assert_eq!((&attempt["number"], &attempt["request"]), (&json!(1), &request), "{step}");
        assert!(attempt["duration_ms"].as_u64().unwrap() < 5_000, "{attempt}");
        match answer {
            Some(answer) => assert!(attempt["answer"].as_str().unwrap().starts_with(answer), "{attempt}"),
            None => assert_eq!(attempt["answer"], Value::Null),
        }
        let is_told = seen["note"].as_str().unwrap().contains(note) || answer.is_none();
        assert!(is_told, "{seen}");
        // What waits for the account would go out with the next one.
        if step == "not_sent" {
            set(&boss, id, json!({ "status": "canceled" }));
        }
    }
}

#[test]
fn what_never_left_the_machine_goes_back_to_the_queue_with_a_step() {
    let closed = FakeProvider::start();
    let (port, url) = (closed.port(), closed.url());
    drop(closed);
    let app = TestApp::with(&[("BUMX_API_URL", &url)]);
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(|_| ()), 1000);
    dispatch::tick(&app.app);
    dispatch::tick(&app.app);
    let seen = for_admin(&boss, id);
    assert_eq!(words(&seen), ["charged", "not_sent"], "the same failure again is counted, not kept");
    assert_eq!((&seen[1]["dispatch"], &seen[1]["attempt"]["answer"]), (&json!("queued"), &Value::Null));
    let _opened = FakeProvider::start_on(port);
    dispatch::tick(&app.app);
    let seen = for_admin(&boss, id);
    assert_eq!(words(&seen), ["charged", "not_sent", "taken"]);
    assert_eq!(seen[2]["attempt"]["number"], app.order(id).state.attempts);
    assert_eq!(words(&for_customer(&lan, id)), ["charged", "sent"]);
}

#[test]
fn whoever_decides_a_parked_order_sees_what_was_sent_and_both_balances() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(|_| ()), 1000);
    app.provider.set_balance("5000", "VND");
    poll_orders::tick(&app.app);
    app.provider.set_balance("4992", "VND");
    app.provider.next_for("add", Reply::reset());
    dispatch::tick(&app.app);
    let attempt = for_admin(&boss, id)[1]["attempt"].clone();
    assert_eq!((&attempt["balance_before"], &attempt["balance_after"]), (&json!("5000"), &json!("4992")));
    assert_eq!((&attempt["request"]["link"], &attempt["answer"]), (&json!(LINK), &Value::Null));
    let told = for_customer(&lan, id);
    assert_eq!(words(&told), ["charged"], "to the customer it is still on its way");
}

#[test]
fn every_way_out_of_review_says_who_took_it() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let service = app.service(|_| ());
    let [first, second, third] = [0; 3].map(|_| lan.buys(service, 1000));
    app.park();
    resolve(&boss, first, json!({ "action": "resend" }));
    resolve(&boss, second, json!({ "action": "sent", "provider_order_id": "p9" }));
    resolve(&boss, third, json!({ "action": "cancel" }));
    for (id, ours, customers) in [
        (first, vec!["resent admin"], vec![]),
        (second, vec!["linked admin"], vec!["sent support"]),
        (
            third,
            vec!["withdrawn admin", "refunded admin 12000"],
            vec!["canceled support", "refunded support 12000"],
        ),
    ] {
        let seen = for_admin(&boss, id);
        assert_eq!(told(&seen)[..2], ["charged customer 12000", "parked panel"]);
        assert_eq!(told(&seen)[2..], ours);
        assert_eq!(seen[2]["actor"], "boss");
        assert_eq!(told(&for_customer(&lan, id))[1..], customers);
    }
    assert_eq!(for_admin(&boss, second)[2]["note"], "p9");
    assert_eq!(app.claim(), [first]);
    let seen = for_admin(&boss, first);
    assert_eq!(words(&seen), ["charged", "parked", "resent", "sending"]);
    assert_eq!((&seen[3]["attempt"]["number"], &seen[3]["dispatch"]), (&json!(2), &json!("sending")));
    app.write(|tx| orders::park_interrupted(tx).unwrap());
}

#[test]
fn what_was_being_sent_when_the_panel_stopped_is_parked_with_its_attempt() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let service = app.service(|_| ());
    app.provider.set_balance("5000", "VND");
    poll_orders::tick(&app.app);
    let sending = lan.buys(service, 1000);
    app.claim();
    app.write(|tx| orders::park_interrupted(tx).unwrap());
    let seen = for_admin(&boss, sending);
    assert_eq!((words(&seen), &seen[1]["attempt"]["number"]), (vec!["charged", "parked"], &json!(1)));
    assert!(seen[1]["note"].as_str().unwrap().contains("stopped while it was being sent"));
    assert_eq!(seen[1]["attempt"]["balance_before"], "5000");
    // After a restore, what was only queued in the backup may have been sent as well.
    let waiting = lan.buys(service, 1000);
    app.write(|tx| orders::park_unsure(tx).unwrap());
    let seen = for_admin(&boss, waiting);
    assert_eq!((words(&seen), &seen[1]["attempt"]), (vec!["charged", "parked"], &Value::Null));
}

#[test]
fn a_report_is_a_step_where_it_moves_the_order() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.bought(app.service(|_| ()), 1000);
    app.clock.advance_seconds(60);
    app.reported(id, report(ReportedStatus::InProgress));
    for remains in [900, 500] {
        let going_on = smm_panel::provider::Report {
            remains: smm_panel::provider::Remains::Count(remains),
            ..report(ReportedStatus::InProgress)
        };
        app.reported(id, going_on).expect("that is news");
    }
    app.reported(id, report(ReportedStatus::Unknown("Meh".to_owned())));
    app.reported(id, report(ReportedStatus::Unknown("Hm".to_owned())));
    app.reported(id, report(ReportedStatus::InProgress));
    app.clock.advance_seconds(60);
    app.reported(id, partial(250));
    app.reported(id, report(ReportedStatus::Completed));
    boss.post(&format!("/api/admin/orders/{id}/acknowledge"), json!({})).expect(200);
    let seen = for_admin(&boss, id);
    assert_eq!(
        told(&seen),
        [
            "charged customer 12000",
            "taken provider",
            "reported provider",
            "contradicted provider",
            "agreed provider",
            "reported provider",
            "refunded provider 3000",
            "contradicted provider",
            "acknowledged admin",
        ]
    );
    assert_eq!((&seen[2]["note"], &seen[5]["note"]), (&json!("In progress"), &json!("Partial, remains 250")));
    assert!(seen[3]["note"].as_str().unwrap().contains("Meh") && seen[8]["note"] == seen[7]["note"]);
    let customers = for_customer(&lan, id);
    assert_eq!(
        told(&customers),
        ["charged customer 12000", "sent panel", "started panel", "partial panel", "refunded panel 3000"]
    );
    let times: Vec<&str> = customers.iter().map(|item| item["at"].as_str().unwrap()).collect();
    assert_eq!(times[1..4], ["2026-11-22T07:39:00Z", "2026-11-22T07:40:00Z", "2026-11-22T07:41:00Z"]);
}

#[test]
fn what_an_admin_moves_is_support_to_the_customer() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(by_hand), 1000);
    set(&boss, id, json!({ "status": "processing" }));
    set(&boss, id, json!({ "status": "processing" }));
    set(&boss, id, json!({ "status": "processing", "start_count": 7 }));
    set(&boss, id, json!({ "status": "partial", "remains": 500 }));
    set(&boss, id, json!({ "status": "canceled" }));
    assert_eq!(
        told(&for_admin(&boss, id))[1..],
        [
            "status_set admin",
            "status_set admin",
            "status_set admin",
            "refunded admin 6000",
            "status_set admin",
            "refunded admin 6000"
        ],
        "what changes nothing is no step"
    );
    let answer = lan.get(&format!("/api/orders/{id}/timeline"));
    let items = answer.json()["items"].as_array().unwrap().clone();
    assert_eq!(
        told(&items)[1..],
        [
            "sent support",
            "partial support",
            "refunded support 6000",
            "canceled support",
            "refunded support 6000"
        ]
    );
    assert!(!answer.text().contains("boss") && !answer.text().contains("admin"), "{}", answer.text());
}

#[test]
fn no_answer_of_a_provider_brings_the_key_to_anybody_or_itself_to_the_customer() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let service = app.service(|_| ());
    let long = "x".repeat(990);
    for said in [
        format!("No such link: {KEY}"),
        format!("No such link: {}", KEY.to_uppercase()),
        "No such link: bumx-\u{200b}test-\u{7}key".to_owned(),
        format!("{long}{KEY}"),
        format!("<script>{KEY}</script>"),
    ] {
        for status in [400, 502] {
            let (id, seen) =
                sent_to(&app, &lan, &boss, service, Reply::json(status, json!({ "error": said })));
            let text = format!("{seen} {}", boss.get(&format!("/api/admin/orders/{id}")).text());
            assert!(!text.to_lowercase().contains("bumx-test"), "{text}");
            assert!(text.contains("[key]") || said.starts_with('x'), "{text}");
            let shown = lan.get(&format!("/api/orders/{id}/timeline")).text();
            for word in ["No such", "script", "xxx", "[key]", "provider", "attempt", "884"] {
                assert!(!shown.contains(word), "{shown}");
            }
        }
    }
    let (id, seen) =
        sent_to(&app, &lan, &boss, service, Reply::json(200, json!({ "order": format!("{KEY}1") })));
    assert_eq!((&seen["step"], app.order(id).state.dispatch), (&json!("parked"), Dispatch::Review));
    assert!(!seen.to_string().contains(KEY), "{seen}");

    let (id, _) = sent_to(&app, &lan, &boss, service, Reply::ok());
    let taken = app.order(id).state.provider_order.unwrap();
    for said in [
        json!({ "status": format!("{}{KEY}", "w".repeat(50)) }),
        json!({ "status": "In progress", "charge": "1", "currency": KEY }),
    ] {
        app.provider.set_report(&taken, said);
        poll_orders::tick(&app.app);
    }
    let seen = for_admin(&boss, id);
    assert_eq!(words(&seen[2..]), ["contradicted", "reported"]);
    assert_eq!(seen[3]["note"], "In progress, charge 1 [key]");
    assert!(!seen[2].to_string().contains("bumx"), "{}", seen[2]);
}

#[test]
fn a_long_answer_and_long_comments_are_kept_short() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000_000));
    let service = app.service(|offer| offer.kind = order_type("custom_comments"));
    let comments = "đẹp quá\n".repeat(1000);
    let wish = json!({ "service_id": service, "link": LINK, "comments": comments });
    let id = lan.post("/api/orders", wish).expect(201)["id"].as_i64().unwrap();
    app.provider.next_for("add", Reply::text(502, &"đ".repeat(100_000)));
    dispatch::tick(&app.app);
    let attempt = for_admin(&boss, id)[1]["attempt"].clone();
    let chars = |value: &Value| value.as_str().unwrap().chars().count();
    assert_eq!(chars(&attempt["request"]["comments"]), 2048);
    assert_eq!(chars(&attempt["answer"]), "HTTP 502: ".len() + 1000);
}

#[test]
fn a_move_that_is_taken_back_takes_its_step_along() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = OrderId::new(lan.buys(app.service(|_| ()), 1000));
    app.claim();
    let broken = app.app.db.write_blocking(move |tx| {
        orders::record_refused(tx, id, Ground::Customer, "no", &Exchange::default())?;
        Err::<(), _>(OrderError::Final)
    });
    assert!(matches!(broken, Err(OrderError::Final)));
    assert_eq!((app.number("SELECT count(*) FROM order_events"), lan.balance()), (0, 38_000));
    app.write(|tx| orders::park_interrupted(tx).unwrap());
    assert_eq!(app.number("SELECT count(*) FROM order_events"), 1);
}

#[test]
fn the_schema_moves_no_order_without_a_step_and_changes_none() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let (sent, queued) = (lan.bought(service, 1000), lan.buys(service, 1000));
    for (order, sql) in [
        (sent, "UPDATE orders SET status = 'completed' WHERE id = ?1"),
        (
            sent,
            "UPDATE orders SET status = 'canceled', reason = 'canceled_by_admin', refunded = charge WHERE id = ?1",
        ),
        (sent, "UPDATE orders SET dispatch = 'sending', status = 'pending' WHERE id = ?1"),
        (queued, "UPDATE orders SET dispatch = 'review' WHERE id = ?1"),
        (queued, "UPDATE orders SET dispatch = 'sent', provider_order_id = 'x' WHERE id = ?1"),
        (sent, "UPDATE order_events SET note = 'other' WHERE order_id = ?1"),
        (sent, "DELETE FROM order_events WHERE order_id = ?1"),
        (
            sent,
            "INSERT OR REPLACE INTO order_events (id, order_id, kind, status, dispatch, refunded, created_at)
             VALUES (1, ?1, 'reported', 'completed', 'sent', 0, 0)",
        ),
        (
            sent,
            "INSERT INTO order_events (order_id, kind, status, dispatch, refunded, answer, created_at)
             VALUES (?1, 'taken', 'processing', 'sent', 0, 'an answer to no attempt', 0)",
        ),
    ] {
        assert!(app.write(move |tx| tx.execute(sql, [order]).is_err()), "{sql}");
    }
    assert_eq!(app.order(sent).state.progress.status, Status::Processing);
}

#[test]
fn the_audit_sees_steps_that_disagree_with_the_order() {
    for (kind, status, dispatch, refunded, rule) in [
        ("reported", "completed", "sent", vec![12_000], "an order stands where its last event left it"),
        ("status_set", "canceled", "sent", vec![11_999], "an order stands where its last event left it"),
        ("status_set", "canceled", "sent", vec![0, 12_000], "each refund belongs to an event"),
    ] {
        let app = TestApp::start();
        let lan = app.member("lan").funded(50_000);
        let id = lan.bought(app.service(|_| ()), 1000);
        app.reported(id, report(ReportedStatus::Canceled));
        assert!(app.audit().is_clean());
        app.without_audit();
        app.write(move |tx| {
            for refunded in refunded {
                tx.execute(
                    "INSERT INTO order_events (order_id, kind, status, dispatch, refunded, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, 0)",
                    (id, kind, status, dispatch, refunded),
                )
                .unwrap();
            }
        });
        let found = app.audit().differences;
        assert!(found.iter().any(|one| one.contains(rule)), "{kind}: {found:?}");
    }
}
