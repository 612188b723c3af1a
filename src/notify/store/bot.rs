//! The SQL of the bot: one row.

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::notify::Named;

/// Whether another one takes its place; nothing is known of that yet.
pub fn set(tx: &Tx, bot: Option<i64>) -> Result<bool, Fault> {
    let changed = tx.execute(
        "UPDATE telegram_bot SET bot = ?1, name = NULL, named_at = NULL, next_update = NULL, heard_at = NULL,
             trouble = NULL WHERE bot IS NOT ?1",
        [bot],
    )?;
    Ok(changed > 0)
}

/// Its number; `None`: there is no bot.
pub fn bot_id(tx: &ReadTx) -> Result<Option<i64>, Fault> {
    tx.value("SELECT bot FROM telegram_bot", (), |row| row.get(0))
}

/// `None`: there is no bot, or it was not asked for its name yet.
pub fn bot_name(tx: &ReadTx) -> Result<Option<Named>, Fault> {
    let sql = "SELECT bot, name FROM telegram_bot WHERE bot IS NOT NULL AND name IS NOT NULL";
    tx.one(sql, (), |row| Ok(Named { bot: row.get(0)?, name: row.get(1)? }))
}

/// Whether it has told its name since then; one from the future tells of a clock that was set back.
pub fn is_named_since(tx: &ReadTx, since: Timestamp) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM telegram_bot WHERE named_at > ?1 AND named_at <= ?2)";
    tx.value(sql, (since, tx.now()), |row| row.get(0))
}

pub fn set_bot_name(tx: &Tx, bot: i64, name: &str) -> Result<(), Fault> {
    tx.execute("UPDATE telegram_bot SET name = ?2, named_at = ?3 WHERE bot = ?1", (bot, name, tx.now()))?;
    Ok(())
}

/// The number of the next message, if the one before it was read since then.
pub fn next_update_since(tx: &ReadTx, since: Timestamp) -> Result<Option<i64>, Fault> {
    let sql = "SELECT next_update FROM telegram_bot WHERE heard_at > ?1";
    Ok(tx.one(sql, [since], |row| row.get(0))?.flatten())
}

pub fn set_next_update(tx: &Tx, next: i64) -> Result<(), Fault> {
    tx.execute("UPDATE telegram_bot SET next_update = ?1, heard_at = ?2", (next, tx.now()))?;
    Ok(())
}

/// What came of reading its messages; `None`: it went well.
pub fn set_reading(tx: &Tx, bot: i64, trouble: Option<&Note>) -> Result<(), Fault> {
    tx.execute("UPDATE telegram_bot SET trouble = ?2 WHERE bot = ?1 AND trouble IS NOT ?2", (bot, trouble))?;
    Ok(())
}

/// Why its messages cannot be read; `None` while all is well.
pub fn reading_trouble(tx: &ReadTx) -> Result<Option<Note>, Fault> {
    tx.value("SELECT trouble FROM telegram_bot", (), |row| row.get(0))
}
