//! Transfers that SePay failed to deliver: pulled from its list, counted once, and what a list that lies can do.

use crate::support::app::TestApp;
use crate::support::bank::{Notice, newest, notify};
use crate::support::fake_sepay::{FakeSepay, TOKEN, listed, round};
use crate::support::fake_telegram;
use crate::support::listen::Listener;
use crate::support::operated::{Operated, eventually};
use serde_json::{Value, json};
use smm_panel::jobs::scheduled;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn kept(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM bank_transactions")
}

fn list(rows: &[Value]) -> String {
    json!({ "status": 200, "error": null, "messages": { "success": true }, "transactions": rows }).to_string()
}

fn sepay_settings(app: &TestApp) -> Value {
    let admin = app.admin(&format!("boss{}", app.number("SELECT count(*) FROM users")));
    admin.get("/api/admin/settings").expect(200)["sepay"].clone()
}

#[test]
fn without_a_token_nobody_is_asked() {
    let sepay = FakeSepay::start();
    let app = TestApp::with(&[("SEPAY_API_URL", &sepay.url())]);
    assert_eq!(round(&app), Ok(None));
    assert!(sepay.requests().is_empty());
}

#[test]
fn a_token_that_is_turned_away_is_seen_and_never_shown() {
    let sepay = FakeSepay::start();
    let wrong = "sepay-api-token-of-yesterday";
    let app = TestApp::with(&[("SEPAY_API_TOKEN", wrong), ("SEPAY_API_URL", &sepay.url())]);
    sepay.sees(listed(1, "50000.00", "hello"));
    let mut runner = scheduled::runner(&app.app, "reconcile").unwrap();
    assert!(runner.step(Instant::now()));
    assert_eq!(sepay.requests()[0].headers["authorization"], format!("Bearer {wrong}"));
    let shown = sepay_settings(&app);
    assert!(shown["api_trouble"].as_str().unwrap().contains("the API token is not valid"), "{shown}");
    let coded = json!({ "code": "sepay_empty" });
    assert_eq!(shown["api_trouble_coded"], coded);
    assert_eq!((&shown["api_token_set"], &shown["api_read_at"]), (&json!(true), &Value::Null));
    let jobs = app.admin("chief").get("/api/admin/jobs").expect(200);
    assert!(jobs.to_string().contains("the API token is not valid"), "{jobs}");
    assert!(!jobs.to_string().contains(wrong) && !shown.to_string().contains(wrong));
    assert_eq!(app.guest().get("/health").expect(200)["jobs"]["reconcile"], "failing");
    assert_eq!(kept(&app), 0);
}

#[test]
fn a_new_token_is_tried_at_once_and_the_trouble_goes_with_the_old_one() {
    let sepay = FakeSepay::start();
    let app = TestApp::with(&[("SEPAY_API_URL", &sepay.url())]);
    let admin = app.admin("boss");
    let (mut runner, now) = (scheduled::runner(&app.app, "reconcile").unwrap(), Instant::now());
    assert!(runner.step(now) && !runner.step(now), "without a token it waits");
    for (token, is_trouble) in
        [(json!("sepay-token-of-yesterday"), true), (Value::Null, false), (json!(TOKEN), false)]
    {
        let change = json!({ "sepay": { "api_token": token } });
        admin.put("/api/admin/settings", change).expect(200);
        assert!(runner.step(now), "{token}");
        assert_eq!(sepay_settings(&app)["api_trouble"].is_string(), is_trouble, "{token}");
        let jobs = admin.get("/api/admin/jobs").expect(200).to_string();
        assert_eq!(jobs.contains("the API token is not valid"), is_trouble, "{token}");
    }
    assert!(sepay_settings(&app)["api_read_at"].is_string());
    assert_eq!(sepay.requests().len(), 2);
}

#[test]
fn what_is_no_list_leaves_nothing() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    let row = list(&[listed(1, "50000.00", "hello")]);
    let endless = "x".repeat(2 * 1024 * 1024);
    let bodies: [(u16, &str); 10] = [
        (200, "<html>log in to the hotel's network</html>"),
        (200, "{}"),
        (200, "[]"),
        (200, row.trim_end_matches("]}")),
        (200, &row.replace("\"status\":200", "\"status\":500")),
        (200, &endless),
        (302, &row),
        (404, &row),
        (401, &row),
        (502, "<html>Bad gateway</html>"),
    ];
    for (status, body) in bodies {
        sepay.next(status, body);
        assert!(round(&app).is_err(), "{status} {body:.60}");
        assert_eq!((kept(&app), app.number("SELECT count(*) FROM sepay_list")), (0, 0));
    }
    let whole = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{row}", row.len() + 10);
    sepay.next_bytes(whole.into_bytes());
    assert!(round(&app).is_err(), "a cut answer");
    assert_eq!(kept(&app), 0);
    sepay.next(200, &row);
    assert!(round(&app).is_ok());
    assert_eq!(kept(&app), 1);
}

#[test]
fn sepay_is_left_alone_for_as_long_as_it_wants() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    let mut runner = scheduled::runner(&app.app, "reconcile").unwrap();
    let now = Instant::now();
    let limited = "HTTP/1.1 429 X\r\nx-sepay-userapi-retry-after: 120\r\nContent-Length: 2\r\n\r\n{}";
    sepay.next_bytes(limited.as_bytes().to_vec());
    assert!(runner.step(now));
    assert!(!runner.step(now + Duration::from_secs(119)));
    assert!(runner.step(now + Duration::from_secs(130)));
    assert_eq!(sepay.requests().len(), 2);
}

#[test]
fn a_list_that_hangs_holds_up_nobody_and_not_the_stop() {
    let (folder, sepay) = (TempDir::new().unwrap(), FakeSepay::start());
    sepay.next_hangs();
    let url = sepay.url();
    let panel =
        Operated::start(folder.path(), "sandbox", &[("SEPAY_API_TOKEN", TOKEN), ("SEPAY_API_URL", &url)]);
    eventually("it is asked at the start", || sepay.requests().len() == 1);
    let shown = panel.get("/api/admin/jobs");
    let job = shown["items"].as_array().unwrap().iter().find(|job| job["name"] == "reconcile").unwrap();
    assert!(job["running_since"].is_string() && job["status"] == "waiting", "{job}");
    assert_eq!(panel.get("/health")["status"], "ok");
    let (status, took) = panel.binary.terminate();
    assert!(status.success() && took < Duration::from_secs(3), "{status} {took:?}");
}

#[test]
fn a_page_that_repeats_is_read_once_and_reported() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    let rows: Vec<Value> = (1..=500).map(|id| listed(id, "1000.00", "hello")).collect();
    for _ in 0..2 {
        sepay.next(200, &list(&rows));
    }
    let trouble = round(&app).unwrap_err();
    assert!(trouble.note.to_string().contains("repeats itself"), "{trouble:?}");
    assert_eq!((kept(&app), sepay.requests().len()), (500, 2));
    assert_eq!(app.number("SELECT count(*) FROM sepay_list"), 0, "it was not read to its end");
}

#[test]
fn what_the_notice_brought_is_not_credited_again_whatever_the_list_says_of_it() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    let (lan, anh) = (app.member("lan"), app.member("anh"));
    let (asked, other) = (lan.deposit(50_000), anh.deposit(50_000));
    notify(&app, &Notice::new(7, 50_000, &asked.code)).expect(200);
    for row in [listed(7, "50000.00", &asked.code), listed(7, "90000.00", &other.code)] {
        sepay.sees(row);
        round(&app).unwrap();
        assert_eq!((lan.balance(), anh.balance(), kept(&app)), (50_000, 0, 1));
    }
    for amount in ["60000.00", "99000.00"] {
        sepay.sees(listed(8, amount, &other.code));
    }
    round(&app).unwrap();
    notify(&app, &Notice::new(8, 60_000, &other.code)).expect(200);
    round(&app).unwrap();
    assert_eq!((anh.balance(), kept(&app)), (60_000, 2), "nor the other way around");
}

#[test]
fn a_transfer_the_panel_missed_is_credited_told_and_shown_as_by_notice() {
    let (sepay, telegram) = (FakeSepay::start(), fake_telegram::FakeTelegram::start());
    let folder = TempDir::new().unwrap();
    let (url, telegram_url) = (sepay.url(), telegram.url());
    let vars = [
        ("SEPAY_API_URL", url.as_str()),
        ("BANK_BIN", "970422"),
        ("BANK_ACCOUNT_NUMBER", "0123456789"),
        ("DEPOSIT_EXPIRY_MINUTES", "1"),
        ("TELEGRAM_BOT_TOKEN", fake_telegram::TOKEN),
        ("TELEGRAM_CHAT_ID", "42"),
        ("TELEGRAM_API_URL", telegram_url.as_str()),
    ];
    let panel = Operated::start(folder.path(), "sandbox", &vars);
    let mut listener = Listener::bearer(panel.binary.address, panel.token());
    let deposit =
        panel.send("POST", "/api/payment/deposit", &json!({ "amount": 50_000 })).unwrap().expect(201);
    assert_eq!(listener.hears("deposit")["status"], "pending");
    let mut row = listed(9, "70000.00", &format!("nap tien {}", deposit["code"].as_str().unwrap()));
    row["transaction_date"] = json!("2999-01-01 00:00:00");
    sepay.sees(row);
    let token = json!({ "sepay": { "api_token": TOKEN } });
    panel.send("PUT", "/api/admin/settings", &token).unwrap().expect(200);
    let heard = [listener.next(), listener.next()];
    let by_name = |name: &str| heard.iter().find(|event| event.name == name).unwrap().data.clone();
    assert_eq!(
        (&by_name("deposit")["status"], &by_name("deposit")["credited"]),
        (&json!("completed"), &json!(70_000))
    );
    assert_eq!(by_name("balance")["balance"], 70_000);
    eventually("the operator is told", || telegram.texts().iter().any(|text| text.contains("70.000 ₫")));
    eventually("it is well", || panel.get("/api/admin/settings")["sepay"]["api_read_at"].is_string());
    assert_eq!(panel.get("/api/admin/settings")["sepay"]["api_trouble"], Value::Null);
    assert!(!std::fs::read_to_string(folder.path().join("log.txt")).unwrap().contains(TOKEN));
}

#[test]
fn money_for_an_expired_deposit_is_credited_and_the_rest_is_kept_as_by_notice() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    let (lan, admin) = (app.member("lan"), app.admin("boss"));
    let asked = lan.deposit(50_000);
    app.clock.advance_seconds(2 * 24 * 60 * 60);
    assert_eq!(lan.show(asked.id)["status"], "expired");
    sepay.sees(listed(1, "50000.00", &asked.code));
    round(&app).unwrap();
    assert_eq!((lan.balance(), &lan.show(asked.id)["status"]), (50_000, &json!("completed")));

    let mut foreign = listed(2, "50000.00", &asked.code);
    foreign["account_number"] = json!("9999999999");
    let mut outgoing = listed(3, "0.00", &asked.code);
    outgoing["amount_out"] = json!("80000.00");
    let mut virtual_account = listed(5, "10000.00", &asked.code);
    (virtual_account["account_number"], virtual_account["sub_account"]) = (json!("1"), json!("0123456789"));
    for (row, status, reason) in [
        (foreign, "unmatched", json!("other_account")),
        (outgoing, "ignored", Value::Null),
        (listed(4, "50000.00", "no code"), "unmatched", json!("no_known_code")),
        (virtual_account, "credited", Value::Null),
    ] {
        sepay.sees(row);
        round(&app).unwrap();
        let kept = newest(&admin);
        assert_eq!((&kept["status"], &kept["reason"]), (&json!(status), &reason));
    }
    assert_eq!(lan.balance(), 60_000);
}

#[test]
fn a_row_that_cannot_be_read_is_reported_and_the_others_count() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    let lan = app.member("lan");
    let asked = lan.deposit(50_000);
    sepay.sees(listed(1, "50000.50", &asked.code));
    sepay.sees(listed(2, "50000.00", &asked.code));
    let trouble = round(&app).unwrap_err();
    assert!(trouble.note.to_string().contains("transfer 1: amount_in"), "{trouble:?}");
    assert_eq!((lan.balance(), kept(&app)), (50_000, 1));
}

#[test]
fn thousands_of_transfers_come_in_in_either_order_once() {
    for rising in [false, true] {
        let sepay = FakeSepay::start();
        if rising {
            sepay.rises();
        }
        let app = sepay.panel();
        let lan = app.member("lan");
        let asked = lan.deposit(50_000);
        for id in 1..=3_000 {
            let mut row = listed(id, "1000.00", if id % 1000 == 0 { &asked.code } else { "hello" });
            // Three a second, and now and then one that the bank reports late.
            let second = if id % 97 == 0 { 0 } else { id / 3 };
            row["transaction_date"] = json!(format!("2026-11-21 12:{:02}:{:02}", second / 60, second % 60));
            sepay.sees(row);
        }
        let done = round(&app).unwrap().unwrap();
        assert_eq!(done, "3000 transfers listed, 3000 of them new", "rising: {rising}");
        assert_eq!((lan.balance(), kept(&app)), (3_000, 3_000));
        assert!(sepay.requests().len() < 12, "{} pages", sepay.requests().len());
        assert_eq!(round(&app).unwrap().unwrap(), "3000 transfers listed, 0 of them new");
    }
}

#[test]
fn an_old_account_s_past_is_not_pulled_and_a_long_stop_is() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    let mut old = listed(1, "50000.00", "hello");
    old["transaction_date"] = json!("2021-04-01 10:00:00");
    sepay.sees(old);
    sepay.sees(listed(2, "50000.00", "hello"));
    round(&app).unwrap();
    assert_eq!(kept(&app), 1);
    app.clock.advance_seconds(90 * 24 * 60 * 60);
    let mut missed = listed(3, "50000.00", "hello");
    missed["transaction_date"] = json!("2026-11-23 10:00:00");
    sepay.sees(missed);
    round(&app).unwrap();
    assert_eq!(kept(&app), 2);
    let asked: Vec<String> = sepay.requests().iter().map(|request| request.path.clone()).collect();
    assert!(asked[0].contains("transaction_date_min=2026-11-19"), "{asked:?}");
    assert!(asked[1].contains("transaction_date_min=2026-11-20"), "{asked:?}");
}

#[test]
fn the_first_time_the_list_is_read_from_the_last_notice_on() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    notify(&app, &Notice::new(7, 50_000, "nobody's")).expect(200);
    app.clock.advance_seconds(10 * 86_400);
    round(&app).unwrap();
    let asked = &sepay.requests()[0].path;
    assert!(asked.contains("transaction_date_min=2026-11-21"), "{asked}");
}
