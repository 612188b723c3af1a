//! The ledger's promises: no overdraft, zero sum, append-only in the schema, and an audit that sees what is wrong.

use crate::support::app::TestApp;
use crate::support::shop::by_hand;
use proptest::prelude::*;
use rusqlite::Connection;
use smm_panel::kernel::ids::{TransferId, UserId};
use smm_panel::kernel::money::Vnd;
use smm_panel::ledger::{self, LedgerError, Posting};
use std::collections::HashMap;

fn post(app: &TestApp, posting: Posting) -> Result<i64, LedgerError> {
    app.app.db.write_blocking(move |tx| ledger::post(tx, &posting)).map(TransferId::get)
}

#[expect(clippy::disallowed_methods, reason = "goes around the panel on purpose")]
fn raw(app: &TestApp) -> Connection {
    let conn = Connection::open(app.folder.path().join("panel.db")).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;").unwrap();
    conn
}

#[test]
fn nobody_falls_below_zero() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000);
    let refused = post(&app, Posting::adjustment_down(lan.id, Vnd::new(1_001), "fee", "a")).unwrap_err();
    assert!(matches!(refused, LedgerError::Insufficient { balance, .. } if balance == Vnd::new(1_000)));
    post(&app, Posting::adjustment_down(lan.id, Vnd::new(1_000), "fee", "b")).unwrap();
    assert_eq!(lan.balance(), 0);
}

#[test]
fn the_same_cause_moves_money_once() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let gift = || Posting::adjustment_up(lan.id, Vnd::new(500), "gift", "one");
    assert_eq!(post(&app, gift()).unwrap(), post(&app, gift()).unwrap());
    assert_eq!(lan.balance(), 500);
    let other = post(&app, Posting::adjustment_up(lan.id, Vnd::new(501), "gift", "one"));
    assert!(matches!(other, Err(LedgerError::KeyReused)));
    assert_eq!(lan.balance(), 500);
}

#[test]
fn a_user_who_is_not_there_gets_nothing() {
    let app = TestApp::start();
    let gift = Posting::adjustment_up(UserId::new(99), Vnd::new(500), "gift", "one");
    assert!(matches!(post(&app, gift), Err(LedgerError::NoAccount)));
}

#[test]
fn a_balance_beyond_the_integers_is_an_error_and_changes_nothing() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1);
    let most = Posting::adjustment_up(lan.id, Vnd::new(i64::MAX), "gift", "one");
    assert!(matches!(post(&app, most), Err(LedgerError::Fault(_))));
    assert_eq!(lan.balance(), 1);
}

#[test]
fn the_schema_refuses_what_is_no_transfer() {
    let app = TestApp::start();
    let (lan, _) = (app.member("lan").funded(1_000), app.member("binh").funded(1_000));
    let conn = raw(&app);
    let insert = |debit: i64, credit: i64, amount: i64, kind: &str, after: (i64, i64)| {
        conn.execute(
            "INSERT INTO transfers (debit_account_id, credit_account_id, amount, kind, key, debit_balance_after,
                 credit_balance_after, description, created_at)
             VALUES (?1, ?2, ?3, ?4, 'k', ?5, ?6, '', 0)",
            (debit, credit, amount, kind, after.0, after.1),
        )
    };
    let lan = lan.id.get();
    let attempts = [
        ("a transfer between users", insert(lan, 2, 10, "adjustment", (990, 1_010))),
        ("an amount of nothing", insert(-4, lan, 0, "adjustment", (-2_000, 1_000))),
        ("an amount below zero", insert(-4, lan, -5, "adjustment", (-1_995, 995))),
        ("a made-up kind", insert(-4, lan, 10, "bonus", (-2_010, 1_010))),
        ("a deposit out of revenue", insert(-2, lan, 10, "deposit", (-10, 1_010))),
        ("a balance that does not follow", insert(-4, lan, 10, "adjustment", (-2_010, 1_011))),
        ("a balance below zero", insert(lan, -4, 2_000, "adjustment", (-1_000, 0))),
        ("a charge without an order", insert(lan, -2, 10, "order", (990, 10))),
        ("a balance by hand", conn.execute("UPDATE accounts SET balance = balance + 1 WHERE id = 1", ())),
        ("spending by hand", conn.execute("UPDATE accounts SET spent = 9 WHERE id = 1", ())),
        ("an account that begins rich", conn.execute("INSERT INTO accounts (id, name, balance) VALUES (9, '', 5)", ())),
        ("a changed transfer", conn.execute("UPDATE transfers SET amount = 1", ())),
        ("a deleted transfer", conn.execute("DELETE FROM transfers", ())),
        (
            "a replaced transfer",
            conn.execute(
                "INSERT OR REPLACE INTO transfers (id, debit_account_id, credit_account_id, amount, kind, key,
                     debit_balance_after, credit_balance_after, description, created_at)
                 SELECT id, debit_account_id, credit_account_id, 9, kind, key, debit_balance_after,
                     credit_balance_after, description, created_at FROM transfers LIMIT 1",
                (),
            ),
        ),
        ("a deleted account", conn.execute("DELETE FROM accounts WHERE id = 1", ())),
        ("a deleted user", conn.execute("DELETE FROM users WHERE id = 1", ())),
    ];
    let passed: Vec<&str> = attempts.iter().filter(|(_, done)| done.is_ok()).map(|(what, _)| *what).collect();
    assert_eq!(passed, Vec::<&str>::new());
    assert!(app.audit().is_clean());
}

#[test]
fn the_audit_sees_every_kind_of_tampering() {
    for (tamper, rule) in [
        ("UPDATE accounts SET balance = balance + 1 WHERE id = 1", "a balance is its history"),
        ("UPDATE accounts SET spent = 7 WHERE id = 1", "a balance is its history"),
        ("UPDATE transfers SET amount = amount + 1 WHERE id = 1", "a balance is its history"),
        ("UPDATE transfers SET debit_balance_after = 5 WHERE id = 2", "continues the balance before it"),
        ("DELETE FROM transfers WHERE id = 2", "a balance is its history"),
        ("UPDATE transfers SET actor_id = 77 WHERE id = 1", "every reference points at something"),
        ("DELETE FROM accounts WHERE id = 1", "every user has an account"),
        ("UPDATE accounts SET last_transfer_id = 1 WHERE id = 1", "a balance is its history"),
        ("UPDATE transfers SET kind = 'refund' WHERE id = 1", "between the accounts of its kind"),
        ("UPDATE transfers SET kind = 'gift' WHERE id = 1", "between the accounts of its kind"),
        ("UPDATE transfers SET order_id = NULL WHERE kind = 'order'", "between the accounts of its kind"),
        ("UPDATE transfers SET credit_account_id = 2 WHERE id = 3", "between the accounts of its kind"),
        ("INSERT INTO orders_search (rowid, link, owner) VALUES (5, '', '')", "the search finds every order"),
        ("INSERT INTO users_search (rowid, text) VALUES (5, '')", "the search finds every order"),
    ] {
        let app = TestApp::start();
        app.without_audit();
        let lan = app.member("lan").funded(100_000).funded(500);
        let service = app.service(by_hand);
        let _orders = [lan.buys(service, 10), lan.buys(service, 10)];
        let conn = raw(&app);
        conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        let triggers: Vec<String> = conn
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .unwrap()
            .query_map((), |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        for trigger in triggers {
            conn.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
        }
        conn.execute(tamper, ()).unwrap();
        let found = app.audit().differences;
        assert!(found.iter().any(|difference| difference.contains(rule)), "{tamper}: {found:?}");
    }
}

#[derive(Debug, Clone)]
enum Step {
    Up(usize, i64),
    Down(usize, i64),
    /// The step with this number once more.
    Again(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..3_usize, 1..1_000_i64).prop_map(|(user, amount)| Step::Up(user, amount)),
        (0..3_usize, 1..1_500_i64).prop_map(|(user, amount)| Step::Down(user, amount)),
        (0..20_usize).prop_map(Step::Again),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn random_operations_agree_with_a_model(steps in prop::collection::vec(step(), 1..40)) {
        let app = TestApp::start();
        let users = ["an", "binh", "chi"].map(|name| app.member(&format!("user-{name}")).id);
        let mut model: HashMap<UserId, i64> = users.iter().map(|id| (*id, 0)).collect();
        let mut done: Vec<Posting> = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            let nonce = number.to_string();
            match step {
                Step::Up(user, amount) => {
                    let posting = Posting::adjustment_up(users[user], Vnd::new(amount), "up", &nonce);
                    post(&app, posting.clone()).unwrap();
                    done.push(posting);
                    *model.get_mut(&users[user]).unwrap() += amount;
                }
                Step::Down(user, amount) => {
                    let posting = Posting::adjustment_down(users[user], Vnd::new(amount), "down", &nonce);
                    let moved = post(&app, posting.clone()).is_ok();
                    let balance = model.get_mut(&users[user]).unwrap();
                    prop_assert_eq!(moved, *balance >= amount);
                    if moved {
                        *balance -= amount;
                        done.push(posting);
                    }
                }
                Step::Again(which) => {
                    if let Some(posting) = done.get(which) {
                        post(&app, posting.clone()).unwrap();
                    }
                }
            }
        }
        for (user, balance) in model {
            prop_assert_eq!(app.number(&format!("SELECT balance FROM accounts WHERE id = {user}")), balance);
        }
        prop_assert!(app.audit().is_clean());
    }
}
