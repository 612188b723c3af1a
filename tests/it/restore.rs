//! A backup in the database's place: nothing is sent or credited twice, no id is given twice, and a kill at any moment
//! leaves the one database or the other.

use crate::support::app::ACCOUNT_NUMBER;
use crate::support::binary::{command, damage, own_folder};
use crate::support::fake_provider::FakeProvider;
use crate::support::fake_sepay::{FakeSepay, TOKEN, listed};
use crate::support::operated::{Operated, eventually, proven, until_adds};
use crate::support::reply::Reply;
use rusqlite::Connection;
use serde_json::json;
use smm_panel::kernel::clock::{Clock, Timestamp};
use smm_panel::kernel::day::Day;
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

const LINK: &str = "https://www.tiktok.com/@ten";
/// Restores that are killed.
const KILLS: u32 = 8;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments, &[]).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{}", text(&output));
    text(&output)
}

#[track_caller]
fn refused(folder: &Path, arguments: &[&str], why: &str) {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains(why), "{}", text(&output));
}

#[test]
fn after_a_restore_nothing_is_sent_or_credited_twice_and_no_id_is_given_twice() {
    let (folder, provider, sepay) = (own_folder(), FakeProvider::start(), FakeSepay::start());
    let url = sepay.url();
    let vars = [
        ("SEPAY_API_TOKEN", TOKEN),
        ("SEPAY_API_URL", &*url),
        ("BANK_BIN", "970422"),
        ("BANK_ACCOUNT_NUMBER", ACCOUNT_NUMBER),
    ];
    provider.always_for("add", Reply::hang());
    let panel = Operated::start(folder.path(), &provider.url(), &vars);
    let service = panel.stock();
    let asked = json!({ "amount": 50_000 });
    let deposit = panel.send("POST", "/api/payment/deposit", &asked).unwrap().expect(201);
    let orders: Vec<i64> = (0..6).map(|number| panel.buy(service, &format!("{LINK}/{number}"))).collect();
    until_adds(&provider, 1);
    let balance = |panel: &Operated| panel.get("/api/auth/me")["balance"].as_i64().unwrap();
    let at_backup = balance(&panel);
    done(folder.path(), &["backup", "backup.db"]);
    panel.binary.kill();

    // What was queued in the backup is sent, the money arrives, more is bought.
    provider.always_for("add", Reply::ok());
    let mut transfer = listed(7, "50000.00", deposit["code"].as_str().unwrap());
    transfer["transaction_date"] = format!("{} 00:00:01", Day::of(Clock::system().now()).iso()).into();
    sepay.sees(transfer);
    let panel = Operated::start(folder.path(), &provider.url(), &vars);
    let later = panel.buy(service, &format!("{LINK}/later"));
    eventually("it is sent", || panel.order(later)["dispatch"] == "sent");
    eventually("nothing is queued", || orders.iter().all(|id| panel.order(*id)["dispatch"] != "queued"));
    eventually("the money is there", || balance(&panel) == at_backup + 50_000 - 1200);
    let old_token = panel.token().to_owned();
    assert!(panel.binary.terminate().0.success());
    let adds = provider.requests_for("add").len();

    let said = done(folder.path(), &["restore", "backup.db"]);
    assert!(said.contains("lacks 2 transfers, 1 orders") && said.contains("6 orders"), "{said}");
    assert!(said.contains("made after the backup (its last transfer is of 20"), "{said}");
    let kept = said.lines().find_map(|line| line.strip_prefix("The replaced database is kept as ")).unwrap();
    let proof = command(folder.path(), &["audit"], &[("DATABASE_URL", kept)]).output().unwrap();
    assert!(proof.status.success(), "{}", text(&proof));
    proven(folder.path());

    for _ in 0..2 {
        let panel = Operated::start(folder.path(), &provider.url(), &vars);
        let bearer = format!("Bearer {old_token}");
        panel
            .binary
            .send("GET", "/api/auth/me", &[("Authorization", &bearer)], b"")
            .refused(401, "unauthenticated");
        eventually("the money is there again", || balance(&panel) == at_backup + 50_000);
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(balance(&panel), at_backup + 50_000);
        assert!(orders.iter().all(|id| panel.order(*id)["dispatch"] == "review"));
        assert_eq!(provider.requests_for("add").len(), adds, "nothing is sent again");
        let waits = panel.get("/api/admin/review")["items"].as_array().unwrap().clone();
        let restored = waits.iter().find(|item| item["kind"] == "restored").unwrap();
        assert!(restored["about"].as_str().is_some_and(|until| until.starts_with("20")), "{restored}");
        assert!(panel.binary.terminate().0.success());
    }
    let panel = Operated::start(folder.path(), &provider.url(), &vars);
    assert!(panel.buy(service, &format!("{LINK}/new")) > 1_000_000);
    let deposit = panel.send("POST", "/api/payment/deposit", &asked).unwrap().expect(201);
    assert!(deposit["id"].as_i64().unwrap() > 1_000_000, "{deposit}");
    let question = json!({ "subject": "Where is my money?", "message": "It was there." });
    let ticket = panel.send("POST", "/api/tickets", &question).unwrap().expect(201);
    assert!(ticket["id"].as_i64().unwrap() > 1_000_000, "{ticket}");
    assert!(panel.binary.terminate().0.success());
    proven(folder.path());

    // The same backup again: ids that were given after the first restore are not given twice either.
    done(folder.path(), &["restore", "backup.db"]);
    let panel = Operated::start(folder.path(), &provider.url(), &vars);
    assert!(panel.buy(service, &format!("{LINK}/newer")) > 2_000_000);
}

#[test]
fn what_cannot_be_restored_is_refused_and_everything_stays_as_it_was() {
    let folder = own_folder();
    let file = |name: &str| folder.path().join(name);
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    panel.stock();
    done(folder.path(), &["backup", "backup.db"]);
    refused(folder.path(), &["restore", "backup.db"], "another smm-panel process is using");
    assert!(panel.binary.terminate().0.success());

    fs::copy(file("backup.db"), file("damaged.db")).unwrap();
    damage(&file("damaged.db"), "audit_log");
    fs::copy(file("backup.db"), file("newer.db")).unwrap();
    let newer = stranger(&file("newer.db"));
    let sql = "INSERT INTO refinery_schema_history
        SELECT 9001, 'later', applied_on, checksum FROM refinery_schema_history LIMIT 1";
    newer.execute(sql, ()).unwrap();
    drop(newer);
    fs::copy(file("backup.db"), file("false.db")).unwrap();
    let forged = stranger(&file("false.db"));
    forged.execute_batch("DELETE FROM daily_users").unwrap();
    drop(forged);
    for (name, change) in [
        (
            "acting.db",
            "CREATE TRIGGER own AFTER INSERT ON audit_log BEGIN UPDATE users SET role = 'admin'; END",
        ),
        ("unguarded.db", "DROP TRIGGER transfers_follow_their_kind"),
        (
            "endless.db",
            "ALTER TABLE refinery_schema_history RENAME TO old;
             CREATE VIEW refinery_schema_history AS WITH RECURSIVE n(version) AS
                (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT version FROM n",
        ),
    ] {
        fs::copy(file("backup.db"), file(name)).unwrap();
        stranger(&file(name)).execute_batch(change).unwrap();
    }
    assert!(std::process::Command::new("mkfifo").arg(file("pipe")).status().unwrap().success());
    fs::write(file("text.db"), "no database at all".repeat(100)).unwrap();
    let state = || {
        let names = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        (names, fs::read(file("smm-panel.db")).unwrap())
    };
    let before = state();
    for (name, why) in [
        ("damaged.db", "damaged.db cannot be restored"),
        ("newer.db", "schema version 9001"),
        ("false.db", "the ledger does not hold"),
        ("acting.db", "its schema is not the panel's: trigger own"),
        ("unguarded.db", "its schema is not the panel's: trigger transfers_follow_their_kind"),
        ("endless.db", "is no database of smm-panel"),
        ("pipe", "it is no file"),
        ("text.db", "text.db cannot be restored"),
        ("nothing.db", "there is no such file"),
        ("smm-panel.db", "it is the database itself"),
    ] {
        refused(folder.path(), &["restore", name], why);
        assert!(state() == before, "{name} left a trace: {:?}", state().0);
    }
}

#[expect(clippy::disallowed_methods, reason = "another program on the file")]
fn stranger(path: &Path) -> Connection {
    Connection::open(path).unwrap()
}

#[test]
fn beside_another_program_it_waits_for_its_end() {
    let folder = own_folder();
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    done(folder.path(), &["backup", "backup.db"]);
    assert!(panel.binary.terminate().0.success());
    // What Litestream has left in a copy is no matter.
    let copy = stranger(&folder.path().join("backup.db"));
    copy.execute_batch("CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)").unwrap();
    drop(copy);
    let other = stranger(&folder.path().join("smm-panel.db"));
    other.execute_batch("BEGIN; SELECT count(*) FROM users").unwrap();
    let mut held = other.prepare("SELECT id FROM users").unwrap();
    let mut rows = held.query(()).unwrap();
    rows.next().unwrap();
    refused(folder.path(), &["restore", "backup.db"], "another program has");
    drop(rows);
    drop(held);
    drop(other);
    done(folder.path(), &["restore", "backup.db"]);
    proven(folder.path());
}

#[test]
fn killed_at_any_moment_it_leaves_the_old_database_or_the_new_one_and_can_be_run_again() {
    let folder = own_folder();
    let file = |name: &str| folder.path().join(name);
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    done(folder.path(), &["backup", "backup.db"]);
    for name in ["lan", "anh"] {
        let body = json!({ "username": name, "email": format!("{name}@x.vn"), "password": "a password" });
        let body = body.to_string();
        panel.binary.send("POST", "/api/auth/register", &[], body.as_bytes()).expect(201);
    }
    // As a crash leaves it: what came last is in the log.
    panel.binary.kill();
    let (database, log) =
        (fs::read(file("smm-panel.db")).unwrap(), fs::read(file("smm-panel.db-wal")).unwrap());
    let users = || {
        let conn = stranger(&file("smm-panel.db"));
        conn.query_row("SELECT count(*) FROM users", (), |row| row.get::<_, i64>(0)).unwrap()
    };
    let put_old = || {
        for entry in fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.file_name().unwrap().to_string_lossy().starts_with("smm-panel.db") {
                fs::remove_file(entry).unwrap();
            }
        }
        fs::write(file("smm-panel.db"), &database).unwrap();
        fs::write(file("smm-panel.db-wal"), &log).unwrap();
    };
    put_old();
    let began = Instant::now();
    done(folder.path(), &["restore", "backup.db"]);
    let took = began.elapsed();
    assert_eq!(users(), 1);
    let (mut old, mut new) = (0, 0);
    for kill in 0..KILLS {
        put_old();
        let mut restore = command(folder.path(), &["restore", "backup.db"], &[]);
        let mut child = restore.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(took * (kill + 1) / KILLS);
        child.kill().unwrap();
        child.wait().unwrap();
        proven(folder.path());
        match users() {
            3 => old += 1,
            1 => new += 1,
            other => panic!("{other} users"),
        }
        done(folder.path(), &["restore", "backup.db"]);
        assert_eq!(users(), 1);
        proven(folder.path());
    }
    println!("{old} times the old database, {new} times the new one, of restores of {took:?}");
    assert!(old > 0);
}

#[test]
fn where_there_is_no_database_the_backup_becomes_it() {
    let folder = own_folder();
    let panel = Operated::start(folder.path(), "sandbox", &[]);
    panel.stock();
    done(folder.path(), &["backup", "backup.db"]);
    assert!(panel.binary.terminate().0.success());
    fs::remove_file(folder.path().join("smm-panel.db")).unwrap();
    refused(folder.path(), &["restore", "other.db"], "there is no such file");
    assert!(!folder.path().join("smm-panel.db").exists());
    let said = done(folder.path(), &["restore", "backup.db"]);
    assert!(said.contains("is not known"), "{said}");
    proven(folder.path());
    Operated::start(folder.path(), "sandbox", &[]);
}

#[test]
fn an_open_refill_that_the_provider_has_waits_and_is_not_sent_again() {
    let (folder, provider) = (own_folder(), FakeProvider::start());
    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let service = panel.stock();
    let path = format!("/api/admin/services/{service}");
    panel.send("PUT", &path, &json!({ "refill": true })).unwrap().expect(200);
    panel.send("PUT", "/api/admin/settings", &json!({ "refill_wait_hours": 0 })).unwrap().expect(200);
    let order = panel.buy(service, LINK);
    eventually("it is sent", || panel.order(order)["dispatch"] == "sent");
    let done = json!({ "status": "completed", "start_count": 10 });
    panel.send("PUT", &format!("/api/admin/orders/{order}/status"), &done).unwrap().expect(200);
    provider.next_for("refill", Reply::json(200, json!({ "refill": 5 })));
    provider.always_for("refill_status", Reply::json(200, json!({ "status": "Pending" })));
    let asked = panel.send("POST", &format!("/api/orders/{order}/refill"), &json!({})).unwrap().expect(201);
    let refill = || panel.get("/api/admin/refills?desk=open")["items"][0].clone();
    eventually("the refill is with the provider", || refill()["dispatch"] == "sent");
    self::done(folder.path(), &["backup", "backup.db"]);
    let sent = provider.requests_for("refill").len();
    assert!(panel.binary.terminate().0.success());
    let said = self::done(folder.path(), &["restore", "backup.db"]);
    assert!(said.contains("1 refills"), "{said}");

    let panel = Operated::start(folder.path(), &provider.url(), &[]);
    let refill = || panel.get("/api/admin/refills?desk=open")["items"][0].clone();
    assert_eq!((&refill()["id"], &refill()["dispatch"]), (&asked["id"], &json!("review")));
    assert_eq!(refill()["note_coded"]["code"], "open_in_backup");
    let log = panel.get("/api/admin/audit-log?action=backup.restore")["items"][0].clone();
    assert_eq!((&log["subject"], &log["after"]["parked_refills"]), (&json!("backup:backup.db"), &json!(1)));
    let until = log["after"]["reaches_until"].as_str().and_then(Timestamp::parse_rfc3339);
    assert!(until.is_some_and(|until| until < Clock::system().now()), "{log}");
    let decision = json!({ "status": "pending" });
    panel.send("PUT", &format!("/api/admin/refills/{}", asked["id"]), &decision).unwrap().expect(200);
    assert_eq!(refill()["dispatch"], "sent");
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(provider.requests_for("refill").len(), sent);
    assert!(panel.binary.terminate().0.success());
    proven(folder.path());
}
