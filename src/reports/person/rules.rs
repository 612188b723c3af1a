//! What may be a sign of fraud. Pure. A sign is a reason to look, never one to act by itself.

use super::store::Known;
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// More others at one address say nothing: mobile networks and offices give one to many.
const CROWD: usize = 5;
/// Below this much charged, refunds say nothing.
const LEAST_CHARGED: i64 = 200_000;
/// So many refused coupons are no mistakes any more.
const MANY_COUPONS: i64 = 3;

/// Where others were seen too.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    /// In a browser of the user's, when last.
    pub devices: Vec<(UserId, Timestamp)>,
    /// At each address of the user's.
    pub addresses: BTreeMap<String, Vec<(UserId, Timestamp)>>,
}

/// Another account that was used from where this one was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    pub user: UserId,
    pub username: String,
    pub banned: bool,
    /// In the same browser.
    pub is_device: bool,
    /// The same address, one of few people.
    pub address: Option<String>,
    /// When last.
    pub at: Timestamp,
    /// It referred this one, or was referred by it.
    pub is_referral: bool,
}

/// What is worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// Others in the same browser.
    SharedDevice(Vec<UserId>),
    /// Others at the same address.
    SharedAddress(Vec<UserId>),
    /// One of these referred the other: a commission for oneself.
    OwnReferral(Vec<UserId>),
    /// One of these is banned.
    Banned(Vec<UserId>),
    /// More than half of what was charged went back.
    RefundsHigh,
    /// So many coupons did not count.
    CouponsRefused(i64),
}

/// What is looked at.
pub(super) struct Facts {
    pub others: Vec<Other>,
    pub charged: Vnd,
    pub refunded: Vnd,
    pub coupons_refused: i64,
}

impl Shared {
    /// Of each address where only few others are.
    fn at_quiet_addresses(&self) -> impl Iterator<Item = (&str, &(UserId, Timestamp))> {
        let quiet = self.addresses.iter().filter(|(_, others)| others.len() <= CROWD);
        quiet.flat_map(|(address, others)| others.iter().map(move |other| (address.as_str(), other)))
    }

    /// Everybody in here.
    pub fn users(&self) -> Vec<UserId> {
        let at_addresses = self.at_quiet_addresses().map(|(_, (user, _))| *user);
        let users: BTreeSet<UserId> =
            self.devices.iter().map(|(user, _)| *user).chain(at_addresses).collect();
        users.into_iter().collect()
    }

    /// The last to be seen first. `referrer`: the one of the user whom all is about.
    pub fn others(
        &self,
        known: &HashMap<UserId, Known>,
        user: UserId,
        referrer: Option<UserId>,
    ) -> Vec<Other> {
        let one = |id: UserId| {
            let known = known.get(&id)?;
            let device = self.devices.iter().find(|(user, _)| *user == id).map(|(_, at)| *at);
            let place = self.at_quiet_addresses().filter(|(_, (user, _))| *user == id);
            let place =
                place.max_by_key(|(_, (_, at))| *at).map(|(address, (_, at))| (address.to_owned(), *at));
            Some(Other {
                user: id,
                username: known.username.clone(),
                banned: known.banned,
                is_device: device.is_some(),
                at: device.max(place.as_ref().map(|(_, at)| *at))?,
                address: place.map(|(address, _)| address),
                is_referral: referrer == Some(id) || known.referrer == Some(user),
            })
        };
        let mut others: Vec<Other> = self.users().into_iter().filter_map(one).collect();
        others.sort_by_key(|other| std::cmp::Reverse((other.at, other.user)));
        others
    }
}

/// What is worth a look, the gravest first.
pub(super) fn signs(facts: &Facts) -> Vec<Sign> {
    let those = |is: fn(&Other) -> bool| -> Option<Vec<UserId>> {
        let users: Vec<UserId> =
            facts.others.iter().filter(|other| is(other)).map(|other| other.user).collect();
        (!users.is_empty()).then_some(users)
    };
    let charged = facts.charged.get();
    let is_high = charged >= LEAST_CHARGED && facts.refunded.get() > charged / 2;
    [
        those(|other| other.banned).map(Sign::Banned),
        those(|other| other.is_referral).map(Sign::OwnReferral),
        those(|other| other.is_device).map(Sign::SharedDevice),
        those(|other| other.address.is_some() && !other.is_device).map(Sign::SharedAddress),
        is_high.then_some(Sign::RefundsHigh),
        (facts.coupons_refused >= MANY_COUPONS).then_some(Sign::CouponsRefused(facts.coupons_refused)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: UserId = UserId::new(1);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn known(users: &[i64]) -> HashMap<UserId, Known> {
        let one = |id: &i64| Known {
            username: format!("u{id}"),
            banned: *id == 3,
            referrer: (*id == 4).then_some(ME),
        };
        users.iter().map(|id| (UserId::new(*id), one(id))).collect()
    }

    fn facts(others: Vec<Other>) -> Facts {
        Facts { others, charged: Vnd::ZERO, refunded: Vnd::ZERO, coupons_refused: 0 }
    }

    fn ids(ids: &[i64]) -> Vec<UserId> {
        ids.iter().copied().map(UserId::new).collect()
    }

    #[test]
    fn a_browser_shared_is_told_before_an_address() {
        let shared = Shared {
            devices: vec![(UserId::new(2), at(5))],
            addresses: [("10.0.0.1".to_owned(), vec![(UserId::new(2), at(9)), (UserId::new(4), at(7))])]
                .into(),
        };
        let others = shared.others(&known(&[2, 4]), ME, None);
        assert_eq!(others.iter().map(|other| other.user).collect::<Vec<_>>(), ids(&[2, 4]));
        assert_eq!((others[0].at, others[0].address.as_deref()), (at(9), Some("10.0.0.1")));
        assert_eq!(
            signs(&facts(others)),
            [Sign::OwnReferral(ids(&[4])), Sign::SharedDevice(ids(&[2])), Sign::SharedAddress(ids(&[4]))]
        );
    }

    #[test]
    fn a_crowd_at_one_address_says_nothing() {
        let crowd = |count: i64| Shared {
            addresses: [(
                "10.0.0.1".to_owned(),
                (10..10 + count).map(|id| (UserId::new(id), at(id))).collect(),
            )]
            .into(),
            ..Shared::default()
        };
        assert_eq!(crowd(5).users().len(), 5);
        assert!(crowd(6).users().is_empty());
    }

    #[test]
    fn whoever_is_banned_and_comes_back_is_first() {
        let shared = Shared { devices: vec![(UserId::new(3), at(5))], ..Shared::default() };
        let others = shared.others(&known(&[3]), ME, Some(UserId::new(3)));
        let told = signs(&facts(others));
        let three = ids(&[3]);
        assert_eq!(
            told,
            [Sign::Banned(three.clone()), Sign::OwnReferral(three.clone()), Sign::SharedDevice(three)]
        );
    }

    #[test]
    fn refunds_and_coupons_count_from_a_bound_on() {
        let of = |charged: i64, refunded: i64, coupons_refused: i64| {
            let (charged, refunded) = (Vnd::new(charged), Vnd::new(refunded));
            signs(&Facts { others: Vec::new(), charged, refunded, coupons_refused })
        };
        assert_eq!(of(199_999, 199_999, 2), []);
        assert_eq!(of(200_000, 100_000, 0), []);
        assert_eq!(of(200_000, 100_001, 3), [Sign::RefundsHigh, Sign::CouponsRefused(3)]);
    }
}
