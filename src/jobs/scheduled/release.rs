//! Releases the orders whose time has come, and makes the runs of drip-feeds, a portion at a time.

use crate::jobs::runtime::JobResult;
use crate::orders;
use crate::state::App;

pub fn tick(app: &App) -> JobResult {
    let mut portions = 0_u32;
    // By reading, because mostly there is nothing to do.
    while app.db.read_now(orders::is_due)? && app.db.write_blocking(orders::release_due)? {
        portions = portions.saturating_add(1);
        app.dispatch_wakeup.notify();
    }
    while app.db.read_now(orders::is_run_due)? && app.db.write_blocking(orders::begin_due)? {
        portions = portions.saturating_add(1);
        app.dispatch_wakeup.notify();
    }
    Ok((portions > 0).then(|| format!("{portions} portions")))
}
