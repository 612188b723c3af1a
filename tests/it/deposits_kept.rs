//! Deposits hold under any order of events, and the schema and the audit see to it that they stay as they
//! were.

use crate::support::app::{ACCOUNT_NUMBER, TestApp};
use crate::support::bank::{Notice, notify};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::json;
use smm_panel::audit_log::Actor;
use smm_panel::deposits::{
    self, BankFact, Deposit, DepositError, Direction, Owner, Receipt, SettledBy, State, Terms,
};
use smm_panel::kernel::ids::{BankTxId, UserId};
use smm_panel::kernel::money::Vnd;
use smm_panel::settings;
use std::collections::{BTreeMap, BTreeSet};

#[expect(clippy::disallowed_methods, reason = "goes around the panel on purpose")]
fn raw(app: &TestApp) -> Connection {
    let conn = Connection::open(app.folder.path().join("panel.db")).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;").unwrap();
    conn
}

/// Deposits 1 (paid), 2 (approved by hand, a transfer tied to it), 3 (rejected), 4 (pending), and bank
/// transactions 1 (credited), 2 (tied), 3 (unmatched), 4 (outgoing), 5 (set aside).
fn some_of_everything() -> TestApp {
    let app = TestApp::start();
    let (lan, _, boss) = (app.member("lan"), app.member("binh"), app.admin("boss"));
    let [paid, approved, rejected, _pending] = [10_000; 4].map(|amount| lan.deposit(amount));
    notify(&app, &Notice::new(1, 10_000, &paid.code)).expect(200);
    boss.put(&format!("/api/admin/deposits/{}/approve", approved.id), json!({})).expect(200);
    notify(&app, &Notice::new(2, 10_000, &approved.code)).expect(200);
    boss.assign(&json!({ "id": 2 }), json!({ "deposit_id": approved.id })).expect(200);
    boss.put(&format!("/api/admin/deposits/{}/reject", rejected.id), json!({ "note": "no" })).expect(200);
    notify(&app, &Notice::new(3, 10_000, &rejected.code)).expect(200);
    notify(&app, &Notice::new(4, 10_000, "").set("transferType", json!("out"))).expect(200);
    notify(&app, &Notice::new(5, 10_000, "rent")).expect(200);
    boss.post("/api/admin/bank-transactions/5/ignore", json!({ "reason": "rent" })).expect(200);
    assert_eq!(app.audit().differences, Vec::<String>::new());
    app
}

#[test]
fn the_schema_keeps_what_was_asked_said_and_decided() {
    let app = some_of_everything();
    let conn = raw(&app);
    for sql in [
        "UPDATE deposits SET code = 'NAPAAAAAAAA' WHERE id = 4",
        "UPDATE deposits SET amount = 1 WHERE id = 4",
        "UPDATE deposits SET user_id = 2 WHERE id = 4",
        "UPDATE deposits SET expires_at = 0 WHERE id = 4",
        "UPDATE deposits SET status = 'completed' WHERE id = 4",
        "UPDATE deposits SET status = 'expired' WHERE id = 4",
        "UPDATE deposits SET status = 'pending', settled_by = NULL, credited = 0 WHERE id = 1",
        "UPDATE deposits SET status = 'rejected', settled_by = NULL, credited = 0 WHERE id = 1",
        "UPDATE deposits SET settled_by = 'hand' WHERE id = 1",
        "UPDATE deposits SET credited = 9999 WHERE id = 1",
        "UPDATE deposits SET credited = 20000 WHERE id = 2",
        "UPDATE deposits SET status = 'pending' WHERE id = 3",
        "DELETE FROM deposits WHERE id = 4",
        "UPDATE bank_transactions SET sepay_id = 99 WHERE id = 3",
        "UPDATE bank_transactions SET amount = 1 WHERE id = 3",
        "UPDATE bank_transactions SET content = 'x' WHERE id = 3",
        "UPDATE bank_transactions SET status = 'ignored' WHERE id = 3",
        "UPDATE bank_transactions SET ignored_reason = 'x' WHERE id = 3",
        "UPDATE bank_transactions SET status = 'ignored', ignored_reason = 'x' WHERE id = 1",
        "UPDATE bank_transactions SET ignored_reason = 'x' WHERE id = 4",
        "UPDATE bank_transactions SET status = 'credited', user_id = 1, ignored_reason = NULL WHERE id = 5",
        "UPDATE bank_transactions SET ignored_reason = 'y' WHERE id = 5",
        "UPDATE bank_transactions SET status = 'credited', deposit_id = NULL WHERE id = 3",
        "UPDATE bank_transactions SET user_id = 1 WHERE id = 3",
        "UPDATE bank_transactions SET user_id = 2 WHERE id = 1",
        "UPDATE bank_transactions SET status = 'unmatched', user_id = NULL WHERE id = 1",
        "UPDATE bank_transactions SET user_id = 1 WHERE id = 2",
        "UPDATE bank_transactions SET status = 'unmatched' WHERE id = 4",
        "DELETE FROM bank_transactions WHERE id = 3",
        "INSERT OR REPLACE INTO bank_transactions SELECT * FROM bank_transactions WHERE id = 3",
    ] {
        assert!(conn.execute(sql, ()).is_err(), "{sql}");
    }
}

#[test]
fn the_audit_sees_tampering_with_deposits_and_bank_transactions() {
    let triggers = [
        "deposits_keep_what_was_asked",
        "deposits_are_settled_once",
        "bank_transactions_keep_the_fact",
        "bank_transactions_are_decided_once",
    ];
    for (sql, rule) in [
        ("UPDATE deposits SET credited = 10001 WHERE id = 1", "a deposit was credited as it says"),
        ("UPDATE deposits SET user_id = 2 WHERE id = 1", "a deposit was credited as it says"),
        ("UPDATE deposits SET settled_by = 'hand' WHERE id = 1", "a deposit was credited as it says"),
        ("UPDATE deposits SET settled_by = 'transfer' WHERE id = 2", "a deposit was credited as it says"),
        (
            "UPDATE deposits SET status = 'completed', settled_by = 'transfer', credited = 1 WHERE id = 4",
            "a deposit was credited as it says",
        ),
        ("UPDATE bank_transactions SET user_id = 2 WHERE id = 1", "a bank transaction is credited once"),
        ("UPDATE bank_transactions SET amount = 1 WHERE id = 1", "a bank transaction is credited once"),
        ("UPDATE bank_transactions SET deposit_id = 4 WHERE id = 1", "a bank transaction is credited once"),
        ("UPDATE bank_transactions SET user_id = 1 WHERE id = 2", "a bank transaction is credited once"),
        ("UPDATE bank_transactions SET deposit_id = 4 WHERE id = 2", "a bank transaction is credited once"),
        ("UPDATE bank_transactions SET status = 'credited', user_id = 1 WHERE id = 3", "in suspense"),
        ("UPDATE bank_transactions SET amount = 1 WHERE id = 3", "through suspense"),
        (
            "UPDATE bank_transactions SET status = 'credited', user_id = 1, ignored_reason = NULL WHERE id = 5",
            "in suspense",
        ),
        (
            "UPDATE bank_transactions SET status = 'unmatched', user_id = NULL, reason = 'rejected'
             WHERE id = 1",
            "through suspense",
        ),
    ] {
        let app = some_of_everything();
        app.without_audit();
        let conn = raw(&app);
        for trigger in triggers {
            conn.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
        }
        assert_eq!(conn.execute(sql, ()).unwrap(), 1, "{sql}");
        let found = app.audit().differences;
        assert!(found.iter().any(|difference| difference.contains(rule)), "{sql}: {found:?}");
    }
}

/// Something that happens. Deposits and ids are few, so that events meet.
#[derive(Debug, Clone)]
enum Event {
    Transfer { sepay_id: i64, amount: i64, names: Vec<usize>, ours: bool },
    Approve { deposit: usize, amount: Option<i64> },
    Reject { deposit: usize },
    GiveTo { bank: i64 },
    TieTo { bank: i64, deposit: usize },
    SetAside { bank: i64 },
    BringBack { bank: i64 },
    Wait,
}

const DEPOSITS: usize = 3;

fn event() -> impl Strategy<Value = Event> {
    let deposit = || 0..DEPOSITS;
    // Few, so that sums meet what was approved.
    let amount = || prop::sample::select(vec![100, 250, 500]);
    let names = prop::collection::vec(deposit(), 0..3);
    prop_oneof![
        6 => (1..12_i64, amount(), names, prop::bool::weighted(0.9))
            .prop_map(|(sepay_id, amount, names, ours)| Event::Transfer { sepay_id, amount, names, ours }),
        1 => (deposit(), prop::option::of(amount()))
            .prop_map(|(deposit, amount)| Event::Approve { deposit, amount }),
        1 => deposit().prop_map(|deposit| Event::Reject { deposit }),
        2 => (1..8_i64).prop_map(|bank| Event::GiveTo { bank }),
        4 => (1..8_i64, deposit()).prop_map(|(bank, deposit)| Event::TieTo { bank, deposit }),
        2 => (1..8_i64).prop_map(|bank| Event::SetAside { bank }),
        1 => (1..8_i64).prop_map(|bank| Event::BringBack { bank }),
        1 => Just(Event::Wait),
    ]
}

/// What should be true: the rules once more, as plainly as they can be said.
#[derive(Default)]
struct Model {
    credited: [i64; DEPOSITS],
    settled: [Option<State>; DEPOSITS],
    tied: [i64; DEPOSITS],
    /// By SePay's id, in the order of arrival: what still waits, and what was decided.
    seen: BTreeMap<i64, usize>,
    waiting: Vec<Option<i64>>,
    /// Of what still waits: set aside.
    aside: BTreeSet<i64>,
    balance: i64,
}

impl Model {
    fn transfer(&mut self, sepay_id: i64, amount: i64, names: &[usize], ours: bool) -> &'static str {
        if self.seen.contains_key(&sepay_id) {
            return "known";
        }
        self.seen.insert(sepay_id, self.waiting.len());
        let one = names.first().copied().filter(|first| names.iter().all(|name| name == first));
        match one {
            Some(deposit) if ours && self.takes_transfers(deposit) => {
                self.settled[deposit] = Some(State::Completed(SettledBy::Transfer));
                self.credited[deposit] += amount;
                self.balance += amount;
                self.waiting.push(None);
                "credited"
            }
            _ => {
                self.waiting.push(Some(amount));
                "unmatched"
            }
        }
    }

    fn takes_transfers(&self, deposit: usize) -> bool {
        matches!(self.settled[deposit], None | Some(State::Completed(SettledBy::Transfer)))
    }

    fn approve(&mut self, deposit: usize, amount: i64) -> bool {
        let open = self.settled[deposit].is_none();
        if open {
            self.settled[deposit] = Some(State::Completed(SettledBy::Hand));
            self.credited[deposit] = amount;
            self.balance += amount;
        }
        open
    }

    fn reject(&mut self, deposit: usize) -> bool {
        let open = self.settled[deposit].is_none();
        if open {
            self.settled[deposit] = Some(State::Rejected);
        }
        open
    }

    fn waits(&self, bank: i64) -> Option<i64> {
        let at = usize::try_from(bank - 1).ok().filter(|_| !self.aside.contains(&bank))?;
        self.waiting.get(at).copied().flatten()
    }

    fn decide(&mut self, bank: i64) {
        self.waiting[usize::try_from(bank - 1).unwrap()] = None;
    }

    fn give(&mut self, bank: i64) -> bool {
        let Some(amount) = self.waits(bank) else { return false };
        self.decide(bank);
        self.balance += amount;
        true
    }

    fn tie(&mut self, bank: i64, deposit: usize) -> bool {
        let Some(amount) = self.waits(bank) else { return false };
        let by_hand = self.settled[deposit] == Some(State::Completed(SettledBy::Hand));
        let fits = by_hand && self.tied[deposit] < self.credited[deposit];
        if fits {
            self.decide(bank);
            self.tied[deposit] += amount;
        }
        fits
    }
}

fn fact(asked: &[Deposit], sepay_id: i64, amount: i64, names: &[usize], ours: bool) -> BankFact {
    let codes: Vec<&str> = names.iter().map(|name| asked[*name].code.as_str()).collect();
    BankFact {
        sepay_id,
        direction: Direction::In,
        amount: Vnd::new(amount),
        gateway: String::new(),
        account_number: if ours { ACCOUNT_NUMBER.to_owned() } else { "1".to_owned() },
        sub_account: None,
        code: None,
        content: codes.join(" "),
        reference: String::new(),
        transaction_date: String::new(),
        raw: "{}".to_owned(),
    }
}

/// Whether a decision was taken; a refusal is fine, a fault is not.
fn taken<T>(outcome: Result<T, DepositError>) -> bool {
    if let Err(DepositError::Fault(fault)) = &outcome {
        panic!("{fault}");
    }
    outcome.is_ok()
}

fn happen(app: &TestApp, model: &mut Model, asked: &[Deposit], user: UserId, event: &Event) {
    let db = &app.app.db;
    let id = |deposit: usize| asked[deposit].id;
    match event.clone() {
        Event::Transfer { sepay_id, amount, names, ours } => {
            let fact = fact(asked, sepay_id, amount, &names, ours);
            let receipt = db.write_blocking(move |tx| deposits::receive(tx, &fact, &[])).unwrap();
            let word = match receipt {
                Receipt::Known(_) => "known",
                Receipt::Credited { .. } => "credited",
                Receipt::Unmatched(..) => "unmatched",
                Receipt::Ignored(_) => "ignored",
            };
            assert_eq!(word, model.transfer(sepay_id, amount, &names, ours));
        }
        Event::Approve { deposit, amount } => {
            let (id, said) = (id(deposit), amount.map(Vnd::new));
            let done = db.write_blocking(move |tx| deposits::approve(tx, &Actor::CONSOLE, id, said, None));
            assert_eq!(taken(done), model.approve(deposit, amount.unwrap_or(asked[deposit].amount.get())));
        }
        Event::Reject { deposit } => {
            let id = id(deposit);
            let done = db.write_blocking(move |tx| deposits::reject(tx, &Actor::CONSOLE, id, "no"));
            assert_eq!(taken(done), model.reject(deposit));
        }
        Event::GiveTo { bank } => {
            let (id, owner) = (BankTxId::new(bank), Owner::User(user));
            let done = db.write_blocking(move |tx| deposits::assign(tx, &Actor::CONSOLE, id, owner));
            assert_eq!(taken(done), model.give(bank));
        }
        Event::TieTo { bank, deposit } => {
            let (bank_id, owner) = (BankTxId::new(bank), Owner::Deposit(id(deposit)));
            let done = db.write_blocking(move |tx| deposits::assign(tx, &Actor::CONSOLE, bank_id, owner));
            assert_eq!(taken(done), model.tie(bank, deposit));
        }
        Event::SetAside { bank } => {
            let id = BankTxId::new(bank);
            let done = db.write_blocking(move |tx| deposits::set_aside(tx, &Actor::CONSOLE, id, "rent"));
            assert_eq!(taken(done), model.waits(bank).is_some() && model.aside.insert(bank));
        }
        Event::BringBack { bank } => {
            let id = BankTxId::new(bank);
            let done = db.write_blocking(move |tx| deposits::bring_back(tx, &Actor::CONSOLE, id));
            assert_eq!(taken(done), model.aside.remove(&bank));
        }
        Event::Wait => app.clock.advance_seconds(1800),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_order_of_events_agrees_with_the_rules(events in prop::collection::vec(event(), 1..60)) {
        let app = TestApp::start();
        let lan = app.member("lan");
        let bank = app.app.db.read_now(|tx| settings::bank(tx, &app.app.config)).unwrap().unwrap();
        let terms = Terms { min: Vnd::new(1), max: Vnd::new(1000), expiry_minutes: 60, bank };
        let user = lan.id;
        let asked: Vec<Deposit> = (0..DEPOSITS).map(|_| {
            let terms = terms.clone();
            app.app.db.write_blocking(move |tx| deposits::request(tx, user, Vnd::new(500), None, &terms)).unwrap()
        }).collect();
        let mut model = Model::default();
        for event in &events {
            happen(&app, &mut model, &asked, user, event);
            prop_assert_eq!(lan.balance(), model.balance, "after {:?}", event);
        }
        for (deposit, credited) in asked.iter().zip(model.credited) {
            prop_assert_eq!(lan.show(deposit.id.get())["credited"].as_i64(), Some(credited));
        }
        let report = app.audit();
        prop_assert_eq!(report.differences, Vec::<String>::new());
        prop_assert_eq!(report.suspense, model.waiting.iter().flatten().sum::<i64>());
    }
}
