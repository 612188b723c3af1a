//! Hands letters over to the operator's mail server, those with links first, a portion at a time.
//!
//! A letter is claimed, sent without a transaction, and recorded. When the process ends in between, or an answer is
//! lost, it is sent again. Where the server serves nobody the job fails and pauses, and no letter loses a try by it;
//! one that is not taken for its own sake waits by itself and holds up no other.

use crate::accounts;
use crate::config::Mail;
use crate::db::{ReadTx, Tx};
use crate::jobs::runtime::{JobError, JobResult};
use crate::kernel::cause::CallCause;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::mail::{self, Claimed, Composed, Counted, Frame, LetterKind, Outcome};
use crate::outbound::smtp::{Session, SmtpFailure};
use crate::settings::{self, table};
use crate::state::App;
use std::time::Duration;

pub const NAME: &str = "mail";

/// Letters of one run.
const PORTION: usize = 50;
/// For the way to the server and the log-in, and for each letter.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends what is due.
pub fn tick(app: &App) -> JobResult {
    run(app, TIMEOUT)
}

/// The same with another limit for each step of the conversation.
pub fn run(app: &App, timeout: Duration) -> JobResult {
    let Some(mail) = &app.config.mail else { return Ok(None) };
    if !app.db.read_now(mail::is_due)? {
        return Ok(None);
    }
    let mut post = Post { app, mail, timeout, session: None };
    let (mut sent, mut failed) = (0_usize, 0_usize);
    for _ in 0..PORTION {
        let Some(next) = post.claim()? else { break };
        let count = if post.deliver(next)? { &mut sent } else { &mut failed };
        *count = count.saturating_add(1);
    }
    if let Some(session) = post.session {
        session.close();
    }
    Ok(Some(format!("{sent} letters sent, {failed} not taken")))
}

struct Post<'a> {
    app: &'a App,
    mail: &'a Mail,
    timeout: Duration,
    /// The conversation that goes on from letter to letter.
    session: Option<Session>,
}

/// A letter, and why it cannot be sent if it cannot.
type Next = (Claimed, Result<Composed, CallCause>);

impl Post<'_> {
    /// The next letter, with its link, which is made in the transaction that counts the try.
    fn claim(&self) -> Result<Option<Next>, Fault> {
        let app = self.app.clone();
        self.app.db.write_blocking(move |tx| {
            let Some(frame) = frame(&app, tx)? else { return Ok(None) };
            while let Some(claimed) = mail::claim(tx)? {
                let link = match link(&app, tx, &claimed)? {
                    Link::Over => {
                        mail::record(tx, claimed.id, &Outcome::Dropped)?;
                        continue;
                    }
                    Link::None => None,
                    Link::To(url) => Some(url),
                };
                let composed = mail::compose(&frame, &claimed, link.as_deref());
                return Ok(Some((claimed, composed)));
            }
            Ok(None)
        })
    }

    /// Whether it was taken. Errors: the server serves nobody now.
    fn deliver(&mut self, (claimed, composed): Next) -> Result<bool, JobError> {
        let tried = composed.map_err(SmtpFailure::Refused).and_then(|letter| self.hand_over(&letter));
        let said = |cause| Note::MailNotTaken { cause };
        let mut unclear = None;
        let outcome = match tried {
            Ok(()) => Outcome::Sent,
            Err(SmtpFailure::Server(cause)) => Outcome::NoServer(Note::MailFails { cause }),
            Err(SmtpFailure::Refused(cause)) => Outcome::Refused(said(cause)),
            Err(SmtpFailure::Later(cause)) => Outcome::Later(said(cause)),
            Err(SmtpFailure::Unclear(cause)) => {
                // Others would wait for their answers as long.
                unclear = Some(Note::MailFails { cause: cause.clone() });
                Outcome::Later(said(cause))
            }
        };
        let is_sent = outcome == Outcome::Sent;
        if !is_sent {
            self.session = None;
        }
        if let Outcome::Later(why) | Outcome::Refused(why) = &outcome {
            tracing::warn!(letter = claimed.letter.kind().into_str(), why = %why, "a letter was not taken");
        }
        self.app.letters.add(if is_sent { Counted::Sent } else { Counted::Failed });
        let (id, told) = (claimed.id, outcome.clone());
        if self.app.db.write_blocking(move |tx| mail::record(tx, id, &told))? {
            self.app.letters.add(Counted::GivenUp);
        }
        match (outcome, unclear) {
            (Outcome::NoServer(why), _) | (_, Some(why)) => Err(JobError::new(why)),
            _ => Ok(is_sent),
        }
    }

    fn hand_over(&mut self, letter: &Composed) -> Result<(), SmtpFailure> {
        if self.session.is_none() {
            let opened = Session::open(&self.mail.server, self.timeout).map_err(SmtpFailure::Server)?;
            self.session = Some(opened);
        }
        match &mut self.session {
            Some(session) => session.send(&letter.envelope, &letter.bytes, letter.token.as_ref()),
            None => Ok(()),
        }
    }
}

enum Link {
    /// The letter has none.
    None,
    To(String),
    /// It has one that leads nowhere any more.
    Over,
}

fn link(app: &App, tx: &Tx, claimed: &Claimed) -> Result<Link, Fault> {
    let kind = claimed.letter.kind();
    if !kind.has_link() {
        return Ok(Link::None);
    }
    let page = if kind == LetterKind::ResetPassword { "reset" } else { "confirm-email" };
    let Some(origin) = origin(app) else { return Ok(Link::Over) };
    let token = accounts::link_for(tx, &claimed.to, &claimed.letter)?;
    // Behind the `#`, so that it reaches neither a proxy's log nor a `Referer`.
    Ok(token.map_or(Link::Over, |token| Link::To(format!("{origin}/{page}#{token}"))))
}

fn origin(app: &App) -> Option<String> {
    app.config.public_url.as_ref().map(|url| url.origin().ascii_serialization())
}

/// `None`: no letters are sent.
fn frame(app: &App, tx: &ReadTx) -> Result<Option<Frame>, Fault> {
    let Some(mail) = &app.config.mail else { return Ok(None) };
    let said = |setting| settings::text(tx, setting);
    let (zalo, telegram) = (said(&table::SUPPORT_ZALO)?, said(&table::SUPPORT_TELEGRAM)?);
    let email = Some(said(&table::SUPPORT_EMAIL)?).filter(|text| !text.is_empty());
    let ways = [("Zalo", zalo), ("Telegram", telegram)].into_iter().filter(|(_, way)| !way.is_empty());
    let named = ways.map(|(name, way)| format!("{name} {way}"));
    Ok(Some(Frame {
        sender: mail.sender.clone(),
        site: said(&table::SITE_NAME)?,
        place: origin(app),
        contact: named.chain(email.clone()).collect(),
        reply_to: email,
    }))
}
