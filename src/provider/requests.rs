//! What answers to `cancel`, `refill` and `refill_status` say. Pure.
//!
//! The field answers with an array that has one entry for each order; some servers answer with that entry alone, or by
//! the order's id.

use super::markup;
use super::model::{NoReport, RefillWord};
use super::unclear::is_unclear;
use super::wire::{self, AddResponse, QuestionResponse, Scalar};
use super::words;
use crate::kernel::cause::Defect;
use crate::kernel::foreign::{self, Object};
use serde_json::value::RawValue;
use std::collections::HashMap;

/// More entries are no answer to a question about one order.
const MOST_ENTRIES: usize = 100;

/// `Err`: the provider's refusal, unshortened.
pub(super) type Granted = Result<(), String>;

/// Reads the answer to `cancel` with one order.
pub(super) fn canceled(status: u16, body: &[u8], id: &str) -> QuestionResponse<Granted> {
    if !wire::is_answered(status) {
        return QuestionResponse::Unusable(wire::unanswered(status));
    }
    let text = foreign::text(body);
    let entry = match foreign::array(&text, MOST_ENTRIES) {
        Some(entries) => entries.into_iter().filter_map(|entry| foreign::object(entry.get())).find(is_of(id)),
        None => match wire::answer_object(status, &text) {
            Ok(object) => named(&object, id).or(Some(object).filter(is_of(id))),
            Err(response) => return response.into_response(),
        },
    };
    match entry.as_ref().and_then(granted) {
        Some(granted) => QuestionResponse::This(granted),
        None => QuestionResponse::Unusable(Defect::NothingAboutOrder),
    }
}

/// Whether an entry is about the order: it names it, or none.
fn is_of(id: &str) -> impl Fn(&Object<'_>) -> bool {
    move |entry| match entry.get("order") {
        Ok(Scalar::Number(digits)) => digits == id,
        Ok(Scalar::Text(text)) => text.trim() == id,
        Ok(Scalar::Absent) => true,
        Ok(Scalar::Bool(_) | Scalar::Other) | Err(_) => false,
    }
}

/// The entry under the order's id.
fn named<'a>(object: &Object<'a>, id: &str) -> Option<Object<'a>> {
    object.raw(id).ok().flatten().and_then(|entry| foreign::object(entry.get()))
}

/// `None`: neither a yes nor a no.
fn granted(entry: &Object<'_>) -> Option<Granted> {
    if let Some(said) = text_of(entry.raw("error").ok()?) {
        return Some(Err(said));
    }
    let raw = entry.raw("cancel").ok()??;
    if let Some(inner) = foreign::object(raw.get()) {
        return text_of(inner.raw("error").ok()?).map(Err);
    }
    match foreign::scalar(raw) {
        Scalar::Bool(true) => Some(Ok(())),
        Scalar::Number(digits) if is_count(digits) => Some(Ok(())),
        Scalar::Text(text) if is_count(text.trim()) || words::is_success(&text) => Some(Ok(())),
        Scalar::Text(text) if text.chars().any(char::is_alphabetic) => Some(Err(decoded(&text))),
        Scalar::Absent | Scalar::Bool(false) | Scalar::Number(_) | Scalar::Text(_) | Scalar::Other => None,
    }
}

fn text_of(raw: Option<&RawValue>) -> Option<String> {
    match raw.map(foreign::scalar)? {
        Scalar::Text(text) if !text.trim().is_empty() => Some(decoded(&text)),
        Scalar::Absent | Scalar::Bool(_) | Scalar::Text(_) | Scalar::Number(_) | Scalar::Other => None,
    }
}

fn decoded(text: &str) -> String {
    markup::decoded(text).into_owned()
}

/// 1, or the id of the request.
fn is_count(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.bytes().any(|byte| byte != b'0')
}

/// Reads the answer to `refill` with one order, by the rules of `add`: only a clear yes and a clear no count. An error
/// may stand where the id would, and all of it in an array.
pub(super) fn refilled(status: u16, body: &[u8], order: &str) -> AddResponse {
    let text = foreign::text(body);
    let entries = foreign::array(&text, MOST_ENTRIES);
    let entry = match entries.as_deref() {
        Some([entry]) if foreign::object(entry.get()).is_some_and(|entry| is_of(order)(&entry)) => {
            entry.get()
        }
        Some(_) => return AddResponse::Unclear(Defect::NothingAboutOrder),
        None => &text,
    };
    let is_unclear = |error: &str| !words::is_no_refill(error) && is_unclear(error);
    let refusal = foreign::object(entry).and_then(|entry| refusal_inside(&entry));
    match refusal.filter(|_| wire::is_answered(status)) {
        Some(error) if is_unclear(&error) => AddResponse::Unclear(Defect::ErrorUnclear),
        Some(error) => AddResponse::Refused(error),
        None => wire::made(status, without_order(entry).as_bytes(), "refill", is_unclear),
    }
}

/// `{"refill":{"error":"…"}}`, and nothing that could be an id beside it.
fn refusal_inside(entry: &Object<'_>) -> Option<String> {
    let inner = foreign::object(entry.raw("refill").ok()??.get())?;
    let is_alone = inner.fields().all(|(name, _)| name == "error")
        && entry.fields().all(|(name, _)| ["refill", "order"].contains(&name));
    text_of(inner.raw("error").ok()?).filter(|_| is_alone)
}

/// The order that an entry repeats is no receipt of a refill.
fn without_order(entry: &str) -> String {
    let Some(object) = foreign::object(entry) else { return entry.to_owned() };
    let fields = object.fields().filter(|(name, _)| *name != "order");
    let fields: Vec<String> =
        fields.map(|(name, value)| format!("{}:{}", serde_json::Value::from(name), value.get())).collect();
    format!("{{{}}}", fields.join(","))
}

/// What is said about each refill; those that the answer leaves out are left out.
pub(super) type RefillWords = HashMap<String, Result<RefillWord, NoReport>>;

/// Reads the answer to `refill_status`: an array with an entry for each, an object by their ids, or of one refill its
/// status alone. Entries without an id are of no refill, unless one alone was asked for.
pub(super) fn refill_words(status: u16, body: &[u8], asked: &[String]) -> QuestionResponse<RefillWords> {
    if !wire::is_answered(status) {
        return QuestionResponse::Unusable(wire::unanswered(status));
    }
    let text = foreign::text(body);
    let mut found = RefillWords::new();
    let mut hear = |id: Option<String>, entry: Result<RefillWord, NoReport>| {
        let Some(id) = id.filter(|id| asked.contains(id)) else { return };
        match found.get(&id) {
            Some(earlier) if *earlier != entry => found.insert(id, Err(NoReport::Twice)),
            _ => found.insert(id, entry),
        };
    };
    match foreign::array(&text, MOST_ENTRIES) {
        Some(entries) => {
            for entry in entries.into_iter().filter_map(|entry| foreign::object(entry.get())) {
                if let Some(word) = refill_word(&entry) {
                    hear(id_of(&entry), word);
                }
            }
        }
        None => {
            let object = match wire::answer_object(status, &text) {
                Ok(object) => object,
                Err(response) => return response.into_response(),
            };
            for (name, value) in object.fields() {
                let word = foreign::object(value.get()).and_then(|entry| refill_word(&entry));
                if let Some(word) = word {
                    hear(Some(name.to_owned()), word);
                }
            }
            if let ([only], Some(word)) = (asked, refill_word(&object)) {
                let is_other = id_of(&object).is_some_and(|id| id != *only);
                hear(Some(only.clone()).filter(|_| !is_other), word);
            }
        }
    }
    if found.is_empty() && !asked.is_empty() {
        return QuestionResponse::Unusable(Defect::NothingAboutOrders);
    }
    QuestionResponse::This(found)
}

fn id_of(entry: &Object<'_>) -> Option<String> {
    match entry.get("refill") {
        Ok(Scalar::Number(digits)) => Some(digits.to_owned()),
        Ok(Scalar::Text(text)) => Some(text.trim().to_owned()),
        Ok(Scalar::Absent | Scalar::Bool(_) | Scalar::Other) | Err(_) => None,
    }
}

/// `None`: nothing is said of it.
fn refill_word(entry: &Object<'_>) -> Option<Result<RefillWord, NoReport>> {
    let Ok(raw) = entry.raw("status") else { return Some(Err(NoReport::Twice)) };
    if let Some(said) = text_of(entry.raw("error").ok().flatten()) {
        return Some(Err(NoReport::Said(said)));
    }
    let raw = raw?;
    if let Some(inner) = foreign::object(raw.get()) {
        let said = text_of(inner.raw("error").ok().flatten());
        return Some(Err(said.map_or(NoReport::Unreadable, NoReport::Said)));
    }
    match foreign::scalar(raw) {
        Scalar::Text(word) => Some(Ok(words::refill(&word))),
        Scalar::Absent => None,
        Scalar::Bool(_) | Scalar::Number(_) | Scalar::Other => Some(Err(NoReport::Unreadable)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(body: &str) -> QuestionResponse<Granted> {
        canceled(200, body.as_bytes(), "2")
    }

    #[test]
    fn a_yes_is_known_in_the_shapes_of_the_field() {
        for body in [
            r#"[{"order":9,"cancel":{"error":"Incorrect order ID"}},{"order":2,"cancel":1}]"#,
            r#"[{"order":"2","cancel":"1"}]"#,
            r#"[{"order":2,"cancel":true}]"#,
            r#"[{"cancel":771}]"#,
            r#"{"order":2,"cancel":1}"#,
            r#"{"cancel":"success"}"#,
            r#"{"2":{"cancel":1},"9":{"error":"no"}}"#,
        ] {
            assert_eq!(read(body), QuestionResponse::This(Ok(())), "{body}");
        }
    }

    #[test]
    fn a_no_keeps_its_words() {
        for body in [
            r#"[{"order":2,"cancel":{"error":"The order can not be canceled"}}]"#,
            r#"[{"order":2,"error":"The order can not be canceled"}]"#,
            r#"{"cancel":{"error":"The order can not be canceled"}}"#,
            r#"{"2":{"error":"The order can not be canceled"}}"#,
            r#"[{"order":2,"cancel":"The order can not be canceled"}]"#,
        ] {
            let said = "The order can not be canceled".to_owned();
            assert_eq!(read(body), QuestionResponse::This(Err(said)), "{body}");
        }
        let whole = r#"{"error":"Incorrect request"}"#;
        assert_eq!(read(whole), QuestionResponse::Refused("Incorrect request".to_owned()));
    }

    #[test]
    fn what_is_neither_decides_nothing() {
        for body in [
            "",
            "[]",
            "{}",
            "<html>",
            "null",
            "1",
            r#"[{"order":3,"cancel":1}]"#,
            r#"{"cancel":0}"#,
            r#"{"cancel":false}"#,
            r#"[{"order":2,"cancel":null}]"#,
            r#"[{"order":2}]"#,
            r#"{"cancel":1,"cancel":2}"#,
        ] {
            assert!(matches!(read(body), QuestionResponse::Unusable(_)), "{body}: {:?}", read(body));
        }
        for status in [302, 500, 502] {
            let yes = br#"[{"order":2,"cancel":1}]"#;
            assert!(matches!(canceled(status, yes, "2"), QuestionResponse::Unusable(_)), "{status}");
        }
    }

    #[test]
    fn a_refill_is_taken_only_with_an_id() {
        for body in [
            r#"{"refill":"771"}"#,
            r#"{"refill":771}"#,
            r#"[{"order":2,"refill":771}]"#,
            r#"{"order":2,"refill":771,"success":"Your refill was sent"}"#,
        ] {
            let taken = refilled(200, body.as_bytes(), "2");
            assert_eq!(taken, AddResponse::Taken("771".to_owned()), "{body}");
        }
    }

    #[test]
    fn the_fields_refusals_of_a_refill_are_known_wherever_they_stand() {
        for said in [
            "Refill is disabled for this service",
            "The order is not completed",
            "The order was completed or refill was requested less than 24 hours ago",
            "The refill task is not completed for this order",
            "Refill days are over",
            "Incorrect order ID",
        ] {
            let inside = json!({ "refill": { "error": said } });
            let listed = json!([{ "order": 2, "refill": { "error": said } }]);
            for body in [json!({ "error": said }), inside, listed] {
                let read = refilled(200, body.to_string().as_bytes(), "2");
                assert_eq!(read, AddResponse::Refused(said.to_owned()), "{body}");
            }
        }
    }

    #[test]
    fn what_may_be_a_refill_is_neither() {
        for body in [
            r#"{"refill":0}"#,
            r#"{"refill":null}"#,
            r#"{"refill":{}}"#,
            r#"{"refill":{"error":"Refill is disabled for this service","id":5}}"#,
            r#"{"refill":{"error":"Your refill is being processed"}}"#,
            r#"{"refill":771,"error":"no"}"#,
            r#"{"status":"success"}"#,
            r#"[{"order":3,"refill":771}]"#,
            r#"[{"order":2,"refill":771},{"order":2,"refill":772}]"#,
            "<html>",
            "",
        ] {
            let read = refilled(200, body.as_bytes(), "2");
            assert!(matches!(read, AddResponse::Unclear(_)), "{body}: {read:?}");
        }
        let answered = refilled(502, br#"{"refill":771}"#, "2");
        assert!(matches!(answered, AddResponse::Unclear(_)));
    }

    #[test]
    fn statuses_of_refills_are_read_by_their_ids() {
        let asked = ["1", "2", "3"].map(str::to_owned);
        let read = |body: &str| refill_words(200, body.as_bytes(), &asked);
        let list = r#"[{"refill":1,"status":"Completed"},{"refill":"2","status":"rejected"},
            {"refill":3,"status":{"error":"Refill not found"}},{"refill":9,"status":"Completed"}]"#;
        let QuestionResponse::This(found) = read(list) else { panic!("unread") };
        assert_eq!(found["1"], Ok(RefillWord::Completed));
        assert_eq!(found["2"], Ok(RefillWord::Rejected));
        assert_eq!(found["3"], Err(NoReport::Said("Refill not found".to_owned())));
        assert_eq!(found.len(), 3);
        let twice = r#"[{"refill":1,"status":"Completed"},{"refill":1,"status":"Rejected"}]"#;
        let QuestionResponse::This(found) = read(twice) else { panic!("unread") };
        assert_eq!(found["1"], Err(NoReport::Twice));
        for body in [r#"[{"status":"Completed"}]"#, r#"{"status":"Completed"}"#, "[]", "{}", "<html>"] {
            assert!(matches!(read(body), QuestionResponse::Unusable(_)), "{body}");
        }
        let one = refill_words(200, br#"{"status":"In progress"}"#, &["7".to_owned()]);
        assert_eq!(one, QuestionResponse::This([("7".to_owned(), Ok(RefillWord::InProgress))].into()));
        let other = refill_words(200, br#"{"refill":8,"status":"Completed"}"#, &["7".to_owned()]);
        assert!(matches!(other, QuestionResponse::Unusable(_)));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(status in 100_u16..600, body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = canceled(status, &body, "2");
            let _ = refilled(status, &body, "2");
            let _ = refill_words(status, &body, &["2".to_owned()]);
        }
    }
}
