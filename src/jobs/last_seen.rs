//! Writes down who was there: one write for many users, each at most once in ten minutes.

use super::chores::Done;
use crate::accounts;
use crate::state::App;

/// So many users in one write, so that no other waits long.
const AT_ONCE: usize = 500;

/// Writes down all that were seen since the last time.
pub fn tick(app: &App) -> Done {
    let seen = app.seen.all();
    for some in seen.chunks(AT_ONCE) {
        let rows = some.to_vec();
        app.db.write_blocking(move |tx| accounts::saw(tx, &rows))?;
        app.seen.written(some);
    }
    Ok((!seen.is_empty()).then(|| format!("{} users", seen.len())))
}
