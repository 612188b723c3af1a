//! The files of `static/`, embedded in the binary: one route for each, so that unknown addresses stay the
//! business of the API's own catcher. A release holds them packed, by `build.rs`, as they are sent. Debug builds read
//! them from the disk.
//!
//! `name.html` answers at `/name`, `index.html` at `/`, what others look for by its name at the root; everything else
//! under `/assets/RELEASE/`, so that a browser keeps it for good and asks for the page alone. Pages name such files as
//! `/assets/…`, scripts and styles name each other relatively. `index.html` and `admin.html` are the two panels: each
//! draws many pages, and answers at all their addresses.

#[cfg(debug_assertions)]
use super::packed;
use super::static_file::{ASK, StaticFile, tag};
use super::{preloads, respond, start};
use aws_lc_rs::digest::{Context, SHA256, digest};
use parking_lot::RwLock;
use rocket::http::{ContentType, Header, Method, Status};
use rocket::response::Response;
use rocket::route::{Handler, Outcome, Route};
use rocket::{Data, Request};
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

#[derive(RustEmbed)]
#[cfg_attr(debug_assertions, folder = "static/")]
#[cfg_attr(not(debug_assertions), folder = "$OUT_DIR/static/")]
struct Files;

const CUSTOMER_PANEL: &str = "index.html";
const ADMIN_PANEL: &str = "admin.html";
/// The storefront decides who gets the customer panel there.
const HOME: &str = "/";

/// What a page may load: its own files and nothing inline, but for the small pictures within style sheets. No other
/// site may frame it.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";
/// Swagger UI and Redoc, which show the API's description, write style elements and inline images as they run, and
/// Redoc searches in a worker that it makes from text. Scripts still come from this host only.
const SWAGGER_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                              object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const REDOC_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                            worker-src blob:; object-src 'none'; base-uri 'none'; form-action 'self'; \
                            frame-ancestors 'none'";

/// Looked for by their names: of browsers, of an app's icon, of whoever reads the API's description.
const AT_THE_ROOT: [&str; 2] = ["icon.svg", "openapi.json"];
/// Where the pages say that their files are.
const ASSETS: &str = "/assets/";
/// Debug builds read the files from the disk: what is in an address may change there.
const IS_FIXED: bool = !cfg!(debug_assertions);

/// Names the files of this program, all together: another file, another address for each.
static RELEASE: LazyLock<String> = LazyLock::new(|| {
    if !IS_FIXED {
        return "on-disk".to_owned();
    }
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut all = Context::new(&SHA256);
    for name in names {
        all.update(name.as_bytes());
        all.update(&Files::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default());
    }
    hex::encode(all.finish()).chars().take(RELEASE_DIGITS).collect()
});
const RELEASE_DIGITS: usize = 12;

pub fn routes() -> Vec<Route> {
    let files = Files::iter().filter(|name| !name.ends_with(".md") && script_of(name).is_none());
    let files = files.map(|name| route(&address(&name), Asset { name, module: None }));
    let panels = [CUSTOMER_PANEL, ADMIN_PANEL].into_iter().flat_map(|panel| {
        let pages = pages(panel).into_iter().filter(|(address, _)| address != HOME);
        pages
            .map(move |(address, module)| route(&address, Asset { name: panel.into(), module: Some(module) }))
    });
    files.chain(panels).collect()
}

/// The script of a panel; `None` of whatever is none.
fn script_of(name: &str) -> Option<&'static str> {
    match name {
        CUSTOMER_PANEL => Some("app.js"),
        ADMIN_PANEL => Some("admin.js"),
        _ => None,
    }
}

/// The addresses that a panel draws, each with its module: the table of its script.
fn pages(panel: &str) -> Vec<(String, String)> {
    let script = script_of(panel).and_then(bytes).unwrap_or_default();
    let script = String::from_utf8_lossy(&script);
    let page = |row: &str| {
        let pattern = row.split('"').next()?.replace(":id", "<id>");
        Some((pattern, row.split("import(\"./").nth(1)?.split('"').next()?.to_owned()))
    };
    script.split("pattern: \"").skip(1).filter_map(page).collect()
}

/// What all routes of this page are called, for whoever counts requests by route.
pub const ROUTE_NAME: &str = "static";

fn route(address: &str, asset: Asset) -> Route {
    let mut route = Route::new(Method::Get, address, asset);
    route.name = Some(ROUTE_NAME.into());
    route
}

/// What draws the address that the storefront shares.
static HOME_MODULE: LazyLock<Option<String>> = LazyLock::new(|| {
    let home = pages(CUSTOMER_PANEL).into_iter().find(|(address, _)| address == HOME);
    home.map(|(_, module)| module)
});

/// The customer panel.
pub(super) async fn customer_panel(request: &Request<'_>) -> Response<'static> {
    match drawn_by(CUSTOMER_PANEL, HOME_MODULE.as_deref()) {
        Some(panel) => panel_page(panel, request).await,
        None => Response::new(),
    }
}

/// With what it starts with, where that can be said.
async fn panel_page(page: StaticFile, request: &Request<'_>) -> Response<'static> {
    let Some(html) = start::told(&page.bytes, request).await else {
        return page.answer_packed(request).await;
    };
    let sent = respond::held_packed(Status::Ok, page.content_type, html.into_bytes(), request);
    let mut answer = sent.unwrap_or_else(|status| Response::build().status(status).finalize());
    guard_page(&mut answer);
    answer.set_header(Header::new("Cache-Control", NEVER));
    answer
}

/// What pages that are made say of themselves to browsers.
pub(super) fn guard_page(answer: &mut Response<'static>) {
    answer.set_header(Header::new("Content-Security-Policy", POLICY));
    answer.set_header(Header::new("Referrer-Policy", "same-origin"));
}

/// For a browser that asked for a page that is not there: the panel, which says so.
pub fn not_found(request: &Request<'_>) -> Response<'static> {
    let panel = if request.uri().path().starts_with("/admin") { ADMIN_PANEL } else { CUSTOMER_PANEL };
    let mut answer = file(panel).map(|file| file.answer(request, None)).unwrap_or_default();
    answer.set_status(Status::NotFound);
    answer.remove_header("ETag");
    answer
}

/// What it holds is in the address.
const KEEP: &str = "public, max-age=31536000, immutable";
/// The panels' pages. They say who is there, and a browser that may keep one keeps it as it was left, with all that
/// was shown, and brings it back to whoever presses Back after the log-out.
const NEVER: &str = "no-store";

#[derive(Clone)]
struct Asset {
    name: Cow<'static, str>,
    /// Of a panel's page: what draws it.
    module: Option<String>,
}

#[rocket::async_trait]
impl Handler for Asset {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        match drawn_by(&self.name, self.module.as_deref()) {
            Some(page) if self.module.is_some() => Outcome::Success(panel_page(page, request).await),
            Some(file) => Outcome::Success(file.answer_packed(request).await),
            None => Outcome::Error(Status::NotFound),
        }
    }
}

/// A file as it is, for whoever is within the process.
pub(super) fn bytes(name: &str) -> Option<Cow<'static, [u8]>> {
    let held = Files::get(name)?.data;
    if cfg!(debug_assertions) {
        return Some(held);
    }
    let mut bytes = Vec::new();
    brotli::BrotliDecompress(&mut held.as_ref(), &mut bytes).ok()?;
    Some(bytes.into())
}

/// The file by Brotli: as a release holds it, and otherwise as it would.
#[cfg(not(debug_assertions))]
fn brotli(name: &str, _: &Arc<str>, _: &[u8]) -> Option<Arc<[u8]>> {
    Files::get(name).map(|file| file.data.into())
}

#[cfg(debug_assertions)]
fn brotli(_: &str, tag: &Arc<str>, bytes: &[u8]) -> Option<Arc<[u8]>> {
    packed::brotli(tag, bytes)
}

/// The program holds its files packed. Each is unpacked once, and all answers share that: many that nobody reads would
/// otherwise hold a copy each.
static UNPACKED: LazyLock<RwLock<HashMap<String, StaticFile>>> = LazyLock::new(RwLock::default);

pub(super) fn file(name: &str) -> Option<StaticFile> {
    drawn_by(name, None)
}

/// The file; of a panel, the page that this module draws.
fn drawn_by(name: &str, module: Option<&str>) -> Option<StaticFile> {
    let key = module.map_or_else(|| name.to_owned(), |module| format!("{name} {module}"));
    if let Some(known) = UNPACKED.read().get(&key) {
        return Some(known.clone());
    }
    let file = unpacked(name, module)?;
    // A debug build shows the file as it is now.
    if !cfg!(debug_assertions) {
        UNPACKED.write().insert(key, file.clone());
    }
    Some(file)
}

fn unpacked(name: &str, module: Option<&str>) -> Option<StaticFile> {
    let file = bytes(name)?;
    let policy = match name {
        "docs.html" => Some(SWAGGER_POLICY),
        "redoc.html" => Some(REDOC_POLICY),
        _ => name.ends_with(".html").then_some(POLICY),
    };
    let is_page = name.ends_with(".html");
    let data = match script_of(name) {
        Some(script) => {
            let page = preloads::named(&String::from_utf8_lossy(&file), script, module);
            with_release(page.as_bytes()).into_owned().into()
        }
        None if is_page => with_release(&file),
        None => file,
    };
    let tag = tag(digest(&SHA256, &data).as_ref());
    Some(StaticFile {
        brotli: if is_page { None } else { brotli(name, &tag, &data) },
        content_type: content_type(name),
        tag,
        bytes: data.into(),
        keep: keep(name, IS_FIXED),
        policy,
    })
}

fn keep(name: &str, is_fixed: bool) -> &'static str {
    match name {
        CUSTOMER_PANEL | ADMIN_PANEL => NEVER,
        _ if is_at_the_root(name) || !is_fixed => ASK,
        _ => KEEP,
    }
}

fn is_at_the_root(name: &str) -> bool {
    name.ends_with(".html") || AT_THE_ROOT.contains(&name)
}

/// A page with the addresses of this release.
fn with_release(page: &[u8]) -> Cow<'static, [u8]> {
    let page = String::from_utf8_lossy(page);
    page.replace(&format!("\"{ASSETS}"), &format!("\"{ASSETS}{}/", *RELEASE)).into_bytes().into()
}

/// Where a file answers.
pub(super) fn address(name: &str) -> String {
    match name.strip_suffix(".html") {
        Some("index") => "/".to_owned(),
        Some(page) => format!("/{page}"),
        None if is_at_the_root(name) => format!("/{name}"),
        None => format!("{ASSETS}{}/{name}", *RELEASE),
    }
}

/// Text is UTF-8, and says so.
fn content_type(name: &str) -> ContentType {
    let file = Files::get(name);
    let mime = file.as_ref().map(|file| file.metadata.mimetype());
    let found = mime.and_then(ContentType::parse_flexible).unwrap_or(ContentType::Binary);
    if found.top() == "text" { found.with_params(("charset", "utf-8")) } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rocket::local::blocking::Client;
    use std::collections::BTreeSet;
    use std::io::Read;

    fn client() -> Client {
        let config =
            rocket::Config { log_level: rocket::config::LogLevel::Off, ..rocket::Config::debug_default() };
        Client::untracked(rocket::custom(config).mount("/", routes())).unwrap()
    }

    #[test]
    fn every_page_answers_with_its_guards() {
        let client = client();
        for path in ["/login", "/setup", "/orders/7", "/admin", "/admin/orders", "/docs", "/redoc"] {
            let page = client.get(path).dispatch();
            assert_eq!(page.status(), Status::Ok, "{path}");
            assert_eq!(page.headers().get_one("Content-Type"), Some("text/html; charset=utf-8"), "{path}");
            let keep = if ["/docs", "/redoc"].contains(&path) { ASK } else { NEVER };
            assert_eq!(page.headers().get_one("Cache-Control"), Some(keep), "{path}");
            assert_eq!(page.headers().get_one("X-Content-Type-Options"), Some("nosniff"), "{path}");
            let policy = page.headers().get_one("Content-Security-Policy").unwrap();
            assert!(
                policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
                "{path}"
            );
            assert!(!policy.contains("http"), "{path} trusts a foreign host");
        }
    }

    #[test]
    fn what_a_page_names_is_there() {
        let client = client();
        // No files, and tried where they are made.
        let made = ["/health", "/logo", "/manifest.webmanifest"];
        for path in ["/login", "/admin", "/docs", "/redoc"] {
            let page = client.get(path).dispatch().into_string().unwrap();
            for part in page.split('"').filter(|part| part.starts_with('/') && !made.contains(part)) {
                assert_eq!(client.get(part).dispatch().status(), Status::Ok, "{path} names {part}");
            }
        }
    }

    #[test]
    fn a_known_tag_is_answered_without_the_bytes() {
        let client = client();
        let tag = client.get(address("app.js")).dispatch().headers().get_one("ETag").unwrap().to_owned();
        for list in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let answer = client.get(address("app.js")).header(Header::new("If-None-Match", list)).dispatch();
            assert_eq!(answer.status(), Status::NotModified);
            assert_eq!(answer.headers().get_one("ETag"), Some(tag.as_str()));
            assert_eq!(answer.into_bytes(), None);
        }
        let other =
            client.get(address("app.js")).header(Header::new("If-None-Match", "\"other\"")).dispatch();
        assert_eq!(other.status(), Status::Ok);
    }

    #[test]
    fn who_takes_packed_bytes_gets_the_same_smaller() {
        let client = client();
        let path =
            address(&Files::iter().find(|name| name.contains("tabler") && name.ends_with(".css")).unwrap());
        let plain = client.get(path.clone()).dispatch();
        assert_eq!(plain.headers().get_one("Content-Encoding"), None);
        assert_eq!(plain.headers().get_one("Vary"), Some("Accept-Encoding"));
        let (tag, plain) = (plain.headers().get_one("ETag").unwrap().to_owned(), plain.into_bytes().unwrap());
        let ask = |accepted: &'static str| {
            let answer = client.get(path.clone()).header(Header::new("Accept-Encoding", accepted)).dispatch();
            let header = |name| answer.headers().get_one(name).map(str::to_owned);
            (header("Content-Encoding"), header("ETag"), answer.into_bytes().unwrap())
        };
        for (accepted, coding) in
            [("br;q=0, gzip", "gzip"), ("gzip, deflate, br", "br"), ("GZIP;q=0.5", "gzip")]
        {
            for _first_and_kept in 0..2 {
                let (said, packed_tag, packed) = ask(accepted);
                assert_eq!(said.as_deref(), Some(coding));
                assert_ne!(packed_tag.as_deref(), Some(tag.as_str()));
                assert!(packed.len() * 4 < plain.len());
                let mut unpacked = Vec::new();
                if coding == "br" {
                    brotli::BrotliDecompress(&mut packed.as_slice(), &mut unpacked).unwrap();
                } else {
                    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
                }
                assert_eq!(unpacked, plain);
            }
        }
        for refusing in ["identity", "gzip;q=0", "x-gzip", ""] {
            assert_eq!(ask(refusing).0, None, "{refusing}");
        }
    }

    /// A reload asks the server for what the browser's code draws.
    #[test]
    fn the_server_knows_every_address_of_the_panels() {
        let known: BTreeSet<_> = routes().iter().map(|route| route.uri.path().to_owned()).collect();
        for address in
            ["/login", "/orders", "/orders/<id>", "/setup", "/admin", "/admin/users/<id>", "/admin/wizard"]
        {
            assert!(known.contains(address), "{address}: {known:?}");
        }
        let of_admin =
            known.iter().filter(|address| *address == "/admin" || address.starts_with("/admin/")).count();
        let is_page = |name: &str| name.strip_prefix("pages/admin/").is_some_and(|file| !file.contains('/'));
        assert_eq!(of_admin, Files::iter().filter(|name| is_page(name)).count());
    }

    #[test]
    fn what_has_its_content_in_the_address_is_kept_without_asking() {
        for name in Files::iter().filter(|name| !is_at_the_root(name)) {
            assert_eq!(keep(&name, true), KEEP, "{name}");
            assert_eq!(keep(&name, false), ASK, "{name} may change on the disk");
            assert!(address(&name).starts_with(&format!("{ASSETS}{}/", *RELEASE)), "{name}");
        }
        for (name, expected) in [("index.html", NEVER), ("docs.html", ASK), ("icon.svg", ASK)] {
            assert_eq!(keep(name, true), expected, "{name}");
        }
    }

    #[test]
    fn of_another_release_nothing_is_answered() {
        let client = client();
        for path in ["/app.js", "/assets/app.js", "/assets/0123456789ab/app.js"] {
            assert_eq!(client.get(path).dispatch().status(), Status::NotFound, "{path}");
        }
    }

    /// What no page names is not in the binary: packages bring more than is served.
    #[test]
    fn only_the_vendored_files_that_pages_load_are_embedded_and_they_are_bounded() {
        const MOST_BYTES: usize = 5 * 1024 * 1024;
        let is_code = |name: &str| [".html", ".js", ".css"].iter().any(|ending| name.ends_with(ending));
        let bytes = |name: &str| bytes(name).unwrap();
        let own: String = Files::iter()
            .filter(|name| is_code(name))
            .map(|name| String::from_utf8_lossy(&bytes(&name)).into_owned())
            .collect();
        let vendored = Files::iter().filter(|name| name.starts_with("vendor/"));
        for name in vendored.filter(|name| !name.ends_with(".LICENSE.txt") && !name.ends_with(".md")) {
            assert!(is_code(&name), "{name} is neither a script nor a style");
            let file = name.trim_start_matches("vendor/");
            assert!(own.contains(&format!("/{file}\"")), "no page loads {name}");
        }
        let mut of_swagger: Vec<_> =
            Files::iter().filter(|name| name.to_lowercase().contains("swagger")).collect();
        of_swagger.sort();
        let [licence, script, style] = of_swagger.as_slice() else { panic!("{of_swagger:?}") };
        assert!(script.ends_with(".bundle.js") && style.ends_with(".min.css"), "{of_swagger:?}");
        assert!(licence.ends_with(".LICENSE.txt"), "{of_swagger:?}");
        let all: usize = Files::iter().map(|name| bytes(&name).len()).sum();
        assert!(all <= MOST_BYTES, "{all} bytes are embedded");
    }

    #[test]
    fn notes_and_file_names_of_pages_have_no_address() {
        let client = client();
        for path in ["/vendor/README.md", "/index.html", "/admin.html", "/nothing", "/admin/nothing"] {
            assert_eq!(client.get(path).dispatch().status(), Status::NotFound, "{path}");
        }
    }
}
