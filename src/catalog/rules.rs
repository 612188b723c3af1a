//! What a service may look like. Pure.

use super::sources::NamedSource;
use super::{LinkKind, Offer, ServiceState};
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::ids::{ProviderId, UserId};
use crate::kernel::money::{Percent, Quantity, Rate, decimal, div_ceil};
use crate::kernel::text::trimmed;
use crate::order_types::{OrderType, QuantityFrom};
use std::collections::BTreeSet;

const MAX_NAME_CHARS: usize = 300;
pub(super) const MAX_CATEGORY_CHARS: usize = 200;
const MAX_DESCRIPTION_CHARS: usize = 10_000;
const MAX_NOTE_CHARS: usize = 200;
const MAX_SERVER: i64 = 999;
const MAX_REFILL_DAYS: i64 = 3650;
pub(super) const MAX_PROVIDER_SERVICE_CHARS: usize = 100;
/// Together with the highest rate, what an order of this many units costs still fits into 64 bits.
pub(super) const MAX_QUANTITY: i64 = 1_000_000_000;
/// So many may be named as the only ones who see a service.
const MOST_VIEWERS: usize = 1000;

/// A change that names only what it changes. An inner `None` empties the value.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    pub name: Option<String>,
    pub category: Option<String>,
    pub description: Option<String>,
    pub kind: Option<&'static OrderType>,
    pub link_kind: Option<LinkKind>,
    pub rate: Option<Rate>,
    pub min: Option<Quantity>,
    pub max: Option<Quantity>,
    pub refill: Option<bool>,
    pub refill_days: Option<i64>,
    pub cancel: Option<bool>,
    pub dripfeed: Option<bool>,
    pub active: Option<bool>,
    /// Taking the provider away takes its service id away too.
    pub provider: Option<Option<ProviderId>>,
    pub provider_service: Option<Option<String>>,
    pub cost: Option<Option<Rate>>,
    pub exclusive_links: Option<bool>,
    pub visible_to: Option<BTreeSet<UserId>>,
    pub server: Option<Option<i64>>,
    pub note: Option<Option<String>>,
    pub state: Option<ServiceState>,
    /// Instead of `provider` and `provider_service`: all of them, in order of preference.
    pub sources: Option<Vec<NamedSource>>,
}

impl Patch {
    pub(super) fn onto(self, old: Offer) -> Offer {
        let provider = self.provider.unwrap_or(old.provider);
        let kept = if self.provider == Some(None) { None } else { old.provider_service };
        Offer {
            name: self.name.unwrap_or(old.name),
            category: self.category.unwrap_or(old.category),
            description: self.description.unwrap_or(old.description),
            kind: self.kind.unwrap_or(old.kind),
            link_kind: self.link_kind.unwrap_or(old.link_kind),
            rate: self.rate.unwrap_or(old.rate),
            min: self.min.unwrap_or(old.min),
            max: self.max.unwrap_or(old.max),
            refill: self.refill.unwrap_or(old.refill),
            refill_days: self.refill_days.unwrap_or(old.refill_days),
            cancel: self.cancel.unwrap_or(old.cancel),
            dripfeed: self.dripfeed.unwrap_or(old.dripfeed),
            active: self.active.unwrap_or(old.active),
            provider,
            provider_service: self.provider_service.unwrap_or(kept),
            cost: self.cost.unwrap_or(old.cost),
            exclusive_links: self.exclusive_links.unwrap_or(old.exclusive_links),
            visible_to: self.visible_to.unwrap_or(old.visible_to),
            server: self.server.unwrap_or(old.server),
            note: self.note.unwrap_or(old.note),
            state: self.state.unwrap_or(old.state),
        }
    }
}

/// Without blanks around its texts. Nobody buys a part of a package, so its limits are 1.
pub(super) fn tidied(mut offer: Offer) -> Offer {
    if offer.kind.quantity == QuantityFrom::One {
        (offer.min, offer.max) = (Quantity::ONE, Quantity::ONE);
    }
    for text in [&mut offer.name, &mut offer.category, &mut offer.description] {
        *text = trimmed(text).to_owned();
    }
    offer.provider_service = offer.provider_service.map(|id| trimmed(&id).to_owned());
    offer.note = offer.note.map(|note| trimmed(&note).to_owned()).filter(|note| !note.is_empty());
    offer
}

/// Everything about the offer that is not acceptable; whether the provider exists is not asked here.
pub(super) fn check(offer: &Offer) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut demand = |fits: bool, field: &str, rule: Rule| {
        if !fits {
            wrong.push(FieldError::new(field, rule));
        }
    };
    let line = |max: usize| Rule::Line { min: 1, max };
    demand(is_line(&offer.name, MAX_NAME_CHARS), "name", line(MAX_NAME_CHARS));
    demand(is_line(&offer.category, MAX_CATEGORY_CHARS), "category", line(MAX_CATEGORY_CHARS));
    let max = MAX_DESCRIPTION_CHARS;
    demand(offer.description.chars().count() <= max, "description", Rule::CharsAtMost { max });
    demand(!offer.description.contains('\0'), "description", Rule::NoControl);
    demand(offer.max >= offer.min, "max_quantity", Rule::not_below("min_quantity"));
    let days = Rule::Range { min: 0, max: MAX_REFILL_DAYS };
    demand((0..=MAX_REFILL_DAYS).contains(&offer.refill_days), "refill_days", days);
    let servers = Rule::Range { min: 1, max: MAX_SERVER };
    demand(offer.server.is_none_or(|number| (1..=MAX_SERVER).contains(&number)), "server", servers);
    let is_note = offer.note.as_ref().is_none_or(|note| is_line(note, MAX_NOTE_CHARS));
    demand(is_note, "note", Rule::Line { min: 0, max: MAX_NOTE_CHARS });
    let has_runs = offer.provider.is_some() && offer.kind.can_have_runs();
    demand(has_runs || !offer.dripfeed, "dripfeed", Rule::NotTaken);
    let has_provider = offer.provider.is_some() || !offer.kind.is_for_posts();
    demand(has_provider, "provider_id", Rule::needed_with("type"));
    let range = Rule::Range { min: 1, max: MAX_QUANTITY };
    demand(offer.max.get() <= MAX_QUANTITY, "max_quantity", range);
    let entries = Rule::Entries { min: 0, max: MOST_VIEWERS };
    demand(offer.visible_to.len() <= MOST_VIEWERS, "visible_to", entries);
    match (&offer.provider, &offer.provider_service) {
        (Some(_), Some(id)) => {
            let fits = is_line(id, MAX_PROVIDER_SERVICE_CHARS);
            demand(fits, "provider_service_id", line(MAX_PROVIDER_SERVICE_CHARS));
        }
        (Some(_), None) => demand(false, "provider_service_id", Rule::needed_with("provider_id")),
        (None, Some(_)) => demand(false, "provider_id", Rule::needed_with("provider_service_id")),
        (None, None) => {}
    }
    wrong
}

/// ⌈rate × exchange⌉ to a thousandth of a dong, the smallest part a rate has: what a provider's decimal rate costs in
/// VND when a unit of its currency is worth `exchange` VND. Never rounded in our favour, so never 0 for what costs.
/// `None`: not readable, or beyond any rate.
pub fn in_dong(rate: &str, exchange: &str) -> Option<Rate> {
    let ((rate, rate_places), (exchange, exchange_places)) = (decimal(rate)?, decimal(exchange)?);
    let exact = rate.checked_mul(exchange)?.checked_mul(1000)?;
    let places = 10_i128.checked_pow(rate_places.checked_add(exchange_places)?)?;
    rounded_up(exact, places)
}

/// ⌈cost × now / before⌉ to a thousandth of a dong: what a cost becomes with another exchange rate, where nobody knows
/// the price it is made of. `None`: not readable, or beyond any rate.
pub(super) fn exchanged(cost: Rate, before: &str, now: &str) -> Option<Rate> {
    let ((before, before_places), (now, now_places)) = (decimal(before)?, decimal(now)?);
    let exact =
        i128::from(cost.milli()).checked_mul(now)?.checked_mul(10_i128.checked_pow(before_places)?)?;
    rounded_up(exact, before.checked_mul(10_i128.checked_pow(now_places)?)?)
}

/// Whether an exchange rate leaves prices as they are.
pub fn is_one(exchange: &str) -> bool {
    decimal(exchange).is_some_and(|(digits, places)| (digits, places) == (1, 0))
}

/// ⌈cost × (100 + percent) / 100⌉ to a thousandth of a dong: the least rate with this margin. `None`: beyond any rate.
pub fn with_margin(cost: Rate, percent: Percent) -> Option<Rate> {
    marked_up(cost, percent.get(), 1)
}

/// ⌈cost × (100 + percent) / 100⌉ to a hundredth of a dong: the rate with this mark-up. It is never given three places,
/// because that reads like thousands. `None`: beyond any rate.
pub fn priced(cost: Rate, percent: i64) -> Option<Rate> {
    marked_up(cost, percent, 10)
}

/// ⌈cost × (100 + percent) / 100⌉, rounded once, up to a multiple of so many thousandths.
pub(super) fn marked_up(cost: Rate, percent: i64, step: i64) -> Option<Rate> {
    let factor = percent.checked_add(100)?;
    let exact = i128::from(cost.milli()).checked_mul(i128::from(factor))?;
    let steps = div_ceil(exact, i128::from(step.checked_mul(100)?))?;
    Rate::from_milli(i64::try_from(steps.checked_mul(i128::from(step))?).ok()?)
}

/// The one rounding of prices: upward.
fn rounded_up(milli: i128, by: i128) -> Option<Rate> {
    Rate::from_milli(i64::try_from(div_ceil(milli, by)?).ok()?)
}

/// Whether a cost rose by more than so many percent.
pub(super) fn has_jumped(before: Rate, now: Rate, percent: Percent) -> bool {
    let wide = |rate: Rate, factor: i64| i128::from(rate.milli()).saturating_mul(i128::from(factor));
    wide(now, 100) > wide(before, percent.get().saturating_add(100))
}

pub(super) fn is_line(text: &str, max_chars: usize) -> bool {
    !text.is_empty() && text.chars().count() <= max_chars && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn offer() -> Offer {
        Offer {
            name: "Likes".to_owned(),
            category: "TikTok".to_owned(),
            description: String::new(),
            kind: OrderType::usual(),
            link_kind: LinkKind::Url,
            rate: Rate::parse("12000").unwrap(),
            min: Quantity::new(10).unwrap(),
            max: Quantity::new(1000).unwrap(),
            refill: false,
            refill_days: 0,
            cancel: false,
            dripfeed: false,
            active: true,
            provider: Some(ProviderId::new(1)),
            provider_service: Some("101".to_owned()),
            cost: None,
            exclusive_links: false,
            visible_to: BTreeSet::new(),
            server: None,
            note: None,
            state: ServiceState::Ok,
        }
    }

    fn by_hand() -> Offer {
        Offer { provider: None, provider_service: None, ..offer() }
    }

    fn wrong(change: impl FnOnce(&mut Offer)) -> Vec<String> {
        let mut offer = offer();
        change(&mut offer);
        check(&tidied(offer)).into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn every_value_at_fault_is_named() {
        assert_eq!(wrong(|_| ()), Vec::<String>::new());
        assert_eq!(wrong(|o| o.name = "  ".to_owned()), ["name"]);
        assert_eq!(wrong(|o| o.name = "a\nb".to_owned()), ["name"]);
        assert_eq!(wrong(|o| o.category = "x".repeat(201)), ["category"]);
        assert_eq!(wrong(|o| o.server = Some(0)), ["server"]);
        assert_eq!(wrong(|o| o.server = Some(1000)), ["server"]);
        assert_eq!(wrong(|o| o.note = Some("x".repeat(201))), ["note"]);
        assert_eq!(wrong(|o| o.note = Some("a\nb".to_owned())), ["note"]);
        assert_eq!(wrong(|o| o.note = Some(" ".to_owned())), Vec::<String>::new());
        assert_eq!(wrong(|o| o.description = "x".repeat(10_001)), ["description"]);
        assert_eq!(wrong(|o| o.max = Quantity::ONE), ["max_quantity"]);
        assert_eq!(wrong(|o| o.max = Quantity::new(1_000_000_001).unwrap()), ["max_quantity"]);
        assert_eq!(wrong(|o| o.provider = None), ["provider_id"]);
        assert_eq!(wrong(|o| o.provider_service = None), ["provider_service_id"]);
        assert_eq!(wrong(|o| o.provider_service = Some(" ".to_owned())), ["provider_service_id"]);
        assert_eq!(wrong(|o| o.refill_days = MAX_REFILL_DAYS + 1), ["refill_days"]);
        assert_eq!(wrong(|o| o.visible_to = (1..=1001).map(UserId::new).collect()), ["visible_to"]);
        let kind = |word| OrderType::parse(word).unwrap();
        let with_runs = |offer: Offer| wrong(|o| *o = Offer { dripfeed: true, ..offer });
        assert_eq!(with_runs(by_hand()), ["dripfeed"]);
        assert_eq!(with_runs(Offer { kind: kind("package"), ..offer() }), ["dripfeed"]);
        assert_eq!(wrong(|o| *o = Offer { kind: kind("subscriptions"), ..by_hand() }), ["provider_id"]);
    }

    #[test]
    fn what_is_just_within_bounds_is_taken() {
        let right = |change: fn(&mut Offer)| assert_eq!(wrong(change), Vec::<String>::new());
        right(|o| o.name = "x".repeat(MAX_NAME_CHARS));
        right(|o| o.description = "x".repeat(MAX_DESCRIPTION_CHARS));
        right(|o| o.max = o.min);
        right(|o| o.max = Quantity::new(MAX_QUANTITY).unwrap());
        right(|o| o.refill_days = MAX_REFILL_DAYS);
        right(|o| o.server = Some(MAX_SERVER));
        right(|o| o.visible_to = (1..=1000).map(UserId::new).collect());
        right(|o| o.dripfeed = true);
        right(|o| o.kind = OrderType::parse("subscriptions").unwrap());
        right(|o| *o = by_hand());
    }

    #[test]
    fn conversion_and_mark_up_are_exact_and_rounded_up() {
        for (rate, exchange, markup, cost, sold) in [
            ("12500", "1", 20, "12500", "15000"),
            ("2.5", "1", 10, "2.5", "2.75"),
            ("0.90", "25000", 20, "22500", "27000"),
            ("0.1", "25417.3", 7, "2541.73", "2719.66"),
            ("8", "1", 10_000, "8", "808"),
            ("0.0001", "1", 0, "0.001", "0.01"),
            ("1", "0.0000001", 50, "0.001", "0.01"),
        ] {
            let found = in_dong(rate, exchange).unwrap();
            let price = priced(found, markup).unwrap();
            assert_eq!((found.to_string().as_str(), price.to_string().as_str()), (cost, sold), "{rate}");
        }
        for (rate, exchange) in [("1e3", "1"), ("-1", "1"), ("1", "-1"), ("1", ""), ("9999999999999", "9")] {
            assert_eq!(in_dong(rate, exchange), None, "{rate} {exchange}");
        }
        assert_eq!(in_dong(&"9".repeat(39), "999999999"), None);
    }

    #[test]
    fn a_price_is_converted_as_the_page_shows_it() {
        let cases = include_str!("../../tests/ui/cases/prices.json");
        let cases: serde_json::Value = serde_json::from_str(cases).unwrap();
        for case in cases["converted"].as_array().unwrap() {
            let text = |at: usize| case[at].as_str().unwrap();
            assert_eq!(in_dong(text(0), text(1)).unwrap().to_string(), text(2), "{case}");
        }
    }

    proptest! {
        #[test]
        fn a_conversion_is_never_low_and_less_than_a_thousandth_high(
            rate in 1_i64..1_000_000_000, places in 0_u32..9,
            exchange in 1_i64..100_000_000, exchange_places in 0_u32..5,
        ) {
            let text = |number: i64, places: u32| {
                let one = 10_i64.pow(places);
                let width = usize::try_from(places).unwrap();
                if places == 0 { number.to_string() } else { format!("{}.{:0width$}", number / one, number % one) }
            };
            let cost = in_dong(&text(rate, places), &text(exchange, exchange_places));
            let scale = 10_i128.pow(places + exchange_places);
            let exact = i128::from(rate) * i128::from(exchange) * 1000;
            if let Some(cost) = cost {
                let found = i128::from(cost.milli()) * scale;
                prop_assert!(found >= exact && found < exact + scale && cost.milli() > 0);
            } else {
                prop_assert!(exact > i128::from(Rate::MAX_MILLI) * scale);
            }
        }

        #[test]
        fn a_mark_up_covers_the_margin_and_grows(
            cost in 1..=Rate::MAX_MILLI / 3, low in 0_i64..=100, more in 0_i64..=100,
        ) {
            let (low, high) = (low.min(more), low.max(more));
            let cost = Rate::from_milli(cost).unwrap();
            let at = |percent: i64| with_margin(cost, Percent::new(percent).unwrap()).unwrap();
            prop_assert!(cost <= at(low) && at(low) <= at(high));
            let sold = priced(cost, low).unwrap().milli();
            prop_assert!(sold % 10 == 0 && (0..10).contains(&(sold - at(low).milli())));
            let exact = i128::from(cost.milli()) * i128::from(100 + low);
            let found = i128::from(at(low).milli()) * 100;
            prop_assert!(found >= exact && found < exact + 100);
        }
    }

    #[test]
    fn a_cost_follows_the_exchange_rate_upward_rounded() {
        for (cost, before, now, after) in [
            ("8000", "1", "1", "8000"),
            ("22500", "25000", "26000", "23400"),
            ("22500", "25000", "26000.5", "23400.45"),
            ("0.001", "25000", "25000.001", "0.002"),
            ("10", "3", "1", "3.334"),
        ] {
            let cost = Rate::parse(cost).unwrap();
            assert_eq!(exchanged(cost, before, now).unwrap().to_string(), after, "{cost} {before} {now}");
        }
        let most = Rate::from_milli(Rate::MAX_MILLI).unwrap();
        assert_eq!(exchanged(most, "1", "2"), None);
        assert_eq!(exchanged(most, "0", "2"), None);
    }

    #[test]
    fn an_empty_patch_changes_nothing() {
        assert_eq!(Patch::default().onto(offer()), offer());
    }

    #[test]
    fn without_a_provider_its_service_id_goes_too() {
        let by_hand = Patch { provider: Some(None), ..Patch::default() }.onto(offer());
        assert_eq!((by_hand.provider, by_hand.provider_service), (None, None));
    }
}
