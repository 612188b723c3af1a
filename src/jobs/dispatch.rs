//! Sends queued orders to their providers, each at most once.
//!
//! An order is claimed in a commit of its own before a socket is opened, called on a thread of its own, and
//! its outcome is written down, however long that takes. When the process dies in between, the order is found
//! in `sending` at the next start and parked.

use super::line::{Came, Line};
use super::quit::Quit;
use super::trouble::{Reporter, Troubles};
use super::{on_board, thread};
use crate::catalog::QuantityFrom;
use crate::kernel::error::{Fault, Kind as ErrorKind, Refusal};
use crate::kernel::ids::{OrderId, ProviderId};
use crate::orders::{self, Dispatchable, OrderError};
use crate::provider::{CallError, Client, Exchange, Kind, Submission, SubmitError, store};
use crate::state::{App, Upstream};
use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// At least so often the queue is looked at, whether the bell rang or not.
pub(super) const TICK: Duration = Duration::from_secs(1);
/// After the bell rang: it rings for every order, and one look serves all that come meanwhile.
const GATHER: Duration = Duration::from_millis(5);
/// Between two attempts to write an outcome down.
const RETRY: Duration = Duration::from_millis(200);
/// How long a stop waits for a disk that does not take an outcome.
const LAST_RETRIES: Duration = Duration::from_secs(5);

type SharedLine = Arc<Mutex<Line>>;

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
        for (provider, Upstream { client, active }) in self.app.providers()? {
            if !active {
                self.close(provider);
                continue;
            }
            let line = Arc::clone(self.lines.entry(provider).or_default());
            began |= self.probe(provider, &client, &line);
            match self.claim(provider, &line) {
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
            for by in [Reporter::Dispatch, Reporter::Account] {
                self.troubles.say(&self.app, provider, by, None);
            }
        }
    }

    fn claim(&mut self, provider: ProviderId, line: &SharedLine) -> Result<Vec<Dispatchable>, Fault> {
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
                self.app.db.write_blocking(move |tx| orders::claim(tx, provider, behind, room, &except))?
            }
            None => Vec::new(),
        };
        if claimed.is_empty() && !lock(line).is_busy() && !lock(line).has_held() {
            // None waits for the account, or no more.
            self.troubles.say(&self.app, provider, Reporter::Account, None);
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
            desk.record(order, Err(SubmitError::NotSent(fault.to_string())), &Exchange::default());
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

/// What a call to one provider needs, on whatever thread.
struct Desk {
    app: App,
    troubles: Arc<Troubles>,
    quit: Arc<Quit>,
    provider: ProviderId,
    client: Arc<Client>,
    line: SharedLine,
}

/// One order on its way.
struct Attempt {
    desk: Desk,
    claimed: Dispatchable,
}

type Submitted = Result<String, SubmitError>;

impl Attempt {
    fn run(self) {
        let order = self.claimed.order;
        let submission = submission(self.claimed);
        let mut exchange = Exchange::default();
        let submitted = catch_unwind(AssertUnwindSafe(|| self.desk.submit(&submission, &mut exchange)));
        let panicked = |_| Err(SubmitError::Unknown("sending it panicked".to_owned()));
        self.desk.record(order, submitted.unwrap_or_else(panicked), &exchange);
    }
}

fn submission(claimed: Dispatchable) -> Submission {
    let kind = match claimed.service_type.quantity_from() {
        QuantityFrom::Buyer => Kind::Default { quantity: claimed.quantity.get() },
        QuantityFrom::Comments => Kind::CustomComments { comments: claimed.comments.unwrap_or_default() },
        QuantityFrom::One => Kind::Package,
    };
    Submission { provider_service_id: claimed.provider_service_id, kind, link: claimed.link }
}

impl Desk {
    /// Whoever has to decide whether the provider took the order is told its balance before and after.
    fn submit(&self, submission: &Submission, exchange: &mut Exchange) -> Submitted {
        exchange.balance_before = self.known_balance();
        self.client.submit(submission, exchange).map_err(|error| {
            let SubmitError::Unknown(note) = error else { return error };
            exchange.balance_after = self.present_balance();
            SubmitError::Unknown(format!("{note}; {}", balances(exchange)))
        })
    }

    /// As the last round of the status sync has seen it.
    fn known_balance(&self) -> Option<String> {
        let provider = self.app.db.read_now(|tx| store::by_id(tx, self.provider));
        provider.ok().flatten().and_then(|listed| listed.balance)
    }

    /// A process that is told to stop asks nothing more.
    fn present_balance(&self) -> Option<String> {
        let ask = || self.client.balance().ok().map(|balance| balance.to_string());
        if self.quit.is_set() { None } else { ask() }
    }

    /// Writes the outcome down and frees the place in the line.
    fn record(&self, order: OrderId, submitted: Submitted, exchange: &Exchange) {
        let came = came(&submitted);
        let trouble = submitted.as_ref().err().map(ToString::to_string);
        log(order, &submitted);
        // Whatever goes wrong here must not keep the place occupied for ever.
        if catch_unwind(AssertUnwindSafe(|| self.write_down(order, submitted, exchange))).is_err() {
            tracing::error!(order.id = order.get(), "writing an outcome down panicked");
        }
        let has_held = lock(&self.line).has_held();
        match came {
            Came::Nothing => self.say(Reporter::Dispatch, trouble),
            Came::AccountTrouble => self.say(Reporter::Account, trouble),
            Came::Definite => {
                self.say(Reporter::Dispatch, None);
                if !has_held {
                    self.say(Reporter::Account, None);
                }
            }
        }
        lock(&self.line).ended(order, came, Instant::now());
        self.app.dispatch_bell.ring();
    }

    /// Again and again until it is on disk: the answer is nowhere else. If the disk does not take it before
    /// the process has to end, the order is parked at the next start.
    fn write_down(&self, order: OrderId, mut submitted: Submitted, exchange: &Exchange) {
        loop {
            let (outcome, exchange) = (submitted.clone(), exchange.clone());
            let Err(error) = self.app.db.write_blocking(move |tx| match &outcome {
                Ok(id) => orders::record_sent(tx, order, id, &exchange),
                Err(SubmitError::Refused(note)) => orders::record_refused(tx, order, note, &exchange),
                Err(SubmitError::NotSent(note) | SubmitError::AccountTrouble(note)) => {
                    orders::record_not_sent(tx, order, note, &exchange)
                }
                Err(SubmitError::Unknown(note)) => orders::record_unknown(tx, order, note, &exchange),
            }) else {
                return;
            };
            tracing::error!(order.id = order.get(), cause = %error, "an outcome was not written down");
            if matches!(error, OrderError::Conflict(_)) || self.quit.is_older_than(LAST_RETRIES) {
                return;
            }
            if error.kind() != ErrorKind::Unavailable && !matches!(submitted, Err(SubmitError::Unknown(_))) {
                let said = submitted.map_or_else(|error| error.to_string(), |id| format!("taken as {id}"));
                let note =
                    format!("the outcome could not be followed ({error}); the provider's answer: {said}");
                submitted = Err(SubmitError::Unknown(note));
            }
            std::thread::sleep(RETRY);
        }
    }

    fn probe(self) {
        let asked = catch_unwind(AssertUnwindSafe(|| self.client.balance()));
        let trouble = match asked {
            // Whatever it says to this question, it answers.
            Ok(Ok(_) | Err(CallError::Refused(_))) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("asking for the balance panicked".to_owned()),
        };
        let answered = trouble.is_none();
        self.say(Reporter::Dispatch, trouble);
        lock(&self.line).probed(answered, Instant::now());
        self.app.dispatch_bell.ring();
    }

    fn say(&self, by: Reporter, trouble: Option<String>) {
        self.troubles.say(&self.app, self.provider, by, trouble);
    }
}

fn balances(exchange: &Exchange) -> String {
    let told = |balance: &Option<String>| balance.clone().unwrap_or_else(|| "unknown".to_owned());
    let (before, after) = (told(&exchange.balance_before), told(&exchange.balance_after));
    format!("its balance was {before} before and is {after} now")
}

fn came(submitted: &Submitted) -> Came {
    match submitted {
        Ok(_) | Err(SubmitError::Refused(_)) => Came::Definite,
        Err(SubmitError::AccountTrouble(_)) => Came::AccountTrouble,
        Err(SubmitError::NotSent(_) | SubmitError::Unknown(_)) => Came::Nothing,
    }
}

fn log(order: OrderId, submitted: &Submitted) {
    match submitted {
        Ok(id) => tracing::info!(order.id = order.get(), provider_order = %id, "the provider took the order"),
        Err(error @ SubmitError::Refused(_)) => {
            tracing::info!(order.id = order.get(), %error, "the provider refused the order");
        }
        Err(error @ SubmitError::Unknown(_)) => {
            tracing::error!(order.id = order.get(), %error, "the order waits for review");
        }
        Err(error) => tracing::warn!(order.id = order.get(), %error, "the order stays queued"),
    }
}

fn lock(line: &SharedLine) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}
