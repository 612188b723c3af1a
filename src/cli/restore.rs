//! `smm-panel restore`: a backup in the database's place, made so that nothing is sent or credited twice.

use super::backup::show;
use super::words::{Label, Lost, Said};
use super::{Outcome, say, tell};
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
        .map_err(|why| Said::NothingChanged { why: why.to_string() }.to_string())?;
    let read = |tx: &ReadTx| Ok((backup::head(tx)?, first_ids::next(tx)?));
    let is_empty = fs::metadata(path.as_path()).is_ok_and(|file| file.len() == 0);
    let replaced = if is_empty { None } else { Some(look(path, &clock, read)) };
    let known = replaced.as_ref().and_then(|found| found.as_ref().ok());
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (head, parked) = restore::prepare(prepared.copy(), &clock, name, known.map(|(_, next)| *next))
        .map_err(|why| Said::CannotRestore { file, why: why.to_string() }.to_string())?;
    let kept = prepared.swap(clock.now())?;
    tell(Label::Restored, &file.display());
    show(&head);
    if let Some(kept) = kept {
        say(format_args!("{}", Said::Kept(&kept)));
    }
    let Parked { orders, refills } = parked;
    let last = head.last_transfer.map(|(_, at)| at);
    let rest = [
        Said::NotInBackup { last },
        lost(&head, replaced),
        Said::Parked { orders, refills },
        Said::AfterRestore,
    ];
    rest.iter().for_each(|said| say(format_args!("{said}")));
    Ok(ExitCode::SUCCESS)
}

fn lost(head: &Head, replaced: Option<Result<Replaced, Fault>>) -> Said<'static> {
    let since = head.last_transfer.map(|(_, at)| at);
    match replaced {
        None => Said::NothingReplaced { since },
        Some(Err(why)) => Said::ReplacedUnreadable { why: why.to_string(), since },
        Some(Ok((old, _))) => {
            let number = |head: &Head| head.last_transfer.map_or(0, |(id, _)| id);
            let lacks = |there: i64, here: i64| there.saturating_sub(here).max(0);
            Said::Lost(Lost {
                until: old.last_transfer.map(|(_, at)| at),
                transfers: lacks(number(&old), number(head)),
                orders: lacks(old.orders, head.orders),
                deposits: lacks(old.deposits, head.deposits),
                users: lacks(old.users, head.users),
                balances: old.liabilities,
                balances_now: head.liabilities,
            })
        }
    }
}
