//! A provider's list becomes services of ours.

use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::member::Member;
use crate::support::operated::{Operated, eventually, proven};
use crate::support::reply::Reply;
use crate::support::shop::BUMX;
use crate::support::wire::Answer;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::catalog::{Action, Import};
use smm_panel::jobs::providers::import;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Builder;

const PATH: &str = "/api/admin/services/import";

pub fn line(id: i64, rate: &str) -> Value {
    json!({ "service": id, "name": format!("Service {id}"), "type": "Default", "category": "TikTok", "rate": rate,
        "min": "10", "max": "10000", "refill": true, "cancel": false, "dripfeed": false })
}

impl Member<'_> {
    /// Asks for an import while the job works beside.
    pub fn imports(&self, body: Value) -> Answer {
        let (app, is_answered) = (&self.app.app, AtomicBool::new(false));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_answered.load(Ordering::SeqCst) {
                    import::tick(app);
                    app.imports.channel.wait(Duration::from_millis(20));
                }
            });
            let answer = self.post(PATH, body);
            is_answered.store(true, Ordering::SeqCst);

            answer
        })
    }
}

fn service(app: &TestApp, boss: &Member, source: &str) -> Value {
    let id = app.number(&format!("SELECT id FROM services WHERE provider_service_id = '{source}'"));
    let page = boss.get(&format!("/api/admin/services?search={id}")).expect(200);
    page["items"].as_array().unwrap().iter().find(|service| service["id"] == id).unwrap().clone()
}

fn counts(imported: &Value) -> [i64; 4] {
    ["created", "updated", "unchanged", "skipped"].map(|name| imported[name].as_i64().unwrap())
}

#[test]
fn only_an_admin_imports_and_only_with_sense() {
    let app = TestApp::start();
    app.guest().post(PATH, json!({ "markup_percent": 20 })).refused(401, "unauthenticated");
    let lan = app.member("lan");
    lan.post(PATH, json!({ "markup_percent": 20 })).refused(403, "forbidden");
    lan.get(PATH).refused(403, "forbidden");
    let boss = app.admin("boss");
    for (field, value) in [
        ("markup_percent", json!(-1)),
        ("markup_percent", json!(10_001)),
        ("markup_percent", json!("20")),
        ("markup_percent", Value::Null),
        ("provider_id", json!(99)),
        ("dry_run", json!(1)),
        ("service_ids", json!("1")),
        ("markup", json!(1)),
    ] {
        let mut body = json!({ "markup_percent": 20 });
        body[field] = value;
        boss.post(PATH, body).refused_fields(&[field]);
    }
    boss.post(PATH, json!({})).refused_fields(&["markup_percent"]);
    boss.put("/api/admin/settings", json!({ "min_margin_percent": 25 })).expect(200);
    boss.imports(json!({ "markup_percent": 24 })).refused_fields(&["markup_percent"]);
    assert_eq!(app.provider.requests().len(), 0);
}

#[test]
fn a_provider_that_is_not_configured_is_not_asked() {
    let app = TestApp::with(&[("BUMX_API_URL", ""), ("BUMX_API_KEY", "")]);
    app.admin("boss").post(PATH, json!({ "markup_percent": 20 })).refused(503, "not_configured");
}

#[test]
fn prices_in_another_currency_are_not_taken_for_dong() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.provider.set_services(json!([line(1, "0.90")]));
    app.provider.set_balance("73.50", "USD");
    let refused = boss.imports(json!({ "markup_percent": 20 }));
    refused.refused_fields(&["provider_id"]);
    let error = &refused.json()["errors"][0];
    assert_eq!(error["rule"], "exchange_rate");
    assert_eq!(error["values"], json!({ "provider_id": 1, "currency": "USD" }));
    assert_eq!(app.provider.requests_for("services").len(), 0);
    app.write(|tx| {
        tx.execute("UPDATE providers SET exchange_rate = '25417.3', currency = 'USD'", ()).unwrap()
    });
    let imported = boss.imports(json!({ "markup_percent": 20 })).expect(200);
    let item = &imported["items"][0];
    assert_eq!((&item["cost"], &item["rate"]), (&json!("22875.57"), &json!("27450.69")));
}

#[test]
fn an_answer_that_is_no_list_changes_nothing() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.provider.set_services(json!([line(1, "9000")]));
    for reply in [
        Reply::html(502),
        Reply::html(200),
        Reply::text(200, "[{\"service\":1,"),
        Reply::json(200, json!({ "error": "Invalid API key" })),
        Reply::json(200, json!({ "status": "success", "data": "Empty Data" })),
        Reply::json(200, json!([])),
        Reply::cut_after_bytes(120),
        Reply::reset(),
        Reply::hang(),
        Reply::redirect(302, "https://elsewhere.example/"),
    ] {
        app.provider.next_for("services", reply.clone());
        let answer = boss.imports(json!({ "markup_percent": 20 }));
        answer.refused(409, "conflict");
        assert!(!answer.text().contains("bumx-test-key"), "{reply:?}");
    }
    assert_eq!(app.number("SELECT count(*) FROM services"), 0);
    assert_eq!(counts(&boss.imports(json!({ "markup_percent": 20 })).expect(200)), [1, 0, 0, 0]);
}

#[test]
fn a_preview_with_a_wrong_key_says_so() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.provider.next_for("services", Reply::json(200, json!({ "error": "Invalid API key" })));
    let answer = boss.imports(json!({ "markup_percent": 20, "dry_run": true }));
    answer.refused(409, "conflict");
    let refused = answer.json();
    assert_eq!(refused["reason"], "provider_account");
    assert_eq!(refused["values"], json!({ "said": "Invalid API key" }));
}

#[test]
fn a_list_is_taken_over_line_by_line() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let mut comma = line(2, "2,5");
    comma["name"] = json!("🔥 <b>Likes</b>");
    let mut bundle = line(3, "58000");
    (bundle["type"], bundle["min"], bundle["max"]) = (json!("Package"), json!("0"), json!(null));
    let mut reviews = line(4, "1000");
    reviews["type"] = json!("Reviews");
    let mut free = line(5, "0");
    free["refill"] = json!(0);
    app.provider.set_services(json!([line(1, "9000"), comma, bundle, reviews, free, { "service": "x" }]));

    let dry = boss.imports(json!({ "markup_percent": 30, "dry_run": true })).expect(200);
    assert_eq!((counts(&dry), app.number("SELECT count(*) FROM services")), ([3, 0, 0, 3], 0));
    assert_eq!(
        dry["items"][0],
        json!({
            "reason_coded": null,
            "provider_service_id": "1", "service_id": null, "name": "Service 1", "category": "TikTok",
            "type": "default", "cost": "9000", "rate": "11700", "cost_before": null, "rate_before": null,
            "min_quantity": 10, "max_quantity": 10_000, "active": true, "action": "created", "reason": null,
        })
    );
    let imported = boss.imports(json!({ "markup_percent": 30 })).expect(200);
    assert_eq!(counts(&imported), [3, 0, 0, 3]);
    let items = imported["items"].as_array().unwrap();
    assert_eq!(items[0]["rate"], "11700");
    assert_eq!((&items[1]["cost"], &items[1]["rate"]), (&json!("2.5"), &json!("3.25")));
    assert_eq!(
        (&items[2]["type"], &items[2]["max_quantity"], &items[2]["rate"]),
        (&json!("package"), &json!(1), &json!("75400"))
    );
    let reasons: Vec<&str> = items[3..].iter().map(|item| item["reason"].as_str().unwrap()).collect();
    assert_eq!(
        reasons,
        ["has a type that is not sold here: Reviews", "has a rate of 0", "has no readable id"]
    );
    let likes = service(&app, &boss, "2");
    assert_eq!(
        (&likes["name"], &likes["active"], &likes["refill"]),
        (&json!("🔥 <b>Likes</b>"), &json!(true), &json!(true))
    );
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.import'"), 1);
}

#[test]
fn a_second_import_brings_new_prices_and_keeps_the_operators_words() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.provider.set_services(json!([line(1, "9000"), line(2, "9000")]));
    boss.imports(json!({ "markup_percent": 20 })).expect(200);
    let id = service(&app, &boss, "1")["id"].clone();
    let words = json!({ "name": "Tim", "category": "Việt Nam", "description": "nhanh", "active": false });
    boss.put(&format!("/api/admin/services/{id}"), words).expect(200);

    let mut changed = line(1, "10000");
    (changed["min"], changed["name"]) = (json!(20), json!("Renamed"));
    app.provider.set_services(json!([changed, line(2, "9000"), line(3, "5")]));
    let wanted = json!({ "markup_percent": 20, "service_ids": ["1", 2, "9"] });
    let imported = boss.imports(wanted).expect(200);
    assert_eq!(counts(&imported), [0, 1, 1, 1]);
    assert_eq!(imported["items"][2]["reason"], "is not in the provider's list");
    assert_eq!(imported["items"][2]["reason_coded"], json!({ "code": "line_missing" }));
    let after = service(&app, &boss, "1");
    let told = ["name", "category", "description", "active", "rate", "cost", "min_quantity"]
        .map(|key| after[key].clone());
    let expected = json!(["Tim", "Việt Nam", "nhanh", false, "12000", "10000", 20]);
    assert_eq!(json!(told), expected);

    // What vanishes from the list stays as it is.
    app.provider.set_services(json!([line(3, "5")]));
    assert_eq!(counts(&boss.imports(json!({ "markup_percent": 20 })).expect(200)), [1, 0, 0, 0]);
    assert_eq!(app.number("SELECT count(*) FROM services"), 3);
}

#[test]
fn what_is_known_is_shown_with_its_prices_until_now() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.provider.set_services(json!([line(1, "9000"), line(2, "9000"), line(3, "9000")]));
    boss.imports(json!({ "markup_percent": 20 })).expect(200);
    app.provider.set_services(json!([line(1, "10000"), line(2, "9000"), line(3, "12.500")]));
    let dry = boss.imports(json!({ "markup_percent": 20, "dry_run": true })).expect(200);
    let shown = |index: usize| {
        ["action", "cost_before", "cost", "rate_before", "rate", "reason"]
            .map(|name| dry["items"][index][name].clone())
    };
    assert_eq!(json!(shown(0)), json!(["updated", "9000", "10000", "10800", "12000", null]));
    assert_eq!(json!(shown(1)), json!(["unchanged", "9000", "9000", "10800", "10800", null]));
    let reason = "has a rate that could mean thousands: 12.500";
    assert_eq!(json!(shown(2)), json!(["skipped", "9000", null, "10800", null, reason]));
    assert_eq!(service(&app, &boss, "1")["cost"], "9000");
}

#[test]
fn there_is_one_import_of_a_provider_at_a_time() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    app.provider.set_services(json!([line(1, "9000")]));
    let idle = json!({ "running": false, "fetched": false, "total": 0, "checked": 0, "written": 0 });
    assert_eq!(boss.get(PATH).expect(200), idle);
    let import = Import {
        provider: BUMX,
        markup_percent: 0,
        wanted: None,
        dry_run: false,
        is_dong_confirmed: false,
        actor: Actor::CONSOLE,
    };
    let panel = &app.app;
    std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            let runtime = Builder::new_current_thread().enable_time().build().unwrap();
            runtime.block_on(panel.imports.ask(import, Duration::from_secs(60)))
        });
        while panel.imports.progress(BUMX).is_none() {
            std::thread::yield_now();
        }
        assert_eq!(boss.get(PATH).expect(200)["running"], true);
        boss.post(PATH, json!({ "markup_percent": 20 })).refused(409, "conflict");
        assert_eq!(boss.get("/api/admin/services/import?provider_id=2").expect(200), idle);
        while !first.is_finished() {
            import::tick(panel);
            std::thread::yield_now();
        }
        assert_eq!(first.join().unwrap().unwrap().unwrap().count(Action::Created), 1);
    });
    assert_eq!(boss.get(PATH).expect(200), idle);
}

#[test]
fn an_import_that_waits_when_the_panel_stops_is_told_so() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let panel = &app.app;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while panel.imports.progress(BUMX).is_none() {
                std::thread::yield_now();
            }
            panel.imports.channel.close();
        });
        boss.post(PATH, json!({ "markup_percent": 20 })).refused(503, "overloaded");
    });
    boss.post(PATH, json!({ "markup_percent": 20 })).refused(503, "overloaded");
}

/// A panel in a process of its own, whose provider lists so many.
fn operated(folder: &Path, provider: &FakeProvider, services: i64) -> Operated {
    provider.set_services((1..=services).map(|id| line(id, "9000")).collect());
    Operated::start(folder, &provider.url(), &[])
}

#[test]
fn an_import_that_was_killed_is_made_whole_by_another() {
    let (folder, provider) = (TempDir::new().unwrap(), FakeProvider::start());
    let panel = operated(folder.path(), &provider, 3000);
    let body = json!({ "markup_percent": 20 });
    std::thread::scope(|scope| {
        let importing = scope.spawn(|| panel.send("POST", PATH, &body));
        eventually("a part is written", || {
            panel.get(PATH)["written"].as_i64().unwrap() > 0 || importing.is_finished()
        });
        panel.binary.signal("KILL");
    });
    let panel = operated(folder.path(), &provider, 3000);
    let [created, updated, unchanged, skipped] =
        counts(&panel.send("POST", PATH, &body).unwrap().expect(200));
    assert_eq!((created + unchanged, updated, skipped), (3000, 0, 0));
    assert!(unchanged > 0 && unchanged % 100 == 0, "{unchanged}");
    proven(folder.path());
}

#[test]
fn an_import_from_a_hanging_provider_does_not_keep_the_panel_from_stopping() {
    let (folder, provider) = (TempDir::new().unwrap(), FakeProvider::start());
    let panel = operated(folder.path(), &provider, 1);
    provider.next_for("services", Reply::hang());
    let body = json!({ "markup_percent": 20 });
    let told = std::thread::scope(|scope| {
        scope.spawn(|| panel.send("POST", PATH, &body));
        eventually("it is asked", || !provider.requests_for("services").is_empty());
        panel.binary.signal("TERM");
        Instant::now()
    });
    let status = panel.binary.ended();
    assert!(status.success() && told.elapsed() < Duration::from_secs(10), "{status} {:?}", told.elapsed());
}

#[test]
fn ten_thousand_services_are_taken_over_in_parts() {
    let app = TestApp::with(&[("BUMX_TIMEOUT_SECONDS", "60")]);
    let boss = app.admin("boss");
    let mut lines: Vec<Value> = (1..=10_000).map(|id| line(id, "9000")).collect();
    lines[0]["desc"] = json!("x".repeat(1_500_000));
    app.provider.set_services(json!(lines));
    let imported = boss.imports(json!({ "markup_percent": 20 })).expect(200);
    assert_eq!(counts(&imported), [10_000, 0, 0, 0]);
    assert_eq!(app.number("SELECT count(*) FROM services WHERE rate = 10800000"), 10_000);
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'service.import'"), 100);
}

#[test]
fn a_text_is_decoded_once_and_keeps_its_lines() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let mut likes = line(1, "9000");
    likes["name"] = json!("Likes &amp; Views &#8211; fast &amp;lt;b&amp;gt;");
    likes["category"] = json!("TikTok &amp;amp; more");
    likes["desc"] = json!("Start: 0-1h<br>Speed: <b>5K</b>\r\nLink: t.me/&lt;username&gt; &amp;amp;");
    app.provider.set_services(json!([likes]));
    let dry = boss.imports(json!({ "markup_percent": 20, "dry_run": true })).expect(200);
    assert_eq!(dry["items"][0]["name"], "Likes & Views – fast &lt;b&gt;");
    for rate in ["9000", "10000"] {
        likes["rate"] = json!(rate);
        app.provider.set_services(json!([likes]));
        boss.imports(json!({ "markup_percent": 20 })).expect(200);
        let kept = service(&app, &boss, "1");
        assert_eq!(
            json!([kept["name"], kept["category"], kept["description"], kept["cost"]]),
            json!([
                "Likes & Views – fast &lt;b&gt;",
                "TikTok &amp; more",
                "Start: 0-1h\nSpeed: 5K\nLink: t.me/<username> &amp;",
                rate,
            ])
        );
    }
    let public = app.guest().get("/api/services").expect(200);
    assert_eq!(public["items"][0]["description"], "Start: 0-1h\nSpeed: 5K\nLink: t.me/<username> &amp;");
}

#[test]
fn names_are_cleaned_as_the_operator_says_and_what_is_known_keeps_its_own() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let settings = "/api/admin/settings";
    let rules = |replace: Value| json!({ "import": { "drop_emoji": true, "replace": replace } });
    lan.put(settings, rules(Value::Null)).refused(403, "forbidden");
    for wrong in ["no sign", "=> nothing before", "a => b => c", &"a => b\n".repeat(51)] {
        let refused = boss.put(settings, rules(json!(wrong)));
        refused.refused_fields(&["import.replace"]);
        assert_eq!(refused.json()["errors"][0]["rule"], "replacements", "{wrong}");
    }
    let named = |id: i64, name: &str, category: &str| {
        let mut line = line(id, "9000");
        (line["name"], line["category"]) = (json!(name), json!(category));
        line
    };
    let take = json!({ "markup_percent": 20 });
    app.provider.set_services(json!([named(1, "🔥 Old &amp; known", "🔥 Likes")]));
    boss.imports(take.clone()).expect(200);
    boss.put(settings, rules(json!("Followers => Theo dõi\n[SERVER 1] =>"))).expect(200);
    app.provider.set_services(json!([
        named(1, "🔥 Old &amp; known", "🔥 Likes"),
        named(2, "🔥 Followers &amp; more ♻️ [SERVER 1]", "⭐ Followers"),
        named(3, "🔥🔥", "🔥 Likes"),
    ]));
    let shown = |answer: &Value| {
        let items = answer["items"].as_array().unwrap().iter();
        items.map(|item| json!([item["name"], item["category"]])).collect::<Vec<_>>()
    };
    let mut look = take.clone();
    look["dry_run"] = json!(true);
    let looked = shown(&boss.imports(look).expect(200));
    let wanted = [
        json!(["🔥 Old & known", "🔥 Likes"]),
        json!(["Theo dõi & more", "Theo dõi"]),
        json!(["🔥🔥", "🔥 Likes"]),
    ];
    assert_eq!(looked, wanted);
    boss.imports(take.clone()).expect(200);
    let stored = |source: &str| {
        let service = service(&app, &boss, source);
        json!([service["name"], service["category"]])
    };
    assert_eq!(["1", "2", "3"].map(stored), wanted);
    // A category that was cleaned and then renamed is known by what the provider calls it.
    let categories = boss.get("/api/admin/categories").expect(200);
    let cleaned =
        categories["items"].as_array().unwrap().iter().find(|one| one["name"] == "Theo dõi").unwrap();
    boss.put(&format!("/api/admin/categories/{}", cleaned["id"]), json!({ "name": "Follow" })).expect(200);
    app.provider
        .set_services(json!([named(2, "x", "⭐ Followers"), named(4, "Followers 4", "⭐ Followers")]));
    boss.imports(take).expect(200);
    assert_eq!(stored("4"), json!(["Theo dõi 4", "Follow"]));
}
