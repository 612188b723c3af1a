//! How a drip-feed ends: by its runs, by refusals, by its customer, by an admin; and what goes back then.

use crate::drip_feed::{adds, dripfeed, runs, work};
use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::reply::Reply;
use crate::support::shop::{BUMX_ACCOUNT, partial, report};
use crate::support::tcp::at_once;
use proptest::prelude::*;
use serde_json::{Value, json};
use smm_panel::jobs::providers::dispatch;
use smm_panel::jobs::scheduled::release;
use smm_panel::kernel::ids::OrderId;
use smm_panel::orders::{self, Dispatch, Status};
use smm_panel::provider::{Report, ReportedStatus};

const MINUTE: i64 = 60;

/// What the provider says about a run.
fn says(app: &TestApp, run: i64, said: Report) {
    let theirs = app.order(run).state.provider_order.unwrap();
    app.write(move |tx| orders::apply_report(tx, BUMX_ACCOUNT, &theirs, &said).map(drop).unwrap());
}

/// A drip-feed of 1,000 each without a pause, whose runs are all sent; and them.
fn all_sent(app: &TestApp, lan: &Member, count: i64) -> (i64, Vec<i64>) {
    let id = lan.feeds(dripfeed(app), 1000, count, 0);
    for _ in 0..count {
        work(app);
    }
    (id, runs(app, id))
}

fn seen(lan: &Member, id: i64) -> (Value, Value, Value, Value) {
    let order = lan.get(&format!("/api/orders/{id}")).expect(200);
    ["status", "refunded", "remains", "runs_done"].map(|name| order[name].clone()).into()
}

fn is(status: &str, refunded: i64, remains: i64, done: i64) -> (Value, Value, Value, Value) {
    (json!(status), json!(refunded), json!(remains), json!(done))
}

#[test]
fn it_ends_by_what_is_undelivered_none_some_or_all() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let done = || report(ReportedStatus::Completed);
    let gone = || report(ReportedStatus::Canceled);
    for (said, status, refunded, remains) in [
        ([done(), done(), done()], "completed", 0, 0),
        ([done(), partial(300), done()], "partial", 3_600, 300),
        ([done(), partial(300), gone()], "partial", 15_600, 1_300),
        ([partial(0), done(), done()], "completed", 0, 0),
        ([partial(1000), gone(), gone()], "canceled", 36_000, 3_000),
        ([gone(), gone(), gone()], "canceled", 36_000, 3_000),
    ] {
        let balance = lan.balance();
        let (id, runs) = all_sent(&app, &lan, 3);
        assert_eq!(seen(&lan, id), is("in_progress", 0, 3_000, 0));
        for (run, said) in runs.into_iter().zip(said) {
            says(&app, run, said);
            assert_eq!(app.audit().differences, Vec::<String>::new());
        }
        assert_eq!(seen(&lan, id), is(status, refunded, remains, 3));
        assert_eq!((lan.balance(), app.order(id).state.unreleased.get()), (balance - 36_000 + refunded, 0));
    }
}

#[test]
fn what_a_run_leaves_undelivered_goes_back_at_once() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(36_000);
    let (id, runs) = all_sent(&app, &lan, 3);
    says(&app, runs[1], partial(250));
    assert_eq!((seen(&lan, id), lan.balance()), (is("in_progress", 3_000, 2_250, 1), 3_000));
    says(&app, runs[0], report(ReportedStatus::Canceled));
    assert_eq!(
        (seen(&lan, id), lan.balance(), lan.spent()),
        (is("in_progress", 15_000, 2_250, 2), 15_000, 21_000)
    );
    says(&app, runs[2], report(ReportedStatus::Completed));
    assert_eq!(
        (seen(&lan, id), lan.balance(), lan.spent()),
        (is("partial", 15_000, 1_250, 3), 15_000, 21_000)
    );
    let timeline = lan.get(&format!("/api/orders/{id}/timeline")).expect(200);
    let refunded: Vec<i64> = timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["step"] == "refunded")
        .map(|step| step["amount"].as_i64().unwrap())
        .collect();
    assert_eq!(refunded, [3_000, 12_000]);
}

#[test]
fn the_referrer_is_paid_once_when_it_ends() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let mai = app.referred("mai", Some(&lan)).funded(36_000);
    let (id, runs) = all_sent(&app, &mai, 3);
    says(&app, runs[0], report(ReportedStatus::Completed));
    says(&app, runs[1], partial(500));
    assert_eq!(lan.balance(), 0);
    says(&app, runs[2], report(ReportedStatus::Completed));
    assert_eq!((seen(&mai, id), lan.balance()), (is("partial", 6_000, 500, 3), 1_500), "5 % of 30,000");
    assert_eq!(app.number("SELECT count(*) FROM transfers WHERE kind = 'commission'"), 1);
}

#[test]
fn three_refusals_in_a_row_end_it_and_two_do_not() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let no = || Reply::json(200, json!({ "error": "Bad link" }));
    let refuse = || app.provider.next_for("add", no());
    let id = lan.feeds(dripfeed(&app), 1000, 10, 10);
    let step = || {
        work(&app);
        app.clock.advance_seconds(10 * MINUTE);
    };
    for taken in [false, false, true, false, false] {
        if !taken {
            refuse();
        }
        step();
    }
    assert_eq!((seen(&lan, id), runs(&app, id).len()), (is("in_progress", 48_000, 10_000, 4), 5));
    refuse();
    step();
    let order = app.order(id);
    assert_eq!(
        (order.state.refunded.get(), order.state.unreleased.get()),
        (108_000, 0),
        "all but the one that is out"
    );
    for _ in 0..3 {
        step();
    }
    assert_eq!((adds(&app), runs(&app, id).len()), (6, 6));
    says(&app, runs(&app, id)[2], report(ReportedStatus::Completed));
    assert_eq!(seen(&lan, id), is("partial", 108_000, 9_000, 6));

    let never = lan.feeds(dripfeed(&app), 1000, 10, 10);
    for _ in 0..3 {
        refuse();
        step();
    }
    assert_eq!(seen(&lan, never), is("canceled", 120_000, 10_000, 3));
    assert_eq!(lan.get(&format!("/api/orders/{never}")).expect(200)["reason"], "provider_refused");
}

#[test]
fn canceled_in_between_what_has_not_begun_goes_back_and_the_rest_ends_by_itself() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(60_000);
    let id = lan.feeds(dripfeed(&app), 1000, 5, 10);
    work(&app);
    app.clock.advance_seconds(10 * MINUTE);
    work(&app);
    let order = lan.get(&format!("/api/orders/{id}")).expect(200);
    assert_eq!((&order["can_cancel"], &order["cancel_way"]), (&json!(true), &json!("at_once")));
    lan.post(&format!("/api/orders/{id}/cancel"), json!({})).expect(200);
    assert_eq!(
        (seen(&lan, id), lan.balance(), lan.spent()),
        (is("in_progress", 36_000, 5_000, 0), 36_000, 24_000)
    );
    assert_eq!(
        lan.post(&format!("/api/orders/{id}/cancel"), json!({})).refused(409, "cancel_not_possible")["reason"],
        "cancel_is_open"
    );
    app.clock.advance_seconds(100 * MINUTE);
    work(&app);
    assert_eq!((adds(&app), runs(&app, id).len()), (2, 2));
    says(&app, runs(&app, id)[0], report(ReportedStatus::Completed));
    says(&app, runs(&app, id)[1], partial(500));
    assert_eq!((seen(&lan, id), lan.balance()), (is("partial", 42_000, 3_500, 2), 42_000));
    assert_eq!(
        lan.post(&format!("/api/orders/{id}/cancel"), json!({})).refused(409, "cancel_not_possible")["reason"],
        "order_over"
    );
}

#[test]
fn a_run_in_the_queue_has_not_begun_and_one_that_comes_back_to_it_neither() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(60_000);
    let id = lan.feeds(dripfeed(&app), 1000, 5, 10);
    release::tick(&app.app).unwrap();
    lan.post(&format!("/api/orders/{id}/cancel"), json!({})).expect(200);
    assert_eq!((seen(&lan, id), lan.balance(), lan.spent()), (is("canceled", 60_000, 5_000, 1), 60_000, 0));
    let order = lan.get(&format!("/api/orders/{id}")).expect(200);
    assert_eq!(order["reason"], "canceled_by_customer");

    let id = lan.feeds(dripfeed(&app), 1000, 5, 10);
    release::tick(&app.app).unwrap();
    let run = app.claim()[0];
    lan.post(&format!("/api/orders/{id}/cancel"), json!({})).expect(200);
    assert_eq!((seen(&lan, id), lan.balance()), (is("pending", 48_000, 5_000, 0), 48_000));
    app.write(move |tx| {
        let note = smm_panel::kernel::note::Note::Busy { said: "later".to_owned() };
        orders::record_not_sent(tx, OrderId::new(run), &note, &Default::default()).map(drop).unwrap();
    });
    assert_eq!((seen(&lan, id), lan.balance()), (is("canceled", 60_000, 5_000, 1), 60_000));
    work(&app);
    assert_eq!(adds(&app), 0);
}

#[test]
fn with_the_last_run_begun_there_is_nothing_to_take_back() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(60_000);
    let (id, _) = all_sent(&app, &lan, 2);
    let refused =
        lan.post(&format!("/api/orders/{id}/cancel"), json!({})).refused(409, "cancel_not_possible");
    assert_eq!(refused["reason"], "runs_all_begun");
    assert_eq!(lan.get(&format!("/api/orders/{id}")).expect(200)["can_cancel"], false);
}

#[test]
fn an_admin_stops_it_or_ends_it_whatever_its_runs_say() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(1_000_000), app.admin("boss"));
    let service = dripfeed(&app);
    let put = |id: i64, body: Value| boss.put(&format!("/api/admin/orders/{id}/status"), body);
    let begun = || {
        let id = lan.feeds(service, 1000, 4, 10);
        work(&app);
        id
    };
    let id = begun();
    put(id, json!({ "status": "in_progress" })).refused(409, "conflict");
    put(id, json!({ "status": "pending" })).refused_fields(&["status"]);
    put(id, json!({ "status": "partial", "remains": 4_001 })).refused_fields(&["remains"]);
    let seen_before = put(id, json!({ "status": "canceled", "dry_run": true })).expect(200);
    assert_eq!((&seen_before["refunded"], app.order(id).state.refunded.get()), (&json!(36_000), 0));
    let stopped = put(id, json!({ "status": "canceled" })).expect(200);
    assert_eq!((&stopped["status"], &stopped["refunded"]), (&json!("in_progress"), &json!(36_000)));
    put(id, json!({ "status": "canceled" })).refused(409, "conflict");
    let ended = put(id, json!({ "status": "partial", "remains": 3_500 })).expect(200);
    assert_eq!((&ended["status"], &ended["refunded"]), (&json!("partial"), &json!(42_000)));
    says(&app, runs(&app, id)[0], report(ReportedStatus::Canceled));
    assert_eq!(seen(&lan, id), is("partial", 42_000, 3_500, 1), "final is final for its runs");
    assert_eq!(put(id, json!({ "status": "canceled" })).expect(200)["refunded"], 48_000);

    let id = begun();
    let ended = put(id, json!({ "status": "completed" })).expect(200);
    assert_eq!((&ended["status"], &ended["refunded"]), (&json!("completed"), &json!(0)));
    app.clock.advance_seconds(60 * MINUTE);
    work(&app);
    assert_eq!((runs(&app, id).len(), lan.spent()), (1, 48_000));
}

#[test]
fn a_parked_run_is_decided_and_the_others_go_on() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(1_000_000), app.admin("boss"));
    let id = lan.feeds(dripfeed(&app), 1000, 3, 10);
    app.provider.next_for("add", Reply::close_without_answer());
    work(&app);
    let first = runs(&app, id)[0];
    assert_eq!(app.order(first).state.dispatch, Dispatch::Review);
    app.clock.advance_seconds(60 * MINUTE);
    work(&app);
    assert_eq!(runs(&app, id).len(), 1);
    boss.post(&format!("/api/admin/orders/{first}/resolve"), json!({ "action": "cancel" })).expect(200);
    assert_eq!(seen(&lan, id), is("pending", 12_000, 3_000, 1));
    for _ in 0..2 {
        app.clock.advance_seconds(10 * MINUTE);
        work(&app);
        work(&app);
    }
    assert_eq!(runs(&app, id).len(), 3);
}

#[test]
fn two_jobs_at_once_make_a_run_once() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let id = lan.feeds(dripfeed(&app), 1000, 3, 10);
    at_once(8, |_| release::tick(&app.app).map(drop).unwrap());
    assert_eq!(runs(&app, id).len(), 1);
}

#[test]
fn canceled_as_a_run_begins_it_has_begun_or_it_has_not() {
    for _ in 0..6 {
        let app = TestApp::start();
        let lan = app.member("lan").funded(36_000);
        let id = lan.feeds(dripfeed(&app), 1000, 3, 10);
        let (user, panel) = (lan.id, app.app.clone());
        at_once(2, |number| match number {
            0 => {
                release::tick(&panel).unwrap();
                dispatch::tick(&panel);
            }
            _ => drop(panel.db.write_blocking(move |tx| orders::cancel(tx, user, OrderId::new(id)))),
        });
        app.clock.advance_seconds(60 * MINUTE);
        work(&app);
        let sent = i64::try_from(adds(&app)).unwrap();
        assert!(sent <= 1);
        assert_eq!((lan.balance(), lan.spent()), (36_000 - 12_000 * sent, 12_000 * sent));
    }
}

fn any_end() -> impl Strategy<Value = Report> {
    prop_oneof![
        Just(report(ReportedStatus::Completed)),
        Just(report(ReportedStatus::Canceled)),
        (0..=1000_i64).prop_map(partial),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn answers_shuffled_and_repeated_leave_the_same_money(
        ends in prop::collection::vec(any_end(), 2..5),
        order in prop::collection::vec((0..5_usize, any::<bool>()), 4..20),
    ) {
        let app = TestApp::start();
        let lan = app.member("lan").funded(1_000_000);
        let count = i64::try_from(ends.len()).unwrap();
        let (id, runs) = all_sent(&app, &lan, count);
        for (at, ends_now) in order {
            let at = at % ends.len();
            says(&app, runs[at], if ends_now { ends[at].clone() } else { report(ReportedStatus::InProgress) });
            prop_assert_eq!(app.audit().differences, Vec::<String>::new());
        }
        for (run, end) in runs.iter().zip(&ends) {
            says(&app, *run, end.clone());
        }
        let lost: i64 = runs.iter().map(|run| app.order(*run).state.progress).map(|progress| match progress.status {
            Status::Canceled => 1000,
            Status::Partial => progress.remains.unwrap(),
            Status::Pending | Status::Processing | Status::InProgress | Status::Completed => 0,
        }).sum();
        let state = app.order(id).state;
        prop_assert_eq!((state.refunded.get(), lan.balance()), (lost * 12, 1_000_000 - count * 12_000 + lost * 12));
        prop_assert!(state.progress.status.is_final());
    }
}

/// The charge keeps the own price that it was sold at, and all that goes back is a part of that charge.
#[test]
fn at_an_own_price_what_is_not_delivered_goes_back_at_the_price_it_was_sold_at() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(100_000));
    let service = dripfeed(&app);
    let prices = |rate: &str| {
        let rates = json!({ "rates": [{ "service_id": service, "rate": rate }] });
        boss.put(&format!("/api/admin/users/{}/rates", lan.id), rates).expect(200);
    };
    prices("9000.001");
    let id = lan.feeds(service, 1000, 3, 10);
    // 27,000.003, rounded once, upward.
    assert_eq!((lan.balance(), lan.spent()), (72_999, 0));
    prices("11000");
    work(&app);
    assert_eq!(lan.spent(), 9_000);
    says(&app, runs(&app, id)[0], partial(400));
    // 27,001 × 400 ÷ 3,000.
    assert_eq!((seen(&lan, id), lan.balance()), (is("in_progress", 3_600, 2_400, 1), 76_599));
    app.clock.advance_seconds(10 * MINUTE);
    work(&app);
    lan.post(&format!("/api/orders/{id}/cancel"), json!({})).expect(200);
    // 27,001 × 1,400 ÷ 3,000: the third run did not begin.
    assert_eq!(lan.balance(), 72_999 + 12_600);
    says(&app, runs(&app, id)[1], report(ReportedStatus::Completed));
    assert_eq!(seen(&lan, id), is("partial", 12_600, 1_400, 2));
    assert_eq!((lan.balance(), lan.spent()), (85_599, 14_401));
    assert_eq!(app.order(id).rate.to_string(), "9000.001");
    assert_eq!(app.audit().differences, Vec::<String>::new());
}
