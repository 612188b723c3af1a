//! What the operator can set without a restart, with the defaults in force until then.
//!
//! `config::table` lists the settings; here is what is in force: what the environment sets wins over the database, and
//! that over the default. Nothing is cached, so a change counts from the next transaction on. `change` is the only way
//! to change anything; it writes the audit log, which never sees a secret. The tiers are set here too, and have a table
//! of their own.

mod change;
mod error;
mod shown;
mod store;
mod tiers;

pub use crate::config::{Kind, Setting, table};
pub use change::{Patch, change};
pub use error::SettingsError;
pub use tiers::TierDraft;

use crate::config::{Bank, Banks, Bonus, Cleaning, Config, FurtherBank, Replacements};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::money::{Percent, Vnd};
use crate::kernel::notice::NoticeKind;
use crate::kernel::secret::Secret;
use serde_json::Value;

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
pub struct InForce {
    values: Vec<(&'static Setting, Option<String>)>,
    /// Lowest first.
    pub tiers: Vec<Tier>,
    /// The names of those that the environment sets.
    pub locked: Vec<&'static str>,
}

impl InForce {
    fn text(&self, wanted: &Setting) -> Option<&str> {
        self.values.iter().find(|(setting, _)| setting.name == wanted.name)?.1.as_deref()
    }

    /// Each value by its name; of a secret whether there is one, under its name and `_set`.
    pub fn shown(&self) -> Result<Vec<(String, Value)>, Fault> {
        self.values.iter().map(|(setting, text)| shown::value(setting, text.as_deref())).collect()
    }
}

/// Everything at once, for admins.
pub fn all(tx: &ReadTx, config: &Config) -> Result<InForce, Fault> {
    let read = |setting: &&'static Setting| Ok((*setting, in_force(tx, config, setting)?));
    let is_locked = |setting: &&&Setting| config.given(setting).is_some();
    Ok(InForce {
        values: table::SETTINGS.iter().map(read).collect::<Result<_, Fault>>()?,
        tiers: tiers(tx)?,
        locked: table::SETTINGS.iter().filter(is_locked).map(|setting| setting.name).collect(),
    })
}

/// What everybody may see, each value by its name.
pub fn public(tx: &ReadTx) -> Result<Vec<(String, Value)>, Fault> {
    let public = table::SETTINGS.iter().filter(|setting| setting.is_public);
    public.map(|setting| shown::value(setting, stored(tx, setting)?.as_deref())).collect()
}

/// The value as text; `None`: there is none.
fn in_force(tx: &ReadTx, config: &Config, setting: &Setting) -> Result<Option<String>, Fault> {
    match config.given(setting) {
        Some(text) => Ok(Some(text.to_owned())),
        None => Ok(store::text(tx, setting.name)?.or_else(|| setting.default.map(str::to_owned))),
    }
}

/// The same, of a setting that the environment cannot set.
fn stored(tx: &ReadTx, setting: &Setting) -> Result<Option<String>, Fault> {
    assert!(setting.variables.is_empty(), "the environment may set {}", setting.name);
    Ok(store::text(tx, setting.name)?.or_else(|| setting.default.map(str::to_owned)))
}

fn parsed<T: std::str::FromStr>(setting: &Setting, text: Option<&str>) -> Result<T, Fault> {
    let value = text.and_then(|text| text.parse().ok());
    value.ok_or_else(|| Fault::Corrupt(format!("the setting {} cannot be read", setting.name)))
}

/// A number of the table that the environment cannot set.
pub fn number(tx: &ReadTx, setting: &Setting) -> Result<i64, Fault> {
    parsed(setting, stored(tx, setting)?.as_deref())
}

/// A switch of the table that the environment cannot set.
pub fn flag(tx: &ReadTx, setting: &Setting) -> Result<bool, Fault> {
    parsed(setting, stored(tx, setting)?.as_deref())
}

/// A text of the table that the environment cannot set, empty where there is none.
pub fn text(tx: &ReadTx, setting: &Setting) -> Result<String, Fault> {
    Ok(stored(tx, setting)?.unwrap_or_default())
}

fn percent(tx: &ReadTx, setting: &Setting) -> Result<Percent, Fault> {
    let percent = number(tx, setting)?;
    Percent::new(percent).ok_or_else(|| Fault::Corrupt(format!("{} is {percent}", setting.name)))
}

fn secret(tx: &ReadTx, config: &Config, setting: &Setting) -> Result<Option<Secret>, Fault> {
    Ok(in_force(tx, config, setting)?.map(Secret::new))
}

/// Whether customers are told of any way to the support.
pub fn names_support(tx: &ReadTx) -> Result<bool, Fault> {
    let ways = [&table::SUPPORT_ZALO, &table::SUPPORT_TELEGRAM, &table::SUPPORT_EMAIL];
    ways.into_iter().try_fold(false, |any, way| Ok(any || !text(tx, way)?.is_empty()))
}

/// The account customers pay to now; deposits keep the one they were made with.
pub fn bank(tx: &ReadTx, config: &Config) -> Result<Option<Bank>, Fault> {
    let corrupt = || Fault::Corrupt("the bank account is unreadable".to_owned());
    let text = in_force(tx, config, &table::BANK)?;
    text.map(|text| Bank::from_json(&text).ok_or_else(corrupt)).transpose()
}

/// Every account that customers can pay to now, the one by default first: the main one, then those beside it in use.
pub fn banks(tx: &ReadTx, config: &Config) -> Result<Vec<Bank>, Fault> {
    let mut banks: Vec<Bank> = bank(tx, config)?.into_iter().collect();
    for further in further_banks(tx)?.into_iter().filter(|further| further.active) {
        if banks.iter().all(|known| known.account_number != further.account_number) {
            banks.push(further.bank());
        }
    }
    Ok(banks)
}

/// The numbers of all our accounts, of those out of use too: what arrives there is ours.
pub fn our_accounts(tx: &ReadTx, config: &Config) -> Result<Vec<String>, Fault> {
    let main = bank(tx, config)?.map(|bank| bank.account_number);
    let further = further_banks(tx)?.into_iter().map(|further| further.account_number);
    Ok(main.into_iter().chain(further).collect())
}

fn further_banks(tx: &ReadTx) -> Result<Vec<FurtherBank>, Fault> {
    let corrupt = || Fault::Corrupt("the further bank accounts are unreadable".to_owned());
    Ok(Banks::from_json(&text(tx, &table::BANKS)?).ok_or_else(corrupt)?.0)
}

/// The least and the most that one deposit may ask for.
pub fn deposit_limits(tx: &ReadTx) -> Result<(Vnd, Vnd), Fault> {
    Ok((Vnd::new(number(tx, &table::DEPOSIT_MIN)?), Vnd::new(number(tx, &table::DEPOSIT_MAX)?)))
}

/// How long a new deposit waits before it shows as expired.
pub fn deposit_expiry_minutes(tx: &ReadTx, config: &Config) -> Result<i64, Fault> {
    let setting = &table::DEPOSIT_EXPIRY_MINUTES;
    parsed(setting, in_force(tx, config, setting)?.as_deref())
}

/// What deposits bring beside.
pub fn bonus(tx: &ReadTx) -> Result<Bonus, Fault> {
    let corrupt = || Fault::Corrupt("the bonus cannot be read".to_owned());
    Bonus::from_json(&text(tx, &table::BONUS)?).ok_or_else(corrupt)
}

/// What is done to names when they are imported.
pub fn cleaning(tx: &ReadTx) -> Result<Cleaning, Fault> {
    let corrupt = || Fault::Corrupt("the replacements cannot be read".to_owned());
    let replacements = Replacements::parse(&text(tx, &table::IMPORT_REPLACE)?).ok_or_else(corrupt)?;
    Ok(Cleaning { drops_emoji: flag(tx, &table::IMPORT_DROP_EMOJI)?, replacements })
}

/// The referrer's share of what a referred customer paid for a finished order.
pub fn commission_percent(tx: &ReadTx) -> Result<Percent, Fault> {
    percent(tx, &table::COMMISSION_PERCENT)
}

/// All tiers, lowest first.
pub fn tiers(tx: &ReadTx) -> Result<Vec<Tier>, Fault> {
    store::tiers(tx)
}

/// What proves that a notice of a transfer is SePay's. `None`: nobody is believed.
pub fn sepay_secret(tx: &ReadTx, config: &Config) -> Result<Option<Secret>, Fault> {
    secret(tx, config, &table::SEPAY_SECRET)
}

/// What SePay's own list of transfers is asked for with.
pub fn sepay_api_token(tx: &ReadTx, config: &Config) -> Result<Option<Secret>, Fault> {
    secret(tx, config, &table::SEPAY_API_TOKEN)
}

pub fn telegram(tx: &ReadTx, config: &Config) -> Result<Telegram, Fault> {
    let bot_token = secret(tx, config, &table::BOT_TOKEN)?;
    Ok(Telegram { bot_token, chat_id: in_force(tx, config, &table::CHAT_ID)? })
}

/// Whether notices of this kind go out; all do until they are turned off.
pub fn notice_enabled(tx: &ReadTx, kind: NoticeKind) -> Result<bool, Fault> {
    flag(tx, table::notice_of(kind))
}

pub fn price_guard(tx: &ReadTx) -> Result<PriceGuard, Fault> {
    Ok(PriceGuard {
        min_margin: percent(tx, &table::MIN_MARGIN_PERCENT)?,
        price_jump: percent(tx, &table::PRICE_JUMP_PERCENT)?,
        auto_resume: flag(tx, &table::AUTO_RESUME)?,
    })
}

/// The key that signs tokens when the environment names none: `fresh` becomes it the first time.
pub fn secret_key(tx: &Tx, fresh: &str) -> Result<String, Fault> {
    store::insert_if_absent(tx, "secret_key", fresh)?;
    store::text(tx, "secret_key")?.ok_or_else(|| Fault::Corrupt("no secret key".to_owned()))
}
