//! The real binary as a process of its own, on a free port.

use super::tcp;
use super::wire::Answer;
use rusqlite::Connection;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub struct Binary {
    child: Child,
    pub address: SocketAddr,
    said: Arc<Mutex<String>>,
    log: PathBuf,
}

/// A folder for a database, as an operator should make it: nobody else's to look into.
pub fn own_folder() -> TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap()
}

/// A command of the binary in an environment of its own.
pub fn command(folder: &Path, arguments: &[&str], vars: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smm-panel"));
    command.args(arguments).current_dir(folder).env_clear().env("BCRYPT_COST", "4").env("ROCKET_PORT", "0");
    command.env("BACKUP_EVERY_HOURS", "0");
    command.env("RATE_LIMIT_PER_MINUTE", "0").env("AUTH_RATE_LIMIT_PER_MINUTE", "0");
    command.envs(vars.iter().copied());
    command
}

/// `kill -9`, so long after a start began; whether that was before it listened.
pub fn start_is_killed(folder: &Path, after: Duration) -> bool {
    let mut start = command(folder, &["serve"], &[]);
    let mut child = start.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    !said.contains("listens on")
}

impl Binary {
    /// Starts it and waits until it listens.
    pub fn start(folder: &Path, arguments: &[&str], vars: &[(&str, &str)]) -> Binary {
        let log = fs::File::create(folder.join("log.txt")).unwrap();
        let mut command = command(folder, arguments, vars);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = lines
            .find_map(|line| line.split_once("http://").and_then(|(_, rest)| rest.trim().parse().ok()))
            .unwrap_or_else(|| panic!("it did not start: {}", Self::log_of(folder)));
        // The terminal stays open for as long as the process writes to it.
        let said = Arc::new(Mutex::new(String::new()));
        let heard = Arc::clone(&said);
        std::thread::spawn(move || {
            lines.for_each(|line| heard.lock().unwrap().push_str(&format!("{line}\n")));
        });
        Binary { child, address, said, log: folder.join("log.txt") }
    }

    /// The log, once it holds these words: it is written a moment after what it tells of.
    #[track_caller]
    pub fn log_with(&self, words: &str) -> String {
        let asked = Instant::now();
        loop {
            let log = fs::read_to_string(&self.log).unwrap();
            if log.contains(words) {
                return log;
            }
            assert!(asked.elapsed() < Duration::from_secs(10), "no `{words}` in {log}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn log_of(folder: &Path) -> String {
        fs::read_to_string(folder.join("log.txt")).unwrap_or_default()
    }

    /// One request on a connection of its own.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_send(method, path, headers, body).unwrap()
    }

    /// The same, when the process may be dying.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        tcp::ask(self.address, method, path, headers, body)
    }

    /// What it has said at the terminal since it listens.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Any signal, and nothing is waited for.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap();
        assert!(told.success());
    }

    /// SIGTERM; how it ended and after how long.
    pub fn terminate(self) -> (ExitStatus, Duration) {
        let asked = Instant::now();
        self.signal("TERM");
        (self.ended(), asked.elapsed())
    }

    /// Waits for its end; how it ended.
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        // Ended already when the test said so; otherwise it must not outlive the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Overwrites the first page of a table.
#[expect(clippy::disallowed_methods, reason = "another program on the file")]
pub fn damage(database: &Path, table: &str) {
    let conn = Connection::open(database).unwrap();
    let page: u32 = conn
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0))
        .unwrap();
    let size: u32 = conn.pragma_query_value(None, "page_size", |row| row.get(0)).unwrap();
    drop(conn);
    let mut file = fs::OpenOptions::new().write(true).open(database).unwrap();
    file.seek(SeekFrom::Start(u64::from(page - 1) * u64::from(size))).unwrap();
    file.write_all(&vec![0x5a; usize::try_from(size).unwrap()]).unwrap();
}
