//! Tries providers out, when an admin asks and waits for it.

use crate::jobs::runtime::{Shutdown, thread};
use crate::kernel::error::Fault;
use crate::kernel::reason::Reason;
use crate::provider::{CallError, Client};
use crate::state::{App, Asked, Question, Trial};
use std::time::{Duration, Instant};

/// Between two looks when nobody asks.
const LOOK: Duration = Duration::from_secs(60);

/// Makes the trials that wait.
pub fn tick(app: &App) {
    while let Some(asked) = app.trials.take() {
        serve(app, asked);
    }
}

/// Until the shutdown. Each trial has a thread of its own, so that a slow provider delays nobody.
pub(in crate::jobs) fn run(app: &App, shutdown: &Shutdown) {
    while !shutdown.is_requested() {
        while let Some(asked) = app.trials.take() {
            let app = app.clone();
            if let Err(fault) = thread("try-provider", move || serve(&app, asked)) {
                tracing::error!(cause = %fault, "a provider could not be tried");
            }
        }
        app.trials.wait(LOOK);
    }
}

fn serve(app: &App, mut asked: Asked<Question, Trial>) {
    match ask(app, &mut asked.question) {
        Ok(trial) => asked.answer(trial),
        // Left without an answer, the asker hears of a defect.
        Err(fault) => tracing::error!(cause = %fault, "a provider could not be tried"),
    }
}

fn ask(app: &App, question: &mut Question) -> Result<Trial, Fault> {
    let began = Instant::now();
    let client = match question.at.take() {
        Some(target) => Some(app.client(question.provider, target)),
        None => app.providers()?.remove(&question.provider).map(|upstream| Client::clone(&upstream.client)),
    };
    let Some(client) = client else {
        let incomplete = Reason::ProviderIncomplete;
        return Ok(Trial { balance: Err(incomplete.clone()), knows: Err(incomplete), took: began.elapsed() });
    };
    let reason = |error: CallError| error.reason();
    let balance = client.balance().map_err(reason);
    let knows = client.knows_any(&question.orders).map_err(reason);
    Ok(Trial { balance, knows, took: began.elapsed() })
}
