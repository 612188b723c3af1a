//! The answers. Amounts and counts are texts, as the field has them.

use super::given::Ids;
use super::refused::Refused;
use crate::accounts::AccountError;
use crate::catalog::{self, Price, Service};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId};
use crate::ledger;
use crate::orders::{self, Order, Status};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

const CURRENCY: &str = "VND";

/// A service at the caller's own price.
#[derive(Debug, Serialize)]
pub struct ServiceView {
    service: i64,
    /// The same; some clients read this one.
    id: i64,
    name: String,
    category: String,
    desc: String,
    #[serde(rename = "type")]
    kind: &'static str,
    rate: String,
    min: String,
    max: String,
    refill: bool,
    cancel: bool,
    dripfeed: bool,
}

impl ServiceView {
    fn of(service: Service, price: Price) -> Self {
        let Service { id, offer, .. } = service;
        ServiceView {
            service: id.get(),
            id: id.get(),
            name: offer.name,
            category: offer.category,
            desc: offer.description,
            kind: offer.kind.provider_name(),
            rate: price.shown().to_string(),
            min: offer.min.get().to_string(),
            max: offer.max.get().to_string(),
            refill: offer.refill,
            cancel: offer.cancel,
            dripfeed: offer.dripfeed,
        }
    }
}

pub fn services(tx: &ReadTx, user: UserId) -> Result<Vec<ServiceView>, Fault> {
    let prices = orders::price_list(tx, user)?;
    let view = |service: Service| {
        let price = prices.of(&service);
        ServiceView::of(service, price)
    };
    // What rests is left out, for clients of the field take whatever is listed for something that can be ordered.
    let is_there = |service: &Service| service.takes_orders() && service.is_visible_to(Some(user));
    Ok(catalog::active(tx)?.into_iter().filter(is_there).map(view).collect())
}

pub fn balance(tx: &ReadTx, user: UserId) -> Result<Value, Refused> {
    let held = ledger::balances(tx, user)?;
    let held = held.ok_or_else(|| Refused::Internal(AccountError::NoUser.to_string()))?;
    Ok(json!({ "balance": held.balance.get().to_string(), "currency": CURRENCY }))
}

/// How far an order is, or each of several.
pub fn status(tx: &ReadTx, user: UserId, ids: &Ids) -> Result<Value, Refused> {
    let orders = own(tx, user, ids)?;
    let view = |id: &String| match order_id(id).and_then(|id| orders.get(&id)) {
        Some(order) => Ok(progress(tx, order)?),
        None => Err(Refused::Order),
    };
    if !ids.is_list {
        return ids.texts.first().map_or(Err(Refused::Request), view);
    }
    let each = ids.texts.iter().map(|id| match view(id) {
        Err(fault @ (Refused::Busy | Refused::Internal(_))) => Err(fault),
        view => Ok((id.clone(), view.unwrap_or_else(|why| error(&why)))),
    });
    Ok(Value::Object(each.collect::<Result<Map<_, _>, _>>()?))
}

/// The user's own among these, by id.
fn own(tx: &ReadTx, user: UserId, ids: &Ids) -> Result<HashMap<OrderId, Order>, Fault> {
    let ids: Vec<OrderId> = ids.texts.iter().filter_map(|id| order_id(id)).collect();
    Ok(orders::some_of_user(tx, user, &ids)?.into_iter().map(|order| (order.id, order)).collect())
}

pub fn order_id(text: &str) -> Option<OrderId> {
    number_of(text).map(OrderId::new)
}

/// An id as clients write it.
pub fn number_of(text: &str) -> Option<i64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

pub fn error(why: &Refused) -> Value {
    json!({ "error": why.to_string() })
}

/// Of a drip-feed also how many runs are done, of a subscription how many posts were found, and the orders that these
/// are. The order of a post costs what it used of its subscription, for clients settle theirs by it.
fn progress(tx: &ReadTx, order: &Order) -> Result<Value, Fault> {
    let progress = order.state.progress;
    let done = progress.status == Status::Completed;
    let remains = progress.remains.unwrap_or(if done { 0 } else { order.ordered().get() });
    let is_post = order.run.is_some() && order.kind.is_for_posts();
    let charge = match is_post {
        true => orders::paid(tx, order)?.get(),
        false => order.charge.get().saturating_sub(order.state.refunded.get()),
    };
    let mut view = json!({
        "charge": charge.to_string(),
        "start_count": progress.start_count.unwrap_or(0).to_string(),
        "status": word(progress.status),
        "remains": remains.to_string(),
        "currency": CURRENCY,
    });
    if order.feed.is_some() || order.subscription.is_some() {
        let parts: Vec<i64> = orders::run_ids(tx, order.id)?.into_iter().map(OrderId::get).collect();
        view["orders"] = json!(parts);
    }
    if let Some(feed) = &order.feed {
        view["runs"] = json!(feed.ended.to_string());
    }
    if let Some(sold) = &order.subscription {
        let expiry: Vec<&str> = sold.expiry.split('-').rev().collect();
        (view["posts"], view["expiry"]) = (json!(sold.seen.to_string()), json!(expiry.join("/")));
    }
    Ok(view)
}

/// Exactly these words; anything else is taken for Pending.
fn word(status: Status) -> &'static str {
    match status {
        Status::Pending => "Pending",
        Status::Processing => "Processing",
        Status::InProgress => "In progress",
        Status::Completed => "Completed",
        Status::Partial => "Partial",
        Status::Canceled => "Canceled",
    }
}
