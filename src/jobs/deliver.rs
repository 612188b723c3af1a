//! Sends notices to Telegram, each at least once, oldest first and never faster than Telegram likes: the operator's,
//! and between them those of customers, each chat's together.
//!
//! A batch is claimed, sent without a transaction, and recorded. When the process ends in between, or an answer is
//! lost, it is sent again: a message that comes twice is better than none. What was sent but could not be recorded is
//! remembered and recorded first, so that a full disk does not repeat a message.
//!
//! What concerns the bot (its key, Telegram's wish to be left alone, an outage) stops all of it, what concerns one chat
//! that chat only. A customer's chat that is closed to the bot is forgotten.
//!
//! Waiting is by a monotonic clock, which is handed in, so that tests have neither threads nor pauses.

use super::runtime::{Shutdown, backoff, tracked};
use crate::accounts;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::notify::telegram::{self, Mode, TelegramResponse};
use crate::notify::{self, Batch, Bot, ChatBatch, Message, Outcome, Target};
use crate::outbound::Call;
use crate::state::App;
use std::time::{Duration, Instant};
use url::Url;

/// Between two looks at an empty outbox.
pub(super) const TICK: Duration = Duration::from_secs(1);
/// Between two messages to different chats: Telegram takes about 30 a second.
const GAP: Duration = Duration::from_millis(50);
/// Of one call, in all.
const TIMEOUT: Duration = Duration::from_secs(15);
/// After the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Sends notices to the operator's chat and to customers'.
pub struct TelegramSender {
    app: App,
    /// Who speaks, and to which chat of the operator's: the rest of what is known here is about them.
    speaks: Option<(Bot, Option<Target>)>,
    /// The group's new id, once Telegram has named one.
    moved: Option<String>,
    /// Until when nobody is written to.
    pause: Option<Rest>,
    /// Until when the operator's chat is left alone.
    rest: Option<Rest>,
    failures: u32,
    unrecorded: Option<Told>,
}

#[derive(Clone, Copy)]
struct Rest {
    until: Instant,
    /// Whether the operator may cut it short by asking for a test.
    ends_by_test: bool,
}

/// Already sent or given up, but not on disk.
#[derive(Clone)]
struct Told {
    ids: Vec<i64>,
    outcome: Outcome,
    whom: Whom,
}

#[derive(Clone, Copy)]
enum Whom {
    Operator,
    Customer,
    /// A customer in this chat, which is closed to the bot now.
    Nobody(i64),
}

/// What an answer says of the bot, whomever it wrote to.
enum Verdict {
    Sent,
    /// All wait as long as Telegram says.
    Pause(Note),
    /// Of this message or this chat alone.
    Here(TelegramResponse),
    /// All wait until the operator has seen to the bot.
    Denied(Note),
    /// All wait, ever longer.
    Unclear(Note),
}

/// Sends the next message, if there is one.
pub fn tick(app: &App) {
    TelegramSender::new(app).step(Instant::now());
}

impl TelegramSender {
    pub fn new(app: &App) -> Self {
        TelegramSender {
            app: app.clone(),
            speaks: None,
            moved: None,
            pause: None,
            rest: None,
            failures: 0,
            unrecorded: None,
        }
    }

    /// Until the shutdown.
    pub(super) fn run(mut self, shutdown: &Shutdown) {
        let app = self.app.clone();
        loop {
            let now = Instant::now();
            let mut has_called = false;
            let round = || self.try_step(now).map(|called| has_called = called);
            if !tracked(&app, "deliver", round) {
                self.pause(now);
            }
            if shutdown.wait(if has_called { GAP } else { TICK }) {
                return;
            }
        }
    }

    /// Sends the next message if one waits and the time has come, which is `now`; whether a call was made.
    pub fn step(&mut self, now: Instant) -> bool {
        self.try_step(now).unwrap_or_else(|fault| {
            tracing::error!(cause = %fault, "no notice could be sent");
            false
        })
    }

    fn try_step(&mut self, now: Instant) -> Result<bool, Fault> {
        self.record_again()?;
        let read = |tx: &ReadTx| {
            let target = notify::telegram(tx, &self.app.config)?;
            Ok::<_, Fault>(notify::bot(tx, &self.app.config)?.map(|bot| (bot, target)))
        };
        let Some(speaks) = self.app.db.read_now(read)? else { return Ok(false) };
        if self.speaks.as_ref() != Some(&speaks) {
            (self.moved, self.pause, self.rest, self.failures) = (None, None, None, 0);
            self.speaks = Some(speaks.clone());
        }
        let (bot, target) = speaks;
        if self.is_still(self.pause, now)? {
            return Ok(false);
        }
        if let Some(target) = target
            && !self.is_still(self.rest, now)?
            && self.serve_operator(&target, now)?
        {
            return Ok(true);
        }
        self.serve_customer(&bot, now)
    }

    fn is_still(&self, rest: Option<Rest>, now: Instant) -> Result<bool, Fault> {
        let Some(rest) = rest.filter(|rest| now < rest.until) else { return Ok(false) };
        Ok(!(rest.ends_by_test && self.app.db.read_now(notify::is_tested)?))
    }

    fn serve_operator(&mut self, target: &Target, now: Instant) -> Result<bool, Fault> {
        if !self.app.db.read_now(notify::is_due)? {
            return Ok(false);
        }
        let panel = self.place().and_then(|url| url.join("/admin").ok());
        let claim = move |tx: &Tx| notify::claim(tx, panel.as_ref().map(Url::as_str));
        let Some(batch) = self.app.db.write_blocking(claim)? else { return Ok(false) };
        let began = Instant::now();
        let said = self.send(target, &batch.message);
        let now = now + began.elapsed();
        let Batch { ids, .. } = batch;
        let notices = ids.len();
        let rest = |until| Some(Rest { until, ends_by_test: false });
        let outcome = match self.judge(said, now) {
            Verdict::Sent => {
                self.rest = rest(now + target.gap());
                Outcome::Sent
            }
            Verdict::Pause(why) | Verdict::Denied(why) | Verdict::Unclear(why) => Outcome::Kept(why),
            Verdict::Here(TelegramResponse::Moved(chat)) => {
                tracing::error!(chat.id = %chat, "the group's new id leads on to another one");
                self.pause(now);
                Outcome::Kept(Note::TelegramMoved)
            }
            Verdict::Here(TelegramResponse::Closed(why)) => {
                tracing::error!(%why, "Telegram does not let the bot speak in the operator's chat");
                self.rest = Some(Rest { until: now + LONGEST_PAUSE, ends_by_test: true });
                Outcome::Kept(why)
            }
            Verdict::Here(other) => {
                let why = note_of(other);
                tracing::error!(%why, notices, "Telegram does not take a notice; it is given up");
                self.rest = rest(now + target.gap());
                Outcome::Dropped(why)
            }
        };
        self.record(Told { ids, outcome, whom: Whom::Operator })?;
        Ok(true)
    }

    fn serve_customer(&mut self, bot: &Bot, now: Instant) -> Result<bool, Fault> {
        if !self.app.db.read_now(notify::is_chat_due)? {
            return Ok(false);
        }
        let place = self.place().map(|url| url.origin().ascii_serialization());
        let claim = move |tx: &Tx| notify::claim_chat(tx, place);
        let Some(ChatBatch { chat, ids, message }) = self.app.db.write_blocking(claim)? else {
            return Ok(false);
        };
        let began = Instant::now();
        let said = say(bot, &chat.to_string(), &message);
        let (outcome, whom) = match self.judge(said, now + began.elapsed()) {
            Verdict::Sent => (Outcome::Sent, Whom::Customer),
            Verdict::Pause(why) | Verdict::Denied(why) | Verdict::Unclear(why) => {
                (Outcome::Kept(why), Whom::Customer)
            }
            Verdict::Here(TelegramResponse::Closed(why) | TelegramResponse::NoChat(why)) => {
                tracing::info!(%why, "a customer's chat is closed to the bot; it is told no more");
                (Outcome::Dropped(why), Whom::Nobody(chat))
            }
            Verdict::Here(other) => {
                let why = note_of(other);
                tracing::error!(%why, "Telegram does not take a customer's news; they are given up");
                (Outcome::Dropped(why), Whom::Customer)
            }
        };
        self.record(Told { ids, outcome, whom })?;
        Ok(true)
    }

    fn place(&self) -> Option<Url> {
        self.app.config.public_url.clone()
    }

    /// Says it; once more where the answer tells how to say it better.
    fn send(&mut self, target: &Target, message: &Message) -> TelegramResponse {
        let chat = self.moved.clone().unwrap_or_else(|| target.chat.clone());
        let said = say(&target.bot, &chat, message);
        let TelegramResponse::Moved(new) = said else { return said };
        tracing::warn!(chat.id = %new, "the group has a new id; set TELEGRAM_CHAT_ID to {new}");
        self.moved = Some(new.clone());
        say(&target.bot, &new, message)
    }

    /// What an answer means for all that waits.
    fn judge(&mut self, said: TelegramResponse, now: Instant) -> Verdict {
        match said {
            TelegramResponse::Sent => {
                // A test that arrived ends what it cut short.
                (self.failures, self.pause) = (0, None);
                Verdict::Sent
            }
            TelegramResponse::Wait(time) => {
                tracing::warn!(seconds = time.as_secs(), "Telegram wants to be left alone");
                self.pause = Some(Rest { until: now + time, ends_by_test: false });
                Verdict::Pause(Note::TelegramWaits { seconds: time.as_secs() })
            }
            TelegramResponse::Denied(why) => {
                tracing::error!(%why, "Telegram does not let the bot speak; check its token");
                self.pause = Some(Rest { until: now + LONGEST_PAUSE, ends_by_test: true });
                Verdict::Denied(why)
            }
            TelegramResponse::Unclear(why) => {
                tracing::warn!(%why, "a notice was not sent; it is tried again");
                self.pause(now);
                Verdict::Unclear(why)
            }
            here @ (TelegramResponse::Unparsable(_)
            | TelegramResponse::Moved(_)
            | TelegramResponse::Refused(_)
            | TelegramResponse::NoChat(_)
            | TelegramResponse::Closed(_)) => Verdict::Here(here),
        }
    }

    fn record(&mut self, told: Told) -> Result<(), Fault> {
        self.unrecorded = Some(told);
        self.record_again()
    }

    fn record_again(&mut self) -> Result<(), Fault> {
        let Some(Told { ids, outcome, whom }) = self.unrecorded.clone() else { return Ok(()) };
        self.app.db.write_blocking(move |tx| match whom {
            Whom::Operator => notify::record(tx, &ids, &outcome),
            Whom::Customer => notify::record_chat(tx, &ids, &outcome),
            Whom::Nobody(chat) => {
                notify::record_chat(tx, &ids, &outcome)?;
                accounts::lose_chat(tx, chat)
            }
        })?;
        self.unrecorded = None;
        Ok(())
    }

    /// Longer with each failure in a row.
    fn pause(&mut self, now: Instant) {
        let pause = backoff(FIRST_PAUSE, LONGEST_PAUSE, self.failures);
        self.failures = self.failures.saturating_add(1);
        self.pause = Some(Rest { until: now + pause, ends_by_test: true });
    }
}

/// Why a message or its chat was not taken.
fn note_of(said: TelegramResponse) -> Note {
    match said {
        TelegramResponse::Unparsable(why)
        | TelegramResponse::Refused(why)
        | TelegramResponse::NoChat(why)
        | TelegramResponse::Closed(why)
        | TelegramResponse::Denied(why)
        | TelegramResponse::Unclear(why) => why,
        TelegramResponse::Wait(time) => Note::TelegramWaits { seconds: time.as_secs() },
        TelegramResponse::Sent | TelegramResponse::Moved(_) => Note::TelegramMoved,
    }
}

/// With its markup; without, where that is not taken.
fn say(bot: &Bot, chat: &str, message: &Message) -> TelegramResponse {
    let said = call(bot, chat, &message.html, Mode::Html);
    let TelegramResponse::Unparsable(why) = &said else { return said };
    tracing::error!(%why, "a notice's markup was not taken; it goes out without");
    call(bot, chat, &message.plain, Mode::Plain)
}

fn call(bot: &Bot, chat: &str, text: &str, mode: Mode) -> TelegramResponse {
    let body = telegram::message(chat, text, mode);
    let call =
        Call::post_json(bot.url("sendMessage"), body).timeout(TIMEOUT).allow_private(bot.allow_private);
    match call.send() {
        Ok(answer) => telegram::read(answer.status, &answer.body, &bot.token),
        Err(failure) => TelegramResponse::Unclear(Note::TelegramNoAnswer { cause: failure.cause() }),
    }
}
