//! A service with several sources: the next takes the order when the one before surely did not, and only then.

use crate::drip_feed::runs;
use crate::support::fake_provider::FakeProvider;
use crate::support::reply::Reply;
use crate::support::shop::{BUMX_ACCOUNT, wish};
use crate::support::sourced::{Sourced, says};
use serde_json::json;
use smm_panel::catalog;
use smm_panel::jobs::providers::{dispatch, poll_orders};
use smm_panel::jobs::scheduled::release;
use smm_panel::kernel::ids::{OrderId, ProviderId};
use smm_panel::kernel::note::Note;
use smm_panel::orders::{self, Dispatch, FRONT, Unwell, Wanted};
use smm_panel::provider::{Exchange, Ground};
use std::sync::Barrier;

#[test]
fn whatever_may_have_taken_it_or_is_the_customers_fault_hands_it_to_nobody() {
    type Case = (&'static str, fn() -> Reply, &'static str, i64);
    let cases: [Case; 14] = [
        ("a time-out", Reply::hang, "review", 0),
        ("a reset", Reply::reset, "review", 0),
        ("a closed connection", Reply::close_without_answer, "review", 0),
        ("a gateway's page", || Reply::html(502), "review", 0),
        ("a redirect", || Reply::redirect(302, "/login"), "review", 0),
        ("half an answer", Reply::chunked_cut, "review", 0),
        (
            "a contradiction",
            || Reply::json(200, json!({ "order": 7, "error": "Not enough funds" })),
            "review",
            0,
        ),
        ("what was used instead", || says("Not enough funds; overdraft used"), "review", 0),
        ("another service", || says("Service disabled, replaced with service 44"), "review", 0),
        ("a bad link", || says("Bad link"), "refused", 12_000),
        ("a bad quantity", || says("Quantity less than minimal 100"), "refused", 12_000),
        ("unknown words", || says("xatolik E_17"), "refused", 12_000),
        ("a busy provider", || says("Too many requests, try again later"), "queued", 0),
        ("an order on the link", || says("You have active order with this link"), "queued", 0),
    ];
    for (what, reply, dispatch, refunded) in cases {
        let shop = Sourced::start();
        let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(50_000));
        let id = lan.buys(shop.service(&boss), 1000);
        shop.app.provider.next_for("add", reply());
        shop.tick();
        assert_eq!(shop.stands(id), (dispatch.to_owned(), 1, refunded), "{what}");
        assert_eq!(shop.adds(), (1, 0), "{what}");
    }
}

#[test]
fn a_source_that_surely_did_not_take_it_hands_it_to_the_next() {
    for words in ["Not enough funds on balance", "Invalid API key", "Incorrect service ID"] {
        let shop = Sourced::start();
        let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(50_000));
        let id = lan.buys(shop.service(&boss), 1000);
        assert_eq!(shop.app.order(id).state.cost.unwrap().get(), 8000);
        shop.app.provider.next_for("add", says(words));
        shop.tick();
        assert_eq!(shop.stands(id), ("sent".to_owned(), shop.second_id, 0), "{words}");
        assert_eq!(shop.adds(), (1, 1), "{words}");
        assert_eq!(shop.app.order(id).state.cost.unwrap().get(), 9000);
        assert_eq!(shop.steps(&boss, id), ["not_sent", "next_source", "taken"]);
        let timeline = boss.get(&format!("/api/admin/orders/{id}/timeline")).expect(200);
        let note = &timeline["items"][2]["note_coded"];
        assert_eq!(
            (&note["code"], &note["values"]["from"], &note["values"]["to"]),
            (&json!("next_source"), &json!("BUMX"), &json!("Second"))
        );
        let seen = lan.get(&format!("/api/orders/{id}/timeline")).expect(200).to_string();
        assert!(!seen.contains("Second") && !seen.contains("next_source"), "{seen}");
        // Whoever took it is asked how far it is.
        shop.second.set_report("884120", json!({ "status": "Completed", "remains": "0" }));
        poll_orders::tick(&shop.app.app);
        assert_eq!(lan.get(&format!("/api/orders/{id}")).expect(200)["status"], "completed");
        assert!(shop.app.provider.requests_for("status").is_empty());
    }
}

#[test]
fn a_run_that_no_one_took_is_dropped_where_its_drip_feed_was_canceled_meanwhile() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(50_000));
    let service = shop.service(&boss);
    boss.put(&format!("/api/admin/services/{service}"), json!({ "dripfeed": true })).expect(200);
    let id = lan.feeds(service, 1000, 3, 10);
    release::tick(&shop.app.app).unwrap();
    let run = runs(&shop.app, id)[0];
    assert_eq!(shop.app.claim(), [run]);
    lan.post(&format!("/api/orders/{id}/cancel"), json!({})).expect(200);
    shop.app.write(move |tx| {
        let none = Exchange::default();
        orders::record_refused(tx, OrderId::new(run), Ground::Service, "Incorrect service ID", &none).unwrap()
    });
    shop.tick();
    assert_eq!(shop.app.order(run).state.dispatch, Dispatch::Refused);
    assert_eq!((lan.balance(), shop.adds()), (50_000, (0, 0)));
}

#[test]
fn a_source_that_gets_no_orders_or_does_not_fit_is_not_asked() {
    type Case = (&'static str, fn(&Sourced) -> String);
    let cases: [Case; 6] = [
        ("switched off", |_| "UPDATE providers SET active = 0 WHERE id = 1".to_owned()),
        ("without an address", |_| "UPDATE providers SET api_url = NULL WHERE id = 1".to_owned()),
        ("in doubt", |_| "UPDATE providers SET in_doubt = 1 WHERE id = 1".to_owned()),
        ("passed over", |_| {
            "UPDATE service_sources SET problem = 'vanished' WHERE provider_id = 1".to_owned()
        }),
        ("dearer than the charge", |_| {
            "UPDATE service_sources SET cost = 12000001 WHERE provider_id = 1".to_owned()
        }),
        ("beyond its limits", |_| {
            "UPDATE service_sources SET min_quantity = 1, max_quantity = 999 WHERE provider_id = 1".to_owned()
        }),
    ];
    for (what, sql) in cases {
        let shop = Sourced::start();
        let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(50_000));
        let id = lan.buys(shop.service(&boss), 1000);
        let sql = sql(&shop);
        shop.app.write(move |tx| tx.execute(&sql, ()).unwrap());
        assert_eq!(shop.app.claim(), Vec::<i64>::new(), "{what}: it is not sent there");
        shop.tick();
        assert_eq!(shop.stands(id), ("sent".to_owned(), shop.second_id, 0), "{what}");
        assert_eq!(shop.adds(), (0, 1), "{what}");
        assert_eq!(shop.steps(&boss, id), ["next_source", "taken"], "{what}");
    }
}

#[test]
fn a_silent_source_is_left_for_those_that_answer() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(500_000));
    let (service, alone) = (shop.service(&boss), shop.app.service(|_| ()));
    let (waits, moves) = (lan.buys(alone, 1000), lan.buys(service, 1001));
    let silent: Unwell = [(ProviderId::new(1), Note::SourceSilent)].into();
    let look = silent.clone();
    let (ids, _) =
        shop.app.app.db.read_now(|tx| orders::misplaced(tx, ProviderId::new(1), FRONT, &look)).unwrap();
    assert_eq!(ids, [OrderId::new(moves)]);
    assert_eq!(shop.app.write(move |tx| orders::move_on(tx, &ids, &silent).unwrap()), [OrderId::new(moves)]);
    assert_eq!((shop.stands(waits).1, shop.stands(moves).1), (1, shop.second_id));
}

#[test]
fn when_all_are_tried_it_waits_and_begins_anew() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(50_000));
    let id = lan.buys(shop.service(&boss), 1000);
    shop.app.provider.otherwise(says("Not enough funds on balance"));
    shop.second.otherwise(says("Not enough funds on balance"));
    shop.tick();
    assert_eq!((shop.stands(id), shop.adds()), (("queued".to_owned(), shop.second_id, 0), (1, 1)));
    shop.app.provider.otherwise(Reply::ok());
    // The second is still out of funds, and the first is not known to be: it goes on from there.
    shop.tick();
    assert_eq!((shop.stands(id), shop.adds()), (("sent".to_owned(), 1, 0), (2, 2)));
    assert_eq!(shop.steps(&boss, id), ["not_sent", "next_source", "not_sent", "next_source", "taken"]);
}

#[test]
fn when_nobody_knows_the_service_it_is_refunded() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(50_000));
    let service = shop.service(&boss);
    let id = lan.buys(service, 1000);
    shop.app.provider.otherwise(says("Incorrect service ID"));
    shop.second.otherwise(says("Incorrect service ID"));
    shop.tick();
    assert_eq!(shop.stands(id), ("refused".to_owned(), shop.second_id, 12_000));
    assert_eq!((shop.adds(), lan.balance()), ((1, 1), 50_000));
    assert_eq!(shop.steps(&boss, id), ["not_sent", "next_source", "refused"]);
    let shown = boss.get(&format!("/api/admin/services?search={service}")).expect(200)["items"][0].clone();
    assert_eq!((&shown["active"], &shown["paused_reason"]), (&json!(false), &json!("refused")));
    lan.post("/api/orders", wish(service, 1000)).refused(409, "service_inactive");
}

#[test]
fn an_order_that_costs_more_everywhere_waits_for_a_person_and_goes_where_the_person_sends_it() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(50_000));
    let id = lan.buys(shop.service(&boss), 1000);
    shop.app.write(|tx| tx.execute("UPDATE service_sources SET cost = 13000000", ()).unwrap());
    shop.tick();
    assert_eq!((shop.stands(id), shop.adds()), (("review".to_owned(), 1, 0), (0, 0)));
    boss.post(&format!("/api/admin/orders/{id}/resolve"), json!({ "action": "resend" })).expect(200);
    shop.tick();
    assert_eq!((shop.stands(id), shop.adds()), (("sent".to_owned(), 1, 0), (1, 0)));
}

#[test]
fn what_may_have_been_taken_is_sent_again_to_the_same_source_only() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(50_000));
    let id = lan.buys(shop.service(&boss), 1000);
    shop.app.provider.next_for("add", Reply::close_without_answer());
    shop.tick();
    boss.post(&format!("/api/admin/orders/{id}/resolve"), json!({ "action": "resend" })).expect(200);
    shop.app.provider.next_for("add", says("Not enough funds on balance"));
    shop.tick();
    boss.put("/api/admin/providers/1", json!({ "active": false })).expect(200);
    shop.tick();
    assert_eq!((shop.stands(id), shop.adds()), (("queued".to_owned(), 1, 0), (2, 0)));
}

#[test]
fn a_held_line_keeps_its_orders() {
    let shop = Sourced::start();
    let boss = shop.app.admin("boss");
    let service = shop.service(&boss);
    shop.app.provider.otherwise(says("xatolik E_17"));
    let ids = ["lan", "mai", "nam", "tam"].map(|name| {
        let id = shop.app.member(name).funded(50_000).buys(service, 1000);
        shop.tick();
        id
    });
    let dispatches = ids.map(|id| shop.stands(id).0);
    assert_eq!(dispatches, ["refused", "refused", "queued", "queued"]);
    assert_eq!(shop.adds().1, 0);
}

#[test]
fn an_order_leaves_a_source_only_from_the_queue() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(50_000));
    let id = lan.buys(shop.service(&boss), 1000);
    let claimed = shop.app.write(|tx| orders::claim(tx, BUMX_ACCOUNT, &Wanted::up_to(9)).unwrap());
    assert_eq!(claimed.len(), 1);
    shop.app.write(|tx| tx.execute("UPDATE providers SET active = 0 WHERE id = 1", ()).unwrap());
    let ids = [OrderId::new(id)];
    assert_eq!(shop.app.write(move |tx| orders::move_on(tx, &ids, &Unwell::new()).unwrap()), []);
    let second = shop.second_id;
    let force = move |tx: &smm_panel::db::Tx| {
        tx.execute("UPDATE orders SET provider_id = ?1", [second]).unwrap_err().to_string()
    };
    assert!(shop.app.write(force).contains("an order stays with its provider"));
    shop.app.write(move |tx| orders::record_sent(tx, OrderId::new(id), "7", &Exchange::default()).unwrap());
    assert_eq!(shop.stands(id), ("sent".to_owned(), 1, 0));
}

#[test]
fn two_sources_that_are_asked_at_once_take_it_once() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(5_000_000));
    let service = shop.service(&boss);
    let ids: Vec<i64> = (0..12).map(|number| lan.buys(service, 1000 + number)).collect();
    shop.app.provider.otherwise(says("Not enough funds on balance"));
    // Several dispatchers at work on one queue, as if a second process had crept in.
    let together = Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                together.wait();
                dispatch::tick(&shop.app.app);
            });
        }
    });
    shop.tick();
    let taken: Vec<i64> = ids.iter().map(|id| shop.stands(*id).1).collect();
    assert_eq!(taken, vec![shop.second_id; ids.len()]);
    assert_eq!(shop.second.requests_for("add").len(), ids.len(), "each once");
}

#[test]
fn a_hanging_source_delays_no_order_that_goes_elsewhere() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(5_000_000));
    let (service, at_second) = (shop.service(&boss), shop.app.service(|_| ()));
    let third = FakeProvider::start();
    let body = json!({ "name": "Third", "api_url": third.url(), "api_key": "third-secret-key" });
    let third_id = boss.post("/api/admin/providers", body).expect(201)["id"].clone();
    let sources = json!([shop.second_source(), { "provider_id": third_id, "provider_service_id": "301" }]);
    boss.put(&format!("/api/admin/services/{at_second}"), json!({ "sources": sources })).expect(200);
    shop.app.provider.otherwise(Reply::hang());
    shop.second.otherwise(says("Not enough funds on balance"));
    let hanging = lan.buys(service, 1000);
    let other = lan.buys(at_second, 1000);
    shop.tick();
    assert_eq!((shop.stands(hanging).0, shop.stands(other).0), ("review".to_owned(), "sent".to_owned()));
    let moved = third.requests_for("add");
    assert_eq!(moved.len(), 1);
    let service = shop.app.app.db.read_now(|tx| catalog::by_id(tx, shop.app.order(other).service)).unwrap();
    assert_eq!(service.unwrap().offer.provider, Some(ProviderId::new(shop.second_id)));
}

#[test]
fn a_customers_orders_never_go_to_the_customers_own_panel() {
    let shop = Sourced::start();
    let (boss, lan, mai) = (
        shop.app.admin("boss"),
        shop.app.member("lan").funded(100_000),
        shop.app.member("mai").funded(100_000),
    );
    let (both, alone) = (shop.service(&boss), shop.app.service(|_| ()));
    for wrong in [json!(99), json!("lan"), json!(-1)] {
        boss.put("/api/admin/providers/1", json!({ "is_user_id": wrong })).refused(422, "validation_failed");
    }
    let waiting = lan.buys(alone, 1000);
    let set = boss.put("/api/admin/providers/1", json!({ "is_user_id": lan.id.get() })).expect(200);
    assert_eq!((&set["is_user_id"], &set["is_user"]), (&json!(lan.id.get()), &json!("lan")));
    let entry = boss.get("/api/admin/audit-log?limit=1").expect(200)["items"][0].clone();
    assert_eq!(
        (&entry["action"], &entry["after"]["is_user_id"]),
        (&json!("provider.change"), &json!(lan.id.get()))
    );
    boss.put(
        &format!("/api/admin/users/{}/ban", lan.id),
        json!({ "banned": true, "reason": "for the test" }),
    )
    .expect(200);
    boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": false })).expect(200);
    assert_eq!(shop.app.claim(), Vec::<i64>::new(), "nothing of lan's is sent there");
    let lan = shop.app.signed(lan.id);
    let (goes_round, other) = (lan.buys(both, 1000), mai.buys(alone, 1000));
    shop.tick();
    assert_eq!(shop.stands(waiting), ("refused".to_owned(), 1, 12_000));
    assert_eq!(shop.stands(goes_round), ("sent".to_owned(), shop.second_id, 0));
    assert_eq!((shop.stands(other), shop.adds()), (("sent".to_owned(), 1, 0), (1, 1)));
    let order = lan.get(&format!("/api/orders/{waiting}")).expect(200);
    assert_eq!((&order["status"], &order["reason"]), (&json!("canceled"), &json!("provider_refused")));
    // Nor a parked one that a person sends again.
    shop.app.provider.next_for("add", Reply::close_without_answer());
    boss.put("/api/admin/providers/1", json!({ "is_user_id": null })).expect(200);
    let parked = lan.buys(alone, 1001);
    shop.tick();
    boss.put("/api/admin/providers/1", json!({ "is_user_id": lan.id.get() })).expect(200);
    boss.post(&format!("/api/admin/orders/{parked}/resolve"), json!({ "action": "resend" })).expect(200);
    shop.tick();
    assert_eq!((shop.stands(parked), shop.adds().0), (("refused".to_owned(), 1, 12_012), 2));
}

#[test]
fn a_run_of_a_drip_feed_goes_to_the_next_source_like_any_order() {
    let shop = Sourced::start();
    let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(50_000));
    let service = shop.service(&boss);
    shop.app
        .write(move |tx| tx.execute("UPDATE services SET dripfeed = 1 WHERE id = ?1", [service]).unwrap());
    let mut body = wish(service, 1000);
    (body["runs"], body["interval"]) = (json!(3), json!(10));
    let parent = lan.post("/api/orders", body).expect(201)["id"].as_i64().unwrap();
    assert_eq!(lan.balance(), 14_000);
    let mut sent = Vec::new();
    for refuses in [false, true, true] {
        release::tick(&shop.app.app).unwrap();
        if refuses {
            shop.app.provider.next_for("add", says("Not enough funds on balance"));
        }
        shop.tick();
        let run = *runs(&shop.app, parent).last().unwrap();
        let (dispatch, provider, _) = shop.stands(run);
        sent.push((dispatch, provider, shop.app.order(run).state.cost.unwrap().get()));
        shop.app.clock.advance_seconds(600);
    }
    let at = |provider: i64, cost: i64| ("sent".to_owned(), provider, cost);
    assert_eq!(sent, [at(1, 8000), at(shop.second_id, 9000), at(shop.second_id, 9000)]);
    assert_eq!(shop.adds(), (3, 2));
    for run in runs(&shop.app, parent) {
        let order = shop.app.order(run);
        let provider =
            if order.provider == Some(ProviderId::new(1)) { &shop.app.provider } else { &shop.second };
        let theirs = order.state.provider_order.unwrap();
        provider.set_report(&theirs, json!({ "status": "Completed", "remains": "0" }));
    }
    poll_orders::tick(&shop.app.app);
    let order = lan.get(&format!("/api/orders/{parent}")).expect(200);
    assert_eq!((&order["status"], &order["refunded"]), (&json!("completed"), &json!(0)));
    assert!(shop.app.audit().is_clean());
}

/// What time has made too dear at one source goes to another that is not, before a person is asked.
#[test]
fn what_comes_due_too_dear_at_its_source_goes_to_a_cheaper_one() {
    for (second, lands) in [("9000000", "sent"), ("13000000", "review")] {
        let shop = Sourced::start();
        let (boss, lan) = (shop.app.admin("boss"), shop.app.member("lan").funded(100_000));
        let service = shop.service(&boss);
        boss.put(&format!("/api/admin/services/{service}"), json!({ "dripfeed": true })).expect(200);
        let parent = lan.feeds(service, 1000, 3, 60);
        release::tick(&shop.app.app).unwrap();
        shop.tick();
        let later = lan.schedules(service, 1000, 3600);
        let dear = format!(
            "UPDATE service_sources SET cost = iif(provider_id = 1, 13000000, {second}) WHERE service_id = {service};"
        );
        shop.app.write(move |tx| {
            tx.execute(&dear, ()).unwrap();
            tx.execute("UPDATE services SET cost = 13000000", ()).unwrap()
        });
        shop.app.clock.advance_seconds(3600);
        release::tick(&shop.app.app).unwrap();
        shop.tick();
        let run = runs(&shop.app, parent)[1];
        for id in [run, later] {
            let at = if lands == "sent" { shop.second_id } else { 1 };
            assert_eq!(shop.stands(id), (lands.to_owned(), at, 0));
        }
        if lands == "sent" {
            continue;
        }
        // What a person sends at its cost once goes out at it again.
        let sent = shop.adds().0;
        boss.post(&format!("/api/admin/orders/{run}/resolve"), json!({ "action": "resend" })).expect(200);
        shop.tick();
        shop.app.clock.advance_seconds(3600);
        release::tick(&shop.app.app).unwrap();
        shop.tick();
        assert_eq!(shop.adds(), (sent + 2, 0));
    }
}
