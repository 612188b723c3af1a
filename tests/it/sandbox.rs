//! The practice provider, as the panel meets it: the demo, and a panel that is served with it.

use crate::support::binary::{Binary, own_folder};
use crate::support::operated::{Operated, eventually, proven};
use crate::support::tcp;
use serde_json::{Value, json};
use smm_panel::order_types::OrderType;
use std::time::Duration;
use tempfile::TempDir;

/// Status, reason, what went back.
fn outcome(panel: &Operated, id: i64) -> (Value, Value, Value) {
    let order = panel.get(&format!("/api/orders/{id}"));
    (order["status"].clone(), order["reason"].clone(), order["refunded"].clone())
}

fn became(status: &str, reason: Value, refunded: i64) -> (Value, Value, Value) {
    (json!(status), reason, json!(refunded))
}

#[test]
fn the_demo_can_be_tried_from_end_to_end() {
    let folder = TempDir::new().unwrap();
    let temp = folder.path().display().to_string();
    let elsewhere = [("ROCKET_ADDRESS", "0.0.0.0"), ("DATABASE_URL", "kept.db"), ("TMPDIR", temp.as_str())];
    let binary = Binary::start(folder.path(), &["demo"], &elsewhere);
    assert!(binary.address.ip().is_loopback(), "{}", binary.address);
    let demo = Operated::log_in(binary, "demo", "demo-password");
    assert_eq!(demo.get("/health")["provider"], "sandbox");
    assert_eq!(demo.get("/api/user/balance")["balance"], 500_000);
    let services = demo.get("/api/services")["items"].as_array().unwrap().clone();
    assert!((8..=40).contains(&services.len()));
    let followers =
        services.iter().find(|service| service["rate"] == "45000").unwrap()["id"].as_i64().unwrap();

    let fine = demo.buy(followers, "https://www.tiktok.com/@ten");
    let partial = demo.buy(followers, "https://www.tiktok.com/@partial");
    let canceled = demo.buy(followers, "https://www.tiktok.com/@cancel");
    let refused = demo.buy(followers, "https://www.tiktok.com/@refuse");
    let cut = demo.buy(followers, "https://www.tiktok.com/@reset");
    let gateway = demo.buy(followers, "https://www.tiktok.com/@gateway");
    let poor = demo.buy(followers, "https://www.tiktok.com/@funds");
    eventually("the refused one is refunded", || {
        outcome(&demo, refused) == became("canceled", json!("provider_refused"), 4500)
    });
    eventually("one is delivered", || outcome(&demo, fine) == became("completed", Value::Null, 0));
    eventually("one in part", || outcome(&demo, partial) == became("partial", Value::Null, 1800));
    eventually("one is canceled", || {
        outcome(&demo, canceled) == became("canceled", json!("provider_canceled"), 4500)
    });
    let body = json!({ "login": "admin", "password": "admin-password" }).to_string();
    let admin = demo.binary.send("POST", "/api/auth/login", &[], body.as_bytes()).expect(200);
    let bearer = format!("Bearer {}", admin["access_token"].as_str().unwrap());
    let dispatch = |id: i64| {
        let path = format!("/api/admin/orders?search={id}");
        let found = demo.binary.send("GET", &path, &[("Authorization", &bearer)], b"").expect(200);
        found["items"][0]["dispatch"].as_str().unwrap().to_owned()
    };
    assert_eq!([cut, gateway, poor].map(dispatch), ["review", "review", "queued"]);
    assert_eq!(demo.get("/api/user/balance")["balance"], 500_000 - 7 * 4500 + 4500 + 1800 + 4500);

    late_money(&demo);

    let gone = || !std::fs::read_dir(folder.path()).unwrap().any(|entry| entry.unwrap().path().is_dir());
    assert!(!gone(), "it has a folder for its time");
    let (status, _) = demo.binary.terminate();
    assert!(status.success(), "{status}");
    assert!(gone() && !folder.path().join("kept.db").exists());
}

/// A transfer that only the bank's list tells of, made as the demo says it at the terminal.
fn late_money(demo: &Operated) {
    eventually("it says how", || demo.binary.said().contains("/late-transfer"));
    let said = demo.binary.said();
    let line = said.lines().find(|line| line.contains("/late-transfer")).unwrap();
    let bank =
        line.split(&['/', ' '][..]).find_map(|part| part.parse::<std::net::SocketAddr>().ok()).unwrap();
    assert!(bank.ip().is_loopback(), "{bank}");
    let transfer = |form: &str| tcp::ask(bank, "POST", "/late-transfer", &[], form.as_bytes()).unwrap();
    assert_eq!(transfer("content=x&amount=0").status, 422);
    let before = demo.get("/api/user/balance")["balance"].as_i64().unwrap();
    let wish = json!({ "amount": 100_000 });
    let deposit = demo.send("POST", "/api/payment/deposit", &wish).unwrap().expect(201);
    let form = format!("content=nap+tien+{}&amount=90000", deposit["code"].as_str().unwrap());
    assert_eq!(transfer(&form).status, 200);
    eventually("it is found", || demo.get("/api/user/balance")["balance"] == before + 90_000);
}

#[test]
fn an_order_of_an_earlier_run_is_delivered_too() {
    let folder = TempDir::new().unwrap();
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    let service = panel.stock();
    let id = panel.buy(service, "https://www.tiktok.com/@partial");
    eventually("it is taken", || panel.order(id)["dispatch"] == "sent");
    panel.binary.kill();
    std::thread::sleep(Duration::from_secs(1));
    let panel = Operated::start(folder.path(), "sandbox", &[("BUMX_ADD_TIMEOUT_SECONDS", "1")]);
    let hanging = panel.buy(service, "https://www.tiktok.com/@hang");
    let second = panel.buy(service, "https://www.tiktok.com/@partial");
    for id in [id, second] {
        eventually("both end", || outcome(&panel, id) == became("partial", Value::Null, 480));
    }
    eventually("one that hangs is parked", || panel.order(hanging)["dispatch"] == "review");
    let theirs = |id: i64| panel.order(id)["provider_order_id"].clone();
    assert_ne!(theirs(id), theirs(second));
    proven(folder.path());
}

#[test]
fn its_list_can_be_imported_and_a_price_that_moves_stops_the_sale() {
    let folder = TempDir::new().unwrap();
    let panel = Operated::start(folder.path(), "sandbox", &[("BUMX_CATALOG_SECONDS", "1")]);
    let service = panel.stock();
    let import = json!({ "markup_percent": 25 });
    let imported = panel.send("POST", "/api/admin/services/import", &import).unwrap().expect(200);
    let counts = ["created", "updated", "skipped"].map(|name| imported[name].as_i64().unwrap());
    let listed: usize = OrderType::all().iter().map(|kind| kind.samples.len()).sum();
    assert_eq!(counts, [i64::try_from(listed).unwrap() - 1, 1, 0]);
    let state = || {
        let page = panel.get(&format!("/api/admin/services?search={service}"));
        let found = page["items"].as_array().unwrap().iter().find(|found| found["id"] == service).unwrap();
        ["cost", "rate", "active", "paused_reason"].map(|name| found[name].clone())
    };
    assert_eq!(json!(state()), json!(["9000", "11250", true, null]));
    let sold = panel.buy(service, "https://www.tiktok.com/@dearer");
    eventually("the sale stops", || json!(state()) == json!(["18000", "11250", false, "cost_jump"]));
    let wish = json!({ "service_id": service, "link": "https://www.tiktok.com/@ten", "quantity": 100 });
    panel.send("POST", "/api/orders", &wish).unwrap().refused(409, "service_inactive");
    eventually("what was sold is delivered", || outcome(&panel, sold) == became("completed", Value::Null, 0));
    proven(folder.path());
}

#[test]
fn an_admin_begins_with_the_practice_provider_and_leaves_it_for_a_real_one() {
    let folder = own_folder();
    let admin = [
        ("ADMIN_USERNAME", "boss"),
        ("ADMIN_EMAIL", "b@x.vn"),
        ("ADMIN_PASSWORD", "boss password"),
        ("BUMX_SYNC_SECONDS", "1"),
    ];
    let start = || Operated::log_in(Binary::start(folder.path(), &[], &admin), "boss", "boss password");
    let panel = start();
    let first = |panel: &Operated| panel.get("/api/admin/providers")["items"][0].clone();
    assert_eq!((&first(&panel)["practice"], &first(&panel)["api_url"]), (&json!(false), &Value::Null));
    let practise = json!({ "name": "Practice", "api_url": "sandbox", "api_key": "practice-only" });
    let set = panel.send("PUT", "/api/admin/providers/1", &practise).unwrap().expect(200);
    assert_eq!(set["practice"], true, "{set}");
    let tried = panel.send("POST", "/api/admin/providers/1/test", &Value::Null).unwrap().expect(200);
    assert_eq!(tried["ok"], true, "it is there at once: {tried}");
    let done = |panel: &Operated, service: i64, link: &str| {
        let id = panel.buy(service, link);
        eventually("it is done", || panel.order(id)["status"] == "completed");
    };
    let service = panel.stock();
    done(&panel, service, "https://www.tiktok.com/@ten");
    assert_eq!(panel.get("/health")["provider"], "sandbox");
    assert!(panel.binary.terminate().0.success());
    // It is there after a restart, too, and the check-up says what it is.
    let panel = start();
    done(&panel, service, "https://www.tiktok.com/@muoi");
    let found = panel.send("POST", "/api/admin/doctor", &Value::Null).unwrap().expect(200);
    let provider =
        found["items"].as_array().unwrap().iter().find(|item| item["check"] == "provider").unwrap();
    assert_eq!(provider["finding"]["code"], "provider_practice", "{provider}");
    let real =
        json!({ "name": "Real", "api_url": "https://example.com/api/v2", "api_key": "real-key-of-ours" });
    let left = panel.send("PUT", "/api/admin/providers/1", &real).unwrap().expect(200);
    assert_eq!((&left["practice"], &left["name"]), (&json!(false), &json!("Real")));
    assert!(panel.binary.terminate().0.success());
    proven(folder.path());
}
