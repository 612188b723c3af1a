//! The front before Rocket, over raw sockets: what it lets through, how long it waits, how many it holds.

mod acme;
mod acme_refusals;
mod deadlines;
mod headers;
mod http2;
mod https;
mod https_start;
mod places;
mod protocol;

use crate::support::tcp::Served;
use crate::support::wire::Answer;
use socket2::{Domain, Socket, Type};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than anything here may last.
const LONG: Duration = Duration::from_secs(20);

/// A connection that is written to and read from by hand.
struct Line<S = TcpStream>(BufReader<S>);

impl Line {
    fn to(served: &Served) -> Line {
        Line::of(TcpStream::connect(served.address).unwrap())
    }

    /// One whose client takes in very little before it reads.
    fn narrow(served: &Served) -> Line {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        socket.connect(&served.address.into()).unwrap();
        Line::of(socket.into())
    }

    fn of(stream: TcpStream) -> Line {
        stream.set_read_timeout(Some(LONG)).unwrap();
        Line(BufReader::new(stream))
    }
}

impl<S: Read + Write> Line<S> {
    fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.0.get_mut().write_all(bytes.as_ref()).unwrap();
        self
    }

    /// A request without a body.
    fn ask(&mut self, path: &str) -> Answer {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"));
        self.answer(true).unwrap()
    }

    /// Status line and headers; `None`: it was ended instead.
    fn head(&mut self) -> Option<(String, Vec<(String, String)>)> {
        let mut status = String::new();
        if self.0.read_line(&mut status).ok()? == 0 {
            return None;
        }
        let lines = self.0.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty());
        let split = |line: String| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_owned(), value.trim().to_owned())
        };
        Some((status, lines.map(split).collect()))
    }

    /// The next answer, by its Content-Length.
    fn answer(&mut self, has_body: bool) -> Option<Answer> {
        let (status, headers) = self.head()?;
        let mut answer = Answer::new(status.split(' ').nth(1)?.parse().ok()?, headers, Vec::new());
        if has_body {
            let length = answer.header("Content-Length").map_or(0, |length| length.parse().unwrap());
            answer.body = vec![0; length];
            self.0.read_exact(&mut answer.body).unwrap();
        }
        Some(answer)
    }

    /// Waits for its end; what came before it.
    fn end(mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        // A connection may be ended by a reset as well.
        let ended = self.0.read_to_end(&mut rest);
        assert!(ended.as_ref().map_or_else(|cause| !is_late(cause), |_| true), "it goes on: {ended:?}");
        rest
    }
}

fn is_late(cause: &std::io::Error) -> bool {
    matches!(cause.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}
