//! A shop that has been open for a month: what lists, charts and searches look like when there is something in them.
//! It is made through the panel's own functions while a hand winds the clock, so every charge is reckoned, posted and
//! checked as for a customer, and `audit` proves the result.

mod desk;
mod dice;
mod list;
mod month;
mod people;

use crate::db::Tx;
use crate::state::App;
use dice::Dice;
use std::error::Error;

/// How long the shop has been open.
pub const DAYS: i64 = 30;

type Failed = Box<dyn Error + Send + Sync>;

/// Fills the database of a panel that began `DAYS` before now by its own, hand-wound clock.
pub fn fill_month(app: &App) -> Result<(), String> {
    fill(app).map_err(|why| format!("the demo's month: {why}"))
}

fn fill(app: &App) -> Result<(), Failed> {
    let mut dice = Dice::new(1);
    let offers = list::offers(&mut dice).ok_or("a service has a rate or limits that cannot be")?;
    let sold = write(app, move |tx| list::sell(tx, offers))?;
    let accounts = people::accounts(app)?;
    let mut month = month::Month::new(app, dice, sold);
    month.pass(accounts)?;
    desk::fill(app, &month.customers)
}

fn write<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Tx) -> Result<T, Failed> + Send + 'static,
) -> Result<T, Failed> {
    app.db.write_blocking(work)
}
