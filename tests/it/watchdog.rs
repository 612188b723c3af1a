//! What systemd is told by the running program, over a socket like systemd's.

use crate::support::binary::Binary;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;
use tempfile::TempDir;

/// Longer than any of its messages is away.
const PATIENCE: Duration = Duration::from_secs(20);

fn heard(systemd: &UnixDatagram) -> String {
    let mut message = [0; 256];
    let length = systemd.recv(&mut message).unwrap();
    String::from_utf8_lossy(&message[..length]).into_owned()
}

#[test]
fn systemd_hears_that_it_serves_that_it_still_answers_and_that_it_ends() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("systemd");
    let systemd = UnixDatagram::bind(&socket).unwrap();
    systemd.set_read_timeout(Some(PATIENCE)).unwrap();
    let vars = [("NOTIFY_SOCKET", socket.to_str().unwrap()), ("WATCHDOG_USEC", "300000")];
    let panel = Binary::start(folder.path(), &[], &vars);
    assert_eq!(heard(&systemd), "READY=1\n");
    panel.send("GET", "/health", &[], b"").expect(200);
    for _ in 0..3 {
        assert_eq!(heard(&systemd), "WATCHDOG=1\n");
    }
    let (status, _) = panel.terminate();
    assert!(status.success(), "{status}");
    let rest: Vec<String> = std::iter::from_fn(|| Some(heard(&systemd)))
        .take_while(|message| message != "STOPPING=1\n")
        .collect();
    assert!(rest.iter().all(|message| message == "WATCHDOG=1\n"), "{rest:?}");
}

#[test]
fn without_a_watchdog_it_only_says_that_it_serves() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("systemd");
    let systemd = UnixDatagram::bind(&socket).unwrap();
    systemd.set_read_timeout(Some(PATIENCE)).unwrap();
    let vars = [("NOTIFY_SOCKET", socket.to_str().unwrap()), ("WATCHDOG_USEC", "0")];
    let panel = Binary::start(folder.path(), &[], &vars);
    assert_eq!(heard(&systemd), "READY=1\n");
    panel.terminate();
    assert_eq!(heard(&systemd), "STOPPING=1\n");
}
