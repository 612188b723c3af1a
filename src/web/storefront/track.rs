//! How far an order is, for whoever holds its link: no customer, no money, no provider.

use super::page::{self, Tracked};
use super::{HtmlPage, language_of, origin, shop};
use crate::accounts::token;
use crate::kernel::ids::OrderId;
use crate::orders;
use crate::state::App;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::guards::{Admin, Guest, Member};
use crate::web::here::Here;
use crate::web::params::{PathId, Query};
use crate::web::respond::{Created, NoContent};
use rocket::{Route, State, delete, get, post, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub(super) fn routes() -> Vec<Route> {
    routes![share, unshare, take_down, track]
}

/// Where whoever is given it sees how far the order is.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedView {
    #[schema(example = "https://panel.example.vn/track/0123456789abcdef0123456789abcdef")]
    url: String,
}

/// A link to the progress of one of the caller's orders, for everybody who is given it; the same one each time until it
/// is taken back. It shows neither the customer nor what was paid.
#[utoipa::path(post, path = "/api/orders/{id}/link", tag = "orders", params(("id" = i64, Path)),
    responses((status = 201, body = SharedView), (status = 404, body = Problem)))]
#[post("/api/orders/<id>/link")]
pub async fn share(
    app: &State<App>,
    me: Member,
    here: Here,
    id: PathId<OrderId>,
) -> ApiResult<Created<SharedView>> {
    let (id, user, fresh) = (id.get()?, me.id, token::nonce()?);
    let token = app.db.write(move |tx| orders::share(tx, user, id, &fresh)).await?;
    Ok(Created(SharedView { url: here.path(&format!("track/{token}")) }))
}

/// Takes the link back: it leads nowhere from then on.
#[utoipa::path(delete, path = "/api/orders/{id}/link", tag = "orders", params(("id" = i64, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
#[delete("/api/orders/<id>/link")]
pub async fn unshare(app: &State<App>, me: Member, id: PathId<OrderId>) -> ApiResult<NoContent> {
    let (id, user) = (id.get()?, me.id);
    app.db.write(move |tx| orders::unshare(tx, user, id)).await?;
    Ok(NoContent)
}

/// Takes the link of anybody's order back.
#[utoipa::path(delete, path = "/api/admin/orders/{id}/link", tag = "admin", params(("id" = i64, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
#[delete("/api/admin/orders/<id>/link")]
pub async fn take_down(app: &State<App>, by: Admin, id: PathId<OrderId>) -> ApiResult<NoContent> {
    let (id, actor) = (id.get()?, by.actor());
    app.db.write(move |tx| orders::take_down(tx, &actor, id)).await?;
    Ok(NoContent)
}

/// The page behind such a link.
#[utoipa::path(get, path = "/track/{token}", tag = "around", security(()),
    params(("token" = String, Path), ("lang" = Option<String>, Query, description = "`vi` or `en`")),
    responses((status = 200, description = "HTML", content_type = "text/html", body = String),
        (status = 404, body = Problem)))]
#[get("/track/<token>")]
pub async fn track(
    app: &State<App>,
    _anybody: Guest,
    token: String,
    query: Query,
) -> ApiResult<Option<HtmlPage>> {
    let language = language_of(query.text("lang"));
    let (path, origin) = (format!("/track/{token}"), origin(app));
    let read = app
        .db
        .read(move |tx| Ok::<_, ApiError>((orders::shared(tx, &token)?, shop(tx, origin, language, &[])?)));
    let (order, shop) = read.await?;
    let Some(order) = order else { return Ok(None) };
    let progress = order.state.progress;
    let page = page::tracked(
        &shop,
        &Tracked {
            id: order.id.get(),
            service: &order.service_name,
            link: &order.link,
            status: progress.status.into_str(),
            quantity: order.ordered().get(),
            start_count: progress.start_count,
            remains: progress.remains,
            created_at: order.created_at,
            updated_at: order.updated_at,
            path: &path,
        },
    );
    Ok(Some(HtmlPage(page.into_string())))
}
