//! Letters to users by e-mail, and what of them still has to go out.
//!
//! A letter is written in the transaction of its cause, so it is sent if and only if that happened; a job sends it
//! later, at least once: one that comes twice is better than none, and bears the same `Message-ID`. Each is tried a
//! few times and then given up, which the doctor tells. While no mail server is set up nothing is written.
//!
//! A link's token is made when its letter is sent and stands in no table; of what was sent or given up only to whom,
//! when and of which kind is kept, for a week. No letter holds what somebody typed: no name, no note, no `User-Agent`.
//! The one exception is how the support's answer to a ticket begins.
//!
//! What lives here: the outbox, the bounds on what one mailbox is sent, how a letter reads. What does not: the
//! conversation with the server (`outbound::smtp`), whose address it is and what a link opens (`accounts`).

mod agent;
mod compose;
mod counts;
mod letter;
mod store;
mod words;

pub use agent::known_agent;
pub use compose::{Composed, Frame, compose};
pub use counts::{Counted, Counts};
pub use letter::{Letter, LetterKind};
pub use store::{drop_waiting, is_due, is_open, note_asked, status};

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::language::Language;
use crate::kernel::note::Note;
use store::Waiting;

const HOUR_S: i64 = 60 * 60;
const DAY_S: i64 = 24 * HOUR_S;
/// Links to another password that a mailbox is sent in a day, whoever asks; beyond them it is one an hour. That is how
/// long one serves, so strangers who ask for it keep no owner out: the last of them opens the account still.
const RESETS_A_DAY: i64 = 3;
/// Links that confirm a mailbox in an hour, and in a day: to one mailbox, for whoever asks need not own it, and asked
/// for by one account, for one mailbox has many addresses.
const CONFIRMATIONS_AN_HOUR: i64 = 3;
const CONFIRMATIONS_A_DAY: i64 = 10;
/// Notices of a kind that one mailbox is sent in a day: nobody has proven that it is the user's.
const NOTICES_A_DAY: i64 = 10;
/// How long a notice is news. A link is of use for an hour.
const NEWS_S: i64 = 3 * DAY_S;
const LINK_S: i64 = HOUR_S;
/// Seconds until the next try, by how many have failed; after the last of them the letter is given up.
const PAUSES: [i64; 7] = [60, 5 * 60, 15 * 60, HOUR_S, 3 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S];
/// How long it is known to whom something was sent.
const KEPT_DAYS: i64 = 7;
/// Of accounts that came along from another panel without an address.
const NO_DOMAIN: &str = ".invalid";

/// The number of a letter in the outbox.
pub type LetterId = i64;

/// Who is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub user: UserId,
    pub address: String,
    pub language: Language,
}

/// What became of a letter that was to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    Written,
    /// The mailbox was sent enough for now.
    Enough,
    /// Nobody sends letters here, or there is no such mailbox.
    Nowhere,
}

/// Says whether letters are sent, at start. What waits for nobody is dropped, and an earlier trouble counts no more.
pub fn connect(tx: &Tx, is_open: bool) -> Result<(), Fault> {
    store::set_channel(tx, is_open)?;
    if is_open { Ok(()) } else { drop_waiting(tx) }
}

/// Writes a letter, in the transaction of what it tells of.
pub fn post(tx: &Tx, to: &Recipient, letter: &Letter) -> Result<Posted, Fault> {
    if to.address.ends_with(NO_DOMAIN) || !is_open(tx)? {
        return Ok(Posted::Nowhere);
    }
    let kind = letter.kind();
    // One of an answer that is not sent yet leads to the later ones too.
    if let Letter::TicketAnswered { ticket, .. } = letter
        && store::waits_of_ticket(tx, to.user, *ticket)?
    {
        return Ok(Posted::Enough);
    }
    if has_enough(tx, to, kind)? {
        return Ok(Posted::Enough);
    }
    let fields = serde_json::to_string(letter)
        .map_err(|cause| Fault::Internal(format!("a letter could not be written: {cause}")))?;
    let expires_at = tx.now().plus_seconds(if kind.has_link() { LINK_S } else { NEWS_S });
    store::insert(tx, to, kind, &fields, expires_at)?;
    Ok(Posted::Written)
}

/// Whether another letter of this kind would be one too many.
pub fn has_enough(tx: &ReadTx, to: &Recipient, kind: LetterKind) -> Result<bool, Fault> {
    let written = |seconds: i64| store::written_since(tx, &to.address, kind, tx.now().plus_seconds(-seconds));
    Ok(match kind {
        LetterKind::ResetPassword => written(DAY_S)? >= RESETS_A_DAY && written(LINK_S)? > 0,
        LetterKind::ConfirmEmail => {
            let asked = |seconds: i64| store::asked_since(tx, to.user, kind, tx.now().plus_seconds(-seconds));
            written(HOUR_S)?.max(asked(HOUR_S)?) >= CONFIRMATIONS_AN_HOUR
                || written(DAY_S)?.max(asked(DAY_S)?) >= CONFIRMATIONS_A_DAY
        }
        LetterKind::PasswordChanged
        | LetterKind::EmailChanged
        | LetterKind::FactorOn
        | LetterKind::FactorOff
        | LetterKind::RecoveryCodes
        | LetterKind::NewLogin
        | LetterKind::NewApiKey
        | LetterKind::TelegramLinked
        | LetterKind::TicketAnswered => written(DAY_S)? >= NOTICES_A_DAY,
    })
}

/// A letter that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub id: LetterId,
    pub to: Recipient,
    pub letter: Letter,
    /// When its cause happened.
    pub at: Timestamp,
}

/// Takes the letter that is to be sent next, those with links first. The try is counted. What came too late or cannot
/// be read is given up.
pub fn claim(tx: &Tx) -> Result<Option<Claimed>, Fault> {
    while let Some(waiting) = store::next(tx)? {
        let Waiting { id, to, fields, at, expires_at, .. } = waiting;
        if expires_at <= tx.now() {
            give_up(tx, id, None)?;
            continue;
        }
        match serde_json::from_str(&fields) {
            Ok(letter) => {
                store::count_attempt(tx, id)?;
                return Ok(Some(Claimed { id, to, letter, at }));
            }
            Err(cause) => {
                tracing::error!(letter.id = id, %cause, "an unreadable letter");
                store::set_state(tx, id, "dropped", None)?;
            }
        }
    }
    Ok(None)
}

/// What a try came to. The notes hold no secret and no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    /// It is no news any more.
    Dropped,
    /// This letter will never be taken.
    Refused(Note),
    /// This letter was not taken, or nobody knows: it waits for another try.
    Later(Note),
    /// The server serves nobody: the try does not count.
    NoServer(Note),
}

/// Writes down what a try came to; whether the letter was given up.
pub fn record(tx: &Tx, id: LetterId, outcome: &Outcome) -> Result<bool, Fault> {
    match outcome {
        Outcome::Sent => {
            store::set_state(tx, id, "sent", None)?;
            store::set_well(tx)?;
        }
        Outcome::Dropped => store::set_state(tx, id, "dropped", None)?,
        Outcome::Refused(why) => {
            give_up(tx, id, Some(why))?;
            return Ok(true);
        }
        Outcome::Later(why) => {
            let failed = store::attempts(tx, id)?;
            let pause = usize::try_from(failed).ok().and_then(|failed| PAUSES.get(failed.checked_sub(1)?));
            let Some(pause) = pause else {
                give_up(tx, id, Some(why))?;
                return Ok(true);
            };
            store::wait(tx, id, tx.now().plus_seconds(*pause), why)?;
        }
        Outcome::NoServer(why) => {
            store::take_back_attempt(tx, id, why)?;
            store::set_trouble(tx, why)?;
        }
    }
    Ok(false)
}

fn give_up(tx: &Tx, id: LetterId, why: Option<&Note>) -> Result<(), Fault> {
    let said = why.map(ToString::to_string).unwrap_or_default();
    tracing::warn!(letter.id = id, why = said, "a letter could not be delivered and was given up");
    store::set_state(tx, id, "given_up", why)
}

/// How letters stand, for the operator's eyes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Why the server takes nothing; `None` while all is well.
    pub trouble: Option<Note>,
    /// When the last one was sent.
    pub sent_at: Option<Timestamp>,
    /// All that are to be sent.
    pub waiting: i64,
    /// When the oldest of them was written that was not turned away.
    pub oldest: Option<Timestamp>,
    /// Those of them that were turned away and are tried again.
    pub refused: Failed,
    /// When the oldest of these was written.
    pub oldest_refused: Option<Timestamp>,
    /// Within a day.
    pub given_up: Failed,
    /// Those of both that failed since the last one was sent.
    pub in_a_row: i64,
    /// When the oldest of these was written.
    pub in_a_row_since: Option<Timestamp>,
}

/// So many letters that are not taken one after another are the server's doing, not their mailboxes'.
const NOT_BY_CHANCE: i64 = 3;

impl Status {
    /// Why no letters go out, and since when; `None`: the last ones did.
    pub fn undelivered(&self) -> Option<(Note, Option<Timestamp>)> {
        if let Some(why) = &self.trouble {
            return Some((why.clone(), self.oldest.max(self.sent_at)));
        }
        let last = if self.refused.at > self.given_up.at { &self.refused } else { &self.given_up };
        let why = last.why.clone().filter(|_| self.in_a_row >= NOT_BY_CHANCE)?;
        Some((why, self.in_a_row_since.max(self.sent_at)))
    }
}

/// Letters that did not go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    pub count: i64,
    /// When the last of them failed, and why.
    pub at: Option<Timestamp>,
    pub why: Option<Note>,
}

/// Deletes some of what was sent or given up a week ago; how many.
pub fn forget_old(tx: &Tx) -> Result<usize, Fault> {
    store::delete_done(tx, tx.now().plus_seconds(-KEPT_DAYS * DAY_S))
}
