//! A field of an order: what it is called, what it may hold, and how it is sent.

use super::params::lines;
use crate::kernel::day::Day;
use crate::kernel::error::Rule;
use crate::kernel::figure;
use crate::kernel::text::trimmed;
use serde_json::Value;
use strum::IntoStaticStr;

const MAX_TEXT_CHARS: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    pub kind: FieldKind,
    pub required: bool,
    /// What providers call it.
    pub sent_as: &'static str,
    /// It belongs to an order only where this choice has this word.
    pub only_with: Option<(&'static str, &'static str)>,
}

/// What a field may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum FieldKind {
    /// As the service's kind of link says.
    Link,
    Integer {
        min: i64,
        max: i64,
    },
    /// One line of text.
    Text,
    /// One entry a line, so many of them.
    Lines {
        min: i64,
        max: i64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A day, `2026-11-22`, from tomorrow to so many days ahead; providers get `22/11/2026`.
    Date {
        days: i64,
    },
}

impl Field {
    pub const LINK: Field = Field::new("link", FieldKind::Link);

    /// Needed, and of the same name at providers.
    pub const fn new(name: &'static str, kind: FieldKind) -> Self {
        Field { name, kind, required: true, sent_as: name, only_with: None }
    }

    pub const fn text(name: &'static str) -> Self {
        Field::new(name, FieldKind::Text)
    }

    pub const fn choice(name: &'static str, words: &'static [&'static str]) -> Self {
        Field::new(name, FieldKind::Choice(words))
    }

    pub const fn only_with(self, choice: &'static str, word: &'static str) -> Self {
        Field { only_with: Some((choice, word)), ..self }
    }

    pub const fn integer(name: &'static str, min: i64, max: i64) -> Self {
        Field::new(name, FieldKind::Integer { min, max })
    }

    /// From tomorrow to so many days ahead.
    pub const fn date(name: &'static str, days: i64) -> Self {
        Field::new(name, FieldKind::Date { days })
    }

    pub const fn optional(self) -> Self {
        Field { required: false, ..self }
    }

    /// At least one line; where the lines count, the service's limits hold.
    pub const fn lines(name: &'static str) -> Self {
        Field::new(name, FieldKind::Lines { min: 1, max: i64::MAX })
    }

    /// Whether an order with these values has it.
    pub fn belongs(&self, shown: impl Fn(&str) -> Option<String>) -> bool {
        self.only_with.is_none_or(|(choice, word)| shown(choice).as_deref() == Some(word))
    }

    /// Whether an order of today may have this value; if not, what it must be.
    pub(super) fn check(&self, value: Option<&Value>, today: Day) -> Result<(), Rule> {
        let Some(value) = value else {
            let is_list = matches!(self.kind, FieldKind::Lines { .. });
            return demand(!self.required, || if is_list { Rule::Lines } else { Rule::Needed });
        };
        if let (FieldKind::Choice(words), Value::Number(number)) = (self.kind, value) {
            let is_known = words.contains(&number.to_string().as_str());
            return demand(is_known, || Rule::one_of(words.iter().copied()));
        }
        if let FieldKind::Integer { min, max } = self.kind {
            let number = value.as_i64().ok_or(Rule::Integer)?;
            return demand((min..=max).contains(&number), || Rule::Range { min, max });
        }
        let text = value.as_str().ok_or(Rule::Text)?;
        let is_line = |text: &str| !text.chars().any(|c| c.is_control() && c != '\t');
        match self.kind {
            FieldKind::Lines { .. } => {
                demand(lines(text).all(is_line), || Rule::NoControl)?;
                demand(lines(text).next().is_some(), || Rule::Lines)
            }
            FieldKind::Choice(words) => {
                demand(words.contains(&trimmed(text)), || Rule::one_of(words.iter().copied()))
            }
            FieldKind::Date { days } => {
                let ahead = today.plus(1)..=today.plus(days);
                let fits = Day::parse(trimmed(text)).is_some_and(|day| ahead.contains(&day));
                demand(fits, || Rule::DayAhead { days })
            }
            FieldKind::Link | FieldKind::Integer { .. } | FieldKind::Text => {
                let fits = is_line(trimmed(text)) && text.chars().count() <= MAX_TEXT_CHARS;
                demand(fits, || Rule::Line { min: 1, max: MAX_TEXT_CHARS })
            }
        }
    }

    /// A value that `check` takes, as providers read it. The provider counts lines itself, so it gets as many as were
    /// paid for.
    pub(super) fn sent(&self, value: &Value) -> String {
        let Some(text) = value.as_str() else { return value.to_string() };
        match self.kind {
            FieldKind::Lines { .. } => lines(text).collect::<Vec<_>>().join("\n"),
            FieldKind::Date { .. } => trimmed(text).split('-').rev().collect::<Vec<_>>().join("/"),
            FieldKind::Link | FieldKind::Integer { .. } | FieldKind::Text | FieldKind::Choice(_) => {
                trimmed(text).to_owned()
            }
        }
    }

    /// What a client of the field's protocol sends, as an order has it. `check` says whether it may.
    pub fn received(&self, text: &str) -> Value {
        let known = match self.kind {
            FieldKind::Integer { .. } => figure::asked(text).map(Value::from),
            FieldKind::Choice(words) => {
                let word = words.iter().find(|word| word.eq_ignore_ascii_case(trimmed(text)));
                word.map(|word| Value::from(*word))
            }
            FieldKind::Date { .. } => {
                let parts: Vec<&str> = trimmed(text).split('/').collect();
                let [day, month, year] = parts.as_slice() else { return text.into() };
                Some(format!("{year:0>4}-{month:0>2}-{day:0>2}").into())
            }
            FieldKind::Link | FieldKind::Text | FieldKind::Lines { .. } => None,
        };
        known.unwrap_or_else(|| text.into())
    }
}

fn demand(fits: bool, rule: impl FnOnce() -> Rule) -> Result<(), Rule> {
    if fits { Ok(()) } else { Err(rule()) }
}
