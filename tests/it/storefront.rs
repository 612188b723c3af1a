//! What guests see: the landing page, its colour and logo, and how far an order is whose link they were given.

use crate::support::app::TestApp;
use crate::support::shop::by_hand;
use crate::support::wire::Answer;
use rocket::http::Method;
use serde_json::{Value, json};
use std::io::Read;

const SETTINGS: &str = "/api/admin/settings";
const HOSTILE: &str = "<script>alert(1)</script>\" onload='x";
/// A picture of one point.
const PIXEL: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk\
                     +M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn page(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("Content-Type"), Some("text/html; charset=utf-8"));
    let policy = answer.header("Content-Security-Policy").unwrap();
    assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    answer.text()
}

#[test]
fn guests_read_the_prices_and_whoever_may_be_logged_in_gets_the_panel() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let lan = app.member("lan");
    boss.put(SETTINGS, json!({ "site_name": HOSTILE, "branding": { "headline_vi": HOSTILE } })).expect(200);
    let cheap =
        json!({ "name": "S", "category": "TikTok", "rate": "690.5", "min_quantity": 1, "max_quantity": 9 });
    boss.post("/api/admin/services", cheap).expect(201);
    let secret = json!({ "name": "Hidden", "category": "Secret", "rate": "1", "min_quantity": 1, "max_quantity": 9,
        "visible_to": [lan.id.get()] });
    boss.post("/api/admin/services", secret).expect(201);

    let vietnamese = page(&app.guest().get("/?ref=LAN8K2AB"));
    assert!(vietnamese.contains("690,5 ₫") && vietnamese.contains("lang=\"vi\""), "{vietnamese}");
    assert!(vietnamese.contains("service=1&amp;ref=LAN8K2AB"), "{vietnamese}");
    assert!(!vietnamese.contains("<script>alert") && !vietnamese.contains("\" onload"), "{vietnamese}");
    assert!(!vietnamese.contains("Secret"), "a hidden service is told");
    let veiled =
        json!({ "name": "S", "category": "Veiled", "rate": "1", "min_quantity": 1, "max_quantity": 9 });
    boss.post("/api/admin/services", veiled).expect(201);
    let idle = json!({ "name": "S", "category": "Idle", "rate": "1", "min_quantity": 1, "max_quantity": 9,
        "state": "maintenance" });
    boss.post("/api/admin/services", idle).expect(201);
    assert!(page(&app.guest().get("/")).contains("Veiled"));
    let categories = boss.get("/api/admin/categories").expect(200);
    let named = |one: &&Value| one["name"] == "Veiled";
    let id = &categories["items"].as_array().unwrap().iter().find(named).unwrap()["id"];
    boss.put(&format!("/api/admin/categories/{id}"), json!({ "hidden": true })).expect(200);
    let after = page(&app.guest().get("/"));
    assert!(!after.contains("Veiled"), "a hidden category is told");
    assert!(!after.contains("Idle"), "what cannot be ordered is offered");
    assert!(page(&app.guest().get("/?lang=en")).contains("₫690.5"));

    let known = app.guest().send(Method::Get, "/", &[("Cookie", "session=whatever")], None);
    let asked = app.guest().get("/?service=1");
    for panel in [known, asked] {
        assert!(page(&panel).contains("id=\"app\""), "no panel");
    }
}

#[test]
fn texts_are_seen_before_they_are_saved_and_only_by_admins() {
    const PREVIEW: &str = "/api/admin/branding/preview";
    let app = TestApp::start();
    let (boss, lan, helper) = (app.admin("boss"), app.member("lan"), app.support("helper"));
    let faq = "Hỏi?\nĐáp.\n\nHai?\nBa.";
    let typed = json!({ "branding": { "headline_vi": "Chào", "faq_vi": faq, "color": "#112233" } });
    for other in [&lan, &helper] {
        other.post(PREVIEW, typed.clone()).refused(403, "forbidden");
    }
    let seen = boss.post(PREVIEW, typed).expect(200);
    let html = seen["html"].as_str().unwrap();
    assert!(html.contains("<h1>Chào</h1>") && html.contains("/brand.css?color=112233"), "{html}");
    assert_eq!(html.matches("<details").count(), 2);
    assert!(!page(&app.guest().get("/")).contains("Chào"), "it was saved");
    boss.post(PREVIEW, json!({ "branding": { "color": "#ffffff" } })).refused(422, "validation_failed");
}

#[test]
fn colours_logos_and_terms_are_what_the_operator_set() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let set = |branding: Value| boss.put(SETTINGS, json!({ "branding": branding }));
    for (name, bad) in [
        ("color", "#ffffff"),
        ("color", "red"),
        ("logo", "data:image/svg+xml;base64,PHN2Zz4="),
        ("logo", "data:image/png;base64,PHN2Zz4="),
        ("logo", "https://elsewhere.example/logo.png"),
    ] {
        set(json!({ name: bad })).refused(422, "validation_failed");
    }
    let own = app.guest().get("/logo");
    assert_eq!((own.status, own.header("Content-Type")), (200, Some("image/svg+xml")));
    app.guest().get("/terms").refused(404, "not_found");
    set(json!({ "color": "#7a1fa2" })).expect(200);
    let coloured = app.guest().get("/logo");
    assert_eq!(coloured.header("Content-Type"), Some("image/svg+xml"));
    assert_eq!(coloured.text(), own.text().replace("#0b6b4f", "#7a1fa2"), "the mark is on the shop's colour");
    assert_ne!(coloured.header("ETag"), own.header("ETag"));

    let saved =
        set(json!({ "color": "#7a1fa2", "logo": PIXEL, "terms_vi": format!("Một\n{HOSTILE}") })).expect(200);
    assert_eq!(saved["branding"]["logo"], PIXEL);
    let logo = app.guest().get("/logo");
    assert_eq!((logo.status, logo.header("Content-Type")), (200, Some("image/png")));
    assert_eq!(logo.header("X-Content-Type-Options"), Some("nosniff"));
    let known = [("If-None-Match", logo.header("ETag").unwrap())];
    assert_eq!(app.guest().send(Method::Get, "/logo", &known, None).status, 304);
    let site = app.guest().get("/api/site").expect(200);
    assert_eq!(site["branding"], json!({ "color": "#7a1fa2" }), "what the pages need and no more");
    let terms = page(&app.guest().get("/terms?lang=en"));
    assert!(terms.contains("Một") && !terms.contains("<script>alert"), "{terms}");

    let style = app.guest().get("/brand.css?color=7a1fa2");
    assert_eq!(style.status, 200);
    for name in ["accent", "menu", "menu-active", "accent-soft", "selected", "call"] {
        assert!(style.text().contains(&format!("--{name}:")), "{name}: {}", style.text());
    }
    assert!(style.text().contains("--accent:#7a1fa2;"));
    let light = app.guest().get("/brand.css?color=767676").text();
    assert!(!light.contains("--accent:#767676"), "on tinted grounds it could not be read: {light}");
    let rule = |color: &str| {
        let problem =
            boss.put(SETTINGS, json!({ "branding": { "color": color } })).refused(422, "validation_failed");
        problem["errors"][0]["rule"].clone()
    };
    assert_eq!((rule("red"), rule("#ffffff")), (json!("colour"), json!("too_light")));
    for bad in ["", "ffffff", "7a1fa2}*{display:none", "%23000000"] {
        app.guest().get(&format!("/brand.css?color={bad}")).refused(422, "validation_failed");
    }
    let log = boss.get("/api/admin/audit-log").expect(200);
    let entry = &log["items"][0]["after"];
    assert!(entry["branding.logo"].as_str().unwrap().starts_with("image/png, 70 bytes, "), "{entry}");
}

#[test]
fn a_shared_order_is_seen_by_whoever_has_its_link_until_it_is_taken_back() {
    let app = TestApp::start();
    let service = app.service(by_hand);
    let (lan, mai) = (app.member("lan").funded(100_000), app.member("mai"));
    let link = "https://www.tiktok.com/@shop/video/1";
    let order =
        lan.post("/api/orders", json!({ "service_id": service, "link": link, "quantity": 1000 })).expect(201);
    let path = format!("/api/orders/{}/link", order["id"]);
    mai.post(&path, json!({})).refused(404, "not_found");
    mai.delete(&path).refused(404, "not_found");
    app.guest().post(&path, json!({})).refused(401, "unauthenticated");

    let shared = lan.post(&path, json!({})).expect(201);
    assert_eq!(lan.post(&path, json!({})).expect(201), shared, "one link, however often it is asked for");
    let url = shared["url"].as_str().unwrap();
    let (_, token) = url.rsplit_once("/track/").unwrap();
    assert_eq!(token.len(), 32, "{url}");
    let seen = page(&app.guest().get(&format!("/track/{token}")));
    assert!(seen.contains("content=\"noindex\""), "search engines may keep it: {seen}");
    assert!(seen.contains(link) && seen.contains("TikTok likes") && seen.contains("Chờ xử lý"), "{seen}");
    assert!(!seen.contains("lan<") && !seen.contains("12.000"), "a customer or money is told: {seen}");
    assert!(seen.contains("14:39:00 22/11/2026 (giờ Việt Nam)"), "{seen}");
    let english = page(&app.guest().get(&format!("/track/{token}?lang=en")));
    assert!(english.contains("22 Nov 2026, 14:39 (GMT+7)") && !english.contains("2026-11-22T"), "{english}");
    app.guest().get(&format!("/track/{}", "0".repeat(32))).refused(404, "not_found");

    let (known, unknown) = (format!("/track/{token}"), format!("/track/{}", "0".repeat(32)));
    let boss = app.admin("boss");
    let ban = format!("/api/admin/users/{}/ban", lan.id);
    boss.put(&ban, json!({ "banned": true })).expect(200);
    app.guest().get(&known).refused(404, "not_found");
    boss.put(&ban, json!({ "banned": false })).expect(200);
    page(&app.guest().get(&known));
    let browser = [("Accept", "text/html,application/xhtml+xml")];
    for nowhere in [unknown.as_str(), "/terms"] {
        let answer = app.guest().send(Method::Get, nowhere, &browser, None);
        let kind = answer.header("Content-Type").map(str::to_owned);
        assert_eq!((answer.status, kind.as_deref()), (404, Some("text/html; charset=utf-8")), "{nowhere}");
    }

    let lan = app.signed(lan.id);
    assert_eq!(lan.delete(&path).status, 204);
    app.guest().get(&format!("/track/{token}")).refused(404, "not_found");
    let again = lan.post(&path, json!({})).expect(201);
    assert_ne!(again, shared, "what was taken back leads nowhere for good");
}

#[test]
fn an_admin_takes_a_shared_link_down() {
    let app = TestApp::start();
    let service = app.service(by_hand);
    let (lan, helper, boss) = (app.member("lan").funded(100_000), app.support("helper"), app.admin("boss"));
    let wish = json!({ "service_id": service, "link": "https://www.tiktok.com/@shop", "quantity": 1000 });
    let order = lan.post("/api/orders", wish).expect(201)["id"].clone();
    let (shown, path) = (format!("/api/admin/orders/{order}"), format!("/api/admin/orders/{order}/link"));
    let is_shared = || boss.get(&shown).expect(200)["shared"].clone();
    assert_eq!(is_shared(), false);
    boss.delete(&path).expect(204);
    let url = lan.post(&format!("/api/orders/{order}/link"), json!({})).expect(201)["url"].clone();
    let (_, token) = url.as_str().unwrap().rsplit_once("/track/").unwrap();
    assert_eq!(is_shared(), true);
    lan.delete(&path).refused(403, "forbidden");
    helper.delete(&path).refused(403, "forbidden");
    boss.delete("/api/admin/orders/999/link").refused(404, "not_found");
    boss.delete(&path).expect(204);
    assert_eq!(is_shared(), false);
    app.guest().get(&format!("/track/{token}")).refused(404, "not_found");
    let log = boss.get("/api/admin/audit-log?action=order.take_down").expect(200);
    assert_eq!(log["items"].as_array().unwrap().len(), 1, "nothing was there the first time");
}

#[test]
fn other_languages_of_a_page_are_named_by_whole_addresses_where_the_panels_is_known() {
    let app = TestApp::with(&[("PUBLIC_URL", "https://panel.example.vn")]);
    let seen = page(&app.guest().get("/?lang=en"));
    for (language, address) in [("vi", "?lang=vi"), ("en", "?lang=en"), ("x-default", "")] {
        let link = format!("hreflang=\"{language}\" href=\"https://panel.example.vn/{address}\"");
        assert!(seen.contains(&link), "{link}: {seen}");
    }
    assert!(seen.contains("rel=\"canonical\" href=\"https://panel.example.vn/?lang=en\""), "{seen}");
    let unknown = page(&TestApp::start().guest().get("/"));
    assert!(!unknown.contains("rel=\"alternate\"") && !unknown.contains("canonical"), "{unknown}");
    for public in ["/login", "/register", "/services", "/announcements"] {
        let panel = page(&app.guest().get(public));
        assert!(panel.contains("<meta name=\"description\" content="), "{public}");
    }
}

#[test]
fn a_shared_drip_feed_shows_all_its_runs() {
    let app = TestApp::start();
    let service = app.service(|offer| offer.dripfeed = true);
    let lan = app.member("lan").funded(100_000);
    let order = lan.feeds(service, 100, 3, 60);
    let shared = lan.post(&format!("/api/orders/{order}/link"), json!({})).expect(201);
    let (_, path) = shared["url"].as_str().unwrap().split_once("/track/").unwrap();
    let seen = page(&app.guest().get(&format!("/track/{path}")));
    assert!(seen.contains("max=\"300\"") && seen.contains("value=\"0\""), "{seen}");
}

#[test]
fn the_first_page_says_that_it_is_another_one_for_others_and_goes_out_packed() {
    let app = TestApp::start();
    for at in 0..30 {
        app.service(|offer| offer.category = format!("Category {at}"));
    }
    let seen = |headers: &[(&str, &str)]| app.guest().send(Method::Get, "/", headers, None);
    let (plain, packed) = (seen(&[]), seen(&[("Accept-Encoding", "gzip, br")]));
    for answer in [&plain, &packed, &seen(&[("Cookie", "session=whatever")])] {
        let vary: Vec<&str> = answer.all("Vary").collect();
        assert!(vary.contains(&"Cookie") && vary.contains(&"Accept-Encoding"), "{vary:?}");
    }
    assert_eq!((plain.header("Content-Encoding"), packed.header("Content-Encoding")), (None, Some("gzip")));
    assert!(packed.body.len() * 2 < plain.body.len());
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
}

#[test]
fn what_cannot_be_a_referral_code_is_not_in_the_page() {
    let app = TestApp::start();
    app.service(by_hand);
    let code = app.member("lan").referral_code();
    let seen = |text: &str| page(&app.guest().get(&format!("/?ref={text}")));
    assert!(seen(&code).contains(&format!("ref={code}")));
    let plain = seen("");
    for text in ["%ff".repeat(1000), "x".repeat(5000), format!("{code}%22"), "abc".to_owned()] {
        assert_eq!(seen(&text).len(), plain.len(), "{text}");
    }
}
