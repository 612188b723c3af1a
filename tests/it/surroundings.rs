//! The machine around the panel: locks of others on its file, damage, logs nobody reads, few descriptors, settings that
//! need a word at start.

use crate::support::app::TestApp;
use crate::support::bank::{Notice, notify};
use crate::support::binary::{Binary, command, damage, own_folder};
use crate::support::member::Member;
use crate::support::process::{alone, holdings};
use crate::support::tcp;
use rusqlite::Connection;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use smm_panel::jobs::scheduled;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const BOSS: [(&str, &str); 3] =
    [("ADMIN_USERNAME", "boss"), ("ADMIN_EMAIL", "b@x.vn"), ("ADMIN_PASSWORD", "boss password")];

#[expect(clippy::disallowed_methods, reason = "another program on the same file")]
fn stranger(path: &Path) -> Connection {
    Connection::open(path).unwrap()
}

#[test]
fn while_another_process_holds_the_file_health_and_the_webhook_answer_in_time() {
    let app = TestApp::start();
    app.guest().get("/health").expect(200);
    let other = stranger(&app.folder.path().join("panel.db"));
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let asked = Instant::now();
    let health = app.guest().get("/health").expect(503);
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    assert_eq!((&health["status"], &health["database"]), (&"failing".into(), &"failing".into()));
    let asked = Instant::now();
    let ready = app.guest().get("/health/ready").expect(503);
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    assert_eq!(ready, json!({ "status": "failing", "database": "failing" }));
    let asked = Instant::now();
    notify(&app, &Notice::new(1, 50_000, "no code")).refused(503, "overloaded");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    other.execute_batch("ROLLBACK").unwrap();
    drop(other);
    notify(&app, &Notice::new(1, 50_000, "no code")).expect(200);
    app.guest().get("/health").expect(200);
    app.guest().get("/health/ready").expect(200);
}

#[test]
fn a_damaged_file_is_seen_at_start_and_shown() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &BOSS);
    let health = panel.send("GET", "/health", &[], b"").expect(200);
    assert_eq!(health["database"], "ok");
    assert!(panel.terminate().0.success());
    damage(&folder.path().join("smm-panel.db"), "audit_log");
    let panel = Binary::start(folder.path(), &[], &[]);
    let began = Instant::now();
    loop {
        let health = panel.send("GET", "/health", &[], b"");
        // The job's own end is known a moment after what it found.
        if health.status == 503 && health.json()["jobs"]["file-check"] == "failing" {
            assert_eq!(health.expect(503)["database"], "failing");
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "nobody looks at the file");
        std::thread::sleep(Duration::from_millis(50));
    }
    panel.log_with("restore a backup");
}

/// A panel whose log goes into a pipe.
struct Piped {
    child: Child,
    address: SocketAddr,
}

impl Piped {
    fn start(mut command: Command) -> (Piped, ChildStderr) {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.split_once("http://")?.1.trim().parse().ok()).unwrap();
        let log = child.stderr.take().unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        (Piped { child, address }, log)
    }

    fn asks(&self, times: usize) {
        for _ in 0..times {
            let answer = tcp::ask(self.address, "GET", "/api/site", &[], b"").expect("it answers");
            assert_eq!(answer.status, 200);
        }
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let folder = TempDir::new().unwrap();
    let (panel, log) = Piped::start(command(folder.path(), &[], &BOSS));
    // A pipe takes 64 KiB; each request makes a line of some 200 bytes.
    panel.asks(1000);
    drop(log);
    panel.asks(1000);
}

#[test]
fn a_line_of_the_log_is_short_whatever_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &BOSS);
    let path = format!("/{}", "a".repeat(6000));
    panel.send("GET", &path, &[], b"").refused(404, "not_found");
    assert!(panel.terminate().0.success());
    let log = fs::read_to_string(folder.path().join("log.txt")).unwrap();
    assert!(log.contains("/aaaa"), "{log}");
    assert!(log.lines().all(|line| line.len() < 1024), "a line is long");
}

/// It, through a shell that limits open files first.
fn limited(folder: &Path, limits: &str) -> Command {
    let plain = command(folder, &[], &BOSS);
    let mut limited = Command::new("sh");
    let program = plain.get_program().to_str().unwrap();
    limited.args(["-c", &format!("{limits} && exec {program}")]).current_dir(folder).env_clear();
    limited.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    limited
}

/// What the log of a start says of open files, and the limit that holds.
fn with_files(limits: &str) -> (String, u64) {
    let folder = TempDir::new().unwrap();
    let (panel, log) = Piped::start(limited(folder.path(), limits));
    let limits = fs::read_to_string(format!("/proc/{}/limits", panel.child.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let soft = line.split_whitespace().nth(3).unwrap().parse().unwrap();
    Command::new("kill").args(["-TERM", &panel.child.id().to_string()]).status().unwrap();
    let told = BufReader::new(log).lines().map_while(Result::ok).filter(|line| line.contains("LimitNOFILE"));
    (told.collect(), soft)
}

#[test]
fn it_takes_the_descriptors_it_may_have_and_says_when_they_are_few() {
    let (told, soft) = with_files("ulimit -Sn 256 && ulimit -Hn 8192");
    assert_eq!((told.as_str(), soft), ("", 8192));
    let (told, soft) = with_files("ulimit -Sn 128 && ulimit -Hn 256");
    assert!(told.contains("may open 256 files") && soft == 256, "{told} {soft}");
}

#[test]
fn its_memory_comes_in_small_pages() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &[]);
    let status = fs::read_to_string(format!("/proc/{}/status", panel.pid())).unwrap();
    assert!(status.contains("THP_enabled:\t0"), "{status}");
}

fn limit_files(most: usize) {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let current = Some(u64::try_from(most).unwrap());
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
}

/// How the job stands, what went wrong, and whether the operator finds it among what waits.
fn open_files(boss: &Member) -> (Value, String, bool) {
    let jobs = boss.get("/api/admin/jobs").expect(200);
    let job = jobs["items"].as_array().unwrap().iter().find(|job| job["name"] == "open-files").unwrap();
    let waiting = boss.get("/api/admin/review").expect(200);
    let waits = waiting["items"].as_array().unwrap().iter().any(|item| item["about"] == "open-files");
    (job["status"].clone(), job["error"].as_str().unwrap_or_default().to_owned(), waits)
}

#[test]
fn descriptors_that_run_short_are_shown_and_enough_of_them_are_no_word() {
    alone(|| {
        let app = TestApp::start();
        let boss = app.admin("boss");
        let mut job = scheduled::runner(&app.app, "open-files").unwrap();
        let mut run = || {
            app.app.job_registry.ask("open-files");
            assert!(job.step(Instant::now()));
        };
        let (usual, fine) = (getrlimit(Resource::Nofile), (json!("ok"), String::new(), false));
        run();
        assert_eq!(open_files(&boss), fine);
        // 64 are the reserve, and some come and go.
        let limit = holdings().1 + 64 + 20;
        limit_files(limit);
        run();
        assert_eq!(open_files(&boss), fine);
        let mut held: Vec<File> = (0..40).map(|_| File::open("/dev/null").unwrap()).collect();
        run();
        let (status, error, waits) = open_files(&boss);
        assert!(status == "failing" && waits, "{status}");
        assert!(error.contains(&format!("of {limit} ")) && error.contains("LimitNOFILE"), "{error}");
        // Not even one is left to look with.
        held.extend((0..limit).map_while(|_| File::open("/dev/null").ok()));
        run();
        held.clear();
        let (_, error, _) = open_files(&boss);
        assert!(error.starts_with(&format!("{limit} files are open of {limit} ")), "{error}");
        run();
        assert_eq!(open_files(&boss), fine);
        setrlimit(Resource::Nofile, usual).unwrap();
    });
}

#[test]
fn descriptors_that_run_short_are_in_the_log_and_in_health() {
    for (limit, is_short) in [(90, true), (4096, false)] {
        let folder = TempDir::new().unwrap();
        let (panel, log) = Piped::start(limited(folder.path(), &format!("ulimit -n {limit}")));
        let began = Instant::now();
        let seen = loop {
            let health = tcp::ask(panel.address, "GET", "/health", &[], b"").unwrap();
            let standing = health.json()["jobs"]["open-files"].clone();
            if standing != "waiting" {
                break standing;
            }
            assert!(began.elapsed() < Duration::from_secs(20), "it is not looked at");
            std::thread::sleep(Duration::from_millis(20));
        };
        assert_eq!(seen, if is_short { "failing" } else { "ok" });
        Command::new("kill").args(["-TERM", &panel.child.id().to_string()]).status().unwrap();
        let lines = BufReader::new(log).lines().map_while(Result::ok);
        let told: Vec<String> = lines.filter(|line| line.contains("open-files")).collect();
        assert_eq!(told.iter().any(|line| line.contains("files are open of 90")), is_short, "{told:?}");
        assert!(is_short || told.is_empty(), "{told:?}");
    }
}

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// What the log says of a start in these surroundings, after a request with these headers.
fn log_of(vars: &[(&str, &str)], headers: &[(&str, &str)]) -> String {
    let folder = own_folder();
    let vars = [&BOSS[..], vars].concat();
    let (panel, log) = Piped::start(command(folder.path(), &[], &vars));
    let loopback = SocketAddr::from(([127, 0, 0, 1], panel.address.port()));
    let address = if panel.address.ip().is_unspecified() { loopback } else { panel.address };
    for _ in 0..3 {
        assert_eq!(tcp::ask(address, "GET", "/api/site", headers, b"").unwrap().status, 200);
    }
    Command::new("kill").args(["-TERM", &panel.child.id().to_string()]).status().unwrap();
    BufReader::new(log).lines().map_while(Result::ok).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_is_amiss_around_it_is_said_with_a_remedy_and_nothing_else_is() {
    let forwarded = [("X-Forwarded-For", "10.0.0.1")];
    let open = ("ROCKET_ADDRESS", "0.0.0.0");
    let https = ("PUBLIC_URL", "https://panel.example.vn");
    let words = ["PUBLIC_URL", "ROCKET_TLS", "ROCKET_IP_HEADER", "chmod"];
    let cases: [(Pairs, Pairs, &[&str]); 6] = [
        (&[], &[], &[]),
        (&[open], &[], &["PUBLIC_URL"]),
        (&[open, https], &[], &[]),
        (&[("ROCKET_TLS", "{certs=\"a.pem\",key=\"b.pem\"}")], &[], &["ROCKET_TLS", "PUBLIC_URL"]),
        (&[], &forwarded, &["ROCKET_IP_HEADER"]),
        (&[("ROCKET_IP_HEADER", "X-Forwarded-For")], &forwarded, &[]),
    ];
    for (vars, headers, expected) in cases {
        let log = log_of(vars, headers);
        for word in words {
            let times = log.lines().filter(|line| line.contains(word)).count();
            assert_eq!(times, usize::from(expected.contains(&word)), "{vars:?} {word}: {log}");
        }
    }
}

#[test]
fn a_misspelt_variable_is_told_by_name_and_what_is_in_it_is_not() {
    let vars = [
        ("SEPAY_WEBHOK_KEY", "hidden-1"),
        ("BUMX_API_KEYS", "hidden-2"),
        ("SEPAY_SECRET", "hidden-3"),
        ("EDITOR", "hidden-4"),
    ];
    let log = log_of(&vars, &[]);
    for told in [
        "variable SEPAY_WEBHOK_KEY is not known",
        "variable BUMX_API_KEYS is not known and does nothing; is it BUMX_API_KEY?",
    ] {
        assert_eq!(log.matches(told).count(), 1, "{told}: {log}");
    }
    assert_eq!(log.matches("is not known and does nothing").count(), 2, "{log}");
    assert!(!log.contains("hidden"), "{log}");
}

#[test]
fn an_ipv6_address_is_shown_with_brackets_in_the_set_up_link_too() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &[("ROCKET_ADDRESS", "::1")]);
    assert!(panel.address.is_ipv6(), "{}", panel.address);
    panel.send("GET", "/api/site", &[], b"").expect(200);
    let link = format!("http://[::1]:{}/setup#", panel.address.port());
    let log = panel.log_with("/setup#");
    assert!(log.contains(&link), "{log}");
    while !panel.said().contains("/setup#") {
        std::thread::sleep(Duration::from_millis(10));
    }
    let said = panel.said();
    let token = said.split_once(&link).map(|(_, rest)| rest.trim()).unwrap_or_else(|| panic!("{said}"));
    let admin = json!({ "token": token, "username": "boss", "email": "b@x.vn", "password": "boss password" });
    panel.send("POST", "/api/setup", &[], admin.to_string().as_bytes()).expect(201);
}
