//! What came, what did not, and what a person has to know of it.

use crate::kernel::money::Vnd;
use std::collections::BTreeMap;
use std::fmt;

/// So many lines of a kind are told one by one; all are counted.
const MOST_LINES: u64 = 1000;

/// What can be found about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Finding {
    NeedsReset,
    SlowHash,
    Renamed,
    WithoutEmail,
    Negative,
    Unreadable,
    OtherCurrency,
    Spent,
    Repeated,
    KeyTwice,
    KeyTaken,
    KeyWeak,
    Banned,
    ServiceElsewhere,
    ServiceOff,
    ServiceRenumbered,
    OrderToReview,
    OrderByHand,
    OrderRenumbered,
    OrderLeftOut,
}

impl Finding {
    /// What it means, in the sums at the end.
    fn says(self) -> &'static str {
        match self {
            Finding::NeedsReset => "users need a new password: the old one cannot be checked here",
            Finding::SlowHash => {
                "users need a new password: checking the old one would hold up everybody's log-ins"
            }
            Finding::Renamed => "users have another user name here",
            Finding::WithoutEmail => "users have no e-mail address here",
            Finding::Negative => "balances were below zero and come as 0",
            Finding::Unreadable => "balances cannot be read and come as 0",
            Finding::OtherCurrency => "balances are in another currency and come as 0",
            Finding::Spent => "sums that were spent cannot be read and count as 0",
            Finding::Repeated => "rows have an id that a row before them has, and do not come",
            Finding::KeyTwice => "API keys were two users' and come to neither",
            Finding::KeyTaken => "API keys are those of users who were here before, and stay theirs",
            Finding::KeyWeak => "API keys were too short or not printable and do not come",
            Finding::Banned => "users are banned, as they were",
            Finding::ServiceElsewhere => "services were sold here already",
            Finding::ServiceOff => "services come switched off",
            Finding::ServiceRenumbered => "services have another number here",
            Finding::OrderToReview => "open orders wait for you under \"What waits\"",
            Finding::OrderByHand => {
                "open orders are to be finished by hand: their provider is not known here"
            }
            Finding::OrderRenumbered => "open orders have another number here",
            Finding::OrderLeftOut => "open orders do not come",
        }
    }
}

/// Where lines go while it runs.
pub type Tell = Box<dyn FnMut(&str) + Send>;

/// Counts of everything, and a line for each thing that a person has to know.
#[derive(Default)]
pub struct Report {
    pub users: u64,
    pub services: u64,
    pub orders: u64,
    /// Orders that are followed at their provider.
    pub followed: u64,
    pub keys: u64,
    /// All opening entries together.
    pub balances: i128,
    /// Millionths of a dong that were lost by rounding balances down.
    pub lost: i128,
    /// Orders that were over: they are history there.
    pub over: u64,
    /// Known from an earlier time.
    pub known: u64,
    found: BTreeMap<Finding, u64>,
    tell: Option<Tell>,
}

impl Report {
    pub fn new(tell: Tell) -> Self {
        Report { tell: Some(tell), ..Report::default() }
    }

    /// `about`: which row, and what is the matter with it.
    pub(super) fn find(&mut self, finding: Finding, about: fmt::Arguments) {
        let count = self.found.entry(finding).or_default();
        *count = count.saturating_add(1);
        let Some(tell) = self.tell.as_mut() else { return };
        if *count <= MOST_LINES {
            tell(&about.to_string());
        } else if *count == MOST_LINES.saturating_add(1) {
            tell(&format!("… further {}", finding.says()));
        }
    }

    pub(super) fn opened(&mut self, amount: Vnd, lost: i64) {
        self.balances = self.balances.saturating_add(i128::from(amount.get()));
        self.lost = self.lost.saturating_add(i128::from(lost));
    }

    /// The sums, a line each.
    pub fn lines(&self) -> Vec<String> {
        let lost = self.lost.checked_div(10_000).unwrap_or(0);
        let (dong, cents) = (lost / 100, lost % 100);
        let mut lines = vec![
            format!("users        {}", self.users),
            format!("balances     {} VND, and {dong}.{cents:02} VND lost by rounding down", self.balances),
            format!("API keys     {}", self.keys),
            format!("services     {}", self.services),
            format!("open orders  {}, {} of them followed at their provider", self.orders, self.followed),
            format!("finished     {} orders, which stay history there", self.over),
            format!("known        {} rows that came before and were not touched", self.known),
        ];
        lines.extend(self.found.iter().map(|(finding, count)| format!("{count:<12} {}", finding.says())));
        lines
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}
