//! Deposits: asking, and paying by transfer.

use crate::support::app::{ACCOUNT_NUMBER, TestApp};
use crate::support::bank::{Notice, newest, notify, unmatched};
use serde_json::{Value, json};

const DAY_S: i64 = 24 * 60 * 60;

mod asking {
    use super::*;

    #[test]
    fn a_deposit_tells_how_to_pay() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let deposit = lan.post("/api/payment/deposit", json!({ "amount": 50_000 })).expect(201);
        let code = deposit["code"].as_str().unwrap();
        assert_eq!(code.len(), 11);
        assert!(code.starts_with("NAP") && !code.chars().any(|letter| "0O1IL".contains(letter)), "{code}");
        assert_eq!(code.to_uppercase(), code);
        let payload = format!(
            "00020101021238540010A00000072701240006970422011001234567890208QRIBFTTA53037045405500005802VN6215\
             0811{code}6304"
        );
        let qr = deposit["qr_payload"].as_str().unwrap();
        assert!(qr.starts_with(&payload) && qr.len() == payload.len() + 4, "{qr}");
        let id = &deposit["id"];
        assert_eq!(
            deposit,
            json!({
                "id": id, "code": code, "amount": 50_000, "credited": 0,
                "balance_before": null, "balance_after": null, "bonus": 0, "coupon": null, "status": "pending",
                "bank": { "bin": "970422", "name": "MBBank", "account_number": ACCOUNT_NUMBER,
                    "account_name": "NGUYEN VAN A" },
                "transfer_content": code, "qr_payload": qr,
                "qr_url": format!("/api/payment/deposits/{id}/qr.svg"),
                "expires_at": "2026-11-23T07:39:00Z", "created_at": "2026-11-22T07:39:00Z",
            })
        );
        assert_eq!(lan.show(id.as_i64().unwrap()), deposit);
    }

    #[test]
    fn the_limits_are_refused_beyond_and_taken_at() {
        let app = TestApp::start();
        let lan = app.member("lan");
        for amount in [
            json!(9_999),
            json!(500_000_001),
            json!(0),
            json!(-50_000),
            json!(i64::MAX),
            json!("50000"),
            json!(50_000.0),
            json!(null),
        ] {
            lan.post("/api/payment/deposit", json!({ "amount": amount })).refused_fields(&["amount"]);
        }
        lan.post("/api/payment/deposit", json!({})).refused_fields(&["amount"]);
        let more = json!({ "amount": 50_000, "code": "NAPAAAAAAAA" });
        lan.post("/api/payment/deposit", more).refused_fields(&["code"]);
        let foreign = json!({ "amount": 50_000, "user_id": 1 });
        lan.post("/api/payment/deposit", foreign).refused_fields(&["user_id"]);
        lan.deposit(10_000);
        lan.deposit(500_000_000);
        assert_eq!(app.number("SELECT count(*) FROM deposits"), 2);
    }

    #[test]
    fn without_a_bank_nobody_can_pay_in() {
        let none =
            ["BANK_BIN", "BANK_NAME", "BANK_ACCOUNT_NUMBER", "BANK_ACCOUNT_NAME"].map(|name| (name, ""));
        let app = TestApp::with(&none);
        let lan = app.member("lan");
        lan.post("/api/payment/deposit", json!({ "amount": 50_000 })).refused(503, "not_configured");
    }

    #[test]
    fn twenty_may_be_open_and_what_is_paid_expired_or_somebody_elses_does_not_count() {
        let app = TestApp::start();
        let (lan, binh) = (app.member("lan"), app.member("binh"));
        let too_many = || {
            let refused =
                lan.post("/api/payment/deposit", json!({ "amount": 50_000 })).refused(409, "conflict");
            assert_eq!(
                (&refused["reason"], &refused["values"]["max"]),
                (&json!("too_many_deposits"), &json!(20))
            );
        };
        let first = lan.deposit(50_000);
        (1..20).for_each(|_| drop(lan.deposit(50_000)));
        too_many();
        binh.deposit(50_000);
        notify(&app, &Notice::new(1, 50_000, &first.code)).expect(200);
        lan.deposit(50_000);
        too_many();
        app.clock.advance_seconds(DAY_S);
        lan.deposit(50_000);
    }

    #[test]
    fn nobody_asks_without_a_token() {
        let app = TestApp::start();
        app.guest().post("/api/payment/deposit", json!({ "amount": 50_000 })).refused(401, "unauthenticated");
        app.guest().get("/api/payment/deposits").refused(401, "unauthenticated");
        app.guest().get("/api/payment/deposits/1").refused(401, "unauthenticated");
        app.guest().get("/api/payment/deposits/1/qr.svg").refused(401, "unauthenticated");
    }

    #[test]
    fn a_repeated_request_makes_one_deposit() {
        let app = TestApp::start();
        let (lan, binh) = (app.member("lan"), app.member("binh"));
        let first = lan.post_once("/api/payment/deposit", "k1", json!({ "amount": 50_000 }));
        let again = lan.post_once("/api/payment/deposit", "k1", json!({ "amount": 50_000 }));
        assert_eq!(first.expect(201), again.expect(201));
        assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
        lan.post_once("/api/payment/deposit", "k1", json!({ "amount": 60_000 }))
            .refused(422, "idempotency_key_reused");
        let other = binh.post_once("/api/payment/deposit", "k1", json!({ "amount": 50_000 })).expect(201);
        assert_ne!(other["id"], first.json()["id"]);
        assert_eq!(app.number("SELECT count(*) FROM deposits"), 2);
    }

    #[test]
    fn somebody_elses_deposit_is_not_there() {
        let app = TestApp::start();
        let (lan, binh, boss) = (app.member("lan"), app.member("binh"), app.admin("boss"));
        let deposit = lan.deposit(50_000);
        for other in [&binh, &boss] {
            other.get(&format!("/api/payment/deposits/{}", deposit.id)).refused(404, "not_found");
            other.get(&format!("/api/payment/deposits/{}/qr.svg", deposit.id)).refused(404, "not_found");
            assert_eq!(other.get("/api/payment/deposits").expect(200)["items"], json!([]));
        }
        lan.get("/api/payment/deposits/999").refused(404, "not_found");
        lan.get("/api/payment/deposits/abc").refused(400, "malformed_request");
        lan.get("/api/payment/deposits/abc/qr.svg").refused(400, "malformed_request");
    }

    #[test]
    fn the_qr_code_is_a_picture() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let deposit = lan.deposit(50_000);
        let picture = lan.get(&format!("/api/payment/deposits/{}/qr.svg", deposit.id));
        assert_eq!((picture.status, picture.header("Content-Type")), (200, Some("image/svg+xml")));
        assert!(picture.text().contains("<svg"));
        assert_eq!(picture.header("Cache-Control"), Some("no-store"), "no log-out takes it out of a browser");
    }

    #[test]
    fn lists_are_newest_first_in_pages_and_by_status() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let old = lan.deposit(10_000);
        let paid = lan.deposit(20_000);
        notify(&app, &Notice::new(1, 20_000, &paid.code)).expect(200);
        app.clock.advance_seconds(DAY_S);
        let fresh = lan.deposit(30_000);
        let ids = |query: &str| -> Vec<i64> {
            let page = lan.get(&format!("/api/payment/deposits{query}")).expect(200);
            page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
        };
        assert_eq!(ids(""), [fresh.id, paid.id, old.id]);
        assert_eq!(ids("?status=pending"), [fresh.id]);
        assert_eq!(ids("?status=expired"), [old.id]);
        assert_eq!(ids("?status=completed"), [paid.id]);
        assert!(ids("?status=rejected").is_empty());
        let first = lan.get("/api/payment/deposits?limit=2").expect(200);
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(ids(&format!("?limit=2&cursor={cursor}")), [old.id]);
        for (query, field) in [("?status=paid", "status"), ("?limit=0", "limit"), ("?cursor=x", "cursor")] {
            lan.get(&format!("/api/payment/deposits{query}")).refused_fields(&[field]);
        }
    }
}

mod transfers {
    use super::*;

    /// The code in parts of so many letters.
    fn broken(code: &str, width: usize, with: &str) -> String {
        let letters: Vec<char> = code.chars().collect();
        let parts: Vec<String> = letters.chunks(width).map(|part| part.iter().collect()).collect();
        parts.join(with)
    }

    #[test]
    fn the_money_that_arrived_is_credited() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let (less, more) = (lan.deposit(50_000), lan.deposit(50_000));
        notify(&app, &Notice::new(1, 49_999, &less.code)).expect(200);
        notify(&app, &Notice::new(2, 123_456, &more.code)).expect(200);
        assert_eq!(lan.balance(), 173_455);
        for (deposit, credited) in [(less, 49_999), (more, 123_456)] {
            let shown = lan.show(deposit.id);
            assert_eq!((&shown["status"], &shown["credited"]), (&json!("completed"), &json!(credited)));
            assert_eq!(shown["amount"], 50_000);
        }
    }

    #[test]
    fn the_code_is_found_whatever_the_bank_made_of_the_memo() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let shapes: [fn(&str) -> String; 9] = [
            str::to_lowercase,
            |code| format!("nap tien {code}"),
            |code| format!("NAP{code}"),
            |code| format!("naptien{code}chuyen tien"),
            |code| format!("MBVCB.6612.{code}.CT tu 0071 toi 0123456789"),
            |code| broken(code, 4, " "),
            |code| broken(code, 1, "_"),
            |code| broken(code, 3, "-\r\n"),
            |code| format!("nạp tiền: «{code}»"),
        ];
        for (id, shape) in (1..).zip(shapes) {
            let deposit = lan.deposit(10_000);
            notify(&app, &Notice::new(id, 10_000, &shape(&deposit.code))).expect(200);
            assert_eq!(lan.show(deposit.id)["status"], "completed", "{}", shape(&deposit.code));
        }
        assert_eq!(lan.balance(), 90_000);
    }

    #[test]
    fn the_code_field_counts_like_the_memo() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let (one, other) = (lan.deposit(10_000), lan.deposit(10_000));
        notify(&app, &Notice::new(1, 10_000, "hello").set("code", json!(one.code))).expect(200);
        notify(&app, &Notice::new(2, 10_000, &other.code).set("code", json!(other.code.to_lowercase())))
            .expect(200);
        assert_eq!(lan.balance(), 20_000);
    }

    #[test]
    fn only_codes_that_exist_count() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let deposit = lan.deposit(10_000);
        let memo = format!("NAP33334444 {} NAP99998888", deposit.code);
        notify(&app, &Notice::new(1, 10_000, &memo).set("code", json!("NAPAAAAAAAA"))).expect(200);
        assert_eq!(lan.balance(), 10_000);
    }

    #[test]
    fn the_account_may_be_the_main_or_the_virtual_one() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let deposit = lan.deposit(10_000);
        let to = |id, main: &str, sub: Value| {
            Notice::new(id, 10_000, &deposit.code).set("accountNumber", json!(main)).set("subAccount", sub)
        };
        notify(&app, &to(1, ACCOUNT_NUMBER, json!("VA001"))).expect(200);
        notify(&app, &to(2, "9999999999", json!(ACCOUNT_NUMBER))).expect(200);
        assert_eq!(lan.balance(), 20_000);
    }

    #[test]
    fn a_deposit_outlives_a_change_of_bank() {
        let app = TestApp::start();
        let code = app.member("lan").deposit(10_000).code;
        let folder = app.stop();
        let app = TestApp::in_folder(folder, &[("BANK_ACCOUNT_NUMBER", "5550001")]);
        let to = |id, account: &str| Notice::new(id, 10_000, &code).set("accountNumber", json!(account));
        notify(&app, &to(1, ACCOUNT_NUMBER)).expect(200);
        notify(&app, &to(2, "5550001")).expect(200);
        notify(&app, &to(3, "5550002")).expect(200);
        assert_eq!(app.number("SELECT credited FROM deposits"), 20_000);
    }

    #[test]
    fn a_second_transfer_is_credited_too() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let deposit = lan.deposit(50_000);
        notify(&app, &Notice::new(1, 50_000, &deposit.code)).expect(200);
        notify(&app, &Notice::new(2, 30_000, &deposit.code)).expect(200);
        app.clock.advance_seconds(3 * DAY_S);
        notify(&app, &Notice::new(3, 1, &deposit.code)).expect(200);
        assert_eq!(lan.balance(), 80_001);
        assert_eq!(lan.show(deposit.id)["credited"], 80_001);
    }

    #[test]
    fn a_late_transfer_completes_an_expired_deposit() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let deposit = lan.deposit(50_000);
        app.clock.advance_seconds(DAY_S - 1);
        assert_eq!(lan.show(deposit.id)["status"], "pending");
        app.clock.advance_seconds(1);
        assert_eq!(lan.show(deposit.id)["status"], "expired");
        notify(&app, &Notice::new(1, 50_000, &deposit.code)).expect(200);
        let shown = lan.show(deposit.id);
        assert_eq!((&shown["status"], &shown["credited"]), (&json!("completed"), &json!(50_000)));
        assert_eq!(lan.balance(), 50_000);
    }

    #[test]
    fn a_banned_customers_money_still_arrives() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let deposit = lan.deposit(50_000);
        let id = lan.id;
        let ban = move |tx: &smm_panel::db::Tx| {
            smm_panel::accounts::ban(tx, &smm_panel::audit_log::Actor::CONSOLE, id, None)
        };
        app.app.db.write_blocking(ban).unwrap();
        notify(&app, &Notice::new(1, 50_000, &deposit.code)).expect(200);
        assert_eq!(lan.balance(), 50_000);
    }

    #[test]
    fn what_names_no_deposit_is_kept_and_credits_nobody() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        let mut almost = lan.deposit(50_000).code;
        almost.pop();
        for (id, memo) in (1..).zip(["", "tien an trua", "NAP33334444", "NAP", almost.as_str()]) {
            unmatched(&app, &boss, &Notice::new(id, 50_000, memo), "no_known_code");
        }
        assert_eq!((lan.balance(), app.audit().suspense), (0, 250_000));
    }

    #[test]
    fn two_different_codes_credit_nobody() {
        let app = TestApp::start();
        let (lan, binh, boss) = (app.member("lan"), app.member("binh"), app.admin("boss"));
        let (one, other, same) = (lan.deposit(50_000), binh.deposit(50_000), lan.deposit(50_000));
        let memo = format!("{} {}", one.code, other.code);
        unmatched(&app, &boss, &Notice::new(1, 50_000, &memo), "several_codes");
        let split = Notice::new(2, 50_000, &one.code).set("code", json!(other.code));
        unmatched(&app, &boss, &split, "several_codes");
        let glued = format!("{}{}", one.code, same.code);
        unmatched(&app, &boss, &Notice::new(3, 50_000, &glued), "several_codes");
        assert_eq!((lan.balance(), binh.balance()), (0, 0));

        let twice = format!("{} {}", one.code, one.code.to_lowercase());
        notify(&app, &Notice::new(4, 50_000, &twice).set("code", json!(one.code))).expect(200);
        assert_eq!(lan.balance(), 50_000);
    }

    #[test]
    fn money_on_another_account_credits_nobody() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        let deposit = lan.deposit(50_000);
        for (id, account) in (1..).zip(["9999999999", "123456789", "", "01234567890"]) {
            let notice = Notice::new(id, 50_000, &deposit.code).set("accountNumber", json!(account));
            let row = unmatched(&app, &boss, &notice, "other_account");
            assert_eq!(row["suggested_deposit_id"], deposit.id);
        }
        assert_eq!((lan.balance(), lan.show(deposit.id)["status"].as_str()), (0, Some("pending")));
    }

    #[test]
    fn outgoing_money_is_kept_and_moves_nothing() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        let deposit = lan.deposit(50_000);
        notify(&app, &Notice::new(1, 50_000, &deposit.code).set("transferType", json!("out"))).expect(200);
        let row = newest(&boss);
        assert_eq!((&row["status"], &row["direction"]), (&json!("ignored"), &json!("out")));
        assert_eq!((lan.balance(), app.number("SELECT count(*) FROM transfers")), (0, 0));
        boss.assign(&row, json!({ "user_id": lan.id.get() })).refused(409, "conflict");
        assert_eq!(lan.balance(), 0);
    }

    #[test]
    fn the_statement_shows_the_transfer() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let deposit = lan.deposit(50_000);
        notify(&app, &Notice::new(1, 40_000, &deposit.code)).expect(200);
        assert_eq!(
            app.number(&format!(
                "SELECT count(*) FROM transfers WHERE kind = 'deposit' AND amount = 40000 AND user_id = {}
                 AND deposit_id = {} AND credit_balance_after = 40000",
                lan.id, deposit.id
            )),
            1
        );
    }
}

#[test]
fn only_the_demo_plays_the_bank() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let asked = lan.deposit(50_000);
    app.guest().post("/api/demo/transfer", json!({ "deposit_id": asked.id })).refused(401, "unauthenticated");
    lan.post("/api/demo/transfer", json!({ "deposit_id": asked.id })).refused(404, "not_found");
    assert_eq!(lan.balance(), 0);
}
