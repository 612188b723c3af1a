//! Bodies of requests on their way in, and of answers on their way out.

use super::connection::Turn;
use hyper::body::{Body, Bytes, Frame, Incoming};
use parking_lot::Mutex;
use rocket::Request;
use std::convert::identity;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;

/// A request's body, for whoever reads it. Rocket's `Data` would want all of it before the request begins, in memory
/// and whoever asks; so it lies in the request's local cache, and `Data` is empty.
#[derive(Default)]
pub struct RequestBody(Mutex<Option<Arriving>>);

/// What has not been read of it.
pub struct Arriving {
    body: Incoming,
    /// The rest of the piece that came last.
    piece: Bytes,
    /// In which all of it must be here.
    pub deadline: Duration,
}

impl RequestBody {
    pub(super) fn new(body: Incoming, deadline: Duration) -> Self {
        RequestBody(Mutex::new(Some(Arriving { body, piece: Bytes::new(), deadline })))
    }

    /// Once. `None`: it was taken, or the request came from within the process and has its body in `Data`.
    pub fn take(request: &Request<'_>) -> Option<Arriving> {
        request.local_cache(RequestBody::default).0.lock().take()
    }
}

impl AsyncRead for Arriving {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.piece.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => return Poll::Ready(Ok(())),
                Some(Err(cause)) => return Poll::Ready(Err(io::Error::other(cause))),
                // Trailers are nobody's business here.
                Some(Ok(frame)) => self.piece = frame.into_data().map_or_else(|_| Bytes::new(), identity),
            }
        }
        let count = room.remaining().min(self.piece.len());
        room.put_slice(&self.piece.split_to(count));
        Poll::Ready(Ok(()))
    }
}

/// An answer's body, made piece by piece as the client takes it.
pub(super) struct AnswerBody {
    pub(super) pieces: mpsc::Receiver<io::Result<Bytes>>,
    /// The connection has work until this is dropped.
    pub(super) turn: Turn,
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        ready!(self.turn.congestion().poll_over(cx));
        self.pieces.poll_recv(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
