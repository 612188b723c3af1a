//! Clicks on referral links: which are counted, and what the referrer sees of them.

use crate::support::app::TestApp;
use crate::support::member::Member;
use rocket::http::{Header, Method};
use serde_json::{Value, json};
use smm_panel::jobs::scheduled::referral_clicks;
use std::net::IpAddr;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";

fn visit(app: &TestApp, method: Method, path: &str, from: &str, headers: &[(&'static str, &'static str)]) {
    let mut request =
        app.client.req(method, path.to_owned()).remote((from.parse::<IpAddr>().unwrap(), 9).into());
    for (name, value) in headers {
        request.add_header(Header::new(*name, *value));
    }
    assert_eq!(request.dispatch().status().code, 200, "{path}");
}

fn clicks(app: &TestApp, code: &str, from: &str) {
    visit(app, Method::Get, &format!("/?ref={code}"), from, &[("User-Agent", BROWSER)]);
}

fn told(member: &Member) -> (Value, Value, Value) {
    let page = member.get("/api/user/referrals").expect(200);
    (page["clicks"].clone(), page["sign_ups"].clone(), page["total_commission"].clone())
}

fn of(clicks: i64, sign_ups: i64) -> (Value, Value, Value) {
    (json!(clicks), json!(sign_ups), json!(0))
}

#[test]
fn clicks_are_counted_once_a_day_for_each_network_and_told_to_the_referrer_alone() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan"), app.member("mai"));
    let code = lan.referral_code();
    assert_eq!(told(&lan), of(0, 0));
    clicks(&app, &code, "203.0.113.7");
    clicks(&app, &code.to_lowercase(), "203.0.113.7");
    clicks(&app, &code, "203.0.113.8");
    clicks(&app, &code, "2001:db8:1:2::1");
    clicks(&app, &code, "2001:db8:1:2:ffff::9");
    assert_eq!(told(&lan), of(3, 0));
    assert_eq!(app.number("SELECT count(*) FROM referral_clicks"), 0, "no click costs a write");
    referral_clicks::tick(&app.app).unwrap();
    assert_eq!(told(&lan), of(3, 0));
    app.referred("anh", Some(&lan));
    clicks(&app, &code, "203.0.113.7");
    assert_eq!(told(&lan), of(3, 1));
    app.clock.advance_seconds(24 * 60 * 60);
    let lan = app.signed(lan.id);
    clicks(&app, &code, "203.0.113.7");
    clicks(&app, &code, "203.0.113.7");
    assert_eq!(told(&lan), of(4, 1));
    referral_clicks::tick(&app.app).unwrap();
    referral_clicks::tick(&app.app).unwrap();
    assert_eq!(told(&lan), of(4, 1));
    assert_eq!(told(&app.signed(mai.id)), of(0, 0));
}

#[test]
fn programs_and_those_who_are_logged_in_do_not_click_and_nobody_for_a_banned_referrer() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let code = lan.referral_code();
    let path = format!("/?ref={code}");
    let from = "203.0.113.9";
    for agent in [
        "curl/8.14.1",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "TelegramBot (like TwitterBot)",
        "",
    ] {
        visit(&app, Method::Get, &path, from, &[("User-Agent", agent)]);
    }
    visit(&app, Method::Get, &path, from, &[]);
    visit(&app, Method::Head, &path, from, &[("User-Agent", BROWSER)]);
    for ahead in [("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch")] {
        visit(&app, Method::Get, &path, from, &[("User-Agent", BROWSER), ahead]);
    }
    visit(&app, Method::Get, &path, from, &[("User-Agent", BROWSER), ("Cookie", "session=whatever")]);
    for dest in ["image", "iframe", "script", "empty"] {
        visit(&app, Method::Get, &path, from, &[("User-Agent", BROWSER), ("Sec-Fetch-Dest", dest)]);
    }
    let logged_in = app.client.get(path.as_str()).remote((from.parse::<IpAddr>().unwrap(), 9).into());
    let bearer = Header::new("Authorization", format!("Bearer {}", boss.token()));
    let logged_in = logged_in.header(Header::new("User-Agent", BROWSER)).header(bearer).dispatch();
    assert_eq!(logged_in.status().code, 200);
    clicks(&app, "NOBODY23", from);
    assert_eq!(told(&lan), of(0, 0));
    let looks =
        [("User-Agent", BROWSER), ("Sec-Fetch-Dest", "document"), ("Authorization", "Bearer nonsense")];
    visit(&app, Method::Get, &path, from, &looks);
    assert_eq!(told(&lan), of(1, 0));
    let banned = format!("/api/admin/users/{}/ban", lan.id);
    boss.put(&banned, json!({ "banned": true, "reason": "spam" })).expect(200);
    clicks(&app, &code, "203.0.113.10");
    referral_clicks::tick(&app.app).unwrap();
    assert_eq!(app.number("SELECT sum(clicks) FROM referral_clicks"), 1);
}
