//! Lists of orders: which ones, newest first, a page at a time.

use super::model::Order;
use super::status::{Dispatch, Status};
use super::store;
use crate::accounts;
use crate::db::{ReadTx, first_since};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{OrderId, ProviderId, ServiceId, UserId, UserSet, after_hash};
use crate::kernel::page::{Cursor, Page, PageRequest};
use crate::kernel::text::trimmed;
use crate::order_types::Params;
use crate::provider;
use std::cmp::Reverse;

const TABLE: &str = "orders";
/// Fewer characters stand in too many links to be looked for.
const MIN_PART_CHARS: usize = 3;
/// No link is longer.
const MAX_PART_CHARS: usize = 2048;
/// So many users are looked at whose names begin with what is searched for.
const MOST_NAMED: i64 = 10;

/// Which orders a list shows: those that meet all that is given.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub user: Option<UserId>,
    pub status: Option<Status>,
    pub provider: Option<ProviderId>,
    pub service: Option<ServiceId>,
    /// Only the runs of this drip-feed. Elsewhere runs are not listed, but for what is to be decided.
    pub parent: Option<OrderId>,
    /// Only those that wait for an admin: parked, with a provider mismatch, or queued where nothing is sent.
    pub review: bool,
    /// Only those whose customer waits to hear that it is canceled.
    pub cancel_open: bool,
    /// Only those that are open for much longer than their service takes.
    pub slow: bool,
    /// Only open ones that are done by hand.
    pub by_hand: bool,
    /// Only those that wait to be sent to `provider`, which has to be given.
    pub queued: bool,
    /// Placed from this moment on, and before that one. Ids rise with time, so both become bounds of ids.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub search: Option<Search>,
    /// For whoever is not told of providers: their ids find nothing.
    pub hides_providers: bool,
    /// Users whose orders are not listed.
    pub without: UserSet,
}

/// What is searched for: an order by its id, or a part of the link in any case; among everybody's orders also one by
/// the provider's id, and a user's by the beginning of the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    pub(super) id: Option<OrderId>,
    pub(super) part: Option<String>,
    /// As it was asked for: a provider's id of an order can be anything.
    pub(super) text: String,
}

impl Search {
    /// Digits name an id and are looked for in links too; behind a `#` they are an id alone. `Err`: it is neither
    /// an id nor long enough for a part.
    pub fn parse(text: &str) -> Result<Search, Rule> {
        let text = trimmed(text);
        if let Some(id) = after_hash(text) {
            return Ok(Search { id: Some(OrderId::new(id)), part: None, text: text.to_owned() });
        }
        let is_id = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let id = if is_id { text.parse().ok().map(OrderId::new) } else { None };
        let chars = text.chars().count();
        let fits = (MIN_PART_CHARS..=MAX_PART_CHARS).contains(&chars) && !text.chars().any(char::is_control);
        let part = fits.then(|| text.to_owned());
        if id.is_none() && part.is_none() {
            return Err(Rule::OrderSearch { min: MIN_PART_CHARS, max: MAX_PART_CHARS });
        }
        Ok(Search { id, part, text: text.to_owned() })
    }
}

impl Filter {
    fn meets(&self, order: &Order) -> bool {
        self.user.is_none_or(|user| user == order.user)
            && !self.without.contains(order.user)
            && self.status.is_none_or(|status| status == order.state.progress.status)
            && self.provider.is_none_or(|provider| Some(provider) == order.provider)
            && self.service.is_none_or(|service| service == order.service)
            && self.parent.is_none_or(|parent| order.run.is_some_and(|run| run.parent == parent))
            && (!self.review || order.state.waits_for_admin())
            && (!self.cancel_open || order.state.is_cancel_open())
            && (!self.slow || order.is_slow)
            && (!self.by_hand || order.state.is_to_do_by_hand())
            && (!self.queued || order.state.dispatch == Dispatch::Queued)
    }
}

/// A page of the orders that meet the filter, newest first, without their params.
pub fn list(tx: &ReadTx, filter: &Filter, mut page: PageRequest) -> Result<Page<Order>, Fault> {
    if let Some(until) = filter.until {
        let end = first_since(tx, TABLE, until)?;
        page.cursor = Cursor::before(page.cursor.get().min(end));
    }
    let mut rows = Vec::new();
    for filter in parts(tx, filter)? {
        rows.extend(match &filter.search {
            None => store::list(tx, &filter, page)?,
            Some(search) => found(tx, &filter, search, page)?,
        });
    }
    rows.sort_unstable_by_key(|order| Reverse(order.id));
    rows.dedup_by_key(|order| order.id);
    rows.truncate(usize::try_from(page.limit.probe()).unwrap_or(usize::MAX));
    if let Some(from) = filter.from {
        // With the first order that is too old the list ends, and so do its pages.
        let first = first_since(tx, TABLE, from)?;
        rows.retain(|order| order.id.get() >= first);
    }
    Ok(Page::from_probe(rows, page.limit, |order| order.id.get()))
}

/// What waits for an admin is several lists, each with an index of its own: what is to be decided, and the queue of
/// each provider that gets no orders.
fn parts(tx: &ReadTx, filter: &Filter) -> Result<Vec<Filter>, Fault> {
    let mut parts = vec![filter.clone()];
    if filter.review {
        for stopped in provider::stopped(tx)? {
            if filter.provider.is_none_or(|provider| provider == stopped) {
                let queue = Filter { review: false, queued: true, provider: Some(stopped), ..filter.clone() };
                parts.push(queue);
            }
        }
    }
    Ok(parts)
}

/// The order with the id, and those with the part in their link, as one list. Each part of it is read by an index, and
/// no further than the page reaches.
fn found(tx: &ReadTx, filter: &Filter, search: &Search, page: PageRequest) -> Result<Vec<Order>, Fault> {
    let mut ids = match &search.part {
        None => Vec::new(),
        Some(part) => store::ids_by_link(tx, filter, part, page)?,
    };
    let mut exact: Vec<OrderId> = search.id.into_iter().collect();
    // What a provider calls its orders, and who else buys, is nothing that customers know.
    if filter.user.is_none() {
        if !filter.hides_providers {
            exact.extend(store::by_any_provider_order(tx, &search.text)?);
        }
        ids.extend(ids_by_buyer(tx, filter, search, page)?);
    }
    for id in exact {
        let Some(order) = shown(tx, filter, id)? else { continue };
        if order.id.get() < page.cursor.get() && filter.meets(&order) {
            ids.push(order.id);
        }
    }
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    ids.truncate(usize::try_from(page.limit.probe()).unwrap_or(usize::MAX));
    let mut orders = Vec::with_capacity(ids.len());
    for id in ids {
        let gone = || Fault::Corrupt(format!("the search knows order {id}, the table does not"));
        orders.push(Order { params: Params::default(), ..store::by_id(tx, id)?.ok_or_else(gone)? });
    }
    Ok(orders)
}

/// The order with the id; where runs are not listed, the one that it is a run of.
fn shown(tx: &ReadTx, filter: &Filter, id: OrderId) -> Result<Option<Order>, Fault> {
    let Some(order) = store::by_id(tx, id)? else { return Ok(None) };
    let has_runs = filter.review || filter.slow || filter.by_hand || filter.parent.is_some();
    if order.run.is_none() || has_runs {
        return Ok(Some(order));
    }
    store::by_id(tx, order.shown_as())
}

/// The newest orders of those whose names begin with what is searched for, up to one more than a page of each.
fn ids_by_buyer(
    tx: &ReadTx,
    filter: &Filter,
    search: &Search,
    page: PageRequest,
) -> Result<Vec<OrderId>, Fault> {
    let Some(part) = &search.part else { return Ok(Vec::new()) };
    let mut ids = Vec::new();
    for user in accounts::named(tx, part, MOST_NAMED)? {
        let theirs = Filter { user: Some(user), search: None, ..filter.clone() };
        ids.extend(store::list(tx, &theirs, page)?.into_iter().map(|order| order.id));
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_an_id_or_long_enough() {
        let parsed = |text: &str| Search::parse(text).ok().map(|s| (s.id.map(OrderId::get), s.part));
        assert_eq!(parsed("7"), Some((Some(7), None)));
        assert_eq!(parsed(" 123 "), Some((Some(123), Some("123".to_owned()))));
        assert_eq!(parsed(" #1234 "), Some((Some(1234), None)));
        assert_eq!(parsed("a/b"), Some((None, Some("a/b".to_owned()))));
        assert_eq!(parsed("99999999999999999999"), Some((None, Some("99999999999999999999".to_owned()))));
        for text in ["", "  ", "ab", "-1", "a\0bc", &"x".repeat(2049)] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
    }
}
