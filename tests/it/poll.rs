//! What the provider says about orders it took, over real sockets.

use crate::support::app::TestApp;
use crate::support::http::Recorded;
use crate::support::member::Member;
use crate::support::operated::eventually;
use crate::support::reply::Reply;
use serde_json::{Value, json};
use smm_panel::jobs;
use smm_panel::jobs::providers::{dispatch, poll_orders};
use smm_panel::kernel::note::Note;
use smm_panel::orders::Status;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// The provider's id of its first order in a test; the next ones follow.
const FIRST: i64 = 884_120;

fn report(status: &str, remains: &str) -> Value {
    json!({ "charge": "8000", "start_count": "17", "status": status, "remains": remains, "currency": "VND" })
}

/// So many orders that the provider took, oldest first, with its ids of them.
fn taken(lan: &Member, count: i64) -> Vec<(i64, String)> {
    let service = lan.app.service(|_| ());
    let take = |_| {
        let id = lan.buys(service, 1000);
        dispatch::tick(&lan.app.app);
        (id, lan.app.order(id).state.provider_order.unwrap())
    };
    (0..count).map(take).collect()
}

/// One round; status, refund and contradiction of the order.
fn polled(app: &TestApp, id: i64) -> (Status, i64, Option<Note>) {
    poll_orders::tick(&app.app);
    let state = app.order(id).state;
    (state.progress.status, state.refunded.get(), state.provider_mismatch)
}

fn questions(app: &TestApp) -> Vec<Vec<String>> {
    app.provider.requests_for("status").iter().map(asked_for).collect()
}

fn asked_for(request: &Recorded) -> Vec<String> {
    match request.field("orders") {
        "" => vec![request.field("order").to_owned()],
        orders => orders.split(',').map(str::to_owned).collect(),
    }
}

#[test]
fn an_order_follows_the_provider_to_its_end() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let [(id, theirs)] = taken(&lan, 1).try_into().unwrap();
    for (word, remains, status) in [
        ("Pending", "1000", Status::Processing),
        ("Processing", "1000", Status::Processing),
        ("In progress", "400", Status::InProgress),
        ("Completed", "0", Status::Completed),
    ] {
        app.provider.set_report(&theirs, report(word, remains));
        assert_eq!(polled(&app, id), (status, 0, None));
    }
    let shown = lan.get(&format!("/api/orders/{id}")).expect(200);
    assert_eq!((&shown["start_count"], &shown["remains"]), (&json!(17), &json!(0)));
    assert_eq!(lan.balance(), 38_000);
}

#[test]
fn what_was_not_delivered_is_refunded_once() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let orders = taken(&lan, 2);
    app.provider.set_report(&orders[0].1, report("Partial", "333"));
    app.provider.set_report(&orders[1].1, report("Canceled", "1000"));
    for _ in 0..3 {
        assert_eq!(polled(&app, orders[0].0), (Status::Partial, 3_996, None));
        assert_eq!(polled(&app, orders[1].0), (Status::Canceled, 12_000, None));
    }
    assert_eq!(lan.balance(), 50_000 - 24_000 + 3_996 + 12_000);
}

#[test]
fn final_is_final() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let [(id, theirs)] = taken(&lan, 1).try_into().unwrap();
    app.provider.set_report(&theirs, report("Completed", "0"));
    assert_eq!(polled(&app, id), (Status::Completed, 0, None));
    for (word, remains) in [("Canceled", "1000"), ("Partial", "500"), ("In progress", "1"), ("Refunded", "0")]
    {
        app.provider.set_report(&theirs, report(word, remains));
        let (status, refunded, contradiction) = (0..40).map(|_| polled(&app, id)).next_back().unwrap();
        assert_eq!((status, refunded), (Status::Completed, 0), "{word}");
        assert!(contradiction.is_some(), "{word} is shown to the admin");
    }
    assert_eq!(lan.balance(), 38_000);
}

#[test]
fn what_cannot_be_followed_moves_nothing_and_is_shown() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let [(id, theirs)] = taken(&lan, 1).try_into().unwrap();
    let admin = app.admin("boss");
    for said in [
        report("Failed", "0"),
        report("Error", "1000"),
        report("", "0"),
        report("Partial", "1001"),
        report("Partial", "1.5"),
        report("Partial", ""),
        report("Partial", "99999999999999999999"),
        json!({ "status": "Partial" }),
        json!({ "error": "Incorrect order ID" }),
    ] {
        app.provider.set_report(&theirs, said.clone());
        let (status, refunded, contradiction) = polled(&app, id);
        assert_eq!((status, refunded), (Status::Processing, 0), "{said}");
        assert!(contradiction.is_some(), "{said}");
        let waiting = admin.get("/api/admin/orders?review=true").expect(200);
        assert_eq!(waiting["items"][0]["id"], id, "{said}");
    }
    app.provider.set_report(&theirs, report("In progress", "5"));
    assert_eq!(polled(&app, id), (Status::InProgress, 0, None), "good news ends it");
    assert_eq!(lan.balance(), 38_000);
}

#[test]
fn a_final_order_the_provider_forgot_is_no_news() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let [(id, theirs)] = taken(&lan, 1).try_into().unwrap();
    app.provider.set_report(&theirs, report("Completed", "0"));
    polled(&app, id);
    app.provider.set_report(&theirs, json!({ "error": "Incorrect order ID" }));
    (0..5).for_each(|_| assert_eq!(polled(&app, id), (Status::Completed, 0, None)));
    assert!(questions(&app).len() > 1, "it was asked for");
}

#[test]
fn only_what_is_said_about_an_order_counts_for_it() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let orders = taken(&lan, 3);
    // Another's order, ours in another order, one of ours left out.
    let said = format!(
        r#"{{"1":{foreign},"{third}":{completed},"{first}":{partial},"999999999":{foreign}}}"#,
        foreign = report("Canceled", "1000"),
        completed = report("Completed", "0"),
        partial = report("Partial", "500"),
        third = orders[2].1,
        first = orders[0].1,
    );
    app.provider.next_for("status", Reply::text(200, &said));
    poll_orders::tick(&app.app);
    let status = |index: usize| app.order(orders[index].0).state.progress.status;
    assert_eq!((status(0), status(1), status(2)), (Status::Partial, Status::Processing, Status::Completed));
    assert_eq!(lan.balance(), 100_000 - 36_000 + 6_000);
}

#[test]
fn an_answer_without_ids_is_not_matched_by_position() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let orders = taken(&lan, 2);
    app.provider.set_report(&orders[0].1, report("Completed", "0"));
    app.provider.set_report(&orders[1].1, report("In progress", "7"));
    let shuffled = json!([report("Canceled", "1000"), report("Canceled", "1000")]);
    app.provider.next_for("status", Reply::json(200, shuffled));
    assert_eq!(polled(&app, orders[0].0), (Status::Completed, 0, None));
    assert_eq!(app.order(orders[1].0).state.progress.status, Status::InProgress);
    let mut alone = questions(&app)[1..].concat();
    alone.sort_unstable();
    assert_eq!(alone, [orders[0].1.clone(), orders[1].1.clone()]);
}

#[test]
fn an_answer_that_is_none_changes_nothing_and_is_told() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let orders = taken(&lan, 2);
    orders.iter().for_each(|(_, theirs)| app.provider.set_report(theirs, report("Canceled", "1000")));
    for reply in [
        Reply::html(503),
        Reply::html(200),
        Reply::reset(),
        Reply::cut_after_bytes(120),
        Reply::chunked_cut(),
        Reply::redirect(302, "http://127.0.0.1:1/"),
        Reply::json(200, json!({ "error": "Invalid API key" })),
    ] {
        app.provider.otherwise(reply.clone());
        assert_eq!(polled(&app, orders[0].0), (Status::Processing, 0, None), "{reply:?}");
        assert_eq!(app.guest().get("/health").expect(200)["provider"], "failing", "{reply:?}");
    }
    app.provider.otherwise(Reply::ok());
    assert_eq!(polled(&app, orders[0].0), (Status::Canceled, 12_000, None));
    assert_eq!(app.guest().get("/health").expect(200)["provider"], "ok");
}

#[test]
fn a_round_asks_for_all_a_hundred_at_a_time_and_notes_the_balance() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let service = app.service(|_| ());
    (0..250).for_each(|_| _ = lan.buys(service, 1000));
    app.send_all();
    app.provider.set_balance("73.50", "USD");
    assert_eq!(app.guest().get("/health").expect(200)["sync_age_seconds"], Value::Null);
    poll_orders::tick(&app.app);
    let asked: Vec<usize> = questions(&app).iter().map(Vec::len).collect();
    assert_eq!(asked.iter().copied().collect::<HashSet<_>>(), HashSet::from([100, 50]));
    assert_eq!(asked.len(), 3);
    let different: HashSet<String> = questions(&app).into_iter().flatten().collect();
    assert_eq!(different.len(), 250);
    let provider = app.admin("boss").get("/api/admin/providers").expect(200)["items"][0].clone();
    assert_eq!((&provider["balance"], &provider["trouble"]), (&json!("73.50"), &Value::Null));
    assert_eq!(app.guest().get("/health").expect(200)["sync_age_seconds"], 0);
}

#[test]
fn ten_thousand_open_orders_take_a_hundred_calls_and_each_is_asked_for_once() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    lan.bought(app.service(|_| ()), 1000);
    // Copies that nobody paid for; a true one each would take longer than all the rest.
    app.without_audit();
    let copies = [
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         INSERT INTO orders (user_id, service_id, service_name, service_type, link, link_key, quantity, rate,
            discount_percent, charge, status, dispatch, provider_id, provider_service_id, created_at,
            updated_at)
         SELECT user_id, service_id, service_name, service_type, link, link_key, quantity, rate, discount_percent,
            charge, 'pending', 'queued', provider_id, provider_service_id, created_at, updated_at
         FROM orders, n WHERE orders.id = 1",
        "INSERT INTO order_events (order_id, kind, status, dispatch, refunded, created_at)
         SELECT id, 'linked', 'processing', 'sent', 0, created_at FROM orders WHERE id > 1",
        "UPDATE orders SET status = 'processing', dispatch = 'sent', provider_order_id = 'p' || id,
            provider_account = 1,
            recheck_round = (SELECT recheck_round FROM orders WHERE id = 1) WHERE id > 1",
    ];
    app.write(move |tx| copies.map(|sql| tx.execute(sql, ()).unwrap()));
    for id in 1..=10_000 {
        app.provider.set_report(&format!("p{id}"), report("Pending", "1000"));
    }
    for id in [1, 5_000, 10_000] {
        app.provider.set_report(&format!("p{id}"), report("In progress", "5"));
    }
    poll_orders::tick(&app.app);
    let asked = questions(&app);
    assert_eq!(asked.iter().map(Vec::len).collect::<Vec<_>>(), [100; 100]);
    assert_eq!(asked.concat().iter().collect::<HashSet<_>>().len(), 10_000, "each once");
    let moved = "SELECT count(*) FROM orders WHERE status = 'in_progress'";
    assert_eq!(app.number(moved), 3, "the first, the last and one in the middle");
    poll_orders::tick(&app.app);
    assert_eq!(questions(&app).len(), 200, "and again in the next round");
}

#[test]
fn one_order_the_provider_breaks_down_over_hides_no_other() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let orders = taken(&lan, 20);
    for (_, theirs) in &orders {
        app.provider.set_report(theirs, report("Completed", "0"));
    }
    app.provider.poison(&orders[7].1);
    poll_orders::tick(&app.app);
    let open: Vec<i64> = orders
        .iter()
        .map(|(id, _)| *id)
        .filter(|id| app.order(*id).state.progress.status != Status::Completed)
        .collect();
    assert_eq!(open, [orders[7].0]);
}

/// Four pages and a half that the provider has; its ids, in the order they are asked for.
fn four_pages_and_a_half(app: &TestApp) -> Vec<String> {
    let lan = app.member("lan").funded(10_000_000);
    let service = app.service(|_| ());
    (0..450).for_each(|_| _ = lan.buys(service, 1000));
    app.send_all().iter().map(|id| format!("p{id}")).collect()
}

#[test]
fn a_round_that_was_given_up_is_taken_up_behind_its_last_page() {
    let app = TestApp::with(&[("BUMX_SYNC_SECONDS", "1")]);
    let orders = four_pages_and_a_half(&app);
    let (first, others) = orders.split_at(100);
    others.iter().for_each(|order| app.provider.poison(order));
    // Of what is sold of a provider its list is fetched, which begins with its balance, as a round does.
    app.admin("boss").put("/api/admin/services/1", json!({ "provider_id": null, "cost": null })).expect(200);
    let jobs = jobs::start(&app.app).unwrap();
    // What each round asked for first.
    let rounds = || {
        let mut requests = app.provider.requests();
        requests.retain(|request| ["balance", "status"].contains(&request.action.as_str()));
        let rounds = requests.split(|request| request.action == "balance").skip(1);
        rounds.filter_map(<[_]>::first).map(asked_for).collect::<Vec<_>>()
    };
    eventually("the second round has asked", || rounds().len() >= 2);
    jobs.stop();
    let set = |ids: &[String]| ids.iter().cloned().collect::<HashSet<_>>();
    let began: Vec<HashSet<String>> = rounds().iter().map(|ids| set(ids)).collect();
    assert_eq!(began[0], set(first));
    assert!(began[1].is_disjoint(&set(&orders[..200])), "neither what was answered nor what broke it");
}

#[test]
fn a_provider_that_answers_is_asked_for_some_pages_at_once() {
    let app = TestApp::start();
    let orders = four_pages_and_a_half(&app);
    (0..5).for_each(|_| app.provider.next_for("status", Reply::ok().delayed(200)));
    poll_orders::tick(&app.app);
    assert!((2..=4).contains(&app.provider.most_at_once()), "{}", app.provider.most_at_once());
    let asked = questions(&app).concat();
    assert_eq!((asked.len(), asked.iter().collect::<HashSet<_>>().len()), (orders.len(), orders.len()));
}

#[test]
fn a_provider_that_does_not_answer_is_asked_one_question_at_a_time() {
    let app = TestApp::start();
    four_pages_and_a_half(&app);
    (0..8).for_each(|_| app.provider.next_for("status", Reply::reset().delayed(20)));
    poll_orders::tick(&app.app);
    let sizes: Vec<usize> = questions(&app).iter().map(Vec::len).collect();
    assert_eq!(sizes, [100, 50, 25, 13, 7, 4, 2, 1], "in halves, until it is given up");
    assert_eq!(app.provider.most_at_once(), 1);
}

#[test]
fn a_provider_that_is_asked_one_by_one_gets_to_every_order() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let orders = taken(&lan, 9);
    for (_, theirs) in &orders {
        app.provider.set_report(theirs, report("In progress", "5"));
    }
    let moved = || orders.iter().filter(|(id, _)| app.order(*id).state.progress.remains == Some(5)).count();
    for _ in 0..4 {
        app.provider.next_for("status", Reply::json(200, json!([])));
        // Three answers in a page, then the line breaks.
        (0..3).for_each(|_| app.provider.next_for("status", Reply::ok()));
        app.provider.next_for("status", Reply::reset());
        poll_orders::tick(&app.app);
    }
    assert_eq!(moved(), orders.len());
}

#[test]
fn a_slow_provider_of_statuses_keeps_no_order_from_being_sent() {
    let app = TestApp::with(&[("BUMX_SYNC_SECONDS", "1")]);
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    app.provider.next_for("balance", Reply::hang());
    let jobs = jobs::start(&app.app).unwrap();
    let bought = Instant::now();
    let id = lan.buys(service, 1000);
    while app.order(id).state.provider_order.is_none() && bought.elapsed() < Duration::from_secs(1) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let taken = app.order(id).state.provider_order;
    assert_eq!(taken, Some(FIRST.to_string()));
    let stopped = Instant::now();
    jobs.stop();
    assert!(stopped.elapsed() < Duration::from_secs(1), "a question holds up no stop");
}
