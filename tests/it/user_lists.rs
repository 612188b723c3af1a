//! The list of users: its orders and filters, and when each one was last there.

use crate::support::app::{NOW, TestApp};
use crate::support::member::Member;
use crate::support::shop::by_hand;
use serde_json::{Value, json};
use smm_panel::jobs::scheduled::last_seen;
use smm_panel::kernel::clock::Timestamp;

/// The names on all pages of a list, so many on each.
fn walk(boss: &Member, query: &str, limit: usize) -> Vec<String> {
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = boss.get(&format!("/api/admin/users?{query}&limit={limit}{cursor}")).expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        names.extend(items.iter().map(|user| user["username"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { return names };
        cursor = format!("&cursor={next}");
    }
}

/// 12,000 VND for a thousand units: `anh` and `dung` spend the same, `chi` reaches the second tier.
fn spenders(app: &TestApp) -> i64 {
    let service = app.service(by_hand);
    for (name, thousands) in [("anh", 1), ("binh", 0), ("chi", 500), ("dung", 1)] {
        let member = app.member(name).funded(10_000_000);
        for _ in 0..thousands / 100 {
            member.buys(service, 100_000);
        }
        if thousands % 100 > 0 {
            member.buys(service, thousands * 1000);
        }
    }
    service
}

#[test]
fn what_is_no_filter_is_refused_with_its_name() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for (query, field) in [
        ("sort=balance", "sort"),
        ("sort=newest&tier=1", "sort"),
        ("tier=0", "tier"),
        ("tier=5", "tier"),
        ("tier=VIP", "tier"),
        ("status=pending", "status"),
        ("role=boss", "role"),
        ("sort=spent&search=lan", "search"),
        ("tier=1&search=lan", "search"),
        ("sort=spent&cursor=c7", "cursor"),
        ("cursor=c7.7", "cursor"),
        ("sort=spent&cursor=c7.", "cursor"),
        ("sort=spent&limit=0", "limit"),
    ] {
        boss.get(&format!("/api/admin/users?{query}")).refused_fields(&[field]);
    }
}

#[test]
fn users_come_by_spending_and_who_spent_the_same_newest_first() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    spenders(&app);
    for limit in [1, 2, 100] {
        assert_eq!(walk(&boss, "sort=spent", limit), ["chi", "dung", "anh", "binh", "boss"]);
        assert_eq!(walk(&boss, "sort=newest", limit), ["dung", "chi", "binh", "anh", "boss"]);
    }
}

#[test]
fn a_page_by_spending_goes_on_where_the_last_one_ended_whatever_is_spent_meanwhile() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let service = spenders(&app);
    let first = boss.get("/api/admin/users?sort=spent&limit=2").expect(200);
    assert_eq!(first["items"][1]["username"], "dung");
    let dung = first["items"][1]["id"].as_i64().unwrap();
    app.write(move |tx| {
        let placement = smm_panel::orders::Placement {
            user: smm_panel::kernel::ids::UserId::new(dung),
            service: smm_panel::kernel::ids::ServiceId::new(service),
            link: "https://x.vn/a".to_owned(),
            quantity: Some(90_000),
            params: smm_panel::order_types::Params::default(),
            timing: smm_panel::orders::Timing::default(),
            expected_charge: None,
        };
        smm_panel::orders::place(tx, placement).unwrap();
    });
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = boss.get(&format!("/api/admin/users?sort=spent&cursor={cursor}")).expect(200);
    let names: Vec<&str> =
        next["items"].as_array().unwrap().iter().map(|user| user["username"].as_str().unwrap()).collect();
    assert_eq!(names, ["anh", "binh", "boss"]);
}

#[test]
fn users_are_filtered_by_tier_standing_and_role() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    spenders(&app);
    let banned = app.member("dao");
    boss.put(&format!("/api/admin/users/{}/ban", banned.id), json!({ "banned": true })).expect(200);
    for limit in [1, 100] {
        let shown = |query: &str| walk(&boss, query, limit);
        assert_eq!(shown("tier=2"), ["chi"]);
        assert_eq!(shown("tier=1&sort=spent"), ["dung", "anh", "dao", "binh", "boss"]);
        assert!(shown("tier=4").is_empty());
        assert_eq!(shown("tier=1&status=banned"), ["dao"]);
        assert_eq!(shown("tier=1&role=admin"), ["boss"]);
        assert_eq!(shown("tier=1&role=user&status=active"), ["dung", "anh", "binh"]);
        assert_eq!(shown("status=banned"), ["dao"]);
        assert_eq!(shown("status=active"), ["dung", "chi", "binh", "anh", "boss"]);
        assert_eq!(shown("role=user&status=active"), ["dung", "chi", "binh", "anh"]);
        assert_eq!(shown("role=admin"), ["boss"]);
        assert!(shown("role=admin&status=banned").is_empty());
        assert_eq!(shown("search=example&status=active"), ["dung", "chi", "binh", "anh", "boss"]);
        assert_eq!(shown("search=d&status=active"), ["dung"]);
        assert_eq!(shown("search=D&status=banned"), ["dao"]);
        assert!(shown("search=ao&status=banned").is_empty(), "two letters are looked for at the beginning");
        assert_eq!(shown("search=AO%40&status=banned"), ["dao"]);
        assert!(shown("search=example.vn&status=banned&role=admin").is_empty());
    }
}

fn last_seen(boss: &Member, user: &Member) -> Value {
    boss.get(&format!("/api/admin/users/{}", user.id)).expect(200)["last_seen"].clone()
}

#[test]
fn a_user_is_seen_by_the_request_and_written_down_once_in_a_while() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let kept = || app.number(&format!("SELECT coalesce(last_seen_at, 0) FROM users WHERE id = {}", lan.id));
    assert_eq!(last_seen(&boss, &lan), Value::Null);
    lan.get("/api/auth/me").expect(200);
    assert_eq!(last_seen(&boss, &lan), "2026-11-22T07:39:00Z");
    app.clock.advance_seconds(61);
    lan.get("/api/auth/me").expect(200);
    assert_eq!(last_seen(&boss, &lan), "2026-11-22T07:40:01Z");
    assert_eq!(kept(), 0, "no request writes");
    assert_eq!(last_seen::tick(&app.app).unwrap().as_deref(), Some("2 users"));
    assert_eq!(kept(), Timestamp::from_millis(NOW.millis() + 61_000).millis());
    assert_eq!(last_seen(&boss, &lan), "2026-11-22T07:40:01Z");
    assert_eq!(last_seen::tick(&app.app).unwrap().as_deref(), Some("1 users"), "the admin who looked");
    assert_eq!(last_seen::tick(&app.app).unwrap(), None);
    let listed = boss.get("/api/admin/users?search=lan").expect(200);
    assert_eq!(listed["items"][0]["last_seen"], "2026-11-22T07:40:01Z");
}

#[test]
fn a_clock_set_back_takes_no_look_back() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    lan.get("/api/auth/me").expect(200);
    last_seen::tick(&app.app).unwrap();
    app.clock.advance_seconds(-3600);
    lan.get("/api/auth/me").expect(200);
    last_seen::tick(&app.app).unwrap();
    assert_eq!(last_seen(&boss, &lan), "2026-11-22T07:39:00Z");
}

#[test]
fn whoever_is_refused_is_not_seen() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": true })).expect(200);
    lan.get("/api/auth/me").refused(401, "unauthenticated");
    assert_eq!(last_seen(&boss, &lan), Value::Null);
}
