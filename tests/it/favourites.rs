//! Favourites, and the panel on a home screen.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::by_hand;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::kernel::ids::UserId;
use std::collections::BTreeSet;

fn path(service: i64) -> String {
    format!("/api/services/{service}/favourite")
}

fn favour(of: &Member, service: i64) {
    of.send(Method::Put, &path(service), &[], None).expect(204);
}

/// Of each service on the list whether it is a favourite.
fn listed(of: &Member) -> Vec<(i64, Value)> {
    let list = of.get("/api/services").expect(200);
    let items = list["items"].as_array().unwrap();
    items.iter().map(|item| (item["id"].as_i64().unwrap(), item["favourite"].clone())).collect()
}

#[test]
fn each_has_own_favourites_and_guests_have_none() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan"), app.member("binh"));
    let (likes, views) = (app.service(by_hand), app.service(by_hand));
    assert_eq!(listed(&lan), [(likes, json!(false)), (views, json!(false))]);
    favour(&lan, views);
    favour(&lan, views);
    assert_eq!(listed(&lan), [(likes, json!(false)), (views, json!(true))]);
    assert_eq!(listed(&binh), [(likes, json!(false)), (views, json!(false))]);
    assert_eq!(lan.get(&format!("/api/services/{views}")).expect(200)["favourite"], true);
    let guest = app.guest().get("/api/services").expect(200);
    assert_eq!(guest["items"][1].get("favourite"), None);
    lan.delete(&path(views)).expect(204);
    lan.delete(&path(views)).expect(204);
    assert_eq!(listed(&lan), [(likes, json!(false)), (views, json!(false))]);
}

#[test]
fn a_list_that_is_kept_has_another_tag() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let likes = app.service(by_hand);
    let tag = || lan.get("/api/services").header("ETag").unwrap().to_owned();
    let before = tag();
    favour(&lan, likes);
    assert_ne!(tag(), before);
    lan.delete(&path(likes)).expect(204);
    assert_eq!(tag(), before);
}

#[test]
fn only_what_one_sees_can_be_one() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan"), app.member("binh"));
    let hidden = app.service(|offer| {
        by_hand(offer);
        offer.visible_to = BTreeSet::from([UserId::new(lan.id.get())]);
    });
    app.guest().send(Method::Put, &path(hidden), &[], None).refused(401, "unauthenticated");
    binh.send(Method::Put, &path(hidden), &[], None).refused(404, "not_found");
    binh.send(Method::Put, &path(999), &[], None).refused(404, "not_found");
    binh.send(Method::Put, "/api/services/likes/favourite", &[], None).refused(400, "malformed_request");
    binh.delete(&path(hidden)).refused(404, "not_found");
    favour(&lan, hidden);
    assert_eq!(app.number("SELECT count(*) FROM favourites"), 1);
}

#[test]
fn the_panel_can_be_put_on_a_home_screen() {
    let app = TestApp::start();
    let name = "Shop của anh Bình <b>";
    app.admin("boss").put("/api/admin/settings", json!({ "site_name": name })).expect(200);
    let answer = app.guest().get("/manifest.webmanifest");
    assert_eq!(answer.header("Content-Type"), Some("application/manifest+json"));
    let manifest = answer.expect(200);
    assert_eq!((&manifest["name"], &manifest["short_name"]), (&json!(name), &json!("Shop của anh")));
    assert_eq!((&manifest["start_url"], &manifest["display"]), (&json!("/"), &json!("standalone")));
    for icon in manifest["icons"].as_array().unwrap() {
        assert_eq!(icon["src"], "/icon.svg");
    }
    for page in ["/", "/admin"] {
        let page = app.guest().send(Method::Get, page, &[("Accept", "text/html")], None);
        assert!(page.text().contains(r#"<link rel="manifest" href="/manifest.webmanifest">"#));
    }
}
