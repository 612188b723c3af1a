//! Asks the providers what became of the orders they took, a hundred at a time, round after round.
//!
//! A report is applied in the transaction that moves the money it moves. What an answer leaves out is no
//! news. Nobody starves: a page that brings no answer is asked for in halves, so that one order a provider
//! stumbles over does not hide the others; a round that was given up is taken up behind the last page that
//! was begun; and every round begins its pages with other orders, for a provider that has to be asked one by one
//! may not get to the end of them.

use super::poll_cursor::{PollCursor, Position, START};
use super::trouble::{Reporter, Troubles};
use crate::db::Tx;
use crate::jobs::runtime::{Shutdown, thread, tracked};
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::note::Note;
use crate::orders::{self, OrderError, Watched};
use crate::provider::{self, Account, CallError, Client, NoReport, Report, Statuses};
use crate::state::{App, Upstream};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::Scope;

/// Orders a call: as many as the field's servers take.
const PAGE: usize = 100;
/// Orders and posts a write, so that no other waits long.
const MOST_WRITTEN: usize = PAGE;
/// Pages asked for at once: 10,000 orders are through in 8 s with a provider that takes 300 ms for an answer.
const AT_ONCE: usize = 4;
/// Calls for a page in a row without a usable answer after which a round is given up: enough to find one bad order.
const MOST_FAILURES: u32 = 8;

/// Where the next round of a provider begins; locked while one runs.
type SharedPlace = Arc<Mutex<Position>>;

pub(in crate::jobs) struct Poller {
    app: App,
    troubles: Arc<Troubles>,
    shutdown: Arc<Shutdown>,
    places: BTreeMap<ProviderId, SharedPlace>,
}

/// One round for every provider.
pub fn tick(app: &App) {
    match app.providers() {
        Ok(providers) => {
            for (provider, upstream) in &providers {
                let round = round_of(app, *provider, upstream, &Arc::default(), &Arc::default());
                round.run(&mut START.clone());
            }
        }
        Err(cause) => tracing::error!(%cause, "no round of the status sync could begin"),
    }
}

impl Poller {
    pub(in crate::jobs) fn new(app: &App, troubles: &Arc<Troubles>, shutdown: &Arc<Shutdown>) -> Self {
        let (app, troubles, shutdown) = (app.clone(), Arc::clone(troubles), Arc::clone(shutdown));
        Poller { app, troubles, shutdown, places: BTreeMap::new() }
    }

    /// Until the shutdown. Each provider's round has a thread of its own, so that a slow one delays nobody.
    pub(in crate::jobs) fn run(mut self) {
        loop {
            if let Err(fault) = self.begin_rounds() {
                tracing::error!(cause = %fault, "no round of the status sync could begin");
            }
            if self.shutdown.wait(self.app.config.provider.sync) {
                return;
            }
        }
    }

    fn begin_rounds(&mut self) -> Result<(), Fault> {
        for (provider, upstream) in self.app.providers()? {
            let position = self.places.entry(provider).or_insert_with(|| Arc::new(Mutex::new(START)));
            let position = Arc::clone(position);
            let round = round_of(&self.app, provider, &upstream, &self.troubles, &self.shutdown);
            thread(&format!("poll-{provider}"), move || round.run_alone(&position))?;
        }
        Ok(())
    }
}

fn round_of(
    app: &App,
    provider: ProviderId,
    upstream: &Upstream,
    troubles: &Arc<Troubles>,
    shutdown: &Arc<Shutdown>,
) -> Round {
    Round {
        app: app.clone(),
        provider,
        client: Arc::clone(&upstream.client),
        account: upstream.account,
        in_doubt: upstream.in_doubt,
        troubles: Arc::clone(troubles),
        shutdown: Arc::clone(shutdown),
    }
}

/// One pass over a provider's orders that are due.
struct Round {
    app: App,
    provider: ProviderId,
    client: Arc<Client>,
    /// What it is asked for is its own.
    account: Account,
    /// Whether it is asked first which account it is.
    in_doubt: bool,
    troubles: Arc<Troubles>,
    shutdown: Arc<Shutdown>,
}

/// What those who ask for a round's pages share.
struct Pass {
    cursor: PollCursor,
    askers: usize,
    /// Whether any question about orders was answered, and why the last one was not.
    is_answered: bool,
    unanswered: Option<Note>,
    /// Why it goes no further.
    stopped: Option<Stopped>,
}

/// Why a round goes no further.
enum Stopped {
    /// The panel stops.
    Shutdown,
    /// The provider does not answer, or not as it should.
    GivenUp(Note),
    Fault(Fault),
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Self {
        Stopped::Fault(fault)
    }
}

impl Round {
    /// Unless the provider's last round still runs.
    fn run_alone(&self, position: &Mutex<Position>) {
        if let Some(mut position) = position.try_lock() {
            self.run(&mut position);
        }
    }

    fn run(&self, position: &mut Position) {
        let mut trouble = None;
        tracked(&self.app, "poll-orders", || match self.pass(position, &mut trouble) {
            Ok(()) | Err(Stopped::Shutdown) => Ok(()),
            // That a provider does not answer is its trouble, not the job's.
            Err(Stopped::GivenUp(why)) => {
                trouble = Some(why);
                Ok(())
            }
            Err(Stopped::Fault(fault)) => Err(fault),
        });
        if !self.shutdown.is_requested() {
            self.troubles.say(&self.app, self.provider, Reporter::Poll, trouble);
        }
    }

    fn pass(&self, position: &mut Position, trouble: &mut Option<Note>) -> Result<(), Stopped> {
        let at = self.account;
        *trouble = self.balance()?;
        if self.in_doubt {
            // The account is settled, so the next round asks for what there is.
            return self.settle_doubt();
        }
        let round = self.app.db.write_blocking(move |tx| provider::next_round(tx, at.provider))?;
        let cursor = PollCursor::from(round, *position);
        let pass = Pass { cursor, askers: 1, is_answered: false, unanswered: None, stopped: None };
        let pass = Mutex::new(pass);
        std::thread::scope(|scope| self.ask_on(scope, &pass));
        let pass = pass.into_inner();
        *position = pass.cursor.position();
        if let Some(stopped) = pass.stopped {
            return Err(stopped);
        }
        // One order that brings no answer is not worth an alarm; none that does is.
        if let (Some(error), false) = (pass.unanswered, pass.is_answered) {
            return Err(Stopped::GivenUp(error));
        }
        Ok(self.app.db.write_blocking(move |tx| provider::set_synced(tx, at))?)
    }

    /// Asks whether the new key opens the account that has the orders. Without a clear answer the doubt stays.
    fn settle_doubt(&self) -> Result<(), Stopped> {
        let provider = self.provider;
        let ids = self.app.db.read_now(|tx| orders::ids_to_prove(tx, provider))?;
        let knows = !ids.is_empty()
            && self
                .client
                .knows_any(&ids)
                .map_err(|error| Stopped::GivenUp(Note::KeyInDoubt { reason: error.reason() }))?;
        tracing::warn!(provider.id = provider.get(), knows, "the environment's new key was tried");
        let key = self.client.api_key.fingerprint();
        self.app.db.write_blocking(move |tx| orders::settle_doubt(tx, provider, &key, knows))?;
        self.app.dispatch_wakeup.notify();
        Ok(())
    }

    /// What is wrong with it, if it answers nevertheless.
    fn balance(&self) -> Result<Option<Note>, Stopped> {
        let at = self.account;
        match self.client.balance() {
            Ok(balance) => {
                let amount = balance.to_string();
                let write = move |tx: &Tx| provider::set_balance(tx, at, &amount);
                self.app.db.write_blocking(write)?;
                Ok(None)
            }
            Err(error @ CallError::Unreachable(_)) => Err(Stopped::GivenUp(error.note())),
            Err(error) => Ok(Some(error.note())),
        }
    }

    /// Page after page until there is none. Each that is answered brings one more to ask, up to `AT_ONCE`: a provider
    /// that does not answer meets one question at a time.
    fn ask_on<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>, pass: &'scope Mutex<Pass>) {
        loop {
            let asked = match self.next_page(pass) {
                Ok(page) if page.is_empty() => return,
                Ok(page) => self.ask(&page, pass).map(|()| page.len() == PAGE),
                Err(fault) => Err(fault.into()),
            };
            match asked {
                Ok(may_be_more) => {
                    if may_be_more && pass.lock().calls_another() {
                        let name = format!("poll-{}", self.provider);
                        let asker = move || self.ask_on(scope, pass);
                        if let Err(cause) = std::thread::Builder::new().name(name).spawn_scoped(scope, asker)
                        {
                            tracing::error!(%cause, "no thread to ask for more pages at once");
                        }
                    }
                }
                Err(stopped) => {
                    pass.lock().stopped.get_or_insert(stopped);
                    return;
                }
            }
        }
    }

    /// Empty: there is none, or somebody has stopped.
    fn next_page(&self, pass: &Mutex<Pass>) -> Result<Vec<Watched>, Fault> {
        let mut pass = pass.lock();
        if pass.stopped.is_some() {
            return Ok(Vec::new());
        }
        let (at, round) = (self.account, pass.cursor.round());
        pass.cursor.next(|behind| self.app.db.read_now(|tx| orders::to_poll(tx, at, round, behind, PAGE)))
    }

    /// Asks for these orders, in ever smaller parts where that brings nothing.
    fn ask(&self, page: &[Watched], pass: &Mutex<Pass>) -> Result<(), Stopped> {
        let (mut parts, mut failures) = (vec![page], 0_u32);
        while let Some(part) = parts.pop() {
            if self.shutdown.is_requested() {
                return Err(Stopped::Shutdown);
            }
            if pass.lock().stopped.is_some() {
                return Ok(());
            }
            let ids: Vec<String> = part.iter().map(|watched| watched.provider_order_id.clone()).collect();
            match self.client.statuses(&ids) {
                Ok(asked) => {
                    failures = 0;
                    pass.lock().is_answered = true;
                    self.apply(&ids, asked)?;
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    if matches!(error, CallError::Refused(_) | CallError::Account(_))
                        || failures >= MOST_FAILURES
                    {
                        return Err(Stopped::GivenUp(error.note()));
                    }
                    pass.lock().unanswered = Some(error.note());
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

    /// In one transaction what fits into one; if that fails, each order in its own, so that a bad one spoils no other.
    fn apply(&self, ids: &[String], mut asked: Statuses) -> Result<(), Fault> {
        let said: Vec<Said> = ids.iter().map(|id| (id.clone(), asked.remove(id))).collect();
        portions(&said).into_iter().try_for_each(|portion| self.apply_portion(portion))
    }

    fn apply_portion(&self, said: &[Said]) -> Result<(), Fault> {
        let (at, all) = (self.account, said.to_vec());
        let together = self.app.db.write_blocking(move |tx| {
            all.iter().try_for_each(|(id, said)| follow(tx, at, id, said.as_ref()))
        });
        match together {
            Ok(()) => return Ok(()),
            Err(OrderError::Fault(fault @ Fault::Overloaded(_))) => return Err(fault),
            Err(error) => tracing::error!(cause = %error, "a page of reports is applied one by one"),
        }
        for (named, said) in said {
            let (id, said) = (named.clone(), said.clone());
            let alone = self.app.db.write_blocking(move |tx| follow(tx, at, &id, said.as_ref()));
            if let Err(error) = alone {
                tracing::error!(provider_order = %named, cause = %error, "a report could not be applied");
            }
        }
        Ok(())
    }
}

/// An id, and what the provider said of it, if anything.
type Said = (String, Option<Result<Report, NoReport>>);

/// Parts of a page that are short writes: the posts of subscriptions are orders to be written too.
fn portions(page: &[Said]) -> Vec<&[Said]> {
    let weight = |said: &Option<Result<Report, NoReport>>| match said {
        Some(Ok(report)) => report.posts.orders.len().saturating_add(1),
        Some(Err(_)) | None => 1,
    };
    let (mut parts, mut rest, mut sum, mut count) = (Vec::new(), page, 0_usize, 0_usize);
    for (_, said) in page {
        sum = sum.saturating_add(weight(said));
        if sum > MOST_WRITTEN && count > 0 {
            let (part, others) = rest.split_at(count);
            parts.push(part);
            (rest, sum, count) = (others, weight(said), 0);
        }
        count = count.saturating_add(1);
    }
    parts.push(rest);
    parts
}

fn follow(tx: &Tx, at: Account, id: &str, said: Option<&Result<Report, NoReport>>) -> Result<(), OrderError> {
    match said {
        Some(Ok(report)) => orders::apply_report(tx, at, id, report).map(drop),
        Some(Err(error)) => orders::apply_refusal(tx, at, id, error),
        None => orders::no_report(tx, at, id),
    }
}

impl Pass {
    /// Whether one more may ask; if so, it counts.
    fn calls_another(&mut self) -> bool {
        let may = self.is_answered && self.stopped.is_none() && self.askers < AT_ONCE;
        self.askers = self.askers.saturating_add(usize::from(may));
        may
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_WRITTEN, Said, portions};
    use crate::provider::{Remains, Report, ReportedPosts, ReportedStatus};

    fn said(posts: usize) -> Said {
        let orders = (0..posts).map(|post| post.to_string()).collect();
        let posts = ReportedPosts { orders, ..ReportedPosts::default() };
        let report = Report {
            status: ReportedStatus::InProgress,
            remains: Remains::Missing,
            start_count: None,
            charge: None,
            currency: None,
            posts,
        };
        (String::new(), Some(Ok(report)))
    }

    #[test]
    fn a_page_is_one_write_unless_its_posts_are_many() {
        let sizes = |page: &[Said]| portions(page).into_iter().map(<[Said]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(&vec![said(0); MOST_WRITTEN]), [MOST_WRITTEN]);
        let none = (String::new(), None);
        let page = [said(1000), none.clone(), said(40), said(50), said(20), said(1000), said(1000), none];
        assert_eq!(sizes(&page), [1, 3, 1, 1, 1, 1]);
    }
}
