//! Tells the operator of orders that wait for a provider which gets none, because it was switched off or lost its
//! address or key: after ten minutes, once, and once when it is over.

use crate::db::{ReadTx, Tx};
use crate::jobs::runtime::JobResult;
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::notify::{self, Notice, Subject};
use crate::orders;
use crate::provider;
use crate::state::App;

pub fn tick(app: &App) -> JobResult {
    // By reading, because mostly there is nothing to tell.
    if app.db.read_now(news)?.is_empty() {
        return Ok(None);
    }
    app.db.write_blocking(|tx: &Tx| news(tx)?.into_iter().try_for_each(|news| news.tell(tx)))?;
    Ok(None)
}

struct News {
    provider: ProviderId,
    name: String,
    /// How many wait now.
    orders: i64,
}

impl News {
    fn tell(self, tx: &Tx) -> Result<(), Fault> {
        let subject = Subject::Queue(self.provider);
        if self.orders == 0 {
            return notify::over(tx, subject, &Notice::StrandedNoMore { provider: self.name });
        }
        notify::trouble(tx, subject, &Notice::Stranded { provider: self.name, orders: self.orders })
    }
}

fn news(tx: &ReadTx) -> Result<Vec<News>, Fault> {
    let stopped = provider::stopped(tx)?;
    let mut news = Vec::new();
    for provider in provider::all(tx)? {
        let orders = if stopped.contains(&provider.id) { orders::queued_count(tx, provider.id)? } else { 0 };
        if notify::is_troubled(tx, Subject::Queue(provider.id))? != (orders > 0) {
            news.push(News { provider: provider.id, name: provider.name, orders });
        }
    }
    Ok(news)
}
