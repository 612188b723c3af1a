//! A panel in a process of its own, with an admin who also buys.

use super::binary::{Binary, command};
use super::fake_provider::FakeProvider;
use super::wire::Answer;
use rusqlite::Connection;
use serde_json::{Value, json};
use smm_panel::jobs::providers::try_provider;
use smm_panel::state::App;
use std::hash::{BuildHasher, Hasher, RandomState};
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

    /// Decides what is parked as an operator does who asks the provider: `taken` has the ids there of a link's orders.
    pub fn decide(&self, taken: impl Fn(&str) -> Vec<String>) {
        let parked = || self.get("/api/admin/orders?review=true&limit=100")["items"].clone();
        if parked() == json!([]) {
            return;
        }
        // What is still on its way arrives meanwhile: no answer is delayed for longer.
        std::thread::sleep(Duration::from_millis(1000));
        for order in parked().as_array().unwrap().iter().filter(|order| order["dispatch"] == "review") {
            let path = format!("/api/admin/orders/{}/resolve", order["id"]);
            let resolve = |body: Value| self.send("POST", &path, &body).unwrap().status;
            // One that is linked to an order already is refused.
            let is_there = taken(order["link"].as_str().unwrap())
                .into_iter()
                .any(|id| resolve(json!({ "action": "sent", "provider_order_id": id })) == 200);
            println!("order {} was parked, and is there: {is_there}", order["id"]);
            if !is_there {
                assert_eq!(resolve(json!({ "action": "resend" })), 200);
            }
        }
    }
}

/// Keeps the panel from writing until dropped.
#[expect(clippy::disallowed_methods, reason = "somebody else's lock on the file is what is tried out")]
pub fn hold_the_writer(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("smm-panel.db")).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

/// Some time of at most a second, mostly a short one.
pub fn a_moment() -> Duration {
    let random = RandomState::new().build_hasher().finish();
    let moment = Duration::from_millis(1 << (random % 11));
    println!("a moment of {moment:?}");
    moment
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
pub fn eventually(what: &str, holds: impl FnMut() -> bool) {
    within(10, what, holds);
}

/// Until it holds, for at most so many seconds.
#[track_caller]
pub fn within(seconds: u64, what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(seconds), "not within {seconds} seconds: {what}");
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
