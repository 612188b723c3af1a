//! The tickets' SQL.

use super::canned::CannedAnswer;
use super::rules::{Sender, TicketStatus};
use super::{Message, Ticket};
use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::error::Fault;
use crate::kernel::ids::{CannedAnswerId, TicketId, UserId, UserSet};
use crate::kernel::page::{Page, PageRequest};
use rusqlite::types::FromSqlError;
use rusqlite::{Row, ToSql, params};

word_column!(TicketStatus, Sender);

const NOT_CLOSED: &str =
    "SELECT count(*) FROM tickets INDEXED BY tickets_not_closed WHERE user_id = ?1 AND status <> 'closed'";
const MESSAGES: &str =
    "SELECT sender, author_id, text, created_at FROM ticket_messages WHERE ticket_id = ?1 ORDER BY id";
const CANNED: &str = "SELECT id, title, text FROM canned_answers ORDER BY title, id";

macro_rules! select {
    ($($rest:tt)+) => {
        concat!(
            "SELECT id, user_id, subject, status, assignee_id, open_since, unread_by_customer, unread_by_staff,
                 created_at, updated_at,
                 (SELECT json_group_array(order_id) FROM ticket_orders WHERE ticket_id = tickets.id),
                 (SELECT json_group_array(deposit_id) FROM ticket_deposits WHERE ticket_id = tickets.id)
             FROM tickets ",
            $($rest)+
        )
    };
}

fn ticket(row: &Row) -> rusqlite::Result<Ticket> {
    Ok(Ticket {
        id: row.get(0)?,
        user: row.get(1)?,
        subject: row.get(2)?,
        status: row.get(3)?,
        assignee: row.get(4)?,
        open_since: row.get(5)?,
        unread_by_customer: row.get(6)?,
        unread_by_staff: row.get(7)?,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
        orders: ids(row, 10)?,
        deposits: ids(row, 11)?,
    })
}

/// A JSON array of ids, lowest first: so the key of their table has them.
fn ids<I: From<i64>>(row: &Row, column: usize) -> rusqlite::Result<Vec<I>> {
    let list: Vec<i64> = serde_json::from_str(row.get_ref(column)?.as_str()?)
        .map_err(|cause| FromSqlError::Other(format!("the things of a ticket: {cause}").into()))?;
    Ok(list.into_iter().map(I::from).collect())
}

/// `None`: no such ticket, whoever asks.
pub fn find(tx: &ReadTx, id: TicketId) -> Result<Option<Ticket>, Fault> {
    tx.one(select!("WHERE id = ?1"), [id], ticket)
}

pub(super) fn insert(tx: &Tx, ticket: &Ticket) -> Result<TicketId, Fault> {
    let id = tx.insert(
        "INSERT INTO tickets (id, user_id, subject, status, assignee_id, open_since, unread_by_customer,
             unread_by_staff, created_at, updated_at)
         VALUES ((SELECT id FROM first_ids WHERE name = 'tickets'
                 AND id > (SELECT coalesce(max(id), 0) FROM tickets)),
             ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            ticket.user,
            ticket.subject,
            ticket.status,
            ticket.assignee,
            ticket.open_since,
            ticket.unread_by_customer,
            ticket.unread_by_staff,
            ticket.created_at,
            ticket.updated_at,
        ],
    )?;
    for order in &ticket.orders {
        tx.execute("INSERT INTO ticket_orders (ticket_id, order_id) VALUES (?1, ?2)", (id, order))?;
    }
    for deposit in &ticket.deposits {
        tx.execute("INSERT INTO ticket_deposits (ticket_id, deposit_id) VALUES (?1, ?2)", (id, deposit))?;
    }
    Ok(TicketId::new(id))
}

pub(super) fn update(tx: &Tx, ticket: &Ticket) -> Result<(), Fault> {
    let changed = tx.execute(
        "UPDATE tickets SET status = ?2, assignee_id = ?3, open_since = ?4, unread_by_customer = ?5,
             unread_by_staff = ?6, updated_at = ?7 WHERE id = ?1",
        params![
            ticket.id,
            ticket.status,
            ticket.assignee,
            ticket.open_since,
            ticket.unread_by_customer,
            ticket.unread_by_staff,
            ticket.updated_at,
        ],
    )?;
    assert_eq!(changed, 1, "the ticket that was read is there");
    Ok(())
}

/// How many tickets of the user are not closed.
pub(super) fn not_closed(tx: &ReadTx, user: UserId) -> Result<i64, Fault> {
    tx.value(NOT_CLOSED, [user], |row| row.get(0))
}

pub(super) fn add_message(
    tx: &Tx,
    id: TicketId,
    sender: Sender,
    author: UserId,
    text: &str,
) -> Result<(), Fault> {
    tx.insert(
        "INSERT INTO ticket_messages (ticket_id, sender, author_id, text, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        (id, sender, author, text, tx.now()),
    )?;
    Ok(())
}

pub(super) fn count_messages(tx: &ReadTx, id: TicketId) -> Result<i64, Fault> {
    tx.value("SELECT count(*) FROM ticket_messages WHERE ticket_id = ?1", [id], |row| row.get(0))
}

/// All that was said in it, oldest first.
pub fn messages(tx: &ReadTx, id: TicketId) -> Result<Vec<Message>, Fault> {
    tx.all(MESSAGES, [id], |row| {
        Ok(Message { sender: row.get(0)?, author: row.get(1)?, text: row.get(2)?, created_at: row.get(3)? })
    })
}

/// Which tickets a list shows: those that meet all that is given.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub user: Option<UserId>,
    pub status: Option<TicketStatus>,
    pub assignee: Option<UserId>,
    /// Whose are left out.
    pub without: UserSet,
}

/// A page of the tickets that meet the filter, newest first.
pub fn list(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Page<Ticket>, Fault> {
    let sql = list_sql(filter);
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let all: [(&str, &dyn ToSql); 6] = [
        (":user", &filter.user),
        (":status", &filter.status),
        (":assignee", &filter.assignee),
        (":without", &filter.without),
        (":cursor", &cursor),
        (":limit", &limit),
    ];
    let params: Vec<_> = all.into_iter().filter(|(name, _)| sql.contains(name)).collect();
    let rows = tx.all(&sql, params.as_slice(), ticket)?;
    Ok(Page::from_probe(rows, page.limit, |ticket| ticket.id.get()))
}

/// How many tickets meet the filter.
pub fn count(tx: &ReadTx, filter: &Filter) -> Result<i64, Fault> {
    let (index, conditions) = found_by(filter);
    let sql = format!("SELECT count(*) FROM tickets {index} WHERE {conditions}true");
    let all: [(&str, &dyn ToSql); 4] = [
        (":user", &filter.user),
        (":status", &filter.status),
        (":assignee", &filter.assignee),
        (":without", &filter.without),
    ];
    let params: Vec<_> = all.into_iter().filter(|(name, _)| sql.contains(name)).collect();
    tx.value(&sql, params.as_slice(), |row| row.get(0))
}

fn list_sql(filter: &Filter) -> String {
    let (index, conditions) = found_by(filter);
    format!("{}{index} WHERE {conditions}id < :cursor ORDER BY id DESC LIMIT :limit", select!(""))
}

/// The index of a filter, and its conditions, each with an `AND` behind it.
fn found_by(filter: &Filter) -> (&'static str, String) {
    let index = match filter {
        Filter { user: Some(_), status: Some(_), .. } => "INDEXED BY tickets_by_user_and_status",
        Filter { user: Some(_), .. } => "INDEXED BY tickets_by_user",
        Filter { assignee: Some(_), .. } => "INDEXED BY tickets_by_assignee",
        Filter { status: Some(_), .. } => "INDEXED BY tickets_by_status",
        _ => "NOT INDEXED",
    };
    let is_hiding = !filter.without.is_empty();
    let conditions = [
        filter.user.map(|_| "user_id = :user"),
        filter.assignee.map(|_| "assignee_id = :assignee"),
        filter.status.map(|_| "status = :status"),
        is_hiding.then_some("user_id NOT IN (SELECT value FROM json_each(:without))"),
    ];
    (index, conditions.into_iter().flatten().map(|one| format!("{one} AND ")).collect())
}

/// All of them, by title.
pub fn canned_answers(tx: &ReadTx) -> Result<Vec<CannedAnswer>, Fault> {
    tx.all(CANNED, (), canned_row)
}

fn canned_row(row: &Row) -> rusqlite::Result<CannedAnswer> {
    Ok(CannedAnswer { id: row.get(0)?, title: row.get(1)?, text: row.get(2)? })
}

pub(super) fn canned(tx: &ReadTx, id: CannedAnswerId) -> Result<Option<CannedAnswer>, Fault> {
    tx.one("SELECT id, title, text FROM canned_answers WHERE id = ?1", [id], canned_row)
}

pub(super) fn count_canned(tx: &ReadTx) -> Result<i64, Fault> {
    tx.value("SELECT count(*) FROM canned_answers", (), |row| row.get(0))
}

pub(super) fn insert_canned(tx: &Tx, title: &str, text: &str) -> Result<CannedAnswerId, Fault> {
    let sql = "INSERT INTO canned_answers (title, text, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)";
    Ok(CannedAnswerId::new(tx.insert(sql, (title, text, tx.now()))?))
}

pub(super) fn update_canned(tx: &Tx, canned: &CannedAnswer) -> Result<(), Fault> {
    let sql = "UPDATE canned_answers SET title = ?2, text = ?3, updated_at = ?4 WHERE id = ?1";
    let changed = tx.execute(sql, (canned.id, &canned.title, &canned.text, tx.now()))?;
    assert_eq!(changed, 1, "the answer that was read is there");
    Ok(())
}

pub(super) fn delete_canned(tx: &Tx, id: CannedAnswerId) -> Result<(), Fault> {
    tx.execute("DELETE FROM canned_answers WHERE id = ?1", [id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn no_list_sorts_or_walks_the_table() {
        let filters = (0..16_u32).map(|bits| Filter {
            user: (bits & 1 != 0).then_some(UserId::new(1)),
            status: (bits & 2 != 0).then_some(TicketStatus::Open),
            assignee: (bits & 4 != 0).then_some(UserId::new(1)),
            without: if bits & 8 == 0 { UserSet::default() } else { UserSet::new(vec![UserId::new(1)]) },
        });
        let lists: Vec<String> = filters.map(|filter| list_sql(&filter)).collect();
        let others = [NOT_CLOSED, MESSAGES].map(str::to_owned);
        on_empty_database(|tx| {
            for sql in lists.iter().chain(&others) {
                let plan = plan(tx, sql);
                assert!(!plan.contains("SCAN ticket") && !plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
            }
            let plan = plan(tx, CANNED);
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        });
    }
}
