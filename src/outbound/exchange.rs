//! One request and its answer over a connected socket, and the verdict on what happened.
//!
//! minreq takes several things for an answer that are none: a closed connection (a 503 of its own making), a body
//! shorter than announced, an interim `100 Continue`. All of these count as no answer here.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::kernel::cause::CallCause;

use super::relay::{self, Limits, Traffic};
use super::target::Target;
use super::{Answer, Call, Failure, said};

/// Seconds by which minreq's own time-out, a backstop, comes after ours.
const BACKSTOP_SECONDS: u64 = 5;

/// What minreq writes when the server has said nothing it can read.
const NO_STATUS_LINE: &str = "Server did not provide a status line";

pub(super) fn run(
    call: &Call,
    target: &Target,
    socket: TcpStream,
    deadline: Instant,
) -> Result<Answer, Failure> {
    // Room for the head and for what TLS and chunks add. It also closes a hole in minreq's own limit on headers.
    let cap = call.max_body.saturating_add(call.max_body.div_ceil(16));
    let request = request(call, target);
    let limits = Limits { tls: target.tls, deadline, cap };
    let speak = |port| {
        // minreq panics where it is surprised, e.g. by a thread that cannot be started.
        catch_unwind(AssertUnwindSafe(|| speak(request, port, call.max_body)))
            .unwrap_or(Outcome::Failed { cause: CallCause::Client, before: false })
    };
    match relay::carry(socket, limits, speak) {
        Ok((outcome, traffic)) => verdict(outcome, &traffic, call),
        Err(error) => Err(Failure::NotSent(CallCause::Machine { said: said(&error) })),
    }
}

fn request(call: &Call, target: &Target) -> minreq::Request {
    let mut request = minreq::Request::new(call.method.clone(), target.url.clone())
        .with_follow_redirects(false)
        // Whole seconds, rounded up.
        .with_timeout(call.timeout.as_secs().saturating_add(1).saturating_add(BACKSTOP_SECONDS))
        .with_headers(call.headers.clone());
    if let Some(body) = &call.body {
        request = request.with_body(body.clone());
    }
    request
}

/// What minreq made of it, before anybody has looked at the wire.
enum Outcome {
    Answered(Spoken),
    /// `before`: the failure itself proves that the request was never written.
    Failed {
        cause: CallCause,
        before: bool,
    },
}

struct Spoken {
    status: u16,
    reason: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn speak(request: minreq::Request, relay_port: u16, max_body: u64) -> Outcome {
    match converse(request, relay_port, max_body) {
        Ok(spoken) => Outcome::Answered(spoken),
        Err(error) if certificate_refused(&error) => {
            Outcome::Failed { cause: CallCause::Certificate { said: said(&error) }, before: true }
        }
        Err(error) => Outcome::Failed { cause: broken(&error), before: false },
    }
}

fn broken(error: &minreq::Error) -> CallCause {
    let cut = [ErrorKind::ConnectionReset, ErrorKind::ConnectionAborted, ErrorKind::BrokenPipe];
    if let minreq::Error::IoError(inner) = error
        && cut.contains(&inner.kind())
    {
        return CallCause::Broken;
    }
    CallCause::Connection { said: said(error) }
}

fn converse(request: minreq::Request, relay_port: u16, max_body: u64) -> Result<Spoken, minreq::Error> {
    let proxy = minreq::Proxy::new(format!("127.0.0.1:{relay_port}"))?;
    let mut response = request.with_proxy(proxy).send_lazy()?;
    let mut body = Vec::new();
    response.by_ref().take(max_body.saturating_add(1)).read_to_end(&mut body)?;
    let (status, reason) = (response.status_code, response.reason_phrase.clone());
    Ok(Spoken { status, reason, headers: response.headers.clone(), body })
}

/// The server's certificate is judged inside the handshake, so nothing of the request was written. The wire alone
/// would not show it: the alert that ends a TLS 1.3 handshake looks like application data.
fn certificate_refused(error: &minreq::Error) -> bool {
    let minreq::Error::IoError(error) = error else { return false };
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    matches!(tls, Some(rustls::Error::InvalidCertificate(_)))
}

fn verdict(outcome: Outcome, traffic: &Traffic, call: &Call) -> Result<Answer, Failure> {
    let cause = match outcome {
        Outcome::Failed { cause, before: true } => return Err(Failure::NotSent(cause)),
        _ if traffic.timed_out => {
            CallCause::TimedOut { ms: u64::try_from(call.timeout.as_millis()).unwrap_or(u64::MAX) }
        }
        _ if traffic.over_cap => CallCause::TooLong,
        Outcome::Failed { cause, .. } => cause,
        Outcome::Answered(spoken) => match defect(&spoken, traffic, call.max_body) {
            None => {
                let retry_after = retry_after(&spoken);
                let Spoken { status, headers, body, .. } = spoken;
                return Ok(Answer { status, headers, body, retry_after });
            }
            Some(defect) => defect,
        },
    };
    Err(if traffic.sent { Failure::Unknown(cause) } else { Failure::NotSent(cause) })
}

/// Why something that minreq calls an answer is none, if it is none.
fn defect(spoken: &Spoken, traffic: &Traffic, max_body: u64) -> Option<CallCause> {
    let body_len = u64::try_from(spoken.body.len()).unwrap_or(u64::MAX);
    let coded = values(spoken, "transfer-encoding").next().is_some();
    let plain_chunks = values(spoken, "transfer-encoding").all(|value| value.eq_ignore_ascii_case("chunked"));
    let mut lengths = values(spoken, "content-length");
    let full = |value: &str| value.parse() == Ok(body_len);
    if spoken.status == 503 && spoken.reason == NO_STATUS_LINE {
        Some(CallCause::Closed)
    } else if spoken.status < 200 {
        Some(CallCause::Interim)
    } else if body_len > max_body {
        Some(CallCause::TooLong)
    } else if coded && !plain_chunks {
        Some(CallCause::Coding)
    } else if !coded && lengths.clone().next().is_some() {
        (!lengths.all(full)).then_some(CallCause::CutShort)
    } else if !coded && spoken.body.is_empty() && !matches!(spoken.status, 204 | 304) {
        // No length and nothing after the head: as far as can be told, the head itself was cut.
        Some(CallCause::CutShort)
    } else {
        traffic.broken.then_some(CallCause::Broken)
    }
}

/// SePay has a name of its own for it.
fn retry_after(spoken: &Spoken) -> Option<Duration> {
    let named = |name| values(spoken, name).next()?.parse().ok().map(Duration::from_secs);
    named("retry-after").or_else(|| named("x-sepay-userapi-retry-after"))
}

fn values<'a>(spoken: &'a Spoken, name: &'a str) -> impl Iterator<Item = &'a str> + Clone {
    let named = move |(key, _): &&(String, String)| key.trim().eq_ignore_ascii_case(name);
    spoken.headers.iter().filter(named).map(|(_, value)| value.trim())
}
