//! What admins decide about orders.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{BUMX_ACCOUNT, by_hand, order_type, partial, report};
use crate::support::wire::Answer;
use serde_json::{Value, json};
use smm_panel::kernel::money::Vnd;
use smm_panel::orders::{self, Dispatch, Status};
use smm_panel::provider::{NoReport, ReportedStatus};

fn set(by: &Member, order: i64, body: Value) -> Answer {
    by.put(&format!("/api/admin/orders/{order}/status"), body)
}

fn resolve(by: &Member, order: i64, body: Value) -> Answer {
    by.post(&format!("/api/admin/orders/{order}/resolve"), body)
}

fn acknowledge(by: &Member, order: i64) -> Answer {
    by.post(&format!("/api/admin/orders/{order}/acknowledge"), json!({}))
}

fn said(words: &str) -> NoReport {
    NoReport::Said(words.to_owned())
}

fn decisions(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM audit_log WHERE action LIKE 'order.%'")
}

#[test]
fn customers_decide_nothing() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.buys(app.service(|_| ()), 1000);
    app.park();
    set(&lan, id, json!({ "status": "canceled" })).refused(403, "forbidden");
    resolve(&lan, id, json!({ "action": "cancel" })).refused(403, "forbidden");
    acknowledge(&lan, id).refused(403, "forbidden");
    lan.get("/api/admin/orders").refused(403, "forbidden");
    lan.get(&format!("/api/admin/orders/{id}")).refused(403, "forbidden");
    assert_eq!((lan.balance(), decisions(&app)), (38_000, 0));
}

#[test]
fn a_status_is_refused_for_what_is_wrong_with_it() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.bought(app.service(|_| ()), 1000);
    set(&boss, id, json!({})).refused_fields(&["status"]);
    for (field, body) in [
        ("status", json!({ "status": "pending" })),
        ("status", json!({ "status": "Completed" })),
        ("status", json!({ "status": 1 })),
        ("remains", json!({ "status": "partial" })),
        ("remains", json!({ "status": "partial", "remains": 1001 })),
        ("remains", json!({ "status": "partial", "remains": -1 })),
        ("remains", json!({ "status": "partial", "remains": "1" })),
        ("remains", json!({ "status": "processing", "remains": 1001 })),
        ("start_count", json!({ "status": "processing", "start_count": -1 })),
        ("refunded", json!({ "status": "canceled", "refunded": 1 })),
    ] {
        set(&boss, id, body).refused_fields(&[field]);
    }
    set(&boss, 999, json!({ "status": "canceled" })).refused(404, "not_found");
    boss.put("/api/admin/orders/x/status", json!({ "status": "canceled" })).refused(400, "malformed_request");
    assert_eq!((lan.balance(), decisions(&app)), (38_000, 0));
}

#[test]
fn an_order_that_is_over_is_final_for_pending_too() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let service = app.service(|_| ());
    for over in [
        json!({ "status": "completed" }),
        json!({ "status": "partial", "remains": 1 }),
        json!({ "status": "canceled" }),
    ] {
        let id = lan.bought(service, 1000);
        set(&boss, id, over).expect(200);
        set(&boss, id, json!({ "status": "pending" })).refused(409, "order_final");
    }
}

#[test]
fn an_order_that_may_be_on_its_way_is_not_touched() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(|_| ()), 1000);
    app.claim();
    for status in ["canceled", "completed", "processing"] {
        set(&boss, id, json!({ "status": status })).refused(409, "conflict");
    }
    resolve(&boss, id, json!({ "action": "cancel" })).refused(409, "conflict");
    app.write(move |tx| orders::park_interrupted(tx).unwrap());
    set(&boss, id, json!({ "status": "canceled" })).refused(409, "conflict");
    assert_eq!((lan.balance(), decisions(&app)), (38_000, 0));
}

#[test]
fn canceling_a_queued_order_takes_it_off_the_queue() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(|_| ()), 1000);
    let order = set(&boss, id, json!({ "status": "canceled" })).expect(200);
    assert_eq!(
        (&order["status"], &order["reason"], &order["dispatch"], &order["refunded"], &order["cost"]),
        (&json!("canceled"), &json!("canceled_by_admin"), &json!("refused"), &json!(12_000), &json!(0))
    );
    assert_eq!((lan.balance(), lan.spent()), (50_000, 0));
    assert_eq!(app.claim(), Vec::<i64>::new());
    set(&boss, id, json!({ "status": "canceled" })).refused(409, "order_final");
    set(&boss, id, json!({ "status": "completed" })).refused(409, "order_final");
    assert_eq!((lan.balance(), decisions(&app)), (50_000, 1));
}

#[test]
fn a_queued_order_that_is_done_by_hand_is_not_sent_too() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(|_| ()), 1000);
    let order = set(&boss, id, json!({ "status": "in_progress", "start_count": 5 })).expect(200);
    assert_eq!((&order["status"], &order["dispatch"]), (&json!("in_progress"), &json!("refused")));
    assert_eq!(app.claim(), Vec::<i64>::new());
    set(&boss, id, json!({ "status": "completed" })).expect(200);
    assert_eq!(lan.balance(), 38_000);
}

#[test]
fn partial_refunds_the_undelivered_part_and_cancel_the_rest() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let service = app.service(by_hand);
    let id = lan.buys(service, 999);
    assert_eq!(lan.balance(), 50_000 - 11_988);
    let order = set(&boss, id, json!({ "status": "partial", "remains": 100 })).expect(200);
    assert_eq!((&order["refunded"], &order["remains"]), (&json!(1_200), &json!(100)));
    assert_eq!(lan.balance(), 50_000 - 10_788);
    set(&boss, id, json!({ "status": "partial", "remains": 999 })).refused(409, "order_final");
    set(&boss, id, json!({ "status": "completed" })).refused(409, "order_final");
    let order = set(&boss, id, json!({ "status": "canceled" })).expect(200);
    assert_eq!((&order["refunded"], &order["reason"]), (&json!(11_988), &json!("canceled_by_admin")));
    assert_eq!((lan.balance(), lan.spent()), (50_000, 0));

    for (remains, refunded) in [(0, 0), (999, 11_988)] {
        let id = lan.buys(service, 999);
        let order = set(&boss, id, json!({ "status": "partial", "remains": remains })).expect(200);
        assert_eq!(order["refunded"], refunded);
    }
}

#[test]
fn completed_moves_no_money_and_can_be_canceled() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(by_hand), 1000);
    set(&boss, id, json!({ "status": "processing" })).expect(200);
    set(&boss, id, json!({ "status": "processing", "start_count": 7, "remains": 400 })).expect(200);
    let order = set(&boss, id, json!({ "status": "completed" })).expect(200);
    assert_eq!(
        (&order["start_count"], &order["remains"], &order["refunded"], &order["dispatch"]),
        (&json!(7), &json!(0), &json!(0), &json!("manual"))
    );
    set(&boss, id, json!({ "status": "completed" })).refused(409, "order_final");
    assert_eq!(lan.balance(), 38_000);
    set(&boss, id, json!({ "status": "canceled" })).expect(200);
    assert_eq!(lan.balance(), 50_000);
}

#[test]
fn the_answer_to_a_decision_is_the_order_as_it_is_now() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.bought(app.service(|_| ()), 1000);
    app.clock.advance_seconds(60);
    let answered = set(&boss, id, json!({ "status": "in_progress" })).expect(200);
    assert_eq!(answered["updated_at"], "2026-11-22T07:40:00Z");
    let kept = boss.get(&format!("/api/admin/orders/{id}")).expect(200);
    assert_eq!(answered["updated_at"], kept["updated_at"]);
}

#[test]
fn a_package_has_no_parts() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let service = app.service(|offer| {
        by_hand(offer);
        offer.kind = order_type("package");
    });
    let id = lan.buys(service, 1);
    assert_eq!(boss.get(&format!("/api/admin/orders/{id}")).expect(200)["has_parts"], false);
    set(&boss, id, json!({ "status": "partial", "remains": 1 })).refused_fields(&["status"]);
    set(&boss, id, json!({ "status": "completed" })).expect(200);
}

#[test]
fn only_a_parked_order_is_resolved() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(100_000));
    let service = app.service(|_| ());
    let (taken, parked) = (lan.bought(service, 1000), lan.buys(service, 1000));
    resolve(&boss, parked, json!({ "action": "cancel" })).refused(409, "conflict");
    app.park();
    resolve(&boss, taken, json!({ "action": "resend" })).refused(409, "conflict");
    resolve(&boss, 999, json!({ "action": "resend" })).refused(404, "not_found");
    for (field, body) in [
        ("action", json!({})),
        ("action", json!({ "action": "refund" })),
        ("action", json!({ "action": null })),
        ("provider_order_id", json!({ "action": "sent" })),
        ("provider_order_id", json!({ "action": "sent", "provider_order_id": 7 })),
        ("provider_order_id", json!({ "action": "sent", "provider_order_id": "" })),
        ("provider_order_id", json!({ "action": "sent", "provider_order_id": "a b" })),
        ("provider_order_id", json!({ "action": "sent", "provider_order_id": "x".repeat(65) })),
        ("provider_order_id", json!({ "action": "cancel", "provider_order_id": "7" })),
    ] {
        resolve(&boss, parked, body).refused_fields(&[field]);
    }
    let theirs = json!({ "action": "sent", "provider_order_id": format!("p{taken}") });
    resolve(&boss, parked, theirs).refused(409, "conflict");
    assert_eq!((app.order(parked).state.dispatch, decisions(&app)), (Dispatch::Review, 0));
}

#[test]
fn a_parked_order_is_sent_again_linked_or_refunded() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(100_000));
    let service = app.service(|_| ());
    let (again, linked, refunded) =
        (lan.buys(service, 1000), lan.buys(service, 1000), lan.buys(service, 1000));
    assert_eq!(app.park(), [again, linked, refunded]);
    assert_eq!(lan.balance(), 64_000);

    let order = resolve(&boss, again, json!({ "action": "resend" })).expect(200);
    assert_eq!((&order["status"], &order["dispatch"]), (&json!("pending"), &json!("queued")));
    assert_eq!(app.send_all(), [again]);
    assert_eq!(app.order(again).state.attempts, 2);

    let sent = json!({ "action": "sent", "provider_order_id": "884120" });
    let order = resolve(&boss, linked, sent).expect(200);
    assert_eq!((&order["status"], &order["dispatch"]), (&json!("processing"), &json!("sent")));
    assert_eq!((&order["provider_order_id"], lan.balance()), (&json!("884120"), 64_000));

    let order = resolve(&boss, refunded, json!({ "action": "cancel" })).expect(200);
    assert_eq!((&order["status"], &order["dispatch"]), (&json!("canceled"), &json!("refused")));
    assert_eq!((&order["reason"], lan.balance()), (&json!("canceled_by_admin"), 76_000));
    assert_eq!((app.claim(), decisions(&app)), (vec![], 3));
}

#[test]
fn a_contradiction_is_shown_until_somebody_took_note() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.bought(app.service(|_| ()), 1000);
    acknowledge(&boss, id).refused(409, "conflict");
    acknowledge(&boss, 999).refused(404, "not_found");
    app.reported(id, report(ReportedStatus::Completed)).unwrap();
    app.reported(id, report(ReportedStatus::Canceled)).unwrap();
    let listed = boss.get("/api/admin/orders?review=true").expect(200);
    let order = &listed["items"][0];
    assert_eq!(order["contradiction"], "the order is completed, the provider says canceled");
    let coded = json!({ "code": "status_differs", "values": { "ours": "completed", "theirs": "canceled" } });
    assert_eq!(order["contradiction_coded"], coded);
    let timeline = boss.get(&format!("/api/admin/orders/{id}/timeline")).expect(200);
    let step = timeline["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&step["step"], &step["note_coded"]), (&json!("contradicted"), &coded));
    assert_eq!(acknowledge(&boss, id).expect(200)["contradiction"], Value::Null);
    let log = boss.get("/api/admin/audit-log").expect(200);
    let (entry, then) = (&log["items"][0], &log["items"][0]["after"]["contradiction"]);
    assert_eq!((&entry["before"]["contradiction"], then), (&coded, &Value::Null));
    assert_eq!(boss.get("/api/admin/orders?review=true").expect(200)["items"], json!([]));
    assert_eq!(app.order(id).state.recheck_round, None);
    assert_eq!((lan.balance(), decisions(&app)), (38_000, 1));
}

#[test]
fn what_the_provider_says_after_a_decision_is_a_contradiction() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.bought(app.service(|_| ()), 1000);
    set(&boss, id, json!({ "status": "partial", "remains": 500 })).expect(200);
    assert_eq!(app.order(id).state.recheck_round, Some(1));
    assert_eq!(app.reported(id, partial(500)), None);
    let contradicted = app.reported(id, report(ReportedStatus::Completed)).unwrap();
    assert!(contradicted.state.provider_mismatch.is_some());
    assert_eq!((contradicted.state.progress.status, lan.balance()), (Status::Partial, 44_000));
    let order = set(&boss, id, json!({ "status": "canceled" })).expect(200);
    assert_eq!((&order["contradiction"], &order["dispatch"]), (&Value::Null, &json!("sent")));
    assert_eq!(lan.balance(), 50_000);
}

#[test]
fn words_that_an_admin_has_seen_are_no_news_and_others_are() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.bought(app.service(|_| ()), 1000);
    let says = |word: &str| app.reported(id, report(ReportedStatus::Unknown(word.to_owned())));
    let waiting = || boss.get("/api/admin/review").expect(200)["count"].clone();
    says("Failed").unwrap();
    acknowledge(&boss, id).expect(200);
    for _ in 0..2 {
        assert_eq!(says("Failed"), None);
    }
    assert_eq!(waiting(), 0, "an open order is asked for in every round");
    says("Stuck").unwrap();
    assert_eq!(waiting(), 1);
    set(&boss, id, json!({ "status": "completed" })).expect(200);
    assert_eq!((says("Stuck"), waiting()), (None, json!(0)), "seen with the decision");
    says("Failed").unwrap();
    assert_eq!(waiting(), 1);
    acknowledge(&boss, id).expect(200);
    let unknown = said("no such order");
    app.write(move |tx| orders::apply_refusal(tx, BUMX_ACCOUNT, &format!("p{id}"), &unknown).unwrap());
    assert_eq!(waiting(), 0);

    let open = lan.bought(app.service(|_| ()), 1000);
    let refuses = |words: &'static str| {
        let refusal = said(words);
        app.write(move |tx| orders::apply_refusal(tx, BUMX_ACCOUNT, &format!("p{open}"), &refusal).unwrap());
    };
    refuses("no such order");
    acknowledge(&boss, open).expect(200);
    refuses("no such order");
    assert_eq!(waiting(), 0);
    refuses("try later");
    assert_eq!(waiting(), 1);
}

#[test]
fn an_order_canceled_on_purpose_is_not_under_review_whatever_its_provider_goes_on_with() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let service = app.service(|_| ());
    let (running, completed) = (lan.bought(service, 1000), lan.bought(service, 1000));
    app.reported(running, report(ReportedStatus::InProgress)).unwrap();
    app.reported(completed, report(ReportedStatus::Completed)).unwrap();
    for id in [running, completed] {
        set(&boss, id, json!({ "status": "canceled" })).expect(200);
        for word in [ReportedStatus::Processing, ReportedStatus::InProgress, ReportedStatus::Completed] {
            assert_eq!(app.reported(id, report(word)), None);
        }
        assert_eq!(app.reported(id, partial(10)), None);
        let ended = app.reported(id, report(ReportedStatus::Canceled)).unwrap();
        assert_eq!(
            (ended.state.provider_mismatch, ended.state.cost),
            (None, Some(Vnd::ZERO)),
            "it costs nothing"
        );
        assert!(app.order(id).state.recheck_round.is_some(), "its cost is still heard of");
    }
    assert_eq!(boss.get("/api/admin/review").expect(200)["count"], 0);
    assert_eq!(lan.balance(), 50_000);
    // What nobody decided is shown all the same.
    let odd = app.reported(running, report(ReportedStatus::Unknown("Failed".to_owned()))).unwrap();
    assert!(odd.state.provider_mismatch.is_some());
}

#[test]
fn an_order_ended_on_purpose_is_under_review_only_when_it_ended_otherwise() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.bought(app.service(|_| ()), 1000);
    set(&boss, id, json!({ "status": "completed" })).expect(200);
    assert_eq!(app.reported(id, report(ReportedStatus::InProgress)), None);
    assert_eq!(app.reported(id, report(ReportedStatus::Completed)), None);
    let refunded = app.reported(id, report(ReportedStatus::Canceled)).unwrap();
    assert!(refunded.state.provider_mismatch.is_some());
    // The provider itself cannot reopen what it has ended.
    let other = lan.bought(app.service(|_| ()), 1000);
    app.reported(other, report(ReportedStatus::Completed)).unwrap();
    let reopened = app.reported(other, report(ReportedStatus::InProgress)).unwrap();
    assert!(reopened.state.provider_mismatch.is_some());
}

#[test]
fn every_decision_is_written_down_with_before_and_after() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(by_hand), 1000);
    set(&boss, id, json!({ "status": "partial", "remains": 250 })).expect(200);
    let entry = &boss.get("/api/admin/audit-log").expect(200)["items"][0];
    assert_eq!(
        (&entry["action"], &entry["subject"]),
        (&json!("order.status"), &json!(format!("order:{id}")))
    );
    assert_eq!(entry["actor"], "boss");
    assert_eq!((&entry["before"]["status"], &entry["before"]["refunded"]), (&json!("pending"), &json!(0)));
    assert_eq!((&entry["after"]["status"], &entry["after"]["refunded"]), (&json!("partial"), &json!(3_000)));
    let by_admin = format!("SELECT count(*) FROM transfers WHERE kind = 'refund' AND actor_id = {}", boss.id);
    assert_eq!(app.number(&by_admin), 1);
}

#[test]
fn a_dry_run_shows_the_order_as_the_change_leaves_it() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(500_000));
    let service = app.service(|_| ());
    let by_hand = app.service(|offer| {
        (offer.provider, offer.provider_service, offer.cost) = (None, None, None);
    });
    let sent = lan.bought(service, 1000);
    app.reported(sent, report(ReportedStatus::Partial));
    let queued = lan.buys(service, 1000);
    let manual = lan.buys(by_hand, 1000);
    for id in [sent, queued, manual] {
        let path = format!("/api/admin/orders/{id}/status");
        let preview = boss.put(&path, json!({ "status": "canceled", "dry_run": true })).expect(200);
        let mut real = boss.put(&path, json!({ "status": "canceled" })).expect(200);
        real["updated_at"] = preview["updated_at"].clone();
        assert_eq!(preview, real);
    }
}
