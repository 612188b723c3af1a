//! Orders on their way to the provider, over real sockets: at most one `add` each, and an outcome for all.

use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::member::Member;
use crate::support::reply::Reply;
use crate::support::shop::{BUMX_ACCOUNT, LINK, order_type};
use serde_json::{Value, json};
use smm_panel::jobs;
use smm_panel::jobs::providers::{dispatch, poll_orders};
use smm_panel::orders::{self, Dispatch, Reason, Status, TurnedAway, Wanted};
use std::time::{Duration, Instant};

/// Status, dispatch and what went back.
fn state(app: &TestApp, id: i64) -> (Status, Dispatch, i64) {
    let state = app.order(id).state;
    (state.progress.status, state.dispatch, state.refunded.get())
}

const PARKED: (Status, Dispatch, i64) = (Status::Pending, Dispatch::Review, 0);
const QUEUED: (Status, Dispatch, i64) = (Status::Pending, Dispatch::Queued, 0);
const SENT: (Status, Dispatch, i64) = (Status::Processing, Dispatch::Sent, 0);

fn adds(app: &TestApp) -> usize {
    app.provider.requests_for("add").len()
}

/// So many orders of different quantities, oldest first.
fn buy_many(lan: &Member, service: i64, count: i64) -> Vec<i64> {
    (0..count).map(|number| lan.buys(service, 1000 + number)).collect()
}

fn count(app: &TestApp, dispatch: &str) -> i64 {
    app.number(&format!("SELECT count(*) FROM orders WHERE dispatch = '{dispatch}'"))
}

/// Until it holds, for at most two seconds.
#[track_caller]
fn soon(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(2), "not within two seconds: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn an_order_is_sent_once_with_exactly_what_was_sold() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.buys(app.service(|_| ()), 1000);
    dispatch::tick(&app.app);
    dispatch::tick(&app.app);
    assert_eq!(state(&app, id), SENT);
    assert_eq!((app.order(id).state.provider_order.as_deref(), lan.balance()), (Some("884120"), 38_000));
    let [request] = app.provider.requests_for("add").try_into().unwrap();
    let fields: Vec<(&str, &str)> = request.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("action", "add"),
            ("key", "bumx-test-key"),
            ("link", LINK),
            ("quantity", "1000"),
            ("service", "101")
        ]
    );
}

#[test]
fn comments_and_packages_are_sent_without_a_quantity() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let comments = app.service(|offer| {
        offer.kind = order_type("custom_comments");
        offer.min = smm_panel::kernel::money::Quantity::ONE;
    });
    let package = app.service(|offer| {
        offer.kind = order_type("package");
        (offer.min, offer.max) =
            (smm_panel::kernel::money::Quantity::ONE, smm_panel::kernel::money::Quantity::ONE);
    });
    lan.post(
        "/api/orders",
        json!({ "service_id": comments, "link": LINK, "comments": " Hay quá \r\n\r\nĐẹp" }),
    )
    .expect(201);
    dispatch::tick(&app.app);
    lan.post("/api/orders", json!({ "service_id": package, "link": LINK, "quantity": 1 })).expect(201);
    dispatch::tick(&app.app);
    let [comments, package] = app.provider.requests_for("add").try_into().unwrap();
    assert_eq!(
        (comments.field("comments"), comments.fields.contains_key("quantity")),
        ("Hay quá\nĐẹp", false)
    );
    assert!(!package.fields.contains_key("quantity") && !package.fields.contains_key("comments"));
}

#[test]
fn a_clear_refusal_cancels_and_refunds_all() {
    for status in [200, 400, 422] {
        let app = TestApp::start();
        let lan = app.member("lan").funded(50_000);
        let id = lan.buys(app.service(|_| ()), 1000);
        app.provider.next(Reply::json(status, json!({ "error": "Bad link" })));
        dispatch::tick(&app.app);
        dispatch::tick(&app.app);
        assert_eq!(state(&app, id), (Status::Canceled, Dispatch::Refused, 12_000));
        assert_eq!((app.order(id).state.reason, lan.balance()), (Some(Reason::ProviderRefused), 50_000));
        assert_eq!(
            (adds(&app), app.order(id).state.dispatch_note.map(|note| note.to_string())),
            (1, Some("Bad link".to_owned()))
        );
    }
}

#[test]
fn whatever_is_no_clear_answer_parks_the_order_for_a_person() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(|_| ());
    let replies = [
        ("reset", Reply::reset()),
        ("closed", Reply::close_without_answer()),
        ("cut off in the head", Reply::cut_after_bytes(10)),
        ("cut off in the body", Reply::cut_after_bytes(90)),
        ("cut off in a chunk", Reply::chunked_cut()),
        ("without end", Reply::endless()),
        ("moved", Reply::redirect(301, &app.provider.url())),
        ("moved, method kept", Reply::redirect(307, &app.provider.url())),
        ("server error", Reply::json(500, json!({ "error": "Bad link" }))),
        ("server error with an id", Reply::json(503, json!({ "order": 5 }))),
        ("gateway", Reply::html(502)),
        ("page", Reply::html(200)),
        ("page, forbidden", Reply::html(403)),
        ("nothing", Reply::json(204, Value::Null)),
        ("null", Reply::json(200, Value::Null)),
        ("neither", Reply::json(200, json!({ "status": "success" }))),
        ("both", Reply::json(200, json!({ "order": 5, "error": "Bad link" }))),
        ("an id with a refusing status", Reply::json(400, json!({ "order": 5 }))),
        ("zero", Reply::json(200, json!({ "order": 0 }))),
        ("a fraction", Reply::json(200, json!({ "order": 5.5 }))),
        ("rubbish behind it", Reply::text(200, "{\"order\":5}}")),
    ];
    let mut ids = Vec::new();
    for (name, reply) in replies {
        let id = lan.buys(service, 1000);
        app.provider.next_for("add", reply);
        dispatch::tick(&app.app);
        assert_eq!(state(&app, id), PARKED, "{name}");
        assert!(app.order(id).state.dispatch_note.is_some(), "{name}");
        ids.push(id);
    }
    dispatch::tick(&app.app);
    assert_eq!(adds(&app), ids.len(), "each was sent exactly once");
    assert_eq!(lan.balance(), 1_000_000 - 12_000 * i64::try_from(ids.len()).unwrap());
    let admin = app.admin("boss");
    let waiting = admin.get("/api/admin/orders?review=true&limit=100").expect(200)["items"].clone();
    assert_eq!(waiting.as_array().unwrap().len(), ids.len());
}

#[test]
fn an_answer_that_comes_too_late_parks_the_order() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.buys(app.service(|_| ()), 1000);
    app.provider.next_for("add", Reply::ok().delayed(1300));
    dispatch::tick(&app.app);
    assert_eq!((state(&app, id), lan.balance()), (PARKED, 38_000));
    std::thread::sleep(Duration::from_millis(500));
    dispatch::tick(&app.app);
    assert_eq!((state(&app, id), adds(&app)), (PARKED, 1));
}

#[test]
fn whoever_decides_sees_the_balance_before_and_after() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.buys(app.service(|_| ()), 1000);
    app.provider.set_balance("5000", "VND");
    poll_orders::tick(&app.app);
    app.provider.set_balance("4992", "VND");
    app.provider.next_for("add", Reply::reset());
    dispatch::tick(&app.app);
    let note = app.order(id).state.dispatch_note.unwrap().to_string();
    assert!(note.ends_with("was 5000 before and is 4992 now"), "{note}");
    let boss = app.admin("boss");
    let order = boss.get(&format!("/api/admin/orders/{id}")).expect(200);
    assert_eq!(order["dispatch_note"], note.as_str());
    let coded = json!({ "code": "outcome_unknown", "values": {
        "cause": { "code": "closed" }, "balance_before": "5000", "balance_after": "4992", "others": null,
    } });
    assert_eq!(order["dispatch_note_coded"], coded);
    let timeline = boss.get(&format!("/api/admin/orders/{id}/timeline")).expect(200);
    let parked = timeline["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&parked["note"], &parked["note_coded"]), (&order["dispatch_note"], &coded));
}

#[test]
fn a_note_that_is_none_is_a_corrupt_row_and_no_panic() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(|_| ()), 1000);
    let well = json!({ "code": "said", "values": { "said": "x" } }).to_string();
    let noted = |note: &str| {
        let note = note.to_owned();
        app.write(move |tx| {
            tx.execute("UPDATE orders SET dispatch_note = ?1 WHERE id = ?2", (note, id)).unwrap()
        });
        boss.get(&format!("/api/admin/orders/{id}"))
    };
    noted("cut").refused(500, "internal");
    noted(r#"{"code":"nonsense"}"#).refused(500, "internal");
    assert_eq!(noted(&well).expect(200)["dispatch_note"], "x");
}

#[test]
fn a_difference_of_the_balance_is_not_said_to_be_one_orders_when_others_were_under_way() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    app.provider.set_balance("5000", "VND");
    poll_orders::tick(&app.app);
    lan.buys(service, 1000);
    dispatch::tick(&app.app);
    app.provider.set_balance("4992", "VND");
    let id = lan.buys(service, 1000);
    app.provider.next_for("add", Reply::reset());
    dispatch::tick(&app.app);
    let note = app.order(id).state.dispatch_note.unwrap().to_string();
    assert!(note.contains("1 other orders were being sent between the two"), "{note}");
    let order = app.admin("boss").get(&format!("/api/admin/orders/{id}")).expect(200);
    assert_eq!(order["dispatch_note_coded"]["values"]["others"], 1);
}

#[test]
fn an_id_that_another_order_has_is_no_answer() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let first = lan.buys(service, 1000);
    dispatch::tick(&app.app);
    let second = lan.buys(service, 1000);
    app.provider.next_for("add", Reply::json(200, json!({ "order": 884_120 })));
    dispatch::tick(&app.app);
    assert_eq!((state(&app, first), state(&app, second)), (SENT, PARKED));
    assert_eq!(app.order(second).state.provider_order, None);
}

#[test]
fn trouble_with_our_account_keeps_the_order_queued_and_others_going() {
    for reply in [
        Reply::json(200, json!({ "error": "Not enough funds on balance" })),
        Reply::json(401, json!({ "error": "Invalid API key" })),
    ] {
        let app = TestApp::start();
        let lan = app.member("lan").funded(50_000);
        let service = app.service(|_| ());
        let first = lan.buys(service, 1000);
        app.provider.next_for("add", reply);
        dispatch::tick(&app.app);
        assert_eq!((state(&app, first), lan.balance()), (QUEUED, 38_000));
        assert!(app.order(first).state.dispatch_note.is_some());
        assert_eq!(app.guest().get("/health").expect(200)["provider"], "failing");
        let second = lan.buys(service, 1000);
        dispatch::tick(&app.app);
        assert_eq!((state(&app, first), state(&app, second)), (SENT, SENT));
        assert_eq!((adds(&app), app.order(first).state.attempts), (3, 2));
        assert_eq!(app.guest().get("/health").expect(200)["provider"], "ok");
    }
}

#[test]
fn what_never_left_the_machine_is_sent_later_once() {
    let closed = FakeProvider::start();
    let (port, url) = (closed.port(), closed.url());
    drop(closed);
    let app = TestApp::with(&[("BUMX_API_URL", &url)]);
    let lan = app.member("lan").funded(50_000);
    let id = lan.buys(app.service(|_| ()), 1000);
    dispatch::tick(&app.app);
    assert_eq!((state(&app, id), lan.balance()), (QUEUED, 38_000));
    assert_eq!(app.guest().get("/health").expect(200)["provider"], "failing");
    let opened = FakeProvider::start_on(port);
    dispatch::tick(&app.app);
    dispatch::tick(&app.app);
    assert_eq!(state(&app, id), SENT);
    assert_eq!(opened.requests_for("add").len(), 1);
}

#[test]
fn a_name_that_means_nothing_leaves_orders_queued() {
    let app = TestApp::with(&[("BUMX_API_URL", "http://no-such-host.invalid/api/v2")]);
    let lan = app.member("lan").funded(50_000);
    let id = lan.buys(app.service(|_| ()), 1000);
    dispatch::tick(&app.app);
    assert_eq!((state(&app, id), lan.balance()), (QUEUED, 38_000));
}

#[test]
fn an_outage_parks_a_handful_and_the_rest_goes_out_after_it() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let service = app.service(|_| ());
    let ids = buy_many(&lan, service, 40);
    app.provider.otherwise(Reply::html(503));
    (0..5).for_each(|_| dispatch::tick(&app.app));
    let parked = count(&app, "review");
    assert!((1..=20).contains(&parked), "{parked} of 40 orders were parked in five attempts");
    assert_eq!(count(&app, "queued"), 40 - parked);
    let before = adds(&app);
    app.provider.otherwise(Reply::ok());
    dispatch::tick(&app.app);
    assert_eq!((count(&app, "sent"), count(&app, "review")), (40 - parked, parked));
    // Several go out at once, so neighbours may change places; nothing else may.
    let quantities: Vec<i64> = app
        .provider
        .requests_for("add")
        .iter()
        .skip(before)
        .map(|add| add.field("quantity").parse().unwrap())
        .collect();
    let rest: Vec<i64> = ids
        .iter()
        .map(|id| app.order(*id))
        .filter(|order| order.state.dispatch == Dispatch::Sent)
        .map(|order| order.quantity.get())
        .collect();
    let mut sorted = quantities.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, rest, "each of the rest was sent once");
    assert!(quantities.iter().zip(&rest).all(|(sent, due)| (sent - due).abs() < 32), "{quantities:?}");
}

#[test]
fn a_provider_that_falls_silent_parks_a_handful() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let service = app.service(|_| ());
    buy_many(&lan, service, 20);
    app.provider.otherwise(Reply::hang());
    dispatch::tick(&app.app);
    assert_eq!((count(&app, "review"), count(&app, "queued")), (4, 16));
}

#[test]
fn one_hanging_answer_delays_nobody_else() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(|_| ());
    let jobs = jobs::start(&app.app).unwrap();
    app.provider.next_for("add", Reply::hang());
    let hanging = lan.buys(service, 1000);
    soon("it is on its way", || adds(&app) == 1);
    let others = buy_many(&lan, service, 5);
    soon("the others are sent", || others.iter().all(|id| state(&app, *id) == SENT));
    assert_eq!(state(&app, hanging).1, Dispatch::Sending, "all that while the first one hangs");
    jobs.stop();
    assert_eq!(state(&app, hanging), PARKED, "a stop waits for it");
    assert_eq!(adds(&app), 6);
}

#[test]
fn many_hanging_answers_delay_nobody_else_while_the_provider_lives() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(|_| ());
    let jobs = jobs::start(&app.app).unwrap();
    (0..9).for_each(|_| app.provider.next_for("add", Reply::hang()));
    let hanging = buy_many(&lan, service, 9);
    soon("all nine are on their way", || adds(&app) == 9);
    let other = lan.buys(service, 1000);
    soon("the other one is sent", || state(&app, other) == SENT);
    assert!(hanging.iter().any(|id| state(&app, *id).1 == Dispatch::Sending), "some hang still");
    jobs.stop();
    assert_eq!((count(&app, "review"), adds(&app)), (9, 10));
}

#[test]
fn an_order_reaches_the_provider_within_a_second() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let jobs = jobs::start(&app.app).unwrap();
    // Past the first look at the queue: from here on it is the bell that wakes.
    std::thread::sleep(Duration::from_millis(100));
    let bought = Instant::now();
    let id = lan.buys(service, 1000);
    soon("it is sent", || state(&app, id) == SENT);
    assert!(bought.elapsed() < Duration::from_secs(1), "{:?}", bought.elapsed());
    jobs.stop();
}

#[test]
fn a_stop_claims_nothing_new() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let jobs = jobs::start(&app.app).unwrap();
    jobs.stop();
    let id = lan.buys(service, 1000);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!((state(&app, id), adds(&app)), (QUEUED, 0));
}

#[test]
fn an_order_that_was_being_sent_at_a_crash_is_parked() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.buys(app.service(|_| ()), 1000);
    assert_eq!(app.claim(), [id]);
    app.without_audit();
    let app = TestApp::in_folder(app.stop(), &[]);
    assert_eq!(state(&app, id), PARKED);
    dispatch::tick(&app.app);
    poll_orders::tick(&app.app);
    assert_eq!((state(&app, id), adds(&app)), (PARKED, 0));
}

/// Of what a provider turned away lately only trials go, behind all others.
#[test]
fn orders_that_may_be_turned_away_again_are_claimed_behind_others_and_one_at_a_time() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(200_000), app.member("mai").funded(200_000));
    let [one, other] = ["101", "102"].map(|listed| {
        let listed = listed.to_owned();
        app.service(|offer| offer.provider_service = Some(listed))
    });
    let [first, second, third, fourth] = [(&lan, one), (&mai, one), (&lan, other), (&mai, other)]
        .map(|(buyer, service)| buyer.buys(service, 1000));
    let claims = |trials: usize| {
        let turned_away = TurnedAway { users: vec![lan.id], services: vec!["101".to_owned()], trials };
        let wanted = Wanted { turned_away, ..Wanted::up_to(9) };
        let claimed = app.write(move |tx| orders::claim(tx, BUMX_ACCOUNT, &wanted).unwrap());
        claimed.into_iter().map(|claimed| claimed.order.get()).collect::<Vec<_>>()
    };
    assert_eq!(claims(0), [fourth], "of neither alone");
    assert_eq!(claims(0), [0; 0]);
    assert_eq!(claims(1), [third], "of another service");
    assert_eq!(claims(1), [second], "of another customer");
    assert_eq!(claims(1), [first], "or else the oldest");
    let [fifth, sixth] = [(&mai, other), (&lan, one)].map(|(buyer, service)| buyer.buys(service, 1000));
    assert_eq!(claims(1), [fifth, sixth], "a trial goes beside the others");
    app.write(|tx| orders::park_interrupted(tx).map(drop).unwrap());
}
