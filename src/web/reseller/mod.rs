//! The reseller API, the field's "API v2": one address where `action` says what is wanted. Clients of other panels use
//! it unchanged, so it takes every form in which they send, ignores what it does not know, and answers each request
//! with 200: a refusal is `{"error":"…"}`.

mod add;
mod after_sale;
#[cfg(fuzzing)]
pub mod fuzz;
mod given;
mod refused;
mod views;

use self::given::Given;
use self::refused::Refused;
use super::error::ApiError;
use super::request_id::RequestId;
use super::respond::{self, json_bytes};
use super::{address, body, budget, guards};
use crate::accounts::{self, KeyHolder};
use crate::kernel::ids::UserId;
use crate::state::{App, Fate};
use rocket::data::Data;
use rocket::http::{Method, Status};
use rocket::request::Request;
use rocket::response::Response;
use rocket::route::{Handler, Outcome, Route};
use serde::Serialize;
use serde_json::json;

const PATH: &str = "/api/v2";
/// Proxies and browsers repeat a GET by themselves, so an equal order by GET counts as one for at least so long.
const GET_REPEAT_S: i64 = 60;

/// HEAD is a route of its own, or Rocket would carry it out as a GET.
pub fn routes() -> Vec<Route> {
    [Method::Get, Method::Post, Method::Head].map(|method| Route::new(method, PATH, Reseller)).to_vec()
}

/// Whether it is a request of this API. Some clients end its address with a slash, and Rocket takes both.
pub fn is_asked(request: &Request<'_>) -> bool {
    let path = request.uri().path().as_str();
    path.strip_suffix('/').unwrap_or(path) == PATH
}

/// What Rocket itself turns away here.
pub fn caught(status: Status, request: &Request<'_>) -> Response<'static> {
    answered(request, Err(Refused::Internal(format!("the framework answered {}", status.code))))
}

pub fn method_not_allowed() -> ApiError {
    ApiError::method_not_allowed("GET, POST".to_owned())
}

#[derive(Clone)]
struct Reseller;

#[rocket::async_trait]
impl Handler for Reseller {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        let method = request.method();
        if method == Method::Get {
            Outcome::Success(answered(request, get(request).await))
        } else if method == Method::Post {
            Outcome::Success(answered(request, post(request, data).await))
        } else {
            Outcome::from(request, method_not_allowed())
        }
    }
}

/// Buys, asks how far orders are, and what there is. All parameters may stand in the query.
#[utoipa::path(get, path = "/api/v2", tag = "reseller", security(("api_key" = [])),
    params(("key" = String, Query), ("action" = String, Query)),
    responses((status = 200, body = Object, description = "As `POST /api/v2` answers")))]
async fn get(request: &Request<'_>) -> Result<Answer, Refused> {
    carry_out(request, Given::default()).await
}

/// The reseller API, as clients of other panels know it; see the page for resellers. The body is a form, parts, or
/// JSON.
#[utoipa::path(post, path = "/api/v2", tag = "reseller", security(("api_key" = [])),
    request_body(content = Object, description = "`key`, `action` (`services`, `add`, `status`, `balance`, \
        `refill`, `refill_status`, `cancel`), and what the action needs"),
    responses((status = 200, body = Object,
        description = "What the action answers, or `{\"error\":\"…\"}`")))]
async fn post(request: &Request<'_>, data: Data<'_>) -> Result<Answer, Refused> {
    let body = match body::bytes(request, data, body::MAX_BYTES).await {
        Ok(received) => Given::of_body(request.content_type(), &received).await,
        Err(unread) => Err(unread.into()),
    };
    match body {
        Ok(body) => carry_out(request, body).await,
        // Nobody knows whose it is.
        Err(unread) => Err(as_stranger(request).err().unwrap_or(unread)),
    }
}

/// What goes out, and whether nothing was done for it.
struct Answer {
    body: Vec<u8>,
    is_read: bool,
}

impl Answer {
    fn read(value: &impl Serialize) -> Result<Answer, Refused> {
        Ok(Answer { body: json_bytes(value)?, is_read: true })
    }

    fn done(value: &impl Serialize) -> Result<Answer, Refused> {
        Ok(Answer { is_read: false, ..Answer::read(value)? })
    }
}

async fn carry_out(request: &Request<'_>, body: Given) -> Result<Answer, Refused> {
    let query = request.uri().query().map(|query| query.as_str()).unwrap_or_default();
    let given = body.or(Given::of_query(query));
    let KeyHolder { user, repeat_s, key } = holder(request, &given)?;
    let app = guards::app(request)?;
    let answer = act(app, request.method(), given, (user, repeat_s)).await;
    let fate = if answer.is_ok() { Fate::Answered } else { Fate::Refused };
    app.key_use.count(key, app.db.clock().now(), address::of(request), fate);
    answer
}

/// Does what is asked for, for whoever asks.
async fn act(
    app: &App,
    method: Method,
    given: Given,
    (user, repeat_s): (UserId, i64),
) -> Result<Answer, Refused> {
    match given.text("action").map(str::trim).ok_or(Refused::Request)? {
        "services" => Answer::read(&app.db.read(move |tx| views::services(tx, user)).await?),
        "balance" => Answer::read(&app.db.read_now(|tx| views::balance(tx, user))?),
        "status" => {
            let ids = given.ids("order", "orders")?;
            Answer::read(&app.db.read_now(|tx| views::status(tx, user, &ids))?)
        }
        "add" => {
            let is_get = method == Method::Get;
            let repeat_s = if is_get { repeat_s.max(GET_REPEAT_S) } else { repeat_s };
            let order = app.db.write(move |tx| add::add(tx, user, repeat_s, &given)).await?;
            app.dispatch_wakeup.notify();
            Answer::done(&json!({ "order": order.get() }))
        }
        "refill" => {
            let ids = given.ids("order", "orders")?;
            Answer::done(&app.db.write(move |tx| after_sale::refill(tx, user, &ids)).await?)
        }
        "refill_status" => {
            let ids = given.ids("refill", "refills")?;
            Answer::read(&app.db.read_now(|tx| after_sale::refill_status(tx, user, &ids))?)
        }
        "cancel" => {
            let ids = given.ids("order", "orders")?;
            Answer::done(&app.db.write(move |tx| after_sale::cancel(tx, user, &ids)).await?)
        }
        _ => Err(Refused::Action),
    }
}

/// Who asks. Errors: `Key`, `Limited`.
fn holder(request: &Request<'_>, given: &Given) -> Result<KeyHolder, Refused> {
    let app = guards::app(request)?;
    let Some(key) = given.text("key").map(str::trim).or_else(|| guards::bearer(request)) else {
        return Err(as_stranger(request).err().unwrap_or(Refused::Key));
    };
    let found = app.db.read_now(|tx| Ok::<_, Refused>((accounts::authenticate_key(tx, key)?, tx.now())))?;
    let (Some(holder), now) = found else {
        return Err(as_stranger(request).err().unwrap_or(Refused::Key));
    };
    if let Err(limited) = guards::limits(request)?.api(holder.key) {
        app.key_use.count(holder.key, now, address::of(request), Fate::Limited);
        return Err(limited.into());
    }
    app.last_seen.note_key(holder.user, holder.key, now);
    let _ = request.local_cache(budget::Known::default).0.set(holder.user.into());
    Ok(holder)
}

/// Counts the request under its address.
fn as_stranger(request: &Request<'_>) -> Result<(), Refused> {
    Ok(guards::limits(request)?.request(address::of(request))?)
}

fn answered(request: &Request<'_>, answer: Result<Answer, Refused>) -> Response<'static> {
    let held = answer.and_then(|Answer { body, is_read }| match is_read {
        true => Ok(budget::hold_read(request, body)?),
        false => Ok(budget::hold_anyway(request, body)),
    });
    respond::counted_json(held.unwrap_or_else(|refused| {
        if let Refused::Internal(cause) = &refused {
            let request_id = RequestId::of(request).to_string();
            tracing::error!(request_id, cause, "a request failed");
        }
        budget::hold_anyway(request, views::error(&refused).to_string().into_bytes())
    }))
}
