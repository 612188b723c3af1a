//! Headers that are no text, and those that stand twice.

use super::Line;
use crate::support::app::TestApp;
use crate::support::bank::{Notice, WEBHOOK};
use crate::support::binary::Binary;
use crate::support::tcp::Served;
use crate::support::wire::Answer;
use serde_json::json;

/// A request with headers of any bytes.
fn send(served: &Served, line: &str, headers: &[&[u8]], body: &[u8]) -> Answer {
    let mut request = format!("{line} HTTP/1.1\r\nHost: {}\r\n", served.address).into_bytes();
    for header in headers {
        request.extend_from_slice(header);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    request.extend_from_slice(body);
    Line::to(served).send(request).answer(true).unwrap()
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

#[test]
fn an_unreadable_cookie_is_no_session_and_does_no_harm_to_the_one_beside_it() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let me = |headers: &[&[u8]]| send(&served, "GET /api/auth/me", headers, b"");
    let ours = joined(&[b"session=", lan.token().as_bytes()]);
    for foreign in [&b"theme=\xff"[..], b"\xfe\xff", b"\xff=1", b"a=\xc3", b"a=\tb\t", b"session=\xff"] {
        me(&[&joined(&[b"Cookie: ", foreign])]).refused(401, "unauthenticated");
        me(&[&joined(&[b"Cookie: ", foreign, &ours])]).refused(401, "unauthenticated");
        for whole in [joined(&[foreign, b"; ", &ours]), joined(&[&ours, b"; ", foreign])] {
            assert_eq!(me(&[&joined(&[b"Cookie: ", &whole])]).expect(200)["username"], "lan", "{whole:?}");
        }
        let (theirs, ours) = (joined(&[b"Cookie: ", foreign]), joined(&[b"Cookie: ", &ours]));
        assert_eq!(me(&[&theirs, &ours]).expect(200)["username"], "lan", "{foreign:?}");
        assert_eq!(me(&[&ours, &theirs]).expect(200)["username"], "lan", "{foreign:?}");
    }
}

#[test]
fn an_idempotency_key_that_cannot_be_read_or_stands_twice_is_refused() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let bearer = joined(&[b"Authorization: Bearer ", lan.token().as_bytes()]);
    let deposit = |keys: &[&[u8]]| {
        let mut headers = vec![&bearer[..], b"Content-Type: application/json"];
        headers.extend_from_slice(keys);
        send(&served, "POST /api/payment/deposit", &headers, br#"{"amount":50000}"#)
    };
    let key = &b"Idempotency-Key: once"[..];
    for keys in [
        &[&b"Idempotency-Key: \xff"[..]][..],
        &[b"Idempotency-Key: once\xc3"],
        &[b"Idempotency-Key: \xc4\x91"],
        &[b"Idempotency-Key:"],
        &[key, key],
        &[key, b"Idempotency-Key: \xff"],
        &[b"Idempotency-Key: \xff", key],
    ] {
        deposit(keys).refused(400, "malformed_request");
    }
    assert_eq!(app.number("SELECT count(*) FROM deposits"), 0);
    let first = deposit(&[key]).expect(201);
    assert_eq!(deposit(&[key]).expect(201)["id"], first["id"]);
    assert_eq!(app.number("SELECT count(*) FROM deposits"), 1);
}

#[test]
fn a_credential_that_cannot_be_read_or_stands_twice_is_one_that_is_wrong() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let cookie = joined(&[b"Cookie: session=", lan.token().as_bytes()]);
    let bearer = joined(&[b"Authorization: Bearer ", lan.token().as_bytes()]);
    let me = |headers: &[&[u8]]| send(&served, "GET /api/auth/me", headers, b"");
    // The header wins over the cookie, whatever is in it.
    me(&[&cookie, b"Authorization: \xff"]).refused(401, "unauthenticated");
    me(&[&cookie, &joined(&[&bearer, b"\xff"])]).refused(401, "unauthenticated");
    me(&[&bearer, b"Authorization: Bearer x"]).refused(401, "unauthenticated");
    me(&[&bearer]).expect(200);
    let notice = Notice::new(1, 50_000, "x").bytes();
    let stamp = format!("X-SePay-Timestamp: {}", app.clock.now().seconds());
    for headers in
        [&[&b"Authorization: Apikey \xff"[..]][..], &[b"X-SePay-Signature: sha256=\xff", stamp.as_bytes()]]
    {
        send(&served, &format!("POST {WEBHOOK}"), headers, &notice).refused(401, "unauthenticated");
    }
}

#[test]
fn what_else_cannot_be_read_counts_as_sent_and_never_as_what_is_wanted() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let cookie = joined(&[b"Cookie: session=", lan.token().as_bytes()]);
    let origin = format!("Origin: http://{}", served.address).into_bytes();
    let make = |headers: &[&[u8]]| send(&served, "PUT /api/user/api-key", headers, b"{\"repeat_seconds\":5}");
    make(&[&cookie, b"Sec-Fetch-Site: \xff", &origin]).refused(403, "forbidden");
    make(&[&cookie, &joined(&[&origin, b"\xff"])]).refused(403, "forbidden");
    make(&[&cookie, &origin]).expect(200);

    let login = json!({ "login": "lan", "password": "wrong" }).to_string();
    let log_in = |kind: &[u8]| send(&served, "POST /api/auth/login", &[kind], login.as_bytes());
    log_in(b"Content-Type: application/json\xff").refused(415, "unsupported_media_type");
    log_in(b"Content-Type: application/json").refused(401, "invalid_credentials");

    let tag = send(&served, "GET /icon.svg", &[], b"").header("ETag").unwrap().to_owned();
    let known = joined(&[b"If-None-Match: ", tag.as_bytes()]);
    assert_eq!(send(&served, "GET /icon.svg", &[b"If-None-Match: \xff"], b"").status, 200);
    let unchanged = Line::to(&served)
        .send(joined(&[b"GET /icon.svg HTTP/1.1\r\nHost: x\r\n", &known, b"\r\n\r\n"]))
        .answer(false)
        .unwrap();
    assert_eq!((unchanged.status, unchanged.header("ETag")), (304, Some(tag.as_str())));
}

/// Else whoever sends one such byte would be counted as the proxy, and with all the others.
#[test]
fn an_unreadable_entry_does_not_hide_the_one_that_the_proxy_adds() {
    let folder = tempfile::tempdir().unwrap();
    let vars = [("ROCKET_IP_HEADER", "X-Forwarded-For"), ("AUTH_RATE_LIMIT_PER_MINUTE", "2")];
    let panel = Binary::start(folder.path(), &[], &vars);
    let log_in = |address: &[u8]| {
        let body = br#"{"login":"lan","password":"wrong"}"#;
        let head = format!("POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n", body.len());
        let forwarded = joined(&[b"X-Forwarded-For: \xff, ", address]);
        let request = joined(&[head.as_bytes(), &forwarded, b"\r\n\r\n", body]);
        let stream = std::net::TcpStream::connect(panel.address).unwrap();
        Line::of(stream).send(request).answer(true).unwrap()
    };
    for _ in 0..2 {
        log_in(b"203.0.113.1").refused(401, "invalid_credentials");
    }
    log_in(b"203.0.113.1").refused(429, "rate_limited");
    log_in(b"203.0.113.2").refused(401, "invalid_credentials");
}
