//! Carries a change out: checked against what is in force, stored, and written to the audit log, in one transaction.

use super::{InForce, Setting, SettingsError, TierDraft, all, shown, store, table, tiers};
use crate::audit_log::{self, Actor};
use crate::config::Config;
use crate::db::Tx;
use crate::kernel::error::{Fault, FieldError, Rule};
use serde_json::{Map, Value, json};

/// What an admin asks to change. Secrets are in here; `Debug` is not.
#[derive(Default)]
pub struct Patch {
    /// As they were given; `None` empties.
    pub values: Vec<(&'static Setting, Option<String>)>,
    /// All of them, lowest first.
    pub tiers: Option<Vec<TierDraft>>,
}

impl Patch {
    pub fn names(&self, wanted: &Setting) -> bool {
        self.values.iter().any(|(setting, _)| setting.name == wanted.name)
    }
}

/// Changes what the patch names and nothing else; what is in force then. Errors: `Locked` when it names a setting
/// of the environment, `Fields`; either leaves everything as it was.
pub fn change(tx: &Tx, config: &Config, actor: &Actor, patch: Patch) -> Result<InForce, SettingsError> {
    let asked = patch.values.iter().map(|(setting, _)| *setting);
    let locked: Vec<&str> =
        asked.filter(|setting| config.given(setting).is_some()).map(|setting| setting.name).collect();
    if !locked.is_empty() {
        return Err(SettingsError::Locked(locked));
    }
    let before = all(tx, config)?;
    let mut wrong = Vec::new();
    let mut checked = Vec::new();
    for (setting, given) in patch.values {
        match given.map_or(Ok(None), |given| setting.check(&given)) {
            Ok(value) => checked.push((setting, value)),
            Err(errors) => wrong.extend(errors),
        }
    }
    let tiers = patch.tiers.map(tiers::check).transpose().unwrap_or_else(|errors| {
        wrong.extend(errors);
        None
    });
    if wrong.is_empty() {
        wrong = crossed_limits(&checked, &before)?;
    }
    if !wrong.is_empty() {
        return Err(SettingsError::Fields(wrong));
    }
    for (setting, value) in &checked {
        store::put(tx, setting.name, value.as_deref())?;
    }
    for tier in tiers.iter().flatten() {
        let changed = store::put_tier(tx, tier)?;
        assert_eq!(changed, 1, "every level has its row");
    }
    let after = all(tx, config)?;
    record(tx, actor, &before, &after)?;
    Ok(after)
}

/// One limit of deposits may be new and the other one not, so both are looked at as they will be in force.
fn crossed_limits(
    checked: &[(&'static Setting, Option<String>)],
    before: &InForce,
) -> Result<Vec<FieldError>, Fault> {
    let asked = |wanted: &Setting| checked.iter().find(|(setting, _)| setting.name == wanted.name);
    let number = |setting: &Setting| {
        let new = asked(setting).and_then(|(_, value)| value.as_deref());
        super::parsed::<i64>(setting, new.or_else(|| before.text(setting)))
    };
    if number(&table::DEPOSIT_MIN)? <= number(&table::DEPOSIT_MAX)? {
        return Ok(Vec::new());
    }
    let limits = [
        (&table::DEPOSIT_MIN, Rule::NotAbove { field: "deposit_max".to_owned() }),
        (&table::DEPOSIT_MAX, Rule::not_below("deposit_min")),
    ];
    let wrong = limits.into_iter().filter(|(setting, _)| asked(setting).is_some());
    Ok(wrong.map(|(setting, rule)| FieldError::new(setting.name, rule)).collect())
}

/// What changed and nothing else; of a secret only that it did.
fn record(tx: &Tx, actor: &Actor, before: &InForce, after: &InForce) -> Result<(), Fault> {
    let (old, new) = (shown::for_audit(before)?, shown::for_audit(after)?);
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
fn replaced(before: &InForce, after: &InForce) -> Vec<&'static str> {
    let secrets = table::SETTINGS.iter().filter(|setting| setting.kind.is_secret());
    let is_replaced = |setting: &&&Setting| match (before.text(setting), after.text(setting)) {
        (Some(old), Some(new)) => old != new,
        _ => false,
    };
    secrets.filter(is_replaced).map(|setting| setting.name).collect()
}
