//! The demo's set-up: its environment, what it sells, who may log in, and what it says at the terminal.

use super::{bank, sandbox};
use crate::accounts::password::{self, Cost};
use crate::accounts::{self, AccountError, Adjustment, NewAccount};
use crate::audit_log::Actor;
use crate::catalog::{self, LinkKind, Offer, ServiceState};
use crate::config::Config;
use crate::db::{Db, Tx};
use crate::kernel::ids::ProviderId;
use crate::kernel::money::{Quantity, Rate, Vnd};
use crate::order_types::{OrderType, RatePer, Sample};
use crate::state::App;
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

const BUMX: ProviderId = ProviderId::new(1);
const FUNDS: Vnd = Vnd::new(500_000);
const ADMIN: [&str; 2] = ["admin", "admin-password"];
const CUSTOMER: [&str; 2] = ["demo", "demo-password"];
const SEPAY_SECRET: &str = "demo-sepay-secret";

/// The same for everybody: of the environment only the port, and the log's format and level count.
pub fn config(database: &Path) -> Result<Config, String> {
    let database = database.display().to_string();
    let source = |name: &str| {
        let value = match name {
            "LOG_FORMAT" | "LOG_LEVEL" => return std::env::var(name).ok(),
            "DATABASE_URL" => database.as_str(),
            "ADMIN_USERNAME" => ADMIN[0],
            "ADMIN_EMAIL" => "admin@example.vn",
            "ADMIN_PASSWORD" => ADMIN[1],
            "BUMX_API_URL" => "sandbox",
            "BUMX_SYNC_SECONDS" => "1",
            "BUMX_CATALOG_SECONDS" => "3",
            "BUMX_ADD_TIMEOUT_SECONDS" => "10",
            "SEPAY_SECRET" => SEPAY_SECRET,
            "BANK_BIN" => "970422",
            "BANK_NAME" => "MBBank",
            "SEPAY_API_TOKEN" => bank::TOKEN,
            "BANK_ACCOUNT_NUMBER" => bank::ACCOUNT_NUMBER,
            "BANK_ACCOUNT_NAME" => "CONG TY DEMO",
            "BCRYPT_COST" => "10",
            // It is thrown away.
            "BACKUP_EVERY_HOURS" => "0",
            _ => return None,
        };
        Some(value.to_owned())
    };
    Config::read(&source).map_err(|refused| refused.to_string())
}

/// Fills the empty database.
pub fn fill(app: &App) -> Result<(), String> {
    customer(&app.db).map_err(|refused| format!("the demo's customer: {refused}"))?;
    let offers = offers().ok_or("the demo's services have rates or limits that cannot be")?;
    let created = app.db.write_blocking(move |tx| {
        offers.into_iter().try_for_each(|offer| catalog::create(tx, &Actor::CONSOLE, offer).map(drop))
    });
    created.map_err(|refused| format!("the demo's services: {refused}"))
}

fn customer(db: &Db) -> Result<(), Box<dyn Error>> {
    let account = NewAccount::check(CUSTOMER[0], "demo@example.vn", CUSTOMER[1].to_owned(), None)?;
    let cost = Cost::new(10).ok_or("no such bcrypt cost")?;
    let hash = password::hash(&account.password, cost)?;
    let funds = Adjustment::check(FUNDS, "to try things out with")?;
    db.write_blocking(move |tx: &Tx| {
        let made = accounts::register(tx, &account, &hash)?;
        accounts::adjust_balance(tx, &Actor::CONSOLE, made.user.id, &funds)?;
        Ok::<(), AccountError>(())
    })?;
    Ok(())
}

/// What is sold: all that the practice provider lists, and something that is done by hand.
fn offers() -> Option<Vec<Offer>> {
    let delivered = sandbox::services().map(|(id, kind, sample)| offer(id, kind, sample));
    let by_the_order = OrderType::all().iter().find(|kind| kind.rate_per == RatePer::Order)?;
    let by_hand = Sample {
        sold_name: "Ảnh bìa làm thủ công trong 24 giờ",
        category: "Thiết kế",
        rate: 150_000,
        takes_handles: true,
        ..*by_the_order.samples.first()?
    };
    let by_hand = offer(0, by_the_order, &by_hand).map(|offer| Offer {
        description: "Đội ngũ của chúng tôi thực hiện.".to_owned(),
        provider: None,
        provider_service: None,
        cost: None,
        ..offer
    });
    delivered.chain([by_hand]).collect()
}

fn offer(id: usize, kind: &'static OrderType, sample: &Sample) -> Option<Offer> {
    Some(Offer {
        name: sample.sold_name.to_owned(),
        category: sample.category.to_owned(),
        description: "Dịch vụ dùng thử, giao trong vài giây.".to_owned(),
        kind,
        link_kind: if sample.takes_handles { LinkKind::Any } else { LinkKind::Url },
        rate: Rate::parse(&sample.rate.to_string())?,
        min: Quantity::new(sample.min)?,
        max: Quantity::new(sample.max)?,
        refill: sample.refill,
        refill_days: if sample.refill { 30 } else { 0 },
        cancel: sample.cancel,
        dripfeed: kind == OrderType::usual(),
        active: true,
        provider: Some(BUMX),
        provider_service: Some(id.to_string()),
        cost: Some(Rate::parse(&sample.cost.to_string())?),
        exclusive_links: false,
        visible_to: BTreeSet::new(),
        server: None,
        note: None,
        state: ServiceState::Ok,
    })
}

/// What the bank would tell through SePay; the transaction's number has to be new each time.
const NOTICE: &str =
    r#"{"id":'$(date +%s)',"gateway":"MBBank","accountNumber":"0903123456","transferType":"in","#;

/// What there is to try, given the panel's address and the practice bank's.
pub fn introduce(bound: &str, bank: &str) -> String {
    let [[admin, admin_password], [customer, customer_password]] = [ADMIN, CUSTOMER];
    format!(
        "
This is a demo on a throw-away database. It is gone when it ends (Ctrl-C).

  panel     {bound}/
  API       {bound}/docs
  customer  {customer} / {customer_password}
  admin     {admin} / {admin_password}

The provider is the built-in sandbox: nothing is bought. An order is delivered within seconds; a link that holds
refuse, funds, hang, reset, gateway, partial, cancel or strange makes the trouble of that name. One that holds dearer,
vanish or empty moves the provider's list for a minute: see how the price guard takes it.

The bank is you. Request a deposit, then send its code for CODE:

  curl {bound}/api/payment/sepay/webhook -H 'Authorization: Apikey {SEPAY_SECRET}' --json \\
    '{NOTICE}\"content\":\"CODE\",\"transferAmount\":100000}}'

Money whose notice never arrives is found in the practice bank's list within seconds:

  curl {bank}/late-transfer -d content=CODE -d amount=100000
"
    )
}
