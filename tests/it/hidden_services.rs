//! Services that only some users see: for everybody else they do not exist, whichever door is tried.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{by_hand, wish};
use rocket::http::Method;
use serde_json::{Value, json};

/// A service that is there for these alone.
fn hidden(app: &TestApp, boss: &Member, viewers: &[&Member]) -> i64 {
    let id = app.service(|offer| {
        by_hand(offer);
        (offer.name, offer.category) = ("Secret likes".to_owned(), "Secret".to_owned());
        (offer.refill, offer.cancel) = (true, true);
    });
    shown_to(boss, id, viewers);
    id
}

fn shown_to(boss: &Member, id: i64, viewers: &[&Member]) {
    let ids: Vec<i64> = viewers.iter().map(|viewer| viewer.id.get()).collect();
    let after = boss.put(&format!("/api/admin/services/{id}"), json!({ "visible_to": ids })).expect(200);
    assert_eq!(after["visible_to"], json!(ids));
}

fn listed(answer: &Value) -> Vec<i64> {
    answer["items"].as_array().unwrap().iter().map(|service| service["id"].as_i64().unwrap()).collect()
}

#[test]
fn for_everybody_else_it_does_not_exist() {
    let app = TestApp::start();
    let (boss, lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai").funded(1_000_000));
    let open = app.service(by_hand);
    let id = hidden(&app, &boss, &[&lan]);
    for asker in [&app.guest(), &mai.asker, &boss.asker] {
        asker.get(&format!("/api/services/{id}")).refused(404, "not_found");
        assert_eq!(listed(&asker.get("/api/services").expect(200)), [open]);
        for query in ["search=secret", "category=Secret", &format!("search={id}"), &format!("search=%23{id}")]
        {
            let found = listed(&asker.get(&format!("/api/services?{query}")).expect(200));
            assert!(!found.contains(&id), "{query}");
        }
    }
    let same = |path: &str| {
        let [hidden, none] = [id, 999].map(|service| mai.post(path, wish(service, 1000)));
        hidden.refused_fields(&["service_id"]);
        assert_eq!(hidden.json()["errors"], none.json()["errors"], "{path}");
    };
    same("/api/orders");
    same("/api/orders/quote");
    let lines = json!({ "lines": [wish(id, 1000), wish(999, 1000)], "check": true });
    let checked = mai.post("/api/orders/mass", lines).expect(200);
    assert_eq!(checked["lines"][0], checked["lines"][1]);
    mai.post("/api/orders/mass", json!({ "lines": [wish(id, 1000)] })).refused_fields(&["lines[0]"]);
    let reseller = mai.reseller();
    let names = reseller.ask("services", &[]).to_string();
    assert!(names.contains("TikTok likes") && !names.contains("Secret"), "{names}");
    let number = id.to_string();
    let fields = [("service", number.as_str()), ("link", "https://x.vn/a"), ("quantity", "1000")];
    reseller.refused("add", &fields, "Incorrect service ID");
    assert_eq!(app.number("SELECT count(*) FROM orders"), 0);
    assert_eq!(mai.balance(), 1_000_000);
}

#[test]
fn those_it_is_for_find_it_and_buy_it() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let id = hidden(&app, &boss, &[&lan]);
    assert_eq!(lan.get(&format!("/api/services/{id}")).expect(200)["my_rate"], "12000");
    for query in ["", "?search=secret", "?category=Secret"] {
        assert_eq!(listed(&lan.get(&format!("/api/services{query}")).expect(200)), [id], "{query}");
    }
    let bought = lan.buys(id, 1000);
    let reseller = lan.reseller();
    assert_eq!(reseller.ask("services", &[])[0]["service"], id);
    let number = id.to_string();
    let fields = [("service", number.as_str()), ("link", "https://x.vn/a"), ("quantity", "1000")];
    let added = reseller.adds(&fields);

    // Hidden from its buyer later, what was bought stays the buyer's.
    shown_to(&boss, id, &[&boss]);
    lan.get(&format!("/api/services/{id}")).refused(404, "not_found");
    lan.post("/api/orders", wish(id, 1000)).refused_fields(&["service_id"]);
    assert_eq!(lan.get(&format!("/api/orders/{bought}")).expect(200)["service_name"], "Secret likes");
    assert_eq!(listed(&lan.get(&format!("/api/orders?service_id={id}")).expect(200)), [added, bought]);
    let asked = lan.post(&format!("/api/orders/{bought}/cancel"), json!({})).expect(200);
    assert_eq!(asked["cancel"]["state"], "asked");
    let done = json!({ "status": "completed" });
    boss.put(&format!("/api/admin/orders/{added}/status"), done).expect(200);
    boss.put("/api/admin/settings", json!({ "refill_wait_hours": 0 })).expect(200);
    let answer = reseller.ask("refill", &[("order", &added.to_string())]);
    assert!(answer["refill"].is_i64(), "{answer}");
}

#[test]
fn no_list_that_is_kept_shows_it_to_somebody_else() {
    let app = TestApp::start();
    let (boss, lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai"));
    let id = hidden(&app, &boss, &[&lan]);
    for path in ["/api/services", "/api/services?search=likes"] {
        let ask = |of: &Member, tag: &str| of.send(Method::Get, path, &[("If-None-Match", tag)], None);
        shown_to(&boss, id, &[&lan]);
        let theirs = lan.get(path);
        assert_eq!(listed(&theirs.expect(200)), [id]);
        assert_eq!(theirs.header("Cache-Control"), Some("private, no-cache"));
        let tag = theirs.header("ETag").unwrap();
        assert_eq!(ask(&lan, tag).status, 304);
        // Whoever comes after, with or without the other's tag, gets a list without it.
        assert_eq!(listed(&ask(&mai, tag).expect(200)), Vec::<i64>::new());
        assert_eq!(listed(&app.guest().get(path).expect(200)), Vec::<i64>::new());
        let guest = app.guest().send(Method::Get, path, &[("If-None-Match", tag)], None);
        assert_eq!(guest.status, 200);
        let before = ask(&mai, "\"\"").header("ETag").unwrap().to_owned();
        shown_to(&boss, id, &[&mai]);
        assert_eq!(listed(&ask(&lan, tag).expect(200)), Vec::<i64>::new());
        assert_eq!(listed(&ask(&mai, &before).expect(200)), [id]);
        shown_to(&boss, id, &[]);
        for answer in [lan.get(path), mai.get(path), app.guest().get(path)] {
            assert_eq!(listed(&answer.expect(200)), [id]);
        }
    }
}

#[test]
fn only_somebody_can_be_shown_something() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let id = app.service(by_hand);
    let path = format!("/api/admin/services/{id}");
    for (viewers, field) in [
        (json!([lan.id.get(), 999]), "visible_to[1]"),
        (json!(["1"]), "visible_to[0]"),
        (json!([1.0]), "visible_to[0]"),
        (json!(null), "visible_to"),
        (json!(1), "visible_to"),
    ] {
        boss.put(&path, json!({ "visible_to": viewers })).refused_fields(&[field]);
    }
    let mut made =
        json!({ "name": "Likes", "category": "X", "rate": "1", "min_quantity": 1, "max_quantity": 9 });
    made["visible_to"] = json!([999]);
    boss.post("/api/admin/services", made.clone()).refused_fields(&["visible_to[0]"]);
    made["visible_to"] = json!([lan.id.get(), lan.id.get()]);
    assert_eq!(boss.post("/api/admin/services", made).expect(201)["visible_to"], json!([lan.id.get()]));
    assert_eq!(app.number("SELECT count(*) FROM services WHERE visible_to <> '[]'"), 1);
    boss.put(&path, json!({ "visible_to": [lan.id.get()] })).expect(200);
    boss.put(&path, json!({ "rate": "15000" })).expect(200);
    let entries = boss.get("/api/admin/audit-log?action=service.change").expect(200);
    assert_eq!(entries["items"][1]["before"]["visible_to"], json!([]));
    assert_eq!(entries["items"][1]["after"]["visible_to"], json!([lan.id.get()]));
    assert_eq!(entries["items"][0]["after"]["visible_to"], json!([lan.id.get()]), "another change leaves it");
}

#[test]
fn the_audit_log_names_whom_a_change_shows_it_to() {
    let app = TestApp::start();
    let (boss, lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai"));
    let id = hidden(&app, &boss, &[&lan, &mai]);
    shown_to(&boss, id, &[&mai]);
    shown_to(&boss, id, &[]);
    let log = boss.get(&format!("/api/admin/audit-log?subject=service:{id}")).expect(200);
    let viewers = |at: usize| log["items"][at]["viewers"].clone();
    let (both, one) = (
        json!({ lan.id.to_string(): "lan", mai.id.to_string(): "mai" }),
        json!({ mai.id.to_string(): "mai" }),
    );
    assert_eq!([viewers(0), viewers(1), viewers(2)], [one, both.clone(), both]);
}
