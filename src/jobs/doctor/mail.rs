//! Whether letters to users go out.

use super::{Findings, Patient, TIMEOUT};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::finding::Finding;
use crate::kernel::note::Note;
use crate::outbound::smtp::Session;
use crate::{mail, settings};

/// Letters that wait for longer are late.
const LATE_S: i64 = 15 * 60;

/// Knocks at the mail server, logs in and goes away; and how the letters stand.
pub(super) fn look(patient: &Patient) -> Findings {
    let Patient { config, db: Some(db), .. } = patient else { return Ok(Vec::new()) };
    let (status, names_support) =
        db.read_now(|tx| Ok::<_, Fault>((mail::status(tx)?, settings::names_support(tx)?)))?;
    let mut found = Vec::new();
    if !config.sends_links() && !names_support {
        found.push(Finding::NoWayBack);
    }
    let Some(mail) = &config.mail else {
        found.push(Finding::NoMail);
        return Ok(found);
    };
    if !config.sends_links() {
        found.push(Finding::MailNoAddress);
    }
    let host = mail.server.host.clone();
    found.push(match (Session::open(&mail.server, TIMEOUT), status.trouble) {
        (Err(cause), _) => Finding::MailFails { host, why: Note::MailFails { cause } },
        (Ok(session), trouble) => {
            session.close();
            match trouble {
                // It lets us in, and takes no letter.
                Some(why) => Finding::MailFails { host, why },
                None => Finding::MailAnswers { host },
            }
        }
    });
    let late = |oldest: Timestamp| patient.clock.now().seconds().saturating_sub(oldest.seconds()) > LATE_S;
    if status.oldest.is_some_and(late) {
        found.push(Finding::LettersWait { count: status.waiting });
    }
    if status.given_up > 0 {
        found.push(Finding::LettersGivenUp { count: status.given_up, why: status.last_why });
    }
    Ok(found)
}
