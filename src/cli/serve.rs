//! `smm-panel serve`: the panel until it is told to stop.

use super::{Failure, Outcome, logging, say, surroundings};
use crate::app::{self, Boot, Ready};
use crate::config::{Bumx, Config, rocket_figment};
use crate::db::lock;
use crate::kernel::clock::Clock;
use crate::{demo, jobs};
use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use rocket::figment::{self, Figment};
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

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
    let Ready { app, setup_token } = ready;
    let public_url = app.config.public_url.clone();
    let bank = app.config.sepay_api_url.clone();
    let place = figment.extract_inner("address").ok().zip(figment.extract_inner("port").ok());
    let listening = app.clone();
    let db = app.db.clone();
    let jobs = jobs::start(&app)?;
    if app.demo.is_some() {
        demo::start_transfers(&app)?;
    }
    let stopper = jobs.stopper();
    let panel = app::rocket(app, figment)
        .attach(AdHoc::on_liftoff("announce", move |rocket| {
            // With brackets around an IPv6 address.
            let bound = format!("http://{}", SocketAddr::new(rocket.config().address, rocket.config().port));
            // Set once, since a process launches one Rocket.
            let is_demo =
                listening.demo.as_ref().is_some_and(|demo| demo.listens_at.set(bound.clone()).is_ok());
            let public = public_url.map_or(bound.clone(), |url| url.to_string());
            Box::pin(async move {
                announce(&bound, public.trim_end_matches('/'), setup_token.as_deref());
                if is_demo {
                    say(format_args!("{}", demo::introduce(&bound, &bank)));
                }
            })
        }))
        .attach(AdHoc::on_shutdown("jobs", move |_| {
            stopper.begin_stop();
            Box::pin(std::future::ready(()))
        }));
    let served = match panel.launch().await {
        Ok(_) => Ok(ExitCode::SUCCESS),
        // Rocket calls a stop that meets an arriving connection a failed one; the panel has served and was told to end.
        Err(cause) if matches!(cause.kind(), ErrorKind::Shutdown(..)) => Ok(ExitCode::SUCCESS),
        Err(cause) => {
            let why = match (cause.kind(), place) {
                (ErrorKind::Bind(cause), Some((address, port))) => {
                    not_bound(SocketAddr::new(address, port), cause)
                }
                (kind, _) => format!("the server did not start or failed: {kind}"),
            };
            // Rocket panics when an error it handed out is dropped unread.
            cause.pretty_print();
            Err(why.into())
        }
    };
    blocking(move || {
        jobs.stop();
        db.close_blocking();
        Ok(())
    })
    .await?;
    served
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
