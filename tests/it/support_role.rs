//! The role `support`: what it may do, that everything else of the admins is forbidden to it, and that it is told
//! nothing of providers and costs.

use crate::support::app::TestApp;
use crate::support::member::Member;
use crate::support::shop::by_hand;
use crate::support::tcp::at_once;
use rocket::http::Method;
use serde_json::{Value, json};
use smm_panel::accounts::Role;
use smm_panel::web;

/// All of it.
const ALLOWED: &[(Method, &str)] = &[
    (Method::Get, "/api/admin/users"),
    (Method::Get, "/api/admin/users/<id>"),
    (Method::Get, "/api/admin/users/<id>/overview"),
    (Method::Get, "/api/admin/orders"),
    (Method::Get, "/api/admin/orders/counts"),
    (Method::Get, "/api/admin/orders/<id>"),
    (Method::Get, "/api/admin/orders/<id>/timeline"),
    (Method::Put, "/api/admin/orders/<id>/status"),
    (Method::Post, "/api/admin/orders/<id>/cancel"),
    (Method::Post, "/api/admin/orders/<id>/refill"),
    (Method::Get, "/api/admin/refills"),
    (Method::Get, "/api/admin/deposits"),
    (Method::Get, "/api/admin/deposits/counts"),
    (Method::Get, "/api/admin/tickets"),
    (Method::Get, "/api/admin/tickets/counts"),
    (Method::Get, "/api/admin/tickets/<id>"),
    (Method::Post, "/api/admin/tickets/<id>/replies"),
    (Method::Put, "/api/admin/tickets/<id>"),
    (Method::Get, "/api/admin/canned-answers"),
];

/// What an order says of its provider. None of it is for the support.
const OF_PROVIDERS: &[&str] = &[
    "provider_id",
    "provider_service_id",
    "provider_order_id",
    "account_left",
    "cost",
    "attempts",
    "attempted_at",
    "dispatch_note",
    "dispatch_note_coded",
    "contradiction",
    "contradiction_coded",
];

fn set(by: &Member, order: i64, status: &str) -> crate::support::wire::Answer {
    by.put(&format!("/api/admin/orders/{order}/status"), json!({ "status": status }))
}

fn role(by: &Member, user: impl std::fmt::Display, role: &str) -> crate::support::wire::Answer {
    by.put(&format!("/api/admin/users/{user}/role"), json!({ "role": role }))
}

/// The actions that the support is on record for.
fn actions(boss: &Member, who: &Member) -> Vec<String> {
    let log = boss.get(&format!("/api/admin/audit-log?actor_id={}", who.id)).expect(200);
    let items = log["items"].as_array().unwrap().iter();
    items.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_support_is_forbidden_every_address_of_the_admins_but_its_own() {
    let app = TestApp::start();
    let (mai, mut met) = (app.support("mai"), 0);
    let routes = web::routes().into_iter().filter(|route| route.uri.path().starts_with("/api/admin"));
    for route in routes {
        let path = route.uri.path();
        let is_allowed = ALLOWED.contains(&(route.method, path));
        met += usize::from(is_allowed);
        for body in [None, Some(b"{}".to_vec()), Some(b"not json".to_vec())] {
            let answer = mai.send(route.method, &path.replace("<id>", "1").replace("<name>", "1"), &[], body);
            if is_allowed {
                assert!(
                    ![401, 403, 500].contains(&answer.status),
                    "{} {path}: {}",
                    route.method,
                    answer.text()
                );
            } else {
                answer.refused(403, "forbidden");
            }
        }
    }
    assert_eq!(met, ALLOWED.len(), "each of them is an address");
}

#[test]
fn what_the_support_sees_of_orders_names_no_provider_and_no_cost() {
    let app = TestApp::start();
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan").funded(50_000));
    let id = lan.buys(app.service(|_| ()), 1000);
    app.park();
    let theirs = "theirs-4711";
    let resolved = json!({ "action": "sent", "provider_order_id": theirs });
    boss.post(&format!("/api/admin/orders/{id}/resolve"), resolved).expect(200);
    let known = boss.get(&format!("/api/admin/orders/{id}")).expect(200);
    let one = mai.get(&format!("/api/admin/orders/{id}")).expect(200);
    let list = mai.get("/api/admin/orders").expect(200);
    for (seen, known) in
        [(&one, &known), (&list["items"][0], &boss.get("/api/admin/orders").expect(200)["items"][0])]
    {
        assert_eq!(
            (&seen["id"], &seen["username"], &seen["charge"]),
            (&json!(id), &json!("lan"), &json!(12_000))
        );
        let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let hidden: Vec<_> = names(known).into_iter().filter(|name| seen.get(name).is_none()).collect();
        let mut expected: Vec<_> = OF_PROVIDERS.iter().map(|name| (*name).to_owned()).collect();
        expected.sort_unstable();
        assert_eq!(hidden, expected);
    }
    let steps = mai.get(&format!("/api/admin/orders/{id}/timeline"));
    assert!(!steps.text().contains("attempt") && !steps.text().contains(theirs), "{}", steps.text());
    assert_eq!(steps.expect(200), lan.get(&format!("/api/orders/{id}/timeline")).expect(200));
    let found =
        |by: &Member| by.get(&format!("/api/admin/orders?search={theirs}")).expect(200)["items"].clone();
    assert_eq!(found(&boss).as_array().unwrap().len(), 1);
    assert_eq!(found(&mai), json!([]), "the provider's number finds nothing");
    for filter in ["provider_id=1", "review=true"] {
        mai.get(&format!("/api/admin/orders?{filter}")).refused(403, "forbidden");
    }
}

#[test]
fn the_support_moves_what_is_done_by_hand_up_to_its_completion_only() {
    let app = TestApp::start();
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan").funded(90_000));
    let sent = lan.bought(app.service(|_| ()), 1000);
    for status in ["processing", "in_progress", "completed", "partial", "canceled"] {
        set(&mai, sent, status).refused(403, "forbidden");
    }
    let manual = lan.bought(app.service(by_hand), 1000);
    for status in ["partial", "canceled"] {
        let body = json!({ "status": status, "remains": 10, "dry_run": true });
        mai.put(&format!("/api/admin/orders/{manual}/status"), body).refused(403, "forbidden");
        set(&mai, manual, status).refused(403, "forbidden");
    }
    for status in ["processing", "in_progress", "completed"] {
        let order = set(&mai, manual, status).expect(200);
        assert_eq!((&order["status"], order.get("cost")), (&json!(status), None));
    }
    set(&mai, manual, "canceled").refused(403, "forbidden");
    assert_eq!(actions(&boss, &mai), ["order.status"; 3]);
    assert_eq!(lan.balance(), 90_000 - 24_000);
}

#[test]
fn the_support_cancels_and_refills_as_the_customer_could() {
    let app = TestApp::start();
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan").funded(90_000));
    let cancel = |id: i64| mai.post(&format!("/api/admin/orders/{id}/cancel"), json!({}));
    let refill = |id: i64| mai.post(&format!("/api/admin/orders/{id}/refill"), json!({}));
    let queued = lan.buys(app.service(|_| ()), 1000);
    let canceled = cancel(queued).expect(200);
    assert_eq!((&canceled["status"], &canceled["refunded"]), (&json!("canceled"), &json!(12_000)));
    assert_eq!(canceled["reason"], "canceled_by_support");
    assert_eq!(lan.get(&format!("/api/orders/{queued}")).expect(200)["reason"], "canceled_by_support");
    cancel(queued).refused(409, "cancel_not_possible");
    let by = |by: &Member, path: &str| by.get(path).expect(200)["items"][1]["by"].clone();
    assert_eq!(by(&lan, &format!("/api/orders/{queued}/timeline")), "support");
    let steps = boss.get(&format!("/api/admin/orders/{queued}/timeline")).expect(200);
    assert_eq!((&steps["items"][1]["by"], &steps["items"][1]["actor"]), (&json!("support"), &json!("mai")));

    let offered = app.service(|offer| {
        by_hand(offer);
        offer.refill = true;
    });
    let manual = lan.bought(offered, 1000);
    refill(manual).refused(409, "refill_not_possible");
    set(&mai, manual, "completed").expect(200);
    app.clock.advance_seconds(25 * 60 * 60);
    let mai = app.signed(mai.id);
    let asked = mai.post(&format!("/api/admin/orders/{manual}/refill"), json!({})).expect(201);
    assert_eq!((&asked["order_id"], &asked["status"]), (&json!(manual), &json!("pending")));
    let refills = mai.get(&format!("/api/admin/refills?order_id={manual}")).expect(200);
    assert_eq!(refills["items"], json!([asked]));
    mai.get("/api/admin/refills").refused_fields(&["order_id"]);
    let known = boss.get(&format!("/api/admin/refills?order_id={manual}")).expect(200);
    assert_eq!(known["items"][0]["username"], "lan");
    mai.post("/api/admin/orders/4711/cancel", json!({})).refused(404, "not_found");
    mai.post("/api/admin/orders/4711/refill", json!({})).refused(404, "not_found");
    assert_eq!(actions(&boss, &mai), ["refill.ask", "order.status", "order.cancel"]);
    let log = boss.get("/api/admin/audit-log?action=order.cancel").expect(200);
    let entry = &log["items"][0];
    assert_eq!(
        (&entry["before"]["status"], &entry["after"]["refunded"]),
        (&json!("pending"), &json!(12_000))
    );
}

#[test]
fn a_role_counts_from_the_next_request_on_and_is_on_record() {
    let app = TestApp::start();
    let (boss, mai) = (app.admin("boss"), app.member("mai"));
    mai.get("/api/admin/users").refused(403, "forbidden");
    role(&mai, mai.id, "admin").refused(403, "forbidden");
    assert_eq!(role(&boss, mai.id, "support").expect(200)["role"], "support");
    role(&mai, mai.id, "admin").refused(403, "forbidden");
    assert_eq!(mai.get("/api/auth/me").expect(200)["role"], "support");
    mai.get("/api/admin/users").expect(200);
    role(&boss, mai.id, "support").expect(200);
    let log = boss.get("/api/admin/audit-log?action=user.role").expect(200);
    assert_eq!(log["items"].as_array().unwrap().len(), 1, "the same again is no change");
    assert_eq!(
        (&log["items"][0]["before"], &log["items"][0]["after"]),
        (&json!({ "role": "user" }), &json!({ "role": "support" }))
    );
    let support = boss.get("/api/admin/users?role=support").expect(200);
    assert_eq!(support["items"][0]["username"], "mai");
    role(&boss, mai.id, "user").expect(200);
    mai.get("/api/admin/users").refused(403, "forbidden");
    role(&boss, 4_711, "user").refused(404, "not_found");
    for wrong in ["", "Admin", "owner"] {
        role(&boss, mai.id, wrong).refused_fields(&["role"]);
    }
}

#[test]
fn the_support_is_told_nothing_of_those_who_work_here() {
    let app = TestApp::start();
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan"));
    let names = |query: &str| {
        let list = mai.get(&format!("/api/admin/users{query}")).expect(200);
        let items = list["items"].as_array().unwrap().iter();
        items.map(|user| user["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for query in ["", "?role=user", "?sort=spent", "?search=example", "?status=active"] {
        assert_eq!(names(query), ["lan"], "{query}");
    }
    assert_eq!(names("?search=boss@example.vn"), [""; 0]);
    assert_eq!(names("?status=banned"), [""; 0]);
    for role in ["admin", "support"] {
        mai.get(&format!("/api/admin/users?role={role}")).refused(403, "forbidden");
    }
    for hidden in [boss.id, mai.id] {
        mai.get(&format!("/api/admin/users/{hidden}")).refused(404, "not_found");
    }
    mai.get(&format!("/api/admin/users/{}", lan.id)).expect(200);
    assert_eq!(boss.get("/api/admin/users").expect(200)["items"].as_array().unwrap().len(), 3);
}

#[test]
fn the_support_sees_nothing_that_those_who_work_here_bought() {
    let app = TestApp::start();
    let (boss, mai, lan) = (app.admin("boss"), app.support("mai"), app.member("lan").funded(90_000));
    let buyer = app.member("temp").funded(90_000);
    let service = app.service(by_hand);
    let (own, theirs) = (lan.bought(service, 1000), buyer.bought(service, 1000));
    for who in [&lan, &buyer] {
        who.post("/api/payment/deposit", json!({ "amount": 50_000 })).expect(201);
    }
    app.becomes(buyer.id, Role::Admin);
    let ids = |by: &Member, path: &str| {
        let list = by.get(path).expect(200);
        let items = list["items"].as_array().unwrap().iter();
        items.map(|one| one["user_id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let searched = format!("%23{theirs}");
    for query in [
        String::new(),
        "?status=pending".to_owned(),
        format!("?service_id={service}"),
        "?search=https".to_owned(),
        "?search=temp".to_owned(),
        format!("?search={searched}"),
        format!("?user_id={}", buyer.id),
    ] {
        let path = format!("/api/admin/orders{query}");
        assert!(ids(&boss, &path).contains(&buyer.id.get()), "{query}");
        assert!(!ids(&mai, &path).contains(&buyer.id.get()), "{query}");
    }
    for path in ["orders", "deposits", "deposits?status=pending"] {
        assert_eq!(ids(&mai, &format!("/api/admin/{path}")), [lan.id.get()], "{path}");
    }
    assert_eq!(ids(&mai, &format!("/api/admin/deposits?user_id={}", buyer.id)), [0; 0]);
    for what in ["orders", "deposits"] {
        let counts = |by: &Member, query: &str| {
            by.get(&format!("/api/admin/{what}/counts{query}")).expect(200)["pending"].as_i64().unwrap()
        };
        assert_eq!((counts(&boss, ""), counts(&mai, "")), (2, 1), "{what}");
        let of_theirs = format!("?user_id={}", buyer.id);
        assert_eq!((counts(&boss, &of_theirs), counts(&mai, &of_theirs)), (1, 0), "{what}");
    }
    for path in ["", "/timeline"] {
        mai.get(&format!("/api/admin/orders/{theirs}{path}")).refused(404, "not_found");
        mai.get(&format!("/api/admin/orders/{own}{path}")).expect(200);
        boss.get(&format!("/api/admin/orders/{theirs}{path}")).expect(200);
    }
    let preview = json!({ "status": "completed", "dry_run": true });
    mai.put(&format!("/api/admin/orders/{theirs}/status"), preview).refused(404, "not_found");
    set(&mai, theirs, "completed").refused(404, "not_found");
    for verb in ["cancel", "refill"] {
        mai.post(&format!("/api/admin/orders/{theirs}/{verb}"), json!({})).refused(404, "not_found");
    }
    assert_eq!(mai.get(&format!("/api/admin/refills?order_id={theirs}")).expect(200)["items"], json!([]));
    set(&boss, theirs, "completed").expect(200);
}

#[test]
fn the_last_admin_keeps_the_role() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    role(&boss, boss.id, "support").refused(409, "conflict");
    let deputy = app.admin("deputy");
    boss.put(&format!("/api/admin/users/{}/ban", deputy.id), json!({ "banned": true })).expect(200);
    role(&boss, boss.id, "user").refused(409, "conflict");
    assert_eq!(role(&boss, deputy.id, "user").expect(200)["role"], "user");
}

#[test]
fn two_admins_who_give_up_at_once_leave_one() {
    let app = TestApp::start();
    let admins = [app.admin("boss").id, app.admin("deputy").id];
    let given_up = at_once(2, |number| {
        let actor = smm_panel::audit_log::Actor { id: Some(admins[number]), address: None };
        let give_up = move |tx: &smm_panel::db::Tx| {
            smm_panel::accounts::set_role(tx, &actor, admins[number], Role::User, None).map(drop)
        };
        app.app.db.write_blocking(give_up).is_ok()
    });
    assert_eq!(given_up.into_iter().filter(|done| *done).count(), 1);
    assert_eq!(app.number("SELECT count(*) FROM users WHERE role = 'admin'"), 1);
}

#[test]
fn who_lost_the_role_meanwhile_changes_nothing() {
    let app = TestApp::start();
    let (mai, lan) = (app.support("mai"), app.member("lan").funded(50_000));
    let queued = lan.buys(app.service(|_| ()), 1000);
    app.becomes(mai.id, Role::User);
    let actor = smm_panel::audit_log::Actor { id: Some(mai.id), address: None };
    let order = smm_panel::kernel::ids::OrderId::new(queued);
    let cancel = move |tx: &smm_panel::db::Tx| smm_panel::orders::cancel_for(tx, &actor, order).map(drop);
    assert!(app.app.db.write_blocking(cancel).is_err());
    assert_eq!(lan.balance(), 38_000);
}
