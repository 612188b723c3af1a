//! What the practice provider answers. An order's id holds when it was made, which service it is for, how it
//! will end and how many units it has; what it has come to follows from that and the time of asking.

use super::list::{self, Market};
use crate::kernel::clock::Clock;
use crate::order_types::{Field, OrderType, PerPost, QuantityFrom, RatePer};
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
/// From one post of a subscription to the next.
const POST_MS: i64 = 1000;
/// More than any number of posts, or of minutes.
const POST: i64 = 5000;
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
    /// What the quantity is multiplied by for the price, where the type of the service says so. Of a subscription the
    /// number of its posts; of the order of a post `POST` and its number, from 0.
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
        let has_times =
            list::service(service).is_some_and(|(kind, _)| kind.times.is_some() || kind.is_for_posts());
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
        self.quantity.saturating_mul(self.times.filter(|times| *times < POST).unwrap_or(1))
    }

    /// How many posts it is for, if it is for any.
    fn posts(self) -> Option<i64> {
        let (kind, _) = list::service(self.service)?;
        self.times.filter(|posts| kind.is_for_posts() && *posts < POST)
    }

    /// The order of one of its posts.
    fn of_post(self, number: i64) -> Self {
        let quantity = share(self.quantity, number.rem_euclid(3).saturating_add(3), 5).max(1);
        Order { times: Some(number.saturating_add(POST)), ending: Ending::Completed, quantity, ..self }
    }

    /// When the work began: of the order of a post, when that was published.
    fn begun_at(self) -> i64 {
        let number = self.times.map_or(0, |times| times.saturating_sub(POST).max(0));
        self.made_at.saturating_add(number.saturating_mul(POST_MS))
    }

    /// Of so many posts one is found each second, until all are, or it ends before.
    fn report_of_posts(self, posts: i64, now: i64, canceled_at: Option<i64>) -> Value {
        let age = canceled_at.unwrap_or(now).saturating_sub(self.made_at);
        let last = self.last_post(posts);
        let found = age.checked_div_euclid(self.post_ms()).unwrap_or(0).clamp(0, last);
        let word = match self.ending {
            _ if canceled_at.is_some() => "Canceled",
            _ if found < last || age < PENDING_MS => "Active",
            Ending::Completed | Ending::Slow => "Completed",
            Ending::Partial => "Expired",
            Ending::Canceled => "Canceled",
            Ending::Failed => "Paused",
        };
        let orders: Vec<String> = (0..found).map(|number| self.of_post(number).id()).collect();
        json!({ "status": word, "posts": found.to_string(), "orders": orders })
    }

    fn last_post(self, posts: i64) -> i64 {
        match self.ending {
            Ending::Completed | Ending::Slow => posts,
            Ending::Partial | Ending::Failed => share(posts, 3, 5),
            Ending::Canceled => 0,
        }
    }

    fn post_ms(self) -> i64 {
        if self.ending == Ending::Slow { SLOW_DELIVERY_MS } else { POST_MS }
    }

    fn delivery_ms(self) -> i64 {
        if self.ending == Ending::Slow { SLOW_DELIVERY_MS } else { DELIVERY_MS }
    }

    /// How long it is delivered already.
    fn delivering(self, now: i64) -> i64 {
        now.saturating_sub(self.begun_at()).saturating_sub(PENDING_MS).clamp(0, self.delivery_ms())
    }

    fn is_over(self, now: i64) -> bool {
        if let Some(posts) = self.posts() {
            let until = self.last_post(posts).saturating_mul(self.post_ms());
            return now.saturating_sub(self.made_at) >= until;
        }
        self.delivering(now) == self.delivery_ms()
    }

    /// `canceled_at`: when it was asked to end, before it was over.
    fn report(self, now: i64, canceled_at: Option<i64>) -> Value {
        if let Some(posts) = self.posts() {
            return self.report_of_posts(posts, now, canceled_at);
        }
        let now = canceled_at.unwrap_or(now);
        let (age, delivery) = (now.saturating_sub(self.begun_at()), self.delivery_ms());
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
        let listed = fields.get("service").parse().ok().and_then(list::service);
        let target = listed.and_then(|(kind, _)| kind.link_from).unwrap_or("link");
        let link = fields.get(target).to_lowercase();
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
        let times = service.and_then(list::service).and_then(|(kind, _)| {
            let multiplied_by = kind.times.as_slice().iter().chain(kind.posts_from().unwrap_or_default());
            let number = |name: &&str| fields.get(name).parse().unwrap_or(0);
            multiplied_by.map(number).reduce(i64::saturating_add)
        });
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
        QuantityFrom::Posts(PerPost { most, .. }) => fields.get(most).parse().ok(),
    };
    units.filter(|units| *units > 0).ok_or("Incorrect quantity")
}

#[cfg(test)]
#[path = "play_tests.rs"]
mod tests;
