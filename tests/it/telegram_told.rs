//! What customers are told in their chats, when, and once.

use crate::drip_feed::{runs, work};
use crate::mail::ban;
use crate::support::bank::{Notice as Transfer, newest, notify as transfer};
use crate::support::binary::own_folder;
use crate::support::chats::{Chats, TELEGRAM};
use crate::support::fake_provider::FakeProvider;
use crate::support::fake_telegram::{FakeTelegram, TOKEN};
use crate::support::operated::{Operated, eventually};
use crate::support::shop::{BUMX_ACCOUNT, partial, report};
use crate::support::told::price;
use crate::tickets::{DESK, asked, said};
use serde_json::{Value, json};
use smm_panel::notify;
use smm_panel::orders;
use smm_panel::provider::ReportedStatus;

/// Those of one chat.
fn of(chat: i64, told: &[(i64, String)]) -> String {
    told.iter().filter(|(to, _)| *to == chat).map(|(_, text)| format!("{text}\n")).collect()
}

#[test]
fn a_banned_or_unlinked_customer_is_told_nothing() {
    let chats = Chats::start();
    let (boss, lan, binh) = (chats.app.admin("boss"), chats.app.member("lan"), chats.app.member("binh"));
    let (tickets_of_lan, tickets_of_binh) = (asked(&lan, "Slow"), asked(&binh, "Slow"));
    chats.link(&lan, 5);
    chats.link(&binh, 6);
    said(&boss, DESK, tickets_of_lan, "first").expect(201);
    ban(&boss, &lan, true);
    said(&boss, DESK, tickets_of_lan, "second").expect(201);
    said(&boss, DESK, tickets_of_binh, "first").expect(201);
    binh.delete(TELEGRAM).expect(204);
    said(&boss, DESK, tickets_of_binh, "second").expect(201);
    let told = chats.delivered_later();
    assert!(told.len() == 1 && told[0].0 == 6 && told[0].1.contains("không còn nhận"), "{told:?}");
    assert_eq!(
        chats.app.number("SELECT count(*) FROM notices WHERE kind = 'tickets'"),
        2,
        "what was written first"
    );
}

#[test]
fn who_has_no_chat_costs_no_row() {
    let chats = Chats::start();
    let lan = chats.app.member("lan");
    transfer(&chats.app, &Transfer::new(1, 50_000, &lan.deposit(50_000).code)).expect(200);
    assert_eq!(chats.app.number("SELECT count(*) FROM notices"), 0);
}

#[test]
fn money_is_told_once_whichever_way_it_came() {
    let chats = Chats::start();
    let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan"));
    chats.link(&lan, 5);
    let paid = lan.deposit(50_000);
    let notice = Transfer::new(1, 50_000, &paid.code);
    transfer(&chats.app, &notice).expect(200);
    transfer(&chats.app, &notice).expect(200);
    let told = of(5, &chats.delivered());
    assert!(
        told.contains("50.000 ₫") && told.contains(&paid.code) && told.matches("💰").count() == 1,
        "{told}"
    );
    let by_hand = lan.deposit(60_000);
    boss.put(&format!("/api/admin/deposits/{}/approve", by_hand.id), json!({})).expect(200);
    transfer(&chats.app, &Transfer::new(2, 70_000, "no code")).expect(200);
    boss.assign(&newest(&boss), json!({ "user_id": lan.id.get() })).expect(200);
    let told = of(5, &chats.delivered());
    assert!(
        told.contains("60.000 ₫") && told.contains("70.000 ₫") && told.matches("💰").count() == 2,
        "{told}"
    );
    let rejected = lan.deposit(80_000);
    let note = json!({ "note": "no" });
    boss.put(&format!("/api/admin/deposits/{}/reject", rejected.id), note).expect(200);
    assert_eq!(chats.delivered_later(), []);
}

#[test]
fn each_end_of_an_order_is_told_once_and_with_what_came_back() {
    let chats = Chats::start();
    let lan = chats.app.member("lan").funded(1_000_000);
    let service = chats.app.service(|_| ());
    chats.link(&lan, 5);
    let (done, part, off) = (lan.bought(service, 1000), lan.bought(service, 1000), lan.bought(service, 1000));
    for _ in 0..2 {
        chats.app.reported(done, report(ReportedStatus::InProgress));
        chats.app.reported(done, report(ReportedStatus::Completed));
        chats.app.reported(part, partial(250));
        chats.app.reported(off, report(ReportedStatus::Canceled));
    }
    assert_eq!(chats.delivered(), [], "they wait for company");
    let told = chats.delivered_later();
    assert_eq!(told.len(), 1, "{told:?}");
    let text = &told[0].1;
    let refund = |id: i64| chats.app.order(id).state.refunded.get();
    assert!(text.contains(&format!("Đơn #{done} đã hoàn thành.")), "{text}");
    let dong = |amount| notify::dong(amount);
    assert!(
        text.contains(&format!("Đơn #{part} chỉ chạy được một phần, đã hoàn lại {}", dong(refund(part)))),
        "{text}"
    );
    assert!(text.contains(&format!("Đơn #{off} đã hủy, đã hoàn lại {}", dong(refund(off)))), "{text}");
    assert_eq!(chats.delivered_later(), []);
}

#[test]
fn of_a_drip_feed_the_whole_is_told_and_no_run() {
    let chats = Chats::start();
    let lan = chats.app.member("lan").funded(1_000_000);
    let service = chats.app.service(|offer| offer.dripfeed = true);
    chats.link(&lan, 5);
    let parent = lan.feeds(service, 1000, 2, 10);
    for number in 0..2 {
        work(&chats.app);
        let run = chats.app.order(runs(&chats.app, parent)[number]);
        let (theirs, done) = (run.state.provider_order.unwrap(), report(ReportedStatus::Completed));
        chats.app.write(move |tx| orders::apply_report(tx, BUMX_ACCOUNT, &theirs, &done).map(drop).unwrap());
        chats.app.clock.advance_seconds(11 * 60);
    }
    let told = chats.delivered_later();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains(&format!("#{parent} ")) && told[0].1.matches('✅').count() == 1, "{told:?}");
}

#[test]
fn many_ends_are_one_message_and_a_flood_is_counted() {
    let chats = Chats::start();
    let (lan, binh) =
        (chats.app.member("lan").funded(10_000_000), chats.app.member("binh").funded(1_000_000));
    let service = chats.app.service(|_| ());
    chats.link(&lan, 5);
    chats.link(&binh, 6);
    let ids = chats.app.queue_many(&lan, service, 40);
    chats.app.send_all();
    for id in &ids {
        chats.app.reported(*id, report(ReportedStatus::Completed));
        chats.app.clock.advance_seconds(1);
        if *id == ids[10] {
            assert_eq!(chats.delivered(), []);
        }
    }
    let of_binh = binh.bought(service, 1000);
    chats.app.reported(of_binh, report(ReportedStatus::Completed));
    let told = chats.delivered_later();
    assert_eq!(told.len(), 2, "{told:?}");
    let text = of(5, &told);
    assert!(text.contains("và 28 tin khác") && text.contains(&format!("#{} ", ids[39])), "{text}");
    assert!(of(6, &told).contains(&format!("#{of_binh} ")));
}

#[test]
fn an_answer_of_the_support_comes_at_once_as_text() {
    let chats = Chats::start();
    let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan"));
    let ticket = asked(&lan, "Slow");
    chats.link(&lan, 5);
    said(&boss, DESK, ticket, &format!("<b>{}</b>", "long ".repeat(500))).expect(201);
    let told = chats.delivered();
    assert!(told.len() == 1 && told[0].1.contains("&lt;b&gt;long") && told[0].1.len() < 1000, "{told:?}");
    assert!(told[0].1.contains(&format!("#{ticket} ")), "{told:?}");
}

#[test]
fn each_choice_counts_alone_and_from_then_on() {
    for off in ["deposits", "orders", "tickets"] {
        let chats = Chats::start();
        let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan").funded(1_000_000));
        let service = chats.app.service(|_| ());
        let ticket = asked(&lan, "Slow");
        let mut choices = json!({ "deposits": true, "orders": true, "tickets": true });
        choices[off] = json!(false);
        assert_eq!(lan.put(TELEGRAM, choices.clone()).expect(200)["choices"], choices);
        chats.link(&lan, 5);
        assert_eq!(lan.get(TELEGRAM).expect(200)["choices"], choices, "they were chosen before");
        transfer(&chats.app, &Transfer::new(1, 50_000, &lan.deposit(50_000).code)).expect(200);
        chats.app.reported(lan.bought(service, 1000), report(ReportedStatus::Completed));
        said(&boss, DESK, ticket, "Yes").expect(201);
        let told = of(5, &chats.delivered_later());
        for (topic, mark) in [("deposits", "💰"), ("orders", "✅"), ("tickets", "💬")] {
            assert_eq!(told.contains(mark), topic != off, "{off} off, {topic}: {told}");
        }
    }
}

#[test]
fn a_blocked_bot_is_forgotten_and_holds_nobody_up() {
    for (code, description) in
        [(403, "Forbidden: bot was blocked by the user"), (400, "Bad Request: chat not found")]
    {
        let chats = Chats::with(&[("TELEGRAM_CHAT_ID", "-77")]);
        let (boss, lan, binh) = (chats.app.admin("boss"), chats.app.member("lan"), chats.app.member("binh"));
        let (first, second) = (asked(&lan, "Slow"), asked(&binh, "Slow"));
        chats.link(&lan, 5);
        chats.link(&binh, 6);
        // The operator's comes first.
        chats.telegram.next(200, json!({ "ok": true }));
        chats.telegram.next_error(code, description, json!(null));
        said(&boss, DESK, first, "one").expect(201);
        said(&boss, DESK, second, "two").expect(201);
        chats.app.write(|tx| notify::post(tx, &price(1)).unwrap());
        assert!(chats.step());
        let told = chats.delivered();
        assert!(of(6, &told).contains("two"), "{told:?}");
        said(&boss, DESK, first, "three").expect(201);
        assert_eq!(of(5, &chats.delivered()), "", "{code}");
        assert_eq!(boss.get("/api/admin/telegram").expect(200)["trouble"], json!(null));
        assert_eq!(chats.linked(&binh).as_deref(), Some("Chat 6"));
    }
}

#[test]
fn the_operators_closed_chat_holds_up_no_customer() {
    let chats = Chats::with(&[("TELEGRAM_CHAT_ID", "-77")]);
    let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan"));
    let ticket = asked(&lan, "Slow");
    chats.link(&lan, 5);
    chats.telegram.next_error(403, "Forbidden: bot was kicked", json!(null));
    chats.app.write(|tx| notify::post(tx, &price(1)).unwrap());
    assert!(chats.step());
    said(&boss, DESK, ticket, "Yes").expect(201);
    let told = chats.delivered();
    assert!(told.len() == 1 && told[0].0 == 5, "{told:?}");
    assert!(boss.get("/api/admin/telegram").expect(200)["trouble"].as_str().unwrap().contains("kicked"));
}

#[test]
fn an_outage_and_a_told_wait_keep_what_waits() {
    let chats = Chats::start();
    let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan"));
    let ticket = asked(&lan, "Slow");
    chats.link(&lan, 5);
    said(&boss, DESK, ticket, "Yes").expect(201);
    chats.telegram.next_error(429, "x", json!({ "retry_after": 30 }));
    chats.telegram.next_silence();
    chats.telegram.next(502, json!("<html>"));
    for pause in [30, 5, 10] {
        assert!(chats.step());
        chats.pass(pause - 1);
        assert!(!chats.step(), "{pause}");
        chats.pass(2);
    }
    let told = chats.delivered();
    assert!(told.len() == 1 && told[0].1.contains("Yes"), "{told:?}");
}

#[test]
fn a_crash_between_sending_and_writing_it_down_repeats_the_message_and_nothing_is_lost() {
    let chats = Chats::start();
    let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan"));
    let ticket = asked(&lan, "Slow");
    chats.link(&lan, 5);
    said(&boss, DESK, ticket, "Yes").expect(201);
    assert!(chats.app.write(|tx| notify::claim_chat(tx, None).unwrap().is_some()));
    drop((boss, lan));
    let chats = chats.again();
    let told = chats.delivered();
    assert!(told.len() == 1 && told[0].1.contains("Yes"), "{told:?}");
    assert_eq!(chats.delivered(), []);
}

#[test]
fn they_speak_the_customers_language() {
    let chats = Chats::start();
    let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan"));
    let ticket = asked(&lan, "Slow");
    chats.app.write({
        let id = lan.id;
        move |tx| tx.execute("UPDATE users SET language = 'en' WHERE id = ?1", [id]).unwrap()
    });
    assert!(chats.link(&lan, 5).contains("Linked with the account lan"));
    said(&boss, DESK, ticket, "Yes").expect(201);
    assert!(of(5, &chats.delivered()).contains("was answered"));
}

#[test]
fn by_another_bot_nobody_is_linked_and_nothing_of_the_first_is_said() {
    let chats = Chats::with(&[("TELEGRAM_BOT_TOKEN", "")]);
    let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan"));
    let set = |token: &str| {
        boss.put("/api/admin/settings", json!({ "telegram": { "bot_token": token } })).expect(200);
        chats.listen().unwrap();
    };
    set(TOKEN);
    let ticket = asked(&lan, "Slow");
    chats.link(&lan, 5);
    said(&boss, DESK, ticket, "Yes").expect(201);
    set("700112299:AAF-other");
    assert_eq!((chats.delivered_later(), chats.linked(&lan)), (vec![], None));
    said(&boss, DESK, ticket, "No").expect(201);
    assert_eq!(chats.delivered_later(), []);
    set("700112233:AAF-new_key_of_the_first");
    assert_eq!(chats.linked(&lan).as_deref(), Some("Chat 5"), "the first one again, by whatever key");
}

/// How often this was said in chat 5.
fn times(telegram: &FakeTelegram, part: &str) -> usize {
    let messages = telegram.messages();
    let said = |message: &&Value| message["chat_id"] == 5 && message["text"].as_str().unwrap().contains(part);
    messages.iter().filter(said).count()
}

#[test]
fn killed_after_the_fact_the_chat_is_told_all_the_same() {
    let (folder, provider, telegram) = (own_folder(), FakeProvider::start(), FakeTelegram::start());
    let url = telegram.url();
    let vars = [("TELEGRAM_BOT_TOKEN", TOKEN), ("TELEGRAM_API_URL", url.as_str())];
    let start = || Operated::start(folder.path(), &provider.url(), &vars);
    let panel = start();
    eventually("the bot has a name", || panel.get(TELEGRAM)["available"] == true);
    let made = panel.send("POST", TELEGRAM, &Value::Null).unwrap().expect(201);
    let token = made["url"].as_str().unwrap().split('=').next_back().unwrap().to_owned();
    telegram.repeats();
    let chat = json!({ "id": 5, "type": "private", "first_name": "Boss" });
    telegram.tells(json!({ "update_id": 7, "message": { "chat": chat, "text": format!("/start {token}") } }));
    eventually("the chat is linked", || panel.get(TELEGRAM)["linked"] == true);
    panel.binary.kill();
    for round in 1..=4 {
        let panel = start();
        let asked = json!({ "subject": "Slow", "message": "Why?" });
        let ticket = panel.send("POST", "/api/tickets", &asked).unwrap().expect(201)["id"].clone();
        let answer = json!({ "message": format!("answer-{round}") });
        panel.send("POST", &format!("{DESK}/{ticket}/replies"), &answer).unwrap().expect(201);
        panel.binary.kill();
    }
    let panel = start();
    for round in 1..=4 {
        let answer = format!("answer-{round}");
        eventually("it is told", || times(&telegram, &answer) > 0);
        assert!(times(&telegram, &answer) <= 2, "{answer}");
    }
    assert!(times(&telegram, "boss") <= 2, "the link was followed once");
    panel.binary.kill();
}

#[test]
fn what_waited_in_a_backup_is_not_told_after_it_is_restored() {
    let chats = Chats::start();
    let (boss, lan) = (chats.app.admin("boss"), chats.app.member("lan"));
    let ticket = asked(&lan, "Slow");
    chats.link(&lan, 5);
    let token = chats.token(&lan);
    said(&boss, DESK, ticket, "before").expect(201);
    chats.app.write(|tx| {
        smm_panel::accounts::end_all_sessions(tx).unwrap();
        notify::drop_chats(tx).unwrap();
    });
    let (boss, lan) = (chats.app.signed(boss.id), chats.app.signed(lan.id));
    chats.writes(6, &format!("/start {token}"));
    chats.listen().unwrap();
    said(&boss, DESK, ticket, "after").expect(201);
    let told = chats.delivered();
    assert!(of(5, &told).contains("after") && !of(5, &told).contains("before"), "{told:?}");
    assert_eq!(chats.linked(&lan).as_deref(), Some("Chat 5"));
}
