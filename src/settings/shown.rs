//! Settings as JSON: the bank as it is stored, and the whole for the audit log, without secrets.

use super::{Settings, Tier};
use crate::config::Bank;
use crate::kernel::error::Fault;
use serde_json::{Map, Value, json};

pub(super) fn bank_text(bank: &Bank) -> String {
    bank_json(bank).to_string()
}

/// Errors: `Corrupt` for a text that `bank_text` does not write.
pub(super) fn bank_from(text: &str) -> Result<Bank, Fault> {
    let corrupt = || Fault::Corrupt("the bank account is unreadable".to_owned());
    let value: Value = serde_json::from_str(text).map_err(|_| corrupt())?;
    let part = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(corrupt);
    Ok(Bank {
        bin: part("bin")?,
        name: part("name")?,
        account_number: part("account_number")?,
        account_name: part("account_name")?,
    })
}

fn bank_json(bank: &Bank) -> Value {
    json!({
        "bin": bank.bin,
        "name": bank.name,
        "account_number": bank.account_number,
        "account_name": bank.account_name,
    })
}

fn tier_json(tier: &Tier) -> Value {
    json!({
        "level": tier.level,
        "name": tier.name,
        "min_spent": tier.min_spent.get(),
        "discount_percent": tier.discount.get(),
    })
}

/// For the audit log: by the names that requests use, secrets only as set or not.
pub(super) fn for_audit(settings: &Settings) -> Map<String, Value> {
    let notices = settings.notices.iter().map(|(kind, on)| (kind.as_str().to_owned(), json!(on)));
    let pairs = [
        ("site_name", json!(settings.site.site_name)),
        ("notice", json!(settings.site.notice)),
        ("support.zalo", json!(settings.site.support.zalo)),
        ("support.telegram", json!(settings.site.support.telegram)),
        ("support.email", json!(settings.site.support.email)),
        ("bank", settings.bank.as_ref().map_or(Value::Null, bank_json)),
        ("deposit_min", json!(settings.deposit_min.get())),
        ("deposit_max", json!(settings.deposit_max.get())),
        ("deposit_expiry_minutes", json!(settings.deposit_expiry_minutes)),
        ("commission_percent", json!(settings.commission.get())),
        ("pay_banned_referrers", json!(settings.pay_banned_referrers)),
        ("tiers", settings.tiers.iter().map(tier_json).collect()),
        ("sepay.secret_set", json!(settings.sepay_secret.is_some())),
        ("sepay.api_token_set", json!(settings.sepay_api_token.is_some())),
        ("telegram.bot_token_set", json!(settings.telegram.bot_token.is_some())),
        ("telegram.chat_id", json!(settings.telegram.chat_id)),
        ("notices", Value::Object(notices.collect())),
        ("min_margin_percent", json!(settings.price_guard.min_margin.get())),
        ("price_jump_percent", json!(settings.price_guard.price_jump.get())),
        ("auto_resume", json!(settings.price_guard.auto_resume)),
        ("low_funds_hours", json!(settings.low_funds_hours)),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
