//! Everybody's orders, for admins: moved by hand, and decided when nobody else can.

use crate::accounts;
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{OrderId, ProviderId, UserId};
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::reason::Reason;
use crate::orders::{self, Decision, Dispatch, Filter, Moved, Order, Resolution, Status};
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::export::{Columns, Export};
use crate::web::fields::Word;
use crate::web::guards::{Admin, Staff};
use crate::web::orders::{OrderCountsView, OrderView, asked};
use crate::web::params::{PathId, Query};
use crate::web::respond::{Json, List};
use crate::web::user::Nothing;
use rocket::{Route, State, get, post, put, routes};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, csv, counts, show, set_status, cancel, resolve, acknowledge, refuse_cancel]
}

/// An order, whose it is, and how it stands with the provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminOrderView {
    #[serde(flatten)]
    order: OrderView,
    user_id: i64,
    username: String,
    /// VND, what the customer paid for it: the charge; of a run its share of what the drip-feed was charged.
    paid: i64,
    /// Whether it can end `partial`; a package cannot.
    has_parts: bool,
    /// VND for 1,000 units, or for one order, before the discount: as sold.
    rate: String,
    /// `manual`, `queued`, `sending`, `sent`, `refused` (not at the provider, and not going there) or `review`.
    dispatch: &'static str,
    /// The order for the same link that has to end first (`waits_for` is `link`); null: it waits for none.
    behind_order_id: Option<i64>,
    /// Where an order stands that is open for more than three times the median of its service, and for an hour:
    /// `queue`, `link` (behind another order for it), `review`, `by_hand` or `provider`. Null: no longer than others.
    slow: Option<&'static str>,
    /// Whether its customer made a link by which strangers see how far it is. Null in lists.
    shared: Option<bool>,
    /// Not told to the support.
    #[serde(flatten)]
    #[schema(value_type = AtProvider)]
    at_provider: Option<AtProvider>,
}

/// Who delivers an order, at what price, and how sending it went.
#[derive(Debug, Serialize, ToSchema)]
pub struct AtProvider {
    /// Null: fulfilled by hand.
    provider_id: Option<i64>,
    /// The provider's ids of the service and of the order.
    provider_service_id: Option<String>,
    provider_order_id: Option<String>,
    /// Whether the provider goes on with another account since, or at another address: it is not asked for the order
    /// any more.
    account_left: bool,
    /// VND, what the provider takes; an estimate until it names its charge.
    cost: Option<i64>,
    /// How often it was taken up for sending.
    attempts: i64,
    attempted_at: Option<String>,
    /// What the last attempt came to.
    dispatch_note: Option<String>,
    /// The same by its code, with its figures.
    dispatch_note_coded: Option<Note>,
    /// What the provider said last that could not be followed.
    contradiction: Option<String>,
    /// The same by its code, with its figures.
    contradiction_coded: Option<Note>,
}

/// As in lists, without what was given for the type's fields.
fn listed(order: Order, paid: Vnd, names: &HashMap<UserId, String>) -> AdminOrderView {
    let dispatch = order.shown_dispatch(order.state.dispatch);
    AdminOrderView {
        user_id: order.user.get(),
        username: names.get(&order.user).cloned().unwrap_or_default(),
        paid: paid.get(),
        has_parts: order.kind.has_parts,
        rate: order.rate.to_string(),
        dispatch,
        behind_order_id: order.behind.map(OrderId::get),
        slow: order.is_slow.then(|| stands(&order)),
        shared: None,
        at_provider: Some(at_provider(&order)),
        order: OrderView::listed(order),
    }
}

fn at_provider(order: &Order) -> AtProvider {
    let state = order.state.clone();
    AtProvider {
        provider_id: order.provider.map(ProviderId::get),
        provider_service_id: order.provider_service.clone(),
        account_left: order.is_left(),
        provider_order_id: state.provider_order,
        cost: state.cost.map(Vnd::get),
        attempts: state.attempts,
        attempted_at: state.attempted_at.map(Timestamp::rfc3339),
        dispatch_note: state.dispatch_note.as_ref().map(Note::to_string),
        dispatch_note_coded: state.dispatch_note,
        contradiction: state.provider_mismatch.as_ref().map(Note::to_string),
        contradiction_coded: state.provider_mismatch,
    }
}

/// Whom an open order waits for.
fn stands(order: &Order) -> &'static str {
    match order.state.dispatch {
        _ if order.behind.is_some() => "link",
        Dispatch::Queued | Dispatch::Sending | Dispatch::Scheduled | Dispatch::DripFeed => "queue",
        Dispatch::Review => "review",
        Dispatch::Manual => "by_hand",
        Dispatch::Sent | Dispatch::Refused => "provider",
    }
}

impl AdminOrderView {
    /// As much of it as the caller may know.
    fn told_to(self, by: &Staff) -> Self {
        if by.is_admin() { self } else { AdminOrderView { at_provider: None, ..self } }
    }
}

fn named(tx: &ReadTx, order: Order) -> Result<AdminOrderView, Fault> {
    let names = accounts::names(tx, &[order.user])?;
    let paid = orders::paid(tx, &order)?;
    let given = order.params.clone().into();
    let shared = orders::is_shared(tx, order.id)?;
    let mut view = listed(order, paid, &names);
    view.order.given = Some(given);
    view.shared = Some(shared);
    Ok(view)
}

/// Everybody's orders, newest first. The support is told nothing of providers and cannot filter by them, and sees what
/// customers bought alone.
#[utoipa::path(get, path = "/api/admin/orders", tag = "admin",
    params(("status" = Option<String>, Query), ("user_id" = Option<i64>, Query),
        ("provider_id" = Option<i64>, Query), ("service_id" = Option<i64>, Query),
        ("parent_id" = Option<i64>, Query, description = "the runs of this drip-feed, or the \
            posts of this subscription"),
        ("review" = Option<bool>, Query, description = "true: only parked ones and contradictions, runs too"),
        ("slow" = Option<bool>, Query, 
            description = "true: only those open for much longer than their service takes"),
        ("by_hand" = Option<bool>, Query, description = "true: only open ones that are done by hand, runs too"),
        ("cancel" = Option<String>, Query,
            description = "open: only those whose customer waits to hear of a cancel"),
        ("from" = Option<String>, Query, description = "placed since: RFC 3339, or a day in Asia/Ho_Chi_Minh"),
        ("to" = Option<String>, Query, description = "Like `from`; the second or day is included"),
        ("search" = Option<String>, Query,
            description = "an order id, the provider's id of it, or at least 3 characters of the link or of the \
                beginning of a user name"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<AdminOrderView>),
        (status = 403, body = Problem, description = "no admin: `provider_id` and `review` are for admins"),
        (status = 422, body = Problem)))]
#[get("/api/admin/orders")]
pub async fn list(app: &State<App>, by: Staff, query: Query) -> ApiResult<Json<List<AdminOrderView>>> {
    let (mut filter, page) = (filter(&query)?, query.page()?);
    if !by.is_admin() {
        if filter.provider.is_some() || filter.review {
            return Err(ApiError::forbidden(Reason::AdminsOnly));
        }
        filter.hides_providers = true;
    }
    let hidden = by.hidden();
    let read = move |tx: &ReadTx| {
        let filter = Filter { without: hidden.read(tx)?, ..filter };
        read(tx, &filter, page)
    };
    let orders = app.db.read(read).await?;
    Ok(Json(List::of(orders, |order| order.told_to(&by))))
}

pub fn filter(query: &Query) -> ApiResult<Filter> {
    Ok(Filter {
        user: query.id("user_id")?,
        provider: query.id("provider_id")?,
        review: query.flag("review")?.unwrap_or(false),
        slow: query.flag("slow")?.unwrap_or(false),
        by_hand: query.flag("by_hand")?.unwrap_or(false),
        cancel_open: query.reading("cancel", cancel_open)?.unwrap_or(false),
        ..asked(query)?
    })
}

fn read(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Page<AdminOrderView>, Fault> {
    let page = orders::list(tx, filter, page)?;
    let users: Vec<UserId> = page.items.iter().map(|order| order.user).collect();
    let names = accounts::names(tx, &users)?;
    let paid = orders::all_paid(tx, &page.items)?;
    let mut paid = paid.into_iter();
    Ok(page.map(|order| {
        let charge = order.charge;
        listed(order, paid.next().unwrap_or(charge), &names)
    }))
}

/// The columns of a file of orders.
const COLUMNS: Columns = Columns {
    file: "all-orders",
    header: "id,created_at,start_at,updated_at,user_id,username,service_id,service_name,type,link,quantity,runs,\
        interval,runs_done,rate,charge,discount_percent,refunded,cost,status,reason,start_count,remains,provider_id,\
        provider_service_id,provider_order_id,dispatch,attempts,attempted_at,dispatch_note,\
        contradiction",
};

/// Everybody's orders as a CSV file, with the filters of the list.
#[utoipa::path(get, path = "/api/admin/orders.csv", tag = "admin",
    params(("status" = Option<String>, Query), ("user_id" = Option<i64>, Query),
        ("provider_id" = Option<i64>, Query), ("service_id" = Option<i64>, Query), ("review" = Option<bool>, Query),
        ("slow" = Option<bool>, Query), ("by_hand" = Option<bool>, Query),
        ("cancel" = Option<String>, Query), ("from" = Option<String>, Query),
        ("to" = Option<String>, Query), ("search" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 422, body = Problem),
        (status = 429, body = Problem, description = "another export of the caller's is running")))]
#[get("/api/admin/orders.csv")]
pub fn csv(by: Admin, query: Query) -> ApiResult<Export> {
    let filter = filter(&query)?;
    Ok(Export::of(by.0, &COLUMNS, move |tx, page| read(tx, &filter, page)))
}

/// Whether only those are meant whose customer waits to hear of a cancel.
pub fn cancel_open(word: &str) -> Result<bool, Rule> {
    if word == "open" { Ok(true) } else { Err(Rule::one_of(["open"])) }
}

/// How many orders there are: everybody's, or a user's.
#[utoipa::path(get, path = "/api/admin/orders/counts", tag = "admin", params(("user_id" = Option<i64>, Query)),
    responses((status = 200, body = OrderCountsView), (status = 422, body = Problem)))]
#[get("/api/admin/orders/counts")]
pub fn counts(app: &State<App>, by: Staff, query: Query) -> ApiResult<Json<OrderCountsView>> {
    let user = query.id("user_id")?;
    let counts = app.db.read_now(|tx| orders::counts(tx, user, &by.hidden().read(tx)?))?;
    Ok(Json(OrderCountsView::from(counts)))
}

/// Anybody's order.
#[utoipa::path(get, path = "/api/admin/orders/{id}", tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, body = AdminOrderView), (status = 404, body = Problem)))]
#[get("/api/admin/orders/<id>")]
pub fn show(app: &State<App>, by: Staff, id: PathId<OrderId>) -> ApiResult<Json<AdminOrderView>> {
    let id = id.get()?;
    let found = app
        .db
        .read_now(|tx| orders::for_staff(tx, Some(by.0.id), id)?.map(|order| named(tx, order)).transpose())?;
    found.map(|order| Json(order.told_to(&by))).ok_or_else(ApiError::not_found)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetStatus {
    /// `processing`, `in_progress`, `completed`, `partial` or `canceled`.
    #[schema(value_type = String)]
    status: Word<Status>,
    start_count: Option<i64>,
    /// Units not delivered; needed for `partial`, whose refund it decides.
    remains: Option<i64>,
    /// Does it, tells what came of it, and takes it all back.
    dry_run: Option<bool>,
}

/// The order as it is now, and what moving it moved.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedOrderView {
    #[serde(flatten)]
    order: AdminOrderView,
    /// The money that went to users and came from them. Not told to the support.
    moved: Option<Vec<MovedMoneyView>>,
    /// Whether the refund for `remains` was rounded down, by less than a dong.
    rounded_down: bool,
    /// VND: commission that is not due any more and was not taken back, because the referrer had spent it. Not told to
    /// the support.
    commission_lost: Option<i64>,
}

/// A movement of money by the order's move.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedMoneyView {
    user_id: i64,
    username: String,
    /// `refund`, `commission` or `commission_reversal`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// VND; above zero: the user receives it.
    amount: i64,
    /// VND, the user's balance right after.
    balance_after: i64,
}

fn moved(tx: &ReadTx, moved: Moved) -> Result<MovedOrderView, Fault> {
    let users: Vec<UserId> = moved.transfers.iter().map(|transfer| transfer.user).collect();
    let names = accounts::names(tx, &users)?;
    let views = moved.transfers.into_iter().map(|transfer| MovedMoneyView {
        user_id: transfer.user.get(),
        username: names.get(&transfer.user).cloned().unwrap_or_default(),
        kind: transfer.kind.into_str(),
        amount: transfer.amount.get(),
        balance_after: transfer.balance_after.get(),
    });
    Ok(MovedOrderView {
        moved: Some(views.collect()),
        rounded_down: moved.is_rounded,
        commission_lost: Some(moved.lost_commission.get()),
        order: named(tx, moved.order)?,
    })
}

impl MovedOrderView {
    /// As much of it as the caller may know.
    fn told_to(self, by: &Staff) -> Self {
        let order = self.order.told_to(by);
        let (moved, commission_lost) =
            if by.is_admin() { (self.moved, self.commission_lost) } else { (None, None) };
        MovedOrderView { order, moved, commission_lost, ..self }
    }
}

/// Moves an order by hand, with the refund and the commission that belong to it; `dry_run` does the same and takes it
/// back. The support may set what is done by hand to
/// `processing`, `in_progress` and `completed`.
#[utoipa::path(put, path = "/api/admin/orders/{id}/status", tag = "admin", request_body = SetStatus,
    params(("id" = i64, Path)),
    responses((status = 200, body = MovedOrderView),
        (status = 403, body = Problem, description = "for admins"), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`order_final`, or `conflict` while it is being sent"),
        (status = 422, body = Problem)))]
#[put("/api/admin/orders/<id>/status", data = "<body>")]
pub async fn set_status(
    app: &State<App>,
    by: Staff,
    id: PathId<OrderId>,
    body: Body<SetStatus>,
) -> ApiResult<Json<MovedOrderView>> {
    let (id, actor, asked) = (id.get()?, by.actor(), body.0);
    let decision =
        Decision { status: asked.status.0, start_count: asked.start_count, remains: asked.remains };
    let decide = move |tx: &Tx| {
        let moved_order = orders::set_status_telling(tx, &actor, id, &decision)?;
        Ok::<_, orders::OrderError>(moved(tx, moved_order)?)
    };
    let dry_run = asked.dry_run.unwrap_or(false);
    let shown = if dry_run { app.db.try_out(decide).await? } else { app.db.write(decide).await? };
    Ok(Json(shown.told_to(&by)))
}

/// Cancels an order as its customer could, for the customer.
#[utoipa::path(post, path = "/api/admin/orders/{id}/cancel", tag = "admin",
    params(("id" = i64, Path)),
    responses((status = 200, body = AdminOrderView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`cancel_not_possible`, with why")))]
#[post("/api/admin/orders/<id>/cancel", data = "<_body>")]
pub async fn cancel(
    app: &State<App>,
    by: Staff,
    id: PathId<OrderId>,
    _body: Body<Nothing>,
) -> ApiResult<Json<AdminOrderView>> {
    let (id, actor) = (id.get()?, by.actor());
    let cancel = move |tx: &Tx| {
        let order = orders::cancel_for(tx, &actor, id)?;
        Ok::<_, orders::OrderError>(named(tx, order)?)
    };
    Ok(Json(app.db.write(cancel).await?.told_to(&by)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveOrder {
    /// `resend` (the provider does not have it), `sent` (it has it) or `cancel`.
    action: String,
    /// The provider's id of the order; needed for `sent`, and for nothing else.
    provider_order_id: Option<String>,
}

impl ResolveOrder {
    fn resolution(self) -> ApiResult<Resolution> {
        match (self.action.as_str(), self.provider_order_id) {
            ("resend", None) => Ok(Resolution::Resend),
            ("cancel", None) => Ok(Resolution::Cancel),
            ("sent", Some(id)) => Ok(Resolution::Sent(id)),
            ("sent", None) => Err(ApiError::field("provider_order_id", Rule::Needed)),
            ("resend" | "cancel", Some(_)) => {
                Err(ApiError::field("provider_order_id", Rule::NotWith { field: "action".to_owned() }))
            }
            _ => Err(ApiError::field("action", Rule::one_of(["resend", "sent", "cancel"]))),
        }
    }
}

/// Decides an order of which nobody knows whether the provider has it.
#[utoipa::path(post, path = "/api/admin/orders/{id}/resolve", tag = "admin", request_body = ResolveOrder,
    params(("id" = i64, Path)),
    responses((status = 200, body = AdminOrderView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "not parked, or the provider's id belongs to another order"),
        (status = 422, body = Problem)))]
#[post("/api/admin/orders/<id>/resolve", data = "<body>")]
pub async fn resolve(
    app: &State<App>,
    by: Admin,
    id: PathId<OrderId>,
    body: Body<ResolveOrder>,
) -> ApiResult<Json<AdminOrderView>> {
    let (id, actor, resolution) = (id.get()?, by.actor(), body.0.resolution()?);
    let decide = move |tx: &Tx| {
        let order = orders::resolve(tx, &actor, id, &resolution)?;
        Ok::<_, orders::OrderError>(named(tx, order)?)
    };
    let order = app.db.write(decide).await?;
    app.dispatch_wakeup.notify();
    Ok(Json(order))
}

/// Takes note of a contradiction, which ends its being listed for review.
#[utoipa::path(post, path = "/api/admin/orders/{id}/acknowledge", tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, body = AdminOrderView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "there is none")))]
#[post("/api/admin/orders/<id>/acknowledge", data = "<_body>")]
pub async fn acknowledge(
    app: &State<App>,
    by: Admin,
    id: PathId<OrderId>,
    _body: Body<Nothing>,
) -> ApiResult<Json<AdminOrderView>> {
    let (id, actor) = (id.get()?, by.actor());
    let decide = move |tx: &Tx| {
        let order = orders::acknowledge(tx, &actor, id)?;
        Ok::<_, orders::OrderError>(named(tx, order)?)
    };
    Ok(Json(app.db.write(decide).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseCancel {
    /// What the customer reads of it; up to 500 characters.
    detail: Option<String>,
}

/// Refuses a customer's wish that an order be canceled. To grant it, set the order's status.
#[utoipa::path(post, path = "/api/admin/orders/{id}/refuse-cancel", tag = "admin", request_body = RefuseCancel,
    params(("id" = i64, Path)),
    responses((status = 200, body = AdminOrderView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "nobody waits for it"), (status = 422, body = Problem)))]
#[post("/api/admin/orders/<id>/refuse-cancel", data = "<body>")]
pub async fn refuse_cancel(
    app: &State<App>,
    by: Admin,
    id: PathId<OrderId>,
    body: Body<RefuseCancel>,
) -> ApiResult<Json<AdminOrderView>> {
    let (id, actor, detail) = (id.get()?, by.actor(), body.0.detail);
    let decide = move |tx: &Tx| {
        let order = orders::refuse_cancel(tx, &actor, id, detail.as_deref())?;
        Ok::<_, orders::OrderError>(named(tx, order)?)
    };
    Ok(Json(app.db.write(decide).await?))
}
