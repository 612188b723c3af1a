//! Clicks on referral links: once a day for each network and referrer. Counted here and costs no write; a job takes the
//! counts to the database each minute, so a crash loses as much of them.

use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::ids::UserId;
use parking_lot::Mutex;
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;

/// So many are remembered of a day. Beyond it the oldest are forgotten, and count once more if they come again.
const MOST_REMEMBERED: usize = 32_768;

#[derive(Default)]
pub struct ReferralClicks(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    day: Option<Day>,
    /// Who clicked today, and in which order.
    seen: HashSet<(UserId, IpAddr)>,
    order: VecDeque<(UserId, IpAddr)>,
    /// Not written down yet.
    waiting: HashMap<UserId, i64>,
}

impl ReferralClicks {
    pub fn count(&self, referrer: UserId, network: IpAddr, at: Timestamp) {
        let mut counted = self.0.lock();
        let (today, click) = (Some(Day::of(at)), (referrer, network));
        if counted.day != today {
            counted.day = today;
            counted.seen.clear();
            counted.order.clear();
        }
        if !counted.seen.insert(click) {
            return;
        }
        counted.order.push_back(click);
        if counted.order.len() > MOST_REMEMBERED
            && let Some(oldest) = counted.order.pop_front()
        {
            counted.seen.remove(&oldest);
        }
        counted.add(referrer, 1);
    }

    /// What is not written down yet of a referrer.
    pub fn of(&self, referrer: UserId) -> i64 {
        self.0.lock().waiting.get(&referrer).copied().unwrap_or_default()
    }

    /// Takes some, to be written down.
    pub fn take(&self, most: usize) -> Vec<(UserId, i64)> {
        let mut counted = self.0.lock();
        let referrers: Vec<_> = counted.waiting.keys().take(most).copied().collect();
        referrers.into_iter().filter_map(|referrer| counted.waiting.remove_entry(&referrer)).collect()
    }

    /// These could not be written down.
    pub fn put_back(&self, taken: Vec<(UserId, i64)>) {
        let mut counted = self.0.lock();
        for (referrer, clicks) in taken {
            counted.add(referrer, clicks);
        }
    }
}

impl Counted {
    fn add(&mut self, referrer: UserId, clicks: i64) {
        let waiting = self.waiting.entry(referrer).or_default();
        *waiting = waiting.saturating_add(clicks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn what_is_remembered_of_a_day_is_bounded_and_counting_goes_on() {
        let (clicks, at) = (ReferralClicks::default(), Timestamp::from_millis(1_795_333_140_999));
        let lan = UserId::new(1);
        let most = u32::try_from(MOST_REMEMBERED).unwrap();
        for number in 0..=most {
            clicks.count(lan, Ipv4Addr::from_bits(number).into(), at);
        }
        let (remembered, order) = {
            let counted = clicks.0.lock();
            (counted.seen.len(), counted.order.len())
        };
        assert_eq!((remembered, order), (MOST_REMEMBERED, MOST_REMEMBERED));
        assert_eq!(clicks.of(lan), i64::from(most) + 1);
        clicks.count(lan, Ipv4Addr::from_bits(most).into(), at);
        assert_eq!(clicks.of(lan), i64::from(most) + 1, "who is remembered does not count again");
    }
}
