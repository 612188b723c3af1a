//! The operator's settings: secrets stay inside, and a change counts from the next request on. What is refused is in
//! `settings_refused`.

use crate::support::app::{ACCOUNT_NUMBER, NOW, TestApp};
use crate::support::bank::{APIKEY, Notice, WEBHOOK, newest, signature};
use crate::support::member::Member;
use crate::support::shop::wish;
use crate::support::tcp::at_once;
use crate::support::wire::Answer;
use rocket::http::Method;
use serde_json::{Value, json};

pub const PATH: &str = "/api/admin/settings";
const SECRET: &str = "a-secret-of-sepay";
/// A panel whose environment sets nothing that can be set here.
pub const FREE: &[(&str, &str)] = &[
    ("SEPAY_SECRET", ""),
    ("BANK_BIN", ""),
    ("BANK_NAME", ""),
    ("BANK_ACCOUNT_NUMBER", ""),
    ("BANK_ACCOUNT_NAME", ""),
];

pub fn bank(number: &str) -> Value {
    json!({ "bin": "970436", "name": "Vietcombank", "account_number": number, "account_name": "TRAN B" })
}

pub fn entries(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM audit_log WHERE action = 'settings.change'")
}

/// The newest entry of the audit log.
fn entry(admin: &Member) -> Value {
    admin.get("/api/admin/audit-log?limit=1").expect(200)["items"][0].clone()
}

fn notified(app: &TestApp, key: &str, notice: &Notice) -> Answer {
    app.guest().send(Method::Post, WEBHOOK, &[("Authorization", key)], Some(notice.bytes()))
}

/// The four tiers with these discounts, each reached by 1,000 VND more than the one before.
pub fn tiers(discounts: [i64; 4]) -> Value {
    let tier = |(level, discount): (i64, i64)| {
        json!({ "level": level, "name": format!("T{level}"), "min_spent": (level - 1) * 1000,
                "discount_percent": discount })
    };
    (1..).zip(discounts).map(tier).collect()
}

#[test]
fn an_account_number_that_is_written_in_groups_is_read() {
    let app = TestApp::with(FREE);
    let boss = app.admin("boss");
    let saved = boss.put(PATH, json!({ "bank": bank(" 0903 123\u{a0}456 ") })).expect(200);
    assert_eq!(saved["bank"]["account_number"], "0903123456");
    boss.put(PATH, json!({ "bank": bank(" \u{a0} ") })).refused(422, "validation_failed");
}

#[test]
fn the_address_from_outside_is_shown_where_somebody_has_said_it() {
    let shown =
        |vars: &[(&str, &str)]| TestApp::with(vars).admin("boss").get(PATH).expect(200)["public_url"].clone();
    assert_eq!(shown(&[]), Value::Null);
    assert_eq!(shown(&[("PUBLIC_URL", "https://panel.example.vn/")]), "https://panel.example.vn");
}

#[test]
fn how_letters_go_out_is_shown_without_the_password() {
    let mail = |vars: &[(&str, &str)]| {
        let app = TestApp::with(vars);
        let shown = app.admin("boss").get(PATH).expect(200);
        assert!(!shown.to_string().contains("planted"), "{shown}");
        shown["mail"].clone()
    };
    let of = |server: Value, from: Value, links: bool| {
        json!({ "server": server, "from": from, "links": links, "trouble": null, "trouble_coded": null,
            "failing_since": null })
    };
    let off = of(json!(null), json!(null), false);
    assert_eq!(mail(&[]), off);
    assert_eq!(mail(&[("PUBLIC_URL", "https://panel.example.vn")]), off);
    let server =
        [("SMTP_URL", "smtps://shop:planted@mail.example.vn"), ("SMTP_FROM", "Shop <shop@example.vn>")];
    let on = |links: bool| of(json!("mail.example.vn"), json!("shop@example.vn"), links);
    assert_eq!(mail(&server), on(false));
    assert_eq!(mail(&[server[0], server[1], ("PUBLIC_URL", "https://panel.example.vn")]), on(true));
}

#[test]
fn the_bank_account_in_force_has_a_code_to_try_it() {
    let app = TestApp::with(FREE);
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let path = format!("{PATH}/test-qr.svg");
    lan.get(&path).refused(403, "forbidden");
    boss.get(&path).refused(503, "not_configured");
    let bank =
        json!({ "bin": "970422", "name": "MBBank", "account_number": "0903123456", "account_name": "A" });
    boss.put(PATH, json!({ "bank": bank })).expect(200);
    let picture = boss.get(&path);
    assert_eq!((picture.status, picture.text().contains("<svg")), (200, true));
}

mod secrets {
    use super::*;

    #[test]
    fn secrets_are_written_and_never_shown() {
        let app = TestApp::with(FREE);
        let boss = app.admin("boss");
        let change = json!({
            "sepay": { "secret": "first-secret-1", "api_token": "api-token-secret" },
            "telegram": { "bot_token": "42:bot-token-secret", "chat_id": "-1001" }
        });
        let mut heard = boss.put(PATH, change).text();
        heard += &boss.put(PATH, json!({ "sepay": { "secret": "second-secret-2" } })).text();
        heard += &boss.get(PATH).text();
        heard += &boss.get("/api/admin/audit-log").text();
        heard += &app.guest().get("/api/site").text();
        let key: String = app
            .app
            .db
            .read_now(|tx| {
                tx.value("SELECT value FROM settings WHERE name = 'secret_key'", (), |row| row.get(0))
            })
            .map_err(|fault: smm_panel::kernel::error::Fault| fault)
            .unwrap();
        for secret in ["first-secret-1", "second-secret-2", "api-token-secret", "bot-token-secret", &key] {
            assert!(!heard.contains(secret), "{secret} was shown");
        }
        let shown = boss.get(PATH).expect(200);
        let sepay = &shown["sepay"];
        assert_eq!((&sepay["secret_set"], &sepay["api_token_set"]), (&json!(true), &json!(true)));
        assert_eq!(shown["telegram"], json!({ "bot_token_set": true, "chat_id": "-1001" }));
        assert_eq!(entry(&boss)["after"], json!({ "replaced": ["sepay.secret"] }));
    }

    #[test]
    fn a_refusal_does_not_repeat_a_secret() {
        let app = TestApp::with(FREE);
        let boss = app.admin("boss");
        for body in [
            json!({ "sepay": "hushhush71" }),
            json!({ "sepay": 7_171_717 }),
            json!({ "sepay": ["hushhush71"] }),
            json!({ "sepay": { "secret": 7_171_717 } }),
            json!({ "sepay": { "secret": -7_171_717 } }),
            json!({ "sepay": { "secret": "hush hush71" } }),
            json!({ "sepay": { "secret": ["hushhush71"] } }),
            json!({ "telegram": "hushhush71" }),
            json!({ "telegram": { "bot_token": "hushhush71" } }),
            json!({ "telegram": { "bot_token": "71:hushhush71", "chat_id": "?" } }),
        ] {
            let refused = boss.put(PATH, body.clone());
            refused.refused(422, "validation_failed");
            assert!(
                !refused.text().contains("hush") && !refused.text().contains("7171717"),
                "{}",
                refused.text()
            );
        }
    }

    #[test]
    fn the_webhook_believes_the_secret_that_is_set_now() {
        let app = TestApp::with(FREE);
        let boss = app.admin("boss");
        let notice = Notice::new(1, 50_000, "hello");
        notified(&app, APIKEY, &notice).refused(503, "not_configured");
        boss.put(PATH, json!({ "sepay": { "secret": SECRET } })).expect(200);
        notified(&app, APIKEY, &notice).refused(401, "unauthenticated");
        notified(&app, &format!("Apikey {SECRET}"), &notice).expect(200);
        boss.put(PATH, json!({ "sepay": { "secret": "another-secret" } })).expect(200);
        let second = Notice::new(2, 50_000, "hello");
        notified(&app, &format!("Apikey {SECRET}"), &second).refused(401, "unauthenticated");
        let signed = signature("another-secret", NOW.seconds(), &second.bytes());
        let at = NOW.seconds().to_string();
        let headers = [("X-SePay-Signature", signed.as_str()), ("X-SePay-Timestamp", at.as_str())];
        app.guest().send(Method::Post, WEBHOOK, &headers, Some(second.bytes())).expect(200);
        boss.put(PATH, json!({ "sepay": { "secret": "" } })).expect(200);
        let third = Notice::new(3, 50_000, "hello");
        notified(&app, "Apikey another-secret", &third).refused(503, "not_configured");
        notified(&app, "Apikey ", &third).refused(503, "not_configured");
        assert_eq!(app.number("SELECT count(*) FROM bank_transactions"), 2);
    }
}

#[test]
fn only_what_is_given_changes_and_it_is_on_record() {
    let app = TestApp::with(FREE);
    let boss = app.admin("boss");
    let support = json!({ "support": { "zalo": "0901", "telegram": "@shop", "email": "a@b.vn" } });
    boss.put(PATH, support).expect(200);
    let before = boss.get(PATH).expect(200);
    let change = json!({
        "site_name": " Tăng Tương Tác ", "support": { "telegram": null },
        "notices": { "price": false }, "auto_resume": true
    });
    let answer = boss.put(PATH, change).expect(200);
    let mut after = before;
    after["site_name"] = json!("Tăng Tương Tác");
    after["support"]["telegram"] = Value::Null;
    after["notices"]["price"] = json!(false);
    after["auto_resume"] = json!(true);
    assert_eq!((&answer, &boss.get(PATH).expect(200)), (&after, &after));

    let entry = entry(&boss);
    assert_eq!((&entry["action"], &entry["actor"]), (&json!("settings.change"), &json!("boss")));
    assert_eq!(entry["before"]["site_name"], "SMM Panel");
    assert_eq!(
        (&entry["before"]["support.telegram"], &entry["after"]["support.telegram"]),
        (&json!("@shop"), &Value::Null)
    );
    assert_eq!(entry["after"]["auto_resume"], true);
    assert!(entry["after"].get("support.zalo").is_none() && entry["after"].get("tiers").is_none());
    assert_eq!(entries(&app), 2);
}

#[test]
fn what_changes_nothing_leaves_no_entry() {
    let app = TestApp::with(FREE);
    let boss = app.admin("boss");
    let before = boss.get(PATH).expect(200);
    let same =
        json!({ "site_name": before["site_name"], "tiers": before["tiers"], "notices": before["notices"] });
    for body in [json!({}), json!({ "support": {} }), same] {
        assert_eq!(boss.put(PATH, body).expect(200), before);
    }
    assert_eq!(entries(&app), 0);
}

#[test]
fn everybody_sees_the_site() {
    let app = TestApp::with(FREE);
    let first = app.guest().get("/api/site").expect(200);
    assert_eq!(
        first,
        json!({ "site_name": "SMM Panel", "notice": null, "demo": false, "mail": false, "languages": ["vi", "en"],
                "deposit_min": 10_000, "deposit_max": 500_000_000, "bonus": [], "maintenance": false,
                "branding": { "color": null },
                "support": { "zalo": null, "telegram": null, "email": null } })
    );
    let change = json!({ "notice": "Bảo trì\n22:00", "support": { "zalo": "https://zalo.me/0901" } });
    app.admin("boss").put(PATH, change).expect(200);
    let now = app.guest().get("/api/site").expect(200);
    assert_eq!(
        (&now["notice"], &now["support"]["zalo"]),
        (&json!("Bảo trì\n22:00"), &json!("https://zalo.me/0901"))
    );
}

#[test]
fn new_tiers_make_the_next_price() {
    let app = TestApp::start();
    let (boss, service) = (app.admin("boss"), app.service(|_| {}));
    let lan = app.member("lan").funded(1_000_000);
    let order = lan.post("/api/orders", wish(service, 1000)).expect(201);
    assert_eq!((&order["charge"], &order["discount_percent"]), (&json!(12_000), &json!(0)));
    boss.put(PATH, json!({ "tiers": tiers([0, 0, 7, 25]) })).expect(200);
    let order = lan.post("/api/orders", wish(service, 1000)).expect(201);
    assert_eq!((&order["charge"], &order["discount_percent"]), (&json!(9_000), &json!(25)));
    let standing = lan.get("/api/user/tier").expect(200);
    assert_eq!((&standing["level"], &standing["name"]), (&json!(4), &json!("T4")));
    assert_eq!(app.member("mai").get("/api/user/tier").expect(200)["next"]["min_spent"], 1000);
}

#[test]
fn a_new_bank_is_on_the_next_qr_and_takes_money() {
    let app = TestApp::with(FREE);
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    lan.post("/api/payment/deposit", json!({ "amount": 50_000 })).refused(503, "not_configured");
    boss.put(PATH, json!({ "bank": bank("111222"), "sepay": { "secret": SECRET } })).expect(200);
    let first = lan.post("/api/payment/deposit", json!({ "amount": 50_000 })).expect(201);
    assert_eq!(first["bank"], bank("111222"));
    assert!(
        first["qr_payload"].as_str().unwrap().contains("970436")
            && first["qr_payload"].as_str().unwrap().contains("111222")
    );
    boss.put(PATH, json!({ "bank": bank("333444"), "deposit_expiry_minutes": 10 })).expect(200);
    let second = lan.post("/api/payment/deposit", json!({ "amount": 50_000 })).expect(201);
    assert!(second["qr_payload"].as_str().unwrap().contains("333444"));
    assert_eq!(second["expires_at"], NOW.plus_seconds(600).rfc3339());
    assert_eq!(lan.show(first["id"].as_i64().unwrap())["bank"], bank("111222"));

    let key = format!("Apikey {SECRET}");
    let to = |id, deposit: &Value, account: &str| {
        Notice::new(id, 50_000, deposit["code"].as_str().unwrap()).set("accountNumber", json!(account))
    };
    notified(&app, &key, &to(1, &first, "333444")).expect(200);
    assert_eq!(lan.balance(), 50_000);
    notified(&app, &key, &to(2, &second, "111222")).expect(200);
    assert_eq!((&newest(&boss)["reason"], lan.balance()), (&json!("other_account"), 50_000));
    boss.put(PATH, json!({ "bank": null })).expect(200);
    lan.post("/api/payment/deposit", json!({ "amount": 50_000 })).refused(503, "not_configured");
}

#[test]
fn new_limits_and_commission_count_at_once() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    lan.post("/api/payment/deposit", json!({ "amount": 9_999 })).refused_fields(&["amount"]);
    boss.put(PATH, json!({ "deposit_min": 1, "deposit_max": 20_000, "commission_percent": 8 })).expect(200);
    lan.post("/api/payment/deposit", json!({ "amount": 9_999 })).expect(201);
    lan.post("/api/payment/deposit", json!({ "amount": 20_001 })).refused_fields(&["amount"]);
    assert_eq!(lan.get("/api/user/referrals").expect(200)["commission_percent"], 8);
}

#[test]
fn settings_survive_a_restart_and_the_environment_wins_while_it_speaks() {
    let app = TestApp::with(FREE);
    let change = json!({ "bank": bank("111222"), "telegram": { "chat_id": "@shop" } });
    app.admin("boss").put(PATH, change).expect(200);
    let app = TestApp::in_folder(app.stop(), &[]);
    let shown = app.admin("boss2").get(PATH).expect(200);
    assert_eq!(shown["bank"]["account_number"], ACCOUNT_NUMBER);
    assert_eq!(
        (&shown["telegram"]["chat_id"], &shown["locked"]),
        (&json!("@shop"), &json!(["bank", "sepay.secret"]))
    );
    let app = TestApp::in_folder(app.stop(), FREE);
    assert_eq!(app.admin("boss3").get(PATH).expect(200)["bank"], bank("111222"));
}

#[test]
fn two_admins_at_once_lose_nothing_of_each_other() {
    let app = TestApp::with(FREE);
    let tokens = [app.admin("mai").token().to_owned(), app.admin("binh").token().to_owned()];
    let served = app.serve();
    let put = |token: &str, body: Value| {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        served.send("PUT", PATH, &headers, body.to_string().as_bytes())
    };
    let bodies = [json!({ "support": { "zalo": "0901" } }), json!({ "support": { "telegram": "@shop" } })];
    let answers = at_once(2, |n| put(&tokens[n], bodies[n].clone()).status);
    assert_eq!(answers, [200, 200]);
    let site = app.guest().get("/api/site").expect(200);
    assert_eq!((&site["support"]["zalo"], &site["support"]["telegram"]), (&json!("0901"), &json!("@shop")));
    assert_eq!(entries(&app), 2);

    // Each is fine alone; together the least would be above the most.
    let bodies = [json!({ "deposit_min": 300_000 }), json!({ "deposit_max": 200_000 })];
    let mut answers = at_once(2, |n| put(&tokens[n], bodies[n].clone()).status);
    answers.sort_unstable();
    assert_eq!(answers, [200, 422]);
}
