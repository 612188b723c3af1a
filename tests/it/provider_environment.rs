//! The provider that the environment names: what a changed address or key does at a start.

use crate::provider_accounts::{CANCELED, PATH, PRIVATE, says, was_asked_for};
use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::while_trying;
use crate::support::reply::Reply;
use crate::support::shop::{BUMX, BUMX_ACCOUNT};
use serde_json::{Value, json};
use smm_panel::jobs::providers::{dispatch, poll_orders};

/// A panel whose environment names the provider; with one order that BUMX has and one that waits.
fn with_open_orders(app: &TestApp) -> (i64, i64) {
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(|offer| offer.provider = Some(BUMX));
    let sent = lan.buys(service, 1000);
    dispatch::tick(&app.app);
    (sent, lan.buys(service, 1000))
}

fn dispatch_of(app: &TestApp, id: i64) -> &'static str {
    app.order(id).state.dispatch.into_str()
}

#[test]
fn an_address_that_changed_in_the_environment_parks_at_start() {
    let app = TestApp::start();
    let (sent, queued) = with_open_orders(&app);
    let theirs = app.order(sent).state.provider_order.unwrap();
    let moved = TestApp::in_folder(app.stop(), &[]);
    moved.provider.set_report(&theirs, says(CANCELED));
    assert_eq!((dispatch_of(&moved, sent), dispatch_of(&moved, queued)), ("review", "review"));
    assert_eq!(moved.order(sent).state.progress.status.into_str(), "processing");
    dispatch::tick(&moved.app);
    poll_orders::tick(&moved.app);
    assert!(moved.provider.requests_for("add").is_empty() && !was_asked_for(&moved.provider, &theirs));
    assert_eq!(moved.order(sent).state.refunded.get(), 0);
}

#[test]
fn an_environment_that_says_the_same_parks_nothing() {
    let provider = FakeProvider::start();
    let url = provider.url();
    let app = TestApp::with(&[("BUMX_API_URL", &url)]);
    let (sent, queued) = with_open_orders(&app);
    let none = TestApp::in_folder(app.stop(), &[("BUMX_API_URL", ""), ("BUMX_API_KEY", "")]);
    assert_eq!(
        (dispatch_of(&none, sent), dispatch_of(&none, queued)),
        ("sent", "queued"),
        "nor does one that is silent"
    );
    let again = TestApp::in_folder(none.stop(), &[("BUMX_API_URL", &url)]);
    dispatch::tick(&again.app);
    poll_orders::tick(&again.app);
    assert_eq!((dispatch_of(&again, sent), dispatch_of(&again, queued)), ("sent", "sent"));
    assert_eq!(again.order(sent).state.progress.status.into_str(), "in_progress");
}

#[test]
fn after_a_silent_environment_another_address_still_parks() {
    let app = TestApp::start();
    let (sent, queued) = with_open_orders(&app);
    let none = TestApp::in_folder(app.stop(), &[("BUMX_API_URL", ""), ("BUMX_API_KEY", "")]);
    let moved = TestApp::in_folder(none.stop(), &[]);
    assert_eq!((dispatch_of(&moved, sent), dispatch_of(&moved, queued)), ("review", "review"));
}

#[test]
fn a_key_that_changed_in_the_environment_sends_nothing_until_it_was_tried() {
    let provider = FakeProvider::start();
    let url = provider.url();
    let app = TestApp::with(&[("BUMX_API_URL", &url)]);
    let (sent, queued) = with_open_orders(&app);
    let vars = [("BUMX_API_URL", url.as_str()), ("BUMX_API_KEY", "rotated-key")];
    let rotated = TestApp::in_folder(app.stop(), &vars);
    dispatch::tick(&rotated.app);
    assert_eq!((dispatch_of(&rotated, sent), dispatch_of(&rotated, queued)), ("sent", "queued"));
    provider.otherwise(Reply::html(502));
    poll_orders::tick(&rotated.app);
    dispatch::tick(&rotated.app);
    assert_eq!(
        (dispatch_of(&rotated, sent), dispatch_of(&rotated, queued)),
        ("sent", "queued"),
        "still in doubt"
    );
    provider.otherwise(Reply::ok());
    poll_orders::tick(&rotated.app);
    dispatch::tick(&rotated.app);
    assert_eq!((dispatch_of(&rotated, sent), dispatch_of(&rotated, queued)), ("sent", "sent"));
    poll_orders::tick(&rotated.app);
    assert_eq!(
        rotated.order(sent).state.progress.status.into_str(),
        "in_progress",
        "and it is followed again"
    );
}

#[test]
fn a_key_of_the_environment_that_opens_another_account_parks_what_the_first_one_has() {
    let provider = FakeProvider::start();
    let url = provider.url();
    let app = TestApp::with(&[("BUMX_API_URL", &url)]);
    let (sent, queued) = with_open_orders(&app);
    let theirs = app.order(sent).state.provider_order.unwrap();
    let vars = [("BUMX_API_URL", url.as_str()), ("BUMX_API_KEY", "foreign-key")];
    let foreign = TestApp::in_folder(app.stop(), &vars);
    provider.set_report(&theirs, json!({ "error": "Incorrect order ID" }));
    poll_orders::tick(&foreign.app);
    dispatch::tick(&foreign.app);
    assert_eq!((dispatch_of(&foreign, sent), dispatch_of(&foreign, queued)), ("review", "sent"));
    let asked = provider.requests_for("status").len();
    poll_orders::tick(&foreign.app);
    let later = provider.requests_for("status").split_off(asked);
    assert!(later.iter().all(|request| !format!("{:?}", request.fields).contains(&theirs)));
    assert_eq!(foreign.number("SELECT account FROM providers WHERE id = 1"), BUMX_ACCOUNT.number + 1);
}

#[test]
fn a_key_that_was_kept_from_earlier_is_a_new_one_to_the_account() {
    let stranger = FakeProvider::start();
    let url = stranger.url();
    let none = [("BUMX_API_URL", ""), ("BUMX_API_KEY", ""), PRIVATE];
    let app = TestApp::with(&none);
    app.admin("boss")
        .put(&format!("{PATH}/1"), json!({ "api_url": url, "api_key": "an-old-panel-key" }))
        .expect(200);
    let app = TestApp::in_folder(app.stop(), &[("BUMX_API_URL", &url)]);
    let (sent, _) = with_open_orders(&app);
    let theirs = app.order(sent).state.provider_order.unwrap();
    let app = TestApp::in_folder(app.stop(), &none);
    stranger.set_report(&theirs, json!({ "error": "Incorrect order ID" }));
    let boss = app.admin("deputy");
    let put = |body: Value| while_trying(&app.app, || boss.put(&format!("{PATH}/1"), body));
    let refused = put(json!({ "api_url": url })).refused(409, "conflict");
    assert_eq!(refused["reason"], "key_of_another_account");
    poll_orders::tick(&app.app);
    assert_eq!(dispatch_of(&app, sent), "sent");
    put(json!({ "api_url": url, "abandon_open_orders": true })).expect(200);
    assert_eq!(dispatch_of(&app, sent), "review");
}

#[test]
fn a_slash_or_a_capital_in_the_host_is_no_other_address() {
    let app = TestApp::start();
    let (sent, _) = with_open_orders(&app);
    let provider = FakeProvider::start();
    let url = provider.url();
    let app = TestApp::in_folder(app.stop(), &[("BUMX_API_URL", &url)]);
    assert_eq!(dispatch_of(&app, sent), "review");
    let again =
        app.member("minh").funded(1_000_000).buys(app.service(|offer| offer.provider = Some(BUMX)), 1000);
    dispatch::tick(&app.app);
    let written = format!("{}/", url.replace("http://", "HTTP://"));
    let app = TestApp::in_folder(app.stop(), &[("BUMX_API_URL", &written)]);
    assert_eq!(dispatch_of(&app, again), "sent");
}

/// With one order that BUMX has, started with another key while that order's report is this.
fn rotated(provider: &FakeProvider, report: Value) -> (TestApp, i64, i64) {
    let url = provider.url();
    let app = TestApp::with(&[("BUMX_API_URL", &url)]);
    let (sent, queued) = with_open_orders(&app);
    provider.set_report(&app.order(sent).state.provider_order.unwrap(), report);
    let vars = [("BUMX_API_URL", url.as_str()), ("BUMX_API_KEY", "rotated-key")];
    (TestApp::in_folder(app.stop(), &vars), sent, queued)
}

#[test]
fn a_status_that_nobody_knows_ends_the_doubt_all_the_same() {
    let provider = FakeProvider::start();
    let (app, sent, queued) = rotated(&provider, says("Queued"));
    poll_orders::tick(&app.app);
    dispatch::tick(&app.app);
    assert_eq!((dispatch_of(&app, sent), dispatch_of(&app, queued)), ("sent", "sent"));
}

#[test]
fn generic_trouble_leaves_the_doubt_and_says_so_and_an_admin_ends_it() {
    let provider = FakeProvider::start();
    let (app, sent, queued) =
        rotated(&provider, json!({ "error": "Unknown error while processing your request" }));
    let boss = app.admin("deputy");
    for _ in 0..2 {
        poll_orders::tick(&app.app);
        dispatch::tick(&app.app);
        assert_eq!((dispatch_of(&app, sent), dispatch_of(&app, queued)), ("sent", "queued"));
    }
    let shown = boss.get(PATH).expect(200)["items"][0].clone();
    assert_eq!(shown["trouble_coded"]["code"], "key_in_doubt");
    boss.put(&format!("{PATH}/1"), json!({ "name": "Renamed" })).expect(200);
    assert_eq!(app.number("SELECT in_doubt FROM providers WHERE id = 1"), 1);
    boss.put(&format!("{PATH}/1"), json!({ "abandon_open_orders": true })).expect(200);
    assert_eq!(app.number("SELECT in_doubt FROM providers WHERE id = 1"), 0);
    dispatch::tick(&app.app);
    assert_eq!((dispatch_of(&app, sent), dispatch_of(&app, queued)), ("review", "sent"));
    boss.put(&format!("{PATH}/1"), json!({ "abandon_open_orders": true })).expect(200);
    assert_eq!(dispatch_of(&app, queued), "sent", "without a doubt it leaves nothing");
    // The next start knows the key.
    let vars = [("BUMX_API_URL", provider.url()), ("BUMX_API_KEY", "rotated-key".to_owned())];
    let app = TestApp::in_folder(app.stop(), &vars.each_ref().map(|(name, value)| (*name, value.as_str())));
    assert_eq!(app.number("SELECT in_doubt FROM providers WHERE id = 1"), 0);
    assert_eq!(dispatch_of(&app, queued), "sent");
}

#[test]
fn an_answer_that_breaks_off_leaves_the_doubt() {
    let provider = FakeProvider::start();
    let url = provider.url();
    let app = TestApp::with(&[("BUMX_API_URL", &url)]);
    let (sent, queued) = with_open_orders(&app);
    dispatch::tick(&app.app);
    let vars = [("BUMX_API_URL", url.as_str()), ("BUMX_API_KEY", "rotated-key")];
    let rotated = TestApp::in_folder(app.stop(), &vars);
    // It takes no lists, knows no order of the first id, and does not answer for the second.
    provider.next_for("status", Reply::json(200, json!({ "error": "Incorrect order ID" })));
    provider.next_for("status", Reply::json(200, json!({ "error": "Incorrect order ID" })));
    provider.next_for("status", Reply::html(502));
    provider.next_for("status", Reply::html(502));
    poll_orders::tick(&rotated.app);
    assert_eq!(
        (dispatch_of(&rotated, sent), dispatch_of(&rotated, queued)),
        ("sent", "sent"),
        "nothing is parked"
    );
    assert_eq!(rotated.number("SELECT in_doubt FROM providers WHERE id = 1"), 1);
}
