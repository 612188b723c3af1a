//! Every pair of a state and an event, and what holds for any row of them.

use super::super::rules::refund_target;
use super::*;
use crate::kernel::money::Vnd;
use proptest::prelude::*;
use strum::VariantArray;

const QUANTITY: i64 = 1000;

fn quantity() -> Quantity {
    Quantity::new(QUANTITY).unwrap()
}

fn at(status: Status, remains: Option<i64>) -> Progress {
    Progress { status, start_count: Some(5), remains }
}

fn says(status: ReportedStatus, remains: Remains) -> Report {
    Report { status, remains, start_count: None, charge: None, currency: None, posts: Default::default() }
}

fn on(current: Progress, report: &Report) -> Outcome {
    on_report(current, false, quantity(), OrderType::usual(), report)
}

fn words() -> Vec<ReportedStatus> {
    vec![
        ReportedStatus::Pending,
        ReportedStatus::Processing,
        ReportedStatus::InProgress,
        ReportedStatus::Completed,
        ReportedStatus::Partial,
        ReportedStatus::Canceled,
        ReportedStatus::Expired,
        ReportedStatus::Paused,
        ReportedStatus::Unknown("Failed".to_owned()),
    ]
}

/// Where a word leads an open order.
fn meaning(word: &ReportedStatus) -> Option<Status> {
    match word {
        ReportedStatus::Pending | ReportedStatus::Processing => Some(Status::Processing),
        ReportedStatus::InProgress => Some(Status::InProgress),
        ReportedStatus::Completed => Some(Status::Completed),
        ReportedStatus::Partial => Some(Status::Partial),
        ReportedStatus::Canceled => Some(Status::Canceled),
        ReportedStatus::Expired | ReportedStatus::Paused | ReportedStatus::Unknown(_) => None,
    }
}

#[test]
fn every_status_meets_every_word() {
    for status in Status::VARIANTS {
        for word in words() {
            let current = at(*status, Some(400));
            let outcome = on(current, &says(word.clone(), Remains::Count(400)));
            let expected = meaning(&word);
            match (expected, status.is_final()) {
                (None, _) => assert!(matches!(outcome, Outcome::Contradiction(_)), "{status:?} {word:?}"),
                (Some(next), _) if next == *status => {
                    assert_eq!(outcome, Outcome::Nothing, "{status:?} {word:?}");
                }
                (Some(_), true) => {
                    assert!(matches!(outcome, Outcome::Contradiction(_)), "{status:?} {word:?}");
                }
                (Some(next), false) => {
                    assert_eq!(outcome, Outcome::Change(at(next, Some(400))), "{status:?} {word:?}");
                }
            }
        }
    }
}

#[test]
fn what_an_admin_ended_goes_on_at_the_provider() {
    for ended in [Status::Completed, Status::Partial, Status::Canceled] {
        for word in words() {
            let report = says(word.clone(), Remains::Count(10));
            let outcome = on_report(at(ended, Some(400)), true, quantity(), OrderType::usual(), &report);
            let is_news = match meaning(&word) {
                None => true,
                Some(says) if !says.is_final() => false,
                // Of a partial one the rest differs.
                Some(says) => ended != Status::Canceled && (says != ended || says == Status::Partial),
            };
            assert_eq!(matches!(outcome, Outcome::Contradiction(_)), is_news, "{ended:?} {word:?}");
            assert!(is_news || outcome == Outcome::Nothing, "{ended:?} {word:?}");
        }
    }
    let unreadable = says(ReportedStatus::Partial, Remains::Unreadable);
    let canceled = on_report(at(Status::Canceled, None), true, quantity(), OrderType::usual(), &unreadable);
    assert_eq!(canceled, Outcome::Nothing);
}

#[test]
fn a_partial_that_cannot_be_computed_is_not_followed() {
    for (remains, why) in [
        (Remains::Missing, Note::PartialWithoutRemains),
        (Remains::Unreadable, Note::PartialUnreadable),
        (Remains::Count(QUANTITY + 1), Note::PartialBeyond { units: QUANTITY + 1, quantity: QUANTITY }),
    ] {
        for status in Status::VARIANTS {
            let outcome = on(at(*status, Some(1)), &says(ReportedStatus::Partial, remains));
            assert_eq!(outcome, Outcome::Contradiction(why.clone()), "{status:?} {remains:?}");
        }
    }
    for remains in [0, QUANTITY] {
        let outcome =
            on(at(Status::Processing, None), &says(ReportedStatus::Partial, Remains::Count(remains)));
        assert_eq!(outcome, Outcome::Change(at(Status::Partial, Some(remains))));
    }
}

#[test]
fn a_package_is_never_partial() {
    let report = says(ReportedStatus::Partial, Remains::Count(0));
    let outcome = on_report(
        at(Status::InProgress, None),
        false,
        Quantity::ONE,
        OrderType::parse("package").unwrap(),
        &report,
    );
    assert_eq!(outcome, Outcome::Contradiction(Note::PartialPackage));
}

#[test]
fn a_partial_order_agrees_only_with_the_same_remainder() {
    let current = at(Status::Partial, Some(400));
    assert_eq!(on(current, &says(ReportedStatus::Partial, Remains::Count(400))), Outcome::Nothing);
    let other = on(current, &says(ReportedStatus::Partial, Remains::Count(399)));
    assert!(matches!(other, Outcome::Contradiction(_)));
}

#[test]
fn numbers_that_make_no_sense_are_left_out() {
    let current = at(Status::InProgress, Some(7));
    for remains in [Remains::Missing, Remains::Unreadable, Remains::Count(QUANTITY + 1)] {
        assert_eq!(on(current, &says(ReportedStatus::InProgress, remains)), Outcome::Nothing);
    }
    let completed = on(current, &says(ReportedStatus::Completed, Remains::Missing));
    assert_eq!(completed, Outcome::Change(at(Status::Completed, Some(0))));
}

#[test]
fn a_start_count_is_taken_over_and_kept() {
    let fresh = Progress { start_count: None, ..at(Status::Processing, None) };
    let mut report = says(ReportedStatus::InProgress, Remains::Missing);
    report.start_count = Some(12);
    let Outcome::Change(moved) = on(fresh, &report) else { panic!("no change") };
    assert_eq!(moved.start_count, Some(12));
    assert_eq!(on(moved, &says(ReportedStatus::InProgress, Remains::Missing)), Outcome::Nothing);
}

fn decided(
    status: Status,
    dispatch: Dispatch,
    decision: Decision,
) -> Result<(Progress, Dispatch), &'static str> {
    use crate::kernel::error::Refusal;
    on_decision(at(status, None), dispatch, quantity(), OrderType::usual(), &decision)
        .map_err(|refusal| refusal.answer().code.into_str())
}

fn to(status: Status) -> Decision {
    Decision { status, start_count: None, remains: (status == Status::Partial).then_some(400) }
}

#[test]
fn every_status_and_dispatch_meets_every_decision() {
    for status in Status::VARIANTS {
        for dispatch in Dispatch::VARIANTS {
            for wanted in Status::VARIANTS {
                let outcome = decided(*status, *dispatch, to(*wanted)).map(|(p, d)| (p.status, d));
                let expected = match (*status, *dispatch, *wanted) {
                    (over, _, Status::Pending) if over.is_final() => Err("order_final"),
                    (_, _, Status::Pending) => Err("validation_failed"),
                    (_, Dispatch::Sending | Dispatch::Review, _) => Err("conflict"),
                    (Status::Canceled, _, _) => Err("order_final"),
                    (Status::Completed | Status::Partial, _, to) if to != Status::Canceled => {
                        Err("order_final")
                    }
                    (_, Dispatch::Scheduled | Dispatch::Queued, to) => Ok((to, Dispatch::Refused)),
                    (_, dispatch, to) => Ok((to, dispatch)),
                };
                assert_eq!(outcome, expected, "{status:?} {dispatch:?} -> {wanted:?}");
            }
        }
    }
}

#[test]
fn a_decision_has_sensible_numbers() {
    let wrong = |decision| decided(Status::Processing, Dispatch::Sent, decision);
    assert_eq!(wrong(Decision { remains: None, ..to(Status::Partial) }), Err("validation_failed"));
    for remains in [-1, QUANTITY + 1, i64::MIN] {
        assert_eq!(
            wrong(Decision { remains: Some(remains), ..to(Status::Partial) }),
            Err("validation_failed")
        );
        assert_eq!(
            wrong(Decision { remains: Some(remains), ..to(Status::InProgress) }),
            Err("validation_failed")
        );
    }
    assert_eq!(wrong(Decision { start_count: Some(-1), ..to(Status::InProgress) }), Err("validation_failed"));
    assert!(wrong(Decision { start_count: Some(0), ..to(Status::InProgress) }).is_ok());
    let package = on_decision(
        at(Status::Processing, None),
        Dispatch::Sent,
        Quantity::ONE,
        OrderType::parse("package").unwrap(),
        &Decision { remains: Some(0), ..to(Status::Partial) },
    );
    assert!(matches!(package, Err(OrderError::Fields(_))));
}

#[test]
fn nothing_is_left_of_what_an_admin_completes() {
    let completed = |kind, decision| {
        let (progress, _) =
            on_decision(at(Status::InProgress, Some(7)), Dispatch::Sent, quantity(), kind, &decision)
                .unwrap();
        progress.remains
    };
    let usual = OrderType::usual();
    assert_eq!(completed(usual, to(Status::Completed)), Some(0));
    assert_eq!(completed(usual, Decision { remains: Some(3), ..to(Status::Completed) }), Some(3));
    assert_eq!(completed(usual, to(Status::Processing)), Some(7));
}

#[test]
fn what_waits_for_its_time_and_a_drip_feed_are_spent_later() {
    let later: Vec<_> = Dispatch::VARIANTS.iter().filter(|dispatch| dispatch.is_for_later()).collect();
    assert_eq!(later, [&Dispatch::Scheduled, &Dispatch::DripFeed]);
}

fn any_report() -> impl Strategy<Value = Report> {
    let remains = prop_oneof![
        Just(Remains::Missing),
        Just(Remains::Unreadable),
        (0..=QUANTITY + 5).prop_map(Remains::Count),
        (0..=i64::MAX).prop_map(Remains::Count),
    ];
    (prop::sample::select(words()), remains, prop::option::of(0..=i64::MAX))
        .prop_map(|(status, remains, start_count)| Report { start_count, ..says(status, remains) })
}

#[derive(Debug, Clone)]
enum Event {
    Report(Report),
    Decision(Decision),
}

fn any_event() -> impl Strategy<Value = Event> {
    let decision = (prop::sample::select(Status::VARIANTS), prop::option::of(-1..=QUANTITY + 1))
        .prop_map(|(status, remains)| Decision { status, start_count: None, remains });
    prop_oneof![3 => any_report().prop_map(Event::Report), 1 => decision.prop_map(Event::Decision)]
}

proptest! {
    #[test]
    fn no_report_moves_a_final_order(status in prop::sample::select(Status::VARIANTS), report in any_report()) {
        let outcome = on(at(status, Some(1)), &report);
        prop_assert!(!status.is_final() || !matches!(outcome, Outcome::Change(_)));
    }

    #[test]
    fn a_report_that_was_followed_is_no_news_again(
        status in prop::sample::select(Status::VARIANTS), report in any_report(),
    ) {
        if let Outcome::Change(next) = on(at(status, None), &report) {
            prop_assert_eq!(on(next, &report), Outcome::Nothing);
        }
    }

    #[test]
    fn refunds_only_grow_and_stay_within_the_charge(
        events in prop::collection::vec(any_event(), 0..40),
        charge in 1_i64..=i64::MAX,
        kind in prop::sample::select(OrderType::all().iter().collect::<Vec<_>>()),
    ) {
        let (charge, mut refunded) = (Vnd::new(charge), Vnd::ZERO);
        let mut now = Progress { status: Status::Processing, start_count: None, remains: None };
        for event in events {
            let (was, by_admin) = (now, matches!(event, Event::Decision(_)));
            match event {
                Event::Report(report) => {
                    if let Outcome::Change(next) = on_report(now, false, quantity(), kind, &report) {
                        now = next;
                    }
                }
                Event::Decision(decision) => {
                    if let Ok((next, _)) = on_decision(now, Dispatch::Sent, quantity(), kind, &decision) {
                        now = next;
                    }
                }
            }
            let total = refund_target(charge, quantity(), refunded, now).unwrap();
            prop_assert!(refunded <= total && total <= charge);
            prop_assert!(total == refunded || now.status == Status::Partial || now.status == Status::Canceled);
            prop_assert!(now.status != Status::Canceled || total == charge);
            prop_assert!(by_admin || !was.status.is_final() || total == refunded);
            prop_assert!(now.remains.is_none_or(|units| (0..=QUANTITY).contains(&units)));
            prop_assert_ne!(now.status, Status::Pending);
            refunded = total;
        }
    }
}
