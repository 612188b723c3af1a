//! The public list of services.

use super::assets;
use super::error::{ApiError, ApiResult, Problem};
use super::guards::Guest;
use super::packed::{self, Coding};
use super::params::{PathId, Query};
use super::respond::{self, Json};
use crate::catalog::{self, Filter, Service};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::ServiceId;
use crate::state::App;
use aws_lc_rs::digest::{SHA256, digest};
use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rocket::{Route, State, get, routes};
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, show]
}

/// What can be ordered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceView {
    pub id: i64,
    pub name: String,
    pub category: String,
    pub description: String,
    /// `default`, `custom_comments` or `package`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What an order's link is: `url`, `handle` or `any`.
    pub link_kind: &'static str,
    /// VND for 1,000 units, of a package for one order; before the tier discount. A decimal number.
    #[schema(example = "12000")]
    pub rate: String,
    pub min_quantity: i64,
    pub max_quantity: i64,
    pub refill: bool,
    pub cancel: bool,
    pub active: bool,
}

impl From<Service> for ServiceView {
    fn from(Service { id, offer, .. }: Service) -> Self {
        ServiceView {
            id: id.get(),
            name: offer.name,
            category: offer.category,
            description: offer.description,
            kind: offer.kind.as_str(),
            link_kind: offer.link_kind.as_str(),
            rate: offer.rate.to_string(),
            min_quantity: offer.min.get(),
            max_quantity: offer.max.get(),
            refill: offer.refill,
            cancel: offer.cancel,
            active: offer.active,
        }
    }
}

/// All services that can be ordered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceList {
    items: Vec<ServiceView>,
}

/// The whole list as bytes, made once for each version of the catalog.
#[derive(Default)]
pub struct Shelf {
    kept: Mutex<Option<(i64, Tagged)>>,
    /// Held by the one who makes the list; whoever else finds it stale waits for that one.
    making: tokio::sync::Mutex<()>,
}

impl Shelf {
    fn at(&self, version: i64) -> Option<Tagged> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(known, _)| *known == version).map(|(_, answer)| answer.clone())
    }

    fn keep(&self, version: i64, answer: &Tagged) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, answer.clone()));
    }
}

/// A JSON answer that a client may keep as long as its `ETag` is the same.
#[derive(Clone)]
pub struct Tagged {
    body: Arc<[u8]>,
    /// The same for whoever takes it so; thousands of services are a tenth of their size.
    gzip: Option<Arc<[u8]>>,
    tag: String,
}

impl Tagged {
    fn of(services: Vec<Service>) -> Result<Tagged, Fault> {
        let list = ServiceList { items: services.into_iter().map(ServiceView::from).collect() };
        let body = serde_json::to_vec(&list).map_err(|cause| Fault::Internal(cause.to_string()))?;
        let tag = assets::hex(digest(&SHA256, &body).as_ref());
        Ok(Tagged { gzip: packed::gzip(&body), body: body.into(), tag })
    }
}

impl<'r> Responder<'r, 'static> for Tagged {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let gzip = self.gzip.filter(|_| Coding::Gzip.is_taken(request));
        let tag = format!("\"{}{}\"", self.tag, if gzip.is_some() { "-gzip" } else { "" });
        let known = request.headers().get("If-None-Match").any(|tags| assets::names(tags, &tag));
        let mut answer = Response::build();
        answer.header(Header::new("Cache-Control", "no-cache")).header(Header::new("ETag", tag));
        answer.header(Header::new("Vary", "Accept-Encoding"));
        if known {
            return answer.status(Status::NotModified).ok();
        }
        answer.header(ContentType::JSON);
        if gzip.is_some() {
            answer.header(Header::new("Content-Encoding", Coding::Gzip.name()));
        }
        respond::with_body(&mut answer, gzip.unwrap_or(self.body));
        answer.ok()
    }
}

/// What can be ordered, by category.
#[utoipa::path(get, path = "/api/services", tag = "services", security(()),
    params(("category" = Option<String>, Query, description = "exactly this one"),
        ("search" = Option<String>, Query, description = "an id, or a part of the name in any case"),
        ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = ServiceList, headers(("ETag"))), (status = 304)))]
#[get("/api/services")]
pub async fn list(app: &State<App>, shelf: &State<Shelf>, _by: Guest, query: Query) -> ApiResult<Tagged> {
    let filter = Filter {
        category: query.text("category").map(str::to_owned),
        search: query.text("search").map(str::to_owned),
        ..Filter::default()
    };
    if filter != Filter::default() {
        return Ok(app.db.read(move |tx| Tagged::of(catalog::active(tx, &filter)?)).await?);
    }
    if let Some(ready) = shelf.at(app.db.read_now(catalog::version)?) {
        return Ok(ready);
    }
    let _turn = shelf.making.lock().await;
    if let Some(ready) = shelf.at(app.db.read_now(catalog::version)?) {
        return Ok(ready);
    }
    let made = move |tx: &ReadTx| {
        Ok::<_, Fault>((catalog::version(tx)?, Tagged::of(catalog::active(tx, &filter)?)?))
    };
    let (version, answer) = app.db.read(made).await?;
    shelf.keep(version, &answer);
    Ok(answer)
}

/// One service, also when it cannot be ordered any more.
#[utoipa::path(get, path = "/api/services/{id}", tag = "services", security(()), params(("id" = i64, Path)),
    responses((status = 200, body = ServiceView), (status = 404, body = Problem)))]
#[get("/api/services/<id>")]
pub fn show(app: &State<App>, _by: Guest, id: PathId<ServiceId>) -> ApiResult<Json<ServiceView>> {
    let id = id.get()?;
    let service = app.db.read_now(|tx| catalog::by_id(tx, id))?;
    service.map(|service| Json(service.into())).ok_or_else(ApiError::not_found)
}
