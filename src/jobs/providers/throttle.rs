//! When a provider may be given the next order. Pure: moments are handed in, nothing is called, nothing
//! waits.
//!
//! Every `add` without an answer becomes work for a person, so an outage must meet as few orders as possible;
//! and an answer that hangs must not hold up the other orders. Three rules do both:
//! - Few calls may be open that began after the last sign of life. A definite answer is one, so it stays at those few
//!   when nothing comes back. For each answer two may follow, so under load the slots fill up at once,
//!   also where all answers come at the same moment.
//! - When those few are overdue, `balance` is asked. An answer excuses them: it is they that hang, not the
//!   provider.
//! - After a failure nothing goes out until `balance` answers.
//! - A provider that turns orders away because of our account answers all the while, so orders are the only
//!   question: after a few such answers in a row one goes out at a time, in growing pauses, until one is taken.
//! - It may be one service alone that it does not take, or orders as large as one customer's. So whoever's order was
//!   turned away, and its service, are suspects for a minute: of theirs one goes out at a time, in pauses of their own,
//!   and the others go on.
//! - While a provider refuses everybody's orders in words that nobody knows (`orders` counts, and keeps it on
//!   disk), one order a minute goes out, each time the next one. A throttle that is held when the process starts tries
//!   at once.
//!
//! What had to wait then goes out in order, but by turns with what was ordered since: whoever comes after an
//! outage does not stand behind all of it.

use crate::jobs::runtime::backoff;
use crate::kernel::ids::{OrderId, UserId};
use crate::orders::{Dispatchable, FRONT, TurnedAway};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// Calls open at once: enough for 200 orders a second from a provider that takes 300 ms for each.
const MOST: usize = 64;
/// Calls open that began after the last sign of life, unless more than two answers came since the last call began.
const UNPROVEN: usize = 4;
/// An answer that takes longer makes the others ask for a sign of life.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long an order waits that the provider would take if our account with it were in order.
const HOLD: Duration = Duration::from_secs(20);
/// How long a customer, or a service, is suspected whose order was turned away.
const LATELY: Duration = Duration::from_secs(60);
/// How long an order waits for another one on the same link.
const LINK_HOLD: Duration = Duration::from_secs(50);
/// Between two orders while a provider is held.
const HELD_PAUSE: Duration = Duration::from_secs(60);
/// So long without a sign of life, and orders go to other sources.
const SILENCE: Duration = Duration::from_secs(60);
/// So long after it turned an order away for our account nothing goes there that has another source.
const ACCOUNT_PAUSE: Duration = Duration::from_secs(60);
/// Failures in a row, each after a sign of life, or orders turned away, that are met without a pause.
const FREE_FAILURES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What came of an `add`, as far as the throttle cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DispatchOutcome {
    /// Taken or refused: the provider is well.
    Definite,
    /// It is well, but wants nothing from us now.
    TurnedAway,
    /// It is well, but wants another order for the same link to end first.
    SameLink,
    /// It is well, but refuses everybody's orders.
    Held,
    /// No connection, or no clear answer.
    Nothing,
}

/// Decides when one provider gets its next orders.
#[derive(Debug, Default)]
pub(super) struct ProviderThrottle {
    /// With the moment each call began.
    open: HashMap<OrderId, Instant>,
    /// Turned away, and not to be tried before this moment.
    held: HashMap<OrderId, Instant>,
    /// Likewise, for the sake of another order on the same link.
    behind: HashMap<OrderId, Instant>,
    alive_at: Option<Instant>,
    /// Definite answers since the last call began.
    answers: usize,
    rest: Option<Rest>,
    /// Answers in a row that turned an order away for a reason of ours or the provider's.
    turned_away: u32,
    /// While there were too many of them, when the next order may try.
    trial_at: Option<Instant>,
    /// Who bought the orders that are open, and of which services they are.
    whose: HashMap<OrderId, (UserId, String)>,
    /// Whose orders, and of which services, were turned away, until when that counts.
    turned_users: HashMap<UserId, Instant>,
    turned_services: HashMap<String, Instant>,
    /// How many of theirs were turned away since one was taken, and when the next one may try.
    suspects: u32,
    suspects_at: Option<Instant>,
    /// While it is held, when the next order may try.
    held_until: Option<Instant>,
    /// The last order that went out.
    last: Option<OrderId>,
    /// The last order of those that had to wait; unknown until the first claim after a rest.
    backlog: Option<OrderId>,
    /// Whether the last claim was one of the orders behind them.
    was_newer: bool,
    /// Rests since the last definite answer.
    failures: u32,
    is_probing: bool,
    /// When it turned an order away for our account, while it has taken none since.
    account_at: Option<Instant>,
    /// Whether orders went elsewhere for that.
    is_avoided: bool,
}

/// Why orders that have another source go there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Avoided {
    Account,
    Silent,
}

#[derive(Debug, Clone, Copy)]
struct Rest {
    since: Instant,
    /// The next sign of life is asked for then.
    until: Instant,
    /// Questions without an answer in this rest.
    unanswered: u32,
}

impl ProviderThrottle {
    /// How many orders may go out now.
    pub(super) fn available_slots(&self, now: Instant) -> usize {
        if self.rest.is_some() {
            return 0;
        }
        if let Some(at) = self.held_until.max(self.trial_at) {
            return usize::from(at <= now && self.open.is_empty());
        }
        let unproven = self.answers.saturating_mul(2).max(UNPROVEN).saturating_sub(self.unproven().count());
        MOST.saturating_sub(self.open.len()).min(unproven)
    }

    /// Behind which order the next claim begins, when `newest` is the last of the queue.
    pub(super) fn claim_after(&mut self, newest: OrderId) -> OrderId {
        if self.held_until.is_some() || self.trial_at.is_some() {
            return self.last.unwrap_or(FRONT);
        }
        let backlog = *self.backlog.get_or_insert(newest);
        self.was_newer = !self.was_newer;
        if self.was_newer { backlog } else { FRONT }
    }

    /// Whose orders, and of which services, were turned away lately. Of theirs one goes out at a time, in growing
    /// pauses.
    pub(super) fn turned_away(&mut self, now: Instant) -> TurnedAway {
        self.turned_users.retain(|_, until| *until > now);
        self.turned_services.retain(|_, until| *until > now);
        let may_try = self.suspects_at.is_none_or(|at| at <= now)
            && !self.open.keys().any(|order| self.is_suspect(*order));
        TurnedAway {
            users: self.turned_users.keys().copied().collect(),
            services: self.turned_services.keys().cloned().collect(),
            trials: usize::from(may_try),
        }
    }

    fn is_suspect(&self, order: OrderId) -> bool {
        self.whose.get(&order).is_some_and(|(user, service)| {
            self.turned_users.contains_key(user) || self.turned_services.contains_key(service)
        })
    }

    /// An order was turned away; whether that is news about others than its customer and its service.
    fn suspect(&mut self, order: OrderId, now: Instant) -> bool {
        let is_known = self.is_suspect(order);
        if let Some((user, service)) = self.whose.remove(&order) {
            self.turned_users.insert(user, later(now, LATELY));
            self.turned_services.insert(service, later(now, LATELY));
            self.suspects_at = Some(later(now, pause(self.suspects)));
            self.suspects = self.suspects.saturating_add(1);
        }
        !is_known
    }

    /// An order was taken or refused: whoever bought it, and its service, are as good as others.
    fn clear(&mut self, order: OrderId) {
        let was_suspect = self.is_suspect(order);
        if let Some((user, service)) = self.whose.remove(&order) {
            self.turned_users.remove(&user);
            self.turned_services.remove(&service);
        }
        if was_suspect {
            (self.suspects, self.suspects_at) = (0, None);
        }
    }

    /// Whether its refusals are held, as the disk says.
    pub(super) fn hold(&mut self, is_held: bool, now: Instant) {
        self.held_until = is_held.then(|| self.held_until.unwrap_or(now));
    }

    /// Those that must not be claimed, however many slots there are.
    pub(super) fn except(&mut self, now: Instant) -> HashSet<OrderId> {
        self.held.retain(|_, until| *until > now);
        self.behind.retain(|_, until| *until > now);
        self.open.keys().chain(self.held.keys()).chain(self.behind.keys()).copied().collect()
    }

    pub(super) fn has_held(&self) -> bool {
        !self.held.is_empty() || self.is_avoided
    }

    /// Our account with it kept it from taking an order.
    pub(super) fn account_failed(&mut self, now: Instant) {
        self.account_at = Some(now);
    }

    /// Whether orders are to go to other sources now.
    pub(super) fn avoided(&self, now: Instant) -> Option<Avoided> {
        let lasts = |since: Instant, by: Duration| now < later(since, by);
        if self.account_at.is_some_and(|at| lasts(at, ACCOUNT_PAUSE)) {
            return Some(Avoided::Account);
        }
        self.rest.filter(|rest| !lasts(rest.since, SILENCE)).map(|_| Avoided::Silent)
    }

    /// Orders went elsewhere.
    pub(super) fn avoid(&mut self) {
        self.is_avoided |= self.account_at.is_some();
    }

    /// Whether orders are on their way.
    pub(super) fn is_sending(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether calls are open, of either kind.
    pub(super) fn is_busy(&self) -> bool {
        self.is_probing || self.is_sending()
    }

    pub(super) fn sends(&mut self, claimed: &Dispatchable, now: Instant) {
        self.whose.insert(claimed.order, (claimed.user, claimed.submission.provider_service_id.clone()));
        self.began(claimed.order, now);
    }

    fn began(&mut self, order: OrderId, now: Instant) {
        self.open.insert(order, now);
        self.last = Some(order);
        self.answers = 0;
        if let Some(until) = &mut self.held_until {
            *until = later(now, HELD_PAUSE);
        }
    }

    pub(super) fn ended(&mut self, order: OrderId, outcome: DispatchOutcome, now: Instant) {
        self.open.remove(&order);
        match outcome {
            DispatchOutcome::Definite => {
                (self.account_at, self.is_avoided) = (None, false);
                self.alive_at = Some(now);
                self.answers = self.answers.saturating_add(1);
                self.failures = 0;
                self.turned_away = 0;
                self.trial_at = None;
                self.clear(order);
            }
            DispatchOutcome::TurnedAway => {
                self.alive_at = Some(now);
                self.failures = 0;
                self.held.insert(order, later(now, HOLD));
                if self.suspect(order, now) {
                    let more = self.turned_away.checked_sub(FREE_FAILURES);
                    self.trial_at = more.map(|more| later(now, pause(more)));
                    self.turned_away = self.turned_away.saturating_add(1);
                }
                self.backlog = None;
            }
            DispatchOutcome::SameLink => {
                self.alive_at = Some(now);
                self.failures = 0;
                self.answers = self.answers.saturating_add(1);
                self.behind.insert(order, later(now, LINK_HOLD));
            }
            DispatchOutcome::Held => {
                self.alive_at = Some(now);
                self.failures = 0;
                self.held_until = Some(later(now, HELD_PAUSE));
            }
            DispatchOutcome::Nothing => self.begin_rest(now),
        }
        self.whose.remove(&order);
    }

    /// Whether a sign of life is to be asked for now; if so, the asking has begun.
    pub(super) fn begins_probe(&mut self, now: Instant) -> bool {
        let due = match self.rest {
            Some(rest) => rest.until <= now,
            None => self.overdue_at().is_some_and(|at| at <= now),
        };
        let begins = due && !self.is_probing;
        self.is_probing |= begins;
        begins
    }

    pub(super) fn probed(&mut self, answered: bool, now: Instant) {
        self.is_probing = false;
        if answered {
            self.alive_at = Some(now);
            self.rest = None;
            return;
        }
        if self.rest.is_none() {
            self.begin_rest(now);
        }
        if let Some(rest) = &mut self.rest {
            rest.until = later(now, pause(rest.unanswered));
            rest.unanswered = rest.unanswered.saturating_add(1);
        }
    }

    /// The next moment at which something may have changed by itself.
    pub(super) fn next_moment(&self) -> Option<Instant> {
        let probe = match self.rest {
            _ if self.is_probing => None,
            Some(rest) => Some(rest.until),
            None => self.overdue_at(),
        };
        self.held.values().copied().chain(probe).min()
    }

    /// When the calls that keep others from going out have taken too long.
    fn overdue_at(&self) -> Option<Instant> {
        let full = self.open.len() < MOST && self.unproven().count() >= UNPROVEN;
        let oldest = self.unproven().min().filter(|_| full)?;
        Some(later(oldest, PATIENCE))
    }

    fn unproven(&self) -> impl Iterator<Item = Instant> {
        self.open.values().copied().filter(|began| self.alive_at.is_none_or(|alive| *began > alive))
    }

    fn begin_rest(&mut self, now: Instant) {
        if self.rest.is_none() {
            self.failures = self.failures.saturating_add(1);
            let pause = match self.failures.checked_sub(FREE_FAILURES.saturating_add(1)) {
                None => Duration::ZERO,
                Some(more) => pause(more),
            };
            self.rest = Some(Rest { since: now, until: later(now, pause), unanswered: 0 });
            self.backlog = None;
            self.answers = 0;
        }
    }
}

/// After so many failures in a row.
fn pause(failures: u32) -> Duration {
    backoff(FIRST_PAUSE, LONGEST_PAUSE, failures)
}

fn later(now: Instant, by: Duration) -> Instant {
    now.checked_add(by).unwrap_or(now)
}

#[cfg(test)]
#[path = "throttle_tests.rs"]
mod tests;
