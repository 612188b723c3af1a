//! Parks the orders that have waited too long for another one for their link.

use crate::jobs::runtime::JobResult;
use crate::orders;
use crate::state::App;

pub fn tick(app: &App) -> JobResult {
    let mut portions = 0_u32;
    // By reading, because mostly there is nothing to do.
    while app.db.read_now(orders::is_stuck)?
        && app.db.write_blocking(orders::park_stuck).map_err(orders::OrderError::into_fault)?
    {
        portions = portions.saturating_add(1);
    }
    Ok((portions > 0).then(|| format!("{portions} portions")))
}
