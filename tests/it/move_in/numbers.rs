//! Numbers that people outside know: of services, of orders, and of orders at providers.

use super::smartpanel::KEY;
use crate::support::old_panel::House;

fn dump(orders: &str) -> String {
    format!(
        "INSERT INTO general_options (name, value) VALUES ('currency_code', 'VND');
         INSERT INTO api_providers (id, url, `key`) VALUES (3, 'URL', 'bumx-test-key');
         INSERT INTO general_users (id, email, balance, api_key) VALUES (1, 'lan@x.vn', 50, '{KEY}');
         INSERT INTO services (id, name, price, min, max, api_provider_id, api_service_id, status)
         VALUES (12, 'Likes', 100, 1, 100, 3, '101', 1), (11, 'Likes again', 200, 1, 100, 3, '101', 1);
         INSERT INTO orders (id, uid, service_id, quantity, charge, status, api_provider_id, api_order_id)
         VALUES {orders};"
    )
}

#[test]
fn what_is_no_id_of_one_order_is_not_followed() {
    let house = House::new();
    let ids = ["507,508", "5 07", "-5", "null", "5;6", "0"];
    let bad: Vec<String> =
        (20..).zip(ids).map(|(id, at)| format!("({id}, 1, 12, 10, 100, 'pending', 3, '{at}')")).collect();
    let long = format!("(40, 1, 12, 10, 100, 'pending', 3, '{}')", "7".repeat(65));
    let good = "(41, 1, 12, 10, 100, 'pending', 3, 'AB-9.1_x:2')";
    let path = house.dump(&dump(&format!("{}, {long}, {good}", bad.join(","))));
    let said = house.import("smartpanel", path.to_str().unwrap(), &[]);
    for line in [
        "open orders  8, 1 of them followed",
        "order 20: waits for you",
        "order 21: waits",
        "order 40: waits",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let panel = house.open();
    let note = panel.order(20).to_string();
    assert!(note.contains("507,508") && panel.order(41)["dispatch"] == "sent", "{note}");
}

#[test]
fn services_of_one_provider_service_keep_a_number_each() {
    let house = House::new();
    let path = house.dump(&dump("(9, 1, 11, 10, 100, 'pending', 3, '77')"));
    let said = house.import("smartpanel", path.to_str().unwrap(), &[]);
    assert!(said.contains("services     2") && !said.contains("is sold here as"), "{said}");
    let panel = house.open();
    let listed = panel.resells(KEY, &[("action", "services")]);
    assert_eq!(listed.as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(panel.get("/api/services/11")["name"], "Likes again");
    assert_eq!(panel.order(9)["service_id"], 11);
}

#[test]
fn orders_keep_their_numbers_however_they_are_listed() {
    let house = House::new();
    let row = |id: &str| format!("({id}, 1, 12, 10, 100, 'pending', 3, '0')");
    let newest_first = ["90", "'x'", "80", "85", "70"].map(row).join(",");
    let over = "(95, 1, 12, 10, 100, 'completed', 3, '0')";
    let path = house.dump(&dump(&format!("{newest_first}, {over}")));
    let said = house.import("smartpanel", path.to_str().unwrap(), &[]);
    for line in
        ["order 80: waits for you, as 80", "order 85: waits for you, as 85", "order 70: waits for you, as 70"]
    {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(said.contains("order x: waits for you, as 96 here"), "{said}");
    // A newer list brings one that lies below what was given here by then.
    let path = house.dump(&dump(&format!("{newest_first}, {over}, {}", row("60"))));
    let said = house.import("smartpanel", path.to_str().unwrap(), &[]);
    assert!(said.contains("order 60: waits for you, as 97 here"), "{said}");
}
