//! Processes that have the database open: the panel, and others that should not. Whoever holds a lock on it is seen by
//! every user; who merely has it open, among other users' processes, by root alone.

use super::{Findings, Patient};
use crate::db::{Checkpoints, DbPath};
use crate::kernel::finding::Finding;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// So many descriptors have to be left for calls to other machines, copies and checks.
const RESERVE: i64 = 64;
/// Fewer than this are soon used up: each connection is one.
const FEW: i64 = 4096;
/// Older versions of SQLite can lose commits, others' too, when they reset the write-ahead log.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];
/// A library that is larger is none of SQLite.
const LARGEST_LIBRARY: u64 = 64 * 1024 * 1024;

/// A process that has the database open.
struct Opener {
    number: u32,
    name: String,
    /// The words it was started with.
    arguments: Vec<String>,
}

impl Opener {
    fn is_ours(&self) -> bool {
        self.name == "smm-panel"
    }

    /// And no command beside the panel.
    fn serves(&self) -> bool {
        let command = self.arguments.get(1).map(String::as_str);
        self.is_ours() && matches!(command, None | Some("serve" | "demo"))
    }
}

/// Whether the panel runs.
pub(super) fn panel(patient: &Patient) -> Findings {
    Ok(vec![match serving(patient) {
        Some(number) => Finding::PanelRuns { process: i64::from(number) },
        None => Finding::PanelStopped,
    }])
}

/// The process that serves.
pub(super) fn serving(patient: &Patient) -> Option<u32> {
    match patient.app {
        Some(_) => Some(std::process::id()),
        None => server_of(&patient.config.database),
    }
}

/// The process that serves this database; `None`: none does, but for this one perhaps.
pub(super) fn server_of(database: &DbPath) -> Option<u32> {
    openers(database).into_iter().find(Opener::serves).map(|opener| opener.number)
}

/// How many files the panel has open, of how many it may.
pub(super) fn descriptors(patient: &Patient) -> Findings {
    let Some(number) = serving(patient) else { return Ok(Vec::new()) };
    let folder = PathBuf::from(format!("/proc/{number}"));
    let open = fs::read_dir(folder.join("fd")).ok().and_then(|files| i64::try_from(files.count()).ok());
    let limits = fs::read_to_string(folder.join("limits")).unwrap_or_default();
    let limit = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let limit = limit.and_then(|rest| rest.split_whitespace().next()?.parse::<i64>().ok());
    // Without a limit there is nothing to run out of.
    let (Some(open), Some(limit)) = (open, limit) else { return Ok(Vec::new()) };
    Ok(vec![if open.saturating_add(RESERVE) > limit {
        Finding::DescriptorsGone { open, limit }
    } else if limit < FEW {
        Finding::DescriptorsFew { limit }
    } else {
        Finding::DescriptorsFree { open, limit }
    }])
}

/// Programs other than the panel that have the database open.
pub(super) fn others(patient: &Patient) -> Findings {
    let is_external = patient.config.database.checkpoints() == Checkpoints::External;
    let strangers = openers(&patient.config.database).into_iter().filter(|opener| !opener.is_ours());
    let told = strangers.map(|Opener { number, name: process, .. }| {
        let old = old_sqlite(number);
        let number = i64::from(number);
        match old {
            _ if process == "litestream" && is_external => Finding::ProcessReplicates { process },
            _ if process == "litestream" => Finding::ProcessCheckpoints { process },
            Some(version) => Finding::ProcessOldSqlite { process, number, version },
            None => Finding::ProcessForeign { process, number },
        }
    });
    let found: Vec<Finding> = told.collect();
    Ok(if found.is_empty() { vec![Finding::OnlyPanel] } else { found })
}

/// All but this process.
fn openers(path: &DbPath) -> Vec<Opener> {
    let Ok(database) = fs::metadata(path.as_path()) else { return Vec::new() };
    let is_it = |file: PathBuf| {
        fs::metadata(file).is_ok_and(|file| (file.dev(), file.ino()) == (database.dev(), database.ino()))
    };
    // The panel's descriptors are root's to see: a service that may take ports below 1024 has more rights than a
    // command of the same user. Its locks are in the list of all, as is SQLite's of any program on the log's index.
    let index = path.resolve().ok().and_then(|path| fs::metadata(path.beside("-shm")).ok());
    let inodes: Vec<u64> = index.iter().chain([&database]).map(MetadataExt::ino).collect();
    let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
    let holders: Vec<u32> = locks.lines().filter_map(|line| holder(line, &inodes)).collect();
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let numbers = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let opens = |number: &u32| {
        if holders.contains(number) {
            return true;
        }
        // A process may end between two looks.
        let files = fs::read_dir(format!("/proc/{number}/fd"));
        files.is_ok_and(|files| files.flatten().any(|file| is_it(file.path())))
    };
    let opener = |number: u32| {
        let said = |file: &str| fs::read_to_string(format!("/proc/{number}/{file}")).unwrap_or_default();
        let arguments = said("cmdline").split_terminator('\0').map(str::to_owned).collect();
        Opener { number, name: said("comm").trim().to_owned(), arguments }
    };
    numbers.filter(|number| *number != std::process::id()).filter(opens).map(opener).collect()
}

/// Who holds a lock on one of these files, by a line of the system's list: `5: FLOCK  ADVISORY  WRITE 498 fe:00:8050 0
/// EOF`. The device is left out: some file systems name another one there than to those who look at the file.
fn holder(line: &str, inodes: &[u64]) -> Option<u32> {
    let mut words = line.split_whitespace().skip(4);
    let (process, file) = (words.next()?, words.next()?);
    let (_, inode) = file.rsplit_once(':')?;
    let inode = inode.parse::<u64>().ok()?;
    inodes.contains(&inode).then(|| process.parse().ok())?
}

/// The version of the SQLite that the process uses, where that can be told and is an old one.
fn old_sqlite(number: u32) -> Option<String> {
    let maps = fs::read_to_string(format!("/proc/{number}/maps")).ok()?;
    let mapped = maps.lines().filter_map(|line| line.split_whitespace().nth(5)).map(Path::new);
    let is_library =
        |path: &&Path| path.file_name().is_some_and(|name| name.to_string_lossy().contains("sqlite3"));
    let versions = mapped.filter(is_library).filter_map(|library| {
        // As the process sees it, which may live in a container.
        version_in(&PathBuf::from(format!("/proc/{number}/root")).join(library.strip_prefix("/").ok()?))
    });
    versions.into_iter().find(|version| parsed(version).is_some_and(|version| version < OLDEST_SQLITE))
}

/// The text `3.x.y` that stands alone in a library.
fn version_in(library: &Path) -> Option<String> {
    if fs::metadata(library).ok()?.len() > LARGEST_LIBRARY {
        return None;
    }
    let bytes = fs::read(library).ok()?;
    let texts = bytes.split(|byte| *byte == 0).filter(|text| text.starts_with(b"3."));
    let mut texts = texts.filter_map(|text| std::str::from_utf8(text).ok());
    texts.find(|text| parsed(text).is_some()).map(str::to_owned)
}

fn parsed(version: &str) -> Option<[u32; 3]> {
    let parts: Vec<u32> = version.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    parts.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_holds_a_lock_is_read_from_the_systems_list() {
        let held = "5: FLOCK  ADVISORY  WRITE 498 fe:00:10068050 0 EOF";
        assert_eq!(holder(held, &[7, 10_068_050]), Some(498));
        assert_eq!(holder(held, &[7]), None);
        // Who waits for it, who lives where nobody here can name him, and what is no line of it.
        assert_eq!(holder("5: -> FLOCK  ADVISORY  WRITE 499 fe:00:10068050 0 EOF", &[10_068_050]), None);
        assert_eq!(holder("5: POSIX  ADVISORY  READ -1 fe:00:10068050 128 128", &[10_068_050]), None);
        assert_eq!(holder("", &[10_068_050]), None);
    }
}
