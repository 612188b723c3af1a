//! A Telegram that takes messages over real sockets, answers as told, and remembers what it was sent.

use super::fake::Fake;
use super::http::{Recorded, answer, read_request};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};

/// Like every bot's token in shape.
pub const TOKEN: &str = "700112233:AAF-secret_of_the_bot";

#[derive(Default)]
struct State {
    /// Bytes to answer with; none: close without a word.
    script: VecDeque<Option<Vec<u8>>>,
    requests: Vec<Recorded>,
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
    let reply = {
        let mut state = state.lock().unwrap();
        state.requests.push(request);
        let sent = answer(200, "application/json", r#"{"ok":true,"result":{"message_id":5}}"#);
        state.script.pop_front().unwrap_or(Some(sent))
    };
    let _ = reply.map(|bytes| connection.write_all(&bytes));
    let _ = connection.shutdown(Shutdown::Both);
}
