//! Dumps of MySQL and MariaDB, as mysqldump and phpMyAdmin write them: the rows of their INSERT statements, one after
//! another. Pure, and no bytes make it panic.
//!
//! What a dump says is hostile text: no value, row or name is kept beyond a bound, tables that nobody asks for are
//! passed over without being kept at all, and what cannot be read ends the reading with the line it stands on. Nothing
//! is executed.

mod bytes;
mod statement;
mod value;

pub(super) use bytes::Bytes;
pub use statement::Rows;

use std::io;

/// Longer values are an error: no name, key or link is that long.
pub(super) const LONGEST_VALUE: usize = 1 << 20;
/// All values of a row together.
pub(super) const LONGEST_ROW: usize = 4 << 20;
pub(super) const MOST_COLUMNS: usize = 1024;
/// MySQL allows 64 characters.
const LONGEST_NAME: usize = 256;

/// Why a dump cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    #[error("line {line}: {flaw}")]
    At { line: u64, flaw: Flaw },
    #[error("line {line}: the file cannot be read: {cause}")]
    Unreadable { line: u64, cause: io::Error },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("the file ends in the middle of a statement")]
    CutOff,
    #[error("the file lacks its last line, `-- Dump completed`: it is cut off")]
    NotCompleted,
    #[error("the file is UTF-16; save it as UTF-8")]
    Utf16,
    #[error("the file is a zip archive; unpack it first")]
    Zip,
    #[error("a value is longer than {LONGEST_VALUE} bytes")]
    LongValue,
    #[error("a row is longer than {LONGEST_ROW} bytes")]
    LongRow,
    #[error("a name is longer than {LONGEST_NAME} bytes")]
    LongName,
    #[error("there are more than {MOST_COLUMNS} columns")]
    ManyColumns,
    #[error("a name is expected here")]
    NoName,
    #[error("{wanted} is expected here")]
    Expected { wanted: &'static str },
    #[error("a value is expected here, and this is none")]
    NoValue,
    #[error("rows of `{table}` come without the names of their columns, and no CREATE TABLE came before")]
    NoColumns { table: String },
    #[error("a row of `{table}` has {found} values for {wanted} columns")]
    Uneven { table: String, found: usize, wanted: usize },
    #[error("`{table}` is made a second time: the file holds more than one database")]
    SecondTable { table: String },
}

/// A row of a table that was asked for.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it stands in the file.
    pub line: u64,
    pub table: std::sync::Arc<str>,
    /// In lower case.
    columns: std::sync::Arc<[String]>,
    /// `None`: NULL.
    values: Vec<Option<String>>,
}

impl Row {
    pub(super) fn new(
        line: u64,
        table: std::sync::Arc<str>,
        columns: std::sync::Arc<[String]>,
        values: Vec<Option<String>>,
    ) -> Self {
        Row { line, table, columns, values }
    }

    /// The value of the first of these columns that is there and not NULL.
    pub fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let at = self.columns.iter().position(|column| column == name)?;
            self.values.get(at)?.as_deref()
        })
    }

    /// The same, without blanks at its ends, and not empty.
    pub fn text(&self, names: &[&str]) -> Option<&str> {
        self.get(names).map(crate::kernel::text::trimmed).filter(|text| !text.is_empty())
    }

    /// Whether the table has one of these columns.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.columns.iter().any(|column| column == name))
    }
}

/// Bytes as text: as UTF-8, and what is none as Windows-1252, the one other charset of such panels.
pub(super) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|wrong| {
        wrong
            .as_bytes()
            .iter()
            .map(|byte| {
                WINDOWS_1252
                    .get(usize::from(byte.wrapping_sub(0x80)))
                    .copied()
                    .filter(|_| *byte >= 0x80)
                    .unwrap_or(char::from(*byte))
            })
            .collect()
    })
}

/// What the bytes 0x80 to 0x9f are; the others are as in Latin-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

#[cfg(test)]
mod tests;
