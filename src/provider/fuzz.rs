//! Doors for a fuzzer to the reading of answers: none of them may panic, and what is read keeps its rules.

use super::{listing, requests, wire};

const ASKED: &[&str] = &["1", "2", "23501", "abc"];

/// One answer, read as that to every question about one thing.
pub fn answer(status: u16, body: &[u8]) {
    if let wire::AddResponse::Taken(id) = wire::added(status, body) {
        assert!(wire::is_yes(status) && !id.is_empty() && id == id.trim(), "taken as {id:?} with {status}");
    }
    if let wire::AddResponse::Taken(id) = requests::refilled(status, body, "1") {
        assert!(wire::is_yes(status) && !id.is_empty(), "refilled as {id:?} with {status}");
    }
    let _read = wire::status(status, body, "1");
    let _read = wire::balance(status, body);
    let _read = requests::canceled(status, body, "1");
    let _read = listing::services(status, body);
}

/// One answer, read as that about several things: it tells of none that was not asked for.
pub fn answer_of_many(status: u16, body: &[u8]) {
    let asked: Vec<String> = ASKED.iter().map(ToString::to_string).collect();
    if let wire::QuestionResponse::This(found) = wire::statuses(status, body, &asked) {
        assert!(found.keys().all(|id| asked.contains(id)), "{found:?}");
    }
    if let wire::QuestionResponse::This(found) = requests::refill_words(status, body, &asked) {
        assert!(found.keys().all(|id| asked.contains(id)), "{found:?}");
    }
}
