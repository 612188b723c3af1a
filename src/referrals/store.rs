//! The commissions' and the clicks' SQL.

use super::Accrual;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{OrderId, UserId};
use crate::kernel::money::{Percent, Vnd};
use std::collections::HashMap;

/// What was settled for an order so far.
pub(super) struct Commission {
    pub referrer: UserId,
    pub percent: Percent,
    pub target: Vnd,
    pub paid: Vnd,
}

pub(super) fn by_order(tx: &ReadTx, order: OrderId) -> Result<Option<Commission>, Fault> {
    tx.one("SELECT referrer_id, percent, target, paid FROM commissions WHERE order_id = ?1", [order], |row| {
        Ok(Commission { referrer: row.get(0)?, percent: row.get(1)?, target: row.get(2)?, paid: row.get(3)? })
    })
}

pub(super) fn insert(tx: &Tx, accrual: &Accrual, target: Vnd) -> Result<(), Fault> {
    tx.execute(
        "INSERT INTO commissions (order_id, referrer_id, referred_id, percent, target, paid)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        (accrual.order, accrual.referrer, accrual.referred, accrual.percent, target),
    )?;
    Ok(())
}

pub(super) fn update(tx: &Tx, order: OrderId, target: Vnd, paid: Vnd) -> Result<(), Fault> {
    tx.execute("UPDATE commissions SET target = ?2, paid = ?3 WHERE order_id = ?1", (order, target, paid))?;
    Ok(())
}

/// What each of these referred users has earned the referrer so far; those who earned nothing are left out.
pub fn commission_of(
    tx: &ReadTx,
    referrer: UserId,
    referred: &[UserId],
) -> Result<HashMap<UserId, Vnd>, Fault> {
    let ids: Vec<i64> = referred.iter().map(|id| id.get()).collect();
    let rows = tx.all(
        "SELECT referred_id, sum(paid) FROM commissions
         WHERE referrer_id = ?1 AND referred_id IN (SELECT value FROM json_each(?2)) GROUP BY referred_id",
        (referrer, serde_json::json!(ids).to_string()),
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Adds what was counted of these referrers.
pub fn clicked(tx: &Tx, counted: &[(UserId, i64)]) -> Result<(), Fault> {
    counted.iter().try_for_each(|(referrer, clicks)| {
        tx.execute(
            "INSERT INTO referral_clicks (referrer_id, clicks) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET clicks = clicks + excluded.clicks",
            (referrer, clicks),
        )?;
        Ok(())
    })
}

/// How often this referrer's link was clicked, as far as it is written down.
pub fn clicks(tx: &ReadTx, referrer: UserId) -> Result<i64, Fault> {
    let counted =
        tx.one("SELECT clicks FROM referral_clicks WHERE referrer_id = ?1", [referrer], |row| row.get(0))?;
    Ok(counted.unwrap_or_default())
}
