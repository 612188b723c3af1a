//! The panel around its domains: health, errors of the framework, request ids.

use crate::support::app::TestApp;
use rocket::http::Method;
use serde_json::json;

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
