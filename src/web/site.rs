//! What everybody may know about the site.

use super::error::{ApiError, ApiResult};
use super::guards::Guest;
use super::respond::{Json, Made};
use super::setting_json::{self, nested};
use crate::kernel::error::Fault;
use crate::settings::{self, table};
use crate::state::App;
use rocket::http::ContentType;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

pub fn routes() -> Vec<Route> {
    routes![site, manifest]
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

/// The panel as an app on a phone's home screen, by the Web App Manifest of the W3C.
#[derive(Serialize, ToSchema)]
pub struct Manifest {
    name: String,
    short_name: String,
    #[schema(value_type = String)]
    lang: &'static str,
    #[schema(value_type = String)]
    id: &'static str,
    #[schema(value_type = String)]
    start_url: &'static str,
    #[schema(value_type = String)]
    scope: &'static str,
    #[schema(value_type = String)]
    display: &'static str,
    #[schema(value_type = String)]
    background_color: &'static str,
    theme_color: String,
    icons: Vec<ManifestIcon>,
}

#[derive(Serialize, ToSchema)]
pub struct ManifestIcon {
    #[schema(value_type = String)]
    src: &'static str,
    #[schema(value_type = String)]
    sizes: &'static str,
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: &'static str,
    #[schema(value_type = String)]
    purpose: &'static str,
}

/// Home screens cut longer names themselves, in the middle of a word.
const SHORT_NAME_CHARS: usize = 12;
/// The panel's green.
pub(super) const OWN_COLOUR: &str = "#0b6b4f";

/// What a browser needs to put the panel on a home screen.
#[utoipa::path(get, path = "/manifest.webmanifest", tag = "around", security(()),
    responses((status = 200, body = Manifest, content_type = "application/manifest+json")))]
#[get("/manifest.webmanifest")]
pub fn manifest(app: &State<App>, _anybody: Guest) -> ApiResult<Made> {
    let (name, colour) = app.db.read_now(|tx| {
        let colour = settings::text(tx, &table::BRAND_COLOUR)?;
        Ok::<_, Fault>((settings::text(tx, &table::SITE_NAME)?, colour))
    })?;
    let icon = |sizes, purpose| ManifestIcon { src: "/icon.svg", sizes, kind: "image/svg+xml", purpose };
    let manifest = Manifest {
        short_name: name.chars().take(SHORT_NAME_CHARS).collect::<String>().trim().to_owned(),
        name,
        lang: "vi",
        id: "/",
        start_url: "/",
        scope: "/",
        display: "standalone",
        background_color: "#f4f6f5",
        theme_color: if colour.is_empty() { OWN_COLOUR.to_owned() } else { colour },
        icons: vec![icon("any", "any"), icon("192x192", "any"), icon("512x512", "any")],
    };
    let body = serde_json::to_vec(&manifest).map_err(|cause| ApiError::internal(cause.to_string()))?;
    Ok(Made { content_type: ContentType::new("application", "manifest+json"), body })
}

/// The site's name, its notice and where to find help.
#[utoipa::path(get, path = "/api/site", tag = "around", security(()),
    responses((status = 200, body = SiteView)))]
#[get("/api/site")]
pub fn site(app: &State<App>, _anybody: Guest) -> ApiResult<Json<SiteView>> {
    view(app).map(Json)
}

pub(super) fn view(app: &App) -> ApiResult<SiteView> {
    let settings = nested(app.db.read_now(settings::public)?);
    let rest = SiteRest { demo: app.demo.is_some(), mail: app.config.sends_links(), languages: LANGUAGES };
    Ok(SiteView { settings, rest })
}
