//! Customers' part of the outbox: what waits for a chat goes out as one message once the first of it is due.

use super::news::{self, ANSWER, Answer, News, Shop};
use super::store::{self, WaitingNews};
use super::{Message, NoticeId, Outcome};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::language::Language;
use crate::settings::{self, table};

/// News that one message can stand for.
const BATCH: i64 = 500;
/// So often a minute a chat is told what anybody may hear, and so many of these answers wait at once.
const ANSWERS_A_MINUTE: i64 = 3;
const MOST_ANSWERS: i64 = 200;

/// Who reads a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    pub chat: i64,
    /// `None`: whoever wrote from there.
    pub user: Option<UserId>,
    pub language: Language,
}

/// Tells a customer of something that has just happened.
///
/// Errors: only when the transaction itself is lost; whatever else goes wrong is logged, and the cause goes on.
pub fn tell(tx: &Tx, to: &Reader, news: &News) -> Result<(), Fault> {
    super::guarded(tx, || {
        let fields = serde_json::to_string(news)
            .map_err(|cause| Fault::Internal(format!("news could not be written: {cause}")))?;
        let kind = news.topic().map_or(ANSWER, |topic| topic.into_str());
        store::insert_news(tx, to, kind, &fields, tx.now().plus_seconds(news.hold_seconds()))
    })
}

/// Answers somebody who wrote to the bot; strangers only now and then.
pub fn answer(tx: &Tx, to: &Reader, said: Answer, username: Option<String>) -> Result<(), Fault> {
    let is_for_anybody = match said {
        Answer::LinkOver | Answer::ChatTaken | Answer::NobodyReads => true,
        Answer::Linked | Answer::Unlinked | Answer::Moved | Answer::OperatorFound => false,
    };
    if is_for_anybody {
        let lately = store::answered_since(tx, to.chat, tx.now().plus_seconds(-60))?;
        if lately >= ANSWERS_A_MINUTE || store::waiting_answers(tx)? >= MOST_ANSWERS {
            return Ok(());
        }
    }
    tell(tx, to, &News::Answer { said, username })
}

/// Whether there is something to send to a customer now.
pub fn is_chat_due(tx: &ReadTx) -> Result<bool, Fault> {
    Ok(store::next_chat(tx)?.is_some())
}

/// What makes one message to one chat.
pub struct ChatBatch {
    pub chat: i64,
    pub ids: Vec<NoticeId>,
    pub message: Message,
}

/// Takes all that waits for the chat whose turn it is. The attempt is counted. What cannot be read is dropped. `place`
/// is the panel's address.
pub fn claim_chat(tx: &Tx, place: Option<String>) -> Result<Option<ChatBatch>, Fault> {
    let shop = Shop { site: settings::text(tx, &table::SITE_NAME)?, place };
    while let Some(chat) = store::next_chat(tx)? {
        let (mut ids, mut all, mut language) = (Vec::new(), Vec::new(), Language::Vietnamese);
        for WaitingNews { id, fields, language: spoken } in store::news_of(tx, chat, BATCH)? {
            match serde_json::from_str::<News>(&fields) {
                Ok(one) => {
                    store::count_attempt(tx, id)?;
                    language = spoken;
                    ids.push(id);
                    all.push(one);
                }
                Err(cause) => {
                    tracing::error!(notice.id = id, %cause, "unreadable news for a customer");
                    store::set_state(tx, id, "dropped")?;
                }
            }
        }
        if !all.is_empty() {
            return Ok(Some(ChatBatch { chat, ids, message: news::message(&shop, language, &all) }));
        }
    }
    Ok(None)
}

/// What became of it. It says nothing of the operator's chat, so that is left as it stands.
pub fn record_chat(tx: &Tx, ids: &[NoticeId], outcome: &Outcome) -> Result<(), Fault> {
    let state = match outcome {
        Outcome::Sent => "sent",
        Outcome::Dropped(_) => "dropped",
        Outcome::Kept(_) => return Ok(()),
    };
    ids.iter().try_for_each(|id| store::set_state(tx, *id, state))
}

/// Takes back what a customer was to be told.
pub fn drop_of(tx: &Tx, user: UserId) -> Result<(), Fault> {
    store::drop_news(tx, Some(user))
}

/// Takes back what all of them were to be told: after a restore it is old, and may have been told.
pub fn drop_chats(tx: &Tx) -> Result<(), Fault> {
    store::drop_news(tx, None)
}
