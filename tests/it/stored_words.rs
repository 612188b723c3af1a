//! The schema lets every word into its columns: the code lets in those that it knows, and a filled database holds no
//! others.

use crate::support::app::TestApp;
use crate::support::bank::{Notice, notify};
use crate::support::reply::Reply;
use crate::support::shop::{by_hand, partial, report};
use serde_json::json;
use smm_panel::bonuses::{CouponKind, CouponOutcome};
use smm_panel::catalog::{LinkKind, Pause, Platform, ServiceState};
use smm_panel::db::ReadTx;
use smm_panel::deposits;
use smm_panel::jobs::providers::dispatch;
use smm_panel::kernel::error::Fault;
use smm_panel::kernel::language::Language;
use smm_panel::kernel::notice::NoticeKind;
use smm_panel::ledger::Kind;
use smm_panel::mail::LetterKind;
use smm_panel::notify::Topic;
use smm_panel::order_types::OrderType;
use smm_panel::orders::{CancelState, Dispatch, EventKind, Reason, RefillStatus, Status};
use smm_panel::provider::ReportedStatus;
use smm_panel::tickets::{Sender, TicketStatus};
use std::collections::BTreeSet;
use strum::VariantArray;

type Words = BTreeSet<String>;

fn words(of: impl IntoIterator<Item = &'static str>) -> Words {
    of.into_iter().map(str::to_owned).collect()
}

/// Every column with such words, and which ones there are.
fn columns() -> Vec<(&'static str, &'static str, Words)> {
    let statuses = || words(Status::VARIANTS.iter().map(Status::into_str));
    let dispatches = || words(Dispatch::VARIANTS.iter().map(Dispatch::into_str));
    let kinds = || words(OrderType::all().iter().map(|kind| kind.word));
    let transfers = || words(Kind::VARIANTS.iter().map(Kind::into_str));
    vec![
        ("services", "type", kinds()),
        ("services", "link_kind", words(LinkKind::VARIANTS.iter().map(LinkKind::into_str))),
        ("services", "paused", words(Pause::VARIANTS.iter().map(Pause::into_str))),
        ("services", "state", words(ServiceState::VARIANTS.iter().map(ServiceState::into_str))),
        ("categories", "icon", words(Platform::VARIANTS.iter().map(Platform::into_str))),
        ("orders", "service_type", kinds()),
        ("orders", "status", statuses()),
        ("orders", "dispatch", dispatches()),
        ("orders", "reason", words(Reason::VARIANTS.iter().map(Reason::into_str))),
        ("orders", "cancel_state", words(CancelState::VARIANTS.iter().map(CancelState::into_str))),
        ("refills", "status", words(RefillStatus::VARIANTS.iter().map(RefillStatus::into_str))),
        ("refills", "dispatch", dispatches()),
        ("order_events", "kind", words(EventKind::VARIANTS.iter().map(EventKind::into_str))),
        ("order_events", "status", statuses()),
        ("order_events", "dispatch", dispatches()),
        ("transfers", "kind", transfers()),
        ("transfer_kinds", "kind", transfers()),
        (
            "bank_transactions",
            "reason",
            words(deposits::Reason::VARIANTS.iter().map(deposits::Reason::into_str)),
        ),
        ("coupons", "kind", words(CouponKind::VARIANTS.iter().map(CouponKind::into_str))),
        ("deposits", "coupon_outcome", words(CouponOutcome::VARIANTS.iter().map(CouponOutcome::into_str))),
        ("tickets", "status", words(TicketStatus::VARIANTS.iter().map(TicketStatus::into_str))),
        ("ticket_messages", "sender", words(Sender::VARIANTS.iter().map(Sender::into_str))),
        (
            "notices",
            "kind",
            words(NoticeKind::VARIANTS.iter().map(NoticeKind::into_str))
                .into_iter()
                .chain(words(Topic::VARIANTS.iter().map(Topic::into_str)))
                .collect(),
        ),
        ("notices", "language", words(Language::VARIANTS.iter().map(Language::into_str))),
        ("letters", "kind", words(LetterKind::VARIANTS.iter().map(LetterKind::into_str))),
        ("letters", "language", words(Language::VARIANTS.iter().map(Language::into_str))),
        ("users", "language", words(Language::VARIANTS.iter().map(Language::into_str))),
    ]
}

fn stored(app: &TestApp, table: &str, column: &str) -> Words {
    let sql = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL");
    let look = |tx: &ReadTx| Ok::<_, Fault>(tx.all(&sql, (), |row| row.get(0))?.into_iter().collect());
    app.app.db.read_now(look).unwrap()
}

/// Something of everything: every way an order can go, money from the bank with and without an owner, a commission and
/// its end, a paused service, notices of it all.
fn fill(app: &TestApp) {
    app.write(|tx| tx.execute("UPDATE notice_channel SET is_open = 1", ()).unwrap());
    app.write(|tx| tx.execute("UPDATE mail_channel SET is_open = 1", ()).unwrap());
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    lan.post("/api/user/api-key", json!({})).expect(201);
    let mai = app.referred("mai", Some(&lan)).funded(1_000_000);
    app.write({
        let chat =
            "INSERT INTO telegram_chats (user_id, bot, chat, name, linked_at) VALUES (?1, 7, 5, 'Mai', 0)";
        let id = mai.id;
        move |tx| {
            tx.execute("UPDATE telegram_bot SET bot = 7", ()).unwrap();
            tx.execute(chat, [id]).unwrap();
        }
    });
    let (hand, sold) = (app.service(by_hand), app.service(|_| ()));
    let ends = [
        report(ReportedStatus::Completed),
        partial(300),
        report(ReportedStatus::Canceled),
        report(ReportedStatus::InProgress),
        report(ReportedStatus::Unknown("Failed".to_owned())),
    ];
    boss.post("/api/admin/categories", json!({ "name": "Ads", "icon": "facebook" })).expect(201);
    let open = app.service(|offer| (offer.cancel, offer.refill) = (true, true));
    for path in ["cancel", "refill"] {
        let order = mai.bought(open, 1000);
        if path == "refill" {
            app.reported(order, report(ReportedStatus::Completed));
            app.clock.advance_seconds(24 * 60 * 60);
        }
        mai.post(&format!("/api/orders/{order}/{path}"), json!({})).expect(if path == "cancel" {
            200
        } else {
            201
        });
    }
    let mut done = Vec::new();
    for end in ends {
        let order = mai.bought(sold, 1000);
        app.reported(order, end);
        done.push(order);
    }
    for status in ["processing", "completed"] {
        boss.put(&format!("/api/admin/orders/{}/status", mai.buys(hand, 1000)), json!({ "status": status }))
            .expect(200);
    }
    boss.put(&format!("/api/admin/orders/{}/status", done[0]), json!({ "status": "canceled" })).expect(200);
    mai.buys(sold, 1000);
    app.park();
    app.provider.next_for("add", Reply::json(200, json!({ "error": "Incorrect service ID" })));
    mai.buys(sold, 1000);
    dispatch::tick(&app.app);
    mai.post("/api/tickets", json!({ "subject": "Slow", "message": "Why?" })).expect(201);
    boss.post("/api/admin/tickets/1/replies", json!({ "message": "It is busy" })).expect(201);
    boss.post("/api/admin/coupons", json!({ "code": "TET", "kind": "amount", "value": 1_000 })).expect(201);
    mai.post("/api/payment/deposit", json!({ "amount": 50_000, "coupon": "TET" })).expect(201);
    boss.put("/api/admin/deposits/1/approve", json!({})).expect(200);
    let (paid, approved) = (mai.deposit(50_000), mai.deposit(60_000));
    notify(app, &Notice::new(1, 50_000, &paid.code)).expect(200);
    boss.put(&format!("/api/admin/deposits/{}/approve", approved.id), json!({})).expect(200);
    notify(app, &Notice::new(2, 60_000, &approved.code)).expect(200);
    boss.assign(&json!({ "id": 2 }), json!({ "deposit_id": approved.id })).expect(200);
    notify(app, &Notice::new(3, 10_000, "no code")).expect(200);
    boss.assign(&json!({ "id": 3 }), json!({ "user_id": lan.id.get() })).expect(200);
}

#[test]
fn every_word_of_a_filled_database_is_one_that_the_code_knows() {
    let app = TestApp::start();
    fill(&app);
    for (table, column, known) in columns() {
        let found = stored(&app, table, column);
        assert!(!found.is_empty(), "nothing in {table}.{column}");
        assert!(found.is_subset(&known), "{table}.{column}: {found:?}");
    }
    let all = words(Kind::VARIANTS.iter().map(Kind::into_str));
    assert_eq!(stored(&app, "transfer_kinds", "kind"), all, "each kind says between which accounts it moves");
    assert_eq!(stored(&app, "transfers", "kind"), all, "and each was filled in");
}
