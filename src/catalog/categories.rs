//! Categories: under which names services are listed, in which order, with which picture, and what is hidden with its
//! category. A service names its category; a name that is new makes one, as the last.

use super::error::CatalogError;
use super::rules::{MAX_CATEGORY_CHARS, is_line};
use super::store;
use crate::announcements::{self, Told};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::{Fault, FieldError, Rule};
use crate::kernel::ids::{CategoryId, ServiceId};
use crate::kernel::reason::Reason;
use crate::kernel::text::trimmed;
use serde_json::{Value, json};
use std::collections::HashMap;
use strum::{IntoStaticStr, VariantArray};

/// The platforms that the pages have a picture of: `static/lib/platforms.js`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Platform {
    TikTok,
    Facebook,
    Instagram,
    YouTube,
    Telegram,
    Threads,
    X,
    Shopee,
    Spotify,
    Discord,
}

impl Platform {
    /// `None`: the pages have no such picture, as after a step back to an older panel.
    pub(super) fn parse(word: &str) -> Option<Platform> {
        Platform::VARIANTS.iter().copied().find(|known| known.into_str() == word)
    }
}

/// What a category says of everything in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shelf {
    /// `None`: the picture of the platform that the names speak of.
    pub icon: Option<Platform>,
    /// What is in it is there for no customer.
    pub hidden: bool,
}

/// A category, in its place among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub id: CategoryId,
    pub name: String,
    pub shelf: Shelf,
    /// How many services are in it, and how many of these are on sale.
    pub services: i64,
    pub active: i64,
}

/// A change that names only what it changes.
#[derive(Debug, Clone, Default)]
pub struct CategoryPatch {
    pub name: Option<String>,
    pub icon: Option<Option<Platform>>,
    pub hidden: Option<bool>,
}

/// All of them, in their order.
pub fn categories(tx: &ReadTx) -> Result<Vec<Category>, Fault> {
    store::categories(tx)
}

/// The name that a category has now. `None`: there is no such category.
pub fn category_name(tx: &ReadTx, id: CategoryId) -> Result<Option<String>, Fault> {
    Ok(store::category_by_id(tx, id)?.map(|category| category.name))
}

/// A new one, as the last. Errors: `Fields`; `Conflict` for a name that is there.
pub fn create_category(tx: &Tx, actor: &Actor, name: &str, shelf: Shelf) -> Result<Category, CatalogError> {
    audit_log::allow(tx, actor.id)?;
    let name = checked_name(name)?;
    if store::category_named(tx, &name)?.is_some() {
        return Err(CatalogError::Conflict(Reason::CategoryNameTaken));
    }
    let id = store::insert_category(tx, &name, shelf)?;
    let category = Category { id, name, shelf, services: 0, active: 0 };
    let mut entry = actor.entry("category.create", subject(id));
    entry.after = Some(as_json(&category));
    audit_log::record(tx, &entry)?;
    Ok(category)
}

/// Changes what the patch names. Errors: `NoCategory`, `Fields`; `Conflict` for the name of another one.
pub fn change_category(
    tx: &Tx,
    actor: &Actor,
    id: CategoryId,
    patch: CategoryPatch,
) -> Result<Category, CatalogError> {
    audit_log::allow(tx, actor.id)?;
    let before = store::category_by_id(tx, id)?.ok_or(CatalogError::NoCategory)?;
    let name = patch.name.map_or(Ok(before.name.clone()), |name| checked_name(&name))?;
    let shelf = Shelf {
        icon: patch.icon.unwrap_or(before.shelf.icon),
        hidden: patch.hidden.unwrap_or(before.shelf.hidden),
    };
    let after = Category { name, shelf, ..before.clone() };
    if after == before {
        return Ok(before);
    }
    if store::category_named(tx, &after.name)?.is_some_and(|other| other != id) {
        return Err(CatalogError::Conflict(Reason::CategoryNameTaken));
    }
    store::update_category(tx, &after)?;
    if before.shelf.hidden && !after.shelf.hidden {
        opened(tx, &store::services_in(tx, id)?)?;
    }
    let mut entry = actor.entry("category.change", subject(id));
    entry.before = Some(as_json(&before));
    entry.after = Some(as_json(&after));
    audit_log::record(tx, &entry)?;
    Ok(after)
}

/// Customers hear of services that were hidden with their category.
fn opened(tx: &Tx, services: &[ServiceId]) -> Result<(), Fault> {
    announcements::together(tx, || {
        for id in services {
            let service = store::by_id(tx, *id)?;
            let sold_at = service.and_then(|service| service.offer.on_sale_at());
            announcements::service_opened(tx, *id, sold_at, Told::Yes)?;
        }
        Ok(())
    })
}

/// Puts all of them in this order. Errors: `Fields` for ids that are none, or there twice; `Conflict` where one is
/// missing, because it came meanwhile.
pub fn order_categories(tx: &Tx, actor: &Actor, ids: &[CategoryId]) -> Result<Vec<Category>, CatalogError> {
    audit_log::allow(tx, actor.id)?;
    let before = store::categories(tx)?;
    let names: HashMap<CategoryId, &str> =
        before.iter().map(|category| (category.id, category.name.as_str())).collect();
    let mut left = names.clone();
    let mut order = Vec::with_capacity(ids.len());
    for (at, id) in ids.iter().enumerate() {
        let rule = if names.contains_key(id) { Rule::Repeated } else { Rule::NoSuch };
        let Some(name) = left.remove(id) else {
            return Err(CatalogError::Fields(vec![FieldError::new(format!("ids[{at}]"), rule)]));
        };
        order.push(name);
    }
    if !left.is_empty() {
        return Err(CatalogError::Conflict(Reason::CategoriesChanged));
    }
    if before.iter().map(|category| category.id).eq(ids.iter().copied()) {
        return Ok(before);
    }
    store::order_categories(tx, ids)?;
    let names: Vec<&str> = before.iter().map(|category| category.name.as_str()).collect();
    let mut entry = actor.entry("category.order", "categories");
    entry.before = Some(json!({ "order": names }));
    entry.after = Some(json!({ "order": order }));
    audit_log::record(tx, &entry)?;
    Ok(store::categories(tx)?)
}

/// Moves everything into another one, which is left as it was otherwise; the first is gone then.
///
/// Errors: `NoCategory`, `Fields` where there is no such other one.
pub fn merge_categories(
    tx: &Tx,
    actor: &Actor,
    id: CategoryId,
    into: CategoryId,
) -> Result<Category, CatalogError> {
    audit_log::allow(tx, actor.id)?;
    let from = store::category_by_id(tx, id)?.ok_or(CatalogError::NoCategory)?;
    let other = store::category_by_id(tx, into)?.filter(|other| other.id != id);
    let other = other.ok_or_else(|| CatalogError::Fields(vec![FieldError::new("into", Rule::NoSuch)]))?;
    let moved = store::move_services(tx, id, into)?;
    if from.shelf.hidden {
        opened(tx, &moved)?;
    }
    let moved: Vec<i64> = moved.into_iter().map(ServiceId::get).collect();
    store::delete_category(tx, id)?;
    let mut entry = actor.entry("category.merge", subject(id));
    let mut before = as_json(&from);
    before["services"] = json!(moved);
    entry.before = Some(before);
    entry.after = Some(json!({ "into": other.name }));
    audit_log::record(tx, &entry)?;
    store::category_by_id(tx, into)?.ok_or(CatalogError::NoCategory)
}

/// Removes an empty one. Errors: `NoCategory`; `Conflict` while something is in it, on sale or not.
pub fn delete_category(tx: &Tx, actor: &Actor, id: CategoryId) -> Result<(), CatalogError> {
    audit_log::allow(tx, actor.id)?;
    let category = store::category_by_id(tx, id)?.ok_or(CatalogError::NoCategory)?;
    if category.services > 0 {
        return Err(CatalogError::Conflict(Reason::CategoryNotEmpty { services: category.services }));
    }
    store::delete_category(tx, id)?;
    let mut entry = actor.entry("category.delete", subject(id));
    entry.before = Some(as_json(&category));
    Ok(audit_log::record(tx, &entry)?)
}

fn checked_name(name: &str) -> Result<String, CatalogError> {
    let name = trimmed(name);
    if is_line(name, MAX_CATEGORY_CHARS) {
        return Ok(name.to_owned());
    }
    let rule = Rule::Line { min: 1, max: MAX_CATEGORY_CHARS };
    Err(CatalogError::Fields(vec![FieldError::new("name", rule)]))
}

fn subject(id: CategoryId) -> String {
    format!("category:{id}")
}

/// For the audit log.
fn as_json(category: &Category) -> Value {
    let Shelf { icon, hidden } = category.shelf;
    json!({ "name": category.name, "icon": icon.map(|icon| icon.into_str()), "hidden": hidden })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_know_the_same_platforms() {
        let pages = include_str!("../../static/lib/platforms.js");
        let named = pages.split("name: \"").skip(1).filter_map(|rest| rest.split('"').next());
        let named: Vec<String> = named.map(str::to_lowercase).collect();
        let known: Vec<&str> = Platform::VARIANTS.iter().map(Platform::into_str).collect();
        assert_eq!(named, known);
    }
}
