//! The load: HTTP/1.1 clients that keep their connection, all on one thread, with as little work per request as
//! possible, because they share the machine with what they measure.

use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

/// What one run of a load came to.
pub struct Outcome {
    pub answers: u64,
    pub elapsed: Duration,
    /// Of every answer, in microseconds, ascending.
    latencies_us: Vec<u64>,
}

impl Outcome {
    pub fn per_second(&self) -> u64 {
        self.answers.saturating_mul(1_000_000) / micros(self.elapsed).max(1)
    }

    /// The latency that `percent` of the answers stayed within, in microseconds.
    pub fn latency_us(&self, percent: usize) -> u64 {
        let last = self.latencies_us.len().saturating_sub(1);
        self.latencies_us.get(last * percent / 100).copied().unwrap_or(0)
    }
}

/// `run`, with something else that begins in the middle of it.
pub async fn run_beside<T: 'static>(
    server: SocketAddr,
    clients: usize,
    span: Duration,
    expected: u16,
    request: impl Fn(usize, u64) -> Vec<u8> + Copy + 'static,
    beside: impl Future<Output = T>,
) -> (Outcome, T) {
    let beside = async {
        tokio::time::sleep(span / 2).await;
        beside.await
    };
    tokio::join!(run(server, clients, span, expected, request), beside)
}

/// Keeps `clients` connections busy for `span`. `request(client, n)` gives the bytes of a client's n-th request.
/// Any answer but `expected` ends the benchmark: a fast refusal is no throughput.
pub async fn run(
    server: SocketAddr,
    clients: usize,
    span: Duration,
    expected: u16,
    request: impl Fn(usize, u64) -> Vec<u8> + Copy + 'static,
) -> Outcome {
    let local = LocalSet::new();
    let started = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            local.spawn_local(async move {
                let mut connection = Connection::open(server).await;
                let mut latencies_us = Vec::new();
                for n in 0.. {
                    let asked = Instant::now();
                    if asked.duration_since(started) >= span {
                        break;
                    }
                    let status = connection.ask(&request(client, n)).await;
                    assert_eq!(status, expected, "{}", connection.body_text());
                    latencies_us.push(micros(asked.elapsed()));
                }
                latencies_us
            })
        })
        .collect();
    local.await;
    let elapsed = started.elapsed();
    let mut latencies_us = Vec::new();
    for task in tasks {
        latencies_us.extend(task.await.expect("a client panicked"));
    }
    latencies_us.sort_unstable();
    Outcome { answers: latencies_us.len() as u64, elapsed, latencies_us }
}

pub struct Connection {
    stream: TcpStream,
    /// The answer as it came: head, then body.
    answer: Vec<u8>,
    body_at: usize,
}

impl Connection {
    pub async fn open(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server).await.expect("the server accepts connections");
        stream.set_nodelay(true).expect("a fresh socket");
        Connection { stream, answer: Vec::with_capacity(64 * 1024), body_at: 0 }
    }

    /// Sends a request, reads the whole answer, returns its status.
    pub async fn ask(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).await.expect("the server reads");
        self.answer.clear();
        self.body_at = 0;
        let mut end = None;
        while end.is_none_or(|end| self.answer.len() < end) {
            let read = self.stream.read_buf(&mut self.answer).await.expect("the server answers");
            assert!(read > 0, "the server hung up: {}", String::from_utf8_lossy(&self.answer));
            if end.is_none()
                && let Some(head) = self.answer.windows(4).position(|window| window == b"\r\n\r\n")
            {
                self.body_at = head + 4;
                end = Some(self.body_at + content_length(&self.answer[..head]));
            }
        }
        let status = self.answer.get(9..12).and_then(|digits| str::from_utf8(digits).ok());
        status.and_then(|digits| digits.parse().ok()).expect("a status line")
    }

    pub fn body(&self) -> &[u8] {
        &self.answer[self.body_at..]
    }

    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(self.body()).into_owned()
    }
}

/// No length means no body; the panel and Rocket never answer a load in chunks.
fn content_length(head: &[u8]) -> usize {
    const NAME: &[u8] = b"content-length: ";
    let lines = head.split(|byte| *byte == b'\n');
    let value = lines
        .filter_map(|line| line.split_at_checked(NAME.len()))
        .find(|(name, _)| name.eq_ignore_ascii_case(NAME))
        .and_then(|(_, value)| str::from_utf8(value).ok());
    value.map_or(0, |digits| digits.trim().parse().expect("a length is a number"))
}

pub fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

pub fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}

pub fn send(method: &str, path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
