//! The panel on a real socket, and a plain HTTP client for it.

use super::app::{TestApp, figment};
use super::wire::Answer;
use rocket::{Build, Rocket, Shutdown};
use smm_panel::app::{rocket, secure};
use smm_panel::front::{Front, Limits, Secure};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::Duration;

/// Serves a `TestApp`'s panel until dropped.
pub struct Served {
    pub address: SocketAddr,
    /// With TLS, and where it sends on to it, for an app that has certificate files.
    pub https: Option<(SocketAddr, SocketAddr)>,
    shutdown: Shutdown,
    thread: Option<JoinHandle<()>>,
}

impl TestApp {
    /// On a free port of the loopback interface.
    pub fn serve(&self) -> Served {
        self.serve_within(|_| {})
    }

    /// With other limits than an operator has.
    pub fn serve_within(&self, change: impl FnOnce(&mut Limits) + Send + 'static) -> Served {
        serve_both(rocket(self.app.clone(), figment()), secure(&self.app), change)
    }
}

/// Any Rocket behind the front.
pub fn serve(panel: Rocket<Build>, change: impl FnOnce(&mut Limits) + Send + 'static) -> Served {
    serve_both(panel, None, change)
}

/// The same, with TLS as well.
pub fn serve_both(
    panel: Rocket<Build>,
    secure: Option<Secure>,
    change: impl FnOnce(&mut Limits) + Send + 'static,
) -> Served {
    let (tell, told) = channel();
    let thread = std::thread::spawn(move || {
        rocket::execute(async move {
            let mut front = Front::bind(panel, secure).await.unwrap();
            change(&mut front.limits);
            let addresses: Vec<_> = front.addresses().collect();
            tell.send((addresses, front.shutdown())).unwrap();
            front.serve().await;
        });
    });
    let (addresses, shutdown) = told.recv_timeout(Duration::from_secs(20)).unwrap();
    let https = addresses.get(1).copied().zip(addresses.get(2).copied());
    Served { address: addresses[0], https, shutdown, thread: Some(thread) }
}

impl Served {
    /// One request on a connection of its own.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        ask(self.address, method, path, headers, body).unwrap()
    }

    /// A POST of JSON with a token.
    pub fn post(&self, token: &str, path: &str, body: &serde_json::Value, more: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        headers.extend_from_slice(more);
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }
}

/// One request to any server; `None` when there is no whole answer.
pub fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    stream.write_all(&request(address, method, path, headers, body)).ok()?;
    read_answer(stream)
}

/// The bytes of a request that ends its connection.
pub fn request(host: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    let mut whole = head.into_bytes();
    whole.extend_from_slice(body);
    whole
}

/// Reads one whole answer, which ends the connection; `None` when it was cut off.
pub fn read_answer(stream: TcpStream) -> Option<Answer> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut body = Vec::new();
    reader.read_to_end(&mut body).ok()?;
    let answer = Answer::new(status, headers, body);
    // Of a HEAD there is none.
    let length = answer.header("Content-Length").and_then(|length| length.parse().ok());
    let is_cut = !answer.body.is_empty() && length.is_some_and(|length: usize| answer.body.len() < length);
    (!is_cut).then_some(answer)
}

impl Drop for Served {
    fn drop(&mut self) {
        self.shutdown.clone().notify();
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }
}

/// Runs `work` on so many threads at once; what each came to.
pub fn at_once<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = std::sync::Barrier::new(count);
    let run = |number| {
        barrier.wait();
        work(number)
    };
    let run = &run;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || run(number))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
