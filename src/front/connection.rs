//! One connection: requests one after the other, until either side ends it or a deadline does.

use super::body::Source;
use super::doors::Door;
use super::half_open::HalfOpen;
use super::handover;
use super::http2;
use super::limits::{HEAD_BYTES, Limits};
use super::places::{Place, Places, Turn};
use hyper::Request;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rocket::local::asynchronous::Client;
use std::error::Error;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite};
use tokio::time::timeout;

/// What TLS holds of an answer that its client has not taken.
const TLS_BUFFER: usize = 16 * 1024;

/// Most of an answer that is read ahead of its client at once.
const PIECE_BYTES: usize = 16 * 1024;

/// What all connections share.
pub(super) struct Served {
    pub(super) client: Client,
    pub(super) limits: Limits,
    pub(super) places: Places,
}

/// Serves a stream until its end. What went wrong with it is its client's business, so it is not logged.
pub(super) async fn serve(
    served: Arc<Served>,
    door: Door,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    from: SocketAddr,
    place: Place,
) {
    let place = Arc::new(place);
    tokio::select! {
        biased;
        () = place.gives_way.notified() => {}
        () = come_in(&served, door, stream, from, &place) => {}
    }
}

async fn come_in(
    served: &Arc<Served>,
    door: Door,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    from: SocketAddr,
    place: &Arc<Place>,
) {
    match door {
        Door::Plain => answer(served, stream, from, place).await,
        Door::Tls(acceptor) => {
            // A stream with TLS is large, and would stand in the task several times over.
            let accepting =
                acceptor.accept_with(stream, |session| session.set_buffer_limit(Some(TLS_BUFFER)));
            let handshake = timeout(served.limits.handshake, Box::pin(accepting));
            let done = tokio::select! {
                biased;
                () = served.client.rocket().shutdown() => return,
                done = handshake => done,
            };
            let Ok(Ok(stream)) = done else { return };
            let is_http2 = stream.get_ref().1.alpn_protocol() == Some(http2::ALPN);
            let mut stream = Box::new(stream);
            let is_spoken_to = tokio::select! {
                biased;
                () = served.client.rocket().shutdown() => return,
                said = timeout(served.limits.head, stream.fill_buf()) => matches!(said, Ok(Ok([_, ..]))),
            };
            // Until something is said, TLS alone holds memory: what reads requests would double it.
            if !is_spoken_to {
                return;
            }
            if is_http2 {
                Box::pin(http2::converse(served, stream, from, place)).await;
            } else {
                answer(served, stream, from, place).await;
            }
        }
        Door::SendOn(plain) => {
            let send_on = |request| std::future::ready(plain.answer(&request));
            converse(served, &http(served.limits, false), stream, service_fn(send_on)).await;
        }
    }
}

/// Hands its requests to Rocket.
async fn answer(
    served: &Arc<Served>,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    from: SocketAddr,
    place: &Arc<Place>,
) {
    let hand_over = |request: Request<Incoming>| {
        let turn = Turn::of_one(place);
        handover::hand_over(Arc::clone(served), from, turn, request.map(Source::Http1), PIECE_BYTES)
    };
    let http = http(served.limits, served.limits.keeps_alive);
    let stream = HalfOpen::new(stream, Arc::clone(place), served.limits.half_open);
    converse(served, &http, stream, service_fn(hand_over)).await;
}

fn http(limits: Limits, keeps_alive: bool) -> Builder {
    let mut http = Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).keep_alive(keeps_alive);
    http.max_buf_size(HEAD_BYTES).max_header_size(HEAD_BYTES);
    http
}

async fn converse<S, B>(
    served: &Served,
    http: &Builder,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    service: S,
) where
    S: hyper::service::HttpService<Incoming, ResBody = B>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        biased;
        () = served.client.rocket().shutdown() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
        _ = connection.as_mut() => {}
    }
}
