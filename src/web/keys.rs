//! A user's keys of the reseller API.

use super::body::Body;
use super::error::{ApiResult, Problem};
use super::guards::{Admin, Caller, Member};
use super::params::PathId;
use super::proof::Presence;
use super::respond::{Created, Json, NoContent};
use super::user::Nothing;
use crate::accounts::{self, AccountError, ApiKey, KeyCalls};
use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ApiKeyId, UserId};
use crate::state::App;
use rocket::{Route, State, delete, get, post, put, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, of_user, create, delete, replace_default, change, delete_default]
}

#[derive(Serialize, ToSchema)]
pub struct ApiKeyView {
    id: i64,
    name: String,
    created_at: String,
    last_used_at: Option<String>,
    /// Where it was used last.
    last_address: Option<String>,
    /// Calls with it today, in Asia/Ho_Chi_Minh.
    today: KeyCallsView,
    /// Those of the last 30 days, today's too.
    days_30: KeyCallsView,
    /// Of the last 30 days those on which it was used, newest first.
    days: Vec<KeyDayView>,
}

/// Calls of the reseller API with a key.
#[derive(Clone, Copy, Serialize, ToSchema)]
pub struct KeyCallsView {
    /// Whatever came of them.
    calls: i64,
    /// Those of them that were answered with an error.
    refused: i64,
    /// Those that were turned away because there were too many.
    limited: i64,
}

impl From<KeyCalls> for KeyCallsView {
    fn from(KeyCalls { calls, refused, limited }: KeyCalls) -> Self {
        KeyCallsView { calls, refused, limited }
    }
}

/// Calls with a key on one day.
#[derive(Serialize, ToSchema)]
pub struct KeyDayView {
    /// In Asia/Ho_Chi_Minh.
    #[schema(example = "2026-11-22")]
    day: String,
    #[serde(flatten)]
    calls: KeyCallsView,
}

impl ApiKeyView {
    fn of(app: &App, key: ApiKey) -> Self {
        // What is written down is some minutes old.
        let last_used = app.last_seen.api_keys.get(&key.id).max(key.last_used);
        let counted = app.key_use.of(key.id);
        let key = key.with(counted);
        let today = Day::of(app.db.clock().now());
        let (mut of_today, mut of_all) = (KeyCalls::default(), KeyCalls::default());
        for (day, calls) in &key.days {
            of_all.add(*calls);
            if *day == today {
                of_today.add(*calls);
            }
        }
        let days =
            key.days.into_iter().map(|(day, calls)| KeyDayView { day: day.iso(), calls: calls.into() });
        ApiKeyView {
            id: key.id.get(),
            name: key.name,
            created_at: key.created_at.rfc3339(),
            last_used_at: last_used.map(Timestamp::rfc3339),
            last_address: key.last_address,
            today: of_today.into(),
            days_30: of_all.into(),
            days: days.collect(),
        }
    }
}

/// The keys, oldest first, and what holds for all of them.
#[derive(Serialize, ToSchema)]
pub struct ApiKeysView {
    items: Vec<ApiKeyView>,
    /// Always null: there are at most 10 keys.
    next_cursor: Option<String>,
    /// An order through the reseller API that equals one of so many seconds ago is taken for its repetition.
    repeat_seconds: i64,
}

#[derive(Serialize, ToSchema)]
pub struct NewDefaultKey {
    /// Shown this once; only its hash is kept.
    api_key: String,
}

#[derive(Serialize, ToSchema)]
pub struct NewApiKey {
    id: i64,
    /// Shown this once; only its hash is kept.
    api_key: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// One line of 1 to 50 characters, other than those of the user's other keys.
    name: String,
}

/// How orders through the reseller API are taken.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepeatSeconds {
    /// 0 to 600; 0: equal orders are never taken for repetitions, but by GET within 60 seconds.
    repeat_seconds: i64,
}

#[utoipa::path(get, path = "/api/user/api-keys", tag = "user", responses(
    (status = 200, body = ApiKeysView), (status = 401, body = Problem)))]
#[get("/api/user/api-keys")]
pub fn list(app: &State<App>, me: Caller<'_>) -> ApiResult<Json<ApiKeysView>> {
    me.read(|tx, me| Ok(Json(all(app, tx, me.id)?)))
}

fn all(app: &App, tx: &ReadTx, user: UserId) -> Result<ApiKeysView, Fault> {
    let keys = accounts::api_keys(tx, user)?;
    Ok(ApiKeysView {
        items: keys.into_iter().map(|key| ApiKeyView::of(app, key)).collect(),
        next_cursor: None,
        repeat_seconds: accounts::repeat_seconds(tx, user)?,
    })
}

/// A user's keys and how they are used; the keys themselves nobody can read.
#[utoipa::path(get, path = "/api/admin/users/{id}/api-keys", tag = "admin",
    params(("id" = i64, Path)),
    responses((status = 200, body = ApiKeysView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
#[get("/api/admin/users/<id>/api-keys")]
pub fn of_user(app: &State<App>, _by: Admin, id: PathId<UserId>) -> ApiResult<Json<ApiKeysView>> {
    let id = id.get()?;
    app.db.read_now(|tx| {
        accounts::profile(tx, id)?.ok_or(AccountError::NoUser)?;
        Ok(Json(all(app, tx, id)?))
    })
}

/// A further key.
#[utoipa::path(post, path = "/api/user/api-keys", tag = "user", request_body = CreateApiKey, responses(
    (status = 201, body = NewApiKey), (status = 401, body = Problem),
    (status = 403, body = Problem, description = "`confirmation_required`"),
    (status = 409, body = Problem, description = "`conflict`: the name is taken, or there are 10 keys"),
    (status = 422, body = Problem)))]
#[post("/api/user/api-keys", data = "<body>")]
pub async fn create(app: &State<App>, me: Member, body: Body<CreateApiKey>) -> ApiResult<Created<NewApiKey>> {
    let presence = Presence::of(&me);
    let make = app.db.write(move |tx| {
        presence.check(tx)?;
        accounts::new_named_key(tx, me.id, &body.0.name)
    });
    let (id, api_key) = make.await?;
    Ok(Created(NewApiKey { id: id.get(), api_key }))
}

/// A key dies at once.
#[utoipa::path(delete, path = "/api/user/api-keys/{id}", tag = "user", params(("id" = i64, Path)), responses(
    (status = 204, description = "it is dead"), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 404, body = Problem)))]
#[delete("/api/user/api-keys/<id>")]
pub async fn delete(app: &State<App>, me: Member, id: PathId<ApiKeyId>) -> ApiResult<NoContent> {
    let id = id.get()?;
    app.db.write(move |tx| accounts::delete_named_key(tx, me.id, id)).await?;
    Ok(NoContent)
}

/// A new key named `default` in place of the old one, which dies at once.
#[utoipa::path(post, path = "/api/user/api-key", tag = "user", responses(
    (status = 201, body = NewDefaultKey), (status = 401, body = Problem),
    (status = 403, body = Problem, description = "`confirmation_required`"),
    (status = 409, body = Problem, description = "`conflict`: there are 10 other keys")))]
#[post("/api/user/api-key", data = "<_body>")]
pub async fn replace_default(
    app: &State<App>,
    me: Member,
    _body: Body<Nothing>,
) -> ApiResult<Created<NewDefaultKey>> {
    let presence = Presence::of(&me);
    let make = app.db.write(move |tx| {
        presence.check(tx)?;
        accounts::new_api_key(tx, me.id)
    });
    let api_key = make.await?;
    Ok(Created(NewDefaultKey { api_key }))
}

#[utoipa::path(put, path = "/api/user/api-key", tag = "user", request_body = RepeatSeconds, responses(
    (status = 200, body = RepeatSeconds), (status = 401, body = Problem), (status = 422, body = Problem)))]
#[put("/api/user/api-key", data = "<body>")]
pub async fn change(
    app: &State<App>,
    me: Member,
    body: Body<RepeatSeconds>,
) -> ApiResult<Json<RepeatSeconds>> {
    let seconds = body.0.repeat_seconds;
    app.db.write(move |tx| accounts::set_repeat_seconds(tx, me.id, seconds)).await?;
    Ok(Json(body.0))
}

#[utoipa::path(delete, path = "/api/user/api-key", tag = "user", responses(
    (status = 204, description = "there is no key of this name any more"), (status = 401, body = Problem)))]
#[delete("/api/user/api-key")]
pub async fn delete_default(app: &State<App>, me: Member) -> ApiResult<NoContent> {
    app.db.write(move |tx| accounts::delete_api_key(tx, me.id)).await?;
    Ok(NoContent)
}
