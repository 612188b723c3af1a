//! Statements: they follow each user's chain of transfers, and show what a look at every transfer would.

use crate::sums::migrations;
use crate::support::app::TestApp;
use crate::support::shop::by_hand;
use rusqlite::Connection;
use smm_panel::db::ReadTx;
use smm_panel::kernel::clock::Timestamp;
use smm_panel::kernel::error::Fault;
use smm_panel::kernel::ids::UserId;
use smm_panel::kernel::page::{Cursor, Limit, PageRequest};
use smm_panel::ledger::{self, Kind, StatementFilter};
use std::collections::BTreeSet;

struct Row {
    id: i64,
    user: Option<UserId>,
    kind: String,
    created_at: i64,
}

fn every_transfer(tx: &ReadTx) -> Vec<Row> {
    tx.all("SELECT id, user_id, kind, created_at FROM transfers ORDER BY id DESC", (), |row| {
        Ok(Row { id: row.get(0)?, user: row.get(1)?, kind: row.get(2)?, created_at: row.get(3)? })
    })
    .unwrap()
}

fn expected(all: &[Row], filter: &StatementFilter, page: PageRequest) -> Vec<i64> {
    let wanted = |row: &&Row| {
        row.id < page.cursor.get()
            && row.user.is_some()
            && filter.user.is_none_or(|user| row.user == Some(user))
            && filter.kind.is_none_or(|kind| row.kind == kind.as_str())
            && filter.from.is_none_or(|from| row.created_at >= from.millis())
            && filter.until.is_none_or(|until| row.created_at < until.millis())
    };
    all.iter().filter(wanted).map(|row| row.id).take(3).collect()
}

#[test]
fn a_statement_is_what_a_look_at_every_transfer_would_show() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan"), app.member("binh"));
    let _nobody = app.member("nobody");
    let service = app.service(by_hand);
    let began = app.clock.now();
    // Stretches of one user's transfers are longer than the way between two milestones, others alternate.
    for round in 0..6 {
        app.clock.advance_seconds(60);
        app.fund(lan.id, 1_000_000);
        app.fund(binh.id, 1_000_000);
        app.queue_many(&lan, service, 7);
        if round % 3 == 1 {
            app.queue_many(&binh, service, 40);
        }
    }
    let look = |tx: &ReadTx| {
        let all = every_transfer(tx);
        let newest = all[0].id;
        assert!(newest > 120, "{newest}");
        let moments: Vec<Option<Timestamp>> = [None, Some(0), Some(60), Some(180), Some(999)]
            .map(|s| s.map(|s| began.plus_seconds(s)))
            .to_vec();
        let mut seen = BTreeSet::new();
        for user in [None, Some(1), Some(2), Some(3), Some(99), Some(-1)].map(|id| id.map(UserId::new)) {
            for kind in [None, Some(Kind::Order), Some(Kind::Adjustment), Some(Kind::Refund)] {
                for (from, until) in
                    moments.iter().flat_map(|from| moments.iter().map(move |until| (*from, *until)))
                {
                    let filter = StatementFilter { user, kind, from, until };
                    for below in (0..newest + 3).step_by(3).chain([i64::MAX]) {
                        let page =
                            PageRequest { limit: Limit::new(3).unwrap(), cursor: Cursor::before(below) };
                        let shown = ledger::statement(tx, &filter, page)?;
                        let ids: Vec<i64> = shown.items.iter().map(|entry| entry.id.get()).collect();
                        assert_eq!(ids, expected(&all, &filter, page), "{filter:?} below {below}");
                        seen.extend(ids);
                    }
                }
            }
        }
        assert_eq!(seen.len(), all.len(), "every transfer was on some page");
        Ok::<_, Fault>(())
    };
    app.app.db.snapshot(look).unwrap();
}

#[test]
fn a_statement_is_read_page_after_page_to_its_end() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan").funded(10_000_000), app.member("binh").funded(10_000_000));
    let service = app.service(by_hand);
    for _ in 0..5 {
        app.queue_many(&lan, service, 20);
        app.queue_many(&binh, service, 30);
    }
    let (mut cursor, mut types, mut ids) = (String::new(), BTreeSet::new(), Vec::new());
    loop {
        let answer = lan.get(&format!("/api/user/transactions?limit=7{cursor}")).json();
        for entry in answer["items"].as_array().unwrap() {
            types.insert(entry["type"].as_str().unwrap().to_owned());
            ids.push(entry["id"].as_i64().unwrap());
        }
        let Some(next) = answer["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(ids.len(), 101);
    assert!(ids.is_sorted_by(|a, b| a > b));
    assert_eq!(types.into_iter().collect::<Vec<_>>(), ["adjustment", "order"]);
}

/// Orders and transfers of two users as version 15 kept them, brought to the newest version.
#[test]
fn transfers_from_before_are_chained_and_orders_kept() {
    let conn = Connection::open_in_memory().unwrap();
    let run = |sql: &str| conn.execute_batch(sql).unwrap();
    migrations(1, 16).iter().for_each(|sql| run(sql));
    run("INSERT INTO users (id, username, email, password_hash, referral_code, created_at)
         VALUES (1, 'lan', 'lan@x.vn', '', 'A', 0), (2, 'binh', 'b@x.vn', '', 'B', 0);
         INSERT INTO services (id, name, category, rate, min_quantity, max_quantity, created_at, updated_at)
         VALUES (7, 'likes', 'c', 0, 1, 9, 0, 0);
         INSERT INTO orders (id, user_id, service_id, service_name, service_type, link, quantity, rate,
             discount_percent, charge, status, dispatch, provider_id, provider_service_id, cost, created_at, updated_at)
         VALUES (1, 1, 7, 'likes', 'default', 'l', 5, 3, 0, 300, 'pending', 'manual', NULL, NULL, NULL, 4, 5),
             (2, 2, 7, 'likes', 'default', 'm', 6, 3, 0, 40, 'pending', 'queued', 1, 'x', 9, 6, 7),
             (5, 1, 7, 'likes', 'default', 'n', 7, 3, 0, 50, 'pending', 'manual', NULL, NULL, NULL, 8, 9);");
    let transfers = |sql: &str| {
        run(&format!(
            "INSERT INTO transfers (debit_account_id, credit_account_id, amount, kind, key, debit_balance_after,
                 credit_balance_after, description, created_at, order_id) VALUES {sql}"
        ));
    };
    transfers("(-4, 1, 1000, 'adjustment', 'a', -1000, 1000, 'first', 1, NULL)");
    transfers("(-4, 2, 500, 'adjustment', 'b', -1500, 500, '', 2, NULL)");
    transfers("(1, -2, 300, 'order', 'order:1', 700, 300, '', 3, 1)");
    transfers("(-1, -5, 9, 'suspense', 'bank:1', -9, 9, '', 4, NULL)");
    transfers("(2, -2, 40, 'order', 'order:2', 460, 340, '', 5, 2)");
    transfers("(1, -4, 100, 'adjustment', 'c', 600, -1400, '', 6, NULL)");
    let rows = |sql: &str| -> Vec<String> {
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement.query_map((), |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    const WHOLE: [&str; 3] = [
        "SELECT json_array(id, debit_account_id, credit_account_id, amount, kind, key, debit_balance_after,
             credit_balance_after, description, created_at, order_id, user_id) FROM transfers ORDER BY id",
        "SELECT json_array(id, user_id, service_name, link, quantity, rate, charge, status, dispatch, provider_id,
             provider_service_id, cost, created_at, updated_at) FROM orders ORDER BY id",
        "SELECT json_array(id, balance, spent, last_transfer_id) FROM accounts ORDER BY id",
    ];
    transfers("(1, -2, 50, 'order', 'order:5', 550, 390, '', 7, 5)");
    let before = WHOLE.map(rows);
    run("PRAGMA foreign_keys = OFF");
    migrations(16, u32::MAX).iter().for_each(|sql| run(sql));
    run("PRAGMA foreign_keys = ON");

    assert_eq!(WHOLE.map(rows), before);
    assert_eq!(
        rows("SELECT concat_ws(' ', id, previous_id) FROM transfers"),
        ["1 0", "2 0", "3 1", "4 0", "5 2", "6 3", "7 6"]
    );
    assert_eq!(rows("SELECT concat_ws(' ', id, previous_id) FROM orders"), ["1 0", "2 0", "5 1"]);
    assert_eq!(
        rows("SELECT concat_ws(' ', id, last_order_id) FROM accounts WHERE last_order_id > 0"),
        ["1 5", "2 2"]
    );
    assert_eq!(rows("SELECT \"table\" FROM pragma_foreign_key_check"), Vec::<String>::new());
    assert_eq!(rows("SELECT concat_ws(' ', status, n) FROM order_counts WHERE n > 0"), ["pending 3"]);
    let refused = conn.execute("UPDATE orders SET charge = 1", ()).unwrap_err().to_string();
    assert!(refused.contains("what was sold does not change"), "{refused}");
    let skipping =
        "INSERT INTO transfers (debit_account_id, credit_account_id, amount, kind, key, debit_balance_after,
        credit_balance_after, description, created_at, previous_id)
        VALUES (-4, 1, 50, 'adjustment', 'd', -1450, 600, '', 8,";
    assert!(conn.execute(&format!("{skipping} 6)"), ()).is_err());
    conn.execute(&format!("{skipping} 7)"), ()).unwrap();
    assert_eq!(rows("SELECT balance || '' FROM accounts WHERE id = 1"), ["600"]);
}
