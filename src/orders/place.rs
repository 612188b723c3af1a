//! Buying: the charge is computed from what is read in the transaction that takes it.

use super::error::OrderError;
use super::model::{Order, State, Subscription};
use super::schedule::Timing;
use super::status::{Dispatch, Progress, Status};
use super::{rules, store};
use crate::accounts::Buyer;
use crate::catalog::{self, Price, PriceList, Service};
use crate::db::{ReadTx, Tx};
use crate::kernel::change::Change;
use crate::kernel::day::Day;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{OrderId, ServiceId, UserId};
use crate::kernel::money::{Percent, Quantity, Rate, Vnd};
use crate::kernel::text;
use crate::ledger::{self, LedgerError, Posting};
use crate::order_types::{Params, Posts};
use crate::settings::{self, table};
use crate::{accounts, provider};

/// What a customer asks for.
#[derive(Debug, Clone)]
pub struct Placement {
    pub user: UserId,
    pub service: ServiceId,
    pub link: String,
    /// Not needed where the type of the service says how many.
    pub quantity: Option<i64>,
    /// The type's other fields.
    pub params: Params,
    pub timing: Timing,
    /// What the customer was shown; a higher charge is refused, a lower one goes through.
    pub expected_charge: Option<Vnd>,
}

/// What an order would cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quote {
    pub charge: Vnd,
    pub quantity: Quantity,
    /// What the rate is multiplied by: the quantity of all runs, or 1 where it is for the order.
    pub units: i64,
    pub rate: Rate,
    pub discount: Percent,
}

/// A placement that only a low balance can still refuse.
pub(super) struct Priced {
    placement: Placement,
    service: Service,
    quantity: Quantity,
    units: i64,
    dispatch: Dispatch,
    buyer: Buyer,
    price: Price,
    pub charge: Vnd,
}

impl Priced {
    /// What of the charge counts as spent at once.
    pub fn spent(&self) -> Vnd {
        if self.dispatch.is_for_later() { Vnd::ZERO } else { self.charge }
    }
}

/// What a customer pays for each service now.
pub fn price_list(tx: &ReadTx, user: UserId) -> Result<PriceList, Fault> {
    let discount = accounts::buyer(tx, user, Vnd::ZERO)?.map_or(Percent::ZERO, |buyer| buyer.discount);
    catalog::price_list(tx, user, discount)
}

/// What the order would cost now. Errors: those of `place`, but for the balance.
pub fn quote(tx: &ReadTx, placement: Placement) -> Result<Quote, OrderError> {
    let Priced { quantity, units, price, charge, .. } = priced(tx, placement, Vnd::ZERO)?;
    Ok(Quote { charge, quantity, units, rate: price.rate, discount: price.discount })
}

/// Makes the order and charges it. It is sent later, by the jobs. Refuses before it writes anything.
///
/// Errors: `Maintenance`, `Fields`, `ServiceInactive`, `ServiceInMaintenance`, `NotConfigured`, `PriceChanged`, and the
/// ledger's `Insufficient`.
pub fn place(tx: &Tx, placement: Placement) -> Result<Order, OrderError> {
    let priced = priced(tx, placement, Vnd::ZERO)?;
    charged(priced.charge, None, priced.buyer.balance)?;
    insert(tx, priced)
}

/// Whether so much can be taken: the ledger would say so too, but after orders were written.
pub(super) fn charged(charge: Vnd, expected: Option<Vnd>, balance: Vnd) -> Result<(), OrderError> {
    if expected.is_some_and(|most| charge > most) {
        return Err(OrderError::PriceChanged { charge });
    }
    if balance < charge {
        return Err(LedgerError::Insufficient { balance, needed: charge }.into());
    }
    Ok(())
}

/// Writes the order and takes its charge.
pub(super) fn insert(tx: &Tx, priced: Priced) -> Result<Order, OrderError> {
    let Priced { placement, service, quantity, units, dispatch, buyer, price, charge } = priced;
    let offer = service.offer;
    let runs = placement.timing.runs.unwrap_or(1);
    let of_one = units.checked_div(runs).unwrap_or(units);
    let cost = offer.cost.map(|cost| rules::expected_cost(offer.kind, cost, of_one)).transpose()?;
    let feed = placement.timing.feed(tx.now(), cost);
    // What a drip-feed costs is what its runs cost.
    let cost = cost.filter(|_| feed.is_none());
    let posts = offer.kind.posts(&placement.params);
    let mut order = Order {
        id: OrderId::new(0),
        user: buyer.id,
        service: service.id,
        service_name: offer.name,
        kind: offer.kind,
        link: placement.link,
        quantity,
        params: placement.params,
        rate: price.rate,
        discount: price.discount,
        charge,
        start_at: placement.timing.start_at,
        feed,
        subscription: posts.clone().map(subscription),
        run: None,
        provider: offer.provider,
        account: None,
        provider_service: offer.provider_service,
        cancel_offered: offer.cancel,
        can_refill: false,
        behind: None,
        refill_from: None,
        is_slow: false,
        created_at: tx.now(),
        updated_at: tx.now(),
        state: fresh(dispatch, cost),
    };
    order.id = store::insert(tx, &order)?;
    ledger::post(tx, &Posting::order_charge(order.user, order.id, charge))?;
    if dispatch.is_for_later() {
        order.state.unreleased = charge;
        store::hold_back(tx, order.id, charge)?;
    }
    if let Some(feed) = &order.feed {
        store::insert_feed(tx, order.id, feed)?;
    }
    if let Some(posts) = &posts {
        store::insert_subscription(tx, order.id, posts)?;
    }
    tx.changed(Change::Order(order.user, order.id));
    if order.state.is_to_do_by_hand() {
        tx.changed(Change::Review);
    }
    Ok(order)
}

fn subscription(Posts { count, least, most, expiry }: Posts) -> Subscription {
    Subscription { posts: count, least, most, expiry, seen: 0, ended_at: None }
}

/// What the order costs a buyer who has spent so much more than is written down.
pub(super) fn priced(tx: &ReadTx, mut placement: Placement, spending: Vnd) -> Result<Priced, OrderError> {
    if settings::flag(tx, &table::MAINTENANCE)? {
        return Err(OrderError::Maintenance);
    }
    let service = sold(tx, placement.service, placement.user)?;
    let offer = &service.offer;
    // What clipboards add around an address is no part of it.
    placement.link = text::trimmed(&placement.link).to_owned();
    let begins = Day::of(placement.timing.start_at.map_or(tx.now(), |start| start.max(tx.now())));
    let quantity = rules::quantity(offer, &placement.link, placement.quantity, &placement.params, begins);
    let timed = placement.timing.check(tx, offer);
    let quantity = match quantity {
        Ok(quantity) if timed.is_empty() => quantity,
        quantity => {
            let wrong = quantity.err().unwrap_or_default();
            return Err(OrderError::Fields(wrong.into_iter().chain(timed).collect()));
        }
    };
    if let Some(target) = offer.kind.link_from.and_then(|name| placement.params.shown(name)) {
        placement.link = target;
    }
    let dispatch = match offer.provider {
        None => Dispatch::Manual,
        Some(id) if provider::configured(tx, id)? || has_another(tx, service.id)? => Dispatch::Queued,
        Some(_) => return Err(OrderError::NotConfigured),
    };
    let dispatch = placement.timing.later().unwrap_or(dispatch);
    let buyer = accounts::buyer(tx, placement.user, spending)?;
    let buyer = buyer.ok_or_else(|| Fault::Internal("the buyer has no account".to_owned()))?;
    let units = offer.kind.units(quantity.get(), &placement.params);
    let units =
        units.and_then(|units| units.checked_mul(placement.timing.runs.unwrap_or(1))).ok_or_else(too_much)?;
    let price = catalog::price(tx, buyer.id, &service, buyer.discount)?;
    let charge = rules::charge(offer.kind, price.rate, units, price.discount).map_err(|_| too_much())?;
    if placement.expected_charge.is_some_and(|most| charge > most) {
        return Err(OrderError::PriceChanged { charge });
    }
    Ok(Priced { placement, service, quantity, units, dispatch, buyer, price, charge })
}

/// Whether any of several sources can be called.
fn has_another(tx: &ReadTx, service: ServiceId) -> Result<bool, Fault> {
    for source in catalog::several(tx, service)? {
        if provider::configured(tx, source.provider)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// More than money can say.
pub(super) fn too_much() -> OrderError {
    OrderError::field("quantity", Rule::AmountAtMost { max: i64::MAX })
}

fn sold(tx: &ReadTx, id: ServiceId, buyer: UserId) -> Result<Service, OrderError> {
    match catalog::visible(tx, id, Some(buyer))? {
        None => Err(OrderError::field("service_id", Rule::NoSuch)),
        Some(service) if !service.offer.active => Err(OrderError::ServiceInactive),
        Some(service) if !service.takes_orders() => Err(OrderError::ServiceInMaintenance),
        Some(service) => Ok(service),
    }
}

pub(super) fn fresh(dispatch: Dispatch, cost: Option<Vnd>) -> State {
    State {
        progress: Progress { status: Status::Pending, start_count: None, remains: None },
        reason: None,
        refunded: Vnd::ZERO,
        unreleased: Vnd::ZERO,
        dispatch,
        account: None,
        provider_order: None,
        cost,
        attempts: 0,
        attempted_at: None,
        dispatch_note: None,
        provider_mismatch: None,
        recheck_round: None,
        final_round: None,
        completed_at: None,
        cancel: None,
    }
}
