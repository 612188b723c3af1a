//! Providers that an admin adds: what may be given, that the key stays inside, and that each goes its own way.

use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::member::Member;
use crate::support::operated::{eventually, while_trying};
use crate::support::reply::Reply;
use crate::support::shop::BUMX;
use serde_json::{Value, json};
use smm_panel::jobs;
use smm_panel::jobs::providers::{dispatch, poll_orders};
use smm_panel::kernel::ids::ProviderId;

const PATH: &str = "/api/admin/providers";
const KEY: &str = "second-secret-key";
const PRIVATE: (&str, &str) = ("PROVIDER_ALLOW_PRIVATE", "true");

fn second(url: &str) -> Value {
    json!({ "name": "Second", "api_url": url, "api_key": KEY })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

impl Member<'_> {
    /// Adds a provider; its id.
    fn adds_provider(&self, provider: &FakeProvider) -> i64 {
        self.post(PATH, second(&provider.url())).expect(201)["id"].as_i64().unwrap()
    }

    /// Has a provider tried while the job works beside.
    fn tries(&self, id: i64) -> Value {
        while_trying(&self.app.app, || self.post(&format!("{PATH}/{id}/test"), json!({}))).expect(200)
    }
}

#[test]
fn only_admins_see_and_change_providers() {
    let app = TestApp::start();
    let lan = app.member("lan");
    for path in [PATH.to_owned(), format!("{PATH}/1/test")] {
        app.guest().post(&path, second("https://example.com/api/v2")).refused(401, "unauthenticated");
        lan.post(&path, second("https://example.com/api/v2")).refused(403, "forbidden");
    }
    lan.get(PATH).refused(403, "forbidden");
    lan.put(&format!("{PATH}/1"), json!({ "active": false })).refused(403, "forbidden");
}

#[test]
fn what_no_provider_may_be_is_refused_with_its_field() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let good = second("https://example.com/api/v2");
    for (field, value) in [
        ("name", json!(" ")),
        ("name", json!("a\nb")),
        ("name", json!("x".repeat(101))),
        ("api_url", json!("")),
        ("api_url", json!("ftp://example.com/")),
        ("api_url", json!("file:///etc/passwd")),
        ("api_url", json!("https://user:pass@example.com/")),
        ("api_url", json!("http://127.0.0.1:8000/")),
        ("api_url", json!("http://10.0.0.8/api/v2")),
        ("api_url", json!("http://169.254.169.254/latest")),
        ("api_url", json!("http://0x7f.1/")),
        ("api_url", json!("https://[::1]/")),
        ("api_key", json!("short")),
        ("api_key", json!("with a blank in it")),
        ("api_key", json!("")),
        ("api_key", Value::Null),
        ("currency", json!("$")),
        ("currency", json!("DOLLARS")),
        ("exchange_rate", json!("0")),
        ("exchange_rate", json!("-1")),
        ("exchange_rate", json!(1.5)),
        ("active", json!("yes")),
        ("balance", json!("1")),
        ("id", json!(7)),
    ] {
        let answer = boss.post(PATH, with(good.clone(), field, value.clone()));
        answer.refused_fields(&[field]);
        assert!(!answer.text().contains("with a blank"), "a refused key is not repeated");
    }
    for missing in ["name", "api_url", "api_key"] {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(missing);
        boss.post(PATH, body).refused_fields(&[missing]);
    }
    assert_eq!(app.number("SELECT count(*) FROM providers"), 1, "nothing was stored");
    boss.put(&format!("{PATH}/99"), json!({ "active": false })).refused(404, "not_found");
    boss.put(&format!("{PATH}/x"), json!({ "active": false })).refused(400, "malformed_request");
    boss.post(&format!("{PATH}/99/test"), json!({})).refused(404, "not_found");
}

#[test]
fn what_the_environment_sets_is_locked() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    for (field, value) in [("api_url", "https://example.com/"), ("api_key", "another-long-key")] {
        boss.put(&format!("{PATH}/1"), json!({ field: value, "name": "X" })).refused(409, "conflict");
    }
    let shown =
        boss.put(&format!("{PATH}/1"), json!({ "name": "BUMX 2", "exchange_rate": "2.5" })).expect(200);
    assert_eq!((&shown["name"], &shown["exchange_rate"]), (&json!("BUMX 2"), &json!("2.5")));
    assert_eq!((&shown["locked"], &shown["api_key_set"]), (&json!(["api_url", "api_key"]), &json!(true)));
}

#[test]
fn without_an_environment_the_first_provider_is_set_in_the_panel_and_stays() {
    let none = [("BUMX_API_URL", ""), ("BUMX_API_KEY", ""), PRIVATE];
    let app = TestApp::with(&none);
    let boss = app.admin("boss");
    let shown = boss.get(PATH).expect(200)["items"][0].clone();
    assert_eq!(
        (&shown["api_url"], &shown["api_key_set"], &shown["locked"]),
        (&Value::Null, &json!(false), &json!([]))
    );
    assert_eq!(app.guest().get("/health").expect(200)["provider"], "not_configured");
    boss.post(&format!("{PATH}/1/test"), json!({})).refused(503, "not_configured");
    let url = app.provider.url();
    boss.put(&format!("{PATH}/1"), json!({ "api_url": url, "api_key": KEY })).expect(200);
    assert_eq!(boss.tries(1)["ok"], true);
    assert_eq!(app.guest().get("/health").expect(200)["provider"], "ok");
    let again = TestApp::in_folder(app.stop(), &none);
    let boss = again.admin("deputy");
    let kept = boss.get(PATH).expect(200)["items"][0].clone();
    assert_eq!((&kept["api_url"], &kept["api_key_set"]), (&json!(url), &json!(true)));
    let given = TestApp::in_folder(again.stop(), &[]);
    let locked = given.admin("third").get(PATH).expect(200)["items"][0]["locked"].clone();
    assert_eq!(locked, json!(["api_url", "api_key"]), "the environment wins when it speaks");
}

#[test]
fn the_key_goes_to_the_provider_and_nowhere_else() {
    let app = TestApp::with(&[PRIVATE]);
    let (boss, other) = (app.admin("boss"), FakeProvider::start());
    let id = boss.adds_provider(&other);
    let put =
        boss.put(&format!("{PATH}/{id}"), json!({ "api_key": "replaced-secret-key", "name": "Renamed" }));
    put.expect(200);
    other.next(Reply::json(200, json!({ "error": "wrong key: replaced-secret-key" })));
    let refused = boss.tries(id);
    assert_eq!(refused["ok"], false);
    assert_eq!(other.requests_for("balance")[0].field("key"), "replaced-secret-key");
    let log = boss.get("/api/admin/audit-log").expect(200);
    assert_eq!(log["items"][0]["action"], "provider.change");
    assert_eq!(log["items"][0]["after"]["api_key"], "replaced");
    for text in [put.text(), refused.to_string(), boss.get(PATH).text(), log.to_string()] {
        assert!(!text.contains("secret-key"), "{text}");
    }
}

#[test]
fn a_trial_tells_what_came_of_it() {
    let app = TestApp::with(&[PRIVATE]);
    let (boss, other) = (app.admin("boss"), FakeProvider::start());
    let id = boss.adds_provider(&other);
    other.set_balance("73.50", "USD");
    let well = boss.tries(id);
    assert_eq!(
        (&well["ok"], &well["balance"], &well["currency"]),
        (&json!(true), &json!("73.50"), &json!("USD"))
    );
    for (reply, reason, code, defect) in [
        (Reply::html(200), "provider_unusable", "answer", json!("not_json")),
        (Reply::redirect(302, "http://127.0.0.1/"), "provider_unusable", "answer", json!("redirect")),
        (Reply::reset(), "provider_silent", "closed", Value::Null),
        (Reply::hang(), "provider_silent", "timed_out", Value::Null),
    ] {
        other.next(reply);
        let ill = boss.tries(id);
        assert_eq!((&ill["ok"], &ill["balance"]), (&json!(false), &Value::Null));
        assert!(!ill["trouble"].as_str().unwrap().is_empty());
        let cause = &ill["values"]["cause"];
        assert_eq!((&ill["reason"], &cause["code"]), (&json!(reason), &json!(code)), "{ill}");
        assert_eq!(cause["values"]["why"], defect, "{ill}");
    }
    let gone = other.url();
    drop(other);
    assert_eq!(boss.tries(id)["ok"], false, "{gone} is gone");
}

#[test]
fn a_name_that_leads_to_a_private_address_is_not_called() {
    let app = TestApp::start();
    let (boss, other) = (app.admin("boss"), FakeProvider::start());
    let url = format!("http://localhost:{}/api/v2", other.port());
    let id = boss.post(PATH, second(&url)).expect(201)["id"].as_i64().unwrap();
    let tried = boss.tries(id);
    assert_eq!(tried["ok"], false);
    assert!(tried["trouble"].as_str().unwrap().contains("not a public address"), "{tried}");
    assert_eq!(other.connected(), 0);
}

#[test]
fn a_wrong_key_is_said_to_be_wrong() {
    let app = TestApp::with(&[PRIVATE]);
    let (boss, provider) = (app.admin("boss"), FakeProvider::start());
    let id = boss.adds_provider(&provider);
    provider.next_for("balance", Reply::json(200, json!({ "error": "Invalid API key" })));
    let tried = boss.tries(id);
    assert_eq!((&tried["ok"], &tried["reason"]), (&json!(false), &json!("provider_account")));
    assert_eq!(tried["values"], json!({ "said": "Invalid API key" }));
}

#[test]
fn a_change_counts_from_the_next_call_on() {
    let app = TestApp::with(&[PRIVATE]);
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let id = boss.adds_provider(&first);
    let service = app.service(|offer| offer.provider = Some(ProviderId::new(id)));
    let change = |body: Value| boss.put(&format!("{PATH}/{id}"), body).expect(200);
    lan.buys(service, 1000);
    dispatch::tick(&app.app);
    change(json!({ "api_url": then.url(), "abandon_open_orders": true }));
    lan.buys(service, 1000);
    dispatch::tick(&app.app);
    assert_eq!((first.requests_for("add").len(), then.requests_for("add").len()), (1, 1));
    let waiting = lan.buys(service, 1000);
    change(json!({ "active": false }));
    dispatch::tick(&app.app);
    assert_eq!(app.order(waiting).state.dispatch.into_str(), "queued", "switched off, it gets no orders");
    let body = json!({ "service_id": service, "link": "https://x.vn/a", "quantity": 1000 });
    lan.post("/api/orders", body.clone()).refused(503, "not_configured");
    poll_orders::tick(&app.app);
    assert!(!then.requests_for("status").is_empty(), "but what it has is followed");
    change(json!({ "active": true }));
    dispatch::tick(&app.app);
    assert_eq!(app.order(waiting).state.dispatch.into_str(), "sent");
    lan.post("/api/orders", body).expect(201);
}

#[test]
fn one_provider_that_hangs_delays_nothing_of_the_other() {
    let app = TestApp::with(&[PRIVATE, ("BUMX_TIMEOUT_SECONDS", "5"), ("BUMX_ADD_TIMEOUT_SECONDS", "5")]);
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(10_000_000));
    let other = FakeProvider::start();
    let id = boss.adds_provider(&other);
    let theirs = app.service(|offer| offer.provider = Some(ProviderId::new(id)));
    let bumx = app.service(|offer| offer.provider = Some(BUMX));
    let open = lan.buys(bumx, 1000);
    let followed = lan.buys(theirs, 1000);
    dispatch::tick(&app.app);
    app.provider.otherwise(Reply::hang());
    let report = json!({ "charge": "8", "start_count": "1", "status": "Completed", "remains": "0", "currency": "VND" });
    other.set_report(&app.order(followed).state.provider_order.unwrap(), report);
    let stuck: Vec<i64> = (0..20).map(|number| lan.buys(bumx, 1001 + number)).collect();
    let jobs = jobs::start(&app.app).unwrap();
    let smooth: Vec<i64> = (0..20).map(|number| lan.buys(theirs, 1001 + number)).collect();
    app.app.dispatch_wakeup.notify();
    let state = |id: &i64| app.order(*id).state;
    eventually("all of the other's orders are sent", || {
        smooth.iter().all(|id| state(id).dispatch.into_str() == "sent")
    });
    eventually("the other's reports are heard", || {
        state(&followed).progress.status.into_str() == "completed"
    });
    let is_waiting = |id: &i64| ["queued", "sending"].contains(&state(id).dispatch.into_str());
    assert!(stuck.iter().all(is_waiting), "the first one has answered nothing yet");
    assert_eq!(state(&open).progress.status.into_str(), "processing");
    jobs.stop();
}

/// Whether the operator is shown that something is wrong with it.
fn is_troubled(boss: &Member, id: i64) -> bool {
    let providers = boss.get(PATH).expect(200);
    let shown = providers["items"].as_array().unwrap().iter().find(|provider| provider["id"] == id).unwrap();
    !shown["trouble"].is_null()
}

#[test]
fn a_trouble_that_a_change_does_not_mend_is_still_shown() {
    let app = TestApp::with(&[PRIVATE, ("BUMX_SYNC_SECONDS", "1")]);
    let (boss, other) = (app.admin("boss"), FakeProvider::start());
    let id = boss.adds_provider(&other);
    other.otherwise(Reply::json(200, json!({ "error": "Invalid API key" })));
    let jobs = jobs::start(&app.app).unwrap();
    eventually("the trouble is shown", || is_troubled(&boss, id));
    let providers = boss.get(PATH).expect(200);
    let shown = providers["items"].as_array().unwrap().iter().find(|provider| provider["id"] == id).unwrap();
    let coded = json!({ "code": "refused", "values": { "said": "Invalid API key" } });
    assert_eq!(
        (&shown["trouble"], &shown["trouble_coded"]),
        (&json!("the provider says: Invalid API key"), &coded)
    );
    let before = other.requests_for("balance").len();
    boss.put(&format!("{PATH}/{id}"), json!({ "api_key": "another-wrong-key" })).expect(200);
    eventually("rounds with the new key", || other.requests_for("balance").len() >= before + 3);
    assert!(is_troubled(&boss, id));
    assert_eq!(app.guest().get("/health").expect(200)["provider"], "failing");
    other.otherwise(Reply::ok());
    eventually("a call that works ends it", || !is_troubled(&boss, id));
    jobs.stop();
}

#[test]
fn a_provider_that_gets_no_orders_has_no_trouble_with_them() {
    let app = TestApp::with(&[PRIVATE, ("BUMX_SYNC_SECONDS", "1")]);
    let (boss, lan, other) = (app.admin("boss"), app.member("lan").funded(1_000_000), FakeProvider::start());
    let id = boss.adds_provider(&other);
    let service = app.service(|offer| offer.provider = Some(ProviderId::new(id)));
    let orders = [1000, 1001].map(|quantity| lan.buys(service, quantity));
    let no_funds = || Reply::json(200, json!({ "error": "Not enough funds" }));
    (0..8).for_each(|_| other.next_for("add", no_funds()));
    let jobs = jobs::start(&app.app).unwrap();
    eventually("the account is short", || is_troubled(&boss, id));
    boss.put(&format!("{PATH}/{id}"), json!({ "active": false })).expect(200);
    eventually("nothing of it is shown any more", || !is_troubled(&boss, id));
    assert!(orders.iter().all(|order| app.order(*order).state.dispatch.into_str() == "queued"));
    jobs.stop();
}
