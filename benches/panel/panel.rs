//! A panel under measurement: the release build as its own process, set up through its public API only.

use super::load::{Connection, get, send};
use super::machine::{Server, free_port};
use serde_json::{Value, json};
use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

pub const ADMIN: (&str, &str) = ("bench-admin", "bench-admin-password");
const PASSWORD: &str = "bench-customer-password";
/// Enough for every order that a run can place.
const FUNDS: i64 = 1_000_000_000_000;

/// Starts the panel on `folder/name.db`, with nothing of the caller's environment. The rate limits are off,
/// because all the load comes from one address; passwords are hashed at the lowest cost, because logging in is
/// not what is measured; the provider is an address where nobody listens, so that orders for it stay queued.
pub fn start(folder: &Path, name: &str) -> Server {
    start_for(folder, name, "http://127.0.0.1:9/api/v2")
}

/// `start`, with the provider at this address.
pub fn start_for(folder: &Path, name: &str, provider_url: &str) -> Server {
    let log = File::create(folder.join(format!("{name}.log"))).expect("the folder is writable");
    let mut command = Command::new(env!("CARGO_BIN_EXE_smm-panel"));
    command
        .current_dir(folder)
        .env_clear()
        .env("ROCKET_CONFIG", folder.join("no-such-file.toml"))
        .env("DATABASE_URL", folder.join(format!("{name}.db")))
        .env("ADMIN_USERNAME", ADMIN.0)
        .env("ADMIN_PASSWORD", ADMIN.1)
        .env("ADMIN_EMAIL", "admin@example.com")
        .env("RATE_LIMIT_PER_MINUTE", "0")
        .env("AUTH_RATE_LIMIT_PER_MINUTE", "0")
        .env("API_RATE_LIMIT_PER_MINUTE", "0")
        .env("BCRYPT_COST", "4")
        .env("BACKUP_EVERY_HOURS", "0")
        .env("BUMX_API_URL", provider_url)
        .env("BUMX_API_KEY", "bench")
        .stderr(log.try_clone().expect("a second handle to the log"))
        .stdout(log);
    Server::start(&mut command, free_port())
}

/// Sets things up and insists on success. Each call has a connection of its own, for an idle one is closed.
pub struct Caller(SocketAddr);

impl Caller {
    pub fn to(server: &Server) -> Self {
        Caller(server.address)
    }

    pub async fn send(&self, method: &str, path: &str, token: &str, body: &Value) -> Value {
        let mut connection = Connection::open(self.0).await;
        let status = connection.ask(&send(method, path, token, body)).await;
        assert!(status < 300, "{method} {path}: {status} {}", connection.body_text());
        serde_json::from_slice(connection.body()).unwrap_or(Value::Null)
    }

    pub async fn get(&self, path: &str, token: &str) -> Value {
        let mut connection = Connection::open(self.0).await;
        let status = connection.ask(&get(path, token)).await;
        assert_eq!(status, 200, "{path}: {}", connection.body_text());
        serde_json::from_slice(connection.body()).expect("JSON")
    }

    /// A token of a user who exists.
    pub async fn log_in(&self, login: &str, password: &str) -> String {
        let body = json!({ "login": login, "password": password });
        text(&self.send("POST", "/api/auth/login", "", &body).await["access_token"])
    }

    /// A token of a new customer with more money than a run can spend.
    pub async fn funded_customer(&self, admin: &str, number: usize) -> String {
        let name = format!("bench-{number}");
        let body = json!({ "username": name, "email": format!("{name}@example.com"), "password": PASSWORD });
        let answer = self.send("POST", "/api/auth/register", "", &body).await;
        let path = format!("/api/admin/users/{}/balance", answer["user"]["id"]);
        self.send("PUT", &path, admin, &json!({ "amount": FUNDS, "reason": "benchmark" })).await;
        text(&answer["access_token"])
    }

    /// The id of a new service, fulfilled by hand or by the provider that nobody reaches.
    pub async fn service(&self, admin: &str, number: usize, by_hand: bool) -> i64 {
        let mut body = json!({
            "name": format!("Followers {number}, slow and steady"), "category": format!("Category {}", number / 20),
            "description": "Starts within the hour, at most 500 a day, refilled for 30 days.",
            "rate": "12000", "min_quantity": 10, "max_quantity": 1_000_000,
        });
        if !by_hand {
            body["provider_id"] = json!(1);
            body["provider_service_id"] = json!(number.to_string());
            body["cost"] = json!("9000");
        }
        let answer = self.send("POST", "/api/admin/services", admin, &body).await;
        answer["id"].as_i64().expect("a service has an id")
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
