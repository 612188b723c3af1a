//! A shop that is backed up while people buy and pay, dies, and is restored by somebody who is interrupted again and
//! again: the backup is whole, no order is sent twice, no transfer is credited twice, and none is lost.

use crate::support::app::ACCOUNT_NUMBER;
use crate::support::bank::{APIKEY, Notice, WEBHOOK};
use crate::support::binary::{command, own_folder};
use crate::support::fake_provider::FakeProvider;
use crate::support::fake_sepay::{FakeSepay, TOKEN, listed};
use crate::support::operated::{Operated, a_moment, proven, within};
use crate::support::reply::Reply;
use serde_json::{Value, json};
use smm_panel::kernel::clock::Clock;
use smm_panel::kernel::day::Day;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;

const ROUNDS: usize = 2;
const BUYERS: usize = 3;
/// Restores that are killed, in each round.
const KILLS: usize = 3;
/// Orders before and after each backup, at least.
const SOME: usize = 8;
/// What every transfer brings, in VND.
const TRANSFER: i64 = 50_000;

/// What the panel said, over all its lives.
#[derive(Default)]
struct Journal {
    /// Orders by their links.
    orders: Mutex<BTreeMap<String, i64>>,
    /// Those of the bank, which knows them whether the panel has heard or not.
    transfers: Mutex<i64>,
}

impl Journal {
    fn orders(&self) -> BTreeMap<String, i64> {
        self.orders.lock().unwrap().clone()
    }
}

struct Shop<'a> {
    sepay: &'a FakeSepay,
    service: i64,
    deposit: Value,
}

fn buy(panel: &Operated, shop: &Shop, journal: &Journal, buyer: &str) {
    for number in 0.. {
        let link = format!("https://www.tiktok.com/@{buyer}/{number}");
        let Some(order) = panel.try_buy(shop.service, &link) else { return };
        journal.orders.lock().unwrap().insert(link, order["id"].as_i64().unwrap());
    }
}

/// The bank says it once, and has it in its list.
fn pay(panel: &Operated, shop: &Shop, journal: &Journal) {
    let code = shop.deposit["code"].as_str().unwrap();
    loop {
        let mut last = journal.transfers.lock().unwrap();
        *last += 1;
        let (id, reference) = (*last, format!("FT{last}"));
        let mut row = listed(id, &format!("{TRANSFER}.00"), code);
        let date = format!("{} 00:00:01", Day::of(Clock::system().now()).iso());
        row["transaction_date"] = json!(date);
        row["reference_number"] = json!(reference);
        shop.sepay.sees(row);
        drop(last);
        let notice = Notice::new(id, TRANSFER, code).set("referenceCode", json!(reference));
        let notice = notice.set("transactionDate", json!(date)).bytes();
        match panel.binary.try_send("POST", WEBHOOK, &[("Authorization", APIKEY)], &notice) {
            Some(answer) => drop(answer.expect(200)),
            None => return,
        }
    }
}

/// Ends the process, and with it everybody's work, also when a test fails in between.
struct Death<'a>(&'a Operated);

impl Drop for Death<'_> {
    fn drop(&mut self) {
        self.0.binary.signal("KILL");
    }
}

/// Works, is backed up beside that, works on and dies. What was acknowledged before the backup began.
fn live_and_die(
    panel: Operated,
    folder: &Path,
    shop: &Shop,
    journal: &Journal,
    round: usize,
) -> BTreeMap<String, i64> {
    let before = std::thread::scope(|scope| {
        let panel = &panel;
        let _death = Death(panel);
        for buyer in 0..BUYERS {
            scope.spawn(move || buy(panel, shop, journal, &format!("buyer-{round}-{buyer}")));
        }
        scope.spawn(move || pay(panel, shop, journal));
        let more_than = |count: usize| within(60, "people buy", || journal.orders().len() > count);
        more_than(journal.orders().len() + SOME);
        let before = journal.orders();
        let made = command(folder, &["backup", &format!("{round}.db")], &[]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let after = journal.orders().len();
        more_than(after + SOME);
        println!("{} orders before the backup, {after} when it was made", before.len());
        before
    });
    panel.binary.ended();
    before
}

fn restore_between_kills(folder: &Path, round: usize) {
    let restore = || command(folder, &["restore", &format!("{round}.db")], &[]);
    for _ in 0..KILLS {
        let mut child = restore().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(a_moment());
        child.kill().unwrap();
        child.wait().unwrap();
        proven(folder);
    }
    let done = restore().output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    proven(folder);
}

#[test]
fn backed_up_under_load_and_restored_between_kills_nothing_is_sent_or_credited_twice() {
    let (folder, provider, sepay) = (own_folder(), FakeProvider::start(), FakeSepay::start());
    provider.otherwise(Reply::ok().delayed(5));
    let url = sepay.url();
    let vars = [
        ("SEPAY_SECRET", "sepay-test-secret"),
        ("SEPAY_API_TOKEN", TOKEN),
        ("SEPAY_API_URL", &*url),
        ("BANK_BIN", "970422"),
        ("BANK_ACCOUNT_NUMBER", ACCOUNT_NUMBER),
        ("BACKUP_EVERY_HOURS", "0"),
    ];
    let start = || Operated::start(folder.path(), &provider.url(), &vars);
    let mut panel = start();
    let service = panel.stock();
    let asked = json!({ "amount": TRANSFER });
    let deposit = panel.send("POST", "/api/payment/deposit", &asked).unwrap().expect(201);
    let (shop, journal) = (Shop { sepay: &sepay, service, deposit }, Journal::default());
    let mut kept = BTreeMap::new();
    for round in 0..ROUNDS {
        let before = live_and_die(panel, folder.path(), &shop, &journal, round);
        // What was bought after an earlier backup went with that restore.
        let of_round = format!("@buyer-{round}-");
        kept.extend(before.into_iter().filter(|(link, _)| link.contains(&of_round)));
        restore_between_kills(folder.path(), round);
        let brief = start();
        std::thread::sleep(a_moment());
        brief.binary.kill();
        panel = start();
    }
    for (link, id) in &kept {
        assert_eq!(panel.order(*id)["link"], *link, "it was acknowledged before the backup");
    }
    // Whatever was queued goes before it.
    let later = panel.buy(service, "https://www.tiktok.com/@later");
    within(60, "it is sent", || panel.order(later)["dispatch"] == "sent");
    let mut sent: BTreeMap<String, usize> = BTreeMap::new();
    for request in provider.requests_for("add") {
        *sent.entry(request.field("link").to_owned()).or_default() += 1;
    }
    let twice: Vec<_> = sent.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
    let path = format!("/api/payment/deposits/{}", shop.deposit["id"]);
    let transfers = *journal.transfers.lock().unwrap();
    within(60, "each transfer is credited once", || panel.get(&path)["credited"] == TRANSFER * transfers);
    println!("{} orders kept, {} sent, {transfers} transfers", kept.len(), sent.len());
    assert!(panel.binary.terminate().0.success());
    proven(folder.path());
}
