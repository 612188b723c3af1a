//! Lets go of what nobody needs any more, a little at a time, so that no write waits long behind it.
//!
//! What money rests on is never deleted. Deposits expire by themselves: that follows from their time and is not
//! stored, and late money is welcome.

use crate::accounts;
use crate::announcements;
use crate::db::Tx;
use crate::idempotency;
use crate::jobs::runtime::JobResult;
use crate::kernel::error::Fault;
use crate::mail;
use crate::notify;
use crate::orders;
use crate::state::App;

/// Deletes some rows; how many.
type Forget = fn(&Tx) -> Result<usize, Fault>;

const KINDS: [(&str, Forget); 8] = [
    ("idempotency keys", idempotency::forget_old),
    ("ended sessions", accounts::forget_expired_revocations),
    ("repeatable orders", orders::forget_repeatable),
    ("links", accounts::forget_old_links),
    ("notices", notify::forget_old),
    ("changes of services", announcements::forget_old),
    ("letters", mail::forget_old),
    ("sessions, log-ins, browsers and uses of keys", accounts::forget_old),
];

/// Deletes all that is due and lets the database renew its statistics.
pub fn tick(app: &App) -> JobResult {
    let mut did = Vec::new();
    for (what, forget) in KINDS {
        let mut count = 0_usize;
        loop {
            let some = app.db.write_blocking(forget)?;
            count = count.saturating_add(some);
            if some == 0 {
                break;
            }
        }
        did.push(format!("{count} {what}"));
    }
    app.db.optimize_blocking()?;
    Ok(Some(format!("deleted {}", did.join(", "))))
}
