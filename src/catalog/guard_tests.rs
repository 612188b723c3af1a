//! The price guard's decisions, one by one and in any order.

use super::*;
use crate::catalog::{LinkKind, ServiceState, Shelf};
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::kernel::money::{Percent, Quantity, Rate};
use crate::order_types::OrderType;
use proptest::prelude::*;
use std::sync::LazyLock;

static GUARD: LazyLock<PriceGuard> = LazyLock::new(|| guard(10, 30, false));
static RESUMING: LazyLock<PriceGuard> = LazyLock::new(|| guard(10, 30, true));

fn guard(margin: i64, jump: i64, auto_resume: bool) -> PriceGuard {
    let percent = |percent: i64| Percent::new(percent).unwrap();
    PriceGuard { min_margin: percent(margin), price_jump: percent(jump), auto_resume }
}

fn rate(dong: i64) -> Rate {
    Rate::from_milli(dong * 1000).unwrap()
}

/// Sold for 12,000, bought for 8,000.
fn likes() -> Service {
    let offer = Offer {
        name: "Likes".to_owned(),
        category: "TikTok".to_owned(),
        description: String::new(),
        kind: OrderType::usual(),
        link_kind: LinkKind::Url,
        rate: rate(12_000),
        min: Quantity::new(10).unwrap(),
        max: Quantity::new(1000).unwrap(),
        refill: false,
        refill_days: 0,
        cancel: true,
        dripfeed: true,
        active: true,
        provider: Some(ProviderId::new(1)),
        provider_service: Some("101".to_owned()),
        cost: Some(rate(8000)),
        exclusive_links: false,
        visible_to: std::collections::BTreeSet::new(),
        server: None,
        note: None,
        state: ServiceState::Ok,
    };
    let now = Timestamp::from_millis(0);
    Service {
        id: ServiceId::new(1),
        offer,
        created_at: now,
        updated_at: now,
        guard_state: GuardState::default(),
        average_seconds: None,
        shelf: Shelf::default(),
    }
}

fn listed(cost: i64) -> Offered {
    Offered {
        id: "101".to_owned(),
        name: "theirs".to_owned(),
        category: "theirs".to_owned(),
        description: "theirs".to_owned(),
        kind: OrderType::usual(),
        listed_rate: cost.to_string(),
        cost: rate(cost),
        min: Quantity::new(50).unwrap(),
        max: Quantity::new(500).unwrap(),
        refill: Some(true),
        cancel: None,
        dripfeed: false,
    }
}

fn after(service: &Service, seen: Observed, guard: PriceGuard) -> Service {
    let (offer, guard_state) = evaluate(service, seen, guard);
    Service { offer, guard_state, ..service.clone() }
}

fn at(service: &Service, cost: i64, guard: PriceGuard) -> Service {
    after(service, Observed::Listed(&listed(cost)), guard)
}

fn paused(service: &Service) -> Option<Pause> {
    assert!(service.guard_state.paused.is_none() || !service.offer.active);
    service.guard_state.paused
}

#[test]
fn cost_and_limits_follow_and_the_operators_words_and_price_stay() {
    let seen = at(&likes(), 9000, *GUARD);
    let expected = Offer {
        cost: Some(rate(9000)),
        min: Quantity::new(50).unwrap(),
        max: Quantity::new(500).unwrap(),
        ..likes().offer
    };
    let guard_state = GuardState { listed_rate: Some("9000".to_owned()), ..GuardState::default() };
    assert_eq!((seen.offer, seen.guard_state), (expected, guard_state));
}

#[test]
fn a_jump_pauses_even_where_the_price_still_fits() {
    let dear = Service { offer: Offer { rate: rate(90_000), ..likes().offer }, ..likes() };
    assert_eq!(paused(&at(&dear, 10_400, *GUARD)), None);
    let jumped = at(&dear, 10_401, *GUARD);
    assert_eq!((paused(&jumped), jumped.offer.cost), (Some(Pause::CostJump), Some(rate(10_401))));
    assert_eq!(
        paused(&at(&jumped, 10_401, *RESUMING)),
        Some(Pause::CostJump),
        "the same list again is no recovery"
    );
    assert_eq!(paused(&at(&jumped, 8100, *GUARD)), Some(Pause::CostJump), "not by itself");
    assert_eq!(paused(&at(&jumped, 8100, *RESUMING)), None);
}

#[test]
fn a_cost_that_eats_the_margin_pauses() {
    assert_eq!(paused(&at(&likes(), 10_400, *GUARD)), None);
    let tight = Service { offer: Offer { cost: Some(rate(10_800)), ..likes().offer }, ..likes() };
    let low = at(&tight, 10_910, *GUARD);
    assert_eq!(paused(&low), Some(Pause::BelowMargin));
    assert_eq!(paused(&at(&low, 10_900, *RESUMING)), None);
    let free = Service { offer: Offer { rate: rate(0), ..likes().offer }, ..likes() };
    assert_eq!(paused(&at(&free, 8000, *GUARD)), Some(Pause::BelowMargin));
}

#[test]
fn what_vanished_or_became_something_else_pauses_until_it_is_back() {
    let gone = after(&likes(), Observed::Gone, *GUARD);
    assert_eq!((paused(&gone), gone.offer.cost), (Some(Pause::Vanished), Some(rate(8000))));
    assert_eq!(paused(&at(&gone, 8000, *RESUMING)), None);
    assert_eq!(paused(&at(&gone, 20_000, *RESUMING)), Some(Pause::CostJump));
    let bundle = Offered { kind: OrderType::parse("package").unwrap(), ..listed(8) };
    let changed = after(&likes(), Observed::Listed(&bundle), *RESUMING);
    assert_eq!((paused(&changed), changed.offer.cost), (Some(Pause::Changed), Some(rate(8000))));
    let closed = after(&likes(), Observed::Unusable, *RESUMING);
    assert_eq!((paused(&closed), closed.offer.cost), (Some(Pause::Changed), Some(rate(8000))));
    assert_eq!(paused(&at(&closed, 8000, *RESUMING)), None);
}

#[test]
fn what_the_operator_turned_off_stays_off() {
    let off = Service { offer: Offer { active: false, ..likes().offer }, ..likes() };
    for seen in [
        Observed::Gone,
        Observed::Listed(&listed(8000)),
        Observed::Listed(&listed(99_000)),
        Observed::Unusable,
    ] {
        let seen = after(&off, seen, *RESUMING);
        assert!(!seen.offer.active && paused(&seen).is_none());
    }
    let jumped = at(&likes(), 20_000, *GUARD);
    let turned_off = Service {
        guard_state: admin_override(jumped.guard_state.clone(), &jumped.offer, false, true, *GUARD),
        ..jumped
    };
    assert_eq!(paused(&turned_off), None);
    assert!(!at(&turned_off, 8000, *RESUMING).offer.active);
}

#[test]
fn the_operators_word_holds_for_the_cost_it_was_given_at() {
    let jumped = at(&likes(), 20_000, *GUARD);
    let offer = Offer { active: true, ..jumped.offer.clone() };
    let wanted = Service {
        guard_state: admin_override(jumped.guard_state.clone(), &offer, false, true, *GUARD),
        offer,
        ..jumped
    };
    assert_eq!(wanted.guard_state.accepted_cost, Some(rate(20_000)));
    assert_eq!(paused(&at(&wanted, 20_000, *GUARD)), None);
    assert_eq!(paused(&at(&wanted, 19_000, *GUARD)), None);
    assert_eq!(paused(&at(&wanted, 20_001, *GUARD)), Some(Pause::BelowMargin));
    let priced = Offer { rate: rate(50_000), ..wanted.offer.clone() };
    let known = GuardState { listed_rate: Some("20000".to_owned()), ..GuardState::default() };
    assert_eq!(admin_override(wanted.guard_state, &priced, true, false, *GUARD), known);
}

fn at_rate(service: &Service, before: &str, now: &str, guard: PriceGuard) -> Service {
    let (offer, guard_state) = exchanged(service, before, now, guard);
    Service { offer, guard_state, ..service.clone() }
}

#[test]
fn a_new_exchange_rate_moves_the_cost_and_pauses_only_what_does_not_fit() {
    let seen = at(&likes(), 8000, *GUARD);
    let dearer = at_rate(&seen, "1", "1.36", *GUARD);
    assert_eq!((paused(&dearer), dearer.offer.cost), (None, Some(rate(10_880))), "36 % more is no jump");
    let low = at_rate(&seen, "1", "1.5", *GUARD);
    assert_eq!((paused(&low), low.offer.cost), (Some(Pause::BelowMargin), Some(rate(12_000))));
    assert_eq!(paused(&at_rate(&low, "1.5", "1", *GUARD)), Some(Pause::BelowMargin), "not by itself");
    assert_eq!(paused(&at_rate(&low, "1.5", "1", *RESUMING)), None);
    // By hand, without a look at the list since: the same, through the ratio.
    let typed = at_rate(&likes(), "25", "26.5", *GUARD);
    assert_eq!((paused(&typed), typed.offer.cost), (None, Some(rate(8480))));
    let costless = Service { offer: Offer { cost: None, ..likes().offer }, ..likes() };
    assert_eq!(at_rate(&costless, "1", "9", *GUARD), costless);
}

#[test]
fn a_new_exchange_rate_brings_nothing_back_that_is_gone_and_nothing_that_was_turned_off() {
    for (seen, why) in [(Observed::Gone, Pause::Vanished), (Observed::Unusable, Pause::Changed)] {
        let away = after(&likes(), seen, *RESUMING);
        let after = at_rate(&away, "2", "1", *RESUMING);
        assert_eq!((paused(&after), after.offer.cost), (Some(why), Some(rate(4000))));
    }
    let jumped = at(&likes(), 20_000, *RESUMING);
    assert_eq!(
        paused(&at_rate(&jumped, "2", "1", *RESUMING)),
        Some(Pause::CostJump),
        "it jumped all the same"
    );
    let off = Service { offer: Offer { active: false, ..likes().offer }, ..likes() };
    let after = at_rate(&off, "1", "9", *RESUMING);
    assert_eq!((paused(&after), after.offer.active, after.offer.cost), (None, false, Some(rate(72_000))));
    let beyond = at_rate(&at(&likes(), 8000, *GUARD), "1", "999999999999", *GUARD);
    assert_eq!(paused(&beyond), Some(Pause::Changed));
}

fn event() -> impl Strategy<Value = Option<i64>> {
    prop::option::of(1_i64..30_000)
}

proptest! {
    #[test]
    fn no_list_sells_below_the_margin_nor_turns_on_what_was_off(
        events in prop::collection::vec(event(), 1..20), margin in 0_i64..=100, jump in 0_i64..=100,
        auto_resume: bool, active: bool,
    ) {
        let guard = guard(margin, jump, auto_resume);
        let mut service = Service { offer: Offer { active, ..likes().offer }, ..likes() };
        for event in events {
            let offered = event.map(listed);
            let seen = offered.as_ref().map_or(Observed::Gone, Observed::Listed);
            let next = after(&service, seen, guard);
            prop_assert_eq!(&after(&next, seen, guard), &next, "the same list again changes nothing");
            prop_assert_eq!(next.offer.rate, service.offer.rate);
            prop_assert!(active || !next.offer.active);
            prop_assert!(active == (next.offer.active || next.guard_state.paused.is_some()));
            if next.offer.active {
                let least = with_margin(next.offer.cost.unwrap(), guard.min_margin).unwrap();
                prop_assert!(next.offer.rate >= least && event.is_some());
            }
            service = next;
        }
    }
}
