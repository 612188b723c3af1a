//! Who was there lately. Every request says so here and costs no write; a job takes it to the database now and then, so
//! a crash loses some minutes of it.

use crate::kernel::clock::Timestamp;
use crate::kernel::ids::{ApiKeyId, UserId};
use parking_lot::Mutex;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// When each user was seen and each session and key used, of those seen since it was written down last.
#[derive(Default)]
pub struct LastSeenBuffer {
    pub users: Latest<UserId>,
    /// By the names of their tokens.
    pub sessions: Latest<String>,
    pub api_keys: Latest<ApiKeyId>,
}

/// The latest moment of each key.
pub struct Latest<K>(Mutex<HashMap<K, Timestamp>>);

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

    /// A program of the user's is there, with this key.
    pub fn note_key(&self, user: UserId, key: ApiKeyId, at: Timestamp) {
        self.users.0.lock().insert(user, at);
        self.api_keys.0.lock().insert(key, at);
    }
}

impl<K: Eq + Hash + Clone> Latest<K> {
    /// `None`: it was not seen, or that is written down already.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<Timestamp>
    where
        K: Borrow<Q>,
    {
        self.0.lock().get(key).copied()
    }

    /// All that are not written down yet.
    pub fn all(&self) -> Vec<(K, Timestamp)> {
        self.0.lock().iter().map(|(key, at)| (key.clone(), *at)).collect()
    }

    /// These are written down. Who was seen again meanwhile stays.
    pub fn written(&self, seen: &[(K, Timestamp)]) {
        let mut kept = self.0.lock();
        for (key, at) in seen {
            if kept.get(key) == Some(at) {
                kept.remove(key);
            }
        }
    }
}
