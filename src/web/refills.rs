//! A customer's refills.

use super::body::RawBody;
use super::error::{ApiError, ApiResult, Problem};
use super::guards::{Caller, Member};
use super::idempotent::Idempotent;
use super::params::{PathId, Query};
use super::respond::{Json, List, Prepared};
use super::user::Nothing;
use crate::db::Tx;
use crate::kernel::ids::{OrderId, RefillId};
use crate::refills::{self, Filter, Refill};
use crate::state::App;
use rocket::http::Status;
use rocket::{Route, State, get, post, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![request, list, show]
}

/// A request to top an order up, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefillView {
    pub id: i64,
    pub order_id: i64,
    /// `pending`, `in_progress`, `completed` or `rejected`.
    pub status: &'static str,
    /// What support says to it.
    pub reason: Option<String>,
    pub created_at: String,
    pub updated_at: String,
}

impl From<Refill> for RefillView {
    fn from(refill: Refill) -> Self {
        RefillView {
            id: refill.id.get(),
            order_id: refill.order.get(),
            status: refill.status.into_str(),
            reason: refill.reason,
            created_at: refill.created_at.rfc3339(),
            updated_at: refill.updated_at.rfc3339(),
        }
    }
}

/// Asks for one of the caller's orders to be topped up.
#[utoipa::path(post, path = "/api/orders/{id}/refill", tag = "orders",
    params(("id" = i64, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition harmless")),
    responses((status = 201, body = RefillView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`refill_not_possible`, with why")))]
#[post("/api/orders/<id>/refill", data = "<body>")]
pub async fn request(
    app: &State<App>,
    me: Member,
    key: Idempotent,
    id: PathId<OrderId>,
    body: RawBody,
) -> ApiResult<Prepared> {
    let (user, id) = (me.id, id.get()?);
    let ask = move |tx: &Tx, _: Nothing| Ok(RefillView::from(refills::request(tx, user, id)?));
    key.once(app, user, &body, Status::Created, ask).await
}

/// The caller's refills, newest first.
#[utoipa::path(get, path = "/api/refills", tag = "orders",
    params(("status" = Option<String>, Query), ("order_id" = Option<i64>, Query), ("limit" = Option<i64>, Query),
        ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<RefillView>), (status = 422, body = Problem)))]
#[get("/api/refills")]
pub fn list(me: Caller<'_>, query: Query) -> ApiResult<Json<List<RefillView>>> {
    let (order, status, page) = (query.id("order_id")?, query.word("status")?, query.page()?);
    let found = me.read(|tx, me| {
        let filter = Filter { user: Some(me.id), order, status, ..Filter::default() };
        Ok(refills::list(tx, &filter, page)?)
    })?;
    Ok(Json(List::of(found, RefillView::from)))
}

/// One of the caller's refills.
#[utoipa::path(get, path = "/api/refills/{id}", tag = "orders", params(("id" = i64, Path)),
    responses((status = 200, body = RefillView), (status = 404, body = Problem)))]
#[get("/api/refills/<id>")]
pub fn show(me: Caller<'_>, id: PathId<RefillId>) -> ApiResult<Json<RefillView>> {
    let refill = me.read(|tx, me| {
        let found = refills::find(tx, id.get()?)?;
        Ok(found.filter(|refill| refill.user == me.id))
    })?;
    refill.map(|refill| Json(refill.into())).ok_or_else(ApiError::not_found)
}
