//! Customers who are told by Telegram, with a courier and a listener driven by hand.

use super::app::TestApp;
use super::fake_telegram::{BOT, FakeTelegram, TOKEN};
use super::member::Member;
use serde_json::{Value, json};
use smm_panel::jobs::deliver::TelegramSender;
use smm_panel::jobs::runtime::JobResult;
use smm_panel::jobs::scheduled::telegram;
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub const TELEGRAM: &str = "/api/user/telegram";
/// What a link begins with.
pub const LINK: &str = "https://t.me/shop_bot?start=";

/// A panel with a bot and no chat of the operator's.
pub struct Chats {
    pub app: TestApp,
    pub telegram: FakeTelegram,
    courier: RefCell<TelegramSender>,
    /// The courier's monotonic clock.
    now: Cell<Instant>,
    next_update: Cell<i64>,
}

impl Chats {
    /// The bot has told its name.
    pub fn start() -> Chats {
        Chats::with(&[])
    }

    pub fn with(vars: &[(&str, &str)]) -> Chats {
        let chats = Chats::in_folder(TempDir::new().unwrap(), FakeTelegram::start(), vars);
        chats.listen().unwrap();
        chats
    }

    pub fn in_folder(folder: TempDir, telegram: FakeTelegram, vars: &[(&str, &str)]) -> Chats {
        let url = telegram.url();
        let ours = [("TELEGRAM_BOT_TOKEN", TOKEN), ("TELEGRAM_API_URL", url.as_str())];
        let app = TestApp::in_folder(folder, &[vars, &ours].concat());
        let courier = RefCell::new(TelegramSender::new(&app.app));
        Chats { app, telegram, courier, now: Cell::new(Instant::now()), next_update: Cell::new(9001) }
    }

    /// The panel ends and another one begins, at the same Telegram.
    pub fn again(self) -> Chats {
        let Chats { app, telegram, next_update, .. } = self;
        Chats { next_update, ..Chats::in_folder(app.stop(), telegram, &[]) }
    }

    /// Reads what the bot is told, without waiting for it.
    pub fn listen(&self) -> JobResult {
        telegram::run(&self.app.app, 0)
    }

    /// Somebody writes to the bot in a private chat.
    pub fn writes(&self, chat: i64, text: &str) {
        let chat = json!({ "id": chat, "type": "private", "first_name": format!("Chat {chat}") });
        self.tells(json!({ "from": { "id": 1, "is_bot": false }, "chat": chat, "text": text }));
    }

    pub fn tells(&self, message: Value) {
        let id = self.next_update.replace(self.next_update.get() + 1);
        self.telegram.tells(json!({ "update_id": id, "message": message }));
    }

    /// The token of a new link.
    pub fn token(&self, of: &Member) -> String {
        let made = of.post(TELEGRAM, json!({})).expect(201);
        made["url"].as_str().unwrap().strip_prefix(LINK).unwrap().to_owned()
    }

    /// Links this chat to the user's account; what is said there.
    pub fn link(&self, of: &Member, chat: i64) -> String {
        self.writes(chat, &format!("/start {}", self.token(of)));
        self.listen().unwrap();
        self.delivered().into_iter().map(|(_, text)| text).collect()
    }

    /// Which chat is told, by its name.
    pub fn linked(&self, of: &Member) -> Option<String> {
        let shown = of.get(TELEGRAM).expect(200);
        assert_eq!(shown["linked"], !shown["chat"].is_null());
        shown["chat"]["name"].as_str().map(str::to_owned)
    }

    pub fn step(&self) -> bool {
        self.courier.borrow_mut().step(self.now.get())
    }

    pub fn pass(&self, seconds: u64) {
        self.now.set(self.now.get() + Duration::from_secs(seconds));
    }

    /// Sends all that may be sent: the chats, and what is said there.
    pub fn delivered(&self) -> Vec<(i64, String)> {
        let before = self.telegram.requests().len();
        self.pass(4);
        while self.step() {
            self.pass(4);
        }
        let sent = self.telegram.messages().split_off(before);
        let said = |message: &Value| {
            (message["chat_id"].as_i64().unwrap(), message["text"].as_str().unwrap().to_owned())
        };
        sent.iter().map(said).collect()
    }

    /// The same a minute later, when nothing waits for company any more.
    pub fn delivered_later(&self) -> Vec<(i64, String)> {
        self.app.clock.advance_seconds(60);
        self.delivered()
    }
}

/// The bot's name stands in the links.
#[test]
fn links_lead_to_the_bot() {
    assert_eq!(LINK, format!("https://t.me/{BOT}?start="));
}
