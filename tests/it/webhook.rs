//! SePay's webhook: who is believed, what is refused, and that a transfer counts once.

use crate::support::app::{ACCOUNT_NUMBER, SEPAY_SECRET, TestApp};
use crate::support::bank::{APIKEY, Notice, WEBHOOK, notify, send, signature};
use crate::support::tcp::at_once;
use crate::support::wire::Answer;
use rocket::http::Method;
use serde_json::json;

const NOW_S: i64 = 1_795_333_140;

fn stored(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM bank_transactions")
}

fn raw(app: &TestApp, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    app.guest().send(Method::Post, WEBHOOK, headers, Some(body.to_vec()))
}

#[test]
fn without_a_secret_nothing_is_taken() {
    for secret in ["", "  "] {
        let app = TestApp::with(&[("SEPAY_SECRET", secret)]);
        let body = Notice::new(1, 50_000, "NAP").bytes();
        for key in ["Apikey ", "Apikey", "Apikey null", APIKEY] {
            raw(&app, &[("Authorization", key)], &body).refused(503, "not_configured");
        }
        let signed = signature("", NOW_S, &body);
        let headers = [("X-SePay-Signature", signed.as_str()), ("X-SePay-Timestamp", "1795333140")];
        raw(&app, &headers, &body).refused(503, "not_configured");
        assert_eq!(stored(&app), 0);
    }
}

#[test]
fn a_wrong_key_stores_nothing() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let body = Notice::new(1, 50_000, &lan.deposit(50_000).code).bytes();
    let (long, mut short) = (format!("{APIKEY}x"), APIKEY.to_owned());
    short.pop();
    let bearer = format!("Bearer {SEPAY_SECRET}");
    for key in ["", "Apikey", "Apikey ", "Apikey wrong", &short, &long, &bearer, SEPAY_SECRET] {
        raw(&app, &[("Authorization", key)], &body).refused(401, "unauthenticated");
    }
    // Whoever looks into SePay's log reads what to mend.
    let refused = raw(&app, &[], &body).refused(401, "unauthenticated");
    assert!(refused["detail"].as_str().unwrap().contains("secret in the panel's settings"), "{refused}");
    assert_eq!((stored(&app), lan.balance()), (0, 0));
}

#[test]
fn an_admins_token_is_no_key() {
    let app = TestApp::start();
    let admin = app.admin("boss");
    admin.post(WEBHOOK, Notice::new(1, 50_000, "NAP").json()).refused(401, "unauthenticated");
    assert_eq!(stored(&app), 0);
}

#[test]
fn a_signature_is_believed_for_these_bytes_at_this_time_only() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let body = Notice::new(1, 50_000, &lan.deposit(50_000).code).bytes();
    let other = Notice::new(1, 90_000, &lan.deposit(50_000).code).bytes();
    let good = signature(SEPAY_SECRET, NOW_S, &body);
    let now = NOW_S.to_string();
    let attempt = |signed: &str, at: &str, body: &[u8]| {
        raw(&app, &[("X-SePay-Signature", signed), ("X-SePay-Timestamp", at)], body)
    };
    attempt(&good, &now, &other).refused(401, "unauthenticated");
    attempt(&good, &(NOW_S + 1).to_string(), &body).refused(401, "unauthenticated");
    attempt(&signature("wrong", NOW_S, &body), &now, &body).refused(401, "unauthenticated");
    attempt(good.trim_start_matches("sha256="), &now, &body).refused(401, "unauthenticated");
    attempt("sha256=", &now, &body).refused(401, "unauthenticated");
    attempt("sha256=zz", &now, &body).refused(401, "unauthenticated");
    attempt(&good, "", &body).refused(401, "unauthenticated");
    raw(&app, &[("X-SePay-Signature", good.as_str())], &body).refused(401, "unauthenticated");
    for stale in [NOW_S - 301, NOW_S + 301] {
        let signed = signature(SEPAY_SECRET, stale, &body);
        attempt(&signed, &stale.to_string(), &body).refused(401, "unauthenticated");
    }
    assert_eq!((stored(&app), lan.balance()), (0, 0));

    attempt(&good, &now, &body).expect(200);
    assert_eq!(lan.balance(), 50_000);
}

#[test]
fn a_signature_lasts_five_minutes_either_way() {
    let app = TestApp::start();
    for (id, at) in [(1, NOW_S - 300), (2, NOW_S + 300)] {
        let body = Notice::new(id, 50_000, "").bytes();
        let signed = signature(SEPAY_SECRET, at, &body);
        let at = at.to_string();
        raw(&app, &[("X-SePay-Signature", &signed), ("X-SePay-Timestamp", &at)], &body).expect(200);
    }
}

#[test]
fn the_answer_is_what_sepay_waits_for() {
    let app = TestApp::start();
    assert_eq!(notify(&app, &Notice::new(1, 50_000, "")).expect(200), json!({ "success": true }));
}

#[test]
fn an_amount_that_is_no_whole_number_above_zero_stores_nothing() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let code = lan.deposit(50_000).code;
    for amount in [
        "0",
        "-50000",
        "0.5",
        "50000.5",
        "50000.0",
        "1e3",
        "\"50000.00\"",
        "\"\"",
        "\"1e3\"",
        "null",
        "true",
        "[]",
        "{}",
        "10000000000000",
        "9223372036854775808",
        "1e400",
    ] {
        let body = Notice::new(1, 1, &code).with_amount(amount);
        let answer = send(&app, &body);
        // What is out of every JSON number's range is not even JSON to some readers.
        assert!(
            answer.status == 422 || (answer.status == 400 && amount == "1e400"),
            "{amount}: {}",
            answer.text()
        );
        if answer.status == 422 {
            answer.refused_fields(&["transferAmount"]);
        }
    }
    assert_eq!((stored(&app), lan.balance()), (0, 0));
}

#[test]
fn a_notice_without_the_necessary_is_refused_with_its_fields() {
    let app = TestApp::start();
    send(&app, b"{}").refused_fields(&["id", "transferType", "transferAmount"]);
    send(&app, b"[]").refused_fields(&["body"]);
    send(&app, b"7").refused_fields(&["body"]);
    let body = Notice::new(1, 50_000, "").set("id", json!("3f0c1a52-0000-4000-8000-00000000a001"));
    notify(&app, &body).refused_fields(&["id"]);
    notify(&app, &Notice::new(1, 50_000, "").set("id", json!(-1))).refused_fields(&["id"]);
    notify(&app, &Notice::new(1, 50_000, "").set("id", json!(1.5))).refused_fields(&["id"]);
    notify(&app, &Notice::new(1, 50_000, "").set("transferType", json!("both")))
        .refused_fields(&["transferType"]);
    notify(&app, &Notice::new(1, 50_000, "").set("content", json!({}))).refused_fields(&["content"]);
    assert_eq!(stored(&app), 0);
}

#[test]
fn what_is_not_json_is_refused() {
    let app = TestApp::start();
    for body in [&b""[..], b"  ", b"id=1&transferAmount=5", b"{\"id\":1", b"{'id':1}", b"\xff\xfe{}", b"{}{}"]
    {
        send(&app, body).refused(400, "malformed_request");
    }
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    send(&app, &deep).refused(400, "malformed_request");
    assert_eq!(stored(&app), 0);
}

#[test]
fn json_is_read_whatever_the_type_says() {
    let app = TestApp::start();
    let types = [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "x",
        "",
    ];
    for (id, kind) in (1..).zip(types) {
        let body = Notice::new(id, 50_000, "").bytes();
        raw(&app, &[("Authorization", APIKEY), ("Content-Type", kind)], &body).expect(200);
    }
    assert_eq!(stored(&app), 6);
}

#[test]
fn a_body_beyond_a_mebibyte_is_too_large() {
    let app = TestApp::start();
    let just = Notice::new(1, 50_000, &"x".repeat(1024 * 1024 - 1000)).bytes();
    send(&app, &just).expect(200);
    let over = Notice::new(2, 50_000, &"x".repeat(1024 * 1024)).bytes();
    send(&app, &over).refused(413, "payload_too_large");
    assert_eq!(stored(&app), 1);
}

#[test]
fn unknown_fields_and_digits_in_strings_are_taken() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let notice = Notice::new(1, 1, &lan.deposit(50_000).code)
        .set("id", json!("1"))
        .set("transferAmount", json!("50000"))
        .set("something", json!({ "new": [1, 2] }));
    notify(&app, &notice).expect(200);
    notify(&app, &Notice::new(1, 50_000, "")).expect(200);
    assert_eq!((stored(&app), lan.balance()), (1, 50_000));
}

#[test]
fn a_known_id_is_credited_once_whatever_comes_with_it() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan"), app.member("binh"));
    let (first, second) = (lan.deposit(50_000), binh.deposit(70_000));
    let notice = Notice::new(1, 50_000, &first.code);
    for _ in 0..3 {
        notify(&app, &notice).expect(200);
    }
    notify(&app, &Notice::new(1, 70_000, &second.code)).expect(200);
    notify(&app, &Notice::new(1, 50_000, &first.code).set("referenceCode", json!("FT2"))).expect(200);
    assert_eq!((lan.balance(), binh.balance(), stored(&app)), (50_000, 0, 1));
    assert_eq!(lan.show(first.id)["credited"], 50_000);
}

#[test]
fn a_hundred_copies_at_once_are_credited_once() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let deposit = lan.deposit(50_000);
    let body = Notice::new(510_023, 50_000, &deposit.code).bytes();
    let served = app.serve();
    let answers = at_once(100, |_| {
        let headers = [("Authorization", APIKEY), ("Content-Type", "application/json")];
        served.send("POST", WEBHOOK, &headers, &body)
    });
    assert!(answers.iter().all(|answer| answer.expect(200) == json!({ "success": true })));
    assert_eq!((lan.balance(), stored(&app)), (50_000, 1));
    assert_eq!(app.number("SELECT count(*) FROM transfers"), 1);
}

#[test]
fn many_transfers_at_once_are_all_credited() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let deposit = lan.deposit(50_000);
    let served = app.serve();
    at_once(40, |number| {
        let body = Notice::new(i64::try_from(number).unwrap(), 1_000, &deposit.code).bytes();
        served.send("POST", WEBHOOK, &[("Authorization", APIKEY)], &body).expect(200)
    });
    assert_eq!(lan.balance(), 40_000);
    assert_eq!(lan.show(deposit.id)["credited"], 40_000);
}

#[test]
fn approval_and_transfer_at_once_never_credit_twice() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let deposit = lan.deposit(50_000);
    let served = app.serve();
    let approve = format!("/api/admin/deposits/{}/approve", deposit.id);
    let bearer = format!("Bearer {}", boss.token());
    let body = Notice::new(1, 50_000, &deposit.code).bytes();
    let answers = at_once(8, |number| match number % 2 {
        0 => served.send("POST", WEBHOOK, &[("Authorization", APIKEY)], &body).status,
        _ => served.send("PUT", &approve, &[("Authorization", &bearer)], b"{}").status,
    });
    assert!(answers.iter().step_by(2).all(|status| *status == 200), "{answers:?}");
    assert_eq!(lan.balance(), 50_000);
}

#[test]
fn sepay_is_never_limited_and_strangers_are() {
    let app = TestApp::with(&[("RATE_LIMIT_PER_MINUTE", "5")]);
    for id in 1..=30 {
        notify(&app, &Notice::new(id, 1_000, "")).expect(200);
    }
    let body = Notice::new(99, 1_000, "").bytes();
    let statuses: Vec<u16> =
        (0..7).map(|_| raw(&app, &[("Authorization", "Apikey no")], &body).status).collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
    notify(&app, &Notice::new(31, 1_000, "")).expect(200);
    assert_eq!(stored(&app), 31);
}

#[test]
fn the_fact_is_kept_as_it_came() {
    let app = TestApp::start();
    let notice = Notice::new(7, 50_000, "tien an trua");
    notify(&app, &notice).expect(200);
    let page = app.admin("boss").get("/api/admin/bank-transactions").expect(200);
    let item = &page["items"][0];
    assert_eq!(item["sepay_id"], 7);
    assert_eq!(item["amount"], 50_000);
    assert_eq!(item["content"], "tien an trua");
    assert_eq!(item["account_number"], ACCOUNT_NUMBER);
    assert_eq!(item["gateway"], "MBBank");
    assert_eq!(item["reference"], "FT26278000111");
    assert_eq!(item["transaction_date"], "2026-10-05 09:14:22");
    assert_eq!(item["created_at"], "2026-11-22T07:39:00Z");
}
