//! `smm-panel restore`: a backup in the database's place, made so that nothing is sent or credited twice.

use super::backup::show;
use super::{Outcome, say};
use crate::config::Config;
use crate::db::restore::{PREPARED, look};
use crate::db::{DbPath, ReadTx, first_ids, lock};
use crate::kernel::clock::Clock;
use crate::kernel::error::Fault;
use crate::kernel::secret::Secret;
use crate::reports::backup::{self, Head};
use crate::reports::restore::{self, Parked};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(file: &Path) -> Outcome {
    let config = Config::from_env()?;
    let was_there = config.database.as_path().exists();
    let path = lock::take(&config.database)?;
    let restored = put_back(file, &path, config.backups.passphrase.as_ref());
    // The lock makes the file where there is none.
    if restored.is_err() && !was_there && fs::metadata(path.as_path()).is_ok_and(|file| file.len() == 0) {
        fs::remove_file(path.as_path())?;
    }
    restored
}

/// What the replaced database says of itself, as far as it can be read.
type Replaced = (Head, first_ids::Next);

fn put_back(file: &Path, path: &DbPath, passphrase: Option<&Secret>) -> Outcome {
    let clock = Clock::system();
    let prepared = restore::unpack(file, path, PREPARED, passphrase)
        .map_err(|why| format!("{why}; nothing was changed"))?;
    let read = |tx: &ReadTx| Ok((backup::head(tx)?, first_ids::next(tx)?));
    let is_empty = fs::metadata(path.as_path()).is_ok_and(|file| file.len() == 0);
    let replaced = if is_empty { None } else { Some(look(path, &clock, read)) };
    let known = replaced.as_ref().and_then(|found| found.as_ref().ok());
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (head, parked) = restore::prepare(prepared.copy(), &clock, name, known.map(|(_, next)| *next))
        .map_err(|why| format!("{} cannot be restored: {why}; nothing was changed", file.display()))?;
    let kept = prepared.swap(clock.now())?;
    say(format_args!("restored     {}", file.display()));
    show(&head);
    if let Some(kept) = kept {
        say(format_args!("The replaced database is kept as {}", kept.display()));
    }
    let until = head.last_transfer.map(|(_, at)| format!(" (its last transfer is of {})", at.rfc3339()));
    say(format_args!(
        "Orders, deposits and accounts made after the backup{} are not in it: their customers see them no more",
        until.unwrap_or_default()
    ));
    say(format_args!("{}", lost(&head, replaced)));
    let Parked { orders, refills } = parked;
    say(format_args!(
        "{orders} orders and drip-feeds and {refills} refills may have been sent since the backup and wait for you \
         under \"What waits\": ask the provider before you send one again"
    ));
    say(format_args!("{AFTER}"));
    Ok(ExitCode::SUCCESS)
}

const AFTER: &str = "\
All sessions have ended; passwords are those of the backup. New ids begin 1,000,000 higher, so none is given twice.
Check before you open the shop:
  API keys and passwords that were changed or deleted since the backup count again as they were
  bans, roles and own prices as of the backup
  settings that were changed since: bank account, SePay, Telegram, providers and their keys
  the list of bank transactions: SePay is asked again for what came since, and each is credited once;
  codes that were given out after the backup are not known any more, their money waits under bank transactions";

fn lost(head: &Head, replaced: Option<Result<Replaced, Fault>>) -> String {
    let then = head.last_transfer.map_or("the beginning".to_owned(), |(_, at)| at.rfc3339());
    match replaced {
        None => format!("There was no database here: how much is lost since {then} is not known"),
        Some(Err(why)) => {
            format!(
                "The replaced database cannot be read ({why}): how much is lost since {then} is not known"
            )
        }
        Some(Ok((old, _))) => {
            let number = |head: &Head| head.last_transfer.map_or(0, |(id, _)| id);
            let until = old.last_transfer.map_or("then".to_owned(), |(_, at)| at.rfc3339());
            format!(
                "Of what the replaced database held until {until}, the backup lacks {} transfers, {} orders, \
                 {} deposits, {} users; balances were {} VND there and are {} VND now",
                number(&old).saturating_sub(number(head)).max(0),
                old.orders.saturating_sub(head.orders).max(0),
                old.deposits.saturating_sub(head.deposits).max(0),
                old.users.saturating_sub(head.users).max(0),
                old.liabilities,
                head.liabilities
            )
        }
    }
}
