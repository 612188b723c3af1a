//! The account that customers pay to, and what it may look like, wherever it is set.

use crate::kernel::text::trimmed;

/// The account that customers pay to.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadBank {
    /// The field of `Bank`.
    pub part: &'static str,
    pub problem: &'static str,
}

impl Bank {
    const LONGEST_NAME: usize = 100;

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
            ("bin", bank.bin.len() == 6 && bank.bin.bytes().all(|b| b.is_ascii_digit()), "must be 6 digits"),
            ("name", name(&bank.name), "must be at most 100 characters"),
            (
                "account_number",
                (1..=19).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric()),
                "must be 1 to 19 letters and digits",
            ),
            ("account_name", name(&bank.account_name), "must be at most 100 characters"),
        ];
        let wrong: Vec<BadBank> = parts
            .into_iter()
            .filter(|(_, fits, _)| !fits)
            .map(|(part, _, problem)| BadBank { part, problem })
            .collect();
        if wrong.is_empty() { Ok(bank) } else { Err(wrong) }
    }
}
