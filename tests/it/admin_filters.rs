//! Filters of the audit log and of the admins' list of services.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{BUMX, by_hand};
use serde_json::{Value, json};
use smm_panel::audit_log::{self, Actor};
use smm_panel::db::Tx;

/// What `key` names in each item on all pages of a list, so many on each.
fn walk(who: &Member, path: &str, key: &str, limit: usize) -> Vec<String> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = who.get(&format!("{path}&limit={limit}{cursor}")).expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        seen.extend(items.iter().map(|item| item[key].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
    }
}

#[test]
fn what_is_no_filter_is_refused_with_its_name() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for (path, field) in [
        ("audit-log?actor_id=boss", "actor_id"),
        ("audit-log?from=1", "from"),
        ("audit-log?to=soon", "to"),
        ("services?active=yes", "active"),
        ("services?provider_id=BUMX", "provider_id"),
    ] {
        boss.get(&format!("/api/admin/{path}")).refused_fields(&[field]);
    }
}

#[test]
fn the_audit_log_is_filtered_by_who_did_what_to_whom_and_when() {
    let app = TestApp::start();
    let (boss, chief, lan, mai) =
        (app.admin("boss"), app.admin("chief"), app.member("lan"), app.member("mai"));
    let ban = |by: &Member, user: &Member, banned: bool| {
        by.put(&format!("/api/admin/users/{}/ban", user.id), json!({ "banned": banned })).expect(200);
    };
    ban(&boss, &lan, true);
    ban(&chief, &mai, true);
    app.clock.advance_seconds(24 * 60 * 60);
    ban(&boss, &lan, false);
    app.clock.advance_seconds(24 * 60 * 60);
    ban(&chief, &lan, true);
    let (boss_id, lan_id) = (boss.id, lan.id);
    for limit in [1, 2, 100] {
        let found =
            |query: &str, key: &str| walk(&boss, &format!("/api/admin/audit-log?{query}"), key, limit);
        assert_eq!(
            found(&format!("subject=user:{lan_id}"), "action"),
            ["user.ban", "user.unban", "user.ban"]
        );
        assert_eq!(found(&format!("actor_id={boss_id}"), "action"), ["user.unban", "user.ban"]);
        assert_eq!(found("action=user.ban", "actor"), ["chief", "chief", "boss"]);
        assert_eq!(found(&format!("action=user.ban&subject=user:{lan_id}"), "actor"), ["chief", "boss"]);
        assert_eq!(found(&format!("action=user.ban&actor_id={boss_id}"), "actor"), ["boss"]);
        assert_eq!(found("from=2026-11-23&to=2026-11-23", "action"), ["user.unban"]);
        assert_eq!(found("from=2026-11-23", "action"), ["user.ban", "user.unban"]);
        assert_eq!(found("action=user.ban&to=2026-11-23", "actor"), ["chief", "boss"]);
        for none in ["subject=user", "action=user", "actor_id=999", "action=%27", "from=2026-12-01"] {
            assert!(found(none, "action").is_empty(), "{none}");
        }
    }
    let by_server = |tx: &Tx| audit_log::record(tx, &Actor::CONSOLE.entry("backup.make", "backup:x"));
    app.app.db.write_blocking(by_server).unwrap();
    ban(&boss, &mai, false);
    let found = |query: &str| walk(&boss, &format!("/api/admin/audit-log?{query}"), "action", 1);
    let by_server = found("actor_id=server");
    assert_eq!(by_server[0], "backup.make");
    assert!(!by_server.iter().any(|action| action.ends_with("ban")), "people did that: {by_server:?}");
    assert_eq!(found("actor_id=server&action=backup.make"), ["backup.make"]);
    assert!(found("actor_id=server&action=user.ban").is_empty());
}

#[test]
fn services_are_filtered_by_provider_and_by_what_is_on_sale() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.service(|offer| offer.name = "sold".to_owned());
    app.service(|offer| (offer.name, offer.active) = ("off".to_owned(), false));
    app.service(|offer| {
        by_hand(offer);
        offer.name = "by hand".to_owned();
    });
    for limit in [1, 100] {
        let found = |query: &str| walk(&boss, &format!("/api/admin/services?{query}"), "name", limit);
        assert_eq!(found(""), ["by hand", "off", "sold"]);
        assert_eq!(found("active=true"), ["by hand", "sold"]);
        assert_eq!(found("active=false"), ["off"]);
        assert_eq!(found(&format!("provider_id={BUMX}")), ["off", "sold"]);
        assert_eq!(found(&format!("provider_id={BUMX}&active=true&search=SO")), ["sold"]);
        assert!(found("provider_id=2").is_empty());
    }
}

#[test]
fn an_entry_of_the_audit_log_says_what_its_subject_is_called() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let service = app.service(|_| ());
    boss.put(&format!("/api/admin/services/{service}"), json!({ "name": "Likes", "active": false }))
        .expect(200);
    boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": true })).expect(200);
    boss.put("/api/admin/providers/1", json!({ "name": "Main" })).expect(200);
    boss.put("/api/admin/settings", json!({ "site_name": "Shop" })).expect(200);
    let log = boss.get("/api/admin/audit-log").expect(200);
    let called: Vec<_> =
        log["items"].as_array().unwrap().iter().map(|entry| entry["subject_name"].clone()).collect();
    assert_eq!(called[..4], [Value::Null, json!("Main"), json!("lan"), json!("Likes")]);
}
