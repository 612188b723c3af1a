//! HTTP/2 over one stream: requests at once, each with deadlines of its own.
//!
//! By the `h2` library itself: hyper asks for the next piece of an answer before it knows whether the client takes any
//! of it, and nobody is told for how long it then waits.

use super::body::{AnswerBody, Source};
use super::connection::Served;
use super::handover::hand_over;
use super::limits::Limits;
use super::places::{Place, Turn};
use crate::kernel::clock::Clock;
use h2::server::{Builder, SendResponse};
use h2::{Ping, PingPong, Reason, RecvStream, SendStream};
use hyper::body::Bytes;
use hyper::header::{DATE, HOST, HeaderValue};
use hyper::{Request, Response};
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, copy, sink};
use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// How the two sides of a TLS connection agree on it.
pub(super) const ALPN: &[u8] = b"h2";

/// Requests of one connection at once.
const STREAMS: u32 = 32;
/// The same, with those that were taken back: what they have begun is carried out.
const RUNNING: usize = 64;
/// Of bodies that nobody has read yet, of one request and of all.
const WINDOW_BYTES: u32 = 64 * 1024 - 1;
/// All headers of a request, unpacked.
const HEADERS_BYTES: u32 = 16 * 1024;
/// Requests that were taken back before anybody looked at them, and errors in streams, that a connection survives.
const TAKEN_BACK: usize = 20;
/// Requests that were refused because there was no place for them, and that a connection survives.
const REFUSED: usize = 100;
/// Of an answer, for each of three: one waits, one is on its way, one lies in the connection. Less than with HTTP/1,
/// for there are so many answers at once.
const PIECE_BYTES: usize = 4 * 1024;
/// What a reader must take within the deadline, if there is as much.
const ENOUGH: usize = super::watched::ENOUGH;
/// Who has room for no more than this gets the next part a moment later: room that is given byte by byte would have
/// each byte encrypted and sent by itself.
const CRUMB_BYTES: usize = 256;
const AFTER_CRUMB: Duration = Duration::from_millis(20);

/// Serves a stream until its end.
pub(super) async fn converse(
    served: &Arc<Served>,
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    from: SocketAddr,
    place: &Arc<Place>,
) {
    if answer_all(served, &mut stream, from, place).await {
        // The panel has said its last word. Whatever the client sends meanwhile would be answered by a reset, which may
        // overtake that word.
        let _ = timeout(served.limits.half_open, copy(&mut stream, &mut sink())).await;
    }
}

/// Whether both sides know that it is over.
async fn answer_all(
    served: &Arc<Served>,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    from: SocketAddr,
    place: &Arc<Place>,
) -> bool {
    let limits = served.limits;
    let mut shutdown = served.client.rocket().shutdown();
    let greeting = timeout(limits.head, builder().handshake::<_, Bytes>(stream));
    let greeted = tokio::select! {
        biased;
        () = &mut shutdown => return false,
        greeted = greeting => greeted,
    };
    let Ok(Ok(mut connection)) = greeted else { return false };
    let mut silence = pin!(no_answer(connection.ping_pong(), limits.ping));
    let mut idle = pin!(place.has_waited(limits.head));
    let (mut is_ending, mut refused) = (false, 0);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown, if !is_ending => {
                is_ending = true;
                connection.graceful_shutdown();
            }
            () = &mut idle => {
                if is_ending {
                    return false;
                }
                is_ending = true;
                connection.graceful_shutdown();
                idle.set(place.has_waited(limits.half_open));
            }
            () = &mut silence => return false,
            next = connection.accept() => {
                let Some(Ok((request, mut respond))) = next else { return true };
                if let Some(turn) = Turn::of_many(place, RUNNING) {
                    tokio::spawn(answer(Arc::clone(served), from, turn, request, respond));
                    continue;
                }
                // What was not begun may be asked for again.
                respond.send_reset(Reason::REFUSED_STREAM);
                refused += 1;
                if refused > REFUSED {
                    connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM);
                }
            }
        }
    }
}

fn builder() -> Builder {
    let mut http = Builder::new();
    http.max_concurrent_streams(STREAMS).max_header_list_size(HEADERS_BYTES);
    http.initial_window_size(WINDOW_BYTES).initial_connection_window_size(WINDOW_BYTES);
    http.max_send_buffer_size(PIECE_BYTES);
    http.max_pending_accept_reset_streams(TAKEN_BACK).max_local_error_reset_streams(Some(TAKEN_BACK));
    http
}

/// Returns when the other side does not even answer a ping: it is gone, or reads nothing.
async fn no_answer(pings: Option<PingPong>, limit: Duration) {
    let Some(mut pings) = pings else { return std::future::pending().await };
    loop {
        sleep(limit).await;
        if !matches!(timeout(limit, pings.ping(Ping::opaque())).await, Ok(Ok(_))) {
            return;
        }
    }
}

/// One request. What goes wrong with it ends it alone, and is its client's business.
async fn answer(
    served: Arc<Served>,
    from: SocketAddr,
    turn: Turn,
    mut request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
) {
    let limits = served.limits;
    name_host(&mut request);
    // Only until there is an answer, which may lie here for long.
    let handed = Box::pin(hand_over(served, from, turn, request.map(Source::Http2), PIECE_BYTES));
    let answered = tokio::select! {
        biased;
        _ = poll_fn(|cx| respond.poll_reset(cx)) => return,
        answered = handed => answered,
    };
    let Ok(answered) = answered else { return respond.send_reset(Reason::INTERNAL_ERROR) };
    let (mut head, AnswerBody { pieces, turn: _turn }) = answered.into_parts();
    if let Ok(date) = HeaderValue::from_str(&Clock::system().now().http_date()) {
        head.headers.insert(DATE, date);
    }
    match respond.send_response(Response::from_parts(head, ()), false) {
        Ok(stream) => Reader { stream, limits, waiting: None }.send(pieces).await,
        Err(_) => respond.send_reset(Reason::INTERNAL_ERROR),
    }
}

/// HTTP/2 has a field of its own for what everybody looks for in `Host`.
fn name_host(request: &mut Request<RecvStream>) {
    let host = request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok());
    if let Some(host) = host {
        request.headers_mut().entry(HOST).or_insert(host);
    }
}

/// Who takes an answer as fast as it likes, and not slower than is bearable.
struct Reader {
    stream: SendStream<Bytes>,
    limits: Limits,
    /// Since something could not be sent.
    waiting: Option<Waiting>,
}

struct Waiting {
    until: Instant,
    /// Bytes that went out since.
    sent: usize,
}

/// Why an answer ends early.
struct Cut(Reason);

impl Reader {
    async fn send(mut self, mut pieces: Receiver<io::Result<Bytes>>) {
        let cut = loop {
            match self.next(&mut pieces).await {
                Ok(Some(piece)) => {
                    if let Err(cut) = self.take(piece).await {
                        break cut;
                    }
                }
                Ok(None) => {
                    // It fails where there is nobody to hear of it.
                    let _ = self.stream.send_data(Bytes::new(), true);
                    return;
                }
                Err(cut) => break cut,
            }
        };
        self.stream.send_reset(cut.0);
    }

    /// `None`: that was all.
    async fn next(&mut self, pieces: &mut Receiver<io::Result<Bytes>>) -> Result<Option<Bytes>, Cut> {
        let next = match pieces.try_recv() {
            Ok(piece) => Some(piece),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                // It is not the reader who is waited for.
                self.waiting = None;
                tokio::select! {
                    biased;
                    _ = poll_fn(|cx| self.stream.poll_reset(cx)) => return Err(Cut(Reason::CANCEL)),
                    piece = pieces.recv() => piece,
                }
            }
        };
        next.transpose().map_err(|_| Cut(Reason::INTERNAL_ERROR))
    }

    async fn take(&mut self, mut piece: Bytes) -> Result<(), Cut> {
        while !piece.is_empty() {
            self.stream.reserve_capacity(piece.len());
            let room = self.room().await?;
            let part = piece.split_to(room.min(piece.len()));
            if let Some(waiting) = &mut self.waiting {
                waiting.sent = waiting.sent.saturating_add(part.len());
            }
            self.waiting.take_if(|waiting| waiting.sent >= ENOUGH);
            let is_crumb = part.len() < CRUMB_BYTES && !piece.is_empty();
            self.stream.send_data(part, false).map_err(|_| Cut(Reason::INTERNAL_ERROR))?;
            if is_crumb {
                sleep(AFTER_CRUMB).await;
            }
        }
        Ok(())
    }

    /// Bytes that the client takes now.
    async fn room(&mut self) -> Result<usize, Cut> {
        while self.stream.capacity() == 0 {
            let until = Instant::now() + self.limits.write;
            let waiting = self.waiting.get_or_insert(Waiting { until, sent: 0 });
            let more = timeout_at(waiting.until, poll_fn(|cx| self.stream.poll_capacity(cx))).await;
            if !matches!(more, Ok(Some(Ok(_)))) {
                return Err(Cut(Reason::CANCEL));
            }
        }
        Ok(self.stream.capacity())
    }
}
