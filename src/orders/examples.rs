//! Orders for tests of rules.

use super::model::Order;
use super::place::fresh;
use super::status::Dispatch;
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::{OrderId, ServiceId, UserId};
use crate::kernel::money::{Percent, Quantity, Rate, Vnd};
use crate::order_types::{OrderType, Params};

/// One that its provider has, of a type of service.
pub(super) fn order(kind: &str, quantity: i64, charge: i64) -> Order {
    let at = Timestamp::from_millis(0);
    Order {
        id: OrderId::new(1),
        user: UserId::new(1),
        service: ServiceId::new(1),
        service_name: "Likes".to_owned(),
        kind: OrderType::parse(kind).unwrap(),
        link: "lan".to_owned(),
        quantity: Quantity::new(quantity).unwrap(),
        params: Params::default(),
        rate: Rate::parse("12000").unwrap(),
        discount: Percent::ZERO,
        charge: Vnd::new(charge),
        start_at: None,
        feed: None,
        subscription: None,
        run: None,
        provider: None,
        account: None,
        provider_service: None,
        cancel_offered: false,
        can_refill: false,
        behind: None,
        refill_from: None,
        is_slow: false,
        created_at: at,
        updated_at: at,
        state: fresh(Dispatch::Sent, None),
    }
}
