//! Guessing one account's password from many addresses: wrong tries are counted by account, whichever of its names was
//! typed, and by the typed name where nobody has it. In memory only, and no more of it than the hashing of passwords
//! lets through.

use super::token::sha256;
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::UserId;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};

/// How long a wrong try counts.
const COUNTED_SECONDS: i64 = 15 * 60;
/// Wrong tries that cost nothing.
const FREE: usize = 5;
/// Seconds after the last wrong try until the next one, by how many there were beyond the free ones.
const PAUSES: [i64; 5] = [4, 8, 15, 30, 60];
/// Wrong tries of one account that are remembered: more make no difference.
const REMEMBERED: usize = FREE + PAUSES.len();
/// Accounts and names that are remembered.
const NAMES: usize = 16_384;

/// Whose tries are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Counted([u8; 32]);

impl Counted {
    /// Those for an account. A browser in which its owner has logged in before has a count of its own, so that no
    /// stranger locks the owner out.
    pub fn of_account(user: UserId, device: Option<&str>) -> Self {
        // No name begins with a new line.
        Counted(sha256(&format!("\n{user}\n{}", device.unwrap_or_default())))
    }

    /// Those for a name that nobody has, in the form it is looked up in.
    pub fn of_name(login: &str) -> Self {
        Counted(sha256(login))
    }

    /// Those of somebody who tries a coupon's code.
    pub fn of_coupons(user: UserId) -> Self {
        Counted(sha256(&format!("\ncoupons\n{user}")))
    }

    /// Those of somebody who is logged in and gives the password once more.
    pub fn of_user(user: UserId) -> Self {
        Counted(sha256(&format!("\n{user}")))
    }
}

/// The wrong tries of the last minutes.
pub struct Attempts {
    is_on: bool,
    wrong: Mutex<HashMap<Counted, VecDeque<Timestamp>>>,
}

impl Attempts {
    pub fn new(is_on: bool) -> Self {
        Attempts { is_on, wrong: Mutex::default() }
    }

    /// Begins a try, which counts as a wrong one until it is known to be none: else any number could be made at once.
    /// `Err`: not now, but in so many seconds.
    pub fn begin(&self, counted: Counted, now: Timestamp) -> Result<(), i64> {
        if !self.is_on {
            return Ok(());
        }
        let mut wrong = self.wrong.lock();
        if wrong.len() >= NAMES && !wrong.contains_key(&counted) {
            make_room(&mut wrong, now);
        }
        let tries = wrong.entry(counted).or_default();
        tries.retain(|at| counts(*at, now));
        if let (Some(beyond), Some(last)) = (tries.len().checked_sub(FREE), tries.back()) {
            let pause = PAUSES.get(beyond).or(PAUSES.last()).copied().unwrap_or_default();
            let left = last.plus_seconds(pause).seconds().saturating_sub(now.seconds());
            if left > 0 {
                return Err(left);
            }
        }
        if tries.len() >= REMEMBERED {
            tries.pop_front();
        }
        tries.push_back(now);
        Ok(())
    }

    /// The try was right, and those before it were its owner's.
    pub fn forgive(&self, counted: Counted) {
        self.wrong.lock().remove(&counted);
    }

    /// The try was not made after all.
    pub fn take_back(&self, counted: Counted) {
        let mut wrong = self.wrong.lock();
        if let Some(tries) = wrong.get_mut(&counted) {
            tries.pop_back();
            if tries.is_empty() {
                wrong.remove(&counted);
            }
        }
    }
}

/// Forgets what does not count any more, else the name that was tried longest ago: one that is not slowed down if there
/// is any, so that nobody is freed by tries of other names.
fn make_room(wrong: &mut HashMap<Counted, VecDeque<Timestamp>>, now: Timestamp) {
    wrong.retain(|_, tries| tries.back().is_some_and(|last| counts(*last, now)));
    if wrong.len() < NAMES {
        return;
    }
    let oldest = wrong.iter().min_by_key(|(_, tries)| (tries.len() >= FREE, tries.back().copied()));
    if let Some(oldest) = oldest.map(|(counted, _)| *counted) {
        wrong.remove(&oldest);
    }
}

/// Whether a try of that time counts still. One from the future tells of a clock that was set, and of nothing else.
fn counts(at: Timestamp, now: Timestamp) -> bool {
    at <= now && now < at.plus_seconds(COUNTED_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_333_140_000);

    fn after(seconds: i64) -> Timestamp {
        NOW.plus_seconds(seconds)
    }

    #[test]
    fn from_the_sixth_on_it_is_slowed_down_to_one_a_minute() {
        let attempts = Attempts::new(true);
        let lan = Counted::of_account(UserId::new(1), None);
        assert!((0..5).all(|_| attempts.begin(lan, NOW).is_ok()));
        let mut at = 0;
        for pause in [4, 8, 15, 30, 60, 60, 60] {
            assert_eq!(attempts.begin(lan, after(at)), Err(pause));
            assert_eq!(attempts.begin(lan, after(at + pause - 1)), Err(1));
            at += pause;
            assert_eq!(attempts.begin(lan, after(at)), Ok(()));
        }
        assert_eq!(attempts.begin(lan, after(at + COUNTED_SECONDS)), Ok(()), "then it is over");
        assert_eq!(attempts.begin(Counted::of_name("mai"), NOW), Ok(()));
        assert_eq!(attempts.begin(Counted::of_account(UserId::new(1), Some("browser")), NOW), Ok(()));
    }

    #[test]
    fn a_right_try_forgives_and_one_that_was_not_made_does_not_count() {
        let attempts = Attempts::new(true);
        let lan = Counted::of_account(UserId::new(1), None);
        for _ in 0..20 {
            attempts.begin(lan, NOW).unwrap();
            attempts.take_back(lan);
        }
        assert!((0..5).all(|_| attempts.begin(lan, NOW).is_ok()));
        attempts.forgive(lan);
        assert_eq!(attempts.begin(lan, NOW), Ok(()));
        assert_eq!(attempts.begin(lan, after(-3600)), Ok(()), "a clock that was set locks nobody out");
    }

    #[test]
    fn who_is_slowed_down_is_not_forgotten_for_names_that_were_tried_once() {
        let attempts = Attempts::new(true);
        let lan = Counted::of_account(UserId::new(1), None);
        for _ in 0..5 {
            attempts.begin(lan, NOW).unwrap();
        }
        for number in 0..NAMES + 10 {
            attempts.begin(Counted::of_name(&number.to_string()), after(1)).unwrap();
        }
        assert_eq!(attempts.begin(lan, after(1)), Err(3));
        // A name that is known already takes nobody's place.
        let other = Counted::of_name(&NAMES.to_string());
        for _ in 0..NAMES {
            let _ = attempts.begin(other, after(2));
        }
        assert_eq!(attempts.wrong.lock().len(), NAMES);
        assert!(attempts.wrong.lock().contains_key(&Counted::of_name(&(NAMES - 1).to_string())));
    }

    #[test]
    fn memory_is_bounded_and_it_can_be_off() {
        let (on, off) = (Attempts::new(true), Attempts::new(false));
        for number in 0..NAMES + 10 {
            on.begin(Counted::of_name(&number.to_string()), NOW).unwrap();
        }
        assert_eq!(on.wrong.lock().len(), NAMES);
        assert!((0..100).all(|_| off.begin(Counted::of_name("lan"), NOW).is_ok()));
        assert!(off.wrong.lock().is_empty());
    }
}
