//! The line to a mail server: a socket that ends at a deadline, plain or with TLS, and replies of bounded length read
//! from it.

use super::super::said;
use crate::kernel::cause::CallCause;
use lettre::transport::smtp::response::Response;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Of a whole reply, with all its lines.
const MAX_REPLY: usize = 16 * 1024;
const BUFFER: usize = 2048;

/// A socket whose every read and write ends at the deadline, whatever the other side does.
struct Timed {
    socket: TcpStream,
    deadline: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

/// The system calls a time-out of a socket by another name.
fn named(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::WouldBlock { io::ErrorKind::TimedOut.into() } else { error }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(buffer).map_err(named)
    }
}

impl Write for Timed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(bytes).map_err(named)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

enum Stream {
    Plain(Timed),
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

/// The line, and what came over it and was not read yet.
pub(super) struct Line {
    stream: Option<Stream>,
    unread: Vec<u8>,
    timeout: Duration,
}

impl Line {
    pub fn new(socket: TcpStream, deadline: Instant, timeout: Duration) -> Line {
        let stream = Some(Stream::Plain(Timed { socket, deadline }));
        Line { stream, unread: Vec::new(), timeout }
    }

    /// All that follows has to end by then.
    pub fn ends_at(&mut self, deadline: Instant) {
        match &mut self.stream {
            Some(Stream::Plain(timed)) => timed.deadline = deadline,
            Some(Stream::Tls(tls)) => tls.sock.deadline = deadline,
            None => {}
        }
    }

    /// Speaks TLS from here on. The certificate is looked at before the next byte of ours leaves.
    ///
    /// What came before the handshake and was not read is nobody's word: somebody on the way could have said it.
    pub fn secure(&mut self, host: &str) -> Result<(), CallCause> {
        if !self.unread.is_empty() {
            return Err(CallCause::MailUnreadable { said: "more than one answer to STARTTLS".to_owned() });
        }
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| CallCause::Machine { said: said(&error) })?;
        let connection = ClientConnection::new(trusting()?, name)
            .map_err(|error| CallCause::Machine { said: said(&error) })?;
        if let Some(Stream::Plain(timed)) = self.stream.take() {
            self.stream = Some(Stream::Tls(Box::new(StreamOwned::new(connection, timed))));
        }
        Ok(())
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), CallCause> {
        let timeout = self.timeout;
        let done = match &mut self.stream {
            Some(Stream::Plain(timed)) => timed.write_all(bytes),
            Some(Stream::Tls(tls)) => tls.write_all(bytes).and_then(|()| tls.flush()),
            None => Err(io::ErrorKind::NotConnected.into()),
        };
        done.map_err(|error| broken(&error, timeout))
    }

    /// The next reply, whatever it says.
    pub fn reply(&mut self) -> Result<Response, CallCause> {
        loop {
            if let Some(length) = whole(&self.unread) {
                let reply: Vec<u8> = self.unread.drain(..length).collect();
                let text = String::from_utf8_lossy(&reply);
                return text.parse().map_err(|_| CallCause::MailUnreadable { said: said(&text) });
            }
            if self.unread.len() > MAX_REPLY {
                return Err(CallCause::TooLong);
            }
            let mut buffer = [0; BUFFER];
            let count = match &mut self.stream {
                Some(Stream::Plain(timed)) => timed.read(&mut buffer),
                Some(Stream::Tls(tls)) => tls.read(&mut buffer),
                None => Ok(0),
            };
            match count {
                Ok(0) => return Err(CallCause::Closed),
                Ok(count) => self.unread.extend(buffer.iter().take(count)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(broken(&error, self.timeout)),
            }
        }
    }
}

/// How long the first reply is, if all of it is there: its last line has no `-` behind the code.
fn whole(bytes: &[u8]) -> Option<usize> {
    let mut length: usize = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        length = length.saturating_add(line.len());
        if line.ends_with(b"\n") && line.get(3) != Some(&b'-') {
            return Some(length);
        }
    }
    None
}

fn broken(error: &io::Error, timeout: Duration) -> CallCause {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (tls, error.kind()) {
        (Some(rustls::Error::InvalidCertificate(_)), _) => CallCause::Certificate { said: said(error) },
        (_, io::ErrorKind::TimedOut) => {
            CallCause::TimedOut { ms: u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX) }
        }
        (_, io::ErrorKind::UnexpectedEof) => CallCause::Closed,
        (
            _,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe,
        ) => CallCause::Broken,
        _ => CallCause::Connection { said: said(error) },
    }
}

/// The authorities that the machine trusts.
fn trusting() -> Result<Arc<ClientConfig>, CallCause> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| CallCause::Machine { said: said(&error) })?;
    Ok(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_ends_with_the_line_that_announces_no_other() {
        for (bytes, length) in [
            ("", None),
            ("250", None),
            ("250 ok", None),
            ("250-first\r\n", None),
            ("250-first\r\n250 last", None),
            ("250 ok\r\n", Some(8)),
            ("250-first\r\n250 last\r\nmore", Some(21)),
            ("nonsense\n", Some(9)),
        ] {
            assert_eq!(whole(bytes.as_bytes()), length, "{bytes:?}");
        }
    }
}
