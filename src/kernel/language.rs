//! The languages that the panel speaks.

use strum::{IntoStaticStr, VariantArray};

#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(const_into_str)]
pub enum Language {
    #[strum(serialize = "vi")]
    Vietnamese,
    #[strum(serialize = "en")]
    English,
}

impl Language {
    /// The one that a browser asks for first, of those that are spoken here. `None`: it asks for none of them.
    pub fn asked(accept_language: &str) -> Option<Language> {
        let tags = accept_language.split(',').filter_map(|part| part.split([';', '-']).next());
        tags.map(str::trim).find_map(|tag| {
            Language::VARIANTS.iter().copied().find(|language| tag.eq_ignore_ascii_case(language.into_str()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_spoken_here_counts() {
        for (header, language) in [
            ("vi", Some(Language::Vietnamese)),
            ("EN-us,en;q=0.9,vi;q=0.8", Some(Language::English)),
            ("fr, de;q=0.9, vi-VN;q=0.7, en;q=0.1", Some(Language::Vietnamese)),
            ("*", None),
            ("", None),
            ("english", None),
        ] {
            assert_eq!(Language::asked(header), language, "{header}");
        }
    }
}
