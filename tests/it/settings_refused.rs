//! Who may not see or change the operator's settings, and which values are turned away.

use crate::settings::{FREE, PATH, bank, entries, tiers};
use crate::support::app::{ACCOUNT_NUMBER, TestApp};
use serde_json::{Value, json};

const SECRET: &str = "a-secret-of-sepay";

#[test]
fn customers_and_strangers_neither_see_nor_change_settings() {
    let app = TestApp::start();
    let change = json!({ "site_name": "Mine", "commission_percent": 100 });
    app.guest().get(PATH).refused(401, "unauthenticated");
    app.guest().put(PATH, change.clone()).refused(401, "unauthenticated");
    let lan = app.member("lan");
    lan.get(PATH).refused(403, "forbidden");
    lan.put(PATH, change).refused(403, "forbidden");
    assert_eq!(app.guest().get("/api/site").expect(200)["site_name"], "SMM Panel");
    assert_eq!(app.number("SELECT count(*) FROM settings WHERE name <> 'secret_key'"), 0);
}

#[test]
fn a_value_that_cannot_be_in_force_is_named_and_nothing_changes() {
    let app = TestApp::with(FREE);
    let boss = app.admin("boss");
    let before = boss.get(PATH).expect(200);
    let long = "x".repeat(2001);
    for (body, field) in [
        (json!({ "site_name": " " }), "site_name"),
        (json!({ "site_name": null }), "site_name"),
        (json!({ "site_name": "a\nb" }), "site_name"),
        (json!({ "notice": long }), "notice"),
        (json!({ "support": { "zalo": "javascript:alert(1)" } }), "support.zalo"),
        (json!({ "support": { "email": "nobody" } }), "support.email"),
        (json!({ "support": { "phone": "1" } }), "support.phone"),
        (json!({ "support": null }), "support"),
        (
            json!({ "bank": { "bin": "97043", "name": "", "account_number": "1", "account_name": "" } }),
            "bank.bin",
        ),
        (json!({ "bank": bank("12-3") }), "bank.account_number"),
        (json!({ "bank": { "bin": "970436" } }), "bank.name"),
        (json!({ "deposit_min": 0 }), "deposit_min"),
        (json!({ "deposit_min": 500_000_001 }), "deposit_min"),
        (json!({ "deposit_min": "10000" }), "deposit_min"),
        (json!({ "deposit_max": 9_999 }), "deposit_max"),
        (json!({ "deposit_max": 10_000_000_000_000_i64 }), "deposit_max"),
        (json!({ "deposit_expiry_minutes": 0 }), "deposit_expiry_minutes"),
        (json!({ "commission_percent": 101 }), "commission_percent"),
        (json!({ "commission_percent": -1 }), "commission_percent"),
        (json!({ "commission_percent": null }), "commission_percent"),
        (json!({ "sepay": { "secret": "short" } }), "sepay.secret"),
        (json!({ "sepay": { "secret": "with a blank" } }), "sepay.secret"),
        (json!({ "sepay": { "token": "x" } }), "sepay.token"),
        (json!({ "telegram": { "bot_token": "no colon" } }), "telegram.bot_token"),
        (json!({ "telegram": { "chat_id": "my chat" } }), "telegram.chat_id"),
        (json!({ "notices": { "deposit": 1 } }), "notices.deposit"),
        (json!({ "notices": { "birthday": true } }), "notices.birthday"),
        (json!({ "min_margin_percent": 101 }), "min_margin_percent"),
        (json!({ "low_funds_hours": -1 }), "low_funds_hours"),
        (json!({ "low_funds_hours": 721 }), "low_funds_hours"),
        (json!({ "price_jump_percent": -1 }), "price_jump_percent"),
        (json!({ "auto_resume": "yes" }), "auto_resume"),
        (json!({ "secret_key": "x" }), "secret_key"),
        (json!({ "locked": [] }), "locked"),
    ] {
        let mut whole = body.clone();
        whole.as_object_mut().unwrap().entry("min_margin_percent").or_insert(json!(7));
        boss.put(PATH, whole).refused_fields(&[field]);
    }
    boss.put(PATH, json!({ "deposit_min": 5, "deposit_max": 4 }))
        .refused_fields(&["deposit_min", "deposit_max"]);
    assert_eq!(boss.get(PATH).expect(200), before);
    assert_eq!(entries(&app), 0);
}

#[test]
fn tiers_in_which_more_spending_costs_more_are_refused() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let with = |index: usize, part: &str, value: Value| {
        let mut all = tiers([0, 1, 2, 3]);
        all[index][part] = value;
        boss.put(PATH, json!({ "tiers": all }))
    };
    with(0, "min_spent", json!(1)).refused_fields(&["tiers[0].min_spent"]);
    with(2, "min_spent", json!(1000)).refused_fields(&["tiers[2].min_spent"]);
    with(1, "discount_percent", json!(3)).refused_fields(&["tiers[2].discount_percent"]);
    with(3, "discount_percent", json!(101)).refused_fields(&["tiers[3].discount_percent"]);
    with(1, "level", json!(3)).refused_fields(&["tiers[1].level"]);
    with(1, "name", json!("")).refused_fields(&["tiers[1].name"]);
    with(1, "colour", json!("red")).refused_fields(&["tiers[1].colour"]);
    with(1, "min_spent", json!("1000")).refused_fields(&["tiers[1].min_spent"]);
    let mut three = tiers([0, 1, 2, 3]);
    three.as_array_mut().unwrap().pop();
    boss.put(PATH, json!({ "tiers": three })).refused_fields(&["tiers"]);
    boss.put(PATH, json!({ "tiers": [] })).refused_fields(&["tiers"]);
    assert_eq!(boss.get(PATH).expect(200)["tiers"][1]["min_spent"], 5_000_000);
}

#[test]
fn what_the_environment_sets_is_locked() {
    let app = TestApp::with(&[
        ("DEPOSIT_EXPIRY_MINUTES", "30"),
        ("SEPAY_API_TOKEN", "token-of-sepay"),
        ("TELEGRAM_BOT_TOKEN", "1:bot"),
        ("TELEGRAM_CHAT_ID", "-100"),
    ]);
    let boss = app.admin("boss");
    let shown = boss.get(PATH).expect(200);
    let names = [
        "bank",
        "deposit_expiry_minutes",
        "sepay.secret",
        "sepay.api_token",
        "telegram.bot_token",
        "telegram.chat_id",
    ];
    assert_eq!(shown["locked"], json!(names));
    assert_eq!(
        (&shown["bank"]["account_number"], &shown["deposit_expiry_minutes"]),
        (&json!(ACCOUNT_NUMBER), &json!(30))
    );
    for body in [
        json!({ "bank": bank("1") }),
        json!({ "bank": null }),
        json!({ "deposit_expiry_minutes": 60 }),
        json!({ "sepay": { "secret": SECRET } }),
        json!({ "sepay": { "secret": null } }),
        json!({ "sepay": { "api_token": SECRET } }),
        json!({ "telegram": { "bot_token": "2:bot" } }),
        json!({ "telegram": { "chat_id": "7" } }),
    ] {
        let mut whole = body;
        whole["site_name"] = json!("Other");
        boss.put(PATH, whole).refused(409, "conflict");
    }
    assert_eq!((boss.get(PATH).expect(200), entries(&app)), (shown, 0));
}
