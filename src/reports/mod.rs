//! Figures across all domains, for the operator, and the audit of the whole panel: the one place that reads other
//! domains' tables.
//!
//! Everything comes from sums by day and counts by status that the schema keeps (see docs/LEDGER.md, "Sums by day"), so
//! that a report costs the same at any number of orders: no query of a report touches `orders` or `transfers`. Only
//! `today` reads those of a part of two days, by their ids.
//! `waiting` reads what waits for the operator from the tables themselves, and `audit` reads all of them.

pub mod audit;
pub mod backup;
pub mod backups;
pub mod person;
pub mod rehearsal;
pub mod restore;
mod rules;
pub mod sealed;
mod services;
mod store;
mod today;
mod waiting;

pub use services::{ServiceFigures, service_figures};
pub use today::{Today, today};
pub use waiting::{Severity, WaitKind, Waiting, is_told, providers_in_trouble, waiting};

use crate::db::ReadTx;
use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId, UserId};
use crate::kernel::money::{Overflow, Vnd};
use crate::ledger::Kind;
use crate::notify::Summary;
use crate::orders::Status;
use crate::provider;
use rules::Pace;

/// Orders by the day on which they were placed, with what has become of them since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sold {
    pub orders: i64,
    /// As ordered, delivered or not.
    pub units: i64,
    /// Charges less refunds.
    pub sales: Vnd,
    /// What the providers take, an estimate until they name their charge.
    pub cost: Vnd,
}

/// A day, or all days of a report together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    pub sold: Sold,
    /// What was paid back in that time, whenever it was ordered.
    pub refunds: Vnd,
    /// What referrers got less what was taken back.
    pub commissions: Vnd,
    /// What users were credited for bank transfers and by approval.
    pub deposits: Vnd,
    pub deposit_count: i64,
    /// What admins gave users less what they took from them.
    pub adjustments: Vnd,
    /// What users were given with deposits and coupons less what was taken back.
    pub bonuses: Vnd,
    pub new_users: i64,
}

/// A service's or provider's share of the sales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<T> {
    pub id: T,
    pub name: String,
    pub sold: Sold,
}

/// The operator's money at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Funds {
    pub provider: ProviderId,
    pub name: String,
    /// As the provider says it, in its currency.
    pub balance: Option<String>,
    pub currency: String,
    /// `None`: not known, or not readable.
    pub balance_vnd: Option<Vnd>,
    pub cost_24h: Vnd,
    pub cost_7d: Vnd,
    /// `None`: nothing was taken lately, or the balance is not known.
    pub hours_left: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    pub total: Figures,
    /// Every day of the report, in order.
    pub days: Vec<(Day, Figures)>,
    /// The best sellers.
    pub services: Vec<Line<ServiceId>>,
    /// `None`: by hand.
    pub providers: Vec<Line<Option<ProviderId>>>,
    /// Those who bought most.
    pub customers: Vec<Line<UserId>>,
    /// How many orders have each status now.
    pub by_status: Vec<(Status, i64)>,
    /// What the house owes its users now.
    pub liabilities: Vnd,
    /// Bank money that belongs to nobody yet.
    pub suspense: Vnd,
    pub funds: Vec<Funds>,
}

impl Funds {
    /// Whether they last for fewer hours than these. Not when nobody knows, or takes any.
    pub fn last_less_than(&self, hours: i64) -> bool {
        self.balance_vnd.is_some() && self.hours_left.is_some_and(|left| left < hours)
    }
}

impl Sold {
    /// Sales less cost.
    pub fn profit(self) -> Result<Vnd, Overflow> {
        self.sales.minus(self.cost)
    }

    /// 1,000 × profit ÷ sales, to the nearest. `None`: nothing was sold.
    pub fn margin_permille(self) -> Result<Option<i64>, Overflow> {
        rules::permille(self.profit()?, self.sales)
    }

    /// ⌊sales ÷ orders⌋. `None`: nothing was ordered.
    pub fn average_order(self) -> Option<Vnd> {
        self.sales.get().checked_div_euclid(self.orders).map(Vnd::new)
    }

    fn plus(self, other: Sold) -> Result<Sold, Overflow> {
        Ok(Sold {
            orders: sum(self.orders, other.orders)?,
            units: sum(self.units, other.units)?,
            sales: self.sales.plus(other.sales)?,
            cost: self.cost.plus(other.cost)?,
        })
    }
}

impl Figures {
    /// Sales less cost, commissions and bonuses.
    pub fn net_profit(self) -> Result<Vnd, Overflow> {
        self.sold.profit()?.minus(self.commissions)?.minus(self.bonuses)
    }

    fn plus(self, other: Figures) -> Result<Figures, Overflow> {
        Ok(Figures {
            sold: self.sold.plus(other.sold)?,
            refunds: self.refunds.plus(other.refunds)?,
            commissions: self.commissions.plus(other.commissions)?,
            deposits: self.deposits.plus(other.deposits)?,
            deposit_count: sum(self.deposit_count, other.deposit_count)?,
            adjustments: self.adjustments.plus(other.adjustments)?,
            bonuses: self.bonuses.plus(other.bonuses)?,
            new_users: sum(self.new_users, other.new_users)?,
        })
    }

    fn count(&mut self, moved: &store::Moved) -> Result<(), Overflow> {
        match moved.kind {
            Kind::Refund => self.refunds = self.refunds.plus(moved.amount)?,
            Kind::Commission => self.commissions = self.commissions.plus(moved.amount)?,
            Kind::CommissionReversal => self.commissions = self.commissions.minus(moved.amount)?,
            Kind::Adjustment => self.adjustments = self.adjustments.plus(moved.amount)?,
            Kind::Bonus => self.bonuses = self.bonuses.plus(moved.amount)?,
            Kind::Deposit => {
                self.deposits = self.deposits.plus(moved.amount)?;
                self.deposit_count = sum(self.deposit_count, moved.count)?;
            }
            Kind::Order | Kind::Suspense | Kind::SuspenseRelease => {}
        }
        Ok(())
    }
}

/// The figures of the days from `first` to `last`, and how things stand now.
pub fn stats(tx: &ReadTx, first: Day, last: Day) -> Result<Stats, Fault> {
    let days = by_day(tx, first, last)?;
    let mut total = Figures::default();
    for (_, figures) in &days {
        total = total.plus(*figures).map_err(beyond)?;
    }
    let (house, suspense) = store::house(tx)?;
    Ok(Stats {
        total,
        days,
        services: store::services(tx, first, last)?,
        providers: store::providers(tx, first, last)?,
        customers: store::customers(tx, first, last)?,
        by_status: store::by_status(tx)?,
        liabilities: owed(house)?,
        suspense,
        funds: funds(tx)?,
    })
}

/// A day in figures, for the operator's daily notice.
pub fn summary(tx: &ReadTx, day: Day) -> Result<Summary, Fault> {
    let registered = store::registered_by_day(tx, day, day)?;
    let (house, _) = store::house(tx)?;
    Ok(Summary {
        day: day.iso(),
        new_users: registered.first().map_or(0, |(_, users)| *users),
        deposits: store::moved_on(tx, day, Kind::Deposit)?,
        orders: store::ordered_on(tx, day)?,
        refunds: store::moved_on(tx, day, Kind::Refund)?,
        liabilities: owed(house)?.get(),
        parked: waiting::parked(tx)?,
    })
}

/// What belongs to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debts {
    /// What the house owes its users.
    pub owed: Vnd,
    /// Bank money that belongs to nobody yet.
    pub suspense: Vnd,
}

/// What belongs to others now.
pub fn debts(tx: &ReadTx) -> Result<Debts, Fault> {
    let (house, suspense) = store::house(tx)?;
    Ok(Debts { owed: owed(house)?, suspense })
}

/// What the house owes its users: all accounts add up to zero.
fn owed(house: Vnd) -> Result<Vnd, Fault> {
    Vnd::ZERO.minus(house).map_err(beyond)
}

fn by_day(tx: &ReadTx, first: Day, last: Day) -> Result<Vec<(Day, Figures)>, Fault> {
    let span = first.number()..=last.number();
    let mut days: Vec<_> = span.map(|day| (Day::from_number(day), Figures::default())).collect();
    let mut at = |day: Day, change: &mut dyn FnMut(&mut Figures) -> Result<(), Overflow>| {
        let found =
            days.binary_search_by_key(&day, |(day, _)| *day).ok().and_then(|index| days.get_mut(index));
        let (_, figures) = found.ok_or_else(|| Fault::Corrupt(format!("a sum of day {}", day.number())))?;
        change(figures).map_err(beyond)
    };
    for (day, sold) in store::sold_by_day(tx, first, last)? {
        at(day, &mut |figures| {
            figures.sold = sold;
            Ok(())
        })?;
    }
    for moved in store::moved_by_day(tx, first, last)? {
        at(moved.day, &mut |figures| figures.count(&moved))?;
    }
    for (day, registered) in store::registered_by_day(tx, first, last)? {
        at(day, &mut |figures| {
            figures.new_users = registered;
            Ok(())
        })?;
    }
    Ok(days)
}

/// The operator's money at every provider, and how long it lasts.
pub fn funds(tx: &ReadTx) -> Result<Vec<Funds>, Fault> {
    let today = Day::of(tx.now());
    let costs = store::costs(tx, today.plus(-Pace::DAYS_BACK), today)?;
    let mut funds = Vec::new();
    for provider in provider::all(tx)? {
        let own = costs.iter().filter(|cost| cost.provider == provider.id);
        let own: Vec<_> = own.map(|cost| (cost.day, cost.cost)).collect();
        let pace = Pace::of(&own, tx.now()).ok_or_else(|| beyond(Overflow))?;
        let balance_vnd = provider
            .balance
            .as_deref()
            .and_then(|balance| rules::converted(balance, &provider.exchange_rate));
        funds.push(Funds {
            provider: provider.id,
            name: provider.name,
            balance: provider.balance,
            currency: provider.currency,
            balance_vnd,
            cost_24h: pace.day,
            cost_7d: pace.week,
            hours_left: balance_vnd.and_then(|balance| pace.hours_left(balance)),
        });
    }
    Ok(funds)
}

fn sum(one: i64, other: i64) -> Result<i64, Overflow> {
    one.checked_add(other).ok_or(Overflow)
}

fn beyond(_: Overflow) -> Fault {
    Fault::Overflow("a sum of a report")
}
