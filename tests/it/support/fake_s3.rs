//! A storage that speaks S3 over real sockets, as much of it as a backup needs, and misbehaves when a test wants it to.

use super::fake::Fake;
use super::http::{Recorded, answer, read_request};
use md5::{Digest, Md5};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

pub const KEY: &str = "AKIASHOP";
pub const SECRET: &str = "planted/storage+secret";

/// What goes wrong, as often as it is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// A part is never answered.
    Hang,
    /// A part is answered with this status.
    Part(u16),
    /// A part arrives as something else.
    OtherContent,
    /// A part is answered without a tag.
    NoTag,
    /// A part is to be sent to another machine.
    Redirect,
    /// The beginning is answered with something that is no XML.
    Gibberish,
    /// The end is answered with 200 and an error.
    ErrorInside,
    /// Only the beginning of what was sent is kept.
    Truncated,
    /// Nothing may be removed.
    NoRemoval,
}

#[derive(Default)]
struct State {
    mishaps: Vec<Mishap>,
    uploads: BTreeMap<String, BTreeMap<u16, Vec<u8>>>,
    objects: BTreeMap<String, Vec<u8>>,
    requests: Vec<Recorded>,
    held: Vec<TcpStream>,
}

/// Runs until dropped. It has one bucket, `shop`.
pub struct FakeS3 {
    state: Arc<Mutex<State>>,
    server: Fake,
}

impl FakeS3 {
    pub fn start() -> FakeS3 {
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let server = Fake::start(move |connection| serve(&shared, connection));
        FakeS3 { state, server }
    }

    /// For `BACKUP_S3_URL`.
    pub fn url(&self) -> String {
        format!(
            "http://{KEY}:planted%2Fstorage%2Bsecret@127.0.0.1:{}/shop/panel/one?region=vn-1",
            self.server.port
        )
    }

    /// What may be shown of it.
    pub fn place(&self) -> String {
        format!("http://127.0.0.1:{}/shop/panel/one", self.server.port)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// From now on these go wrong, each once, in this order where they concern the same.
    pub fn goes_wrong(&self, mishaps: &[Mishap]) {
        self.state().mishaps = mishaps.to_vec();
    }

    pub fn put(&self, key: &str, bytes: &[u8]) {
        self.state().objects.insert(key.to_owned(), bytes.to_vec());
    }

    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.state().objects.clone()
    }

    /// Uploads that were begun and neither ended nor given up.
    pub fn open_uploads(&self) -> usize {
        self.state().uploads.len()
    }

    pub fn requests(&self) -> Vec<Recorded> {
        self.state().requests.clone()
    }
}

impl Drop for FakeS3 {
    fn drop(&mut self) {
        for held in self.state().held.drain(..) {
            let _ = held.shutdown(Shutdown::Both);
        }
    }
}

fn serve(shared: &Mutex<State>, mut connection: TcpStream) {
    let Ok(request) = read_request(&mut connection) else { return };
    let mut state = shared.lock().unwrap();
    let said = state.answer(&request);
    state.requests.push(Recorded { body: Vec::new(), ..request });
    match said {
        Some(bytes) => {
            let _ = connection.write_all(&bytes);
        }
        None => state.held.push(connection),
    }
}

impl State {
    fn takes(&mut self, mishap: Mishap) -> bool {
        let found = self.mishaps.iter().position(|one| *one == mishap);
        found.map(|at| self.mishaps.remove(at)).is_some()
    }

    /// `None`: there is none, and the line is held.
    fn answer(&mut self, request: &Recorded) -> Option<Vec<u8>> {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let query: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        if !query.contains_key("X-Amz-Signature") {
            return Some(refusal(403, "AccessDenied"));
        }
        let key = path.strip_prefix("/shop/").unwrap_or_default().to_owned();
        let upload = query.get("uploadId").cloned();
        let part = query.get("partNumber").map(|number| number.parse::<u16>().unwrap());
        match (request.method.as_str(), upload, part) {
            ("POST", None, _) => Some(self.begin(&key)),
            ("PUT", Some(upload), Some(number)) => self.part(&upload, number, &request.body),
            ("POST", Some(upload), _) => Some(self.end(&key, &upload, &request.body)),
            ("DELETE", Some(upload), _) => {
                self.uploads.remove(&upload);
                Some(no_content())
            }
            ("DELETE", None, _) if self.mishaps.contains(&Mishap::NoRemoval) => {
                Some(refusal(403, "AccessDenied"))
            }
            ("DELETE", None, _) => {
                self.objects.remove(&key);
                Some(no_content())
            }
            ("GET", ..) => Some(self.list(&query)),
            _ => Some(refusal(405, "MethodNotAllowed")),
        }
    }

    fn begin(&mut self, key: &str) -> Vec<u8> {
        if self.takes(Mishap::Gibberish) {
            return answer(200, "text/html", "<html>a gateway says hello");
        }
        let upload = format!("{}.{}", key.replace('/', "-"), self.requests.len());
        self.uploads.insert(upload.clone(), BTreeMap::new());
        let inside = format!("<Bucket>shop</Bucket><Key>{key}</Key><UploadId>{upload}</UploadId>");
        document("InitiateMultipartUploadResult", &inside)
    }

    fn part(&mut self, upload: &str, number: u16, body: &[u8]) -> Option<Vec<u8>> {
        if self.takes(Mishap::Hang) {
            return None;
        }
        if let Some(Mishap::Part(status)) =
            self.mishaps.iter().copied().find(|one| matches!(one, Mishap::Part(_)))
        {
            self.takes(Mishap::Part(status));
            return Some(refusal(status, "SlowDown"));
        }
        if self.takes(Mishap::Redirect) {
            let moved = "HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
            return Some(moved.as_bytes().to_vec());
        }
        let mut kept = body.to_vec();
        if self.takes(Mishap::OtherContent) {
            kept[0] ^= 1;
        }
        let tag = hex::encode(Md5::digest(&kept));
        self.uploads.get_mut(upload)?.insert(number, kept);
        let tag = if self.takes(Mishap::NoTag) { String::new() } else { format!("ETag: \"{tag}\"\r\n") };
        Some(format!("HTTP/1.1 200 OK\r\n{tag}Content-Length: 0\r\n\r\n").into_bytes())
    }

    fn end(&mut self, key: &str, upload: &str, body: &[u8]) -> Vec<u8> {
        if self.takes(Mishap::ErrorInside) {
            return answer(
                200,
                "application/xml",
                "<?xml version=\"1.0\"?><Error><Code>InternalError</Code></Error>",
            );
        }
        let Some(parts) = self.uploads.remove(upload) else { return refusal(404, "NoSuchUpload") };
        let named = String::from_utf8_lossy(body);
        let tags: Vec<String> = parts.values().map(|part| hex::encode(Md5::digest(part))).collect();
        if tags.iter().any(|tag| !named.contains(tag.as_str())) {
            return refusal(400, "InvalidPart");
        }
        let mut whole: Vec<u8> = parts.into_values().flatten().collect();
        if self.takes(Mishap::Truncated) {
            whole.truncate(whole.len() / 2);
        }
        self.objects.insert(key.to_owned(), whole);
        document("CompleteMultipartUploadResult", &format!("<Key>{key}</Key><ETag>\"whole\"</ETag>"))
    }

    /// Two a page, so that every list has pages.
    fn list(&self, query: &BTreeMap<String, String>) -> Vec<u8> {
        let (prefix, after) =
            (&query["prefix"], query.get("continuation-token").cloned().unwrap_or_default());
        let later = |key: &&String| key.starts_with(prefix.as_str()) && **key > after;
        let found: Vec<&String> = self.objects.keys().filter(later).collect();
        let mut inside = String::new();
        for key in found.iter().take(2) {
            let size = self.objects[*key].len();
            write!(inside, "<Contents><Key>{key}</Key><Size>{size}</Size></Contents>").unwrap();
        }
        let more = found.len() > 2;
        write!(inside, "<IsTruncated>{more}</IsTruncated>").unwrap();
        if more {
            write!(inside, "<NextContinuationToken>{}</NextContinuationToken>", found[1]).unwrap();
        }
        document("ListBucketResult", &inside)
    }
}

fn document(name: &str, inside: &str) -> Vec<u8> {
    let space = "http://s3.amazonaws.com/doc/2006-03-01/";
    let text =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name} xmlns=\"{space}\">{inside}</{name}>");
    answer(200, "application/xml", &text)
}

fn refusal(status: u16, code: &str) -> Vec<u8> {
    let text = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>no</Message></Error>");
    answer(status, "application/xml", &text)
}

fn no_content() -> Vec<u8> {
    b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()
}
