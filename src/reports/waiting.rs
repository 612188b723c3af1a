//! What waits for the operator, the gravest first. Read from the tables of all domains, each by an index that holds
//! only what waits.

use super::audit;
use super::funds;
use crate::audit_log::{self, Filter};
use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use crate::kernel::page::PageRequest;
use crate::kernel::reason::Reason;
use crate::provider::{self, Provider};
use crate::state::job_registry::JobStatus;
use crate::{mail, notify, settings};
use rusqlite::Row;
use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

const PARKED: &str = "SELECT count(*), sum(charge - refunded), min(coalesce(attempted_at, updated_at))
    FROM orders WHERE (dispatch = 'review' OR provider_mismatch IS NOT NULL) AND dispatch = 'review'";
const CONTRADICTED: &str = "SELECT count(*), NULL, min(updated_at)
    FROM orders WHERE (dispatch = 'review' OR provider_mismatch IS NOT NULL) AND dispatch <> 'review'";
/// Also those whose customers want them canceled: the line leads to a list, and has to add up to it.
const BY_HAND: &str = "SELECT count(*), sum(charge - refunded), min(created_at)
    FROM orders INDEXED BY orders_by_hand
    WHERE dispatch = 'manual' AND status IN ('pending', 'processing', 'in_progress')";
/// Of those at a provider only what is open for two days.
const CANCELS: &str = "SELECT count(*), sum(charge - refunded), min(cancel_requested_at) FROM orders
    WHERE cancel_state IN ('wanted', 'asked') AND (dispatch <> 'sent' OR cancel_requested_at < ?1)";
/// What is done by hand, of which nobody knows whether the provider has it, or of which there is no news.
const REFILLS: &str = "SELECT count(*), NULL, min(created_at) FROM refills INDEXED BY refills_open
    WHERE status IN ('pending', 'in_progress') AND (dispatch IN ('manual', 'review') OR is_told = 1)";
const TICKETS: &str =
    "SELECT count(*), NULL, min(open_since) FROM tickets INDEXED BY tickets_open WHERE status = 'open'";
const SLOW: &str =
    "SELECT count(*), sum(charge - refunded), min(created_at) FROM orders INDEXED BY orders_slow
    WHERE is_slow = 1 AND status IN ('pending', 'processing', 'in_progress')";
const UNMATCHED: &str =
    "SELECT count(*), sum(amount), min(created_at) FROM bank_transactions WHERE status = 'unmatched'";
const PENDING_DEPOSITS: &str = "SELECT count(*), sum(amount), min(created_at)
    FROM deposits WHERE status = 'pending' AND expires_at > ?1";
const QUEUED_AT_INACTIVE: &str = "SELECT count(*), sum(o.charge - o.refunded), min(o.created_at), p.name
    FROM providers AS p CROSS JOIN orders AS o ON o.provider_id = p.id AND o.dispatch = 'queued'
    WHERE NOT (p.active AND p.api_url IS NOT NULL AND (p.from_environment OR p.api_key IS NOT NULL)) GROUP BY p.id";
/// What they lost of today's orders. One that earned something today makes it less.
const LOSSES: &str = "SELECT count(*), (SELECT nullif(max(sum(d.cost - d.charged + d.refunded), 0), 0)
        FROM services AS s INDEXED BY services_at_loss
            CROSS JOIN daily_services AS d ON d.day = ?1 AND d.service_id = s.id
        WHERE s.active = 1 AND s.rate < s.cost), NULL
    FROM services INDEXED BY services_at_loss WHERE active = 1 AND rate < cost";
const PAUSED_SERVICES: &str = "SELECT count(*), NULL, NULL, paused FROM services WHERE paused IS NOT NULL
    GROUP BY paused ORDER BY paused";

/// The job that hands letters over.
const MAIL_JOB: &str = "mail";

const CANCEL_DAYS: i64 = 2;
const RESTORED_DAYS: i64 = 7;

/// What kind of thing waits. The order is that of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum WaitKind {
    /// The last proof of the ledger found differences; `count` of them.
    Ledger,
    /// Orders of which nobody knows whether the provider has them.
    Parked,
    /// Orders of a provider that is switched off; `about` names it.
    QueuedAtInactive,
    /// A provider refuses everybody's orders; `about` names it, `detail` is what it says.
    Held,
    /// The last call to a provider failed; `about` names it.
    Provider,
    /// A provider's money runs out; `about` names it, `count` are the hours that it lasts, `amount` is what is left.
    LowFunds,
    /// Final orders of which the provider says otherwise.
    Contradicted,
    /// Open orders of services without a provider: nobody but the operator does them.
    ByHand,
    /// Orders whose customers want them canceled: those done by hand, and others that their provider leaves open.
    Cancels,
    /// Refills that are done by hand, parked, or without news for two days.
    Refills,
    /// Customers who wait for an answer of the support.
    Tickets,
    /// Bank money without an owner.
    Unmatched,
    /// Services that the price guard took off sale; `about` is why.
    PausedServices,
    /// Services that are on sale below their cost; `amount` is what they lost of today's orders.
    Losses,
    /// The database was restored from a backup within a week; `about` is until when that reaches.
    Restored,
    /// Messages to the operator do not go out.
    Notices,
    /// Letters that the mail server turned away and that are tried again; `detail` is why the last one was.
    Letters,
    /// Orders that are open for much longer than their service takes.
    SlowOrders,
    /// Deposits whose transfer may still come; an admin may settle them by hand.
    PendingDeposits,
}

/// Hours of money that is as good as gone.
const HARDLY_ANY_HOURS: i64 = 24;

/// How grave it is that it waits, the gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, Serialize)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Severity {
    /// It may well settle itself.
    Info,
    Warning,
    /// Somebody's money or order stands still, or the books are wrong.
    Danger,
}

impl WaitKind {
    /// Of most of its things.
    fn severity(self) -> Severity {
        match self {
            WaitKind::Ledger | WaitKind::Parked | WaitKind::QueuedAtInactive | WaitKind::Held => {
                Severity::Danger
            }
            WaitKind::Provider
            | WaitKind::LowFunds
            | WaitKind::Contradicted
            | WaitKind::ByHand
            | WaitKind::Cancels
            | WaitKind::Refills
            | WaitKind::Tickets
            | WaitKind::Unmatched
            | WaitKind::PausedServices
            | WaitKind::Losses
            | WaitKind::Restored
            | WaitKind::Notices
            | WaitKind::Letters => Severity::Warning,
            WaitKind::SlowOrders | WaitKind::PendingDeposits => Severity::Info,
        }
    }

    /// The background job that says the same while it fails.
    pub fn told_by(self) -> Option<&'static str> {
        (self == WaitKind::Letters).then_some(MAIL_JOB)
    }
}

/// Some things of one kind that wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub kind: WaitKind,
    pub count: i64,
    pub amount: Option<Vnd>,
    /// Since when the oldest of them waits, where that is known.
    pub oldest: Option<Timestamp>,
    pub about: Option<String>,
    /// What was said of it.
    pub detail: Option<Note>,
}

impl Waiting {
    /// Money for less than a day is graver than other money that runs out.
    pub fn severity(&self) -> Severity {
        let is_nearly_gone = self.kind == WaitKind::LowFunds && self.count < HARDLY_ANY_HOURS;
        if is_nearly_gone { Severity::Danger } else { self.kind.severity() }
    }

    fn one(kind: WaitKind, about: Option<String>, detail: Option<Note>) -> Self {
        Waiting { kind, count: 1, amount: None, oldest: None, about, detail }
    }
}

/// All that waits for the operator but for the background jobs, which are in memory.
pub fn waiting(tx: &ReadTx) -> Result<Vec<Waiting>, Fault> {
    let mut all = Vec::new();
    if let Some((at, kept)) = audit::last(tx)?.filter(|(_, kept)| kept.differences > 0) {
        let detail = kept.report.differences.into_iter().next().map(|said| Note::Difference { said });
        let oldest = Some(at);
        all.push(Waiting { count: kept.differences, oldest, ..Waiting::one(WaitKind::Ledger, None, detail) });
    }
    all.extend(counted(tx, WaitKind::Parked, PARKED)?);
    all.extend(tx.all(QUEUED_AT_INACTIVE, (), |row| {
        Ok(Waiting { about: row.get(3)?, ..of(row, WaitKind::QueuedAtInactive)? })
    })?);
    let providers = provider::all(tx)?;
    for (name, held) in providers.iter().filter_map(|one| Some((&one.name, one.held.as_ref()?))) {
        let (about, said) = (Some(name.clone()), Some(Note::Said { said: held.said.clone() }));
        all.push(Waiting { oldest: Some(held.since), ..Waiting::one(WaitKind::Held, about, said) });
    }
    for provider in providers.into_iter().filter(Provider::is_in_trouble) {
        all.push(Waiting::one(WaitKind::Provider, Some(provider.name), provider.trouble));
    }
    let threshold = settings::number(tx, &settings::table::LOW_FUNDS_HOURS)?;
    for funds in funds(tx)?.into_iter().filter(|funds| funds.last_less_than(threshold)) {
        all.push(Waiting {
            count: funds.hours_left.unwrap_or(0),
            amount: funds.balance_vnd,
            ..Waiting::one(WaitKind::LowFunds, Some(funds.name), None)
        });
    }
    all.extend(counted(tx, WaitKind::Contradicted, CONTRADICTED)?);
    all.extend(counted(tx, WaitKind::ByHand, BY_HAND)?);
    let since = tx.now().plus_seconds(-CANCEL_DAYS * 24 * 60 * 60);
    let cancels = tx.value(CANCELS, [since], |row| of(row, WaitKind::Cancels))?;
    all.extend((cancels.count > 0).then_some(cancels));
    all.extend(counted(tx, WaitKind::Refills, REFILLS)?);
    all.extend(counted(tx, WaitKind::Tickets, TICKETS)?);
    all.extend(counted(tx, WaitKind::Unmatched, UNMATCHED)?);
    all.extend(tx.all(PAUSED_SERVICES, (), |row| {
        Ok(Waiting { about: row.get(3)?, ..of(row, WaitKind::PausedServices)? })
    })?);
    let losses = tx.value(LOSSES, [Day::of(tx.now())], |row| of(row, WaitKind::Losses))?;
    all.extend((losses.count > 0).then_some(losses));
    all.extend(restored(tx)?);
    let notices = notify::status(tx)?;
    if notices.is_open && notices.trouble.is_some() {
        all.push(Waiting::one(WaitKind::Notices, None, notices.trouble));
    }
    let letters = mail::status(tx)?;
    if letters.refused.count > 0 {
        all.push(Waiting {
            count: letters.refused.count,
            oldest: letters.oldest_refused,
            ..Waiting::one(WaitKind::Letters, None, letters.refused.why)
        });
    }
    all.extend(counted(tx, WaitKind::SlowOrders, SLOW)?);
    let pending = tx.value(PENDING_DEPOSITS, [tx.now()], |row| of(row, WaitKind::PendingDeposits))?;
    all.extend((pending.count > 0).then_some(pending));
    Ok(all)
}

/// A restore of the last days: whoever runs the shop knows then what to ask customers, the bank and the provider for.
fn restored(tx: &ReadTx) -> Result<Option<Waiting>, Fault> {
    let from = Some(tx.now().plus_seconds(-RESTORED_DAYS * 24 * 60 * 60));
    let filter = Filter { action: Some("backup.restore".to_owned()), from, ..Filter::default() };
    let restores = audit_log::list(tx, &filter, PageRequest::FIRST)?;
    let last = restores.items.into_iter().next();
    Ok(last.map(|entry| {
        let until = entry.after.as_ref().and_then(|after| after["reaches_until"].as_str().map(str::to_owned));
        Waiting { oldest: Some(entry.created_at), ..Waiting::one(WaitKind::Restored, until, None) }
    }))
}

/// The providers that a row of their own tells of.
pub fn providers_in_trouble(tx: &ReadTx) -> Result<Vec<i64>, Fault> {
    let in_trouble = provider::all(tx)?.into_iter().filter(Provider::is_in_trouble);
    Ok(in_trouble.map(|one| one.id.get()).collect())
}

/// Whether a job fails at nothing but a provider that cannot be called, of which a row of its own tells.
pub fn is_told(status: &JobStatus, in_trouble: &[i64]) -> bool {
    let outcome = status.last.as_ref().map(|run| &run.outcome);
    let Some(Err(Note::CatalogReason { provider, reason, others: None })) = outcome else { return false };
    let is_call = matches!(
        reason,
        Reason::ProviderSilent { .. }
            | Reason::ProviderUnusable { .. }
            | Reason::ProviderAccount { .. }
            | Reason::ProviderRefused { .. }
    );
    is_call && in_trouble.contains(provider)
}

/// How many orders are parked.
pub(super) fn parked(tx: &ReadTx) -> Result<i64, Fault> {
    Ok(counted(tx, WaitKind::Parked, PARKED)?.map_or(0, |parked| parked.count))
}

fn counted(tx: &ReadTx, kind: WaitKind, sql: &str) -> Result<Option<Waiting>, Fault> {
    let found = tx.value(sql, (), |row| of(row, kind))?;
    Ok((found.count > 0).then_some(found))
}

/// From a count, a sum and the oldest moment.
fn of(row: &Row, kind: WaitKind) -> rusqlite::Result<Waiting> {
    let mut found = Waiting::one(kind, None, None);
    (found.count, found.amount, found.oldest) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn what_waits_is_found_without_walking_what_does_not() {
        on_empty_database(|tx| {
            for sql in [
                PARKED,
                CONTRADICTED,
                BY_HAND,
                CANCELS,
                REFILLS,
                TICKETS,
                SLOW,
                UNMATCHED,
                PENDING_DEPOSITS,
                QUEUED_AT_INACTIVE,
                LOSSES,
            ] {
                for step in plan(tx, sql).split("; ") {
                    let is_whole = step.starts_with("SCAN")
                        && ![
                            "orders_to_review",
                            "orders_cancel_open",
                            "orders_slow",
                            "orders_by_hand",
                            "refills_open",
                            "tickets_open",
                            "services_at_loss",
                        ]
                        .iter()
                        .any(|own| step.contains(own));
                    assert!(!is_whole || step == "SCAN p", "{sql}\n{step}");
                }
            }
        });
    }
}
