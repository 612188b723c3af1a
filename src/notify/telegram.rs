//! Telegram's language: where to send, what to send, what an answer means. Pure; the call itself is the job's.

use crate::kernel::foreign;
use crate::kernel::note::Note;
use crate::kernel::secret::Secret;
use serde_json::{Value, json};
use std::time::Duration;

/// How long to wait when told to wait, but not how long.
const WAIT: u64 = 30;
/// No answer silences the panel for longer.
const LONGEST_WAIT: u64 = 24 * 60 * 60;
/// What is kept of an answer's text.
const LONGEST_TEXT: usize = 200;

/// The operator's bot. It holds the token, hence no `Debug`.
#[derive(Clone)]
pub struct Bot {
    pub token: Secret,
    /// Without a slash at the end.
    pub api_url: String,
    /// Whether the server may be in the operator's own network.
    pub allow_private: bool,
}

impl PartialEq for Bot {
    fn eq(&self, other: &Self) -> bool {
        self.token.expose() == other.token.expose() && self.api_url == other.api_url
    }
}

impl Bot {
    /// Where a method is called. It holds the token and must not be shown.
    pub fn url(&self, method: &str) -> String {
        format!("{}/bot{}/{method}", self.api_url, self.token.expose())
    }

    /// The number that is its own, whatever becomes of its key. `None`: no bot has such a token.
    pub fn id(&self) -> Option<i64> {
        self.token.expose().split_once(':')?.0.parse().ok()
    }
}

/// The operator's chat, and by which bot it is told.
#[derive(Clone, PartialEq)]
pub struct Target {
    pub bot: Bot,
    /// A number, negative for a group, or `@name` of a channel.
    pub chat: String,
}

impl Target {
    /// The least time between two messages: a chat takes about one a second, a group 20 a minute.
    pub fn gap(&self) -> Duration {
        let is_group = self.chat.starts_with(['-', '@']);
        if is_group { Duration::from_secs(3) } else { Duration::from_secs(1) }
    }
}

/// How a text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Html,
    Plain,
}

/// The body of `getChat`.
pub fn chat(chat: &str) -> Vec<u8> {
    json!({ "chat_id": chat_id(chat) }).to_string().into_bytes()
}

fn chat_id(chat: &str) -> Value {
    chat.parse::<i64>().map_or_else(|_| json!(chat), |number| json!(number))
}

/// The body of `sendMessage`.
pub fn message(chat: &str, text: &str, mode: Mode) -> Vec<u8> {
    let mut body =
        json!({ "chat_id": chat_id(chat), "text": text, "link_preview_options": { "is_disabled": true } });
    if let (Mode::Html, Value::Object(fields)) = (mode, &mut body) {
        fields.insert("parse_mode".to_owned(), json!("HTML"));
    }
    body.to_string().into_bytes()
}

/// What an answer means for the message. The notes quote it and never hold the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TelegramResponse {
    Sent,
    /// Nothing is to be sent for so long.
    Wait(Duration),
    /// The markup is at fault.
    Unparsable(Note),
    /// The group has another id now.
    Moved(String),
    /// This message will never be taken.
    Refused(Note),
    /// There is no such chat for the bot.
    NoChat(Note),
    /// The chat is closed to the bot: it was blocked, or thrown out.
    Closed(Note),
    /// No message will be taken before the operator has seen to the bot.
    Denied(Note),
    /// Perhaps later.
    Unclear(Note),
}

/// Reads an answer. Only `{"ok":true}` counts as sent: a page that something on the way put in its place does not.
pub fn read(status: u16, body: &[u8], token: &Secret) -> TelegramResponse {
    let answer: Value = serde_json::from_str(&foreign::text(body)).unwrap_or(Value::Null);
    let description = answer["description"].as_str().unwrap_or("no description");
    let note = Note::TelegramSays { status, said: quote(description, token) };
    match (answer["ok"].as_bool(), status) {
        (Some(true), 200..=299) => TelegramResponse::Sent,
        (Some(false), _) => refusal(&answer, status, description, note),
        _ => TelegramResponse::Unclear(Note::TelegramUnreadable { status }),
    }
}

fn refusal(answer: &Value, status: u16, description: &str, note: Note) -> TelegramResponse {
    let parameters = &answer["parameters"];
    let lower = description.to_lowercase();
    match answer["error_code"].as_u64().or(Some(u64::from(status))) {
        Some(429) => {
            let seconds = parameters["retry_after"].as_u64().or_else(|| named_seconds(&lower));
            TelegramResponse::Wait(Duration::from_secs(seconds.unwrap_or(WAIT).clamp(1, LONGEST_WAIT)))
        }
        Some(400) => match parameters["migrate_to_chat_id"].as_i64() {
            Some(chat) => TelegramResponse::Moved(chat.to_string()),
            None if lower.contains("can't parse") => TelegramResponse::Unparsable(note),
            None if lower.contains("chat not found") => TelegramResponse::NoChat(note),
            None => TelegramResponse::Refused(note),
        },
        Some(403) => TelegramResponse::Closed(note),
        // A token of the wrong shape is 404.
        Some(401 | 404) => TelegramResponse::Denied(note),
        _ => TelegramResponse::Unclear(note),
    }
}

/// `too many requests: retry after 30`.
fn named_seconds(description: &str) -> Option<u64> {
    let rest = description.split("retry after ").nth(1)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// One short line of what somebody else wrote.
pub(super) fn quote(text: &str, token: &Secret) -> String {
    let mut text = text.to_owned();
    // As it is, as an address may have it, and the part of it that is secret.
    let (whole, part) = (token.expose(), token.expose().split_once(':').map(|(_, part)| part));
    for form in [Some(whole), Some(&*whole.replace(':', "%3A")), Some(&*whole.replace(':', "%3a")), part] {
        text = form.filter(|form| !form.is_empty()).map_or(text.clone(), |form| text.replace(form, "…"));
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, body: &Value) -> TelegramResponse {
        read(status, body.to_string().as_bytes(), &Secret::new("123:secret"))
    }

    fn refused(code: u16, description: &str) -> TelegramResponse {
        said(code, &json!({ "ok": false, "error_code": code, "description": description }))
    }

    #[test]
    fn only_a_clear_yes_is_one() {
        assert_eq!(said(200, &json!({ "ok": true, "result": {} })), TelegramResponse::Sent);
        for (status, body) in [
            (200, json!({})),
            (200, json!({ "ok": "true" })),
            (200, json!([])),
            (302, json!({ "ok": true })),
            (502, json!({ "ok": true })),
        ] {
            assert!(matches!(said(status, &body), TelegramResponse::Unclear(_)), "{status} {body}");
        }
        let page = read(200, b"<html>log in to the hotel's network</html>", &Secret::new("x"));
        assert!(matches!(page, TelegramResponse::Unclear(_)));
    }

    #[test]
    fn half_a_character_in_an_answer_does_no_harm() {
        let body = b"\xef\xbb\xbf{\"ok\":true,\"result\":{\"text\":\"\\ud83d\"}}\n";
        assert_eq!(read(200, body, &Secret::new("x")), TelegramResponse::Sent);
    }

    #[test]
    fn the_wait_is_read_from_wherever_it_stands() {
        let wait = |seconds| TelegramResponse::Wait(Duration::from_secs(seconds));
        let body = |parameters: Value| {
            json!({ "ok": false, "error_code": 429, "description": "Too Many Requests: retry after 7",
                "parameters": parameters })
        };
        assert_eq!(said(429, &body(json!({ "retry_after": 30 }))), wait(30));
        assert_eq!(said(429, &body(json!({}))), wait(7));
        assert_eq!(said(429, &body(json!({ "retry_after": 99_999_999 }))), wait(LONGEST_WAIT));
        assert_eq!(refused(429, "slow down"), wait(WAIT));
        assert_eq!(refused(429, "retry after 0"), wait(1));
    }

    #[test]
    fn refusals_are_told_apart() {
        let moved = json!({ "ok": false, "error_code": 400, "description": "Bad Request: group upgraded",
            "parameters": { "migrate_to_chat_id": -1_001_234_567_890_i64 } });
        assert_eq!(said(400, &moved), TelegramResponse::Moved("-1001234567890".to_owned()));
        let parse = "Bad Request: can't parse entities: Unsupported start tag";
        assert!(matches!(refused(400, parse), TelegramResponse::Unparsable(_)));
        assert!(matches!(refused(400, "Bad Request: chat not found"), TelegramResponse::NoChat(_)));
        assert!(matches!(refused(400, "Bad Request: message is too long"), TelegramResponse::Refused(_)));
        assert!(matches!(
            refused(403, "Forbidden: bot was blocked by the user"),
            TelegramResponse::Closed(_)
        ));
        for code in [401, 404] {
            assert!(matches!(refused(code, "Unauthorized"), TelegramResponse::Denied(_)));
        }
        assert!(matches!(refused(500, "Internal Server Error"), TelegramResponse::Unclear(_)));
        assert!(matches!(refused(409, "Conflict"), TelegramResponse::Unclear(_)));
    }

    #[test]
    fn a_text_that_quotes_the_token_loses_it() {
        let TelegramResponse::Refused(note) = refused(400, "no bot 123:secret\nhere") else { panic!() };
        assert_eq!(note.to_string(), "HTTP 400: no bot … here");
    }

    #[test]
    fn numbers_are_sent_as_numbers_and_names_as_text() {
        let chat = |chat| serde_json::from_slice::<Value>(&message(chat, "x", Mode::Html)).unwrap();
        assert_eq!(chat("-1001234567890")["chat_id"], json!(-1_001_234_567_890_i64));
        assert_eq!(chat("@shop")["chat_id"], json!("@shop"));
        assert_eq!(chat("1")["parse_mode"], "HTML");
        assert_eq!(chat("1")["link_preview_options"]["is_disabled"], true);
        let plain: Value = serde_json::from_slice(&message("1", "x", Mode::Plain)).unwrap();
        assert_eq!(plain.get("parse_mode"), None);
    }
}
