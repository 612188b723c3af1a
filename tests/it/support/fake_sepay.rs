//! SePay's list of transfers over real sockets: what the bank knows, page by page, or whatever a test wants said.

use super::app::{ACCOUNT_NUMBER, TestApp};
use super::fake::Fake;
use super::http::{Recorded, answer, read_request};
use serde_json::{Value, json};
use smm_panel::jobs::runtime::JobResult;
use smm_panel::jobs::scheduled::reconcile;
use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};

pub const TOKEN: &str = "sepay-api-token-of-the-shop";

#[derive(Default)]
struct State {
    rows: Vec<Value>,
    rising: bool,
    /// Bytes to answer with; none: hold the line.
    script: VecDeque<Option<Vec<u8>>>,
    held: Vec<TcpStream>,
    requests: Vec<Recorded>,
}

/// Runs until dropped.
pub struct FakeSepay {
    state: Arc<Mutex<State>>,
    server: Fake,
}

/// An incoming transfer to the panel's account as the list has it.
pub fn listed(id: i64, amount: &str, content: &str) -> Value {
    json!({
        "id": id.to_string(), "bank_brand_name": "MBBank", "account_number": ACCOUNT_NUMBER,
        "transaction_date": "2026-11-22 09:14:22", "amount_out": "0.00", "amount_in": amount,
        "accumulated": "0.00", "transaction_content": content, "reference_number": "FT26278000111",
        "code": null, "sub_account": null, "bank_account_id": "17"
    })
}

impl FakeSepay {
    pub fn start() -> FakeSepay {
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let server = Fake::start(move |connection| serve(&shared, connection));
        FakeSepay { state, server }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port)
    }

    /// A panel that has the token, and this SePay.
    pub fn panel(&self) -> TestApp {
        TestApp::with(&[("SEPAY_API_TOKEN", TOKEN), ("SEPAY_API_URL", &self.url())])
    }

    /// The bank has seen a transfer.
    pub fn sees(&self, row: Value) {
        self.state.lock().unwrap().rows.push(row);
    }

    /// From now on the oldest come first.
    pub fn rises(&self) {
        self.state.lock().unwrap().rising = true;
    }

    /// The answer to the next request that has none yet.
    pub fn next(&self, status: u16, body: &str) {
        self.next_bytes(answer(status, "application/json", body));
    }

    pub fn next_bytes(&self, bytes: Vec<u8>) {
        self.state.lock().unwrap().script.push_back(Some(bytes));
    }

    /// The next request is read and never answered.
    pub fn next_hangs(&self) {
        self.state.lock().unwrap().script.push_back(None);
    }

    pub fn requests(&self) -> Vec<Recorded> {
        self.state.lock().unwrap().requests.clone()
    }
}

/// One round of the job.
pub fn round(app: &TestApp) -> JobResult {
    reconcile::tick(&app.app)
}

fn serve(state: &Mutex<State>, mut connection: TcpStream) {
    let Ok(request) = read_request(&mut connection) else { return };
    let mut state = state.lock().unwrap();
    state.requests.push(request.clone());
    match state.script.pop_front() {
        Some(None) => return state.held.push(connection),
        Some(Some(bytes)) => drop(connection.write_all(&bytes)),
        None => drop(connection.write_all(&state.behave(&request))),
    }
    drop(connection.shutdown(Shutdown::Both));
}

impl State {
    fn behave(&self, request: &Recorded) -> Vec<u8> {
        if request.headers.get("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return answer(200, "text/html", "");
        }
        let (path, query) = request.path.split_once('?').unwrap();
        assert_eq!((request.method.as_str(), path), ("GET", "/userapi/transactions/list"));
        let query: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let id = |row: &Value| row["id"].as_str().and_then(|id| id.parse::<i64>().ok()).unwrap_or(0);
        let date = |row: &Value| row["transaction_date"].as_str().unwrap().to_owned();
        let asked = |name: &str| query.get(name).cloned();
        let since = asked("since_id").map_or(0, |id| id.parse().unwrap());
        let mut rows: Vec<Value> = self.rows.clone();
        rows.retain(|row| {
            id(row) >= since
                && asked("transaction_date_min").is_none_or(|least| date(row) >= least)
                && asked("transaction_date_max").is_none_or(|most| date(row) <= most)
        });
        rows.sort_by_key(|row| if self.rising { id(row) } else { -id(row) });
        rows.truncate(asked("limit").map_or(5000, |limit| limit.parse().unwrap()));
        let list =
            json!({ "status": 200, "error": null, "messages": { "success": true }, "transactions": rows });
        answer(200, "application/json", &list.to_string())
    }
}
