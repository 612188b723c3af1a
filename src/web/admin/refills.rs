//! Everybody's refills, for admins.

use crate::accounts;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{OrderId, ProviderId, RefillId, UserId};
use crate::kernel::note::Note;
use crate::kernel::page::Page;
use crate::orders::{self, Order, RefillStatus};
use crate::refills::{self, Desk, DeskCounts, Filter, Kept, Refill, RefillDecision, RefillError};
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::fields::Word;
use crate::web::guards::{Admin, Staff};
use crate::web::params::{PathId, Query};
use crate::web::refills::RefillView;
use crate::web::respond::{Created, Json, List};
use crate::web::user::Nothing;
use rocket::{Route, State, get, post, put, routes};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

const KEPT_DAYS: i64 = 30;

pub fn routes() -> Vec<Route> {
    routes![request, list, counts, kept, decide]
}

/// A refill, whose it is, and how it stands with the provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminRefillView {
    #[serde(flatten)]
    refill: RefillView,
    user_id: i64,
    username: String,
    service_id: i64,
    service_name: String,
    link: String,
    /// What was ordered, and how many there were before; null: nobody said.
    quantity: i64,
    start_count: Option<i64>,
    /// Null: done by hand.
    provider_id: Option<i64>,
    /// The provider's ids of the order and of the refill.
    provider_order_id: Option<String>,
    provider_refill_id: Option<String>,
    /// `manual`, `queued`, `sending`, `sent`, `refused` or `review` (nobody knows whether the provider has it).
    dispatch: &'static str,
    /// How often it was taken up for sending.
    attempts: i64,
    /// Open for two days without news.
    late: bool,
    /// What the last attempt, or the provider's last word, came to.
    note: Option<String>,
    /// The same by its code, with its figures.
    note_coded: Option<Note>,
}

/// With their orders and the names of their users.
fn views(tx: &ReadTx, refills: Vec<Refill>) -> Result<Vec<AdminRefillView>, Fault> {
    let users: Vec<UserId> = refills.iter().map(|refill| refill.user).collect();
    let names = accounts::names(tx, &users)?;
    let view_of = |refill: Refill| {
        let lost = || Fault::Corrupt(format!("refill {} is without its order", refill.id));
        let order = orders::by_id(tx, refill.order)?.ok_or_else(lost)?;
        Ok(view(refill, order, &names))
    };
    refills.into_iter().map(view_of).collect()
}

fn view(refill: Refill, order: Order, names: &HashMap<UserId, String>) -> AdminRefillView {
    AdminRefillView {
        user_id: refill.user.get(),
        username: names.get(&refill.user).cloned().unwrap_or_default(),
        service_id: refill.service.get(),
        service_name: order.service_name,
        link: order.link,
        quantity: order.quantity.get(),
        start_count: order.state.progress.start_count,
        provider_id: refill.provider.map(ProviderId::get),
        provider_order_id: refill.provider_order.clone(),
        provider_refill_id: refill.provider_refill.clone(),
        dispatch: refill.dispatch.into_str(),
        attempts: refill.attempts,
        late: refill.is_told,
        note: refill.note.as_ref().map(Note::to_string),
        note_coded: refill.note.clone(),
        refill: refill.into(),
    }
}

/// Asks for an order to be topped up as its customer could, for the customer.
#[utoipa::path(post, path = "/api/admin/orders/{id}/refill", tag = "admin",
    params(("id" = i64, Path)),
    responses((status = 201, body = RefillView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`refill_not_possible`, with why")))]
#[post("/api/admin/orders/<id>/refill", data = "<_body>")]
pub async fn request(
    app: &State<App>,
    by: Staff,
    id: PathId<OrderId>,
    _body: Body<Nothing>,
) -> ApiResult<Created<RefillView>> {
    let (id, actor) = (id.get()?, by.actor());
    Ok(Created(app.db.write(move |tx| refills::request_for(tx, &actor, id)).await?.into()))
}

/// What the caller may know of it: the support knows what the customer does.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ShownRefills {
    Admin(List<AdminRefillView>),
    Support(List<RefillView>),
}

/// Everybody's refills, newest first. The support is shown those of one order, as its customer sees them.
#[utoipa::path(get, path = "/api/admin/refills", tag = "admin",
    params(("status" = Option<String>, Query), ("user_id" = Option<i64>, Query), ("order_id" = Option<i64>, Query),
        ("service_id" = Option<i64>, Query),
        ("desk" = Option<String>, Query,
            description = "`open`, `late` (two days without news), `review`, `by_hand`, or `waiting`: any of these \
                three"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = ShownRefills),
        (status = 422, body = Problem, description = "the support has to name an `order_id`")))]
#[get("/api/admin/refills")]
pub async fn list(app: &State<App>, by: Staff, query: Query) -> ApiResult<Json<ShownRefills>> {
    let desks = [
        ("open", Desk::Open),
        ("waiting", Desk::Waiting),
        ("late", Desk::Late),
        ("review", Desk::Review),
        ("by_hand", Desk::ByHand),
    ];
    let filter = Filter {
        user: query.id("user_id")?,
        order: query.id("order_id")?,
        service: query.id("service_id")?,
        status: query.word("status")?,
        desk: query.one_of("desk", desks)?,
    };
    let (page, is_admin, caller) = (query.page()?, by.is_admin(), by.0.id);
    let filter = if is_admin {
        filter
    } else {
        let order = filter.order.ok_or_else(|| ApiError::field("order_id", Rule::Needed))?;
        Filter { order: Some(order), ..Filter::default() }
    };
    let read = move |tx: &ReadTx| {
        if !is_admin
            && let Some(order) = filter.order
            && orders::for_staff(tx, Some(caller), order)?.is_none()
        {
            return Ok(ShownRefills::Support(List::from(Page { items: Vec::new(), next: None })));
        }
        let found = refills::list(tx, &filter, page)?;
        if !is_admin {
            return Ok(ShownRefills::Support(List::of(found, RefillView::from)));
        }
        let Page { items, next } = found;
        Ok::<_, Fault>(ShownRefills::Admin(List::from(Page { items: views(tx, items)?, next })))
    };
    Ok(Json(app.db.read(read).await?))
}

/// How many refills are open, and how many of these lie on each desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefillCountsView {
    open: i64,
    /// Those that wait for a person, as in `GET /api/admin/review`: late, in review, or by hand.
    waiting: i64,
    late: i64,
    review: i64,
    by_hand: i64,
}

impl From<DeskCounts> for RefillCountsView {
    fn from(DeskCounts { open, waiting, late, review, by_hand }: DeskCounts) -> Self {
        RefillCountsView { open, waiting, late, review, by_hand }
    }
}

/// How many open refills lie on each desk.
#[utoipa::path(get, path = "/api/admin/refills/counts", tag = "admin",
    responses((status = 200, body = RefillCountsView)))]
#[get("/api/admin/refills/counts")]
pub async fn counts(app: &State<App>, _by: Admin) -> ApiResult<Json<RefillCountsView>> {
    Ok(Json(app.db.read(refills::desk_counts).await?.into()))
}

/// How a service's provider kept its promise of refills: of those that it was asked for in the last 30 days.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeptView {
    service_id: i64,
    service_name: String,
    asked: i64,
    completed: i64,
    rejected: i64,
    open: i64,
    /// Of the open ones those that are open for two days without news.
    late: i64,
    /// Of those that have ended; null: none has.
    kept_percent: Option<i64>,
}

impl From<Kept> for KeptView {
    fn from(kept: Kept) -> Self {
        let ended = kept.completed.saturating_add(kept.rejected);
        KeptView {
            service_id: kept.service.get(),
            service_name: kept.service_name,
            asked: kept.asked,
            completed: kept.completed,
            rejected: kept.rejected,
            open: kept.open,
            late: kept.late,
            kept_percent: kept.completed.saturating_mul(100).checked_div(ended),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct KeptList {
    items: Vec<KeptView>,
}

/// How often providers kept their promise of refills, by service; the 200 with the most.
#[utoipa::path(get, path = "/api/admin/refills/by-service", tag = "admin", responses((status = 200, body = KeptList)))]
#[get("/api/admin/refills/by-service")]
pub async fn kept(app: &State<App>, _by: Admin) -> ApiResult<Json<KeptList>> {
    let read = |tx: &ReadTx| refills::kept_by_service(tx, tx.now().plus_seconds(-KEPT_DAYS * 24 * 60 * 60));
    let items = app.db.read(read).await?.into_iter().map(KeptView::from).collect();
    Ok(Json(KeptList { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideRefill {
    /// `in_progress`, `completed` or `rejected`; of one in review also `pending`, which asks the provider anew.
    #[schema(value_type = String)]
    status: Word<RefillStatus>,
    /// What the customer reads; up to 500 characters.
    reason: Option<String>,
}

/// Moves a refill by hand.
#[utoipa::path(put, path = "/api/admin/refills/{id}", tag = "admin", request_body = DecideRefill,
    params(("id" = i64, Path)),
    responses((status = 200, body = AdminRefillView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "it has ended, is being asked for, or would move back"),
        (status = 422, body = Problem)))]
#[put("/api/admin/refills/<id>", data = "<body>")]
pub async fn decide(
    app: &State<App>,
    by: Admin,
    id: PathId<RefillId>,
    body: Body<DecideRefill>,
) -> ApiResult<Json<AdminRefillView>> {
    let (id, actor, asked) = (id.get()?, by.actor(), body.0);
    let decision = RefillDecision { status: asked.status.0, reason: asked.reason };
    let write = move |tx: &Tx| {
        let refill = refills::decide(tx, &actor, id, &decision)?;
        let order = orders::by_id(tx, refill.order)?.ok_or(RefillError::NoOrder)?;
        let names = accounts::names(tx, &[refill.user])?;
        Ok::<_, RefillError>(view(refill, order, &names))
    };
    Ok(Json(app.db.write(write).await?))
}
