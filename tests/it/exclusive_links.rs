//! Services that want one order for a link at a time: the next one waits at the provider's door until the one before
//! has ended.

use crate::drip_feed::runs;
use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::listen::Listener;
use crate::support::member::Member;
use crate::support::operated::{Operated, eventually, proven, until_adds};
use crate::support::shop::{BUMX, BUMX_ACCOUNT, partial, report};
use crate::support::sourced::{Sourced, says};
use crate::support::tcp::at_once;
use crate::support::told::Told;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::jobs::providers::dispatch;
use smm_panel::jobs::scheduled::{release, same_link};
use smm_panel::kernel::ids::OrderId;
use smm_panel::orders::{self, Decision, Dispatch, Status};
use smm_panel::provider::{Exchange, ReportedStatus};
use tempfile::TempDir;

const HOUR: i64 = 60 * 60;

fn exclusive(app: &TestApp) -> i64 {
    app.service(|offer| (offer.exclusive_links, offer.dripfeed) = (true, true))
}

/// Buys 1,000 for a link; the order's id.
fn buys(buyer: &Member, service: i64, link: &str) -> i64 {
    let body = json!({ "service_id": service, "link": link, "quantity": 1000 });
    buyer.post("/api/orders", body).expect(201)["id"].as_i64().unwrap()
}

fn parked(app: &TestApp, id: i64) -> bool {
    same_link::tick(&app.app).unwrap();
    app.order(id).state.dispatch == Dispatch::Review
}

#[test]
fn the_second_order_for_a_link_is_not_claimed_while_the_first_is_under_way() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(100_000), app.member("mai").funded(100_000));
    let (one, other) = (exclusive(&app), exclusive(&app));
    let first = buys(&lan, one, "https://www.tiktok.com/@Ten/?a=1#top");
    for (buyer, service, link) in [
        (&lan, one, "https://www.tiktok.com/@Ten/?a=1#top"),
        (&mai, one, "http://TikTok.com/@Ten?a=1"),
        (&mai, other, "https://m.tiktok.com/@Ten/?a=1"),
    ] {
        let id = buys(buyer, service, link);
        let seen = buyer.get(&format!("/api/orders/{id}")).expect(200);
        assert_eq!((&seen["status"], &seen["waits_for"]), (&json!("pending"), &json!("link")), "{link}");
    }
    assert_eq!(app.claim(), [first], "behind a queued one");
    assert_eq!(app.claim(), Vec::<i64>::new(), "behind one of which nobody knows yet");
    app.write(move |tx| orders::record_sent(tx, OrderId::new(first), "p1", &Exchange::default()).unwrap());
    assert_eq!(app.claim(), Vec::<i64>::new(), "behind one that was sent");
    app.reported(first, report(ReportedStatus::InProgress));
    assert_eq!(app.claim(), Vec::<i64>::new(), "behind one that is being delivered");
    let newest = app.app.db.read_now(|tx| orders::newest_queued(tx, BUMX)).unwrap();
    assert_eq!(newest, None, "nothing is to be written then");
}

#[test]
fn other_links_other_services_and_what_is_not_under_way_hold_up_nobody() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(1_000_000), app.admin("boss"));
    let (service, plain) = (exclusive(&app), app.service(|_| ()));
    let first = buys(&lan, service, "https://x.vn/a");
    for link in
        ["https://x.vn/A", "https://x.vn/a?b", "https://x.vn/a/b", "https://y.vn/a", "https://x.vn:81/a"]
    {
        buys(&lan, service, link);
    }
    for link in ["https://x.vn/a", "https://x.vn/c"] {
        buys(&lan, plain, link);
    }
    // What waits for its time, is done by hand or was parked is not under way at a provider.
    let behind_plain = buys(&lan, service, "https://x.vn/c");
    let mut later = json!({ "service_id": service, "link": "https://x.vn/d", "quantity": 1000 });
    later["start_at"] = json!(app.clock.now().plus_seconds(HOUR).rfc3339());
    lan.post("/api/orders", later).expect(201);
    let free = buys(&lan, service, "https://x.vn/d");
    let claimed = app.claim();
    assert_eq!(claimed.len(), 10, "{claimed:?}");
    assert!([first, behind_plain, free].iter().all(|id| claimed.contains(id)));
    app.write(|tx| orders::park_interrupted(tx).unwrap());
    let next = buys(&lan, service, "https://x.vn/a");
    assert_eq!(app.send_all(), [next], "parked orders block nobody");
    let listed = boss.get(&format!("/api/admin/orders/{next}")).expect(200);
    assert_eq!((&listed["waits_for"], &listed["behind_order_id"]), (&Value::Null, &Value::Null));
}

#[test]
fn whatever_ends_the_first_lets_the_next_go_at_once_and_only_that_one() {
    type End = (&'static str, fn(&TestApp, i64));
    let ends: [End; 4] = [
        ("completed", |app, id| drop(app.reported(id, report(ReportedStatus::Completed)))),
        ("partial", |app, id| drop(app.reported(id, partial(400)))),
        ("canceled there", |app, id| drop(app.reported(id, report(ReportedStatus::Canceled)))),
        ("canceled by an admin", |app, id| {
            let decision = Decision { status: Status::Canceled, start_count: None, remains: None };
            app.write(move |tx| {
                orders::set_status(tx, &Actor::CONSOLE, OrderId::new(id), &decision).map(drop).unwrap();
            });
        }),
    ];
    for (what, end) in ends {
        let app = TestApp::start();
        let lan = app.member("lan").funded(100_000);
        let service = exclusive(&app);
        let [first, second, third] = [(); 3].map(|()| buys(&lan, service, "https://x.vn/a"));
        assert_eq!(app.send_all(), [first]);
        end(&app, first);
        assert_eq!(app.send_all(), [second], "{what}");
        assert_eq!(app.claim(), Vec::<i64>::new(), "{what}");
        assert_eq!(app.order(third).behind, Some(OrderId::new(second)), "{what}");
    }
}

#[test]
fn a_refused_one_and_one_taken_back_free_the_link_too() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = exclusive(&app);
    let [first, second, third] = [(); 3].map(|()| buys(&lan, service, "https://x.vn/a"));
    app.provider.next_for("add", says("Bad link"));
    dispatch::tick(&app.app);
    let stands = [first, second, third].map(|id| app.order(id).state.dispatch);
    assert_eq!(stands, [Dispatch::Refused, Dispatch::Sent, Dispatch::Queued]);
    assert_eq!(lan.post(&format!("/api/orders/{third}/cancel"), json!({})).expect(200)["status"], "canceled");
    assert_eq!((app.provider.requests_for("add").len(), lan.balance()), (2, 88_000));
}

#[test]
fn two_buyers_at_the_same_moment_are_sent_one_after_the_other() {
    let app = TestApp::start();
    let buyers = ["lan", "mai"].map(|name| app.member(name).funded(1_000_000));
    let service = exclusive(&app);
    let (served, tokens) = (app.serve(), buyers.each_ref().map(|buyer| buyer.token().to_owned()));
    let body = json!({ "service_id": service, "link": "https://x.vn/a", "quantity": 1000 });
    let mut ids = at_once(12, |number| {
        let answer = served.post(&tokens[number % 2], "/api/orders", &body, &[]);
        answer.json()["id"].as_i64().unwrap()
    });
    ids.sort_unstable();
    for (sent, id) in ids.iter().enumerate() {
        // Whoever claims, however often: one is under way.
        at_once(3, |_| dispatch::tick(&app.app));
        assert_eq!(app.provider.requests_for("add").len(), sent + 1);
        let taken = app.order(*id).state.provider_order.unwrap();
        app.write(move |tx| {
            let over = report(ReportedStatus::Completed);
            orders::apply_report(tx, BUMX_ACCOUNT, &taken, &over).map(drop).unwrap();
        });
    }
}

#[test]
fn behind_one_order_for_a_day_it_waits_for_a_person_who_may_send_it() {
    let told = Told::start();
    let app = &told.app;
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let service = exclusive(app);
    let [first, second, third] = [(); 3].map(|()| buys(&lan, service, "https://x.vn/a"));
    // As long as the first is not sent either, the link is not what it waits for.
    app.clock.advance_seconds(48 * HOUR);
    assert!(!parked(app, second));
    assert_eq!(app.send_all(), [first]);
    app.clock.advance_seconds(24 * HOUR - 1);
    assert!(!parked(app, second));
    app.clock.advance_seconds(1);
    assert!(parked(app, second) && parked(app, third));
    assert_eq!(app.number("SELECT count(*) FROM orders WHERE refunded > 0"), 0);
    let seen = boss.get(&format!("/api/admin/orders/{second}")).expect(200);
    assert_eq!(
        seen["dispatch_note_coded"],
        json!({ "code": "behind_link", "values": { "order": first, "hours": 24 } })
    );
    assert_eq!(app.number("SELECT count(*) FROM notices WHERE kind = 'review'"), 2);
    boss.post(&format!("/api/admin/orders/{third}/resolve"), json!({ "action": "cancel" })).expect(200);
    boss.post(&format!("/api/admin/orders/{second}/resolve"), json!({ "action": "resend" })).expect(200);
    assert_eq!(app.send_all(), [second], "a person knows better");
    assert!(!parked(app, first));
}

#[test]
fn the_operator_sees_behind_which_order_and_the_customer_only_that_it_waits() {
    let app = TestApp::start();
    let (lan, mai, boss) =
        (app.member("lan").funded(100_000), app.member("mai").funded(100_000), app.admin("boss"));
    let service = exclusive(&app);
    let (first, second) = (buys(&lan, service, "https://x.vn/a"), buys(&mai, service, "https://x.vn/a"));
    app.send_all();
    let list = boss.get("/api/admin/orders").expect(200);
    assert_eq!(
        (&list["items"][0]["id"], &list["items"][0]["behind_order_id"]),
        (&json!(second), &json!(first))
    );
    let own = mai.get("/api/orders").expect(200);
    assert_eq!(
        (&own["items"][0]["waits_for"], &own["items"][0]["behind_order_id"]),
        (&json!("link"), &Value::Null)
    );
    app.write(move |tx| tx.execute("UPDATE orders SET is_slow = 1", ()).unwrap());
    let slow = boss.get("/api/admin/orders?slow=true").expect(200);
    assert_eq!((&slow["items"][0]["slow"], &slow["items"][1]["slow"]), (&json!("link"), &json!("provider")));
    // The operator changes the mind: it goes.
    boss.put(&format!("/api/admin/services/{service}"), json!({ "exclusive_links": false })).expect(200);
    assert_eq!(mai.get(&format!("/api/orders/{second}")).expect(200)["waits_for"], Value::Null);
    assert_eq!(app.send_all(), [second]);
}

#[test]
fn runs_of_a_drip_feed_go_one_after_the_other() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let parent = lan.feeds(exclusive(&app), 1000, 3, 0);
    let work = || {
        release::tick(&app.app).unwrap();
        app.send_all()
    };
    let first = work();
    assert_eq!(first, runs(&app, parent));
    assert_eq!(work(), Vec::<i64>::new());
    assert_eq!(lan.get(&format!("/api/orders/{parent}")).expect(200)["waits_for"], "link");
    app.reported(first[0], report(ReportedStatus::Completed));
    assert_eq!(work(), runs(&app, parent)[1..]);
}

#[test]
fn at_another_source_the_link_is_free() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(100_000));
    let service = shop.service(&boss);
    boss.put(&format!("/api/admin/services/{service}"), json!({ "exclusive_links": true })).expect(200);
    let first = lan.buys(service, 1000);
    let switched = |active: bool| boss.put("/api/admin/providers/1", json!({ "active": active })).expect(200);
    switched(false);
    shop.tick();
    switched(true);
    let [second, third] = [(); 2].map(|()| lan.buys(service, 1000));
    shop.tick();
    assert_eq!(shop.stands(first), ("sent".to_owned(), shop.second_id, 0));
    assert_eq!(shop.stands(second), ("sent".to_owned(), 1, 0));
    assert_eq!((shop.stands(third).0.as_str(), shop.adds()), ("queued", (1, 1)));
    assert_eq!(shop.app.order(third).behind, Some(OrderId::new(second)));
}

#[test]
fn killed_while_the_first_is_under_way_the_second_still_waits() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock();
    panel
        .send("PUT", &format!("/api/admin/services/{service}"), &json!({ "exclusive_links": true }))
        .unwrap();
    let first = panel.buy(service, "https://x.vn/a");
    until_adds(&provider, 1);
    eventually("the first is sent", || panel.order(first)["dispatch"] == "sent");
    let second = panel.buy(service, "https://x.vn/a");
    assert_eq!(panel.order(second)["behind_order_id"], json!(first));
    panel.binary.kill();
    proven(folder.path());
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let other = panel.buy(service, "https://x.vn/b");
    eventually("another link goes", || panel.order(other)["dispatch"] == "sent");
    assert_eq!((&panel.order(second)["dispatch"], provider.requests_for("add").len()), (&json!("queued"), 2));
    let taken = panel.order(first)["provider_order_id"].as_str().unwrap().to_owned();
    provider.set_report(&taken, json!({ "status": "Completed", "remains": "0" }));
    eventually("the second goes", || panel.order(second)["dispatch"] == "sent");
    panel.binary.kill();
    proven(folder.path());
}

#[test]
fn whose_link_becomes_free_hears_of_it_at_once_and_nobody_behind_does() {
    let app = TestApp::start();
    let (lan, mai, ngo) = (
        app.member("lan").funded(100_000),
        app.member("mai").funded(100_000),
        app.member("ngo").funded(100_000),
    );
    let service = exclusive(&app);
    let first = buys(&lan, service, "https://x.vn/a");
    let second = buys(&mai, service, "https://x.vn/a");
    buys(&ngo, service, "https://x.vn/a");
    app.send_all();
    let served = app.serve();
    let mut streams = [&mai, &ngo].map(|member| Listener::bearer(served.address, member.token()));
    // The page that is kept, too.
    let listed = |member: &Member| member.get("/api/orders").expect(200)["items"][0]["waits_for"].clone();
    assert_eq!((listed(&mai), listed(&ngo)), (json!("link"), json!("link")));
    app.reported(first, report(ReportedStatus::InProgress));
    app.reported(first, report(ReportedStatus::Completed));
    let heard = streams[0].hears("order");
    assert_eq!((&heard["id"], &heard["waits_for"]), (&json!(second), &Value::Null));
    assert_eq!((listed(&mai), listed(&ngo)), (Value::Null, json!("link")));
    app.fund(ngo.id, 1);
    streams[1].hears("balance");
}

#[test]
fn a_drip_feed_whose_run_waits_for_a_link_hears_that_it_is_free() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(100_000), app.member("mai").funded(100_000));
    let service = exclusive(&app);
    let first = buys(&lan, service, "https://www.tiktok.com/@ten/video/1");
    app.send_all();
    let parent = mai.feeds(service, 1000, 2, 0);
    release::tick(&app.app).unwrap();
    assert_eq!(mai.get(&format!("/api/orders/{parent}")).expect(200)["waits_for"], "link");
    let served = app.serve();
    let mut stream = Listener::bearer(served.address, mai.token());
    app.reported(first, report(ReportedStatus::Completed));
    let heard = stream.hears("order");
    assert_eq!((&heard["id"], &heard["waits_for"]), (&json!(parent), &Value::Null));
}

#[test]
fn a_parked_one_names_the_order_that_is_under_way_and_not_one_that_waits_as_well() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let service = exclusive(&app);
    let mut later = json!({ "service_id": service, "link": "https://x.vn/a", "quantity": 1000 });
    later["start_at"] = json!(app.clock.now().plus_seconds(HOUR).rfc3339());
    let first = lan.post("/api/orders", later).expect(201)["id"].as_i64().unwrap();
    let second = buys(&lan, service, "https://x.vn/a");
    assert_eq!(app.send_all(), [second]);
    let third = buys(&lan, service, "https://x.vn/a");
    app.clock.advance_seconds(HOUR);
    release::tick(&app.app).unwrap();
    assert_eq!(app.order(third).behind, Some(OrderId::new(first)));
    app.clock.advance_seconds(24 * HOUR);
    assert!(parked(&app, first) && parked(&app, third));
    for id in [first, third] {
        let seen = boss.get(&format!("/api/admin/orders/{id}")).expect(200);
        assert_eq!(seen["dispatch_note_coded"]["values"]["order"], second, "{id}");
    }
}
