//! Who was there lately. Every request says so here and costs no write; a job takes it to the database now and then, so
//! a crash loses some minutes of it.

use crate::kernel::clock::Timestamp;
use crate::kernel::ids::UserId;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::hash::Hash;

/// When each user was seen and each session used, of those seen since it was written down last.
#[derive(Default)]
pub struct LastSeenBuffer {
    users: Latest<UserId>,
    /// By the names of their tokens.
    sessions: Latest<String>,
}

struct Latest<K>(Mutex<HashMap<K, Timestamp>>);

impl<K> Default for Latest<K> {
    fn default() -> Self {
        Latest(Mutex::default())
    }
}

impl LastSeenBuffer {
    /// The user is there, in this session.
    pub fn note(&self, user: UserId, token_id: &str, at: Timestamp) {
        self.users.0.lock().insert(user, at);
        let mut sessions = self.sessions.0.lock();
        match sessions.get_mut(token_id) {
            Some(last) => *last = at,
            None => drop(sessions.insert(token_id.to_owned(), at)),
        }
    }

    /// When the user was seen, unless that is written down already.
    pub fn of(&self, user: UserId) -> Option<Timestamp> {
        self.users.0.lock().get(&user).copied()
    }

    /// When the session was used, unless that is written down already.
    pub fn of_session(&self, token_id: &str) -> Option<Timestamp> {
        self.sessions.0.lock().get(token_id).copied()
    }

    /// All users that are not written down yet.
    pub fn users(&self) -> Vec<(UserId, Timestamp)> {
        self.users.all()
    }

    /// All sessions that are not written down yet.
    pub fn sessions(&self) -> Vec<(String, Timestamp)> {
        self.sessions.all()
    }

    /// These are written down.
    pub fn written(&self, users: &[(UserId, Timestamp)]) {
        self.users.written(users);
    }

    /// These are written down.
    pub fn written_sessions(&self, sessions: &[(String, Timestamp)]) {
        self.sessions.written(sessions);
    }
}

impl<K: Eq + Hash + Clone> Latest<K> {
    fn all(&self) -> Vec<(K, Timestamp)> {
        self.0.lock().iter().map(|(key, at)| (key.clone(), *at)).collect()
    }

    /// Who was seen again meanwhile stays.
    fn written(&self, seen: &[(K, Timestamp)]) {
        let mut kept = self.0.lock();
        for (key, at) in seen {
            if kept.get(key) == Some(at) {
                kept.remove(key);
            }
        }
    }
}
