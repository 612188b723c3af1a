//! Clients that are slow, or do nothing at all.

use super::Line;
use crate::exports::fill;
use crate::support::app::TestApp;
use crate::support::listen::Listener;
use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

const SHORT: Duration = Duration::from_millis(300);

#[test]
fn who_does_not_finish_a_head_is_ended() {
    let app = TestApp::start();
    let served = app.serve_within(|limits| limits.head = SHORT);
    let silent = Line::to(&served);
    let mut halves: Vec<Line> = (0..3).map(|_| Line::to(&served)).collect();
    halves[0].send("GET /health HTTP/1.1\r\nHost: x\r\n");
    halves[1].send("G");
    // One byte after the other is no progress.
    let began = Instant::now();
    let mut dripped = 0;
    while halves[2].0.get_mut().peek_is_open() {
        halves[2].drip("X");
        dripped += 1;
        assert!(began.elapsed() < Duration::from_secs(10), "{dripped} bytes were waited for");
    }
    let mut idle = Line::to(&served);
    assert_eq!(idle.ask("/health").status, 200);
    for line in halves.into_iter().chain([silent, idle]) {
        assert_eq!(line.end(), b"");
    }
    served.send("GET", "/health", &[], b"").expect(200);
}

impl Line {
    /// A byte that may meet a closed connection.
    fn drip(&mut self, bytes: &str) {
        let _ = std::io::Write::write(self.0.get_mut(), bytes.as_bytes());
    }
}

trait IsOpen {
    fn peek_is_open(&mut self) -> bool;
}

impl IsOpen for std::net::TcpStream {
    /// After a short look.
    fn peek_is_open(&mut self) -> bool {
        self.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let is_open = self.peek(&mut [0]).is_err_and(|cause| super::is_late(&cause));
        self.set_read_timeout(Some(super::LONG)).unwrap();
        is_open
    }
}

#[test]
fn a_body_that_stops_is_refused_however_short_it_is() {
    let app = TestApp::start();
    let served = app.serve_within(|limits| limits.body = SHORT);
    for (announced, sent) in [(100, 10), (100, 0), (2000, 600)] {
        for kind in ["application/json", "application/x-www-form-urlencoded"] {
            let path = if kind == "application/json" { "/api/auth/login" } else { "/api/v2" };
            let mut line = Line::to(&served);
            line.send(format!(
                "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {announced}\r\n\r\n"
            ));
            line.send(vec![b' '; sent]);
            let answer = line.answer(true).unwrap();
            if path == "/api/v2" {
                assert_eq!(answer.expect(200)["error"], "Incorrect request");
            } else {
                let problem = answer.refused(400, "malformed_request");
                assert_eq!(problem["detail"], "the body did not arrive in time");
            }
            assert_eq!(line.end(), b"");
        }
    }
}

#[test]
fn an_export_that_nobody_reads_gives_its_place_back() {
    let app = TestApp::start();
    fill(&app, 1000);
    let boss = app.admin("boss");
    let served = app.serve_within(|limits| limits.write = SHORT);
    let bearer = format!("Bearer {}", boss.token());
    let mut unread = Line::narrow(&served);
    unread.send(format!("GET /api/admin/orders.csv HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer}\r\n\r\n"));
    let mut first = [0; 64];
    unread.0.read_exact(&mut first).unwrap();
    let began = Instant::now();
    let again =
        || served.send("GET", "/api/user/transactions.csv", &[("Authorization", &bearer)], b"").status;
    while again() == 429 {
        assert!(began.elapsed() < Duration::from_secs(10), "an export that nobody reads goes on");
    }
    assert_eq!(again(), 200);
    // Nothing is kept for it in the system's buffers either.
    let cut = unread.0.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(cut.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_stream_of_events_is_not_idle() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve_within(|limits| {
        (limits.head, limits.body, limits.write) = (SHORT, SHORT, SHORT);
    });
    let mut news = Listener::bearer(served.address, lan.token());
    // Each of these is there for a deadline after it was opened.
    for _ in 0..3 {
        Line::to(&served).end();
    }
    app.fund(lan.id, 7);
    assert_eq!(news.hears("balance")["balance"], 7);
}
