//! Lists of deposits and bank transactions: what a row tells, filters, searches, counts.

use crate::support::app::TestApp;
use crate::support::bank::{Notice, notify};
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
