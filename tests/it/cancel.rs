//! What customers cancel: at once what was not sent, by request what was. Money moves when it ends, once.

use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::member::Member;
use crate::support::operated::{Operated, eventually, proven};
use crate::support::reply::Reply;
use crate::support::shop::{BUMX_ACCOUNT, by_hand, partial, report};
use crate::support::tcp::at_once;
use proptest::prelude::*;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::db::Tx;
use smm_panel::jobs::providers::{after_sale, poll_orders};
use smm_panel::kernel::ids::{OrderId, UserId};
use smm_panel::kernel::reason::Reason as Why;
use smm_panel::orders::{self, CancelAnswer, Decision, Dispatch, OrderError, Resolution, Status, Wanted};
use smm_panel::provider::ReportedStatus;
use tempfile::TempDir;

const NO: &str = "The order can not be canceled";

fn cancel(by: &Member, order: i64) -> Value {
    by.post(&format!("/api/orders/{order}/cancel"), json!({})).expect(200)
}

/// Why it is refused.
fn refused(by: &Member, order: i64) -> String {
    let said = by.post(&format!("/api/orders/{order}/cancel"), json!({})).expect(409);
    assert_eq!(said["code"], "cancel_not_possible");
    let shown = shown(by, order);
    assert_eq!((&shown["can_cancel"], &shown["cancel_way"]), (&json!(false), &Value::Null));
    assert_eq!(shown["cancel_refusal"], said["reason"], "the order says why as the refusal does");
    said["reason"].as_str().unwrap().to_owned()
}

fn answer(order: &str, said: Value) -> Reply {
    Reply::json(200, json!([{ "order": order, "cancel": said }]))
}

fn shown(by: &Member, order: i64) -> Value {
    by.get(&format!("/api/orders/{order}")).expect(200)
}

fn timeline(by: &Member, order: i64) -> Vec<String> {
    let told = by.get(&format!("/api/orders/{order}/timeline")).expect(200);
    let word =
        |step: &Value| format!("{} by {}", step["step"].as_str().unwrap(), step["by"].as_str().unwrap());
    told["items"].as_array().unwrap().iter().map(word).collect()
}

#[test]
fn nobody_cancels_somebody_elses_order_or_none() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(100_000), app.member("mai"));
    let id = lan.buys(app.service(|offer| offer.cancel = true), 1000);
    app.guest().post(&format!("/api/orders/{id}/cancel"), json!({})).expect(401);
    mai.post(&format!("/api/orders/{id}/cancel"), json!({})).expect(404);
    app.admin("boss").post(&format!("/api/orders/{id}/cancel"), json!({})).expect(404);
    lan.post("/api/orders/999/cancel", json!({})).expect(404);
    lan.post(&format!("/api/orders/{id}/cancel"), json!({ "refund": 1 })).expect(422);
    assert_eq!(app.order(id).state.progress.status, Status::Pending);
}

#[test]
fn what_was_not_sent_is_canceled_and_refunded_at_once_whatever_the_service_offers() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let id = lan.buys(app.service(|_| ()), 1000);
    assert_eq!(
        (&shown(&lan, id)["can_cancel"], &shown(&lan, id)["cancel_way"]),
        (&json!(true), &json!("at_once"))
    );
    assert_eq!(shown(&lan, id)["cancel_refusal"], Value::Null);
    let order = cancel(&lan, id);
    assert_eq!(
        (&order["status"], &order["reason"], &order["refunded"], &order["cancel"], &order["can_cancel"]),
        (&json!("canceled"), &json!("canceled_by_customer"), &json!(12_000), &Value::Null, &json!(false))
    );
    assert_eq!((lan.balance(), lan.spent()), (100_000, 0));
    assert_eq!(timeline(&lan, id), ["charged by customer", "canceled by customer", "refunded by customer"]);
    assert_eq!(app.send_all(), [0_i64; 0], "it is not sent any more");
    assert_eq!(refused(&lan, id), "order_over");
}

#[test]
fn it_is_refused_with_its_reason_wherever_it_must_not_be() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let (plain, open) = (app.service(|_| ()), app.service(|offer| offer.cancel = true));
    assert_eq!(refused(&lan, lan.bought(plain, 1000)), "cancel_not_offered");
    let manual = lan.buys(app.service(by_hand), 1000);
    assert_eq!(refused(&lan, manual), "cancel_not_offered");
    let sending = lan.buys(open, 1000);
    app.claim();
    assert_eq!(refused(&lan, sending), "cancel_while_sending");
    app.write(move |tx| _ = orders::park_interrupted(tx).unwrap());
    assert_eq!(refused(&lan, sending), "cancel_in_review");
    let done = lan.bought(open, 1000);
    app.reported(done, report(ReportedStatus::Completed));
    assert_eq!(refused(&lan, done), "order_over");
    let asked = lan.bought(open, 1000);
    cancel(&lan, asked);
    assert_eq!(refused(&lan, asked), "cancel_is_open");
}

#[test]
fn a_sent_order_is_asked_for_and_refunded_when_the_provider_says_so() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let id = lan.bought(app.service(|offer| offer.cancel = true), 1000);
    let theirs = format!("p{id}");
    let order = cancel(&lan, id);
    assert_eq!((&order["status"], &order["refunded"]), (&json!("processing"), &json!(0)));
    assert_eq!(
        order["cancel"],
        json!({ "requested_at": "2026-11-22T07:39:00Z", "state": "asked", "detail": null })
    );
    app.provider.next_for("cancel", answer(&theirs, json!(1)));
    after_sale::tick(&app.app);
    after_sale::tick(&app.app);
    let asked = app.provider.requests_for("cancel");
    assert_eq!(asked.len(), 1, "once answered it is not asked again");
    assert_eq!((asked[0].field("orders"), asked[0].field("key")), (theirs.as_str(), "bumx-test-key"));
    assert_eq!(
        (shown(&lan, id)["status"].clone(), lan.balance()),
        (json!("processing"), 88_000),
        "1 is no refund"
    );
    app.reported(id, report(ReportedStatus::Canceled));
    let order = shown(&lan, id);
    assert_eq!((&order["status"], &order["reason"]), (&json!("canceled"), &json!("canceled_by_customer")));
    assert_eq!(lan.balance(), 100_000);
    let told = timeline(&lan, id);
    assert_eq!(told[2..], ["cancel_asked by customer", "canceled by panel", "refunded by panel"]);
}

#[test]
fn a_part_that_was_delivered_stays_paid() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let id = lan.bought(app.service(|offer| offer.cancel = true), 1000);
    cancel(&lan, id);
    app.reported(id, partial(400));
    assert_eq!((shown(&lan, id)["refunded"].clone(), lan.balance()), (json!(4_800), 92_800));
}

#[test]
fn a_provider_that_refuses_leaves_the_order_and_it_may_be_asked_for_again() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let id = lan.bought(app.service(|offer| offer.cancel = true), 1000);
    let theirs = format!("p{id}");
    cancel(&lan, id);
    app.provider.next_for("cancel", answer(&theirs, json!({ "error": NO })));
    after_sale::tick(&app.app);
    let order = shown(&lan, id);
    assert_eq!((&order["cancel"]["state"], &order["can_cancel"]), (&json!("refused"), &json!(true)));
    assert!(!order.to_string().contains(NO), "what a provider says is for admins");
    let told = boss.get(&format!("/api/admin/orders/{id}/timeline")).expect(200);
    let last = told["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["step"], &last["note"]), (&json!("cancel_refused"), &json!(NO)));
    assert_eq!(cancel(&lan, id)["cancel"]["state"], "asked");
    app.reported(id, report(ReportedStatus::Completed));
    assert_eq!((shown(&lan, id)["cancel"]["state"].clone(), lan.balance()), (json!("refused"), 88_000));
}

#[test]
fn a_lost_answer_is_asked_for_again_until_there_is_one() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let id = lan.bought(app.service(|offer| offer.cancel = true), 1000);
    let theirs = format!("p{id}");
    cancel(&lan, id);
    let lost = [
        Reply::reset(),
        Reply::html(502),
        Reply::json(200, json!({})),
        Reply::json(200, json!({ "error": "Rate limit exceeded" })),
        Reply::json(200, json!({ "error": "Invalid API key" })),
        answer("p999", json!(1)),
        answer(&theirs, json!(0)),
    ];
    let times = lost.len();
    for reply in lost {
        app.provider.next_for("cancel", reply);
        after_sale::tick(&app.app);
        assert_eq!(shown(&lan, id)["cancel"]["state"], "asked");
    }
    app.provider.next_for("cancel", answer(&theirs, json!({ "error": "Cancel was already requested" })));
    after_sale::tick(&app.app);
    after_sale::tick(&app.app);
    assert_eq!(app.provider.requests_for("cancel").len(), times + 1);
    assert_eq!((shown(&lan, id)["cancel"]["state"].clone(), lan.balance()), (json!("asked"), 88_000));
}

#[test]
fn an_order_done_by_hand_is_for_the_operator_to_cancel_or_not() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let service = app.service(|offer| {
        by_hand(offer);
        offer.cancel = true;
    });
    let [first, second] = [lan.buys(service, 1000), lan.buys(service, 1000)];
    for id in [first, second] {
        cancel(&lan, id);
    }
    let waiting = boss.get("/api/admin/review").expect(200);
    let wait =
        waiting["items"].as_array().unwrap().iter().find(|item| item["kind"] == "cancels").unwrap().clone();
    assert_eq!((&wait["count"], &wait["amount"]), (&json!(2), &json!(24_000)));
    let open = boss.get("/api/admin/orders?cancel=open").expect(200);
    assert_eq!(open["items"].as_array().unwrap().len(), 2);
    boss.get("/api/admin/orders?cancel=maybe").expect(422);

    lan.post(&format!("/api/admin/orders/{first}/refuse-cancel"), json!({})).expect(403);
    let refuse = format!("/api/admin/orders/{first}/refuse-cancel");
    boss.post(&refuse, json!({ "detail": "x".repeat(501) })).expect(422);
    boss.post(&refuse, json!({ "detail": "It is half done" })).expect(200);
    boss.post(&refuse, json!({})).expect(409);
    let order = shown(&lan, first);
    assert_eq!(order["cancel"]["detail"], "It is half done");
    assert_eq!((&order["cancel"]["state"], &order["refunded"]), (&json!("refused"), &json!(0)));
    let log = boss.get("/api/admin/audit-log?action=order.refuse_cancel").expect(200);
    assert_eq!(log["items"][0]["subject"], format!("order:{first}"));

    boss.put(&format!("/api/admin/orders/{second}/status"), json!({ "status": "canceled" })).expect(200);
    let order = shown(&lan, second);
    assert_eq!((&order["reason"], lan.balance()), (&json!("canceled_by_customer"), 88_000));
    assert_eq!(boss.get("/api/admin/orders?cancel=open").expect(200)["items"], json!([]));
}

#[test]
fn an_account_that_was_left_is_asked_for_nothing_of_another_one() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let id = lan.bought(app.service(|offer| offer.cancel = true), 1000);
    cancel(&lan, id);
    app.write(|tx| {
        let moved = "UPDATE providers SET account = account + 1";
        tx.execute(moved, ()).unwrap();
    });
    after_sale::tick(&app.app);
    assert_eq!(app.provider.requests_for("cancel").len(), 0);
    let late = CancelAnswer::Refused(NO.to_owned());
    app.write(move |tx| {
        let other = smm_panel::provider::Account { number: 2, ..BUMX_ACCOUNT };
        orders::record_cancel(tx, other, OrderId::new(id), &late).unwrap();
    });
    assert_eq!(shown(&lan, id)["cancel"]["state"], "asked");
    boss.get(&format!("/api/admin/orders/{id}")).expect(200);
}

#[test]
fn a_poll_between_question_and_answer_is_what_counts() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let id = lan.bought(app.service(|offer| offer.cancel = true), 1000);
    cancel(&lan, id);
    app.provider.set_report(&format!("p{id}"), json!({ "status": "Completed", "remains": "0" }));
    poll_orders::tick(&app.app);
    app.write(move |tx| {
        orders::record_cancel(tx, BUMX_ACCOUNT, OrderId::new(id), &CancelAnswer::Accepted).unwrap();
    });
    assert_eq!((shown(&lan, id)["status"].clone(), lan.balance()), (json!("completed"), 88_000));
}

#[test]
fn canceled_twice_at_once_it_is_refunded_once() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    provider.otherwise(Reply::json(200, json!({ "error": "Not enough funds on balance" })));
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let id = panel.buy(panel.stock(), "https://www.tiktok.com/@ten");
    eventually("it was turned away", || !panel.order(id)["dispatch_note"].is_null());
    let before = panel.get("/api/user/balance")["balance"].as_i64().unwrap();
    eventually("it is canceled", || {
        let answers = at_once(8, |_| {
            panel.send("POST", &format!("/api/orders/{id}/cancel"), &json!({})).unwrap().status
        });
        let won = answers.iter().filter(|status| **status == 200).count();
        assert!(won <= 1 && answers.iter().all(|status| [200, 409].contains(status)), "{answers:?}");
        panel.order(id)["status"] == "canceled"
    });
    assert_eq!(panel.get("/api/user/balance")["balance"], before + 1200);
    panel.binary.kill();
    proven(folder.path());
}

/// Cancels race with the dispatcher: each order is either canceled and never sent, or sent and not refunded.
#[test]
fn canceled_while_the_dispatcher_claims_it_is_one_or_the_other() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock();
    for _ in 0..12 {
        let id = panel.buy(service, "https://www.tiktok.com/@ten");
        let status = panel.send("POST", &format!("/api/orders/{id}/cancel"), &json!({})).unwrap().status;
        eventually("it rests", || {
            ["sent", "refused"].contains(&panel.order(id)["dispatch"].as_str().unwrap())
        });
        let order = panel.order(id);
        let (way, refunded) = (order["dispatch"].as_str().unwrap(), order["refunded"].as_i64().unwrap());
        let expected = if status == 200 { ("refused", 1200) } else { ("sent", 0) };
        assert_eq!((way, refunded), expected);
    }
    let kept = panel.get("/api/admin/orders?limit=100")["items"].as_array().unwrap().clone();
    let sent = kept.iter().filter(|order| order["dispatch"] == "sent").count();
    assert_eq!(provider.requests_for("add").len(), sent);
    panel.binary.kill();
    proven(folder.path());
}

/// Killed while the question is on its way, and again after its answer is on disk: it is asked again, and only then.
#[test]
fn killed_during_the_question_it_is_asked_again() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock();
    let offered = panel.send("PUT", &format!("/api/admin/services/{service}"), &json!({ "cancel": true }));
    offered.unwrap().expect(200);
    let id = panel.buy(service, "https://www.tiktok.com/@ten");
    eventually("it is sent", || panel.order(id)["dispatch"] == "sent");
    let theirs = panel.order(id)["provider_order_id"].as_str().unwrap().to_owned();
    provider.next_for("cancel", Reply::hang());
    panel.send("POST", &format!("/api/orders/{id}/cancel"), &json!({})).unwrap().expect(200);
    eventually("it is asked for", || provider.requests_for("cancel").len() == 1);
    panel.binary.kill();
    proven(folder.path());

    provider.next_for("cancel", answer(&theirs, json!(1)));
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let steps = |panel: &Operated| panel.get(&format!("/api/admin/orders/{id}/timeline")).to_string();
    eventually("it is accepted", || steps(&panel).contains("cancel_accepted"));
    panel.binary.kill();
    provider.set_report(&theirs, json!({ "status": "Canceled", "remains": "100" }));
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    eventually("it is refunded", || panel.order(id)["refunded"] == 1200);
    assert_eq!(provider.requests_for("cancel").len(), 2);
    panel.binary.kill();
    proven(folder.path());
}

#[derive(Debug, Clone, Copy)]
enum Event {
    Claimed,
    Taken,
    Parked,
    Resent,
    FoundSent,
    Canceled,
    Accepted,
    Refused,
    RefusedByHand,
    Says(i64),
    SetCompleted,
    SetCanceled,
}

fn any_event() -> impl Strategy<Value = Event> {
    let plain = vec![
        Event::Claimed,
        Event::Taken,
        Event::Parked,
        Event::Resent,
        Event::FoundSent,
        Event::Canceled,
        Event::Canceled,
        Event::Accepted,
        Event::Refused,
        Event::RefusedByHand,
        Event::SetCompleted,
        Event::SetCanceled,
    ];
    prop_oneof![5 => prop::sample::select(plain), 3 => (0..6_i64).prop_map(Event::Says)]
}

/// Refusals are as good as successes here: what counts is what they leave behind.
fn happens(tx: &Tx, user: UserId, id: OrderId, event: Event) {
    let theirs = format!("p{id}");
    let set = |status| {
        let decision = Decision { status, start_count: None, remains: None };
        drop(orders::set_status(tx, &Actor::CONSOLE, id, &decision));
    };
    let answered = |answer| drop(orders::record_cancel(tx, BUMX_ACCOUNT, id, &answer));
    let exchange = smm_panel::provider::Exchange::default();
    match event {
        Event::Claimed => drop(orders::claim(tx, BUMX_ACCOUNT, &Wanted::up_to(10)).unwrap()),
        Event::Taken => drop(orders::record_sent(tx, id, &theirs, &exchange)),
        Event::Parked => _ = orders::park_interrupted(tx).unwrap(),
        Event::Resent => drop(orders::resolve(tx, &Actor::CONSOLE, id, &Resolution::Resend)),
        Event::FoundSent => drop(orders::resolve(tx, &Actor::CONSOLE, id, &Resolution::Sent(theirs))),
        Event::Canceled => drop(orders::cancel(tx, user, id)),
        Event::Accepted => answered(CancelAnswer::Accepted),
        Event::Refused => answered(CancelAnswer::Refused(NO.to_owned())),
        Event::RefusedByHand => drop(orders::refuse_cancel(tx, &Actor::CONSOLE, id, None)),
        Event::SetCompleted => set(Status::Completed),
        Event::SetCanceled => set(Status::Canceled),
        Event::Says(word) => {
            let said = match word {
                0 => report(ReportedStatus::InProgress),
                1 => report(ReportedStatus::Completed),
                2 => report(ReportedStatus::Canceled),
                3 => partial(400),
                4 => partial(700),
                _ => report(ReportedStatus::Unknown("?".to_owned())),
            };
            drop(orders::apply_report(tx, BUMX_ACCOUNT, &theirs, &said).unwrap());
        }
    }
}

#[test]
fn whatever_comes_in_whatever_order_it_is_refunded_as_it_ended_and_no_wish_stays_open() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000_000);
    let service = app.service(|offer| offer.cancel = true);
    let config = ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let run = |events: Vec<Event>| {
        let id = lan.buys(service, 1000);
        let user = lan.id;
        for event in events {
            let before = app.order(id).state;
            app.write(move |tx| happens(tx, user, OrderId::new(id), event));
            let after = app.order(id).state;
            if before.progress.status == Status::Canceled {
                prop_assert_eq!(after.refunded, before.refunded);
            }
            let over = after.progress.status.is_final();
            prop_assert!(!(over && after.is_cancel_open()), "{:?}", after);
            let due = match after.progress.status {
                Status::Canceled => 12_000,
                Status::Partial => 12 * after.progress.remains.unwrap(),
                Status::Pending | Status::Processing | Status::InProgress | Status::Completed => 0,
            };
            prop_assert_eq!(after.refunded.get(), due);
        }
        // Nothing of it is in the way of the next one.
        app.write(move |tx| {
            _ = orders::park_interrupted(tx).unwrap();
            drop(orders::resolve(tx, &Actor::CONSOLE, OrderId::new(id), &Resolution::Cancel));
            drop(orders::cancel(tx, user, OrderId::new(id)));
        });
        prop_assert_ne!(app.order(id).state.dispatch, Dispatch::Queued);
        Ok(())
    };
    runner.run(&prop::collection::vec(any_event(), 1..14), run).unwrap();
}

#[test]
fn the_reason_is_typed() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let (user, id) = (lan.id, OrderId::new(lan.bought(app.service(|_| ()), 1000)));
    let said = app.write(move |tx| orders::cancel(tx, user, id).unwrap_err());
    assert!(matches!(said, OrderError::NotCancelable(Why::CancelNotOffered)), "{said:?}");
}
