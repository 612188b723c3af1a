//! What goes wrong with each provider, as the operator sees it. Dispatch and status sync report it, and none overwrites
//! what another has reported. The operator is told when it begins to matter, and when it is over.

use crate::db::Tx;
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::note::Note;
use crate::kernel::notice::NoticeKind;
use crate::notify::{self, Notice, Subject};
use crate::provider;
use crate::state::App;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

/// Who reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Reporter {
    /// Our account with the provider keeps orders waiting.
    Account,
    /// It takes no orders from anybody at present.
    Busy,
    /// Sending: the last one failed, and no sign of life has come since.
    Dispatch,
    Poll,
}

#[derive(Default)]
pub(in crate::jobs) struct Troubles(Mutex<HashMap<(ProviderId, Reporter), Option<Note>>>);

impl Troubles {
    /// Remembers it and writes down what stands now; `None`: all is well as far as this reporter knows.
    pub(super) fn say(
        self: &Arc<Self>,
        app: &App,
        provider: ProviderId,
        by: Reporter,
        trouble: Option<Note>,
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
    fn remember(&self, provider: ProviderId, by: Reporter, trouble: Option<Note>) -> bool {
        let mut known = self.0.lock();
        let before = known.insert((provider, by), trouble.clone());
        match (before.clone().flatten(), &trouble) {
            (None, Some(note)) => {
                tracing::warn!(provider.id = provider.get(), trouble = %note, "the provider is in trouble");
            }
            (Some(_), None) => tracing::info!(provider.id = provider.get(), "the provider is well again"),
            (None, None) | (Some(_), Some(_)) => {}
        }
        before != Some(trouble)
    }

    /// Called inside the write, where the order of writes is the order of what they see.
    fn write(&self, tx: &Tx, provider: ProviderId) -> Result<(), Fault> {
        let said = {
            let known = self.0.lock();
            let said = |by: Reporter| Some((by, known.get(&(provider, by)).cloned().flatten()?));
            // What only the operator can mend comes first.
            [Reporter::Account, Reporter::Busy, Reporter::Dispatch, Reporter::Poll].into_iter().find_map(said)
        };
        provider::set_trouble(tx, provider, said.as_ref().map(|(_, note)| note))?;
        tell(tx, provider, said)
    }
}

fn tell(tx: &Tx, id: ProviderId, said: Option<(Reporter, Note)>) -> Result<(), Fault> {
    if !notify::wants(tx, NoticeKind::Provider) {
        return Ok(());
    }
    let subject = Subject::Provider(id);
    let provider = provider::by_id(tx, id)?.map_or_else(|| subject.to_string(), |listed| listed.name);
    match said {
        None => notify::over(tx, subject, &Notice::ProviderWell { provider }),
        Some((Reporter::Account, trouble)) => {
            notify::trouble(tx, subject, &Notice::ProviderAccount { provider, trouble })
        }
        Some((Reporter::Busy | Reporter::Dispatch | Reporter::Poll, trouble)) => {
            notify::trouble(tx, subject, &Notice::ProviderFails { provider, trouble })
        }
    }
}
