//! What one caller may hold of the panel's memory and of its tables: streams, bodies, answers, open deposits, texts.

use crate::support::app::{SEPAY_SECRET, TestApp};
use crate::support::bank::{Notice, WEBHOOK};
use crate::support::listen::Listener;
use crate::support::shop::{LINK, by_hand};
use crate::support::tcp::{Served, read_answer};
use crate::support::wire::Answer;
use rocket::http::{Header, Method, Status};
use serde_json::{Value, json};
use smm_panel::catalog::{LinkKind, ServiceKind};
use smm_panel::deposits::sepay;
use smm_panel::kernel::ids::ServiceId;
use smm_panel::kernel::money::Quantity;
use smm_panel::orders::{self, Placement};
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

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
        offer.kind = ServiceKind::CustomComments;
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

/// Answers that nobody reads, until one is refused: how many were held, and the refusal.
fn hold<'c>(app: &'c TestApp, token: &str) -> (Vec<rocket::local::blocking::LocalResponse<'c>>, Status) {
    let mut held = Vec::new();
    for _ in 0..100 {
        let bearer = Header::new("Authorization", format!("Bearer {token}"));
        let answer = app.client.get("/api/orders?limit=100").header(bearer).dispatch();
        if answer.status() != Status::Ok {
            return (held, answer.status());
        }
        held.push(answer);
    }
    panic!("a hundred answers of {:?} bytes are held", held[0].body().preset_size());
}

#[test]
fn answers_that_nobody_reads_have_a_bound_for_each_caller() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan").funded(10_000_000), app.member("binh"));
    let service = app.service(|offer| {
        by_hand(offer);
        offer.link_kind = LinkKind::Url;
    });
    let (user, link) = (lan.id, format!("https://x.vn/{}", "a".repeat(2000)));
    app.write(move |tx| {
        for number in 0..100 {
            let wish = Placement {
                user,
                service: ServiceId::new(service),
                link: link.clone(),
                quantity: Some(10 + number),
                comments: None,
                expected_charge: None,
            };
            orders::place(tx, wish).unwrap();
        }
    });
    let (held, refused) = hold(&app, lan.token());
    assert_eq!(refused, Status::TooManyRequests);
    let bytes: usize = held.iter().filter_map(|answer| answer.body().preset_size()).sum();
    assert!((2 << 20..=4 << 20).contains(&bytes), "{bytes} bytes are held");
    binh.get("/api/orders?limit=100").expect(200);
    lan.get("/api/auth/me").expect(200);
    drop(held);
    lan.get("/api/orders?limit=100").expect(200);
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

#[test]
fn strangers_of_one_address_share_the_room_for_their_bodies() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let most = 1024 * 1024;
    let open: Vec<TcpStream> =
        (0..4).map(|_| begin(&served, "/api/auth/login", &[], most, most - 1)).collect();
    let refused = open.into_iter().filter_map(|stream| {
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        read_answer(stream)
    });
    let refused: Vec<Answer> = refused.collect();
    assert!(refused.len() >= 2, "at least two of the four are over the bound");
    for answer in refused {
        answer.refused(429, "rate_limited");
    }
    // A body of a member counts for that member, wherever it comes from.
    let _stranger = begin(&served, "/api/auth/login", &[], most, most - 1);
    let long = format!("{{\"subject\":\"{}\"}}", "a".repeat(900 * 1024));
    let bearer = format!("Bearer {}", lan.token());
    let answer = served.send("POST", "/api/orders", &[("Authorization", &bearer)], long.as_bytes());
    answer.refused_fields(&["subject"]);
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
    for hidden in ['\u{200b}', '\u{2069}', '\u{feff}', '\u{ad}', '\u{202e}', '\u{2028}'] {
        let around = order(&format!("{hidden} {LINK} {hidden}")).expect(201);
        assert_eq!(around["link"], Value::from(LINK), "{hidden:?}");
        order(&format!("https://www.tiktok.com/@t{hidden}en")).refused_fields(&["link"]);
    }
}
