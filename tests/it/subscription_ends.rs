//! How a subscription ends: by its provider, its customer, an admin; and what goes back then, once.

use crate::subscriptions::{costs, poll, posts, says, sold, subscribed, wished};
use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::member::Member;
use crate::support::operated::{Operated, eventually, proven};
use crate::support::shop::{BUMX, BUMX_ACCOUNT, charged, report};
use proptest::prelude::*;
use serde_json::{Value, json};
use smm_panel::jobs::providers::{after_sale, poll_orders};
use smm_panel::orders::{self, Dispatch};
use smm_panel::provider::{Place, Report, ReportedPosts, ReportedStatus};
use tempfile::TempDir;

fn stands(lan: &Member, id: i64) -> (Value, Value, Value) {
    let order = lan.get(&format!("/api/orders/{id}")).expect(200);
    ["status", "refunded", "remains"].map(|name| order[name].clone()).into()
}

fn is(status: &str, refunded: i64, remains: i64) -> (Value, Value, Value) {
    (json!(status), json!(refunded), json!(remains))
}

#[test]
fn each_end_gives_back_what_no_post_used_and_only_once() {
    for word in ["Completed", "Expired", "Canceled", "Partial"] {
        for (charges, expected) in [
            (vec![], is("canceled", 24_000, 2000)),
            (vec!["1600", "800"], is("partial", 20_400, 1700)),
            (vec!["4000", "4000", "4000", "4000"], is("completed", 0, 0)),
        ] {
            let app = TestApp::start();
            let lan = app.member("lan").funded(24_000);
            let (id, theirs) = subscribed(&app, &lan, sold(&app));
            let ids: Vec<String> = (0..charges.len()).map(|number| format!("90{number}")).collect();
            for (theirs, charge) in ids.iter().zip(&charges) {
                costs(&app, theirs, charge);
            }
            says(&app, &theirs, json!({ "status": word, "posts": ids.len(), "orders": ids }));
            for _ in 0..3 {
                poll(&app);
                assert_eq!(stands(&lan, id), expected, "{word} {charges:?}");
                assert_eq!(lan.balance(), expected.1.as_i64().unwrap());
            }
            assert!(app.number("SELECT count(*) FROM transfers WHERE kind = 'refund'") <= 1);
        }
    }
}

#[test]
fn a_paused_one_waits_for_a_person_until_it_goes_on() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let (id, theirs) = subscribed(&app, &lan, sold(&app));
    let review = || boss.get("/api/admin/orders?review=true").expect(200)["items"].clone();
    says(&app, &theirs, json!({ "status": "Paused", "posts": 1, "orders": ["901"] }));
    costs(&app, "901", "1600");
    poll(&app);
    assert_eq!(review()[0]["contradiction_coded"]["code"], "subscription_paused");
    assert_eq!(stands(&lan, id), is("in_progress", 0, 1800), "nothing goes back");
    says(&app, &theirs, json!({ "status": "Active", "posts": 1, "orders": ["901"] }));
    poll(&app);
    assert_eq!(review(), json!([]));
    says(&app, &theirs, json!({ "status": "Paused", "posts": 1, "orders": ["901"] }));
    poll(&app);
    boss.post(&format!("/api/admin/orders/{id}/acknowledge"), json!({})).expect(200);
    poll(&app);
    assert_eq!(review(), json!([]), "what was seen is no news");
}

#[test]
fn an_end_that_says_nothing_of_posts_or_a_word_nobody_knows_is_for_a_person() {
    for (word, code) in
        [("Completed", "posts_missing"), ("Expired", "posts_missing"), ("Stopped", "unknown_status")]
    {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
        let (id, theirs) = subscribed(&app, &lan, sold(&app));
        says(&app, &theirs, json!({ "status": word, "charge": "16000", "remains": "0" }));
        poll(&app);
        let review = boss.get("/api/admin/orders?review=true").expect(200);
        assert_eq!(review["items"][0]["contradiction_coded"]["code"], code, "{word}");
        assert_eq!(lan.balance(), 76_000);
        let decided = json!({ "status": "partial", "remains": 500 });
        boss.put(&format!("/api/admin/orders/{id}/status"), decided).expect(200);
        assert_eq!(stands(&lan, id), is("partial", 6_000, 500));
    }
}

#[test]
fn words_of_subscriptions_mean_nothing_for_other_orders() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let id = lan.bought(app.service(|_| ()), 1000);
    for status in [ReportedStatus::Expired, ReportedStatus::Paused] {
        let order = app.reported(id, report(status)).unwrap();
        assert!(order.state.provider_mismatch.is_some());
        assert_eq!(order.state.refunded.get(), 0);
    }
}

#[test]
fn the_end_waits_an_hour_for_a_post_of_which_nothing_is_heard() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(24_000);
    let (id, theirs) = subscribed(&app, &lan, sold(&app));
    app.provider.poison("902");
    costs(&app, "901", "1600");
    says(&app, &theirs, json!({ "status": "Completed", "posts": 2, "orders": ["901", "902"] }));
    poll(&app);
    app.clock.advance_seconds(3599);
    poll(&app);
    assert_eq!((stands(&lan, id), lan.balance()), (is("in_progress", 0, 1300), 0));
    app.clock.advance_seconds(1);
    poll(&app);
    assert_eq!((stands(&lan, id), lan.balance()), (is("partial", 15_600, 1300), 15_600));
}

/// What was said of a post while it ran is not what it used.
#[test]
fn each_post_is_asked_for_once_more_after_the_end() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(24_000);
    let (id, theirs) = subscribed(&app, &lan, sold(&app));
    let said = |charge: &str| json!({ "status": "Completed", "charge": charge, "currency": "VND" });
    says(&app, "901", json!({ "status": "Pending", "charge": "0" }));
    says(&app, "902", said("800"));
    says(&app, &theirs, json!({ "status": "Active", "orders": ["901", "902"] }));
    poll(&app);
    assert_eq!(stands(&lan, id), is("in_progress", 0, 1800));
    // In one answer with the end, and one that was final long before.
    says(&app, &theirs, json!({ "status": "Completed", "orders": ["901", "902"] }));
    says(&app, "901", said("4000"));
    says(&app, "902", said("1600"));
    poll(&app);
    assert_eq!((stands(&lan, id), lan.balance()), (is("partial", 15_600, 1300), 15_600));
}

#[test]
fn what_a_provider_says_of_itself_says_nothing_of_a_post() {
    for (said, at_once) in [
        (json!({ "error": "Rate limit exceeded, try again later" }), false),
        (json!({ "error": "Not enough funds" }), false),
        (json!({ "error": "Internal error" }), false),
        (json!({ "error": "Incorrect order ID" }), true),
    ] {
        let app = TestApp::start();
        let lan = app.member("lan").funded(24_000);
        let (id, theirs) = subscribed(&app, &lan, sold(&app));
        says(&app, "901", said.clone());
        says(&app, &theirs, json!({ "status": "Completed", "orders": ["901"] }));
        poll(&app);
        if at_once {
            assert_eq!(stands(&lan, id), is("partial", 18_000, 1500), "{said}: the most");
        } else {
            assert_eq!(stands(&lan, id), is("in_progress", 0, 1500), "{said}");
            costs(&app, "901", "800");
            poll(&app);
            assert_eq!(stands(&lan, id), is("partial", 22_800, 1900), "{said}");
        }
    }
}

#[test]
fn an_end_whose_posts_cannot_be_read_gives_nothing_back_by_itself() {
    for said in [json!({ "orders": "6005;6006" }), json!({ "orders": true }), json!({ "posts": -3 })] {
        for word in ["Completed", "Canceled", "Expired"] {
            let app = TestApp::start();
            let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
            let (id, theirs) = subscribed(&app, &lan, sold(&app));
            let mut report = said.clone();
            report["status"] = json!(word);
            says(&app, &theirs, report);
            poll(&app);
            let review = boss.get("/api/admin/orders?review=true").expect(200);
            assert_eq!(review["items"][0]["contradiction_coded"]["code"], "posts_missing", "{said} {word}");
            assert_eq!((stands(&lan, id).1, lan.balance()), (json!(0), 76_000));
        }
    }
    // An entry that is no id is a post, of which nothing can be read.
    let app = TestApp::start();
    let lan = app.member("lan").funded(24_000);
    let (id, theirs) = subscribed(&app, &lan, sold(&app));
    says(&app, &theirs, json!({ "status": "Completed", "orders": [{ "order": 6001 }, { "order": 6002 }] }));
    poll(&app);
    assert_eq!(stands(&lan, id), is("partial", 12_000, 1000));
    let seen = app.order(id);
    assert_eq!(
        seen.state.cost.map(smm_panel::kernel::money::Vnd::get),
        Some(16_000),
        "not nothing: what was expected"
    );
}

#[test]
fn a_service_that_goes_to_another_provider_leaves_its_subscriptions_what_they_cost() {
    for has_post in [false, true] {
        let app = TestApp::start();
        let (lan, boss) = (app.member("lan").funded(24_000), app.admin("boss"));
        let service = sold(&app);
        let (id, theirs) = subscribed(&app, &lan, service);
        costs(&app, "901", "1600");
        costs(&app, "902", "1600");
        if has_post {
            says(&app, &theirs, json!({ "status": "Active", "orders": ["901"] }));
            poll(&app);
        }
        let other = json!({ "provider_id": 1, "provider_service_id": "999", "cost": "2000" });
        boss.put(&format!("/api/admin/services/{service}"), other).expect(200);
        says(&app, &theirs, json!({ "status": "Completed", "orders": ["901", "902"] }));
        poll(&app);
        assert_eq!(stands(&lan, id), is("partial", 19_200, 1600), "{has_post}");
    }
}

#[test]
fn charges_beyond_all_measure_are_read_as_none() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(24_000);
    let (id, theirs) = subscribed(&app, &lan, sold(&app));
    for post in ["901", "902"] {
        says(
            &app,
            post,
            json!({ "status": "Completed", "charge": "9000000000000000000", "currency": "VND" }),
        );
    }
    says(&app, &theirs, json!({ "status": "Completed", "orders": ["901", "902"] }));
    poll(&app);
    assert_eq!(stands(&lan, id), is("partial", 12_000, 1000));
}

#[test]
fn what_a_post_used_does_not_follow_the_exchange_rate() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(24_000), app.admin("boss"));
    let (id, theirs) = subscribed(&app, &lan, sold(&app));
    let path = format!("/api/admin/providers/{}", BUMX.get());
    let used = |posts: &[&str]| {
        says(&app, &theirs, json!({ "status": "Active", "orders": posts }));
        poll(&app);
        2000 - stands(&lan, id).2.as_i64().unwrap()
    };
    costs(&app, "901", "1600");
    costs(&app, "902", "1600");
    assert_eq!(used(&["901"]), 200);
    boss.put(&path, json!({ "exchange_rate": 2 })).expect(200);
    assert_eq!(used(&["901"]), 200, "it was found at the old one");
    assert_eq!(used(&["901", "902"]), 400, "its cost has doubled too");
}

#[test]
fn the_order_of_a_post_is_not_sent_again() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(24_000), app.admin("boss"));
    let (id, theirs) = subscribed(&app, &lan, sold(&app));
    says(&app, &theirs, json!({ "status": "Active", "orders": ["901"] }));
    costs(&app, "901", "1600");
    poll(&app);
    let post = posts(&app, id)[0];
    let seen = boss.get(&format!("/api/admin/orders/{post}")).expect(200);
    assert_eq!((&seen["charge"], &seen["paid"]), (&json!(0), &json!(2400)), "what it used of the 24,000");
    // The provider moves, which parks what its old account had.
    let place = Place { url: "https://example.vn/api".to_owned(), key: "other".to_owned() };
    app.write(move |tx| orders::follow_environment(tx, BUMX, Some(&place)).unwrap());
    assert_eq!(app.order(post).state.dispatch, Dispatch::Review);
    let answer = boss.post(&format!("/api/admin/orders/{post}/resolve"), json!({ "action": "resend" }));
    answer.refused(409, "conflict");
}

#[test]
fn a_post_whose_order_is_another_ones_used_the_most() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = sold(&app);
    let (first, one) = subscribed(&app, &lan, service);
    let (second, other) = subscribed(&app, &lan, service);
    costs(&app, "901", "1600");
    says(&app, &one, json!({ "status": "Active", "posts": 1, "orders": ["901"] }));
    poll(&app);
    says(&app, &other, json!({ "status": "Completed", "posts": 2, "orders": ["901", one] }));
    poll(&app);
    assert_eq!((posts(&app, first).len(), posts(&app, second).len()), (1, 0));
    assert_eq!(stands(&lan, second), is("partial", 12_000, 1000));
}

#[test]
fn its_customer_has_the_provider_asked_and_an_admin_ends_it_at_once() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let service = sold(&app);
    let queued = lan.post("/api/orders", wished(service)).expect(201)["id"].as_i64().unwrap();
    let canceled = lan.post(&format!("/api/orders/{queued}/cancel"), json!({})).expect(200);
    assert_eq!((&canceled["status"], &canceled["refunded"]), (&json!("canceled"), &json!(24_000)));
    let (id, theirs) = subscribed(&app, &lan, service);
    let asked = lan.post(&format!("/api/orders/{id}/cancel"), json!({})).expect(200);
    assert_eq!((&asked["cancel"]["state"], lan.balance()), (&json!("asked"), 76_000));
    after_sale::tick(&app.app);
    assert_eq!(app.provider.requests_for("cancel")[0].field("orders"), theirs);
    costs(&app, "901", "1600");
    says(&app, &theirs, json!({ "status": "Canceled", "posts": 1, "orders": ["901"] }));
    poll(&app);
    assert_eq!(stands(&lan, id), is("partial", 21_600, 1800));
    let (id, theirs) = subscribed(&app, &lan, service);
    says(&app, &theirs, json!({ "status": "Active", "posts": 1, "orders": ["911"] }));
    costs(&app, "911", "1600");
    poll(&app);
    boss.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": "canceled" })).expect(200);
    assert_eq!(stands(&lan, id).1, 24_000);
    says(&app, &theirs, json!({ "status": "Completed", "posts": 4, "orders": ["911", "912", "913", "914"] }));
    poll(&app);
    assert_eq!((stands(&lan, id).1, posts(&app, id).len()), (json!(24_000), 1), "final is final");
    assert_eq!(boss.get("/api/admin/orders?review=true").expect(200)["items"], json!([]));
}

/// What the provider says of order `p` or of the order of a post.
fn said(status: ReportedStatus, orders: &[&str]) -> Report {
    let posts = ReportedPosts {
        is_unreadable: false,
        is_told: true,
        count: i64::try_from(orders.len()).unwrap(),
        orders: orders.iter().map(|id| (*id).to_owned()).collect(),
    };
    Report { posts, ..report(status) }
}

fn told() -> impl Strategy<Value = Vec<(&'static str, Report)>> {
    let open = |orders: &[&str]| ("", said(ReportedStatus::InProgress, orders));
    let over = prop::sample::select(vec![
        ReportedStatus::Completed,
        ReportedStatus::Expired,
        ReportedStatus::Canceled,
    ]);
    let post = |id: &'static str, charge: &str| (id, charged(report(ReportedStatus::Completed), charge));
    let all = vec![
        open(&[]),
        open(&["901"]),
        open(&["901", "902"]),
        ("", said(ReportedStatus::Paused, &["902"])),
        post("901", "1600"),
        post("902", "800"),
        post("902", "808"),
        ("901", report(ReportedStatus::InProgress)),
    ];
    (prop::collection::vec(prop::sample::select(all), 0..12), over).prop_flat_map(|(before, over)| {
        let mut all = before;
        all.push(("", said(over, &["901", "902"])));
        Just(all).prop_shuffle()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn shuffled_and_repeated_answers_give_the_rest_back_once(answers in told()) {
        let app = TestApp::start();
        let lan = app.member("lan").funded(24_000);
        let (id, theirs) = subscribed(&app, &lan, sold(&app));
        let tell = |(about, report): (&'static str, Report)| {
            let about = if about.is_empty() { theirs.clone() } else { about.to_owned() };
            app.write(move |tx| orders::apply_report(tx, BUMX_ACCOUNT, &about, &report).map(drop).unwrap());
        };
        let mut refunded = 0;
        for answer in answers.clone() {
            tell(answer);
            let order = app.order(id);
            let back = order.state.refunded.get();
            prop_assert!(back == refunded || refunded == 0, "a second refund");
            prop_assert!(back == 0 || order.state.progress.status.is_final());
            refunded = back;
        }
        // Whatever is still unheard of is told in the end.
        for last in [
            ("", said(ReportedStatus::Completed, &["901", "902"])),
            ("901", charged(report(ReportedStatus::Completed), "1600")),
            ("902", charged(report(ReportedStatus::Completed), "800")),
            ("", said(ReportedStatus::Expired, &["901", "902"])),
        ] {
            tell(last);
        }
        let order = app.order(id);
        prop_assert!(order.state.progress.status.is_final());
        let used = app.number("SELECT sum(units) FROM subscription_posts");
        prop_assert!((200..=1000).contains(&used));
        prop_assert_eq!(order.state.refunded.get(), (2000 - used) * 12);
        prop_assert_eq!((posts(&app, id).len(), lan.balance()), (2, order.state.refunded.get()));
        prop_assert_eq!(app.number("SELECT count(*) FROM transfers WHERE kind = 'refund'"), 1);
        prop_assert_eq!(app.audit().differences, Vec::<String>::new());
    }
}

#[test]
fn a_page_of_answers_that_comes_twice_at_once_moves_the_money_once() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(24_000);
    let (id, theirs) = subscribed(&app, &lan, sold(&app));
    costs(&app, "901", "1600");
    says(&app, &theirs, json!({ "status": "Expired", "posts": 1, "orders": ["901"] }));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| poll_orders::tick(&app.app));
        }
    });
    poll(&app);
    assert_eq!((stands(&lan, id), lan.balance()), (is("partial", 21_600, 1800), 21_600));
    assert_eq!(app.number("SELECT count(*) FROM transfers WHERE kind = 'refund'"), 1);
}

#[test]
fn killed_between_the_end_and_what_its_posts_used_it_is_settled_once_at_the_next_start() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let likes = panel.stock();
    let changed = json!({ "type": "subscriptions", "cost": "8000" });
    panel.send("PUT", &format!("/api/admin/services/{likes}"), &changed).unwrap().expect(200);
    let tomorrow = smm_panel::kernel::clock::Clock::system().now().plus_seconds(3 * 86_400).rfc3339();
    let mut wish = wished(likes);
    wish["expiry"] = json!(tomorrow.split('T').next().unwrap());
    let id = panel.send("POST", "/api/orders", &wish).unwrap().expect(201)["id"].as_i64().unwrap();
    eventually("it is sent", || panel.order(id)["dispatch"] == "sent");
    let theirs = panel.order(id)["provider_order_id"].as_str().unwrap().to_owned();
    provider.poison("901");
    provider.set_report(&theirs, json!({ "status": "Expired", "posts": 1, "orders": ["901"] }));
    eventually("its end is heard of", || panel.order(id)["posts_done"] == 1);
    assert_eq!(panel.order(id)["status"], "in_progress");
    panel.binary.kill();
    proven(folder.path());
    let port = provider.port();
    drop(provider);
    let provider = FakeProvider::start_on(port);
    provider.set_report(&theirs, json!({ "status": "Expired", "posts": 1, "orders": ["901"] }));
    provider.set_report("901", json!({ "status": "Completed", "charge": "1600", "remains": "0" }));
    for _ in 0..2 {
        let panel = Operated::start(folder.path(), &provider.url(), &[]);
        eventually("it is settled", || panel.order(id)["status"] == "partial");
        std::thread::sleep(std::time::Duration::from_millis(1500));
        let order = panel.order(id);
        assert_eq!((&order["refunded"], &order["remains"]), (&json!(21_600), &json!(1800)));
        panel.binary.kill();
        proven(folder.path());
    }
    assert_eq!(provider.requests_for("add").len(), 0, "nothing is bought again");
}
