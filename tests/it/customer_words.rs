//! Customers hear of the panel only: nothing that they are told speaks of who delivers.

use crate::support::app::TestApp;
use crate::support::shop::report;
use serde_json::{Value, json};
use smm_panel::provider::ReportedStatus;
use std::collections::BTreeSet;

/// What a text says of others, without the codes that the contract fixes.
fn names_others(text: &str) -> bool {
    let mut text = text.to_lowercase();
    for code in ["provider_refused", "provider_canceled"] {
        text = text.replace(code, "");
    }
    ["provider", "upstream", "nhà cung cấp", "bumx", "supplier"].iter().any(|word| text.contains(word))
}

/// Every text in it, with where it stands.
fn texts(value: &Value, place: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((place.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| texts(item, place, found)),
        Value::Object(fields) => {
            for (name, field) in fields {
                texts(field, &format!("{place}.{name}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn no_answer_to_a_customer_speaks_of_a_provider() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let service = app.service(|_| ());
    let (canceled, running) = (lan.bought(service, 1000), lan.bought(service, 1000));
    app.reported(canceled, report(ReportedStatus::Canceled)).unwrap();
    app.reported(running, report(ReportedStatus::InProgress)).unwrap();
    app.reported(running, report(ReportedStatus::Unknown("Failed".to_owned()))).unwrap();
    boss.put("/api/admin/providers/1", json!({ "active": false })).expect(200);
    let wish = json!({ "service_id": service, "link": "https://example.com/a", "quantity": 100 });
    let refused = lan.post("/api/orders", wish);
    assert_eq!(refused.status, 503, "{}", refused.text());
    let mut answers = vec![refused.json()];
    for path in ["/api/orders", "/api/user/transactions", "/api/services", "/api/site"] {
        answers.push(lan.get(path).expect(200));
    }
    for id in [canceled, running] {
        answers.push(lan.get(&format!("/api/orders/{id}")).expect(200));
        answers.push(lan.get(&format!("/api/orders/{id}/timeline")).expect(200));
    }
    let mut found = Vec::new();
    answers.iter().for_each(|answer| texts(answer, "", &mut found));
    assert!(found.len() > 30);
    found.retain(|(_, text)| names_others(text));
    assert_eq!(found, []);
}

/// Of which routes a customer reads; `/health` is the operator's.
fn is_customers(path: &str) -> bool {
    path.starts_with("/api/") && !path.starts_with("/api/admin/")
}

#[test]
fn the_documentation_of_customers_routes_speaks_of_no_provider() {
    let document = TestApp::start().guest().get("/openapi.json").expect(200);
    let routes = document["paths"].as_object().unwrap().iter().filter(|(path, _)| is_customers(path));
    let mut found = Vec::new();
    routes.for_each(|(path, route)| texts(route, path, &mut found));
    let mut seen = BTreeSet::new();
    // And of all that these routes take and give.
    while let Some(name) = found.iter().find_map(|(_, text)| {
        let name = text.strip_prefix("#/components/schemas/")?;
        (!seen.contains(name)).then(|| name.to_owned())
    }) {
        texts(&document["components"]["schemas"][&name], &name, &mut found);
        seen.insert(name);
    }
    assert!(seen.contains("OrderView") && seen.len() > 20, "{seen:?}");
    // The lists of rules and reasons are one for all callers, admins included.
    let of_all = |place: &str| place.starts_with("Rule.") || place.starts_with("Reason.");
    found.retain(|(place, text)| names_others(text) && !of_all(place));
    assert_eq!(found, []);
}
