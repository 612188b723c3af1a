//! The event stream over a real socket: who hears what, when a stream ends, and how one comes back.

use crate::second_factor::Authenticator;
use crate::support::app::{PASSWORD, TestApp};
use crate::support::bank::{Notice, newest, notify, unmatched};
use crate::support::binary::Binary;
use crate::support::browser::Browser;
use crate::support::listen::Listener;
use crate::support::member::Member;
use crate::support::shop::{LINK, by_hand, report};
use crate::support::tcp::Served;
use serde_json::{Value, json};
use smm_panel::accounts::token::SESSION_SECONDS;
use smm_panel::accounts::{self, Adjustment};
use smm_panel::audit_log::Actor;
use smm_panel::kernel::error::Fault;
use smm_panel::kernel::ids::ServiceId;
use smm_panel::kernel::money::Vnd;
use smm_panel::orders::{self, Placement, Timing};
use smm_panel::provider::ReportedStatus;
use std::time::{Duration, Instant};

fn listen(served: &Served, member: &Member) -> Listener {
    Listener::bearer(served.address, member.token())
}

/// Another session of the user.
fn log_in(app: &TestApp, name: &str) -> String {
    let answer = app.guest().post("/api/auth/login", json!({ "login": name, "password": PASSWORD }));
    answer.expect(200)["access_token"].as_str().unwrap().to_owned()
}

#[test]
fn nobody_listens_without_a_live_token() {
    let app = TestApp::start();
    let lan = app.member("lan");
    app.guest().get("/api/events").refused(401, "unauthenticated");
    lan.post("/api/auth/logout", json!({})).expect(204);
    lan.get("/api/events").refused(401, "unauthenticated");
}

#[test]
fn nobody_hears_what_is_not_theirs() {
    let app = TestApp::start();
    let (lan, binh, boss) = (app.member("lan"), app.member("binh").funded(100_000), app.admin("boss"));
    let served = app.serve();
    let (mut of_lan, mut of_boss) = (listen(&served, &lan), listen(&served, &boss));
    let service = app.service(|_| ());
    binh.buys(service, 100);
    app.park();
    let asked = binh.deposit(50_000);
    notify(&app, &Notice::new(1, 50_000, &asked.code)).expect(200);
    app.fund(lan.id, 7);
    assert_eq!(of_lan.hears("balance"), json!({ "balance": 7, "total_spent": 0 }));
    assert_eq!(of_boss.hears("review"), json!({ "count": 1 }));
    app.fund(boss.id, 8);
    assert_eq!(of_boss.hears("balance"), json!({ "balance": 8, "total_spent": 0 }));
}

#[test]
fn a_write_that_is_taken_back_is_not_told() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let mut stream = listen(&served, &lan);
    let user = lan.id;
    let taken_back = app.app.db.write_blocking(move |tx| {
        let adjustment = Adjustment::check(Vnd::new(5), "never happened").unwrap();
        accounts::adjust_balance(tx, &Actor::CONSOLE, user, &adjustment).unwrap();
        Err::<(), _>(Fault::Internal("changed my mind".to_owned()))
    });
    assert!(taken_back.is_err());
    for _ in 0..3 {
        stream.heartbeat();
    }
    app.fund(lan.id, 7);
    assert_eq!(stream.hears("balance")["balance"], 7);
}

#[test]
fn the_news_are_what_the_api_shows() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = app.service(|_| ());
    let served = app.serve();
    let mut stream = listen(&served, &lan);

    let order = lan.buys(service, 1000);
    let show = |id: i64| {
        let mut order = lan.get(&format!("/api/orders/{id}")).expect(200);
        for text in ["comments", "params"] {
            assert!(order.as_object_mut().unwrap().remove(text).is_some(), "events come without {text}");
        }
        order
    };
    assert_eq!(stream.hears("order"), show(order));
    assert_eq!(stream.hears("balance"), json!({ "balance": 88_000, "total_spent": 12_000 }));

    app.send_all();
    assert_eq!(stream.hears("order")["status"], "processing");
    app.reported(order, report(ReportedStatus::Canceled));
    let (canceled, refunded) = (stream.hears("order"), stream.hears("balance"));
    assert_eq!((&canceled["status"], &canceled["refunded"]), (&json!("canceled"), &json!(12_000)));
    assert_eq!((canceled, refunded["balance"].as_i64()), (show(order), Some(100_000)));

    let asked = lan.deposit(50_000);
    assert_eq!(stream.hears("deposit"), lan.show(asked.id));
    notify(&app, &Notice::new(1, 50_000, &asked.code)).expect(200);
    let paid = stream.hears("deposit");
    assert_eq!((&paid["status"], &paid), (&json!("completed"), &lan.show(asked.id)));
    assert_eq!(stream.hears("balance")["balance"], 150_000);

    let boss = app.admin("boss");
    for (act, status) in [("approve", "completed"), ("reject", "rejected")] {
        let asked = lan.deposit(20_000);
        assert_eq!(stream.hears("deposit")["status"], "pending");
        let path = format!("/api/admin/deposits/{}/{act}", asked.id);
        boss.put(&path, json!({ "note": "seen" })).expect(200);
        assert_eq!(stream.hears("deposit")["status"], status);
        if act == "approve" {
            assert_eq!(stream.hears("balance")["balance"], 170_000);
        }
    }
}

#[test]
fn admins_hear_how_much_waits_for_them() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let service = app.service(|_| ());
    let served = app.serve();
    let mut stream = listen(&served, &boss);
    let mut count = || stream.hears("review")["count"].as_i64().unwrap();

    let sent = lan.bought(service, 100);
    let parked = lan.buys(service, 100);
    app.park();
    assert_eq!(count(), 1);
    let row = unmatched(&app, &boss, &Notice::new(1, 30_000, "no code"), "no_known_code");
    assert_eq!(count(), 2);
    app.reported(sent, report(ReportedStatus::Unknown("odd".to_owned())));
    assert_eq!(count(), 3);
    boss.post(&format!("/api/admin/orders/{sent}/acknowledge"), json!({})).expect(200);
    assert_eq!(count(), 2);
    boss.post(&format!("/api/admin/orders/{parked}/resolve"), json!({ "action": "cancel" })).expect(200);
    assert_eq!(count(), 1);
    boss.assign(&row, json!({ "user_id": lan.id.get() })).expect(200);
    assert_eq!(count(), 0);
    assert_eq!(newest(&boss)["status"], "credited");
}

#[test]
fn admins_hear_of_what_only_a_person_can_do() {
    let app = TestApp::start();
    let (lan, boss) = (app.member("lan").funded(100_000), app.admin("boss"));
    let service = app.service(|offer| {
        by_hand(offer);
        offer.cancel = true;
    });
    let served = app.serve();
    let mut stream = listen(&served, &boss);
    let mut heard = || stream.hears("review");
    let order = lan.buys(service, 100);
    heard();
    let path = format!("/api/admin/orders/{order}/status");
    let sets = |status: &str| boss.put(&path, json!({ "status": status })).expect(200);
    sets("in_progress");
    lan.post(&format!("/api/orders/{order}/cancel"), json!({})).expect(200);
    heard();
    sets("completed");
    heard();
    app.fund(boss.id, 8);
    assert_eq!(stream.hears("balance")["balance"], 8, "and of nothing else");
}

#[test]
fn who_lacks_the_second_factor_hears_nothing_of_the_desk() {
    let app = TestApp::start();
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan").funded(100_000));
    let service = app.service(|_| ());
    boss.put("/api/admin/settings", json!({ "require_totp": true })).expect(200);
    let served = app.serve();
    let streams = [&boss, &mai].map(|worker| (worker.id, listen(&served, worker)));
    lan.buys(service, 100);
    app.park();
    for (worker, mut stream) in streams {
        app.fund(worker, 7);
        assert_eq!(stream.hears("balance")["balance"], 7, "and nothing before it");
    }
    let phone = Browser::log_in(&app, "boss");
    phone.confirm();
    let begun = phone.post("/api/user/totp", json!({})).expect(201);
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let factor = Authenticator { secret, recovery: vec![] };
    phone.post("/api/user/totp/confirm", json!({ "code": factor.code(&app.clock, 0) })).expect(200);
    let mut before = listen(&served, &boss);
    let mut of_phone = Listener::open(served.address, &[("Cookie", &phone.cookie)]);
    lan.buys(service, 100);
    app.park();
    assert_eq!(of_phone.hears("review"), json!({ "count": 2 }));
    app.fund(boss.id, 7);
    assert_eq!(before.hears("balance")["balance"], 14, "this session has not shown it");
}

#[test]
fn who_comes_back_hears_what_was_missed_and_no_more() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000);
    let service = app.service(|_| ());
    let served = app.serve();
    let mut stream = listen(&served, &lan);
    app.fund(lan.id, 1);
    stream.hears("balance");
    let last = stream.last_id.unwrap().to_string();
    drop(stream);

    let missed = [lan.buys(service, 100), lan.buys(service, 200)];
    let mut back = Listener::back(served.address, lan.token(), &last);
    let first = back.next();
    assert_eq!((first.name.as_str(), &first.data["id"]), ("order", &json!(missed[0])));
    assert_eq!(back.hears("order")["id"], missed[1]);
    assert_eq!(back.hears("balance")["balance"], 100_001 - 1_200 - 2_400);

    // From the middle on: only what came later.
    let mut later = Listener::back(served.address, lan.token(), &first.id.to_string());
    assert_eq!(later.hears("order")["id"], missed[1]);
    later.hears("balance");

    // A heartbeat carries an id past what concerned others, to come back with.
    let binh = app.member("binh");
    app.fund(binh.id, 1);
    let before = back.last_id;
    while back.last_id == before {
        back.heartbeat();
    }
    let mut again = Listener::back(served.address, lan.token(), &back.last_id.unwrap().to_string());
    app.fund(lan.id, 1);
    assert_eq!(again.hears("balance")["balance"], 100_002 - 1_200 - 2_400);
}

#[test]
fn an_unknown_last_event_is_answered_with_one_reset() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let known = listen(&served, &lan).last_id.unwrap();
    for unknown in ["1", "-5", "nonsense", "99999999999999999999", &(known + 1_000_000).to_string()] {
        let mut stream = Listener::back(served.address, lan.token(), unknown);
        assert_eq!(stream.hears("reset"), json!({}), "{unknown}");
        stream.heartbeat();
    }
    let mut stream = Listener::back(served.address, lan.token(), "unknown");
    stream.hears("reset");
    let reset = stream.last_id.unwrap().to_string();
    app.fund(lan.id, 1);
    stream.hears("balance");
    let mut back = Listener::back(served.address, lan.token(), &reset);
    back.hears("balance");
}

#[test]
fn more_than_a_listener_can_take_is_one_reset() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = ServiceId::new(app.service(|_| ()));
    let served = app.serve();
    let mut stream = listen(&served, &lan);
    let user = lan.id;
    app.write(move |tx| {
        for _ in 0..300 {
            let link = LINK.to_owned();
            let placement = Placement {
                user,
                service,
                link,
                quantity: Some(10),
                params: smm_panel::order_types::Params::default(),
                timing: Timing::default(),
                expected_charge: None,
            };
            orders::place(tx, placement).unwrap();
        }
    });
    assert_eq!(stream.hears("reset"), json!({}));
    app.fund(lan.id, 1);
    assert_eq!(stream.hears("balance")["total_spent"], 300 * 120);
}

/// Does something to a user's session, in the name of the user or of an admin.
type Deed = fn(&Member, &Member);

#[test]
fn a_stream_ends_with_its_token() {
    let deeds: [(&str, Deed); 4] = [
        ("logout", |lan, _| {
            lan.post("/api/auth/logout", json!({})).expect(204);
        }),
        ("everywhere", |lan, _| {
            lan.post("/api/auth/logout", json!({ "everywhere": true })).expect(204);
        }),
        ("password", |lan, _| {
            let body = json!({ "current_password": PASSWORD, "new_password": "another one" });
            lan.post("/api/auth/password", body).expect(200);
        }),
        ("ban", |lan, boss| {
            let path = format!("/api/admin/users/{}/ban", lan.id);
            boss.put(&path, json!({ "banned": true })).expect(200);
        }),
    ];
    let app = TestApp::start();
    let boss = app.admin("boss");
    let served = app.serve();
    for (name, deed) in deeds {
        let lan = app.member(name);
        let (stream, other) = (listen(&served, &lan), log_in(&app, name));
        let mut other = Listener::bearer(served.address, &other);
        deed(&lan, &boss);
        app.fund(lan.id, 1);
        assert_eq!(stream.end(), Vec::<String>::new(), "{name}");
        if name == "logout" {
            assert_eq!(other.hears("balance")["balance"], 1, "another session goes on");
        } else {
            assert_eq!(other.end(), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn an_expired_token_or_one_that_died_elsewhere_ends_the_stream_at_a_heartbeat() {
    let app = TestApp::start();
    let (lan, binh) = (app.member("lan"), app.member("binh"));
    let served = app.serve();
    let mut of_lan = listen(&served, &lan);
    of_lan.heartbeat();
    app.write(|tx| tx.execute("UPDATE users SET token_epoch = 1 WHERE username = 'lan'", ()).unwrap());
    assert_eq!(of_lan.end(), Vec::<String>::new());
    let mut of_binh = listen(&served, &binh);
    app.clock.advance_seconds(SESSION_SECONDS - 1);
    of_binh.heartbeat();
    app.clock.advance_seconds(1);
    assert_eq!(of_binh.end(), Vec::<String>::new());
}

#[test]
fn a_cookie_listens_too() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let served = app.serve();
    let cookie = format!("session={}", lan.token());
    let mut stream = Listener::open(served.address, &[("Cookie", &cookie)]);
    assert!(stream.last_id.is_some());
    app.fund(lan.id, 7);
    assert_eq!(stream.hears("balance")["balance"], 7);
}

#[test]
fn many_listen_and_each_hears_its_own() {
    let app = TestApp::start();
    let members: Vec<Member> = (0..40).map(|number| app.member(&format!("user{number}"))).collect();
    let served = app.serve();
    let mut streams: Vec<(usize, Listener)> =
        (0..300).map(|number| number % 40).map(|who| (who, listen(&served, &members[who]))).collect();
    for (number, member) in members.iter().enumerate() {
        app.fund(member.id, 100 + i64::try_from(number).unwrap());
    }
    for (who, stream) in &mut streams {
        assert_eq!(stream.hears("balance")["balance"], 100 + *who);
    }
}

#[test]
fn open_streams_end_properly_and_soon_when_the_panel_stops() {
    let folder = tempfile::tempdir().unwrap();
    let admin = [("ADMIN_USERNAME", "boss"), ("ADMIN_EMAIL", "b@x.vn"), ("ADMIN_PASSWORD", PASSWORD)];
    let panel = Binary::start(folder.path(), &[], &admin);
    let login = json!({ "login": "boss", "password": PASSWORD }).to_string();
    let session: Value = panel.send("POST", "/api/auth/login", &[], login.as_bytes()).expect(200);
    let token = session["access_token"].as_str().unwrap();
    let streams: Vec<_> = (0..8).map(|_| Listener::bearer(panel.address, token)).collect();
    let asked = Instant::now();
    let (status, took) = panel.terminate();
    assert!(status.success() && took < Duration::from_secs(3), "{status} after {took:?}");
    for stream in streams {
        assert_eq!(stream.end(), Vec::<String>::new());
    }
    assert!(asked.elapsed() < Duration::from_secs(4));
}
