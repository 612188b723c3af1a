//! Two panels in processes of their own: a shop, and its upstream, whose own provider is a fake one. Each can be killed
//! and comes back at its address.

use super::away::OwnPort;
use super::fake_provider::FakeProvider;
use super::operated::{Operated, a_moment, proven};
use super::reply::Reply;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Who the shop is to its upstream.
pub const RESELLER: &str = "reseller";
/// What each buyer has at first.
pub const FUNDS: i64 = 10_000_000;

/// A panel with an address of its own.
pub struct Site {
    folder: TempDir,
    port: OwnPort,
    vars: Vec<(&'static str, String)>,
    running: Option<Operated>,
}

impl Site {
    /// With this provider and key.
    pub fn start(api_url: &str, api_key: &str) -> Site {
        let port = OwnPort::new();
        let vars = vec![
            ("ROCKET_PORT", port.number().to_string()),
            ("BUMX_API_URL", api_url.to_owned()),
            ("BUMX_API_KEY", api_key.to_owned()),
            ("PROVIDER_ALLOW_PRIVATE", "true".to_owned()),
        ];
        let mut site = Site { folder: TempDir::new().unwrap(), port, vars, running: None };
        site.begin();
        let settings = json!({ "refill_wait_hours": 0 });
        site.panel().send("PUT", "/api/admin/settings", &settings).unwrap().expect(200);
        site
    }

    fn begin(&mut self) {
        let vars: Vec<(&str, &str)> = self.vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.running = Some(Operated::start(self.folder.path(), &self.vars[1].1, &vars));
    }

    pub fn panel(&self) -> &Operated {
        self.running.as_ref().unwrap()
    }

    /// Where its reseller API is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/api/v2", self.port.number())
    }

    /// `kill -9`; what it leaves proves.
    pub fn kill(&mut self) {
        self.running.take().unwrap().binary.kill();
        proven(self.folder.path());
    }

    pub fn restart(&mut self) {
        self.kill();
        self.begin();
    }

    /// Somebody with money and a key: both, and the id.
    pub fn reseller(&self) -> (i64, String) {
        let panel = self.panel();
        let name =
            json!({ "username": RESELLER, "email": "reseller@example.vn", "password": "a long password" });
        let made =
            panel.binary.send("POST", "/api/auth/register", &[], name.to_string().as_bytes()).expect(201);
        let id = made["user"]["id"].as_i64().unwrap();
        self.fund(id);
        let bearer = format!("Bearer {}", made["access_token"].as_str().unwrap());
        let key =
            panel.binary.send("POST", "/api/user/api-key", &[("Authorization", &bearer)], b"").expect(201);
        (id, key["api_key"].as_str().unwrap().to_owned())
    }

    pub fn fund(&self, user: i64) {
        let funds = json!({ "amount": FUNDS, "reason": "for the test" });
        let path = format!("/api/admin/users/{user}/balance");
        self.panel().send("PUT", &path, &funds).unwrap().expect(200);
    }

    /// A service of its provider at 10,000 VND; its id.
    pub fn stock(&self, provider: i64, provider_service: &str) -> i64 {
        let service = json!({
            "name": "Likes", "category": "TikTok", "rate": "10000", "min_quantity": 1, "max_quantity": 1_000_000,
            "provider_id": provider, "provider_service_id": provider_service,
            "cancel": true, "refill": true, "dripfeed": true
        });
        let made = self.panel().send("POST", "/api/admin/services", &service).unwrap().expect(201);
        made["id"].as_i64().unwrap()
    }

    pub fn balance(&self, user: &str) -> i64 {
        let found = self.panel().get(&format!("/api/admin/users?search={user}"));
        found["items"][0]["balance"].as_i64().unwrap()
    }

    /// All orders by this link but runs, the oldest first.
    pub fn orders(&self, link: &str) -> Vec<Value> {
        let page = self.panel().get("/api/admin/orders?limit=100");
        let all = page["items"].as_array().unwrap().iter().rev();
        all.filter(|order| order["link"] == link).cloned().collect()
    }

    /// Decides a parked refill, of which it is known whether the provider has it, and whether it is done there.
    fn decide_refill(&self, is_there: impl Fn() -> bool, is_done: impl Fn() -> bool) {
        let refills = || self.panel().get("/api/admin/refills")["items"].clone();
        let put = |status: &str| {
            let path = format!("/api/admin/refills/{}", refills()[0]["id"]);
            self.panel().send("PUT", &path, &json!({ "status": status })).unwrap().expect(200);
        };
        if refills()[0]["dispatch"] == "review" {
            std::thread::sleep(Duration::from_millis(400));
            println!("a refill was parked, and is there: {}", is_there());
            put(if is_there() { "in_progress" } else { "pending" });
        }
        if refills()[0]["dispatch"] == "manual" && refills()[0]["status"] == "in_progress" && is_done() {
            put("completed");
        }
    }
}

/// The customer buys in the shop, which buys from the upstream, which buys from the provider.
pub struct Chain {
    pub provider: FakeProvider,
    pub upstream: Site,
    pub shop: Site,
    /// In the shop.
    service: i64,
}

impl Chain {
    pub fn start() -> Chain {
        let provider = FakeProvider::start();
        // Slow enough to be killed in between.
        provider.otherwise(Reply::ok().delayed(100));
        let upstream = Site::start(&provider.url(), "key-at-the-provider");
        let theirs = upstream.stock(1, "2");
        let (_, key) = upstream.reseller();
        let shop = Site::start(&upstream.url(), &key);
        let customer = shop.panel().get("/api/auth/me")["id"].as_i64().unwrap();
        shop.fund(customer);
        let wish = json!({ "provider_id": 1, "markup_percent": 20, "service_ids": [theirs.to_string()],
            "currency_is_vnd": true });
        let imported = shop.panel().send("POST", "/api/admin/services/import", &wish).unwrap().expect(200);
        assert_eq!(imported["created"], 1, "{imported}");
        let service = shop.panel().get("/api/admin/services")["items"][0]["id"].as_i64().unwrap();
        Chain { provider, upstream, shop, service }
    }

    /// Buys in the shop, a hundred and more fields; the order's id.
    pub fn buys(&self, link: &str, more: Value) -> i64 {
        let mut wish = json!({ "service_id": self.service, "link": link, "quantity": 100 });
        wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = self.shop.panel().send("POST", "/api/orders", &wish).unwrap().expect(201);
        made["id"].as_i64().unwrap()
    }

    pub fn asks(&self, order: i64, what: &str) {
        let path = format!("/api/orders/{order}/{what}");
        let answer = self.shop.panel().send("POST", &path, &json!({})).unwrap();
        assert!([200, 201].contains(&answer.status), "{}", answer.text());
    }

    /// `kill -9` of both, each at some moment of what goes on now: mostly soon.
    pub fn kill_each(&mut self) {
        for site in [&mut self.shop, &mut self.upstream] {
            std::thread::sleep(a_moment());
            site.restart();
        }
    }

    /// Until it holds; meanwhile both operators decide what waits for them, and the provider says `ends` of the
    /// link's orders, in their order.
    #[track_caller]
    pub fn until(&self, what: &str, link: &str, ends: &[Value], mut holds: impl FnMut(&Chain) -> bool) {
        let began = Instant::now();
        loop {
            self.operate();
            for (id, end) in self.provider.taken(link).iter().zip(ends) {
                self.provider.set_report(id, end.clone());
            }
            if holds(self) {
                return;
            }
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "not within 30 seconds: {what}\n{}",
                self.told(link)
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn operate(&self) {
        let ids = |orders: Vec<Value>| orders.iter().map(|order| order["id"].to_string()).collect();
        self.shop.panel().decide(|link| ids(self.upstream.orders(link)));
        self.upstream.panel().decide(|link| self.provider.taken(link));
        let theirs = || self.upstream.panel().get("/api/admin/refills")["items"][0].clone();
        self.shop.decide_refill(|| !theirs().is_null(), || theirs()["status"] == "completed");
        self.upstream.decide_refill(|| !self.provider.requests_for("refill").is_empty(), || true);
    }

    fn told(&self, link: &str) -> String {
        let orders = [self.shop.orders(link), self.upstream.orders(link)];
        format!("{orders:?}, {:?}", self.provider.taken(link))
    }

    /// That both count each of the link's orders once, and so does the provider; then that the money is right: what is
    /// paid in all in the shop, and there. Ends both.
    #[track_caller]
    pub fn proves(mut self, counted: &[(&str, usize)], paid: i64, paid_upstream: i64) {
        for (link, times) in counted {
            assert_eq!(self.shop.orders(link).len(), 1, "{}", self.told(link));
            assert_eq!(self.upstream.orders(link).len(), *times, "{}", self.told(link));
            assert_eq!(self.provider.taken(link).len(), *times, "{}", self.told(link));
        }
        assert_eq!(self.shop.balance("boss"), FUNDS - paid);
        assert_eq!(self.upstream.balance(RESELLER), FUNDS - paid_upstream);
        self.shop.kill();
        self.upstream.kill();
    }
}
