//! The practice provider's list of services, and how it moves: a word in an order's link makes it, for a minute.

use crate::kernel::clock::Timestamp;
use crate::order_types::{OrderType, Sample};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use strum::{IntoStaticStr, VariantArray};

/// So long a change of the list lasts.
const MOVE_MS: i64 = 60_000;

/// The services: the samples of all types. The first has the id 1.
pub fn services() -> impl Iterator<Item = (usize, &'static OrderType, &'static Sample)> {
    let all = OrderType::all().iter().flat_map(|kind| kind.samples.iter().map(move |sample| (kind, sample)));
    (1..).zip(all).map(|(id, (kind, sample))| (id, kind, sample))
}

/// By its id.
pub(super) fn service(id: usize) -> Option<(&'static OrderType, &'static Sample)> {
    services().find(|(known, ..)| *known == id).map(|(_, kind, sample)| (kind, sample))
}

/// What can happen to the list, by the word that makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", const_into_str)]
enum Move {
    /// The service costs twice as much.
    Dearer,
    /// The service is not listed.
    Vanish,
    /// Nothing is listed.
    Empty,
}

/// What has moved, and until when, in milliseconds since 1970.
#[derive(Default)]
pub(super) struct Market(Mutex<BTreeMap<(Move, usize), i64>>);

impl Market {
    /// Looks for the words in the link of an order for this service.
    pub(super) fn hear(&self, service: &str, link: &str, now: Timestamp) {
        let Some(id) = service.parse().ok().filter(|id| self::service(*id).is_some()) else { return };
        for what in Move::VARIANTS.iter().filter(|what| link.contains(what.into_str())) {
            self.0.lock().insert((*what, id), now.millis().saturating_add(MOVE_MS));
        }
    }

    /// The list, in the field's types: numbers as texts.
    pub(super) fn services(&self, now: Timestamp) -> Value {
        let mut moves = self.0.lock();
        moves.retain(|_, until| *until > now.millis());
        if moves.keys().any(|(what, _)| *what == Move::Empty) {
            return json!([]);
        }
        let has = |what, id| moves.contains_key(&(what, id));
        let listed = services().filter(|(id, ..)| !has(Move::Vanish, *id));
        listed.map(|(id, kind, sample)| shown(id, kind, sample, has(Move::Dearer, id))).collect()
    }
}

fn shown(id: usize, kind: &OrderType, sample: &Sample, is_dearer: bool) -> Value {
    let rate = sample.cost.saturating_mul(if is_dearer { 2 } else { 1 });
    json!({
        "service": id,
        "name": sample.listed_name,
        "category": sample.category,
        "type": kind.provider_name(),
        "rate": rate.to_string(),
        "min": sample.min.to_string(),
        "max": sample.max.to_string(),
        "refill": sample.refill,
        "cancel": sample.cancel,
        "dripfeed": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_795_333_140_000;

    /// The rates by id, so many milliseconds after the start.
    fn rates(market: &Market, after_ms: i64) -> Vec<(i64, String)> {
        let list = market.services(Timestamp::from_millis(START + after_ms));
        let rate =
            |line: &Value| (line["service"].as_i64().unwrap(), line["rate"].as_str().unwrap().to_owned());
        list.as_array().unwrap().iter().map(rate).collect()
    }

    #[test]
    fn a_word_moves_the_list_for_a_minute() {
        let market = Market::default();
        let usual = rates(&market, 0);
        let hear = |service: &str, link: &str| market.hear(service, link, Timestamp::from_millis(START));
        hear("1", "https://x.vn/dearer");
        hear("2", "https://x.vn/vanish");
        hear("3", "https://x.vn/other");
        hear("99", "https://x.vn/vanish");
        hear("none", "https://x.vn/empty");
        let mut moved = usual.clone();
        moved[0].1 = "64000".to_owned();
        moved.remove(1);
        assert_eq!((rates(&market, 0), rates(&market, MOVE_MS - 1)), (moved.clone(), moved));
        hear("1", "https://x.vn/empty");
        assert_eq!(rates(&market, MOVE_MS - 1), []);
        assert_eq!(rates(&market, MOVE_MS), usual);
    }
}
