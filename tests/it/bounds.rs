//! What one caller may hold of the panel's memory and of its tables: streams, bodies, answers, open deposits, texts.

use crate::support::app::{SEPAY_SECRET, TestApp};
use crate::support::bank::{APIKEY, Notice, WEBHOOK};
use crate::support::listen::Listener;
use crate::support::shop::{LINK, by_hand, order_type};
use crate::support::tcp::{Served, read_answer};
use crate::support::wire::Answer;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::deposits::sepay;
use smm_panel::kernel::money::Quantity;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn a_ninth_stream_ends_the_users_oldest() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan"), app.member("binh"));
    let served = app.serve();
    let mut of_binh = Listener::bearer(served.address, binh.token());
    let oldest = Listener::bearer(served.address, lan.token());
    let mut younger: Vec<Listener> = (0..8).map(|_| Listener::bearer(served.address, lan.token())).collect();
    assert_eq!(oldest.end(), Vec::<String>::new());
    app.fund(lan.id, 7);
    for stream in &mut younger {
        assert_eq!(stream.hears("balance")["balance"], 7);
    }
    app.fund(binh.id, 8);
    assert_eq!(of_binh.hears("balance")["balance"], 8, "another user's stream goes on");
}

fn commented(app: &TestApp) -> i64 {
    app.service(|offer| {
        by_hand(offer);
        offer.kind = order_type("custom_comments");
        (offer.min, offer.max) = (Quantity::ONE, Quantity::new(100_000).unwrap());
    })
}

#[test]
fn lists_and_events_leave_the_comments_out_and_an_order_shows_them() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(1_000_000), app.admin("boss"));
    let service = commented(&app);
    let served = app.serve();
    let mut news = Listener::bearer(served.address, lan.token());
    let wish = json!({ "service_id": service, "link": LINK, "comments": "đẹp\nhay" });
    let made = lan.post("/api/orders", wish).expect(201);
    assert_eq!(made["comments"], "đẹp\nhay");
    let id = made["id"].as_i64().unwrap();
    let heard = loop {
        let event = news.next();
        if event.name == "order" {
            break event.data;
        }
    };
    let mut rows = vec![heard];
    for path in ["/api/orders", "/api/user/orders", "/api/orders?search=tiktok"] {
        rows.push(lan.get(path).expect(200)["items"][0].clone());
    }
    for path in ["/api/admin/orders", "/api/admin/orders?search=tiktok"] {
        rows.push(boss.get(path).expect(200)["items"][0].clone());
    }
    for row in rows {
        assert_eq!(row["id"], id, "{row}");
        assert_eq!(row.get("comments"), None, "{row}");
    }
    for whole in [lan.get(&format!("/api/orders/{id}")), boss.get(&format!("/api/admin/orders/{id}"))] {
        assert_eq!(whole.expect(200)["comments"], "đẹp\nhay");
    }
}

#[test]
fn an_order_has_at_most_64_kib_of_texts() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = commented(&app);
    let order = |bytes: usize| {
        let comments = format!("{}\nx", "a".repeat(bytes - 2));
        lan.post("/api/orders", json!({ "service_id": service, "link": LINK, "comments": comments }))
    };
    order(64 * 1024 + 1).refused_fields(&["comments"]);
    order(64 * 1024).expect(201);
}

/// A request whose body stops half-way.
fn begin(served: &Served, path: &str, headers: &[(&str, &str)], announced: usize, sent: usize) -> TcpStream {
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut head = format!("POST {path} HTTP/1.1\r\nHost: {}\r\n", served.address);
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {announced}\r\nConnection: close\r\n\r\n"));
    stream.write_all(head.as_bytes()).unwrap();
    // Refused in the middle is what may happen here; the answer tells.
    let _ = stream.write_all(&vec![b' '; sent]);
    stream
}

/// Longest notice that is not proven before it is read.
const SMALL: usize = 64 * 1024;
const LONG: usize = 1024 * 1024;
/// An answer that comes sooner than a body may take has not waited for it.
const AT_ONCE: Duration = Duration::from_secs(5);

/// Those that are answered, once these many are, and those that are not.
fn answered(open: Vec<TcpStream>, at_least: usize) -> (Vec<Answer>, Vec<TcpStream>) {
    let began = Instant::now();
    let has_answer = |stream: &TcpStream| stream.peek(&mut [0]).is_ok();
    for stream in &open {
        stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    }
    while open.iter().filter(|stream| has_answer(stream)).count() < at_least {
        assert!(began.elapsed() < Duration::from_secs(12), "more of them are waited for");
    }
    let (answered, waiting): (Vec<_>, Vec<_>) = open.into_iter().partition(has_answer);
    let read = |stream: TcpStream| {
        stream.set_read_timeout(Some(AT_ONCE)).unwrap();
        read_answer(stream).unwrap()
    };
    (answered.into_iter().map(read).collect(), waiting)
}

#[test]
fn strangers_of_one_address_share_the_room_for_their_bodies() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let open = (0..50).map(|_| begin(&served, "/api/auth/login", &[], SMALL, SMALL - 1)).collect();
    let (refused, waiting) = answered(open, 18);
    for answer in refused {
        answer.refused(429, "rate_limited");
    }
    assert!(waiting.len() >= 31, "{} have room", waiting.len());
    // A body of a member counts for that member, wherever it comes from.
    let long = format!("{{\"subject\":\"{}\"}}", "a".repeat(900 * 1024));
    let bearer = format!("Bearer {}", lan.token());
    let answer = served.send("POST", "/api/orders", &[("Authorization", &bearer)], long.as_bytes());
    answer.refused_fields(&["service_id"]);
}

#[test]
fn a_stranger_s_body_has_a_bound_where_it_is_read_and_is_unread_elsewhere() {
    let app = TestApp::start();
    let (lan, served) = (app.member("lan"), app.serve());
    let stranger = [("Authorization", "Bearer no")];
    for path in ["/api/auth/login", "/api/auth/register", "/api/setup"] {
        // What follows the first MiB never comes.
        for headers in [&[][..], &stranger] {
            let stopped = begin(&served, path, headers, 2 * LONG, LONG + 1);
            stopped.set_read_timeout(Some(AT_ONCE)).unwrap();
            read_answer(stopped).unwrap().refused(413, "payload_too_large");
        }
        served.send("POST", path, &[], &vec![b' '; SMALL]).refused(400, "malformed_request");
    }
    for path in ["/api/orders", "/api/payment/deposit", "/api/auth/logout", "/api/auth/password"] {
        let unread = begin(&served, path, &stranger, LONG, 0);
        unread.set_read_timeout(Some(AT_ONCE)).unwrap();
        read_answer(unread).unwrap().refused(401, "unauthenticated");
    }
    let bearer = format!("Bearer {}", lan.token());
    let long = vec![b' '; LONG];
    served
        .send("POST", "/api/orders", &[("Authorization", &bearer)], &long)
        .refused(400, "malformed_request");
}

/// Headers of a notice that may be SePay's until its body is read.
fn forged(app: &TestApp) -> [(&'static str, String); 2] {
    let (timestamp, _) = sepay::signed(SEPAY_SECRET, b"", app.clock.now());
    [("X-SePay-Signature", format!("sha256={}", "0".repeat(64))), ("X-SePay-Timestamp", timestamp)]
}

fn named<'a>(headers: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[test]
fn a_notice_whose_headers_prove_nothing_stays_unread() {
    let app = TestApp::start();
    let served = app.serve();
    let mut stale = forged(&app);
    stale[1].1 = (app.clock.now().seconds() - 301).to_string();
    let wrong_key = [("Authorization", "Apikey no".to_owned())];
    for headers in [&[][..], &wrong_key, &stale, &forged(&app)[..1]] {
        let unread = begin(&served, WEBHOOK, &named(headers), LONG, 0);
        unread.set_read_timeout(Some(AT_ONCE)).unwrap();
        read_answer(unread).unwrap().refused(401, "unauthenticated");
    }
}

#[test]
fn three_hundred_notices_held_open_take_little_room_and_no_place_of_sepay() {
    let app = TestApp::start();
    let served = app.serve();
    let forged = forged(&app);
    let open = (0..300).map(|_| begin(&served, WEBHOOK, &named(&forged), SMALL, SMALL - 1)).collect();
    let (refused, held) = answered(open, 300 - 32);
    for answer in refused {
        answer.refused(429, "rate_limited");
    }
    assert!(held.len() <= 32, "{} are held", held.len());
    let notice = |id| Notice::new(id, 50_000, "no code").bytes();
    served.send("POST", WEBHOOK, &[("Authorization", APIKEY)], &notice(1)).expect(200);
    let (timestamp, signature) = sepay::signed(SEPAY_SECRET, &notice(2), app.clock.now());
    let signed = [("X-SePay-Signature", signature.as_str()), ("X-SePay-Timestamp", timestamp.as_str())];
    served.send("POST", WEBHOOK, &signed, &notice(2)).expect(200);
    served.send("GET", "/health", &[], b"").expect(200);
}

#[test]
fn who_is_over_the_limit_is_told_before_a_long_notice_is_read_and_sepay_is_not() {
    let app = TestApp::with(&[("RATE_LIMIT_PER_MINUTE", "2")]);
    let served = app.serve();
    let forged = forged(&app);
    for _ in 0..2 {
        served.send("POST", WEBHOOK, &named(&forged), b"{}").refused(401, "unauthenticated");
    }
    let stopped = begin(&served, WEBHOOK, &named(&forged), SMALL, 4 * 1024 + 1);
    stopped.set_read_timeout(Some(AT_ONCE)).unwrap();
    read_answer(stopped).unwrap().refused(429, "rate_limited");
    served.send("POST", WEBHOOK, &named(&forged), b"{}").refused(429, "rate_limited");
    for id in 1..=5 {
        let body = Notice::new(id, 50_000, "no code").bytes();
        let (timestamp, signature) = sepay::signed(SEPAY_SECRET, &body, app.clock.now());
        let signed = [("X-SePay-Signature", signature.as_str()), ("X-SePay-Timestamp", timestamp.as_str())];
        served.send("POST", WEBHOOK, &signed, &body).expect(200);
    }
}

#[test]
fn a_notice_that_is_not_proven_yet_is_small() {
    let app = TestApp::start();
    let send = |body: &[u8], signature: &str, timestamp: &str| {
        let headers = [("X-SePay-Signature", signature), ("X-SePay-Timestamp", timestamp)];
        app.guest().send(Method::Post, WEBHOOK, &headers, Some(body.to_vec()))
    };
    let long = |bytes: usize| {
        let mut body = Notice::new(1, 50_000, "no code").bytes();
        body.resize(bytes, b' ');
        body
    };
    let signed = |body: &[u8]| sepay::signed(SEPAY_SECRET, body, app.clock.now());
    let (timestamp, _) = signed(b"");
    let forged = format!("sha256={}", "0".repeat(64));
    send(&long(64 * 1024 + 1), &forged, &timestamp).refused(413, "payload_too_large");
    send(&long(64 * 1024), &forged, &timestamp).refused(401, "unauthenticated");
    let whole = long(64 * 1024);
    let (timestamp, signature) = signed(&whole);
    send(&whole, &signature, &timestamp).expect(200);
}

#[test]
fn a_user_has_at_most_twenty_deposits_open() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan"), app.member("binh"));
    let ask = || lan.post("/api/payment/deposit", json!({ "amount": 50_000 }));
    let first = ask().expect(201);
    for _ in 1..20 {
        ask().expect(201);
    }
    ask().refused(409, "conflict");
    binh.post("/api/payment/deposit", json!({ "amount": 50_000 })).expect(201);
    let code = first["code"].as_str().unwrap();
    crate::support::bank::notify(&app, &Notice::new(1, 50_000, code)).expect(200);
    ask().expect(201);
    ask().refused(409, "conflict");
    app.clock.advance_seconds(1440 * 60);
    ask().expect(201);
}

#[test]
fn a_link_loses_what_nobody_sees_at_its_ends_and_has_none_inside() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = app.service(by_hand);
    let order =
        |link: &str| lan.post("/api/orders", json!({ "service_id": service, "link": link, "quantity": 100 }));
    for hidden in [
        '\u{200b}',
        '\u{2069}',
        '\u{feff}',
        '\u{ad}',
        '\u{202e}',
        '\u{2028}',
        '\u{61c}',
        '\u{115f}',
        '\u{1160}',
        '\u{180e}',
        '\u{3164}',
        '\u{ffa0}',
        '\u{e0000}',
        '\u{e007f}',
    ] {
        let around = order(&format!("{hidden} {LINK} {hidden}")).expect(201);
        assert_eq!(around["link"], Value::from(LINK), "{hidden:?}");
        order(&format!("https://www.tiktok.com/@t{hidden}en")).refused_fields(&["link"]);
    }
}
