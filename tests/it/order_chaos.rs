//! Any order of events: whatever the provider says, the jobs record and the admin decides, the money adds up.

use crate::support::app::TestApp;
use crate::support::shop::{BUMX, BUMX_ACCOUNT, by_hand, report, wish};
use proptest::prelude::*;
use serde_json::json;
use smm_panel::audit_log::Actor;
use smm_panel::kernel::cause::CallCause;
use smm_panel::kernel::ids::OrderId;
use smm_panel::kernel::note::Note;
use smm_panel::orders::{self, Decision, Resolution, Status, Wanted};
use smm_panel::provider::{self, Decimal, Exchange, Ground, Remains, Report, ReportedStatus};
use strum::VariantArray;

#[derive(Debug, Clone)]
enum Event {
    Buys {
        quantity: i64,
        by_hand: bool,
    },
    /// The referrer buys, so that a commission may be gone when it is to be taken back.
    ReferrerBuys,
    Behind(Work),
}

/// What happens behind the counter.
#[derive(Debug, Clone)]
enum Work {
    /// The queue is claimed and each outcome is this one.
    Sends(Outcome),
    Restarts,
    Reports(usize, Report),
    Decides(usize, Decision),
    Resolves(usize, Resolution),
    Acknowledges(usize),
    NextRound,
}

#[derive(Debug, Clone, Copy)]
enum Outcome {
    Sent,
    Refused,
    NotSent,
    Unknown,
    None,
}

fn any_report() -> impl Strategy<Value = Report> {
    let words = vec![
        ReportedStatus::Pending,
        ReportedStatus::InProgress,
        ReportedStatus::Completed,
        ReportedStatus::Partial,
        ReportedStatus::Canceled,
        ReportedStatus::Unknown("Fail".to_owned()),
    ];
    let remains = prop_oneof![
        Just(Remains::Missing),
        Just(Remains::Unreadable),
        (0..1200_i64).prop_map(Remains::Count)
    ];
    let charge = prop::option::of("[0-9]{1,6}(\\.[0-9]{1,4})?");
    (prop::sample::select(words), remains, charge).prop_map(|(status, remains, charge)| Report {
        remains,
        charge: charge.and_then(|text| Decimal::parse(&text)),
        ..report(status)
    })
}

fn any_work() -> impl Strategy<Value = Work> {
    let which = 0..6_usize;
    let outcome = prop::sample::select(vec![
        Outcome::Sent,
        Outcome::Refused,
        Outcome::NotSent,
        Outcome::Unknown,
        Outcome::None,
    ]);
    let decision = (prop::sample::select(Status::VARIANTS), prop::option::of(0..1200_i64))
        .prop_map(|(status, remains)| Decision { status, start_count: None, remains });
    let resolution = prop_oneof![
        Just(Resolution::Resend),
        Just(Resolution::Cancel),
        (0..6_i64).prop_map(|id| Resolution::Sent(format!("p{id}"))),
    ];
    prop_oneof![
        3 => outcome.prop_map(Work::Sends),
        1 => Just(Work::Restarts),
        6 => (which.clone(), any_report()).prop_map(|(order, report)| Work::Reports(order, report)),
        3 => (which.clone(), decision).prop_map(|(order, decision)| Work::Decides(order, decision)),
        2 => (which.clone(), resolution).prop_map(|(order, resolution)| Work::Resolves(order, resolution)),
        1 => which.prop_map(Work::Acknowledges),
        1 => Just(Work::NextRound),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (10..1000_i64, any::<bool>()).prop_map(|(quantity, by_hand)| Event::Buys { quantity, by_hand }),
        1 => Just(Event::ReferrerBuys),
        17 => any_work().prop_map(Event::Behind),
    ]
}

/// Refusals are as good as successes here: what counts is what they leave behind.
fn happen(app: &TestApp, work: Work) {
    app.write(move |tx| match work {
        Work::Sends(outcome) => {
            for claimed in orders::claim(tx, BUMX_ACCOUNT, &Wanted::up_to(100)).unwrap() {
                let id = claimed.order;
                let _ = match outcome {
                    Outcome::Sent => orders::record_sent(tx, id, &format!("p{id}"), &Exchange::default()),
                    Outcome::Refused => {
                        orders::record_refused(tx, id, Ground::Customer, "no", &Exchange::default())
                    }
                    Outcome::NotSent => orders::record_not_sent(
                        tx,
                        id,
                        &Note::NotSent { cause: CallCause::NoTime },
                        &Exchange::default(),
                    ),
                    Outcome::Unknown => {
                        orders::record_unknown(tx, id, &CallCause::CutShort, &Exchange::default())
                    }
                    Outcome::None => continue,
                };
            }
        }
        Work::Restarts => drop(orders::park_interrupted(tx).unwrap()),
        Work::Reports(order, report) => {
            orders::apply_report(tx, BUMX_ACCOUNT, &format!("p{order}"), &report).unwrap();
        }
        Work::Decides(order, decision) => {
            let _ = orders::set_status(tx, &Actor::CONSOLE, id_of(order), &decision);
        }
        Work::Resolves(order, resolution) => {
            let _ = orders::resolve(tx, &Actor::CONSOLE, id_of(order), &resolution);
        }
        Work::Acknowledges(order) => {
            let _ = orders::acknowledge(tx, &Actor::CONSOLE, id_of(order));
        }
        Work::NextRound => drop(provider::next_round(tx, BUMX).unwrap()),
    });
}

fn id_of(order: usize) -> OrderId {
    OrderId::new(i64::try_from(order).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_money_adds_up(events in prop::collection::vec(any_event(), 10..60)) {
        let app = TestApp::start();
        let lan = app.member("lan").funded(1_000);
        let mai = app.referred("mai", Some(&lan)).funded(30_000);
        let services = [app.service(|_| ()), app.service(by_hand)];
        for event in events {
            match event {
                Event::Buys { quantity, by_hand } => {
                    let answer = mai.post("/api/orders", wish(services[usize::from(by_hand)], quantity));
                    prop_assert!(matches!(answer.status, 201 | 402), "{}", answer.text());
                }
                Event::ReferrerBuys => {
                    let body = json!({ "service_id": services[1], "link": "https://x.vn/", "quantity": 50 });
                    prop_assert!(matches!(lan.post("/api/orders", body).status, 201 | 402));
                }
                Event::Behind(work) => happen(&app, work),
            }
            let paid = format!("SELECT coalesce(sum(charge - refunded), 0) FROM orders WHERE user_id = {}", mai.id);
            prop_assert_eq!(mai.balance() + app.number(&paid), 30_000);
            let unwatched = "SELECT count(*) FROM orders WHERE (dispatch = 'sent' AND final_round IS NULL)
                <> (recheck_round IS 0)";
            prop_assert_eq!(app.number(unwatched), 0);
        }
        happen(&app, Work::Restarts);
        for order in mai.get("/api/orders?limit=100").json()["items"].as_array().unwrap() {
            let timeline = mai.get(&format!("/api/orders/{}/timeline", order["id"])).json()["items"].clone();
            let items = timeline.as_array().unwrap();
            let refunds = items.iter().filter(|item| item["step"] == "refunded");
            let refunded: i64 = refunds.filter_map(|item| item["amount"].as_i64()).sum();
            prop_assert_eq!(&items.last().unwrap()["status"], &order["status"]);
            prop_assert_eq!((&items[0]["amount"], refunded), (&order["charge"], order["refunded"].as_i64().unwrap()));
        }
        prop_assert_eq!(app.audit().differences, Vec::<String>::new());
    }
}
