//! Writes down how the keys of the reseller API were used: one write a minute for many calls.

use crate::accounts;
use crate::jobs::runtime::JobResult;
use crate::state::App;

/// So many keys in one write, so that no other waits long.
const AT_ONCE: usize = 500;

/// Writes down all that was counted since the last time.
pub fn tick(app: &App) -> JobResult {
    let mut keys = 0_usize;
    loop {
        let taken = app.key_use.take(AT_ONCE);
        if taken.is_empty() {
            break;
        }
        keys = keys.saturating_add(taken.len());
        let rows = taken.clone();
        if let Err(fault) = app.db.write_blocking(move |tx| accounts::count_calls(tx, &rows)) {
            app.key_use.put_back(taken);
            return Err(fault.into());
        }
    }
    Ok((keys > 0).then(|| format!("{keys} keys")))
}
