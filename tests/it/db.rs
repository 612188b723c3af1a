//! The one writer: what fails is taken back alone, what is acknowledged stays, a full queue says so.

use crate::support::app::TestApp;
use crate::support::tcp::at_once;
use rusqlite::Connection;
use smm_panel::db::backup::Part;
use smm_panel::db::{Db, DbPath, ReadTx, Tx};
use smm_panel::kernel::clock::Clock;
use smm_panel::kernel::error::Fault;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn insert(tx: &Tx, name: &str) -> Result<(), Fault> {
    tx.execute("INSERT INTO settings (name, value) VALUES (?1, 'x')", [name]).map(drop)
}

fn names(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM settings WHERE value = 'x'")
}

#[test]
fn a_refused_write_leaves_nothing_and_disturbs_nobody() {
    let app = TestApp::start();
    let db: &Db = &app.app.db;
    let outcomes = at_once(32, |number| {
        db.write_blocking(move |tx| {
            insert(tx, &format!("n{number}"))?;
            if number % 2 == 0 { Err(Fault::Internal("changed my mind".to_owned())) } else { Ok(()) }
        })
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 16);
    assert_eq!(names(&app), 16);
}

#[test]
fn a_panicking_write_is_taken_back_and_the_writer_lives() {
    let app = TestApp::start();
    let panicked = app.app.db.write_blocking(|tx| {
        insert(tx, "lost")?;
        if names_in(tx)? == 1 {
            panic!("on purpose")
        }
        Ok::<(), Fault>(())
    });
    assert!(matches!(panicked, Err(Fault::Internal(_))));
    app.app.db.write_blocking(|tx| insert(tx, "kept")).unwrap();
    assert_eq!(names(&app), 1);
}

fn names_in(tx: &Tx) -> Result<i64, Fault> {
    tx.value("SELECT count(*) FROM settings WHERE value = 'x'", (), |row| row.get(0))
}

#[test]
fn a_copy_that_somebody_is_still_closing_becomes_one_file_once_that_is_done() {
    let app = TestApp::start();
    let folder = app.folder.path();
    let part = Part::of(&DbPath::new(folder.join("panel.db")), &folder.join("copy.db")).unwrap();
    let late = Db::open_beside(part.path(), app.clock.clone()).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            late.close_blocking();
        });
        part.settle().unwrap();
    });
    part.publish().unwrap();
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let files: Vec<_> = files.filter(|name| name.to_string_lossy().starts_with("copy.db")).collect();
    assert_eq!(files, ["copy.db"]);
}

#[test]
fn a_full_queue_turns_away_at_once_and_loses_nothing_it_took() {
    let app = TestApp::start();
    let db = app.app.db.clone();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let blocker = {
        let db = db.clone();
        std::thread::spawn(move || {
            db.write_blocking(move |_| {
                wait.recv().ok();
                Ok::<(), Fault>(())
            })
        })
    };
    std::thread::sleep(Duration::from_millis(50));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let waiting: Vec<_> = (0..6000)
        .map(|number| {
            let db = db.clone();
            runtime.spawn(async move { db.write(move |tx| insert(tx, &format!("n{number}"))).await })
        })
        .collect();
    let turned_away = || waiting.iter().filter(|write| write.is_finished()).count();
    for _ in 0..200 {
        if turned_away() > 1000 {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    go.send(()).unwrap();
    blocker.join().unwrap().unwrap();
    let outcomes = runtime.block_on(async {
        let mut outcomes = Vec::new();
        for write in waiting {
            outcomes.push(write.await.unwrap());
        }
        outcomes
    });
    let taken = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(()) | Err(Fault::Overloaded(_)))));
    assert!(taken < 6000, "the queue is bounded");
    assert_eq!(names(&app), i64::try_from(taken).unwrap());
}

#[test]
fn a_reader_cannot_write() {
    let app = TestApp::start();
    let tried = app.app.db.read_now(|tx| {
        tx.one("INSERT INTO settings (name, value) VALUES ('a', 'x') RETURNING 1", (), |row| {
            row.get::<_, i64>(0)
        })
    });
    assert!(matches!(tried, Err(Fault::Database(_))));
    assert_eq!(names(&app), 0);
}

#[test]
fn a_second_start_on_the_same_file_finds_everything() {
    let app = TestApp::start();
    let id = app.member("lan").funded(5_000).id;
    let folder = app.stop();
    let again = TestApp::in_folder(folder, &[]);
    assert_eq!(again.number(&format!("SELECT balance FROM accounts WHERE id = {id}")), 5_000);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "goes around the panel on purpose")]
fn references_are_checked_after_a_migration_and_not_at_every_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("panel.db");
    let open = || Db::open(&DbPath::new(&path), Clock::system()).map(drop);
    open().unwrap();
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch(
        "PRAGMA foreign_keys = OFF;
         INSERT INTO revoked_tokens (token_id, user_id, expires_at) VALUES ('t', 7, 1)",
    )
    .unwrap();
    open().unwrap();
    conn.pragma_update(None, "user_version", 1).unwrap();
    for _ in 0..2 {
        assert!(matches!(open(), Err(Fault::Corrupt(_))), "as long as it is so");
    }
}

/// Bytes in the write-ahead log's file.
fn wal_length(app: &TestApp) -> u64 {
    std::fs::metadata(app.folder.path().join("panel.db-wal")).map_or(0, |file| file.len())
}

/// The longest that the log may be.
const LIMIT: u64 = 64 * 1024 * 1024;
/// What one `write_fat` adds to it, in bytes, about.
const FAT: u64 = 131_072;

fn write_fat(app: &TestApp) {
    let fat = "INSERT OR REPLACE INTO settings (name, value) VALUES ('fat', hex(randomblob(65536)))";
    app.app.db.write_blocking(move |tx: &Tx| tx.execute(fat, ())).unwrap();
}

#[test]
fn a_reader_without_end_does_not_let_the_log_grow_without_end() {
    let app = TestApp::start();
    let db = app.app.db.clone();
    let (began, has_begun) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        db.snapshot(|tx| {
            tx.value("SELECT count(*) FROM settings", (), |row| row.get::<_, i64>(0))?;
            began.send(()).unwrap();
            let endless =
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
            tx.value(endless, (), |row| row.get::<_, i64>(0))
        })
    });
    has_begun.recv().unwrap();
    let (mut longest, mut written) = (0, 0_u64);
    // Until the reader has gone, and then some more to see that the log is short again.
    let mut after = 0;
    while after < 40 {
        write_fat(&app);
        written += FAT;
        longest = longest.max(wal_length(&app));
        assert!(longest <= LIMIT, "{longest} bytes of log after {written} bytes written");
        after += u64::from(reader.is_finished());
        std::thread::sleep(Duration::from_millis(1 + 5 * u64::from(reader.is_finished())));
    }
    assert!(matches!(reader.join().unwrap(), Err(Fault::Overloaded(_))), "the reader was cut off");
    assert!(longest > LIMIT / 2, "the log was long before: {longest}");
    assert!(wal_length(&app) < LIMIT / 4, "{} bytes stay", wal_length(&app));
}

#[test]
fn short_readers_who_take_turns_do_not_let_the_log_grow_without_end() {
    let app = TestApp::start();
    let is_over = Arc::new(AtomicBool::new(false));
    let read = |db: Db, is_over: Arc<AtomicBool>| {
        while !is_over.load(Ordering::Relaxed) {
            let look = |tx: &ReadTx| -> Result<(), Fault> {
                tx.value("SELECT count(*) FROM settings", (), |row| row.get::<_, i64>(0))?;
                std::thread::sleep(Duration::from_millis(120));
                Ok(())
            };
            db.snapshot(look).unwrap();
        }
    };
    let readers = [(), (), ()].map(|()| {
        std::thread::sleep(Duration::from_millis(40));
        let (db, is_over) = (app.app.db.clone(), Arc::clone(&is_over));
        std::thread::spawn(move || read(db, is_over))
    });
    let mut longest = 0;
    for _ in 0..2 * LIMIT / FAT {
        write_fat(&app);
        longest = longest.max(wal_length(&app));
        std::thread::sleep(Duration::from_millis(1));
    }
    is_over.store(true, Ordering::Relaxed);
    readers.into_iter().for_each(|reader| reader.join().unwrap());
    assert!(longest <= LIMIT, "{longest} bytes of log");
    assert!(longest > LIMIT / 2, "the log was long: {longest}");
}

/// Writes one order, whose service or status may be wrong.
fn insert_order(tx: &Tx, service: i64, status: &str) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO orders (user_id, service_id, service_name, service_type, link, link_key, quantity, rate,
             discount_percent, charge, status, dispatch, created_at, updated_at)
         VALUES (1, ?1, '', 'default', '', '', 1, 0, 0, 1, ?2, 'manual', 0, 0)",
        (service, status),
    )
    .map(drop)
}

/// Writes of many callers share a commit. One that is refused, that fails after its first row or that panics takes back
/// its own rows and no others.
#[test]
fn a_batch_of_strangers_keeps_what_each_of_them_wrote() {
    let app = TestApp::start();
    app.member("lan");
    let db: &Db = &app.app.db;
    let fails = |tx: &Tx, number: usize| match number % 6 {
        0 => insert_order(tx, 99, "pending"),
        1 => insert_order(tx, 1, "completed"),
        2 => Err(Fault::Internal("refused".to_owned())),
        3 => insert(tx, &format!("n{}", number + 2)).and_then(|()| insert(tx, &format!("n{}", number + 2))),
        4 => panic!("on purpose"),
        _ => Ok(()),
    };
    let outcomes = at_once(48, |number| {
        db.write_blocking(move |tx| {
            insert(tx, &format!("n{number}"))?;
            fails(tx, number)
        })
    });
    for (number, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.is_ok(), number % 6 == 5, "{number}: {outcome:?}");
    }
    assert_eq!(app.number("SELECT count(*) FROM orders"), 0);
    let kept =
        |name: String| app.number(&format!("SELECT count(*) FROM settings WHERE name = '{name}'")) == 1;
    assert!((0..48).all(|number| kept(format!("n{number}")) == (number % 6 == 5)));
}
