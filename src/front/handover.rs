//! One request, handed to Rocket within the process, and its answer on its way back.
//!
//! Rocket's client for tests is the only way in. What a server of Rocket's would do and that client does not is done
//! here; `tests/it/front` holds each of it.

use super::body::{AnswerBody, RequestBody, Source};
use super::connection::Served;
use super::places::Turn;
use hyper::body::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::{Request, Response, Version};
use rocket::http::uri::{Authority, Host, Origin};
use rocket::http::{Header, Method};
use rocket::local::asynchronous::{Client, LocalRequest, LocalResponse};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::sync::{mpsc, oneshot};

/// Answers a request, in pieces of at most so many bytes.
///
/// A client that leaves drops this future. What it has asked for is carried out all the same, in a task of its own.
pub(super) async fn hand_over(
    served: Arc<Served>,
    from: SocketAddr,
    turn: Turn,
    request: Request<Source>,
    piece_bytes: usize,
) -> io::Result<Response<AnswerBody>> {
    let (tell, told) = oneshot::channel();
    tokio::spawn(async move {
        let (head, body) = request.into_parts();
        let request = local(&served.client, &head, from);
        request.inner().local_cache(|| RequestBody::new(body, served.limits.body));
        // What answers is large, and would lie in memory until the client has taken all of the answer.
        let answer = Box::pin(request.dispatch()).await;
        let (sender, pieces) = mpsc::channel(1);
        let body = AnswerBody { pieces, turn };
        let is_wanted = tell.send(with_head(&answer, body)).is_ok();
        if is_wanted {
            send_body(answer, sender, piece_bytes).await;
        }
    });
    told.await.map_err(io::Error::other)?
}

/// A target that Rocket has no name for, or a method. It is answered by Rocket's catcher, as 400.
struct Unreadable<'a>(&'a str);

impl fmt::Display for Unreadable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl<'a> TryFrom<Unreadable<'a>> for Origin<'a> {
    type Error = ();

    fn try_from(_: Unreadable<'a>) -> Result<Self, ()> {
        Err(())
    }
}

struct Clear(bool);

/// Whether the head of a request could be read in one way only; it is refused as 400 otherwise.
pub fn has_clear_head(request: &rocket::Request<'_>) -> bool {
    request.local_cache(|| Clear(true)).0
}

/// What may be read in two ways, or in none.
struct Unclear;

/// Whether everybody who reads the head finds the same kind of body, ending in the same place. hyper goes by the chunks
/// and ends the connection after the answer where a head has a length as well; other codings it does not undo.
fn has_clear_body(head: &Parts) -> bool {
    let count = |name| head.headers.get_all(name).iter().count();
    let codings = head.headers.get_all(TRANSFER_ENCODING).iter();
    count(CONTENT_TYPE) <= 1
        && count(TRANSFER_ENCODING) <= 1
        && codings.into_iter().all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"chunked"))
}

/// The one host that the request is for; `None`: a client of HTTP/1.0 need not say it.
fn host(head: &Parts) -> Result<Option<Host<'static>>, Unclear> {
    let mut named = head.headers.get_all(HOST).iter();
    let (named, second) = (named.next(), named.next());
    if second.is_some() || (named.is_none() && head.version > Version::HTTP_10) {
        return Err(Unclear);
    }
    let Some(named) = named else { return Ok(None) };
    let named = named.to_str().map_err(|_| Unclear)?;
    // An address in the first line says it a second time. Of `CONNECT` it is somebody else's.
    let address = head.uri.authority().filter(|_| head.uri.scheme().is_some());
    if address.is_some_and(|address| !address.as_str().eq_ignore_ascii_case(named)) {
        return Err(Unclear);
    }
    match Authority::parse_owned(named.to_owned()) {
        Ok(host) if host.user_info().is_none() && !host.host().is_empty() => Ok(Some(Host::new(host))),
        Ok(_) | Err(_) => Err(Unclear),
    }
}

/// The request as Rocket knows it.
fn local<'r>(client: &'r Client, head: &'r Parts, from: SocketAddr) -> LocalRequest<'r> {
    let method = head.method.as_str().parse::<Method>();
    let method = method.ok().filter(|method| method.as_str() == head.method.as_str());
    let host = host(head);
    let is_clear = host.is_ok() && has_clear_body(head);
    let mut request = match (method, head.uri.path_and_query()) {
        // As Rocket's server does it: what hyper has read is not read again.
        (Some(method), Some(uri)) if is_clear => client.req(method, Origin::new(uri.path(), uri.query())),
        (_, uri) => client.get(Unreadable(uri.map_or("/", |uri| uri.path()))),
    };
    request.inner().local_cache(|| Clear(is_clear));
    request.set_remote(from);
    if let Ok(Some(host)) = host {
        request.inner_mut().set_host(host);
    }
    for (name, value) in &head.headers {
        // Cookies stay in their header, where `web/session` looks for its own: a request may bring thousands, and
        // Rocket's jar would hold each of them.
        // Rocket's headers are text. One that is none stays there with a sign that no reader accepts: if it was
        // dropped, it would count as one that was never sent.
        let value = String::from_utf8_lossy(value.as_bytes());
        request.inner_mut().add_header(Header::new(name.as_str(), value));
    }
    request
}

/// Errors: an answer that is no HTTP, which ends the connection.
fn with_head(answer: &LocalResponse<'_>, body: AnswerBody) -> io::Result<Response<AnswerBody>> {
    let mut head = Response::builder().status(answer.status().code);
    for header in answer.headers().iter() {
        head = head.header(header.name.as_str(), header.value.as_bytes());
    }
    let mut answered = head.body(body).map_err(io::Error::other)?;
    let headers = answered.headers_mut();
    if !headers.contains_key(TRANSFER_ENCODING)
        && let Some(size) = answer.body().preset_size()
    {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
    }
    Ok(answered)
}

/// No more of it is made than the client takes, and nothing once it has left.
async fn send_body(mut answer: LocalResponse<'_>, to: mpsc::Sender<io::Result<Bytes>>, piece_bytes: usize) {
    let most = answer.body().max_chunk_size().clamp(1, piece_bytes);
    while let Ok(room) = to.reserve().await {
        let mut piece = Vec::with_capacity(most);
        let read = tokio::select! {
            biased;
            () = to.closed() => return,
            read = answer.read_buf(&mut piece) => read,
        };
        let piece = match read {
            Ok(0) => return,
            Ok(_) => Ok(Bytes::from(piece)),
            Err(cause) => Err(cause),
        };
        let is_last = piece.is_err();
        room.send(piece);
        if is_last {
            return;
        }
    }
}
