//! Sends queued orders to their providers, each at most once.
//!
//! An order is claimed in a commit of its own before a socket is opened, called on a thread of its own, and
//! its outcome is written down, however long that takes. When the process dies in between, the order is found
//! in `sending` at the next start and parked.

use super::attempt::{Attempt, Desk, SharedLine, lock};
use super::quit::Quit;
use super::trouble::{Reporter, Troubles};
use super::{on_board, thread};
use crate::kernel::cause::CallCause;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, ProviderId};
use crate::orders::{self, Dispatchable};
use crate::provider::{Account, Client, Exchange, SubmitError, store};
use crate::state::{App, Upstream};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// At least so often the queue is looked at, whether the bell rang or not.
pub(super) const TICK: Duration = Duration::from_secs(1);
/// After the bell rang: it rings for every order, and one look serves all that come meanwhile.
const GATHER: Duration = Duration::from_millis(5);
/// Claims orders and hands each to a thread.
pub(super) struct Dispatcher {
    app: App,
    troubles: Arc<Troubles>,
    quit: Arc<Quit>,
    lines: BTreeMap<ProviderId, SharedLine>,
    /// Orders that were tried already, when each is to be tried only once.
    tried: Option<HashSet<OrderId>>,
}

/// Sends what is queued now, each order once, and waits for the outcomes. What must wait, because a provider
/// does not answer, stays queued.
pub fn tick(app: &App) {
    let mut dispatcher = Dispatcher::new(app, &Arc::default(), &Arc::default());
    dispatcher.tried = Some(HashSet::new());
    loop {
        let began = dispatcher.step().unwrap_or(false);
        if dispatcher.is_busy() {
            app.dispatch_bell.wait(Duration::from_millis(20));
        } else if !began {
            return;
        }
    }
}

impl Dispatcher {
    pub(super) fn new(app: &App, troubles: &Arc<Troubles>, quit: &Arc<Quit>) -> Self {
        let (app, troubles, quit) = (app.clone(), Arc::clone(troubles), Arc::clone(quit));
        Dispatcher { app, troubles, quit, lines: BTreeMap::new(), tried: None }
    }

    /// Until told to quit; then until the calls in flight have ended.
    pub(super) fn run(mut self) {
        while !self.quit.is_set() {
            if !on_board(&self.app.clone(), "dispatch", || self.step().map(drop)) {
                self.quit.wait(TICK);
            }
            self.app.dispatch_bell.wait(self.pause());
            self.quit.wait(GATHER);
        }
        while self.lines.values().any(|line| lock(line).is_sending()) {
            self.app.dispatch_bell.wait(Duration::from_millis(20));
        }
    }

    /// Begins what can begin now; whether that was anything. Errors: the first provider's; the others are served too.
    fn step(&mut self) -> Result<bool, Fault> {
        let (mut began, mut failed) = (false, None);
        for (provider, Upstream { client, active, held, account, in_doubt }) in self.app.providers()? {
            if !active || in_doubt {
                self.close(provider);
                continue;
            }
            let line = Arc::clone(self.lines.entry(provider).or_default());
            lock(&line).hold(held, Instant::now());
            began |= self.probe(provider, &client, &line);
            match self.claim(account, &line, held) {
                Ok(claimed) => {
                    began |= !claimed.is_empty();
                    claimed.into_iter().for_each(|order| self.send(provider, &client, &line, order));
                }
                Err(fault) => {
                    tracing::error!(provider.id = provider.get(), cause = %fault, "no order could be claimed");
                    failed.get_or_insert(fault);
                }
            }
        }
        failed.map_or(Ok(began), Err)
    }

    /// A provider that gets no orders has no trouble with them.
    fn close(&mut self, provider: ProviderId) {
        if self.lines.get(&provider).is_some_and(|line| !lock(line).is_busy()) {
            self.lines.remove(&provider);
            for by in [Reporter::Dispatch, Reporter::Account, Reporter::Busy] {
                self.troubles.say(&self.app, provider, by, None);
            }
        }
    }

    fn claim(&mut self, at: Account, line: &SharedLine, held: bool) -> Result<Vec<Dispatchable>, Fault> {
        let provider = at.provider;
        let (room, mut except) = {
            let (mut line, now) = (lock(line), Instant::now());
            (line.room(now), line.except(now))
        };
        if room == 0 {
            return Ok(Vec::new());
        }
        except.extend(self.tried.iter().flatten());
        let claimed = match self.app.db.read_now(|tx| orders::newest_queued(tx, provider))? {
            Some(newest) => {
                let behind = lock(line).turn(newest);
                self.app.db.write_blocking(move |tx| {
                    // A refusal that was written down meanwhile may have held the line.
                    let is_as_read = store::held(tx, provider)?.is_some() == held;
                    if is_as_read { orders::claim(tx, at, behind, room, &except) } else { Ok(Vec::new()) }
                })?
            }
            None => Vec::new(),
        };
        if claimed.is_empty() && !lock(line).is_busy() && !lock(line).has_held() {
            // None waits for the account or a provider that is busy, or no more.
            self.troubles.say(&self.app, provider, Reporter::Account, None);
            self.troubles.say(&self.app, provider, Reporter::Busy, None);
        }
        if let Some(tried) = &mut self.tried {
            tried.extend(claimed.iter().map(|claimed| claimed.order));
        }
        Ok(claimed)
    }

    fn send(&self, provider: ProviderId, client: &Arc<Client>, line: &SharedLine, claimed: Dispatchable) {
        let order = claimed.order;
        lock(line).began(order, Instant::now());
        let attempt = Attempt { desk: self.desk(provider, client, line), claimed };
        let spawned = thread(&format!("send-{order}"), move || attempt.run());
        if let Err(fault) = spawned {
            tracing::error!(order.id = order.get(), cause = %fault, "an order was not sent");
            let desk = self.desk(provider, client, line);
            let cause = CallCause::Machine { said: fault.to_string() };
            desk.record(order, Err(SubmitError::NotSent(cause)), &Exchange::default());
        }
    }

    /// Asks for a sign of life, where one is wanted.
    fn probe(&self, provider: ProviderId, client: &Arc<Client>, line: &SharedLine) -> bool {
        if !lock(line).begins_probe(Instant::now()) {
            return false;
        }
        let desk = self.desk(provider, client, line);
        if let Err(fault) = thread(&format!("probe-{provider}"), move || desk.probe()) {
            tracing::error!(cause = %fault, "a provider could not be asked");
            lock(line).probed(false, Instant::now());
        }
        true
    }

    fn desk(&self, provider: ProviderId, client: &Arc<Client>, line: &SharedLine) -> Desk {
        Desk {
            app: self.app.clone(),
            troubles: Arc::clone(&self.troubles),
            quit: Arc::clone(&self.quit),
            provider,
            client: Arc::clone(client),
            line: Arc::clone(line),
        }
    }

    fn is_busy(&self) -> bool {
        self.lines.values().any(|line| lock(line).is_busy())
    }

    /// Until something may happen by itself.
    fn pause(&self) -> Duration {
        let now = Instant::now();
        let next = self.lines.values().filter_map(|line| lock(line).next_moment()).min();
        next.map_or(TICK, |at| at.saturating_duration_since(now)).clamp(Duration::from_millis(5), TICK)
    }
}
