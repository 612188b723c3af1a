//! The errors since the start, as admins see them: grouped, with the id of a request, and without any value.

use crate::support::app::TestApp;
use crate::support::binary::{Binary, damage, own_folder};
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, eventually, until_adds};
use crate::support::reply::Reply;
use serde_json::{Value, json};

const BOSS: [(&str, &str); 3] =
    [("ADMIN_USERNAME", "boss"), ("ADMIN_EMAIL", "b@example.vn"), ("ADMIN_PASSWORD", "boss password")];

const NOTHING: [Value; 0] = [];

#[test]
fn only_admins_see_them() {
    let app = TestApp::start();
    app.guest().get("/api/admin/errors").refused(401, "unauthenticated");
    app.member("lan").get("/api/admin/errors").refused(403, "forbidden");
    let none = app.admin("boss").get("/api/admin/errors").expect(200);
    assert_eq!((&none["items"], &none["logged"], &none["panics"]), (&json!([]), &json!(0), &json!(0)));
}

#[test]
fn the_start_is_one_moment_whenever_it_is_asked_for() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let told = || boss.get("/api/admin/errors").expect(200)["started_at"].clone();
    let first = told();
    app.clock.advance_seconds(90);
    assert_eq!(told(), first);
}

#[test]
fn a_job_that_fails_is_named_with_its_cause_and_no_secret() {
    let folder = own_folder();
    let vars = [("SEPAY_API_TOKEN", "planted-token"), ("SEPAY_API_URL", "http://127.0.0.1:1")];
    let panel = Operated::start(folder.path(), "sandbox", &vars);
    let told = loop {
        let told = panel.get("/api/admin/errors");
        if told["items"].as_array().unwrap().iter().any(|item| item["job"] == "reconcile") {
            break told;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    let items = told["items"].as_array().unwrap();
    let group = items.iter().find(|item| item["job"] == "reconcile").unwrap();
    assert_eq!(group["message"], "a background job failed");
    assert_eq!(
        (&group["cause_coded"]["code"], &group["path"]),
        (&json!("sepay_no_answer"), &json!("/admin/settings#sepay"))
    );
    let cause = group["cause"].as_str().unwrap();
    assert!(cause.starts_with("SePay") && cause.contains("refused"), "{cause}");
    assert!(!told.to_string().contains("planted"), "{told}");
}

#[test]
fn a_job_that_fails_is_one_error_however_deep_it_failed() {
    let folder = own_folder();
    let sealed = ("BACKUP_PASSPHRASE", "a passphrase of some length");
    let by_hand = ("BACKUP_EVERY_HOURS", "0");
    let panel = Operated::start(folder.path(), "sandbox", &[sealed, by_hand]);
    panel.send("POST", "/api/admin/backups", &Value::Null).unwrap().expect(201);
    assert!(panel.binary.terminate().0.success());
    // Nothing listens there.
    let storage = ("BACKUP_S3_URL", "https://key:planted@127.0.0.1:1/bucket/prefix?region=vn-1");
    let panel = Operated::start(folder.path(), "sandbox", &[sealed, by_hand, storage]);
    let of =
        |told: &Value, job: &str| told["items"].as_array().unwrap().iter().any(|item| item["job"] == job);
    eventually("it fails", || of(&panel.get("/api/admin/errors"), "backup-upload"));
    let told = panel.get("/api/admin/errors");
    let items = told["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{told}");
    assert_eq!((&items[0]["job"], &items[0]["path"]), (&json!("backup-upload"), &json!("/admin/backups")));
    assert_eq!(items[0]["count"], told["logged"], "{told}");
    let log = panel.binary.log_with("a background job failed");
    assert!(log.contains("smm-panel-") && !log.contains("planted"), "which backup stands in the log: {log}");
}

#[test]
fn an_order_of_which_a_provider_says_nothing_waits_and_is_no_error_of_the_panel() {
    let (folder, provider) = (own_folder(), FakeProvider::start());
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock();
    provider.next_for("add", Reply::close_without_answer());
    panel.buy(service, "https://x.vn/a");
    let parked = |panel: &Operated| {
        let waits = panel.get("/api/admin/review");
        let item = waits["items"].as_array().unwrap().iter().find(|item| item["kind"] == "parked").cloned();
        item.map(|item| (item["count"].clone(), item["path"].clone()))
    };
    let waits = |orders: i64| Some((json!(orders), json!("/admin/review")));
    eventually("it waits for review", || parked(&panel) == waits(1));
    panel.binary.log_with("waits for review");
    // Jobs say what they cannot do; besides, nothing went wrong.
    let others = |panel: &Operated| {
        let items = panel.get("/api/admin/errors")["items"].as_array().unwrap().clone();
        items.into_iter().filter(|item| item["job"].is_null()).collect::<Vec<_>>()
    };
    assert_eq!(others(&panel), NOTHING);
    // Nor is one that was being sent when the panel was killed.
    provider.next_for("add", Reply::hang());
    panel.buy(service, "https://x.vn/b");
    until_adds(&provider, 2);
    panel.binary.signal("KILL");
    panel.binary.ended();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    assert_eq!(parked(&panel), waits(2));
    assert_eq!(others(&panel), NOTHING);
}

#[test]
fn equal_ones_are_one_line_with_the_id_of_the_last_request_and_no_value() {
    let folder = own_folder();
    assert!(Binary::start(folder.path(), &[], &BOSS).terminate().0.success());
    damage(&folder.path().join("smm-panel.db"), "audit_log");
    let panel = Operated::log_in(Binary::start(folder.path(), &[], &[]), "boss", "boss password");
    let mut last = String::new();
    for _ in 0..3 {
        let answer = panel.send("GET", "/api/admin/audit-log?planted=4711", &Value::Null).unwrap();
        answer.refused(500, "internal");
        answer.header("X-Request-Id").unwrap().clone_into(&mut last);
    }
    panel.binary.log_with(&last);
    let told = panel.get("/api/admin/errors");
    let items = told["items"].as_array().unwrap();
    let group = items.iter().find(|item| item["message"] == "a request failed").unwrap();
    assert_eq!(
        (&group["count"], &group["request_id"], &group["panic"], &group["job"]),
        (&json!(3), &json!(last), &json!(false), &Value::Null)
    );
    assert!(group["place"].as_str().unwrap().starts_with("src/web/error.rs:"), "{group}");
    assert!(told["logged"].as_u64().unwrap() >= 3);
    let text = told.to_string();
    assert!(!text.contains("4711") && !text.contains("malformed"), "{text}");
}
