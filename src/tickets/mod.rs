//! Tickets: what customers ask the support about their orders and deposits, and what it answers.
//!
//! A ticket is open while it waits for the support, answered while it waits for the customer, and closed for good
//! unless somebody of the staff opens it again. What was said is never changed. Who has yet to read the other one's
//! last word is written down, and ends only when that is read.

mod canned;
mod desk;
mod error;
mod rules;
mod store;

pub use canned::{CannedAnswer, CannedDraft, CannedPatch};
pub use canned::{change as change_canned, create as create_canned, delete as delete_canned};
pub use desk::{Patch, answer, change, for_staff, seen_by_staff};
pub use error::TicketError;
pub use rules::{Sender, TicketStatus};
pub use store::{Filter, canned_answers, count, find, list, messages};

use crate::accounts;
use crate::db::{ReadTx, Tx};
use crate::deposits;
use crate::kernel::change::Change;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, FieldError, Rule};
use crate::kernel::ids::{DepositId, OrderId, TicketId, UserId};
use crate::kernel::notice::NoticeKind;
use crate::kernel::reason::Reason;
use crate::notify::{self, Asked, Notice};
use crate::orders;

/// Tickets of one user that are not closed.
pub const MOST_OPEN: i64 = 10;
const MOST_MESSAGES: i64 = 200;
/// Of a message, what the operator is told.
const TOLD_CHARS: usize = 200;

/// A ticket without what was said in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    pub user: UserId,
    pub subject: String,
    pub status: TicketStatus,
    /// Who of the staff looks after it.
    pub assignee: Option<UserId>,
    /// Since when it waits for an answer.
    pub open_since: Option<Timestamp>,
    /// Whether the customer has yet to read an answer.
    pub unread_by_customer: bool,
    /// Whether the staff has yet to read what the customer wrote last.
    pub unread_by_staff: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// What it is about, lowest ids first.
    pub orders: Vec<OrderId>,
    pub deposits: Vec<DepositId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub sender: Sender,
    pub author: UserId,
    pub text: String,
    pub created_at: Timestamp,
}

/// What somebody wants to ask.
#[derive(Debug, Clone)]
pub struct Draft {
    pub subject: String,
    pub message: String,
    /// What it is about.
    pub orders: Vec<OrderId>,
    pub deposits: Vec<DepositId>,
}

/// Opens a ticket. Errors: `Fields`; `Conflict` when too many are open.
pub fn open(tx: &Tx, user: UserId, draft: &Draft) -> Result<Ticket, TicketError> {
    let mut wrong = Vec::new();
    let mut fitting =
        |read: Result<String, FieldError>| read.map_err(|error| wrong.push(error)).unwrap_or_default();
    let subject = fitting(rules::line("subject", &draft.subject));
    let text = fitting(rules::text("message", &draft.message));
    wrong.extend(foreign("order_ids", &draft.orders, |id| Ok(orders::of_user(tx, user, id)?.is_some()))?);
    wrong.extend(foreign("deposit_ids", &draft.deposits, |id| {
        Ok(deposits::by_id(tx, id)?.is_some_and(|deposit| deposit.user == user))
    })?);
    if !wrong.is_empty() {
        return Err(TicketError::Fields(wrong));
    }
    if store::not_closed(tx, user)? >= MOST_OPEN {
        return Err(TicketError::Conflict(Reason::TooManyTickets { max: MOST_OPEN }));
    }
    let now = tx.now();
    let ticket = Ticket {
        id: TicketId::new(0),
        user,
        subject,
        status: TicketStatus::Open,
        assignee: None,
        open_since: Some(now),
        unread_by_customer: false,
        unread_by_staff: true,
        created_at: now,
        updated_at: now,
        orders: sorted(&draft.orders),
        deposits: sorted(&draft.deposits),
    };
    let ticket = Ticket { id: store::insert(tx, &ticket)?, ..ticket };
    store::add_message(tx, ticket.id, Sender::Customer, user, &text)?;
    changed(tx, &ticket);
    tell(tx, &ticket, &text, true)?;
    Ok(ticket)
}

fn sorted<I: Copy + Ord>(ids: &[I]) -> Vec<I> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

/// What is named that is not the customer's, or twice.
fn foreign<I: Copy + PartialEq>(
    field: &str,
    ids: &[I],
    is_own: impl Fn(I) -> Result<bool, Fault>,
) -> Result<Vec<FieldError>, Fault> {
    if ids.len() > rules::MOST_THINGS {
        return Ok(vec![FieldError::new(field, Rule::Entries { min: 0, max: rules::MOST_THINGS })]);
    }
    let mut wrong = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let error = |rule| FieldError::new(format!("{field}[{at}]"), rule);
        if ids.iter().take(at).any(|other| other == id) {
            wrong.push(error(Rule::Repeated));
        } else if !is_own(*id)? {
            wrong.push(error(Rule::NoSuch));
        }
    }
    Ok(wrong)
}

/// A user's ticket. `None`: there is none, or it is somebody else's.
pub fn of_user(tx: &ReadTx, user: UserId, id: TicketId) -> Result<Option<Ticket>, Fault> {
    Ok(find(tx, id)?.filter(|ticket| ticket.user == user))
}

/// The customer goes on. An answered ticket waits for the support again.
///
/// Errors: `NoTicket`, also for somebody else's; `Fields`; `Conflict` when it is closed or full.
pub fn reply(tx: &Tx, user: UserId, id: TicketId, message: &str) -> Result<Ticket, TicketError> {
    let ticket = of_user(tx, user, id)?.ok_or(TicketError::NoTicket)?;
    let text = say(tx, &ticket, Sender::Customer, user, message)?;
    let ticket = Ticket { unread_by_staff: true, ..moved(tx, ticket, TicketStatus::Open) };
    store::update(tx, &ticket)?;
    changed(tx, &ticket);
    tell(tx, &ticket, &text, false)?;
    Ok(ticket)
}

/// The customer needs no more. Errors: `NoTicket`.
pub fn close(tx: &Tx, user: UserId, id: TicketId) -> Result<Ticket, TicketError> {
    let ticket = of_user(tx, user, id)?.ok_or(TicketError::NoTicket)?;
    if ticket.status == TicketStatus::Closed {
        return Ok(ticket);
    }
    let ticket = moved(tx, ticket, TicketStatus::Closed);
    store::update(tx, &ticket)?;
    changed(tx, &ticket);
    Ok(ticket)
}

/// The customer has read it; how it stands then. Errors: `NoTicket`.
pub fn seen_by_customer(tx: &Tx, user: UserId, id: TicketId) -> Result<Ticket, TicketError> {
    let ticket = of_user(tx, user, id)?.ok_or(TicketError::NoTicket)?;
    if !ticket.unread_by_customer {
        return Ok(ticket);
    }
    let ticket = Ticket { unread_by_customer: false, ..ticket };
    store::update(tx, &ticket)?;
    tx.changed(Change::Ticket(ticket.user, ticket.id));
    Ok(ticket)
}

/// Adds what somebody says; how it is kept. Errors: `Fields`; `Conflict` when it is closed or full.
fn say(
    tx: &Tx,
    ticket: &Ticket,
    sender: Sender,
    author: UserId,
    message: &str,
) -> Result<String, TicketError> {
    let text = rules::text("message", message).map_err(|error| TicketError::Fields(vec![error]))?;
    if ticket.status == TicketStatus::Closed {
        return Err(TicketError::Conflict(Reason::TicketClosed));
    }
    if store::count_messages(tx, ticket.id)? >= MOST_MESSAGES {
        return Err(TicketError::Conflict(Reason::TicketFull { max: MOST_MESSAGES }));
    }
    store::add_message(tx, ticket.id, sender, author, &text)?;
    Ok(text)
}

/// The ticket as it stands from now on. One that is open already waits as long as before.
fn moved(tx: &Tx, ticket: Ticket, to: TicketStatus) -> Ticket {
    let open_since = (to == TicketStatus::Open).then(|| ticket.open_since.unwrap_or(tx.now()));
    Ticket { status: to, open_since, updated_at: tx.now(), ..ticket }
}

/// The customer and the operator may see that something has changed.
fn changed(tx: &Tx, ticket: &Ticket) {
    tx.changed(Change::Ticket(ticket.user, ticket.id));
    tx.changed(Change::Review);
}

fn tell(tx: &Tx, ticket: &Ticket, text: &str, is_new: bool) -> Result<(), Fault> {
    notify::post_with(tx, NoticeKind::Ticket, || {
        let username = accounts::names(tx, &[ticket.user])?.remove(&ticket.user).unwrap_or_default();
        let (subject, text) = (ticket.subject.clone(), rules::beginning(text, TOLD_CHARS));
        let asked = Asked { ticket: ticket.id.get(), username, subject, text };
        Ok(if is_new { Notice::TicketOpened(asked) } else { Notice::TicketReplied(asked) })
    })
}
