//! Which bot the panel speaks by, and how far its messages are read. Each is taken up once: the number of the next one
//! is written in the transaction that does what the message asks.

use super::store::bot as store;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;

pub use store::{bot_id, bot_name, reading_trouble, set_bot_name, set_reading};

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
    if store::set(tx, bot)? { super::drop_chats(tx) } else { Ok(()) }
}

/// Whether Telegram is to be asked for its name.
pub fn is_name_wanted(tx: &ReadTx) -> Result<bool, Fault> {
    Ok(!store::is_named_since(tx, tx.now().plus_seconds(-NAME_S))?)
}

/// The number that the next message has at least; `None`: whatever comes is next.
pub fn next_update(tx: &ReadTx) -> Result<Option<i64>, Fault> {
    store::next_update_since(tx, tx.now().plus_seconds(-SILENCE_S))
}

/// Takes up a message of this bot; `false`: that was done before, or another bot speaks by now.
pub fn take_update(tx: &Tx, bot: i64, id: i64) -> Result<bool, Fault> {
    if bot_id(tx)? != Some(bot) || next_update(tx)?.is_some_and(|next| id < next) {
        return Ok(false);
    }
    store::set_next_update(tx, id.saturating_add(1))?;
    Ok(true)
}
