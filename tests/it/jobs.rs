//! The background jobs as a whole: on the board, tried again, told of, and what each housekeeping job leaves.

use crate::support::app::TestApp;
use crate::support::operated::{Operated, eventually};
use crate::support::reply::Reply;
use crate::support::told::Told;
use serde_json::{Value, json};
use smm_panel::jobs::providers::poll_orders;
use smm_panel::jobs::runtime::{Runner, ScheduledJob};
use smm_panel::jobs::scheduled::{self, audit, housekeeping};
use smm_panel::reports::audit as ledger_audit;
use smm_panel::web::page_of_job;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn job(app: &TestApp, name: &str) -> Value {
    let admin = app.admin(&format!("boss{}", app.number("SELECT count(*) FROM users")));
    let jobs = admin.get("/api/admin/jobs").expect(200);
    let found = jobs["items"].as_array().unwrap().iter().find(|job| job["name"] == name);
    found.cloned().unwrap_or_else(|| panic!("{name} is not on the board: {jobs}"))
}

fn last_audit(app: &TestApp) -> Value {
    let admin = app.admin(&format!("boss{}", app.number("SELECT count(*) FROM users")));
    admin.get("/api/admin/jobs").expect(200)["audit"].clone()
}

/// So much money in the bank's account, from nowhere.
fn corrupt(app: &TestApp, amount: i64) {
    app.without_audit();
    app.write(move |tx| {
        let triggers = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'accounts'";
        for name in tx.all(triggers, (), |row| row.get::<_, String>(0)).unwrap() {
            tx.execute(&format!("DROP TRIGGER {name}"), ()).unwrap();
        }
        tx.execute("UPDATE accounts SET balance = balance + ?1 WHERE id = -1", [amount]).unwrap();
    });
}

#[test]
fn a_ledger_that_does_not_hold_is_told_once_and_shown() {
    let mut told = Told::start();
    told.app.member("lan").deposit(50_000);
    audit::tick(&told.app.app).unwrap();
    assert_eq!(told.deliver(), Vec::<String>::new(), "what holds is no news");
    corrupt(&told.app, 1);
    for _ in 0..2 {
        audit::tick(&told.app.app).unwrap();
    }
    assert_eq!(told.deliver().len(), 1);
    let shown = last_audit(&told.app);
    assert_eq!((&shown["ok"], &shown["deposits"]), (&json!(false), &json!(1)));
    assert_eq!(shown["differences"], 2, "{shown}");
    assert!(shown["first_differences"][0].as_str().unwrap().contains("add up to zero"), "{shown}");
    corrupt(&told.app, -1);
    audit::tick(&told.app.app).unwrap();
    assert_eq!(told.deliver().len(), 1, "that it holds again is told too");
    assert_eq!(last_audit(&told.app)["ok"], true);
}

#[test]
fn the_audit_runs_at_the_start_and_then_every_night_at_three() {
    let app = TestApp::start();
    let start = Instant::now();
    let mut runner = scheduled::runner(&app.app, "audit").unwrap();
    assert!(runner.step(start), "there was none yet");
    assert_eq!(last_audit(&app)["at"], "2026-11-22T07:39:00Z");
    let later = |seconds| start + Duration::from_secs(seconds);
    assert!(!runner.step(later(100)));
    assert_eq!(job(&app, "audit")["next_run_at"], "2026-11-22T20:00:00Z");
    app.clock.advance_seconds(12 * 60 * 60);
    assert!(!runner.step(later(200)), "before three in Vietnam");
    app.clock.advance_seconds(60 * 60);
    let again = TestApp::in_folder(app.stop(), &[]);
    again.clock.advance_seconds(13 * 60 * 60);
    let mut runner = scheduled::runner(&again.app, "audit").unwrap();
    assert!(runner.step(Instant::now()), "a restart does not forget that it is due");
    let mut runner = scheduled::runner(&again.app, "audit").unwrap();
    assert!(!runner.step(Instant::now()), "nor that it was done");
    let shown = job(&again, "audit");
    assert_eq!(
        (&shown["status"], &shown["running_since"], &shown["failures"]),
        (&json!("ok"), &Value::Null, &json!(0))
    );
    assert!(shown["result"].as_str().unwrap().starts_with("proven"), "{shown}");
}

#[test]
fn the_audit_in_parts_finds_what_the_audit_at_once_finds() {
    let app = TestApp::start();
    app.member("lan").funded(70_000).deposit(50_000);
    assert_eq!(ledger_audit::run_in_parts(&app.app.db).unwrap(), app.audit());
    corrupt(&app, 1);
    let report = ledger_audit::run_in_parts(&app.app.db).unwrap();
    assert_eq!(report, app.audit());
    assert!(!report.is_clean());
}

#[test]
fn a_job_that_fails_is_tried_again_with_pauses_and_told_of_when_it_keeps_failing() {
    let mut told = Told::start();
    let app = &told.app.app;
    // Nothing can be deleted from a table that is not there.
    told.app.write(|tx| tx.execute("ALTER TABLE idempotency_keys RENAME TO hidden", ()).unwrap());
    let mut runner = scheduled::runner(app, "housekeeping").unwrap();
    let mut now = Instant::now();
    for (failures, pause) in [(1, 10), (2, 20), (3, 40), (4, 80)] {
        assert!(runner.step(now), "run {failures}");
        assert!(!runner.step(now + Duration::from_secs(pause - 1)), "pause {failures}");
        let shown = job(&told.app, "housekeeping");
        assert_eq!((&shown["status"], &shown["failures"]), (&json!("failing"), &json!(failures)));
        let error = shown["error"].as_str().unwrap();
        assert!(!error.contains("idempotency") && !error.contains("table"), "no inside is shown: {error}");
        let notices = told.app.number("SELECT count(*) FROM notices WHERE kind = 'job'");
        assert_eq!(notices, i64::from(failures >= 3), "a short failure is no news");
        now += Duration::from_secs(pause + 5);
    }
    assert_eq!(told.app.guest().get("/health").expect(200)["jobs"]["housekeeping"], "failing");
    told.app.write(|tx| tx.execute("ALTER TABLE hidden RENAME TO idempotency_keys", ()).unwrap());
    assert!(runner.step(now));
    let shown = job(&told.app, "housekeeping");
    assert_eq!((&shown["status"], &shown["error"]), (&json!("ok"), &Value::Null));
    let texts = told.deliver();
    assert!(texts.is_empty() || texts.len() == 2, "told and taken back together: {texts:?}");
    assert!(!runner.step(now + Duration::from_secs(3590)) && runner.step(now + Duration::from_secs(3610)));
}

#[test]
fn a_job_that_panics_is_seen_and_tried_again_and_the_others_run() {
    let app = TestApp::start();
    let panics = ScheduledJob::every("broken", Duration::from_secs(60), |_| panic!("for the test"));
    let (mut broken, now) = (Runner::new(&app.app, panics), Instant::now());
    assert!(broken.step(now) && !broken.step(now + Duration::from_secs(9)));
    assert!(broken.step(now + Duration::from_secs(15)));
    let shown = job(&app, "broken");
    assert_eq!((&shown["failures"], &shown["running_since"]), (&json!(2), &Value::Null));
    assert_eq!(shown["error"], "it panicked; the log says where");
    assert_eq!(shown["error_coded"], json!({ "code": "job_panicked" }));
    assert!(scheduled::runner(&app.app, "housekeeping").unwrap().step(now));
    assert_eq!(job(&app, "housekeeping")["status"], "ok");
}

#[test]
fn what_depends_on_a_provider_that_does_not_answer_says_of_when_its_figures_are() {
    let app = TestApp::start();
    let mut funds = scheduled::runner(&app.app, "funds").unwrap();
    let mut now = Instant::now();
    let mut round = || {
        poll_orders::tick(&app.app);
        now += Duration::from_secs(120);
        assert!(funds.step(now));
        let shown = ["poll-orders", "funds"].map(|name| job(&app, name));
        app.clock.advance_seconds(120);
        shown.map(|job| (job["status"].clone(), job["error_coded"].clone()))
    };
    let well = (json!("ok"), Value::Null);
    assert_eq!(round(), [well.clone(), well.clone()]);
    app.provider.always_for("balance", Reply::close_without_answer());
    let values = json!({ "provider": "BUMX", "since": "2026-11-22T07:39:00Z" });
    let behind = (json!("waiting"), json!({ "code": "provider_behind", "values": values }));
    assert_eq!(round(), [behind.clone(), behind.clone()]);
    assert_eq!(round(), [behind.clone(), behind], "nothing new is known");
    let said = job(&app, "funds")["error"].clone();
    assert_eq!(said, "BUMX is in trouble; what is known of it is of 2026-11-22T07:39:00Z");
    assert_eq!(job(&app, "housekeeping")["status"], "waiting", "for its first run");
    app.provider.always_for("balance", Reply::ok());
    assert_eq!(round(), [well.clone(), well]);
}

#[test]
fn housekeeping_lets_go_of_what_is_old_and_of_nothing_else() {
    let told = Told::start();
    let app = &told.app;
    let lan = app.member("lan");
    lan.post_once("/api/payment/deposit", "old", json!({ "amount": 50_000 })).expect(201);
    let days = |days: i64| days * 24 * 60 * 60;
    let revoke = "INSERT INTO revoked_tokens (token_id, user_id, expires_at) VALUES (?1, ?2, ?3)";
    let (user, now) = (lan.id, app.clock.now());
    app.write(move |tx| tx.execute(revoke, ("short", user, now.plus_seconds(days(-24)))).unwrap());
    app.write(move |tx| tx.execute(revoke, ("long", user, now.plus_seconds(days(-1)))).unwrap());
    told.post(smm_panel::notify::Notice::AuditWell);
    app.clock.advance_seconds(days(7));
    let done = housekeeping::tick(&app.app).unwrap().unwrap();
    assert_eq!(
        done,
        "deleted 0 idempotency keys, 1 ended sessions, 0 repeatable orders, 0 links, 0 notices, \
         0 changes of services, 0 letters, 0 sessions, log-ins, browsers and uses of keys"
    );
    assert_eq!(app.number("SELECT count(*) FROM idempotency_keys"), 1, "seven days are promised");
    app.clock.advance_seconds(1);
    app.write(|tx| {
        let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
            INSERT INTO idempotency_keys SELECT 1, 'k' || i, zeroblob(32), 201, x'7b7d', i FROM n";
        tx.execute(many, ()).unwrap()
    });
    let lan = app.member("anh");
    lan.post_once("/api/payment/deposit", "new", json!({ "amount": 50_000 })).expect(201);
    let done = housekeeping::tick(&app.app).unwrap().unwrap();
    assert_eq!(
        done,
        "deleted 1501 idempotency keys, 0 ended sessions, 0 repeatable orders, 0 links, 1 notices, \
         0 changes of services, 0 letters, 0 sessions, log-ins, browsers and uses of keys"
    );
    assert_eq!(app.number("SELECT count(*) FROM idempotency_keys WHERE key = 'new'"), 1);
    assert_eq!(app.number("SELECT count(*) FROM revoked_tokens WHERE token_id = 'long'"), 1);
    assert_eq!(app.number("SELECT count(*) FROM deposits"), 2);
}

#[test]
fn every_job_is_on_the_board_of_a_running_panel() {
    let folder = TempDir::new().unwrap();
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    let names = ["audit", "daily-summary", "deliver", "dispatch", "housekeeping", "poll-orders"];
    eventually("the ledger is proven", || panel.get("/api/admin/jobs")["audit"]["ok"] == true);
    eventually("what runs all the time runs", || {
        let jobs = panel.get("/health")["jobs"].clone();
        names.iter().all(|name| jobs[*name] == "ok" || *name == "daily-summary")
    });
    let jobs = panel.get("/api/admin/jobs");
    let shown: Vec<&str> =
        jobs["items"].as_array().unwrap().iter().map(|job| job["name"].as_str().unwrap()).collect();
    assert!(names.iter().all(|name| shown.contains(name)), "{jobs}");
    assert!(jobs["items"].as_array().unwrap().iter().all(|job| job["next_run_at"].is_string()), "{jobs}");
    // And what mends each is known, and there.
    for name in shown {
        let page = page_of_job(name).unwrap_or_else(|| panic!("nobody says which page mends {name}"));
        let page = page.split('#').next().unwrap();
        assert_eq!(panel.send("GET", page, &Value::Null).unwrap().status, 200, "{name}: {page}");
    }
    let (status, took) = panel.binary.terminate();
    assert!(status.success() && took < Duration::from_secs(3), "{status} {took:?}");
}
