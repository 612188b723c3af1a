//! Foreign text made fit to be stored and shown.

use crate::kernel::secret::Secret;

/// Longest text from a provider that is kept, in characters.
const MAX_CHARS: usize = 300;

/// `text` without control characters and at most 300 characters long, `…` included where it was cut.
pub(super) fn tidy(text: &str) -> String {
    shorten(text, MAX_CHARS)
}

pub(super) fn shorten(text: &str, max_chars: usize) -> String {
    // Line breaks and tabs separate words; other control and formatting characters only deceive the reader.
    let spaced = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let clean: String = spaced.filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    let clean = clean.trim();
    if clean.chars().nth(max_chars).is_none() {
        return clean.to_owned();
    }
    let kept: String = clean.chars().take(max_chars.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// Characters that turn the direction of writing or have no width.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// An answer's body as text for the operator, without our key, which some servers echo.
pub(super) fn excerpt(body: &[u8], key: &Secret) -> String {
    tidy(&without(&String::from_utf8_lossy(body), key))
}

pub(super) fn without(text: &str, key: &Secret) -> String {
    if key.is_empty() { text.to_owned() } else { text.replace(key.expose(), "[key]") }
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
    fn the_key_is_taken_out_before_the_text_is_cut() {
        let key = Secret::new("k-123456");
        let body = format!("{}k-123456 is wrong", "x".repeat(296));
        let shown = excerpt(body.as_bytes(), &key);
        assert!(!shown.contains("k-1") && shown.ends_with('…'), "{shown}");
    }

    proptest! {
        #[test]
        fn no_text_grows_past_the_limit(text in any::<String>()) {
            prop_assert!(tidy(&text.repeat(40)).chars().count() <= MAX_CHARS);
        }
    }
}
