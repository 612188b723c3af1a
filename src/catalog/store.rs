//! The catalog's SQL.

mod categories;
mod own;
mod sources;

pub(super) use categories::{
    categories, category_by_id, category_named, delete_category, insert_category, keep_listed_category,
    listed_categories, move_services, order_categories, place_of, services_in, update_category,
};
pub(super) use own::*;
pub(super) use sources::{keep_sources, of_further_source, sources, sources_at};

use super::{GuardState, LinkKind, Offer, Pause, Service, ServiceState};
use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId, UserId};
use crate::kernel::money::Rate;
use crate::kernel::page::{Cursor, Page, PageRequest};
use crate::order_types::OrderType;
use parking_lot::Mutex;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Params, Row, named_params};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

word_column!(LinkKind, Pause, ServiceState);

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
            "SELECT s.id, s.name, c.name, s.description, s.type, s.link_kind, s.rate, s.min_quantity, s.max_quantity,
                 s.refill, s.cancel, s.active, s.provider_id, s.provider_service_id, s.cost, s.created_at,
                 s.updated_at, s.paused, s.cost_before, s.accepted_cost, s.listed_rate, s.refill_days,
                 s.average_seconds, s.dripfeed, s.visible_to, s.exclusive_links, s.server, s.note, s.state,
                 c.icon, c.hidden
             FROM services AS s CROSS JOIN categories AS c ON c.id = s.category_id ",
            $rest
        )
    };
}

/// `None`: its type is none of ours, as after a step back to an older panel. It is not sold, not shown, and stays.
fn service(row: &Row) -> rusqlite::Result<Option<Service>> {
    let (id, word) = (row.get(0)?, row.get_ref(4)?.as_str()?);
    let Some(kind) = OrderType::parse(word) else {
        warn_of_type(id, word);
        return Ok(None);
    };
    Ok(Some(Service {
        id,
        offer: Offer {
            name: row.get(1)?,
            category: row.get(2)?,
            description: row.get(3)?,
            kind,
            link_kind: row.get(5)?,
            rate: row.get(6)?,
            min: row.get(7)?,
            max: row.get(8)?,
            refill: row.get(9)?,
            refill_days: row.get(21)?,
            cancel: row.get(10)?,
            dripfeed: row.get(23)?,
            active: row.get(11)?,
            provider: row.get(12)?,
            provider_service: row.get(13)?,
            cost: row.get(14)?,
            exclusive_links: row.get(25)?,
            visible_to: viewers(row.get_ref(24)?.as_str()?)?,
            server: row.get(26)?,
            note: row.get(27)?,
            state: row.get(28)?,
        },
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
        guard_state: GuardState {
            paused: row.get(17)?,
            cost_before: row.get(18)?,
            accepted_cost: row.get(19)?,
            listed_rate: row.get(20)?,
        },
        average_seconds: row.get(22)?,
        shelf: categories::shelf(row, 29)?,
    }))
}

fn viewers(list: &str) -> rusqlite::Result<BTreeSet<UserId>> {
    let ids: Vec<i64> = serde_json::from_str(list)
        .map_err(|cause| FromSqlError::Other(format!("visible_to: {cause}").into()))?;
    Ok(ids.into_iter().map(UserId::new).collect())
}

/// As it is stored.
fn viewer_list(offer: &Offer) -> String {
    json!(offer.visible_to.iter().map(|user| user.get()).collect::<Vec<_>>()).to_string()
}

/// Once for each service.
fn warn_of_type(id: ServiceId, word: &str) {
    static TOLD: Mutex<BTreeSet<ServiceId>> = Mutex::new(BTreeSet::new());
    if TOLD.lock().insert(id) {
        tracing::error!(
            service.id = id.get(),
            word,
            "a service is left out: this panel has no such type of orders"
        );
    }
}

fn services(tx: &ReadTx, sql: &str, params: impl Params) -> Result<Vec<Service>, Fault> {
    Ok(tx.all(sql, params, service)?.into_iter().flatten().collect())
}

/// `None`: no such service. Inactive ones are found too.
pub fn by_id(tx: &ReadTx, id: ServiceId) -> Result<Option<Service>, Fault> {
    tx.one(select!("WHERE s.id = ?1"), [id], service).map(Option::flatten)
}

/// What is on sale and not hidden with its category: in the order of the categories, what rests last in each.
pub fn active(tx: &ReadTx) -> Result<Vec<Service>, Fault> {
    let listed = select!(
        "WHERE s.active AND NOT c.hidden
         ORDER BY c.position, c.id, s.state = 'maintenance', s.server IS NULL, s.server, s.id"
    );
    services(tx, listed, ())
}

/// Keeps how long services take now, in seconds by service; one that is not named has no such figure any more. How many
/// changed.
pub fn keep_times(tx: &Tx, times: &BTreeMap<ServiceId, i64>) -> Result<usize, Fault> {
    let known = tx.all("SELECT id, average_seconds FROM services", (), |row| {
        Ok((row.get::<_, ServiceId>(0)?, row.get::<_, Option<i64>>(1)?))
    })?;
    let changed = known.into_iter().filter(|(id, before)| times.get(id) != before.as_ref());
    let mut count = 0_usize;
    for (id, _) in changed {
        tx.execute("UPDATE services SET average_seconds = ?2 WHERE id = ?1", (id, times.get(&id)))?;
        count = count.saturating_add(1);
    }
    Ok(count)
}

pub(super) fn list(tx: &ReadTx, page: PageRequest) -> Result<Page<Service>, Fault> {
    let rows = tx.all(
        select!("WHERE s.id < ?1 ORDER BY s.id DESC LIMIT ?2"),
        (page.cursor.get(), page.limit.probe()),
        |row| Ok((row.get(0)?, service(row)?)),
    )?;
    let Page { items, next } = Page::from_probe(rows, page.limit, |(id, _)| *id);
    Ok(Page { items: items.into_iter().filter_map(|(_, service)| service).collect(), next })
}

/// What is on sale for some users only, this one among them.
pub fn hidden_shown_to(tx: &ReadTx, user: UserId) -> Result<BTreeSet<ServiceId>, Fault> {
    Ok(tx.all(HIDDEN_SHOWN_TO, [user], |row| row.get(0))?.into_iter().collect())
}

const HIDDEN_SHOWN_TO: &str = "SELECT id FROM services WHERE visible_to <> '[]' AND active
    AND EXISTS (SELECT 1 FROM json_each(visible_to) WHERE value = ?1)";

/// What the user wants at hand, on sale or not.
pub fn favourites(tx: &ReadTx, user: UserId) -> Result<BTreeSet<ServiceId>, Fault> {
    let rows = tx.all("SELECT service_id FROM favourites WHERE user_id = ?1", [user], |row| row.get(0))?;
    Ok(rows.into_iter().collect())
}

pub(super) fn keep_favourite(tx: &Tx, user: UserId, service: ServiceId) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO favourites (user_id, service_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        (user, service),
    )?;
    Ok(())
}

pub(super) fn drop_favourite(tx: &Tx, user: UserId, service: ServiceId) -> Result<(), Fault> {
    tx.execute("DELETE FROM favourites WHERE user_id = ?1 AND service_id = ?2", (user, service))?;
    Ok(())
}

/// All older ones, newest first.
pub(super) fn before(tx: &ReadTx, cursor: Cursor) -> Result<Vec<Service>, Fault> {
    services(tx, select!("WHERE s.id < ?1 ORDER BY s.id DESC"), [cursor.get()])
}

/// What a service was sold at and what it cost, from a moment on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceChange {
    pub id: i64,
    pub rate: Rate,
    pub cost: Option<Rate>,
    pub at: Timestamp,
}

const PRICES: &str = "SELECT id, rate, cost, created_at FROM service_prices
                      WHERE service_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";

/// A page of a service's prices, newest first.
pub fn prices(tx: &ReadTx, id: ServiceId, page: PageRequest) -> Result<Page<PriceChange>, Fault> {
    let rows = tx.all(PRICES, (id, page.cursor.get(), page.limit.probe()), |row| {
        Ok(PriceChange { id: row.get(0)?, rate: row.get(1)?, cost: row.get(2)?, at: row.get(3)? })
    })?;
    Ok(Page::from_probe(rows, page.limit, |change| change.id))
}

/// Rises with every change of any service or category.
pub fn version(tx: &ReadTx) -> Result<i64, Fault> {
    tx.value("SELECT version FROM catalog_version", (), |row| row.get(0))
}

/// All that have this provider among their sources.
pub(super) fn of_provider(tx: &ReadTx, provider: ProviderId) -> Result<Vec<Service>, Fault> {
    let any = select!(
        "WHERE s.id IN (SELECT id FROM services WHERE provider_id = ?1
             UNION SELECT service_id FROM service_sources WHERE provider_id = ?1) ORDER BY s.id"
    );
    services(tx, any, [provider])
}

/// Whether any service has this provider among its sources.
pub fn is_sold_of(tx: &ReadTx, provider: ProviderId) -> Result<bool, Fault> {
    tx.value(
        "SELECT EXISTS (SELECT 1 FROM services WHERE provider_id = ?1)
             OR EXISTS (SELECT 1 FROM service_sources WHERE provider_id = ?1)",
        [provider],
        |row| row.get(0),
    )
}

/// The oldest that is this one of the provider's.
pub(super) fn by_source(tx: &ReadTx, provider: ProviderId, source: &str) -> Result<Option<Service>, Fault> {
    let first = select!("WHERE s.provider_id = ?1 AND s.provider_service_id = ?2 ORDER BY s.id LIMIT 1");
    tx.one(first, (provider, source), service).map(Option::flatten)
}

pub(super) fn insert(tx: &Tx, offer: &Offer, guard_state: &GuardState) -> Result<ServiceId, Fault> {
    insert_as(tx, None, offer, guard_state)
}

/// Under this number; `None`: the next one.
pub(super) fn insert_as(
    tx: &Tx,
    id: Option<ServiceId>,
    offer: &Offer,
    guard_state: &GuardState,
) -> Result<ServiceId, Fault> {
    let category = categories::category_for(tx, &offer.category)?;
    let id = tx.insert(
        "INSERT INTO services (id, name, category_id, description, type, link_kind, rate, min_quantity, max_quantity,
             refill, refill_days, cancel, dripfeed, active, provider_id, provider_service_id, cost, accepted_cost,
             listed_rate, exclusive_links, visible_to, server, note, state, created_at, updated_at)
         VALUES (:id, :name, :category, :description, :type, :link_kind, :rate, :min, :max, :refill, :refill_days,
             :cancel, :dripfeed, :active, :provider, :provider_service, :cost, :accepted, :listed, :exclusive_links,
             :visible_to, :server, :note, :state, :now, :now)",
        named_params! {
            ":id": id,
            ":name": offer.name,
            ":category": category,
            ":description": offer.description,
            ":type": offer.kind,
            ":link_kind": offer.link_kind,
            ":rate": offer.rate,
            ":min": offer.min,
            ":max": offer.max,
            ":refill": offer.refill,
            ":refill_days": offer.refill_days,
            ":cancel": offer.cancel,
            ":dripfeed": offer.dripfeed,
            ":active": offer.active,
            ":provider": offer.provider,
            ":provider_service": offer.provider_service,
            ":cost": offer.cost,
            ":accepted": guard_state.accepted_cost,
            ":listed": guard_state.listed_rate,
            ":exclusive_links": offer.exclusive_links,
            ":visible_to": viewer_list(offer),
            ":server": offer.server,
            ":note": offer.note,
            ":state": offer.state,
            ":now": tx.now(),
        },
    )?;
    Ok(ServiceId::new(id))
}

pub(super) fn update(tx: &Tx, id: ServiceId, offer: &Offer, guard_state: &GuardState) -> Result<(), Fault> {
    let category = categories::category_for(tx, &offer.category)?;
    let changed = tx.execute(
        "UPDATE services SET name = :name, category_id = :category, description = :description, type = :type,
             link_kind = :link_kind, rate = :rate, min_quantity = :min, max_quantity = :max, refill = :refill,
             refill_days = :refill_days, cancel = :cancel, dripfeed = :dripfeed, active = :active,
             provider_id = :provider, provider_service_id = :provider_service, cost = :cost, paused = :paused,
             cost_before = :before, accepted_cost = :accepted, listed_rate = :listed,
             exclusive_links = :exclusive_links, visible_to = :visible_to, server = :server, note = :note,
             state = :state, updated_at = :now
         WHERE id = :id",
        named_params! {
            ":id": id,
            ":name": offer.name,
            ":category": category,
            ":description": offer.description,
            ":type": offer.kind,
            ":link_kind": offer.link_kind,
            ":rate": offer.rate,
            ":min": offer.min,
            ":max": offer.max,
            ":refill": offer.refill,
            ":refill_days": offer.refill_days,
            ":cancel": offer.cancel,
            ":dripfeed": offer.dripfeed,
            ":active": offer.active,
            ":provider": offer.provider,
            ":provider_service": offer.provider_service,
            ":cost": offer.cost,
            ":paused": guard_state.paused,
            ":before": guard_state.cost_before,
            ":accepted": guard_state.accepted_cost,
            ":listed": guard_state.listed_rate,
            ":exclusive_links": offer.exclusive_links,
            ":visible_to": viewer_list(offer),
            ":server": offer.server,
            ":note": offer.note,
            ":state": offer.state,
            ":now": tx.now(),
        },
    )?;
    assert_eq!(changed, 1, "the service that was read is there");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn a_page_of_prices_reads_one_index() {
        on_empty_database(|tx| {
            let plan = plan(tx, PRICES);
            assert!(plan.contains("service_prices_by_service") && !plan.contains("TEMP B-TREE"), "{plan}");
        });
    }

    #[test]
    fn what_is_hidden_is_found_without_a_look_at_the_rest() {
        on_empty_database(|tx| {
            let plan = plan(tx, HIDDEN_SHOWN_TO);
            assert!(plan.contains("services_hidden"), "{plan}");
        });
    }
}
