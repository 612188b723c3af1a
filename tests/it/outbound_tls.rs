//! Calls over TLS. Here "not sent" reaches further than over plain HTTP: up to the end of the handshake the server
//! has seen nothing of the request. Each test has a process of its own, in which only its own authority is trusted.

use std::io::{Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use smm_panel::outbound::{Answer, Call, Failure};

use crate::support::http::{answer, read_request};
use crate::support::process::alone;
use crate::support::tls::{Authority, accept_tls, drip_in_one_record, read_what_comes, serve_once};

const SHORT: Duration = Duration::from_millis(400);

fn send(port: u16, timeout: Duration) -> Result<Answer, Failure> {
    let url = format!("https://localhost:{port}/api/v2");
    let started = Instant::now();
    let outcome = Call::post_form(url, &[("action", "add")]).allow_private(true).timeout(timeout).send();
    assert!(started.elapsed() < timeout + SHORT, "the call outlived its time-out: {:?}", started.elapsed());
    outcome
}

fn assert_not_sent(outcome: Result<Answer, Failure>) {
    assert!(matches!(outcome, Err(Failure::NotSent(_))), "{outcome:?}");
}

fn assert_unknown(outcome: Result<Answer, Failure>) {
    assert!(matches!(outcome, Err(Failure::Unknown(_))), "{outcome:?}");
}

#[test]
fn a_trusted_server_is_spoken_to_by_its_name() {
    alone(|| {
        let config = Authority::trusted().server("localhost");
        let (port, served) = serve_once(move |connection| {
            let mut stream = accept_tls(config, connection);
            let request = read_request(&mut stream).unwrap();
            stream.write_all(&answer(200, "text/html", r#"{"order":7}"#)).unwrap();
            // Goes away without a farewell, as many servers do; the announced length is what counts.
            (stream.conn.server_name().map(str::to_owned), request)
        });
        let answer = send(port, Duration::from_secs(5)).unwrap();
        assert_eq!((answer.status, answer.body), (200, br#"{"order":7}"#.to_vec()));
        let (name, request) = served.recv().unwrap();
        assert_eq!(name.as_deref(), Some("localhost"));
        assert_eq!(
            (request.field("action"), &request.headers["host"]),
            ("add", &format!("localhost:{port}"))
        );
    });
}

#[test]
fn a_certificate_for_another_name_is_not_sent_to() {
    alone(|| {
        let config = Authority::trusted().server("other.test");
        let (port, served) =
            serve_once(move |connection| read_what_comes(&mut accept_tls(config, connection)));
        assert_not_sent(send(port, Duration::from_secs(5)));
        assert_eq!(served.recv().unwrap(), b"");
    });
}

#[test]
fn a_certificate_of_a_foreign_authority_is_not_sent_to() {
    alone(|| {
        Authority::trusted();
        let config = Authority::foreign().server("localhost");
        let (port, served) =
            serve_once(move |connection| read_what_comes(&mut accept_tls(config, connection)));
        assert_not_sent(send(port, Duration::from_secs(5)));
        assert_eq!(served.recv().unwrap(), b"");
    });
}

#[test]
fn a_server_that_never_answers_the_handshake_is_not_sent_to() {
    alone(|| {
        Authority::trusted();
        let (port, served) = serve_once(|mut connection| {
            let mut hello = Vec::new();
            connection.read_to_end(&mut hello).unwrap();
            hello.len()
        });
        assert_not_sent(send(port, SHORT));
        assert!(served.recv().unwrap() > 0);
    });
}

#[test]
fn a_handshake_that_ends_too_late_brings_the_server_nothing() {
    alone(|| {
        let config = Authority::trusted().server("localhost");
        let (port, served) = serve_once(move |connection| {
            thread::sleep(SHORT * 2);
            read_what_comes(&mut accept_tls(config, connection))
        });
        assert_not_sent(send(port, SHORT));
        assert_eq!(served.recv().unwrap(), b"");
    });
}

#[test]
fn a_server_without_tls_is_not_sent_to() {
    alone(|| {
        Authority::trusted();
        let (port, _served) = serve_once(|mut connection| {
            let mut hello = [0; 64];
            connection.read_exact(&mut hello).unwrap();
            connection.write_all(&answer(400, "text/html", "<h1>plain HTTP was sent to</h1>")).unwrap();
        });
        assert_not_sent(send(port, Duration::from_secs(5)));
    });
}

#[test]
fn a_connection_closed_in_the_handshake_is_not_sent_over() {
    alone(|| {
        Authority::trusted();
        let (port, _served) = serve_once(|mut connection| connection.read_exact(&mut [0; 16]).unwrap());
        assert_not_sent(send(port, Duration::from_secs(5)));
    });
}

#[test]
fn a_server_that_wants_a_client_certificate_may_have_seen_the_request() {
    alone(|| {
        let config = Authority::trusted().strict_server("localhost");
        let (port, _served) =
            serve_once(move |connection| read_what_comes(&mut accept_tls(config, connection)));
        assert_unknown(send(port, Duration::from_secs(5)));
    });
}

#[test]
fn a_connection_closed_after_the_request_is_unknown() {
    alone(|| {
        let config = Authority::trusted().server("localhost");
        let (port, served) = serve_once(move |connection| {
            read_request(&mut accept_tls(config, connection)).unwrap();
        });
        assert_unknown(send(port, Duration::from_secs(5)));
        served.recv().unwrap();
    });
}

#[test]
fn silence_after_the_request_is_unknown_on_time() {
    alone(|| {
        let config = Authority::trusted().server("localhost");
        let (port, _served) =
            serve_once(move |connection| read_what_comes(&mut accept_tls(config, connection)));
        assert_unknown(send(port, SHORT * 2));
    });
}

#[test]
fn a_record_that_comes_byte_by_byte_is_unknown_on_time() {
    alone(|| {
        let config = Authority::trusted().server("localhost");
        let (port, _served) = serve_once(move |connection| {
            let mut stream = accept_tls(config, connection);
            read_request(&mut stream).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 8000\r\n\r\n").unwrap();
            stream.flush().unwrap();
            drip_in_one_record(&mut stream, &[b' '; 8000], Duration::from_millis(20));
        });
        assert_unknown(send(port, SHORT * 2));
    });
}

#[test]
fn without_any_trusted_authority_nothing_is_sent() {
    alone(|| {
        let (port, _served) = serve_once(drop);
        assert_not_sent(send(port, SHORT));
    });
}
