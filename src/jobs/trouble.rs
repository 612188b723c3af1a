//! What goes wrong with each provider, as the operator sees it. Two jobs have their say; neither may wipe out
//! what the other one has to report.

use crate::db::Tx;
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::provider::store;
use crate::state::App;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Who reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Reporter {
    /// Our account with the provider keeps orders waiting.
    Account,
    /// Sending: the last one failed, and no sign of life has come since.
    Dispatch,
    Poll,
}

#[derive(Default)]
pub(super) struct Troubles(Mutex<HashMap<(ProviderId, Reporter), Option<String>>>);

impl Troubles {
    /// Remembers it and writes down what stands now; `None`: all is well as far as this reporter knows.
    pub(super) fn say(
        self: &Arc<Self>,
        app: &App,
        provider: ProviderId,
        by: Reporter,
        trouble: Option<String>,
    ) {
        if !self.remember(provider, by, trouble) {
            return;
        }
        let troubles = Arc::clone(self);
        if let Err(fault) = app.db.write_blocking(move |tx| troubles.write(tx, provider)) {
            tracing::error!(provider.id = provider.get(), cause = %fault, "its trouble was not written down");
        }
    }

    /// Whether that is new; whatever a reporter says first is, since an earlier run may have left its word.
    fn remember(&self, provider: ProviderId, by: Reporter, trouble: Option<String>) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.insert((provider, by), trouble.clone());
        match (before.clone().flatten(), &trouble) {
            (None, Some(text)) => {
                tracing::warn!(provider.id = provider.get(), trouble = %text, "the provider is in trouble");
            }
            (Some(_), None) => tracing::info!(provider.id = provider.get(), "the provider is well again"),
            (None, None) | (Some(_), Some(_)) => {}
        }
        before != Some(trouble)
    }

    /// Called inside the write, where the order of writes is the order of what they see.
    fn write(&self, tx: &Tx, provider: ProviderId) -> Result<(), Fault> {
        let text = {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let said = |by: Reporter| known.get(&(provider, by)).cloned().flatten();
            // What only the operator can mend comes first.
            [Reporter::Account, Reporter::Dispatch, Reporter::Poll].into_iter().find_map(said)
        };
        store::set_trouble(tx, provider, text.as_deref())
    }
}
