//! What notes say in Vietnamese, and findings and news to customers in both languages: the pages' own sentences
//! (`static/locales/`), completed as `static/lib/i18n.js` does. What somebody else wrote is cut, so that the panel's
//! own words stay whole.

use crate::kernel::clock::Timestamp;
use crate::kernel::day::{clock_of, english_clock_of};
use crate::kernel::error::FieldError;
use crate::kernel::finding::{Checked, Finding};
use crate::kernel::language::Language;
use crate::kernel::note::Note;
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// Of somebody else's words, in characters.
const LONGEST_QUOTE: usize = 80;

/// What a finding says.
pub struct InWords {
    pub said: String,
    /// What to do; `None`: nothing.
    pub remedy: Option<String>,
}

/// The sentences of a language.
struct Words {
    language: Language,
    /// What both panels say stands in the first.
    files: [Value; 3],
    thousands: char,
    places: char,
}

impl Words {
    fn read(language: Language, texts: [&str; 3], thousands: char, places: char) -> Words {
        let read =
            |text| serde_json::from_str(text).expect("the sentences are JSON, as the pages' tests see");
        Words { language, files: texts.map(read), thousands, places }
    }
}

static VIETNAMESE: LazyLock<Words> = LazyLock::new(|| {
    let texts = [
        include_str!("../../static/locales/common.vi.json"),
        include_str!("../../static/locales/admin.vi.json"),
        include_str!("../../static/locales/chat.vi.json"),
    ];
    Words::read(Language::Vietnamese, texts, '.', ',')
});

static ENGLISH: LazyLock<Words> = LazyLock::new(|| {
    let texts = [
        include_str!("../../static/locales/common.en.json"),
        include_str!("../../static/locales/admin.en.json"),
        include_str!("../../static/locales/chat.en.json"),
    ];
    Words::read(Language::English, texts, ',', '.')
});

fn words(language: Language) -> &'static Words {
    match language {
        Language::Vietnamese => &VIETNAMESE,
        Language::English => &ENGLISH,
    }
}

/// What a customer is told in the own chat.
pub(super) fn chat_words(language: Language, name: &str, values: &Value) -> String {
    let words = words(language);
    let sentence = words.sentence("chat", name).unwrap_or(name);
    words.completed(sentence, values.as_object().unwrap_or(&Map::new()))
}

/// What was found, and what to do about it.
pub fn in_words(language: Language, finding: &Finding) -> InWords {
    let words = words(language);
    let value = serde_json::to_value(finding).unwrap_or_default();
    let said = words.coded("finding", "code", &value).unwrap_or_else(|| value.to_string());
    InWords { said, remedy: words.coded("remedy", "code", &value) }
}

/// What was looked at is called; of SePay two things are.
pub fn check_name(language: Language, checked: &Checked) -> &'static str {
    let (section, name) = match (checked.check, &checked.finding) {
        ("sepay", Finding::SepayFails { .. } | Finding::SepayUnreached { .. }) => ("doctor", "sepay_list"),
        ("sepay", finding) if *finding != Finding::NoBank => ("doctor", "sepay_webhook"),
        (check, _) => ("check", check),
    };
    words(language).sentence(section, name).unwrap_or(checked.check)
}

/// A moment for people: as clocks in Vietnam tell it, which is said beside.
pub fn moment(language: Language, at: Timestamp) -> String {
    match language {
        Language::Vietnamese => format!("{} (giờ Việt Nam)", clock_of(at)),
        Language::English => english_clock_of(at),
    }
}

/// What a value has to be, as the pages say it in Vietnamese.
pub fn rule_in_vietnamese(wrong: &FieldError) -> String {
    let rule = serde_json::to_value(&wrong.rule).ok();
    let said = rule.and_then(|rule| VIETNAMESE.coded("rule", "rule", &rule));
    said.unwrap_or_else(|| wrong.rule.to_string())
}

pub(super) fn noted(note: &Note) -> String {
    let said = serde_json::to_value(note).ok().and_then(|value| VIETNAMESE.coded("note", "code", &value));
    said.unwrap_or_else(|| note.to_string())
}

/// What a background job is called.
pub(super) fn job_name(job: &str) -> &str {
    VIETNAMESE.sentence("job", &job.replace('-', "_")).unwrap_or(job)
}

/// Why the price guard acts.
pub(super) fn pause_word(why: &str) -> &str {
    VIETNAMESE.sentence("paused", why).unwrap_or(why)
}

impl Words {
    /// The sentence of one of a closed set.
    fn coded(&self, section: &str, tag: &str, value: &Value) -> Option<String> {
        let sentence = self.sentence(section, value[tag].as_str()?)?;
        Some(self.completed(sentence, value["values"].as_object().unwrap_or(&Map::new())))
    }

    fn sentence(&self, section: &str, name: &str) -> Option<&str> {
        self.files.iter().find_map(|file| file[section][name].as_str())
    }

    /// With `{name}`, `{name:how}` and `{name|one|many}` replaced; what stands in brackets falls away where one of its
    /// values is missing.
    fn completed(&self, sentence: &str, values: &Map<String, Value>) -> String {
        let mut text = String::new();
        for (index, part) in sentence.split(['[', ']']).enumerate() {
            let is_optional = index % 2 == 1;
            if !is_optional
                || places(part).all(|(name, _)| values.get(name).is_some_and(|value| !value.is_null()))
            {
                text.push_str(&self.filled(part, values));
            }
        }
        text
    }

    fn filled(&self, part: &str, values: &Map<String, Value>) -> String {
        let mut pieces = part.split('{');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for (piece, (name, how)) in pieces.zip(places(part)) {
            let value = values.get(name).unwrap_or(&Value::Null);
            let currency = values.get("currency").and_then(Value::as_str);
            let said = match how.split_once('|') {
                Some((one, many)) => Some(if value == 1 { one.to_owned() } else { many.to_owned() }),
                None if how == "amount" => self.amount(value, currency),
                None => None,
            };
            text.push_str(&said.unwrap_or_else(|| self.shown(how, value)));
            text.push_str(piece.split_once('}').map_or("", |(_, rest)| rest));
        }
        text
    }

    fn shown(&self, how: &str, value: &Value) -> String {
        let plain = || value.as_str().map_or_else(|| value.to_string(), quoted);
        let named =
            |section: &str| value.as_str().and_then(|name| self.sentence(section, name)).map(str::to_owned);
        let said = match how {
            "number" => value.as_i64().map(|number| grouped_by(self.thousands, number)),
            "money" => value.as_i64().map(|amount| format!("{} ₫", grouped_by(self.thousands, amount))),
            "seconds" => value.as_u64().and_then(|ms| self.seconds(ms)),
            "field" => named("field"),
            "defect" => named("defect"),
            "moment" => value.as_str().and_then(Timestamp::parse_rfc3339).map(|at| moment(self.language, at)),
            "order_status" => {
                let name = value.as_str().unwrap_or_default();
                self.files.iter().find_map(|file| file["status"]["order"][name].as_str()).map(str::to_owned)
            }
            "note" => self.coded("note", "code", value),
            "cause" => self.coded("cause", "code", value),
            "backup_cause" => self.coded("backup_cause", "code", value),
            "rule" => self.coded("rule", "rule", value),
            "reason" => self.coded("refusal", "reason", value),
            "words" | "fields" => value.as_array().map(|all| {
                let how = how.trim_end_matches('s');
                all.iter().map(|one| self.shown(how, one)).collect::<Vec<_>>().join(", ")
            }),
            _ => None,
        };
        said.unwrap_or_else(plain)
    }

    /// Milliseconds, said in seconds.
    fn seconds(&self, ms: u64) -> Option<String> {
        self.amount(&Value::from(format!("{}.{:03}", ms / 1000, ms % 1000)), None)
    }

    /// An amount as a provider writes it, `1234.50`; `None`: it is no plain decimal.
    fn amount(&self, value: &Value, currency: Option<&str>) -> Option<String> {
        let text = value.as_str()?;
        let (whole, places) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = places.chars().all(|c| c.is_ascii_digit());
        let whole =
            whole.parse().ok().filter(|_| is_digits).map(|whole| grouped_by(self.thousands, whole))?;
        let places = places.trim_end_matches('0');
        let number = if places.is_empty() { whole } else { format!("{whole}{}{places}", self.places) };
        Some(match currency {
            Some(name) if name.eq_ignore_ascii_case("VND") => format!("{number} ₫"),
            Some(name) => format!("{number} {}", quoted(name)),
            None => number,
        })
    }
}

/// Each `{name:how}` and `{name|one|many}` in it.
fn places(part: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = part.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    inside.map(|(place, _)| place.split_once([':', '|']).unwrap_or((place, "")))
}

/// `1234567` reads `1.234.567 ₫`.
pub fn dong(amount: i64) -> String {
    format!("{} ₫", grouped(amount))
}

pub fn grouped(number: i64) -> String {
    grouped_by('.', number)
}

/// A number with its thousands apart.
pub fn grouped_by(separator: char, number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len().saturating_sub(index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

fn quoted(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(LONGEST_QUOTE) else { return text.to_owned() };
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::cause::{CallCause, Defect};

    #[test]
    fn money_reads_as_it_does_in_vietnam() {
        for (amount, text) in [
            (0, "0 ₫"),
            (999, "999 ₫"),
            (1000, "1.000 ₫"),
            (-1_234_567, "-1.234.567 ₫"),
            (12_345, "12.345 ₫"),
        ] {
            assert_eq!(dong(amount), text);
        }
        assert_eq!(dong(i64::MIN), "-9.223.372.036.854.775.808 ₫");
    }

    #[test]
    fn a_note_is_said_with_all_that_it_quotes() {
        let cause = CallCause::Answer { why: Defect::NotJson, status: 502, said: "<b>".to_owned() };
        let note = |others| Note::OutcomeUnknown {
            cause: cause.clone(),
            balance_before: Some("5000".to_owned()),
            balance_after: Some("4992".to_owned()),
            others,
        };
        let (alone, among) = (noted(&note(None)), noted(&note(Some(1234))));
        assert!(alone.contains("HTTP 502") && alone.contains("5.000") && alone.contains("4.992"), "{alone}");
        assert!(among.starts_with(&alone) && among.contains("1.234"), "{among}");
        assert!(!among.contains(['{', '[']), "{among}");
    }

    #[test]
    fn an_amount_is_grouped_and_has_its_currency() {
        for (text, currency, said) in [
            ("58000.00", Some("VND"), "58.000 ₫"),
            ("1234.50", Some("USD"), "1.234,5 USD"),
            ("1234567", None, "1.234.567"),
        ] {
            assert_eq!(VIETNAMESE.amount(&Value::from(text), currency).as_deref(), Some(said));
        }
        for text in ["1.234.567", "1,000", "many", ""] {
            assert_eq!(VIETNAMESE.amount(&Value::from(text), None), None, "{text}");
        }
    }

    #[test]
    fn a_wait_is_said_in_seconds() {
        let said = |ms: u64| {
            VIETNAMESE.completed("{ms:seconds} s", serde_json::json!({ "ms": ms }).as_object().unwrap())
        };
        for (ms, words) in [(15_000, "15 s"), (1_500, "1,5 s"), (20, "0,02 s"), (1_234_000, "1.234 s")] {
            assert_eq!(said(ms), words);
        }
    }

    #[test]
    fn english_has_its_plurals_and_its_separators() {
        let values = |count: i64| serde_json::json!({ "count": count }).as_object().unwrap().clone();
        let said = |count| ENGLISH.completed("{count:number} {count|day|days}", &values(count));
        assert_eq!((said(1).as_str(), said(1234).as_str()), ("1 day", "1,234 days"));
    }

    /// What the pages can show, a notice can.
    #[test]
    fn no_sentence_asks_for_what_is_not_known_here() {
        let known = "number id money amount seconds moment note field defect order_status cause backup_cause rule \
             reason words fields";
        let known: Vec<&str> = known.split(' ').chain([""]).collect();
        let files = VIETNAMESE.files.iter().chain(&ENGLISH.files);
        for file in files {
            for section in ["note", "cause", "refusal", "rule", "finding", "remedy", "chat"] {
                for sentence in file[section].as_object().into_iter().flatten() {
                    for (_, how) in places(sentence.1.as_str().unwrap()) {
                        assert!(known.contains(&how) || how.contains('|'), "{sentence:?}");
                    }
                }
            }
        }
    }
}
