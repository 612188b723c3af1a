//! What the reseller API costs beside the panel's own: an order each, in turns, and how far 100 orders are.

use super::load::{self, send};
use super::panel::{self, ADMIN, Caller};
use super::report::{Report, Target, hundredths};
use super::{CLIENTS, Plan, speed};
use serde_json::{Value, json};
use std::path::Path;

const PATH: &str = "/api/v2";
const IDS: usize = 100;

pub async fn cost(plan: &Plan, folder: &Path, report: &mut Report) {
    let panel = panel::start(folder, "reseller");
    let caller = Caller::to(&panel);
    let admin = caller.log_in(ADMIN.0, ADMIN.1).await;
    let service = caller.service(&admin, 0, true).await;
    let lines: Vec<Value> = (0..IDS).map(|n| wish(service, &n.to_string())).collect();
    let (mut tokens, mut keys, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..CLIENTS {
        let token = caller.funded_customer(&admin, number).await;
        let key = caller.send("POST", "/api/user/api-key", &token, &json!({})).await;
        keys.push(key["api_key"].as_str().expect("a key").to_owned());
        let bought = caller.send("POST", "/api/orders/mass", &token, &json!({ "lines": lines })).await;
        let orders = bought["orders"].as_array().expect("all orders");
        ids.push(orders.iter().map(|order| order["id"].to_string()).collect::<Vec<_>>().join(","));
        tokens.push(token);
    }
    let (tokens, keys, ids): (&'static [String], &'static [String], &'static [String]) =
        (tokens.leak(), keys.leak(), ids.leak());
    let own = move |client: usize, n: u64| {
        send("POST", "/api/orders", &tokens[client], &wish(service, &format!("{client}/{n}")))
    };
    let add = move |client: usize, n: u64| {
        let link = format!("https://example.com/{client}/{n}");
        let body = json!({ "action": "add", "service": service, "link": link, "quantity": 1000 });
        send("POST", PATH, &keys[client], &body)
    };
    let status = move |client: usize, _: u64| {
        send("POST", PATH, &keys[client], &json!({ "action": "status", "orders": ids[client] }))
    };
    let seen = caller.send("POST", PATH, &keys[0], &json!({ "action": "status", "orders": ids[0] })).await;
    let known = seen.as_object().expect("an object").values().filter(|order| order["status"] == "Pending");
    assert_eq!(known.count(), IDS, "{seen}");
    let (mut owns, mut adds, mut statuses) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.turns {
        owns.push(load::run(panel.address, CLIENTS, plan.span, 201, own).await);
        adds.push(load::run(panel.address, CLIENTS, plan.span, 200, add).await);
        statuses.push(load::run(panel.address, CLIENTS, plan.span, 200, status).await);
    }
    // A refusal has status 200 here, too.
    let counts = caller.get("/api/admin/orders/counts", &admin).await;
    let bought: u64 = owns.iter().chain(&adds).map(|run| run.answers).sum();
    assert_eq!(counts["all"], bought + (CLIENTS * IDS) as u64, "every answer was an order");
    let rate = speed(report, "POST /api/orders, 64 clients", &owns);
    let through_api = speed(report, "add through /api/v2, 64 clients", &adds);
    report.ratio("… as a share of POST /api/orders", hundredths(through_api, rate), &Target::AtLeast(85));
    speed(report, "status of 100 orders through /api/v2", &statuses);
}

fn wish(service: i64, name: &str) -> Value {
    json!({ "service_id": service, "link": format!("https://example.com/{name}"), "quantity": 1000 })
}
