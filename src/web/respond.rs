//! What handlers answer with.

use super::budget::{self, HeldBody};
use super::error::{ApiError, ApiResult};
use super::packed::{self, Coding};
use crate::kernel::page::{self, Page};
use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Builder, Responder, Response};
use serde::Serialize;
use std::io::Cursor;
use std::sync::Arc;
use utoipa::ToSchema;

/// Room for a page of a list, so that it is not copied again and again while it grows.
const USUAL_BODY_BYTES: usize = 8 * 1024;

/// What is handed to the socket in one piece. Rocket's 4 KiB would split a page of a list over several system calls;
/// without a bound, a large body would stand in memory twice.
const MOST_PIECE_BYTES: usize = 64 * 1024;

/// From here on an answer is packed for whoever takes it so: of a page of a list a tenth is left, which on a slow
/// line is a second. What programs ask for all day is shorter. Its size tells nobody what is in it: other sites
/// cannot ask with a reader's cookie (`SameSite=Strict`).
const PACKED_FROM_BYTES: usize = 4 * 1024;

/// 200 with a JSON body.
pub struct Json<T>(pub T);

/// 201 with a JSON body.
pub struct Created<T>(pub T);

/// 202 with a JSON body: it is written down and done later.
pub struct Accepted<T>(pub T);

/// Another status with a JSON body.
pub struct Stated<T>(pub Status, pub T);

/// 204.
pub struct NoContent;

/// An answer that was made in the write that earned it, or kept from the first time.
pub struct Prepared {
    pub status: u16,
    pub body: Vec<u8>,
    pub replayed: bool,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// For `?cursor=`; null on the last page.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    pub fn of<U>(page: Page<U>, view: impl FnMut(U) -> T) -> Self {
        page.map(view).into()
    }
}

impl<T> From<Page<T>> for List<T> {
    fn from(page: Page<T>) -> Self {
        List { items: page.items, next_cursor: page.next.map(page::Cursor::encode) }
    }
}

/// An answer that is complete already.
pub struct Raw(pub Response<'static>);

impl<'r> Responder<'r, 'static> for Raw {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(self.0)
    }
}

/// Bytes made for one answer, such as a picture.
pub struct Made {
    pub content_type: ContentType,
    pub body: Vec<u8>,
}

/// A body of bytes that are in memory anyway, and stay there once: of files, of the list of services. What is made for
/// one answer is counted, and goes out by `held`, or by `problem` when it is a refusal.
pub fn with_shared_body<B: Shared>(answer: &mut Builder<'static>, body: B) {
    with_body(answer, body);
}

/// Of which many answers hold one copy.
pub trait Shared: AsRef<[u8]> + Send + Unpin + 'static {}

impl Shared for Arc<[u8]> {}

fn with_body<'r, B>(answer: &mut Builder<'r>, body: B)
where
    B: AsRef<[u8]> + Send + Unpin + 'r,
{
    let bytes = body.as_ref().len();
    // The size of the pieces belongs to the body, so it is set after it.
    answer.sized_body(bytes, Cursor::new(body)).max_chunk_size(bytes.clamp(1, MOST_PIECE_BYTES));
}

/// A body that is to be kept.
pub fn json_bytes(value: &impl Serialize) -> ApiResult<Vec<u8>> {
    let mut body = Vec::with_capacity(USUAL_BODY_BYTES);
    serde_json::to_writer(&mut body, value)
        .map_err(|cause| ApiError::internal(format!("an answer could not be written: {cause}")))?;
    Ok(body)
}

fn json(status: Status, value: &impl Serialize, request: &Request<'_>) -> response::Result<'static> {
    match json_bytes(value) {
        Ok(body) => held_json(status, body, request),
        Err(refusal) => refusal.respond_to(request),
    }
}

/// JSON of a caller, packed where that is worth it.
pub fn held_json(
    status: Status,
    body: impl AsRef<[u8]> + Send + Unpin + 'static,
    request: &Request<'_>,
) -> response::Result<'static> {
    held_packed(status, ContentType::JSON, body, request)
}

/// Text of a caller, packed where that is worth it.
pub fn held_packed(
    status: Status,
    content_type: ContentType,
    body: impl AsRef<[u8]> + Send + Unpin + 'static,
    request: &Request<'_>,
) -> response::Result<'static> {
    let is_long = body.as_ref().len() >= PACKED_FROM_BYTES;
    let taken = is_long && Coding::Gzip.is_taken(request);
    match taken.then(|| packed::gzip_at_once(body.as_ref())).flatten() {
        Some(gzip) => {
            let coded = Header::new("Content-Encoding", Coding::Gzip.name());
            held_with(status, content_type, gzip, &[coded, varying()], request)
        }
        None if is_long => held_with(status, content_type, body, &[varying()], request),
        None => held(status, content_type, body, request),
    }
}

/// Another client may be answered with other bytes.
fn varying() -> Header<'static> {
    Header::new("Vary", "Accept-Encoding")
}

/// Counted against the caller's share until it is sent.
pub fn held(
    status: Status,
    content_type: ContentType,
    body: impl AsRef<[u8]> + Send + Unpin + 'static,
    request: &Request<'_>,
) -> response::Result<'static> {
    held_with(status, content_type, body, &[], request)
}

fn held_with(
    status: Status,
    content_type: ContentType,
    body: impl AsRef<[u8]> + Send + Unpin + 'static,
    headers: &[Header<'static>],
    request: &Request<'_>,
) -> response::Result<'static> {
    match budget::hold(request, body) {
        Ok(body) => {
            let mut answer = Response::build();
            answer.status(status).header(content_type);
            for header in headers {
                answer.header(header.clone());
            }
            with_body(&mut answer, body);
            answer.ok()
        }
        Err(refusal) => refusal.respond_to(request),
    }
}

/// 200 with JSON that is counted already.
pub fn counted_json(body: HeldBody<Vec<u8>>) -> Response<'static> {
    let mut answer = Response::build();
    answer.status(Status::Ok).header(ContentType::JSON);
    with_body(&mut answer, body);
    answer.finalize()
}

/// A refusal's document: counted like all bodies, and never refused itself.
pub fn problem(status: Status, body: Vec<u8>, request: &Request<'_>) -> Builder<'static> {
    let mut answer = Response::build();
    answer.status(status).header(ContentType::new("application", "problem+json"));
    with_body(&mut answer, budget::hold_anyway(request, body));
    answer
}

impl<'r> Responder<'r, 'static> for Made {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        held(Status::Ok, self.content_type, self.body, request)
    }
}

impl<'r, T: Serialize> Responder<'r, 'static> for Json<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        json(Status::Ok, &self.0, request)
    }
}

impl<'r, T: Serialize> Responder<'r, 'static> for Created<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        json(Status::Created, &self.0, request)
    }
}

impl<'r, T: Serialize> Responder<'r, 'static> for Accepted<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        json(Status::Accepted, &self.0, request)
    }
}

impl<'r, T: Serialize> Responder<'r, 'static> for Stated<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        json(self.0, &self.1, request)
    }
}

impl<'r> Responder<'r, 'static> for NoContent {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build().status(Status::NoContent).ok()
    }
}

impl<'r> Responder<'r, 'static> for Prepared {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut answer = held_json(Status::new(self.status), self.body, request)?;
        if self.replayed {
            answer.set_header(Header::new("Idempotent-Replayed", "true"));
        }
        Ok(answer)
    }
}
