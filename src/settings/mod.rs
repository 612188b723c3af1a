//! What the operator can set without a restart, with the defaults in force until then.

mod store;

use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::money::{Percent, Vnd};

/// The share of what a referred customer paid.
const COMMISSION_PERCENT: i64 = 5;
const DEPOSIT_MIN: i64 = 10_000;
const DEPOSIT_MAX: i64 = 500_000_000;

/// The referrer's share of what a referred customer paid for a finished order.
pub fn commission_percent(tx: &ReadTx) -> Result<Percent, Fault> {
    let percent = store::integer(tx, "commission_percent")?.unwrap_or(COMMISSION_PERCENT);
    Percent::new(percent).ok_or_else(|| Fault::Corrupt(format!("commission_percent is {percent}")))
}

/// The least and the most that one deposit may ask for.
pub fn deposit_limits(tx: &ReadTx) -> Result<(Vnd, Vnd), Fault> {
    let least = store::integer(tx, "deposit_min")?.unwrap_or(DEPOSIT_MIN);
    let most = store::integer(tx, "deposit_max")?.unwrap_or(DEPOSIT_MAX);
    Ok((Vnd::new(least), Vnd::new(most)))
}

/// The key that signs tokens when the environment names none: `fresh` becomes it the first time.
pub fn secret_key(tx: &Tx, fresh: &str) -> Result<String, Fault> {
    store::insert_if_absent(tx, "secret_key", fresh)?;
    store::text(tx, "secret_key")?.ok_or_else(|| Fault::Corrupt("no secret key".to_owned()))
}
