//! Own prices: what single customers pay for single services, through every door, and when they stop to count.

use crate::import::line;
use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{by_hand, wish};
use crate::support::tcp::at_once;
use crate::support::told::Told;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::jobs::scheduled::sync_catalog;
use smm_panel::kernel::money::Rate;

fn path(of: &Member) -> String {
    format!("/api/admin/users/{}/rates", of.id)
}

fn rates(lines: &[(i64, &str, bool)]) -> Value {
    let line = |(service, rate, allow): &(i64, &str, bool)| {
        let mut line = json!({ "service_id": service, "rate": rate });
        if *allow {
            line["allow_loss"] = json!(true);
        }
        line
    };
    json!({ "rates": lines.iter().map(line).collect::<Vec<_>>() })
}

/// One of a customer's own prices, as the admin sees it.
fn seen(boss: &Member, of: &Member) -> Value {
    boss.get(&path(of)).expect(200)["rates"][0].clone()
}

fn quoted(of: &Member, service: i64) -> Value {
    let quote = of.post("/api/orders/quote", wish(service, 1000)).expect(200);
    json!([quote["charge"], quote["rate"], quote["discount_percent"]])
}

/// A customer of the best tier, who pays 10 % less.
fn vip<'a>(app: &'a TestApp, name: &str) -> Member<'a> {
    let customer = app.member(name).funded(100_000_000);
    let dear = app.service(|offer| {
        by_hand(offer);
        offer.rate = Rate::parse("60000000").unwrap();
    });
    customer.buys(dear, 1000);
    customer
}

#[test]
fn a_set_is_refused_for_every_line_that_is_wrong_and_then_nothing_changes() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let (bought, made) = (
        app.service(|_| ()),
        app.service(|offer| {
            by_hand(offer);
            offer.cost = None;
        }),
    );
    boss.put(&path(&lan), rates(&[(bought, "9000", false)])).expect(200);
    for (lines, fields) in [
        (rates(&[(bought, "7999.999", false)]), vec!["rates[0].rate"]),
        (rates(&[(made, "1", false), (bought, "0", false)]), vec!["rates[1].rate"]),
        (rates(&[(made, "0", false)]), vec!["rates[0].rate"]),
        (rates(&[(999, "9000", true)]), vec!["rates[0].service_id"]),
        (rates(&[(bought, "9000", false), (bought, "9000", false)]), vec!["rates[1].service_id"]),
        (
            rates(&[(bought, "1", false), (bought, "9000", false), (0, "1", false)]),
            vec!["rates[0].rate", "rates[1].service_id", "rates[2].service_id"],
        ),
        (rates(&[(bought, "-1", false)]), vec!["rates[0].rate"]),
        (rates(&[(bought, "1.2345", true)]), vec!["rates[0].rate"]),
        (json!({ "rates": [{ "service_id": bought }] }), vec!["rates[0].rate"]),
        (json!({ "rates": [{ "service_id": bought, "rate": "1", "cost": "1" }] }), vec!["rates[0].cost"]),
        (
            json!({ "rates": [{ "service_id": bought, "rate": "1", "allow_loss": 1 }] }),
            vec!["rates[0].allow_loss"],
        ),
        (json!({ "rates": vec![json!({ "service_id": bought, "rate": "9000" }); 1001] }), vec!["rates"]),
        (json!({}), vec!["rates"]),
        (json!({ "rates": [], "user_id": 1 }), vec!["user_id"]),
    ] {
        boss.put(&path(&lan), lines).refused_fields(&fields);
    }
    let named = boss.put(&path(&lan), rates(&[(bought, "7999", false)])).json();
    assert_eq!(named["errors"][0]["values"], json!({ "cost": "8000" }));
    let nobody = "/api/admin/users/999/rates";
    boss.get(nobody).refused(404, "not_found");
    boss.put(nobody, rates(&[])).refused(404, "not_found");
    assert_eq!(app.number("SELECT count(*) FROM own_rates WHERE rate = 9000000"), 1);
    assert_eq!(app.number("SELECT count(*) FROM own_rates"), 1);
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'user.rates'"), 1);
}

#[test]
fn a_set_is_the_whole_and_its_changes_are_written_down() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let (one, two, three) = (app.service(|_| ()), app.service(|_| ()), app.service(|_| ()));
    boss.put(&path(&lan), rates(&[(two, "9000", false), (one, "8500", false)])).expect(200);
    let set = rates(&[(two, "9500.5", false), (three, "7000", true)]);
    let after = boss.put(&path(&lan), set.clone()).expect(200);
    let line = |at: usize| {
        let line = &after["rates"][at];
        json!([
            line["service_id"],
            line["rate"],
            line["allow_loss"],
            line["counts"],
            line["service_rate"],
            line["cost"]
        ])
    };
    assert_eq!(line(0), json!([two, "9500.5", false, true, "12000", "8000"]));
    assert_eq!(line(1), json!([three, "7000", true, true, "12000", "8000"]));
    assert_eq!(after["rates"].as_array().unwrap().len(), 2);
    assert_eq!(boss.get(&path(&lan)).expect(200), after);
    let entry = &boss.get("/api/admin/audit-log?action=user.rates&limit=1").expect(200)["items"][0];
    let plain = |rate: &str| json!({ "rate": rate, "accepted_cost": null });
    let before = json!({ one.to_string(): plain("8500"), two.to_string(): plain("9000") });
    let now = json!({
        two.to_string(): plain("9500.5"), three.to_string(): { "rate": "7000", "accepted_cost": "8000" },
    });
    assert_eq!(
        json!([entry["actor"], entry["subject"], entry["before"], entry["after"]]),
        json!(["boss", format!("user:{}", lan.id), { "own_rates": before }, { "own_rates": now }])
    );
    boss.put(&path(&lan), set).expect(200);
    assert_eq!(
        app.number("SELECT count(*) FROM audit_log WHERE action = 'user.rates'"),
        2,
        "nothing changed"
    );
    assert_eq!(boss.put(&path(&lan), rates(&[])).expect(200), json!({ "rates": [] }));
    assert_eq!(app.number("SELECT count(*) FROM own_rates"), 0);
}

#[test]
fn every_door_prices_by_it_and_by_the_tier_only_where_that_is_set() {
    let app = TestApp::start();
    let (boss, vip) = (app.admin("boss"), vip(&app, "vip"));
    let (own, usual) = (app.service(by_hand), app.service(by_hand));
    let other = app.member("other").funded(100_000);
    boss.put(&path(&vip), rates(&[(own, "9000.5", false)])).expect(200);
    let doors = |charge: i64, rate: &str, discount: i64| {
        assert_eq!(quoted(&vip, own), json!([charge, "9000.5", discount]));
        let order = vip.post("/api/orders", wish(own, 1000)).expect(201);
        assert_eq!((&order["charge"], &order["discount_percent"]), (&json!(charge), &json!(discount)));
        let lines = json!({ "lines": [wish(own, 1000), wish(usual, 1000)], "check": true });
        let checked = vip.post("/api/orders/mass", lines).expect(200);
        assert_eq!(checked["lines"], json!([{ "charge": charge }, { "charge": 10_800 }]));
        let whole = vip.post("/api/orders/mass", json!({ "lines": [wish(own, 1000)] })).expect(201);
        assert_eq!(whole["total"], charge);
        let later = vip.schedules(own, 1000, 3600);
        assert_eq!(app.order(later).charge.get(), charge);
        let listed = vip.get("/api/services").expect(200);
        let mine = |id: i64| {
            let items = listed["items"].as_array().unwrap().iter();
            items.filter(|item| item["id"] == id).map(|item| item["my_rate"].clone()).collect::<Vec<_>>()
        };
        assert_eq!((mine(own), mine(usual)), (vec![json!(rate)], vec![json!("10800")]));
        assert_eq!(vip.get(&format!("/api/services/{own}")).expect(200)["my_rate"], rate);
        let reseller = vip.reseller();
        let listed = reseller.ask("services", &[]);
        let line = listed.as_array().unwrap().iter().find(|line| line["service"] == own).unwrap();
        assert_eq!(line["rate"], rate);
        let fields = [
            ("service", own.to_string()),
            ("link", "https://x.vn/a".to_owned()),
            ("quantity", "1000".to_owned()),
        ];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let added = reseller.ask("add", &fields)["order"].as_i64().unwrap();
        assert_eq!(app.order(added).charge.get(), charge);
    };
    doors(9001, "9000.5", 0);
    boss.put("/api/admin/settings", json!({ "discount_on_own_rates": true })).expect(200);
    doors(8101, "8100.45", 10);

    assert_eq!(quoted(&other, own), json!([12_000, "12000", 0]), "nobody else's");
    let kept = vip.buys(own, 1000);
    boss.put(&path(&vip), rates(&[])).expect(200);
    assert_eq!(app.order(kept).charge.get(), 8101);
    assert_eq!(app.order(kept).rate.to_string(), "9000.5", "sold is sold");
    assert_eq!(quoted(&vip, own), json!([10_800, "12000", 10]));
    assert_eq!(app.guest().get(&format!("/api/services/{own}")).expect(200).get("my_rate"), None);
}

/// Lines before count as spent for the tier of the ones behind, and an own price stays what it is.
#[test]
fn in_a_mass_order_the_tier_rises_for_the_general_rates_alone() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(10_000_000));
    let (own, dear) = (
        app.service(by_hand),
        app.service(|offer| {
            by_hand(offer);
            offer.rate = Rate::parse("5000000").unwrap();
        }),
    );
    boss.put(&path(&lan), rates(&[(own, "9000", false)])).expect(200);
    let lines = [wish(own, 1000), wish(dear, 1000), wish(own, 1000), wish(dear, 100)];
    let checked = lan.post("/api/orders/mass", json!({ "lines": lines, "check": true })).expect(200);
    let charges = [9000, 5_000_000, 9000, 485_000].map(|charge| json!({ "charge": charge }));
    assert_eq!(checked["lines"], json!(charges));
}

/// ⌈rate × quantity × (100 − discount) / 100,000⌉, at least 1, whatever the own price.
#[test]
fn the_charge_is_the_formula_of_the_own_price() {
    let app = TestApp::start();
    let (boss, vip) = (app.admin("boss"), vip(&app, "vip"));
    let service = app.service(|offer| {
        by_hand(offer);
        offer.cost = None;
    });
    let mut dice: u64 = 7;
    let mut roll = |below: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((dice >> 33) % below).unwrap()
    };
    for round in 0..60 {
        let discount = if round % 2 == 0 { 0 } else { 10 };
        boss.put("/api/admin/settings", json!({ "discount_on_own_rates": discount > 0 })).expect(200);
        let most = [10, 100_000, 90_000_000][usize::try_from(round % 3).unwrap()];
        let (milli, quantity) = (1 + roll(most), 10 + roll(99_990));
        let rate = Rate::from_milli(milli).unwrap().to_string();
        boss.put(&path(&vip), rates(&[(service, &rate, false)])).expect(200);
        let quote = vip.post("/api/orders/quote", wish(service, quantity)).expect(200);
        let exact = i128::from(milli) * i128::from(quantity) * i128::from(100 - discount);
        let charge = ((exact + 99_999_999) / 100_000_000).max(1);
        assert_eq!(quote["charge"], i64::try_from(charge).unwrap(), "{rate} × {quantity}, {discount} % off");
    }
}

#[test]
fn a_cost_that_rises_above_it_brings_the_general_rate_back_and_the_operator_is_told() {
    let mut told = Told::start();
    let app = &told.app;
    app.provider.set_services(json!([line(101, "8000")]));
    let service = app.service(|_| ());
    let (boss, lan, mai) =
        (app.admin("boss"), app.member("lan").funded(100_000), app.member("mai").funded(100_000));
    boss.put(&path(&lan), rates(&[(service, "9000", false)])).expect(200);
    boss.put(&path(&mai), rates(&[(service, "8500", false)])).expect(200);
    let look = |cost: &str| {
        app.provider.set_services(json!([line(101, cost)]));
        sync_catalog::tick(&app.app).unwrap();
    };
    look("9000");
    assert_eq!(quoted(&lan, service), json!([9000, "9000", 0]), "at the cost is not below it");
    assert_eq!(quoted(&mai, service), json!([12_000, "12000", 0]));
    look("9000.001");
    assert_eq!(quoted(&lan, service), json!([12_000, "12000", 0]));
    assert_eq!((&seen(&boss, &lan)["counts"], &seen(&boss, &lan)["rate"]), (&json!(false), &json!("9000")));
    let dear = lan.buys(service, 1000);
    assert_eq!(app.order(dear).charge.get(), 12_000);
    // By hand, and by the exchange rate.
    look("8000");
    assert_eq!(quoted(&lan, service), json!([9000, "9000", 0]), "and it counts again");
    boss.put(&format!("/api/admin/services/{service}"), json!({ "cost": "10000" })).expect(200);
    assert_eq!(quoted(&lan, service), json!([12_000, "12000", 0]));
    boss.put(&format!("/api/admin/services/{service}"), json!({ "cost": "8000" })).expect(200);
    boss.put("/api/admin/providers/1", json!({ "exchange_rate": "1.2", "currency": "USD" })).expect(200);
    assert_eq!(quoted(&lan, service), json!([12_000, "12000", 0]));
    drop((lan, mai, boss));
    let said = told.deliver().join("\n");
    let times = said.matches("Own prices below cost do not count any more").count();
    assert_eq!(times, 4, "{said}");
    for mark in [
        "TikTok likes",
        "Giá gốc: <code>9000.001</code>",
        "Số khách: <code>1</code>",
        "Số khách: <code>2</code>",
    ] {
        assert!(said.contains(mark), "{mark}: {said}");
    }
}

#[test]
fn a_wished_loss_counts_up_to_the_cost_it_was_wished_at() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let service = app.service(by_hand);
    let costs = |cost: &str| {
        boss.put(&format!("/api/admin/services/{service}"), json!({ "cost": cost })).expect(200);
        seen(&boss, &lan)["counts"].clone()
    };
    boss.put(&path(&lan), rates(&[(service, "5000", true)])).expect(200);
    assert_eq!(quoted(&lan, service), json!([5000, "5000", 0]));
    assert_eq!((costs("8000"), costs("7000"), costs("8000")), (json!(true), json!(true), json!(true)));
    assert_eq!(costs("8000.001"), json!(false));
    assert_eq!(seen(&boss, &lan)["allow_loss"], false, "whoever wants it so has to say it again");
    assert_eq!(quoted(&lan, service), json!([12_000, "12000", 0]));
    boss.put(&path(&lan), rates(&[(service, "5000", false)])).refused_fields(&["rates[0].rate"]);
    boss.put(&path(&lan), rates(&[(service, "5000", true)])).expect(200);
    assert_eq!(quoted(&lan, service), json!([5000, "5000", 0]));
}

#[test]
fn a_discount_on_own_prices_does_not_bring_them_below_the_cost_in_silence() {
    let mut told = Told::start();
    let app = &told.app;
    let (boss, vip) = (app.admin("boss"), vip(app, "vip"));
    let service = app.service(by_hand);
    boss.put(&path(&vip), rates(&[(service, "8800", false)])).expect(200);
    assert_eq!(quoted(&vip, service), json!([8800, "8800", 0]));
    boss.put("/api/admin/settings", json!({ "discount_on_own_rates": true })).expect(200);
    assert_eq!(quoted(&vip, service), json!([10_800, "12000", 10]), "7,920 would be below 8,000");
    boss.put(&path(&vip), rates(&[(service, "8800", false)])).refused_fields(&["rates[0].rate"]);
    boss.put(&path(&vip), rates(&[(service, "8800", true)])).expect(200);
    assert_eq!(quoted(&vip, service), json!([7920, "8800", 10]));
    drop((boss, vip));
    let said = told.deliver().join("\n");
    assert_eq!(said.matches("Own prices below cost do not count any more").count(), 1, "{said}");
}

#[test]
fn the_guests_list_is_shared_and_a_callers_own_is_for_the_caller_alone() {
    let app = TestApp::start();
    let (boss, lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai"));
    let service = app.service(|_| ());
    for path in ["/api/services", "/api/services?search=likes"] {
        let own = format!("/api/admin/users/{}/rates", lan.id);
        boss.put(&own, rates(&[])).expect(200);
        let (guest, plain) = (app.guest().get(path), mai.get(path));
        assert_eq!(
            (guest.header("Cache-Control"), plain.header("Cache-Control")),
            (Some("no-cache"), Some("private, no-cache"))
        );
        for answer in [&guest, &plain] {
            let vary = answer.header("Vary").unwrap();
            assert!(
                ["Accept-Encoding", "Authorization", "Cookie"].iter().all(|name| vary.contains(name)),
                "{vary}"
            );
        }
        assert_eq!(guest.expect(200)["items"][0].get("my_rate"), None);
        assert_eq!(plain.expect(200)["items"][0]["my_rate"], "12000");
        let tag = |of: &Member| of.get(path).header("ETag").unwrap().to_owned();
        assert_ne!(guest.header("ETag").unwrap(), tag(&mai));
        assert_eq!(tag(&lan), tag(&mai), "the same prices are the same list");
        let before = tag(&lan);
        boss.put(&own, rates(&[(service, "9000", false)])).expect(200);
        let ask = |of: &Member, tag: &str| of.send(Method::Get, path, &[("If-None-Match", tag)], None);
        let changed = ask(&lan, &before);
        assert_eq!(changed.expect(200)["items"][0]["my_rate"], "9000");
        let own_tag = changed.header("ETag").unwrap().to_owned();
        assert_eq!(ask(&lan, &own_tag).status, 304);
        assert_eq!(ask(&mai, &own_tag).expect(200)["items"][0]["my_rate"], "12000");
        assert_eq!(ask(&mai, &before).status, 304, "nothing of mai's changed");
        let shared = guest.header("ETag").unwrap();
        let again = app.guest().send(Method::Get, path, &[("If-None-Match", shared)], None);
        assert_eq!(again.status, 304, "nor of the guests'");
    }
    let one = lan.get(&format!("/api/services/{service}"));
    assert_eq!(
        (one.header("Cache-Control"), &one.expect(200)["my_rate"]),
        (Some("private, no-cache"), &json!("9000"))
    );
}

/// Whichever comes first, every order costs one of the two prices, and never more than was expected.
#[test]
fn orders_and_a_change_of_prices_at_once_sell_at_one_price_or_the_other() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(10_000_000));
    let service = app.service(by_hand);
    let (served, own) = (app.serve(), path(&lan));
    boss.put(&own, rates(&[(service, "9000", false)])).expect(200);
    let (authorization, token) = (format!("Bearer {}", boss.token()), lan.token().to_owned());
    let answers = at_once(24, |number| {
        if number % 4 == 0 {
            let rate = if number % 8 == 0 { "10000" } else { "9000" };
            let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
            let body = rates(&[(service, rate, false)]).to_string();
            return (served.send("PUT", &own, &headers, body.as_bytes()).status, 0);
        }
        let mut body = wish(service, 1000);
        body["expected_charge"] = json!(9000);
        let answer = served.post(&token, "/api/orders", &body, &[]);
        (answer.status, answer.json()["charge"].as_i64().unwrap_or(0))
    });
    assert!(
        answers.iter().all(|(status, charge)| match status {
            200 => true,
            201 => *charge == 9000,
            409 => *charge == 0,
            _ => false,
        }),
        "{answers:?}"
    );
    let sold = app.number("SELECT count(*) FROM orders");
    assert_eq!(app.number("SELECT coalesce(sum(charge), 0) FROM orders"), 9000 * sold);
    assert_eq!(lan.balance(), 10_000_000 - 9000 * sold);
}
