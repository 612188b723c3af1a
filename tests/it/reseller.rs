//! The reseller API: who is let in, the forms in which clients send, and what each action answers.

use crate::order_types;
use crate::support::app::TestApp;
use crate::support::binary::{Binary, own_folder};
use crate::support::reseller::{FORM, PATH, form, object, parts, said};
use crate::support::shop::{LINK, order_type, partial, report};
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::jobs::providers::dispatch;
use smm_panel::jobs::scheduled::last_seen;
use smm_panel::kernel::money::{Quantity, Rate};
use smm_panel::provider::ReportedStatus;
use std::collections::BTreeMap;

const INVALID_KEY: &str = "Invalid API key";

#[test]
fn without_a_living_key_there_is_one_sentence_in_every_form() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(50_000));
    let service = app.service(|_| {}).to_string();
    let add = [("service", service.as_str()), ("link", LINK), ("quantity", "1000")];
    let replaced = lan.reseller();
    let living = lan.reseller();
    for key in ["", "wrong", &replaced.key, &living.key.to_uppercase(), lan.token()] {
        for answer in app.reseller(key).ask_in_every_form("add", &add) {
            assert_eq!(answer, json!({ "error": INVALID_KEY }), "{key:?}");
        }
    }
    boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": true })).expect(200);
    living.refused("add", &add, INVALID_KEY);
    boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": false })).expect(200);
    living.refused("add", &add, INVALID_KEY);
    let mai = app.member("mai").funded(50_000);
    let next = mai.reseller();
    next.adds(&add);
    mai.delete("/api/user/api-key").expect(204);
    next.refused("add", &add, INVALID_KEY);
    let cookie = format!("session={}", lan.token());
    let by_cookie =
        living.send(Method::Post, PATH, &[("Cookie", &cookie), ("Content-Type", FORM)], "action=balance");
    assert_eq!(said(&by_cookie), json!({ "error": INVALID_KEY }));
    assert_eq!(app.number("SELECT count(*) FROM orders"), 1);
}

#[test]
fn what_cannot_be_read_is_an_incorrect_request() {
    let app = TestApp::start();
    let reseller = app.member("lan").reseller();
    let (part_type, part_body) = parts(&[("key", &reseller.key), ("action", "balance")]);
    let cut = part_body[..part_body.len() - 60].to_vec();
    for (content_type, body) in [
        ("application/json", b"{\"key\":".to_vec()),
        ("application/json", b"[1]".to_vec()),
        ("application/json", b"[".repeat(500_000)),
        ("application/json", [b"{\"orders\":".to_vec(), b"[".repeat(500_000)].concat()),
        ("multipart/form-data", part_body),
        (part_type.as_str(), cut),
        (FORM, vec![b'a'; 1024 * 1024 + 1]),
    ] {
        let answer = reseller.send(Method::Post, PATH, &[("Content-Type", content_type)], body);
        assert_eq!(said(&answer), json!({ "error": "Incorrect request" }), "{content_type}");
    }
    let key = [("key", reseller.key.as_str())];
    let answer = reseller.send(Method::Post, PATH, &[("Content-Type", FORM)], form(&key));
    assert_eq!(said(&answer), json!({ "error": "Incorrect request" }));
    reseller.refused("Balance", &[], "Incorrect action");
    reseller.refused("status", &[], "Incorrect request");
    reseller.refused("status", &[("order", " , ")], "Incorrect request");
}

#[test]
fn other_methods_are_not_answered() {
    let app = TestApp::start();
    let reseller = app.member("lan").reseller();
    let query = form(&[("key", &reseller.key), ("action", "balance")]);
    for path in [PATH, "/api/v2/"] {
        for method in [Method::Head, Method::Put, Method::Delete, Method::Options] {
            let answer = reseller.send(method, &format!("{path}?{query}"), &[], "");
            assert_eq!((answer.status, answer.header("Allow")), (405, Some("GET, POST")), "{method}");
        }
    }
    assert_eq!(reseller.send(Method::Get, "/api/v2/x", &[], "").status, 404);
}

#[test]
fn each_key_has_its_own_limit_and_strangers_have_theirs() {
    let app = TestApp::with(&[("API_RATE_LIMIT_PER_MINUTE", "3"), ("RATE_LIMIT_PER_MINUTE", "5")]);
    let (lan, mai) = (app.member("lan"), app.member("mai"));
    let (first, second) = (lan.reseller(), mai.reseller());
    for _ in 0..3 {
        first.ask("balance", &[]).get("balance").unwrap();
    }
    for answer in first.ask_in_every_form("balance", &[]) {
        assert_eq!(answer, json!({ "error": "Rate limit exceeded" }));
    }
    second.ask("balance", &[]).get("balance").unwrap();
    let stranger = app.reseller("wrong");
    let sentences: Vec<Value> = (0..7).map(|_| stranger.ask("balance", &[])["error"].clone()).collect();
    assert_eq!((&sentences[0], &sentences[6]), (&json!(INVALID_KEY), &json!("Rate limit exceeded")));
}

#[test]
fn a_full_disk_is_said_in_a_sentence() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000_000);
    let reseller = lan.reseller();
    let service = app.service(|offer| offer.kind = order_type("custom_comments")).to_string();
    app.write(|tx| tx.value("PRAGMA max_page_count = 1", (), |row| row.get::<_, i64>(0)).unwrap());
    let comments = "đẹp quá\n".repeat(2000);
    let add = || reseller.ask("add", &[("service", &service), ("link", LINK), ("comments", &comments)]);
    let refused = (0..500).map(|_| add()).find(|answer| answer.get("order").is_none()).unwrap();
    assert_eq!(refused, json!({ "error": "The panel is busy, try again" }));
}

#[test]
fn every_form_is_read_alike() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(73_500);
    let answers = lan.reseller().ask_in_every_form("balance", &[]);
    assert_eq!(answers.len(), 9);
    for answer in answers {
        assert_eq!(answer, json!({ "balance": "73500", "currency": "VND" }));
    }
}

#[test]
fn the_body_wins_over_the_query_and_the_key_over_the_header() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(1), app.member("mai").funded(2));
    let (first, second) = (lan.reseller(), mai.reseller());
    let balance = |query: &[(&str, &str)], headers: &[(&str, &str)], body: &[(&str, &str)]| {
        let headers = [headers, &[("Content-Type", FORM)]].concat();
        said(&first.send(Method::Post, &format!("{PATH}?{}", form(query)), &headers, form(body)))["balance"]
            .clone()
    };
    let (first_key, second_key) = (first.key.as_str(), second.key.as_str());
    let bearer = format!("Bearer {second_key}");
    let header = [("Authorization", bearer.as_str())];
    let action = ("action", "balance");
    assert_eq!(
        balance(&[("key", second_key), ("action", "services")], &[], &[("key", first_key), action]),
        "1"
    );
    assert_eq!(balance(&[("key", first_key)], &header, &[("key", " "), action]), "1");
    assert_eq!(balance(&[], &header, &[action]), "2");
    assert_eq!(balance(&[], &header, &[("key", first_key), action]), "1");
}

#[test]
fn what_says_nothing_is_absent_and_what_is_unknown_is_ignored() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1_000_000);
    let reseller = lan.reseller();
    let likes = app.service(|_| {}).to_string();
    let comments = app.service(|offer| offer.kind = order_type("custom_comments")).to_string();
    let likes = reseller.adds(&[
        ("service", &format!(" {likes} ")),
        ("link", &format!(" {LINK}\n")),
        ("quantity", " 1000 "),
        ("comments", ""),
        ("runs", "undefined"),
        ("interval", "null"),
        ("username", "somebody"),
        ("colour", "red"),
    ]);
    assert_eq!((app.order(likes).link.as_str(), app.order(likes).charge.get()), (LINK, 12_000));
    let lines = (0..10).map(|number| format!("hay {number}\r\n\r\n")).collect::<String>();
    let comments =
        reseller.adds(&[("service", &comments), ("link", LINK), ("quantity", "7"), ("comments", &lines)]);
    assert_eq!(app.order(comments).quantity.get(), 10);
    let given = object(&[("key", &reseller.key), ("action", "status")]).as_object().unwrap().clone();
    let mut given = Value::Object(given);
    given["orders"] = json!([likes, comments.to_string(), null]);
    given["comments"] = Value::Null;
    let json = [("Content-Type", "application/json")];
    let answer = said(&reseller.send(Method::Post, PATH, &json, given.to_string()));
    assert_eq!(answer.as_object().unwrap().len(), 2, "{answer}");
    let as_php = format!("key={}&action=status&orders[]={likes}&orders[]={comments}", reseller.key);
    assert_eq!(said(&reseller.send(Method::Post, PATH, &[("Content-Type", FORM)], as_php)), answer);
}

#[test]
fn services_are_listed_in_the_words_of_the_field_at_the_callers_own_price() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let reseller = lan.reseller();
    assert_eq!(reseller.ask("services", &[]), json!([]));
    let first = app.service(|offer| {
        offer.description = "Bảo hành".to_owned();
        offer.rate = Rate::parse("12000.5").unwrap();
    });
    let package = app.service(|offer| offer.kind = order_type("custom_comments_package"));
    app.service(|offer| offer.active = false);
    let listed = json!({
        "service": first, "id": first, "name": "TikTok likes", "category": "TikTok", "desc": "Bảo hành",
        "type": "Default", "rate": "12000.5", "min": "10", "max": "100000",
        "refill": false, "cancel": false, "dripfeed": false,
    });
    let services = reseller.ask("services", &[]);
    assert_eq!(services[0], listed);
    assert_eq!(services[1]["service"], package);
    assert_eq!((&services[1]["type"], &services[1]["min"]), (&json!("Custom Comments Package"), &json!("1")));
    assert_eq!(services.as_array().unwrap().len(), 2);
    // 5,000,000 spent are tier 2, which has 3 %.
    for _ in 0..5 {
        lan.bought(first, 100_000);
    }
    assert!(lan.spent() >= 5_000_000);
    assert_eq!(reseller.ask("services", &[])[0]["rate"], "11640.485");
}

#[test]
fn every_type_of_order_is_taken_and_sent_on_with_its_fields_alone() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(10_000_000);
    let reseller = lan.reseller();
    for (word, given, quantity, sent) in order_types::examples() {
        let service = order_types::sold(&app, word).to_string();
        let texts: Vec<(String, String)> = given
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| {
                (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            })
            .collect();
        let mut fields = vec![("service", service.as_str()), ("link", LINK)];
        fields.extend(texts.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        // Clients send every parameter that they know with every type.
        for name in ["usernames", "comments", "answer_number", "hashtag"] {
            if !given.as_object().unwrap().contains_key(name) {
                fields.push((name, "x"));
            }
        }
        let order = app.order(reseller.adds(&fields));
        assert_eq!((order.kind.word, order.quantity.get()), (word, quantity));
        dispatch::tick(&app.app);
        let request = app.provider.requests_for("add").pop().unwrap();
        let mut expected = BTreeMap::from([("action", "add"), ("key", "bumx-test-key"), ("service", "101")]);
        expected.extend(order_types::has_link(&given).then_some(("link", LINK)));
        expected.extend(sent);
        let got: BTreeMap<&str, &str> =
            request.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(got, expected, "{word}");
    }
}

#[test]
fn an_order_is_refused_in_the_sentences_that_clients_know() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let reseller = lan.reseller();
    let likes = app.service(|_| {}).to_string();
    let off = app.service(|offer| offer.active = false).to_string();
    let poll = app.service(|offer| offer.kind = order_type("poll")).to_string();
    let replies = app.service(|offer| {
        offer.kind = order_type("comment_replies");
        (offer.min, offer.max) = (Quantity::new(2).unwrap(), Quantity::new(3).unwrap());
    });
    let replies = replies.to_string();
    for (service, fields, sentence) in [
        ("", vec![], "Incorrect service ID"),
        ("x", vec![], "Incorrect service ID"),
        ("999", vec![], "Incorrect service ID"),
        (&off, vec![("quantity", "100")], "Disabled service ID"),
        (&likes, vec![("link", "nowhere"), ("quantity", "100")], "Bad link"),
        (&likes, vec![("link", ""), ("quantity", "100")], "Bad link"),
        (&likes, vec![], "Quantity less than minimal 10"),
        (&likes, vec![("quantity", "many")], "Incorrect request: quantity is not a whole number"),
        (&likes, vec![("quantity", "1.000")], "Incorrect request: quantity is not a whole number"),
        (&likes, vec![("quantity", "1,000")], "Incorrect request: quantity is not a whole number"),
        (&likes, vec![("quantity", "12.5")], "Incorrect request: quantity is not a whole number"),
        (&likes, vec![("quantity", "1e2")], "Incorrect request: quantity is not a whole number"),
        (&likes, vec![("quantity", "99999999999999999999")], "Quantity more than maximum 100000"),
        (&likes, vec![("quantity", "-100")], "Quantity less than minimal 10"),
        (&likes, vec![("quantity", "9")], "Quantity less than minimal 10"),
        (&likes, vec![("quantity", "100001")], "Quantity more than maximum 100000"),
        (&likes, vec![("quantity", "5000")], "Not enough funds on balance"),
        (&likes, vec![("quantity", "100"), ("runs", "3")], "Drip-feed is disabled for this service"),
        (&replies, vec![("username", "mai"), ("comments", "a")], "Quantity less than minimal 2"),
        (&replies, vec![("username", "mai"), ("comments", "a\nb\nc\nd")], "Quantity more than maximum 3"),
        (&replies, vec![("comments", "a\nb")], "username: is needed"),
        (&poll, vec![("quantity", "10"), ("answer_number", "0")], "answer_number: must be from 1 to 100"),
        (&poll, vec![("quantity", "10"), ("answer_number", "a")], "answer_number: must be a whole number"),
    ] {
        let mut fields = [vec![("service", service)], fields].concat();
        if !fields.iter().any(|(name, _)| *name == "link") {
            fields.push(("link", LINK));
        }
        reseller.refused("add", &fields, sentence);
    }
    reseller.adds(&[
        ("service", &replies),
        ("link", LINK),
        ("comment_username", "mai"),
        ("comments", "a\nb"),
    ]);
    app.write(|tx| tx.execute("UPDATE providers SET active = 0", ()).unwrap());
    reseller.refused(
        "add",
        &[("service", &likes), ("link", LINK), ("quantity", "10")],
        "Disabled service ID",
    );
    assert_eq!(app.number("SELECT count(*) FROM orders"), 1);
}

#[test]
fn the_status_is_five_texts_in_the_words_of_the_field() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(1_000_000), app.member("mai").funded(50_000));
    let reseller = lan.reseller();
    let service = app.service(|_| {});
    let status = |id: i64| reseller.ask("status", &[("order", &id.to_string())]);
    let order = lan.buys(service, 1000);
    let fresh = json!({
        "charge": "12000", "start_count": "0", "status": "Pending", "remains": "1000", "currency": "VND"
    });
    assert_eq!(status(order), fresh);
    app.send_all();
    app.reported(order, report(ReportedStatus::InProgress));
    assert_eq!(status(order)["status"], "In progress");
    app.reported(order, partial(250));
    let part = json!({
        "charge": "9000", "start_count": "0", "status": "Partial", "remains": "250", "currency": "VND"
    });
    assert_eq!(status(order), part);
    let done = lan.bought(service, 1000);
    app.reported(done, report(ReportedStatus::Completed));
    assert_eq!((&status(done)["status"], &status(done)["remains"]), (&json!("Completed"), &json!("0")));
    let gone = lan.bought(service, 1000);
    app.reported(gone, report(ReportedStatus::Canceled));
    assert_eq!((&status(gone)["status"], &status(gone)["charge"]), (&json!("Canceled"), &json!("0")));

    let foreign = mai.buys(service, 1000);
    let unknown = json!({ "error": "Incorrect order ID" });
    for id in [foreign.to_string(), "999999".to_owned(), "x".to_owned(), "-1".to_owned(), "9".repeat(30)] {
        assert_eq!(reseller.ask("status", &[("order", &id)]), unknown, "{id}");
    }
    let asked = format!(" {order}, {foreign},{done} ,x,{order}");
    for name in ["order", "orders"] {
        let many = reseller.ask("status", &[(name, &asked)]);
        assert_eq!(many.as_object().unwrap().len(), 4, "{many}");
        assert_eq!((&many[order.to_string()], &many[done.to_string()]), (&part, &status(done)));
        assert_eq!((&many[foreign.to_string()], &many["x"]), (&unknown, &unknown));
    }
    let one = reseller.ask("status", &[("orders", &order.to_string())]);
    assert_eq!(one, json!({ order.to_string(): part }), "the plural name has a list for an answer");
    let ids = |count: i64| (1..=count).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    assert_eq!(reseller.ask("status", &[("orders", &ids(100))]).as_object().unwrap().len(), 100);
    reseller.refused("status", &[("orders", &ids(101))], "Incorrect request: at most 100 ids at once");
}

#[test]
fn a_refill_is_asked_for_once_and_followed_by_its_own_id() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(1_000_000), app.member("mai").funded(50_000));
    let reseller = lan.reseller();
    let (offered, not) = (app.service(|offer| offer.refill = true), app.service(|_| {}));
    assert_eq!(reseller.ask("services", &[])[0]["refill"], true);
    let [done, running, fixed] = [offered, offered, not].map(|service| lan.bought(service, 1000));
    let foreign = mai.bought(offered, 1000);
    for order in [done, fixed, foreign] {
        app.reported(order, report(ReportedStatus::Completed));
    }
    let soon = "The order was completed or refill was requested less than 24 hours ago";
    reseller.refused("refill", &[("order", &done.to_string())], soon);
    app.clock.advance_seconds(24 * 60 * 60);
    let refill = reseller.ask("refill", &[("order", &done.to_string())])["refill"].as_i64().unwrap();
    let refused = |sentence: &str| json!({ "error": sentence });
    let answer = json!([
        { "order": done, "refill": refused("The refill task is not completed for this order") },
        { "order": running, "refill": refused("The order is not completed") },
        { "order": fixed, "refill": refused("Refill is disabled for this service") },
        { "order": foreign, "refill": refused("Incorrect order ID") },
    ]);
    assert_eq!(reseller.ask("refill", &[("orders", &format!("{done},{running},{fixed},{foreign}"))]), answer);
    assert_eq!(
        reseller.ask("refill_status", &[("refill", &refill.to_string())]),
        json!({ "status": "Pending" })
    );
    let statuses = json!([
        { "refill": refill, "status": "Pending" },
        { "refill": 99_999, "status": refused("Refill not found") },
    ]);
    assert_eq!(reseller.ask("refill_status", &[("refills", &format!("{refill},99999"))]), statuses);
    mai.reseller().refused("refill_status", &[("refill", &refill.to_string())], "Refill not found");
    assert_eq!(app.number("SELECT count(*) FROM refills"), 1);
}

#[test]
fn a_cancel_says_of_each_order_whether_it_is_asked_for() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(1_000_000), app.member("mai").funded(50_000));
    let reseller = lan.reseller();
    let (offered, not) = (app.service(|offer| offer.cancel = true), app.service(|_| {}));
    assert_eq!(reseller.ask("services", &[])[0]["cancel"], true);
    let (sent, done, fixed) = (lan.bought(offered, 1000), lan.bought(offered, 1000), lan.bought(not, 1000));
    app.reported(done, report(ReportedStatus::Completed));
    let (queued, foreign) = (lan.buys(not, 1000), mai.buys(offered, 1000));
    let refused = |sentence: &str| json!({ "error": sentence });
    let asked = format!("{queued},{sent},{done},{fixed},{foreign},x");
    let answer = json!([
        { "order": queued, "cancel": 1 },
        { "order": sent, "cancel": 1 },
        { "order": done, "cancel": refused("The order can not be canceled") },
        { "order": fixed, "cancel": refused("Cancel is disabled for this service") },
        { "order": foreign, "cancel": refused("Incorrect order ID") },
        { "order": "x", "cancel": refused("Incorrect order ID") },
    ]);
    assert_eq!(reseller.ask("cancel", &[("orders", &asked)]), answer);
    let again = reseller.ask("cancel", &[("order", &sent.to_string())]);
    assert_eq!(
        again,
        json!([{ "order": sent, "cancel": 1 }]),
        "a list for one, and the same when it is repeated"
    );
    assert_eq!(reseller.ask("status", &[("order", &queued.to_string())])["status"], "Canceled");
    assert_eq!(lan.balance(), 964_000);
    assert_eq!(mai.balance(), 38_000);
}

#[test]
fn the_last_use_of_a_key_is_written_down() {
    let app = TestApp::start();
    let reseller = app.member("lan").reseller();
    let used = || app.number("SELECT count(*) FROM api_keys WHERE last_used_at IS NOT NULL");
    last_seen::tick(&app.app).unwrap();
    assert_eq!(used(), 0);
    reseller.ask("balance", &[]);
    last_seen::tick(&app.app).unwrap();
    assert_eq!(used(), 1);
}

#[test]
fn neither_query_nor_body_stands_in_the_log() {
    let folder = own_folder();
    let panel = Binary::start(folder.path(), &[], &[]);
    let form_type = [("Content-Type", FORM)];
    panel.send("POST", PATH, &form_type, b"key=secret-of-the-body&action=balance");
    panel.send("POST", PATH, &[("Authorization", "Bearer secret-of-the-header")], b"{\"action\":");
    panel.send("GET", "/api/v2/?key=secret-of-the-query&action=balance&link=x", &[], b"");
    let log = panel.log_with("/api/v2/");
    assert!(log.matches("\"path\":\"/api/v2").count() == 3 && !log.contains("secret-of"), "{log}");
}
