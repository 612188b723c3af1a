//! Follows how long services take, and marks the open orders that take much longer.

use crate::jobs::runtime::JobResult;
use crate::kernel::ids::OrderId;
use crate::orders::{self, Status};
use crate::reports;
use crate::state::App;
use crate::{catalog, kernel::error::Fault};

pub fn tick(app: &App) -> JobResult {
    let figures = app.db.snapshot(reports::service_figures)?;
    let times = figures.iter().filter_map(|one| Some((one.service, one.median_seconds?))).collect();
    let changed = app.db.write_blocking(move |tx| catalog::keep_times(tx, &times))?;
    let mut marked = 0_usize;
    for status in [Status::Pending, Status::Processing, Status::InProgress] {
        marked = marked.saturating_add(mark(app, status)?);
    }
    Ok((changed > 0 || marked > 0).then(|| format!("{changed} services, {marked} orders")))
}

/// How many orders of the status are slow now and were not before, or the other way round.
fn mark(app: &App, status: Status) -> Result<usize, Fault> {
    let (mut after, mut marked) = (OrderId::new(0), 0_usize);
    loop {
        let glance = app.db.snapshot(|tx| orders::look_for_slow(tx, status, after))?;
        let Some(last) = glance.last else { return Ok(marked) };
        if !glance.changed.is_empty() {
            marked = marked.saturating_add(glance.changed.len());
            app.db.write_blocking(move |tx| orders::mark_slow(tx, &glance.changed))?;
        }
        after = last;
    }
}
