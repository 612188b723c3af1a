//! The words of letters: `static/locales/letters.*.json`.

use crate::kernel::language::Language;
use crate::kernel::words::completed;
use serde_json::Value;
use std::sync::LazyLock;

static VIETNAMESE: LazyLock<Value> =
    LazyLock::new(|| read(include_str!("../../static/locales/letters.vi.json")));
static ENGLISH: LazyLock<Value> =
    LazyLock::new(|| read(include_str!("../../static/locales/letters.en.json")));

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("the words of letters are JSON, as a test here sees")
}

/// The sentence `name` of `section`, with each `{name}` replaced. Empty: there is none.
pub(super) fn sentence(language: Language, section: &str, name: &str, values: &[(&str, &str)]) -> String {
    let words = match language {
        Language::Vietnamese => &*VIETNAMESE,
        Language::English => &*ENGLISH,
    };
    completed(words[section][name].as_str().unwrap_or_default(), values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::LetterKind;
    use std::collections::{BTreeMap, BTreeSet};
    use strum::VariantArray;

    /// Every sentence by its whole name, with its places.
    fn places(words: &Value) -> BTreeMap<String, BTreeSet<String>> {
        let sections = words.as_object().unwrap();
        let sentences = sections.iter().flat_map(|(section, all)| {
            all.as_object().unwrap().iter().map(move |(name, text)| (format!("{section}.{name}"), text))
        });
        let found = |text: &str| {
            text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0.to_owned()).collect()
        };
        sentences.map(|(name, text)| (name, found(text.as_str().unwrap()))).collect()
    }

    #[test]
    fn both_languages_have_a_subject_and_a_text_for_each_kind_and_the_same_places() {
        let (vietnamese, english) = (places(&VIETNAMESE), places(&ENGLISH));
        assert_eq!(vietnamese, english);
        for kind in LetterKind::VARIANTS {
            for section in ["subject", "text", "if_not_you"] {
                assert!(
                    english.contains_key(&format!("{section}.{}", kind.into_str())),
                    "{section} {kind:?}"
                );
            }
        }
        let known = ["site", "at", "from", "place", "contact", "ticket"].map(str::to_owned);
        assert!(english.values().flatten().all(|place| known.contains(place)), "{english:?}");
    }
}
