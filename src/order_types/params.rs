//! What a buyer gave for the fields of a type.

use super::all_fields;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::text::trimmed;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// All texts of an order together: far more than the longest list anybody orders.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Values by the names of their fields, as they were given: texts and whole numbers once they have been checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Params(Map<String, Value>);

impl Params {
    /// Without fields that say nothing: `null`, and blank texts. Names that no type knows stay, to be refused.
    pub fn of(given: Map<String, Value>) -> Self {
        let says_nothing = |value: &Value| match value {
            Value::Null => true,
            Value::String(text) => trimmed(text).is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
        };
        let is_known = |name: &str| all_fields().any(|field| field.name == name);
        Params(given.into_iter().filter(|(name, value)| !(is_known(name) && says_nothing(value))).collect())
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// As providers read it: a text without blanks around it, or a number.
    pub fn shown(&self, name: &str) -> Option<String> {
        let value = self.get(name)?;
        Some(value.as_str().map_or_else(|| value.to_string(), |text| trimmed(text).to_owned()))
    }

    /// Takes one out.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// The longest text, when all together are too long.
    pub(super) fn too_long(&self) -> Option<FieldError> {
        let texts = || self.0.iter().filter_map(|(name, value)| Some((value.as_str()?.len(), name)));
        let total = texts().fold(0_usize, |total, (bytes, _)| total.saturating_add(bytes));
        let (_, longest) = texts().max().filter(|_| total > MAX_TEXT_BYTES)?;
        Some(FieldError::new(longest, Rule::BytesAtMost { max: MAX_TEXT_BYTES }))
    }
}

/// The lines of a text on which something is seen. Whatever a provider may take for the end of a line ends one here
/// too, so that nobody pays for one and gets two.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let ends_line = |c: char| {
        matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    text.split(ends_line).map(str::trim).filter(|line| !trimmed(line).is_empty())
}
