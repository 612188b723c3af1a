//! What customers and guests are told.

use super::error::{ApiResult, Problem};
use super::guards::Guest;
use super::params::Query;
use super::respond::{Json, List};
use crate::announcements::{self, Announcement, Filter, ServiceNews};
use crate::kernel::clock::Timestamp;
use crate::kernel::money::Rate;
use crate::state::App;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list]
}

/// What is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnouncementView {
    id: i64,
    /// Of what became of a service its name.
    title: String,
    /// Plain text. Of what became of a service empty: `service` says it.
    text: String,
    /// `news`, `service` or `warning`.
    kind: &'static str,
    /// `all`, or `customers`: whoever is logged in.
    audience: &'static str,
    starts_at: String,
    /// Null: without an end.
    ends_at: Option<String>,
    service: Option<ServiceNewsView>,
    created_at: String,
}

/// What became of a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceNewsView {
    id: i64,
    name: String,
    /// `new`, `off`, `back`, `dearer` or `cheaper`.
    change: &'static str,
    /// What it was sold at, before the caller's discount. Null: it was not on sale.
    rate_before: Option<String>,
    /// Null: it is not on sale.
    rate_after: Option<String>,
}

impl From<ServiceNews> for ServiceNewsView {
    fn from(news: ServiceNews) -> Self {
        ServiceNewsView {
            id: news.service.get(),
            name: news.name,
            change: news.change.into_str(),
            rate_before: news.before.as_ref().map(Rate::to_string),
            rate_after: news.after.as_ref().map(Rate::to_string),
        }
    }
}

impl From<Announcement> for AnnouncementView {
    fn from(announcement: Announcement) -> Self {
        let named = announcement.news.as_ref().map(|news| news.name.clone());
        AnnouncementView {
            id: announcement.id.get(),
            title: named.unwrap_or(announcement.title),
            text: announcement.text,
            kind: announcement.kind.into_str(),
            audience: announcement.audience.into_str(),
            starts_at: announcement.starts_at.rfc3339(),
            ends_at: announcement.ends_at.map(Timestamp::rfc3339),
            service: announcement.news.map(ServiceNewsView::from),
            created_at: announcement.created_at.rfc3339(),
        }
    }
}

/// What the caller is told now, newest first: guests what is for all, and nobody of a service that is hidden from them.
#[utoipa::path(get, path = "/api/announcements", tag = "around", security(()),
    params(("kind" = Option<String>, Query, description = "`news`, `service` or `warning`"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<AnnouncementView>), (status = 422, body = Problem)))]
#[get("/api/announcements")]
pub fn list(app: &State<App>, by: Guest, query: Query) -> ApiResult<Json<List<AnnouncementView>>> {
    let (filter, page) = (Filter { kind: query.word("kind")? }, query.page()?);
    let reader = by.member.map(|member| member.id);
    let found = app.db.read_now(|tx| announcements::visible(tx, reader, filter, page))?;
    Ok(Json(List::of(found, AnnouncementView::from)))
}
