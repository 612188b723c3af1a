//! Reads the providers' lists of services: round after round for the price guard, and at once for an import.
//!
//! A list that is not complete changes nothing: a provider in trouble must not empty the shop. What is written is
//! written in parts, so that ten thousand services keep nobody waiting; every part is consistent by itself.

use super::quit::Quit;
use super::thread;
use crate::catalog::{self, Entry, Import, ImportError, Imported, Item, Listing, Moved, Pause};
use crate::db::Tx;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::kernel::money::Rate;
use crate::notify::{self, Notice};
use crate::provider::{CallError, Client, store};
use crate::settings;
use crate::state::{App, AskedImport, ImportOrder, Progress};
use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, TryLockError};
use std::time::Instant;

/// Services a write.
const PART: usize = 100;
/// What a provider's account is in when its prices need no conversion.
const DONG: [&str; 4] = ["VND", "VNĐ", "Đ", "₫"];

pub(super) struct Watcher {
    app: App,
    quit: Arc<Quit>,
    /// Locked while a provider's round runs.
    rounds: BTreeMap<ProviderId, Arc<Mutex<()>>>,
}

/// One look at every provider's list.
pub fn tick(app: &App) {
    for (provider, client) in &app.providers {
        round(app, *provider, client, &Quit::default());
    }
}

/// Makes the imports that wait.
pub fn import_tick(app: &App) {
    while let Some(asked) = app.imports.desk.take() {
        serve(app, asked, &Quit::default());
    }
}

impl Watcher {
    pub(super) fn new(app: &App, quit: &Arc<Quit>) -> Self {
        Watcher { app: app.clone(), quit: Arc::clone(quit), rounds: BTreeMap::new() }
    }

    /// Until told to quit. Each import and each provider's round has a thread of its own, so that a slow provider
    /// delays nobody.
    pub(super) fn run(mut self) {
        let period = self.app.config.provider.catalog;
        let mut next = Instant::now();
        while !self.quit.is_set() {
            while let Some(asked) = self.app.imports.desk.take() {
                self.begin_import(asked);
            }
            if Instant::now() >= next {
                next = Instant::now() + period;
                self.begin_rounds();
            }
            self.app.imports.desk.wait(next.saturating_duration_since(Instant::now()));
        }
    }

    fn begin_import(&self, asked: AskedImport) {
        let (app, quit) = (self.app.clone(), Arc::clone(&self.quit));
        if let Err(fault) = thread("import", move || serve(&app, asked, &quit)) {
            tracing::error!(cause = %fault, "an import could not begin");
        }
    }

    fn begin_rounds(&mut self) {
        for (provider, client) in &self.app.providers {
            let (app, provider, client) = (self.app.clone(), *provider, Arc::clone(client));
            let (quit, turn) = (Arc::clone(&self.quit), Arc::clone(self.rounds.entry(provider).or_default()));
            let work = move || match turn.try_lock() {
                Ok(_) | Err(TryLockError::Poisoned(_)) => round(&app, provider, &client, &quit),
                Err(TryLockError::WouldBlock) => {}
            };
            if let Err(fault) = thread(&format!("catalog-{provider}"), work) {
                tracing::error!(cause = %fault, "no look at a list could begin");
            }
        }
    }
}

/// One look at a provider's list, if anything is sold of it. A failure is told once, until it is over.
fn round(app: &App, provider: ProviderId, client: &Client, quit: &Quit) {
    let looked = catch_unwind(AssertUnwindSafe(|| look(app, provider, client, quit)));
    let error = match looked {
        Ok(Ok(())) => None,
        // It says nothing about the list.
        Ok(Err(ImportError::Stopping)) => return,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("a look at the list panicked".to_owned()),
    };
    if let Some(error) = &error {
        tracing::warn!(provider.id = provider.get(), error, "prices could not be compared");
    }
    let job = format!("sync_catalog:{provider}");
    let told = app.db.write_blocking(move |tx| notify::job_ended(tx, &job, error.as_deref()));
    if let Err(fault) = told {
        tracing::error!(provider.id = provider.get(), cause = %fault, "nobody was told how a look at a list ended");
    }
}

fn look(app: &App, provider: ProviderId, client: &Client, quit: &Quit) -> Result<(), ImportError> {
    if !app.db.read_now(|tx| catalog::is_sold_of(tx, provider))? {
        return Ok(());
    }
    let listing = Arc::new(fetch(app, provider, client)?);
    let changed = app.db.read_now(|tx| catalog::to_follow(tx, provider, &listing))?;
    let changed = changed.map_err(ImportError::NoList)?;
    for part in changed.chunks(PART) {
        if quit.is_set() {
            return Err(ImportError::Stopping);
        }
        let (listing, part) = (Arc::clone(&listing), part.to_vec());
        app.db.write_blocking(move |tx| follow(tx, provider, &listing, &part))?;
    }
    Ok(())
}

fn follow(tx: &Tx, provider: ProviderId, listing: &Listing, ids: &[ServiceId]) -> Result<(), Fault> {
    for moved in catalog::follow(tx, provider, listing, ids)? {
        notify::post(tx, &notice(moved))?;
    }
    Ok(())
}

fn notice(moved: Moved) -> Notice {
    let cost = |cost: Option<Rate>| cost.map_or_else(|| "?".to_owned(), |cost| cost.to_string());
    let now = match moved.paused {
        Some(Pause::Vanished) => "không còn · not listed".to_owned(),
        Some(Pause::Changed) => "loại khác hoặc đã đóng · another type or closed".to_owned(),
        Some(Pause::CostJump | Pause::BelowMargin) | None => cost(moved.now),
    };
    Notice::Price {
        service: moved.service.get(),
        name: moved.name,
        before: cost(moved.before),
        now,
        paused: moved.paused.is_some(),
    }
}

/// The provider's list, its rates in VND.
fn fetch(app: &App, provider: ProviderId, client: &Client) -> Result<Listing, ImportError> {
    let terms = app.db.read_now(|tx| store::sync_terms(tx, provider))?;
    let failed = |error: CallError| ImportError::NoList(error.to_string());
    let balance = client.balance().map_err(failed)?;
    let currency = balance.currency.unwrap_or_else(|| terms.currency.clone());
    let is_dong = |currency: &str| DONG.contains(&currency.trim().to_uppercase().as_str());
    let is_one = catalog::is_one(&terms.exchange_rate);
    if let Some(foreign) =
        [currency, terms.currency].into_iter().find(|currency| is_one && !is_dong(currency))
    {
        return Err(ImportError::Currency(foreign));
    }
    let lines = client.services().map_err(failed)?;
    Ok(Listing::new(lines.into_iter().map(|line| Entry::of(line, &terms.exchange_rate)).collect()))
}

fn serve(app: &App, asked: AskedImport, quit: &Quit) {
    let made = import(app, &asked.question, quit);
    asked.answer(made);
}

fn import(app: &App, order: &ImportOrder, quit: &Quit) -> Result<Imported, ImportError> {
    let import = &order.import;
    let client = app.providers.get(&import.provider).ok_or(ImportError::NotConfigured)?;
    let least = app.db.read_now(settings::price_guard)?.min_margin;
    if import.markup < least {
        return Err(ImportError::MarkupTooLow(least.get()));
    }
    let listing = fetch(app, import.provider, client)?;
    if listing.entries.is_empty() {
        return Err(ImportError::NoList("it is empty".to_owned()));
    }
    let (entries, missing) = wanted(import, listing);
    let total = entries.len();
    let mut progress = Progress { is_fetched: true, total, ..Progress::default() };
    order.set_progress(progress);
    let mut items = Vec::with_capacity(total);
    for part in entries.chunks(PART) {
        if quit.is_set() {
            return Err(ImportError::Stopping);
        }
        items.extend(take_over(app, import, part)?);
        progress.checked = items.len();
        progress.written = if import.dry_run { 0 } else { items.len() };
        order.set_progress(progress);
    }
    items.extend(missing);
    Ok(Imported { items })
}

/// The lines that were asked for, and the ids that were asked for in vain.
fn wanted(import: &Import, listing: Listing) -> (Vec<Entry>, Vec<Item>) {
    let Some(ids) = &import.wanted else { return (listing.entries, Vec::new()) };
    let missing = ids.iter().filter(|id| listing.find(id).is_none()).cloned().map(Item::missing).collect();
    let ids: HashSet<&String> = ids.iter().collect();
    let is_wanted = |entry: &Entry| entry.id.as_ref().is_some_and(|id| ids.contains(id));
    (listing.entries.into_iter().filter(is_wanted).collect(), missing)
}

fn take_over(app: &App, import: &Import, part: &[Entry]) -> Result<Vec<Item>, Fault> {
    if import.dry_run {
        return app.db.read_now(|tx| catalog::would_take_over(tx, import, part));
    }
    let (import, part) = (import.clone(), part.to_vec());
    app.db.write_blocking(move |tx| catalog::take_over(tx, &import, &part))
}
