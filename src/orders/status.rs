//! How far an order can be, and every way it can move: what a provider reports, what an admin decides. Pure and
//! total: each pair of a state and an event has its answer here, and nowhere else.

use super::error::OrderError;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::money::Quantity;
use crate::kernel::note::Note;
use crate::kernel::reason::Reason as Why;
use crate::order_types::OrderType;
use crate::provider::{Remains, Report, ReportedStatus};
use strum::{IntoStaticStr, VariantArray};

/// How far the customer's order is. The last three are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Status {
    /// Charged, not yet taken by the provider.
    Pending,
    Processing,
    InProgress,
    Completed,
    /// Delivered in part, the rest refunded.
    Partial,
    /// Refunded as a whole.
    Canceled,
}

/// How far the order is on its way to the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Dispatch {
    /// Waits for its time; then it is `manual` or `queued`.
    Scheduled,
    /// Its runs are sent, each an order of its own.
    DripFeed,
    /// Fulfilled by hand, never sent.
    Manual,
    /// To be sent.
    Queued,
    /// A request may be on its way at this moment.
    Sending,
    /// Taken: the provider gave it an id.
    Sent,
    /// Not at the provider, and not going there.
    Refused,
    /// It may or may not be at the provider; a person decides.
    Review,
}

/// Why an order was canceled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Reason {
    ProviderRefused,
    ProviderCanceled,
    CanceledByAdmin,
    CanceledByCustomer,
    /// For the customer.
    CanceledBySupport,
}

impl Dispatch {
    /// Whether its charge counts as spent only later, when it or its runs are released.
    pub fn is_for_later(self) -> bool {
        matches!(self, Dispatch::Scheduled | Dispatch::DripFeed)
    }
}

impl Status {
    pub fn is_final(self) -> bool {
        match self {
            Status::Completed | Status::Partial | Status::Canceled => true,
            Status::Pending | Status::Processing | Status::InProgress => false,
        }
    }
}

/// What moves while an order is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub status: Status,
    /// The counter (of likes, followers, …) when the work began.
    pub start_count: Option<i64>,
    /// Undelivered units, 0 to the quantity.
    pub remains: Option<i64>,
}

/// What a report means for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Change(Progress),
    /// It says what is known already.
    Nothing,
    /// It cannot be followed; for the admin.
    Contradiction(Note),
}

/// What a provider's report does to an order that it has taken. `by_admin`: an admin made it final, which the provider
/// does not know.
pub fn on_report(
    current: Progress,
    by_admin: bool,
    quantity: Quantity,
    kind: &OrderType,
    report: &Report,
) -> Outcome {
    if by_admin && is_expected(current.status, &report.status) {
        return Outcome::Nothing;
    }
    let reported = match reported(quantity, kind, report) {
        Ok(reported) => reported,
        Err(why) => return Outcome::Contradiction(why),
    };
    if current.status.is_final() {
        return on_late_report(current, reported);
    }
    let remains = match (reported.status, kind.has_parts) {
        (Status::Completed, true) => reported.remains.or(Some(0)),
        _ => reported.remains.or(current.remains),
    };
    let next = Progress {
        status: reported.status,
        start_count: reported.start_count.or(current.start_count),
        remains,
    };
    if next == current { Outcome::Nothing } else { Outcome::Change(next) }
}

/// What an admin ended goes on at the provider, so that it is still being worked on is no news. Nor is any end of one
/// that was canceled, for its customer has everything back.
fn is_expected(ended: Status, says: &ReportedStatus) -> bool {
    match says {
        ReportedStatus::Pending | ReportedStatus::Processing | ReportedStatus::InProgress => true,
        ReportedStatus::Completed | ReportedStatus::Partial | ReportedStatus::Canceled => {
            ended == Status::Canceled
        }
        ReportedStatus::Expired | ReportedStatus::Paused | ReportedStatus::Unknown(_) => false,
    }
}

/// Final is final: a report that agrees is no news, one that differs is shown.
fn on_late_report(current: Progress, reported: Progress) -> Outcome {
    if reported.status != current.status {
        let word = |status: Status| status.into_str().to_owned();
        let (ours, theirs) = (word(current.status), word(reported.status));
        return Outcome::Contradiction(Note::StatusDiffers { ours, theirs });
    }
    match (current.status, current.remains, reported.remains) {
        (Status::Partial, Some(ours), Some(theirs)) if ours != theirs => {
            Outcome::Contradiction(Note::RemainsDiffers { ours, theirs })
        }
        _ => Outcome::Nothing,
    }
}

/// The report in our words, or why it cannot be followed whatever the order's state.
fn reported(quantity: Quantity, kind: &OrderType, report: &Report) -> Result<Progress, Note> {
    let status = match &report.status {
        ReportedStatus::Pending | ReportedStatus::Processing => Status::Processing,
        ReportedStatus::InProgress => Status::InProgress,
        ReportedStatus::Completed => Status::Completed,
        ReportedStatus::Partial => Status::Partial,
        ReportedStatus::Canceled => Status::Canceled,
        ReportedStatus::Expired => return Err(Note::UnknownStatus { said: "Expired".to_owned() }),
        ReportedStatus::Paused => return Err(Note::UnknownStatus { said: "Paused".to_owned() }),
        ReportedStatus::Unknown(said) => return Err(Note::UnknownStatus { said: said.clone() }),
    };
    let readable = match report.remains {
        Remains::Count(units) if kind.has_parts && (0..=quantity.get()).contains(&units) => Some(units),
        Remains::Count(_) | Remains::Missing | Remains::Unreadable => None,
    };
    if status == Status::Partial && readable.is_none() {
        return Err(match report.remains {
            _ if !kind.has_parts => Note::PartialPackage,
            Remains::Missing => Note::PartialWithoutRemains,
            Remains::Unreadable => Note::PartialUnreadable,
            Remains::Count(units) => Note::PartialBeyond { units, quantity: quantity.get() },
        });
    }
    Ok(Progress { status, start_count: report.start_count, remains: readable })
}

/// What an admin wants of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    pub status: Status,
    pub start_count: Option<i64>,
    pub remains: Option<i64>,
}

/// What an admin's decision makes of an order, and of its way to the provider.
///
/// Errors: `Fields` when no order could be decided so, `Conflict` while it may be on its way to the provider,
/// `Final` when it is over.
pub fn on_decision(
    current: Progress,
    dispatch: Dispatch,
    quantity: Quantity,
    kind: &OrderType,
    decision: &Decision,
) -> Result<(Progress, Dispatch), OrderError> {
    let is_over = match (current.status, decision.status) {
        (Status::Canceled, _) => true,
        (Status::Completed | Status::Partial, to) => to != Status::Canceled,
        (Status::Pending | Status::Processing | Status::InProgress, _) => false,
    };
    // "No order goes back to pending" would be half the truth of one that goes nowhere.
    if is_over && decision.status == Status::Pending {
        return Err(OrderError::Final);
    }
    let wrong = unacceptable(quantity, kind, decision);
    if !wrong.is_empty() {
        return Err(OrderError::Fields(wrong));
    }
    let dispatch = match dispatch {
        Dispatch::Sending => {
            return Err(OrderError::Conflict(Why::OrderIsSent));
        }
        Dispatch::Review => return Err(OrderError::Conflict(Why::OrderInReview)),
        // Whatever is done by hand now, the provider must not be asked to do as well.
        Dispatch::Scheduled | Dispatch::Queued => Dispatch::Refused,
        Dispatch::DripFeed | Dispatch::Manual | Dispatch::Sent | Dispatch::Refused => dispatch,
    };
    if is_over {
        return Err(OrderError::Final);
    }
    let remains = match (decision.status, kind.has_parts) {
        (Status::Completed, true) => decision.remains.or(Some(0)),
        _ => decision.remains.or(current.remains),
    };
    let start_count = decision.start_count.or(current.start_count);
    Ok((Progress { status: decision.status, start_count, remains }, dispatch))
}

fn unacceptable(quantity: Quantity, kind: &OrderType, decision: &Decision) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    match (decision.status, kind.has_parts) {
        (Status::Pending, _) => wrong.push(FieldError::new("status", Rule::NeverPending)),
        (Status::Partial, false) => wrong.push(FieldError::new("status", Rule::PackageHasNoParts)),
        (Status::Partial, true) if decision.remains.is_none() => {
            wrong.push(FieldError::new("remains", Rule::Needed));
        }
        _ => {}
    }
    if decision.remains.is_some_and(|units| !(0..=quantity.get()).contains(&units)) {
        wrong.push(FieldError::new("remains", Rule::Range { min: 0, max: quantity.get() }));
    }
    if decision.start_count.is_some_and(|count| count < 0) {
        wrong.push(FieldError::new("start_count", Rule::AtLeast { min: 0 }));
    }
    wrong
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
