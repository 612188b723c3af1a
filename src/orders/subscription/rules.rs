//! What the posts of a subscription come to: how much is used, and how it ends. Pure.

use super::super::model::{Order, State, Subscription};
use super::super::status::{Progress, Reason, Status};
use crate::kernel::clock::Timestamp;
use crate::kernel::money::{Overflow, Quantity, Rate, Vnd, decimal, div_ceil};
use crate::kernel::note::Note;
use crate::provider::{Report, ReportedStatus};

/// So long the end waits for what nobody can say of a post; then it used all that it may.
const MOST_WAIT_S: i64 = 60 * 60;

/// A post as far as its subscription is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostState {
    /// How many units it used. `None`: nobody knows yet.
    pub units: Option<i64>,
    /// Whether the provider was heard about it since the subscription ended.
    pub is_final: bool,
    pub cost: Option<Vnd>,
}

/// What a post is judged by all its time: what was so when it was first heard of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostTerms {
    /// What 1,000 units cost. `None`: nobody knew.
    pub unit_cost: Option<Rate>,
    /// What the provider's currency was worth, in VND.
    pub exchange_rate: String,
}

/// What a provider's word means for a subscription that it has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Open(Status),
    Over,
    /// For a person.
    Unclear(Note),
    /// It says what is known already.
    Nothing,
}

/// `by_admin`: an admin made it final, which the provider does not know. `seen`: how many posts are known.
pub fn heard(current: Status, by_admin: bool, seen: i64, report: &Report) -> Heard {
    let open = match &report.status {
        ReportedStatus::Completed
        | ReportedStatus::Partial
        | ReportedStatus::Canceled
        | ReportedStatus::Expired => None,
        ReportedStatus::Pending | ReportedStatus::Processing => Some(Status::Processing),
        ReportedStatus::InProgress => Some(Status::InProgress),
        ReportedStatus::Paused if current.is_final() => Some(Status::InProgress),
        ReportedStatus::Paused => return Heard::Unclear(Note::SubscriptionPaused),
        ReportedStatus::Unknown(said) => return Heard::Unclear(Note::UnknownStatus { said: said.clone() }),
    };
    match open {
        Some(_) if current.is_final() && by_admin => Heard::Nothing,
        Some(open) if current.is_final() => {
            let word = |status: Status| status.into_str().to_owned();
            Heard::Unclear(Note::StatusDiffers { ours: word(current), theirs: word(open) })
        }
        Some(open) => Heard::Open(open),
        None if current.is_final() => Heard::Nothing,
        // What no post used goes back, so all of them have to be known.
        None if report.posts.is_unreadable => Heard::Unclear(Note::PostsMissing),
        None if seen == 0 && !report.posts.is_told && report.status != ReportedStatus::Canceled => {
            Heard::Unclear(Note::PostsMissing)
        }
        None => Heard::Over,
    }
}

/// ⌈charge × exchange rate ÷ cost of a unit⌉, at least `least` and at most `most`: what a post used, by what the
/// provider took for it. `None`: one of them cannot be read.
pub fn post_units(charge: &str, terms: &PostTerms, sold: &Subscription) -> Option<i64> {
    let ((charge, charge_places), (rate, rate_places)) = (decimal(charge)?, decimal(&terms.exchange_rate)?);
    let scale = 10_i128.checked_pow(charge_places.checked_add(rate_places)?)?;
    // A rate is thousandths of a dong for 1,000 units.
    let exact = charge.checked_mul(rate)?.checked_mul(1000 * 1000)?;
    let divisor = scale.checked_mul(i128::from(terms.unit_cost?.milli())).filter(|divisor| *divisor > 0)?;
    let units = div_ceil(exact, divisor)?;
    Some(i64::try_from(units).unwrap_or(i64::MAX).clamp(sold.least, sold.most))
}

/// ⌈cost × 1,000 ÷ units⌉, in thousandths of a dong: what 1,000 units cost. `None`: beyond all measure.
pub fn cost_of_thousand(cost: Vnd, units: Quantity) -> Option<Rate> {
    let milli = div_ceil(i128::from(cost.get()).checked_mul(1000 * 1000)?, i128::from(units.get()))?;
    Rate::from_milli(i64::try_from(milli).ok()?)
}

/// How many of the units that were paid for are not used. A post of which nothing is known used all that it may.
pub fn remains(order: &Order, sold: &Subscription, posts: &[PostState]) -> Result<i64, Overflow> {
    let known = i64::try_from(posts.len()).map_err(|_| Overflow)?;
    let unlisted = sold.seen.saturating_sub(known).max(0).checked_mul(sold.most).ok_or(Overflow)?;
    let used = posts
        .iter()
        .try_fold(unlisted, |sum, post| sum.checked_add(post.units.unwrap_or(sold.most)).ok_or(Overflow))?;
    Ok(order.quantity.get().saturating_sub(used).max(0))
}

/// How the subscription stands then. `open`: what the provider says of one that is not over. A final one only learns
/// what it cost.
pub fn state(
    order: &Order,
    sold: &Subscription,
    posts: &[PostState],
    open: Option<Status>,
    now: Timestamp,
) -> Result<State, Overflow> {
    let old = &order.state;
    let sum = |sum: Option<Vnd>, cost: Vnd| Ok(Some(sum.unwrap_or(Vnd::ZERO).plus(cost)?));
    let cost = posts.iter().filter_map(|post| post.cost).try_fold(None, sum)?;
    if old.progress.status.is_final() {
        return Ok(State { cost: cost.or(old.cost), ..old.clone() });
    }
    let remains = remains(order, sold, posts)?;
    let is_known = posts.iter().all(|post| post.is_final);
    let is_settled = sold.ended_at.is_some_and(|at| is_known || now >= at.plus_seconds(MOST_WAIT_S));
    let status = match remains {
        0 if is_settled => Status::Completed,
        left if is_settled && left == order.quantity.get() => Status::Canceled,
        _ if is_settled => Status::Partial,
        _ if sold.seen > 0 => Status::InProgress,
        _ => open.unwrap_or(old.progress.status),
    };
    // Without a post it cost nothing; of posts without orders of their own nobody knows.
    let settled_cost = cost.or((is_settled && sold.seen == 0).then_some(Vnd::ZERO));
    Ok(State {
        progress: Progress { status, start_count: None, remains: Some(remains) },
        reason: (status == Status::Canceled).then(|| old.cancel_reason(Reason::ProviderCanceled)),
        cost: settled_cost.or(old.cost),
        ..old.clone()
    })
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
