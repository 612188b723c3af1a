//! Letters and the mail server that takes them, or does not. Each test has a process of its own, in which only its own
//! authority is trusted.

use crate::doctor::while_looking;
use crate::support::app::TestApp;
use crate::support::binary::{Binary, own_folder};
use crate::support::fake_smtp::{ALONE, At, FakeSmtp, Mishap, PASSWORD, PROOF};
use crate::support::member::Member;
use crate::support::process::alone;
use crate::support::tls::Authority;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::db::{ReadTx, Tx};
use smm_panel::jobs::runtime::JobResult;
use smm_panel::jobs::scheduled::{self, mail};
use smm_panel::kernel::cause::CallCause;
use smm_panel::kernel::error::Fault;
use smm_panel::kernel::note::Note;
use std::env;
use std::time::{Duration, Instant};

const SHORT: Duration = Duration::from_millis(500);
const FROM: (&str, &str) = ("SMTP_FROM", "Shop <shop@example.vn>");
const PLACE: (&str, &str) = ("PUBLIC_URL", "http://panel.example.vn");

const SCRAPER: &str = "Bearer a-token-for-the-figures";

/// A server that is trusted, and a panel that uses it.
fn pair(at_once: bool) -> (FakeSmtp, TestApp) {
    let smtp = FakeSmtp::start(Authority::trusted().server("localhost"), at_once);
    let token = SCRAPER.trim_start_matches("Bearer ");
    let app = TestApp::with(&[("SMTP_URL", &smtp.url()), FROM, PLACE, ("METRICS_TOKEN", token)]);
    (smtp, app)
}

/// Somebody asks for a link.
fn ask(app: &TestApp, name: &str) {
    let body = json!({ "email": format!("{name}@example.vn") });
    app.guest().post("/api/auth/forgot", body).expect(202);
    // Whoever asked does not wait for what is written.
    app.app.db.write_blocking(|_| Ok::<_, Fault>(())).unwrap();
}

fn run(app: &TestApp) -> JobResult {
    mail::run(&app.app, Duration::from_secs(5))
}

fn cause(done: JobResult) -> CallCause {
    let note = done.unwrap_err().note;
    let Note::MailFails { cause } = note else { panic!("{note:?}") };
    cause
}

/// State, tries and cause of each letter.
fn outbox(app: &TestApp) -> Vec<(String, i64, Option<Note>)> {
    let read = |tx: &ReadTx| {
        tx.all("SELECT state, attempts, why FROM letters ORDER BY id", (), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
    };
    app.app.db.read_now(read).unwrap()
}

fn states(app: &TestApp) -> Vec<(String, i64)> {
    outbox(app).into_iter().map(|(state, attempts, _)| (state, attempts)).collect()
}

fn one(state: &str, attempts: i64) -> Vec<(String, i64)> {
    vec![(state.to_owned(), attempts)]
}

#[test]
fn letters_go_out_over_tls_from_the_first_byte() {
    alone(|| {
        let (smtp, app) = pair(true);
        let _lan = app.member("lan");
        assert_eq!(run(&app), Ok(None));
        ask(&app, "lan");
        assert_eq!(run(&app), Ok(Some("1 letters sent, 0 not taken".to_owned())));
        let letter = smtp.last();
        assert_eq!(letter.from, "MAIL FROM:<shop@example.vn>");
        assert_eq!(letter.to, ["RCPT TO:<lan@example.vn>"]);
        assert_eq!(letter.header("From"), "Shop <shop@example.vn>");
        assert!(letter.body().contains("http://panel.example.vn/reset#"), "{}", letter.body());
        assert!(smtp.said().contains(&(false, "EHLO panel.example.vn".to_owned())));
        assert_eq!(states(&app), one("sent", 1));
        assert_eq!(run(&app), Ok(None));
        // Nothing of it is left but that it was sent.
        assert_eq!(app.number("SELECT count(*) FROM letters WHERE fields IS NOT NULL"), 0);
    });
}

#[test]
fn letters_go_out_after_starttls_and_nothing_before() {
    alone(|| {
        let (smtp, app) = pair(false);
        let members = ["lan", "mai", "hoa"].map(|name| app.member(name));
        members.iter().zip(["lan", "mai", "hoa"]).for_each(|(_, name)| ask(&app, name));
        smtp.goes_wrong(&[Mishap::OldAuth]);
        assert_eq!(run(&app), Ok(Some("3 letters sent, 0 not taken".to_owned())));
        assert_eq!((smtp.letters().len(), smtp.connections()), (3, 1), "one conversation for all");
        let clear: Vec<String> =
            smtp.said().into_iter().filter(|(is_clear, _)| *is_clear).map(|(_, line)| line).collect();
        assert_eq!(clear, ["EHLO panel.example.vn", "STARTTLS"]);
    });
}

#[test]
fn a_recipient_that_is_refused_is_given_up_and_holds_up_no_other() {
    alone(|| {
        let (smtp, app) = pair(true);
        let (_lan, _mai) = (app.member("lan"), app.member("mai"));
        smtp.goes_wrong(&[Mishap::Says(At::Recipient, "550 5.1.1 <lan@example.vn>: no such user")]);
        ask(&app, "lan");
        ask(&app, "mai");
        assert_eq!(run(&app), Ok(Some("1 letters sent, 1 not taken".to_owned())));
        assert_eq!(states(&app), [one("given_up", 1), one("sent", 1)].concat());
        let said = outbox(&app)[0].2.as_ref().unwrap().to_string();
        assert!(said.contains("550 5.1.1 <…>: no such user"), "{said}");
        app.clock.advance_seconds(24 * 60 * 60);
        assert_eq!(run(&app), Ok(None));
        let metrics = app.guest().send(Method::Get, "/metrics", &[("Authorization", SCRAPER)], None).text();
        for line in ["smm_letters_sent_total 1", "smm_letters_given_up_total 1", "smm_letters_waiting 0"] {
            assert!(metrics.contains(line), "{line} is not in {metrics}");
        }
    });
}

/// What a look says of mail, by its codes. What is well stands alone.
fn looked(app: &TestApp, boss: &Member) -> Vec<String> {
    let found = while_looking(app, || boss.post("/api/admin/doctor", json!({})).expect(200));
    let all = found["items"].as_array().unwrap().iter();
    let rows: Vec<_> = all.filter(|item| item["check"] == "mail").collect();
    assert!(rows.len() == 1 || rows.iter().all(|item| item["level"] != "ok"), "{rows:?}");
    rows.iter().map(|item| item["finding"]["code"].as_str().unwrap().to_owned()).collect()
}

/// What the overview says of letters and jobs: kind, count, page, and why by its code.
fn told(boss: &Member) -> Vec<Value> {
    let items = boss.get("/api/admin/review").expect(200)["items"].as_array().unwrap().clone();
    let items = items.iter().filter(|item| item["kind"] == "letters" || item["kind"] == "job");
    items
        .map(|item| json!([item["kind"], item["count"], item["path"], item["detail_coded"]["code"]]))
        .collect()
}

#[test]
fn the_check_up_and_the_overview_agree_on_how_letters_stand() {
    alone(|| {
        let (smtp, app) = pair(true);
        let boss = app.admin("boss");
        let _members = ["lan", "mai", "hoa"].map(|name| app.member(name));
        let sends = |name: &str| {
            ask(&app, name);
            run(&app).unwrap();
            app.clock.advance_seconds(1);
        };
        assert_eq!(looked(&app, &boss), ["mail_answers"]);
        sends("lan");
        assert_eq!((looked(&app, &boss), told(&boss)), (vec!["mail_sends".to_owned()], vec![]));

        smtp.goes_wrong(&[Mishap::Says(At::Recipient, "450 greylisted")]);
        sends("mai");
        assert_eq!(looked(&app, &boss), ["letters_refused"]);
        let refused = json!(["letters", 1, "/admin/doctor", "mail_not_taken"]);
        let refused = vec![refused];
        assert_eq!(told(&boss), refused);
        sends("hoa");
        assert_eq!((looked(&app, &boss), told(&boss)), (vec!["letters_refused".to_owned()], refused));
        // Where the server serves nobody the job says so, once.
        app.clock.advance_seconds(60);
        smtp.goes_wrong(&[Mishap::Says(At::Login, "535 no")]);
        let mut runner = scheduled::runner(&app.app, "mail").unwrap();
        assert!(runner.step(Instant::now()));
        assert_eq!(told(&boss), [json!(["job", 1, "/admin/doctor", "mail_fails"])]);
        assert_eq!(looked(&app, &boss), ["mail_fails", "letters_refused"]);
        assert!(runner.step(Instant::now() + SHORT + Duration::from_secs(60)));
        assert_eq!((looked(&app, &boss), told(&boss)), (vec!["mail_sends".to_owned()], vec![]));

        smtp.goes_wrong(&[Mishap::Says(At::Recipient, "550 no such user")]);
        sends("mai");
        assert_eq!((looked(&app, &boss), told(&boss)), (vec!["letters_given_up".to_owned()], vec![]));
    });
}

#[test]
fn a_letter_that_is_not_taken_now_waits_longer_each_time_and_is_given_up_in_the_end() {
    alone(|| {
        let (smtp, app) = pair(true);
        let lan = app.member("lan");
        lan.post("/api/user/api-key", json!({})).expect(201);
        let mishaps = [
            Mishap::Says(At::Recipient, "450 greylisted"),
            Mishap::Says(At::Data, "451 busy"),
            Mishap::Says(At::Body, "452 full"),
        ];
        for (tries, mishap) in mishaps.into_iter().cycle().take(8).enumerate() {
            smtp.goes_wrong(&[mishap]);
            run(&app).unwrap();
            let (state, attempts) = states(&app).remove(0);
            assert_eq!(attempts, i64::try_from(tries).unwrap() + 1);
            assert_eq!(state, if tries == 7 { "given_up" } else { "waiting" }, "try {tries}");
            assert_eq!(run(&app), Ok(None), "not before its pause is over");
            let pause = [60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 1][tries];
            app.clock.advance_seconds(pause - 1);
            assert_eq!(run(&app), Ok(None));
            app.clock.advance_seconds(1);
        }
        assert_eq!(smtp.letters().len(), 0);
    });
}

#[test]
fn a_server_that_hangs_is_left_at_the_deadline() {
    alone(|| {
        let (smtp, app) = pair(true);
        let _lan = app.member("lan");
        ask(&app, "lan");
        smtp.goes_wrong(&[Mishap::NoGreeting]);
        let began = Instant::now();
        let why = cause(mail::run(&app.app, SHORT));
        assert!(matches!(why, CallCause::TimedOut { .. }), "{why:?}");
        assert!(began.elapsed() < SHORT * 3, "{:?}", began.elapsed());
        // This was not about the letter.
        assert_eq!(states(&app), one("waiting", 0));
        run(&app).unwrap();
        assert_eq!(smtp.letters().len(), 1);
    });
}

#[test]
fn a_recipient_that_the_server_stumbles_over_holds_up_no_other() {
    alone(|| {
        let stumbles =
            [Mishap::HangAtRecipient, Mishap::CutAtRecipient, Mishap::Says(At::Recipient, "421 bye")];
        for mishap in stumbles {
            let (smtp, app) = pair(true);
            let (_lan, _mai) = (app.member("lan"), app.member("mai"));
            smtp.goes_wrong(&[mishap]);
            ask(&app, "lan");
            ask(&app, "mai");
            let run = mail::run(&app.app, SHORT * 4);
            assert_eq!(run, Ok(Some("1 letters sent, 1 not taken".to_owned())), "{mishap:?}");
            assert_eq!(states(&app), [one("waiting", 1), one("sent", 1)].concat(), "{mishap:?}");
        }
    });
}

#[test]
fn a_mailbox_is_sent_a_bounded_number_of_notices_whichever_account_they_tell_of() {
    alone(|| {
        let (_smtp, app) = pair(true);
        let (lan, mai) = (app.member("lan"), app.member("mai"));
        let renew = |member: &Member| (0..12).for_each(|_| drop(member.post("/api/user/api-key", json!({}))));
        renew(&lan);
        let swap = |tx: &Tx| {
            tx.execute("UPDATE users SET email = 'elsewhere@example.vn' WHERE username = 'lan'", ())?;
            tx.execute("UPDATE users SET email = 'lan@example.vn' WHERE username = 'mai'", ())?;
            Ok::<_, Fault>(())
        };
        app.app.db.write_blocking(swap).unwrap();
        renew(&mai);
        assert_eq!(app.number("SELECT count(*) FROM letters WHERE address = 'lan@example.vn'"), 10);
    });
}

#[test]
fn a_lost_answer_brings_the_letter_twice_and_both_links_serve_until_one_did() {
    alone(|| {
        let authority = Authority::trusted();
        for mishap in [Mishap::CutAfterBody, Mishap::HangAfterBody] {
            let smtp = FakeSmtp::start(authority.server("localhost"), true);
            let app = TestApp::with(&[("SMTP_URL", &smtp.url()), FROM, PLACE]);
            let _lan = app.member("lan");
            ask(&app, "lan");
            smtp.goes_wrong(&[mishap]);
            let why = cause(mail::run(&app.app, SHORT));
            assert!(matches!(why, CallCause::Closed | CallCause::TimedOut { .. }), "{why:?}");
            assert_eq!(states(&app), one("waiting", 1));
            app.clock.advance_seconds(60);
            run(&app).unwrap();
            assert_eq!(states(&app), one("sent", 2));
            let [first, second] = smtp.letters().try_into().unwrap();
            assert_eq!(first.header("Message-ID"), second.header("Message-ID"));
            assert_ne!(first.token(), second.token());
            let reset = |token: &str| {
                let body = json!({ "token": token, "new_password": "another horse" });
                app.guest().post("/api/auth/reset", body)
            };
            reset(&first.token()).expect(200);
            reset(&second.token()).refused_fields(&["token"]);
        }
    });
}

#[test]
fn a_certificate_that_is_not_accepted_hears_neither_login_nor_letter() {
    alone(|| {
        let trusted = Authority::trusted();
        for config in [trusted.server("other.test"), Authority::foreign().server("localhost")] {
            for at_once in [true, false] {
                let smtp = FakeSmtp::start(config.clone(), at_once);
                let app = TestApp::with(&[("SMTP_URL", &smtp.url()), FROM, PLACE]);
                let _lan = app.member("lan");
                ask(&app, "lan");
                let why = cause(run(&app));
                assert!(matches!(why, CallCause::Certificate { .. }), "{why:?}");
                let said = smtp.said();
                assert!(said.iter().all(|(is_clear, _)| *is_clear), "{said:?}");
                assert!(!format!("{said:?}").contains("AUTH"), "{said:?}");
                assert_eq!(states(&app), one("waiting", 0));
            }
        }
    });
}

#[test]
fn without_starttls_nothing_is_sent() {
    alone(|| {
        let (smtp, app) = pair(false);
        let _lan = app.member("lan");
        ask(&app, "lan");
        smtp.goes_wrong(&[Mishap::NoStartTls]);
        assert_eq!(cause(run(&app)), CallCause::MailNoTls);
        assert_eq!(smtp.said(), [(true, "EHLO panel.example.vn".to_owned())]);
    });
}

#[test]
fn what_is_said_before_tls_is_no_answer_over_it() {
    alone(|| {
        let (smtp, app) = pair(false);
        let _lan = app.member("lan");
        ask(&app, "lan");
        smtp.goes_wrong(&[Mishap::Injected]);
        let why = cause(run(&app));
        assert!(matches!(why, CallCause::MailUnreadable { .. }), "{why:?}");
        assert!(!format!("{:?}", smtp.said()).contains("AUTH"));
    });
}

#[test]
fn answers_without_an_end_are_cut_off() {
    alone(|| {
        let (smtp, app) = pair(true);
        let _lan = app.member("lan");
        ask(&app, "lan");
        for mishap in [Mishap::EndlessLine, Mishap::EndlessReply] {
            smtp.goes_wrong(&[mishap]);
            assert_eq!(cause(run(&app)), CallCause::TooLong, "{mishap:?}");
        }
    });
}

#[test]
fn a_login_that_is_refused_is_told_without_the_password_and_costs_no_letter_a_try() {
    alone(|| {
        let (smtp, app) = pair(true);
        let (boss, _lan) = (app.admin("boss"), app.member("lan"));
        ask(&app, "lan");
        let echo = format!("535 no: AUTH PLAIN {PROOF} or {ALONE} means {PASSWORD}");
        let echo: &str = Box::leak(echo.into_boxed_str());
        for mishap in
            [Mishap::Says(At::Login, echo), Mishap::NoAuth, Mishap::Says(At::Sender, "530 log in first")]
        {
            smtp.goes_wrong(&[mishap]);
            let why = run(&app).unwrap_err().note.to_string();
            assert!([PROOF, ALONE, PASSWORD].iter().all(|secret| !why.contains(secret)), "{why}");
            assert_eq!(states(&app), one("waiting", 0), "{why}");
        }
        let stored = app.number("SELECT count(*) FROM mail_channel WHERE trouble LIKE '%530%'");
        assert_eq!(stored, 1);
        // The job is among the others, and says nothing secret.
        let jobs = boss.get("/api/admin/jobs").expect(200).to_string();
        assert!(!jobs.contains(PASSWORD), "{jobs}");
        run(&app).unwrap();
        assert_eq!(app.number("SELECT count(*) FROM mail_channel WHERE trouble IS NULL"), 1);
        assert_eq!(smtp.letters().len(), 1);
    });
}

#[test]
fn what_a_server_quotes_of_a_letter_or_the_login_is_kept_nowhere() {
    alone(|| {
        for code in ["550", "451", "530"] {
            let (smtp, app) = pair(true);
            let (boss, _lan) = (app.admin("boss"), app.member("lan"));
            ask(&app, "lan");
            smtp.goes_wrong(&[Mishap::Quotes(code)]);
            let _ = run(&app);
            let token = smtp.last().token();
            let beginning = token.get(..12).unwrap();
            let kept = "SELECT coalesce((SELECT group_concat(why) FROM letters), '') || coalesce(trouble, '')
                        FROM mail_channel";
            let kept = |tx: &ReadTx| tx.value(kept, (), |row| row.get::<_, String>(0));
            let mut said = vec![app.app.db.read_now(kept).unwrap()];
            for path in ["/api/admin/jobs", "/api/admin/review", "/api/admin/errors"] {
                said.push(boss.get(path).expect(200).to_string());
            }
            let look = while_looking(&app, || boss.post("/api/admin/doctor", json!({})).expect(200));
            said.push(look.to_string());
            let told = said.concat().to_lowercase();
            assert!(said[0].contains(code), "{said:?}");
            for secret in [beginning, PASSWORD, "lan@example.vn"] {
                let shown = if secret == "lan@example.vn" { said[0].to_lowercase() } else { told.clone() };
                assert!(!shown.contains(secret), "{code}: {secret} in {shown}");
            }
        }
    });
}

#[test]
fn a_link_that_could_not_be_sent_within_the_hour_is_given_up() {
    alone(|| {
        let (smtp, app) = pair(true);
        let _lan = app.member("lan");
        ask(&app, "lan");
        app.clock.advance_seconds(3600);
        run(&app).unwrap();
        assert_eq!((states(&app), smtp.letters().len()), (one("given_up", 0), 0));
    });
}

#[test]
fn why_a_letter_was_not_taken_is_in_the_log() {
    alone(|| {
        let smtp = FakeSmtp::start(Authority::trusted().server("localhost"), true);
        smtp.goes_wrong(&[Mishap::Says(At::Recipient, "451 come again later")]);
        let (folder, trusted) = (own_folder(), env::var("SSL_CERT_FILE").unwrap());
        let vars = [("SMTP_URL", &*smtp.url()), FROM, PLACE, ("SSL_CERT_FILE", &*trusted)];
        let panel = Binary::start(folder.path(), &[], &vars);
        let account = json!({ "username": "lan", "email": "lan@example.vn", "password": "correct horse" });
        panel.send("POST", "/api/auth/register", &[], account.to_string().as_bytes()).expect(201);
        panel.send("POST", "/api/auth/forgot", &[], br#"{"email":"lan@example.vn"}"#).expect(202);
        let log = panel.log_with("a letter was not taken");
        let line = log.lines().find(|line| line.contains("a letter was not taken")).unwrap();
        assert!(line.contains("WARN") && line.contains("451 come again later"), "{line}");
        assert!(line.contains("reset_password") && !log.contains(PASSWORD), "{log}");
    });
}

#[test]
fn a_server_that_takes_no_letter_is_told_on_the_board_and_in_the_settings() {
    alone(|| {
        let (smtp, app) = pair(true);
        let names = ["lan", "mai", "hoa"];
        let _members = names.map(|name| app.member(name));
        let boss = app.admin("boss");
        let row = |app: &TestApp, boss: &Member| {
            assert!(scheduled::runner(&app.app, "mail").unwrap().step(Instant::now()));
            let jobs = boss.get("/api/admin/jobs").expect(200);
            jobs["items"].as_array().unwrap().iter().find(|job| job["name"] == "mail").cloned().unwrap()
        };
        let settings = |boss: &Member| boss.get("/api/admin/settings").expect(200)["mail"].clone();
        assert_eq!(settings(&boss)["trouble_coded"], Value::Null);
        // Each is refused for its own sake, it seems: the job itself does not fail.
        smtp.goes_wrong(&[Mishap::Says(At::Recipient, "554 5.7.1 relay access denied"); 3]);
        names.iter().for_each(|name| ask(&app, name));
        let shown = row(&app, &boss);
        assert_eq!(
            (&shown["status"], &shown["failing_since"]),
            (&json!("failing"), &json!("2026-11-22T07:39:00Z"))
        );
        assert_eq!(shown["error_coded"]["code"], "mail_not_taken", "{shown}");
        let card = settings(&boss);
        assert_eq!(
            (&card["trouble_coded"], &card["failing_since"]),
            (&shown["error_coded"], &shown["failing_since"])
        );
        app.clock.advance_seconds(60);
        ask(&app, "lan");
        let shown = row(&app, &boss);
        assert_eq!((&shown["status"], &shown["error"]), (&json!("ok"), &Value::Null), "one went");
        assert_eq!(settings(&boss)["trouble"], Value::Null);
    });
}
