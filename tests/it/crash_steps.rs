//! The process is killed at each step of a dispatch, with the real binary: no order is sent twice, none is lost, and
//! the one of which nobody knows waits for a person.

use crate::support::away::{Closed, Full};
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, eventually, hold_the_writer, proven, until_adds};
use crate::support::reply::Reply;
use crate::support::tcp::at_once;
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const LINK: &str = "https://www.tiktok.com/@ten";

/// What a restart makes of the order, and that it comes to rest there; `adds` reach the provider in all.
#[track_caller]
fn restarts(folder: &Path, provider: &FakeProvider, id: i64, dispatch: &str, adds: usize) {
    proven(folder);
    let panel = Operated::start(folder, &provider.url(), &[]);
    eventually("the order has an outcome", || panel.order(id)["dispatch"] == dispatch);
    std::thread::sleep(Duration::from_millis(300));
    let order = panel.order(id);
    assert_eq!((&order["dispatch"], &order["refunded"]), (&json!(dispatch), &json!(0)));
    assert_eq!(provider.requests_for("add").len(), adds);
    panel.binary.kill();
    proven(folder);
}

#[test]
fn killed_before_the_claim_is_on_disk_the_order_is_sent_once() {
    let folder = TempDir::new().unwrap();
    let closed = Closed::start();
    let panel = Operated::start(folder.path(), &closed.url(), &[]);
    let id = panel.buy(panel.stock(), LINK);
    eventually("it comes back to the queue", || {
        let order = panel.order(id);
        order["dispatch"] == "queued" && !order["dispatch_note"].is_null()
    });
    let lock = hold_the_writer(folder.path());
    let provider = closed.open();
    eventually("the provider is found to be back", || !provider.requests_for("balance").is_empty());
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(provider.requests_for("add").len(), 0, "nothing goes out before its claim is on disk");
    panel.binary.kill();
    drop(lock);
    restarts(folder.path(), &provider, id, "sent", 1);
}

#[test]
fn killed_between_the_claim_and_the_request_the_order_waits_for_a_person() {
    let folder = TempDir::new().unwrap();
    let full = Full::start();
    let panel = Operated::start(folder.path(), &full.url(), &[]);
    let id = panel.buy(panel.stock(), LINK);
    eventually("it is claimed", || panel.order(id)["dispatch"] == "sending");
    panel.binary.kill();
    restarts(folder.path(), &FakeProvider::start(), id, "review", 0);
}

#[test]
fn killed_after_the_answer_and_before_its_commit_the_order_waits_for_a_person() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    provider.next_for("add", Reply::ok().delayed(700));
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let id = panel.buy(panel.stock(), LINK);
    until_adds(&provider, 1);
    let lock = hold_the_writer(folder.path());
    let log = || std::fs::read_to_string(folder.path().join("log.txt")).unwrap();
    eventually("the answer is there", || log().contains("the provider took the order"));
    assert_eq!(panel.order(id)["dispatch"], "sending", "and not yet on disk");
    panel.binary.kill();
    drop(lock);
    restarts(folder.path(), &provider, id, "review", 1);
}

#[test]
fn killed_after_the_answer_is_on_disk_the_order_is_not_sent_again() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let id = panel.buy(panel.stock(), LINK);
    eventually("it is sent", || panel.order(id)["dispatch"] == "sent");
    panel.binary.kill();
    restarts(folder.path(), &provider, id, "sent", 1);
}

#[test]
fn a_foreign_lock_on_the_file_is_answered_in_time_and_heals() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[("SEPAY_SECRET", "s3cret of sepay")]);
    let notice = json!({ "id": 7, "gateway": "MB", "accountNumber": "1", "transferType": "in", "content": "x",
        "transferAmount": 10_000 });
    let authentic = [("Authorization", "Apikey s3cret of sepay"), ("Content-Type", "application/json")];
    let notice = notice.to_string();
    let webhook = || panel.binary.send("POST", "/api/payment/sepay/webhook", &authentic, notice.as_bytes());
    let lock = hold_the_writer(folder.path());
    let timed = |work: &dyn Fn() -> u16| {
        let began = Instant::now();
        (work(), began.elapsed())
    };
    let answers = at_once(24, |number| match number % 3 {
        0 => timed(&|| panel.binary.send("GET", "/health", &[], b"").status),
        1 => timed(&|| webhook().status),
        _ => timed(&|| panel.send("POST", "/api/user/api-key", &json!({})).unwrap().status),
    });
    for (number, (status, took)) in answers.into_iter().enumerate() {
        assert_eq!(status, 503, "number {number}");
        let limit = if number % 3 == 0 { 2 } else { 5 };
        assert!(took < Duration::from_secs(limit), "number {number}: {took:?}");
    }
    drop(lock);
    webhook().expect(200);
    panel.binary.send("GET", "/health", &[], b"").expect(200);
}
