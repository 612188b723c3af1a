//! What the staff does with tickets, written to the audit log in the same transaction.

use super::error::TicketError;
use super::rules::{self, Sender, TicketStatus};
use super::{Ticket, changed, moved, say, store};
use crate::accounts;
use crate::audit_log::{self, Actor, Rights};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{TicketId, UserId};
use crate::mail::Letter;
use crate::notify::{News, Topic};
use serde_json::{Value, json};

/// Of an answer, what stands in the letter.
const LETTER_CHARS: usize = 500;

/// What is to be different; `None` leaves it as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Patch {
    pub status: Option<TicketStatus>,
    pub assignee: Option<Option<UserId>>,
}

/// A ticket as somebody who works here may see it: for the support, colleagues have asked nothing. Errors: `Denied`
/// for whoever does not work here.
pub fn for_staff(tx: &ReadTx, actor: Option<UserId>, id: TicketId) -> Result<Option<Ticket>, Fault> {
    let Some(ticket) = store::find(tx, id)? else { return Ok(None) };
    let hides = audit_log::rights(tx, actor)? == Rights::Support && accounts::works_here(tx, ticket.user)?;
    Ok(Some(ticket).filter(|_| !hides))
}

/// Answers a ticket; the customer is written a letter.
///
/// Errors: `NoTicket`; `Fields`; `Conflict` when it is closed or full.
pub fn answer(tx: &Tx, actor: &Actor, id: TicketId, message: &str) -> Result<Ticket, TicketError> {
    let ticket = for_staff(tx, actor.id, id)?.ok_or(TicketError::NoTicket)?;
    let author = actor.id.ok_or(Fault::Denied("the command line answers no tickets"))?;
    let text = say(tx, &ticket, Sender::Support, author, message)?;
    let ticket = Ticket { unread_by_customer: true, ..moved(tx, ticket, TicketStatus::Answered) };
    store::update(tx, &ticket)?;
    audit_log::record(tx, &actor.entry("ticket.reply", subject(id)))?;
    let text = rules::beginning(&text, LETTER_CHARS);
    accounts::tell_chat(tx, ticket.user, Topic::Tickets, || {
        Ok(News::TicketAnswered { ticket: id.get(), text: text.clone() })
    })?;
    accounts::tell(tx, ticket.user, &Letter::TicketAnswered { ticket: id.get(), text })?;
    changed(tx, &ticket);
    Ok(ticket)
}

/// Errors: `NoTicket`; `Fields` for an assignee who does not work here.
pub fn change(tx: &Tx, actor: &Actor, id: TicketId, patch: Patch) -> Result<Ticket, TicketError> {
    let before = for_staff(tx, actor.id, id)?.ok_or(TicketError::NoTicket)?;
    let assignee = patch.assignee.unwrap_or(before.assignee);
    if assignee != before.assignee
        && let Some(user) = assignee
        && (!accounts::works_here(tx, user)? || accounts::is_banned(tx, user)?)
    {
        return Err(TicketError::field("assignee_id", Rule::NoSuch));
    }
    let status = patch.status.unwrap_or(before.status);
    if (status, assignee) == (before.status, before.assignee) {
        return Ok(before);
    }
    let after = Ticket { assignee, ..before.clone() };
    let after = if status == before.status { after } else { moved(tx, after, status) };
    store::update(tx, &after)?;
    let mut entry = actor.entry("ticket.change", subject(id));
    (entry.before, entry.after) = (Some(picture(tx, &before)?), Some(picture(tx, &after)?));
    audit_log::record(tx, &entry)?;
    changed(tx, &after);
    Ok(after)
}

/// Somebody of the staff has read it; how it stands then. Errors: `NoTicket`.
pub fn seen_by_staff(tx: &Tx, actor: Option<UserId>, id: TicketId) -> Result<Ticket, TicketError> {
    let ticket = for_staff(tx, actor, id)?.ok_or(TicketError::NoTicket)?;
    if !ticket.unread_by_staff {
        return Ok(ticket);
    }
    let ticket = Ticket { unread_by_staff: false, ..ticket };
    store::update(tx, &ticket)?;
    Ok(ticket)
}

fn subject(id: TicketId) -> String {
    format!("ticket:{id}")
}

fn picture(tx: &ReadTx, ticket: &Ticket) -> Result<Value, Fault> {
    let names = accounts::names(tx, ticket.assignee.as_slice())?;
    let assignee = ticket.assignee.and_then(|user| names.get(&user));
    Ok(json!({ "status": ticket.status.into_str(), "assignee": assignee }))
}
