//! Services, orders and what a provider says about them.

use super::app::TestApp;
use super::member::Member;
use serde_json::{Value, json};
use smm_panel::audit_log::Actor;
use smm_panel::catalog::{self, LinkKind, Offer, ServiceState};
use smm_panel::db::Tx;
use smm_panel::kernel::cause::CallCause;
use smm_panel::kernel::ids::{OrderId, ProviderId, ServiceId};
use smm_panel::kernel::money::{Quantity, Rate};
use smm_panel::order_types::{OrderType, Params};
use smm_panel::orders::{self, Order, Placement, Timing, Wanted};
use smm_panel::provider::{Account, Decimal, Exchange, Remains, Report, ReportedPosts, ReportedStatus};
use std::collections::BTreeSet;

pub const BUMX: ProviderId = ProviderId::new(1);
/// Its first account.
pub const BUMX_ACCOUNT: Account = Account { provider: BUMX, number: 1 };
pub const LINK: &str = "https://www.tiktok.com/@ten/video/1";

/// 12,000 VND for 1,000 likes, 10 to 100,000 of them, delivered by BUMX for 8,000.
pub fn offer() -> Offer {
    Offer {
        name: "TikTok likes".to_owned(),
        category: "TikTok".to_owned(),
        description: String::new(),
        kind: OrderType::usual(),
        link_kind: LinkKind::Url,
        rate: Rate::parse("12000").unwrap(),
        min: Quantity::new(10).unwrap(),
        max: Quantity::new(100_000).unwrap(),
        refill: false,
        refill_days: 0,
        cancel: false,
        dripfeed: false,
        active: true,
        provider: Some(BUMX),
        provider_service: Some("101".to_owned()),
        cost: Some(Rate::parse("8000").unwrap()),
        exclusive_links: false,
        visible_to: BTreeSet::new(),
        server: None,
        note: None,
        state: ServiceState::Ok,
    }
}

/// The type of this name.
pub fn order_type(word: &str) -> &'static OrderType {
    OrderType::parse(word).unwrap()
}

/// Fulfilled by hand.
pub fn by_hand(offer: &mut Offer) {
    (offer.provider, offer.provider_service) = (None, None);
}

pub fn report(status: ReportedStatus) -> Report {
    let posts = ReportedPosts::default();
    Report { status, remains: Remains::Missing, start_count: None, charge: None, currency: None, posts }
}

pub fn partial(remains: i64) -> Report {
    Report { remains: Remains::Count(remains), ..report(ReportedStatus::Partial) }
}

pub fn charged(report: Report, charge: &str) -> Report {
    Report { charge: Decimal::parse(charge), ..report }
}

/// A wish for so many units of a service.
pub fn wish(service: i64, quantity: i64) -> Value {
    json!({ "service_id": service, "link": LINK, "quantity": quantity })
}

impl TestApp {
    /// Puts a service on the list: `offer()` with a change.
    pub fn service(&self, change: impl FnOnce(&mut Offer)) -> i64 {
        let mut offer = offer();
        change(&mut offer);
        self.write(move |tx| catalog::create(tx, &Actor::CONSOLE, offer).unwrap().id.get())
    }

    /// So many orders in one write, oldest first; each has a quantity of its own, from 1,000 up.
    pub fn queue_many(&self, buyer: &Member, service: i64, count: i64) -> Vec<i64> {
        let user = buyer.id;
        self.write(move |tx| {
            let wish = |number| Placement {
                user,
                service: ServiceId::new(service),
                link: LINK.to_owned(),
                quantity: Some(1000 + number),
                params: Params::default(),
                timing: Timing::default(),
                expected_charge: None,
            };
            (0..count).map(|number| orders::place(tx, wish(number)).unwrap().id.get()).collect()
        })
    }

    /// Work of a job, in one write.
    pub fn write<T: Send + 'static>(&self, work: impl FnOnce(&Tx) -> T + Send + 'static) -> T {
        self.app.db.write_blocking(move |tx| Ok::<_, smm_panel::kernel::error::Fault>(work(tx))).unwrap()
    }

    /// The order as it is now.
    pub fn order(&self, id: i64) -> Order {
        self.app.db.read_now(|tx| orders::by_id(tx, OrderId::new(id))).unwrap().unwrap()
    }

    /// Claims all that is queued at BUMX; the ids.
    pub fn claim(&self) -> Vec<i64> {
        let claimed = self.write(|tx| orders::claim(tx, BUMX_ACCOUNT, &Wanted::up_to(1000)).unwrap());
        claimed.iter().map(|claimed| claimed.order.get()).collect()
    }

    /// Claims the queue; nobody knows what became of it.
    pub fn park(&self) -> Vec<i64> {
        let ids = self.claim();
        for id in ids.clone() {
            self.write(move |tx| {
                orders::record_unknown(tx, OrderId::new(id), &CallCause::CutShort, &Exchange::default())
                    .unwrap()
            });
        }
        ids
    }

    /// Claims the queue; BUMX takes each order `7` as `p7`.
    pub fn send_all(&self) -> Vec<i64> {
        let ids = self.claim();
        for id in ids.clone() {
            self.write(move |tx| {
                orders::record_sent(tx, OrderId::new(id), &format!("p{id}"), &Exchange::default()).unwrap()
            });
        }
        ids
    }

    /// BUMX says this about order `id`; the order if that was news.
    pub fn reported(&self, id: i64, report: Report) -> Option<Order> {
        self.write(move |tx| orders::apply_report(tx, BUMX_ACCOUNT, &format!("p{id}"), &report).unwrap())
    }
}

impl Member<'_> {
    /// Buys so many units; the order's id.
    pub fn buys(&self, service: i64, quantity: i64) -> i64 {
        self.post("/api/orders", wish(service, quantity)).expect(201)["id"].as_i64().unwrap()
    }

    /// Buys so many units, to be sent so many seconds from now; the order's id.
    pub fn schedules(&self, service: i64, quantity: i64, seconds: i64) -> i64 {
        let mut body = wish(service, quantity);
        body["start_at"] = json!(self.app.clock.now().plus_seconds(seconds).rfc3339());
        self.post("/api/orders", body).expect(201)["id"].as_i64().unwrap()
    }

    /// Buys so many runs of so many units, with so many minutes between them; the order's id.
    pub fn feeds(&self, service: i64, quantity: i64, runs: i64, interval: i64) -> i64 {
        let mut body = wish(service, quantity);
        (body["runs"], body["interval"]) = (json!(runs), json!(interval));
        self.post("/api/orders", body).expect(201)["id"].as_i64().unwrap()
    }

    /// Buys, and BUMX takes it.
    pub fn bought(&self, service: i64, quantity: i64) -> i64 {
        let id = self.buys(service, quantity);
        self.app.send_all();
        id
    }
}
