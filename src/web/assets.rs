//! The files of `static/`, embedded in the binary: one route for each, so that unknown addresses stay the
//! business of the API's own catcher. Debug builds read them from the disk.
//!
//! `name.html` answers at `/name`, `index.html` at `/`, everything else under its own path.

use super::{docs, respond};
use rocket::http::{ContentType, Header, Method, Status};
use rocket::response::Response;
use rocket::route::{Handler, Outcome, Route};
use rocket::{Data, Request};
use rust_embed::RustEmbed;
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// Shown in place of a missing page, never under an address of its own.
const NOT_FOUND: &str = "404.html";

/// What a page may load: its own files and nothing inline. No other site may frame it.
const POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

pub fn routes() -> Vec<Route> {
    let public = |name: &Cow<'_, str>| name != NOT_FOUND && !name.ends_with(".md");
    let names = Files::iter().filter(public);
    names.map(|name| Route::new(Method::Get, &address(&name), Asset(name))).collect()
}

/// The page for a browser that asked for one that is not there.
pub fn not_found(request: &Request<'_>) -> Response<'static> {
    let mut answer = file(NOT_FOUND).map(|file| file.answer(request)).unwrap_or_default();
    answer.set_status(Status::NotFound);
    answer.remove_header("ETag");
    answer
}

/// Bytes that do not change while the process runs, as every static address answers them.
#[derive(Clone)]
pub(super) struct StaticFile {
    pub bytes: Cow<'static, [u8]>,
    pub content_type: ContentType,
    /// Names the content, without quotes.
    pub tag: String,
    /// The version is in the address: a browser may keep it without asking.
    pub immutable: bool,
    /// The Content-Security-Policy, for pages.
    pub policy: Option<&'static str>,
}

impl StaticFile {
    pub fn answer(self, request: &Request<'_>) -> Response<'static> {
        let tag = format!("\"{}\"", self.tag);
        let known = request.headers().get("If-None-Match").any(|tags| names(tags, &tag));
        let mut answer = Response::build();
        answer.header(Header::new("Cache-Control", if self.immutable { KEEP } else { ASK }));
        answer.header(Header::new("ETag", tag));
        if let Some(policy) = self.policy {
            answer.header(Header::new("Content-Security-Policy", policy));
            answer.header(Header::new("Referrer-Policy", "same-origin"));
        }
        if known {
            return answer.status(Status::NotModified).finalize();
        }
        answer.header(self.content_type);
        respond::with_body(&mut answer, self.bytes);
        answer.finalize()
    }
}

const KEEP: &str = "public, max-age=31536000, immutable";
const ASK: &str = "no-cache";

#[rocket::async_trait]
impl Handler for StaticFile {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        Outcome::Success(self.clone().answer(request))
    }
}

/// Looked up per request, so that a debug build shows the file as it is now.
#[derive(Clone)]
struct Asset(Cow<'static, str>);

#[rocket::async_trait]
impl Handler for Asset {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        match file(&self.0) {
            Some(file) => Outcome::Success(file.answer(request)),
            None => Outcome::Error(Status::NotFound),
        }
    }
}

fn file(name: &str) -> Option<StaticFile> {
    let file = Files::get(name)?;
    let is_page = name.ends_with(".html");
    Some(StaticFile {
        content_type: content_type(file.metadata.mimetype()),
        tag: hex(&file.metadata.sha256_hash()),
        bytes: file.data,
        immutable: name.starts_with("vendor/"),
        policy: is_page.then(|| docs::policy(name).unwrap_or(POLICY)),
    })
}

/// Where a file answers.
fn address(name: &str) -> String {
    match name.strip_suffix(".html") {
        Some("index") => "/".to_owned(),
        Some(page) => format!("/{page}"),
        None => format!("/{name}"),
    }
}

/// Text is UTF-8, and says so.
pub(super) fn content_type(mime: &str) -> ContentType {
    let found = ContentType::parse_flexible(mime).unwrap_or(ContentType::Binary);
    if found.top() == "text" { found.with_params(("charset", "utf-8")) } else { found }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether an `If-None-Match` list has the tag; the comparison is the weak one (RFC 9110, 13.1.2).
pub(super) fn names(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rocket::local::blocking::Client;

    fn client() -> Client {
        let config =
            rocket::Config { log_level: rocket::config::LogLevel::Off, ..rocket::Config::debug_default() };
        Client::untracked(rocket::custom(config).mount("/", routes()).mount("/", docs::routes())).unwrap()
    }

    #[test]
    fn every_page_answers_with_its_guards() {
        let client = client();
        for path in ["/", "/setup", "/docs", "/redoc"] {
            let page = client.get(path).dispatch();
            assert_eq!(page.status(), Status::Ok, "{path}");
            assert_eq!(page.headers().get_one("Content-Type"), Some("text/html; charset=utf-8"), "{path}");
            assert_eq!(page.headers().get_one("Cache-Control"), Some("no-cache"), "{path}");
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
        for path in ["/", "/setup", "/docs", "/redoc"] {
            let page = client.get(path).dispatch().into_string().unwrap();
            for part in page.split(['"']).filter(|part| part.starts_with('/') && *part != "/health") {
                assert_eq!(client.get(part).dispatch().status(), Status::Ok, "{path} names {part}");
            }
        }
    }

    #[test]
    fn a_known_tag_is_answered_without_the_bytes() {
        let client = client();
        let tag = client.get("/setup.js").dispatch().headers().get_one("ETag").unwrap().to_owned();
        for list in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let answer = client.get("/setup.js").header(Header::new("If-None-Match", list)).dispatch();
            assert_eq!(answer.status(), Status::NotModified);
            assert_eq!(answer.headers().get_one("ETag"), Some(tag.as_str()));
            assert_eq!(answer.into_bytes(), None);
        }
        let other = client.get("/setup.js").header(Header::new("If-None-Match", "\"other\"")).dispatch();
        assert_eq!(other.status(), Status::Ok);
    }

    #[test]
    fn only_names_with_a_version_are_kept_without_asking() {
        let client = client();
        let vendored = Files::iter().find(|name| name.ends_with(".min.js")).unwrap();
        let kept = |path: &str| {
            client.get(path.to_owned()).dispatch().headers().get_one("Cache-Control") == Some(KEEP)
        };
        assert!(kept(&address(&vendored)));
        assert!(!kept("/setup.js") && !kept("/css/base.css") && !kept("/docs/swagger-ui.css"));
    }

    #[test]
    fn notes_and_the_missing_page_have_no_address() {
        let client = client();
        for path in ["/vendor/README.md", "/404", "/404.html", "/index.html", "/nothing"] {
            assert_eq!(client.get(path).dispatch().status(), Status::NotFound, "{path}");
        }
    }
}
