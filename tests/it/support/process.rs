//! Tests that need a process to themselves: for its environment, or to count what it holds.

use std::any::type_name_of_val;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const CHILD: &str = "SMM_PANEL_TEST_CHILD";

/// Runs the calling test's `body` in a fresh process in which no other test runs. `body` must be a closure written
/// in the test itself, by whose name the test is found again. `SSL_CERT_FILE` names a file in a directory of its
/// own, not yet written: whatever is in it at the first TLS call is trusted.
pub fn alone(body: impl FnOnce()) {
    if env::var_os(CHILD).is_some() {
        return body();
    }
    let name = type_name_of_val(&body);
    let name = name.split_once("::").unwrap().1.trim_end_matches("::{{closure}}");
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, "1")
        .env("SSL_CERT_FILE", dir.path().join("trusted.pem"))
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let told =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{name} failed in its own process:\n{told}"
    );
}

/// A part of a test that runs in a process of its own, to be killed.
pub struct Victim {
    test: String,
}

const VICTIM: &str = "SMM_PANEL_TEST_VICTIM";
const BEGINS: &str = "the victim begins";
const ENDS: &str = "the victim has ended";

impl Victim {
    /// `body` must be a closure written in the test itself, by whose name it is found again. In the other process it
    /// gets the path, and nothing after it is run.
    pub fn of(body: impl FnOnce(&Path)) -> Victim {
        if let Some(path) = env::var_os(VICTIM) {
            println!("{BEGINS}");
            body(Path::new(&path));
            println!("{ENDS}");
            std::process::exit(0);
        }
        let name = type_name_of_val(&body);
        let test = name.split_once("::").unwrap().1.trim_end_matches("::{{closure}}").to_owned();
        Victim { test }
    }

    /// How long the body takes when nobody kills it.
    pub fn runs(&self, path: &Path) -> Duration {
        let (mut child, mut lines) = self.begun(path);
        let began = Instant::now();
        assert!(lines.any(|line| line == ENDS), "the victim fails by itself");
        let took = began.elapsed();
        child.wait().unwrap();
        took
    }

    /// `kill -9`, so long after the body began; whether that was before its end.
    pub fn is_killed(&self, path: &Path, after: Duration) -> bool {
        let (mut child, mut lines) = self.begun(path);
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
        !lines.any(|line| line == ENDS)
    }

    fn begun(&self, path: &Path) -> (Child, impl Iterator<Item = String> + use<>) {
        let mut child = Command::new(env::current_exe().unwrap())
            .args([&self.test, "--exact", "--nocapture", "--test-threads=1"])
            .env(VICTIM, path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.ends_with(BEGINS)), "{} is no test", self.test);
        (child, lines)
    }
}

/// Threads and open descriptors of this process.
pub fn holdings() -> (usize, usize) {
    let count = |dir: &str| fs::read_dir(dir).unwrap().count();
    (count("/proc/self/task"), count("/proc/self/fd"))
}
