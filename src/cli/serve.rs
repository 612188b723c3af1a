//! `smm-panel serve`: the panel until it is told to stop.

use super::{Failure, Outcome, logging, say, surroundings};
use crate::app::{self, Boot, Ready};
use crate::config::{Bumx, Config, rocket_figment};
use crate::db::lock;
use crate::front::{Front, NotServed};
use crate::kernel::clock::Clock;
use crate::{demo, jobs};
use rocket::Shutdown;
use rocket::figment::{self, Figment};
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

pub(super) fn serve() -> Outcome {
    let config = Config::from_env()?;
    logging::start(config.log_format);
    surroundings::look_at_names();
    run(Panel { config, figment: rocket_figment(), is_demo: false })
}

/// What is to be served.
pub(super) struct Panel {
    pub config: Config,
    pub figment: Figment,
    /// A throw-away panel with sample data.
    pub is_demo: bool,
}

/// Holds the lock, boots, serves, and ends what runs in the background.
pub(super) fn run(panel: Panel) -> Outcome {
    let Panel { mut config, figment, is_demo } = panel;
    rocket::Config::try_from(&figment).map_err(|wrong| unreadable(&wrong))?;
    config.database = lock::take(&config.database)?;
    surroundings::look(&config, &figment);
    rocket::execute(async move {
        let sandbox_url = match &config.bumx {
            Some(bumx) if Bumx::is_sandbox(bumx) => Some(demo::sandbox::start().await?),
            Some(_) | None => None,
        };
        if let Some(url) = sandbox_url.as_ref().filter(|_| is_demo) {
            url.trim_end_matches('/').clone_into(&mut config.sepay_api_url);
        }
        let boot = Boot { config, clock: Clock::system(), sandbox_url, is_demo, look_over: app::LOOK_OVER };
        let ready = blocking(move || {
            let ready = app::boot(boot)?;
            if is_demo {
                demo::fill(&ready.app)?;
            }
            Ok(ready)
        });
        launch(ready.await?, figment).await
    })
}

async fn launch(ready: Ready, figment: Figment) -> Outcome {
    let db = ready.app.db.clone();
    let served = serve_until_told(ready, figment).await;
    blocking(move || {
        db.close_blocking();
        Ok(())
    })
    .await?;
    served
}

async fn serve_until_told(ready: Ready, figment: Figment) -> Outcome {
    let Ready { app, setup_token } = ready;
    let front = Front::bind(app::rocket(app.clone(), figment)).await.map_err(|why| match why {
        NotServed::Bind(place, cause) => not_bound(place, &cause),
        NotServed::Rocket(_) => why.to_string(),
    })?;
    let jobs = jobs::start(&app)?;
    if app.demo.is_some() {
        demo::start_transfers(&app)?;
    }
    end_when_told(front.shutdown())?;
    let (shutdown, stopper) = (front.shutdown(), jobs.stopper());
    tokio::spawn(async move {
        shutdown.await;
        stopper.begin_stop();
    });
    // With brackets around an IPv6 address.
    let bound = format!("http://{}", front.address);
    let public = app.config.public_url.as_ref().map_or(bound.clone(), Url::to_string);
    announce(&bound, public.trim_end_matches('/'), setup_token.as_deref());
    // Set once, since a process serves once.
    if app.demo.as_ref().is_some_and(|demo| demo.listens_at.set(bound.clone()).is_ok()) {
        say(format_args!("{}", demo::introduce(&bound, &app.config.sepay_api_url)));
    }
    front.serve().await;
    blocking(move || {
        jobs.stop();
        Ok(())
    })
    .await?;
    Ok(ExitCode::SUCCESS)
}

/// SIGTERM and Ctrl-C end the serving in order.
fn end_when_told(shutdown: Shutdown) -> Result<(), Failure> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("told to end");
        shutdown.notify();
    });
    Ok(())
}

/// Which of Rocket's own settings cannot be read, and why.
fn unreadable(wrong: &figment::Error) -> String {
    let name = wrong.path.join(".");
    format!("ROCKET_{}, or {name} in Rocket.toml: {}", name.to_uppercase(), wrong.kind)
}

/// Why nothing listens there, and what to change.
fn not_bound(place: SocketAddr, cause: &io::Error) -> String {
    let remedies = [
        (
            io::ErrorKind::AddrInUse,
            "another program listens there; stop it, or set ROCKET_PORT to a free port",
        ),
        (
            io::ErrorKind::AddrNotAvailable,
            "this machine has no such address; set ROCKET_ADDRESS to one it has",
        ),
        (
            io::ErrorKind::PermissionDenied,
            "the system does not allow it; set ROCKET_PORT to one from 1024 on",
        ),
    ];
    let why = remedies.into_iter().find(|(kind, _)| *kind == cause.kind()).map(|(_, why)| why);
    let why = why.map_or_else(|| format!("{cause}; see ROCKET_ADDRESS and ROCKET_PORT"), str::to_owned);
    format!("it cannot listen on {place}: {why}")
}

/// Off the async workers.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|died| Err(format!("it panicked: {died}").into()))
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
