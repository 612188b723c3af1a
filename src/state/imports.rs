//! Imports that admins ask for and a job makes: at most one of a provider at a time, with its progress.

use super::request_channel::{Asked, RequestChannel, Unanswered};
use crate::catalog::{Import, ImportError, Imported};
use crate::kernel::ids::ProviderId;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

type Outcome = Result<Imported, ImportError>;

/// What the job finds on its channel.
pub type AskedImport = Asked<ImportOrder, Outcome>;

#[derive(Default)]
pub struct Imports {
    pub channel: RequestChannel<ImportOrder, Outcome>,
    /// Those whose order somebody still holds.
    running: Mutex<BTreeMap<ProviderId, Weak<Mutex<Progress>>>>,
}

/// An import that waits or runs.
pub struct ImportOrder {
    pub import: Import,
    progress: Arc<Mutex<Progress>>,
}

/// How far an import is, in lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Whether the provider's list is here.
    pub is_fetched: bool,
    /// What there is to do; 0 before the list is here.
    pub total: usize,
    /// What was looked at.
    pub checked: usize,
    /// What was written, unchanged ones included; a dry run writes nothing.
    pub written: usize,
}

impl Imports {
    /// Has an import made and waits for it, at most `limit`; it goes on after that. `Running`: another one of the
    /// same provider waits or runs.
    pub async fn ask(&self, import: Import, limit: Duration) -> Result<Outcome, Unanswered> {
        let Some(order) = self.order(import) else { return Ok(Err(ImportError::Running)) };
        self.channel.ask(order, limit).await
    }

    fn order(&self, import: Import) -> Option<ImportOrder> {
        let mut running = self.running.lock();
        if running.get(&import.provider).and_then(Weak::upgrade).is_some() {
            return None;
        }
        let progress = Arc::<Mutex<Progress>>::default();
        running.insert(import.provider, Arc::downgrade(&progress));
        Some(ImportOrder { import, progress })
    }

    /// `None`: none waits or runs.
    pub fn progress(&self, provider: ProviderId) -> Option<Progress> {
        let running = self.running.lock().get(&provider).and_then(Weak::upgrade)?;
        let progress = *running.lock();
        Some(progress)
    }
}

impl ImportOrder {
    pub fn set_progress(&self, progress: Progress) {
        *self.progress.lock() = progress;
    }
}
