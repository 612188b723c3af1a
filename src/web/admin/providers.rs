//! Providers, for admins. Nothing here calls one: a job does.

use crate::accounts;
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, UserId};
use crate::kernel::note::Note;
use crate::kernel::reason::Reason;
use crate::orders::{self, OrderError, Proof};
use crate::provider::{self, Draft, Held, Move, Patch, Provider, ProviderChange, ProviderError};
use crate::state::{App, Question, Trial};
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem, told};
use crate::web::fields::{RateField, SecretField, given};
use crate::web::guards::Admin;
use crate::web::params::PathId;
use crate::web::proof::Presence;
use crate::web::respond::{Created, Json, List};
use rocket::{Route, State, get, post, put, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use utoipa::ToSchema;

/// What a trial may take beyond the time-out of its call.
const MARGIN: Duration = Duration::from_secs(2);
/// Time-outs that trying a key may take: for the balance, and for orders that are asked for one by one.
const PROOF_CALLS: u32 = 4;

pub fn routes() -> Vec<Route> {
    routes![list, create, change, release, try_out]
}

/// Who delivers. The key is not shown to anybody.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderView {
    id: i64,
    name: String,
    /// Null: not configured, nothing can be ordered from it.
    /// `sandbox`: the built-in practice provider.
    api_url: Option<String>,
    /// Whether it only plays: nothing is bought there, and no order reaches anybody.
    practice: bool,
    /// Whether there is a key.
    api_key_set: bool,
    /// What the environment decides: `api_url` and `api_key`, or nothing.
    #[schema(value_type = Vec<String>)]
    locked: &'static [&'static str],
    currency: String,
    /// VND per unit of the currency; a decimal number.
    exchange_rate: String,
    /// Switched off, it gets no orders; what it has is still followed.
    active: bool,
    /// The customer whose panel this provider is: that customer's orders never go there. Null: nobody's.
    is_user_id: Option<i64>,
    /// That customer's name.
    is_user: Option<String>,
    /// In the provider's currency, as it says; null before the first answer.
    balance: Option<String>,
    last_sync_at: Option<String>,
    /// Why the last call failed; null while all is well.
    trouble: Option<String>,
    /// The same by its code, with its figures.
    trouble_coded: Option<Note>,
    /// Null: its line runs.
    held: Option<HeldView>,
    /// Orders that wait to be sent to it.
    queued_orders: i64,
}

/// It refused orders of three customers in words that nobody knows, and took none in between. What it refuses so stays
/// queued; one order a minute is tried until one is taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldView {
    since: String,
    /// What it said to the third.
    said: String,
}

impl From<Held> for HeldView {
    fn from(held: Held) -> Self {
        HeldView { since: held.since.rfc3339(), said: held.said }
    }
}

impl ProviderView {
    fn of(tx: &ReadTx, provider: Provider) -> Result<Self, Fault> {
        let is_user = provider.panel_of.map(|user| accounts::names(tx, &[user])).transpose()?;
        Ok(ProviderView {
            is_user: is_user.and_then(|names| names.into_values().next()),
            is_user_id: provider.panel_of.map(UserId::get),
            queued_orders: orders::queued_count(tx, provider.id)?,
            practice: provider.is_practice(),
            id: provider.id.get(),
            api_key_set: provider.has_key || provider.from_environment,
            locked: if provider.from_environment { &["api_url", "api_key"] } else { &[] },
            name: provider.name,
            api_url: provider.api_url,
            currency: provider.currency,
            exchange_rate: provider.exchange_rate,
            active: provider.active,
            balance: provider.balance,
            last_sync_at: provider.last_sync_at.map(Timestamp::rfc3339),
            trouble: provider.trouble.as_ref().map(Note::to_string),
            trouble_coded: provider.trouble,
            held: provider.held.map(HeldView::from),
        })
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateProvider {
    name: String,
    /// http or https, of a host on the internet.
    api_url: String,
    /// Written only.
    #[schema(value_type = String)]
    api_key: SecretField,
    /// `VND` if missing.
    currency: Option<String>,
    /// VND per unit of the currency: a decimal number with at most 3 places, or an integer; `"1"` if missing.
    #[schema(value_type = Option<String>, example = "25450.5")]
    exchange_rate: Option<RateField>,
    /// True if missing.
    active: Option<bool>,
    /// The customer whose panel this provider is.
    is_user_id: Option<i64>,
}

impl From<CreateProvider> for Draft {
    fn from(asked: CreateProvider) -> Self {
        Draft {
            name: asked.name,
            api_url: asked.api_url,
            api_key: asked.api_key.0,
            currency: asked.currency,
            exchange_rate: asked.exchange_rate.map(|rate| rate.0),
            active: asked.active,
            panel_of: asked.is_user_id.map(UserId::new),
        }
    }
}

/// Only the keys that are there change anything.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeProvider {
    #[serde(default, deserialize_with = "given")]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    api_url: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    api_key: Option<SecretField>,
    #[serde(default, deserialize_with = "given")]
    currency: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    exchange_rate: Option<RateField>,
    #[serde(default, deserialize_with = "given")]
    active: Option<bool>,
    /// Null: it is nobody's.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    is_user_id: Option<Option<i64>>,
    /// Whether the change may leave the account that has open orders: all of them are parked then, keep their status,
    /// and are never asked for again. While the environment's new key is not proven, this alone leaves the account.
    #[serde(default, deserialize_with = "given")]
    abandon_open_orders: Option<bool>,
}

impl From<ChangeProvider> for Patch {
    fn from(asked: ChangeProvider) -> Self {
        Patch {
            name: asked.name,
            api_url: asked.api_url,
            api_key: asked.api_key.map(|key| key.0),
            currency: asked.currency,
            exchange_rate: asked.exchange_rate.map(|rate| rate.0),
            active: asked.active,
            panel_of: asked.is_user_id.map(|id| id.map(UserId::new)),
        }
    }
}

/// How a provider answered when it was asked for its balance.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialView {
    ok: bool,
    /// As the provider writes it.
    balance: Option<String>,
    currency: Option<String>,
    /// Why there is none.
    trouble: Option<String>,
    /// A name of the schema `Reason`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Its values, if it has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    values: Option<Value>,
    milliseconds: u64,
}

impl From<Trial> for TrialView {
    fn from(trial: Trial) -> Self {
        let (trouble, balance) = match trial.balance {
            Ok(balance) => (None, Some(balance)),
            Err(trouble) => (Some(trouble), None),
        };
        let (reason, values) = trouble.as_ref().map(|reason| told("reason", reason)).unwrap_or_default();
        TrialView {
            ok: balance.is_some(),
            balance: balance.as_ref().map(ToString::to_string),
            currency: balance.and_then(|balance| balance.currency),
            trouble: trouble.map(|trouble| trouble.to_string()),
            reason,
            values,
            milliseconds: u64::try_from(trial.took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// All providers; there are few, so they are one page.
#[utoipa::path(get, path = "/api/admin/providers", tag = "admin",
    responses((status = 200, body = List<ProviderView>), (status = 403, body = Problem)))]
#[get("/api/admin/providers")]
pub fn list(app: &State<App>, _by: Admin) -> ApiResult<Json<List<ProviderView>>> {
    let read = |tx: &ReadTx| {
        let providers = provider::all(tx)?;
        providers.into_iter().map(|provider| ProviderView::of(tx, provider)).collect::<Result<_, Fault>>()
    };
    Ok(Json(List { items: app.db.read_now(read)?, next_cursor: None }))
}

/// Adds a provider. It can be called from the next moment on.
#[utoipa::path(post, path = "/api/admin/providers", tag = "admin", request_body = CreateProvider,
    responses((status = 201, body = ProviderView), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/api/admin/providers", data = "<body>")]
pub async fn create(
    app: &State<App>,
    by: Admin,
    body: Body<CreateProvider>,
) -> ApiResult<Created<ProviderView>> {
    let (actor, allow_private, draft) = (by.actor(), app.config.provider_allow_private, Draft::from(body.0));
    let create = move |tx: &Tx| {
        let created = provider::create(tx, &actor, draft, allow_private)?;
        Ok::<_, ProviderError>(ProviderView::of(tx, created)?)
    };
    let created = app.db.write(create).await?;
    start_practice(app, &created).await;
    Ok(Created(created))
}

/// One that only plays is to be there for the next call.
async fn start_practice(app: &App, provider: &ProviderView) {
    if provider.practice {
        app.practice.want().await;
    }
}

/// Changes a provider; the next call goes by it. A new `exchange_rate` prices all its services' costs anew at once, and
/// the price guard takes off sale what would be sold below cost. Order ids belong to one account at one address: a new
/// `api_url`, or a new `api_key` that does not know the open orders, leaves that account. Another server is one that
/// orders, money and the key go to: a browser is asked for the password first.
#[utoipa::path(put, path = "/api/admin/providers/{id}", tag = "admin", request_body = ChangeProvider,
    params(("id" = i64, Path)),
    responses((status = 200, body = ProviderView),
        (status = 403, body = Problem, description = "`confirmation_required` too"), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "address or key are set by the environment, or orders are open \
            at the account that the change would leave"),
        (status = 422, body = Problem), (status = 503, body = Problem, description = "`overloaded`")))]
#[put("/api/admin/providers/<id>", data = "<body>")]
pub async fn change(
    app: &State<App>,
    by: Admin,
    id: PathId<ProviderId>,
    body: Body<ChangeProvider>,
) -> ApiResult<Json<ProviderView>> {
    let (abandon, presence) = (body.0.abandon_open_orders.unwrap_or(false), Presence::of(&by.0));
    let asked = ProviderChange {
        actor: by.actor(),
        id: id.get()?,
        patch: Patch::from(body.0),
        allow_private: app.config.provider_allow_private,
    };
    let check = |tx: &ReadTx| {
        let is_elsewhere = provider::is_elsewhere(tx, asked.id, &asked.patch)?;
        if is_elsewhere { presence.check(tx).map_err(ApiError::from) } else { Ok(()) }
    };
    app.db.read_now(check)?;
    let proof = proof(app, asked.id, &asked.patch).await?;
    let doubted = app.bumx.as_ref().filter(|_| abandon).map(|client| client.api_key.fingerprint());
    let change = move |tx: &Tx| {
        if let Some(key) = &doubted {
            orders::abandon_doubted(tx, &asked.actor, asked.id, key)?;
        }
        let changed = orders::change_provider(tx, &asked, proof, abandon)?;
        // Orders that are queued there wait for the operator, or no more.
        tx.changed(Change::Review);
        Ok::<_, OrderError>(ProviderView::of(tx, changed)?)
    };
    let changed = app.db.write(change).await?;
    start_practice(app, &changed).await;
    app.dispatch_wakeup.notify();
    // What its list says of the services now, the price guard should not hear a quarter of an hour later.
    app.job_registry.ask("sync-catalog");
    Ok(Json(changed))
}

/// What the provider says with a new key, where only that tells whether it opens the same account.
async fn proof(app: &App, provider: ProviderId, patch: &Patch) -> ApiResult<Option<Proof>> {
    let to_ask = |tx: &ReadTx| {
        // Nobody is asked with what would be refused.
        provider::check(tx, provider, patch, app.config.provider_allow_private)?;
        match provider::moving(tx, provider, patch)? {
            Move::Key => {
                let (account, orders) =
                    (provider::account(tx, provider)?, orders::ids_to_prove(tx, provider)?);
                let at = provider::target(tx, provider, patch)?;
                Ok((!orders.is_empty()).then_some((account, Question { provider, at, orders })))
            }
            Move::None | Move::Address => Ok::<_, ProviderError>(None),
        }
    };
    let Some((account, question)) = app.db.read_now(to_ask)? else { return Ok(None) };
    let limit = app.config.provider.call.saturating_mul(PROOF_CALLS).saturating_add(MARGIN);
    let trial = app.trials.ask(question, limit).await?;
    Ok(Some(Proof { account, knows: trial.knows }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Whether the refusals that were held count: the queued orders whose last answer was one are canceled and
    /// refunded.
    refuse: Option<bool>,
}

/// Ends the hold of a provider's line: its orders go out as ever, and refusals are counted anew.
#[utoipa::path(post, path = "/api/admin/providers/{id}/release", tag = "admin", request_body = Release,
    params(("id" = i64, Path)),
    responses((status = 200, body = ProviderView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "its line is not held"), (status = 422, body = Problem)))]
#[post("/api/admin/providers/<id>/release", data = "<body>")]
pub async fn release(
    app: &State<App>,
    by: Admin,
    id: PathId<ProviderId>,
    body: Body<Release>,
) -> ApiResult<Json<ProviderView>> {
    let (id, actor, refuse) = (id.get()?, by.actor(), body.0.refuse.unwrap_or(false));
    let release = move |tx: &Tx| {
        orders::release(tx, &actor, id, refuse)?;
        let released = provider::by_id(tx, id)?.ok_or(ProviderError::NoProvider)?;
        Ok::<_, OrderError>(ProviderView::of(tx, released)?)
    };
    let released = app.db.write(release).await?;
    app.dispatch_wakeup.notify();
    Ok(Json(released))
}

/// Asks a provider for its balance now. That it does not answer is an answer too.
#[utoipa::path(post, path = "/api/admin/providers/{id}/test", tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, body = TrialView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 503, body = Problem, description = "`not_configured`, or `overloaded`")))]
#[post("/api/admin/providers/<id>/test")]
pub async fn try_out(app: &State<App>, _by: Admin, id: PathId<ProviderId>) -> ApiResult<Json<TrialView>> {
    let id = id.get()?;
    let found = app.db.read_now(|tx| provider::by_id(tx, id))?;
    if !found.ok_or(ProviderError::NoProvider)?.is_configured() {
        return Err(ApiError::not_configured(Reason::ProviderIncomplete));
    }
    let limit = app.config.provider.call.saturating_add(MARGIN);
    let question = Question { provider: id, at: None, orders: Vec::new() };
    Ok(Json(TrialView::from(app.trials.ask(question, limit).await?)))
}
