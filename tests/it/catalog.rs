//! The list of services: what everybody sees, what admins change.

use crate::support::app::TestApp;
use crate::support::shop::by_hand;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::kernel::money::Rate;
use std::io::Read;

fn likes() -> Value {
    json!({ "name": "Likes", "category": "TikTok", "rate": "12000", "min_quantity": 10, "max_quantity": 1000 })
}

fn with(field: &str, value: Value) -> Value {
    let mut body = likes();
    body[field] = value;
    body
}

fn ids(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|service| service["id"].as_i64().unwrap()).collect()
}

#[test]
fn only_an_admin_changes_the_list() {
    let app = TestApp::start();
    let (lan, id) = (app.member("lan"), app.service(|_| ()));
    for asker in [&app.guest(), &lan.asker] {
        let (status, code) =
            if asker.token.is_none() { (401, "unauthenticated") } else { (403, "forbidden") };
        asker.get("/api/admin/services").refused(status, code);
        asker.post("/api/admin/services", likes()).refused(status, code);
        asker.put(&format!("/api/admin/services/{id}"), json!({ "rate": "1" })).refused(status, code);
        asker.get("/api/admin/providers").refused(status, code);
    }
    assert_eq!(app.number("SELECT count(*) FROM services WHERE rate = 12000000"), 1);
    assert_eq!(app.number("SELECT count(*) FROM services"), 1);
}

#[test]
fn a_service_is_refused_for_what_is_wrong_with_it() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for field in ["name", "category", "rate", "min_quantity", "max_quantity"] {
        let mut body = likes();
        body.as_object_mut().unwrap().remove(field);
        boss.post("/api/admin/services", body).refused_fields(&[field]);
        boss.post("/api/admin/services", with(field, Value::Null)).refused_fields(&[field]);
    }
    for (field, value) in [
        ("name", json!(" ")),
        ("name", json!("a\nb")),
        ("category", json!("")),
        ("description", json!("x".repeat(10_001))),
        ("type", json!("subscription")),
        ("type", json!(1)),
        ("link_kind", json!("email")),
        ("rate", json!("2.5555")),
        ("rate", json!(2.5)),
        ("rate", json!("-1")),
        ("rate", json!("1e3")),
        ("rate", json!(-1)),
        ("min_quantity", json!(0)),
        ("min_quantity", json!("10")),
        ("max_quantity", json!(9)),
        ("max_quantity", json!(1_000_000_001)),
        ("refill", json!("yes")),
        ("active", json!(1)),
        ("provider_id", json!("1")),
        ("provider_service_id", json!(101)),
        ("cost", json!("x")),
        ("price", json!(1)),
        ("id", json!(1)),
    ] {
        boss.post("/api/admin/services", with(field, value)).refused_fields(&[field]);
    }
    let mut unknown = with("provider_id", json!(99));
    unknown["provider_service_id"] = json!("101");
    boss.post("/api/admin/services", unknown).refused_fields(&["provider_id"]);
    boss.post("/api/admin/services", with("provider_id", json!(1))).refused_fields(&["provider_service_id"]);
    boss.post("/api/admin/services", with("provider_service_id", json!("1")))
        .refused_fields(&["provider_id"]);
    assert_eq!(app.number("SELECT count(*) FROM services"), 0);
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action LIKE 'service.%'"), 0);
}

#[test]
fn a_service_needs_little_and_has_sensible_defaults() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let made = boss.post("/api/admin/services", likes()).expect(201);
    assert_eq!(
        made,
        json!({
            "id": made["id"], "name": "Likes", "category": "TikTok", "description": "", "type": "default",
            "link_kind": "url", "rate": "12000", "min_quantity": 10, "max_quantity": 1000, "refill": false,
            "refill_days": 0,
            "dripfeed": false,
            "cancel": false, "active": true, "provider_id": null, "provider_service_id": null, "cost": null,
            "visible_to": [], "sources": [], "exclusive_links": false,
            "paused_reason": null, "average_seconds": null,
            "server": null, "note": null, "state": "ok", "category_icon": null, "category_hidden": false,
            "rate_per": "thousand", "times": null, "quantity_from": "quantity", "posts_from": null,
            "fields": [{ "name": "link", "kind": "link", "required": true },
                { "name": "quantity", "kind": "integer", "required": true, "min": 10, "max": 1000 }],
        })
    );
    let integer = boss.post("/api/admin/services", with("rate", json!(2500))).expect(201);
    assert_eq!(integer["rate"], "2500");
    let exact = boss.post("/api/admin/services", with("rate", json!("2.50"))).expect(201);
    assert_eq!(exact["rate"], "2.5");
}

#[test]
fn a_change_touches_only_the_keys_given() {
    let app = TestApp::start();
    let (boss, id) = (app.admin("boss"), app.service(|_| ()));
    let path = format!("/api/admin/services/{id}");
    let before = boss.put(&path, json!({})).expect(200);
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.change'"), 0);
    let mut after = boss.put(&path, json!({ "rate": "15000.5", "type": "package" })).expect(200);
    let mut expected = before.clone();
    (expected["rate"], expected["type"]) = (json!("15000.5"), json!("package"));
    // What follows from the type.
    for name in ["rate_per", "quantity_from", "fields", "min_quantity", "max_quantity"] {
        assert_ne!(after[name].take(), expected[name].take(), "{name}");
    }
    assert_eq!(after, expected);
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.change'"), 1);

    let by_hand = boss.put(&path, json!({ "provider_id": null, "cost": null })).expect(200);
    for field in ["provider_id", "provider_service_id", "cost"] {
        assert_eq!(by_hand[field], Value::Null, "{field}");
    }
}

#[test]
fn a_change_is_refused_for_what_is_wrong_with_it() {
    let app = TestApp::start();
    let (boss, id) = (app.admin("boss"), app.service(|_| ()));
    let path = format!("/api/admin/services/{id}");
    for (field, value) in [
        ("name", Value::Null),
        ("active", Value::Null),
        ("rate", json!("")),
        ("min_quantity", json!(0)),
        ("max_quantity", json!(1)),
        ("provider_id", json!(7)),
        ("created_at", json!(1)),
    ] {
        boss.put(&path, json!({ field: value })).refused_fields(&[field]);
    }
    boss.put(&path, json!({ "provider_service_id": null })).refused_fields(&["provider_service_id"]);
    boss.put("/api/admin/services/999", json!({ "rate": "1" })).refused(404, "not_found");
    boss.put("/api/admin/services/x", json!({ "rate": "1" })).refused(400, "malformed_request");
}

#[test]
fn everybody_sees_what_is_active_and_not_what_it_costs_us() {
    let app = TestApp::start();
    let likes = app.service(|_| ());
    let views =
        app.service(|offer| (offer.name, offer.category) = ("Lượt xem".to_owned(), "YouTube".to_owned()));
    let gone = app.service(|offer| offer.active = false);
    let list = app.guest().get("/api/services").expect(200);
    assert_eq!(ids(&list), [likes, views]);
    assert_eq!(list["items"][0].as_object().unwrap().len(), 24);
    for secret in ["cost", "provider_id", "provider_service_id"] {
        assert_eq!(list["items"][0].get(secret), None, "{secret}");
    }
    assert_eq!(app.guest().get(&format!("/api/services/{gone}")).expect(200)["active"], false);
    app.guest().get("/api/services/999").refused(404, "not_found");
    app.guest().get("/api/services/x").refused(400, "malformed_request");

    let found = |query: &str| ids(&app.guest().get(&format!("/api/services?{query}")).expect(200));
    assert_eq!(found("category=YouTube"), [views]);
    assert_eq!(found("category=youtube"), Vec::<i64>::new());
    assert_eq!(found("search=L%C6%AF%E1%BB%A2T"), [views]);
    assert_eq!(found("search=likes"), [likes]);
    assert_eq!(found(&format!("search={views}")), [views]);
    assert_eq!(found("search=likes&category=YouTube"), Vec::<i64>::new());
    assert_eq!(found("search=&nothing=1"), [likes, views]);
}

#[test]
fn the_list_is_sent_again_only_when_it_changed() {
    let app = TestApp::start();
    let id = app.service(|_| ());
    let tag_of = |path: &str| app.guest().get(path).header("ETag").unwrap().to_owned();
    let ask = |path: &str, tag: &str| app.guest().send(Method::Get, path, &[("If-None-Match", tag)], None);
    for path in ["/api/services", "/api/services?category=TikTok"] {
        let tag = tag_of(path);
        let again = ask(path, &tag);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header("ETag"), Some(tag.as_str()));
        assert_eq!(ask(path, "\"other\"").status, 200);
    }
    let tag = tag_of("/api/services");
    let boss = app.admin("boss");
    boss.put(&format!("/api/admin/services/{id}"), json!({ "rate": "1" })).expect(200);
    let changed = ask("/api/services", &tag);
    assert_eq!(changed.expect(200)["items"][0]["rate"], "1");
    assert_ne!(changed.header("ETag"), Some(tag.as_str()));
    boss.put(&format!("/api/admin/services/{id}"), json!({ "active": false })).expect(200);
    assert_eq!(app.guest().get("/api/services").expect(200)["items"], json!([]));
}

#[test]
fn a_long_list_goes_out_packed_to_whoever_takes_it_so() {
    let app = TestApp::start();
    for number in 0..30 {
        app.service(|offer| offer.name = format!("Service {number}"));
    }
    let ask = |headers: &[(&str, &str)]| app.guest().send(Method::Get, "/api/services", headers, None);
    let plain = ask(&[]);
    assert_eq!(
        (plain.header("Content-Encoding"), plain.header("Vary")),
        (None, Some("Accept-Encoding, Authorization, Cookie"))
    );
    let packed = ask(&[("Accept-Encoding", "gzip, br")]);
    assert_eq!(packed.header("Content-Encoding"), Some("gzip"));
    assert!(packed.body.len() * 4 < plain.body.len());
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    let tag = packed.header("ETag").unwrap();
    assert_ne!(Some(tag), plain.header("ETag"), "other bytes, another tag");
    assert_eq!(ask(&[("Accept-Encoding", "gzip"), ("If-None-Match", tag)]).status, 304);
    let wordy = app.service(|offer| offer.description = "word ".repeat(1500));
    let path = format!("/api/services/{wordy}");
    let one = app.guest().send(Method::Get, &path, &[("Accept-Encoding", "gzip")], None);
    assert_eq!(one.header("Content-Encoding"), Some("gzip"));
    assert_eq!(one.all("Vary").collect::<Vec<_>>(), ["Accept-Encoding", "Authorization, Cookie"]);
}

#[test]
fn admins_page_through_all_of_them() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let made: Vec<i64> = (0..5)
        .map(|number| {
            app.service(|offer| {
                by_hand(offer);
                offer.name = format!("Service {number}");
                offer.rate = Rate::parse("0.001").unwrap();
                offer.active = number != 3;
            })
        })
        .collect();
    let mut seen = Vec::new();
    let mut path = "/api/admin/services?limit=2".to_owned();
    loop {
        let page = boss.get(&path).expect(200);
        seen.extend(ids(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/admin/services?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, made.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(ids(&boss.get("/api/admin/services?search=service%203").expect(200)), [made[3]]);
    assert_eq!(ids(&boss.get("/api/admin/services?category=Nothing").expect(200)), Vec::<i64>::new());
    boss.get("/api/admin/services?limit=0").refused_fields(&["limit"]);
    boss.get("/api/admin/services?cursor=x").refused_fields(&["cursor"]);
}

#[test]
fn the_service_of_the_number_stands_before_those_that_hold_it() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let made: Vec<i64> = (0..4)
        .map(|at| {
            let name = if at == 0 { "Likes".to_owned() } else { "Pack of 1 and 2".to_owned() };
            boss.post("/api/admin/services", with("name", json!(name))).expect(201)["id"].as_i64().unwrap()
        })
        .collect();
    assert_eq!(made, [1, 2, 3, 4]);
    let found = |path: &str| ids(&boss.get(path).expect(200));
    assert_eq!(found("/api/services?search=2"), [2, 3, 4]);
    assert_eq!(found("/api/services?search=3"), [3]);
    assert_eq!(found("/api/services?search=4")[0], 4);
    for spelled in ["%231", "%20%231%20", "%23%201"] {
        assert_eq!(found(&format!("/api/services?search={spelled}")), [1], "{spelled}");
        assert_eq!(found(&format!("/api/admin/services?search={spelled}")), [1], "{spelled}");
    }
    // Names hold "1" too.
    assert_eq!(found("/api/services?search=1"), [1, 2, 3, 4]);
    assert_eq!(found("/api/admin/services?search=1"), [1, 4, 3, 2]);
    for limit in 1..=4 {
        let mut path = format!("/api/admin/services?search=1&limit={limit}");
        let mut seen = Vec::new();
        loop {
            let page = boss.get(&path).expect(200);
            assert!(ids(&page).len() <= limit);
            seen.extend(ids(&page));
            let Some(next) = page["next_cursor"].as_str() else { break };
            path = format!("/api/admin/services?search=1&limit={limit}&cursor={next}");
        }
        assert_eq!(seen, [1, 4, 3, 2], "in pages of {limit}");
    }
}

/// As after a step back to an older panel: the row stays as it is, and all others are sold.
#[test]
fn a_service_of_a_type_that_nobody_knows_is_not_sold_and_spoils_no_list() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let [oldest, strange, newest] = [(), (), ()].map(|()| app.service(by_hand));
    app.write(move |tx| {
        tx.execute("UPDATE services SET type = 'hologram' WHERE id = ?1", [strange]).unwrap()
    });
    assert_eq!(ids(&app.guest().get("/api/services").expect(200)), [oldest, newest]);
    app.guest().get(&format!("/api/services/{strange}")).refused(404, "not_found");
    let body = json!({ "service_id": strange, "link": "https://x.vn/a", "quantity": 100 });
    lan.asker.post("/api/orders", body).refused(422, "validation_failed");
    assert_eq!(ids(&boss.asker.get("/api/admin/services").expect(200)), [newest, oldest]);
    assert_eq!(ids(&boss.asker.get("/api/admin/services?category=TikTok").expect(200)), [newest, oldest]);
    let first = boss.asker.get("/api/admin/services?limit=2").expect(200);
    assert_eq!(ids(&first), [newest]);
    let next = first["next_cursor"].as_str().unwrap();
    assert_eq!(
        ids(&boss.asker.get(&format!("/api/admin/services?limit=2&cursor={next}")).expect(200)),
        [oldest]
    );
    boss.asker
        .put(&format!("/api/admin/services/{strange}"), json!({ "rate": "1" }))
        .refused(404, "not_found");
    assert_eq!(app.number("SELECT count(*) FROM services WHERE type = 'hologram'"), 1);
}
