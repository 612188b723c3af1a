//! What customers are told in their own chats, and how it reads. Pure.

use super::message::Message;
use super::render::MAX_CHARS;
use super::words::chat_words;
use crate::kernel::language::Language;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use strum::{IntoStaticStr, VariantArray};

/// Of a service's name, and of an answer, in characters.
const LONGEST_NAME: usize = 100;
const LONGEST_TEXT: usize = 300;
const LONGEST_URL: usize = 300;
/// So many are shown of a message's news: the newest.
const SHOWN: usize = 12;
/// Kept free for the lines below the news.
const FOOT: usize = 700;

/// What a customer may choose to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Topic {
    /// Money came in and was credited.
    Deposits,
    /// An order is over: completed, partial or canceled.
    Orders,
    /// The support has answered.
    Tickets,
}

/// Of what answers somebody who wrote to the bot.
pub const ANSWER: &str = "answer";

/// One thing to tell. It is kept as JSON, so a variant or a field that was released keeps its name. Amounts are VND.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum News {
    DepositCredited {
        amount: i64,
        /// The deposit's code; `None`: an admin found out whose money it was.
        code: Option<String>,
    },
    OrderEnded {
        order: i64,
        service: String,
        end: End,
        refunded: i64,
    },
    TicketAnswered {
        ticket: i64,
        /// How the answer begins.
        text: String,
    },
    /// Of the chat itself.
    Answer {
        said: Answer,
        /// The account's name, where it is told.
        username: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum End {
    Completed,
    Partial,
    Canceled,
}

/// What somebody who wrote to the bot is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Answer {
    /// This chat is told from now on.
    Linked,
    /// The link does not serve (any more).
    LinkOver,
    /// The chat belongs to another account.
    ChatTaken,
    /// This chat is told no more.
    Unlinked,
    /// Another chat is told instead of this one.
    Moved,
    /// The operator's chat was found.
    OperatorFound,
    /// Nobody reads what is written here.
    NobodyReads,
}

impl News {
    /// By which the customer turns it on and off; `None`: it answers.
    pub const fn topic(&self) -> Option<Topic> {
        Some(match self {
            News::DepositCredited { .. } => Topic::Deposits,
            News::OrderEnded { .. } => Topic::Orders,
            News::TicketAnswered { .. } => Topic::Tickets,
            News::Answer { .. } => return None,
        })
    }

    /// How long it waits for others to go with it: orders that were placed together end together.
    pub(super) const fn hold_seconds(&self) -> i64 {
        if matches!(self, News::OrderEnded { .. }) { 20 } else { 0 }
    }
}

/// The shop, as it stands below its news.
pub struct Shop {
    pub site: String,
    /// The panel's address, if it is known.
    pub place: Option<String>,
}

/// One message of these news, the newest of them, and of how many more there are.
pub fn message(shop: &Shop, language: Language, news: &[News]) -> Message {
    let mut whole = Message::default();
    let mut left_out = news.len().saturating_sub(SHOWN);
    for one in news.get(left_out..).unwrap_or_default() {
        let part = render(shop, language, one);
        if whole.length().saturating_add(part.length()).saturating_add(FOOT) > MAX_CHARS {
            left_out = left_out.saturating_add(1);
            continue;
        }
        if !whole.html.is_empty() {
            whole.raw("\n\n");
        }
        whole.html.push_str(&part.html);
        whole.plain.push_str(&part.plain);
    }
    if left_out > 0 {
        whole.raw("\n\n");
        whole.said(&chat_words(language, "more", &json!({ "count": left_out })));
    }
    if let Some(place) = shop.place.as_deref().filter(|place| place.chars().count() <= LONGEST_URL) {
        whole.raw("\n\n");
        whole.link(place, &shop.site);
    }
    whole
}

fn render(shop: &Shop, language: Language, news: &News) -> Message {
    let mut text = Message::default();
    let mut say = |name: &str, values: &Value, quoted: Option<(&str, usize)>| {
        text.said(&chat_words(language, name, values));
        if let Some((quoted, longest)) = quoted {
            text.raw("\n");
            text.quote(quoted, longest);
        }
    };
    match news {
        News::DepositCredited { amount, code } => {
            say("deposit", &json!({ "amount": amount, "code": code }), None);
        }
        News::OrderEnded { order, service, end, refunded } => {
            let refunded = Some(*refunded).filter(|amount| *amount > 0);
            let values = json!({ "order": order, "refunded": refunded });
            say(&format!("order_{}", end.into_str()), &values, Some((service, LONGEST_NAME)));
        }
        News::TicketAnswered { ticket, text } => {
            say("ticket", &json!({ "ticket": ticket }), Some((text, LONGEST_TEXT)));
        }
        News::Answer { said, username } => {
            let values = json!({ "site": shop.site, "username": username });
            say(said.into_str(), &values, None);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> Shop {
        Shop { site: "Shop & <Co>".to_owned(), place: Some("https://panel.vn".to_owned()) }
    }

    fn ended(order: i64, service: &str, end: End, refunded: i64) -> News {
        News::OrderEnded { order, service: service.to_owned(), end, refunded }
    }

    #[test]
    fn both_languages_say_what_happened_and_how_much_came_back() {
        let news = [ended(1, "Likes", End::Completed, 0), ended(2, "Likes", End::Partial, 1200)];
        let said = |language| message(&shop(), language, &news).plain;
        let (vietnamese, english) = (said(Language::Vietnamese), said(Language::English));
        assert!(vietnamese.contains("#1") && vietnamese.contains("#2") && vietnamese.contains("1.200 ₫"));
        assert!(english.contains("1,200 ₫") && !english.contains(['{', '[']), "{english}");
    }

    #[test]
    fn hostile_text_is_text_and_many_are_counted() {
        let hostile = "</code><a href=\"https://evil.vn\">\u{202E}\n&nbsp;";
        let many: Vec<News> = (1..=40).map(|order| ended(order, hostile, End::Canceled, 5)).collect();
        let message = message(&shop(), Language::Vietnamese, &many);
        assert!(!message.html.contains("href=\"https://evil") && !message.plain.contains('\u{202E}'));
        assert!(message.html.contains("Shop &amp; &lt;Co&gt;") && message.html.contains("#40"));
        assert!(message.html.contains("28") && !message.html.contains("#28"), "{}", message.html);
        assert!(message.length() <= MAX_CHARS);
    }

    #[test]
    fn each_answer_has_its_words() {
        for said in [
            Answer::Linked,
            Answer::LinkOver,
            Answer::ChatTaken,
            Answer::Unlinked,
            Answer::Moved,
            Answer::OperatorFound,
            Answer::NobodyReads,
        ] {
            for language in [Language::Vietnamese, Language::English] {
                let news = News::Answer { said, username: Some("lan".to_owned()) };
                let text = message(&shop(), language, &[news]).plain;
                assert!(
                    text.contains(' ') && !text.contains(['{', '[']) && !text.contains(said.into_str()),
                    "{text}"
                );
            }
        }
    }
}
