//! How many connections there may be.

use super::Line;
use crate::support::app::TestApp;
use crate::support::listen::Listener;

#[test]
fn when_all_places_are_at_work_a_client_is_told_so_and_one_that_ends_makes_room() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve_within(|limits| limits.connections = 3);
    let mut open: Vec<_> = (0..3).map(|_| Listener::bearer(served.address, lan.token())).collect();
    for _ in 0..5 {
        let mut late = Line::to(&served);
        let answer = late.answer(true).unwrap();
        assert_eq!((answer.status, answer.header("Retry-After")), (503, Some("5")));
        assert_eq!(answer.json()["code"], "overloaded");
        assert!(answer.header("X-Request-Id").is_some_and(|id| id.len() == 16));
        late.end();
    }
    drop(open.pop());
    let began = std::time::Instant::now();
    while Line::to(&served).try_ask("/health") != Some(200) {
        assert!(began.elapsed() < super::LONG, "the place of a client that left is not free");
    }
    drop(open);
}

impl Line {
    /// The answer's status, if there was one.
    fn try_ask(&mut self, path: &str) -> Option<u16> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        std::io::Write::write_all(self.0.get_mut(), request.as_bytes()).ok()?;
        self.answer(true).map(|answer| answer.status)
    }
}

#[test]
fn who_has_waited_longest_gives_way_to_a_newcomer() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve_within(|limits| limits.connections = 3);
    let mut at_work = Listener::bearer(served.address, lan.token());
    let (mut first, mut second) = (Line::to(&served), Line::to(&served));
    assert_eq!(second.ask("/health").status, 200);
    // It has asked last, so the other one has waited longest.
    assert_eq!(first.ask("/health").status, 200);
    let mut third = Line::to(&served);
    assert_eq!(third.ask("/health").status, 200);
    assert_eq!(second.end(), b"");
    assert_eq!(first.ask("/health").status, 200);
    let half = {
        let mut half = Line::to(&served);
        half.send("GET /health HTTP/1.1\r\nHost:");
        half
    };
    assert_eq!(third.end(), b"");
    assert_eq!(Line::to(&served).ask("/health").status, 200);
    app.fund(lan.id, 7);
    assert_eq!(at_work.hears("balance")["balance"], 7);
    drop(half);
}
