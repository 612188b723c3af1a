//! Rows that come twice, in one file or in a newer one.

use super::smartpanel::KEY;
use crate::support::old_panel::House;

const HEAD: &str = "INSERT INTO general_options (name, value) VALUES ('currency_code', 'VND');\n\
    INSERT INTO general_users (id, email, balance, api_key, spent) VALUES ";

#[test]
fn a_key_that_serves_here_is_not_lost_to_somebody_who_comes_later() {
    let house = House::new();
    let lan = format!("(1, 'lan@x.vn', 1000, '{KEY}', '0')");
    house.import("smartpanel", house.dump(&format!("{HEAD}{lan};")).to_str().unwrap(), &[]);
    let newer = format!(
        "{HEAD}{lan}, (2, 'mai@x.vn', 5, '{KEY}', '0'), (3, 'tu@x.vn', 7, '{KEY}', '0'),
         (4, 'ba@x.vn', 7, 'dddddddddddddddddddd', '0');"
    );
    let said = house.import("smartpanel", house.dump(&newer).to_str().unwrap(), &[]);
    for line in [
        "users        3",
        "API keys     1",
        "user 2: the API key is that of user",
        "user 3: the API key is that of user",
        "2            API keys are those of users who were here before, and stay theirs",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let panel = house.open();
    let mine = [("action", "balance")];
    assert_eq!(panel.resells(KEY, &mine)["balance"], "1000");
    assert_eq!(panel.resells("dddddddddddddddddddd", &mine)["balance"], "7");
}

#[test]
fn what_a_file_has_twice_or_cannot_say_is_named() {
    let house = House::new();
    // The second of each id, near and in another batch.
    let mut rows =
        vec!["(1, 'a@x.vn', 100, '', '0')".to_owned(), "(1, 'b@x.vn', 20000, '', 'abc')".to_owned()];
    rows.extend((2..300).map(|id| format!("({id}, 'u{id}@x.vn', 0, '', '0')")));
    rows.push("(1, 'c@x.vn', 3000000, '', '0')".to_owned());
    rows.push("(300, 'd@x.vn', 7, '', '12,5x')".to_owned());
    let dump = format!(
        "{HEAD}{};
         INSERT INTO services (id, name, price, min, max, status) VALUES (1, 'A', 1, 1, 9, 1), (1, 'B', 1, 1, 9, 1);
         INSERT INTO orders (id, uid, service_id, quantity, charge, status)
         VALUES (5, 1, 1, 9, 9, 'pending'), (5, 1, 1, 9, 8, 'pending');",
        rows.join(",")
    );
    let path = house.dump(&dump);
    let said = house.import("smartpanel", path.to_str().unwrap(), &[]);
    for line in [
        "users        300",
        "balances     107 VND",
        "services     1",
        "open orders  1",
        "known        0 rows",
        "user 1: line 2: another row has this id: its balance of \"20000\" does not come",
        "user 1: line 2: another row has this id: its balance of \"3000000\" does not come",
        "user 300: the sum spent \"12,5x\" cannot be read",
        "service 1: line 3: another row has this id",
        "order 5: line 5: another row has this id",
        "4            rows have an id that a row before them has, and do not come",
        "1            sums that were spent cannot be read and count as 0",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("\"abc\""), "what does not come is not looked at, {said}");
    assert!(house.import("smartpanel", path.to_str().unwrap(), &[]).contains("users        0"));
}
