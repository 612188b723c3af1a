//! A shop at work that is killed again and again: everything that it acknowledged is there, once, and the ledger holds.
//! Whoever got no answer asks again with the same key, as programs do, so every wish has to come true once.
//!
//! `KILLS=1000 cargo test --test it crash_storm -- --nocapture` is the long one.

use crate::support::app::ACCOUNT_NUMBER;
use crate::support::bank::{APIKEY, Notice, WEBHOOK};
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::{Operated, eventually, proven};
use crate::support::reply::Reply;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use tempfile::TempDir;
use time::UtcDateTime;
use time::format_description::well_known::Rfc3339;

const KILLS: usize = 50;
/// What every transfer brings, in VND: more than one order costs.
const TRANSFER: i64 = 50_000;
const VARS: [(&str, &str); 3] =
    [("SEPAY_SECRET", "sepay-test-secret"), ("BANK_BIN", "970422"), ("BANK_ACCOUNT_NUMBER", ACCOUNT_NUMBER)];

/// What became true according to the panel: orders by their links.
#[derive(Default)]
struct Journal {
    orders: Mutex<BTreeMap<String, i64>>,
    resold: Mutex<BTreeMap<String, i64>>,
    canceled: Mutex<BTreeMap<String, i64>>,
    /// The number of the last one.
    transfers: Mutex<i64>,
}

impl Journal {
    /// How many effects there are of the orders that have the fewest.
    fn fewest(&self) -> usize {
        let all = [&self.orders, &self.resold, &self.canceled];
        all.into_iter().map(|effects| effects.lock().unwrap().len()).min().unwrap()
    }
}

/// What stays over all lives of the process.
struct Shop {
    service: i64,
    key: String,
    code: String,
    /// Tomorrow.
    later: String,
}

impl Shop {
    fn open(panel: &Operated) -> Shop {
        let service = panel.stock();
        let key = panel.send("POST", "/api/user/api-keys", &json!({ "name": "main" })).unwrap().expect(201);
        let asked = json!({ "amount": TRANSFER });
        let asked = panel.send("POST", "/api/payment/deposit", &asked).unwrap().expect(201);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Shop {
            service,
            later: (UtcDateTime::now() + Duration::from_secs(86_400)).format(&Rfc3339).unwrap(),
            key: text(&key["api_key"]),
            code: text(&asked["code"]),
        }
    }
}

fn link(of: &str, number: usize) -> String {
    format!("https://www.tiktok.com/@{of}/{number}")
}

/// One more wish of a kind, the same until it is acknowledged; `None`: the process is gone.
type Work = fn(&Operated, &Shop, &Journal) -> Option<()>;
const WORKS: [Work; 4] = [buy, resell, take_back, pay];

fn buy(panel: &Operated, shop: &Shop, journal: &Journal) -> Option<()> {
    let link = link("buyer", journal.orders.lock().unwrap().len());
    let wish = json!({ "service_id": shop.service, "link": link, "quantity": 100 });
    let order = once(panel, "/api/orders", &link, &wish)?;
    journal.orders.lock().unwrap().insert(link, order["id"].as_i64().unwrap());
    Some(())
}

/// An order that is made at most once, however often it is asked for.
fn once(panel: &Operated, path: &str, key: &str, wish: &Value) -> Option<Value> {
    let bearer = format!("Bearer {}", panel.token());
    let headers = [("Authorization", bearer.as_str()), ("Idempotency-Key", key)];
    Some(panel.binary.try_send("POST", path, &headers, wish.to_string().as_bytes())?.expect(201))
}

fn resell(panel: &Operated, shop: &Shop, journal: &Journal) -> Option<()> {
    let link = link("reseller", journal.resold.lock().unwrap().len());
    let wish = json!({
        "key": shop.key, "action": "add", "service": shop.service, "link": link, "quantity": 100,
        "order_reference": link
    });
    let headers = [("Content-Type", "application/json")];
    let answer = panel.binary.try_send("POST", "/api/v2", &headers, wish.to_string().as_bytes())?.expect(200);
    let order = answer["order"].as_i64().unwrap_or_else(|| panic!("{answer}"));
    journal.resold.lock().unwrap().insert(link, order);
    Some(())
}

/// An order for later, and back: when that was done before the answer was lost, it is over.
fn take_back(panel: &Operated, shop: &Shop, journal: &Journal) -> Option<()> {
    let link = link("doubter", journal.canceled.lock().unwrap().len());
    let wish = json!({ "service_id": shop.service, "link": link, "quantity": 100, "start_at": shop.later });
    let order = once(panel, "/api/orders", &link, &wish)?["id"].as_i64().unwrap();
    let answer = panel.send("POST", &format!("/api/orders/{order}/cancel"), &Value::Null)?;
    if answer.status != 200 {
        assert_eq!(answer.refused(409, "cancel_not_possible")["reason"], "order_over");
    }
    journal.canceled.lock().unwrap().insert(link, order);
    Some(())
}

/// The bank, which says it again until it is believed.
fn pay(panel: &Operated, shop: &Shop, journal: &Journal) -> Option<()> {
    let id = *journal.transfers.lock().unwrap() + 1;
    let notice = Notice::new(id, TRANSFER, &format!("nap tien {}", shop.code));
    let notice = notice.set("referenceCode", json!(format!("FT{id}"))).bytes();
    panel.binary.try_send("POST", WEBHOOK, &[("Authorization", APIKEY)], &notice)?.expect(200);
    *journal.transfers.lock().unwrap() = id;
    Some(())
}

fn live_and_die(folder: &Path, provider: &FakeProvider, shop: &Shop, journal: &Journal) {
    let panel = Operated::start(folder, &provider.url(), &VARS);
    std::thread::scope(|scope| {
        for work in WORKS {
            let panel = &panel;
            scope.spawn(move || while work(panel, shop, journal).is_some() {});
        }
        let random = RandomState::new().build_hasher().finish();
        std::thread::sleep(Duration::from_millis(20 + random % 180));
        panel.binary.signal("KILL");
    });
}

#[test]
fn killed_again_and_again_nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let kills = std::env::var("KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let folder = TempDir::new().unwrap();
    let provider = FakeProvider::start();
    provider.otherwise(Reply::ok().delayed(5));
    let panel = Operated::start(folder.path(), &provider.url(), &VARS);
    let shop = Shop::open(&panel);
    panel.binary.kill();
    let journal = Journal::default();
    // A busy machine does little in a life, so it gets more of them.
    for kill in 1..=4 * kills {
        live_and_die(folder.path(), &provider, &shop, &journal);
        if kill % 10 == 0 {
            proven(folder.path());
            println!("killed {kill} times");
        }
        if kill >= kills && journal.fewest() > kills {
            break;
        }
    }
    assert!(journal.fewest() > kills, "few effects");
    let panel = Operated::start(folder.path(), &provider.url(), &VARS);
    // What was on its way when the last one died.
    WORKS.iter().for_each(|work| work(&panel, &shop, &journal).unwrap());
    let Journal { orders, resold, canceled, transfers } = journal;
    let [orders, resold, canceled] = [orders, resold, canceled].map(|effects| effects.into_inner().unwrap());
    let transfers = transfers.into_inner().unwrap();
    let (bought, sold, back) = (orders.len(), resold.len(), canceled.len());
    println!("{bought} orders, {sold} resold, {back} taken back, {transfers} transfers");
    let all = i64::try_from(bought + sold + back).unwrap();
    assert_eq!(orders_in(folder.path()), all, "an order was made twice");
    every_order_was_sent_once(&panel, &provider, orders.iter().chain(&resold));
    let mut kept = 0;
    for (link, id) in orders.iter().chain(&resold).chain(&canceled) {
        let order = panel.order(*id);
        assert_eq!(order["link"], *link);
        kept += order["charge"].as_i64().unwrap() - order["refunded"].as_i64().unwrap();
        let is_back = (&order["status"], &order["refunded"]) == (&json!("canceled"), &order["charge"]);
        assert_eq!(is_back, canceled.contains_key(link), "{order}");
    }
    let balance = panel.get("/api/user/balance")["balance"].as_i64().unwrap();
    assert_eq!(balance, 10_000_000 + TRANSFER * transfers - kept, "each transfer is credited once");
    proven(folder.path());
}

/// All there are: the counts that customers see end at some thousands.
#[expect(clippy::disallowed_methods, reason = "a look from outside")]
fn orders_in(folder: &Path) -> i64 {
    let database = Connection::open(folder.join("smm-panel.db")).unwrap();
    database.query_row("SELECT count(*) FROM orders", (), |row| row.get(0)).unwrap()
}

/// Or waits for a person, who is asked about those that were on their way.
fn every_order_was_sent_once<'a>(
    panel: &Operated,
    provider: &FakeProvider,
    orders: impl Iterator<Item = (&'a String, &'a i64)> + Clone,
) {
    let is_settled = |id: &i64| matches!(panel.order(*id)["dispatch"].as_str(), Some("sent" | "review"));
    eventually("nothing is on its way", || orders.clone().all(|(_, id)| is_settled(id)));
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    for request in provider.requests_for("add") {
        *sent.entry(request.field("link").to_owned()).or_default() += 1;
    }
    assert!(sent.values().all(|times| *times == 1), "sent twice: {sent:?}");
    for (link, id) in orders {
        assert!(sent.contains_key(link) || panel.order(*id)["dispatch"] == "review", "{link} was not sent");
    }
}
