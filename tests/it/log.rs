//! The log never makes the panel wait, and nobody can make it long.

use crate::support::binary::{Binary, command};
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, hold_the_writer};
use crate::support::tcp;
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A panel whose log nobody has read yet.
struct Unread {
    child: Child,
    address: SocketAddr,
    _terminal: BufReader<std::process::ChildStdout>,
}

impl Unread {
    fn start(folder: &TempDir) -> Unread {
        let mut command = command(folder.path(), &[], &[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut terminal = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        terminal.read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once('/').unwrap().1.parse().unwrap();
        Unread { child, address, _terminal: terminal }
    }

    fn asks(&self, path: &str) -> u16 {
        tcp::ask(self.address, "GET", path, &[], b"").unwrap().status
    }

    /// One after the other on one connection; how many were answered.
    fn asks_often(&self, path: &str, count: usize) -> usize {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let mut sending = stream.try_clone().unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        let all = format!("{head}\r\n").repeat(count - 1) + &head + "Connection: close\r\n\r\n";
        let sender = std::thread::spawn(move || sending.write_all(all.as_bytes()).unwrap());
        let mut answers = String::new();
        stream.read_to_string(&mut answers).unwrap();
        sender.join().unwrap();
        answers.matches("HTTP/1.1 404").count()
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn whoever_reads_it_slowly_loses_lines_and_is_told_how_many() {
    let folder = TempDir::new().unwrap();
    let mut panel = Unread::start(&folder);
    // Far more than a pipe and the queue hold; each makes a line.
    let path = format!("/api/{}", "a".repeat(180));
    assert_eq!(tcp::at_once(4, |_| panel.asks_often(&path, 3000)), [3000; 4]);
    let mut lines = BufReader::new(panel.child.stderr.take().unwrap()).lines();
    let told = lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.contains("lines of the log were dropped"))
        .unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert!(told["dropped"].as_u64().is_some_and(|dropped| dropped > 500), "{told}");
}

#[test]
fn a_stop_does_not_wait_for_a_reader_who_has_stopped() {
    let folder = TempDir::new().unwrap();
    let mut panel = Unread::start(&folder);
    let path = format!("/api/{}", "a".repeat(180));
    (0..400).for_each(|_| assert_eq!(panel.asks(&path), 404));
    let asked = Instant::now();
    Command::new("kill").args(["-TERM", &panel.child.id().to_string()]).status().unwrap();
    assert!(panel.child.wait().unwrap().success());
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
}

#[test]
fn a_closed_reader_ends_nothing() {
    let folder = TempDir::new().unwrap();
    let mut panel = Unread::start(&folder);
    drop(panel.child.stderr.take());
    (0..50).for_each(|_| assert_eq!(panel.asks("/api/nothing"), 404));
    assert_eq!(panel.asks("/health"), 200);
}

#[test]
fn what_was_logged_before_the_end_is_there_after_it() {
    let folder = TempDir::new().unwrap();
    let mut panel = Unread::start(&folder);
    (0..30).for_each(|_| assert_eq!(panel.asks("/api/nothing"), 404));
    Command::new("kill").args(["-TERM", &panel.child.id().to_string()]).status().unwrap();
    let mut log = String::new();
    panel.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!(log.matches("/api/nothing").count(), 30);
}

/// The lines that hold these words, as JSON.
fn lines(log: &str, words: &str) -> Vec<serde_json::Value> {
    log.lines().filter(|line| line.contains(words)).map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_request_is_one_line_that_says_which_by_whom_and_how_it_went() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let me = panel.get("/api/auth/me")["id"].clone();
    let answer = panel.send("GET", "/api/orders/4711?token=x", &serde_json::Value::Null).unwrap();
    let id = answer.header("X-Request-Id").unwrap();
    let [line] = lines(&panel.binary.log_with(id), id).try_into().unwrap();
    for (field, expected) in [
        ("message", json!("request")),
        ("request_id", json!(id)),
        ("method", json!("GET")),
        ("route", json!("/api/orders/<id>")),
        ("path", json!("/api/orders/4711")),
        ("status", json!(404)),
        ("user.id", me),
    ] {
        assert_eq!(line[field], expected, "{line}");
    }
    assert!(line["micros"].as_u64().is_some_and(|micros| micros > 0), "{line}");
    for (path, route) in [("/nothing/here", "unknown"), ("/login", "static"), ("/openapi.json", "static")] {
        let answer = panel.binary.send("GET", path, &[], b"");
        let id = answer.header("X-Request-Id").unwrap();
        let [line] = lines(&panel.binary.log_with(id), id).try_into().unwrap();
        assert_eq!((&line["route"], &line["user.id"]), (&json!(route), &serde_json::Value::Null), "{line}");
    }
}

#[test]
fn the_level_says_which_lines_are_written() {
    let folder = TempDir::new().unwrap();
    for (level, is_told) in [("warn", false), ("info", true), ("debug", true)] {
        let panel = Binary::start(folder.path(), &[], &[("LOG_LEVEL", level), ("BUMX_API_KEYS", "x")]);
        assert_eq!(panel.send("GET", "/api/nothing", &[], b"").status, 404);
        let log = panel.log_with("is it BUMX_API_KEY?").clone();
        assert!(panel.terminate().0.success());
        let log = if is_told { std::fs::read_to_string(folder.path().join("log.txt")).unwrap() } else { log };
        assert_eq!(log.contains("/api/nothing"), is_told, "{level}: {log}");
    }
}

#[test]
fn a_write_that_waits_for_another_process_is_told_of() {
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock();
    let other = hold_the_writer(folder.path());
    std::thread::scope(|scope| {
        scope.spawn(|| panel.buy(service, "https://x.vn/secret-link"));
        std::thread::sleep(Duration::from_millis(600));
        drop(other);
    });
    let log = panel.binary.log_with("a write waited long for another process");
    assert!(!log.contains("secret-link"), "{log}");
}
