//! The public list of services.

use super::catalog_cache::{CatalogCache, Tagged};
use super::error::{ApiError, ApiResult, Problem};
use super::guards::{Guest, Member};
use super::order_types::{FieldView, order_type_schema};
use super::params::{PathId, Query};
use super::respond::{Json, NoContent};
use crate::catalog::{self, Price, Search, Service};
use crate::kernel::error::Fault;
use crate::kernel::ids::ServiceId;
use crate::orders;
use crate::state::App;
use rocket::http::Header;
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rocket::tokio::task::spawn_blocking;
use rocket::{Route, State, delete, get, put, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, show, favour, disfavour]
}

/// What can be ordered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceView {
    pub id: i64,
    pub name: String,
    pub category: String,
    /// The platform whose picture the category has; null: the one that the names speak of.
    pub category_icon: Option<&'static str>,
    pub description: String,
    #[serde(rename = "type")]
    #[schema(schema_with = order_type_schema)]
    pub kind: &'static str,
    /// What an order's link is: `url`, `handle` or `any`.
    pub link_kind: &'static str,
    /// VND, as `rate_per` says; before the tier discount. A decimal number.
    #[schema(example = "12000")]
    pub rate: String,
    /// What the rate is the price of: `thousand` units, or one `order`.
    pub rate_per: &'static str,
    pub min_quantity: i64,
    pub max_quantity: i64,
    pub refill: bool,
    /// An order can be refilled for so many days after its end; 0: while the service is sold.
    pub refill_days: i64,
    pub cancel: bool,
    /// Whether it can be bought in runs.
    pub dripfeed: bool,
    pub active: bool,
    /// Its number among those of the category that do the same job.
    pub server: Option<i64>,
    /// What sets it apart from these, or why it rests.
    pub note: Option<String>,
    /// `ok`, `slow`, or `maintenance`: it is shown and cannot be ordered.
    pub state: &'static str,
    /// From order to completion, the median of the last 30 days; null below 5 orders.
    pub average_seconds: Option<i64>,
    /// What an order needs beside the service.
    pub fields: Vec<FieldView>,
    /// The field that says how many units an order has: `quantity`, the one whose lines count, or the one with the most
    /// units for a post. Null: always one.
    pub quantity_from: Option<&'static str>,
    /// The fields that say for how many posts: their sum multiplies the units. Null: it is for no posts.
    pub posts_from: Option<&'static [&'static str]>,
    /// The field whose number multiplies the quantity for the price. Null: none.
    pub times: Option<&'static str>,
    /// Only for a caller who is logged in: what the caller pays, after the discount; like `rate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub my_rate: Option<String>,
    /// Only for a caller who is logged in: whether the caller wants it at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub favourite: Option<bool>,
}

impl ServiceView {
    /// `own`: what the caller pays, and whether it is a favourite of the caller's; `None`: a guest.
    pub fn at(service: Service, own: Option<(Price, bool)>) -> Self {
        let (price, favourite) = own.unzip();
        ServiceView { my_rate: price.map(|price| price.shown().to_string()), favourite, ..service.into() }
    }
}

impl From<Service> for ServiceView {
    fn from(Service { id, offer, average_seconds, shelf, .. }: Service) -> Self {
        ServiceView {
            id: id.get(),
            name: offer.name,
            category: offer.category,
            category_icon: shelf.icon.map(|icon| icon.into_str()),
            description: offer.description,
            kind: offer.kind.word,
            link_kind: offer.link_kind.into_str(),
            rate: offer.rate.to_string(),
            rate_per: offer.kind.rate_per.into_str(),
            fields: offer
                .kind
                .form(offer.min.get(), offer.max.get())
                .into_iter()
                .map(FieldView::from)
                .collect(),
            quantity_from: offer.kind.quantity_field(),
            posts_from: offer.kind.posts_from(),
            times: offer.kind.times,
            min_quantity: offer.min.get(),
            max_quantity: offer.max.get(),
            refill: offer.refill,
            refill_days: offer.refill_days,
            cancel: offer.cancel,
            dripfeed: offer.dripfeed,
            active: offer.active,
            server: offer.server,
            note: offer.note,
            state: offer.state.into_str(),
            average_seconds,
            my_rate: None,
            favourite: None,
        }
    }
}

/// All services that can be ordered.
#[derive(Debug, Serialize, ToSchema)]
#[cfg_attr(not(test), expect(dead_code, reason = "it is kept as bytes; this describes them"))]
pub struct ServiceList {
    items: Vec<ServiceView>,
}

/// What is on sale, in the order of the categories; in each what is under maintenance last, then by server and id. The
/// guests' list is one for all; a caller's is at the caller's own prices and for
/// the caller alone.
#[utoipa::path(get, path = "/api/services", tag = "services", security(()),
    params(("category" = Option<String>, Query, description = "exactly this one"),
        ("search" = Option<String>, Query, description = "an id, or a part of the name without regard to accents"),
        ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = ServiceList, headers(("ETag"))), (status = 304),
        (status = 422, body = Problem)))]
#[get("/api/services")]
pub async fn list(
    app: &State<App>,
    catalog_cache: &State<CatalogCache>,
    by: Guest,
    query: Query,
) -> ApiResult<Tagged> {
    let category = query.text("category").map(str::to_owned);
    let search = query.reading("search", Search::parse)?;
    let snapshot = catalog_cache.snapshot(app, by.member.map(|member| member.id)).await?;
    if category.is_none() && search.is_none() {
        return Ok(snapshot.whole.clone());
    }
    let found = move || snapshot.found(category.as_deref(), search.as_ref());
    spawn_blocking(found).await.map_err(|cause| ApiError::internal(format!("a search of services: {cause}")))
}

/// One service, also when it cannot be ordered any more.
#[utoipa::path(get, path = "/api/services/{id}", tag = "services", security(()), params(("id" = i64, Path)),
    responses((status = 200, body = ServiceView), (status = 404, body = Problem)))]
#[get("/api/services/<id>")]
pub fn show(app: &State<App>, by: Guest, id: PathId<ServiceId>) -> ApiResult<Personal<ServiceView>> {
    let (id, caller) = (id.get()?, by.member.map(|member| member.id));
    let view = app.db.read_now(|tx| {
        let Some(service) = catalog::visible(tx, id, caller)? else { return Ok::<_, Fault>(None) };
        let Some(user) = caller else { return Ok(Some(ServiceView::from(service))) };
        let (prices, favourites) = (orders::price_list(tx, user)?, catalog::favourites(tx, user)?);
        let own = (prices.of(&service), favourites.contains(&service.id));
        Ok(Some(ServiceView::at(service, Some(own))))
    })?;
    let body = view.ok_or_else(ApiError::not_found)?;
    Ok(Personal { body, is_private: caller.is_some() })
}

/// The caller wants the service at hand.
#[utoipa::path(put, path = "/api/services/{id}/favourite", tag = "services", params(("id" = i64, Path)),
    responses((status = 204, description = "it is one"), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
#[put("/api/services/<id>/favourite")]
pub async fn favour(app: &State<App>, me: Member, id: PathId<ServiceId>) -> ApiResult<NoContent> {
    set_favourite(app, &me, id.get()?, true).await
}

/// The caller does not want the service at hand any more.
#[utoipa::path(delete, path = "/api/services/{id}/favourite", tag = "services", params(("id" = i64, Path)),
    responses((status = 204, description = "it is none"), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
#[delete("/api/services/<id>/favourite")]
pub async fn disfavour(app: &State<App>, me: Member, id: PathId<ServiceId>) -> ApiResult<NoContent> {
    set_favourite(app, &me, id.get()?, false).await
}

async fn set_favourite(app: &App, me: &Member, id: ServiceId, is_one: bool) -> ApiResult<NoContent> {
    let user = me.id;
    app.db.write(move |tx| catalog::set_favourite(tx, user, id, is_one)).await?;
    Ok(NoContent)
}

/// 200 with a JSON body that is another one for each caller.
pub struct Personal<T> {
    body: T,
    is_private: bool,
}

impl<'r, T: Serialize> Responder<'r, 'static> for Personal<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut answer = Json(self.body).respond_to(request)?;
        personal(&mut answer, self.is_private, "Authorization, Cookie");
        Ok(answer)
    }
}

/// Whose the answer is: everybody's, or the caller's alone. Either depends on who asks.
pub fn personal(answer: &mut Response<'_>, is_private: bool, vary: &'static str) {
    let cache = if is_private { "private, no-cache" } else { "no-cache" };
    answer.set_header(Header::new("Cache-Control", cache));
    answer.adjoin_header(Header::new("Vary", vary));
}
