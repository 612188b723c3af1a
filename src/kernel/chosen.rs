//! Many things that are changed together: named one by one, or all that a filter matches.

use super::error::FieldError;
use super::reason::Reason;
use super::rule::Rule;
use std::collections::HashSet;
use std::hash::Hash;

/// So many at once.
pub const MOST: usize = 1000;

/// Which are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen<Id, Filter> {
    /// In this order; what is named twice counts once.
    These(Vec<Id>),
    /// All that the filter matches, newest first, if they are as many as were seen.
    Matching { filter: Filter, expected: Option<usize> },
}

/// Why a choice does not hold.
#[derive(Debug)]
pub enum Unfit {
    /// It could never.
    Field(FieldError),
    /// What it was made of has changed.
    Changed(Reason),
}

impl Unfit {
    fn field(name: impl Into<String>, rule: Rule) -> Unfit {
        Unfit::Field(FieldError::new(name, rule))
    }

    /// There is nothing with the id at this place of the field.
    pub fn no_such(field: &str, at: usize) -> Unfit {
        Unfit::field(format!("{field}[{at}]"), Rule::NoSuch)
    }
}

/// Those named in the field, each once, with its place there.
pub fn distinct<Id: Copy + Eq + Hash>(field: &str, ids: &[Id]) -> Result<Vec<(usize, Id)>, Unfit> {
    if !(1..=MOST).contains(&ids.len()) {
        return Err(Unfit::field(field, Rule::Entries { min: 1, max: MOST }));
    }
    let mut seen = HashSet::new();
    Ok(ids.iter().copied().enumerate().filter(|(_, id)| seen.insert(*id)).collect())
}

/// Whether the filter matches as many as were seen, and no more than `MOST`. `matched` is `None` where that is all
/// that is known: they are more.
pub fn agreed(matched: Option<usize>, expected: Option<usize>) -> Result<(), Unfit> {
    match (matched, expected) {
        (Some(matched), Some(expected)) if matched != expected => {
            Err(Unfit::Changed(Reason::FilterMatches { matched }))
        }
        (Some(1..=MOST), _) => Ok(()),
        (matched, _) => Err(Unfit::field("filter", Rule::Matches { max: MOST, matched })),
    }
}
