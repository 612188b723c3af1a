//! What the shop shows to whoever is not logged in: a landing page with the live prices, its terms, its logo and its
//! colour. The pages are HTML made here, so that search engines and previews of links read them, and need no script.

mod page;
mod prices;
pub mod track;
mod words;

use super::address;
use super::assets;
use super::body::Body;
use super::error::{ApiError, ApiResult, Problem};
use super::guards::{Admin, Guest};
use super::limits;
use super::params::Query;
use super::request_id;
use super::respond::{self, Json, Raw};
use super::session;
use super::setting_json::ChangeSettings;
use super::site;
use super::static_file::StaticFile;
use crate::accounts;
use crate::catalog::{self, Service};
use crate::config::{self, Picture, Setting};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserSet;
use crate::kernel::language::Language;
use crate::orders::{self, Status};
use crate::settings::{self, table};
use crate::state::App;
use maud::Markup;
use page::{Landing, Shop, Support};
use rocket::http::{ContentType, Header, Method, Status as HttpStatus};
use rocket::request::{self, FromRequest, Request};
use rocket::response::{self, Responder, Response};
use rocket::route::{Handler, Outcome};
use rocket::{Data, Route, State, get, post, routes};
use serde::Serialize;
use std::io::Cursor;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    let home = Route::new(Method::Get, "/", Home);
    [vec![home], track::routes(), routes![terms, colours, logo, robots, preview]].concat()
}

const OWN_MARK: &str = "icon.svg";
/// Of fewer orders nothing is boasted.
const LEAST_ORDERS_TOLD: i64 = 100;
/// For what its address says whole.
const KEEP: &str = "public, max-age=31536000, immutable";
const ASK: &str = "private, no-cache";

/// HTML made for one answer.
pub struct HtmlPage(String);

impl<'r> Responder<'r, 'static> for HtmlPage {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut answer =
            respond::held_packed(HttpStatus::Ok, ContentType::HTML, self.0.into_bytes(), request)?;
        assets::guard_page(&mut answer);
        answer.set_header(Header::new("Cache-Control", ASK));
        Ok(answer)
    }
}

/// `/`: the landing page for guests, the customer panel for whoever may be logged in or comes to order a service.
#[derive(Clone)]
struct Home;

#[rocket::async_trait]
impl Handler for Home {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        let app = request.rocket().state::<App>();
        let is_known = app.is_some_and(|app| session::candidates(request, &app.config).next().is_some());
        if is_known || request.query_value::<&str>("service").is_some() {
            return Outcome::Success(by_cookie(assets::customer_panel(request).await));
        }
        let Some(app) = app else { return Outcome::Error(HttpStatus::InternalServerError) };
        match Guest::from_request(request).await {
            request::Outcome::Success(guest) => match landing(request, app, &guest).await.respond_to(request)
            {
                Ok(answer) => Outcome::Success(by_cookie(answer)),
                Err(status) => Outcome::Error(status),
            },
            request::Outcome::Error((status, ())) => Outcome::Error(status),
            request::Outcome::Forward(status) => Outcome::Error(status),
        }
    }
}

/// Who has no session gets another page.
fn by_cookie(mut answer: Response<'static>) -> Response<'static> {
    answer.adjoin_header(Header::new("Vary", "Cookie"));
    answer
}

async fn landing(request: &Request<'_>, app: &App, guest: &Guest) -> ApiResult<HtmlPage> {
    let asked = |name| request.query_value::<&str>(name).and_then(Result::ok);
    let language = language_of(asked("lang"));
    // It stands in the address of every service: what cannot be a code would make the page as large as anybody likes.
    let referral = asked("ref").filter(|code| accounts::may_be_referral_code(code)).map(str::to_owned);
    let origin = origin(app);
    let read = app.db.read(move |tx| {
        let referrer =
            referral.as_deref().map(|code| accounts::by_referral_code(tx, code)).transpose()?.flatten();
        Ok::<_, ApiError>((referrer, drawn(tx, origin, language, referral, &[])?))
    });
    let (referrer, page) = read.await?;
    if let Some(referrer) = referrer.filter(|_| guest.member.is_none() && is_click(request)) {
        let network = limits::network(address::of(request));
        app.referral_clicks.count(referrer, network, app.db.clock().now());
    }
    Ok(HtmlPage(page.into_string()))
}

/// What robots and those who draw previews of links call themselves, in lower case.
const ROBOTS: [&str; 8] =
    ["bot", "crawl", "spider", "preview", "externalhit", "headless", "lighthouse", "monitor"];

/// Whether somebody looks at the page, as far as the request says so.
fn is_click(request: &Request<'_>) -> bool {
    let header = |name| request.headers().get_one(name).unwrap_or_default().to_ascii_lowercase();
    let agent = header("User-Agent");
    let is_browser = agent.starts_with("mozilla/") && !ROBOTS.iter().any(|word| agent.contains(word));
    let is_ahead = ["Sec-Purpose", "Purpose"].into_iter().any(|name| header(name).contains("prefetch"));
    // A page can have it loaded without showing it, as a picture. Old browsers do not say what for.
    let is_shown = !request.headers().contains("Sec-Fetch-Dest") || header("Sec-Fetch-Dest") == "document";
    is_browser && !is_ahead && is_shown && !request_id::is_head(request)
}

/// Where the panel is reached, if anybody has said so.
fn origin(app: &App) -> Option<String> {
    app.config.public_url.as_ref().map(|url| url.origin().ascii_serialization())
}

pub(super) fn language_of(asked: Option<&str>) -> Language {
    asked.and_then(Language::asked).unwrap_or(Language::Vietnamese)
}

/// What an admin has typed and not saved, in place of what is in force.
type Unsaved = [(&'static Setting, Option<String>)];

fn drawn(
    tx: &ReadTx,
    origin: Option<String>,
    language: Language,
    referral: Option<String>,
    unsaved: &Unsaved,
) -> ApiResult<Markup> {
    let shop = shop(tx, origin, language, unsaved)?;
    let for_guests = |service: &Service| service.is_visible_to(None) && service.takes_orders();
    let on_sale = catalog::active(tx)?.into_iter().filter(for_guests);
    let prices = prices::grouped(on_sale);
    let counts = orders::counts(tx, None, &UserSet::default())?;
    let done = counts.into_iter().find(|(status, _)| *status == Status::Completed).map(|(_, count)| count);
    let (deposit_min, _) = settings::deposit_limits(tx)?;
    let orders_done = done.filter(|count| *count >= LEAST_ORDERS_TOLD);
    Ok(page::landing(&Landing { shop, prices, orders_done, deposit_min, referral }))
}

fn shop(tx: &ReadTx, origin: Option<String>, language: Language, unsaved: &Unsaved) -> ApiResult<Shop> {
    let text = |setting: &Setting| match unsaved.iter().find(|(typed, _)| typed.name == setting.name) {
        Some((_, typed)) => Ok(typed.clone().unwrap_or_default()),
        None => settings::text(tx, setting),
    };
    let in_language = |vietnamese: &Setting, english: &Setting| match language {
        Language::Vietnamese => text(vietnamese),
        Language::English => text(english),
    };
    // Long texts are shown in the other language rather than not at all.
    let in_any = |vietnamese: &Setting, english: &Setting| -> Result<String, Fault> {
        let own = in_language(vietnamese, english)?;
        if own.is_empty() { text(vietnamese) } else { Ok(own) }
    };
    Ok(Shop {
        language,
        name: text(&table::SITE_NAME)?,
        origin,
        colour: text(&table::BRAND_COLOUR)?,
        support: Support {
            zalo: text(&table::SUPPORT_ZALO)?,
            telegram: text(&table::SUPPORT_TELEGRAM)?,
            email: text(&table::SUPPORT_EMAIL)?,
        },
        headline: in_language(&table::HEADLINE_VI, &table::HEADLINE_EN)?,
        lead: in_language(&table::LEAD_VI, &table::LEAD_EN)?,
        faq: in_any(&table::FAQ_VI, &table::FAQ_EN)?,
        terms: in_any(&table::TERMS_VI, &table::TERMS_EN)?,
    })
}

/// The terms, if the operator has written any.
#[utoipa::path(get, path = "/terms", tag = "around", security(()),
    params(("lang" = Option<String>, Query, description = "`vi` or `en`")),
    responses((status = 200, description = "HTML", content_type = "text/html", body = String),
        (status = 404, body = Problem)))]
#[get("/terms")]
pub async fn terms(app: &State<App>, _anybody: Guest, query: Query) -> ApiResult<Option<HtmlPage>> {
    let language = language_of(query.text("lang"));
    let origin = origin(app);
    let shop = app.db.read(move |tx| shop(tx, origin, language, &[])).await?;
    Ok((!shop.terms.is_empty()).then(|| HtmlPage(page::terms(&shop).into_string())))
}

/// A page that is looked at before it is saved.
#[derive(Serialize, ToSchema)]
pub struct Preview {
    html: String,
}

/// The landing page as it would be with these values of `branding`, which are not saved.
#[utoipa::path(post, path = "/api/admin/branding/preview", tag = "admin", request_body = ChangeSettings,
    params(("lang" = Option<String>, Query, description = "`vi` or `en`")),
    responses((status = 200, body = Preview), (status = 422, body = Problem)))]
#[post("/api/admin/branding/preview", data = "<body>")]
pub async fn preview(
    app: &State<App>,
    _by: Admin,
    query: Query,
    body: Body<ChangeSettings>,
) -> ApiResult<Json<Preview>> {
    let Body(ChangeSettings(patch)) = body;
    let (mut typed, mut wrong) = (Vec::new(), Vec::new());
    for (setting, given) in patch.values {
        match given.map_or(Ok(None), |given| setting.check(&given)) {
            Ok(value) => typed.push((setting, value)),
            Err(errors) => wrong.extend(errors),
        }
    }
    if !wrong.is_empty() {
        return Err(ApiError::fields(&wrong));
    }
    let language = language_of(query.text("lang"));
    let origin = origin(app);
    let page = app.db.read(move |tx| drawn(tx, origin, language, None, &typed)).await?;
    Ok(Json(Preview { html: page.into_string() }))
}

/// The shop's logo, or the panel's own.
#[utoipa::path(get, path = "/logo", tag = "around", security(()),
    responses((status = 200, description = "A picture", content_type = "image/*", body = Vec<u8>)))]
#[get("/logo")]
pub fn logo(app: &State<App>, _anybody: Guest) -> ApiResult<StaticFile> {
    let (text, colour) = app.db.read_now(|tx| {
        let colour = settings::text(tx, &table::BRAND_COLOUR)?;
        Ok::<_, Fault>((settings::text(tx, &table::BRAND_LOGO)?, colour))
    })?;
    let Some(Picture { kind, bytes }) = Picture::read(&text) else {
        return own_mark(&colour).ok_or_else(ApiError::not_found);
    };
    let kind = ContentType::parse_flexible(kind).unwrap_or(ContentType::Binary);
    Ok(StaticFile::changing(kind, bytes))
}

/// The panel's own mark, on the shop's colour if it has one.
fn own_mark(colour: &str) -> Option<StaticFile> {
    if colour.is_empty() {
        return assets::file(OWN_MARK);
    }
    let drawn = String::from_utf8_lossy(&assets::bytes(OWN_MARK)?)
        .replace(site::OWN_COLOUR, &config::readable(colour));
    Some(StaticFile::changing(ContentType::SVG, drawn.into_bytes()))
}

/// A colour as the pages' style.
#[utoipa::path(get, path = "/brand.css", tag = "around", security(()),
    params(("color" = String, Query, description = "Six digits, as in `0b6b4f`")),
    responses((status = 200, description = "A style sheet", content_type = "text/css", body = String),
        (status = 422, body = Problem)))]
#[get("/brand.css")]
pub fn colours(_anybody: Guest, query: Query) -> ApiResult<Raw> {
    let digits = query.text("color").unwrap_or_default();
    let colour =
        table::BRAND_COLOUR.check(&format!("#{digits}")).map_err(|wrong| ApiError::fields(&wrong))?;
    let style = page::colours(&config::readable(&colour.unwrap_or_default()));
    let mut answer = Response::build();
    answer.header(ContentType::CSS).header(Header::new("Cache-Control", KEEP));
    answer.sized_body(style.len(), Cursor::new(style));
    Ok(Raw(answer.finalize()))
}

/// What search engines may read.
#[utoipa::path(get, path = "/robots.txt", tag = "around", security(()),
    responses((status = 200, description = "A text", content_type = "text/plain", body = String)))]
#[get("/robots.txt")]
pub fn robots(_anybody: Guest) -> &'static str {
    "User-agent: *\nDisallow: /admin\nDisallow: /api\nDisallow: /track\n"
}
