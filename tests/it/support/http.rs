//! Just enough HTTP for servers in tests: one request read in full, one answer as bytes.

use std::collections::BTreeMap;
use std::io::{self, Read};

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    pub method: String,
    /// With the query.
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The form field `action`, or empty.
    pub action: String,
    /// The body read as a form; the last of several values counts.
    pub fields: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Recorded {
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

/// Reads one request with its body; an error when the client goes away before its end.
pub fn read_request(from: &mut impl Read) -> io::Result<Recorded> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let head_end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = head_end {
            let mut request = parse_head(&String::from_utf8_lossy(&bytes[..end]));
            let length = request.headers.get("content-length").map_or(0, |value| value.parse().unwrap());
            if bytes.len() >= end + 4 + length {
                request.body = bytes[end + 4..].to_vec();
                if request.headers.get("content-type").is_some_and(|kind| kind.contains("urlencoded")) {
                    request.fields = form_urlencoded::parse(&request.body).into_owned().collect();
                }
                request.action = request.field("action").to_owned();
                return Ok(request);
            }
        }
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&buffer[..count]);
    }
}

fn parse_head(head: &str) -> Recorded {
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or("").split(' ').map(str::to_owned);
    let mut word = || words.next().unwrap_or_default();
    let (method, path) = (word(), word());
    let header = |line: &str| line.split_once(':').map(|(k, v)| (k.to_lowercase(), v.trim().to_owned()));
    Recorded { method, path, headers: lines.filter_map(header).collect(), ..Recorded::default() }
}

/// A complete answer with its length.
pub fn answer(status: u16, content_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}
