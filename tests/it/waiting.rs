//! What waits for the operator, as the dashboard lists it.

use crate::doctor::while_looking;
use crate::support::app::TestApp;
use crate::support::bank::{Notice as Transfer, notify as transfer};
use crate::support::binary::own_folder;
use crate::support::member::Member;
use crate::support::shop::{by_hand, charged, report};
use serde_json::{Value, json};
use smm_panel::audit_log::{self, Actor};
use smm_panel::jobs::scheduled;
use smm_panel::provider::ReportedStatus;
use smm_panel::reports::audit;
use smm_panel::state::LoggedError;
use std::fs;
use std::time::{Duration, Instant};

const NOTHING: [&str; 0] = [];

fn items(boss: &Member) -> Vec<Value> {
    boss.get("/api/admin/review").expect(200)["items"].as_array().unwrap().clone()
}

fn kinds(boss: &Member) -> Vec<String> {
    items(boss).iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

fn found(boss: &Member, kind: &str) -> Value {
    items(boss).into_iter().find(|item| item["kind"] == kind).unwrap_or_else(|| panic!("no {kind}"))
}

#[test]
fn only_admins_are_told_what_waits() {
    let app = TestApp::start();
    app.guest().get("/api/admin/review").refused(401, "unauthenticated");
    app.member("lan").get("/api/admin/review").refused(403, "forbidden");
    assert_eq!(items(&app.admin("boss")), Vec::<Value>::new(), "nothing");
}

#[test]
fn orders_and_money_wait_with_their_amounts_the_gravest_first() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(500_000));
    let service = app.service(|_| ());
    let odd = lan.bought(service, 1000);
    app.reported(odd, report(ReportedStatus::Completed)).unwrap();
    app.reported(odd, report(ReportedStatus::Canceled)).unwrap();
    lan.buys(service, 1000);
    lan.buys(service, 500);
    app.park();
    app.clock.advance_seconds(60);
    transfer(&app, &Transfer::new(1, 50_000, "no code")).expect(200);
    transfer(&app, &Transfer::new(2, 7_000, "none either")).expect(200);
    lan.deposit(60_000);

    assert_eq!(kinds(&boss), ["parked", "contradicted", "unmatched", "pending_deposits"]);
    let figures = |kind: &str| {
        let item = found(&boss, kind);
        [&item["severity"], &item["count"], &item["amount"], &item["oldest"], &item["path"]].map(Clone::clone)
    };
    let (before, now) = ("2026-11-22T07:39:00Z", "2026-11-22T07:40:00Z");
    let expected = |severity: &str, count: i64, amount: Value, oldest: &str, path: &str| {
        [json!(severity), json!(count), amount, json!(oldest), json!(path)]
    };
    assert_eq!(figures("parked"), expected("danger", 2, json!(18_000), before, "/admin/review"));
    assert_eq!(figures("contradicted"), expected("warning", 1, Value::Null, before, "/admin/review"));
    assert_eq!(figures("unmatched"), expected("warning", 2, json!(57_000), now, "/admin/review"));
    let pending = expected("info", 1, json!(60_000), now, "/admin/deposits?status=pending");
    assert_eq!(figures("pending_deposits"), pending);

    boss.post("/api/admin/bank-transactions/1/ignore", json!({ "reason": "rent" })).expect(200);
    assert_eq!(found(&boss, "unmatched")["amount"], 7_000, "what is set aside waits for nobody");
    app.clock.advance_seconds(24 * 60 * 60);
    assert_eq!(kinds(&boss), ["parked", "contradicted", "unmatched"], "an expired deposit waits no more");
}

#[test]
fn orders_queued_at_a_provider_that_is_off_wait() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(500_000));
    let service = app.service(|_| ());
    lan.buys(service, 1000);
    assert_eq!(items(&boss), Vec::<Value>::new(), "they are on their way");
    let provider = boss.put("/api/admin/providers/1", json!({ "active": false })).expect(200);
    let item = found(&boss, "queued_at_inactive");
    assert_eq!(
        (&item["count"], &item["amount"], &item["about"]),
        (&json!(1), &json!(12_000), &provider["name"])
    );
    assert_eq!((&item["severity"], &item["path"]), (&json!("danger"), &json!("/admin/providers")));
}

#[test]
fn orders_that_only_the_operator_can_do_wait_until_they_are_done() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(500_000));
    let (hands, sent) = (app.service(by_hand), app.service(|_| ()));
    lan.bought(sent, 1000);
    let first = lan.buys(hands, 1000);
    app.clock.advance_seconds(60);
    let second = lan.buys(hands, 500);
    let ids = || {
        let listed =
            boss.get("/api/admin/orders?by_hand=true").expect(200)["items"].as_array().unwrap().clone();
        listed.iter().map(|one| one["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let item = found(&boss, "by_hand");
    assert_eq!(
        [&item["severity"], &item["count"], &item["amount"], &item["oldest"], &item["path"]],
        [
            &json!("warning"),
            &json!(2),
            &json!(18_000),
            &json!("2026-11-22T07:39:00Z"),
            &json!("/admin/orders?by_hand=true")
        ]
    );
    assert_eq!(ids(), [second, first]);
    let sets = |id: i64, status: &str| {
        boss.put(&format!("/api/admin/orders/{id}/status"), json!({ "status": status })).expect(200)
    };
    sets(first, "in_progress");
    assert_eq!(ids(), [second, first], "it is begun, and not done");
    sets(first, "completed");
    assert_eq!((found(&boss, "by_hand")["count"].clone(), ids()), (json!(1), vec![second]));
    sets(second, "canceled");
    assert_eq!(kinds(&boss), NOTHING);
    boss.get("/api/admin/orders?by_hand=maybe").refused_fields(&["by_hand"]);
}

#[test]
fn paused_services_wait_with_the_reason_and_those_turned_off_do_not() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (gone, other, off) = (app.service(|_| ()), app.service(|_| ()), app.service(|_| ()));
    app.write(move |tx| {
        let pause = "UPDATE services SET active = 0, paused = ?2 WHERE id = ?1";
        tx.execute(pause, (gone, "vanished")).unwrap();
        tx.execute(pause, (other, "cost_jump")).unwrap();
    });
    boss.put(&format!("/api/admin/services/{off}"), json!({ "active": false })).expect(200);
    let told: Vec<_> = items(&boss)
        .iter()
        .map(|item| (item["kind"].clone(), item["about"].clone(), item["count"].clone()))
        .collect();
    let paused = |why: &str| (json!("paused_services"), json!(why), json!(1));
    assert_eq!(told, [paused("cost_jump"), paused("vanished")]);
    assert_eq!(found(&boss, "paused_services")["path"], "/admin/services?paused=true");
}

#[test]
fn trouble_with_a_provider_and_its_last_money_wait() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(500_000));
    lan.bought(app.service(|_| ()), 1000);
    app.write(|tx| {
        tx.execute(
            r#"UPDATE providers SET trouble = '{"code":"refused","values":{"said":"Invalid key"}}', balance = '10'
               WHERE id = 1"#,
            (),
)
            .unwrap();
    });
    let (provider, funds) = (found(&boss, "provider"), found(&boss, "low_funds"));
    assert_eq!(
        (&provider["detail"], &provider["about"]),
        (&json!("the provider says: Invalid key"), &funds["about"])
    );
    let coded = json!({ "code": "refused", "values": { "said": "Invalid key" } });
    assert_eq!(provider["detail_coded"], coded);
    assert_eq!((&funds["amount"], &funds["count"]), (&json!(10), &json!(0)));
    boss.put("/api/admin/settings", json!({ "low_funds_hours": 0 })).expect(200);
    assert_eq!(kinds(&boss), ["provider"], "who wants no notice of it is not told here either");
}

#[test]
fn a_ledger_that_does_not_hold_stands_first() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let found = audit::Report { differences: vec!["one".to_owned(), "two".to_owned()], ..app.audit() };
    app.write(move |tx| audit::keep(tx, &found, Duration::ZERO).unwrap());
    transfer(&app, &Transfer::new(1, 50_000, "no code")).expect(200);
    let first = items(&boss).remove(0);
    assert_eq!((&first["kind"], &first["severity"]), (&json!("ledger"), &json!("danger")));
    assert_eq!((&first["count"], &first["detail"]), (&json!(2), &json!("one")));
}

/// What the check-up says of what waits, by its code and figure, after a look.
fn looked(app: &TestApp, boss: &Member) -> Value {
    let found = while_looking(app, || boss.post("/api/admin/doctor", json!({})).expect(200));
    let items = found["items"].as_array().unwrap().clone();
    items.into_iter().find(|item| item["check"] == "waiting").unwrap()
}

#[test]
fn what_the_check_up_finds_and_what_waits_do_not_contradict_each_other() {
    let folder = own_folder();
    fs::write(folder.path().join("a-file"), "").unwrap();
    let path = folder.path().join("a-file").display().to_string();
    let app = TestApp::with(&[("BACKUP_DIR", &path)]);
    let boss = app.admin("boss");
    assert_eq!(kinds(&boss), NOTHING, "nothing was looked at");
    let looked_at = looked(&app, &boss);
    assert_eq!((&looked_at["level"], &looked_at["finding"]["code"]), (&json!("ok"), &json!("nothing_waits")));
    let item = found(&boss, "check_up");
    assert_eq!((&item["severity"], &item["path"]), (&json!("danger"), &json!("/admin/doctor")));
    let about: Vec<&str> = item["about"].as_str().unwrap().split(',').collect();
    assert!(about.contains(&"backup_folder"), "{item}");
    assert_eq!(item["oldest"], "2026-11-22T07:39:00Z");
    // And the other way round; what the look itself has found counts once.
    app.member("lan").deposit(60_000);
    let settles = looked(&app, &boss);
    assert_eq!(
        (&settles["level"], &settles["finding"]),
        (&json!("ok"), &json!({ "code": "things_settle", "values": { "count": 1 } }))
    );
    transfer(&app, &Transfer::new(1, 50_000, "no code")).expect(200);
    let waits = looked(&app, &boss);
    assert_eq!(
        (&waits["level"], &waits["finding"]),
        (&json!("warning"), &json!({ "code": "things_wait", "values": { "count": 2 } }))
    );
    let lines = kinds(&boss).into_iter().filter(|kind| kind != "check_up").count();
    assert_eq!(lines, 2, "as many lines as the overview has besides");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    looked(&app, &boss);
    let again = items(&boss).into_iter().find(|item| item["kind"] == "check_up");
    let about = again.map(|item| item["about"].to_string()).unwrap_or_default();
    assert!(!about.contains("backup_folder"), "it was mended: {about}");
}

#[test]
fn a_restore_is_told_for_a_week_with_the_time_until_which_the_backup_reaches() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.write(|tx| {
        let after = Some(json!({ "parked_orders": 0, "reaches_until": "2026-11-21T00:00:00Z" }));
        let entry = Actor::CONSOLE.entry("backup.restore", "backup:x");
        audit_log::record(tx, &audit_log::Entry { after, ..entry }).unwrap();
    });
    let item = found(&boss, "restored");
    assert_eq!(
        (&item["severity"], &item["about"], &item["oldest"]),
        (&json!("warning"), &json!("2026-11-21T00:00:00Z"), &json!("2026-11-22T07:39:00Z"))
    );
    app.clock.advance_seconds(8 * 24 * 60 * 60);
    assert_eq!(kinds(&app.admin("chief")), NOTHING);
}

#[test]
fn a_job_that_fails_waits_and_that_of_sepay_by_its_own_name() {
    let app = TestApp::with(&[("SEPAY_API_TOKEN", "token"), ("SEPAY_API_URL", "http://127.0.0.1:1")]);
    let boss = app.admin("boss");
    let mut runner = scheduled::runner(&app.app, "reconcile").unwrap();
    runner.step(Instant::now());
    let item = found(&boss, "sepay");
    assert_eq!((&item["count"], &item["path"]), (&json!(1), &json!("/admin/settings#sepay")));
    assert!(item["detail"].as_str().is_some_and(|text| !text.is_empty()), "{item}");
}

#[test]
fn what_is_on_sale_below_its_cost_waits_with_what_it_lost_today() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(500_000));
    let (dear, off) = (app.service(|_| ()), app.service(|_| ()));
    app.service(|_| ());
    app.write(move |tx| {
        tx.execute("UPDATE services SET cost = 15000000 WHERE id IN (?1, ?2)", (dear, off)).unwrap();
        tx.execute("UPDATE services SET active = 0 WHERE id = ?1", [off]).unwrap();
    });
    assert_eq!(kinds(&boss), ["losses"]);
    let item = found(&boss, "losses");
    assert_eq!((&item["count"], &item["amount"], &item["oldest"]), (&json!(1), &Value::Null, &Value::Null));
    let path = item["path"].as_str().unwrap().replace("/admin/", "/api/admin/");
    let listed = boss.get(&path).expect(200);
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [json!(dear)]);
    boss.get("/api/admin/services?loss=maybe").refused_fields(&["loss"]);
    assert_eq!(boss.get("/api/admin/services?loss=false").expect(200)["items"].as_array().unwrap().len(), 2);

    let id = lan.bought(dear, 1000);
    app.reported(id, charged(report(ReportedStatus::InProgress), "15500")).unwrap();
    assert_eq!(found(&boss, "losses")["amount"], 3_500);
    app.clock.advance_seconds(24 * 60 * 60);
    let boss = app.admin("chief");
    assert_eq!(found(&boss, "losses")["amount"], Value::Null, "yesterday's is not today's");
}

#[test]
fn what_waits_adds_up_to_the_list_that_it_leads_to() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(500_000));
    let service = app.service(|_| ());
    for quantity in [1000, 500] {
        let id = lan.bought(service, quantity);
        app.write(move |tx| tx.execute("UPDATE orders SET is_slow = 1 WHERE id = ?1", [id]).unwrap());
    }
    lan.bought(service, 2000);
    lan.buys(service, 1000);
    app.park();
    for (id, amount) in [(1, 50_000), (2, 7_000)] {
        transfer(&app, &Transfer::new(id, amount, "no code")).expect(200);
    }
    lan.deposit(60_000);
    lan.deposit(20_000);
    let hands = app.service(by_hand);
    for quantity in [1000, 500] {
        lan.buys(hands, quantity);
    }
    let lists = [
        ("parked", "/api/admin/orders?review=true", "charge"),
        ("by_hand", "/api/admin/orders?by_hand=true", "charge"),
        ("slow_orders", "/api/admin/orders?slow=true", "charge"),
        ("unmatched", "/api/admin/bank-transactions?status=unmatched", "amount"),
        ("pending_deposits", "/api/admin/deposits?status=pending", "amount"),
    ];
    for (kind, list, money) in lists {
        let item = found(&boss, kind);
        let listed = boss.get(list).expect(200)["items"].as_array().unwrap().clone();
        let sum: i64 = listed.iter().map(|one| one[money].as_i64().unwrap()).sum();
        assert!(!listed.is_empty(), "{kind}");
        assert_eq!((&item["count"], &item["amount"]), (&json!(listed.len()), &json!(sum)), "{kind}");
    }
    assert_eq!(found(&boss, "slow_orders")["amount"], 18_000);
}

#[test]
fn money_for_less_than_a_day_is_graver_than_other_money_that_runs_out() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(500_000));
    lan.bought(app.service(|_| ()), 1000); // 8,000 in the last day
    let told = |balance: &'static str| {
        app.write(move |tx| tx.execute("UPDATE providers SET balance = ?1 WHERE id = 1", [balance]).unwrap());
        let item = found(&boss, "low_funds");
        (item["severity"].clone(), item["count"].clone())
    };
    boss.put("/api/admin/settings", json!({ "low_funds_hours": 48 })).expect(200);
    assert_eq!(told("7999"), (json!("danger"), json!(23)));
    assert_eq!(told("8000"), (json!("warning"), json!(24)));
}

#[test]
fn backups_that_are_missing_or_old_wait_unless_their_job_says_why() {
    let app = TestApp::with(&[("BACKUP_EVERY_HOURS", "24")]);
    let boss = app.admin("boss");
    app.clock.advance_seconds(6 * 3600 - 1);
    assert_eq!(kinds(&boss), NOTHING, "the panel was just started");
    app.clock.advance_seconds(1);
    let item = found(&boss, "no_backup");
    assert_eq!(
        (&item["severity"], &item["path"], &item["oldest"]),
        (&json!("warning"), &json!("/admin/backups"), &json!("2026-11-22T07:39:00Z"))
    );
    boss.post("/api/admin/backups", json!({})).expect(201);
    assert_eq!(kinds(&boss), NOTHING);
    app.clock.advance_seconds(31 * 3600 - 1);
    let boss = app.admin("chief");
    assert_eq!(kinds(&boss), NOTHING, "not much later than every 24 hours");
    app.clock.advance_seconds(1);
    let item = found(&boss, "backup_late");
    assert_eq!((&item["count"], &item["oldest"]), (&json!(31), &json!("2026-11-22T13:39:00Z")));
}

#[test]
fn errors_that_come_again_and_again_wait_for_a_day() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let fails = |place: &str, is_panic: bool| {
        let error = LoggedError {
            message: "something is wrong".to_owned(),
            place: place.to_owned(),
            is_panic,
            request_id: None,
            job: None,
        };
        app.app.errors.note(error, app.clock.now());
    };
    fails("src/a.rs:1", false);
    fails("src/a.rs:1", false);
    fails("src/b.rs:1", false);
    assert_eq!(kinds(&boss), NOTHING);
    app.clock.advance_seconds(60);
    fails("src/a.rs:1", false);
    let item = found(&boss, "errors");
    assert_eq!((&item["count"], &item["path"]), (&json!(3), &json!("/admin/errors")));
    assert_eq!(item["oldest"], "2026-11-22T07:39:00Z");
    fails("src/c.rs:1", true);
    assert_eq!(found(&boss, "errors")["count"], 4, "a panic is told at once");
    app.clock.advance_seconds(24 * 3600 + 1);
    assert_eq!(kinds(&app.admin("chief")), NOTHING);
}
