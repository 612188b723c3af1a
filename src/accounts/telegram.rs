//! Customers' chats with the operator's bot: whose a chat is, and what is told there.
//!
//! A link that the account's page shows leads to the bot with a token; whoever presses Start there shows it to the bot,
//! so the chat is of whoever has the account. The same way an admin finds the operator's chat. A token serves once, for
//! an hour, and is kept as a hash only.

use super::store::telegram::{self as chats, Link, Purpose};
use super::store::{self, Role};
use super::{AccountError, letters, token};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::language::Language;
use crate::mail::Letter;
use crate::notify::{self, Answer, Heard, News, Reader, Said, Topic, Update};

pub use super::store::telegram::{Chat, Choices};

/// How long a link serves.
const LINK_S: i64 = 60 * 60;
/// Links of a user that serve at once: of more the oldest give way.
const LINKS: i64 = 5;

/// How a customer stands with the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telegram {
    /// Whether a chat can be linked.
    pub is_ready: bool,
    /// The one that is told; `None`: none is.
    pub chat: Option<Chat>,
    pub choices: Choices,
}

pub fn telegram(tx: &ReadTx, user: UserId) -> Result<Telegram, Fault> {
    let bot = notify::bot_id(tx)?;
    let chat = bot.map(|bot| chats::of_user(tx, bot, user)).transpose()?.flatten();
    let is_ready = notify::bot_name(tx)?.is_some();
    Ok(Telegram { is_ready, chat, choices: chats::choices(tx, user)? })
}

/// What the customer wants to be told of, with a chat or before there is one.
pub fn choose_telegram(tx: &Tx, user: UserId, choices: Choices) -> Result<(), Fault> {
    chats::set_choices(tx, user, choices)
}

/// Where a link leads, and until when it serves.
pub struct TelegramLink {
    pub bot_name: String,
    pub token: String,
    pub expires_at: Timestamp,
}

/// A link for a customer's own chat. `None`: there is no bot, or it was not asked for its name yet.
pub fn new_telegram_link(tx: &Tx, user: UserId) -> Result<Option<TelegramLink>, AccountError> {
    link(tx, user, Purpose::Customer)
}

/// A link by which an admin finds the operator's chat; what one before has found is forgotten.
pub fn new_operator_link(tx: &Tx, user: UserId) -> Result<Option<TelegramLink>, AccountError> {
    chats::forget_found(tx, user)?;
    link(tx, user, Purpose::Operator)
}

fn link(tx: &Tx, user: UserId, purpose: Purpose) -> Result<Option<TelegramLink>, AccountError> {
    let Some(bot) = notify::bot_name(tx)? else { return Ok(None) };
    let epoch = store::credentials_by_id(tx, user)?.ok_or(AccountError::NoUser)?.epoch;
    // 64 letters, as many as Telegram passes on.
    let token = token::secret()?;
    let expires_at = tx.now().plus_seconds(LINK_S);
    chats::insert_link(tx, &token::sha256(&token), &Link { user, purpose, epoch }, expires_at)?;
    chats::keep_newest_links(tx, user, LINKS)?;
    Ok(Some(TelegramLink { bot_name: bot.name, token, expires_at }))
}

/// The chat that an admin's link has found.
pub fn found_chat(tx: &ReadTx, admin: UserId) -> Result<Option<(i64, String)>, Fault> {
    chats::found(tx, admin)
}

/// Tells this user no more, and says so in the chat. Without a chat nothing is different.
pub fn unlink_telegram(tx: &Tx, user: UserId) -> Result<(), Fault> {
    let Some(bot) = notify::bot_id(tx)? else { return forget_chat(tx, user) };
    let chat = chats::of_user(tx, bot, user)?;
    let language = store::language(tx, user)?;
    forget_chat(tx, user)?;
    match chat {
        Some(chat) => {
            notify::answer(tx, &Reader { chat: chat.id, user: None, language }, Answer::Unlinked, None)
        }
        None => Ok(()),
    }
}

/// The same without a word: of a banned user, or where the bot was blocked.
pub(super) fn forget_chat(tx: &Tx, user: UserId) -> Result<(), Fault> {
    chats::unlink(tx, user)?;
    chats::delete_links(tx, user)?;
    notify::drop_of(tx, user)
}

/// The bot cannot write to this chat any more.
pub fn lose_chat(tx: &Tx, chat: i64) -> Result<(), Fault> {
    let Some(bot) = notify::bot_id(tx)? else { return Ok(()) };
    match chats::owner(tx, bot, chat)? {
        Some(user) => forget_chat(tx, user),
        None => Ok(()),
    }
}

/// Whether anybody may have something to say to the bot that concerns the panel: a link serves, or a chat is linked.
pub fn listens_to_telegram(tx: &ReadTx) -> Result<bool, Fault> {
    match notify::bot_id(tx)? {
        Some(bot) => Ok(chats::serves_any(tx)? || chats::has_any(tx, bot)?),
        None => Ok(false),
    }
}

/// Tells a customer, if there is a chat and such news are wanted. `make` runs only then. A banned one is told nothing.
pub fn tell_chat(
    tx: &Tx,
    user: UserId,
    topic: Topic,
    make: impl FnOnce() -> Result<News, Fault>,
) -> Result<(), Fault> {
    notify::guarded(tx, || {
        let Some(bot) = notify::bot_id(tx)? else { return Ok(()) };
        let Some(chat) = chats::of_user(tx, bot, user)? else { return Ok(()) };
        if !chats::choices(tx, user)?.wants(topic) || store::is_banned(tx, user)? {
            return Ok(());
        }
        let to = Reader { chat: chat.id, user: Some(user), language: store::language(tx, user)? };
        notify::tell(tx, &to, &make()?)
    })
}

/// Does what somebody who wrote to the bot asks, once.
pub fn heard(tx: &Tx, bot: i64, update: &Update) -> Result<(), Fault> {
    if !notify::take_update(tx, bot, update.id)? {
        return Ok(());
    }
    let Some(heard) = &update.heard else { return Ok(()) };
    match &heard.said {
        Said::Start(Some(text)) => follow(tx, bot, heard, text),
        Said::Stop if heard.is_private() => stop(tx, bot, heard),
        Said::Start(None) | Said::Stop | Said::Other => reply(tx, bot, heard, Answer::NobodyReads),
    }
}

fn stop(tx: &Tx, bot: i64, heard: &Heard) -> Result<(), Fault> {
    match chats::owner(tx, bot, heard.chat)? {
        Some(user) => unlink_telegram(tx, user),
        None => reply(tx, bot, heard, Answer::NobodyReads),
    }
}

/// Groups are no customers' and hear nothing.
fn reply(tx: &Tx, bot: i64, heard: &Heard, said: Answer) -> Result<(), Fault> {
    if !heard.is_private() {
        return Ok(());
    }
    let owner = chats::owner(tx, bot, heard.chat)?;
    let known = owner.map(|user| store::language(tx, user)).transpose()?;
    let language = known.or(heard.language).unwrap_or(Language::Vietnamese);
    notify::answer(tx, &Reader { chat: heard.chat, user: None, language }, said, None)
}

/// The owner of a link that serves. Wrong, used and late ones are answered alike.
fn serving(tx: &ReadTx, text: &str) -> Result<Option<([u8; 32], Link)>, Fault> {
    let hash = token::sha256(text);
    let Some(link) = chats::find_link(tx, &hash)? else { return Ok(None) };
    let known = store::credentials_by_id(tx, link.user)?;
    let lives = known.is_some_and(|known| known.epoch == link.epoch && !known.banned);
    Ok(Some((hash, link)).filter(|_| lives))
}

fn follow(tx: &Tx, bot: i64, heard: &Heard, text: &str) -> Result<(), Fault> {
    let Some((hash, link)) = serving(tx, text)? else { return reply(tx, bot, heard, Answer::LinkOver) };
    let user = link.user;
    let language = store::language(tx, user)?;
    match link.purpose {
        Purpose::Operator => {
            if store::by_id(tx, user)?.is_none_or(|user| user.role != Role::Admin) {
                return reply(tx, bot, heard, Answer::LinkOver);
            }
            chats::set_found(tx, &hash, heard.chat, &heard.name)?;
            let here = Reader { chat: heard.chat, user: None, language };
            notify::answer(tx, &here, Answer::OperatorFound, None)
        }
        // Who is told in a group cannot be known.
        Purpose::Customer if !heard.is_private() => Ok(()),
        Purpose::Customer => match chats::owner(tx, bot, heard.chat)? {
            Some(other) if other != user => reply(tx, bot, heard, Answer::ChatTaken),
            Some(_) | None => take_over(tx, bot, heard, user, language),
        },
    }
}

/// The chat is the user's; one before it is told that it is no more.
fn take_over(tx: &Tx, bot: i64, heard: &Heard, user: UserId, language: Language) -> Result<(), Fault> {
    let before = chats::of_user(tx, bot, user)?.filter(|before| before.id != heard.chat);
    forget_chat(tx, user)?;
    if let Some(before) = before {
        notify::answer(tx, &Reader { chat: before.id, user: None, language }, Answer::Moved, None)?;
    }
    chats::set(tx, user, bot, heard.chat, &heard.name)?;
    letters::tell(tx, user, &Letter::TelegramLinked)?;
    let username = store::by_id(tx, user)?.map(|user| user.username);
    notify::answer(tx, &Reader { chat: heard.chat, user: Some(user), language }, Answer::Linked, username)
}
