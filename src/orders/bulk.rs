//! The same status for many orders in one commit, with what it came to for each.

use super::error::OrderError;
use super::model::Order;
use super::search::Filter;
use super::status::{Decision, Status};
use super::{admin, search, store};
use crate::audit_log::Actor;
use crate::db::{ReadTx, Tx};
use crate::kernel::chosen::{self, Unfit};
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;
use crate::kernel::page::{Cursor, Limit, PageRequest};
use crate::kernel::reason::Reason as Why;
use std::collections::HashMap;
use strum::{IntoStaticStr, VariantArray};

/// The field that names them.
const NAMED: &str = "order_ids";

/// Which orders are meant.
pub type Chosen = chosen::Chosen<OrderId, Filter>;

/// Where many orders can be moved at once: what each needs a figure of its own for is decided one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Goal {
    Processing,
    InProgress,
    Completed,
    Canceled,
}

impl Goal {
    fn decision(self) -> Decision {
        let status = match self {
            Goal::Processing => Status::Processing,
            Goal::InProgress => Status::InProgress,
            Goal::Completed => Status::Completed,
            Goal::Canceled => Status::Canceled,
        };
        Decision { status, start_count: None, remains: None }
    }
}

/// An order before, and what became of it, or why it stays as it is. Of one that stood so already nothing is written.
pub struct Settled {
    pub before: Order,
    pub after: Result<Order, Why>,
}

/// Moves them by hand, each as `set_status` would, and leaves out what cannot be moved there.
///
/// Errors: `Fields`; `Conflict` where the filter matches more or fewer than expected. What else fails takes all back.
pub fn set_status_of_all(
    tx: &Tx,
    actor: &Actor,
    chosen: &Chosen,
    goal: Goal,
) -> Result<Vec<Settled>, OrderError> {
    let decision = goal.decision();
    // All are read before the first is moved: only runs move with another order, and those are refused.
    let settle = |before: Order| {
        let after = match admin::judged(tx, actor, &before, &decision) {
            // Of a drip-feed the same state may mean that no further run is begun.
            Ok(after) if after == before.state && before.feed.is_none() => Ok(before.clone()),
            Ok(after) => Ok(admin::moved(tx, actor, before.clone(), after)?),
            Err(OrderError::Final) => Err(Why::OrderOver),
            Err(OrderError::Conflict(why)) => Err(why),
            Err(no) => return Err(no),
        };
        Ok(Settled { before, after })
    };
    orders(tx, chosen)?.into_iter().map(settle).collect()
}

/// How many orders the filter matches. `None`: more than can be moved at once.
pub fn count(tx: &ReadTx, filter: &Filter) -> Result<Option<usize>, Fault> {
    Ok(matching(tx, filter)?.map(|found| found.len()))
}

fn orders(tx: &ReadTx, chosen: &Chosen) -> Result<Vec<Order>, OrderError> {
    match chosen {
        Chosen::These(ids) => {
            let named = chosen::distinct(NAMED, ids)?;
            let found = store::by_ids(tx, ids)?;
            let mut found: HashMap<OrderId, Order> =
                found.into_iter().map(|order| (order.id, order)).collect();
            let known = |(at, id)| Ok(found.remove(&id).ok_or_else(|| Unfit::no_such(NAMED, at))?);
            named.into_iter().map(known).collect()
        }
        Chosen::Matching { filter, expected } => {
            let found = matching(tx, filter)?;
            chosen::agreed(found.as_ref().map(Vec::len), *expected)?;
            Ok(found.unwrap_or_default())
        }
    }
}

/// Newest first. `None`: more than can be moved at once.
fn matching(tx: &ReadTx, filter: &Filter) -> Result<Option<Vec<Order>>, Fault> {
    let page = search::list(tx, filter, PageRequest { limit: Limit::AT_ONCE, cursor: Cursor::START })?;
    Ok(page.next.is_none().then_some(page.items))
}
