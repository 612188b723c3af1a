//! Lists of deposits and bank transactions, each driven by one index so that a page costs the same however many there
//! are.

use super::super::filter::{BankFilter, Filter, Search};
use super::{BANK_TRANSACTION, DEPOSIT, bank_transaction, deposit};
use crate::db::{ReadTx, first_since, fts_phrase};
use crate::deposits::{BankStatus, BankTransaction, Deposit, Status};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{UserId, UserSet};
use crate::kernel::page::{Cursor, Page, PageRequest};
use rusqlite::ToSql;

/// The deposits that meet the filter, newest first.
pub fn list(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Page<Deposit>, Fault> {
    let (number, code) = match &filter.search {
        Some(Search::Number(number)) => (*number, ""),
        Some(Search::Code(code)) => (0, code.as_str()),
        None => (0, ""),
    };
    // DEL is above every character of a code.
    let above = format!("{code}\u{7f}");
    let (now, cursor, limit) = (tx.now(), page.cursor.get(), page.limit.probe());
    let all: [(&str, &dyn ToSql); 8] = [
        (":user", &filter.user),
        (":without", &filter.without),
        (":now", &now),
        (":number", &number),
        (":code", &code),
        (":above", &above),
        (":cursor", &cursor),
        (":limit", &limit),
    ];
    let sql = deposits_sql(filter);
    let params: Vec<_> = all.into_iter().filter(|(name, _)| sql.contains(name)).collect();
    let rows = tx.all(&sql, params.as_slice(), |row| deposit(row, now))?;
    Ok(Page::from_probe(rows, page.limit, |deposit| deposit.id.get()))
}

/// What narrows a list besides its search.
fn wanted(user: Option<UserId>, without: &UserSet, status: Option<Status>) -> String {
    let status = match status {
        Some(Status::Pending) => " AND status = 'pending' AND expires_at > :now",
        Some(Status::Expired) => " AND status = 'pending' AND expires_at <= :now",
        Some(Status::Completed) => " AND status = 'completed'",
        Some(Status::Rejected) => " AND status = 'rejected'",
        None => "",
    };
    let user = if user.is_some() { " AND user_id = :user" } else { "" };
    let hidden = " AND user_id NOT IN (SELECT value FROM json_each(:without))";
    format!("{status}{user}{}", if without.is_empty() { "" } else { hidden })
}

/// The index of the filter that is met by few, or by as many as the list shows.
fn index(filter: &Filter) -> Option<&'static str> {
    match (filter.user, filter.status) {
        // One user has few deposits.
        (Some(_), _) => Some("deposits_by_user"),
        // Pending ones are few beside the expired ones that share their stored status.
        (None, Some(Status::Pending)) => Some("deposits_pending"),
        (None, Some(Status::Completed | Status::Rejected | Status::Expired)) => Some("deposits_by_status"),
        (None, None) => None,
    }
}

fn deposits_sql(filter: &Filter) -> String {
    let wanted = wanted(filter.user, &filter.without, filter.status);
    let few = index(filter).filter(|index| *index != "deposits_by_status");
    match &filter.search {
        None => {
            let by = index(filter).map_or("NOT INDEXED".to_owned(), |index| format!("INDEXED BY {index}"));
            format!("{DEPOSIT} {by} WHERE id < :cursor{wanted} ORDER BY id DESC LIMIT :limit")
        }
        // The unique index; hardly any two codes begin alike.
        Some(Search::Code(_)) => format!(
            "{DEPOSIT} INDEXED BY sqlite_autoindex_deposits_1
             WHERE code >= :code AND code < :above AND id < :cursor{wanted} ORDER BY id DESC LIMIT :limit"
        ),
        Some(Search::Number(_)) => format!(
            "{DEPOSIT} NOT INDEXED WHERE id IN (
                 SELECT id FROM (SELECT id FROM deposits INDEXED BY {}
                     WHERE amount = :number AND id < :cursor{wanted} ORDER BY id DESC LIMIT :limit)
                 UNION ALL SELECT id FROM deposits WHERE id = :number AND id < :cursor{wanted})
             ORDER BY id DESC LIMIT :limit",
            few.unwrap_or("deposits_by_amount")
        ),
    }
}

/// How many deposits have the status, a user's or everybody's but those of some; counting ends at `most`.
pub(in super::super) fn count(
    tx: &ReadTx,
    user: Option<UserId>,
    without: &UserSet,
    status: Status,
    most: i64,
) -> Result<i64, Fault> {
    let now = tx.now();
    let all: [(&str, &dyn ToSql); 4] =
        [(":user", &user), (":without", without), (":now", &now), (":most", &most)];
    let sql = count_sql(user, without, status);
    let params: Vec<_> = all.into_iter().filter(|(name, _)| sql.contains(name)).collect();
    tx.value(&sql, params.as_slice(), |row| row.get(0))
}

fn count_sql(user: Option<UserId>, without: &UserSet, status: Status) -> String {
    let index = match (user, status) {
        (Some(_), _) => "deposits_by_user",
        (None, Status::Pending | Status::Expired) => "deposits_pending",
        (None, Status::Completed | Status::Rejected) => "deposits_by_status",
    };
    format!(
        "SELECT count(*) FROM (SELECT 1 FROM deposits INDEXED BY {index} WHERE TRUE{} LIMIT :most)",
        wanted(user, without, Some(status))
    )
}

/// The bank transactions that meet the filter, newest first.
pub fn bank_transactions(
    tx: &ReadTx,
    filter: &BankFilter,
    mut page: PageRequest,
) -> Result<Page<BankTransaction>, Fault> {
    let since = |moment: Timestamp| first_since(tx, "bank_transactions", moment);
    let first = filter.from.map_or(Ok(0), since)?;
    if let Some(until) = filter.until {
        page.cursor = Cursor::before(page.cursor.get().min(since(until)?));
    }
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let bounds: [(&str, &dyn ToSql); 3] = [(":first", &first), (":cursor", &cursor), (":limit", &limit)];
    let Some(search) = &filter.search else {
        let rows = tx.all(&bank_sql(filter.status), bounds.as_slice(), bank_transaction)?;
        return Ok(Page::from_probe(rows, page.limit, |transaction| transaction.id.get()));
    };
    let mut found = match &search.part {
        None => Vec::new(),
        Some(part) if filter.status == Some(BankStatus::Unmatched) => read_unmatched(tx, part, &bounds)?,
        Some(part) => {
            let query = fts_phrase(part);
            let params = [bounds.as_slice(), &[(":query", &query as &dyn ToSql)]].concat();
            tx.all(&bank_search_sql(filter.status), params.as_slice(), bank_transaction)?
        }
    };
    if let Some(sepay_id) = search.sepay_id
        && let Some(id) = super::bank_id(tx, sepay_id)?
        && (first..cursor).contains(&id.get())
        && !found.iter().any(|transaction| transaction.id == id)
    {
        let exact = super::bank_transaction_by_id(tx, id)?;
        found.extend(exact.filter(|exact| filter.status.is_none_or(|status| status == exact.status)));
        found.sort_unstable_by_key(|transaction| std::cmp::Reverse(transaction.id.get()));
    }
    Ok(Page::from_probe(found, page.limit, |transaction| transaction.id.get()))
}

fn of_status(status: Option<BankStatus>) -> String {
    status.map(|status| format!(" AND b.status = '{}'", status.into_str())).unwrap_or_default()
}

fn bank_sql(status: Option<BankStatus>) -> String {
    let index = if status.is_some() { "INDEXED BY bank_transactions_by_status" } else { "NOT INDEXED" };
    let wanted = of_status(status);
    format!(
        "{BANK_TRANSACTION} AS b {index}
         WHERE b.id < :cursor AND b.id >= :first{wanted} ORDER BY b.id DESC LIMIT :limit"
    )
}

/// FTS5 walks its lists from the highest rowid down, so a page costs what it shows.
fn bank_search_sql(status: Option<BankStatus>) -> String {
    format!(
        "{BANK_TRANSACTION} AS b NOT INDEXED WHERE b.id IN (
             SELECT s.rowid FROM bank_transactions_search AS s
                 CROSS JOIN bank_transactions AS b NOT INDEXED ON b.id = s.rowid
             WHERE bank_transactions_search MATCH :query AND s.rowid < :cursor AND s.rowid >= :first{}
             ORDER BY s.rowid DESC LIMIT :limit)
         ORDER BY b.id DESC",
        of_status(status)
    )
}

/// Those nobody has decided yet are few; a word that many memos hold would walk all the others.
fn read_unmatched(
    tx: &ReadTx,
    part: &str,
    bounds: &[(&str, &dyn ToSql)],
) -> Result<Vec<BankTransaction>, Fault> {
    let part = part.to_lowercase();
    let limit: (&str, &dyn ToSql) = (":limit", &-1);
    let params: Vec<_> =
        bounds.iter().copied().filter(|(name, _)| *name != ":limit").chain([limit]).collect();
    let mut rows = tx.all(&bank_sql(Some(BankStatus::Unmatched)), params.as_slice(), bank_transaction)?;
    let holds = |text: &str| text.to_lowercase().contains(&part);
    rows.retain(|transaction| holds(&transaction.content) || holds(&transaction.reference));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};
    use strum::VariantArray;

    fn statuses() -> Vec<Option<Status>> {
        Status::VARIANTS.iter().copied().map(Some).chain([None]).collect()
    }

    #[test]
    fn no_list_of_deposits_walks_the_table_and_only_the_few_are_sorted() {
        on_empty_database(|tx| {
            for user in [None, Some(UserId::new(1))] {
                for status in statuses() {
                    for search in [None, Some(Search::Number(1)), Some(Search::Code("NAPACD".to_owned()))] {
                        for without in [UserSet::default(), UserSet::new(vec![UserId::new(2)])] {
                            let filter = Filter { user, status, search: search.clone(), without };
                            let plan = plan(tx, &deposits_sql(&filter));
                            assert!(!plan.contains("SCAN deposits"), "{filter:?}: {plan}");
                            let by_code = matches!(filter.search, Some(Search::Code(_)));
                            let few = by_code || index(&filter) == Some("deposits_pending");
                            assert_eq!(plan.contains("TEMP B-TREE"), few, "{filter:?}: {plan}");
                            assert_eq!(plan.matches("USING INDEX transfers_by_deposit").count(), 2, "{plan}");
                        }
                    }
                    if let Some(status) = status {
                        let plan = plan(tx, &count_sql(user, &UserSet::default(), status));
                        let covers = user.is_some() || plan.contains("USING COVERING INDEX");
                        assert!(covers && !plan.contains("SCAN deposits"), "{plan}");
                    }
                }
            }
        });
    }

    #[test]
    fn no_list_of_bank_transactions_sorts_or_walks_the_table() {
        on_empty_database(|tx| {
            for status in BankStatus::VARIANTS.iter().copied().map(Some).chain([None]) {
                for sql in [bank_sql(status), bank_search_sql(status)] {
                    let plan = plan(tx, &sql);
                    assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN b"), "{plan}");
                }
            }
        });
    }
}
