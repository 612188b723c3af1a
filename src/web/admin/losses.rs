//! What would be sold below its cost under other terms: what a page has to ask about before it sends them.

use crate::accounts;
use crate::catalog::{self, Loss, Losses, OwnLoss, Terms};
use crate::db::ReadTx;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::money::{Percent, Rate};
use crate::state::App;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::params::Query;
use crate::web::respond::Json;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

/// So many are named.
const NAMED: usize = 5;

pub fn routes() -> Vec<Route> {
    routes![losses]
}

#[derive(Serialize, ToSchema)]
pub struct LossesView {
    /// How many there are.
    count: usize,
    /// At most five of them, those that lose most.
    items: Vec<LossView>,
    own_prices: OwnLossesView,
}

/// Customers' own prices that would not count: the service's rate would count again.
#[derive(Serialize, ToSchema)]
pub struct OwnLossesView {
    count: usize,
    /// At most five of them, those that lose most.
    items: Vec<OwnLossView>,
}

#[derive(Serialize, ToSchema)]
pub struct OwnLossView {
    user_id: i64,
    username: String,
    service_id: i64,
    name: String,
    /// The own price less what would come off it.
    rate: String,
    cost: String,
}

impl LossesView {
    fn of(tx: &ReadTx, found: &Losses) -> Result<Self, Fault> {
        let own = || found.own.iter().take(NAMED);
        let names = accounts::names(tx, &own().map(|loss| loss.user).collect::<Vec<_>>())?;
        let view = |loss: &OwnLoss| OwnLossView {
            user_id: loss.user.get(),
            username: names.get(&loss.user).cloned().unwrap_or_default(),
            service_id: loss.service.get(),
            name: loss.name.clone(),
            rate: loss.price.to_string(),
            cost: loss.cost.to_string(),
        };
        Ok(LossesView {
            count: found.services.len(),
            items: found.services.iter().take(NAMED).map(LossView::from).collect(),
            own_prices: OwnLossesView { count: found.own.len(), items: own().map(view).collect() },
        })
    }
}

/// A service on sale.
#[derive(Serialize, ToSchema)]
pub struct LossView {
    id: i64,
    name: String,
    /// Its rate less the discount: what it would be sold at.
    rate: String,
    cost: String,
}

impl From<&Loss> for LossView {
    fn from(loss: &Loss) -> Self {
        LossView {
            id: loss.id.get(),
            name: loss.name.clone(),
            rate: loss.price.to_string(),
            cost: loss.cost.to_string(),
        }
    }
}

/// Which services on sale would be sold below their cost, and which own prices would not count, with this discount, or
/// with this exchange rate of their provider. Nothing is changed.
#[utoipa::path(get, path = "/api/admin/services/losses", tag = "admin",
    params(("discount_percent" = Option<i64>, Query, description = "0 to 100; 0 if missing"),
        ("bonus_percent" = Option<i64>, Query, description = "given with deposits, 0 to 100; 0 if missing. Own prices \
            count whatever it is"),
        ("provider_id" = Option<i64>, Query, description = "only its services, at `exchange_rate`"),
        ("exchange_rate" = Option<String>, Query, description = "VND per unit of the provider's currency")),
    responses((status = 200, body = LossesView), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[get("/api/admin/services/losses")]
pub async fn losses(app: &State<App>, _by: Admin, query: Query) -> ApiResult<Json<LossesView>> {
    let discount = query.reading("discount_percent", percent)?.unwrap_or_default();
    let bonus = query.reading("bonus_percent", percent)?.unwrap_or_default();
    let exchange = match (query.id("provider_id")?, query.reading("exchange_rate", exchange_rate)?) {
        (Some(provider), Some(rate)) => Some((provider, rate)),
        (None, None) => None,
        (Some(_), None) => return Err(ApiError::field("exchange_rate", Rule::needed_with("provider_id"))),
        (None, Some(_)) => return Err(ApiError::field("provider_id", Rule::needed_with("exchange_rate"))),
    };
    let look = move |tx: &ReadTx| {
        let found = catalog::losses(tx, Terms { discount, bonus, exchange })?;
        Ok::<_, ApiError>(LossesView::of(tx, &found)?)
    };
    Ok(Json(app.db.read(look).await?))
}

fn percent(text: &str) -> Result<Percent, Rule> {
    text.parse().ok().and_then(Percent::new).ok_or(Rule::Range { min: 0, max: 100 })
}

fn exchange_rate(text: &str) -> Result<Rate, Rule> {
    let rate = Rate::parse(text).ok_or(Rate::RULE)?;
    if rate.milli() == 0 { Err(Rule::AboveZero) } else { Ok(rate) }
}
