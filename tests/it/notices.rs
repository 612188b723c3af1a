//! What the operator is told of, and when.

use crate::support::app::TestApp;
use crate::support::bank::{Notice as Transfer, notify as transfer};
use crate::support::fake_telegram::{FakeTelegram, TOKEN};
use crate::support::reply::Reply;
use crate::support::shop::BUMX_ACCOUNT;
use crate::support::told::{Told, price};
use serde_json::json;
use smm_panel::db::Tx;
use smm_panel::jobs::deliver::{self, TelegramSender};
use smm_panel::jobs::providers::{dispatch, poll_orders};
use smm_panel::jobs::scheduled::{funds, summary};
use smm_panel::kernel::error::Fault;
use smm_panel::kernel::note::Note;
use smm_panel::kernel::notice::NoticeKind;
use smm_panel::notify::{self, Notice};
use smm_panel::provider;
use std::time::{Duration, Instant};
use strum::VariantArray;

/// Has everything happen that an operator is told of; what was told.
fn told_of_everything(told: &mut Told) -> String {
    let service = told.app.service(|_| ());
    let lan = told.app.member("lan").funded(100_000);
    let code = lan.deposit(50_000).code;
    transfer(&told.app, &Transfer::new(1, 50_000, &code)).expect(200);
    transfer(&told.app, &Transfer::new(2, 70_000, "hello")).expect(200);
    for answer in [Reply::html(502), Reply::json(200, json!({ "error": "Not enough funds on balance" }))] {
        lan.buys(service, 1000);
        told.app.provider.next_for("add", answer);
        dispatch::tick(&told.app.app);
    }
    drop(lan);
    told.post(price(7));
    told.app.write(|tx| notify::audited(tx, &["the sum is 5".to_owned()]).unwrap());
    told.app.write(|tx| {
        notify::job_ended(tx, "backup", Some(&Note::FewFiles { open: 1000, limit: 1024 })).unwrap();
    });
    summary::tick(&told.app.app).unwrap();
    told.app.clock.advance_seconds(60);
    told.deliver().join("\n")
}

#[test]
fn each_kind_can_be_turned_off_alone() {
    let marks = [
        "Khách: <code>lan</code>",
        "không có mã nạp",
        "Đơn cần kiểm tra",
        "Not enough funds",
        "#7 Likes",
        "Tổng kết",
        "the sum is 5",
        "Đang mở 1.000 trên 1.024 tệp",
    ];
    for (off, mark) in NoticeKind::VARIANTS.iter().copied().zip(marks) {
        let mut told = Told::start();
        let settings = json!({ "notices": { off.into_str(): false } });
        told.app.admin("boss").put("/api/admin/settings", settings).expect(200);
        let texts = told_of_everything(&mut told);
        for other in marks {
            assert_eq!(texts.contains(other), other != mark, "{} off, {other}: {texts}", off.into_str());
        }
    }
}

#[test]
fn what_the_operator_turned_off_is_not_told() {
    let mut told = Told::start();
    let admin = told.app.admin("boss");
    admin.put("/api/admin/settings", json!({ "notices": { "price": false } })).expect(200);
    told.post(price(1));
    told.post(Notice::AuditWell);
    admin.put("/api/admin/settings", json!({ "notices": { "price": true } })).expect(200);
    told.post(price(2));
    drop(admin);
    let texts = told.deliver();
    assert!(texts.len() == 2 && texts[1].contains("#2 Likes"), "{texts:?}");
}

#[test]
fn a_bot_set_in_the_panel_tells_at_once_and_one_taken_away_no_more() {
    let mut told = Told::with(&[("TELEGRAM_BOT_TOKEN", ""), ("TELEGRAM_CHAT_ID", "")]);
    let admin = told.app.admin("boss");
    told.post(price(1));
    let set = |bot: serde_json::Value| {
        admin.put("/api/admin/settings", json!({ "telegram": bot })).expect(200);
    };
    set(json!({ "bot_token": TOKEN, "chat_id": "-77" }));
    told.post(price(2));
    admin.post("/api/admin/telegram/test", json!({})).expect(202);
    let mut courier = TelegramSender::new(&told.app.app);
    assert!(courier.step(told.now) && courier.step(told.now + Duration::from_secs(4)));
    assert_eq!(told.telegram.messages()[0]["chat_id"], -77);
    told.post(price(3));
    set(json!({ "bot_token": null }));
    told.post(price(4));
    set(json!({ "bot_token": TOKEN }));
    drop(admin);
    assert_eq!(told.deliver(), Vec::<String>::new());
    assert_eq!(told.telegram.requests().len(), 2);
}

#[test]
fn without_telegram_nothing_is_written() {
    let app = TestApp::start();
    let (lan, admin) = (app.member("lan"), app.admin("boss"));
    let asked = lan.deposit(50_000);
    transfer(&app, &Transfer::new(1, 50_000, &asked.code)).expect(200);
    transfer(&app, &Transfer::new(2, 50_000, "no code")).expect(200);
    app.write(|tx| notify::post(tx, &price(1)).unwrap());
    assert!(!TelegramSender::new(&app.app).step(Instant::now()));
    summary::tick(&app.app).unwrap();
    assert_eq!(app.number("SELECT count(*) FROM notices"), 0);
    admin.post("/api/admin/telegram/test", json!({})).refused(503, "not_configured");
    assert_eq!(admin.get("/api/admin/telegram").expect(200)["configured"], false);
    assert_eq!(app.guest().get("/health").expect(200)["notices"], "not_configured");
}

#[test]
fn a_test_is_queued_and_sent_by_the_job() {
    let mut told = Told::start();
    let admin = told.app.admin("boss");
    assert_eq!(admin.post("/api/admin/telegram/test", json!({})).expect(202), json!({ "queued": true }));
    assert_eq!(told.telegram.requests().len(), 0);
    assert_eq!(admin.get("/api/admin/telegram").expect(200)["pending"], 1);
    drop(admin);
    assert!(told.deliver()[0].starts_with("<b>👋 Thử thông báo</b> · Test"));
    let request = &told.telegram.requests()[0];
    assert_eq!((request.method.as_str(), request.path.clone()), ("POST", format!("/bot{TOKEN}/sendMessage")));
    let message = &told.telegram.messages()[0];
    assert_eq!((&message["chat_id"], &message["parse_mode"]), (&json!(700_112_233), &json!("HTML")));
    assert_eq!(message["link_preview_options"], json!({ "is_disabled": true }));
    let status = told.app.admin("second").get("/api/admin/telegram").expect(200);
    assert_eq!((&status["trouble"], &status["pending"]), (&json!(null), &json!(0)));
    assert_eq!(status["last_sent_at"], "2026-11-22T07:39:00Z");
}

#[test]
fn transfers_are_told_with_their_amount_and_owner() {
    let mut told = Told::start();
    let code = told.app.member("lan").deposit(50_000).code;
    for _ in 0..2 {
        transfer(&told.app, &Transfer::new(1, 1_250_000, &code)).expect(200);
        transfer(&told.app, &Transfer::new(2, 70_000, "cam on <b>shop</b> & \"co\"")).expect(200);
    }
    let texts = told.deliver();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].contains("Khách: <code>lan</code>") && texts[0].contains("1.250.000 ₫"), "{}", texts[0]);
    assert!(texts[1].contains("không có mã nạp") && texts[1].contains("70.000 ₫"), "{}", texts[1]);
    assert!(texts[1].contains("cam on &lt;b&gt;shop&lt;/b&gt; &amp; &quot;co&quot;"), "{}", texts[1]);
}

#[test]
fn parked_orders_are_told() {
    let mut told = Told::with(&[("PUBLIC_URL", "https://panel.example.vn")]);
    let service = told.app.service(|_| {});
    let lan = told.app.member("lan");
    told.app.fund(lan.id, 100_000);
    let order = lan.buys(service, 1000);
    drop(lan);
    told.app.provider.next_for("add", Reply::html(502));
    dispatch::tick(&told.app.app);
    let texts = told.deliver();
    let review = texts.iter().find(|text| text.contains("Đơn cần kiểm tra")).unwrap();
    assert!(review.contains(&format!("<code>#{order}</code>")) && review.contains("12.000 ₫"), "{review}");
    let why = "Không rõ nhà cung cấp đã nhận hay chưa: máy chủ không trả lời theo API, HTTP 502";
    assert!(review.contains(why), "{review}");
    assert!(review.contains("<a href=\"https://panel.example.vn/admin\">"), "{review}");
}

#[test]
fn orders_that_a_crash_left_are_told_at_the_next_start() {
    let telegram = FakeTelegram::start();
    let url = telegram.url();
    let vars =
        [("TELEGRAM_BOT_TOKEN", TOKEN), ("TELEGRAM_CHAT_ID", "-1001"), ("TELEGRAM_API_URL", url.as_str())];
    let app = TestApp::with(&vars);
    let service = app.service(|_| {});
    let lan = app.member("lan");
    app.fund(lan.id, 100_000);
    lan.buys(service, 100);
    lan.buys(service, 100);
    drop(lan);
    app.claim();
    app.without_audit();
    let app = TestApp::in_folder(app.stop(), &vars);
    deliver::tick(&app.app);
    let texts = telegram.texts();
    assert!(texts[0].contains("Số đơn: <code>2</code>"), "{texts:?}");
    assert_eq!(telegram.messages()[0]["chat_id"], -1001);
}

#[test]
fn a_provider_is_told_once_when_it_fails_and_once_when_it_is_well() {
    let mut told = Told::start();
    let poll = |told: &Told| poll_orders::tick(&told.app.app);
    for _ in 0..3 {
        told.app.provider.next_for("balance", Reply::html(502));
        poll(&told);
    }
    assert_eq!(told.deliver(), Vec::<String>::new(), "it may be over in a moment");
    told.app.clock.advance_seconds(31);
    let texts = told.deliver();
    assert!(
        texts.len() == 1 && texts[0].contains("Nhà cung cấp lỗi") && texts[0].contains("BUMX"),
        "{texts:?}"
    );
    poll(&told);
    poll(&told);
    let texts = told.deliver();
    assert!(texts.len() == 1 && texts[0].contains("Nhà cung cấp ổn lại"), "{texts:?}");
}

#[test]
fn a_trouble_that_is_over_in_a_moment_is_no_news() {
    let mut told = Told::start();
    told.app.provider.next_for("balance", Reply::html(502));
    poll_orders::tick(&told.app.app);
    poll_orders::tick(&told.app.app);
    told.app.clock.advance_seconds(3600);
    assert_eq!(told.deliver(), Vec::<String>::new());
    assert_eq!(told.state(), "dropped");
}

#[test]
fn trouble_with_the_operators_account_is_told_at_once() {
    let mut told = Told::start();
    let service = told.app.service(|_| {});
    let lan = told.app.member("lan");
    told.app.fund(lan.id, 100_000);
    lan.buys(service, 1000);
    drop(lan);
    told.app.provider.next_for("add", Reply::json(200, json!({ "error": "Not enough funds on balance" })));
    dispatch::tick(&told.app.app);
    let texts = told.deliver();
    assert!(texts.iter().any(|text| text.contains("Not enough funds")), "{texts:?}");
}

#[test]
fn funds_that_run_out_are_told_once_and_once_when_there_are_enough_again() {
    let mut told = Told::start();
    let service = told.app.service(|_| ());
    told.app.member("lan").funded(1_000_000).buys(service, 1000);
    dispatch::tick(&told.app.app);
    assert_eq!(told.app.number("SELECT sum(cost) FROM orders"), 8000, "a day at this pace");
    let look = |told: &Told, balance: &'static str| {
        told.app.write(move |tx| provider::set_balance(tx, BUMX_ACCOUNT, balance).unwrap());
        funds::tick(&told.app.app).unwrap();
    };
    let wish = |told: &Told, hours: i64| {
        told.app
            .admin(&format!("boss{hours}"))
            .put("/api/admin/settings", json!({ "low_funds_hours": hours }));
    };
    wish(&told, 0);
    look(&told, "4000");
    wish(&told, 24);
    look(&told, "9000");
    assert_eq!(told.deliver(), Vec::<String>::new(), "enough, or not asked for");
    for balance in ["4000", "3000", "8100"] {
        look(&told, balance);
    }
    let texts = told.deliver();
    assert!(texts.len() == 1 && texts[0].contains("Sắp hết tiền"), "{texts:?}");
    assert!(texts[0].contains("4000 VND") && texts[0].contains("12 giờ"), "{texts:?}");
    for _again in 0..2 {
        look(&told, "20000");
    }
    let texts = told.deliver();
    assert!(
        texts.len() == 1 && texts[0].contains("đủ tiền lại") && texts[0].contains("20000 VND"),
        "{texts:?}"
    );
}

#[test]
fn audits_and_jobs_are_told_once_until_they_are_well() {
    let mut told = Told::start();
    for round in 0..3 {
        let differences = if round < 2 { vec!["the sum is 5".to_owned(); 4] } else { Vec::new() };
        let error = (round < 2).then(|| Note::FileDamaged { said: "page <5>".to_owned() });
        told.app.write(move |tx| notify::audited(tx, &differences).unwrap());
        told.app.write(move |tx| notify::job_ended(tx, "file-check", error.as_ref()).unwrap());
        let texts = told.deliver();
        match round {
            0 => {
                assert!(texts[0].contains("Sai lệch: <code>4</code>") && texts[0].contains("the sum is 5"));
                assert!(
                    texts[1].contains("Kiểm tra tệp dữ liệu")
                        && texts[1].contains(
                            "bị hỏng. Hãy khôi phục một bản sao lưu. Nguyên văn của SQLite: “page &lt;5&gt;”"
                        )
                );
            }
            1 => assert_eq!(texts, Vec::<String>::new()),
            _ => assert!(texts[0].contains("khớp lại") && texts[1].contains("chạy lại"), "{texts:?}"),
        }
    }
}

#[test]
fn prices_are_told() {
    let mut told = Told::start();
    told.post(price(7));
    let texts = told.deliver();
    assert!(texts[0].contains("#7 Likes") && texts[0].contains("8000 → 9000"), "{texts:?}");
    assert!(texts[0].contains("Đã tạm ngưng bán"));
}

#[test]
fn yesterday_is_told_once_from_eight_in_the_morning_on() {
    let mut told = Told::start();
    let service = told.app.service(|_| {});
    let lan = told.app.member("lan");
    let code = lan.deposit(500_000).code;
    transfer(&told.app, &Transfer::new(1, 500_000, &code)).expect(200);
    let orders = [lan.bought(service, 1000), lan.bought(service, 2000)];
    told.app
        .admin("boss")
        .put(&format!("/api/admin/orders/{}/status", orders[0]), json!({"status":"canceled"}))
        .expect(200);
    lan.buys(service, 100);
    told.app.park();
    drop(lan);
    told.deliver();
    // 14:39 of the 22nd: the 21st was told already.
    summary::tick(&told.app.app).unwrap();
    assert!(told.deliver()[0].contains("Tổng kết 2026-11-21"));
    // 07:59 of the 23rd, then 08:00.
    told.app.clock.advance_seconds(17 * 3600 + 20 * 60);
    summary::tick(&told.app.app).unwrap();
    assert_eq!(told.deliver(), Vec::<String>::new());
    told.app.clock.advance_seconds(60);
    for _ in 0..3 {
        summary::tick(&told.app.app).unwrap();
    }
    let texts = told.deliver();
    assert_eq!(texts.len(), 1);
    for line in [
        "Tổng kết 2026-11-22",
        "Khách mới: <code>2</code>",
        "Nạp tiền: <code>500.000 ₫ (1)</code>",
        "Doanh số: <code>37.200 ₫ (3)</code>",
        "Hoàn tiền: <code>12.000 ₫ (1)</code>",
        "Số dư khách hiện tại: <code>474.800 ₫</code>",
        "Đơn chờ kiểm tra: <code>1</code>",
    ] {
        assert!(texts[0].contains(line), "{line} is not in {}", texts[0]);
    }
    summary::tick(&told.app.app).unwrap();
    assert_eq!(told.deliver(), Vec::<String>::new());
}

#[test]
fn a_notice_that_cannot_be_written_does_not_harm_its_cause() {
    let told = Told::start();
    let code = told.app.member("lan").deposit(50_000).code;
    told.app.write(|tx: &Tx| tx.execute("ALTER TABLE notices RENAME TO elsewhere", ()).unwrap());
    transfer(&told.app, &Transfer::new(1, 50_000, &code)).expect(200);
    transfer(&told.app, &Transfer::new(2, 50_000, "no code")).expect(200);
    assert_eq!(
        told.app.number("SELECT balance FROM accounts WHERE name = 'user' ORDER BY id LIMIT 1"),
        50_000
    );
    assert_eq!(told.app.number("SELECT count(*) FROM bank_transactions"), 2);
}

#[test]
fn a_cause_that_is_taken_back_is_not_told() {
    let mut told = Told::start();
    let failed = told.app.app.db.write_blocking(|tx: &Tx| {
        notify::post(tx, &price(1))?;
        Err::<(), _>(Fault::Internal("the cause failed".to_owned()))
    });
    assert!(failed.is_err());
    assert_eq!(told.deliver(), Vec::<String>::new());
}

#[test]
fn every_kind_fits_the_table() {
    let told = Told::start();
    for &kind in NoticeKind::VARIANTS {
        let sql =
            "INSERT INTO notices (kind, fields, not_before, created_at, updated_at) VALUES (?1, '', 0, 0, 0)";
        told.app.write(move |tx| tx.execute(sql, [kind.into_str()]).unwrap());
    }
    let mut courier = TelegramSender::new(&told.app.app);
    assert!(!courier.step(told.now), "what cannot be read is not sent");
    assert!(told.states().iter().all(|(state, _)| state == "dropped"));
}
