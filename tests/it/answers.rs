//! Answers on their way to clients that do not read them: what was made for one of them counts for its caller, whatever
//! it is, and what many share is there once.

use crate::support::app::TestApp;
use crate::support::process::alone;
use crate::support::shop::{by_hand, offer, wish};
use rocket::http::{Header, Method, Status};
use rocket::local::blocking::LocalResponse;
use serde_json::json;
use smm_panel::audit_log::Actor;
use smm_panel::catalog::{self, LinkKind};
use smm_panel::kernel::ids::ServiceId;
use smm_panel::orders::{self, Placement, Timing};
use std::fs;
use std::io::Read;

/// Of a member, and of everybody at an address who is none.
const MEMBER_BYTES: usize = 4 << 20;
const ADDRESS_BYTES: usize = 2 << 20;

fn ask<'c>(app: &'c TestApp, token: Option<&str>, path: &str) -> LocalResponse<'c> {
    let mut request = app.client.get(path.to_owned());
    if let Some(token) = token {
        request.add_header(Header::new("Authorization", format!("Bearer {token}")));
    }
    request.dispatch()
}

fn length(answer: &LocalResponse) -> usize {
    answer.body().preset_size().unwrap()
}

/// Answers that nobody reads, until one is refused with 429.
fn hold<'c>(app: &'c TestApp, token: Option<&str>, path: &str) -> Vec<LocalResponse<'c>> {
    let mut held = Vec::new();
    for _ in 0..2000 {
        let answer = ask(app, token, path);
        if answer.status() != Status::Ok {
            assert_eq!(answer.status(), Status::TooManyRequests, "{path}");
            return held;
        }
        held.push(answer);
    }
    panic!("{} answers of {} bytes are held", held.len(), length(&held[0]));
}

#[track_caller]
fn are_bounded(held: &[LocalResponse], bound: usize) {
    let bytes: usize = held.iter().map(length).sum();
    assert!((bound / 2..=bound).contains(&bytes), "{} answers of {bytes} bytes are held", held.len());
}

#[test]
fn pages_that_nobody_reads_have_a_bound_for_each_caller() {
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
                params: smm_panel::order_types::Params::default(),
                timing: Timing::default(),
                expected_charge: None,
            };
            orders::place(tx, wish).unwrap();
        }
    });
    let held = hold(&app, Some(lan.token()), "/api/orders?limit=100");
    are_bounded(&held, MEMBER_BYTES);
    binh.get("/api/orders?limit=100").expect(200);
    lan.get("/api/auth/me").expect(200);
    drop(held);
    lan.get("/api/orders?limit=100").expect(200);
}

#[test]
fn pictures_that_nobody_reads_have_a_bound_too() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan"), app.admin("boss"));
    let deposit = lan.post("/api/payment/deposit", json!({ "amount": 50_000 })).expect(201);
    for (member, path) in
        [(&lan, deposit["qr_url"].as_str().unwrap()), (&boss, "/api/admin/settings/test-qr.svg")]
    {
        let held = hold(&app, Some(member.token()), path);
        are_bounded(&held, MEMBER_BYTES);
        assert_eq!(held[0].headers().get_one("Content-Type"), Some("image/svg+xml"));
        member.get("/api/auth/me").expect(200);
        drop(held);
        assert_eq!(member.get(path).status, 200);
    }
}

const MANY: usize = 3000;

/// Every other one is found by "odd".
fn many_services(app: &TestApp) {
    app.write(|tx| {
        for number in 0..MANY {
            let mut offer = offer();
            offer.name = format!("Likes {} {number:04}", if number % 2 == 0 { "even" } else { "odd" });
            offer.description = "as a long text says ".repeat(10);
            catalog::create(tx, &Actor::CONSOLE, offer).unwrap();
        }
    });
}

fn resident_bytes() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[test]
fn lists_of_services_share_their_bytes_and_what_a_search_adds_is_counted() {
    alone(|| {
        let app = TestApp::start();
        many_services(&app);
        let first = ask(&app, None, "/api/services");
        let before = resident_bytes();
        let whole: Vec<_> = (0..200).map(|_| ask(&app, None, "/api/services")).collect();
        assert!(whole.iter().all(|answer| answer.status() == Status::Ok));
        let (bytes, more) = (length(&first) * whole.len(), resident_bytes().saturating_sub(before));
        assert!(bytes > 10 * ADDRESS_BYTES && more < bytes / 10, "{more} bytes more for {bytes}");
        // A search names the parts it is made of, twice for each service.
        let held = hold(&app, None, "/api/services?search=odd");
        let parts = held.len() * (MANY / 2) * 2 * 16;
        assert!((ADDRESS_BYTES / 4..=ADDRESS_BYTES).contains(&parts), "{} are held", held.len());
        assert_eq!(ask(&app, None, "/api/services").status(), Status::Ok);
        drop(held);
        assert_eq!(ask(&app, None, "/api/services?search=odd").status(), Status::Ok);
    });
}

#[test]
fn a_long_answer_goes_out_packed_to_whoever_takes_it_so() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let token = boss.token.as_deref();
    let asked = |path: &str, accepted: Option<&str>| {
        let mut request = app.client.get(path.to_owned());
        request.add_header(Header::new("Authorization", format!("Bearer {}", token.unwrap())));
        if let Some(accepted) = accepted {
            request.add_header(Header::new("Accept-Encoding", accepted.to_owned()));
        }
        let answer = request.dispatch();
        let said = |name| answer.headers().get_one(name).map(str::to_owned);
        let (coding, vary) = (said("Content-Encoding"), said("Vary"));
        (coding, vary, answer.into_bytes().unwrap())
    };
    let long = "/api/admin/settings";
    let (coding, vary, plain) = asked(long, None);
    assert_eq!((coding, vary.as_deref()), (None, Some("Accept-Encoding")));
    for refused in ["gzip;q=0", "gzip;Q=0.0", "gzip; x=y; q=0"] {
        assert_eq!(asked(long, Some(refused)).0, None, "{refused}");
    }
    let (coding, vary, packed) = asked(long, Some("gzip, br"));
    assert_eq!((coding.as_deref(), vary.as_deref()), (Some("gzip"), Some("Accept-Encoding")));
    assert!(packed.len() * 2 < plain.len(), "{} of {}", packed.len(), plain.len());
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain);
    // What is put together in the write that earns it, too.
    let lan = app.member("lan").funded(1_000_000);
    let line = wish(app.service(|_| ()), 100);
    for check in [true, false] {
        let body = json!({ "lines": vec![line.clone(); 400], "check": check }).to_string().into_bytes();
        let headers = [("Accept-Encoding", "gzip")];
        let answer = lan.send(Method::Post, "/api/orders/mass", &headers, Some(body));
        assert_eq!(
            (answer.header("Content-Encoding"), answer.header("Vary")),
            (Some("gzip"), Some("Accept-Encoding")),
            "{check}"
        );
    }
    let (coding, vary, _) = asked("/api/site", Some("gzip"));
    assert_eq!((coding, vary), (None, None), "a short one is not worth it");
}
