//! The look at everything around the panel, by the command and by an admin: each thing that can fail, made to fail.

use crate::disk::SmallDisk;
use crate::support::app::TestApp;
use crate::support::binary::{Binary, command, damage, own_folder};
use crate::support::fake_s3::{FakeS3, KEY, Mishap};
use crate::support::http::read_request;
use crate::support::operated::{Operated, eventually};
use crate::support::tls::Authority;
use rusqlite::Connection;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};
use smm_panel::jobs::{doctor, scheduled};
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATH: &str = "/api/admin/doctor";
/// Nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

/// What the command says, and whether nothing fails.
fn look(folder: &Path, vars: &[(&str, &str)]) -> (bool, String) {
    let ended = command(folder, &["doctor"], vars).output().unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    let code = ended.status.code().unwrap();
    assert!(code < 2, "{}", String::from_utf8_lossy(&ended.stderr));
    (code == 0, said)
}

/// That one of its lines begins with this level and name, and goes on with these words.
#[track_caller]
fn says(folder: &Path, vars: &[(&str, &str)], level: &str, check: &str, words: &str) {
    let (is_well, said) = look(folder, vars);
    let is_it = |line: &str| line.starts_with(&format!("{level:<5} {check} ")) && line.contains(words);
    assert!(said.lines().any(is_it), "no `{level} {check} {words}` in\n{said}");
    assert!(!is_well || level != "FAILS", "it exits 0 with\n{said}");
}

/// A folder with a database that a panel has made and left.
fn left() -> TempDir {
    let folder = own_folder();
    assert!(Binary::start(folder.path(), &[], &[]).terminate().0.success());
    folder
}

/// A server that gives everybody the same answer, for as long as the test process lives.
fn server(status: u16, headers: &str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let _ = read_request(&mut connection);
            let _ =
                connection.write_all(head.as_bytes()).and_then(|()| connection.write_all(body.as_bytes()));
            let _ = connection.shutdown(Shutdown::Write);
        }
    });
    url
}

/// Does something while the job that looks works beside.
pub fn while_looking<T>(app: &TestApp, work: impl FnOnce() -> T) -> T {
    let is_done = AtomicBool::new(false);
    let panel = app.app.clone();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::SeqCst) {
                doctor::tick(&panel);
                panel.examinations.wait(Duration::from_millis(20));
            }
        });
        let done = work();
        is_done.store(true, Ordering::SeqCst);
        done
    })
}

#[expect(clippy::disallowed_methods, reason = "another program on the file")]
fn change(database: &Path, sql: &str) {
    assert_eq!(Connection::open(database).unwrap().execute(sql, ()).unwrap(), 1);
}

#[test]
fn only_admins_may_have_it_look() {
    let app = TestApp::start();
    app.guest().post(PATH, json!({})).refused(401, "unauthenticated");
    app.member("lan").post(PATH, json!({})).refused(403, "forbidden");
    app.support("mai").post(PATH, json!({})).refused(403, "forbidden");
}

#[test]
fn an_admin_is_told_of_each_thing_how_it_is_and_what_to_do_and_no_secret() {
    let folder = own_folder();
    let vars =
        [("TELEGRAM_BOT_TOKEN", "1:planted"), ("TELEGRAM_CHAT_ID", "1"), ("TELEGRAM_API_URL", NOWHERE)];
    let panel = Operated::start(folder.path(), "sandbox", &vars);
    let found = panel.send("POST", PATH, &Value::Null).unwrap().expect(200);
    assert!(!found.to_string().contains("planted"), "{found}");
    let items = found["items"].as_array().unwrap();
    let of =
        |check: &str| items.iter().find(|item| item["check"] == check).unwrap_or_else(|| panic!("{check}"));
    assert_eq!((&of("database")["level"], &of("database")["remedy"]), (&json!("ok"), &Value::Null));
    assert_eq!(of("provider")["finding"], json!({ "code": "provider_practice" }));
    let telegram = of("telegram");
    assert_eq!(
        (&telegram["level"], &telegram["finding"]["code"]),
        (&json!("failing"), &json!("telegram_unreached"))
    );
    assert!(telegram["said"].as_str().unwrap().contains("refused"), "{telegram}");
    // What the panel's pages mend leads there, and what is mended at the server nowhere.
    assert_eq!((&telegram["path"], &of("database")["path"]), (&Value::Null, &Value::Null));
    let pages = ["provider", "sepay", "mail"].map(|check| of(check)["path"].clone());
    assert_eq!(pages, ["/admin/providers", "/admin/settings#bank", "/admin/settings#site"]);
    for path in items.iter().filter_map(|item| item["path"].as_str()) {
        let page = path.split('#').next().unwrap();
        assert_eq!(panel.send("GET", page, &Value::Null).unwrap().status, 200, "{page}");
    }
    let remedy = telegram["remedy"].as_str().unwrap();
    assert!(remedy.contains("firewall") && remedy.contains("DNS"), "a token is not the matter: {telegram}");
}

#[test]
fn it_speaks_vietnamese_where_the_terminal_does() {
    let (is_well, said) = look(&left().path().join("."), &[("LANG", "vi_VN.UTF-8")]);
    assert!(said.contains("Cơ sở dữ liệu") && said.contains("tệp nguyên vẹn"), "{said}");
    assert!(is_well, "nothing fails of a new panel that stands still:\n{said}");
}

#[test]
fn what_cannot_be_configured_so_fails() {
    let folder = own_folder();
    for (vars, words) in [
        ([("BCRYPT_COST", "99")], "BCRYPT_COST: must be"),
        ([("ROCKET_PORT", "none")], "ROCKET_PORT"),
        ([("METRICS_TOKEN", "fifteen-letters")], "at least 16"),
    ] {
        says(folder.path(), &vars, "FAILS", "Settings", words);
    }
    let told = "PUBILC_URL is not known and does nothing → probably meant: PUBLIC_URL";
    says(folder.path(), &[("PUBILC_URL", "planted"), ("BCRYPT_COST", "99")], "look", "Settings", told);
    says(folder.path(), &[], "FAILS", "Database", "there is no database at smm-panel.db → ask with");
}

#[test]
fn a_database_that_cannot_be_used_or_is_damaged_fails() {
    let folder = left();
    fs::write(folder.path().join("text.txt"), "no database at all, and no empty file either").unwrap();
    says(folder.path(), &[("DATABASE_URL", "text.txt")], "FAILS", "Database", "it cannot be used: ");
    damage(&folder.path().join("smm-panel.db"), "audit_log");
    says(folder.path(), &[], "FAILS", "Database", "the file is damaged: ");
}

#[test]
fn a_ledger_that_was_not_proven_fails() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let found = || {
        let answer = while_looking(&app, || boss.post(PATH, json!({}))).expect(200);
        let items = answer["items"].as_array().unwrap().clone();
        items.into_iter().find(|item| item["check"] == "ledger").unwrap()
    };
    assert_eq!(found()["finding"], json!({ "code": "ledger_unproven" }));
    assert!(scheduled::runner(&app.app, "audit").unwrap().step(Instant::now()));
    assert_eq!(found()["level"], "ok");
    let database = app.folder.path().join("panel.db");
    change(&database, "UPDATE last_audit SET report = json_set(report, '$.differences', 2)");
    let told = found();
    assert_eq!((&told["level"], &told["finding"]["values"]["differences"]), (&json!("failing"), &json!(2)));
}

#[test]
fn files_of_others_and_open_to_others_fail() {
    let folder = left();
    let beside = folder.path().join("smm-panel.db.copy");
    fs::write(&beside, "a copy").unwrap();
    fs::set_permissions(&beside, Permissions::from_mode(0o644)).unwrap();
    says(folder.path(), &[], "FAILS", "Files", "smm-panel.db.copy (mode 0644)");
    fs::set_permissions(&beside, Permissions::from_mode(0o600)).unwrap();
    says(folder.path(), &[], "ok", "Files", "nobody else");
    chown(&beside, Some(1), None).unwrap();
    says(folder.path(), &[], "FAILS", "Files", "belong to another user than the database: ");
}

#[test]
fn a_disk_without_room_fails() {
    let (folder, backups) = (left(), own_folder());
    let _disk = SmallDisk::mount(backups.path(), "20m");
    let place = backups.path().display().to_string();
    says(
        folder.path(),
        &[("BACKUP_DIR", &place)],
        "FAILS",
        "Disk",
        &format!("{place} is full: 20 MB are left"),
    );
}

#[test]
fn a_wrong_clock_fails() {
    let folder = left();
    let telegram = server(401, "Date: Sun, 22 Nov 2020 07:39:00 GMT\r\n", r#"{"ok":false,"error_code":401}"#);
    let bot =
        [("TELEGRAM_BOT_TOKEN", "1:a"), ("TELEGRAM_CHAT_ID", "1"), ("TELEGRAM_API_URL", telegram.as_str())];
    says(folder.path(), &bot, "FAILS", "Clock", "is wrong: it differs from 127.0.0.1 by");
    says(
        folder.path(),
        &bot,
        "FAILS",
        "Telegram",
        "the bot cannot write to the chat: Telegram refuses (HTTP 401)",
    );
}

#[test]
fn a_certificate_that_is_over_or_not_there_or_for_another_name_fails() {
    let (folder, authority) = (left(), Authority::foreign());
    let files = [("TLS_CERT", "cert.pem"), ("TLS_KEY", "key.pem"), ("HTTPS_DOMAIN", "localhost")];
    says(folder.path(), &files, "FAILS", "Certificate", "cannot be served: TLS_CERT");
    let put = |names: [String; 2]| {
        for (name, text) in ["cert.pem", "key.pem"].into_iter().zip(names) {
            fs::write(folder.path().join(name), text).unwrap();
        }
    };
    put(authority.pem(|_| {}));
    fs::set_permissions(folder.path().join("key.pem"), Permissions::from_mode(0o604)).unwrap();
    says(folder.path(), &files, "FAILS", "Files", "key.pem (mode 0604)");
    says(folder.path(), &files, "ok", "Certificate", "valid for");
    let other = [("TLS_CERT", "cert.pem"), ("TLS_KEY", "key.pem"), ("HTTPS_DOMAIN", "panel.example.vn")];
    says(folder.path(), &other, "FAILS", "Certificate", "is not for panel.example.vn");
    // One that an authority is to give.
    let by_itself = [("HTTPS_DOMAIN", "panel.example.vn")];
    says(folder.path(), &by_itself, "FAILS", "Certificate", "there is none for panel.example.vn yet");
    put(authority.pem(|params| params.not_after = rcgen::date_time_ymd(2020, 1, 1)));
    says(folder.path(), &files, "FAILS", "Certificate", "is over");
}

#[test]
fn an_address_that_leads_elsewhere_fails_and_so_does_a_notice_that_does_not_get_through() {
    let folder = own_folder();
    let panel = Binary::start(folder.path(), &[], &[]);
    let with = |url| [("PUBLIC_URL", url), ("SEPAY_SECRET", "secret-of-sepay")];
    let own = format!("http://{}", panel.address);
    says(folder.path(), &with(NOWHERE), "FAILS", "Address", "http://127.0.0.1:1 does not answer: ");
    says(folder.path(), &with(NOWHERE), "FAILS", "SePay", "a test notice did not get through: ");
    let other = server(200, "", "{}");
    says(folder.path(), &with(&other), "FAILS", "Address", "something else answers");
    // The panel itself has no secret.
    says(folder.path(), &with(&own), "FAILS", "SePay", "HTTP 503");
    says(folder.path(), &with(&own), "look", "Address", "seen from here");
    drop(panel);
    let panel = Binary::start(folder.path(), &[], &[("SEPAY_SECRET", "secret-of-sepay")]);
    let own = format!("http://{}", panel.address);
    says(folder.path(), &with(&own), "ok", "SePay", "came in and was accepted");
    assert_eq!(rows(folder.path(), "bank_transactions"), 0);
}

#[expect(clippy::disallowed_methods, reason = "a look at what was stored")]
fn rows(folder: &Path, table: &str) -> i64 {
    let conn = Connection::open(folder.join("smm-panel.db")).unwrap();
    conn.query_row(&format!("SELECT count(*) FROM {table}"), (), |row| row.get(0)).unwrap()
}

#[test]
fn a_provider_and_a_list_that_do_not_answer_fail() {
    let folder = own_folder();
    let provider = [("BUMX_API_URL", "http://127.0.0.1:1/api/v2"), ("BUMX_API_KEY", "planted-key")];
    assert!(Binary::start(folder.path(), &[], &provider).terminate().0.success());
    says(folder.path(), &provider, "FAILS", "Provider", "BUMX: ");
    assert!(!look(folder.path(), &provider).1.contains("planted"));
    let list = [("SEPAY_API_TOKEN", "planted-token"), ("SEPAY_API_URL", NOWHERE)];
    says(folder.path(), &list, "FAILS", "SePay", "SePay does not answer: ");
    let (_, said) = look(folder.path(), &list);
    assert!(
        said.contains("firewall") && !said.contains("new API token"),
        "a token is not the matter: {said}"
    );
    assert!(!said.contains("planted"));
    let refusing = server(401, "", "{}");
    let list = [("SEPAY_API_TOKEN", "planted-token"), ("SEPAY_API_URL", refusing.as_str())];
    says(folder.path(), &list, "FAILS", "SePay", "SePay did not accept the API token");
    assert!(look(folder.path(), &list).1.contains("new API token"));
}

#[test]
fn backups_that_are_missing_late_or_cannot_be_written_fail() {
    let folder = left();
    let daily = [("BACKUP_EVERY_HOURS", "24")];
    says(folder.path(), &daily, "FAILS", "Backups", "there is none → make one");
    fs::create_dir(folder.path().join("backups")).unwrap();
    let old = folder.path().join("backups/smm-panel-20200101T000000Z.db");
    fs::write(&old, "an old one").unwrap();
    fs::set_permissions(&old, Permissions::from_mode(0o600)).unwrap();
    says(folder.path(), &daily, "FAILS", "Backups", "hours old: the last ones failed");
    says(folder.path(), &daily, "look", "Backup secrecy", "not encrypted");
    says(folder.path(), &daily, "look", "Backup storage", "stay on this machine alone");
    let sealed = [("BACKUP_PASSPHRASE", "twelve letters")];
    says(folder.path(), &sealed, "ok", "Backup secrecy", "a lost passphrase is a lost backup → keep");
    let in_a_file = [("BACKUP_DIR", "smm-panel.db/backups")];
    says(folder.path(), &in_a_file, "FAILS", "Backup folder", "none can be written: ");
    let checked = command(folder.path(), &["check"], &in_a_file).output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&checked.stdout).contains("backups      FAILS: "));
}

#[test]
fn backups_that_do_not_arrive_at_the_storage_fail_with_the_cause_until_one_does() {
    let (s3, folder) = (FakeS3::start(), own_folder());
    let url = s3.url();
    let vars = [
        ("BACKUP_PASSPHRASE", "a passphrase of some length"),
        ("BACKUP_S3_URL", url.as_str()),
        ("BACKUP_EVERY_HOURS", "0"),
    ];
    s3.goes_wrong(&[Mishap::Part(403)]);
    let panel = Operated::start(folder.path(), "sandbox", &vars);
    let says = |level: &str, words: &str| says(folder.path(), &vars, level, "Backup storage", words);
    says("look", "none has arrived at the storage yet");
    panel.send("POST", "/api/admin/backups", &Value::Null).unwrap().expect(201);
    eventually("it failed", || !panel.get("/api/admin/backups")["upload_error"].is_null());
    says("FAILS", "HTTP 403 SlowDown");
    let found = panel.send("POST", PATH, &Value::Null).unwrap().expect(200);
    let storage = found["items"].as_array().unwrap().iter().find(|item| item["check"] == "backup_storage");
    let storage = storage.unwrap();
    assert_eq!(storage["finding"]["code"], "upload_fails");
    assert_eq!(storage["finding"]["values"]["why"]["code"], "storage_says");
    assert!(storage["remedy"].as_str().unwrap().contains("BACKUP_S3_URL"), "{storage}");
    assert!(!found.to_string().contains("planted") && !found.to_string().contains(KEY), "{found}");
    panel.send("POST", "/api/admin/backups", &Value::Null).unwrap().expect(201);
    eventually("it worked", || panel.get("/api/admin/backups")["upload_error"].is_null());
    says("ok", "the last one arrived at the storage at ");
    let names: Vec<_> = found["items"].as_array().unwrap().iter().map(|item| &item["check"]).collect();
    let of_backups = names.iter().filter(|name| name.as_str().unwrap().starts_with("backup")).count();
    assert_eq!(of_backups, 4, "each has a name of its own: {names:?}");
}

#[test]
fn another_program_on_the_database_fails_an_old_sqlite_by_its_version() {
    let folder = left();
    let script = "import sqlite3, sys\n\
        conn = sqlite3.connect('smm-panel.db')\n\
        conn.execute('SELECT count(*) FROM users').fetchone()\n\
        print(sqlite3.sqlite_version, flush=True)\n\
        sys.stdin.read()";
    let mut python = Command::new("python3");
    let python = python.args(["-c", script]).current_dir(folder.path());
    let mut other = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut version = String::new();
    BufReader::new(other.stdout.take().unwrap()).read_line(&mut version).unwrap();
    let parts: Vec<u32> = version.trim().split('.').map(|part| part.parse().unwrap()).collect();
    let is_old = parts < vec![3, 51, 3];
    let words =
        if is_old { format!("with SQLite {}", version.trim()) } else { "has the database open".to_owned() };
    says(folder.path(), &[], "FAILS", "Other programs", &words);
    drop(other.stdin.take());
    assert!(other.wait().unwrap().success());
    says(folder.path(), &[], "ok", "Other programs", "");
}

#[test]
fn open_files_that_run_out_fail() {
    let folder = own_folder();
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    let (_, said) = look(folder.path(), &[]);
    let number =
        said.split("the panel runs as process ").nth(1).and_then(|rest| rest.lines().next()).unwrap();
    let pid = Pid::from_raw(number.parse().unwrap());
    let limit = |files| {
        let limits = Rlimit { current: Some(files), maximum: Some(files) };
        prlimit(pid, Resource::Nofile, limits).unwrap();
    };
    limit(2048);
    says(folder.path(), &[], "look", "Open files", "may open only 2,048 files");
    limit(70);
    says(folder.path(), &[], "FAILS", "Open files", "of 70 are in use");
    drop(panel);
}

#[test]
fn whoever_has_nothing_to_ask_with_asks_the_program() {
    let folder = own_folder();
    let panel = Binary::start(folder.path(), &[], &[]);
    let port = panel.address.port().to_string();
    let ask = || command(folder.path(), &["health"], &[("ROCKET_PORT", &port)]).output().unwrap();
    let well = ask();
    assert!(well.status.success());
    assert_eq!(String::from_utf8_lossy(&well.stdout).trim(), r#"{"status":"ok","database":"ok"}"#);
    assert!(panel.terminate().0.success());
    let gone = ask();
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("the panel does not answer"));
}

#[test]
fn a_mail_server_that_cannot_be_used_fails_and_letters_that_stay_behind_are_told() {
    let folder = left();
    let database = folder.path().join("smm-panel.db");
    says(folder.path(), &[], "look", "E-mail", "neither letters with links nor a support contact");
    let rows = |vars: &[(&str, &str)]| look(folder.path(), vars).1.matches("E-mail ").count();
    assert_eq!(rows(&[]), 1, "nothing is well beside it");
    change(&database, "INSERT INTO settings (name, value) VALUES ('support.zalo', '0901234567')");
    let (_, said) = look(folder.path(), &[]);
    assert!(!said.contains("neither letters"), "the support helps: {said}");
    says(folder.path(), &[], "ok", "E-mail", "no mail server is set up");
    let from = ("SMTP_FROM", "shop@example.vn");
    let place = ("PUBLIC_URL", "http://panel.example.vn");
    let silent = [("SMTP_URL", "smtps://shop:planted@127.0.0.1:1"), from, place];
    says(folder.path(), &silent, "FAILS", "E-mail", "127.0.0.1: The mail server cannot be used");
    assert!(!look(folder.path(), &silent).1.contains("planted"));
    says(folder.path(), &silent[..2], "look", "E-mail", "the panel's address is not known");
    let wrong = [("SMTP_URL", "smtp://shop:planted@mail.example.vn/x"), from];
    says(folder.path(), &wrong, "FAILS", "Settings", "SMTP_URL: must be like smtps://");
    change(
        &database,
        "INSERT INTO users (username, email, password_hash, referral_code, created_at)
         VALUES ('lan', 'lan@example.vn', 'x', 'X', 0)",
    );
    let letter = |state: &str, fields: &str, why: &str| {
        let sql = format!(
            "INSERT INTO letters (user_id, address, language, kind, fields, state, not_before, expires_at, why,
                 created_at, updated_at)
             SELECT id, email, 'vi', 'new_api_key', {fields}, '{state}', 0, 9e15, {why},
                 unixepoch() * 1000 - 901000, unixepoch() * 1000 FROM users"
        );
        change(&database, &sql);
    };
    letter("waiting", "'{}'", "NULL");
    says(folder.path(), &silent, "look", "E-mail", "1 letter waits to be sent, the oldest for more than");
    let no = r#"{"code":"mail_says","values":{"status":550,"said":"no"}}"#;
    let why = format!(r#"'{{"code":"mail_not_taken","values":{{"cause":{no}}}}}'"#);
    letter("given_up", "NULL", &why);
    says(
        folder.path(),
        &silent,
        "look",
        "E-mail",
        "1 letter could not be delivered within a day; of the last one",
    );
}
