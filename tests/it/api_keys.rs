//! Named keys of the reseller API: whose they are, how many there may be, and what ends one.

use crate::support::app::TestApp;
use crate::support::tcp;
use serde_json::{Value, json};
use smm_panel::jobs::scheduled::{housekeeping, key_use, last_seen};

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

fn calls(calls: i64, refused: i64, limited: i64) -> Value {
    json!({ "calls": calls, "refused": refused, "limited": limited })
}

#[test]
fn how_a_key_is_used_is_told_to_its_user_and_to_admins() {
    let app = TestApp::start();
    let (boss, support, mai) = (app.admin("boss"), app.support("tam"), app.member("mai"));
    let lan = app.member("lan").funded(5);
    let path = format!("/api/admin/users/{}/api-keys", lan.id);
    app.guest().get(&path).refused(401, "unauthenticated");
    for nobody in [&lan, &support] {
        nobody.get(&path).refused(403, "forbidden");
    }
    boss.get("/api/admin/users/999/api-keys").refused(404, "not_found");
    let key = lan.reseller();
    let told = || app.signed(lan.id).get(KEYS).expect(200)["items"][0].clone();
    assert_eq!(
        (&told()["today"], &told()["days"], &told()["last_address"]),
        (&calls(0, 0, 0), &json!([]), &Value::Null)
    );
    for _ in 0..4 {
        key.ask("balance", &[]);
    }
    key.refused("nonsense", &[], "Incorrect action");
    key.refused("status", &[("order", "77")], "Incorrect order ID");
    app.reseller("smm_wrong").refused("balance", &[], "Invalid API key");
    let counted = told();
    assert_eq!((&counted["today"], &counted["days_30"]), (&calls(6, 2, 0), &calls(6, 2, 0)));
    assert_eq!(counted["days"], json!([{ "day": "2026-11-22", "calls": 6, "refused": 2, "limited": 0 }]));
    assert_eq!(app.number("SELECT count(*) FROM api_key_days"), 0, "no call costs a write");
    key_use::tick(&app.app).unwrap();
    assert_eq!(told(), counted);
    assert_eq!(boss.get(&path).expect(200)["items"][0], counted);
    assert_eq!(mai.get(KEYS).expect(200)["items"], json!([]));
    app.clock.advance_seconds(24 * 60 * 60);
    key.ask("balance", &[]);
    key_use::tick(&app.app).unwrap();
    let next = told();
    assert_eq!((&next["today"], &next["days_30"]), (&calls(1, 0, 0), &calls(7, 2, 0)));
    assert_eq!(next["days"][0]["day"], "2026-11-23");
    app.clock.advance_seconds(31 * 24 * 60 * 60);
    assert_eq!((&told()["days_30"], &told()["days"]), (&calls(0, 0, 0), &json!([])));
    housekeeping::tick(&app.app).unwrap();
    assert_eq!(app.number("SELECT count(*) FROM api_key_days"), 0);
    key.ask("balance", &[]);
    app.signed(lan.id).delete("/api/user/api-key").expect(204);
    key_use::tick(&app.app).unwrap();
    assert_eq!(app.number("SELECT count(*) FROM api_key_days"), 0, "of a key that is gone nothing is kept");
}

#[test]
fn calls_that_are_turned_away_are_counted_too() {
    let app = TestApp::with(&[("API_RATE_LIMIT_PER_MINUTE", "1")]);
    let lan = app.member("lan").funded(5);
    let key = lan.reseller();
    key.ask("balance", &[]);
    key.refused("balance", &[], "Rate limit exceeded");
    key_use::tick(&app.app).unwrap();
    let told = lan.get(KEYS).expect(200)["items"][0]["today"].clone();
    assert_eq!(told, calls(2, 0, 1));
}
