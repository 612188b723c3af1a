//! Whose money it is: no rate makes more of what is VND already.

use super::smartpanel::{DUMP, KEY, PASSWORD};
use crate::support::old_panel::House;
use serde_json::json;

const HASH: &str = "$2a$08$wEwTYjCWlMdNZCbUC2E7AOoJkHwS/AQYlq1weP7MZRzOBNfdD5NcW";
const RATE: [&str; 2] = ["--exchange-rate", "25400"];

#[test]
fn a_rate_for_what_is_dong_already_is_refused() {
    let house = House::new();
    let refuses = |from: &str, dump: &str| {
        let path = house.dump(dump);
        house.refuses(from, path.to_str().unwrap(), &RATE, "is VND already: give no --exchange-rate");
    };
    refuses("smartpanel", &DUMP.replace("'USD'", "'VND'"));
    refuses("smartpanel", &DUMP.replace("'USD'", "'vnđ'"));
    let old = "INSERT INTO users (id, username, password, email, money, api_key) \
               VALUES (1, 'lan', '', 'lan@x.vn', 1500000, NULL);";
    refuses("cmsnt", old);
    refuses("cmsnt", &old.replace("money", "currency_code, balance").replace("1500000", "'VND', 1500000"));
    let users = house.file("users.csv", "username,balance,currency\nlan,1000,VND\nmai,,VND\n");
    house.refuses("csv", users.to_str().unwrap(), &RATE, "is VND already: give no --exchange-rate");
}

#[test]
fn what_a_panel_in_dong_sells_takes_no_rate_that_is_for_users() {
    let house = House::new();
    let dump = format!(
        "INSERT INTO users (id, username, password, email, balance, currency_code, access_token) VALUES
         (1, 'lan', '{HASH}', 'lan@x.vn', '1000', 'VND', '{KEY}'), (2, 'john', '', 'j@x.vn', '2', 'USD', NULL);
         INSERT INTO services (id, name, price, min_buy, max_buy, status) VALUES (77, 'Tim', 12500, 50, 1000, 1);
         INSERT INTO orders (id, user_id, service_id, quantity, total_payment, order_status)
         VALUES (5, 1, 77, 1000, '12500', 'Pending');"
    );
    let said = house.import("cmsnt", house.dump(&dump).to_str().unwrap(), &RATE);
    assert!(said.contains("balances     51800 VND"), "{said}");
    let panel = house.open();
    assert_eq!(panel.get("/api/services/77")["rate"], "12500");
    assert_eq!(panel.order(5)["charge"], 12_500);
}

#[test]
fn an_order_is_of_its_users_money() {
    let house = House::new();
    std::fs::create_dir(house.folder.path().join("lists")).unwrap();
    house.file(
        "lists/users.csv",
        &format!(
            "id,username,password,balance,currency,api_key\n1,lan,{HASH},1000,VND,{KEY}\n2,john,,2,USD,\n3,ba,,7,EUR,\n"
        ),
    );
    let orders = |more: &str| {
        let rows = "id,user,charge,quantity,status\n70,lan,12000,100,Pending\n71,2,0.5,100,Pending\n\
                    72,ba,1,100,Pending\n";
        house.file("lists/orders.csv", &format!("{rows}{more}"));
    };
    orders("");
    let lists = house.folder.path().join("lists");
    let lists = lists.to_str().unwrap();
    let said = house.import("csv", lists, &RATE);
    assert!(
        said.contains("order 72: its user's money is of a currency that nobody gave a rate for"),
        "{said}"
    );
    // Who came before is known by his money too.
    orders("73,lan,300,100,Pending\n");
    let again = house.import("csv", lists, &RATE);
    assert!(again.contains("users        0") && again.contains("open orders  1"), "{again}");
    let panel = house.open();
    let charges = [70, 71, 73].map(|order| panel.order(order)["charge"].clone());
    assert_eq!(charges, [json!(12_000), json!(12_700), json!(300)]);
    assert_eq!(panel.comes_in("lan", PASSWORD)["balance"], 1000);
}
