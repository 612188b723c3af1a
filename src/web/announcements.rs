//! What customers and guests are told.

use super::error::{ApiResult, Problem};
use super::guards::Guest;
use super::params::Query;
use super::respond::{Json, List};
use crate::announcements::{self, Announcement, Filter, GroupNews, News, ServiceChange, ServiceNews, Term};
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::AnnouncementId;
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
    /// Of what became of a service its name; of a group the name of one of its services.
    title: String,
    /// Plain text. Of what became of services empty: `service` or `group` says it.
    text: String,
    /// `news`, `service` or `warning`.
    kind: &'static str,
    /// `all`, or `customers`: whoever is logged in. Of a group where it differs `mixed`.
    audience: &'static str,
    /// Of a group the first.
    starts_at: String,
    /// Null: without an end. Of a group the last.
    ends_at: Option<String>,
    service: Option<ServiceNewsView>,
    group: Option<GroupNewsView>,
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

/// What became of many services at once; `?group=` with its id lists them.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupNewsView {
    /// How many services that the caller may know of.
    count: i64,
    /// What became of how many of them, the most first.
    changes: Vec<GroupChangeView>,
    /// Which of `audience`, `starts_at` and `ends_at` is not the same of all of them.
    mixed: Vec<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GroupChangeView {
    /// As of a service.
    change: &'static str,
    count: i64,
}

impl From<GroupNews> for GroupNewsView {
    fn from(news: GroupNews) -> Self {
        let count = news.changes.iter().map(|(_, count)| count).sum();
        let view =
            |(change, count): (ServiceChange, i64)| GroupChangeView { change: change.into_str(), count };
        let mixed = news.mixed.iter().map(Term::into_str).collect();
        GroupNewsView { count, changes: news.changes.into_iter().map(view).collect(), mixed }
    }
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
        let is_mixed = announcement.is_mixed(Term::Audience);
        let audience = if is_mixed { announcements::MIXED } else { announcement.audience.into_str() };
        let (title, service, group) = match announcement.news {
            None => (announcement.title, None, None),
            Some(News::Service(news)) => (news.name.clone(), Some(news.into()), None),
            Some(News::Group(news)) => (news.name.clone(), None, Some(news.into())),
        };
        AnnouncementView {
            id: announcement.id.get(),
            title,
            text: announcement.text,
            kind: announcement.kind.into_str(),
            audience,
            starts_at: announcement.starts_at.rfc3339(),
            ends_at: announcement.ends_at.map(Timestamp::rfc3339),
            service,
            group,
            created_at: announcement.created_at.rfc3339(),
        }
    }
}

/// Which of them the query names.
pub fn filter(query: &Query) -> ApiResult<Filter> {
    let group = query.id::<AnnouncementId>("group")?;
    Ok(Filter { kind: query.word("kind")?, automatic: query.flag("automatic")?, group })
}

/// What the caller is told now, newest first: guests what is for all, and nobody of a service that is hidden from them.
#[utoipa::path(get, path = "/api/announcements", tag = "around", security(()),
    params(("kind" = Option<String>, Query, description = "`news`, `service` or `warning`"),
        ("automatic" = Option<bool>, Query, description = "only what the list of services says by itself, or the rest"),
        ("group" = Option<i64>, Query, description = "the services of this group"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<AnnouncementView>), (status = 422, body = Problem)))]
#[get("/api/announcements")]
pub async fn list(app: &State<App>, by: Guest, query: Query) -> ApiResult<Json<List<AnnouncementView>>> {
    let (filter, page) = (filter(&query)?, query.page()?);
    let reader = by.member.map(|member| member.id);
    let found = app.db.read(move |tx| announcements::visible(tx, reader, filter, page)).await?;
    Ok(Json(List::of(found, AnnouncementView::from)))
}
