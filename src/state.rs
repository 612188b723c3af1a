//! What both edges, `web` and `jobs`, share: the database, the configuration, the keys, the providers.

mod demo;
mod errors;
mod imports;
pub mod job_registry;
mod key_use;
mod last_seen;
mod practice;
mod referral_clicks;
mod request_channel;

pub use demo::{Demo, Transfer};
pub use errors::{ErrorGroup, ErrorLog, JobTrouble, LoggedError};
pub use imports::{AskedImport, ImportOrder, Imports, Progress};
pub use key_use::{Fate, KeyUseBuffer};
pub use last_seen::LastSeenBuffer;
pub use practice::Practice;
pub use referral_clicks::ReferralClicks;
pub use request_channel::{Asked, RequestChannel, Unanswered};

use crate::accounts::Attempts;
use crate::accounts::password::Passwords;
use crate::accounts::token::{Keys, SetupToken};
use crate::config::Config;
use crate::db::Db;
use crate::front::Certificates;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::finding::Checked;
use crate::kernel::ids::ProviderId;
use crate::kernel::reason::Reason;
use crate::mail;
use crate::provider::{self, Account, Balance, Callable, Calls, Client, SANDBOX, Target};
use parking_lot::{Condvar, Mutex};
use std::collections::BTreeMap;
use std::mem::replace;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The running panel. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub db: Db,
    pub config: Config,
    /// Signs and reads session tokens.
    pub keys: Keys,
    pub passwords: Passwords,
    /// Wrong passwords of the last minutes.
    pub attempts: Attempts,
    /// Of the one-time link, while there is no admin at start.
    pub setup: Option<SetupToken>,
    /// The one that the environment names.
    pub bumx: Option<Arc<Client>>,
    /// The built-in provider, for those that are to be practised with.
    pub practice: Practice,
    /// Notified after an order was queued.
    pub dispatch_wakeup: Wakeup,
    pub imports: Imports,
    /// What was asked of providers.
    pub calls: Calls,
    /// What became of letters.
    pub letters: mail::Counts,
    /// What went wrong since the start.
    pub errors: ErrorLog,
    /// Where admins have a provider tried.
    pub trials: RequestChannel<Question, Trial>,
    /// Where admins have everything around the panel looked at.
    pub examinations: RequestChannel<(), Vec<Checked>>,
    /// What failed at the last of these looks.
    pub check_up: Mutex<Option<CheckUp>>,
    /// How the background jobs stand.
    pub job_registry: job_registry::JobRegistry,
    /// Who was there lately.
    pub last_seen: LastSeenBuffer,
    /// What the keys of the reseller API were used for lately.
    pub key_use: KeyUseBuffer,
    /// How often referral links were clicked lately.
    pub referral_clicks: ReferralClicks,
    pub started: Instant,
    /// The same by the wall clock.
    pub started_at: Timestamp,
    /// Of a throw-away panel for trying things out.
    pub demo: Option<Demo>,
    /// What the panel serves HTTPS with, if it does by itself.
    pub certificates: Option<Arc<Certificates>>,
}

/// What failed when everything around the panel was looked at.
#[derive(Debug, Clone)]
pub struct CheckUp {
    pub at: Timestamp,
    /// What was looked at, by its names; twice where two things fail of it.
    pub failing: Vec<&'static str>,
}

/// A provider that can be called.
#[derive(Clone)]
pub struct Upstream {
    pub client: Arc<Client>,
    /// Switched off, it gets no orders; what it has is still asked for.
    pub active: bool,
    /// It gets one order a minute.
    pub held: bool,
    /// Which its ids belong to.
    pub account: Account,
    /// Nobody knows yet whether its key opens that account; until then it gets no orders.
    pub in_doubt: bool,
}

/// What a provider is to be tried for.
pub struct Question {
    pub provider: ProviderId,
    /// Instead of where it is called now.
    pub at: Option<Target>,
    /// Orders of its account.
    pub orders: Vec<String>,
}

/// What trying a provider came to. `Err`: why it did not say.
pub struct Trial {
    pub balance: Result<Balance, Reason>,
    /// Whether it has all the orders.
    pub knows: Result<bool, Reason>,
    pub took: Duration,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        App(Arc::new(parts))
    }

    /// Those that can be called now. Read anew each time, so that what an admin changes counts from the next call on.
    pub fn providers(&self) -> Result<BTreeMap<ProviderId, Upstream>, Fault> {
        let callable = self.db.read_now(provider::callable)?;
        let upstream = |callable: Callable| Some((callable.id, self.upstream(callable)?));
        Ok(callable.into_iter().filter_map(upstream).collect())
    }

    /// For a provider of the panel's own.
    pub fn client(&self, provider: ProviderId, Target { api_url, api_key }: Target) -> Client {
        let practice = self.practice.address().filter(|_| api_url == SANDBOX);
        Client {
            allow_private: self.config.provider_allow_private || practice.is_some(),
            api_url: practice.unwrap_or(api_url),
            api_key,
            timeout: self.config.provider.call,
            add_timeout: self.config.provider.add,
            calls: Some(self.calls.of(provider)),
        }
    }

    fn upstream(&self, callable: Callable) -> Option<Upstream> {
        let client = match callable.api_key.clone() {
            None => Arc::clone(self.bumx.as_ref()?),
            Some(api_key) => {
                Arc::new(self.client(callable.id, Target { api_url: callable.api_url.clone(), api_key }))
            }
        };
        let Callable { active, held, account, in_doubt, .. } = callable;
        Some(Upstream { client, active, held, account, in_doubt })
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Wakes a waiting thread; a notify while nobody waits is kept for the next wait.
#[derive(Default)]
pub struct Wakeup {
    is_notified: Mutex<bool>,
    heard: Condvar,
}

impl Wakeup {
    pub fn notify(&self) {
        let was_rung = replace(&mut *self.is_notified.lock(), true);
        // Whoever waits has been told, and to tell again costs a call of the kernel.
        if !was_rung {
            self.heard.notify_one();
        }
    }

    /// Until somebody notifies, at most `limit`.
    pub fn wait(&self, limit: Duration) {
        let mut is_notified = self.is_notified.lock();
        self.heard.wait_while_for(&mut is_notified, |is_notified| !*is_notified, limit);
        *is_notified = false;
    }
}
