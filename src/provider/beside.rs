//! What stands beside an error in an answer to `add`. Pure.
//!
//! An error is a refusal only if all that stands beside it is known to say nothing of an order that was made: a failure
//! word, a reason, a figure about us. Anything else may be an id or a receipt, and then a person decides.

use super::unclear::{is_unclear, tells_of_an_order};
use super::words;
use crate::kernel::foreign::{self, Object, Scalar};
use serde_json::value::RawValue;

const MOST_LISTED: usize = 100;
/// How the call went.
const OUTCOMES: &[&str] =
    &["success", "issuccess", "ok", "status", "state", "result", "code", "statuscode", "errorcode", "errno"];
/// Why it failed.
const REASONS: &[&str] =
    &["message", "msg", "detail", "details", "description", "reason", "info", "title", "errors", "exception"];
/// Neither an order's nor its price.
const ABOUT_US: &[&str] = &[
    "balance",
    "required",
    "available",
    "currency",
    "timestamp",
    "time",
    "date",
    "path",
    "url",
    "docs",
    "help",
    "version",
    "instance",
    "type",
    "requestid",
    "traceid",
    "retryafter",
    "min",
    "max",
    "field",
    "param",
    "service",
    "link",
    "lang",
    "locale",
];

/// Whether more than the error may be said about the order.
pub(super) fn says_more(answer: &Object<'_>) -> bool {
    answer.fields().any(|(name, value)| name != "error" && !is_harmless(&plain(name), value))
}

fn is_harmless(name: &str, value: &RawValue) -> bool {
    let is_outcome = OUTCOMES.contains(&name);
    match foreign::scalar(value) {
        Scalar::Absent | Scalar::Bool(false) | Scalar::Number("0") => true,
        Scalar::Bool(true) => false,
        Scalar::Number(digits) => ABOUT_US.contains(&name) || (is_outcome && is_failure_code(digits)),
        Scalar::Text(text) if words::is_success(&text) => false,
        Scalar::Text(text) if text.trim().is_empty() => true,
        Scalar::Text(text) if ABOUT_US.contains(&name) => !tells_of_an_order(&text),
        Scalar::Text(text) if is_outcome => words::is_failure(&text) || is_failure_code(text.trim()),
        Scalar::Text(text) => REASONS.contains(&name) && !is_unclear(&text),
        Scalar::Other => match foreign::object(value.get()) {
            Some(part) => part.fields().all(|(_, value)| REASONS.contains(&name) && is_harmless(name, value)),
            None => foreign::array(value.get(), MOST_LISTED)
                .is_some_and(|values| values.into_iter().all(|value| is_harmless(name, value))),
        },
    }
}

/// HTTP's, or a short number of the server's own; 1 and HTTP's 2xx are a success.
fn is_failure_code(code: &str) -> bool {
    let is_short = (1..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    is_short && code != "1" && !(code.len() == 3 && code.starts_with('2'))
}

/// A name as it is compared: `Request_ID` is `requestid`.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}
