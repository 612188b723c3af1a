//! HTTP as clients speak it, and Rocket's part in it that a server of Rocket's would play.

use super::Line;
use crate::support::app::{TestApp, figment};
use crate::support::binary::Binary;
use crate::support::operated::eventually;
use crate::support::tcp::serve;
use rocket::futures::stream::{StreamExt, iter, pending, repeat_with};
use rocket::http::CookieJar;
use rocket::request::Request;
use rocket::response::stream::ByteStream;
use rocket::{Build, Rocket, State};
use serde_json::json;
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[test]
fn what_hyper_refuses_gets_a_bare_answer_and_the_rest_a_problem() {
    let app = TestApp::start();
    let served = app.serve();
    let status = |request: &[u8]| Line::to(&served).send(request).answer(true).map(|answer| answer.status);
    assert_eq!(status(b"GET /health HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n"), Some(400));
    assert_eq!(status(b"nonsense\r\n\r\n"), Some(400));
    let long = format!("GET /health HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "a".repeat(33_000));
    assert_eq!(Line::to(&served).try_send(long.as_bytes()), Some(431));
    let longish = format!("GET /health HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "a".repeat(32_000));
    assert_eq!(status(longish.as_bytes()), Some(200));
    let connect = Line::to(&served).send("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n").answer(true).unwrap();
    connect.refused(405, "method_not_allowed");
    let unknown = Line::to(&served).send("BREW /health HTTP/1.1\r\nHost: x\r\n\r\n").answer(true).unwrap();
    unknown.refused(405, "method_not_allowed");
    let lower = Line::to(&served).send("get /health HTTP/1.1\r\nHost: x\r\n\r\n").answer(true).unwrap();
    lower.refused(405, "method_not_allowed");
    for target in ["/%", "/%zz", "/a|b", "/api/orders/%ff", "/[", "*", "http://x/nothing"] {
        let asked = Line::to(&served).send(format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n")).answer(true);
        let answer = asked.unwrap();
        assert!((400..500).contains(&answer.status), "{target}: {}", answer.status);
        assert!(answer.header("X-Request-Id").is_some(), "{target}");
    }
}

#[test]
fn a_head_that_can_be_read_in_two_ways_is_refused() {
    let app = TestApp::start();
    let served = app.serve();
    for (head, status) in [
        ("GET /health HTTP/1.1\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n", 400),
        ("GET http://x/health HTTP/1.1\r\n", 400),
        ("POST /api/orders HTTP/1.1\r\nHost: x\r\nContent-Type: text/a\r\nContent-Type: text/b\r\n", 400),
        ("GET http://y/health HTTP/1.1\r\nHost: x\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost:\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: a b\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: a/b\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: <x>\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: x:y\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: x:99999\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: lan@x\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: [::1\r\n", 400),
        ("GET /health HTTP/1.0\r\nHost: a b\r\n", 400),
        ("GET /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n", 400),
        (
            "GET /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            400,
        ),
        ("GET /health HTTP/1.1\r\nHost: [::1]:8000\r\n", 200),
        ("GET /health HTTP/1.1\r\nHost: shop_1.example.vn:443\r\n", 200),
        ("GET /health HTTP/1.0\r\n", 200),
        ("GET http://x/health HTTP/1.1\r\nHost: x\r\n", 200),
    ] {
        let answer = Line::to(&served).send(format!("{head}\r\n")).answer(true).unwrap();
        assert_eq!(answer.status, status, "{head}");
        assert!(answer.header("X-Request-Id").is_some(), "{head}");
    }
}

/// hyper takes the length out of the head, so that nobody can tell; what matters is that nothing after such a request
/// is believed to be another.
#[test]
fn a_body_with_a_length_and_chunks_is_the_last_one() {
    let app = TestApp::start();
    let served = app.serve();
    let length = "Content-Length: 40\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    for both in [[length, chunked], [chunked, length]] {
        let mut line = Line::to(&served);
        let two = "2\r\n{}\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n";
        line.send(format!("POST /api/auth/login HTTP/1.1\r\nHost: x\r\n{}\r\n{two}", both.concat()));
        let answer = line.answer(true).unwrap();
        assert_eq!((answer.status, answer.header("Connection")), (422, Some("close")));
        assert_eq!(line.end(), b"");
    }
    for coding in ["gzip", "chunked, gzip", "identity"] {
        let mut line = Line::to(&served);
        line.send(format!("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {coding}\r\n\r\n"));
        assert_eq!(line.answer(true).unwrap().status, 400);
        assert_eq!(line.end(), b"");
    }
}

#[test]
fn who_has_said_its_last_word_gets_its_answer() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let body = json!({ "login": "lan", "password": "correct horse" }).to_string();
    let mut line = Line::to(&served);
    // To hash a password takes longer than to see the end.
    line.send(format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    line.0.get_ref().shutdown(Shutdown::Write).unwrap();
    line.answer(true).unwrap().expect(200);
    assert_eq!(line.end(), b"");
    // Nobody can say whether it is still there, so a stream of events ends a while later.
    let served = app.serve_within(|limits| limits.half_open = Duration::from_millis(100));
    let mut line = Line::to(&served);
    line.send(format!(
        "GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
        lan.token()
    ));
    assert!(line.head().unwrap().0.starts_with("HTTP/1.1 200"));
    line.0.get_ref().shutdown(Shutdown::Write).unwrap();
    line.end();
}

impl Line {
    /// What may be refused before it is all sent.
    fn try_send(&mut self, bytes: &[u8]) -> Option<u16> {
        let _ = std::io::Write::write_all(self.0.get_mut(), bytes);
        self.answer(true).map(|answer| answer.status)
    }
}

#[test]
fn a_head_says_how_long_the_body_would_be() {
    let app = TestApp::start();
    let served = app.serve();
    for path in ["/health", "/icon.svg", "/api/services", "/api/nothing"] {
        let mut line = Line::to(&served);
        let whole = line.ask(path);
        line.send(format!("HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n"));
        let head = line.answer(false).unwrap();
        assert_eq!(head.status, whole.status, "{path}");
        assert_eq!(head.header("Content-Length"), whole.header("Content-Length"), "{path}");
        // Nothing but the next answer comes after it.
        assert_eq!(line.ask(path).status, whole.status, "{path}");
    }
}

#[test]
fn a_client_that_waits_for_a_continue_hears_it_only_when_its_body_is_wanted() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let body = json!({ "amount": 50_000 }).to_string();
    let head = |bearer: &str| {
        format!(
            "POST /api/payment/deposit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {bearer}\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            body.len()
        )
    };
    Line::to(&served).send(head("no")).answer(true).unwrap().refused(401, "unauthenticated");
    let mut line = Line::to(&served);
    line.send(head(lan.token()));
    assert!(line.head().unwrap().0.starts_with("HTTP/1.1 100"));
    line.send(&body).answer(true).unwrap().expect(201);
}

#[test]
fn bodies_in_chunks_requests_in_one_piece_and_old_clients_are_served() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let bearer = format!("Authorization: Bearer {}\r\n", lan.token());
    let chunked = format!(
        "POST /api/payment/deposit HTTP/1.1\r\nHost: x\r\n{bearer}Transfer-Encoding: chunked\r\n\r\n\
         3\r\n{{\"a\r\n0d\r\nmount\":50000}}\r\n0\r\nTrailer: x\r\n\r\n"
    );
    let mut line = Line::to(&served);
    let two = format!("{chunked}GET /api/auth/me HTTP/1.1\r\nHost: x\r\n{bearer}\r\n");
    line.send(two);
    assert_eq!(line.answer(true).unwrap().expect(201)["amount"], 50_000);
    assert_eq!(line.answer(true).unwrap().expect(200)["username"], "lan");
    line.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_eq!(line.answer(true).unwrap().status, 200);
    assert_eq!(line.end(), b"");

    let mut old = Line::to(&served);
    old.send(format!("GET /api/user/transactions.csv HTTP/1.0\r\n{bearer}\r\n"));
    let (status, headers) = old.head().unwrap();
    assert!(status.contains(" 200 "), "{status}");
    assert!(!headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding")), "{headers:?}");
    assert!(old.end().starts_with("\u{feff}id,".as_bytes()));
}

#[test]
fn what_a_client_has_asked_for_is_done_though_it_left() {
    let app = TestApp::with(&[("BCRYPT_COST", "12")]);
    let served = app.serve();
    let body =
        json!({ "username": "lan", "email": "lan@example.vn", "password": "correct horse" }).to_string();
    let mut line = Line::to(&served);
    line.send(format!(
        "POST /api/auth/register HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    ));
    // It is being carried out; what is left takes longer than the client stays.
    assert!(line.head().unwrap().0.starts_with("HTTP/1.1 100"));
    line.send(&body);
    line.0.get_ref().shutdown(Shutdown::Both).unwrap();
    eventually("the customer is registered", || app.number("SELECT count(*) FROM users") == 1);
}

#[test]
fn a_running_request_is_answered_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let panel = Binary::start(folder.path(), &[], &[("BCRYPT_COST", "10")]);
    let body =
        json!({ "username": "lan", "email": "lan@example.vn", "password": "correct horse" }).to_string();
    let mut line = Line::of(std::net::TcpStream::connect(panel.address).unwrap());
    let mut idle = Line::of(std::net::TcpStream::connect(panel.address).unwrap());
    assert_eq!(idle.ask("/health").status, 200);
    line.send(format!(
        "POST /api/auth/register HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    ));
    assert!(line.head().unwrap().0.starts_with("HTTP/1.1 100"));
    panel.signal("TERM");
    assert_eq!(idle.end(), b"");
    line.send(&body).answer(true).unwrap().expect(201);
    assert_eq!(line.end(), b"");
    assert!(panel.ended().success());
}

#[rocket::get("/panics")]
fn panics() -> &'static str {
    panic!("on purpose")
}

#[rocket::get("/seen")]
fn seen(jar: &CookieJar<'_>, host: &rocket::http::uri::Host<'_>) -> String {
    format!("{} cookies at {host}", jar.iter().count())
}

/// Pieces of a stream that were made, and streams that ended.
#[derive(Default)]
pub struct Counts {
    pub made: AtomicUsize,
    pub ended: AtomicUsize,
}

/// Counts the end of the stream that holds it.
struct Ends(Arc<Counts>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}

#[rocket::get("/endless")]
fn endless(counts: &State<Arc<Counts>>) -> ByteStream![Vec<u8>] {
    let ends = Ends(Arc::clone(counts));
    ByteStream(repeat_with(move || {
        ends.0.made.fetch_add(1, Ordering::SeqCst);
        vec![b'x'; 10_000]
    }))
}

#[rocket::get("/quiet")]
fn quiet(counts: &State<Arc<Counts>>) -> ByteStream![Vec<u8>] {
    let ends = Ends(Arc::clone(counts));
    let silence = pending().map(move |()| {
        let _held = &ends;
        Vec::new()
    });
    ByteStream(iter([vec![b'x']]).chain(silence))
}

#[rocket::catch(500)]
fn broken(request: &Request<'_>) -> String {
    format!("broken {}", request.uri())
}

pub fn small(counts: &Arc<Counts>) -> Rocket<Build> {
    rocket::custom(figment())
        .mount("/", rocket::routes![panics, seen, endless, quiet])
        .register("/", rocket::catchers![broken])
        .manage(Arc::clone(counts))
}

#[test]
fn a_handler_that_panics_is_a_500_and_the_connection_goes_on() {
    let served = serve(small(&Arc::default()), |_| {});
    let mut line = Line::to(&served);
    let broken = line.ask("/panics");
    assert_eq!((broken.status, broken.text().as_str()), (500, "broken /panics"));
    line.send(b"GET /seen HTTP/1.1\r\nHost: a.vn:1\r\nCookie: a=b; \xff\r\n\r\n");
    // A head of small cookies would be megabytes in the jar: whoever wants one reads the header.
    assert_eq!(line.answer(true).unwrap().text(), "0 cookies at a.vn:1");
}

#[test]
fn an_answer_is_made_as_fast_as_it_is_read_and_no_faster() {
    let counts: Arc<Counts> = Arc::default();
    let served = serve(small(&counts), |limits| limits.write = Duration::from_millis(500));
    let mut line = Line::narrow(&served);
    line.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    eventually("the stream is ended", || counts.ended.load(Ordering::SeqCst) == 1);
    let made = counts.made.load(Ordering::SeqCst);
    assert!((1..200).contains(&made), "{made} pieces of 10 kB were made for nobody");
}

#[test]
fn a_quiet_stream_ends_when_its_client_leaves() {
    let counts: Arc<Counts> = Arc::default();
    let served = serve(small(&counts), |_| {});
    let mut line = Line::to(&served);
    line.send("GET /quiet HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(line.head().unwrap().0.contains(" 200 "));
    assert_eq!(counts.ended.load(Ordering::SeqCst), 0);
    drop(line);
    eventually("the stream is ended", || counts.ended.load(Ordering::SeqCst) == 1);
}
