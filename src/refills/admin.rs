//! What an admin decides about a refill, written to the audit log in the same transaction.

use super::error::RefillError;
use super::{Refill, save, store};
use crate::audit_log::{self, Actor};
use crate::db::Tx;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::ids::RefillId;
use crate::kernel::note::Note;
use crate::kernel::reason::Reason as Why;
use crate::kernel::text::trimmed;
use crate::orders::{Dispatch, RefillStatus};
use serde_json::{Value, json};

const MAX_REASON_CHARS: usize = 500;

/// What becomes of it.
#[derive(Debug, Clone)]
pub struct RefillDecision {
    pub status: RefillStatus,
    /// What the customer reads.
    pub reason: Option<String>,
}

/// Moves a refill by hand. `pending` has a parked one asked for anew, but one that the provider had when a backup was
/// made is only followed again; whatever else is decided of one that is not with
/// the provider yet is done by hand from then on.
///
/// Errors: `NoRefill`, `Fields` when the reason is too long, `Conflict` when it has ended, is being asked for, or would
/// move back.
pub fn decide(
    tx: &Tx,
    actor: &Actor,
    id: RefillId,
    decision: &RefillDecision,
) -> Result<Refill, RefillError> {
    let reason = decision.reason.as_deref().map(trimmed).filter(|text| !text.is_empty());
    if reason.is_some_and(|text| text.chars().count() > MAX_REASON_CHARS) {
        let rule = Rule::CharsAtMost { max: MAX_REASON_CHARS };
        return Err(RefillError::Fields(vec![FieldError::new("reason", rule)]));
    }
    let before = store::find(tx, id)?.ok_or(RefillError::NoRefill)?;
    let dispatch = moved(&before, decision.status).map_err(RefillError::Conflict)?;
    let reason = reason.map(str::to_owned).or(before.reason.clone());
    let after = save(tx, &before, Refill { status: decision.status, dispatch, reason, ..before.clone() })?;
    let mut entry = actor.entry("refill.decide", format!("refill:{id}"));
    (entry.before, entry.after) = (Some(as_json(&before)), Some(as_json(&after)));
    audit_log::record(tx, &entry)?;
    Ok(after)
}

/// Where it is on its way to the provider once it is decided so. Pure.
fn moved(refill: &Refill, to: RefillStatus) -> Result<Dispatch, Why> {
    if refill.status.is_final() {
        return Err(Why::RefillEnded);
    }
    match (refill.dispatch, to) {
        (Dispatch::Sending, _) => Err(Why::RefillIsSent),
        (Dispatch::Review, RefillStatus::Pending | RefillStatus::InProgress) if was_there(refill) => {
            Ok(Dispatch::Sent)
        }
        (Dispatch::Review, RefillStatus::Pending) => Ok(Dispatch::Queued),
        (_, RefillStatus::Pending) => Err(Why::RefillNotInReview),
        (Dispatch::Sent, _) => Ok(Dispatch::Sent),
        (
            Dispatch::Manual
            | Dispatch::Scheduled
            | Dispatch::DripFeed
            | Dispatch::Queued
            | Dispatch::Refused
            | Dispatch::Review,
            _,
        ) => Ok(Dispatch::Manual),
    }
}

/// Whether it waits only because the panel was restored: its id at the provider is known.
fn was_there(refill: &Refill) -> bool {
    refill.provider_refill.is_some() && refill.note == Some(Note::OpenInBackup)
}

fn as_json(refill: &Refill) -> Value {
    json!({
        "status": refill.status.into_str(),
        "dispatch": refill.dispatch.into_str(),
        "detail": refill.reason,
    })
}
