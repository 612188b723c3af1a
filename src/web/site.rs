//! What everybody may know about the site.

use super::error::ApiResult;
use super::guards::Guest;
use super::respond::Json;
use super::setting_json::{self, nested};
use crate::settings::{self, table};
use crate::state::App;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

pub fn routes() -> Vec<Route> {
    routes![site]
}

/// Those the web pages are written in.
const LANGUAGES: [&str; 2] = ["vi", "en"];

/// The public settings, and what no setting says.
#[derive(Serialize)]
pub struct SiteView {
    #[serde(flatten)]
    settings: Map<String, Value>,
    #[serde(flatten)]
    rest: SiteRest,
}

#[derive(Serialize, ToSchema)]
struct SiteRest {
    /// A throw-away panel: no money is real, and the bank can be played.
    demo: bool,
    /// Whether somebody who has lost the password is sent a link for another one.
    mail: bool,
    #[schema(value_type = Vec<String>)]
    languages: [&'static str; 2],
}

impl utoipa::PartialSchema for SiteView {
    fn schema() -> RefOr<Schema> {
        let public: Vec<_> = table::SETTINGS.iter().copied().filter(|setting| setting.is_public).collect();
        let mut whole = setting_json::object(&public, setting_json::shown);
        setting_json::add::<SiteRest>(&mut whole);
        whole.into()
    }
}

impl ToSchema for SiteView {}

/// The site's name, its notice and where to find help.
#[utoipa::path(get, path = "/api/site", tag = "around", security(()),
    responses((status = 200, body = SiteView)))]
#[get("/api/site")]
pub fn site(app: &State<App>, _anybody: Guest) -> ApiResult<Json<SiteView>> {
    let settings = nested(app.db.read_now(settings::public)?);
    Ok(Json(SiteView {
        settings,
        rest: SiteRest { demo: app.demo.is_some(), mail: app.config.sends_links(), languages: LANGUAGES },
    }))
}
