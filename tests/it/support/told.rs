//! An operator who listens, and a courier driven by hand.

use super::app::TestApp;
use super::fake_telegram::{FakeTelegram, TOKEN};
use smm_panel::jobs::deliver::TelegramSender;
use smm_panel::notify::{self, Notice};
use std::time::{Duration, Instant};

/// A panel whose operator listens, in a private chat.
pub struct Told {
    pub app: TestApp,
    pub telegram: FakeTelegram,
    pub courier: TelegramSender,
    /// The courier's monotonic clock.
    pub now: Instant,
}

impl Told {
    pub fn start() -> Told {
        Told::with(&[])
    }

    pub fn with(vars: &[(&str, &str)]) -> Told {
        let telegram = FakeTelegram::start();
        let url = telegram.url();
        let ours = [
            ("TELEGRAM_BOT_TOKEN", TOKEN),
            ("TELEGRAM_CHAT_ID", "700112233"),
            ("TELEGRAM_API_URL", url.as_str()),
        ];
        let app = TestApp::with(&[vars, &ours].concat());
        let courier = TelegramSender::new(&app.app);
        Told { app, telegram, courier, now: Instant::now() }
    }

    pub fn step(&mut self) -> bool {
        self.courier.step(self.now)
    }

    pub fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    /// Sends all that may be sent, at Telegram's pace; what was said.
    pub fn deliver(&mut self) -> Vec<String> {
        let before = self.telegram.requests().len();
        self.pass(4);
        while self.step() {
            self.pass(4);
        }
        self.telegram.texts().split_off(before)
    }

    pub fn post(&self, notice: Notice) {
        self.app.write(move |tx| notify::post(tx, &notice).unwrap());
    }

    pub fn states(&self) -> Vec<(String, i64)> {
        let read = |tx: &smm_panel::db::ReadTx| {
            tx.all("SELECT state, attempts FROM notices ORDER BY id", (), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
        };
        self.app.app.db.read_now(read).unwrap()
    }

    pub fn state(&self) -> String {
        self.states().remove(0).0
    }

    pub fn trouble(&self) -> Option<String> {
        self.app.app.db.read_now(notify::status).unwrap().trouble.map(|note| note.to_string())
    }
}

/// A notice without a cause.
pub fn price(service: i64) -> Notice {
    let text = |text: &str| text.to_owned();
    Notice::Price { service, name: text("Likes"), before: text("8000"), now: text("9000"), paused: true }
}
