//! What the practice provider answers. An order's id holds when it was made, which service it is for, how it
//! will end and how many units it has; what it has come to follows from that and the time of asking.

use super::list::{self, Market};
use crate::kernel::clock::Clock;
use crate::order_types::{Field, OrderType, QuantityFrom, RatePer};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use strum::VariantArray;

const PENDING_MS: i64 = 1000;
const DELIVERY_MS: i64 = 2000;
const SLOW_DELIVERY_MS: i64 = 10 * 60 * 1000;
/// Digits of an id: milliseconds since 1970, the service, the ending; the quantity is the rest.
const TIME_DIGITS: usize = 13;
const SERVICE_DIGITS: usize = 2;
const TIMES_DIGITS: usize = 4;
const FUNDS: i64 = 100_000_000;

/// A form's fields; one that is missing is empty.
pub(super) struct Fields(pub(super) HashMap<String, String>);

impl Fields {
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }
}

/// How an order ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
enum Ending {
    Completed,
    Partial,
    Canceled,
    Failed,
    /// Completed, but late.
    Slow,
}

impl Ending {
    fn digit(self) -> usize {
        Self::VARIANTS.iter().position(|ending| *ending == self).unwrap_or(0)
    }

    fn of_link(link: &str) -> Self {
        match () {
            () if link.contains("partial") => Ending::Partial,
            () if link.contains("cancel") => Ending::Canceled,
            () if link.contains("strange") => Ending::Failed,
            () if link.contains("slow") => Ending::Slow,
            () => Ending::Completed,
        }
    }
}

/// What becomes of an `add`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AddResponse {
    Taken(String),
    Refused(&'static str),
    TakenTooLate(String),
    TakenAndCut,
    Down,
}

/// An order, as far as its id tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Order {
    made_at: i64,
    /// 1 for the first of the list; 0 for one that is not on it.
    service: usize,
    ending: Ending,
    quantity: i64,
    /// What the quantity is multiplied by for the price, where the type of the service says so.
    times: Option<i64>,
}

impl Order {
    fn id(self) -> String {
        let Order { made_at, service, ending, quantity, times } = self;
        let times = times.map(|times| format!("{times:0TIMES_DIGITS$}")).unwrap_or_default();
        format!("{made_at:0TIME_DIGITS$}{service:0SERVICE_DIGITS$}{}{times}{quantity}", ending.digit())
    }

    fn parse(id: &str) -> Option<Self> {
        if !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (time, rest) = id.split_at_checked(TIME_DIGITS)?;
        let (service, rest) = rest.split_at_checked(SERVICE_DIGITS)?;
        let service = service.parse().ok()?;
        let (ending, rest) = rest.split_at_checked(1)?;
        let has_times = list::service(service).is_some_and(|(kind, _)| kind.times.is_some());
        let (times, quantity) = rest.split_at_checked(if has_times { TIMES_DIGITS } else { 0 })?;
        Some(Order {
            made_at: time.parse().ok()?,
            service,
            ending: *Ending::VARIANTS.get(ending.parse::<usize>().ok()?)?,
            quantity: quantity.parse().ok()?,
            times: if has_times { Some(times.parse().ok()?) } else { None },
        })
    }

    /// VND for all of it.
    fn price(self) -> i64 {
        match list::service(self.service) {
            Some((kind, sample)) if kind.rate_per == RatePer::Order => sample.cost,
            Some((_, sample)) => share(sample.cost, self.units(), 1000),
            None => share(10_000, self.units(), 1000),
        }
    }

    fn units(self) -> i64 {
        self.quantity.saturating_mul(self.times.unwrap_or(1))
    }

    fn delivery_ms(self) -> i64 {
        if self.ending == Ending::Slow { SLOW_DELIVERY_MS } else { DELIVERY_MS }
    }

    /// How long it is delivered already.
    fn delivering(self, now: i64) -> i64 {
        now.saturating_sub(self.made_at).saturating_sub(PENDING_MS).clamp(0, self.delivery_ms())
    }

    fn is_over(self, now: i64) -> bool {
        self.delivering(now) == self.delivery_ms()
    }

    /// `canceled_at`: when it was asked to end, before it was over.
    fn report(self, now: i64, canceled_at: Option<i64>) -> Value {
        let now = canceled_at.unwrap_or(now);
        let (age, delivery) = (now.saturating_sub(self.made_at), self.delivery_ms());
        let left = match self.ending {
            Ending::Completed | Ending::Slow => 0,
            Ending::Partial => share(self.quantity, 2, 5),
            Ending::Canceled | Ending::Failed => self.quantity,
        };
        let delivering = self.delivering(now);
        let delivered = share(self.quantity.saturating_sub(left), delivering, delivery);
        let is_over = delivering == delivery || canceled_at.is_some();
        // All of it is taken in advance, and what is left goes back at the end.
        let paid = if is_over { delivered } else { self.quantity };
        let word = match self.ending {
            _ if canceled_at.is_some() && delivered == 0 => "Canceled",
            _ if canceled_at.is_some() => "Partial",
            _ if age < PENDING_MS => "Pending",
            _ if !is_over => "In progress",
            Ending::Completed | Ending::Slow => "Completed",
            Ending::Partial => "Partial",
            Ending::Canceled => "Canceled",
            Ending::Failed => "Failed",
        };
        json!({
            "charge": share(self.price(), paid, self.quantity).to_string(),
            "start_count": self.made_at.rem_euclid(4999).to_string(),
            "status": word,
            "remains": self.quantity.saturating_sub(delivered).to_string(),
            "currency": "VND",
        })
    }
}

/// ⌊whole × part / of⌋; nothing of nothing.
fn share(whole: i64, part: i64, of: i64) -> i64 {
    let exact = i128::from(whole).saturating_mul(i128::from(part)).checked_div_euclid(i128::from(of));
    exact.and_then(|exact| i64::try_from(exact).ok()).unwrap_or(0)
}

/// The little that is not in the ids.
pub(super) struct Stage {
    clock: Clock,
    /// The millisecond of the youngest order: no two share one.
    last: AtomicI64,
    funds: AtomicI64,
    market: Market,
    /// When which orders were canceled.
    canceled: Mutex<HashMap<String, i64>>,
}

impl Stage {
    pub(super) fn new(clock: Clock) -> Self {
        Stage {
            clock,
            last: AtomicI64::new(0),
            funds: AtomicI64::new(FUNDS),
            market: Market::default(),
            canceled: Mutex::default(),
        }
    }

    /// Falls with every order, so that an admin can see whether one without an answer was taken. It is topped
    /// up before it runs out.
    pub(super) fn balance(&self) -> Value {
        json!({ "balance": self.funds.load(Ordering::Relaxed).to_string(), "currency": "VND" })
    }

    pub(super) fn services(&self) -> Value {
        self.market.services(self.clock.now())
    }

    pub(super) fn add(&self, fields: &Fields) -> AddResponse {
        let link = fields.get("link").to_lowercase();
        let has = |word| link.contains(word);
        if link.is_empty() || has("refuse") {
            return AddResponse::Refused("Bad link");
        }
        if has("funds") {
            return AddResponse::Refused("Not enough funds on balance");
        }
        if has("gateway") {
            return AddResponse::Down;
        }
        let quantity = match quantity(fields) {
            Ok(quantity) => quantity,
            Err(refusal) => return AddResponse::Refused(refusal),
        };
        self.market.hear(fields.get("service"), &link, self.clock.now());
        let id = self.take(fields, quantity, Ending::of_link(&link));
        match () {
            () if has("hang") || has("timeout") => AddResponse::TakenTooLate(id),
            () if has("reset") => AddResponse::TakenAndCut,
            () => AddResponse::Taken(id),
        }
    }

    fn take(&self, fields: &Fields, quantity: i64, ending: Ending) -> String {
        let now = self.clock.now().millis();
        let made_at = self.next_moment(now);
        let service = fields.get("service").parse().ok().filter(|number| list::service(*number).is_some());
        let times = service.and_then(list::service).and_then(|(kind, _)| kind.times);
        let times = times.map(|name| fields.get(name).parse().unwrap_or(1));
        let order = Order { made_at, service: service.unwrap_or(0), ending, quantity, times };
        let pay = |funds: i64| {
            let left = funds.saturating_sub(order.price());
            Some(if left < 0 { FUNDS } else { left })
        };
        // The closure always has a value, so this cannot fail.
        let _ = self.funds.fetch_update(Ordering::Relaxed, Ordering::Relaxed, pay);
        order.id()
    }

    pub(super) fn status(&self, fields: &Fields) -> Value {
        let now = self.clock.now().millis();
        let one = |id: &str| {
            let order = Order::parse(id);
            let canceled_at = self.canceled.lock().get(id).copied();
            order.map_or_else(unknown, |order| order.report(now, canceled_at))
        };
        match fields.get("orders") {
            "" => one(fields.get("order")),
            ids => Value::Object(
                ids.split(',').map(|id| (id.to_owned(), one(id))).collect::<Map<String, Value>>(),
            ),
        }
    }

    /// Orders that are not over end now.
    pub(super) fn cancel(&self, fields: &Fields) -> Value {
        let now = self.clock.now().millis();
        let one = |id: &str| match Order::parse(id) {
            None => unknown(),
            Some(order) if order.is_over(now) => json!({ "error": "The order can not be canceled" }),
            Some(_) => {
                self.canceled.lock().entry(id.to_owned()).or_insert(now);
                json!(1)
            }
        };
        let ids = fields.get("orders").split(',').filter(|id| !id.is_empty());
        ids.map(|id| json!({ "order": id, "cancel": one(id) })).collect()
    }
}

impl Stage {
    /// A refill's id is the millisecond in which it was asked for.
    pub(super) fn refill(&self, fields: &Fields) -> Value {
        let now = self.clock.now().millis();
        let Some(order) = Order::parse(fields.get("order")) else { return unknown() };
        let is_canceled = self.canceled.lock().contains_key(fields.get("order"));
        let is_completed = matches!(order.ending, Ending::Completed | Ending::Slow) && order.is_over(now);
        if is_canceled || !is_completed {
            return json!({ "error": "The order is not completed" });
        }
        json!({ "refill": self.next_moment(now).to_string() })
    }

    pub(super) fn refill_status(&self, fields: &Fields) -> Value {
        let now = self.clock.now().millis();
        let word = |id: &str| {
            let asked: i64 = id.parse().ok().filter(|_| id.len() == TIME_DIGITS)?;
            let age = now.saturating_sub(asked);
            Some(match age {
                _ if age < PENDING_MS => "Pending",
                _ if age < PENDING_MS.saturating_add(DELIVERY_MS) => "In progress",
                _ => "Completed",
            })
        };
        let none = || json!({ "error": "Refill not found" });
        match fields.get("refills") {
            "" => word(fields.get("refill")).map_or_else(none, |word| json!({ "status": word })),
            ids => {
                let entry =
                    |id: &str| json!({ "refill": id, "status": word(id).map_or_else(none, Value::from) });
                ids.split(',').map(entry).collect()
            }
        }
    }

    /// This millisecond, or the next that nothing else has.
    fn next_moment(&self, now: i64) -> i64 {
        let next = |last: i64| last.saturating_add(1).max(now);
        let last = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(next(last)));
        next(last.unwrap_or_else(|unchanged| unchanged))
    }
}

/// What is said of an id that is none.
fn unknown() -> Value {
    json!({ "error": "Incorrect order ID" })
}

/// How many units an order has by the type of its service, if it holds what that type needs. A service that is not
/// listed is of the usual type.
fn quantity(fields: &Fields) -> Result<i64, &'static str> {
    let listed = fields.get("service").parse().ok().and_then(list::service);
    let kind = listed.map_or(OrderType::usual(), |(kind, _)| kind);
    let given = |name: &str| Some(fields.get(name).to_owned());
    let lacks =
        |field: &Field| field.required && field.belongs(given) && fields.get(field.sent_as).is_empty();
    if kind.fields.iter().any(lacks) {
        return Err("Incorrect request");
    }
    let units = match kind.quantity {
        QuantityFrom::Buyer => fields.get("quantity").parse().ok(),
        QuantityFrom::Lines(field) => i64::try_from(fields.get(field).lines().count()).ok(),
        QuantityFrom::One => Some(1),
    };
    units.filter(|units| *units > 0).ok_or("Incorrect quantity")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::Timestamp;

    fn add(link: &str) -> Fields {
        let field = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Fields([("service", "1"), ("link", link), ("quantity", "1000")].map(field).into())
    }

    fn asked(id: &str) -> Fields {
        Fields(HashMap::from([("order".to_owned(), id.to_owned())]))
    }

    /// Status and remains at so many milliseconds after the order.
    fn course(link: &str, moments: &[i64]) -> Vec<(String, String)> {
        let start = Timestamp::from_millis(1_795_333_140_000);
        let AddResponse::Taken(id) = Stage::new(Clock::manual(start)).add(&add(link)) else {
            panic!("not taken")
        };
        let at = |ms: &i64| {
            let later = Clock::manual(Timestamp::from_millis(start.millis() + ms));
            // Another stage: what it says does not depend on having been there.
            let report = Stage::new(later).status(&asked(&id));
            let text = |name: &str| report[name].as_str().unwrap().to_owned();
            (text("status"), text("remains"))
        };
        moments.iter().map(at).collect()
    }

    #[test]
    fn an_order_is_delivered_within_seconds() {
        let seen = course("https://tiktok.com/@a", &[0, 999, 1000, 2000, 3000, 86_400_000]);
        let expected = [
            ("Pending", "1000"),
            ("Pending", "1000"),
            ("In progress", "1000"),
            ("In progress", "500"),
            ("Completed", "0"),
            ("Completed", "0"),
        ];
        assert_eq!(seen, expected.map(|(word, left)| (word.to_owned(), left.to_owned())));
    }

    #[test]
    fn words_in_the_link_decide_the_end() {
        for (link, word, left) in [
            ("https://x.vn/PARTIAL", "Partial", "400"),
            ("https://x.vn/cancel", "Canceled", "1000"),
            ("https://x.vn/strange", "Failed", "1000"),
        ] {
            assert_eq!(course(link, &[3000]), [(word.to_owned(), left.to_owned())]);
        }
    }

    #[test]
    fn what_is_not_over_can_be_canceled_and_what_is_completed_refilled() {
        let clock = Clock::manual(Timestamp::from_millis(1_795_333_140_000));
        let stage = Stage::new(clock.clone());
        let made = |link| {
            let AddResponse::Taken(id) = stage.add(&add(link)) else { panic!("not taken") };
            id
        };
        let said = |action: &dyn Fn(&Fields) -> Value, name: &str, id: &str| {
            action(&Fields(HashMap::from([(name.to_owned(), id.to_owned())])))
        };
        let cancel = |id: &str| said(&|fields| stage.cancel(fields), "orders", id)[0]["cancel"].clone();
        let refill = |id: &str| said(&|fields| stage.refill(fields), "order", id);
        let (early, late, done) =
            (made("https://x.vn/slow"), made("https://x.vn/slow"), made("https://x.vn/a"));
        assert_eq!(cancel(&early), 1);
        clock.advance_seconds(301);
        assert_eq!(cancel(&late), 1);
        assert_eq!(cancel(&done), json!({ "error": "The order can not be canceled" }));
        assert_eq!(cancel("7"), json!({ "error": "Incorrect order ID" }));
        clock.advance_seconds(3600);
        let report = |id: &str| stage.status(&asked(id));
        assert_eq!(
            (&report(&early)["status"], &report(&early)["remains"]),
            (&json!("Canceled"), &json!("1000"))
        );
        // Half of it, less the millisecond by which its id is later than the first one's.
        assert_eq!((&report(&late)["status"], &report(&late)["remains"]), (&json!("Partial"), &json!("501")));
        assert_eq!(refill(&late), json!({ "error": "The order is not completed" }));
        let id = refill(&done)["refill"].as_str().unwrap().to_owned();
        let word = || said(&|fields| stage.refill_status(fields), "refill", &id)["status"].clone();
        assert_eq!(word(), "Pending");
        clock.advance_seconds(2);
        assert_eq!(word(), "In progress");
        clock.advance_seconds(2);
        assert_eq!(word(), "Completed");
        let many = said(&|fields| stage.refill_status(fields), "refills", &format!("{id},5"));
        assert_eq!(many[0], json!({ "refill": id, "status": "Completed" }));
        assert_eq!(many[1]["status"], json!({ "error": "Refill not found" }));
    }

    #[test]
    fn ids_never_repeat_and_hold_the_order() {
        let stage = Stage::new(Clock::manual(Timestamp::from_millis(1_795_333_140_000)));
        let ids: Vec<String> = (0..100)
            .map(|_| {
                let AddResponse::Taken(id) = stage.add(&add("https://x.vn")) else { panic!("not taken") };
                id
            })
            .collect();
        let different: std::collections::HashSet<&String> = ids.iter().collect();
        assert_eq!(different.len(), 100);
        let order = Order::parse(&ids[0]).unwrap();
        assert_eq!((order.service, order.quantity, order.price()), (1, 1000, 32_000));
        assert_eq!(stage.balance()["balance"], (FUNDS - 100 * 32_000).to_string());
    }

    #[test]
    fn foreign_ids_are_unknown() {
        let stage = Stage::new(Clock::system());
        for id in ["", "1", "884120", "not a number", "99999999999990190", "179533314000001"] {
            assert_eq!(stage.status(&asked(id))["error"], "Incorrect order ID", "{id}");
        }
    }
}
