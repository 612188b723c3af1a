//! Customers' own prices, for admins.

use crate::accounts;
use crate::audit_log::Actor;
use crate::catalog::{self, OwnRate, OwnRateDraft, Service};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{ServiceId, UserId};
use crate::kernel::money::Percent;
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::fields::RateField;
use crate::web::guards::Admin;
use crate::web::params::PathId;
use crate::web::respond::Json;
use rocket::{Route, State, get, put, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![show, change]
}

/// A customer's own prices.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnRatesView {
    /// By service.
    rates: Vec<OwnRateView>,
}

/// A customer's own price for a service. Rates and costs are decimal numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnRateView {
    service_id: i64,
    /// What the customer pays instead of the service's rate.
    #[schema(example = "9500")]
    rate: String,
    /// An admin said that it counts although it lies below the cost, and the cost has not risen since.
    allow_loss: bool,
    /// False: the cost has risen above it, and the service's rate counts again.
    counts: bool,
    service_name: String,
    service_rate: String,
    rate_per: &'static str,
    /// Null: not known.
    cost: Option<String>,
    active: bool,
}

impl OwnRateView {
    fn of(own: OwnRate, service: Service, off: Percent) -> Self {
        let counts = own.counts(service.offer.cost, off);
        OwnRateView {
            service_id: service.id.get(),
            rate: own.rate.to_string(),
            allow_loss: counts && own.accepted_cost.is_some(),
            counts,
            service_name: service.offer.name,
            service_rate: service.offer.rate.to_string(),
            rate_per: service.offer.kind.rate_per.into_str(),
            cost: service.offer.cost.map(|cost| cost.to_string()),
            active: service.offer.active,
        }
    }
}

/// The whole set: what is not named is taken away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetOwnRates {
    /// At most 1,000.
    #[schema(value_type = Vec<SetOwnRate>, max_items = 1000)]
    rates: Vec<SetOwnRate>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetOwnRate {
    service_id: i64,
    #[schema(value_type = String, example = "9500")]
    rate: RateField,
    /// The wish that it counts although it lies below the service's present cost.
    #[serde(default)]
    allow_loss: bool,
}

impl From<&SetOwnRate> for OwnRateDraft {
    fn from(asked: &SetOwnRate) -> Self {
        let service = ServiceId::new(asked.service_id);
        OwnRateDraft { service, rate: asked.rate.0, allow_loss: asked.allow_loss }
    }
}

/// What a customer pays for single services instead of their rates.
#[utoipa::path(get, path = "/api/admin/users/{id}/rates", tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, body = OwnRatesView), (status = 404, body = Problem)))]
#[get("/api/admin/users/<id>/rates")]
pub fn show(app: &State<App>, _by: Admin, id: PathId<UserId>) -> ApiResult<Json<OwnRatesView>> {
    let id = id.get()?;
    app.db.read_now(|tx| match accounts::profile(tx, id)? {
        None => Err(ApiError::not_found()),
        Some(_) => Ok(Json(view(tx, id)?)),
    })
}

/// Makes these a customer's own prices, and no others. Orders keep the price that they were sold at.
#[utoipa::path(put, path = "/api/admin/users/{id}/rates", tag = "admin", request_body = SetOwnRates,
    params(("id" = i64, Path)),
    responses((status = 200, body = OwnRatesView), (status = 404, body = Problem),
        (status = 422, body = Problem, description = "one is below its cost without `allow_loss`, a service is \
            unknown or there twice")))]
#[put("/api/admin/users/<id>/rates", data = "<body>")]
pub async fn change(
    app: &State<App>,
    by: Admin,
    id: PathId<UserId>,
    body: Body<SetOwnRates>,
) -> ApiResult<Json<OwnRatesView>> {
    let (id, actor) = (id.get()?, by.actor());
    let drafts: Vec<OwnRateDraft> = body.0.rates.iter().map(OwnRateDraft::from).collect();
    Ok(Json(app.db.write(move |tx| set(tx, &actor, id, &drafts)).await?))
}

fn set(tx: &Tx, actor: &Actor, user: UserId, drafts: &[OwnRateDraft]) -> ApiResult<OwnRatesView> {
    accounts::profile(tx, user)?.ok_or_else(ApiError::not_found)?;
    catalog::set_own_rates(tx, actor, user, drafts)?;
    Ok(view(tx, user)?)
}

fn view(tx: &ReadTx, user: UserId) -> Result<OwnRatesView, Fault> {
    let off = catalog::discount_on_own_rates(tx)?;
    let mut rates = Vec::new();
    for own in catalog::own_rates(tx, user)? {
        if let Some(service) = catalog::by_id(tx, own.service)? {
            rates.push(OwnRateView::of(own, service, off));
        }
    }
    Ok(OwnRatesView { rates })
}
