//! Every type of order through HTTP, to a provider on a socket: what it asks for, what it keeps, what goes out.

use crate::import::line;
use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::{LINK, order_type, partial, report, wish};
use serde_json::{Value, json};
use smm_panel::jobs::providers::dispatch;
use smm_panel::kernel::ids::OrderId;
use smm_panel::kernel::money::{Quantity, Rate};
use smm_panel::order_types::OrderType;
use smm_panel::orders::{self, Dispatch, Status};
use smm_panel::provider::ReportedStatus;
use std::collections::BTreeMap;

/// A service of this type: 2 to 100 units at 12,000.
pub fn sold(app: &TestApp, word: &str) -> i64 {
    app.service(|offer| {
        offer.kind = order_type(word);
        (offer.min, offer.max) = (Quantity::new(2).unwrap(), Quantity::new(100).unwrap());
    })
}

/// Fields of a request to a provider.
pub type Sent = Vec<(&'static str, &'static str)>;

/// What each type is asked for, how many units that is, and what a provider gets beside key, action, service and link.
pub fn examples() -> Vec<Example> {
    [usual_examples(), mentions(), others()].concat()
}

pub type Example = (&'static str, Value, i64, Sent);

fn usual_examples() -> Vec<Example> {
    vec![
        ("default", json!({ "quantity": 20 }), 20, vec![("quantity", "20")]),
        ("package", json!({}), 1, vec![]),
        ("custom_comments", json!({ "comments": " hay \r\n\nđẹp" }), 2, vec![("comments", "hay\nđẹp")]),
        (
            "mentions_custom_list",
            json!({ "usernames": "lan.anh\n@mai\n\nbinh_99\n" }),
            3,
            vec![("usernames", "lan.anh\n@mai\nbinh_99")],
        ),
        (
            "poll",
            json!({ "quantity": 50, "answer_number": 2 }),
            50,
            vec![("answer_number", "2"), ("quantity", "50")],
        ),
        ("custom_comments_package", json!({ "comments": "hay\nđẹp" }), 1, vec![("comments", "hay\nđẹp")]),
        (
            "seo",
            json!({ "quantity": 20, "keywords": "giày\náo" }),
            20,
            vec![("quantity", "20"), ("keywords", "giày\náo")],
        ),
    ]
}

fn mentions() -> Vec<Example> {
    vec![
        (
            "mentions",
            json!({ "quantity": 20, "usernames": "lan\nmai" }),
            20,
            vec![("quantity", "20"), ("usernames", "lan\nmai")],
        ),
        (
            "mentions_with_hashtags",
            json!({ "quantity": 20, "usernames": "lan", "hashtags": "#a\n\n#b" }),
            20,
            vec![("quantity", "20"), ("usernames", "lan"), ("hashtags", "#a\n#b")],
        ),
        (
            "mentions_hashtag",
            json!({ "quantity": 20, "hashtag": " #a " }),
            20,
            vec![("quantity", "20"), ("hashtag", "#a")],
        ),
        (
            "mentions_user_followers",
            json!({ "quantity": 20, "username": "lan" }),
            20,
            vec![("quantity", "20"), ("username", "lan")],
        ),
        (
            "mentions_media_likers",
            json!({ "quantity": 20, "media": "https://x.vn/p/1" }),
            20,
            vec![("quantity", "20"), ("media", "https://x.vn/p/1")],
        ),
    ]
}

fn others() -> Vec<Example> {
    vec![
        (
            "comment_likes",
            json!({ "quantity": 20, "username": "lan" }),
            20,
            vec![("quantity", "20"), ("username", "lan")],
        ),
        (
            "comment_replies",
            json!({ "username": "lan", "comments": "a\nb\nc" }),
            3,
            vec![("username", "lan"), ("comments", "a\nb\nc")],
        ),
        (
            "invites_from_groups",
            json!({ "quantity": 20, "groups": "g1\ng2" }),
            20,
            vec![("quantity", "20"), ("groups", "g1\ng2")],
        ),
        (
            "web_traffic",
            json!({ "quantity": 20, "country": "VN", "device": 5, "type_of_traffic": "1", "google_keyword": "áo" }),
            20,
            vec![
                ("quantity", "20"),
                ("country", "VN"),
                ("device", "5"),
                ("type_of_traffic", "1"),
                ("google_keyword", "áo"),
            ],
        ),
        (
            "reactions",
            json!({ "quantity": 20, "reaction": "care" }),
            20,
            vec![("quantity", "20"), ("reaction", "care")],
        ),
        (
            "live_viewers",
            json!({ "quantity": 20, "minutes": 30 }),
            20,
            vec![("quantity", "20"), ("minutes", "30")],
        ),
        (
            "subscriptions",
            json!({ "username": "lan", "min": 5, "max": 20, "posts": 3, "delay": 30, "expiry": "2026-12-31" }),
            60,
            vec![
                ("username", "lan"),
                ("min", "5"),
                ("max", "20"),
                ("posts", "3"),
                ("delay", "30"),
                ("expiry", "31/12/2026"),
            ],
        ),
    ]
}

/// Posts that are yet to come have none.
pub fn has_link(fields: &Value) -> bool {
    fields["posts"].is_null() && fields["expiry"].is_null()
}

fn body(service: i64, fields: &Value) -> Value {
    let mut body = fields.clone();
    body["service_id"] = json!(service);
    if has_link(fields) {
        body["link"] = json!(LINK);
    }
    body
}

fn ordered(buyer: &Member, service: i64, fields: &Value) -> Value {
    buyer.post("/api/orders", body(service, fields)).expect(201)
}

#[test]
fn each_type_is_priced_and_goes_out_with_its_own_fields() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let known: Vec<&str> = examples().iter().map(|(word, ..)| *word).collect();
    assert_eq!(
        known,
        OrderType::all().iter().map(|kind| kind.word).collect::<Vec<_>>(),
        "one example of each"
    );
    for (word, fields, quantity, sent) in examples() {
        let service = sold(&app, word);
        let quote = lan.post("/api/orders/quote", body(service, &fields)).expect(200);
        let order = ordered(&lan, service, &fields);
        assert_eq!((&order["type"], &order["quantity"]), (&json!(word), &json!(quantity)), "{order}");
        assert_eq!((&quote["charge"], &quote["quantity"]), (&order["charge"], &order["quantity"]), "{quote}");
        let charge = match word {
            "package" | "custom_comments_package" => 12_000,
            "live_viewers" => quantity * 30 * 12,
            _ => quantity * 12,
        };
        assert_eq!(order["charge"], charge, "{word}");
        dispatch::tick(&app.app);
        let request = app.provider.requests_for("add").pop().unwrap();
        let mut expected = BTreeMap::from([("action", "add"), ("key", "bumx-test-key"), ("service", "101")]);
        expected.extend(has_link(&fields).then_some(("link", LINK)));
        expected.extend(sent);
        let got: BTreeMap<&str, &str> =
            request.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(got, expected, "{word}");
    }
}

#[test]
fn every_missing_or_wrong_field_of_every_type_is_refused_by_its_name() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    for (word, fields, ..) in examples() {
        let service = sold(&app, word);
        for name in fields.as_object().unwrap().keys() {
            for wrong in [Value::Null, json!(" "), json!({}), json!(true), json!(-7), json!("a\u{0}")] {
                let mut given = fields.clone();
                given[name] = wrong;
                let refusal =
                    lan.post("/api/orders", body(service, &given)).refused(422, "validation_failed");
                let named: Vec<&Value> =
                    refusal["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
                assert!(named.contains(&&json!(name)), "{word} {given}: {refusal}");
            }
        }
    }
    assert_eq!((lan.balance(), app.number("SELECT count(*) FROM orders")), (1_000_000, 0));
}

#[test]
fn a_field_that_goes_with_a_choice_is_wanted_there_and_refused_elsewhere() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let traffic = sold(&app, "web_traffic");
    let visit = |from: Value, further: Value| {
        let mut fields = json!({ "quantity": 20, "country": "VN", "device": "1", "type_of_traffic": from });
        fields.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
        body(traffic, &fields)
    };
    for (from, further, wrong) in [
        (json!("1"), json!({}), "google_keyword"),
        (json!(2), json!({}), "referring_url"),
        (json!("1"), json!({ "google_keyword": "a", "referring_url": "https://x.vn" }), "referring_url"),
        (json!("3"), json!({ "google_keyword": "a" }), "google_keyword"),
        (json!(4), json!({}), "type_of_traffic"),
    ] {
        lan.post("/api/orders", visit(from, further)).refused_fields(&[wrong]);
    }
    lan.post("/api/orders", visit(json!(3), json!({ "referring_url": " " }))).expect(201);
    lan.post("/api/orders", visit(json!(2), json!({ "referring_url": "https://x.vn" }))).expect(201);
    let service = app.guest().get(&format!("/api/services/{traffic}")).expect(200);
    assert_eq!(service["fields"][5]["only_with"], json!({ "field": "type_of_traffic", "value": "1" }));
}

#[test]
fn what_a_type_does_not_take_is_refused_and_costs_nothing() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let service = |word: &str| sold(&app, word);
    let (list, poll, usual) = (service("mentions_custom_list"), service("poll"), service("default"));
    let package = service("package");
    for (service, fields, wrong) in [
        (list, json!({}), vec!["usernames"]),
        (list, json!({ "usernames": " \n " }), vec!["usernames"]),
        (list, json!({ "usernames": ["a", "b"] }), vec!["usernames"]),
        (list, json!({ "usernames": "a\u{0}\nb" }), vec!["usernames"]),
        (list, json!({ "usernames": "a" }), vec!["quantity"]),
        (list, json!({ "usernames": "a\n".repeat(101) }), vec!["quantity"]),
        (list, json!({ "usernames": "a\nb", "quantity": 3 }), vec!["quantity"]),
        (list, json!({ "usernames": "a\nb", "comments": "nice" }), vec!["comments"]),
        (poll, json!({ "quantity": 50 }), vec!["answer_number"]),
        (poll, json!({ "quantity": 50, "answer_number": "2" }), vec!["answer_number"]),
        (poll, json!({ "quantity": 50, "answer_number": 2.0 }), vec!["answer_number"]),
        (poll, json!({ "quantity": 50, "answer_number": 0 }), vec!["answer_number"]),
        (poll, json!({ "quantity": 50, "answer_number": 101 }), vec!["answer_number"]),
        (poll, json!({ "answer_number": 2 }), vec!["quantity"]),
        (poll, json!({ "quantity": 1, "answer_number": 0 }), vec!["answer_number", "quantity"]),
        (usual, json!({ "quantity": 50, "answer_number": 2 }), vec!["answer_number"]),
        (usual, json!({ "quantity": 50, "usernames": "a\nb" }), vec!["usernames"]),
        (usual, json!({ "quantity": 50, "username": "a" }), vec!["username"]),
        (usual, json!({ "quantity": 50, "colour": null }), vec!["colour"]),
        (package, json!({ "quantity": 2 }), vec!["quantity"]),
    ] {
        lan.post("/api/orders", body(service, &fields)).refused_fields(&wrong);
        lan.post("/api/orders/quote", body(service, &fields)).refused_fields(&wrong);
    }
    let twice = format!(
        r#"{{"service_id":{poll},"link":"{LINK}","quantity":50,"answer_number":1,"answer_number":2}}"#
    );
    let headers = [("Content-Type", "application/json")];
    let sent = lan.send(rocket::http::Method::Post, "/api/orders", &headers, Some(twice.into_bytes()));
    sent.refused_fields(&["answer_number"]);
    assert_eq!((lan.balance(), app.number("SELECT count(*) FROM orders")), (1_000_000, 0));
}

#[test]
fn an_order_keeps_what_was_given_and_lists_leave_it_out() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    for (word, fields, comments, params) in [
        ("poll", json!({ "quantity": 50, "answer_number": 2 }), Value::Null, json!({ "answer_number": 2 })),
        (
            "mentions_custom_list",
            json!({ "usernames": " a \r\n\nb" }),
            Value::Null,
            json!({ "usernames": " a \r\n\nb" }),
        ),
        ("custom_comments", json!({ "comments": "a\nb\n" }), json!("a\nb\n"), json!({})),
    ] {
        let made = ordered(&lan, sold(&app, word), &fields);
        let path = format!("/api/orders/{}", made["id"]);
        for whole in
            [&made, &lan.get(&path).expect(200), &boss.get(&path.replace("/api", "/api/admin")).expect(200)]
        {
            assert_eq!((&whole["comments"], &whole["params"]), (&comments, &params), "{whole}");
        }
        for list in [lan.get("/api/orders"), boss.get("/api/admin/orders")] {
            let row = list.expect(200)["items"][0].clone();
            assert_eq!((&row["id"], &row["type"]), (&made["id"], &json!(word)));
            assert!(row.get("comments").is_none() && row.get("params").is_none(), "{row}");
        }
    }
    let change = |sql: &'static str| app.write(move |tx| tx.execute(sql, ()).unwrap_err().to_string());
    assert!(change("UPDATE orders SET params = '{}'").contains("what was sold does not change"));
}

#[test]
fn a_service_says_what_an_order_of_it_needs() {
    let app = TestApp::start();
    let link = json!({ "name": "link", "kind": "link", "required": true });
    let limited = |name: &str, kind: &str| {
        let (min, max) = (2, 100);
        json!({ "name": name, "kind": kind, "required": true, "min": min, "max": max })
    };
    let answer =
        json!({ "name": "answer_number", "kind": "integer", "required": true, "min": 1, "max": 100 });
    for (word, fields, from, per) in [
        ("default", json!([link, limited("quantity", "integer")]), json!("quantity"), "thousand"),
        ("package", json!([link]), Value::Null, "order"),
        ("custom_comments", json!([link, limited("comments", "lines")]), json!("comments"), "thousand"),
        (
            "mentions_custom_list",
            json!([link, limited("usernames", "lines")]),
            json!("usernames"),
            "thousand",
        ),
        ("poll", json!([link, limited("quantity", "integer"), answer]), json!("quantity"), "thousand"),
    ] {
        let service = app.guest().get(&format!("/api/services/{}", sold(&app, word))).expect(200);
        assert_eq!(service["fields"], fields, "{word}");
        assert_eq!((&service["quantity_from"], &service["rate_per"]), (&from, &json!(per)), "{word}");
    }
    let types = app.admin("boss").get("/api/admin/order-types").expect(200);
    let words: Vec<&str> =
        types["items"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(words, examples().iter().map(|(word, ..)| *word).collect::<Vec<_>>());
}

#[test]
fn a_quote_is_the_charge_or_the_refusal_and_changes_nothing() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(5_000);
    let service = app.service(|offer| offer.rate = Rate::parse("12345.5").unwrap());
    app.guest().post("/api/orders/quote", wish(service, 1000)).refused(401, "unauthenticated");
    let quote = |body: Value| lan.post("/api/orders/quote", body);
    let expected = json!({
        "charge": 12_346, "quantity": 1000, "units": 1000, "rate": "12345.5", "discount_percent": 0
    });
    assert_eq!(quote(wish(service, 1000)).expect(200), expected, "more than the balance");
    let mut expecting = wish(service, 1000);
    expecting["expected_charge"] = json!(12_345);
    quote(expecting).refused(409, "price_changed");
    quote(wish(service, 9)).refused_fields(&["quantity"]);
    quote(wish(999, 1000)).refused_fields(&["service_id"]);
    quote(json!({})).refused_fields(&["service_id"]);
    quote(wish(app.service(|offer| offer.active = false), 1000)).refused(409, "service_inactive");
    let package = quote(body(sold(&app, "package"), &json!({}))).expect(200);
    assert_eq!(
        (&package["charge"], &package["quantity"], &package["units"]),
        (&json!(12_000), &json!(1), &json!(1))
    );
    assert_eq!((lan.balance(), app.number("SELECT count(*) FROM orders")), (5_000, 0));
}

#[test]
fn a_part_can_be_undelivered_where_the_type_has_parts() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    for (word, fields, quantity, _) in examples() {
        let order = ordered(&lan, sold(&app, word), &fields);
        let id = order["id"].as_i64().unwrap();
        app.send_all();
        if order_type(word).is_for_posts() {
            // Of these the provider says what each post used.
            continue;
        }
        app.reported(id, partial(1)).unwrap();
        let state = app.order(id).state;
        if order_type(word).has_parts {
            let charge = order["charge"].as_i64().unwrap();
            assert_eq!(
                (state.progress.status, state.refunded.get()),
                (Status::Partial, charge / quantity),
                "{word}"
            );
        } else {
            assert_eq!((state.progress.status, state.refunded.get()), (Status::Processing, 0), "{word}");
            app.reported(id, report(ReportedStatus::Completed)).unwrap();
        }
    }
}

#[test]
fn an_import_offers_the_types_that_are_sold_and_names_the_others() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let listed = |id: i64, name: &str| {
        let mut line = line(id, "8000");
        line["type"] = json!(name);
        line
    };
    let spellings = ["Mentions Custom List", "mentions_custom_list", "POLL", "Subscriptions", "Reviews"];
    app.provider.set_services((1..).zip(spellings).map(|(id, name)| listed(id, name)).collect());
    let imported = boss.imports(json!({ "markup_percent": 20 })).expect(200);
    assert_eq!((&imported["created"], &imported["skipped"]), (&json!(4), &json!(1)), "{imported}");
    let sold: Vec<(&Value, &Value)> =
        imported["items"].as_array().unwrap().iter().map(|item| (&item["type"], &item["action"])).collect();
    let created = json!("created");
    assert_eq!(
        sold,
        [
            (&json!("mentions_custom_list"), &created),
            (&json!("mentions_custom_list"), &created),
            (&json!("poll"), &created),
            (&json!("subscriptions"), &created),
            (&Value::Null, &json!("skipped")),
        ]
    );
    let refused = json!({ "name": "A", "category": "B", "type": "Poll", "rate": 1,
        "min_quantity": 1, "max_quantity": 2 });
    let refusal = boss.post("/api/admin/services", refused).refused(422, "validation_failed");
    assert_eq!(
        (&refusal["errors"][0]["field"], &refusal["errors"][0]["rule"]),
        (&json!("type"), &json!("one_of"))
    );
}

#[test]
fn a_word_in_an_order_that_is_no_type_is_an_error_of_that_order() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let order = lan.buys(service, 1000);
    app.write(|tx| {
        tx.execute("DROP TRIGGER orders_keep_what_was_sold", ()).unwrap();
        tx.execute("UPDATE orders SET service_type = 'teleport'", ()).unwrap();
    });
    lan.get(&format!("/api/orders/{order}")).refused(500, "internal");
    lan.post("/api/orders", wish(service, 1000)).expect(201);
    assert_eq!(lan.balance(), 26_000, "the rest goes on");
    let read = |tx: &smm_panel::db::ReadTx| orders::by_id(tx, OrderId::new(order)).map(drop);
    assert!(app.app.db.read_now(read).unwrap_err().to_string().contains("no order type: teleport"));
}

#[test]
fn a_dry_run_of_a_status_says_what_would_go_back_and_does_nothing() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let id = lan.bought(app.service(|_| ()), 1000);
    let path = format!("/api/admin/orders/{id}/status");
    let dry = |status: &str, remains: Value| {
        boss.put(&path, json!({ "status": status, "remains": remains, "dry_run": true }))
    };
    assert_eq!(dry("partial", json!(250)).expect(200)["refunded"], 3000);
    let canceled = dry("canceled", Value::Null).expect(200);
    assert_eq!((&canceled["refunded"], &canceled["reason"]), (&json!(12_000), &json!("canceled_by_admin")));
    assert_eq!(dry("completed", Value::Null).expect(200)["refunded"], 0);
    dry("partial", Value::Null).refused_fields(&["remains"]);
    dry("pending", Value::Null).refused_fields(&["status"]);
    let state = app.order(id).state;
    assert_eq!(
        (state.progress.status, state.dispatch, lan.balance()),
        (Status::Processing, Dispatch::Sent, 38_000)
    );
    assert_eq!(app.number("SELECT count(*) FROM audit_log WHERE action = 'order.status'"), 0);
    let real = boss.put(&path, json!({ "status": "partial", "remains": 250 })).expect(200);
    assert_eq!((&real["refunded"], lan.balance()), (&json!(3000), 41_000));
    dry("completed", Value::Null).refused(409, "order_final");
}
