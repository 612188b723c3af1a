//! What people write to the bot, as `getUpdates` and `getMe` tell it. Pure: whose chat it is, others say.
//!
//! Anybody may write to a bot, and anything. What cannot be read is nobody's message and never an error: it would come
//! back forever.

use super::telegram::{self, TelegramResponse};
use crate::kernel::foreign;
use crate::kernel::language::Language;
use crate::kernel::note::Note;
use crate::kernel::secret::Secret;
use crate::kernel::text::is_invisible;
use serde_json::{Value, json};

/// Messages of one answer.
const PORTION: u64 = 50;
/// Of a chat's name, in characters.
const LONGEST_NAME: usize = 64;
/// Of the bot's own, as Telegram has it.
const LONGEST_BOT_NAME: usize = 64;

/// One thing that the bot is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// Each has a higher one than that before, but after a week of silence.
    pub id: i64,
    /// `None`: nothing that concerns the panel.
    pub heard: Option<Heard>,
}

/// A message to the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Above zero for a private chat.
    pub chat: i64,
    /// What the chat is called there, in one line.
    pub name: String,
    pub said: Said,
    /// That of the sender's Telegram, where it is spoken here.
    pub language: Option<Language>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// With what stood in the link, if a link was followed.
    Start(Option<String>),
    Stop,
    Other,
}

impl Heard {
    pub fn is_private(&self) -> bool {
        self.chat > 0
    }
}

/// The body of `getUpdates`: waits so long for the first message.
pub fn question(offset: Option<i64>, seconds: u64) -> Vec<u8> {
    let mut body = json!({ "timeout": seconds, "limit": PORTION, "allowed_updates": ["message"] });
    if let (Some(offset), Value::Object(fields)) = (offset, &mut body) {
        fields.insert("offset".to_owned(), json!(offset));
    }
    body.to_string().into_bytes()
}

/// Why there are no messages, or no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deaf {
    /// Somebody else reads the bot's messages, or has them sent to an address.
    OtherReader(Note),
    Said(TelegramResponse),
}

/// Reads the answer of `getUpdates`; what has no number is left out.
pub fn updates(status: u16, body: &[u8], token: &Secret) -> Result<Vec<Update>, Deaf> {
    let result = result(status, body, token)?;
    let all = result.as_array().ok_or_else(|| unreadable(status))?;
    Ok(all.iter().filter_map(update).collect())
}

/// Reads the answer of `getMe`: the bot's name, as in `t.me/NAME`.
pub fn name(status: u16, body: &[u8], token: &Secret) -> Result<String, Deaf> {
    let result = result(status, body, token)?;
    let is_name = |name: &&str| {
        (1..=LONGEST_BOT_NAME).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let name = result["username"].as_str().filter(is_name);
    name.map(str::to_owned).ok_or_else(|| unreadable(status))
}

fn unreadable(status: u16) -> Deaf {
    Deaf::Said(TelegramResponse::Unclear(Note::TelegramUnreadable { status }))
}

fn result(status: u16, body: &[u8], token: &Secret) -> Result<Value, Deaf> {
    let said = telegram::read(status, body, token);
    let mut answer: Value = serde_json::from_str(&foreign::text(body)).unwrap_or(Value::Null);
    if said == TelegramResponse::Sent {
        return Ok(answer["result"].take());
    }
    if answer["ok"] == false && answer["error_code"] == 409 {
        let said = telegram::quote(answer["description"].as_str().unwrap_or_default(), token);
        return Err(Deaf::OtherReader(Note::TelegramOtherReader { said }));
    }
    Err(Deaf::Said(said))
}

fn update(value: &Value) -> Option<Update> {
    let id = value["update_id"].as_i64().filter(|id| (0..i64::MAX).contains(id))?;
    Some(Update { id, heard: heard(&value["message"]) })
}

fn heard(message: &Value) -> Option<Heard> {
    let (chat, from) = (&message["chat"], &message["from"]);
    let id = chat["id"].as_i64()?;
    let is_fitting = match chat["type"].as_str()? {
        "private" => id > 0 && from["is_bot"] != true,
        "group" | "supergroup" => id < 0,
        _ => false,
    };
    let language = from["language_code"].as_str().and_then(Language::asked);
    is_fitting.then(|| Heard {
        chat: id,
        name: called(chat),
        said: said(message["text"].as_str().unwrap_or_default()),
        language,
    })
}

/// `/start TOKEN`, in a group `/start@bot TOKEN`.
fn said(text: &str) -> Said {
    let mut words = text.split_whitespace();
    let command = words.next().unwrap_or_default();
    match command.split('@').next().unwrap_or_default() {
        "/start" => Said::Start(words.next().map(str::to_owned)),
        "/stop" => Said::Stop,
        _ => Said::Other,
    }
}

fn called(chat: &Value) -> String {
    let of = |field: &str| chat[field].as_str().unwrap_or_default();
    let user_name = Some(of("username")).filter(|name| !name.is_empty()).map(|name| format!("@{name}"));
    let parts = [of("title"), of("first_name"), of("last_name"), user_name.as_deref().unwrap_or_default()];
    let shown = |c: &char| !c.is_control() && !is_invisible(*c);
    let name: String =
        parts.join(" ").chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(shown).collect();
    let name: String =
        name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_NAME).collect();
    if name.is_empty() { "Telegram".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(result: &Value) -> Vec<Update> {
        let body = json!({ "ok": true, "result": result }).to_string();
        updates(200, body.as_bytes(), &Secret::new("1:x")).unwrap()
    }

    fn one(message: &Value) -> Option<Heard> {
        read(&json!([{ "update_id": 7, "message": message }])).remove(0).heard
    }

    #[test]
    fn a_link_that_was_followed_is_read() {
        let heard = one(
            &json!({ "from": { "id": 5, "is_bot": false, "language_code": "vi" }, "text": "/start Zk3v_9",
            "chat": { "id": 5, "type": "private", "first_name": "An\u{202E}\n", "username": "an" } }),
        );
        let heard = heard.unwrap();
        assert_eq!((heard.chat, heard.name.as_str()), (5, "An @an"));
        assert_eq!(
            (heard.said, heard.language),
            (Said::Start(Some("Zk3v_9".to_owned())), Some(Language::Vietnamese))
        );
        let group = one(
            &json!({ "text": "/start@shop_bot abc", "chat": { "id": -5, "type": "group", "title": "Shop" } }),
        );
        assert_eq!(
            group.map(|heard| (heard.chat, heard.said)),
            Some((-5, Said::Start(Some("abc".to_owned()))))
        );
    }

    #[test]
    fn what_is_no_message_is_nothing_and_never_an_error() {
        for message in [
            json!(null),
            json!("text"),
            json!({}),
            json!({ "text": "/start x" }),
            json!({ "text": "/start x", "chat": { "id": "5", "type": "private" } }),
            json!({ "text": "/start x", "chat": { "id": 5.5, "type": "private" } }),
            json!({ "text": "/start x", "chat": { "id": -5, "type": "private" } }),
            json!({ "text": "/start x", "chat": { "id": 5, "type": "channel" } }),
            json!({ "text": "/start x", "chat": { "id": 5, "type": "private" }, "from": { "is_bot": true } }),
        ] {
            assert_eq!(one(&message), None, "{message}");
        }
        let odd = json!([null, 5, {}, { "update_id": "7" }, { "update_id": -1 }, { "update_id": i64::MAX },
            { "update_id": 9 }]);
        assert_eq!(read(&odd), [Update { id: 9, heard: None }]);
        let strange = one(&json!({ "text": 7, "chat": { "id": 5, "type": "private" } })).unwrap();
        assert_eq!((strange.name.as_str(), strange.said), ("Telegram", Said::Other));
    }

    #[test]
    fn another_reader_is_known_and_pages_in_between_are_no_answer() {
        let said = "Conflict: terminated by other getUpdates request";
        let body = json!({ "ok": false, "error_code": 409, "description": said }).to_string();
        let note = Note::TelegramOtherReader { said: said.to_owned() };
        assert_eq!(updates(409, body.as_bytes(), &Secret::new("1:x")), Err(Deaf::OtherReader(note)));
        for body in ["<html>", "{}", r#"{"ok":true}"#, r#"{"ok":true,"result":{}}"#] {
            assert!(updates(200, body.as_bytes(), &Secret::new("1:x")).is_err(), "{body}");
        }
    }

    #[test]
    fn a_bots_name_leads_nowhere_else() {
        let of = |username: &Value| {
            let body = json!({ "ok": true, "result": { "username": username } }).to_string();
            name(200, body.as_bytes(), &Secret::new("1:x")).ok()
        };
        assert_eq!(of(&json!("shop_bot")).as_deref(), Some("shop_bot"));
        for odd in [json!(""), json!("a/b"), json!("a?start=1"), json!(null), json!(7), json!("a".repeat(65))]
        {
            assert_eq!(of(&odd), None, "{odd}");
        }
    }
}
