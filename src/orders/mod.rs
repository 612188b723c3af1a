//! Orders: what was bought, how far it is, and what goes back.
//!
//! An order, its charge and its way to the provider begin in one transaction. What was sold never changes; what moves
//! is the `State`, and every change of it goes through `moves`, which pays the difference of refunds and settles the
//! referrer's commission. What a report or an admin's decision means is decided in `status`, the figures in `rules`.
//!
//! Invariants:
//! - Refunds move to a cumulative target between 0 and the charge, so no repetition pays twice.
//! - A provider is asked for an order at most once, unless it refused clearly or provably never heard of it:
//!   `queued` becomes `sending` in a commit of its own, and whatever is found in `sending` later waits for a person.
//! - Final is final for providers; after that only an admin moves money.
//! - An order moves together with a row of `steps`, in the schema and not by good will.
//! - `recheck_round` is set exactly while a sent order is to be asked for: never at an account that was left.

mod admin;
mod dispatch;
mod error;
mod hold;
mod leave;
mod moves;
mod place;
mod rules;
mod search;
mod status;
mod steps;
mod store;
mod sync;

pub use admin::{Resolution, acknowledge, resolve, set_status};
pub use dispatch::{
    Dispatchable, FRONT, claim, newest_queued, park_interrupted, park_unsure, record_not_sent,
    record_same_link, record_sent, record_unknown,
};
pub use error::OrderError;
pub use hold::{record_refused, release};
pub use leave::{Proof, change_provider, follow_environment, ids_to_prove, settle_doubt};
pub use place::{Placement, place};
pub use search::{Filter, Search, index_links, list};
pub use status::{Decision, Dispatch, Outcome, Progress, Reason, Status, on_decision, on_report};
pub use steps::{Attempt, By, Step, StepKind, steps};
pub use sync::{Watched, apply_refusal, apply_report, no_report, to_poll};

use crate::catalog::ServiceKind;
use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId, ServiceId, UserId};
use crate::kernel::money::{Percent, Quantity, Rate, Vnd};
use crate::kernel::note::Note;

/// What was bought, as sold, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub user: UserId,
    pub service: ServiceId,
    pub service_name: String,
    pub kind: ServiceKind,
    pub link: String,
    pub quantity: Quantity,
    /// As the buyer wrote them. Lists leave them out.
    pub comments: Option<String>,
    pub rate: Rate,
    pub discount: Percent,
    pub charge: Vnd,
    /// `None`: fulfilled by hand.
    pub provider: Option<ProviderId>,
    /// The number of the provider's present account.
    pub account: Option<i64>,
    /// The provider's id of the service.
    pub provider_service: Option<String>,
    pub created_at: Timestamp,
    /// When the state changed last.
    pub updated_at: Timestamp,
    pub state: State,
}

/// The part of an order that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub progress: Progress,
    /// There is one exactly while it is canceled.
    pub reason: Option<Reason>,
    /// All that went back so far, 0 to the charge.
    pub refunded: Vnd,
    pub dispatch: Dispatch,
    /// The provider's account that it was claimed for, or parked at.
    pub account: Option<i64>,
    /// That account's id of the order.
    pub provider_order: Option<String>,
    /// What the provider takes; an estimate until it names its charge.
    pub cost: Option<Vnd>,
    /// How often it was claimed for sending, and when last.
    pub attempts: i64,
    pub attempted_at: Option<Timestamp>,
    /// What the last attempt came to.
    pub dispatch_note: Option<Note>,
    /// What the provider said last that could not be followed.
    pub contradiction: Option<Note>,
    /// The provider's sync round from which on it is asked for again.
    pub recheck_round: Option<i64>,
    /// The round in which it became final.
    pub final_round: Option<i64>,
}

impl State {
    /// Parked, or with a contradiction.
    pub fn waits_for_admin(&self) -> bool {
        self.dispatch == Dispatch::Review || self.contradiction.is_some()
    }
}

impl Order {
    /// Whether the provider's account that it belongs to was left: its ids mean nothing at the present one.
    pub fn is_left(&self) -> bool {
        self.state.account.is_some() && self.state.account != self.account
    }
}

/// `None`: no such order, whoever asks.
pub fn by_id(tx: &ReadTx, id: OrderId) -> Result<Option<Order>, Fault> {
    store::by_id(tx, id)
}

/// The user's own order; `None` also when it is somebody else's.
pub fn of_user(tx: &ReadTx, user: UserId, id: OrderId) -> Result<Option<Order>, Fault> {
    Ok(store::by_id(tx, id)?.filter(|order| order.user == user))
}

/// Where counting a user's orders of one status ends, so that it costs the same however many there are.
pub const MOST_COUNTED: i64 = 1000;

/// How many orders have each status: everybody's exactly, a user's up to `MOST_COUNTED`.
pub fn counts(tx: &ReadTx, user: Option<UserId>) -> Result<Vec<(Status, i64)>, Fault> {
    let Some(user) = user else { return store::counts(tx) };
    let count = |status: &Status| Ok((*status, store::count_of_user(tx, user, *status, MOST_COUNTED)?));
    Status::ALL.iter().map(count).collect()
}

/// How many orders wait to be sent to this provider.
pub fn queued_count(tx: &ReadTx, provider: ProviderId) -> Result<i64, Fault> {
    store::queued_count(tx, provider)
}

/// How many orders wait for an admin: parked, with a contradiction, or queued at a provider that gets no orders.
pub fn review_count(tx: &ReadTx) -> Result<i64, Fault> {
    store::review_count(tx)
}
