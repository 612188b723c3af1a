//! Accounts through their public door: registration, the first set-up, and what belongs to a user.

use crate::support::app::{PASSWORD, TestApp};
use crate::support::tcp::at_once;
use crate::support::wire::Answer;
use rocket::http::Method;
use serde_json::{Value, json};

fn newcomer(name: &str) -> Value {
    json!({ "username": name, "email": format!("{name}@example.vn"), "password": PASSWORD })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

fn without(mut body: Value, field: &str) -> Value {
    body.as_object_mut().unwrap().remove(field);
    body
}

fn register(app: &TestApp, body: Value) -> Answer {
    app.guest().post("/api/auth/register", body)
}

#[test]
fn nobody_registers_as_more_than_a_customer() {
    let app = TestApp::start();
    for field in ["role", "balance", "banned", "id", "is_admin", "total_spent", "referrer_id", "tier"] {
        for value in [json!("admin"), json!(1), json!(true), Value::Null] {
            register(&app, with(newcomer("mallory"), field, value)).refused_fields(&[field]);
        }
    }
    assert_eq!(app.number("SELECT count(*) FROM users"), 0);
}

#[test]
fn a_registration_that_cannot_be_read_is_refused_with_the_field() {
    let app = TestApp::start();
    for field in ["username", "email", "password"] {
        register(&app, without(newcomer("lan"), field)).refused_fields(&[field]);
        for value in [Value::Null, json!(7), json!(true), json!(["lan"]), json!({})] {
            register(&app, with(newcomer("lan"), field, value)).refused_fields(&[field]);
        }
    }
    register(&app, with(newcomer("lan"), "referral_code", json!(7))).refused_fields(&["referral_code"]);
    let raw = |body: &str, kind: &str| {
        let body = Some(body.as_bytes().to_vec());
        app.guest().send(Method::Post, "/api/auth/register", &[("Content-Type", kind)], body)
    };
    let twice = r#"{"username":"lan","username":"mai","email":"a@b.vn","password":"12345678"}"#;
    raw(twice, "application/json").refused_fields(&["username"]);
    raw("[]", "application/json").refused(422, "validation_failed");
    raw("username=lan", "application/json").refused(400, "malformed_request");
    raw("{}", "application/x-www-form-urlencoded").refused(415, "unsupported_media_type");
    assert_eq!(app.number("SELECT count(*) FROM users"), 0);
}

#[test]
fn values_out_of_bounds_are_refused_all_at_once() {
    let app = TestApp::start();
    for name in ["", "ab", "a b", "lan!", "đạt", "lan@x", &"a".repeat(33)] {
        register(&app, with(newcomer("lan"), "username", json!(name))).refused_fields(&["username"]);
    }
    for email in ["", "lan", "lan@", "@x.vn", "lan@x", "a@b@c.vn", "a b@c.vn"] {
        register(&app, with(newcomer("lan"), "email", json!(email))).refused_fields(&["email"]);
    }
    for password in ["", "1234567", &"x".repeat(73), &"ạ".repeat(25), "1234567\0"] {
        register(&app, with(newcomer("lan"), "password", json!(password))).refused_fields(&["password"]);
    }
    let all_wrong = json!({ "username": "x", "email": "x", "password": "x" });
    register(&app, all_wrong).refused_fields(&["username", "email", "password"]);
    assert_eq!(app.number("SELECT count(*) FROM users"), 0);
}

#[test]
fn a_password_that_everybody_tries_first_is_refused_where_users_choose() {
    let app = TestApp::start();
    for common in ["12345678", "password", "Password1", "QWERTY123", "iloveyou", "matkhau123", "1q2w3e4r"] {
        register(&app, with(newcomer("lan"), "password", json!(common))).refused_fields(&["password"]);
    }
    let lan = app.member("lan");
    let change = json!({ "current_password": PASSWORD, "new_password": "12345678" });
    lan.post("/api/auth/password", change).refused_fields(&["new_password"]);
    let own = with(with(newcomer("admin"), "token", json!(app.setup_token)), "password", json!("12345678"));
    app.guest().post("/api/setup", own).expect(201);
}

#[test]
fn a_name_that_poses_as_staff_is_refused() {
    let app = TestApp::start();
    for name in
        ["admin", "Adm1n", "a.d.m.i.n", "support", "supp0rt", "system", "root", "ho_tro", "hotro24", "m0d"]
    {
        register(&app, with(newcomer("lan"), "username", json!(name))).refused_fields(&["username"]);
    }
    let all_wrong = json!({ "username": "admin", "email": "x", "password": "password" });
    register(&app, all_wrong).refused_fields(&["username", "email", "password"]);
    register(&app, newcomer("badminton")).expect(201);
}

#[test]
fn a_password_of_72_bytes_is_taken_whole() {
    let app = TestApp::start();
    let longest = "x".repeat(72);
    register(&app, with(newcomer("lan"), "password", json!(longest))).expect(201);
    let login =
        |password: &str| app.guest().post("/api/auth/login", json!({ "login": "lan", "password": password }));
    login(&"x".repeat(71)).refused(401, "invalid_credentials");
    login(&"x".repeat(73)).refused(401, "invalid_credentials");
    login(&longest).expect(200);
}

#[test]
fn a_taken_name_or_address_is_refused_in_any_case() {
    let app = TestApp::start();
    register(&app, newcomer("lan")).expect(201);
    let other = |field: &str, value: &str| with(newcomer("mai"), field, json!(value));
    register(&app, other("username", "lan")).refused(409, "username_taken");
    register(&app, other("username", "LAN")).refused(409, "username_taken");
    register(&app, other("email", "lan@example.vn")).refused(409, "email_taken");
    register(&app, other("email", "Lan@EXAMPLE.vn")).refused(409, "email_taken");
    assert_eq!(app.number("SELECT count(*) FROM users"), 1);
}

#[test]
fn an_unknown_referral_code_is_refused() {
    let app = TestApp::start();
    for code in ["NOBODY23", "", "' OR 1=1 --"] {
        register(&app, with(newcomer("lan"), "referral_code", json!(code)))
            .refused_fields(&["referral_code"]);
    }
    assert_eq!(app.number("SELECT count(*) FROM users"), 0);
}

#[test]
fn a_banned_user_s_referral_code_counts_for_nobody() {
    let app = TestApp::start();
    let (boss, lan) = (app.admin("boss"), app.member("lan"));
    let ban = |banned: bool| {
        boss.put(&format!("/api/admin/users/{}/ban", lan.id), json!({ "banned": banned })).expect(200)
    };
    let mai = || register(&app, with(newcomer("mai"), "referral_code", json!(lan.referral_code())));
    ban(true);
    mai().refused_fields(&["referral_code"]);
    ban(false);
    mai().expect(201);
    assert_eq!(app.number("SELECT count(*) FROM users WHERE referrer_id IS NOT NULL"), 1);
}

#[test]
fn registering_logs_in_with_everything_at_its_beginning() {
    let app = TestApp::start();
    let answer = register(&app, with(newcomer("Lan.Anh"), "email", json!("Lan@Example.VN")));
    let session = answer.expect(201);
    assert_eq!(session["token_type"], "bearer");
    assert_eq!(session["expires_in"], 604_800);
    let user = &session["user"];
    assert_eq!(user["username"], "lan.anh");
    assert_eq!(user["email"], "lan@example.vn");
    assert_eq!(user["role"], "user");
    assert_eq!(
        (&user["banned"], &user["balance"], &user["total_spent"]),
        (&json!(false), &json!(0), &json!(0))
    );
    assert_eq!(user["tier"], json!({ "level": 1, "name": "Cấp 1", "discount_percent": 0 }));
    assert_eq!(user["created_at"], "2026-11-22T07:39:00Z");
    let mut lan = app.guest();
    lan.token = session["access_token"].as_str().map(str::to_owned);
    assert_eq!(lan.get("/api/auth/me").expect(200), *user);
    assert!(!answer.text().contains("$2b$"), "no hash leaves the panel");
}

#[test]
fn a_page_for_everybody_learns_who_is_there() {
    let app = TestApp::start();
    let lan = app.member("lan");
    assert_eq!(lan.get("/api/auth/session").expect(200)["user"], lan.get("/api/auth/me").expect(200));
    lan.post("/api/auth/logout", json!({})).expect(204);
    let empty = json!({ "user": null, "confirmed_until": null, "totp_setup_required": false,
        "viewed_by": null, "view_until": null });
    for nobody in [&lan, &app.guest()] {
        assert_eq!(nobody.get("/api/auth/session").expect(200), empty);
    }
}

#[test]
fn of_fifty_at_once_one_gets_the_name() {
    let app = TestApp::start();
    let served = app.serve();
    let statuses = at_once(50, |number| {
        let body =
            json!({ "username": "lan", "email": format!("a{number}@example.vn"), "password": PASSWORD });
        let headers = [("Content-Type", "application/json")];
        let answer = served.send("POST", "/api/auth/register", &headers, body.to_string().as_bytes());
        if answer.status == 409 {
            answer.refused(409, "username_taken");
        }
        answer.status
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
    assert_eq!(app.number("SELECT count(*) FROM users"), 1);
}

#[test]
fn of_fifty_at_once_one_gets_the_address() {
    let app = TestApp::start();
    let served = app.serve();
    let statuses = at_once(50, |number| {
        let body =
            json!({ "username": format!("lan{number}"), "email": "Lan@example.vn", "password": PASSWORD });
        let headers = [("Content-Type", "application/json")];
        served.send("POST", "/api/auth/register", &headers, body.to_string().as_bytes()).status
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(app.number("SELECT count(*) FROM users"), 1);
}

fn first_admin(token: &str) -> Value {
    with(newcomer("boss"), "token", json!(token))
}

#[test]
fn the_set_up_wants_its_token() {
    let app = TestApp::start();
    let set_up = |body: Value| app.guest().post("/api/setup", body);
    for token in ["", "x", &"0".repeat(32)] {
        set_up(first_admin(token)).refused(403, "forbidden");
    }
    let almost = app.setup_token.as_deref().unwrap().to_uppercase();
    set_up(first_admin(&almost)).refused(403, "forbidden");
    set_up(newcomer("boss")).refused_fields(&["token"]);
    set_up(with(first_admin("x"), "role", json!("admin"))).refused_fields(&["role"]);
    assert_eq!(app.number("SELECT count(*) FROM users"), 0);
}

#[test]
fn the_set_up_checks_its_values_like_a_registration() {
    let app = TestApp::start();
    app.member("lan");
    let token = app.setup_token.clone().unwrap();
    let set_up = |field: &str, value: &str| {
        app.guest().post("/api/setup", with(first_admin(&token), field, json!(value)))
    };
    set_up("password", "short").refused_fields(&["password"]);
    set_up("username", "x").refused_fields(&["username"]);
    set_up("username", "lan").refused(409, "username_taken");
    set_up("email", "LAN@example.vn").refused(409, "email_taken");
    assert_eq!(app.number("SELECT count(*) FROM users WHERE role = 'admin'"), 0);
}

#[test]
fn the_set_up_makes_one_admin_and_is_gone() {
    let app = TestApp::start();
    let token = app.setup_token.clone().unwrap();
    let session = app.guest().post("/api/setup", first_admin(&token)).expect(201);
    assert_eq!(session["user"]["role"], "admin");
    let mut boss = app.guest();
    boss.token = session["access_token"].as_str().map(str::to_owned);
    boss.get("/api/admin/users").expect(200);
    let log = boss.get("/api/admin/audit-log").expect(200);
    assert_eq!(log["items"][0]["action"], "user.create_admin");
    for late in [first_admin(&token), with(first_admin(&token), "username", json!("other")), json!({})] {
        app.guest().post("/api/setup", late).refused(404, "not_found");
    }
    assert_eq!(app.number("SELECT count(*) FROM users"), 1);
}

#[test]
fn of_twenty_set_ups_at_once_one_makes_the_admin() {
    let app = TestApp::start();
    let token = app.setup_token.clone().unwrap();
    let served = app.serve();
    let statuses = at_once(20, |number| {
        let body = with(newcomer(&format!("boss{number}")), "token", json!(token));
        let headers = [("Content-Type", "application/json")];
        served.send("POST", "/api/setup", &headers, body.to_string().as_bytes()).status
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(app.number("SELECT count(*) FROM users WHERE role = 'admin'"), 1);
}

#[test]
fn an_admin_of_the_environment_leaves_nothing_to_set_up() {
    let vars = [("ADMIN_USERNAME", "boss"), ("ADMIN_EMAIL", "boss@example.vn"), ("ADMIN_PASSWORD", PASSWORD)];
    let app = TestApp::with(&vars);
    assert_eq!(app.setup_token, None);
    app.guest().post("/api/setup", first_admin("")).refused(404, "not_found");
    let login = app.guest().post("/api/auth/login", json!({ "login": "boss", "password": PASSWORD }));
    assert_eq!(login.expect(200)["user"]["role"], "admin");
    let again = TestApp::in_folder(app.stop(), &[vars[0], vars[1], ("ADMIN_PASSWORD", "another password")]);
    assert_eq!(again.number("SELECT count(*) FROM users"), 1);
    let login = again.guest().post("/api/auth/login", json!({ "login": "boss", "password": PASSWORD }));
    login.expect(200);
}

#[test]
fn a_balance_and_a_tier_start_at_nothing() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let balance = lan.get("/api/user/balance").expect(200);
    assert_eq!(balance, json!({ "balance": 0, "total_spent": 0, "currency": "VND" }));
    insta::assert_json_snapshot!(lan.get("/api/user/tier").expect(200));
}

#[test]
fn referrals_show_who_came_by_the_code_and_nobody_else() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let code = lan.referral_code();
    for name in ["anh", "binh", "chi"] {
        let body = with(newcomer(name), "referral_code", json!(format!(" {} ", code.to_lowercase())));
        register(&app, body).expect(201);
    }
    app.member("dung");
    let page = lan.get("/api/user/referrals?limit=2").expect(200);
    assert_eq!(page["referral_code"], json!(code));
    assert_eq!((&page["commission_percent"], &page["total_commission"]), (&json!(5), &json!(0)));
    let chi = json!({ "username": "chi", "joined_at": "2026-11-22T07:39:00Z", "commission": 0 });
    assert_eq!(page["items"][0], chi);
    assert_eq!(page["items"][1]["username"], "binh");
    let cursor = page["next_cursor"].as_str().unwrap();
    let last = lan.get(&format!("/api/user/referrals?limit=2&cursor={cursor}")).expect(200);
    assert_eq!(last["items"].as_array().unwrap().len(), 1);
    assert_eq!((&last["items"][0]["username"], &last["next_cursor"]), (&json!("anh"), &Value::Null));
    lan.get("/api/user/referrals?limit=0").refused_fields(&["limit"]);
    lan.get("/api/user/referrals?cursor=!").refused_fields(&["cursor"]);
}

#[test]
fn a_statement_holds_ones_own_money_only_and_adds_up() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(50_000).funded(30_000);
    let mai = app.member("mai").funded(7_000);
    app.fund(lan.id, -20_000);
    let page = lan.get("/api/user/transactions").expect(200);
    let items = page["items"].as_array().unwrap();
    let column = |name: &str| items.iter().map(|item| item[name].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(column("amount"), [-20_000, 30_000, 50_000]);
    assert_eq!(column("balance_after"), [60_000, 80_000, 50_000]);
    assert_eq!(column("amount").iter().sum::<i64>(), lan.balance());
    assert!(items.iter().all(|item| item["type"] == "adjustment" && item["order_id"].is_null()));
    assert_eq!(mai.get("/api/user/transactions").expect(200)["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_statement_is_filtered_by_type_and_time() {
    let app = TestApp::start();
    let lan = app.member("lan").funded(1);
    app.clock.advance_seconds(2 * 24 * 3600);
    let lan = lan.funded(2);
    let amounts = |query: &str| {
        let page = lan.get(&format!("/api/user/transactions?{query}")).expect(200);
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["amount"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(amounts("type=adjustment"), [2, 1]);
    assert_eq!(amounts("type=deposit"), [0; 0]);
    assert_eq!(amounts("to=2026-11-22"), [1]);
    assert_eq!(amounts("from=2026-11-23"), [2]);
    assert_eq!(amounts("from=2026-11-22&to=2026-11-24"), [2, 1]);
    assert_eq!(amounts("from=2026-11-24T07:39:00Z"), [2]);
    assert_eq!(amounts("from=2026-11-24T07:39:01Z"), [0; 0]);
    assert_eq!(amounts("to=2026-11-22T07:39:00Z"), [1]);
    for (query, field) in [
        ("type=gift", "type"),
        ("type=suspense", "type"),
        ("from=yesterday", "from"),
        ("to=2026-02-30", "to"),
        ("limit=101", "limit"),
        ("limit=abc", "limit"),
        ("cursor=zz", "cursor"),
    ] {
        lan.get(&format!("/api/user/transactions?{query}")).refused_fields(&[field]);
    }
    assert_eq!(amounts("colour=blue"), [2, 1], "unknown names are ignored");
}

#[test]
fn a_reseller_key_is_shown_once_and_kept_as_a_hash() {
    let app = TestApp::start();
    let lan = app.member("lan");
    let key = |answer: Answer| answer.expect(201)["api_key"].as_str().unwrap().to_owned();
    lan.post("/api/user/api-key", json!({ "name": "shop" })).refused_fields(&["name"]);
    let first = key(lan.post("/api/user/api-key", json!({})));
    let second = key(lan.send(Method::Post, "/api/user/api-key", &[], None));
    assert_ne!(first, second);
    let whose = |key: &str| app.app.db.read_now(|tx| smm_panel::accounts::authenticate_key(tx, key)).unwrap();
    assert_eq!(whose(&first), None, "the new one replaces it");
    assert_eq!(whose(&second).map(|holder| holder.user), Some(lan.id));
    assert_eq!(app.number("SELECT length(hash) FROM api_keys"), 32);
    assert!(!lan.get("/api/auth/me").text().contains(&second));
    lan.delete("/api/user/api-key").expect(204);
    lan.delete("/api/user/api-key").expect(204);
    assert_eq!(whose(&second), None);
    let mut bearer = app.guest();
    bearer.token = Some(second);
    bearer.get("/api/auth/me").refused(401, "unauthenticated");
}
