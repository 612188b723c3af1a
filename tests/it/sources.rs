//! The sources of a service: what an admin may say about them, and what a provider's list does to each.

use crate::import::line;
use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::reply::Reply;
use crate::support::sourced::{Sourced, likes};
use serde_json::{Value, json};
use smm_panel::jobs::providers::dispatch;
use smm_panel::jobs::scheduled::sync_catalog;

const PATH: &str = "/api/admin/services";

fn shown(boss: &Member, id: i64) -> Value {
    let page = boss.get(&format!("{PATH}?search={id}")).expect(200);
    page["items"].as_array().unwrap().iter().find(|service| service["id"] == id).unwrap().clone()
}

/// The providers of its sources with their problems, and the cost that it has for them.
fn standing(boss: &Member, id: i64) -> (Vec<(Value, Value)>, Value, Value) {
    let service = shown(boss, id);
    let sources = service["sources"].as_array().unwrap();
    let standing = sources.iter().map(|one| (one["provider_id"].clone(), one["problem"].clone())).collect();
    (standing, service["cost"].clone(), service["paused_reason"].clone())
}

#[test]
fn what_no_list_of_sources_may_be_is_refused_with_its_field() {
    let shop = Sourced::start();
    let boss = shop.app.admin("boss");
    let (one, two) = (shop.first_source(), shop.second_source());
    let put = |mut body: Value, key: &str, value: Value| {
        body[key] = value;
        body
    };
    let id = shop.service(&boss);
    for (sources, fields) in [
        (json!([one, two, one]), vec!["sources[2]"]),
        (json!([one, put(one.clone(), "provider_service_id", json!(" 101 "))]), vec!["sources[1]"]),
        (json!([put(one.clone(), "provider_id", json!(99))]), vec!["sources[0].provider_id"]),
        (
            json!([one, put(two.clone(), "provider_service_id", json!(""))]),
            vec!["sources[1].provider_service_id"],
        ),
        (
            json!(
                (0..11)
                    .map(|n| put(one.clone(), "provider_service_id", json!(n.to_string())))
                    .collect::<Vec<_>>()
            ),
            vec!["sources"],
        ),
    ] {
        boss.post(PATH, put(likes(), "sources", sources.clone())).refused_fields(&fields);
        boss.put(&format!("{PATH}/{id}"), json!({ "sources": sources })).refused_fields(&fields);
    }
    for (key, value) in [("provider_id", json!(1)), ("provider_service_id", json!("101"))] {
        let both = put(put(likes(), "sources", json!([one])), key, value.clone());
        boss.post(PATH, both).refused_fields(&["sources"]);
        boss.put(&format!("{PATH}/{id}"), json!({ "sources": [one], key: value }))
            .refused_fields(&["sources"]);
    }
    for wrong in [json!("x"), json!([1]), json!([{ "provider_id": 1 }]), Value::Null] {
        boss.put(&format!("{PATH}/{id}"), json!({ "sources": wrong })).refused(422, "validation_failed");
    }
    assert_eq!(standing(&boss, id).0.len(), 2);
}

#[test]
fn both_forms_say_the_same_and_a_change_is_audited() {
    let shop = Sourced::start();
    let boss = shop.app.admin("boss");
    let id = shop.service(&boss);
    let path = format!("{PATH}/{id}");
    let second = json!(shop.second_id);
    let none = Value::Null;
    let two = (vec![(json!(1), none.clone()), (second.clone(), none.clone())], json!("8000"), none.clone());
    assert_eq!(standing(&boss, id), two);
    // Other keys leave them.
    boss.put(&path, json!({ "rate": "13000" })).expect(200);
    assert_eq!(standing(&boss, id), two);
    let turned =
        boss.put(&path, json!({ "sources": [shop.second_source(), shop.first_source()] })).expect(200);
    assert_eq!(
        (&turned["provider_id"], &turned["provider_service_id"], &turned["cost"]),
        (&second, &json!("201"), &json!("9000"))
    );
    let entry = boss.get("/api/admin/audit-log?limit=1").expect(200)["items"][0].clone();
    assert_eq!(
        (
            &entry["action"],
            &entry["before"]["sources"][0]["provider_id"],
            &entry["after"]["sources"][0]["provider_id"]
        ),
        (&json!("service.change"), &json!(1), &second)
    );
    // One source, in either form.
    let one = boss.put(&path, json!({ "provider_id": 1, "provider_service_id": "101" })).expect(200);
    assert_eq!((one["sources"].as_array().unwrap().len(), &one["provider_id"]), (1, &json!(1)));
    let one = boss.put(&path, json!({ "sources": [shop.second_source()] })).expect(200);
    assert_eq!(
        (one["sources"].as_array().unwrap().len(), &one["provider_id"], &one["cost"]),
        (1, &second, &json!("9000"))
    );
    assert_eq!(shop.app.number("SELECT count(*) FROM service_sources"), 0);
    let none = boss.put(&path, json!({ "sources": [] })).expect(200);
    assert_eq!((&none["sources"], &none["provider_id"]), (&json!([]), &Value::Null));
}

#[test]
fn a_list_moves_the_source_in_front_and_pauses_only_when_none_is_left() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(500_000));
    let id = shop.service(&boss);
    let look = |first: Value, second: Value| {
        shop.app.provider.set_services(first);
        shop.second.set_services(second);
        drop(sync_catalog::tick(&shop.app.app));
        standing(&boss, id)
    };
    let second = json!(shop.second_id);
    let state = |first: &str, other: &str| {
        let word = |word: &str| if word.is_empty() { Value::Null } else { json!(word) };
        vec![(json!(1), word(first)), (second.clone(), word(other))]
    };
    let (a, b) = (|rate: &str| json!([line(101, rate), line(7, "1")]), |rate: &str| json!([line(201, rate)]));
    assert_eq!(look(a("8100"), b("9100")), (state("", ""), json!("8100"), Value::Null));
    // The list has its own limits for each, and the service those of the one in front.
    assert_eq!(shown(&boss, id)["sources"][1]["max_quantity"], 10_000);
    assert_eq!(look(a("11900"), b("9100")), (state("cost_jump", ""), json!("9100"), Value::Null));
    let order = lan.buys(id, 1000);
    assert_eq!(shop.app.order(order).provider.unwrap().get(), shop.second_id);
    assert_eq!(shop.app.number("SELECT count(*) FROM audit_log WHERE action = 'service.source'"), 1);
    assert_eq!(look(json!([line(7, "1")]), b("9100")), (state("vanished", ""), json!("9100"), Value::Null));
    let (sources, _, paused) = look(json!([line(7, "1")]), json!([line(8, "1")]));
    assert_eq!((sources, paused), (state("vanished", "vanished"), json!("vanished")));
    assert_eq!(shown(&boss, id)["active"], false);
    // It is sold again when one is back.
    let (sources, cost, paused) = look(json!([line(7, "1")]), b("9200"));
    let is_on = (sources.clone(), cost.clone(), paused.clone());
    if paused == Value::Null {
        assert_eq!(is_on, (state("vanished", ""), json!("9200"), Value::Null));
    }
    // Naming them anew is the admin's word that each be tried.
    boss.put(
        &format!("{PATH}/{id}"),
        json!({ "sources": [shop.first_source(), shop.second_source()], "active": true }),
    )
    .expect(200);
    assert_eq!(standing(&boss, id), (state("", ""), json!("8000"), Value::Null));
}

#[test]
fn an_exchange_rate_prices_only_the_sources_of_its_provider() {
    let shop = Sourced::start();
    let boss = shop.app.admin("boss");
    let id = shop.service(&boss);
    let provider = format!("/api/admin/providers/{}", shop.second_id);
    boss.put(&provider, json!({ "exchange_rate": "1.1" })).expect(200);
    let service = shown(&boss, id);
    assert_eq!(
        (&service["cost"], &service["sources"][0]["cost"], &service["sources"][1]["cost"]),
        (&json!("8000"), &json!("8000"), &json!("9900"))
    );
    let losses =
        boss.get(&format!("/api/admin/services/losses?provider_id={}&exchange_rate=9", shop.second_id));
    assert_eq!(losses.expect(200)["items"], json!([]));
}

#[test]
fn an_import_takes_over_the_source_in_front_and_leaves_the_others_to_follow() {
    let shop = Sourced::start();
    let boss = shop.app.admin("boss");
    let id = shop.service(&boss);
    shop.app.provider.set_services(json!([line(101, "8200")]));
    shop.second.set_services(json!([line(201, "9300")]));
    let asked = json!({ "provider_id": shop.second_id, "markup_percent": 50, "currency_is_vnd": true });
    let imported = boss.imports(asked).expect(200);
    assert_eq!((&imported["created"], &imported["skipped"]), (&json!(0), &json!(1)));
    assert_eq!(
        imported["items"][0]["reason_coded"],
        json!({ "code": "line_further_source", "values": { "service": id } })
    );
    boss.imports(json!({ "provider_id": 1, "markup_percent": 50, "currency_is_vnd": true })).expect(200);
    let service = shown(&boss, id);
    assert_eq!(
        (&service["rate"], &service["cost"], &service["sources"][0]["cost"], &service["sources"][1]["cost"]),
        (&json!("12300"), &json!("8200"), &json!("8200"), &json!("9000"))
    );
}

/// Under two names it is one account still, whose ids each belong to one order.
#[test]
fn an_account_that_was_entered_twice_gives_no_order_twice() {
    let app = TestApp::with(&[("PROVIDER_ALLOW_PRIVATE", "true")]);
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(100_000));
    let enters = |key: &str| {
        let body = json!({ "name": key, "api_url": format!("{}/", app.provider.url()), "api_key": key });
        boss.post("/api/admin/providers", body).expect(201)["id"].as_i64().unwrap()
    };
    let (twin, other) = (enters("bumx-test-key"), enters("another-test-key"));
    let sells = |provider: i64| {
        let mut body = likes();
        (body["provider_id"], body["provider_service_id"]) = (json!(provider), json!("101"));
        boss.post("/api/admin/services", body).expect(201)["id"].as_i64().unwrap()
    };
    let first = lan.bought(sells(1), 1000);
    let theirs = app.order(first).state.provider_order.unwrap();
    let [at_twin, at_other] = [twin, other].map(|provider| lan.buys(sells(provider), 1000));
    (0..2).for_each(|_| app.provider.next_for("add", Reply::json(500, json!({}))));
    dispatch::tick(&app.app);
    let sent = json!({ "action": "sent", "provider_order_id": theirs });
    let resolve = |id: i64| boss.post(&format!("/api/admin/orders/{id}/resolve"), sent.clone());
    assert_eq!(resolve(at_twin).refused(409, "conflict")["reason"], "provider_order_linked");
    assert_eq!(resolve(at_other).expect(200)["dispatch"], "sent", "ids of two accounts may be equal");
}
