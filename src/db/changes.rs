//! News of committed changes, for those who listen.
//!
//! The writer publishes after its commit. Each change gets a number, and the last few thousand are kept, so that a
//! listener who was away for a moment can catch up. A listener has a short list of what it has not read yet; equal
//! changes are one entry in it, and when it is full the listener is told that it missed something. So nobody's
//! slowness costs more than that list, and publishing wakes only those whom a change concerns.

use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::UserId;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::mem::take;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// Changes that are remembered for listeners who come back; 32 bytes each.
const KEPT: usize = 8192;
/// Different changes that may wait for one listener.
const PENDING: usize = 256;
/// Listeners on one user's behalf; one more ends the oldest. A browser needs one, whatever the number of its tabs.
pub const LISTENERS_PER_USER: usize = 8;
/// In all.
const LISTENERS: usize = 8192;

/// Where changes are published and listened to. Cheap to clone.
#[derive(Clone)]
pub struct Changes(Arc<Mutex<State>>);

struct State {
    /// The number of the latest change.
    newest: i64,
    /// Whoever has seen the changes up to this one can be told all later ones.
    forgotten: i64,
    kept: VecDeque<(i64, Change)>,
    /// Of each user whose orders changed and are not forgotten: the number of the latest such change.
    ordered: HashMap<UserId, i64>,
    listeners: HashMap<Topic, Vec<Arc<Listener>>>,
    count: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Topic {
    Of(UserId),
    Review,
}

fn topic(change: Change) -> Topic {
    match change {
        Change::Session(user)
        | Change::Order(user, _)
        | Change::Refill(user, _)
        | Change::Deposit(user, _)
        | Change::Ticket(user, _)
        | Change::Balance(user) => Topic::Of(user),
        Change::Review => Topic::Review,
    }
}

#[derive(Default)]
struct Listener {
    waiting: Mutex<Waiting>,
    bell: Notify,
    /// Younger ones of the same user took its place.
    is_replaced: AtomicBool,
}

#[derive(Default)]
struct Waiting {
    news: Vec<(i64, Change)>,
    has_missed: bool,
}

impl Waiting {
    fn add(&mut self, number: i64, change: Change) {
        if self.has_missed {
            return;
        }
        if let Some(known) = self.news.iter().position(|(_, known)| *known == change) {
            self.news.remove(known);
        } else if self.news.len() >= PENDING {
            *self = Waiting { news: Vec::new(), has_missed: true };
            return;
        }
        self.news.push((number, change));
    }
}

/// What a listener is told at once.
#[derive(Debug, PartialEq, Eq)]
pub struct News {
    /// In the order of their numbers, each change once. Empty when something was missed.
    pub changes: Vec<(i64, Change)>,
    /// There was more than could be kept: everything may have changed.
    pub has_missed: bool,
    /// With this news the listener knows everything up to this number.
    pub up_to: i64,
    /// There is no more to come: the user has opened as many younger streams as one may have.
    pub is_over: bool,
}

/// Somebody who listens, until dropped.
pub struct Subscription {
    hub: Changes,
    listener: Arc<Listener>,
    topics: Vec<Topic>,
}

impl Changes {
    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.0.lock().count
    }

    /// Numbers begin at the clock's time, far above those of an earlier process.
    pub(super) fn new(now: Timestamp) -> Self {
        let first = now.millis().saturating_mul(1 << 20);
        let state = State {
            newest: first,
            forgotten: first,
            kept: VecDeque::new(),
            ordered: HashMap::new(),
            listeners: HashMap::new(),
            count: 0,
        };
        Changes(Arc::new(Mutex::new(state)))
    }

    /// Tells what one commit has changed.
    pub(super) fn publish(&self, mut changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        changes.sort_unstable();
        changes.dedup();
        let mut state = self.0.lock();
        for change in changes {
            state.publish(change);
        }
    }

    /// The number of the latest change. Whatever is read from now on holds that one and all before it.
    pub fn newest(&self) -> i64 {
        self.0.lock().newest
    }

    /// Whether what was read of the user's orders after `number` was the newest still holds. `false` also when that is
    /// not known any more.
    pub fn orders_stand_since(&self, user: UserId, number: i64) -> bool {
        let state = self.0.lock();
        let latest = state.ordered.get(&user).copied().unwrap_or(state.forgotten);
        latest <= number
    }

    /// Listens for changes that concern the user, and with `review` for what waits for whoever works here. With `after`
    /// it begins with what happened since that number; if that is not known any more, with the word that something was
    /// missed. The oldest of `LISTENERS_PER_USER` gives way.
    ///
    /// `None`: there are too many listeners of all users.
    pub fn subscribe(&self, user: UserId, review: bool, after: Option<i64>) -> Option<Subscription> {
        let mut topics = vec![Topic::Of(user)];
        topics.extend(review.then_some(Topic::Review));
        let listener = Arc::new(Listener::default());
        let mut state = self.0.lock();
        state.make_room(user);
        if state.count >= LISTENERS {
            return None;
        }
        if let Some(after) = after {
            *listener.waiting.lock() = state.since(after, &topics);
        }
        for topic in &topics {
            state.listeners.entry(*topic).or_default().push(listener.clone());
        }
        state.count = state.count.saturating_add(1);
        drop(state);
        Some(Subscription { hub: self.clone(), listener, topics })
    }
}

impl State {
    /// Ends the user's oldest listener when there are as many as may be.
    fn make_room(&mut self, user: UserId) {
        let Some(of_user) = self.listeners.get(&Topic::Of(user)) else { return };
        if of_user.len() < LISTENERS_PER_USER {
            return;
        }
        let Some(oldest) = of_user.first().cloned() else { return };
        self.remove(&oldest, &[Topic::Of(user), Topic::Review]);
        oldest.is_replaced.store(true, Ordering::Release);
        oldest.bell.notify_one();
    }

    /// Does nothing for one that is removed already.
    fn remove(&mut self, listener: &Arc<Listener>, topics: &[Topic]) {
        let mut was_there = false;
        for topic in topics {
            let Some(listeners) = self.listeners.get_mut(topic) else { continue };
            let before = listeners.len();
            listeners.retain(|known| !Arc::ptr_eq(known, listener));
            was_there |= listeners.len() < before;
            if listeners.is_empty() {
                self.listeners.remove(topic);
            }
        }
        if was_there {
            self.count = self.count.saturating_sub(1);
        }
    }

    fn publish(&mut self, change: Change) {
        let heard = self.listeners.get(&topic(change)).map_or(&[][..], Vec::as_slice);
        // The end of a session is nothing to catch up with: whoever comes back shows a token.
        if matches!(change, Change::Session(_)) {
            heard.iter().for_each(|listener| listener.bell.notify_one());
            return;
        }
        self.newest = self.newest.saturating_add(1);
        for listener in heard {
            listener.waiting.lock().add(self.newest, change);
            listener.bell.notify_one();
        }
        if let Change::Order(user, _) = change {
            self.ordered.insert(user, self.newest);
        }
        if self.kept.len() >= KEPT
            && let Some((number, change)) = self.kept.pop_front()
        {
            self.forget(number, change);
        }
        self.kept.push_back((self.newest, change));
    }

    fn forget(&mut self, number: i64, change: Change) {
        self.forgotten = number;
        if let Change::Order(user, _) = change
            && self.ordered.get(&user) == Some(&number)
        {
            self.ordered.remove(&user);
        }
    }

    fn since(&self, after: i64, topics: &[Topic]) -> Waiting {
        let mut missed = Waiting::default();
        if !(self.forgotten..=self.newest).contains(&after) {
            missed.has_missed = true;
            return missed;
        }
        let begin = self.kept.partition_point(|(number, _)| *number <= after);
        for (number, change) in self.kept.range(begin..) {
            if topics.contains(&topic(*change)) {
                missed.add(*number, *change);
            }
        }
        missed
    }
}

impl Subscription {
    /// Until there may be news, or one of the user's sessions may have ended.
    pub async fn heard(&self) {
        self.listener.bell.notified().await;
    }

    /// What is new since the last time.
    pub fn take(&self) -> News {
        let state = self.hub.0.lock();
        let Waiting { news, has_missed } = take(&mut *self.listener.waiting.lock());
        let is_over = self.listener.is_replaced.load(Ordering::Acquire);
        News { changes: news, has_missed, up_to: state.newest, is_over }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.0.lock().remove(&self.listener, &self.topics);
    }
}

#[cfg(test)]
#[path = "changes_tests.rs"]
mod tests;
