//! The same status for many orders, for admins: looked at first, then set in one commit.

use crate::db::Tx;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::ids::{ProviderId, ServiceId, UserId};
use crate::kernel::money::Vnd;
use crate::kernel::reason::Reason;
use crate::orders::{self, Chosen, Filter, Goal, OrderError, Search, Settled, Status};
use crate::state::App;
use crate::web::admin::chosen::Choice;
use crate::web::admin::orders::{cancel_open, filter};
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::fields::Word;
use crate::web::guards::Admin;
use crate::web::params::Query;
use crate::web::period::Period;
use crate::web::respond::Json;
use rocket::{Route, State, get, post, routes};
use serde::{Deserialize, Serialize};
use std::hash::{DefaultHasher, Hash, Hasher};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![count, set_status]
}

/// Which orders are meant, as the query of `GET /api/admin/orders` says it. With nothing in it: all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderBulkFilter {
    #[schema(value_type = Option<String>)]
    status: Option<Word<Status>>,
    /// An order id, the provider's id of it, or at least 3 characters of the link or of the beginning of a user name.
    search: Option<String>,
    user_id: Option<i64>,
    provider_id: Option<i64>,
    service_id: Option<i64>,
    /// Placed since: RFC 3339, or a day in Asia/Ho_Chi_Minh.
    from: Option<String>,
    /// Like `from`; the second or day is included.
    to: Option<String>,
    /// `open`: only those whose customer waits to hear of a cancel.
    cancel: Option<String>,
    /// True: only those open for much longer than their service takes.
    slow: Option<bool>,
    /// True: only open ones that are done by hand.
    by_hand: Option<bool>,
    /// True: only parked ones and contradictions.
    review: Option<bool>,
}

impl OrderBulkFilter {
    fn filter(self) -> ApiResult<Filter> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let wrong = |FieldError { field, rule }| ApiError::field(format!("filter.{field}"), rule);
        let wrong_in = |field: &'static str| move |rule: Rule| wrong(FieldError::new(field, rule));
        let Period { from, until } =
            Period::between(said(&self.from).as_deref(), said(&self.to).as_deref()).map_err(wrong)?;
        let search = said(&self.search).map(|text| Search::parse(&text)).transpose();
        let cancel = said(&self.cancel).map(|word| cancel_open(&word)).transpose();
        Ok(Filter {
            status: self.status.map(|status| status.0),
            search: search.map_err(wrong_in("search"))?,
            user: self.user_id.map(UserId::new),
            provider: self.provider_id.map(ProviderId::new),
            service: self.service_id.map(ServiceId::new),
            from,
            until,
            cancel_open: cancel.map_err(wrong_in("cancel"))?.unwrap_or(false),
            slow: self.slow.unwrap_or(false),
            by_hand: self.by_hand.unwrap_or(false),
            review: self.review.unwrap_or(false),
            ..Filter::default()
        })
    }
}

/// Either `order_ids` or `filter`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderBulkChange {
    /// 1 to 1,000 of them.
    order_ids: Option<Vec<i64>>,
    /// All that it matches, 1 to 1,000 of them.
    filter: Option<OrderBulkFilter>,
    /// How many the filter matches, as the dry run has shown. Needed with a filter that changes something.
    #[schema(minimum = 1, maximum = 1000)]
    expected: Option<usize>,
    /// `processing`, `in_progress`, `completed` or `canceled`; `partial` needs `remains` of each order.
    #[schema(value_type = String)]
    status: Word<Goal>,
    /// The `plan` of the dry run: nothing is done where any order would come to something else by now.
    plan: Option<String>,
    /// Does it, tells what came of it, and takes it all back.
    #[serde(default)]
    dry_run: bool,
}

impl OrderBulkChange {
    fn chosen(&mut self) -> ApiResult<Chosen> {
        let filter = self.filter.take().map(OrderBulkFilter::filter).transpose()?;
        Choice { ids: self.order_ids.take(), filter, expected: self.expected, dry_run: self.dry_run }
            .of("order_ids")
    }
}

/// What became of the orders, or would.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrdersChangedView {
    changed: usize,
    refused: usize,
    /// VND, all that goes back to customers by it.
    refunded: i64,
    dry_run: bool,
    /// Names what becomes of each; another name where any of it is different.
    plan: String,
    /// One for each order, in the order asked for; by a filter, newest first.
    items: Vec<OrderChangedView>,
}

/// An order before and after.
#[derive(Debug, Hash, Serialize, ToSchema)]
pub struct OrderChangedView {
    id: i64,
    status_before: &'static str,
    status: &'static str,
    /// As in lists of orders; `sent`: its provider is not told, and goes on.
    dispatch: &'static str,
    /// VND, what goes back by it.
    refunded: i64,
    /// `changed`, `unchanged` or `refused`.
    action: &'static str,
    /// Why it is refused: `order_over`, `order_is_sent`, `order_in_review`, `run_of_drip_feed`, `runs_decide` or
    /// `cancel_is_open`.
    reason: Option<&'static str>,
}

fn told(settled: Vec<Settled>, dry_run: bool) -> Result<OrdersChangedView, OrderError> {
    let (mut items, mut sum) = (Vec::with_capacity(settled.len()), Vnd::ZERO);
    for Settled { before, after } in settled {
        let reason = after.as_ref().err().map(<&str>::from);
        let action = match &after {
            Err(_) => "refused",
            Ok(after) if *after == before => "unchanged",
            Ok(_) => "changed",
        };
        let after = after.as_ref().unwrap_or(&before);
        let refunded = after.state.refunded.minus(before.state.refunded)?;
        sum = sum.plus(refunded)?;
        items.push(OrderChangedView {
            id: before.id.get(),
            status_before: before.state.progress.status.into_str(),
            status: after.state.progress.status.into_str(),
            dispatch: after.shown_dispatch(after.state.dispatch),
            refunded: refunded.get(),
            action,
            reason,
        });
    }
    let count = |action: &str| items.iter().filter(|item| item.action == action).count();
    let (changed, refused) = (count("changed"), count("refused"));
    let plan = named(&items);
    Ok(OrdersChangedView { changed, refused, refunded: sum.get(), dry_run, plan, items })
}

/// Nobody is kept from guessing it: it tells plans apart.
fn named(items: &[OrderChangedView]) -> String {
    let mut hasher = DefaultHasher::new();
    items.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Sets the status of many orders in one commit, each as `PUT /api/admin/orders/{id}/status` would, with its refund;
/// those that cannot be are left out and named. 409 `conflict` where the filter does not match as many as expected any
/// more,
/// or any of them would come to something else than in `plan`.
#[utoipa::path(post, path = "/api/admin/orders/bulk", tag = "admin", request_body = OrderBulkChange,
    responses((status = 200, body = OrdersChangedView), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
#[post("/api/admin/orders/bulk", data = "<body>")]
pub async fn set_status(
    app: &State<App>,
    by: Admin,
    body: Body<OrderBulkChange>,
) -> ApiResult<Json<OrdersChangedView>> {
    let mut asked = body.0;
    let (chosen, goal, dry_run, actor) = (asked.chosen()?, asked.status.0, asked.dry_run, by.actor());
    let set = move |tx: &Tx| {
        let told = told(orders::set_status_of_all(tx, &actor, &chosen, goal)?, dry_run)?;
        match &asked.plan {
            Some(seen) if *seen != told.plan => Err(OrderError::Conflict(Reason::PlanChanged)),
            Some(_) | None => Ok(told),
        }
    };
    Ok(Json(if dry_run { app.db.try_out(set).await? } else { app.db.write(set).await? }))
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OrderCount {
    /// Null: more than 1,000.
    count: Option<usize>,
}

/// How many orders the list with these parameters has.
#[utoipa::path(get, path = "/api/admin/orders/count", tag = "admin",
    params(("status" = Option<String>, Query), ("user_id" = Option<i64>, Query),
        ("provider_id" = Option<i64>, Query), ("service_id" = Option<i64>, Query), ("review" = Option<bool>, Query),
        ("slow" = Option<bool>, Query), ("by_hand" = Option<bool>, Query),
        ("cancel" = Option<String>, Query), ("from" = Option<String>, Query),
        ("to" = Option<String>, Query), ("search" = Option<String>, Query)),
    responses((status = 200, body = OrderCount), (status = 422, body = Problem)))]
#[get("/api/admin/orders/count")]
pub async fn count(app: &State<App>, _by: Admin, query: Query) -> ApiResult<Json<OrderCount>> {
    let filter = filter(&query)?;
    let count = app.db.read(move |tx| orders::count(tx, &filter)).await?;
    Ok(Json(OrderCount { count }))
}
