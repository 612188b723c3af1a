//! Categories.

use super::super::{Category, Platform, Shelf};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{CategoryId, ProviderId, ServiceId};
use rusqlite::Row;
use rusqlite::types::{ToSql, ToSqlOutput};

impl ToSql for Platform {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.into_str()))
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.name, c.icon, c.hidden,
                 (SELECT count(*) FROM services WHERE category_id = c.id),
                 (SELECT count(*) FROM services WHERE category_id = c.id AND active)
             FROM categories AS c ",
            $rest
        )
    };
}

fn category(row: &Row) -> rusqlite::Result<Category> {
    Ok(Category {
        id: row.get(0)?,
        name: row.get(1)?,
        shelf: shelf(row, 2)?,
        services: row.get(4)?,
        active: row.get(5)?,
    })
}

/// The icon in this column, and in the next whether it is hidden.
pub(super) fn shelf(row: &Row, icon: usize) -> rusqlite::Result<Shelf> {
    let word = row.get_ref(icon)?.as_str_or_null()?;
    Ok(Shelf { icon: word.and_then(Platform::parse), hidden: row.get(icon.saturating_add(1))? })
}

pub(in super::super) fn categories(tx: &ReadTx) -> Result<Vec<Category>, Fault> {
    tx.all(select!("ORDER BY c.position, c.id"), (), category)
}

pub(in super::super) fn category_by_id(tx: &ReadTx, id: CategoryId) -> Result<Option<Category>, Fault> {
    tx.one(select!("WHERE c.id = ?1"), [id], category)
}

pub(in super::super) fn category_named(tx: &ReadTx, name: &str) -> Result<Option<CategoryId>, Fault> {
    tx.one("SELECT id FROM categories WHERE name = ?1", [name], |row| row.get(0))
}

/// Behind all others.
pub(in super::super) fn insert_category(tx: &Tx, name: &str, shelf: Shelf) -> Result<CategoryId, Fault> {
    let id = tx.insert(
        "INSERT INTO categories (name, position, icon, hidden)
         VALUES (?1, (SELECT coalesce(max(position), 0) + 1 FROM categories), ?2, ?3)",
        (name, shelf.icon, shelf.hidden),
    )?;
    Ok(CategoryId::new(id))
}

/// Where there is none of this name, it is made.
pub(super) fn category_for(tx: &Tx, name: &str) -> Result<CategoryId, Fault> {
    match category_named(tx, name)? {
        Some(id) => Ok(id),
        None => insert_category(tx, name, Shelf::default()),
    }
}

pub(in super::super) fn update_category(tx: &Tx, category: &Category) -> Result<(), Fault> {
    let Shelf { icon, hidden } = category.shelf;
    tx.execute(
        "UPDATE categories SET name = ?2, icon = ?3, hidden = ?4 WHERE id = ?1",
        (category.id, &category.name, icon, hidden),
    )?;
    Ok(())
}

pub(in super::super) fn order_categories(tx: &Tx, ids: &[CategoryId]) -> Result<(), Fault> {
    for (position, id) in (1_i64..).zip(ids) {
        tx.execute("UPDATE categories SET position = ?2 WHERE id = ?1", (id, position))?;
    }
    Ok(())
}

pub(in super::super) fn services_in(tx: &ReadTx, id: CategoryId) -> Result<Vec<ServiceId>, Fault> {
    tx.all("SELECT id FROM services WHERE category_id = ?1 ORDER BY id", [id], |row| row.get(0))
}

/// Which ones were moved.
pub(in super::super) fn move_services(
    tx: &Tx,
    from: CategoryId,
    into: CategoryId,
) -> Result<Vec<ServiceId>, Fault> {
    let moved = services_in(tx, from)?;
    tx.execute(
        "UPDATE services SET category_id = ?2, updated_at = ?3 WHERE category_id = ?1",
        (from, into, tx.now()),
    )?;
    Ok(moved)
}

pub(in super::super) fn delete_category(tx: &Tx, id: CategoryId) -> Result<(), Fault> {
    tx.execute("DELETE FROM categories WHERE id = ?1", [id])?;
    Ok(())
}

/// All that this provider delivers: its id of it, and in which of its categories it was listed last.
pub(in super::super) fn listed_categories(
    tx: &ReadTx,
    provider: ProviderId,
) -> Result<Vec<(ServiceId, String, Option<String>)>, Fault> {
    tx.all(
        "SELECT s.id, s.provider_service_id, l.name
         FROM services AS s LEFT JOIN listed_categories AS l ON l.service_id = s.id WHERE s.provider_id = ?1",
        [provider],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

pub(in super::super) fn keep_listed_category(tx: &Tx, service: ServiceId, name: &str) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO listed_categories (service_id, name) VALUES (?1, ?2)
         ON CONFLICT (service_id) DO UPDATE SET name = excluded.name",
        (service, name),
    )?;
    Ok(())
}

const PLACE: &str = "SELECT c.name FROM listed_categories AS l
                     CROSS JOIN services AS s ON s.id = l.service_id
                     CROSS JOIN categories AS c ON c.id = s.category_id
                     WHERE l.name = ?2 AND s.provider_id = ?1
                     GROUP BY c.id ORDER BY c.name = ?2 DESC, count(*) DESC, min(s.id) LIMIT 1";

/// The name of the category that this one of a provider's has become: its own where something of it is still there,
/// else the one that most of it is in. `None`: nothing is sold of it.
pub(in super::super) fn place_of(
    tx: &ReadTx,
    provider: ProviderId,
    listed: &str,
) -> Result<Option<String>, Fault> {
    tx.one(PLACE, (provider, listed), |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn a_place_is_found_by_its_listed_name() {
        on_empty_database(|tx| {
            let plan = plan(tx, PLACE);
            assert!(plan.contains("listed_categories_by_name"), "{plan}");
        });
    }
}
