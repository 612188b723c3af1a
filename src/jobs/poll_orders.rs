//! Asks the providers what became of the orders they took, a hundred at a time, round after round.
//!
//! A report is applied in the transaction that moves the money it moves. What an answer leaves out is no
//! news. Nobody starves: a page that brings no answer is asked for in halves, so that one order a provider
//! stumbles over does not hide the others; a round that was given up is taken up behind the page it ended
//! at; and every round begins its pages with other orders, for a provider that has to be asked one by one
//! may not get to the end of them.

use super::quit::Quit;
use super::trouble::{Reporter, Troubles};
use super::{on_board, thread};
use crate::db::Tx;
use crate::kernel::error::{Fault, Kind, Refusal};
use crate::kernel::ids::{OrderId, ProviderId};
use crate::orders::{self, OrderError, Watched};
use crate::provider::{CallError, Client, Report, store};
use crate::state::App;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, TryLockError};

/// Orders a call: as many as the field's servers take.
const PAGE: usize = 100;
/// Calls in a row without a usable answer after which a round is given up: enough to find one bad order in a
/// page.
const MOST_FAILURES: u32 = 8;

/// Behind which order a round goes on; the next page begins there.
type Place = (i64, OrderId);

const START: Place = (-1, OrderId::new(0));

/// Where the next round of a provider begins; locked while one runs.
type SharedPlace = Arc<Mutex<Place>>;

pub(super) struct Poller {
    app: App,
    troubles: Arc<Troubles>,
    quit: Arc<Quit>,
    places: BTreeMap<ProviderId, SharedPlace>,
}

/// One round for every provider.
pub fn tick(app: &App) {
    match app.providers() {
        Ok(providers) => {
            for (provider, upstream) in &providers {
                let round = round_of(app, *provider, &upstream.client, &Arc::default(), &Arc::default());
                round.run(&mut START.clone());
            }
        }
        Err(cause) => tracing::error!(%cause, "no round of the status sync could begin"),
    }
}

impl Poller {
    pub(super) fn new(app: &App, troubles: &Arc<Troubles>, quit: &Arc<Quit>) -> Self {
        let (app, troubles, quit) = (app.clone(), Arc::clone(troubles), Arc::clone(quit));
        Poller { app, troubles, quit, places: BTreeMap::new() }
    }

    /// Until told to quit. Each provider's round has a thread of its own, so that a slow one delays nobody.
    pub(super) fn run(mut self) {
        loop {
            if let Err(fault) = self.begin_rounds() {
                tracing::error!(cause = %fault, "no round of the status sync could begin");
            }
            if self.quit.wait(self.app.config.provider.sync) {
                return;
            }
        }
    }

    fn begin_rounds(&mut self) -> Result<(), Fault> {
        for (provider, upstream) in self.app.providers()? {
            let place = self.places.entry(provider).or_insert_with(|| Arc::new(Mutex::new(START)));
            let place = Arc::clone(place);
            let round = round_of(&self.app, provider, &upstream.client, &self.troubles, &self.quit);
            thread(&format!("poll-{provider}"), move || round.run_alone(&place))?;
        }
        Ok(())
    }
}

fn round_of(
    app: &App,
    provider: ProviderId,
    client: &Arc<Client>,
    troubles: &Arc<Troubles>,
    quit: &Arc<Quit>,
) -> Round {
    Round {
        app: app.clone(),
        provider,
        client: Arc::clone(client),
        troubles: Arc::clone(troubles),
        quit: Arc::clone(quit),
        failures: 0,
        is_answered: false,
        unanswered: None,
        trouble: None,
    }
}

/// One pass over a provider's orders that are due.
struct Round {
    app: App,
    provider: ProviderId,
    client: Arc<Client>,
    troubles: Arc<Troubles>,
    quit: Arc<Quit>,
    /// Calls without a usable answer since the last one with.
    failures: u32,
    /// Whether any question about orders was answered, and why the last one was not.
    is_answered: bool,
    unanswered: Option<String>,
    /// For the operator.
    trouble: Option<String>,
}

/// Why a round goes no further.
enum Stopped {
    /// The provider does not answer, or the panel stops.
    GivenUp,
    Fault(Fault),
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Self {
        Stopped::Fault(fault)
    }
}

type Asked = HashMap<String, Result<Report, String>>;

impl Round {
    /// Unless the provider's last round still runs.
    fn run_alone(self, place: &Mutex<Place>) {
        let mut place = match place.try_lock() {
            Ok(place) => place,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        self.run(&mut place);
    }

    fn run(mut self, place: &mut Place) {
        on_board(&self.app.clone(), "poll-orders", || match self.pass(place) {
            // That a provider does not answer is its trouble, not the job's.
            Ok(()) | Err(Stopped::GivenUp) => Ok(()),
            Err(Stopped::Fault(fault)) => Err(fault),
        });
        if !self.quit.is_set() {
            let trouble = self.trouble.take();
            self.troubles.say(&self.app, self.provider, Reporter::Poll, trouble);
        }
    }

    fn pass(&mut self, place: &mut Place) -> Result<(), Stopped> {
        let provider = self.provider;
        self.balance()?;
        let round = self.app.db.write_blocking(move |tx| store::next_round(tx, provider))?;
        // From where the last round stopped to the end, then the rest from the beginning.
        let began = *place;
        self.walk(round, place, None)?;
        *place = START;
        if began != START {
            self.walk(round, place, Some(began))?;
            *place = START;
        }
        // One order that brings no answer is not worth an alarm; none that does is.
        if let (Some(error), false) = (self.unanswered.take(), self.is_answered) {
            self.trouble = Some(error);
            return Err(Stopped::GivenUp);
        }
        Ok(self.app.db.write_blocking(move |tx| store::set_synced(tx, provider))?)
    }

    fn balance(&mut self) -> Result<(), Stopped> {
        let provider = self.provider;
        match self.client.balance() {
            Ok(balance) => {
                let amount = balance.amount.to_string();
                let write = move |tx: &Tx| store::set_balance(tx, provider, &amount);
                Ok(self.app.db.write_blocking(write)?)
            }
            Err(error) => {
                let is_reached = !matches!(error, CallError::Unreachable(_));
                self.trouble = Some(error.to_string());
                if is_reached { Ok(()) } else { Err(Stopped::GivenUp) }
            }
        }
    }

    /// All that is due behind `place`, up to `end`.
    fn walk(&mut self, round: i64, place: &mut Place, end: Option<Place>) -> Result<(), Stopped> {
        loop {
            let (provider, behind) = (self.provider, *place);
            let mut page = self.app.db.read_now(|tx| orders::to_poll(tx, provider, round, behind, PAGE))?;
            let is_last = page.len() < PAGE;
            page.retain(|watched| end.is_none_or(|end| at(watched) <= end));
            let Some(last) = page.last().map(at) else { return Ok(()) };
            let first = turn(round, page.len());
            page.rotate_left(first);
            let asked = self.page(&page);
            *place = last;
            asked?;
            if is_last || end.is_some_and(|end| last >= end) {
                return Ok(());
            }
        }
    }

    /// Asks for these orders, in ever smaller parts where that brings nothing.
    fn page(&mut self, page: &[Watched]) -> Result<(), Stopped> {
        let mut parts = vec![page];
        while let Some(part) = parts.pop() {
            if self.quit.is_set() {
                return Err(Stopped::GivenUp);
            }
            let ids: Vec<String> = part.iter().map(|watched| watched.provider_order_id.clone()).collect();
            match self.client.statuses(&ids) {
                Ok(asked) => {
                    self.failures = 0;
                    self.is_answered = true;
                    self.apply(&ids, asked)?;
                }
                Err(error) => {
                    self.failures = self.failures.saturating_add(1);
                    if matches!(error, CallError::Refused(_)) || self.failures >= MOST_FAILURES {
                        self.trouble = Some(error.to_string());
                        return Err(Stopped::GivenUp);
                    }
                    self.unanswered = Some(error.to_string());
                    let asked = ids.len();
                    tracing::warn!(provider.id = self.provider.get(), asked, %error, "no status");
                    if let [_, _, ..] = part {
                        let (first, second) = part.split_at(part.len().div_ceil(2));
                        parts.extend([second, first]);
                    }
                }
            }
        }
        Ok(())
    }

    /// The whole page in one transaction; if that fails, each order in its own, so that a bad one spoils no
    /// other.
    fn apply(&self, ids: &[String], mut asked: Asked) -> Result<(), Fault> {
        let provider = self.provider;
        let said: Vec<(String, Option<Result<Report, String>>)> =
            ids.iter().map(|id| (id.clone(), asked.remove(id))).collect();
        let all = said.clone();
        let together = self.app.db.write_blocking(move |tx| {
            all.iter().try_for_each(|(id, said)| follow(tx, provider, id, said.as_ref()))
        });
        match together {
            Ok(()) => return Ok(()),
            Err(OrderError::Fault(fault)) if fault.kind() == Kind::Unavailable => return Err(fault),
            Err(error) => tracing::error!(cause = %error, "a page of reports is applied one by one"),
        }
        for (id, said) in said {
            let named = id.clone();
            let alone = self.app.db.write_blocking(move |tx| follow(tx, provider, &id, said.as_ref()));
            if let Err(error) = alone {
                tracing::error!(provider_order = %named, cause = %error, "a report could not be applied");
            }
        }
        Ok(())
    }
}

fn follow(
    tx: &Tx,
    provider: ProviderId,
    id: &str,
    said: Option<&Result<Report, String>>,
) -> Result<(), OrderError> {
    match said {
        Some(Ok(report)) => orders::apply_report(tx, provider, id, report).map(drop),
        Some(Err(error)) => orders::apply_refusal(tx, provider, id, error),
        None => orders::no_report(tx, provider, id),
    }
}

/// With which of so many orders a page begins in this round: a third further each time, and one more after each
/// time around.
fn turn(round: i64, orders: usize) -> usize {
    let round = usize::try_from(round).unwrap_or(0);
    let step = orders.div_ceil(3);
    let around = round.checked_div(orders).unwrap_or(0);
    round.wrapping_mul(step).wrapping_add(around).checked_rem(orders).unwrap_or(0)
}

fn at(watched: &Watched) -> Place {
    (watched.recheck_round, watched.order)
}
