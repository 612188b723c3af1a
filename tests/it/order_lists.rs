//! Lists of orders show what a look at every order would, however they are reached.

use crate::support::app::TestApp;
use crate::support::shop::by_hand;
use smm_panel::audit_log::Actor;
use smm_panel::db::ReadTx;
use smm_panel::jobs::scheduled::search_index;
use smm_panel::kernel::error::Fault;
use smm_panel::kernel::ids::{OrderId, ServiceId, UserId, UserSet};
use smm_panel::kernel::page::{Cursor, Limit, PageRequest};
use smm_panel::orders::{self, Decision, Filter, Status};
use strum::VariantArray;

struct Row {
    id: i64,
    user: UserId,
    service: ServiceId,
    status: String,
}

fn every_order(tx: &ReadTx) -> Vec<Row> {
    tx.all("SELECT id, user_id, service_id, status FROM orders ORDER BY id DESC", (), |row| {
        Ok(Row { id: row.get(0)?, user: row.get(1)?, service: row.get(2)?, status: row.get(3)? })
    })
    .unwrap()
}

fn meets(row: &Row, filter: &Filter) -> bool {
    filter.user.is_none_or(|user| row.user == user)
        && filter.service.is_none_or(|service| row.service == service)
        && filter.status.is_none_or(|status| row.status == status.into_str())
}

/// Three customers with some 2,600 orders: the first one's all over, the second one's in one stretch, one of the third.
/// Each third order is completed, but none in the middle and the end.
fn stocked(app: &TestApp) -> [i64; 2] {
    let [lan, binh, chi] = ["lan", "binh", "chi"].map(|name| app.member(name).funded(1_000_000_000));
    let services = [app.service(by_hand), app.service(by_hand)];
    for round in 0..65_usize {
        app.queue_many(&lan, services[round % 2], 20);
        match round {
            20..30 => drop(app.queue_many(&binh, services[round % 2], 130)),
            41 => drop(app.queue_many(&chi, services[0], 1)),
            _ => (),
        }
    }
    let done: Vec<i64> =
        (1..2601).filter(|id| id % 3 == 0 && !(900..1100).contains(id) && *id < 2400).collect();
    app.write(move |tx| {
        for id in done {
            let done = Decision { status: Status::Completed, start_count: None, remains: None };
            orders::set_status(tx, &Actor::CONSOLE, OrderId::new(id), &done).unwrap();
        }
    });
    services
}

#[test]
fn a_list_is_what_a_look_at_every_order_would_show() {
    let app = TestApp::start();
    let services = stocked(&app).map(ServiceId::new);
    let look = |tx: &ReadTx| {
        let all = every_order(tx);
        assert_eq!(all.len(), 2601);
        let edges = [0, 1, 2, 31, 32, 33, 1023, 1024, 1025, 2047, 2048, 2049, 2601, 2602, 9999, i64::MAX];
        let cursors: Vec<i64> = (3..2600).step_by(97).chain(edges).collect();
        for user in [None, Some(1), Some(2), Some(3), Some(99), Some(-1)].map(|id| id.map(UserId::new)) {
            for status in [None, Some(Status::Pending), Some(Status::Completed), Some(Status::Canceled)] {
                for service in [None, Some(services[0]), Some(services[1])] {
                    let filter = Filter { user, status, service, ..Filter::default() };
                    for below in &cursors {
                        let page =
                            PageRequest { limit: Limit::new(3).unwrap(), cursor: Cursor::before(*below) };
                        let shown = orders::list(tx, &filter, page)?;
                        let ids: Vec<i64> = shown.items.iter().map(|order| order.id.get()).collect();
                        let wanted = all.iter().filter(|row| row.id < *below && meets(row, &filter));
                        let expected: Vec<i64> = wanted.map(|row| row.id).take(3).collect();
                        assert_eq!(ids, expected, "{filter:?} below {below}");
                    }
                }
            }
        }
        Ok::<_, Fault>(())
    };
    app.app.db.snapshot(look).unwrap();
}

#[test]
fn a_customers_orders_are_counted_by_status() {
    let app = TestApp::start();
    stocked(&app);
    let look = |tx: &ReadTx| {
        let all = every_order(tx);
        for user in [1, 2, 3, 99].map(UserId::new) {
            let expected: Vec<(Status, i64)> = Status::VARIANTS
                .iter()
                .map(|status| {
                    let filter = Filter { user: Some(user), status: Some(*status), ..Filter::default() };
                    let count = all.iter().filter(|row| meets(row, &filter)).count();
                    (*status, i64::try_from(count).unwrap().min(orders::MOST_COUNTED))
                })
                .collect();
            assert_eq!(orders::counts(tx, Some(user), &UserSet::default())?, expected, "{user:?}");
        }
        Ok::<_, Fault>(())
    };
    app.app.db.snapshot(look).unwrap();
}

/// Right before and right after the links of new orders are written into the index, and with many that are not yet.
#[test]
fn an_order_is_found_before_and_after_its_link_is_indexed() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (lan, binh) = (app.member("lan").funded(1_000_000_000), app.member("binh").funded(1_000_000));
    let service = app.service(by_hand);
    let indexed = || app.number("SELECT count(*) FROM orders_search");
    let place = |link: &str| {
        let body = serde_json::json!({ "service_id": service, "link": link, "quantity": 10 });
        binh.post("/api/orders", body).expect(201)["id"].as_i64().unwrap()
    };
    let mut named = Vec::new();
    let mut steps = Vec::new();
    for crowd in [0, 253, 0, 300, 254, 2100, 400] {
        if crowd > 0 {
            app.queue_many(&lan, service, crowd);
        }
        named.insert(0, place("https://x.vn/Needle"));
        if crowd != 300 {
            search_index::tick(&app.app).unwrap();
        }
        for (who, path) in [(&binh, "/api/orders"), (&boss, "/api/admin/orders")] {
            let page = who.get(&format!("{path}?search=needle&limit=50")).expect(200);
            let found: Vec<_> =
                page["items"].as_array().unwrap().iter().map(|o| o["id"].as_i64().unwrap()).collect();
            assert_eq!(found, named, "{path}");
        }
        steps.push(indexed());
        assert!(app.audit().is_clean());
    }
    assert_eq!(steps, [0, 0, 256, 256, 768, 2816, 3072]);
}
