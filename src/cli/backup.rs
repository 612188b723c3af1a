//! `smm-panel backup`: a proven copy of the database, made beside a panel at work.

use super::words::{Label, Said, count, money};
use super::{Outcome, require_database, say, tell};
use crate::config::Config;
use crate::kernel::clock::Clock;
use crate::reports::backup::{self, Head};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(file: &Path) -> Outcome {
    let config = Config::from_env()?;
    require_database(&config)?;
    // Where it lies is said so that it is found from anywhere.
    let file = std::path::absolute(file)?;
    let made = backup::make(&config.database, &file, &Clock::system())?;
    tell(Label::Backup, &file.display());
    tell(Label::Size, &Said::Bytes(made.size));
    tell(Label::Transfers, &count(made.report.transfers));
    show(&made.head);
    say(format_args!("{}", Said::BackupProven));
    Ok(ExitCode::SUCCESS)
}

/// How far a ledger has come, a line each.
pub(super) fn show(head: &Head) {
    tell(Label::Users, &count(head.users));
    tell(Label::Orders, &count(head.orders));
    tell(Label::Deposits, &count(head.deposits));
    let last = head.last_transfer.map_or(Said::NoTransfer, |(id, at)| Said::Transfer(id, at));
    tell(Label::Last, &last);
    tell(Label::Liabilities, &money(head.liabilities));
    tell(Label::Suspense, &money(head.suspense));
}
