//! What one change does to many services is one entry, the group.

use super::{ADMIN, PATH, bulk, change, listed, made, news, titles};
use crate::support::app::TestApp;
use crate::support::member::Member;
use serde_json::{Value, json};

#[test]
fn what_one_change_does_to_many_services_is_told_once() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let ids: Vec<i64> = (0..3).map(|at| listed(&boss, json!({ "name": format!("S{at}") }))).collect();
    let secret = listed(&boss, json!({ "visible_to": [lan.id.get()] }));
    app.clock.advance_seconds(3_601);
    made(&boss, json!({ "title": "Tết" }));
    bulk(&boss, &[&ids[..], &[secret]].concat(), json!({}));
    let told = |who: &dyn Fn(&str) -> Value| who(PATH)["items"][0]["group"].clone();
    let changes = |count: i64| json!([{ "change": "dearer", "count": count }]);
    let count = |count: i64| json!({ "count": count, "changes": changes(count), "mixed": [] });
    let guest = |path: &str| app.guest().get(path).expect(200);
    assert_eq!(told(&guest), count(3), "the secret one is not told of");
    assert_eq!(told(&|path| lan.get(path).expect(200)), count(4));
    assert_eq!(guest(PATH)["items"].as_array().unwrap().len(), 2 + 3);
    assert_eq!(titles(&guest("/api/announcements?automatic=false")), ["Tết"]);
    assert_eq!(guest("/api/announcements?automatic=true")["items"].as_array().unwrap().len(), 4);
    let group = guest(PATH)["items"][0].clone();
    assert_eq!((&group["kind"], &group["service"]), (&json!("service"), &Value::Null));
    let within = format!("{PATH}?group={}", group["id"]);
    assert_eq!(titles(&guest(&within)), ["S2", "S1", "S0"]);
    assert_eq!(guest(&within)["items"][0]["service"]["rate_after"], "13200");
    assert_eq!(titles(&boss.get(&within.replace(PATH, ADMIN)).expect(200))[0], "Likes");

    // What is changed back within the hour was nothing; what happens again is one thing.
    change(&boss, ids[0], json!({ "rate": "12000" }));
    assert_eq!(told(&guest), count(2));
    bulk(&boss, &ids[1..], json!({}));
    assert_eq!(guest(PATH)["items"][0]["group"], count(2));
    assert_eq!(guest(&within)["items"], json!([]), "only the secret one is left of it");
    assert!(guest(PATH)["items"].as_array().unwrap().iter().all(|item| item["id"] != group["id"]));

    let path = format!("{ADMIN}/{}", guest(PATH)["items"][0]["id"]);
    boss.put(&path, json!({ "title": "x" })).refused_fields(&["title"]);
    boss.put(&path, json!({ "audience": "customers" })).expect(200);
    assert_eq!(
        titles(&guest(&format!("{PATH}?group={}", path.rsplit('/').next().unwrap()))),
        [] as [&str; 0]
    );
    boss.delete(&path).expect(204);
    assert_eq!(
        titles(&boss.get(ADMIN).expect(200))[0],
        "Likes",
        "of the first change only the secret one is left"
    );
    assert_eq!(app.number("SELECT count(*) FROM announcements WHERE group_id IS NOT NULL"), 2);
}

#[test]
fn what_a_change_takes_back_leaves_one_group_and_no_id_serves_twice() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let ids: Vec<i64> = (0..4).map(|_| listed(&boss, json!({}))).collect();
    app.clock.advance_seconds(3_601);
    bulk(&boss, &ids[2..], json!({ "rate_percent": 100 }));
    let first = app.guest().get(PATH).expect(200)["items"][0]["id"].as_i64().unwrap();
    bulk(&boss, &ids, json!({ "rate_percent": -50 }));
    let items = app.guest().get(&format!("{PATH}?automatic=true")).expect(200);
    assert_eq!(
        items["items"][0]["group"],
        json!({ "count": 2, "changes": [{ "change": "cheaper", "count": 2 }], "mixed": [] })
    );
    assert!(items["items"][0]["id"].as_i64().unwrap() > first);
    assert_eq!(items["items"].as_array().unwrap().len(), 1 + 4, "and that they were new");
    let path = format!("{ADMIN}/{}", made(&boss, json!({ "title": "Tết" }))["id"]);
    boss.delete(&path).expect(204);
    made(&boss, json!({ "title": "Another" }));
    boss.delete(&path).refused(404, "not_found");
}

#[test]
fn what_is_told_of_a_part_of_a_group_counts_in_its_sum() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let ids: Vec<i64> = (0..3).map(|at| listed(&boss, json!({ "name": format!("S{at}") }))).collect();
    app.clock.advance_seconds(3_601);
    bulk(&boss, &ids, json!({}));
    let group = boss.get(ADMIN).expect(200)["items"][0]["id"].clone();
    let members = boss.get(&format!("{ADMIN}?group={group}")).expect(200);
    let member = |at: usize| format!("{ADMIN}/{}", members["items"][at]["id"]);
    boss.put(&member(0), json!({ "audience": "customers" })).expect(200);
    boss.put(&member(1), json!({ "ends_at": "2026-11-22T09:00:00Z" })).expect(200);
    let count = |who: &dyn Fn(&str) -> Value| who(PATH)["items"][0]["group"]["count"].clone();
    let (guest, customer) =
        (|path: &str| app.guest().get(path).expect(200), |path: &str| lan.get(path).expect(200));
    assert_eq!((count(&guest), count(&customer)), (json!(2), json!(3)));
    app.clock.advance_seconds(1_800);
    assert_eq!((count(&guest), count(&customer)), (json!(1), json!(2)), "one has ended");
    boss.put(&member(2), json!({ "starts_at": "2026-11-23T09:00:00Z" })).expect(200);
    assert_eq!((count(&guest), count(&customer)), (Value::Null, json!(1)), "nothing of it is for guests now");
    assert_eq!(boss.get(ADMIN).expect(200)["items"][0]["group"]["count"], 3, "admins see all of it");
}

/// A group of these, whose prices went up; its path for admins.
fn group_of(app: &TestApp, boss: &Member, ids: &[i64]) -> String {
    app.clock.advance_seconds(3_601);
    bulk(boss, ids, json!({}));
    let group = boss.get(ADMIN).expect(200)["items"][0].clone();
    assert_eq!(group["group"]["count"], ids.len());
    format!("{ADMIN}/{}", group["id"])
}

/// What admins see of what a group holds: whom it is for, from when and until when.
fn terms(boss: &Member, group: &str) -> Vec<Value> {
    let members = boss.get(&group.replace("announcements/", "announcements?group=")).expect(200);
    let of = |item: &Value| json!([item["audience"], item["starts_at"], item["ends_at"]]);
    members["items"].as_array().unwrap().iter().map(of).collect()
}

fn member_of(boss: &Member, group: &str, at: usize) -> String {
    let members = boss.get(&group.replace("announcements/", "announcements?group=")).expect(200);
    format!("{ADMIN}/{}", members["items"][at]["id"])
}

#[test]
fn a_change_of_a_group_writes_what_it_names_to_all_that_it_holds() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let ids: Vec<i64> = (0..2).map(|_| listed(&boss, json!({}))).collect();
    let group = group_of(&app, &boss, &ids);
    let row = || boss.get(ADMIN).expect(200)["items"][0].clone();
    assert_eq!((&row()["audience"], &row()["group"]["mixed"]), (&json!("all"), &json!([])));
    let (first, second) = (member_of(&boss, &group, 0), member_of(&boss, &group, 1));
    boss.put(&first, json!({ "audience": "customers", "starts_at": "2026-11-22T10:00:00Z" })).expect(200);
    let start = boss.get(ADMIN).expect(200)["items"][0]["starts_at"].clone();
    assert_eq!(start, terms(&boss, &group)[1][1], "the earliest");
    assert_eq!(
        (&row()["audience"], &row()["group"]["mixed"]),
        (&json!("mixed"), &json!(["audience", "starts_at"]))
    );

    // An end for all: whom it is for and from when stays with each.
    let end = json!("2026-11-23T00:00:00Z");
    let changed = boss.put(&group, json!({ "ends_at": end })).expect(200);
    assert_eq!((&changed["ends_at"], &changed["audience"]), (&end, &json!("mixed")));
    let later = json!("2026-11-22T10:00:00Z");
    assert_eq!(terms(&boss, &group), [json!(["customers", later, end]), json!(["all", start, end])]);
    boss.put(&group, json!({ "ends_at": "2026-11-22T10:00:00Z" })).refused_fields(&["ends_at"]);
    boss.put(&group, json!({ "starts_at": "2026-11-24T10:00:00Z" })).refused_fields(&["ends_at"]);

    // What it seems to have already goes to all the same.
    let changed = boss.put(&group, json!({ "audience": "all" })).expect(200);
    assert_eq!((&changed["audience"], &changed["group"]["mixed"]), (&json!("all"), &json!(["starts_at"])));
    assert_eq!(terms(&boss, &group), [json!(["all", later, end]), json!(["all", start, end])]);
    let log = boss.get("/api/admin/audit-log").expect(200)["items"][0].clone();
    assert_eq!((&log["before"]["audience"], &log["after"]["audience"]), (&json!("mixed"), &json!("all")));
    assert_eq!((&log["before"]["starts_at"], &log["after"]["ends_at"]), (&json!("mixed"), &end));
    boss.put(&group, json!({ "audience": "all" })).expect(200);
    assert_eq!(boss.get("/api/admin/audit-log").expect(200)["items"][0]["id"], log["id"], "nothing changed");

    boss.put(&second, json!({ "ends_at": null })).expect(200);
    assert_eq!(row()["group"]["mixed"], json!(["starts_at", "ends_at"]));
    assert_eq!(row()["ends_at"], Value::Null, "the latest");
    boss.put(&group, json!({ "audience": "customers", "starts_at": start, "ends_at": null })).expect(200);
    assert_eq!(terms(&boss, &group), [json!(["customers", start, null]), json!(["customers", start, null])]);
    assert_eq!((&row()["audience"], &row()["group"]["mixed"]), (&json!("customers"), &json!([])));
}

#[test]
fn a_new_group_says_of_itself_what_is_so_of_all_that_it_holds() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let ids: Vec<i64> = (0..3).map(|_| listed(&boss, json!({}))).collect();
    let group = group_of(&app, &boss, &ids[..2]);
    let end = json!("2026-11-23T00:00:00Z");
    boss.put(&group, json!({ "audience": "customers", "ends_at": end })).expect(200);
    bulk(&boss, &ids[..2], json!({}));
    let row = || boss.get(ADMIN).expect(200)["items"][0].clone();
    assert_ne!(format!("{ADMIN}/{}", row()["id"]), group);
    assert_eq!((&row()["audience"], &row()["ends_at"]), (&json!("customers"), &end));
    bulk(&boss, &ids, json!({}));
    assert_eq!((&row()["audience"], &row()["ends_at"]), (&json!("mixed"), &Value::Null));
    assert_eq!(row()["group"]["mixed"], json!(["audience", "ends_at"]));
    // A reader hears of it what is so of what it is told.
    let heard = app.guest().get(PATH).expect(200)["items"][0].clone();
    assert_eq!((&heard["audience"], &heard["group"]["mixed"]), (&json!("all"), &json!([])));
    assert_eq!(lan.get(PATH).expect(200)["items"][0]["audience"], "mixed");
    let later = json!("2026-11-22T20:00:00Z");
    boss.put(&format!("{ADMIN}/{}", row()["id"]), json!({ "starts_at": later })).expect(200);
    assert_eq!(row()["starts_at"], later);
    bulk(&boss, &ids, json!({}));
    assert_eq!(row()["starts_at"], later, "and it waits still");
    assert_eq!(news(&app).len(), 3, "that they are new");
}

#[test]
fn a_group_goes_with_the_last_that_it_holds() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let ids: Vec<i64> = (0..2).map(|_| listed(&boss, json!({}))).collect();
    app.clock.advance_seconds(3_601);
    bulk(&boss, &ids, json!({}));
    app.clock.advance_seconds(1_800);
    bulk(&boss, &ids, json!({}));
    assert_eq!(boss.get(ADMIN).expect(200)["items"][0]["group"]["count"], 2);
    app.clock.advance_seconds(90 * 86_400 - 1_799);
    smm_panel::jobs::scheduled::housekeeping::tick(&app.app).unwrap();
    assert_eq!(titles(&app.signed(boss.id).get(ADMIN).expect(200)), [] as [&str; 0]);
}
