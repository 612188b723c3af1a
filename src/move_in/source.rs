//! Where the old panel's rows are read from: a dump, packed or not, or files of CSV.

use super::csv::CsvRows;
use super::dump::{DumpError, Flaw, Row, Rows};
use super::error::MoveInError;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// What is read at once.
const PORTION: usize = 1 << 18;

/// Read from its beginning as often as it is asked for.
#[derive(Debug, Clone)]
pub enum Source {
    /// A dump of MySQL, or one packed by gzip.
    Dump(PathBuf),
    /// One file of CSV, whose name without its ending is its table's, or a folder of them.
    Csv(PathBuf),
}

impl Source {
    /// Hands on each row of these tables, in the order of the file.
    pub fn each(
        &self,
        tables: &[&str],
        mut work: impl FnMut(Row) -> Result<(), MoveInError>,
    ) -> Result<(), MoveInError> {
        match self {
            Source::Dump(path) => {
                let mut rows = Rows::new(opened(path)?, |table: &str| tables.contains(&table));
                while let Some(row) = rows.next_row().map_err(|why| MoveInError::read(path, why))? {
                    work(row)?;
                }
            }
            Source::Csv(path) => {
                for table in tables {
                    let Some(file) = file_of(path, table) else { continue };
                    let mut rows = CsvRows::new(opened(&file)?, table);
                    while let Some(row) = rows.next_row().map_err(|why| MoveInError::read(&file, why))? {
                        work(row)?;
                    }
                }
            }
        }
        Ok(())
    }

    pub fn path(&self) -> &Path {
        match self {
            Source::Dump(path) | Source::Csv(path) => path,
        }
    }
}

/// The file of a table: `users.csv`, alone or in a folder. `None`: there is none.
fn file_of(path: &Path, table: &str) -> Option<PathBuf> {
    if path.is_dir() {
        return Some(path.join(format!("{table}.csv"))).filter(|file| file.exists());
    }
    let is_it = path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case(table));
    is_it.then(|| path.to_owned())
}

fn opened(path: &Path) -> Result<Box<dyn BufRead>, MoveInError> {
    let cannot = |cause| MoveInError::read(path, DumpError::Unreadable { line: 1, cause });
    let file = File::open(path).map_err(cannot)?;
    let mut plain = BufReader::with_capacity(PORTION, file);
    let waiting = plain.fill_buf().map_err(cannot)?;
    if waiting.starts_with(b"PK\x03\x04") {
        return Err(MoveInError::read(path, DumpError::At { line: 1, flaw: Flaw::Zip }));
    }
    if waiting.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(BufReader::with_capacity(PORTION, MultiGzDecoder::new(plain))));
    }
    Ok(Box::new(plain))
}
