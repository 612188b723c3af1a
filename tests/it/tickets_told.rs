//! Who is told of tickets: the event streams, what waits for the operator, notices, and letters.

use crate::mail::{Posted, ban, letters, writing};
use crate::support::app::TestApp;
use crate::support::listen::Listener;
use crate::support::member::Member;
use crate::support::process::alone;
use crate::support::told::Told;
use crate::tickets::{DESK, TICKETS, asked, one, said};
use serde_json::json;

#[test]
fn both_sides_hear_of_it_and_nobody_else() {
    let app = TestApp::start();
    let (boss, lan, binh) = (app.admin("boss"), app.member("lan"), app.member("binh"));
    let served = app.serve();
    let listen = |by: &Member| Listener::bearer(served.address, by.token());
    let (mut of_lan, mut of_binh, mut of_boss) = (listen(&lan), listen(&binh), listen(&boss));
    let ticket = asked(&lan, "Slow");
    assert_eq!(of_lan.hears("ticket"), json!({ "id": ticket, "unread": false }));
    assert_eq!(of_boss.hears("review"), json!({ "count": 0 }));
    said(&boss, DESK, ticket, "Yes").expect(201);
    assert_eq!(of_lan.hears("ticket"), json!({ "id": ticket, "unread": true }));
    one(&lan, TICKETS, ticket).expect(200);
    assert_eq!(of_lan.hears("ticket"), json!({ "id": ticket, "unread": false }));
    app.fund(binh.id, 7);
    assert_eq!(of_binh.next().name, "balance", "what comes first");
}

#[test]
fn the_support_hears_how_many_wait_and_how_many_there_are() {
    let app = TestApp::start();
    let (helper, boss, lan) = (app.support("helper"), app.admin("boss"), app.member("lan"));
    asked(&boss, "A colleague's");
    let served = app.serve();
    let mut of_helper = Listener::bearer(served.address, helper.token());
    let ticket = asked(&lan, "Slow");
    assert_eq!(of_helper.hears("desk"), json!({ "open": 1 }), "of the colleague's nothing is told");
    let counts = |who: &Member, more: &str| who.get(&format!("{DESK}/counts{more}")).expect(200);
    let of = |counts: [i64; 4]| {
        let [all, mine, open, answered] = counts;
        json!({ "all": all, "mine": mine, "open": open, "answered": answered, "closed": 0 })
    };
    assert_eq!(counts(&helper, ""), of([1, 0, 1, 0]), "not those of whoever works here");
    assert_eq!(counts(&boss, ""), of([2, 0, 2, 0]));
    said(&helper, DESK, ticket, "Yes").expect(201);
    assert_eq!(of_helper.hears("desk"), json!({ "open": 0 }));
    helper.put(&format!("{DESK}/{ticket}"), json!({ "assignee_id": helper.id.get() })).expect(200);
    assert_eq!(counts(&helper, ""), of([1, 1, 0, 1]));
    assert_eq!(counts(&boss, &format!("?user_id={}", lan.id)), of([1, 0, 0, 1]));
    lan.get(&format!("{DESK}/counts")).refused(403, "forbidden");
}

#[test]
fn what_waits_for_an_answer_is_told_with_the_oldest() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let waiting = || {
        let review = boss.get("/api/admin/review").expect(200);
        review["items"].as_array().unwrap().iter().find(|item| item["kind"] == "tickets").cloned()
    };
    assert_eq!(waiting(), None);
    let first = asked(&lan, "One");
    app.clock.advance_seconds(60);
    asked(&lan, "Two");
    said(&lan, TICKETS, first, "And more").expect(201);
    let item = waiting().unwrap();
    let figures = [&item["severity"], &item["count"], &item["oldest"], &item["path"]];
    let expected = [json!("warning"), json!(2), json!("2026-11-22T07:39:00Z"), json!("/admin/tickets")];
    assert_eq!(figures, expected.each_ref());
    said(&boss, DESK, first, "Yes").expect(201);
    assert_eq!(waiting().unwrap()["oldest"], "2026-11-22T07:40:00Z");
    app.clock.advance_seconds(60);
    said(&lan, TICKETS, first, "No").expect(201);
    boss.put(&format!("{DESK}/2"), json!({ "status": "closed" })).expect(200);
    assert_eq!(waiting().unwrap()["oldest"], "2026-11-22T07:41:00Z", "the wait begins anew");
}

#[test]
fn the_operator_is_told_of_what_customers_write() {
    let mut told = Told::start();
    let (boss, lan) = (told.app.admin("boss"), told.app.member("lan"));
    let ticket = asked(&lan, "<Slow>");
    said(&boss, DESK, ticket, "It is busy").expect(201);
    said(&lan, TICKETS, ticket, &"long ".repeat(500)).expect(201);
    boss.put("/api/admin/settings", json!({ "notices": { "ticket": false } })).expect(200);
    said(&lan, TICKETS, ticket, "untold").expect(201);
    drop((boss, lan));
    let texts = told.deliver();
    assert_eq!(texts.len(), 2, "{texts:?}");
    for mark in ["Khách gửi yêu cầu hỗ trợ", "#1", "lan", "&lt;Slow&gt;", "Why is it slow?"] {
        assert!(texts[0].contains(mark), "{mark}: {}", texts[0]);
    }
    assert!(texts[1].contains("Khách trả lời") && texts[1].contains("long…") && texts[1].len() < 1000);
}

mod letter {
    use super::*;

    #[test]
    fn it_brings_the_beginning_of_the_answer_and_the_way_to_it() {
        alone(|| {
            let post = Posted::start();
            let (boss, lan) = (post.app.admin("boss"), post.app.member("lan"));
            let ticket = asked(&lan, "Slow");
            let known = post.smtp.letters().len();
            let long = format!("First line\n\u{202E}second {}the end", "x".repeat(600));
            said(&boss, DESK, ticket, &long).expect(201);
            let letter = post.only(known);
            assert_eq!(letter.to, ["RCPT TO:<lan@example.vn>"]);
            assert!(letter.subject().contains(&format!("#{ticket}")), "{}", letter.subject());
            let body = letter.body();
            let place = format!("\r\n\r\nhttp://panel.example.vn/tickets/{ticket}\r\n\r\n");
            for mark in ["> First line\r\n> second xxx", "xxx…\r\n", place.as_str()] {
                assert!(body.contains(mark), "{mark}: {body}");
            }
            assert!(
                !body.contains("the end") && !body.contains("boss") && !body.contains('\u{202E}'),
                "{body}"
            );
        });
    }

    #[test]
    fn one_of_a_ticket_waits_at_a_time() {
        let app = writing();
        let (boss, lan) = (app.admin("boss"), app.member("lan"));
        let (first, second) = (asked(&lan, "One"), asked(&lan, "Two"));
        let known = || letters(&app, &format!("kind = 'ticket_answered' AND user_id = {}", lan.id));
        said(&boss, DESK, first, "Yes").expect(201);
        said(&boss, DESK, first, "And more").expect(201);
        assert_eq!(known(), 1);
        said(&boss, DESK, second, "Yes").expect(201);
        assert_eq!(known(), 2);
        app.write(|tx| tx.execute("UPDATE letters SET state = 'sent', fields = NULL", ()).unwrap());
        said(&boss, DESK, first, "News").expect(201);
        assert_eq!(known(), 3);
        ban(&boss, &lan, true);
        said(&boss, DESK, second, "News").expect(201);
        assert_eq!(known(), 3, "a banned user is written nothing");
    }
}
