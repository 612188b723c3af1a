//! From clones of PerfectPanel.

use super::smartpanel::KEY;
use crate::support::old_panel::House;
use crate::support::operated::eventually;
use serde_json::json;

/// `café & it's` as both versions of PHP made it.
const PASSWORD: &str = "café & it's";
const DUMP: &str = r"/*!40101 SET NAMES utf8 */;
CREATE TABLE `clients` (`client_id` int, `name` varchar(225), `email` varchar(225), `username` varchar(225),
  `password` text, `telephone` varchar(225), `balance` decimal(21,7), `spent` decimal(21,7), `apikey` text,
  `ref_code` text, `ref_by` text, `register_date` datetime);
INSERT INTO `clients` VALUES
(11,'Lan','lan@x.vn','Lan','41f50277362b3f34fc49be779a3ffaeb','',10.1234567,100.0000000,'a1B2c3D4e5F6a7B8c9D0','x',NULL,
  '2021-02-03 04:05:06'),
(12,'Mai','mai@x.vn','mai','9eb9ded81fdf9745868fc6130dde782e','',0.0000000,0.0000000,'','y','x',NULL),
(13,'Odd','odd@x.vn','odd','41f50277','',0.0000000,0.0000000,'','z',NULL,NULL);
INSERT INTO `service_api` (`id`, `api_name`, `api_url`, `api_key`) VALUES (1,'Up','URL','bumx-test-key');
INSERT INTO `categories` (`category_id`, `category_name`) VALUES (4,'Instagram');
INSERT INTO `services` (`service_id`, `service_api`, `api_service`, `category_id`, `service_name`, `service_price`,
  `service_min`, `service_max`) VALUES (900,1,'2',4,'IG Likes','0.5',10,100000);
INSERT INTO `orders` (`order_id`, `client_id`, `service_id`, `api_orderid`, `order_api`, `order_quantity`,
  `order_charge`, `order_url`, `order_start`, `order_remains`, `order_status`, `dripfeed`) VALUES
(40,11,900,8080,1,2000,1.0000000,'https://www.instagram.com/p/x/','10','500','inprogress',1),
(41,11,900,0,1,2000,1.0000000,'https://www.instagram.com/p/y/','','','canceled',1);
";

#[test]
fn users_keys_money_and_orders_come_along() {
    let house = House::new();
    let path = house.dump(DUMP);
    let path = path.to_str().unwrap();
    house.refuses(
        "perfectpanel-clone",
        path,
        &[],
        "does not say that its money is VND: give --exchange-rate",
    );
    let said = house.import("perfectpanel-clone", path, &["--exchange-rate", "25000.5"]);
    for line in [
        "users        3",
        "balances     253091 VND",
        "services     1",
        "open orders  1, 1 of them followed",
        "user 13: odd needs a new password",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    house.provider.set_report("8080", json!({ "status": "Partial", "remains": "500", "start_count": "10" }));
    let panel = house.open();
    panel.stays_out("lan", "café & its");
    for login in ["LAN", "mai@x.vn", "lan@x.vn", "mai"] {
        panel.comes_in(login, PASSWORD);
    }
    // A quarter of 25,000 VND comes back.
    eventually("the refund", || panel.resells(KEY, &[("action", "balance")])["balance"] == "259341");
    assert_eq!(panel.order(40)["status"], "partial");
    let service = panel.get("/api/services/900");
    assert_eq!((&service["category"], &service["rate"]), (&json!("Instagram"), &json!("12500.25")));
    assert_eq!(house.provider.requests_for("add").len(), 0);
    assert!(panel.binary.terminate().0.success());
    let full = house.contents();
    house.import("perfectpanel-clone", path, &["--exchange-rate", "25000.5"]);
    assert_eq!(house.contents(), full);
}

#[test]
fn runs_and_posts_wait_for_a_person() {
    let house = House::new();
    let columns =
        "order_id, client_id, service_id, api_orderid, order_api, order_quantity, order_charge, order_status,
        dripfeed, dripfeed_runs, subscriptions_type";
    let row = |id: u32, split: &str| format!("({id},11,900,{id},1,20,1.0,'inprogress',{split})");
    let rows =
        [row(50, "1,0,1"), row(51, "2,0,1"), row(52, "1,5,1"), row(53, "1,0,2"), row(54, "'1','0',NULL")];
    let dump = format!("{DUMP}INSERT INTO orders ({columns}) VALUES {};", rows.join(","));
    let path = house.dump(&dump);
    let said = house.import("perfectpanel-clone", path.to_str().unwrap(), &["--exchange-rate", "25000"]);
    for line in [
        "open orders  6, 3 of them followed",
        "order 51: waits for you",
        "order 52: waits for you",
        "order 53: waits for you",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
}
