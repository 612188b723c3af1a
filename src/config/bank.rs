//! The account that customers pay to, and what it may look like, wherever it is set.

use crate::kernel::error::Rule;
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

/// What is wrong with one part of a bank account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBank {
    /// The field of `Bank`.
    pub part: &'static str,
    pub rule: Rule,
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

    /// The same without blanks around; all that no VietQR code and no page can show is refused.
    pub fn check(self) -> Result<Bank, Vec<BadBank>> {
        let tidy = |text: String| trimmed(&text).to_owned();
        let bank = Bank {
            bin: tidy(self.bin),
            name: tidy(self.name),
            account_number: tidy(self.account_number),
            account_name: tidy(self.account_name),
        };
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
        let wrong: Vec<BadBank> = parts
            .into_iter()
            .filter(|(_, fits, _)| !fits)
            .map(|(part, _, rule)| BadBank { part, rule })
            .collect();
        if wrong.is_empty() { Ok(bank) } else { Err(wrong) }
    }
}
