//! Takes over a provider's list of services, when an admin asks and waits for it.
//!
//! What is written is written in parts, so that ten thousand services keep nobody waiting; every part is consistent by
//! itself, and an import that ends early may be made again.

use super::fetch_catalog::fetch_catalog;
use crate::catalog::{self, Entry, Import, ImportError, Imported, Item, Listing};
use crate::jobs::runtime::{Shutdown, thread};
use crate::kernel::ids::ProviderId;
use crate::kernel::reason::Reason;
use crate::settings;
use crate::state::{App, AskedImport, ImportOrder, Progress};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// Services a write.
const PART: usize = 100;
/// Between two looks when nobody asks.
const LOOK: Duration = Duration::from_secs(60);

/// Makes the imports that wait.
pub fn tick(app: &App) {
    while let Some(asked) = app.imports.channel.take() {
        serve(app, asked, &Shutdown::default());
    }
}

/// Until the shutdown. Each import has a thread of its own, so that a slow provider delays nobody.
pub(in crate::jobs) fn run(app: &App, shutdown: &Arc<Shutdown>) {
    while !shutdown.is_requested() {
        while let Some(asked) = app.imports.channel.take() {
            let (app, shutdown) = (app.clone(), Arc::clone(shutdown));
            if let Err(fault) = thread("import", move || serve(&app, asked, &shutdown)) {
                tracing::error!(cause = %fault, "an import could not begin");
            }
        }
        app.imports.channel.wait(LOOK);
    }
}

fn serve(app: &App, asked: AskedImport, shutdown: &Shutdown) {
    let made = import(app, &asked.question, shutdown);
    asked.answer(made);
}

fn import(app: &App, order: &ImportOrder, shutdown: &Shutdown) -> Result<Imported, ImportError> {
    let import = &order.import;
    let upstream = app.providers()?.remove(&import.provider).ok_or(ImportError::NotConfigured)?;
    let least = app.db.read_now(settings::price_guard)?.min_margin.get();
    if import.markup_percent < least {
        return Err(ImportError::markup_too_low(least));
    }
    let listing = fetch_catalog(app, &upstream, import.is_dong_confirmed)?;
    if listing.entries.is_empty() {
        return Err(ImportError::NoList(Reason::ListEmpty));
    }
    if !import.dry_run {
        keep_listed(app, import.provider, &listing)?;
    }
    let (listing, missing) = wanted(import, listing);
    let total = listing.entries.len();
    let mut progress = Progress { is_fetched: true, total, ..Progress::default() };
    order.set_progress(progress);
    let mut items = Vec::with_capacity(total);
    for part in listing.entries.chunks(PART) {
        if shutdown.is_requested() {
            return Err(ImportError::Stopping);
        }
        items.extend(take_over(app, import, listing.part(part.to_vec()))?);
        progress.checked = items.len();
        progress.written = if import.dry_run { 0 } else { items.len() };
        order.set_progress(progress);
    }
    items.extend(missing);
    Ok(Imported { items })
}

/// Keeps in which of the provider's categories the list has what is sold of it.
pub(in crate::jobs) fn keep_listed(
    app: &App,
    provider: ProviderId,
    listing: &Listing,
) -> Result<(), ImportError> {
    for part in app.db.read_now(|tx| catalog::newly_listed(tx, provider, listing))?.chunks(PART) {
        let (terms, part) = (listing.part(Vec::new()), part.to_vec());
        app.db.write_blocking(move |tx| catalog::keep_listed(tx, &terms, &part))?;
    }
    Ok(())
}

/// The lines that were asked for, and the ids that were asked for in vain.
fn wanted(import: &Import, listing: Listing) -> (Listing, Vec<Item>) {
    let Some(ids) = &import.wanted else { return (listing, Vec::new()) };
    let missing = ids.iter().filter(|id| listing.find(id).is_none()).cloned().map(Item::missing).collect();
    let ids: HashSet<&String> = ids.iter().collect();
    let is_wanted = |entry: &&Entry| entry.id.as_ref().is_some_and(|id| ids.contains(id));
    let part = listing.part(listing.entries.iter().filter(is_wanted).cloned().collect());
    (part, missing)
}

fn take_over(app: &App, import: &Import, part: Listing) -> Result<Vec<Item>, ImportError> {
    if import.dry_run {
        return app.db.read_now(|tx| catalog::would_take_over(tx, import, &part));
    }
    let import = import.clone();
    app.db.write_blocking(move |tx| catalog::take_over(tx, &import, &part))
}
