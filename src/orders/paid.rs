//! What customers paid for an order. The money of a run or a post stands on its parent, of which it has a share.

use super::model::{Order, Run};
use super::{drip_feed, store, subscription};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;
use crate::kernel::money::Vnd;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What was paid for the order; of a run or post its share of what the parent was charged.
pub fn paid(tx: &ReadTx, order: &Order) -> Result<Vnd, Fault> {
    paid_of(tx, order, &mut HashMap::new())
}

/// `paid` of each of these, in their order; what several are parts of is read once.
pub fn all_paid(tx: &ReadTx, orders: &[Order]) -> Result<Vec<Vnd>, Fault> {
    let mut parents = HashMap::new();
    orders.iter().map(|order| paid_of(tx, order, &mut parents)).collect()
}

fn paid_of(tx: &ReadTx, order: &Order, parents: &mut HashMap<OrderId, Order>) -> Result<Vnd, Fault> {
    let Some(Run { parent, number }) = order.run else { return Ok(order.charge) };
    let parent = match parents.entry(parent) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(place) => place.insert(store::parent(tx, order.id, parent)?),
    };
    match &parent.subscription {
        Some(sold) => subscription::share(tx, parent, sold, order.id),
        None => drip_feed::share(parent, number),
    }
}
