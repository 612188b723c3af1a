//! When an order can be refilled: a rule of the order, its service and its last refill. The refills themselves are in
//! `refills`.

use super::model::Order;
use super::status::Status;
use super::store;
use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::reason::Reason as Why;
use crate::settings;
use strum::{IntoStaticStr, VariantArray};

const HOUR_S: i64 = 60 * 60;
const DAY_S: i64 = 24 * HOUR_S;

/// How far a refill is. The last two are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum RefillStatus {
    Pending,
    InProgress,
    Completed,
    Rejected,
}

impl RefillStatus {
    pub fn is_final(self) -> bool {
        match self {
            RefillStatus::Completed | RefillStatus::Rejected => true,
            RefillStatus::Pending | RefillStatus::InProgress => false,
        }
    }
}

/// What decides whether an order can be refilled, beside the order and the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RefillTerms {
    pub is_offered: bool,
    /// 0: while the service is sold.
    pub days: i64,
    pub is_sold: bool,
    /// The last refill, and when it was asked for, or rejected.
    pub last: Option<(RefillStatus, Timestamp)>,
}

/// Why the order cannot be refilled now; `None`: it can be.
pub fn refill_refusal(tx: &ReadTx, order: &Order) -> Result<Option<Why>, Fault> {
    let wait_hours = settings::number(tx, &settings::table::REFILL_WAIT_HOURS)?;
    Ok(refusal(order, &store::refill_terms(tx, order)?, wait_hours, tx.now()))
}

/// The order with its `can_refill` and `refill_from`.
pub(super) fn judged(tx: &ReadTx, order: Order) -> Result<Order, Fault> {
    if order.state.progress.status != Status::Completed || order.run.is_some() {
        return Ok(Order { can_refill: false, ..order });
    }
    Ok(match refill_refusal(tx, &order)? {
        None => Order { can_refill: true, ..order },
        Some(Why::RefillTooSoon { from }) => Order { refill_from: Some(from), ..order },
        Some(_) => order,
    })
}

fn refusal(order: &Order, terms: &RefillTerms, wait_hours: i64, now: Timestamp) -> Option<Why> {
    if order.run.is_some() {
        return Some(Why::RunOfDripFeed);
    }
    if !terms.is_offered {
        return Some(Why::RefillNotOffered);
    }
    let completed = order.state.completed_at.filter(|_| order.state.progress.status == Status::Completed);
    let Some(completed) = completed else { return Some(Why::RefillNotCompleted) };
    let wait_s = wait_hours.saturating_mul(HOUR_S);
    let mut from = completed.plus_seconds(wait_s);
    match terms.last {
        Some((RefillStatus::Pending | RefillStatus::InProgress, _)) => return Some(Why::RefillIsOpen),
        Some((RefillStatus::Completed, asked)) => from = from.max(asked.plus_seconds(wait_s)),
        Some((RefillStatus::Rejected, rejected)) => from = from.max(rejected.plus_seconds(HOUR_S)),
        None => {}
    }
    let is_over = match terms.days {
        0 => !terms.is_sold,
        days => now > completed.plus_seconds(days.saturating_mul(DAY_S)),
    };
    if is_over {
        return Some(Why::RefillDaysOver);
    }
    (now < from).then(|| Why::RefillTooSoon { from: from.rfc3339() })
}
