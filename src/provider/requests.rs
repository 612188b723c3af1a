//! What an answer to `cancel` says. Pure.
//!
//! The field answers with an array that has one entry for each order; some servers answer with that entry alone, or by
//! the order's id.

use super::markup;
use super::wire::{self, QuestionResponse, Scalar};
use super::words;
use crate::kernel::cause::Defect;
use crate::kernel::foreign::{self, Object};
use serde_json::value::RawValue;

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(status in 100_u16..600, body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = canceled(status, &body, "2");
        }
    }
}
