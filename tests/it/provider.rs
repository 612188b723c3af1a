//! The client of API v2 against a provider that behaves, and one that does not.

use std::time::{Duration, Instant};

use serde_json::json;
use smm_panel::kernel::cause::{CallCause, Defect};
use smm_panel::kernel::secret::Secret;
use smm_panel::provider::{
    Balance, CallError, Client, Decimal, Exchange, Ground, NoReport, Remains, Report, ReportedPosts,
    ReportedStatus, Submission, SubmitError,
};

use crate::support::fake_provider::FakeProvider;
use crate::support::reply::Reply;

const KEY: &str = "key-5f2c9a";

fn client(provider: &FakeProvider) -> Client {
    client_at(&provider.url())
}

fn client_at(url: &str) -> Client {
    Client {
        api_url: url.to_owned(),
        api_key: Secret::new(KEY),
        timeout: Duration::from_millis(500),
        add_timeout: Duration::from_millis(500),
        allow_private: true,
        calls: None,
    }
}

fn order() -> Submission {
    Submission {
        provider_service_id: "101".to_owned(),
        link: Some("https://x.vn/a?b=1&c=đ".to_owned()),
        fields: vec![("quantity", "1000".to_owned())],
    }
}

fn submit_meeting(reply: Reply) -> Result<String, SubmitError> {
    let provider = FakeProvider::start();
    provider.next_for("add", reply);
    let outcome = client(&provider).submit(&order(), &mut Exchange::default());
    assert!(provider.requests().len() <= 1, "an order was sent twice");
    outcome
}

fn ids(list: &[&str]) -> Vec<String> {
    list.iter().map(|id| (*id).to_owned()).collect()
}

fn status_of(report: &Result<Report, NoReport>) -> &ReportedStatus {
    &report.as_ref().unwrap().status
}

#[test]
fn an_unclear_answer_to_add_is_unknown_and_sent_once() {
    for reply in [
        Reply::hang(),
        Reply::reset(),
        Reply::close_without_answer(),
        Reply::cut_after_bytes(90),
        Reply::chunked_cut(),
        Reply::redirect(302, "http://127.0.0.1:1/"),
        Reply::redirect(307, "/api/v2"),
        Reply::html(200),
        Reply::html(502),
        Reply::json(500, json!({ "error": "Internal error" })),
        Reply::json(503, json!({ "order": 5 })),
        Reply::json(404, json!({ "order": 5 })),
        Reply::text(404, "Not found"),
        Reply::text(200, ""),
        Reply::text(200, "{\"order\":"),
        Reply::json(200, json!([{ "order": 5 }])),
        Reply::json(200, json!({})),
        Reply::json(200, json!({ "order": "0" })),
        Reply::json(200, json!({ "order": null })),
        Reply::json(200, json!({ "order": 5, "error": "Bad link" })),
        Reply::raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{\"order\":5}"),
        Reply::endless(),
    ] {
        let shown = format!("{reply:?}");
        let outcome = submit_meeting(reply);
        assert!(matches!(outcome, Err(SubmitError::Unknown(_))), "{shown}: {outcome:?}");
    }
}

#[test]
fn a_clear_refusal_is_one_with_200_and_with_4xx() {
    for status in [200, 400, 403, 422] {
        let refused = submit_meeting(Reply::json(status, json!({ "error": "Bad link" })));
        assert_eq!(refused, Err(SubmitError::Refused(Ground::Customer, "Bad link".to_owned())));
    }
}

#[test]
fn trouble_with_the_account_is_no_refusal_of_the_order() {
    for (status, text) in
        [(200, "Not enough funds on balance"), (401, "Invalid API key"), (200, "User disabled")]
    {
        let outcome = submit_meeting(Reply::json(status, json!({ "error": text })));
        assert_eq!(outcome, Err(SubmitError::AccountTrouble(text.to_owned())));
    }
}

#[test]
fn what_cannot_be_connected_to_was_not_sent() {
    for url in ["http://127.0.0.1:1/", "http://panel.invalid/", "http://u:p@x.vn/", "nonsense"] {
        let outcome = client_at(url).submit(&order(), &mut Exchange::default());
        assert!(matches!(outcome, Err(SubmitError::NotSent(_))), "{url}: {outcome:?}");
    }
    let provider = FakeProvider::start();
    let outcome =
        Client { allow_private: false, ..client(&provider) }.submit(&order(), &mut Exchange::default());
    assert!(matches!(outcome, Err(SubmitError::NotSent(_))), "{outcome:?}");
    assert_eq!(provider.connected(), 0);
}

#[test]
fn an_order_goes_out_with_the_fields_of_its_type() {
    let provider = FakeProvider::start();
    for fields in [vec![("quantity", "1000")], vec![("comments", "một\nhai & ba")], vec![]] {
        let own = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let submission = Submission { fields: own, ..order() };
        let id = client(&provider).submit(&submission, &mut Exchange::default()).unwrap();
        let request = provider.requests().pop().unwrap();
        let common =
            [("key", KEY), ("action", "add"), ("service", "101"), ("link", "https://x.vn/a?b=1&c=đ")];
        let sent: Vec<(&str, &str)> = request.fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let mut expected = [&common[..], &fields].concat();
        expected.sort_unstable();
        assert_eq!(sent, expected);
        assert_eq!(
            status_of(&client(&provider).statuses(&ids(&[&id])).unwrap()[&id]),
            &ReportedStatus::InProgress
        );
    }
}

#[test]
fn a_slow_add_has_its_own_time_out() {
    let provider = FakeProvider::start();
    provider.next_for("add", Reply::ok().delayed(700));
    let patient = Client { add_timeout: Duration::from_secs(5), ..client(&provider) };
    assert_eq!(patient.submit(&order(), &mut Exchange::default()), Ok("884120".to_owned()));
}

#[test]
fn what_a_provider_says_is_shortened_and_without_our_key() {
    let long = format!("your key {KEY} \u{202e}\u{0} said {}", "x".repeat(2000));
    let Err(SubmitError::Refused(_, text)) = submit_meeting(Reply::json(200, json!({ "error": long })))
    else {
        panic!()
    };
    assert!(text.starts_with("your key [key]  said xxx") && text.chars().count() <= 300, "{text}");
    let page = Reply::text(502, &format!("{} {KEY}", "y".repeat(240)));
    let Err(SubmitError::Unknown(CallCause::Answer { why, status, said })) = submit_meeting(page) else {
        panic!()
    };
    assert_eq!((why, status), (Defect::Status, 502));
    assert!(said.starts_with("yyy") && !said.contains("key-5") && said.chars().count() <= 300, "{said}");
}

#[test]
fn reports_come_for_what_was_asked_and_for_nothing_else() {
    let provider = FakeProvider::start();
    let partial = json!({
        "charge": "3125.00", "start_count": "1204", "status": "Partial", "remains": "157", "currency": "VND"
    });
    provider.set_report("1", partial);
    provider.set_report("2", json!("Incorrect order ID"));
    provider.set_report("3", json!({ "status": "Teleported" }));
    provider.set_report("9", json!({ "status": "Canceled" }));
    let found = client(&provider).statuses(&ids(&["1", "2", "3", "4"])).unwrap();
    let expected = Report {
        status: ReportedStatus::Partial,
        remains: Remains::Count(157),
        start_count: Some(1204),
        charge: Decimal::parse("3125.00"),
        currency: Some("VND".to_owned()),
        posts: ReportedPosts::default(),
    };
    assert_eq!(found["1"], Ok(expected));
    assert_eq!(found["2"], Err(NoReport::Said("Incorrect order ID".to_owned())));
    assert_eq!(status_of(&found["3"]), &ReportedStatus::Unknown("Teleported".to_owned()));
    assert_eq!(found["4"], Err(NoReport::Said("Incorrect order ID".to_owned())));
    assert_eq!(found.len(), 4);
    let requests = provider.requests_for("status");
    assert_eq!((requests.len(), requests[0].field("orders")), (1, "1,2,3,4"));
}

#[test]
fn ids_that_the_answer_leaves_out_are_left_out() {
    let provider = FakeProvider::start();
    provider.next_for(
        "status",
        Reply::json(200, json!({ "2": { "status": "Completed" }, "7": { "status": "Canceled" } })),
    );
    let found = client(&provider).statuses(&ids(&["1", "2"])).unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["2"]);
    assert_eq!(provider.requests().len(), 1);
}

#[test]
fn at_most_a_hundred_orders_are_asked_for() {
    let provider = FakeProvider::start();
    let many: Vec<String> = (1..=130).map(|id: u32| id.to_string()).collect();
    assert_eq!(client(&provider).statuses(&many).unwrap().len(), 100);
    assert!(client(&provider).statuses(&[]).unwrap().is_empty());
    assert_eq!(provider.requests().len(), 1);
}

#[test]
fn a_provider_that_answers_for_many_in_an_unusable_form_is_asked_one_by_one() {
    for reply in [
        Reply::json(200, json!([{ "status": "Canceled" }, { "status": "Canceled" }])),
        Reply::json(200, json!({ "status": "Canceled" })),
        Reply::json(200, json!({ "error": "Incorrect order ID" })),
        Reply::json(400, json!({ "error": "The order parameter is required" })),
        Reply::text(200, ""),
    ] {
        let provider = FakeProvider::start();
        provider.set_report("1", json!({ "status": "Completed", "order": 1 }));
        provider.set_report("2", json!({ "status": "Canceled", "order": 1 }));
        provider.next_for("status", reply);
        let found = client(&provider).statuses(&ids(&["1", "2", "3"])).unwrap();
        assert_eq!(status_of(&found["1"]), &ReportedStatus::Completed);
        assert_eq!(found["2"], Err(NoReport::OfAnother));
        assert_eq!(found["3"], Err(NoReport::Said("Incorrect order ID".to_owned())));
        let asked: Vec<String> = provider.requests().iter().map(|r| r.field("order").to_owned()).collect();
        assert_eq!(asked, ["", "1", "2", "3"]);
    }
}

#[test]
fn asking_one_by_one_ends_with_the_first_call_that_fails() {
    let provider = FakeProvider::start();
    let array = || Reply::json(200, json!([]));
    for reply in [array(), Reply::ok(), Reply::reset()] {
        provider.next_for("status", reply);
    }
    let found = client(&provider).statuses(&ids(&["1", "2", "3", "4"])).unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), ["1"]);
    assert_eq!(provider.requests().len(), 3);
    provider.next_for("status", array());
    provider.next_for("status", Reply::reset());
    let failed = client(&provider).statuses(&ids(&["1", "2"]));
    assert!(matches!(failed, Err(CallError::Unreachable(_))), "{failed:?}");
}

#[test]
fn asking_one_by_one_is_bounded() {
    let provider = FakeProvider::start();
    let many: Vec<String> = (1..=50).map(|id: u32| id.to_string()).collect();
    (0..50).for_each(|_| provider.next_for("status", Reply::json(200, json!([]))));
    let failed = client(&provider).statuses(&many);
    assert!(matches!(failed, Err(CallError::Unusable(_))), "{failed:?}");
    assert_eq!(provider.requests().len(), 4);

    let provider = FakeProvider::start();
    provider.next_for("status", Reply::json(200, json!([])));
    (0..50).for_each(|_| provider.next_for("status", Reply::ok().delayed(150)));
    let started = Instant::now();
    let found = client(&provider).statuses(&many).unwrap();
    assert!(started.elapsed() < Duration::from_secs(2) && (2..20).contains(&found.len()), "{}", found.len());
}

#[test]
fn a_status_call_that_fails_is_not_repeated() {
    for (reply, unreachable) in [
        (Reply::hang(), true),
        (Reply::reset(), true),
        (Reply::html(502), false),
        (Reply::redirect(301, "/"), false),
    ] {
        let provider = FakeProvider::start();
        provider.next_for("status", reply);
        let failed = client(&provider).statuses(&ids(&["1", "2"])).unwrap_err();
        assert_eq!(matches!(failed, CallError::Unreachable(_)), unreachable, "{failed:?}");
        assert_eq!(provider.requests().len(), 1);
    }
    let account = CallError::Account("Incorrect API key".to_owned());
    let busy = ["Too many requests", "Rate limit for orders"]
        .map(|text| (text, CallError::Refused(text.to_owned())));
    for (text, error) in [("Incorrect API key", account)].into_iter().chain(busy) {
        let provider = FakeProvider::start();
        provider.next_for("status", Reply::json(200, json!({ "error": text })));
        assert_eq!(client(&provider).statuses(&ids(&["1", "2"])), Err(error));
        assert_eq!(provider.requests().len(), 1);
    }
}

#[test]
fn the_balance_is_read_or_the_reason_told() {
    let provider = FakeProvider::start();
    provider.set_balance("73.50", "USD");
    let balance = Balance { amount: Ok(Decimal::parse("73.50").unwrap()), currency: Some("USD".to_owned()) };
    assert_eq!(client(&provider).balance(), Ok(balance));
    assert_eq!(provider.requests()[0].field("key"), KEY);
    provider.next(Reply::json(401, json!({ "error": "Invalid API key" })));
    assert_eq!(client(&provider).balance(), Err(CallError::Account("Invalid API key".to_owned())));
    provider.next(Reply::json(200, json!({ "status": "success" })));
    assert!(matches!(client(&provider).balance(), Err(CallError::Unusable(_))));
    assert!(matches!(client_at("http://127.0.0.1:1/").balance(), Err(CallError::Unreachable(_))));
}
