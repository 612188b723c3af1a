//! Refills on their way to a provider: each is claimed in a commit of its own before it is asked for, one after
//! another, and what came of it is written down, however long that takes.

use super::{Memory, Round, longer};
use crate::db::{ReadTx, Tx};
use crate::kernel::cause::CallCause;
use crate::kernel::error::{Code, Fault, Refusal};
use crate::kernel::ids::RefillId;
use crate::provider::SubmitError;
use crate::refills::{self, RefillError};
use crate::state::App;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Refills sent in one round.
const MOST_SENT: usize = 20;
/// Refills a call, when they are asked about.
const PAGE: usize = 100;
/// Between two attempts to write an outcome down, and how long a stop waits for a disk that does not take it.
const RETRY: Duration = Duration::from_millis(200);
const LAST_RETRIES: Duration = Duration::from_secs(5);
/// Stands before every refill.
const FRONT: RefillId = RefillId::new(0);

type Outcome = Result<String, SubmitError>;

/// Parks what is at accounts that were left, and tells of what is late.
pub(super) fn look_after(app: &App) -> Result<(), Fault> {
    if !app.db.read_now(refills::is_neglected)? {
        return Ok(());
    }
    app.db.write_blocking(|tx: &Tx| {
        refills::park_left(tx)?;
        refills::tell_late(tx)
    })
}

impl Round {
    pub(super) fn has_refills(&self) -> Result<bool, Fault> {
        let at = self.upstream.account;
        let has = |tx: &ReadTx| {
            Ok(refills::has_queued(tx, at, FRONT)? || !refills::to_poll(tx, at, FRONT, 1)?.is_empty())
        };
        if self.upstream.in_doubt { Ok(false) } else { self.app.db.read_now(has) }
    }

    pub(super) fn send_refills(&self, memory: &mut Memory) -> Result<(), Fault> {
        let (at, mut behind) = (self.upstream.account, FRONT);
        for _ in 0..MOST_SENT {
            let rests = memory.refills.is_some_and(|(_, until)| until > Instant::now());
            let has_none = !self.app.db.read_now(|tx| refills::has_queued(tx, at, behind))?;
            if self.upstream.in_doubt || self.shutdown.is_requested() || rests || has_none {
                return Ok(());
            }
            if memory.refills.is_some() && self.upstream.client.balance().is_err() {
                memory.refills = Some(longer(memory.refills));
                return Ok(());
            }
            let Some(claimed) = self.app.db.write_blocking(move |tx| refills::claim(tx, at, behind))? else {
                return Ok(());
            };
            behind = claimed.refill;
            let ask = || self.upstream.client.refill(&claimed.provider_order_id);
            let outcome = catch_unwind(AssertUnwindSafe(ask));
            let outcome = outcome.unwrap_or(Err(SubmitError::Unknown(CallCause::Panicked)));
            tracing::info!(refill.id = claimed.refill.get(), ?outcome, "a refill was asked for");
            let is_definite = matches!(outcome, Ok(_) | Err(SubmitError::Refused(..)));
            self.write_down(claimed.refill, outcome);
            if !is_definite {
                memory.refills = Some(longer(memory.refills));
                return Ok(());
            }
            memory.refills = None;
        }
        Ok(())
    }

    /// Again and again until it is on disk: the answer is nowhere else. If the disk does not take it before the process
    /// has to end, the refill is parked at the next start.
    fn write_down(&self, refill: RefillId, mut outcome: Outcome) {
        loop {
            let known = outcome.clone();
            let written = self.app.db.write_blocking(move |tx| refills::record(tx, refill, &known).map(drop));
            let Err(error) = written else { return };
            tracing::error!(refill.id = refill.get(), cause = %error, "an outcome was not written down");
            if matches!(error, RefillError::Conflict(_)) || self.shutdown.is_older_than(LAST_RETRIES) {
                return;
            }
            if error.answer().code != Code::Overloaded {
                outcome = Err(SubmitError::unwritten(outcome));
            }
            std::thread::sleep(RETRY);
        }
    }

    /// Asks how far those are that were taken, as often as for orders.
    pub(super) fn poll_refills(&self, memory: &mut Memory) -> Result<(), Fault> {
        let is_due = memory.polled.is_none_or(|at| at.elapsed() >= self.app.config.provider.sync);
        if self.upstream.in_doubt || !is_due {
            return Ok(());
        }
        memory.polled = Some(Instant::now());
        let (at, mut behind) = (self.upstream.account, FRONT);
        loop {
            let page = self.app.db.read_now(|tx| refills::to_poll(tx, at, behind, PAGE))?;
            let Some(last) = page.last().filter(|_| !self.shutdown.is_requested()) else { return Ok(()) };
            behind = last.refill;
            let ids: Vec<String> = page.into_iter().map(|watched| watched.provider_refill_id).collect();
            let said = match self.upstream.client.refill_statuses(&ids) {
                Ok(said) => said,
                Err(error) => {
                    tracing::warn!(provider.id = at.provider.get(), %error, "no status of refills");
                    return Ok(());
                }
            };
            self.app.db.write_blocking(move |tx: &Tx| {
                said.iter().try_for_each(|(id, said)| refills::apply(tx, at, id, said).map(drop))
            })?;
        }
    }
}
