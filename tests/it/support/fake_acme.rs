//! A certificate authority that speaks ACME over plain HTTP, as well or as badly as it is told. It believes every
//! signature, and looks at the panel's answer like a real one.

use super::app::NOW;
use super::base64::decoded;
use super::fake::Fake;
use super::http::{Recorded, read_request};
use super::tcp;
use super::tls::Authority;
use rcgen::CertificateParams;
use serde_json::{Value, json};
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use time::OffsetDateTime;

const DAY: i64 = 24 * 60 * 60;
const TOKEN: &str = "a-token";

/// What it does at one of its places, instead of what it should.
#[derive(Clone, Copy, PartialEq)]
pub enum Mood {
    Well,
    /// A problem at this place: status, kind, more headers.
    Problem(&'static str, u16, &'static str, &'static str),
    /// A page of HTML there.
    Page(&'static str, u16),
    /// Nothing at all there, and the connection stays open.
    Silence(&'static str),
    /// The certificate is never ready.
    Unready,
    /// Its certificates are over already.
    Over,
    /// Its certificates are for another name.
    OtherName,
    /// Its certificates are for another key.
    OtherKey,
}

struct State {
    mood: Mood,
    /// The panel's plain door.
    looks_at: Option<SocketAddr>,
    validity: (OffsetDateTime, OffsetDateTime),
    /// Of the challenge.
    status: &'static str,
    certificate: Option<String>,
    asked: Vec<String>,
    silent: Vec<TcpStream>,
}

/// Runs until dropped.
pub struct FakeAcme {
    pub authority: Arc<Authority>,
    state: Arc<Mutex<State>>,
    server: Fake,
}

impl FakeAcme {
    /// Its certificates are for ninety days from `NOW`.
    pub fn start() -> FakeAcme {
        let at = |days: i64| OffsetDateTime::from_unix_timestamp(NOW.seconds() + days * DAY).unwrap();
        let state = Arc::new(Mutex::new(State {
            mood: Mood::Well,
            looks_at: None,
            validity: (at(0), at(90)),
            status: "pending",
            certificate: None,
            asked: Vec::new(),
            silent: Vec::new(),
        }));
        let authority = Arc::new(Authority::foreign());
        let (shared, signs) = (Arc::clone(&state), Arc::clone(&authority));
        let server = Fake::start(move |connection| serve(&shared, &signs, connection));
        FakeAcme { authority, state, server }
    }

    pub fn directory(&self) -> String {
        format!("http://127.0.0.1:{}/directory", self.server.port)
    }

    pub fn looks_at(&self, plain: SocketAddr) {
        self.state.lock().unwrap().looks_at = Some(plain);
    }

    pub fn is(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// From the year that begins to the year that ends it.
    pub fn validity(&self, years: [i32; 2]) {
        let [begins, ends] = years.map(|year| rcgen::date_time_ymd(year, 1, 1));
        self.state.lock().unwrap().validity = (begins, ends);
    }

    /// Its certificates begin now and are for ninety days.
    pub fn now_is(&self, days: i64) {
        let at = |days: i64| OffsetDateTime::from_unix_timestamp(NOW.seconds() + days * DAY).unwrap();
        self.state.lock().unwrap().validity = (at(days), at(days + 90));
    }

    /// How often it was asked at a place.
    pub fn asked(&self, place: &str) -> usize {
        self.state.lock().unwrap().asked.iter().filter(|asked| *asked == place).count()
    }

    pub fn asked_in_all(&self) -> usize {
        self.state.lock().unwrap().asked.len()
    }
}

fn serve(state: &Mutex<State>, authority: &Authority, mut connection: TcpStream) {
    let Ok(request) = read_request(&mut connection) else { return };
    let (mood, looks_at) = {
        let mut state = state.lock().unwrap();
        state.asked.push(request.path.clone());
        (state.mood, state.looks_at)
    };
    let place = request.path.as_str();
    if matches!(mood, Mood::Silence(silent) if silent == place) {
        state.lock().unwrap().silent.push(connection);
        return;
    }
    let answer = if let Some(odd) = odd_answer(mood, place) {
        odd
    } else {
        if place == "/challenge" {
            let seen = looks_at.and_then(look);
            state.lock().unwrap().status = if seen.is_some() { "valid" } else { "invalid" };
        }
        proper(&mut state.lock().unwrap(), authority, &request)
    };
    // The client may have gone away.
    let _ = connection.write_all(&answer);
}

/// What it says there in this mood, instead of what it should.
fn odd_answer(mood: Mood, place: &str) -> Option<Vec<u8>> {
    if let Mood::Page(odd, status) = mood
        && odd == place
    {
        return Some(written(status, "Content-Type: text/html\r\n", "<html>Bad Gateway</html>"));
    }
    if let Mood::Problem(odd, status, kind, headers) = mood
        && odd == place
    {
        let problem = json!({ "type": format!("urn:ietf:params:acme:error:{kind}"), "detail": "not today" });
        return Some(written(status, headers, &problem.to_string()));
    }
    None
}

/// Asks the panel, as it would over the internet.
fn look(plain: SocketAddr) -> Option<()> {
    let path = format!("/.well-known/acme-challenge/{TOKEN}");
    let answer = tcp::ask(plain, "GET", &path, &[], b"")?;
    let is_right = answer.status == 200 && answer.body.starts_with(format!("{TOKEN}.").as_bytes());
    is_right.then_some(())
}

fn proper(state: &mut State, authority: &Authority, request: &Recorded) -> Vec<u8> {
    let at = |place: &str| format!("http://{}/{place}", request.headers["host"]);
    let challenge = |state: &State| {
        let mut challenge = json!({
            "type": "http-01", "url": at("challenge"), "token": TOKEN, "status": state.status,
        });
        if state.status == "invalid" {
            challenge["error"] = json!({
                "type": "urn:ietf:params:acme:error:connection", "detail": "the panel could not be reached",
            });
        }
        challenge
    };
    let body = match request.path.as_str() {
        "/directory" => json!({
            "newNonce": at("nonce"), "newAccount": at("account"), "newOrder": at("order"),
            "revokeCert": at("revoke"), "keyChange": at("key"),
        }),
        "/nonce" => return b"HTTP/1.1 204 X\r\nReplay-Nonce: n\r\nConnection: close\r\n\r\n".to_vec(),
        "/account" => {
            let place = format!("Location: {}\r\n", at("account/1"));
            return written(201, &place, r#"{"status":"valid"}"#);
        }
        "/order" => {
            (state.status, state.certificate) = ("pending", None);
            return written(201, &format!("Location: {}\r\n", at("order/1")), &order(state, &at).to_string());
        }
        "/order/1" => {
            let headers = if state.mood == Mood::Unready { "Retry-After: 3600\r\n" } else { "" };
            return written(200, headers, &order(state, &at).to_string());
        }
        "/authorization" => json!({
            "status": state.status, "identifier": { "type": "dns", "value": "localhost" },
            "challenges": [challenge(state)],
        }),
        "/challenge" => {
            let mut asked = challenge(state);
            (asked["status"], asked["error"]) = ("processing".into(), Value::Null);
            asked
        }
        "/finalize" => {
            state.certificate = Some(certificate(state, authority, &csr(&request.body)));
            order(state, &at)
        }
        "/certificate" => return written(200, "", state.certificate.as_deref().unwrap()),
        other => panic!("nobody should ask for {other}"),
    };
    written(200, "", &body.to_string())
}

fn order(state: &State, at: &impl Fn(&str) -> String) -> Value {
    let status = match (state.status, state.certificate.is_some()) {
        (_, true) if state.mood == Mood::Unready => "processing",
        (_, true) => "valid",
        ("valid", false) => "ready",
        (other, false) => other,
    };
    json!({
        "status": status, "authorizations": [at("authorization")], "finalize": at("finalize"),
        "identifiers": [{ "type": "dns", "value": "localhost" }],
        "certificate": (status == "valid").then(|| at("certificate")),
    })
}

fn certificate(state: &State, authority: &Authority, csr: &[u8]) -> String {
    let change = |params: &mut CertificateParams| {
        (params.not_before, params.not_after) = state.validity;
        if state.mood == Mood::Over {
            params.not_after = params.not_before;
        }
        if state.mood == Mood::OtherName {
            params.subject_alt_names = vec![rcgen::SanType::DnsName("other.vn".try_into().unwrap())];
        }
    };
    if state.mood == Mood::OtherKey {
        let [certificate, _] = authority.pem(change);
        return certificate;
    }
    authority.sign(csr, change)
}

/// Out of a signed request.
fn csr(body: &[u8]) -> Vec<u8> {
    let signed: Value = serde_json::from_slice(body).unwrap();
    let payload: Value = serde_json::from_slice(&decoded(signed["payload"].as_str().unwrap())).unwrap();
    decoded(payload["csr"].as_str().unwrap())
}

fn written(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\n{headers}Replay-Nonce: n\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}
