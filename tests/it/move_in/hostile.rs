//! What is odd, damaged or meant ill.

use super::smartpanel::{DUMP, KEY, PASSWORD};
use crate::support::old_panel::House;
use serde_json::json;
use std::fmt::Write;

const HASH: &str = "$2a$08$wEwTYjCWlMdNZCbUC2E7AOoJkHwS/AQYlq1weP7MZRzOBNfdD5NcW";

/// A dump of SmartPanel with these users, in VND: what stands behind the id.
fn users(rows: &[&str]) -> String {
    let mut dump = "INSERT INTO general_options (name, value) VALUES ('currency_code', 'VND');\n".to_owned();
    for (at, row) in rows.iter().enumerate() {
        let columns = "id, email, password, balance, api_key, spent, status, created";
        writeln!(dump, "INSERT INTO general_users ({columns}) VALUES ({}, {row});", at + 1).unwrap();
    }
    dump
}

#[test]
fn nobody_is_lost_over_a_name_an_address_or_a_figure() {
    let house = House::new();
    let row = |email: &str, balance: &str, key: &str| {
        format!("'{email}', '{HASH}', {balance}, '{key}', 0, 1, NULL")
    };
    let rows = [
        row("boss@example.vn", "1000.9", KEY),
        row("lan@x.vn", "-5000", "bbbbbbbbbbbbbbbbbbbb"),
        row("LAN@x.vn", "20000", "bbbbbbbbbbbbbbbbbbbb"),
        row("lan@y.vn", "99999999999999999999", "bbbbbbbbbbbbbbbbbbbb"),
        row("no address", "7.7", ""),
        row("", "NULL", ""),
        row("đạt@x.vn", "'1e3'", "cccccccccccccccccccc dd"),
        format!("'x@x.vn', '{}', 12, '', 'abc', 1, '2999-01-01 00:00:00'", HASH.replace("$08$", "$31$")),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let path = house.dump(&users(&rows));
    let said = house.import("smartpanel", path.to_str().unwrap(), &[]);
    for line in [
        "users        8",
        "balances     22019 VND, and 1.60 VND lost by rounding down",
        "API keys     1",
        "user 2: a balance of -5000",
        "user 4: the balance \"99999999999999999999\" is no amount",
        "user 3: the API key is that of user",
        "user 4: the API key is another user's too",
        "user 1: boss-2 has no e-mail address here",
        "user 3: lan-2 has no e-mail address here",
        "user 5: smartpanel-5 has no e-mail address here",
        "user 7: the API key could be guessed",
        "user 8: x needs a new password",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let panel = house.open();
    for (login, balance) in [
        ("boss-2", 1000),
        ("lan@x.vn", 0),
        ("lan-2", 20_000),
        ("lan@y.vn", 0),
        ("smartpanel-5", 7),
        ("smartpanel-7", 1000),
    ] {
        assert_eq!(panel.comes_in(login, PASSWORD)["balance"], balance, "{login}");
    }
    assert_eq!(panel.resells("bbbbbbbbbbbbbbbbbbbb", &[("action", "balance")])["error"], "Invalid API key");
    assert_eq!(panel.resells(KEY, &[("action", "balance")])["balance"], "1000");
    let found = panel.get("/api/admin/users?search=smartpanel-6");
    assert_eq!(found["items"][0]["email"], "smartpanel-6@imported.invalid");
}

#[test]
fn what_is_damaged_changes_nothing_and_says_where() {
    let house = House::new();
    let refuses = |dump: &str, why: &str| {
        let path = house.dump(dump);
        house.refuses("smartpanel", path.to_str().unwrap(), &["--exchange-rate", "25000"], why);
    };
    let cut = |at: &str| DUMP.split_once(at).unwrap().0.to_owned();
    refuses(
        &cut(",'$2a$08$wEwTYjCWlMdNZCbUC2E7AOoJkHwS/AQYlq1weP7MZRzOBNfdD5NcW','',5"),
        "line 17: the file ends in the middle",
    );
    refuses(&cut("CREATE TABLE `services`"), "it is cut off; nothing was changed");
    refuses("", "there is no table of users (general_users): is it a panel of this kind?");
    refuses(
        "INSERT INTO general_users (id, email) VALUES (1);",
        "line 1: a row of `general_users` has 1 values for 2",
    );
    refuses(&DUMP.replace("(500,7,12", "(NULL,7,12"), "line 23: an order without an id");
    house.refuses(
        "smartpanel",
        "nowhere.sql",
        &["--exchange-rate", "1"],
        "nowhere.sql: line 1: the file cannot be read",
    );
    house.refuses("smartpanel", ".", &["--exchange-rate", "1"], "the file cannot be read");
}

#[test]
fn what_an_order_says_is_not_believed() {
    let house = House::new();
    let order = |id: &str, user: &str, quantity: &str, charge: &str, status: &str, at: &str| {
        format!(
            "({id}, {user}, 1, 'javascript:alert(1)', {quantity}, {charge}, '{status}', '-3', '99999', '3', {at})"
        )
    };
    let orders = [
        order("9223372036854775807", "1", "10", "100", "pending", "'5'"),
        order("20", "1", "10", "100", "processing", "'5'"),
        order("21", "1", "10", "100", "inprogress", "'5'"),
        order("22", "1", "10", "0.2", "error", "'7'"),
        order("23", "2", "10", "100", "pending", "'8'"),
        order("24", "1", "0", "100", "pending", "'9'"),
        order("25", "1", "10", "-100", "pending", "'10'"),
        order("26", "1", "10", "100", "partial", "'11'"),
        order("19", "1", "10", "100", "processing", "'12'"),
    ];
    let dump = format!(
        "{}INSERT INTO api_providers (id, url, `key`) VALUES (3, 'URL/', 'bumx-test-key');
         INSERT INTO services (id, name, price, min, max, api_provider_id, api_service_id, status)
         VALUES (1, 'Likes', 100, 1, 100, 3, '101', 1);
         INSERT INTO orders (id, uid, service_id, link, quantity, charge, status, start_counter, remains,
             api_provider_id, api_order_id) VALUES {};",
        users(&[&format!("'lan@x.vn', '{HASH}', 50, '{KEY}', 0, 1, NULL")]),
        orders.join(",\n")
    );
    let path = house.dump(&dump);
    let said = house.import("smartpanel", path.to_str().unwrap(), &[]);
    for line in [
        "open orders  5, 2 of them followed",
        "order 20: waits for you, as 20 here",
        "order 21: waits for you, as 21 here",
        "order 22: waits for you, as 22 here",
        "order 23: its user did not come",
        "order 24: it has no quantity",
        "order 25: it has no charge",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("order 19:"), "it keeps its number, {said}");
    house.provider.set_report("5", json!({ "status": "Completed" }));
    let panel = house.open();
    assert_eq!(panel.order(27)["provider_order_id"], "5", "above all that were given there");
    assert_eq!(panel.comes_in("lan@x.vn", PASSWORD)["balance"], 50);
    // Their charges are part of the ledger: what does not come about goes back.
    let cancel = json!({ "action": "cancel" });
    panel.send("POST", "/api/admin/orders/22/resolve", &cancel).unwrap().expect(200);
    assert_eq!(panel.comes_in("lan", PASSWORD)["balance"], 51);
    assert_eq!(house.provider.requests_for("add").len(), 0);
}
