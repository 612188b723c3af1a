//! From SmartPanel: everything that comes, seen by those who came.

use crate::support::old_panel::{House, text};
use crate::support::operated::{eventually, proven};
use serde_json::json;

pub const KEY: &str = "a1B2c3D4e5F6a7B8c9D0";
pub const PASSWORD: &str = "mat khau lan";

/// Lan has 1.2345 USD, spent 800, and two orders of hers are open at a provider that is known here; a third is over.
/// Mai is an admin there and banned, Tu came with another kind of hash.
pub const DUMP: &str = r"-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `api_providers` (`id` int, `name` varchar(100), `url` varchar(255), `key` varchar(255));
INSERT INTO `api_providers` VALUES (3,'Upstream','URL','bumx-test-key'),(4,'Gone','https://gone.example/api/v2','k');
CREATE TABLE `categories` (`id` int, `uid` int, `name` text);
INSERT INTO `categories` VALUES (2,1,'TikTok ♥');
CREATE TABLE `general_options` (`id` int, `name` text, `value` longtext);
INSERT INTO `general_options` VALUES (1,'website_name','Old'),(2,'currency_code','USD');
CREATE TABLE `general_users` (
  `id` int NOT NULL AUTO_INCREMENT, `first_name` text, `email` varchar(191), `password` text,
  `timezone` text, `balance` decimal(15,4) DEFAULT '0.0000', `api_key` varchar(191), `spent` varchar(225),
  `role` enum('admin','user'), `status` int DEFAULT '1', `created` datetime, PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `general_users` VALUES
(7,'Lan','Lan@x.vn','$2a$08$wEwTYjCWlMdNZCbUC2E7AOoJkHwS/AQYlq1weP7MZRzOBNfdD5NcW','Asia/Saigon',1.2345,
  'a1B2c3D4e5F6a7B8c9D0','800.5','user',1,'2023-05-01 12:00:00'),
(8,'Mai','mai@x.vn','$2a$08$wEwTYjCWlMdNZCbUC2E7AOoJkHwS/AQYlq1weP7MZRzOBNfdD5NcW','',5.0000,'','0','admin',0,NULL),
(9,'Tú','tu@x.vn','$P$Babcdefghijklmnopqrstuvwxyz01','',0.0000,'short','0','user',1,'2023-06-01 12:00:00');
CREATE TABLE `orders` (`id` int, `uid` int, `service_id` int, `link` text, `quantity` text, `charge` decimal(15,4),
  `status` text, `start_counter` text, `remains` text, `api_provider_id` int, `api_service_id` varchar(20),
  `api_order_id` varchar(20), `is_drip_feed` int, `created` datetime);
INSERT INTO `orders` VALUES
(500,7,12,'https://tiktok.com/@ten/video/1','1000',0.4000,'inprogress','55','400',3,'101','9001',0,NULL),
(501,7,12,'https://tiktok.com/@ten/video/2','1000',0.4000,'pending','','',3,'101','0',0,NULL),
(502,7,13,'@ten','100',0.2000,'processing','','',4,'7','77',0,'2024-01-02 00:00:00'),
(600,7,12,'https://tiktok.com/@ten/video/3','1000',0.4000,'completed','0','0',3,'101','9000',0,NULL);
CREATE TABLE `services` (`id` int, `cate_id` int, `name` text, `desc` text, `price` decimal(15,4),
  `original_price` decimal(15,4), `min` int, `max` int, `type` varchar(50), `api_service_id` varchar(20),
  `api_provider_id` int, `dripfeed` int, `status` int);
INSERT INTO `services` VALUES
(12,2,'TikTok Likes &amp; more','Fast<br>&lt;b&gt;good&lt;/b&gt;',0.4000,0.3000,10,10000,'default','101',3,1,1),
(13,2,'TikTok Follows',NULL,2.0000,1.5000,10,10000,'default','7',4,0,1),
(14,9,'Dear','',0.1000,0.2000,10,10000,'custom_comments','55',3,0,1);
-- Dump completed on 2026-11-22  7:39:00
";

#[test]
fn users_log_in_keys_serve_money_is_proven_and_open_orders_go_on() {
    let house = House::new();
    let path = house.dump(DUMP);
    let path = path.to_str().unwrap();
    house.refuses("smartpanel", path, &[], "the old panel's money is USD: give --exchange-rate");
    let said = house.import("smartpanel", path, &["--exchange-rate", "25000"]);
    // 30,862.5 and 125,000 VND.
    for line in [
        "users        3",
        "balances     155862 VND, and 0.50 VND lost by rounding down",
        "API keys     1",
        "services     3",
        "open orders  3, 1 of them followed at their provider",
        "finished     1 orders, which stay history there",
        "user 9: tu needs a new password",
        "user 9: the API key could be guessed",
        "user 8: mai is banned",
        "service 13: comes switched off: its provider is not one here",
        "service 14: comes switched off: its price is below its cost",
        "order 501: waits for you, as 501 here",
        "order 502: is processing, by hand, as 502 here",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    house
        .provider
        .set_report("9001", json!({ "status": "In progress", "start_count": "55", "remains": "400" }));
    let panel = house.open();
    panel.stays_out("lan@x.vn", "another");
    let lan = panel.comes_in("lan@x.vn", PASSWORD);
    assert_eq!(
        (&lan["username"], &lan["balance"], &lan["role"]),
        (&json!("lan"), &json!(30_862), &json!("user"))
    );
    // What counts at the tier is what was spent there, 20,012,500 VND, of which open orders are part.
    assert_eq!((&lan["total_spent"], &lan["tier"]["level"]), (&json!(25_000), &json!(3)));
    assert_eq!(lan["created_at"], "2023-05-01T05:00:00Z");
    panel.comes_in("LAN", PASSWORD);
    panel.stays_out("tu@x.vn", "$P$Babcdefghijklmnopqrstuvwxyz01");
    let banned = json!({ "login": "mai@x.vn", "password": PASSWORD }).to_string();
    panel.binary.send("POST", "/api/auth/login", &[], banned.as_bytes()).refused(403, "account_banned");

    // Her program goes on with its key, the services' numbers and those of the orders.
    assert_eq!(panel.resells(KEY, &[("action", "balance")])["balance"], "30862");
    let listed = panel.resells(KEY, &[("action", "services")]);
    assert_eq!(
        (&listed[0]["service"], &listed[0]["category"], listed.as_array().unwrap().len()),
        (&json!(12), &json!("TikTok ♥"), 1)
    );
    let service = panel.get("/api/services/12");
    assert_eq!(
        (&service["name"], &service["description"]),
        (&json!("TikTok Likes & more"), &json!("Fast\ngood"))
    );
    let status = |order: &str| panel.resells(KEY, &[("action", "status"), ("order", order)]);
    assert_eq!((&status("500")["status"], &status("500")["remains"]), (&json!("In progress"), &json!("400")));
    assert_eq!(status("600")["error"], "Incorrect order ID");
    let add =
        [("action", "add"), ("service", "12"), ("link", "https://www.tiktok.com/@ten"), ("quantity", "1000")];
    assert_eq!(panel.resells(KEY, &add)["order"], 601, "above all that was given there");

    // What the provider has is followed and pays back; nothing that came is ever sent.
    let canceled = json!({ "status": "Canceled", "start_count": "55", "remains": "1000" });
    house.provider.set_report("9001", canceled);
    eventually("the refund", || status("500")["status"] == "Canceled");
    let sent = house.provider.requests_for("add");
    assert_eq!(sent.len(), 1, "{sent:?}");
    let history = panel.get("/api/admin/orders/500/timeline").to_string() + &panel.order(501).to_string();
    assert!(
        history.contains("it was order 500 of smartpanel, inprogress, 9001 at its provider"),
        "{history}"
    );
    assert_eq!(panel.order(501)["dispatch"], "review");
    assert_eq!(panel.order(502)["dispatch"], "manual");
    proven(house.folder.path());
}

#[test]
fn trying_changes_nothing_and_neither_does_moving_in_again() {
    let house = House::new();
    let path = house.dump(DUMP);
    let path = path.to_str().unwrap();
    let empty = house.contents();
    let tried = house.import("smartpanel", path, &["--exchange-rate", "25000", "--dry-run"]);
    assert_eq!(house.contents(), empty);
    let came = house.import("smartpanel", path, &["--exchange-rate", "25000"]);
    let sums = |said: &str| {
        said.lines().filter(|line| !line.ends_with("changed")).take(20).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(sums(&tried), sums(&came).replace("\nDone.", ""), "what is tried says what would be");
    let full = house.contents();
    assert_ne!(full, empty);
    let again = house.import("smartpanel", path, &["--exchange-rate", "31000"]);
    assert!(again.contains("known        9 rows"), "{again}");
    assert_eq!(house.contents(), full);
    // Packed, and later on with somebody new.
    let more = DUMP.replace("(9,'Tú'", "(10,'Ba','ba@x.vn','','',3.0000,'','0','user',1,NULL),\n(9,'Tú'");
    let more = house.dump(&more);
    let packed = std::process::Command::new("gzip").arg("-k").arg(&more).status().unwrap();
    assert!(packed.success());
    let more = house.import("smartpanel", &format!("{}.gz", more.display()), &["--exchange-rate", "25000"]);
    assert!(more.contains("users        1\nbalances     75000 VND"), "{more}");
}

#[test]
fn a_panel_at_work_is_not_moved_into() {
    let house = House::new();
    let path = house.dump(DUMP);
    let _panel = house.open();
    let output =
        house.command("smartpanel", path.to_str().unwrap(), &["--exchange-rate", "1"]).output().unwrap();
    assert!(
        !output.status.success() && text(&output).contains("another smm-panel process"),
        "{}",
        text(&output)
    );
}
