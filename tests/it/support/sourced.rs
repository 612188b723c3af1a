//! A panel with two providers, and services that have both as sources.

use super::app::TestApp;
use super::fake_provider::FakeProvider;
use super::member::Member;
use super::reply::Reply;
use serde_json::{Value, json};
use smm_panel::jobs::providers::dispatch;
use smm_panel::kernel::ids::ProviderId;

/// `app.provider` is the first, and `second` the second.
pub struct Sourced {
    pub app: TestApp,
    pub second: FakeProvider,
    /// The second's id.
    pub second_id: i64,
}

impl Sourced {
    pub fn start() -> Sourced {
        let app = TestApp::with(&[("PROVIDER_ALLOW_PRIVATE", "true")]);
        let second = FakeProvider::start();
        let body = json!({ "name": "Second", "api_url": second.url(), "api_key": "second-secret-key" });
        let made = app.admin("founder").post("/api/admin/providers", body).expect(201);
        let second_id = made["id"].as_i64().unwrap();
        Sourced { app, second, second_id }
    }

    pub fn first_source(&self) -> Value {
        json!({ "provider_id": 1, "provider_service_id": "101", "cost": "8000" })
    }

    pub fn second_source(&self) -> Value {
        json!({ "provider_id": self.second_id, "provider_service_id": "201", "cost": "9000" })
    }

    /// 12,000 VND, of the first for 8,000 and then of the second for 9,000; its id.
    pub fn service(&self, boss: &Member) -> i64 {
        let mut body = likes();
        body["sources"] = json!([self.first_source(), self.second_source()]);
        boss.post("/api/admin/services", body).expect(201)["id"].as_i64().unwrap()
    }

    pub fn tick(&self) {
        dispatch::tick(&self.app.app);
    }

    /// How many orders each was asked to take.
    pub fn adds(&self) -> (usize, usize) {
        (self.app.provider.requests_for("add").len(), self.second.requests_for("add").len())
    }

    /// Where the order stands, at which provider, and what went back.
    pub fn stands(&self, id: i64) -> (String, i64, i64) {
        let order = self.app.order(id);
        let provider = order.provider.map_or(0, ProviderId::get);
        (order.state.dispatch.into_str().to_owned(), provider, order.state.refunded.get())
    }

    /// The kinds of its steps, oldest first, without charge and refund.
    pub fn steps(&self, boss: &Member, id: i64) -> Vec<String> {
        let timeline = boss.get(&format!("/api/admin/orders/{id}/timeline")).expect(200);
        let steps = timeline["items"].as_array().unwrap().iter().map(|item| item["step"].as_str().unwrap());
        steps.filter(|step| !["charged", "refunded"].contains(step)).map(str::to_owned).collect()
    }
}

/// What every service needs.
pub fn likes() -> Value {
    json!({ "name": "Likes", "category": "TikTok", "rate": "12000", "min_quantity": 10, "max_quantity": 100_000 })
}

pub fn says(error: &str) -> Reply {
    Reply::json(200, json!({ "error": error }))
}
