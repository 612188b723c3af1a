//! Tries providers out, when an admin asks and waits for it.

use super::quit::Quit;
use super::thread;
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::reason::Reason;
use crate::state::{App, Asked, Trial};
use std::time::{Duration, Instant};

/// Between two looks at the desk when nothing rings.
const LOOK: Duration = Duration::from_secs(60);

/// Makes the trials that wait.
pub fn tick(app: &App) {
    while let Some(asked) = app.trials.take() {
        serve(app, asked);
    }
}

/// Until told to quit. Each trial has a thread of its own, so that a slow provider delays nobody.
pub(super) fn run(app: &App, quit: &Quit) {
    while !quit.is_set() {
        while let Some(asked) = app.trials.take() {
            let app = app.clone();
            if let Err(fault) = thread("try-provider", move || serve(&app, asked)) {
                tracing::error!(cause = %fault, "a provider could not be tried");
            }
        }
        app.trials.wait(LOOK);
    }
}

fn serve(app: &App, asked: Asked<ProviderId, Trial>) {
    match ask(app, asked.question) {
        Ok(trial) => asked.answer(trial),
        // Left without an answer, the asker hears of a defect.
        Err(fault) => tracing::error!(cause = %fault, "a provider could not be tried"),
    }
}

fn ask(app: &App, provider: ProviderId) -> Result<Trial, Fault> {
    let began = Instant::now();
    let balance = match app.providers()?.remove(&provider) {
        None => Err(Reason::ProviderIncomplete),
        Some(upstream) => upstream.client.balance().map_err(|error| error.reason()),
    };
    Ok(Trial { balance, took: began.elapsed() })
}
