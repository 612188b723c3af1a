//! An account at a provider is an identity: what one has is never looked up at another.

use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::member::Member;
use crate::support::operated::while_trying;
use crate::support::reply::Reply;
use crate::support::shop::report;
use crate::support::wire::Answer;
use serde_json::{Value, json};
use smm_panel::jobs::providers::{dispatch, poll_orders};
use smm_panel::kernel::cause::CallCause;
use smm_panel::kernel::ids::{OrderId, ProviderId};
use smm_panel::kernel::note::Note;
use smm_panel::orders::{self, Order, Wanted};
use smm_panel::provider::{Account, Exchange, Ground, ReportedStatus};

pub const PATH: &str = "/api/admin/providers";
pub const PRIVATE: (&str, &str) = ("PROVIDER_ALLOW_PRIVATE", "true");
pub const CANCELED: &str = "Canceled";

pub fn says(status: &str) -> Value {
    json!({ "charge": "0", "start_count": "5", "status": status, "remains": "0", "currency": "VND" })
}

/// An operator with a provider of the panel's own, and a customer.
pub struct Shop<'a> {
    app: &'a TestApp,
    pub boss: Member<'a>,
    lan: Member<'a>,
    pub provider: i64,
    service: i64,
}

impl<'a> Shop<'a> {
    pub fn at(app: &'a TestApp, provider: &FakeProvider) -> Self {
        let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
        let body = json!({ "name": "Second", "api_url": provider.url(), "api_key": "the-first-key" });
        let provider = boss.post(PATH, body).expect(201)["id"].as_i64().unwrap();
        let service = app.service(|offer| offer.provider = Some(ProviderId::new(provider)));
        Shop { app, boss, lan, provider, service }
    }

    /// An order that the provider has taken.
    pub fn sent(&self) -> i64 {
        let id = self.queued();
        dispatch::tick(&self.app.app);
        assert_eq!(self.dispatch(id), "sent");
        id
    }

    fn queued(&self) -> i64 {
        self.lan.buys(self.service, 1000)
    }

    /// One that is on its way.
    fn sending(&self) -> i64 {
        let id = self.queued();
        let at = Account { provider: ProviderId::new(self.provider), number: 1 };
        self.app.write(move |tx| assert_eq!(orders::claim(tx, at, &Wanted::up_to(9)).unwrap().len(), 1));
        id
    }

    fn order(&self, id: i64) -> Order {
        self.app.order(id)
    }

    fn dispatch(&self, id: i64) -> &'static str {
        self.order(id).state.dispatch.into_str()
    }

    /// Changes the provider while the job that tries providers works beside.
    fn change(&self, body: Value) -> Answer {
        while_trying(&self.app.app, || self.boss.put(&format!("{PATH}/{}", self.provider), body))
    }

    pub fn moves_to(&self, provider: &FakeProvider) {
        self.change(json!({ "api_url": provider.url(), "abandon_open_orders": true })).expect(200);
    }

    fn resolve(&self, id: i64, body: Value) -> Answer {
        self.boss.post(&format!("/api/admin/orders/{id}/resolve"), body)
    }
}

/// Whether a provider was asked for an order of this id.
pub fn was_asked_for(provider: &FakeProvider, id: &str) -> bool {
    let asked = provider.requests_for("status");
    asked.iter().any(|request| {
        request.field("order") == id || request.field("orders").split(',').any(|one| one == id)
    })
}

#[test]
fn a_new_address_is_refused_while_orders_are_open_there() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    let (sent, queued) = (shop.sent(), shop.queued());
    let refused = shop.change(json!({ "api_url": then.url() })).refused(409, "conflict");
    assert_eq!((&refused["reason"], &refused["values"]), (&json!("orders_open"), &json!({ "orders": 2 })));
    shop.change(json!({ "api_url": then.url(), "abandon_open_orders": false })).refused(409, "conflict");
    assert_eq!((shop.dispatch(sent), shop.dispatch(queued)), ("sent", "queued"));
    dispatch::tick(&app.app);
    poll_orders::tick(&app.app);
    assert_eq!(first.requests_for("add").len(), 2, "it is where it was");
    assert_eq!(then.connected(), 0);
}

/// The wish was one about the order at the first account; the other has never heard of it.
#[test]
fn an_order_that_is_sent_anew_can_be_canceled_anew() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    shop.boss.put(&format!("/api/admin/services/{}", shop.service), json!({ "cancel": true })).expect(200);
    let sent = shop.sent();
    let path = format!("/api/orders/{sent}/cancel");
    assert_eq!(shop.lan.post(&path, json!({})).expect(200)["cancel"]["state"], "asked");
    shop.moves_to(&then);
    shop.resolve(sent, json!({ "action": "resend" })).expect(200);
    let canceled = shop.lan.post(&path, json!({})).expect(200);
    assert_eq!((&canceled["status"], &canceled["refunded"]), (&json!("canceled"), &canceled["charge"]));
}

#[test]
fn what_an_abandoned_account_has_is_parked_and_asked_of_nobody() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    let sent = shop.sent();
    let theirs = shop.order(sent).state.provider_order.unwrap();
    poll_orders::tick(&app.app);
    let queued = shop.queued();
    let paid = shop.lan.balance();
    // A stranger's order there.
    then.set_report(&theirs, says(CANCELED));
    let before = first.requests_for("status").len();
    shop.moves_to(&then);
    for id in [sent, queued] {
        assert_eq!(shop.dispatch(id), "review");
        assert!(shop.order(id).state.dispatch_note.is_some());
    }
    assert_eq!(shop.order(sent).state.progress.status.into_str(), "in_progress", "it keeps its status");
    assert_eq!(shop.order(queued).state.progress.status.into_str(), "pending");
    dispatch::tick(&app.app);
    poll_orders::tick(&app.app);
    assert!(then.requests_for("add").is_empty(), "what was queued for the first is not sent to the other");
    assert!(!was_asked_for(&then, &theirs));
    assert_eq!(first.requests_for("status").len(), before);
    assert_eq!(shop.lan.balance(), paid, "a stranger's cancel refunds nothing");
    let review = shop.boss.get("/api/admin/orders?review=true").expect(200);
    assert_eq!(review["items"].as_array().unwrap().len(), 2);
    let entries = shop.boss.get("/api/admin/audit-log?action=provider.leave").expect(200);
    assert_eq!(entries["items"][0]["after"], json!({ "account": 2, "parked_orders": 2 }));
}

#[test]
fn the_next_account_may_use_the_same_ids() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    let old = shop.sent();
    shop.moves_to(&then);
    let new = shop.sent();
    let theirs = |id: i64| shop.order(id).state.provider_order.unwrap();
    assert_eq!(theirs(old), theirs(new));
    then.set_report(&theirs(new), says(CANCELED));
    poll_orders::tick(&app.app);
    assert_eq!(shop.order(new).state.progress.status.into_str(), "canceled");
    assert_eq!(shop.dispatch(old), "review");
    assert_eq!(shop.order(old).state.refunded.get(), 0);
}

#[test]
fn a_report_that_was_under_way_when_the_account_was_left_moves_nothing() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    let id = shop.sent();
    let theirs = shop.order(id).state.provider_order.unwrap();
    shop.moves_to(&then);
    let at = Account { provider: ProviderId::new(shop.provider), number: 1 };
    let late = report(ReportedStatus::Canceled);
    app.write(move |tx| assert_eq!(orders::apply_report(tx, at, &theirs, &late).unwrap(), None));
    assert_eq!((shop.dispatch(id), shop.order(id).state.refunded.get()), ("review", 0));
    shop.queued();
    app.write(move |tx| {
        assert!(orders::claim(tx, at, &Wanted::up_to(9)).unwrap().is_empty(), "nor is one sent");
    });
}

#[test]
fn what_is_on_its_way_while_the_account_is_left_is_parked_when_its_outcome_comes() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    let (taken, lost, refused) = (shop.sending(), shop.sending(), shop.sending());
    shop.change(json!({ "api_url": then.url() })).refused(409, "conflict");
    shop.moves_to(&then);
    assert_eq!(shop.dispatch(taken), "sending");
    app.write(move |tx| {
        let none = Exchange::default();
        orders::record_sent(tx, OrderId::new(taken), "77", &none).unwrap();
        let why = Note::NotSent { cause: CallCause::NoTime };
        orders::record_not_sent(tx, OrderId::new(lost), &why, &none).unwrap();
        orders::record_refused(tx, OrderId::new(refused), Ground::Unknown, "no", &none).unwrap();
    });
    assert_eq!((shop.dispatch(taken), shop.dispatch(lost)), ("review", "review"));
    assert_eq!(shop.order(taken).state.provider_order.as_deref(), Some("77"));
    let shown = shop.boss.get(&format!("/api/admin/orders/{lost}")).expect(200);
    let why = json!({ "code": "not_sent", "values": { "cause": { "code": "no_time" } } });
    assert_eq!(shown["dispatch_note_coded"], json!({ "code": "left_not_taken", "values": { "why": why } }));
    assert_eq!((shop.dispatch(refused), shop.order(refused).state.refunded.get()), ("refused", 12_000));
    dispatch::tick(&app.app);
    poll_orders::tick(&app.app);
    assert!(then.requests_for("add").is_empty() && !was_asked_for(&then, "77"));
}

#[test]
fn what_an_abandoned_account_has_goes_on_by_hand() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    let id = shop.sent();
    let theirs = shop.order(id).state.provider_order.unwrap();
    then.set_report(&theirs, says(CANCELED));
    shop.moves_to(&then);
    let shown = shop.boss.get(&format!("/api/admin/orders/{id}")).expect(200);
    assert_eq!(shown["account_left"], true);
    shop.boss
        .put(&format!("/api/admin/orders/{id}/status"), json!({ "status": "completed" }))
        .refused(409, "conflict");
    let kept = shop.resolve(id, json!({ "action": "sent", "provider_order_id": theirs })).expect(200);
    assert_eq!((&kept["dispatch"], &kept["status"]), (&json!("sent"), &json!("processing")));
    poll_orders::tick(&app.app);
    assert!(!was_asked_for(&then, &theirs));
    let done = shop
        .boss
        .put(&format!("/api/admin/orders/{id}/status"), json!({ "status": "partial", "remains": 400 }));
    assert_eq!(done.expect(200)["refunded"], 4_800);
    poll_orders::tick(&app.app);
    assert!(!was_asked_for(&then, &theirs));
}

#[test]
fn an_unanswered_order_is_open_and_its_id_is_one_of_the_account_that_was_left() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    let (id, other) = (shop.sending(), shop.sending());
    app.write(move |tx| {
        for id in [id, other] {
            let cause = CallCause::Closed;
            orders::record_unknown(tx, OrderId::new(id), &cause, &Exchange::default()).unwrap();
        }
    });
    let refused = shop.change(json!({ "api_url": then.url() })).refused(409, "conflict");
    assert_eq!(refused["values"], json!({ "orders": 2 }));
    shop.moves_to(&then);
    then.set_report("555", says(CANCELED));
    shop.resolve(id, json!({ "action": "sent", "provider_order_id": "555" })).expect(200);
    shop.resolve(other, json!({ "action": "sent", "provider_order_id": "555" })).refused(409, "conflict");
    poll_orders::tick(&app.app);
    assert!(!was_asked_for(&then, "555"), "it was looked up at the first");
    assert_eq!(shop.order(id).state.refunded.get(), 0);
    let done = shop.boss.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": "completed" }));
    assert_eq!(done.expect(200)["status"], "completed");
}

#[test]
fn sent_again_it_takes_what_its_service_is_called_there_now() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    let (sent, queued, given_up) = (shop.sent(), shop.queued(), shop.queued());
    shop.moves_to(&then);
    let service = format!("/api/admin/services/{}", shop.service);
    shop.boss.put(&service, json!({ "provider_service_id": "777" })).expect(200);
    for id in [sent, queued] {
        shop.resolve(id, json!({ "action": "resend" })).expect(200);
    }
    dispatch::tick(&app.app);
    let added = then.requests_for("add");
    assert_eq!(added.iter().map(|add| add.field("service")).collect::<Vec<_>>(), ["777", "777"]);
    assert_eq!((shop.dispatch(sent), shop.dispatch(queued)), ("sent", "sent"));
    let canceled = shop.resolve(given_up, json!({ "action": "cancel" })).expect(200);
    assert_eq!(canceled["refunded"], 12_000);
}

#[test]
fn one_whose_service_went_to_another_provider_is_not_sent_again() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    let id = shop.sent();
    shop.moves_to(&then);
    let service = format!("/api/admin/services/{}", shop.service);
    shop.boss.put(&service, json!({ "provider_id": 1, "provider_service_id": "8" })).expect(200);
    let refused = shop.resolve(id, json!({ "action": "resend" })).refused(409, "conflict");
    assert_eq!(refused["reason"], "service_elsewhere");
    assert_eq!(shop.dispatch(id), "review");
}

#[test]
fn a_new_key_that_knows_the_open_orders_changes_nothing_else() {
    let app = TestApp::with(&[PRIVATE]);
    let first = FakeProvider::start();
    let shop = Shop::at(&app, &first);
    let ids = [shop.sent(), shop.sent()];
    shop.change(json!({ "api_key": "the-second-key" })).expect(200);
    assert!(first.requests_for("status").iter().all(|asked| asked.field("key") == "the-second-key"));
    poll_orders::tick(&app.app);
    for id in ids {
        assert_eq!(
            (shop.dispatch(id), shop.order(id).state.progress.status.into_str()),
            ("sent", "in_progress")
        );
    }
    let asked = first.requests_for("status").len();
    shop.change(json!({ "api_key": "the-second-key", "name": "Renamed" })).expect(200);
    assert_eq!(first.requests_for("status").len(), asked, "the same key has nothing to prove");
}

#[test]
fn nobody_is_asked_with_a_key_that_is_refused() {
    let app = TestApp::with(&[PRIVATE]);
    let first = FakeProvider::start();
    let shop = Shop::at(&app, &first);
    shop.sent();
    shop.change(json!({ "api_key": "short" })).refused_fields(&["api_key"]);
    shop.change(json!({ "api_key": "a-good-long-key", "currency": "?" })).refused_fields(&["currency"]);
    shop.boss.put(&format!("{PATH}/1"), json!({ "api_key": "a-good-long-key" })).refused(409, "conflict");
    assert!(first.requests_for("status").is_empty() && app.provider.connected() == 0);
}

#[test]
fn a_new_key_that_does_not_know_an_open_order_is_another_account() {
    let app = TestApp::with(&[PRIVATE]);
    let first = FakeProvider::start();
    let shop = Shop::at(&app, &first);
    let (known, foreign, queued) = (shop.sent(), shop.sent(), shop.queued());
    let theirs = shop.order(foreign).state.provider_order.unwrap();
    let stranger = json!({ "error": "Incorrect order ID" });
    for id in [known, foreign] {
        first.set_report(&shop.order(id).state.provider_order.unwrap(), stranger.clone());
    }
    let refused = shop.change(json!({ "api_key": "a-foreign-key" })).refused(409, "conflict");
    assert_eq!(
        (&refused["reason"], &refused["values"]),
        (&json!("key_of_another_account"), &json!({ "orders": 2 }))
    );
    shop.change(json!({ "api_key": "a-foreign-key", "abandon_open_orders": true })).expect(200);
    assert_eq!((shop.dispatch(known), shop.dispatch(foreign)), ("review", "review"));
    dispatch::tick(&app.app);
    assert_eq!(shop.dispatch(queued), "sent", "the address sells the same services");
    let asked = first.requests_for("status").len();
    poll_orders::tick(&app.app);
    let later = first.requests_for("status").split_off(asked);
    assert!(later.iter().all(|request| !format!("{:?}", request.fields).contains(&theirs)));
}

#[test]
fn a_key_that_cannot_be_tried_is_not_taken_for_the_same_account() {
    let app = TestApp::with(&[PRIVATE]);
    let first = FakeProvider::start();
    let shop = Shop::at(&app, &first);
    let id = shop.sent();
    first.otherwise(Reply::html(502));
    let refused = shop.change(json!({ "api_key": "the-second-key" })).refused(409, "conflict");
    assert_eq!((&refused["reason"], &refused["values"]["orders"]), (&json!("key_unproven"), &json!(1)));
    assert_eq!(refused["values"]["cause"]["values"]["cause"]["code"], "answer", "{refused}");
    first.otherwise(Reply::json(200, json!({ "error": "Invalid API key" })));
    shop.change(json!({ "api_key": "the-second-key" })).refused(409, "conflict");
    assert_eq!(shop.dispatch(id), "sent", "nothing was parked");
    first.otherwise(Reply::ok());
    poll_orders::tick(&app.app);
    assert_eq!(first.requests_for("status").last().unwrap().field("key"), "the-first-key");
}

#[test]
fn only_clear_words_prove_a_key_or_disprove_it() {
    let app = TestApp::with(&[PRIVATE]);
    let first = FakeProvider::start();
    let shop = Shop::at(&app, &first);
    let id = shop.sent();
    let theirs = shop.order(id).state.provider_order.unwrap();
    let answers = [
        json!({ "status": "Not found" }),
        json!({ "status": "Error" }),
        json!({}),
        Value::Null,
        json!({ "error": "please try again later" }),
        json!({ "error": "the order is locked, come back" }),
        json!({ "error": "Unknown error while processing your request" }),
        json!({ "error": "Incorrect request" }),
        json!({ "error": "Invalid parameters" }),
        json!({ "error": "Order not found, the panel is overloaded, try again later" }),
        json!({ "status": "Error", "charge": "0", "start_count": "0", "remains": "0" }),
        json!({ "status": "Not found", "charge": "0", "start_count": "0", "remains": "0" }),
        json!("Incorrect request"),
    ];
    for answer in answers {
        first.set_report(&theirs, answer.clone());
        let refused = shop.change(json!({ "api_key": "the-second-key" })).refused(409, "conflict");
        assert_eq!(refused["reason"], "key_unproven", "{answer}");
    }
    assert_eq!(shop.dispatch(id), "sent");
}

#[test]
fn generic_trouble_with_all_questions_disproves_no_key() {
    let app = TestApp::with(&[PRIVATE]);
    let first = FakeProvider::start();
    let shop = Shop::at(&app, &first);
    let ids = [shop.sent(), shop.sent()];
    for words in ["Unknown error while processing your request", "Incorrect request", "Invalid parameters"] {
        first.otherwise(Reply::json(200, json!({ "error": words })));
        let refused = shop.change(json!({ "api_key": "the-second-key" })).refused(409, "conflict");
        assert_eq!(refused["reason"], "key_unproven", "{words}");
    }
    assert_eq!(ids.map(|id| shop.dispatch(id)), ["sent", "sent"]);
}

#[test]
fn one_order_that_is_lost_disproves_no_key() {
    let app = TestApp::with(&[PRIVATE]);
    let first = FakeProvider::start();
    let shop = Shop::at(&app, &first);
    let (kept, lost) = (shop.sent(), shop.sent());
    first.set_report(
        &shop.order(lost).state.provider_order.unwrap(),
        json!({ "error": "Incorrect order ID" }),
    );
    shop.change(json!({ "api_key": "the-second-key" })).expect(200);
    assert_eq!((shop.dispatch(kept), shop.dispatch(lost)), ("sent", "sent"));
}

#[test]
fn an_order_that_the_old_key_did_not_know_is_not_asked_for_with_the_new_one() {
    let app = TestApp::with(&[PRIVATE]);
    let first = FakeProvider::start();
    let shop = Shop::at(&app, &first);
    let (lost, kept) = (shop.sent(), shop.sent());
    let (theirs, known) =
        (shop.order(lost).state.provider_order.unwrap(), shop.order(kept).state.provider_order.unwrap());
    first.set_report(&theirs, json!({ "error": "Incorrect order ID" }));
    poll_orders::tick(&app.app);
    assert!(shop.order(lost).state.provider_mismatch.is_some());
    let asked = first.requests_for("status").len();
    first.set_report(&known, json!({}));
    let refused = shop.change(json!({ "api_key": "the-second-key" })).refused(409, "conflict");
    assert_eq!(refused["reason"], "key_unproven");
    let later = first.requests_for("status").split_off(asked);
    assert!(later.iter().all(|request| !format!("{:?}", request.fields).contains(&theirs)));
}

#[test]
fn a_report_in_an_unknown_word_proves_the_key() {
    let app = TestApp::with(&[PRIVATE]);
    let first = FakeProvider::start();
    let shop = Shop::at(&app, &first);
    let id = shop.sent();
    first.set_report(&shop.order(id).state.provider_order.unwrap(), says("Queued"));
    shop.change(json!({ "api_key": "the-second-key" })).expect(200);
    assert_eq!(shop.dispatch(id), "sent");
}

#[test]
fn without_open_orders_nobody_is_asked_for_leave() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    let id = shop.sent();
    let theirs = shop.order(id).state.provider_order.unwrap();
    first.set_report(&theirs, says("Completed"));
    poll_orders::tick(&app.app);
    assert_eq!(shop.order(id).state.progress.status.into_str(), "completed");
    shop.change(json!({ "api_url": then.url() })).expect(200);
    then.set_report(&theirs, says(CANCELED));
    for _ in 0..8 {
        poll_orders::tick(&app.app);
    }
    assert!(!was_asked_for(&then, &theirs), "a final one is not asked for there either");
    assert_eq!(shop.order(id).state.provider_mismatch, None);
    let next = shop.sent();
    assert_eq!(shop.dispatch(next), "sent");
    assert_eq!(then.requests_for("add").len(), 1);
}
