//! What everybody may know about the site.

use super::error::ApiResult;
use super::guards::Guest;
use super::respond::Json;
use crate::settings::{self, Support};
use crate::state::App;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![site]
}

/// Those the web pages are written in.
const LANGUAGES: [&str; 2] = ["vi", "en"];

#[derive(Debug, Serialize, ToSchema)]
pub struct SiteView {
    site_name: String,
    /// Plain text for every customer.
    notice: Option<String>,
    support: SupportView,
    /// A throw-away panel: no money is real, and the bank can be played.
    demo: bool,
    #[schema(value_type = Vec<String>)]
    languages: [&'static str; 2],
}

/// Where customers find help; each a name, a number or an http(s) link.
#[derive(Debug, Serialize, ToSchema)]
pub struct SupportView {
    zalo: Option<String>,
    telegram: Option<String>,
    email: Option<String>,
}

impl From<Support> for SupportView {
    fn from(support: Support) -> Self {
        SupportView { zalo: support.zalo, telegram: support.telegram, email: support.email }
    }
}

/// The site's name, its notice and where to find help.
#[utoipa::path(get, path = "/api/site", tag = "around", security(()),
    responses((status = 200, body = SiteView)))]
#[get("/api/site")]
pub fn site(app: &State<App>, _anybody: Guest) -> ApiResult<Json<SiteView>> {
    let site = app.db.read_now(settings::site)?;
    Ok(Json(SiteView {
        site_name: site.site_name,
        notice: site.notice,
        support: site.support.into(),
        demo: app.is_demo,
        languages: LANGUAGES,
    }))
}
