//! Every arrow on an order's way to the provider, and that there are no others.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{BUMX_ACCOUNT, by_hand, partial, report};
use proptest::prelude::*;
use smm_panel::audit_log::Actor;
use smm_panel::db::Tx;
use smm_panel::kernel::cause::CallCause;
use smm_panel::kernel::ids::OrderId;
use smm_panel::kernel::note::Note;
use smm_panel::orders::{self, Decision, Dispatch, Resolution, Status, Wanted};
use smm_panel::provider::{Exchange, Ground, Report, ReportedStatus};
use strum::VariantArray;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Event {
    Claimed,
    Taken,
    Refused,
    NotSent,
    Unclear,
    Restarted,
    Restored,
    Resent,
    FoundSent,
    GivenUp,
    CanceledByAdmin,
    Reported,
}

const EVENTS: [Event; 12] = [
    Event::Claimed,
    Event::Taken,
    Event::Refused,
    Event::NotSent,
    Event::Unclear,
    Event::Restarted,
    Event::Restored,
    Event::Resent,
    Event::FoundSent,
    Event::GivenUp,
    Event::CanceledByAdmin,
    Event::Reported,
];

/// The diagram. What is not in it leads nowhere.
fn leads(from: Dispatch, event: Event) -> Dispatch {
    match (from, event) {
        (Dispatch::Queued, Event::Claimed) => Dispatch::Sending,
        (Dispatch::Sending, Event::Taken) | (Dispatch::Review, Event::FoundSent) => Dispatch::Sent,
        (Dispatch::Sending, Event::Refused)
        | (Dispatch::Review, Event::GivenUp)
        | (Dispatch::Queued | Dispatch::Scheduled, Event::CanceledByAdmin) => Dispatch::Refused,
        (Dispatch::Sending, Event::NotSent) | (Dispatch::Review, Event::Resent) => Dispatch::Queued,
        (Dispatch::Sending, Event::Unclear | Event::Restarted | Event::Restored)
        | (Dispatch::Queued, Event::Restored) => Dispatch::Review,
        (from, _) => from,
    }
}

/// Refusals are as good as successes here: what counts is where the order is afterwards.
fn happens(tx: &Tx, id: OrderId, event: Event) {
    let theirs = format!("p{id}");
    let resolve = |how| drop(orders::resolve(tx, &Actor::CONSOLE, id, &how));
    let cancel = Decision { status: Status::Canceled, start_count: None, remains: None };
    match event {
        Event::Claimed => drop(orders::claim(tx, BUMX_ACCOUNT, &Wanted::up_to(1000)).unwrap()),
        Event::Taken => drop(orders::record_sent(tx, id, &theirs, &Exchange::default())),
        Event::Refused => drop(orders::record_refused(tx, id, Ground::Customer, "no", &Exchange::default())),
        Event::NotSent => drop(orders::record_not_sent(
            tx,
            id,
            &Note::NotSent { cause: CallCause::NoTime },
            &Exchange::default(),
        )),
        Event::Unclear => drop(orders::record_unknown(tx, id, &CallCause::CutShort, &Exchange::default())),
        Event::Restarted => drop(orders::park_interrupted(tx).unwrap()),
        Event::Restored => drop(orders::park_unsure(tx).unwrap()),
        Event::Resent => resolve(Resolution::Resend),
        Event::FoundSent => resolve(Resolution::Sent(theirs)),
        Event::GivenUp => resolve(Resolution::Cancel),
        Event::CanceledByAdmin => drop(orders::set_status(tx, &Actor::CONSOLE, id, &cancel)),
        Event::Reported => {
            let said = report(ReportedStatus::Completed);
            drop(orders::apply_report(tx, BUMX_ACCOUNT, &theirs, &said).unwrap());
        }
    }
}

/// A new order that has got so far, with nothing else under way.
fn order_in(lan: &Member, services: [i64; 2], dispatch: Dispatch) -> i64 {
    let [by_provider, manual] = services;
    let way: &[Event] = match dispatch {
        Dispatch::Scheduled => return lan.schedules(by_provider, 1000, 3600),
        Dispatch::DripFeed => return lan.feeds(by_provider, 500, 2, 10),
        Dispatch::Manual => return lan.buys(manual, 1000),
        Dispatch::Queued => &[],
        Dispatch::Sending => &[Event::Claimed],
        Dispatch::Sent => &[Event::Claimed, Event::Taken],
        Dispatch::Refused => &[Event::Claimed, Event::Refused],
        Dispatch::Review => &[Event::Claimed, Event::Unclear],
    };
    let id = lan.buys(by_provider, 1000);
    lan.app.write(move |tx| way.iter().for_each(|event| happens(tx, OrderId::new(id), *event)));
    id
}

#[test]
fn every_place_meets_every_event_and_nothing_leads_off_the_diagram() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let services = [app.service(|offer| offer.dripfeed = true), app.service(by_hand)];
    for from in Dispatch::VARIANTS {
        for event in EVENTS {
            let id = order_in(&lan, services, *from);
            assert_eq!(app.order(id).state.dispatch, *from);
            let (before, balance) = (app.order(id).state, lan.balance());
            app.write(move |tx| happens(tx, OrderId::new(id), event));
            let after = app.order(id).state;
            assert_eq!(after.dispatch, leads(*from, event), "{from:?}, {event:?}");
            assert_eq!(
                after.attempts - before.attempts,
                i64::from(before.dispatch == Dispatch::Queued && event == Event::Claimed),
                "{from:?}, {event:?}"
            );
            let refunded = (after.refunded.get() - before.refunded.get(), lan.balance() - balance);
            let canceled =
                after.progress.status == Status::Canceled && before.progress.status != Status::Canceled;
            let due = if canceled { 12_000 } else { 0 };
            assert_eq!(refunded, (due, due), "{from:?}, {event:?}");
            // Nothing stays behind that the next event would meet too.
            app.write(move |tx| {
                happens(tx, OrderId::new(id), Event::Restored);
                happens(tx, OrderId::new(id), Event::GivenUp);
            });
        }
    }
}

fn any_report() -> impl Strategy<Value = Report> {
    prop_oneof![
        Just(report(ReportedStatus::Pending)),
        Just(report(ReportedStatus::Processing)),
        Just(report(ReportedStatus::InProgress)),
        Just(report(ReportedStatus::Completed)),
        Just(report(ReportedStatus::Canceled)),
        Just(report(ReportedStatus::Unknown("Failed".to_owned()))),
        (-5..1100_i64).prop_map(|remains| partial(remains.max(0))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn any_row_of_events_stays_on_the_diagram(
        row in prop::collection::vec(prop::sample::select(EVENTS.to_vec()), 1..40),
    ) {
        let app = TestApp::start();
        let lan = app.member("lan").funded(12_000);
        let id = lan.buys(app.service(|_| ()), 1000);
        let mut at = Dispatch::Queued;
        for event in row {
            app.write(move |tx| happens(tx, OrderId::new(id), event));
            at = leads(at, event);
            prop_assert_eq!(app.order(id).state.dispatch, at, "{:?}", event);
        }
        app.write(|tx| orders::park_interrupted(tx).unwrap());
    }

    #[test]
    fn reports_in_any_order_and_number_end_with_the_first_final_one(
        said in prop::collection::vec((any_report(), 1..3_usize), 1..20),
    ) {
        let app = TestApp::start();
        let lan = app.member("lan").funded(12_000);
        let id = lan.bought(app.service(|_| ()), 1000);
        let mut ended: Option<(Status, i64)> = None;
        for (said, times) in said {
            for time in 0..times {
                let news = app.reported(id, said.clone());
                prop_assert!(time == 0 || news.is_none(), "{:?} again is no news", said);
            }
            let state = app.order(id).state;
            let now = (state.progress.status, state.refunded.get());
            let due = match state.progress.status {
                Status::Canceled => 12_000,
                Status::Partial => 12 * state.progress.remains.unwrap(),
                Status::Pending | Status::Processing | Status::InProgress | Status::Completed => 0,
            };
            prop_assert_eq!(now.1, due);
            prop_assert!(ended.is_none_or(|ended| ended == now), "{:?} moved {:?} to {:?}", said, ended, now);
            if state.progress.status.is_final() {
                ended = Some(now);
            }
            prop_assert_eq!(lan.balance(), now.1);
        }
    }
}
