//! The announcements' SQL.

use super::rules::{Audience, Kind, Patch, ServiceChange, Term};
use super::{Announcement, GroupNews, News, ServiceNews, Terms};
use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{AnnouncementId, ServiceId, UserId};
use crate::kernel::money::Rate;
use crate::kernel::page::{Page, PageRequest};
use rusqlite::types::ToSql;
use rusqlite::{Row, named_params};

word_column!(Kind, Audience, ServiceChange);

/// So many days what the list said by itself is kept.
const KEPT_DAYS: i64 = 90;
/// So many go at once.
const PORTION: i64 = 200;

const ANNOUNCEMENT: &str =
    "SELECT a.id, a.title, a.text, a.kind, a.audience, a.starts_at, a.ends_at, a.service_id,
    s.name, a.change, a.rate_before, a.rate_after, a.created_at, a.updated_at, a.group_id
    FROM announcements AS a LEFT JOIN services AS s ON s.id = a.service_id";

/// What a group holds is told now, to this reader.
const MEMBER_TOLD: &str = "m.starts_at <= :now AND (m.ends_at IS NULL OR m.ends_at > :now)
    AND (m.audience = 'all' OR :reader IS NOT NULL)";

/// The service `s` is one that this reader may know of.
const SEEN: &str = "EXISTS (SELECT 1 FROM categories AS c WHERE c.id = s.category_id AND NOT c.hidden)
    AND (s.visible_to = '[]' OR EXISTS (SELECT 1 FROM json_each(s.visible_to) WHERE value = :reader))";

/// What a group holds; itself it is of no service.
const MEMBERS: &str = "announcements AS m JOIN services AS s ON s.id = m.service_id WHERE m.group_id";

/// Told now, to this reader, and of no service that is hidden from it. Of a group only what it holds says so.
fn told() -> String {
    format!(
        "CASE WHEN a.group_id = a.id THEN EXISTS (SELECT 1 FROM {MEMBERS} = a.id AND {MEMBER_TOLD} AND {SEEN})
             ELSE a.starts_at <= :now AND (a.ends_at IS NULL OR a.ends_at > :now)
                 AND (a.audience = 'all' OR :reader IS NOT NULL) AND (a.service_id IS NULL OR {SEEN}) END"
    )
}

/// Who reads. `None`: a guest.
pub type Reader = Option<UserId>;

/// Which announcements are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub kind: Option<Kind>,
    /// Only what the list of services says by itself, or only the rest.
    pub automatic: Option<bool>,
    /// What this group holds; otherwise all but what groups hold.
    pub group: Option<AnnouncementId>,
}

fn announcement(row: &Row) -> rusqlite::Result<Announcement> {
    let news = match (row.get::<_, Option<ServiceId>>(7)?, row.get::<_, Option<ServiceChange>>(9)?) {
        (Some(service), Some(change)) => Some(News::Service(ServiceNews {
            service,
            name: row.get(8)?,
            change,
            before: row.get(10)?,
            after: row.get(11)?,
        })),
        (Some(_) | None, _) => {
            row.get::<_, Option<AnnouncementId>>(14)?.map(|_| News::Group(GroupNews::default()))
        }
    };
    Ok(Announcement {
        id: row.get(0)?,
        title: row.get(1)?,
        text: row.get(2)?,
        kind: row.get(3)?,
        audience: row.get(4)?,
        starts_at: row.get(5)?,
        ends_at: row.get(6)?,
        news,
        created_at: row.get(12)?,
        updated_at: row.get(13)?,
    })
}

/// With what a group holds; of a reader who is no admin as far as it may know now.
fn filled(tx: &ReadTx, mut found: Announcement, reader: Option<Reader>) -> Result<Announcement, Fault> {
    if !matches!(found.news, Some(News::Group(_))) {
        return Ok(found);
    }
    let (now, id) = (tx.now(), found.id);
    let seen = reader.map_or(String::new(), |_| format!(" AND {MEMBER_TOLD} AND {SEEN}"));
    let mut params: Vec<(&str, &dyn ToSql)> = vec![(":group", &id)];
    if let Some(reader) = &reader {
        params.extend([(":now", &now as &dyn ToSql), (":reader", reader)]);
    }
    let sql = format!(
        "SELECT m.change, count(*), max(s.name) FROM {MEMBERS} = :group{seen} GROUP BY m.change ORDER BY 2 DESC"
    );
    let read = |row: &Row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?));
    let (changes, names): (_, Vec<String>) = tx.all(&sql, params.as_slice(), read)?.into_iter().unzip();
    // `all` comes before `customers`.
    let sql = format!(
        "SELECT min(m.audience), min(m.starts_at), CASE WHEN count(*) = count(m.ends_at) THEN max(m.ends_at) END,
             min(m.audience) < max(m.audience), min(m.starts_at) < max(m.starts_at),
             min(m.ends_at) < max(m.ends_at) OR count(m.ends_at) NOT IN (0, count(*))
         FROM {MEMBERS} = :group{seen} HAVING count(*) > 0"
    );
    let read = |row: &Row| {
        let differs: [Option<bool>; 3] = [row.get(3)?, row.get(4)?, row.get(5)?];
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, differs))
    };
    let mut mixed = Vec::new();
    if let Some((audience, starts_at, ends_at, differs)) = tx.one(&sql, params.as_slice(), read)? {
        (found.audience, found.starts_at, found.ends_at) = (audience, starts_at, ends_at);
        let terms = [Term::Audience, Term::StartsAt, Term::EndsAt].into_iter().zip(differs);
        mixed.extend(terms.filter(|(_, differs)| *differs == Some(true)).map(|(term, _)| term));
    }
    let name = names.into_iter().next().unwrap_or_default();
    found.news = Some(News::Group(GroupNews { name, changes, mixed }));
    Ok(found)
}

pub(super) fn by_id(tx: &ReadTx, id: AnnouncementId) -> Result<Option<Announcement>, Fault> {
    let found = tx.one(&format!("{ANNOUNCEMENT} WHERE a.id = ?1"), [id], announcement)?;
    found.map(|found| filled(tx, found, None)).transpose()
}

fn listed(filter: Filter, is_told: bool) -> String {
    let of_kind = if filter.kind.is_some() { " AND a.kind = :kind" } else { "" };
    let automatic = match filter.automatic {
        Some(true) => " AND (a.service_id IS NOT NULL OR a.group_id IS NOT NULL)",
        Some(false) => " AND a.service_id IS NULL AND a.group_id IS NULL",
        None => "",
    };
    let of_group = match filter.group {
        Some(_) => " AND a.group_id = :group AND a.id <> :group",
        None => " AND (a.group_id IS NULL OR a.service_id IS NULL)",
    };
    let told = if is_told { format!(" AND {}", told()) } else { String::new() };
    format!(
        "{ANNOUNCEMENT} WHERE a.id < :cursor{of_kind}{automatic}{of_group}{told} ORDER BY a.id DESC LIMIT :limit"
    )
}

fn page(
    tx: &ReadTx,
    filter: Filter,
    reader: Option<Reader>,
    page: PageRequest,
) -> Result<Page<Announcement>, Fault> {
    let (cursor, limit, now) = (page.cursor.get(), page.limit.probe(), tx.now());
    let mut params: Vec<(&str, &dyn ToSql)> = vec![(":cursor", &cursor), (":limit", &limit)];
    params.extend(filter.kind.as_ref().map(|kind| (":kind", kind as &dyn ToSql)));
    params.extend(filter.group.as_ref().map(|group| (":group", group as &dyn ToSql)));
    if let Some(reader) = &reader {
        params.extend([(":now", &now as &dyn ToSql), (":reader", reader)]);
    }
    let rows = tx.all(&listed(filter, reader.is_some()), params.as_slice(), announcement)?;
    let rows = rows.into_iter().map(|found| filled(tx, found, reader)).collect::<Result<Vec<_>, Fault>>()?;
    Ok(Page::from_probe(rows, page.limit, |announcement| announcement.id.get()))
}

/// What this reader is told now, newest first.
pub fn visible(
    tx: &ReadTx,
    reader: Reader,
    filter: Filter,
    request: PageRequest,
) -> Result<Page<Announcement>, Fault> {
    page(tx, filter, Some(reader), request)
}

/// All of them, for admins, newest first.
pub fn all(tx: &ReadTx, filter: Filter, request: PageRequest) -> Result<Page<Announcement>, Fault> {
    page(tx, filter, None, request)
}

pub(super) fn insert(tx: &Tx, announcement: &Announcement) -> Result<AnnouncementId, Fault> {
    let now = tx.now();
    let id = tx.insert(
        "INSERT INTO announcements (title, text, kind, audience, starts_at, ends_at, created_at, updated_at)
         VALUES (:title, :text, :kind, :audience, :starts_at, :ends_at, :now, :now)",
        named_params! {
            ":title": announcement.title,
            ":text": announcement.text,
            ":kind": announcement.kind,
            ":audience": announcement.audience,
            ":starts_at": announcement.starts_at,
            ":ends_at": announcement.ends_at,
            ":now": now,
        },
    )?;
    Ok(AnnouncementId::new(id))
}

pub(super) fn update(tx: &Tx, announcement: &Announcement) -> Result<(), Fault> {
    let changed = tx.execute(
        "UPDATE announcements SET title = ?2, text = ?3, kind = ?4, audience = ?5, starts_at = ?6, ends_at = ?7,
             updated_at = ?8 WHERE id = ?1",
        (
            announcement.id,
            &announcement.title,
            &announcement.text,
            announcement.kind,
            announcement.audience,
            announcement.starts_at,
            announcement.ends_at,
            announcement.updated_at,
        ),
    )?;
    assert!(changed > 0, "the announcement that was read is there");
    Ok(())
}

/// When the last of what it holds begins and the first of it ends.
pub(super) fn bounds_of_group(
    tx: &ReadTx,
    group: AnnouncementId,
) -> Result<(Timestamp, Option<Timestamp>), Fault> {
    let sql = "SELECT coalesce(max(starts_at), 0), min(ends_at) FROM announcements
        WHERE group_id = ?1 AND id <> ?1";
    tx.value(sql, [group], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// What the patch names, and nothing else, of all that the group holds.
pub(super) fn set_terms_of_group(tx: &Tx, group: AnnouncementId, patch: &Patch) -> Result<(), Fault> {
    tx.execute(
        "UPDATE announcements SET audience = coalesce(?2, audience), starts_at = coalesce(?3, starts_at),
             ends_at = iif(?4, ?5, ends_at), updated_at = ?6 WHERE group_id = ?1 AND id <> ?1",
        (group, patch.audience, patch.starts_at, patch.ends_at.is_some(), patch.ends_at.flatten(), tx.now()),
    )?;
    Ok(())
}

/// Of a group with all that it holds; with the last that a group holds the group.
pub(super) fn delete(tx: &Tx, id: AnnouncementId) -> Result<(), Fault> {
    let group = tx.one("SELECT group_id FROM announcements WHERE id = ?1", [id], |row| row.get(0))?;
    let group: Option<AnnouncementId> = group.flatten();
    tx.execute("DELETE FROM announcements WHERE id = ?1 OR group_id = ?1", [id])?;
    group.map_or(Ok(()), |group| delete_if_empty(tx, group))
}

fn delete_if_empty(tx: &Tx, group: AnnouncementId) -> Result<(), Fault> {
    tx.execute(
        "DELETE FROM announcements WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM announcements AS m WHERE m.group_id = ?1 AND m.id <> ?1)",
        [group],
    )?;
    Ok(())
}

/// Of a service all that the list said of it by itself; groups that held nothing else go with it. Whether it said that
/// it is new.
pub(super) fn delete_of_service(tx: &Tx, service: ServiceId) -> Result<bool, Fault> {
    let said =
        tx.all("SELECT group_id, change FROM announcements WHERE service_id = ?1", [service], |row| {
            Ok((row.get::<_, Option<AnnouncementId>>(0)?, row.get::<_, ServiceChange>(1)?))
        })?;
    tx.execute("DELETE FROM announcements WHERE service_id = ?1", [service])?;
    for group in said.iter().filter_map(|(group, _)| *group) {
        delete_if_empty(tx, group)?;
    }
    Ok(said.iter().any(|(_, change)| *change == ServiceChange::New))
}

/// Whether the audit log proves it: it was made off sale, and no change has put it on sale before this one, which is
/// written down after it.
pub(super) fn was_never_on_sale(tx: &ReadTx, service: ServiceId) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM audit_log WHERE subject = ?1 AND action = 'service.create'
            AND json_extract(after, '$.active') = 0)
        AND NOT EXISTS (SELECT 1 FROM audit_log WHERE subject = ?1 AND json_extract(after, '$.active') = 1)";
    tx.value(sql, [format!("service:{service}")], |row| row.get(0))
}

/// Whether only some customers may see it.
pub(super) fn is_for_some(tx: &ReadTx, service: ServiceId) -> Result<bool, Fault> {
    tx.value("SELECT visible_to <> '[]' FROM services WHERE id = ?1", [service], |row| row.get(0))
}

/// What the list said of the service by itself since then.
pub(super) fn newest_of_service(
    tx: &ReadTx,
    service: ServiceId,
    since: Timestamp,
) -> Result<Option<(Announcement, ServiceNews)>, Fault> {
    let sql =
        format!("{ANNOUNCEMENT} WHERE a.service_id = ?1 AND a.created_at > ?2 ORDER BY a.id DESC LIMIT 1");
    let found = tx.one(&sql, (service, since), announcement)?;
    Ok(found.and_then(|found| match found.news.clone() {
        Some(News::Service(news)) => Some((found, news)),
        Some(News::Group(_)) | None => None,
    }))
}

pub(super) fn insert_news(
    tx: &Tx,
    terms: &Terms,
    service: ServiceId,
    change: ServiceChange,
    before: Option<Rate>,
    after: Option<Rate>,
) -> Result<(), Fault> {
    let Terms { since, audience, starts_at, ends_at } = terms;
    tx.insert(
        "INSERT INTO announcements (title, text, kind, audience, starts_at, ends_at, service_id, change, rate_before,
             rate_after, created_at, updated_at)
         VALUES ('', '', 'service', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (audience, starts_at, ends_at, service, change, before, after, since, tx.now()),
    )?;
    Ok(())
}

pub(super) fn set_rate_after(tx: &Tx, id: AnnouncementId, after: Option<Rate>) -> Result<(), Fault> {
    let sql = "UPDATE announcements SET rate_after = ?2, updated_at = ?3 WHERE id = ?1";
    tx.execute(sql, (id, after, tx.now()))?;
    Ok(())
}

/// The newest of all; what comes later in this transaction comes after it.
pub(super) fn newest(tx: &ReadTx) -> Result<AnnouncementId, Fault> {
    tx.value("SELECT coalesce(max(id), 0) FROM announcements", [], |row| row.get(0))
}

pub(super) fn services_told_since(tx: &ReadTx, before: AnnouncementId) -> Result<i64, Fault> {
    let sql = "SELECT count(*) FROM announcements WHERE id > ?1 AND service_id IS NOT NULL";
    tx.value(sql, [before], |row| row.get(0))
}

/// What the list said since then is one group from now on. Whom it is for and when, what it holds says.
pub(super) fn group_since(tx: &Tx, before: AnnouncementId) -> Result<(), Fault> {
    let id = tx.insert(
        "INSERT INTO announcements (title, text, kind, audience, starts_at, created_at, updated_at)
         VALUES ('', '', 'service', 'all', ?1, ?1, ?1)",
        [tx.now()],
    )?;
    tx.execute(
        "UPDATE announcements SET group_id = ?2 WHERE id = ?2 OR (id > ?1 AND service_id IS NOT NULL)",
        (before, id),
    )?;
    Ok(())
}

/// Deletes some of what the list said by itself long ago; how many. A group is younger than what it holds, and goes
/// after it.
pub fn forget_old(tx: &Tx) -> Result<usize, Fault> {
    let before = tx.now().plus_seconds(-KEPT_DAYS * 86_400);
    tx.execute(
        "DELETE FROM announcements WHERE id IN (SELECT id FROM announcements INDEXED BY announcements_by_kind
             WHERE kind = 'service' AND CASE WHEN service_id IS NOT NULL THEN created_at < ?1
                 ELSE group_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM announcements AS m
                     WHERE m.group_id = announcements.id AND m.id <> announcements.id) END
             ORDER BY id LIMIT ?2)",
        (before, PORTION),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};
    use strum::VariantArray;

    #[test]
    fn no_list_sorts() {
        on_empty_database(|tx| {
            let kinds = || std::iter::once(None).chain(Kind::VARIANTS.iter().copied().map(Some));
            let groups = [None, Some(AnnouncementId::new(1))];
            for kind in kinds() {
                for automatic in [None, Some(false), Some(true)] {
                    for group in groups {
                        for is_told in [true, false] {
                            let plan = plan(tx, &listed(Filter { kind, automatic, group }, is_told));
                            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
                        }
                    }
                }
            }
        });
    }
}
