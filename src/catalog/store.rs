//! The catalog's SQL.

use super::{GuardState, LinkKind, Offer, Pause, Service};
use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::kernel::page::{Cursor, Page, PageRequest};
use crate::order_types::OrderType;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Row, named_params};

word_column!(LinkKind, Pause);

impl ToSql for OrderType {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.word))
    }
}

/// A word that is none of ours is a corrupt row.
impl FromSql for &'static OrderType {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        OrderType::parse(word).ok_or_else(|| FromSqlError::Other(format!("no order type: {word}").into()))
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, category, description, type, link_kind, rate, min_quantity, max_quantity, refill, cancel,
                 active, provider_id, provider_service_id, cost, created_at, updated_at,
                 paused, cost_before, accepted_cost, listed_rate FROM services ",
            $rest
        )
    };
}

fn service(row: &Row) -> rusqlite::Result<Service> {
    Ok(Service {
        id: row.get(0)?,
        offer: Offer {
            name: row.get(1)?,
            category: row.get(2)?,
            description: row.get(3)?,
            kind: row.get(4)?,
            link_kind: row.get(5)?,
            rate: row.get(6)?,
            min: row.get(7)?,
            max: row.get(8)?,
            refill: row.get(9)?,
            cancel: row.get(10)?,
            active: row.get(11)?,
            provider: row.get(12)?,
            provider_service: row.get(13)?,
            cost: row.get(14)?,
        },
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
        guard_state: GuardState {
            paused: row.get(17)?,
            cost_before: row.get(18)?,
            accepted_cost: row.get(19)?,
            listed_rate: row.get(20)?,
        },
    })
}

pub(super) fn by_id(tx: &ReadTx, id: ServiceId) -> Result<Option<Service>, Fault> {
    tx.one(select!("WHERE id = ?1"), [id], service)
}

pub(super) fn active(tx: &ReadTx) -> Result<Vec<Service>, Fault> {
    tx.all(select!("WHERE active ORDER BY category, id"), (), service)
}

pub(super) fn list(tx: &ReadTx, page: PageRequest) -> Result<Page<Service>, Fault> {
    let rows = tx.all(
        select!("WHERE id < ?1 ORDER BY id DESC LIMIT ?2"),
        (page.cursor.get(), page.limit.probe()),
        service,
    )?;
    Ok(Page::from_probe(rows, page.limit, |service| service.id.get()))
}

/// All older ones, newest first.
pub(super) fn before(tx: &ReadTx, cursor: Cursor) -> Result<Vec<Service>, Fault> {
    tx.all(select!("WHERE id < ?1 ORDER BY id DESC"), [cursor.get()], service)
}

pub(super) fn version(tx: &ReadTx) -> Result<i64, Fault> {
    tx.value("SELECT version FROM catalog_version", (), |row| row.get(0))
}

/// All that are delivered by this provider.
pub(super) fn of_provider(tx: &ReadTx, provider: ProviderId) -> Result<Vec<Service>, Fault> {
    tx.all(select!("WHERE provider_id = ?1 ORDER BY id"), [provider], service)
}

pub(super) fn is_sold_of(tx: &ReadTx, provider: ProviderId) -> Result<bool, Fault> {
    tx.value("SELECT EXISTS (SELECT 1 FROM services WHERE provider_id = ?1)", [provider], |row| row.get(0))
}

/// The oldest that is this one of the provider's.
pub(super) fn by_source(tx: &ReadTx, provider: ProviderId, source: &str) -> Result<Option<Service>, Fault> {
    let first = select!("WHERE provider_id = ?1 AND provider_service_id = ?2 ORDER BY id LIMIT 1");
    tx.one(first, (provider, source), service)
}

pub(super) fn insert(tx: &Tx, offer: &Offer, guard_state: &GuardState) -> Result<ServiceId, Fault> {
    let id = tx.insert(
        "INSERT INTO services (name, category, description, type, link_kind, rate, min_quantity, max_quantity,
             refill, cancel, active, provider_id, provider_service_id, cost, accepted_cost, listed_rate,
             created_at, updated_at)
         VALUES (:name, :category, :description, :type, :link_kind, :rate, :min, :max, :refill, :cancel, :active,
             :provider, :provider_service, :cost, :accepted, :listed, :now, :now)",
        named_params! {
            ":name": offer.name,
            ":category": offer.category,
            ":description": offer.description,
            ":type": offer.kind,
            ":link_kind": offer.link_kind,
            ":rate": offer.rate,
            ":min": offer.min,
            ":max": offer.max,
            ":refill": offer.refill,
            ":cancel": offer.cancel,
            ":active": offer.active,
            ":provider": offer.provider,
            ":provider_service": offer.provider_service,
            ":cost": offer.cost,
            ":accepted": guard_state.accepted_cost,
            ":listed": guard_state.listed_rate,
            ":now": tx.now(),
        },
    )?;
    Ok(ServiceId::new(id))
}

pub(super) fn update(tx: &Tx, id: ServiceId, offer: &Offer, guard_state: &GuardState) -> Result<(), Fault> {
    let changed = tx.execute(
        "UPDATE services SET name = :name, category = :category, description = :description, type = :type,
             link_kind = :link_kind, rate = :rate, min_quantity = :min, max_quantity = :max, refill = :refill,
             cancel = :cancel, active = :active, provider_id = :provider,
             provider_service_id = :provider_service, cost = :cost, paused = :paused,
             cost_before = :before, accepted_cost = :accepted, listed_rate = :listed, updated_at = :now
         WHERE id = :id",
        named_params! {
            ":id": id,
            ":name": offer.name,
            ":category": offer.category,
            ":description": offer.description,
            ":type": offer.kind,
            ":link_kind": offer.link_kind,
            ":rate": offer.rate,
            ":min": offer.min,
            ":max": offer.max,
            ":refill": offer.refill,
            ":cancel": offer.cancel,
            ":active": offer.active,
            ":provider": offer.provider,
            ":provider_service": offer.provider_service,
            ":cost": offer.cost,
            ":paused": guard_state.paused,
            ":before": guard_state.cost_before,
            ":accepted": guard_state.accepted_cost,
            ":listed": guard_state.listed_rate,
            ":now": tx.now(),
        },
    )?;
    assert_eq!(changed, 1, "the service that was read is there");
    Ok(())
}
