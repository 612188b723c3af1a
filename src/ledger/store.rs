//! The ledger's SQL.

use super::Balances;
use super::entry::{Account, Kind, Posting};
use crate::db::{ReadTx, Tx, first_since, word_column};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{DepositId, OrderId, TransferId, UserId};
use crate::kernel::money::Vnd;
use crate::kernel::page::{Page, PageRequest};
use rusqlite::Row;
use rusqlite::types::{ToSql, ToSqlOutput};
use std::collections::HashMap;

impl ToSql for Account {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.id()))
    }
}

word_column!(Kind);

/// A transfer as the user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: TransferId,
    pub user: UserId,
    pub kind: Kind,
    /// Above zero: the user received it.
    pub amount: Vnd,
    /// The user's balance right after.
    pub balance_after: Vnd,
    pub description: String,
    pub order: Option<OrderId>,
    pub deposit: Option<DepositId>,
    pub created_at: Timestamp,
}

/// Which transfers a statement shows.
#[derive(Debug, Clone, Default)]
pub struct StatementFilter {
    pub user: Option<UserId>,
    pub kind: Option<Kind>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// What the account holds. `None`: there is none.
pub(super) fn balance(tx: &ReadTx, account: Account) -> Result<Option<Vnd>, Fault> {
    // A user's id may come from a request: a negative one must not name an account of the house.
    if matches!(account, Account::User(user) if user.get() <= 0) {
        return Ok(None);
    }
    tx.one("SELECT balance FROM accounts WHERE id = ?1", [account], |row| row.get(0))
}

fn of_account(row: &Row) -> rusqlite::Result<Balances> {
    Ok(Balances {
        balance: row.get(1)?,
        spent: row.get(2)?,
        unreleased: row.get(3)?,
        earned: row.get(4)?,
        standing: row.get(5)?,
    })
}

/// A user's balance, spending and earnings. `None`: no such user.
pub fn balances(tx: &ReadTx, user: UserId) -> Result<Option<Balances>, Fault> {
    tx.one(
        "SELECT id, balance, spent, unreleased, earned, standing FROM accounts WHERE id = ?1 AND id > 0",
        [user],
        of_account,
    )
}

/// The same for many users at once; unknown ids are left out.
pub fn balances_of(tx: &ReadTx, users: &[UserId]) -> Result<HashMap<UserId, Balances>, Fault> {
    let ids: Vec<i64> = users.iter().map(|id| id.get()).collect();
    let rows = tx.all(
        "SELECT id, balance, spent, unreleased, earned, standing FROM accounts
         WHERE id > 0 AND id IN (SELECT value FROM json_each(?1))",
        [serde_json::json!(ids).to_string()],
        |row| Ok((row.get(0)?, of_account(row)?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Whether the user has any transfer of this kind.
pub fn has_any(tx: &ReadTx, user: UserId, kind: Kind) -> Result<bool, Fault> {
    tx.value(
        "SELECT EXISTS (SELECT 1 FROM transfers WHERE user_id = ?1 AND kind = ?2)",
        (user, kind),
        |row| row.get(0),
    )
}

/// The transfer under the posting's key, and whether it is the same.
pub(super) fn by_key(tx: &ReadTx, posting: &Posting) -> Result<Option<(TransferId, bool)>, Fault> {
    tx.one(
        "SELECT id, debit_account_id = ?2 AND credit_account_id = ?3 AND amount = ?4 AND kind = ?5
         FROM transfers WHERE key = ?1",
        (&posting.key, posting.debit, posting.credit, posting.amount, posting.kind),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// With the balances that debit and credit have after it. `None`: the key is known already, nothing was inserted.
pub(super) fn insert(
    tx: &Tx,
    posting: &Posting,
    (debit_after, credit_after): (Vnd, Vnd),
) -> Result<Option<TransferId>, Fault> {
    let id = tx.insert_unless_known(
        "INSERT INTO transfers (debit_account_id, credit_account_id, amount, kind, key, order_id,
             deposit_id, bank_transaction_id, debit_balance_after, credit_balance_after, description, actor_id,
             created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (key) DO NOTHING",
        (
            posting.debit,
            posting.credit,
            posting.amount,
            posting.kind,
            &posting.key,
            posting.order,
            posting.deposit,
            posting.bank_transaction,
            debit_after,
            credit_after,
            &posting.description,
            posting.actor,
            tx.now(),
        ),
    )?;
    Ok(id.map(TransferId::new))
}

macro_rules! select {
    ($($rest:tt)+) => {
        concat!(
            "SELECT t.id, t.user_id, t.kind, iif(t.credit_account_id = t.user_id, t.amount, -t.amount),
                 iif(t.credit_account_id = t.user_id, t.credit_balance_after, t.debit_balance_after),
                 t.description, t.order_id, t.deposit_id, t.created_at FROM ",
            $($rest)+
        )
    };
}

fn entry(row: &Row) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get(0)?,
        user: row.get(1)?,
        kind: row.get(2)?,
        amount: row.get(3)?,
        balance_after: row.get(4)?,
        description: row.get(5)?,
        order: row.get(6)?,
        deposit: row.get(7)?,
        created_at: row.get(8)?,
    })
}

/// One user's transfers, or everybody's; of one kind, or of all.
fn statement_sql(filter: &StatementFilter) -> String {
    let (by, wanted) = match (filter.user, filter.kind) {
        (Some(_), Some(_)) => ("INDEXED BY transfers_by_user_kind", "t.user_id = :user AND t.kind = :kind"),
        (Some(_), None) => ("INDEXED BY transfers_by_user", "t.user_id = :user"),
        (None, Some(_)) => ("NOT INDEXED", "t.user_id IS NOT NULL AND t.kind = :kind"),
        (None, None) => ("NOT INDEXED", "t.user_id IS NOT NULL"),
    };
    format!(
        "{} AS t {by} WHERE {wanted} AND t.id >= :from AND t.id < :below ORDER BY t.id DESC LIMIT :limit",
        select!("transfers")
    )
}

/// Transfers that touch users, newest first: one user's, or everybody's.
pub fn statement(tx: &ReadTx, filter: &StatementFilter, page: PageRequest) -> Result<Page<Entry>, Fault> {
    let (from, below) = bounds(tx, filter, page)?;
    let limit = page.limit.probe();
    let sql = statement_sql(filter);
    let mut params: Vec<(&str, &dyn ToSql)> = vec![(":from", &from), (":below", &below), (":limit", &limit)];
    params.extend(filter.user.as_ref().map(|user| (":user", user as &dyn ToSql)));
    params.extend(filter.kind.as_ref().map(|kind| (":kind", kind as &dyn ToSql)));
    let rows = tx.all(&sql, params.as_slice(), entry)?;
    Ok(Page::from_probe(rows, page.limit, |entry| entry.id.get()))
}

/// The lowest id that the page may hold, and the one below which it begins.
fn bounds(tx: &ReadTx, filter: &StatementFilter, page: PageRequest) -> Result<(i64, i64), Fault> {
    let first = |moment: Timestamp| first_since(tx, "transfers", moment);
    let from = filter.from.map(first).transpose()?.unwrap_or(0);
    let until = filter.until.map(first).transpose()?.unwrap_or(i64::MAX);
    Ok((from, until.min(page.cursor.get())))
}

/// The transfers an order caused, oldest first.
pub fn of_order(tx: &ReadTx, order: OrderId) -> Result<Vec<Entry>, Fault> {
    tx.all(select!("transfers AS t WHERE t.order_id = ?1 ORDER BY t.id"), [order], entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn no_statement_sorts_or_walks_the_table() {
        on_empty_database(|tx| {
            for user in [None, Some(UserId::new(1))] {
                for kind in [None, Some(Kind::Refund)] {
                    let filter = StatementFilter { user, kind, ..StatementFilter::default() };
                    let plan = plan(tx, &statement_sql(&filter));
                    assert!(plan.starts_with("SEARCH t USING") && !plan.contains("TEMP B-TREE"), "{plan}");
                }
            }
        });
    }
}
