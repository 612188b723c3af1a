//! A refill with the real binary: asked for twice at once, and killed at each step of the way.

use crate::refills::{ask, completed, refilled};
use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, eventually, proven};
use crate::support::reply::Reply;
use crate::support::tcp::at_once;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::kernel::ids::RefillId;
use smm_panel::orders::RefillStatus;
use smm_panel::refills::{self, RefillDecision};
use tempfile::TempDir;

/// A panel of its own whose service is refilled without a wait, and a completed order of it.
fn operated(folder: &TempDir, provider: &FakeProvider) -> (Operated, i64) {
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock();
    let send = |method: &str, path: &str, body: Value| panel.send(method, path, &body).unwrap().expect(200);
    send("PUT", &format!("/api/admin/services/{service}"), json!({ "refill": true }));
    send("PUT", "/api/admin/settings", json!({ "refill_wait_hours": 0 }));
    let order = panel.buy(service, "https://www.tiktok.com/@ten");
    eventually("it is sent", || panel.order(order)["dispatch"] == "sent");
    let theirs = panel.order(order)["provider_order_id"].as_str().unwrap().to_owned();
    provider.set_report(&theirs, json!({ "status": "Completed", "remains": "0" }));
    eventually("it is completed", || panel.order(order)["can_refill"] == true);
    (panel, order)
}

fn dispatch_of(panel: &Operated) -> Value {
    panel.get("/api/admin/refills")["items"][0]["dispatch"].clone()
}

#[test]
fn asked_for_twice_at_once_it_is_one_refill() {
    let (folder, provider) = (TempDir::new().unwrap(), FakeProvider::start());
    let (panel, order) = operated(&folder, &provider);
    provider.next_for("refill", Reply::json(200, json!({ "refill": 5 })));
    let path = format!("/api/orders/{order}/refill");
    let answers = at_once(8, |_| panel.send("POST", &path, &json!({})).unwrap().status);
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [201, 409].contains(status)), "{answers:?}");
    eventually("it is sent", || dispatch_of(&panel) == "sent");
    assert_eq!(provider.requests_for("refill").len(), 1);
    panel.binary.kill();
    proven(folder.path());
}

#[test]
fn killed_while_it_is_asked_for_it_waits_for_a_person() {
    let (folder, provider) = (TempDir::new().unwrap(), FakeProvider::start());
    let (panel, order) = operated(&folder, &provider);
    provider.next_for("refill", Reply::hang());
    panel.send("POST", &format!("/api/orders/{order}/refill"), &json!({})).unwrap().expect(201);
    eventually("it is asked for", || provider.requests_for("refill").len() == 1);
    assert_eq!(dispatch_of(&panel), "sending");
    panel.binary.kill();
    proven(folder.path());
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    assert_eq!(dispatch_of(&panel), "review");
    std::thread::sleep(std::time::Duration::from_millis(2500));
    assert_eq!(provider.requests_for("refill").len(), 1, "and is not asked for again");
    panel.binary.kill();
    proven(folder.path());
}

#[test]
fn killed_before_the_claim_and_after_the_answer_it_is_asked_for_once() {
    let (folder, provider) = (TempDir::new().unwrap(), FakeProvider::start());
    let (panel, order) = operated(&folder, &provider);
    provider.next_for("refill", Reply::json(200, json!({ "refill": 5 })));
    provider.next_for("refill_status", Reply::json(200, json!({ "status": "Pending" })));
    panel.send("POST", &format!("/api/orders/{order}/refill"), &json!({})).unwrap().expect(201);
    panel.binary.kill();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    eventually("it is sent", || dispatch_of(&panel) == "sent");
    panel.binary.kill();
    provider.next_for("refill_status", Reply::json(200, json!({ "status": "Completed" })));
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    eventually("it ends", || panel.get("/api/admin/refills")["items"][0]["status"] == "completed");
    assert_eq!(provider.requests_for("refill").len(), 1);
    panel.binary.kill();
    proven(folder.path());
}

#[test]
fn the_schema_takes_no_second_open_refill_and_no_way_back() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let id = ask(&lan, completed(&lan, app.service(refilled)));
    let tried = |sql: &str| {
        let sql = sql.to_owned();
        app.write(move |tx| tx.execute(&sql, ()).is_err())
    };
    let again =
        "INSERT INTO refills (order_id, user_id, service_id, status, dispatch, created_at, updated_at)
         SELECT order_id, user_id, service_id, 'pending', 'manual', 1, 1 FROM refills";
    assert!(tried(again));
    app.write(move |tx| {
        let decision = RefillDecision { status: RefillStatus::Rejected, reason: None };
        drop(refills::decide(tx, &Actor::CONSOLE, RefillId::new(id), &decision).unwrap());
    });
    assert!(tried("UPDATE refills SET status = 'completed'"));
    assert!(tried("DELETE FROM refills"));
    assert!(!tried("UPDATE refills SET note = NULL"));
}
