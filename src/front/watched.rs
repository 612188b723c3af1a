//! A stream whose other side must read what is written to it.

use parking_lot::Mutex;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// What a reader must take within the deadline: anybody does who reads at all.
pub(super) const ENOUGH: usize = 16 * 1024;

pub(super) struct Watched<S> {
    stream: S,
    patience: Duration,
    congestion: Arc<Congestion>,
    /// Makes the end of the stream an abrupt one. Else the system would go on to offer what was written before.
    give_up: fn(&S),
    /// Since something could not be written.
    waiting: Option<Waiting>,
}

struct Waiting {
    deadline: Pin<Box<Sleep>>,
    /// Bytes that went out since.
    written: usize,
}

/// Whether something waits for its reader: no more of an answer is made meanwhile, so that one that nobody reads lies
/// in the system's buffers and hardly in the panel's.
#[derive(Default)]
pub(super) struct Congestion(Mutex<Jam>);

#[derive(Default)]
struct Jam {
    is_there: bool,
    /// Whoever makes the answer.
    waits: Option<Waker>,
}

impl Congestion {
    /// Ready when nothing waits.
    pub(super) fn poll_over(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut jam = self.0.lock();
        if !jam.is_there {
            return Poll::Ready(());
        }
        jam.waits = Some(cx.waker().clone());
        Poll::Pending
    }

    fn begin(&self) {
        self.0.lock().is_there = true;
    }

    fn end(&self) {
        let Jam { waits, .. } = std::mem::take(&mut *self.0.lock());
        if let Some(waits) = waits {
            waits.wake();
        }
    }
}

impl<S: AsyncWrite + Unpin> Watched<S> {
    pub(super) fn new(stream: S, patience: Duration, congestion: Arc<Congestion>, give_up: fn(&S)) -> Self {
        Watched { stream, patience, congestion, give_up, waiting: None }
    }

    /// Errors: `TimedOut` when the other side has not read enough for too long.
    fn watch(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(count)) = &outcome {
            if let Some(waiting) = &mut self.waiting {
                waiting.written = waiting.written.saturating_add(*count);
            }
            self.waiting.take_if(|waiting| waiting.written >= ENOUGH);
        }
        if outcome.is_ready() {
            return outcome;
        }
        self.congestion.begin();
        let patience = self.patience;
        let begin = || Waiting { deadline: Box::pin(sleep(patience)), written: 0 };
        ready!(self.waiting.get_or_insert_with(begin).deadline.as_mut().poll(cx));
        (self.give_up)(&self.stream);
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not read")))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.watch(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Reached when everything was written: nothing waits any more.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waiting = None;
        self.congestion.end();
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::Instant;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn who_reads_nothing_is_left() {
        let (ours, _theirs) = duplex(1024);
        let began = Instant::now();
        let refused =
            Watched::new(ours, PATIENCE, Arc::default(), |_| {}).write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!((refused.kind(), began.elapsed().as_secs()), (io::ErrorKind::TimedOut, 30));
    }

    /// Reads so many bytes each second; how long the writer bore it, if it did not to the end.
    async fn read_slowly(bytes_a_second: usize) -> Option<u64> {
        let (ours, mut theirs) = duplex(1024);
        let began = Instant::now();
        let reader = tokio::spawn(async move {
            let mut room = vec![0; bytes_a_second];
            while theirs.read_exact(&mut room).await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        });
        let written = Watched::new(ours, PATIENCE, Arc::default(), |_| {}).write_all(&[0; 200_000]).await;
        reader.abort();
        written.is_err().then(|| began.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_a_few_bytes_is_left_and_who_reads_slowly_is_not() {
        assert_eq!(read_slowly(1).await, Some(30));
        assert_eq!(read_slowly(1000).await, None);
    }
}
