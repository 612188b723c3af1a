//! A panel in a process of its own, with an admin who also buys.

use super::binary::{Binary, command};
use super::fake_provider::FakeProvider;
use super::wire::Answer;
use serde_json::{Value, json};
use smm_panel::jobs::providers::try_provider;
use smm_panel::state::App;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub struct Operated {
    pub binary: Binary,
    token: String,
}

impl Operated {
    /// Starts it with this provider; the admin is made the first time.
    pub fn start(folder: &Path, api_url: &str, vars: &[(&str, &str)]) -> Operated {
        let ours = [
            ("ADMIN_USERNAME", "boss"),
            ("ADMIN_EMAIL", "boss@example.vn"),
            ("ADMIN_PASSWORD", "boss password"),
            ("BUMX_API_URL", api_url),
            ("BUMX_API_KEY", "bumx-test-key"),
            ("BUMX_SYNC_SECONDS", "1"),
            ("BUMX_TIMEOUT_SECONDS", "5"),
            ("BUMX_ADD_TIMEOUT_SECONDS", "5"),
        ];
        let vars: Vec<(&str, &str)> = ours.iter().chain(vars).copied().collect();
        Operated::log_in(Binary::start(folder, &[], &vars), "boss", "boss password")
    }

    pub fn log_in(binary: Binary, login: &str, password: &str) -> Operated {
        let body = json!({ "login": login, "password": password }).to_string();
        let answer = binary.send("POST", "/api/auth/login", &[], body.as_bytes()).expect(200);
        let token = answer["access_token"].as_str().unwrap().to_owned();
        Operated { binary, token }
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    pub fn get(&self, path: &str) -> Value {
        self.send("GET", path, &Value::Null).unwrap().expect(200)
    }

    /// `None`: the process is gone.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Option<Answer> {
        let bearer = format!("Bearer {}", self.token);
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.binary.try_send(method, path, &[("Authorization", &bearer)], &body)
    }

    /// A service of the provider and ten million to buy it with; its id.
    pub fn stock(&self) -> i64 {
        let me = self.get("/api/auth/me")["id"].clone();
        let funds = json!({ "amount": 10_000_000, "reason": "for the test" });
        self.send("PUT", &format!("/api/admin/users/{me}/balance"), &funds).unwrap().expect(200);
        let service = json!({
            "name": "Likes", "category": "TikTok", "rate": "12000", "min_quantity": 1, "max_quantity": 1_000_000,
            "provider_id": 1, "provider_service_id": "2"
        });
        let made = self.send("POST", "/api/admin/services", &service).unwrap().expect(201);
        made["id"].as_i64().unwrap()
    }

    /// Buys by this link; the order, or `None` when the process is gone.
    pub fn try_buy(&self, service: i64, link: &str) -> Option<Value> {
        let wish = json!({ "service_id": service, "link": link, "quantity": 100 });
        Some(self.send("POST", "/api/orders", &wish)?.expect(201))
    }

    pub fn buy(&self, service: i64, link: &str) -> i64 {
        self.try_buy(service, link).unwrap()["id"].as_i64().unwrap()
    }

    /// The order as the admin sees it.
    pub fn order(&self, id: i64) -> Value {
        // Not by search: that finds the number in links too.
        self.get(&format!("/api/admin/orders/{id}"))
    }
}

/// Does something while the job that tries providers works beside.
pub fn while_trying<T>(app: &App, work: impl FnOnce() -> T) -> T {
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::SeqCst) {
                try_provider::tick(app);
                app.trials.wait(Duration::from_millis(20));
            }
        });
        let done = work();
        is_done.store(true, Ordering::SeqCst);
        done
    })
}

/// Until it holds, for at most ten seconds.
#[track_caller]
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(10), "not within ten seconds: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Until so many `add` requests have arrived.
#[track_caller]
pub fn until_adds(provider: &FakeProvider, count: usize) {
    eventually("the orders arrive", || provider.requests_for("add").len() >= count);
}

/// That `smm-panel audit` proves the ledger.
#[track_caller]
pub fn proven(folder: &Path) {
    let proof = command(folder, &["audit"], &[]).output().unwrap();
    assert!(proof.status.success(), "{}", String::from_utf8_lossy(&proof.stdout));
}
