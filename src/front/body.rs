//! Bodies of requests on their way in, and of answers on their way out.

use super::places::Turn;
use h2::RecvStream;
use hyper::body::{Body, Bytes, Frame, Incoming};
use parking_lot::Mutex;
use rocket::Request;
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

/// Where it comes from.
pub(super) enum Source {
    Http1(Incoming),
    Http2(RecvStream),
}

/// What has not been read of it.
pub struct Arriving {
    body: Source,
    /// The rest of the piece that came last.
    piece: Bytes,
    /// In which all of it must be here.
    pub deadline: Duration,
}

impl RequestBody {
    pub(super) fn new(body: Source, deadline: Duration) -> Self {
        RequestBody(Mutex::new(Some(Arriving { body, piece: Bytes::new(), deadline })))
    }

    /// Once. `None`: it was taken, or the request came from within the process and has its body in `Data`.
    pub fn take(request: &Request<'_>) -> Option<Arriving> {
        request.local_cache(RequestBody::default).0.lock().take()
    }
}

impl Source {
    /// The next piece; none at the end. An empty one is not the end.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        match self {
            // Trailers are nobody's business here.
            Source::Http1(body) => Pin::new(body).poll_frame(cx).map(|frame| {
                frame.map(|frame| {
                    frame.map(|frame| frame.into_data().unwrap_or_default()).map_err(io::Error::other)
                })
            }),
            Source::Http2(body) => match ready!(body.poll_data(cx)) {
                Some(piece) => {
                    let piece = piece.map_err(io::Error::other)?;
                    // Its sender may send as much again.
                    body.flow_control().release_capacity(piece.len()).map_err(io::Error::other)?;
                    Poll::Ready(Some(Ok(piece)))
                }
                None => ready!(body.poll_trailers(cx)).map_err(io::Error::other)?.map_or(
                    Poll::Ready(None),
                    // Fields like `:path` among them make the request malformed (RFC 9113, 8.1), and the library drops
                    // them without a word.
                    |_| Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::InvalidData, "trailers")))),
                ),
            },
        }
    }
}

impl AsyncRead for Arriving {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.piece.is_empty() {
            match ready!(self.body.poll_piece(cx)) {
                None => return Poll::Ready(Ok(())),
                Some(piece) => self.piece = piece?,
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
