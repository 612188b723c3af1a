//! Which tiers may be in force. Pure.

use super::Tier;
use crate::config::is_line;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::money::{Percent, Vnd};
use crate::kernel::text::trimmed;

const TIERS: usize = 4;
/// More than all money of the country.
const MOST_SPENT: i64 = 9_999_999_999_999;

/// A tier that nobody looked at yet.
#[derive(Debug, Clone)]
pub struct TierDraft {
    pub level: i64,
    pub name: String,
    pub min_spent: i64,
    pub discount_percent: i64,
}

/// All of them, lowest first. Who spends more never pays more, so neither bounds nor discounts may fall.
pub(super) fn check(drafts: Vec<TierDraft>) -> Result<Vec<Tier>, Vec<FieldError>> {
    if drafts.len() != TIERS {
        return Err(vec![FieldError::new("tiers", Rule::Tiers { count: TIERS })]);
    }
    let mut wrong = Vec::new();
    let mut tiers: Vec<Tier> = Vec::with_capacity(TIERS);
    for (index, (draft, level)) in drafts.into_iter().zip(1..).enumerate() {
        let before = tiers.last();
        let least_spent = before.map_or(0, |below| below.min_spent.get().saturating_add(1));
        let most_spent = if level == 1 { 0 } else { MOST_SPENT };
        let least_discount = before.map_or(0, |below| below.discount.get());
        let problems = [
            ("level", draft.level == level, Rule::Exactly { value: level }),
            ("name", is_line(trimmed(&draft.name), 1..=50), Rule::Line { min: 1, max: 50 }),
            (
                "min_spent",
                (least_spent..=most_spent).contains(&draft.min_spent),
                Rule::AmountRange { min: least_spent, max: most_spent },
            ),
            (
                "discount_percent",
                (least_discount..=100).contains(&draft.discount_percent),
                Rule::Range { min: least_discount, max: 100 },
            ),
        ];
        for (part, _, rule) in problems.into_iter().filter(|(_, fits, _)| !fits) {
            wrong.push(FieldError::new(format!("tiers[{index}].{part}"), rule));
        }
        tiers.push(Tier {
            level,
            name: trimmed(&draft.name).to_owned(),
            min_spent: Vnd::new(draft.min_spent),
            discount: Percent::new(draft.discount_percent).unwrap_or_default(),
        });
    }
    if wrong.is_empty() { Ok(tiers) } else { Err(wrong) }
}
