//! Refusals in words that nobody knows: from the third customer on they hold the provider's line.

use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::member::Member;
use crate::support::reply::Reply;
use crate::support::told::Told;
use serde_json::{Value, json};
use smm_panel::jobs::providers::dispatch;
use smm_panel::kernel::ids::ProviderId;

const PROVIDERS: &str = "/api/admin/providers";

fn refuses(provider: &FakeProvider, words: &str) {
    provider.otherwise(Reply::json(200, json!({ "error": words })));
}

fn dispatch_of(app: &TestApp, id: i64) -> String {
    app.order(id).state.dispatch.into_str().to_owned()
}

/// An order of each of three customers, refused one after the other in words that nobody knows.
fn held<'a>(app: &'a TestApp, service: i64) -> ([Member<'a>; 3], [i64; 3]) {
    refuses(&app.provider, "xatolik E_17");
    let members = ["lan", "mai", "nam"].map(|name| app.member(name).funded(100_000));
    let orders = [0, 1, 2].map(|index| {
        let order = members[index].buys(service, 1000);
        dispatch::tick(&app.app);
        order
    });
    (members, orders)
}

#[test]
fn the_third_customer_holds_the_line_and_the_first_two_are_refunded() {
    let app = TestApp::start();
    let (boss, service) = (app.admin("boss"), app.service(|_| ()));
    let (members, orders) = held(&app, service);
    assert_eq!(orders.map(|id| dispatch_of(&app, id)), ["refused", "refused", "queued"]);
    assert_eq!([0, 1, 2].map(|index| members[index].balance()), [100_000, 100_000, 88_000]);
    let shown = boss.get(PROVIDERS).expect(200)["items"][0].clone();
    assert_eq!((&shown["held"]["said"], &shown["queued_orders"]), (&json!("xatolik E_17"), &json!(1)));
    let review = boss.get("/api/admin/review").expect(200);
    assert_eq!((&review["count"], &review["held_providers"]), (&json!(1), &json!(1)));
    assert_eq!(app.guest().get("/health").expect(200)["provider"], "failing");
    // A restart finds it held: one order is tried at once, the next one in turn, and no other.
    let more: Vec<i64> = (0..5).map(|number| members[0].buys(service, 1001 + number)).collect();
    let before = app.provider.requests_for("add").len();
    dispatch::tick(&app.app);
    assert_eq!(app.provider.requests_for("add").len(), before + 1);
    assert!(more.iter().all(|id| dispatch_of(&app, *id) == "queued"));
    // The first that is taken frees it.
    app.provider.otherwise(Reply::ok());
    dispatch::tick(&app.app);
    dispatch::tick(&app.app);
    assert!(more.iter().chain(&orders[2..]).all(|id| dispatch_of(&app, *id) == "sent"));
    assert_eq!(boss.get(PROVIDERS).expect(200)["items"][0]["held"], Value::Null);
    assert_eq!(boss.get("/api/admin/review").expect(200)["count"], 0);
}

#[test]
fn one_customer_alone_or_an_order_taken_in_between_holds_nothing() {
    let app = TestApp::start();
    let service = app.service(|_| ());
    let [lan, mai, nam] = ["lan", "mai", "nam"].map(|name| app.member(name).funded(1_000_000));
    let refused = |member: &Member| {
        app.provider.next_for("add", Reply::json(200, json!({ "error": "E_17" })));
        let order = member.buys(service, 1000);
        dispatch::tick(&app.app);
        dispatch_of(&app, order)
    };
    for member in [&lan, &lan, &lan, &lan, &mai] {
        assert_eq!(refused(member), "refused");
    }
    nam.buys(service, 1000);
    dispatch::tick(&app.app);
    for member in [&lan, &mai] {
        assert_eq!(refused(member), "refused");
    }
    assert_eq!(refused(&nam), "queued");
}

#[test]
fn known_faults_of_customers_never_hold_the_line() {
    let app = TestApp::start();
    let service = app.service(|_| ());
    for (number, words) in ["Bad link", "Quantity less than minimal 100", "neworder.error.comment"]
        .iter()
        .cycle()
        .take(9)
        .enumerate()
    {
        let buyer = app.member(&format!("buyer{number}")).funded(12_000);
        app.provider.next_for("add", Reply::json(200, json!({ "error": words })));
        let order = buyer.buys(service, 1000);
        dispatch::tick(&app.app);
        assert_eq!((dispatch_of(&app, order).as_str(), buyer.balance()), ("refused", 12_000));
    }
}

#[test]
fn no_funds_in_any_language_and_a_busy_provider_refund_nobody() {
    let app = TestApp::start();
    let service = app.service(|_| ());
    let words = ["Saldo insuficiente", "Bakiye yetersiz", "余额不足", "Недостаточно средств", "请稍后再试"];
    let answers = words.iter().map(|words| Reply::json(200, json!({ "error": words }))).chain([
        Reply::json(429, json!({ "error": "Rate limit exceeded" })),
        Reply::html(429),
        Reply::json(200, json!({ "error": "You have active order with this link. Please wait" })),
    ]);
    for (number, answer) in answers.enumerate() {
        let buyer = app.member(&format!("buyer{number}")).funded(12_000);
        app.provider.next_for("add", answer);
        let order = buyer.buys(service, 1000);
        dispatch::tick(&app.app);
        assert_eq!((dispatch_of(&app, order).as_str(), buyer.balance()), ("queued", 0), "answer {number}");
        dispatch::tick(&app.app);
        assert_eq!(dispatch_of(&app, order), "sent", "answer {number}: it is tried again");
    }
}

#[test]
fn an_admin_releases_the_line_or_lets_the_refusals_count() {
    for refuse in [false, true] {
        let app = TestApp::start();
        let (boss, service) = (app.admin("boss"), app.service(|_| ()));
        let path = format!("{PROVIDERS}/1/release");
        boss.post(&path, json!({})).refused(409, "conflict");
        boss.post(&format!("{PROVIDERS}/99/release"), json!({})).refused(404, "not_found");
        let (members, orders) = held(&app, service);
        members[0].post(&path, json!({})).refused(403, "forbidden");
        boss.post(&path, json!({ "refuse": "yes" })).refused(422, "validation_failed");
        // This one was never tried, so nothing was refused about it.
        let untried = members[0].buys(service, 1000);
        let released = boss.post(&path, json!({ "refuse": refuse })).expect(200);
        assert_eq!(released["held"], Value::Null);
        let expected = if refuse { ("refused", 100_000) } else { ("queued", 88_000) };
        assert_eq!((dispatch_of(&app, orders[2]).as_str(), members[2].balance()), expected);
        assert_eq!(dispatch_of(&app, untried), "queued");
        let reason = app.order(orders[2]).state.reason.map(<&str>::from);
        assert_eq!(reason, refuse.then_some("provider_refused"));
        let log = boss.get("/api/admin/audit-log").expect(200);
        assert_eq!(log["items"][0]["action"], "provider.release");
        app.provider.otherwise(Reply::ok());
        dispatch::tick(&app.app);
        assert_eq!(dispatch_of(&app, untried), "sent");
    }
}

#[test]
fn the_operator_is_told_once_and_once_when_it_is_over() {
    let mut told = Told::start();
    let service = told.app.service(|_| ());
    drop(held(&told.app, service));
    dispatch::tick(&told.app.app);
    let texts = told.deliver().join("\n");
    assert_eq!(texts.matches("từ chối đơn của nhiều khách").count(), 1, "{texts}");
    assert!(texts.contains("xatolik E_17"), "{texts}");
    told.app.provider.otherwise(Reply::ok());
    dispatch::tick(&told.app.app);
    assert_eq!(told.deliver().join("\n").matches("Nhà cung cấp ổn lại").count(), 1);
}

#[test]
fn a_held_line_that_moves_elsewhere_is_not_told_as_well_again() {
    let mut told = Told::with(&[("PROVIDER_ALLOW_PRIVATE", "true")]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let boss = told.app.admin("boss");
    let own = json!({ "name": "Second", "api_url": first.url(), "api_key": "the-first-key" });
    let provider = boss.post(PROVIDERS, own).expect(201)["id"].as_i64().unwrap();
    let service = told.app.service(|offer| offer.provider = Some(ProviderId::new(provider)));
    refuses(&first, "xatolik E_17");
    for name in ["lan", "mai", "nam"] {
        told.app.member(name).funded(100_000).buys(service, 1000);
        dispatch::tick(&told.app.app);
    }
    let path = format!("{PROVIDERS}/{provider}");
    let moved = json!({ "api_url": then.url(), "abandon_open_orders": true });
    drop(boss);
    assert!(told.deliver().join("\n").contains("từ chối đơn của nhiều khách"));
    let boss = told.app.admin("deputy");
    assert_eq!(boss.put(&path, moved).expect(200)["held"], Value::Null);
    drop(boss);
    let texts = told.deliver().join("\n");
    assert!(!texts.contains("Nhà cung cấp ổn lại"), "{texts}");
}

#[test]
fn a_service_that_the_provider_does_not_sell_is_refunded_and_paused_until_an_admin_decides() {
    let app = TestApp::start();
    let (boss, lan, service) = (app.admin("boss"), app.member("lan").funded(50_000), app.service(|_| ()));
    app.provider.next_for("add", Reply::json(200, json!({ "error": "error.incorrect_service_id" })));
    let order = lan.buys(service, 1000);
    dispatch::tick(&app.app);
    assert_eq!((dispatch_of(&app, order).as_str(), lan.balance()), ("refused", 50_000));
    let shown = || boss.get("/api/admin/services").expect(200)["items"][0].clone();
    assert_eq!((&shown()["active"], &shown()["paused_reason"]), (&json!(false), &json!("refused")));
    // That the list names it does not help: the provider refuses it all the same.
    app.provider.set_services(json!([
        { "service": 101, "name": "Likes", "category": "TikTok", "type": "Default", "rate": "8000", "min": 10,
          "max": 100_000 }
    ]));
    smm_panel::jobs::scheduled::sync_catalog::tick(&app.app).unwrap();
    assert_eq!(shown()["paused_reason"], "refused");
    boss.put(&format!("/api/admin/services/{service}"), json!({ "active": true })).expect(200);
    assert_eq!(shown()["paused_reason"], Value::Null);
}

#[test]
fn orders_queued_at_a_provider_that_is_switched_off_need_a_look_and_are_told_after_ten_minutes() {
    use smm_panel::jobs::scheduled::stranded;
    let mut told = Told::start();
    let service = told.app.service(|_| ());
    let boss = told.app.admin("boss");
    let lan = told.app.member("lan").funded(50_000);
    let review = || boss.get("/api/admin/review").expect(200)["count"].clone();
    let switch = |active: bool| boss.put(&format!("{PROVIDERS}/1"), json!({ "active": active })).expect(200);
    let (first, second) = (lan.buys(service, 1000), lan.buys(service, 1001));
    assert_eq!(review(), 0);
    switch(false);
    assert_eq!(review(), 2);
    let listed = |query: &str| {
        let page = boss.get(&format!("/api/admin/orders?review=true{query}")).expect(200);
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|order| order["id"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(""), [second, first]);
    assert_eq!(listed("&limit=1"), [second]);
    assert_eq!(listed(&format!("&user_id={}", lan.id)), [second, first]);
    assert_eq!(listed("&search=tiktok"), [second, first]);
    assert_eq!(listed("&status=completed"), Vec::<i64>::new());
    boss.put(&format!("/api/admin/orders/{first}/status"), json!({ "status": "canceled" })).expect(200);
    assert_eq!((review(), listed("")), (json!(1), vec![second]));
    drop((boss, lan));
    stranded::tick(&told.app.app).unwrap();
    told.app.clock.advance_seconds(590);
    assert_eq!(told.deliver(), Vec::<String>::new(), "not before ten minutes");
    told.app.clock.advance_seconds(20);
    stranded::tick(&told.app.app).unwrap();
    let texts = told.deliver().join("\n");
    assert!(texts.contains("Đơn đang chờ ở nhà cung cấp đã tắt"), "{texts}");
    let boss = told.app.admin("chief");
    boss.put(&format!("{PROVIDERS}/1"), json!({ "active": true })).expect(200);
    assert_eq!(boss.get("/api/admin/review").expect(200)["count"], 0);
    drop(boss);
    stranded::tick(&told.app.app).unwrap();
    assert!(told.deliver().join("\n").contains("Không còn đơn chờ"));
}

#[test]
fn nobody_s_heap_of_refused_orders_stands_before_other_customers() {
    let app = TestApp::start();
    let service = app.service(|_| ());
    let ([lan, mai, nam], _) = held(&app, service);
    let heap: Vec<i64> = [&lan, &mai, &nam]
        .into_iter()
        .flat_map(|member| (0..2).map(|n| member.buys(service, 1001 + n)))
        .collect();
    let honest = app.member("minh").funded(100_000).buys(service, 1000);
    app.provider.otherwise(Reply::ok());
    dispatch::tick(&app.app);
    assert_eq!(dispatch_of(&app, honest), "sent");
    dispatch::tick(&app.app);
    let theirs = |id: &i64| app.order(*id).state.provider_order.unwrap().parse::<i64>().unwrap();
    assert!(heap.iter().all(|id| theirs(&honest) < theirs(id)), "it is tried before all of theirs");
    assert!(heap.iter().all(|id| dispatch_of(&app, *id) == "sent"));
}
