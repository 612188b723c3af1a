//! Coupons and bonuses on deposits: what they bring, to whom, how often, and what is taken back of them.

use crate::support::app::TestApp;
use crate::support::bank::{APIKEY, Asked, Notice, WEBHOOK, newest, notify};
use crate::support::member::Member;
use crate::support::shop::by_hand;
use crate::support::tcp::at_once;
use serde_json::{Value, json};

mod taken_back;

const COUPONS: &str = "/api/admin/coupons";
const REDEEM: &str = "/api/user/coupons";

fn made(boss: &Member, coupon: Value) -> Value {
    boss.post(COUPONS, coupon).expect(201)
}

fn shown(boss: &Member, coupon: &Value) -> Value {
    let items = boss.get(COUPONS).expect(200)["items"].clone();
    items.as_array().unwrap().iter().find(|item| item["id"] == coupon["id"]).unwrap().clone()
}

fn with(of: &Member, amount: i64, code: &str) -> Asked {
    let asked = json!({ "amount": amount, "coupon": code });
    let deposit = of.post("/api/payment/deposit", asked).expect(201);
    Asked { id: deposit["id"].as_i64().unwrap(), code: deposit["code"].as_str().unwrap().to_owned() }
}

fn refused(of: &Member, amount: i64, code: &str) -> String {
    let asked = json!({ "amount": amount, "coupon": code });
    let problem = of.post("/api/payment/deposit", asked).refused(409, "coupon_not_valid");
    problem["reason"].as_str().unwrap().to_owned()
}

fn paid(app: &TestApp, id: i64, amount: i64, deposit: &Asked) {
    notify(app, &Notice::new(id, amount, &deposit.code)).expect(200);
}

/// The types and amounts of a user's transactions, oldest first.
fn moved(of: &Member) -> Vec<(String, i64)> {
    let items = of.get("/api/user/transactions").expect(200)["items"].clone();
    let line = |item: &Value| (item["type"].as_str().unwrap().to_owned(), item["amount"].as_i64().unwrap());
    items.as_array().unwrap().iter().rev().map(line).collect()
}

fn lines(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(kind, amount)| ((*kind).to_owned(), *amount)).collect()
}

fn set_bonus(boss: &Member, steps: Value) {
    boss.put("/api/admin/settings", json!({ "bonus": steps })).expect(200);
}

#[test]
fn what_a_coupon_would_bring_is_told_before_anything_is_asked_for() {
    let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "60")]);
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    made(
        &boss,
        json!({ "code": "tet", "kind": "percent", "value": 10, "max_bonus": 8_000, "min_deposit": 20_000 }),
    );
    made(&boss, json!({ "code": "gift", "kind": "free", "value": 5_000 }));
    let asked =
        |code: &str, amount: i64| lan.post("/api/payment/coupon", json!({ "code": code, "amount": amount }));
    assert_eq!(asked(" tet ", 50_000).expect(200), json!({ "bonus": 5_000 }));
    assert_eq!(asked("TET", 200_000).expect(200), json!({ "bonus": 8_000 }));
    set_bonus(&boss, json!([{ "from": 100_000, "percent": 5 }]));
    assert_eq!(asked("TET", 200_000).expect(200), json!({ "bonus": 10_000 }), "the one on deposits is more");
    for (code, amount, why) in [
        ("tet", 19_999, "coupon_too_little"),
        ("gift", 50_000, "coupon_is_free"),
        ("none", 50_000, "coupon_unknown"),
    ] {
        assert_eq!(asked(code, amount).refused(409, "coupon_not_valid")["reason"], why);
    }
    for amount in [i64::MIN, 0, 9_999, i64::MAX] {
        asked("tet", amount).refused_fields(&["amount"]);
    }
    app.guest()
        .post("/api/payment/coupon", json!({ "code": "tet", "amount": 1 }))
        .refused(401, "unauthenticated");
    assert_eq!(lan.get("/api/payment/deposits").expect(200)["items"], json!([]));
    for _ in 0..20 {
        asked("guess", 50_000);
    }
    asked("tet", 50_000).refused(429, "rate_limited");
}

mod making {
    use super::*;

    #[test]
    fn only_admins_see_and_make_them() {
        let app = TestApp::start();
        let (lan, helper, boss) = (app.member("lan"), app.support("helper"), app.admin("boss"));
        let asked = json!({ "code": "tet", "kind": "free", "value": 5_000 });
        for other in [&lan, &helper] {
            other.get(COUPONS).refused(403, "forbidden");
            other.post(COUPONS, asked.clone()).refused(403, "forbidden");
            other.put(&format!("{COUPONS}/1"), json!({ "active": false })).refused(403, "forbidden");
        }
        app.guest().get(COUPONS).refused(401, "unauthenticated");
        let coupon = made(&boss, asked.clone());
        assert_eq!(
            coupon,
            json!({
                "id": 1, "code": "TET", "kind": "free", "value": 5_000, "max_bonus": null, "min_deposit": 0,
                "limit": null, "per_user": 1, "ends_at": null, "active": true, "used": 0,
                "created_at": "2026-11-22T07:39:00Z", "updated_at": "2026-11-22T07:39:00Z",
            })
        );
        let problem = boss.post(COUPONS, asked).refused(409, "conflict");
        assert_eq!(problem["reason"], "coupon_code_taken");
        let entry = &boss.get("/api/admin/audit-log").expect(200)["items"][0];
        assert_eq!((&entry["action"], &entry["subject"]), (&json!("coupon.create"), &json!("coupon:1")));
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_its_field() {
        let app = TestApp::start();
        let boss = app.admin("boss");
        let plain = json!({ "code": "TET", "kind": "percent", "value": 10 });
        for (field, value) in [
            ("code", json!("AB")),
            ("code", json!("A".repeat(33))),
            ("code", json!("TẾT")),
            ("code", json!("TET 27")),
            ("kind", json!("gift")),
            ("value", json!(0)),
            ("value", json!(101)),
            ("value", json!("10")),
            ("max_bonus", json!(0)),
            ("min_deposit", json!(-1)),
            ("limit", json!(0)),
            ("per_user", json!(0)),
            ("ends_at", json!("tomorrow")),
            ("used", json!(3)),
        ] {
            let mut asked = plain.clone();
            asked[field] = value;
            boss.post(COUPONS, asked).refused_fields(&[field]);
        }
        let free = json!({ "code": "TET", "kind": "free", "value": 10, "min_deposit": 5, "max_bonus": 5 });
        boss.post(COUPONS, free).refused_fields(&["max_bonus", "min_deposit"]);
        boss.post(COUPONS, json!({})).refused_fields(&["code"]);
        assert_eq!(app.number("SELECT count(*) FROM coupons"), 0);
    }

    #[test]
    fn only_the_keys_given_change_and_null_ends_a_bound() {
        let app = TestApp::start();
        let boss = app.admin("boss");
        let asked = json!({ "code": "TET", "kind": "percent", "value": 10, "limit": 3, "max_bonus": 9_000,
            "ends_at": "2027-01-01T00:00:00Z" });
        let coupon = made(&boss, asked);
        let path = format!("{COUPONS}/{}", coupon["id"]);
        let changed = boss.put(&path, json!({ "value": 20, "limit": null })).expect(200);
        assert_eq!(
            (&changed["value"], &changed["limit"], &changed["max_bonus"], &changed["ends_at"]),
            (&json!(20), &Value::Null, &json!(9_000), &json!("2027-01-01T00:00:00Z"))
        );
        boss.put(&path, json!({ "code": "OTHER" })).refused_fields(&["code"]);
        boss.put(&path, json!({ "value": null })).refused_fields(&["value"]);
        boss.put(&path, json!({ "value": 101 })).refused_fields(&["value"]);
        boss.put(&format!("{COUPONS}/99"), json!({ "value": 5 })).refused(404, "not_found");
        assert_eq!(shown(&boss, &coupon), changed);
    }

    #[test]
    fn a_limit_does_not_fall_below_what_was_used() {
        let app = TestApp::start();
        let boss = app.admin("boss");
        let coupon = made(&boss, json!({ "code": "TET", "kind": "free", "value": 10 }));
        for name in ["lan", "binh"] {
            let customer = app.member(name);
            paid(&app, customer.id.get(), 50_000, &customer.deposit(50_000));
            customer.post(REDEEM, json!({ "code": "TET" })).expect(200);
        }
        let path = format!("{COUPONS}/{}", coupon["id"]);
        boss.put(&path, json!({ "limit": 1 })).refused_fields(&["limit"]);
        assert_eq!(boss.put(&path, json!({ "limit": 2 })).expect(200)["used"], 2);
    }
}

mod with_deposits {
    use super::*;

    #[test]
    fn it_counts_on_what_arrives_once_with_the_first_money() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        let coupon =
            made(&boss, json!({ "code": "TET", "kind": "percent", "value": 10, "max_bonus": 9_000 }));
        let deposit = with(&lan, 50_000, " tet ");
        assert_eq!(lan.show(deposit.id)["coupon"], json!({ "code": "TET", "outcome": null }));
        assert_eq!(shown(&boss, &coupon)["used"], 0, "asked for is not used");
        paid(&app, 1, 60_009, &deposit);
        let now = lan.show(deposit.id);
        assert_eq!(
            (&now["credited"], &now["bonus"], &now["balance_after"]),
            (&json!(60_009), &json!(6_000), &json!(66_009))
        );
        assert_eq!(now["coupon"], json!({ "code": "TET", "outcome": "counted" }));
        paid(&app, 2, 100_000, &deposit);
        assert_eq!(moved(&lan), lines(&[("deposit", 60_009), ("bonus", 6_000), ("deposit", 100_000)]));
        assert_eq!(shown(&boss, &coupon)["used"], 1);
        assert_eq!((lan.balance(), lan.spent()), (166_009, 0));
    }

    #[test]
    fn it_counts_for_money_approved_by_hand() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        made(&boss, json!({ "code": "TET", "kind": "amount", "value": 7_000, "min_deposit": 40_000 }));
        let deposit = with(&lan, 50_000, "TET");
        boss.put(&format!("/api/admin/deposits/{}/approve", deposit.id), json!({})).expect(200);
        assert_eq!(moved(&lan), lines(&[("deposit", 50_000), ("bonus", 7_000)]));
    }

    #[test]
    fn the_better_of_it_and_the_deposit_bonus_is_given() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        set_bonus(&boss, json!([{ "from": 50_000, "percent": 3 }, { "from": 100_000, "percent": 10 }]));
        let coupon = made(&boss, json!({ "code": "TET", "kind": "percent", "value": 5 }));
        let (small, big) = (with(&lan, 50_000, "TET"), with(&lan, 100_000, "TET"));
        paid(&app, 1, 100_000, &big);
        assert_eq!(lan.show(big.id)["coupon"]["outcome"], "smaller");
        assert_eq!(shown(&boss, &coupon)["used"], 0, "what brings nothing is not used up");
        paid(&app, 2, 50_000, &small);
        assert_eq!(lan.show(small.id)["coupon"]["outcome"], "counted");
        let plain = lan.deposit(10_000);
        paid(&app, 3, 49_999, &plain);
        assert_eq!(lan.show(plain.id)["bonus"], 0);
        let expected = [
            ("deposit", 100_000),
            ("bonus", 10_000),
            ("deposit", 50_000),
            ("bonus", 2_500),
            ("deposit", 49_999),
        ];
        assert_eq!(moved(&lan), lines(&expected));
    }

    #[test]
    fn money_that_an_admin_assigns_brings_the_deposit_bonus() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        set_bonus(&boss, json!([{ "from": 0, "percent": 10 }]));
        notify(&app, &Notice::new(1, 50_000, "no code")).expect(200);
        boss.assign(&newest(&boss), json!({ "user_id": lan.id.get() })).expect(200);
        assert_eq!(moved(&lan), lines(&[("deposit", 50_000), ("bonus", 5_000)]));
        let deposit = lan.deposit(30_000);
        boss.put(&format!("/api/admin/deposits/{}/approve", deposit.id), json!({})).expect(200);
        notify(&app, &Notice::new(2, 30_000, "late")).expect(200);
        boss.assign(&newest(&boss), json!({ "deposit_id": deposit.id })).expect(200);
        assert_eq!(lan.balance(), 55_000 + 33_000, "tied money was credited before");
    }

    #[test]
    fn what_does_not_count_is_refused_when_it_is_asked_for() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        assert_eq!(refused(&lan, 50_000, "NONE"), "coupon_unknown");
        made(&boss, json!({ "code": "GIFT", "kind": "free", "value": 10 }));
        assert_eq!(refused(&lan, 50_000, "GIFT"), "coupon_is_free");
        made(&boss, json!({ "code": "OFF", "kind": "amount", "value": 10, "active": false }));
        assert_eq!(refused(&lan, 50_000, "OFF"), "coupon_ended");
        made(
            &boss,
            json!({ "code": "PAST", "kind": "amount", "value": 10, "ends_at": "2026-11-22T07:39:00Z" }),
        );
        assert_eq!(refused(&lan, 50_000, "PAST"), "coupon_ended");
        made(&boss, json!({ "code": "BIG", "kind": "amount", "value": 10, "min_deposit": 50_001 }));
        assert_eq!(refused(&lan, 50_000, "BIG"), "coupon_too_little");
        made(&boss, json!({ "code": "ONCE", "kind": "amount", "value": 10, "limit": 1 }));
        paid(&app, 1, 50_000, &with(&lan, 50_000, "ONCE"));
        assert_eq!(refused(&app.member("binh"), 50_000, "ONCE"), "coupon_used_up");
        made(&boss, json!({ "code": "MINE", "kind": "amount", "value": 10 }));
        paid(&app, 2, 50_000, &with(&lan, 50_000, "MINE"));
        assert_eq!(refused(&lan, 50_000, "MINE"), "coupon_used_before");
        lan.post("/api/payment/deposit", json!({ "amount": 50_000, "coupon": 5 }))
            .refused_fields(&["coupon"]);
        lan.post("/api/payment/deposit", json!({ "amount": 50_000, "coupon": "  " })).expect(201);
    }

    #[test]
    fn what_ended_before_the_money_came_brings_nothing_and_the_customer_is_told() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        let soon =
            json!({ "code": "SOON", "kind": "amount", "value": 10, "ends_at": "2026-11-22T08:00:00Z" });
        made(&boss, soon);
        let one = made(
            &boss,
            json!({ "code": "ONE", "kind": "amount", "value": 10, "limit": 1, "per_user": null }),
        );
        made(&boss, json!({ "code": "LEAST", "kind": "amount", "value": 10, "min_deposit": 50_000 }));
        made(&boss, json!({ "code": "MINE", "kind": "amount", "value": 10 }));
        let [ended, first, second] = [("SOON"), ("ONE"), ("ONE")].map(|code| with(&lan, 50_000, code));
        let [least, mine, again] = ["LEAST", "MINE", "MINE"].map(|code| with(&lan, 50_000, code));
        app.clock.advance_seconds(3_600);
        for (id, (deposit, amount, outcome)) in (1..).zip([
            (&ended, 50_000, "ended"),
            (&first, 50_000, "counted"),
            (&second, 50_000, "used_up"),
            (&least, 49_999, "too_little"),
            (&mine, 50_000, "counted"),
            (&again, 50_000, "used_before"),
        ]) {
            paid(&app, id, amount, deposit);
            assert_eq!(lan.show(deposit.id)["coupon"]["outcome"], outcome);
        }
        // More of it later changes nothing.
        paid(&app, 9, 50_000, &least);
        assert_eq!(lan.show(least.id)["coupon"]["outcome"], "too_little");
        assert_eq!(lan.balance(), 5 * 50_000 + 49_999 + 50_000 + 20);
        assert_eq!(shown(&boss, &one)["used"], 1);
    }

    #[test]
    fn less_than_anybody_may_pay_in_brings_nothing() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        boss.put("/api/admin/settings", json!({ "deposit_min": 10_000 })).expect(200);
        made(&boss, json!({ "code": "BIG", "kind": "amount", "value": 500_000 }));
        let deposit = with(&lan, 10_000, "BIG");
        paid(&app, 1, 1, &deposit);
        assert_eq!((lan.balance(), &lan.show(deposit.id)["coupon"]["outcome"]), (1, &json!("too_little")));
    }

    #[test]
    fn at_once_a_coupon_counts_as_often_as_it_may() {
        let app = TestApp::start();
        let boss = app.admin("boss");
        let coupon = made(
            &boss,
            json!({ "code": "FIVE", "kind": "amount", "value": 1_000, "limit": 5, "per_user": 2 }),
        );
        let names = ["anh", "binh", "chi", "dung"];
        let members: Vec<Member> = names.iter().map(|name| app.member(name)).collect();
        let deposits: Vec<Asked> =
            members.iter().flat_map(|member| (0..10).map(|_| with(member, 20_000, "FIVE"))).collect();
        let served = app.serve();
        at_once(deposits.len(), |number| {
            let id = i64::try_from(number).unwrap();
            let body = Notice::new(id, 20_000, &deposits[number].code).bytes();
            served.send("POST", WEBHOOK, &[("Authorization", APIKEY)], &body).expect(200)
        });
        assert_eq!(shown(&boss, &coupon)["used"], 5);
        let given: Vec<i64> = members.iter().map(|member| (member.balance() - 200_000) / 1_000).collect();
        assert_eq!(given.iter().sum::<i64>(), 5, "{given:?}");
        assert!(given.iter().all(|times| *times <= 2), "{given:?}");
    }
}

mod free {
    use super::*;

    #[test]
    fn it_is_credited_after_a_first_deposit_and_as_often_as_it_may() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        let coupon = made(&boss, json!({ "code": "GIFT", "kind": "free", "value": 5_000 }));
        made(&boss, json!({ "code": "TEN", "kind": "percent", "value": 10 }));
        let reason = |code: &str| {
            let problem = lan.post(REDEEM, json!({ "code": code })).refused(409, "coupon_not_valid");
            problem["reason"].as_str().unwrap().to_owned()
        };
        app.fund(lan.id, 1_000);
        assert_eq!(reason("GIFT"), "coupon_needs_deposit", "an adjustment is no deposit");
        paid(&app, 1, 20_000, &lan.deposit(20_000));
        assert_eq!(reason("TEN"), "coupon_for_deposits");
        let redeemed = lan.post(REDEEM, json!({ "code": "gift" })).expect(200);
        assert_eq!(redeemed, json!({ "amount": 5_000, "balance": 26_000 }));
        assert_eq!(reason("GIFT"), "coupon_used_before");
        assert_eq!(shown(&boss, &coupon)["used"], 1);
        assert_eq!(moved(&lan).last().unwrap(), &("bonus".to_owned(), 5_000));
        app.guest().post(REDEEM, json!({ "code": "GIFT" })).refused(401, "unauthenticated");
    }

    #[test]
    fn at_once_one_user_gets_it_once() {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        made(&boss, json!({ "code": "GIFT", "kind": "free", "value": 5_000 }));
        paid(&app, 1, 20_000, &lan.deposit(20_000));
        let served = app.serve();
        let bearer = format!("Bearer {}", lan.token());
        let answers = at_once(20, |_| {
            let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
            served.send("POST", REDEEM, &headers, br#"{"code":"GIFT"}"#).status
        });
        assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
        assert_eq!(lan.balance(), 25_000);
    }

    #[test]
    fn codes_that_do_not_exist_are_slowed_down_and_right_ones_then_too() {
        let app = TestApp::with(&[("AUTH_RATE_LIMIT_PER_MINUTE", "60")]);
        let (lan, boss) = (app.member("lan"), app.admin("boss"));
        made(&boss, json!({ "code": "GIFT", "kind": "free", "value": 5_000 }));
        paid(&app, 1, 20_000, &lan.deposit(20_000));
        for number in 0..4 {
            lan.post(REDEEM, json!({ "code": format!("WRONG{number}") })).refused(409, "coupon_not_valid");
        }
        refused(&lan, 50_000, "WRONG9");
        let limited = lan.post(REDEEM, json!({ "code": "GIFT" }));
        limited.refused(429, "rate_limited");
        assert!(limited.header("Retry-After").unwrap().parse::<u32>().unwrap() > 0);
        lan.post("/api/payment/deposit", json!({ "amount": 50_000, "coupon": "TEN" }))
            .refused(429, "rate_limited");
        lan.post("/api/payment/deposit", json!({ "amount": 50_000 })).expect(201);
        app.clock.advance_seconds(120);
        lan.post(REDEEM, json!({ "code": "GIFT" })).expect(200);
    }
}

#[test]
fn a_bonus_lowers_the_profit_and_is_no_spending() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let referrer = app.member("referrer");
    let lan = app.referred("lan", Some(&referrer));
    set_bonus(&boss, json!([{ "from": 0, "percent": 10 }]));
    paid(&app, 1, 100_000, &lan.deposit(100_000));
    assert_eq!((lan.spent(), referrer.balance()), (0, 0));
    let path = format!("/api/admin/users/{}/balance", lan.id);
    boss.put(&path, json!({ "amount": -2_500, "reason": "paid out" })).expect(200);
    let stats = boss.get("/api/admin/stats").expect(200);
    assert_eq!((&stats["bonuses"], &stats["net_profit"]), (&json!(7_500), &json!(-7_500)));
    assert_eq!((&stats["deposits"], &stats["adjustments"]), (&json!(100_000), &json!(0)));
    assert_eq!(app.number("SELECT balance FROM accounts WHERE name = 'bonus'"), -7_500);
}

#[test]
fn the_steps_of_the_bonus_are_public_and_checked() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    assert_eq!(app.guest().get("/api/site").expect(200)["bonus"], json!([]));
    set_bonus(&boss, json!([{ "from": 100_000, "percent": 5 }]));
    assert_eq!(app.guest().get("/api/site").expect(200)["bonus"], json!([{ "from": 100_000, "percent": 5 }]));
    let refused = |steps: Value, fields: &[&str]| {
        boss.put("/api/admin/settings", json!({ "bonus": steps })).refused_fields(fields);
    };
    refused(json!([{ "from": -1, "percent": 0 }]), &["bonus[0].from", "bonus[0].percent"]);
    refused(json!([{ "from": 5, "percent": 1 }, { "from": 5, "percent": 2 }]), &["bonus[1].from"]);
    boss.put("/api/admin/settings", json!({ "bonus": null })).refused(422, "validation_failed");
    boss.put("/api/admin/settings", json!({ "bonus": 5 })).refused(422, "validation_failed");
    boss.put("/api/admin/settings", json!({ "bonus": [{ "from": 5 }] })).refused(422, "validation_failed");
}
