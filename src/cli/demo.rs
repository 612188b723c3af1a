//! `smm-panel demo`: a panel with sample data that is gone when it ends.

use super::serve::{self, Demo, Panel};
use super::{Outcome, explain, logging, say};
use crate::accounts::password::{self, Cost};
use crate::accounts::{self, AccountError, Adjustment, NewAccount};
use crate::audit_log::Actor;
use crate::catalog::{self, LinkKind, Offer, ServiceKind};
use crate::config::{Config, rocket_figment};
use crate::db::{Db, Tx};
use crate::kernel::ids::ProviderId;
use crate::kernel::money::{Quantity, Rate, Vnd};
use crate::state::App;
use crate::web::sandbox::bank;
use std::error::Error;
use std::path::Path;

const BUMX: ProviderId = ProviderId::new(1);
const FUNDS: Vnd = Vnd::new(500_000);
const ADMIN: [&str; 2] = ["admin", "admin-password"];
const CUSTOMER: [&str; 2] = ["demo", "demo-password"];
const SEPAY_SECRET: &str = "demo-sepay-secret";

pub(super) fn run() -> Outcome {
    // Held until the panel has ended, then removed with everything in it.
    let folder = tempfile::Builder::new()
        .prefix("smm-panel-demo-")
        .tempdir()
        .map_err(|cause| format!("no folder for the demo: {cause}"))?;
    let config = config(&folder.path().join("demo.db"))?;
    logging::start(config.log_format);
    let figment = rocket_figment().merge(("address", "127.0.0.1"));
    serve::run(Panel { config, figment, demo: Some(Demo { fill, explain: introduce }) })
}

/// The same for everybody: of the environment only the port and the log's format count.
fn config(database: &Path) -> Result<Config, String> {
    let database = database.display().to_string();
    let source = |name: &str| {
        let value = match name {
            "LOG_FORMAT" => return std::env::var(name).ok(),
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
            _ => return None,
        };
        Some(value.to_owned())
    };
    Config::read(&source).map_err(|refused| refused.to_string())
}

fn fill(app: &App) -> Result<(), String> {
    customer(&app.db).map_err(|refused| format!("the demo's customer: {refused}"))?;
    let offers: Option<Vec<Offer>> = OFFERS.lines().map(offer).collect();
    let offers = offers.ok_or("the demo's services are not readable")?;
    let created = app.db.write_blocking(move |tx| {
        offers.into_iter().try_for_each(|offer| catalog::create(tx, &Actor::CONSOLE, offer).map(drop))
    });
    created.map_err(|refused| format!("the demo's services: {refused}"))
}

fn customer(db: &Db) -> Result<(), Box<dyn Error>> {
    let account = NewAccount::check(CUSTOMER[0], "demo@example.vn", CUSTOMER[1].to_owned(), None)?;
    let cost = Cost::new(10).ok_or("no such bcrypt cost")?;
    let hash = password::hash(&account.password, cost).map_err(explain)?;
    let funds = Adjustment::check(FUNDS, "to try things out with")?;
    db.write_blocking(move |tx: &Tx| {
        let made = accounts::register(tx, &account, &hash)?;
        accounts::adjust_balance(tx, &Actor::CONSOLE, made.user.id, &funds)?;
        Ok::<(), AccountError>(())
    })?;
    Ok(())
}

/// What is sold: category, name, type, kind of link, rate, least, most, then the sandbox's service and its rate unless
/// it is done by hand.
const OFFERS: &str = "\
TikTok;Tăng follow TikTok Việt, bảo hành 30 ngày;default;any;45000;100;50000;1;32000
TikTok;Tăng tim TikTok;default;url;12500;50;100000;2;9000
TikTok;Tăng view TikTok;default;url;690;1000;10000000;3;450
TikTok;Gói khởi đầu: 1.000 view, 100 tim, 50 follow;package;url;79000;1;1;10;58000
Facebook;Tăng like bài viết, tài khoản Việt;default;url;19900;50;20000;4;14500
Facebook;Tăng theo dõi trang;default;url;36000;100;100000;5;27000
Facebook;Bình luận theo nội dung riêng;custom_comments;url;560000;5;1000;6;420000
Instagram;Tăng follow Instagram;default;any;32500;100;200000;7;24000
YouTube;Tăng lượt xem YouTube;default;url;42000;500;1000000;8;31500
YouTube;Tăng đăng ký kênh;default;url;415000;50;10000;9;310000
Thiết kế;Ảnh bìa làm thủ công trong 24 giờ;package;any;150000;1;1";

fn offer(line: &str) -> Option<Offer> {
    let parts: Vec<&str> = line.split(';').collect();
    let (&[category, name, kind, link_kind, rate, min, max], source) = parts.split_first_chunk()?;
    let quantity = |text: &str| text.parse().ok().and_then(Quantity::new);
    let (provider_service, cost) = match source {
        [] => (None, None),
        [service, cost] => (Some((*service).to_owned()), Some(Rate::parse(cost).ok()?)),
        _ => return None,
    };
    let description = match provider_service {
        Some(_) => "Nhà cung cấp thử nghiệm giao trong vài giây.",
        None => "Đội ngũ của chúng tôi thực hiện.",
    };
    Some(Offer {
        name: name.to_owned(),
        category: category.to_owned(),
        description: description.to_owned(),
        kind: ServiceKind::parse(kind)?,
        link_kind: LinkKind::parse(link_kind)?,
        rate: Rate::parse(rate).ok()?,
        min: quantity(min)?,
        max: quantity(max)?,
        refill: false,
        cancel: false,
        active: true,
        provider: provider_service.is_some().then_some(BUMX),
        provider_service,
        cost,
    })
}

/// What the bank would tell through SePay; the transaction's number has to be new each time.
const NOTICE: &str =
    r#"{"id":'$(date +%s)',"gateway":"MBBank","accountNumber":"0903123456","transferType":"in","#;

fn introduce(bound: &str, bank: &str) {
    let [[admin, admin_password], [customer, customer_password]] = [ADMIN, CUSTOMER];
    say(format_args!(
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
    ));
}
