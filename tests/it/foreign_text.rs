//! What others write is seldom quite right, and nobody may lose money by it: half characters, byte order marks, grouped
//! figures, in what banks, providers and messengers send.

use crate::import::line;
use crate::support::app::{SEPAY_SECRET, TestApp};
use crate::support::bank::{Notice, WEBHOOK, newest, send, signature};
use crate::support::fake_sepay::{FakeSepay, listed, round};
use crate::support::reply::Reply;
use crate::support::shop::{LINK, wish};
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::jobs::providers::{dispatch, poll_orders};
use smm_panel::jobs::scheduled::sync_catalog;
use smm_panel::orders::{Dispatch, Status};

/// A notice whose memo is spelled exactly so, inside its quotation marks.
fn memo(id: i64, content: &str) -> Vec<u8> {
    let text = Notice::new(id, 10_000, "MEMO").json().to_string();
    text.replace("MEMO", content).into_bytes()
}

#[test]
fn a_memo_with_half_a_character_is_credited() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let code = lan.deposit(50_000).code;
    let mut stray = memo(5, &format!("{code} X"));
    let at = stray.windows(2).position(|pair| pair == b" X").unwrap() + 1;
    stray[at] = 0xff;
    for (body, content) in [
        (memo(1, &format!(r"{code} \ud83d")), format!("{code} \u{fffd}")),
        (memo(2, &format!(r"\uDE00{code}")), format!("\u{fffd}{code}")),
        (memo(3, &format!(r"{code} \ud83d\ude00 \\ud83d")), format!(r"{code} 😀 \ud83d")),
        ([b"\xef\xbb\xbf \r\n".as_slice(), &memo(4, &code), b"\r\n "].concat(), code.clone()),
        (stray, format!("{code} \u{fffd}")),
    ] {
        send(&app, &body).expect(200);
        let row = newest(&boss);
        assert_eq!((&row["status"], &row["content"]), (&json!("credited"), &json!(content)));
    }
    assert_eq!(lan.balance(), 50_000);
}

#[test]
fn a_signature_is_over_the_bytes_as_they_came() {
    let app = TestApp::start();
    let code = app.member("lan").deposit(50_000).code;
    let body = memo(1, &format!(r"{code} \ud83d"));
    let mended = memo(1, &format!(r"{code} \ufffd"));
    let at_s = app.app.db.clock().now().seconds();
    for (body, signed, status) in [(&body, &mended, 401), (&body, &body, 200)] {
        let (tag, at) = (signature(SEPAY_SECRET, at_s, signed), at_s.to_string());
        let headers = [("X-SePay-Signature", tag.as_str()), ("X-SePay-Timestamp", at.as_str())];
        let answer = app.guest().send(Method::Post, WEBHOOK, &headers, Some(body.clone()));
        assert_eq!(answer.status, status);
    }
}

#[test]
fn a_field_that_says_two_things_is_refused() {
    let app = TestApp::start();
    let text = Notice::new(1, 10_000, "hello").json().to_string();
    let twice = text.replacen('{', r#"{"transferAmount":90000,"#, 1);
    send(&app, twice.as_bytes()).refused_fields(&["transferAmount"]);
    send(&app, text.replacen('{', r#"{"transferAmount":10000,"#, 1).as_bytes()).expect(200);
}

#[test]
fn a_listed_transfer_with_half_a_character_is_credited() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    let lan = app.member("lan");
    let code = lan.deposit(50_000).code;
    let rows = json!([listed(1, "50000.00", "MEMO"), listed(2, "1,250,000.00", &code)]);
    let list = json!({ "status": 200, "error": null, "messages": { "success": true }, "transactions": rows });
    sepay.next(200, &format!("\u{feff}{list}").replace("MEMO", &format!(r"{code} \ud83d")));
    round(&app).unwrap();
    assert_eq!(lan.balance(), 1_300_000);
}

#[test]
fn an_amount_that_could_be_two_is_not_credited() {
    let sepay = FakeSepay::start();
    let app = sepay.panel();
    let lan = app.member("lan");
    let code = lan.deposit(50_000).code;
    for amount in ["50.000", "50,000"] {
        let rows = json!([listed(1, amount, &code)]);
        sepay.next(200, &json!({ "transactions": rows }).to_string());
        assert!(round(&app).unwrap_err().note.to_string().contains("amount_in"), "{amount}");
    }
    assert_eq!(lan.balance(), 0);
}

#[test]
fn our_own_json_stays_strict() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = app.service(|_| ());
    let text = wish(id, 1000).to_string();
    let bearer = format!("Bearer {}", lan.token());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    for body in [
        text.replace(LINK, &format!(r"{LINK}\ud83d")),
        text.replacen('{', r#"{"\ude00":1,"#, 1),
        text.replacen('{', r#"{"unknown":"\ud83d \ude00","#, 1),
        format!("\u{feff}{text}"),
        text.replacen('{', &format!(r#"{{"x":{}1{},"#, "[".repeat(20_000), "]".repeat(20_000)), 1),
        text.replacen('{', &format!(r#"{{"x":{}1{},"#, r#"{"a":"#.repeat(20_000), "}".repeat(20_000)), 1),
    ] {
        let sent = app.guest().send(Method::Post, "/api/orders", &headers, Some(body.into_bytes()));
        sent.refused(400, "malformed_request");
    }
    let emoji = text.replace(LINK, &format!(r"{LINK}\ud83d\ude00"));
    app.guest().send(Method::Post, "/api/orders", &headers, Some(emoji.into_bytes())).expect(201);
    assert_eq!(app.number("SELECT count(*) FROM orders"), 1);
}

#[test]
fn a_provider_that_writes_half_a_character_is_understood() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = app.service(|_| ());
    let taken = lan.buys(id, 1000);
    app.provider.next_for("add", Reply::text(200, "\u{feff} {\"order\":7,\"link\":\"\\ud83d\"}\n"));
    dispatch::tick(&app.app);
    let refused = lan.buys(id, 1000);
    app.provider.next_for("add", Reply::text(200, r#"{"error":"Bad link \ude00"}"#));
    dispatch::tick(&app.app);
    assert_eq!(app.order(taken).state.dispatch, Dispatch::Sent);
    assert_eq!(app.order(refused).state.dispatch, Dispatch::Refused);
    app.provider
        .next_for("status", Reply::text(200, r#"{"status":"Completed","remains":"0","note":"\ud83d"}"#));
    poll_orders::tick(&app.app);
    assert_eq!(app.order(taken).state.progress.status, Status::Completed);
    assert_eq!(lan.balance(), 38_000);
}

/// An order of 2,000 for 24,000 after this report; status, refund and contradiction.
fn after(report: Value) -> (Status, i64, bool) {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let id = lan.buys(app.service(|_| ()), 2000);
    dispatch::tick(&app.app);
    let theirs = app.order(id).state.provider_order.unwrap();
    app.provider.set_report(&theirs, report);
    poll_orders::tick(&app.app);
    let state = app.order(id).state;
    (state.progress.status, state.refunded.get(), state.provider_mismatch.is_some())
}

#[test]
fn figures_that_mean_one_number_are_paid_by_and_others_are_not() {
    let report = |remains: Value| {
        json!({ "charge": "900,000.00", "start_count": "1 204 000", "status": "Partial", "remains": remains,
            "currency": "VND" })
    };
    for (remains, refund) in [(json!(157.0), 1884), (json!("157.0"), 1884), (json!("1 000"), 12_000)] {
        assert_eq!(after(report(remains.clone())), (Status::Partial, refund, false), "{remains}");
    }
    for remains in [json!("1,000"), json!("1.000"), json!(157.5), json!("some")] {
        assert_eq!(after(report(remains.clone())), (Status::Processing, 0, true), "{remains}");
    }
}

#[test]
fn a_balance_with_groups_is_a_balance() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.provider.set_services(json!([line(1, "9000")]));
    app.provider.set_balance("1,234,567.89", "VND");
    boss.imports(json!({ "markup_percent": 20 })).expect(200);
    poll_orders::tick(&app.app);
    let shown = boss.get("/api/admin/providers").expect(200)["items"][0].clone();
    assert_eq!((&shown["balance"], &shown["trouble"]), (&json!("1234567.89"), &Value::Null));
}

#[test]
fn an_import_does_not_need_the_balance_but_then_somebodys_word() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.provider.set_services(json!([line(1, "9000")]));
    for reply in [
        Reply::json(200, json!({ "balance": "1,234", "currency": "VND" })),
        Reply::json(200, json!({ "balance": "5" })),
        Reply::json(200, json!({ "error": "Incorrect request" })),
        Reply::html(500),
        Reply::reset(),
    ] {
        app.provider.next_for("balance", reply.clone());
        boss.imports(json!({ "markup_percent": 20 })).refused_fields(&["provider_id"]);
        app.provider.next_for("balance", reply.clone());
        let body = json!({ "markup_percent": 20, "currency_is_vnd": false });
        boss.imports(body).refused_fields(&["provider_id"]);
        app.provider.next_for("balance", reply.clone());
        let body = json!({ "markup_percent": 20, "currency_is_vnd": true, "dry_run": true });
        assert_eq!(boss.imports(body).expect(200)["items"][0]["rate"], "10800", "{reply:?}");
    }
    assert_eq!(app.number("SELECT count(*) FROM services"), 0);
    // A word against what the balance says counts for nothing.
    app.provider.set_balance("1,234", "USD");
    boss.imports(json!({ "markup_percent": 20, "currency_is_vnd": true })).refused_fields(&["provider_id"]);
    // With an exchange rate the currency is known.
    app.provider.next_for("balance", Reply::html(500));
    app.write(|tx| tx.execute("UPDATE providers SET exchange_rate = '25000', currency = 'USD'", ()).unwrap());
    boss.imports(json!({ "markup_percent": 10_000 })).expect(200);
}

#[test]
fn a_cost_that_rises_pauses_although_the_balance_cannot_be_read() {
    for reply in [
        Reply::json(200, json!({ "balance": "1,234", "currency": "VND" })),
        Reply::json(200, json!({ "error": "Incorrect request" })),
        Reply::html(500),
    ] {
        let app = TestApp::start();
        let id = app.service(|_| ());
        app.provider.set_services(json!([line(101, "20000")]));
        app.provider.next_for("balance", reply.clone());
        sync_catalog::tick(&app.app).unwrap();
        let boss = app.admin("boss");
        let service = &boss.get(&format!("/api/admin/services?search={id}")).expect(200)["items"][0];
        assert_eq!((&service["active"], &service["cost"]), (&json!(false), &json!("20000")), "{reply:?}");
    }
}
