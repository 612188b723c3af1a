//! Named keys of the reseller API: whose they are, how many there may be, and what ends one.

use crate::support::app::TestApp;
use crate::support::tcp;
use serde_json::{Value, json};
use smm_panel::jobs::scheduled::last_seen;

const KEYS: &str = "/api/user/api-keys";

#[test]
fn a_key_is_its_users_own_and_dies_alone() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(5), app.member("mai"));
    for name in [json!(""), json!(" \u{200b}"), json!("a\nb"), json!("a".repeat(51)), json!(7), Value::Null] {
        lan.post(KEYS, json!({ "name": name })).refused_fields(&["name"]);
    }
    let made = lan.post(KEYS, json!({ "name": " Cửa hàng " })).expect(201);
    lan.post(KEYS, json!({ "name": "Cửa hàng" })).refused(409, "conflict");
    mai.post(KEYS, json!({ "name": "Cửa hàng" })).expect(201);
    let default = lan.reseller();
    let named = app.reseller(made["api_key"].as_str().unwrap());
    let path = format!("{KEYS}/{}", made["id"]);
    mai.delete(&path).refused(404, "not_found");
    lan.delete(&format!("{KEYS}/x")).refused(400, "malformed_request");
    assert_eq!(named.ask("balance", &[])["balance"], "5");
    let listed = lan.get(KEYS).expect(200);
    let names: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|key| &key["name"]).collect();
    assert_eq!(names, ["Cửa hàng", "default"]);
    assert!(listed["items"][0]["last_used_at"].is_string() && listed["items"][1]["last_used_at"].is_null());
    last_seen::tick(&app.app).unwrap();
    assert_eq!(lan.get(KEYS).expect(200), listed);
    assert!(!listed.to_string().contains(&named.key) && !listed.to_string().contains(&default.key));
    lan.delete(&path).expect(204);
    lan.delete(&path).refused(404, "not_found");
    named.refused("balance", &[], "Invalid API key");
    assert_eq!(default.ask("balance", &[])["balance"], "5");
    lan.delete("/api/user/api-key").expect(204);
    assert_eq!(lan.get(KEYS).expect(200)["items"], json!([]));
}

#[test]
fn ten_keys_are_the_most_in_any_race() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let (served, token) = (app.serve(), lan.token().to_owned());
    let statuses = tcp::at_once(20, |number| {
        served.post(&token, KEYS, &json!({ "name": number.to_string() }), &[]).status
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 10);
    let refused = lan.post("/api/user/api-key", json!({})).refused(409, "conflict");
    assert_eq!((&refused["reason"], &refused["values"]), (&json!("too_many_keys"), &json!({ "max": 10 })));
    let first = lan.get(KEYS).expect(200)["items"][0]["id"].clone();
    lan.delete(&format!("{KEYS}/{first}")).expect(204);
    let default = lan.reseller();
    let next = lan.reseller();
    default.refused("balance", &[], "Invalid API key");
    next.ask("balance", &[]).get("balance").unwrap();
}
