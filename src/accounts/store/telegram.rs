//! The SQL of customers' chats, and of the links that say whose they are.

use crate::db::{ReadTx, Tx, word_column};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::notify::Topic;
use strum::{IntoStaticStr, VariantArray};

/// What following a link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Purpose {
    /// The customer is told in the chat from then on.
    Customer,
    /// An admin has found the operator's chat.
    Operator,
}

word_column!(Purpose);

/// Whose a link is.
pub struct Link {
    pub user: UserId,
    pub purpose: Purpose,
    /// The user's when it was made.
    pub epoch: i64,
}

/// A customer's chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    pub id: i64,
    pub name: String,
    pub linked_at: Timestamp,
}

/// What a customer wants to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choices {
    pub deposits: bool,
    pub orders: bool,
    pub tickets: bool,
}

impl Choices {
    const ALL: Choices = Choices { deposits: true, orders: true, tickets: true };

    pub fn wants(self, topic: Topic) -> bool {
        match topic {
            Topic::Deposits => self.deposits,
            Topic::Orders => self.orders,
            Topic::Tickets => self.tickets,
        }
    }
}

pub fn of_user(tx: &ReadTx, bot: i64, user: UserId) -> Result<Option<Chat>, Fault> {
    let sql = "SELECT chat, name, linked_at FROM telegram_chats WHERE user_id = ?1 AND bot = ?2";
    tx.one(sql, (user, bot), |row| Ok(Chat { id: row.get(0)?, name: row.get(1)?, linked_at: row.get(2)? }))
}

pub fn owner(tx: &ReadTx, bot: i64, chat: i64) -> Result<Option<UserId>, Fault> {
    tx.one("SELECT user_id FROM telegram_chats WHERE bot = ?1 AND chat = ?2", (bot, chat), |row| row.get(0))
}

pub fn has_any(tx: &ReadTx, bot: i64) -> Result<bool, Fault> {
    tx.value("SELECT EXISTS (SELECT 1 FROM telegram_chats WHERE bot = ?1)", [bot], |row| row.get(0))
}

pub fn set(tx: &Tx, user: UserId, bot: i64, chat: i64, name: &str) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO telegram_chats (user_id, bot, chat, name, linked_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (user_id) DO UPDATE
             SET bot = excluded.bot, chat = excluded.chat, name = excluded.name, linked_at = excluded.linked_at",
        (user, bot, chat, name, tx.now()),
    )?;
    Ok(())
}

pub fn unlink(tx: &Tx, user: UserId) -> Result<(), Fault> {
    let sql =
        "UPDATE telegram_chats SET bot = NULL, chat = NULL, name = NULL, linked_at = NULL WHERE user_id = ?1";
    tx.execute(sql, [user])?;
    Ok(())
}

/// All of it, until something else is chosen.
pub fn choices(tx: &ReadTx, user: UserId) -> Result<Choices, Fault> {
    let sql = "SELECT deposits, orders, tickets FROM telegram_chats WHERE user_id = ?1";
    let chosen = tx.one(sql, [user], |row| {
        Ok(Choices { deposits: row.get(0)?, orders: row.get(1)?, tickets: row.get(2)? })
    })?;
    Ok(chosen.unwrap_or(Choices::ALL))
}

pub fn set_choices(tx: &Tx, user: UserId, choices: Choices) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO telegram_chats (user_id, deposits, orders, tickets) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (user_id) DO UPDATE
             SET deposits = excluded.deposits, orders = excluded.orders, tickets = excluded.tickets",
        (user, choices.deposits, choices.orders, choices.tickets),
    )?;
    Ok(())
}

pub fn insert_link(tx: &Tx, hash: &[u8; 32], link: &Link, expires_at: Timestamp) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO telegram_links (hash, user_id, purpose, epoch, made_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (hash, link.user, link.purpose, link.epoch, tx.now(), expires_at),
    )?;
    Ok(())
}

/// One that was not followed yet. One from the future tells of a clock that was set back.
pub fn find_link(tx: &ReadTx, hash: &[u8; 32]) -> Result<Option<Link>, Fault> {
    let sql = "SELECT user_id, purpose, epoch FROM telegram_links
         WHERE hash = ?1 AND chat IS NULL AND made_at <= ?2 AND expires_at > ?2";
    tx.one(sql, (hash, tx.now()), |row| {
        Ok(Link { user: row.get(0)?, purpose: row.get(1)?, epoch: row.get(2)? })
    })
}

/// Whether somebody may follow a link still.
pub fn serves_any(tx: &ReadTx) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM telegram_links WHERE expires_at > ?1 AND chat IS NULL)";
    tx.value(sql, [tx.now()], |row| row.get(0))
}

pub fn keep_newest_links(tx: &Tx, user: UserId, count: i64) -> Result<(), Fault> {
    tx.execute(
        "DELETE FROM telegram_links WHERE hash IN
             (SELECT hash FROM telegram_links WHERE user_id = ?1 ORDER BY made_at DESC LIMIT -1 OFFSET ?2)",
        (user, count),
    )?;
    Ok(())
}

pub fn delete_links(tx: &Tx, user: UserId) -> Result<(), Fault> {
    tx.execute("DELETE FROM telegram_links WHERE user_id = ?1 AND purpose = 'customer'", [user])?;
    Ok(())
}

/// What an admin's link has found; it serves no more.
pub fn set_found(tx: &Tx, hash: &[u8; 32], chat: i64, name: &str) -> Result<(), Fault> {
    tx.execute("UPDATE telegram_links SET chat = ?2, name = ?3 WHERE hash = ?1", (hash, chat, name))?;
    Ok(())
}

pub fn forget_found(tx: &Tx, admin: UserId) -> Result<(), Fault> {
    tx.execute("DELETE FROM telegram_links WHERE user_id = ?1 AND chat IS NOT NULL", [admin])?;
    Ok(())
}

pub fn found(tx: &ReadTx, admin: UserId) -> Result<Option<(i64, String)>, Fault> {
    let sql = "SELECT chat, name FROM telegram_links
         WHERE user_id = ?1 AND chat IS NOT NULL AND expires_at > ?2 ORDER BY made_at DESC LIMIT 1";
    tx.one(sql, (admin, tx.now()), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Deletes some links that serve no more; how many.
pub fn forget_old(tx: &Tx) -> Result<usize, Fault> {
    tx.execute(
        "DELETE FROM telegram_links WHERE hash IN
             (SELECT hash FROM telegram_links WHERE expires_at < ?1 ORDER BY expires_at LIMIT 500)",
        [tx.now()],
    )
}
