//! A provider that moves while an answer of its old address is on its way.

use crate::import::line;
use crate::provider_accounts::{PATH, PRIVATE, Shop};
use crate::support::app::TestApp;
use crate::support::fake_provider::FakeProvider;
use crate::support::operated::eventually;
use crate::support::reply::Reply;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::db::Tx;
use smm_panel::jobs::providers::poll_orders;
use smm_panel::jobs::scheduled::sync_catalog;
use smm_panel::kernel::ids::ProviderId;
use smm_panel::kernel::secret::Secret;
use smm_panel::orders;
use smm_panel::provider::{Patch, Place, ProviderChange};

#[test]
fn a_balance_that_was_asked_of_the_account_before_is_not_taken_for_the_new_one() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    first.next_for("balance", Reply::ok().delayed(500));
    std::thread::scope(|scope| {
        let round = scope.spawn(|| poll_orders::tick(&app.app));
        eventually("the first is asked", || !first.requests_for("balance").is_empty());
        shop.moves_to(&then);
        round.join().unwrap();
    });
    let shown = shop.boss.get(PATH).expect(200);
    let ours =
        shown["items"].as_array().unwrap().iter().find(|one| one["id"] == shop.provider).unwrap().clone();
    assert_eq!((&ours["balance"], &ours["last_sync_at"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_list_of_the_account_before_is_not_followed() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    first.set_services(json!([line(101, "5000")]));
    first.next_for("services", Reply::ok().delayed(500));
    std::thread::scope(|scope| {
        let guard = scope.spawn(|| sync_catalog::tick(&app.app));
        eventually("the guard asks", || !first.requests_for("services").is_empty());
        shop.moves_to(&then);
        guard.join().unwrap().unwrap();
    });
    let cost = || shop.boss.get("/api/admin/services").expect(200)["items"][0]["cost"].clone();
    assert_eq!(cost(), "8000");
    then.set_services(json!([line(101, "6000")]));
    sync_catalog::tick(&app.app).unwrap();
    assert_eq!(cost(), "6000", "the next one is");
}

#[test]
fn a_list_of_the_account_before_is_not_imported() {
    let app = TestApp::with(&[PRIVATE]);
    let (first, then) = (FakeProvider::start(), FakeProvider::start());
    let shop = Shop::at(&app, &first);
    first.set_services(json!([line(101, "5000"), line(102, "5000")]));
    for dry_run in [true, false] {
        let (api_url, asked) = (Some(then.url()), first.requests_for("services").len());
        let (panel, id) = (&app.app, ProviderId::new(shop.provider));
        first.next_for("services", Reply::ok().delayed(500));
        let imported = std::thread::scope(|scope| {
            scope.spawn(|| {
                eventually("the import asks", || first.requests_for("services").len() > asked);
                let patch = Patch { api_url, ..Patch::default() };
                let asked = ProviderChange { actor: Actor::CONSOLE, id, patch, allow_private: true };
                let leave = move |tx: &Tx| orders::change_provider(tx, &asked, None, true);
                panel.db.write_blocking(leave).unwrap();
            });
            shop.boss
                .imports(json!({ "provider_id": shop.provider, "markup_percent": 30, "dry_run": dry_run }))
        });
        assert_eq!(imported.refused(409, "conflict")["reason"], "list_overtaken");
        shop.moves_to(&first);
    }
    assert_eq!(app.number("SELECT count(*) FROM services"), 1, "nothing is new");
}

#[test]
fn another_query_is_another_address_whatever_its_capitals() {
    let key = Secret::new("the-first-key".to_owned());
    let at = |url: &str| Place::of(url, &key).url;
    assert_ne!(at("http://x.vn?acct=Ab"), at("http://x.vn?acct=aB"));
    assert_ne!(at("http://x.vn/?acct=Ab"), at("http://x.vn/?acct=aB"));
    assert_ne!(at("http://x.vn/Api"), at("http://x.vn/api"));
    assert_eq!(at("HTTP://X.vn?acct=Ab"), at("http://x.VN?acct=Ab"));
}
