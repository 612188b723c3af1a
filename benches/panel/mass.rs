//! What a mass order of 1,000 lines takes while others buy, and what it takes from them.

use super::load::{Connection, micros, run_beside, send};
use super::panel::{self, ADMIN, Caller};
use super::report::{Report, Target, median};
use super::{CLIENTS, Plan};
use serde_json::json;
use std::path::Path;
use std::time::Instant;

const LINES: usize = 1000;

pub async fn cost(plan: &Plan, folder: &Path, report: &mut Report) {
    let panel = panel::start(folder, "mass");
    let caller = Caller::to(&panel);
    let admin = caller.log_in(ADMIN.0, ADMIN.1).await;
    let mut tokens = Vec::new();
    for number in 0..=CLIENTS {
        tokens.push(caller.funded_customer(&admin, number).await);
    }
    let tokens: &'static [String] = tokens.leak();
    let service = caller.service(&admin, 0, true).await;
    let order = move |client: usize, n: u64| {
        let link = format!("https://example.com/{client}/{n}");
        let body = json!({ "service_id": service, "link": link, "quantity": 1000 });
        send("POST", "/api/orders", &tokens[client], &body)
    };
    let mass = move |turn: usize| {
        let line = |n: usize| {
            let link = format!("https://example.com/mass/{turn}/{n}");
            json!({ "service_id": service, "link": link, "quantity": 1000 })
        };
        let body = json!({ "lines": (0..LINES).map(line).collect::<Vec<_>>() });
        send("POST", "/api/orders/mass", &tokens[CLIENTS], &body)
    };
    let (mut took, mut slowest) = (Vec::new(), Vec::new());
    for turn in 0..plan.turns {
        let buy = async move {
            let mut connection = Connection::open(panel.address).await;
            let asked = Instant::now();
            let status = connection.ask(&mass(turn)).await;
            assert_eq!(status, 201, "{}", connection.body_text());
            micros(asked.elapsed()) / 1000
        };
        let (others, millis) = run_beside(panel.address, CLIENTS, plan.span, 201, order, buy).await;
        took.push(millis);
        slowest.push(others.latency_us(100) / 1000);
    }
    let name = "a mass order of 1,000 lines beside 64 buyers";
    report.limited(name, median(took), "ms", &Target::AtMost(1000));
    report.figure("… the slowest order of the others", &format!("{} ms", median(slowest)));
}
