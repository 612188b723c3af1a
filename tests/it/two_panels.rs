//! Two panels in processes of their own, one the other's provider: whatever is sold goes through both, is counted once
//! at the provider behind them, and the money is right in each, with both killed in between.

use crate::support::chain::{Chain, FUNDS, RESELLER, Site};
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::eventually;
use crate::support::reply::Reply;
use serde_json::{Value, json};

const LINK: &str = "https://www.tiktok.com/@ten";

fn says(status: &str, remains: i64) -> Value {
    json!({ "status": status, "remains": remains.to_string(), "start_count": "7", "charge": "1" })
}

fn stands(chain: &Chain, id: i64) -> (Value, Value) {
    let order = chain.shop.panel().order(id);
    (order["status"].clone(), order["refunded"].clone())
}

/// Buys a hundred for 1,200, kills both, and lets the provider say how it ends.
fn ends_killed_in_between(status: &str, remains: i64, shown: &str, paid: i64, paid_upstream: i64) {
    let mut chain = Chain::start();
    let id = chain.buys(LINK, json!({}));
    chain.kill_each();
    chain.until(shown, LINK, &[says(status, remains)], |chain| {
        stands(chain, id) == (json!(shown), json!(1200 - paid))
    });
    chain.proves(&[(LINK, 1)], paid, paid_upstream);
}

#[test]
fn killed_in_between_what_is_completed_is_paid_in_full() {
    ends_killed_in_between("Completed", 0, "completed", 1200, 1000);
}

#[test]
fn killed_in_between_what_is_partial_is_paid_in_part() {
    ends_killed_in_between("Partial", 40, "partial", 720, 600);
}

#[test]
fn killed_in_between_what_is_canceled_goes_back() {
    ends_killed_in_between("Canceled", 100, "canceled", 0, 0);
}

/// An order that the provider has and works at.
fn under_way(chain: &Chain) -> i64 {
    let id = chain.buys(LINK, json!({}));
    chain
        .until("it is under way", LINK, &[], |chain| chain.shop.panel().order(id)["status"] == "in_progress");
    chain.provider.always_for(
        "cancel",
        Reply::json(200, json!([{ "order": chain.provider.taken(LINK)[0], "cancel": 1 }])).delayed(100),
    );
    id
}

#[test]
fn a_cancel_goes_through_both_killed_in_between() {
    let mut chain = Chain::start();
    let id = under_way(&chain);
    chain.asks(id, "cancel");
    chain.kill_each();
    chain
        .until("the provider is asked", LINK, &[], |chain| !chain.provider.requests_for("cancel").is_empty());
    chain.until("it is canceled in part", LINK, &[says("Partial", 30)], |chain| {
        stands(chain, id) == (json!("partial"), json!(360))
    });
    chain.proves(&[(LINK, 1)], 840, 700);
}

#[test]
fn a_refill_goes_through_both_once_killed_in_between() {
    let mut chain = Chain::start();
    chain.provider.always_for("refill", Reply::json(200, json!({ "refill": 77 })).delayed(100));
    chain.provider.always_for("refill_status", Reply::json(200, json!({ "status": "Completed" })));
    let id = chain.buys(LINK, json!({}));
    let ends = [says("Completed", 0)];
    chain.until("it is completed", LINK, &ends, |chain| chain.shop.panel().order(id)["can_refill"] == true);
    chain.asks(id, "refill");
    chain.kill_each();
    let refills = |site: &Site| site.panel().get("/api/admin/refills")["items"].clone();
    chain.until("it is refilled", LINK, &ends, |chain| refills(&chain.shop)[0]["status"] == "completed");
    assert_eq!(chain.provider.requests_for("refill").len(), 1);
    assert_eq!(refills(&chain.upstream).as_array().unwrap().len(), 1);
    chain.proves(&[(LINK, 1)], 1200, 1000);
}

#[test]
fn runs_of_a_drip_feed_are_orders_upstream_each_once_killed_in_between() {
    let mut chain = Chain::start();
    let id = chain.buys(LINK, json!({ "runs": 4, "interval": 0 }));
    assert_eq!(chain.shop.balance("boss"), FUNDS - 4800, "all runs are charged at once");
    let ends = [says("Completed", 0), says("Partial", 40), says("Canceled", 100), says("Completed", 0)];
    chain.kill_each();
    let begun = |count: usize| move |chain: &Chain| chain.provider.taken(LINK).len() >= count;
    chain.until("half of the runs are sent", LINK, &ends, begun(2));
    chain.kill_each();
    chain.until("it is over", LINK, &ends, |chain| stands(chain, id) == (json!("partial"), json!(1680)));
    let runs = chain.shop.panel().get(&format!("/api/admin/orders?parent_id={id}"));
    assert_eq!(runs["items"].as_array().unwrap().len(), 4);
    chain.proves(&[(LINK, 4)], 3120, 2600);
}

/// With a customer's own panel as the provider, which buys here again.
#[test]
fn orders_that_would_go_round_end_and_the_money_goes_back() {
    let provider = FakeProvider::start();
    let upstream = Site::start(&provider.url(), "key-at-the-provider");
    let (buyer, key) = upstream.reseller();
    let mut shop = Site::start(&upstream.url(), &key);
    let (back, key) = shop.reseller();
    let me = shop.panel().get("/api/auth/me")["id"].as_i64().unwrap();
    shop.fund(me);
    // Each sells what the other sells.
    let circle = json!({ "name": "The shop", "api_url": shop.url(), "api_key": key });
    let circle = upstream.panel().send("POST", "/api/admin/providers", &circle).unwrap().expect(201);
    let there = upstream.stock(circle["id"].as_i64().unwrap(), "1");
    let service = shop.stock(1, &there.to_string());
    let in_front = json!({ "provider_service_id": service.to_string() });
    let path = format!("/api/admin/services/{there}");
    upstream.panel().send("PUT", &path, &in_front).unwrap().expect(200);
    let marks = |site: &Site, provider: &Value, user: Value| {
        let path = format!("/api/admin/providers/{provider}");
        site.panel().send("PUT", &path, &json!({ "is_user_id": user })).unwrap().expect(200);
    };
    // Where one of them knows of it, it is stopped there.
    for (by_shop, by_upstream, orders) in [
        (json!(back), json!(buyer), (1, 1)),
        (Value::Null, json!(buyer), (1, 1)),
        (json!(back), Value::Null, (2, 1)),
    ] {
        marks(&shop, &json!(1), by_shop);
        marks(&upstream, &circle["id"], by_upstream);
        let link = format!("{LINK}/{}", orders.0);
        let before = (shop.orders(&link).len(), upstream.orders(&link).len());
        let wish = json!({ "service_id": service, "link": link, "quantity": 100 });
        let made = shop.panel().send("POST", "/api/orders", &wish).unwrap().expect(201);
        let order = || shop.panel().order(made["id"].as_i64().unwrap());
        eventually("it is canceled", || order()["status"] == "canceled");
        assert_eq!((&order()["refunded"], &order()["reason"]), (&json!(1000), &json!("provider_canceled")));
        let now = (shop.orders(&link), upstream.orders(&link));
        assert_eq!((now.0.len() - before.0, now.1.len() - before.1), orders);
        let stopped = if orders.0 == 2 { now.0.last() } else { now.1.last() }.unwrap();
        assert_eq!(
            (&stopped["dispatch"], &stopped["reason"]),
            (&json!("refused"), &json!("provider_refused"))
        );
        let balances = ["boss", RESELLER].map(|user| shop.balance(user));
        assert_eq!((balances, upstream.balance(RESELLER)), ([FUNDS; 2], FUNDS));
    }
    assert_eq!(provider.requests_for("add").len(), 0);
    shop.kill();
    let mut upstream = upstream;
    upstream.kill();
}
