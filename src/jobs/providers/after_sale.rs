//! What customers ask of a provider after it took their orders: that it cancels them.
//!
//! A question may be repeated, so what brought no answer is asked again, after growing pauses. Each provider is asked
//! on a thread of its own, so that a slow one delays nobody.

use crate::db::Tx;
use crate::jobs::runtime::{Shutdown, backoff, thread, tracked};
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId};
use crate::orders::{self, CancelAnswer, CancelToAsk};
use crate::provider::CallError;
use crate::state::{App, Upstream};
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Between two looks at what is to be asked.
pub(in crate::jobs) const TICK: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// Questions of a kind to a provider in one round.
const MOST: usize = 50;

/// When orders without an answer are asked for again; locked while a round of their provider runs.
type SharedPauses = Arc<Mutex<Pauses>>;

pub(in crate::jobs) struct AfterSale {
    app: App,
    shutdown: Arc<Shutdown>,
    pauses: BTreeMap<ProviderId, SharedPauses>,
}

/// One round for every provider, whatever was asked before.
pub fn tick(app: &App) {
    match app.providers() {
        Ok(providers) => {
            for upstream in providers.into_values() {
                let round = Round { app: app.clone(), upstream, shutdown: Arc::default() };
                round.run(&mut Pauses::default());
            }
        }
        Err(cause) => tracing::error!(%cause, "no provider could be asked to cancel"),
    }
}

impl AfterSale {
    pub(in crate::jobs) fn new(app: &App, shutdown: &Arc<Shutdown>) -> Self {
        AfterSale { app: app.clone(), shutdown: Arc::clone(shutdown), pauses: BTreeMap::new() }
    }

    /// Until the shutdown; then until the calls in flight have ended.
    pub(in crate::jobs) fn run(mut self) {
        loop {
            tracked(&self.app.clone(), "after-sale", || self.begin_rounds());
            if self.shutdown.wait(TICK) {
                break;
            }
        }
        self.pauses.values().for_each(|running| drop(running.lock()));
    }

    fn begin_rounds(&mut self) -> Result<(), Fault> {
        for (provider, upstream) in self.app.providers()? {
            let pauses = Arc::clone(self.pauses.entry(provider).or_default());
            let round = Round { app: self.app.clone(), upstream, shutdown: Arc::clone(&self.shutdown) };
            if !round.has_work()? {
                continue;
            }
            thread(&format!("after-sale-{provider}"), move || {
                // Unless its last round still runs.
                if let Some(mut pauses) = pauses.try_lock() {
                    round.run(&mut pauses);
                }
            })?;
        }
        Ok(())
    }
}

/// One pass over what a provider is to be asked.
struct Round {
    app: App,
    upstream: Upstream,
    shutdown: Arc<Shutdown>,
}

impl Round {
    fn has_work(&self) -> Result<bool, Fault> {
        Ok(!self.cancels(1)?.is_empty())
    }

    fn cancels(&self, most: usize) -> Result<Vec<CancelToAsk>, Fault> {
        // Whose ids these are is not known before the doubt has ended.
        if self.upstream.in_doubt {
            return Ok(Vec::new());
        }
        let at = self.upstream.account;
        self.app.db.read_now(|tx| orders::cancels_to_ask(tx, at, most))
    }

    fn run(&self, pauses: &mut Pauses) {
        if let Err(cause) = self.ask_cancels(pauses) {
            tracing::error!(provider.id = self.upstream.account.provider.get(), %cause, "a round was given up");
        }
    }

    fn ask_cancels(&self, pauses: &mut Pauses) -> Result<(), Fault> {
        for wanted in self.cancels(MOST.saturating_add(pauses.0.len()))? {
            if self.shutdown.is_requested() {
                return Ok(());
            }
            if !pauses.is_due(wanted.order) {
                continue;
            }
            match self.upstream.client.cancel(&wanted.provider_order_id) {
                Ok(answer) => {
                    pauses.0.remove(&wanted.order);
                    self.record(wanted.order, answer)?;
                }
                Err(error) => {
                    pauses.failed(wanted.order);
                    tracing::warn!(order.id = wanted.order.get(), %error, "the provider was asked to cancel in vain");
                    if !matches!(error, CallError::Unusable(_)) {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    fn record(&self, order: OrderId, answer: Result<(), String>) -> Result<(), Fault> {
        let at = self.upstream.account;
        let answer = answer.map_or_else(CancelAnswer::Refused, |()| CancelAnswer::Accepted);
        tracing::info!(order.id = order.get(), ?answer, "the provider was asked to cancel the order");
        let write = move |tx: &Tx| orders::record_cancel(tx, at, order, &answer);
        if let Err(cause) = self.app.db.write_blocking(write) {
            tracing::error!(order.id = order.get(), %cause, "an answer was not written down; it is asked again");
        }
        Ok(())
    }
}

/// Orders that brought no answer: how often, and until when they rest.
#[derive(Default)]
struct Pauses(HashMap<OrderId, (u32, Instant)>);

impl Pauses {
    fn is_due(&self, order: OrderId) -> bool {
        self.0.get(&order).is_none_or(|(_, until)| *until <= Instant::now())
    }

    fn failed(&mut self, order: OrderId) {
        let (failures, until) = self.0.entry(order).or_insert((0, Instant::now()));
        *until = Instant::now().checked_add(backoff(FIRST_PAUSE, LONGEST_PAUSE, *failures)).unwrap_or(*until);
        *failures = failures.saturating_add(1);
    }
}
