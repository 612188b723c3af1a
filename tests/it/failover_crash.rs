//! The process is killed between one source and the next, with the real binary: no order is lost, none is with two
//! providers, and one that may be with a provider goes to no other.

use crate::support::away::Closed;
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, a_moment, eventually, hold_the_writer, proven, until_adds, within};
use crate::support::reply::Reply;
use crate::support::sourced::{likes, says};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const LINK: &str = "https://www.tiktok.com/@ten";
const NO_FUNDS: &str = "Not enough funds on balance";
const SECOND: &str = "/api/admin/providers/2";

/// A panel whose service has two sources; both, and the service.
fn sourced(folder: &Path, first: &str, second: &str) -> (Operated, i64) {
    let panel = begun(folder, first);
    panel.stock();
    let body = json!({ "name": "Second", "api_url": second, "api_key": "second-secret-key" });
    let made = panel.send("POST", "/api/admin/providers", &body).unwrap().expect(201);
    assert_eq!(made["id"], 2);
    let mut body = likes();
    body["sources"] = json!([
        { "provider_id": 1, "provider_service_id": "101" },
        { "provider_id": 2, "provider_service_id": "201" },
    ]);
    let service = panel.send("POST", "/api/admin/services", &body).unwrap().expect(201);
    (panel, service["id"].as_i64().unwrap())
}

fn begun(folder: &Path, first: &str) -> Operated {
    Operated::start(folder, first, &[("PROVIDER_ALLOW_PRIVATE", "true")])
}

/// Ends the process, proves what it leaves, and starts it again.
fn restarted(panel: Operated, folder: &Path, first: &str) -> Operated {
    panel.binary.kill();
    proven(folder);
    begun(folder, first)
}

fn adds(first: &FakeProvider, second: &FakeProvider) -> (usize, usize) {
    (first.requests_for("add").len(), second.requests_for("add").len())
}

/// Where it comes to rest, and that nothing moves after that.
#[track_caller]
fn rests(panel: &Operated, id: i64, dispatch: &str, provider: i64) {
    let stands = || panel.order(id);
    eventually(dispatch, || stands()["dispatch"] == dispatch && stands()["provider_id"] == provider);
    std::thread::sleep(Duration::from_millis(1500));
    let order = stands();
    assert_eq!((&order["dispatch"], &order["provider_id"]), (&json!(dispatch), &json!(provider)));
    assert_eq!((&order["charge"], &order["refunded"]), (&json!(1200), &json!(0)));
}

#[test]
fn killed_before_the_first_ones_no_is_on_disk_the_order_goes_to_no_other() {
    let folder = TempDir::new().unwrap();
    let (first, second) = (FakeProvider::start(), FakeProvider::start());
    first.next_for("add", says(NO_FUNDS).delayed(700));
    let (panel, service) = sourced(folder.path(), &first.url(), &second.url());
    let id = panel.buy(service, LINK);
    until_adds(&first, 1);
    let lock = hold_the_writer(folder.path());
    panel.binary.log_with("the order stays queued");
    panel.binary.signal("KILL");
    drop(lock);
    let panel = restarted(panel, folder.path(), &first.url());
    rests(&panel, id, "review", 1);
    assert_eq!(adds(&first, &second), (1, 0));
    // A person who looked there sends it again: to the same one.
    panel.decide(|link| first.taken(link));
    rests(&panel, id, "sent", 1);
    assert_eq!(adds(&first, &second), (2, 0));
    panel.binary.kill();
    proven(folder.path());
}

#[test]
fn killed_after_the_first_ones_no_the_next_one_gets_it_once() {
    let folder = TempDir::new().unwrap();
    let (first, second) = (FakeProvider::start(), FakeProvider::start());
    first.always_for("add", says(NO_FUNDS));
    let (panel, service) = sourced(folder.path(), &first.url(), &second.url());
    let turn = |panel: &Operated, active: bool| {
        panel.send("PUT", SECOND, &json!({ "active": active })).unwrap().expect(200);
    };
    // Nobody takes it yet: the no is on disk, and the way to the next is not.
    turn(&panel, false);
    let id = panel.buy(service, LINK);
    eventually("the first does not take it", || {
        let order = panel.order(id);
        order["dispatch"] == "queued" && !order["dispatch_note"].is_null()
    });
    let panel = restarted(panel, folder.path(), &first.url());
    assert_eq!(panel.order(id)["provider_id"], 1);
    turn(&panel, true);
    rests(&panel, id, "sent", 2);
    assert_eq!((first.taken(LINK).len(), second.taken(LINK).len()), (0, 1));
    let panel = restarted(panel, folder.path(), &first.url());
    rests(&panel, id, "sent", 2);
    assert_eq!((adds(&first, &second).1, second.taken(LINK).len()), (1, 1));
    panel.binary.kill();
    proven(folder.path());
}

#[test]
fn killed_after_the_move_it_is_sent_where_it_moved_to() {
    let folder = TempDir::new().unwrap();
    let (first, closed) = (FakeProvider::start(), Closed::start());
    first.always_for("add", says(NO_FUNDS));
    let (panel, service) = sourced(folder.path(), &first.url(), &closed.url());
    let id = panel.buy(service, LINK);
    eventually("it has moved", || {
        let order = panel.order(id);
        order["provider_id"] == 2 && order["dispatch"] == "queued"
    });
    panel.binary.signal("KILL");
    let second = closed.open();
    let asked = first.requests_for("add").len();
    let panel = restarted(panel, folder.path(), &first.url());
    panel.decide(|link| second.taken(link));
    rests(&panel, id, "sent", 2);
    assert_eq!(adds(&first, &second), (asked, 1));
    panel.binary.kill();
    proven(folder.path());
}

#[test]
fn killed_before_the_next_ones_answer_it_goes_back_to_none() {
    let folder = TempDir::new().unwrap();
    let (first, second) = (FakeProvider::start(), FakeProvider::start());
    first.next_for("add", says(NO_FUNDS));
    second.next_for("add", Reply::ok().delayed(700));
    let (panel, service) = sourced(folder.path(), &first.url(), &second.url());
    let id = panel.buy(service, LINK);
    until_adds(&second, 1);
    let panel = restarted(panel, folder.path(), &first.url());
    rests(&panel, id, "review", 2);
    assert_eq!(adds(&first, &second), (1, 1));
    panel.decide(|link| second.taken(link));
    rests(&panel, id, "sent", 2);
    let panel = restarted(panel, folder.path(), &first.url());
    rests(&panel, id, "sent", 2);
    assert_eq!(adds(&first, &second), (1, 1));
    panel.binary.kill();
    proven(folder.path());
}

#[test]
fn killed_again_and_again_at_any_moment_each_order_is_with_one_provider() {
    const ORDERS: usize = 8;
    let folder = TempDir::new().unwrap();
    let (first, second) = (FakeProvider::start(), FakeProvider::start());
    first.always_for("add", says(NO_FUNDS).delayed(30));
    second.otherwise(Reply::ok().delayed(30));
    let (mut panel, service) = sourced(folder.path(), &first.url(), &second.url());
    let links: Vec<String> = (0..ORDERS).map(|number| format!("{LINK}/{number}")).collect();
    let ids: Vec<i64> = links.iter().map(|link| panel.buy(service, link)).collect();
    let decide = |panel: &Operated| panel.decide(|link| [first.taken(link), second.taken(link)].concat());
    for has_funds in [false, false, false, false, true] {
        std::thread::sleep(a_moment());
        if has_funds {
            // Those that a person sends to the first again wait for that.
            first.always_for("add", Reply::ok());
        }
        panel = restarted(panel, folder.path(), &first.url());
        decide(&panel);
    }
    let order = |id: &i64| panel.order(*id);
    within(30, "all are sent", || {
        decide(&panel);
        ids.iter().all(|id| order(id)["dispatch"] == "sent")
    });
    for (id, link) in ids.iter().zip(&links) {
        let taken = [first.taken(link), second.taken(link)];
        let at = if taken[0].is_empty() { (1, 2) } else { (0, 1) };
        assert_eq!(taken.concat().len(), 1, "{link}: {taken:?}");
        assert_eq!(order(id)["provider_id"], at.1);
        assert_eq!(order(id)["provider_order_id"], Value::from(taken[at.0][0].clone()));
    }
    panel.binary.kill();
    proven(folder.path());
}
