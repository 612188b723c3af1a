//! What the runs of a drip-feed come to: how far it is, what goes back, what counts as spent. Pure.

use super::super::model::{Feed, Order, State};
use super::super::rules::partial_refund;
use super::super::status::{Progress, Reason, Status};
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::money::{Overflow, Quantity, Vnd};

const RUNS: std::ops::RangeInclusive<i64> = 2..=1000;
const MOST_INTERVAL_MINUTES: i64 = 10_080;
/// From the first run to the last.
const MOST_MINUTES: i64 = 90 * 24 * 60;
/// So many runs refused in a row end a drip-feed.
pub(super) const MOST_REFUSED: usize = 3;

/// Everything about the runs asked for that is not taken. `is_offered`: whether the service is sold so.
pub fn check(runs: Option<i64>, interval: Option<i64>, is_offered: bool) -> Vec<FieldError> {
    let wrong = |field: &str, rule: Rule| vec![FieldError::new(field, rule)];
    let (runs, interval) = match (runs, interval) {
        (None, None) => return Vec::new(),
        (None, Some(_)) => return wrong("runs", Rule::needed_with("interval")),
        (Some(_), _) if !is_offered => return wrong("runs", Rule::NotTaken),
        (Some(runs), _) if !RUNS.contains(&runs) => {
            return wrong("runs", Rule::Range { min: *RUNS.start(), max: *RUNS.end() });
        }
        (Some(_), None) => return wrong("interval", Rule::needed_with("runs")),
        (Some(runs), Some(interval)) => (runs, interval),
    };
    let max = MOST_MINUTES.checked_div(runs).unwrap_or(0).min(MOST_INTERVAL_MINUTES);
    if (0..=max).contains(&interval) { Vec::new() } else { wrong("interval", Rule::Range { min: 0, max }) }
}

/// A run as far as its drip-feed is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunState {
    pub progress: Progress,
    pub reason: Option<Reason>,
    pub cost: Option<Vnd>,
}

/// What all the runs come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub ended: i64,
    /// Units that are not delivered yet.
    remains: i64,
    /// Units that never will be.
    lost: i64,
    /// Of the runs so far.
    cost: Option<Vnd>,
    /// Whether a provider took any.
    is_taken: bool,
    /// Why the last one that was canceled was.
    reason: Option<Reason>,
}

/// `runs`: those that became orders, in their order.
pub fn standing(feed: &Feed, quantity: Quantity, runs: &[RunState]) -> Result<Standing, Overflow> {
    let quantity = quantity.get();
    let left = feed.runs.saturating_sub(feed.begun).checked_mul(quantity).ok_or(Overflow)?;
    let lost = if feed.stopped.is_some() { left } else { 0 };
    let mut all = Standing { ended: 0, remains: left, lost, cost: None, is_taken: false, reason: None };
    let add = |sum: i64, more: i64| sum.checked_add(more).ok_or(Overflow);
    for run in runs {
        let said = run.progress.remains;
        let (remains, lost) = match run.progress.status {
            Status::Pending | Status::Processing | Status::InProgress => (said.unwrap_or(quantity), 0),
            Status::Completed => (0, 0),
            Status::Partial => (said.unwrap_or(0), said.unwrap_or(0)),
            Status::Canceled => (quantity, quantity),
        };
        all.remains = add(all.remains, remains)?;
        all.lost = add(all.lost, lost)?;
        all.ended = add(all.ended, i64::from(run.progress.status.is_final()))?;
        all.is_taken |= !matches!(run.progress.status, Status::Pending | Status::Canceled);
        all.reason = run.reason.or(all.reason);
        if let Some(cost) = run.cost {
            all.cost = Some(all.cost.unwrap_or(Vnd::ZERO).plus(cost)?);
        }
    }
    Ok(all)
}

/// How the drip-feed stands then. A final one only learns what it cost.
pub fn state(order: &Order, feed: &Feed, runs: &Standing) -> Result<State, Overflow> {
    let old = &order.state;
    if old.progress.status.is_final() {
        return Ok(State { cost: runs.cost, ..old.clone() });
    }
    let is_begun = feed.stopped.is_some() || feed.begun == feed.runs;
    let is_over = is_begun && runs.ended == feed.begun;
    let status = match (is_over, runs.lost) {
        (true, 0) => Status::Completed,
        (true, lost) if lost == order.ordered().get() => Status::Canceled,
        (true, _) => Status::Partial,
        (false, _) if runs.is_taken => Status::InProgress,
        (false, _) => old.progress.status,
    };
    let reason = feed.stopped.or(runs.reason).unwrap_or(Reason::ProviderCanceled);
    let is_held_back = !is_over && feed.stopped.is_none();
    Ok(State {
        progress: Progress { status, start_count: None, remains: Some(runs.remains) },
        reason: (status == Status::Canceled).then_some(reason),
        refunded: partial_refund(order.charge, order.ordered(), runs.lost)?.max(old.refunded),
        unreleased: if is_held_back { held_back(order.charge, feed)? } else { Vnd::ZERO },
        cost: runs.cost,
        ..old.clone()
    })
}

/// What of the charge counts as spent only with the runs to come.
fn held_back(charge: Vnd, feed: &Feed) -> Result<Vnd, Overflow> {
    charge.minus(begun_share(charge, feed.runs, feed.begun)?)
}

/// ⌊charge × begun / runs⌋: what was paid for the first runs.
fn begun_share(charge: Vnd, runs: i64, begun: i64) -> Result<Vnd, Overflow> {
    partial_refund(charge, Quantity::new(runs).ok_or(Overflow)?, begun)
}

/// What was paid for the next run.
pub fn next_share(charge: Vnd, feed: &Feed) -> Result<Vnd, Overflow> {
    share(charge, feed.runs, feed.begun.saturating_add(1))
}

/// What of the parent's charge one run is paid for with.
pub fn share(charge: Vnd, runs: i64, number: i64) -> Result<Vnd, Overflow> {
    begun_share(charge, runs, number)?.minus(begun_share(charge, runs, number.saturating_sub(1))?)
}

/// Whether the last runs were all refused. `runs`: as `standing` takes them.
pub fn is_refused(runs: &[RunState]) -> bool {
    let refused = |run: &RunState| run.reason == Some(Reason::ProviderRefused);
    runs.iter().rev().take_while(|run| refused(run)).take(MOST_REFUSED).count() == MOST_REFUSED
}

/// How many of the runs may have become orders since a time that they are known of, when the next one was due at
/// `due`: all that fit in, and no more than are left.
pub fn due_since(feed: &Feed, due: i64, now: i64) -> i64 {
    let left = feed.runs.saturating_sub(feed.begun);
    let late = now.saturating_sub(due);
    if late < 0 {
        return 0;
    }
    let interval_ms = feed.interval_minutes.saturating_mul(60_000);
    late.checked_div(interval_ms).map_or(left, |whole| whole.saturating_add(1).min(left))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
