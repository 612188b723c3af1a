//! The log never makes the panel wait, and nobody can make it long.

use crate::support::binary::command;
use crate::support::tcp;
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
