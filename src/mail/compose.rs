//! How a letter reads. Pure.
//!
//! Plain text: our own words, the operator's names for the shop and its support, and figures. Nothing else comes in but
//! how the support's answer to a ticket begins, as a quotation.

use super::words::sentence;
use super::{Claimed, Letter};
use crate::config::Sender;
use crate::kernel::cause::CallCause;
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::language::Language;
use crate::kernel::secret::Secret;
use crate::kernel::text::is_invisible;
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message};
use std::error::Error;
use std::time::{Duration, SystemTime};

/// Asia/Ho_Chi_Minh is seven hours ahead of UTC.
const AHEAD_S: i64 = 7 * 60 * 60;

/// What every letter of a panel has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub sender: Sender,
    pub site: String,
    /// The panel's address, if it is known.
    pub place: Option<String>,
    /// How the support is reached.
    pub contact: Vec<String>,
    /// Where answers go, if somebody reads them.
    pub reply_to: Option<String>,
}

/// A letter as it goes over the wire.
#[derive(Clone)]
pub struct Composed {
    pub envelope: Envelope,
    pub bytes: Vec<u8>,
    /// What its link is worth: it opens an account.
    pub token: Option<Secret>,
}

/// Tells other machines that nobody wrote this, so that they send no answers of their own (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `link`: what stands behind its own text, where the letter has one. Errors: an address that no mail can be sent to.
pub fn compose(frame: &Frame, claimed: &Claimed, link: Option<&str>) -> Result<Composed, CallCause> {
    let address = |text: &str| text.parse::<Address>().map_err(|_| CallCause::MailAddress);
    let (from, to) = (address(&frame.sender.address)?, address(&claimed.to.address)?);
    let site = in_head(&frame.site);
    let name = frame.sender.name.as_deref().map_or_else(|| site.clone(), in_head);
    let ticket = ticket(&claimed.letter);
    let values = [("site", site.as_str()), ("ticket", ticket.as_str())];
    let kind = claimed.letter.kind().into_str();
    let subject = sentence(claimed.to.language, "subject", kind, &values);
    // The same letter sent twice is known by it as the same.
    let id = format!("<letter.{}.{}@{}>", claimed.id, claimed.at.millis(), from.domain());
    let mut letter = Message::builder()
        .from(Mailbox::new(Some(name), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(subject)
        .message_id(Some(id))
        .date(moment(claimed.at))
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN);
    if let Some(reply_to) = frame.reply_to.as_deref().and_then(|text| text.parse().ok()) {
        letter = letter.reply_to(Mailbox::new(None, reply_to));
    }
    // Read by people and by filters alike, which mistrust a text in base64.
    let body = Body::new_with_encoding(body(frame, claimed, link), ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| CallCause::MailAddress)?;
    let letter = letter.body(body).map_err(|_| CallCause::MailAddress)?;
    let envelope = Envelope::new(Some(from), vec![to]).map_err(|_| CallCause::MailAddress)?;
    let token = link.and_then(|link| link.split_once('#')).map(|(_, token)| Secret::new(token));
    Ok(Composed { envelope, bytes: letter.formatted(), token })
}

/// A name as it may stand in the head. The library panics at a line break, and passes on what is ASCII: `=?` begins a
/// word that mail programs decode, to whatever it says.
fn in_head(name: &str) -> String {
    let shown: String = name.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    shown.replace("=?", "= ?")
}

fn moment(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.millis()).unwrap_or_default())
}

/// Paragraphs, with lines ended as mail has them.
fn body(frame: &Frame, claimed: &Claimed, link: Option<&str>) -> String {
    let language = claimed.to.language;
    let at = in_vietnam(language, claimed.at);
    let ticket = ticket(&claimed.letter);
    let kind = claimed.letter.kind().into_str();
    let said = |section: &str, name: &str, more: &[(&str, &str)]| {
        let values = [("site", frame.site.as_str()), ("at", at.as_str()), ("ticket", ticket.as_str())];
        sentence(language, section, name, &[&values[..], more].concat())
    };
    let mut parts = vec![said("part", "hello", &[]), said("text", kind, &[])];
    if let Letter::NewLogin { address, agent } = &claimed.letter {
        let address = address.map(|address| address.to_string());
        let from: Vec<&str> = [address.as_deref(), agent.as_deref()].into_iter().flatten().collect();
        if !from.is_empty() {
            parts.push(said("part", "from", &[("from", &from.join(", "))]));
        }
    }
    if let Letter::TicketAnswered { text, .. } = &claimed.letter {
        parts.push(quoted(text));
        parts.extend(frame.place.as_ref().map(|place| format!("{place}/tickets/{ticket}")));
    }
    if let Some(link) = link {
        parts.extend([link.to_owned(), said("part", "once", &[])]);
    }
    parts.push(said("if_not_you", kind, &[]));
    let mut foot = vec![said("part", "machine", &[])];
    foot.extend(frame.place.as_ref().map(|place| said("part", "place", &[("place", place)])));
    if !frame.contact.is_empty() {
        foot.push(said("part", "contact", &[("contact", &frame.contact.join(", "))]));
    }
    parts.push(foot.join("\r\n"));
    parts.join("\r\n\r\n") + "\r\n"
}

/// The number of the ticket that it is about. Empty: it is about none.
fn ticket(letter: &Letter) -> String {
    if let Letter::TicketAnswered { ticket, .. } = letter { ticket.to_string() } else { String::new() }
}

/// What somebody wrote, told apart from our own words.
fn quoted(text: &str) -> String {
    let shown =
        |line: &str| line.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect::<String>();
    text.lines().map(|line| format!("> {}", shown(line))).collect::<Vec<_>>().join("\r\n")
}

/// As the pages write it, with the zone: `14:39 22/11/2026 (UTC+7)`, in English `22/11/2026, 14:39 (UTC+7)`.
fn in_vietnam(language: Language, at: Timestamp) -> String {
    let minutes = at.seconds().saturating_add(AHEAD_S).div_euclid(60).rem_euclid(24 * 60);
    let time = format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let iso = Day::of(at).iso();
    let mut parts: Vec<&str> = iso.split('-').collect();
    parts.reverse();
    let day = parts.join("/");
    match language {
        Language::Vietnamese => format!("{time} {day} (UTC+7)"),
        Language::English => format!("{day}, {time} (UTC+7)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::UserId;
    use crate::mail::Recipient;

    const NOW: Timestamp = Timestamp::from_millis(1_795_333_140_000);

    fn frame(site: &str) -> Frame {
        Frame {
            sender: Sender { address: "shop@x.vn".to_owned(), name: None },
            site: site.to_owned(),
            place: Some("https://panel.x.vn".to_owned()),
            contact: vec!["Zalo 0901234567".to_owned()],
            reply_to: Some("help@x.vn".to_owned()),
        }
    }

    fn claimed(address: &str, letter: Letter) -> Claimed {
        let to =
            Recipient { user: UserId::new(1), address: address.to_owned(), language: Language::Vietnamese };
        Claimed { id: 7, to, letter, at: NOW }
    }

    #[test]
    fn a_letter_has_its_link_and_says_from_whom_it_is() {
        let letter = claimed("lan@x.vn", Letter::ResetPassword { epoch: 0 });
        let composed = compose(&frame("Shop"), &letter, Some("https://panel.x.vn/reset#abc")).unwrap();
        let text = String::from_utf8(composed.bytes).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        for line in [
            "From: Shop <shop@x.vn>",
            "To: lan@x.vn",
            "Reply-To: help@x.vn",
            "Message-ID: <letter.7.1795333140000@x.vn>",
            "Date: Sun, 22 Nov 2026 07:39:00 +0000",
            "Auto-Submitted: auto-generated",
        ] {
            assert!(head.lines().any(|found| found == line), "{line} is not in\n{head}");
        }
        let body = body(&frame("Shop"), &letter, Some("https://panel.x.vn/reset#abc"));
        assert!(body.contains("\r\n\r\nhttps://panel.x.vn/reset#abc\r\n\r\n"), "{body}");
        assert!(body.ends_with("Shop: https://panel.x.vn\r\nHỗ trợ: Zalo 0901234567\r\n"), "{body}");
        assert_eq!(composed.envelope.to().len(), 1);
    }

    #[test]
    fn no_name_adds_a_line_to_the_head_or_another_recipient() {
        for site in
            ["Shop\r\nBcc: all@x.vn", "\"Shop\" <evil@x.vn>, a", "Cửa hàng =?utf-8?q?x?=", "a\u{2028}b"]
        {
            let letter = claimed("lan@x.vn", Letter::PasswordChanged);
            let composed = compose(&frame(site), &letter, None).unwrap();
            let text = String::from_utf8(composed.bytes).unwrap();
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
            assert_eq!(head.lines().filter(|line| line.starts_with("To:")).count(), 1, "{head}");
            assert_eq!(head.lines().filter(|line| line.starts_with("From:")).count(), 1, "{head}");
        }
        for address in
            ["lan@x.vn\r\nRCPT TO:<b@x.vn>", "lan@x.vn, b@x.vn", "<lan@x.vn>", "lan", "", "a b@x.vn"]
        {
            let letter = claimed(address, Letter::PasswordChanged);
            assert!(
                matches!(compose(&frame("Shop"), &letter, None), Err(CallCause::MailAddress)),
                "{address}"
            );
        }
    }

    #[test]
    fn a_moment_reads_as_on_the_pages_and_in_vietnam() {
        assert_eq!(in_vietnam(Language::Vietnamese, NOW), "14:39 22/11/2026 (UTC+7)");
        let late = NOW.plus_seconds(10 * 60 * 60);
        assert_eq!(in_vietnam(Language::English, late), "23/11/2026, 00:39 (UTC+7)");
    }
}
