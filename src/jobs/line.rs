//! When a provider may be given the next order. Pure: moments are handed in, nothing is called, nothing
//! waits.
//!
//! Every `add` without an answer becomes work for a person, so an outage must meet as few orders as possible;
//! and an answer that hangs must not hold up the other orders. Three rules do both:
//! - Few calls may be open that began after the last sign of life. A definite answer is one, so it stays at those few
//!   when nothing comes back. For each answer two may follow, so under load the line fills up to its limit at once,
//!   also where all answers come at the same moment.
//! - When those few are overdue, `balance` is asked. An answer excuses them: it is they that hang, not the
//!   provider.
//! - After a failure nothing goes out until `balance` answers.
//! - A provider that turns orders away because of our account answers all the while, so orders are the only
//!   question: after a few such answers in a row one goes out at a time, in growing pauses, until one is taken.
//!
//! What had to wait then goes out in order, but by turns with what was ordered since: whoever comes after an
//! outage does not stand behind all of it.

use crate::kernel::ids::OrderId;
use crate::orders::FRONT;
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
/// Failures in a row, each after a sign of life, or orders turned away, that are met without a pause.
const FREE_FAILURES: u32 = 3;
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What an `add` came to, as far as the line cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// Taken or refused: the provider is well.
    Definite,
    /// It is well, but wants nothing from us now.
    AccountTrouble,
    /// No connection, or no clear answer.
    Nothing,
}

/// One provider's line.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// With the moment each call began.
    open: HashMap<OrderId, Instant>,
    /// Not to be tried before this moment.
    held: HashMap<OrderId, Instant>,
    alive_at: Option<Instant>,
    /// Definite answers since the last call began.
    answers: usize,
    rest: Option<Rest>,
    /// Answers in a row that found fault with our account.
    account_troubles: u32,
    /// While there were too many of them, when the next order may try.
    account_trial_at: Option<Instant>,
    /// The last order of those that had to wait; unknown until the first claim after a rest.
    backlog: Option<OrderId>,
    /// Whether the last turn was that of the orders behind them.
    was_newer: bool,
    /// Rests since the last definite answer.
    failures: u32,
    is_probing: bool,
}

#[derive(Debug, Clone, Copy)]
struct Rest {
    /// The next sign of life is asked for then.
    until: Instant,
    /// Questions without an answer in this rest.
    unanswered: u32,
}

impl Line {
    /// How many orders may go out now.
    pub(super) fn room(&self, now: Instant) -> usize {
        if self.rest.is_some() {
            return 0;
        }
        if let Some(at) = self.account_trial_at {
            return usize::from(at <= now && self.open.is_empty());
        }
        let unproven = self.answers.saturating_mul(2).max(UNPROVEN).saturating_sub(self.unproven().count());
        MOST.saturating_sub(self.open.len()).min(unproven)
    }

    /// Behind which order the next claim begins, when `newest` is the last of the queue.
    pub(super) fn turn(&mut self, newest: OrderId) -> OrderId {
        let backlog = *self.backlog.get_or_insert(newest);
        self.was_newer = !self.was_newer;
        if self.was_newer { backlog } else { FRONT }
    }

    /// Those that must not be claimed, whatever the room.
    pub(super) fn except(&mut self, now: Instant) -> HashSet<OrderId> {
        self.held.retain(|_, until| *until > now);
        self.open.keys().chain(self.held.keys()).copied().collect()
    }

    pub(super) fn has_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Whether orders are on their way.
    pub(super) fn is_sending(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether calls are open, of either kind.
    pub(super) fn is_busy(&self) -> bool {
        self.is_probing || self.is_sending()
    }

    pub(super) fn began(&mut self, order: OrderId, now: Instant) {
        self.open.insert(order, now);
        self.answers = 0;
    }

    pub(super) fn ended(&mut self, order: OrderId, came: Came, now: Instant) {
        self.open.remove(&order);
        match came {
            Came::Definite => {
                self.alive_at = Some(now);
                self.answers = self.answers.saturating_add(1);
                self.failures = 0;
                self.account_troubles = 0;
                self.account_trial_at = None;
            }
            Came::AccountTrouble => {
                self.alive_at = Some(now);
                self.failures = 0;
                self.held.insert(order, later(now, HOLD));
                let more = self.account_troubles.checked_sub(FREE_FAILURES);
                self.account_trial_at = more.map(|more| later(now, doubled(more)));
                self.account_troubles = self.account_troubles.saturating_add(1);
                self.backlog = None;
            }
            Came::Nothing => self.begin_rest(now),
        }
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
            rest.until = later(now, doubled(rest.unanswered));
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
                Some(more) => doubled(more),
            };
            self.rest = Some(Rest { until: later(now, pause), unanswered: 0 });
            self.backlog = None;
            self.answers = 0;
        }
    }
}

/// One second, doubled so often.
fn doubled(times: u32) -> Duration {
    Duration::from_secs(1_u64.checked_shl(times).unwrap_or(u64::MAX)).min(LONGEST_PAUSE)
}

fn later(now: Instant, by: Duration) -> Instant {
    now.checked_add(by).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    fn order(number: i64) -> OrderId {
        OrderId::new(number)
    }

    /// A line with this many calls begun at `now`.
    fn open(numbers: std::ops::Range<i64>, now: Instant) -> Line {
        let mut line = Line::default();
        numbers.for_each(|number| line.began(order(number), now));
        line
    }

    #[test]
    fn a_silent_provider_gets_a_handful() {
        let start = Instant::now();
        let mut line = open(0..4, start);
        assert_eq!(line.room(start), 0);
        assert!(!line.begins_probe(start));
        assert!(line.begins_probe(seconds(start, 1)), "it is asked whether it lives");
        assert!(!line.begins_probe(seconds(start, 1)), "once");
        line.probed(false, seconds(start, 2));
        assert_eq!(line.room(start), 0);
        for number in 0..4 {
            line.ended(order(number), Came::Nothing, seconds(start, 30));
        }
        assert_eq!(line.room(start), 0, "nothing goes out while it is silent");
    }

    #[test]
    fn hanging_answers_of_a_living_provider_hold_up_nobody() {
        let start = Instant::now();
        let mut line = open(0..4, start);
        assert!(line.begins_probe(seconds(start, 1)));
        line.probed(true, seconds(start, 1));
        assert_eq!(line.room(start), UNPROVEN);
        line.began(order(4), seconds(start, 2));
        line.ended(order(4), Came::Definite, seconds(start, 2));
        assert_eq!(line.room(start), UNPROVEN);
    }

    #[test]
    fn answers_open_the_line_up_to_its_limit() {
        let start = Instant::now();
        let mut line = Line::default();
        for number in 0..80 {
            if line.room(start) == 0 {
                break;
            }
            line.began(order(100 + number), seconds(start, 1));
            line.began(order(number), seconds(start, 1));
            line.ended(order(number), Came::Definite, seconds(start, 2));
            line.alive_at = Some(seconds(start, 3));
        }
        assert_eq!((line.open.len(), line.room(start)), (MOST, 0));
    }

    #[test]
    fn answers_that_come_at_the_same_moment_open_it_too() {
        let mut now = Instant::now();
        let mut line = Line::default();
        for expected in [4, 8, 16, 32, 64, 64] {
            assert_eq!(line.room(now), expected);
            let numbers = 0..i64::try_from(expected).expect("a small number");
            now = seconds(now, 1);
            numbers.clone().for_each(|number| line.began(order(number), now));
            assert_eq!(line.room(now), 0);
            now = seconds(now, 1);
            numbers.for_each(|number| line.ended(order(number), Came::Definite, now));
        }
        line.ended(order(0), Came::Nothing, now);
        line.probed(true, now);
        assert_eq!(line.room(now), UNPROVEN, "after a failure it begins anew");
    }

    #[test]
    fn what_had_to_wait_and_what_came_later_take_turns() {
        let start = Instant::now();
        let mut line = Line::default();
        let turns =
            |line: &mut Line, newest: i64| (0..4).map(|_| line.turn(order(newest))).collect::<Vec<_>>();
        assert_eq!(turns(&mut line, 7), [order(7), FRONT, order(7), FRONT]);
        assert_eq!(turns(&mut line, 90), [order(7), FRONT, order(7), FRONT]);
        line.began(order(91), start);
        line.ended(order(91), Came::Nothing, start);
        assert_eq!(
            turns(&mut line, 2000),
            [order(2000), FRONT, order(2000), FRONT],
            "the outage's own queue"
        );
    }

    #[test]
    fn after_a_failure_nothing_goes_out_before_a_sign_of_life() {
        let start = Instant::now();
        let mut line = open(0..1, start);
        line.ended(order(0), Came::Nothing, start);
        assert_eq!(line.room(start), 0);
        let mut now = start;
        let mut pauses = Vec::new();
        for _ in 0..6 {
            let due = line.next_moment().unwrap();
            pauses.push(due.duration_since(now).as_secs());
            now = due;
            assert!(line.begins_probe(now));
            line.probed(false, now);
        }
        assert_eq!(pauses, [0, 1, 2, 4, 8, 10]);
        now = line.next_moment().unwrap();
        assert!(line.begins_probe(now));
        line.probed(true, now);
        assert_eq!(line.room(start), UNPROVEN);
    }

    #[test]
    fn a_provider_that_lives_but_never_answers_an_order_is_asked_ever_less_often() {
        let start = Instant::now();
        let mut line = Line::default();
        let mut now = start;
        let mut pauses = Vec::new();
        for number in 0..9 {
            line.began(order(number), now);
            line.ended(order(number), Came::Nothing, now);
            let due = line.next_moment().unwrap();
            pauses.push(due.duration_since(now).as_secs());
            now = due;
            assert!(line.begins_probe(now));
            line.probed(true, now);
        }
        assert_eq!(pauses, [0, 0, 0, 1, 2, 4, 8, 10, 10]);
        line.began(order(9), now);
        line.ended(order(9), Came::Definite, now);
        line.began(order(10), now);
        line.ended(order(10), Came::Nothing, now);
        assert_eq!(line.next_moment(), Some(now), "a definite answer ends the caution");
    }

    #[test]
    fn trouble_with_the_account_holds_one_order_for_less_than_a_minute() {
        let start = Instant::now();
        let mut line = open(0..1, start);
        line.ended(order(0), Came::AccountTrouble, start);
        assert!(line.room(start) > 0 && line.except(start).contains(&order(0)));
        assert!(line.except(seconds(start, 30)).is_empty());
    }

    #[test]
    fn an_account_in_trouble_is_tried_with_one_order_at_a_time() {
        let start = Instant::now();
        let mut line = open(0..40, start);
        (0..40).for_each(|number| line.ended(order(number), Came::AccountTrouble, start));
        let mut now = start;
        for number in 40..45 {
            assert_eq!(line.room(now), 0);
            now += LONGEST_PAUSE;
            assert_eq!(line.room(now), 1);
            line.began(order(number), now);
            assert_eq!(line.room(now + LONGEST_PAUSE), 0, "one at a time");
            line.ended(order(number), Came::AccountTrouble, now);
        }
        line.began(order(45), now);
        line.ended(order(45), Came::Definite, now);
        assert_eq!(line.room(now), UNPROVEN, "an order that is taken ends it");
    }
}
