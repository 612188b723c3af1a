//! Announcements: what customers are told by the operator, and by the list of services itself when something is new,
//! taken off sale, back, dearer or cheaper.
//!
//! What the list says of a service within an hour is one announcement: what it comes to in the end. What one change
//! does to many services is a group: one announcement, with those of its services behind it.

mod error;
mod rules;
mod store;

pub use error::AnnouncementError;
pub use rules::{Audience, Draft, Kind, Patch, ServiceChange};
pub use store::{Filter, Reader, all, forget_old, visible};

use crate::audit_log::{self, Actor};
use crate::db::Tx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{AnnouncementId, ServiceId};
use crate::kernel::money::Rate;
use crate::settings::{self, table};
use serde_json::{Value, json};

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    pub id: AnnouncementId,
    pub title: String,
    pub text: String,
    pub kind: Kind,
    pub audience: Audience,
    pub starts_at: Timestamp,
    /// Told until then. `None`: until it is deleted.
    pub ends_at: Option<Timestamp>,
    /// What the list of services says by itself.
    pub news: Option<News>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What the list of services says by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    Service(ServiceNews),
    Group(GroupNews),
}

/// What happened to many services at once, as far as the reader may know of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupNews {
    /// As one of them is called.
    pub name: String,
    /// How many services each change has met.
    pub changes: Vec<(ServiceChange, i64)>,
}

/// Whether customers hear of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Yes,
    No,
}

/// What happened to a service on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceNews {
    pub service: ServiceId,
    /// As it is called now.
    pub name: String,
    pub change: ServiceChange,
    /// What it was sold at. `None`: it was not on sale.
    pub before: Option<Rate>,
    pub after: Option<Rate>,
}

/// Seconds within which changes of a service are one.
const TOGETHER_SECONDS: i64 = 3600;

/// Something is told from now on, or from its time on. Errors: `Fields`.
pub fn create(tx: &Tx, actor: &Actor, draft: Draft) -> Result<Announcement, AnnouncementError> {
    audit_log::allow(tx, actor.id)?;
    let announcement = draft.checked(tx.now())?;
    let id = store::insert(tx, &announcement)?;
    let announcement = Announcement { id, ..announcement };
    let mut entry = actor.entry("announcement.create", subject(id));
    entry.after = Some(picture(&announcement));
    audit_log::record(tx, &entry)?;
    Ok(announcement)
}

/// Changes what the patch names. What the list says by itself can only get another end. Errors: `NoAnnouncement`,
/// `Fields`.
pub fn change(
    tx: &Tx,
    actor: &Actor,
    id: AnnouncementId,
    patch: Patch,
) -> Result<Announcement, AnnouncementError> {
    audit_log::allow(tx, actor.id)?;
    let before = store::by_id(tx, id)?.ok_or(AnnouncementError::NoAnnouncement)?;
    let after = patch.on(&before, tx.now())?;
    if after == before {
        return Ok(before);
    }
    store::update(tx, &after)?;
    let mut entry = actor.entry("announcement.change", subject(id));
    entry.before = Some(picture(&before));
    entry.after = Some(picture(&after));
    audit_log::record(tx, &entry)?;
    store::by_id(tx, id)?.ok_or(AnnouncementError::NoAnnouncement)
}

/// Errors: `NoAnnouncement`.
pub fn delete(tx: &Tx, actor: &Actor, id: AnnouncementId) -> Result<(), AnnouncementError> {
    audit_log::allow(tx, actor.id)?;
    let before = store::by_id(tx, id)?.ok_or(AnnouncementError::NoAnnouncement)?;
    store::delete(tx, id)?;
    let mut entry = actor.entry("announcement.delete", subject(id));
    entry.before = Some(picture(&before));
    Ok(audit_log::record(tx, &entry)?)
}

/// Tells what became of a service on the list: what it was and is sold at, `None` while it is not on sale.
/// `is_new`: it was not on the list.
pub fn service_changed(
    tx: &Tx,
    service: ServiceId,
    is_new: bool,
    before: Option<Rate>,
    after: Option<Rate>,
) -> Result<(), Fault> {
    if before == after || !settings::flag(tx, &table::ANNOUNCE_SERVICE_CHANGES)? {
        return Ok(());
    }
    let since = tx.now().plus_seconds(-TOGETHER_SECONDS);
    let earlier = store::newest_of_service(tx, service, since)?;
    let (is_new, before) = match &earlier {
        Some((_, news)) => (news.change == ServiceChange::New, news.before),
        None => (is_new, before),
    };
    if let Some((id, _)) = earlier {
        store::delete(tx, id)?;
    }
    if let Some(change) = ServiceChange::of(is_new, before, after) {
        store::insert_news(tx, service, change, before, after)?;
    }
    Ok(())
}

/// Tells of a service to those who may see it from now on: that it is there, and nothing of what became of it before.
/// `after`: what it is sold at.
pub fn service_opened(tx: &Tx, service: ServiceId, after: Option<Rate>, told: Told) -> Result<(), Fault> {
    let was_new = store::delete_of_service(tx, service)?;
    match told {
        Told::Yes => service_changed(tx, service, was_new, None, after),
        Told::No => Ok(()),
    }
}

/// What the work says of more than one service is one announcement.
pub fn together<T, E: From<Fault>>(tx: &Tx, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let before = store::newest(tx)?;
    let done = work()?;
    if store::services_told_since(tx, before)? > 1 {
        store::group_since(tx, before)?;
    }
    Ok(done)
}

fn subject(id: AnnouncementId) -> String {
    format!("announcement:{id}")
}

fn picture(announcement: &Announcement) -> Value {
    json!({
        "title": announcement.title,
        "text": announcement.text,
        "kind": announcement.kind.into_str(),
        "audience": announcement.audience.into_str(),
        "starts_at": announcement.starts_at.rfc3339(),
        "ends_at": announcement.ends_at.map(Timestamp::rfc3339),
    })
}
