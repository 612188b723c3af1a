//! Providers, for admins.

use crate::kernel::clock::Timestamp;
use crate::provider::store::{self, Listed};
use crate::state::App;
use crate::web::error::{ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::respond::{Json, List};
use rocket::{Route, State, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list]
}

/// Who delivers. The key is not shown to anybody.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderView {
    id: i64,
    name: String,
    /// Null: not configured, nothing can be ordered from it.
    api_url: Option<String>,
    currency: String,
    /// VND per unit of the currency; a decimal number.
    exchange_rate: String,
    active: bool,
    /// In the provider's currency, as it says; null before the first answer.
    balance: Option<String>,
    last_sync_at: Option<String>,
    /// Why the last call failed; null while all is well.
    trouble: Option<String>,
}

impl From<Listed> for ProviderView {
    fn from(provider: Listed) -> Self {
        ProviderView {
            id: provider.id.get(),
            name: provider.name,
            api_url: provider.api_url,
            currency: provider.currency,
            exchange_rate: provider.exchange_rate,
            active: provider.active,
            balance: provider.balance,
            last_sync_at: provider.last_sync_at.map(Timestamp::rfc3339),
            trouble: provider.trouble,
        }
    }
}

/// All providers; there are few, so they are one page.
#[utoipa::path(get, path = "/api/admin/providers", tag = "admin",
    responses((status = 200, body = List<ProviderView>), (status = 403, body = Problem)))]
#[get("/api/admin/providers")]
pub fn list(app: &State<App>, _by: Admin) -> ApiResult<Json<List<ProviderView>>> {
    let providers = app.db.read_now(store::all)?;
    Ok(Json(List { items: providers.into_iter().map(ProviderView::from).collect(), next_cursor: None }))
}
