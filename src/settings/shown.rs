//! Settings as JSON, for answers and for the audit log: without secrets.

use super::{InForce, Kind, Setting, Tier, table};
use crate::config::Picture;
use crate::kernel::error::Fault;
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

/// Tells pictures apart.
const PICTURE_DIGITS: usize = 12;

/// A value by its name; of a secret whether there is one, under its name and `_set`.
pub(super) fn value(setting: &Setting, text: Option<&str>) -> Result<(String, Value), Fault> {
    let name = setting.name;
    if setting.kind.is_secret() {
        return Ok((format!("{name}_set"), json!(text.is_some())));
    }
    let shown = match (setting.kind, text) {
        (
            Kind::Number { .. }
            | Kind::Amount { .. }
            | Kind::Percent
            | Kind::Flag
            | Kind::Bank
            | Kind::Banks
            | Kind::Bonus,
            Some(json),
        ) => {
            let corrupt = |_| Fault::Corrupt(format!("the setting {name} cannot be read"));
            serde_json::from_str(json).map_err(corrupt)?
        }
        (_, text) => json!(text),
    };
    Ok((name.to_owned(), shown))
}

fn tier_json(tier: &Tier) -> Value {
    json!({
        "level": tier.level,
        "name": tier.name,
        "min_spent": tier.min_spent.get(),
        "discount_percent": tier.discount.get(),
    })
}

/// For the audit log: by the names that requests use, and of pictures what names them.
pub(super) fn for_audit(settings: &InForce) -> Result<Map<String, Value>, Fault> {
    let mut all: Map<String, Value> = settings.shown()?.into_iter().collect();
    for setting in table::SETTINGS.iter().filter(|setting| setting.kind == Kind::Picture) {
        if let Some(picture) = settings.text(setting).and_then(Picture::read) {
            let name = hex::encode(digest(&SHA256, &picture.bytes));
            let (bytes, name) = (picture.bytes.len(), name.get(..PICTURE_DIGITS).unwrap_or_default());
            all.insert(setting.name.to_owned(), json!(format!("{}, {bytes} bytes, {name}", picture.kind)));
        }
    }
    all.insert("tiers".to_owned(), settings.tiers.iter().map(tier_json).collect());
    Ok(all)
}
