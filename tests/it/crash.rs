//! The process ends, asked or not, while orders are on their way: nothing acknowledged is lost, nothing is sent twice.

use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, eventually, proven, until_adds};
use crate::support::reply::Reply;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const LINK: &str = "https://www.tiktok.com/@ten";

#[test]
fn an_order_on_its_way_when_the_process_is_killed_waits_for_a_person() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    provider.next_for("add", Reply::hang());
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let id = panel.buy(panel.stock(), LINK);
    until_adds(&provider, 1);
    panel.binary.kill();
    proven(folder.path());

    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let order = panel.order(id);
    assert_eq!((&order["dispatch"], &order["status"]), (&json!("review"), &json!("pending")));
    assert_eq!((&order["charge"], &order["refunded"]), (&json!(1200), &json!(0)));
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(provider.requests_for("add").len(), 1, "it is not sent again");
    assert_eq!(panel.order(id)["dispatch"], "review");
    proven(folder.path());
}

#[test]
fn killed_under_load_every_acknowledged_order_is_there_and_sent_at_most_once() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    provider.otherwise(Reply::ok().delayed(5));
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock();
    let acknowledged = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for buyer in 0..4 {
            let (panel, acknowledged) = (&panel, &acknowledged);
            scope.spawn(move || {
                for number in 0.. {
                    let link = format!("{LINK}/{buyer}/{number}");
                    let Some(order) = panel.try_buy(service, &link) else { return };
                    acknowledged.lock().unwrap().insert(order["id"].as_i64().unwrap(), link);
                }
            });
        }
        std::thread::sleep(Duration::from_millis(400));
        panel.binary.signal("KILL");
    });
    drop(panel);
    proven(folder.path());

    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let queued = || panel.get("/api/admin/orders?status=pending&limit=100")["items"].clone();
    eventually("the queue is empty", || {
        queued().as_array().unwrap().iter().all(|order| order["dispatch"] == "review")
    });
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() > 10, "only {} orders were made", acknowledged.len());
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    for request in provider.requests_for("add") {
        *sent.entry(request.field("link").to_owned()).or_default() += 1;
    }
    assert!(sent.values().all(|times| *times == 1), "{sent:?}");
    for (id, link) in &acknowledged {
        let order = panel.order(*id);
        assert_eq!(order["link"], *link);
        let parked = order["dispatch"] == "review";
        assert!(parked || (order["dispatch"] == "sent" && sent.contains_key(link)), "{order}");
    }
    proven(folder.path());
}

#[test]
fn a_stop_waits_for_the_answer_to_an_order_and_serves_nobody_meanwhile() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    provider.next_for("add", Reply::ok().delayed(2000));
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let id = panel.buy(panel.stock(), LINK);
    until_adds(&provider, 1);
    let asked = Instant::now();
    panel.binary.signal("TERM");
    eventually("nobody is served", || panel.binary.try_send("GET", "/health", &[], b"").is_none());
    let closed = asked.elapsed();
    let status = panel.binary.ended();
    assert!(status.success(), "{status}");
    let took = asked.elapsed();
    assert!(
        took > closed + Duration::from_millis(300) && took < Duration::from_secs(4),
        "{closed:?} {took:?}"
    );
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let order = panel.order(id);
    assert_eq!((&order["dispatch"], &order["provider_order_id"]), (&json!("sent"), &json!("884120")));
}

#[test]
fn a_stop_does_not_wait_for_a_provider_that_only_was_asked() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    provider.otherwise(Reply::hang());
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    eventually("it asks", || !provider.requests_for("balance").is_empty());
    let (status, took) = panel.binary.terminate();
    assert!(status.success() && took < Duration::from_secs(3), "{status}, {took:?}");
}
