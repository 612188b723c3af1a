//! `smm-panel backup`: a proven copy of the database, made beside a panel at work.

use super::{Outcome, require_database, say};
use crate::config::Config;
use crate::kernel::clock::Clock;
use crate::reports::backup::{self, Head};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(file: &Path) -> Outcome {
    let config = Config::from_env()?;
    require_database(&config)?;
    let made = backup::make(&config.database, file, &Clock::system())?;
    say(format_args!("backup       {}", file.display()));
    say(format_args!("size         {} bytes", made.size));
    say(format_args!("transfers    {}", made.report.transfers));
    show(&made.head);
    say(format_args!("verified: the file is whole, every reference holds, and the ledger is proven"));
    Ok(ExitCode::SUCCESS)
}

/// How far a ledger has come, a line each.
pub(super) fn show(head: &Head) {
    say(format_args!("users        {}", head.users));
    say(format_args!("orders       {}", head.orders));
    say(format_args!("deposits     {}", head.deposits));
    match head.last_transfer {
        Some((id, at)) => say(format_args!("last         transfer {id} of {}", at.rfc3339())),
        None => say(format_args!("last         no transfer yet")),
    }
    say(format_args!("liabilities  {} VND", head.liabilities));
    say(format_args!("suspense     {} VND", head.suspense));
}
