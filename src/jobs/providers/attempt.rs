//! One order on its way to its provider, and what becomes of it: called once, then written down, however long that
//! takes.

use super::throttle::{DispatchOutcome, ProviderThrottle};
use super::trouble::{Reporter, Troubles};
use crate::db::Tx;
use crate::jobs::runtime::Shutdown;
use crate::kernel::cause::CallCause;
use crate::kernel::error::{Code, Refusal};
use crate::kernel::ids::{OrderId, ProviderId};
use crate::kernel::note::Note;
use crate::orders::{self, Dispatch, Dispatchable, Order, OrderError};
use crate::provider::{self, CallError, Client, Exchange, Submission, SubmitError};
use crate::state::App;
use parking_lot::Mutex;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Between two attempts to write an outcome down.
const RETRY: Duration = Duration::from_millis(200);
/// How long a stop waits for a disk that does not take an outcome.
const LAST_RETRIES: Duration = Duration::from_secs(5);

pub(super) type SharedThrottle = Arc<Mutex<ProviderThrottle>>;

/// What a call to one provider needs, on whatever thread.
pub(super) struct DispatchTask {
    pub app: App,
    pub troubles: Arc<Troubles>,
    pub shutdown: Arc<Shutdown>,
    pub provider: ProviderId,
    pub client: Arc<Client>,
    pub throttle: SharedThrottle,
}

/// One order on its way.
pub(super) struct Attempt {
    pub task: DispatchTask,
    pub claimed: Dispatchable,
}

type Submitted = Result<String, SubmitError>;

impl Attempt {
    pub fn run(self) {
        let Attempt { task, claimed } = self;
        let mut exchange = Exchange::default();
        let submitted = catch_unwind(AssertUnwindSafe(|| task.submit(&claimed.submission, &mut exchange)));
        let panicked = |_| Err(SubmitError::Unknown(CallCause::Panicked));
        task.record(&claimed, submitted.unwrap_or_else(panicked), &exchange);
    }
}

impl DispatchTask {
    /// Whoever has to decide whether the provider took the order is told its balance before and after.
    fn submit(&self, submission: &Submission, exchange: &mut Exchange) -> Submitted {
        exchange.balance_before = self.known_balance();
        let submitted = self.client.submit(submission, exchange);
        if matches!(submitted, Err(SubmitError::Unknown(_))) {
            exchange.balance_after = self.present_balance();
        }
        submitted
    }

    /// As the last round of the status sync has seen it.
    fn known_balance(&self) -> Option<String> {
        let provider = self.app.db.read_now(|tx| provider::by_id(tx, self.provider));
        provider.ok().flatten().and_then(|listed| listed.balance)
    }

    /// A process that is told to stop asks nothing more.
    fn present_balance(&self) -> Option<String> {
        let ask = || self.client.balance().ok().map(|balance| balance.to_string());
        if self.shutdown.is_requested() { None } else { ask() }
    }

    /// Writes the outcome down and frees the place in the throttle.
    pub fn record(&self, claimed: &Dispatchable, submitted: Submitted, exchange: &Exchange) {
        let order = claimed.order;
        let error = submitted.as_ref().err().cloned();
        log(order, &submitted);
        // Whatever goes wrong here must not keep the place occupied for ever.
        let written = catch_unwind(AssertUnwindSafe(|| self.write_down(order, submitted, exchange)));
        let dispatch = written.unwrap_or_else(|_| {
            tracing::error!(order.id = order.get(), "writing an outcome down panicked");
            None
        });
        self.report(error.as_ref());
        let now = Instant::now();
        let mut throttle = self.throttle.lock();
        if matches!(error, Some(SubmitError::AccountTrouble(_))) {
            throttle.account_failed(now);
        }
        throttle.ended(order, outcome(error.as_ref(), dispatch), now);
        drop(throttle);
        self.app.dispatch_wakeup.notify();
    }

    /// What the outcome says about the provider. Its answer to one order ends only what no other order waits for.
    fn report(&self, error: Option<&SubmitError>) {
        let (by, trouble) = match error {
            Some(error @ (SubmitError::NotSent(_) | SubmitError::Unknown(_))) => (Reporter::Dispatch, error),
            Some(error @ SubmitError::AccountTrouble(_)) => (Reporter::Account, error),
            Some(error @ SubmitError::Busy(_)) => (Reporter::Busy, error),
            None | Some(SubmitError::Refused(..) | SubmitError::SameLink(_)) => {
                let has_held = self.throttle.lock().has_held();
                self.say(Reporter::Dispatch, None);
                if !has_held {
                    self.say(Reporter::Account, None);
                    self.say(Reporter::Busy, None);
                }
                return;
            }
        };
        self.say(by, Some(trouble.note()));
    }

    /// Again and again until it is on disk: the answer is nowhere else. If the disk does not take it before
    /// the process has to end, the order is parked at the next start. Where the order is then, if it is on disk.
    fn write_down(&self, order: OrderId, mut submitted: Submitted, exchange: &Exchange) -> Option<Dispatch> {
        loop {
            let (outcome, exchange) = (submitted.clone(), exchange.clone());
            let written = self.app.db.write_blocking(move |tx| follow(tx, order, &outcome, &exchange));
            let error = match written {
                Ok(order) => return Some(order.state.dispatch),
                Err(error) => error,
            };
            tracing::error!(order.id = order.get(), cause = %error, "an outcome was not written down");
            if matches!(error, OrderError::Conflict(_)) || self.shutdown.is_older_than(LAST_RETRIES) {
                return None;
            }
            if error.answer().code != Code::Overloaded {
                submitted = Err(SubmitError::unwritten(submitted));
            }
            std::thread::sleep(RETRY);
        }
    }

    pub fn probe(self) {
        let asked = catch_unwind(AssertUnwindSafe(|| self.client.balance()));
        let trouble = match asked {
            // Whatever it says to this question, it answers.
            Ok(Ok(_) | Err(CallError::Refused(_) | CallError::Account(_))) => None,
            Ok(Err(error)) => Some(error.note()),
            Err(_) => Some(Note::NoAnswer { cause: CallCause::Panicked }),
        };
        let answered = trouble.is_none();
        self.say(Reporter::Dispatch, trouble);
        self.throttle.lock().probed(answered, Instant::now());
        self.app.dispatch_wakeup.notify();
    }

    fn say(&self, by: Reporter, trouble: Option<Note>) {
        self.troubles.say(&self.app, self.provider, by, trouble);
    }
}

fn follow(tx: &Tx, order: OrderId, outcome: &Submitted, exchange: &Exchange) -> Result<Order, OrderError> {
    match outcome {
        Ok(id) => orders::record_sent(tx, order, id, exchange),
        Err(SubmitError::Refused(ground, said)) => orders::record_refused(tx, order, *ground, said, exchange),
        Err(SubmitError::SameLink(said)) => orders::record_same_link(tx, order, said, exchange),
        Err(error @ (SubmitError::NotSent(_) | SubmitError::AccountTrouble(_) | SubmitError::Busy(_))) => {
            orders::record_not_sent(tx, order, &error.note(), exchange)
        }
        Err(SubmitError::Unknown(cause)) => orders::record_unknown(tx, order, cause, exchange),
    }
}

/// `dispatch`: where the order is now.
fn outcome(error: Option<&SubmitError>, dispatch: Option<Dispatch>) -> DispatchOutcome {
    match error {
        Some(SubmitError::Refused(..)) if dispatch == Some(Dispatch::Queued) => DispatchOutcome::Held,
        None | Some(SubmitError::Refused(..)) => DispatchOutcome::Definite,
        Some(SubmitError::AccountTrouble(_) | SubmitError::Busy(_)) => DispatchOutcome::TurnedAway,
        Some(SubmitError::SameLink(_)) => DispatchOutcome::SameLink,
        Some(SubmitError::NotSent(_) | SubmitError::Unknown(_)) => DispatchOutcome::Nothing,
    }
}

fn log(order: OrderId, submitted: &Submitted) {
    match submitted {
        Ok(id) => tracing::info!(order.id = order.get(), provider_order = %id, "the provider took the order"),
        Err(error @ SubmitError::Refused(..)) => {
            tracing::info!(order.id = order.get(), %error, "the provider refuses the order");
        }
        // Nothing of the panel's failed: the list of what waits has the order, and the provider's trouble.
        Err(error @ SubmitError::Unknown(_)) => {
            tracing::warn!(order.id = order.get(), %error, "the order waits for review");
        }
        Err(error) => tracing::warn!(order.id = order.get(), %error, "the order stays queued"),
    }
}
