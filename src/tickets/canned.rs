//! Canned answers: what the staff answers again and again. Admins write them.

use super::error::TicketError;
use super::{rules, store};
use crate::audit_log::{self, Actor};
use crate::db::Tx;
use crate::kernel::error::FieldError;
use crate::kernel::ids::CannedAnswerId;
use crate::kernel::reason::Reason;
use serde_json::{Value, json};

const MOST: i64 = 200;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedAnswer {
    pub id: CannedAnswerId,
    pub title: String,
    pub text: String,
}

/// One that nobody looked at yet.
#[derive(Debug, Clone)]
pub struct CannedDraft {
    pub title: String,
    pub text: String,
}

/// What is to be different; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct CannedPatch {
    pub title: Option<String>,
    pub text: Option<String>,
}

/// Errors: `Fields`; `Conflict` when there are too many.
pub fn create(tx: &Tx, actor: &Actor, draft: &CannedDraft) -> Result<CannedAnswer, TicketError> {
    audit_log::allow(tx, actor.id)?;
    let (title, text) = checked(&draft.title, &draft.text)?;
    if store::count_canned(tx)? >= MOST {
        return Err(TicketError::Conflict(Reason::TooManyCannedAnswers { max: MOST }));
    }
    let id = store::insert_canned(tx, &title, &text)?;
    let canned = CannedAnswer { id, title, text };
    let mut entry = actor.entry("canned_answer.create", subject(id));
    entry.after = Some(picture(&canned));
    audit_log::record(tx, &entry)?;
    Ok(canned)
}

/// Errors: `NoCannedAnswer`; `Fields`.
pub fn change(
    tx: &Tx,
    actor: &Actor,
    id: CannedAnswerId,
    patch: &CannedPatch,
) -> Result<CannedAnswer, TicketError> {
    audit_log::allow(tx, actor.id)?;
    let before = store::canned(tx, id)?.ok_or(TicketError::NoCannedAnswer)?;
    let (title, text) = checked(
        patch.title.as_deref().unwrap_or(&before.title),
        patch.text.as_deref().unwrap_or(&before.text),
    )?;
    let after = CannedAnswer { id, title, text };
    if after == before {
        return Ok(before);
    }
    store::update_canned(tx, &after)?;
    let mut entry = actor.entry("canned_answer.change", subject(id));
    (entry.before, entry.after) = (Some(picture(&before)), Some(picture(&after)));
    audit_log::record(tx, &entry)?;
    Ok(after)
}

/// Errors: `NoCannedAnswer`.
pub fn delete(tx: &Tx, actor: &Actor, id: CannedAnswerId) -> Result<(), TicketError> {
    audit_log::allow(tx, actor.id)?;
    let before = store::canned(tx, id)?.ok_or(TicketError::NoCannedAnswer)?;
    store::delete_canned(tx, id)?;
    let mut entry = actor.entry("canned_answer.delete", subject(id));
    entry.before = Some(picture(&before));
    audit_log::record(tx, &entry)?;
    Ok(())
}

fn checked(title: &str, text: &str) -> Result<(String, String), TicketError> {
    let (title, text) = (rules::line("title", title), rules::text("text", text));
    match (title, text) {
        (Ok(title), Ok(text)) => Ok((title, text)),
        (title, text) => {
            let wrong: Vec<FieldError> = title.err().into_iter().chain(text.err()).collect();
            Err(TicketError::Fields(wrong))
        }
    }
}

fn subject(id: CannedAnswerId) -> String {
    format!("canned_answer:{id}")
}

fn picture(canned: &CannedAnswer) -> Value {
    json!({ "title": canned.title, "text": canned.text })
}
