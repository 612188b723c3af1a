//! Lists of deposits and bank transactions: what a row tells, filters, searches, counts.

use crate::support::app::TestApp;
use crate::support::bank::{Notice, notify};
use crate::support::member::Member;
use serde_json::{Value, json};

fn balances(deposit: &Value) -> (Option<i64>, Option<i64>) {
    (deposit["balance_before"].as_i64(), deposit["balance_after"].as_i64())
}

#[test]
fn a_credited_deposit_tells_the_balance_before_and_after() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(7_000));
    let [paid, by_hand, twice, rejected] = [20_000, 30_000, 40_000, 50_000].map(|amount| lan.deposit(amount));
    for asked in [&paid, &by_hand, &twice, &rejected] {
        assert_eq!(balances(&lan.show(asked.id)), (None, None), "nothing was credited yet");
    }
    notify(&app, &Notice::new(1, 20_000, &paid.code)).expect(200);
    boss.put(&format!("/api/admin/deposits/{}/approve", by_hand.id), json!({})).expect(200);
    boss.put(&format!("/api/admin/deposits/{}/reject", rejected.id), json!({ "note": "no" })).expect(200);
    notify(&app, &Notice::new(2, 40_000, &twice.code)).expect(200);
    app.fund(lan.id, 1_000);
    notify(&app, &Notice::new(3, 5_000, &twice.code)).expect(200);
    // The same money again: tied to the deposit, and no credit.
    notify(&app, &Notice::new(4, 30_000, &by_hand.code)).expect(200);
    boss.assign(&json!({ "id": 4 }), json!({ "deposit_id": by_hand.id })).expect(200);

    let expected = [
        (None, None),
        (Some(57_000), Some(103_000)),
        (Some(27_000), Some(57_000)),
        (Some(7_000), Some(27_000)),
    ];
    for page in [lan.get("/api/payment/deposits").expect(200), boss.get("/api/admin/deposits").expect(200)] {
        let shown: Vec<_> = page["items"].as_array().unwrap().iter().map(balances).collect();
        assert_eq!(shown, expected);
    }
    assert_eq!(balances(&lan.show(twice.id)), (Some(57_000), Some(103_000)));
}

/// The `key`s on all pages of a list, so many on each.
fn walk(who: &Member, path: &str, key: &str, limit: usize) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = who.get(&format!("{path}&limit={limit}{cursor}")).expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        seen.extend(items.iter().map(|item| item[key].as_i64().unwrap()));
        let Some(next) = page["next_cursor"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[test]
fn what_is_no_filter_is_refused_with_its_name() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    lan.get("/api/admin/deposits/counts").refused(403, "forbidden");
    app.guest().get("/api/admin/deposits/counts").refused(401, "unauthenticated");
    boss.get("/api/admin/deposits/counts?user_id=x").refused_fields(&["user_id"]);
    for (query, field) in [
        ("user_id=x", "user_id"),
        ("search=na", "search"),
        ("search=%C4%91", "search"),
        ("status=open", "status"),
    ] {
        boss.get(&format!("/api/admin/deposits?{query}")).refused_fields(&[field]);
    }
    for (query, field) in
        [("search=ab", "search"), ("from=1", "from"), ("to=yesterday", "to"), ("status=pending", "status")]
    {
        boss.get(&format!("/api/admin/bank-transactions?{query}")).refused_fields(&[field]);
    }
}

#[test]
fn deposits_are_found_by_whose_they_are_by_code_id_and_amount() {
    let app = TestApp::start();
    let (boss, lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai"));
    let lans = [50_000, 60_000, 50_000].map(|amount| lan.deposit(amount));
    let mais = [50_000, 20_000].map(|amount| mai.deposit(amount));
    notify(&app, &Notice::new(1, 50_000, &lans[0].code)).expect(200);
    boss.put(&format!("/api/admin/deposits/{}/reject", mais[0].id), json!({ "note": "no" })).expect(200);
    let code = lans[1].code.to_lowercase();
    for limit in [1, 2, 100] {
        let found = |query: &str| walk(&boss, &format!("/api/admin/deposits?{query}"), "id", limit);
        assert_eq!(found(&format!("user_id={}", lan.id)), [3, 2, 1]);
        assert_eq!(found(&format!("user_id={}&status=pending", lan.id)), [3, 2]);
        assert_eq!(found("user_id=999"), Vec::<i64>::new());
        let (beginning, end) = code.split_at(8);
        let own = code.trim_start_matches("nap");
        for text in [code.as_str(), own, beginning, &format!("{beginning} {end}")] {
            assert_eq!(found(&format!("search={}", encoded(text))), [2], "{text}");
            assert_eq!(found(&format!("search={}&user_id={}", encoded(text), mai.id)), Vec::<i64>::new());
            assert_eq!(found(&format!("search={}&status=completed", encoded(text))), Vec::<i64>::new());
        }
        assert_eq!(found("search=50000"), [4, 3, 1]);
        assert_eq!(found("search=50.000&status=pending"), [3]);
        assert_eq!(found("search=50000&status=rejected"), [4]);
        assert_eq!(found("search=50000&status=completed"), [1]);
        assert_eq!(found("search=50000&status=expired"), Vec::<i64>::new());
        assert_eq!(found(&format!("search=50000&user_id={}", lan.id)), [3, 1]);
        assert_eq!(found("search=5"), [5], "an id");
        assert_eq!(found("search=5&status=completed"), Vec::<i64>::new());
        assert_eq!(found("search=99999999999999999999"), Vec::<i64>::new());
    }
    app.clock.advance_seconds(24 * 60 * 60);
    let found = |query: &str| walk(&boss, &format!("/api/admin/deposits?{query}"), "id", 2);
    assert_eq!(found("search=50000&status=expired"), [3]);
    assert_eq!(found("search=50000&status=pending"), Vec::<i64>::new());
}

#[test]
fn deposits_are_counted_by_status() {
    let app = TestApp::start();
    let (boss, lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai"));
    let count = |query: &str, numbers: [i64; 5]| {
        let [all, pending, completed, rejected, expired] = numbers;
        let expected = json!({ "all": all, "pending": pending, "completed": completed, "rejected": rejected,
            "expired": expired });
        assert_eq!(boss.get(&format!("/api/admin/deposits/counts{query}")).expect(200), expected);
    };
    count("", [0; 5]);
    let [paid, rejected, _open] = [10_000; 3].map(|amount| lan.deposit(amount));
    mai.deposit(10_000);
    notify(&app, &Notice::new(1, 10_000, &paid.code)).expect(200);
    boss.put(&format!("/api/admin/deposits/{}/reject", rejected.id), json!({ "note": "no" })).expect(200);
    count("", [4, 2, 1, 1, 0]);
    count(&format!("?user_id={}", lan.id), [3, 1, 1, 1, 0]);
    app.clock.advance_seconds(24 * 60 * 60);
    count("", [4, 0, 1, 1, 2]);
    count(&format!("?user_id={}", mai.id), [1, 0, 0, 0, 1]);
    let user = lan.id;
    app.write(move |tx| {
        let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
            INSERT INTO deposits (user_id, code, amount, bank_bin, bank_name, account_number, account_name, expires_at,
                created_at, updated_at) SELECT ?1, 'X' || i, 1, '970422', '', '1', '', 0, 0, 0 FROM n";
        tx.execute(many, [user]).unwrap();
    });
    count("", [1002, 0, 1, 1, 1000]);
}

#[test]
fn bank_transactions_are_found_by_memo_reference_and_number() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let asked = lan.deposit(10_000);
    notify(&app, &Notice::new(4_711, 10_000, &format!("IBFT {} chuyen tien", asked.code))).expect(200);
    notify(
        &app,
        &Notice::new(4_712, 20_000, "Nguyen Van A chuyen tien").set("referenceCode", json!("FT77ABC")),
    )
    .expect(200);
    notify(&app, &Notice::new(4_713, 30_000, "ma 4711 gui ban")).expect(200);
    notify(&app, &Notice::new(4_714, 40_000, "rut tien").set("transferType", json!("out"))).expect(200);
    for limit in [1, 2, 100] {
        let found =
            |query: &str| walk(&boss, &format!("/api/admin/bank-transactions?{query}"), "sepay_id", limit);
        assert_eq!(found("search=CHUYEN%20TIEN"), [4_712, 4_711]);
        assert_eq!(found("search=tien"), [4_714, 4_712, 4_711]);
        assert_eq!(found("search=tien&status=unmatched"), [4_712]);
        assert_eq!(found("search=tien&status=credited"), [4_711]);
        assert_eq!(found("search=tien&status=ignored"), [4_714]);
        assert_eq!(found("search=ft77"), [4_712]);
        assert_eq!(found("search=ft77&status=unmatched"), [4_712]);
        assert_eq!(found(&format!("search={}", asked.code.to_lowercase())), [4_711]);
        assert_eq!(found("search=4711"), [4_713, 4_711], "a number, and digits in a memo");
        assert_eq!(found("search=4711&status=credited"), [4_711]);
        assert_eq!(found("search=4711&status=unmatched"), [4_713]);
        for none in [
            "search=7",
            "search=tien*",
            "search=%22tien",
            "search=chuyen_tien",
            "search=99999999999999999999",
        ] {
            assert_eq!(found(none), Vec::<i64>::new(), "{none}");
        }
    }
}

#[test]
fn bank_transactions_are_found_by_the_time_they_were_received() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for day in 0..4 {
        notify(&app, &Notice::new(day, 10_000, "chuyen tien")).expect(200);
        app.clock.advance_seconds(24 * 60 * 60);
    }
    let found = |query: &str| walk(&boss, &format!("/api/admin/bank-transactions?{query}"), "sepay_id", 2);
    assert_eq!(found("from=2026-11-23"), [3, 2, 1]);
    assert_eq!(found("to=2026-11-23"), [1, 0]);
    assert_eq!(found("from=2026-11-23&to=2026-11-24"), [2, 1]);
    assert_eq!(found("from=2026-11-23T07:39:00Z&to=2026-11-23T07:39:00Z"), [1]);
    assert_eq!(found("from=2026-11-26"), Vec::<i64>::new());
    assert_eq!(found("to=2026-11-21"), Vec::<i64>::new());
    for status in ["", "&status=unmatched"] {
        assert_eq!(found(&format!("from=2026-11-23&to=2026-11-24&search=tien{status}")), [2, 1]);
        assert_eq!(found(&format!("from=2026-11-23&search=0{status}")), Vec::<i64>::new());
        assert_eq!(found(&format!("to=2026-11-23&search=1{status}")), [1]);
    }
}
