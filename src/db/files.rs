//! The database as files: where it really is, what must not lie beside it, and who may read it.

use crate::kernel::error::Fault;
use std::fmt::Display;
use std::fs::{self, Metadata};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Where the database file is, and who folds its log into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbPath {
    file: PathBuf,
    pub(super) checkpoints: Checkpoints,
}

/// Who folds the write-ahead log into the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Checkpoints {
    /// The panel.
    #[default]
    Own,
    /// A program that copies the log elsewhere first and must not miss any of it. The panel folds only what nobody else
    /// does: a log that outgrows every bound, and what is left at its end.
    External,
}

impl DbPath {
    /// From `DATABASE_URL`: a file path, with or without a `sqlite:` prefix. `None`: there is a `?` in it, and what
    /// other programs read behind one would become part of the file's name.
    pub fn from_url(url: &str) -> Option<Self> {
        let path = url.strip_prefix("sqlite:").unwrap_or(url);
        let path = path.strip_prefix("//").unwrap_or(path);
        (!path.contains('?')).then(|| DbPath::new(path))
    }

    pub fn new(path: impl Into<PathBuf>) -> Self {
        DbPath { file: path.into(), checkpoints: Checkpoints::default() }
    }

    #[must_use]
    pub fn with_checkpoints(self, checkpoints: Checkpoints) -> Self {
        DbPath { checkpoints, ..self }
    }

    pub fn checkpoints(&self) -> Checkpoints {
        self.checkpoints
    }

    fn at(&self, file: PathBuf) -> Self {
        DbPath { file, checkpoints: self.checkpoints }
    }

    pub fn as_path(&self) -> &Path {
        &self.file
    }

    /// A neighbour of the file: `panel.db` and `-wal` give `panel.db-wal`.
    pub fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.file.clone().into_os_string();
        name.push(suffix);
        PathBuf::from(name)
    }

    /// The folder that the file is in.
    pub fn folder(&self) -> PathBuf {
        self.file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."))
            .to_owned()
    }

    /// The file itself, whatever symlinks lead to it, as SQLite finds it too: its log lies beside it and not beside
    /// the link. It need not exist yet.
    pub fn resolve(&self) -> Result<DbPath, Fault> {
        match fs::canonicalize(&self.file) {
            Ok(path) => Ok(self.at(path)),
            Err(cause) if cause.kind() == ErrorKind::NotFound => match fs::read_link(&self.file) {
                Ok(target) => self.at(self.folder().join(target)).resolve(),
                Err(_) => self.in_real_folder(),
            },
            Err(cause) => Err(self.refused(&cause)),
        }
    }

    fn in_real_folder(&self) -> Result<DbPath, Fault> {
        let Some(name) = self.file.file_name() else {
            return Err(Fault::Internal(format!("{} names no file", self.file.display())));
        };
        let folder = fs::canonicalize(self.folder()).map_err(|cause| self.refused(&cause))?;
        Ok(self.at(folder.join(name)))
    }

    /// What the system says of the file; `None`: there is none. It is not opened: closing it would drop SQLite's locks.
    pub(super) fn metadata(&self) -> Result<Option<Metadata>, Fault> {
        match fs::metadata(&self.file) {
            Ok(file) => Ok(Some(file)),
            Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(self.refused(&cause)),
        }
    }

    pub(super) fn refused(&self, cause: &dyn Display) -> Fault {
        Fault::Internal(format!("cannot use {} as the database: {cause}", self.file.display()))
    }
}

/// Refuses a file that SQLite would harm. To be asked, with the resolved path, before SQLite opens it.
pub(super) fn examine(path: &DbPath) -> Result<(), Fault> {
    let file = path.metadata()?;
    let shown = path.as_path().display();
    if file.as_ref().is_some_and(|file| !file.is_file()) {
        return Err(path.refused(&"it is no file"));
    }
    if file.as_ref().is_some_and(|file| file.nlink() > 1) {
        return Err(Fault::Internal(format!(
            "{shown} has another name (a hard link), under which it would get a second log; remove one of the names"
        )));
    }
    if file.is_some_and(|file| file.len() > 0) {
        return Ok(());
    }
    let (wal, journal) = (path.beside("-wal"), path.beside("-journal"));
    let orphan = if fs::metadata(&wal).is_ok_and(|file| file.len() > 0) {
        wal
    } else if is_of_a_database(&journal) {
        journal
    } else {
        return Ok(());
    };
    Err(Fault::Internal(format!(
        "{shown} is missing or empty, but {} holds what was last written to it; put the database back beside it, or \
         move that file away to begin anew",
        orphan.display()
    )))
}

/// Whether a rollback journal belongs to a database that had pages. One that a first start left when it was killed has
/// none. (The header: 8 bytes of magic, the count, the nonce, and the size of the database in pages.)
fn is_of_a_database(journal: &Path) -> bool {
    const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
    let mut header = [0; 20];
    let read = fs::File::open(journal).and_then(|mut file| file.read_exact(&mut header));
    read.is_ok() && header.starts_with(&MAGIC) && !header.ends_with(&[0; 4])
}

/// Of the database's folder, its files and copies those that are open to others on this machine; each with its mode.
pub fn exposed(path: &DbPath) -> Vec<(PathBuf, u32)> {
    const OTHERS: u32 = 0o077;
    let mode = |file: &Path| fs::metadata(file).map_or(0, |file| file.mode() & 0o7777);
    let all = [path.folder()].into_iter().chain(files_of(path)).map(|file| (file.clone(), mode(&file)));
    all.filter(|(_, mode)| mode & OTHERS != 0).collect()
}

/// The database's log and copies that belong to another user than the database, who may be locked out of them: a
/// program that was started as root has made them.
pub fn foreign(path: &DbPath) -> Vec<PathBuf> {
    let owner = |file: &Path| fs::metadata(file).ok().map(|file| file.uid());
    let own = owner(path.as_path());
    files_of(path).into_iter().filter(|file| owner(file).is_some_and(|owner| Some(owner) != own)).collect()
}

/// The database's file and every neighbour that begins with its name.
pub(super) fn files_of(path: &DbPath) -> Vec<PathBuf> {
    let Some(name) = path.as_path().file_name() else { return Vec::new() };
    let Ok(entries) = fs::read_dir(path.folder()) else { return Vec::new() };
    let name = name.as_encoded_bytes();
    let names = entries.flatten().filter(|entry| entry.file_name().as_encoded_bytes().starts_with(name));
    let mut files: Vec<PathBuf> = names.map(|entry| entry.path()).collect();
    files.sort();
    files
}
