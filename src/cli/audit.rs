//! `smm-panel audit`: the proof of the ledger.

use super::{Outcome, existing_database, say};
use crate::config::Config;
use crate::reports::audit;
use std::process::ExitCode;

pub(super) fn run() -> Outcome {
    let db = existing_database(&Config::from_env()?)?;
    let report = audit::run_in_parts(&db);
    db.close_blocking();
    let report = report?;
    say(format_args!("users        {}", report.users));
    say(format_args!("orders       {}", report.orders));
    say(format_args!("deposits     {}", report.deposits));
    say(format_args!("transfers    {}", report.transfers));
    say(format_args!("liabilities  {} VND", report.liabilities));
    say(format_args!("suspense     {} VND", report.suspense));
    if report.is_clean() {
        say(format_args!("proven: every balance is its history and all accounts add up to zero"));
        return Ok(ExitCode::SUCCESS);
    }
    for difference in &report.differences {
        say(format_args!("DIFFERENCE   {difference}"));
    }
    Ok(ExitCode::FAILURE)
}
