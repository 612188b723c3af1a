//! What an order went through, as admins see it: who did what, what was said to the provider and by it.

use crate::accounts;
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::note::Note;
use crate::orders::{self, Actor, Attempt, Dispatch, Order, OrderEvent, Status};
use crate::provider::Exchange;
use crate::state::App;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::guards::Staff;
use crate::web::params::PathId;
use crate::web::respond::Json;
use crate::web::timeline::{self, TimelineView};
use rocket::{Route, State, get, routes};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![show]
}

/// Oldest first; of more than 500 steps the newest.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminTimelineView {
    items: Vec<AdminStepView>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdminStepView {
    at: String,
    /// `charged`; `sending` (it is on its way now), `taken`, `refused`, `not_sent`, `next_source`, `parked`;
    /// `reported`, `contradicted`, `agreed`; `status_set`, `resent`, `linked`, `withdrawn`, `acknowledged`;
    /// `released`, `runs_moved`, `run_dropped`; `canceled_by_customer`, `cancel_asked`, `cancel_accepted`,
    /// `cancel_refused`, `cancel_declined`; `refunded`;
    /// `earlier` (before steps were kept).
    step: &'static str,
    /// The order's status from then on.
    status: &'static str,
    /// How it stood with the provider from then on.
    dispatch: &'static str,
    /// VND: what was paid with `charged`, what went back with `refunded`.
    amount: Option<i64>,
    /// `customer`, `panel`, `provider`, `support` (for the customer, or by hand), `admin` or `console` (the command
    /// line).
    by: &'static str,
    /// The customer's or the admin's user name.
    actor: Option<String>,
    /// What was said: a refusal, the cause of a failure, a report, a contradiction; of `taken` and `linked` the
    /// provider's id of the order.
    note: Option<String>,
    /// The same by its code, with its figures.
    note_coded: Option<Note>,
    attempt: Option<AttemptView>,
}

/// One attempt to send an order. What was sent and said is without the key.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttemptView {
    /// 1 for the first.
    number: i64,
    began_at: String,
    duration_ms: Option<u64>,
    /// The fields as they were sent, long ones shortened.
    request: Option<BTreeMap<String, String>>,
    /// HTTP status and body, shortened. Null: there was no answer.
    answer: Option<String>,
    /// Of a parked order: the operator's money at the provider as heard of last before, and as asked for afterwards.
    balance_before: Option<String>,
    balance_after: Option<String>,
}

/// What the caller may know of it: the support knows what the customer does.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ShownTimeline {
    Admin(AdminTimelineView),
    Support(TimelineView),
}

/// What anybody's order went through; the support is shown what its customer sees.
#[utoipa::path(get, path = "/api/admin/orders/{id}/timeline", tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, body = ShownTimeline), (status = 404, body = Problem)))]
#[get("/api/admin/orders/<id>/timeline")]
pub fn show(app: &State<App>, by: Staff, id: PathId<OrderId>) -> ApiResult<Json<ShownTimeline>> {
    let id = id.get()?;
    let shown = |tx: &ReadTx, order: Order| {
        Ok::<_, Fault>(if by.is_admin() {
            ShownTimeline::Admin(view(tx, &order)?)
        } else {
            ShownTimeline::Support(timeline::view(&order, &orders::steps(tx, id)?))
        })
    };
    let found = app
        .db
        .read_now(|tx| orders::for_staff(tx, Some(by.0.id), id)?.map(|order| shown(tx, order)).transpose())?;
    found.map(Json).ok_or_else(ApiError::not_found)
}

fn view(tx: &ReadTx, order: &Order) -> Result<AdminTimelineView, Fault> {
    let steps = orders::steps(tx, order.id)?;
    let mut people: Vec<UserId> = steps.iter().filter_map(|step| step.actor).chain([order.user]).collect();
    people.sort_unstable();
    people.dedup();
    let names = accounts::names(tx, &people)?;
    let support = accounts::of_support(tx, &people)?;
    let mut items = vec![charged(order, &names)];
    items.extend(steps.into_iter().flat_map(|step| seen(order, step, &names, &support)));
    items.extend(sending(order));
    Ok(AdminTimelineView { items })
}

fn charged(order: &Order, names: &HashMap<UserId, String>) -> AdminStepView {
    AdminStepView {
        at: order.created_at.rfc3339(),
        step: "charged",
        status: Status::Pending.into_str(),
        dispatch: order.shown_dispatch(Dispatch::Scheduled),
        amount: Some(order.charge.get()),
        by: "customer",
        actor: names.get(&order.user).cloned(),
        note: None,
        note_coded: None,
        attempt: None,
    }
}

/// A step, and what went back with it.
fn seen(
    order: &Order,
    step: OrderEvent,
    names: &HashMap<UserId, String>,
    support: &[UserId],
) -> impl Iterator<Item = AdminStepView> + use<> {
    let is_support = step.actor.is_some_and(|actor| support.contains(&actor));
    let by = match (step.kind.by(), step.actor) {
        (Actor::Panel, _) => "panel",
        (Actor::Provider, _) => "provider",
        (Actor::Admin | Actor::Customer, Some(_)) if is_support => "support",
        (Actor::Admin | Actor::Customer, Some(_)) => "admin",
        (Actor::Admin, None) => "console",
        (Actor::Customer, None) => "customer",
    };
    let item = AdminStepView {
        at: step.at.rfc3339(),
        step: step.kind.into_str(),
        status: step.status.into_str(),
        dispatch: order.shown_dispatch(step.dispatch),
        amount: None,
        by,
        actor: step.actor.and_then(|actor| names.get(&actor).cloned()),
        note: step.note.as_ref().map(Note::to_string),
        note_coded: step.note,
        attempt: step.attempt.map(attempt),
    };
    let amount = Some(step.refund.get()).filter(|refund| *refund > 0);
    let refunded = amount.map(|_| AdminStepView {
        step: "refunded",
        amount,
        note: None,
        note_coded: None,
        attempt: None,
        ..item.clone()
    });
    std::iter::once(item).chain(refunded)
}

fn attempt(attempt: Attempt) -> AttemptView {
    let Exchange { request, answer, duration, balance_before, balance_after } = attempt.exchange;
    AttemptView {
        number: attempt.number,
        began_at: attempt.began_at.rfc3339(),
        duration_ms: duration.map(|it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX)),
        request,
        answer,
        balance_before,
        balance_after,
    }
}

/// The claim that has no outcome yet.
fn sending(order: &Order) -> Option<AdminStepView> {
    let state = &order.state;
    let began_at = state.attempted_at.filter(|_| state.dispatch == Dispatch::Sending)?;
    let attempt = Attempt { number: state.attempts, began_at, exchange: Exchange::default() };
    Some(AdminStepView {
        at: began_at.rfc3339(),
        step: "sending",
        status: state.progress.status.into_str(),
        dispatch: state.dispatch.into_str(),
        amount: None,
        by: "panel",
        actor: None,
        note: None,
        note_coded: None,
        attempt: Some(self::attempt(attempt)),
    })
}
