//! The figures of a drip-feed for every way its runs can go.

use super::*;
use crate::orders::examples;
use proptest::prelude::*;

fn names(runs: Option<i64>, interval: Option<i64>, is_offered: bool) -> Vec<String> {
    check(runs, interval, is_offered).into_iter().map(|wrong| wrong.field).collect()
}

#[test]
fn runs_and_their_interval_hold_within_ninety_days() {
    assert_eq!(names(None, None, false), [""; 0]);
    assert_eq!(names(Some(2), Some(0), false), ["runs"], "not sold so");
    assert_eq!(names(None, Some(5), true), ["runs"]);
    assert_eq!(names(Some(5), None, true), ["interval"]);
    for runs in [i64::MIN, -1, 0, 1, 1001, i64::MAX] {
        assert_eq!(names(Some(runs), Some(5), true), ["runs"], "{runs}");
    }
    for (runs, longest) in [(2, 10_080), (12, 10_080), (13, 9_969), (100, 1_296), (1000, 129)] {
        assert_eq!(names(Some(runs), Some(longest), true), [""; 0], "{runs}");
        assert_eq!(names(Some(runs), Some(longest + 1), true), ["interval"], "{runs}");
        assert_eq!(names(Some(runs), Some(0), true), [""; 0]);
        assert_eq!(names(Some(runs), Some(-1), true), ["interval"]);
    }
}

fn feed(runs: i64, begun: i64, stopped: Option<Reason>) -> Feed {
    Feed {
        runs,
        interval_minutes: 10,
        begun,
        ended: 0,
        next_at: None,
        stopped,
        accepted_cost: None,
        doubtful: 0,
        doubt: None,
    }
}

fn run(status: Status, remains: i64) -> RunState {
    let reason = (status == Status::Canceled).then_some(Reason::ProviderRefused);
    RunState { progress: Progress { status, start_count: None, remains: Some(remains) }, reason, cost: None }
}

#[test]
fn only_runs_refused_in_a_row_end_it() {
    let (no, yes) = (run(Status::Canceled, 10), run(Status::InProgress, 10));
    assert!(is_refused(&[no, no, no]) && is_refused(&[yes, no, no, no]));
    for runs in [vec![], vec![no, no], vec![no, no, yes], vec![no, no, yes, no], vec![no, no, no, yes]] {
        assert!(!is_refused(&runs), "{runs:?}");
    }
    let by_hand = RunState { reason: Some(Reason::CanceledByAdmin), ..no };
    assert!(!is_refused(&[no, no, by_hand]));
}

#[test]
fn what_may_have_begun_since_a_backup_is_counted_by_the_interval() {
    let minute = 60_000;
    let open = feed(10, 3, None);
    for (late, runs) in [(-1, 0), (0, 1), (10 * minute - 1, 1), (10 * minute, 2), (1000 * minute, 7)] {
        assert_eq!(due_since(&open, 0, late), runs, "{late}");
    }
    assert_eq!(due_since(&Feed { interval_minutes: 0, ..open }, 0, 0), 7);
}

/// A hundred units three times for 3,000 dong.
fn stands(feed: Feed, runs: &[RunState]) -> State {
    let order = Order { feed: Some(feed.clone()), ..examples::order("default", 100, 3000) };
    let all = standing(&feed, order.quantity, runs).unwrap();
    state(&order, &feed, &all).unwrap()
}

#[test]
fn a_drip_feed_stands_as_its_runs_do() {
    let (new, open, done) =
        (run(Status::Pending, 100), run(Status::InProgress, 40), run(Status::Completed, 0));
    let (part, no) = (run(Status::Partial, 30), run(Status::Canceled, 100));
    let wish = Some(Reason::CanceledByCustomer);
    for (begun, stopped, runs, status, [remains, refunded, unreleased]) in [
        (0, None, vec![], Status::Pending, [300, 0, 3000]),
        (1, None, vec![new], Status::Pending, [300, 0, 2000]),
        (2, None, vec![no, new], Status::Pending, [300, 1000, 1000]),
        (1, None, vec![open], Status::InProgress, [240, 0, 2000]),
        (1, None, vec![done], Status::InProgress, [200, 0, 2000]),
        (2, None, vec![done, no], Status::InProgress, [200, 1000, 1000]),
        (3, None, vec![done, done, open], Status::InProgress, [40, 0, 0]),
        (3, None, vec![done, done, done], Status::Completed, [0, 0, 0]),
        (3, None, vec![done, part, done], Status::Partial, [30, 300, 0]),
        (3, None, vec![no, no, no], Status::Canceled, [300, 3000, 0]),
        (1, wish, vec![done], Status::Partial, [200, 2000, 0]),
        (1, wish, vec![open], Status::InProgress, [240, 2000, 0]),
        (1, wish, vec![no], Status::Canceled, [300, 3000, 0]),
    ] {
        let about = format!("{begun} {stopped:?} {runs:?}");
        let now = stands(feed(3, begun, stopped), &runs);
        assert_eq!((now.progress.status, now.progress.remains), (status, Some(remains)), "{about}");
        assert_eq!([now.refunded.get(), now.unreleased.get()], [refunded, unreleased], "{about}");
        let reason = (status == Status::Canceled).then(|| stopped.unwrap_or(Reason::ProviderRefused));
        assert_eq!(now.reason, reason, "{about}");
    }
}

#[test]
fn a_final_drip_feed_only_learns_what_it_cost() {
    let feed = feed(3, 3, None);
    let mut order = Order { feed: Some(feed.clone()), ..examples::order("default", 100, 3000) };
    order.state.progress = Progress { status: Status::Partial, start_count: None, remains: Some(5) };
    let cost = |amount| RunState { cost: Some(Vnd::new(amount)), ..run(Status::Canceled, 100) };
    let all = standing(&feed, order.quantity, &[cost(5), run(Status::Canceled, 100), cost(7)]).unwrap();
    let now = state(&order, &feed, &all).unwrap();
    assert_eq!(now, State { cost: Some(Vnd::new(12)), ..order.state });
}

fn any_run(quantity: i64) -> impl Strategy<Value = RunState> {
    let statuses = vec![
        Status::Pending,
        Status::Processing,
        Status::InProgress,
        Status::Completed,
        Status::Partial,
        Status::Canceled,
    ];
    (prop::sample::select(statuses), 0..=quantity).prop_map(|(status, remains)| run(status, remains))
}

proptest! {
    #[test]
    fn the_shares_of_the_runs_are_the_charge(charge in 1..1_000_000_000_i64, runs in 2..=1000_i64) {
        let shares = (0..runs).map(|begun| next_share(Vnd::new(charge), &feed(runs, begun, None)).unwrap().get());
        prop_assert_eq!(shares.sum::<i64>(), charge);
    }

    #[test]
    fn what_is_lost_is_never_more_than_what_remains_nor_less_than_none(
        quantity in 1..1000_i64, left in 0..5_i64, stops: bool,
        runs in prop::collection::vec(any_run(1000), 1..8),
    ) {
        let fit = |run: &RunState| RunState {
            progress: Progress { remains: run.progress.remains.map(|units| units % (quantity + 1)), ..run.progress },
            ..*run
        };
        let runs: Vec<RunState> = runs.iter().map(fit).collect();
        let begun = i64::try_from(runs.len()).unwrap();
        let feed = feed(begun + left, begun, stops.then_some(Reason::CanceledByCustomer));
        let all = standing(&feed, Quantity::new(quantity).unwrap(), &runs).unwrap();
        prop_assert!(0 <= all.lost && all.lost <= all.remains && all.remains <= feed.runs * quantity);
        let mut shuffled = runs.clone();
        shuffled.reverse();
        let again = standing(&feed, Quantity::new(quantity).unwrap(), &shuffled).unwrap();
        prop_assert_eq!((again.lost, again.remains, again.ended), (all.lost, all.remains, all.ended));
        if all.ended == begun && (stops || left == 0) {
            prop_assert_eq!(all.lost, all.remains, "with the last run nothing is open");
        }
    }
}
