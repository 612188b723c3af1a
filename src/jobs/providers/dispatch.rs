//! Sends queued orders to their providers, each at most once.
//!
//! An order is claimed in a commit of its own before a socket is opened, called on a thread of its own, and
//! its outcome is written down, however long that takes. When the process dies in between, the order is found
//! in `sending` at the next start and parked.

use super::attempt::{Attempt, DispatchTask, SharedThrottle};
use super::throttle::Avoided;
use super::trouble::{Reporter, Troubles};
use crate::jobs::runtime::{Shutdown, thread, tracked};
use crate::kernel::cause::CallCause;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId};
use crate::kernel::note::Note;
use crate::orders::{self, Dispatchable, FRONT, OrderError, Unwell};
use crate::provider::{Account, Client, Exchange, SubmitError};
use crate::state::{App, Upstream};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// At least so often the queue is looked at, whether an order was announced or not.
pub(in crate::jobs) const TICK: Duration = Duration::from_secs(1);
/// After an order was announced: one look serves all that come meanwhile.
const GATHER: Duration = Duration::from_millis(5);
/// Claims orders and hands each to a thread.
pub(in crate::jobs) struct Dispatcher {
    app: App,
    troubles: Arc<Troubles>,
    shutdown: Arc<Shutdown>,
    throttles: BTreeMap<ProviderId, SharedThrottle>,
    /// Where looking for orders that are to go to another source goes on.
    looked_at: BTreeMap<ProviderId, OrderId>,
    /// Orders that were tried already at a provider, when each is to be tried there only once.
    tried: Option<HashSet<(ProviderId, OrderId)>>,
}

/// Sends what is queued now, each order once, and waits for the outcomes. What must wait, because a provider
/// does not answer, stays queued.
pub fn tick(app: &App) {
    let mut dispatcher = Dispatcher::new(app, &Arc::default(), &Arc::default());
    dispatcher.tried = Some(HashSet::new());
    loop {
        // What ended during the step is followed by another one.
        let was_busy = dispatcher.is_busy();
        let began = dispatcher.step().unwrap_or(false);
        if dispatcher.is_busy() {
            app.dispatch_wakeup.wait(Duration::from_millis(20));
        } else if !began && !was_busy {
            return;
        }
    }
}

impl Dispatcher {
    pub(in crate::jobs) fn new(app: &App, troubles: &Arc<Troubles>, shutdown: &Arc<Shutdown>) -> Self {
        let (app, troubles, shutdown) = (app.clone(), Arc::clone(troubles), Arc::clone(shutdown));
        Dispatcher {
            app,
            troubles,
            shutdown,
            throttles: BTreeMap::new(),
            looked_at: BTreeMap::new(),
            tried: None,
        }
    }

    /// Until the shutdown; then until the calls in flight have ended.
    pub(in crate::jobs) fn run(mut self) {
        while !self.shutdown.is_requested() {
            if !tracked(&self.app.clone(), "dispatch", || self.step().map(drop)) {
                self.shutdown.wait(TICK);
            }
            self.app.dispatch_wakeup.wait(self.pause());
            self.shutdown.wait(GATHER);
        }
        while self.throttles.values().any(|throttle| throttle.lock().is_sending()) {
            self.app.dispatch_wakeup.wait(Duration::from_millis(20));
        }
    }

    /// Begins what can begin now; whether that was anything. Errors: the first provider's; the others are served too.
    fn step(&mut self) -> Result<bool, Fault> {
        let (mut began, mut failed) = (self.move_on()?, None);
        for (provider, Upstream { client, active, held, account, in_doubt }) in self.app.providers()? {
            if !active || in_doubt {
                self.close(provider);
                continue;
            }
            let throttle = Arc::clone(self.throttles.entry(provider).or_default());
            throttle.lock().hold(held, Instant::now());
            began |= self.probe(provider, &client, &throttle);
            match self.claim(account, &throttle, held) {
                Ok(claimed) => {
                    began |= !claimed.is_empty();
                    claimed.into_iter().for_each(|order| self.send(provider, &client, &throttle, order));
                }
                Err(fault) => {
                    // The round fails with it, and is the error.
                    tracing::warn!(provider.id = provider.get(), cause = %fault, "no order could be claimed");
                    failed.get_or_insert(fault);
                }
            }
        }
        failed.map_or(Ok(began), Err)
    }

    /// Lets the orders go to another source that are to, a portion of each provider's; whether there were any.
    fn move_on(&mut self) -> Result<bool, Fault> {
        let now = Instant::now();
        let avoided = |(provider, throttle): (&ProviderId, &SharedThrottle)| {
            let note = match throttle.lock().avoided(now)? {
                Avoided::Account => Note::SourceAccount,
                Avoided::Silent => Note::SourceSilent,
            };
            Some((*provider, note))
        };
        let unwell: Unwell = self.throttles.iter().filter_map(avoided).collect();
        let mut moved = false;
        for provider in self.app.db.read_now(orders::queued_with_choices)? {
            let behind = self.looked_at.get(&provider).copied().unwrap_or(FRONT);
            let (ids, last) = self.app.db.read_now(|tx| orders::misplaced(tx, provider, behind, &unwell))?;
            self.looked_at.insert(provider, last.unwrap_or(FRONT));
            if ids.is_empty() {
                continue;
            }
            let unwell = unwell.clone();
            let went = self.app.db.write_blocking(move |tx| orders::move_on(tx, &ids, &unwell));
            let went = !went.map_err(OrderError::into_fault)?.is_empty();
            if let Some(throttle) = self.throttles.get(&provider).filter(|_| went) {
                throttle.lock().avoid();
            }
            moved |= went;
        }
        Ok(moved)
    }

    /// A provider that gets no orders has no trouble with them.
    fn close(&mut self, provider: ProviderId) {
        if self.throttles.get(&provider).is_some_and(|throttle| !throttle.lock().is_busy()) {
            self.throttles.remove(&provider);
            for by in [Reporter::Dispatch, Reporter::Account, Reporter::Busy] {
                self.troubles.say(&self.app, provider, by, None);
            }
        }
    }

    fn claim(
        &mut self,
        at: Account,
        throttle: &SharedThrottle,
        is_held: bool,
    ) -> Result<Vec<Dispatchable>, Fault> {
        let provider = at.provider;
        let (max, mut except, turned_away) = {
            let (mut throttle, now) = (throttle.lock(), Instant::now());
            (throttle.available_slots(now), throttle.except(now), throttle.turned_away(now))
        };
        if max == 0 {
            return Ok(Vec::new());
        }
        let tried = self.tried.iter().flatten().filter(|(at, _)| *at == provider);
        except.extend(tried.map(|(_, order)| *order));
        let claimed = match self.app.db.read_now(|tx| orders::newest_queued(tx, provider))? {
            Some(newest) => {
                let behind = throttle.lock().claim_after(newest);
                // None where a refusal that was written down meanwhile has held it.
                let wanted = orders::Wanted { is_held, behind, max, except, turned_away };
                self.app.db.write_blocking(move |tx| orders::claim(tx, at, &wanted))?
            }
            None => Vec::new(),
        };
        if claimed.is_empty() && !throttle.lock().is_busy() && !throttle.lock().has_held() {
            // None waits for the account or a provider that is busy, or no more.
            self.troubles.say(&self.app, provider, Reporter::Account, None);
            self.troubles.say(&self.app, provider, Reporter::Busy, None);
        }
        if let Some(tried) = &mut self.tried {
            tried.extend(claimed.iter().map(|claimed| (provider, claimed.order)));
        }
        Ok(claimed)
    }

    fn send(
        &self,
        provider: ProviderId,
        client: &Arc<Client>,
        throttle: &SharedThrottle,
        claimed: Dispatchable,
    ) {
        let order = claimed.order;
        throttle.lock().sends(&claimed, Instant::now());
        let attempt = Attempt { task: self.task(provider, client, throttle), claimed: claimed.clone() };
        let spawned = thread(&format!("send-{order}"), move || attempt.run());
        if let Err(fault) = spawned {
            tracing::error!(order.id = order.get(), cause = %fault, "an order was not sent");
            let task = self.task(provider, client, throttle);
            let cause = CallCause::Machine { said: fault.to_string() };
            task.record(&claimed, Err(SubmitError::NotSent(cause)), &Exchange::default());
        }
    }

    /// Asks for a sign of life, where one is wanted.
    fn probe(&self, provider: ProviderId, client: &Arc<Client>, throttle: &SharedThrottle) -> bool {
        if !throttle.lock().begins_probe(Instant::now()) {
            return false;
        }
        let task = self.task(provider, client, throttle);
        if let Err(fault) = thread(&format!("probe-{provider}"), move || task.probe()) {
            tracing::error!(cause = %fault, "a provider could not be asked");
            throttle.lock().probed(false, Instant::now());
        }
        true
    }

    fn task(&self, provider: ProviderId, client: &Arc<Client>, throttle: &SharedThrottle) -> DispatchTask {
        DispatchTask {
            app: self.app.clone(),
            troubles: Arc::clone(&self.troubles),
            shutdown: Arc::clone(&self.shutdown),
            provider,
            client: Arc::clone(client),
            throttle: Arc::clone(throttle),
        }
    }

    fn is_busy(&self) -> bool {
        self.throttles.values().any(|throttle| throttle.lock().is_busy())
    }

    /// Until something may happen by itself.
    fn pause(&self) -> Duration {
        let now = Instant::now();
        let next = self.throttles.values().filter_map(|throttle| throttle.lock().next_moment()).min();
        next.map_or(TICK, |at| at.saturating_duration_since(now)).clamp(Duration::from_millis(5), TICK)
    }
}
