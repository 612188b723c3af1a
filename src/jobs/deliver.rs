//! Sends the operator's notices to Telegram, each at least once, oldest first and never faster than Telegram likes.
//!
//! A batch is claimed, sent without a transaction, and recorded. When the process ends in between, or an answer is
//! lost, it is sent again: a message that comes twice is better than none. What was sent but could not be recorded is
//! remembered and recorded first, so that a full disk does not repeat a message.
//!
//! Waiting is by a monotonic clock, which is handed in, so that tests have neither threads nor pauses.

use super::runtime::{Shutdown, backoff, tracked};
use crate::db::Tx;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::notify::telegram::{self, Mode, TelegramResponse};
use crate::notify::{self, Batch, Message, Outcome, Target};
use crate::outbound::Call;
use crate::state::App;
use std::time::{Duration, Instant};
use url::Url;

/// Between two looks at an empty outbox.
pub(super) const TICK: Duration = Duration::from_secs(1);
/// Of one call, in all.
const TIMEOUT: Duration = Duration::from_secs(15);
/// After the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Sends notices to the operator's chat.
pub struct TelegramSender {
    app: App,
    /// Whom the rest of what is known here is about.
    target: Option<Target>,
    /// The group's new id, once Telegram has named one.
    moved: Option<String>,
    rest: Option<Rest>,
    failures: u32,
    /// Already sent or given up, but not on disk.
    unrecorded: Option<(Vec<i64>, Outcome)>,
}

#[derive(Clone, Copy)]
struct Rest {
    until: Instant,
    /// Whether the operator may cut it short by asking for a test.
    ends_by_test: bool,
}

/// Sends the next message, if there is one.
pub fn tick(app: &App) {
    TelegramSender::new(app).step(Instant::now());
}

impl TelegramSender {
    pub fn new(app: &App) -> Self {
        TelegramSender {
            app: app.clone(),
            target: None,
            moved: None,
            rest: None,
            failures: 0,
            unrecorded: None,
        }
    }

    /// Until the shutdown.
    pub(super) fn run(mut self, shutdown: &Shutdown) {
        loop {
            let now = Instant::now();
            if !tracked(&self.app.clone(), "deliver", || self.try_step(now).map(drop)) {
                self.pause(now);
            }
            if shutdown.wait(TICK) {
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
        let Some(target) = self.app.db.read_now(|tx| notify::telegram(tx, &self.app.config))? else {
            return Ok(false);
        };
        if self.target.as_ref() != Some(&target) {
            (self.moved, self.rest, self.failures) = (None, None, 0);
            self.target = Some(target.clone());
        }
        if let Some(rest) = self.rest.filter(|rest| now < rest.until)
            && !(rest.ends_by_test && self.app.db.read_now(notify::is_tested)?)
        {
            return Ok(false);
        }
        if !self.app.db.read_now(notify::is_due)? {
            return Ok(false);
        }
        let panel = self.app.config.public_url.as_ref().and_then(|url| url.join("/admin").ok());
        let claim = move |tx: &Tx| notify::claim(tx, panel.as_ref().map(Url::as_str));
        let Some(batch) = self.app.db.write_blocking(claim)? else { return Ok(false) };
        let began = Instant::now();
        let said = self.send(&target, &batch.message);
        self.conclude(batch, said, &target, now + began.elapsed())?;
        Ok(true)
    }

    /// Says it; once more where the answer tells how to say it better.
    fn send(&mut self, target: &Target, message: &Message) -> TelegramResponse {
        let mut chat = self.moved.clone().unwrap_or_else(|| target.chat.clone());
        let mut said = call(target, &chat, &message.html, Mode::Html);
        if let TelegramResponse::Moved(new) = &said {
            tracing::warn!(chat.id = %new, "the group has a new id; set TELEGRAM_CHAT_ID to {new}");
            self.moved = Some(new.clone());
            chat.clone_from(new);
            said = call(target, &chat, &message.html, Mode::Html);
        }
        if let TelegramResponse::Unparsable(why) = &said {
            tracing::error!(%why, "a notice's markup was not taken; it goes out without");
            said = call(target, &chat, &message.plain, Mode::Plain);
        }
        said
    }

    fn conclude(
        &mut self,
        batch: Batch,
        said: TelegramResponse,
        target: &Target,
        now: Instant,
    ) -> Result<(), Fault> {
        let notices = batch.ids.len();
        let rest = |until| Some(Rest { until, ends_by_test: false });
        let outcome = match said {
            TelegramResponse::Sent => {
                self.failures = 0;
                self.rest = rest(now + target.gap());
                Outcome::Sent
            }
            TelegramResponse::Wait(time) => {
                tracing::warn!(seconds = time.as_secs(), "Telegram wants to be left alone");
                self.rest = rest(now + time);
                Outcome::Kept(Note::TelegramWaits { seconds: time.as_secs() })
            }
            TelegramResponse::Refused(why) | TelegramResponse::Unparsable(why) => {
                tracing::error!(%why, notices, "Telegram does not take a notice; it is given up");
                self.rest = rest(now + target.gap());
                Outcome::Dropped(why)
            }
            TelegramResponse::Moved(chat) => {
                tracing::error!(chat.id = %chat, "the group's new id leads on to another one");
                self.pause(now);
                Outcome::Kept(Note::TelegramMoved)
            }
            TelegramResponse::Denied(why) => {
                tracing::error!(%why, "Telegram does not let the bot speak; check its token and its chat");
                self.rest = Some(Rest { until: now + LONGEST_PAUSE, ends_by_test: true });
                Outcome::Kept(why)
            }
            TelegramResponse::Unclear(why) => {
                tracing::warn!(%why, notices, "a notice was not sent; it is tried again");
                self.pause(now);
                Outcome::Kept(why)
            }
        };
        self.unrecorded = Some((batch.ids, outcome));
        self.record_again()
    }

    fn record_again(&mut self) -> Result<(), Fault> {
        let Some((ids, outcome)) = self.unrecorded.clone() else { return Ok(()) };
        self.app.db.write_blocking(move |tx| notify::record(tx, &ids, &outcome))?;
        self.unrecorded = None;
        Ok(())
    }

    /// Longer with each failure in a row.
    fn pause(&mut self, now: Instant) {
        let pause = backoff(FIRST_PAUSE, LONGEST_PAUSE, self.failures);
        self.failures = self.failures.saturating_add(1);
        self.rest = Some(Rest { until: now + pause, ends_by_test: true });
    }
}

fn call(target: &Target, chat: &str, text: &str, mode: Mode) -> TelegramResponse {
    let body = telegram::message(chat, text, mode);
    let call = Call::post_json(target.url(), body).timeout(TIMEOUT).allow_private(target.allow_private);
    match call.send() {
        Ok(answer) => telegram::read(answer.status, &answer.body, &target.token),
        Err(failure) => TelegramResponse::Unclear(Note::TelegramNoAnswer { cause: failure.cause() }),
    }
}
