//! What admins do with coupons. Each change is written to the audit log in the transaction that makes it.

use super::rules::{self, CouponKind};
use super::{BonusError, Coupon, store};
use crate::audit_log::{self, Actor};
use crate::db::Tx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::ids::CouponId;
use crate::kernel::money::Vnd;
use crate::kernel::reason::Reason;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

const CODE_CHARS: RangeInclusive<usize> = 3..=32;
/// More than any deposit.
const MOST_DONG: i64 = 9_999_999_999_999;
const MOST_USES: i64 = 1_000_000_000;

/// A coupon that nobody looked at yet.
#[derive(Debug, Clone)]
pub struct Draft {
    pub code: String,
    pub kind: CouponKind,
    pub value: i64,
    pub max_bonus: Option<i64>,
    pub min_deposit: i64,
    pub most_uses: Option<i64>,
    pub per_user: Option<i64>,
    pub ends_at: Option<Timestamp>,
    pub active: bool,
}

/// What is to be different; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    pub value: Option<i64>,
    pub max_bonus: Option<Option<i64>>,
    pub min_deposit: Option<i64>,
    pub most_uses: Option<Option<i64>>,
    pub per_user: Option<Option<i64>>,
    pub ends_at: Option<Option<Timestamp>>,
    pub active: Option<bool>,
}

/// A new coupon. Errors: `Fields`; `Conflict` for a code that is there.
pub fn create(tx: &Tx, actor: &Actor, draft: Draft) -> Result<Coupon, BonusError> {
    audit_log::allow(tx, actor.id)?;
    let code = rules::code(&draft.code);
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if !CODE_CHARS.contains(&code.chars().count()) || !code.chars().all(fits) {
        let rule = Rule::CouponCode { min: *CODE_CHARS.start(), max: *CODE_CHARS.end() };
        return Err(BonusError::field("code", rule));
    }
    let coupon = Coupon {
        id: CouponId::new(0),
        code,
        kind: draft.kind,
        value: draft.value,
        max_bonus: draft.max_bonus.map(Vnd::new),
        min_deposit: Vnd::new(draft.min_deposit),
        most_uses: draft.most_uses,
        per_user: draft.per_user,
        ends_at: draft.ends_at,
        active: draft.active,
        used: 0,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    check(&coupon)?;
    if store::by_code(tx, &coupon.code)?.is_some() {
        return Err(BonusError::Conflict(Reason::CouponCodeTaken));
    }
    let id = store::put(tx, &coupon)?;
    let coupon = Coupon { id, ..coupon };
    let mut entry = actor.entry("coupon.create", subject(id));
    entry.after = Some(picture(&coupon));
    audit_log::record(tx, &entry)?;
    Ok(coupon)
}

/// Errors: `NoCoupon`, `Fields`.
pub fn change(tx: &Tx, actor: &Actor, id: CouponId, patch: Patch) -> Result<Coupon, BonusError> {
    audit_log::allow(tx, actor.id)?;
    let before = store::coupon(tx, id)?.ok_or(BonusError::NoCoupon)?;
    let vnd = |amount: Option<i64>| amount.map(Vnd::new);
    let after = Coupon {
        value: patch.value.unwrap_or(before.value),
        max_bonus: patch.max_bonus.map_or(before.max_bonus, vnd),
        min_deposit: patch.min_deposit.map_or(before.min_deposit, Vnd::new),
        most_uses: patch.most_uses.unwrap_or(before.most_uses),
        per_user: patch.per_user.unwrap_or(before.per_user),
        ends_at: patch.ends_at.unwrap_or(before.ends_at),
        active: patch.active.unwrap_or(before.active),
        ..before.clone()
    };
    if after == before {
        return Ok(before);
    }
    check(&after)?;
    store::put(tx, &after)?;
    let mut entry = actor.entry("coupon.change", subject(id));
    entry.before = Some(picture(&before));
    entry.after = Some(picture(&after));
    audit_log::record(tx, &entry)?;
    store::coupon(tx, id)?.ok_or(BonusError::NoCoupon)
}

fn check(coupon: &Coupon) -> Result<(), BonusError> {
    let amount = |min| Rule::AmountRange { min, max: MOST_DONG };
    let dong = |value: i64, min: i64| (min..=MOST_DONG).contains(&value);
    let uses = |uses: Option<i64>, min: i64| uses.is_none_or(|uses| (min..=MOST_USES).contains(&uses));
    let of_deposit = coupon.kind != CouponKind::Free;
    let is_percent = coupon.kind == CouponKind::Percent;
    let (value_fits, value_rule) = match is_percent {
        true => ((1..=100).contains(&coupon.value), Rule::Range { min: 1, max: 100 }),
        false => (dong(coupon.value, 1), amount(1)),
    };
    let kind = || Rule::NotWith { field: "kind".to_owned() };
    let (max_bonus, least) = (coupon.max_bonus.map(Vnd::get), coupon.used.max(1));
    let parts = [
        ("value", value_fits, value_rule),
        ("max_bonus", max_bonus.is_none() || is_percent, kind()),
        ("max_bonus", max_bonus.is_none_or(|most| dong(most, 1)), amount(1)),
        ("min_deposit", coupon.min_deposit == Vnd::ZERO || of_deposit, kind()),
        ("min_deposit", dong(coupon.min_deposit.get(), 0), amount(0)),
        // What was used stays used.
        ("limit", uses(coupon.most_uses, least), Rule::Range { min: least, max: MOST_USES }),
        ("per_user", uses(coupon.per_user, 1), Rule::Range { min: 1, max: MOST_USES }),
    ];
    let wrong = parts.into_iter().filter(|(_, fits, _)| !fits);
    let wrong: Vec<FieldError> = wrong.map(|(field, _, rule)| FieldError::new(field, rule)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(BonusError::Fields(wrong)) }
}

fn subject(id: CouponId) -> String {
    format!("coupon:{id}")
}

fn picture(coupon: &Coupon) -> Value {
    json!({
        "code": coupon.code,
        "kind": coupon.kind.into_str(),
        "value": coupon.value,
        "max_bonus": coupon.max_bonus.map(Vnd::get),
        "min_deposit": coupon.min_deposit.get(),
        "limit": coupon.most_uses,
        "per_user": coupon.per_user,
        "ends_at": coupon.ends_at.map(Timestamp::rfc3339),
        "active": coupon.active,
    })
}
