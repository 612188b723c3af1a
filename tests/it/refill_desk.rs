//! The operator's desk for refills: what each is about, and how many wait there.

use crate::refills::{ask, completed, refilled};
use crate::support::app::TestApp;
use crate::support::shop::by_hand;
use serde_json::{Value, json};
use smm_panel::catalog::Offer;
use smm_panel::jobs::providers::after_sale;

const DAY: i64 = 24 * 60 * 60;

fn by_hand_too(offer: &mut Offer) {
    refilled(offer);
    by_hand(offer);
}

#[test]
fn only_admins_see_how_much_lies_on_the_desk() {
    let app = TestApp::start();
    app.guest().get("/api/admin/refills/counts").expect(401);
    app.member("lan").get("/api/admin/refills/counts").expect(403);
}

#[test]
fn the_desk_says_what_was_ordered_and_counts_what_the_review_counts() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(1_000_000), app.admin("boss"));
    let (theirs, ours) = (app.service(refilled), app.service(by_hand_too));
    let manual = lan.buys(ours, 1000);
    let end = json!({ "status": "completed", "start_count": 250 });
    boss.put(&format!("/api/admin/orders/{manual}/status"), end).expect(200);
    let (late, lost) = (completed(&lan, theirs), completed(&lan, theirs));
    let (late, lost, manual) = (ask(&lan, late), ask(&lan, lost), ask(&lan, manual));
    let set = |sql: &'static str, id: i64| app.write(move |tx| _ = tx.execute(sql, [id]).unwrap());
    set("UPDATE refills SET dispatch = 'sent', provider_refill_id = '5' WHERE id = ?1", late);
    set("UPDATE refills SET dispatch = 'review' WHERE id = ?1", lost);
    let counts = || {
        let said = boss.get("/api/admin/refills/counts").expect(200);
        ["open", "waiting", "late", "review", "by_hand"].map(|desk| {
            let list = boss.get(&format!("/api/admin/refills?desk={desk}")).expect(200);
            assert_eq!(json!(list["items"].as_array().unwrap().len()), said[desk], "{desk}");
            said[desk].as_i64().unwrap()
        })
    };
    let badge = || {
        let review = boss.get("/api/admin/review").expect(200);
        let items = review["items"].as_array().unwrap();
        items.iter().find(|one| one["kind"] == "refills").map(|one| one["count"].clone())
    };
    assert_eq!((counts(), badge()), ([3, 2, 0, 1, 1], Some(json!(2))));
    app.clock.advance_seconds(2 * DAY + 1);
    after_sale::tick(&app.app);
    assert_eq!((counts()[1], badge()), (3, Some(json!(3))), "the late one waits for a person, too");

    let list = boss.get("/api/admin/refills?desk=by_hand").expect(200);
    let row = &list["items"][0];
    let facts = ["id", "service_id", "service_name", "link", "quantity", "start_count"];
    let order = boss.get(&format!("/api/admin/orders/{}", row["order_id"])).expect(200);
    assert_eq!((&row["id"], &row["start_count"]), (&json!(manual), &json!(250)));
    assert!(facts[1..].iter().all(|name| row[name] == order[name] && row[name] != Value::Null), "{row}");
    let done =
        boss.put(&format!("/api/admin/refills/{manual}"), json!({ "status": "completed" })).expect(200);
    assert_eq!(done["link"], order["link"]);
    assert_eq!(counts()[0], 2);
}
