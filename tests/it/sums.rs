//! The sums by day: the audit sees a wrong one, and a database from before them gets them.

use crate::support::app::TestApp;
use rusqlite::Connection;
use std::fs;
use std::path::Path;

#[test]
fn the_audit_sees_a_wrong_sum() {
    for (tamper, rule) in [
        ("UPDATE daily_money SET amount = amount + 1", "the sums of money by day"),
        ("UPDATE daily_money SET n = n + 1", "the sums of money by day"),
        ("DELETE FROM daily_money", "the sums of money by day"),
        ("INSERT INTO daily_money VALUES (1, 'deposit', 5, 1)", "the sums of money by day"),
        ("UPDATE daily_services SET orders = orders + 1", "the sums of orders by day"),
        ("UPDATE daily_services SET units = units + 1", "the sums of orders by day"),
        ("UPDATE daily_services SET charged = charged + 1", "the sums of orders by day"),
        ("UPDATE daily_services SET refunded = refunded + 1", "the sums of orders by day"),
        ("UPDATE daily_services SET cost = cost + 1", "the sums of orders by day"),
        ("UPDATE daily_services SET day = day + 1", "the sums of orders by day"),
        ("DELETE FROM daily_services", "the sums of orders by day"),
        ("UPDATE order_counts SET n = n + 1 WHERE status = 'partial'", "orders of each status"),
        ("DELETE FROM order_counts WHERE status = 'pending'", "orders of each status"),
        ("UPDATE daily_users SET registered = 0", "users registered on each day"),
        ("DELETE FROM daily_users", "users registered on each day"),
    ] {
        let app = TestApp::start();
        let lan = app.member("lan").funded(100_000);
        lan.buys(app.service(|_| {}), 1000);
        assert!(app.audit().is_clean());
        app.without_audit();
        app.write(move |tx| tx.execute(tamper, ()).unwrap());
        let found = app.audit().differences;
        assert!(!found.is_empty() && found.iter().all(|one| one.contains(rule)), "{tamper}: {found:?}");
    }
}

#[test]
fn an_order_stays_with_its_provider() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    lan.buys(app.service(|_| {}), 1000);
    let moved = app.write(|tx| tx.execute("UPDATE orders SET provider_id = 2", ()).is_ok());
    assert!(!moved);
}

/// The migrations from version `from` up to but without `until`, in order.
pub fn migrations(from: u32, until: u32) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut found: Vec<(u32, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "sql"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let version = name.trim_start_matches('V').split_once("__").unwrap().0.parse().unwrap();
            (version, fs::read_to_string(&path).unwrap())
        })
        .filter(|(version, _)| (from..until).contains(version))
        .collect();
    found.sort();
    found.into_iter().map(|(_, sql)| sql).collect()
}

#[test]
fn a_database_from_before_gets_its_sums() {
    let conn = Connection::open_in_memory().unwrap();
    let run = |sql: &str| conn.execute_batch(sql).unwrap();
    migrations(1, 9).iter().for_each(|sql| run(sql));
    // 61,199,999 ms is the last moment of day 0 in Vietnam.
    run("INSERT INTO users (id, username, email, password_hash, referral_code, created_at)
         VALUES (1, 'lan', 'lan@x.vn', '', 'A', 61199999), (2, 'binh', 'b@x.vn', '', 'B', 61200000);
         INSERT INTO services (id, name, category, rate, min_quantity, max_quantity, created_at, updated_at)
         VALUES (7, 'likes', 'c', 0, 1, 9, 0, 0);
         INSERT INTO orders (id, user_id, service_id, service_name, service_type, link, quantity, rate,
             discount_percent, charge, refunded, status, reason, dispatch, provider_id, provider_service_id,
             cost, created_at, updated_at)
         VALUES (1, 1, 7, '', 'default', '', 5, 0, 0, 300, 0, 'completed', NULL, 'manual', NULL, NULL, NULL,
                 61199999, 0),
             (2, 1, 7, '', 'default', '', 6, 0, 0, 400, 400, 'canceled', 'canceled_by_admin', 'refused', 1, 'x', 9,
                 61199999, 0),
             (3, 1, 7, '', 'default', '', 2, 0, 0, 50, 0, 'pending', NULL, 'queued', 1, 'x', 20, 61200000, 0),
             (4, 1, 7, '', 'default', '', 3, 0, 0, 60, 0, 'pending', NULL, 'queued', 1, 'x', 30, 61200000, 0);
         INSERT INTO transfers (debit_account_id, credit_account_id, amount, kind, key, debit_balance_after,
             credit_balance_after, description, created_at, order_id)
         VALUES (-4, 1, 1000, 'adjustment', 'a', -1000, 1000, '', 61199999, NULL),
             (1, -4, 100, 'adjustment', 'b', 900, -900, '', 61199999, NULL),
             (1, -2, 300, 'order', 'c', 600, 300, '', 61199999, 1),
             (-1, 1, 70, 'deposit', 'd', -70, 670, '', 61200000, NULL);");
    migrations(9, 10).iter().for_each(|sql| run(sql));

    let rows = |sql: &str| -> Vec<String> {
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement.query_map((), |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    assert_eq!(
        rows(
            "SELECT concat_ws(' ', day, provider_id, orders, units, charged, refunded, cost) FROM daily_services"
        ),
        ["0 0 1 5 300 0 0", "0 1 1 6 400 400 9", "1 1 2 5 110 0 50"]
    );
    assert_eq!(
        rows("SELECT concat_ws(' ', day, kind, amount, n) FROM daily_money"),
        ["0 adjustment 900 2", "1 deposit 70 1"]
    );
    assert_eq!(rows("SELECT concat_ws(' ', day, registered) FROM daily_users"), ["0 1", "1 1"]);
    assert_eq!(
        rows("SELECT concat_ws(' ', status, n) FROM order_counts WHERE n > 0 ORDER BY status"),
        ["canceled 1", "completed 1", "pending 2"]
    );
}
