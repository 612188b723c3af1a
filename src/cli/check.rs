//! `smm-panel check`: what a start would find, without a trace of the look.

use super::{Outcome, say};
use crate::certificates;
use crate::config::{self, Config};
use crate::db::migrate::{self, Found};
use crate::reports::backups::Folder;
use std::fmt::Display;
use std::process::ExitCode;

pub(super) fn run() -> Outcome {
    let config = Config::from_env();
    let mut is_fine = line("environment", config.as_ref().map(|_| "ok".to_owned()));
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
        if let Some(misspelt) = config::misspelt(&name) {
            say(format_args!("{:<12} {misspelt}", "environment"));
        }
    }
    is_fine &= line("listening", config::listening().map(|address| format!("ok: {address}")));
    if let Ok(config) = &config {
        if let Some(https) = &config.https {
            let found = certificates::examine(https);
            is_fine &= line("certificate", found.map(|found| format!("ok: {found}")));
        }
        let shown = config.database.as_path().display();
        let found = migrate::examine(&config.database).map(|found| match found {
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

/// Says how this part is; whether it is fine.
fn line(part: &str, found: Result<String, impl Display>) -> bool {
    let is_fine = found.is_ok();
    match found {
        Ok(fine) => say(format_args!("{part:<12} {fine}")),
        Err(why) => say(format_args!("{part:<12} FAILS: {why}")),
    }
    is_fine
}
