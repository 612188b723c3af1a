//! How fast the queue of an outage reaches a provider that takes 300 ms for each answer, how soon an order that is
//! placed meanwhile is there, and how long a round of the status sync takes.

use super::load::micros;
use super::machine::free_port;
use super::panel::{self, ADMIN, Caller};
use super::report::{Report, Target};
use serde_json::json;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::sleep;

const LATENCY: Duration = Duration::from_millis(300);
/// Between two looks at what has arrived.
const LOOK: Duration = Duration::from_millis(2);
const URGENT: &str = "https%3A%2F%2Fexample.com%2Furgent";

/// When each request about orders arrived, by its body.
type Arrivals = Rc<RefCell<HashMap<String, Instant>>>;

/// So many orders are placed while nobody listens at the provider's address, and drained when somebody does.
pub async fn drain(folder: &Path, orders: usize, report: &mut Report) {
    LocalSet::new().run_until(drain_here(folder, orders, report)).await;
}

async fn drain_here(folder: &Path, orders: usize, report: &mut Report) {
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}/api/v2");
    let panel = panel::start_for(folder, "dispatch", &url);
    let caller = Caller::to(&panel);
    let admin = caller.log_in(ADMIN.0, ADMIN.1).await;
    let customer = caller.funded_customer(&admin, 0).await;
    let service = caller.service(&admin, 1, false).await;
    let order = |link: &str| json!({ "service_id": service, "link": link, "quantity": 1000 });
    for number in 0..orders {
        caller.send("POST", "/api/orders", &customer, &order(&format!("https://example.com/{number}"))).await;
    }
    let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the port is still free");
    let arrivals = Arrivals::default();
    spawn_local(serve(listener, Rc::clone(&arrivals)));
    while arrivals.borrow().is_empty() {
        sleep(LOOK).await;
    }
    let began = Instant::now();
    sleep(LATENCY).await;
    let placed = Instant::now();
    caller.send("POST", "/api/orders", &customer, &order("https://example.com/urgent")).await;
    while arrivals.borrow().len() <= orders {
        sleep(LOOK).await;
    }
    let elapsed = began.elapsed();
    let drained = u64::try_from(arrivals.borrow().len()).unwrap_or(u64::MAX);
    let rate = drained.saturating_mul(1_000_000) / micros(elapsed).max(1);
    let urgent = arrivals.borrow().iter().find(|(body, _)| body.contains(URGENT)).map(|(_, at)| *at);
    let waited = urgent.expect("the order arrived").saturating_duration_since(placed);
    report.limited("orders sent to a provider that takes 300 ms, a second", rate, "", &Target::AtLeast(100));
    report.limited(
        &format!("a new order is there while {orders} wait since an outage, after"),
        micros(waited) / 1000,
        "ms",
        &Target::AtMost(1000),
    );
    report.limited(
        "resident memory at its highest meanwhile",
        panel.memory_kib().1 / 1024,
        "MiB",
        &Target::AtMost(64),
    );
}

/// From the first question about the open orders of `poll.db` to the last; so many there are.
pub async fn poll(folder: &Path, orders: u64, report: &mut Report) {
    LocalSet::new().run_until(poll_here(folder, orders, report)).await;
}

async fn poll_here(folder: &Path, orders: u64, report: &mut Report) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let url = format!("http://{}/api/v2", listener.local_addr().expect("an address"));
    let arrivals = Arrivals::default();
    spawn_local(serve(listener, Rc::clone(&arrivals)));
    let panel = panel::start_for(folder, "poll", &url);
    let caller = Caller::to(&panel);
    // Only a round that has come to its end has an age.
    while caller.get("/health", "").await["sync_age_seconds"].is_null() {
        sleep(LOOK).await;
    }
    let asked: u64 = arrivals.borrow().keys().map(|body| ids(body).count() as u64).sum();
    assert_eq!(asked, orders, "each was asked for once");
    let first = arrivals.borrow().values().min().copied().expect("a question");
    report.limited(
        &format!("a round of the status sync over {orders} open orders"),
        micros(first.elapsed()) / 1000,
        "ms",
        &Target::AtMost(30_000),
    );
}

/// The orders that a question is about.
fn ids(body: &str) -> impl Iterator<Item = &str> {
    let fields = body.split('&').filter_map(|field| field.split_once('='));
    let named = fields.filter(|(name, _)| ["order", "orders"].contains(name));
    named.flat_map(|(_, ids)| ids.split("%2C"))
}

fn reports(body: &str) -> String {
    let report =
        |id| format!("\"{id}\":{{\"status\":\"In progress\",\"remains\":\"900\",\"start_count\":\"1\"}}");
    format!("{{{}}}", ids(body).map(report).collect::<Vec<_>>().join(","))
}

async fn serve(listener: TcpListener, arrivals: Arrivals) {
    loop {
        let (stream, _) = listener.accept().await.expect("the listener lives");
        spawn_local(answer(stream, Rc::clone(&arrivals)));
    }
}

/// One request, one answer, as the field's servers do it.
async fn answer(mut stream: TcpStream, arrivals: Arrivals) {
    let mut request = Vec::new();
    let body = loop {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        if body.len() >= length.unwrap_or(0) {
            break body.to_owned();
        }
    };
    let is = |action: &str| body.contains(&format!("action={action}"));
    let arrived = || arrivals.borrow_mut().insert(body.clone(), Instant::now());
    let said = if is("add") {
        arrived();
        format!("{{\"order\":{}}}", arrivals.borrow().len())
    } else if is("status") {
        arrived();
        reports(&body)
    } else {
        "{\"balance\":\"1000000\",\"currency\":\"VND\"}".to_owned()
    };
    sleep(LATENCY).await;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let answer = format!("{head}Content-Length: {}\r\n\r\n{said}", said.len());
    stream.write_all(answer.as_bytes()).await.ok();
}
