//! Error texts beside which an order may have been made all the same. Pure.
//!
//! An `{"error"}` is refunded or sent again, so it has to say no. One that denies nothing (`words::is_denied`), or that
//! speaks of a success, of a call that broke off, of an order that is there or kept for later, or of no error at all,
//! does not, nor does one that says more than no (`clauses`): then a person decides. A server that broke down says
//! nothing of the order either; only words that nobody knows ("E_17", "Error") are a refusal.

use super::clauses;
use super::vocabulary::VOCABULARY;
use super::words::{self, Meaning, folded, without_links};
use crate::kernel::foreign;

/// A longer text is no sentence, and nobody reads it to its end.
const MAX_BYTES: usize = 4096;

/// How many words behind a "not" it may deny.
const REACH: usize = 5;

/// Whether an error leaves open that the provider has made the order.
pub(super) fn is_unclear(error: &str) -> bool {
    if error.len() > MAX_BYTES {
        return true;
    }
    let text = folded(&without_links(error));
    !text.chars().any(char::is_alphabetic)
        || clauses::is_nothing(error)
        || clauses::is_note(error)
        || foreign::object(error.trim()).is_some()
        || !words::is_denied(error)
        || is_doubtful(error)
        || is_untold(error, &text)
        || clauses::go_on(error)
}

/// Whether it gives no reason, only a breakdown of its own, or that it was asked for the same before.
fn is_untold(error: &str, text: &str) -> bool {
    let known = &*VOCABULARY;
    words::meaning(error) == Meaning::Unknown
        && !known.not_made.are_in(text)
        && (known.untold.are_in(text) || known.repeated.are_in(text))
}

/// Whether a text beside an error speaks of an order that is there: "order.created", "https://…/orders/991234".
pub(super) fn tells_of_an_order(text: &str) -> bool {
    if text.len() > MAX_BYTES {
        return true;
    }
    let plain = folded(text);
    let words: Vec<&str> = plain.split_whitespace().collect();
    is_doubtful(text) || is_numbered(&plain, &words)
}

/// Whether a text speaks of an order that is there, of a success, or of a call that broke off.
fn is_doubtful(error: &str) -> bool {
    let error = without_links(error);
    let text = folded(&error.replace('#', " id "));
    let words: Vec<&str> = text.split_whitespace().collect();
    let known = &*VOCABULARY;
    let is_same_link = known.same_link.are_in(&text);
    // "Maintenance in progress" is of no order.
    let is_of_order = known.order.are_in(&text) || !known.busy.are_in(&text);
    let is_under_way =
        is_of_order && known.under_way.are_in(&text) && !(known.earlier.are_in(&text) || is_same_link);
    let meaning = words::meaning(&error);
    let is_sent_again = matches!(meaning, Meaning::Account | Meaning::Busy | Meaning::Service);
    // A service has an id of its own.
    let names_an_order = (names_an_id(&words) && (known.exists.are_in(&text) || is_same_link))
        || (matches!(meaning, Meaning::Account | Meaning::Busy | Meaning::Customer)
            && is_referred_to(&words));
    has_raw_escape(&error)
        || denies_a_denial(&words)
        || known.no_error.are_in(&text)
        || known.broken_off.are_in(&text)
        || known.order_id.are_in(&text)
        || known.perhaps.are_in(&text)
        || known.made.are_in(&text)
        || comes_after(&words)
        || names_an_order
        || is_numbered(&text, &words)
        || is_server_error(&words)
        || is_under_way
        // One of the same link may be somebody else's.
        || (known.exists.are_in(&text) && !known.link.are_in(&text))
        || parts(&error).any(|part| is_success(part) || is_made(part))
        || (!is_same_link && parts(&error).any(|part| is_kept(part, is_sent_again)))
}

fn parts(error: &str) -> impl Iterator<Item = &str> {
    let marks = ['.', ',', ';', ':', '!', '(', ')', '–', '—', '\n', '，', '。', '！', '、', '،', '؛'];
    error.split(marks).flat_map(|part| part.split(" - "))
}

/// "HTTP error 502": what a server behind the provider's broke down with.
fn is_server_error(words: &[&str]) -> bool {
    let is_code =
        |word: &str| word.len() == 3 && word.starts_with('5') && word.bytes().all(|b| b.is_ascii_digit());
    let names = ["status", "code", "http", "error", "returned", "a"];
    words.windows(2).any(|pair| matches!(pair, [name, code] if names.contains(name) && is_code(code)))
}

/// "Order 991234 …": it has an id. A number beside a bound is a quantity.
fn is_numbered(text: &str, words: &[&str]) -> bool {
    let names = |pair: &[&str]| match pair {
        [word, number] => is_long_number(number) && VOCABULARY.order.are_in(&format!(" {word} ")),
        _ => false,
    };
    !VOCABULARY.limit.are_in(text) && words.windows(2).any(names)
}

fn is_long_number(word: &str) -> bool {
    word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// A long number, or any behind a word for an id.
fn names_an_id(words: &[&str]) -> bool {
    let is_named = |pair: &[&str]| match pair {
        ["no" | "nr" | "number" | "ma" | "so", word] => has_digit(word),
        _ => false,
    };
    words.iter().any(|word| is_long_number(word)) || words.windows(2).any(is_named) || is_referred_to(words)
}

/// "Ref 0xAF1290".
fn is_referred_to(words: &[&str]) -> bool {
    words.windows(2).any(|pair| match pair {
        [name, word] => VOCABULARY.reference.have(name) && has_digit(word),
        _ => false,
    })
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

/// "Your order has been placed", but not "wait until the order is placed".
fn is_made(part: &str) -> bool {
    let part = folded(&part.replace('#', " id "));
    let words: Vec<&str> = part.split_whitespace().collect();
    let begins = |(at, word): (usize, &&str)| ["order", "orders"].contains(word).then_some(at);
    words.iter().enumerate().filter_map(begins).any(|at| {
        let (before, behind) = words.split_at(at);
        let mut behind = behind.iter().skip(1).skip_while(|word| {
            ["has", "have", "was", "were", "is", "are", "been", "now", "successfully", "id", "number"]
                .contains(*word)
                || word.bytes().any(|byte| byte.is_ascii_digit())
        });
        let is_condition = before.iter().rev().take(2).any(|word| {
            ["no", "not", "if", "until", "unless", "once", "when", "before", "without"].contains(word)
        });
        behind.next().is_some_and(|word| VOCABULARY.done.have(word)) && !is_condition
    })
}

/// "Not enough funds. Order kept for manual handling", but not "order cannot be queued", "before it is accepted" or
/// "too many orders waiting". After words for which an order is sent again, anything that was done, and any order that
/// is spoken of and not denied, may be one that is there.
fn is_kept(part: &str, is_sent_again: bool) -> bool {
    let known = &*VOCABULARY;
    let part = folded(part);
    let text = known.aside.iter().fold(part, |text, phrase| text.replace(phrase, " "));
    let is_of_earlier = known.link.are_in(&text) && known.earlier.are_in(&text);
    // "Order: …" is a heading.
    let speaks_of_order =
        known.order.iter().any(|order| order.trim() != text.trim() && is_real(&text, order));
    let is_kept = known.kept.iter().any(|phrase| is_real(&text, phrase));
    !is_of_earlier && (is_kept || (is_sent_again && (is_act(&text) || (speaks_of_order && !says_no(&text)))))
}

/// "Service 44 chosen", but not "limit reached", "disabled" or "not found".
fn is_act(text: &str) -> bool {
    let known = &*VOCABULARY;
    let is_past = |word: &str| {
        word.len() > 3 && word.ends_with("ed") && !word.ends_with("eed") && !known.idle.have(word)
    };
    known.act.iter().any(|phrase| is_real(text, phrase))
        || text.split(' ').filter(|word| is_past(word)).any(|word| {
            let word = format!(" {word} ");
            !says_no(&word) && is_real(text, &word)
        })
}

/// Whether a phrase stands in the text as a fact: no word soon before it denies it, or makes it a wish or condition.
fn is_real(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let words = before.rsplit(' ').filter(|word| !word.is_empty()).take(REACH);
        let mut words = words.take_while(|word| !VOCABULARY.turn.have(word));
        !words.any(|word| VOCABULARY.not.have(word) || VOCABULARY.unreal.have(word))
    })
}

fn says_no(text: &str) -> bool {
    let known = &*VOCABULARY;
    let reasons = [&known.no_funds, &known.no_entry, &known.busy, &known.no_service];
    let denials = [&known.denial, &known.limit, &known.not_made];
    reasons.iter().chain(&denials).any(|list| list.are_in(text))
}

/// "\u0110\u01a1n" as six characters each, which no phrase would be found in.
fn has_raw_escape(error: &str) -> bool {
    let is_escape = |(at, _)| {
        let digits = error.get(at..).and_then(|tail| tail.get(2..6));
        digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    error.match_indices("\\u").any(is_escape)
}

/// "Was not rejected". A refusal of what was asked for is none of those: it has nothing to deny.
fn denies_a_denial(words: &[&str]) -> bool {
    words.iter().enumerate().filter(|(_, word)| VOCABULARY.not.have(word)).any(|(at, _)| {
        let denied = words.iter().skip(at).skip(1).take(3);
        denied.into_iter().any(|word| VOCABULARY.refusal.iter().any(|refusal| word.starts_with(refusal)))
    })
}

/// "Could not update the balance after purchase": what failed came behind it. "After your order is completed" is when
/// to try again.
fn comes_after(words: &[&str]) -> bool {
    let follows =
        |(at, _)| words.iter().skip(at).skip(1).take(REACH).any(|word| VOCABULARY.ordering.have(word));
    words.iter().enumerate().filter(|(_, word)| **word == "after").any(follows)
}

/// A part of a sentence that speaks of a success and does not deny it.
fn is_success(part: &str) -> bool {
    let mut text = folded(part);
    for denied in ["不成功", "未成功", "没成功", "没有成功", "未能成功", "ไม่สำเร็จ"]
    {
        text = text.replace(denied, " ");
    }
    VOCABULARY.success.iter().any(|phrase| {
        text.match_indices(phrase).any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            !before
                .rsplit(' ')
                .filter(|word| !word.is_empty())
                .take(REACH)
                .any(|word| VOCABULARY.not.have(word))
        })
    })
}

#[cfg(test)]
#[path = "unclear_tests.rs"]
mod tests;
