//! Announcements, for admins.

use crate::announcements::{self, Audience, Draft, Kind, Patch};
use crate::kernel::ids::AnnouncementId;
use crate::state::App;
use crate::web::announcements::{AnnouncementView, filter};
use crate::web::body::Body;
use crate::web::error::{ApiResult, Problem};
use crate::web::fields::{TimeField, Word, given};
use crate::web::guards::Admin;
use crate::web::params::{PathId, Query};
use crate::web::respond::{Created, Json, List, NoContent};
use rocket::{Route, State, delete, get, post, put, routes};
use serde::Deserialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, create, change, remove]
}

/// Something to tell.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateAnnouncement {
    /// One line of at most 200 characters.
    title: String,
    /// Plain text of at most 5,000 characters.
    text: Option<String>,
    /// `news` if missing.
    #[schema(value_type = Option<String>)]
    kind: Option<Word<Kind>>,
    /// `all` if missing.
    #[schema(value_type = Option<String>)]
    audience: Option<Word<Audience>>,
    /// Now if missing.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<TimeField>,
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<TimeField>,
}

/// Only the keys that are there change anything; a null `ends_at` takes the end away. What became of services can only
/// get another audience, start and end; of a group all that it holds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAnnouncement {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    title: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    text: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    kind: Option<Word<Kind>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    audience: Option<Word<Audience>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    starts_at: Option<TimeField>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    ends_at: Option<Option<TimeField>>,
}

/// All announcements, those that are over or wait for their time too, newest first.
#[utoipa::path(get, path = "/api/admin/announcements", tag = "admin",
 params(("kind" = Option<String>, Query), ("automatic" = Option<bool>, Query), ("group" = Option<i64>, Query),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<AnnouncementView>), (status = 422, body = Problem)))]
#[get("/api/admin/announcements")]
pub async fn list(app: &State<App>, _by: Admin, query: Query) -> ApiResult<Json<List<AnnouncementView>>> {
    let (filter, page) = (filter(&query)?, query.page()?);
    let found = app.db.read(move |tx| announcements::all(tx, filter, page)).await?;
    Ok(Json(List::of(found, AnnouncementView::from)))
}

/// Something new to tell.
#[utoipa::path(post, path = "/api/admin/announcements", tag = "admin", request_body = CreateAnnouncement,
    responses((status = 201, body = AnnouncementView), (status = 422, body = Problem)))]
#[post("/api/admin/announcements", data = "<body>")]
pub async fn create(
    app: &State<App>,
    by: Admin,
    body: Body<CreateAnnouncement>,
) -> ApiResult<Created<AnnouncementView>> {
    let (actor, Body(asked)) = (by.actor(), body);
    let draft = Draft {
        title: asked.title,
        text: asked.text.unwrap_or_default(),
        kind: asked.kind.map_or(Kind::News, |kind| kind.0),
        audience: asked.audience.map_or(Audience::All, |audience| audience.0),
        starts_at: asked.starts_at.map(|start| start.0),
        ends_at: asked.ends_at.map(|end| end.0),
    };
    let made = app.db.write(move |tx| announcements::create(tx, &actor, draft)).await?;
    Ok(Created(made.into()))
}

/// Changes an announcement.
#[utoipa::path(put, path = "/api/admin/announcements/{id}", tag = "admin", request_body = ChangeAnnouncement,
    params(("id" = i64, Path)),
    responses((status = 200, body = AnnouncementView), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
#[put("/api/admin/announcements/<id>", data = "<body>")]
pub async fn change(
    app: &State<App>,
    by: Admin,
    id: PathId<AnnouncementId>,
    body: Body<ChangeAnnouncement>,
) -> ApiResult<Json<AnnouncementView>> {
    let (id, actor, Body(asked)) = (id.get()?, by.actor(), body);
    let patch = Patch {
        title: asked.title,
        text: asked.text,
        kind: asked.kind.map(|kind| kind.0),
        audience: asked.audience.map(|audience| audience.0),
        starts_at: asked.starts_at.map(|start| start.0),
        ends_at: asked.ends_at.map(|end| end.map(|end| end.0)),
    };
    Ok(Json(app.db.write(move |tx| announcements::change(tx, &actor, id, patch)).await?.into()))
}

/// Nobody is told any more.
#[utoipa::path(delete, path = "/api/admin/announcements/{id}", tag = "admin", params(("id" = i64, Path)),
    responses((status = 204, description = "it is gone"), (status = 404, body = Problem)))]
#[delete("/api/admin/announcements/<id>")]
pub async fn remove(app: &State<App>, by: Admin, id: PathId<AnnouncementId>) -> ApiResult<NoContent> {
    let (id, actor) = (id.get()?, by.actor());
    app.db.write(move |tx| announcements::delete(tx, &actor, id)).await?;
    Ok(NoContent)
}
