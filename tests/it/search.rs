//! Lists of orders: pages, filters, and the search by id or link.

use crate::support::app::TestApp;
use crate::support::bank::{Notice as Transfer, notify as transfer};
use crate::support::member::Member;
use crate::support::shop::{by_hand, report};
use serde_json::{Value, json};
use smm_panel::jobs::providers::dispatch;
use smm_panel::jobs::scheduled::search_index;
use smm_panel::kernel::ids::{ServiceId, UserId};
use smm_panel::orders::{self, Placement, Timing};
use smm_panel::provider::ReportedStatus;

fn ids(page: &Value) -> Vec<i64> {
    page["items"].as_array().unwrap().iter().map(|order| order["id"].as_i64().unwrap()).collect()
}

fn buys(member: &Member, service: i64, link: &str) -> i64 {
    let body = json!({ "service_id": service, "link": link, "quantity": 10 });
    member.post("/api/orders", body).expect(201)["id"].as_i64().unwrap()
}

/// All pages of a list, two orders each.
fn walk(member: &Member, path: &str, limit: usize) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = member.get(&format!("{path}limit={limit}{cursor}")).expect(200);
        let found = ids(&page);
        assert!(found.len() <= limit);
        seen.extend(found);
        let Some(next) = page["next_cursor"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
    }
}

/// Many orders at once, past the door: `link(n)` for each.
fn stock(app: &TestApp, user: UserId, service: i64, count: usize, link: impl Fn(usize) -> String) {
    let links: Vec<String> = (0..count).map(link).collect();
    app.write(move |tx| {
        for link in links {
            let placement = Placement {
                user,
                service: ServiceId::new(service),
                link,
                quantity: Some(10),
                params: smm_panel::order_types::Params::default(),
                timing: Timing::default(),
                expected_charge: None,
            };
            orders::place(tx, placement).unwrap();
        }
    });
}

#[test]
fn a_search_that_says_too_little_is_refused() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    for search in ["ab", "%20a%20", "-1", "%00abc", &"x".repeat(2049)] {
        lan.get(&format!("/api/orders?search={search}")).refused_fields(&["search"]);
        boss.get(&format!("/api/admin/orders?search={search}")).refused_fields(&["search"]);
    }
    for (query, field) in [
        ("status=done", "status"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=7", "cursor"),
    ] {
        lan.get(&format!("/api/orders?{query}")).refused_fields(&[field]);
        boss.get(&format!("/api/admin/orders?{query}")).refused_fields(&[field]);
    }
    for (query, field) in [
        ("user_id=x", "user_id"),
        ("provider_id=x", "provider_id"),
        ("service_id=1.0", "service_id"),
        ("review=1", "review"),
    ] {
        boss.get(&format!("/api/admin/orders?{query}")).refused_fields(&[field]);
    }
}

#[test]
fn a_link_is_found_by_any_part_in_any_case() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000);
    let service = app.service(|_| ());
    let plain = buys(&lan, service, "https://www.TikTok.com/@Ten_Cua.Toi/video/7");
    let accents = buys(&lan, service, "https://x.vn/ĐƯỜNG-Phố?a=\"b\"");
    let found = |text: &str| {
        let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        ids(&lan.get(&format!("/api/orders?search={query}")).expect(200))
    };
    for text in ["tiktok", "TIKTOK.COM/@ten_cua.toi", "o/7", "://www", " Ten_ "] {
        assert_eq!(found(text), [plain], "{text}");
    }
    for text in ["đường-phố", "ĐƯỜNG", "?a=\"b\"", "\"b\""] {
        assert_eq!(found(text), [accents], "{text}");
    }
    assert_eq!(found("https://"), [accents, plain]);
    for text in ["tiktok*", "tik OR tok", "link:tiktok", "NEAR(tik tok)", "ten%cua", "ten_cua_toi", "'; --"] {
        assert_eq!(found(text), Vec::<i64>::new(), "{text}");
    }
}

#[test]
fn digits_name_an_order_and_stand_in_links() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(500_000);
    let service = app.service(|_| ());
    stock(&app, lan.id, service, 104, |n| {
        format!("https://x.vn/{}", if n % 50 == 0 { "a103b" } else { "c" })
    });
    assert_eq!(walk(&lan, "/api/orders?search=103&", 2), [103, 101, 51, 1]);
    assert_eq!(walk(&lan, "/api/orders?search=103&", 100), [103, 101, 51, 1]);
    assert_eq!(walk(&lan, "/api/orders?search=51&", 2), [51]);
    assert_eq!(walk(&lan, "/api/orders?search=9223372036854775807&", 2), Vec::<i64>::new());
    assert_eq!(walk(&lan, "/api/orders?search=103&status=completed&", 2), Vec::<i64>::new());
}

#[test]
fn pages_are_newest_first_and_leave_nothing_out() {
    let app = TestApp::start();
    let (lan, mai) = (app.member("lan").funded(500_000), app.member("mai").funded(500_000));
    let service = app.service(|_| ());
    let mut own = Vec::new();
    for number in 0..7 {
        own.push(buys(&lan, service, &format!("https://x.vn/{number}")));
        buys(&mai, service, "https://x.vn/mai");
    }
    own.reverse();
    for path in
        ["/api/orders?", "/api/user/orders?", "/api/orders?status=pending&", "/api/orders?search=x.vn&"]
    {
        assert_eq!(walk(&lan, path, 2), own, "{path}");
    }
    assert_eq!(ids(&lan.get("/api/orders").expect(200)), own);
    assert_eq!(walk(&lan, "/api/orders?status=completed&", 2), Vec::<i64>::new());
}

#[test]
fn admins_filter_by_everything_at_once() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (lan, mai) = (app.member("lan").funded(500_000), app.member("mai").funded(500_000));
    let (likes, views) = (app.service(|_| ()), app.service(by_hand));
    let a = buys(&lan, likes, "https://x.vn/one");
    let b = buys(&mai, likes, "https://x.vn/two");
    app.send_all();
    let c = buys(&lan, likes, "https://x.vn/three");
    app.park();
    let d = buys(&lan, views, "https://x.vn/four");
    app.reported(a, report(ReportedStatus::Completed)).unwrap();
    app.reported(b, report(ReportedStatus::Unknown("Failed".to_owned()))).unwrap();

    let (lan_id, mai_id) = (lan.id, mai.id);
    let cases = [
        (String::new(), vec![d, c, b, a]),
        (format!("user_id={lan_id}&"), vec![d, c, a]),
        ("user_id=999&".to_owned(), vec![]),
        ("status=pending&".to_owned(), vec![d, c]),
        (format!("status=pending&user_id={lan_id}&service_id={likes}&"), vec![c]),
        (format!("service_id={likes}&"), vec![c, b, a]),
        ("provider_id=1&".to_owned(), vec![c, b, a]),
        (format!("provider_id=1&service_id={views}&"), vec![]),
        ("review=true&".to_owned(), vec![c, b]),
        ("review=false&".to_owned(), vec![d, c, b, a]),
        (
            format!("review=true&user_id={mai_id}&status=processing&provider_id=1&service_id={likes}&"),
            vec![b],
        ),
        ("search=x.vn&".to_owned(), vec![d, c, b, a]),
        (format!("search=x.vn&user_id={lan_id}&"), vec![d, c, a]),
        ("search=x.vn&review=true&".to_owned(), vec![c, b]),
        ("search=THREE&status=pending&".to_owned(), vec![c]),
        ("search=three&status=completed&".to_owned(), vec![]),
        (format!("search={a}&user_id={mai_id}&"), vec![]),
        (format!("search={a}&user_id={lan_id}&"), vec![a]),
    ];
    for (query, expected) in cases {
        for limit in [1, 2, 100] {
            assert_eq!(
                walk(&boss, &format!("/api/admin/orders?{query}"), limit),
                expected,
                "{query} {limit}"
            );
        }
    }
    let shown = boss.get(&format!("/api/admin/orders/{b}")).expect(200);
    assert_eq!((&shown["username"], &shown["dispatch"]), (&json!("mai"), &json!("sent")));
    assert_eq!(shown["provider_order_id"], format!("p{b}"));
    let listed = boss.get(&format!("/api/admin/orders?search={b}")).expect(200);
    let mut listed = listed["items"][0].clone();
    // All but the texts and the link for strangers, which lists leave out.
    for left_out in ["comments", "params", "shared"] {
        assert!(listed[left_out].is_null(), "{left_out}");
        listed[left_out] = shown[left_out].clone();
    }
    assert_eq!(listed, shown);
    boss.get("/api/admin/orders/999").refused(404, "not_found");
}

/// Beyond a couple of thousand orders the full-text index is walked instead of the orders.
#[test]
fn many_orders_are_found_as_few_are() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let (lan, mai) = (app.member("lan").funded(5_000_000), app.member("mai").funded(500_000));
    let (likes, views) = (app.service(|_| ()), app.service(by_hand));
    let link =
        |n: usize| format!("https://x.vn/{}/{n}", if n.is_multiple_of(400) { "RARE" } else { "often" });
    stock(&app, lan.id, likes, 2400, link);
    stock(&app, mai.id, views, 3, |n| format!("https://x.vn/rare/{n}"));
    search_index::tick(&app.app).unwrap();
    let of_lan = [2001, 1601, 1201, 801, 401, 1];
    let of_mai = [2403, 2402, 2401];
    let all = [of_mai.as_slice(), &of_lan].concat();
    assert_eq!(walk(&lan, "/api/orders?search=rare&", 4), of_lan);
    assert_eq!(walk(&lan, "/api/orders?search=rare&status=pending&", 4), of_lan);
    assert_eq!(walk(&mai, "/api/orders?search=rare&", 2), of_mai);
    assert_eq!(walk(&boss, "/api/admin/orders?search=rare&", 4), all);
    assert_eq!(walk(&boss, "/api/admin/orders?search=rare&status=pending&", 4), all);
    assert_eq!(
        walk(&boss, &format!("/api/admin/orders?search=rare&service_id={likes}&provider_id=1&"), 4),
        of_lan
    );
    assert_eq!(
        walk(&boss, &format!("/api/admin/orders?search=rare&service_id={views}&status=pending&"), 4),
        of_mai
    );
    assert_eq!(walk(&boss, &format!("/api/admin/orders?status=pending&service_id={views}&"), 2), of_mai);
    // A word of nearly every link is found among the newest orders, page by page.
    let often: Vec<i64> = (1..=2400).rev().filter(|id| (id - 1) % 400 != 0).collect();
    for (who, path) in [(&lan, "/api/orders?search=often&"), (&boss, "/api/admin/orders?search=OFTEN&")] {
        assert_eq!(walk(who, path, 60), often, "{path}");
    }
}

/// A connection that has looked at the whole full-text index once must not take later changes for damage.
#[test]
fn the_index_is_intact_however_often_that_is_asked_between_orders() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(100_000_000);
    let service = app.service(|_| ());
    for round in 0..20 {
        app.queue_many(&lan, service, 150);
        lan.buys(service, 1000 + round);
        search_index::tick(&app.app).unwrap();
        assert_eq!(app.audit().differences, Vec::<String>::new());
    }
}

#[test]
fn admins_find_orders_by_the_time_they_were_placed() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let service = app.service(|_| ());
    let mut days = Vec::new();
    for _ in 0..6 {
        days.push([lan.buys(service, 1000), lan.buys(service, 1001)]);
        app.clock.advance_seconds(24 * 60 * 60);
    }
    let list = |query: &str| walk(&boss, &format!("/api/admin/orders?{query}&"), 3);
    let since = |days: &[[i64; 2]]| days.iter().rev().flat_map(|[a, b]| [*b, *a]).collect::<Vec<_>>();
    assert_eq!(list("from=2026-11-24"), since(&days[2..]));
    assert_eq!(list("to=2026-11-24"), since(&days[..3]));
    assert_eq!(list("from=2026-11-23&to=2026-11-25"), since(&days[1..4]));
    assert_eq!(list("from=2026-11-24&to=2026-11-24&search=https"), list("from=2026-11-24&to=2026-11-24"));
    assert_eq!(list("from=2026-11-25T07:39:00Z&to=2026-11-25T07:39:00Z"), since(&days[3..4]));
    assert_eq!(list("from=2027-01-01"), Vec::<i64>::new());
    assert_eq!(list("to=2026-01-01"), Vec::<i64>::new());
    boss.get("/api/admin/orders?from=yesterday").refused_fields(&["from"]);
}

#[test]
fn only_admins_find_an_order_by_the_providers_id() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(1_000_000));
    let orders = [lan.buys(app.service(|_| ()), 1000), lan.buys(app.service(|_| ()), 1000)];
    dispatch::tick(&app.app);
    let theirs = app.order(orders[0]).state.provider_order.unwrap();
    assert_eq!(ids(&boss.get(&format!("/api/admin/orders?search={theirs}")).expect(200)), [orders[0]]);
    assert_eq!(ids(&lan.get(&format!("/api/orders?search={theirs}")).expect(200)), Vec::<i64>::new());
}

#[test]
fn an_admin_finds_orders_by_whose_they_are() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let [lan, lanh, long] = ["lan", "lanh", "long-name"].map(|name| app.member(name).funded(1_000_000));
    let service = app.service(by_hand);
    let mut theirs = [vec![], vec![], vec![]];
    for number in 0..3 {
        for (member, orders) in [&lan, &lanh, &long].into_iter().zip(&mut theirs) {
            orders.insert(0, buys(member, service, &format!("https://x.vn/{number}")));
        }
    }
    let [lans, lanhs, longs] = theirs;
    let named = buys(&long, service, "https://x.vn/@lanh");
    let found = |query: &str, limit: usize| walk(&boss, &format!("/api/admin/orders?{query}&"), limit);
    for limit in [1, 2, 100] {
        assert_eq!(
            found("search=lan", limit),
            [vec![named], lans.clone()].concat(),
            "exactly that user, and links"
        );
        assert_eq!(found("search=LANH", limit), [vec![named], lanhs.clone()].concat());
        assert_eq!(
            found("search=long-", limit),
            [vec![named], longs.clone()].concat(),
            "the beginning of a name"
        );
        assert_eq!(found("search=ong-name", limit), Vec::<i64>::new(), "a part of it is no name");
    }
    let day = "from=2026-11-22&to=2026-11-22";
    assert_eq!(
        found(&format!("search=lan&status=pending&service_id={service}&{day}"), 2),
        [vec![named], lans].concat()
    );
    assert_eq!(found("search=lan&status=completed", 2), Vec::<i64>::new());
    assert_eq!(found("search=lan&from=2026-11-23", 2), Vec::<i64>::new());
    assert_eq!(found(&format!("search=lan&user_id={}", lanh.id), 2), Vec::<i64>::new());
    assert_eq!(
        walk(&lanh, "/api/orders?search=lan&", 2),
        Vec::<i64>::new(),
        "customers search their own only"
    );
    assert_eq!(walk(&long, "/api/orders?search=lanh&", 2), [named]);
}

#[test]
fn beginnings_of_many_names_end_at_ten_users() {
    let app = TestApp::start();
    let boss = app.admin("boss");
    let service = app.service(by_hand);
    let buyers = (10..22)
        .map(|number| buys(&app.member(&format!("mai-{number}")).funded(10_000), service, "https://x.vn/a"));
    let orders: Vec<i64> = buyers.collect();
    let newest_first: Vec<i64> = orders.iter().take(10).rev().copied().collect();
    assert_eq!(walk(&boss, "/api/admin/orders?search=mai-&", 3), newest_first);
}

#[test]
fn orders_are_counted_by_status() {
    let app = TestApp::start();
    let (boss, lan, binh) =
        (app.admin("boss"), app.member("lan").funded(1_000_000), app.member("binh").funded(1_000_000));
    app.guest().get("/api/orders/counts").refused(401, "unauthenticated");
    lan.get("/api/admin/orders/counts").refused(403, "forbidden");
    lan.get("/api/admin/review").refused(403, "forbidden");
    let service = app.service(by_hand);
    let orders: Vec<i64> = (0..4).map(|_| lan.buys(service, 100)).collect();
    binh.buys(service, 100);
    let status = |id: i64, body: Value| boss.put(&format!("/api/admin/orders/{id}/status"), body).expect(200);
    status(orders[0], json!({ "status": "completed" }));
    status(orders[1], json!({ "status": "partial", "remains": 50 }));
    status(orders[2], json!({ "status": "canceled" }));
    let count = |all: i64, pending: i64| {
        json!({ "all": all, "pending": pending, "processing": 0, "in_progress": 0, "completed": 1, "partial": 1,
            "canceled": 1 })
    };
    assert_eq!(lan.get("/api/orders/counts").expect(200), count(4, 1));
    assert_eq!(boss.get(&format!("/api/admin/orders/counts?user_id={}", lan.id)).expect(200), count(4, 1));
    assert_eq!(boss.get("/api/admin/orders/counts").expect(200), count(5, 2));
    boss.get("/api/admin/orders/counts?user_id=x").refused_fields(&["user_id"]);
    stock(&app, lan.id, service, 1200, |number| format!("https://x.vn/{number}"));
    assert_eq!(lan.get("/api/orders/counts").expect(200)["pending"], 1000, "counting ends there");
    assert_eq!(boss.get("/api/admin/orders/counts").expect(200)["pending"], 1202);
}

#[test]
fn what_waits_for_an_admin_is_counted_by_kind() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan").funded(100_000));
    let waiting = |count: i64, orders: i64, bank_transactions: i64, pending_deposits: i64| {
        let expected = json!({ "count": count, "orders": orders, "bank_transactions": bank_transactions,
            "held_providers": 0, "pending_deposits": pending_deposits });
        let mut shown = boss.get("/api/admin/review").expect(200);
        shown.as_object_mut().unwrap().remove("items");
        assert_eq!(shown, expected);
    };
    waiting(0, 0, 0, 0);
    lan.buys(app.service(|_| ()), 1000);
    app.park();
    transfer(&app, &Transfer::new(1, 50_000, "no code")).expect(200);
    transfer(&app, &Transfer::new(2, 50_000, "none either")).expect(200);
    waiting(3, 1, 2, 0);
    let (paid, _open) = (lan.deposit(50_000), lan.deposit(60_000));
    waiting(3, 1, 2, 2);
    transfer(&app, &Transfer::new(3, 50_000, &paid.code)).expect(200);
    waiting(3, 1, 2, 1);
    app.clock.advance_seconds(24 * 60 * 60);
    waiting(3, 1, 2, 0);
}

#[test]
fn an_id_behind_its_hash_finds_that_order_alone() {
    let app = TestApp::start();
    let (boss, lan, binh) =
        (app.admin("boss"), app.member("lan").funded(50_000), app.member("binh").funded(50_000));
    let service = app.service(by_hand);
    let first = buys(&lan, service, "https://example.com/video");
    let holds_it = buys(&lan, service, &format!("https://example.com/{first}{first}{first}"));
    let other = buys(&binh, service, "https://example.com/other");
    let found = |by: &Member, path: &str, search: &str| {
        ids(&by.get(&format!("{path}?search={}", search.replace('#', "%23"))).expect(200))
    };
    for spelled in ["#1", "%20#1", "#%201", "#01"] {
        assert_eq!(found(&lan, "/api/orders", spelled), [first], "{spelled}");
        assert_eq!(found(&boss, "/api/admin/orders", spelled), [first], "{spelled}");
    }
    let (in_links, alone) = (format!("{first}{first}{first}"), format!("#{first}{first}{first}"));
    assert_eq!(found(&lan, "/api/orders", &in_links), [holds_it]);
    assert_eq!(found(&lan, "/api/orders", &alone), [0; 0]);
    assert_eq!(found(&lan, "/api/orders", &format!("#{other}")), [0; 0], "somebody else's");
    assert_eq!(found(&boss, "/api/admin/orders", &format!("#{other}")), [other]);
    lan.get("/api/orders?search=%23").refused_fields(&["search"]);
}
