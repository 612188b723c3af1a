//! Categories: their names, their order, their pictures, and what is hidden with them; and what a service says of
//! itself as one server among others.

use crate::import::line;
use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{by_hand, wish};
use crate::support::tcp::at_once;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::db::migrate::Schema;
use smm_panel::db::{Db, DbPath, Tx};
use smm_panel::kernel::clock::Clock;
use tempfile::TempDir;

pub const PATH: &str = "/api/admin/categories";

/// A service in this category, done by hand.
fn service_in(app: &TestApp, category: &str) -> i64 {
    app.service(|offer| {
        by_hand(offer);
        offer.category = category.to_owned();
    })
}

pub fn all(boss: &Member) -> Vec<Value> {
    boss.get(PATH).expect(200)["items"].as_array().unwrap().clone()
}

pub fn names(boss: &Member) -> Vec<String> {
    all(boss).iter().map(|category| category["name"].as_str().unwrap().to_owned()).collect()
}

pub fn id_of(boss: &Member, name: &str) -> i64 {
    let found = all(boss).into_iter().find(|category| category["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))["id"].as_i64().unwrap()
}

pub fn change(boss: &Member, name: &str, body: Value) -> Value {
    boss.put(&format!("{PATH}/{}", id_of(boss, name)), body).expect(200)
}

fn ordered(boss: &Member, wanted: &[&str]) {
    let ids: Vec<i64> = wanted.iter().map(|name| id_of(boss, name)).collect();
    boss.put(&format!("{PATH}/order"), json!({ "ids": ids })).expect(200);
    assert_eq!(names(boss), wanted);
}

fn ids(answer: &Value) -> Vec<i64> {
    answer["items"].as_array().unwrap().iter().map(|service| service["id"].as_i64().unwrap()).collect()
}

/// Both requests of an admin at the same moment, over sockets: what each came to.
fn at_the_same_moment(boss: &Member, wishes: [(&str, String, Value); 2]) -> Vec<u16> {
    let (served, bearer) = (boss.app.serve(), format!("Bearer {}", boss.token()));
    at_once(2, |at| {
        let (method, path, body) = &wishes[at];
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        served.send(method, path, &headers, body.to_string().as_bytes()).status
    })
}

fn actions(boss: &Member) -> Vec<String> {
    let log = boss.get("/api/admin/audit-log").expect(200);
    let items = log["items"].as_array().unwrap().iter();
    let actions = items.map(|entry| entry["action"].as_str().unwrap().to_owned());
    actions.filter(|action| action.starts_with("category.")).collect()
}

#[test]
fn only_admins_look_at_them_and_change_them() {
    let app = TestApp::start();
    let (lan, helper, boss) = (app.member("lan"), app.support("helper"), app.admin("boss"));
    service_in(&app, "TikTok");
    let tries = [
        (Method::Get, PATH.to_owned(), None),
        (Method::Post, PATH.to_owned(), Some(json!({ "name": "X" }))),
        (Method::Put, format!("{PATH}/1"), Some(json!({ "hidden": true }))),
        (Method::Put, format!("{PATH}/order"), Some(json!({ "ids": [1] }))),
        (Method::Post, format!("{PATH}/1/merge"), Some(json!({ "into": 1 }))),
        (Method::Delete, format!("{PATH}/1"), None),
    ];
    for (method, path, body) in tries {
        let body = || body.as_ref().map(|body| body.to_string().into_bytes());
        app.guest().send(method, &path, &[], body()).refused(401, "unauthenticated");
        for other in [&lan, &helper] {
            other.send(method, &path, &[], body()).refused(403, "forbidden");
        }
    }
    let only = json!({ "id": 1, "name": "TikTok", "icon": null, "hidden": false, "services": 1, "active_services": 1 });
    assert_eq!(all(&boss), [only]);
    assert_eq!(actions(&boss), Vec::<String>::new());
}

#[test]
fn what_no_category_may_be_is_refused_field_by_field() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    service_in(&app, "TikTok");
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "  " }), "name"),
        (json!({ "name": "a\nb" }), "name"),
        (json!({ "name": "x".repeat(201) }), "name"),
        (json!({ "name": "X", "icon": "myspace" }), "icon"),
        (json!({ "name": "X", "hidden": 1 }), "hidden"),
        (json!({ "name": "X", "position": 1 }), "position"),
    ] {
        boss.post(PATH, body).refused_fields(&[field]);
    }
    boss.post(PATH, json!({ "name": " TikTok " })).refused(409, "conflict");
    let path = format!("{PATH}/{}", id_of(&boss, "TikTok"));
    for (body, field) in [
        (json!({ "name": null }), "name"),
        (json!({ "name": "" }), "name"),
        (json!({ "icon": "TikTok" }), "icon"),
        (json!({ "hidden": null }), "hidden"),
    ] {
        boss.put(&path, body).refused_fields(&[field]);
    }
    boss.put(&format!("{PATH}/99"), json!({ "name": "X" })).refused(404, "not_found");
    boss.put(&format!("{PATH}/x"), json!({ "name": "X" })).refused(400, "malformed_request");
    boss.delete(&format!("{PATH}/99")).refused(404, "not_found");
    boss.post(&format!("{PATH}/99/merge"), json!({ "into": 1 })).refused(404, "not_found");
    assert_eq!(names(&boss), ["TikTok"]);
    assert_eq!(actions(&boss), Vec::<String>::new());
}

#[test]
fn a_hostile_name_is_a_name() {
    let app = TestApp::start();
    let (boss, hostile) =
        (app.admin("boss"), "<img src=x onerror=alert(1)>'; DROP TABLE categories;-- %_\"\\");
    let id = service_in(&app, "TikTok");
    assert_eq!(change(&boss, "TikTok", json!({ "name": hostile }))["name"], hostile);
    assert_eq!(boss.get(&format!("/api/services/{id}")).expect(200)["category"], hostile);
    boss.post(PATH, json!({ "name": hostile })).refused(409, "conflict");
    assert_eq!(names(&boss), [hostile]);
}

#[test]
fn one_is_made_by_its_name_stands_last_and_stays_when_it_is_empty() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (first, _) = (service_in(&app, "Zalo"), service_in(&app, "Bing"));
    boss.post(PATH, json!({ "name": " Ads ", "icon": "x", "hidden": true })).expect(201);
    assert_eq!(names(&boss), ["Zalo", "Bing", "Ads"]);
    let path = format!("/api/admin/services/{first}");
    assert_eq!(boss.put(&path, json!({ "category": "New" })).expect(200)["category"], "New");
    let bulk = json!({ "service_ids": [first], "category": "Newer" });
    boss.post("/api/admin/services/bulk", bulk).expect(200);
    assert_eq!(names(&boss), ["Zalo", "Bing", "Ads", "New", "Newer"]);
    let zalo = id_of(&boss, "Zalo");
    assert_eq!(boss.delete(&format!("{PATH}/{zalo}")).status, 204);
    boss.delete(&format!("{PATH}/{}", id_of(&boss, "Newer"))).refused(409, "conflict");
    // What is off sale is in it all the same.
    boss.put(&path, json!({ "active": false })).expect(200);
    let refused = boss.delete(&format!("{PATH}/{}", id_of(&boss, "Newer")));
    refused.refused(409, "conflict");
    assert_eq!(
        (&refused.json()["reason"], &refused.json()["values"]["services"]),
        (&json!("category_not_empty"), &json!(1))
    );
    assert_eq!(names(&boss), ["Bing", "Ads", "New", "Newer"]);
    let newer = all(&boss).pop().unwrap();
    assert_eq!((&newer["services"], &newer["active_services"]), (&json!(1), &json!(0)));
    assert_eq!(actions(&boss), ["category.delete", "category.create"]);
}

#[test]
fn customers_see_the_services_in_the_operators_order() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let [a, b, c, d] = ["Ads", "Ads", "Ads", "Ads"].map(|name| service_in(&app, name));
    let z = service_in(&app, "Zalo");
    let set = |id: i64, body: Value| boss.put(&format!("/api/admin/services/{id}"), body).expect(200);
    for (id, body) in [
        (a, json!({ "state": "maintenance", "server": 1, "note": " Máy chủ đang nâng cấp " })),
        (b, json!({ "server": 10 })),
        (d, json!({ "server": 2, "state": "slow" })),
    ] {
        set(id, body);
    }
    let list = |path: &str| ids(&lan.get(path).expect(200));
    assert_eq!(list("/api/services"), [d, b, c, a, z]);
    let tag = lan.get("/api/services").header("ETag").unwrap().to_owned();
    ordered(&boss, &["Zalo", "Ads"]);
    let fresh = lan.send(Method::Get, "/api/services", &[("If-None-Match", &tag)], None);
    assert_eq!(ids(&fresh.expect(200)), [z, d, b, c, a]);
    assert_eq!(list("/api/services?category=Ads"), [d, b, c, a]);
    assert_eq!(ids(&app.guest().get("/api/services?search=likes").expect(200)), [z, d, b, c, a]);
    let of_api = lan.reseller().ask("services", &[]);
    let of_api: Vec<i64> =
        of_api.as_array().unwrap().iter().map(|service| service["service"].as_i64().unwrap()).collect();
    assert_eq!(of_api, [z, d, b, c], "what rests is not listed to programs");
    // It stays so after a restart.
    let folder = app.stop();
    let app = TestApp::in_folder(folder, &[]);
    assert_eq!(ids(&app.guest().get("/api/services").expect(200)), [z, d, b, c, a]);
}

#[test]
fn the_whole_order_is_given_or_nothing_changes() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for name in ["A", "B", "C"] {
        service_in(&app, name);
    }
    let order = |ids: Value| boss.put(&format!("{PATH}/order"), json!({ "ids": ids }));
    order(json!([3, 2, 3])).refused_fields(&["ids[2]"]);
    order(json!([3, 2, 99, 1])).refused_fields(&["ids[2]"]);
    order(json!(["1"])).refused_fields(&["ids[0]"]);
    order(json!(null)).refused_fields(&["ids"]);
    let missing = order(json!([3, 2]));
    missing.refused(409, "conflict");
    assert_eq!(missing.json()["reason"], "categories_changed");
    order(json!([1, 2, 3])).expect(200);
    assert_eq!(actions(&boss), Vec::<String>::new(), "as it was");
    assert_eq!(order(json!([3, 1, 2])).expect(200)["items"][0]["name"], "C");
    let log = boss.get("/api/admin/audit-log?action=category.order").expect(200);
    assert_eq!(log["items"][0]["before"]["order"], json!(["A", "B", "C"]));
    assert_eq!(log["items"][0]["after"]["order"], json!(["C", "A", "B"]));
    // Two at once: one of the two orders, whole.
    let orders = [[1, 2, 3], [2, 3, 1]];
    let wishes = orders.map(|ids| ("PUT", format!("{PATH}/order"), json!({ "ids": ids })));
    assert_eq!(at_the_same_moment(&boss, wishes), [200, 200]);
    let now: Vec<i64> = all(&boss).iter().map(|category| category["id"].as_i64().unwrap()).collect();
    assert!(orders.map(|order| order.to_vec()).contains(&now), "{now:?}");
}

#[test]
fn a_rename_renames_everywhere_at_once_and_only_one_gets_a_name() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let [a, b] = ["A", "B"].map(|name| service_in(&app, name));
    let wishes = [1, 2].map(|id| ("PUT", format!("{PATH}/{id}"), json!({ "name": "One" })));
    let renamed = at_the_same_moment(&boss, wishes);
    assert_eq!(renamed.iter().filter(|status| **status == 200).count(), 1, "{renamed:?}");
    assert_eq!(renamed.iter().filter(|status| **status == 409).count(), 1, "{renamed:?}");
    let (won, other) = if renamed[0] == 200 { (a, b) } else { (b, a) };
    let category = |id: i64| boss.get(&format!("/api/services/{id}")).expect(200)["category"].clone();
    assert_eq!(category(won), "One");
    assert_ne!(category(other), "One");
    assert_eq!(ids(&boss.get("/api/services?category=One").expect(200)), [won]);
    assert_eq!(ids(&boss.get("/api/admin/services?category=One").expect(200)), [won]);
    change(&boss, "One", json!({ "name": "One" }));
    change(&boss, "One", json!({}));
    let log = boss.get("/api/admin/audit-log?action=category.change").expect(200);
    assert_eq!(log["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&log["items"][0]["subject_name"], &log["items"][0]["after"]["name"]),
        (&json!("One"), &json!("One"))
    );
    // The form of a service that was opened before names what it changes alone.
    boss.put(&format!("/api/admin/services/{won}"), json!({ "rate": "15000" })).expect(200);
    assert_eq!(names(&boss).len(), 2);
}

#[test]
fn a_merge_moves_everything_and_two_against_each_other_lose_nothing() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let [a, b, c] = ["A", "B", "C"].map(|name| service_in(&app, name));
    boss.put(&format!("/api/admin/services/{c}"), json!({ "active": false })).expect(200);
    let merge = |from: i64, into: i64| boss.post(&format!("{PATH}/{from}/merge"), json!({ "into": into }));
    merge(1, 1).refused_fields(&["into"]);
    merge(1, 99).refused_fields(&["into"]);
    let merged = merge(3, 2).expect(200);
    assert_eq!(
        (&merged["name"], &merged["services"], &merged["active_services"]),
        (&json!("B"), &json!(2), &json!(1))
    );
    let log = boss.get("/api/admin/audit-log?action=category.merge").expect(200);
    assert_eq!(log["items"][0]["before"]["services"], json!([c]));
    assert_eq!(log["items"][0]["after"], json!({ "into": "B" }));
    let wishes =
        [(1, 2), (2, 1)].map(|(id, into)| ("POST", format!("{PATH}/{id}/merge"), json!({ "into": into })));
    let mut done = at_the_same_moment(&boss, wishes);
    done.sort_unstable();
    assert_eq!(done, [200, 422], "the other one is gone");
    let left = all(&boss);
    assert_eq!((left.len(), &left[0]["services"]), (1, &json!(3)));
    assert_eq!(ids(&boss.get("/api/services").expect(200)), [a, b]);
    assert_eq!(app.number("SELECT count(*) FROM services"), 3);
}

#[test]
fn what_is_in_a_hidden_one_is_there_for_no_customer() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let open = service_in(&app, "Open");
    let id = service_in(&app, "Secret");
    let bought = lan.buys(id, 1000);
    assert_eq!(lan.put(&format!("/api/services/{id}/favourite"), json!({})).status, 204);
    // Also for those whom it alone is for.
    boss.put(&format!("/api/admin/services/{id}"), json!({ "visible_to": [lan.id.get()] })).expect(200);
    let tag = lan.get("/api/services").header("ETag").unwrap().to_owned();
    change(&boss, "Secret", json!({ "hidden": true }));
    for asker in [&app.guest(), &lan.asker, &boss.asker] {
        asker.get(&format!("/api/services/{id}")).refused(404, "not_found");
        for query in ["", "?search=likes", "?category=Secret", &format!("?search={id}")] {
            assert!(!ids(&asker.get(&format!("/api/services{query}")).expect(200)).contains(&id), "{query}");
        }
    }
    let fresh = lan.send(Method::Get, "/api/services", &[("If-None-Match", &tag)], None);
    assert_eq!(ids(&fresh.expect(200)), [open]);
    for path in ["/api/orders", "/api/orders/quote"] {
        let [hidden, none] = [id, 999].map(|service| lan.post(path, wish(service, 1000)));
        hidden.refused_fields(&["service_id"]);
        assert_eq!(hidden.json()["errors"], none.json()["errors"], "{path}");
    }
    lan.post("/api/orders/mass", json!({ "lines": [wish(id, 1000)] })).refused_fields(&["lines[0]"]);
    lan.put(&format!("/api/services/{id}/favourite"), json!({})).refused(404, "not_found");
    let reseller = lan.reseller();
    assert_eq!(reseller.ask("services", &[]).as_array().unwrap().len(), 1);
    let number = id.to_string();
    let fields = [("service", number.as_str()), ("link", "https://x.vn/a"), ("quantity", "1000")];
    reseller.refused("add", &fields, "Incorrect service ID");
    let told = app.guest().get("/api/announcements").expect(200).to_string();
    assert!(!told.contains(&format!("\"id\":{id},\"name\"")), "{told}");
    // What was bought stays the buyer's, and the operator sees it all.
    assert_eq!(lan.get(&format!("/api/orders/{bought}")).expect(200)["service_id"], id);
    let listed = boss.get("/api/admin/services?category=Secret").expect(200);
    assert_eq!((ids(&listed), &listed["items"][0]["category_hidden"]), (vec![id], &json!(true)));
    // A service that is moved there hides with it; shown again, all of it is back.
    boss.put(&format!("/api/admin/services/{open}"), json!({ "category": "Secret" })).expect(200);
    assert_eq!(ids(&app.guest().get("/api/services").expect(200)), Vec::<i64>::new());
    change(&boss, "Secret", json!({ "hidden": false }));
    assert_eq!(ids(&lan.get("/api/services").expect(200)), [open, id]);
    lan.buys(id, 1000);
}

#[test]
fn of_a_hidden_category_no_customer_hears() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    boss.post(PATH, json!({ "name": "Secret", "hidden": true })).expect(201);
    let made = json!({ "name": "Likes", "category": "Secret", "rate": "12000", "min_quantity": 1, "max_quantity": 9 });
    boss.post("/api/admin/services", made).expect(201);
    let heard = || app.guest().get("/api/announcements").expect(200)["items"].as_array().unwrap().len();
    assert_eq!(heard(), 0);
    change(&boss, "Secret", json!({ "hidden": false }));
    assert_eq!(heard(), 1);
}

#[test]
fn an_import_keeps_the_operators_categories_and_what_comes_into_a_hidden_one_is_hidden() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.provider.set_services(json!([line(1, "9000")]));
    boss.imports(json!({ "markup_percent": 20 })).expect(200);
    assert_eq!(names(&boss), ["TikTok"]);
    boss.post(PATH, json!({ "name": "Later", "hidden": true })).expect(201);
    let mut later = line(2, "9000");
    later["category"] = json!("Later");
    let mut other = line(3, "9000");
    other["category"] = json!("Facebook");
    change(&boss, "TikTok", json!({ "name": "TikTok Việt Nam", "icon": "tiktok" }));
    app.provider.set_services(json!([line(1, "9500"), later, other]));
    boss.imports(json!({ "markup_percent": 20 })).expect(200);
    assert_eq!(names(&boss), ["TikTok Việt Nam", "Later", "Facebook"]);
    let listed = app.guest().get("/api/services").expect(200);
    let seen: Vec<(&str, &Value)> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|service| (service["category"].as_str().unwrap(), &service["category_icon"]))
        .collect();
    assert_eq!(seen, [("TikTok Việt Nam", &json!("tiktok")), ("Facebook", &json!(null))]);
    assert_eq!(all(&boss)[1]["active_services"], 1);
}

#[test]
fn a_server_has_a_number_a_note_and_a_state() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let id = service_in(&app, "TikTok");
    let path = format!("/api/admin/services/{id}");
    for (body, field) in [
        (json!({ "server": 0 }), "server"),
        (json!({ "server": 1000 }), "server"),
        (json!({ "server": "1" }), "server"),
        (json!({ "note": "a\nb" }), "note"),
        (json!({ "note": "x".repeat(201) }), "note"),
        (json!({ "state": "paused" }), "state"),
        (json!({ "state": null }), "state"),
    ] {
        boss.put(&path, body).refused_fields(&[field]);
    }
    let resting = json!({ "server": 3, "note": " Đang bảo trì đến 20 giờ ", "state": "maintenance" });
    let after = boss.put(&path, resting).expect(200);
    let told = |service: &Value| json!([service["server"], service["note"], service["state"]]);
    assert_eq!(told(&after), json!([3, "Đang bảo trì đến 20 giờ", "maintenance"]));
    assert_eq!(told(&lan.get("/api/services").expect(200)["items"][0]), told(&after));
    // It is shown, and takes no order, by whichever door.
    for door in ["/api/orders", "/api/orders/quote"] {
        let refused = lan.post(door, wish(id, 1000));
        refused.refused(409, "service_inactive");
        assert_eq!(refused.json()["reason"], "service_in_maintenance", "{door}");
    }
    let lines = json!({ "lines": [wish(id, 1000)], "check": true });
    let checked = lan.post("/api/orders/mass", lines).expect(200);
    assert_eq!(checked["lines"][0]["error"]["code"], "service_inactive");
    let (reseller, number) = (lan.reseller(), id.to_string());
    let fields = [("service", number.as_str()), ("link", "https://x.vn/a"), ("quantity", "1000")];
    reseller.refused("add", &fields, "Disabled service ID");
    assert_eq!((lan.balance(), app.number("SELECT count(*) FROM orders")), (1_000_000, 0));

    boss.put(&path, json!({ "state": "slow", "note": "" })).expect(200);
    lan.buys(id, 1000);
    boss.put(&path, json!({ "server": null, "note": null, "state": "ok" })).expect(200);
    assert_eq!(told(&boss.get(&format!("/api/services/{id}")).expect(200)), json!([null, null, "ok"]));
    let log = boss.get("/api/admin/audit-log?action=service.change").expect(200);
    assert_eq!(log["items"].as_array().unwrap().len(), 3);
    assert_eq!(told(&log["items"][2]["after"]), told(&after));
    let bulk = json!({ "service_ids": [id], "state": "maintenance" });
    let done = boss.post("/api/admin/services/bulk", bulk).expect(200);
    assert_eq!(
        (&done["items"][0]["state_before"], &done["items"][0]["state"]),
        (&json!("ok"), &json!("maintenance"))
    );
    lan.post("/api/orders", wish(id, 1000)).refused(409, "service_inactive");
}

#[test]
fn what_was_bought_before_goes_its_way_while_its_server_rests() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let id = app.service(|_| ());
    let order = lan.schedules(id, 1000, 3600);
    boss.put(&format!("/api/admin/services/{id}"), json!({ "state": "maintenance" })).expect(200);
    app.clock.advance_seconds(3601);
    app.write(|tx| smm_panel::orders::release_due(tx).unwrap());
    assert_eq!(app.send_all(), [order]);
}

#[test]
fn the_categories_of_an_older_database_become_things_in_the_order_they_had() {
    let folder = TempDir::new().unwrap();
    let path = DbPath::new(folder.path().join("panel.db"));
    let db = Db::open_as(&path, Clock::system(), &Schema::current().until(21)).unwrap();
    let sold = "INSERT INTO services (id, name, category, rate, min_quantity, max_quantity, created_at, updated_at)
        VALUES (1, 'a', 'Zalo', 1, 1, 9, 0, 0), (2, 'b', 'Ads', 1, 1, 9, 0, 0), (3, 'c', 'Zalo', 1, 1, 9, 0, 0)";
    db.write_blocking(move |tx: &Tx| tx.execute(sold, ()).map(drop)).unwrap();
    db.close_blocking();
    let app = TestApp::in_folder(folder, &[]);
    let boss = app.admin("boss");
    assert_eq!(names(&boss), ["Ads", "Zalo"]);
    assert_eq!(ids(&app.guest().get("/api/services").expect(200)), [2, 1, 3]);
}
