//! What is wrong for some time: told once, however often it is reported, until it is over.

use super::{Notice, guarded, store, write};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::note::Note;
use std::fmt;

/// What can be in trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    Audit,
    /// A background job, by its name.
    Job(&'a str),
    /// Whether a provider answers, and takes our account.
    Provider(ProviderId),
    /// Whether a provider is held for its refusals.
    Hold(ProviderId),
    /// Our money at a provider.
    Funds(ProviderId),
    /// What waits at a provider that gets no orders.
    Queue(ProviderId),
}

/// Its name in the table of troubles.
impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Audit => f.write_str("audit"),
            Subject::Job(job) => write!(f, "job:{job}"),
            Subject::Provider(id) => write!(f, "provider:{id}"),
            Subject::Hold(id) => write!(f, "held:{id}"),
            Subject::Funds(id) => write!(f, "funds:{id}"),
            Subject::Queue(id) => write!(f, "stranded:{id}"),
        }
    }
}

/// Something is wrong. The same kind of notice about the same subject is not told again; another kind takes its place.
/// It is held back as long as `Notice::hold_seconds` says.
pub fn trouble(tx: &Tx, subject: Subject<'_>, notice: &Notice) -> Result<(), Fault> {
    let (name, what) = (subject.to_string(), notice.into_str());
    guarded(tx, || {
        let standing = store::standing(tx, &name)?;
        if standing.as_ref().is_some_and(|(known, _)| known == what) {
            return Ok(());
        }
        if let Some((_, earlier)) = standing {
            store::take_back(tx, earlier)?;
        }
        if let Some(id) = write(tx, None, notice, notice.hold_seconds())? {
            store::set_standing(tx, &name, what, id)?;
        }
        Ok(())
    })
}

/// Whether it is in trouble that was told, or is about to be.
pub fn is_troubled(tx: &ReadTx, subject: Subject<'_>) -> Result<bool, Fault> {
    Ok(store::standing(tx, &subject.to_string())?.is_some())
}

/// It is over: told if the trouble was. One that was not sent yet is taken back instead.
pub fn over(tx: &Tx, subject: Subject<'_>, notice: &Notice) -> Result<(), Fault> {
    guarded(tx, || match end(tx, subject)? {
        Some(was_told) if was_told => write(tx, None, notice, 0).map(drop),
        Some(_) | None => Ok(()),
    })
}

/// The trouble has no object any more: what was not sent yet is taken back, and nothing is told.
pub fn no_more(tx: &Tx, subject: Subject<'_>) -> Result<(), Fault> {
    guarded(tx, || end(tx, subject).map(drop))
}

/// Whether the trouble was told; `None`: there was none.
fn end(tx: &Tx, subject: Subject<'_>) -> Result<Option<bool>, Fault> {
    let name = subject.to_string();
    let Some((_, notice)) = store::standing(tx, &name)? else { return Ok(None) };
    store::clear_standing(tx, &name)?;
    Ok(Some(!store::take_back(tx, notice)?))
}

/// What the ledger's audit came to.
pub fn audited(tx: &Tx, differences: &[String]) -> Result<(), Fault> {
    let Some(first) = differences.first() else { return over(tx, Subject::Audit, &Notice::AuditWell) };
    let count = i64::try_from(differences.len()).unwrap_or(i64::MAX);
    trouble(tx, Subject::Audit, &Notice::AuditFailed { differences: count, first: first.clone() })
}

/// What a run of a job came to.
pub fn job_ended(tx: &Tx, name: &str, error: Option<&Note>) -> Result<(), Fault> {
    let (subject, job) = (Subject::Job(name), name.to_owned());
    match error {
        Some(error) => trouble(tx, subject, &Notice::JobFailed { job, error: error.clone() }),
        None => over(tx, subject, &Notice::JobWell { job }),
    }
}
