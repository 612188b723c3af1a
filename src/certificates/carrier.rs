//! The ACME library's HTTP, by `outbound` like every other call. It blocks: who asks an authority has a thread of its
//! own.

use crate::config::{self, Acme};
use crate::kernel::clock::Timestamp;
use crate::outbound::{Answer, Call, Failure};
use hyper::body::{Body, Bytes};
use hyper::http::Method;
use hyper::{Request, Response, StatusCode};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use parking_lot::Mutex;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The library adds what it finds to the present, which must not overflow.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The headers that mean something in ACME.
const PASSED_ON: [&str; 2] = ["replay-nonce", "location"];

/// How long a conversation may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Each call.
    pub call: Duration,
    /// All together.
    pub whole: Duration,
}

/// What the last answer was, whatever the library makes of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heard {
    /// 0: none has come.
    pub(super) status: u16,
    /// The authority wants to be left alone for so long.
    pub(super) retry_after: Option<Duration>,
}

#[derive(Clone)]
pub(super) struct Carrier {
    heard: Arc<Mutex<Heard>>,
    patience: Patience,
    deadline: Instant,
    allow_private: bool,
    now: Timestamp,
}

impl Carrier {
    /// For one conversation, which begins now.
    pub(super) fn new(acme: &Acme, patience: Patience, now: Timestamp) -> Self {
        Carrier {
            heard: Arc::default(),
            patience,
            deadline: Instant::now() + patience.whole,
            allow_private: acme.directory_url != config::LETS_ENCRYPT,
            now,
        }
    }

    pub(super) fn heard(&self) -> Heard {
        *self.heard.lock()
    }

    async fn carry(self, request: Request<BodyWrapper<Bytes>>) -> Result<BytesResponse, Error> {
        let (head, mut body) = request.into_parts();
        let url = head.uri.to_string();
        let call = if head.method == Method::POST {
            let mut bytes = Vec::new();
            while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
                bytes.extend(frame.into_data().unwrap_or_default());
            }
            Call::post(url, "application/jose+json", bytes)
        } else {
            // A nonce is asked for by HEAD; by GET it comes too, and is a whole answer (RFC 8555, 7.2).
            Call::get(url)
        };
        *self.heard.lock() = Heard::default();
        let left = self.deadline.saturating_duration_since(Instant::now()).min(self.patience.call);
        let call = call.header("Accept", "*/*".to_owned()).timeout(left).allow_private(self.allow_private);
        let answer = call.send().map_err(|failure: Failure| Error::Other(Box::new(failure)))?;
        let retry_after = self.retry_after(&answer);
        *self.heard.lock() = Heard { status: answer.status, retry_after };
        let is_nonce = head.method == Method::HEAD && answer.status == 204;
        let mut response =
            Response::builder().status(if is_nonce { StatusCode::OK.as_u16() } else { answer.status });
        for (name, value) in &answer.headers {
            if PASSED_ON.iter().any(|known| name.trim().eq_ignore_ascii_case(known)) {
                response = response.header(name.trim(), value.trim());
            }
        }
        if let Some(wait) = retry_after {
            response = response.header("retry-after", wait.as_secs());
        }
        let (parts, ()) = response.body(())?.into_parts();
        Ok(BytesResponse { parts, body: Box::new(Bytes::from(answer.body)) })
    }

    /// In seconds, or as a date.
    fn retry_after(&self, answer: &Answer) -> Option<Duration> {
        let date = || {
            let header =
                answer.headers.iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("retry-after"))?;
            let at = OffsetDateTime::parse(header.1.trim(), &Rfc2822).ok()?;
            u64::try_from(at.unix_timestamp().saturating_sub(self.now.seconds()))
                .ok()
                .map(Duration::from_secs)
        };
        answer.retry_after.or_else(date).map(|wait| wait.min(LONGEST_RETRY_AFTER))
    }
}

impl HttpClient for Carrier {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        Box::pin(self.clone().carry(request))
    }
}
