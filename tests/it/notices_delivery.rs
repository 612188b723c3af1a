//! Notices on their way to Telegram: at least once, at its pace, and whatever it answers.

use crate::support::fake_telegram::TOKEN;
use crate::support::told::{Told, price};
use serde_json::{Value, json};
use smm_panel::jobs;
use smm_panel::jobs::deliver::TelegramSender;
use smm_panel::kernel::note::Note;
use smm_panel::notify::{self, Notice};
use std::time::{Duration, Instant};

#[test]
fn the_jobs_tell_by_themselves() {
    let told = Told::start();
    told.post(price(1));
    let jobs = jobs::start(&told.app.app).unwrap();
    let began = Instant::now();
    while told.telegram.requests().len() < 2 && began.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    jobs.stop();
    let texts = told.telegram.texts();
    assert!(texts[0].contains("#1 Likes") && texts[1].contains("Tổng kết 2026-11-21"), "{texts:?}");
}

#[test]
fn many_of_a_kind_are_one_message() {
    let mut told = Told::start();
    (1..=5).for_each(|service| told.post(price(service)));
    assert_eq!(told.deliver().len(), 5);
    (1..=40).for_each(|service| told.post(price(service)));
    told.post(Notice::AuditWell);
    let texts = told.deliver();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains("và 35 thông báo khác · and 35 more"), "{}", texts[0]);
    assert!(texts[0].contains("#40 Likes") && !texts[0].contains("#35 Likes"), "{}", texts[0]);
    assert!(told.states().iter().all(|(state, _)| state == "sent"));
}

#[test]
fn a_chat_gets_one_message_a_second_and_a_group_twenty_a_minute() {
    for (chat, gap) in [("5", 1), ("-5", 3), ("@shop", 3)] {
        let mut told = Told::with(&[("TELEGRAM_CHAT_ID", chat)]);
        told.post(price(1));
        told.post(price(2));
        assert!(told.step());
        told.pass(gap - 1);
        assert!(!told.step(), "{chat}");
        told.pass(2);
        assert!(told.step(), "{chat}");
    }
}

#[test]
fn a_told_wait_is_kept_by_all_messages() {
    let mut told = Told::start();
    told.post(price(1));
    told.post(Notice::AuditWell);
    told.telegram.next_error(429, "Too Many Requests: retry after 30", json!({ "retry_after": 30 }));
    told.telegram.next_error(429, "Too Many Requests: retry after 40", json!({}));
    assert!(told.step());
    for wait in [29, 39] {
        told.pass(wait);
        told.app.admin(&format!("boss{wait}")).post("/api/admin/telegram/test", json!({})).expect(202);
        assert!(!told.step(), "not even a test is sent");
        told.pass(2);
        assert!(told.step());
    }
    assert!(told.deliver().len() >= 2);
    assert!(told.states().iter().all(|(state, _)| state == "sent"));
}

#[test]
fn markup_that_is_not_taken_goes_out_as_plain_text() {
    let mut told = Told::start();
    told.post(Notice::JobFailed { job: "x".to_owned(), error: Note::Said { said: "<b>".to_owned() } });
    told.telegram.next_error(400, "Bad Request: can't parse entities: Unexpected end tag", json!(null));
    told.step();
    let messages = told.telegram.messages();
    assert_eq!(messages[0]["parse_mode"], "HTML");
    assert_eq!(messages[1].get("parse_mode"), None);
    assert!(messages[1]["text"].as_str().unwrap().ends_with("Lỗi: Nhà cung cấp nói: “<b>”"));
    assert_eq!((messages.len(), told.state().as_str()), (2, "sent"));
}

#[test]
fn what_will_never_be_taken_is_dropped_and_the_next_one_sent() {
    let mut told = Told::start();
    told.post(price(1));
    told.post(price(2));
    told.telegram.next_error(400, "Bad Request: can't parse entities", json!(null));
    told.telegram.next_error(400, "Bad Request: can't parse entities", json!(null));
    told.step();
    assert_eq!((told.telegram.requests().len(), told.state().as_str()), (2, "dropped"));
    told.pass(2);
    told.step();
    assert!(told.telegram.texts()[2].contains("#2 Likes"));
    told.post(price(3));
    told.telegram.next_error(400, "Bad Request: chat not found", json!(null));
    told.pass(2);
    told.step();
    assert_eq!(told.states()[2].0, "dropped");
    assert!(told.trouble().unwrap().contains("chat not found"));
    let shown = told.app.admin("boss").get("/api/admin/telegram").expect(200);
    let values = json!({ "status": 400, "said": "Bad Request: chat not found" });
    assert_eq!(shown["trouble"], "HTTP 400: Bad Request: chat not found");
    assert_eq!(shown["trouble_coded"], json!({ "code": "telegram_says", "values": values }));
}

#[test]
fn a_group_that_moved_is_followed() {
    let mut told = Told::with(&[("TELEGRAM_CHAT_ID", "-5")]);
    told.post(price(1));
    told.post(price(2));
    let moved = json!({ "migrate_to_chat_id": -1_001_234_567_890_i64 });
    told.telegram.next_error(400, "Bad Request: group chat was upgraded to a supergroup chat", moved);
    told.deliver();
    let chats: Vec<_> = told.telegram.messages().iter().map(|message| message["chat_id"].clone()).collect();
    assert_eq!(chats, [json!(-5), json!(-1_001_234_567_890_i64), json!(-1_001_234_567_890_i64)]);
    assert!(told.states().iter().all(|(state, _)| state == "sent"));
}

#[test]
fn a_bot_that_may_not_speak_stops_and_shows_it() {
    for (code, description) in [(401, "Unauthorized"), (403, "Forbidden: bot was kicked from the group chat")]
    {
        let mut told = Told::start();
        told.post(price(1));
        told.telegram.next_error(code, description, json!(null));
        assert!(told.step());
        told.pass(3000);
        assert!(!told.step());
        assert!(told.trouble().unwrap().contains(description));
        assert_eq!(told.app.guest().get("/health").expect(200)["notices"], "failing");
        // The operator has mended it, and asks whether it works.
        told.app.admin("boss").post("/api/admin/telegram/test", json!({})).expect(202);
        assert_eq!(told.deliver().len(), 2);
        assert_eq!(told.trouble(), None);
        assert_eq!(told.app.guest().get("/health").expect(200)["notices"], "ok");
    }
}

#[test]
fn an_outage_is_met_with_ever_longer_pauses_and_loses_nothing() {
    let mut told = Told::start();
    told.post(price(1));
    told.telegram.next(502, json!({ "ok": false, "error_code": 502, "description": "Bad Gateway" }));
    told.telegram.next_silence();
    told.telegram.next(200, json!("<html>a page of something on the way</html>"));
    for pause in [5, 10, 20] {
        assert!(told.step());
        told.pass(pause - 1);
        assert!(!told.step(), "a pause of {pause} s was not kept");
        told.pass(2);
    }
    assert_eq!(told.states(), [("pending".to_owned(), 3)]);
    assert_eq!(told.deliver().len(), 1);
    assert_eq!(told.states(), [("sent".to_owned(), 4)]);
    assert_eq!(told.trouble(), None);
}

#[test]
fn no_pause_is_longer_than_an_hour() {
    let mut told = Told::start();
    told.post(price(1));
    for _ in 0..14 {
        told.telegram.next_silence();
        assert!(told.step());
        told.pass(3601);
    }
    assert_eq!(told.deliver().len(), 1);
}

#[test]
fn a_crash_between_sending_and_writing_it_down_repeats_the_message() {
    let mut told = Told::start();
    told.post(price(1));
    let claimed = told.app.write(|tx| notify::claim(tx, None).unwrap().unwrap().ids.len());
    assert_eq!(claimed, 1);
    // Another process finds it as the first one left it.
    told.courier = TelegramSender::new(&told.app.app);
    assert_eq!(told.deliver().len(), 1);
    assert_eq!(told.states(), [("sent".to_owned(), 2)]);
}

#[test]
fn old_notices_are_forgotten_sent_or_not() {
    let mut told = Told::start();
    told.post(price(1));
    told.deliver();
    told.telegram.next_silence();
    told.post(price(2));
    told.step();
    let forget = |told: &Told| told.app.write(|tx| notify::forget_old(tx).unwrap());
    told.app.clock.advance_seconds(7 * 86_400 - 1);
    assert_eq!(forget(&told), 0);
    told.app.clock.advance_seconds(2);
    told.post(price(3));
    assert_eq!(forget(&told), 2);
    assert_eq!(told.states(), [("pending".to_owned(), 0)]);
}

#[test]
fn the_token_is_shown_nowhere() {
    let mut told = Told::start();
    told.app.admin("boss").post("/api/admin/telegram/test", json!({})).expect(202);
    told.telegram.next_error(401, &format!("no bot has the token {TOKEN}"), json!(null));
    told.deliver();
    let admin = told.app.admin("second");
    let shown = [
        admin.get("/api/admin/telegram").text(),
        told.app.guest().get("/health").text(),
        format!("{:?}", told.states()),
        told.trouble().unwrap(),
    ];
    for text in shown {
        assert!(!text.contains("AAF-secret"), "{text}");
    }
    // A port that nobody has: one that was given back may be another test's a moment later.
    let mut told = Told::with(&[("TELEGRAM_API_URL", "http://127.0.0.1:1")]);
    told.post(price(1));
    told.step();
    assert!(!told.trouble().unwrap().contains("AAF-secret"));
}

#[test]
fn a_sender_of_whom_nothing_arrives_does_not_go_well() {
    let told = Told::start();
    told.telegram.next_error(401, "Unauthorized", json!(null));
    told.post(price(1));
    let boss = told.app.admin("boss");
    let sender = || {
        let jobs = boss.get("/api/admin/jobs").expect(200);
        jobs["items"].as_array().unwrap().iter().find(|job| job["name"] == "deliver").cloned()
    };
    let jobs = jobs::start(&told.app.app).unwrap();
    let until = |words: &str| {
        let began = Instant::now();
        loop {
            match sender().filter(|job| job["status"] == words) {
                Some(job) => return job,
                None => assert!(began.elapsed() < Duration::from_secs(20), "{words}: {:?}", sender()),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let failing = until("failing");
    let values = json!({ "status": 401, "said": "Unauthorized" });
    assert_eq!(failing["error_coded"], json!({ "code": "telegram_says", "values": values }));
    assert_eq!(failing["failing_since"], "2026-11-22T07:39:00Z");
    assert_eq!(boss.get("/api/admin/telegram").expect(200)["failing_since"], "2026-11-22T07:39:00Z");
    boss.post("/api/admin/telegram/test", json!({})).expect(202);
    let well = until("ok");
    jobs.stop();
    assert_eq!((&well["error"], &well["failing_since"]), (&Value::Null, &Value::Null));
    assert_eq!(boss.get("/api/admin/telegram").expect(200)["failing_since"], Value::Null);
}
