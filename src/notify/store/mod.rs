//! The notices' SQL.

pub(super) mod bot;

use super::{ANSWER, NoticeId, Reader, Status};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::language::Language;
use crate::kernel::note::Note;

/// A notice of the operator's that waits to be sent.
pub(super) struct Waiting {
    pub id: NoticeId,
    pub kind: String,
    pub fields: String,
}

/// Attempts after which a notice steps behind the others, so that one Telegram stumbles over holds up no other.
const PATIENCE: i64 = 8;

/// The id, unless the channel is closed or the key was used.
pub(super) fn insert(
    tx: &Tx,
    kind: &str,
    key: Option<&str>,
    fields: &str,
    not_before: Timestamp,
) -> Result<Option<NoticeId>, Fault> {
    tx.one(
        "INSERT INTO notices (kind, key, fields, not_before, created_at, updated_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?5 FROM notice_channel WHERE is_open = 1
         ON CONFLICT (key) DO NOTHING RETURNING id",
        (kind, key, fields, not_before, tx.now()),
        |row| row.get(0),
    )
}

pub(super) fn is_open(tx: &ReadTx) -> Result<bool, Fault> {
    tx.value("SELECT is_open FROM notice_channel", (), |row| row.get(0))
}

/// Whether something was told under the key, or is about to be.
pub fn is_posted(tx: &ReadTx, key: &str) -> Result<bool, Fault> {
    tx.value("SELECT EXISTS (SELECT 1 FROM notices WHERE key = ?1)", [key], |row| row.get(0))
}

/// The trouble that stands under this name, and the notice that told of it.
pub(super) fn standing(tx: &ReadTx, name: &str) -> Result<Option<(String, NoticeId)>, Fault> {
    tx.one("SELECT what, notice_id FROM standing_troubles WHERE name = ?1", [name], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

pub(super) fn set_standing(tx: &Tx, name: &str, what: &str, notice: NoticeId) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO standing_troubles (name, what, notice_id, since) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO UPDATE SET what = excluded.what, notice_id = excluded.notice_id",
        (name, what, notice, tx.now()),
    )?;
    Ok(())
}

pub(super) fn clear_standing(tx: &Tx, name: &str) -> Result<(), Fault> {
    tx.execute("DELETE FROM standing_troubles WHERE name = ?1", [name])?;
    Ok(())
}

/// Takes back a notice that nobody has tried to send; whether there was one.
pub(super) fn take_back(tx: &Tx, id: NoticeId) -> Result<bool, Fault> {
    let changed = tx.execute(
        "UPDATE notices SET state = 'dropped', updated_at = ?2
         WHERE id = ?1 AND state = 'pending' AND attempts = 0",
        (id, tx.now()),
    )?;
    Ok(changed > 0)
}

/// The operator's. A clock that was set back must not hold anything up, hence the second way of being due.
macro_rules! due {
    ($head:literal, $rest:literal) => {
        concat!(
            $head,
            " FROM notices WHERE state = 'pending' AND chat IS NULL AND (not_before <= ?1 OR created_at > ?1) ",
            $rest
        )
    };
}

/// Of which kind the operator's next notice is: a test first, because somebody waits for it, else the oldest.
pub(super) fn next_kind(tx: &ReadTx) -> Result<Option<String>, Fault> {
    tx.one(
        due!("SELECT kind", "ORDER BY kind <> 'test', attempts > ?2, id LIMIT 1"),
        (tx.now(), PATIENCE),
        |row| row.get(0),
    )
}

/// The first of that kind.
pub(super) fn due(tx: &ReadTx, kind: &str, max: i64) -> Result<Vec<Waiting>, Fault> {
    tx.all(
        due!("SELECT id, kind, fields", "AND kind = ?2 ORDER BY attempts > ?3, id LIMIT ?4"),
        (tx.now(), kind, PATIENCE, max),
        |row| Ok(Waiting { id: row.get(0)?, kind: row.get(1)?, fields: row.get(2)? }),
    )
}

/// Whether somebody asks right now whether notices arrive.
pub fn is_tested(tx: &ReadTx) -> Result<bool, Fault> {
    tx.value(
        "SELECT EXISTS (SELECT 1 FROM notices WHERE state = 'pending' AND kind = 'test' AND attempts = 0)",
        (),
        |row| row.get(0),
    )
}

pub(super) fn count_attempt(tx: &Tx, id: NoticeId) -> Result<(), Fault> {
    tx.execute("UPDATE notices SET attempts = attempts + 1 WHERE id = ?1", [id])?;
    Ok(())
}

pub(super) fn set_state(tx: &Tx, id: NoticeId, state: &str) -> Result<(), Fault> {
    tx.execute(
        "UPDATE notices SET state = ?2, updated_at = ?3 WHERE id = ?1 AND state = 'pending'",
        (id, state, tx.now()),
    )?;
    Ok(())
}

pub(super) fn drop_pending(tx: &Tx) -> Result<usize, Fault> {
    tx.execute(
        "UPDATE notices SET state = 'dropped', updated_at = ?1 WHERE state = 'pending' AND chat IS NULL",
        [tx.now()],
    )
}

pub(super) fn set_channel(tx: &Tx, is_open: bool) -> Result<(), Fault> {
    tx.execute("UPDATE notice_channel SET is_open = ?1, trouble = NULL", [is_open])?;
    Ok(())
}

pub(super) fn set_trouble(tx: &Tx, trouble: &Note) -> Result<(), Fault> {
    tx.execute("UPDATE notice_channel SET trouble = ?1 WHERE trouble IS NOT ?1", [trouble])?;
    Ok(())
}

pub(super) fn set_well(tx: &Tx) -> Result<(), Fault> {
    tx.execute("UPDATE notice_channel SET trouble = NULL, sent_at = ?1", [tx.now()])?;
    Ok(())
}

pub fn status(tx: &ReadTx) -> Result<Status, Fault> {
    tx.value(
        "SELECT is_open, trouble, sent_at, (SELECT count(*) FROM notices WHERE state = 'pending' AND chat IS NULL),
             (SELECT min(created_at) FROM notices WHERE state = 'pending' AND chat IS NULL AND attempts > 0),
             (SELECT min(created_at) FROM notices
              WHERE state = 'dropped' AND chat IS NULL AND attempts > 0 AND updated_at > coalesce(sent_at, 0))
         FROM notice_channel",
        (),
        |row| {
            let (trouble, last_sent_at): (Option<Note>, Option<Timestamp>) = (row.get(1)?, row.get(2)?);
            let tried: [Option<Timestamp>; 2] = [row.get(4)?, row.get(5)?];
            // One that was written before others went may be tried still.
            let oldest = tried.into_iter().flatten().min().max(last_sent_at);
            let failing_since = oldest.filter(|_| trouble.is_some());
            Ok(Status { is_open: row.get(0)?, trouble, failing_since, last_sent_at, pending: row.get(3)? })
        },
    )
}

pub(super) fn delete_done(tx: &Tx, before: Timestamp) -> Result<usize, Fault> {
    tx.execute(
        "DELETE FROM notices WHERE id IN
             (SELECT id FROM notices WHERE state <> 'pending' AND updated_at < ?1 ORDER BY updated_at LIMIT 500)",
        [before],
    )
}

pub(super) fn delete_undelivered(tx: &Tx, before: Timestamp) -> Result<usize, Fault> {
    tx.execute(
        "DELETE FROM notices WHERE id IN
             (SELECT id FROM notices WHERE state = 'pending' AND created_at < ?1 ORDER BY id LIMIT 500)",
        [before],
    )
}

/// What waits to be told in a customer's chat.
pub(super) struct WaitingNews {
    pub id: NoticeId,
    pub fields: String,
    pub language: Language,
}

pub(super) fn insert_news(
    tx: &Tx,
    to: &Reader,
    kind: &str,
    fields: &str,
    not_before: Timestamp,
) -> Result<(), Fault> {
    tx.insert(
        "INSERT INTO notices (chat, user_id, language, kind, fields, not_before, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        (to.chat, to.user, to.language, kind, fields, not_before, tx.now()),
    )?;
    Ok(())
}

/// Whose turn it is: of whom the oldest is due.
pub(super) fn next_chat(tx: &ReadTx) -> Result<Option<i64>, Fault> {
    tx.one(
        "SELECT chat FROM notices
         WHERE state = 'pending' AND chat IS NOT NULL AND (not_before <= ?1 OR created_at > ?1)
         ORDER BY attempts > ?2, id LIMIT 1",
        (tx.now(), PATIENCE),
        |row| row.get(0),
    )
}

/// All that waits for a chat, due or not.
pub(super) fn news_of(tx: &ReadTx, chat: i64, max: i64) -> Result<Vec<WaitingNews>, Fault> {
    tx.all(
        "SELECT id, fields, language FROM notices WHERE chat = ?1 AND state = 'pending' ORDER BY id LIMIT ?2",
        (chat, max),
        |row| Ok(WaitingNews { id: row.get(0)?, fields: row.get(1)?, language: row.get(2)? }),
    )
}

pub(super) fn answered_since(tx: &ReadTx, chat: i64, since: Timestamp) -> Result<i64, Fault> {
    let sql = "SELECT count(*) FROM notices WHERE chat = ?1 AND created_at > ?2 AND kind = ?3";
    tx.value(sql, (chat, since, ANSWER), |row| row.get(0))
}

pub(super) fn waiting_answers(tx: &ReadTx) -> Result<i64, Fault> {
    let sql = "SELECT count(*) FROM notices WHERE state = 'pending' AND chat IS NOT NULL AND kind = ?1";
    tx.value(sql, [ANSWER], |row| row.get(0))
}

/// Of one customer, or all.
pub(super) fn drop_news(tx: &Tx, user: Option<UserId>) -> Result<(), Fault> {
    let whose = if user.is_some() { "user_id = ?2" } else { "chat IS NOT NULL AND ?2 IS NULL" };
    let sql =
        format!("UPDATE notices SET state = 'dropped', updated_at = ?1 WHERE state = 'pending' AND {whose}");
    tx.execute(&sql, (tx.now(), user))?;
    Ok(())
}
