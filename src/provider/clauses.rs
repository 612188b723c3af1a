//! Whether a refusal says more than no. Pure.
//!
//! "Not enough funds; overdraft used", "Bad link, but we fixed it": what stands beside a no may tell of an order that
//! was made all the same, in words that no list has. So it has to be known to say nothing of one: a no as well, an
//! advice, a figure, a name of what is spoken of.

use super::vocabulary::{Phrases, VOCABULARY};
use super::words::{folded, without_links};

/// Marks that end a clause wherever they stand.
const MARKS: [char; 20] = [
    ';', '|', '!', '?', '(', ')', '[', ']', '–', '—', '\n', '，', '。', '！', '？', '：', '；', '、', '،',
    '؛',
];
/// Marks that stand in numbers and names too.
const MARKS_BEFORE_BLANK: [char; 3] = ['.', ',', ':'];

/// Whether a text has a clause that says no, and another that is not known to say nothing of an order.
pub(super) fn go_on(error: &str) -> bool {
    let clauses = clauses(&without_links(error));
    clauses.iter().any(|clause| says_no(clause)) && clauses.iter().any(|clause| !is_harmless(clause))
}

/// Whether a text is a note, which says nothing of an error: "Info: …".
pub(super) fn is_note(error: &str) -> bool {
    matches!(clauses(error).as_slice(), [first, _, ..] if VOCABULARY.heading.have(first.trim()))
}

/// Whether each clause of a text is one of those that name no error: "Got it, thanks".
pub(super) fn is_nothing(error: &str) -> bool {
    let is_known = |clause: &String| clause.trim().is_empty() || VOCABULARY.nothing.have(clause.trim());
    clauses(error).iter().all(is_known)
}

fn clauses(error: &str) -> Vec<String> {
    let mut marked = String::with_capacity(error.len());
    let mut chars = error.chars().peekable();
    while let Some(c) = chars.next() {
        let is_before_blank = chars.peek().is_none_or(|next| next.is_whitespace());
        let ends = MARKS.contains(&c) || (MARKS_BEFORE_BLANK.contains(&c) && is_before_blank);
        marked.push(if ends { '\n' } else { c });
    }
    marked.lines().flat_map(|line| line.split(" - ")).flat_map(|line| joined(&folded(line))).collect()
}

/// "Bad link but we fixed it" is two clauses.
fn joined(line: &str) -> Vec<String> {
    let apart = VOCABULARY.joint.iter().fold(line.to_owned(), |line, joint| line.replace(joint, " \n "));
    apart.lines().map(str::to_owned).collect()
}

fn is_harmless(clause: &str) -> bool {
    let known = &*VOCABULARY;
    let clause = format!(" {} ", clause.trim());
    says_no(&clause)
        || known.harmless.are_in(&clause)
        || known.advice.iter().any(|advice| clause.starts_with(advice))
        || clause.split_whitespace().all(|word| is_figure(word) || known.plain.have(word))
}

/// "500", "500d", "e42".
fn is_figure(word: &str) -> bool {
    word.len() == 1 || (word.is_ascii() && word.bytes().any(|byte| byte.is_ascii_digit()) && turns(word) < 2)
}

/// How often letters turn to digits in a word, or back.
fn turns(word: &str) -> usize {
    let digits: Vec<bool> = word.bytes().map(|byte| byte.is_ascii_digit()).collect();
    digits.windows(2).filter(|pair| pair.first() != pair.last()).count()
}

/// Of the account only that there is one says nothing: "balance applied".
fn says_no(clause: &str) -> bool {
    let known = &*VOCABULARY;
    let lists: [&Phrases; 7] = [
        &known.denial,
        &known.top_up,
        &known.limit,
        &known.not_made,
        &known.busy,
        &known.no_service,
        &known.same_link,
    ];
    lists.iter().any(|list| list.are_in(clause))
}
