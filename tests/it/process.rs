//! The binary as an operator runs it: start, stop, one process a database, the commands beside it.

use crate::support::binary::{Binary, command};
use crate::support::operated::Operated;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::process::{Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn it_starts_from_nothing_and_ends_in_order_when_told() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &[]);
    panel.send("GET", "/health", &[], b"").expect(200);
    let (status, took) = panel.terminate();
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn a_second_process_on_the_same_database_is_refused() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &["serve"], &[]);
    let second = command(folder.path(), &["serve"], &[]).output().unwrap();
    assert!(!second.status.success());
    assert!(text(&second).contains("another smm-panel process"), "{}", text(&second));
    panel.send("GET", "/health", &[], b"").expect(200);
}

#[test]
fn a_place_where_it_cannot_listen_is_named_with_what_to_change() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (arguments, address, remedy) in [
        (&["serve"], "127.0.0.1", "another program listens there; stop it, or set ROCKET_PORT"),
        (&["demo"], "127.0.0.1", "another program listens there; stop it, or set ROCKET_PORT"),
        (&["serve"], "192.0.2.7", "this machine has no such address; set ROCKET_ADDRESS"),
    ] {
        let folder = TempDir::new().unwrap();
        let vars = [("ROCKET_ADDRESS", address), ("ROCKET_PORT", &port)];
        let ended = command(folder.path(), arguments, &vars).output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        let said = text(&ended);
        let last = said.lines().last().unwrap_or_default();
        let sentence = format!("smm-panel: it cannot listen on {address}:{port}: {remedy}");
        assert!(last.starts_with(&sentence), "{said}");
        assert!(!said.contains("listens on"), "{said}");
    }
}

#[test]
fn a_question_mark_in_the_database_path_is_refused_before_a_file_is_made() {
    for url in ["x.db?mode=ro", "sqlite:x.db?mode=ro"] {
        let folder = TempDir::new().unwrap();
        for arguments in [&["serve"][..], &["audit"]] {
            let ended = command(folder.path(), arguments, &[("DATABASE_URL", url)]).output().unwrap();
            assert_eq!(ended.status.code(), Some(1));
            assert!(text(&ended).contains("DATABASE_URL: takes the path of a file"), "{}", text(&ended));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn the_demo_does_not_tell_of_an_admin_from_an_environment_that_it_does_not_read() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &["demo"], &[]);
    let log = panel.log_with("listening on");
    assert!(!log.contains("environment"), "{log}");
    let folder = TempDir::new().unwrap();
    let boss = [("ADMIN_USERNAME", "boss"), ("ADMIN_EMAIL", "b@x.vn"), ("ADMIN_PASSWORD", "boss password")];
    let panel = Binary::start(folder.path(), &[], &boss);
    panel.log_with("the first admin was created from the environment");
}

#[test]
fn audit_and_admin_run_beside_it() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &[]);
    let made = command(folder.path(), &["admin", "create", "--username", "boss", "--email", "b@x.vn"], &[])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", text(&made));
    let password =
        text(&made).lines().find_map(|line| line.strip_prefix("password: ").map(str::to_owned)).unwrap();
    let login = serde_json::json!({ "login": "boss", "password": password }).to_string();
    let answer = panel.send("POST", "/api/auth/login", &[], login.as_bytes()).expect(200);
    assert_eq!(answer["user"]["role"], "admin");
    let proof = command(folder.path(), &["audit"], &[]).output().unwrap();
    assert!(proof.status.success() && text(&proof).contains("proven"), "{}", text(&proof));
}

#[test]
fn a_password_can_come_from_standard_input_and_ends_old_sessions() {
    let folder = TempDir::new().unwrap();
    let admin = [("ADMIN_USERNAME", "boss"), ("ADMIN_EMAIL", "b@x.vn"), ("ADMIN_PASSWORD", "first password")];
    let panel = Binary::start(folder.path(), &[], &admin);
    let body = |password: &str| serde_json::json!({ "login": "boss", "password": password }).to_string();
    let login = |password: &str| panel.send("POST", "/api/auth/login", &[], body(password).as_bytes());
    let token = login("first password").expect(200)["access_token"].as_str().unwrap().to_owned();
    let mut reset =
        command(folder.path(), &["admin", "reset-password", "--username", "boss", "--password-stdin"], &[])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
    reset.stdin.take().unwrap().write_all(b"second password\n").unwrap();
    assert!(reset.wait().unwrap().success());
    login("first password").refused(401, "invalid_credentials");
    login("second password").expect(200);
    let bearer = format!("Bearer {token}");
    panel.send("GET", "/api/auth/me", &[("Authorization", &bearer)], b"").refused(401, "unauthenticated");
}

#[test]
fn a_reset_of_the_password_lifts_a_ban_and_says_so() {
    let folder = TempDir::new().unwrap();
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    let made = command(folder.path(), &["admin", "create", "--username", "deputy", "--email", "d@x.vn"], &[]);
    let reset = |mut command: std::process::Command| {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", text(&output));
        let said = text(&output);
        let password = said.lines().find_map(|line| line.strip_prefix("password: ").map(str::to_owned));
        (said, password.unwrap())
    };
    let (_, first) = reset(made);
    let id = panel.get("/api/admin/users?search=deputy")["items"][0]["id"].clone();
    let ban = serde_json::json!({ "banned": true });
    panel.send("PUT", &format!("/api/admin/users/{id}/ban"), &ban).unwrap().expect(200);
    let login = |password: &str| {
        let body = serde_json::json!({ "login": "deputy", "password": password }).to_string();
        panel.binary.send("POST", "/api/auth/login", &[], body.as_bytes())
    };
    login(&first).refused(403, "account_banned");
    let again = || command(folder.path(), &["admin", "reset-password", "--username", "deputy"], &[]);
    let (said, second) = reset(again());
    assert!(said.contains("was banned and is not any more"), "{said}");
    login(&second).expect(200);
    let (said, _) = reset(again());
    assert!(!said.contains("banned"), "{said}");
    let log = panel.get("/api/admin/audit-log?action=user.unban");
    assert_eq!(
        (&log["items"][0]["actor"], &log["items"][0]["after"]["banned"]),
        (&serde_json::Value::Null, &serde_json::json!(false))
    );
}

#[test]
fn the_set_up_link_works_once() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &[]);
    let log = panel.log_with("/setup#");
    let (_, after) = log.split_once("/setup#").unwrap();
    let token: String = after.chars().take_while(char::is_ascii_alphanumeric).collect();
    let set_up = |token: &str| {
        let body = serde_json::json!({
            "token": token, "username": "boss", "email": "b@x.vn", "password": "a good password"
        });
        panel.send("POST", "/api/setup", &[], body.to_string().as_bytes())
    };
    let check = |token: &str| {
        let body = serde_json::json!({ "token": token }).to_string();
        panel.send("POST", "/api/setup/check", &[], body.as_bytes())
    };
    check("wrong").refused(403, "forbidden");
    set_up("wrong").refused(403, "forbidden");
    // To look uses nothing up.
    (0..2).for_each(|_| assert_eq!(check(&token).status, 204));
    assert_eq!(set_up(&token).expect(201)["user"]["role"], "admin");
    set_up(&token).refused(404, "not_found");
    check(&token).refused(404, "not_found");
}

#[test]
fn what_cannot_work_is_refused_at_start_with_its_name() {
    let folder = TempDir::new().unwrap();
    for (name, value) in [
        ("SECRET_KEY", "short"),
        ("CORS_ORIGINS", "*"),
        ("BUMX_API_URL", "nonsense"),
        ("BANK_BIN", "970422"),
        ("ROCKET_PORT", "99999"),
        ("ROCKET_ADDRESS", "nowhere"),
    ] {
        let refused = command(folder.path(), &[], &[(name, value)]).output().unwrap();
        assert!(!refused.status.success());
        assert!(text(&refused).contains(name), "{}", text(&refused));
    }
    let nothing = command(folder.path(), &["audit"], &[]).output().unwrap();
    assert!(!nothing.status.success());
    assert!(!folder.path().join("smm-panel.db").exists(), "an audit makes no database");
}

#[test]
fn the_description_is_printed() {
    let folder = TempDir::new().unwrap();
    let printed = command(folder.path(), &["openapi"], &[]).output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert!(document["paths"]["/health"]["get"].is_object());
}

#[test]
fn the_log_has_one_line_for_a_refused_request_and_it_names_it() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &[]);
    let json = [("Content-Type", "application/json")];
    let answers = [
        panel.send("POST", "/api/auth/login", &json, br#"{"login":"lan","password":"pa55-in-the-log"}"#),
        panel.send("POST", "/api/auth/login", &json, br#"{"login":"lan","pa55-in-the-log":1}"#),
        panel.send("GET", "/api/auth/me", &[("Authorization", "Bearer pa55-in-the-log")], b""),
        panel.send("PROPFIND", "/api/orders", &[], b""),
    ];
    // Lines are written in the order in which they happen.
    let log = panel.log_with(answers[3].header("X-Request-Id").unwrap());
    let (_, log) = log.split_once("/setup#").unwrap();
    for answer in &answers {
        let id = answer.header("X-Request-Id").unwrap();
        assert_eq!(log.matches(id).count(), 1, "{id} in {log}");
    }
    let lines = log.lines().skip(1).count();
    assert_eq!(lines, answers.len(), "{log}");
    assert!(!log.contains("pa55"), "{log}");
}

#[test]
fn a_log_of_text_in_a_file_has_no_colours() {
    let folder = TempDir::new().unwrap();
    let panel = Binary::start(folder.path(), &[], &[("LOG_FORMAT", "text")]);
    let answer = panel.send("GET", "/api/nothing", &[], b"");
    let log = panel.log_with(&format!("request_id=\"{}\"", answer.header("X-Request-Id").unwrap()));
    assert!(!log.contains('\u{1b}'), "{log:?}");
}
