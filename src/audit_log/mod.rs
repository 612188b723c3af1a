//! Who changed what, when, why and from where: written in the transaction that makes the change.

mod store;

pub use store::list;

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{AuditId, UserId};
use serde_json::Value;

/// One change. Secrets never belong in here.
#[derive(Debug, Clone)]
pub struct Entry {
    /// A customer only where a link that an admin made was used. `None`: the command line on the server itself, or the
    /// panel by itself, which then says so in `reason`.
    pub actor: Option<UserId>,
    /// Area and verb: `user.ban`.
    pub action: &'static str,
    /// Kind and id of what was changed: `user:5`.
    pub subject: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub reason: Option<String>,
    /// The client's address.
    pub address: Option<String>,
}

/// A stored entry.
#[derive(Debug, Clone)]
pub struct Record {
    pub id: AuditId,
    pub actor: Option<UserId>,
    pub action: String,
    pub subject: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub reason: Option<String>,
    pub address: Option<String>,
    pub created_at: Timestamp,
}

/// Who acts, and from where: what every change by an admin carries along.
#[derive(Debug, Clone)]
pub struct Actor {
    /// `None`: the command line on the server itself.
    pub id: Option<UserId>,
    pub address: Option<String>,
}

impl Actor {
    /// The command line.
    pub const CONSOLE: Actor = Actor { id: None, address: None };

    /// An entry by this actor, to be filled with `before` and `after`.
    pub fn entry(&self, action: &'static str, subject: impl Into<String>) -> Entry {
        Entry {
            actor: self.id,
            action,
            subject: subject.into(),
            before: None,
            after: None,
            reason: None,
            address: self.address.clone(),
        }
    }
}

/// Every action that is written down: an area and a verb. The pages have a sentence for each.
pub const ACTIONS: &[&str] = &[
    "user.balance",
    "announcement.create",
    "announcement.change",
    "announcement.delete",
    "coupon.create",
    "coupon.change",
    "ticket.reply",
    "ticket.change",
    "canned_answer.create",
    "canned_answer.change",
    "canned_answer.delete",
    "user.ban",
    "user.unban",
    "user.role",
    "user.rates",
    "user.create_admin",
    "user.reset_password",
    "user.end_second_factor",
    "user.reset_link",
    "user.use_reset_link",
    "user.view",
    "order.status",
    "order.resolve",
    "order.acknowledge",
    "order.refuse",
    "order.refuse_cancel",
    "order.cancel",
    "order.take_down",
    "refill.ask",
    "refill.decide",
    "deposit.approve",
    "deposit.reject",
    "bank_transaction.assign",
    "bank_transaction.ignore",
    "bank_transaction.unignore",
    "category.create",
    "category.change",
    "category.order",
    "category.merge",
    "category.delete",
    "service.create",
    "service.change",
    "service.import",
    "service.pause",
    "service.resume",
    "service.source",
    "provider.create",
    "provider.change",
    "provider.leave",
    "provider.release",
    "settings.change",
    "backup.make",
    "backup.download",
    "backup.restore",
    "panel.move_in",
];

/// What of them the support may do too.
const OF_SUPPORT: &[&str] = &["order.status", "order.cancel", "refill.ask", "ticket.reply", "ticket.change"];

/// What an actor may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// An admin, or the command line.
    All,
    /// What a customer could ask for, and how far work by hand is.
    Support,
}

/// What the actor may do now: somebody who was an admin when the request came in may be none any more. Errors: `Denied`
/// for whoever may change nothing.
pub fn rights(tx: &ReadTx, actor: Option<UserId>) -> Result<Rights, Fault> {
    let Some(user) = actor else { return Ok(Rights::All) };
    store::rights(tx, user)?.ok_or(Fault::Denied("who asked for this does not work here any more"))
}

/// Whether the actor may still do what only admins may: two admins may ban each other at once. Errors: `Denied`.
pub fn allow(tx: &ReadTx, actor: Option<UserId>) -> Result<(), Fault> {
    match rights(tx, actor)? {
        Rights::All => Ok(()),
        Rights::Support => Err(Fault::Denied("who asked for this is no admin any more")),
    }
}

/// Writes the entry, and with it allows the change: errors as `allow`, with which the caller's transaction has to fail.
/// So no change of an admin can forget to ask.
pub fn record(tx: &Tx, entry: &Entry) -> Result<(), Fault> {
    if OF_SUPPORT.contains(&entry.action) {
        rights(tx, entry.actor)?;
    } else {
        allow(tx, entry.actor)?;
    }
    record_allowed(tx, entry)
}

/// Writes the entry of a change that was allowed before it was made.
pub fn record_allowed(tx: &Tx, entry: &Entry) -> Result<(), Fault> {
    debug_assert!(ACTIONS.contains(&entry.action), "{} is missing in ACTIONS", entry.action);
    store::insert(tx, entry)
}

/// Whose entries a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    User(UserId),
    /// The command line on the server, or the panel by itself.
    Server,
}

/// Which entries a list shows: those that meet all that is given.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub actor: Option<By>,
    /// Exactly this one: `user.ban`.
    pub action: Option<String>,
    /// Exactly this one: `user:5`.
    pub subject: Option<String>,
    /// From this moment on, and before that one.
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}
