//! Text that names somebody or something: a login, an address, a link, a memo, a search.
//!
//! Keyboards and clipboards add blanks and characters that nobody sees. At the ends they mean nothing and are left
//! off; what they mean inside is the caller's business. Never for passwords: those are compared as they are.

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, VariationSelector};
use icu_properties::{CodePointSetData, CodePointSetDataBorrowed};
use std::borrow::Cow;

/// The text without blanks and invisible characters at its ends.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// The text as it is searched for: in lower case and without accents, `đ` as `d`.
pub fn folded(text: &str) -> String {
    const ACCENTS: CanonicalCombiningClassMapBorrowed<'_> = CanonicalCombiningClassMapBorrowed::new();
    let small = text.to_lowercase().replace('đ', "d");
    let apart = DecomposingNormalizerBorrowed::new_nfd();
    apart.normalize_iter(small.chars()).filter(|c| ACCENTS.get_u8(*c) == 0).collect()
}

/// `in_progress` reads `In progress`.
pub fn sentence(word: &str) -> String {
    let word = word.replace('_', " ");
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// For the log: the beginning of what a stranger wrote, with its length where that is not all.
pub fn brief(text: &str) -> Cow<'_, str> {
    const MOST: usize = 200;
    match text.char_indices().nth(MOST) {
        None => Cow::Borrowed(text),
        Some((end, _)) => {
            let beginning = text.get(..end).unwrap_or_default();
            Cow::Owned(format!("{beginning}… ({} bytes)", text.len()))
        }
    }
}

/// Shows nothing, turns the direction of writing, or breaks lines. What only chooses how the character before it looks,
/// as in ❤️, is seen.
pub fn is_invisible(c: char) -> bool {
    const UNSEEN: CodePointSetDataBorrowed<'_> = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    const LOOKS: CodePointSetDataBorrowed<'_> = CodePointSetData::new::<VariationSelector>();
    matches!(c, '\u{2028}' | '\u{2029}') || UNSEEN.contains(c) && !LOOKS.contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INVISIBLE: [char; 22] = [
        '\u{AD}',
        '\u{61C}',
        '\u{115F}',
        '\u{1160}',
        '\u{180E}',
        '\u{200B}',
        '\u{200D}',
        '\u{200E}',
        '\u{200F}',
        '\u{2028}',
        '\u{202A}',
        '\u{202E}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{206A}',
        '\u{3164}',
        '\u{FEFF}',
        '\u{FFA0}',
        '\u{E0000}',
        '\u{E0020}',
        '\u{E007F}',
    ];

    #[test]
    fn words_of_ours_read_like_sentences() {
        assert_eq!(sentence("insufficient_balance"), "Insufficient balance");
        assert_eq!(sentence("internal"), "Internal");
    }

    #[test]
    fn what_is_logged_of_strangers_is_short() {
        assert_eq!(brief("/api/orders"), "/api/orders");
        let path = "ờ".repeat(20_000);
        let told = brief(&path);
        assert!(told.starts_with("ờờ") && told.ends_with("… (60000 bytes)") && told.len() < 700, "{told}");
    }

    #[test]
    fn what_keyboards_and_clipboards_add_is_left_off_at_the_ends() {
        for added in INVISIBLE.into_iter().chain([' ', '\t', '\n', '\r', '\u{A0}', '\u{3000}']) {
            assert_eq!(trimmed(&format!("{added}de mo{added} {added}")), "de mo", "{added:?}");
        }
        assert_eq!(trimmed("\u{FEFF} \u{200B}"), "");
    }

    #[test]
    fn accents_and_case_are_folded_however_they_are_written() {
        for text in
            ["LƯỢT THÍCH Đ", "lượt thích đ", "Lu\u{31b}o\u{31b}\u{323}t thi\u{301}ch \u{110}", "luot thich d"]
        {
            assert_eq!(folded(text), "luot thich d", "{text}");
        }
        assert_eq!(folded("İ 👍 Ñ ß"), "i 👍 n ß");
    }

    #[test]
    fn inside_it_is_seen_and_kept() {
        for hidden in INVISIBLE {
            let text = format!("de{hidden}mo");
            assert!(text.contains(is_invisible) && trimmed(&text) == text, "{hidden:?}");
        }
        for seen in ["demo", "de mo", "thẻ", "\u{2010}", "\u{2027}\u{202F}", "\u{205F}", "😀", "❤\u{FE0F}"]
        {
            assert!(!seen.contains(is_invisible), "{seen:?}");
        }
    }

    proptest! {
        #[test]
        fn once_is_enough(text in any::<String>()) {
            prop_assert_eq!(trimmed(trimmed(&text)), trimmed(&text));
        }
    }
}
