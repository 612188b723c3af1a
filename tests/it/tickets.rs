//! Tickets: who may ask, answer and read, and how much.

use crate::mail::ban;
use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::by_hand;
use crate::support::tcp::{Served, at_once};
use crate::support::wire::Answer;
use serde_json::{Value, json};
use std::fmt::Display;

pub const TICKETS: &str = "/api/tickets";
pub const DESK: &str = "/api/admin/tickets";
const CANNED: &str = "/api/admin/canned-answers";

pub fn question(subject: &str) -> Value {
    json!({ "subject": subject, "message": "Why is it slow?" })
}

pub fn asked(by: &Member, subject: &str) -> i64 {
    by.post(TICKETS, question(subject)).expect(201)["id"].as_i64().unwrap()
}

pub fn said(by: &Member, place: &str, ticket: impl Display, message: &str) -> Answer {
    by.post(&format!("{place}/{ticket}/replies"), json!({ "message": message }))
}

pub fn one(by: &Member, place: &str, ticket: impl Display) -> Answer {
    by.get(&format!("{place}/{ticket}"))
}

pub fn put(by: &Member, place: &str, ticket: impl Display, change: Value) -> Answer {
    by.put(&format!("{place}/{ticket}"), change)
}

fn close(by: &Member, ticket: impl Display) -> Value {
    put(by, TICKETS, ticket, json!({ "status": "closed" })).expect(200)
}

fn ids(answer: &Answer) -> Vec<i64> {
    answer.expect(200)["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

/// Who said what.
fn conversation(ticket: &Value) -> Vec<(&str, &str, &str)> {
    let messages = ticket["messages"].as_array().unwrap().iter();
    let parts =
        messages.map(|message| ["from", "author", "text"].map(|field| message[field].as_str().unwrap()));
    parts.map(|[from, author, text]| (from, author, text)).collect()
}

mod forbidden {
    use super::*;

    #[test]
    fn nobody_reads_or_moves_the_tickets_of_others() {
        let app = TestApp::start();
        let (lan, binh) = (app.member("lan"), app.member("binh"));
        let ticket = asked(&lan, "Slow");
        one(&binh, TICKETS, ticket).refused(404, "not_found");
        said(&binh, TICKETS, ticket, "Let me in").refused(404, "not_found");
        put(&binh, TICKETS, ticket, json!({ "status": "closed" })).refused(404, "not_found");
        assert_eq!(ids(&binh.get(TICKETS)), [0; 0]);
        for (by, path) in
            [(&lan, DESK.to_owned()), (&lan, format!("{DESK}/{ticket}")), (&lan, CANNED.to_owned())]
        {
            by.get(&path).refused(403, "forbidden");
        }
        said(&lan, DESK, ticket, "It is me").refused(403, "forbidden");
        app.guest().get(TICKETS).refused(401, "unauthenticated");
        app.guest().post(TICKETS, question("Slow")).refused(401, "unauthenticated");
        one(&lan, TICKETS, 4711).refused(404, "not_found");
        one(&lan, TICKETS, "x").refused(400, "malformed_request");
        assert_eq!(one(&lan, TICKETS, ticket).expect(200)["status"], "open");
    }

    #[test]
    fn a_ticket_is_about_what_is_the_customers_own() {
        let app = TestApp::start();
        let (lan, binh) = (app.member("lan").funded(90_000), app.member("binh").funded(90_000));
        let service = app.service(by_hand);
        let (mine, theirs) = (lan.buys(service, 1000), binh.buys(service, 1000));
        let (paid, their_paid) = (lan.deposit(50_000).id, binh.deposit(50_000).id);
        let about = |orders: Value, deposits: Value| {
            let mut body = question("Slow");
            (body["order_ids"], body["deposit_ids"]) = (orders, deposits);
            lan.post(TICKETS, body)
        };
        about(json!([theirs]), json!([])).refused_fields(&["order_ids[0]"]);
        about(json!([mine, 4711]), json!([their_paid])).refused_fields(&["order_ids[1]", "deposit_ids[0]"]);
        about(json!([mine, mine]), json!([])).refused_fields(&["order_ids[1]"]);
        about(json!((1..=21).collect::<Vec<i64>>()), json!([])).refused_fields(&["order_ids"]);
        about(json!([mine.to_string()]), json!([])).refused(422, "validation_failed");
        let ticket = about(json!([mine]), json!([paid])).expect(201);
        assert_eq!((&ticket["order_ids"], &ticket["deposit_ids"]), (&json!([mine]), &json!([paid])));
        // The schema says it too.
        let id = ticket["id"].as_i64().unwrap();
        for sql in [
            format!("INSERT INTO ticket_orders VALUES ({id}, {theirs})"),
            format!("INSERT INTO ticket_deposits VALUES ({id}, {their_paid})"),
            "UPDATE ticket_messages SET text = 'never said'".to_owned(),
            "DELETE FROM ticket_messages".to_owned(),
            "DELETE FROM tickets".to_owned(),
            format!(
                "INSERT INTO ticket_messages (ticket_id, sender, author_id, text, created_at)
                 VALUES ({id}, 'customer', {}, 'I am lan', 0)",
                binh.id
            ),
        ] {
            let refused = app.app.db.write_blocking(move |tx| tx.execute(&sql, ()).map(drop));
            assert!(refused.is_err());
        }
    }

    #[test]
    fn the_support_answers_customers_and_not_colleagues() {
        let app = TestApp::start();
        let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan"));
        let hers = app.support("hoa");
        let (of_lan, of_hoa) = (asked(&lan, "Slow"), asked(&hers, "My own"));
        assert_eq!(ids(&mai.get(DESK)), [of_lan]);
        assert_eq!(ids(&boss.get(DESK)), [of_hoa, of_lan]);
        assert_eq!(ids(&mai.get(&format!("{DESK}?user_id={}", hers.id))), [0; 0]);
        one(&mai, DESK, of_hoa).refused(404, "not_found");
        said(&mai, DESK, of_hoa, "Hello").refused(404, "not_found");
        put(&mai, DESK, of_hoa, json!({ "status": "closed" })).refused(404, "not_found");
        one(&boss, DESK, of_hoa).expect(200);
        one(&mai, DESK, 4711).refused(404, "not_found");
    }

    #[test]
    fn only_admins_write_canned_answers() {
        let app = TestApp::start();
        let (boss, mai) = (app.admin("boss"), app.support("mai"));
        let canned = json!({ "title": "Slow", "text": "Please wait for a day." });
        mai.post(CANNED, canned.clone()).refused(403, "forbidden");
        let made = boss.post(CANNED, canned).expect(201);
        let path = format!("{CANNED}/{}", made["id"]);
        mai.put(&path, json!({ "title": "Mine" })).refused(403, "forbidden");
        mai.delete(&path).refused(403, "forbidden");
        assert_eq!(mai.get(CANNED).expect(200)["items"], json!([made]));
    }

    #[test]
    fn whoever_is_banned_is_out_at_once() {
        let app = TestApp::start();
        let (boss, lan) = (app.admin("boss"), app.member("lan"));
        let ticket = asked(&lan, "Slow");
        ban(&boss, &lan, true);
        said(&lan, TICKETS, ticket, "Hello").refused(401, "unauthenticated");
        lan.post(TICKETS, question("Again")).refused(401, "unauthenticated");
        said(&boss, DESK, ticket, "You are out").expect(201);
    }
}

#[test]
fn a_customer_and_the_support_talk() {
    let app = TestApp::start();
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan"));
    let opened = lan.post(TICKETS, question(" Slow ")).expect(201);
    let id = opened["id"].as_i64().unwrap();
    let expected = json!({
        "id": id, "subject": "Slow", "status": "open", "order_ids": [], "deposit_ids": [], "unread": false,
        "messages": [{ "from": "customer", "author": "lan", "text": "Why is it slow?",
            "created_at": "2026-11-22T07:39:00Z" }],
        "created_at": "2026-11-22T07:39:00Z", "updated_at": "2026-11-22T07:39:00Z",
    });
    assert_eq!(opened, expected);
    assert_eq!(one(&lan, TICKETS, id).expect(200), expected);
    app.clock.advance_seconds(60);

    let listed = |by: &Member, place: &str| by.get(place).expect(200)["items"][0].clone();
    let row = listed(&boss, DESK);
    assert_eq!(
        (&row["unread"], &row["username"], &row["assignee"]),
        (&json!(true), &json!("lan"), &Value::Null)
    );
    assert_eq!((row.get("messages"), &row["user_id"]), (None, &json!(lan.id.get())));
    assert_eq!(one(&mai, DESK, id).expect(200)["unread"], false, "reading is reading");
    assert_eq!(listed(&boss, DESK)["unread"], false);

    let answered = said(&mai, DESK, id, " It is\r\nbusy. ").expect(201);
    assert_eq!((&answered["status"], &answered["unread"]), (&json!("answered"), &json!(false)));
    let last = *conversation(&answered).last().unwrap();
    assert_eq!(last, ("support", "mai", "It is\nbusy."));
    let row = listed(&lan, TICKETS);
    assert_eq!((&row["unread"], &row["status"]), (&json!(true), &json!("answered")));
    assert_eq!((&row["updated_at"], row.get("messages")), (&json!("2026-11-22T07:40:00Z"), None));
    let read = one(&lan, TICKETS, id).expect(200);
    let site = app.guest().get("/api/site").expect(200)["site_name"].as_str().unwrap().to_owned();
    assert_eq!(*conversation(&read).last().unwrap(), ("support", site.as_str(), "It is\nbusy."));
    assert_eq!((&read["unread"], &listed(&lan, TICKETS)["unread"]), (&json!(false), &json!(false)));

    let again = said(&lan, TICKETS, id, "Still slow").expect(201);
    assert_eq!((&again["status"], conversation(&again).len()), (&json!("open"), 3));
    assert_eq!(listed(&boss, DESK)["unread"], true);
    assert_eq!(close(&lan, id)["status"], "closed");
    assert_eq!(close(&lan, id)["status"], "closed", "twice is once");
    let reason = |answer: Answer| answer.refused(409, "conflict")["reason"].clone();
    assert_eq!(reason(said(&lan, TICKETS, id, "Hello?")), "ticket_closed");
    assert_eq!(reason(said(&mai, DESK, id, "Hello?")), "ticket_closed");
    put(&lan, TICKETS, id, json!({ "status": "open" })).refused_fields(&["status"]);
    put(&mai, DESK, id, json!({ "status": "open" })).expect(200);
    said(&lan, TICKETS, id, "There you are").expect(201);
}

#[test]
fn lists_are_filtered_and_come_in_pages() {
    let app = TestApp::start();
    let (boss, lan, binh) = (app.admin("boss"), app.member("lan"), app.member("binh"));
    let (first, second, third) = (asked(&lan, "One"), asked(&binh, "Two"), asked(&lan, "Three"));
    said(&boss, DESK, third, "Yes").expect(201);
    put(&boss, DESK, first, json!({ "assignee_id": boss.id.get() })).expect(200);
    let found = |filter: &str| ids(&boss.get(&format!("{DESK}?{filter}")));
    assert_eq!(found(""), [third, second, first]);
    assert_eq!(found("status=open"), [second, first]);
    assert_eq!(found("status=answered"), [third]);
    assert_eq!(found(&format!("user_id={}", lan.id)), [third, first]);
    assert_eq!(found(&format!("user_id={}&status=open", lan.id)), [first]);
    assert_eq!(found(&format!("assignee_id={}", boss.id)), [first]);
    assert_eq!(found(&format!("assignee_id={}&status=closed", boss.id)), [0; 0]);
    boss.get(&format!("{DESK}?status=new")).refused_fields(&["status"]);
    lan.get(&format!("{TICKETS}?status=new")).refused_fields(&["status"]);
    assert_eq!(ids(&lan.get(&format!("{TICKETS}?status=open"))), [first]);
    let page = lan.get(&format!("{TICKETS}?limit=1"));
    let cursor = page.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(ids(&page), [third]);
    assert_eq!(ids(&lan.get(&format!("{TICKETS}?limit=1&cursor={cursor}"))), [first]);
}

mod bounds {
    use super::*;

    #[test]
    fn what_is_written_has_its_measure() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let open = |subject: &str, message: &str| {
            lan.post(TICKETS, json!({ "subject": subject, "message": message }))
        };
        open(&"đ".repeat(200), &"đ".repeat(10_000)).expect(201);
        open(&"đ".repeat(201), "x").refused_fields(&["subject"]);
        open("two\nlines", "x").refused_fields(&["subject"]);
        open(" \u{200B} ", &"x".repeat(10_001)).refused_fields(&["subject", "message"]);
        open("x", "\u{1B}[2J").refused_fields(&["message"]);
        lan.post(TICKETS, json!({ "subject": "x" })).refused_fields(&["message"]);
        lan.post(TICKETS, json!({ "subject": "x", "message": "y", "status": "closed" }))
            .refused_fields(&["status"]);
        let ticket = ids(&lan.get(TICKETS))[0];
        said(&lan, TICKETS, ticket, "").refused_fields(&["message"]);
        put(&lan, TICKETS, ticket, json!({})).refused_fields(&["status"]);
    }

    #[test]
    fn ten_are_open_at_most_and_one_that_is_closed_makes_room() {
        let app = TestApp::start();
        let (boss, lan) = (app.admin("boss"), app.member("lan"));
        let all: Vec<i64> = (0..10).map(|number| asked(&lan, &format!("No. {number}"))).collect();
        said(&boss, DESK, all[0], "An answered one is not closed").expect(201);
        let problem = lan.post(TICKETS, question("One more")).refused(409, "conflict");
        assert_eq!((&problem["reason"], &problem["values"]["max"]), (&json!("too_many_tickets"), &json!(10)));
        asked(&app.member("binh"), "Another one's");
        close(&lan, all[5]);
        asked(&lan, "One more");
        lan.post(TICKETS, question("And one")).refused(409, "conflict");
    }

    #[test]
    fn two_hundred_messages_fill_a_ticket() {
        let app = TestApp::start();
        let (boss, lan) = (app.admin("boss"), app.member("lan"));
        let ticket = asked(&lan, "Slow");
        for number in 0..199 {
            let (by, place) = if number % 2 == 0 { (&boss, DESK) } else { (&lan, TICKETS) };
            said(by, place, ticket, "More").expect(201);
        }
        for (by, place) in [(&boss, DESK), (&lan, TICKETS)] {
            let problem = said(by, place, ticket, "Even more").refused(409, "conflict");
            assert_eq!(problem["reason"], "ticket_full");
        }
        close(&lan, ticket);
    }

    #[test]
    fn two_hundred_answers_are_canned_at_most() {
        let app = TestApp::start();
        let boss = app.admin("boss");
        let canned = |number: i64| json!({ "title": format!("No. {number}"), "text": "Please wait." });
        for number in 0..200 {
            boss.post(CANNED, canned(number)).expect(201);
        }
        let problem = boss.post(CANNED, canned(200)).refused(409, "conflict");
        assert_eq!(problem["reason"], "too_many_canned_answers");
        boss.delete(&format!("{CANNED}/1")).expect(204);
        boss.post(CANNED, canned(200)).expect(201);
    }
}

mod races {
    use super::*;

    fn send(served: &Served, token: &str, method: &str, path: &str, body: &Value) -> u16 {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
        served.send(method, path, &headers, body.to_string().as_bytes()).status
    }

    #[test]
    fn of_many_opened_at_once_ten_are() {
        let app = TestApp::start();
        let lan = app.member("lan");
        let (served, token) = (app.serve(), lan.token());
        let answers =
            at_once(15, |number| send(&served, token, "POST", TICKETS, &question(&format!("No. {number}"))));
        assert_eq!(answers.iter().filter(|status| **status == 201).count(), 10, "{answers:?}");
        assert_eq!(answers.iter().filter(|status| **status == 409).count(), 5, "{answers:?}");
        assert_eq!(ids(&lan.get(TICKETS)).len(), 10);
    }

    #[test]
    fn two_replies_at_once_are_both_there() {
        let app = TestApp::start();
        let (boss, lan) = (app.admin("boss"), app.member("lan"));
        let ticket = asked(&lan, "Slow");
        let (served, staff, own) = (app.serve(), boss.token(), lan.token());
        let answers = at_once(10, |number| {
            let (by, place) = if number % 2 == 0 { (staff, DESK) } else { (own, TICKETS) };
            let body = json!({ "message": format!("No. {number}") });
            send(&served, by, "POST", &format!("{place}/{ticket}/replies"), &body)
        });
        assert_eq!(answers, [201; 10]);
        let read = one(&boss, DESK, ticket).expect(200);
        let said = conversation(&read);
        assert_eq!(said.len(), 11);
        let last_by_staff = said.last().unwrap().0 == "support";
        assert_eq!(read["status"], if last_by_staff { "answered" } else { "open" });
    }

    #[test]
    fn a_reply_comes_before_the_end_or_is_refused() {
        let app = TestApp::start();
        let (boss, lan) = (app.admin("boss"), app.member("lan"));
        let (served, staff, customer) = (app.serve(), boss.token(), lan.token());
        for number in 0..8 {
            let ticket = asked(&lan, &format!("No. {number}"));
            let path = format!("{DESK}/{ticket}/replies");
            let own = format!("{TICKETS}/{ticket}");
            let answers = at_once(2, |number| match number {
                0 => send(&served, customer, "PUT", &own, &json!({ "status": "closed" })),
                _ => send(&served, staff, "POST", &path, &json!({ "message": "Yes" })),
            });
            let read = one(&lan, TICKETS, ticket).expect(200);
            assert_eq!((answers[0], &read["status"]), (200, &json!("closed")));
            let is_there = conversation(&read).len() == 2;
            assert_eq!(answers[1], if is_there { 201 } else { 409 });
        }
    }
}

#[test]
fn a_key_makes_a_repetition_harmless() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let first = lan.post_once(TICKETS, "one", question("Slow"));
    let again = lan.post_once(TICKETS, "one", question("Slow"));
    assert_eq!(first.expect(201), again.expect(201));
    assert_eq!(again.header("Idempotent-Replayed"), Some("true"));
    lan.post_once(TICKETS, "one", question("Other")).refused(422, "idempotency_key_reused");
    lan.post_once(TICKETS, "two", json!({ "subject": "", "message": "x" })).refused_fields(&["subject"]);
    lan.post_once(TICKETS, "two", question("Slow")).expect(201);
    assert_eq!(ids(&lan.get(TICKETS)).len(), 2);
}

#[test]
fn somebody_looks_after_it_and_what_the_staff_does_is_on_record() {
    let app = TestApp::start();
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan"));
    let ticket = asked(&lan, "Slow");
    said(&mai, DESK, ticket, "a-secret-answer").expect(201);
    let taken = put(&mai, DESK, ticket, json!({ "assignee_id": mai.id.get() })).expect(200);
    assert_eq!((&taken["assignee"], &taken["assignee_id"]), (&json!("mai"), &json!(mai.id.get())));
    assert_eq!(taken["status"], "answered");
    put(&mai, DESK, ticket, json!({ "assignee_id": mai.id.get() })).expect(200);
    for nobody in [lan.id.get(), 4711] {
        put(&boss, DESK, ticket, json!({ "assignee_id": nobody })).refused_fields(&["assignee_id"]);
    }
    put(&boss, DESK, ticket, json!({ "status": null })).refused_fields(&["status"]);
    let closed = put(&boss, DESK, ticket, json!({ "status": "closed", "assignee_id": null })).expect(200);
    assert_eq!((&closed["assignee"], &closed["status"]), (&Value::Null, &json!("closed")));
    put(&boss, DESK, ticket, json!({})).expect(200);

    let log = boss.get(&format!("/api/admin/audit-log?subject=ticket:{ticket}"));
    assert!(!log.text().contains("a-secret-answer"));
    let entries: Vec<Value> = log.expect(200)["items"].as_array().unwrap().clone();
    let told = |entry: &Value| (entry["action"].clone(), entry["before"].clone(), entry["after"].clone());
    let state = |status: &str, assignee: Value| json!({ "status": status, "assignee": assignee });
    let expected = [
        (json!("ticket.change"), state("answered", json!("mai")), state("closed", Value::Null)),
        (json!("ticket.change"), state("answered", Value::Null), state("answered", json!("mai"))),
        (json!("ticket.reply"), Value::Null, Value::Null),
    ];
    assert_eq!(entries.iter().map(told).collect::<Vec<_>>(), expected);
    assert_eq!(entries[0]["actor"], "boss");
}

#[test]
fn canned_answers_are_kept_by_title_and_on_record() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let made =
        |title: &str| boss.post(CANNED, json!({ "title": title, "text": "Please\r\nwait." })).expect(201);
    let (late, early) = (made("Z"), made("A"));
    assert_eq!(boss.get(CANNED).expect(200)["items"], json!([early, late]));
    assert_eq!(early["text"], "Please\nwait.");
    let path = format!("{CANNED}/{}", late["id"]);
    assert_eq!(boss.put(&path, json!({ "title": "0" })).expect(200)["title"], "0");
    boss.put(&path, json!({ "title": "", "text": "" })).refused_fields(&["title", "text"]);
    boss.put(&path, json!({ "title": null })).refused_fields(&["title"]);
    boss.delete(&path).expect(204);
    boss.delete(&path).refused(404, "not_found");
    boss.put(&path, json!({})).refused(404, "not_found");
    let log = boss.get("/api/admin/audit-log").expect(200);
    let actions: Vec<&str> =
        log["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let [create, change, delete] = ["create", "change", "delete"].map(|verb| format!("canned_answer.{verb}"));
    assert_eq!(actions[..4], [delete, change, create.clone(), create]);
}
