//! Statements: they show what a look at every transfer would.

use crate::support::app::TestApp;
use crate::support::shop::by_hand;
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
            && filter.kind.is_none_or(|kind| row.kind == kind.into_str())
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
    // Stretches of one user's transfers, others alternate.
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
