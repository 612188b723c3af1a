//! A stream whose client may have said its last word and waits for the answer.

use super::places::Place;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// To hyper the end of what comes is the end of the connection, and the answer that is being made is thrown away. So it
/// learns of it after the answer, or after a while: a client that has left looks the same.
pub(super) struct HalfOpen<S> {
    stream: S,
    place: Arc<Place>,
    patience: Duration,
    /// Since the client's last word, while its request is answered.
    ending: Option<Pin<Box<Sleep>>>,
}

impl<S> HalfOpen<S> {
    pub(super) fn new(stream: S, place: Arc<Place>, patience: Duration) -> Self {
        HalfOpen { stream, place, patience, ending: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for HalfOpen<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.ending.is_none() {
            let before = room.remaining();
            ready!(Pin::new(&mut self.stream).poll_read(cx, room))?;
            if room.remaining() < before || before == 0 {
                return Poll::Ready(Ok(()));
            }
        }
        if !self.place.is_at_work() {
            return Poll::Ready(Ok(()));
        }
        let patience = self.patience;
        self.ending.get_or_insert_with(|| Box::pin(sleep(patience))).as_mut().poll(cx).map(Ok)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for HalfOpen<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
