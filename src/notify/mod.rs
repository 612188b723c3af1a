//! What the operator and customers are told by Telegram, and what of it still has to go out.
//!
//! A notice is written in the transaction of its cause, so it is told if and only if that happened; `jobs` sends it
//! later, at least once. A cause never fails for its notice's sake. While no Telegram is set up nothing is written.
//!
//! What lives here: the outbox, the operator's part of it here and the customers' in `chats`, how a notice reads
//! (`render` and `news`, made of `message`), what a note says (`words`), Telegram's language (`telegram`, `heard`), how
//! far the bot's messages are read (`bot`). What does not: the call, and whose a chat is.

mod bot;
mod chats;
pub mod heard;
mod message;
mod news;
mod notice;
mod render;
mod store;
pub mod telegram;
mod trouble;
mod words;

pub use bot::{
    Named, bot_id, bot_name, is_name_wanted, next_update, reading_trouble, set_bot_name, set_reading,
    take_update,
};
pub use chats::{ChatBatch, Reader, answer, claim_chat, drop_chats, drop_of, is_chat_due, record_chat, tell};
pub use heard::{Heard, Said, Update};
pub use message::Message;
pub use news::{ANSWER, Answer, End, News, Shop, Topic};
pub use notice::{Asked, Figure, Notice, Summary};
pub use store::{is_posted, is_tested, status};
pub use telegram::{Bot, Target};
pub use trouble::{Subject, audited, is_troubled, job_ended, no_more, over, trouble};
pub use words::{InWords, check_name, dong, grouped, grouped_by, in_words, moment, rule_in_vietnamese};

use crate::config::{self, Config};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::kernel::notice::NoticeKind;
use crate::settings;

/// So many notices of one kind are told one by one; more become one message.
const ONE_BY_ONE: usize = 5;
/// Notices that one message can stand for.
const BATCH: i64 = 500;
/// What is older is forgotten, sent or not.
const KEPT_DAYS: i64 = 7;

/// The number of a notice in the outbox.
pub(crate) type NoticeId = i64;

/// The bot that speaks. `None`: there is none.
pub fn bot(tx: &ReadTx, config: &Config) -> Result<Option<Bot>, Fault> {
    let Some(token) = settings::telegram(tx, config)?.bot_token else { return Ok(None) };
    let api_url = config.telegram_api_url.clone();
    Ok(Some(Bot { token, allow_private: api_url != config::TELEGRAM, api_url }))
}

/// Where the operator's notices go: bot and chat as set up. `None`: nowhere.
pub fn telegram(tx: &ReadTx, config: &Config) -> Result<Option<Target>, Fault> {
    let chat = settings::telegram(tx, config)?.chat_id;
    Ok(bot(tx, config)?.zip(chat).map(|(bot, chat)| Target { bot, chat }))
}

/// Who speaks, and to whom.
#[derive(PartialEq)]
pub struct Channel {
    bot: Option<Bot>,
    operator: Option<Target>,
}

/// As it is set up now.
pub fn channel(tx: &ReadTx, config: &Config) -> Result<Channel, Fault> {
    Ok(Channel { bot: bot(tx, config)?, operator: telegram(tx, config)? })
}

/// Says by which bot the panel speaks and whether the operator is there to be told, at start and whenever that was
/// changed. What waits for nobody is dropped, and an earlier trouble with Telegram counts no more.
pub fn connect(tx: &Tx, channel: &Channel) -> Result<(), Fault> {
    bot::set(tx, channel.bot.as_ref().and_then(Bot::id))?;
    let is_open = channel.operator.is_some();
    store::set_channel(tx, is_open)?;
    if !is_open {
        store::drop_pending(tx)?;
    }
    Ok(())
}

/// `connect` where the operator may have changed it; `before` is what was set up until now.
pub fn reconnect(tx: &Tx, config: &Config, before: &Channel) -> Result<(), Fault> {
    let now = channel(tx, config)?;
    if now == *before { Ok(()) } else { connect(tx, &now) }
}

/// Whether notices of this kind are wanted now. `false` also when that cannot be read.
pub fn wants(tx: &ReadTx, kind: NoticeKind) -> bool {
    let wanted = settings::notice_enabled(tx, kind).and_then(|enabled| Ok(enabled && store::is_open(tx)?));
    wanted.unwrap_or_else(|fault| {
        tracing::error!(cause = %fault, kind = kind.into_str(), "whether to tell of it could not be read");
        false
    })
}

/// Tells of something that has just happened, if such notices are wanted.
///
/// Errors: only when the transaction itself is lost; whatever else goes wrong is logged, and the cause goes on.
pub fn post(tx: &Tx, notice: &Notice) -> Result<(), Fault> {
    guarded(tx, || write(tx, None, notice, 0).map(drop))
}

/// The same, where making the notice takes reading: `make` runs only if it is wanted.
pub fn post_with(
    tx: &Tx,
    kind: NoticeKind,
    make: impl FnOnce() -> Result<Notice, Fault>,
) -> Result<(), Fault> {
    if !wants(tx, kind) {
        return Ok(());
    }
    guarded(tx, || write(tx, None, &make()?, 0).map(drop))
}

/// Tells it once, ever: a second notice under the key is not written.
pub fn post_once(tx: &Tx, key: &str, notice: &Notice) -> Result<(), Fault> {
    guarded(tx, || write(tx, Some(key), notice, 0).map(drop))
}

/// Asks for a message that shows whether notices arrive; `false`: there is nobody to send it to.
pub fn test(tx: &Tx) -> Result<bool, Fault> {
    Ok(write(tx, None, &Notice::Test, 0)?.is_some())
}

fn write(tx: &Tx, key: Option<&str>, notice: &Notice, hold_seconds: i64) -> Result<Option<NoticeId>, Fault> {
    if let Some(kind) = notice.kind()
        && !settings::notice_enabled(tx, kind)?
    {
        return Ok(None);
    }
    let kind = notice.kind().map_or("test", <&str>::from);
    let fields = serde_json::to_string(notice)
        .map_err(|cause| Fault::Internal(format!("a notice could not be written: {cause}")))?;
    store::insert(tx, kind, key, &fields, tx.now().plus_seconds(hold_seconds))
}

/// A lost notice is a nuisance, a lost deposit is not: faults stop here while the transaction stands.
pub fn guarded(tx: &Tx, work: impl FnOnce() -> Result<(), Fault>) -> Result<(), Fault> {
    match work() {
        Err(fault) if tx.is_open() => {
            tracing::error!(cause = %fault, "a notice was lost");
            Ok(())
        }
        done => done,
    }
}

/// Whether there is something to send to the operator now.
pub fn is_due(tx: &ReadTx) -> Result<bool, Fault> {
    Ok(store::next_kind(tx)?.is_some())
}

/// Notices that make one message.
pub struct Batch {
    pub ids: Vec<NoticeId>,
    pub message: Message,
}

/// Takes what is to be sent next: one notice, or all of a kind when they are many. The attempt is counted. What
/// cannot be read is dropped. `panel` is the address of the page to go to.
pub fn claim(tx: &Tx, panel: Option<&str>) -> Result<Option<Batch>, Fault> {
    while let Some(kind) = store::next_kind(tx)? {
        let mut due = store::due(tx, &kind, BATCH)?;
        if due.len() <= ONE_BY_ONE {
            due.truncate(1);
        }
        let (mut ids, mut notices) = (Vec::new(), Vec::new());
        for waiting in due {
            match serde_json::from_str::<Notice>(&waiting.fields) {
                Ok(notice) => {
                    store::count_attempt(tx, waiting.id)?;
                    ids.push(waiting.id);
                    notices.push(notice);
                }
                Err(cause) => {
                    tracing::error!(notice.id = waiting.id, kind = %waiting.kind, %cause, "an unreadable notice");
                    store::set_state(tx, waiting.id, "dropped")?;
                }
            }
        }
        if !notices.is_empty() {
            // Of many the newest are shown: they say how it stands.
            let older = notices.len().saturating_sub(ONE_BY_ONE);
            let message = render::message(notices.get(older..).unwrap_or_default(), older, panel);
            return Ok(Some(Batch { ids, message }));
        }
    }
    Ok(None)
}

/// What became of a batch. The notes must hold no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    /// It will never be taken.
    Dropped(Note),
    /// It waits for another attempt.
    Kept(Note),
}

pub fn record(tx: &Tx, ids: &[NoticeId], outcome: &Outcome) -> Result<(), Fault> {
    let (state, trouble) = match outcome {
        Outcome::Sent => (Some("sent"), None),
        Outcome::Dropped(why) => (Some("dropped"), Some(why)),
        Outcome::Kept(why) => (None, Some(why)),
    };
    if let Some(state) = state {
        ids.iter().try_for_each(|id| store::set_state(tx, *id, state))?;
    }
    trouble.map_or_else(|| store::set_well(tx), |why| store::set_trouble(tx, why))
}

/// How telling stands, for the operator's eyes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Whether there is somebody to tell.
    pub is_open: bool,
    /// Why the last attempt brought nothing; `None` while all is well.
    pub trouble: Option<Note>,
    /// Since when none has arrived of those that were tried.
    pub failing_since: Option<Timestamp>,
    pub pending: i64,
    pub last_sent_at: Option<Timestamp>,
}

/// Deletes some of what was sent or dropped a week ago, and gives up what could not be delivered for so long. How many
/// rows; more may be left unless it is none.
pub fn forget_old(tx: &Tx) -> Result<usize, Fault> {
    let before = tx.now().plus_seconds(-KEPT_DAYS * 24 * 60 * 60);
    let undelivered = store::delete_undelivered(tx, before)?;
    if undelivered > 0 {
        tracing::error!(undelivered, "notices that could not be delivered for a week were given up");
    }
    Ok(store::delete_done(tx, before)?.saturating_add(undelivered))
}
