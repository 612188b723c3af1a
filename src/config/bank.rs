//! The account that customers pay to, and what it may look like, wherever it is set.

use super::{ConfigError, Vars, table};
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::text::trimmed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The account that customers pay to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    /// Six digits that name the bank.
    pub bin: String,
    /// May be empty.
    pub name: String,
    pub account_number: String,
    /// May be empty.
    pub account_name: String,
}

impl Bank {
    const LONGEST_NAME: usize = 100;

    /// As the database holds it.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("four texts are JSON")
    }

    /// What `json` wrote; `None` for anything else.
    pub fn from_json(json: &str) -> Option<Bank> {
        serde_json::from_str(json).ok()
    }

    /// The same without blanks around, and none in the number; all that no VietQR code and no page can show is
    /// refused, as fields of `bank`.
    pub fn check(self) -> Result<Bank, Vec<FieldError>> {
        let tidy = |text: String| trimmed(&text).to_owned();
        let [bin, name] = [self.bin, self.name].map(tidy);
        // People write numbers in groups.
        let account_number = self.account_number.split_whitespace().collect();
        let account_name = tidy(self.account_name);
        let bank = Bank { bin, name, account_number, account_name };
        let name =
            |text: &str| text.chars().count() <= Self::LONGEST_NAME && !text.contains(char::is_control);
        let number = &bank.account_number;
        let parts = [
            (
                "bin",
                bank.bin.len() == 6 && bank.bin.bytes().all(|b| b.is_ascii_digit()),
                Rule::Digits { count: 6 },
            ),
            ("name", name(&bank.name), Rule::CharsAtMost { max: Self::LONGEST_NAME }),
            (
                "account_number",
                (1..=19).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric()),
                Rule::LettersAndDigits { min: 1, max: 19 },
            ),
            ("account_name", name(&bank.account_name), Rule::CharsAtMost { max: Self::LONGEST_NAME }),
        ];
        let wrong = parts.into_iter().filter(|(_, fits, _)| !fits);
        let wrong: Vec<FieldError> =
            wrong.map(|(part, _, rule)| FieldError::new(format!("bank.{part}"), rule)).collect();
        if wrong.is_empty() { Ok(bank) } else { Err(wrong) }
    }
}

impl Vars<'_> {
    pub(super) fn bank(&self) -> Result<Option<Bank>, ConfigError> {
        let names = table::BANK.variables;
        if names.iter().all(|name| self.text(name).is_none()) {
            return Ok(None);
        }
        let (Some(bin), Some(account_number)) = (self.text("BANK_BIN"), self.text("BANK_ACCOUNT_NUMBER"))
        else {
            let problem = "is needed with BANK_ACCOUNT_NUMBER when one of the BANK_ variables is set";
            return Err(ConfigError::new("BANK_BIN", problem));
        };
        let name = self.text("BANK_NAME").unwrap_or_default();
        let account_name = self.text("BANK_ACCOUNT_NAME").unwrap_or_default();
        let checked = Bank { bin, name, account_number, account_name }.check();
        // `bank.account_number` is BANK_ACCOUNT_NUMBER.
        let variable = |wrong: &FieldError| wrong.field.replace('.', "_").to_uppercase();
        Ok(checked
            .map_err(|wrong| {
                for one in wrong {
                    let name = names.iter().find(|name| **name == variable(&one)).unwrap_or(&"BANK_BIN");
                    self.refuse(ConfigError::new(name, one.rule.to_string()));
                }
            })
            .ok())
    }
}
