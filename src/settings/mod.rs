//! What the operator can set without a restart, with the defaults in force until then.
//!
//! Each getter says what is in force: what the environment sets wins over the database, and that over the default.
//! Nothing is cached, so a change counts from the next transaction on. `change` is the only way to change
//! anything; it writes the audit log, which never sees a secret.
//!
//! A setting has one name everywhere: in the table, in a request (`sepay.secret` is the field `secret` of `sepay`)
//! and in the list of locked ones.

mod change;
mod error;
mod patch;
mod shown;
mod store;

pub use change::change;
pub use error::SettingsError;
pub use patch::{Patch, TierDraft};

use crate::config::{Bank, Config};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::money::{Percent, Vnd};
use crate::kernel::notice::NoticeKind;
use crate::kernel::secret::Secret;

const SITE_NAME: &str = "SMM Panel";
/// The share of what a referred customer paid.
const COMMISSION_PERCENT: i64 = 5;
const DEPOSIT_MIN: i64 = 10_000;
const DEPOSIT_MAX: i64 = 500_000_000;
const DEPOSIT_EXPIRY_MINUTES: i64 = 1440;
const MIN_MARGIN_PERCENT: i64 = 0;
const PRICE_JUMP_PERCENT: i64 = 30;
const LOW_FUNDS_HOURS: i64 = 24;

/// What everybody may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub site_name: String,
    /// Text for every customer.
    pub notice: Option<String>,
    pub support: Support,
}

/// Where customers find help; each a name, a number or an http(s) link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support {
    pub zalo: Option<String>,
    pub telegram: Option<String>,
    pub email: Option<String>,
}

/// A level of loyalty: what has to be spent for it and what it takes off every price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    pub level: i64,
    pub name: String,
    /// Reached with this spending, inclusive.
    pub min_spent: Vnd,
    pub discount: Percent,
}

/// When a provider's prices stop a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceGuard {
    /// The least by which a rate lies above its cost, in percent of the cost.
    pub min_margin: Percent,
    /// A cost that rises by more than this at once, in percent, is looked at by a person.
    pub price_jump: Percent,
    /// Whether a service that was taken off sale is sold again when its cause is gone.
    pub auto_resume: bool,
}

/// The bot that brings notices to the operator; it works when both are there.
#[derive(Clone)]
pub struct Telegram {
    pub bot_token: Option<Secret>,
    pub chat_id: Option<String>,
}

/// Everything in force. Secrets are in here; `Debug` is not.
pub struct Settings {
    pub site: Site,
    pub bank: Option<Bank>,
    pub deposit_min: Vnd,
    pub deposit_max: Vnd,
    pub deposit_expiry_minutes: i64,
    pub commission: Percent,
    pub pay_banned_referrers: bool,
    /// Lowest first.
    pub tiers: Vec<Tier>,
    pub sepay_secret: Option<Secret>,
    pub sepay_api_token: Option<Secret>,
    pub telegram: Telegram,
    /// Which notices go out.
    pub notices: Vec<(NoticeKind, bool)>,
    pub price_guard: PriceGuard,
    pub low_funds_hours: i64,
    /// The names of those that the environment sets.
    pub locked: Vec<&'static str>,
}

/// Everything at once, for admins.
pub fn all(tx: &ReadTx, config: &Config) -> Result<Settings, Fault> {
    let (deposit_min, deposit_max) = deposit_limits(tx)?;
    let notices = NoticeKind::ALL.into_iter().map(|kind| Ok((kind, notice_enabled(tx, kind)?)));
    Ok(Settings {
        site: site(tx)?,
        bank: bank(tx, config)?,
        deposit_min,
        deposit_max,
        deposit_expiry_minutes: deposit_expiry_minutes(tx, config)?,
        commission: commission_percent(tx)?,
        pay_banned_referrers: pays_banned_referrers(tx)?,
        tiers: tiers(tx)?,
        sepay_secret: sepay_secret(tx, config)?,
        sepay_api_token: sepay_api_token(tx, config)?,
        telegram: telegram(tx, config)?,
        notices: notices.collect::<Result<_, Fault>>()?,
        price_guard: price_guard(tx)?,
        low_funds_hours: low_funds_hours(tx)?,
        locked: locked(config),
    })
}

/// What the environment sets and nobody else can.
fn locked(config: &Config) -> Vec<&'static str> {
    let set = [
        ("bank", config.bank.is_some()),
        ("deposit_expiry_minutes", config.deposit_expiry_minutes.is_some()),
        ("sepay.secret", config.sepay_secret.is_some()),
        ("sepay.api_token", config.sepay_api_token.is_some()),
        ("telegram.bot_token", config.telegram_bot_token.is_some()),
        ("telegram.chat_id", config.telegram_chat_id.is_some()),
    ];
    set.into_iter().filter_map(|(name, locked)| locked.then_some(name)).collect()
}

pub fn site(tx: &ReadTx) -> Result<Site, Fault> {
    Ok(Site {
        site_name: store::text(tx, "site_name")?.unwrap_or_else(|| SITE_NAME.to_owned()),
        notice: store::text(tx, "notice")?,
        support: Support {
            zalo: store::text(tx, "support.zalo")?,
            telegram: store::text(tx, "support.telegram")?,
            email: store::text(tx, "support.email")?,
        },
    })
}

/// The account customers pay to now; deposits keep the one they were made with.
pub fn bank(tx: &ReadTx, config: &Config) -> Result<Option<Bank>, Fault> {
    if config.bank.is_some() {
        return Ok(config.bank.clone());
    }
    store::text(tx, "bank")?.map(|text| shown::bank_from(&text)).transpose()
}

/// The least and the most that one deposit may ask for.
pub fn deposit_limits(tx: &ReadTx) -> Result<(Vnd, Vnd), Fault> {
    let least = store::integer(tx, "deposit_min")?.unwrap_or(DEPOSIT_MIN);
    let most = store::integer(tx, "deposit_max")?.unwrap_or(DEPOSIT_MAX);
    Ok((Vnd::new(least), Vnd::new(most)))
}

/// How long a new deposit waits before it shows as expired.
pub fn deposit_expiry_minutes(tx: &ReadTx, config: &Config) -> Result<i64, Fault> {
    match config.deposit_expiry_minutes {
        Some(minutes) => Ok(minutes),
        None => Ok(store::integer(tx, "deposit_expiry_minutes")?.unwrap_or(DEPOSIT_EXPIRY_MINUTES)),
    }
}

/// The referrer's share of what a referred customer paid for a finished order.
pub fn commission_percent(tx: &ReadTx) -> Result<Percent, Fault> {
    percent(tx, "commission_percent", COMMISSION_PERCENT)
}

/// Whether referrers earn on orders that are settled while they are banned.
pub fn pays_banned_referrers(tx: &ReadTx) -> Result<bool, Fault> {
    Ok(store::flag(tx, "pay_banned_referrers")?.unwrap_or(false))
}

/// All tiers, lowest first.
pub fn tiers(tx: &ReadTx) -> Result<Vec<Tier>, Fault> {
    store::tiers(tx)
}

/// What proves that a notice of a transfer is SePay's. `None`: nobody is believed.
pub fn sepay_secret(tx: &ReadTx, config: &Config) -> Result<Option<Secret>, Fault> {
    secret(tx, config.sepay_secret.as_ref(), "sepay.secret")
}

/// What SePay's own list of transfers is asked for with.
pub fn sepay_api_token(tx: &ReadTx, config: &Config) -> Result<Option<Secret>, Fault> {
    secret(tx, config.sepay_api_token.as_ref(), "sepay.api_token")
}

pub fn telegram(tx: &ReadTx, config: &Config) -> Result<Telegram, Fault> {
    let chat_id = match &config.telegram_chat_id {
        Some(chat_id) => Some(chat_id.clone()),
        None => store::text(tx, "telegram.chat_id")?,
    };
    let bot_token = secret(tx, config.telegram_bot_token.as_ref(), "telegram.bot_token")?;
    Ok(Telegram { bot_token, chat_id })
}

/// Whether notices of this kind go out; all do until they are turned off.
pub fn notice_enabled(tx: &ReadTx, kind: NoticeKind) -> Result<bool, Fault> {
    Ok(store::flag(tx, notice_name(kind))?.unwrap_or(true))
}

pub fn price_guard(tx: &ReadTx) -> Result<PriceGuard, Fault> {
    Ok(PriceGuard {
        min_margin: percent(tx, "min_margin_percent", MIN_MARGIN_PERCENT)?,
        price_jump: percent(tx, "price_jump_percent", PRICE_JUMP_PERCENT)?,
        auto_resume: store::flag(tx, "auto_resume")?.unwrap_or(false),
    })
}

/// The operator is told when the money at a provider lasts less than so many hours; 0: never.
pub fn low_funds_hours(tx: &ReadTx) -> Result<i64, Fault> {
    Ok(store::integer(tx, "low_funds_hours")?.unwrap_or(LOW_FUNDS_HOURS))
}

/// The key that signs tokens when the environment names none: `fresh` becomes it the first time.
pub fn secret_key(tx: &Tx, fresh: &str) -> Result<String, Fault> {
    store::insert_if_absent(tx, "secret_key", fresh)?;
    store::text(tx, "secret_key")?.ok_or_else(|| Fault::Corrupt("no secret key".to_owned()))
}

fn notice_name(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Deposit => "notices.deposit",
        NoticeKind::Unmatched => "notices.unmatched",
        NoticeKind::Review => "notices.review",
        NoticeKind::Provider => "notices.provider",
        NoticeKind::Price => "notices.price",
        NoticeKind::DailySummary => "notices.daily_summary",
        NoticeKind::Audit => "notices.audit",
        NoticeKind::Job => "notices.job",
        NoticeKind::Login => "notices.login",
    }
}

fn percent(tx: &ReadTx, name: &str, default: i64) -> Result<Percent, Fault> {
    let percent = store::integer(tx, name)?.unwrap_or(default);
    Percent::new(percent).ok_or_else(|| Fault::Corrupt(format!("{name} is {percent}")))
}

fn secret(tx: &ReadTx, given: Option<&Secret>, name: &str) -> Result<Option<Secret>, Fault> {
    match given {
        Some(secret) => Ok(Some(secret.clone())),
        None => Ok(store::text(tx, name)?.map(Secret::new)),
    }
}
