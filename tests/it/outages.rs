//! A provider that is away while orders pile up, and what goes out when it is back.

use crate::support::app::TestApp;
use crate::support::away::{Closed, Full};
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::eventually;
use crate::support::process::alone;
use crate::support::reply::Reply;
use crate::support::tls::{Authority, Front};
use parking_lot::Mutex;
use serde_json::json;
use smm_panel::accounts::Attempts;
use smm_panel::accounts::password::{Cost, Passwords};
use smm_panel::accounts::token::Keys;
use smm_panel::config::Config;
use smm_panel::jobs;
use smm_panel::jobs::providers::dispatch;
use smm_panel::kernel::ids::ProviderId;
use smm_panel::kernel::secret::Secret;
use smm_panel::provider::{Calls, Client};
use smm_panel::state::job_registry::JobRegistry;
use smm_panel::state::{
    App, ErrorLog, Imports, KeyUseBuffer, LastSeenBuffer, Parts, Practice, ReferralClicks, RequestChannel,
    Wakeup,
};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Orders that go out together may arrive in any order, 64 at a time; a thread that the machine leaves waiting lets a
/// few such rounds pass. Without the order kept they would be apart by a thousand.
const NEIGHBOURS: usize = 256;
/// Orders that may be tried while nothing is known of the outage yet.
const HANDFUL: i64 = 8;
/// Orders that may be turned away before the account is known to be in trouble: four at first, and with each answer
/// up to the fourth as many again; and one that may be tried after a pause.
const TURNED_AWAY: i64 = 20;

/// The quantities of the orders that arrived, as they arrived.
fn arrived(provider: &FakeProvider) -> Vec<i64> {
    provider.requests_for("add").iter().map(|add| add.field("quantity").parse().unwrap()).collect()
}

fn count(app: &TestApp, dispatch: &str) -> i64 {
    app.number(&format!("SELECT count(*) FROM orders WHERE dispatch = '{dispatch}'"))
}

fn attempts(app: &TestApp) -> i64 {
    app.number("SELECT sum(attempts) FROM orders")
}

/// So many orders of `queue_many` arrived, each once and about in order, and none is parked.
#[track_caller]
fn drained(app: &TestApp, arrived: &[i64], orders: usize) {
    assert_eq!(arrived.len(), orders, "as many arrived as were made");
    assert_eq!(arrived.iter().collect::<HashSet<_>>().len(), orders, "each once");
    let due = |quantity: i64| usize::try_from(quantity - 1000).unwrap();
    let in_order =
        arrived.iter().enumerate().filter(|(place, quantity)| place.abs_diff(due(**quantity)) < NEIGHBOURS);
    assert!(in_order.count() > orders * 9 / 10, "{arrived:?}");
    assert_eq!((count(app, "queued"), count(app, "review")), (0, 0));
}

#[test]
fn two_thousand_orders_wait_out_an_outage_and_a_new_one_does_not_wait_for_them() {
    const ORDERS: usize = 2000;
    let closed = Closed::start();
    let app = TestApp::with(&[("BUMX_API_URL", &closed.url()), ("BUMX_ADD_TIMEOUT_SECONDS", "30")]);
    let (lan, mai) = (app.member("lan").funded(1_000_000_000), app.member("mai").funded(50_000));
    let service = app.service(|_| ());
    app.queue_many(&lan, service, 2000);
    let jobs = jobs::start(&app.app).unwrap();
    eventually("the outage is noticed", || attempts(&app) > 0);
    std::thread::sleep(Duration::from_millis(500));
    assert!(attempts(&app) <= HANDFUL, "only questions go out meanwhile: {} attempts", attempts(&app));

    let provider = closed.open();
    eventually("the queue moves", || arrived(&provider).len() > 100);
    let before = arrived(&provider).len();
    mai.buys(service, 999);
    let all = || provider.requests_for("add").len() == ORDERS + 1;
    let started = Instant::now();
    while !all() && started.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(100));
    }
    jobs.stop();
    let mut arrived = arrived(&provider);
    let place = arrived.iter().position(|quantity| *quantity == 999).unwrap();
    assert!(place < ORDERS / 2, "behind {before}, it was the {place}. of {}", arrived.len());
    arrived.remove(place);
    drained(&app, &arrived, ORDERS);
}

#[test]
fn a_host_that_swallows_connections_gets_a_handful_and_then_all_in_order() {
    let full = Full::start();
    let app = TestApp::with(&[("BUMX_API_URL", &full.url()), ("BUMX_ADD_TIMEOUT_SECONDS", "1")]);
    let lan = app.member("lan").funded(1_000_000_000);
    let service = app.service(|_| ());
    app.queue_many(&lan, service, 300);
    dispatch::tick(&app.app);
    assert!((1..=HANDFUL).contains(&attempts(&app)), "{} attempts", attempts(&app));
    assert_eq!(count(&app, "queued"), 300);
    let port = full.address.port();
    drop(full);
    let provider = FakeProvider::start_on(port);
    dispatch::tick(&app.app);
    drained(&app, &arrived(&provider), 300);
}

#[test]
fn a_server_that_is_silent_in_the_handshake_gets_a_handful_and_then_all_in_order() {
    alone(|| {
        let provider = FakeProvider::start();
        let front = Front::of(provider.port(), Authority::trusted().server("localhost"));
        let url = format!("https://localhost:{}/api/v2", front.port);
        let app = TestApp::with(&[("BUMX_API_URL", &url)]);
        let lan = app.member("lan").funded(1_000_000_000);
        let service = app.service(|_| ());
        app.queue_many(&lan, service, 100);
        dispatch::tick(&app.app);
        assert!((1..=HANDFUL).contains(&attempts(&app)), "{} attempts", attempts(&app));
        assert!(front.taken.load(Ordering::SeqCst) <= 12, "a handful and the questions");
        assert_eq!(count(&app, "queued"), 100);
        front.speaks.store(true, Ordering::SeqCst);
        // A round may find a handshake too slow on a busy machine; the next one goes on.
        eventually("all are sent", || {
            dispatch::tick(&app.app);
            arrived(&provider).len() == 100
        });
        drained(&app, &arrived(&provider), 100);
    });
}

#[test]
fn while_it_answers_with_errors_only_questions_go_out() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000_000);
    let service = app.service(|_| ());
    app.queue_many(&lan, service, 50);
    app.provider.otherwise(Reply::html(503));
    let jobs = jobs::start(&app.app).unwrap();
    // By the status sync once, for each parked order once, and then for a sign of life.
    eventually("it is asked again", || app.provider.requests_for("balance").len() >= 7);
    jobs.stop();
    assert!((1..=4).contains(&app.provider.requests_for("add").len()), "{:?}", arrived(&app.provider));
}

#[test]
fn an_account_without_funds_is_not_tried_with_the_whole_queue() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000_000);
    let service = app.service(|_| ());
    app.queue_many(&lan, service, 300);
    app.provider.otherwise(Reply::json(200, json!({ "error": "Not enough funds on balance" })));
    dispatch::tick(&app.app);
    assert!((1..=TURNED_AWAY).contains(&attempts(&app)), "{} attempts", attempts(&app));
    assert_eq!(count(&app, "queued"), 300);
    let tried = arrived(&app.provider).len();
    app.provider.otherwise(Reply::ok());
    dispatch::tick(&app.app);
    drained(&app, &arrived(&app.provider).split_off(tried), 300);
}

/// A panel on the same database whose own provider is called with this client; others as the database says.
fn with_bumx(app: &TestApp, client: Client) -> App {
    let vars = [("PROVIDER_ALLOW_PRIVATE", "true")];
    let var =
        |name: &str| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    App::new(Parts {
        db: app.app.db.clone(),
        config: Config::read(&var).unwrap(),
        keys: Keys::new(b"a key of at least thirty-two bytes"),
        passwords: Passwords::new(Cost::new(4).unwrap()),
        attempts: Attempts::new(false),
        setup: None,
        bumx: Some(Arc::new(client)),
        practice: Practice::new(None),
        dispatch_wakeup: Wakeup::default(),
        imports: Imports::default(),
        letters: smm_panel::mail::Counts::default(),
        calls: Calls::default(),
        errors: ErrorLog::default(),
        trials: RequestChannel::default(),
        examinations: RequestChannel::default(),
        check_up: Mutex::default(),
        job_registry: JobRegistry::default(),
        last_seen: LastSeenBuffer::default(),
        key_use: KeyUseBuffer::default(),
        referral_clicks: ReferralClicks::default(),
        started: Instant::now(),
        started_at: app.app.started_at,
        demo: None,
        certificates: None,
    })
}

#[test]
fn a_panic_in_the_middle_of_a_send_parks_that_order_and_the_others_go_on() {
    let app = TestApp::start();
    let (admin, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let insert = "INSERT INTO providers (id, name, api_url, api_key)
        SELECT 2, 'Other', api_url, 'other-test-key' FROM providers WHERE id = 1";
    app.write(|tx| tx.execute(insert, ()).unwrap());
    let service = app.service(|_| ());
    let other = app.service(|offer| offer.provider = Some(ProviderId::new(2)));
    let client = Client {
        api_url: app.provider.url(),
        api_key: Secret::new("bumx-test-key".to_owned()),
        timeout: Duration::from_secs(1),
        // No moment is so far away, and to ask for it is a panic.
        add_timeout: Duration::MAX,
        allow_private: true,
        calls: None,
    };
    let panel = with_bumx(&app, client);
    let bad = [lan.buys(service, 1000), lan.buys(service, 1001)];
    let good = [lan.buys(other, 2000), lan.buys(other, 2001)];
    dispatch::tick(&panel);
    let dispatch = |id: i64| app.order(id).state.dispatch.into_str();
    assert_eq!((bad.map(dispatch), good.map(dispatch)), (["review"; 2], ["sent"; 2]));
    let note = app.order(bad[0]).state.dispatch_note.unwrap().to_string();
    assert!(note.contains("panicked"), "{note}");
    let waiting = admin.get("/api/admin/orders?review=true").expect(200)["items"].as_array().unwrap().len();
    assert_eq!(waiting, 2, "the admin sees them");
    let third = lan.buys(service, 1002);
    dispatch::tick(&app.app);
    assert_eq!(dispatch(third), "sent", "the line is not blocked");
    assert_eq!(arrived(&app.provider).len(), 3);
}
