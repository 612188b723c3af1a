//! The SQL of what came from other panels, by its old ids.

use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::error::Fault;
use strum::{IntoStaticStr, VariantArray};

/// What an old id is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Kind {
    User,
    /// A user by the name or the address there.
    Login,
    Service,
    Order,
}

word_column!(Kind);

/// What it is here. `None`: it did not come.
pub fn known(tx: &ReadTx, panel: &str, kind: Kind, old: &str) -> Result<Option<i64>, Fault> {
    tx.one(
        "SELECT new_id FROM moved WHERE panel = ?1 AND kind = ?2 AND old_id = ?3",
        (panel, kind, old),
        |row| row.get(0),
    )
}

pub fn keep(tx: &Tx, panel: &str, kind: Kind, old: &str, new: i64) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO moved (panel, kind, old_id, new_id) VALUES (?1, ?2, ?3, ?4)",
        (panel, kind, old, new),
    )?;
    Ok(())
}

/// An order that was paid there and is open is part of what counts here from now on.
pub fn take_off_spent_before(tx: &Tx, user: i64, charge: i64) -> Result<(), Fault> {
    tx.execute(
        "UPDATE accounts SET imported_spent = max(imported_spent - ?2, 0) WHERE id = ?1 AND imported_spent > 0",
        (user, charge),
    )?;
    Ok(())
}

/// The highest ids that were given here: whoever has a higher one later came since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newest {
    pub user: i64,
    pub order: i64,
}

pub fn newest(tx: &ReadTx) -> Result<Newest, Fault> {
    tx.value(
        "SELECT (SELECT coalesce(max(id), 0) FROM users), (SELECT coalesce(max(id), 0) FROM orders)",
        (),
        |row| Ok(Newest { user: row.get(0)?, order: row.get(1)? }),
    )
}
