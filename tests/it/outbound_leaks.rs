//! Calls that fail leave nothing behind: threads and descriptors are counted in a process of its own.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use smm_panel::outbound::{Call, Failure};

use crate::support::fake_provider::FakeProvider;
use crate::support::process::{alone, holdings};
use crate::support::reply::Reply;
use crate::support::tls::Authority;

const SHORT: Duration = Duration::from_millis(80);

fn fail(url: &str) {
    let outcome = Call::post_form(url, &[("action", "add")]).allow_private(true).timeout(SHORT).send();
    assert!(matches!(outcome, Err(Failure::NotSent(_) | Failure::Unknown(_))), "{url}: {outcome:?}");
}

/// One failure of every kind that has sockets or threads to lose.
fn fail_in_every_way() {
    let server = FakeProvider::start();
    for reply in [
        Reply::hang(),
        Reply::silent(),
        Reply::reset(),
        Reply::close_without_answer(),
        Reply::endless(),
        Reply::cut_after_bytes(60),
        Reply::dripped(Duration::from_millis(20)),
        Reply::raw(format!("HTTP/1.1 200 OK\r\n{}\n\r\n", "X".repeat(8191))),
    ] {
        server.next(reply);
        fail(&server.url());
    }
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    fail(&format!("https://localhost:{port}/"));
    // The host is no name that TLS knows, so the client gives up before it comes to the relay.
    fail(&format!("https://127.0.0.1.:{port}/"));
    fail("http://127.0.0.1:1/");
    fail("http://panel.invalid/");
    fail("http://[::1]/");
}

#[test]
fn failed_calls_leave_no_thread_and_no_descriptor() {
    alone(|| {
        Authority::trusted();
        // The first round opens what stays open for good, such as the system's resolver.
        fail_in_every_way();
        let before = holdings();
        for _ in 0..2 {
            fail_in_every_way();
        }
        // A hanging look-up may end a moment after its call.
        let patience = Instant::now() + Duration::from_secs(2);
        let is_more = || {
            let (now, before) = (holdings(), before);
            now.0 > before.0 || now.1 > before.1
        };
        while is_more() && Instant::now() < patience {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(!is_more(), "threads and descriptors: {:?} before, {:?} now", before, holdings());
    });
}
