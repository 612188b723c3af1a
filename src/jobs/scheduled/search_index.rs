//! Adds the links of new orders to the search's index, a portion at a time so that no other write waits long.

use crate::jobs::runtime::JobResult;
use crate::orders;
use crate::state::App;

pub fn tick(app: &App) -> JobResult {
    let mut portions = 0_u32;
    while app.db.write_blocking(orders::index_links)? {
        portions = portions.saturating_add(1);
    }
    Ok((portions > 0).then(|| format!("{portions} portions")))
}
