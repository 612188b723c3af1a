//! Pulls the transfers that SePay failed to deliver from its list, by the same way that its notices take.
//!
//! Each round reads all since two days before the last complete one, so that what a bank reports late is seen too;
//! a transfer counts once however often it is listed. Nothing is kept of an answer that is no list.

use crate::config::SEPAY;
use crate::deposits::sepay_list::{self, ListPage, Query, Unreadable};
use crate::deposits::{self, BankFact, DepositError, Receipt};
use crate::jobs::runtime::{JobError, JobResult};
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::kernel::secret::Secret;
use crate::outbound::Call;
use crate::settings;
use crate::state::App;
use std::collections::HashSet;
use std::time::Duration;

/// Of one call, in all.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Between two pages: SePay answers two or three calls a second.
const GAP: Duration = Duration::from_millis(500);
/// A list that is longer is not believed.
const MOST_PAGES: usize = 400;
/// How long to wait when told to wait, but not how long; and the longest that is obeyed.
const WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// Between two rounds.
pub(super) fn period(app: &App) -> Duration {
    // Whoever tries the demo out should see it come in.
    Duration::from_secs(if app.demo.is_some() { 2 } else { 3 * 60 })
}

/// One round, when a token is set.
pub fn tick(app: &App) -> JobResult {
    let Some(token) = app.db.read_now(|tx| settings::sepay_api_token(tx, &app.config))? else {
        return Ok(None);
    };
    let mut query = Query::since_day(app.db.read_now(deposits::list_from)?);
    let mut round = Round { app, seen: HashSet::new(), new: 0, unreadable: Vec::new() };
    for _ in 0..MOST_PAGES {
        let page = ask(app, &token, &query)?;
        let is_news = round.take(&page)?;
        let Some(next) = query.after(&page).map_err(JobError::new)? else { return round.end() };
        if !is_news {
            return Err(JobError::new(Note::SepayRepeats));
        }
        query = next;
        std::thread::sleep(app.db.clock().patience(GAP));
    }
    Err(JobError::new(Note::SepayEndless))
}

fn ask(app: &App, token: &Secret, query: &Query) -> Result<ListPage, JobError> {
    let base = &app.config.sepay_api_url;
    let call = Call::get(query.url(base)).bearer(token).timeout(TIMEOUT).allow_private(base != SEPAY);
    let answer =
        call.send().map_err(|failure| JobError::new(Note::SepayNoAnswer { cause: failure.cause() }))?;
    sepay_list::read(answer.status, &answer.body).map_err(|note| {
        let told = answer.retry_after.unwrap_or(WAIT).min(LONGEST_WAIT);
        JobError { wait: (note == Note::SepayTooOften).then_some(told), ..JobError::new(note) }
    })
}

struct Round<'a> {
    app: &'a App,
    /// Numbers of this round.
    seen: HashSet<i64>,
    new: usize,
    unreadable: Vec<Unreadable>,
}

impl Round<'_> {
    /// Receives what is not known yet; whether the page holds anything that no page before did.
    fn take(&mut self, page: &ListPage) -> Result<bool, JobError> {
        let before = self.seen.len();
        let app = self.app;
        for fact in page.facts() {
            if self.seen.insert(fact.sepay_id)
                && !app.db.read_now(|tx| deposits::is_known(tx, fact.sepay_id))?
            {
                self.receive(fact.clone())?;
            }
        }
        for why in page.unreadable() {
            if !self.unreadable.contains(why) {
                tracing::warn!(why = %why.note(0), "a listed transfer cannot be read");
                self.unreadable.push(why.clone());
            }
        }
        Ok(self.seen.len() > before)
    }

    fn receive(&mut self, fact: BankFact) -> Result<(), JobError> {
        let (sepay_id, config) = (fact.sepay_id, self.app.clone());
        let receipt = self.app.db.write_blocking(move |tx| {
            let our_accounts = settings::our_accounts(tx, &config.config)?;
            deposits::receive(tx, &fact, &our_accounts)
        });
        match receipt {
            Ok(receipt) => {
                receipt.log(sepay_id);
                self.new = self.new.saturating_add(usize::from(!matches!(receipt, Receipt::Known(_))));
                Ok(())
            }
            Err(DepositError::Fault(fault @ Fault::Overloaded(_))) => Err(fault.into()),
            Err(error) => {
                tracing::warn!(sepay.id = sepay_id, cause = %error, "a listed transfer could not be received");
                self.unreadable.push(Unreadable::Transfer(sepay_id));
                Ok(())
            }
        }
    }

    fn end(self) -> JobResult {
        self.app.db.write_blocking(deposits::set_list_read)?;
        match self.unreadable.as_slice() {
            [] => Ok(Some(format!("{} transfers listed, {} of them new", self.seen.len(), self.new))),
            [first, rest @ ..] => Err(JobError::new(first.note(rest.len()))),
        }
    }
}
