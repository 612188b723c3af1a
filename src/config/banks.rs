//! The accounts beside the main one that customers may pay to.

use super::Bank;
use crate::kernel::error::{FieldError, Rule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A further account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FurtherBank {
    /// Six digits that name the bank.
    pub bin: String,
    /// May be empty.
    pub name: String,
    pub account_number: String,
    /// May be empty.
    pub account_name: String,
    /// Whether customers may pay to it now; what arrives at another is credited all the same.
    pub active: bool,
}

impl FurtherBank {
    fn checked(self) -> Result<FurtherBank, Vec<FieldError>> {
        let active = self.active;
        let Bank { bin, name, account_number, account_name } = self.bank().check()?;
        Ok(FurtherBank { bin, name, account_number, account_name, active })
    }

    pub fn bank(self) -> Bank {
        let FurtherBank { bin, name, account_number, account_name, .. } = self;
        Bank { bin, name, account_number, account_name }
    }
}

/// All of them, in the order in which customers are shown them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Banks(pub Vec<FurtherBank>);

impl Banks {
    const MOST: usize = 20;

    /// What the database holds; `None` for anything else.
    pub fn from_json(json: &str) -> Option<Banks> {
        serde_json::from_str(json).ok()
    }

    /// As the database holds it.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("texts and switches are JSON")
    }

    /// What may stand in the setting, without blanks around. Errors: what is no list of accounts, or one account twice,
    /// as fields of `banks`.
    pub(super) fn check(json: &str) -> Result<String, Vec<FieldError>> {
        let one = |rule| vec![FieldError::new("banks", rule)];
        let banks = Self::from_json(json).ok_or_else(|| one(Rule::List))?;
        if banks.0.len() > Self::MOST {
            return Err(one(Rule::Entries { min: 0, max: Self::MOST }));
        }
        let (mut checked, mut wrong): (Vec<FurtherBank>, Vec<FieldError>) = (Vec::new(), Vec::new());
        for (at, bank) in banks.0.into_iter().enumerate() {
            let named = |field: &str| field.replacen("bank.", &format!("banks[{at}]."), 1);
            match bank.checked() {
                Ok(bank) if checked.iter().any(|other| other.account_number == bank.account_number) => {
                    wrong.push(FieldError::new(named("bank.account_number"), Rule::Repeated));
                }
                Ok(bank) => checked.push(bank),
                Err(errors) => {
                    wrong.extend(
                        errors.into_iter().map(|error| FieldError::new(named(&error.field), error.rule)),
                    );
                }
            }
        }
        if wrong.is_empty() { Ok(Banks(checked).json()) } else { Err(wrong) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn bank(number: &str) -> Value {
        json!({ "bin": "970422", "name": " MB ", "account_number": number, "account_name": "", "active": true })
    }

    #[test]
    fn each_account_is_one_and_stands_once() {
        let wrong = |list: Value| -> Vec<String> {
            Banks::check(&list.to_string()).unwrap_err().into_iter().map(|error| error.field).collect()
        };
        assert_eq!(wrong(json!({})), ["banks"]);
        assert_eq!(wrong(json!([bank("1-2")])), ["banks[0].account_number"]);
        assert_eq!(wrong(json!([bank("12"), bank("1 2")])), ["banks[1].account_number"]);
        assert_eq!(wrong(json!(vec![bank("1"); 21])), ["banks"]);
        let kept = Banks::from_json(&Banks::check(&json!([bank("0903 123")]).to_string()).unwrap()).unwrap();
        assert_eq!((kept.0[0].account_number.as_str(), kept.0[0].name.as_str()), ("0903123", "MB"));
        assert_eq!(Banks::check("[]").unwrap(), "[]");
    }
}
