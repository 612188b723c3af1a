//! A cancel and a completion at the same moment, over sockets: one of them counts, and money moves once.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::tcp::at_once;
use serde_json::{Value, json};
use smm_panel::jobs::providers::{after_sale, poll_orders};

const ROUNDS: i64 = 12;

/// What the request came to that was sent while the provider said that the order is completed, and the order then.
fn meanwhile_completed(
    app: &TestApp,
    (method, path, body): (&str, &str, Value),
    by: &Member,
    lan: &Member,
    id: i64,
) -> (u16, Value) {
    let served = app.serve();
    let bearer = format!("Bearer {}", by.asker.token.as_deref().unwrap());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    app.provider.set_report(&format!("p{id}"), json!({ "status": "Completed", "remains": "0" }));
    let panel = &app.app;
    let statuses = at_once(2, |number| match number {
        0 => served.send(method, path, &headers, body.to_string().as_bytes()).status,
        _ => {
            poll_orders::tick(panel);
            0
        }
    });
    poll_orders::tick(&app.app);
    after_sale::tick(&app.app);
    (statuses[0], lan.get(&format!("/api/orders/{id}")).expect(200))
}

#[test]
fn canceled_by_its_customer_as_it_is_completed_it_is_completed_and_no_wish_stays_open() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(|offer| offer.cancel = true);
    for _ in 0..ROUNDS {
        let id = lan.bought(service, 1000);
        let path = format!("/api/orders/{id}/cancel");
        let (status, order) = meanwhile_completed(&app, ("POST", &path, json!({})), &lan, &lan, id);
        assert_eq!((&order["status"], &order["refunded"]), (&json!("completed"), &json!(0)));
        let wish = &order["cancel"]["state"];
        assert!(
            (status, wish) == (200, &json!("refused")) || (status, wish) == (409, &Value::Null),
            "{order}"
        );
    }
    assert_eq!(lan.balance(), 1_000_000 - ROUNDS * 12_000);
    assert!(app.provider.requests_for("cancel").is_empty(), "what has ended is not asked for");
}

#[test]
fn canceled_by_an_admin_as_it_is_completed_it_is_refunded_once() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(1_000_000), app.admin("boss"));
    let service = app.service(|_| ());
    for _ in 0..ROUNDS {
        let id = lan.bought(service, 1000);
        let path = format!("/api/admin/orders/{id}/status");
        let canceled = json!({ "status": "canceled" });
        let (status, order) = meanwhile_completed(&app, ("PUT", &path, canceled), &boss, &lan, id);
        assert_eq!((status, &order["status"], &order["refunded"]), (200, &json!("canceled"), &json!(12_000)));
    }
    assert_eq!((lan.balance(), lan.spent()), (1_000_000, 0));
}
