//! What the provider says about orders it took.

use super::error::OrderError;
use super::history::{Actor, Cause};
use super::model::{Order, State};
use super::status::{Dispatch, Outcome, Reason, Status};
use super::transition::{commit, seen};
use super::{rules, status, store, subscription};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::OrderId;
use crate::kernel::money::Vnd;
use crate::kernel::note::Note;
use crate::provider::{Account, NoReport, Report, ReportedStatus};
use crate::provider::{SyncTerms, sync_terms};

/// An order to ask the provider about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    pub order: OrderId,
    pub provider_order_id: String,
    /// With the order's id: where the next page of the same round begins.
    pub recheck_round: i64,
}

/// Follows a report of a provider's account, or remembers why it cannot be followed. `None`: nothing to be seen has
/// changed, or the provider speaks of an order that is not its own.
pub fn apply_report(
    tx: &Tx,
    at: Account,
    provider_order_id: &str,
    report: &Report,
) -> Result<Option<Order>, OrderError> {
    let Some(order) = sent(tx, at, provider_order_id)? else { return Ok(None) };
    let terms = sync_terms(tx, at.provider)?;
    let mut after = looked_at(&order.state, terms.round);
    let by_admin = order.state.progress.status.is_final() && store::ended_by_admin(tx, &order)?;
    if order.subscription.is_some() {
        return subscription::follow(tx, order, after, (report, &terms), by_admin);
    }
    match status::on_report(order.state.progress, by_admin, order.quantity, order.kind, report) {
        Outcome::Contradiction(why) if is_known_to_admin(tx, &order, &why)? => {}
        Outcome::Contradiction(why) => after.provider_mismatch = Some(why),
        Outcome::Nothing => {
            after.provider_mismatch = None;
            after.cost = reported_cost(&terms, report).or(after.cost);
        }
        Outcome::Change(progress) => {
            after.provider_mismatch = None;
            after.cost = reported_cost(&terms, report).or(after.cost);
            after.progress = progress;
            let is_canceled = progress.status == Status::Canceled;
            after.reason = is_canceled.then(|| after.cancel_reason(Reason::ProviderCanceled));
        }
    }
    let is_news = seen(&after) != seen(&order.state);
    let said = report.note();
    let followed = commit(tx, order.clone(), after, Cause::report(Some(&said)))?;
    subscription::heard_of_post(tx, &order, Some((report, &terms)))?;
    Ok(followed.filter(|_| is_news))
}

/// The provider was asked and said nothing usable about the order: no news, but a final one is asked for less often.
pub fn no_report(tx: &Tx, at: Account, provider_order_id: &str) -> Result<(), OrderError> {
    let Some(order) = sent(tx, at, provider_order_id)? else { return Ok(()) };
    let after = looked_at(&order.state, sync_terms(tx, at.provider)?.round);
    commit(tx, order, after, Cause::report(None))?;
    Ok(())
}

/// The provider answers with an error where the report should be. Open, the order is shown to the admin; a final one
/// it may well have forgotten, and that is no news.
pub fn apply_refusal(
    tx: &Tx,
    at: Account,
    provider_order_id: &str,
    said: &NoReport,
) -> Result<(), OrderError> {
    let Some(order) = sent(tx, at, provider_order_id)? else { return Ok(()) };
    let mut after = looked_at(&order.state, sync_terms(tx, at.provider)?.round);
    let why = said.note();
    if !order.state.progress.status.is_final() && !is_known_to_admin(tx, &order, &why)? {
        after.provider_mismatch = Some(why);
    }
    commit(tx, order.clone(), after, Cause::report(None))?;
    if said.denies_the_order() {
        subscription::heard_of_post(tx, &order, None)?;
    }
    Ok(())
}

/// Whether an admin has seen just this and decided, and nothing has happened since.
pub(super) fn is_known_to_admin(tx: &ReadTx, order: &Order, why: &Note) -> Result<bool, Fault> {
    let last = store::last_step(tx, order.id)?;
    Ok(last.is_some_and(|(kind, note)| kind.by() == Actor::Admin && note.as_ref() == Some(why)))
}

/// The order that the provider has under this id at the account that was asked.
fn sent(tx: &Tx, at: Account, provider_order_id: &str) -> Result<Option<Order>, Fault> {
    let order = store::by_provider_order(tx, at, provider_order_id)?;
    Ok(order.filter(|order| order.state.dispatch == Dispatch::Sent))
}

/// Plans the next look at an order that is final; an open one is due in every round.
fn looked_at(state: &State, round: i64) -> State {
    let mut after = state.clone();
    if let (Some(final_round), Some(due)) = (state.final_round, state.recheck_round)
        && due <= round
    {
        after.recheck_round = rules::next_look(final_round, round);
    }
    after
}

/// In VND, if the report says it in the provider's own currency. A canceled order costs nothing unless it says so.
fn reported_cost(terms: &SyncTerms, report: &Report) -> Option<Vnd> {
    let same_currency =
        report.currency.as_ref().is_none_or(|named| named.eq_ignore_ascii_case(&terms.currency));
    let said = report
        .charge
        .as_ref()
        .filter(|_| same_currency)
        .and_then(|charge| rules::reported_cost(charge.as_str(), &terms.exchange_rate));
    if report.status == ReportedStatus::Canceled { said.or(Some(Vnd::ZERO)) } else { said }
}
