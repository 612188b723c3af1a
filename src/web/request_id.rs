//! Every request has a name, told to the client and written into its log line.

use super::metrics::Requests;
use super::{address, assets, budget};
use crate::kernel::ids::UserId;
use crate::kernel::text;
use crate::state::App;
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::{Header, Method};
use rocket::{Data, Request, Response};
use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// A year. For this host only: what other hosts of the domain serve is not known here.
const HSTS: &str = "max-age=31536000";

/// Unique within one run of the process and, by its random half, in practice across runs.
#[derive(Debug, Clone, Copy)]
pub struct RequestId {
    run: u32,
    number: u32,
}

static RUN: LazyLock<u32> = LazyLock::new(|| {
    let mut bytes = [0; 4];
    // Without randomness the ids of two runs may repeat; they are names, not secrets.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    u32::from_le_bytes(bytes)
});
static NEXT: AtomicU32 = AtomicU32::new(1);

impl RequestId {
    fn next() -> Self {
        RequestId { run: *RUN, number: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    pub fn of(request: &Request<'_>) -> Self {
        request.local_cache(|| Arrival::new(false)).id
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}{:08x}", self.run, self.number)
    }
}

struct Arrival {
    id: RequestId,
    at: Instant,
    /// Seen on its way in. Rocket shows its fairings no request whose method it does not know.
    is_stamped: bool,
    /// Only what would be answered is asked for. Rocket shows it to handlers as a `GET`.
    is_head: bool,
}

impl Arrival {
    fn new(is_stamped: bool) -> Self {
        Arrival { id: RequestId::next(), at: Instant::now(), is_stamped, is_head: false }
    }
}

/// Whether it asks for no body.
pub fn is_head(request: &Request<'_>) -> bool {
    request.local_cache(|| Arrival::new(false)).is_head
}

/// Whether the request went past all fairings, straight to the catcher, under a method that is not its own.
pub fn went_past(request: &Request<'_>) -> bool {
    !request.local_cache(|| Arrival::new(false)).is_stamped
}

/// What the fairing does for every other answer.
pub fn stamp(request: &Request<'_>, response: &mut Response<'_>) {
    let arrival = request.local_cache(|| Arrival::new(false));
    let request_id = arrival.id.to_string();
    let method = if arrival.is_stamped { request.method().as_str() } else { "unknown" };
    let (status, took) = (response.status().code, arrival.at.elapsed());
    if let Some(requests) = request.rocket().state::<Requests>() {
        requests.note(method, route(request), status, took);
    }
    // The query is left out: a search may hold what somebody typed.
    tracing::info!(
        request_id,
        method,
        route = route(request),
        path = &*text::brief(told_path(request)),
        status,
        user.id = budget::member(request).map(UserId::get),
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    response.set_header(Header::new("X-Request-Id", request_id));
    response.set_header(Header::new("X-Content-Type-Options", "nosniff"));
    if request.rocket().state::<App>().is_some_and(|app| app.config.is_https()) {
        response.set_header(Header::new("Strict-Transport-Security", HSTS));
    }
    if request.uri().path().starts_with("/api/") && !response.headers().contains("Cache-Control") {
        response.set_header(Header::new("Cache-Control", "no-store"));
    }
}

/// The address as the program knows it, without what stands in it: of unknown ones all are one, and so are all files.
pub fn route<'r>(request: &'r Request<'_>) -> &'r str {
    match request.route() {
        Some(route) if route.name.as_deref() == Some(assets::ROUTE_NAME) => assets::ROUTE_NAME,
        Some(route) => route.uri.path(),
        None => "unknown",
    }
}

/// The address as it was asked for. One that holds a secret is told as the program knows it.
fn told_path<'r>(request: &'r Request<'_>) -> &'r str {
    let route = route(request);
    if route.contains("<token>") { route } else { request.uri().path().as_str() }
}

/// Stamps requests as they come, answers as they go, and writes the access log.
pub struct Stamp;

#[rocket::async_trait]
impl Fairing for Stamp {
    fn info(&self) -> Info {
        Info { name: "request id and access log", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let is_head = request.method() == Method::Head;
        request.local_cache(|| Arrival { is_head, ..Arrival::new(true) });
        address::warn_of_proxy(request);
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        stamp(request, response);
    }
}
