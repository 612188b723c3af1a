//! What an order is: what was sold, which never changes, and its state, which moves.

use super::cancel::{self, CancelRequest, CancelState};
use super::status::{Dispatch, Progress, Reason, Status};
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::{OrderId, ProviderId, ServiceId, UserId};
use crate::kernel::money::{Percent, Quantity, Rate, Vnd};
use crate::kernel::note::Note;
use crate::order_types::{OrderType, Params};

/// What was bought, as sold, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub user: UserId,
    pub service: ServiceId,
    pub service_name: String,
    pub kind: &'static OrderType,
    pub link: String,
    pub quantity: Quantity,
    /// What the type needs besides, as the buyer gave it. Lists leave it out.
    pub params: Params,
    pub rate: Rate,
    pub discount: Percent,
    pub charge: Vnd,
    /// It is not sent before this time; `None`: at once.
    pub start_at: Option<Timestamp>,
    /// How it is split up into runs; `None`: it is not.
    pub feed: Option<Feed>,
    /// For how many posts it is paid in advance; `None`: it is for none.
    pub subscription: Option<Subscription>,
    /// Which run or post of another order it is, if it is one. Such a one has no money of its own.
    pub run: Option<Run>,
    /// `None`: fulfilled by hand.
    pub provider: Option<ProviderId>,
    /// The number of the provider's present account.
    pub account: Option<i64>,
    /// The provider's id of the service.
    pub provider_service: Option<String>,
    /// Whether its service lets orders that were sent be canceled, as of now.
    pub cancel_offered: bool,
    /// Whether a refill can be asked for now.
    pub can_refill: bool,
    /// The order for the same link that has to end first.
    pub behind: Option<OrderId>,
    /// When it can, where only the time is missing.
    pub refill_from: Option<String>,
    /// Whether it is open for much longer than its service takes.
    pub is_slow: bool,
    pub created_at: Timestamp,
    /// When the state changed last.
    pub updated_at: Timestamp,
    pub state: State,
}

/// How an order is split up into runs of its quantity, and how far they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    pub runs: i64,
    pub interval_minutes: i64,
    /// How many became orders, and how many of those have ended.
    pub begun: i64,
    pub ended: i64,
    /// When the next one is due. `None`: the last one is not sent yet, or there is none left.
    pub next_at: Option<Timestamp>,
    /// Why those that are left do not begin.
    pub stopped: Option<Reason>,
    /// Up to this cost of a run the sale is somebody's wish.
    pub accepted_cost: Option<Vnd>,
    /// So many of the next ones wait for a person, and why.
    pub doubtful: i64,
    pub doubt: Option<Note>,
}

/// The posts that an order is for, and how far they are. Its quantity is the most that all of them can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub posts: i64,
    /// So many units each post gets at least, and at most.
    pub least: i64,
    pub most: i64,
    /// Its last day, `2026-11-22`.
    pub expiry: String,
    /// How many posts the provider has reported.
    pub seen: i64,
    /// When the provider said first that it is over.
    pub ended_at: Option<Timestamp>,
}

/// The place of a run, or of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub parent: OrderId,
    /// 1 for the first.
    pub number: i64,
}

/// The part of an order that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub progress: Progress,
    /// There is one exactly while it is canceled.
    pub reason: Option<Reason>,
    /// All that went back so far, 0 to the charge.
    pub refunded: Vnd,
    /// What of the charge counts as spent only later, when it is released.
    pub unreleased: Vnd,
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
    pub provider_mismatch: Option<Note>,
    /// The provider's sync round from which on it is asked for again.
    pub recheck_round: Option<i64>,
    /// The round in which it became final.
    pub final_round: Option<i64>,
    /// When it was completed.
    pub completed_at: Option<Timestamp>,
    /// That its customer wants it canceled.
    pub cancel: Option<CancelRequest>,
}

impl State {
    /// Parked, or with a provider mismatch.
    pub fn waits_for_admin(&self) -> bool {
        self.dispatch == Dispatch::Review || self.provider_mismatch.is_some()
    }

    /// Whether nobody but the operator can bring it to its end.
    pub fn is_to_do_by_hand(&self) -> bool {
        self.dispatch == Dispatch::Manual && !self.progress.status.is_final()
    }

    /// Whether its provider has it or is to get it: then it holds up others for its link, where these want one at a
    /// time.
    pub(super) fn is_under_way(&self) -> bool {
        let is_there = match self.dispatch {
            Dispatch::Queued | Dispatch::Sending | Dispatch::Sent => true,
            Dispatch::Scheduled
            | Dispatch::DripFeed
            | Dispatch::Manual
            | Dispatch::Refused
            | Dispatch::Review => false,
        };
        is_there && !self.progress.status.is_final()
    }

    /// Whether its customer waits to hear that it is canceled.
    pub fn is_cancel_open(&self) -> bool {
        let is_open = |request: &CancelRequest| match request.state {
            CancelState::Wanted | CancelState::Asked => true,
            CancelState::Refused | CancelState::Done => false,
        };
        self.cancel.as_ref().is_some_and(is_open)
    }

    /// Why it is canceled now by somebody else: at the customer's wish, if there is one.
    pub(super) fn cancel_reason(&self, otherwise: Reason) -> Reason {
        match &self.cancel {
            Some(wish) if self.is_cancel_open() => cancel::reason(wish.by_support),
            Some(_) | None => otherwise,
        }
    }
}

impl Order {
    /// Why nothing is done about it yet, in a word; `None`: it waits for nothing.
    pub fn waits_for(&self) -> Option<&'static str> {
        if self.behind.is_some() {
            return Some("link");
        }
        let is_ahead = match &self.feed {
            None => self.state.dispatch == Dispatch::Scheduled,
            Some(feed) if feed.begun == 0 => self.start_at.is_some() && feed.next_at.is_some(),
            Some(feed) => return feed.next_at.map(|_| "interval"),
        };
        is_ahead.then_some("start_at")
    }

    /// The least and the most that the service's limits hold for: those of a post, or its quantity.
    pub(super) fn limited(&self) -> (i64, i64) {
        let units = self.quantity.get();
        self.subscription.as_ref().map_or((units, units), |sold| (sold.least, sold.most))
    }

    /// All its units, those of the runs to come too.
    pub fn ordered(&self) -> Quantity {
        let runs = self.feed.as_ref().map_or(1, |feed| feed.runs);
        Quantity::new(self.quantity.get().saturating_mul(runs)).unwrap_or(self.quantity)
    }

    /// The order that it is seen as: itself, or the one it is a run of.
    pub(super) fn shown_as(&self) -> OrderId {
        self.run.map_or(self.id, |run| run.parent)
    }

    /// Where its way begins once its time has come.
    pub(super) fn first_dispatch(&self) -> Dispatch {
        if self.provider.is_some() { Dispatch::Queued } else { Dispatch::Manual }
    }

    /// As the API names it: what waits for its time is queued there, and a drip-feed stands where its runs are.
    pub fn shown_dispatch(&self, dispatch: Dispatch) -> &'static str {
        let shown = match (dispatch, self.state.progress.status) {
            (Dispatch::Scheduled, _) => self.first_dispatch(),
            (Dispatch::DripFeed, Status::Pending) => Dispatch::Queued,
            (Dispatch::DripFeed, Status::Canceled) => Dispatch::Refused,
            (Dispatch::DripFeed, _) => Dispatch::Sent,
            (dispatch, _) => dispatch,
        };
        shown.into_str()
    }

    /// Whether the provider's account that it belongs to was left: its ids mean nothing at the present one.
    pub fn is_left(&self) -> bool {
        self.state.account.is_some() && self.state.account != self.account
    }
}
