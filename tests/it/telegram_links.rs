//! Whose a chat is: links into Telegram, and what comes back from there.

use crate::mail::{FROM, NOWHERE, PLACE, ban, letters};
use crate::support::app::{PASSWORD, TestApp};
use crate::support::chats::{Chats, TELEGRAM};
use crate::support::fake_telegram::{FakeTelegram, TOKEN};
use serde_json::{Value, json};
use smm_panel::jobs::doctor::Patient;
use smm_panel::jobs::{self, doctor};
use smm_panel::kernel::finding::Finding;
use smm_panel::kernel::note::Note;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const OVER: &str = "không dùng được nữa";
const LINKED: &str = "Đã liên kết";

fn start(token: &str) -> String {
    format!("/start {token}")
}

/// Says this in the chat; what is answered there.
fn answered(chats: &Chats, chat: i64, text: &str) -> Vec<String> {
    chats.writes(chat, text);
    chats.listen().unwrap();
    let said = chats.delivered();
    assert!(said.iter().all(|(to, _)| *to == chat), "{said:?}");
    said.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn without_a_bot_nothing_can_be_linked_and_the_rest_works() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let problem = lan.post(TELEGRAM, json!({})).refused(503, "not_configured");
    assert_eq!(problem["reason"], "no_bot");
    let choices = json!({ "deposits": false, "orders": true, "tickets": true });
    let shown = json!({ "available": false, "linked": false, "chat": null, "choices": choices });
    assert_eq!(lan.put(TELEGRAM, choices).expect(200), shown);
    assert_eq!(lan.get(TELEGRAM).expect(200), shown);
    lan.delete(TELEGRAM).expect(204);
    app.admin("boss").post("/api/admin/telegram/link", json!({})).refused(503, "not_configured");
}

#[test]
fn before_telegram_has_named_the_bot_there_is_no_link() {
    let chats = Chats::in_folder(TempDir::new().unwrap(), FakeTelegram::start(), &[]);
    let lan = chats.app.member("lan");
    lan.post(TELEGRAM, json!({})).refused(503, "not_configured");
    for username in [json!(null), json!(""), json!("evil/path?start=x#"), json!(7)] {
        chats.telegram.next_reading(200, &json!({ "ok": true, "result": { "username": username } }));
        chats.listen().unwrap_err();
        lan.post(TELEGRAM, json!({})).refused(503, "not_configured");
    }
    chats.listen().unwrap();
    assert_eq!(chats.token(&lan).len(), 64);
    assert_eq!(lan.get(TELEGRAM).expect(200)["available"], true);
}

#[test]
fn choices_are_whole_or_refused() {
    let chats = Chats::start();
    let lan = chats.app.member("lan");
    for body in [
        json!({}),
        json!({ "deposits": true, "orders": true }),
        json!({ "deposits": true, "orders": true, "tickets": null }),
        json!({ "deposits": true, "orders": true, "tickets": "yes" }),
        json!({ "deposits": true, "orders": true, "tickets": true, "chat": 5 }),
    ] {
        lan.put(TELEGRAM, body).refused(422, "validation_failed");
    }
    lan.post(TELEGRAM, json!({ "chat": 5 })).refused(422, "validation_failed");
}

#[test]
fn a_link_says_whose_the_chat_is() {
    let chats = Chats::start();
    let (lan, binh) = (chats.app.member("lan"), chats.app.member("binh"));
    let said = chats.link(&lan, 5);
    assert!(said.contains(LINKED) && said.contains("lan"), "{said}");
    assert_eq!((chats.linked(&lan).as_deref(), chats.linked(&binh)), (Some("Chat 5"), None));
    let shown = lan.get(TELEGRAM).expect(200);
    assert_eq!(shown["chat"], json!({ "name": "Chat 5", "linked_at": "2026-11-22T07:39:00Z" }));
    assert_eq!(shown["choices"], json!({ "deposits": true, "orders": true, "tickets": true }));
}

#[test]
fn the_accounts_address_is_told_of_a_chat() {
    let chats = Chats::with(&[NOWHERE, FROM, PLACE]);
    let (lan, mai) = (chats.app.member("lan"), chats.app.member("mai"));
    let written = || letters(&chats.app, "kind = 'telegram_linked' AND address = 'lan@example.vn'");
    chats.token(&lan);
    assert_eq!(written(), 0, "a link alone is none");
    chats.link(&lan, 5);
    chats.link(&mai, 6);
    assert_eq!(written(), 1);
    lan.delete(TELEGRAM).expect(204);
    assert_eq!(written(), 1);
}

#[test]
fn wrong_used_and_late_tokens_are_answered_alike_and_link_nothing() {
    let chats = Chats::start();
    let (lan, binh) = (chats.app.member("lan"), chats.app.member("binh"));
    chats.link(&lan, 5);
    let used = chats.token(&binh);
    answered(&chats, 6, &start(&used));
    binh.delete(TELEGRAM).expect(204);
    chats.delivered();
    let late = chats.token(&binh);
    chats.app.clock.advance_seconds(60 * 60);
    for (chat, token) in
        (7..).zip([used.as_str(), late.as_str(), "x", &"0".repeat(64), "'; DROP TABLE users;--"])
    {
        let said = answered(&chats, chat, &start(token));
        assert!(said.len() == 1 && said[0].contains(OVER), "{token}: {said:?}");
    }
    assert_eq!((chats.linked(&lan).as_deref(), chats.linked(&binh)), (Some("Chat 5"), None));
}

#[test]
fn what_ends_sessions_ends_links_and_a_ban_ends_the_chat() {
    let chats = Chats::start();
    let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan"));
    // Else nobody listens.
    chats.token(&boss);
    let token = chats.token(&lan);
    lan.post("/api/auth/logout", json!({ "everywhere": true })).expect(204);
    assert!(answered(&chats, 5, &start(&token))[0].contains(OVER));
    let lan = chats.app.signed(lan.id);
    chats.link(&lan, 6);
    // Whoever was in before may have linked it.
    lan.post("/api/auth/logout", json!({ "everywhere": true })).expect(204);
    let lan = chats.app.signed(lan.id);
    assert_eq!(chats.linked(&lan), None, "after a log-out everywhere");
    chats.link(&lan, 6);
    let change = json!({ "current_password": PASSWORD, "new_password": "another staple" });
    lan.post("/api/auth/password", change).expect(200);
    let lan = chats.app.signed(lan.id);
    assert_eq!(chats.linked(&lan), None, "after a new password");
    chats.link(&lan, 6);
    let token = chats.token(&lan);
    ban(&boss, &lan, true);
    assert!(answered(&chats, 7, &start(&token))[0].contains(OVER));
    ban(&boss, &lan, false);
    assert_eq!(chats.linked(&chats.app.signed(lan.id)), None);
}

#[test]
fn of_many_links_the_newest_serve_and_one_serves_once() {
    let chats = Chats::start();
    let lan = chats.app.member("lan");
    let tokens: Vec<String> = (0..6)
        .map(|_| {
            chats.app.clock.advance_seconds(1);
            chats.token(&lan)
        })
        .collect();
    assert!(answered(&chats, 4, &start(&tokens[0]))[0].contains(OVER));
    // Two hear of it at once.
    chats.writes(5, &start(&tokens[5]));
    chats.writes(6, &start(&tokens[5]));
    chats.listen().unwrap();
    let said = chats.delivered();
    assert!(
        said[0].0 == 5 && said[0].1.contains(LINKED) && said[1].0 == 6 && said[1].1.contains(OVER),
        "{said:?}"
    );
    assert_eq!(chats.linked(&lan).as_deref(), Some("Chat 5"));
    // With the chat the others are over too.
    assert!(answered(&chats, 7, &start(&tokens[4]))[0].contains(OVER));
}

#[test]
fn a_chat_of_another_account_stays_with_it_until_it_is_given_up() {
    let chats = Chats::start();
    let (lan, binh) = (chats.app.member("lan"), chats.app.member("binh"));
    chats.link(&lan, 5);
    let token = chats.token(&binh);
    let said = answered(&chats, 5, &start(&token));
    assert!(said.len() == 1 && said[0].contains("tài khoản khác") && !said[0].contains("lan"), "{said:?}");
    assert_eq!((chats.linked(&lan).as_deref(), chats.linked(&binh)), (Some("Chat 5"), None));
    assert!(answered(&chats, 5, "/stop")[0].contains("không còn nhận"));
    assert!(answered(&chats, 5, &start(&token))[0].contains("binh"));
    assert_eq!((chats.linked(&lan), chats.linked(&binh).as_deref()), (None, Some("Chat 5")));
}

#[test]
fn another_chat_takes_the_place_of_the_first_which_is_told() {
    let chats = Chats::start();
    let lan = chats.app.member("lan");
    chats.link(&lan, 5);
    chats.writes(6, &start(&chats.token(&lan)));
    chats.listen().unwrap();
    let said = chats.delivered();
    assert!(said[0].0 == 5 && said[0].1.contains("đổi mật khẩu"), "{said:?}");
    assert!(said[1].0 == 6 && said[1].1.contains(LINKED), "{said:?}");
    assert_eq!(chats.linked(&lan).as_deref(), Some("Chat 6"));
    lan.delete(TELEGRAM).expect(204);
    assert_eq!(chats.delivered().iter().map(|(chat, _)| *chat).collect::<Vec<_>>(), [6]);
    assert_eq!(chats.linked(&lan), None);
}

#[test]
fn a_customers_link_serves_in_private_chats_alone() {
    let chats = Chats::start();
    let lan = chats.app.member("lan");
    let token = chats.token(&lan);
    for chat in [json!({ "id": -5, "type": "group", "title": "Shop" }), json!({ "id": 5, "type": "channel" })]
    {
        chats.tells(json!({ "chat": chat, "text": start(&token) }));
    }
    chats.tells(
        json!({ "chat": { "id": 5, "type": "private" }, "from": { "is_bot": true }, "text": start(&token) }),
    );
    chats.listen().unwrap();
    assert_eq!((chats.delivered(), chats.linked(&lan)), (vec![], None));
    assert!(answered(&chats, 5, &start(&token))[0].contains(LINKED));
}

#[test]
fn a_message_is_taken_up_once_whatever_telegram_repeats() {
    let chats = Chats::start();
    let (lan, binh) = (chats.app.member("lan"), chats.app.member("binh"));
    chats.telegram.repeats();
    assert!(chats.link(&lan, 5).contains(LINKED));
    lan.delete(TELEGRAM).expect(204);
    chats.delivered();
    chats.token(&binh);
    chats.listen().unwrap();
    assert_eq!((chats.delivered(), chats.linked(&lan)), (vec![], None));
    // Neither does a restart take it up again, and it says how far it was.
    let (lan, binh) = (lan.id, binh.id);
    let chats = chats.again();
    chats.listen().unwrap();
    assert_eq!(chats.telegram.questions("getUpdates").pop().unwrap()["offset"], 9002);
    assert_eq!(chats.delivered(), []);
    assert!(chats.link(&chats.app.signed(binh), 6).contains("binh"));
    assert_eq!(chats.linked(&chats.app.signed(lan)), None);
}

#[test]
fn numbers_that_begin_anew_after_a_week_of_silence_are_read() {
    let chats = Chats::start();
    let (lan, binh) = (chats.app.member("lan"), chats.app.member("binh"));
    chats.link(&lan, 5);
    let chat = json!({ "id": 6, "type": "private", "first_name": "An" });
    let message = |token: &str| json!({ "chat": chat, "text": start(token) });
    chats.telegram.tells(json!({ "update_id": 17, "message": message(&chats.token(&binh)) }));
    chats.listen().unwrap();
    assert_eq!(chats.linked(&binh), None, "an old one");
    // Longer, and Lan's and Binh's sessions would be over.
    chats.app.clock.advance_seconds(6 * 24 * 60 * 60 + 1);
    chats.telegram.tells(json!({ "update_id": 18, "message": message(&chats.token(&binh)) }));
    chats.listen().unwrap();
    assert_eq!(chats.linked(&binh).as_deref(), Some("An"));
    assert_eq!(chats.telegram.questions("getUpdates").pop().unwrap().get("offset"), None);
}

#[test]
fn while_nobody_is_linked_and_no_link_serves_nobody_listens() {
    let chats = Chats::start();
    let lan = chats.app.member("lan");
    chats.writes(5, "/start");
    let asked = || {
        assert!(chats.listen().is_ok());
        chats.telegram.questions("getUpdates").len()
    };
    assert_eq!((asked(), asked(), chats.telegram.questions("getMe").len()), (0, 0, 1));
    chats.token(&lan);
    assert_eq!(asked(), 1);
    chats.app.clock.advance_seconds(60 * 60);
    assert_eq!(asked(), 1);
    chats.link(&lan, 6);
    let linked = asked();
    chats.app.clock.advance_seconds(60 * 60);
    assert_eq!(asked(), linked + 1);
    lan.delete(TELEGRAM).expect(204);
    assert_eq!(asked(), linked + 1);
    let question = chats.telegram.questions("getUpdates").pop().unwrap();
    assert_eq!(question["allowed_updates"], json!(["message"]));
}

#[test]
fn hostile_messages_harm_nothing_and_hold_nothing_up() {
    let chats = Chats::start();
    let lan = chats.app.member("lan");
    let token = chats.token(&lan);
    let private = json!({ "id": 5, "type": "private" });
    for message in [
        json!(null),
        json!([]),
        json!("x".repeat(100_000)),
        json!({ "chat": private, "text": { "a": 1 } }),
        json!({ "chat": private, "text": format!("/start{}", " ".repeat(5000)) }),
        json!({ "chat": private, "text": format!("/start {}", "🤖".repeat(2000)) }),
        json!({ "chat": { "id": i64::MIN, "type": "supergroup", "title": [] }, "text": "/start x" }),
        json!({ "chat": { "id": 1e300, "type": "private" }, "text": "/start x" }),
    ] {
        chats.tells(message);
    }
    chats.telegram.tells(json!({ "update_id": i64::MAX, "message": {} }));
    chats.telegram.tells(json!({ "update_id": "9", "message": { "chat": private, "text": "/stop" } }));
    let name = "</b><a href=\"https://evil.vn\">\u{202E}\n".repeat(9);
    let chat = json!({ "id": 6, "type": "private", "first_name": name });
    chats.tells(json!({ "from": { "language_code": 7 }, "chat": chat, "text": start(&token) }));
    chats.listen().unwrap();
    let linked = chats.linked(&lan).unwrap();
    assert!(linked.chars().count() <= 64 && !linked.contains(['\u{202E}', '\n']), "{linked}");
    assert!(chats.delivered().iter().any(|(chat, text)| *chat == 6 && text.contains(LINKED)));
}

#[test]
fn strangers_are_answered_now_and_then_only() {
    let chats = Chats::start();
    let lan = chats.app.member("lan");
    chats.link(&lan, 5);
    for text in ["xin chào", "/start", "/stop"] {
        let said = answered(&chats, 6, text);
        assert!(said.len() == 1 && said[0].contains("không ai đọc"), "{said:?}");
    }
    for text in ["/start", "/start x", "/stop", "again"] {
        assert_eq!(answered(&chats, 6, text), [""; 0], "{text}");
    }
    chats.app.clock.advance_seconds(61);
    assert_eq!(answered(&chats, 6, "again").len(), 1);
    // Nobody makes the bot busy, however many write.
    (0..50).for_each(|_| (100..110).for_each(|chat| chats.writes(chat, "hello")));
    chats.listen().unwrap();
    assert_eq!(chats.delivered().len(), 10, "each chat in one message");
    (1000..1300).for_each(|chat| chats.writes(chat, "hello"));
    chats.listen().unwrap();
    assert_eq!(chats.delivered().len(), 200);
}

#[test]
fn another_reader_is_told_and_its_end_too() {
    let chats = Chats::start();
    let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan"));
    chats.token(&lan);
    let conflict = "Conflict: terminated by other getUpdates request";
    chats.telegram.next_reading(409, &json!({ "ok": false, "error_code": 409, "description": conflict }));
    let failed = chats.listen().unwrap_err();
    assert_eq!(failed.note, Note::TelegramOtherReader { said: conflict.to_owned() });
    let shown = || boss.get("/api/admin/telegram").expect(200)["reading_trouble"].clone();
    assert_eq!(shown(), json!({ "code": "telegram_other_reader", "values": { "said": conflict } }));
    let patient = Patient {
        config: &chats.app.app.config,
        clock: &chats.app.app.db.clock().clone(),
        db: Some(&chats.app.app.db),
        app: Some(&chats.app.app),
    };
    let is_found = || {
        let found = doctor::examine(&patient);
        found.iter().any(|checked| matches!(checked.finding, Finding::TelegramDeaf { .. }))
    };
    assert!(is_found());
    chats.listen().unwrap();
    assert_eq!((shown(), is_found()), (Value::Null, false));
}

#[test]
fn telegrams_wish_to_be_left_alone_is_kept_and_no_token_is_told() {
    let chats = Chats::start();
    let lan = chats.app.member("lan");
    chats.token(&lan);
    let wait =
        json!({ "ok": false, "error_code": 429, "description": "x", "parameters": { "retry_after": 77 } });
    chats.telegram.next_reading(429, &wait);
    assert_eq!(chats.listen().unwrap_err().wait, Some(Duration::from_secs(77)));
    let (_, part) = TOKEN.split_once(':').unwrap();
    let description = format!("no bot {TOKEN}, {} or {part}", TOKEN.replace(':', "%3A"));
    for code in [401, 404, 409, 500] {
        chats
            .telegram
            .next_reading(code, &json!({ "ok": false, "error_code": code, "description": description }));
        let failed = chats.listen().unwrap_err();
        assert!(!format!("{failed:?}").contains("AAF-secret"), "{failed:?}");
    }
    chats.telegram.next_reading(200, &json!("<html>"));
    chats.listen().unwrap_err();
    chats.listen().unwrap();
}

#[test]
fn a_question_that_waits_holds_up_no_notice() {
    let chats = Chats::start();
    let lan = chats.app.member("lan");
    chats.link(&lan, 5);
    chats.telegram.holds(Duration::from_secs(60));
    let jobs = jobs::start(&chats.app.app).unwrap();
    let until = |what: &str, is_so: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !is_so() {
            assert!(began.elapsed() < Duration::from_secs(20), "{what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    until("a question waits", &|| chats.telegram.questions("getUpdates").len() > 1);
    let before = chats.telegram.requests().len();
    lan.delete(TELEGRAM).expect(204);
    until("the chat is told", &|| chats.telegram.requests().len() > before);
    let stopping = Instant::now();
    jobs.stop();
    assert!(stopping.elapsed() < Duration::from_secs(5));
}

mod operator {
    use super::*;

    const OPERATOR: &str = "/api/admin/telegram";

    #[test]
    fn the_operators_chat_is_found_for_the_admin_who_asked() {
        let chats = Chats::start();
        let (boss, other, lan) = (chats.app.admin("boss"), chats.app.admin("other"), chats.app.member("lan"));
        lan.post("/api/admin/telegram/link", json!({})).refused(403, "forbidden");
        let link = || boss.post("/api/admin/telegram/link", json!({})).expect(201);
        let made = link();
        let token = made["url"].as_str().unwrap().split('=').next_back().unwrap().to_owned();
        assert_eq!(made["group_url"], format!("https://t.me/shop_bot?startgroup={token}"));
        assert_eq!(boss.get(OPERATOR).expect(200)["found"], Value::Null);
        let group = json!({ "id": -1001, "type": "supergroup", "title": "Shop" });
        chats.tells(json!({ "chat": group, "text": format!("/start@shop_bot {token}") }));
        chats.listen().unwrap();
        let said = chats.delivered();
        assert!(said.len() == 1 && said[0].0 == -1001 && said[0].1.contains("bấm Lưu"), "{said:?}");
        let shown = boss.get(OPERATOR).expect(200);
        assert_eq!(shown["found"], json!({ "chat_id": "-1001", "name": "Shop" }));
        assert_eq!(
            (&shown["bot"], &shown["configured"]),
            (&json!("shop_bot"), &json!(false)),
            "nothing is saved"
        );
        assert_eq!(other.get(OPERATOR).expect(200)["found"], Value::Null);
        let next = link();
        assert_eq!(boss.get(OPERATOR).expect(200)["found"], Value::Null, "another one is looked for");
        assert!(answered(&chats, 6, &start(&token))[0].contains(OVER), "it serves once");
        let token = next["url"].as_str().unwrap().split('=').next_back().unwrap().to_owned();
        answered(&chats, 8, &start(&token));
        assert_eq!(boss.get(OPERATOR).expect(200)["found"]["chat_id"], "8");
        assert_eq!(chats.linked(&boss), None, "the admin's own account has no chat by it");
        chats.app.clock.advance_seconds(60 * 60);
        assert_eq!(boss.get(OPERATOR).expect(200)["found"], Value::Null);
    }

    #[test]
    fn who_is_no_admin_any_more_finds_nothing() {
        let chats = Chats::start();
        let (boss, other) = (chats.app.admin("boss"), chats.app.admin("other"));
        let made = other.post("/api/admin/telegram/link", json!({})).expect(201);
        let token = made["url"].as_str().unwrap().split('=').next_back().unwrap().to_owned();
        boss.put(&format!("/api/admin/users/{}/role", other.id), json!({ "role": "user" })).expect(200);
        assert!(answered(&chats, 5, &start(&token))[0].contains(OVER));
    }
}
