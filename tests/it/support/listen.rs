//! A listener on the panel's event stream, as a browser would be one.

use super::wire::Answer;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: i64,
    pub name: String,
    pub data: Value,
}

/// An open stream. Ids that do not rise are a panic.
pub struct Listener {
    body: BufReader<Chunks>,
    /// As a browser keeps it for its return.
    pub last_id: Option<i64>,
}

impl Listener {
    /// Opens a stream with these headers; returns once the server counts it among its listeners.
    pub fn open(address: SocketAddr, headers: &[(&str, &str)]) -> Listener {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut head = format!("GET /api/events HTTP/1.1\r\nHost: {address}\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        let mut stream = BufReader::new(stream);
        let answer = read_head(&mut stream);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("Content-Type"), Some("text/event-stream"));
        assert_eq!(answer.header("Transfer-Encoding"), Some("chunked"));
        let body = BufReader::new(Chunks { stream, left: 0, ended: false });
        let mut listener = Listener { body, last_id: None };
        assert_eq!(listener.block(), Some((Some("welcome".to_owned()), None)));
        listener
    }

    pub fn bearer(address: SocketAddr, token: &str) -> Listener {
        let listener = Listener::open(address, &[("Authorization", &format!("Bearer {token}"))]);
        assert!(listener.last_id.is_some(), "a new stream begins with an id to come back with");
        listener
    }

    /// As somebody who has seen everything up to an event.
    pub fn back(address: SocketAddr, token: &str, last: &str) -> Listener {
        Listener::open(address, &[("Authorization", &format!("Bearer {token}")), ("Last-Event-ID", last)])
    }

    /// Comment and event of the next block; `None` at the end.
    fn block(&mut self) -> Option<(Option<String>, Option<Event>)> {
        let (mut comment, mut name, mut data) = (None, None, None);
        loop {
            let mut line = String::new();
            if self.body.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            let line = line.trim_end();
            match line.split_once(':').map(|(field, value)| (field, value.trim_start())) {
                None if line.is_empty() => break,
                Some(("", text)) => comment = Some(text.to_owned()),
                Some(("event", text)) => name = Some(text.to_owned()),
                Some(("data", text)) => data = Some(serde_json::from_str(text).unwrap()),
                Some(("retry", text)) => assert_eq!(text, "3000"),
                Some(("id", text)) => {
                    let id = text.parse().unwrap();
                    assert!(self.last_id.is_none_or(|last| last < id), "{id} after {:?}", self.last_id);
                    self.last_id = Some(id);
                }
                Some(_) | None => panic!("what is {line:?}?"),
            }
        }
        let event = name.map(|name| Event { id: self.last_id.unwrap(), name, data: data.unwrap() });
        Some((comment, event))
    }

    /// The next event; heartbeats pass unseen.
    #[track_caller]
    pub fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.block().expect("the stream has ended").1 {
                return event;
            }
        }
    }

    /// The next event, which has this name; its data.
    #[track_caller]
    pub fn hears(&mut self, name: &str) -> Value {
        let event = self.next();
        assert_eq!(event.name, name, "{event:?}");
        event.data
    }

    /// Waits for a heartbeat; an event is a panic.
    #[track_caller]
    pub fn heartbeat(&mut self) {
        let (comment, event) = self.block().expect("the stream has ended");
        assert_eq!((comment.as_deref(), event), (Some(""), None));
    }

    /// Waits for the end of the stream, which is a proper one; the names of the events before it.
    pub fn end(mut self) -> Vec<String> {
        let mut names = Vec::new();
        while let Some((_, event)) = self.block() {
            names.extend(event.map(|event| event.name));
        }
        names
    }
}

fn read_head(stream: &mut BufReader<TcpStream>) -> Answer {
    let mut lines = stream.lines().map(Result::unwrap);
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.take_while(|line| !line.is_empty());
    let headers = headers.filter_map(|line| {
        line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
    });
    Answer::new(status, headers.collect(), Vec::new())
}

/// Takes the frames of `Transfer-Encoding: chunked` off.
struct Chunks {
    stream: BufReader<TcpStream>,
    left: usize,
    ended: bool,
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 && !self.ended {
            let mut size = String::new();
            while size.trim().is_empty() {
                size.clear();
                assert_ne!(self.stream.read_line(&mut size)?, 0, "the line was cut");
            }
            self.left = usize::from_str_radix(size.trim(), 16).unwrap();
            self.ended = self.left == 0;
        }
        let most = buffer.len().min(self.left);
        let count = self.stream.read(&mut buffer[..most])?;
        assert!(count > 0 || self.ended, "the line was cut");
        self.left -= count;
        Ok(count)
    }
}
