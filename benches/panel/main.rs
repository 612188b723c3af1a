//! `cargo bench`: what the release build does on this machine, over TCP, as shares of what the machine gives.
//! `cargo bench -- --smoke` runs every step for a moment only, to see that it runs; `cargo bench -- dispatch` and the
//! other names of `PARTS` run that part alone.
//!
//! Figures of a shared machine wander, so what is compared is measured in turns within the same run: the disk
//! and the orders, the bare Rocket and the panel, the small database and the large one. Each figure is the
//! median of its turns.

mod dispatch;
mod export;
mod fill;
mod listeners;
mod load;
mod machine;
mod mass;
mod panel;
mod report;
mod reseller;

use load::{Connection, Outcome, get, micros, send};
use machine::Server;
use panel::{ADMIN, Caller};
use report::{Report, Target, hundredths, median};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const CLIENTS: usize = 64;
const SERVICES: usize = 200;

struct Plan {
    /// How long each turn lasts, and how many there are.
    span: Duration,
    turns: usize,
    /// Orders in the small and in the large database.
    few: u64,
    many: u64,
    /// Requests of each kind against each of them.
    probes: usize,
    /// Orders in the queue to a provider.
    queue: usize,
    /// Orders that a provider has and is asked about.
    open: u64,
    /// Open streams of events.
    listeners: usize,
}

const FULL: Plan = Plan {
    span: Duration::from_secs(3),
    turns: 5,
    few: 10_000,
    many: 1_000_000,
    probes: 300,
    queue: 2000,
    open: 10_000,
    listeners: 1000,
};
const SMOKE: Plan = Plan {
    span: Duration::from_millis(150),
    turns: 1,
    few: 300,
    many: 1_000,
    probes: 5,
    queue: 20,
    open: 250,
    listeners: 10,
};

/// What can be asked for by name; all of it otherwise.
const PARTS: [&str; 6] = ["load", "mass", "reseller", "dispatch", "listeners", "growth"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == machine::HELLO) {
        return machine::serve_hello(arguments[at + 1].parse().expect("a port"));
    }
    let plan = if arguments.iter().any(|argument| argument == "--smoke") { SMOKE } else { FULL };
    let folder = fresh_folder();
    let mut report = Report::default();
    report.figure("machine", &machine::describe());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let is_chosen = |part: &str| {
        arguments.iter().any(|argument| argument == part)
            || !arguments.iter().any(|argument| PARTS.contains(&argument.as_str()))
    };
    if is_chosen("load") {
        runtime.block_on(throughput(&plan, &folder, &mut report));
        start_time(&plan, &folder, &runtime, &mut report);
    }
    if is_chosen("mass") {
        runtime.block_on(mass::cost(&plan, &folder, &mut report));
    }
    if is_chosen("reseller") {
        runtime.block_on(reseller::cost(&plan, &folder, &mut report));
    }
    if is_chosen("dispatch") {
        runtime.block_on(dispatch::drain(&folder, plan.queue, &mut report));
        fill::build_taken(&folder, "poll", plan.open);
        runtime.block_on(dispatch::poll(&folder, plan.open, &mut report));
    }
    if is_chosen("listeners") {
        runtime.block_on(listeners::cost(&plan, &folder, plan.listeners, &mut report));
    }
    if is_chosen("growth") {
        fill::build(&folder, plan.few, plan.many);
        runtime.block_on(growth(&plan, &folder, &mut report));
        runtime.block_on(export::cost(&plan, &folder, &mut report));
    }
    report.print();
    std::fs::remove_dir_all(&folder).expect("the benchmark's own folder");
}

/// Below `target/`, so that it is the disk of the work tree that is measured, not a file system in memory.
fn fresh_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder).expect("the target folder is writable");
    folder
}

/// Durable orders against the disk's own sync rate; reads against a bare Rocket; memory after all that.
async fn throughput(plan: &Plan, folder: &Path, report: &mut Report) {
    let panel = panel::start(folder, "load");
    let hello = Server::hello();
    let caller = Caller::to(&panel);
    let admin = caller.log_in(ADMIN.0, ADMIN.1).await;
    let mut tokens = Vec::new();
    for number in 0..CLIENTS {
        tokens.push(caller.funded_customer(&admin, number).await);
    }
    let by_hand = caller.service(&admin, 0, true).await;
    let by_provider = caller.service(&admin, 1, false).await;
    for number in 2..SERVICES {
        caller.service(&admin, number, true).await;
    }
    // The load's closures are copied into every client's task.
    let tokens: &'static [String] = tokens.leak();

    let order = |service: i64| {
        move |client: usize, n: u64| {
            let link = format!("https://example.com/{client}/{n}");
            let body = json!({ "service_id": service, "link": link, "quantity": 1000 });
            send("POST", "/api/orders", &tokens[client], &body)
        }
    };
    let (mut syncs, mut manual, mut queued) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.turns {
        syncs.push(machine::syncs_per_second(folder, plan.span));
        manual.push(load::run(panel.address, CLIENTS, plan.span, 201, order(by_hand)).await);
        queued.push(load::run(panel.address, CLIENTS, plan.span, 201, order(by_provider)).await);
    }
    let syncs = median(syncs);
    report.figure("the disk's own appends with fdatasync", &format!("{syncs}/s"));
    let rate = speed(report, "durable orders, 64 clients, fulfilled by hand", &manual);
    report.ratio("… per sync of the disk", hundredths(rate, syncs), &Target::AtLeast(300));
    let rate = speed(report, "durable orders, 64 clients, queued for a provider", &queued);
    report.ratio("… per sync of the disk", hundredths(rate, syncs), &Target::None);

    reads(plan, &panel, &hello, tokens, report).await;
    let (now, highest) = panel.memory_kib();
    report.limited("resident memory at its highest", highest / 1024, "MiB", &Target::AtMost(64));
    report.figure("resident memory after the load", &format!("{} MiB", now / 1024));
}

async fn reads(plan: &Plan, panel: &Server, hello: &Server, tokens: &'static [String], report: &mut Report) {
    const NUMBER: &str = "{n}";
    let ask = |path: &'static str| {
        move |client: usize, n: u64| get(&path.replace(NUMBER, &n.to_string()), &tokens[client])
    };
    // What the panel ignores in a question makes it one that was never asked before.
    let kinds = [
        ("GET /api/auth/me", "/api/auth/me", Target::AtLeast(40)),
        ("20 orders, no order changed since the last look", "/api/orders?limit=20", Target::AtLeast(40)),
        ("20 orders, read anew each time", "/api/orders?limit=20&new={n}", Target::None),
        ("GET /api/services, 200 of them", "/api/services", Target::None),
    ];
    for (name, path, target) in kinds {
        let (mut bare, mut measured) = (Vec::new(), Vec::new());
        for _ in 0..plan.turns {
            bare.push(load::run(hello.address, CLIENTS, plan.span, 200, ask("/hello")).await);
            measured.push(load::run(panel.address, CLIENTS, plan.span, 200, ask(path)).await);
        }
        let bare = speed(report, "bare Rocket, one route", &bare);
        let rate = speed(report, name, &measured);
        report.ratio("… as a share of the bare Rocket", hundredths(rate, bare), &target);
    }
}

/// The median rate of the turns; its latencies are reported from the turn that came last.
fn speed(report: &mut Report, name: &str, turns: &[Outcome]) -> u64 {
    let rate = median(turns.iter().map(Outcome::per_second).collect());
    let last = turns.last().expect("at least one turn");
    let latency = format!("{}.{} ms", last.latency_us(50) / 1000, last.latency_us(50) / 100 % 10);
    let slowest = format!("{}.{} ms", last.latency_us(99) / 1000, last.latency_us(99) / 100 % 10);
    report.figure(name, &format!("{rate}/s, half within {latency}, 99 % within {slowest}"));
    rate
}

/// From the start of the process on the database that the load left to its first answer.
fn start_time(plan: &Plan, folder: &Path, runtime: &tokio::runtime::Runtime, report: &mut Report) {
    let starts = (0..plan.turns).map(|_| {
        let started = Instant::now();
        let panel = panel::start(folder, "load");
        runtime.block_on(async { Caller::to(&panel).get("/health", "").await });
        micros(started.elapsed()) / 1000
    });
    let starts = median(starts.collect());
    report.limited("start on an existing database to the first answer", starts, "ms", &Target::AtMost(300));
}

/// What lists and searches cost in a large database, as a multiple of the same in a small one. One request at a
/// time, in turns, so that both meet the same machine.
async fn growth(plan: &Plan, folder: &Path, report: &mut Report) {
    report.figure("orders in the small and the large database", &format!("{} and {}", plan.few, plan.many));
    let mut sides = [Side::open(folder, fill::FEW).await, Side::open(folder, fill::MANY).await];
    for (name, who, path) in PROBES {
        let mut costs = [Vec::new(), Vec::new()];
        for _ in 0..plan.probes {
            for (side, costs) in sides.iter_mut().zip(&mut costs) {
                costs.push(side.cost_us(*who, path).await);
            }
        }
        let [few, many] = costs.map(median);
        report.figure(name, &format!("{few} µs and {many} µs"));
        report.ratio("… large by small", hundredths(many, few), &Target::AtMost(150));
    }
    let [_, large] = &mut sides;
    depth(plan, large, report).await;
}

/// A page deep down a list against the first one.
async fn depth(plan: &Plan, side: &mut Side, report: &mut Report) {
    let first = "/api/admin/orders?limit=100".to_owned();
    let mut deep = first.clone();
    for _ in 0..plan.many / 200 {
        side.cost_us(Who::Admin, &deep).await;
        let page: Value = serde_json::from_slice(side.connection.body()).expect("JSON");
        deep = format!("{first}&cursor={}", page["next_cursor"].as_str().expect("a page follows"));
    }
    let mut costs = [Vec::new(), Vec::new()];
    for _ in 0..plan.probes {
        for (path, costs) in [&first, &deep].into_iter().zip(&mut costs) {
            costs.push(side.cost_us(Who::Admin, path).await);
        }
    }
    let [first, deep] = costs.map(median);
    let name = format!("admin's orders, first page of 100 and page {}", plan.many / 200);
    report.figure(&name, &format!("{first} µs and {deep} µs"));
    report.ratio("… deep by first", hundredths(deep, first), &Target::AtMost(150));
}

#[derive(Clone, Copy)]
enum Who {
    Customer,
    Admin,
}

/// `…/rare…` stands in one link of a hundred, `example` in every one, `nowhere` in none.
const PROBES: &[(&str, Who, &str)] = &[
    ("customer's orders, first page", Who::Customer, "/api/orders?limit=20"),
    ("customer's orders by status", Who::Customer, "/api/orders?limit=20&status=completed"),
    ("customer's search, in a few links", Who::Customer, "/api/orders?limit=20&search=rare"),
    ("customer's search, in every link", Who::Customer, "/api/orders?limit=20&search=example"),
    ("customer's search, in no link", Who::Customer, "/api/orders?limit=20&search=nowhere"),
    ("customer's transactions, first page", Who::Customer, "/api/user/transactions?limit=20"),
    ("admin's orders, first page", Who::Admin, "/api/admin/orders?limit=20"),
    ("admin's orders by status", Who::Admin, "/api/admin/orders?limit=20&status=completed"),
    ("admin's orders of one customer", Who::Admin, "/api/admin/orders?limit=20&user_id=1"),
    ("admin's search, in a few links", Who::Admin, "/api/admin/orders?limit=20&search=rare"),
    ("admin's search, in every link", Who::Admin, "/api/admin/orders?limit=20&search=example"),
    ("admin's search, in no link", Who::Admin, "/api/admin/orders?limit=20&search=nowhere"),
    ("admin's search, a user's name", Who::Admin, "/api/admin/orders?limit=20&search=bench-customer"),
    ("admin's search, ten users' names", Who::Admin, "/api/admin/orders?limit=20&search=customer-"),
    ("admin's statistics of 30 days", Who::Admin, "/api/admin/stats"),
    ("admin's counts by status", Who::Admin, "/api/admin/orders/counts"),
    ("customer's counts by status", Who::Customer, "/api/orders/counts"),
    ("admin's ledger, first page", Who::Admin, "/api/admin/transactions?limit=20"),
];

/// A panel on one of the two databases, with a way in as either.
struct Side {
    connection: Connection,
    customer: String,
    admin: String,
    asked: u64,
    /// Ended when dropped.
    _server: Server,
}

impl Side {
    async fn open(folder: &Path, name: &str) -> Self {
        let server = panel::start(folder, name);
        let caller = Caller::to(&server);
        let admin = caller.log_in(ADMIN.0, ADMIN.1).await;
        let customer = caller.log_in(fill::CUSTOMER.0, fill::CUSTOMER.1).await;
        let connection = Connection::open(server.address).await;
        Side { connection, customer, admin, asked: 0, _server: server }
    }

    async fn cost_us(&mut self, who: Who, path: &str) -> u64 {
        let token = match who {
            Who::Customer => &self.customer,
            Who::Admin => &self.admin,
        };
        // What the panel ignores makes it a question that was never asked before, so that its answer is read.
        self.asked += 1;
        let mark = if path.contains('?') { '&' } else { '?' };
        let request = get(&format!("{path}{mark}new={}", self.asked), token);
        let asked = Instant::now();
        let status = self.connection.ask(&request).await;
        let cost = micros(asked.elapsed());
        assert_eq!(status, 200, "{path}: {}", self.connection.body_text());
        cost
    }
}
