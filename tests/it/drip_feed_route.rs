//! Where the runs of a drip-feed go: where their service goes by then, and at what cost.

use crate::drip_feed::{adds, dripfeed, runs, work};
use crate::support::app::TestApp;
use crate::support::shop::BUMX;
use serde_json::json;
use smm_panel::jobs::scheduled::release;
use smm_panel::kernel::ids::ProviderId;
use smm_panel::kernel::money::{Quantity, Rate};
use smm_panel::orders::Dispatch;

const MINUTE: i64 = 60;

#[test]
fn at_another_address_the_next_run_waits_for_a_person() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let shop = json!({ "name": "Other", "api_url": "https://one.example/api", "api_key": "a-key-of-theirs" });
    let provider = boss.post("/api/admin/providers", shop).expect(201)["id"].as_i64().unwrap();
    let service = app.service(move |offer| {
        (offer.dripfeed, offer.provider) = (true, Some(ProviderId::new(provider)));
    });
    let id = lan.feeds(service, 1000, 3, 10);
    let path = format!("/api/admin/providers/{provider}");
    boss.put(&path, json!({ "api_url": "https://two.example/api" })).refused(409, "conflict");
    boss.put(&path, json!({ "api_url": "https://two.example/api", "abandon_open_orders": true })).expect(200);
    release::tick(&app.app).unwrap();
    assert_eq!(app.order(runs(&app, id)[0]).state.dispatch, Dispatch::Review);
}

#[test]
fn a_run_goes_where_its_service_goes_now() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let service = dripfeed(&app);
    let id = lan.feeds(service, 1000, 3, 0);
    work(&app);
    boss.put(&format!("/api/admin/services/{service}"), json!({ "provider_service_id": "909" })).expect(200);
    work(&app);
    boss.put(&format!("/api/admin/services/{service}"), json!({ "provider_id": null, "dripfeed": false }))
        .expect(200);
    work(&app);
    let sent: Vec<String> =
        app.provider.requests_for("add").iter().map(|request| request.field("service").to_owned()).collect();
    assert_eq!(
        sent,
        ["101", "909"],
        "by hand nothing is sold in runs, and nobody judges what one would cost"
    );
    let parked = runs(&app, id)[2];
    assert_eq!(
        (app.order(parked).provider, app.order(parked).state.dispatch),
        (Some(BUMX), Dispatch::Review)
    );
    let review = boss.get("/api/admin/orders?review=true").expect(200);
    assert_eq!(review["items"][0]["dispatch_note_coded"]["code"], "due_changed");
    boss.post(&format!("/api/admin/orders/{parked}/resolve"), json!({ "action": "resend" })).expect(200);
    work(&app);
    assert_eq!(adds(&app), 3);
}

#[test]
fn the_share_of_a_run_is_rounded_but_its_cost_is_judged_by_all_of_them() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    // 5 units at 1,200 are paid with 6; one alone is paid with 1 and costs 1.01, rounded up.
    let service = app.service(|offer| {
        offer.dripfeed = true;
        offer.min = Quantity::new(1).unwrap();
        offer.rate = Rate::from_milli(1_200_000).unwrap();
    });
    lan.feeds(service, 1, 5, 0);
    app.write(move |tx| tx.execute("UPDATE services SET cost = 1010000", ()).map(drop).unwrap());
    for _ in 0..5 {
        work(&app);
    }
    assert_eq!(adds(&app), 5);
}

#[test]
fn a_provider_is_asked_about_the_runs_that_go_there_now() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let shop = json!({ "name": "Other", "api_url": "https://one.example/api", "api_key": "a-key-of-theirs" });
    let other = boss.post("/api/admin/providers", shop).expect(201)["id"].as_i64().unwrap();
    let service = dripfeed(&app);
    let id = lan.feeds(service, 1000, 3, 10);
    work(&app);
    let moved = json!({ "provider_id": other, "provider_service_id": "7", "cost": "8000" });
    boss.put(&format!("/api/admin/services/{service}"), moved).expect(200);
    let path = format!("/api/admin/providers/{other}");
    boss.put(&path, json!({ "api_url": "https://two.example/api" })).refused(409, "conflict");
    boss.put(&path, json!({ "api_url": "https://two.example/api", "abandon_open_orders": true })).expect(200);
    app.clock.advance_seconds(10 * MINUTE);
    release::tick(&app.app).unwrap();
    assert_eq!(app.order(runs(&app, id)[1]).state.dispatch, Dispatch::Review);
}
