//! `smm-panel serve`: the panel until it is told to stop.

use super::{Failure, Outcome, logging, say, surroundings, watchdog};
use crate::app::{self, Boot, Ready};
use crate::config::{self, Bumx, Config, rocket_figment, unreadable};
use crate::db::lock;
use crate::front::{Front, NotServed, Place};
use crate::kernel::clock::Clock;
use crate::provider::{self, Provider};
use crate::state::{App, ErrorLog};
use crate::{demo, jobs};
use rocket::Shutdown;
use rocket::figment::Figment;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

pub(super) fn serve() -> Outcome {
    let config = match (Config::from_env(), config::listening()) {
        (Ok(config), Ok(_)) => config,
        (read, listening) => {
            let wrong: Vec<String> =
                read.err().map(|why| why.to_string()).into_iter().chain(listening.err()).collect();
            return Err(wrong.join("\n").into());
        }
    };
    let errors = logging::start(&config);
    surroundings::look_at_names();
    run(Panel { config, figment: rocket_figment(), sample: None, errors })
}

/// What is to be served.
pub(super) struct Panel {
    pub config: Config,
    pub figment: Figment,
    /// Of a throw-away panel: what it begins with.
    pub sample: Option<Sample>,
    /// Where what goes wrong is kept.
    pub errors: ErrorLog,
}

/// The data of a demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    /// A customer, and a service of each kind.
    Few,
    /// The same, and what a month brings.
    Month,
}

/// Holds the lock, boots, serves, and ends what runs in the background.
pub(super) fn run(panel: Panel) -> Outcome {
    let Panel { mut config, figment, sample, errors } = panel;
    let threads = rocket::Config::try_from(&figment).map_err(|wrong| unreadable(&wrong))?;
    config.database = lock::take(&config.database)?;
    surroundings::look(&config, &figment);
    // As Rocket would do it, but for one worker more: one may wait for a disk that does not answer (`db/in_place.rs`).
    let workers = threads.workers.saturating_add(1);
    rocket::async_run(served(config, figment, sample, errors), workers, threads.max_blocking, true, "worker")
}

async fn served(mut config: Config, figment: Figment, sample: Option<Sample>, errors: ErrorLog) -> Outcome {
    let sandbox_url = match &config.bumx {
        Some(bumx) if Bumx::is_sandbox(bumx) => Some(demo::sandbox::start().await?),
        Some(_) | None => None,
    };
    if let Some(url) = sandbox_url.as_ref().filter(|_| sample.is_some()) {
        url.trim_end_matches('/').clone_into(&mut config.sepay_api_url);
    }
    let look_over = app::LOOK_OVER;
    let is_demo = sample.is_some();
    let boot = Boot { config, clock: Clock::system(), sandbox_url, is_demo, errors, look_over };
    let ready = blocking(move || {
        if let Some(sample) = sample {
            fill(&boot, sample)?;
        }
        Ok(app::boot(boot)?)
    });
    let ready = ready.await?;
    practise(&ready.app).await?;
    launch(ready, figment).await
}

/// Makes the database of a demo. A month needs a clock of its own.
fn fill(boot: &Boot, sample: Sample) -> Result<(), Failure> {
    let began = Clock::system().now();
    let clock = match sample {
        Sample::Few => Clock::system(),
        Sample::Month => Clock::manual(began.plus_seconds(-demo::DAYS * 86_400)),
    };
    let config = demo::config(boot.config.database.as_path())?;
    let (sandbox_url, errors) = (boot.sandbox_url.clone(), ErrorLog::default());
    let Ready { app, .. } = app::boot(Boot { config, clock, sandbox_url, errors, ..*boot })?;
    demo::fill(&app)?;
    if sample == Sample::Month {
        demo::fill_month(&app)?;
    }
    app.db.clone().close_blocking();
    Ok(())
}

/// Runs the practice provider from the moment on when somebody wants it, or now if one is set up already.
async fn practise(app: &App) -> Result<(), Failure> {
    if app.practice.address().is_some() {
        return Ok(());
    }
    let providers = app.db.read(provider::all).await?;
    if providers.iter().any(Provider::is_practice) {
        app.practice.listens_at(demo::sandbox::start().await?);
        return Ok(());
    }
    let app = app.clone();
    tokio::spawn(async move {
        app.practice.wanted().await;
        match demo::sandbox::start().await {
            Ok(address) => app.practice.listens_at(address),
            Err(fault) => tracing::error!(cause = %fault, "the practice provider did not start"),
        }
    });
    Ok(())
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
    let bound = Front::bind(app::rocket(app.clone(), figment), app::secure(&app)).await;
    let front = bound.map_err(|why| match why {
        NotServed::Bind(place, address, cause) => not_bound(place, address, &cause),
        NotServed::Rocket(_) | NotServed::Tls(_) => why.to_string(),
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
    let mut addresses = front.addresses().map(|address| address.to_string());
    let bound = format!("http://{}", addresses.next().unwrap_or_default());
    if let (Some(https), Some(http)) = (addresses.next(), addresses.next()) {
        tracing::info!("listening on https://{https}, and on http://{http} to send on to it");
    }
    drop(addresses);
    let public = app.config.public_url.as_ref().map_or(bound.clone(), Url::to_string);
    announce(&bound, public.trim_end_matches('/'), setup_token.as_deref());
    // Set once, since a process serves once.
    if app.demo.as_ref().is_some_and(|demo| demo.listens_at.set(bound.clone()).is_ok()) {
        say(format_args!("{}", demo::introduce(&bound, &app.config.sepay_api_url)));
    }
    watchdog::ready(&app.db)?;
    front.serve().await;
    watchdog::stopping();
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

/// Why nothing listens there, and what to change.
fn not_bound(place: Place, address: SocketAddr, cause: &io::Error) -> String {
    let (variable, port) = match place {
        Place::Rocket => ("ROCKET_ADDRESS", "ROCKET_PORT to"),
        Place::Https => ("HTTPS_ADDRESS", "HTTPS_ADDRESS to one with"),
        Place::Http => ("HTTP_ADDRESS", "HTTP_ADDRESS to one with"),
    };
    let below_1024 = match place {
        Place::Rocket => format!("set {port} one from 1024 on"),
        Place::Https | Place::Http => {
            "let the panel have ports below 1024 (AmbientCapabilities=CAP_NET_BIND_SERVICE in systemd)"
                .to_owned()
        }
    };
    let remedies = [
        (
            io::ErrorKind::AddrInUse,
            format!("another program listens there; stop it, or set {port} a free port"),
        ),
        (
            io::ErrorKind::AddrNotAvailable,
            format!("this machine has no such address; set {variable} to one it has"),
        ),
        (io::ErrorKind::PermissionDenied, format!("the system does not allow it; {below_1024}")),
    ];
    let why = remedies.into_iter().find(|(kind, _)| *kind == cause.kind()).map(|(_, why)| why);
    let why = why.unwrap_or_else(|| format!("{cause}; see {variable}"));
    format!("it cannot listen on {address}: {why}")
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
