//! What a fake provider can be told to do instead of behaving.

use std::time::Duration;

use serde_json::Value;

use super::http::answer;

/// One scripted reaction. `Reply::ok()` behaves; the rest do what their names say.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) delay: Duration,
    pub(super) act: Act,
}

#[derive(Debug, Clone)]
pub(super) enum Act {
    /// What a well-behaved provider does; it takes orders.
    Behave,
    /// Behaves, but only the first bytes of the answer arrive.
    BehaveCut(usize),
    /// Behaves, with a pause before each byte of the answer.
    BehaveDripped(Duration),
    Bytes(Vec<u8>),
    /// A head, then body without end.
    Endless,
    /// The request is read, then nothing until the test ends.
    Hang,
    /// Not even the request is read. Only for `next`, since the action is not known.
    Silent,
    Reset,
    Close,
}

impl Reply {
    fn of(act: Act) -> Self {
        Self { delay: Duration::ZERO, act }
    }

    pub fn ok() -> Self {
        Self::of(Act::Behave)
    }

    pub fn json(status: u16, body: Value) -> Self {
        Self::raw(answer(status, "application/json", &body.to_string()))
    }

    /// A body of any kind with its length.
    pub fn text(status: u16, body: &str) -> Self {
        Self::raw(answer(status, "text/html", body))
    }

    /// The page of a server or gateway that is down.
    pub fn html(status: u16) -> Self {
        Self::text(status, "<html><body><h1>Bad gateway</h1></body></html>")
    }

    pub fn redirect(status: u16, location: &str) -> Self {
        Self::raw(format!("HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"))
    }

    /// Exactly these bytes, then the end of the connection.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::of(Act::Bytes(bytes.into()))
    }

    /// A chunked answer that ends inside a chunk.
    pub fn chunked_cut() -> Self {
        Self::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"order\":")
    }

    pub fn cut_after_bytes(count: usize) -> Self {
        Self::of(Act::BehaveCut(count))
    }

    pub fn dripped(pause: Duration) -> Self {
        Self::of(Act::BehaveDripped(pause))
    }

    pub fn endless() -> Self {
        Self::of(Act::Endless)
    }

    pub fn hang() -> Self {
        Self::of(Act::Hang)
    }

    pub fn silent() -> Self {
        Self::of(Act::Silent)
    }

    pub fn reset() -> Self {
        Self::of(Act::Reset)
    }

    pub fn close_without_answer() -> Self {
        Self::of(Act::Close)
    }

    /// The same, this much later.
    pub fn delayed(mut self, milliseconds: u64) -> Self {
        self.delay = Duration::from_millis(milliseconds);
        self
    }
}
