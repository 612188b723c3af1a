//! What stands beside an error in an answer to `add`. Pure.
//!
//! An error is a refusal only if nothing beside it speaks of an order that was made: no id, no charge, no status of an
//! order, no success, no text that leaves it open. It is looked for in parts of the answer too, in lists, and in JSON
//! that stands in a text.

use super::model::ReportedStatus;
use super::unclear::is_doubtful;
use super::words;
use crate::kernel::foreign::{self, Object, Scalar};
use serde_json::value::RawValue;

const MOST_LISTED: usize = 100;
/// Parts of parts of parts; real answers have two levels.
const DEPTH: u8 = 4;

/// Whether more than the error is said about the order.
pub(super) fn says_more(answer: &Object<'_>) -> bool {
    says(answer, DEPTH)
}

fn says(object: &Object<'_>, depth: u8) -> bool {
    object.fields().any(|(name, value)| name != "error" && field_says(&plain(name), value, depth))
}

fn field_says(name: &str, value: &RawValue, depth: u8) -> bool {
    let is_of_the_order = is_id(name) || ["charge", "charged", "remains", "startcount"].contains(&name);
    match foreign::scalar(value) {
        Scalar::Absent | Scalar::Bool(false) => false,
        Scalar::Bool(true) => is_of_the_order || is_outcome(name),
        Scalar::Number(digits) => match digits {
            "0" => false,
            "1" | "200" | "201" if is_outcome(name) => true,
            _ => is_of_the_order,
        },
        Scalar::Text(text) if text.trim().is_empty() => false,
        Scalar::Text(text) => {
            is_of_the_order
                || (is_outcome(name) && is_good(&text))
                || is_doubtful(&text)
                || depth > 0 && foreign::object(text.trim()).is_some_and(|part| says(&part, depth - 1))
        }
        // What is nested deeper than anybody reads.
        Scalar::Other if depth == 0 => true,
        Scalar::Other => part_says(name, value, depth - 1),
    }
}

fn part_says(name: &str, value: &RawValue, depth: u8) -> bool {
    if let Some(part) = foreign::object(value.get()) {
        // Their ids are not the order's.
        return !["service", "user", "request"].contains(&name) && says(&part, depth);
    }
    match foreign::array(value.get(), MOST_LISTED) {
        Some(values) => values.into_iter().any(|value| field_says(name, value, depth)),
        None => true,
    }
}

/// A name as it is compared: `Order_ID` is `orderid`.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

fn is_id(name: &str) -> bool {
    let others = ["requestid", "serviceid", "userid", "traceid", "errorid"];
    name.contains("order")
        || (["id", "ids", "uuid"].iter().any(|end| name.ends_with(end)) && !others.contains(&name))
}

/// Names under which servers say how the call went.
fn is_outcome(name: &str) -> bool {
    ["success", "ok", "status", "state", "result"].contains(&name)
}

/// A success, or the status of an order that was taken.
fn is_good(word: &str) -> bool {
    let is_status = !matches!(words::status(word), ReportedStatus::Unknown(_) | ReportedStatus::Canceled);
    is_status || words::is_success(word) || ["1", "200", "201", "queued"].contains(&word.trim())
}
