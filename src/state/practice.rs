//! The way to the built-in provider that only plays. It is started when somebody wants it: a panel that buys for real
//! has none.

use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

/// It listens within milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where it listens, once it does.
pub struct Practice {
    address: watch::Sender<Option<String>>,
    wanted: Notify,
}

impl Practice {
    /// `address`: where it listens already.
    pub fn new(address: Option<String>) -> Self {
        Practice { address: watch::Sender::new(address), wanted: Notify::new() }
    }

    /// `None`: nobody has wanted it yet.
    pub fn address(&self) -> Option<String> {
        self.address.borrow().clone()
    }

    /// Has it started, if it does not run. Without it calls fail, and are tried again.
    pub async fn want(&self) {
        self.wanted.notify_one();
        let mut heard = self.address.subscribe();
        let started = timeout(PATIENCE, heard.wait_for(Option::is_some)).await;
        if started.is_err() {
            tracing::error!("the practice provider did not start");
        }
    }

    /// Until somebody wants it.
    pub async fn wanted(&self) {
        self.wanted.notified().await;
    }

    pub fn listens_at(&self, address: String) {
        self.address.send_replace(Some(address));
    }
}
