//! Writes down when users were last seen: one write for many users, each at most once in ten minutes.

use crate::accounts;
use crate::jobs::runtime::JobResult;
use crate::state::App;

/// So many users in one write, so that no other waits long.
const AT_ONCE: usize = 500;

/// Writes down all that were seen since the last time.
pub fn tick(app: &App) -> JobResult {
    let users = app.last_seen.users.all();
    for some in users.chunks(AT_ONCE) {
        let rows = some.to_vec();
        app.db.write_blocking(move |tx| accounts::saw(tx, &rows))?;
        app.last_seen.users.written(some);
    }
    let sessions = app.last_seen.sessions.all();
    for some in sessions.chunks(AT_ONCE) {
        let rows = some.to_vec();
        app.db.write_blocking(move |tx| accounts::saw_sessions(tx, &rows))?;
        app.last_seen.sessions.written(some);
    }
    let keys = app.last_seen.api_keys.all();
    for some in keys.chunks(AT_ONCE) {
        let rows = some.to_vec();
        app.db.write_blocking(move |tx| accounts::used_keys(tx, &rows))?;
        app.last_seen.api_keys.written(some);
    }
    Ok((!users.is_empty()).then(|| format!("{} users", users.len())))
}
