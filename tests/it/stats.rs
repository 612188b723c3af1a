//! The operator's figures: a story over three days, computed by hand, and who may see it.

use crate::support::app::TestApp;
use crate::support::bank::{Notice, notify};
use crate::support::member::Member;
use crate::support::shop::{BUMX_ACCOUNT, by_hand, charged, partial, report};
use serde_json::{Value, json};
use smm_panel::kernel::ids::OrderId;
use smm_panel::orders::{self, Status};
use smm_panel::provider::{self, Exchange, Ground, ReportedStatus};
use strum::VariantArray;

const STATS: &str = "/api/admin/stats";
const DAY_S: i64 = 24 * 60 * 60;
/// From the tests' start, 2026-11-22T14:39:00 in Vietnam, to the end of that day.
const TO_MIDNIGHT_S: i64 = 9 * 3600 + 21 * 60;

/// The named figures of an object, in this order.
fn figures<const N: usize>(of: &Value, names: [&str; N]) -> [i64; N] {
    names.map(|name| of[name].as_i64().unwrap_or_else(|| panic!("no {name} in {of}")))
}

const SOLD: [&str; 5] = ["orders", "units", "sales", "cost", "profit"];
const MOVED: [&str; 7] =
    ["net_profit", "refunds", "commissions", "deposits", "deposit_count", "adjustments", "new_users"];

/// Three days of business; the clock ends at the first moment of 2026-11-24 in Vietnam.
fn three_days(app: &TestApp) -> Member<'_> {
    let admin = app.admin("chu");
    let lan = app.member("lan");
    let binh = app.referred("binh", Some(&lan)).funded(100_000);
    let (likes, views) = (app.service(|_| {}), app.service(by_hand));

    binh.buys(likes, 1000); // 12,000 for 8,000
    binh.buys(likes, 500); // 6,000 for 4,000
    app.send_all();
    app.reported(1, charged(report(ReportedStatus::Completed), "7500"));
    app.clock.advance_seconds(TO_MIDNIGHT_S - 1);
    binh.buys(views, 100); // 1,200 for 800, in the last second of the day

    app.clock.advance_seconds(1);
    binh.buys(likes, 1000); // in the first second of the next one
    let deposit = binh.deposit(50_000);
    notify(app, &Notice::new(1, 50_000, &deposit.code)).expect(200);
    app.reported(2, charged(partial(250), "2000"));

    app.clock.advance_seconds(DAY_S);
    admin.put("/api/admin/orders/1/status", json!({ "status": "canceled" })).expect(200);
    assert_eq!(app.claim(), [4]);
    app.write(|tx| {
        orders::record_refused(tx, OrderId::new(4), Ground::Customer, "no", &Exchange::default()).unwrap()
    });
    notify(app, &Notice::new(2, 7_000, "nothing to go by")).expect(200);
    app.fund(binh.id, -1_000);
    app.member("chi");
    admin
}

#[test]
fn only_an_admin_sees_them() {
    let app = TestApp::start();
    app.guest().get(STATS).refused(401, "unauthenticated");
    app.member("lan").get(STATS).refused(403, "forbidden");
}

#[test]
fn a_span_that_is_unreadable_backwards_or_too_long_is_refused() {
    let app = TestApp::start();
    let admin = app.admin("chu");
    let ask = |query: &str| admin.get(&format!("{STATS}?{query}"));
    ask("from=yesterday").refused_fields(&["from"]);
    ask("to=2026-02-30").refused_fields(&["to"]);
    ask("from=2026-11-22&to=2026-11-21").refused_fields(&["from"]);
    ask("from=2025-10-18").refused_fields(&["from"]);
    assert_eq!(ask("from=2025-10-19").expect(200)["series"].as_array().unwrap().len(), 400);
}

#[test]
fn an_empty_panel_has_thirty_days_of_nothing() {
    let app = TestApp::start();
    let stats = app.admin("chu").get(STATS).expect(200);
    assert_eq!((&stats["from"], &stats["to"]), (&json!("2026-10-24"), &json!("2026-11-22")));
    let series = stats["series"].as_array().unwrap();
    assert_eq!((series.len(), &series[29]["day"]), (30, &json!("2026-11-22")));
    assert_eq!(figures(&stats, SOLD), [0; 5]);
    assert_eq!(figures(&stats, ["liabilities", "suspense", "new_users"]), [0, 0, 1]);
    assert_eq!((&stats["services"], &stats["providers"]), (&json!([]), &json!([])));
    let funds = &stats["funds"][0];
    assert_eq!((&funds["provider_id"], &funds["hours_left"]), (&json!(1), &Value::Null));
}

#[test]
fn sales_follow_the_order_and_money_follows_the_calendar() {
    let app = TestApp::start();
    let admin = three_days(&app);
    let stats = admin.get(&format!("{STATS}?from=2026-11-21&to=2026-11-25")).expect(200);
    let expected = [
        ("2026-11-21", [0; 5], [0; 7]),
        // 19,200 charged; of it 3,000 and 12,000 went back later.
        ("2026-11-22", [3, 1600, 4_200, 10_300, -6_100], [-6_700, 0, 600, 0, 0, 100_000, 3]),
        // One order of 12,000, refused in the end.
        ("2026-11-23", [1, 1000, 0, 0, 0], [-150, 3_000, 150, 50_000, 1, 0, 0]),
        ("2026-11-24", [0; 5], [600, 24_000, -600, 0, 0, -1_000, 1]),
        ("2026-11-25", [0; 5], [0; 7]),
    ];
    let series = stats["series"].as_array().unwrap();
    assert_eq!(series.len(), expected.len());
    for (day, (name, sold, moved)) in series.iter().zip(expected) {
        assert_eq!(day["day"], name);
        assert_eq!((figures(day, SOLD), figures(day, MOVED)), (sold, moved), "{name}");
    }
    assert_eq!(figures(&stats, SOLD), [4, 2600, 4_200, 10_300, -6_100]);
    assert_eq!(figures(&stats, MOVED), [-6_250, 27_000, 150, 50_000, 1, 99_000, 4]);
}

#[test]
fn what_stands_now_is_what_is_owed_and_what_is_open() {
    let app = TestApp::start();
    let admin = three_days(&app);
    let stats = admin.get(STATS).expect(200);
    let owed = app.number("SELECT sum(balance) FROM accounts WHERE id > 0");
    assert_eq!(figures(&stats, ["liabilities", "suspense"]), [144_950, 7_000]);
    assert_eq!(owed, 144_950);
    let counts = &stats["orders_by_status"];
    assert_eq!(figures(counts, ["pending", "processing", "in_progress"]), [1, 0, 0]);
    assert_eq!(figures(counts, ["completed", "partial", "canceled"]), [0, 1, 2]);
}

#[test]
fn each_service_and_provider_has_its_share() {
    let app = TestApp::start();
    let admin = three_days(&app);
    let stats = admin.get(STATS).expect(200);
    let (services, providers) = (&stats["services"], &stats["providers"]);
    assert_eq!((&services[0]["service_id"], &services[1]["service_id"]), (&json!(1), &json!(2)));
    assert_eq!(figures(&services[0], SOLD), [3, 2500, 3_000, 9_500, -6_500]);
    assert_eq!(figures(&services[1], SOLD), [1, 100, 1_200, 800, 400]);
    assert_eq!(
        (&providers[0]["provider_name"], &providers[1]["provider_id"]),
        (&json!("BUMX"), &Value::Null)
    );
    assert_eq!(figures(&providers[0], SOLD), [3, 2500, 3_000, 9_500, -6_500]);
    assert_eq!(figures(&providers[1], SOLD), [1, 100, 1_200, 800, 400]);
    let later = admin.get(&format!("{STATS}?from=2026-11-24")).expect(200);
    assert_eq!((&later["services"], &later["providers"]), (&json!([]), &json!([])));
}

#[test]
fn funds_last_as_long_as_the_last_days_say() {
    let app = TestApp::start();
    let admin = three_days(&app);
    app.write(|tx| provider::set_balance(tx, BUMX_ACCOUNT, "500000.75").unwrap());
    let funds = &admin.get(STATS).expect(200)["funds"][0];
    assert_eq!((&funds["balance"], &funds["currency"]), (&json!("500000.75"), &json!("VND")));
    assert_eq!(
        figures(funds, ["balance_vnd", "cost_24h", "cost_7d", "hours_left"]),
        [500_000, 0, 9_500, 8_842]
    );
}

#[test]
fn what_is_done_by_hand_and_canceled_costs_nothing() {
    let app = TestApp::start();
    let admin = app.admin("chu");
    let lan = app.member("lan").funded(10_000);
    let service = app.service(by_hand);
    let id = lan.buys(service, 100);
    assert_eq!(figures(&admin.get(STATS).expect(200), SOLD), [1, 100, 1_200, 800, 400]);
    admin.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": "canceled" })).expect(200);
    assert_eq!(figures(&admin.get(STATS).expect(200), SOLD), [1, 100, 0, 0, 0]);
}

#[test]
fn a_provider_that_reports_nonsense_spoils_no_sum() {
    let app = TestApp::start();
    let admin = app.admin("chu");
    let lan = app.member("lan").funded(100_000);
    let service = app.service(|_| {});
    for _ in 0..3 {
        let id = lan.bought(service, 1000);
        app.reported(id, charged(report(ReportedStatus::InProgress), "9000000000000000000"));
    }
    lan.bought(service, 1000);
    let stats = admin.get(STATS).expect(200);
    assert_eq!(figures(&stats, ["orders", "sales", "cost"]), [4, 48_000, 32_000], "each as expected");
}

#[test]
fn every_status_is_counted() {
    let app = TestApp::start();
    for status in Status::VARIANTS {
        let counted = format!("SELECT count(*) FROM order_counts WHERE status = '{}'", status.into_str());
        assert_eq!(app.number(&counted), 1);
    }
    assert_eq!(
        app.number("SELECT count(*) FROM order_counts"),
        i64::try_from(Status::VARIANTS.len()).unwrap()
    );
}
