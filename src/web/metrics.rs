//! Figures for Prometheus: what happened since the start, and how everything stands at the moment. Nothing here grows
//! with the shop; what comes from the database is read from its sums and from indexes of what waits.

mod requests;
mod text;

pub use requests::Requests;

use super::error::{ApiError, ApiResult, Problem, outcome};
use super::{address, guards, health};
use crate::db::{Db, ReadTx, Sizes};
use crate::front::Connections;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Code, Fault};
use crate::kernel::ids::UserSet;
use crate::mail::{self, Counted};
use crate::orders;
use crate::reports::{self, Severity, WaitKind, Waiting};
use crate::state::App;
use aws_lc_rs::constant_time;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Metric, Registry};
use rocket::futures::future::join;
use rocket::http::Header;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Responder, Route, State, get, routes};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;

/// How long it waits for the database; without its figures the others are still told.
const PATIENCE: Duration = Duration::from_millis(1500);

pub fn routes() -> Vec<Route> {
    routes![scrape]
}

/// Whoever may read the figures: with `METRICS_TOKEN` its bearer, without it programs on this machine.
pub struct Scraper;

fn admitted(request: &Request<'_>) -> ApiResult<Scraper> {
    let app = guards::app(request)?;
    let refused = match &app.config.metrics_token {
        Some(token) => {
            let given = guards::bearer(request).unwrap_or_default();
            let is_right =
                constant_time::verify_slices_are_equal(given.as_bytes(), token.expose().as_bytes()).is_ok();
            (!is_right).then(ApiError::unauthenticated)
        }
        None if address::is_this_machine(request) => None,
        None => Some(ApiError::new(Code::Forbidden, "set METRICS_TOKEN to read this from elsewhere")),
    };
    match refused {
        None => Ok(Scraper),
        Some(refused) => guards::limits(request)?.request(address::of(request)).and(Err(refused)),
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Scraper {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        outcome(request, admitted(request))
    }
}

#[derive(Responder)]
pub struct Scraped {
    body: String,
    content_type: Header<'static>,
}

/// Figures in Prometheus's text format, with `METRICS_TOKEN` as a bearer token. Without that variable only programs on
/// the same machine are answered, and none behind a proxy.
#[utoipa::path(get, path = "/metrics", tag = "around", security(("metrics" = [])),
    responses((status = 200, body = String, content_type = "text/plain"),
        (status = 401, body = Problem), (status = 403, body = Problem)))]
#[get("/metrics")]
pub async fn scrape(
    app: &State<App>,
    requests: &State<Requests>,
    connections: &State<Connections>,
    _by: Scraper,
) -> ApiResult<Scraped> {
    let db = app.db.clone();
    let stored = app.db.read(move |tx| Stored::read(tx, &db));
    let (stored, is_well) = join(timeout(PATIENCE, stored), health::is_well(app)).await;
    let mut page = Page(Registry::with_prefix("smm"));
    page.of_process(app);
    page.of_requests(requests, connections, app);
    page.of_database(&app.db, is_well);
    page.of_jobs(app);
    if let Ok(Ok(stored)) = stored {
        page.of_shop(&stored);
    }
    let body = text::encode(&page.0)?;
    Ok(Scraped { body, content_type: Header::new("Content-Type", text::CONTENT_TYPE) })
}

/// What is read.
struct Stored {
    orders: Vec<(orders::Status, i64)>,
    waiting: Vec<Waiting>,
    debts: reports::Debts,
    sizes: Sizes,
    letters: i64,
    now_s: i64,
}

impl Stored {
    fn read(tx: &ReadTx, db: &Db) -> Result<Stored, Fault> {
        Ok(Stored {
            orders: orders::counts(tx, None, &UserSet::default())?,
            waiting: reports::waiting(tx)?,
            debts: reports::debts(tx)?,
            sizes: db.sizes(),
            letters: mail::status(tx)?.waiting,
            now_s: tx.now().seconds(),
        })
    }
}

/// The figures of one answer.
struct Page(Registry);

impl Page {
    fn add(&mut self, name: &str, help: &str, metric: impl Metric) {
        self.0.register(name, help, metric);
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl TryInto<i64>) {
        self.add(name, help, gauge(value));
    }

    fn gauges<const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = ([(&'static str, String); N], i64)>,
    ) {
        let family = Family::<[(&'static str, String); N], Gauge>::default();
        for (labels, value) in values {
            family.get_or_create(&labels).set(value);
        }
        self.add(name, help, family);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        let counter: Counter = Counter::default();
        counter.inc_by(value);
        self.add(name, help, counter);
    }

    fn of_process(&mut self, app: &App) {
        let build = [([("version", env!("CARGO_PKG_VERSION").to_owned())], 1)];
        self.gauges("build_info", "The version that runs", build);
        self.gauge("uptime_seconds", "Since the start", app.started.elapsed().as_secs());
        if let Some(bytes) = resident_bytes() {
            self.gauge("resident_memory_bytes", "Memory of the process", bytes);
        }
        let (logged, panics) = app.errors.counts();
        self.counter("logged_errors", "Errors that were logged", logged);
        self.counter("panics", "Threads that panicked", panics);
    }

    fn of_requests(&mut self, requests: &Requests, connections: &Connections, app: &App) {
        self.add("http_requests", "Answers, by method, route and status", requests.count.clone());
        let help = "How long answers took to begin, by method and route";
        self.add("http_request_duration_seconds", help, requests.times.clone());
        let (busy, idle) = connections.counts();
        let streams = app.db.changes().listeners();
        let kinds = [("busy", busy), ("idle", idle), ("event_stream", streams)];
        let help =
            "Open connections, each further request at once counted as one; event streams are busy too";
        let of_kind = |(kind, count): (&str, usize)| {
            ([("kind", kind.to_owned())], i64::try_from(count).unwrap_or(i64::MAX))
        };
        self.gauges("connections", help, kinds.map(of_kind));
        let calls = app.calls.times().clone();
        self.add("provider_call_duration_seconds", "Calls to providers, by command and outcome", calls);
        let letters = |what| app.letters.of(what);
        self.counter("letters_sent", "Letters that the mail server took", letters(Counted::Sent));
        let help = "Tries to send a letter that brought nothing";
        self.counter("letter_failures", help, letters(Counted::Failed));
        let help = "Letters that could not be delivered and were given up";
        self.counter("letters_given_up", help, letters(Counted::GivenUp));
    }

    fn of_database(&mut self, db: &Db, is_well: bool) {
        self.gauge(
            "ready",
            "1 when the database can be read and written, as /health/ready says",
            u8::from(is_well),
        );
        let figures = db.figures().clone();
        self.add("write_queue", "Writes that wait for their commit", figures.queue);
        self.add("write_batch_size", "Writes that shared a commit", figures.batch);
        self.add("commit_duration_seconds", "How long commits took", figures.commit);
    }

    fn of_jobs(&mut self, app: &App) {
        let jobs = app.job_registry.all();
        let named = |value: fn(&crate::state::job_registry::JobStatus) -> Option<i64>| {
            let of_job = move |(name, status)| Some(([("job", String::from(name))], value(status)?));
            jobs.iter().map(|(name, status)| (*name, status)).filter_map(of_job).collect::<Vec<_>>()
        };
        let began = named(|status| status.began_at.map(Timestamp::seconds));
        let failures = named(|status| Some(status.failures.into()));
        let period = named(|status| i64::try_from(status.period.as_secs()).ok());
        self.gauges(
            "job_last_run_timestamp_seconds",
            "When a job ran last, whether it had something to do or not",
            began,
        );
        self.gauges("job_failures", "Runs of a job in a row that failed", failures);
        self.gauges("job_period_seconds", "Between two runs of a job", period);
    }

    fn of_shop(&mut self, stored: &Stored) {
        let sizes = stored.sizes;
        self.gauge("database_bytes", "The database file", sizes.file);
        self.gauge("wal_bytes", "The write-ahead log beside it", sizes.wal);
        if let Some(free) = sizes.free {
            self.gauge("disk_free_bytes", "What is left on the disk of the database", free);
        }
        let status =
            |(status, count): &(orders::Status, i64)| ([("status", status.into_str().to_owned())], *count);
        self.gauges("orders", "Orders by status", stored.orders.iter().map(status));
        self.gauge(
            "liabilities_vnd",
            "What the house owes its users: the sum of balances",
            stored.debts.owed.get(),
        );
        self.gauge("suspense_vnd", "Bank money that belongs to nobody yet", stored.debts.suspense.get());
        self.gauge("letters_waiting", "Letters that are to be sent", stored.letters);
        let (mut counts, mut ages) = (BTreeMap::new(), BTreeMap::new());
        for waiting in &stored.waiting {
            let labels = labels(waiting.kind.into(), waiting.severity());
            let count = if waiting.kind == WaitKind::LowFunds { 1 } else { waiting.count };
            let all: &mut i64 = counts.entry(labels.clone()).or_default();
            *all = all.saturating_add(count);
            if let Some(oldest) = waiting.oldest {
                let age = stored.now_s.saturating_sub(oldest.seconds()).max(0);
                let most: &mut i64 = ages.entry(labels).or_default();
                *most = age.max(*most);
            }
        }
        self.gauges("waiting", "What waits for the operator", counts);
        self.gauges("waiting_oldest_seconds", "How long the oldest of it waits", ages);
    }
}

fn labels(kind: &'static str, severity: Severity) -> [(&'static str, String); 2] {
    [("kind", kind.to_owned()), ("severity", severity.into_str().to_owned())]
}

fn gauge(value: impl TryInto<i64>) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(value.try_into().unwrap_or(i64::MAX));
    gauge
}

/// Of this process. `None`: the system does not say.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}
