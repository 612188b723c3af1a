//! HTTPS by the panel itself.

use super::{LONG, Line};
use crate::support::app::TestApp;
use crate::support::operated::eventually;
use crate::support::tcp::Served;
use crate::support::tls::Authority;
use rcgen::{CertificateParams, date_time_ymd};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use serde_json::json;
use smm_panel::jobs::scheduled::certificate;
use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub type Tls = StreamOwned<ClientConnection, TcpStream>;

/// A panel with certificate files for `localhost`.
pub struct Shop {
    pub authority: Authority,
    files: TempDir,
    pub app: TestApp,
}

impl Shop {
    pub fn open() -> Shop {
        let (authority, files) = (Authority::foreign(), tempfile::tempdir().unwrap());
        put(files.path(), &authority.pem(|_| {}));
        let path = |name: &str| files.path().join(name).display().to_string();
        let app = TestApp::with(&[
            ("TLS_CERT", &path("cert.pem")),
            ("TLS_KEY", &path("key.pem")),
            ("HTTPS_DOMAIN", "localhost"),
            ("HTTPS_ADDRESS", "127.0.0.1:0"),
            ("HTTP_ADDRESS", "127.0.0.1:0"),
        ]);
        Shop { authority, files, app }
    }

    /// Other files in the place of those before.
    fn replace(&self, change: impl FnOnce(&mut CertificateParams)) -> [String; 2] {
        let pem = self.authority.pem(change);
        put(self.files.path(), &pem);
        pem
    }
}

fn put(folder: &Path, [certificate, key]: &[String; 2]) {
    fs::write(folder.join("cert.pem"), certificate).unwrap();
    fs::write(folder.join("key.pem"), key).unwrap();
}

pub fn connect(served: &Served, client: &Arc<ClientConfig>) -> io::Result<Line<Tls>> {
    over(TcpStream::connect(served.https.unwrap().0)?, client)
}

/// After the handshake.
pub fn over(mut stream: TcpStream, client: &Arc<ClientConfig>) -> io::Result<Line<Tls>> {
    stream.set_read_timeout(Some(LONG))?;
    let mut tls = ClientConnection::new(Arc::clone(client), "localhost".try_into().unwrap()).unwrap();
    while tls.is_handshaking() {
        tls.complete_io(&mut stream)?;
    }
    Ok(Line(io::BufReader::new(StreamOwned::new(tls, stream))))
}

fn shown(line: &Line<Tls>) -> CertificateDer<'static> {
    line.0.get_ref().conn.peer_certificates().unwrap()[0].clone().into_owned()
}

#[test]
fn the_panel_is_there_with_tls_and_its_address_follows_the_name() {
    let shop = Shop::open();
    shop.app.member("lan");
    let served = shop.app.serve();
    let client = shop.authority.client();
    let mut line = connect(&served, &client).unwrap();
    let health = line.ask("/health");
    assert_eq!(health.expect(200)["status"], "ok");
    assert!(health.header("Strict-Transport-Security").is_some());
    let body = json!({ "login": "lan", "password": "correct horse" }).to_string();
    line.send(format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nOrigin: https://localhost\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    let login = line.answer(true).unwrap();
    login.expect(200);
    let cookie = login.all("Set-Cookie").find(|cookie| cookie.starts_with("__Host-session=")).unwrap();
    assert!(cookie.contains("Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    for (origin, status) in [("https://localhost", 200), ("http://localhost", 403), ("https://evil.vn", 403)]
    {
        line.send(format!(
            "PUT /api/user/api-key HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n\
             Content-Length: 20\r\n\r\n{{\"repeat_seconds\":5}}"
        ));
        assert_eq!(line.answer(true).unwrap().status, status, "{origin}");
    }
    // The plain place goes on beside it.
    served.send("GET", "/health", &[], b"").expect(200);
}

#[test]
fn a_plain_request_is_sent_on_to_the_panels_own_name_and_nowhere_else() {
    let shop = Shop::open();
    let served = shop.app.serve();
    for (line, host, to) in [
        ("GET / HTTP/1.1", "localhost", "https://localhost/"),
        ("GET /orders?page=2 HTTP/1.1", "evil.vn", "https://localhost/orders?page=2"),
        ("POST /api/orders HTTP/1.1", "localhost:80", "https://localhost/api/orders"),
        ("GET //evil.vn/x HTTP/1.1", "localhost", "https://localhost//evil.vn/x"),
        ("GET /\\evil.vn HTTP/1.1", "evil.vn\\", "https://localhost/\\evil.vn"),
        ("GET http://evil.vn/x HTTP/1.1", "evil.vn", "https://localhost/x"),
        ("OPTIONS * HTTP/1.1", "localhost", "https://localhost/"),
    ] {
        let mut plain = Line::of(TcpStream::connect(served.https.unwrap().1).unwrap());
        plain.send(format!("{line}\r\nHost: {host}\r\n\r\n"));
        let answer = plain.answer(true).unwrap();
        assert_eq!((answer.status, answer.header("Location")), (308, Some(to)), "{line}");
        assert!(answer.body.is_empty());
        assert_eq!(plain.end(), b"");
    }
}

#[test]
fn who_does_not_shake_hands_in_time_is_ended_and_counts_meanwhile() {
    let shop = Shop::open();
    let served = shop.app.serve_within(|limits| {
        limits.handshake = Duration::from_millis(300);
        limits.connections = 4;
    });
    let (https, client) = (served.https.unwrap().0, shop.authority.client());
    let mut open: Vec<Line> = (0..3).map(|_| Line::of(TcpStream::connect(https).unwrap())).collect();
    open[1].send([22, 3, 1, 2]);
    open[2].send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    for line in open {
        line.end();
    }
    // More than there are places: the first one gives way before its time is over.
    let silent: Vec<Line> = (0..4).map(|_| Line::of(TcpStream::connect(https).unwrap())).collect();
    let began = Instant::now();
    assert_eq!(connect(&served, &client).unwrap().ask("/health").status, 200);
    assert_eq!(silent.into_iter().next().unwrap().end(), b"");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn who_reads_nothing_is_ended_under_tls_too() {
    let shop = Shop::open();
    let served = shop.app.serve_within(|limits| limits.write = Duration::from_millis(300));
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(&served.https.unwrap().0.into()).unwrap();
    let mut line = over(socket.into(), &shop.authority.client()).unwrap();
    // More than the buffers between the two hold.
    let requests = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(40);
    line.send(requests);
    let began = Instant::now();
    let plain = line.0.get_mut();
    loop {
        // Writing shows the end without reading.
        match plain.sock.write(&[0]) {
            Err(cause) if !super::is_late(&cause) => break,
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
        assert!(began.elapsed() < LONG, "it goes on");
    }
}

#[test]
fn who_says_nothing_after_the_handshake_is_left_and_keeps_no_shutdown_waiting() {
    let shop = Shop::open();
    let served = shop.app.serve_within(|limits| limits.head = Duration::from_millis(300));
    let client = shop.authority.client();
    let began = Instant::now();
    let mut late = connect(&served, &client).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(late.ask("/health").status, 200);
    for line in [connect(&served, &client).unwrap(), late] {
        line.end();
    }
    assert!(began.elapsed() < LONG, "{:?}", began.elapsed());
    let patient = shop.app.serve();
    let silent = connect(&patient, &client).unwrap();
    let began = Instant::now();
    drop(patient);
    silent.end();
    assert!(began.elapsed() < LONG, "{:?}", began.elapsed());
}

#[test]
fn files_that_change_are_served_to_new_connections_and_open_ones_go_on() {
    let shop = Shop::open();
    let served = shop.app.serve();
    let client = shop.authority.client();
    let mut before = connect(&served, &client).unwrap();
    assert_eq!(certificate::tick(&shop.app.app).unwrap(), None);
    shop.replace(|_| {});
    assert!(certificate::tick(&shop.app.app).unwrap().is_some());
    let mut after = connect(&served, &client).unwrap();
    assert_ne!(shown(&before), shown(&after));
    assert_eq!((before.ask("/health").status, after.ask("/health").status), (200, 200));
}

#[test]
fn a_file_that_cannot_be_served_leaves_the_certificate_before() {
    let shop = Shop::open();
    let served = shop.app.serve();
    let client = shop.authority.client();
    let first = shown(&connect(&served, &client).unwrap());
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| shop.files.path().join(name));
    let good = [fs::read_to_string(&cert).unwrap(), fs::read_to_string(&key).unwrap()];
    let other = shop.authority.pem(|_| {});
    let over = shop.authority.pem(|params| params.not_after = date_time_ymd(2020, 1, 1));
    for (what, [new_cert, new_key], code) in [
        ("another key", [good[0].clone(), other[1].clone()], "tls_other_key"),
        ("another certificate", [other[0].clone(), good[1].clone()], "tls_other_key"),
        ("nothing", [String::new(), good[1].clone()], "tls_file_unusable"),
        ("no key", [good[0].clone(), good[0].clone()], "tls_file_unusable"),
        ("half", [good[0].lines().take(5).collect(), good[1].clone()], "tls_file_unusable"),
        ("over", over, "tls_file_over"),
    ] {
        put(shop.files.path(), &[new_cert, new_key]);
        let refused = certificate::tick(&shop.app.app).unwrap_err();
        assert_eq!(serde_json::to_value(&refused.note).unwrap()["code"], code, "{what}");
        let mut line = connect(&served, &client).unwrap();
        assert_eq!((shown(&line), line.ask("/health").status), (first.clone(), 200), "{what}");
    }
    fs::remove_file(&cert).unwrap();
    let gone = certificate::tick(&shop.app.app).unwrap_err();
    assert_eq!(serde_json::to_value(&gone.note).unwrap()["code"], "tls_file_not_read");
    put(shop.files.path(), &good);
    assert_eq!(certificate::tick(&shop.app.app).unwrap(), None);
}

#[test]
fn a_certificate_that_ends_soon_is_told() {
    let shop = Shop::open();
    shop.replace(|params| params.not_after = date_time_ymd(2026, 12, 1));
    assert!(certificate::tick(&shop.app.app).unwrap().is_some());
    for (days, left) in [(1, None), (2, Some(5)), (10, Some(0))] {
        shop.app.clock.advance_seconds(days * 24 * 60 * 60);
        let looked = certificate::tick(&shop.app.app);
        let said = looked.err().map(|refused| serde_json::to_value(&refused.note).unwrap());
        assert_eq!(said.map(|note| note["values"]["days"].as_i64()), left.map(Some), "{days}");
    }
}

#[test]
fn a_running_request_is_answered_before_the_end_and_the_end_is_said() {
    let shop = Shop::open();
    let lan = shop.app.member("lan");
    let served = shop.app.serve();
    let mut line = connect(&served, &shop.authority.client()).unwrap();
    let body = json!({ "amount": 50_000 }).to_string();
    line.send(format!(
        "POST /api/payment/deposit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\n\r\n",
        lan.token(),
        body.len()
    ));
    assert!(line.head().unwrap().0.starts_with("HTTP/1.1 100"));
    let ending = std::thread::spawn(move || drop(served));
    std::thread::sleep(Duration::from_millis(200));
    line.send(&body).answer(true).unwrap().expect(201);
    let mut rest = Vec::new();
    // A close_notify, not a cut.
    assert_eq!(line.0.read_to_end(&mut rest).unwrap(), 0);
    ending.join().unwrap();
    eventually("the deposit is there", || shop.app.number("SELECT count(*) FROM deposits") == 1);
}
