//! Who was there lately. Every request says so here and costs no write; a job takes it to the database now and then, so
//! a crash loses some minutes of it.

use crate::kernel::clock::Timestamp;
use crate::kernel::ids::UserId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// When each user was seen, of those seen since it was written down last.
#[derive(Default)]
pub struct Seen(Mutex<HashMap<UserId, Timestamp>>);

impl Seen {
    /// The user is there.
    pub fn note(&self, user: UserId, at: Timestamp) {
        self.lock().insert(user, at);
    }

    /// When the user was seen, unless that is written down already.
    pub fn of(&self, user: UserId) -> Option<Timestamp> {
        self.lock().get(&user).copied()
    }

    /// All that is not written down yet.
    pub fn all(&self) -> Vec<(UserId, Timestamp)> {
        self.lock().iter().map(|(user, at)| (*user, *at)).collect()
    }

    /// These are written down. Who was seen again meanwhile stays.
    pub fn written(&self, seen: &[(UserId, Timestamp)]) {
        let mut kept = self.lock();
        for (user, at) in seen {
            if kept.get(user) == Some(at) {
                kept.remove(user);
            }
        }
    }

    /// Held for a look-up only.
    fn lock(&self) -> MutexGuard<'_, HashMap<UserId, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
