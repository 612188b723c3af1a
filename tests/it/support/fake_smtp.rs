//! A mail server over real sockets, with TLS from the first byte or after STARTTLS, that misbehaves when a test wants
//! it to.

use super::base64::decoded;
use super::fake::Fake;
use super::tls::accept_tls;
use rustls::ServerConfig;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

/// `AUTH PLAIN` of user `shop` with password `s3cret/pw`.
pub const PROOF: &str = "AHNob3AAczNjcmV0L3B3";
pub const PASSWORD: &str = "s3cret/pw";
/// The password in `AUTH LOGIN`.
pub const ALONE: &str = "czNjcmV0L3B3";

/// What goes wrong, each once, in the order in which it comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// The greeting is a line without an end.
    EndlessLine,
    /// The answer to EHLO is lines without an end.
    EndlessReply,
    /// The greeting never comes.
    NoGreeting,
    NoStartTls,
    /// More is said in clear before TLS than was asked for.
    Injected,
    /// No way to log in is offered.
    NoAuth,
    /// `LOGIN` alone is offered.
    OldAuth,
    /// This is answered in the place of yes.
    Says(At, &'static str),
    HangAtRecipient,
    CutAtRecipient,
    /// The letter is kept, and nobody told.
    HangAfterBody,
    CutAfterBody,
    /// The letter is answered with this code, and with what the panel would rather keep: its link's token, whom it is
    /// for, in capitals, and the password.
    Quotes(&'static str),
}

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Login,
    Sender,
    Recipient,
    /// Before the letter.
    Data,
    /// After it.
    Body,
}

/// A letter that came in.
#[derive(Debug, Clone)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub text: String,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        let head = self.text.split("\r\n\r\n").next().unwrap();
        let line = head.lines().find(|line| line.starts_with(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {head}")).split_once(": ").unwrap().1
    }

    /// As mail programs show it (RFC 2047): encoded words are decoded, and no blank stands between two of them.
    pub fn subject(&self) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let subject = head.lines().find_map(|line| line.strip_prefix("Subject: ")).expect("a subject");
        let (mut shown, mut was_encoded) = (String::new(), true);
        for word in subject.split(' ') {
            let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
            assert!(encoded.is_some() || !word.contains("=?"), "who encoded {word}?");
            if !(was_encoded && (encoded.is_some() || shown.is_empty())) {
                shown.push(' ');
            }
            match encoded {
                Some(text) => shown.push_str(&String::from_utf8(decoded(text)).unwrap()),
                None => shown.push_str(word),
            }
            was_encoded = encoded.is_some();
        }
        shown
    }

    /// The text as people read it.
    pub fn body(&self) -> String {
        let (head, body) = self.text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Content-Transfer-Encoding: quoted-printable"), "{head}");
        unquoted(body)
    }

    /// What stands behind the `#` of the link.
    pub fn token(&self) -> String {
        let body = self.body();
        let line = body.lines().find(|line| line.starts_with("http")).unwrap_or_else(|| panic!("{body}"));
        line.split_once('#').unwrap().1.to_owned()
    }
}

fn unquoted(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[derive(Default)]
struct State {
    mishaps: Vec<Mishap>,
    letters: Vec<Received>,
    /// Lines of all conversations, those in clear marked.
    said: Vec<(bool, String)>,
    connections: usize,
}

impl State {
    fn takes(&mut self, mishap: Mishap) -> bool {
        let found = self.mishaps.iter().position(|one| *one == mishap);
        found.map(|at| self.mishaps.remove(at)).is_some()
    }

    fn reply(&mut self, at: At) -> Option<&'static str> {
        let is_it = |one: &Mishap| matches!(one, Mishap::Says(step, _) if *step == at);
        let found = self.mishaps.iter().position(is_it)?;
        if let Mishap::Says(_, reply) = self.mishaps.remove(found) { Some(reply) } else { None }
    }
}

/// Takes connections until dropped.
pub struct FakeSmtp {
    state: Arc<Mutex<State>>,
    server: Fake,
    at_once: bool,
}

impl FakeSmtp {
    /// `at_once`: TLS begins with the connection.
    pub fn start(config: Arc<ServerConfig>, at_once: bool) -> FakeSmtp {
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let server = Fake::start(move |connection| {
            let (state, config) = (Arc::clone(&shared), Arc::clone(&config));
            thread::spawn(move || serve(&state, connection, config, at_once));
        });
        FakeSmtp { state, server, at_once }
    }

    /// For `SMTP_URL`.
    pub fn url(&self) -> String {
        let scheme = if self.at_once { "smtps" } else { "smtp" };
        format!("{scheme}://shop:s3cret%2Fpw@localhost:{}", self.server.port)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn goes_wrong(&self, mishaps: &[Mishap]) {
        self.state().mishaps = mishaps.to_vec();
    }

    pub fn letters(&self) -> Vec<Received> {
        self.state().letters.clone()
    }

    pub fn last(&self) -> Received {
        self.state().letters.last().cloned().expect("a letter")
    }

    /// What was said to it, and whether in clear.
    pub fn said(&self) -> Vec<(bool, String)> {
        self.state().said.clone()
    }

    pub fn connections(&self) -> usize {
        self.state().connections
    }
}

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

struct Talk<'a> {
    state: &'a Mutex<State>,
    wire: Box<dyn Wire>,
    is_clear: bool,
}

fn serve(state: &Mutex<State>, connection: TcpStream, config: Arc<ServerConfig>, at_once: bool) {
    state.lock().unwrap().connections += 1;
    let socket = connection.try_clone().unwrap();
    let talk = if at_once {
        Talk { state, wire: Box::new(accept_tls(Arc::clone(&config), connection)), is_clear: false }
    } else {
        Talk { state, wire: Box::new(connection), is_clear: true }
    };
    let _ = talk.run(&socket, config);
    let _ = socket.shutdown(Shutdown::Both);
}

impl Talk<'_> {
    fn takes(&self, mishap: Mishap) -> bool {
        self.state.lock().unwrap().takes(mishap)
    }

    fn say(&mut self, reply: &str) -> Option<()> {
        self.wire.write_all(format!("{reply}\r\n").as_bytes()).ok()?;
        self.wire.flush().ok()
    }

    /// Until the other side goes away.
    fn hang(&mut self) -> Option<()> {
        let mut byte = [0];
        while self.wire.read(&mut byte).ok()? > 0 {}
        None
    }

    fn flood(&mut self, bytes: &[u8]) -> Option<()> {
        let many = bytes.repeat(4096 / bytes.len());
        loop {
            self.wire.write_all(&many).ok()?;
        }
    }

    fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let mut byte = [0];
            if self.wire.read(&mut byte).ok()? == 0 {
                return None;
            }
            line.push(byte[0]);
        }
        let line = String::from_utf8(line).unwrap().trim_end().to_owned();
        self.state.lock().unwrap().said.push((self.is_clear, line.clone()));
        Some(line)
    }

    fn run(mut self, socket: &TcpStream, config: Arc<ServerConfig>) -> Option<()> {
        if self.takes(Mishap::NoGreeting) {
            return self.hang();
        }
        if self.takes(Mishap::EndlessLine) {
            return self.flood(b"220 ");
        }
        self.say("220 fake ESMTP")?;
        let mut to = Vec::new();
        let mut from = String::new();
        loop {
            let line = self.line()?;
            match line.split(' ').next()? {
                "EHLO" => self.offer()?,
                "STARTTLS" => {
                    let is_injected = self.takes(Mishap::Injected);
                    let more = if is_injected { "\r\n250-injected\r\n250 AUTH PLAIN" } else { "" };
                    self.say(&format!("220 go on{more}"))?;
                    let stream = socket.try_clone().ok()?;
                    self.wire = Box::new(accept_tls(Arc::clone(&config), stream));
                    self.is_clear = false;
                }
                "AUTH" => self.log_in(&line)?,
                "MAIL" => {
                    from = line;
                    let reply = self.reply_to(At::Sender);
                    self.say(reply.unwrap_or("250 ok"))?;
                }
                "RCPT" if self.takes(Mishap::HangAtRecipient) => return self.hang(),
                "RCPT" if self.takes(Mishap::CutAtRecipient) => return None,
                "RCPT" => {
                    let reply = self.reply_to(At::Recipient);
                    to.push(line);
                    self.say(reply.unwrap_or("250 ok"))?;
                }
                "DATA" => {
                    let received = self.data(&from, std::mem::take(&mut to))?;
                    if !received {
                        return None;
                    }
                }
                "QUIT" => return self.say("221 bye"),
                _ => self.say("500 what?")?,
            }
        }
    }

    fn reply_to(&self, at: At) -> Option<&'static str> {
        self.state.lock().unwrap().reply(at)
    }

    fn quotes(&self) -> Option<&'static str> {
        let mut state = self.state.lock().unwrap();
        let code = |one: &Mishap| if let Mishap::Quotes(code) = one { Some(*code) } else { None };
        let found = state.mishaps.iter().find_map(code)?;
        state.takes(Mishap::Quotes(found)).then_some(found)
    }

    fn offer(&mut self) -> Option<()> {
        if self.takes(Mishap::EndlessReply) {
            return self.flood(b"250-more\r\n");
        }
        if self.is_clear {
            let more = if self.takes(Mishap::NoStartTls) { "" } else { "250-STARTTLS\r\n" };
            return self.say(&format!("250-fake\r\n{more}250 AUTH PLAIN LOGIN"));
        }
        let ways = if self.takes(Mishap::NoAuth) {
            "250 SIZE 1000"
        } else if self.takes(Mishap::OldAuth) {
            "250 AUTH LOGIN"
        } else {
            "250 AUTH PLAIN LOGIN"
        };
        self.say(&format!("250-fake\r\n{ways}"))
    }

    fn log_in(&mut self, line: &str) -> Option<()> {
        if line == "AUTH LOGIN" {
            self.say("334 VXNlcm5hbWU6")?;
            let user = self.line()?;
            self.say("334 UGFzc3dvcmQ6")?;
            let password = self.line()?;
            let is_right = (user.as_str(), password.as_str()) == ("c2hvcA==", "czNjcmV0L3B3");
            return self.say(if is_right { "235 in" } else { "535 no" });
        }
        let reply = self.reply_to(At::Login);
        let is_right = line == format!("AUTH PLAIN {PROOF}");
        self.say(reply.unwrap_or(if is_right { "235 in" } else { "535 no" }))
    }

    /// Whether the conversation goes on.
    fn data(&mut self, from: &str, to: Vec<String>) -> Option<bool> {
        let reply = self.reply_to(At::Data);
        if let Some(reply) = reply {
            self.say(reply)?;
            return Some(true);
        }
        self.say("354 go on")?;
        let mut text = String::new();
        loop {
            let line = self.line()?;
            if line == "." {
                break;
            }
            let line = line.strip_prefix('.').map_or(line.as_str(), |rest| rest);
            text.push_str(line);
            text.push_str("\r\n");
        }
        let reply = self.reply_to(At::Body);
        if let Some(reply) = reply {
            self.say(reply)?;
            return Some(true);
        }
        let received = Received { from: from.to_owned(), to, text };
        if let Some(code) = self.quotes() {
            let (token, to) = (received.token(), received.to.join(" ").to_uppercase());
            self.say(&format!("{code} #{token} {PASSWORD} {to}"))?;
            self.state.lock().unwrap().letters.push(received);
            return Some(true);
        }
        self.state.lock().unwrap().letters.push(received);
        if self.takes(Mishap::CutAfterBody) {
            return Some(false);
        }
        if self.takes(Mishap::HangAfterBody) {
            self.hang();
            thread::sleep(Duration::from_millis(1));
            return Some(false);
        }
        self.say("250 kept")?;
        Some(true)
    }
}
