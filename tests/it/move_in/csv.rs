//! From CSV: what hosted panels show in their lists, and whatever somebody makes in a spreadsheet.

use super::smartpanel::{KEY, PASSWORD};
use crate::support::old_panel::House;
use serde_json::json;

const HASH: &str = "$2a$08$wEwTYjCWlMdNZCbUC2E7AOoJkHwS/AQYlq1weP7MZRzOBNfdD5NcW";

#[test]
fn the_lists_of_a_hosted_panel_come_along() {
    let house = House::new();
    let folder = house.folder.path().join("lists");
    std::fs::create_dir(&folder).unwrap();
    let lists = folder.to_str().unwrap();
    house.refuses("csv", lists, &[], "there is no table of users (users)");
    house.file(
        "lists/users.csv",
        "\u{feff}ID;Username;Email;Balance;Spent;Status;Created;Discount\r\n\
        4;Lan;lan@x.vn;150000;6000000;Active;2024-01-02 03:04:05;0\r\n\
        5;\"Mai \"\"x\"\"\";mai@x.vn;50.000;0;Active;;0\r\n\
        6;tu;tu@x.vn;-1;0;Suspended;;0\r\n",
    );
    house.file(
        "lists/orders.csv",
        "ID;User;Charge;Link;Start count;Quantity;Service;Status;Remains;Created\r\n\
        70;lan;12000;https://www.tiktok.com/@ten;5;1000;Tăng tim;In progress;200;\r\n\
        71;lan;12000;https://www.tiktok.com/@ten;5;1000;Tăng tim;Completed;0;\r\n",
    );
    let said = house.import("csv", lists, &[]);
    for line in [
        "users        3",
        "balances     150000 VND",
        "user 5: the balance \"50.000\" is no amount, could be two",
        "user 6: a balance of -1",
        "user 6: tu is banned",
        "user 4: lan needs a new password",
        "order 70: is in_progress, by hand, as 70 here",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let panel = house.open();
    let lan = panel.get("/api/admin/users?search=lan%40x.vn")["items"][0].clone();
    assert_eq!((&lan["balance"], &lan["tier"]["level"]), (&json!(150_000), &json!(2)));
    let order = panel.order(70);
    assert_eq!(
        (&order["service_name"], &order["remains"], &order["user_id"]),
        (&json!("Tăng tim"), &json!(200), &lan["id"])
    );
    assert!(panel.binary.terminate().0.success());
    let full = house.contents();
    let again = house.import("csv", lists, &[]);
    assert!(again.contains("users        0"), "{again}");
    assert_eq!(house.contents(), full);
}

#[test]
fn a_single_file_of_users_brings_hashes_keys_and_other_currencies() {
    let house = House::new();
    let rows = format!(
        "username,password,balance,currency,api_key\nlan,{HASH},10.5,USD,{KEY}\nmai,,2000,VND,\nba,,7,EUR,\n"
    );
    let path = house.file("users.csv", &rows);
    let said = house.import("csv", path.to_str().unwrap(), &["--exchange-rate", "25000"]);
    assert!(
        said.contains("balances     264500 VND") && said.contains("user ba: a balance of 7 EUR"),
        "{said}"
    );
    let panel = house.open();
    assert_eq!(panel.comes_in("lan", PASSWORD)["balance"], 262_500);
    assert_eq!(panel.resells(KEY, &[("action", "balance")])["currency"], "VND");
}

#[test]
fn a_hash_that_takes_long_to_check_slows_nobody_down() {
    let house = House::new();
    let dear = HASH.replace("$08$", "$14$");
    let rows = format!("username,password,balance\nlan,{dear},1\nmai,{HASH},2\n");
    let path = house.file("users.csv", &rows);
    let said = house.import("csv", path.to_str().unwrap(), &[]);
    for line in
        ["lan needs a new password, the old one takes too long", "users need a new password: checking"]
    {
        assert!(said.contains(line), "{line}: {said}");
    }
    let costs = format!("{:?}", house.contents());
    assert!(!costs.contains("$14$") && costs.contains("$08$"), "no such hash lies here");
}
