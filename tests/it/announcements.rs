//! Announcements: what the operator tells whom and when, and what the list of services tells by itself.

mod groups;

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::by_hand;
use serde_json::{Value, json};

const PATH: &str = "/api/announcements";
const ADMIN: &str = "/api/admin/announcements";

fn made(boss: &Member, announcement: Value) -> Value {
    boss.post(ADMIN, announcement).expect(201)
}

fn titles(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().unwrap();
    items.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

/// What guests are told of services: what happened, from what and to what price; newest first.
fn news(app: &TestApp) -> Vec<Value> {
    let answer = app.guest().get(&format!("{PATH}?kind=service")).expect(200);
    let line = |item: &Value| {
        let service = &item["service"];
        json!([service["id"], service["change"], service["rate_before"], service["rate_after"]])
    };
    answer["items"].as_array().unwrap().iter().map(line).collect()
}

fn change(boss: &Member, service: i64, body: Value) {
    boss.put(&format!("/api/admin/services/{service}"), body).expect(200);
}

/// One that is put on the list by an admin, as guests hear of it.
fn listed(boss: &Member, more: Value) -> i64 {
    let mut asked =
        json!({ "name": "Likes", "category": "X", "rate": "12000", "min_quantity": 1, "max_quantity": 9 });
    more.as_object().unwrap().iter().for_each(|(key, value)| asked[key] = value.clone());
    boss.post("/api/admin/services", asked).expect(201)["id"].as_i64().unwrap()
}

#[test]
fn only_admins_tell() {
    let app = TestApp::start();
    let (lan, helper, boss) = (app.member("lan"), app.support("helper"), app.admin("boss"));
    let asked = json!({ "title": "Bảo trì" });
    for other in [&lan, &helper] {
        other.get(ADMIN).refused(403, "forbidden");
        other.post(ADMIN, asked.clone()).refused(403, "forbidden");
        other.put(&format!("{ADMIN}/1"), json!({ "title": "x" })).refused(403, "forbidden");
        other.delete(&format!("{ADMIN}/1")).refused(403, "forbidden");
    }
    app.guest().post(ADMIN, asked.clone()).refused(401, "unauthenticated");
    assert_eq!(
        made(&boss, asked),
        json!({
            "id": 1, "title": "Bảo trì", "text": "", "kind": "news", "audience": "all", "service": null,
            "group": null,
            "starts_at": "2026-11-22T07:39:00Z", "ends_at": null, "created_at": "2026-11-22T07:39:00Z",
        })
    );
}

#[test]
fn each_hears_what_is_for_it_in_its_time() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    made(&boss, json!({ "title": "for all", "kind": "warning" }));
    made(&boss, json!({ "title": "for customers", "audience": "customers" }));
    made(&boss, json!({ "title": "later", "starts_at": "2026-11-22T08:00:00Z" }));
    made(&boss, json!({ "title": "short", "ends_at": "2026-11-22T07:40:00Z" }));
    let heard = |who: &dyn Fn(&str) -> Value| titles(&who(PATH));
    let guest = |path: &str| app.guest().get(path).expect(200);
    let customer = |path: &str| lan.get(path).expect(200);
    assert_eq!(heard(&guest), ["short", "for all"]);
    assert_eq!(heard(&customer), ["short", "for customers", "for all"]);
    assert_eq!(titles(&guest("/api/announcements?kind=warning")), ["for all"]);
    app.clock.advance_seconds(60);
    assert_eq!(heard(&guest), ["for all"]);
    app.clock.advance_seconds(1_200);
    assert_eq!(heard(&guest), ["later", "for all"]);
    assert_eq!(titles(&boss.get(ADMIN).expect(200)), ["short", "later", "for customers", "for all"]);
    let first = guest("/api/announcements?limit=1");
    assert_eq!(titles(&first), ["later"]);
    let next = format!("{PATH}?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(titles(&guest(&next)), ["for all"]);
    app.guest().get("/api/announcements?kind=gossip").refused_fields(&["kind"]);
}

#[test]
fn they_are_changed_deleted_and_written_into_the_audit_log() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let path = format!("{ADMIN}/{}", made(&boss, json!({ "title": "Tết", "text": "Nghỉ" }))["id"]);
    let changed =
        boss.put(&path, json!({ "text": "Không nghỉ", "ends_at": "2027-01-01T00:00:00Z" })).expect(200);
    assert_eq!((&changed["title"], &changed["text"]), (&json!("Tết"), &json!("Không nghỉ")));
    assert_eq!(boss.put(&path, json!({ "ends_at": null })).expect(200)["ends_at"], Value::Null);
    boss.delete(&path).expect(204);
    boss.delete(&path).refused(404, "not_found");
    boss.put(&path, json!({ "title": "x" })).refused(404, "not_found");
    let log = boss.get("/api/admin/audit-log").expect(200);
    let actions: Vec<&str> =
        log["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected =
        ["announcement.delete", "announcement.change", "announcement.change", "announcement.create"];
    assert_eq!(actions[..4], expected);
}

#[test]
fn what_makes_no_sense_is_refused_by_its_field() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for (field, value) in [
        ("title", json!("")),
        ("title", json!("  ")),
        ("title", json!("two\nlines")),
        ("title", json!("x".repeat(201))),
        ("text", json!("x".repeat(5_001))),
        ("kind", json!("gossip")),
        ("audience", json!("guests")),
        ("starts_at", json!("soon")),
        ("ends_at", json!("2026-11-22T07:39:00Z")),
        ("service_id", json!(1)),
    ] {
        let mut asked = json!({ "title": "x" });
        asked[field] = value;
        boss.post(ADMIN, asked).refused_fields(&[field]);
    }
    boss.post(ADMIN, json!({})).refused_fields(&["title"]);
}

#[test]
fn the_list_of_services_tells_what_is_new_off_back_dearer_and_cheaper() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let hour = || app.clock.advance_seconds(3_601);
    let id = listed(&boss, json!({}));
    assert_eq!(news(&app), [json!([id, "new", null, "12000"])]);
    hour();
    change(&boss, id, json!({ "description": "better", "name": "Loves" }));
    assert_eq!(news(&app).len(), 1, "a name is no news");
    for (patch, told) in [
        (json!({ "rate": "13000" }), json!([id, "dearer", "12000", "13000"])),
        (json!({ "rate": "2.5" }), json!([id, "cheaper", "13000", "2.5"])),
        (json!({ "active": false }), json!([id, "off", "2.5", null])),
        (json!({ "active": true, "rate": "3" }), json!([id, "back", null, "3"])),
    ] {
        change(&boss, id, patch);
        assert_eq!(news(&app)[0], told);
        hour();
    }
    let told = app.guest().get(PATH).expect(200)["items"][0].clone();
    assert_eq!(
        (&told["title"], &told["text"], &told["kind"]),
        (&json!("Loves"), &json!(""), &json!("service"))
    );
    assert_eq!(news(&app).len(), 5);
}

#[test]
fn what_happens_within_an_hour_is_one_thing() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let id = listed(&boss, json!({ "active": false }));
    assert_eq!(news(&app), [] as [Value; 0], "nobody can buy it yet");
    change(&boss, id, json!({ "active": true }));
    change(&boss, id, json!({ "rate": "11000" }));
    assert_eq!(news(&app), [json!([id, "new", null, "11000"])], "it was never on sale");
    app.clock.advance_seconds(3_601);
    change(&boss, id, json!({ "active": false }));
    change(&boss, id, json!({ "active": true }));
    assert_eq!(news(&app).len(), 1, "it is as it was");
    change(&boss, id, json!({ "rate": "12000" }));
    app.clock.advance_seconds(600);
    change(&boss, id, json!({ "rate": "13000" }));
    assert_eq!(news(&app)[0], json!([id, "dearer", "11000", "13000"]));
    change(&boss, id, json!({ "rate": "11000" }));
    assert_eq!(news(&app).len(), 1);
    let new = listed(&boss, json!({ "name": "Other" }));
    change(&boss, new, json!({ "rate": "9000" }));
    assert_eq!(news(&app)[0], json!([new, "new", null, "9000"]));
    change(&boss, new, json!({ "active": false }));
    assert_eq!(news(&app).len(), 1, "what was there for a moment was never there");
}

#[test]
fn of_a_hidden_service_only_its_customers_hear() {
    let app = TestApp::start();
    let (lan, binh, boss) = (app.member("lan"), app.member("binh"), app.admin("boss"));
    let id = listed(&boss, json!({ "visible_to": [lan.id.get()] }));
    let hears = |who: &Member| who.get(PATH).expect(200)["items"].as_array().unwrap().len();
    assert_eq!((news(&app).len(), hears(&binh), hears(&lan)), (0, 0, 1));
    assert_eq!(boss.get(ADMIN).expect(200)["items"][0]["service"]["id"], id);
    change(&boss, id, json!({ "visible_to": [] }));
    assert_eq!((news(&app).len(), hears(&binh)), (1, 1));
}

#[test]
fn the_operator_can_turn_it_off_end_it_and_not_rewrite_it() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    listed(&boss, json!({}));
    boss.put("/api/admin/settings", json!({ "announce_service_changes": false })).expect(200);
    let quiet = listed(&boss, json!({ "name": "Quiet" }));
    change(&boss, quiet, json!({ "rate": "13000" }));
    assert_eq!(news(&app).len(), 1);
    let told = boss.get(ADMIN).expect(200)["items"][0].clone();
    let path = format!("{ADMIN}/{}", told["id"]);
    boss.put(&path, json!({ "title": "x", "text": "y", "kind": "news" }))
        .refused_fields(&["title", "text", "kind"]);
    boss.put(&path, json!({ "ends_at": "2026-11-22T07:50:00Z" })).expect(200);
    app.clock.advance_seconds(3_600);
    assert_eq!(news(&app).len(), 0);
}

/// A bulk change of these prices.
fn bulk(boss: &Member, ids: &[i64], more: Value) {
    let mut asked = json!({ "service_ids": ids, "rate_percent": 10 });
    more.as_object().unwrap().iter().for_each(|(key, value)| asked[key] = value.clone());
    boss.post("/api/admin/services/bulk", asked).expect(200);
}

#[test]
fn whoever_may_see_a_service_now_is_not_told_what_became_of_it_before() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let secret = listed(&boss, json!({ "visible_to": [lan.id.get()] }));
    let hidden: Vec<i64> = (0..2).map(|_| listed(&boss, json!({ "category": "Hidden" }))).collect();
    let shelves = boss.get("/api/admin/categories").expect(200);
    let shelf = shelves["items"].as_array().unwrap().iter().find(|shelf| shelf["name"] == "Hidden").unwrap();
    let shelf = format!("/api/admin/categories/{}", shelf["id"]);
    boss.put(&shelf, json!({ "hidden": true })).expect(200);
    app.clock.advance_seconds(3_601);
    bulk(&boss, &[hidden.as_slice(), &[secret]].concat(), json!({}));
    app.clock.advance_seconds(3_601);
    assert_eq!(news(&app), [] as [Value; 0]);
    let new = |service: i64| json!([service, "new", null, "13200"]);
    change(&boss, secret, json!({ "visible_to": [] }));
    assert_eq!(news(&app), [new(secret)]);
    change(&boss, hidden[0], json!({ "category": "Open" }));
    boss.put(&shelf, json!({ "hidden": false })).expect(200);
    assert_eq!(news(&app), [new(hidden[1]), new(hidden[0]), new(secret)], "at what it costs now");
    assert_eq!(app.number("SELECT count(*) FROM announcements"), 3, "and no empty group is left");
    change(&boss, secret, json!({ "visible_to": [lan.id.get()] }));
    change(&boss, secret, json!({ "rate": "15000" }));
    assert_eq!(news(&app), [new(hidden[1]), new(hidden[0])]);
}

#[test]
fn one_service_is_no_group_and_an_admin_may_say_nothing() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let ids: Vec<i64> = (0..2).map(|_| listed(&boss, json!({}))).collect();
    app.clock.advance_seconds(3_601);
    bulk(&boss, &ids, json!({ "announce": false }));
    assert_eq!(news(&app).len(), 2, "nothing but that they are new");
    bulk(&boss, &ids[..1], json!({ "announce": true }));
    assert_eq!(news(&app)[0], json!([ids[0], "dearer", "13200", "14520"]));
    boss.put("/api/admin/settings", json!({ "announce_service_changes": false })).expect(200);
    bulk(&boss, &ids, json!({}));
    assert_eq!(news(&app).len(), 3);
}

#[test]
fn what_an_admin_has_restricted_stays_so_when_it_goes_on() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let [id, ended, later] = [(); 3].map(|()| listed(&boss, json!({})));
    app.clock.advance_seconds(3_601);
    let restrict = |service: i64, patch: Value| {
        change(&boss, service, json!({ "rate": "13000" }));
        let entry = boss.get(ADMIN).expect(200)["items"][0].clone();
        assert_eq!(entry["service"]["id"], service);
        boss.put(&format!("{ADMIN}/{}", entry["id"]), patch).expect(200)
    };
    restrict(id, json!({ "audience": "customers" }));
    let end = restrict(ended, json!({ "ends_at": "2026-11-22T08:40:00Z" }));
    let start = restrict(later, json!({ "starts_at": "2026-11-22T09:30:00Z" }));
    app.clock.advance_seconds(600);
    for service in [id, ended, later] {
        change(&boss, service, json!({ "rate": "14000" }));
    }
    assert_eq!(news(&app).len(), 3, "guests hear nothing but that they are new");
    let told = lan.get(PATH).expect(200)["items"][0].clone();
    assert_eq!((&told["audience"], &told["service"]["rate_after"]), (&json!("customers"), &json!("14000")));
    assert_eq!(lan.get(PATH).expect(200)["items"].as_array().unwrap().len(), 4);
    let all = boss.get(ADMIN).expect(200);
    assert_eq!(
        (&all["items"][1]["ends_at"], &all["items"][0]["starts_at"]),
        (&end["ends_at"], &start["starts_at"])
    );
    assert_eq!(all["items"][1]["service"]["rate_after"], "14000");
    app.clock.advance_seconds(3_601);
    change(&boss, ended, json!({ "rate": "15000" }));
    assert_eq!(news(&app)[0], json!([ended, "dearer", "14000", "15000"]), "another hour is another thing");
}

#[test]
fn an_hour_begins_with_the_first_change() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let id = listed(&boss, json!({}));
    app.clock.advance_seconds(3_601);
    change(&boss, id, json!({ "rate": "13000" }));
    let first = boss.get(ADMIN).expect(200)["items"][0].clone();
    boss.put(&format!("{ADMIN}/{}", first["id"]), json!({ "ends_at": "2026-11-22T09:00:00Z" })).expect(200);
    app.clock.advance_seconds(1_800);
    change(&boss, id, json!({ "rate": "14000" }));
    let entry = boss.get(ADMIN).expect(200)["items"][0].clone();
    assert_eq!(
        (&entry["created_at"], &entry["ends_at"]),
        (&first["created_at"], &json!("2026-11-22T09:00:00Z"))
    );
    app.clock.advance_seconds(1_801);
    change(&boss, id, json!({ "rate": "15000" }));
    assert_eq!(news(&app)[0], json!([id, "dearer", "14000", "15000"]), "no end of another hour silences it");
    assert_eq!(boss.get(ADMIN).expect(200)["items"].as_array().unwrap().len(), 3);
}

#[test]
fn what_was_never_on_sale_is_new_whenever_it_is_switched_on() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let id = listed(&boss, json!({ "active": false }));
    change(&boss, id, json!({ "rate": "11000" }));
    app.clock.advance_seconds(86_400);
    boss.put("/api/admin/settings", json!({ "announce_service_changes": false })).expect(200);
    let untold = listed(&boss, json!({ "active": false }));
    change(&boss, untold, json!({ "active": true }));
    change(&boss, untold, json!({ "active": false }));
    boss.put("/api/admin/settings", json!({ "announce_service_changes": true })).expect(200);
    bulk(&boss, &[id, untold], json!({ "active": true, "rate_percent": null }));
    let group = boss.get(ADMIN).expect(200)["items"][0].clone();
    let members = boss.get(&format!("{ADMIN}?group={}", group["id"])).expect(200);
    let change_of = |at: usize| {
        (members["items"][at]["service"]["id"].clone(), members["items"][at]["service"]["change"].clone())
    };
    assert_eq!((change_of(0), change_of(1)), ((json!(untold), json!("back")), (json!(id), json!("new"))));
    let hidden = listed(&boss, json!({ "active": false, "visible_to": [boss.id.get()] }));
    change(&boss, hidden, json!({ "active": true, "visible_to": [] }));
    assert_eq!(news(&app)[0], json!([hidden, "new", null, "12000"]));
}

#[test]
fn whoever_had_a_service_on_sale_does_not_hear_that_it_is_back_when_others_may_see_it_too() {
    let app = TestApp::start();
    let (lan, binh, boss) = (app.member("lan"), app.member("binh"), app.admin("boss"));
    let id = listed(&boss, json!({ "visible_to": [lan.id.get()] }));
    app.clock.advance_seconds(91 * 86_400);
    smm_panel::jobs::scheduled::housekeeping::tick(&app.app).unwrap();
    let (lan, binh, boss) = (app.signed(lan.id), app.signed(binh.id), app.signed(boss.id));
    change(&boss, id, json!({ "rate": "13000" }));
    let hears = |who: &Member| {
        let items = who.get(PATH).expect(200)["items"].clone();
        items.as_array().unwrap().iter().map(|item| item["service"]["change"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((hears(&lan), hears(&binh)), (vec![json!("dearer")], vec![]));
    change(&boss, id, json!({ "visible_to": [lan.id.get(), binh.id.get()] }));
    assert_eq!((hears(&lan), hears(&binh)), (vec![], vec![]), "an entry knows no readers of its own");
    change(&boss, id, json!({ "active": false }));
    app.clock.advance_seconds(3_601);
    change(&boss, id, json!({ "active": true }));
    assert_eq!(hears(&binh)[0], "back");
}

#[test]
fn what_nobody_is_to_hear_of_leaves_no_stale_entry() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let ids: Vec<i64> = (0..3).map(|_| listed(&boss, json!({}))).collect();
    app.clock.advance_seconds(3_601);
    let silent =
        |ids: &[i64], percent: i64| bulk(&boss, ids, json!({ "rate_percent": percent, "announce": false }));
    bulk(&boss, &ids, json!({}));
    let first = boss.get(ADMIN).expect(200)["items"][0]["id"].clone();
    silent(&ids[..1], 100);
    silent(&ids[1..2], -50);
    let within = app.guest().get(&format!("{PATH}?group={first}")).expect(200);
    let rates = |item: &Value| {
        json!([item["service"]["id"], item["service"]["rate_before"], item["service"]["rate_after"]])
    };
    let told: Vec<Value> = within["items"].as_array().unwrap().iter().map(rates).collect();
    assert_eq!(
        told,
        [json!([ids[2], "12000", "13200"]), json!([ids[0], "12000", "26400"])],
        "the cheaper one is gone"
    );
    boss.put("/api/admin/settings", json!({ "announce_service_changes": false })).expect(200);
    change(&boss, ids[2], json!({ "active": false }));
    change(&boss, ids[0], json!({ "rate": "12000" }));
    assert_eq!(app.number("SELECT count(*) FROM announcements WHERE group_id IS NOT NULL"), 0);
    assert_eq!(news(&app).len(), 3, "that they are new is long ago");
}

#[test]
fn the_audit_log_says_which_entry_of_the_list_and_what_was_not_told() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let ids = [listed(&boss, json!({})), listed(&boss, json!({}))];
    let newest = || boss.get("/api/admin/audit-log").expect(200)["items"][0].clone();
    let path = format!("{ADMIN}/{}", boss.get(ADMIN).expect(200)["items"][0]["id"]);
    boss.put(&path, json!({ "audience": "customers" })).expect(200);
    let entry = newest();
    assert_eq!((&entry["action"], &entry["subject_name"]), (&json!("announcement.change"), &json!("Likes")));
    for side in ["before", "after"] {
        let said = &entry[side];
        assert_eq!(
            (&said["service_id"], &said["change"], &said["rate_before"], &said["rate_after"]),
            (&json!(ids[1]), &json!("new"), &Value::Null, &json!("12000"))
        );
    }
    app.clock.advance_seconds(3_601);
    bulk(&boss, &ids, json!({}));
    assert_eq!(newest()["after"].get("announce"), None);
    let group = format!("{ADMIN}/{}", boss.get(ADMIN).expect(200)["items"][0]["id"]);
    boss.delete(&group).expect(204);
    let entry = newest();
    assert_eq!((&entry["before"]["service_count"], &entry["subject_name"]), (&json!(2), &json!("Likes")));
    bulk(&boss, &ids, json!({ "announce": false }));
    assert_eq!(
        (&newest()["action"], &newest()["after"]["announce"]),
        (&json!("service.change"), &json!(false))
    );
}

#[test]
fn what_the_list_said_goes_with_the_months_and_what_the_operator_said_stays() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.service(by_hand);
    let ids = [listed(&boss, json!({})), listed(&boss, json!({}))];
    made(&boss, json!({ "title": "Tết", "kind": "service" }));
    bulk(&boss, &ids, json!({ "active": false, "rate_percent": null }));
    app.clock.advance_seconds(3_601);
    bulk(&boss, &ids, json!({ "active": true, "rate_percent": null }));
    assert_eq!(boss.get(ADMIN).expect(200)["items"][0]["group"]["count"], 2);
    app.clock.advance_seconds(91 * 86_400);
    let boss = app.signed(boss.id);
    listed(&boss, json!({ "name": "Fresh" }));
    smm_panel::jobs::scheduled::housekeeping::tick(&app.app).unwrap();
    assert_eq!(titles(&boss.get(ADMIN).expect(200)), ["Fresh", "Tết"]);
}
