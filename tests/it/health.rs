//! The panel around its domains: health, errors of the framework, request ids.

use crate::support::app::TestApp;
use rocket::http::Method;
use serde_json::json;
use smm_panel::db::Condition;
use smm_panel::jobs::scheduled;
use std::time::{Duration, Instant};

#[test]
fn a_fresh_panel_is_well() {
    let app = TestApp::start();
    let health = app.guest().get("/health").expect(200);
    assert_eq!(health["status"], "ok");
    assert_eq!(health["database"], "ok");
    assert_eq!(health["provider"], "ok");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn without_a_provider_it_says_so_and_is_well() {
    let app = TestApp::with(&[("BUMX_API_URL", ""), ("BUMX_API_KEY", "")]);
    assert_eq!(app.guest().get("/health").expect(200)["provider"], "not_configured");
}

#[test]
fn it_says_in_short_whether_it_can_serve() {
    let app = TestApp::start();
    let ready = app.guest().get("/health/ready").expect(200);
    assert_eq!(ready, json!({ "status": "ok", "database": "ok" }));
}

/// A database of some pages, and noise over the first page of the table of users.
fn damaged() -> TestApp {
    let app = TestApp::start();
    app.without_audit();
    (0..40).for_each(|number| drop(app.member(&format!("user-{number:03}"))));
    let page = app.number("SELECT rootpage FROM sqlite_schema WHERE name = 'users'");
    let size = app.number("SELECT page_size FROM pragma_page_size");
    let folder = app.stop();
    let file = std::fs::OpenOptions::new().write(true).open(folder.path().join("panel.db")).unwrap();
    let at = u64::try_from((page - 1) * size).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &[0xa5; 512], at).unwrap();
    let app = TestApp::in_folder(folder, &[]);
    app.without_audit();
    app
}

#[test]
fn a_damaged_file_is_not_well() {
    let app = damaged();
    let health = app.guest().get("/health");
    assert_eq!(health.status, 503);
    assert_eq!(app.guest().get("/health/ready").status, 503);
    let mut runner = scheduled::runner(&app.app, "file-check").unwrap();
    assert!(runner.step(Instant::now()), "it is looked at again, and not only at night");
    assert_eq!(app.app.job_registry.all()["file-check"].failures, 1);
    let trouble = app.app.job_registry.trouble("file-check").unwrap().to_string();
    assert!(trouble.starts_with("the database file is damaged, restore a backup: "), "{trouble}");
}

/// More than a check of no time at all gets to, started with that.
fn looked_over_in_no_time(then: impl FnOnce(&std::path::Path)) -> TestApp {
    let app = TestApp::start();
    app.write(|tx| {
        let fill = "INSERT INTO settings (name, value) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
            LIMIT 20000) SELECT 'filled.' || i, i FROM n";
        tx.execute(fill, ()).unwrap();
    });
    let folder = app.stop();
    then(&folder.path().join("panel.db"));
    let app = TestApp::looking_for(Duration::ZERO, folder, &[]);
    assert_eq!(app.app.db.condition(), Condition::default(), "the start has come to no end");
    app
}

#[test]
fn a_check_that_the_start_did_not_end_goes_on_at_once_and_finds_the_damage() {
    let app = looked_over_in_no_time(|database| {
        let file = std::fs::OpenOptions::new().write(true).open(database).unwrap();
        // The last of many pages, where a look of a moment does not come to.
        let end = file.metadata().unwrap().len();
        std::os::unix::fs::FileExt::write_all_at(&file, &[0xa5; 512], end - 4096).unwrap();
    });
    app.without_audit();
    app.guest().get("/health").expect(200);
    let mut runner = scheduled::runner(&app.app, "file-check").unwrap();
    assert!(runner.step(Instant::now()), "it does not wait for the night");
    assert_eq!(app.app.job_registry.all()["file-check"].failures, 1);
    assert!(app.app.db.condition().damage.is_some());
    assert_eq!(app.guest().get("/health").expect(503)["database"], "failing");
}

#[test]
fn a_check_that_the_start_did_not_end_is_ended_once_where_all_is_well() {
    let app = looked_over_in_no_time(|_| ());
    let mut runner = scheduled::runner(&app.app, "file-check").unwrap();
    assert!(runner.step(Instant::now()), "it does not wait for the night");
    assert_eq!(app.app.db.condition(), Condition { whole_at: Some(app.clock.now()), damage: None });
    assert!(!runner.step(Instant::now()), "the next one is at night");
}

#[test]
fn a_whole_file_is_checked_again_at_night() {
    let app = TestApp::start();
    let mut runner = scheduled::runner(&app.app, "file-check").unwrap();
    assert!(!runner.step(Instant::now()), "the start has just looked");
    app.clock.advance_seconds(24 * 60 * 60);
    assert!(runner.step(Instant::now()));
    assert_eq!(app.app.db.condition().whole_at, Some(app.clock.now()));
}

#[test]
fn what_is_not_there_is_a_problem_document() {
    let app = TestApp::start();
    app.guest().get("/api/nothing").refused(404, "not_found");
    app.guest().get("/nothing").refused(404, "not_found");
}

#[test]
fn a_browser_outside_the_api_gets_a_page() {
    let app = TestApp::start();
    let html = [("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")];
    let page = app.guest().send(Method::Get, "/nothing", &html, None);
    assert_eq!(page.status, 404);
    assert!(page.header("Content-Type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(
        page.header("Content-Security-Policy")
            .is_some_and(|policy| policy.contains("frame-ancestors 'none'"))
    );
    app.guest().send(Method::Get, "/api/nothing", &html, None).refused(404, "not_found");
}

#[test]
fn another_method_is_refused_with_those_allowed() {
    let app = TestApp::start();
    let answer = app.guest().post("/health", json!({}));
    answer.refused(405, "method_not_allowed");
    assert_eq!(answer.header("Allow"), Some("GET, HEAD"));
}

#[test]
fn every_answer_has_its_own_request_id() {
    let app = TestApp::start();
    let ids: Vec<String> = ["/health", "/api/nothing", "/"]
        .iter()
        .map(|path| app.guest().get(path).header("X-Request-Id").unwrap().to_owned())
        .collect();
    assert!(ids.iter().all(|id| id.len() == 16));
    assert!(ids[0] != ids[1] && ids[1] != ids[2]);
}
