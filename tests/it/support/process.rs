//! Tests that need a process to themselves: for its environment, or to count what it holds.

use std::any::type_name_of_val;
use std::env;
use std::fs;
use std::process::Command;

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

/// Threads and open descriptors of this process.
pub fn holdings() -> (usize, usize) {
    let count = |dir: &str| fs::read_dir(dir).unwrap().count();
    (count("/proc/self/task"), count("/proc/self/fd"))
}
