//! The practice provider's list of services, and how it moves: a word in an order's link makes it, for a minute.

use crate::kernel::clock::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So long a change of the list lasts.
const MOVE_MS: i64 = 60_000;

/// A line of the list.
pub(super) struct Service {
    name: &'static str,
    category: &'static str,
    pub(super) kind: &'static str,
    /// VND for 1,000 units, or for one package.
    pub(super) rate: i64,
    min: i64,
    max: i64,
    refill: bool,
    cancel: bool,
}

/// The first has the id 1.
const SERVICES: [Service; 10] = [
    line("TikTok Followers | Việt Nam", "TikTok", "Default", 32_000, 100, 50_000, true, true),
    line("TikTok Likes", "TikTok", "Default", 9_000, 50, 100_000, false, true),
    line("TikTok Views", "TikTok", "Default", 450, 1_000, 10_000_000, false, false),
    line("Facebook Post Likes | Việt Nam", "Facebook", "Default", 14_500, 50, 20_000, false, true),
    line("Facebook Page Followers", "Facebook", "Default", 27_000, 100, 100_000, true, false),
    line("Facebook Custom Comments", "Facebook", "Custom Comments", 420_000, 5, 1_000, false, false),
    line("Instagram Followers", "Instagram", "Default", 24_000, 100, 200_000, true, true),
    line("YouTube Views", "YouTube", "Default", 31_500, 500, 1_000_000, true, false),
    line("YouTube Subscribers", "YouTube", "Default", 310_000, 50, 10_000, true, false),
    line("TikTok Starter Package", "TikTok", "Package", 58_000, 1, 1, false, false),
];

#[expect(clippy::too_many_arguments, reason = "a row of a table")]
const fn line(
    name: &'static str,
    category: &'static str,
    kind: &'static str,
    rate: i64,
    min: i64,
    max: i64,
    refill: bool,
    cancel: bool,
) -> Service {
    Service { name, category, kind, rate, min, max, refill, cancel }
}

/// By its id.
pub(super) fn service(id: usize) -> Option<&'static Service> {
    SERVICES.get(id.checked_sub(1)?)
}

/// What can happen to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Move {
    /// The service costs twice as much.
    Dearer,
    /// The service is not listed.
    Vanished,
    /// Nothing is listed.
    Emptied,
}

impl Move {
    const ALL: [Move; 3] = [Move::Dearer, Move::Vanished, Move::Emptied];

    fn word(self) -> &'static str {
        match self {
            Move::Dearer => "dearer",
            Move::Vanished => "vanish",
            Move::Emptied => "empty",
        }
    }
}

/// What has moved, and until when, in milliseconds since 1970.
#[derive(Default)]
pub(super) struct Market(Mutex<BTreeMap<(Move, usize), i64>>);

impl Market {
    /// Looks for the words in the link of an order for this service.
    pub(super) fn hear(&self, service: &str, link: &str, now: Timestamp) {
        let Some(id) = service.parse().ok().filter(|id| self::service(*id).is_some()) else { return };
        for what in Move::ALL.into_iter().filter(|what| link.contains(what.word())) {
            self.moves().insert((what, id), now.millis().saturating_add(MOVE_MS));
        }
    }

    /// The list, in the field's types: numbers as texts.
    pub(super) fn services(&self, now: Timestamp) -> Value {
        let mut moves = self.moves();
        moves.retain(|_, until| *until > now.millis());
        if moves.keys().any(|(what, _)| *what == Move::Emptied) {
            return json!([]);
        }
        let has = |what, id| moves.contains_key(&(what, id));
        let numbered = (1..).zip(&SERVICES).filter(|(id, _)| !has(Move::Vanished, *id));
        numbered.map(|(id, service)| service.shown(id, has(Move::Dearer, id))).collect()
    }

    fn moves(&self) -> MutexGuard<'_, BTreeMap<(Move, usize), i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    fn shown(&self, id: usize, is_dearer: bool) -> Value {
        let rate = self.rate.saturating_mul(if is_dearer { 2 } else { 1 });
        json!({
            "service": id,
            "name": self.name,
            "category": self.category,
            "type": self.kind,
            "rate": rate.to_string(),
            "min": self.min.to_string(),
            "max": self.max.to_string(),
            "refill": self.refill,
            "cancel": self.cancel,
            "dripfeed": false,
        })
    }
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
