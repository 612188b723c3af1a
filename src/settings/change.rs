//! Carries a change out: checked against what is in force, stored, and written to the audit log, in one transaction.

use super::patch::{Draft, Patch};
use super::{Settings, SettingsError, all, locked, shown, store};
use crate::audit_log::{self, Actor};
use crate::config::Config;
use crate::db::Tx;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::secret::Secret;
use serde_json::{Map, Value, json};

/// Changes what the patch names and nothing else; what is in force then. Errors: `Locked` when it names a setting
/// of the environment, `Fields`; either leaves everything as it was.
pub fn change(tx: &Tx, config: &Config, actor: &Actor, patch: Patch) -> Result<Settings, SettingsError> {
    let mut draft = Draft::of(patch);
    let locked = locked(config);
    let refused: Vec<&'static str> = draft.names().filter(|name| locked.contains(name)).collect();
    if !refused.is_empty() {
        return Err(SettingsError::Locked(refused));
    }
    let before = all(tx, config)?;
    check_limits(&mut draft, &before);
    if !draft.wrong.is_empty() {
        return Err(SettingsError::Fields(draft.wrong));
    }
    for (name, value) in &draft.values {
        store::put(tx, name, value.as_deref())?;
    }
    for tier in draft.tiers.iter().flatten() {
        let changed = store::put_tier(tx, tier)?;
        assert_eq!(changed, 1, "every level has its row");
    }
    let after = all(tx, config)?;
    record(tx, actor, &before, &after)?;
    Ok(after)
}

/// One limit may be new and the other one not, so both are looked at as they will be in force.
fn check_limits(draft: &mut Draft, before: &Settings) {
    let number = |name: &str, old: i64| {
        let new = draft.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_deref());
        new.flatten().and_then(|text| text.parse().ok()).unwrap_or(old)
    };
    let least = number("deposit_min", before.deposit_min.get());
    let most = number("deposit_max", before.deposit_max.get());
    let asked: Vec<&str> =
        draft.names().filter(|name| matches!(*name, "deposit_min" | "deposit_max")).collect();
    if least > most && draft.wrong.is_empty() {
        for name in asked {
            let rule = match name {
                "deposit_min" => Rule::NotAbove { field: "deposit_max".to_owned() },
                _ => Rule::not_below("deposit_min"),
            };
            draft.refuse(name, rule);
        }
    }
}

/// What changed and nothing else; of a secret only that it did.
fn record(tx: &Tx, actor: &Actor, before: &Settings, after: &Settings) -> Result<(), Fault> {
    let (old, new) = (shown::for_audit(before), shown::for_audit(after));
    let changed = |name: &String| old.get(name) != new.get(name);
    let only_changed = |all: &Map<String, Value>| -> Map<String, Value> {
        let kept = all.iter().filter(|(name, _)| changed(name));
        kept.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let (was, mut is) = (only_changed(&old), only_changed(&new));
    let replaced = replaced(before, after);
    if !replaced.is_empty() {
        is.insert("replaced".to_owned(), json!(replaced));
    }
    if is.is_empty() {
        return Ok(());
    }
    let mut entry = actor.entry("settings.change", "settings");
    entry.before = Some(Value::Object(was));
    entry.after = Some(Value::Object(is));
    audit_log::record(tx, &entry)
}

/// Secrets that were set before and are set to something else now.
fn replaced(before: &Settings, after: &Settings) -> Vec<&'static str> {
    let pairs = [
        ("sepay.secret", &before.sepay_secret, &after.sepay_secret),
        ("sepay.api_token", &before.sepay_api_token, &after.sepay_api_token),
        ("telegram.bot_token", &before.telegram.bot_token, &after.telegram.bot_token),
    ];
    let differ = |old: &Option<Secret>, new: &Option<Secret>| match (old, new) {
        (Some(old), Some(new)) => old.expose() != new.expose(),
        _ => false,
    };
    pairs.into_iter().filter(|(_, old, new)| differ(old, new)).map(|(name, ..)| name).collect()
}
