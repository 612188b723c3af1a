//! Today against yesterday and the same day of last week, each to the same time of day.

use crate::support::app::TestApp;
use crate::support::bank::{Notice, notify};
use crate::support::member::Member;
use crate::support::shop::{by_hand, charged, report};
use serde_json::{Value, json};
use smm_panel::kernel::day::Day;
use smm_panel::provider::ReportedStatus;

const TODAY: &str = "/api/admin/stats/today";
const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;
/// From the tests' start, 2026-11-22T14:39:00 in Vietnam, to the end of that day.
const TO_MIDNIGHT_S: i64 = 9 * 3600 + 21 * 60;
const NAMES: [&str; 7] = ["orders", "units", "sales", "cost", "profit", "deposits", "new_users"];

fn figures(of: &Value) -> [i64; 7] {
    NAMES.map(|name| of[name].as_i64().unwrap_or_else(|| panic!("no {name} in {of}")))
}

/// Today, yesterday, and the same day of last week.
fn told(boss: &Member) -> [Value; 3] {
    let today = boss.get(TODAY).expect(200);
    ["today", "yesterday", "last_week"].map(|day| today[day].clone())
}

#[test]
fn only_an_admin_sees_them() {
    let app = TestApp::start();
    app.guest().get(TODAY).refused(401, "unauthenticated");
    app.member("lan").get(TODAY).refused(403, "forbidden");
}

#[test]
fn a_new_panel_has_nothing_to_compare() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let told = boss.get(TODAY).expect(200);
    assert_eq!(told["at"], "2026-11-22T07:39:00Z");
    let days = ["today", "yesterday", "last_week"].map(|day| told[day]["day"].clone());
    assert_eq!(days, ["2026-11-22", "2026-11-21", "2026-11-15"].map(|day| json!(day)));
    assert_eq!(figures(&told["today"]), [0, 0, 0, 0, 0, 0, 1]);
    assert_eq!((figures(&told["yesterday"]), figures(&told["last_week"])), ([0; 7], [0; 7]));
    assert_eq!([&told["today"]["margin_permille"], &told["today"]["average_order"]], [&Value::Null; 2]);
}

#[test]
fn each_day_is_counted_to_the_same_second() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(500_000);
    let (likes, views) = (app.service(|_| {}), app.service(by_hand));
    lan.buys(likes, 1000); // 12,000 for 8,000, a week before to the second
    app.clock.advance_seconds(1);
    lan.buys(likes, 500); // one second too late

    app.clock.advance_seconds(6 * DAY_S - 2);
    let first = lan.bought(likes, 1000);
    let deposit = lan.deposit(50_000);
    notify(&app, &Notice::new(1, 50_000, &deposit.code)).expect(200);
    app.clock.advance_seconds(2);
    app.member("too-late");
    lan.buys(views, 100);

    app.clock.advance_seconds(TO_MIDNIGHT_S - 2);
    lan.buys(views, 100); // in the last second of yesterday
    app.clock.advance_seconds(1);
    lan.buys(views, 1000); // in the first one of today
    // What becomes of an order later counts on its day, whenever that is.
    app.reported(first, charged(report(ReportedStatus::Completed), "7500")).unwrap();
    app.clock.advance_seconds(DAY_S - TO_MIDNIGHT_S);

    let boss = app.admin("boss");
    let [today, yesterday, last_week] = told(&boss);
    assert_eq!((&today["day"], &yesterday["day"]), (&json!("2026-11-29"), &json!("2026-11-28")));
    assert_eq!(figures(&today), [1, 1000, 12_000, 8_000, 4_000, 0, 1]);
    assert_eq!(figures(&yesterday), [1, 1000, 12_000, 7_500, 4_500, 50_000, 0]);
    assert_eq!(figures(&last_week), [1, 1000, 12_000, 8_000, 4_000, 0, 1]);
    assert_eq!((&yesterday["margin_permille"], &yesterday["average_order"]), (&json!(375), &json!(12_000)));
    assert_eq!(yesterday["deposit_count"], 1);
}

#[test]
fn a_whole_day_is_what_the_sums_by_day_say() {
    let app = TestApp::start();
    let (likes, views) = (app.service(|_| {}), app.service(by_hand));
    // Days and nights of all that moves figures, at odd times; the steps share no factor with a day.
    for step in 0..40_i64 {
        let buyer = app.member(&format!("buyer{step}")).funded(100_000 + step);
        let id = buyer.buys(views, 100 + step);
        if step % 3 == 0 {
            let boss = app.admin(&format!("boss{step}"));
            boss.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": "canceled" })).expect(200);
        }
        buyer.buys(likes, 10 * (step + 1));
        let deposit = buyer.deposit(20_000 + step);
        notify(&app, &Notice::new(step + 1, 20_000 + step, &deposit.code)).expect(200);
        app.clock.advance_seconds(4 * HOUR_S + 977);
    }
    // To the last second of a day, so that those before it count whole.
    let left = Day::of(app.clock.now()).plus(1).start().seconds() - app.clock.now().seconds() - 1;
    app.clock.advance_seconds(left);
    let boss = app.admin("boss");
    for day in told(&boss) {
        let name = day["day"].as_str().unwrap();
        let by_sums = boss.get(&format!("/api/admin/stats?from={name}&to={name}")).expect(200);
        assert_eq!(day, by_sums["series"][0], "{name}");
        assert!(figures(&day)[0] > 0, "{name} has figures");
    }
}

#[test]
fn the_best_customers_are_those_who_bought_most_in_the_span() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan").funded(500_000), app.member("binh").funded(500_000));
    let service = app.service(|_| {});
    let first = lan.bought(service, 5000); // 60,000 for 40,000
    binh.bought(service, 1000);
    app.clock.advance_seconds(DAY_S);
    binh.buys(service, 2000);
    let boss = app.admin("boss");
    let customers = |query: &str| {
        let stats = boss.get(&format!("/api/admin/stats?{query}")).expect(200);
        let lines = stats["customers"].as_array().unwrap().clone();
        lines.iter().map(|one| (one["username"].clone(), one["sales"].clone())).collect::<Vec<_>>()
    };
    let line = |name: &str, sales: i64| (json!(name), json!(sales));
    assert_eq!(customers(""), [line("lan", 60_000), line("binh", 36_000)]);
    assert_eq!(customers("from=2026-11-23"), [line("binh", 24_000)]);
    // What goes back is nothing that was bought.
    boss.put(&format!("/api/admin/orders/{first}/status"), json!({ "status": "canceled" })).expect(200);
    assert_eq!(customers(""), [line("binh", 36_000), line("lan", 0)]);
    let stats = boss.get("/api/admin/stats").expect(200);
    let shown = ["user_id", "profit", "margin_permille"].map(|name| stats["customers"][0][name].clone());
    assert_eq!(shown, [json!(binh.id.get()), json!(12_000), json!(333)]);
    assert_eq!(stats["providers"][0]["margin_permille"], stats["margin_permille"]);
}
