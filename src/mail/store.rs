//! The letters' SQL.

use super::{Failed, LetterId, LetterKind, Recipient, Status};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::note::Note;
use rusqlite::Row;

/// A letter that waits to be sent.
pub(super) struct Waiting {
    pub id: LetterId,
    pub to: Recipient,
    pub fields: String,
    pub at: Timestamp,
    pub expires_at: Timestamp,
}

/// Those with links, as `LetterKind::has_link` says.
const LINKS: &str = "kind IN ('reset_password', 'confirm_email')";

/// Turned away for its own sake, and to be tried again: where the server serves nobody, no try is counted.
const REFUSED: &str = "state = 'waiting' AND attempts > 0 AND why IS NOT NULL";

/// A clock that was set back must not hold anything up, hence the second way of being due.
const DUE: &str = "FROM letters WHERE state = 'waiting' AND (not_before <= ?1 OR created_at > ?1)";

pub(super) fn insert(
    tx: &Tx,
    to: &Recipient,
    kind: LetterKind,
    fields: &str,
    expires_at: Timestamp,
) -> Result<(), Fault> {
    tx.insert(
        "INSERT INTO letters (user_id, address, language, kind, fields, not_before, expires_at, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?6)",
        (to.user, &to.address, to.language, kind, fields, tx.now(), expires_at),
    )?;
    Ok(())
}

pub fn is_open(tx: &ReadTx) -> Result<bool, Fault> {
    tx.value("SELECT is_open FROM mail_channel", (), |row| row.get(0))
}

/// Counts those who ask for a link to another password, whether or not an account has the address: so each of them
/// brings a commit, and who writes next, and waits for it, is told nothing by the time.
pub fn note_asked(tx: &Tx) -> Result<(), Fault> {
    tx.execute("UPDATE mail_channel SET asked = asked + 1", ())?;
    Ok(())
}

/// Letters of a kind to this mailbox, whoever asked for them and whichever account they tell of.
pub(super) fn written_since(
    tx: &ReadTx,
    address: &str,
    kind: LetterKind,
    since: Timestamp,
) -> Result<i64, Fault> {
    let sql = "SELECT count(*) FROM letters WHERE address = ?1 AND kind = ?2 AND created_at > ?3";
    tx.value(sql, (address, kind, since), |row| row.get(0))
}

/// Letters of a kind for this account, to whatever mailbox.
pub(super) fn asked_since(
    tx: &ReadTx,
    user: UserId,
    kind: LetterKind,
    since: Timestamp,
) -> Result<i64, Fault> {
    let sql = "SELECT count(*) FROM letters WHERE user_id = ?1 AND kind = ?2 AND created_at > ?3";
    tx.value(sql, (user, kind, since), |row| row.get(0))
}

/// Whether a letter of an answer to this ticket is still to be sent.
pub(super) fn waits_of_ticket(tx: &ReadTx, user: UserId, ticket: i64) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM letters INDEXED BY letters_waiting WHERE state = 'waiting' AND user_id = ?1
         AND kind = 'ticket_answered' AND json_extract(fields, '$.ticket') = ?2)";
    tx.value(sql, (user, ticket), |row| row.get(0))
}

/// Whether something is to be sent, or given up, now.
pub fn is_due(tx: &ReadTx) -> Result<bool, Fault> {
    tx.value(&format!("SELECT EXISTS (SELECT 1 {DUE})"), [tx.now()], |row| row.get(0))
}

/// Somebody waits for a link. One that a server stumbles over holds up no other.
pub(super) fn next(tx: &ReadTx) -> Result<Option<Waiting>, Fault> {
    let sql = format!(
        "SELECT id, user_id, address, language, fields, created_at, expires_at {DUE}
         ORDER BY {LINKS} DESC, attempts, id LIMIT 1"
    );
    tx.one(&sql, [tx.now()], |row| {
        Ok(Waiting {
            id: row.get(0)?,
            to: Recipient { user: row.get(1)?, address: row.get(2)?, language: row.get(3)? },
            fields: row.get(4)?,
            at: row.get(5)?,
            expires_at: row.get(6)?,
        })
    })
}

pub(super) fn count_attempt(tx: &Tx, id: LetterId) -> Result<(), Fault> {
    tx.execute("UPDATE letters SET attempts = attempts + 1 WHERE id = ?1", [id])?;
    Ok(())
}

pub(super) fn attempts(tx: &ReadTx, id: LetterId) -> Result<i64, Fault> {
    tx.value("SELECT attempts FROM letters WHERE id = ?1", [id], |row| row.get(0))
}

pub(super) fn take_back_attempt(tx: &Tx, id: LetterId, why: &Note) -> Result<(), Fault> {
    let sql = "UPDATE letters SET attempts = max(attempts - 1, 0), why = ?2, updated_at = ?3 WHERE id = ?1";
    tx.execute(sql, (id, why, tx.now()))?;
    Ok(())
}

pub(super) fn wait(tx: &Tx, id: LetterId, not_before: Timestamp, why: &Note) -> Result<(), Fault> {
    tx.execute(
        "UPDATE letters SET not_before = ?2, why = ?3, updated_at = ?4 WHERE id = ?1 AND state = 'waiting'",
        (id, not_before, why, tx.now()),
    )?;
    Ok(())
}

/// Ends it, and forgets what stood in it.
pub(super) fn set_state(tx: &Tx, id: LetterId, state: &str, why: Option<&Note>) -> Result<(), Fault> {
    tx.execute(
        "UPDATE letters SET state = ?2, fields = NULL, why = coalesce(?3, why), updated_at = ?4
         WHERE id = ?1 AND state = 'waiting'",
        (id, state, why, tx.now()),
    )?;
    Ok(())
}

/// Drops all that waits.
pub fn drop_waiting(tx: &Tx) -> Result<(), Fault> {
    let sql = "UPDATE letters SET state = 'dropped', fields = NULL, updated_at = ?1 WHERE state = 'waiting'";
    tx.execute(sql, [tx.now()])?;
    Ok(())
}

pub(super) fn set_channel(tx: &Tx, is_open: bool) -> Result<(), Fault> {
    tx.execute("UPDATE mail_channel SET is_open = ?1, trouble = NULL", [is_open])?;
    Ok(())
}

pub(super) fn set_trouble(tx: &Tx, trouble: &Note) -> Result<(), Fault> {
    tx.execute("UPDATE mail_channel SET trouble = ?1 WHERE trouble IS NOT ?1", [trouble])?;
    Ok(())
}

pub(super) fn set_well(tx: &Tx) -> Result<(), Fault> {
    tx.execute("UPDATE mail_channel SET trouble = NULL, sent_at = ?1", [tx.now()])?;
    Ok(())
}

/// How letters stand.
pub fn status(tx: &ReadTx) -> Result<Status, Fault> {
    let (refused, given_up) = (REFUSED, "state = 'given_up' AND updated_at > ?1");
    let in_a_row = format!("(({refused}) OR ({given_up})) AND updated_at > coalesce(sent_at, 0)");
    let failed = |which: &str| {
        format!(
            "(SELECT count(*) FROM letters WHERE {which}), (SELECT max(updated_at) FROM letters WHERE {which}),
             (SELECT why FROM letters WHERE {which} ORDER BY updated_at DESC LIMIT 1)"
        )
    };
    let sql = format!(
        "SELECT trouble, sent_at, (SELECT count(*) FROM letters WHERE state = 'waiting'),
             (SELECT min(created_at) FROM letters WHERE state = 'waiting' AND NOT ({refused})),
             (SELECT min(created_at) FROM letters WHERE {refused}), {}, {},
             (SELECT count(*) FROM letters WHERE {in_a_row}), (SELECT min(created_at) FROM letters WHERE {in_a_row})
         FROM mail_channel",
        failed(refused),
        failed(given_up)
    );
    let read = |row: &Row, first: usize| {
        Ok::<_, rusqlite::Error>(Failed {
            count: row.get(first)?,
            at: row.get(first + 1)?,
            why: row.get(first + 2)?,
        })
    };
    tx.value(&sql, [tx.now().plus_seconds(-super::DAY_S)], |row| {
        Ok(Status {
            trouble: row.get(0)?,
            sent_at: row.get(1)?,
            waiting: row.get(2)?,
            oldest: row.get(3)?,
            oldest_refused: row.get(4)?,
            refused: read(row, 5)?,
            given_up: read(row, 8)?,
            in_a_row: row.get(11)?,
            in_a_row_since: row.get(12)?,
        })
    })
}

pub(super) fn delete_done(tx: &Tx, before: Timestamp) -> Result<usize, Fault> {
    tx.execute(
        "DELETE FROM letters WHERE id IN
             (SELECT id FROM letters WHERE state <> 'waiting' AND updated_at < ?1 ORDER BY updated_at LIMIT 500)",
        [before],
    )
}
