//! Whether the panel can serve is told in time, whatever the database does.

use crate::support::app::TestApp;
use crate::support::tcp::{self, Served};
use serde_json::json;
use smm_panel::kernel::error::Fault;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Asks in time, or fails.
#[track_caller]
fn readiness(panel: &Served) -> u16 {
    let asked = Instant::now();
    let answer = panel.send("GET", "/health/ready", &[], b"");
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    let word = if answer.status == 200 { "ok" } else { "failing" };
    assert_eq!(answer.json(), json!({ "status": word, "database": word }));
    answer.status
}

/// Until it is dropped, or the other end is.
fn held() -> (Sender<()>, Receiver<()>) {
    channel()
}

#[test]
fn a_disk_that_answers_no_read_is_told_of_while_many_wait_for_it() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let token = lan.token().to_owned();
    let panel = app.serve();
    assert_eq!(readiness(&panel), 200);
    // Whoever reads now gets no answer, as from a disk that hangs.
    let readers = 12;
    let (begun, all_begun) = channel();
    let ends: Vec<Sender<()>> = (0..readers)
        .map(|_| {
            let (end, ended) = held();
            let (db, begun) = (app.app.db.clone(), begun.clone());
            std::thread::spawn(move || {
                db.read_now(|_| {
                    begun.send(()).unwrap();
                    let _ = ended.recv();
                    Ok::<_, Fault>(())
                })
            });
            end
        })
        .collect();
    (0..readers).for_each(|_| all_begun.recv().unwrap());
    std::thread::sleep(Duration::from_millis(50));
    let bearer = format!("Bearer {token}");
    std::thread::scope(|scope| {
        for _ in 0..40 {
            let (panel, bearer) = (&panel, bearer.as_str());
            scope.spawn(move || panel.send("GET", "/api/auth/me", &[("Authorization", bearer)], b""));
        }
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(readiness(&panel), 503);
        assert_eq!(tcp::ask(panel.address, "GET", "/login", &[], b"").unwrap().status, 200);
        drop(ends);
    });
    assert_eq!(readiness(&panel), 200);
}

#[test]
fn a_writer_that_is_stuck_is_told_of() {
    let app = TestApp::start();
    let panel = app.serve();
    let (end, ended) = held();
    app.app.db.write_later(move |_| {
        let _ = ended.recv();
        Ok(())
    });
    assert_eq!(readiness(&panel), 503);
    drop(end);
    assert_eq!(readiness(&panel), 200);
}
