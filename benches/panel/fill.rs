//! Two databases that differ only in the number of their orders, and one of orders on their way. They are made through
//! the panel's own functions, in process and hundreds to a transaction, because a million requests would take a quarter
//! of an hour: every charge is computed, posted and checked as for a customer, and the `audit` command passes on the
//! result.

use smm_panel::accounts::password::{Cost, hash};
use smm_panel::accounts::{self, Adjustment, NewAccount};
use smm_panel::audit_log::Actor;
use smm_panel::catalog::{self, LinkKind, Offer, ServiceState};
use smm_panel::db::{Db, DbPath, Tx};
use smm_panel::kernel::clock::Clock;
use smm_panel::kernel::error::Fault;
use smm_panel::kernel::ids::{OrderId, ProviderId, ServiceId, UserId};
use smm_panel::kernel::money::{Quantity, Rate, Vnd};
use smm_panel::order_types::{OrderType, Params};
use smm_panel::orders::{self, Decision, Placement, Status, Timing, Wanted};
use smm_panel::provider::{self, Account, Exchange};
use std::path::Path;
use std::time::Instant;

pub const FEW: &str = "few";
pub const MANY: &str = "many";
/// The customer whose lists are measured; a tenth of all orders.
pub const CUSTOMER: (&str, &str) = ("bench-customer", "bench-customer-password");
/// Has the id 1.
pub const CUSTOMER_ID: i64 = 1;

const BUMX: ProviderId = ProviderId::new(1);
const OTHERS: u64 = 99;
const PER_WRITE: u64 = 500;
const FUNDS: Vnd = Vnd::new(1_000_000_000_000);

pub fn build(folder: &Path, few: u64, many: u64) {
    for (name, orders) in [(FEW, few), (MANY, many)] {
        let started = Instant::now();
        fill(&folder.join(format!("{name}.db")), orders);
        println!("(made {orders} orders in {} s)", started.elapsed().as_secs());
    }
}

fn fill(path: &Path, count: u64) {
    let db = Db::open(&DbPath::new(path), Clock::system()).expect("a new database");
    let service =
        db.write_blocking(|tx| Ok::<_, Fault>(people_and_service(tx, None))).expect("a filled database");
    let mut first = 0;
    while first < count {
        let until = count.min(first + PER_WRITE);
        let write = move |tx: &Tx| {
            (first..until).for_each(|n| place(tx, service, n));
            Ok::<_, Fault>(())
        };
        db.write_blocking(write).expect("a batch of orders");
        first = until;
    }
    while db.write_blocking(orders::index_links).expect("links for the search") {}
}

/// A database with so many orders that a provider has taken and not yet delivered; it names them by our own ids.
pub fn build_taken(folder: &Path, name: &str, count: u64) {
    let path = DbPath::new(folder.join(format!("{name}.db")));
    let db = Db::open(&path, Clock::system()).expect("a new database");
    let address = |tx: &Tx| provider::set_address(tx, BUMX, Some("http://127.0.0.1:9/api/v2"));
    db.write_blocking(address).expect("a provider");
    let service = |tx: &Tx| Ok::<_, Fault>(people_and_service(tx, Some(BUMX)));
    let service = db.write_blocking(service).expect("a filled database");
    let mut first = 0;
    while first < count {
        let until = count.min(first + PER_WRITE);
        let write = move |tx: &Tx| {
            for n in first..until {
                order(tx, service, n);
            }
            let at = Account { provider: BUMX, number: 1 };
            let room = usize::try_from(until - first).expect("a small number");
            for claimed in orders::claim(tx, at, &Wanted::up_to(room))? {
                let (id, theirs) = (claimed.order, claimed.order.get().to_string());
                orders::record_sent(tx, id, &theirs, &Exchange::default()).expect("a sent order");
            }
            Ok::<_, Fault>(())
        };
        db.write_blocking(write).expect("a batch of orders");
        first = until;
    }
}

fn people_and_service(tx: &Tx, provider: Option<ProviderId>) -> ServiceId {
    let cost = Cost::new(4).expect("the lowest cost");
    let password = hash(CUSTOMER.1, cost).expect("a hash");
    for number in 0..=OTHERS {
        let name = if number == 0 { CUSTOMER.0.to_owned() } else { format!("customer-{number}") };
        let account = NewAccount::check(&name, &format!("{name}@example.com"), CUSTOMER.1.to_owned(), None);
        let profile =
            accounts::register(tx, &account.expect("acceptable values"), &password).expect("a new user");
        let funds = Adjustment::check(FUNDS, "benchmark").expect("an acceptable amount");
        accounts::adjust_balance(tx, &Actor::CONSOLE, profile.user.id, &funds).expect("a credit");
    }
    let offer = Offer {
        name: "Followers".to_owned(),
        category: "Benchmark".to_owned(),
        description: String::new(),
        kind: OrderType::usual(),
        link_kind: LinkKind::Url,
        rate: Rate::from_milli(12_000_000).expect("a rate"),
        min: Quantity::new(10).expect("a quantity"),
        max: Quantity::new(1_000_000).expect("a quantity"),
        refill: false,
        refill_days: 0,
        cancel: false,
        dripfeed: false,
        active: true,
        provider,
        provider_service: provider.map(|_| "1".to_owned()),
        cost: None,
        exclusive_links: false,
        visible_to: std::collections::BTreeSet::new(),
        server: None,
        note: None,
        state: ServiceState::Ok,
    };
    catalog::create(tx, &Actor::CONSOLE, offer).expect("a service").id
}

/// Every tenth order is the measured customer's, every third is completed, every hundredth link has a rare word;
/// the strides share no factor, so that each kind is spread over the others.
fn place(tx: &Tx, service: ServiceId, n: u64) {
    let order = order(tx, service, n);
    if n.is_multiple_of(3) {
        let done = Decision { status: Status::Completed, start_count: Some(0), remains: Some(0) };
        orders::set_status(tx, &Actor::CONSOLE, order, &done).expect("a completed order");
    }
}

fn order(tx: &Tx, service: ServiceId, n: u64) -> OrderId {
    let other = i64::try_from(n % OTHERS).expect("a small number");
    let user = if n.is_multiple_of(10) { CUSTOMER_ID } else { CUSTOMER_ID + 1 + other };
    let word = if n % 101 == 7 { "rare" } else { "post" };
    let placement = Placement {
        user: UserId::new(user),
        service,
        link: format!("https://www.example.com/{:x}/{word}/{n}", scatter(n) >> 24),
        quantity: Some(100),
        params: Params::default(),
        timing: Timing::default(),
        expected_charge: None,
    };
    orders::place(tx, placement).expect("an order").id
}

/// Spreads the bits of a number, so that links share no more than real ones do (the finalizer of SplitMix64).
fn scatter(n: u64) -> u64 {
    let mixed = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
