//! Reads what people write to the operator's bot, while somebody may have something to say to it: the token of a link,
//! or that a chat is to be told no more. One question waits at Telegram until there is an answer, on a thread of its
//! own. Each message is taken up once, in the transaction that writes its number.
//!
//! A bot has one reader. If there is another one, the panel asks ever more seldom and says so.

use crate::accounts;
use crate::jobs::runtime::{JobError, JobResult};
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::notify::heard::{self, Deaf};
use crate::notify::telegram::TelegramResponse;
use crate::notify::{self, Bot, Update};
use crate::outbound::{Answer, Call};
use crate::state::App;
use std::time::Duration;

pub const NAME: &str = "telegram";

/// So long Telegram waits for a message.
const WAIT_S: u64 = 25;
/// Of a call beyond that.
const TIMEOUT: Duration = Duration::from_secs(15);
/// A portion of the longest messages has less.
const MAX_BODY: u64 = 8 * 1024 * 1024;

pub fn tick(app: &App) -> JobResult {
    run(app, WAIT_S)
}

/// The same with another time to wait for a message.
pub fn run(app: &App, wait_s: u64) -> JobResult {
    let Some(bot) = app.db.read_now(|tx| notify::bot(tx, &app.config))? else { return Ok(None) };
    let Some(id) = bot.id() else { return Ok(None) };
    let done = listen(app, &bot, id, wait_s);
    let trouble = done.as_ref().err().map(|error| error.note.clone());
    if app.db.read_now(notify::reading_trouble)? != trouble {
        app.db.write_blocking(move |tx| notify::set_reading(tx, id, trouble.as_ref()))?;
    }
    done
}

fn listen(app: &App, bot: &Bot, id: i64, wait_s: u64) -> JobResult {
    if app.db.read_now(notify::is_name_wanted)? {
        let name = ask(bot, "getMe", Vec::new(), TIMEOUT)
            .and_then(|answer| heard::name(answer.status, &answer.body, &bot.token).map_err(deaf))?;
        app.db.write_blocking(move |tx| notify::set_bot_name(tx, id, &name))?;
    }
    let (is_listening, next) = app
        .db
        .read_now(|tx| Ok::<_, Fault>((accounts::listens_to_telegram(tx)?, notify::next_update(tx)?)))?;
    if !is_listening {
        return Ok(None);
    }
    let timeout = TIMEOUT + Duration::from_secs(wait_s);
    let answer = ask(bot, "getUpdates", heard::question(next, wait_s), timeout)?;
    let updates = heard::updates(answer.status, &answer.body, &bot.token).map_err(deaf)?;
    let count = updates.len();
    for update in updates {
        take_up(app, id, update)?;
    }
    Ok(Some(if count > 0 { format!("{count} messages read") } else { String::new() }))
}

fn take_up(app: &App, bot: i64, update: Update) -> Result<(), Fault> {
    app.db.write_blocking(move |tx| accounts::heard(tx, bot, &update))
}

fn ask(bot: &Bot, method: &str, body: Vec<u8>, timeout: Duration) -> Result<Answer, JobError> {
    let body = if body.is_empty() { b"{}".to_vec() } else { body };
    let call = Call::post_json(bot.url(method), body).timeout(timeout).max_body(MAX_BODY);
    call.allow_private(bot.allow_private)
        .send()
        .map_err(|failure| JobError::new(Note::TelegramNoAnswer { cause: failure.cause() }))
}

fn deaf(why: Deaf) -> JobError {
    match why {
        Deaf::OtherReader(note) => JobError::new(note),
        Deaf::Said(TelegramResponse::Wait(time)) => {
            let note = Note::TelegramWaits { seconds: time.as_secs() };
            JobError { wait: Some(time), ..JobError::new(note) }
        }
        // None of these is an answer to a question.
        Deaf::Said(TelegramResponse::Sent | TelegramResponse::Moved(_)) => {
            JobError::new(Note::TelegramUnreadable { status: 200 })
        }
        Deaf::Said(
            TelegramResponse::Unparsable(note)
            | TelegramResponse::Refused(note)
            | TelegramResponse::NoChat(note)
            | TelegramResponse::Closed(note)
            | TelegramResponse::Denied(note)
            | TelegramResponse::Unclear(note),
        ) => JobError::new(note),
    }
}
