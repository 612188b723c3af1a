//! The way to the provider and back, as the jobs record it.

use crate::support::app::TestApp;
use crate::support::shop::{BUMX, BUMX_ACCOUNT, by_hand, charged, order_type, partial, report};
use smm_panel::db::Tx;
use smm_panel::kernel::cause::CallCause;
use smm_panel::kernel::ids::OrderId;
use smm_panel::kernel::money::Quantity;
use smm_panel::kernel::note::Note;
use smm_panel::orders::{self, Dispatch, OrderError, Reason, Status, Wanted};
use smm_panel::provider::{self, Exchange, Ground, Remains, Report, ReportedStatus};
use std::collections::HashSet;

/// How a job records an outcome.
type Record = fn(&Tx, OrderId) -> Result<orders::Order, OrderError>;

fn round(app: &TestApp) -> i64 {
    app.write(|tx| provider::next_round(tx, BUMX).unwrap())
}

fn due(app: &TestApp, round: i64) -> Vec<i64> {
    let all =
        app.write(move |tx| orders::to_poll(tx, BUMX_ACCOUNT, round, (-1, OrderId::new(0)), 100).unwrap());
    all.iter().map(|watched| watched.order.get()).collect()
}

#[test]
fn an_outcome_is_recorded_only_for_an_order_that_is_being_sent() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = app.service(|_| ());
    let (sent, queued) = (lan.bought(service, 1000), lan.buys(service, 1000));
    for id in [sent, queued] {
        let id = OrderId::new(id);
        let outcomes: [Record; 4] = [
            |tx, id| orders::record_sent(tx, id, "x", &Exchange::default()),
            |tx, id| orders::record_refused(tx, id, Ground::Customer, "no", &Exchange::default()),
            |tx, id| {
                orders::record_not_sent(
                    tx,
                    id,
                    &Note::NotSent { cause: CallCause::NoTime },
                    &Exchange::default(),
                )
            },
            |tx, id| orders::record_unknown(tx, id, &CallCause::CutShort, &Exchange::default()),
        ];
        for outcome in outcomes {
            assert!(matches!(app.write(move |tx| outcome(tx, id)), Err(OrderError::Conflict(_))));
        }
    }
    let nobody = app.write(|tx| orders::record_sent(tx, OrderId::new(999), "x", &Exchange::default()));
    assert!(matches!(nobody, Err(OrderError::NoOrder)));
    assert_eq!(lan.balance(), 76_000);
}

#[test]
fn claims_are_oldest_first_bounded_and_never_twice() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = app.service(|_| ());
    let ids: Vec<i64> = (0..5).map(|_| lan.buys(service, 1000)).collect();
    lan.buys(app.service(by_hand), 1000);
    let except: HashSet<OrderId> = [OrderId::new(ids[0]), OrderId::new(ids[2])].into();
    let claim = |max: usize, except: &HashSet<OrderId>| {
        let wanted = Wanted { except: except.clone(), ..Wanted::up_to(max) };
        let claimed = app.write(move |tx| orders::claim(tx, BUMX_ACCOUNT, &wanted).unwrap());
        claimed.iter().map(|claimed| claimed.order.get()).collect::<Vec<_>>()
    };
    assert_eq!(claim(2, &except), [ids[1], ids[3]]);
    assert_eq!(claim(9, &HashSet::new()), [ids[0], ids[2], ids[4]]);
    assert_eq!(claim(9, &HashSet::new()), Vec::<i64>::new());
    assert_eq!(app.write(|tx| orders::park_interrupted(tx).unwrap()), 5);
    assert_eq!(app.write(|tx| orders::park_interrupted(tx).unwrap()), 0);
    assert_eq!(app.order(ids[0]).state.dispatch, Dispatch::Review);
    assert_eq!(lan.balance(), 28_000);
}

#[test]
fn a_claim_begins_behind_an_order_and_goes_on_at_the_front() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let ids = app.queue_many(&lan, app.service(|_| ()), 5);
    let behind = OrderId::new(ids[2]);
    let claim = |max: usize| {
        let wanted = Wanted { behind, ..Wanted::up_to(max) };
        let claimed = app.write(move |tx| orders::claim(tx, BUMX_ACCOUNT, &wanted).unwrap());
        claimed.iter().map(|claimed| claimed.order.get()).collect::<Vec<_>>()
    };
    assert_eq!((claim(1), claim(3)), (vec![ids[3]], vec![ids[4], ids[0], ids[1]]));
    assert_eq!((claim(9), claim(9)), (vec![ids[2]], vec![]));
    app.write(|tx| orders::park_interrupted(tx).unwrap());
}

#[test]
fn a_claim_says_what_to_send() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = app.service(|offer| {
        offer.kind = order_type("custom_comments");
        offer.min = Quantity::ONE;
    });
    let body = serde_json::json!({ "service_id": service, "link": "https://x.vn/", "comments": " a \r\n\r\nb\rc\n" });
    lan.post("/api/orders", body).expect(201);
    let claim = || app.write(|tx| orders::claim(tx, BUMX_ACCOUNT, &Wanted::up_to(9)).unwrap());
    let claimed = claim();
    let submission = &claimed[0].submission;
    assert_eq!((claimed[0].attempt, submission.provider_service_id.as_str()), (1, "101"));
    assert_eq!(submission.fields, [("comments", "a\nb\nc".to_owned())]);
    let id = claimed[0].order;
    let note = Note::NotSent { cause: CallCause::Closed };
    let said = note.clone();
    app.write(move |tx| orders::record_not_sent(tx, id, &said, &Exchange::default()).unwrap());
    assert_eq!(app.order(id.get()).state.dispatch_note, Some(note));
    let again = claim();
    assert_eq!(again[0].attempt, 2);
    app.write(move |tx| orders::record_sent(tx, id, "1", &Exchange::default()).unwrap());
}

#[test]
fn a_refused_order_is_refunded() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(12_000);
    let id = lan.buys(app.service(|_| ()), 1000);
    app.claim();
    let order = app.write(move |tx| {
        orders::record_refused(tx, OrderId::new(id), Ground::Customer, "Bad link", &Exchange::default())
            .unwrap()
    });
    assert_eq!((order.state.progress.status, order.state.dispatch), (Status::Canceled, Dispatch::Refused));
    assert_eq!(order.state.reason, Some(Reason::ProviderRefused));
    assert_eq!((lan.balance(), lan.spent()), (12_000, 0));
    assert_eq!(order, app.order(id));
    assert_eq!(due(&app, 1), Vec::<i64>::new());
}

#[test]
fn an_id_that_another_order_has_already_is_a_matter_for_a_person() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = app.service(|_| ());
    let first = lan.bought(service, 1000);
    let second = lan.buys(service, 1000);
    app.claim();
    let taken = format!("p{first}");
    let order = app.write(move |tx| {
        orders::record_sent(tx, OrderId::new(second), &taken, &Exchange::default()).unwrap()
    });
    assert_eq!((order.state.dispatch, order.state.provider_order), (Dispatch::Review, None));
    assert_eq!(lan.balance(), 76_000);
}

#[test]
fn reports_are_followed_to_the_end() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.bought(app.service(|_| ()), 1000);
    assert_eq!(app.order(id).state.progress.status, Status::Processing);
    assert_eq!(app.reported(id, report(ReportedStatus::Pending)), None);
    let begun =
        Report { start_count: Some(5), remains: Remains::Count(900), ..report(ReportedStatus::InProgress) };
    let order = app.reported(id, begun.clone()).unwrap();
    assert_eq!((order.state.progress.start_count, order.state.progress.remains), (Some(5), Some(900)));
    let written =
        || app.write(|tx| tx.value("SELECT total_changes()", (), |row| row.get::<_, i64>(0)).unwrap());
    let before = written();
    assert_eq!(app.reported(id, begun), None);
    assert_eq!(written(), before, "nothing new is not written");
    let order = app.reported(id, partial(250)).unwrap();
    assert_eq!((order.state.progress.status, order.state.refunded.get()), (Status::Partial, 3_000));
    assert_eq!((lan.balance(), lan.spent()), (41_000, 9_000));
    assert_eq!(app.reported(id, partial(250)), None);
    assert_eq!(lan.balance(), 41_000);
}

#[test]
fn a_canceled_order_is_refunded_once_and_final() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.bought(app.service(|_| ()), 1000);
    let order = app.reported(id, report(ReportedStatus::Canceled)).unwrap();
    assert_eq!(order.state.reason, Some(Reason::ProviderCanceled));
    assert_eq!(order.state.cost.unwrap().get(), 0);
    for word in [ReportedStatus::Completed, ReportedStatus::Pending, ReportedStatus::Canceled] {
        app.reported(id, report(word));
    }
    app.reported(id, partial(1000));
    assert_eq!((lan.balance(), lan.spent()), (50_000, 0));
    assert_eq!(app.order(id).state.progress.status, Status::Canceled);
}

#[test]
fn what_cannot_be_followed_is_kept_until_they_agree_again() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.bought(app.service(|_| ()), 1000);
    for odd in [
        report(ReportedStatus::Unknown("Failed".to_owned())),
        report(ReportedStatus::Partial),
        Report { remains: Remains::Unreadable, ..report(ReportedStatus::Partial) },
        partial(1001),
    ] {
        let order = app.reported(id, odd.clone()).unwrap();
        assert!(order.state.provider_mismatch.is_some());
        assert_eq!((order.state.progress.status, order.state.refunded.get()), (Status::Processing, 0));
        assert_eq!(app.reported(id, odd), None, "the same again is no news");
        assert_eq!(
            app.reported(id, report(ReportedStatus::Processing)).unwrap().state.provider_mismatch,
            None
        );
    }
    assert_eq!(lan.balance(), 38_000);
}

#[test]
fn nothing_is_believed_about_orders_that_are_not_the_providers() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let id = lan.buys(service, 1000);
    assert_eq!(app.reported(id, report(ReportedStatus::Canceled)), None);
    assert_eq!(app.reported(999, report(ReportedStatus::Canceled)), None);
    app.park();
    assert_eq!(app.reported(id, report(ReportedStatus::Canceled)), None);
    assert_eq!(lan.balance(), 38_000);
}

#[test]
fn the_cost_is_what_the_provider_took_in_our_money() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.bought(app.service(|_| ()), 1000);
    app.write(|tx| {
        let sql = "UPDATE providers SET currency = 'USD', exchange_rate = '25400.5' WHERE id = 1";
        tx.execute(sql, ()).unwrap()
    });
    let cost = |report: Report| app.reported(id, report).map(|order| order.state.cost.unwrap().get());
    let said = |charge: &str| charged(report(ReportedStatus::Processing), charge);
    assert_eq!(cost(said("0.27819")), Some(7067));
    assert_eq!(cost(said("-1")), None);
    assert_eq!(cost(Report { currency: Some("VND".to_owned()), ..said("9") }), None);
    assert_eq!(cost(Report { currency: Some("usd".to_owned()), ..said("0.1") }), Some(2541));
    assert_eq!(cost(charged(report(ReportedStatus::Canceled), "0.01")), Some(255));
}

#[test]
fn an_open_order_is_due_in_every_round_and_a_final_one_ever_more_seldom() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.bought(app.service(|_| ()), 1000);
    for _ in 0..3 {
        let now = round(&app);
        assert_eq!(due(&app, now), [id]);
        app.reported(id, report(ReportedStatus::Processing));
    }
    app.reported(id, report(ReportedStatus::Completed)).unwrap();
    assert_eq!(due(&app, 3), Vec::<i64>::new());
    let mut looks = Vec::new();
    for _ in 0..20 {
        let now = round(&app);
        if due(&app, now) == [id] {
            looks.push(now - 3);
            if looks.len() % 2 == 0 {
                assert_eq!(app.reported(id, report(ReportedStatus::Completed)), None);
            } else {
                app.write(move |tx| orders::no_report(tx, BUMX_ACCOUNT, &format!("p{id}")).unwrap());
            }
        }
    }
    assert_eq!(looks, [1, 2, 4, 8, 16]);
    app.write(|tx| tx.execute("UPDATE providers SET sync_round = 12000 WHERE id = 1", ()).unwrap());
    app.reported(id, report(ReportedStatus::Completed));
    assert_eq!(app.order(id).state.recheck_round, None);
}

#[test]
fn due_orders_come_in_pages() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = app.service(|_| ());
    let ids: Vec<i64> = (0..5).map(|_| lan.buys(service, 1000)).collect();
    app.send_all();
    round(&app);
    app.reported(ids[1], report(ReportedStatus::Completed)).unwrap();
    let now = round(&app);
    let (mut seen, mut after) = (Vec::new(), (-1, OrderId::new(0)));
    loop {
        let page = app.write(move |tx| orders::to_poll(tx, BUMX_ACCOUNT, now, after, 2).unwrap());
        let Some(last) = page.last() else { break };
        after = (last.recheck_round, last.order);
        seen.extend(page.iter().map(|watched| watched.order.get()));
    }
    assert_eq!(seen, [ids[0], ids[2], ids[3], ids[4], ids[1]]);
}

#[test]
fn after_a_restore_everything_unsure_waits_for_a_person() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = app.service(|_| ());
    let (sent, sending) = (lan.bought(service, 1000), lan.buys(service, 1000));
    app.claim();
    let queued = lan.buys(service, 1000);
    assert_eq!(app.write(|tx| orders::park_unsure(tx).unwrap()), 2);
    let dispatch = |id| app.order(id).state.dispatch;
    assert_eq!(
        (dispatch(sent), dispatch(sending), dispatch(queued)),
        (Dispatch::Sent, Dispatch::Review, Dispatch::Review)
    );
    assert_eq!(app.app.db.read_now(orders::review_count).unwrap(), 2);
}
