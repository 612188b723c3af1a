//! From CMSNT, the newer one made with Laravel and the older ones, whose passwords went through PHP's functions.

use super::smartpanel::KEY;
use crate::support::old_panel::House;
use serde_json::json;

/// `it's "M&M"` as PHP before 8.1 and since made it: digests and bcrypt.
const PASSWORD: &str = "it's \"M&M\"";
const OLD: &str = r"CREATE TABLE `settings` (`id` int, `name` varchar(255), `value` longtext);
INSERT INTO `settings` VALUES (1,'type_password','TYPE');
CREATE TABLE `users` (`id` int, `username` varchar(255), `password` text, `email` text, `money` float,
  `total_money` float,  `banned` int, `api_key` varchar(255), `create_date` datetime);
INSERT INTO `users` VALUES
(1,'Thanh.Công','94d70deacf402a055b3bf3567b0d9607','',1500000.5,9000000,0,'a1B2c3D4e5F6a7B8c9D0','2022-01-01 00:00:00'),
(2,'ab','5DBC95646F8D5F49CB5A5044A6209D83',NULL,0,0,0,NULL,NULL),
(3,'c','bdb81ef970dcf23199b5b044f58c86af9155a451','c@x.vn',0,0,0,NULL,NULL),
(4,'d@x.vn','8acfa4674a6409979494d45006a497636b54da77','d@x.vn',0,0,0,NULL,NULL),
(5,'e@y.vn','$2y$05$765j86dklG8.FpFCVsALqe5o7LNNmsFz49Bj6cGQidlnlWK0F8Qsa','e@x.vn',0,0,0,NULL,NULL),
(6,'f','$2y$05$mV0JsKlVk7eAEdfnEy5hWu0zWTkJxlhxsHDea8ioYZhWSg7pvW7IC','f@x.vn',0,0,1,NULL,NULL),
(7,'g','it\\&#039;s \\&quot;M&amp;M\\&quot;','g@x.vn',0,0,0,NULL,NULL);
";

#[test]
fn old_passwords_serve_in_either_spelling_of_php_and_are_made_anew_at_once() {
    let house = House::new();
    let path = house.dump(&OLD.replace("TYPE", "md5"));
    let said = house.import("cmsnt", path.to_str().unwrap(), &[]);
    for line in [
        "users        7",
        "balances     1500000 VND, and 0.50 VND lost",
        "user 7: g needs a new password",
        "user 5: the name is e.y.vn here",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let digests = || {
        let users = house.contents().into_iter().find(|(table, _)| table == "users").unwrap().1;
        let is_ours = |row: &Vec<_>| format!("{:?}", row[4]) == "Null";
        let lies = format!("{users:?}").contains("94d70deacf402a055b3bf3567b0d9607");
        (users.iter().filter(|row| is_ours(row)).count(), lies)
    };
    assert_eq!(digests(), (2, false), "the admin and whoever needs a new password; no weak digest lies here");
    let panel = house.open();
    for login in ["thanh.công", "THANH.Công", "ab", "c", "d@x.vn", "e.y.vn", "E@x.vn"] {
        panel.stays_out(login, "it's \"M&N\"");
        let user = panel.comes_in(login, PASSWORD);
        assert_eq!(panel.comes_in(login, PASSWORD)["id"], user["id"]);
    }
    // Spent there: all that was paid in and is not left.
    assert_eq!(panel.comes_in("thanh.công", PASSWORD)["tier"]["level"], 2);
    assert_eq!(panel.resells(KEY, &[("action", "balance")])["balance"], "1500000");
    let banned = json!({ "login": "f", "password": PASSWORD }).to_string();
    panel.binary.send("POST", "/api/auth/login", &[], banned.as_bytes()).refused(403, "account_banned");
    assert!(panel.binary.terminate().0.success());
    assert_eq!(digests().0, 7, "all but the banned one have hashes of ours by now");
}

#[test]
fn where_passwords_lay_open_they_do_not_here() {
    let house = House::new();
    let path = house.dump(&OLD.replace("TYPE", "none"));
    let said = house.import("cmsnt", path.to_str().unwrap(), &[]);
    assert!(!said.contains("needs a new password"), "{said}");
    assert!(!format!("{:?}", house.contents()).contains("M&amp;M"));
    let panel = house.open();
    assert_eq!(panel.comes_in("g", PASSWORD)["username"], "g");
    assert_eq!(panel.comes_in("e@x.vn", PASSWORD)["username"], "e.y.vn");
}

const NEW: &str = r"CREATE TABLE `suppliers` (`id` bigint, `domain` text, `api_key` text);
INSERT INTO `suppliers` VALUES (1,'URL','bumx-test-key');
INSERT INTO `users` (`id`, `username`, `password`, `fullname`, `email`, `phone`, `balance`, `total_deposit`, `rank`,
  `role`, `status`, `access_token`, `currency_code`) VALUES
(1,'lan','$2y$04$MDMJc9G4ucVUXZjw/edLWuBPrNt/1VFrmHfpVCani5qU0WEJxaoem','Lan','lan@x.vn','','250000.75','250000',
  'bronze','user','active','a1B2c3D4e5F6a7B8c9D0','VND'),
(2,'john','$2y$04$MDMJc9G4ucVUXZjw/edLWuBPrNt/1VFrmHfpVCani5qU0WEJxaoem','John','j@x.vn','','12.50','0','','admin',
  'active',NULL,'USD');
INSERT INTO `services` (`id`, `name`, `price`, `original_price`, `min_buy`, `max_buy`, `api_service_id`, `supplier_id`,
  `status`) VALUES (77,'Tăng tim',12500,9000,50,1000,'2',1,'active'),(78,'Tắt',12500,9000,50,1000,'3',1,'hidden');
INSERT INTO `orders` (`id`, `user_id`, `service_id`, `object_id`, `order_code`, `quantity`, `start_number`,
  `success_count`, `total_payment`, `order_status`, `supplier_id`, `provider_order_id`) VALUES
(5,1,77,'https://www.tiktok.com/@ten','ABC',1000,10,400,'12500','In progress',1,'4242'),
(6,1,77,'https://www.tiktok.com/@ten','ABD',1000,10,1000,'12500','Completed',1,'4243'),
(7,1,99,'https://www.tiktok.com/@ten','ABE',1000,0,0,'500','Pending',NULL,NULL);
";

#[test]
fn the_newer_one_comes_with_its_orders_and_no_other_currency_is_guessed() {
    let house = House::new();
    let path = house.dump(NEW);
    let said = house.import("cmsnt", path.to_str().unwrap(), &[]);
    for line in [
        "balances     250000 VND, and 0.75 VND lost",
        "user 2: a balance of 12.50 USD, which nobody gave a rate for",
        "open orders  2, 1 of them followed",
        "order 7: is pending, by hand, as 7 here",
        "services     3",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    house.provider.set_report("4242", json!({ "status": "In progress", "remains": "600" }));
    let panel = house.open();
    assert_eq!(panel.comes_in("lan", "laravel 'secret'")["balance"], 250_000);
    assert_eq!(panel.comes_in("john", "laravel 'secret'")["role"], "user");
    let order = panel.resells(KEY, &[("action", "status"), ("order", "5")]);
    assert_eq!((&order["status"], &order["remains"]), (&json!("In progress"), &json!("600")));
    assert_eq!(panel.resells(KEY, &[("action", "services")]).as_array().unwrap().len(), 1);
    assert_eq!(panel.get("/api/services/99")["active"], false);
    assert_eq!(house.provider.requests_for("add").len(), 0);
}

#[test]
fn a_rate_makes_dong_of_the_one_other_currency() {
    let house = House::new();
    let path = house.dump(NEW);
    let said = house.import("cmsnt", path.to_str().unwrap(), &["--exchange-rate", "25400"]);
    assert!(said.contains("balances     567500 VND"), "{said}");
}

#[test]
fn what_is_made_in_runs_waits_for_a_person() {
    let house = House::new();
    let runs = NEW.replace("`order_status`, `supplier_id`", "`dripfeed`, `order_status`, `supplier_id`");
    let runs = runs.replace("'In progress',1", "1,'In progress',1");
    let runs = runs.replace("'Completed',1", "0,'Completed',1").replace("'Pending',NULL", "0,'Pending',NULL");
    let said = house.import("cmsnt", house.dump(&runs).to_str().unwrap(), &[]);
    assert!(said.contains("order 5: waits for you, as 5 here"), "{said}");
}
