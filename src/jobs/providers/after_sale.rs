//! What customers ask of a provider after it took their orders: that it cancels them, or refills them.
//!
//! A cancel may be asked for again, so what brought no answer is, after growing pauses. A refill is asked for at most
//! once (`after_sale/refills.rs`). Each provider is asked on a thread of its own, so that a slow one delays nobody.

mod refills;

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

/// Locked while a round of its provider runs.
type SharedMemory = Arc<Mutex<Memory>>;

pub(in crate::jobs) struct AfterSale {
    app: App,
    shutdown: Arc<Shutdown>,
    memories: BTreeMap<ProviderId, SharedMemory>,
}

/// One round for every provider, whatever was asked before.
pub fn tick(app: &App) {
    match app.providers() {
        Ok(providers) => {
            if let Err(cause) = refills::look_after(app) {
                tracing::error!(%cause, "refills were not looked after");
            }
            for upstream in providers.into_values() {
                let round = Round { app: app.clone(), upstream, shutdown: Arc::default() };
                round.run(&mut Memory::default());
            }
        }
        Err(cause) => tracing::error!(%cause, "no provider could be asked to cancel"),
    }
}

impl AfterSale {
    pub(in crate::jobs) fn new(app: &App, shutdown: &Arc<Shutdown>) -> Self {
        AfterSale { app: app.clone(), shutdown: Arc::clone(shutdown), memories: BTreeMap::new() }
    }

    /// Until the shutdown; then until the calls in flight have ended.
    pub(in crate::jobs) fn run(mut self) {
        loop {
            tracked(&self.app.clone(), "after-sale", || self.begin_rounds());
            if self.shutdown.wait(TICK) {
                break;
            }
        }
        self.memories.values().for_each(|running| drop(running.lock()));
    }

    fn begin_rounds(&mut self) -> Result<(), Fault> {
        refills::look_after(&self.app)?;
        for (provider, upstream) in self.app.providers()? {
            let memory = Arc::clone(self.memories.entry(provider).or_default());
            let round = Round { app: self.app.clone(), upstream, shutdown: Arc::clone(&self.shutdown) };
            if !round.has_work()? {
                continue;
            }
            thread(&format!("after-sale-{provider}"), move || {
                // Unless its last round still runs.
                if let Some(mut memory) = memory.try_lock() {
                    round.run(&mut memory);
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
        Ok(!self.cancels(1)?.is_empty() || self.has_refills()?)
    }

    fn cancels(&self, most: usize) -> Result<Vec<CancelToAsk>, Fault> {
        // Whose ids these are is not known before the doubt has ended.
        if self.upstream.in_doubt {
            return Ok(Vec::new());
        }
        let at = self.upstream.account;
        self.app.db.read_now(|tx| orders::cancels_to_ask(tx, at, most))
    }

    fn run(&self, memory: &mut Memory) {
        let asked = self
            .ask_cancels(memory)
            .and_then(|()| self.send_refills(memory))
            .and_then(|()| self.poll_refills(memory));
        if let Err(cause) = asked {
            tracing::error!(provider.id = self.upstream.account.provider.get(), %cause, "a round was given up");
        }
    }

    fn ask_cancels(&self, memory: &mut Memory) -> Result<(), Fault> {
        for wanted in self.cancels(MOST.saturating_add(memory.cancels.len()))? {
            if self.shutdown.is_requested() {
                return Ok(());
            }
            if !memory.is_due(wanted.order) {
                continue;
            }
            match self.upstream.client.cancel(&wanted.provider_order_id) {
                Ok(answer) => {
                    memory.cancels.remove(&wanted.order);
                    self.record(wanted.order, answer)?;
                }
                Err(error) => {
                    memory.failed(wanted.order);
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

/// How often something failed in a row, and until when it rests.
type Pause = (u32, Instant);

/// What a round leaves to the next one.
#[derive(Default)]
struct Memory {
    /// Orders that brought no answer.
    cancels: HashMap<OrderId, Pause>,
    /// After a refill without an answer: until the provider has shown that it lives, no other is sent.
    refills: Option<Pause>,
    /// When refills were asked about last.
    polled: Option<Instant>,
}

impl Memory {
    fn is_due(&self, order: OrderId) -> bool {
        self.cancels.get(&order).is_none_or(|(_, until)| *until <= Instant::now())
    }

    fn failed(&mut self, order: OrderId) {
        let pause = self.cancels.remove(&order);
        self.cancels.insert(order, longer(pause));
    }
}

/// The pause after one more failure.
fn longer(pause: Option<Pause>) -> Pause {
    let failures = pause.map_or(0, |(failures, _)| failures);
    let now = Instant::now();
    let until = now.checked_add(backoff(FIRST_PAUSE, LONGEST_PAUSE, failures)).unwrap_or(now);
    (failures.saturating_add(1), until)
}
