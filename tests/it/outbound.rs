//! Calls over plain HTTP against servers that break every rule. The claim under test is always the same: "not sent"
//! only if no byte of the request can have arrived, an answer only if all of it did.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use smm_panel::kernel::secret::Secret;
use smm_panel::outbound::{Answer, Call, Failure};

use crate::support::away::Full;
use crate::support::fake_provider::FakeProvider;
use crate::support::http;
use crate::support::reply::Reply;

const SHORT: Duration = Duration::from_millis(400);

fn post(url: &str) -> Call {
    let fields = [("key", "k-secret"), ("action", "add"), ("link", "https://x.vn/a?b=c&d đ")];
    Call::post_form(url, &fields).allow_private(true).timeout(Duration::from_secs(5))
}

/// The outcome of a call that `reply` meets.
fn call_meeting(reply: Reply) -> Result<Answer, Failure> {
    let server = FakeProvider::start();
    server.next(reply);
    let started = Instant::now();
    let outcome = post(&server.url()).timeout(SHORT).send();
    assert!(started.elapsed() < SHORT * 3, "the call outlived its time-out: {:?}", started.elapsed());
    outcome
}

fn assert_unknown(reply: Reply) -> String {
    let shown = format!("{reply:?}");
    match call_meeting(reply) {
        Err(Failure::Unknown(cause)) => cause.to_string(),
        other => panic!("{shown}: {other:?}"),
    }
}

fn assert_not_sent(call: &Call) -> String {
    let started = Instant::now();
    let outcome = call.send();
    assert!(started.elapsed() < Duration::from_secs(2), "took {:?}", started.elapsed());
    match outcome {
        Err(Failure::NotSent(cause)) => cause.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refused_connection_is_not_sent() {
    let cause = assert_not_sent(&post("http://127.0.0.1:1/api"));
    assert!(cause.contains("127.0.0.1:1"), "{cause}");
}

#[test]
fn a_server_that_takes_no_more_connections_is_not_sent_to() {
    let full = Full::start();
    assert_not_sent(&post(&full.url()).timeout(SHORT));
}

#[test]
fn a_name_that_does_not_exist_is_not_sent_to() {
    let cause = assert_not_sent(&post("http://panel.invalid/secret-path").timeout(Duration::from_secs(1)));
    assert!(cause.contains("panel.invalid") && !cause.contains("secret-path"), "{cause}");
}

#[test]
fn private_addresses_are_refused_unless_allowed() {
    let server = FakeProvider::start();
    for url in
        [server.url(), format!("http://localhost:{}/", server.port()), "http://169.254.169.254/".to_owned()]
    {
        let cause = assert_not_sent(&post(&url).allow_private(false));
        assert!(cause.contains("not a public address"), "{cause}");
    }
    assert_eq!(server.connected(), 0);
    assert_eq!(post(&server.url()).send().unwrap().status, 200);
}

#[test]
fn an_odd_url_is_not_sent_to_and_not_repeated() {
    let server = FakeProvider::start();
    let cause = assert_not_sent(&post(&format!("http://user:pw@127.0.0.1:{}/", server.port())));
    assert!(!cause.contains("pw"), "{cause}");
    assert_eq!(server.connected(), 0);
}

#[test]
fn a_header_value_cannot_add_a_header() {
    let server = FakeProvider::start();
    let token = Secret::new("t\r\nX-Injected: 1");
    let cause = assert_not_sent(&Call::get(server.url()).allow_private(true).bearer(&token));
    assert!(!cause.contains("X-Injected"), "{cause}");
    assert_eq!(server.connected(), 0);
}

#[test]
fn a_form_arrives_as_it_was_given_with_nothing_of_the_environment() {
    let server = FakeProvider::start();
    let answer = post(&format!("{}?x=%20y", server.url())).send().unwrap();
    assert_eq!((answer.status, answer.body), (200, br#"{"order":884120}"#.to_vec()));
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/api/v2?x=%20y"));
    assert_eq!((request.field("key"), request.field("link")), ("k-secret", "https://x.vn/a?b=c&d đ"));
    let agent = format!("smm-panel/{}", env!("CARGO_PKG_VERSION"));
    let host = format!("127.0.0.1:{}", server.port());
    for (name, value) in [
        ("host", host.as_str()),
        ("user-agent", agent.as_str()),
        ("accept", "application/json"),
        ("accept-encoding", "identity"),
        ("connection", "close"),
        ("content-type", "application/x-www-form-urlencoded"),
    ] {
        assert_eq!(request.headers.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(request.headers.len(), 7, "{:?}", request.headers);
}

#[test]
fn a_get_carries_its_token_and_no_body() {
    let server = FakeProvider::start();
    server.next(Reply::json(200, json!({ "transactions": [] })));
    let call = Call::get(server.url()).allow_private(true).bearer(&Secret::new("t-1"));
    assert_eq!(call.send().unwrap().body, br#"{"transactions":[]}"#);
    let request = &server.requests()[0];
    assert_eq!((request.method.as_str(), request.body.len()), ("GET", 0));
    assert_eq!(request.headers["authorization"], "Bearer t-1");
}

#[test]
fn json_goes_out_untouched() {
    let server = FakeProvider::start();
    Call::post_json(server.url(), b"{\"text\":\"\xc4\x91\"}".to_vec()).allow_private(true).send().unwrap();
    let request = &server.requests()[0];
    assert_eq!(
        (request.body.as_slice(), request.headers["content-type"].as_str()),
        (&b"{\"text\":\"\xc4\x91\"}"[..], "application/json")
    );
}

#[test]
fn silence_ends_at_the_time_out_as_unknown() {
    for reply in [Reply::hang(), Reply::silent(), Reply::ok().delayed(2000)] {
        let cause = assert_unknown(reply);
        assert_eq!(cause, "no answer within 400 ms");
    }
}

#[test]
fn a_server_that_does_not_read_cannot_hold_a_long_request() {
    let server = FakeProvider::start();
    server.next(Reply::silent());
    let started = Instant::now();
    let outcome =
        Call::post_json(server.url(), vec![b' '; 32_000_000]).allow_private(true).timeout(SHORT).send();
    assert!(matches!(outcome, Err(Failure::Unknown(_))), "{outcome:?}");
    assert!(started.elapsed() < SHORT * 3, "{:?}", started.elapsed());
}

#[test]
fn a_server_that_keeps_the_connection_open_delays_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        http::read_request(&mut connection).unwrap();
        connection.write_all(&http::answer(200, "text/html", "{}")).unwrap();
        connection.read(&mut [0]).unwrap()
    });
    let started = Instant::now();
    assert_eq!(post(&url).send().unwrap().body, b"{}");
    assert_eq!(server.join().unwrap(), 0, "the client has to hang up");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
}

#[test]
fn a_broken_connection_is_unknown() {
    assert_unknown(Reply::reset());
    assert_unknown(Reply::close_without_answer());
    assert_unknown(Reply::raw("HTTP/1."));
    assert_unknown(Reply::raw("not HTTP at all\r\n\r\n"));
}

#[test]
fn an_answer_that_ends_early_is_unknown() {
    let whole = http::answer(200, "text/html; charset=UTF-8", r#"{"order":884120}"#).len();
    for cut in [0, 5, 12, 15, 16, 60, whole - 19, whole - 18, whole - 16, whole - 5, whole - 1] {
        assert_unknown(Reply::cut_after_bytes(cut));
    }
    assert!(call_meeting(Reply::cut_after_bytes(whole)).is_ok());
}

#[test]
fn an_interim_answer_is_unknown() {
    let then = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    assert_unknown(Reply::raw(format!("HTTP/1.1 100 Continue\r\n\r\n{then}")));
    assert_unknown(Reply::raw(format!("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n{then}")));
}

#[test]
fn an_answer_without_a_clear_length_is_unknown() {
    assert_unknown(Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n{}"));
    assert_unknown(Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 2\r\n\r\n{}"));
    assert_unknown(Reply::raw(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ));
    assert_unknown(Reply::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"));
    assert_unknown(Reply::raw(
        b"HTTP/1.1 200 OK\r\nX-Name: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}".to_vec(),
    ));
}

#[test]
fn whole_answers_are_handed_over_in_every_framing() {
    for (framing, body) in [
        ("Content-Length: 2\r\n\r\n{}", "{}"),
        ("content-length:2\r\n\r\n{}", "{}"),
        ("Content-Length: 2\r\n\r\n{}tail", "{}"),
        ("\r\n{}", "{}"),
        ("Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", "{}"),
        ("Content-Length: 0\r\n\r\n", ""),
    ] {
        let answer = call_meeting(Reply::raw(format!("HTTP/1.1 200 OK\r\n{framing}"))).unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, body.as_bytes()), "{framing:?}");
    }
}

#[test]
fn a_cut_chunk_leaves_only_what_came() {
    // The client cannot tell; the reader of the body has to insist on complete JSON.
    assert_eq!(call_meeting(Reply::chunked_cut()).unwrap().body, b"{\"order\":");
}

#[test]
fn redirects_are_answers_and_never_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = FakeProvider::start();
        let server = FakeProvider::start();
        server.next(Reply::redirect(status, &elsewhere.url()));
        assert_eq!(post(&server.url()).send().unwrap().status, status);
        assert_eq!((server.requests().len(), elsewhere.connected()), (1, 0));
    }
}

#[test]
fn error_pages_are_answers() {
    for status in [400, 404, 500, 502, 503, 504] {
        assert_eq!(call_meeting(Reply::html(status)).unwrap().status, status);
    }
}

#[test]
fn a_body_over_the_cap_is_unknown_and_one_under_it_is_not() {
    let body = |length: usize| Reply::text(200, &"x".repeat(length));
    assert_eq!(call_meeting(body(1024 * 1024)).unwrap().body.len(), 1024 * 1024);
    assert_eq!(assert_unknown(body(1024 * 1024 + 1)), "the answer is too long");
    assert_eq!(assert_unknown(body(8 * 1024 * 1024)), "the answer is too long");
    assert_eq!(assert_unknown(Reply::endless()), "the answer is too long");
}

#[test]
fn the_cap_can_be_chosen() {
    let server = FakeProvider::start();
    server.next(Reply::text(200, &"x".repeat(3_000_000)));
    server.next(Reply::text(200, &"x".repeat(1001)));
    assert_eq!(post(&server.url()).max_body(4_000_000).send().unwrap().body.len(), 3_000_000);
    assert!(matches!(post(&server.url()).max_body(1000).send(), Err(Failure::Unknown(_))));
}

#[test]
fn heads_without_end_are_unknown() {
    let line = format!("X-Filler: {}\r\n", "x".repeat(1000));
    assert_unknown(Reply::raw(format!("HTTP/1.1 200 OK\r\n{}\r\n{{}}", line.repeat(3000))));
    assert_unknown(Reply::raw(format!("HTTP/1.1 200 {}\r\n\r\n", "x".repeat(3_000_000))));
    // A line that fills the client's budget to the last byte and ends without CR: its counter runs below zero.
    let filling = format!("X: {}\n", "x".repeat(8191 - 3));
    assert_unknown(Reply::raw(format!("HTTP/1.1 200 OK\r\n{filling}{}\r\n{{}}", line.repeat(3000))));
    let cause = assert_unknown(Reply::raw(format!("HTTP/1.1 200 OK\r\n{filling}\r\n{{}}")));
    assert_eq!(cause, "the HTTP client failed");
}

#[test]
fn a_dripped_answer_ends_on_time() {
    assert_unknown(Reply::dripped(Duration::from_millis(30)));
    assert!(call_meeting(Reply::dripped(Duration::from_micros(100))).is_ok());
}

#[test]
fn a_server_that_speaks_first_changes_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
        http::read_request(&mut connection).unwrap()
    });
    let outcome = post(&url).send();
    assert_eq!(server.join().unwrap().field("action"), "add");
    assert!(!matches!(outcome, Err(Failure::NotSent(_))), "{outcome:?}");
}

#[test]
fn no_time_at_all_is_not_sent() {
    let server = FakeProvider::start();
    assert_not_sent(&post(&server.url()).timeout(Duration::ZERO));
    assert!(server.requests().is_empty());
}

#[test]
fn secrets_are_in_no_error_and_no_debug_text() {
    let server = FakeProvider::start();
    for reply in [
        Reply::reset(),
        Reply::close_without_answer(),
        Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
    ] {
        server.next(reply);
        let failure = post(&format!("{}/bot-secret", server.url())).send().unwrap_err();
        assert!(!format!("{failure} {failure:?}").contains("secret"), "{failure:?}");
    }
    server.next(Reply::text(200, "k-secret"));
    assert!(!format!("{:?}", post(&server.url()).send()).contains("secret"));
}
