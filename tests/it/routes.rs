//! Every mounted address, walked: what is not meant for everybody wants a credential, what is for admins an admin,
//! and what the API answers is described.

use crate::support::app::TestApp;
use rocket::http::Method;
use smm_panel::web;
use std::collections::BTreeSet;

/// Answered without a credential, or with one of their own kind.
const PUBLIC: &[(Method, &str)] = &[
    (Method::Post, "/api/auth/register"),
    (Method::Post, "/api/auth/login"),
    (Method::Post, "/api/auth/forgot"),
    (Method::Post, "/api/auth/reset"),
    (Method::Post, "/api/auth/reset/check"),
    (Method::Post, "/api/auth/email"),
    (Method::Get, "/api/auth/session"),
    (Method::Post, "/api/setup"),
    (Method::Post, "/api/setup/check"),
    (Method::Get, "/api/site"),
    (Method::Get, "/api/announcements"),
    (Method::Get, "/api/services"),
    (Method::Get, "/api/services/<id>"),
    (Method::Post, "/api/payment/sepay/webhook"),
];

/// The reseller API answers in the field's own way, whoever asks: see `reseller`.
const RESELLER: &str = "/api/v2";

/// The addresses under `/api`.
fn api() -> Vec<(Method, String)> {
    let routes = web::routes().into_iter().map(|route| (route.method, route.uri.path().to_owned()));
    routes.filter(|(_, path)| path.starts_with("/api") && !path.starts_with(RESELLER)).collect()
}

fn is_public(method: Method, path: &str) -> bool {
    PUBLIC.contains(&(method, path))
}

/// `/api/orders/<id>` asked for number 1.
fn example(path: &str) -> String {
    path.replace("<id>", "1").replace("<name>", "1")
}

#[test]
fn without_a_credential_there_is_only_what_is_public() {
    let app = TestApp::start();
    let mut walked = 0;
    for (method, path) in api().into_iter().filter(|(method, path)| !is_public(*method, path)) {
        for body in [None, Some(b"{}".to_vec()), Some(b"not json".to_vec())] {
            let answer = app.guest().send(method, &example(&path), &[], body);
            assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text());
            answer.refused(401, "unauthenticated");
        }
        walked += 1;
    }
    assert!(walked > 10, "only {walked} addresses are guarded");
}

#[test]
fn a_customer_is_forbidden_every_address_of_the_admins() {
    let app = TestApp::start();
    let lan = app.member("lan");
    for (method, path) in api().into_iter().filter(|(_, path)| path.starts_with("/api/admin")) {
        for body in [None, Some(b"{}".to_vec()), Some(b"not json".to_vec())] {
            let answer = lan.send(method, &example(&path), &[], body);
            assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text());
            answer.refused(403, "forbidden");
        }
    }
}

#[test]
fn outside_of_the_api_everything_is_only_read() {
    for route in web::routes() {
        let path = route.uri.path();
        assert!(path.starts_with("/api") || route.method == Method::Get, "{} {path}", route.method);
    }
}

#[test]
fn the_description_names_every_address_and_no_other() {
    let description: serde_json::Value = serde_json::from_slice(&web::openapi::json()).unwrap();
    let paths = description["paths"].as_object().unwrap();
    let described: BTreeSet<String> = paths
        .iter()
        .filter(|(path, _)| path.starts_with("/api"))
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let mounted: BTreeSet<String> = api()
        .iter()
        .map(|(method, path)| format!("{method} {}", path.replace('<', "{").replace('>', "}")))
        .chain(["GET", "POST"].map(|method| format!("{method} {RESELLER}")))
        .collect();
    let missing: Vec<_> = mounted.difference(&described).collect();
    let invented: Vec<_> = described.difference(&mounted).collect();
    assert!(missing.is_empty() && invented.is_empty(), "not described {missing:?}, not mounted {invented:?}");
}

/// Generators name their functions after the operation, and a response without a description is not valid.
#[test]
fn the_description_is_complete() {
    let description: serde_json::Value = serde_json::from_slice(&web::openapi::json()).unwrap();
    let mut names = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{method} {path}: {name} is taken");
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let said = answer["description"].as_str().is_some_and(|text| !text.is_empty());
                assert!(said, "{method} {path}: {status} is not described");
                let problem = answer["content"]["application/json"]["schema"]["$ref"].as_str();
                assert!(!problem.is_some_and(|name| name.ends_with("/Problem")), "{method} {path}: {status}");
            }
        }
    }
}
