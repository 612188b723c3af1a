//! What deposits bring beside the money itself, and what that may be.

use crate::kernel::error::{FieldError, Rule};
use crate::kernel::money::{Percent, Vnd};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A deposit of at least `from` brings so many percent of it beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BonusStep {
    /// VND.
    pub from: i64,
    /// 1 to 100.
    pub percent: i64,
}

/// The steps, lowest first. What arrives counts by the highest that it reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bonus(Vec<BonusStep>);

impl Bonus {
    const MOST: usize = 10;
    /// More than any deposit.
    const MOST_DONG: i64 = 9_999_999_999_999;

    /// What the database holds; `None` for anything else.
    pub fn from_json(json: &str) -> Option<Bonus> {
        serde_json::from_str(json).ok()
    }

    /// What may stand in the setting. Errors: what is no list of steps that rise, as fields of `bonus`.
    pub(super) fn check(json: &str) -> Result<String, Vec<FieldError>> {
        let one = |rule| vec![FieldError::new("bonus", rule)];
        let bonus = Self::from_json(json).ok_or_else(|| one(Rule::List))?;
        if bonus.0.len() > Self::MOST {
            return Err(one(Rule::Entries { min: 0, max: Self::MOST }));
        }
        let mut wrong = Vec::new();
        let mut least = 0;
        for (at, step) in bonus.0.iter().enumerate() {
            if !(least..=Self::MOST_DONG).contains(&step.from) {
                let rule = Rule::AmountRange { min: least, max: Self::MOST_DONG };
                wrong.push(FieldError::new(format!("bonus[{at}].from"), rule));
            }
            if !(1..=100).contains(&step.percent) {
                wrong.push(FieldError::new(format!("bonus[{at}].percent"), Rule::Range { min: 1, max: 100 }));
            }
            least = step.from.saturating_add(1);
        }
        if wrong.is_empty() { Ok(bonus.json()) } else { Err(wrong) }
    }

    /// As the database holds it.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("pairs of numbers are JSON")
    }

    /// The percentage of what arrived.
    pub fn percent(&self, arrived: Vnd) -> Percent {
        let reached = self.0.iter().rev().find(|step| step.from <= arrived.get());
        reached.and_then(|step| Percent::new(step.percent)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_counts_by_the_highest_step_that_it_reaches() {
        let bonus = Bonus::from_json(r#"[{"from":100,"percent":1},{"from":1000,"percent":5}]"#).unwrap();
        for (arrived, percent) in [(0, 0), (99, 0), (100, 1), (999, 1), (1000, 5), (i64::MAX, 5)] {
            assert_eq!(bonus.percent(Vnd::new(arrived)).get(), percent, "{arrived}");
        }
        assert_eq!(Bonus::default().percent(Vnd::new(1)).get(), 0);
    }

    #[test]
    fn steps_rise_and_have_percents() {
        let wrong = |json: &str| -> Vec<String> {
            Bonus::check(json).unwrap_err().into_iter().map(|error| error.field).collect()
        };
        assert_eq!(wrong("{}"), ["bonus"]);
        assert_eq!(wrong(r#"[{"from":0,"percent":0}]"#), ["bonus[0].percent"]);
        assert_eq!(wrong(r#"[{"from":-1,"percent":101}]"#), ["bonus[0].from", "bonus[0].percent"]);
        assert_eq!(wrong(r#"[{"from":5,"percent":1},{"from":5,"percent":1}]"#), ["bonus[1].from"]);
        assert_eq!(wrong(&format!("[{}]", [r#"{"from":0,"percent":1}"#; 11].join(","))), ["bonus"]);
        assert_eq!(Bonus::check("[]").unwrap(), "[]");
    }
}
