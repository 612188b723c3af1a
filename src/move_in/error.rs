//! Why a panel does not move in. Nothing was changed then.

use super::dump::DumpError;
use super::report::Report;
use crate::kernel::error::Fault;
use std::error::Error;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum MoveInError {
    #[error("{}: {why}", path.display())]
    Read { path: PathBuf, why: DumpError },
    /// There is no such table in it.
    #[error("{}: there is no table of users ({tables}): is it a panel of this kind?", path.display())]
    NoUsers { path: PathBuf, tables: String },
    #[error("{what} is at most {most} in a panel that moves in")]
    TooMany { what: &'static str, most: usize },
    #[error("the old panel does not say that its money is VND: give --exchange-rate, VND for a unit of it")]
    RateNeeded,
    #[error("the old panel's money is {currency}: give --exchange-rate, VND for a unit of it")]
    RateNeededFor { currency: String },
    #[error("the old panel's money is VND already: give no --exchange-rate")]
    RateForDong,
    /// Everything was looked at and taken back.
    #[error("nothing was changed: it was only tried")]
    OnlyTried(Box<Report>),
    #[error("{at}: {why}")]
    Refused { at: String, why: Box<dyn Error + Send + Sync> },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl MoveInError {
    pub fn read(path: &Path, why: DumpError) -> Self {
        MoveInError::Read { path: path.to_owned(), why }
    }
}

/// What no check before found, with the row that it is about.
pub(super) fn refused<E: Error + Send + Sync + 'static>(at: String) -> impl FnOnce(E) -> MoveInError {
    move |why| MoveInError::Refused { at, why: Box::new(why) }
}
