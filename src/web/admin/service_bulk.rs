//! The same change for many services, for admins: looked at first, then done in one commit.

use crate::announcements::Told;
use crate::catalog::{self, Change, Chosen, Filter, Planned, Search, ServiceState};
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::ids::ProviderId;
use crate::kernel::money::Rate;
use crate::state::App;
use crate::web::admin::chosen::Choice;
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::fields::Word;
use crate::web::guards::Admin;
use crate::web::json::demand;
use crate::web::respond::Json;
use rocket::{Route, State, post, routes};
use serde::de::Deserializer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Thousandths of a dong that a rate is rounded up to where nothing is said: two places.
const USUAL_STEP_MILLI: i64 = 10;
/// What a rate may be rounded up to, in VND.
const STEPS: [i64; 5] = [1, 10, 100, 500, 1000];

pub fn routes() -> Vec<Route> {
    routes![change]
}

/// A step that prices are rounded up to.
#[derive(Debug, Clone, Copy)]
pub struct Step(i64);

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let dong = i64::deserialize(from)?;
        let words = STEPS.map(|step| step.to_string());
        let rule = || demand(&Rule::one_of(words.iter().map(String::as_str)));
        STEPS.contains(&dong).then_some(Step(dong)).ok_or_else(rule)
    }
}

/// Which services are meant, as the query of `GET /api/admin/services` says it. With nothing in it: all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkFilter {
    /// The name of a category.
    category: Option<String>,
    /// An id, or a part of the name.
    search: Option<String>,
    /// True: only those that the price guard took off sale; false: only the others.
    paused: Option<bool>,
    /// True: only those on sale; false: only the others.
    active: Option<bool>,
    /// True: only those on sale below their cost; false: only the others.
    loss: Option<bool>,
    provider_id: Option<i64>,
}

impl BulkFilter {
    fn filter(self) -> ApiResult<Filter> {
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        let search = said(self.search).map(|text| Search::parse(&text)).transpose();
        Ok(Filter {
            category: said(self.category),
            search: search.map_err(|rule| ApiError::field("filter.search", rule))?,
            paused: self.paused,
            active: self.active,
            provider: self.provider_id.map(ProviderId::new),
            at_loss: self.loss,
        })
    }
}

/// Either `service_ids` or `filter`, and exactly one of `rate_percent`, `margin_percent`, `active`, `state` and
/// `category`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkChange {
    /// 1 to 1,000 of them.
    service_ids: Option<Vec<i64>>,
    /// All that it matches, 1 to 1,000 of them.
    filter: Option<BulkFilter>,
    /// How many the filter matches, as the dry run has shown. Needed with a filter that changes something.
    #[schema(minimum = 1, maximum = 1000)]
    expected: Option<usize>,
    /// By how much the rate changes, in percent of itself.
    #[schema(minimum = -90, maximum = 900)]
    rate_percent: Option<i64>,
    /// By how much the rate is to lie above the cost, in percent; at least `min_margin_percent`.
    #[schema(minimum = 0, maximum = 10_000)]
    margin_percent: Option<i64>,
    active: Option<bool>,
    #[schema(value_type = Option<String>)]
    state: Option<Word<ServiceState>>,
    category: Option<String>,
    /// Rates are rounded up to a multiple of 1, 10, 100, 500 or 1,000 VND; to 2 places if missing.
    #[schema(value_type = Option<i64>)]
    round_to: Option<Step>,
    /// False: customers hear nothing of it. Otherwise it is one announcement, unless those are off in the settings.
    announce: Option<bool>,
    /// Only to see what would happen.
    #[serde(default)]
    dry_run: bool,
}

impl BulkChange {
    fn chosen(&mut self) -> ApiResult<Chosen> {
        let filter = self.filter.take().map(BulkFilter::filter).transpose()?;
        Choice { ids: self.service_ids.take(), filter, expected: self.expected, dry_run: self.dry_run }
            .of("service_ids")
    }

    fn change(&self) -> ApiResult<Change> {
        let step_milli = self.round_to.map_or(USUAL_STEP_MILLI, |Step(dong)| dong.saturating_mul(1000));
        let asked = [
            self.rate_percent.map(|percent| Change::Rate { percent, step_milli }),
            self.margin_percent.map(|percent| Change::Margin { percent, step_milli }),
            self.active.map(Change::Active),
            self.state.map(|state| Change::State(state.0)),
            self.category.clone().map(Change::Category),
        ];
        let mut asked = asked.into_iter().flatten();
        let (Some(change), None) = (asked.next(), asked.next()) else {
            let fields = ["rate_percent", "margin_percent", "active", "state", "category"];
            let error = |field: &str| FieldError::new(field, Rule::one_of_fields(&fields));
            return Err(ApiError::fields(&fields.map(error)));
        };
        let unpriced = match change {
            Change::Active(_) => Some("active"),
            Change::State(_) => Some("state"),
            Change::Category(_) => Some("category"),
            Change::Rate { .. } | Change::Margin { .. } => None,
        };
        match unpriced.filter(|_| self.round_to.is_some()) {
            Some(field) => Err(ApiError::field("round_to", Rule::NotWith { field: field.to_owned() })),
            None => Ok(change),
        }
    }
}

/// What became of the services, or would.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkChangedView {
    changed: usize,
    refused: usize,
    dry_run: bool,
    /// One for each service, in the order asked for; by a filter, newest first.
    items: Vec<BulkItemView>,
}

/// A service before and after. Rates are decimal numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkItemView {
    id: i64,
    name: String,
    cost: Option<String>,
    rate_before: String,
    category_before: String,
    active_before: bool,
    state_before: &'static str,
    rate: String,
    category: String,
    active: bool,
    state: &'static str,
    /// `changed`, `unchanged` or `refused`.
    action: &'static str,
    /// Why it is refused: `below_cost` (done by hand where it is wanted), `no_cost` (to add a margin to) or `too_high`.
    reason: Option<&'static str>,
}

impl From<Planned> for BulkItemView {
    fn from(Planned { service, after }: Planned) -> Self {
        let (before, reason) = (service.offer, after.as_ref().err().map(<&str>::from));
        let action = match &after {
            Err(_) => "refused",
            Ok(offer) if *offer == before => "unchanged",
            Ok(_) => "changed",
        };
        let offer = after.unwrap_or_else(|_| before.clone());
        BulkItemView {
            id: service.id.get(),
            cost: before.cost.as_ref().map(Rate::to_string),
            rate_before: before.rate.to_string(),
            category_before: before.category,
            active_before: before.active,
            state_before: before.state.into_str(),
            name: offer.name,
            rate: offer.rate.to_string(),
            category: offer.category,
            active: offer.active,
            state: offer.state.into_str(),
            action,
            reason,
        }
    }
}

impl BulkChangedView {
    fn of(planned: Vec<Planned>, dry_run: bool) -> Self {
        let items: Vec<BulkItemView> = planned.into_iter().map(BulkItemView::from).collect();
        let count = |action: &str| items.iter().filter(|item| item.action == action).count();
        BulkChangedView { changed: count("changed"), refused: count("refused"), dry_run, items }
    }
}

/// Changes many services in one commit; those that cannot be are left out and named. Orders keep what they were sold
/// at. 409 `conflict` where the filter does not match as many as expected any more.
#[utoipa::path(post, path = "/api/admin/services/bulk", tag = "admin", request_body = BulkChange,
    responses((status = 200, body = BulkChangedView), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/admin/services/bulk", data = "<body>")]
pub async fn change(app: &State<App>, by: Admin, body: Body<BulkChange>) -> ApiResult<Json<BulkChangedView>> {
    let mut asked = body.0;
    let (wanted, chosen, dry_run, actor) = (asked.change()?, asked.chosen()?, asked.dry_run, by.actor());
    let planned = if dry_run {
        app.db.read(move |tx| catalog::plan(tx, &chosen, &wanted)).await?
    } else {
        let told = if asked.announce == Some(false) { Told::No } else { Told::Yes };
        app.db.write(move |tx| catalog::change_all(tx, &actor, &chosen, &wanted, told)).await?
    };
    Ok(Json(BulkChangedView::of(planned, dry_run)))
}
