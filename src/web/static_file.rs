//! Bytes that do not change while the process runs, and what is said of them: what they are, for how long they are
//! kept.

use super::packed::{self, Coding};
use super::respond;
use aws_lc_rs::digest::{SHA256, digest};
use rocket::Request;
use rocket::http::{ContentType, Header, Status};
use rocket::response::{self, Responder, Response};
use std::sync::Arc;

/// Kept, and asked for each time whether it is still the same.
pub(super) const ASK: &str = "no-cache";

/// As every static address answers.
#[derive(Clone)]
pub struct StaticFile {
    pub(super) bytes: Arc<[u8]>,
    /// The same by Brotli, of files as they are.
    pub(super) brotli: Option<Arc<[u8]>>,
    pub(super) content_type: ContentType,
    /// Names the content, without quotes.
    pub(super) tag: Arc<str>,
    /// What a browser may do with it later, as `Cache-Control` says it.
    pub(super) keep: &'static str,
    /// The Content-Security-Policy, for pages.
    pub(super) policy: Option<&'static str>,
}

impl StaticFile {
    /// Bytes that may be others the next time.
    pub(super) fn changing(content_type: ContentType, bytes: Vec<u8>) -> StaticFile {
        let tag = tag(digest(&SHA256, &bytes).as_ref());
        StaticFile { bytes: bytes.into(), brotli: None, content_type, tag, keep: ASK, policy: None }
    }

    pub(super) async fn answer_packed(self, request: &Request<'_>) -> Response<'static> {
        if !packed::is_packable(&self.content_type, self.bytes.len()) {
            return self.answer(request, None);
        }
        let packed = match self.brotli.clone().filter(|_| Coding::Brotli.is_taken(request)) {
            Some(brotli) => Some((Coding::Brotli, brotli)),
            None if Coding::Gzip.is_taken(request) => {
                let packed = packed::gzip_once(Arc::clone(&self.tag), Arc::clone(&self.bytes)).await;
                packed.map(|gzip| (Coding::Gzip, gzip))
            }
            None => None,
        };
        self.answer(request, packed)
    }

    pub(super) fn answer(
        self,
        request: &Request<'_>,
        packed: Option<(Coding, Arc<[u8]>)>,
    ) -> Response<'static> {
        // Other bytes, another tag (RFC 9110, 8.8.3.3).
        let ending = packed.as_ref().map(|(coding, _)| format!("-{}", coding.name())).unwrap_or_default();
        let tag = format!("\"{}{ending}\"", self.tag);
        let known = request.headers().get("If-None-Match").any(|tags| names(tags, &tag));
        let mut answer = Response::build();
        answer.header(Header::new("Cache-Control", self.keep));
        answer.header(Header::new("ETag", tag)).header(Header::new("Vary", "Accept-Encoding"));
        if let Some(policy) = self.policy {
            answer.header(Header::new("Content-Security-Policy", policy));
            answer.header(Header::new("Referrer-Policy", "same-origin"));
        }
        if known {
            return answer.status(Status::NotModified).finalize();
        }
        answer.header(self.content_type);
        match packed {
            Some((coding, bytes)) => {
                answer.header(Header::new("Content-Encoding", coding.name()));
                respond::with_shared_body(&mut answer, bytes);
            }
            None => respond::with_shared_body(&mut answer, self.bytes),
        }
        answer.finalize()
    }
}

impl<'r> Responder<'r, 'static> for StaticFile {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        Ok(self.answer(request, None))
    }
}

/// A quarter of the hash tells one content of an address from another; a page asks for seventy, each with its head.
pub(super) fn tag(hash: &[u8]) -> Arc<str> {
    hex::encode(hash.split_at(hash.len() / 4).0).into()
}

/// Whether an `If-None-Match` list has the tag; the comparison is the weak one (RFC 9110, 13.1.2).
pub(super) fn names(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}
