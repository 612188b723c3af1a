//! Which bot the panel speaks by, and how far its messages are read. Each is taken up once: the number of the next one
//! is written in the transaction that does what the message asks.

use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::note::Note;

/// A bot may be called otherwise some day.
const NAME_S: i64 = 24 * 60 * 60;
/// After a week without messages Telegram numbers them anew, perhaps from below; what was not read is gone by then.
const SILENCE_S: i64 = 6 * 24 * 60 * 60;

/// The bot as customers find it.
pub struct Named {
    pub bot: i64,
    /// As in `t.me/NAME`.
    pub name: String,
}

/// From now on this one; `None`: there is none. What was known of another one is forgotten, and what waits to be said
/// by it is dropped.
pub(super) fn set(tx: &Tx, bot: Option<i64>) -> Result<(), Fault> {
    let changed = tx.execute(
        "UPDATE telegram_bot SET bot = ?1, name = NULL, named_at = NULL, next_update = NULL, heard_at = NULL,
             trouble = NULL WHERE bot IS NOT ?1",
        [bot],
    )?;
    if changed > 0 { super::drop_chats(tx) } else { Ok(()) }
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

/// Whether Telegram is to be asked for its name.
pub fn is_name_wanted(tx: &ReadTx) -> Result<bool, Fault> {
    let sql = "SELECT named_at IS NULL OR named_at <= ?1 OR named_at > ?2 FROM telegram_bot";
    tx.value(sql, (tx.now().plus_seconds(-NAME_S), tx.now()), |row| row.get(0))
}

pub fn set_bot_name(tx: &Tx, bot: i64, name: &str) -> Result<(), Fault> {
    tx.execute("UPDATE telegram_bot SET name = ?2, named_at = ?3 WHERE bot = ?1", (bot, name, tx.now()))?;
    Ok(())
}

/// The number that the next message has at least; `None`: whatever comes is next.
pub fn next_update(tx: &ReadTx) -> Result<Option<i64>, Fault> {
    let sql = "SELECT next_update FROM telegram_bot WHERE heard_at > ?1";
    Ok(tx.one(sql, [tx.now().plus_seconds(-SILENCE_S)], |row| row.get(0))?.flatten())
}

/// Takes up a message of this bot; `false`: that was done before, or another bot speaks by now.
pub fn take_update(tx: &Tx, bot: i64, id: i64) -> Result<bool, Fault> {
    if bot_id(tx)? != Some(bot) || next_update(tx)?.is_some_and(|next| id < next) {
        return Ok(false);
    }
    let sql = "UPDATE telegram_bot SET next_update = ?1, heard_at = ?2";
    tx.execute(sql, (id.saturating_add(1), tx.now()))?;
    Ok(true)
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
