//! What takes long in the database is told of in the log: by its name, never with the values that went into it.

use std::panic::Location;
use std::time::{Duration, Instant};

/// So long a statement or a commit may take in silence.
const SLOW: Duration = Duration::from_millis(250);

/// A statement has ended. Its name is the place in the program that runs it: the text of one that is put together
/// could hold what somebody typed.
pub(super) fn statement(began: Instant, at: &Location) {
    if let Some(ms) = slow(began) {
        tracing::warn!(statement = %at, ms, "a statement of the database was slow");
    }
}

/// The writer has had to wait for its transaction: another process writes to the file.
pub(super) fn begin(began: Instant) {
    if let Some(ms) = slow(began) {
        tracing::warn!(ms, "a write waited long for another process on the file");
    }
}

/// A commit has ended, with so many writes in it.
pub(super) fn commit(began: Instant, writes: usize) {
    if let Some(ms) = slow(began) {
        tracing::warn!(writes, ms, "a commit was slow: the disk takes long to write");
    }
}

/// How long it took, where that is long.
fn slow(began: Instant) -> Option<u64> {
    let took = began.elapsed();
    (took >= SLOW).then(|| u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use crate::db::{Db, DbPath};
    use crate::kernel::clock::Clock;
    use parking_lot::Mutex;
    use std::io::{self, Write};
    use std::sync::Arc;

    /// A log that is kept.
    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<Vec<u8>>>);

    impl Write for Heard {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().write(line)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_slow_statement_is_told_of_by_its_place_and_without_its_values() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&DbPath::new(folder.path().join("panel.db")), Clock::system()).unwrap();
        let heard = Heard::default();
        let log = heard.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || log.clone()).finish();
        let slow = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
            SELECT count(*) FROM n WHERE ?2 <> ''";
        let ask =
            |count: i64| db.read_now(|tx| tx.value(slow, (count, "secret"), |row| row.get::<_, i64>(0)));
        tracing::subscriber::with_default(subscriber, || {
            ask(10).unwrap();
            assert_eq!(heard.0.lock().len(), 0);
            ask(5_000_000).unwrap();
        });
        let told = String::from_utf8(heard.0.lock().clone()).unwrap();
        assert!(told.contains("a statement of the database was slow statement=src/db/slow.rs:"), "{told}");
        assert!(!told.contains("secret") && !told.contains("5000000") && told.lines().count() == 1, "{told}");
    }
}
