//! Writes down how often referral links were clicked: one write a minute for many clicks.

use crate::jobs::runtime::JobResult;
use crate::referrals;
use crate::state::App;

/// So many referrers in one write, so that no other waits long.
const AT_ONCE: usize = 500;

/// Writes down all that was counted since the last time.
pub fn tick(app: &App) -> JobResult {
    let mut referrers = 0_usize;
    loop {
        let taken = app.referral_clicks.take(AT_ONCE);
        if taken.is_empty() {
            break;
        }
        referrers = referrers.saturating_add(taken.len());
        let rows = taken.clone();
        if let Err(fault) = app.db.write_blocking(move |tx| referrals::clicked(tx, &rows)) {
            app.referral_clicks.put_back(taken);
            return Err(fault.into());
        }
    }
    Ok((referrers > 0).then(|| format!("{referrers} referrers")))
}
