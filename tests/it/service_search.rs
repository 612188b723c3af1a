//! Anybody may search the services, so a search must cost about what the plain list costs.

use crate::support::app::TestApp;
use crate::support::shop::offer;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::catalog;
use std::time::{Duration, Instant};

const MANY: usize = 5000;

fn ids(list: &Value) -> Vec<i64> {
    list["items"].as_array().unwrap().iter().map(|service| service["id"].as_i64().unwrap()).collect()
}

fn found(app: &TestApp, query: &str) -> Vec<i64> {
    ids(&app.guest().get(&format!("/api/services?{query}")).expect(200))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[test]
fn a_search_that_is_too_long_is_refused() {
    let app = TestApp::start();
    app.service(|_| ());
    for path in ["/api/services", "/api/admin/services"] {
        let boss = app.admin(&format!("boss{}", path.len()));
        let search = |chars: usize| boss.get(&format!("{path}?search={}", encoded(&"ạ".repeat(chars))));
        search(100).expect(200);
        search(101).refused_fields(&["search"]);
    }
}

#[test]
fn services_are_found_in_any_case_without_accents_and_by_number_first() {
    let app = TestApp::start();
    let named = |name: &str| {
        let name = name.to_owned();
        app.service(move |offer| offer.name = name)
    };
    let views = named("Lượt xem Đặc biệt");
    let decomposed = named("Lu\u{31b}o\u{31b}\u{323}t theo do\u{303}i");
    let ten = named(&format!("Likes {views} giây"));
    for search in ["lượt xem", "LUOT XEM", " luot xem ", "Lu\u{31b}o\u{31b}\u{323}t xem", "đặc", "dac biet"]
    {
        assert_eq!(found(&app, &format!("search={}", encoded(search))), [views], "{search}");
    }
    assert_eq!(found(&app, "search=luot"), [views, decomposed]);
    assert_eq!(found(&app, &format!("search={ten}")), [ten]);
    assert_eq!(found(&app, &format!("search={views}")), [views, ten], "the number itself comes first");
    assert_eq!(found(&app, "search=xyz"), Vec::<i64>::new());
    let boss = app.admin("boss");
    assert_eq!(ids(&boss.get("/api/admin/services?search=LUOT").expect(200)), [decomposed, views]);
}

#[test]
fn a_search_follows_the_catalogue_and_has_a_tag_of_its_own() {
    let app = TestApp::start();
    let (likes, views) = (app.service(|_| ()), app.service(|offer| offer.name = "Views".to_owned()));
    let ask = |path: &str, tag: &str| app.guest().send(Method::Get, path, &[("If-None-Match", tag)], None);
    let paths = [
        "/api/services",
        "/api/services?search=views",
        "/api/services?search=likes",
        "/api/services?category=x",
    ];
    let tags = paths.map(|path| app.guest().get(path).header("ETag").unwrap().to_owned());
    for (path, tag) in paths.iter().zip(&tags) {
        assert_eq!(ask(path, tag).status, 304, "{path}");
        assert_eq!(tags.iter().filter(|other| *other == tag).count(), 1, "{path}");
    }
    let boss = app.admin("boss");
    boss.put(&format!("/api/admin/services/{views}"), json!({ "name": "Likes, too" })).expect(200);
    assert_eq!(ask(paths[1], &tags[1]).expect(200)["items"], json!([]));
    assert_eq!(ids(&ask(paths[2], &tags[2]).expect(200)), [likes, views]);
    boss.put(&format!("/api/admin/services/{likes}"), json!({ "active": false })).expect(200);
    assert_eq!(found(&app, "search=likes"), [views]);
}

#[test]
fn what_is_found_is_the_list_without_the_rest() {
    let app = TestApp::start();
    for number in 0..40 {
        app.service(move |offer| {
            offer.name = format!("Số {} chia {}", number, number % 3);
            offer.description = "\"],}\n,{[".repeat(number % 5);
            offer.category = if number % 7 == 0 { "A, B" } else { "C" }.to_owned();
        });
    }
    let whole = app.guest().get("/api/services").expect(200)["items"].clone();
    let whole = whole.as_array().unwrap();
    for (search, category) in [
        ("chia 0", None),
        ("chia 1", Some("C")),
        ("1", None),
        ("#40", None),
        ("so", None),
        ("so", Some("A, B")),
        ("x", None),
    ] {
        let category_query = category.map_or(String::new(), |name| format!("&category={}", encoded(name)));
        let path = format!("/api/services?search={}{category_query}", encoded(search));
        let found = app.guest().get(&path).expect(200);
        let id: Option<i64> = search.trim_start_matches('#').parse().ok();
        let fits = |service: &&Value| {
            let name = service["name"].as_str().unwrap().replace("Số", "so");
            let is_found =
                service["id"].as_i64() == id || (!search.starts_with('#') && name.contains(search));
            is_found && category.is_none_or(|wanted| service["category"] == wanted)
        };
        let mut expected: Vec<Value> = whole.iter().filter(fits).cloned().collect();
        expected.sort_by_key(|service| service["id"].as_i64() != id);
        assert_eq!(found, json!({ "items": expected }), "{path}");
    }
    let served = app.serve();
    let over_a_socket = served.send("GET", "/api/services?search=chia%202", &[], b"");
    assert_eq!(over_a_socket.header("Content-Length"), Some(over_a_socket.body.len().to_string().as_str()));
    assert_eq!(over_a_socket.expect(200)["items"].as_array().unwrap().len(), 13);
}

/// The shortest of some answers: what it costs when nobody disturbs.
fn shortest(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Duration {
    let once = || {
        let began = Instant::now();
        assert_eq!(app.guest().send(Method::Get, path, headers, None).status, 200);
        began.elapsed()
    };
    (0..10).map(|_| once()).min().unwrap()
}

#[test]
fn a_search_over_five_thousand_services_costs_a_few_plain_lists_at_most() {
    let app = TestApp::start();
    app.write(|tx| {
        for number in 0..MANY {
            let mut offer = offer();
            offer.name = format!("TikTok Lượt thích [{number}] | Tốc độ 10K/ngày | Bảo hành 30 ngày");
            offer.description =
                "Bắt đầu: 0-1 giờ\nTốc độ: 10K/ngày\nLink: https://www.tiktok.com/@ten".to_owned();
            catalog::create(tx, &Actor::CONSOLE, offer).unwrap();
        }
    });
    let packed = [("Accept-Encoding", "gzip")];
    let plain = shortest(&app, "/api/services", &[]);
    for search in ["a", "1", "4999", "xyz"] {
        let path = format!("/api/services?search={search}");
        let (once, packed) = (shortest(&app, &path, &[]), shortest(&app, &path, &packed));
        println!("plain {plain:?}, search={search} {once:?}, packed {packed:?}");
        assert!(
            once.max(packed) < plain * 5 + Duration::from_millis(5),
            "{search}: {once:?} {packed:?} {plain:?}"
        );
    }
}
