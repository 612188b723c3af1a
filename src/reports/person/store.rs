//! The SQL of what is known of one person. Each query reads an index and ends after a bounded number of rows, but for
//! the sums of the person's own transfers.

use crate::bonuses::CouponOutcome;
use crate::db::ReadTx;
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;
use crate::ledger::Kind;
use std::collections::HashMap;

/// Others that are looked at.
const MOST_OTHERS: i64 = 50;
/// Addresses of the user that are looked at, and log-ins at each.
const MOST_ADDRESSES: i64 = 20;
const MOST_LOGINS: i64 = 500;

/// Another user.
pub(super) struct Known {
    pub username: String,
    pub banned: bool,
    pub referrer: Option<UserId>,
}

/// What the user got less what was taken, by kind of transfer, charges aside.
pub(super) fn sums(tx: &ReadTx, user: UserId) -> Result<HashMap<Kind, Vnd>, Fault> {
    let sql = "SELECT kind, sum(iif(credit_account_id = ?1, amount, -amount))
         FROM transfers INDEXED BY transfers_by_user_kind WHERE user_id = ?1 AND kind = ?2 GROUP BY kind";
    let mut sums = HashMap::new();
    for kind in [Kind::Deposit, Kind::Refund, Kind::Bonus, Kind::Adjustment] {
        let sum: Option<(Kind, Vnd)> = tx.one(sql, (user, kind), |row| Ok((row.get(0)?, row.get(1)?)))?;
        sums.extend(sum);
    }
    Ok(sums)
}

const AT_DEVICES: &str = "SELECT other.user_id, max(other.seen_at)
     FROM devices AS own INDEXED BY devices_by_user CROSS JOIN devices AS other ON other.hash = own.hash
     WHERE own.user_id = ?1 AND own.seen_at >= ?2 AND other.user_id <> ?1 AND other.seen_at >= ?2
     GROUP BY other.user_id LIMIT ?3";

/// Who else logged in in a browser of the user's, and when last.
pub(super) fn at_devices(
    tx: &ReadTx,
    user: UserId,
    since: Timestamp,
) -> Result<Vec<(UserId, Timestamp)>, Fault> {
    tx.all(AT_DEVICES, (user, since, MOST_OTHERS), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Where the user logged in.
pub(super) fn addresses(tx: &ReadTx, user: UserId, since: Timestamp) -> Result<Vec<String>, Fault> {
    let sql = "SELECT DISTINCT address FROM logins
         WHERE user_id = ?1 AND ok = 1 AND at >= ?2 AND address IS NOT NULL LIMIT ?3";
    tx.all(sql, (user, since, MOST_ADDRESSES), |row| row.get(0))
}

const AT_ADDRESS: &str = "SELECT user_id, max(at) FROM (SELECT user_id, at FROM logins
         WHERE address = ?1 AND ok = 1 ORDER BY id DESC LIMIT ?4)
     WHERE user_id <> ?2 AND at >= ?3 GROUP BY user_id";

/// Who else logged in there, of the last log-ins at that address.
pub(super) fn at_address(
    tx: &ReadTx,
    address: &str,
    user: UserId,
    since: Timestamp,
) -> Result<Vec<(UserId, Timestamp)>, Fault> {
    tx.all(AT_ADDRESS, (address, user, since, MOST_LOGINS), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Those of them who do not work here: staff helps from wherever customers are.
pub(super) fn known(tx: &ReadTx, users: &[UserId]) -> Result<HashMap<UserId, Known>, Fault> {
    let ids: Vec<i64> = users.iter().map(|user| user.get()).collect();
    let rows = tx.all(
        "SELECT id, username, banned, referrer_id FROM users
         WHERE id IN (SELECT value FROM json_each(?1)) AND role = 'user'",
        [serde_json::json!(ids).to_string()],
        |row| {
            let known = Known { username: row.get(1)?, banned: row.get(2)?, referrer: row.get(3)? };
            Ok((row.get(0)?, known))
        },
    )?;
    Ok(rows.into_iter().collect())
}

/// How many of the user's deposits had a coupon that did not count.
pub(super) fn coupons_refused(tx: &ReadTx, user: UserId, since: Timestamp) -> Result<i64, Fault> {
    let refused =
        [CouponOutcome::Ended, CouponOutcome::UsedUp, CouponOutcome::UsedBefore, CouponOutcome::TooLittle];
    let words: Vec<&str> = refused.into_iter().map(<&str>::from).collect();
    tx.value(
        "SELECT count(*) FROM deposits INDEXED BY deposits_by_user
         WHERE user_id = ?1 AND created_at >= ?2 AND coupon_outcome IN (SELECT value FROM json_each(?3))",
        (user, since, serde_json::json!(words).to_string()),
        |row| row.get(0),
    )
}

pub(super) fn referred_count(tx: &ReadTx, user: UserId, most: i64) -> Result<i64, Fault> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM users WHERE referrer_id = ?1 LIMIT ?2)";
    tx.value(sql, (user, most), |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::plan::{on_empty_database, plan};

    #[test]
    fn who_else_was_there_is_read_from_indexes() {
        on_empty_database(|tx| {
            let plan_of = |sql: &str| plan(tx, sql);
            let (devices, address) = (plan_of(AT_DEVICES), plan_of(AT_ADDRESS));
            assert!(devices.contains("SEARCH own") && devices.contains("SEARCH other"), "{devices}");
            assert!(address.contains("logins_by_address") && !address.contains("SCAN logins"), "{address}");
        });
    }
}
