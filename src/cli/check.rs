//! `smm-panel check`: what a start would find, without a trace of the look.

use super::words::{Label, OfStart};
use super::{Outcome, tell};
use crate::certificates::{self, Examined};
use crate::config::{self, Config, Refused};
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
    let mut is_fine = environment(&config);
    is_fine &= line(Label::Listening, listening(config.as_ref().ok()));
    if let Ok(config) = &config {
        let found = migrate::examine(&config.database);
        if config.https.is_some() {
            is_fine &= line(Label::Certificate, certificate(config, found.as_ref().ok()));
        }
        let path = config.database.as_path();
        let found = found.map(|found| match found {
            Found::Nothing => OfStart::DatabaseNotYet(path),
            Found::Current(version) => OfStart::Schema { path, version },
            Found::Older { found, wanted } => OfStart::SchemaOlder { path, found, wanted },
        });
        is_fine &= line(Label::Database, found.map(|found| OfStart::FineWith(found.to_string())));
        let folder = Folder::of(config);
        let found = folder.examine().map(|()| OfStart::FineWith(folder.path().display().to_string()));
        is_fine &= line(Label::Backups, found);
    }
    Ok(if is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Each variable that is wrong, and each that does nothing. Whether all can be read.
fn environment(config: &Result<Config, Refused>) -> bool {
    match config {
        Ok(_) => tell(Label::Environment, &OfStart::Fine),
        Err(refused) => {
            refused.all().iter().for_each(|why| tell(Label::Environment, &OfStart::Fails(why.to_string())));
        }
    }
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
        if let Some(misspelt) = config::misspelt(&name) {
            let said = OfStart::Misspelt(&misspelt).to_string();
            tell(Label::Environment, &OfStart::Look(said));
        }
    }
    config.is_ok()
}

/// Where it would listen. Errors: what is in the way.
fn listening(config: Option<&Config>) -> Result<OfStart<'static>, String> {
    let mut addresses = vec![config::listening()?];
    if let Some(https) = config.and_then(|config| config.https.as_ref()) {
        addresses.extend([https.address, https.plain_address]);
    }
    let shown = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    // Of a panel that serves, whatever else is wrong in this environment.
    let database = Config::database_of_env();
    if database.as_ref().is_some_and(doctor::is_served) {
        return Ok(OfStart::FineWith(OfStart::ListensNow { addresses: shown }.to_string()));
    }
    // What this user may not take, the service may.
    let is_taken = |address: &&SocketAddr| {
        TcpListener::bind(address).is_err_and(|cause| cause.kind() == ErrorKind::AddrInUse)
    };
    let taken: Vec<String> = addresses.iter().filter(is_taken).map(ToString::to_string).collect();
    if taken.is_empty() {
        return Ok(OfStart::FineWith(shown));
    }
    let addresses = taken.join(", ");
    if database.is_none() {
        return Ok(OfStart::Look(OfStart::ListenerUnknown { addresses }.to_string()));
    }
    Err(OfStart::OthersListen { addresses }.to_string())
}

/// What would be served, with what browsers would say about it.
fn certificate<'a>(config: &'a Config, database: Option<&Found>) -> Result<OfStart<'a>, Fault> {
    let Some(https) = &config.https else { return Ok(OfStart::Fine) };
    let kept = database.filter(|found| !matches!(found, Found::Nothing)).map(|_| &config.database);
    Ok(match certificates::examine(https, kept, &Clock::system())? {
        Examined::Awaited(acme) => {
            let said = OfStart::CertificateAwaited { domain: &acme.domain, authority: &acme.directory_url };
            OfStart::FineWith(said.to_string())
        }
        Examined::Found(certificate) => {
            let until = certificate.ends_at;
            match config.public_url.as_ref().and_then(Url::host_str) {
                Some(name) if !certificate.is_for(name) => {
                    let names = certificate.names.join(", ");
                    OfStart::Look(OfStart::CertificateOfOther { names, name, until }.to_string())
                }
                _ => OfStart::FineWith(OfStart::Until(until).to_string()),
            }
        }
    })
}

/// Says how this part is; whether it is fine.
fn line(part: Label, found: Result<OfStart, impl Display>) -> bool {
    let is_fine = found.is_ok();
    match found {
        Ok(fine) => tell(part, &fine),
        Err(why) => tell(part, &OfStart::Fails(why.to_string())),
    }
    is_fine
}
