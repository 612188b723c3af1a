//! A Telegram that takes messages over real sockets, answers as told, and remembers what it was sent; and that has
//! messages for the bot.

use super::fake::Fake;
use super::http::{Recorded, answer, read_request};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Like every bot's token in shape.
pub const TOKEN: &str = "700112233:AAF-secret_of_the_bot";
/// What the bot is called.
pub const BOT: &str = "shop_bot";

#[derive(Default)]
struct State {
    /// Bytes to answer with; none: close without a word.
    script: VecDeque<Option<Vec<u8>>>,
    requests: Vec<Recorded>,
    /// What waits for the bot, and whether it forgets what was confirmed, as Telegram does.
    updates: Vec<Value>,
    repeats: bool,
    /// Answers to questions, in the place of updates and names.
    readings: VecDeque<Vec<u8>>,
    /// Questions so far: the method, and what was asked.
    questions: Vec<(String, Value)>,
    /// How long a question waits.
    holds: Duration,
}

/// Runs until dropped.
pub struct FakeTelegram {
    state: Arc<Mutex<State>>,
    server: Fake,
}

impl FakeTelegram {
    pub fn start() -> FakeTelegram {
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let server = Fake::start(move |connection| serve(&shared, connection));
        FakeTelegram { state, server }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port)
    }

    /// The answer to the next message that has none yet.
    pub fn next(&self, status: u16, body: Value) {
        let bytes = answer(status, "application/json", &body.to_string());
        self.state.lock().unwrap().script.push_back(Some(bytes));
    }

    /// An error as Telegram words it.
    pub fn next_error(&self, code: u16, description: &str, parameters: Value) {
        self.next(
            code,
            json!({ "ok": false, "error_code": code, "description": description, "parameters": parameters }),
        );
    }

    /// The next message is read, and the connection closed.
    pub fn next_silence(&self) {
        self.state.lock().unwrap().script.push_back(None);
    }

    /// Something that the bot is told.
    pub fn tells(&self, update: Value) {
        self.state.lock().unwrap().updates.push(update);
    }

    /// From now on what was confirmed comes again.
    pub fn repeats(&self) {
        self.state.lock().unwrap().repeats = true;
    }

    /// Questions are answered so late, as while nobody writes to the bot.
    pub fn holds(&self, time: Duration) {
        self.state.lock().unwrap().holds = time;
    }

    /// The answer to the next question.
    pub fn next_reading(&self, status: u16, body: &Value) {
        let bytes = answer(status, "application/json", &body.to_string());
        self.state.lock().unwrap().readings.push_back(bytes);
    }

    /// What was asked by this method.
    pub fn questions(&self, method: &str) -> Vec<Value> {
        let state = self.state.lock().unwrap();
        state.questions.iter().filter(|(asked, _)| asked == method).map(|(_, body)| body.clone()).collect()
    }

    /// The calls that send.
    pub fn requests(&self) -> Vec<Recorded> {
        self.state.lock().unwrap().requests.clone()
    }

    /// The bodies of all calls so far.
    pub fn messages(&self) -> Vec<Value> {
        self.requests().iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
    }

    /// The texts of all calls so far.
    pub fn texts(&self) -> Vec<String> {
        self.messages().iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    }
}

fn serve(state: &Mutex<State>, mut connection: TcpStream) {
    let Ok(request) = read_request(&mut connection) else { return };
    let method = request.path.rsplit('/').next().unwrap_or_default().to_owned();
    if matches!(method.as_str(), "getMe" | "getUpdates") {
        let (reply, wait) = answered(&mut state.lock().unwrap(), &method, &request.body);
        thread::spawn(move || {
            thread::sleep(wait);
            let _ = connection.write_all(&reply);
            let _ = connection.shutdown(Shutdown::Both);
        });
        return;
    }
    let reply = {
        let mut state = state.lock().unwrap();
        state.requests.push(request);
        let sent = answer(200, "application/json", r#"{"ok":true,"result":{"message_id":5}}"#);
        state.script.pop_front().unwrap_or(Some(sent))
    };
    let _ = reply.map(|bytes| connection.write_all(&bytes));
    let _ = connection.shutdown(Shutdown::Both);
}

/// Its answer to a question, and after what time.
fn answered(state: &mut State, method: &str, body: &[u8]) -> (Vec<u8>, Duration) {
    let asked: Value = serde_json::from_slice(body).unwrap();
    state.questions.push((method.to_owned(), asked.clone()));
    if let Some(scripted) = state.readings.pop_front() {
        return (scripted, Duration::ZERO);
    }
    let offset = asked["offset"].as_i64().unwrap_or(i64::MIN);
    if !state.repeats {
        state.updates.retain(|update| update["update_id"].as_i64().is_none_or(|id| id >= offset));
    }
    let is_name = method == "getMe";
    let wait = if is_name || !state.updates.is_empty() { Duration::ZERO } else { state.holds };
    let result = if is_name {
        json!({ "id": 700_112_233, "is_bot": true, "first_name": "Shop", "username": BOT })
    } else {
        json!(state.updates)
    };
    (answer(200, "application/json", &json!({ "ok": true, "result": result }).to_string()), wait)
}
