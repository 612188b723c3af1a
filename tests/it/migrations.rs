//! First starts and upgrades, killed at any moment, and files that are older or newer than the program.

use crate::support::binary::{Binary, command, start_is_killed};
use crate::support::process::Victim;
use aws_lc_rs::rand;
use rusqlite::Connection;
use smm_panel::db::migrate::Schema;
use smm_panel::db::{Db, DbPath, ReadTx};
use smm_panel::kernel::clock::Clock;
use smm_panel::reports::audit;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Of first starts, and of upgrades, that die before they are done.
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

/// Kills at random moments within the time that the whole takes, until so many came before its end. `kill` says
/// whether its one did.
fn killed_at_random(whole: Duration, mut kill: impl FnMut(u32, Duration) -> bool) {
    const MOST_TRIES: u32 = 6 * KILLS;
    let mut seed = [0; 8];
    rand::fill(&mut seed).unwrap();
    let mut state = u64::from_le_bytes(seed);
    println!("the moments are drawn from the seed {state}, within {whole:?}");
    let mut killed = 0;
    for number in 0..MOST_TRIES {
        // Knuth's generator; its upper half is as good as random.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let part = u32::try_from(state >> 40).unwrap();
        killed += u32::from(kill(number, whole * part / (1 << 24)));
        if killed == KILLS {
            println!("{KILLS} of {} were killed before they were done", number + 1);
            return;
        }
    }
    panic!("only {killed} of {MOST_TRIES} died before they were done");
}

#[test]
fn a_first_start_that_is_killed_is_made_up_for_by_the_next() {
    let start = || {
        let folder = TempDir::new().unwrap();
        let began = Instant::now();
        Binary::start(folder.path(), &["serve"], &[]).kill();
        began.elapsed()
    };
    let whole = start().min(start());
    killed_at_random(whole, |_, moment| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("smm-panel.db");
        let killed = start_is_killed(folder.path(), moment);
        let panel = Binary::start(folder.path(), &["serve"], &[]);
        panel.send("GET", "/health/ready", &[], b"").expect(200);
        panel.kill();
        drop(starts_whole(&path, &Schema::current()));
        killed
    });
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
    killed_at_random(whole, |number, moment| {
        let path = begin(&format!("{number}.db"));
        let killed = victim.is_killed(&path, moment);
        let upgraded = starts_whole(&path, &later());
        assert_eq!(self::number(&upgraded, "SELECT count(*) FROM words WHERE length = length(word)"), 5000);
        assert_eq!(self::number(&upgraded, "SELECT count(*) FROM settings WHERE name = 'word'"), 0);
        drop(upgraded);
        let copy = copy_of(&path);
        assert_eq!(look(&copy, "SELECT quick_check FROM pragma_quick_check"), "Text(\"ok\")");
        assert_eq!(look(&copy, "SELECT count(*) FROM settings WHERE name = 'word'"), "Integer(1)");
        assert!(!part_of(&path).exists());
        killed
    });
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
    let new = Schema::current().version();
    let before_it = Schema::current().until(new - 1);
    let old = before_it.version();
    open(&path, &before_it).close_blocking();
    let before = fs::read(&path).unwrap();
    let create = ["admin", "create", "--username", "boss", "--email", "b@x.vn"];
    for arguments in [&["audit"][..], &create, &["admin", "reset-password", "--username", "boss"]] {
        let refused = command(folder.path(), arguments, &[]).output().unwrap();
        assert_eq!(refused.status.code(), Some(1));
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(
            told.contains(&format!("version {old},")) && told.contains(&format!("needs version {new}:")),
            "{told}"
        );
        assert!(told.contains("smm-panel serve"), "{told}");
    }
    assert!(fs::read(&path).unwrap() == before, "it is as it was");
    let panel = Binary::start(folder.path(), &[], &[]);
    panel.send("GET", "/health", &[], b"").expect(200);
    assert!(folder.path().join(format!("smm-panel.db.v{old}.bak")).exists());
    let proof = command(folder.path(), &["audit"], &[]).output().unwrap();
    assert!(proof.status.success());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "makes files as other programs do")]
fn a_file_of_another_program_is_refused_and_left_alone() {
    let tables = [
        "CREATE TABLE wp_posts (a)",
        "CREATE TABLE users (a)",
        "PRAGMA journal_mode = WAL; CREATE TABLE a (b)",
    ];
    let mut files = vec![b"x".to_vec(), b"a text, and no database\n".repeat(100)];
    for sql in tables {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        files.push(fs::read(&path).unwrap());
    }
    for bytes in files {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("smm-panel.db");
        fs::write(&path, &bytes).unwrap();
        for arguments in [&["serve"][..], &["audit"]] {
            let refused = command(folder.path(), arguments, &[]).output().unwrap();
            assert_eq!(refused.status.code(), Some(1));
            let told = String::from_utf8(refused.stderr).unwrap();
            assert!(!told.contains("CREATE") && told.contains("smm-panel.db"), "{told}");
            assert!(fs::read(&path).unwrap() == bytes, "it is as it was: {told}");
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "makes a file as an earlier program did")]
fn a_schema_that_was_never_released_is_refused_and_left_alone() {
    let made = TempDir::new().unwrap();
    open(&made.path().join("smm-panel.db"), &Schema::current()).close_blocking();
    let whole = fs::read(made.path().join("smm-panel.db")).unwrap();
    for edited in [
        "UPDATE refinery_schema_history SET checksum = '1' WHERE version = 3",
        "UPDATE refinery_schema_history SET checksum = 'a word' WHERE version = 3",
        "UPDATE refinery_schema_history SET name = 'chores' WHERE version = 3",
        "UPDATE refinery_schema_history SET applied_on = 'yesterday' WHERE version = 3",
        "UPDATE refinery_schema_history SET applied_on = NULL WHERE version = 3",
        "DELETE FROM refinery_schema_history WHERE version = 5",
    ] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("smm-panel.db");
        fs::write(&path, &whole).unwrap();
        let conn = Connection::open(&path).unwrap();
        conn.execute(edited, ()).unwrap();
        conn.close().unwrap();
        let before = fs::read(&path).unwrap();
        for arguments in [&["serve"][..], &["audit"]] {
            let refused = command(folder.path(), arguments, &[]).output().unwrap();
            assert_eq!(refused.status.code(), Some(1));
            let told = String::from_utf8(refused.stderr).unwrap();
            assert!(told.contains("a schema that was never released"), "{edited}: {told}");
        }
        assert!(fs::read(&path).unwrap() == before, "it is as it was");
        assert_eq!(
            fs::read_dir(folder.path())
                .unwrap()
                .filter(|file| { file.as_ref().unwrap().file_name().to_string_lossy().ends_with(".bak") })
                .count(),
            0
        );
    }
}
