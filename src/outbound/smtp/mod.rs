//! Letters to a mail server (SMTP submission, RFC 6409), over TLS or not at all.
//!
//! What lives here: one conversation, and what it proves about each letter. What does not: what stands in a letter
//! (`mail`), and when it is tried again (its job).
//!
//! The commands and the replies are lettre's, the connection is ours: lettre's own reads a line of any length, begins
//! its time-out anew with each read, and takes for an answer over TLS what came before TLS.
//!
//! Invariants: neither a login nor a letter leaves before the certificate was accepted; everything ends at its
//! deadline; no cause holds the password, the address of a letter, or what its link is worth.

mod line;

use super::target::TargetHost;
use super::{dial, init, said};
use crate::kernel::cause::CallCause;
use crate::kernel::secret::Secret;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, ServerInfo};
use lettre::transport::smtp::response::Response;
use line::Line;
use std::fmt::Display;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

/// A log-in takes no more questions than this.
const MOST_CHALLENGES: usize = 4;

/// A mail server, as the operator names it. It may be in the operator's own network.
#[derive(Clone)]
pub struct SmtpServer {
    /// A name, or an IPv4 address.
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// `None`: it takes letters from this machine without.
    pub login: Option<SmtpLogin>,
    /// The name that the panel gives itself there.
    pub own_name: String,
}

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// With the connection (`smtps`).
    AtOnce,
    /// After a word in clear (`STARTTLS`), before anything else.
    StartTls,
}

#[derive(Clone)]
pub struct SmtpLogin {
    pub user: String,
    pub password: Secret,
}

/// Why a letter was not taken, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmtpFailure {
    /// The server was not reached, or does not serve us: nothing was said about this letter.
    Server(CallCause),
    /// This letter is not taken, and never will be.
    Refused(CallCause),
    /// This letter is not taken now.
    Later(CallCause),
    /// All of it went out, and no answer came: it may have been taken.
    Unclear(CallCause),
}

impl SmtpFailure {
    fn map(self, change: impl FnOnce(CallCause) -> CallCause) -> Self {
        match self {
            SmtpFailure::Server(cause) => SmtpFailure::Server(change(cause)),
            SmtpFailure::Refused(cause) => SmtpFailure::Refused(change(cause)),
            SmtpFailure::Later(cause) => SmtpFailure::Later(change(cause)),
            SmtpFailure::Unclear(cause) => SmtpFailure::Unclear(change(cause)),
        }
    }

    pub fn cause(self) -> CallCause {
        match self {
            SmtpFailure::Server(cause)
            | SmtpFailure::Refused(cause)
            | SmtpFailure::Later(cause)
            | SmtpFailure::Unclear(cause) => cause,
        }
    }
}

/// A conversation with a server that knows who we are.
pub struct Session {
    line: Line,
    timeout: Duration,
    /// What it was told to log in, in each form.
    credentials: Vec<String>,
}

impl Session {
    /// Connects, secures the line and logs in, within `timeout` altogether. Blocks.
    pub fn open(server: &SmtpServer, timeout: Duration) -> Result<Session, CallCause> {
        init();
        let deadline = Instant::now() + timeout;
        let host = match server.host.parse::<Ipv4Addr>() {
            Ok(address) => TargetHost::Address(address),
            Err(_) => TargetHost::Name(server.host.clone()),
        };
        let socket = dial::connect(&host, server.port, true, deadline)?;
        let credentials = server.login.as_ref().map(forms).unwrap_or_default();
        let mut session = Session { line: Line::new(socket, deadline, timeout), timeout, credentials };
        session.begin(server).map_err(|cause| without(cause, &session.credentials))?;
        Ok(session)
    }

    fn begin(&mut self, server: &SmtpServer) -> Result<(), CallCause> {
        if server.security == Security::AtOnce {
            self.line.secure(&server.host)?;
        }
        accepted(self.line.reply()?)?;
        let mut offers = self.hello(&server.own_name)?;
        if server.security == Security::StartTls {
            if !offers.supports_feature(Extension::StartTls) {
                return Err(CallCause::MailNoTls);
            }
            accepted(self.say(Starttls)?)?;
            self.line.secure(&server.host)?;
            offers = self.hello(&server.own_name)?;
        }
        match &server.login {
            Some(login) => self.log_in(login, &offers),
            None => Ok(()),
        }
    }

    fn hello(&mut self, own_name: &str) -> Result<ServerInfo, CallCause> {
        let reply = accepted(self.say(Ehlo::new(ClientId::Domain(own_name.to_owned())))?)?;
        ServerInfo::from_response(&reply).map_err(|error| CallCause::MailUnreadable { said: said(&error) })
    }

    fn log_in(&mut self, login: &SmtpLogin, offers: &ServerInfo) -> Result<(), CallCause> {
        let known = [Mechanism::Plain, Mechanism::Login];
        let mechanism = offers.get_auth_mechanism(&known).ok_or(CallCause::MailNoLogin)?;
        let credentials = Credentials::new(login.user.clone(), login.password.expose().to_owned());
        let unreadable = |error| CallCause::MailUnreadable { said: said(&error) };
        let first = Auth::new(mechanism, credentials.clone(), None).map_err(unreadable)?;
        let mut reply = self.say(first)?;
        for _ in 0..MOST_CHALLENGES {
            if !reply.has_code(334) {
                break;
            }
            let next = Auth::new_from_response(mechanism, credentials.clone(), &reply).map_err(unreadable)?;
            reply = self.say(next)?;
        }
        accepted(reply).map(drop)
    }

    /// Hands over one letter, within the time that the session was opened with. After a failure the session is of no
    /// use any more. `token`: what of the letter nobody else may read.
    pub fn send(
        &mut self,
        envelope: &Envelope,
        letter: &[u8],
        token: Option<&Secret>,
    ) -> Result<(), SmtpFailure> {
        self.line.ends_at(Instant::now() + self.timeout);
        let mut untold = self.credentials.clone();
        untold.extend(envelope.to().iter().map(ToString::to_string));
        untold.extend(token.map(|token| token.expose().to_owned()));
        self.hand_over(envelope, letter).map_err(|failure| failure.map(|cause| without(cause, &untold)))
    }

    fn hand_over(&mut self, envelope: &Envelope, letter: &[u8]) -> Result<(), SmtpFailure> {
        let server = SmtpFailure::Server;
        // Whom it is from is the same for every letter.
        let reply = self.say(Mail::new(envelope.from().cloned(), Vec::new())).map_err(server)?;
        accepted(reply).map_err(server)?;
        // From here on it is about this letter. A server that goes away over one would over all, were it the server's
        // fault: the next letter shows that.
        for address in envelope.to() {
            let reply = self.say(Rcpt::new(address.clone(), Vec::new())).map_err(SmtpFailure::Later)?;
            judged(reply)?;
        }
        let reply = self.say(Data).map_err(SmtpFailure::Later)?;
        if !reply.has_code(354) {
            judged(reply)?;
            return Err(server(CallCause::MailUnreadable { said: "no go-ahead for the letter".to_owned() }));
        }
        self.line.write(&dotted(letter)).map_err(SmtpFailure::Unclear)?;
        judged(self.line.reply().map_err(SmtpFailure::Unclear)?)
    }

    fn say(&mut self, command: impl Display) -> Result<Response, CallCause> {
        self.line.write(command.to_string().as_bytes())?;
        self.line.reply()
    }

    /// Says goodbye, and waits for no answer.
    pub fn close(mut self) {
        let _ = self.line.write(Quit.to_string().as_bytes());
    }
}

/// Where nothing but yes helps.
fn accepted(reply: Response) -> Result<Response, CallCause> {
    // 334 asks on, where nobody asks any more.
    if reply.is_positive() && !reply.has_code(334) { Ok(reply) } else { Err(says(&reply)) }
}

/// What a reply means for the letter.
fn judged(reply: Response) -> Result<(), SmtpFailure> {
    match u16::from(reply.code()) {
        200..=299 => Ok(()),
        // We are nobody to it.
        530 | 535 | 538 => Err(SmtpFailure::Server(says(&reply))),
        500..=599 => Err(SmtpFailure::Refused(says(&reply))),
        _ => Err(SmtpFailure::Later(says(&reply))),
    }
}

fn says(reply: &Response) -> CallCause {
    let words: Vec<&str> = reply.message().collect();
    CallCause::MailSays { status: reply.code().into(), said: said(&words.join(" ")) }
}

/// The letter's end is a line with one dot, so its own lines that begin with one get another.
fn dotted(letter: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(letter.len());
    for line in letter.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(line);
    }
    if !wire.ends_with(b"\r\n") {
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

/// What a log-in says, in each form.
fn forms(login: &SmtpLogin) -> Vec<String> {
    let credentials = Credentials::new(login.user.clone(), login.password.expose().to_owned());
    let mut words = vec![login.password.expose().to_owned()];
    for (mechanism, asked) in [(Mechanism::Plain, None), (Mechanism::Login, Some("Password:".to_owned()))] {
        let said = Auth::new(mechanism, credentials.clone(), asked).map(|said| said.to_string());
        words.extend(said.ok().and_then(|said| said.split_whitespace().next_back().map(str::to_owned)));
    }
    words
}

/// The cause without these words, however they are capitalized: a server may say back what it was told.
fn without(mut cause: CallCause, words: &[String]) -> CallCause {
    if let CallCause::MailSays { said, .. } | CallCause::MailUnreadable { said } = &mut cause {
        for word in words.iter().filter(|word| !word.is_empty()) {
            *said = without_word(said, &word.to_ascii_lowercase());
        }
    }
    cause
}

/// `word`: in small letters.
fn without_word(said: &str, word: &str) -> String {
    // Of the same length, byte by byte.
    let small = said.to_ascii_lowercase();
    let (mut rest, mut shown) = (said, String::new());
    for part in small.split(word) {
        let (kept, after) = rest.split_at_checked(part.len()).unwrap_or((rest, ""));
        shown.push_str(kept);
        rest = after.get(word.len()..).unwrap_or_default();
        if !after.is_empty() {
            shown.push('…');
        }
    }
    without_part(shown, word)
}

/// Fewer characters of a secret could be a part of any word, and tell nothing.
const LEAST_PART: usize = 4;

/// What was said was cut to a length, and so may have been the word at its end.
fn without_part(mut said: String, word: &str) -> String {
    let small = said.to_ascii_lowercase();
    let parts = word.char_indices().map(|(at, _)| at).rev().filter_map(|at| word.get(..at));
    if let Some(part) = parts.filter(|part| part.len() >= LEAST_PART).find(|part| small.ends_with(part)) {
        said.truncate(said.len().saturating_sub(part.len()));
        said.push('…');
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_letter_is_its_end() {
        let wire = |text: &str| String::from_utf8(dotted(text.as_bytes())).unwrap();
        assert_eq!(wire("a\r\n.\r\nQUIT\r\n"), "a\r\n..\r\nQUIT\r\n.\r\n");
        assert_eq!(wire("..b\r\nc."), "...b\r\nc.\r\n.\r\n");
        assert_eq!(wire(""), "\r\n.\r\n");
    }

    #[test]
    fn a_secret_is_hidden_whole_and_cut_off() {
        let words = ["s3cret/pw".to_owned()];
        let hide = |said: &str| without(CallCause::MailUnreadable { said: said.to_owned() }, &words);
        for (said, shown) in [
            ("is s3cret/pw, no", "is …, no"),
            ("S3CRET/PW s3cret/pw", "… …"),
            ("you said s3cre", "you said …"),
            ("bạn nói S3CR", "bạn nói …"),
            ("words", "words"),
        ] {
            assert_eq!(hide(said), CallCause::MailUnreadable { said: shown.to_owned() });
        }
    }

    #[test]
    fn a_reply_is_judged_by_its_code() {
        let judge = |text: &str| judged(text.parse().unwrap());
        assert_eq!(judge("250 ok\r\n"), Ok(()));
        assert!(matches!(judge("550 no such user\r\n"), Err(SmtpFailure::Refused(_))));
        assert!(matches!(judge("450 greylisted\r\n"), Err(SmtpFailure::Later(_))));
        assert!(matches!(judge("421 going down\r\n"), Err(SmtpFailure::Later(_))));
        assert!(matches!(judge("530 log in first\r\n"), Err(SmtpFailure::Server(_))));
        assert!(matches!(judge("354 go on\r\n"), Err(SmtpFailure::Later(_))));
    }
}
