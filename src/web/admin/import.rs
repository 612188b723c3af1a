//! Taking over a provider's list of services, for admins. Nothing here calls the provider: a job does.

use crate::catalog::{Action, Import, ImportError, Imported, Item};
use crate::kernel::error::Rule;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::kernel::note::Note;
use crate::provider;
use crate::state::{App, Progress};
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::fields::IdText;
use crate::web::guards::Admin;
use crate::web::params::Query;
use crate::web::respond::Json;
use rocket::{Route, State, get, post, routes};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::ToSchema;

const MOST_MARKUP_PERCENT: i64 = 10_000;
/// The provider that the environment names.
const BUMX: i64 = 1;
/// An admin waits so long for an import; it goes on after that, and `progress` tells how far it is.
const LONGEST: Duration = Duration::from_secs(300);

pub fn routes() -> Vec<Route> {
    routes![import, progress]
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportServices {
    /// 1, the provider of the environment, if missing.
    provider_id: Option<i64>,
    /// 0 to 10,000, at least `min_margin_percent`: by how much a rate lies above its cost. Rounded up to 2 places.
    #[schema(minimum = 0, maximum = 10_000)]
    markup_percent: i64,
    /// The provider's ids of the services to take; all if missing.
    #[schema(value_type = Option<Vec<String>>)]
    service_ids: Option<Vec<IdText>>,
    /// Only to see what would happen.
    dry_run: Option<bool>,
    /// Confirms that the provider's rates are in VND. Needed where its `exchange_rate` is 1 and its balance cannot be
    /// read or names no currency; one that names another currency stays refused.
    currency_is_vnd: Option<bool>,
}

/// What became of the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedView {
    created: usize,
    updated: usize,
    skipped: usize,
    unchanged: usize,
    dry_run: bool,
    /// One for each line, in the provider's order; then the ids that were asked for in vain.
    items: Vec<ImportedLine>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedLine {
    /// Null: unreadable.
    provider_service_id: Option<String>,
    /// The panel's id; null where there is none.
    service_id: Option<i64>,
    /// As it is called in the panel; of a skipped line, as the provider calls it.
    name: String,
    category: Option<String>,
    #[serde(rename = "type")]
    kind: Option<&'static str>,
    /// The provider's rate in VND and with the mark-up; decimal numbers, null where the line was skipped.
    cost: Option<String>,
    rate: Option<String>,
    min_quantity: Option<i64>,
    max_quantity: Option<i64>,
    /// Whether it is on sale then.
    active: Option<bool>,
    /// Cost and rate until now; null where it is new.
    cost_before: Option<String>,
    rate_before: Option<String>,
    /// `created`, `updated`, `unchanged` or `skipped`.
    action: &'static str,
    /// Why it was skipped: the rest of a sentence that begins with the line.
    reason: Option<String>,
    /// The same by its code, with its figures.
    reason_coded: Option<Note>,
}

impl From<Item> for ImportedLine {
    fn from(item: Item) -> Self {
        let offer = item.offer.as_ref();
        ImportedLine {
            provider_service_id: item.source,
            service_id: item.service.map(ServiceId::get),
            name: item.name,
            category: offer.map(|offer| offer.category.clone()),
            kind: offer.map(|offer| offer.kind.word),
            cost: offer.and_then(|offer| offer.cost).map(|cost| cost.to_string()),
            rate: offer.map(|offer| offer.rate.to_string()),
            min_quantity: offer.map(|offer| offer.min.get()),
            max_quantity: offer.map(|offer| offer.max.get()),
            active: offer.map(|offer| offer.active),
            cost_before: item.cost_before.map(|cost| cost.to_string()),
            rate_before: item.rate_before.map(|rate| rate.to_string()),
            action: item.action.into_str(),
            reason: item.reason.as_ref().map(ToString::to_string),
            reason_coded: item.reason,
        }
    }
}

impl ImportedView {
    fn of(imported: Imported, dry_run: bool) -> Self {
        ImportedView {
            created: imported.count(Action::Created),
            updated: imported.count(Action::Updated),
            skipped: imported.count(Action::Skipped),
            unchanged: imported.count(Action::Unchanged),
            dry_run,
            items: imported.items.into_iter().map(ImportedLine::from).collect(),
        }
    }
}

/// Takes over a provider's list: new services for unknown lines, new costs, limits and rates for known ones.
#[utoipa::path(post, path = "/api/admin/services/import", tag = "admin", request_body = ImportServices,
    responses((status = 200, body = ImportedView), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
#[post("/api/admin/services/import", data = "<body>")]
pub async fn import(
    app: &State<App>,
    by: Admin,
    body: Body<ImportServices>,
) -> ApiResult<Json<ImportedView>> {
    let asked = body.0;
    if !(0..=MOST_MARKUP_PERCENT).contains(&asked.markup_percent) {
        let rule = Rule::Range { min: 0, max: MOST_MARKUP_PERCENT };
        return Err(ApiError::field("markup_percent", rule));
    }
    let import = Import {
        provider: provider(app, asked.provider_id.unwrap_or(BUMX))?,
        markup_percent: asked.markup_percent,
        wanted: asked.service_ids.map(|ids| ids.into_iter().map(|id| id.0).collect()),
        dry_run: asked.dry_run.unwrap_or(false),
        is_dong_confirmed: asked.currency_is_vnd.unwrap_or(false),
        actor: by.actor(),
    };
    let dry_run = import.dry_run;
    let imported = app.imports.ask(import, LONGEST).await??;
    Ok(Json(ImportedView::of(imported, dry_run)))
}

fn provider(app: &App, id: i64) -> Result<ProviderId, ImportError> {
    let id = ProviderId::new(id);
    app.db.read_now(|tx| match provider::by_id(tx, id)? {
        None => Err(ImportError::no_provider()),
        Some(_) if provider::configured(tx, id)? => Ok(id),
        Some(_) => Err(ImportError::NotConfigured),
    })
}

/// How far an import is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportProgress {
    /// Whether one runs, or waits for its turn.
    running: bool,
    /// Whether the provider's list is here.
    fetched: bool,
    /// Lines to look at; 0 before the list is here.
    total: usize,
    checked: usize,
    /// Lines whose outcome is on disk; a dry run writes nothing.
    written: usize,
}

/// How far the import from a provider is that runs now.
#[utoipa::path(get, path = "/api/admin/services/import", tag = "admin",
    params(("provider_id" = Option<i64>, Query, description = "1 if missing")),
    responses((status = 200, body = ImportProgress), (status = 422, body = Problem)))]
#[get("/api/admin/services/import")]
pub fn progress(app: &State<App>, _by: Admin, query: Query) -> ApiResult<Json<ImportProgress>> {
    let provider = query.id::<ProviderId>("provider_id")?.unwrap_or(ProviderId::new(BUMX));
    let running = app.imports.progress(provider);
    let Progress { is_fetched, total, checked, written } = running.unwrap_or_default();
    Ok(Json(ImportProgress { running: running.is_some(), fetched: is_fetched, total, checked, written }))
}
