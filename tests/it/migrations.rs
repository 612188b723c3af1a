//! First starts and upgrades, killed at any moment, and files that are older or newer than the program.

use crate::support::binary::{Binary, command};
use crate::support::process::Victim;
use rusqlite::Connection;
use smm_panel::db::migrate::Schema;
use smm_panel::db::{Db, DbPath, ReadTx};
use smm_panel::kernel::clock::Clock;
use smm_panel::ledger::audit;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Of a first start, and of an upgrade.
const KILLS: u32 = 60;

/// What a later version of the panel might bring: a table, filled from others, rebuilt, with an index.
const LATER: [(&str, &str); 3] = [
    (
        "V9001__words",
        "CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL) STRICT;
         INSERT INTO words (word) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)
             SELECT s.name || n.i FROM n, settings AS s WHERE s.name = 'word';",
    ),
    (
        "V9002__words_with_length",
        "CREATE TABLE words_new (id INTEGER PRIMARY KEY, word TEXT NOT NULL, length INTEGER NOT NULL) STRICT;
         INSERT INTO words_new SELECT id, word, length(word) FROM words;
         DROP TABLE words;
         ALTER TABLE words_new RENAME TO words;",
    ),
    (
        "V9003__words_by_length",
        "CREATE INDEX words_by_length ON words (length); DELETE FROM settings WHERE name = 'word';",
    ),
];

fn later() -> Schema {
    LATER.into_iter().fold(Schema::current(), |schema, (name, sql)| schema.and(name, sql).unwrap())
}

fn db(path: &Path) -> DbPath {
    DbPath::new(path)
}

fn open(path: &Path, schema: &Schema) -> Db {
    Db::open_as(&db(path), Clock::system(), schema).unwrap()
}

/// A start that nobody kills: it works, and what it finds and makes is whole.
#[track_caller]
fn starts_whole(path: &Path, schema: &Schema) -> Db {
    let db = open(path, schema);
    let report = db.snapshot(audit::run).unwrap();
    assert_eq!(report.differences, Vec::<String>::new());
    let version = "SELECT max(version) FROM refinery_schema_history";
    assert_eq!(number(&db, version), schema.version());
    assert_eq!(number(&db, "SELECT user_version FROM pragma_user_version"), schema.version());
    db
}

fn number(db: &Db, sql: &str) -> i64 {
    db.read_now(|tx: &ReadTx| tx.value(sql, (), |row| row.get(0))).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "looks at the file as a stranger does")]
fn look(path: &Path, sql: &str) -> String {
    let conn = Connection::open(path).unwrap();
    conn.query_row(sql, (), |row| row.get::<_, rusqlite::types::Value>(0).map(|value| format!("{value:?}")))
        .unwrap()
}

/// The moments of the kills, spread over the time that the whole takes and a little beyond.
fn moments(whole: Duration) -> impl Iterator<Item = Duration> {
    (0..KILLS).map(move |number| whole * number / (KILLS - KILLS / 10))
}

#[test]
fn a_first_start_that_is_killed_is_made_up_for_by_the_next() {
    let victim = Victim::of(|path| drop(open(path, &Schema::current())));
    let folder = TempDir::new().unwrap();
    let whole = victim.runs(&folder.path().join("panel.db"));
    let mut killed = 0;
    for moment in moments(whole) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("panel.db");
        killed += u32::from(victim.is_killed(&path, moment));
        drop(starts_whole(&path, &Schema::current()));
    }
    assert!(killed > KILLS / 3, "only {killed} of them died before they were done");
}

#[test]
fn an_upgrade_that_is_killed_is_made_up_for_by_the_next() {
    let victim = Victim::of(|path| drop(open(path, &later())));
    let folder = TempDir::new().unwrap();
    let before = folder.path().join("before.db");
    let old = open(&before, &Schema::current());
    old.write_blocking(|tx| tx.execute("INSERT INTO settings (name, value) VALUES ('word', 'x')", ()))
        .unwrap();
    old.close_blocking();
    let begin = |name: &str| {
        let path = folder.path().join(name);
        fs::copy(&before, &path).unwrap();
        path
    };
    let whole = victim.runs(&begin("alone.db"));
    let mut killed = 0;
    for (number, moment) in moments(whole).enumerate() {
        let path = begin(&format!("{number}.db"));
        killed += u32::from(victim.is_killed(&path, moment));
        let upgraded = starts_whole(&path, &later());
        assert_eq!(self::number(&upgraded, "SELECT count(*) FROM words WHERE length = length(word)"), 5000);
        assert_eq!(self::number(&upgraded, "SELECT count(*) FROM settings WHERE name = 'word'"), 0);
        drop(upgraded);
        let copy = copy_of(&path);
        assert_eq!(look(&copy, "SELECT quick_check FROM pragma_quick_check"), "Text(\"ok\")");
        assert_eq!(look(&copy, "SELECT count(*) FROM settings WHERE name = 'word'"), "Integer(1)");
        assert!(!part_of(&path).exists());
    }
    assert!(killed > KILLS / 3, "only {killed} of them died before they were done");
}

/// The copy from before an upgrade to the next version.
fn copy_of(path: &Path) -> PathBuf {
    db(path).beside(&format!(".v{}.bak", Schema::current().version()))
}

fn part_of(path: &Path) -> PathBuf {
    db(path).beside(&format!(".v{}.bak.part", Schema::current().version()))
}

#[test]
fn a_half_written_copy_is_not_trusted() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("panel.db");
    open(&path, &Schema::current()).close_blocking();
    fs::write(copy_of(&path), b"SQLite format 3\0 and then the machine stopped").unwrap();
    fs::write(part_of(&path), b"half").unwrap();
    open(&path, &later()).close_blocking();
    let copy = copy_of(&path);
    assert_eq!(look(&copy, "SELECT quick_check FROM pragma_quick_check"), "Text(\"ok\")");
    let version = format!("Integer({})", Schema::current().version());
    assert_eq!(look(&copy, "SELECT max(version) FROM refinery_schema_history"), version);
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!part_of(&path).exists());
}

#[test]
fn without_a_copy_nothing_is_changed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("panel.db");
    open(&path, &Schema::current()).close_blocking();
    // In the way of the copy, and not to be replaced by it.
    fs::create_dir(copy_of(&path)).unwrap();
    let refused = Db::open_as(&db(&path), Clock::system(), &later()).err().unwrap().to_string();
    assert!(refused.contains("no copy of the database could be made"), "{refused}");
    assert!(!part_of(&path).exists());
    drop(starts_whole(&path, &Schema::current()));
}

#[test]
fn a_newer_database_is_refused_with_both_versions_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("smm-panel.db");
    open(&path, &later()).close_blocking();
    let before = fs::read(&path).unwrap();
    let ours = Schema::current().version().to_string();
    for arguments in [&["serve"][..], &["audit"], &["admin", "reset-password", "--username", "boss"]] {
        let refused = command(folder.path(), arguments, &[]).output().unwrap();
        assert_eq!(refused.status.code(), Some(1));
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(told.contains("version 9003") && told.contains(&format!("versions up to {ours};")), "{told}");
    }
    assert!(fs::read(&path).unwrap() == before, "it is as it was");
}

#[test]
fn only_serve_migrates_and_others_say_what_they_need() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("smm-panel.db");
    let (old, new) = (12, Schema::current().version());
    open(&path, &Schema::current().until(old)).close_blocking();
    let before = fs::read(&path).unwrap();
    let create = ["admin", "create", "--username", "boss", "--email", "b@x.vn"];
    for arguments in [&["audit"][..], &create, &["admin", "reset-password", "--username", "boss"]] {
        let refused = command(folder.path(), arguments, &[]).output().unwrap();
        assert_eq!(refused.status.code(), Some(1));
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(told.contains("version 12,") && told.contains(&format!("needs version {new}:")), "{told}");
        assert!(told.contains("smm-panel serve"), "{told}");
    }
    assert!(fs::read(&path).unwrap() == before, "it is as it was");
    let panel = Binary::start(folder.path(), &[], &[]);
    panel.send("GET", "/health", &[], b"").expect(200);
    assert!(folder.path().join("smm-panel.db.v12.bak").exists());
    let proof = command(folder.path(), &["audit"], &[]).output().unwrap();
    assert!(proof.status.success());
}
