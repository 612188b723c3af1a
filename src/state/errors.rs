//! The errors that were logged since the start, grouped: the same line of the program with the same message is one
//! group. Only what the program itself says is kept, no value and no cause; those stand in the log. Of a job that
//! failed it is known which one and why, as the page of jobs says it.

use crate::kernel::clock::Timestamp;
use crate::kernel::note::Note;
use parking_lot::Mutex;
use std::sync::Arc;

/// Groups that are kept; the one that was seen longest ago gives way.
const MOST: usize = 200;

/// Errors of this process. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct ErrorLog(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    logged: u64,
    panics: u64,
    /// The latest at the end.
    groups: Vec<ErrorGroup>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorGroup {
    /// What the log says, without values.
    pub message: String,
    /// Where the program says it: `src/db/writer.rs:178`.
    pub place: String,
    pub is_panic: bool,
    pub job: Option<JobTrouble>,
    pub count: u64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
    /// Of the last one that a request met.
    pub request_id: Option<String>,
}

/// Which job failed, and why. Without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobTrouble {
    pub name: String,
    pub note: Note,
}

impl JobTrouble {
    /// The same for the same cause, whatever its figures are.
    fn key(&self) -> (&str, &str) {
        (&self.name, (&self.note).into())
    }
}

/// One line of the log.
pub struct LoggedError {
    pub message: String,
    pub place: String,
    pub is_panic: bool,
    pub request_id: Option<String>,
    pub job: Option<JobTrouble>,
}

impl ErrorLog {
    pub fn note(&self, error: LoggedError, at: Timestamp) {
        let mut kept = self.0.lock();
        kept.logged = kept.logged.saturating_add(1);
        if error.is_panic {
            kept.panics = kept.panics.saturating_add(1);
        }
        let is_same = |group: &ErrorGroup| {
            let (known, job) = (group.job.as_ref(), error.job.as_ref());
            group.place == error.place
                && group.message == error.message
                && known.map(JobTrouble::key) == job.map(JobTrouble::key)
        };
        let known = kept.groups.iter().position(is_same).map(|known| kept.groups.remove(known));
        let LoggedError { message, place, is_panic, request_id, job } = error;
        let known = known.unwrap_or(ErrorGroup {
            message,
            place,
            is_panic,
            job: None,
            count: 0,
            first_at: at,
            last_at: at,
            request_id: None,
        });
        if kept.groups.len() >= MOST {
            kept.groups.remove(0);
        }
        let (count, request_id) = (known.count.saturating_add(1), request_id.or(known.request_id));
        kept.groups.push(ErrorGroup { count, last_at: at, request_id, job, ..known });
    }

    /// How many were logged since the start, and how many of them are panics.
    pub fn counts(&self) -> (u64, u64) {
        let kept = self.0.lock();
        (kept.logged, kept.panics)
    }

    /// The latest first.
    pub fn groups(&self) -> Vec<ErrorGroup> {
        self.0.lock().groups.iter().rev().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(message: &str, place: &str, request_id: Option<&str>) -> LoggedError {
        let request_id = request_id.map(str::to_owned);
        let (message, place) = (message.to_owned(), place.to_owned());
        LoggedError { message, place, is_panic: false, request_id, job: None }
    }

    #[test]
    fn jobs_are_told_apart_by_name_and_cause_and_the_latest_words_are_kept() {
        let log = ErrorLog::default();
        let damaged = |said: &str| Note::FileDamaged { said: said.to_owned() };
        for (name, note) in [
            ("backup", damaged("page 1")),
            ("backup", damaged("page 2")),
            ("backup", Note::JobFault),
            ("reconcile", Note::JobFault),
        ] {
            let job = JobTrouble { name: name.to_owned(), note };
            log.note(LoggedError { job: Some(job), ..error("a", "x.rs:1", None) }, Timestamp::from_millis(1));
        }
        let told: Vec<_> = log.groups().into_iter().map(|group| (group.job.unwrap(), group.count)).collect();
        let told: Vec<_> = told.iter().map(|(job, count)| (&*job.name, &job.note, *count)).collect();
        let (latest, fault) = (damaged("page 2"), Note::JobFault);
        assert_eq!(told, [("reconcile", &fault, 1), ("backup", &fault, 1), ("backup", &latest, 2)]);
    }

    #[test]
    fn the_same_line_is_one_group_and_the_latest_stands_first() {
        let log = ErrorLog::default();
        let at = Timestamp::from_millis;
        log.note(error("a", "x.rs:1", Some("r1")), at(1));
        log.note(error("b", "x.rs:2", None), at(2));
        log.note(error("a", "x.rs:1", None), at(3));
        let groups = log.groups();
        let told: Vec<_> = groups.iter().map(|group| (group.message.as_str(), group.count)).collect();
        assert_eq!(told, [("a", 2), ("b", 1)]);
        assert_eq!((groups[0].first_at, groups[0].last_at), (at(1), at(3)));
        assert_eq!((groups[0].request_id.as_deref(), log.counts()), (Some("r1"), (3, 0)));
    }

    #[test]
    fn the_one_seen_longest_ago_gives_way() {
        let log = ErrorLog::default();
        for number in 0..MOST {
            log.note(error("a", &format!("x.rs:{number}"), None), Timestamp::from_millis(1));
        }
        log.note(error("a", "x.rs:0", None), Timestamp::from_millis(2));
        log.note(error("b", "y.rs:1", None), Timestamp::from_millis(3));
        let groups = log.groups();
        assert_eq!(groups.len(), MOST);
        assert!(groups.iter().any(|group| group.place == "x.rs:0"));
        assert!(groups.iter().all(|group| group.place != "x.rs:1"));
    }
}
