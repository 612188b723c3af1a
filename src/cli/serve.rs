//! `smm-panel serve`: the panel until it is told to stop.

use super::{Outcome, config, explain, logging, say};
use crate::app::{self, Boot, Ready};
use crate::config::{Config, rocket_figment};
use crate::db::lock;
use crate::kernel::clock::Clock;
use rocket::fairing::AdHoc;
use rocket::figment::Figment;
use std::process::ExitCode;

pub(super) fn serve() -> Outcome {
    let config = config()?;
    logging::start(config.log_format);
    run(config, rocket_figment(), false)
}

pub(super) fn demo() -> Outcome {
    Err("the demo is not here yet".to_owned())
}

/// Holds the lock, boots, serves, and ends what runs in the background.
fn run(config: Config, figment: Figment, is_demo: bool) -> Outcome {
    let _lock = lock::take(&config.database).map_err(explain)?;
    rocket::execute(async move {
        let boot = Boot { config, clock: Clock::system(), sandbox_url: None, is_demo };
        let ready = tokio::task::spawn_blocking(move || app::boot(boot))
            .await
            .map_err(|died| format!("the start panicked: {died}"))?
            .map_err(explain)?;
        launch(ready, figment).await
    })
}

async fn launch(ready: Ready, figment: Figment) -> Outcome {
    let Ready { app, setup_token } = ready;
    let public_url = app.config.public_url.clone();
    let panel = app::rocket(app, figment).attach(AdHoc::on_liftoff("announce", move |rocket| {
        let bound = format!("http://{}:{}", rocket.config().address, rocket.config().port);
        let public = public_url.map_or(bound.clone(), |url| url.to_string());
        Box::pin(async move { announce(&bound, public.trim_end_matches('/'), setup_token.as_deref()) })
    }));
    match panel.launch().await {
        Ok(_) => Ok(ExitCode::SUCCESS),
        Err(cause) => {
            let why = cause.to_string();
            // Rocket panics when an error it handed out is dropped unread.
            cause.pretty_print();
            Err(format!("the server did not start or failed: {why}"))
        }
    }
}

/// To the log first: whoever waits for the terminal's line finds the log complete.
fn announce(bound: &str, public: &str, setup_token: Option<&str>) {
    tracing::info!(address = bound, version = env!("CARGO_PKG_VERSION"), "listening on {bound}");
    if let Some(token) = setup_token {
        tracing::info!("there is no admin yet; make the first one at {public}/setup#{token}");
    }
    say(format_args!("smm-panel listens on {bound}"));
    if let Some(token) = setup_token {
        say(format_args!("There is no admin yet. Make the first one here, once:\n  {public}/setup#{token}"));
    }
}
