//! The link for a lost password, by e-mail: who is sent one, how often, and what it opens.

use crate::mail::{
    FROM, NEW, NOWHERE, PLACE, Posted, ban, change, confirm, forgot, letters, log_in, reset, writing,
};
use crate::second_factor::turn_on;
use crate::support::app::{PASSWORD, TestApp};
use crate::support::process::alone;
use rusqlite::Connection;
use serde_json::json;
use smm_panel::db::Tx;
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn without_a_mail_server_or_an_address_of_its_own_nothing_is_promised() {
    for vars in [vec![], vec![PLACE], vec![NOWHERE, FROM]] {
        let app = TestApp::with(&vars);
        let _lan = app.member("lan");
        let refused = forgot(&app, "lan@example.vn").refused(503, "not_configured");
        assert_eq!(refused["reason"], "no_mail");
        assert_eq!(app.guest().get("/api/site").expect(200)["mail"], false);
        assert_eq!(letters(&app, "1"), 0);
    }
    assert_eq!(writing().guest().get("/api/site").expect(200)["mail"], true);
}

#[test]
fn whether_an_address_has_an_account_is_told_neither_by_the_answer_nor_by_its_time() {
    let app = writing();
    let (boss, lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai"));
    ban(&boss, &mai, true);
    let known = forgot(&app, " LAN@example.vn\u{200b}");
    for other in ["nobody@example.vn", "mai@example.vn", "lan@example.com"] {
        let answer = forgot(&app, other);
        assert_eq!((answer.status, &answer.body), (202, &known.body), "{other}");
    }
    assert_eq!(letters(&app, "1"), 1);
    assert_eq!(letters(&app, &format!("user_id = {} AND address = 'lan@example.vn'", lan.id)), 1);
    for bad in ["lan", "", "lan@example.vn, mai@example.vn", "lan@example.vn\r\nBcc: mai@example.vn"] {
        forgot(&app, bad).refused_fields(&["email"]);
    }
    // Neither waits for the database: while nothing can be written, both are answered at once.
    let (release, held) = std::sync::mpsc::channel::<()>();
    app.app.db.write_later(move |_| {
        let _ = held.recv_timeout(Duration::from_secs(20));
        Ok(())
    });
    for address in ["lan@example.vn", "nobody@example.vn"] {
        let began = Instant::now();
        app.guest().post("/api/auth/forgot", json!({ "email": address })).expect(202);
        assert!(began.elapsed() < Duration::from_secs(5), "{address}: {:?}", began.elapsed());
    }
    release.send(()).unwrap();
}

#[test]
fn a_request_is_a_write_whether_or_not_an_account_has_the_address() {
    let app = writing();
    let (boss, _lan, mai) = (app.admin("boss"), app.member("lan"), app.member("mai"));
    ban(&boss, &mai, true);
    // Who asks and writes at once waits for this commit as well, and could tell whether there is one.
    let looks = open(&app.folder.path().join("panel.db"));
    let commits = || -> i64 { looks.query_row("PRAGMA data_version", (), |row| row.get(0)).unwrap() };
    let lan = ["lan@example.vn"; 5];
    for address in lan.into_iter().chain(["mai@example.vn", "nobody@example.vn", "nobody@example.vn"]) {
        let before = commits();
        forgot(&app, address).expect(202);
        assert_ne!(commits(), before, "{address}");
    }
    assert_eq!(letters(&app, "1"), 3);
}

#[expect(clippy::disallowed_methods, reason = "a look from outside")]
fn open(database: &Path) -> Connection {
    Connection::open(database).unwrap()
}

#[test]
fn who_asks_for_somebody_else_all_day_fills_no_mailbox_and_keeps_nobody_out() {
    alone(|| {
        let post = Posted::start();
        let app = &post.app;
        let lan = app.member("lan");
        let serving =
            |at: i64| app.number(&format!("SELECT count(*) FROM account_links WHERE expires_at > {at}"));
        for ten_minutes in 0..24 * 6 {
            app.clock.advance_seconds(600);
            for _ in 0..3 {
                forgot(app, "lan@example.vn").expect(202);
            }
            post.sent(0);
            let now = app.clock.now().millis();
            assert!(serving(now) > 0, "after {ten_minutes} times ten minutes the owner has no link");
        }
        let sent = letters(app, "state = 'sent'");
        assert!((24..=27).contains(&sent), "{sent} letters in a day");
        let token = post.smtp.last().token();
        assert_eq!(reset(app, &token).expect(200)["user"]["id"], lan.id.get());
    });
}

#[test]
fn the_mailbox_of_somebody_else_is_filled_by_nobody_who_says_it_is_his() {
    let app = writing();
    let (lan, mai) = (app.member("lan"), app.member("mai"));
    for user in [&lan, &mai, &lan] {
        change(user, "victim@example.com").expect(202);
    }
    let refused = change(&mai, "victim@example.com");
    refused.refused(429, "rate_limited");
    assert!(refused.header("Retry-After").is_some());
    assert_eq!(letters(&app, "address = 'victim@example.com'"), 3);
    assert_eq!(lan.get("/api/user/email").expect(200)["pending"]["email"], "victim@example.com");
    // Nor do such letters keep its owner from a link.
    let owner = app.member("owner");
    let own =
        |tx: &Tx| tx.execute("UPDATE users SET email = 'victim@example.com' WHERE username = 'owner'", ());
    app.app.db.write_blocking(own).unwrap();
    forgot(&app, "victim@example.com").expect(202);
    assert_eq!(letters(&app, &format!("user_id = {} AND kind = 'reset_password'", owner.id)), 1);
}

#[test]
fn tries_by_an_address_are_counted() {
    let app = TestApp::with(&[NOWHERE, FROM, PLACE, ("AUTH_RATE_LIMIT_PER_MINUTE", "3")]);
    for _ in 0..3 {
        forgot(&app, "nobody@example.vn").expect(202);
    }
    forgot(&app, "nobody@example.vn").refused(429, "rate_limited");
    confirm(&app, "x").refused(429, "rate_limited");
}

#[test]
fn one_account_is_sent_few_links_whatever_mailboxes_it_names() {
    let app = writing();
    let lan = app.member("lan");
    let ask = |number: i64| change(&lan, &format!("victim+{number}@example.com"));
    (0..3).for_each(|number| drop(ask(number).expect(202)));
    ask(3).refused(429, "rate_limited");
    assert_eq!(letters(&app, "kind = 'confirm_email'"), 3);
    for hour in 1..5 {
        app.clock.advance_seconds(3601);
        (0..3).for_each(|number| drop(ask(hour * 10 + number)));
    }
    assert_eq!(letters(&app, "kind = 'confirm_email'"), 10);
}

#[test]
fn a_link_sets_another_password_once_within_an_hour_and_ends_all_sessions() {
    alone(|| {
        let post = Posted::start();
        let app = &post.app;
        let lan = app.member("lan");
        forgot(app, "lan@example.vn").expect(202);
        let letter = post.only(0);
        let token = letter.token();
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        // What is kept opens nothing.
        for file in ["panel.db", "panel.db-wal"] {
            let bytes = std::fs::read(app.folder.path().join(file)).unwrap();
            assert!(!bytes.windows(token.len()).any(|part| part == token.as_bytes()), "{file}");
        }
        app.clock.advance_seconds(3599);
        confirm(app, &token).refused_fields(&["token"]);
        assert_eq!(reset(app, &token).expect(200)["user"]["username"], "lan");
        reset(app, &token).refused_fields(&["token"]);
        lan.get("/api/auth/me").refused(401, "unauthenticated");
        log_in(app, "lan", PASSWORD, &[]).refused(401, "invalid_credentials");
        log_in(app, "lan", NEW, &[]).expect(200);
        let told = post.only(1);
        assert!(told.body().contains("vừa được đổi lúc 15:38 22/11/2026 (UTC+7)"), "{}", told.body());

        forgot(app, "lan@example.vn").expect(202);
        let late = post.only(2).token();
        app.clock.advance_seconds(3600);
        reset(app, &late).refused_fields(&["token"]);
    });
}

#[test]
fn what_happens_meanwhile_ends_a_link_and_a_letter_that_waits() {
    alone(|| {
        let post = Posted::start();
        let app = &post.app;
        let (boss, lan) = (app.admin("boss"), app.member("lan"));
        let asked = |known: usize| {
            app.clock.advance_seconds(3600);
            forgot(app, "lan@example.vn").expect(202);
            post.only(known).token()
        };
        let first = asked(0);
        app.signed(lan.id).post("/api/auth/logout", json!({ "everywhere": true })).expect(204);
        reset(app, &first).refused_fields(&["token"]);
        let second = asked(1);
        ban(&boss, &lan, true);
        reset(app, &second).refused_fields(&["token"]);
        ban(&boss, &lan, false);
        forgot(app, "lan@example.vn").expect(202);
        ban(&boss, &lan, true);
        assert_eq!(post.sent(2).len(), 0, "a banned user is told nothing");
        assert_eq!(letters(app, "state = 'dropped'"), 1);
        ban(&boss, &lan, false);
        // The second factor is asked for as at a log-in.
        let third = asked(2);
        let _phone = turn_on(&app.signed(lan.id));
        reset(app, &third).refused(401, "totp_required");
    });
}

#[test]
fn a_name_of_the_shop_is_shown_as_it_is_and_as_nothing_else() {
    alone(|| {
        let post = Posted::start();
        let app = &post.app;
        let boss = app.admin("boss");
        let call = |name: &str| boss.put("/api/admin/settings", json!({ "site_name": name }));
        for bad in ["Shop\r\nBcc: all@x.vn", "Shop\nx", "a\u{85}b", &"a".repeat(101)] {
            call(bad).refused_fields(&["site_name"]);
        }
        let (long, wide) = ("a".repeat(100), "\u{1f980}".repeat(100));
        for (number, (name, shown)) in [
            ("Cửa hàng của Lan", "Cửa hàng của Lan"),
            // Mail programs would show something else in its place.
            ("=?utf-8?q?Your_bank?=", "= ?utf-8?q?Your_bank?="),
            ("Shop =?utf-8?b?YmFuaw==?= x", "Shop = ?utf-8?b?YmFuaw== ?= x"),
            // These turn what follows around, or hide.
            ("Shop\u{202e}pohs", "Shoppohs"),
            ("Sh\u{200b}op\u{2028}Bcc: all@x.vn", "ShopBcc: all@x.vn"),
            (&long, &long),
            (&wide, &wide),
        ]
        .into_iter()
        .enumerate()
        {
            call(name).expect(200);
            let user = format!("lan{number}");
            app.member(&user);
            forgot(app, &format!("{user}@example.vn")).expect(202);
            let letter = post.only(number);
            assert_eq!(letter.subject(), format!("{shown}: đặt lại mật khẩu"));
            let head = letter.text.split("\r\n\r\n").next().unwrap();
            assert!(head.is_ascii() && head.lines().all(|line| line.len() <= 200), "{head}");
            for name in ["From:", "To:", "Subject:"] {
                assert_eq!(head.lines().filter(|line| line.starts_with(name)).count(), 1, "{head}");
            }
            assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        }
    });
}
