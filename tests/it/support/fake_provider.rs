//! A provider that speaks API v2 over real sockets, behaves unless told otherwise, and remembers what it was asked.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::Write;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};
use socket2::SockRef;

use super::http::{Recorded, answer, read_request};
use super::reply::{Act, Reply};

/// Runs until dropped. Clone-free on purpose: share it by reference.
pub struct FakeProvider {
    shared: Arc<Shared>,
    port: u16,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    stopping: Condvar,
}

struct State {
    stopped: bool,
    script: VecDeque<Reply>,
    script_for: HashMap<String, VecDeque<Reply>>,
    /// To every request for this action that is in no script.
    always_for: HashMap<String, Reply>,
    /// To every other request.
    otherwise: Reply,
    /// Orders it breaks down over when asked for.
    poison: Vec<String>,
    requests: Vec<Recorded>,
    connections: HashMap<usize, TcpStream>,
    connected: usize,
    unanswered: usize,
    most_at_once: usize,
    next_order: u64,
    reports: BTreeMap<String, Value>,
    /// Ids and links, oldest first.
    taken: Vec<(String, String)>,
    balance: Value,
    services: Value,
}

impl FakeProvider {
    pub fn start() -> Self {
        Self::start_on(0)
    }

    /// On this port, which nobody else may have.
    pub fn start_on(port: u16) -> Self {
        Self::start_with(TcpListener::bind(("127.0.0.1", port)).unwrap())
    }

    pub fn start_with(listener: TcpListener) -> Self {
        let port = listener.local_addr().unwrap().port();
        let state = State {
            stopped: false,
            script: VecDeque::new(),
            script_for: HashMap::new(),
            always_for: HashMap::new(),
            otherwise: Reply::ok(),
            poison: Vec::new(),
            requests: Vec::new(),
            connections: HashMap::new(),
            connected: 0,
            unanswered: 0,
            most_at_once: 0,
            next_order: 884_120,
            reports: BTreeMap::new(),
            taken: Vec::new(),
            balance: json!({ "balance": "1000000.00", "currency": "VND" }),
            services: json!([]),
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), stopping: Condvar::new() });
        let inner = Arc::clone(&shared);
        let accepting = thread::spawn(move || inner.accept(&listener));
        Self { shared, port, accepting: Some(accepting) }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/api/v2", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The reaction to the next request that has none of its own action's; in the order given.
    pub fn next(&self, reply: Reply) {
        self.shared.lock().script.push_back(reply);
    }

    /// The reaction to the next request for this action.
    pub fn next_for(&self, action: &str, reply: Reply) {
        self.shared.lock().script_for.entry(action.to_owned()).or_default().push_back(reply);
    }

    /// The reaction to every request for this action from now on that is not in a script.
    pub fn always_for(&self, action: &str, reply: Reply) {
        self.shared.lock().always_for.insert(action.to_owned(), reply);
    }

    /// The reaction to every request from now on of which nothing else is said.
    pub fn otherwise(&self, reply: Reply) {
        self.shared.lock().otherwise = reply;
    }

    /// From now on status calls that name this order break down.
    pub fn poison(&self, order: &str) {
        self.shared.lock().poison.push(order.to_owned());
    }

    /// What status calls say about an order from now on: any JSON. An order taken starts as "In progress".
    pub fn set_report(&self, order: &str, report: Value) {
        self.shared.lock().reports.insert(order.to_owned(), report);
    }

    pub fn set_balance(&self, amount: &str, currency: &str) {
        self.shared.lock().balance = json!({ "balance": amount, "currency": currency });
    }

    /// What it lists from now on: any JSON.
    pub fn set_services(&self, services: Value) {
        self.shared.lock().services = services;
    }

    /// The ids of the orders it has taken by this link, oldest first.
    pub fn taken(&self, link: &str) -> Vec<String> {
        let state = self.shared.lock();
        state.taken.iter().filter(|(_, theirs)| theirs == link).map(|(id, _)| id.clone()).collect()
    }

    /// All requests that arrived in full, oldest first.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.lock().requests.clone()
    }

    pub fn requests_for(&self, action: &str) -> Vec<Recorded> {
        self.requests().into_iter().filter(|request| request.action == action).collect()
    }

    /// How many requests were waiting for their answers at the same moment, at most.
    pub fn most_at_once(&self) -> usize {
        self.shared.lock().most_at_once
    }

    /// Connections made so far, with or without a request.
    pub fn connected(&self) -> usize {
        self.shared.lock().connected
    }
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        let connections = {
            let mut state = self.shared.lock();
            state.stopped = true;
            std::mem::take(&mut state.connections)
        };
        self.shared.stopping.notify_all();
        for connection in connections.values() {
            let _ = connection.shutdown(Shutdown::Both);
        }
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        let finished = self.accepting.take().map(JoinHandle::join);
        if !thread::panicking() {
            finished.unwrap().expect("the fake provider itself failed");
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn accept(&self, listener: &TcpListener) {
        thread::scope(|scope| {
            for connection in listener.incoming() {
                let connection = connection.unwrap();
                let mut state = self.lock();
                if state.stopped {
                    return;
                }
                state.connected += 1;
                let number = state.connected;
                state.connections.insert(number, connection.try_clone().unwrap());
                let silent = matches!(state.script.front(), Some(Reply { act: Act::Silent, .. }));
                if silent {
                    state.script.pop_front();
                } else {
                    drop(state);
                    scope.spawn(move || {
                        self.serve(connection);
                        self.lock().connections.remove(&number);
                    });
                }
            }
        });
    }

    fn serve(&self, mut connection: TcpStream) {
        let Ok(request) = read_request(&mut connection) else { return };
        let reply = {
            let mut state = self.lock();
            state.requests.push(request.clone());
            state.unanswered += 1;
            state.most_at_once = state.most_at_once.max(state.unanswered);
            let own = state.script_for.get_mut(&request.action).and_then(VecDeque::pop_front);
            let own = own.or_else(|| state.script.pop_front());
            own.or_else(|| state.always_for.get(&request.action).cloned())
                .unwrap_or_else(|| state.otherwise.clone())
        };
        self.pause(reply.delay);
        self.lock().unanswered -= 1;
        // A client that has gone away is what some of the scripts are for.
        let _ = self.perform(reply.act, &request, &connection);
        let _ = connection.shutdown(Shutdown::Both);
    }

    fn perform(&self, act: Act, request: &Recorded, mut to: &TcpStream) -> std::io::Result<()> {
        match act {
            Act::Behave => to.write_all(&self.behave(request)),
            Act::BehaveCut(count) => {
                let bytes = self.behave(request);
                to.write_all(&bytes[..count.min(bytes.len())])
            }
            Act::BehaveDripped(pause) => self.behave(request).iter().try_for_each(|byte| {
                self.pause(pause);
                to.write_all(&[*byte])
            }),
            Act::Bytes(bytes) => to.write_all(&bytes),
            Act::Endless => {
                to.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")?;
                loop {
                    to.write_all(&[b' '; 4096])?;
                }
            }
            Act::Hang | Act::Silent => {
                self.pause(Duration::MAX);
                Ok(())
            }
            Act::Reset => SockRef::from(to).set_linger(Some(Duration::ZERO)),
            Act::Close => Ok(()),
        }
    }

    /// Waits, but not past the end of the test.
    fn pause(&self, time: Duration) {
        if !time.is_zero() {
            drop(self.stopping.wait_timeout_while(self.lock(), time, |state| !state.stopped).unwrap());
        }
    }

    fn behave(&self, request: &Recorded) -> Vec<u8> {
        let mut state = self.lock();
        let is_poisoned = |id: &str| state.poison.iter().any(|poison| poison == id);
        if request.field("orders").split(',').any(is_poisoned) || is_poisoned(request.field("order")) {
            return answer(500, "text/html", "<html><body>Server error</body></html>");
        }
        let body = match request.action.as_str() {
            "add" => state.take_order(request.field("link")),
            "status" => state.report(request),
            "balance" => state.balance.clone(),
            "services" => state.services.clone(),
            _ => json!({ "error": "Incorrect request" }),
        };
        answer(200, "text/html; charset=UTF-8", &body.to_string())
    }
}

impl State {
    fn take_order(&mut self, link: &str) -> Value {
        let id = self.next_order;
        self.taken.push((id.to_string(), link.to_owned()));
        self.next_order += 1;
        let report = json!({
            "charge": "0", "start_count": "0", "status": "In progress", "remains": "0", "currency": "VND"
        });
        self.reports.insert(id.to_string(), report);
        json!({ "order": id })
    }

    fn report(&self, request: &Recorded) -> Value {
        let unknown = || json!({ "error": "Incorrect order ID" });
        let one = |id: &str| self.reports.get(id).cloned().unwrap_or_else(unknown);
        match request.fields.get("orders") {
            None => one(request.field("order")),
            Some(ids) => ids.split(',').map(|id| (id.to_owned(), one(id))).collect(),
        }
    }
}
