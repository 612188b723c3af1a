//! `smm-panel audit`: the proof of the ledger.

use super::words::{Label, Said, count, money};
use super::{Outcome, existing_database, say, tell};
use crate::config::Config;
use crate::reports::audit;
use std::process::ExitCode;

pub(super) fn run() -> Outcome {
    let db = existing_database(&Config::from_env()?)?;
    let report = audit::run_in_parts(&db);
    db.close_blocking();
    let report = report?;
    tell(Label::Users, &count(report.users));
    tell(Label::Orders, &count(report.orders));
    tell(Label::Deposits, &count(report.deposits));
    tell(Label::Transfers, &count(report.transfers));
    tell(Label::Liabilities, &money(report.liabilities));
    tell(Label::Suspense, &money(report.suspense));
    if report.is_clean() {
        say(format_args!("{}", Said::LedgerProven));
        return Ok(ExitCode::SUCCESS);
    }
    for difference in &report.differences {
        tell(Label::Difference, difference);
    }
    Ok(ExitCode::FAILURE)
}
