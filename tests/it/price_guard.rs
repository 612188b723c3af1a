//! The providers' prices move, and the panel copes: what is sold follows, is paused, and is never given away.

use crate::import::line;
use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::reply::Reply;
use crate::support::shop::wish;
use crate::support::told::Told;
use serde_json::{Value, json};
use smm_panel::jobs::scheduled;
use smm_panel::jobs::scheduled::sync_catalog;
use std::time::Instant;

/// 12,000 VND, bought for 8,000.
fn stocked(app: &TestApp) -> i64 {
    app.provider.set_services(json!([line(101, "8000")]));
    app.service(|_| ())
}

fn look(app: &TestApp, services: Value) {
    app.provider.set_services(services);
    sync_catalog::tick(&app.app).unwrap();
}

/// Why a list is not believed.
fn trouble(app: &TestApp) -> String {
    sync_catalog::tick(&app.app).unwrap_err().note.to_string()
}

fn seen(boss: &Member, id: i64) -> (bool, Value, Value) {
    let page = boss.get(&format!("/api/admin/services?search={id}")).expect(200);
    let service = page["items"].as_array().unwrap().iter().find(|service| service["id"] == id).unwrap();
    (service["active"].as_bool().unwrap(), service["paused_reason"].clone(), service["cost"].clone())
}

fn on_sale(cost: &str) -> (bool, Value, Value) {
    (true, Value::Null, json!(cost))
}

fn paused(why: &str, cost: &str) -> (bool, Value, Value) {
    (false, json!(why), json!(cost))
}

#[test]
fn nothing_is_bought_at_a_price_the_guard_stopped() {
    let app = TestApp::start();
    let (id, boss, lan) = (stocked(&app), app.admin("boss"), app.member("lan").funded(100_000));
    look(&app, json!([line(101, "8100")]));
    assert_eq!(seen(&boss, id), on_sale("8100"));
    let sold = lan.buys(id, 1000);
    look(&app, json!([line(101, "11000")]));
    assert_eq!(seen(&boss, id), paused("cost_jump", "11000"));
    lan.post("/api/orders", wish(id, 1000)).refused(409, "service_inactive");
    boss.get("/api/admin/services?paused=yes").refused_fields(&["paused"]);
    let stopped = |word: &str| boss.get(&format!("/api/admin/services?paused={word}")).expect(200);
    assert_eq!((&stopped("true")["items"][0]["id"], &stopped("false")["items"]), (&json!(id), &json!([])));
    assert_eq!(app.guest().get("/api/services").expect(200)["items"], json!([]));
    assert_eq!(lan.get(&format!("/api/orders/{sold}")).expect(200)["charge"], 12_000);
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.pause'"), 1);
    let entry = &boss.get("/api/admin/audit-log?limit=1").expect(200)["items"][0];
    assert_eq!(
        json!([entry["actor"], entry["subject"], entry["before"], entry["after"], entry["reason"]]),
        json!([
            null,
            format!("service:{id}"),
            { "active": true, "paused_reason": null, "rate": "12000", "cost": "8100" },
            { "active": false, "paused_reason": "cost_jump", "rate": "12000", "cost": "11000" },
            "price guard",
        ])
    );
    look(&app, json!([line(101, "11000")]));
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.pause'"), 1);
}

#[test]
fn a_provider_in_trouble_pauses_nothing() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let ids: Vec<i64> = (1..=6)
        .map(|number| app.service(|offer| offer.provider_service = Some(number.to_string())))
        .collect();
    let whole: Vec<Value> = (1..=6).map(|number| line(number, "8000")).collect();
    look(&app, json!(whole));
    for (reply, said) in [
        (Reply::html(502), "cannot be used"),
        (Reply::json(200, json!({ "error": "Invalid API key" })), "the account or its key"),
        (Reply::json(200, json!([])), "no usable line"),
        (Reply::json(200, json!([{ "service": 1 }, 5])), "no usable line"),
        (Reply::json(200, json!(whole[..2])), "4 of 6 services sold are not in the provider's list"),
        (Reply::cut_after_bytes(400), "did not answer"),
        (Reply::reset(), "did not answer"),
        (Reply::hang(), "did not answer"),
    ] {
        app.provider.next_for("services", reply.clone());
        let told = trouble(&app);
        assert!(told.starts_with("provider 1: ") && told.contains(said), "{said}: {told}");
        assert!(ids.iter().all(|id| seen(&boss, *id) == on_sale("8000")), "{reply:?}");
    }
    app.provider.set_balance("73.50", "USD");
    app.provider.set_services(json!([line(1, "0.3")]));
    assert!(trouble(&app).contains("USD"));
    assert!(ids.iter().all(|id| seen(&boss, *id) == on_sale("8000")));
    app.provider.set_balance("1", "VND");
    look(&app, json!(whole[1..]));
    assert_eq!(seen(&boss, ids[0]), paused("vanished", "8000"));
    assert_eq!(seen(&boss, ids[1]), on_sale("8000"));
}

#[test]
fn a_recovered_service_resumes_only_if_so_set_and_never_one_that_was_turned_off() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    let path = format!("/api/admin/services/{id}");
    look(&app, json!([line(7, "1")]));
    assert_eq!(seen(&boss, id), paused("vanished", "8000"));
    look(&app, json!([line(101, "8000")]));
    assert_eq!(seen(&boss, id), paused("vanished", "8000"));
    boss.put("/api/admin/settings", json!({ "auto_resume": true })).expect(200);
    look(&app, json!([line(101, "8000")]));
    assert_eq!(seen(&boss, id), on_sale("8000"));
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.resume'"), 1);

    look(&app, json!([line(101, "90000")]));
    boss.put(&path, json!({ "active": false })).expect(200);
    assert_eq!(seen(&boss, id), (false, Value::Null, json!("90000")));
    look(&app, json!([line(101, "8000")]));
    assert_eq!(seen(&boss, id), (false, Value::Null, json!("8000")));
}

#[test]
fn what_the_operator_wants_to_sell_is_sold_at_that_cost() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    let path = format!("/api/admin/services/{id}");
    look(&app, json!([line(101, "15000")]));
    assert_eq!(seen(&boss, id), paused("cost_jump", "15000"));
    boss.put(&path, json!({ "active": true })).expect(200);
    look(&app, json!([line(101, "15000")]));
    assert_eq!(seen(&boss, id), on_sale("15000"));
    look(&app, json!([line(101, "15001")]));
    assert_eq!(seen(&boss, id), paused("below_margin", "15001"));

    let body = json!({ "name": "Lockvogel", "category": "TikTok", "rate": "1", "min_quantity": 1, "max_quantity": 9,
        "provider_id": 1, "provider_service_id": "101", "cost": "15001" });
    let lure = boss.post("/api/admin/services", body).expect(201)["id"].as_i64().unwrap();
    look(&app, json!([line(101, "15001")]));
    assert_eq!(seen(&boss, lure), on_sale("15001"));
}

#[test]
fn an_import_prices_anew_what_was_paused_and_leaves_off_what_was_turned_off() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    look(&app, json!([line(101, "15000")]));
    assert_eq!(seen(&boss, id), paused("cost_jump", "15000"));
    boss.imports(json!({ "markup_percent": 20, "dry_run": true })).expect(200);
    assert_eq!(seen(&boss, id), paused("cost_jump", "15000"));
    boss.imports(json!({ "markup_percent": 20 })).expect(200);
    assert_eq!(seen(&boss, id), on_sale("15000"));
    look(&app, json!([line(101, "15000")]));
    assert_eq!(seen(&boss, id), on_sale("15000"));

    boss.put(&format!("/api/admin/services/{id}"), json!({ "active": false })).expect(200);
    boss.imports(json!({ "markup_percent": 50 })).expect(200);
    assert_eq!(seen(&boss, id), (false, Value::Null, json!("15000")));
}

#[test]
fn a_service_that_is_closed_or_unreadable_is_paused_until_it_is_back() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    boss.put("/api/admin/settings", json!({ "auto_resume": true })).expect(200);
    for (field, value) in [
        ("max", json!("0")),
        ("rate", json!("0")),
        ("rate", json!(null)),
        ("rate", json!("1,000")),
        ("type", json!("Reviews")),
        ("type", json!("Package")),
    ] {
        let mut closed = line(101, "8000");
        closed[field] = value.clone();
        look(&app, json!([closed, line(7, "1")]));
        assert_eq!(seen(&boss, id), paused("changed", "8000"), "{field} {value}");
        look(&app, json!([line(101, "8000")]));
        assert_eq!(seen(&boss, id), on_sale("8000"));
    }
    app.provider.set_services(json!([line(101, "8000"), line(101, "8")]));
    assert!(trouble(&app).contains("no usable line"));
    assert_eq!(seen(&boss, id), on_sale("8000"));
    look(&app, json!([line(101, "8000"), line(101, "8"), line(7, "1")]));
    assert_eq!(seen(&boss, id), paused("changed", "8000"));
}

#[test]
fn a_cost_in_another_currency_is_compared_in_dong() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    app.provider.set_balance("73.50", "USD");
    app.write(|tx| tx.execute("UPDATE providers SET exchange_rate = '25000', currency = 'USD'", ()).unwrap());
    look(&app, json!([line(101, "0.32")]));
    assert_eq!(seen(&boss, id), on_sale("8000"));
    look(&app, json!([line(101, "0,4164")]));
    assert_eq!(seen(&boss, id), paused("cost_jump", "10410"));
}

#[test]
fn the_margin_in_force_counts_from_the_next_look() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    boss.put("/api/admin/settings", json!({ "min_margin_percent": 50, "price_jump_percent": 0 })).expect(200);
    look(&app, json!([line(101, "8000")]));
    assert_eq!(seen(&boss, id), on_sale("8000"));
    boss.put("/api/admin/settings", json!({ "min_margin_percent": 51 })).expect(200);
    look(&app, json!([line(101, "8000")]));
    assert_eq!(seen(&boss, id), paused("below_margin", "8000"));
}

#[test]
fn the_operator_is_told_once_and_a_flood_is_one_message() {
    let mut told = Told::start();
    let id = stocked(&told.app);
    look(&told.app, json!([line(101, "20000")]));
    look(&told.app, json!([line(101, "20000")]));
    let messages = told.deliver();
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].contains(&format!("#{id}")) && messages[0].contains("8000 → 20000"), "{messages:?}");

    for number in 1..=20 {
        told.app.service(|offer| offer.provider_service = Some(format!("s{number}")));
    }
    let all = |rate: &str| -> Value {
        let named = |number: i64| {
            let mut line = line(number, rate);
            line["service"] = json!(format!("s{number}"));
            line
        };
        (1..=20).map(named).collect()
    };
    look(&told.app, all("50000"));
    assert_eq!(told.deliver().len(), 1);
}

#[test]
fn a_new_margin_makes_the_guard_look_before_its_time() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    let (mut guard, now) = (scheduled::runner(&app.app, "sync-catalog").unwrap(), Instant::now());
    let period = app.app.config.provider.catalog;
    assert!(guard.step(now) && !guard.step(now + period / 2) && guard.step(now + period * 2));
    boss.put("/api/admin/settings", json!({ "site_name": "Tim" })).expect(200);
    assert!(!guard.step(now + period * 2));
    boss.put("/api/admin/settings", json!({ "min_margin_percent": 60 })).expect(200);
    assert!(guard.step(now + period * 2));
    assert_eq!(seen(&boss, id), paused("below_margin", "8000"));
}

#[test]
fn the_list_takes_away_what_is_promised_and_never_promises_anything() {
    let app = TestApp::start();
    let (id, boss) = (stocked(&app), app.admin("boss"));
    let promised = || {
        let service = app.guest().get(&format!("/api/services/{id}")).expect(200);
        (service["refill"].clone(), service["cancel"].clone())
    };
    let list = |refill: Value, cancel: Value| {
        let mut line = line(101, "8000");
        (line["refill"], line["cancel"]) = (refill, cancel);
        json!([line])
    };
    let entries = || app.number("SELECT count(*) FROM audit_log WHERE action = 'service.change'");
    boss.put(&format!("/api/admin/services/{id}"), json!({ "refill": false, "cancel": false })).expect(200);
    let before = entries();
    look(&app, list(json!(true), json!(true)));
    assert_eq!(promised(), (json!(false), json!(false)), "the operator does not offer it");
    assert_eq!(entries(), before);

    boss.put(&format!("/api/admin/services/{id}"), json!({ "refill": true, "cancel": true })).expect(200);
    look(&app, list(json!(true), json!(null)));
    assert_eq!((promised(), entries()), ((json!(true), json!(true)), before + 1));
    look(&app, list(json!(true), json!(false)));
    assert_eq!(promised(), (json!(true), json!(false)));
    let entry = &boss.get("/api/admin/audit-log?limit=1").expect(200)["items"][0];
    assert_eq!(
        json!([
            entry["actor"],
            entry["action"],
            entry["subject"],
            entry["before"],
            entry["after"],
            entry["reason"]
        ]),
        json!([
            null,
            "service.change",
            format!("service:{id}"),
            { "refill": true, "cancel": true },
            { "refill": true, "cancel": false },
            "price guard",
        ])
    );
    look(&app, list(json!(true), json!(true)));
    assert_eq!(promised(), (json!(true), json!(false)), "nor is it turned on again by itself");
    assert_eq!(entries(), before + 2);
}

#[test]
fn a_provider_nothing_is_sold_of_is_not_asked() {
    let app = TestApp::start();
    assert_eq!(sync_catalog::tick(&app.app), Ok(None));
    assert_eq!(app.provider.requests().len(), 0);
}
