//! Authorities that do not give what they are asked for: what is served goes on, and they are left alone for longer and
//! longer.

use super::acme::{DAY, shop, shop_in, until};
use crate::support::app::{NOW, TestApp};
use crate::support::fake_acme::{FakeAcme, Mood};
use smm_panel::certificates::{Patience, claim};
use smm_panel::jobs::runtime::JobError;
use smm_panel::jobs::scheduled::certificate;
use std::time::Duration;

/// For an authority that says nothing. It is the same failure wherever it meets the conversation.
const LITTLE: Patience = Patience { call: Duration::from_millis(300), whole: Duration::from_secs(20) };

fn code(error: &JobError) -> String {
    serde_json::to_value(&error.note).unwrap()["code"].as_str().unwrap().to_owned()
}

fn attempt(app: &TestApp, mood: Mood) -> Result<Option<String>, JobError> {
    if matches!(mood, Mood::Silence(_)) {
        certificate::tick_within(&app.app, LITTLE)
    } else {
        certificate::tick(&app.app)
    }
}

/// An attempt that fails while there is nothing to serve.
#[track_caller]
fn fails(app: &TestApp) -> JobError {
    certificate::tick(&app.app).unwrap_err()
}

/// Every way to give nothing, and what the operator is told.
const HOSTILE: [(Mood, &str); 14] = [
    (Mood::Problem("/order", 403, "rejectedIdentifier", ""), "acme_refused"),
    (Mood::Problem("/order", 429, "rateLimited", "Retry-After: 7200\r\n"), "acme_refused"),
    (Mood::Problem("/nonce", 503, "serverInternal", "Retry-After: 0\r\n"), "acme_unusable"),
    (Mood::Problem("/finalize", 403, "unauthorized", ""), "acme_refused"),
    (Mood::Problem("/challenge", 400, "malformed", ""), "acme_refused"),
    (Mood::Page("/directory", 502), "acme_unusable"),
    (Mood::Page("/order", 200), "acme_unusable"),
    (Mood::Page("/certificate", 200), "acme_unusable"),
    (Mood::Silence("/order"), "acme_no_answer"),
    (Mood::Silence("/directory"), "acme_no_answer"),
    (Mood::Unready, "acme_slow"),
    (Mood::Over, "acme_unusable"),
    (Mood::OtherName, "acme_unusable"),
    (Mood::OtherKey, "acme_unusable"),
];

#[test]
fn whatever_it_says_the_certificate_before_is_served() {
    let acme = FakeAcme::start();
    let (app, _served) = shop(&acme);
    certificate::tick(&app.app).unwrap();
    let ends = until(&app);
    app.clock.advance_seconds(61 * DAY);
    acme.now_is(61);
    for (mood, told) in HOSTILE {
        acme.is(mood);
        let (early, asked) = (attempt(&app, mood), acme.asked_in_all());
        // There is time: it is on the page of the jobs, and no trouble yet.
        assert!(early.unwrap().unwrap().contains("asked again at"), "{told}");
        assert_eq!(certificate::tick(&app.app), Ok(None), "{told}");
        assert_eq!((until(&app), acme.asked_in_all()), (ends, asked), "{told}");
        // Beyond every pause.
        app.clock.advance_seconds(DAY / 4 + 7200);
    }
    app.clock.advance_seconds(NOW.plus_seconds(80 * DAY).seconds() - app.app.db.clock().now().seconds());
    for (mood, told) in HOSTILE {
        acme.is(mood);
        let late = attempt(&app, mood).unwrap_err();
        assert_eq!((code(&late).as_str(), until(&app)), (told, ends));
        let waits = fails(&app);
        assert_eq!(waits.note, late.note, "it stays in sight");
        assert!(waits.wait.is_some_and(|wait| wait >= Duration::from_secs(7000)), "{told}: {waits:?}");
        app.clock.advance_seconds(DAY / 4 + 1);
    }
    acme.is(Mood::Well);
    acme.now_is(84);
    assert!(certificate::tick(&app.app).unwrap().is_some());
    assert!(until(&app) > ends);
    assert_eq!(certificate::tick(&app.app), Ok(None));
}

#[test]
fn a_name_that_does_not_lead_here_is_told_as_the_authority_saw_it() {
    let acme = FakeAcme::start();
    let (app, served) = shop(&acme);
    drop(served);
    let said = fails(&app).note.to_string();
    assert!(said.contains("the panel could not be reached (connection)"), "{said}");
}

#[test]
fn an_authority_that_is_not_there_is_told() {
    let acme = FakeAcme::start();
    let (app, _served) = shop(&acme);
    drop(acme);
    assert_eq!(code(&fails(&app)), "acme_no_answer");
}

#[test]
fn pauses_grow_heed_what_it_asks_for_and_outlast_a_restart() {
    let acme = FakeAcme::start();
    acme.is(Mood::Problem("/order", 403, "rejectedIdentifier", ""));
    let (mut app, mut served) = shop(&acme);
    for pause in [120, 240, 480, 960] {
        assert_eq!(fails(&app).wait, Some(Duration::from_secs(pause)));
        app.clock.advance_seconds(i64::try_from(pause).unwrap() - 1);
        let asked = acme.asked_in_all();
        assert_eq!(fails(&app).wait, Some(Duration::from_secs(1)));
        assert_eq!(acme.asked_in_all(), asked, "after {pause} s");
        app.clock.advance_seconds(1);
    }
    acme.is(Mood::Problem("/order", 429, "rateLimited", "Retry-After: 86400\r\n"));
    assert_eq!(fails(&app).wait, Some(Duration::from_secs(86_400)));
    // A restart, with its clock as far as the one before.
    let passed = app.app.db.clock().now().seconds() - NOW.seconds();
    drop(served);
    (app, served) = shop_in(app.stop(), &acme, &[]);
    app.clock.advance_seconds(passed + 86_399);
    let asked = acme.asked_in_all();
    let waits = fails(&app);
    assert_eq!((code(&waits).as_str(), waits.wait), ("acme_refused", Some(Duration::from_secs(1))));
    assert_eq!(acme.asked_in_all(), asked);
    acme.is(Mood::Well);
    app.clock.advance_seconds(1);
    assert!(certificate::tick(&app.app).unwrap().is_some());
    drop(served);
}

#[test]
fn a_date_is_heeded_too_and_no_pause_is_for_ever() {
    let acme = FakeAcme::start();
    let (app, _served) = shop(&acme);
    acme.is(Mood::Problem("/order", 429, "rateLimited", "Retry-After: Sun, 22 Nov 2026 10:39:00 GMT\r\n"));
    assert_eq!(fails(&app).wait, Some(Duration::from_secs(3 * 60 * 60)));
    app.clock.advance_seconds(DAY);
    acme.is(Mood::Problem("/order", 429, "rateLimited", "Retry-After: 18446744073709551615\r\n"));
    let week = Duration::from_secs(7 * 24 * 60 * 60);
    assert_eq!(fails(&app).wait, Some(week));
    // A clock that was far ahead for a moment keeps nobody waiting.
    app.clock.advance_seconds(-DAY);
    acme.is(Mood::Well);
    assert!(certificate::tick(&app.app).unwrap().is_some());
}

#[test]
fn another_name_is_asked_for_at_once() {
    let acme = FakeAcme::start();
    acme.is(Mood::Problem("/order", 403, "rejectedIdentifier", ""));
    let (app, served) = shop(&acme);
    fails(&app);
    drop(served);
    let (app, _served) = shop_in(app.stop(), &acme, &[("HTTPS_DOMAIN", "other.vn")]);
    let asked = acme.asked_in_all();
    fails(&app);
    assert!(acme.asked_in_all() > asked);
}

#[test]
fn an_account_that_is_not_known_any_more_is_made_anew() {
    let acme = FakeAcme::start();
    acme.is(Mood::Problem("/order", 400, "accountDoesNotExist", ""));
    let (app, _served) = shop(&acme);
    fails(&app);
    acme.is(Mood::Well);
    app.clock.advance_seconds(DAY);
    assert!(certificate::tick(&app.app).unwrap().is_some());
    assert_eq!(acme.asked("/account"), 2);
}

#[test]
fn an_attempt_that_a_crash_ended_is_not_repeated_at_once() {
    let acme = FakeAcme::start();
    let (app, _served) = shop(&acme);
    let config = app.app.config.https.as_ref().unwrap();
    let smm_panel::config::CertificateSource::Acme(asked) = &config.source else { panic!("files") };
    let asked = asked.clone();
    app.write(move |tx| claim(tx, &asked, |_| Duration::from_secs(600)).map(drop).unwrap());
    let waits = fails(&app);
    assert_eq!((code(&waits).as_str(), waits.wait), ("acme_interrupted", Some(Duration::from_secs(600))));
    assert_eq!(acme.asked_in_all(), 0);
}
