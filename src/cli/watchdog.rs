//! What systemd is told: that the panel serves, that it still answers, that it ends. Without systemd nothing is told.

use super::Failure;
use crate::db::Db;
use crate::kernel::error::Fault;
use sd_notify::NotifyState;
use std::time::Duration;

/// Looks within one of systemd's intervals, so that a single slow one ends nothing.
const LOOKS: u32 = 3;

/// Tells that requests are taken, and from then on, as often as the unit's `WatchdogSec` wants it, that the database
/// takes writes. When it does not answer at all, nothing is told and systemd starts the panel anew: every step can be
/// broken off there. A refusal is an answer: a full disk is no reason for a restart.
pub(super) fn ready(db: &Db) -> Result<(), Failure> {
    sd_notify::notify(&[NotifyState::Ready])?;
    if let Some(interval) = sd_notify::watchdog_enabled().filter(|interval| !interval.is_zero()) {
        tokio::spawn(tell_while_it_answers(db.clone(), interval / LOOKS));
    }
    Ok(())
}

/// Tells that the panel ends in order. That nobody hears it is no reason to hold on.
pub(super) fn stopping() {
    if let Err(cause) = sd_notify::notify(&[NotifyState::Stopping]) {
        tracing::warn!(%cause, "systemd could not be told");
    }
}

async fn tell_while_it_answers(db: Db, pause: Duration) {
    let mut ticks = tokio::time::interval(pause);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // However it goes, it came back.
        let _answered: Result<(), Fault> = db.write(|_| Ok(())).await;
        if let Err(cause) = sd_notify::notify(&[NotifyState::Watchdog]) {
            tracing::warn!(%cause, "systemd could not be told");
        }
    }
}
