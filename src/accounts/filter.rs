//! Which users a list shows, and in which order.

use super::{AccountError, Role};
use crate::kernel::error::Rule;
use crate::kernel::money::Vnd;
use crate::kernel::text::trimmed;
use crate::settings::Tier;

/// Which users a list shows: those who meet all that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A part of name or e-mail address, in lower case; fewer than 3 characters are looked for at the beginning only.
    pub(super) search: Option<String>,
    pub(super) banned: Option<bool>,
    pub(super) role: Option<Role>,
    pub(super) sorting: Sorting,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sorting {
    #[default]
    Newest,
    /// Who spent most comes first; of those who spent the same, who came last.
    Spending {
        /// Only those who have reached it and not the next one. A tier is a span of spending, so its users stand
        /// together in this order and in no other.
        tier: Option<i64>,
    },
}

impl Filter {
    /// Errors: `Fields` for a search in the order of spending. What is found would have to be sorted, all of it for
    /// each page.
    pub fn check(
        search: Option<&str>,
        banned: Option<bool>,
        role: Option<Role>,
        sorting: Sorting,
    ) -> Result<Self, AccountError> {
        let search = search.map(trimmed).filter(|text| !text.is_empty()).map(str::to_ascii_lowercase);
        if search.is_some() && sorting != Sorting::Newest {
            return Err(AccountError::field("search", Rule::SearchNewestFirst));
        }
        Ok(Filter { search, banned, role, sorting })
    }

    /// The spending that the list shows: from, and below.
    pub(super) fn span(&self, tiers: &[Tier]) -> (Vnd, Option<Vnd>) {
        let Sorting::Spending { tier: Some(level) } = self.sorting else { return (Vnd::ZERO, None) };
        let from = |level: i64| tiers.iter().find(|tier| tier.level == level).map(|tier| tier.min_spent);
        (from(level).unwrap_or(Vnd::ZERO), from(level.saturating_add(1)))
    }
}
