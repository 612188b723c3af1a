//! Refills: asked for at most once, tracked to their end, and never without the order's rules allowing it.

use crate::support::app::{Asker, TestApp};
use crate::support::member::Member;
use crate::support::reply::Reply;
use crate::support::shop::{BUMX_ACCOUNT, by_hand, partial, report};
use proptest::prelude::*;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::catalog::Offer;
use smm_panel::db::Tx;
use smm_panel::jobs::providers::after_sale;
use smm_panel::kernel::cause::CallCause;
use smm_panel::kernel::ids::RefillId;
use smm_panel::orders::{Dispatch, RefillStatus};
use smm_panel::provider::{Ground, NoReport, RefillWord, ReportedStatus, SubmitError};
use smm_panel::refills::{self, Refill, RefillDecision};
use strum::VariantArray;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

pub fn refilled(offer: &mut Offer) {
    offer.refill = true;
}

fn refilled_by_hand(offer: &mut Offer) {
    refilled(offer);
    by_hand(offer);
}

/// An order that BUMX has completed a day ago.
pub fn completed(lan: &Member, service: i64) -> i64 {
    let id = lan.bought(service, 1000);
    lan.app.reported(id, report(ReportedStatus::Completed));
    lan.app.clock.advance_seconds(DAY);
    id
}

/// From now on nobody has to wait.
fn without_wait(app: &TestApp) {
    app.admin("chief").put("/api/admin/settings", json!({ "refill_wait_hours": 0 })).expect(200);
}

fn completed_now(lan: &Member, service: i64) -> i64 {
    let id = lan.bought(service, 1000);
    lan.app.reported(id, report(ReportedStatus::Completed));
    id
}

/// With a token that is still good.
fn logged_in<'a>(member: &Member<'a>) -> Member<'a> {
    let app = member.asker.app;
    let (token, _) = app.app.keys.issue(member.id, 0, false, app.clock.now()).unwrap();
    Member { id: member.id, asker: Asker { app, token: Some(token) } }
}

pub fn ask(by: &Member, order: i64) -> i64 {
    by.post(&format!("/api/orders/{order}/refill"), json!({})).expect(201)["id"].as_i64().unwrap()
}

/// Why it is refused.
fn refused(by: &Member, order: i64) -> String {
    let said = by.post(&format!("/api/orders/{order}/refill"), json!({})).expect(409);
    assert_eq!(said["code"], "refill_not_possible");
    assert_eq!(can_refill(by, order), false);
    said["reason"].as_str().unwrap().to_owned()
}

fn can_refill(by: &Member, order: i64) -> Value {
    let shown = by.get(&format!("/api/orders/{order}")).expect(200)["can_refill"].clone();
    let list = by.get("/api/orders?limit=100").expect(200);
    let listed = list["items"].as_array().unwrap().iter().find(|one| one["id"] == order).unwrap().clone();
    assert_eq!(listed["can_refill"], shown);
    shown
}

fn found(app: &TestApp, id: i64) -> Refill {
    app.app.db.read_now(|tx| refills::find(tx, RefillId::new(id))).unwrap().unwrap()
}

fn stands(app: &TestApp, id: i64) -> (RefillStatus, Dispatch) {
    let refill = found(app, id);
    (refill.status, refill.dispatch)
}

fn answers(app: &TestApp, action: &str, body: Value) {
    app.provider.next_for(action, Reply::json(200, body));
}

#[test]
fn nobody_refills_somebody_elses_order_or_sees_the_refill() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(100_000), app.member("mai"));
    let order = completed(&lan, app.service(refilled));
    let path = format!("/api/orders/{order}/refill");
    app.guest().post(&path, json!({})).expect(401);
    mai.post(&path, json!({})).expect(404);
    lan.post("/api/orders/999/refill", json!({})).expect(404);
    lan.post(&path, json!({ "status": "completed" })).expect(422);
    let id = ask(&lan, order);
    mai.get(&format!("/api/refills/{id}")).expect(404);
    assert_eq!(mai.get("/api/refills").expect(200)["items"], json!([]));
    assert_eq!(mai.get(&format!("/api/refills?order_id={order}")).expect(200)["items"], json!([]));
    lan.put(&format!("/api/admin/refills/{id}"), json!({ "status": "completed" })).expect(403);
    lan.get("/api/admin/refills").expect(403);
    lan.get("/api/refills?status=sent").expect(422);
}

#[test]
fn a_refill_is_shown_as_it_was_asked_for_and_a_repeated_request_is_the_same() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let order = completed(&lan, app.service(refilled));
    let path = format!("/api/orders/{order}/refill");
    let made = lan.post_once(&path, "one", json!({})).expect(201);
    assert_eq!(
        made,
        json!({ "id": made["id"], "order_id": order, "status": "pending", "reason": null,
            "created_at": "2026-11-23T07:39:00Z", "updated_at": "2026-11-23T07:39:00Z" })
    );
    assert_eq!(lan.post_once(&path, "one", json!({})).expect(201), made);
    assert_eq!(lan.get(&format!("/api/refills/{}", made["id"])).expect(200), made);
    assert_eq!(lan.get("/api/refills").expect(200)["items"], json!([made]));
    assert_eq!(app.number("SELECT count(*) FROM refills"), 1);
    assert_eq!(lan.balance(), 88_000, "it costs nothing");
}

#[test]
fn it_is_refused_with_its_reason_wherever_it_must_not_be() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let (plain, sold) = (app.service(|_| ()), app.service(refilled));
    assert_eq!(refused(&lan, completed(&lan, plain)), "refill_not_offered");
    assert_eq!(refused(&lan, lan.buys(sold, 1000)), "refill_not_completed");
    app.send_all();
    let half = lan.bought(sold, 1000);
    app.reported(half, partial(10));
    assert_eq!(refused(&lan, half), "refill_not_completed");
    let canceled = lan.bought(sold, 1000);
    app.reported(canceled, report(ReportedStatus::Canceled));
    assert_eq!(refused(&lan, canceled), "refill_not_completed");
    let order = completed(&lan, sold);
    ask(&lan, order);
    assert_eq!(refused(&lan, order), "refill_is_open");
}

#[test]
fn the_wait_counts_from_the_end_or_from_the_last_refill() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let order = lan.bought(app.service(refilled), 1000);
    app.reported(order, report(ReportedStatus::Completed));
    assert_eq!(lan.get(&format!("/api/orders/{order}")).expect(200)["completed_at"], "2026-11-22T07:39:00Z");
    app.clock.advance_seconds(DAY - 1);
    assert_eq!(refused(&lan, order), "refill_too_soon");
    let from = || lan.get(&format!("/api/orders/{order}")).expect(200)["refill_from"].clone();
    assert_eq!(from(), "2026-11-23T07:39:00Z");
    app.clock.advance_seconds(1);
    assert_eq!(from(), Value::Null, "now");
    let decide = |id: i64, status: &str| {
        boss.put(&format!("/api/admin/refills/{id}"), json!({ "status": status })).expect(200)
    };
    let first = ask(&lan, order);
    app.clock.advance_seconds(HOUR);
    decide(first, "completed");
    app.clock.advance_seconds(23 * HOUR - 1);
    assert_eq!(refused(&lan, order), "refill_too_soon");
    app.clock.advance_seconds(1);
    decide(ask(&lan, order), "rejected");
    app.clock.advance_seconds(HOUR - 1);
    assert_eq!(refused(&lan, order), "refill_too_soon");
    boss.put("/api/admin/settings", json!({ "refill_wait_hours": 48 })).expect(200);
    assert_eq!(refused(&lan, order), "refill_too_soon");
    app.clock.advance_seconds(60);
    assert_eq!(can_refill(&lan, order), true);
    boss.put("/api/admin/settings", json!({ "refill_wait_hours": 721 })).expect(422);
}

#[test]
fn refills_end_with_their_days_or_with_the_service() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(1_000_000), app.admin("boss"));
    let dated = app.service(|offer| {
        refilled(offer);
        offer.refill_days = 30;
    });
    let order = completed(&lan, dated);
    app.clock.advance_seconds(29 * DAY);
    let (lan, boss) = (logged_in(&lan), logged_in(&boss));
    assert_eq!(can_refill(&lan, order), true);
    boss.put(&format!("/api/admin/services/{dated}"), json!({ "active": false })).expect(200);
    assert_eq!(can_refill(&lan, order), true, "the days count, sold or not");
    // A kept page of the list lasts to the end of the minute.
    app.clock.advance_seconds(60);
    assert_eq!(refused(&lan, order), "refill_days_over");
    let undated = app.service(refilled);
    let order = completed(&lan, undated);
    app.clock.advance_seconds(400 * DAY);
    let (lan, boss) = (logged_in(&lan), logged_in(&boss));
    assert_eq!(can_refill(&lan, order), true);
    boss.put(&format!("/api/admin/services/{undated}"), json!({ "active": false })).expect(200);
    assert_eq!(refused(&lan, order), "refill_days_over");
    boss.put(&format!("/api/admin/services/{undated}"), json!({ "refill_days": -1 })).expect(422);
}

#[test]
fn a_refill_is_asked_for_where_the_order_is_and_followed_to_its_end() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let order = completed(&lan, app.service(refilled));
    let id = ask(&lan, order);
    answers(&app, "refill", json!({ "refill": "771" }));
    answers(&app, "refill_status", json!({ "status": "Pending" }));
    after_sale::tick(&app.app);
    let asked = app.provider.requests_for("refill");
    assert_eq!((asked.len(), asked[0].field("order")), (1, format!("p{order}").as_str()));
    assert_eq!(stands(&app, id), (RefillStatus::Pending, Dispatch::Sent));
    answers(&app, "refill_status", json!({ "status": "In progress" }));
    after_sale::tick(&app.app);
    assert_eq!(lan.get(&format!("/api/refills/{id}")).expect(200)["status"], "in_progress");
    answers(&app, "refill_status", json!({ "status": "Pending" }));
    after_sale::tick(&app.app);
    assert_eq!(stands(&app, id).0, RefillStatus::InProgress, "it does not move back");
    answers(&app, "refill_status", json!([{ "refill": 771, "status": "Completed" }]));
    after_sale::tick(&app.app);
    after_sale::tick(&app.app);
    assert_eq!(stands(&app, id), (RefillStatus::Completed, Dispatch::Sent));
    assert_eq!(app.provider.requests_for("refill").len(), 1);
    assert_eq!(app.provider.requests_for("refill_status").len(), 4, "what has ended is not asked for");
    let kept = boss.get("/api/admin/refills/by-service").expect(200);
    assert_eq!((&kept["items"][0]["asked"], &kept["items"][0]["kept_percent"]), (&json!(1), &json!(100)));
}

#[test]
fn a_hundred_are_asked_about_in_one_call_and_a_bad_answer_ends_none() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let service = app.service(refilled);
    let orders: Vec<i64> = (0..3).map(|_| lan.bought(service, 1000)).collect();
    orders.iter().for_each(|id| drop(app.reported(*id, report(ReportedStatus::Completed))));
    app.clock.advance_seconds(DAY);
    let ids: Vec<i64> = orders.iter().map(|order| ask(&lan, *order)).collect();
    for number in 1..=3 {
        answers(&app, "refill", json!({ "refill": number }));
    }
    let list = json!([{ "refill": 3, "status": { "error": "Refill not found" } },
        { "refill": 9, "status": "Completed" }, { "refill": "1", "status": "Rejected" },
        { "refill": 2, "status": "Resting" }]);
    answers(&app, "refill_status", list);
    after_sale::tick(&app.app);
    let asked = app.provider.requests_for("refill_status");
    assert_eq!((asked.len(), asked[0].field("refills")), (1, "1,2,3"));
    let expected = [RefillStatus::Rejected, RefillStatus::Pending, RefillStatus::Pending];
    assert_eq!(ids.iter().map(|id| found(&app, *id).status).collect::<Vec<_>>(), expected);
    let notes: Vec<bool> = ids.iter().map(|id| found(&app, *id).note.is_some()).collect();
    assert_eq!(notes, [false, true, true], "the operator sees what could not be followed");
}

#[test]
fn a_clear_no_rejects_it_and_what_is_our_own_trouble_waits() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(refilled);
    without_wait(&app);
    for said in ["Refill is disabled for this service", "The order is not completed", "Incorrect order ID"] {
        for body in [json!({ "error": said }), json!({ "refill": { "error": said } })] {
            let id = ask(&lan, completed_now(&lan, service));
            answers(&app, "refill", body.clone());
            after_sale::tick(&app.app);
            assert_eq!(stands(&app, id), (RefillStatus::Rejected, Dispatch::Refused), "{body}");
        }
    }
    let id = ask(&lan, completed_now(&lan, service));
    for said in ["Invalid API key", "Rate limit exceeded, try again later"] {
        answers(&app, "refill", json!({ "error": said }));
        after_sale::tick(&app.app);
        assert_eq!(stands(&app, id), (RefillStatus::Pending, Dispatch::Queued), "{said}");
    }
    answers(&app, "refill", json!({ "refill": 5 }));
    after_sale::tick(&app.app);
    assert_eq!(stands(&app, id).1, Dispatch::Sent);
}

#[test]
fn a_lost_answer_waits_for_a_person_and_is_not_asked_for_again() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(1_000_000), app.admin("boss"));
    let service = app.service(refilled);
    without_wait(&app);
    let lost = [
        Reply::reset(),
        Reply::close_without_answer(),
        Reply::html(502),
        Reply::redirect(302, "http://127.0.0.1:9/"),
        Reply::json(200, json!({})),
        Reply::json(200, json!({ "refill": 0 })),
        Reply::json(200, json!({ "refill": 7, "error": "no" })),
        Reply::json(200, json!({ "refill": { "error": "Your order is being processed" } })),
    ];
    for reply in lost {
        let id = ask(&lan, completed_now(&lan, service));
        let before = app.provider.requests_for("refill").len();
        app.provider.next_for("refill", reply.clone());
        after_sale::tick(&app.app);
        after_sale::tick(&app.app);
        assert_eq!(stands(&app, id), (RefillStatus::Pending, Dispatch::Review), "{reply:?}");
        assert_eq!(app.provider.requests_for("refill").len(), before + 1, "{reply:?}");
        assert!(!lan.get(&format!("/api/refills/{id}")).expect(200).to_string().contains("dispatch"));
    }
    let parked = boss.get("/api/admin/refills?desk=review").expect(200);
    assert_eq!(parked["items"].as_array().unwrap().len(), 8);
    let wait = boss.get("/api/admin/review").expect(200);
    assert!(
        wait["items"].as_array().unwrap().iter().any(|item| item["kind"] == "refills" && item["count"] == 8)
    );
    let id = parked["items"][0]["id"].as_i64().unwrap();
    boss.put(&format!("/api/admin/refills/{id}"), json!({ "status": "pending" })).expect(200);
    answers(&app, "refill", json!({ "refill": 12 }));
    after_sale::tick(&app.app);
    assert_eq!(stands(&app, id).1, Dispatch::Sent, "a person had it asked for anew");
}

#[test]
fn an_id_that_another_refill_has_parks_it() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(refilled);
    let [first, second] = [0, 1].map(|_| ask(&lan, completed(&lan, service)));
    answers(&app, "refill", json!({ "refill": 5 }));
    answers(&app, "refill", json!({ "refill": 5 }));
    after_sale::tick(&app.app);
    assert_eq!((stands(&app, first).1, stands(&app, second).1), (Dispatch::Sent, Dispatch::Review));
}

#[test]
fn an_account_that_was_left_is_not_asked_and_a_person_decides() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let id = ask(&lan, completed(&lan, app.service(refilled)));
    app.write(|tx| _ = tx.execute("UPDATE providers SET account = account + 1", ()).unwrap());
    after_sale::tick(&app.app);
    assert_eq!(stands(&app, id), (RefillStatus::Pending, Dispatch::Review));
    assert_eq!(app.provider.requests_for("refill").len(), 0);
}

#[test]
fn a_refill_done_by_hand_goes_forward_only_and_its_words_reach_the_customer() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let order = lan.buys(app.service(refilled_by_hand), 1000);
    boss.put(&format!("/api/admin/orders/{order}/status"), json!({ "status": "completed" })).expect(200);
    app.clock.advance_seconds(DAY);
    let id = ask(&lan, order);
    let put = |body: Value| boss.put(&format!("/api/admin/refills/{id}"), body);
    assert_eq!(boss.get("/api/admin/refills?desk=by_hand").expect(200)["items"][0]["username"], "lan");
    put(json!({ "status": "pending" })).expect(409);
    put(json!({ "status": "sent" })).expect(422);
    put(json!({ "status": "rejected", "reason": "x".repeat(501) })).expect(422);
    put(json!({ "status": "in_progress" })).expect(200);
    put(json!({ "status": "rejected", "reason": "The page is private" })).expect(200);
    assert_eq!(put(json!({ "status": "completed" })).expect(409)["reason"], "refill_ended");
    let shown = lan.get(&format!("/api/refills/{id}")).expect(200);
    assert_eq!((&shown["status"], &shown["reason"]), (&json!("rejected"), &json!("The page is private")));
    let log = boss.get("/api/admin/audit-log?action=refill.decide").expect(200);
    assert_eq!(log["items"].as_array().unwrap().len(), 2);
}

#[test]
fn two_days_without_news_are_told_once() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let id = ask(&lan, completed(&lan, app.service(refilled)));
    answers(&app, "refill", json!({ "refill": 5 }));
    after_sale::tick(&app.app);
    app.clock.advance_seconds(2 * DAY);
    after_sale::tick(&app.app);
    assert_eq!(boss.get("/api/admin/refills?desk=late").expect(200)["items"], json!([]));
    app.clock.advance_seconds(1);
    after_sale::tick(&app.app);
    let late = boss.get("/api/admin/refills?desk=late").expect(200);
    assert_eq!((&late["items"][0]["id"], &late["items"][0]["late"]), (&json!(id), &json!(true)));
    assert_eq!(stands(&app, id), (RefillStatus::Pending, Dispatch::Sent), "it stays open");
}

#[derive(Debug, Clone)]
enum Event {
    Claimed,
    Outcome(Result<String, SubmitError>),
    Restarted,
    Says(Result<RefillWord, NoReport>),
    Decided(RefillStatus),
}

fn any_event() -> impl Strategy<Value = Event> {
    let unknown = || SubmitError::Unknown(CallCause::CutShort);
    let outcomes = vec![
        Ok("r".to_owned()),
        Ok("r".to_owned()),
        Err(SubmitError::Refused(Ground::Unknown, "no".to_owned())),
        Err(SubmitError::Busy("later".to_owned())),
        Err(SubmitError::NotSent(CallCause::NoTime)),
        Err(unknown()),
    ];
    let words = vec![
        Ok(RefillWord::Pending),
        Ok(RefillWord::InProgress),
        Ok(RefillWord::Completed),
        Ok(RefillWord::Rejected),
        Ok(RefillWord::Unknown("?".to_owned())),
        Err(NoReport::Unreadable),
    ];
    prop_oneof![
        3 => Just(Event::Claimed),
        4 => prop::sample::select(outcomes).prop_map(Event::Outcome),
        1 => Just(Event::Restarted),
        4 => prop::sample::select(words).prop_map(Event::Says),
        2 => prop::sample::select(RefillStatus::VARIANTS).prop_map(Event::Decided),
    ]
}

/// Refusals are as good as successes here: what counts is where the refill is afterwards.
fn happens(tx: &Tx, id: RefillId, event: &Event) {
    let theirs = format!("r{id}");
    match event {
        Event::Claimed => drop(refills::claim(tx, BUMX_ACCOUNT, RefillId::new(0)).unwrap()),
        Event::Outcome(outcome) => {
            drop(refills::record(tx, id, &outcome.clone().map(|_| theirs)));
        }
        Event::Restarted => _ = refills::park_interrupted(tx).unwrap(),
        Event::Says(said) => drop(refills::apply(tx, BUMX_ACCOUNT, &theirs, said).unwrap()),
        Event::Decided(status) => {
            let decision = RefillDecision { status: *status, reason: None };
            drop(refills::decide(tx, &Actor::CONSOLE, id, &decision));
        }
    }
}

/// The diagram. What is not in it leads nowhere.
fn leads((status, dispatch): (RefillStatus, Dispatch), event: &Event) -> (RefillStatus, Dispatch) {
    let stays = (status, dispatch);
    if status.is_final() {
        return stays;
    }
    match (dispatch, event) {
        (Dispatch::Queued, Event::Claimed) => (status, Dispatch::Sending),
        (Dispatch::Sending, Event::Outcome(Ok(_))) => (status, Dispatch::Sent),
        (Dispatch::Sending, Event::Outcome(Err(SubmitError::Refused(..)))) => {
            (RefillStatus::Rejected, Dispatch::Refused)
        }
        (Dispatch::Sending, Event::Outcome(Err(SubmitError::Unknown(_))) | Event::Restarted) => {
            (status, Dispatch::Review)
        }
        (Dispatch::Sending, Event::Outcome(Err(_))) => (status, Dispatch::Queued),
        (Dispatch::Sent, Event::Says(Ok(RefillWord::InProgress))) => (RefillStatus::InProgress, dispatch),
        (Dispatch::Sent, Event::Says(Ok(RefillWord::Completed))) => (RefillStatus::Completed, dispatch),
        (Dispatch::Sent, Event::Says(Ok(RefillWord::Rejected))) => (RefillStatus::Rejected, dispatch),
        (Dispatch::Review, Event::Decided(RefillStatus::Pending)) => {
            (RefillStatus::Pending, Dispatch::Queued)
        }
        (Dispatch::Sending, Event::Decided(_)) | (_, Event::Decided(RefillStatus::Pending)) => stays,
        (Dispatch::Sent, Event::Decided(to)) => (*to, dispatch),
        (_, Event::Decided(to)) => (*to, Dispatch::Manual),
        _ => stays,
    }
}

#[test]
fn whatever_comes_in_whatever_order_it_follows_the_diagram() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000_000);
    let service = app.service(refilled);
    without_wait(&app);
    let config = ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let run = |events: Vec<Event>| {
        let id = ask(&lan, completed_now(&lan, service));
        for event in events {
            let expected = leads(stands(&app, id), &event);
            let told = event.clone();
            app.write(move |tx| happens(tx, RefillId::new(id), &told));
            prop_assert_eq!(stands(&app, id), expected, "{:?}", event);
        }
        app.write(move |tx| {
            _ = refills::park_interrupted(tx).unwrap();
            let decision = RefillDecision { status: RefillStatus::Rejected, reason: None };
            drop(refills::decide(tx, &Actor::CONSOLE, RefillId::new(id), &decision));
        });
        prop_assert!(stands(&app, id).0.is_final());
        Ok(())
    };
    runner.run(&prop::collection::vec(any_event(), 1..12), run).unwrap();
}
