//! The words of the pages that are made here: `static/locales/shopfront.*.json`.

use crate::kernel::language::Language;
use crate::kernel::money::Rate;
use crate::kernel::words::completed;
use serde_json::Value;
use std::sync::LazyLock;

static VIETNAMESE: LazyLock<Value> =
    LazyLock::new(|| read(include_str!("../../../static/locales/shopfront.vi.json")));
static ENGLISH: LazyLock<Value> =
    LazyLock::new(|| read(include_str!("../../../static/locales/shopfront.en.json")));

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("the words are JSON, as a test here sees")
}

/// What a page says in one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub Language);

impl Words {
    /// The sentence of this name, with its `{places}` completed.
    pub fn say(self, name: &str, values: &[(&str, &str)]) -> String {
        completed(self.all()[name].as_str().unwrap_or_default(), values)
    }

    pub fn t(self, name: &str) -> String {
        self.say(name, &[])
    }

    fn all(self) -> &'static Value {
        match self.0 {
            Language::Vietnamese => &VIETNAMESE,
            Language::English => &ENGLISH,
        }
    }

    /// `1.250.000`, or `1,250,000`.
    pub fn number(self, number: i64) -> String {
        let separator = match self.0 {
            Language::Vietnamese => '.',
            Language::English => ',',
        };
        crate::notify::grouped_by(separator, number)
    }

    /// How many there are of something.
    pub fn count(self, number: usize) -> String {
        self.number(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// `1.250.000 ₫`, or `₫1,250,000`.
    pub fn money(self, amount: i64) -> String {
        self.with_sign(self.number(amount))
    }

    /// A rate, with its places if it has any.
    pub fn rate(self, rate: Rate) -> String {
        let text = rate.to_string();
        let (whole, places) = text.split_once('.').unwrap_or((&text, ""));
        let whole = self.number(whole.parse().unwrap_or_default());
        let mark = match self.0 {
            Language::Vietnamese => ',',
            Language::English => '.',
        };
        self.with_sign(if places.is_empty() { whole } else { format!("{whole}{mark}{places}") })
    }

    fn with_sign(self, figure: String) -> String {
        match self.0 {
            Language::Vietnamese => format!("{figure} ₫"),
            Language::English => format!("₫{figure}"),
        }
    }

    /// About how long something takes.
    pub fn duration(self, seconds: i64) -> String {
        const HOUR: i64 = 3600;
        let (name, count) = match seconds {
            ..60 => return self.t("under_a_minute"),
            60..HOUR => ("minutes", seconds / 60),
            HOUR..172_800 => ("hours", seconds / HOUR),
            172_800.. => ("days", seconds / 86_400),
        };
        self.say(name, &[("count", &self.number(count))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_sentences_with_the_same_places() {
        let sentences = |words: &Value| -> Vec<(String, Vec<String>)> {
            let all = words.as_object().unwrap().iter();
            let mut found: Vec<_> = all
                .map(|(name, text)| {
                    let parts = text.as_str().unwrap().split('{').skip(1);
                    let mut places: Vec<_> =
                        parts.map(|rest| rest.split_once('}').unwrap().0.to_owned()).collect();
                    places.sort();
                    (name.clone(), places)
                })
                .collect();
            found.sort();
            found
        };
        assert_eq!(sentences(&VIETNAMESE), sentences(&ENGLISH));
    }

    #[test]
    fn amounts_and_times_are_written_as_the_language_does() {
        let (vi, en) = (Words(Language::Vietnamese), Words(Language::English));
        assert_eq!((vi.money(1_250_000), en.money(1_250_000)), ("1.250.000 ₫".into(), "₫1,250,000".into()));
        let rate = Rate::parse("12000.5").unwrap();
        assert_eq!((vi.rate(rate), en.rate(rate)), ("12.000,5 ₫".into(), "₫12,000.5".into()));
        for (seconds, said) in [(59, "<1 phút"), (60, "1 phút"), (7200, "2 giờ"), (172_800, "2 ngày")] {
            assert_eq!(vi.duration(seconds), said);
        }
    }
}
