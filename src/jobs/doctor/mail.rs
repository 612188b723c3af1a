//! Whether letters to users go out.

use super::{Findings, Patient, TIMEOUT};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::finding::Finding;
use crate::kernel::note::Note;
use crate::mail::{self, Failed};
use crate::outbound::smtp::Session;
use crate::settings;

/// Letters that wait for longer are late.
const LATE_S: i64 = 15 * 60;

/// Knocks at the mail server, logs in and goes away; and how the letters stand. What is well is told only where nothing
/// else is to be told: that the server lets the panel in is no good news beside letters that it does not take.
pub(super) fn look(patient: &Patient) -> Findings {
    let Patient { config, db: Some(db), .. } = patient else { return Ok(Vec::new()) };
    let (status, names_support) =
        db.read_now(|tx| Ok::<_, Fault>((mail::status(tx)?, settings::names_support(tx)?)))?;
    let mut found = Vec::new();
    if !config.sends_links() && !names_support {
        found.push(Finding::NoWayBack);
    }
    let Some(mail) = &config.mail else {
        return Ok(if found.is_empty() { vec![Finding::NoMail] } else { found });
    };
    if !config.sends_links() {
        found.push(Finding::MailNoAddress);
    }
    let host = mail.server.host.clone();
    let trouble = match Session::open(&mail.server, TIMEOUT) {
        Err(cause) => Some(Note::MailFails { cause }),
        Ok(session) => {
            session.close();
            // It lets us in, and takes no letter.
            status.trouble
        }
    };
    found.extend(trouble.map(|why| Finding::MailFails { host: host.clone(), why }));
    let late = |oldest: Timestamp| patient.clock.now().seconds().saturating_sub(oldest.seconds()) > LATE_S;
    if status.oldest.is_some_and(late) {
        found.push(Finding::LettersWait { count: status.waiting.saturating_sub(status.refused.count) });
    }
    let sent_since = |failed: &Failed| {
        let sent = status.sent_at.filter(|sent| failed.at.is_some_and(|at| at < *sent));
        sent.map(Timestamp::rfc3339)
    };
    if status.refused.count > 0 {
        let sent = sent_since(&status.refused);
        found.push(Finding::LettersRefused { count: status.refused.count, why: status.refused.why, sent });
    }
    if status.given_up.count > 0 {
        let sent = sent_since(&status.given_up);
        found.push(Finding::LettersGivenUp { count: status.given_up.count, why: status.given_up.why, sent });
    }
    if found.is_empty() {
        found.push(match status.sent_at.map(Timestamp::rfc3339) {
            Some(sent) => Finding::MailSends { host, sent },
            None => Finding::MailAnswers { host },
        });
    }
    Ok(found)
}
