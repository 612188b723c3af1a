//! Looks at the database file as a whole: at the start and once a day.

use super::chores::{Done, Trouble};
use crate::db::FileCheck;
use crate::kernel::error::Fault;
use crate::state::App;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A file that takes longer is looked at in part only.
const LIMIT: Duration = Duration::from_secs(60);

/// Looks now, and keeps for `/health` what came of it.
pub fn tick(app: &App) -> Done {
    let found = app.db.check_file(LIMIT);
    app.is_damaged.store(matches!(found, FileCheck::Damaged(_)), Ordering::Relaxed);
    match found {
        FileCheck::Sound => Ok(Some("the file is whole".to_owned())),
        FileCheck::Unfinished => Ok(Some("nothing wrong in the part that was looked at".to_owned())),
        FileCheck::Damaged(what) => {
            let fault = Fault::Corrupt(what);
            tracing::error!(cause = %fault, "the database file is damaged; stop the panel and restore a backup");
            Err(Trouble::new("the database file is damaged; stop the panel and restore a backup"))
        }
    }
}
