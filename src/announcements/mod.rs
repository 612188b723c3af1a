//! Announcements: what customers are told by the operator, and by the list of services itself when something is new,
//! taken off sale, back, dearer or cheaper.
//!
//! What the list says of a service within an hour of its first change is one announcement: what it comes to in the end.
//! What one change does to many services is a group: one announcement, with those of its services behind it.

mod error;
mod rules;
mod store;

pub use error::AnnouncementError;
pub use rules::{Audience, Draft, Kind, Patch, ServiceChange, Term};
pub use store::{Filter, Reader, all, forget_old, visible};

use crate::audit_log::{self, Actor};
use crate::db::Tx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{AnnouncementId, ServiceId};
use crate::kernel::money::Rate;
use crate::settings::{self, table};
use serde_json::{Value, json};

/// What is told. Of a group the widest audience, the first start and the last end of what it holds.
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
    /// What is not the same of all of them.
    pub mixed: Vec<Term>,
}

impl Announcement {
    /// Whether it is a group of which this is not the same everywhere.
    pub fn is_mixed(&self, term: Term) -> bool {
        match &self.news {
            Some(News::Group(group)) => group.mixed.contains(&term),
            Some(News::Service(_)) | None => false,
        }
    }
}

/// What stands for what is not the same of all that a group holds.
pub const MIXED: &str = "mixed";

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

/// Seconds from the first change of a service within which those that follow are one with it.
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

/// Changes what the patch names. What the list says by itself can only get another audience, start and end; of a group
/// all that it holds. Errors: `NoAnnouncement`, `Fields`.
pub fn change(
    tx: &Tx,
    actor: &Actor,
    id: AnnouncementId,
    patch: Patch,
) -> Result<Announcement, AnnouncementError> {
    audit_log::allow(tx, actor.id)?;
    let before = store::by_id(tx, id)?.ok_or(AnnouncementError::NoAnnouncement)?;
    match before.news {
        Some(News::Group(_)) => {
            let (last_start, first_end) = store::bounds_of_group(tx, id)?;
            patch.check_group(last_start, first_end)?;
            store::set_terms_of_group(tx, id, &patch)?;
        }
        Some(News::Service(_)) | None => {
            let after = patch.on(&before, tx.now())?;
            if after != before {
                store::update(tx, &after)?;
            }
        }
    }
    let after = store::by_id(tx, id)?.ok_or(AnnouncementError::NoAnnouncement)?;
    if after != before {
        let mut entry = actor.entry("announcement.change", subject(id));
        entry.before = Some(picture(&before));
        entry.after = Some(picture(&after));
        audit_log::record(tx, &entry)?;
    }
    Ok(after)
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
/// `is_new`: it was not on the list. Where nobody is to hear of it, what the list said within the hour is not left
/// wrong: it is brought up to date where it still says the same, and else taken back.
pub fn service_changed(
    tx: &Tx,
    service: ServiceId,
    is_new: bool,
    before: Option<Rate>,
    after: Option<Rate>,
    told: Told,
) -> Result<(), Fault> {
    if before == after {
        return Ok(());
    }
    let Some((entry, news)) = said_lately(tx, service)? else {
        let is_new = is_new || (before.is_none() && store::was_never_on_sale(tx, service)?);
        return tell(tx, &Terms::open(tx.now()), (service, is_new), before, after, told);
    };
    let is_new = news.change == ServiceChange::New;
    let change = ServiceChange::of(is_new, news.before, after);
    if in_force(tx, told)? == Told::No && change == Some(news.change) {
        return store::set_rate_after(tx, entry.id, after);
    }
    store::delete(tx, entry.id)?;
    tell(tx, &Terms::after(&entry, tx.now()), (service, is_new), news.before, after, told)
}

/// Tells of a service to those who may see it from now on: that it is there, and nothing of what became of it before.
/// `after`: what it is sold at. An entry knows no readers of its own: of a service for some customers that is not new
/// nothing is told, as some of them may have had it on sale all the time.
pub fn service_opened(tx: &Tx, service: ServiceId, after: Option<Rate>, told: Told) -> Result<(), Fault> {
    let lately = said_lately(tx, service)?;
    let terms = lately.map_or(Terms::open(tx.now()), |(entry, _)| Terms::after(&entry, tx.now()));
    let was_new = store::delete_of_service(tx, service)?;
    let is_new = was_new || store::was_never_on_sale(tx, service)?;
    if !is_new && store::is_for_some(tx, service)? {
        return Ok(());
    }
    tell(tx, &terms, (service, is_new), None, after, told)
}

/// What the list said of the service within the hour.
fn said_lately(tx: &Tx, service: ServiceId) -> Result<Option<(Announcement, ServiceNews)>, Fault> {
    store::newest_of_service(tx, service, tx.now().plus_seconds(-TOGETHER_SECONDS))
}

/// Whether customers hear of a change, as the operator has set it for all of them.
fn in_force(tx: &Tx, told: Told) -> Result<Told, Fault> {
    Ok(if settings::flag(tx, &table::ANNOUNCE_SERVICE_CHANGES)? { told } else { Told::No })
}

fn tell(
    tx: &Tx,
    terms: &Terms,
    (service, is_new): (ServiceId, bool),
    before: Option<Rate>,
    after: Option<Rate>,
    told: Told,
) -> Result<(), Fault> {
    match (in_force(tx, told)?, ServiceChange::of(is_new, before, after)) {
        (Told::Yes, Some(change)) => store::insert_news(tx, terms, service, change, before, after),
        (Told::Yes, None) | (Told::No, _) => Ok(()),
    }
}

/// Who hears of it, and when.
#[derive(Debug, Clone, Copy)]
struct Terms {
    /// When the first change was made.
    since: Timestamp,
    audience: Audience,
    starts_at: Timestamp,
    ends_at: Option<Timestamp>,
}

impl Terms {
    fn open(now: Timestamp) -> Self {
        Terms { since: now, audience: Audience::All, starts_at: now, ends_at: None }
    }

    /// Of what takes the place of this entry: as an admin has left it.
    fn after(entry: &Announcement, now: Timestamp) -> Self {
        let is_timed = entry.ends_at.is_some() || entry.starts_at > now;
        let starts_at = if is_timed { entry.starts_at } else { now };
        Terms { since: entry.created_at, audience: entry.audience, starts_at, ends_at: entry.ends_at }
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
    let mut picture = match &announcement.news {
        None => json!({ "title": announcement.title, "text": announcement.text }),
        Some(News::Service(news)) => json!({
            "title": news.name,
            "service_id": news.service.get(),
            "change": news.change.into_str(),
            "rate_before": news.before.as_ref().map(Rate::to_string),
            "rate_after": news.after.as_ref().map(Rate::to_string),
        }),
        Some(News::Group(news)) => {
            let count: i64 = news.changes.iter().map(|(_, count)| count).sum();
            json!({ "title": news.name, "service_count": count })
        }
    };
    picture["kind"] = json!(announcement.kind.into_str());
    for (term, value) in [
        (Term::Audience, json!(announcement.audience.into_str())),
        (Term::StartsAt, json!(announcement.starts_at.rfc3339())),
        (Term::EndsAt, json!(announcement.ends_at.map(Timestamp::rfc3339))),
    ] {
        picture[term.into_str()] = if announcement.is_mixed(term) { json!(MIXED) } else { value };
    }
    picture
}
