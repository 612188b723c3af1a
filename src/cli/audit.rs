//! `smm-panel audit`: the proof of the ledger.

use super::{Outcome, config, existing_database, explain};
use crate::ledger::audit;
use std::process::ExitCode;

pub(super) fn run() -> Outcome {
    let db = existing_database(&config()?)?;
    let report = db.snapshot(audit::run).map_err(explain)?;
    println!("users        {}", report.users);
    println!("orders       {}", report.orders);
    println!("deposits     {}", report.deposits);
    println!("transfers    {}", report.transfers);
    println!("liabilities  {} VND", report.liabilities);
    println!("suspense     {} VND", report.suspense);
    if report.is_clean() {
        println!("proven: every balance is its history and all accounts add up to zero");
        return Ok(ExitCode::SUCCESS);
    }
    for difference in &report.differences {
        println!("DIFFERENCE   {difference}");
    }
    Ok(ExitCode::FAILURE)
}
