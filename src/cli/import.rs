//! `smm-panel import`: what another panel left behind comes in, all of it or nothing.

use super::{Failure, Outcome, require_database, say};
use crate::accounts::password::Cost;
use crate::config::Config;
use crate::db::{Db, lock};
use crate::kernel::clock::Clock;
use crate::move_in::{self, ExchangeRate, Family, MoveIn, MoveInError, Report, Source};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// The bcrypt around old digests: each lasts until its user logs in, and tens of thousands are made at once.
const WRAPPING_COST: u32 = 8;

#[derive(Args)]
pub(super) struct Arguments {
    /// Which kind of panel: smartpanel, cmsnt, perfectpanel-clone, csv
    #[arg(long, value_parser = family)]
    from: &'static Family,
    /// VND for a unit of the old panel's money; needed unless that says that it is VND
    #[arg(long, value_parser = exchange_rate)]
    exchange_rate: Option<ExchangeRate>,
    /// Say what would come, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// A dump of MySQL (also .gz), or a file or folder of CSV
    path: PathBuf,
}

fn family(word: &str) -> Result<&'static Family, String> {
    let words = || Family::words().collect::<Vec<_>>().join(", ");
    Family::parse(word).ok_or_else(|| format!("it is one of {}", words()))
}

fn exchange_rate(text: &str) -> Result<ExchangeRate, &'static str> {
    ExchangeRate::parse(text).ok_or("it is a number above 0, as 25417.5")
}

pub(super) fn run(arguments: Arguments) -> Outcome {
    let config = Config::from_env()?;
    require_database(&config)?;
    let path = lock::take(&config.database)?;
    let Arguments { from: family, exchange_rate: exchange, dry_run, path: files } = arguments;
    let source = if family.is_csv() { Source::Csv(files) } else { Source::Dump(files) };
    let cost = Cost::new(config.bcrypt_cost.min(WRAPPING_COST)).ok_or("no such bcrypt cost")?;
    let wanted = MoveIn { family, source, exchange, cost, dry_run };
    let db = Db::open_beside(&path, Clock::system())?;
    let told = Box::new(|line: &str| say(format_args!("{line}")));
    let done = db.write_blocking(move |tx| move_in::run(tx, &wanted, told));
    db.close_blocking();
    match done {
        Ok(report) => {
            show(&report);
            say(format_args!("{AFTER}"));
            Ok(ExitCode::SUCCESS)
        }
        Err(MoveInError::OnlyTried(report)) => {
            show(&report);
            say(format_args!("dry run: nothing was changed"));
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => Err(Failure::from(format!("{why}; nothing was changed"))),
    }
}

const AFTER: &str =
    "Done. Prove it with `smm-panel audit`, then start the panel; moving in again changes nothing.";

fn show(report: &Report) {
    for line in report.lines() {
        say(format_args!("{line}"));
    }
}
