//! A customer's orders.

use super::body::{Body, RawBody};
use super::error::{ApiError, ApiResult, Problem};
use super::export::{Columns, Export};
use super::fields::TimeField;
use super::guards::{Caller, Member};
use super::idempotent::Idempotent;
use super::kept::{Basis, Kept, Page};
use super::order_types::{TypeFields, order_type_schema};
use super::params::{PathId, Query};
use super::period::Period;
use super::respond::{Json, List, Prepared, json_bytes};
use super::user::Nothing;
use crate::db::Tx;
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::{OrderId, ServiceId, UserId, UserSet};
use crate::kernel::money::Vnd;
use crate::kernel::page::{self, PageRequest};
use crate::order_types::Params;
use crate::orders::{
    self, CancelRequest, Filter, Order, Placement, Quote, Search, Status as OrderStatus, Timing,
};
use crate::state::App;
use rocket::http::Status;
use rocket::http::uri::Origin;
use rocket::{Route, State, get, post, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![place, quote, list, csv, counts, show, cancel, list_of_user]
}

/// A request to buy.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlaceOrder {
    service_id: i64,
    /// An address or a user name, as the service's `link_kind` says; needed where the service's `fields` name it.
    #[schema(example = "https://www.tiktok.com/@ten/video/1")]
    link: Option<String>,
    /// Needed where the service's `fields` name it; else it may repeat the number of lines, or be 1.
    quantity: Option<i64>,
    /// RFC 3339, at most 30 days ahead: it is not sent before this time.
    #[schema(value_type = Option<String>, example = "2026-12-01T08:00:00+07:00")]
    start_at: Option<TimeField>,
    /// 2 to 1,000 runs of the quantity, where the service has `dripfeed`.
    runs: Option<i64>,
    /// Minutes from one run to the next, 0 to 10,080; all runs within 90 days.
    interval: Option<i64>,
    /// VND. A higher charge is refused with `price_changed`, a lower one goes through.
    expected_charge: Option<i64>,
    #[serde(flatten)]
    fields: TypeFields,
}

impl PlaceOrder {
    pub fn by(self, user: UserId) -> Placement {
        Placement {
            user,
            service: ServiceId::new(self.service_id),
            link: self.link.unwrap_or_default(),
            quantity: self.quantity,
            params: self.fields.into(),
            timing: Timing {
                start_at: self.start_at.map(|start| start.0),
                runs: self.runs,
                interval: self.interval,
            },
            expected_charge: self.expected_charge.map(Vnd::new),
        }
    }
}

/// What an order would cost.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteView {
    /// VND.
    charge: i64,
    quantity: i64,
    /// What the charge is made of: the quantity of all runs, the most for all posts, or 1 where the rate is for one
    /// order.
    units: i64,
    /// VND for 1,000 units, or for one order; before the discount. A decimal number.
    #[schema(example = "12000")]
    rate: String,
    discount_percent: i64,
}

/// What was bought, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderView {
    pub id: i64,
    pub service_id: i64,
    pub service_name: String,
    /// How it was ordered: the type that the service had.
    #[serde(rename = "type")]
    #[schema(schema_with = order_type_schema)]
    pub kind: &'static str,
    pub link: String,
    pub quantity: i64,
    #[serde(flatten)]
    #[schema(value_type = GivenView)]
    pub given: Option<GivenView>,
    /// It is not sent before this time; null: at once.
    pub start_at: Option<String>,
    /// Of a drip-feed: so many runs of `quantity`, and so many minutes between them.
    pub runs: Option<i64>,
    pub interval: Option<i64>,
    /// How many runs have ended.
    pub runs_done: Option<i64>,
    /// Why no further run is begun, in the words of `reason`; null while they go on.
    pub runs_stopped: Option<&'static str>,
    /// When the next run is due; null while the last one is not sent yet, or none is left.
    pub next_run_at: Option<String>,
    /// Of a subscription: for how many posts it is paid, and how many were found so far.
    pub posts: Option<i64>,
    pub posts_done: Option<i64>,
    /// Of a run: the drip-feed, which has all the money, and its number there; of a post: the subscription.
    pub parent_id: Option<i64>,
    pub run: Option<i64>,
    /// What it waits for before anything more is done about it: `start_at`, `interval` (the next run), `link` (another
    /// order for the same link has to end first), or null.
    pub waits_for: Option<&'static str>,
    /// VND.
    pub charge: i64,
    /// VND: of a run its share of what the drip-feed was charged, of a post what it used of its subscription. Only
    /// where such a one is asked for alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false)]
    pub paid: Option<i64>,
    pub discount_percent: i64,
    /// VND, all that went back so far.
    pub refunded: i64,
    /// `pending`, `processing`, `in_progress`, `completed`, `partial` or `canceled`.
    pub status: &'static str,
    /// Why it was canceled: `provider_refused`, `provider_canceled`, `canceled_by_admin`,
    /// `canceled_by_customer`, `canceled_by_support`, or null.
    pub reason: Option<&'static str>,
    /// What the counter stood at when the work began.
    pub start_count: Option<i64>,
    /// Units not delivered yet.
    pub remains: Option<i64>,
    /// Whether `cancel` may be called now.
    pub can_cancel: bool,
    /// What it would do: `at_once` (it was not sent yet) or `request`; null where it may not be called.
    pub cancel_way: Option<&'static str>,
    /// Why it may not be called: the reason that `cancel` would be refused with; null where it may.
    pub cancel_refusal: Option<&'static str>,
    /// Whether a refill may be asked for now.
    pub can_refill: bool,
    /// From when on, where only the time is missing; null: now, or not at all.
    pub refill_from: Option<String>,
    pub completed_at: Option<String>,
    /// That it shall be canceled, which whoever delivers it has been asked for.
    pub cancel: Option<CancelView>,
    pub created_at: String,
    pub updated_at: String,
}

/// A wish that an order be canceled.
#[derive(Debug, Serialize, ToSchema)]
pub struct CancelView {
    requested_at: String,
    /// `asked` or `refused`.
    state: &'static str,
    /// What support says to it.
    detail: Option<String>,
}

impl From<CancelRequest> for CancelView {
    fn from(wish: CancelRequest) -> Self {
        CancelView {
            requested_at: wish.requested_at.rfc3339(),
            state: wish.state.shown(),
            detail: wish.detail,
        }
    }
}

/// What was given for the type's fields. Left out in lists and events, so that these stay small.
#[derive(Debug, Serialize, ToSchema)]
pub struct GivenView {
    /// One a line, where the type takes some.
    #[schema(value_type = Option<String>)]
    comments: Option<Value>,
    /// The other fields, as they were given.
    #[schema(value_type = Object, required = false)]
    params: Params,
}

impl From<Params> for GivenView {
    fn from(mut params: Params) -> Self {
        GivenView { comments: params.take("comments"), params }
    }
}

impl From<Order> for OrderView {
    fn from(order: Order) -> Self {
        let progress = order.state.progress;
        let (cancel_way, cancel_refusal) = match orders::cancel_way(&order) {
            Ok(way) => (Some(way.into_str()), None),
            Err(why) => (None, Some(<&str>::from(why))),
        };
        let feed = order.feed.as_ref();
        OrderView {
            runs: feed.map(|feed| feed.runs),
            interval: feed.map(|feed| feed.interval_minutes),
            runs_done: feed.map(|feed| feed.ended),
            runs_stopped: feed.and_then(|feed| feed.stopped).map(<&str>::from),
            next_run_at: feed.and_then(|feed| feed.next_at).map(Timestamp::rfc3339),
            posts: order.subscription.as_ref().map(|sold| sold.posts),
            posts_done: order.subscription.as_ref().map(|sold| sold.seen),
            parent_id: order.run.map(|run| run.parent.get()),
            run: order.run.map(|run| run.number),
            waits_for: order.waits_for(),
            start_at: order.start_at.map(Timestamp::rfc3339),
            id: order.id.get(),
            service_id: order.service.get(),
            service_name: order.service_name,
            kind: order.kind.word,
            link: order.link,
            quantity: order.quantity.get(),
            given: Some(order.params.into()),
            charge: order.charge.get(),
            paid: None,
            discount_percent: order.discount.get(),
            refunded: order.state.refunded.get(),
            status: progress.status.into_str(),
            reason: order.state.reason.map(<&str>::from),
            start_count: progress.start_count,
            remains: progress.remains,
            can_cancel: cancel_way.is_some(),
            cancel_way,
            cancel_refusal,
            can_refill: order.can_refill,
            refill_from: order.refill_from,
            completed_at: order.state.completed_at.map(Timestamp::rfc3339),
            cancel: order.state.cancel.map(CancelView::from),
            created_at: order.created_at.rfc3339(),
            updated_at: order.updated_at.rfc3339(),
        }
    }
}

impl OrderView {
    /// As lists and events show it.
    pub fn listed(order: Order) -> Self {
        OrderView { given: None, ..order.into() }
    }
}

/// Buys: charged at once, carried out in the background.
#[utoipa::path(post, path = "/api/orders", tag = "orders", request_body = PlaceOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition harmless")),
    responses((status = 201, body = OrderView),
        (status = 402, body = Problem, description = "`insufficient_balance`"),
        (status = 409, body = Problem, description = "`service_inactive` or `price_changed`"),
        (status = 422, body = Problem), (status = 503, body = Problem, description = "`not_configured`")))]
#[post("/api/orders", data = "<body>")]
pub async fn place(app: &State<App>, me: Member, key: Idempotent, body: RawBody) -> ApiResult<Prepared> {
    let user = me.id;
    let buy = move |tx: &Tx, request: PlaceOrder| Ok(OrderView::from(orders::place(tx, request.by(user))?));
    let answer = key.once(app, user, &body, Status::Created, buy).await?;
    app.dispatch_wakeup.notify();
    Ok(answer)
}

/// What an order would cost, or why it would be refused. The balance is not looked at.
#[utoipa::path(post, path = "/api/orders/quote", tag = "orders", request_body = PlaceOrder,
    responses((status = 200, body = QuoteView),
        (status = 409, body = Problem, description = "`service_inactive` or `price_changed`"),
        (status = 422, body = Problem), (status = 503, body = Problem, description = "`not_configured`")))]
#[post("/api/orders/quote", data = "<body>")]
pub fn quote(app: &State<App>, me: Member, body: Body<PlaceOrder>) -> ApiResult<Json<QuoteView>> {
    let placement = body.0.by(me.id);
    let Quote { charge, quantity, units, rate, discount } =
        app.db.read_now(|tx| orders::quote(tx, placement))?;
    let (charge, quantity, discount_percent) = (charge.get(), quantity.get(), discount.get());
    Ok(Json(QuoteView { charge, quantity, units, rate: rate.to_string(), discount_percent }))
}

/// The caller's orders, newest first.
#[utoipa::path(get, path = "/api/orders", tag = "orders",
    params(("status" = Option<String>, Query), ("service_id" = Option<i64>, Query),
        ("parent_id" = Option<i64>, Query, description = "the runs of this drip-feed, or the orders of this \
            subscription's posts; they are listed nowhere else"),
        ("from" = Option<String>, Query, description = "placed since: RFC 3339, or a day in Asia/Ho_Chi_Minh"),
        ("to" = Option<String>, Query, description = "Like `from`; the second or day is included"),
        ("search" = Option<String>, Query, description = "an order id, or at least 3 characters of the link"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<OrderView>), (status = 422, body = Problem)))]
#[get("/api/orders")]
pub async fn list(
    app: &State<App>,
    kept: &State<Kept>,
    me: Caller<'_>,
    address: &Origin<'_>,
    query: Query,
) -> ApiResult<Page> {
    own(app, kept, me, address, &query).await
}

/// The same as `GET /api/orders`.
#[utoipa::path(get, path = "/api/user/orders", tag = "orders",
    params(("status" = Option<String>, Query), ("search" = Option<String>, Query),
        ("service_id" = Option<i64>, Query), ("from" = Option<String>, Query), ("to" = Option<String>, Query),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<OrderView>), (status = 422, body = Problem)))]
#[get("/api/user/orders")]
pub async fn list_of_user(
    app: &State<App>,
    kept: &State<Kept>,
    me: Caller<'_>,
    address: &Origin<'_>,
    query: Query,
) -> ApiResult<Page> {
    own(app, kept, me, address, &query).await
}

/// What a look at the caller's orders comes to.
enum Found {
    Kept(Page),
    Read(UserId, Basis, page::Page<Order>),
    /// A search may take a while, so it is not done in place.
    ToSearch(UserId, Basis, Filter, PageRequest),
}

async fn own(
    app: &App,
    kept: &Kept,
    caller: Caller<'_>,
    address: &Origin<'_>,
    query: &Query,
) -> ApiResult<Page> {
    let changes = app.db.changes();
    let question = address.query().map(|query| query.as_str()).unwrap_or_default();
    let as_of = changes.newest();
    let found = caller.read(|tx, me| {
        let basis = Basis::now(tx)?;
        if let Some(page) = kept.get(changes, basis, me.id, question) {
            return Ok(Found::Kept(page));
        }
        let filter = Filter { user: Some(me.id), ..asked(query)? };
        let page = query.page()?;
        Ok(match filter.search {
            None => Found::Read(me.id, basis, orders::list(tx, &filter, page)?),
            Some(_) => Found::ToSearch(me.id, basis, filter, page),
        })
    })?;
    let (user, basis, orders) = match found {
        Found::Kept(page) => return Ok(page),
        Found::Read(user, basis, orders) => (user, basis, orders),
        Found::ToSearch(user, basis, filter, page) => {
            (user, basis, app.db.read(move |tx| orders::list(tx, &filter, page)).await?)
        }
    };
    let page = Page::read(as_of, basis, json_bytes(&List::of(orders, OrderView::listed))?);
    kept.keep(user, question, &page);
    Ok(page)
}

/// The columns of a file of orders.
const COLUMNS: Columns = Columns {
    file: "orders",
    header: "id,created_at,start_at,updated_at,service_id,service_name,type,link,quantity,runs,interval,\
        runs_done,charge,discount_percent,refunded,status,reason,start_count,remains",
};

/// The caller's orders as a CSV file, with the filters of the list.
#[utoipa::path(get, path = "/api/orders.csv", tag = "orders",
    params(("status" = Option<String>, Query), ("search" = Option<String>, Query),
        ("service_id" = Option<i64>, Query), ("from" = Option<String>, Query), ("to" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 422, body = Problem),
        (status = 429, body = Problem, description = "another export of the caller's is running")))]
#[get("/api/orders.csv")]
pub fn csv(me: Member, query: Query) -> ApiResult<Export> {
    let filter = Filter { user: Some(me.id), ..asked(&query)? };
    Ok(Export::of(me, &COLUMNS, move |tx, page| Ok(orders::list(tx, &filter, page)?.map(OrderView::listed))))
}

/// The filters that customers and admins have in common.
pub fn asked(query: &Query) -> ApiResult<Filter> {
    let Period { from, until } = Period::of(query)?;
    Ok(Filter {
        from,
        until,
        service: query.id("service_id")?,
        parent: query.id("parent_id")?,
        status: query.word("status")?,
        search: query.reading("search", Search::parse)?,
        ..Filter::default()
    })
}

/// How many orders have each status.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ByStatusView {
    pending: i64,
    processing: i64,
    in_progress: i64,
    completed: i64,
    partial: i64,
    canceled: i64,
}

impl From<&[(OrderStatus, i64)]> for ByStatusView {
    fn from(counts: &[(OrderStatus, i64)]) -> Self {
        let mut view = ByStatusView::default();
        for (status, count) in counts {
            let place = match status {
                OrderStatus::Pending => &mut view.pending,
                OrderStatus::Processing => &mut view.processing,
                OrderStatus::InProgress => &mut view.in_progress,
                OrderStatus::Completed => &mut view.completed,
                OrderStatus::Partial => &mut view.partial,
                OrderStatus::Canceled => &mut view.canceled,
            };
            *place = *count;
        }
        view
    }
}

/// How many orders there are. Of one user, each count ends at 1,000, which means 1,000 or more.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderCountsView {
    all: i64,
    #[serde(flatten)]
    by_status: ByStatusView,
}

impl From<Vec<(OrderStatus, i64)>> for OrderCountsView {
    fn from(counts: Vec<(OrderStatus, i64)>) -> Self {
        let all = counts.iter().fold(0_i64, |all, (_, count)| all.saturating_add(*count));
        OrderCountsView { all, by_status: counts.as_slice().into() }
    }
}

/// How many orders the caller has.
#[utoipa::path(get, path = "/api/orders/counts", tag = "orders", responses((status = 200, body = OrderCountsView)))]
#[get("/api/orders/counts")]
pub fn counts(me: Caller<'_>) -> ApiResult<Json<OrderCountsView>> {
    let counts = me.read(|tx, me| Ok(orders::counts(tx, Some(me.id), &UserSet::default())?))?;
    Ok(Json(OrderCountsView::from(counts)))
}

/// One of the caller's orders.
#[utoipa::path(get, path = "/api/orders/{id}", tag = "orders", params(("id" = i64, Path)),
    responses((status = 200, body = OrderView), (status = 404, body = Problem)))]
#[get("/api/orders/<id>")]
pub fn show(me: Caller<'_>, id: PathId<OrderId>) -> ApiResult<Json<OrderView>> {
    let order = me.read(|tx, me| {
        let Some(order) = orders::of_user(tx, me.id, id.get()?)? else { return Ok(None) };
        let paid = order.run.map(|_| orders::paid(tx, &order)).transpose()?;
        Ok(Some(OrderView { paid: paid.map(Vnd::get), ..order.into() }))
    })?;
    order.map(Json).ok_or_else(ApiError::not_found)
}

/// Cancels an order that was not sent yet, with all of its money; of any other that its service lets be canceled, asks
/// whoever delivers it.
#[utoipa::path(post, path = "/api/orders/{id}/cancel", tag = "orders", params(("id" = i64, Path)),
    responses((status = 200, body = OrderView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`cancel_not_possible`, with why")))]
#[post("/api/orders/<id>/cancel", data = "<_body>")]
pub async fn cancel(
    app: &State<App>,
    me: Member,
    id: PathId<OrderId>,
    _body: Body<Nothing>,
) -> ApiResult<Json<OrderView>> {
    let (user, id) = (me.id, id.get()?);
    Ok(Json(app.db.write(move |tx| orders::cancel(tx, user, id)).await?.into()))
}
