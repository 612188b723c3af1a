//! Services, for admins.

use crate::accounts;
use crate::catalog::{
    self, Filter, LinkKind, NamedSource, Offer, Patch, PriceChange, Search, Service, ServiceState, Source,
};
use crate::db::ReadTx;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{ProviderId, ServiceId, UserId};
use crate::kernel::money::Quantity;
use crate::kernel::page::Page;
use crate::order_types::OrderType;
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::fields::{QuantityField, RateField, TypeWord, Word, given};
use crate::web::guards::Admin;
use crate::web::order_types::order_type_schema;
use crate::web::params::{PathId, Query};
use crate::web::respond::{Created, Json, List};
use crate::web::services::ServiceView;
use rocket::{Route, State, get, post, put, routes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, count, types, create, change, prices]
}

/// A service with who delivers it and at which price.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminServiceView {
    #[serde(flatten)]
    service: ServiceView,
    /// Null: fulfilled by hand.
    provider_id: Option<i64>,
    provider_service_id: Option<String>,
    /// The provider's rate in VND; a decimal number.
    cost: Option<String>,
    /// Whether a link may have only one of its orders under way at a provider.
    exclusive_links: bool,
    /// The only users who see it; empty: everybody does.
    visible_to: Vec<i64>,
    /// Whether its category hides it from every customer.
    category_hidden: bool,
    /// Why the price guard took it off sale: `cost_jump`, `below_margin`, `vanished` or `changed`. Null: it did not,
    /// and `active` is as an admin set it.
    paused_reason: Option<&'static str>,
    /// Who delivers it, in order of preference; empty: by hand. `provider_id`, `provider_service_id` and `cost` are
    /// those of the first without a problem.
    sources: Vec<SourceView>,
}

impl AdminServiceView {
    pub fn of(tx: &ReadTx, service: Service) -> Result<Self, Fault> {
        let sources = catalog::sources(tx, &service)?.into_iter().map(SourceView::from).collect();
        Ok(AdminServiceView {
            provider_id: service.offer.provider.map(ProviderId::get),
            provider_service_id: service.offer.provider_service.clone(),
            cost: service.offer.cost.map(|cost| cost.to_string()),
            exclusive_links: service.offer.exclusive_links,
            visible_to: service.offer.visible_to.iter().map(|user| user.get()).collect(),
            paused_reason: service.guard_state.paused.map(<&str>::from),
            sources,
            category_hidden: service.shelf.hidden,
            service: service.into(),
        })
    }
}

/// A provider's service that orders may be sent to.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceView {
    provider_id: i64,
    provider_service_id: String,
    /// The provider's rate in VND; a decimal number. Null: not known yet.
    cost: Option<String>,
    /// As the provider lists it. Null: it was not looked at yet.
    min_quantity: Option<i64>,
    max_quantity: Option<i64>,
    /// Why it is passed over, as `paused_reason`, or `refused`: it refuses orders as for a service it does not know.
    problem: Option<&'static str>,
}

impl From<Source> for SourceView {
    fn from(source: Source) -> Self {
        SourceView {
            provider_id: source.provider.get(),
            provider_service_id: source.provider_service,
            cost: source.cost.map(|cost| cost.to_string()),
            min_quantity: source.min.map(Quantity::get),
            max_quantity: source.max.map(Quantity::get),
            problem: source.problem.map(<&str>::from),
        }
    }
}

/// One of the sources in a request, the preferred first.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenSource {
    provider_id: i64,
    provider_service_id: String,
    /// If missing, as it is known, or as the provider lists it.
    #[schema(value_type = Option<String>)]
    cost: Option<RateField>,
}

fn named(sources: Vec<GivenSource>) -> Vec<NamedSource> {
    let named = |source: GivenSource| NamedSource {
        provider: ProviderId::new(source.provider_id),
        provider_service: source.provider_service_id,
        cost: source.cost.map(|cost| cost.0),
    };
    sources.into_iter().map(named).collect()
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateService {
    #[schema(max_length = 300)]
    name: String,
    /// A new name makes a category, behind all others.
    #[schema(max_length = 200)]
    category: String,
    description: Option<String>,
    /// If missing, the first.
    #[serde(rename = "type")]
    #[schema(schema_with = order_type_schema, required = false)]
    kind: Option<TypeWord>,
    /// `url` (if missing), `handle` or `any`.
    #[schema(value_type = Option<String>)]
    link_kind: Option<Word<LinkKind>>,
    /// VND for 1,000 units, or for one order: a decimal number with at most 3 places, or an integer.
    #[schema(value_type = String, example = "12000")]
    rate: RateField,
    #[schema(value_type = i64)]
    min_quantity: QuantityField,
    #[schema(value_type = i64)]
    max_quantity: QuantityField,
    refill: Option<bool>,
    /// 0 if missing; up to 3,650.
    refill_days: Option<i64>,
    cancel: Option<bool>,
    /// Whether it is sold in runs, too; not by hand, and no package.
    dripfeed: Option<bool>,
    /// True if missing.
    active: Option<bool>,
    /// Null or missing: fulfilled by hand.
    provider_id: Option<i64>,
    provider_service_id: Option<String>,
    #[schema(value_type = Option<String>)]
    cost: Option<RateField>,
    /// Whether a second order for a link waits until the first has ended; false if missing.
    exclusive_links: Option<bool>,
    /// Ids of the only users who see it, at most 1,000; empty or missing: everybody does.
    visible_to: Option<Vec<i64>>,
    #[schema(minimum = 1, maximum = 999)]
    server: Option<i64>,
    #[schema(max_length = 200)]
    note: Option<String>,
    /// `ok` (if missing), `slow` or `maintenance`.
    #[schema(value_type = Option<String>)]
    state: Option<Word<ServiceState>>,
    /// Instead of `provider_id` and `provider_service_id`: up to 10, in order of preference.
    sources: Option<Vec<GivenSource>>,
}

impl From<CreateService> for Offer {
    fn from(asked: CreateService) -> Self {
        Offer {
            name: asked.name,
            category: asked.category,
            description: asked.description.unwrap_or_default(),
            kind: asked.kind.map_or(OrderType::usual(), |word| word.0),
            link_kind: asked.link_kind.map_or(LinkKind::Url, |word| word.0),
            rate: asked.rate.0,
            min: asked.min_quantity.0,
            max: asked.max_quantity.0,
            refill: asked.refill.unwrap_or(false),
            refill_days: asked.refill_days.unwrap_or(0),
            cancel: asked.cancel.unwrap_or(false),
            dripfeed: asked.dripfeed.unwrap_or(false),
            active: asked.active.unwrap_or(true),
            provider: asked.provider_id.map(ProviderId::new),
            provider_service: asked.provider_service_id,
            cost: asked.cost.map(|cost| cost.0),
            exclusive_links: asked.exclusive_links.unwrap_or(false),
            visible_to: asked.visible_to.map(viewers).unwrap_or_default(),
            server: asked.server,
            note: asked.note,
            state: asked.state.map_or(ServiceState::Ok, |state| state.0),
        }
    }
}

/// Only the keys that are there change anything.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeService {
    #[serde(default, deserialize_with = "given")]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    category: Option<String>,
    #[serde(default, deserialize_with = "given")]
    description: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "given")]
    #[schema(schema_with = order_type_schema, required = false)]
    kind: Option<TypeWord>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    link_kind: Option<Word<LinkKind>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    rate: Option<RateField>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    min_quantity: Option<QuantityField>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    max_quantity: Option<QuantityField>,
    #[serde(default, deserialize_with = "given")]
    refill: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    refill_days: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    cancel: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    dripfeed: Option<bool>,
    /// Also ends a pause: true sells it again at this price, false turns it off for good.
    #[serde(default, deserialize_with = "given")]
    active: Option<bool>,
    /// Null: fulfilled by hand from now on.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    provider_id: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    provider_service_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    cost: Option<Option<RateField>>,
    #[serde(default, deserialize_with = "given")]
    exclusive_links: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    visible_to: Option<Vec<i64>>,
    /// Null: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 999)]
    server: Option<Option<i64>>,
    /// Null or empty: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    note: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    state: Option<Word<ServiceState>>,
    /// Instead of `provider_id` and `provider_service_id`, which alone are one source. Naming one ends its problem.
    #[serde(default, deserialize_with = "given")]
    sources: Option<Vec<GivenSource>>,
}

impl From<ChangeService> for Patch {
    fn from(asked: ChangeService) -> Self {
        Patch {
            name: asked.name,
            category: asked.category,
            description: asked.description,
            kind: asked.kind.map(|word| word.0),
            link_kind: asked.link_kind.map(|word| word.0),
            rate: asked.rate.map(|rate| rate.0),
            min: asked.min_quantity.map(|units| units.0),
            max: asked.max_quantity.map(|units| units.0),
            refill: asked.refill,
            refill_days: asked.refill_days,
            cancel: asked.cancel,
            dripfeed: asked.dripfeed,
            active: asked.active,
            provider: asked.provider_id.map(|id| id.map(ProviderId::new)),
            provider_service: asked.provider_service_id,
            cost: asked.cost.map(|cost| cost.map(|cost| cost.0)),
            exclusive_links: asked.exclusive_links,
            visible_to: asked.visible_to.map(viewers),
            server: asked.server,
            note: asked.note,
            state: asked.state.map(|state| state.0),
            sources: asked.sources.map(named),
        }
    }
}

fn viewers(ids: Vec<i64>) -> BTreeSet<UserId> {
    ids.into_iter().map(UserId::new).collect()
}

/// Every one who is to see a service is somebody.
fn check_viewers(tx: &ReadTx, asked: Option<&[i64]>) -> ApiResult<()> {
    let ids: Vec<UserId> = asked.unwrap_or_default().iter().copied().map(UserId::new).collect();
    let known = accounts::names(tx, &ids)?;
    match ids.iter().position(|id| !known.contains_key(id)) {
        Some(at) => Err(ApiError::field(format!("visible_to[{at}]"), Rule::NoSuch)),
        None => Ok(()),
    }
}

/// All services, newest first.
#[utoipa::path(get, path = "/api/admin/services", tag = "admin",
    params(("category" = Option<String>, Query), ("search" = Option<String>, Query, description = "id or name"),
        ("paused" = Option<bool>, Query, description = "true: only those that the price guard took off sale"),
        ("active" = Option<bool>, Query, description = "true: only those on sale"),
        ("loss" = Option<bool>, Query, description = "true: only those on sale below their cost"),
        ("provider_id" = Option<i64>, Query),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<AdminServiceView>), (status = 422, body = Problem)))]
#[get("/api/admin/services")]
pub async fn list(app: &State<App>, _by: Admin, query: Query) -> ApiResult<Json<List<AdminServiceView>>> {
    let filter = filter(&query)?;
    let page = query.page()?;
    let read = app.db.read(move |tx| {
        let Page { items, next } = catalog::list(tx, &filter, page)?;
        let items: Result<Vec<_>, Fault> =
            items.into_iter().map(|service| AdminServiceView::of(tx, service)).collect();
        Ok::<_, Fault>(Page { items: items?, next })
    });
    Ok(Json(List::of(read.await?, |view| view)))
}

fn filter(query: &Query) -> ApiResult<Filter> {
    Ok(Filter {
        category: query.text("category").map(str::to_owned),
        search: query.reading("search", Search::parse)?,
        paused: query.flag("paused")?,
        active: query.flag("active")?,
        provider: query.id("provider_id")?,
        at_loss: query.flag("loss")?,
    })
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceCount {
    count: usize,
}

/// How many services the list with these parameters has.
#[utoipa::path(get, path = "/api/admin/services/count", tag = "admin",
    params(("category" = Option<String>, Query), ("search" = Option<String>, Query, description = "id or name"),
        ("paused" = Option<bool>, Query), ("active" = Option<bool>, Query), ("loss" = Option<bool>, Query),
        ("provider_id" = Option<i64>, Query)),
    responses((status = 200, body = ServiceCount), (status = 422, body = Problem)))]
#[get("/api/admin/services/count")]
pub async fn count(app: &State<App>, _by: Admin, query: Query) -> ApiResult<Json<ServiceCount>> {
    let filter = filter(&query)?;
    let count = app.db.read(move |tx| catalog::count(tx, &filter)).await?;
    Ok(Json(ServiceCount { count }))
}

/// A type that a service may have.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderTypeView {
    #[serde(rename = "type")]
    #[schema(schema_with = order_type_schema)]
    kind: &'static str,
    /// What the rate is the price of: `thousand` units, or one `order`.
    rate_per: &'static str,
    /// The field that says how many units an order has. Null: always one, so that limits mean nothing.
    quantity_from: Option<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OrderTypeList {
    items: Vec<OrderTypeView>,
}

/// The types that a service may have, the usual one first.
#[utoipa::path(get, path = "/api/admin/order-types", tag = "admin", responses((status = 200, body = OrderTypeList)))]
#[get("/api/admin/order-types")]
pub fn types(_by: Admin) -> Json<OrderTypeList> {
    let view = |kind: &OrderType| OrderTypeView {
        kind: kind.word,
        rate_per: kind.rate_per.into_str(),
        quantity_from: kind.quantity_field(),
    };
    Json(OrderTypeList { items: OrderType::all().iter().map(view).collect() })
}

/// Puts a service on the list.
#[utoipa::path(post, path = "/api/admin/services", tag = "admin", request_body = CreateService,
    responses((status = 201, body = AdminServiceView), (status = 422, body = Problem)))]
#[post("/api/admin/services", data = "<body>")]
pub async fn create(
    app: &State<App>,
    by: Admin,
    body: Body<CreateService>,
) -> ApiResult<Created<AdminServiceView>> {
    let (mut asked, actor) = (body.0, by.actor());
    let (sources, viewers) = (asked.sources.take().map(named), asked.visible_to.clone());
    let offer = Offer::from(asked);
    let write = app.db.write(move |tx| {
        check_viewers(tx, viewers.as_deref())?;
        let service = catalog::create_from(tx, &actor, offer, sources)?;
        Ok::<_, ApiError>(AdminServiceView::of(tx, service)?)
    });
    let service = write.await?;
    if !service.sources.is_empty() {
        // What it costs there is known after the next look.
        app.job_registry.ask("sync-catalog");
    }
    Ok(Created(service))
}

/// Changes a service; orders keep what they were sold at.
#[utoipa::path(put, path = "/api/admin/services/{id}", tag = "admin", request_body = ChangeService,
    params(("id" = i64, Path)),
    responses((status = 200, body = AdminServiceView), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
#[put("/api/admin/services/<id>", data = "<body>")]
pub async fn change(
    app: &State<App>,
    by: Admin,
    id: PathId<ServiceId>,
    body: Body<ChangeService>,
) -> ApiResult<Json<AdminServiceView>> {
    let (id, viewers, actor) = (id.get()?, body.0.visible_to.clone(), by.actor());
    let patch = Patch::from(body.0);
    let has_new_source =
        patch.provider.is_some() || patch.provider_service.is_some() || patch.sources.is_some();
    let write = app.db.write(move |tx| {
        check_viewers(tx, viewers.as_deref())?;
        let service = catalog::change(tx, &actor, id, patch)?;
        Ok::<_, ApiError>(AdminServiceView::of(tx, service)?)
    });
    let service = write.await?;
    if has_new_source {
        app.job_registry.ask("sync-catalog");
    }
    Ok(Json(service))
}

/// What a service was sold at and what it cost, from a moment on; decimal numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceView {
    rate: String,
    /// Null: it was not known.
    cost: Option<String>,
    at: String,
}

impl From<PriceChange> for PriceView {
    fn from(change: PriceChange) -> Self {
        let cost = change.cost.map(|cost| cost.to_string());
        PriceView { rate: change.rate.to_string(), cost, at: change.at.rfc3339() }
    }
}

/// Every change of a service's rate or cost, newest first, whoever made it.
#[utoipa::path(get, path = "/api/admin/services/{id}/prices", tag = "admin",
    params(("id" = i64, Path), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<PriceView>), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[get("/api/admin/services/<id>/prices")]
pub async fn prices(
    app: &State<App>,
    _by: Admin,
    id: PathId<ServiceId>,
    query: Query,
) -> ApiResult<Json<List<PriceView>>> {
    let (id, page) = (id.get()?, query.page()?);
    let read = app.db.read(move |tx| match catalog::by_id(tx, id)? {
        None => Err(ApiError::not_found()),
        Some(_) => Ok(catalog::prices(tx, id, page)?),
    });
    Ok(Json(List::of(read.await?, PriceView::from)))
}
