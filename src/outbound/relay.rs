//! A loopback proxy for one connection: the HTTP client connects to it, and it carries the bytes to a socket that
//! is already connected. Because every byte passes here, it is known whether any part of a request went out.
//! Not here: whose socket it is (`dial`), and what the outcome means (`exchange`).
//!
//! The relay watches the clock and the volume itself, since the client keeps its limits only as far as it reads.

use parking_lot::Mutex;
use std::io::{self, Read, Write};
use std::mem;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use super::records::Records;

/// The client's `CONNECT` head is a line with a host name; more than this is not ours.
const MAX_HEAD: usize = 4096;
const BUFFER: usize = 16 * 1024;

pub(super) struct Limits {
    /// Whether the client speaks TLS, so that only application data counts as the request.
    pub tls: bool,
    pub deadline: Instant,
    /// Bytes from the server, everything included, after which the connection is cut.
    pub cap: u64,
}

/// What was seen on the wire. Final: when there is a `Traffic`, both sockets are closed.
pub(super) struct Traffic {
    /// A byte of the request may have gone out.
    pub sent: bool,
    /// The deadline ended the connection.
    pub timed_out: bool,
    /// The server sent more than the cap.
    pub over_cap: bool,
    /// The connection broke instead of being closed.
    pub broken: bool,
}

/// Runs `client` with the number of a loopback port that stands for `upstream`, and ends the connection when it
/// returns or when the deadline passes. `client` must not panic. An error means that `client` was not run.
pub(super) fn carry<R>(
    upstream: TcpStream,
    limits: Limits,
    client: impl FnOnce(u16) -> R,
) -> io::Result<(R, Traffic)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let link = Link::new(upstream, limits);
    let result = thread::scope(|scope| {
        let link = &link;
        named("outbound-up").spawn_scoped(scope, move || link.serve(scope, listener))?;
        let result = client(port);
        if link.stop() == Ended::BeforeTheClientCame {
            // Wakes the thread that waits for the client, if it still does.
            let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
        }
        Ok::<R, io::Error>(result)
    })?;
    Ok((result, link.traffic()))
}

fn named(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.to_owned())
}

struct Link {
    upstream: TcpStream,
    local: Mutex<Local>,
    limits: Limits,
    sent: AtomicBool,
    timed_out: AtomicBool,
    over_cap: AtomicBool,
    broken: AtomicBool,
}

/// The client's end of the link.
enum Local {
    Awaited,
    Here(Arc<TcpStream>),
    Stopped,
}

#[derive(PartialEq)]
enum Ended {
    BeforeTheClientCame,
    Normally,
}

impl Link {
    fn new(upstream: TcpStream, limits: Limits) -> Self {
        let off = || AtomicBool::new(false);
        let local = Mutex::new(Local::Awaited);
        Self { upstream, local, limits, sent: off(), timed_out: off(), over_cap: off(), broken: off() }
    }

    fn traffic(&self) -> Traffic {
        let read = |flag: &AtomicBool| flag.load(Ordering::SeqCst);
        Traffic {
            sent: read(&self.sent),
            timed_out: read(&self.timed_out),
            over_cap: read(&self.over_cap),
            broken: read(&self.broken),
        }
    }

    fn serve<'scope, 'env>(&'env self, scope: &'scope Scope<'scope, 'env>, listener: TcpListener) {
        let Ok((local, _)) = listener.accept() else { return };
        drop(listener);
        let local = Arc::new(local);
        if !self.admit(&local) {
            return;
        }
        let (open, gate) = mpsc::channel();
        let down_local = Arc::clone(&local);
        // The server's bytes wait until the client has spoken: earlier ones would mix with our answer to CONNECT.
        let down = move || {
            if gate.recv().is_ok() {
                self.pump_down(&down_local);
            }
        };
        let ready = self.greet(&local).and_then(|()| named("outbound-down").spawn_scoped(scope, down));
        if ready.is_err() || self.pump_up(&local, &open).is_err() {
            self.stop();
        }
    }

    /// Takes the client in unless the call is already over.
    fn admit(&self, local: &Arc<TcpStream>) -> bool {
        let mut state = self.local.lock();
        let admitted = matches!(*state, Local::Awaited);
        if admitted {
            *state = Local::Here(Arc::clone(local));
        }
        admitted
    }

    /// Cuts both ends for good. Writes that come later fail, and blocked reads return.
    fn stop(&self) -> Ended {
        let mut state = self.local.lock();
        // An end that is gone already needs no shutting down.
        let _ = self.upstream.shutdown(Shutdown::Both);
        match mem::replace(&mut *state, Local::Stopped) {
            Local::Awaited => Ended::BeforeTheClientCame,
            Local::Here(local) => {
                let _ = local.shutdown(Shutdown::Both);
                Ended::Normally
            }
            Local::Stopped => Ended::Normally,
        }
    }

    /// Reads the `CONNECT` head, whose target does not matter, and answers in one write, as the client needs it.
    fn greet(&self, local: &TcpStream) -> io::Result<()> {
        local.set_nodelay(true)?;
        let mut head = Vec::new();
        let mut buffer = [0; 512];
        while !head.ends_with(b"\r\n\r\n") {
            let count = self.read(local, &mut buffer)?;
            if count == 0 || head.len() > MAX_HEAD {
                return Err(io::ErrorKind::InvalidData.into());
            }
            head.extend(buffer.iter().take(count));
        }
        self.write(local, b"HTTP/1.1 200 OK\r\n\r\n")
    }

    /// Client to server. `sent` is set before the first byte that counts is written.
    fn pump_up(&self, local: &TcpStream, open: &mpsc::Sender<()>) -> io::Result<()> {
        let mut records = Records::default();
        let mut buffer = vec![0; BUFFER];
        loop {
            let count = self.read(local, &mut buffer)?;
            let bytes = buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                return Ok(());
            }
            if !self.limits.tls || records.carry_data(bytes) {
                self.sent.store(true, Ordering::SeqCst);
            }
            self.write(&self.upstream, bytes)?;
            // Fails when the other pump has ended; then there is nothing to open.
            let _ = open.send(());
        }
    }

    /// Server to client.
    fn pump_down(&self, local: &TcpStream) {
        let mut left = self.limits.cap;
        let mut buffer = vec![0; BUFFER];
        loop {
            let Ok(count) = self.read(&self.upstream, &mut buffer) else {
                self.broken.store(true, Ordering::SeqCst);
                break;
            };
            let bytes = buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                // The client reads what is on its way, then sees the end.
                let _ = local.shutdown(Shutdown::Write);
                return;
            }
            match left.checked_sub(u64::try_from(count).unwrap_or(u64::MAX)) {
                Some(rest) => left = rest,
                None => {
                    self.over_cap.store(true, Ordering::SeqCst);
                    break;
                }
            }
            if self.write(local, bytes).is_err() {
                break;
            }
        }
        self.stop();
    }

    fn read(&self, mut from: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            from.set_read_timeout(Some(self.time_left()?))?;
            match from.read(buffer) {
                Err(error) if is_pause(&error) => {}
                result => return result,
            }
        }
    }

    /// Piece by piece, since a socket's time-out starts anew with each write.
    fn write(&self, mut to: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            to.set_write_timeout(Some(self.time_left()?))?;
            match to.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn time_left(&self) -> io::Result<Duration> {
        let left = self.limits.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            self.timed_out.store(true, Ordering::SeqCst);
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(left)
    }
}

/// Errors after which the clock decides whether to go on.
fn is_pause(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}
