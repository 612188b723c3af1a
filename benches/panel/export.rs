//! What a file of all orders takes, and what it takes from those who buy meanwhile.

use super::load::{self, micros, send};
use super::panel::{self, ADMIN, Caller};
use super::report::{Report, Target, hundredths};
use super::{CLIENTS, Plan, fill};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

pub async fn cost(plan: &Plan, folder: &Path, report: &mut Report) {
    let panel = panel::start(folder, fill::MANY);
    let caller = Caller::to(&panel);
    let admin = caller.log_in(ADMIN.0, ADMIN.1).await;
    let mut tokens = Vec::new();
    for number in 0..CLIENTS {
        tokens.push(caller.funded_customer(&admin, number).await);
    }
    let tokens: &'static [String] = tokens.leak();
    let order = move |client: usize, n: u64| {
        let link = format!("https://example.com/{client}/{n}");
        let body = json!({ "service_id": 1, "link": link, "quantity": 1000 });
        send("POST", "/api/orders", &tokens[client], &body)
    };
    let alone = load::run(panel.address, CLIENTS, plan.span, 201, order).await;
    let (_, before) = panel.memory_kib();
    let address = panel.address;
    let reader = tokio::task::spawn_blocking(move || read_all(address, &admin));
    let beside = load::run(panel.address, CLIENTS, plan.span, 201, order).await;
    let (rows, millis) = reader.await.expect("the file ends");
    assert!(rows >= plan.many, "{rows} rows of {}", plan.many);
    let (_, after) = panel.memory_kib();
    report.figure("a file of all orders beside 64 buyers", &format!("{rows} rows in {millis} ms"));
    report.limited("… memory beyond that of the buyers", (after - before) / 1024, "MiB", &Target::AtMost(16));
    let (fast, slow) = (alone.per_second(), beside.per_second());
    report.figure("… orders without it and beside it", &format!("{fast}/s and {slow}/s"));
    report.ratio("… beside by without", hundredths(slow, fast), &Target::None);
    let slowest = [&alone, &beside].map(|outcome| outcome.latency_us(100) / 1000);
    report.figure(
        "… the slowest order without and beside",
        &format!("{} ms and {} ms", slowest[0], slowest[1]),
    );
}

/// Rows of the file but its head, and the milliseconds until its end.
fn read_all(server: SocketAddr, admin: &str) -> (u64, u64) {
    let asked = Instant::now();
    let request = minreq::get(format!("http://{server}/api/admin/orders.csv"));
    let answer =
        request.with_header("Authorization", format!("Bearer {admin}")).send_lazy().expect("an answer");
    assert_eq!(answer.status_code, 200);
    let mut lines = 0;
    for line in BufReader::new(answer).lines() {
        line.expect("the file goes on");
        lines += 1;
    }
    (lines - 1, micros(asked.elapsed()) / 1000)
}
