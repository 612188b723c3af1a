//! Lists as CSV files: all rows, no formulas, one at a time, and nobody waits for them.

use crate::support::app::{Asker, TestApp};
use crate::support::bank::{Notice, notify};
use crate::support::shop::{by_hand, wish};
use crate::support::tcp::{read_answer, request};
use crate::support::wire::Answer;
use rusqlite::Connection;
use serde_json::json;
use smm_panel::kernel::ids::ServiceId;
use smm_panel::order_types::Params;
use smm_panel::orders::{self, Placement};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The files, and who may have them.
const OWN: [&str; 3] = ["/api/orders.csv", "/api/user/transactions.csv", "/api/payment/deposits.csv"];
const ADMINS: [&str; 5] = [
    "/api/admin/orders.csv",
    "/api/admin/users.csv",
    "/api/admin/deposits.csv",
    "/api/admin/transactions.csv",
    "/api/admin/bank-transactions.csv",
];

/// The cells of a file, the line of headings first.
#[track_caller]
fn cells(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("Content-Type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("Cache-Control"), Some("no-store"));
    let text = answer.text();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    assert!(text.ends_with("\r\n"), "{text}");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// What stands in one column, below its heading.
#[track_caller]
fn column(who: &Asker, path: &str, name: &str) -> Vec<String> {
    let rows = cells(&who.get(path));
    let at = rows[0].iter().position(|heading| heading == name).unwrap_or_else(|| panic!("{:?}", rows[0]));
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

#[test]
fn files_are_for_whom_the_lists_are_for() {
    let app = TestApp::start();
    let (lan, mai, boss) = (app.member("lan").funded(50_000), app.member("mai"), app.admin("boss"));
    let id = lan.buys(app.service(by_hand), 1000).to_string();
    assert_eq!(column(&lan, "/api/orders.csv", "id"), std::slice::from_ref(&id));
    assert_eq!(column(&mai, "/api/orders.csv", "id"), Vec::<String>::new());
    assert_eq!(column(&mai, "/api/user/transactions.csv", "amount"), Vec::<String>::new());
    for path in ADMINS {
        lan.get(path).refused(403, "forbidden");
        app.guest().get(path).refused(401, "unauthenticated");
        cells(&boss.get(path));
    }
    for path in OWN {
        app.guest().get(path).refused(401, "unauthenticated");
        cells(&lan.get(path));
    }
    lan.get("/api/orders.csv?status=done").refused_fields(&["status"]);
    boss.get("/api/admin/users.csv?tier=9").refused_fields(&["tier"]);
}

#[test]
fn numbers_stay_numbers_and_texts_are_no_formulas() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("-lan").funded(50_000), app.admin("boss"));
    let service = app.service(|offer| {
        by_hand(offer);
        offer.name = "=HYPERLINK(\"http://x.vn\"), \"cheap\"".to_owned();
        offer.link_kind = smm_panel::catalog::LinkKind::Any;
    });
    let mut handle = wish(service, 1000);
    handle["link"] = json!("@ten");
    lan.post("/api/orders", handle).expect(201);
    let orders = "/api/orders.csv";
    assert_eq!(column(&lan, orders, "service_name"), ["'=HYPERLINK(\"http://x.vn\"), \"cheap\""]);
    assert_eq!(column(&lan, orders, "link"), ["'@ten"]);
    assert_eq!(column(&lan, orders, "charge"), ["12000"]);
    assert_eq!(column(&lan, orders, "reason"), [""]);
    assert_eq!(column(&lan, "/api/user/transactions.csv", "amount"), ["-12000", "50000"]);
    assert_eq!(column(&boss, "/api/admin/orders.csv", "username"), ["'-lan"]);
    notify(&app, &Notice::new(7, 30_000, "+84 gui\ntien;"));
    assert_eq!(column(&boss, "/api/admin/bank-transactions.csv", "content"), ["'+84 gui\ntien;"]);
    assert_eq!(column(&boss, "/api/admin/users.csv", "tier.level"), ["1", "1"]);
}

#[test]
fn a_file_has_the_filters_of_its_list() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(500_000), app.member("mai").funded(500_000));
    let boss = app.admin("boss");
    let (one, two) = (app.service(by_hand), app.service(by_hand));
    let first = lan.buys(one, 1000);
    app.clock.advance_seconds(3 * 24 * 60 * 60);
    let second = lan.buys(two, 1000);
    mai.buys(two, 500);
    boss.put(&format!("/api/admin/orders/{first}/status"), json!({ "status": "canceled" })).expect(200);
    let ids = |path: &str| column(&lan, path, "id");
    let (first, second) = (first.to_string(), second.to_string());
    assert_eq!(ids("/api/orders.csv"), [second.clone(), first.clone()]);
    assert_eq!(ids("/api/orders.csv?status=canceled"), std::slice::from_ref(&first));
    assert_eq!(ids(&format!("/api/orders.csv?service_id={two}")), std::slice::from_ref(&second));
    assert_eq!(ids("/api/orders.csv?to=2026-11-23"), std::slice::from_ref(&first));
    assert_eq!(ids("/api/orders.csv?from=2026-11-24"), std::slice::from_ref(&second));
    // The list beside it says the same.
    let listed = |query: &str| {
        let items = lan.get(&format!("/api/orders?{query}")).expect(200)["items"].clone();
        items.as_array().unwrap().iter().map(|order| order["id"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&format!("service_id={two}")), std::slice::from_ref(&second));
    assert_eq!(listed("to=2026-11-23"), std::slice::from_ref(&first));
    assert_eq!(listed("from=2026-11-24"), std::slice::from_ref(&second));
    lan.get("/api/orders?service_id=x").refused_fields(&["service_id"]);
    lan.get("/api/orders?from=yesterday").refused_fields(&["from"]);
    assert_eq!(column(&lan, "/api/user/transactions.csv?type=refund", "amount"), ["12000"]);
    assert_eq!(column(&lan, "/api/user/transactions.csv?to=2026-11-23", "type"), ["order", "adjustment"]);
    let of_mai = format!("/api/admin/orders.csv?user_id={}", mai.id);
    assert_eq!(column(&boss, &of_mai, "username"), ["mai"]);
    assert_eq!(column(&boss, "/api/admin/users.csv?sort=spent", "username"), ["lan", "mai", "boss"]);
    assert_eq!(column(&boss, "/api/admin/users.csv?role=admin", "username"), ["boss"]);
}

/// So many orders whose links are as long as links may be.
pub fn fill(app: &TestApp, count: i64) {
    let lan = app.member("lan").funded(1_000_000_000);
    let (user, service) = (lan.id, ServiceId::new(app.service(by_hand)));
    let tail = "x".repeat(2000);
    for portion in 0..count / 500 {
        let tail = tail.clone();
        app.write(move |tx| {
            for number in 0..500 {
                let link = format!("https://x.vn/{}/{tail}", portion * 500 + number);
                let (quantity, params) = (Some(10), Params::default());
                let placement = Placement {
                    user,
                    service,
                    link,
                    quantity,
                    params,
                    timing: orders::Timing::default(),
                    expected_charge: None,
                };
                orders::place(tx, placement).unwrap();
            }
        });
    }
}

#[test]
fn a_long_list_comes_whole_in_its_order() {
    let app = TestApp::start();
    fill(&app, 1500);
    let boss = app.admin("boss");
    let ids: Vec<i64> =
        column(&boss, "/api/admin/orders.csv", "id").iter().map(|id| id.parse().unwrap()).collect();
    assert_eq!(ids, (1..=1500).rev().collect::<Vec<_>>());
    let kinds = column(&boss, "/api/admin/transactions.csv", "type");
    assert_eq!(kinds.len(), 1501);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a connection beside the panel's tells what it holds")]
fn who_does_not_read_holds_nothing_up_and_has_one_file_at_a_time() {
    let app = TestApp::start();
    fill(&app, 5000);
    let boss = app.admin("boss");
    let served = app.serve();
    let bearer = format!("Bearer {}", boss.token());
    let auth = [("Authorization", bearer.as_str())];
    let mut slow = TcpStream::connect(served.address).unwrap();
    slow.write_all(&request(served.address, "GET", "/api/admin/orders.csv", &auth, b"")).unwrap();
    let mut first = [0; 512];
    assert!(slow.read(&mut first).unwrap() > 0);

    let again = served.send("GET", "/api/orders.csv", &auth, b"");
    assert_eq!(again.refused(429, "rate_limited")["reason"], "export_runs");
    assert_eq!(again.header("Retry-After"), Some("5"));
    let lan = app.member("mai").funded(1_000_000);
    let service = app.service(by_hand);
    lan.buys(service, 1000);
    let beside = Connection::open(app.folder.path().join("panel.db")).unwrap();
    let started = Instant::now();
    loop {
        let busy: i64 = beside.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0)).unwrap();
        if busy == 0 {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "a read transaction is held open");
    }
    drop(slow);
    let ended = Instant::now();
    while served.send("GET", "/api/orders.csv", &auth, b"").status == 429 {
        assert!(ended.elapsed() < Duration::from_secs(10), "the export of a client that left goes on");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_file_whose_reader_is_banned_meanwhile_is_cut_short_and_says_so() {
    let app = TestApp::start();
    fill(&app, 5000);
    let (boss, helper) = (app.admin("boss"), app.admin("helper"));
    let served = app.serve();
    let bearer = format!("Bearer {}", helper.token());
    let auth = [("Authorization", bearer.as_str())];
    let mut slow = TcpStream::connect(served.address).unwrap();
    slow.write_all(&request(served.address, "GET", "/api/admin/orders.csv", &auth, b"")).unwrap();
    let mut first = [0; 1];
    slow.peek(&mut first).unwrap();
    boss.put(&format!("/api/admin/users/{}/ban", helper.id), json!({ "banned": true })).expect(200);
    let whole = read_answer(slow).unwrap();
    assert!(whole.text().contains("INCOMPLETE"), "{} bytes", whole.body.len());
    assert!(whole.body.len() < 5000 * 2000);
}
