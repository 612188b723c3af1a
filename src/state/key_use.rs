//! How the keys of the reseller API are used. Every call is counted here and costs no write; a job takes the counts to
//! the database each minute, so a crash loses as much of them.

use crate::accounts::{KeyCalls, KeyUse};
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::ids::ApiKeyId;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;

/// What was counted since it was written down last, by key and day.
#[derive(Default)]
pub struct KeyUseBuffer(Mutex<HashMap<(ApiKeyId, Day), KeyUse>>);

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Answered,
    /// With an error.
    Refused,
    /// Turned away, because there were too many.
    Limited,
}

impl KeyUseBuffer {
    pub fn count(&self, key: ApiKeyId, at: Timestamp, address: Option<IpAddr>, fate: Fate) {
        let mut kept = self.0.lock();
        let counted = kept.entry((key, Day::of(at))).or_default();
        counted.calls.add(KeyCalls {
            calls: 1,
            refused: i64::from(fate == Fate::Refused),
            limited: i64::from(fate == Fate::Limited),
        });
        counted.address =
            address.map(|address| address.to_canonical().to_string()).or(counted.address.take());
    }

    /// What is not written down yet of a key, by day.
    pub fn of(&self, key: ApiKeyId) -> Vec<(Day, KeyUse)> {
        let kept = self.0.lock();
        let mine = kept.iter().filter(|((of, _), _)| *of == key);
        mine.map(|((_, day), counted)| (*day, counted.clone())).collect()
    }

    /// Takes some, to be written down.
    pub fn take(&self, most: usize) -> Vec<(ApiKeyId, Day, KeyUse)> {
        let mut kept = self.0.lock();
        let keys: Vec<_> = kept.keys().take(most).copied().collect();
        let taken = keys.into_iter().filter_map(|(key, day)| Some((key, day, kept.remove(&(key, day))?)));
        taken.collect()
    }

    /// These could not be written down.
    pub fn put_back(&self, taken: Vec<(ApiKeyId, Day, KeyUse)>) {
        let mut kept = self.0.lock();
        for (key, day, earlier) in taken {
            let counted = kept.entry((key, day)).or_default();
            counted.calls.add(earlier.calls);
            counted.address = counted.address.take().or(earlier.address);
        }
    }
}
