//! All about one user: the sums, and what is said of accounts that come from the same place.

use crate::support::app::TestApp;
use crate::support::member::Member;
use serde_json::{Value, json};
use smm_panel::accounts::{self, LetIn, Visit};
use smm_panel::kernel::ids::UserId;

fn overview(by: &Member, user: impl std::fmt::Display) -> crate::support::wire::Answer {
    by.get(&format!("/api/admin/users/{user}/overview"))
}

/// Logs in, perhaps in a browser that was used before; the browser.
fn logs_in(app: &TestApp, user: UserId, address: &str, device: Option<&str>) -> String {
    let (panel, address, device) = (app.app.clone(), address.parse().unwrap(), device.map(str::to_owned));
    app.write(move |tx| {
        let visit = Visit::new(Some(address), Some("test"), true, device.iter().map(String::as_str));
        let profile = accounts::profile(tx, user).unwrap().unwrap();
        let by = LetIn { profile, epoch: 0, has_factor: false, is_told: true };
        accounts::open_session(tx, &panel.keys, &by, &visit).unwrap().device
    })
}

fn signs(seen: &Value) -> Vec<(String, Vec<i64>)> {
    let signs = seen["signs"].as_array().unwrap().iter();
    let ids =
        |sign: &Value| sign["user_ids"].as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect();
    signs.map(|sign| (sign["sign"].as_str().unwrap().to_owned(), ids(sign))).collect()
}

#[test]
fn the_money_of_a_user_is_summed_for_whoever_works_here() {
    let app = TestApp::start();
    let (boss, tam, lan) = (app.admin("boss"), app.support("tam"), app.member("lan"));
    let mai = app.referred("mai", Some(&lan)).funded(100_000);
    overview(&mai, mai.id).refused(403, "forbidden");
    overview(&tam, boss.id).refused(404, "not_found");
    overview(&boss, 999).refused(404, "not_found");
    let service = app.service(|_| ());
    let (done, half) = (mai.bought(service, 1000), mai.bought(service, 1000));
    let set = |id: i64, body: Value| boss.put(&format!("/api/admin/orders/{id}/status"), body).expect(200);
    set(done, json!({ "status": "completed" }));
    set(half, json!({ "status": "partial", "remains": 500 }));
    let seen = overview(&boss, mai.id).expect(200);
    let money = json!({ "balance": 82_000, "deposited": 0, "charged": 24_000, "refunded": 6_000, "commission": 0,
        "bonus": 0, "bonus_unspent": 0, "adjusted": 100_000 });
    assert_eq!((&seen["money"], &seen["referred"]), (&money, &json!(0)));
    assert_eq!(seen["referrer"], json!({ "id": lan.id.get(), "username": "lan" }));
    assert_eq!((&seen["others"], &seen["signs"]), (&json!([]), &json!([])));
    let of_lan = overview(&boss, lan.id).expect(200);
    assert_eq!((&of_lan["referred"], &of_lan["money"]["commission"]), (&json!(1), &json!(900)));
    let told = overview(&tam, mai.id).expect(200);
    assert_eq!((&told["money"], &told["others"], &told["signs"]), (&money, &Value::Null, &Value::Null));
}

#[test]
fn accounts_that_come_from_one_place_are_told_apart_from_a_crowd() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let (mai, hoa, far) = (app.referred("mai", Some(&lan)), app.member("hoa"), app.member("far"));
    let browser = logs_in(&app, lan.id, "203.0.113.7", None);
    logs_in(&app, mai.id, "203.0.113.8", Some(&browser));
    logs_in(&app, hoa.id, "203.0.113.7", None);
    logs_in(&app, far.id, "203.0.113.99", None);
    let seen = overview(&boss, lan.id).expect(200);
    let wanted = [("own_referral", mai.id), ("shared_device", mai.id), ("shared_address", hoa.id)];
    assert_eq!(signs(&seen), wanted.map(|(sign, user)| (sign.to_owned(), vec![user.get()])));
    assert_eq!(seen["others"][0]["address"], json!("203.0.113.7"));
    assert_eq!(signs(&overview(&boss, far.id).expect(200)), []);
    boss.put(&format!("/api/admin/users/{}/ban", hoa.id), json!({ "banned": true })).expect(200);
    assert_eq!(signs(&overview(&boss, lan.id).expect(200))[0], ("banned".to_owned(), vec![hoa.id.get()]));
    for number in 0..6 {
        let one = app.member(&format!("crowd{number}"));
        logs_in(&app, one.id, "203.0.113.7", None);
    }
    assert_eq!(signs(&overview(&boss, lan.id).expect(200)).len(), 2, "an address of many says nothing");
    app.clock.advance_seconds(31 * 24 * 60 * 60);
    let boss = app.signed(boss.id);
    assert_eq!(signs(&overview(&boss, lan.id).expect(200)), [], "30 days are looked at");
}
