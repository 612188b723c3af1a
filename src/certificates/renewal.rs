//! When an authority is asked for a certificate, and what is remembered of it. The conversation is `acme`'s.

use super::acme::{Given, Trouble};
use super::store::{self, Kept};
use crate::config::Acme;
use crate::db::{ReadTx, Tx};
use crate::front::{Certificate, Certificates};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::kernel::secret::Secret;
use std::time::Duration;

/// A certificate is replaced when a third of its life is left.
const RENEWED_AT: i64 = 3;
/// The operator is told of failures when a sixth is left: those before are most likely over by then.
const URGENT_AT: i64 = 6;
/// An authority that wants to be left alone for longer is asked all the same; and so long a pause means that the clock
/// was wrong once.
const LONGEST_WAIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Attempts in a row that have failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failures {
    pub count: u32,
    /// Until then the authority is left alone.
    pub not_before: Timestamp,
    /// Of the last one.
    pub trouble: Note,
}

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The certificate is good for long enough.
    Nothing,
    Wait(Failures),
    Ask,
}

/// Serves what is kept for this name.
pub fn recall(tx: &ReadTx, acme: &Acme, served: &Certificates) -> Result<(), Fault> {
    let Some(kept) = store::certificate(tx)? else { return Ok(()) };
    match Certificate::read(kept.chain.as_bytes(), kept.key.expose().as_bytes()) {
        Ok(certificate) if certificate.is_for(&acme.domain) => served.serve(certificate),
        Ok(_) => tracing::info!(domain = acme.domain, "the certificate that is kept is for another name"),
        Err(why) => tracing::error!(%why, "the certificate that is kept cannot be served"),
    }
    Ok(())
}

pub fn next(tx: &ReadTx, acme: &Acme, served: &Certificates) -> Result<Next, Fault> {
    let is_theirs = store::certificate_directory(tx)?.is_some_and(|known| known == acme.directory_url);
    let present = served.present().filter(|_| is_theirs);
    if present.is_some_and(|present| !is_in_last(&present, RENEWED_AT, tx.now())) {
        return Ok(Next::Nothing);
    }
    let failures = store::failures(tx, acme)?;
    let waiting = failures.filter(|failures| {
        tx.now() < failures.not_before && failures.not_before <= after(tx.now(), LONGEST_WAIT)
    });
    Ok(waiting.map_or(Next::Ask, Next::Wait))
}

/// Whether a failure should not wait any longer for a better attempt.
pub fn is_urgent(served: &Certificates, now: Timestamp) -> bool {
    served.present().is_none_or(|present| is_in_last(&present, URGENT_AT, now))
}

/// Whether only this part of its life is left.
fn is_in_last(certificate: &Certificate, part: i64, now: Timestamp) -> bool {
    let (begins, ends) = (certificate.begins_at.millis(), certificate.ends_at.millis());
    let left = ends.saturating_sub(now.millis());
    left <= ends.saturating_sub(begins) / part
}

/// Begins an attempt; it counts as failed until it is known not to be, so that no crash repeats it at once. The account
/// there, if there is one.
pub fn claim(tx: &Tx, acme: &Acme, pause: impl Fn(u32) -> Duration) -> Result<Option<Secret>, Fault> {
    let before = store::failures(tx, acme)?.map_or(0, |failures| failures.count);
    let failures = Failures {
        count: before.saturating_add(1),
        not_before: after(tx.now(), pause(before)),
        trouble: Note::AcmeInterrupted,
    };
    store::put_failures(tx, acme, &failures)?;
    store::account(tx, acme)
}

/// An account was made.
pub fn keep_account(tx: &Tx, acme: &Acme, account: &Secret) -> Result<(), Fault> {
    store::put_account(tx, acme, account)
}

/// The attempt has failed. What is remembered then.
pub fn record_trouble(tx: &Tx, acme: &Acme, trouble: &Trouble) -> Result<Option<Failures>, Fault> {
    if trouble.is_account_gone {
        store::delete_account(tx)?;
    }
    let wait = trouble.wait.unwrap_or_default().min(LONGEST_WAIT);
    store::explain_failure(tx, &trouble.note, after(tx.now(), wait))?;
    store::failures(tx, acme)
}

/// The attempt went well.
pub fn keep_certificate(tx: &Tx, acme: &Acme, given: &Given) -> Result<(), Fault> {
    let Given { chain, key, .. } = given;
    let directory = acme.directory_url.clone();
    store::put_certificate(tx, &Kept { directory, chain: chain.clone(), key: key.clone() })?;
    store::delete_failures(tx)
}

fn after(now: Timestamp, wait: Duration) -> Timestamp {
    now.plus_seconds(i64::try_from(wait.as_secs()).unwrap_or(i64::MAX))
}
