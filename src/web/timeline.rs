//! What an order went through, as its customer sees it: no word about the provider, and of admins no name.

use super::error::{ApiError, ApiResult, Problem};
use super::guards::Caller;
use super::params::PathId;
use super::respond::Json;
use crate::kernel::ids::OrderId;
use crate::orders::{self, Actor, EventKind, Order, OrderEvent, Status};
use rocket::{Route, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![show]
}

/// Oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineView {
    items: Vec<StepView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StepView {
    at: String,
    /// `charged`, `released` (its time has come), `sent`, `started`, `completed`, `partial`, `canceled` or `refunded`;
    /// `cancel_asked`, `cancel_refused`.
    step: &'static str,
    /// The order's status from then on.
    status: &'static str,
    /// VND: what was paid with `charged`, what went back with `refunded`.
    amount: Option<i64>,
    /// `customer`, `panel` or `support`.
    by: &'static str,
}

/// What one of the caller's orders went through.
#[utoipa::path(get, path = "/api/orders/{id}/timeline", tag = "orders", params(("id" = i64, Path)),
    responses((status = 200, body = TimelineView), (status = 404, body = Problem)))]
#[get("/api/orders/<id>/timeline")]
pub fn show(me: Caller<'_>, id: PathId<OrderId>) -> ApiResult<Json<TimelineView>> {
    let found = me.read(|tx, me| {
        let id = id.get()?;
        let order = orders::of_user(tx, me.id, id)?;
        order.map(|order| Ok(view(&order, &orders::steps(tx, id)?))).transpose()
    })?;
    found.map(Json).ok_or_else(ApiError::not_found)
}

pub fn view(order: &Order, steps: &[OrderEvent]) -> TimelineView {
    let charged = StepView {
        at: order.created_at.rfc3339(),
        step: "charged",
        status: Status::Pending.into_str(),
        amount: Some(order.charge.get()),
        by: "customer",
    };
    TimelineView { items: std::iter::once(charged).chain(steps.iter().flat_map(seen)).collect() }
}

/// What the customer sees of a step: where the order moved to, and what went back.
fn seen(step: &OrderEvent) -> impl Iterator<Item = StepView> {
    let by = match (step.kind.by(), step.actor) {
        (Actor::Panel | Actor::Provider, _) => "panel",
        (Actor::Admin, _) | (Actor::Customer, Some(_)) => "support",
        (Actor::Customer, None) => "customer",
    };
    let (at, status) = (step.at.rfc3339(), step.status.into_str());
    let item = move |step, amount| StepView { at: at.clone(), step, status, amount, by };
    let released = (step.kind == EventKind::Released).then(|| item("released", None));
    let moved = Some(step.status).filter(|status| *status != step.from).and_then(word);
    let refund = Some(step.refund.get()).filter(|refund| *refund > 0);
    let moved = moved.or(wish(step.kind)).map(|word| item(word, None));
    let refunded = refund.map(|refund| item("refunded", Some(refund)));
    released.into_iter().chain(moved).chain(refunded)
}

/// What became of a wish that it be canceled.
fn wish(kind: EventKind) -> Option<&'static str> {
    match kind {
        EventKind::CancelAsked => Some("cancel_asked"),
        EventKind::CancelRefused | EventKind::CancelDeclined => Some("cancel_refused"),
        EventKind::Taken
        | EventKind::Refused
        | EventKind::NotSent
        | EventKind::NextSource
        | EventKind::Released
        | EventKind::RunsMoved
        | EventKind::RunDropped
        | EventKind::Held
        | EventKind::Parked
        | EventKind::Reported
        | EventKind::Contradicted
        | EventKind::Agreed
        | EventKind::StatusSet
        | EventKind::Resent
        | EventKind::Linked
        | EventKind::Withdrawn
        | EventKind::Acknowledged
        | EventKind::CanceledByCustomer
        | EventKind::CancelAccepted => None,
    }
}

fn word(status: Status) -> Option<&'static str> {
    match status {
        Status::Pending => None,
        Status::Processing => Some("sent"),
        Status::InProgress => Some("started"),
        Status::Completed => Some("completed"),
        Status::Partial => Some("partial"),
        Status::Canceled => Some("canceled"),
    }
}
