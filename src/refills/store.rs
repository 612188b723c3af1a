//! The refills' SQL.

use super::Refill;
use super::track::RefillWatched;
use crate::db::{ReadTx, Tx, first_since};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, RefillId, ServiceId, UserId};
use crate::kernel::page::{Page, PageRequest};
use crate::orders::RefillStatus;
use crate::provider::Account;
use rusqlite::{Row, ToSql, params};

const DESK_COUNTS: &str = "SELECT count(*),
        count(*) FILTER (WHERE dispatch IN ('manual', 'review') OR is_told = 1),
        count(*) FILTER (WHERE is_told = 1), count(*) FILTER (WHERE dispatch = 'review'),
        count(*) FILTER (WHERE dispatch = 'manual')
    FROM refills INDEXED BY refills_open WHERE status IN ('pending', 'in_progress')";

macro_rules! select {
    ($($rest:tt)+) => {
        concat!(
            "SELECT id, order_id, user_id, service_id, status, reason, dispatch, provider_id, provider_account,
                 provider_order_id, provider_refill_id, attempts, attempted_at, note, is_told, created_at, updated_at
             FROM refills ",
            $($rest)+
        )
    };
}

fn refill(row: &Row) -> rusqlite::Result<Refill> {
    Ok(Refill {
        id: row.get(0)?,
        order: row.get(1)?,
        user: row.get(2)?,
        service: row.get(3)?,
        status: row.get(4)?,
        reason: row.get(5)?,
        dispatch: row.get(6)?,
        provider: row.get(7)?,
        account: row.get(8)?,
        provider_order: row.get(9)?,
        provider_refill: row.get(10)?,
        attempts: row.get(11)?,
        attempted_at: row.get(12)?,
        note: row.get(13)?,
        is_told: row.get(14)?,
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
    })
}

/// `None`: no such refill, whoever asks.
pub fn find(tx: &ReadTx, id: RefillId) -> Result<Option<Refill>, Fault> {
    tx.one(select!("WHERE id = ?1"), [id], refill)
}

pub(super) fn insert(tx: &Tx, refill: &Refill) -> Result<RefillId, Fault> {
    let id = tx.insert(
        "INSERT INTO refills (id, order_id, user_id, service_id, status, dispatch, provider_id, provider_account,
             provider_order_id, created_at, updated_at)
         VALUES ((SELECT id FROM first_ids WHERE name = 'refills'
                 AND id > (SELECT coalesce(max(id), 0) FROM refills)),
             ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        params![
            refill.order,
            refill.user,
            refill.service,
            refill.status,
            refill.dispatch,
            refill.provider,
            refill.account,
            refill.provider_order,
            refill.created_at,
        ],
    )?;
    Ok(RefillId::new(id))
}

pub(super) fn update(tx: &Tx, refill: &Refill) -> Result<(), Fault> {
    let changed = tx.execute(
        "UPDATE refills SET status = ?2, reason = ?3, dispatch = ?4, provider_refill_id = ?5, attempts = ?6,
             attempted_at = ?7, note = ?8, is_told = ?9, updated_at = ?10 WHERE id = ?1",
        params![
            refill.id,
            refill.status,
            refill.reason,
            refill.dispatch,
            refill.provider_refill,
            refill.attempts,
            refill.attempted_at,
            refill.note,
            refill.is_told,
            refill.updated_at,
        ],
    )?;
    assert_eq!(changed, 1, "the refill that was read is there");
    Ok(())
}

pub(super) fn next_queued(tx: &ReadTx, at: Account, behind: RefillId) -> Result<Option<Refill>, Fault> {
    tx.one(
        select!(
            "INDEXED BY refills_queued WHERE provider_id = ?1 AND dispatch = 'queued' AND id > ?3
             AND provider_account = ?2 ORDER BY id LIMIT 1"
        ),
        (at.provider, at.number, behind),
        refill,
    )
}

pub(super) fn sending(tx: &ReadTx) -> Result<Vec<Refill>, Fault> {
    tx.all(select!("INDEXED BY refills_sending WHERE dispatch = 'sending' ORDER BY id"), (), refill)
}

/// Open ones that a provider has, is sent, or is to be.
pub(super) fn unsure(tx: &ReadTx) -> Result<Vec<Refill>, Fault> {
    tx.all(
        select!(
            "INDEXED BY refills_open WHERE status IN ('pending', 'in_progress')
             AND dispatch IN ('queued', 'sending', 'sent') ORDER BY id"
        ),
        (),
        refill,
    )
}

/// Open ones on their way at an account that is not its provider's any more.
pub(super) fn left(tx: &ReadTx) -> Result<Vec<Refill>, Fault> {
    tx.all(
        select!(
            "INDEXED BY refills_open WHERE status IN ('pending', 'in_progress') AND dispatch IN ('queued', 'sent')
             AND provider_account <> (SELECT account FROM providers WHERE id = provider_id)"
        ),
        (),
        refill,
    )
}

/// Open ones without news since then, of which nobody was told.
pub(super) fn late(tx: &ReadTx, since: Timestamp) -> Result<Vec<Refill>, Fault> {
    tx.all(
        select!(
            "INDEXED BY refills_open WHERE status IN ('pending', 'in_progress') AND updated_at < ?1
             AND is_told = 0 ORDER BY id LIMIT 100"
        ),
        [since],
        refill,
    )
}

/// The refill that has this id at the account of another one.
pub(super) fn linked_to(tx: &ReadTx, refill: &Refill, theirs: &str) -> Result<Option<RefillId>, Fault> {
    tx.one(
        "SELECT id FROM refills WHERE provider_id = ?1 AND provider_refill_id = ?2 AND provider_account = ?3",
        (refill.provider, theirs, refill.account),
        |row| row.get(0),
    )
}

pub(super) fn by_provider_refill(tx: &ReadTx, at: Account, theirs: &str) -> Result<Option<Refill>, Fault> {
    tx.one(
        select!("WHERE provider_id = ?1 AND provider_refill_id = ?2 AND provider_account = ?3"),
        (at.provider, theirs, at.number),
        refill,
    )
}

pub(super) fn to_poll(
    tx: &ReadTx,
    at: Account,
    behind: RefillId,
    most: usize,
) -> Result<Vec<RefillWatched>, Fault> {
    tx.all(
        "SELECT id, provider_refill_id FROM refills INDEXED BY refills_to_poll
         WHERE provider_id = ?1 AND dispatch = 'sent' AND status IN ('pending', 'in_progress')
             AND provider_account = ?2 AND id > ?3 ORDER BY id LIMIT ?4",
        (at.provider, at.number, behind, i64::try_from(most).unwrap_or(i64::MAX)),
        |row| Ok(RefillWatched { refill: row.get(0)?, provider_refill_id: row.get(1)? }),
    )
}

/// What the operator looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    /// Neither completed nor rejected.
    Open,
    /// Of these all that wait for a person: late, in review, or by hand.
    Waiting,
    /// Open for two days without news, of which the operator was told.
    Late,
    /// Nobody knows whether the provider has it.
    Review,
    /// Open, and to be done by hand.
    ByHand,
}

/// Which refills a list shows: those that meet all that is given.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub user: Option<UserId>,
    pub order: Option<OrderId>,
    pub service: Option<ServiceId>,
    pub status: Option<RefillStatus>,
    pub desk: Option<Desk>,
}

/// A page of the refills that meet the filter, newest first.
pub fn list(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Page<Refill>, Fault> {
    let sql = list_sql(filter);
    let (cursor, limit) = (page.cursor.get(), page.limit.probe());
    let all: [(&str, &dyn ToSql); 6] = [
        (":user", &filter.user),
        (":order", &filter.order),
        (":service", &filter.service),
        (":status", &filter.status),
        (":cursor", &cursor),
        (":limit", &limit),
    ];
    let params: Vec<_> = all.into_iter().filter(|(name, _)| sql.contains(name)).collect();
    let rows = tx.all(&sql, params.as_slice(), refill)?;
    Ok(Page::from_probe(rows, page.limit, |refill| refill.id.get()))
}

fn list_sql(filter: &Filter) -> String {
    let index = match filter {
        // One order has few, and few are open.
        Filter { order: Some(_), .. } => "INDEXED BY refills_by_order",
        Filter { desk: Some(Desk::Review), .. } => "INDEXED BY refills_to_review",
        Filter { desk: Some(Desk::Open | Desk::Waiting | Desk::Late | Desk::ByHand), .. } => {
            "INDEXED BY refills_open"
        }
        Filter { user: Some(_), .. } => "INDEXED BY refills_by_user",
        Filter { service: Some(_), .. } => "INDEXED BY refills_by_service",
        Filter { status: Some(_), .. } => "INDEXED BY refills_by_status",
        _ => "NOT INDEXED",
    };
    let desk = filter.desk.map(|desk| match desk {
        Desk::Review => "dispatch = 'review'",
        Desk::Open => "status IN ('pending', 'in_progress')",
        Desk::Waiting => {
            "status IN ('pending', 'in_progress') AND (dispatch IN ('manual', 'review') OR is_told = 1)"
        }
        Desk::Late => "status IN ('pending', 'in_progress') AND is_told = 1",
        Desk::ByHand => "status IN ('pending', 'in_progress') AND dispatch = 'manual'",
    });
    let conditions = [
        filter.order.map(|_| "order_id = :order"),
        filter.user.map(|_| "user_id = :user"),
        filter.service.map(|_| "service_id = :service"),
        filter.status.map(|_| "status = :status"),
        desk,
    ];
    let conditions: String = conditions.into_iter().flatten().map(|one| format!("{one} AND ")).collect();
    format!("{}{index} WHERE {conditions}id < :cursor ORDER BY id DESC LIMIT :limit", select!(""))
}

/// How many are open, and how many of these lie on each desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeskCounts {
    pub open: i64,
    pub waiting: i64,
    pub late: i64,
    pub review: i64,
    pub by_hand: i64,
}

pub fn desk_counts(tx: &ReadTx) -> Result<DeskCounts, Fault> {
    tx.value(DESK_COUNTS, (), |row| {
        Ok(DeskCounts {
            open: row.get(0)?,
            waiting: row.get(1)?,
            late: row.get(2)?,
            review: row.get(3)?,
            by_hand: row.get(4)?,
        })
    })
}

/// How a service's provider kept its promise of refills: those that it was asked for. What the operator does or rejects
/// by hand is no word of the provider's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub service: ServiceId,
    pub service_name: String,
    pub asked: i64,
    pub completed: i64,
    pub rejected: i64,
    pub open: i64,
    pub late: i64,
}

/// Of the refills asked for since then at providers, by service, those with the most first.
pub fn kept_by_service(tx: &ReadTx, since: Timestamp) -> Result<Vec<Kept>, Fault> {
    let first = first_since(tx, "refills", since)?;
    tx.all(
        "SELECT service_id, (SELECT name FROM services WHERE id = service_id), count(*),
             count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'rejected'),
             count(*) FILTER (WHERE status IN ('pending', 'in_progress')),
             count(*) FILTER (WHERE status IN ('pending', 'in_progress') AND is_told = 1)
         FROM refills WHERE id >= ?1 AND provider_id IS NOT NULL AND dispatch <> 'manual'
         GROUP BY service_id ORDER BY count(*) DESC, service_id LIMIT 200",
        [first],
        |row| {
            Ok(Kept {
                service: row.get(0)?,
                service_name: row.get(1)?,
                asked: row.get(2)?,
                completed: row.get(3)?,
                rejected: row.get(4)?,
                open: row.get(5)?,
                late: row.get(6)?,
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn no_list_sorts_or_walks_the_table() {
        let own = [Desk::Open, Desk::Waiting, Desk::Late, Desk::Review, Desk::ByHand];
        let desks = own.map(Some).into_iter().chain([None]);
        let filters: Vec<_> = desks
            .flat_map(|desk| {
                (0..16_u32).map(move |bits| Filter {
                    desk,
                    user: (bits & 1 != 0).then_some(UserId::new(1)),
                    order: (bits & 2 != 0).then_some(OrderId::new(1)),
                    service: (bits & 4 != 0).then_some(ServiceId::new(1)),
                    status: (bits & 8 != 0).then_some(RefillStatus::Pending),
                })
            })
            .collect();
        on_empty_database(|tx| {
            for filter in &filters {
                let sql = list_sql(filter);
                let plan = plan(tx, &sql);
                // The few that are open, or in review, are an index of their own.
                let is_small = ["refills_open", "refills_to_review"].iter().any(|own| plan.contains(own));
                let walks = plan.contains("SCAN refills") && !is_small;
                assert!(!walks && !plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
            }
        });
    }
}
