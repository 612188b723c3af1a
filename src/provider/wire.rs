//! From an answer's status and bytes to its meaning. Pure: any input gives a value, none panics.
//!
//! Servers that speak API v2 differ in types and extras, so numbers may be texts and further fields are ignored.
//! What decides over money is read strictly all the same: an answer that could mean two things means neither.

use std::collections::{HashMap, HashSet};

use serde_json::value::RawValue;

use crate::kernel::cause::Defect;
use crate::kernel::figure;
pub(super) use crate::kernel::foreign::Scalar;
use crate::kernel::foreign::{self, Ambiguous, Object};

use super::beside::says_more;
use super::markup;
use super::model::{Balance, NoReport, Remains, Report, ReportedPosts, ReportedStatus};
use super::text::tidy;
use super::unclear::is_unclear;
use super::words;

/// Longest order id. Real ones have up to 36 characters.
const MAX_ID_LEN: usize = 64;

/// More orders of a subscription are not read.
const MOST_POSTS: usize = 5000;

/// The HTTP status of a rate limit.
pub(super) const TOO_MANY: u16 = 429;

/// What an answer to `add` says.
#[derive(Debug, PartialEq)]
pub(super) enum AddResponse {
    /// The provider's order id.
    Taken(String),
    /// Its error text, unshortened.
    Refused(String),
    /// HTTP 429, with the error text if there is one: it has not looked at the order.
    TooMany(String),
    /// Neither of both for certain, and why not.
    Unclear(Defect),
}

/// What an answer to a question says.
#[derive(Debug, PartialEq)]
pub(super) enum QuestionResponse<T> {
    This(T),
    /// `{"error"}` for the call as a whole, unshortened.
    Refused(String),
    /// No answer in this dialect, and why not.
    Unusable(Defect),
}

/// One order's report, or why there is none, what the provider says unshortened.
pub(super) type Status = Result<Report, NoReport>;

/// Whether a status is one that API v2 answers with: the rest are redirects, gateways and breakdowns.
pub(super) fn is_answered(status: u16) -> bool {
    is_yes(status) || (400..500).contains(&status)
}

pub(super) fn is_yes(status: u16) -> bool {
    (200..300).contains(&status)
}

/// What is wrong with a status that `is_answered` turns away.
pub(super) fn unanswered(status: u16) -> Defect {
    if (300..400).contains(&status) { Defect::Redirect } else { Defect::Status }
}

/// Reads the answer to `add`. Only a clear yes with 2xx and a clear no with 2xx or 4xx count.
pub(super) fn added(status: u16, body: &[u8]) -> AddResponse {
    made(status, body, "order", is_unclear)
}

/// Reads the answer to a call that makes something, whose id stands under `name`. `is_unclear`: whether an error leaves
/// open that it was made.
pub(super) fn made(status: u16, body: &[u8], name: &str, is_unclear: impl Fn(&str) -> bool) -> AddResponse {
    if !is_answered(status) {
        return AddResponse::Unclear(unanswered(status));
    }
    let text = foreign::text(body);
    let Some(object) = foreign::object(&text).filter(|_| !foreign::is_too_deep(&text)) else {
        return match status {
            // Gateways say so with a page.
            TOO_MANY => AddResponse::TooMany(String::new()),
            _ => AddResponse::Unclear(Defect::NotJson),
        };
    };
    let (Ok(order), Ok(error), Ok(_)) = (object.get(name), object.get("error"), object.get("status")) else {
        return AddResponse::Unclear(Defect::Contradictory);
    };
    match (order, error_field(error)) {
        (Scalar::Absent, ErrorField::Error(_)) if says_more(&object) => {
            AddResponse::Unclear(Defect::IdAndError)
        }
        (Scalar::Absent, ErrorField::Error(text)) if is_unclear(&text) => {
            AddResponse::Unclear(Defect::ErrorUnclear)
        }
        (Scalar::Absent, ErrorField::Error(text)) if status == TOO_MANY => AddResponse::TooMany(text),
        (Scalar::Absent, ErrorField::Nothing) if status == TOO_MANY && !says_more(&object) => {
            AddResponse::TooMany(String::new())
        }
        (Scalar::Absent, ErrorField::Error(text)) => AddResponse::Refused(text),
        (Scalar::Absent, ErrorField::Nothing) => AddResponse::Unclear(Defect::NeitherIdNorError),
        (Scalar::Absent, ErrorField::Unreadable) => AddResponse::Unclear(Defect::ErrorNoText),
        (_, ErrorField::Error(_) | ErrorField::Unreadable) => AddResponse::Unclear(Defect::IdAndError),
        (_, ErrorField::Nothing) if has_other_error(&object) => AddResponse::Unclear(Defect::IdAndError),
        (_, ErrorField::Nothing) if !is_yes(status) => AddResponse::Unclear(Defect::IdWithErrorStatus),
        (_, ErrorField::Nothing) if said_success(&object) == Some(false) => {
            AddResponse::Unclear(Defect::IdWithFailure)
        }
        (order, ErrorField::Nothing) => match order_id(order) {
            Some(id) => AddResponse::Taken(id),
            None => AddResponse::Unclear(Defect::IdUnusable),
        },
    }
}

/// Whether something stands under another name for an error.
fn has_other_error(object: &Object<'_>) -> bool {
    object.fields().any(|(key, value)| {
        let is_named = key != "error" && ["error", "errors"].contains(&key.to_ascii_lowercase().as_str());
        is_named && !["null", "false", "0", "\"\"", "[]", "{}"].contains(&value.get())
    })
}

/// What the fields beside the id and the error say about the call, if they do.
fn said_success(object: &Object<'_>) -> Option<bool> {
    let said = |name| match object.get(name) {
        Ok(Scalar::Bool(said)) => Some(said),
        Ok(Scalar::Text(word)) if words::is_failure(&word) => Some(false),
        Ok(Scalar::Text(word)) if words::is_success(&word) => Some(true),
        _ => None,
    };
    said("success").or_else(|| said("status"))
}

enum ErrorField {
    Nothing,
    Error(String),
    Unreadable,
}

/// A field `error`: absent, `null`, `false` and `""` are how servers say that there is none.
fn error_field(error: Scalar<'_>) -> ErrorField {
    match error {
        Scalar::Absent | Scalar::Bool(false) => ErrorField::Nothing,
        Scalar::Text(text) if text.trim().is_empty() => ErrorField::Nothing,
        Scalar::Text(text) => ErrorField::Error(markup::decoded(&text).into_owned()),
        Scalar::Bool(true) | Scalar::Number(_) | Scalar::Other => ErrorField::Unreadable,
    }
}

/// An id that can be stored, and asked for in a comma list. It has a digit other than 0: `"0"`, `"null"` and
/// `"false"` are what programs write that have no id.
pub(super) fn order_id(order: Scalar<'_>) -> Option<String> {
    let id = match &order {
        Scalar::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits,
        Scalar::Text(text) => text.trim(),
        Scalar::Number(_) | Scalar::Absent | Scalar::Bool(_) | Scalar::Other => return None,
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    let counts = |byte: u8| (b'1'..=b'9').contains(&byte);
    let usable =
        id.len() <= MAX_ID_LEN && !id.starts_with('-') && id.bytes().all(allowed) && id.bytes().any(counts);
    usable.then(|| id.to_owned())
}

/// The same, of one that somebody else wrote down.
pub fn written_order_id(text: &str) -> Option<String> {
    order_id(Scalar::Text(text.to_owned()))
}

/// Reads the answer to `status` with one `order`.
pub(super) fn status(status: u16, body: &[u8], id: &str) -> QuestionResponse<Status> {
    let text = foreign::text(body);
    let object = match answer_object(status, &text) {
        Ok(object) => object,
        Err(response) => return response.into_response(),
    };
    match object.fields().find(|(key, _)| *key == id) {
        // Some servers answer one order in the form for many.
        Some((_, entry)) => match entry_status(entry, id) {
            Some(status) => QuestionResponse::This(status),
            None => QuestionResponse::Unusable(Defect::NothingAboutOrder),
        },
        None if matches!(object.get("status"), Ok(Scalar::Absent)) => {
            QuestionResponse::Unusable(Defect::NoStatus)
        }
        None => QuestionResponse::This(report(&object, id)),
    }
}

/// Reads the answer to `status` with `orders`. Orders that were not asked for are passed over; those the answer
/// leaves out are left out here.
pub(super) fn statuses(
    status: u16,
    body: &[u8],
    asked: &[String],
) -> QuestionResponse<HashMap<String, Status>> {
    let text = foreign::text(body);
    let object = match answer_object(status, &text) {
        Ok(object) => object,
        Err(response) => return response.into_response(),
    };
    let mut found: HashMap<String, Status> = HashMap::new();
    for (key, entry) in object.fields() {
        let Some(id) = asked.iter().find(|id| *id == key) else { continue };
        let Some(status) = entry_status(entry, id) else { continue };
        match found.get(id) {
            Some(earlier) if *earlier != status => {
                found.insert(id.clone(), Err(NoReport::Twice));
            }
            _ => {
                found.insert(id.clone(), status);
            }
        }
    }
    if found.is_empty() && !asked.is_empty() {
        return QuestionResponse::Unusable(Defect::NothingAboutOrders);
    }
    QuestionResponse::This(found)
}

/// One order's entry among many; none for `null`, which says nothing.
fn entry_status(entry: &RawValue, id: &str) -> Option<Status> {
    if let Some(object) = foreign::object(entry.get()) {
        return Some(report(&object, id));
    }
    match foreign::scalar(entry) {
        Scalar::Absent => None,
        // Some servers write the error without a field around it.
        Scalar::Text(text) => Some(Err(NoReport::Said(text))),
        Scalar::Bool(_) | Scalar::Number(_) | Scalar::Other => Some(Err(NoReport::Unreadable)),
    }
}

fn report(object: &Object<'_>, id: &str) -> Status {
    let ambiguous = |_| NoReport::Twice;
    match error_field(object.get("error").map_err(ambiguous)?) {
        ErrorField::Error(text) => return Err(NoReport::Said(text)),
        ErrorField::Unreadable => return Err(NoReport::Unreadable),
        ErrorField::Nothing => {}
    }
    // Some servers repeat the id; another one means that this report is about another order.
    let echo = match object.get("order").map_err(ambiguous)? {
        Scalar::Number(digits) => Some(digits.to_owned()),
        Scalar::Text(text) => Some(text.trim().to_owned()),
        Scalar::Absent | Scalar::Bool(_) | Scalar::Other => None,
    };
    if echo.is_some_and(|echo| echo != id) {
        return Err(NoReport::OfAnother);
    }
    let remains = remains(object.get("remains").map_err(ambiguous)?);
    Ok(Report {
        status: status_word(object.get("status").map_err(ambiguous)?, remains),
        remains,
        start_count: figure::whole(&object.get("start_count").map_err(ambiguous)?)
            .filter(|count| *count >= 0),
        charge: figure::decimal(&object.get("charge").unwrap_or(Scalar::Absent)),
        currency: currency(object),
        posts: posts(object).map_err(ambiguous)?,
    })
}

/// How many there are, and the ids of their orders. What stands in the list and is no id is a post all the same.
fn posts(object: &Object<'_>) -> Result<ReportedPosts, Ambiguous> {
    let said = object.get("posts")?;
    let listed = object.raw("orders")?.filter(|raw| !is_blank(&foreign::scalar(raw)));
    let count = figure::whole(&said).filter(|count| *count >= 0);
    let ids = listed.map(listed_ids);
    let is_told = count.is_some() || matches!(ids, Some(Some(_)));
    let is_unreadable = matches!(ids, Some(None)) || (count.is_none() && !is_blank(&said));
    let ids = ids.flatten().unwrap_or_default();
    let mut seen = HashSet::new();
    let is_new = |id: &Option<String>| id.as_ref().is_none_or(|id| seen.insert(id.clone()));
    let ids: Vec<Option<String>> = ids.into_iter().filter(is_new).collect();
    let count = count.unwrap_or(0).max(i64::try_from(ids.len()).unwrap_or(i64::MAX));
    Ok(ReportedPosts { is_told, is_unreadable, count, orders: ids.into_iter().flatten().collect() })
}

fn is_blank(value: &Scalar<'_>) -> bool {
    match value {
        Scalar::Absent => true,
        Scalar::Text(text) => text.trim().is_empty(),
        Scalar::Bool(_) | Scalar::Number(_) | Scalar::Other => false,
    }
}

/// Ids in an array, in an object that PHP made of one, or in one text behind commas; an inner `None` is one that is no
/// id. `None`: it is no list.
fn listed_ids(raw: &RawValue) -> Option<Vec<Option<String>>> {
    if let Some(entries) = foreign::array(raw.get(), MOST_POSTS) {
        // A list in the list may be of several.
        let id = |entry: &RawValue| (!entry.get().starts_with('[')).then(|| order_id(foreign::scalar(entry)));
        return entries.into_iter().map(id).collect();
    }
    if let Some(object) = foreign::object(raw.get()) {
        let entry = |(key, value): (&str, &RawValue)| {
            let is_index = key.bytes().all(|byte| byte.is_ascii_digit());
            is_index.then(|| order_id(foreign::scalar(value)))
        };
        return object.fields().map(entry).collect();
    }
    match foreign::scalar(raw) {
        Scalar::Text(text) => {
            let ids: Option<Vec<String>> =
                text.split(',').map(|id| order_id(Scalar::Text(id.to_owned()))).collect();
            Some(ids?.into_iter().map(Some).collect())
        }
        number @ Scalar::Number(_) => Some(vec![Some(order_id(number)?)]),
        Scalar::Absent | Scalar::Bool(_) | Scalar::Other => None,
    }
}

fn status_word(value: Scalar<'_>, remains: Remains) -> ReportedStatus {
    match value {
        // As the word of an order it means "completed", but it is also what servers wrap around any answer; only an
        // answer with figures in it is about an order.
        Scalar::Text(word)
            if word.trim().eq_ignore_ascii_case("success") && matches!(remains, Remains::Count(_)) =>
        {
            ReportedStatus::Completed
        }
        Scalar::Text(word) => words::status(&word),
        Scalar::Number(digits) => words::status(digits),
        Scalar::Absent | Scalar::Bool(_) | Scalar::Other => ReportedStatus::Unknown(String::new()),
    }
}

fn remains(value: Scalar<'_>) -> Remains {
    match &value {
        Scalar::Absent => Remains::Missing,
        Scalar::Text(text) if text.trim().is_empty() => Remains::Missing,
        Scalar::Text(_) | Scalar::Number(_) | Scalar::Bool(_) | Scalar::Other => {
            figure::whole(&value).map_or(Remains::Unreadable, |count| Remains::Count(count.max(0)))
        }
    }
}

fn currency(object: &Object<'_>) -> Option<String> {
    match object.get("currency") {
        Ok(Scalar::Text(text)) => Some(tidy(&markup::decoded(&text))).filter(|text| !text.is_empty()),
        _ => None,
    }
}

/// Reads the answer to `balance`.
pub(super) fn balance(status: u16, body: &[u8]) -> QuestionResponse<Balance> {
    let text = foreign::text(body);
    let object = match answer_object(status, &text) {
        Ok(object) => object,
        Err(response) => return response.into_response(),
    };
    let value = object.get("balance").unwrap_or(Scalar::Absent);
    let said = match &value {
        Scalar::Text(text) => text.clone(),
        Scalar::Number(digits) => (*digits).to_owned(),
        Scalar::Absent | Scalar::Bool(_) | Scalar::Other => String::new(),
    };
    if said.trim().is_empty() {
        return QuestionResponse::Unusable(Defect::NoBalance);
    }
    QuestionResponse::This(Balance {
        amount: figure::decimal(&value).ok_or(said),
        currency: currency(&object),
    })
}

/// The part of [`QuestionResponse`] that does not depend on the question.
pub(super) enum NoAnswer {
    Refused(String),
    Unusable(Defect),
}

impl NoAnswer {
    pub fn into_response<T>(self) -> QuestionResponse<T> {
        match self {
            NoAnswer::Refused(text) => QuestionResponse::Refused(text),
            NoAnswer::Unusable(why) => QuestionResponse::Unusable(why),
        }
    }
}

/// The object in a 2xx answer; a 4xx one can only be an error.
pub(super) fn answer_object(status: u16, text: &str) -> Result<Object<'_>, NoAnswer> {
    if !is_answered(status) {
        return Err(NoAnswer::Unusable(unanswered(status)));
    }
    let object = foreign::object(text).ok_or(NoAnswer::Unusable(Defect::NotJson))?;
    match object.get("error").map(error_field) {
        Ok(ErrorField::Error(text)) => Err(NoAnswer::Refused(text)),
        Ok(ErrorField::Nothing) if is_yes(status) => Ok(object),
        Ok(ErrorField::Nothing) => Err(NoAnswer::Unusable(Defect::NoErrorText)),
        Ok(ErrorField::Unreadable) | Err(Ambiguous) => Err(NoAnswer::Unusable(Defect::ErrorNoText)),
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
