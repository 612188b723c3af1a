//! The process is killed before an order's time and at it, with the real binary: it is sent once, and spent once.

use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, eventually, hold_the_writer, proven};
use serde_json::json;
use smm_panel::kernel::clock::Clock;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// Buys for so many seconds from now.
fn schedule(panel: &Operated, seconds: i64) -> i64 {
    let wish = json!({
        "service_id": panel.stock(), "link": "https://www.tiktok.com/@ten", "quantity": 100,
        "start_at": Clock::system().now().plus_seconds(seconds).rfc3339()
    });
    panel.send("POST", "/api/orders", &wish).unwrap().expect(201)["id"].as_i64().unwrap()
}

/// What the next start makes of the order.
#[track_caller]
fn is_sent_once(folder: &Path, provider: &FakeProvider, id: i64) {
    proven(folder);
    let panel = Operated::start(folder, &provider.url(), &[]);
    eventually("it is sent", || panel.order(id)["dispatch"] == "sent");
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(provider.requests_for("add").len(), 1);
    assert_eq!(panel.get("/api/user/balance")["total_spent"], 1200);
    panel.binary.kill();
    proven(folder);
}

#[test]
fn killed_before_its_time_the_order_is_sent_once_at_the_next_start() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let id = schedule(&panel, 3);
    assert_eq!(panel.order(id)["waits_for"], "start_at");
    panel.binary.kill();
    assert_eq!(provider.requests_for("add").len(), 0);
    is_sent_once(folder.path(), &provider, id);
}

#[test]
fn killed_at_its_time_before_the_release_is_on_disk_the_order_is_sent_once() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let id = schedule(&panel, 2);
    let lock = hold_the_writer(folder.path());
    std::thread::sleep(Duration::from_millis(3500));
    assert_eq!(provider.requests_for("add").len(), 0, "nothing goes out before its release is on disk");
    panel.binary.kill();
    drop(lock);
    is_sent_once(folder.path(), &provider, id);
}
