//! Foreign text made fit to be stored and shown.

use crate::kernel::secret::Secret;
use crate::kernel::text::is_invisible;

/// Longest text from a provider that is kept, in characters.
pub(super) const MAX_CHARS: usize = 300;

/// `text` without control characters and at most 300 characters long, `…` included where it was cut.
pub(super) fn tidy(text: &str) -> String {
    shorten(text, MAX_CHARS)
}

pub(super) fn shorten(text: &str, max_chars: usize) -> String {
    let clean = cleaned(text);
    let clean = clean.trim();
    if clean.chars().nth(max_chars).is_none() {
        return clean.to_owned();
    }
    let kept: String = clean.chars().take(max_chars.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// The same with its line breaks, of which never more than one line stays empty.
pub(super) fn shorten_lines(text: &str, max_chars: usize) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let mut lines: Vec<String> = text.split('\n').map(|line| cleaned(line).trim().to_owned()).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    let text = lines.join("\n");
    let text = text.trim();
    if text.chars().nth(max_chars).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// Line breaks and tabs separate words; other control and formatting characters only deceive the reader.
fn cleaned(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    spaced.filter(|c| !c.is_control() && !is_invisible(*c)).collect()
}

/// An answer's body as text for the operator, without our key, which some servers echo.
pub(super) fn excerpt(body: &[u8], key: &Secret, max_chars: usize) -> String {
    shorten(&without(&unescaped(&String::from_utf8_lossy(body)), key), max_chars)
}

/// `text` without our key: in any case, as it is or as it stands in a form, and also with characters in between that
/// nobody sees.
pub(super) fn without(text: &str, key: &Secret) -> String {
    let mut clean = cleaned(text);
    let key = cleaned(key.expose());
    let encoded: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
    for form in [key, encoded] {
        clean = replaced(&clean, &form, "[key]");
    }
    clean
}

/// Each `what` in `text`, in any case of its ASCII letters, replaced.
fn replaced(text: &str, what: &str, by: &str) -> String {
    if what.is_empty() {
        return text.to_owned();
    }
    let (lower, what) = (text.to_ascii_lowercase(), what.to_ascii_lowercase());
    let mut shown = String::with_capacity(text.len());
    let mut rest = 0;
    for (at, found) in lower.match_indices(&what) {
        shown.push_str(text.get(rest..at).unwrap_or_default());
        shown.push_str(by);
        rest = at.saturating_add(found.len());
    }
    shown.push_str(text.get(rest..).unwrap_or_default());
    shown
}

/// JSON's `\u1ec7` and `\/` as the characters they stand for, so that an answer can be read and our key found in it.
/// What would end a text or is half a character stays as it is.
fn unescaped(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        shown.push_str(before);
        let hex = |text: &&str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let named = escape.get(2..6).filter(|_| escape.starts_with("\\u")).filter(hex);
        let named = named.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        let (stands_for, length) = match named.filter(|c| !matches!(c, '"' | '\\')) {
            Some(c) => (c, 6),
            None if escape.starts_with("\\/") => ('/', 2),
            None => ('\\', 1),
        };
        shown.push(stands_for);
        rest = escape.get(length..).unwrap_or_default();
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_characters_and_direction_marks_are_dropped() {
        assert_eq!(tidy(" a\0b\u{202e}c\x1b[31m\r\nd "), "abc[31m  d");
    }

    #[test]
    fn lines_are_kept_but_no_gaps() {
        let text = "\r\n a\0b\r\n\r\n \n\nc\u{202e} \td\r e\n\n";
        assert_eq!(shorten_lines(text, 300), "ab\n\nc  d\ne");
        assert_eq!(shorten_lines("a\nbcd", 4), "a\nb…");
        assert_eq!(shorten_lines(" \n ", 4), "");
    }

    #[test]
    fn the_key_is_taken_out_before_the_text_is_cut() {
        let key = Secret::new("k-123456");
        let body = format!("{}k-123456 is wrong", "x".repeat(296));
        let shown = excerpt(body.as_bytes(), &key, MAX_CHARS);
        assert!(!shown.contains("k-1") && shown.ends_with('…'), "{shown}");
    }

    #[test]
    fn the_key_is_found_however_it_is_dressed() {
        let key = Secret::new("K-12/345+6");
        for said in [
            "K-12/345+6",
            "k-12/345+6",
            r"K-12\/345+6",
            r"\u004b-12\u002F345+6",
            "K-12/\u{200b}345\0+6",
            r"K-12/\u200b345\u0000+6",
            "K-12%2F345%2B6",
            "k-12%2f345%2b6",
        ] {
            assert_eq!(excerpt(format!("bad {said}!").as_bytes(), &key, MAX_CHARS), "bad [key]!", "{said}");
        }
        assert_eq!(without("nothing", &Secret::new("")), "nothing");
    }

    #[test]
    fn escapes_are_shown_as_what_they_stand_for() {
        for (json, shown) in [
            (r#"{"error":"S\u1ed1 d\u01b0"}"#, r#"{"error":"Số dư"}"#),
            (r"https:\/\/x.vn", "https://x.vn"),
            (r"a\u0022b\u005cc\ud83dd\u12", r"a\u0022b\u005cc\ud83dd\u12"),
            (r"\u+123 \\u0041", r"\u+123 \A"),
            ("\\", "\\"),
        ] {
            assert_eq!(unescaped(json), shown);
        }
    }

    proptest! {
        #[test]
        fn any_answer_is_shown_without_panic_and_without_the_key(
            before in any::<String>(), after in any::<String>(), max in 1_usize..400,
        ) {
            let key = Secret::new("k-123456");
            let shown = excerpt(format!("{before}k-123456{after}").as_bytes(), &key, max);
            prop_assert!(!shown.contains("k-123456") && shown.chars().count() <= max);
        }

        #[test]
        fn no_text_grows_past_the_limit(text in any::<String>()) {
            prop_assert!(tidy(&text.repeat(40)).chars().count() <= MAX_CHARS);
        }
    }
}
