//! `smm-panel check`: what a start would find, without a trace of the look.

use super::{Outcome, say};
use crate::certificates::{self, Examined};
use crate::config::{self, Config};
use crate::db::migrate::{self, Found};
use crate::jobs::doctor;
use crate::kernel::clock::Clock;
use crate::kernel::error::Fault;
use crate::reports::backups::Folder;
use std::fmt::Display;
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use url::Url;

pub(super) fn run() -> Outcome {
    let config = Config::from_env();
    let mut is_fine = line("environment", config.as_ref().map(|_| "ok".to_owned()));
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
        if let Some(misspelt) = config::misspelt(&name) {
            say(format_args!("{:<12} {misspelt}", "environment"));
        }
    }
    is_fine &= line("listening", listening(config.as_ref().ok()).map(|found| format!("ok: {found}")));
    if let Ok(config) = &config {
        let found = migrate::examine(&config.database);
        if config.https.is_some() {
            is_fine &= line("certificate", certificate(config, found.as_ref().ok()));
        }
        let shown = config.database.as_path().display();
        let found = found.map(|found| match found {
            Found::Nothing => format!("ok: {shown} is not there yet, the first start makes it"),
            Found::Current(version) => format!("ok: {shown} has schema version {version}"),
            Found::Older { found, wanted } => {
                format!("ok: {shown} has schema version {found}, a start brings it to version {wanted}")
            }
        });
        is_fine &= line("database", found);
        let folder = Folder::of(config);
        let found = folder.examine().map(|()| format!("ok: {}", folder.path().display()));
        is_fine &= line("backups", found);
    }
    Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where it would listen. Errors: what is in the way.
fn listening(config: Option<&Config>) -> Result<String, String> {
    let mut addresses = vec![config::listening()?];
    if let Some(https) = config.and_then(|config| config.https.as_ref()) {
        addresses.extend([https.address, https.plain_address]);
    }
    let shown = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if config.is_some_and(doctor::is_served) {
        return Ok(format!("{shown}, where the panel listens now"));
    }
    // What this user may not take, the service may.
    let is_taken = |address: &&SocketAddr| {
        TcpListener::bind(address).is_err_and(|cause| cause.kind() == ErrorKind::AddrInUse)
    };
    let taken: Vec<String> = addresses.iter().filter(is_taken).map(ToString::to_string).collect();
    if taken.is_empty() {
        return Ok(shown);
    }
    Err(format!(
        "another program listens on {}; stop it, or change ROCKET_PORT, HTTPS_ADDRESS or HTTP_ADDRESS",
        taken.join(", ")
    ))
}

/// What would be served, with what browsers would say about it.
fn certificate(config: &Config, database: Option<&Found>) -> Result<String, Fault> {
    let Some(https) = &config.https else { return Ok(String::new()) };
    let kept = database.filter(|found| !matches!(found, Found::Nothing)).map(|_| &config.database);
    Ok(match certificates::examine(https, kept, &Clock::system())? {
        Examined::Awaited(acme) => {
            format!("ok: there is none for {} yet, a start asks {} for it", acme.domain, acme.directory_url)
        }
        Examined::Found(certificate) => {
            let until = certificate.ends_at.rfc3339();
            match config.public_url.as_ref().and_then(Url::host_str) {
                Some(name) if !certificate.is_for(name) => {
                    let names = certificate.names.join(", ");
                    format!("look: it is for {names} and not for {name}: browsers refuse it (until {until})")
                }
                _ => format!("ok: until {until}"),
            }
        }
    })
}

/// Says how this part is; whether it is fine.
fn line(part: &str, found: Result<String, impl Display>) -> bool {
    let is_fine = found.is_ok();
    match found {
        Ok(fine) => say(format_args!("{part:<12} {fine}")),
        Err(why) => say(format_args!("{part:<12} FAILS: {why}")),
    }
    is_fine
}
