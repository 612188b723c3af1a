//! The sums by day: the audit sees a wrong one.

use crate::support::app::TestApp;

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
        ("UPDATE daily_customers SET orders = orders + 1", "the sums of orders by day and customer"),
        ("UPDATE daily_customers SET refunded = refunded + 1", "the sums of orders by day and customer"),
        ("UPDATE daily_customers SET cost = cost + 1", "the sums of orders by day and customer"),
        ("DELETE FROM daily_customers", "the sums of orders by day and customer"),
        ("UPDATE order_counts SET n = n + 1 WHERE status = 'partial'", "orders of each status"),
        ("DELETE FROM order_counts WHERE status = 'pending'", "orders of each status"),
        ("INSERT INTO daily_ends VALUES (1, 20000, 'completed', 5, 1)", "orders of each service ended so"),
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
