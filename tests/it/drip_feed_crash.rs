//! The process is killed at each step of a drip-feed, with the real binary: no run is lost, none is made or sent twice,
//! and the parent's money proves.

use crate::support::away::{Closed, Full};
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, a_moment, eventually, hold_the_writer, proven, until_adds, within};
use crate::support::reply::Reply;
use crate::support::sourced::says;
use serde_json::{Value, json};
use smm_panel::kernel::clock::Clock;
use std::time::Duration;
use tempfile::TempDir;

const LINK: &str = "https://www.tiktok.com/@ten";
/// Of a run of a hundred.
const SHARE: i64 = 1200;

/// A panel that is killed and starts again, and a drip-feed in it.
struct Fed {
    folder: TempDir,
    api_url: String,
    running: Option<Operated>,
    id: i64,
}

impl Fed {
    /// So many runs, one right after the other.
    fn start(api_url: &str, runs: i64) -> Fed {
        Fed::buy(api_url, json!({ "runs": runs, "interval": 0 }))
    }

    fn buy(api_url: &str, more: Value) -> Fed {
        let folder = TempDir::new().unwrap();
        let panel = Operated::start(folder.path(), api_url, &[]);
        let service = panel.stock();
        let path = format!("/api/admin/services/{service}");
        panel.send("PUT", &path, &json!({ "dripfeed": true })).unwrap().expect(200);
        let mut wish = json!({ "service_id": service, "link": LINK, "quantity": 100 });
        wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = panel.send("POST", "/api/orders", &wish).unwrap().expect(201);
        Fed { folder, api_url: api_url.to_owned(), running: Some(panel), id: made["id"].as_i64().unwrap() }
    }

    fn panel(&self) -> &Operated {
        self.running.as_ref().unwrap()
    }

    fn kill(&mut self) {
        self.running.take().unwrap().binary.kill();
    }

    fn begin(&mut self) {
        proven(self.folder.path());
        self.running = Some(Operated::start(self.folder.path(), &self.api_url, &[]));
    }

    fn restart(&mut self) {
        self.kill();
        self.begin();
    }

    fn parent(&self) -> Value {
        self.panel().order(self.id)
    }

    /// The first one first.
    fn runs(&self) -> Vec<Value> {
        let page = self.panel().get(&format!("/api/admin/orders?parent_id={}", self.id));
        page["items"].as_array().unwrap().iter().rev().cloned().collect()
    }

    /// Until the last run is there; it stands like this then.
    #[track_caller]
    fn until_run(&self, dispatch: &str) {
        eventually(dispatch, || self.runs().last().is_some_and(|run| run["dispatch"] == dispatch));
    }

    fn cancel(&self) -> Option<u16> {
        let path = format!("/api/orders/{}/cancel", self.id);
        self.panel().send("POST", &path, &json!({})).map(|answer| answer.status)
    }

    /// Until it is over; meanwhile the operator decides what is parked, and the provider says `ends` of its orders in
    /// their turn, the last one of all that follow. Then so many runs were made and sent, each once, and so much of
    /// `paid` for all is paid.
    #[track_caller]
    fn ends(mut self, provider: &FakeProvider, ends: &[Value], status: &str, runs: usize, paid: i64) {
        within(30, "it is over", || {
            self.panel().decide(|link| provider.taken(link));
            let said = ends.iter().chain(std::iter::repeat(ends.last().unwrap()));
            for (id, end) in provider.taken(LINK).iter().zip(said) {
                provider.set_report(id, end.clone());
            }
            self.parent()["status"] == status
        });
        std::thread::sleep(Duration::from_millis(1200));
        assert_eq!((self.runs().len(), provider.taken(LINK).len()), (runs, runs), "{:?}", self.runs());
        let (parent, money) = (self.parent(), self.panel().get("/api/user/balance"));
        let refunded = parent["charge"].as_i64().unwrap() - paid;
        assert_eq!((&parent["status"], &parent["refunded"]), (&json!(status), &json!(refunded)));
        assert_eq!((&money["balance"], &money["total_spent"]), (&json!(10_000_000 - paid), &json!(paid)));
        self.kill();
        proven(self.folder.path());
    }
}

fn completed() -> Value {
    json!({ "status": "Completed", "remains": "0" })
}

fn partial(remains: i64) -> Value {
    json!({ "status": "Partial", "remains": remains.to_string() })
}

#[test]
fn killed_before_a_run_is_on_disk_it_begins_at_the_next_start() {
    let provider = FakeProvider::start();
    let at = Clock::system().now().plus_seconds(3).rfc3339();
    let mut fed = Fed::buy(&provider.url(), json!({ "runs": 2, "interval": 0, "start_at": at }));
    let lock = hold_the_writer(fed.folder.path());
    std::thread::sleep(Duration::from_secs(4));
    assert!(fed.runs().is_empty() && provider.requests_for("add").is_empty());
    fed.kill();
    drop(lock);
    fed.begin();
    fed.ends(&provider, &[completed()], "completed", 2, 2 * SHARE);
}

#[test]
fn killed_while_a_run_is_queued_it_is_sent_once() {
    let closed = Closed::start();
    let mut fed = Fed::start(&closed.url(), 2);
    eventually("it comes back to the queue", || {
        fed.runs().first().is_some_and(|run| run["dispatch"] == "queued" && !run["dispatch_note"].is_null())
    });
    fed.kill();
    let provider = closed.open();
    fed.begin();
    fed.ends(&provider, &[completed()], "completed", 2, 2 * SHARE);
    assert_eq!(provider.requests_for("add").len(), 2);
}

#[test]
fn killed_between_the_claim_and_the_request_no_other_run_begins_before_a_person_has_decided() {
    let full = Full::start();
    let (url, port) = (full.url(), full.address.port());
    let mut fed = Fed::start(&url, 2);
    fed.until_run("sending");
    fed.kill();
    drop(full);
    let provider = FakeProvider::start_on(port);
    fed.begin();
    std::thread::sleep(Duration::from_millis(2500));
    let runs = fed.runs();
    assert_eq!((runs.len(), &runs[0]["dispatch"]), (1, &json!("review")));
    assert_eq!(provider.requests_for("add").len(), 0);
    fed.ends(&provider, &[completed()], "completed", 2, 2 * SHARE);
}

#[test]
fn killed_before_the_answer_or_before_it_is_on_disk_the_run_is_not_sent_again() {
    for is_answered in [false, true] {
        let provider = FakeProvider::start();
        provider.next_for("add", Reply::ok().delayed(700));
        let mut fed = Fed::start(&provider.url(), 2);
        until_adds(&provider, 1);
        let lock = hold_the_writer(fed.folder.path());
        if is_answered {
            fed.panel().binary.log_with("the provider took the order");
        }
        fed.kill();
        drop(lock);
        fed.begin();
        fed.until_run("review");
        fed.ends(&provider, &[completed()], "completed", 2, 2 * SHARE);
        assert_eq!(provider.requests_for("add").len(), 2);
    }
}

#[test]
fn killed_after_a_run_was_sent_the_next_one_keeps_its_time_and_does_not_begin_before_it() {
    let provider = FakeProvider::start();
    let mut fed = Fed::buy(&provider.url(), json!({ "runs": 3, "interval": 5 }));
    fed.until_run("sent");
    let next = fed.parent()["next_run_at"].clone();
    assert!(next.is_string());
    fed.restart();
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!((fed.runs().len(), &fed.parent()["next_run_at"]), (1, &next));
    assert_eq!(fed.cancel(), Some(200));
    fed.restart();
    fed.ends(&provider, &[partial(50)], "partial", 1, SHARE / 2);
}

#[test]
fn killed_right_after_a_stop_the_run_on_its_way_is_the_last() {
    let provider = FakeProvider::start();
    provider.next_for("add", Reply::ok().delayed(700));
    let mut fed = Fed::start(&provider.url(), 3);
    until_adds(&provider, 1);
    assert_eq!(fed.cancel(), Some(200));
    fed.restart();
    assert_eq!(fed.parent()["refunded"], 2 * SHARE);
    fed.until_run("review");
    fed.ends(&provider, &[completed()], "partial", 1, SHARE);
}

#[test]
fn killed_before_a_stop_is_on_disk_it_goes_on() {
    let provider = FakeProvider::start();
    let mut fed = Fed::start(&provider.url(), 3);
    fed.until_run("sent");
    let lock = hold_the_writer(fed.folder.path());
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| fed.cancel());
        std::thread::sleep(Duration::from_millis(300));
        fed.panel().binary.signal("KILL");
        assert_eq!(asked.join().unwrap(), None, "nobody was told that it is stopped");
    });
    fed.kill();
    drop(lock);
    fed.begin();
    fed.ends(&provider, &[completed()], "completed", 3, 3 * SHARE);
}

#[test]
fn killed_before_the_end_is_on_disk_it_ends_once() {
    let provider = FakeProvider::start();
    let mut fed = Fed::start(&provider.url(), 2);
    eventually("all are sent", || fed.runs().len() == 2 && fed.runs()[1]["dispatch"] == "sent");
    let asked = provider.requests_for("status").len();
    provider.next_for("status", Reply::ok().delayed(700));
    eventually("it is asked about", || provider.requests_for("status").len() > asked);
    let lock = hold_the_writer(fed.folder.path());
    let ends = [partial(50), json!({ "status": "Canceled", "remains": "100" })];
    for (id, end) in provider.taken(LINK).iter().zip(&ends) {
        provider.set_report(id, end.clone());
    }
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(fed.parent()["refunded"], 0);
    fed.kill();
    drop(lock);
    fed.begin();
    fed.ends(&provider, &ends, "partial", 2, SHARE / 2);
}

#[test]
fn refusals_in_a_row_are_counted_across_kills() {
    let provider = FakeProvider::start();
    provider.always_for("add", says("Bad link"));
    let mut fed = Fed::start(&provider.url(), 5);
    for _ in 0..2 {
        fed.until_run("refused");
        fed.restart();
    }
    eventually("it is given up", || {
        fed.panel().decide(|_| Vec::new());
        fed.parent()["status"] == "canceled"
    });
    std::thread::sleep(Duration::from_millis(1500));
    let (parent, money) = (fed.parent(), fed.panel().get("/api/user/balance"));
    assert_eq!((fed.runs().len(), &parent["reason"]), (3, &json!("provider_refused")));
    assert_eq!((&parent["refunded"], &money["balance"]), (&json!(5 * SHARE), &json!(10_000_000)));
    fed.kill();
    proven(fed.folder.path());
}

#[test]
fn killed_again_and_again_at_any_moment_every_run_is_sent_once() {
    let provider = FakeProvider::start();
    provider.otherwise(Reply::ok().delayed(40));
    let mut fed = Fed::start(&provider.url(), 5);
    for _ in 0..5 {
        std::thread::sleep(a_moment());
        fed.panel().decide(|link| provider.taken(link));
        std::thread::sleep(a_moment());
        fed.restart();
    }
    fed.ends(&provider, &[completed(), partial(50), completed()], "partial", 5, 5 * SHARE - SHARE / 2);
}
