//! Every call that leaves the machine, and the only user of the HTTP client `minreq`; letters go out by `smtp`.
//!
//! What lives here: one request, one answer, and an exact statement about what happened when there is no answer.
//! What does not: the meaning of an answer (`provider`, `sepay` and so on read it), retries (callers decide).
//!
//! Invariants:
//! - [`Failure::NotSent`] is claimed only when no byte of the request can have left this machine, not even later.
//!   Everything else that is not a complete answer is [`Failure::Unknown`].
//! - Redirects are never followed, connections never reused, and the environment's proxies never asked.
//! - Without `allow_private` only public addresses are reached, and the address checked is the address used.
//! - Neither the URL's path, nor the body, nor a header's value is found in an error text or in `Debug`.
//!
//! minreq alone can promise none of this: it follows redirects with the body, resolves by itself, calls an answer
//! that was cut short a success, and may still send a request whose time-out it has already reported. So it never
//! gets near the network: it speaks HTTP and TLS to a loopback port of ours, and `relay` carries the bytes to a
//! socket that `dial` has opened.

mod address;
mod dial;
mod exchange;
mod records;
mod relay;
pub mod smtp;
mod target;

use std::fmt;
use std::sync::Once;
use std::time::{Duration, Instant};

use crate::kernel::cause::CallCause;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Rule;
use crate::kernel::secret::Secret;
use crate::kernel::text::is_invisible;

/// What is kept of what the system or a library says, in characters.
const MAX_SAID: usize = 200;

/// Default of [`Call::max_body`]: longer answers are [`Failure::Unknown`].
pub const MAX_BODY: u64 = 1024 * 1024;

/// One request to be made. It may hold secrets in any part, hence no `Debug`.
pub struct Call {
    method: minreq::Method,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
    timeout: Duration,
    allow_private: bool,
    max_body: u64,
}

/// What the server said, in full: the status as it stands, the body as bytes, whatever its Content-Type claims.
///
/// Any status from 200 up is an answer here, redirects and server errors included.
pub struct Answer {
    pub status: u16,
    /// As they came, names in any case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// For how long the server wants no further call, where a header says so in seconds.
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// The first header of that name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |(key, _): &&(String, String)| key.trim().eq_ignore_ascii_case(name);
        self.headers.iter().find(named).map(|(_, value)| value.trim())
    }

    /// When it was made, by the server's clock, where a header says so.
    pub fn made_at(&self) -> Option<Timestamp> {
        self.header("date").and_then(Timestamp::parse_http_date)
    }
}

/// Why there is no answer. The causes are for the operator and hold nothing secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The request did not leave the machine and will not: safe to try again.
    #[error("not sent: {0}")]
    NotSent(CallCause),
    /// The request may have reached the server, in part or in full.
    #[error("outcome unknown: {0}")]
    Unknown(CallCause),
}

impl Failure {
    pub fn cause(self) -> CallCause {
        match self {
            Failure::NotSent(cause) | Failure::Unknown(cause) => cause,
        }
    }
}

/// Chooses the cryptography TLS uses in this process. Called first thing in `main`, and by every call again:
/// two providers compiled in by chance would otherwise turn each https request into a panic.
pub fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // The only error is "already chosen", which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    });
}

/// Whether calls to this URL can be made at all; if not, what it must be. A name is looked up when a
/// call is made, and what it leads to is checked then.
pub fn check_address(url: &str, allow_private: bool) -> Result<(), Rule> {
    let target = target::Target::parse(url)?;
    match target.host {
        target::TargetHost::Address(ip) if !allow_private && !address::is_public(ip.into()) => {
            Err(Rule::AddressPrivate)
        }
        target::TargetHost::Address(_) | target::TargetHost::Name(_) => Ok(()),
    }
}

impl Call {
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(minreq::Method::Get, url.into())
    }

    /// A POST with `fields` as `application/x-www-form-urlencoded`, in the order given.
    pub fn post_form(url: impl Into<String>, fields: &[(&str, &str)]) -> Self {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self::new(minreq::Method::Post, url.into())
            .body("application/x-www-form-urlencoded", body.into_bytes())
    }

    /// A POST with `json`, which is sent as it is.
    pub fn post_json(url: impl Into<String>, json: Vec<u8>) -> Self {
        Self::post(url, "application/json", json)
    }

    /// A POST with `body`, which is sent as it is.
    pub fn post(url: impl Into<String>, content_type: &str, body: Vec<u8>) -> Self {
        Self::new(minreq::Method::Post, url.into()).body(content_type, body)
    }

    /// A PUT of these bytes.
    pub fn put(url: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self::new(minreq::Method::Put, url.into()).body("application/octet-stream", bytes)
    }

    pub fn delete(url: impl Into<String>) -> Self {
        Self::new(minreq::Method::Delete, url.into())
    }

    fn new(method: minreq::Method, url: String) -> Self {
        let agent = concat!("smm-panel/", env!("CARGO_PKG_VERSION")).to_owned();
        let headers = vec![
            ("User-Agent", agent),
            ("Accept", "application/json".to_owned()),
            ("Accept-Encoding", "identity".to_owned()),
            ("Connection", "close".to_owned()),
        ];
        let timeout = Duration::from_secs(15);
        Self { method, url, headers, body: None, timeout, allow_private: false, max_body: MAX_BODY }
    }

    fn body(mut self, content_type: &str, body: Vec<u8>) -> Self {
        self.headers.push(("Content-Type", content_type.to_owned()));
        self.body = Some(body);
        self
    }

    /// In the place of another of this name.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        self
    }

    #[must_use]
    pub fn bearer(mut self, token: &Secret) -> Self {
        self.headers.push(("Authorization", format!("Bearer {}", token.expose())));
        self
    }

    /// Limit for everything together, from the look-up of the name to the last byte of the answer. 15 s unless set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Lets the call reach loopback, private and otherwise reserved addresses.
    #[must_use]
    pub fn allow_private(mut self, allow: bool) -> Self {
        self.allow_private = allow;
        self
    }

    /// Largest body, in bytes, that still counts as an answer.
    #[must_use]
    pub fn max_body(mut self, bytes: u64) -> Self {
        self.max_body = bytes;
        self
    }

    /// Makes the call and blocks until it is over, at the latest a moment after the time-out.
    ///
    /// When this returns, nothing of the call is left: no socket, no thread, no byte on its way out. The one
    /// exception is a name look-up that hangs in the system's resolver; it has no socket of ours and sends nothing.
    pub fn send(&self) -> Result<Answer, Failure> {
        init();
        let deadline = Instant::now() + self.timeout;
        self.check_headers().map_err(Failure::NotSent)?;
        let target =
            target::Target::parse(&self.url).map_err(|rule| Failure::NotSent(CallCause::Address { rule }))?;
        let socket = dial::connect(&target.host, target.port, self.allow_private, deadline)
            .map_err(Failure::NotSent)?;
        exchange::run(self, &target, socket, deadline)
    }

    /// minreq writes header values as they are, so a line break would start another header.
    fn check_headers(&self) -> Result<(), CallCause> {
        let plain = |text: &str| text.chars().all(|c| matches!(c, ' '..='~'));
        match self.headers.iter().find(|(_, value)| !plain(value)) {
            Some((name, _)) => Err(CallCause::Header { name: (*name).to_owned() }),
            None => Ok(()),
        }
    }
}

/// What the system or a library says of an error, as one short line.
fn said(error: &impl fmt::Display) -> String {
    let shown = |c: &char| !c.is_control() && !is_invisible(*c);
    error.to_string().chars().filter(shown).take(MAX_SAID).collect()
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("body_bytes", &self.body.len()).finish()
    }
}
